/* SPDX-License-Identifier: MIT */
#include "pack/pack_indexer_later.h"

#include "base/memory.h"
#include "codec/inflate.h"
#include "os/mutex.h"

/* So many bases wait before the first of them is made again, so that all that
 * is built on it has come by then, mostly. */
#define WAITING 64
/* Larger ones are left for the end. */
#define LARGE (8u << 20)

struct qn_pack_indexer_spot { /* a copy of an entry */
    uint64_t offset;
    uint64_t data_offset;
    uint64_t size;
    uint32_t entry;
    uint32_t base;
    uint32_t sibling;
    uint8_t type;
};

struct qn_pack_indexer_frame {
    struct qn_pack_indexer_node *node;
    uint32_t next; /* the next entry that waits for it */
};

struct qn_pack_indexer_later {
    struct qn_pack_indexer_work *work;
    struct qn_pack_indexer_kept *kept;
    struct qn_mutex *mutex;
    int fd;
    uint32_t *roots; /* bases that were made, in the order they were missed */
    size_t first;
    size_t count;
    size_t capacity;
};

enum qn_status qn_pack_indexer_later_new(struct qn_ctx *ctx,
                                         struct qn_pack_indexer_work *work,
                                         struct qn_pack_indexer_kept *kept,
                                         struct qn_pack_indexer_later **out)
{
    struct qn_pack_indexer_later *later =
        qn_memory_calloc(ctx, 1, sizeof(*later));
    enum qn_status status = later ? QN_OK : QN_NO_MEMORY;

    if (status)
        return status;
    later->work = work;
    later->kept = kept;
    later->fd = -1;
    status = qn_mutex_new(ctx, &later->mutex);
    if (!status)
        status = qn_file_open(ctx, work->path, QN_FILE_READ, 0, &later->fd);
    if (status)
        qn_pack_indexer_later_free(later, 0);
    else
        *out = later;
    return status;
}

void qn_pack_indexer_later_free(struct qn_pack_indexer_later *later,
                                size_t count)
{
    size_t i;

    if (!later)
        return;
    for (i = 0; i < count; i++)
        later->work->entries[i].child = later->work->entries[i].sibling =
            QN_PACK_INDEXER_NONE;
    qn_file_close(later->fd);
    qn_mutex_free(later->mutex);
    qn_memory_free(later->roots);
    qn_memory_free(later);
}

void qn_pack_indexer_later_lock(struct qn_pack_indexer_later *later)
{
    qn_mutex_lock(later->mutex);
}

void qn_pack_indexer_later_unlock(struct qn_pack_indexer_later *later)
{
    qn_mutex_unlock(later->mutex);
}

/* Without memory for it, it is left for the end. */
static void push_root(struct qn_ctx *ctx, struct qn_pack_indexer_later *later,
                      uint32_t i)
{
    if (later->first > 4096 && later->first > later->count / 2) {
        memmove(later->roots, later->roots + later->first,
                (later->count - later->first) * sizeof(*later->roots));
        later->count -= later->first;
        later->first = 0;
    }
    if (qn_memory_grow(ctx, &later->roots, &later->capacity, later->count + 1,
                       sizeof(*later->roots)) == QN_OK)
        later->roots[later->count++] = i;
    else
        qn_ctx_clear(ctx);
}

void qn_pack_indexer_later_add(struct qn_ctx *ctx,
                               struct qn_pack_indexer_later *later, uint32_t i)
{
    struct qn_pack_indexer_work *work = later->work;
    struct qn_pack_indexer_entry *entry = &work->entries[i];
    struct qn_pack_indexer_entry *base = &work->entries[entry->base];
    const bool is_first = base->child == QN_PACK_INDEXER_NONE;

    entry->sibling = base->child;
    base->child = i;
    if (is_first && work->out->types[entry->base] != QN_OBJECT_NONE)
        push_root(ctx, later, entry->base);
}

void qn_pack_indexer_later_settle(struct qn_ctx *ctx,
                                  struct qn_pack_indexer_later *later,
                                  uint32_t i)
{
    if (later->work->entries[i].child != QN_PACK_INDEXER_NONE)
        push_root(ctx, later, i);
}

static void copy_spot(const struct qn_pack_indexer_later *later, uint32_t i,
                      struct qn_pack_indexer_spot *out)
{
    const struct qn_pack_indexer_entry *entry = &later->work->entries[i];

    out->offset = later->work->out->table.offsets[i];
    out->data_offset = entry->data_offset;
    out->size = entry->size;
    out->entry = i;
    out->base = entry->base;
    out->sibling = entry->sibling;
    out->type = entry->type;
}

/* Takes away what waits under entry `i`. */
static uint32_t take_children(struct qn_pack_indexer_later *later, uint32_t i)
{
    uint32_t child = later->work->entries[i].child;

    later->work->entries[i].child = QN_PACK_INDEXER_NONE;
    return child;
}

