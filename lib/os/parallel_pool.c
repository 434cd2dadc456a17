/* SPDX-License-Identifier: MIT */
#include "os/parallel_pool.h"

#include "base/env.h"
#include "base/memory.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define THREADS_MAX 256

struct pool {
    pthread_mutex_t mutex;
    pthread_cond_t work;  /* a crew came, or the end */
    pthread_cond_t leave; /* a helper left a crew */
    struct qn_parallel_crew *crews;
    uint32_t thread_count;
    bool is_ending;
    pthread_t threads[THREADS_MAX];
};

uint32_t qn_os_processor_count(void)
{
    long count = 1;

#ifdef _SC_NPROCESSORS_ONLN
    count = sysconf(_SC_NPROCESSORS_ONLN);
#endif
    return count < 1 ? 1 : count > THREADS_MAX ? THREADS_MAX : (uint32_t)count;
}

uint32_t qn_parallel_thread_count(struct qn_ctx *ctx,
                                  const struct qn_parallel_options *options)
{
    uint32_t count = options->thread_count;

    if (qn_ctx_slot(ctx, QN_CTX_SLOT_PARALLEL))
        return 1;
    if (count == 0)
        count = qn_env_thread_count(qn_ctx_env(ctx));
    if (count == 0)
        count = qn_os_processor_count();
    return count > THREADS_MAX ? THREADS_MAX : count;
}

/* A crew with a free seat, or NULL. */
static struct qn_parallel_crew *find_crew(struct pool *pool)
{
    struct qn_parallel_crew *crew;

    for (crew = pool->crews; crew; crew = crew->next)
        if (crew->seats_taken < crew->worker_count)
            return crew;
    return NULL;
}

static void help(struct qn_parallel_crew *crew, uint32_t seat)
{
    struct qn_parallel_worker *worker = &crew->workers[seat];

    /* A helper that cannot set itself up leaves the work to the others: worker
     * 0 has its state already. */
    if (!qn_parallel_pool_make_state(worker->ctx, crew->options,
                                     &worker->state)) {
        worker->has_state = true;
        crew->run(worker, crew->data);
    }
}

static void *run_thread(void *data)
{
    struct pool *pool = data;

    (void)pthread_mutex_lock(&pool->mutex);
    while (!pool->is_ending) {
        struct qn_parallel_crew *crew = find_crew(pool);
        uint32_t seat;

        if (!crew) {
            (void)pthread_cond_wait(&pool->work, &pool->mutex);
            continue;
        }
        seat = crew->seats_taken++;
        crew->active++;
        (void)pthread_mutex_unlock(&pool->mutex);
        help(crew, seat);
        (void)pthread_mutex_lock(&pool->mutex);
        crew->active--;
        (void)pthread_cond_broadcast(&pool->leave);
    }
    (void)pthread_mutex_unlock(&pool->mutex);
    return NULL;
}

static void release_pool(void *data)
{
    struct pool *pool = data;
    uint32_t i;

    (void)pthread_mutex_lock(&pool->mutex);
    pool->is_ending = true;
    (void)pthread_cond_broadcast(&pool->work);
    (void)pthread_mutex_unlock(&pool->mutex);
    for (i = 0; i < pool->thread_count; i++)
        (void)pthread_join(pool->threads[i], NULL);
    (void)pthread_cond_destroy(&pool->work);
    (void)pthread_cond_destroy(&pool->leave);
    (void)pthread_mutex_destroy(&pool->mutex);
    qn_memory_free(pool);
}

static struct pool *find_pool(struct qn_ctx *ctx)
{
    struct qn_env *env = qn_ctx_env(ctx);
    struct pool *pool = qn_env_pool(env);
    struct pool *kept;

    if (pool)
        return pool;
    pool = qn_memory_new(env, sizeof(*pool));
    if (!pool)
        return NULL;
    memset(pool, 0, sizeof(*pool));
    (void)pthread_mutex_init(&pool->mutex, NULL);
    (void)pthread_cond_init(&pool->work, NULL);
    (void)pthread_cond_init(&pool->leave, NULL);
    kept = qn_env_set_pool(env, pool, release_pool);
    if (kept != pool)
        release_pool(pool);
    return kept;
}

