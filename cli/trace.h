/* SPDX-License-Identifier: MIT */
/* Tracing of a command: QUOIN_TRACE and Git's GIT_TRACE* variables to sinks.
 *
 *   QUOIN_TRACE=text|json|summary[:<absolute path or descriptor>]
 *   GIT_TRACE, GIT_TRACE_PERFORMANCE, GIT_TRACE_SETUP, GIT_TRACE2,
 *   GIT_TRACE2_PERF, GIT_TRACE2_EVENT
 */
#ifndef QUOIN_CLI_TRACE_H
#define QUOIN_CLI_TRACE_H

struct cli;
struct qn_trace;

/* First thing in main.  Nothing when no variable asks for it. */
void cli_trace_start(struct cli *cli, int argc, char **argv);
/* For the environment; NULL: none. */
struct qn_trace *cli_trace_get(void);
void cli_trace_command(int argc, char **argv);
void cli_trace_repository(const char *work_tree);
void cli_trace_error(const char *message);
/* Last thing. */
void cli_trace_finish(struct cli *cli, int code);

#endif
