/* SPDX-License-Identifier: MIT */
/* Memory: blocks that remember their environment.
 *
 * A block carries its owner in a header in front of it, so that freeing takes
 * nothing but the block.  The functions that take a context set its error when
 * they fail; those that take an environment answer NULL.
 */
#ifndef QN_BASE_MEMORY_H
#define QN_BASE_MEMORY_H

#include "base/bytes.h"
#include "base/compiler.h"

#include <quoin/status.h>
#include <stddef.h>

struct qn_ctx;
struct qn_env;

/* `size` bytes, not cleared.  NULL: no memory, or over the budget. */
void *qn_memory_new(struct qn_env *env, size_t size) QN_MUST_USE;

/* Resize; on failure `pointer` is untouched and still owned. */
void *qn_memory_resize(struct qn_env *env, void *pointer,
                       size_t size) QN_MUST_USE;

/* NULL is fine. */
void qn_memory_free(void *pointer);

/* `count` items of `size` bytes, cleared.  NULL: QN_NO_MEMORY is set in ctx. */
void *qn_memory_calloc(struct qn_ctx *ctx, size_t count,
                       size_t size) QN_MUST_USE;

/* `count` items of `size` bytes, not cleared.  NULL as above. */
void *qn_memory_array(struct qn_ctx *ctx, size_t count,
                      size_t size) QN_MUST_USE;

/* Copy a view and put a NUL behind it.  NULL as above. */
char *qn_memory_string(struct qn_ctx *ctx, struct qn_bytes text) QN_MUST_USE;

/* Make room for at least `needed` items of `item_size` bytes in the growing
 * array whose pointer is at `items` (a `T **` passed as `void *`) and whose
 * room is `*capacity`; grows by half again.  On failure nothing changes. */
enum qn_status qn_memory_grow(struct qn_ctx *ctx, void *items, size_t *capacity,
                              size_t needed, size_t item_size) QN_MUST_USE;

#endif
