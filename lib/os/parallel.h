/* SPDX-License-Identifier: MIT */
/* The three parallel shapes.  Everything that is parallel in Quoin is one of
 * these; nothing else starts a thread.
 *
 *   for       item(0) ... item(n-1), in any order, on any worker
 *   tree      tasks that give birth to tasks (delta chains, directories)
 *   pipeline  one produces, many compute, one consumes in the order produced
 *
 * Results never depend on the number of threads; zero workers run the same code
 * on the caller.  The caller works too.  Each worker has a context forked from
 * the caller's, and one user state.  On failure, items after the lowest failing
 * one stop, those before it finish, and the caller gets that item's error;
 * reports merge in item order (in a tree, a task's item is the number of its
 * root).  Nested shapes run inline.
 */
#ifndef QN_OS_PARALLEL_H
#define QN_OS_PARALLEL_H

#include "base/ctx.h"

#include <stddef.h>
#include <stdint.h>

/* What a shape needs to know; zero is a good default. */
struct qn_parallel_options {
    uint32_t thread_count; /* workers, the caller included; 0: the env's */
    size_t grain;          /* items a worker takes at once (for); 0: chosen */
    void *shared;          /* handed to every callback */
    size_t state_size;     /* bytes of state a worker has, cleared */
    /* Set up and tear down a worker's state, on that worker's thread (init) and
     * on the caller's (dispose, always called, also after a failed init).
     * NULL: nothing to do. */
    enum qn_status (*state_init)(struct qn_ctx *ctx, void *shared, void *state);
    void (*state_dispose)(void *shared, void *state);
};

/* Processors that this process may use (at least 1). */
uint32_t qn_os_processor_count(void);

/* How many workers a shape with these options would have (at least 1). */
uint32_t qn_parallel_thread_count(struct qn_ctx *ctx,
                                  const struct qn_parallel_options *options);

typedef enum qn_status qn_parallel_item_fn(struct qn_ctx *ctx, void *shared,
                                           void *state, size_t item);

/* Run `run` for every item in 0 .. count-1. */
enum qn_status qn_parallel_for(struct qn_ctx *ctx,
                               const struct qn_parallel_options *options,
                               size_t count,
                               qn_parallel_item_fn *run) QN_MUST_USE;

struct qn_parallel_tree;
/* `task` was given to push; it is the callback's from then on. */
typedef enum qn_status qn_parallel_task_fn(struct qn_ctx *ctx, void *shared,
                                           void *state,
                                           struct qn_parallel_tree *tree,
                                           void *task);
/* Push a task from within a task: the worker's own deque, last in first out;
 * idle workers steal the oldest. */
enum qn_status qn_parallel_tree_push(struct qn_ctx *ctx,
                                     struct qn_parallel_tree *tree,
                                     void *task) QN_MUST_USE;
/* Run `roots` and all they push.  `drop` frees a task that was never run (after
 * a failure); NULL: nothing to free. */
enum qn_status qn_parallel_tree_run(
    struct qn_ctx *ctx, const struct qn_parallel_options *options,
    void *const *roots, size_t root_count, qn_parallel_task_fn *run,
    void (*drop)(void *shared, void *task)) QN_MUST_USE;

/* The ordered pipeline.  `produce` (caller's thread) fills a slot and answers
 * QN_OK, or QN_END when there is no more; `compute` (any worker) works on the
 * slot; `consume` (caller's thread) sees the slots in the order produced.  A
 * slot is `slot_size` bytes, cleared once, and used again after consume: keep
 * buffers in it and reset them.  consume answering QN_END stops the pipeline
 * early with QN_OK. */
struct qn_parallel_pipeline {
    size_t slot_size;
    size_t slot_count; /* in flight; 0: four for each worker */
    enum qn_status (*slot_init)(struct qn_ctx *ctx, void *shared, void *slot);
    void (*slot_dispose)(void *shared, void *slot);
    enum qn_status (*produce)(struct qn_ctx *ctx, void *shared, void *slot);
    enum qn_status (*compute)(struct qn_ctx *ctx, void *shared, void *state,
                              void *slot);
    enum qn_status (*consume)(struct qn_ctx *ctx, void *shared, void *slot);
};
enum qn_status qn_parallel_pipeline_run(
    struct qn_ctx *ctx, const struct qn_parallel_options *options,
    const struct qn_parallel_pipeline *pipeline) QN_MUST_USE;

#endif
