/* SPDX-License-Identifier: MIT */
/* Spans and typed counters: what the library is doing, seen from inside.
 *
 *   span     something with a beginning and an end, named layer.verb
 *   counter  how often (or how much) of something; bumped per item
 *
 * Counters per item, spans per batch.  Off (no trace in the environment), each
 * costs one predictable branch.  Sinks: text, JSON lines, summary, and Git's
 * GIT_TRACE* / GIT_TRACE2* forms (trace/trace_sink.h).
 */
#ifndef QN_TRACE_TRACE_H
#define QN_TRACE_TRACE_H

#include "base/compiler.h"
#include "base/ctx.h"

#include <stdint.h>

/* Every counter there is.  Add a row here and its name in trace.c. */
enum qn_counter {
    QN_COUNTER_OS_OPEN,
    QN_COUNTER_OS_STAT,
    QN_COUNTER_OS_READ_BYTES,
    QN_COUNTER_OS_WRITE_BYTES,
    QN_COUNTER_OS_MAP,
    QN_COUNTER_OS_FSYNC,
    QN_COUNTER_OS_PROCESS,
    QN_COUNTER_HASH_BYTES,
    QN_COUNTER_CODEC_INFLATE_BYTES,
    QN_COUNTER_CODEC_DEFLATE_BYTES,
    QN_COUNTER_CODEC_DELTA_APPLY,
    QN_COUNTER_PACK_OPEN,
    QN_COUNTER_PACK_LOOKUP,
    QN_COUNTER_ODB_READ,
    QN_COUNTER_ODB_READ_HEADER,
    QN_COUNTER_ODB_EXISTS,
    QN_COUNTER_ODB_WRITE,
    QN_COUNTER_ODB_MISS,
    QN_COUNTER_ODB_BASE_CACHE_HIT,
    QN_COUNTER_REF_READ,
    QN_COUNTER_REF_WRITE,
    QN_COUNTER_WALK_COMMIT,
    QN_COUNTER_DIFF_TREE,
    QN_COUNTER_DIFF_BLOB,
    QN_COUNTER_WORKTREE_LSTAT,
    QN_COUNTER_WORKTREE_READ,
    QN_COUNTER_WORKTREE_WRITE,
    QN_COUNTER_COUNT
};

struct qn_span {
    struct qn_trace *trace; /* NULL: not traced */
    const char *name;
    int64_t start_ns;
    uint64_t id;
    uint64_t parent;
};

/* The slow half of the two below. */
void qn_trace_add(struct qn_ctx *ctx, enum qn_counter counter, uint64_t amount);
void qn_trace_begin(struct qn_ctx *ctx, struct qn_span *span, const char *name,
                    const char *detail);
void qn_trace_end(struct qn_ctx *ctx, struct qn_span *span);

static inline void qn_trace_count(struct qn_ctx *ctx, enum qn_counter counter,
                                  uint64_t amount)
{
    if (QN_UNLIKELY(qn_ctx_trace(ctx) != NULL))
        qn_trace_add(ctx, counter, amount);
}

/* `name`: a literal, "layer.verb".  `detail`: a path or such, or NULL; copied.
 */
static inline void qn_span_begin(struct qn_ctx *ctx, struct qn_span *span,
                                 const char *name, const char *detail)
{
    span->trace = NULL;
    if (QN_UNLIKELY(qn_ctx_trace(ctx) != NULL))
        qn_trace_begin(ctx, span, name, detail);
}

static inline void qn_span_end(struct qn_ctx *ctx, struct qn_span *span)
{
    if (QN_UNLIKELY(span->trace != NULL))
        qn_trace_end(ctx, span);
}

const char *qn_counter_name(enum qn_counter counter);

#endif
