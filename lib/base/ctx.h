/* SPDX-License-Identifier: MIT */
/* The context: one thread's side of every call.
 *
 *   error    what failed last: status, stable reason, subject, message
 *   reports  warnings, hints and findings, handed to a sink as they come
 *   limits   deadline, cancellation, largest buffer
 *   slots    scratch that layers keep between calls (inflater, delta buffers)
 *
 * A context belongs to one thread at a time and comes first in every call that
 * may allocate, do I/O or fail.  A failure, and only a failure, has a message.
 */
#ifndef QN_BASE_CTX_H
#define QN_BASE_CTX_H

#include "base/compiler.h"

#include <quoin/ctx.h>
#include <quoin/status.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct qn_trace;

struct qn_cancel {
    atomic_bool requested;
};

/* A worker's context: same environment, cancel, deadline and limits as
 * `parent`; reports are kept and handed on by qn_ctx_join.  NULL: no memory
 * (not set in parent). */
struct qn_ctx *qn_ctx_fork(struct qn_ctx *parent);

/* Give a worker's kept reports, then its error if `with_error`, to `parent`. */
void qn_ctx_join(struct qn_ctx *parent, struct qn_ctx *child, bool with_error);

struct qn_env *qn_ctx_env(const struct qn_ctx *ctx);
struct qn_trace *qn_ctx_trace(const struct qn_ctx *ctx);

/* Set the error and return `status`.  The message is lower case, without a full
 * stop: what, and where. */
enum qn_status qn_ctx_fail(struct qn_ctx *ctx, enum qn_status status,
                           const char *format, ...) QN_PRINTF(3, 4);

/* The same with a stable reason ("repo.not-found") that callers and the command
 * line look at, and the subject it is about (a path, a ref name; or NULL). */
enum qn_status qn_ctx_fail_reason(struct qn_ctx *ctx, enum qn_status status,
                                  const char *reason, const char *subject,
                                  const char *format, ...) QN_PRINTF(5, 6);

enum qn_status qn_ctx_fail_list(struct qn_ctx *ctx, enum qn_status status,
                                const char *reason, const char *subject,
                                const char *format, va_list arguments);

/* Set the error from an errno value: QN_NOT_FOUND, QN_EXISTS, QN_DENIED,
 * QN_NO_SPACE, QN_NO_MEMORY or QN_IO; the message gets ": strerror" behind it,
 * as Git's die_errno lines have.  qn_ctx_errno tells the number. */
enum qn_status qn_ctx_fail_errno(struct qn_ctx *ctx, int number,
                                 const char *format, ...) QN_PRINTF(3, 4);

/* Put "where: " in front of the message; the status stays and is returned. */
enum qn_status qn_ctx_where(struct qn_ctx *ctx, const char *format, ...)
    QN_PRINTF(2, 3);

void qn_ctx_report(struct qn_ctx *ctx, enum qn_report_level level,
                   const char *reason, const char *format, ...) QN_PRINTF(4, 5);

/* Other sinks for a while: what was set comes back, to be set again. */
struct qn_ctx_sinks {
    qn_report_fn *report;
    void *report_data;
    qn_progress_fn *progress;
    void *progress_data;
};
struct qn_ctx_sinks qn_ctx_swap_sinks(struct qn_ctx *ctx,
                                      struct qn_ctx_sinks sinks);

/* Progress (base/progress.h): is there a sink; tell it; let a worker's context
 * that runs on the same thread tell the same one. */
bool qn_ctx_has_progress(const struct qn_ctx *ctx);
void qn_ctx_tell_progress(struct qn_ctx *ctx, int event, const char *title,
                          uint64_t done, uint64_t total);
void qn_ctx_lend_progress(struct qn_ctx *child, const struct qn_ctx *parent);
/* How many bytes the task that is told of has moved; 0: it moves none. */
void qn_ctx_set_progress_bytes(struct qn_ctx *ctx, uint64_t bytes);
uint64_t qn_ctx_progress_bytes(const struct qn_ctx *ctx);

size_t qn_ctx_buf_limit(const struct qn_ctx *ctx);

/* QN_OK, QN_CANCELLED or QN_TIMEOUT.  Cheap: call it once per item. */
enum qn_status qn_ctx_check(struct qn_ctx *ctx) QN_MUST_USE;

/* Scratch kept between calls: one slot per user, freed with the context.  Add a
 * name here for a new one; the layer that owns the slot documents it. */
enum qn_ctx_slot {
    QN_CTX_SLOT_INFLATE,
    QN_CTX_SLOT_DEFLATE,
    QN_CTX_SLOT_DELTA,
    QN_CTX_SLOT_HASH,
    QN_CTX_SLOT_REGEX,
    QN_CTX_SLOT_TRACE,
    QN_CTX_SLOT_PARALLEL, /* a worker of a parallel shape: nested ones are
                             inline */
    QN_CTX_SLOT_COUNT
};
void *qn_ctx_slot(const struct qn_ctx *ctx, enum qn_ctx_slot slot);
/* Replaces (and frees) what was there. */
void qn_ctx_set_slot(struct qn_ctx *ctx, enum qn_ctx_slot slot, void *scratch,
                     void (*free_scratch)(void *));

#endif
