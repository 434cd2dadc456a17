/* SPDX-License-Identifier: MIT */
#include "cli/asking.h"

#include <string.h>

static const char usage[] =
    "usage: git credential (fill|approve|reject|capability)\n";

static int fill(struct cli *cli)
{
    struct qn_credential_scope scope = cli_credential_scope(cli);
    struct qn_credential credential;
    struct qn_buf out = QN_BUF_INIT;

    cli_read_credential(cli, &credential, QN_CREDENTIAL_ASKED,
                        "unable to read credential from stdin");
    cli_check(cli, qn_credential_fill(cli->ctx, &credential, &scope, false));
    cli_check(cli, qn_credential_write(cli->ctx, &credential,
                                       QN_CREDENTIAL_ANSWER, &out));
    cli_write(cli, out.data, out.size);
    qn_buf_dispose(&out);
    qn_credential_dispose(&credential);
    return 0;
}

static int tell(struct cli *cli, bool was_right)
{
    struct qn_credential_scope scope = cli_credential_scope(cli);
    struct qn_credential credential;

    cli_read_credential(cli, &credential, QN_CREDENTIAL_ANSWER,
                        "unable to read credential from stdin");
    cli_check(cli, (was_right ? qn_credential_approve : qn_credential_reject)(
                       cli->ctx, &credential, &scope));
    qn_credential_dispose(&credential);
    return 0;
}

int cmd_credential(struct cli *cli, int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "-h") == 0) {
        cli_puts(cli, usage);
        return CLI_EXIT_USAGE;
    }
    cli_open_repo(cli, CLI_OPEN_GENTLY);
    if (argc == 2 && strcmp(argv[1], "fill") == 0)
        return fill(cli);
    if (argc == 2 && strcmp(argv[1], "approve") == 0)
        return tell(cli, true);
    if (argc == 2 && strcmp(argv[1], "reject") == 0)
        return tell(cli, false);
    if (argc == 2 && strcmp(argv[1], "capability") == 0) {
        cli_puts(cli, "version 0\ncapability authtype\ncapability state\n");
        return 0;
    }
    cli_stderr(cli, "%s", usage);
    return CLI_EXIT_USAGE;
}
