/* SPDX-License-Identifier: MIT */
#include "trace/trace_sink.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_SIZE   2048
#define NAMES_MAX   256 /* different spans in a summary */
#define NANO_SECOND 1e9

struct row {
    const char *name; /* spans' names are literals */
    uint64_t count;
    int64_t total_ns;
    int64_t longest_ns;
};

struct output {
    qn_trace_write_fn *write;
    void *data;
    struct row rows[NAMES_MAX]; /* summary */
    size_t row_count;
};

static void put(struct output *output, const char *line, int size)
{
    if (size < 0)
        return;
    if (size >= LINE_SIZE)
        size = LINE_SIZE - 1;
    output->write(output->data, line, (size_t)size);
}

size_t qn_trace_sink_quote(char *room, size_t room_size, const char *text)
{
    size_t used = 0;

    room[used++] = '"';
    for (; *text && used + 8 < room_size; text++) {
        unsigned char byte = (unsigned char)*text;

        if (byte == '"' || byte == '\\') {
            room[used++] = '\\';
            room[used++] = (char)byte;
        } else if (byte == '\n') {
            room[used++] = '\\';
            room[used++] = 'n';
        } else if (byte < 0x20) {
            used += (size_t)snprintf(room + used, 8, "\\u%04x", byte);
        } else {
            room[used++] = (char)byte;
        }
    }
    room[used++] = '"';
    room[used] = '\0';
    return used;
}

/* ---- text */

static void text_end(void *data, const struct qn_trace_event *event)
{
    char line[LINE_SIZE];

    put(data, line,
        snprintf(line, sizeof(line), "%12.6f %10.6f %2" PRIu32 " %*s%s%s%s\n",
                 (double)event->start_ns / NANO_SECOND,
                 (double)(event->end_ns - event->start_ns) / NANO_SECOND,
                 event->thread, (int)(event->depth * 2), "", event->name,
                 *event->detail ? " " : "", event->detail));
}

static void put_totals(struct output *output, const uint64_t *totals)
{
    char line[LINE_SIZE];
    int i;

    for (i = 0; i < QN_COUNTER_COUNT; i++)
        if (totals[i])
            put(output, line,
                snprintf(line, sizeof(line), "%-24s %" PRIu64 "\n",
                         qn_counter_name((enum qn_counter)i), totals[i]));
}

static void text_finish(void *data, const uint64_t *totals, int64_t elapsed_ns)
{
    (void)elapsed_ns;
    put_totals(data, totals);
    free(data);
}

/* ---- JSON */

static void json_end(void *data, const struct qn_trace_event *event)
{
    char line[LINE_SIZE];
    char detail[LINE_SIZE / 2];

    (void)qn_trace_sink_quote(detail, sizeof(detail), event->detail);
    put(data, line,
        snprintf(line, sizeof(line),
                 "{\"event\":\"span\",\"name\":\"%s\",\"detail\":%s,"
                 "\"id\":%" PRIu64 ",\"parent\":%" PRIu64 ",\"thread\":%" PRIu32
                 ",\"start_ns\":%" PRId64 ",\"duration_ns\":%" PRId64 "}\n",
                 event->name, detail, event->id, event->parent, event->thread,
                 event->start_ns, event->end_ns - event->start_ns));
}

static void json_finish(void *data, const uint64_t *totals, int64_t elapsed_ns)
{
    char line[LINE_SIZE];
    int used =
        snprintf(line, sizeof(line),
                 "{\"event\":\"counters\",\"elapsed_ns\":%" PRId64, elapsed_ns);
    int i;

    for (i = 0; i < QN_COUNTER_COUNT && used < LINE_SIZE - 64; i++)
        if (totals[i])
            used += snprintf(line + used, sizeof(line) - (size_t)used,
                             ",\"%s\":%" PRIu64,
                             qn_counter_name((enum qn_counter)i), totals[i]);
    used += snprintf(line + used, sizeof(line) - (size_t)used, "}\n");
    put(data, line, used);
    free(data);
}

/* ---- summary */

static void summary_end(void *data, const struct qn_trace_event *event)
{
    struct output *output = data;
    int64_t duration = event->end_ns - event->start_ns;
    size_t i;

    for (i = 0; i < output->row_count; i++)
        if (output->rows[i].name == event->name ||
            strcmp(output->rows[i].name, event->name) == 0)
            break;
    if (i == NAMES_MAX)
        return;
    if (i == output->row_count)
        output->rows[output->row_count++] = (struct row){event->name, 0, 0, 0};
    output->rows[i].count++;
    output->rows[i].total_ns += duration;
    if (duration > output->rows[i].longest_ns)
        output->rows[i].longest_ns = duration;
}

static int compare_rows(const void *a, const void *b)
{
    const struct row *left = a;
    const struct row *right = b;

    return left->total_ns < right->total_ns   ? 1
           : left->total_ns > right->total_ns ? -1
                                              : strcmp(left->name, right->name);
}

static void summary_finish(void *data, const uint64_t *totals,
                           int64_t elapsed_ns)
{
    struct output *output = data;
    char line[LINE_SIZE];
    size_t i;

    qsort(output->rows, output->row_count, sizeof(*output->rows), compare_rows);
    for (i = 0; i < output->row_count; i++)
        put(output, line,
            snprintf(line, sizeof(line),
                     "%-24s %8" PRIu64 " times %10.6f s, longest %.6f s\n",
                     output->rows[i].name, output->rows[i].count,
                     (double)output->rows[i].total_ns / NANO_SECOND,
                     (double)output->rows[i].longest_ns / NANO_SECOND));
    put_totals(output, totals);
    put(output, line,
        snprintf(line, sizeof(line), "%-24s %.6f s\n", "elapsed",
                 (double)elapsed_ns / NANO_SECOND));
    free(output);
}

static bool add_output(struct qn_trace *trace, qn_trace_write_fn *write,
                       void *data, struct qn_trace_sink sink)
{
    struct output *output = calloc(1, sizeof(*output));

    if (!output)
        return false;
    output->write = write;
    output->data = data;
    sink.data = output;
    if (qn_trace_add_sink(trace, &sink))
        return true;
    free(output);
    return false;
}

bool qn_trace_sink_text(struct qn_trace *trace, qn_trace_write_fn *write,
                        void *data)
{
    return add_output(
        trace, write, data,
        (struct qn_trace_sink){.end = text_end, .finish = text_finish});
}

bool qn_trace_sink_json(struct qn_trace *trace, qn_trace_write_fn *write,
                        void *data)
{
    return add_output(
        trace, write, data,
        (struct qn_trace_sink){.end = json_end, .finish = json_finish});
}

bool qn_trace_sink_summary(struct qn_trace *trace, qn_trace_write_fn *write,
                           void *data)
{
    return add_output(
        trace, write, data,
        (struct qn_trace_sink){.end = summary_end, .finish = summary_finish});
}
