/* SPDX-License-Identifier: MIT */
/* Local changes put aside for a while, as a stash commit.
 *
 *   index and work tree -> commit of the index, commit of the work tree
 *                       -> MERGE_AUTOSTASH, files as in HEAD
 *   ... -> three-way merge back into the work tree | entry of refs/stash
 *
 * Order: objects, MERGE_AUTOSTASH, files, index; back: files, index, then the
 * ref goes.  A cut leaves the changes in the ref, where a second run finds
 * them. Source: git-merge(1), git-stash(1), experiments.
 */
#ifndef QN_OPERATION_PART_AUTOSTASH_H
#define QN_OPERATION_PART_AUTOSTASH_H

#include "merge/text_merge.h"
#include "walk/revision.h"
#include "worktree/work_tree.h"

/* How a stash is called, and the sides of its conflicts.  NULL: as merge and
 * rebase do. */
struct qn_autostash_words {
    const char *message;
    const char *our_label, *their_label, *base_label;
    bool has_style; /* else the configured one */
    enum qn_text_merge_style style;
};

/* The same as create and apply below for whoever keeps the id himself: no ref
 * is written but, in conflict, that of the stash. */
enum qn_status qn_autostash_put_aside(struct qn_ctx *ctx,
                                      const struct qn_revision_scope *scope,
                                      const struct qn_work_tree *tree,
                                      const struct qn_autostash_words *words,
                                      struct qn_id *out,
                                      bool *created) QN_MUST_USE;
enum qn_status qn_autostash_put_back(struct qn_ctx *ctx, struct qn_repo *repo,
                                     const struct qn_autostash_words *words,
                                     const struct qn_id *stash) QN_MUST_USE;

/* `*created` false: nothing was to be put aside. */
enum qn_status qn_autostash_create(struct qn_ctx *ctx,
                                   const struct qn_revision_scope *scope,
                                   const struct qn_work_tree *tree,
                                   struct qn_id *out,
                                   bool *created) QN_MUST_USE;
/* What MERGE_AUTOSTASH holds goes back into the work tree; in conflict it stays
 * in the stash, too.  Reported as Git does.  None: nothing. */
enum qn_status qn_autostash_apply(struct qn_ctx *ctx,
                                  struct qn_repo *repo) QN_MUST_USE;
/* What MERGE_AUTOSTASH holds becomes an entry of the stash. */
enum qn_status qn_autostash_save(struct qn_ctx *ctx,
                                 struct qn_repo *repo) QN_MUST_USE;

#endif
