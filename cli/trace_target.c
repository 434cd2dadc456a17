/* SPDX-License-Identifier: MIT */
/* Where traces go: descriptors, files, directories and sockets. */
#include "cli/cli.h"
#include "cli/trace.h"
#include "config/config_files.h"
#include "os/directory.h"
#include "os/local_socket.h"
#include "trace/git_trace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PLACES_MAX 10 /* "<name>.<n>" tried in a directory */
#define SENTINEL   "git-trace2-discard"

static struct {
    int fds[QN_GIT_TRACE_TARGET_COUNT];
    struct qn_config *config; /* system and user; NULL: says nothing */
} the_targets;

/* ------------------------------------------------------------ configuration */

/* Does a file name a trace, or another file? */
static bool file_asks(const char *path)
{
    char text[65536];
    size_t size = 0;
    ssize_t got;
    size_t i;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return false;
    while (size < sizeof(text) - 1 &&
           (got = read(fd, text + size, sizeof(text) - 1 - size)) > 0)
        size += (size_t)got;
    close(fd);
    text[size] = '\0';
    if (size == sizeof(text) - 1)
        return true;
    for (i = 0; i < size; i++)
        text[i] =
            (char)(text[i] >= 'A' && text[i] <= 'Z' ? text[i] + 32 : text[i]);
    return strstr(text, "trace2") || strstr(text, "[include");
}

static bool any_file_asks(struct qn_ctx *ctx)
{
    struct qn_buf paths[3] = {QN_BUF_INIT, QN_BUF_INIT, QN_BUF_INIT};
    bool asks = false;
    size_t i;

    if (!qn_config_files_system(ctx, &paths[0]) &&
        !qn_config_files_global(ctx, &paths[1], &paths[2]))
        for (i = 0; i < 3 && !asks; i++)
            asks = paths[i].size > 0 && file_asks(qn_buf_string(&paths[i]));
    for (i = 0; i < 3; i++)
        qn_buf_dispose(&paths[i]);
    return asks;
}

static const char *get_variable(void *data, const char *name)
{
    (void)data;
    return getenv(name);
}

/* The files are only parsed when they speak of traces.  The environment of
 * this reading lives on: the configuration remembers it. */
static void read_config(void)
{
    struct qn_env_options options = QN_ENV_OPTIONS_INIT;
    struct qn_config_conditions conditions = {0};
    struct qn_env *env;
    struct qn_ctx *ctx;

    options.variable = get_variable;
    env = qn_env_new(&options);
    ctx = env ? qn_ctx_new(env) : NULL;
    if (ctx && any_file_asks(ctx) && !qn_config_new(ctx, &the_targets.config) &&
        qn_config_files_add(ctx, the_targets.config, &conditions)) {
        qn_config_free(the_targets.config);
        the_targets.config = NULL;
    }
    qn_ctx_free(ctx);
    qn_env_release(env);
}

const char *cli_trace_setting(const char *variable, const char *key)
{
    const char *value = variable ? getenv(variable) : NULL;

    if (value && *value)
        return value;
    return the_targets.config ? qn_config_string(the_targets.config, key, NULL)
                              : NULL;
}

bool cli_trace_is_true(const char *value)
{
    bool is_on = false;

    return value && *value && qn_config_parse_bool(value, &is_on) && is_on;
}

/* ------------------------------------------------------------------ targets */

/* A number, not a bool: "true" is none. */
static bool is_debugged(void)
{
    const char *value =
        cli_trace_setting("GIT_TRACE2_DST_DEBUG", "trace2.destinationdebug");

    return value && atoi(value) > 0;
}

