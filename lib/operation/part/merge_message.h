/* SPDX-License-Identifier: MIT */
/* What a merge says: the commits that are merged and what they are called, the
 * default message, the list of commits, the message of a squash.
 *
 *   "x" -> branch 'x';  "x~2" -> branch 'x' (early part);  "v1" -> tag 'v1';
 *   "origin/x" -> remote-tracking branch 'origin/x';  else commit '<as given>'
 *
 * Source: git-merge(1), git-fmt-merge-msg(1), experiments.
 */
#ifndef QN_OPERATION_PART_MERGE_MESSAGE_H
#define QN_OPERATION_PART_MERGE_MESSAGE_H

#include "base/buf.h"
#include "walk/revision.h"

enum qn_merge_head_kind { /* in the order they are listed */
                          QN_MERGE_HEAD_BRANCH = 0,
                          QN_MERGE_HEAD_REMOTE,
                          QN_MERGE_HEAD_TAG,
                          QN_MERGE_HEAD_COMMIT,
                          QN_MERGE_HEAD_ALL /* what a repository's HEAD is */
};

struct qn_merge_head {
    struct qn_id id; /* the commit */
    bool has_tag;
    struct qn_id tag; /* annotated: the tag object */
    enum qn_merge_head_kind kind;
    bool is_early;        /* "(early part)" */
    struct qn_buf name;   /* as it was given; for labels and reflogs */
    struct qn_buf quoted; /* what the message puts in quotes */
    struct qn_buf line;   /* what lists call it, when that is its own line */
    struct qn_buf source; /* another repository; "": this one */
};

struct qn_merge_heads {
    struct qn_merge_head *items;
    size_t count, capacity;
};
void qn_merge_heads_dispose(struct qn_merge_heads *heads);

/* Look a revision up and describe it; "FETCH_HEAD" stands for what its file
 * lists.  QN_NOT_FOUND, subject `text`. */
enum qn_status qn_merge_heads_add(struct qn_ctx *ctx,
                                  const struct qn_revision_scope *scope,
                                  struct qn_merge_heads *heads,
                                  const char *text) QN_MUST_USE;
/* Lines like FETCH_HEAD's: a line that is none is QN_INVALID "error in line
 * ...". */
enum qn_status qn_merge_heads_add_list(struct qn_ctx *ctx,
                                       const struct qn_revision_scope *scope,
                                       struct qn_merge_heads *heads,
                                       struct qn_bytes text) QN_MUST_USE;
void qn_merge_heads_remove(struct qn_merge_heads *heads, size_t i);

struct qn_merge_message_options {
    const struct qn_id *head; /* ours */
    const char *into;         /* the branch merged into; short */
    size_t log_size;          /* commits listed for each head; 0: no list */
    bool has_title;           /* no: only the list (-m, -F) */
    bool credits;             /* an editor will show who did it */
    const char *comment;
};
/* Append the message, its last line ended. */
enum qn_status
qn_merge_message_append(struct qn_ctx *ctx,
                        const struct qn_revision_scope *scope,
                        const struct qn_merge_heads *heads,
                        const struct qn_merge_message_options *options,
                        struct qn_buf *out) QN_MUST_USE;

/* Append SQUASH_MSG: the commits of the heads that `head` (null: unborn) does
 * not have. */
enum qn_status qn_merge_message_squash(struct qn_ctx *ctx,
                                       const struct qn_revision_scope *scope,
                                       const struct qn_merge_heads *heads,
                                       const struct qn_id *head,
                                       struct qn_buf *out) QN_MUST_USE;

#endif
