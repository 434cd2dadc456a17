/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"
#include "transport/relay.h"

static const char *const usage[] = {"git remote-fd <remote> <url>", NULL};

int cmd_remote_fd(struct cli *cli, int argc, char **argv)
{
    const struct cli_option options[] = {CLI_END};
    struct qn_relay relay = {.is_fd = true, .in = 0, .out = 1};
    int code = 0;

    argc = cli_parse(cli, argc, argv, options, usage, CLI_PARSE_KEEP_UNKNOWN);
    if (argc != 2)
        cli_usage(cli, usage, options);
    relay.address = argv[1];
    cli_check(cli, qn_relay_run(cli->ctx, &relay, &code));
    if (relay.bad_command)
        cli_die_with(cli, "Bad command: %s", relay.bad_command);
    qn_relay_dispose(&relay);
    return code;
}
