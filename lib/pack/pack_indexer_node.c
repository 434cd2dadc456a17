/* SPDX-License-Identifier: MIT */
/* Contents: where they live, how they are made, and their hashes. */
#include "pack/pack_indexer_private.h"

#include "base/checked.h"
#include "base/env.h"
#include "base/memory.h"
#include "codec/delta.h"
#include "codec/inflate.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define SMALLEST 8 /* power of two of the smallest class */
#define PIECE    (64u << 10)

static unsigned class_of(size_t size)
{
    unsigned class = 0;

    while (class < QN_PACK_INDEXER_POOL_CLASSES &&
           size > (size_t)1 << (class + SMALLEST))
        class ++;
    return class;
}

enum qn_status qn_pack_indexer_node_new(struct qn_ctx *ctx,
                                        struct qn_pack_indexer_pool *pool,
                                        uint64_t size,
                                        struct qn_pack_indexer_node **out)
{
    size_t limit = qn_ctx_buf_limit(ctx), capacity;
    struct qn_pack_indexer_node *node;
    unsigned class;

    if (size >= SIZE_MAX / 2 || (limit && size > limit))
        return qn_ctx_fail(ctx, QN_TOO_BIG,
                           "an object of %" PRIu64 " bytes is too large", size);
    capacity = (size_t)size + 1;
    class = class_of(capacity);
    node = class < QN_PACK_INDEXER_POOL_CLASSES ? pool->free[class] : NULL;
    if (node) {
        pool->free[class] = node->next;
        pool->size -= node->capacity;
    } else {
        if (class < QN_PACK_INDEXER_POOL_CLASSES)
            capacity = (size_t)1 << (class + SMALLEST);
        node = qn_memory_new(qn_ctx_env(ctx), sizeof(*node) + capacity);
        if (!node)
            return qn_ctx_fail(ctx, QN_NO_MEMORY, "out of memory");
        node->capacity = capacity;
    }
    atomic_init(&node->owners, 1);
    node->type = QN_OBJECT_NONE;
    node->size = (size_t)size;
    node->next = NULL;
    atomic_fetch_add_explicit(&pool->work->held, node->capacity,
                              memory_order_relaxed);
    *out = node;
    return QN_OK;
}

void qn_pack_indexer_node_release(struct qn_pack_indexer_pool *pool,
                                  struct qn_pack_indexer_node *node)
{
    unsigned class;

    if (!node ||
        atomic_fetch_sub_explicit(&node->owners, 1, memory_order_acq_rel) != 1)
        return;
    atomic_fetch_sub_explicit(&pool->work->held, node->capacity,
                              memory_order_relaxed);
    class = class_of(node->capacity);
    if (class == QN_PACK_INDEXER_POOL_CLASSES ||
        pool->size + node->capacity > pool->work->pool_limit) {
        qn_memory_free(node);
        return;
    }
    node->next = pool->free[class];
    pool->free[class] = node;
    pool->size += node->capacity;
}

void qn_pack_indexer_pool_dispose(struct qn_pack_indexer_pool *pool)
{
    unsigned class;

    for (class = 0; class < QN_PACK_INDEXER_POOL_CLASSES; class ++)
        while (pool->free[class]) {
            struct qn_pack_indexer_node *node = pool->free[class];

            pool->free[class] = node->next;
            qn_memory_free(node);
        }
    pool->size = 0;
}

enum qn_status qn_pack_indexer_explain(struct qn_ctx *ctx, uint64_t offset,
                                       struct qn_bytes in, uint64_t size)
{
    int code = qn_inflate_diagnose(ctx, in, size);

    if (code == QN_INFLATE_TRUNCATED)
        return qn_ctx_fail(ctx, QN_CORRUPT, "early EOF");
    return qn_ctx_fail_reason(ctx, QN_CORRUPT, "pack.bad-object", NULL,
                              "pack has bad object at offset %" PRIu64
                              ": inflate returned %d",
                              offset, code);
}

static struct qn_bytes data_of(const struct qn_pack_indexer_work *work,
                               uint32_t i)
{
    uint64_t from = work->entries[i].data_offset;
    uint64_t end = qn_pack_indexer_entry_end(work, i);

    return end > from
               ? qn_bytes_make(work->map.data + from, (size_t)(end - from))
               : qn_bytes_make(work->map.data, 0);
}

enum qn_status qn_pack_indexer_inflate(struct qn_ctx *ctx,
                                       struct qn_pack_indexer_pool *pool,
                                       uint32_t i,
                                       struct qn_pack_indexer_node **out)
{
    const struct qn_pack_indexer_work *work = pool->work;
    const struct qn_pack_indexer_entry *entry = &work->entries[i];
    struct qn_bytes in = data_of(work, i);
    uint64_t offset = work->out->table.offsets[i];
    struct qn_pack_indexer_node *node = NULL;
    enum qn_status status;
    size_t used = 0;

