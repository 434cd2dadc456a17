/* SPDX-License-Identifier: MIT */
#include "base/progress.h"

#define PERIOD 256 /* items between two words when no percentage changes */

void qn_progress_begin(struct qn_ctx *ctx, struct qn_progress *progress,
                       enum qn_progress_event event, const char *title,
                       uint64_t total)
{
    progress->title = qn_ctx_has_progress(ctx) ? title : NULL;
    progress->total = total;
    progress->percent = 0;
    atomic_init(&progress->done, 0);
    qn_ctx_set_progress_bytes(ctx, 0);
    if (progress->title)
        qn_ctx_tell_progress(ctx, event, title, 0, total);
}

void qn_progress_tell(struct qn_ctx *ctx, struct qn_progress *progress,
                      uint64_t done)
{
    unsigned percent = 0;

    if (!qn_ctx_has_progress(ctx))
        return; /* not the thread that began */
    if (progress->total)
        percent = 1 + (unsigned)((double)done / (double)progress->total * 100);
    if (percent == progress->percent && done % PERIOD)
        return;
    progress->percent = percent;
    qn_ctx_tell_progress(ctx, QN_PROGRESS_STEP, progress->title, done,
                         progress->total);
}

void qn_progress_end_with(struct qn_ctx *ctx, struct qn_progress *progress,
                          const char *words)
{
    if (!progress->title)
        return;
    qn_ctx_tell_progress(ctx, QN_PROGRESS_END, words,
                         atomic_load(&progress->done), progress->total);
    progress->title = NULL;
}

void qn_progress_end(struct qn_ctx *ctx, struct qn_progress *progress)
{
    qn_progress_end_with(ctx, progress, progress->title);
}