/* The bytes of an entry as they are inflated; QN_CORRUPT quietly. */
static enum qn_status read_spot(struct qn_ctx *ctx,
                                struct qn_pack_indexer_later *later,
                                struct qn_pack_indexer_later_tools *tools,
                                const struct qn_pack_indexer_spot *spot,
                                struct qn_pack_indexer_node **out)
{
    /* What deflate makes of it at most; fewer when it is the end. */
    size_t most = (size_t)(spot->size + spot->size / 1000 + 64), got = 0;
    size_t used = 0;
    struct qn_pack_indexer_node *node = NULL;
    enum qn_status status;

    qn_buf_clear(&tools->bytes);
    status = qn_buf_reserve(ctx, &tools->bytes, most);
    if (!status)
        status = qn_file_read_at(ctx, later->fd, spot->data_offset,
                                 tools->bytes.data, most, &got);
    if (!status)
        status = qn_pack_indexer_node_new(ctx, tools->pool, spot->size, &node);
    if (!status)
        status = qn_inflate_exact(ctx, qn_bytes_make(tools->bytes.data, got),
                                  qn_pack_indexer_node_data(node), node->size,
                                  &used);
    if (status) {
        qn_pack_indexer_node_release(tools->pool, node);
        return status;
    }
    if (spot->type < QN_PACK_ENTRY_OFFSET_DELTA)
        node->type = (enum qn_object_type)spot->type;
    *out = node;
    return QN_OK;
}

static enum qn_status apply_spot(struct qn_ctx *ctx,
                                 struct qn_pack_indexer_later *later,
                                 struct qn_pack_indexer_later_tools *tools,
                                 const struct qn_pack_indexer_spot *spot,
                                 struct qn_pack_indexer_node *base,
                                 struct qn_pack_indexer_node **out)
{
    struct qn_pack_indexer_node *delta = NULL;
    enum qn_status status = read_spot(ctx, later, tools, spot, &delta);

    if (!status)
        status = qn_pack_indexer_apply(ctx, tools->pool, spot->offset, base,
                                       qn_pack_indexer_node_bytes(delta), out);
    qn_pack_indexer_node_release(tools->pool, delta);
    return status;
}

/* The way from entry `i` to a content that is held, or to one that is no delta;
 * QN_END when that is not to be made here. */
static enum qn_status find_chain(struct qn_ctx *ctx,
                                 struct qn_pack_indexer_later *later,
                                 struct qn_pack_indexer_later_tools *tools,
                                 uint32_t i, size_t *count,
                                 struct qn_pack_indexer_node **held)
{
    enum qn_status status = QN_OK;

    *count = 0;
    *held = NULL;
    for (;;) {
        struct qn_pack_indexer_spot *spot;

        *held = qn_pack_indexer_kept_get(later->kept, i);
        if (*held)
            return QN_OK;
        status = qn_memory_grow(ctx, &tools->chain, &tools->chain_capacity,
                                *count + 1, sizeof(*tools->chain));
        if (status)
            return status;
        spot = &tools->chain[(*count)++];
        qn_mutex_lock(later->mutex);
        copy_spot(later, i, spot);
        qn_mutex_unlock(later->mutex);
        if (spot->size > LARGE || spot->type == QN_PACK_ENTRY_REF_DELTA)
            return QN_END;
        if (spot->base == QN_PACK_INDEXER_NONE)
            return spot->type < QN_PACK_ENTRY_OFFSET_DELTA ? QN_OK : QN_END;
        i = spot->base;
    }
}

/* The content of entry `i`, which was made before. */
static enum qn_status make_again(struct qn_ctx *ctx,
                                 struct qn_pack_indexer_later *later,
                                 struct qn_pack_indexer_later_tools *tools,
                                 uint32_t i, struct qn_pack_indexer_node **out)
{
    struct qn_pack_indexer_node *base = NULL, *node = NULL;
    size_t count;
    enum qn_status status = find_chain(ctx, later, tools, i, &count, &base);

    while (count > 0 && !status) {
        const struct qn_pack_indexer_spot *spot = &tools->chain[--count];

        status = base ? apply_spot(ctx, later, tools, spot, base, &node)
                      : read_spot(ctx, later, tools, spot, &node);
        qn_pack_indexer_node_release(tools->pool, base);
        base = status ? NULL : node;
    }
    if (status)
        qn_pack_indexer_node_release(tools->pool, base);
    else
        *out = base;
    return status;
}

static void put_id(void *data, uint32_t entry, const struct qn_id *id)
{
    struct qn_pack_indexer_later *later = data;
    size_t size = qn_id_size(id->algorithm);

    qn_mutex_lock(later->mutex);
    memcpy(later->work->out->table.rows + (size_t)entry * size, id->bytes,
           size);
    qn_mutex_unlock(later->mutex);
}

static enum qn_status hash_batch(struct qn_ctx *ctx,
                                 struct qn_pack_indexer_later *later,
                                 struct qn_pack_indexer_batch *batch)
{
    size_t i;

