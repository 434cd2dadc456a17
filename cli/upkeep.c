/* SPDX-License-Identifier: MIT */
#include "cli/upkeep.h"

void cli_upkeep(struct cli *cli, unsigned causes)
{
    struct qn_op_upkeep upkeep = {.scope = &cli->scope, .causes = causes};

    if (qn_env_variable(cli->env, "GIT_QUARANTINE_PATH"))
        return; /* it is somebody else's write, and not done */
    cli_flush(cli);
    cli_open_views(cli);
    cli_check(cli, qn_op_upkeep_run(cli->ctx, &upkeep));
}
