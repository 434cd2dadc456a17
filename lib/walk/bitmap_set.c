/* SPDX-License-Identifier: MIT */
#include "walk/bitmap_set.h"

#include "base/memory.h"
#include "odb/odb_pack.h"

static const uint8_t *layer_sum(const struct qn_multi_pack_index *index)
{
    return index->map.data + index->map.size - index->id_size;
}

/* Told, and done without. */
static enum qn_status forget(struct qn_ctx *ctx, enum qn_status status)
{
    if (status == QN_OK || status == QN_NO_MEMORY)
        return status;
    if (status != QN_NOT_FOUND)
        qn_ctx_report(ctx, QN_REPORT_WARNING, "bitmap.damaged", "%s",
                      qn_ctx_message(ctx));
    qn_ctx_clear(ctx);
    return QN_OK;
}

static enum qn_status make_path(struct qn_ctx *ctx, const char *directory,
                                const struct qn_bit_layer *layer,
                                struct qn_buf *path)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_id id;
    enum qn_status status;

    qn_id_from_row(&id, layer->index->algorithm, layer_sum(layer->index));
    qn_id_to_hex(&id, hex);
    qn_buf_clear(path);
    status = qn_buf_printf(ctx, path,
                           "%s/multi-pack-index.d/multi-pack-index-%s.bitmap",
                           directory, hex);
    if (status || qn_file_exists(qn_buf_string(path)))
        return status;
    qn_buf_clear(path);
    return qn_buf_printf(ctx, path, "%s/multi-pack-index-%s.bitmap", directory,
                         hex);
}

/* Of each layer from the lowest on, until one has none. */
static enum qn_status open_files(struct qn_ctx *ctx, const char *directory,
                                 struct qn_bitmap_set *set)
{
    const struct qn_bit_order *order = &set->order;
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    size_t i;

    set->files = qn_memory_calloc(ctx, order->layer_count, sizeof(*set->files));
    if (!set->files)
        return QN_NO_MEMORY;
    for (i = 0; i < order->layer_count && !status; i++) {
        const struct qn_bit_layer *layer = &order->layers[i];
        struct qn_pack_bitmap_of of = {.algorithm = order->algorithm,
                                       .first = layer->first,
                                       .count =
                                           layer->first + layer->index->count,
                                       .checksum = layer_sum(layer->index)};

        status = make_path(ctx, directory, layer, &path);
        if (!status)
            status = qn_pack_bitmap_open(ctx, qn_buf_string(&path), &of,
                                         &set->files[i]);
        set->file_count += !status;
    }
    qn_buf_dispose(&path);
    return forget(ctx, status);
}

/* Layers that have no bitmaps are as if they were not there. */
static void cut(struct qn_bitmap_set *set)
{
    struct qn_bit_order *order = &set->order;

    while (order->layer_count > set->file_count) {
        struct qn_bit_layer *layer = &order->layers[--order->layer_count];

        if (layer->map.data)
            qn_file_unmap(&layer->map);
        order->count = layer->first;
    }
}

enum qn_status qn_bitmap_set_of_layers(struct qn_ctx *ctx,
                                       const struct qn_bit_layer *layers,
                                       size_t count, const char *directory,
                                       struct qn_bitmap_set *out)
{
    struct qn_bitmap_set set = {.file_count = 0};
    enum qn_status status =
        qn_bit_order_of_layers(ctx, &set.order, layers, count, directory);

    if (!status)
        status = open_files(ctx, directory, &set);
    if (!status && set.file_count > 0) {
        cut(&set);
        set.words = qn_ewah_plain_count(set.order.count);
        status = qn_bit_order_rank(ctx, &set.order);
    }
    status = forget(ctx, status);
    if (status || !set.order.ranks)
        qn_bitmap_set_close(&set);
    *out = set;
    return status;
}

static enum qn_status open_chain(struct qn_ctx *ctx, struct qn_odb_chain *chain,
                                 struct qn_bitmap_set *out)
{
    struct qn_bit_layer *layers =
        qn_memory_calloc(ctx, chain->count, sizeof(*layers));
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status = layers ? QN_OK : QN_NO_MEMORY;
    size_t i;

    for (i = 0; !status && i < chain->count; i++) {
        layers[i].index = &chain->layers[i];
        layers[i].packs = chain->packs[i];
    }
    if (!status)
        status = qn_buf_printf(ctx, &path, "%s/pack", chain->directory);
    if (!status)
        status = qn_bitmap_set_of_layers(ctx, layers, chain->count,
                                         qn_buf_string(&path), out);
    qn_memory_free(layers);
    qn_buf_dispose(&path);
    return status;
}

static enum qn_status open_chains(struct qn_ctx *ctx, struct qn_odb *odb,
                                  struct qn_bitmap_set *out)
{
    enum qn_status status = QN_OK;
    bool is_there = true;
    size_t i;

