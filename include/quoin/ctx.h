/* SPDX-License-Identifier: MIT */
/* The context: one thread's side of every call.
 *
 *   error    what failed last: status, stable reason, subject, message
 *   reports  warnings, hints and findings, handed to a sink as they come
 *   limits   deadline, cancellation, largest buffer
 *
 * A context belongs to one thread at a time and comes first in every call that
 * may allocate, do I/O or fail.  A failure, and only a failure, has a message.
 */
#ifndef QUOIN_CTX_H
#define QUOIN_CTX_H

#include <quoin/api.h>
#include <quoin/status.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct qn_ctx;
struct qn_env;

/* A flag that any thread may set to stop the calls of a context. */
struct qn_cancel;
/* NULL: no memory.  Freed with qn_cancel_free, after the contexts that use it.
 */
QN_API QN_OWNED struct qn_cancel *qn_cancel_new(struct qn_env *env);
QN_API void qn_cancel_free(QN_NULLABLE struct qn_cancel *cancel);
/* From any thread, any number of times. */
QN_API void qn_cancel_request(struct qn_cancel *cancel);

enum qn_report_level {
    QN_REPORT_ERROR = 1,
    QN_REPORT_WARNING = 2,
    QN_REPORT_HINT = 3,
    QN_REPORT_INFO = 4
};

/* `level`: enum qn_report_level.  `reason`: a stable name
 * ("advice.statusHints", "fsck.badDate"), or "".  `message`: no prefix, no
 * trailing newline.  Both borrowed. */
typedef void qn_report_fn(void *data, int level, const char *reason,
                          const char *message);

enum qn_progress_event {
    QN_PROGRESS_BEGIN = 1,
    QN_PROGRESS_BEGIN_LATER = 2, /* worth a word only if it takes long */
    QN_PROGRESS_STEP = 3,
    QN_PROGRESS_END = 4
};

/* `event`: enum qn_progress_event.  `title`: "Updating files"; borrowed.
 * `done` of `total` items; total 0: how many there will be is not known.  A
 * task may end before all is done, and without any step. */
typedef void qn_progress_fn(void *data, int event, const char *title,
                            uint64_t done, uint64_t total);

/* One more owner of `env`. NULL: no memory. */
QN_API QN_OWNED struct qn_ctx *qn_ctx_new(struct qn_env *env);
QN_API void qn_ctx_free(QN_NULLABLE struct qn_ctx *ctx);

/* The last failure; QN_OK and "" where there was none. Borrowed until the next
 * call with this context. */
QN_API enum qn_status qn_ctx_status(const struct qn_ctx *ctx);
QN_API QN_BORROWED const char *qn_ctx_message(const struct qn_ctx *ctx);
QN_API QN_BORROWED const char *qn_ctx_reason(const struct qn_ctx *ctx);
QN_API QN_BORROWED const char *qn_ctx_subject(const struct qn_ctx *ctx);
/* The operating system's number, 0 when it was not its failure. */
QN_API int qn_ctx_errno(const struct qn_ctx *ctx);
/* Forget the error (after a failure that was expected and dealt with). */
QN_API void qn_ctx_clear(struct qn_ctx *ctx);

/* Where reports go; NULL: nowhere.  Called on the context's thread. */
QN_API void qn_ctx_set_report(struct qn_ctx *ctx,
                              QN_NULLABLE qn_report_fn *report, void *data);
/* Who hears how far long tasks have come; NULL: nobody.  Called on the
 * context's thread, often: look at a clock before drawing. */
QN_API void qn_ctx_set_progress(struct qn_ctx *ctx,
                                QN_NULLABLE qn_progress_fn *progress,
                                void *data);
QN_API void qn_ctx_set_cancel(struct qn_ctx *ctx,
                              QN_NULLABLE struct qn_cancel *cancel);
/* Monotonic nanoseconds of the environment's clock; 0: none. */
QN_API void qn_ctx_set_deadline(struct qn_ctx *ctx, int64_t deadline_ns);
/* The most bytes of a buffer that names no limit of its own; 0: no limit. */
QN_API void qn_ctx_set_buf_limit(struct qn_ctx *ctx, size_t limit);

#ifdef __cplusplus
}
#endif

#endif
