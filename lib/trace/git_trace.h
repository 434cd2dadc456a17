/* SPDX-License-Identifier: MIT */
/* Git's own trace lines: GIT_TRACE, GIT_TRACE_PERFORMANCE, GIT_TRACE_SETUP
 * (git(1)) and the three forms of GIT_TRACE2 (api-trace2).
 *
 * Pure: times and identity come in, lines go to the writer of their target.
 * Where Git names its own source file and line, "quoin" and 0 stand.
 */
#ifndef QN_TRACE_GIT_TRACE_H
#define QN_TRACE_GIT_TRACE_H

#include "trace/trace_sink.h"

enum qn_git_trace_target {
    QN_GIT_TRACE_GENERAL,     /* GIT_TRACE */
    QN_GIT_TRACE_PERFORMANCE, /* GIT_TRACE_PERFORMANCE */
    QN_GIT_TRACE_SETUP,       /* GIT_TRACE_SETUP */
    QN_GIT_TRACE_PACKET,      /* GIT_TRACE_PACKET */
    QN_GIT_TRACE2_NORMAL,     /* GIT_TRACE2 */
    QN_GIT_TRACE2_PERF,       /* GIT_TRACE2_PERF */
    QN_GIT_TRACE2_EVENT,      /* GIT_TRACE2_EVENT */
    QN_GIT_TRACE_TARGET_COUNT
};
/* The variable that turns it on. */
const char *qn_git_trace_variable(enum qn_git_trace_target target);

/* What a variable's value asks for. */
enum qn_git_trace_kind {
    QN_GIT_TRACE_OFF,     /* "", "0", "false" */
    QN_GIT_TRACE_FD,      /* "1", "2", "true" (2) ... "9" */
    QN_GIT_TRACE_FILE,    /* an absolute path: appended to */
    QN_GIT_TRACE_UNKNOWN, /* anything else: Git warns */
};
enum qn_git_trace_kind qn_git_trace_value(const char *value, int *fd);

struct qn_git_trace {
    struct {
        qn_trace_write_fn *write; /* NULL: off */
        void *data;
        bool is_brief; /* no time and place (GIT_TRACE2_BRIEF, _PERF_BRIEF) */
    } targets[QN_GIT_TRACE_TARGET_COUNT];
    /* Handed in. */
    int64_t (*wall)(void *data, int *microseconds); /* seconds, UTC */
    int64_t (*zone)(void *data, int64_t seconds);   /* seconds east of UTC */
    qn_trace_clock_fn *clock;
    void *data;
    int64_t start_ns;
    char session[512]; /* "<parent>/<own>" */
    const char *command_line[64];
    int word_count;
};

bool qn_git_trace_is_on(const struct qn_git_trace *trace);
/* "<time>-H<host>-P<process>", behind the parent's and a slash. */
void qn_git_trace_set_session(struct qn_git_trace *trace, const char *parent,
                              const char *host, long process);
/* version and start. */
void qn_git_trace_start(struct qn_git_trace *trace, const char *version,
                        int argc, char **argv);
/* A subcommand of our own: "trace: built-in: git <words>" and cmd_name. */
void qn_git_trace_command(struct qn_git_trace *trace, int argc, char **argv);
void qn_git_trace_repository(struct qn_git_trace *trace, const char *work_tree);
void qn_git_trace_error(struct qn_git_trace *trace, const char *message);
void qn_git_trace_child_start(struct qn_git_trace *trace, int number, int argc,
                              char **argv);
void qn_git_trace_child_exit(struct qn_git_trace *trace, int number, long pid,
                             int code, int64_t elapsed_ns);
/* exit and atexit, and the performance line. */
void qn_git_trace_exit(struct qn_git_trace *trace, int code);
/* Spans become regions of the perf and event forms. */
bool qn_git_trace_add_regions(struct qn_git_trace *git_trace,
                              struct qn_trace *trace);

#endif
