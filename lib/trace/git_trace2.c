/* SPDX-License-Identifier: MIT */
/* The events of GIT_TRACE2, each in its three forms. */
#include "trace/git_trace.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define NANO_SECOND 1e9

static double elapsed(const struct qn_git_trace *trace)
{
    return (double)(trace->clock(trace->data) - trace->start_ns) / NANO_SECOND;
}

static struct qn_git_trace_event plain(const char *name)
{
    struct qn_git_trace_event event = {.name = name};

    event.absolute = event.relative = -1;
    return event;
}

static void begin_line(const struct qn_git_trace *trace,
                       struct qn_trace_line *line)
{
    qn_trace_line_init(line);
    line->hides_passwords = !trace->shows_passwords;
}

/* An event with one text: "<name> <text>", the text, ,"<key>":"<text>". */
static void put_simple(struct qn_git_trace *trace, const char *name,
                       const char *key, const char *text)
{
    struct qn_git_trace_event event = plain(name);
    struct qn_trace_line line;

    begin_line(trace, &line);
    qn_trace_line_printf(&line, "%s %s", name, text);
    qn_git_trace2_put_normal(trace, line.data);
    qn_git_trace2_put_perf(trace, &event, text);
    qn_trace_line_dispose(&line);
    qn_trace_line_printf(&line, ",\"%s\":", key);
    qn_trace_line_json(&line, text);
    qn_git_trace2_put_event(trace, &event, line.data);
    qn_trace_line_dispose(&line);
}

void qn_git_trace2_start(struct qn_git_trace *trace, const char *version,
                         int argc, const char *const *argv)
{
    struct qn_git_trace_event event = plain("version");
    struct qn_trace_line line;

    trace->words = argv;
    trace->word_count = argc;
    begin_line(trace, &line);
    qn_trace_line_printf(&line, "version %s", version);
    qn_git_trace2_put_normal(trace, line.data);
    qn_git_trace2_put_perf(trace, &event, version);
    qn_trace_line_dispose(&line);
    qn_trace_line_put(&line, ",\"evt\":\"4\",\"exe\":");
    qn_trace_line_json(&line, version);
    qn_git_trace2_put_event(trace, &event, line.data);
    qn_trace_line_dispose(&line);

    if (trace->is_full)
        qn_git_trace2_too_many_files(trace);
    event.name = "start";
    event.absolute = elapsed(trace);
    qn_trace_line_put(&line, "start ");
    qn_trace_line_words(&line, argc, argv);
    qn_git_trace2_put_normal(trace, line.data);
    qn_git_trace2_put_perf(trace, &event, line.data + strlen("start "));
    qn_trace_line_dispose(&line);
    qn_trace_line_printf(&line, ",\"t_abs\":%.6f,\"argv\":", event.absolute);
    qn_trace_line_json_words(&line, argc, argv);
    qn_git_trace2_put_event(trace, &event, line.data);
    qn_trace_line_dispose(&line);
}

void qn_git_trace2_ancestry(struct qn_git_trace *trace, int count,
                            const char *const *names)
{
    struct qn_git_trace_event event = plain("cmd_ancestry");
    struct qn_trace_line line;
    int i;

    if (count <= 0)
        return;
    begin_line(trace, &line);
    qn_trace_line_put(&line, "cmd_ancestry");
    for (i = 0; i < count; i++)
        qn_trace_line_printf(&line, "%s %s", i > 0 ? " <-" : "", names[i]);
    qn_git_trace2_put_normal(trace, line.data);
    qn_trace_line_dispose(&line);
    qn_trace_line_put(&line, "ancestry:[");
    for (i = 0; i < count; i++)
        qn_trace_line_printf(&line, "%s%s", i > 0 ? " " : "", names[i]);
    qn_trace_line_put(&line, "]");
    qn_git_trace2_put_perf(trace, &event, line.data);
    qn_trace_line_dispose(&line);
    qn_trace_line_put(&line, ",\"ancestry\":");
    qn_trace_line_json_words(&line, count, names);
    qn_git_trace2_put_event(trace, &event, line.data);
    qn_trace_line_dispose(&line);
}

static void add_name(struct qn_git_trace *trace, const char *name)
{
    size_t used = strlen(trace->hierarchy);
    const char *parent = trace->parent_name;

    if (used == 0 && parent && *parent)
        used = (size_t)snprintf(trace->hierarchy, sizeof(trace->hierarchy),
                                "%s", parent);
    if (used < sizeof(trace->hierarchy))
        snprintf(trace->hierarchy + used, sizeof(trace->hierarchy) - used,
                 "%s%s", used > 0 ? "/" : "", name);
}