    for (i = 0; !status && is_there && out->file_count == 0; i++) {
        struct qn_odb_chain chain = {.count = 0};

        status = qn_odb_chain_open(ctx, odb, i, &chain, &is_there);
        if (!status && is_there && chain.count > 0)
            status = open_chain(ctx, &chain, out);
        if (!status && out->file_count > 0)
            out->chain = chain;
        else
            qn_odb_chain_close(&chain);
    }
    return status;
}

/* ---- of a pack */

static enum qn_status open_pack(struct qn_ctx *ctx, struct qn_pack_file *pack,
                                struct qn_bitmap_set *set)
{
    struct qn_buf path = QN_BUF_INIT;
    struct qn_pack_bitmap_of of = {.algorithm = pack->algorithm};
    enum qn_status status;

    status = qn_pack_file_sibling(ctx, pack, ".bitmap", &path);
    if (!status && !qn_file_exists(qn_buf_string(&path)))
        status = qn_ctx_fail(ctx, QN_NOT_FOUND, "there is no %s",
                             qn_buf_string(&path));
    if (!status)
        status = qn_pack_file_open_reverse(ctx, pack);
    if (!status) {
        of.count = pack->index.count;
        of.checksum = qn_pack_index_pack_checksum(&pack->index);
        qn_bit_order_of_pack(&set->order, pack->algorithm, &pack->index,
                             &pack->reverse);
        set->order.pack = qn_pack_file_retain(pack);
        set->files = qn_memory_calloc(ctx, 1, sizeof(*set->files));
        status = set->files ? qn_pack_bitmap_open(ctx, qn_buf_string(&path),
                                                  &of, set->files)
                            : QN_NO_MEMORY;
    }
    if (!status) {
        set->file_count = 1;
        set->words = qn_ewah_plain_count(set->order.count);
        status = qn_bit_order_rank(ctx, &set->order);
    }
    qn_buf_dispose(&path);
    return status;
}

static enum qn_status take_pack(struct qn_ctx *ctx, void *data,
                                struct qn_pack_file *pack)
{
    struct qn_bitmap_set *set = data;
    enum qn_status status = open_pack(ctx, pack, set);

    if (!status)
        return QN_END;
    qn_bitmap_set_close(set);
    return forget(ctx, status);
}

enum qn_status qn_bitmap_set_open(struct qn_ctx *ctx, struct qn_odb *odb,
                                  struct qn_bitmap_set *out)
{
    enum qn_status status;

    memset(out, 0, sizeof(*out));
    status = open_chains(ctx, odb, out);
    if (!status && out->file_count == 0)
        status = qn_odb_pack_each(ctx, odb, take_pack, out);
    if (status)
        qn_bitmap_set_close(out);
    return status;
}

void qn_bitmap_set_close(struct qn_bitmap_set *set)
{
    size_t i;

    for (i = 0; i < set->file_count; i++)
        qn_pack_bitmap_close(&set->files[i]);
    qn_memory_free(set->files);
    if (set->order.pack)
        qn_pack_file_release(set->order.pack);
    qn_bit_order_dispose(&set->order);
    qn_odb_chain_close(&set->chain);
    memset(set, 0, sizeof(*set));
}

/* ---- looking */

const struct qn_pack_bitmap *qn_bitmap_set_find(const struct qn_bitmap_set *set,
                                                uint32_t position,
                                                uint32_t *entry)
{
    size_t i;

    for (i = set->file_count; i > 0; i--) {
        *entry = qn_pack_bitmap_find(&set->files[i - 1], position);
        if (*entry != QN_PACK_BITMAP_NONE)
            return &set->files[i - 1];
    }
    return NULL;
}

void qn_bitmap_set_type(const struct qn_bitmap_set *set,
                        enum qn_pack_bitmap_type type, uint64_t *plain)
{
    size_t i;

    for (i = 0; i < set->file_count; i++)
        qn_ewah_or_into(&set->files[i].types[type], plain,
                        qn_ewah_plain_count(set->files[i].count));
    if (set->order.count % 64) /* a file may lie about what is behind */
        plain[set->words - 1] &= ((uint64_t)1 << (set->order.count % 64)) - 1;
}

uint32_t qn_bitmap_set_hash(const struct qn_bitmap_set *set, uint32_t position)
{
    uint32_t hash = 0;
    size_t i;

    for (i = 0; i < set->file_count && !hash; i++)
        hash = qn_pack_bitmap_hash(&set->files[i], position);
    return hash;
}

void qn_bitmap_set_checksum(const struct qn_bitmap_set *set, size_t i,
                            struct qn_id *out)
{
    qn_id_from_row(out, set->order.algorithm,
                   set->order.index
                       ? qn_pack_index_pack_checksum(set->order.index)
                       : layer_sum(set->order.layers[i].index));
}
