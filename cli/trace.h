/* SPDX-License-Identifier: MIT */
/* Tracing of a command: QUOIN_TRACE, Git's GIT_TRACE* variables and the
 * trace2.* keys of the system's and the user's configuration, to sinks.
 *
 *   QUOIN_TRACE=text|json|summary[:<absolute path or descriptor>]
 *   GIT_TRACE=, GIT_TRACE2=...=  1, 2..9, true, a path; GIT_TRACE2*: a
 *   directory, af_unix:[stream:|dgram:]<path>
 */
#ifndef QUOIN_CLI_TRACE_H
#define QUOIN_CLI_TRACE_H

#include <stdbool.h>
#include <stddef.h>

struct cli;
struct qn_config;
struct qn_git_trace;
struct qn_trace;

/* First thing in main.  Nothing when nobody asks for it. */
void cli_trace_start(struct cli *cli, int argc, char **argv);
/* This process, as a session id of trace2 has it. */
const char *cli_trace_session(void);
/* For the environment; NULL: none. */
struct qn_trace *cli_trace_get(void);
/* A command of ours: "trace: built-in: git <words>" and cmd_name. */
void cli_trace_command(int argc, char **argv);
/* A name without a command: "_query_", "_run_dashed_". */
void cli_trace_name(const char *name);
/* "branch" or "path" (cmd_mode). */
void cli_trace_mode(const char *name);
/* A word that is no command of ours: looked for as git-<word>.  `found`: the
 * program is about to take this process's place. */
void cli_trace_dashed(int argc, char **argv, bool found);
/* What an alias says; `is_shell`: "!..." and the arguments. */
void cli_trace_alias(const char *name, int argc, char **argv, bool is_shell);
/* A shell takes this process's place. */
void cli_trace_exec(int argc, char **argv);
/* The repository is open. */
void cli_trace_repository(struct cli *cli);
void cli_trace_error(const char *message);
/* QUOIN_TRACE tells the reason of a failure or a report. */
void cli_trace_reason(const char *reason, const char *message);
/* Last thing. */
void cli_trace_finish(struct cli *cli, int code);

/* ---- trace_target.c */

/* Open what variables and configuration name. */
void cli_trace_open_targets(struct cli *cli, struct qn_git_trace *git);
/* The variable, or the value of the trace2.* key; NULL: neither. */
const char *cli_trace_setting(const char *variable, const char *key);
/* Is the value a bool that is true? */
bool cli_trace_is_true(const char *value);
/* A descriptor for an absolute path, or -1 after a warning. */
int cli_trace_open_file(struct cli *cli, const char *path);
void cli_trace_write(void *data, const char *text, size_t size);

#endif