void qn_git_trace2_command(struct qn_git_trace *trace, const char *name)
{
    struct qn_git_trace_event event = plain("cmd_name");
    struct qn_trace_line line;

    add_name(trace, name);
    begin_line(trace, &line);
    qn_trace_line_printf(&line, "cmd_name %s (%s)", name, trace->hierarchy);
    qn_git_trace2_put_normal(trace, line.data);
    qn_git_trace2_put_perf(trace, &event, line.data + strlen("cmd_name "));
    qn_trace_line_dispose(&line);
    qn_trace_line_put(&line, ",\"name\":");
    qn_trace_line_json(&line, name);
    qn_trace_line_put(&line, ",\"hierarchy\":");
    qn_trace_line_json(&line, trace->hierarchy);
    qn_git_trace2_put_event(trace, &event, line.data);
    qn_trace_line_dispose(&line);
}

void qn_git_trace2_mode(struct qn_git_trace *trace, const char *name)
{
    put_simple(trace, "cmd_mode", "name", name);
}

void qn_git_trace2_alias(struct qn_git_trace *trace, const char *name, int argc,
                         const char *const *argv)
{
    struct qn_git_trace_event event = plain("alias");
    struct qn_trace_line line;

    begin_line(trace, &line);
    qn_trace_line_printf(&line, "alias %s -> ", name);
    qn_trace_line_words(&line, argc, argv);
    qn_git_trace2_put_normal(trace, line.data);
    qn_trace_line_dispose(&line);
    qn_trace_line_printf(&line, "alias:%s argv:[", name);
    qn_trace_line_words(&line, argc, argv);
    qn_trace_line_put(&line, "]");
    qn_git_trace2_put_perf(trace, &event, line.data);
    qn_trace_line_dispose(&line);
    qn_trace_line_put(&line, ",\"alias\":");
    qn_trace_line_json(&line, name);
    qn_trace_line_put(&line, ",\"argv\":");
    qn_trace_line_json_words(&line, argc, argv);
    qn_git_trace2_put_event(trace, &event, line.data);
    qn_trace_line_dispose(&line);
}

void qn_git_trace2_exec(struct qn_git_trace *trace, int argc,
                        const char *const *argv)
{
    struct qn_git_trace_event event = plain("exec");
    struct qn_trace_line line;

    event.absolute = elapsed(trace);
    begin_line(trace, &line);
    qn_trace_line_put(&line, "exec[0] ");
    qn_trace_line_words(&line, argc, argv);
    qn_git_trace2_put_normal(trace, line.data);
    qn_trace_line_dispose(&line);
    qn_trace_line_put(&line, "id:0 argv:[");
    qn_trace_line_words(&line, argc, argv);
    qn_trace_line_put(&line, "]");
    qn_git_trace2_put_perf(trace, &event, line.data);
    qn_trace_line_dispose(&line);
    qn_trace_line_put(&line, ",\"exec_id\":0,\"exe\":");
    qn_trace_line_json(&line, argv[0]);
    qn_trace_line_put(&line, ",\"argv\":");
    qn_trace_line_json_words(&line, argc, argv);
    qn_git_trace2_put_event(trace, &event, line.data);
    qn_trace_line_dispose(&line);
}

void qn_git_trace2_exec_result(struct qn_git_trace *trace, int code)
{
    struct qn_git_trace_event event = plain("exec_result");
    char text[64];

    event.absolute = elapsed(trace);
    snprintf(text, sizeof(text), "exec_result[0] code:%d", code);
    qn_git_trace2_put_normal(trace, text);
    snprintf(text, sizeof(text), "id:0 code:%d", code);
    qn_git_trace2_put_perf(trace, &event, text);
    snprintf(text, sizeof(text), ",\"exec_id\":0,\"code\":%d", code);
    qn_git_trace2_put_event(trace, &event, text);
}

void qn_git_trace2_param(struct qn_git_trace *trace, const char *scope,
                         const char *name, const char *value)
{
    struct qn_git_trace_event event = plain("def_param");
    struct qn_trace_line line;
    char category[32];

    begin_line(trace, &line);
    qn_trace_line_printf(&line, "def_param scope:%s %s=", scope, name);
    qn_trace_line_value(&line, value);
    qn_git_trace2_put_normal(trace, line.data);
    qn_trace_line_dispose(&line);
    snprintf(category, sizeof(category), "scope:%.20s", scope);
    event.category = category;
    qn_trace_line_printf(&line, "%s:", name);
    qn_trace_line_value(&line, value);
    qn_git_trace2_put_perf(trace, &event, line.data);
    qn_trace_line_dispose(&line);
    qn_trace_line_printf(&line, ",\"scope\":\"%s\",\"param\":", scope);
    qn_trace_line_json(&line, name);
    qn_trace_line_put(&line, ",\"value\":");
    qn_trace_line_json(&line, value);
    qn_git_trace2_put_event(trace, &event, line.data);
    qn_trace_line_dispose(&line);
}

