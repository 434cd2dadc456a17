/* SPDX-License-Identifier: MIT */
/* From deltas to objects to ids.
 *
 * A task is an entry whose base is made already (or that needs none).  It makes
 * its content, hands it to the worker's batch of contents to be hashed, and
 * goes on with what is built on it: all but the last child become tasks, the
 * last one is next.  A content is counted: it is freed when it was hashed and
 * all its children were made.  The tree of tasks goes deep first, so few are
 * alive; when they are too many nevertheless, tasks go without their base's
 * content and make it again.
 */
#include "pack/pack_indexer_private.h"

#include "base/env.h"
#include "base/memory.h"
#include "hash/crc32.h"
#include "os/parallel.h"

struct task { /* an entry, and the content it is built on (owned; or NULL: to be
                 made again, if it needs one) */
    struct qn_pack_indexer_node *base;
    uint32_t entry;
    bool is_root; /* of the array of roots: not freed */
    bool is_made; /* `base` is the entry's own content */
};

struct rest { /* batches that workers left when there were no more tasks */
    struct qn_pack_indexer_work *work;
    struct qn_pack_indexer_batch *batches;
    size_t count;
};

struct state { /* a worker's */
    struct qn_pack_indexer_work *work;
    struct qn_pack_indexer_pool pool;
    struct qn_pack_indexer_batch batch;
    uint32_t *chain; /* entries on the way to a base that is made again */
    size_t chain_capacity;
};

static void put_id(void *data, uint32_t entry, const struct qn_id *id)
{
    struct qn_pack_indexer_work *work = data;
    size_t size = qn_id_size(work->options->algorithm);

    memcpy(work->out->table.rows + (size_t)entry * size, id->bytes, size);
}

static enum qn_status hash_batch(struct qn_ctx *ctx, struct state *state)
{
    return qn_pack_indexer_batch_hash(ctx, &state->batch, put_id, state->work);
}

static enum qn_status init_state(struct qn_ctx *ctx, void *shared, void *data)
{
    struct state *state = data;

    state->work = state->pool.work = ((struct rest *)shared)->work;
    return qn_pack_indexer_batch_init(ctx, &state->batch, &state->pool);
}

static void dispose_state(void *shared, void *data)
{
    struct state *state = data;
    struct rest *rest = shared;

    if (!state->work)
        return;                                  /* was never begun */
    rest->batches[rest->count++] = state->batch; /* of the caller's now */
    qn_pack_indexer_pool_dispose(&state->pool);
    qn_memory_free(state->chain);
}

static void release(struct state *state, struct qn_pack_indexer_node *node)
{
    qn_pack_indexer_node_release(&state->pool, node);
}

/* The content of entry `i`, given that of its base (NULL: it has none). */
static enum qn_status make_node(struct qn_ctx *ctx, struct state *state,
                                uint32_t i, struct qn_pack_indexer_node *base,
                                struct qn_pack_indexer_node **out)
{
    struct qn_pack_indexer_node *delta = NULL;
    enum qn_status status;

    if (!base)
        return qn_pack_indexer_inflate(ctx, &state->pool, i, out);
    status = qn_pack_indexer_inflate(ctx, &state->pool, i, &delta);
    if (!status)
        status = qn_pack_indexer_apply(ctx, &state->pool,
                                       state->work->out->table.offsets[i], base,
                                       qn_pack_indexer_node_bytes(delta), out);
    release(state, delta);
    return status;
}

