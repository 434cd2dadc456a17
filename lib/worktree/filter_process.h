/* SPDX-License-Identifier: MIT */
/* Long-running filter programs (gitattributes(5), "Long Running Filter
 * Process"): one process a command, asked for one file after the other.
 *
 *   we: git-filter-client, version=2; it: git-filter-server, version=2
 *   we: capability=clean, capability=smudge; it: those that it has
 *   a file: command, pathname, flush, content, flush
 *           -> status, flush, content, flush, [status], flush
 *
 * Belongs to one thread.
 */
#ifndef QN_WORKTREE_FILTER_PROCESS_H
#define QN_WORKTREE_FILTER_PROCESS_H

#include "base/buf.h"
#include "base/ctx.h"
#include "hash/id.h"

struct qn_filter_process;

/* Start `command` (a shell command) in `directory` and greet it. */
enum qn_status
qn_filter_process_start(struct qn_ctx *ctx, const char *command,
                        const char *directory,
                        struct qn_filter_process **out) QN_MUST_USE;
void qn_filter_process_free(struct qn_filter_process *process);
const char *qn_filter_process_command(const struct qn_filter_process *process);

enum qn_filter_process_answer {
    QN_FILTER_PROCESS_DONE,     /* the content is in `out` */
    QN_FILTER_PROCESS_NOT_ABLE, /* it cannot do that command at all */
    QN_FILTER_PROCESS_ERROR     /* not this file (or none any more) */
};
/* `id`: of the blob, for smudge, or NULL. A failure means that the process is
 * of no more use. */
enum qn_status qn_filter_process_run(
    struct qn_ctx *ctx, struct qn_filter_process *process, bool is_clean,
    struct qn_bytes path, const struct qn_id *id, struct qn_bytes in,
    struct qn_buf *out, enum qn_filter_process_answer *answer) QN_MUST_USE;

#endif
