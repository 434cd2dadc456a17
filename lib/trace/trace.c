/* SPDX-License-Identifier: MIT */
#include "trace/trace.h"

#include "trace/trace_sink.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const counter_names[QN_COUNTER_COUNT] = {
    [QN_COUNTER_OS_OPEN] = "os.open",
    [QN_COUNTER_OS_STAT] = "os.stat",
    [QN_COUNTER_OS_READ_BYTES] = "os.read_bytes",
    [QN_COUNTER_OS_WRITE_BYTES] = "os.write_bytes",
    [QN_COUNTER_OS_MAP] = "os.map",
    [QN_COUNTER_OS_FSYNC] = "os.fsync",
    [QN_COUNTER_OS_PROCESS] = "os.process",
    [QN_COUNTER_HASH_BYTES] = "hash.bytes",
    [QN_COUNTER_CODEC_INFLATE_BYTES] = "codec.inflate_bytes",
    [QN_COUNTER_CODEC_DEFLATE_BYTES] = "codec.deflate_bytes",
    [QN_COUNTER_CODEC_DELTA_APPLY] = "codec.delta_apply",
    [QN_COUNTER_PACK_OPEN] = "pack.open",
    [QN_COUNTER_PACK_LOOKUP] = "pack.lookup",
    [QN_COUNTER_ODB_READ] = "odb.read",
    [QN_COUNTER_ODB_READ_HEADER] = "odb.read_header",
    [QN_COUNTER_ODB_EXISTS] = "odb.exists",
    [QN_COUNTER_ODB_WRITE] = "odb.write",
    [QN_COUNTER_ODB_MISS] = "odb.miss",
    [QN_COUNTER_ODB_BASE_CACHE_HIT] = "odb.base_cache_hit",
    [QN_COUNTER_REF_READ] = "ref.read",
    [QN_COUNTER_REF_WRITE] = "ref.write",
    [QN_COUNTER_WALK_COMMIT] = "walk.commit",
    [QN_COUNTER_DIFF_TREE] = "diff.tree",
    [QN_COUNTER_DIFF_BLOB] = "diff.blob",
    [QN_COUNTER_WORKTREE_LSTAT] = "worktree.lstat",
    [QN_COUNTER_WORKTREE_READ] = "worktree.read",
    [QN_COUNTER_WORKTREE_WRITE] = "worktree.write",
};

const char *qn_counter_name(enum qn_counter counter)
{
    return counter_names[counter];
}

#define DEPTH_MAX   32
#define DETAIL_SIZE 200
#define SINKS_MAX   8

/* A context's side: no other thread looks at it. */
struct thread {
    struct qn_trace *trace;
    uint64_t counts[QN_COUNTER_COUNT];
    uint64_t current;
    uint32_t number;
    uint32_t depth; /* may pass DEPTH_MAX: then details are lost */
    int64_t starts[DEPTH_MAX];
    char details[DEPTH_MAX][DETAIL_SIZE];
};

struct qn_trace {
    qn_trace_clock_fn *clock;
    void *clock_data;
    int64_t start_ns;
    struct qn_trace_sink sinks[SINKS_MAX];
    size_t sink_count;
    unsigned topics;
    atomic_int next_child;
    atomic_flag is_busy; /* around the sinks */
    atomic_uint_fast64_t next_id;
    atomic_uint next_thread;
    atomic_uint_fast64_t totals[QN_COUNTER_COUNT];
};

struct qn_trace *qn_trace_new(qn_trace_clock_fn *clock, void *data)
{
    struct qn_trace *trace = calloc(1, sizeof(*trace));
    int i;

    if (!trace)
        return NULL;
    trace->clock = clock;
    trace->clock_data = data;
    trace->start_ns = clock(data);
    atomic_flag_clear(&trace->is_busy);
    atomic_init(&trace->next_id, 0);
    atomic_init(&trace->next_child, 0);
    atomic_init(&trace->next_thread, 0);
    for (i = 0; i < QN_COUNTER_COUNT; i++)
        atomic_init(&trace->totals[i], 0);
    return trace;
}

bool qn_trace_add_sink(struct qn_trace *trace, const struct qn_trace_sink *sink)
{
    if (trace->sink_count == SINKS_MAX)
        return false;
    trace->sinks[trace->sink_count++] = *sink;
    trace->topics |= sink->topics;
    return true;
}

