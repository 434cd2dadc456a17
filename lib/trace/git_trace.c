/* SPDX-License-Identifier: MIT */
#include "trace/git_trace.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define PLACE        "quoin:0"
#define PLACE_COLUMN 40
#define DAY_SECONDS  86400

static const char *const variables[QN_GIT_TRACE_TARGET_COUNT] = {
    [QN_TRACE_GENERAL] = "GIT_TRACE",
    [QN_TRACE_SETUP] = "GIT_TRACE_SETUP",
    [QN_TRACE_PACKET] = "GIT_TRACE_PACKET",
    [QN_TRACE_PACKFILE] = "GIT_TRACE_PACKFILE",
    [QN_TRACE_PACK_ACCESS] = "GIT_TRACE_PACK_ACCESS",
    [QN_TRACE_REFS] = "GIT_TRACE_REFS",
    [QN_TRACE_SHALLOW] = "GIT_TRACE_SHALLOW",
    [QN_TRACE_CURL] = "GIT_TRACE_CURL",
    [QN_TRACE_FSMONITOR] = "GIT_TRACE_FSMONITOR",
    [QN_GIT_TRACE_PERFORMANCE] = "GIT_TRACE_PERFORMANCE",
    [QN_GIT_TRACE2_NORMAL] = "GIT_TRACE2",
    [QN_GIT_TRACE2_PERF] = "GIT_TRACE2_PERF",
    [QN_GIT_TRACE2_EVENT] = "GIT_TRACE2_EVENT"};

const char *qn_git_trace_variable(enum qn_git_trace_target target)
{
    return variables[target];
}

enum qn_git_trace_kind qn_git_trace_value(const char *value, int *fd)
{
    static const char yes[] = "true";
    static const char no[] = "false";
    size_t i;

    if (!value || !*value || strcmp(value, "0") == 0)
        return QN_GIT_TRACE_OFF;
    if (value[0] >= '1' && value[0] <= '9' && value[1] == '\0') {
        *fd = value[0] == '1' ? 2 : value[0] - '0';
        return QN_GIT_TRACE_FD;
    }
    if (value[0] == '/')
        return QN_GIT_TRACE_FILE;
    if (strncmp(value, "af_unix:", 8) == 0)
        return QN_GIT_TRACE_SOCKET;
    for (i = 0; i < sizeof(yes) && (value[i] | 32) == (yes[i] | 32); i++)
        if (value[i] == '\0') {
            *fd = 2;
            return QN_GIT_TRACE_FD;
        }
    for (i = 0; i < sizeof(no) && (value[i] | 32) == (no[i] | 32); i++)
        if (value[i] == '\0')
            return QN_GIT_TRACE_OFF;
    return QN_GIT_TRACE_UNKNOWN;
}

bool qn_git_trace_has(const struct qn_git_trace *trace,
                      enum qn_git_trace_target target)
{
    return trace->targets[target].write != NULL;
}

bool qn_git_trace_is_on(const struct qn_git_trace *trace)
{
    int i;

    for (i = 0; i < QN_GIT_TRACE_TARGET_COUNT; i++)
        if (trace->targets[i].write)
            return true;
    return false;
}

