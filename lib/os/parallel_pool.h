/* SPDX-License-Identifier: MIT */
/* What the parallel shapes share: the threads of an environment, and workers.
 *
 *   crew    a shape at work: its workers, on borrowed threads
 *   worker  one context, one state, the reports made so far
 *
 * Threads belong to a pool in the environment, made at first use.  A crew asks
 * for helpers and takes those that are free; the caller is worker 0 and never
 * waits for a thread to become free, so crews may run at the same time.
 */
#ifndef QN_OS_PARALLEL_POOL_H
#define QN_OS_PARALLEL_POOL_H

#include "os/parallel.h"

#include <stdatomic.h>

struct qn_parallel_report {
    size_t item;
    int level;
    char *reason;
    char *message;
};

struct qn_parallel_reports {
    struct qn_parallel_report *rows;
    size_t count;
    size_t capacity;
};

struct qn_parallel_crew;

struct qn_parallel_worker {
    struct qn_parallel_crew *crew;
    struct qn_ctx *ctx;
    void *state;
    bool has_state;
    size_t item;        /* what reports made now belong to */
    size_t failed_item; /* SIZE_MAX: none */
    struct qn_parallel_reports own_reports;
    struct qn_parallel_reports *reports; /* where they go now */
};

struct qn_parallel_crew {
    struct qn_ctx *ctx; /* the caller's */
    const struct qn_parallel_options *options;
    struct qn_parallel_worker *workers;
    uint32_t worker_count;
    void (*run)(struct qn_parallel_worker *worker, void *data);
    void *data;
    atomic_size_t lowest_failed; /* SIZE_MAX: none */
    /* The pool's: */
    struct qn_parallel_crew *next;
    uint32_t seats_taken;
    uint32_t active;
};

/* Fork the workers' contexts and make worker 0's state. */
enum qn_status qn_parallel_pool_begin(struct qn_ctx *ctx,
                                      const struct qn_parallel_options *options,
                                      uint32_t worker_count,
                                      struct qn_parallel_crew *crew);
/* Let helpers run crew->run; returns at once. */
void qn_parallel_pool_start(struct qn_parallel_crew *crew);
/* No new helpers; wait for those that run. */
void qn_parallel_pool_finish(struct qn_parallel_crew *crew);
/* Give the reports of items up to the lowest failing one to the caller, in item
 * order, and that item's error; dispose of the workers. */
enum qn_status qn_parallel_pool_end(struct qn_parallel_crew *crew);

/* Note that `item` failed in `worker`, whose context has the error. */
void qn_parallel_pool_fail(struct qn_parallel_worker *worker, size_t item);

void qn_parallel_pool_hand_on(struct qn_ctx *ctx,
                              struct qn_parallel_reports *reports);
void qn_parallel_pool_drop(struct qn_parallel_reports *reports);

/* For the inline forms. */
enum qn_status
qn_parallel_pool_make_state(struct qn_ctx *ctx,
                            const struct qn_parallel_options *options,
                            void **state);
void qn_parallel_pool_drop_state(const struct qn_parallel_options *options,
                                 void *state);

#endif
