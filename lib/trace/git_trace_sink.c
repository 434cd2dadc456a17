/* SPDX-License-Identifier: MIT */
/* What the library tells, as Git's lines: spans are regions. */
#include "trace/git_trace.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define NANO_SECOND     1e9
#define DEFAULT_NESTING 2

static double elapsed(const struct qn_git_trace *trace)
{
    return (double)(trace->clock(trace->data) - trace->start_ns) / NANO_SECOND;
}

static bool is_too_deep(const struct qn_git_trace *trace, uint32_t nesting)
{
    return nesting > (trace->nesting ? trace->nesting : DEFAULT_NESTING);
}

static void put_region(struct qn_git_trace *trace,
                       const struct qn_trace_event *event, bool is_end)
{
    const char *dot = strchr(event->name, '.');
    const char *label = dot ? dot + 1 : event->name;
    char category[32];
    struct qn_git_trace_event line = {.name = is_end ? "region_leave"
                                                     : "region_enter",
                                      .category = category,
                                      .absolute = elapsed(trace),
                                      .relative = -1,
                                      .indent = event->depth,
                                      .thread = event->thread,
                                      .has_repository = true};
    struct qn_trace_line text;

    snprintf(category, sizeof(category), "%.*s",
             dot ? (int)(dot - event->name) : 5, dot ? event->name : "quoin");
    if (is_end)
        line.relative = (double)(event->end_ns - event->start_ns) / NANO_SECOND;
    qn_trace_line_init(&text);
    qn_trace_line_printf(&text, "label:%s%s%s", label,
                         *event->detail ? " " : "", event->detail);
    qn_git_trace2_put_perf(trace, &line, text.data);
    qn_trace_line_dispose(&text);
    if (is_too_deep(trace, event->depth + 1))
        return;
    if (is_end)
        qn_trace_line_printf(&text, ",\"t_rel\":%.6f", line.relative);
    qn_trace_line_printf(
        &text, ",\"nesting\":%" PRIu32 ",\"category\":\"%s\",\"label\":\"%s\"",
        event->depth + 1, category, label);
    if (*event->detail) {
        qn_trace_line_put(&text, ",\"msg\":");
        qn_trace_line_json(&text, event->detail);
    }
    qn_git_trace2_put_event(trace, &line, text.data);
    qn_trace_line_dispose(&text);
}

static void begin_region(void *data, const struct qn_trace_event *event)
{
    put_region(data, event, false);
}

static void end_region(void *data, const struct qn_trace_event *event)
{
    struct qn_git_trace *trace = data;
    struct qn_trace_line text;

    put_region(trace, event, true);
    if (!qn_git_trace_has(trace, QN_GIT_TRACE_PERFORMANCE))
        return;
    qn_trace_line_init(&text);
    qn_trace_line_printf(&text, "performance: %.9f s: %*s%s%s%s",
                         (double)(event->end_ns - event->start_ns) /
                             NANO_SECOND,
                         event->depth < 20 ? (int)event->depth : 20, "",
                         event->name, *event->detail ? " " : "", event->detail);
    qn_git_trace_old(trace, QN_GIT_TRACE_PERFORMANCE, text.data);
    qn_trace_line_dispose(&text);
}

static void say(void *data, enum qn_trace_topic topic, const char *text)
{
    qn_git_trace_old(data, (enum qn_git_trace_target)topic, text);
}

static void put_bytes(void *data, enum qn_trace_topic topic, const void *bytes,
                      size_t size)
{
    struct qn_git_trace *trace = data;

    if (qn_git_trace_has(trace, (enum qn_git_trace_target)topic))
        trace->targets[topic].write(trace->targets[topic].data, bytes, size);
}

static void put_datum(void *data, const struct qn_trace_event *around,
                      const char *category, const char *key, const char *value)
{
    struct qn_git_trace *trace = data;
    struct qn_git_trace_event line = {
        .name = "data",
        .category = category,
        .absolute = elapsed(trace),
        .relative = (double)(around->end_ns - around->start_ns) / NANO_SECOND,
        .indent = around->depth,
        .thread = around->thread,
        .has_repository = true};
    struct qn_trace_line text;

    qn_trace_line_init(&text);
    qn_trace_line_printf(&text, "%s:%s", key, value);
    qn_git_trace2_put_perf(trace, &line, text.data);
    qn_trace_line_dispose(&text);
    if (is_too_deep(trace, around->depth + 1))
        return;
    qn_trace_line_printf(&text,
                         ",\"t_abs\":%.6f,\"t_rel\":%.6f,\"nesting\":%" PRIu32
                         ",\"category\":",
                         line.absolute, line.relative, around->depth + 1);
    qn_trace_line_json(&text, category);
    qn_trace_line_put(&text, ",\"key\":");
    qn_trace_line_json(&text, key);
    qn_trace_line_put(&text, ",\"value\":");
    qn_trace_line_json(&text, value);
    qn_git_trace2_put_event(trace, &line, text.data);
    qn_trace_line_dispose(&text);
}

static void start_child(void *data, int number,
                        const struct qn_trace_process *process)
{
    qn_git_trace2_child_start(data, number, process);
}

static void end_child(void *data, int number, long pid, int code,
                      int64_t elapsed_ns)
{
    qn_git_trace2_child_exit(data, number, pid, code, elapsed_ns);
}

static void finish(void *data, const uint64_t *totals, int64_t elapsed_ns)
{
    struct qn_git_trace *trace = data;

    (void)elapsed_ns;
    memcpy(trace->totals, totals, sizeof(trace->totals));
    trace->has_totals = true;
}

bool qn_git_trace_sink_add(struct qn_git_trace *git_trace,
                           struct qn_trace *trace)
{
    struct qn_trace_sink sink = {.data = git_trace,
                                 .say = say,
                                 .put = put_bytes,
                                 .datum = put_datum,
                                 .child_start = start_child,
                                 .child_exit = end_child,
                                 .finish = finish};
    int i;

    if (qn_git_trace_has(git_trace, QN_GIT_TRACE2_PERF) ||
        qn_git_trace_has(git_trace, QN_GIT_TRACE2_EVENT) ||
        qn_git_trace_has(git_trace, QN_GIT_TRACE_PERFORMANCE)) {
        sink.begin = begin_region;
        sink.end = end_region;
    }
    for (i = 0; i < QN_TRACE_TOPIC_COUNT; i++)
        if (git_trace->targets[i].write)
            sink.topics |= 1u << i;
    return qn_trace_add_sink(trace, &sink);
}
