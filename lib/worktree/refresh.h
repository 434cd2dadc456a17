/* SPDX-License-Identifier: MIT */
/* Look at every tracked file, in parallel, and say what is no longer as the
 * index has it. */
#ifndef QN_WORKTREE_REFRESH_H
#define QN_WORKTREE_REFRESH_H

#include "path/pathspec.h"
#include "worktree/compare.h"

enum qn_refresh_flags {
    QN_REFRESH_REALLY = 1, /* look at assume-valid entries, too */
    QN_REFRESH_HOLDS = 4,  /* and they stay so, whatever was found */
    QN_REFRESH_TELLS = 2   /* "Refresh index", to who hears of progress */
};

/* `answers`: one byte an entry (enum qn_compare_answer), filled in; those of
 * other stages than 0 and outside of `pathspec` (or NULL) are SAME.  Stat data
 * of entries that turned out the same are renewed (and the index marked
 * changed), and those entries flagged QN_INDEX_UPTODATE. */
enum qn_status qn_refresh_run(struct qn_ctx *ctx,
                              const struct qn_work_tree *tree,
                              struct qn_index *index,
                              const struct qn_pathspec *pathspec,
                              unsigned flags, uint8_t *answers) QN_MUST_USE;

/* What one comparison found is kept in the entry; true when that is worth
 * writing. */
bool qn_refresh_keep(const struct qn_index *index, struct qn_index_entry *entry,
                     const struct qn_file_stat *stat,
                     enum qn_compare_answer answer, bool is_stale);

/* Before an index is written: entries that are racy and as their files are need
 * not be written as if they were not. */
enum qn_status qn_refresh_racy(struct qn_ctx *ctx, struct qn_repo *repo,
                               struct qn_index *index) QN_MUST_USE;

#endif