void cli_trace_write(void *data, const char *text, size_t size)
{
    int fd = *(int *)data;

    while (size > 0) {
        ssize_t written = write(fd, text, size);

        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0) {
            size_t i = (size_t)((int *)data - the_targets.fds);
            char line[256];
            int count;

            if (fd < 0 || i >= QN_GIT_TRACE_TARGET_COUNT)
                return;
            count =
                snprintf(line, sizeof(line),
                         i >= QN_GIT_TRACE2_NORMAL
                             ? "warning: unable to write trace to '%s': %s\n"
                             : "warning: unable to write trace for %s: %s\n",
                         qn_git_trace_variable((enum qn_git_trace_target)i),
                         strerror(errno));
            *(int *)data = -1; /* once */
            if (i < QN_GIT_TRACE2_NORMAL || is_debugged())
                (void)!write(STDERR_FILENO, line, (size_t)count);
            return;
        }
        text += written;
        size -= (size_t)written;
    }
}

int cli_trace_open_file(struct cli *cli, const char *path)
{
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);

    if (fd < 0)
        cli_warning(cli, "could not open '%s' for tracing: %s", path,
                    strerror(errno));
    return fd;
}

/* Names in the directory, "." and ".." among them, as Git counts. */
static long count_files(const char *path)
{
    struct qn_env_options options = QN_ENV_OPTIONS_INIT;
    struct qn_env *env = qn_env_new(&options);
    struct qn_ctx *ctx = env ? qn_ctx_new(env) : NULL;
    struct qn_directory *directory = NULL;
    enum qn_file_kind kind;
    const char *name;
    long count = 2;

    if (ctx && !qn_directory_open(ctx, path, &directory))
        while (qn_directory_next(directory, &name, &kind))
            count++;
    if (directory)
        qn_directory_close(directory);
    qn_ctx_free(ctx);
    qn_env_release(env);
    return count;
}

/* A file of this process in a directory. */
static int open_in_directory(struct cli *cli, struct qn_git_trace *git,
                             const char *name, const char *directory,
                             bool *is_full)
{
    const char *limit =
        cli_trace_setting("GIT_TRACE2_MAX_FILES", "trace2.maxfiles");
    const char *slash = strrchr(git->session, '/');
    const char *own = slash ? slash + 1 : git->session;
    long most = limit ? strtol(limit, NULL, 10) : 0;
    char path[4096];
    int fd = -1;
    int i;

    if (most > 0) {
        snprintf(path, sizeof(path), "%s/" SENTINEL, directory);
        if (access(path, F_OK) == 0) {
            if (is_debugged())
                cli_warning(cli,
                            "trace2: not opening %s trace file due to too many "
                            "files in target directory %s",
                            name, directory);
            return -1;
        }
        if (count_files(directory) >= most) {
            fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
            *is_full = fd >= 0;
            return fd;
        }
    }
    for (i = 0; i < PLACES_MAX && fd < 0; i++) {
        int size =
            i == 0
                ? snprintf(path, sizeof(path), "%s/%s", directory, own)
                : snprintf(path, sizeof(path), "%s/%s.%d", directory, own, i);

        if (size < 0 || (size_t)size >= sizeof(path))
            break;
        fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd < 0 && errno != EEXIST)
            break;
    }
    if (fd < 0 && is_debugged())
        cli_warning(cli, "trace2: could not open '%.*s' for '%s' tracing: %s",
                    (int)strlen(directory), directory, name, strerror(errno));
    return fd;
}

static int open_socket(struct cli *cli, const char *name, const char *value)
{
    const char *path = value + strlen("af_unix:");
    int first = 0;
    int last = 1;
    int problem = 0;
    int i;

    if (strncmp(path, "stream:", 7) == 0) {
        path += 7;
        last = 0;
    } else if (strncmp(path, "dgram:", 6) == 0) {
        path += 6;
        first = 1;
    }
    if (*path != '/') {
        if (is_debugged())
            cli_warning(cli,
                        "trace2: invalid AF_UNIX path '%s' for '%s' "
                        "tracing",
                        path, name);
        return -1;
    }
    for (i = first; i <= last; i++) {
        int fd = qn_local_socket_connect(path, i == 1, &problem);

        if (fd >= 0)
            return fd;
    }
    if (is_debugged())
        cli_warning(cli,
                    "trace2: could not connect to socket '%s' for '%s' "
                    "tracing: %s",
                    path, name, strerror(problem));
    return -1;
}

