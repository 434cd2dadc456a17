/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"
#include "transport/relay.h"

static const char *const usage[] = {"git remote-ext <remote> <url>", NULL};

int cmd_remote_ext(struct cli *cli, int argc, char **argv)
{
    const struct cli_option options[] = {CLI_END};
    struct qn_relay relay = {.in = 0, .out = 1};
    int code = 0;

    argc = cli_parse(cli, argc, argv, options, usage, CLI_PARSE_KEEP_UNKNOWN);
    if (argc != 2)
        cli_usage(cli, usage, options);
    relay.address = argv[1];
    cli_check(cli, qn_relay_run(cli->ctx, &relay, &code));
    if (relay.bad_command) {
        cli_stderr(cli, "Bad command");
        code = 1;
    }
    qn_relay_dispose(&relay);
    return code;
}