void qn_git_trace2_repository(struct qn_git_trace *trace, const char *work_tree)
{
    struct qn_git_trace_event event = plain("def_repo");
    struct qn_trace_line line;

    trace->has_repository = true;
    event.has_repository = true;
    begin_line(trace, &line);
    qn_trace_line_printf(&line, "worktree %s", work_tree);
    qn_git_trace2_put_normal(trace, line.data);
    line.data[8] = ':';
    qn_git_trace2_put_perf(trace, &event, line.data);
    qn_trace_line_dispose(&line);
    qn_trace_line_put(&line, ",\"worktree\":");
    qn_trace_line_json(&line, work_tree);
    qn_git_trace2_put_event(trace, &event, line.data);
    qn_trace_line_dispose(&line);
}

void qn_git_trace2_error(struct qn_git_trace *trace, const char *message)
{
    struct qn_git_trace_event event = plain("error");
    struct qn_trace_line line;

    begin_line(trace, &line);
    qn_trace_line_printf(&line, "error %s", message);
    qn_git_trace2_put_normal(trace, line.data);
    qn_git_trace2_put_perf(trace, &event, message);
    qn_trace_line_dispose(&line);
    qn_trace_line_put(&line, ",\"msg\":");
    qn_trace_line_json(&line, message);
    qn_trace_line_put(&line, ",\"fmt\":");
    qn_trace_line_json(&line, message);
    qn_git_trace2_put_event(trace, &event, line.data);
    qn_trace_line_dispose(&line);
}

static int count_words(const char *const *argv)
{
    int count = 0;

    while (argv[count])
        count++;
    return count;
}

/* The old lines: what is set, and what is run. */
static void put_old_child(struct qn_git_trace *trace,
                          const struct qn_trace_process *process)
{
    const char *const *real =
        process->real_argv ? process->real_argv : process->argv;
    struct qn_trace_line line;
    int i, unsets = 0;

    if (!qn_git_trace_has(trace, QN_GIT_TRACE_GENERAL))
        return;
    begin_line(trace, &line);
    qn_trace_line_put(&line, "trace: run_command:");
    if (process->directory) {
        qn_trace_line_put(&line, " cd ");
        qn_trace_line_words(&line, 1, &process->directory);
        qn_trace_line_put(&line, ";");
    }
    for (i = 0; process->variables && process->variables[i]; i++)
        if (!strchr(process->variables[i], '='))
            qn_trace_line_printf(&line, unsets++ ? " %s" : " unset %s",
                                 process->variables[i]);
    if (unsets)
        qn_trace_line_put(&line, ";");
    for (i = 0; process->variables && process->variables[i]; i++) {
        const char *variable = process->variables[i];
        const char *equals = strchr(variable, '=');

        if (!equals)
            continue;
        qn_trace_line_printf(&line, " %.*s=", (int)(equals - variable),
                             variable);
        equals++;
        qn_trace_line_words(&line, 1, &equals);
    }
    qn_trace_line_put(&line, " ");
    qn_trace_line_words(&line, count_words(process->argv), process->argv);
    qn_git_trace_old(trace, QN_GIT_TRACE_GENERAL, line.data);
    qn_trace_line_dispose(&line);
    qn_git_trace_old_words(trace, "trace: start_command: ", count_words(real),
                           real);
}

void qn_git_trace2_child_start(struct qn_git_trace *trace, int number,
                               const struct qn_trace_process *process)
{
    struct qn_git_trace_event event = plain("child_start");
    const char *category = process->category ? process->category : "?";
    int count = count_words(process->argv);
    struct qn_trace_line line;

    put_old_child(trace, process);
    event.absolute = elapsed(trace);
    begin_line(trace, &line);
    qn_trace_line_printf(&line, "child_start[%d]", number);
    if (process->directory) {
        qn_trace_line_put(&line, " cd ");
        qn_trace_line_words(&line, 1, &process->directory);
        qn_trace_line_put(&line, ";");
    }
    qn_trace_line_put(&line, " ");
    qn_trace_line_words(&line, count, process->argv);
    qn_git_trace2_put_normal(trace, line.data);
    qn_trace_line_dispose(&line);

    qn_trace_line_printf(&line, "[ch%d] class:%s", number, category);
    if (process->hook_name)
        qn_trace_line_printf(&line, " hook:%s", process->hook_name);
    if (process->directory) {
        qn_trace_line_put(&line, " cd:");
        qn_trace_line_words(&line, 1, &process->directory);
    }
    qn_trace_line_put(&line, " argv:[");
    qn_trace_line_words(&line, count, process->argv);
    qn_trace_line_put(&line, "]");
    qn_git_trace2_put_perf(trace, &event, line.data);
    qn_trace_line_dispose(&line);

    qn_trace_line_printf(&line, ",\"child_id\":%d,\"child_class\":\"%s\"",
                         number, category);
    if (process->hook_name) {
        qn_trace_line_put(&line, ",\"hook_name\":");
        qn_trace_line_json(&line, process->hook_name);
    }
    if (process->directory) {
        qn_trace_line_put(&line, ",\"cd\":");
        qn_trace_line_json(&line, process->directory);
    }
    qn_trace_line_printf(&line, ",\"use_shell\":%s,\"argv\":",
                         process->uses_shell ? "true" : "false");
    qn_trace_line_json_words(&line, count, process->argv);
    qn_git_trace2_put_event(trace, &event, line.data);
    qn_trace_line_dispose(&line);
}

