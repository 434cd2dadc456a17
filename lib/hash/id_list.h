/* SPDX-License-Identifier: MIT */
/* A list of ids that grows.  Owned; a zeroed one is empty. */
#ifndef QN_HASH_ID_LIST_H
#define QN_HASH_ID_LIST_H

#include "base/ctx.h"
#include "hash/id.h"

struct qn_id_list {
    struct qn_id *ids;
    size_t count;
    size_t capacity;
};

void qn_id_list_dispose(struct qn_id_list *list);
enum qn_status qn_id_list_add(struct qn_ctx *ctx, struct qn_id_list *list,
                              const struct qn_id *id) QN_MUST_USE;
/* Is it in the list?  A look at each. */
bool qn_id_list_has(const struct qn_id_list *list, const struct qn_id *id);

#endif
