/* SPDX-License-Identifier: MIT */
#include "os/parallel_pool.h"

#include "base/memory.h"

#include <pthread.h>

#define SLOTS_FOR_WORKER 4

/* Slots are a ring; numbers only rise, slot n lives at n % count:
 *
 *   consumed <= taken <= produced <= consumed + count
 *
 * [consumed, taken) are computed now or done, [taken, produced) wait. */
struct cell {
    void *slot;
    bool has_slot;
    bool is_done;
    struct qn_parallel_reports reports;
};

struct line {
    const struct qn_parallel_pipeline *pipeline;
    struct cell *cells;
    size_t count;
    /* Written by the caller without the mutex: a helper that sees an old value
     * marked its slot as done before the caller, who looks under the mutex,
     * could begin to wait for it. */
    atomic_size_t consumed;
    size_t taken;
    size_t produced;
    bool is_stopped; /* no more to compute */
    bool is_failed;  /* it was the failed slot's turn */
    pthread_mutex_t mutex;
    pthread_cond_t work; /* something waits, or the end */
    pthread_cond_t done; /* something was computed */
};

/* With the mutex held: compute the oldest waiting slot. */
static void compute_one(struct line *line, struct qn_parallel_worker *worker)
{
    struct qn_parallel_crew *crew = worker->crew;
    size_t number = line->taken++;
    struct cell *cell = &line->cells[number % line->count];
    enum qn_status status = QN_OK;

    (void)pthread_mutex_unlock(&line->mutex);
    if (number < atomic_load(&crew->lowest_failed)) {
        worker->item = number;
        worker->reports = &cell->reports;
        status = qn_ctx_check(worker->ctx);
        if (!status)
            status = line->pipeline->compute(worker->ctx, crew->options->shared,
                                             worker->state, cell->slot);
        if (status)
            qn_parallel_pool_fail(worker, number);
    }
    (void)pthread_mutex_lock(&line->mutex);
    cell->is_done = true;
    if (number == atomic_load_explicit(&line->consumed, memory_order_relaxed))
        (void)pthread_cond_signal(&line->done);
}

static void run_helper(struct qn_parallel_worker *worker, void *data)
{
    struct line *line = data;

    (void)pthread_mutex_lock(&line->mutex);
    while (!line->is_stopped) {
        if (line->taken < line->produced)
            compute_one(line, worker);
        else
            (void)pthread_cond_wait(&line->work, &line->mutex);
    }
    (void)pthread_mutex_unlock(&line->mutex);
}

/* The caller's side. */
static enum qn_status produce_one(struct qn_ctx *ctx, struct line *line,
                                  void *shared)
{
    struct cell *cell = &line->cells[line->produced % line->count];
    enum qn_status status = line->pipeline->produce(ctx, shared, cell->slot);

    if (status)
        return status;
    (void)pthread_mutex_lock(&line->mutex);
    cell->is_done = false;
    line->produced++;
    (void)pthread_cond_signal(&line->work);
    (void)pthread_mutex_unlock(&line->mutex);
    return QN_OK;
}

/* Wait until the next slot in order is done, computing meanwhile. */
static void await_next(struct line *line, struct qn_parallel_worker *own)
{
    struct cell *cell = &line->cells[line->consumed % line->count];

    (void)pthread_mutex_lock(&line->mutex);
    while (!cell->is_done) {
        if (line->taken < line->produced)
            compute_one(line, own);
        else
            (void)pthread_cond_wait(&line->done, &line->mutex);
    }
    (void)pthread_mutex_unlock(&line->mutex);
}

static bool next_is_done(struct line *line)
{
    struct cell *cell = &line->cells[line->consumed % line->count];
    bool is_done;

    if (line->consumed == line->produced)
        return false;
    (void)pthread_mutex_lock(&line->mutex);
    is_done = cell->is_done;
    (void)pthread_mutex_unlock(&line->mutex);
    return is_done;
}

static enum qn_status consume_one(struct qn_ctx *ctx, struct line *line,
                                  struct qn_parallel_crew *crew)
{
    struct cell *cell = &line->cells[line->consumed % line->count];

    qn_parallel_pool_hand_on(ctx, &cell->reports);
    if (line->consumed >= atomic_load(&crew->lowest_failed)) {
        line->is_failed = true;
        return QN_END; /* the crew's end gives the error */
    }
    atomic_fetch_add_explicit(&line->consumed, 1, memory_order_relaxed);
    return line->pipeline->consume(ctx, crew->options->shared, cell->slot);
}

/* Produce, compute and consume until the end.  A failure to produce waits for
 * what was produced before it; `holder` keeps its error meanwhile. */
static enum qn_status drive(struct qn_ctx *ctx, struct line *line,
                            struct qn_parallel_crew *crew,
                            struct qn_ctx *holder)
{
    enum qn_status produced = QN_OK;
    enum qn_status status = QN_OK;

