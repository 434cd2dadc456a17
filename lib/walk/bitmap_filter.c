/* SPDX-License-Identifier: MIT */
/* Filters over sets: those that ask for nothing but types and sizes. */
#include "base/memory.h"
#include "object/commit.h"
#include "walk/bitmap_walk_private.h"

struct filtering {
    struct qn_bitmap_walk *walk;
    uint64_t *stays;      /* what was wanted by name */
    uint8_t *others_stay; /* the same, beside the walk's others */
    uint64_t *type;       /* room for a type's set */
};

bool qn_bitmap_walk_can_filter(const struct qn_filter_spec *spec)
{
    size_t i;

    for (i = 0; i < spec->count; i++)
        switch (spec->parts[i].kind) {
        case QN_FILTER_BLOB_NONE:
        case QN_FILTER_BLOB_LIMIT:
        case QN_FILTER_OBJECT_TYPE:
            break;
        case QN_FILTER_TREE_DEPTH:
            if (spec->parts[i].number == 0)
                break;
            return false;
        default:
            return false;
        }
    return true;
}

static void keep_one(struct filtering *f, const struct qn_id *id)
{
    const struct qn_bit_order *order = &f->walk->bitmaps.order;
    uint32_t at = qn_bit_order_find(order, id->bytes);

    if (at != QN_BIT_ORDER_NONE) {
        f->stays[order->ranks[at] / 64] |= (uint64_t)1
                                           << (order->ranks[at] % 64);
        return;
    }
    at = qn_id_map_find(&f->walk->others, id);
    if (at != QN_ID_MAP_NONE)
        f->others_stay[at] = 1;
}

/* What a tag that was named is of stays, too. */
static enum qn_status keep_wants(struct qn_ctx *ctx, struct filtering *f)
{
    struct qn_bitmap_walk *walk = f->walk;
    enum qn_status status = QN_OK;
    struct qn_odb_info info;
    struct qn_tag tag;
    size_t i;

    for (i = 0; i < walk->want_count && !status; i++) {
        struct qn_id id = walk->wants[i];

        keep_one(f, &id);
        while (!(status = qn_odb_read_info(ctx, walk->odb, &id,
                                           QN_ODB_WANT_TYPE, &info)) &&
               info.type == QN_OBJECT_TAG) {
            status = qn_odb_read(ctx, walk->odb, &id, &walk->object);
            if (!status)
                status = qn_tag_parse(ctx, qn_object_bytes(&walk->object),
                                      id.algorithm, &tag);
            if (status)
                break;
            id = tag.object;
            keep_one(f, &id);
        }
    }
    return status;
}

static void fill_type(const struct filtering *f, enum qn_object_type type)
{
    enum qn_pack_bitmap_type kind =
        type == QN_OBJECT_COMMIT ? QN_PACK_BITMAP_COMMITS
        : type == QN_OBJECT_TREE ? QN_PACK_BITMAP_TREES
        : type == QN_OBJECT_BLOB ? QN_PACK_BITMAP_BLOBS
                                 : QN_PACK_BITMAP_TAGS;

    memset(f->type, 0, f->walk->words * sizeof(uint64_t));
    qn_bitmap_set_type(&f->walk->bitmaps, kind, f->type);
}

static void drop_type(struct filtering *f, enum qn_object_type type)
{
    struct qn_bitmap_walk *walk = f->walk;
    size_t i;

    fill_type(f, type);
    for (i = 0; i < walk->words; i++)
        walk->set[i] &= ~(f->type[i] & ~f->stays[i]);
    for (i = 0; i < walk->others.count && i < walk->other_set_capacity; i++)
        if (walk->other_types[i] == (uint8_t)type && !f->others_stay[i])
            walk->other_set[i] = 0;
}

static enum qn_status is_large(struct qn_ctx *ctx, const struct filtering *f,
                               const struct qn_id *id, uint64_t limit,
                               bool *out)
{
    struct qn_odb_info info;
    enum qn_status status =
        qn_odb_read_info(ctx, f->walk->odb, id, QN_ODB_WANT_SIZE, &info);

    *out = !status && info.size >= limit;
    return status;
}

static enum qn_status drop_large(struct qn_ctx *ctx, struct filtering *f,
                                 uint64_t limit)
{
    struct qn_bitmap_walk *walk = f->walk;
    const struct qn_bit_order *order = &walk->bitmaps.order;
    enum qn_status status = QN_OK;
    struct qn_id id;
    bool large;
    uint32_t i;

    fill_type(f, QN_OBJECT_BLOB);
    for (i = 0; i < order->count && !status; i++) {
        uint64_t mask = (uint64_t)1 << (i % 64);

        if (!(walk->set[i / 64] & f->type[i / 64] & ~f->stays[i / 64] & mask))
            continue;
        qn_id_from_row(
            &id, order->algorithm,
            qn_bit_order_row(order, qn_bit_order_position(order, i)));
        status = is_large(ctx, f, &id, limit, &large);
        if (large)
            walk->set[i / 64] &= ~mask;
    }
    for (i = 0; i < walk->others.count && !status; i++) {
        if (i >= walk->other_set_capacity || !walk->other_set[i] ||
            walk->other_types[i] != QN_OBJECT_BLOB || f->others_stay[i])
            continue;
        qn_id_map_id(&walk->others, i, &id);
        status = is_large(ctx, f, &id, limit, &large);
        if (large)
            walk->other_set[i] = 0;
    }
    return status;
}

static enum qn_status apply(struct qn_ctx *ctx, struct filtering *f,
                            const struct qn_filter_part *part)
{
    static const enum qn_object_type types[] = {
        QN_OBJECT_COMMIT, QN_OBJECT_TREE, QN_OBJECT_BLOB, QN_OBJECT_TAG};
    size_t i;

    switch (part->kind) {
    case QN_FILTER_BLOB_LIMIT:
        return drop_large(ctx, f, part->number);
    case QN_FILTER_BLOB_NONE:
        drop_type(f, QN_OBJECT_BLOB);
        break;
    case QN_FILTER_TREE_DEPTH:
        drop_type(f, QN_OBJECT_TREE);
        drop_type(f, QN_OBJECT_BLOB);
        break;
    default:
        for (i = 0; i < QN_COUNT_OF(types); i++)
            if (types[i] != part->type)
                drop_type(f, types[i]);
        break;
    }
    return QN_OK;
}

enum qn_status qn_bitmap_walk_filter(struct qn_ctx *ctx,
                                     struct qn_bitmap_walk *walk,
                                     const struct qn_filter_spec *spec,
                                     unsigned flags)
{
    struct filtering f = {.walk = walk};
    enum qn_status status = QN_NO_MEMORY;
    size_t i;

    f.stays = qn_memory_calloc(ctx, walk->words + 1, sizeof(*f.stays));
    f.type = qn_memory_calloc(ctx, walk->words + 1, sizeof(*f.type));
    f.others_stay = qn_memory_calloc(ctx, walk->others.count + 1, 1);
    if (f.stays && f.type && f.others_stay)
        status = QN_OK;
    if (!status && !(flags & QN_BITMAP_WALK_FILTER_GIVEN))
        status = keep_wants(ctx, &f);
    for (i = 0; i < spec->count && !status; i++)
        status = apply(ctx, &f, &spec->parts[i]);
    qn_memory_free(f.stays);
    qn_memory_free(f.type);
    qn_memory_free(f.others_stay);
    return status;
}
