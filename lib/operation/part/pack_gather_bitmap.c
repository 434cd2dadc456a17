/* SPDX-License-Identifier: MIT */
/* What revisions reach, by the sets of a pack's bitmap instead of a walk; and
 * how much of that pack can go over as it is. */
#include "operation/part/pack_gather.h"

#include "base/memory.h"
#include "object/filter_spec.h"
#include "operation/part/pack_bases.h"
#include "pack/pack_entry.h"
#include "pack/pack_reader.h"
#include "walk/bitmap_walk.h"
#include "walk/grafts.h"

/* Fewer objects of the front are not worth a rule of their own. */
#define FRONT_LEAST 64

enum qn_status qn_pack_gather_has_grafts(struct qn_ctx *ctx,
                                         const struct qn_pack_gather *gather,
                                         bool *out)
{
    struct qn_grafts grafts;
    enum qn_status status;

    qn_grafts_init(&grafts, gather->list->ids.algorithm);
    status =
        qn_grafts_load(ctx, &grafts, gather->scope->repo, gather->scope->odb);
    *out = grafts.is_shallow || grafts.ids.count > 0;
    qn_grafts_dispose(&grafts);
    return status;
}

static bool is_for_sets(const struct qn_pack_gather *gather,
                        const struct qn_revision_args *args)
{
    if (gather->indexed || gather->unpacked || gather->excludes_promised ||
        gather->missing != QN_PACK_GATHER_ERROR || gather->keeps_true_parents ||
        gather->unreachable != QN_PACK_GATHER_NONE ||
        (gather->filter && !qn_bitmap_walk_can_filter(gather->filter)))
        return false;
    return args->count > 0;
}

/* The packs whose fronts can go over: those of the top of the chain, or the
 * one. */
struct fronts {
    struct qn_pack_gather *gather;
    const struct qn_bitmap_walk *walk;
    const struct qn_bit_order *order;
};

/* Is the i-th object of the pack, in its order, wanted from this pack? */
static bool is_wanted(const struct fronts *fronts,
                      const struct qn_pack_file *pack, uint32_t i,
                      uint32_t *bit)
{
    uint32_t position = qn_pack_reverse_position(&pack->reverse, i);
    uint64_t offset = 0;

    if (fronts->order->index)
        return qn_bitmap_walk_has(fronts->walk, *bit = i);
    position = qn_bit_order_find(fronts->order,
                                 qn_pack_index_row(&pack->index, position));
    if (position == QN_BIT_ORDER_NONE)
        return false;
    *bit = fronts->order->ranks[position];
    return qn_bit_order_locate(fronts->order, position, &offset) == pack &&
           qn_bitmap_walk_has(fronts->walk, *bit);
}

static uint64_t place_of(const struct qn_pack_file *pack, uint32_t i)
{
    return i < pack->reverse.count
               ? qn_pack_index_offset(
                     &pack->index, qn_pack_reverse_position(&pack->reverse, i))
               : pack->data_end;
}

/* So many objects from the first on are all wanted, and have their bases among
 * them; bases named by offset lie before them. */
static uint32_t measure_front(const struct fronts *fronts,
                              const struct qn_pack_file *pack)
{
    uint32_t count = 0, i, bit;
    uint64_t last = 0;

    while (count < pack->reverse.count && is_wanted(fronts, pack, count, &bit))
        count++;
    for (i = 0; i < count; i++) {
        uint64_t offset = place_of(pack, i);
        unsigned type;

        if (offset < QN_PACK_FILE_HEADER_SIZE || offset >= pack->data_end ||
            offset <= last || (i == 0 && offset != QN_PACK_FILE_HEADER_SIZE))
            break;
        type = pack->data.data[offset] >> 4 & 7;
        if (type == QN_PACK_ENTRY_REF_DELTA && count < pack->reverse.count)
            break;
        last = offset;
    }
    /* Where the last one ends is another's word. */
    if (i > 0 &&
        (place_of(pack, i) <= last || place_of(pack, i) > pack->data_end))
        i--;
    return i < FRONT_LEAST ? 0 : i;
}

static enum qn_status add_other(struct qn_ctx *ctx, void *data,
                                const struct qn_id *id,
                                enum qn_object_type type)
{
    struct qn_pack_list_add add = {.row = id->bytes, .type = type};

    return qn_pack_gather_add(ctx, data, &add);
}

