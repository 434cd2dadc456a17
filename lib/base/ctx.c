/* SPDX-License-Identifier: MIT */
#include "base/ctx.h"

#include "base/env.h"
#include "base/memory.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define MESSAGE_SIZE 4608 /* a path of PATH_MAX and words around it */
#define REASON_SIZE  64
#define SUBJECT_SIZE 1024
#define CHECK_PERIOD 64 /* the clock is read once in so many checks */

struct kept_report {
    struct kept_report *next;
    int level;
    char *reason;
    char *message;
};

struct slot {
    void *scratch;
    void (*free_scratch)(void *);
};

struct qn_ctx {
    struct qn_env *env;
    struct qn_trace *trace;
    struct qn_cancel *cancel;
    int64_t deadline_ns;
    size_t buf_limit;
    unsigned checks;
    qn_report_fn *report;
    void *report_data;
    qn_progress_fn *progress;
    void *progress_data;
    uint64_t own_bytes;
    uint64_t *progress_bytes; /* the above, or of who lent the progress */
    struct kept_report *kept_first;
    struct kept_report **kept_end;
    struct slot slots[QN_CTX_SLOT_COUNT];
    enum qn_status status;
    int error_number;
    char reason[REASON_SIZE];
    char subject[SUBJECT_SIZE];
    char message[MESSAGE_SIZE];
};

struct qn_cancel *qn_cancel_new(struct qn_env *env)
{
    struct qn_cancel *cancel = qn_memory_new(env, sizeof(*cancel));

    if (cancel)
        atomic_init(&cancel->requested, false);
    return cancel;
}

void qn_cancel_free(struct qn_cancel *cancel)
{
    qn_memory_free(cancel);
}

void qn_cancel_request(struct qn_cancel *cancel)
{
    atomic_store_explicit(&cancel->requested, true, memory_order_relaxed);
}

struct qn_ctx *qn_ctx_new(struct qn_env *env)
{
    struct qn_ctx *ctx = qn_memory_new(env, sizeof(*ctx));

    if (!ctx)
        return NULL;
    memset(ctx, 0, offsetof(struct qn_ctx, message) + 1);
    ctx->progress_bytes = &ctx->own_bytes;
    ctx->subject[0] = ctx->reason[0] = '\0';
    ctx->env = qn_env_retain(env);
    ctx->trace = qn_env_trace(env);
    ctx->kept_end = &ctx->kept_first;
    return ctx;
}

static void free_kept(struct qn_ctx *ctx)
{
    while (ctx->kept_first) {
        struct kept_report *report = ctx->kept_first;

        ctx->kept_first = report->next;
        qn_memory_free(report->reason);
        qn_memory_free(report->message);
        qn_memory_free(report);
    }
    ctx->kept_end = &ctx->kept_first;
}

void qn_ctx_free(struct qn_ctx *ctx)
{
    struct qn_env *env;
    int i;

    if (!ctx)
        return;
    for (i = 0; i < QN_CTX_SLOT_COUNT; i++)
        if (ctx->slots[i].scratch && ctx->slots[i].free_scratch)
            ctx->slots[i].free_scratch(ctx->slots[i].scratch);
    free_kept(ctx);
    env = ctx->env;
    qn_memory_free(ctx);
    qn_env_release(env);
}

static void keep_report(void *data, int level, const char *reason,
                        const char *message)
{
    struct qn_ctx *ctx = data;
    struct kept_report *report = qn_memory_new(ctx->env, sizeof(*report));

    if (!report)
        return;
    report->next = NULL;
    report->level = level;
    report->reason = qn_memory_new(ctx->env, strlen(reason) + 1);
    report->message = qn_memory_new(ctx->env, strlen(message) + 1);
    if (!report->reason || !report->message) {
        qn_memory_free(report->reason);
        qn_memory_free(report->message);
        qn_memory_free(report);
        return;
    }
    strcpy(report->reason, reason);
    strcpy(report->message, message);
    *ctx->kept_end = report;
    ctx->kept_end = &report->next;
}

struct qn_ctx *qn_ctx_fork(struct qn_ctx *parent)
{
    struct qn_ctx *child = qn_ctx_new(parent->env);

    if (!child)
        return NULL;
    child->cancel = parent->cancel;
    child->deadline_ns = parent->deadline_ns;
    child->buf_limit = parent->buf_limit;
    child->report = keep_report;
    child->report_data = child;
    return child;
}

