/* SPDX-License-Identifier: MIT */
/* Walk the work tree for what the index does not have: untracked and ignored
 * files, in parallel over directories.
 */
#ifndef QN_WORKTREE_WORK_WALK_H
#define QN_WORKTREE_WORK_WALK_H

#include "base/arena.h"
#include "base/progress.h"
#include "path/ignore.h"
#include "path/pathspec.h"
#include "worktree/work_tree.h"

enum qn_work_walk_ignored {
    QN_WORK_WALK_IGNORED_NONE = 0,
    QN_WORK_WALK_IGNORED_TRADITIONAL, /* whole directories, where they are all
                                         ignored */
    QN_WORK_WALK_IGNORED_MATCHING     /* what a pattern itself matches */
};

struct qn_work_walk_options {
    const struct qn_pathspec *pathspec; /* or NULL */
    bool collapses;       /* an untracked directory stands for its files */
    bool lists_replaced;  /* also directories in the place of a file of the
                             index (collapsed) */
    bool shows_empty;     /* also directories without files (collapsed) */
    bool lists_untracked; /* false: only ignored ones are wanted */
    bool is_second;       /* a directory that is not there was told of */
    enum qn_work_walk_ignored ignored;
    bool ignores_nothing; /* no ignore rules: every file is untracked */
    /* Makes one thread's rules; NULL: the standard sources. */
    enum qn_status (*make_ignore)(struct qn_ctx *ctx, void *data,
                                  struct qn_ignore **out);
    void *data;
    /* Not NULL: compare the tracked files on the way, as qn_refresh_run does
     * (which see), so that each directory is opened once. */
    uint8_t *answers;
    struct qn_progress *progress; /* of the comparing; or NULL */
    /* With answers and `collapses`, the standard rules, no pathspec and no
     * ignored files: take from the index's untracked cache, and keep in it. */
    bool uses_cache;
};

struct qn_work_walk_item {
    struct qn_bytes path; /* NUL terminated; a directory ends in "/" */
    bool is_ignored;
};

struct qn_work_walk {
    struct qn_work_walk_item *items; /* sorted by path */
    size_t count;
    size_t capacity;
    struct qn_arena arena;
};
#define QN_WORK_WALK_INIT                                                      \
    {                                                                          \
        NULL, 0, 0, QN_ARENA_INIT                                              \
    }
void qn_work_walk_dispose(struct qn_work_walk *walk);

enum qn_status qn_work_walk_run(struct qn_ctx *ctx,
                                const struct qn_work_tree *tree,
                                struct qn_index *index,
                                const struct qn_work_walk_options *options,
                                struct qn_work_walk *out) QN_MUST_USE;

#endif