static enum qn_status add_rest(struct qn_ctx *ctx,
                               struct qn_pack_gather *gather,
                               const struct qn_bitmap_walk *walk,
                               const uint64_t *done)
{
    const struct qn_bit_order *order = &qn_bitmap_walk_bitmaps(walk)->order;
    struct qn_pack_list *list = gather->list;
    uint32_t count = order->count, i, number;
    uint8_t *types = qn_memory_array(ctx, (size_t)count + 1, 1);
    enum qn_status status = types ? QN_OK : QN_NO_MEMORY;

    if (!status)
        qn_bitmap_walk_types(walk, types);
    for (i = 0; i < count && !status; i++) {
        struct qn_pack_list_add add = {.row = NULL};

        if (!qn_bitmap_walk_has(walk, i) || done[i / 64] >> (i % 64) & 1)
            continue;
        add.row = qn_bit_order_row(order, qn_bit_order_position(order, i));
        add.type = (enum qn_object_type)types[i];
        status = qn_pack_gather_add(ctx, gather, &add);
        number =
            status ? QN_ID_MAP_NONE : qn_id_map_find_row(&list->ids, add.row);
        if (number != QN_ID_MAP_NONE)
            list->entries[number].name_hash = qn_bitmap_walk_name_hash(walk, i);
    }
    qn_memory_free(types);
    number = (uint32_t)qn_pack_list_count(list);
    if (!status)
        status = qn_bitmap_walk_others(ctx, walk, add_other, gather);
    return status ? status : qn_pack_names_from(ctx, gather, number);
}

/* As much of the pack as can go over as it is; its objects are in `done`. */
static enum qn_status take_front(struct qn_ctx *ctx,
                                 const struct fronts *fronts,
                                 struct qn_pack_file *pack, uint64_t *done)
{
    struct qn_pack_gather *gather = fronts->gather;
    struct qn_pack_list_front front = {.pack = pack};
    enum qn_status status = qn_pack_file_open_reverse(ctx, pack);
    uint32_t i, bit = 0;

    if (!status)
        status = qn_pack_file_open_data(ctx, pack);
    if (status)
        return status;
    front.count = measure_front(fronts, pack);
    if (front.count == 0)
        return QN_OK;
    front.end = place_of(pack, front.count);
    for (i = 0; i < front.count; i++)
        if (is_wanted(fronts, pack, i, &bit))
            done[bit / 64] |= (uint64_t)1 << (bit % 64);
    if (gather->progress)
        qn_progress_add(ctx, gather->progress, front.count);
    return qn_pack_list_add_front(ctx, gather->list, &front);
}

/* Of multi-pack-indexes: the pack that has the first bit, which is the
 * preferred one, or each. */
static enum qn_status take_fronts(struct qn_ctx *ctx,
                                  const struct fronts *fronts, uint64_t *done)
{
    const struct qn_bit_order *order = fronts->order;
    struct qn_pack_file *first = NULL;
    enum qn_status status = QN_OK;
    uint64_t offset;
    size_t i;
    uint32_t k;

    if (order->count > 0)
        first = qn_bit_order_locate(order, qn_bit_order_position(order, 0),
                                    &offset);
    if (first)
        status = take_front(ctx, fronts, first, done);
    if (order->index || !fronts->gather->copies_fronts)
        return status;
    for (i = 0; i < order->layer_count && !status; i++)
        for (k = 0; k < order->layers[i].index->pack_count && !status; k++)
            if (order->layers[i].packs[k] && order->layers[i].packs[k] != first)
                status =
                    take_front(ctx, fronts, order->layers[i].packs[k], done);
    return status;
}

/* ---- thin packs */

/* A stored delta that is longer than this is not copied for a base that is not
 * sent: the versions of the other side, which lie at the same path, are mostly
 * better bases. */
#define COPIED_MAX 16384

/* The bit of what the stored entry of a wanted object builds on. */
static bool find_base_bit(struct qn_ctx *ctx, const struct qn_bit_order *order,
                          uint32_t bit, uint32_t *base)
{
    uint32_t position = qn_bit_order_position(order, bit), i;
    struct qn_pack_entry stored;
    struct qn_pack_file *pack;
    const uint8_t *row;
    uint64_t offset;

    pack = qn_bit_order_locate(order, position, &offset);
    if (!pack || qn_pack_file_open_data(ctx, pack) ||
        qn_pack_file_open_reverse(ctx, pack) ||
        qn_pack_entry_parse(ctx, qn_pack_reader_bytes(pack), pack->algorithm,
                            offset, &stored)) {
        qn_ctx_clear(ctx); /* told of where the object is read */
        return false;
    }
    row = stored.base_id;
    if (!qn_pack_entry_is_delta(&stored) || stored.size > COPIED_MAX)
        return false;
    if (!row) {
        i = qn_pack_reverse_find(&pack->reverse, &pack->index,
                                 stored.base_offset);
        if (i == QN_PACK_INDEX_NONE)
            return false;
        row = qn_pack_index_row(&pack->index,
                                qn_pack_reverse_position(&pack->reverse, i));
    }
    position = qn_bit_order_find(order, row);
    if (position != QN_BIT_ORDER_NONE)
        *base = order->ranks[position];
    return position != QN_BIT_ORDER_NONE;
}

