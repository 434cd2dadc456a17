/* SPDX-License-Identifier: MIT */
#include "os/parallel_pool.h"

#include "base/memory.h"

#include <pthread.h>
#include <string.h>

/* Each worker has a deque: it pushes and pops at the end, thieves take from the
 * front, where the largest subtrees are.  A task keeps the number of its root,
 * which is the item that failures and reports are ordered by. */
struct task {
    void *task;
    size_t root;
};

struct forest;

struct qn_parallel_tree {
    struct forest *forest;
    struct qn_parallel_worker *worker; /* NULL: inline */
    pthread_mutex_t mutex;
    struct task *tasks;
    size_t first;
    size_t end;
    size_t capacity;
    size_t root; /* of the task that runs now */
};

struct forest {
    struct qn_parallel_tree *deques;
    uint32_t count;
    qn_parallel_task_fn *run;
    void (*drop)(void *shared, void *task);
    void *const *roots;
    size_t root_count;
    atomic_size_t next_root;
    atomic_size_t pending; /* tasks not finished, roots not taken */
    atomic_uint idle;
    pthread_mutex_t mutex; /* of the idle */
    pthread_cond_t work;
};

static enum qn_status append_task(struct qn_ctx *ctx,
                                  struct qn_parallel_tree *tree, void *task)
{
    enum qn_status status = QN_OK;

    if (tree->end == tree->capacity && tree->first > tree->capacity / 2) {
        memmove(tree->tasks, tree->tasks + tree->first,
                (tree->end - tree->first) * sizeof(*tree->tasks));
        tree->end -= tree->first;
        tree->first = 0;
    }
    status = qn_memory_grow(ctx, &tree->tasks, &tree->capacity, tree->end + 1,
                            sizeof(*tree->tasks));
    if (!status)
        tree->tasks[tree->end++] = (struct task){task, tree->root};
    return status;
}

enum qn_status qn_parallel_tree_push(struct qn_ctx *ctx,
                                     struct qn_parallel_tree *tree, void *task)
{
    struct forest *forest = tree->forest;
    enum qn_status status;

    if (!tree->worker)
        return append_task(ctx, tree, task);
    atomic_fetch_add(&forest->pending, 1);
    (void)pthread_mutex_lock(&tree->mutex);
    status = append_task(ctx, tree, task);
    (void)pthread_mutex_unlock(&tree->mutex);
    if (status) {
        atomic_fetch_sub(&forest->pending, 1);
        return status;
    }
    if (atomic_load(&forest->idle) > 0) {
        (void)pthread_mutex_lock(&forest->mutex);
        (void)pthread_cond_signal(&forest->work);
        (void)pthread_mutex_unlock(&forest->mutex);
    }
    return QN_OK;
}

static bool take_task(struct forest *forest, struct qn_parallel_tree *own,
                      struct task *out)
{
    uint32_t self = (uint32_t)(own - forest->deques);
    bool found = false;
    size_t root;
    uint32_t i;

    (void)pthread_mutex_lock(&own->mutex);
    if (own->end > own->first) {
        *out = own->tasks[--own->end];
        found = true;
    }
    (void)pthread_mutex_unlock(&own->mutex);
    if (found)
        return true;
    if (atomic_load_explicit(&forest->next_root, memory_order_relaxed) <
        forest->root_count) {
        root = atomic_fetch_add(&forest->next_root, 1);
        if (root < forest->root_count) {
            *out = (struct task){forest->roots[root], root};
            return true;
        }
    }
    for (i = 1; i < forest->count && !found; i++) {
        struct qn_parallel_tree *other =
            &forest->deques[(self + i) % forest->count];

        (void)pthread_mutex_lock(&other->mutex);
        if (other->end > other->first) {
            *out = other->tasks[other->first++];
            found = true;
        }
        (void)pthread_mutex_unlock(&other->mutex);
    }
    return found;
}

/* Wait for something to steal; false when all is done. */
static bool wait_task(struct forest *forest, struct qn_parallel_tree *own,
                      struct task *out)
{
    bool found = false;

    if (take_task(forest, own, out))
        return true;
    (void)pthread_mutex_lock(&forest->mutex);
    atomic_fetch_add(&forest->idle, 1);
    while (atomic_load(&forest->pending) > 0) {
        found = take_task(forest, own, out);
        if (found)
            break;
        (void)pthread_cond_wait(&forest->work, &forest->mutex);
    }
    atomic_fetch_sub(&forest->idle, 1);
    (void)pthread_mutex_unlock(&forest->mutex);
    return found;
}

static void finish_task(struct forest *forest)
{
    if (atomic_fetch_sub(&forest->pending, 1) != 1)
        return;
    (void)pthread_mutex_lock(&forest->mutex);
    (void)pthread_cond_broadcast(&forest->work);
    (void)pthread_mutex_unlock(&forest->mutex);
}

