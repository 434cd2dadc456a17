/* SPDX-License-Identifier: MIT */
#include "trace/git_trace.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_SIZE     4096
#define TEXT_SIZE     3072
#define PLACE         "quoin:0"
#define NORMAL_COLUMN 50
#define OLD_COLUMN    40
#define NANO_SECOND   1e9
#define DAY_SECONDS   86400

static const char *const variables[QN_GIT_TRACE_TARGET_COUNT] = {
    "GIT_TRACE",       "GIT_TRACE_PERFORMANCE",
    "GIT_TRACE_SETUP", "GIT_TRACE_PACKET",
    "GIT_TRACE2",      "GIT_TRACE2_PERF",
    "GIT_TRACE2_EVENT"};

const char *qn_git_trace_variable(enum qn_git_trace_target target)
{
    return variables[target];
}

enum qn_git_trace_kind qn_git_trace_value(const char *value, int *fd)
{
    static const struct {
        const char *text;
        int fd;
    } words[] = {{"", 0},    {"0", 0},    {"false", 0}, {"no", 0},
                 {"off", 0}, {"true", 2}, {"yes", 2},   {"on", 2}};
    char lower[8] = "";
    size_t i;

    if (!value)
        return QN_GIT_TRACE_OFF;
    if (value[0] >= '1' && value[0] <= '9' && value[1] == '\0') {
        *fd = value[0] - '0';
        return QN_GIT_TRACE_FD;
    }
    if (value[0] == '/')
        return QN_GIT_TRACE_FILE;
    if (strlen(value) >= sizeof(lower))
        return QN_GIT_TRACE_UNKNOWN;
    for (i = 0; value[i]; i++)
        lower[i] = (char)(value[i] >= 'A' && value[i] <= 'Z' ? value[i] + 32
                                                             : value[i]);
    for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (strcmp(lower, words[i].text) == 0) {
            *fd = words[i].fd;
            return *fd ? QN_GIT_TRACE_FD : QN_GIT_TRACE_OFF;
        }
    return QN_GIT_TRACE_UNKNOWN;
}

bool qn_git_trace_is_on(const struct qn_git_trace *trace)
{
    int i;

    for (i = 0; i < QN_GIT_TRACE_TARGET_COUNT; i++)
        if (trace->targets[i].write)
            return true;
    return false;
}

static bool is_on(const struct qn_git_trace *trace,
                  enum qn_git_trace_target target)
{
    return trace->targets[target].write != NULL;
}

