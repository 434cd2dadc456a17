/* SPDX-License-Identifier: MIT */
/* Several trees as lists of files, side by side (inside the layer).  What is
 * the same in all of them and in the index is left out. */
#ifndef QN_WORKTREE_UNPACK_TREES_H
#define QN_WORKTREE_UNPACK_TREES_H

#include "base/arena.h"
#include "index/index.h"
#include "odb/odb.h"
#include "path/pathspec.h"

#define QN_UNPACK_TREES_MOST 8u

struct qn_unpack_file {
    struct qn_bytes path; /* NUL terminated */
    uint32_t mode;
    struct qn_id id;
};

struct qn_unpack_list {
    struct qn_unpack_file *files;
    size_t count;
    size_t capacity;
};

struct qn_unpack_range { /* of the index, [start, end) */
    size_t start, end;
};

struct qn_unpack_trees {
    struct qn_unpack_list lists[QN_UNPACK_TREES_MOST];
    size_t count;
    struct qn_unpack_range *same; /* in order */
    size_t same_count;
    size_t same_capacity;
    struct qn_arena arena;
    /* Set before reading: directories that nothing of it can be in are not gone
     * into; or NULL. */
    const struct qn_pathspec *pathspec;
};

/* `prefix`: put before every path ("" or "a/"); `skips_same`: use the index's
 * cache tree. */
enum qn_status qn_unpack_trees_read(struct qn_ctx *ctx, struct qn_odb *odb,
                                    const struct qn_index *index,
                                    const struct qn_id *trees, size_t count,
                                    const char *prefix, bool skips_same,
                                    struct qn_unpack_trees *out) QN_MUST_USE;
/* Put into the list of the one tree what was left out, from the index: the list
 * of all its files, and no tree is read that the index knows. */
enum qn_status
qn_unpack_trees_complete(struct qn_ctx *ctx, const struct qn_index *index,
                         struct qn_unpack_trees *out) QN_MUST_USE;
void qn_unpack_trees_dispose(struct qn_unpack_trees *trees);

#endif