    if (entry->size / 1040 > in.size)
        return qn_pack_indexer_explain(ctx, offset, in, entry->size);
    status = qn_pack_indexer_node_new(ctx, pool, entry->size, &node);
    if (status)
        return status;
    status = qn_inflate_exact(ctx, in, qn_pack_indexer_node_data(node),
                              node->size, &used);
    if (!status && used != in.size)
        status = qn_ctx_fail(ctx, QN_CORRUPT,
                             "pack has bad object at offset %" PRIu64
                             ": bytes are left over",
                             offset);
    else if (status == QN_CORRUPT)
        status = qn_pack_indexer_explain(ctx, offset, in, entry->size);
    if (status) {
        qn_pack_indexer_node_release(pool, node);
        return status;
    }
    if (entry->type < QN_PACK_ENTRY_OFFSET_DELTA)
        node->type = (enum qn_object_type)entry->type;
    *out = node;
    return QN_OK;
}

/* Git tells of deltas that make more or less than they said, or are of no known
 * form; not of those for another base, or without sizes. */
static const char wild[] = "delta replay has gone wild";

static enum qn_status fail_delta(struct qn_ctx *ctx, uint64_t offset,
                                 const char *what)
{
    if (what)
        qn_ctx_report(ctx, QN_REPORT_ERROR, "pack.bad-delta", "%s", what);
    return qn_ctx_fail_reason(ctx, QN_CORRUPT, "pack.bad-delta", NULL,
                              "pack has bad object at offset %" PRIu64
                              ": failed to apply delta",
                              offset);
}

enum qn_status
qn_pack_indexer_apply(struct qn_ctx *ctx, struct qn_pack_indexer_pool *pool,
                      uint64_t offset, struct qn_pack_indexer_node *base,
                      struct qn_bytes delta, struct qn_pack_indexer_node **out)
{
    struct qn_pack_indexer_node *node = NULL;
    struct qn_buf made = QN_BUF_INIT;
    uint64_t base_size, size;
    enum qn_status status;

    if (qn_delta_sizes(ctx, delta, &base_size, &size) != QN_OK ||
        base_size != base->size)
        return fail_delta(ctx, offset, NULL);
    /* An instruction makes no more than 16 MiB. */
    if (size >> 24 > delta.size)
        return fail_delta(ctx, offset, wild);
    status = qn_pack_indexer_node_new(ctx, pool, size, &node);
    if (status)
        return status;
    made.data = qn_pack_indexer_node_data(node);
    made.capacity = node->capacity;
    made.data[0] = '\0';
    status =
        qn_delta_apply(ctx, qn_pack_indexer_node_bytes(base), delta, &made);
    if (status) {
        qn_pack_indexer_node_release(pool, node);
        if (status == QN_CORRUPT)
            return fail_delta(ctx, offset,
                              strcmp(qn_ctx_reason(ctx), "delta.reserved") == 0
                                  ? "unexpected delta opcode 0"
                                  : wild);
        return status;
    }
    node->type = base->type;
    *out = node;
    return QN_OK;
}

enum qn_status qn_pack_indexer_batch_init(struct qn_ctx *ctx,
                                          struct qn_pack_indexer_batch *batch,
                                          struct qn_pack_indexer_pool *pool)
{
    const size_t count = QN_PACK_INDEXER_BATCH_COUNT + 1;

    batch->pool = pool;
    batch->jobs = qn_memory_array(ctx, count, sizeof(*batch->jobs));
    batch->nodes = qn_memory_array(ctx, count, sizeof(*batch->nodes));
    batch->entries = qn_memory_array(ctx, count, sizeof(*batch->entries));
    batch->is_delta = qn_memory_array(ctx, count, 1);
    return batch->jobs && batch->nodes && batch->entries && batch->is_delta
               ? QN_OK
               : QN_NO_MEMORY;
}

void qn_pack_indexer_batch_clear(struct qn_pack_indexer_batch *batch)
{
    size_t i;

    for (i = 0; i < batch->count; i++)
        qn_pack_indexer_node_release(batch->pool, batch->nodes[i]);
    batch->count = batch->size = 0;
}

void qn_pack_indexer_batch_dispose(struct qn_pack_indexer_batch *batch)
{
    qn_pack_indexer_batch_clear(batch);
    qn_memory_free(batch->jobs);
    qn_memory_free(batch->nodes);
    qn_memory_free(batch->entries);
    qn_memory_free(batch->is_delta);
    memset(batch, 0, sizeof(*batch));
}

