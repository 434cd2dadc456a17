/* SPDX-License-Identifier: MIT */
/* From deltas to objects to ids.
 *
 * A task is an entry whose base is made already (or that needs none).  It makes
 * its content, hands it to the worker's batch of contents to be hashed, and
 * goes on with what is built on it: all but the last child become tasks, the
 * last one is next.  A content is counted: it is freed when it was hashed and
 * all its children were made.  The tree of tasks goes deep first, so few are
 * alive.
 */
#include "pack/pack_indexer_private.h"

#include "base/checked.h"
#include "base/env.h"
#include "base/memory.h"
#include "codec/delta.h"
#include "codec/inflate.h"
#include "hash/crc32.h"
#include "hash/hash.h"
#include "os/parallel.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* Contents hashed at once: so many, or so many bytes. */
#define BATCH_COUNT 128
#define BATCH_SIZE  (16u << 20)

struct node {
    atomic_uint owners;
    enum qn_object_type type;
    struct qn_buf data;
};

struct task { /* an entry, and the content it is built on (owned; or NULL) */
    struct node *base;
    uint32_t entry;
};

struct batch {
    struct qn_hash_job *jobs;
    struct node **nodes;
    uint32_t *entries;
    size_t count;
    size_t size;
};

struct state { /* a worker's */
    struct qn_pack_indexer_work *work;
    struct batch batch;
    struct qn_buf delta;
};

static void release(struct node *node)
{
    if (node && atomic_fetch_sub_explicit(&node->owners, 1,
                                          memory_order_acq_rel) == 1) {
        qn_buf_dispose(&node->data);
        qn_memory_free(node);
    }
}

static enum qn_status init_state(struct qn_ctx *ctx, void *shared, void *data)
{
    struct state *state = data;

    state->work = shared;
    state->batch.jobs =
        qn_memory_array(ctx, BATCH_COUNT, sizeof(*state->batch.jobs));
    state->batch.nodes =
        qn_memory_array(ctx, BATCH_COUNT, sizeof(*state->batch.nodes));
    state->batch.entries =
        qn_memory_array(ctx, BATCH_COUNT, sizeof(*state->batch.entries));
    return state->batch.jobs && state->batch.nodes && state->batch.entries
               ? QN_OK
               : QN_NO_MEMORY;
}

static int compare_jobs(const void *a, const void *b)
{
    const struct qn_hash_job *one = a, *two = b;

    if (one->data.size != two->data.size) /* the longest first */
        return one->data.size > two->data.size ? -1 : 1;
    return 0;
}

static void hash_batch(struct qn_pack_indexer_work *work, struct batch *batch)
{
    size_t id_size = qn_id_size(work->options->algorithm), i;

    if (batch->count == 0)
        return;
    /* A job finds its entry by the id's place, which it has not got yet. */
    for (i = 0; i < batch->count; i++)
        batch->jobs[i].id.algorithm = batch->entries[i];
    qsort(batch->jobs, batch->count, sizeof(*batch->jobs), compare_jobs);
    for (i = 0; i < batch->count; i++)
        batch->entries[i] = batch->jobs[i].id.algorithm;
    qn_hash_many(work->options->algorithm, batch->jobs, batch->count);
    for (i = 0; i < batch->count; i++) {
        uint32_t entry = batch->entries[i];

        memcpy(work->out->table.rows + (size_t)entry * id_size,
               batch->jobs[i].id.bytes, id_size);
        if (batch->jobs[i].collision)
            atomic_fetch_add(&work->collisions, 1);
    }
    for (i = 0; i < batch->count; i++)
        release(batch->nodes[i]);
    batch->count = batch->size = 0;
}

static void dispose_state(void *shared, void *data)
{
    struct state *state = data;
    size_t i;

    if (state->batch.jobs && state->batch.nodes && state->batch.entries)
        hash_batch(shared, &state->batch);
    for (i = 0; i < state->batch.count; i++)
        release(state->batch.nodes[i]);
    qn_memory_free(state->batch.jobs);
    qn_memory_free(state->batch.nodes);
    qn_memory_free(state->batch.entries);
    qn_buf_dispose(&state->delta);
}

