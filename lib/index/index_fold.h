/* SPDX-License-Identifier: MIT */
/* Names of an index with the case of ASCII letters left out (core.ignoreCase).
 *
 * Made of an index as it is; when entries come or go it is out of date, but
 * those that came may be told of.  Reading it from many threads is fine.
 */
#ifndef QN_INDEX_INDEX_FOLD_H
#define QN_INDEX_INDEX_FOLD_H

#include "index/index.h"

struct qn_index_fold;

enum qn_status qn_index_fold_new(struct qn_ctx *ctx,
                                 const struct qn_index *index,
                                 struct qn_index_fold **out) QN_MUST_USE;
void qn_index_fold_free(struct qn_index_fold *fold);
/* The name (file or gitlink) in the index that is `path` but for case;
 * QN_BYTES_NONE when there is none.  A view of the fold. */
struct qn_bytes qn_index_fold_file(const struct qn_index_fold *fold,
                                   struct qn_bytes path);
/* The same of a directory with entries below it: `path` and the answer have no
 * slash at the end. */
struct qn_bytes qn_index_fold_directory(const struct qn_index_fold *fold,
                                        struct qn_bytes path);
/* Note an entry that came. */
enum qn_status qn_index_fold_add(struct qn_ctx *ctx, struct qn_index_fold *fold,
                                 struct qn_bytes path) QN_MUST_USE;
/* Append `path` with the case that the index has for it: of the file, or of the
 * leading directories that are there. */
enum qn_status qn_index_fold_spell(struct qn_ctx *ctx,
                                   const struct qn_index_fold *fold,
                                   struct qn_bytes path,
                                   struct qn_buf *out) QN_MUST_USE;

#endif