void qn_pack_indexer_batch_add(struct qn_pack_indexer_batch *batch,
                               uint32_t entry, bool is_delta,
                               struct qn_pack_indexer_node *node)
{
    struct qn_hash_job *job = &batch->jobs[batch->count];

    memset(job, 0, offsetof(struct qn_hash_job, id));
    job->prefix_size =
        (uint32_t)snprintf((char *)job->prefix, sizeof(job->prefix), "%s %zu",
                           qn_object_type_name(node->type), node->size) +
        1;
    job->data = qn_pack_indexer_node_bytes(node);
    batch->nodes[batch->count] = node;
    batch->is_delta[batch->count] = is_delta;
    batch->entries[batch->count++] = entry;
    batch->size += node->size;
}

static int compare_jobs(const void *a, const void *b)
{
    const struct qn_hash_job *one = a, *two = b;

    if (one->data.size != two->data.size) /* the longest first */
        return one->data.size > two->data.size ? -1 : 1;
    return 0;
}

enum qn_status qn_pack_indexer_batch_hash(
    struct qn_ctx *ctx, struct qn_pack_indexer_batch *batch,
    void (*put)(void *data, uint32_t entry, const struct qn_id *id), void *data)
{
    struct qn_pack_indexer_work *work = batch->pool->work;
    const struct qn_pack_indexer_options *options = work->options;
    enum qn_status status = QN_OK;
    size_t i;

    if (batch->count == 0)
        return QN_OK;
    /* A job keeps its place behind its prefix, which is shorter. */
    for (i = 0; i < batch->count; i++)
        batch->jobs[i].prefix[sizeof(batch->jobs[i].prefix) - 1] = (uint8_t)i;
    qsort(batch->jobs, batch->count, sizeof(*batch->jobs), compare_jobs);
    qn_hash_many(options->algorithm, batch->jobs, batch->count);
    for (i = 0; i < batch->count; i++) {
        struct qn_hash_job *job = &batch->jobs[i];
        size_t at = job->prefix[sizeof(job->prefix) - 1];
        struct qn_pack_indexer_node *node = batch->nodes[at];

        job->id.algorithm = options->algorithm;
        if (job->collision)
            atomic_fetch_add(&work->collisions, 1);
        put(data, batch->entries[at], &job->id);
        if (!status && options->object) {
            struct qn_pack_indexer_object object = {
                .id = job->id,
                .entry = batch->entries[at],
                .type = node->type,
                .is_delta = batch->is_delta[at] != 0,
                .size = node->size,
                .content = qn_pack_indexer_node_bytes(node)};

            status = options->object(ctx, options->data, &object);
        }
    }
    qn_pack_indexer_batch_clear(batch);
    return status;
}

enum qn_status
qn_pack_indexer_hash_large(struct qn_ctx *ctx,
                           const struct qn_pack_indexer_work *work, uint32_t i,
                           struct qn_id *id)
{
    const struct qn_pack_indexer_entry *entry = &work->entries[i];
    struct qn_bytes in = data_of(work, i), rest = in;
    struct qn_inflate_stream *stream = NULL;
    uint8_t *piece = qn_memory_array(ctx, PIECE, 1);
    uint64_t left = entry->size;
    struct qn_hash hash;
    char header[32];
    enum qn_status status = piece ? QN_OK : QN_NO_MEMORY;
    bool is_end = false;
    size_t used = 1;

    qn_hash_init(&hash, work->options->algorithm);
    qn_hash_update(
        &hash, header,
        (size_t)snprintf(header, sizeof(header), "%s %" PRIu64,
                         qn_object_type_name((enum qn_object_type)entry->type),
                         entry->size) +
            1);
    if (!status)
        status = qn_inflate_stream_new(ctx, &stream);
    while (!status && !is_end && used > 0) {
        status = qn_ctx_check(ctx);
        if (!status)
            status = qn_inflate_stream_next(ctx, stream, &rest, piece, PIECE,
                                            &used, &is_end);
        if (!status && used > left)
            status = qn_ctx_fail(ctx, QN_CORRUPT, "too long");
        if (!status)
            qn_hash_update(&hash, piece, used);
        left -= used < left ? used : left;
    }
    if ((!status && (!is_end || left > 0 || rest.size > 0)) ||
        status == QN_CORRUPT)
        status = qn_pack_indexer_explain(ctx, work->out->table.offsets[i], in,
                                         entry->size);
    if (!status)
        status = qn_hash_final(ctx, &hash, id);
    qn_inflate_stream_free(stream);
    qn_memory_free(piece);
    return status;
}
