/* SPDX-License-Identifier: MIT */
/* What is different between HEAD, index and work tree (git-status(1)), as rows;
 * how they read is operation/part/status_text.h's business. */
#ifndef QN_WORKTREE_STATUS_H
#define QN_WORKTREE_STATUS_H

#include "worktree/work_walk.h"

enum qn_status_untracked {
    QN_STATUS_UNTRACKED_NO = 0,
    QN_STATUS_UNTRACKED_NORMAL,
    QN_STATUS_UNTRACKED_ALL
};

struct qn_status_options {
    const struct qn_pathspec *pathspec; /* or NULL */
    enum qn_status_untracked untracked;
    enum qn_work_walk_ignored ignored;
    /* Renames in the index: as qn_rename_options.  rename: 0 none, 1 renames, 2
     * copies. */
    int rename;
    uint32_t rename_score;
    uint32_t rename_limit;
    bool ignores_submodules; /* --ignore-submodules=all */
    bool skips_head;         /* only index against work tree */
    bool tells_progress;     /* "Refresh index" */
};

struct qn_status_row {
    struct qn_bytes path;     /* where it is now */
    struct qn_bytes old_path; /* a rename's source; or none */
    char staged;              /* ' ' M T A D R C, of HEAD against index */
    char unstaged;            /* ' ' M T A D, of index against work tree */
    uint8_t stages; /* unmerged: bits 1, 2, 4 of stages 1, 2, 3; else 0 */
    uint16_t score; /* of a rename */
    bool is_intent; /* to be added, and not in HEAD */
    uint32_t head_mode, index_mode, work_mode;
    struct qn_id head_id, index_id;
    uint32_t stage_mode[3];
    struct qn_id stage_id[3];
    bool is_submodule;
    bool has_new_commit; /* submodule: another commit is checked out */
};

struct qn_status_list {
    struct qn_status_row *rows; /* tracked and changed, by path */
    size_t count;
    size_t capacity;
    struct qn_work_walk extra; /* untracked and ignored, by path */
    struct qn_arena arena;
};
#define QN_STATUS_LIST_INIT                                                    \
    {                                                                          \
        NULL, 0, 0, QN_WORK_WALK_INIT, QN_ARENA_INIT                           \
    }
void qn_status_list_dispose(struct qn_status_list *list);

/* `head`: HEAD's tree, or NULL before the first commit.  Stat data of the index
 * may be renewed in memory (qn_index_is_changed tells). `work_tree` NULL: only
 * HEAD against index. */
enum qn_status qn_status_run(struct qn_ctx *ctx,
                             const struct qn_work_tree *work_tree,
                             struct qn_index *index, struct qn_odb *odb,
                             const struct qn_id *head,
                             const struct qn_status_options *options,
                             struct qn_status_list *out) QN_MUST_USE;

/* HEAD's commit and tree; `*found` false on an unborn branch. Either may be
 * NULL. */
enum qn_status qn_status_head(struct qn_ctx *ctx, struct qn_odb *odb,
                              struct qn_refs *refs, struct qn_id *commit,
                              struct qn_id *tree, bool *found) QN_MUST_USE;

#endif