void qn_trace_free(struct qn_trace *trace)
{
    uint64_t totals[QN_COUNTER_COUNT];
    size_t i;

    if (!trace)
        return;
    for (i = 0; i < QN_COUNTER_COUNT; i++)
        totals[i] = atomic_load(&trace->totals[i]);
    for (i = 0; i < trace->sink_count; i++)
        if (trace->sinks[i].finish)
            trace->sinks[i].finish(trace->sinks[i].data, totals,
                                   trace->clock(trace->clock_data) -
                                       trace->start_ns);
    free(trace);
}

static void add_up(struct thread *thread)
{
    int i;

    for (i = 0; i < QN_COUNTER_COUNT; i++)
        if (thread->counts[i]) {
            atomic_fetch_add_explicit(&thread->trace->totals[i],
                                      thread->counts[i], memory_order_relaxed);
            thread->counts[i] = 0;
        }
}

static void free_thread(void *data)
{
    add_up(data);
    free(data);
}

/* NULL: no memory; nothing is traced then.  From malloc: it lives as long as
 * the trace, which is older than the environment. */
static struct thread *find_thread(struct qn_ctx *ctx)
{
    struct thread *thread = qn_ctx_slot(ctx, QN_CTX_SLOT_TRACE);

    if (thread)
        return thread;
    thread = calloc(1, sizeof(*thread));
    if (!thread)
        return NULL;
    thread->trace = qn_ctx_trace(ctx);
    thread->number = atomic_fetch_add(&thread->trace->next_thread, 1) + 1;
    qn_ctx_set_slot(ctx, QN_CTX_SLOT_TRACE, thread, free_thread);
    return thread;
}

void qn_trace_flush(struct qn_ctx *ctx)
{
    struct thread *thread = qn_ctx_slot(ctx, QN_CTX_SLOT_TRACE);

    if (thread)
        add_up(thread);
}

void qn_trace_add(struct qn_ctx *ctx, enum qn_counter counter, uint64_t amount)
{
    struct thread *thread = find_thread(ctx);

    if (thread)
        thread->counts[counter] += amount;
}

static void lock(struct qn_trace *trace)
{
    while (atomic_flag_test_and_set_explicit(&trace->is_busy,
                                             memory_order_acquire))
        ;
}

static void unlock(struct qn_trace *trace)
{
    atomic_flag_clear_explicit(&trace->is_busy, memory_order_release);
}

static void tell_sinks(struct qn_trace *trace,
                       const struct qn_trace_event *event, bool is_end)
{
    size_t i;

    lock(trace);
    for (i = 0; i < trace->sink_count; i++) {
        const struct qn_trace_sink *sink = &trace->sinks[i];

        if (is_end ? sink->end != NULL : sink->begin != NULL)
            (is_end ? sink->end : sink->begin)(sink->data, event);
    }
    unlock(trace);
}

void qn_trace_begin(struct qn_ctx *ctx, struct qn_span *span, const char *name,
                    const char *detail)
{
    struct thread *thread = find_thread(ctx);
    struct qn_trace_event event;

    if (!thread)
        return;
    span->trace = thread->trace;
    span->name = name;
    span->id = atomic_fetch_add(&thread->trace->next_id, 1) + 1;
    span->parent = thread->current;
    span->start_ns = thread->trace->clock(thread->trace->clock_data);
    if (thread->depth < DEPTH_MAX) {
        thread->starts[thread->depth] = span->start_ns;
        snprintf(thread->details[thread->depth], DETAIL_SIZE, "%s",
                 detail ? detail : "");
    }
    event = (struct qn_trace_event){.name = name,
                                    .detail = detail ? detail : "",
                                    .id = span->id,
                                    .parent = span->parent,
                                    .thread = thread->number,
                                    .depth = thread->depth,
                                    .start_ns =
                                        span->start_ns - span->trace->start_ns};
    thread->current = span->id;
    thread->depth++;
    tell_sinks(span->trace, &event, false);
}

void qn_trace_end(struct qn_ctx *ctx, struct qn_span *span)
{
    struct thread *thread = find_thread(ctx);
    struct qn_trace *trace = span->trace;
    struct qn_trace_event event;

    if (!thread || thread->depth == 0)
        return;
    thread->depth--;
    thread->current = span->parent;
    event = (struct qn_trace_event){
        .name = span->name,
        .detail =
            thread->depth < DEPTH_MAX ? thread->details[thread->depth] : "",
        .id = span->id,
        .parent = span->parent,
        .thread = thread->number,
        .depth = thread->depth,
        .start_ns = span->start_ns - trace->start_ns,
        .end_ns = trace->clock(trace->clock_data) - trace->start_ns};
    span->trace = NULL;
    tell_sinks(trace, &event, true);
}

