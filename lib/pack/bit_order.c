/* SPDX-License-Identifier: MIT */
#include "pack/bit_order.h"

#include "base/memory.h"

#define REVERSE_MAGIC  0x52494458u /* "RIDX" */
#define REVERSE_HEADER 12

void qn_bit_order_of_pack(struct qn_bit_order *order, uint32_t algorithm,
                          const struct qn_pack_index *index,
                          const struct qn_pack_reverse *reverse)
{
    memset(order, 0, sizeof(*order));
    order->algorithm = algorithm;
    order->count = index->count;
    order->index = index;
    order->reverse = reverse;
}

/* The .rev file of a layer, where its index has no such table. */
static enum qn_status map_reverse(struct qn_ctx *ctx,
                                  struct qn_bit_layer *layer,
                                  const char *directory)
{
    const struct qn_multi_pack_index *index = layer->index;
    const uint8_t *sum = index->map.data + index->map.size - index->id_size;
    size_t tail = 2 * index->id_size;
    struct qn_buf path = QN_BUF_INIT;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_file_map map = {.data = NULL};
    struct qn_id id;
    enum qn_status status;

    qn_id_from_row(&id, index->algorithm, sum);
    status = qn_buf_printf(ctx, &path, "%s/multi-pack-index-%s.rev", directory,
                           qn_id_to_hex(&id, hex));
    if (!status && !qn_file_exists(qn_buf_string(&path)))
        status = qn_ctx_fail(ctx, QN_NOT_FOUND,
                             "multi-pack-index has no order of bits");
    if (!status)
        status = qn_file_map(ctx, qn_buf_string(&path), &map);
    if (!status &&
        (map.size != REVERSE_HEADER + (uint64_t)index->count * 4 + tail ||
         qn_endian_load32(map.data) != REVERSE_MAGIC ||
         qn_endian_load32(map.data + 4) != 1 ||
         qn_endian_load32(map.data + 8) != index->algorithm ||
         memcmp(map.data + map.size - tail, sum, index->id_size) != 0)) {
        qn_file_unmap(&map);
        status =
            qn_ctx_fail(ctx, QN_CORRUPT, "reverse-index file %s is corrupt",
                        qn_buf_string(&path));
    }
    if (!status) {
        layer->map = map;
        layer->reverse = map.data + REVERSE_HEADER;
    }
    qn_buf_dispose(&path);
    return status;
}

enum qn_status qn_bit_order_of_layers(struct qn_ctx *ctx,
                                      struct qn_bit_order *order,
                                      const struct qn_bit_layer *layers,
                                      size_t count, const char *directory)
{
    enum qn_status status = QN_OK;
    uint64_t sum = 0;
    size_t i;

    memset(order, 0, sizeof(*order));
    order->algorithm = layers[0].index->algorithm;
    order->layers = qn_memory_calloc(ctx, count, sizeof(*order->layers));
    if (!order->layers)
        return QN_NO_MEMORY;
    for (i = 0; i < count && !status; i++) {
        struct qn_bit_layer *layer = &order->layers[order->layer_count++];

        layer->index = layers[i].index;
        layer->packs = layers[i].packs;
        layer->first = (uint32_t)sum;
        layer->reverse = layer->index->reverse;
        if (!layer->reverse && directory)
            status = map_reverse(ctx, layer, directory);
        else if (!layer->reverse)
            status = qn_ctx_fail(ctx, QN_NOT_FOUND,
                                 "multi-pack-index has no order of bits");
        sum += layer->index->count;
        if (!status && sum >= QN_BIT_ORDER_NONE)
            status = qn_ctx_fail(ctx, QN_TOO_BIG, "too many objects for bits");
    }
    order->count = (uint32_t)sum;
    if (status)
        qn_bit_order_dispose(order);
    return status;
}

void qn_bit_order_dispose(struct qn_bit_order *order)
{
    size_t i;

    for (i = 0; i < order->layer_count; i++)
        if (order->layers[i].map.data)
            qn_file_unmap(&order->layers[i].map);
    qn_memory_free(order->layers);
    qn_memory_free(order->ranks);
    memset(order, 0, sizeof(*order));
}

