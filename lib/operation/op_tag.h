/* SPDX-License-Identifier: MIT */
/* tag: a name for an object, with or without an object of its own.
 *
 *   light      refs/tags/<name> -> the object
 *   annotated  message (given, or written in an editor) -> cleaned, trailers
 *              -> signed if wanted -> tag object -> refs/tags/<name>
 *
 * Order: the tag object, durable; then the ref in one transaction that compares
 * with what was there.  Source: git-tag(1), experiments.
 */
#ifndef QN_OPERATION_OP_TAG_H
#define QN_OPERATION_OP_TAG_H

#include "walk/revision.h"

enum qn_tag_cleanup {
    QN_TAG_CLEANUP_STRIP = 0,
    QN_TAG_CLEANUP_WHITESPACE,
    QN_TAG_CLEANUP_VERBATIM
};

struct qn_op_tag_options {
    const char *name;   /* short */
    const char *object; /* as it was given: what to name */
    bool is_annotated;
    bool forces;
    bool makes_log;
    bool edits;                   /* even when a message is given */
    const struct qn_buf *message; /* NULL: the editor asks for it */
    const char *const *trailers;  /* NULL terminated; or NULL */
    enum qn_tag_cleanup cleanup;
    const char *comment; /* core.commentString */
    bool signs;
    const char *key; /* -u; NULL: the default one */
    enum qn_status (*edit)(struct qn_ctx *ctx, void *data, const char *path);
    void *data;
};

struct qn_op_tag_result {
    struct qn_id id; /* what the ref holds now */
    struct qn_id previous;
    bool was_there;
    bool is_nested; /* the object is a tag itself */
};

/* Git's words for what is wrong with name or object; reasons: "tag.editor" (the
 * editor failed), "tag.no-message", "signer.failed" (reported). */
enum qn_status qn_op_tag(struct qn_ctx *ctx,
                         const struct qn_revision_scope *scope,
                         const struct qn_op_tag_options *options,
                         struct qn_op_tag_result *out) QN_MUST_USE;

/* Delete tags, all in one transaction.  `each` is told of every name, found
 * (with what it was) or not, in order, before anything is done. */
struct qn_op_tag_delete {
    const char *const *names;
    size_t count;
    enum qn_status (*each)(struct qn_ctx *ctx, void *data, const char *name,
                           const struct qn_id *id);
    void *data;
};
enum qn_status
qn_op_tag_delete(struct qn_ctx *ctx, const struct qn_revision_scope *scope,
                 const struct qn_op_tag_delete *tags) QN_MUST_USE;

#endif
