/* SPDX-License-Identifier: MIT */
/* help: lists of commands, guides and variables; one command's options, or its
 * manual where manuals are installed.  Texts are our own words. */
#include "cli/alias.h"
#include "cli/cli.h"
#include "cli/command_list.h"
#include "cli/config_keys.h"
#include "cli/manual.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const usage[] = {
    "git help [-a|--all] [--[no-]verbose] [--[no-]external-commands] "
    "[--[no-]aliases]",
    "git help [-i|--info] [-m|--man] [-w|--web] [<command>|<doc>]",
    "git help [-g|--guides]",
    "git help [-c|--config]",
    "git help [--user-interfaces]",
    "git help [--developer-interfaces]",
    NULL};

enum action {
    ACTION_NONE = 0,
    ACTION_ALL,
    ACTION_GUIDES,
    ACTION_USER,
    ACTION_DEVELOPER,
    ACTION_CONFIG,
    ACTION_CONFIG_COMPLETION,
    ACTION_SECTIONS,
    ACTION_ALIASES
};

struct topic {
    const char *name, *text;
};

static const struct topic guides[] = {
    {"core-tutorial", "The low-level commands, step by step"},
    {"credentials", "How user names and passwords are found"},
    {"cvs-migration", "For those who come from CVS"},
    {"diffcore", "How the output of diff is shaped"},
    {"everyday", "Twenty commands or so for each day"},
    {"faq", "Questions that are asked often"},
    {"glossary", "What words mean"},
    {"namespaces", "Several repositories in one store"},
    {"remote-helpers", "Programs that talk to other repositories"},
    {"submodules", "A repository within a repository"},
    {"tutorial", "First steps"},
    {"tutorial-2", "Next steps"},
    {"workflows", "How people work together"},
    {NULL, NULL}};

static const struct topic user_interfaces[] = {
    {"attributes", "What is special about a path"},
    {"cli", "How options and arguments are read"},
    {"hooks", "Programs that are run at certain events"},
    {"ignore", "Files that are left untracked"},
    {"mailmap", "Names and mails as people want them"},
    {"modules", "The properties of submodules"},
    {"repository-layout", "What is where in a repository"},
    {"revisions", "How to name commits and ranges"},
    {NULL, NULL}};

static const struct topic developer_interfaces[] = {
    {"format-bundle", "Bundle files"},
    {"format-chunk", "Files made of chunks"},
    {"format-commit-graph", "The commit-graph file"},
    {"format-index", "The index file"},
    {"format-pack", "Packs and their indexes"},
    {"format-signature", "Signatures of objects"},
    {"protocol-capabilities", "Capabilities of the old protocol"},
    {"protocol-common", "What the protocols share"},
    {"protocol-http", "The protocol over HTTP"},
    {"protocol-pack", "How packs travel"},
    {"protocol-v2", "Version 2 of the protocol"},
    {NULL, NULL}};

static const struct {
    const char *group, *title;
} groups[] = {{"mainporcelain", "What people use"},
              {"ancillarymanipulators", "Besides: to change things"},
              {"ancillaryinterrogators", "Besides: to ask"},
              {"foreignscminterface", "Other systems"},
              {"plumbingmanipulators", "For scripts: to change things"},
              {"plumbinginterrogators", "For scripts: to ask"},
              {"synchingrepositories", "For scripts: between repositories"},
              {"purehelpers", "For scripts: helpers"}};

static void print_topics(struct cli *cli, const struct topic *topics)
{
    size_t width = 0;
    const struct topic *topic;

    for (topic = topics; topic->name; topic++)
        if (strlen(topic->name) > width)
            width = strlen(topic->name);
    for (topic = topics; topic->name; topic++)
        cli_printf(cli, "   %-*s    %s\n", (int)width, topic->name,
                   topic->text);
}

/* The commands of a group that are there. */
static void print_group(struct cli *cli, const char *name, const char *title)
{
    const char *words = cli_command_group(name, strlen(name));
    struct qn_bytes rest = qn_bytes_from_string(words ? words : "");
    struct qn_bytes word;
    bool is_first = true;

    while (qn_bytes_next(&rest, ' ', &word)) {
        char text[64];
        const struct cli_command *command;

        snprintf(text, sizeof(text), "%.*s", QN_BYTES_ARG(word));
        command = cli_find_command(text);
        if (!command)
            continue;
        if (is_first)
            cli_printf(cli, "\n%s\n", title);
        is_first = false;
        cli_printf(cli, "   %-23s %s\n", command->name, command->summary);
    }
}

