/* SPDX-License-Identifier: MIT */
/* What the files of the commit table share. */
#ifndef QN_WALK_COMMIT_TABLE_PRIVATE_H
#define QN_WALK_COMMIT_TABLE_PRIVATE_H

#include "walk/commit_table.h"

/* The position of an id in the table's ids, with room for what is beside. */
enum qn_status qn_commit_table_put_id(struct qn_ctx *ctx,
                                      struct qn_commit_table *table,
                                      const uint8_t *id,
                                      uint32_t *out) QN_MUST_USE;
/* One row of the graph becomes one that is read from its object. */
enum qn_status qn_commit_table_leave_graph(struct qn_ctx *ctx,
                                           struct qn_commit_table *table,
                                           uint32_t row) QN_MUST_USE;

#endif
