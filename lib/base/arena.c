/* SPDX-License-Identifier: MIT */
#include "base/arena.h"

#include "base/checked.h"
#include "base/ctx.h"
#include "base/memory.h"

#define BLOCK_SIZE (16 * 1024 - 64)

struct qn_arena_block {
    struct qn_arena_block *older;
    size_t size;
    max_align_t data[];
};

static enum qn_status add_block(struct qn_ctx *ctx, struct qn_arena *arena,
                                size_t size)
{
    struct qn_arena_block *block;
    size_t wanted = BLOCK_SIZE;
    size_t total;

    if (arena->blocks) { /* double up to 1 MiB, so that large batches are few */
        wanted = arena->blocks->size * 2;
        if (wanted > 1024 * 1024)
            wanted = 1024 * 1024;
    }
    if (wanted < size)
        wanted = size;
    if (!qn_checked_add_size(wanted, sizeof(*block), &total))
        return qn_ctx_fail(ctx, QN_NO_MEMORY, "out of memory");
    block = qn_memory_array(ctx, total, 1);
    if (!block)
        return QN_NO_MEMORY;
    block->older = arena->blocks;
    block->size = wanted;
    arena->blocks = block;
    arena->next = (uint8_t *)block->data;
    arena->left = wanted;
    return QN_OK;
}

static void *take(struct qn_ctx *ctx, struct qn_arena *arena, size_t size,
                  size_t alignment)
{
    size_t padding = (size_t)(-(uintptr_t)arena->next & (alignment - 1));
    void *result;

    if (size > arena->left || padding > arena->left - size) {
        if (add_block(ctx, arena, size))
            return NULL;
        padding = 0;
    }
    result = arena->next + padding;
    arena->next += padding + size;
    arena->left -= padding + size;
    return result;
}

void *qn_arena_alloc(struct qn_ctx *ctx, struct qn_arena *arena, size_t size)
{
    return take(ctx, arena, size ? size : 1, _Alignof(max_align_t));
}

void *qn_arena_calloc(struct qn_ctx *ctx, struct qn_arena *arena, size_t count,
                      size_t size)
{
    size_t total;
    void *result;

    if (!qn_checked_multiply_size(count, size, &total)) {
        (void)qn_ctx_fail(ctx, QN_NO_MEMORY, "out of memory");
        return NULL;
    }
    result = qn_arena_alloc(ctx, arena, total);
    if (result)
        memset(result, 0, total);
    return result;
}

char *qn_arena_copy(struct qn_ctx *ctx, struct qn_arena *arena,
                    struct qn_bytes text)
{
    char *copy;

    if (text.size == SIZE_MAX) {
        (void)qn_ctx_fail(ctx, QN_NO_MEMORY, "out of memory");
        return NULL;
    }
    copy = take(ctx, arena, text.size + 1, 1);
    if (!copy)
        return NULL;
    if (text.size)
        memcpy(copy, text.data, text.size);
    copy[text.size] = '\0';
    return copy;
}

void qn_arena_reset(struct qn_arena *arena)
{
    if (!arena->blocks)
        return;
    while (arena->blocks->older) {
        struct qn_arena_block *block = arena->blocks;

        arena->blocks = block->older;
        qn_memory_free(block);
    }
    arena->next = (uint8_t *)arena->blocks->data;
    arena->left = arena->blocks->size;
}

void qn_arena_dispose(struct qn_arena *arena)
{
    qn_arena_reset(arena);
    qn_memory_free(arena->blocks);
    *arena = (struct qn_arena)QN_ARENA_INIT;
}