    qn_mutex_lock(later->mutex);
    for (i = 0; i < batch->count; i++) {
        uint32_t entry = batch->entries[i];

        later->work->out->types[entry] = (uint8_t)batch->nodes[i]->type;
        /* Those that came to wait for it meanwhile. */
        qn_pack_indexer_later_settle(ctx, later, entry);
    }
    qn_mutex_unlock(later->mutex);
    return qn_pack_indexer_batch_hash(ctx, batch, put_id, later);
}

/* Go on with what waits for `node`, of which one owner is taken over. */
static enum qn_status push_frame(struct qn_ctx *ctx,
                                 struct qn_pack_indexer_later_tools *tools,
                                 struct qn_pack_indexer_node *node,
                                 uint32_t children)
{
    enum qn_status status = QN_OK;

    if (children == QN_PACK_INDEXER_NONE) {
        qn_pack_indexer_node_release(tools->pool, node);
        return QN_OK;
    }
    status = qn_memory_grow(ctx, &tools->frames, &tools->frame_capacity,
                            tools->frame_count + 1, sizeof(*tools->frames));
    if (status) {
        qn_pack_indexer_node_release(tools->pool, node);
        return status;
    }
    tools->frames[tools->frame_count++] =
        (struct qn_pack_indexer_frame){.node = node, .next = children};
    return QN_OK;
}

/* The next entry that waits for the topmost content. */
static enum qn_status make_next(struct qn_ctx *ctx,
                                struct qn_pack_indexer_later *later,
                                struct qn_pack_indexer_later_tools *tools)
{
    struct qn_pack_indexer_frame *top = &tools->frames[tools->frame_count - 1];
    struct qn_pack_indexer_node *base = top->node, *node = NULL;
    enum qn_status status = qn_ctx_check(ctx);
    uint32_t children = QN_PACK_INDEXER_NONE;
    struct qn_pack_indexer_spot spot;

    if (status)
        return status;
    qn_mutex_lock(later->mutex);
    copy_spot(later, top->next, &spot);
    qn_mutex_unlock(later->mutex);
    top->next = spot.sibling;
    if (top->next == QN_PACK_INDEXER_NONE)
        tools->frame_count--; /* the last one needs its base no longer */
    else
        qn_pack_indexer_node_retain(base);
    if (spot.size <= LARGE)
        status = apply_spot(ctx, later, tools, &spot, base, &node);
    qn_pack_indexer_node_release(tools->pool, base);
    if (status == QN_CORRUPT || !node) { /* told of at the end */
        qn_ctx_clear(ctx);
        return status == QN_CORRUPT ? QN_OK : status;
    }
    qn_pack_indexer_node_retain(node);
    qn_pack_indexer_batch_add(&tools->batch, spot.entry, true, node);
    qn_mutex_lock(later->mutex);
    /* With too much in memory, what is built on it waits on. */
    if (atomic_load_explicit(&later->work->held, memory_order_relaxed) <
        later->work->memory_limit / 3 * 4)
        children = take_children(later, spot.entry);
    qn_mutex_unlock(later->mutex);
    status = push_frame(ctx, tools, node, children);
    if (!status && qn_pack_indexer_batch_is_full(&tools->batch))
        status = hash_batch(ctx, later, &tools->batch);
    return status;
}

enum qn_status
qn_pack_indexer_later_run(struct qn_ctx *ctx,
                          struct qn_pack_indexer_later *later,
                          struct qn_pack_indexer_later_tools *tools, bool *did)
{
    struct qn_pack_indexer_node *node = NULL;
    uint32_t root = 0, children = QN_PACK_INDEXER_NONE;
    enum qn_status status = QN_OK;

    if (!tools->batch.jobs)
        status = qn_pack_indexer_batch_init(ctx, &tools->batch, tools->pool);
    if (status)
        return status;
    qn_mutex_lock(later->mutex);
    *did = later->count - later->first > WAITING;
    if (*did) {
        root = later->roots[later->first++];
        children = take_children(later, root);
    }
    qn_mutex_unlock(later->mutex);
    if (children == QN_PACK_INDEXER_NONE)
        return QN_OK;
    status = make_again(ctx, later, tools, root, &node);
    if (status == QN_CORRUPT || status == QN_END) { /* at the end, then */
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    if (!status)
        status = push_frame(ctx, tools, node, children);
    while (!status && tools->frame_count > 0)
        status = make_next(ctx, later, tools);
    return status;
}

void qn_pack_indexer_later_tools_dispose(
    struct qn_pack_indexer_later_tools *tools)
{
    while (tools->frame_count > 0)
        qn_pack_indexer_node_release(tools->pool,
                                     tools->frames[--tools->frame_count].node);
    if (tools->batch.pool)
        qn_pack_indexer_batch_dispose(&tools->batch);
    qn_buf_dispose(&tools->bytes);
    qn_memory_free(tools->chain);
    qn_memory_free(tools->frames);
    tools->chain = NULL;
    tools->frames = NULL;
}
