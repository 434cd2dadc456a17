/* SPDX-License-Identifier: MIT */
#include "wire/remote_refs.h"

#include "base/memory.h"

void qn_remote_refs_dispose(struct qn_remote_refs *refs)
{
    qn_memory_free(refs->items);
    qn_arena_dispose(&refs->arena);
    refs->items = NULL;
    refs->count = refs->capacity = 0;
}

enum qn_status qn_remote_refs_add(struct qn_ctx *ctx,
                                  struct qn_remote_refs *refs,
                                  const struct qn_id *id, struct qn_bytes name,
                                  struct qn_remote_ref **out)
{
    struct qn_remote_ref *ref;
    enum qn_status status =
        qn_memory_grow(ctx, &refs->items, &refs->capacity, refs->count + 1,
                       sizeof(*refs->items));

    if (status)
        return status;
    ref = &refs->items[refs->count];
    memset(ref, 0, sizeof(*ref));
    ref->id = *id;
    ref->name = qn_arena_copy(ctx, &refs->arena, name);
    if (!ref->name)
        return QN_NO_MEMORY;
    refs->count++;
    if (out)
        *out = ref;
    return QN_OK;
}

enum qn_status qn_remote_refs_set_target(struct qn_ctx *ctx,
                                         struct qn_remote_refs *refs,
                                         struct qn_remote_ref *ref,
                                         struct qn_bytes target)
{
    ref->target = qn_arena_copy(ctx, &refs->arena, target);
    return ref->target ? QN_OK : QN_NO_MEMORY;
}

struct qn_remote_ref *qn_remote_refs_find(const struct qn_remote_refs *refs,
                                          const char *name)
{
    size_t i;

    for (i = 0; i < refs->count; i++)
        if (strcmp(refs->items[i].name, name) == 0)
            return &refs->items[i];
    return NULL;
}
