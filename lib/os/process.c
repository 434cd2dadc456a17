/* SPDX-License-Identifier: MIT */
#include "os/process.h"

#include "base/env.h"
#include "base/memory.h"
#include "trace/trace.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define EXCHANGE_SIZE 65536
#define SIGNAL_BASE   128
#define LOOK_UP_MS    1000
#define STEP_MS       2
#define STOP_MS       5000

extern char **environ;

struct qn_process {
    bool is_nonblocking; /* its stdin, on our side */
    pid_t pid;
    int in;
    int out;
    int err;
    const struct qn_process_listener *listener; /* to err; or NULL */
    struct qn_trace_child traced;
};

/* What the child needs, all made before the fork: after it only calls that are
 * safe there are made. */
struct plan {
    const char *directory;
    char *const *argv;
    char **paths; /* the program, in the order to try */
    size_t path_count;
    char **variables;
    char **script;   /* "sh", room for a path, the arguments */
    int child_fd[3]; /* -1: leave as it is */
    bool out_to_err;
    int error_fd; /* close-on-exec: errno comes through it when exec fails */
};

struct pipes {
    int own[3];   /* parent's ends, -1: none */
    int child[3]; /* child's ends */
    bool is_ours[3];
};

static enum qn_status make_pipe(struct qn_ctx *ctx, int ends[2])
{
    int i;

    if (pipe(ends))
        return qn_ctx_fail_errno(ctx, errno, "could not make a pipe");
    for (i = 0; i < 2; i++)
        (void)fcntl(ends[i], F_SETFD, FD_CLOEXEC);
    return QN_OK;
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        (void)close(*fd);
    *fd = -1;
}

static enum qn_status open_stream(struct qn_ctx *ctx, struct pipes *pipes,
                                  int index, enum qn_process_stream kind,
                                  int given)
{
    enum qn_status status;
    int ends[2];

    switch (kind) {
    case QN_PROCESS_NULL:
        pipes->child[index] = open("/dev/null", O_RDWR | O_CLOEXEC);
        if (pipes->child[index] < 0)
            return qn_ctx_fail_errno(ctx, errno, "could not open '/dev/null'");
        pipes->is_ours[index] = true;
        return QN_OK;
    case QN_PROCESS_PIPE:
        status = make_pipe(ctx, ends);
        if (status)
            return status;
        pipes->child[index] = ends[index == 0 ? 0 : 1];
        pipes->own[index] = ends[index == 0 ? 1 : 0];
        pipes->is_ours[index] = true;
        return QN_OK;
    case QN_PROCESS_FD:
        pipes->child[index] = given;
        return QN_OK;
    default:
        return QN_OK;
    }
}

static enum qn_status open_streams(struct qn_ctx *ctx,
                                   const struct qn_process_options *options,
                                   struct pipes *pipes)
{
    enum qn_status status;

    status = open_stream(ctx, pipes, 0, options->in, options->in_fd);
    if (!status)
        status = open_stream(ctx, pipes, 1, options->out, options->out_fd);
    if (!status)
        status = open_stream(ctx, pipes, 2, options->err, options->err_fd);
    return status;
}

/* Every place on PATH where the program could be; one place when its name has a
 * slash in it. */