static void put(struct qn_git_trace *trace, enum qn_git_trace_target target,
                const char *line, int size)
{
    if (size < 0)
        return;
    if (size >= LINE_SIZE)
        size = LINE_SIZE - 1;
    trace->targets[target].write(trace->targets[target].data, line,
                                 (size_t)size);
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
static void put_clock(struct qn_git_trace *trace, char room[32])
{
    int microseconds = 0;
    int64_t now = trace->wall(trace->data, &microseconds);
    int64_t second =
        ((now + trace->zone(trace->data, now)) % DAY_SECONDS + DAY_SECONDS) %
        DAY_SECONDS;

    snprintf(room, 32, "%02d:%02d:%02d.%06d", (int)(second / 3600),
             (int)(second / 60 % 60), (int)(second % 60), microseconds);
}

/* UTC, with the given format of seven numbers. */
static void put_utc(struct qn_git_trace *trace, char *room, size_t size,
                    bool is_compact)
{
    int microseconds = 0;
    int64_t now = trace->wall(trace->data, &microseconds);
    int64_t second = now % DAY_SECONDS;
    int year;
    int month;
    int day;

    split_day(now / DAY_SECONDS, &year, &month, &day);
    snprintf(room, size,
             is_compact ? "%04d%02d%02dT%02d%02d%02d.%06dZ"
                        : "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ",
             year, month, day, (int)(second / 3600), (int)(second / 60 % 60),
             (int)(second % 60), microseconds);
}

static double elapsed(struct qn_git_trace *trace)
{
    return (double)(trace->clock(trace->data) - trace->start_ns) / NANO_SECOND;
}

/* One line of the old kind: time, place, words. */
static void old_line(struct qn_git_trace *trace,
                     enum qn_git_trace_target target, const char *text)
{
    char line[LINE_SIZE];
    char clock[32];

    put_clock(trace, clock);
    put(trace, target, line,
        snprintf(line, sizeof(line), "%s %-*s%s\n", clock,
                 OLD_COLUMN - (int)strlen(clock) - 1, PLACE, text));
}

static void normal_line(struct qn_git_trace *trace, const char *text)
{
    char line[LINE_SIZE];
    char clock[32];

    if (!is_on(trace, QN_GIT_TRACE2_NORMAL))
        return;
    put_clock(trace, clock);
    if (trace->targets[QN_GIT_TRACE2_NORMAL].is_brief)
        put(trace, QN_GIT_TRACE2_NORMAL, line,
            snprintf(line, sizeof(line), "%s\n", text));
    else
        put(trace, QN_GIT_TRACE2_NORMAL, line,
            snprintf(line, sizeof(line), "%s %-*s%s\n", clock,
                     NORMAL_COLUMN - (int)strlen(clock) - 1, PLACE, text));
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

struct perf {
    const char *event;
    const char *repository;
    const char *category;
    double absolute; /* negative: left out */
    double relative;
    unsigned indent;
};

static void perf_line(struct qn_git_trace *trace, const struct perf *perf,
                      const char *text)
{
    char line[LINE_SIZE];
    char clock[32];
    char place[64] = "";
    char absolute[16] = "";
    char relative[16] = "";

    if (!is_on(trace, QN_GIT_TRACE2_PERF))
        return;
    put_clock(trace, clock);
    if (!trace->targets[QN_GIT_TRACE2_PERF].is_brief)
        snprintf(place, sizeof(place), "%s %-28s | ", clock, PLACE);
    if (perf->absolute >= 0)
        snprintf(absolute, sizeof(absolute), "%.6f", perf->absolute);
    if (perf->relative >= 0)
        snprintf(relative, sizeof(relative), "%.6f", perf->relative);
    put(trace, QN_GIT_TRACE2_PERF, line,
        snprintf(line, sizeof(line),
                 "%sd%d | %-24s | %-12s | %-3s | %9s | %9s | %-12s | "
                 "%.*s%s\n",
                 place, session_depth(trace), "main", perf->event,
                 perf->repository, absolute, relative, perf->category,
                 (int)(perf->indent * 2 < 40 ? perf->indent * 2 : 40),
                 "........................................", text));
}

/* `more` begins with a comma, or is empty. */
static void event_line(struct qn_git_trace *trace, const char *event,
                       const char *more)
{
    char line[LINE_SIZE];
    char time[40];

    if (!is_on(trace, QN_GIT_TRACE2_EVENT))
        return;
    put_utc(trace, time, sizeof(time), false);
    put(trace, QN_GIT_TRACE2_EVENT, line,
        snprintf(line, sizeof(line),
                 "{\"event\":\"%s\",\"sid\":\"%s\",\"thread\":\"main\","
                 "\"time\":\"%s\",\"file\":\"quoin\",\"line\":0%s}\n",
                 event, trace->session, time, more));
}

void qn_git_trace_set_session(struct qn_git_trace *trace, const char *parent,
                              const char *host, long process)
{
    uint32_t hash = 2166136261u;
    char time[40];

    put_utc(trace, time, sizeof(time), true);
    for (; host && *host; host++)
        hash = (hash ^ (unsigned char)*host) * 16777619u;
    snprintf(trace->session, sizeof(trace->session),
             "%s%s%s-H%08" PRIx32 "-P%08lx", parent ? parent : "",
             parent && *parent ? "/" : "", time, hash, (unsigned long)process);
}

static bool is_plain_word(const char *word)
{
    return *word && !strpbrk(word, " \t\n'\"\\$`!*?[]()<>|&;#~{}=%");
}

/* Words as a shell would take them. */
static void join_words(char *room, size_t size, int argc, char **argv)
{
    size_t used = 0;
    int i;

    room[0] = '\0';
    for (i = 0; i < argc && used + 8 < size; i++) {
        const char *word = argv[i];
        bool is_plain = is_plain_word(word);

        if (i > 0)
            room[used++] = ' ';
        if (!is_plain)
            room[used++] = '\'';
        for (; *word && used + 8 < size; word++) {
            if (*word == '\'' || *word == '!') {
                room[used++] = '\'';
                room[used++] = '\\';
                room[used++] = *word;
                room[used++] = '\'';
            } else {
                room[used++] = *word;
            }
        }
        if (!is_plain)
            room[used++] = '\'';
        room[used] = '\0';
    }
}

static void quote_words(char *room, size_t size, int argc, char **argv)
{
    size_t used = 0;
    int i;

    room[used++] = '[';
    for (i = 0; i < argc && used + 32 < size; i++) {
        if (i > 0)
            room[used++] = ',';
        used += qn_trace_sink_quote(room + used, size - used - 8, argv[i]);
    }
    room[used++] = ']';
    room[used] = '\0';
}

void qn_git_trace_start(struct qn_git_trace *trace, const char *version,
                        int argc, char **argv)
{
    struct perf perf = {"version", "", "", -1, -1, 0};
    char words[TEXT_SIZE];
    char text[TEXT_SIZE + 64];
    int i;

    for (i = 0; i < argc && i < 64; i++)
        trace->command_line[i] = argv[i];
    trace->word_count = i;
    snprintf(text, sizeof(text), "version %s", version);
    normal_line(trace, text);
    perf_line(trace, &perf, version);
    snprintf(text, sizeof(text), ",\"evt\":\"4\",\"exe\":\"%s\"", version);
    event_line(trace, "version", text);
    join_words(words, sizeof(words), argc, argv);
    snprintf(text, sizeof(text), "start %s", words);
    normal_line(trace, text);
    perf.event = "start";
    perf.absolute = elapsed(trace);
    perf_line(trace, &perf, words);
    quote_words(words, sizeof(words), argc, argv);
    snprintf(text, sizeof(text), ",\"t_abs\":%.6f,\"argv\":%s", perf.absolute,
             words);
    event_line(trace, "start", text);
}

void qn_git_trace_command(struct qn_git_trace *trace, int argc, char **argv)
{
    struct perf perf = {"cmd_name", "", "", -1, -1, 0};
    char words[TEXT_SIZE];
    char text[TEXT_SIZE + 64];

    if (is_on(trace, QN_GIT_TRACE_GENERAL)) {
        join_words(words, sizeof(words), argc, argv);
        snprintf(text, sizeof(text), "trace: built-in: git %s", words);
        old_line(trace, QN_GIT_TRACE_GENERAL, text);
    }
    snprintf(text, sizeof(text), "cmd_name %.200s (%.200s)", argv[0], argv[0]);
    normal_line(trace, text);
    perf_line(trace, &perf, text + strlen("cmd_name "));
    (void)qn_trace_sink_quote(words, 256, argv[0]);
    snprintf(text, sizeof(text), ",\"name\":%.256s,\"hierarchy\":%.256s", words,
             words);
    event_line(trace, "cmd_name", text);
}

void qn_git_trace_repository(struct qn_git_trace *trace, const char *work_tree)
{
    struct perf perf = {"def_repo", "r1", "", -1, -1, 0};
    char text[TEXT_SIZE];
    char quoted[TEXT_SIZE / 2];

    snprintf(text, sizeof(text), "worktree %s", work_tree);
    normal_line(trace, text);
    text[8] = ':';
    perf_line(trace, &perf, text);
    (void)qn_trace_sink_quote(quoted, sizeof(quoted), work_tree);
    snprintf(text, sizeof(text), ",\"repo\":1,\"worktree\":%s", quoted);
    event_line(trace, "def_repo", text);
}

void qn_git_trace_error(struct qn_git_trace *trace, const char *message)
{
    struct perf perf = {"error", "", "", -1, -1, 0};
    char text[TEXT_SIZE];
    char quoted[TEXT_SIZE / 2 - 32];

    snprintf(text, sizeof(text), "error %s", message);
    normal_line(trace, text);
    perf_line(trace, &perf, message);
    (void)qn_trace_sink_quote(quoted, sizeof(quoted), message);
    snprintf(text, sizeof(text), ",\"msg\":%s,\"fmt\":%s", quoted, quoted);
    event_line(trace, "error", text);
}

void qn_git_trace_child_start(struct qn_git_trace *trace, int number, int argc,
                              char **argv)
{
    struct perf perf = {"child_start", "", "", elapsed(trace), -1, 0};
    char words[TEXT_SIZE];
    char text[TEXT_SIZE + 128];

    join_words(words, sizeof(words), argc, argv);
    if (is_on(trace, QN_GIT_TRACE_GENERAL)) {
        snprintf(text, sizeof(text), "trace: run_command: %s", words);
        old_line(trace, QN_GIT_TRACE_GENERAL, text);
    }
    snprintf(text, sizeof(text), "child_start[%d] %s", number, words);
    normal_line(trace, text);
    snprintf(text, sizeof(text), "[ch%d] class:? argv:[%s]", number, words);
    perf_line(trace, &perf, text);
    quote_words(words, sizeof(words), argc, argv);
    snprintf(text, sizeof(text),
             ",\"child_id\":%d,\"child_class\":\"?\",\"use_shell\":false,"
             "\"argv\":%s",
             number, words);
    event_line(trace, "child_start", text);
}

void qn_git_trace_child_exit(struct qn_git_trace *trace, int number, long pid,
                             int code, int64_t elapsed_ns)
{
    double relative = (double)elapsed_ns / NANO_SECOND;
    struct perf perf = {"child_exit", "", "", elapsed(trace), relative, 0};
    char text[256];

    snprintf(text, sizeof(text), "child_exit[%d] pid:%ld code:%d elapsed:%.6f",
             number, pid, code, relative);
    normal_line(trace, text);
    snprintf(text, sizeof(text), "[ch%d] pid:%ld code:%d", number, pid, code);
    perf_line(trace, &perf, text);
    snprintf(text, sizeof(text),
             ",\"child_id\":%d,\"pid\":%ld,\"code\":%d,\"t_rel\":%.6f", number,
             pid, code, relative);
    event_line(trace, "child_exit", text);
}

void qn_git_trace_exit(struct qn_git_trace *trace, int code)
{
    static const char *const events[] = {"exit", "atexit"};
    struct perf perf = {"", "", "", -1, -1, 0};
    char words[TEXT_SIZE];
    char text[TEXT_SIZE + 128];
    size_t i;

    if (is_on(trace, QN_GIT_TRACE_PERFORMANCE)) {
        join_words(words, sizeof(words), trace->word_count,
                   (char **)trace->command_line);
        snprintf(text, sizeof(text), "performance: %.9f s: git command: %s",
                 elapsed(trace), words);
        old_line(trace, QN_GIT_TRACE_PERFORMANCE, text);
    }
    for (i = 0; i < 2; i++) {
        perf.event = events[i];
        perf.absolute = elapsed(trace);
        snprintf(text, sizeof(text), "%s elapsed:%.6f code:%d", events[i],
                 perf.absolute, code);
        normal_line(trace, text);
        snprintf(text, sizeof(text), "code:%d", code);
        perf_line(trace, &perf, text);
        snprintf(text, sizeof(text), ",\"t_abs\":%.6f,\"code\":%d",
                 perf.absolute, code);
        event_line(trace, events[i], text);
    }
}

/* ---- regions */

static void split_name(const char *name, char *category, size_t size,
                       const char **label)
{
    const char *dot = strchr(name, '.');

    snprintf(category, size, "%.*s", dot ? (int)(dot - name) : 5,
             dot ? name : "quoin");
    *label = dot ? dot + 1 : name;
}

static void region_line(struct qn_git_trace *trace,
                        const struct qn_trace_event *event, bool is_end)
{
    const char *name = is_end ? "region_leave" : "region_enter";
    double relative = (double)(event->end_ns - event->start_ns) / NANO_SECOND;
    char category[32];
    const char *label;
    struct perf perf = {
        name,        "r1", category, elapsed(trace), is_end ? relative : -1,
        event->depth};
    char text[512];
    char times[64] = "";

    split_name(event->name, category, sizeof(category), &label);
    snprintf(text, sizeof(text), "label:%s", label);
    perf_line(trace, &perf, text);
    if (is_end)
        snprintf(times, sizeof(times), ",\"t_rel\":%.6f", relative);
    snprintf(text, sizeof(text),
             "%s,\"repo\":1,\"nesting\":%" PRIu32
             ",\"category\":\"%s\",\"label\":\"%s\"",
             times, event->depth + 1, category, label);
    event_line(trace, name, text);
}

static void region_begin(void *data, const struct qn_trace_event *event)
{
    region_line(data, event, false);
}

static void region_end(void *data, const struct qn_trace_event *event)
{
    region_line(data, event, true);
}

bool qn_git_trace_add_regions(struct qn_git_trace *git_trace,
                              struct qn_trace *trace)
{
    struct qn_trace_sink sink = {
        .data = git_trace, .begin = region_begin, .end = region_end};

    return qn_trace_add_sink(trace, &sink);
}
