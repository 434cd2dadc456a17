/* SPDX-License-Identifier: MIT */
/* Hooks: those that the configuration names for an event, in the order in which
 * they were met, and then the one of the hooks directory.  githooks(5),
 * git-hook(1).
 *
 *   hook.<name>.event, .command, .enabled, .parallel
 *   hook.<event>.enabled, .jobs; hook.jobs
 *
 * All of them run, one after another or some at once, and the exit codes are
 * joined by "or".  Of those that run at once each is heard whole.
 */
#ifndef QN_PROGRAM_HOOK_H
#define QN_PROGRAM_HOOK_H

#include "base/buf.h"
#include "base/ctx.h"
#include "config/config.h"
#include "os/process.h"

struct qn_hook_options {
    const struct qn_config *config; /* or NULL: only the directory's */
    const char *directory;          /* where hooks are (core.hooksPath) */
    const char *shown_directory;    /* as hints print it; NULL: the same */
    const char *const *arguments;   /* NULL terminated; or NULL */
    const char *const *variables;   /* as in os/process.h; or NULL */
    const char *work_directory;     /* where it runs; NULL: here */
    struct qn_bytes input;          /* its stdin, when has_input */
    bool has_input;
    bool shows_scope;  /* qn_hook_list: whose configuration it is */
    bool keeps_stdout; /* pre-push: stdout is not sent to stderr */
    /* Hears all that they say, instead of our stderr; or NULL.  One after
     * another then. */
    const struct qn_process_listener *listener;
    bool is_serial; /* whatever the configuration says of jobs */
    uint32_t jobs;  /* asked for; 0: what the configuration says */
};

/* Is there anything to be run for `event`?  Reports the hint about a hook that
 * is not executable (reason "advice.ignoredHook"). */
enum qn_status qn_hook_exists(struct qn_ctx *ctx,
                              const struct qn_hook_options *options,
                              const char *event, bool *out) QN_MUST_USE;
/* Run all.  `*exit_code`: all exit codes, joined by "or".  `*was_run` (may be
 * NULL): there was at least one. */
enum qn_status qn_hook_run(struct qn_ctx *ctx,
                           const struct qn_hook_options *options,
                           const char *event, int *exit_code,
                           bool *was_run) QN_MUST_USE;
/* Is it one of the events of githooks(5)? */
bool qn_hook_is_known(struct qn_bytes event);
/* Names for `git hook list`: the friendly ones, and "hook from hookdir";
 * "disabled<tab>" and "event-disabled<tab>" stand before those that will not be
 * run. */
enum qn_status qn_hook_list(struct qn_ctx *ctx,
                            const struct qn_hook_options *options,
                            const char *event, char terminator,
                            struct qn_buf *out) QN_MUST_USE;

#endif
