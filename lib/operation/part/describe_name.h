/* SPDX-License-Identifier: MIT */
/* The name of a commit after the nearest tag: git-describe(1), as %(describe)
 * uses it.  Rules: docs/provenance/show.md.
 *
 * One object may be asked from several threads: it has an odb of its own and
 * answers one at a time.
 */
#ifndef QN_OPERATION_PART_DESCRIBE_NAME_H
#define QN_OPERATION_PART_DESCRIBE_NAME_H

#include "base/buf.h"
#include "walk/revision.h"

struct qn_describe_name;
enum qn_status qn_describe_name_new(struct qn_ctx *ctx,
                                    const struct qn_revision_scope *scope,
                                    struct qn_describe_name **out) QN_MUST_USE;
void qn_describe_name_free(struct qn_describe_name *describe);

/* A qn_pretty_options.describe; `data` is a qn_describe_name.  `text`: what
 * follows the word, "" or ":tags,match=v*".  A commit without a name appends
 * nothing; QN_INVALID: the options are wrong. */
enum qn_status qn_describe_name_pretty(struct qn_ctx *ctx, void *data,
                                       const struct qn_id *id,
                                       struct qn_bytes text,
                                       struct qn_buf *out) QN_MUST_USE;

#endif
