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

/* Lines that only those read who ask for them (GIT_TRACE_*). */
enum qn_trace_topic {
    QN_TRACE_GENERAL,
    QN_TRACE_SETUP,
    QN_TRACE_PACKET,
    QN_TRACE_PACKFILE,
    QN_TRACE_PACK_ACCESS,
    QN_TRACE_REFS,
    QN_TRACE_SHALLOW,
    QN_TRACE_CURL,
    QN_TRACE_FSMONITOR,
    QN_TRACE_TOPIC_COUNT
};

/* A child process, as its sinks see it.  Strings are borrowed. */
struct qn_trace_process {
    const char *const *argv;      /* NULL terminated; without the shell */
    const char *const *real_argv; /* what is run; NULL: argv */
    const char *const *variables; /* "NAME=value", "NAME"; or NULL */
    const char *directory;        /* NULL: here */
    const char *category;         /* "hook", "editor"...; NULL: "?" */
    const char *hook_name;        /* or NULL */
    bool uses_shell;
};

/* Kept by whoever waits for the child. */
struct qn_trace_child {
    struct qn_trace *trace; /* NULL: not traced */
    int64_t start_ns;
    int number;
};

/* The slow half of those below. */
bool qn_trace_has_topic(const struct qn_trace *trace,
                        enum qn_trace_topic topic);
void qn_trace_say_line(struct qn_ctx *ctx, enum qn_trace_topic topic,
                       const char *format, ...) QN_PRINTF(3, 4);
/* As they are, when somebody listens (QN_TRACE_PACKFILE). */
void qn_trace_put_bytes(struct qn_ctx *ctx, enum qn_trace_topic topic,
                        const void *bytes, size_t size);
void qn_trace_put_data(struct qn_ctx *ctx, const char *category,
                       const char *key, const char *format, ...)
    QN_PRINTF(4, 5);
void qn_trace_tell_child(struct qn_ctx *ctx,
                         const struct qn_trace_process *process,
                         struct qn_trace_child *child);

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

/* Is anybody listening to the topic?  Then qn_trace_say_line. */
static inline bool qn_trace_wants(struct qn_ctx *ctx, enum qn_trace_topic topic)
{
    return QN_UNLIKELY(qn_ctx_trace(ctx) != NULL) &&
           qn_trace_has_topic(qn_ctx_trace(ctx), topic);
}

/* A child is about to run.  `end` takes no context: whoever reaps it may have
 * none.  `pid`, `code` -1: it did not start. */
static inline void qn_trace_child_begin(struct qn_ctx *ctx,
                                        const struct qn_trace_process *process,
                                        struct qn_trace_child *child)
{
    child->trace = NULL;
    if (QN_UNLIKELY(qn_ctx_trace(ctx) != NULL))
        qn_trace_tell_child(ctx, process, child);
}
void qn_trace_child_end(struct qn_trace_child *child, long pid, int code);

const char *qn_counter_name(enum qn_counter counter);

#endif