static enum qn_status list_paths(struct qn_ctx *ctx, const char *name,
                                 const char *search, struct plan *plan)
{
    struct qn_bytes rest = qn_bytes_from_string(search);
    size_t count = 1;
    size_t i;

    if (strchr(name, '/')) {
        plan->paths = qn_memory_calloc(ctx, 1, sizeof(char *));
        if (!plan->paths)
            return QN_NO_MEMORY;
        plan->path_count = 1;
        plan->paths[0] = qn_memory_string(ctx, qn_bytes_from_string(name));
        return plan->paths[0] ? QN_OK : QN_NO_MEMORY;
    }
    for (i = 0; i < rest.size; i++)
        count += rest.data[i] == ':';
    plan->paths = qn_memory_calloc(ctx, count, sizeof(char *));
    if (!plan->paths)
        return QN_NO_MEMORY;
    for (i = 0; i < count; i++) {
        size_t end = qn_bytes_find(rest, ':');
        struct qn_buf path = QN_BUF_INIT;
        enum qn_status status =
            end == 0 ? qn_buf_printf(ctx, &path, "./%s", name)
                     : qn_buf_printf(ctx, &path, "%.*s/%s", (int)end,
                                     (const char *)rest.data, name);

        if (!status && !(plan->paths[i] = qn_buf_detach(ctx, &path)))
            status = QN_NO_MEMORY;
        if (status) {
            qn_buf_dispose(&path);
            return status;
        }
        plan->path_count++;
        rest = qn_bytes_from(rest, end + 1);
    }
    return QN_OK;
}

static bool is_same_name(const char *entry, const char *change)
{
    size_t size = strcspn(change, "=");

    return strncmp(entry, change, size) == 0 && entry[size] == '=';
}

/* The parent's variables with the changes made; strings are borrowed. */
static enum qn_status list_variables(struct qn_ctx *ctx,
                                     const char *const *changes,
                                     struct plan *plan)
{
    size_t old = 0;
    size_t more = 0;
    size_t count = 0;
    size_t i;
    size_t j;

    while (environ && environ[old])
        old++;
    while (changes && changes[more])
        more++;
    plan->variables = qn_memory_calloc(ctx, old + more + 1, sizeof(char *));
    if (!plan->variables)
        return QN_NO_MEMORY;
    for (i = 0; i < old; i++) {
        for (j = 0; j < more; j++)
            if (is_same_name(environ[i], changes[j]))
                break;
        if (j == more)
            plan->variables[count++] = environ[i];
    }
    for (i = 0; i < more; i++) {
        for (j = i + 1; j < more; j++) /* the last of one name counts */
            if (strcspn(changes[i], "=") == strcspn(changes[j], "=") &&
                strncmp(changes[i], changes[j], strcspn(changes[i], "=")) == 0)
                break;
        if (j == more && strchr(changes[i], '='))
            plan->variables[count++] = (char *)changes[i];
    }
    return QN_OK;
}

static enum qn_status list_script(struct qn_ctx *ctx, struct plan *plan)
{
    static char shell[] = "sh";
    size_t count = 0;

    while (plan->argv[count])
        count++;
    plan->script = qn_memory_calloc(ctx, count + 3, sizeof(char *));
    if (!plan->script)
        return QN_NO_MEMORY;
    plan->script[0] = shell;
    if (count > 1)
        memcpy(plan->script + 2, plan->argv + 1,
               (count - 1) * sizeof(*plan->script));
    return QN_OK;
}

static void dispose_plan(struct plan *plan)
{
    size_t i;

    for (i = 0; plan->paths && i < plan->path_count; i++)
        qn_memory_free(plan->paths[i]);
    qn_memory_free(plan->paths);
    qn_memory_free(plan->script);
    qn_memory_free(plan->variables);
}

