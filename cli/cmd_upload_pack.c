/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"
#include "cli/service.h"
#include "operation/op_upload_pack.h"

#include <string.h>

static const char *const usage[] = {
    "git upload-pack [--[no-]strict] [--timeout=<n>] [--stateless-rpc]\n"
    "                [--advertise-refs] <directory>",
    NULL};

int cmd_upload_pack(struct cli *cli, int argc, char **argv)
{
    struct cli_service service = {.cli = cli};
    struct qn_op_upload_pack op = {0};
    enum qn_status status;
    const struct cli_option options[] = {
        CLI_SERVICE_OPTIONS(&op),
        CLI_FLAG(0, "strict", &service.is_strict,
                 "do not look below or beside <directory>"),
        CLI_INTEGER(0, "timeout", &service.timeout,
                    "end when nothing happens for so many seconds"),
        CLI_END};

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    if (argc != 1)
        cli_usage(cli, usage, options);
    cli_service_begin(&service, argv[0]);
    CLI_SERVICE_TELL(&service, &op);
    status = qn_op_upload_pack_run(cli->ctx, &op);
    cli_service_end(&service);
    if (status &&
        strcmp(qn_ctx_reason(cli->ctx), "upload-pack.not-ours") == 0) {
        cli_error(cli, "%s", qn_ctx_message(cli->ctx));
        return 128;
    }
    cli_check(cli, status);
    return 0;
}
