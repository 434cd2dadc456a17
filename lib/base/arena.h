/* SPDX-License-Identifier: MIT */
/* An arena: many small allocations, freed together.
 *
 * Belongs to a batch or a pipeline slot and is reset after it, never to a whole
 * walk.  Blocks are at least 16 KiB; a reset keeps the first one.
 */
#ifndef QN_BASE_ARENA_H
#define QN_BASE_ARENA_H

#include "base/bytes.h"
#include "base/compiler.h"

struct qn_ctx;
struct qn_arena_block;

struct qn_arena {
    struct qn_arena_block *blocks; /* newest first */
    uint8_t *next;
    size_t left;
};

#define QN_ARENA_INIT                                                          \
    {                                                                          \
        NULL, NULL, 0                                                          \
    }

/* `size` bytes aligned for any type, not cleared.  NULL: QN_NO_MEMORY. */
void *qn_arena_alloc(struct qn_ctx *ctx, struct qn_arena *arena,
                     size_t size) QN_MUST_USE;

/* `count` items of `size` bytes, cleared.  NULL: QN_NO_MEMORY. */
void *qn_arena_calloc(struct qn_ctx *ctx, struct qn_arena *arena, size_t count,
                      size_t size) QN_MUST_USE;

/* A copy with a NUL behind it, not aligned.  NULL: QN_NO_MEMORY. */
char *qn_arena_copy(struct qn_ctx *ctx, struct qn_arena *arena,
                    struct qn_bytes text) QN_MUST_USE;

void qn_arena_reset(struct qn_arena *arena);
void qn_arena_dispose(struct qn_arena *arena);

#endif
