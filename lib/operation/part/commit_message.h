/* SPDX-License-Identifier: MIT */
/* Where a commit's message comes from, before hooks and editor see it.
 *
 *   -m, -F, -C and -c, --fixup and --squash, MERGE_MSG, SQUASH_MSG, template
 *   -> the text, and what prepare-commit-msg is told of its source
 *
 * Source: git-commit(1), githooks(5) "prepare-commit-msg", experiments.
 */
#ifndef QN_OPERATION_PART_COMMIT_MESSAGE_H
#define QN_OPERATION_PART_COMMIT_MESSAGE_H

#include "object/commit.h"
#include "operation/op_commit.h"
#include "walk/revision.h"

struct qn_commit_message {
    struct qn_buf text;
    const char *source; /* "message", "template", "merge", "squash",
                           "commit", or NULL */
    const char
        *source_commit; /* with "commit": "HEAD" or as the user wrote it */
    bool has_comments;  /* MERGE_MSG of a conflict: comments are cleaned away */
};

/* The commit that -C, --fixup and their kin name. */
enum qn_status qn_commit_message_lookup(struct qn_ctx *ctx,
                                        const struct qn_revision_scope *scope,
                                        const char *text,
                                        struct qn_id *out) QN_MUST_USE;

/* `reused`: the commit of -C, -c or --amend, or NULL.  `is_merging`:
 * MERGE_HEAD or CHERRY_PICK_HEAD is there. */
enum qn_status qn_commit_message_collect(
    struct qn_ctx *ctx, const struct qn_revision_scope *scope,
    const struct qn_commit_options *options, const struct qn_commit *reused,
    struct qn_commit_message *out) QN_MUST_USE;

/* Append "Signed-off-by: <who>", unless the last line is that; `who`: "Name
 * <mail>". */
enum qn_status qn_commit_message_sign_off(struct qn_ctx *ctx,
                                          struct qn_buf *text,
                                          struct qn_bytes who) QN_MUST_USE;

/* Add "key=value" or "key: value" as trailers, in order, as --trailer does. */
enum qn_status qn_commit_message_add_trailers(
    struct qn_ctx *ctx, const struct qn_config *config, struct qn_buf *text,
    const char *const *trailers) QN_MUST_USE;

/* The instructions of the template: "Please enter ...". */
enum qn_status qn_commit_message_instruct(struct qn_ctx *ctx,
                                          enum qn_commit_cleanup cleanup,
                                          const char *comment,
                                          struct qn_buf *out) QN_MUST_USE;

/* Clean up what came back.  `was_edited` decides what the default is. */
enum qn_status qn_commit_message_clean(struct qn_ctx *ctx,
                                       enum qn_commit_cleanup cleanup,
                                       const char *comment,
                                       struct qn_buf *text) QN_MUST_USE;

/* Is there nothing in it but white space and sign-offs? */
bool qn_commit_message_is_empty(struct qn_bytes text);

#endif
