/* SPDX-License-Identifier: MIT */
/* Child processes, by argv only.
 *
 * Only what the user configured to be a process is one: hooks, editor, pager,
 * filters, helpers, ssh, signing.  A shell command of the configuration runs as
 * Git runs it: argv {"sh", "-c", "<command> \"$@\"", "<command>", arguments...}
 * (program/shell_command.h makes that).  An environment may forbid processes:
 * QN_REFUSED.
 */
#ifndef QN_OS_PROCESS_H
#define QN_OS_PROCESS_H

#include "base/buf.h"
#include "base/ctx.h"

struct qn_process;

enum qn_process_stream {
    QN_PROCESS_INHERIT = 0,
    QN_PROCESS_NULL,   /* /dev/null */
    QN_PROCESS_PIPE,   /* the parent gets the other end */
    QN_PROCESS_STDERR, /* stdout goes where the child's stderr goes */
    QN_PROCESS_FD      /* a descriptor of the caller's */
};

struct qn_process_options {
    const char *const *argv; /* NULL terminated; argv[0] looked up on PATH */
    const char *directory;   /* NULL: the parent's */
    const char *const
        *variables; /* "NAME=value" sets, "NAME" unsets; or NULL */
    enum qn_process_stream in;
    enum qn_process_stream out;
    enum qn_process_stream err;
    int in_fd; /* with QN_PROCESS_FD */
    int out_fd;
    int err_fd;
    /* For traces. */
    const char *category;  /* "hook", "editor", "pager"; NULL: unclassified */
    const char *hook_name; /* or NULL */
    const char *const *shown; /* argv as traces show it; NULL: as it is */
    bool uses_shell;          /* argv has a shell around what is shown */
    bool hides_directory;     /* it runs where Git is anyway */
};

/* QN_NOT_FOUND when there is no such program (told apart from one that ran and
 * exited 127). */
enum qn_status qn_process_start(struct qn_ctx *ctx,
                                const struct qn_process_options *options,
                                struct qn_process **out) QN_MUST_USE;
/* Parent's ends of the pipes; -1 where there is none.  The process owns them;
 * close through these. */
int qn_process_in(const struct qn_process *process);
int qn_process_out(const struct qn_process *process);
int qn_process_err(const struct qn_process *process);
/* For a signal handler that waits; owned here all the same. */
long qn_process_id(const struct qn_process *process);
/* Take them out of it, for the caller to close. */
void qn_process_take_pipes(struct qn_process *process, int *in, int *out);
void qn_process_close_in(struct qn_process *process);
void qn_process_close_out(struct qn_process *process);

/* Who hears what it says on stderr (err = QN_PROCESS_PIPE; with out =
 * QN_PROCESS_STDERR all that it says) while one of the calls below waits: each
 * piece as it comes; every `pause_ms` of silence (0: never) an empty one.  A
 * failure ends the call. */
struct qn_process_listener {
    void *data;
    enum qn_status (*said)(struct qn_ctx *ctx, void *data,
                           struct qn_bytes piece);
    unsigned pause_ms;
};
/* `listener` lives as long as the process. */
void qn_process_set_listener(struct qn_process *process,
                             const struct qn_process_listener *listener);

/* Write `input` to its stdin and append its stdout to `out` (both at once, with
 * no deadlock), then close both. A child that stops reading early is fine. */
enum qn_status qn_process_exchange(struct qn_ctx *ctx,
                                   struct qn_process *process,
                                   struct qn_bytes input,
                                   struct qn_buf *out) QN_MUST_USE;

/* A conversation: write all of `input`, and append to `pending` what the
 * process says meanwhile, so that neither waits for the other to read.  QN_IO
 * when it does not listen any more. */
enum qn_status qn_process_send(struct qn_ctx *ctx, struct qn_process *process,
                               struct qn_bytes input,
                               struct qn_buf *pending) QN_MUST_USE;
/* Wait for it to say something and append that; `*is_over` at its end. */
enum qn_status qn_process_receive(struct qn_ctx *ctx,
                                  struct qn_process *process,
                                  struct qn_buf *pending,
                                  bool *is_over) QN_MUST_USE;

/* write(2) that answers EPIPE without the signal, whatever the process does
 * with SIGPIPE.  As write: bytes put, or -1 and errno. */
ptrdiff_t qn_process_write(int fd, const void *data, size_t size);

/* Wait for the end and free. `*exit_code`: 0..255, or 128 + signal. */
enum qn_status qn_process_wait(struct qn_ctx *ctx, struct qn_process *process,
                               int *exit_code) QN_MUST_USE;
/* The same; `*signal_number`: what killed it, or 0. */
enum qn_status qn_process_end(struct qn_ctx *ctx, struct qn_process *process,
                              int *exit_code, int *signal_number) QN_MUST_USE;
/* It has so many milliseconds to end by itself; then it is killed.  The same
 * answers as qn_process_end. */
enum qn_status qn_process_end_within(struct qn_ctx *ctx,
                                     struct qn_process *process,
                                     unsigned timeout_ms, int *exit_code,
                                     int *signal_number) QN_MUST_USE;
/* Ask it to end (SIGTERM), make it end when it does not within a few seconds,
 * and free. */
enum qn_status qn_process_stop(struct qn_ctx *ctx, struct qn_process *process,
                               int *signal_number) QN_MUST_USE;
/* The path of the program that this process runs, into `out`; nothing where the
 * system does not tell. */
enum qn_status qn_process_own_path(struct qn_ctx *ctx,
                                   struct qn_buf *out) QN_MUST_USE;
/* This process; is there one with that id (any answer but "no" is yes)?  Do
 * nothing for so long. */
long qn_process_own_id(void);
bool qn_process_is_alive(long id);
/* When it began, as a word: with the id it says which process is meant, after
 * the id was given to another one, too.  Empty where the system does not tell,
 * or there is none. */
enum qn_status qn_process_birth(struct qn_ctx *ctx, long id,
                                struct qn_buf *out) QN_MUST_USE;
void qn_process_pause(unsigned milliseconds);
/* Would a user want to hear of it? (Not of those that they sent themselves.) */
bool qn_process_signal_is_news(int signal_number);
/* Close its pipes, wait for the end whatever it is, and free. NULL is fine. */
void qn_process_finish(struct qn_process *process);
/* Kill if it still runs, and free. NULL is fine. */
void qn_process_free(struct qn_process *process);

#endif
