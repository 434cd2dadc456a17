/* SPDX-License-Identifier: MIT */
/* What commit prints, and what it asks of index and HEAD before. */
#ifndef QUOIN_CLI_COMMIT_SUMMARY_H
#define QUOIN_CLI_COMMIT_SUMMARY_H

#include "cli/work.h"
#include "operation/op_commit.h"

/* "[main 1234567] Subject", author and date where they tell something, the
 * short statistic and the mode changes. */
void cli_commit_print_summary(struct cli *cli,
                              const struct qn_commit_result *result);
/* The tree that is compared with: HEAD's, or (amend) its parent's. */
void cli_commit_base(struct cli *cli, bool amends, struct qn_id *tree,
                     bool *found);

/* Every pattern must match something tracked (or, unless `includes`, in HEAD):
 * else "error: pathspec ..." and exit 1, or 128 for --include. */
void cli_commit_check_paths(struct cli *cli, const struct qn_pathspec *pathspec,
                            bool includes);
/* "U\tpath" for each unmerged path. */
void cli_commit_list_unmerged(struct cli *cli);
int cli_commit_no_verify(struct cli *cli, const struct cli_option *option,
                         const char *argument, bool is_negated);

#endif
