/* SPDX-License-Identifier: MIT */
/* Is the file of the work tree what the index says?
 *
 * Stat data answers nearly always; where they cannot (racy, or stat data of an
 * entry that is changed but perhaps not its content) the content is hashed.
 */
#ifndef QN_WORKTREE_COMPARE_H
#define QN_WORKTREE_COMPARE_H

#include "worktree/filter.h"

enum qn_compare_answer {
    QN_COMPARE_SAME = 0,
    QN_COMPARE_MODIFIED,
    QN_COMPARE_TYPE_CHANGED,
    QN_COMPARE_DELETED
};
/* In a row of answers, while it is made: a program must be asked. */
#define QN_COMPARE_LATER 0xffu

/* One thread's tools. */
struct qn_compare {
    const struct qn_work_tree *tree;
    const struct qn_index *index;
    struct qn_filter *filter; /* made at first need */
    /* The directory looked at last ("a/b/", a view of an entry's path): entries
     * come in order, so most need no long path to be walked. */
    struct qn_bytes directory;
    int directory_fd;  /* -1: not open (yet) */
    bool is_not_there; /* a part of it is no directory, or a link */
    struct qn_buf path;
    struct qn_buf content;
    struct qn_buf filtered;
    /* Programs that filters are run one at a time, in the order of the index:
     * one of many threads leaves what needs them to the end. */
    bool defers_programs;
    bool is_deferred; /* the last comparison has no answer */
};
void qn_compare_init(struct qn_compare *compare,
                     const struct qn_work_tree *tree,
                     const struct qn_index *index);
void qn_compare_dispose(struct qn_compare *compare);

/* The monitor says that it did not change. */
static inline bool qn_compare_is_known(const struct qn_index *index,
                                       const struct qn_index_entry *entry)
{
    return (entry->flags & QN_INDEX_FSMONITOR_VALID) &&
           qn_index_is_monitored(index);
}

/* Compare one entry (stage 0).  `stat` is filled in when the file is there.
 * `*is_stat_stale`: the answer is SAME, but stat data of the entry should be
 * renewed. Entries that are skip-worktree or assume-valid are SAME. */
enum qn_status qn_compare_entry(struct qn_ctx *ctx, struct qn_compare *compare,
                                const struct qn_index_entry *entry,
                                struct qn_file_stat *stat,
                                enum qn_compare_answer *answer,
                                bool *is_stat_stale) QN_MUST_USE;
/* The same where lstat of the file was made already (and no flag of the entry
 * says not to look). */
enum qn_status qn_compare_judge(struct qn_ctx *ctx, struct qn_compare *compare,
                                const struct qn_index_entry *entry,
                                const struct qn_file_stat *stat,
                                enum qn_compare_answer *answer,
                                bool *is_stat_stale) QN_MUST_USE;
/* After MODIFIED: look at the content where a filter may make the same of it in
 * spite of another size. */
enum qn_status qn_compare_confirm(struct qn_ctx *ctx,
                                  struct qn_compare *compare,
                                  const struct qn_index_entry *entry,
                                  const struct qn_file_stat *stat,
                                  enum qn_compare_answer *answer) QN_MUST_USE;
/* From stat data alone (diff-files without refresh): what git tells of, which
 * looks at whole seconds. */
bool qn_compare_is_stat_same(const struct qn_compare *compare,
                             const struct qn_index_entry *entry,
                             const struct qn_file_stat *stat);
/* The id that a file's content would have in git (filtered); a link's is of its
 * target. */
enum qn_status qn_compare_hash(struct qn_ctx *ctx, struct qn_compare *compare,
                               struct qn_bytes path,
                               const struct qn_file_stat *stat,
                               struct qn_id *out) QN_MUST_USE;
/* HEAD of the repository in a directory of the work tree; `*found` false when
 * there is none. */
enum qn_status qn_compare_gitlink(struct qn_ctx *ctx,
                                  struct qn_compare *compare,
                                  struct qn_bytes path, struct qn_id *out,
                                  bool *found) QN_MUST_USE;

#endif