/* In the child, between fork and exec. */
static void become_child(const struct plan *plan)
{
    static const int fatal[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP};
    struct sigaction action;
    sigset_t none;
    int moved[3];
    int number;
    int i;
    size_t place;

    memset(&action, 0, sizeof(action));
    action.sa_handler = SIG_DFL;
    (void)sigaction(SIGPIPE, &action, NULL);
    /* What the parent does at these is not for us; ignored ones stay so. */
    for (i = 0; i < (int)QN_COUNT_OF(fatal); i++) {
        struct sigaction before;

        if (sigaction(fatal[i], NULL, &before) == 0 &&
            before.sa_handler != SIG_IGN)
            (void)sigaction(fatal[i], &action, NULL);
    }
    /* First out of the way of 0, 1 and 2, then into place. */
    for (i = 0; i < 3; i++) {
        moved[i] = plan->child_fd[i];
        if (moved[i] >= 0 && moved[i] < 3)
            moved[i] = fcntl(moved[i], F_DUPFD, 3);
    }
    for (i = 0; i < 3; i++)
        if (moved[i] >= 0 && dup2(moved[i], i) < 0)
            goto failed;
    for (i = 0; i < 3; i++)
        if (moved[i] >= 0 && moved[i] != plan->child_fd[i])
            (void)close(moved[i]);
    if (plan->out_to_err && dup2(2, 1) < 0)
        goto failed;
    if (plan->directory && chdir(plan->directory))
        goto failed;
    sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    errno = ENOENT;
    number = ENOENT;
    for (place = 0; place < plan->path_count; place++) {
        execve(plan->paths[place], plan->argv, plan->variables);
        if (errno == ENOEXEC) { /* a script that does not say whose */
            plan->script[1] = plan->paths[place];
            execve("/bin/sh", plan->script, plan->variables);
        }
        if (errno == EACCES)
            number = EACCES;
        else if (errno != ENOENT && errno != ENOTDIR) {
            number = errno;
            break;
        }
    }
    errno = number;
failed:
    number = errno;
    if (write(plan->error_fd, &number, sizeof(number)) < 0)
        _exit(126);
    _exit(127);
}

static enum qn_status spawn(struct qn_ctx *ctx, struct plan *plan, pid_t *pid)
{
    enum qn_status status;
    sigset_t all;
    sigset_t before;
    int ends[2] = {-1, -1};
    int number = 0;
    ssize_t got;

    status = make_pipe(ctx, ends);
    if (status)
        return status;
    if (ends[1] < 3) { /* not where the child's streams go */
        int higher = fcntl(ends[1], F_DUPFD_CLOEXEC, 3);

        close_fd(&ends[1]);
        ends[1] = higher;
    }
    plan->error_fd = ends[1];
    sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    *pid = fork();
    if (*pid == 0)
        become_child(plan);
    number = errno;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    close_fd(&ends[1]);
    if (*pid < 0) {
        close_fd(&ends[0]);
        return qn_ctx_fail_errno(ctx, number, "could not fork for '%s'",
                                 plan->argv[0]);
    }
    do
        got = read(ends[0], &number, sizeof(number));
    while (got < 0 && errno == EINTR);
    close_fd(&ends[0]);
    if (got == 0)
        return QN_OK;
    if (got != (ssize_t)sizeof(number)) /* it may run, and wait for us */
        (void)kill(*pid, SIGKILL);
    while (waitpid(*pid, NULL, 0) < 0 && errno == EINTR)
        ;
    if (got != (ssize_t)sizeof(number))
        number = EIO;
    return qn_ctx_fail_errno(ctx, number, "cannot exec '%s'", plan->argv[0]);
}

static const char *search_path(const struct plan *plan)
{
    size_t i;

    for (i = 0; plan->variables[i]; i++)
        if (strncmp(plan->variables[i], "PATH=", 5) == 0)
            return plan->variables[i] + 5;
    return "/usr/local/bin:/usr/bin:/bin";
}

/* Is it to be set, or was it set and is not to be?  Nothing else is told. */
static bool changes_it(const char *change)
{
    size_t i;

    if (strchr(change, '='))
        return true;
    for (i = 0; environ && environ[i]; i++)
        if (is_same_name(environ[i], change))
            return true;
    return false;
}

static void trace_start(struct qn_ctx *ctx,
                        const struct qn_process_options *options,
                        struct qn_trace_child *child)
{
    const char *told[32] = {NULL};
    struct qn_trace_process process = {.argv = options->argv,
                                       .variables = told,
                                       .category = options->category,
                                       .hook_name = options->hook_name,
                                       .uses_shell = options->uses_shell};
    size_t i, count = 0;