static void fill_job(struct qn_hash_job *job, const struct node *node)
{
    memset(job, 0, offsetof(struct qn_hash_job, id));
    job->prefix_size =
        (uint32_t)snprintf((char *)job->prefix, sizeof(job->prefix), "%s %zu",
                           qn_object_type_name(node->type), node->data.size) +
        1;
    job->data = qn_buf_bytes(&node->data);
}

/* Hash one content by and by; takes over one owner. */
static void add_to_batch(struct state *state, uint32_t entry, struct node *node)
{
    struct batch *batch = &state->batch;

    fill_job(&batch->jobs[batch->count], node);
    batch->nodes[batch->count] = node;
    batch->entries[batch->count++] = entry;
    batch->size += node->data.size;
    /* Ref deltas look for ids: they are needed at once. */
    if (batch->count == BATCH_COUNT || batch->size > BATCH_SIZE ||
        state->work->ref_count > 0)
        hash_batch(state->work, batch);
}

static enum qn_status inflate(struct qn_ctx *ctx,
                              const struct qn_pack_indexer_work *work,
                              uint32_t i, struct qn_buf *out)
{
    const struct qn_pack_indexer_entry *entry = &work->entries[i];
    uint64_t end = qn_pack_indexer_end(work, i);
    struct qn_bytes in = qn_bytes_make(work->map.data + entry->data_offset,
                                       (size_t)(end - entry->data_offset));
    enum qn_status status;
    size_t size, used = 0;

    if (end <= entry->data_offset || !qn_checked_to_size(entry->size, &size) ||
        size / 1040 > in.size)
        return qn_ctx_fail(ctx, QN_CORRUPT,
                           "entry at offset %" PRIu64 " claims %" PRIu64
                           " bytes",
                           work->out->table.offsets[i], entry->size);
    qn_buf_clear(out);
    status = qn_buf_reserve(ctx, out, size);
    if (!status)
        status = qn_inflate_exact(ctx, in, out->data, size, &used);
    if (!status && used != in.size)
        status = qn_ctx_fail(ctx, QN_CORRUPT, "bytes are left over");
    if (status == QN_CORRUPT)
        return qn_ctx_where(ctx, "pack has bad object at offset %" PRIu64,
                            work->out->table.offsets[i]);
    if (!status)
        out->size = size;
    return status;
}

static enum qn_status make_node(struct qn_ctx *ctx, struct state *state,
                                uint32_t i, const struct node *base,
                                struct node **out)
{
    struct qn_pack_indexer_work *work = state->work;
    const struct qn_pack_indexer_entry *entry = &work->entries[i];
    struct node *node = qn_memory_calloc(ctx, 1, sizeof(*node));
    enum qn_status status;

    if (!node)
        return QN_NO_MEMORY;
    atomic_init(&node->owners, 1);
    if (!base) {
        node->type = (enum qn_object_type)entry->type;
        status = inflate(ctx, work, i, &node->data);
    } else {
        node->type = base->type;
        status = inflate(ctx, work, i, &state->delta);
        if (!status)
            status = qn_delta_apply(ctx, qn_buf_bytes(&base->data),
                                    qn_buf_bytes(&state->delta), &node->data);
        if (status == QN_CORRUPT)
            qn_ctx_where(ctx, "pack has bad delta at offset %" PRIu64,
                         work->out->table.offsets[i]);
    }
    if (status)
        release(node);
    else
        *out = node;
    return status;
}

static void record(struct qn_pack_indexer_work *work, uint32_t i,
                   enum qn_object_type type)
{
    uint64_t offset = work->out->table.offsets[i];

    work->out->types[i] = (uint8_t)type;
    work->out->table.crcs[i] =
        qn_crc32(0, work->map.data + offset,
                 (size_t)(qn_pack_indexer_end(work, i) - offset));
}

/* The ref deltas that wait for entry `i`; NONE when there are none, or another
 * copy of the same object has got them. */
static uint32_t claim_refs(struct qn_pack_indexer_work *work, uint32_t i)
{
    size_t id_size = qn_id_size(work->options->algorithm);
    const uint8_t *row = work->out->table.rows + (size_t)i * id_size;
    size_t low = 0, high = work->ref_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        struct qn_pack_indexer_ref *ref = &work->refs[middle];
        int order = memcmp(ref->row, row, id_size);

        if (order == 0)
            return atomic_exchange(&ref->is_claimed, true)
                       ? QN_PACK_INDEXER_NONE
                       : ref->first;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return QN_PACK_INDEXER_NONE;
}

