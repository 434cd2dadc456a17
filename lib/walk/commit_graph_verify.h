/* SPDX-License-Identifier: MIT */
/* Is a commit-graph what the objects say?  git-commit-graph(1), verify. */
#ifndef QN_WALK_COMMIT_GRAPH_VERIFY_H
#define QN_WALK_COMMIT_GRAPH_VERIFY_H

#include "odb/odb.h"
#include "walk/commit_graph.h"

struct qn_commit_graph_verify {
    struct qn_odb *odb; /* one that replaces nothing */
    bool only_tip;      /* of a chain: the layer on top */
    /* Each fault, a line without its end. */
    void (*tell)(void *data, const char *line);
    void *data;
    /* out */
    bool has_bad_checksum;
    bool has_fault;
};

/* QN_CORRUPT, with Git's message, when it cannot even be gone through. */
enum qn_status
qn_commit_graph_verify_run(struct qn_ctx *ctx,
                           const struct qn_commit_graph *graph,
                           struct qn_commit_graph_verify *verify) QN_MUST_USE;

#endif
