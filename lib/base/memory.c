/* SPDX-License-Identifier: MIT */
#include "base/memory.h"

#include "base/checked.h"
#include "base/ctx.h"

void *qn_memory_array(struct qn_ctx *ctx, size_t count, size_t size)
{
    size_t total;
    void *block = NULL;

    if (qn_checked_multiply_size(count, size, &total))
        block = qn_memory_new(qn_ctx_env(ctx), total);
    if (!block)
        (void)qn_ctx_fail(ctx, QN_NO_MEMORY,
                          "out of memory (%zu items of %zu bytes)", count,
                          size);
    return block;
}

void *qn_memory_calloc(struct qn_ctx *ctx, size_t count, size_t size)
{
    void *block = qn_memory_array(ctx, count, size);

    if (block)
        memset(block, 0, count * size);
    return block;
}

char *qn_memory_string(struct qn_ctx *ctx, struct qn_bytes text)
{
    char *copy;
    size_t size;

    if (!qn_checked_add_size(text.size, 1, &size))
        size = SIZE_MAX;
    copy = qn_memory_array(ctx, size, 1);
    if (!copy)
        return NULL;
    if (text.size)
        memcpy(copy, text.data, text.size);
    copy[text.size] = '\0';
    return copy;
}

enum qn_status qn_memory_grow(struct qn_ctx *ctx, void *items, size_t *capacity,
                              size_t needed, size_t item_size)
{
    size_t wanted = *capacity + *capacity / 2;
    size_t total;
    void *old;
    void *moved = NULL;

    if (needed <= *capacity)
        return QN_OK;
    if (wanted < needed)
        wanted = needed;
    if (wanted < 8)
        wanted = 8;
    memcpy(&old, items, sizeof(old));
    if (qn_checked_multiply_size(wanted, item_size, &total))
        moved = qn_memory_resize(qn_ctx_env(ctx), old, total);
    if (!moved)
        return qn_ctx_fail(ctx, QN_NO_MEMORY,
                           "out of memory (%zu items of %zu bytes)", wanted,
                           item_size);
    memcpy(items, &moved, sizeof(moved));
    *capacity = wanted;
    return QN_OK;
}
