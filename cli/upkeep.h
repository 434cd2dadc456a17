/* SPDX-License-Identifier: MIT */
/* What a command does last when it has written: operation/op_upkeep.h. */
#ifndef QUOIN_UPKEEP_H
#define QUOIN_UPKEEP_H

#include "cli/cli.h"
#include "operation/op_upkeep.h"

/* `causes`: enum qn_op_upkeep_cause.  Answers whether it looks after the
 * commit-graph. */
bool cli_upkeep(struct cli *cli, unsigned causes);
/* The same, and Git's `maintenance run --auto` if there is anything to do: the
 * process goes on in the background then, so that this comes last of all, and
 * the exit code is 0. */
void cli_upkeep_after(struct cli *cli, unsigned causes, bool is_quiet);

#endif
