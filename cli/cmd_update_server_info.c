/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"
#include "operation/part/server_info.h"

static const char *const usage[] = {"git update-server-info [-f | --force]",
                                    NULL};

int cmd_update_server_info(struct cli *cli, int argc, char **argv)
{
    bool forces = false; /* what is right already need not be written */
    const struct cli_option options[] = {
        CLI_FLAG('f', "force", &forces, "write them from scratch"), CLI_END};

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    if (argc > 0)
        cli_usage(cli, usage, options);
    cli_open_repo(cli, CLI_OPEN_VIEWS);
    cli_check(cli, qn_server_info_write(cli->ctx, &cli->scope, forces));
    return 0;
}