    while (!status) {
        if (next_is_done(line)) {
            status = consume_one(ctx, line, crew);
        } else if (!produced && line->produced - line->consumed < line->count &&
                   atomic_load(&crew->lowest_failed) == SIZE_MAX) {
            produced = produce_one(ctx, line, crew->options->shared);
            if (produced && produced != QN_END)
                qn_ctx_join(holder, ctx, true);
        } else if (line->consumed < line->produced) {
            await_next(line, &crew->workers[0]);
        } else {
            break;
        }
    }
    if (!status && produced && produced != QN_END) {
        qn_ctx_join(ctx, holder, true);
        status = produced;
    }
    return status == QN_END ? QN_OK : status;
}

static enum qn_status make_cells(struct qn_ctx *ctx, struct line *line,
                                 void *shared)
{
    size_t i;

    line->cells = qn_memory_calloc(ctx, line->count, sizeof(*line->cells));
    if (!line->cells)
        return QN_NO_MEMORY;
    for (i = 0; i < line->count; i++) {
        struct cell *cell = &line->cells[i];
        enum qn_status status = QN_OK;

        cell->slot = qn_memory_calloc(ctx, 1, line->pipeline->slot_size + 1);
        if (!cell->slot)
            return QN_NO_MEMORY;
        cell->has_slot = true;
        if (line->pipeline->slot_init)
            status = line->pipeline->slot_init(ctx, shared, cell->slot);
        if (status)
            return status;
    }
    return QN_OK;
}

static void drop_cells(struct line *line, void *shared)
{
    size_t i;

    for (i = 0; line->cells && i < line->count; i++) {
        struct cell *cell = &line->cells[i];

        if (cell->has_slot && line->pipeline->slot_dispose)
            line->pipeline->slot_dispose(shared, cell->slot);
        qn_memory_free(cell->slot);
        qn_parallel_pool_drop(&cell->reports);
    }
    qn_memory_free(line->cells);
}

static enum qn_status run_inline(struct qn_ctx *ctx,
                                 const struct qn_parallel_options *options,
                                 struct line *line)
{
    const struct qn_parallel_pipeline *pipeline = line->pipeline;
    void *shared = options->shared;
    void *state = NULL;
    enum qn_status status = qn_parallel_pool_make_state(ctx, options, &state);

    line->count = 1;
    if (!status)
        status = make_cells(ctx, line, shared);
    while (!status) {
        void *slot = line->cells[0].slot;

        status = qn_ctx_check(ctx);
        if (!status)
            status = pipeline->produce(ctx, shared, slot);
        if (!status)
            status = pipeline->compute(ctx, shared, state, slot);
        if (!status)
            status = pipeline->consume(ctx, shared, slot);
    }
    drop_cells(line, shared);
    qn_parallel_pool_drop_state(options, state);
    return status == QN_END ? QN_OK : status;
}

enum qn_status
qn_parallel_pipeline_run(struct qn_ctx *ctx,
                         const struct qn_parallel_options *options,
                         const struct qn_parallel_pipeline *pipeline)
{
    uint32_t workers = qn_parallel_thread_count(ctx, options);
    struct line line = {.pipeline = pipeline};
    struct qn_parallel_crew crew = {.run = run_helper};
    struct qn_ctx *holder = NULL;
    enum qn_status status;
    enum qn_status crew_status;

    if (workers <= 1)
        return run_inline(ctx, options, &line);
    line.count = pipeline->slot_count ? pipeline->slot_count
                                      : (size_t)workers * SLOTS_FOR_WORKER;
    status = make_cells(ctx, &line, options->shared);
    if (status)
        goto out;
    holder = qn_ctx_fork(ctx);
    if (!holder) {
        status = qn_ctx_fail(ctx, QN_NO_MEMORY, "out of memory");
        goto out;
    }
    status = qn_parallel_pool_begin(ctx, options, workers, &crew);
    if (status)
        goto out;
    (void)pthread_mutex_init(&line.mutex, NULL);
    (void)pthread_cond_init(&line.work, NULL);
    (void)pthread_cond_init(&line.done, NULL);
    crew.data = &line;
    qn_parallel_pool_start(&crew);
    status = drive(ctx, &line, &crew, holder);
    (void)pthread_mutex_lock(&line.mutex);
    line.is_stopped = true;
    (void)pthread_cond_broadcast(&line.work);
    (void)pthread_mutex_unlock(&line.mutex);
    qn_parallel_pool_finish(&crew);
    /* Slots past the last consumed one may have failed too: nobody asked. */
    if (!line.is_failed)
        atomic_store(&crew.lowest_failed, SIZE_MAX);
    crew_status = qn_parallel_pool_end(&crew);
    if (!status)
        status = crew_status;
    (void)pthread_cond_destroy(&line.done);
    (void)pthread_cond_destroy(&line.work);
    (void)pthread_mutex_destroy(&line.mutex);
out:
    drop_cells(&line, options->shared);
    qn_ctx_free(holder);
    return status;
}
