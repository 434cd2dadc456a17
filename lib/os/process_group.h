/* SPDX-License-Identifier: MIT */
/* Processes that run beside each other, and whose words are not mixed: what one
 * of them says (to the pipe of its stderr; its stdout has to go there too)
 * comes to our stderr as it is said, what the others say is kept until their
 * turn.
 *
 * In: processes that were started with err = QN_PROCESS_PIPE, out =
 * QN_PROCESS_STDERR, and in = QN_PROCESS_PIPE where they get input.  Out: who
 * ended, and how.  The turn goes from the first to the next that still runs;
 * one that ends before its turn is told when the turn moves on.
 */
#ifndef QN_OS_PROCESS_GROUP_H
#define QN_OS_PROCESS_GROUP_H

#include "os/process.h"

struct qn_process_group;

/* Room for `limit` at once. */
enum qn_status qn_process_group_new(struct qn_ctx *ctx, uint32_t limit,
                                    struct qn_process_group **out) QN_MUST_USE;
/* Kills and waits for what still runs.  NULL is fine. */
void qn_process_group_free(struct qn_process_group *group);
bool qn_process_group_is_full(const struct qn_process_group *group);
bool qn_process_group_is_empty(const struct qn_process_group *group);
/* The group owns the process from here on; `input` has to live as long as it;
 * `number` is what it is called when it ends.  The group is not full. */
void qn_process_group_add(struct qn_process_group *group,
                          struct qn_process *process, struct qn_bytes input,
                          size_t number);
/* Until one of them has ended.  The group is not empty.  `*exit_code` as
 * qn_process_wait answers. */
enum qn_status qn_process_group_wait(struct qn_ctx *ctx,
                                     struct qn_process_group *group,
                                     size_t *number,
                                     int *exit_code) QN_MUST_USE;

#endif
