/* SPDX-License-Identifier: MIT */
/* What a command does last when it has written: operation/op_upkeep.h. */
#ifndef QUOIN_UPKEEP_H
#define QUOIN_UPKEEP_H

#include "cli/cli.h"
#include "operation/op_upkeep.h"

/* `causes`: enum qn_op_upkeep_cause. */
void cli_upkeep(struct cli *cli, unsigned causes);
/* Git's `maintenance run --auto`, if there is anything to do: the process goes
 * on in the background, so that this comes last of all, and the exit code is 0.
 */
void cli_auto_maintenance(struct cli *cli, bool is_quiet);

#endif
