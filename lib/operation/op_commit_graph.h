/* SPDX-License-Identifier: MIT */
/* commit-graph write and verify (git-commit-graph(1)): which commits a graph is
 * of, and is it right. */
#ifndef QN_OPERATION_OP_COMMIT_GRAPH_H
#define QN_OPERATION_OP_COMMIT_GRAPH_H

#include "walk/commit_graph_verify.h"
#include "walk/commit_graph_write.h"

enum qn_op_commit_graph_from {
    QN_OP_COMMIT_GRAPH_PACKED = 0, /* all commits in packs */
    QN_OP_COMMIT_GRAPH_REACHABLE,  /* from all refs */
    QN_OP_COMMIT_GRAPH_PACKS,      /* those in some packs */
    QN_OP_COMMIT_GRAPH_COMMITS     /* from some */
};

struct qn_op_commit_graph {
    enum qn_op_commit_graph_from from;
    const char *const *packs; /* names of index files in the pack directory */
    size_t pack_count;
    const struct qn_id *commits; /* of any type: what does not lead to a commit
                                    is left out */
    size_t commit_count;
    struct qn_commit_graph_write write; /* but for the tips */
};

/* QN_INVALID: a pack that is not there, in Git's words. */
enum qn_status qn_op_commit_graph_write(struct qn_ctx *ctx,
                                        const struct qn_revision_scope *scope,
                                        const struct qn_op_commit_graph *graph,
                                        bool *written) QN_MUST_USE;

/* `*exists` false: there is no graph.  What keeps it from being opened is
 * reported; `is_complete` false: it, or some of it, cannot be used. */
struct qn_op_commit_graph_verify {
    const char *objects_directory; /* NULL: the repository's */
    struct qn_commit_graph_verify verify;
    bool is_complete; /* out */
};
enum qn_status
qn_op_commit_graph_verify(struct qn_ctx *ctx,
                          const struct qn_revision_scope *scope,
                          struct qn_op_commit_graph_verify *verify) QN_MUST_USE;

/* The object directory that is `text`: the repository's or an alternate; as the
 * repository names it, appended.  QN_NOT_FOUND in Git's words. */
enum qn_status
qn_op_commit_graph_directory(struct qn_ctx *ctx,
                             const struct qn_revision_scope *scope,
                             const char *text, struct qn_buf *out) QN_MUST_USE;

#endif
