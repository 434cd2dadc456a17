/* SPDX-License-Identifier: MIT */
#include "os/parallel_pool.h"

#define GRAIN_SHARES 8 /* pieces a worker gets, when the grain is ours */
#define GRAIN_MAX    1024

struct range {
    size_t count;
    size_t grain;
    atomic_size_t next;
    qn_parallel_item_fn *run;
};

/* Ranges are given out in rising order and a worker's items rise, so that all
 * before the lowest failing item are run, and a worker's first failure is its
 * lowest. */
static void run_ranges(struct qn_parallel_worker *worker, void *data)
{
    struct range *range = data;
    struct qn_parallel_crew *crew = worker->crew;

    for (;;) {
        size_t item = atomic_fetch_add_explicit(&range->next, range->grain,
                                                memory_order_relaxed);
        size_t end;

        if (item >= range->count)
            return;
        end = range->count - item > range->grain ? item + range->grain
                                                 : range->count;
        for (; item < end; item++) {
            enum qn_status status;

            if (item > atomic_load_explicit(&crew->lowest_failed,
                                            memory_order_relaxed))
                return;
            worker->item = item;
            status = qn_ctx_check(worker->ctx);
            if (!status)
                status = range->run(worker->ctx, crew->options->shared,
                                    worker->state, item);
            if (status) {
                qn_parallel_pool_fail(worker, item);
                return;
            }
        }
    }
}

static enum qn_status run_inline(struct qn_ctx *ctx,
                                 const struct qn_parallel_options *options,
                                 size_t count, qn_parallel_item_fn *run)
{
    void *state = NULL;
    enum qn_status status = qn_parallel_pool_make_state(ctx, options, &state);
    size_t item;

    for (item = 0; item < count && !status; item++) {
        status = qn_ctx_check(ctx);
        if (!status)
            status = run(ctx, options->shared, state, item);
    }
    qn_parallel_pool_drop_state(options, state);
    return status;
}

enum qn_status qn_parallel_for(struct qn_ctx *ctx,
                               const struct qn_parallel_options *options,
                               size_t count, qn_parallel_item_fn *run)
{
    uint32_t workers = qn_parallel_thread_count(ctx, options);
    struct qn_parallel_crew crew = {.run = run_ranges};
    struct range range = {.count = count, .grain = options->grain, .run = run};
    enum qn_status status;

    if (workers > count)
        workers = (uint32_t)count;
    if (workers <= 1)
        return run_inline(ctx, options, count, run);
    if (range.grain == 0) {
        range.grain = count / ((size_t)workers * GRAIN_SHARES);
        if (range.grain < 1)
            range.grain = 1;
        if (range.grain > GRAIN_MAX)
            range.grain = GRAIN_MAX;
    }
    atomic_init(&range.next, 0);
    status = qn_parallel_pool_begin(ctx, options, workers, &crew);
    if (status)
        return status;
    crew.data = &range;
    qn_parallel_pool_start(&crew);
    run_ranges(&crew.workers[0], &range);
    qn_parallel_pool_finish(&crew);
    return qn_parallel_pool_end(&crew);
}