void qn_ctx_join(struct qn_ctx *parent, struct qn_ctx *child, bool with_error)
{
    struct kept_report *report;

    for (report = child->kept_first; report; report = report->next)
        if (parent->report)
            parent->report(parent->report_data, report->level, report->reason,
                           report->message);
    free_kept(child);
    if (!with_error || child->status == QN_OK)
        return;
    parent->status = child->status;
    parent->error_number = child->error_number;
    memcpy(parent->reason, child->reason, sizeof(parent->reason));
    memcpy(parent->subject, child->subject, sizeof(parent->subject));
    memcpy(parent->message, child->message, sizeof(parent->message));
}

struct qn_ctx_sinks qn_ctx_swap_sinks(struct qn_ctx *ctx,
                                      struct qn_ctx_sinks sinks)
{
    struct qn_ctx_sinks before = {ctx->report, ctx->report_data, ctx->progress,
                                  ctx->progress_data};

    ctx->report = sinks.report;
    ctx->report_data = sinks.report_data;
    ctx->progress = sinks.progress;
    ctx->progress_data = sinks.progress_data;
    return before;
}

void qn_ctx_set_progress(struct qn_ctx *ctx, qn_progress_fn *progress,
                         void *data)
{
    ctx->progress = progress;
    ctx->progress_data = data;
}

bool qn_ctx_has_progress(const struct qn_ctx *ctx)
{
    return ctx->progress != NULL;
}

void qn_ctx_tell_progress(struct qn_ctx *ctx, int event, const char *title,
                          uint64_t done, uint64_t total)
{
    if (ctx->progress)
        ctx->progress(ctx->progress_data, event, title, done, total);
}

void qn_ctx_set_progress_bytes(struct qn_ctx *ctx, uint64_t bytes)
{
    *ctx->progress_bytes = bytes;
}

uint64_t qn_ctx_progress_bytes(const struct qn_ctx *ctx)
{
    return *ctx->progress_bytes;
}

void qn_ctx_lend_progress(struct qn_ctx *child, const struct qn_ctx *parent)
{
    child->progress = parent->progress;
    child->progress_data = parent->progress_data;
    child->progress_bytes = parent->progress_bytes;
}

struct qn_env *qn_ctx_env(const struct qn_ctx *ctx)
{
    return ctx->env;
}

struct qn_trace *qn_ctx_trace(const struct qn_ctx *ctx)
{
    return ctx->trace;
}

enum qn_status qn_ctx_fail_list(struct qn_ctx *ctx, enum qn_status status,
                                const char *reason, const char *subject,
                                const char *format, va_list arguments)
{
    char message[MESSAGE_SIZE]; /* arguments may point into ctx->message */

    vsnprintf(message, sizeof(message), format, arguments);
    snprintf(ctx->reason, sizeof(ctx->reason), "%s", reason ? reason : "");
    if (subject != ctx->subject)
        snprintf(ctx->subject, sizeof(ctx->subject), "%s",
                 subject ? subject : "");
    memcpy(ctx->message, message, strlen(message) + 1);
    ctx->status = status;
    ctx->error_number = 0;
    return status;
}

enum qn_status qn_ctx_fail(struct qn_ctx *ctx, enum qn_status status,
                           const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    (void)qn_ctx_fail_list(ctx, status, NULL, NULL, format, arguments);
    va_end(arguments);
    return status;
}

enum qn_status qn_ctx_fail_reason(struct qn_ctx *ctx, enum qn_status status,
                                  const char *reason, const char *subject,
                                  const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    (void)qn_ctx_fail_list(ctx, status, reason, subject, format, arguments);
    va_end(arguments);
    return status;
}

static enum qn_status status_of_errno(int number)
{
    switch (number) {
    case ENOENT:
    case ENOTDIR:
    case ENAMETOOLONG: /* nothing can be called so */
        return QN_NOT_FOUND;
    case EEXIST:
    case ENOTEMPTY:
        return QN_EXISTS;
    case EACCES:
    case EPERM:
    case EROFS:
        return QN_DENIED;
    case ENOSPC:
#ifdef EDQUOT
    case EDQUOT:
#endif
        return QN_NO_SPACE;
    case ENOMEM:
        return QN_NO_MEMORY;
    case EFBIG:
    case EOVERFLOW:
        return QN_TOO_BIG;
    default:
        return QN_IO;
    }
}

