/* SPDX-License-Identifier: MIT */
/* What the files of pull share. */
#ifndef QUOIN_PULLING_H
#define QUOIN_PULLING_H

#include "cli/connecting.h"
#include "cli/options.h"

enum cli_pull_rebase { CLI_PULL_UNSAID = 0, CLI_PULL_MERGE, CLI_PULL_REBASE };

struct cli_pull {
    struct cli *cli;
    struct cli_list fetch, merge; /* options that go on */
    const char *ff;               /* "--ff", "--no-ff", "--ff-only"; or NULL */
    const char *cleanup;
    const char *branch; /* that HEAD is on, short; or NULL */
    struct qn_buf branch_name;
    struct qn_buf action; /* "pull --rebase": for reflogs */
    enum cli_pull_rebase rebase;
    int verbosity;
    int autostash; /* -1: not said */
    bool is_dry;
    bool is_unborn;
    struct cli_option table[60];
};

/* Nothing was fetched to be merged: say why; 1. */
int cli_pull_explain(const struct cli_pull *pull, int argc, char **argv);
/* Both sides have commits, and nobody said what to do then.  Dies. */
void cli_pull_die_divergent(struct cli *cli);

#endif
