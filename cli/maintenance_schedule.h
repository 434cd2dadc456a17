/* SPDX-License-Identifier: MIT */
/* Who starts maintenance: crontab and timers of systemd
 * (maintenance_schedule.c), launchctl and schtasks (maintenance_agents.c). */
#ifndef QUOIN_MAINTENANCE_SCHEDULE_H
#define QUOIN_MAINTENANCE_SCHEDULE_H

#include "cli/cli.h"

extern const char *const cli_schedules[3]; /* hourly, daily, weekly */

/* Run `program` with these words (words[0] is put in); false: it is not there,
 * or did not work.  `out` may be NULL. */
bool cli_schedule_ask(struct cli *cli, const char *program, const char **words,
                      struct qn_buf *out);
/* The same with words[at] a temporary file of this content; `path`: how its
 * name begins. */
bool cli_schedule_ask_of(struct cli *cli, const char *program,
                         const char **words, size_t at,
                         const struct qn_buf *content,
                         const struct qn_buf *path);
/* A minute of the hour that is not everybody's, and always the same. */
unsigned cli_schedule_minute(struct cli *cli);
/* A whole file, and the directories above it. */
void cli_schedule_write(struct cli *cli, const char *path,
                        const struct qn_buf *text);

/* Begin, or end; `program` is the scheduler's.  False: it did not work. */
bool cli_schedule_launchctl(struct cli *cli, const char *program, bool starts);
bool cli_schedule_schtasks(struct cli *cli, const char *program, bool starts);

#endif