static void print_aliases(struct cli *cli)
{
    const struct qn_config *config = cli_config(cli);
    size_t count = qn_config_count(config);
    bool is_first = true;
    size_t i;

    for (i = 0; i < count; i++) {
        const struct qn_config_entry *entry = qn_config_at(config, i);

        if (strncmp(entry->key, "alias.", 6) != 0 || !entry->value)
            continue;
        if (is_first)
            cli_puts(cli, "\nCommand aliases\n");
        is_first = false;
        cli_printf(cli, "   %-23s %s\n", entry->key + 6, entry->value);
    }
}

static void print_externals(struct cli *cli)
{
    struct cli_list main_list = {NULL, 0, 0};
    struct cli_list others = {NULL, 0, 0};
    size_t i;

    cli_list_programs(cli, &main_list, &others);
    if (others.count > 0)
        cli_puts(cli, "\nExternal commands\n");
    for (i = 0; i < others.count; i++)
        cli_printf(cli, "   %s\n", others.items[i]);
}

static void print_all(struct cli *cli, bool external, bool aliases)
{
    size_t i;

    cli_start_pager(cli, true);
    cli_puts(cli, "'git help <command>' tells about one of these\n");
    for (i = 0; i < QN_COUNT_OF(groups); i++)
        print_group(cli, groups[i].group, groups[i].title);
    cli_puts(cli,
             "\nBeyond Git\n"
             "   completion              Scripts for completion in shells\n"
             "   explain                 Say what a failure means\n");
    cli_puts(cli, "\nFiles and interfaces for users\n");
    print_topics(cli, user_interfaces);
    cli_puts(cli, "\nFormats and protocols for developers\n");
    print_topics(cli, developer_interfaces);
    if (external)
        print_externals(cli);
    if (aliases) {
        cli_open_repo(cli, CLI_OPEN_GENTLY);
        print_aliases(cli);
    }
}

/* Only names: --all --no-verbose. */
static void print_names(struct cli *cli)
{
    struct cli_list main_list = {NULL, 0, 0};
    struct cli_list others = {NULL, 0, 0};
    size_t count;
    const struct cli_command *commands = cli_commands(&count);
    size_t i;

    cli_print_usage(cli, false);
    cli_printf(cli, "\navailable git commands in '%s'\n\n", cli_exec_path());
    for (i = 0; i < count; i++)
        if (!(commands[i].flags & CLI_COMMAND_HIDDEN))
            cli_printf(cli, "  %s\n", commands[i].name);
    cli_list_programs(cli, &main_list, &others);
    if (others.count > 0)
        cli_puts(cli, "\ngit commands available from elsewhere on your "
                      "$PATH\n\n");
    for (i = 0; i < others.count; i++)
        cli_printf(cli, "  %s\n", others.items[i]);
    cli_put(cli, '\n');
}

/* ------------------------------------------------------------ configuration */

static void print_keys(struct cli *cli, int action)
{
    size_t count;
    const char *const *keys = cli_config_keys(&count);
    size_t last = 0;
    const char *before = "";
    size_t i;

    for (i = 0; i < count; i++) {
        size_t size = strlen(keys[i]);

        if (action == ACTION_CONFIG_COMPLETION)
            size = strcspn(keys[i], "<*");
        else if (action == ACTION_SECTIONS)
            size = strcspn(keys[i], ".");
        if (action != ACTION_CONFIG && size == last &&
            memcmp(before, keys[i], size) == 0)
            continue;
        cli_printf(cli, "%.*s\n", (int)size, keys[i]);
        before = keys[i];
        last = size;
    }
    if (action == ACTION_CONFIG)
        cli_puts(cli, "\n'git help config' for more information\n");
}

static void print_alias_names(struct cli *cli)
{
    const struct qn_config *config;
    size_t count;
    size_t i;

    cli_open_repo(cli, CLI_OPEN_GENTLY);
    config = cli_config(cli);
    count = qn_config_count(config);
    for (i = 0; i < count; i++) {
        const struct qn_config_entry *entry = qn_config_at(config, i);

        if (strncmp(entry->key, "alias.", 6) == 0)
            cli_printf(cli, "%s\n%s%c", entry->key + 6,
                       entry->value ? entry->value : "", 0);
    }
}

/* ------------------------------------------------------------------ one page
 */

