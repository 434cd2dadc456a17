/* SPDX-License-Identifier: MIT */
#include "hash/id_list.h"

#include "base/memory.h"

void qn_id_list_dispose(struct qn_id_list *list)
{
    qn_memory_free(list->ids);
    list->ids = NULL;
    list->count = list->capacity = 0;
}

enum qn_status qn_id_list_add(struct qn_ctx *ctx, struct qn_id_list *list,
                              const struct qn_id *id)
{
    enum qn_status status = qn_memory_grow(ctx, &list->ids, &list->capacity,
                                           list->count + 1, sizeof(*id));

    if (!status)
        list->ids[list->count++] = *id;
    return status;
}

bool qn_id_list_has(const struct qn_id_list *list, const struct qn_id *id)
{
    size_t i;

    for (i = 0; i < list->count; i++)
        if (qn_id_is_equal(&list->ids[i], id))
            return true;
    return false;
}
