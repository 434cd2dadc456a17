/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"
#include "cli/service.h"
#include "cli/upkeep.h"
#include "operation/op_receive_pack.h"

static const char *const usage[] = {
    "git receive-pack [--skip-connectivity-check] [--stateless-rpc]\n"
    "                 [--http-backend-info-refs] <git-dir>",
    NULL};

int cmd_receive_pack(struct cli *cli, int argc, char **argv)
{
    struct cli_service service = {.cli = cli};
    struct qn_op_receive_pack op = {0};
    enum qn_status status;
    const struct cli_option options[] = {
        CLI_FLAG('q', "quiet", &op.is_quiet, "tell of no progress"),
        CLI_FLAG(0, "skip-connectivity-check", &op.skips_connectivity,
                 "believe that all objects are there"),
        CLI_FLAG(0, "reject-thin-pack-for-testing", &op.rejects_thin,
                 "take no pack that builds on objects that are here"),
        CLI_SERVICE_OPTIONS(&op), CLI_END};

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    if (argc > 1)
        cli_usage_with(cli, usage, options, "too many arguments");
    if (argc == 0)
        cli_usage_with(cli, usage, options, "you must specify a directory");
    cli_service_begin(&service, argv[0]);
    cli_check(cli, qn_repo_check_owner(cli->ctx, cli->repo));
    CLI_SERVICE_TELL(&service, &op);
    status = cli_service_receive(cli, &op);
    cli_service_end(&service);
    cli_check(cli, status);
    if (op.wants_upkeep)
        cli_upkeep_after(cli, QN_OP_UPKEEP_COMMITS | QN_OP_UPKEEP_PACKS, true);
    return 0;
}
