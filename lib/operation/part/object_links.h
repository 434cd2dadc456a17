/* SPDX-License-Identifier: MIT */
/* What an object refers to: a commit its tree and parents, a tree its entries
 * (but for commits of other repositories), a tag its object.  QN_CORRUPT when
 * it cannot be parsed: what came before was handed over. */
#ifndef QN_OPERATION_PART_OBJECT_LINKS_H
#define QN_OPERATION_PART_OBJECT_LINKS_H

#include "base/ctx.h"
#include "hash/id.h"
#include "object/object.h"

/* `type`: what the other one should be.  `row`: its raw id. */
typedef enum qn_status qn_object_links_fn(struct qn_ctx *ctx, void *data,
                                          enum qn_object_type type,
                                          const uint8_t *row);
enum qn_status qn_object_links_each(struct qn_ctx *ctx, uint32_t algorithm,
                                    enum qn_object_type type,
                                    struct qn_bytes content,
                                    bool without_parents,
                                    qn_object_links_fn *each,
                                    void *data) QN_MUST_USE;

#endif