/* Push the chain of siblings from `first` on; `*last` is left out. */
static enum qn_status push_children(struct qn_ctx *ctx, struct state *state,
                                    struct qn_parallel_tree *tree,
                                    uint32_t first, struct node *node,
                                    uint32_t *last)
{
    enum qn_status status = QN_OK;

    while (!status && first != QN_PACK_INDEXER_NONE) {
        struct task *task;

        if (*last == QN_PACK_INDEXER_NONE) {
            *last = first;
            first = state->work->entries[first].sibling;
            continue;
        }
        task = qn_memory_new(qn_ctx_env(ctx), sizeof(*task));
        if (!task)
            return qn_ctx_fail(ctx, QN_NO_MEMORY, "out of memory");
        task->entry = first;
        task->base = node;
        atomic_fetch_add_explicit(&node->owners, 1, memory_order_relaxed);
        status = qn_parallel_tree_push(ctx, tree, task);
        if (status) {
            release(node);
            qn_memory_free(task);
        }
        first = state->work->entries[first].sibling;
    }
    return status;
}

static enum qn_status run_task(struct qn_ctx *ctx, void *shared, void *data,
                               struct qn_parallel_tree *tree, void *item)
{
    struct qn_pack_indexer_work *work = shared;
    struct state *state = data;
    struct task *task = item;
    struct node *base = task->base, *node = NULL;
    enum qn_status status = QN_OK;
    uint32_t at = task->entry;

    if (base) /* the others are in an array of roots */
        qn_memory_free(task);
    while (!status && at != QN_PACK_INDEXER_NONE) {
        uint32_t next = QN_PACK_INDEXER_NONE;

        status = qn_ctx_check(ctx);
        if (!status)
            status = make_node(ctx, state, at, base, &node);
        release(base);
        base = NULL;
        if (status)
            break;
        record(work, at, node->type);
        if (work->options->object)
            status =
                work->options->object(ctx, work->options->data, at, node->type,
                                      qn_buf_bytes(&node->data));
        if (status) {
            release(node);
            break;
        }
        atomic_fetch_add_explicit(&node->owners, 1, memory_order_relaxed);
        add_to_batch(state, at, node);
        status = push_children(ctx, state, tree, work->entries[at].child, node,
                               &next);
        if (!status && work->ref_count > 0)
            status = push_children(ctx, state, tree, claim_refs(work, at), node,
                                   &next);
        base = node;
        at = next;
    }
    release(base);
    return status;
}

static void drop_task(void *shared, void *item)
{
    struct task *task = item;

    (void)shared;
    if (task->base) {
        release(task->base);
        qn_memory_free(task);
    }
}

enum qn_status qn_pack_indexer_resolve(struct qn_ctx *ctx,
                                       struct qn_pack_indexer_work *work,
                                       size_t first)
{
    struct qn_parallel_options options = {
        .thread_count = work->options->thread_count,
        .shared = work,
        .state_size = sizeof(struct state),
        .state_init = init_state,
        .state_dispose = dispose_state,
    };
    size_t count = work->count - first, root_count = 0, i;
    struct task *tasks = qn_memory_calloc(ctx, count + 1, sizeof(*tasks));
    void **roots =
        tasks ? qn_memory_array(ctx, count + 1, sizeof(*roots)) : NULL;
    enum qn_status status;

    if (!roots) {
        qn_memory_free(tasks);
        return QN_NO_MEMORY;
    }
    for (i = first; i < work->count; i++) {
        if (work->entries[i].type >= QN_PACK_ENTRY_OFFSET_DELTA)
            continue;
        tasks[root_count].entry = (uint32_t)i;
        roots[root_count] = &tasks[root_count];
        root_count++;
    }
    status = qn_parallel_tree_run(ctx, &options, roots, root_count, run_task,
                                  drop_task);
    qn_memory_free(tasks);
    qn_memory_free(roots);
    return status;
}