/* The content of an entry that was made before, from its base on. */
static enum qn_status make_again(struct qn_ctx *ctx, struct state *state,
                                 uint32_t i, struct qn_pack_indexer_node **out)
{
    const struct qn_pack_indexer_entry *entries = state->work->entries;
    struct qn_pack_indexer_node *base = NULL, *node = NULL;
    enum qn_status status = QN_OK;
    size_t count = 0;

    for (; !status; i = entries[i].base) {
        status = qn_memory_grow(ctx, &state->chain, &state->chain_capacity,
                                count + 1, sizeof(*state->chain));
        if (!status)
            state->chain[count++] = i;
        if (entries[i].base == QN_PACK_INDEXER_NONE)
            break;
    }
    while (count > 0 && !status) {
        status = qn_ctx_check(ctx);
        if (!status)
            status = make_node(ctx, state, state->chain[--count], base, &node);
        release(state, base);
        base = status ? NULL : node;
    }
    if (!status)
        *out = base;
    return status;
}

static void record(struct qn_pack_indexer_work *work, uint32_t i,
                   enum qn_object_type type)
{
    uint64_t offset = work->out->table.offsets[i];

    work->out->types[i] = (uint8_t)type;
    if (!work->has_crcs)
        work->out->table.crcs[i] =
            qn_crc32(0, work->map.data + offset,
                     (size_t)(qn_pack_indexer_entry_end(work, i) - offset));
}

