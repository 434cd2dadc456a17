/* SPDX-License-Identifier: MIT */
/* Files of the work tree into objects and index. */
#ifndef QN_WORKTREE_ADD_H
#define QN_WORKTREE_ADD_H

#include "worktree/filter.h"

struct qn_add_options {
    bool is_intent;      /* -N: the path only, the content later */
    bool renormalises;   /* --renormalize */
    bool is_dry_run;     /* hash, but write no object and no entry */
    bool ignores_errors; /* --ignore-errors */
    int chmod;           /* 0, '+' or '-' */
    bool info_only;      /* update-index --info-only: no object written */
    bool checks_safe;    /* core.safecrlf counts */
    /* out: */
    uint8_t *changed; /* one a path, the caller's; or NULL: 1 where the index
                         changed (or would) */
    uint64_t failed_count;
};

/* Hash and write files in parallel, then enter them in order.  `paths` relative
 * to the top, sorted.  A file that vanished or cannot be read is an error:
 * reported, counted when `ignores_errors`, else QN_IO and kin. */
enum qn_status qn_add_paths(struct qn_ctx *ctx, const struct qn_work_tree *tree,
                            struct qn_index *index, struct qn_odb *odb,
                            const struct qn_bytes *paths, size_t count,
                            struct qn_add_options *options) QN_MUST_USE;

#endif
