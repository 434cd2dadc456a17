/* SPDX-License-Identifier: MIT */
#include "cli/completion_words.h"

#include "cli/alias.h"
#include "cli/cli.h"
#include "cli/command_list.h"
#include "cli/config_keys.h"

#include <string.h>
#include <unistd.h>

enum nouns {
    NOUN_FILES = 1,
    NOUN_BRANCHES = 2, /* and remote ones */
    NOUN_TAGS = 4,
    NOUN_REFS = 7 - 1, /* short names of all */
    NOUN_FULL = 8,     /* full names */
    NOUN_COMMANDS = 16,
    NOUN_KEYS = 32,
    NOUN_REASONS = 64,
    NOUN_SHELLS = 128,
    NOUN_REVISIONS = 256 /* options of a walk, too */
};

/* What the arguments of a command are; others take names of files. */
static const struct {
    const char *name;
    unsigned nouns;
} commands[] = {
    {"branch", NOUN_REFS},
    {"cat-file", NOUN_REFS},
    {"check-ref-format", NOUN_FULL},
    {"checkout", NOUN_REFS | NOUN_FILES},
    {"cherry", NOUN_REFS},
    {"commit-tree", NOUN_REFS},
    {"completion", NOUN_SHELLS},
    {"config", NOUN_KEYS},
    {"count-objects", 0},
    {"diff", NOUN_REFS | NOUN_FILES},
    {"diff-index", NOUN_REFS | NOUN_FILES},
    {"diff-tree", NOUN_REFS | NOUN_FILES},
    {"explain", NOUN_REASONS},
    {"for-each-ref", NOUN_FULL},
    {"fsck", NOUN_REFS},
    {"help", NOUN_COMMANDS},
    {"hook", 0},
    {"log", NOUN_REFS | NOUN_FILES | NOUN_REVISIONS},
    {"ls-tree", NOUN_REFS | NOUN_FILES},
    {"merge", NOUN_REFS},
    {"merge-base", NOUN_REFS},
    {"merge-tree", NOUN_REFS},
    {"read-tree", NOUN_REFS},
    {"reflog", NOUN_REFS},
    {"refs", NOUN_FULL},
    {"replace", NOUN_REFS},
    {"reset", NOUN_REFS | NOUN_FILES},
    {"restore", NOUN_REFS | NOUN_FILES},
    {"rev-list", NOUN_REFS | NOUN_FILES | NOUN_REVISIONS},
    {"rev-parse", NOUN_REFS},
    {"show", NOUN_REFS | NOUN_FILES | NOUN_REVISIONS},
    {"show-ref", NOUN_FULL},
    {"switch", NOUN_BRANCHES},
    {"symbolic-ref", NOUN_FULL},
    {"tag", NOUN_REFS},
    {"update-ref", NOUN_FULL},
    {"var", 0},
    {"verify-commit", NOUN_REFS},
    {"verify-tag", NOUN_TAGS},
    {"version", 0},
    {"whatchanged", NOUN_REFS | NOUN_FILES | NOUN_REVISIONS},
    {"write-tree", 0},
};

/* Options that the walk takes, not the command's table. */
static const struct {
    const char *word, *about;
} revision_options[] = {
    {"--all", "every ref"},
    {"--all-match", "all patterns of --grep"},
    {"--ancestry-path", "only what lies between"},
    {"--author=", "whose author matches"},
    {"--author-date-order", "by the author's dates"},
    {"--bisect", "refs of a bisection"},
    {"--boundary", "where the walk ended, too"},
    {"--branches", "every branch"},
    {"--cherry", "what is not upstream"},
    {"--cherry-mark", "mark what is on both sides"},
    {"--cherry-pick", "leave out what is on both sides"},
    {"--children", "ids of children"},
    {"--committer=", "whose committer matches"},
    {"--date-order", "by date"},
    {"--dense", "only what changed the paths"},
    {"--exclude=", "refs to leave out"},
    {"--extended-regexp", "patterns are extended"},
    {"--first-parent", "only first parents"},
    {"--fixed-strings", "patterns are texts"},
    {"--full-history", "do not simplify"},
    {"--glob=", "refs that match"},
    {"--graph", "draw the history"},
    {"--grep=", "whose message matches"},
    {"--invert-grep", "whose message does not"},
    {"--left-only", "one side of A...B"},
    {"--left-right", "mark the sides"},
    {"--max-count=", "so many"},
    {"--max-parents=", "by the number of parents"},
    {"--merges", "only merges"},
    {"--min-parents=", "by the number of parents"},
    {"--no-merges", "no merges"},
    {"--no-walk", "only what is named"},
    {"--not", "leave out what follows"},
    {"--parents", "ids of parents"},
    {"--perl-regexp", "patterns are Perl's"},
    {"--reflog", "what reflogs name"},
    {"--regexp-ignore-case", "case does not matter"},
    {"--remotes", "every remote-tracking branch"},
    {"--reverse", "oldest first"},
    {"--right-only", "one side of A...B"},
    {"--simplify-by-decoration", "only what refs name"},
    {"--since=", "younger than"},
    {"--skip=", "leave out the first"},
    {"--stdin", "names from standard input"},
    {"--tags", "every tag"},
    {"--topo-order", "lines of history together"},
    {"--until=", "older than"},
    {"--walk-reflogs", "entries of reflogs"},
};

