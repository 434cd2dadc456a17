/* SPDX-License-Identifier: MIT */
#include "base/progress.h"

#include <inttypes.h>
#include <stdio.h>

#define MOVED  UINT64_C(262144) /* bytes between two words */
#define PERIOD 256 /* items between two words when no percentage changes */

void qn_progress_begin(struct qn_ctx *ctx, struct qn_progress *progress,
                       enum qn_progress_event event, const char *title,
                       uint64_t total)
{
    progress->title = qn_ctx_has_progress(ctx) ? title : NULL;
    progress->total = total;
    progress->percent = 0;
    progress->told = 0;
    atomic_init(&progress->done, 0);
    atomic_init(&progress->bytes, 0);
    qn_ctx_set_progress_bytes(ctx, 0);
    if (progress->title)
        qn_ctx_tell_progress(ctx, event, title, 0, total);
}

void qn_progress_tell(struct qn_ctx *ctx, struct qn_progress *progress,
                      uint64_t done)
{
    const uint64_t bytes =
        atomic_load_explicit(&progress->bytes, memory_order_relaxed);
    const unsigned percent = qn_progress_step(done, progress->total);

    if (!qn_ctx_has_progress(ctx))
        return; /* not the thread that began */
    if (percent == progress->percent && done % PERIOD &&
        bytes - progress->told < MOVED)
        return;
    progress->percent = percent;
    progress->told = bytes;
    qn_ctx_set_progress_bytes(ctx, bytes);
    qn_ctx_tell_progress(ctx, QN_PROGRESS_STEP, progress->title, done,
                         progress->total);
}

void qn_progress_tell_bytes(struct qn_ctx *ctx, struct qn_progress *progress,
                            uint64_t bytes)
{
    atomic_store_explicit(&progress->bytes, bytes, memory_order_relaxed);
    if (qn_ctx_has_progress(ctx) && bytes - progress->told >= MOVED)
        qn_progress_tell(ctx, progress, atomic_load(&progress->done));
}

void qn_progress_end_with(struct qn_ctx *ctx, struct qn_progress *progress,
                          const char *words)
{
    if (!progress->title)
        return;
    qn_ctx_set_progress_bytes(ctx, atomic_load(&progress->bytes));
    qn_ctx_tell_progress(ctx, QN_PROGRESS_END, words,
                         atomic_load(&progress->done), progress->total);
    progress->title = NULL;
}

void qn_progress_end(struct qn_ctx *ctx, struct qn_progress *progress)
{
    qn_progress_end_with(ctx, progress, progress->title);
}

const char *qn_progress_print(char out[QN_PROGRESS_COUNTS], uint64_t done,
                              uint64_t total)
{
    if (total)
        (void)snprintf(out, QN_PROGRESS_COUNTS,
                       "%3u%% (%" PRIu64 "/%" PRIu64 ")",
                       qn_progress_step(done, total) - 1, done, total);
    else
        (void)snprintf(out, QN_PROGRESS_COUNTS, "%" PRIu64, done);
    return out;
}