void qn_git_trace2_child_exit(struct qn_git_trace *trace, int number, long pid,
                              int code, int64_t elapsed_ns)
{
    struct qn_git_trace_event event = plain("child_exit");
    char text[256];

    event.absolute = elapsed(trace);
    event.relative = (double)elapsed_ns / NANO_SECOND;
    snprintf(text, sizeof(text), "child_exit[%d] pid:%ld code:%d elapsed:%.6f",
             number, pid, code, event.relative);
    qn_git_trace2_put_normal(trace, text);
    snprintf(text, sizeof(text), "[ch%d] pid:%ld code:%d", number, pid, code);
    qn_git_trace2_put_perf(trace, &event, text);
    snprintf(text, sizeof(text),
             ",\"child_id\":%d,\"pid\":%ld,\"code\":%d,\"t_rel\":%.6f", number,
             pid, code, event.relative);
    qn_git_trace2_put_event(trace, &event, text);
}

void qn_git_trace2_too_many_files(struct qn_git_trace *trace)
{
    struct qn_git_trace_event event = plain("too_many_files");

    qn_git_trace2_put_event(trace, &event, "");
}

static void put_counters(struct qn_git_trace *trace)
{
    struct qn_git_trace_event event = plain("counter");
    struct qn_trace_line line;
    int i;

    begin_line(trace, &line);
    for (i = 0; i < QN_COUNTER_COUNT; i++) {
        const char *full = qn_counter_name((enum qn_counter)i);
        const char *name = strchr(full, '.') + 1;
        char category[32];

        if (!trace->totals[i])
            continue;
        snprintf(category, sizeof(category), "%.*s", (int)(name - full - 1),
                 full);
        event.category = category;
        qn_trace_line_printf(&line, "name:%s value:%" PRIu64, name,
                             trace->totals[i]);
        qn_git_trace2_put_perf(trace, &event, line.data);
        qn_trace_line_dispose(&line);
        qn_trace_line_printf(
            &line, ",\"category\":\"%s\",\"name\":\"%s\",\"count\":%" PRIu64,
            category, name, trace->totals[i]);
        qn_git_trace2_put_event(trace, &event, line.data);
        qn_trace_line_dispose(&line);
    }
}

void qn_git_trace2_exit(struct qn_git_trace *trace, int code)
{
    static const char *const names[] = {"exit", "atexit"};
    struct qn_git_trace_event event;
    struct qn_trace_line line;
    size_t i;

    begin_line(trace, &line);
    if (qn_git_trace_has(trace, QN_GIT_TRACE_PERFORMANCE)) {
        qn_trace_line_printf(
            &line, "performance: %.9f s: git command: ", elapsed(trace));
        qn_trace_line_words(&line, trace->word_count, trace->words);
        qn_git_trace_old(trace, QN_GIT_TRACE_PERFORMANCE, line.data);
        qn_trace_line_dispose(&line);
    }
    for (i = 0; i < 2; i++) {
        event = plain(names[i]);
        event.absolute = elapsed(trace);
        qn_trace_line_printf(&line, "%s elapsed:%.6f code:%d", names[i],
                             event.absolute, code);
        qn_git_trace2_put_normal(trace, line.data);
        qn_trace_line_dispose(&line);
        qn_trace_line_printf(&line, "code:%d", code);
        qn_git_trace2_put_perf(trace, &event, line.data);
        qn_trace_line_dispose(&line);
        qn_trace_line_printf(&line, ",\"t_abs\":%.6f,\"code\":%d",
                             event.absolute, code);
        qn_git_trace2_put_event(trace, &event, line.data);
        qn_trace_line_dispose(&line);
        if (i == 0 && trace->has_totals)
            put_counters(trace);
    }
}
