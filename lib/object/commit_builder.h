/* SPDX-License-Identifier: MIT */
/* The text of a new commit or tag: header lines in Git's order, an empty line,
 * the message. Nothing is checked but what would break the format. */
#ifndef QN_OBJECT_COMMIT_BUILDER_H
#define QN_OBJECT_COMMIT_BUILDER_H

#include "base/buf.h"
#include "base/ctx.h"
#include "hash/id.h"

struct qn_commit_builder {
    struct qn_id tree;
    const struct qn_id *parents;
    size_t parent_count;
    const char *author;    /* "Name <mail> seconds zone" */
    const char *committer; /* the same form */
    const char *encoding;  /* NULL or "UTF-8": no header */
    struct qn_bytes extra; /* whole header lines ("mergetag ...\n"), or empty */
    struct qn_bytes message;
};

/* Append the object's text.  QN_INVALID for a NUL in the message ("a NUL byte
 * in commit log message not allowed."). */
enum qn_status qn_commit_builder_append(struct qn_ctx *ctx,
                                        const struct qn_commit_builder *builder,
                                        struct qn_buf *out) QN_MUST_USE;

#endif
