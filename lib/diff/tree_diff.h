/* SPDX-License-Identifier: MIT */
/* Tree diff: two trees (or nothing) to the list of paths that differ.
 *
 * Works on raw tree bytes and goes down only where ids differ. In path order.
 */
#ifndef QN_DIFF_TREE_DIFF_H
#define QN_DIFF_TREE_DIFF_H

#include "base/arena.h"
#include "base/ctx.h"
#include "hash/id.h"
#include "hash/id_list.h"
#include "odb/odb.h"
#include "path/pathspec.h"

enum qn_diff_status { /* the letters of --raw */
                      QN_DIFF_ADDED = 'A',
                      QN_DIFF_COPIED = 'C',
                      QN_DIFF_DELETED = 'D',
                      QN_DIFF_MODIFIED = 'M',
                      QN_DIFF_RENAMED = 'R',
                      QN_DIFF_TYPE_CHANGED = 'T',
                      QN_DIFF_UNMERGED = 'U'
};

struct qn_diff_side {
    struct qn_bytes path; /* in the list's arena, NUL terminated */
    struct qn_id id; /* null: not known (a file of the work tree), or none */
    uint32_t mode;   /* 0: this side has no such path */
    bool has_id;     /* false with mode != 0: read the work tree's file */
    bool is_dirty_submodule;
    bool has_modified_content, has_untracked_content; /* why it is */
    bool was_warned_of; /* what its filter would lose was told */
    bool is_stream;     /* no file: a pipe; its id is never told */
};

struct qn_diff_pair {
    struct qn_diff_side old_side;
    struct qn_diff_side new_side;
    char status; /* enum qn_diff_status */
    uint16_t
        score; /* 0..100: similarity of R and C, dissimilarity of a broken M */
    uint8_t is_broken; /* a rewrite: M shown as all lines removed and added */
    uint8_t stage;     /* unmerged: 0, or the stage compared with */
};

struct qn_diff_list {
    struct qn_diff_pair *pairs;
    size_t count;
    size_t capacity;
    struct qn_arena arena;
};
#define QN_DIFF_LIST_INIT                                                      \
    {                                                                          \
        NULL, 0, 0, QN_ARENA_INIT                                              \
    }
void qn_diff_list_dispose(struct qn_diff_list *list);
/* Forget the pairs, keep the room. */
void qn_diff_list_reset(struct qn_diff_list *list);
/* Append a cleared pair; NULL: QN_NO_MEMORY. */
struct qn_diff_pair *qn_diff_list_add(struct qn_ctx *ctx,
                                      struct qn_diff_list *list) QN_MUST_USE;

/* Append the ids of the blobs of all pairs. */
enum qn_status qn_diff_list_blobs(struct qn_ctx *ctx,
                                  const struct qn_diff_list *list,
                                  struct qn_id_list *ids) QN_MUST_USE;
/* They will be read: what is promised of them comes at once. */
enum qn_status
qn_diff_list_prefetch(struct qn_ctx *ctx, struct qn_odb *odb,
                      const struct qn_diff_list *list) QN_MUST_USE;

struct qn_tree_diff_options {
    const struct qn_pathspec *pathspec; /* or NULL */
    bool shows_trees;                   /* -t: directories, too */
    bool has_max_depth;  /* go no deeper than this below the pathspec; -1: no */
    int max_depth;       /* limit */
    bool is_recursive;   /* -r: otherwise directories stand for themselves */
    bool stops_at_first; /* only whether there is any difference */
    bool finds_copies_harder; /* also append unchanged paths of the old side */
    size_t most;              /* pairs, and no more; 0: all */
};

/* Read a tree; one that is not there fails in Git's words. */
enum qn_status qn_tree_diff_read(struct qn_ctx *ctx, struct qn_odb *odb,
                                 const struct qn_id *id,
                                 struct qn_object *out) QN_MUST_USE;

/* Append the differences.  A NULL tree is empty. */
enum qn_status qn_tree_diff_run(struct qn_ctx *ctx, struct qn_odb *odb,
                                const struct qn_id *old_tree,
                                const struct qn_id *new_tree,
                                const struct qn_tree_diff_options *options,
                                struct qn_diff_list *out) QN_MUST_USE;

#endif
