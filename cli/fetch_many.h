/* SPDX-License-Identifier: MIT */
/* fetch from several remotes: each by a program of its own, one after the other
 * or several at once. */
#ifndef QUOIN_FETCH_MANY_H
#define QUOIN_FETCH_MANY_H

#include "cli/cli.h"
#include "repo/remote.h"

struct cli_fetch_many {
    const struct cli_list *words;          /* options for each */
    const struct qn_remote_words *remotes; /* names */
    int jobs;                              /* at once; 0: as many as processors,
                                              below: fetch.parallel */
    bool tells;                            /* "Fetching <name>" */
};
/* The number of fetch.parallel; dies when it is none. */
int cli_fetch_parallel(struct cli *cli);
/* 0 when all of them ended so, else 1. */
int cli_fetch_many(struct cli *cli, const struct cli_fetch_many *many);

#endif