static void print_common(struct cli *cli)
{
    static const struct topic common[] = {
        {"init", "begin"},
        {"worktree", "change files and stage them"},
        {"info", "look at history and state"},
        {"history", "record and arrange history"},
        {"remote", "work with others"},
        {NULL, NULL}};
    const struct topic *topic;

    cli_print_usage(cli, false);
    cli_puts(cli, "\nCommands for every day:\n");
    for (topic = common; topic->name; topic++)
        print_group(cli, topic->name, topic->text);
    cli_puts(cli, "\n'git help -a' lists every command; 'git help <command>' "
                  "shows what one takes.\n");
}

/* "git-log", "gittutorial", "git". */
static void page_name(struct cli *cli, const char *word, char *page,
                      size_t size)
{
    if (strcmp(word, "git") == 0)
        snprintf(page, size, "git");
    else if (strncmp(word, "git", 3) == 0)
        snprintf(page, size, "%s", word);
    else if (cli_command_is_git(word) || cli_find_command(word) ||
             cli_is_program(cli, word))
        snprintf(page, size, "git-%s", word);
    else
        snprintf(page, size, "git%s", word);
}

/* help.format; CLI_MANUAL_NONE where it says nothing. */
static int configured_format(struct cli *cli)
{
    const char *text = cli_config_string(cli, "help.format", NULL);

    if (!text)
        return CLI_MANUAL_NONE;
    if (strcmp(text, "man") == 0)
        return CLI_MANUAL_MAN;
    if (strcmp(text, "info") == 0)
        return CLI_MANUAL_INFO;
    if (strcmp(text, "web") == 0 || strcmp(text, "html") == 0)
        return CLI_MANUAL_WEB;
    cli_die_with(cli, "unrecognized help format '%s'", text);
    return CLI_MANUAL_NONE;
}

static int show_command(struct cli *cli, const struct cli_command *command)
{
    char name[64];
    char dash_h[] = "-h";
    char *words[] = {name, dash_h, NULL};

    cli_printf(cli, "git-%s - %s\n\n", command->name, command->summary);
    snprintf(name, sizeof(name), "%s", command->name);
    cli->has_help = true;
    cli->help_is_page = true;
    cli->command = command->name;
    cli_flush(cli);
    command->run(cli, 2, words); /* prints the usage and exits */
    return 0;
}

static const struct topic *find_topic(const char *word)
{
    const struct topic *const all[] = {guides, user_interfaces,
                                       developer_interfaces};
    size_t i;
    const struct topic *topic;

    for (i = 0; i < QN_COUNT_OF(all); i++)
        for (topic = all[i]; topic->name; topic++)
            if (strcmp(topic->name, word) == 0)
                return topic;
    return NULL;
}

static int help_about(struct cli *cli, const char *word, int format)
{
    const struct cli_command *command = cli_find_command(word);
    const struct topic *topic = find_topic(word);
    char page[128];

    cli_open_repo(cli, CLI_OPEN_GENTLY);
    if (!command && !cli_command_is_git(word)) {
        const char *value = cli_alias_find(cli, word);

        if (value) {
            cli_printf(cli, "'%s' is aliased to '%s'\n", word, value);
            return 0;
        }
    }
    if (format == CLI_MANUAL_NONE)
        format = configured_format(cli);
    page_name(cli, word, page, sizeof(page));
    if (format == CLI_MANUAL_NONE && cli_manual_has(cli, word))
        format = CLI_MANUAL_MAN;
    if (format != CLI_MANUAL_NONE)
        return cli_manual_show(cli, (enum cli_manual_format)format, word, page);
    if (command)
        return show_command(cli, command);
    if (topic) {
        cli_printf(cli, "%s - %s\n", page, topic->text);
        return 0;
    }
    if (strcmp(word, "git") == 0) {
        print_common(cli);
        return 0;
    }
    cli_stderr(cli, "No manual entry for %s\n", page);
    return 16;
}

/* With --exclude-guides: a command or an alias, or what help.autoCorrect makes
 * of the word; NULL: none, and `*code` is how to end. */
static const char *find_command_word(struct cli *cli, const char *word,
                                     int *code)
{
    static char first[128]; /* of the command that an alias runs */
    const char *instead = NULL;
    const char *value;

    cli_open_repo(cli, CLI_OPEN_GENTLY);
    if (cli_find_command(word) || cli_command_is_git(word))
        return word;
    value = cli_alias_find(cli, word);
    if (value && *value == '!')
        return word;
    if (value) {
        cli_stderr(cli, "'%s' is aliased to '%s'\n", word, value);
        snprintf(first, sizeof(first), "%.*s", (int)strcspn(value, " \t"),
                 value);
        return first;
    }
    *code = cli_suggest(cli, word, &instead);
    return instead;
}

