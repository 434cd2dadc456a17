/* SPDX-License-Identifier: MIT */
/* The inside of qn_unpack_run: what its files share.
 *
 *   unpack.c         walks all paths, of the index and of the trees, in order
 *   unpack_decide.c  what becomes of one path; into `actions`
 *   unpack_check.c   may a file be written or removed?  What may not is noted
 *                    in `troubles`, and fails all before anything is changed
 *   unpack_write.c   carries the actions out, in index and work tree
 */
#ifndef QN_WORKTREE_UNPACK_PRIVATE_H
#define QN_WORKTREE_UNPACK_PRIVATE_H

#include "base/progress.h"
#include "path/ignore.h"
#include "worktree/compare.h"
#include "worktree/sparse.h"
#include "worktree/unpack.h"
#include "worktree/unpack_trees.h"

/* What is to be done with one path. */
struct qn_unpack_action {
    struct qn_bytes path;
    uint32_t mode; /* 0: remove */
    uint8_t stage;
    bool writes_file;
    struct qn_id id;
};

/* What stands in the way, by kind. */
enum qn_unpack_trouble {
    QN_TROUBLE_OVERWRITE, /* "would be overwritten by merge. Cannot merge." */
    QN_TROUBLE_CHANGED,   /* not up to date */
    QN_TROUBLE_UNTRACKED_OVERWRITTEN,
    QN_TROUBLE_UNTRACKED_REMOVED,
    QN_TROUBLE_DIRECTORY, /* with untracked files in it */
    QN_TROUBLE_OVERLAP,   /* --prefix= of what is there */
    QN_TROUBLE_COUNT
};

struct qn_unpacker {
    const struct qn_work_tree *tree; /* NULL: do not look */
    struct qn_index *index;
    struct qn_odb *odb;
    struct qn_unpack_options *options;
    struct qn_unpack_trees trees;
    struct qn_unpack_action *actions;
    size_t count;
    size_t capacity;
    uint8_t *answers; /* with resets and updates: enum qn_compare_answer */
    struct qn_compare compare;
    struct qn_ignore *ignore;
    struct qn_sparse *sparse; /* NULL: all is inside */
    struct qn_buf present;    /* "a/b/" that is a directory, its parts, too */
    struct qn_buf missing;    /* "a/c/" that is not there; empty: none known */
    /* "\tpath\n" lines: of paths that a tree has, then of those that only the
     * index has.  Git looks at the index's own when it is through the trees. */
    struct qn_buf troubles[2][QN_TROUBLE_COUNT];
    bool has_trouble[2];
    bool is_late;                /* the row is of the index only */
    struct qn_progress progress; /* files removed and written */
};

/* One path, everywhere. */
struct qn_unpack_row {
    struct qn_bytes path;
    const struct qn_index_entry *entry; /* stage 0, or NULL */
    size_t position;
    size_t end; /* entries of this path: [position, end) */
    bool is_unmerged;
    const struct qn_unpack_file *files[QN_UNPACK_TREES_MOST]; /* or NULL */
};

/* ---- unpack_decide.c */

/* What is to be done with one row; troubles are noted. */
enum qn_status qn_unpack_decide_row(struct qn_ctx *ctx, struct qn_unpacker *u,
                                    const struct qn_unpack_row *row);
/* Has one of the trees a file where the path needs a directory? */
bool qn_unpack_decide_is_below_file(const struct qn_unpacker *u,
                                    struct qn_bytes path);
/* Do this with the path of `row`: take `file` (NULL: remove it). */
enum qn_status qn_unpack_decide_act(struct qn_ctx *ctx, struct qn_unpacker *u,
                                    const struct qn_unpack_row *row,
                                    const struct qn_unpack_file *file,
                                    uint8_t stage, bool writes_file);

/* ---- unpack_check.c */

/* Are files looked at, and written? */
bool qn_unpack_check_looks(const struct qn_unpacker *u);
enum qn_status qn_unpack_check_note(struct qn_ctx *ctx, struct qn_unpacker *u,
                                    enum qn_unpack_trouble kind,
                                    struct qn_bytes path);
/* The file must be what the index says, or gone; files in a directory that is
 * in its place would be lost when it is to be removed. */
enum qn_status qn_unpack_check_uptodate(struct qn_ctx *ctx,
                                        struct qn_unpacker *u,
                                        const struct qn_index_entry *entry,
                                        bool is_removed);
/* The same, though it is a reset. */
enum qn_status qn_unpack_check_clean(struct qn_ctx *ctx, struct qn_unpacker *u,
                                     const struct qn_index_entry *entry,
                                     bool is_removed) QN_MUST_USE;
/* Nothing untracked may be where a file shall be written (`kind` OVERWRITTEN)
 * or removed. */
enum qn_status qn_unpack_check_absent(struct qn_ctx *ctx, struct qn_unpacker *u,
                                      struct qn_bytes path,
                                      enum qn_unpack_trouble kind);
/* The failure that the noted troubles are; each of them is reported. */
enum qn_status qn_unpack_check_fail(struct qn_ctx *ctx, struct qn_unpacker *u);

/* ---- unpack_write.c */

enum qn_status qn_unpack_write_run(struct qn_ctx *ctx, struct qn_unpacker *u);

#endif
