/* SPDX-License-Identifier: MIT */
/* The halves of branch: what changes branches, and what lists them. */
#ifndef QUOIN_CLI_BRANCHING_H
#define QUOIN_CLI_BRANCHING_H

#include "cli/columns.h"
#include "cli/ref_listing.h"

enum branch_shown { BRANCH_LOCAL = 0, BRANCH_REMOTE, BRANCH_ALL };

struct branch_options {
    struct ref_listing listing;
    struct cli_columns columns;
    bool wants_columns;
    int verbose;
    int abbrev; /* -1: automatic, 0: full */
    bool force;
    bool quiet;
    bool makes_log;
    int shown; /* enum branch_shown: of -r and -a the last one counts */
    bool sets_upstream;
    int track; /* -1: as configured, 0: no, 1: direct, 2: inherit */
    const char *format;
};

/* The work tree that has it checked out; "" when there is none. */
const char *branch_work_tree(struct cli *cli, const char *full);
/* The short name of the branch we are on; NULL: detached. */
const char *branch_current(struct cli *cli);

int branch_create(struct cli *cli, const struct branch_options *options,
                  const char *name, const char *start);
int branch_delete(struct cli *cli, const struct branch_options *options,
                  int argc, char **argv);
int branch_rename(struct cli *cli, const struct branch_options *options,
                  bool is_copy, int argc, char **argv);
int branch_set_upstream(struct cli *cli, const struct branch_options *options,
                        const char *upstream, const char *name);
int branch_unset_upstream(struct cli *cli, const char *name);
int branch_describe(struct cli *cli, const char *name);
int branch_list(struct cli *cli, struct branch_options *options, int argc,
                char **argv);

#endif