/* Signals are for the threads of the process, not for ours. */
static void add_threads(struct pool *pool, uint32_t wanted)
{
    sigset_t all;
    sigset_t before;

    sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    while (pool->thread_count < wanted && pool->thread_count < THREADS_MAX &&
           pthread_create(&pool->threads[pool->thread_count], NULL, run_thread,
                          pool) == 0)
        pool->thread_count++;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void qn_parallel_pool_start(struct qn_parallel_crew *crew)
{
    struct pool *pool = find_pool(crew->ctx);

    crew->seats_taken = 1;
    crew->active = 0;
    if (!pool) /* the caller works alone */
        return;
    (void)pthread_mutex_lock(&pool->mutex);
    add_threads(pool, crew->worker_count - 1);
    crew->next = pool->crews;
    pool->crews = crew;
    (void)pthread_cond_broadcast(&pool->work);
    (void)pthread_mutex_unlock(&pool->mutex);
}

void qn_parallel_pool_finish(struct qn_parallel_crew *crew)
{
    struct pool *pool = qn_env_pool(qn_ctx_env(crew->ctx));
    struct qn_parallel_crew **link;

    if (!pool)
        return;
    (void)pthread_mutex_lock(&pool->mutex);
    for (link = &pool->crews; *link; link = &(*link)->next)
        if (*link == crew) {
            *link = crew->next;
            break;
        }
    while (crew->active > 0)
        (void)pthread_cond_wait(&pool->leave, &pool->mutex);
    (void)pthread_mutex_unlock(&pool->mutex);
}

enum qn_status qn_parallel_pool_make_state(
    struct qn_ctx *ctx, const struct qn_parallel_options *options, void **state)
{
    enum qn_status status = QN_OK;

    *state = qn_memory_calloc(ctx, 1, options->state_size + 1);
    if (!*state)
        return QN_NO_MEMORY;
    if (options->state_init)
        status = options->state_init(ctx, options->shared, *state);
    return status;
}

void qn_parallel_pool_drop_state(const struct qn_parallel_options *options,
                                 void *state)
{
    if (state && options->state_dispose)
        options->state_dispose(options->shared, state);
    qn_memory_free(state);
}

static void keep_report(void *data, int level, const char *reason,
                        const char *message)
{
    struct qn_parallel_worker *worker = data;
    struct qn_parallel_reports *reports = worker->reports;
    struct qn_env *env = qn_ctx_env(worker->ctx);
    struct qn_parallel_report *row;

    if (reports->count == reports->capacity) {
        size_t capacity = reports->capacity ? reports->capacity * 2 : 8;

        row = qn_memory_resize(env, reports->rows, capacity * sizeof(*row));
        if (!row) /* a report is not worth a failure */
            return;
        reports->rows = row;
        reports->capacity = capacity;
    }
    row = &reports->rows[reports->count];
    row->item = worker->item;
    row->level = level;
    row->reason = qn_memory_new(env, strlen(reason) + strlen(message) + 2);
    if (!row->reason)
        return;
    strcpy(row->reason, reason);
    row->message = row->reason + strlen(reason) + 1;
    strcpy(row->message, message);
    reports->count++;
}

void qn_parallel_pool_hand_on(struct qn_ctx *ctx,
                              struct qn_parallel_reports *reports)
{
    size_t i;

    for (i = 0; i < reports->count; i++) {
        struct qn_parallel_report *row = &reports->rows[i];

        qn_ctx_report(ctx, (enum qn_report_level)row->level, row->reason, "%s",
                      row->message);
        qn_memory_free(row->reason);
    }
    reports->count = 0;
}

void qn_parallel_pool_drop(struct qn_parallel_reports *reports)
{
    size_t i;

    for (i = 0; i < reports->count; i++)
        qn_memory_free(reports->rows[i].reason);
    qn_memory_free(reports->rows);
    reports->rows = NULL;
    reports->count = reports->capacity = 0;
}

static void drop_workers(struct qn_parallel_crew *crew)
{
    uint32_t i;

    for (i = 0; i < crew->worker_count; i++) {
        struct qn_parallel_worker *worker = &crew->workers[i];

        qn_parallel_pool_drop_state(crew->options, worker->state);
        qn_parallel_pool_drop(&worker->own_reports);
        qn_ctx_free(worker->ctx);
    }
    qn_memory_free(crew->workers);
    crew->workers = NULL;
}

enum qn_status qn_parallel_pool_begin(struct qn_ctx *ctx,
                                      const struct qn_parallel_options *options,
                                      uint32_t worker_count,
                                      struct qn_parallel_crew *crew)
{
    enum qn_status status = QN_OK;
    uint32_t i;

    crew->ctx = ctx;
    crew->options = options;
    crew->worker_count = worker_count;
    atomic_init(&crew->lowest_failed, SIZE_MAX);
    crew->workers = qn_memory_calloc(ctx, worker_count, sizeof(*crew->workers));
    if (!crew->workers)
        return QN_NO_MEMORY;
    for (i = 0; i < worker_count && !status; i++) {
        struct qn_parallel_worker *worker = &crew->workers[i];

        worker->crew = crew;
        worker->failed_item = SIZE_MAX;
        worker->reports = &worker->own_reports;
        worker->ctx = qn_ctx_fork(ctx);
        if (!worker->ctx) {
            status = qn_ctx_fail(ctx, QN_NO_MEMORY, "out of memory");
            break;
        }
        qn_ctx_set_report(worker->ctx, keep_report, worker);
        if (i == 0) /* on the caller's thread */
            qn_ctx_lend_progress(worker->ctx, ctx);
        qn_ctx_set_slot(worker->ctx, QN_CTX_SLOT_PARALLEL, crew, NULL);
    }
    if (!status)
        status = qn_parallel_pool_make_state(crew->workers[0].ctx, options,
                                             &crew->workers[0].state);
    if (status) {
        if (crew->workers[0].ctx && qn_ctx_status(crew->workers[0].ctx))
            qn_ctx_join(ctx, crew->workers[0].ctx, true);
        drop_workers(crew);
        return status;
    }
    crew->workers[0].has_state = true;
    return QN_OK;
}

void qn_parallel_pool_fail(struct qn_parallel_worker *worker, size_t item)
{
    atomic_size_t *lowest = &worker->crew->lowest_failed;
    size_t seen = atomic_load(lowest);

    worker->failed_item = item;
    while (item < seen && !atomic_compare_exchange_weak(lowest, &seen, item))
        ;
}

struct merge_row {
    const struct qn_parallel_report *report;
    uint32_t worker;
    size_t sequence;
};

static int compare_rows(const void *a, const void *b)
{
    const struct merge_row *left = a;
    const struct merge_row *right = b;

    if (left->report->item != right->report->item)
        return left->report->item < right->report->item ? -1 : 1;
    if (left->worker != right->worker)
        return left->worker < right->worker ? -1 : 1;
    return left->sequence < right->sequence ? -1 : 1;
}

static void merge_reports(struct qn_parallel_crew *crew, size_t last)
{
    struct merge_row *rows;
    size_t count = 0;
    size_t filled = 0;
    uint32_t i;
    size_t j;

    for (i = 0; i < crew->worker_count; i++)
        count += crew->workers[i].own_reports.count;
    if (count == 0)
        return;
    rows = qn_memory_new(qn_ctx_env(crew->ctx), count * sizeof(*rows));
    if (!rows)
        return;
    for (i = 0; i < crew->worker_count; i++) {
        const struct qn_parallel_reports *own = &crew->workers[i].own_reports;

        for (j = 0; j < own->count; j++)
            if (own->rows[j].item <= last)
                rows[filled++] = (struct merge_row){&own->rows[j], i, j};
    }
    qsort(rows, filled, sizeof(*rows), compare_rows);
    for (j = 0; j < filled; j++)
        qn_ctx_report(crew->ctx, (enum qn_report_level)rows[j].report->level,
                      rows[j].report->reason, "%s", rows[j].report->message);
    qn_memory_free(rows);
}

enum qn_status qn_parallel_pool_end(struct qn_parallel_crew *crew)
{
    size_t lowest = atomic_load(&crew->lowest_failed);
    enum qn_status status = QN_OK;
    uint32_t i;

    merge_reports(crew, lowest);
    for (i = 0; i < crew->worker_count && !status && lowest != SIZE_MAX; i++)
        if (crew->workers[i].failed_item == lowest) {
            status = qn_ctx_status(crew->workers[i].ctx);
            qn_ctx_join(crew->ctx, crew->workers[i].ctx, true);
            if (!status) /* it answered a failure without saying why */
                status =
                    qn_ctx_fail(crew->ctx, QN_INTERNAL,
                                "item %zu failed without a message", lowest);
        }
    drop_workers(crew);
    return status;
}
