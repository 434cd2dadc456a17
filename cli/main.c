/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"
#include "cli/trace.h"

#include <string.h>
#include <unistd.h>

static struct cli the_cli = {.pager = -1, .out_fd = STDOUT_FILENO};

int main(int argc, char **argv)
{
    struct cli *cli = &the_cli;
    const char *name;
    int index = 1;
    int code = 0;

    if (argc < 1 || !argv[0])
        return CLI_EXIT_FATAL;
    name = strrchr(argv[0], '/');
    name = name ? name + 1 : argv[0];
    cli_catch_signals();
    cli_trace_start(cli, argc, argv);
    /* Called as git-<command>: the name is the command. */
    if (strncmp(name, "git-", 4) == 0 && cli_find_command(name + 4)) {
        argv[0] = argv[0] + (name - argv[0]) + 4;
        cli_set_path();
        if (!cli_start(cli))
            return CLI_EXIT_FATAL;
        return cli_finish(cli, cli_dispatch(cli, argc, argv));
    }
    if (!cli_parse_globals(cli, argc, argv, &index, &code))
        return cli_finish(cli, code);
    cli_set_path();
    if (!cli_start(cli))
        return CLI_EXIT_FATAL;
    return cli_finish(cli, cli_dispatch(cli, argc - index, argv + index));
}