void cli_completion_put(struct cli *cli, const char *word, const char *about)
{
    const char *typed = cli->completes;

    if (typed && strncmp(word, typed, strlen(typed)) != 0)
        return;
    cli_puts(cli, word);
    if (about && *about)
        cli_printf(cli, "\t%s", about);
    cli_put(cli, '\n');
}

static unsigned nouns_of(const char *name)
{
    size_t i;

    for (i = 0; i < QN_COUNT_OF(commands); i++)
        if (strcmp(commands[i].name, name) == 0)
            return commands[i].nouns;
    return NOUN_FILES;
}

struct ref_words {
    struct cli *cli;
    unsigned nouns;
};

static enum qn_status put_ref(struct qn_ctx *ctx, void *data,
                              const struct qn_ref *ref)
{
    static const struct {
        const char *prefix;
        unsigned noun;
        const char *about;
    } kinds[] = {{"refs/heads/", NOUN_BRANCHES, "branch"},
                 {"refs/tags/", NOUN_TAGS, "tag"},
                 {"refs/remotes/", NOUN_BRANCHES | NOUN_TAGS, "remote branch"}};
    struct ref_words *words = data;
    const char *name = qn_buf_string(&ref->name);
    size_t i;

    (void)ctx;
    if (words->nouns & NOUN_FULL) {
        cli_completion_put(words->cli, name, NULL);
        return QN_OK;
    }
    for (i = 0; i < QN_COUNT_OF(kinds); i++) {
        size_t size = strlen(kinds[i].prefix);
        const char *guess;

        if (strncmp(name, kinds[i].prefix, size) != 0)
            continue;
        if ((words->nouns & kinds[i].noun) == kinds[i].noun)
            cli_completion_put(words->cli, name + size, kinds[i].about);
        guess = strchr(name + size, '/');
        /* switch makes a branch of what a remote has */
        if (i == 2 && words->nouns == NOUN_BRANCHES && guess &&
            strcmp(guess, "/HEAD") != 0)
            cli_completion_put(words->cli, guess + 1, kinds[i].about);
    }
    return QN_OK;
}

static void put_refs(struct cli *cli, unsigned nouns)
{
    struct ref_words words = {cli, nouns & (NOUN_REFS | NOUN_FULL)};

    cli_open_repo(cli, CLI_OPEN_GENTLY);
    if (!cli->repo)
        return;
    cli_open_views(cli);
    if ((words.nouns & NOUN_REFS) == NOUN_REFS)
        cli_completion_put(cli, "HEAD", NULL);
    cli_check(cli, qn_refs_walk(cli->ctx, cli->refs, "", 0, put_ref, &words));
}

static void put_commands(struct cli *cli)
{
    struct cli_list main_list = {NULL, 0, 0};
    struct cli_list others = {NULL, 0, 0};
    const struct qn_config *config;
    size_t count, i;
    const struct cli_command *all = cli_commands(&count);

    for (i = 0; i < count; i++)
        if (!(all[i].flags & CLI_COMMAND_HIDDEN) ||
            (all[i].flags & CLI_COMMAND_OWN))
            cli_completion_put(cli, all[i].name, all[i].summary);
    cli_list_programs(cli, &main_list, &others);
    for (i = 0; i < others.count; i++)
        cli_completion_put(cli, others.items[i], "program");
    cli_open_repo(cli, CLI_OPEN_GENTLY);
    config = cli_config(cli);
    for (i = 0; i < qn_config_count(config); i++) {
        const char *key = qn_config_at(config, i)->key;

        if (strncmp(key, "alias.", 6) == 0 && !strchr(key + 6, '.'))
            cli_completion_put(cli, key + 6, "alias");
    }
}

static void put_keys(struct cli *cli)
{
    size_t count, i;
    const char *const *keys = cli_config_keys(&count);

    for (i = 0; i < count; i++)
        if (!strpbrk(keys[i], "<*"))
            cli_completion_put(cli, keys[i], NULL);
}

