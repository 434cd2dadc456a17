/* SPDX-License-Identifier: MIT */
/* Where spans and counters go.
 *
 *   qn_trace   made by the command before the environment, freed after it
 *   sink       told of each span's beginning and end, and of the totals
 *
 * Counters are kept by context without any sharing and added up when a context
 * ends.  Sinks are called under a lock, one at a time.  Nothing here reads a
 * clock or writes to a descriptor: both are handed in.
 */
#ifndef QN_TRACE_TRACE_SINK_H
#define QN_TRACE_TRACE_SINK_H

#include "trace/trace.h"

struct qn_trace_event {
    const char *name;   /* "layer.verb" */
    const char *detail; /* "" when none; cut to some 200 bytes */
    uint64_t id;
    uint64_t parent; /* 0: none */
    uint32_t thread; /* numbers from 1: contexts, as they first traced */
    uint32_t depth;  /* spans open around it in its thread */
    int64_t start_ns;
    int64_t end_ns; /* at the end only */
};

struct qn_trace_sink {
    void *data;
    unsigned topics; /* a bit each */
    void (*say)(void *data, enum qn_trace_topic topic, const char *text);
    /* The same bytes, with nothing before and behind them. */
    void (*put)(void *data, enum qn_trace_topic topic, const void *bytes,
                size_t size);
    void (*datum)(void *data, const struct qn_trace_event *around,
                  const char *category, const char *key, const char *value);
    void (*child_start)(void *data, int number,
                        const struct qn_trace_process *process);
    void (*child_exit)(void *data, int number, long pid, int code,
                       int64_t elapsed_ns);
    void (*begin)(void *data, const struct qn_trace_event *event); /* or NULL */
    void (*end)(void *data, const struct qn_trace_event *event);   /* or NULL */
    /* All of the above may be NULL. */
    /* Once; `totals` has QN_COUNTER_COUNT numbers.  Then data is let go. */
    void (*finish)(void *data, const uint64_t *totals, int64_t elapsed_ns);
};

typedef int64_t qn_trace_clock_fn(void *data); /* monotonic nanoseconds */
typedef void qn_trace_write_fn(void *data, const char *text, size_t size);

/* NULL: no memory. */
struct qn_trace *qn_trace_new(qn_trace_clock_fn *clock, void *data);
/* False: no memory, or more than eight sinks. */
bool qn_trace_add_sink(struct qn_trace *trace,
                       const struct qn_trace_sink *sink);
/* The counters of a context that lives on are added up now. */
void qn_trace_flush(struct qn_ctx *ctx);
/* Sinks finish.  NULL is fine. */
void qn_trace_free(struct qn_trace *trace);

/* The forms of QUOIN_TRACE: lines as spans end; a JSON object a line; a table
 * by name at the end.  False: no memory. */
bool qn_trace_sink_text(struct qn_trace *trace, qn_trace_write_fn *write,
                        void *data);
bool qn_trace_sink_json(struct qn_trace *trace, qn_trace_write_fn *write,
                        void *data);
bool qn_trace_sink_summary(struct qn_trace *trace, qn_trace_write_fn *write,
                           void *data);
/* A JSON string with its quotes, cut to fit `room`; answers the size. */
size_t qn_trace_sink_quote(char *room, size_t room_size, const char *text);

#endif
