/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"

#include <stdio.h>

static const char *const usage[] = {"git help [-a | --all]",
                                    "git help [<command>]", NULL};

static void print_all(struct cli *cli)
{
    size_t count;
    const struct cli_command *commands = cli_commands(&count);
    size_t i;

    for (i = 0; i < count; i++)
        if (!(commands[i].flags & CLI_COMMAND_HIDDEN))
            cli_printf(cli, "   %-23s %s\n", commands[i].name,
                       commands[i].summary);
}

struct help_group {
    const char *title;
    const char *names[8];
};

static void print_common(struct cli *cli)
{
    static const struct help_group groups[] = {
        {"begin", {"clone", "init"}},
        {"change files and stage them", {"add", "mv", "restore", "rm"}},
        {"look at history and state",
         {"bisect", "diff", "grep", "log", "show", "status"}},
        {"record and arrange history",
         {"branch", "commit", "merge", "rebase", "reset", "switch", "tag"}},
        {"work with others", {"fetch", "pull", "push"}}};
    size_t i;
    size_t j;

    cli_print_usage(cli, false);
    cli_puts(cli, "\nCommands for every day:\n");
    for (i = 0; i < QN_COUNT_OF(groups); i++) {
        cli_printf(cli, "\n%s\n", groups[i].title);
        for (j = 0; j < QN_COUNT_OF(groups[i].names) && groups[i].names[j];
             j++) {
            const struct cli_command *command =
                cli_find_command(groups[i].names[j]);

            if (command)
                cli_printf(cli, "   %-11s%s\n", command->name,
                           command->summary);
        }
    }
    cli_puts(cli, "\n'git help -a' lists every command; 'git help <command>' "
                  "shows what one takes.\n");
}

int cmd_help(struct cli *cli, int argc, char **argv)
{
    bool all = false;
    const struct cli_option options[] = {CLI_FLAG_WITH('a', "all", &all,
                                                       "list every command",
                                                       CLI_OPTION_NO_NEGATE),
                                         CLI_REFUSED('g', "guides"),
                                         CLI_REFUSED('c', "config"),
                                         CLI_REFUSED(0, "user-interfaces"),
                                         CLI_REFUSED(0, "developer-interfaces"),
                                         CLI_REFUSED('m', "man"),
                                         CLI_REFUSED('w', "web"),
                                         CLI_REFUSED('i', "info"),
                                         CLI_END};
    const struct cli_command *command;

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    if (all) {
        print_all(cli);
        return 0;
    }
    if (argc == 0) {
        print_common(cli);
        return 0;
    }
    command = cli_find_command(argv[0]);
    if (!command) {
        const struct qn_config_entry *entry;
        char key[256];

        snprintf(key, sizeof(key), "alias.%s", argv[0]);
        cli_open_repo(cli, CLI_OPEN_GENTLY);
        entry = qn_config_find(cli_config(cli), key);
        if (entry && entry->value) {
            cli_printf(cli, "'%s' is aliased to '%s'\n", argv[0], entry->value);
            return 0;
        }
        cli_stderr(cli, "No manual entry for git%s\n", argv[0]);
        return 16;
    }
    cli_printf(cli, "git-%s - %s\n\n", command->name, command->summary);
    {
        char name[64];
        char dash_h[] = "-h";
        char *words[] = {name, dash_h, NULL};

        snprintf(name, sizeof(name), "%s", command->name);
        cli->has_help = true;
        cli->command = command->name;
        cli_flush(cli);
        command->run(cli, 2, words); /* prints the usage and exits 129 */
    }
    return 0;
}
