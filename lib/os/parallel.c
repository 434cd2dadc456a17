/* SPDX-License-Identifier: MIT */
#include "os/parallel.h"

#include "base/memory.h"

uint32_t qn_parallel_thread_count(struct qn_ctx *ctx,
                                  const struct qn_parallel_options *options)
{
    (void)ctx;
    (void)options;
    return 1;
}

static enum qn_status make_state(struct qn_ctx *ctx,
                                 const struct qn_parallel_options *options,
                                 void **state)
{
    *state = qn_memory_calloc(ctx, 1, options->state_size + 1);
    if (!*state)
        return QN_NO_MEMORY;
    if (options->state_init)
        return options->state_init(ctx, options->shared, *state);
    return QN_OK;
}

static void drop_state(const struct qn_parallel_options *options, void *state)
{
    if (state && options->state_dispose)
        options->state_dispose(options->shared, state);
    qn_memory_free(state);
}

enum qn_status qn_parallel_for(struct qn_ctx *ctx,
                               const struct qn_parallel_options *options,
                               size_t count, qn_parallel_item_fn *run)
{
    void *state = NULL;
    enum qn_status status = make_state(ctx, options, &state);
    size_t item;

    for (item = 0; item < count && !status; item++)
        status = run(ctx, options->shared, state, item);
    drop_state(options, state);
    return status;
}

struct qn_parallel_tree {
    void **tasks;
    size_t count;
    size_t capacity;
};

enum qn_status qn_parallel_tree_push(struct qn_ctx *ctx,
                                     struct qn_parallel_tree *tree, void *task)
{
    enum qn_status status = qn_memory_grow(ctx, &tree->tasks, &tree->capacity,
                                           tree->count + 1, sizeof(void *));

    if (!status)
        tree->tasks[tree->count++] = task;
    return status;
}

enum qn_status qn_parallel_tree_run(struct qn_ctx *ctx,
                                    const struct qn_parallel_options *options,
                                    void *const *roots, size_t root_count,
                                    qn_parallel_task_fn *run,
                                    void (*drop)(void *shared, void *task))
{
    struct qn_parallel_tree tree = {NULL, 0, 0};
    void *state = NULL;
    enum qn_status status = make_state(ctx, options, &state);
    size_t next = 0;

    while (!status && (tree.count > 0 || next < root_count)) {
        void *task = tree.count > 0 ? tree.tasks[--tree.count] : roots[next++];

        status = run(ctx, options->shared, state, &tree, task);
    }
    while (drop && tree.count > 0)
        drop(options->shared, tree.tasks[--tree.count]);
    while (drop && next < root_count)
        drop(options->shared, roots[next++]);
    qn_memory_free(tree.tasks);
    drop_state(options, state);
    return status;
}

enum qn_status
qn_parallel_pipeline_run(struct qn_ctx *ctx,
                         const struct qn_parallel_options *options,
                         const struct qn_parallel_pipeline *pipeline)
{
    void *shared = options->shared;
    void *state = NULL;
    void *slot = NULL;
    enum qn_status status = make_state(ctx, options, &state);

    if (!status) {
        slot = qn_memory_calloc(ctx, 1, pipeline->slot_size + 1);
        if (!slot)
            status = QN_NO_MEMORY;
        else if (pipeline->slot_init)
            status = pipeline->slot_init(ctx, shared, slot);
    }
    while (!status) {
        status = pipeline->produce(ctx, shared, slot);
        if (!status)
            status = pipeline->compute(ctx, shared, state, slot);
        if (!status)
            status = pipeline->consume(ctx, shared, slot);
    }
    if (slot && pipeline->slot_dispose)
        pipeline->slot_dispose(shared, slot);
    qn_memory_free(slot);
    drop_state(options, state);
    return status == QN_END ? QN_OK : status;
}