    for (i = 0; options->variables && options->variables[i] &&
                count + 1 < QN_COUNT_OF(told);
         i++)
        if (changes_it(options->variables[i]))
            told[count++] = options->variables[i];
    if (!options->hides_directory)
        process.directory = options->directory;
    if (options->shown) {
        process.argv = options->shown;
        process.real_argv = options->argv;
    }
    qn_trace_child_begin(ctx, &process, child);
}

enum qn_status qn_process_start(struct qn_ctx *ctx,
                                const struct qn_process_options *options,
                                struct qn_process **out)
{
    struct pipes pipes = {{-1, -1, -1}, {-1, -1, -1}, {false, false, false}};
    struct plan plan = {.directory = options->directory};
    struct qn_process *process = NULL;
    enum qn_status status;
    int i;

    if (qn_env_forbids_processes(qn_ctx_env(ctx)))
        return qn_ctx_fail_reason(
            ctx, QN_REFUSED, "os.processes-forbidden", options->argv[0],
            "starting '%s' is forbidden here", options->argv[0]);
    if (!options->argv[0] || !options->argv[0][0])
        return qn_ctx_fail_errno(ctx, ENOENT, "cannot exec ''");
    process = qn_memory_calloc(ctx, 1, sizeof(*process));
    if (!process)
        return QN_NO_MEMORY;
    plan.argv = (char *const *)options->argv;
    plan.out_to_err = options->out == QN_PROCESS_STDERR;
    status = list_variables(ctx, options->variables, &plan);
    if (!status)
        status = list_paths(ctx, options->argv[0], search_path(&plan), &plan);
    if (!status)
        status = list_script(ctx, &plan);
    if (!status)
        status = open_streams(ctx, options, &pipes);
    if (status)
        goto out;
    memcpy(plan.child_fd, pipes.child, sizeof(plan.child_fd));
    qn_trace_count(ctx, QN_COUNTER_OS_PROCESS, 1);
    trace_start(ctx, options, &process->traced);
    status = spawn(ctx, &plan, &process->pid);
    if (status) {
        qn_trace_child_end(&process->traced, -1, -1);
        goto out;
    }
    process->in = pipes.own[0];
    process->out = pipes.own[1];
    process->err = pipes.own[2];
    *out = process;
    process = NULL;
out:
    for (i = 0; i < 3; i++) {
        if (pipes.is_ours[i])
            close_fd(&pipes.child[i]);
        if (status)
            close_fd(&pipes.own[i]);
    }
    dispose_plan(&plan);
    qn_memory_free(process);
    return status;
}

int qn_process_in(const struct qn_process *process)
{
    return process->in;
}

int qn_process_out(const struct qn_process *process)
{
    return process->out;
}

int qn_process_err(const struct qn_process *process)
{
    return process->err;
}

long qn_process_id(const struct qn_process *process)
{
    return (long)process->pid;
}

void qn_process_take_pipes(struct qn_process *process, int *in, int *out)
{
    *in = process->in;
    *out = process->out;
    process->in = process->out = -1;
}

void qn_process_close_in(struct qn_process *process)
{
    close_fd(&process->in);
}

void qn_process_close_out(struct qn_process *process)
{
    close_fd(&process->out);
}

/* Write what the pipe takes now; a reader that went away ends the input. */
static enum qn_status write_some(struct qn_ctx *ctx, struct qn_process *process,
                                 struct qn_bytes *input)
{
    ssize_t put = qn_process_write(process->in, input->data, input->size);

    if (put < 0 && errno == EPIPE)
        input->size = 0;
    else if (put < 0 && errno != EINTR && errno != EAGAIN)
        return qn_ctx_fail_errno(ctx, errno, "could not write to a process");
    else if (put > 0)
        *input = qn_bytes_from(*input, (size_t)put);
    if (input->size == 0)
        close_fd(&process->in);
    return QN_OK;
}

static enum qn_status read_some(struct qn_ctx *ctx, struct qn_process *process,
                                struct qn_buf *out)
{
    enum qn_status status = qn_buf_reserve(ctx, out, EXCHANGE_SIZE);
    ssize_t got;

