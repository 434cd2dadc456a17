/* SPDX-License-Identifier: MIT */
/* Record a commit: the object, then HEAD.
 *
 * Order: the commit object is written; all objects are synced (a barrier); then
 * HEAD's branch (or HEAD, detached) moves in one transaction that compares with
 * the old value, with reflog lines for both.  Every prefix is a state that git
 * accepts: before the last step nothing but unreachable objects was added.
 */
#ifndef QN_OPERATION_PART_RECORD_H
#define QN_OPERATION_PART_RECORD_H

#include "base/ctx.h"
#include "hash/id.h"
#include "object/commit_builder.h"
#include "odb/odb.h"
#include "program/signer.h"
#include "refs/refs.h"
#include "repo/repo.h"

/* Write the commit object and sync everything written through `odb`. */
enum qn_status qn_record_commit(struct qn_ctx *ctx, struct qn_odb *odb,
                                const struct qn_commit_builder *builder,
                                struct qn_id *out) QN_MUST_USE;

/* The same with a signature in the header "gpgsig" (or "gpgsig-sha256");
 * `signer` NULL: without.  QN_REFUSED, reason "signer.failed", when the program
 * that signs said no. */
enum qn_status qn_record_signed_commit(struct qn_ctx *ctx, struct qn_odb *odb,
                                       const struct qn_commit_builder *builder,
                                       const struct qn_signer_options *signer,
                                       struct qn_id *out) QN_MUST_USE;

/* What is not UTF-8 in a text is taken for Latin 1, byte by byte. */
enum qn_status qn_record_make_utf8(struct qn_ctx *ctx,
                                   struct qn_buf *text) QN_MUST_USE;

/* Move `name` ("HEAD": followed to its branch).  `old_id`: what it must be,
 * null for unborn; NULL: whatever.  `message`: of the reflog.  QN_CHANGED when
 * somebody else moved it. */
enum qn_status qn_record_ref(struct qn_ctx *ctx, struct qn_repo *repo,
                             struct qn_refs *refs, const char *name,
                             const struct qn_id *new_id,
                             const struct qn_id *old_id,
                             const char *message) QN_MUST_USE;

/* The same, with something done when all locks are held and nothing has moved
 * yet: commit puts the index in place there, so that what is left of a command
 * that was killed is staged changes, which a second run commits. */
struct qn_record_move {
    const char *name;
    const struct qn_id *new_id;
    const struct qn_id *old_id; /* or NULL */
    const char *message;
    unsigned flags; /* qn_ref_update_flags */
    enum qn_status (*between)(struct qn_ctx *ctx, void *data); /* or NULL */
    void *data;
};
enum qn_status qn_record_move(struct qn_ctx *ctx, struct qn_repo *repo,
                              struct qn_refs *refs,
                              const struct qn_record_move *move) QN_MUST_USE;

/* Append "<action>: <first line of the message>", as reflogs have it. */
enum qn_status qn_record_reflog_message(struct qn_ctx *ctx, const char *action,
                                        struct qn_bytes message,
                                        struct qn_buf *out) QN_MUST_USE;

/* Remove the files that an operation in progress leaves in the git directory
 * (MERGE_HEAD, MERGE_MSG, MERGE_MODE, CHERRY_PICK_HEAD, REVERT_HEAD,
 * SQUASH_MSG, AUTO_MERGE, ...), in an order whose every prefix git accepts.  A
 * MERGE_AUTOSTASH becomes an entry of the stash. */
/* The same, and MERGE_AUTOSTASH stays. */
enum qn_status qn_record_clear_merge(struct qn_ctx *ctx,
                                     struct qn_repo *repo) QN_MUST_USE;
enum qn_status qn_record_clear_state(struct qn_ctx *ctx,
                                     struct qn_repo *repo) QN_MUST_USE;
/* The same as reset and switch do it: the hook hears of AUTO_MERGE twice. */
enum qn_status qn_record_clear_branch_state(struct qn_ctx *ctx,
                                            struct qn_repo *repo) QN_MUST_USE;

#endif
