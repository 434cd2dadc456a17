/* SPDX-License-Identifier: MIT */
#include "cli/upkeep.h"

#include "cli/housekeeping.h"
#include "operation/op_maintain.h"

bool cli_upkeep(struct cli *cli, unsigned causes)
{
    struct qn_op_upkeep upkeep = {.scope = &cli->scope, .causes = causes};

    if (qn_env_variable(cli->env, "GIT_QUARANTINE_PATH"))
        return false; /* it is somebody else's write, and not done */
    cli_flush(cli);
    cli_open_views(cli);
    cli_check(cli, qn_op_upkeep_run(cli->ctx, &upkeep));
    return upkeep.looks_after_graph;
}

/* A graph that is looked after needs no second look. */
static enum qn_status is_needed(struct qn_ctx *ctx,
                                const struct qn_op_maintain *op, bool has_graph,
                                bool *out)
{
    enum qn_status status = QN_OK;
    size_t i;

    *out = false;
    for (i = 0; i < op->count && !*out && !status; i++)
        if (!has_graph || op->tasks[i] != QN_OP_MAINTAIN_COMMIT_GRAPH)
            status =
                qn_op_maintain_task_is_needed(ctx, op->repo, op->tasks[i], out);
    return status;
}

void cli_upkeep_after(struct cli *cli, unsigned causes, bool is_quiet)
{
    struct qn_house_calls calls = cli_house_calls(cli);
    struct qn_op_maintain op = {.repo = cli->repo,
                                .calls = &calls,
                                .is_auto = true,
                                .is_quiet = is_quiet};
    bool has_graph = cli_upkeep(cli, causes), needed = false;

    if (!cli_config_bool(cli, "maintenance.auto", true))
        return;
    op.detaches = cli_config_bool(cli, "maintenance.autodetach",
                                  cli_config_bool(cli, "gc.autodetach", true));
    cli_check(cli, qn_op_maintain_choose(cli->ctx, &op));
    cli_check(cli, is_needed(cli->ctx, &op, has_graph, &needed));
    if (needed)
        cli_check(cli, qn_op_maintain_run(cli->ctx, &op));
}