static int refuse_words(struct cli *cli, const char *option, int argc,
                        const struct cli_option *options)
{
    char text[128];

    if (argc == 0)
        return 0;
    snprintf(text, sizeof(text),
             "the '%s' option doesn't take any non-option arguments", option);
    cli_usage_with(cli, usage, options, text);
    return CLI_EXIT_USAGE;
}

static int print_list(struct cli *cli, int action)
{
    switch (action) {
    case ACTION_GUIDES:
        cli_puts(cli, "The Git concept guides are:\n");
        print_topics(cli, guides);
        break;
    case ACTION_USER:
        cli_puts(cli, "User-facing repository, command and file interfaces:\n");
        print_topics(cli, user_interfaces);
        break;
    case ACTION_DEVELOPER:
        cli_puts(cli,
                 "File formats, protocols and other developer interfaces:\n");
        print_topics(cli, developer_interfaces);
        break;
    case ACTION_ALIASES:
        print_alias_names(cli);
        return 0;
    case ACTION_CONFIG:
        cli_start_pager(cli, true);
        print_keys(cli, action);
        return 0;
    default:
        print_keys(cli, action);
        return 0;
    }
    cli_put(cli, '\n');
    return 0;
}

#define HIDDEN_MODE(name, number)                                              \
    {                                                                          \
        CLI_KIND_MODE, 0, (name), &action, NULL, "",                           \
            CLI_OPTION_NO_NEGATE | CLI_OPTION_HIDDEN, (number), NULL           \
    }
#define FORMAT_OPTION(s, l, n, h)                                              \
    {                                                                          \
        CLI_KIND_SET, (s), (l), &format, NULL, (h), 0, (n), NULL               \
    }

int cmd_help(struct cli *cli, int argc, char **argv)
{
    static const char *const names[] = {"",
                                        "--all",
                                        "--guides",
                                        "--user-interfaces",
                                        "--developer-interfaces",
                                        "--config",
                                        "--config-for-completion"};
    int action = ACTION_NONE;
    int format = CLI_MANUAL_NONE;
    int external = -1, aliases = -1; /* not said */
    bool verbose = true;
    bool excludes_guides = false;
    const struct cli_option options[] = {
        CLI_MODE('a', "all", &action, ACTION_ALL, "list every command"),
        CLI_TRISTATE(0, "external-commands", &external,
                     "programs of PATH, too, in --all"),
        CLI_TRISTATE(0, "aliases", &aliases, "aliases, too, in --all"),
        CLI_FLAG_WITH(0, "exclude-guides", &excludes_guides, "no guides",
                      CLI_OPTION_HIDDEN),
        FORMAT_OPTION('m', "man", CLI_MANUAL_MAN, "as a manual page"),
        FORMAT_OPTION('w', "web", CLI_MANUAL_WEB, "in a browser"),
        FORMAT_OPTION('i', "info", CLI_MANUAL_INFO, "as an info page"),
        CLI_FLAG('v', "verbose", &verbose, "with what they do"),
        CLI_MODE('g', "guides", &action, ACTION_GUIDES, "list the guides"),
        CLI_MODE(0, "user-interfaces", &action, ACTION_USER,
                 "list files and interfaces for users"),
        CLI_MODE(0, "developer-interfaces", &action, ACTION_DEVELOPER,
                 "list formats and protocols"),
        CLI_MODE('c', "config", &action, ACTION_CONFIG,
                 "list the configuration variables"),
        HIDDEN_MODE("config-for-completion", ACTION_CONFIG_COMPLETION),
        HIDDEN_MODE("config-sections-for-completion", ACTION_SECTIONS),
        HIDDEN_MODE("aliases-for-completion", ACTION_ALIASES),
        CLI_END};

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    if (action != ACTION_ALL && (external >= 0 || aliases >= 0))
        cli_usage_with(cli, usage, options,
                       "the '--no-[external-commands|aliases]' options can "
                       "only be used with '--all'");
    if (action > ACTION_NONE && action <= ACTION_CONFIG_COMPLETION &&
        refuse_words(cli, names[action], argc, options))
        return CLI_EXIT_USAGE;
    if (action == ACTION_ALL) {
        if (verbose)
            print_all(cli, external != 0, aliases != 0);
        else
            print_names(cli);
        return 0;
    }
    if (action != ACTION_NONE)
        return print_list(cli, action);
    if (argc == 0) {
        print_common(cli);
        return 0;
    }
    if (excludes_guides) {
        int code = 0;
        const char *word = find_command_word(cli, argv[0], &code);

        return word ? help_about(cli, word, format) : code;
    }
    return help_about(cli, argv[0], format);
}