/* The command's own table, and the words that may come first. */
static void put_options(struct cli *cli, const struct cli_command *command,
                        char *subcommand)
{
    static char word[] = CLI_COMPLETION_WORD;
    char name[64];
    char *words[] = {name, subcommand ? subcommand : word,
                     subcommand ? word : NULL, NULL};
    size_t i;

    if (*cli->completes && (nouns_of(command->name) & NOUN_REVISIONS))
        for (i = 0; i < QN_COUNT_OF(revision_options); i++)
            cli_completion_put(cli, revision_options[i].word,
                               revision_options[i].about);
    if (command->flags & CLI_COMMAND_NO_PARSEOPT &&
        strncmp(command->name, "diff", 4) != 0)
        return;
    strncpy(name, command->name, sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    cli->has_help = true;
    cli->command = command->name;
    command->run(cli, subcommand ? 3 : 2, words); /* prints, and exits */
}

static void put_nouns(struct cli *cli, const char *name, bool has_words)
{
    unsigned nouns = nouns_of(name);
    size_t i;
    static const char *const shells[] = {"bash", "fish", "zsh"};

    if (nouns & (NOUN_REFS | NOUN_FULL))
        put_refs(cli, nouns);
    if (nouns & NOUN_COMMANDS)
        put_commands(cli);
    if ((nouns & NOUN_KEYS) && has_words)
        put_keys(cli);
    if (nouns & NOUN_REASONS)
        cli_explain_complete(cli);
    for (i = 0; (nouns & NOUN_SHELLS) && i < QN_COUNT_OF(shells); i++)
        cli_completion_put(cli, shells[i], NULL);
    if (nouns & NOUN_FILES)
        cli_puts(cli, ":files\n");
}

/* Where the command is among the words; `count` when it is not there yet. */
static int find_command(struct cli *cli, int count, char **words)
{
    static const char *const with_value[] = {
        "-c",          "--git-dir",    "--work-tree",  "--namespace",
        "--exec-path", "--config-env", "--attr-source"};
    int i;
    size_t k;

    for (i = 0; i < count && words[i][0] == '-'; i++) {
        if (strcmp(words[i], "-C") == 0 && i + 1 < count) {
            if (chdir(words[++i]) != 0)
                return count;
            continue;
        }
        for (k = 0; k < QN_COUNT_OF(with_value); k++)
            if (strcmp(words[i], with_value[k]) == 0)
                i++;
    }
    (void)cli;
    return i < count ? i : count;
}

static void put_global_options(struct cli *cli)
{
    static const char *const words[] = {"--bare",
                                        "--config-env=",
                                        "--exec-path",
                                        "--git-dir=",
                                        "--glob-pathspecs",
                                        "--help",
                                        "--html-path",
                                        "--icase-pathspecs",
                                        "--info-path",
                                        "--literal-pathspecs",
                                        "--man-path",
                                        "--namespace=",
                                        "--no-advice",
                                        "--no-lazy-fetch",
                                        "--no-optional-locks",
                                        "--no-pager",
                                        "--no-replace-objects",
                                        "--noglob-pathspecs",
                                        "--paginate",
                                        "--version",
                                        "--work-tree=",
                                        "-C",
                                        "-c"};
    size_t i;

    for (i = 0; i < QN_COUNT_OF(words); i++)
        cli_completion_put(cli, words[i], NULL);
}

/* An alias stands for its first word. */
static const struct cli_command *find_by_alias(struct cli *cli,
                                               const char *name)
{
    const char *value;
    char word[64];
    size_t size;

    cli_open_repo(cli, CLI_OPEN_GENTLY);
    value = cli_alias_find(cli, name);
    size = value ? strcspn(value, " \t") : 0;
    if (size == 0 || size >= sizeof(word))
        return NULL;
    memcpy(word, value, size);
    word[size] = '\0';
    return cli_find_command(word);
}

int cli_completion_words(struct cli *cli, int count, char **words)
{
    const struct cli_command *command;
    const char *current = count > 0 ? words[count - 1] : "";
    char *subcommand = NULL;
    int at, i;
    bool has_dashes = false;

    cli->completes = current;
    at = find_command(cli, count - 1, words);
    if (at >= count - 1) {
        if (current[0] == '-')
            put_global_options(cli);
        else
            put_commands(cli);
        return 0;
    }
    command = cli_find_command(words[at]);
    if (!command)
        command = find_by_alias(cli, words[at]);
    if (!command) {
        cli_puts(cli, ":files\n");
        return 0;
    }
    for (i = at + 1; i < count - 1; i++) {
        has_dashes |= strcmp(words[i], "--") == 0;
        if (!subcommand && words[i][0] != '-')
            subcommand = words[i];
    }
    if (has_dashes) {
        cli_puts(cli, ":files\n");
        return 0;
    }
    if (strcmp(command->name, "reflog") != 0 &&
        strcmp(command->name, "refs") != 0 &&
        strcmp(command->name, "hook") != 0 &&
        strcmp(command->name, "config") != 0)
        subcommand = NULL;
    if (current[0] == '-') {
        put_options(cli, command, subcommand);
        return 0;
    }
    put_nouns(cli, command->name, at + 2 < count);
    if (at + 2 == count)
        put_options(cli, command, NULL);
    return 0;
}
