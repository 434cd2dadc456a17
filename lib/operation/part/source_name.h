/* SPDX-License-Identifier: MIT */
/* What a checkout's filters are told of where the files come from. */
#ifndef QN_OPERATION_PART_SOURCE_NAME_H
#define QN_OPERATION_PART_SOURCE_NAME_H

#include "walk/revision.h"
#include "worktree/work_tree.h"

/* `text` as typed (or NULL) names the commit or tree `id`: note it in `tree`,
 * with the full name of the ref that `text` is, when it is one.  The name is
 * kept in `name`, which must live as long as `tree` is used. */
enum qn_status qn_source_name_set(struct qn_ctx *ctx,
                                  const struct qn_revision_scope *scope,
                                  const char *text, const struct qn_id *id,
                                  struct qn_work_tree *tree,
                                  struct qn_buf *name) QN_MUST_USE;

#endif