enum qn_status qn_ctx_fail_errno(struct qn_ctx *ctx, int number,
                                 const char *format, ...)
{
    enum qn_status status = status_of_errno(number);
    va_list arguments;
    size_t size;

    va_start(arguments, format);
    (void)qn_ctx_fail_list(ctx, status, NULL, NULL, format, arguments);
    va_end(arguments);
    size = strlen(ctx->message);
    snprintf(ctx->message + size, sizeof(ctx->message) - size, ": %s",
             strerror(number));
    ctx->error_number = number;
    return status;
}

enum qn_status qn_ctx_where(struct qn_ctx *ctx, const char *format, ...)
{
    char where[MESSAGE_SIZE];
    va_list arguments;
    size_t size;
    size_t kept;

    /* Somebody cleared what failed: a failure it is nevertheless. */
    assert(ctx->status);
    if (!ctx->status)
        (void)!qn_ctx_fail(ctx, QN_INTERNAL, "a failure was lost");
    va_start(arguments, format);
    vsnprintf(where, sizeof(where) - 2, format, arguments);
    va_end(arguments);
    strcat(where, ": ");
    size = strlen(where);
    kept = strlen(ctx->message);
    if (kept > sizeof(ctx->message) - 1 - size)
        kept = sizeof(ctx->message) - 1 - size;
    memmove(ctx->message + size, ctx->message, kept);
    memcpy(ctx->message, where, size);
    ctx->message[size + kept] = '\0';
    return ctx->status;
}

void qn_ctx_clear(struct qn_ctx *ctx)
{
    ctx->status = QN_OK;
    ctx->error_number = 0;
    ctx->reason[0] = ctx->subject[0] = ctx->message[0] = '\0';
}

enum qn_status qn_ctx_status(const struct qn_ctx *ctx)
{
    return ctx->status;
}

const char *qn_ctx_message(const struct qn_ctx *ctx)
{
    return ctx->message;
}

const char *qn_ctx_reason(const struct qn_ctx *ctx)
{
    return ctx->reason;
}

const char *qn_ctx_subject(const struct qn_ctx *ctx)
{
    return ctx->subject;
}

int qn_ctx_errno(const struct qn_ctx *ctx)
{
    return ctx->error_number;
}

void qn_ctx_set_report(struct qn_ctx *ctx, qn_report_fn *report, void *data)
{
    ctx->report = report;
    ctx->report_data = data;
}

void qn_ctx_report(struct qn_ctx *ctx, enum qn_report_level level,
                   const char *reason, const char *format, ...)
{
    char message[MESSAGE_SIZE];
    va_list arguments;

    if (!ctx->report)
        return;
    va_start(arguments, format);
    vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    ctx->report(ctx->report_data, level, reason ? reason : "", message);
}

void qn_ctx_set_cancel(struct qn_ctx *ctx, struct qn_cancel *cancel)
{
    ctx->cancel = cancel;
}

void qn_ctx_set_deadline(struct qn_ctx *ctx, int64_t deadline_ns)
{
    ctx->deadline_ns = deadline_ns;
}

void qn_ctx_set_buf_limit(struct qn_ctx *ctx, size_t limit)
{
    ctx->buf_limit = limit;
}

size_t qn_ctx_buf_limit(const struct qn_ctx *ctx)
{
    return ctx->buf_limit;
}

enum qn_status qn_ctx_check(struct qn_ctx *ctx)
{
    if (ctx->cancel &&
        atomic_load_explicit(&ctx->cancel->requested, memory_order_relaxed))
        return qn_ctx_fail(ctx, QN_CANCELLED, "cancelled");
    if (ctx->deadline_ns && ++ctx->checks % CHECK_PERIOD == 0 &&
        qn_env_clock(ctx->env, false) > ctx->deadline_ns)
        return qn_ctx_fail(ctx, QN_TIMEOUT, "time is up");
    return QN_OK;
}

void *qn_ctx_slot(const struct qn_ctx *ctx, enum qn_ctx_slot slot)
{
    return ctx->slots[slot].scratch;
}

void qn_ctx_set_slot(struct qn_ctx *ctx, enum qn_ctx_slot slot, void *scratch,
                     void (*free_scratch)(void *))
{
    struct slot *own = &ctx->slots[slot];

    if (own->scratch && own->free_scratch)
        own->free_scratch(own->scratch);
    own->scratch = scratch;
    own->free_scratch = free_scratch;
}