const struct qn_bit_layer *qn_bit_order_layer(const struct qn_bit_order *order,
                                              uint32_t position)
{
    size_t i = order->layer_count - 1;

    while (i > 0 && order->layers[i].first > position)
        i--;
    return &order->layers[i];
}

uint32_t qn_bit_order_position(const struct qn_bit_order *order, uint32_t bit)
{
    const struct qn_bit_layer *layer;
    uint32_t position;

    if (order->index)
        return qn_pack_reverse_position(order->reverse, bit);
    layer = qn_bit_order_layer(order, bit);
    position =
        qn_endian_load32(layer->reverse + (size_t)(bit - layer->first) * 4);
    return position >= layer->first &&
                   position - layer->first < layer->index->count
               ? position
               : layer->first;
}

const uint8_t *qn_bit_order_row(const struct qn_bit_order *order,
                                uint32_t position)
{
    const struct qn_bit_layer *layer;

    if (order->index)
        return qn_pack_index_row(order->index, position);
    layer = qn_bit_order_layer(order, position);
    return qn_multi_pack_index_row(layer->index, position - layer->first);
}

uint32_t qn_bit_order_find(const struct qn_bit_order *order, const uint8_t *row)
{
    size_t i;

    if (order->index)
        return qn_pack_index_find(order->index, row);
    for (i = order->layer_count; i > 0; i--) {
        uint32_t position =
            qn_multi_pack_index_find(order->layers[i - 1].index, row);

        if (position != QN_MULTI_PACK_INDEX_NONE)
            return order->layers[i - 1].first + position;
    }
    return QN_BIT_ORDER_NONE;
}

struct qn_pack_file *qn_bit_order_locate(const struct qn_bit_order *order,
                                         uint32_t position, uint64_t *offset)
{
    const struct qn_bit_layer *layer;
    uint32_t pack;

    if (order->index) {
        *offset = qn_pack_index_offset(order->index, position);
        return order->pack;
    }
    layer = qn_bit_order_layer(order, position);
    qn_multi_pack_index_entry(layer->index, position - layer->first, &pack,
                              offset);
    return layer->packs && pack < layer->index->pack_count ? layer->packs[pack]
                                                           : NULL;
}

/* Do the bits of a layer stand for its objects as they lie in the packs, the
 * preferred pack's first?  Each position is in the table then, and once. */
static bool is_ordered(const struct qn_bit_layer *layer)
{
    uint32_t preferred = 0, pack, pack_before = 0, bit;
    uint64_t offset, before = 0;

    for (bit = 0; bit < layer->index->count; bit++) {
        uint32_t position =
            qn_endian_load32(layer->reverse + (size_t)bit * 4) - layer->first;

        if (position >= layer->index->count)
            return false;
        qn_multi_pack_index_entry(layer->index, position, &pack, &offset);
        if (bit == 0)
            preferred = pack;
        pack = pack == preferred ? 0 : pack + 1;
        if (pack < pack_before || (pack == pack_before && offset <= before))
            return false;
        pack_before = pack;
        before = offset;
    }
    return true;
}

enum qn_status qn_bit_order_rank(struct qn_ctx *ctx, struct qn_bit_order *order)
{
    uint32_t *ranks, bit;
    size_t i;

    if (order->ranks)
        return QN_OK;
    for (i = 0; i < order->layer_count; i++)
        if (!is_ordered(&order->layers[i]))
            return qn_ctx_fail(ctx, QN_CORRUPT,
                               "multi-pack-index has a wrong order of bits");
    ranks = qn_memory_array(ctx, (size_t)order->count + 1, sizeof(*ranks));
    if (!ranks)
        return QN_NO_MEMORY;
    if (order->index) /* a pack's order has been looked at */
        for (bit = 0; bit < order->count; bit++)
            ranks[qn_pack_reverse_position(order->reverse, bit)] = bit;
    else
        for (bit = 0; bit < order->count; bit++)
            ranks[qn_bit_order_position(order, bit)] = bit;
    order->ranks = ranks;
    return QN_OK;
}
