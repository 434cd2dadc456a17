/* SPDX-License-Identifier: MIT */
/* Long-running filter programs (gitattributes(5), "Long Running Filter
 * Process"): one process a command, asked for one file after the other.
 *
 *   we: git-filter-client, version=2; it: git-filter-server, version=2
 *   we: capability=clean, =smudge, =delay; it: those that it has
 *   a file: command, pathname, [ref, treeish], [blob], [can-delay], flush,
 *           content, flush
 *           -> status, flush, content, flush, [status], flush
 *           or status=delayed, flush: ask for it again, without content
 *   list_available_blobs, flush -> pathname..., flush, status, flush
 *
 * What it says is taken in while we write, so neither side waits for the other
 * to read.  Belongs to one thread.
 */
#ifndef QN_WORKTREE_FILTER_PROCESS_H
#define QN_WORKTREE_FILTER_PROCESS_H

#include "base/buf.h"
#include "base/ctx.h"
#include "hash/id.h"

struct qn_filter_process;

/* Start `command` (a shell command) in `directory` and greet it.  `*out` stays
 * NULL when that did not work, which was reported then; a failure with reason
 * "worktree.filter-protocol" ends the command. */
enum qn_status
qn_filter_process_start(struct qn_ctx *ctx, const char *command,
                        const char *directory,
                        struct qn_filter_process **out) QN_MUST_USE;
/* Its input closes, and it is waited for. */
void qn_filter_process_free(struct qn_filter_process *process);
/* It is of no use any more: SIGTERM. */
void qn_filter_process_stop(struct qn_ctx *ctx,
                            struct qn_filter_process *process);
const char *qn_filter_process_command(const struct qn_filter_process *process);

enum qn_filter_process_answer {
    QN_FILTER_PROCESS_DONE,     /* the content is in `out` */
    QN_FILTER_PROCESS_NOT_ABLE, /* it cannot do that, or not any more */
    QN_FILTER_PROCESS_ERROR,    /* not this file */
    QN_FILTER_PROCESS_DELAYED,  /* it will come (can_delay) */
    QN_FILTER_PROCESS_GONE      /* it died or talks nonsense: stop it */
};

struct qn_filter_request {
    bool is_clean;
    bool can_delay;
    struct qn_bytes path;
    const char *ref;             /* what is checked out; or NULL */
    const struct qn_id *treeish; /* or NULL */
    const struct qn_id *id;      /* of the blob, for smudge; or NULL */
    struct qn_bytes in;
    /* Called, if not NULL, when the request is sent and before the answer is
     * waited for: the time may be used for something else. */
    enum qn_status (*meanwhile)(struct qn_ctx *ctx, void *data);
    void *meanwhile_data;
};

enum qn_status
qn_filter_process_run(struct qn_ctx *ctx, struct qn_filter_process *process,
                      const struct qn_filter_request *request,
                      struct qn_buf *out,
                      enum qn_filter_process_answer *answer) QN_MUST_USE;
/* Append the paths that can be asked for now, each with a NUL behind it;
 * `*worked` false: it did not say "success". */
enum qn_status qn_filter_process_list(struct qn_ctx *ctx,
                                      struct qn_filter_process *process,
                                      struct qn_buf *out,
                                      bool *worked) QN_MUST_USE;

/* Tell that a program could not be started; `what`: "subprocess" or "external
 * filter".  The failure is cleared. */
void qn_filter_process_report(struct qn_ctx *ctx, const char *command,
                              const char *what);
/* "X died of signal N", where a user wants to know. */
void qn_filter_process_report_signal(struct qn_ctx *ctx, const char *command,
                                     int signal_number);

#endif
