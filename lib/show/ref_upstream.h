/* SPDX-License-Identifier: MIT */
/* %(upstream...) and %(push...) of a branch. */
#ifndef QN_SHOW_REF_UPSTREAM_H
#define QN_SHOW_REF_UPSTREAM_H

#include "show/ref_atom.h"

/* What ":remotename" or ":remoteref" stands for; NULL: nothing.  `branch` is
 * short here and below. */
const char *qn_ref_upstream_remote(struct qn_ctx *ctx,
                                   const struct qn_revision_scope *scope,
                                   const char *branch,
                                   const struct qn_ref_atom *atom);
/* The full name of the ref that is tracked (or pushed to), appended; nothing
 * when there is none. */
enum qn_status qn_ref_upstream_find(struct qn_ctx *ctx,
                                    const struct qn_revision_scope *scope,
                                    const char *branch, bool is_push,
                                    struct qn_buf *out) QN_MUST_USE;
/* ":track" and ":trackshort": how far the ref is ahead of `other`. */
enum qn_status qn_ref_upstream_track(struct qn_ctx *ctx,
                                     const struct qn_revision_scope *scope,
                                     const struct qn_ref_item *item,
                                     const char *other,
                                     const struct qn_ref_atom *atom,
                                     struct qn_buf *out) QN_MUST_USE;

#endif
