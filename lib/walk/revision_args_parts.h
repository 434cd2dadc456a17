/* SPDX-License-Identifier: MIT */
/* What the files of revision arguments share; nobody else includes this. */
#ifndef QN_WALK_REVISION_ARGS_PARTS_H
#define QN_WALK_REVISION_ARGS_PARTS_H

#include "walk/revision_args.h"
#include "walk/revision_parts.h"

/* Follow the tip's tags and keep it. */
enum qn_status qn_revision_args_add(struct qn_ctx *ctx,
                                    const struct qn_revision_scope *scope,
                                    struct qn_revision_args *args,
                                    struct qn_revision_tip *tip) QN_MUST_USE;
/* --merge, when all words are read. */
enum qn_status
qn_revision_args_merge(struct qn_ctx *ctx,
                       const struct qn_revision_scope *scope,
                       struct qn_revision_args *args) QN_MUST_USE;
/* Is the commit `tip->id` a tip already, with the same flags, by another ref?
 * Only asked where one of them will do. */
bool qn_revision_args_has(const struct qn_revision_args *args,
                          const struct qn_revision_tip *tip);
/* Is `word` "--name", "--name=value" or (with `takes_next`) "--name" "value"?
 * Answers the words used, and the value (NULL: none). */
size_t qn_revision_args_value(const char *const *words, size_t count,
                              const char *name, bool takes_next,
                              const char **value);

#endif