bool qn_trace_has_topic(const struct qn_trace *trace, enum qn_trace_topic topic)
{
    return (trace->topics >> topic & 1) != 0;
}

/* The text of a format, on the heap; NULL: no memory. */
static char *make_text(const char *format, va_list arguments)
{
    va_list again;
    char *text = NULL;
    int size;

    va_copy(again, arguments);
    size = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (size >= 0)
        text = malloc((size_t)size + 1);
    if (text)
        vsnprintf(text, (size_t)size + 1, format, arguments);
    return text;
}

void qn_trace_say_line(struct qn_ctx *ctx, enum qn_trace_topic topic,
                       const char *format, ...)
{
    struct qn_trace *trace = qn_ctx_trace(ctx);
    va_list arguments;
    char *text;
    size_t i;

    va_start(arguments, format);
    text = make_text(format, arguments);
    va_end(arguments);
    if (!text)
        return;
    lock(trace);
    for (i = 0; i < trace->sink_count; i++)
        if (trace->sinks[i].say && (trace->sinks[i].topics >> topic & 1))
            trace->sinks[i].say(trace->sinks[i].data, topic, text);
    unlock(trace);
    free(text);
}

void qn_trace_put_bytes(struct qn_ctx *ctx, enum qn_trace_topic topic,
                        const void *bytes, size_t size)
{
    struct qn_trace *trace = qn_ctx_trace(ctx);
    size_t i;

    if (!qn_trace_wants(ctx, topic))
        return;
    lock(trace);
    for (i = 0; i < trace->sink_count; i++)
        if (trace->sinks[i].put && (trace->sinks[i].topics >> topic & 1))
            trace->sinks[i].put(trace->sinks[i].data, topic, bytes, size);
    unlock(trace);
}

void qn_trace_put_data(struct qn_ctx *ctx, const char *category,
                       const char *key, const char *format, ...)
{
    struct qn_trace *trace = qn_ctx_trace(ctx);
    struct thread *thread = trace ? find_thread(ctx) : NULL;
    struct qn_trace_event around = {0};
    va_list arguments;
    char *text;
    size_t i;

    if (!thread)
        return;
    va_start(arguments, format);
    text = make_text(format, arguments);
    va_end(arguments);
    if (!text)
        return;
    around.thread = thread->number;
    around.depth = thread->depth;
    around.end_ns = trace->clock(trace->clock_data) - trace->start_ns;
    if (thread->depth > 0 && thread->depth <= DEPTH_MAX)
        around.start_ns = thread->starts[thread->depth - 1] - trace->start_ns;
    lock(trace);
    for (i = 0; i < trace->sink_count; i++)
        if (trace->sinks[i].datum)
            trace->sinks[i].datum(trace->sinks[i].data, &around, category, key,
                                  text);
    unlock(trace);
    free(text);
}

void qn_trace_tell_child(struct qn_ctx *ctx,
                         const struct qn_trace_process *process,
                         struct qn_trace_child *child)
{
    struct qn_trace *trace = qn_ctx_trace(ctx);
    size_t i;

    child->trace = trace;
    child->number = atomic_fetch_add(&trace->next_child, 1);
    child->start_ns = trace->clock(trace->clock_data);
    lock(trace);
    for (i = 0; i < trace->sink_count; i++)
        if (trace->sinks[i].child_start)
            trace->sinks[i].child_start(trace->sinks[i].data, child->number,
                                        process);
    unlock(trace);
}

void qn_trace_child_end(struct qn_trace_child *child, long pid, int code)
{
    struct qn_trace *trace = child->trace;
    int64_t elapsed;
    size_t i;

    if (!trace)
        return;
    child->trace = NULL;
    elapsed = trace->clock(trace->clock_data) - child->start_ns;
    lock(trace);
    for (i = 0; i < trace->sink_count; i++)
        if (trace->sinks[i].child_exit)
            trace->sinks[i].child_exit(trace->sinks[i].data, child->number, pid,
                                       code, elapsed);
    unlock(trace);
}