static void run_tasks(struct qn_parallel_worker *worker, void *data)
{
    struct forest *forest = data;
    struct qn_parallel_crew *crew = worker->crew;
    struct qn_parallel_tree *own = &forest->deques[worker - crew->workers];
    struct task task;

    while (wait_task(forest, own, &task)) {
        size_t lowest = atomic_load(&crew->lowest_failed);
        enum qn_status status = QN_OK;

        if (task.root > lowest || (task.root == lowest && lowest != SIZE_MAX)) {
            if (forest->drop)
                forest->drop(crew->options->shared, task.task);
            finish_task(forest);
            continue;
        }
        worker->item = own->root = task.root;
        /* A worker that failed goes on with lower roots, under a second error
         * only if that one is lower still: its context then has that one. */
        status = qn_ctx_check(worker->ctx);
        if (status) {
            if (forest->drop)
                forest->drop(crew->options->shared, task.task);
        } else {
            status = forest->run(worker->ctx, crew->options->shared,
                                 worker->state, own, task.task);
        }
        if (status)
            qn_parallel_pool_fail(worker, task.root);
        finish_task(forest);
    }
}

static enum qn_status run_inline(struct qn_ctx *ctx,
                                 const struct qn_parallel_options *options,
                                 struct forest *forest)
{
    struct qn_parallel_tree tree = {.forest = forest};
    void *state = NULL;
    enum qn_status status = qn_parallel_pool_make_state(ctx, options, &state);
    size_t next = 0;

    while (!status && (tree.end > 0 || next < forest->root_count)) {
        void *task =
            tree.end > 0 ? tree.tasks[--tree.end].task : forest->roots[next++];

        status = qn_ctx_check(ctx);
        if (!status)
            status = forest->run(ctx, options->shared, state, &tree, task);
        else if (forest->drop)
            forest->drop(options->shared, task);
    }
    while (forest->drop && tree.end > 0)
        forest->drop(options->shared, tree.tasks[--tree.end].task);
    while (forest->drop && next < forest->root_count)
        forest->drop(options->shared, forest->roots[next++]);
    qn_memory_free(tree.tasks);
    qn_parallel_pool_drop_state(options, state);
    return status;
}

static enum qn_status run_forest(struct qn_ctx *ctx,
                                 const struct qn_parallel_options *options,
                                 struct forest *forest, uint32_t workers)
{
    struct qn_parallel_crew crew = {.run = run_tasks};
    enum qn_status status;
    uint32_t i;

    status = qn_parallel_pool_begin(ctx, options, workers, &crew);
    for (i = 0; status && forest->drop && i < forest->root_count; i++)
        forest->drop(options->shared, forest->roots[i]);
    if (status)
        return status;
    for (i = 0; i < workers; i++) {
        forest->deques[i].forest = forest;
        forest->deques[i].worker = &crew.workers[i];
        (void)pthread_mutex_init(&forest->deques[i].mutex, NULL);
    }
    crew.data = forest;
    qn_parallel_pool_start(&crew);
    run_tasks(&crew.workers[0], forest);
    qn_parallel_pool_finish(&crew);
    for (i = 0; i < workers; i++) {
        (void)pthread_mutex_destroy(&forest->deques[i].mutex);
        qn_memory_free(forest->deques[i].tasks);
    }
    return qn_parallel_pool_end(&crew);
}

enum qn_status qn_parallel_tree_run(struct qn_ctx *ctx,
                                    const struct qn_parallel_options *options,
                                    void *const *roots, size_t root_count,
                                    qn_parallel_task_fn *run,
                                    void (*drop)(void *shared, void *task))
{
    uint32_t workers = qn_parallel_thread_count(ctx, options);
    struct forest forest = {.run = run,
                            .drop = drop,
                            .roots = roots,
                            .root_count = root_count,
                            .count = workers};
    enum qn_status status;
    size_t i;

    if (workers <= 1 || root_count == 0)
        return run_inline(ctx, options, &forest);
    forest.deques = qn_memory_calloc(ctx, workers, sizeof(*forest.deques));
    if (!forest.deques) {
        for (i = 0; drop && i < root_count; i++)
            drop(options->shared, roots[i]);
        return QN_NO_MEMORY;
    }
    atomic_init(&forest.next_root, 0);
    atomic_init(&forest.pending, root_count);
    atomic_init(&forest.idle, 0);
    (void)pthread_mutex_init(&forest.mutex, NULL);
    (void)pthread_cond_init(&forest.work, NULL);
    status = run_forest(ctx, options, &forest, workers);
    (void)pthread_cond_destroy(&forest.work);
    (void)pthread_mutex_destroy(&forest.mutex);
    qn_memory_free(forest.deques);
    return status;
}
