/* SPDX-License-Identifier: MIT */
#include "cli/trace.h"

#include "cli/cli.h"
#include "trace/git_trace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define GIT_VERSION_TEXT "2.55.0"

/* One a process, as the variables are. */
static struct {
    struct qn_trace *trace;
    struct qn_git_trace git;
    int fds[QN_GIT_TRACE_TARGET_COUNT];
    int own_fd;
    bool is_on;
    bool has_git;
} the_trace;

static int64_t read_clock(void *data)
{
    struct timespec now;

    (void)data;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int64_t read_wall(void *data, int *microseconds)
{
    struct timespec now;

    (void)data;
    clock_gettime(CLOCK_REALTIME, &now);
    *microseconds = (int)(now.tv_nsec / 1000);
    return now.tv_sec;
}

static int64_t read_zone(void *data, int64_t seconds)
{
    time_t now = (time_t)seconds;
    struct tm local;
    struct tm utc;

    (void)data;
    if (!localtime_r(&now, &local) || !gmtime_r(&now, &utc))
        return 0;
    utc.tm_isdst = local.tm_isdst;
    return (int64_t)difftime(mktime(&local), mktime(&utc));
}

static void write_fd(void *data, const char *text, size_t size)
{
    int fd = *(int *)data;

    while (size > 0) {
        ssize_t written = write(fd, text, size);

        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return;
        text += written;
        size -= (size_t)written;
    }
}

static int open_file(struct cli *cli, const char *path)
{
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);

    if (fd < 0)
        cli_warning(cli, "could not open '%s' for tracing: %s", path,
                    strerror(errno));
    return fd;
}

static bool is_set(const char *name)
{
    const char *value = getenv(name);

    return value && *value && strcmp(value, "0") != 0 &&
           strcmp(value, "false") != 0;
}

static void open_target(struct cli *cli, int target)
{
    const char *name = qn_git_trace_variable((enum qn_git_trace_target)target);
    const char *value = getenv(name);
    int fd = -1;

    if (!value)
        return;
    switch (qn_git_trace_value(value, &fd)) {
    case QN_GIT_TRACE_OFF:
        return;
    case QN_GIT_TRACE_FILE:
        fd = open_file(cli, value);
        break;
    case QN_GIT_TRACE_UNKNOWN:
        if (target < QN_GIT_TRACE2_NORMAL) {
            cli_warning(
                cli,
                "unknown trace value for '%s': %s\n"
                "         If you want to trace into a file, then please "
                "set %s\n         to an absolute pathname (starting "
                "with /)",
                name, value, name);
        }
        return;
    default:
        break;
    }
    if (fd < 0)
        return;
    the_trace.fds[target] = fd;
    the_trace.git.targets[target].write = write_fd;
    the_trace.git.targets[target].data = &the_trace.fds[target];
    the_trace.has_git = the_trace.is_on = true;
}

static void start_git_trace(struct cli *cli, int argc, char **argv)
{
    struct qn_git_trace *git = &the_trace.git;
    char host[256] = "";
    int i;

    for (i = 0; i < QN_GIT_TRACE_TARGET_COUNT; i++)
        open_target(cli, i);
    if (!the_trace.has_git)
        return;
    git->targets[QN_GIT_TRACE2_NORMAL].is_brief = is_set("GIT_TRACE2_BRIEF");
    git->targets[QN_GIT_TRACE2_PERF].is_brief = is_set("GIT_TRACE2_PERF_BRIEF");
    git->wall = read_wall;
    git->zone = read_zone;
    git->clock = read_clock;
    git->start_ns = read_clock(NULL);
    (void)gethostname(host, sizeof(host) - 1);
    qn_git_trace_set_session(git, getenv("GIT_TRACE2_PARENT_SID"), host,
                             (long)getpid());
    if (git->targets[QN_GIT_TRACE2_NORMAL].write ||
        git->targets[QN_GIT_TRACE2_PERF].write ||
        git->targets[QN_GIT_TRACE2_EVENT].write)
        (void)setenv("GIT_TRACE2_PARENT_SID", git->session, 1);
    qn_git_trace_start(git, GIT_VERSION_TEXT, argc, argv);
}

static bool add_own_sink(struct cli *cli, const char *value)
{
    size_t size = strcspn(value, ":");
    const char *place = value[size] ? value + size + 1 : "2";
    bool (*add)(struct qn_trace *, qn_trace_write_fn *, void *) = NULL;

    if (size == 4 && strncmp(value, "text", size) == 0)
        add = qn_trace_sink_text;
    else if (size == 4 && strncmp(value, "json", size) == 0)
        add = qn_trace_sink_json;
    else if (size == 7 && strncmp(value, "summary", size) == 0)
        add = qn_trace_sink_summary;
    if (!add) {
        if (*value && strcmp(value, "0") != 0)
            cli_warning(cli, "unknown value of QUOIN_TRACE: %s", value);
        return false;
    }
    if (place[0] == '/')
        the_trace.own_fd = open_file(cli, place);
    else
        the_trace.own_fd = (int)strtol(place, NULL, 10);
    return the_trace.own_fd > 0 &&
           add(the_trace.trace, write_fd, &the_trace.own_fd);
}

void cli_trace_start(struct cli *cli, int argc, char **argv)
{
    const char *own = getenv("QUOIN_TRACE");
    bool has_sink = false;

    start_git_trace(cli, argc, argv);
    if (!own && !the_trace.git.targets[QN_GIT_TRACE2_PERF].write &&
        !the_trace.git.targets[QN_GIT_TRACE2_EVENT].write)
        return;
    the_trace.trace = qn_trace_new(read_clock, NULL);
    if (!the_trace.trace)
        return;
    if (own)
        has_sink = add_own_sink(cli, own);
    if (the_trace.has_git)
        has_sink |= qn_git_trace_add_regions(&the_trace.git, the_trace.trace);
    if (!has_sink) {
        qn_trace_free(the_trace.trace);
        the_trace.trace = NULL;
    }
    the_trace.is_on |= has_sink;
}

struct qn_trace *cli_trace_get(void)
{
    return the_trace.trace;
}

void cli_trace_command(int argc, char **argv)
{
    if (the_trace.has_git)
        qn_git_trace_command(&the_trace.git, argc, argv);
}

void cli_trace_repository(const char *work_tree)
{
    if (the_trace.has_git)
        qn_git_trace_repository(&the_trace.git, work_tree);
}

void cli_trace_error(const char *message)
{
    if (the_trace.has_git)
        qn_git_trace_error(&the_trace.git, message);
}

void cli_trace_finish(struct cli *cli, int code)
{
    if (!the_trace.is_on)
        return;
    the_trace.is_on = false; /* once */
    if (the_trace.trace) {
        if (cli->ctx)
            qn_trace_flush(cli->ctx);
        qn_trace_free(the_trace.trace);
        the_trace.trace = NULL;
    }
    if (the_trace.has_git)
        qn_git_trace_exit(&the_trace.git, code);
}