/* A target of GIT_TRACE2: complaints only when asked for. */
static int open_trace2(struct cli *cli, struct qn_git_trace *git,
                       const char *name, const char *value, bool *is_full)
{
    struct stat stat_of;
    int fd = -1;

    switch (qn_git_trace_value(value, &fd)) {
    case QN_GIT_TRACE_FILE:
        if (stat(value, &stat_of) == 0 && S_ISDIR(stat_of.st_mode))
            return open_in_directory(cli, git, name, value, is_full);
        fd = open(value, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
        if (fd < 0 && is_debugged())
            cli_warning(cli, "trace2: could not open '%s' for '%s' tracing: %s",
                        value, name, strerror(errno));
        return fd;
    case QN_GIT_TRACE_SOCKET:
        return open_socket(cli, name, value);
    case QN_GIT_TRACE_UNKNOWN:
        cli_warning(cli, "trace2: unknown value for '%s': '%s'", name, value);
        return -1;
    default:
        return fd;
    }
}

/* A target of GIT_TRACE. */
static int open_old(struct cli *cli, const char *name, const char *value)
{
    int fd = -1;

    switch (qn_git_trace_value(value, &fd)) {
    case QN_GIT_TRACE_FILE:
        return cli_trace_open_file(cli, value);
    case QN_GIT_TRACE_SOCKET:
    case QN_GIT_TRACE_UNKNOWN:
        cli_warning(cli,
                    "unknown trace value for '%s': %s\n"
                    "         If you want to trace into a file, then please "
                    "set %s\n         to an absolute pathname (starting "
                    "with /)",
                    name, value, name);
        return -1;
    default:
        return fd;
    }
}

void cli_trace_open_targets(struct cli *cli, struct qn_git_trace *git)
{
    static const char *const keys[] = {
        "trace2.normaltarget", "trace2.perftarget", "trace2.eventtarget"};
    static const char *const brief[][2] = {
        {"GIT_TRACE2_BRIEF", "trace2.normalbrief"},
        {"GIT_TRACE2_PERF_BRIEF", "trace2.perfbrief"},
        {"GIT_TRACE2_EVENT_BRIEF", "trace2.eventbrief"}};
    const char *redact = getenv("GIT_TRACE2_REDACT");
    bool is_redacted = true;
    int i;

    if (redact && qn_config_parse_bool(redact, &is_redacted))
        git->shows_passwords = !is_redacted;
    read_config();
    for (i = 0; i < QN_GIT_TRACE_TARGET_COUNT; i++) {
        const char *name = qn_git_trace_variable((enum qn_git_trace_target)i);
        int of_trace2 = i - QN_GIT_TRACE2_NORMAL;
        bool is_full = false;
        const char *value;
        int fd;

        if (of_trace2 < 0) {
            value = getenv(name);
            if (i == QN_TRACE_CURL && getenv("GIT_CURL_VERBOSE"))
                value = "1"; /* without bodies: transport/http_trace.c */
            fd = value ? open_old(cli, name, value) : -1;
        } else {
            value = cli_trace_setting(name, keys[of_trace2]);
            fd = value ? open_trace2(cli, git, name, value, &is_full) : -1;
            git->targets[i].is_brief = cli_trace_is_true(
                cli_trace_setting(brief[of_trace2][0], brief[of_trace2][1]));
        }
        if (fd < 0)
            continue;
        the_targets.fds[i] = fd;
        git->targets[i].write = cli_trace_write;
        git->targets[i].data = &the_targets.fds[i];
        git->is_full |= is_full && i == QN_GIT_TRACE2_EVENT;
    }
}