    if (status)
        return status;
    got = read(process->out, out->data + out->size, EXCHANGE_SIZE);
    if (got > 0)
        out->size += (size_t)got;
    out->data[out->size] = '\0';
    if (got == 0)
        close_fd(&process->out);
    else if (got < 0 && errno != EINTR && errno != EAGAIN)
        return qn_ctx_fail_errno(ctx, errno, "could not read from a process");
    return QN_OK;
}

void qn_process_set_listener(struct qn_process *process,
                             const struct qn_process_listener *listener)
{
    process->listener = listener;
}

/* What it says on stderr, for who listens. */
static enum qn_status hear_some(struct qn_ctx *ctx, struct qn_process *process)
{
    uint8_t piece[EXCHANGE_SIZE / 8];
    ssize_t got = read(process->err, piece, sizeof(piece));

    if (got > 0)
        return process->listener->said(ctx, process->listener->data,
                                       qn_bytes_make(piece, (size_t)got));
    if (got == 0)
        close_fd(&process->err);
    else if (errno != EINTR && errno != EAGAIN)
        return qn_ctx_fail_errno(ctx, errno, "could not read from a process");
    return QN_OK;
}

/* Its stdin does not make us wait. */
static void let_write(struct qn_process *process)
{
    if (process->in >= 0 && !process->is_nonblocking)
        (void)fcntl(process->in, F_SETFL,
                    fcntl(process->in, F_GETFL) | O_NONBLOCK);
    process->is_nonblocking = true;
}

/* Until stdin or stdout can go on; what is said on stderr meanwhile is heard.
 * It looks at the context now and then. */
static enum qn_status wait_for(struct qn_ctx *ctx, struct qn_process *process,
                               bool writes, bool *can_write, bool *can_read)
{
    const struct qn_process_listener *listener = process->listener;
    unsigned pause = listener && listener->pause_ms ? listener->pause_ms : 0;
    unsigned silent = 0;

    for (;;) {
        struct pollfd polled[3] = {{writes ? process->in : -1, POLLOUT, 0},
                                   {process->out, POLLIN, 0},
                                   {listener ? process->err : -1, POLLIN, 0}};
        enum qn_status status = qn_ctx_check(ctx);
        int got;

        *can_write = *can_read = false;
        if (status ||
            (polled[0].fd < 0 && polled[1].fd < 0 && polled[2].fd < 0))
            return status;
        got = poll(polled, 3, LOOK_UP_MS);
        if (got < 0 && errno != EINTR)
            return qn_ctx_fail_errno(ctx, errno, "poll failed");
        silent = got == 0 ? silent + LOOK_UP_MS : 0;
        if (pause && silent >= pause) {
            status = listener->said(ctx, listener->data, QN_BYTES_NONE);
            silent = 0;
        }
        if (got > 0 && polled[2].revents)
            status = hear_some(ctx, process);
        *can_write = got > 0 && polled[0].revents;
        *can_read = got > 0 && polled[1].revents;
        if (status || *can_write || *can_read)
            return status;
    }
}

static bool is_open(const struct qn_process *process)
{
    return process->in >= 0 || process->out >= 0 ||
           (process->listener && process->err >= 0);
}

enum qn_status qn_process_exchange(struct qn_ctx *ctx,
                                   struct qn_process *process,
                                   struct qn_bytes input, struct qn_buf *out)
{
    enum qn_status status = QN_OK;
    bool can_write, can_read;

    if (process->in >= 0 && input.size > 0)
        let_write(process);
    else
        close_fd(&process->in);
    while (!status && is_open(process)) {
        status = wait_for(ctx, process, true, &can_write, &can_read);
        if (!status && can_write)
            status = write_some(ctx, process, &input);
        if (!status && can_read)
            status = read_some(ctx, process, out);
    }
    close_fd(&process->in);
    close_fd(&process->out);
    return status;
}

