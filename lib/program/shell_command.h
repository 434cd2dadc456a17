/* SPDX-License-Identifier: MIT */
/* A command of the configuration as an argument list, the way Git makes it.
 *
 *   "prog"        with arguments a b  ->  prog a b
 *   "prog -x; y"  with arguments a b  ->  sh -c 'prog -x; y "$@"' 'prog -x; y'
 * a b
 *
 * The shell is only taken when the command has a byte that means something to
 * it.
 */
#ifndef QN_PROGRAM_SHELL_COMMAND_H
#define QN_PROGRAM_SHELL_COMMAND_H

#include "base/buf.h"
#include "base/ctx.h"
#include "os/process.h"

struct qn_shell_command {
    char **argv; /* NULL terminated; owned with all its strings */
    size_t count;
    size_t capacity;
};

#define QN_SHELL_COMMAND_INIT                                                  \
    {                                                                          \
        NULL, 0, 0                                                             \
    }

bool qn_shell_command_needs_shell(const char *command);
/* `arguments`: NULL terminated, or NULL. */
enum qn_status qn_shell_command_make(struct qn_ctx *ctx, const char *command,
                                     const char *const *arguments,
                                     struct qn_shell_command *out) QN_MUST_USE;
/* argv of `options`, and what traces show. */
void qn_shell_command_fill(const struct qn_shell_command *command,
                           struct qn_process_options *options);
void qn_shell_command_dispose(struct qn_shell_command *command);

/* Start, wait, tell the exit code.  `options`: all but argv. */
enum qn_status qn_shell_command_run(struct qn_ctx *ctx, const char *command,
                                    const char *const *arguments,
                                    const struct qn_process_options *options,
                                    int *exit_code) QN_MUST_USE;
/* It did not start (qn_shell_command_run and kin, or qn_process_start failed):
 * report it as Git does, "cannot run" for a name that is nowhere on PATH, else
 * what the child would have said; and forget the failure. */
void qn_shell_command_tell(struct qn_ctx *ctx, const char *command);
/* The same, its input given and its output appended. */
enum qn_status qn_shell_command_filter(struct qn_ctx *ctx, const char *command,
                                       const char *const *arguments,
                                       const struct qn_process_options *options,
                                       struct qn_bytes input,
                                       struct qn_buf *out,
                                       int *exit_code) QN_MUST_USE;

#endif
