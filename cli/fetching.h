/* SPDX-License-Identifier: MIT */
/* Options that fetch, pull and clone share, and what they print. */
#ifndef QUOIN_FETCHING_H
#define QUOIN_FETCHING_H

#include "cli/cli.h"
#include "cli/connecting.h"
#include "cli/remote_said.h"
#include "operation/op_fetch.h"

struct cli_depth_words { /* as they are given */
    const char *depth, *since;
    int deepen;
    struct cli_list excludes;
    bool unshallow;
};
/* Dies as Git does. */
void cli_fetch_depth(struct cli *cli, const struct cli_depth_words *words,
                     struct qn_fetch_depth *out);

/* A commit, or a glob of refs, as --negotiation-restrict has it. */
void cli_fetch_tips(struct cli *cli, const char *text, const char *option,
                    struct qn_id_list *out);

/* "git fetch origin", for reflogs: GIT_REFLOG_ACTION, or `name` and the words
 * given; borrowed. */
const char *cli_fetch_action(struct cli *cli, const char *name, int argc,
                             char *const *argv, struct qn_buf *room);

struct cli_fetching {
    struct cli *cli;
    struct cli_remote_said said;
    struct cli_list restricts, includes; /* --negotiation-* */
    struct qn_id_list tips, include_tips;
};
/* Lines, what is said, hints. */
void cli_fetch_calls(struct cli_fetching *fetching,
                     struct qn_op_fetch_calls *calls);

#endif