enum qn_status qn_process_send(struct qn_ctx *ctx, struct qn_process *process,
                               struct qn_bytes input, struct qn_buf *pending)
{
    enum qn_status status = QN_OK;
    bool can_write, can_read;

    let_write(process);
    while (!status && input.size > 0) {
        ptrdiff_t put;

        if (process->in < 0)
            return qn_ctx_fail_errno(ctx, EPIPE,
                                     "could not write to a process");
        put = qn_process_write(process->in, input.data, input.size);
        if (put < 0 && errno != EINTR && errno != EAGAIN)
            return qn_ctx_fail_errno(ctx, errno,
                                     "could not write to a process");
        if (put > 0)
            input = qn_bytes_from(input, (size_t)put);
        if (input.size == 0)
            break;
        /* The pipe is full: perhaps because it waits for us to read. */
        status = wait_for(ctx, process, true, &can_write, &can_read);
        if (!status && can_read)
            status = read_some(ctx, process, pending);
    }
    return status;
}

enum qn_status qn_process_receive(struct qn_ctx *ctx,
                                  struct qn_process *process,
                                  struct qn_buf *pending, bool *is_over)
{
    size_t before = pending->size;
    enum qn_status status = QN_OK;
    bool can_write, can_read;

    while (!status && process->out >= 0 && pending->size == before) {
        status = wait_for(ctx, process, false, &can_write, &can_read);
        if (!status && can_read)
            status = read_some(ctx, process, pending);
    }
    *is_over = process->out < 0;
    return status;
}

ptrdiff_t qn_process_write(int fd, const void *data, size_t size)
{
    sigset_t pipe_signal;
    sigset_t before;
    sigset_t pending;
    struct timespec now = {0, 0};
    ssize_t put;
    int number;

    sigemptyset(&pipe_signal);
    sigaddset(&pipe_signal, SIGPIPE);
    sigemptyset(&pending);
    (void)pthread_sigmask(SIG_BLOCK, &pipe_signal, &before);
    if (sigismember(&before, SIGPIPE)) /* else none can be pending */
        sigpending(&pending);
    put = write(fd, data, size);
    number = errno;
    /* A SIGPIPE of ours goes; one that was pending before stays. */
    if (put < 0 && number == EPIPE && !sigismember(&pending, SIGPIPE))
        while (sigtimedwait(&pipe_signal, NULL, &now) < 0 && errno == EINTR)
            ;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = number;
    return put;
}

static void dispose(struct qn_process *process)
{
    close_fd(&process->in);
    close_fd(&process->out);
    close_fd(&process->err);
    qn_memory_free(process);
}

/* It has some seconds to end by itself. */
static void end_within(struct qn_process *process, unsigned timeout_ms)
{
    const struct timespec pause = {0, STEP_MS * 1000000L};
    siginfo_t info;

    for (unsigned waited = 0; waited < timeout_ms; waited += STEP_MS) {
        memset(&info, 0, sizeof(info));
        if (waitid(P_PID, (id_t)process->pid, &info,
                   WEXITED | WNOHANG | WNOWAIT) ||
            info.si_pid)
            return;
        (void)nanosleep(&pause, NULL);
    }
    (void)kill(process->pid, SIGKILL);
}

enum qn_status qn_process_stop(struct qn_ctx *ctx, struct qn_process *process,
                               int *signal_number)
{
    int code;

    /* The signal first: what ends is to end by it, and not by a closed pipe. */
    (void)kill(process->pid, SIGTERM);
    close_fd(&process->in);
    close_fd(&process->out);
    end_within(process, STOP_MS);
    return qn_process_end(ctx, process, &code, signal_number);
}

enum qn_status qn_process_end_within(struct qn_ctx *ctx,
                                     struct qn_process *process,
                                     unsigned timeout_ms, int *exit_code,
                                     int *signal_number)
{
    close_fd(&process->in);
    close_fd(&process->out);
    end_within(process, timeout_ms);
    return qn_process_end(ctx, process, exit_code, signal_number);
}

