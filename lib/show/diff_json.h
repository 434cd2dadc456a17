/* SPDX-License-Identifier: MIT */
/* Differences as JSON: a list of pairs to records.
 *
 *   {"status":"renamed","old_path":"a","path":"b","similarity":90,
 *    "old_mode":"100644","new_mode":"100644","old_id":"...","new_id":"...",
 *    "added":3,"deleted":1,"patch":"..."}
 *
 * added, deleted and binary where a format that counts is asked for, patch with
 * the patch.  An id of a file of the work tree is not known and left out.
 * Paths are from the top. */
#ifndef QN_SHOW_DIFF_JSON_H
#define QN_SHOW_DIFF_JSON_H

#include "diff/patch.h"

/* Both are a qn_diff_render_fn.  A list of its own, a record a line: */
enum qn_status qn_diff_json_list(struct qn_ctx *ctx, void *data,
                                 struct qn_patch *patch,
                                 const struct qn_diff_list *list,
                                 struct qn_buf *out) QN_MUST_USE;
/* A value within another: on the same line. */
enum qn_status qn_diff_json_value(struct qn_ctx *ctx, void *data,
                                  struct qn_patch *patch,
                                  const struct qn_diff_list *list,
                                  struct qn_buf *out) QN_MUST_USE;

#endif