/* The ref deltas that wait for entry `i`; or NULL. */
static struct qn_pack_indexer_ref *
find_refs(const struct qn_pack_indexer_work *work, uint32_t i)
{
    size_t id_size = qn_id_size(work->options->algorithm);
    const uint8_t *row = work->out->table.rows + (size_t)i * id_size;
    size_t low = 0, high = work->ref_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = memcmp(work->refs[middle].row, row, id_size);

        if (order == 0)
            return &work->refs[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* NONE when there are none, or another copy of the same object has got them. */
static uint32_t claim_refs(struct qn_pack_indexer_work *work, uint32_t i)
{
    struct qn_pack_indexer_ref *ref = find_refs(work, i);

    return ref && !atomic_exchange(&ref->is_claimed, true)
               ? ref->first
               : QN_PACK_INDEXER_NONE;
}

/* Push the chain of siblings from `first` on; `*last` is left out.  Those that
 * were made before are left alone.  While too much is held, tasks go without
 * the content they are built on. */
static enum qn_status push_children(struct qn_ctx *ctx, struct state *state,
                                    struct qn_parallel_tree *tree,
                                    uint32_t first, uint32_t base,
                                    struct qn_pack_indexer_node *node,
                                    uint32_t *last)
{
    struct qn_pack_indexer_work *work = state->work;
    enum qn_status status = QN_OK;

    for (; !status && first != QN_PACK_INDEXER_NONE;
         first = work->entries[first].sibling) {
        struct task *task;

        if (work->out->types[first] != QN_OBJECT_NONE)
            continue;
        if (work->entries[first].base != base)
            work->entries[first].base = base;
        if (*last == QN_PACK_INDEXER_NONE) {
            *last = first;
            continue;
        }
        task = qn_memory_new(qn_ctx_env(ctx), sizeof(*task));
        if (!task)
            return qn_ctx_fail(ctx, QN_NO_MEMORY, "out of memory");
        task->entry = first;
        task->is_root = task->is_made = false;
        task->base = NULL;
        if (atomic_load_explicit(&work->held, memory_order_relaxed) <
            work->memory_limit) {
            task->base = node;
            qn_pack_indexer_node_retain(node);
        }
        status = qn_parallel_tree_push(ctx, tree, task);
        if (status) {
            release(state, task->base);
            qn_memory_free(task);
        }
    }
    return status;
}

/* A blob that nothing is built on, and too large to be held. */
static enum qn_status hash_large(struct qn_ctx *ctx, struct state *state,
                                 uint32_t i)
{
    struct qn_pack_indexer_work *work = state->work;
    struct qn_pack_indexer_object object = {.entry = i,
                                            .type = QN_OBJECT_BLOB,
                                            .is_large = true,
                                            .size = work->entries[i].size};
    enum qn_status status;

    status = qn_pack_indexer_hash_large(ctx, work, i, &object.id);
    if (status)
        return status;
    record(work, i, QN_OBJECT_BLOB);
    put_id(work, i, &object.id);
    return work->options->object
               ? work->options->object(ctx, work->options->data, &object)
               : QN_OK;
}

/* What hangs under entry `at`, whose content is `node`. */
static enum qn_status push_all(struct qn_ctx *ctx, struct state *state,
                               struct qn_parallel_tree *tree, uint32_t at,
                               struct qn_pack_indexer_node *node,
                               uint32_t *next)
{
    struct qn_pack_indexer_work *work = state->work;
    enum qn_status status;

    status = push_children(ctx, state, tree, work->entries[at].child, at, node,
                           next);
    if (!status && work->ref_count > 0)
        status = push_children(ctx, state, tree, claim_refs(work, at), at, node,
                               next);
    return status;
}

/* One entry; `*next`: the child to go on with, whose base `*node` (owned) is.
 */
static enum qn_status run_entry(struct qn_ctx *ctx, struct state *state,
                                struct qn_parallel_tree *tree, uint32_t at,
                                struct qn_pack_indexer_node **node,
                                uint32_t *next)
{
    struct qn_pack_indexer_work *work = state->work;
    const bool is_new = work->out->types[at] == QN_OBJECT_NONE;
    const bool is_delta = work->entries[at].type >= QN_PACK_ENTRY_OFFSET_DELTA;
    struct qn_pack_indexer_node *base = *node;
    enum qn_status status = qn_ctx_check(ctx);

    *node = NULL;
    if (!status && work->entries[at].type == QN_OBJECT_BLOB && is_new &&
        work->entries[at].size > work->big_file_threshold &&
        work->entries[at].child == QN_PACK_INDEXER_NONE && work->ref_count == 0)
        return hash_large(ctx, state, at);
    if (!status)
        status = base ? make_node(ctx, state, at, base, node)
                      : make_again(ctx, state, at, node);
    release(state, base);
    if (!status && is_new) {
        record(work, at, (*node)->type);
        qn_pack_indexer_node_retain(*node);
        qn_pack_indexer_batch_add(&state->batch, at, is_delta, *node);
        if (is_delta)
            qn_progress_add(ctx, &work->progress, 1);
        /* Ref deltas look for ids: they are needed at once. */
        if (work->ref_count > 0 || qn_pack_indexer_batch_is_full(&state->batch))
            status = hash_batch(ctx, state);
    }
    if (!status)
        status = push_all(ctx, state, tree, at, *node, next);
    return status;
}

static enum qn_status run_task(struct qn_ctx *ctx, void *shared, void *data,
                               struct qn_parallel_tree *tree, void *item)
{
    struct state *state = data;
    struct task *task = item;
    struct qn_pack_indexer_node *node = task->base;
    const bool is_made = task->is_made;
    uint32_t at = task->entry;
    enum qn_status status = QN_OK;

    (void)shared;
    if (!task->is_root)
        qn_memory_free(task);
    if (is_made) {
        uint32_t next = QN_PACK_INDEXER_NONE;

        status = push_all(ctx, state, tree, at, node, &next);
        at = next;
    }
    while (!status && at != QN_PACK_INDEXER_NONE) {
        uint32_t next = QN_PACK_INDEXER_NONE;

        status = run_entry(ctx, state, tree, at, &node, &next);
        at = next;
    }
    release(state, node);
    return status;
}

static void drop_task(void *shared, void *item)
{
    struct qn_pack_indexer_pool pool = {.work = ((struct rest *)shared)->work};
    struct task *task = item;

    qn_pack_indexer_node_release(&pool, task->base);
    qn_pack_indexer_pool_dispose(&pool);
    if (!task->is_root)
        qn_memory_free(task);
}

/* Must this entry be begun with?  Those that were made on the way have to be
 * made again where something that is built on them was not. */
static bool is_root(const struct qn_pack_indexer_work *work, size_t i)
{
    uint32_t child;

    if (work->out->types[i] == QN_OBJECT_NONE)
        return work->entries[i].type < QN_PACK_ENTRY_OFFSET_DELTA;
    if (work->ref_count > 0 && find_refs(work, (uint32_t)i))
        return true;
    for (child = work->entries[i].child; child != QN_PACK_INDEXER_NONE;
         child = work->entries[child].sibling)
        if (work->out->types[child] == QN_OBJECT_NONE)
            return true;
    return false;
}

/* What is left in batches is hashed on the caller's thread. */
static enum qn_status hash_rest(struct qn_ctx *ctx, struct rest *rest,
                                enum qn_status status)
{
    struct qn_pack_indexer_pool pool = {.work = rest->work};
    size_t i;

    for (i = 0; i < rest->count; i++) {
        rest->batches[i].pool = &pool;
        if (!status)
            status = qn_pack_indexer_batch_hash(ctx, &rest->batches[i], put_id,
                                                rest->work);
        qn_pack_indexer_batch_dispose(&rest->batches[i]);
    }
    qn_pack_indexer_pool_dispose(&pool);
    return status;
}

static enum qn_status run_roots(struct qn_ctx *ctx,
                                struct qn_pack_indexer_work *work,
                                struct task *tasks, size_t count)
{
    struct rest rest = {.work = work};
    struct qn_parallel_options options = {
        .thread_count = work->options->thread_count,
        .shared = &rest,
        .state_size = sizeof(struct state),
        .state_init = init_state,
        .state_dispose = dispose_state,
    };
    void **roots = qn_memory_array(ctx, count + 1, sizeof(*roots));
    enum qn_status status = roots ? QN_OK : QN_NO_MEMORY;
    size_t i;

    rest.batches = qn_memory_calloc(
        ctx, (size_t)qn_parallel_thread_count(ctx, &options) + 1,
        sizeof(*rest.batches));
    if (!rest.batches)
        status = QN_NO_MEMORY;
    for (i = 0; i < count && !status; i++)
        roots[i] = &tasks[i];
    if (!status)
        status = qn_parallel_tree_run(ctx, &options, roots, count, run_task,
                                      drop_task);
    else
        for (i = 0; i < count; i++)
            drop_task(&rest, &tasks[i]);
    status = hash_rest(ctx, &rest, status);
    qn_memory_free(rest.batches);
    qn_memory_free(roots);
    return status;
}

enum qn_status qn_pack_indexer_resolve_made(struct qn_ctx *ctx,
                                            struct qn_pack_indexer_work *work,
                                            uint32_t i,
                                            enum qn_object_type type,
                                            struct qn_bytes content)
{
    struct qn_pack_indexer_pool pool = {.work = work};
    struct task task = {.entry = i, .is_root = true, .is_made = true};
    enum qn_status status;

    status = qn_pack_indexer_node_new(ctx, &pool, content.size, &task.base);
    if (status)
        return status;
    task.base->type = type;
    if (content.size > 0)
        memcpy(qn_pack_indexer_node_data(task.base), content.data,
               content.size);
    return run_roots(ctx, work, &task, 1);
}

enum qn_status qn_pack_indexer_resolve(struct qn_ctx *ctx,
                                       struct qn_pack_indexer_work *work,
                                       size_t first)
{
    size_t count = 0, capacity = 0, i;
    struct task *tasks = NULL;
    enum qn_status status = QN_OK;

    for (i = first; i < work->count && !status; i++) {
        if (!is_root(work, i))
            continue;
        status =
            qn_memory_grow(ctx, &tasks, &capacity, count + 1, sizeof(*tasks));
        if (!status)
            tasks[count++] =
                (struct task){.entry = (uint32_t)i, .is_root = true};
    }
    if (!status)
        status = run_roots(ctx, work, tasks, count);
    qn_memory_free(tasks);
    return status;
}
