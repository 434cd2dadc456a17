/* SPDX-License-Identifier: MIT */
/* How far a long task has come, for whoever looks.
 *
 *   begin  a title, and of how many items (0: that is not known yet)
 *   add    from any thread; told on the thread that began, and only when the
 *          percentage changes or now and then
 *   end    the last number
 *
 * The sink is the context's (qn_ctx_set_progress); without one each call costs
 * one predictable branch.
 */
#ifndef QN_BASE_PROGRESS_H
#define QN_BASE_PROGRESS_H

#include "base/compiler.h"
#include "base/ctx.h"

#include <stdatomic.h>

struct qn_progress {
    const char *title; /* borrowed; NULL: nobody looks */
    uint64_t total;
    atomic_uint_fast64_t done;
    atomic_uint_fast64_t bytes; /* moved up to now; 0: nobody says */
    uint64_t told;              /* of them, last */
    unsigned percent;           /* last told, +1 */
};

#define QN_PROGRESS_INIT                                                       \
    {                                                                          \
        NULL, 0, 0, 0, 0, 0                                                    \
    }

/* `event`: QN_PROGRESS_BEGIN, or QN_PROGRESS_BEGIN_LATER for what is often too
 * quick to be worth a word. */
void qn_progress_begin(struct qn_ctx *ctx, struct qn_progress *progress,
                       enum qn_progress_event event, const char *title,
                       uint64_t total);
void qn_progress_tell(struct qn_ctx *ctx, struct qn_progress *progress,
                      uint64_t done);
void qn_progress_end(struct qn_ctx *ctx, struct qn_progress *progress);
/* The same with other words than "done" behind it. */
void qn_progress_end_with(struct qn_ctx *ctx, struct qn_progress *progress,
                          const char *words);

/* Which percentage that is, + 1; 0 when nobody knows of how many. */
static inline unsigned qn_progress_step(uint64_t done, uint64_t total)
{
    return total ? 1 + (unsigned)((double)done / (double)total * 100) : 0;
}

/* " 50% (4/8)", or "4"; answers `out`. */
#define QN_PROGRESS_COUNTS 64
const char *qn_progress_print(char out[QN_PROGRESS_COUNTS], uint64_t done,
                              uint64_t total);

/* So many more. */
static inline void qn_progress_add(struct qn_ctx *ctx,
                                   struct qn_progress *progress, uint64_t count)
{
    if (QN_UNLIKELY(progress->title != NULL))
        qn_progress_tell(ctx, progress,
                         atomic_fetch_add(&progress->done, count) + count);
}

/* It is at this item now (one thread only). */
static inline void qn_progress_set(struct qn_ctx *ctx,
                                   struct qn_progress *progress, uint64_t done)
{
    if (QN_UNLIKELY(progress->title != NULL)) {
        atomic_store(&progress->done, done);
        qn_progress_tell(ctx, progress, done);
    }
}

/* So many bytes were moved up to now: for those who want to see how fast it
 * goes (qn_ctx_progress_bytes).  Told with the next of the calls above, or when
 * it is much. */
void qn_progress_tell_bytes(struct qn_ctx *ctx, struct qn_progress *progress,
                            uint64_t bytes);
static inline void qn_progress_bytes(struct qn_ctx *ctx,
                                     struct qn_progress *progress,
                                     uint64_t bytes)
{
    if (QN_UNLIKELY(progress->title != NULL))
        qn_progress_tell_bytes(ctx, progress, bytes);
}

#endif
