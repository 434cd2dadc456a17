/* SPDX-License-Identifier: MIT */
/* Git's own trace lines: GIT_TRACE and its kin (git(1)), and the three forms of
 * GIT_TRACE2 (api-trace2).
 *
 * Pure: times and identity come in, lines go to the writer of their target.
 * Where Git names its own source file and line, "quoin" and 0 stand.  Regions
 * are quoin's spans, under their own names.
 */
#ifndef QN_TRACE_GIT_TRACE_H
#define QN_TRACE_GIT_TRACE_H

#include "trace/trace_line.h"
#include "trace/trace_sink.h"

/* The first are the topics of trace.h, in their order. */
enum qn_git_trace_target {
    QN_GIT_TRACE_GENERAL = QN_TRACE_GENERAL,
    QN_GIT_TRACE_SETUP = QN_TRACE_SETUP,
    QN_GIT_TRACE_PERFORMANCE = QN_TRACE_TOPIC_COUNT,
    QN_GIT_TRACE2_NORMAL, /* GIT_TRACE2 */
    QN_GIT_TRACE2_PERF,   /* GIT_TRACE2_PERF */
    QN_GIT_TRACE2_EVENT,  /* GIT_TRACE2_EVENT */
    QN_GIT_TRACE_TARGET_COUNT
};
/* The variable that turns it on. */
const char *qn_git_trace_variable(enum qn_git_trace_target target);

/* What a variable's value asks for. */
enum qn_git_trace_kind {
    QN_GIT_TRACE_OFF,     /* "", "0", "false" */
    QN_GIT_TRACE_FD,      /* "1", "2", "true" (2) ... "9" */
    QN_GIT_TRACE_FILE,    /* an absolute path: appended to */
    QN_GIT_TRACE_SOCKET,  /* "af_unix:...": GIT_TRACE2 only */
    QN_GIT_TRACE_UNKNOWN, /* anything else: Git warns */
};
enum qn_git_trace_kind qn_git_trace_value(const char *value, int *fd);

struct qn_git_trace {
    struct {
        qn_trace_write_fn *write; /* NULL: off */
        void *data;
        bool is_brief; /* no time and place (GIT_TRACE2_BRIEF and its kin) */
    } targets[QN_GIT_TRACE_TARGET_COUNT];
    /* Handed in. */
    int64_t (*wall)(void *data, int *microseconds); /* seconds, UTC */
    int64_t (*zone)(void *data, int64_t seconds);   /* seconds east of UTC */
    qn_trace_clock_fn *clock;
    void *data;
    int64_t start_ns;
    unsigned nesting;        /* GIT_TRACE2_EVENT_NESTING; 0: 2 */
    const char *parent_name; /* GIT_TRACE2_PARENT_NAME, or NULL */
    bool shows_passwords;    /* of URLs: GIT_TRACE2_REDACT=0 */
    /* Kept here. */
    char session[1024];   /* "<parent>/<own>" */
    char hierarchy[1024]; /* "_run_dashed_/commit" */
    int word_count;
    const char *const *words; /* borrowed: argv */
    bool is_full; /* the event form: too many files, too_many_files is told */
    bool has_repository;
    bool has_totals;
    uint64_t totals[QN_COUNTER_COUNT];
};

bool qn_git_trace_is_on(const struct qn_git_trace *trace);
bool qn_git_trace_has(const struct qn_git_trace *trace,
                      enum qn_git_trace_target target);
/* "<time>-H<host>-P<process>", behind the parent's and a slash. */
void qn_git_trace_set_session(struct qn_git_trace *trace, const char *parent,
                              const char *host, long process);
/* One line of the old kind: time, place, words. */
void qn_git_trace_old(struct qn_git_trace *trace,
                      enum qn_git_trace_target target, const char *text);
/* Old lines made of words: "trace: built-in: git " and the words. */
void qn_git_trace_old_words(struct qn_git_trace *trace, const char *before,
                            int argc, const char *const *argv);

/* ---- the events of GIT_TRACE2 (git_trace2.c) */

void qn_git_trace2_start(struct qn_git_trace *trace, const char *version,
                         int argc, const char *const *argv);
/* Nearest parent first. */
void qn_git_trace2_ancestry(struct qn_git_trace *trace, int count,
                            const char *const *names);
/* Also appends to the hierarchy. */
void qn_git_trace2_command(struct qn_git_trace *trace, const char *name);
void qn_git_trace2_mode(struct qn_git_trace *trace, const char *name);
void qn_git_trace2_alias(struct qn_git_trace *trace, const char *name, int argc,
                         const char *const *argv);
void qn_git_trace2_exec(struct qn_git_trace *trace, int argc,
                        const char *const *argv);
void qn_git_trace2_exec_result(struct qn_git_trace *trace, int code);
void qn_git_trace2_param(struct qn_git_trace *trace, const char *scope,
                         const char *name, const char *value);
void qn_git_trace2_repository(struct qn_git_trace *trace,
                              const char *work_tree);
void qn_git_trace2_error(struct qn_git_trace *trace, const char *message);
/* `is_end`: a child that ran, or (-1, -1) did not. */
void qn_git_trace2_child_start(struct qn_git_trace *trace, int number,
                               const struct qn_trace_process *process);
void qn_git_trace2_child_exit(struct qn_git_trace *trace, int number, long pid,
                              int code, int64_t elapsed_ns);
void qn_git_trace2_too_many_files(struct qn_git_trace *trace);
/* exit, counters, atexit, and the performance line. */
void qn_git_trace2_exit(struct qn_git_trace *trace, int code);

/* ---- what the library tells (git_trace_sink.c) */

/* Spans become regions, and so on. */
bool qn_git_trace_sink_add(struct qn_git_trace *git_trace,
                           struct qn_trace *trace);

/* ---- between those files */

struct qn_git_trace_event {
    const char *name;
    const char *category;
    double absolute; /* negative: left out */
    double relative;
    unsigned indent; /* regions around it */
    uint32_t thread; /* 0, 1: main */
    bool has_repository;
};
void qn_git_trace2_put_normal(struct qn_git_trace *trace, const char *text);
/* The column form.  `text` is the message. */
void qn_git_trace2_put_perf(struct qn_git_trace *trace,
                            const struct qn_git_trace_event *event,
                            const char *text);
/* The JSON form.  `more` begins with a comma, or is empty. */
void qn_git_trace2_put_event(struct qn_git_trace *trace,
                             const struct qn_git_trace_event *event,
                             const char *more);

#endif
