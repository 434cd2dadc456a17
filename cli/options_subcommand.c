/* SPDX-License-Identifier: MIT */
/* Commands whose first word says what to do: `refs list`, `hook run`. */
#include "cli/cli.h"
#include "cli/completion_words.h"

#include <string.h>

static const struct cli_option no_options[] = {CLI_END};

static void print_names(struct cli *cli, const struct cli_subcommand *list)
{
    const char *space = "";

    for (; list->name; list++) {
        if (list->is_hidden)
            continue;
        cli_printf(cli, "%s%s", space, list->name);
        space = " ";
    }
    cli_put(cli, '\n');
    cli_exit(cli, 0);
}

bool cli_find_subcommand(struct cli *cli, int argc, char **argv,
                         const struct cli_subcommand *list, int *code)
{
    if (argc < 2)
        return false;
    if (cli->completes && strcmp(argv[1], CLI_COMPLETION_WORD) == 0) {
        for (; list->name; list++)
            if (!list->is_hidden && cli->completes[0] != '-')
                cli_completion_put(cli, list->name, NULL);
        return false;
    }
    if (argc == 2 && (strcmp(argv[1], "--git-completion-helper") == 0 ||
                      strcmp(argv[1], "--git-completion-helper-all") == 0))
        print_names(cli, list);
    for (; list->name; list++)
        if (strcmp(list->name, argv[1]) == 0) {
            *code = list->run(cli, argc - 1, argv + 1);
            return true;
        }
    return false;
}

int cli_run_subcommand(struct cli *cli, int argc, char **argv,
                       const struct cli_subcommand *list,
                       const char *const *usage)
{
    bool ends_options = argc > 1 && (strcmp(argv[1], "--") == 0 ||
                                     strcmp(argv[1], "--end-of-options") == 0);
    int code = 0;

    if (cli_find_subcommand(cli, argc, argv, list, &code))
        return code;
    argc = cli_parse(cli, argc, argv, no_options, usage,
                     CLI_PARSE_STOP_AT_ARGUMENT);
    if (argc && !ends_options)
        cli_error(cli, "unknown subcommand: `%s'", argv[0]);
    else
        cli_error(cli, "need a subcommand");
    cli_usage(cli, usage, no_options);
    return CLI_EXIT_USAGE;
}