/* Objects that the other side has, and that stored deltas of what it wants
 * build on: such deltas are copied. */
static enum qn_status add_bases(struct qn_ctx *ctx,
                                struct qn_pack_gather *gather,
                                const struct qn_bitmap_walk *walk)
{
    const struct qn_bit_order *order = &qn_bitmap_walk_bitmaps(walk)->order;
    uint8_t *types = qn_memory_array(ctx, (size_t)order->count + 1, 1);
    enum qn_status status = types ? QN_OK : QN_NO_MEMORY;
    uint32_t bit, base = 0, number;
    bool is_new;

    if (!status)
        qn_bitmap_walk_types(walk, types);
    for (bit = 0; bit < order->count && !status; bit++) {
        struct qn_pack_list_add add = {.flags = QN_PACK_LIST_BASE};

        if (!qn_bitmap_walk_has(walk, bit) ||
            !find_base_bit(ctx, order, bit, &base) ||
            !qn_bitmap_walk_had(walk, base))
            continue;
        add.row = qn_bit_order_row(order, qn_bit_order_position(order, base));
        add.type = (enum qn_object_type)types[base];
        status = qn_pack_list_put(ctx, gather->list, &add, &number, &is_new);
        if (!status && is_new)
            gather->list->entries[number].name_hash =
                qn_bitmap_walk_name_hash(walk, base);
    }
    qn_memory_free(types);
    return status;
}

/* What lies at the same paths on the other side, for what is no delta yet. */
static enum qn_status add_edges(struct qn_ctx *ctx,
                                struct qn_pack_gather *gather,
                                const struct qn_revision_args *args)
{
    enum qn_status status = QN_OK;
    size_t i;

    if (gather->list->name_hash_version != 1)
        return QN_OK;
    for (i = 0; i < args->count && !status; i++)
        if (args->tips[i].flags & QN_WALK_UNINTERESTING)
            status = qn_pack_bases_note(ctx, gather, &args->tips[i].id);
    return status ? status : qn_pack_bases_add(ctx, gather);
}

static enum qn_status take_answer(struct qn_ctx *ctx,
                                  struct qn_pack_gather *gather,
                                  const struct qn_revision_args *args,
                                  const struct qn_bitmap_walk *walk)
{
    const struct qn_bitmap_set *bitmaps = qn_bitmap_walk_bitmaps(walk);
    const struct fronts fronts = {gather, walk, &bitmaps->order};
    uint64_t *done = qn_memory_calloc(ctx, bitmaps->words + 1, sizeof(*done));
    enum qn_status status = done ? QN_OK : QN_NO_MEMORY;

    gather->is_of_sets = true;
    if (!status && gather->copies_front &&
        !(gather->uris && gather->uris->protocol_count > 0 &&
          gather->uris->ids.count > 0))
        status = take_fronts(ctx, &fronts, done);
    if (!status)
        status = add_rest(ctx, gather, walk, done);
    if (!status && gather->is_thin)
        status = add_bases(ctx, gather, walk);
    if (!status && gather->is_thin)
        status = add_edges(ctx, gather, args);
    qn_memory_free(done);
    return status;
}

enum qn_status qn_pack_gather_by_bitmap(struct qn_ctx *ctx,
                                        struct qn_pack_gather *gather,
                                        const struct qn_revision_args *args,
                                        bool *is_done)
{
    struct qn_bitmap_walk *walk = NULL;
    enum qn_status status;
    bool grafted = false;
    size_t i;

    if (!is_for_sets(gather, args))
        return QN_OK;
    status = qn_pack_gather_has_grafts(ctx, gather, &grafted);
    if (status || grafted)
        return status;
    status = qn_bitmap_walk_new(ctx, gather->scope->odb, &walk);
    if (status || !walk)
        return status;
    for (i = 0; !status && i < args->count; i++) {
        const struct qn_revision_tip *tip = &args->tips[i];

        status = tip->flags & QN_WALK_UNINTERESTING
                     ? qn_bitmap_walk_have(ctx, walk, &tip->id)
                     : qn_bitmap_walk_want(ctx, walk, &tip->id);
    }
    if (!status)
        status = qn_bitmap_walk_run(ctx, walk);
    if (!status && gather->filter && gather->filter->count > 0)
        status = qn_bitmap_walk_filter(ctx, walk, gather->filter, 0);
    if (!status)
        status = take_answer(ctx, gather, args, walk);
    *is_done = !status;
    qn_bitmap_walk_free(walk);
    return status;
}