enum qn_status qn_process_wait(struct qn_ctx *ctx, struct qn_process *process,
                               int *exit_code)
{
    int signal_number;

    return qn_process_end(ctx, process, exit_code, &signal_number);
}

enum qn_status qn_process_end(struct qn_ctx *ctx, struct qn_process *process,
                              int *exit_code, int *signal_number)
{
    enum qn_status status = QN_OK;
    int result = 0;
    pid_t got;

    *signal_number = 0;
    close_fd(&process->in);
    close_fd(&process->out);
    do
        got = waitpid(process->pid, &result, 0);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        status = qn_ctx_fail_errno(ctx, errno, "could not wait for a process");
    else if (WIFSIGNALED(result))
        *exit_code = SIGNAL_BASE + (*signal_number = WTERMSIG(result));
    else
        *exit_code = WEXITSTATUS(result);
    qn_trace_child_end(&process->traced, (long)process->pid,
                       status ? -1 : *exit_code);
    dispose(process);
    return status;
}

bool qn_process_signal_is_news(int signal_number)
{
    return signal_number != 0 && signal_number != SIGINT &&
           signal_number != SIGQUIT && signal_number != SIGPIPE;
}

void qn_process_finish(struct qn_process *process)
{
    int result = 0;

    if (!process)
        return;
    close_fd(&process->in);
    close_fd(&process->out);
    while (waitpid(process->pid, &result, 0) < 0 && errno == EINTR)
        ;
    qn_trace_child_end(&process->traced, (long)process->pid,
                       WIFSIGNALED(result) ? SIGNAL_BASE + WTERMSIG(result)
                                           : WEXITSTATUS(result));
    dispose(process);
}

void qn_process_free(struct qn_process *process)
{
    if (!process)
        return;
    (void)kill(process->pid, SIGKILL);
    while (waitpid(process->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    qn_trace_child_end(&process->traced, (long)process->pid,
                       SIGNAL_BASE + SIGKILL);
    dispose(process);
}

enum qn_status qn_process_own_path(struct qn_ctx *ctx, struct qn_buf *out)
{
    char path[4096];
    ssize_t size = readlink("/proc/self/exe", path, sizeof(path));

    qn_buf_clear(out);
    if (size <= 0 || size == (ssize_t)sizeof(path) || path[0] != '/')
        return QN_OK;
    return qn_buf_append(ctx, out, path, (size_t)size);
}

long qn_process_own_id(void)
{
    return (long)getpid();
}

bool qn_process_is_alive(long id)
{
    return id > 0 && (kill((pid_t)id, 0) == 0 || errno != ESRCH);
}

/* "/proc/<id>/stat": "id (name) state ...", the 22nd word; the name may have
 * anything in it. */
enum qn_status qn_process_birth(struct qn_ctx *ctx, long id, struct qn_buf *out)
{
    char path[64], text[1024];
    const char *at, *end;
    ssize_t size = -1;
    int fd, i;

    qn_buf_clear(out);
    snprintf(path, sizeof(path), "/proc/%ld/stat", id);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        size = read(fd, text, sizeof(text) - 1);
        (void)close(fd);
    }
    if (size <= 0)
        return QN_OK;
    text[size] = '\0';
    at = strrchr(text, ')');
    for (i = 2; i < 22 && at; i++)
        at = strchr(at + 1, ' ');
    if (!at)
        return QN_OK;
    end = strchr(at + 1, ' ');
    return end ? qn_buf_append(ctx, out, at + 1, (size_t)(end - at - 1))
               : QN_OK;
}

void qn_process_pause(unsigned milliseconds)
{
    struct timespec pause = {milliseconds / 1000,
                             (long)(milliseconds % 1000) * 1000000};

    (void)nanosleep(&pause, NULL);
}