/* Year, month and day of a day number since 1970. */
static void split_day(int64_t day, int *year, int *month, int *of_month)
{
    int64_t shifted = day + 719468; /* days since 0000-03-01 */
    int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    int64_t of_era = shifted - era * 146097;
    int64_t years =
        (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * years + years / 4 - years / 100);
    int64_t shifted_month = (5 * of_year + 2) / 153;

    *of_month = (int)(of_year - (153 * shifted_month + 2) / 5 + 1);
    *month = (int)(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
    *year = (int)(years + era * 400 + (*month <= 2));
}

/* "12:34:56.123456", local time. */
static void put_clock(struct qn_git_trace *trace, struct qn_trace_line *line)
{
    int microseconds = 0;
    int64_t now = trace->wall(trace->data, &microseconds);
    int64_t second =
        ((now + trace->zone(trace->data, now)) % DAY_SECONDS + DAY_SECONDS) %
        DAY_SECONDS;

    qn_trace_line_printf(line, "%02d:%02d:%02d.%06d", (int)(second / 3600),
                         (int)(second / 60 % 60), (int)(second % 60),
                         microseconds);
}

/* UTC: "2026-01-02T03:04:05.123456Z", or without - and :. */
static void put_utc(struct qn_git_trace *trace, struct qn_trace_line *line,
                    bool is_compact)
{
    int microseconds = 0;
    int64_t now = trace->wall(trace->data, &microseconds);
    int64_t second = now % DAY_SECONDS;
    int year;
    int month;
    int day;

    split_day(now / DAY_SECONDS, &year, &month, &day);
    qn_trace_line_printf(line,
                         is_compact ? "%04d%02d%02dT%02d%02d%02d.%06dZ"
                                    : "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ",
                         year, month, day, (int)(second / 3600),
                         (int)(second / 60 % 60), (int)(second % 60),
                         microseconds);
}

static void send_line(struct qn_git_trace *trace,
                      enum qn_git_trace_target target,
                      struct qn_trace_line *line)
{
    qn_trace_line_put(line, "\n");
    trace->targets[target].write(trace->targets[target].data, line->data,
                                 line->size);
    qn_trace_line_dispose(line);
}

void qn_git_trace_old(struct qn_git_trace *trace,
                      enum qn_git_trace_target target, const char *text)
{
    struct qn_trace_line line;

    if (!qn_git_trace_has(trace, target))
        return;
    qn_trace_line_init(&line);
    put_clock(trace, &line);
    qn_trace_line_put(&line, " " PLACE);
    qn_trace_line_pad(&line, PLACE_COLUMN);
    qn_trace_line_put(&line, text);
    send_line(trace, target, &line);
}

void qn_git_trace_old_words(struct qn_git_trace *trace, const char *before,
                            int argc, const char *const *argv)
{
    struct qn_trace_line text;

    if (!qn_git_trace_has(trace, QN_GIT_TRACE_GENERAL))
        return;
    qn_trace_line_init(&text);
    qn_trace_line_put(&text, before);
    qn_trace_line_words(&text, argc, argv);
    qn_git_trace_old(trace, QN_GIT_TRACE_GENERAL, text.data);
    qn_trace_line_dispose(&text);
}

void qn_git_trace_set_session(struct qn_git_trace *trace, const char *parent,
                              const char *host, long process)
{
    uint32_t hash = 2166136261u;
    struct qn_trace_line line;

    qn_trace_line_init(&line);
    put_utc(trace, &line, true);
    for (; host && *host; host++)
        hash = (hash ^ (unsigned char)*host) * 16777619u;
    snprintf(trace->session, sizeof(trace->session),
             "%s%s%s-H%08" PRIx32 "-P%08lx", parent ? parent : "",
             parent && *parent ? "/" : "", line.data, hash,
             (unsigned long)process);
    qn_trace_line_dispose(&line);
}

/* ---- the frames of the three forms */

#define NORMAL_COLUMN 50

void qn_git_trace2_put_normal(struct qn_git_trace *trace, const char *text)
{
    struct qn_trace_line line;

    if (!qn_git_trace_has(trace, QN_GIT_TRACE2_NORMAL))
        return;
    qn_trace_line_init(&line);
    if (!trace->targets[QN_GIT_TRACE2_NORMAL].is_brief) {
        put_clock(trace, &line);
        qn_trace_line_put(&line, " " PLACE);
        qn_trace_line_pad(&line, NORMAL_COLUMN);
    }
    qn_trace_line_put(&line, text);
    send_line(trace, QN_GIT_TRACE2_NORMAL, &line);
}

/* How many Gits are above this one. */
static int session_depth(const struct qn_git_trace *trace)
{
    const char *at = trace->session;
    int depth = 0;

    while ((at = strchr(at, '/')) != NULL) {
        at++;
        depth++;
    }
    return depth;
}

static void put_thread(char room[32], uint32_t thread)
{
    if (thread <= 1)
        snprintf(room, 32, "main");
    else
        snprintf(room, 32, "th%02" PRIu32 ":worker", thread - 1);
}

void qn_git_trace2_put_perf(struct qn_git_trace *trace,
                            const struct qn_git_trace_event *event,
                            const char *text)
{
    struct qn_trace_line line;
    char thread[32];
    char absolute[24] = "";
    char relative[24] = "";
    unsigned i;

    if (!qn_git_trace_has(trace, QN_GIT_TRACE2_PERF))
        return;
    qn_trace_line_init(&line);
    put_thread(thread, event->thread);
    if (!trace->targets[QN_GIT_TRACE2_PERF].is_brief) {
        put_clock(trace, &line);
        qn_trace_line_printf(&line, " %-28s | ", PLACE);
    }
    if (event->absolute >= 0)
        snprintf(absolute, sizeof(absolute), "%9.6f", event->absolute);
    if (event->relative >= 0)
        snprintf(relative, sizeof(relative), "%9.6f", event->relative);
    qn_trace_line_printf(
        &line, "d%d | %-24s | %-12s | %-3s | %9s | %9s | %-12.12s | ",
        session_depth(trace), thread, event->name,
        event->has_repository && trace->has_repository ? "r1" : "", absolute,
        relative, event->category ? event->category : "");
    for (i = 0; i < event->indent; i++)
        qn_trace_line_put(&line, "..");
    qn_trace_line_put(&line, text);
    send_line(trace, QN_GIT_TRACE2_PERF, &line);
}

void qn_git_trace2_put_event(struct qn_git_trace *trace,
                             const struct qn_git_trace_event *event,
                             const char *more)
{
    struct qn_trace_line line;
    char thread[32];
    bool is_brief = trace->targets[QN_GIT_TRACE2_EVENT].is_brief;

    if (!qn_git_trace_has(trace, QN_GIT_TRACE2_EVENT))
        return;
    qn_trace_line_init(&line);
    put_thread(thread, event->thread);
    qn_trace_line_printf(&line, "{\"event\":\"%s\",\"sid\":", event->name);
    qn_trace_line_json(&line, trace->session);
    qn_trace_line_printf(&line, ",\"thread\":\"%s\"", thread);
    if (!is_brief || strcmp(event->name, "version") == 0 ||
        strcmp(event->name, "atexit") == 0) {
        qn_trace_line_put(&line, ",\"time\":\"");
        put_utc(trace, &line, false);
        qn_trace_line_put(&line, "\"");
    }
    if (!is_brief)
        qn_trace_line_put(&line, ",\"file\":\"quoin\",\"line\":0");
    if (event->has_repository && trace->has_repository)
        qn_trace_line_put(&line, ",\"repo\":1");
    qn_trace_line_put(&line, more);
    qn_trace_line_put(&line, "}");
    send_line(trace, QN_GIT_TRACE2_EVENT, &line);
}
