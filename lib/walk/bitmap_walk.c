/* SPDX-License-Identifier: MIT */
#include "walk/bitmap_walk_private.h"

#include "base/memory.h"
#include "object/commit.h"
#include "object/tree.h"

/* ---- opening */

static enum qn_status make_sets(struct qn_ctx *ctx, struct qn_bitmap_walk *walk)
{
    walk->words = walk->bitmaps.words;
    walk->set = qn_memory_calloc(ctx, walk->words + 1, sizeof(uint64_t));
    walk->have_set = qn_memory_calloc(ctx, walk->words + 1, sizeof(uint64_t));
    walk->scratch = qn_memory_array(ctx, walk->words + 1, sizeof(uint64_t));
    return walk->set && walk->have_set && walk->scratch ? QN_OK : QN_NO_MEMORY;
}

enum qn_status qn_bitmap_walk_new_over(struct qn_ctx *ctx, struct qn_odb *odb,
                                       struct qn_bitmap_set *bitmaps,
                                       struct qn_bitmap_walk **out)
{
    struct qn_bitmap_walk *walk = qn_memory_calloc(ctx, 1, sizeof(*walk));
    enum qn_status status;

    if (!walk) {
        qn_bitmap_set_close(bitmaps);
        return QN_NO_MEMORY;
    }
    walk->odb = odb;
    walk->bitmaps = *bitmaps;
    memset(bitmaps, 0, sizeof(*bitmaps));
    qn_id_map_init(&walk->others, qn_odb_algorithm(odb));
    status = make_sets(ctx, walk);
    if (status)
        qn_bitmap_walk_free(walk);
    else
        *out = walk;
    return status;
}

enum qn_status qn_bitmap_walk_new(struct qn_ctx *ctx, struct qn_odb *odb,
                                  struct qn_bitmap_walk **out)
{
    struct qn_bitmap_set bitmaps;
    enum qn_status status = qn_bitmap_set_open(ctx, odb, &bitmaps);

    *out = NULL;
    if (status || bitmaps.file_count == 0)
        return status;
    return qn_bitmap_walk_new_over(ctx, odb, &bitmaps, out);
}

void qn_bitmap_walk_reset(struct qn_bitmap_walk *walk)
{
    walk->want_count = walk->have_count = walk->stack_count = 0;
    memset(walk->set, 0, walk->words * sizeof(uint64_t));
    memset(walk->have_set, 0, walk->words * sizeof(uint64_t));
    qn_id_map_dispose(&walk->others);
    qn_id_map_init(&walk->others, qn_odb_algorithm(walk->odb));
    if (walk->other_set)
        memset(walk->other_set, 0, walk->other_set_capacity);
    if (walk->have_others)
        memset(walk->have_others, 0, walk->have_other_capacity);
}

void qn_bitmap_walk_free(struct qn_bitmap_walk *walk)
{
    if (!walk)
        return;
    qn_bitmap_set_close(&walk->bitmaps);
    qn_id_map_dispose(&walk->others);
    qn_memory_free(walk->other_types);
    qn_memory_free(walk->wants);
    qn_memory_free(walk->haves);
    qn_memory_free(walk->have_set);
    qn_memory_free(walk->set);
    qn_memory_free(walk->scratch);
    qn_memory_free(walk->have_others);
    qn_memory_free(walk->other_set);
    qn_memory_free(walk->stack);
    qn_object_dispose(&walk->object);
    qn_memory_free(walk);
}

static enum qn_status add_id(struct qn_ctx *ctx, struct qn_id **items,
                             size_t *count, size_t *capacity,
                             const struct qn_id *id)
{
    enum qn_status status =
        qn_memory_grow(ctx, items, capacity, *count + 1, sizeof(**items));

    if (!status)
        (*items)[(*count)++] = *id;
    return status;
}

enum qn_status qn_bitmap_walk_want(struct qn_ctx *ctx,
                                   struct qn_bitmap_walk *walk,
                                   const struct qn_id *id)
{
    return add_id(ctx, &walk->wants, &walk->want_count, &walk->want_capacity,
                  id);
}

enum qn_status qn_bitmap_walk_have(struct qn_ctx *ctx,
                                   struct qn_bitmap_walk *walk,
                                   const struct qn_id *id)
{
    return add_id(ctx, &walk->haves, &walk->have_count, &walk->have_capacity,
                  id);
}

/* ---- sets that are being made */

struct filling {
    uint64_t *set;
    uint8_t **others;
    size_t *capacity;
};

/* Put it into the set; `*is_new` false when it is there.  `*position`: of the
 * bitmaps' order, or NONE. */
static enum qn_status see(struct qn_ctx *ctx, struct qn_bitmap_walk *walk,
                          const struct filling *into, const struct qn_id *id,
                          uint32_t *position, bool *is_new)
{
    uint32_t bit, other;
    bool is_added;
    size_t before;
    enum qn_status status = QN_OK;

    *position = qn_bit_order_find(&walk->bitmaps.order, id->bytes);
    if (*position != QN_BIT_ORDER_NONE) {
        bit = walk->bitmaps.order.ranks[*position];
        *is_new = !(into->set[bit / 64] >> (bit % 64) & 1);
        into->set[bit / 64] |= (uint64_t)1 << (bit % 64);
        return QN_OK;
    }
    status = qn_id_map_put(ctx, &walk->others, id, &other, &is_added);
    before = *into->capacity;
    if (!status)
        status = qn_memory_grow(ctx, into->others, into->capacity,
                                (size_t)other + 1, 1);
    if (!status)
        status = qn_memory_grow(ctx, &walk->other_types, &walk->other_capacity,
                                walk->others.count, 1);
    if (status)
        return status;
    if (*into->capacity > before)
        memset(*into->others + before, 0, *into->capacity - before);
    *is_new = !(*into->others)[other];
    (*into->others)[other] = 1;
    return QN_OK;
}

static void set_type(struct qn_bitmap_walk *walk, const struct qn_id *id,
                     enum qn_object_type type)
{
    uint32_t other = qn_id_map_find(&walk->others, id);

    if (other != QN_ID_MAP_NONE)
        walk->other_types[other] = (uint8_t)type;
}

static enum qn_status push(struct qn_ctx *ctx, struct qn_bitmap_walk *walk,
                           const struct qn_id *id)
{
    return add_id(ctx, &walk->stack, &walk->stack_count, &walk->stack_capacity,
                  id);
}

static enum qn_status push_tree(struct qn_ctx *ctx, struct qn_bitmap_walk *walk,
                                const struct filling *into,
                                const struct qn_id *tree)
{
    struct qn_tree_reader reader;
    struct qn_tree_entry entry;
    enum qn_status status = QN_OK;

    qn_tree_reader_init(&reader, qn_object_bytes(&walk->object),
                        tree->algorithm);
    while (!status) {
        uint32_t position;
        bool is_new;
        struct qn_id id;

        status = qn_tree_reader_next(ctx, &reader, &entry);
        if (status)
            break;
        if (qn_mode_is_gitlink(entry.mode))
            continue;
        qn_id_from_row(&id, tree->algorithm, entry.id);
        if (qn_mode_is_tree(entry.mode)) {
            status = push(ctx, walk, &id);
            continue;
        }
        status = see(ctx, walk, into, &id, &position, &is_new);
        if (!status && is_new && position == QN_BIT_ORDER_NONE)
            set_type(walk, &id, QN_OBJECT_BLOB);
    }
    return status == QN_END ? QN_OK : status;
}

static enum qn_status push_links(struct qn_ctx *ctx,
                                 struct qn_bitmap_walk *walk,
                                 const struct filling *into,
                                 const struct qn_id *id)
{
    struct qn_commit commit;
    struct qn_tag tag;
    struct qn_id parent;
    enum qn_status status;
    uint32_t i;

    status = qn_odb_read(ctx, walk->odb, id, &walk->object);
    if (status)
        return status;
    set_type(walk, id, walk->object.type);
    if (walk->object.type == QN_OBJECT_TREE)
        return push_tree(ctx, walk, into, id);
    if (walk->object.type == QN_OBJECT_TAG) {
        status = qn_tag_parse(ctx, qn_object_bytes(&walk->object),
                              id->algorithm, &tag);
        return status ? status : push(ctx, walk, &tag.object);
    }
    if (walk->object.type != QN_OBJECT_COMMIT)
        return QN_OK;
    status = qn_commit_parse(ctx, qn_object_bytes(&walk->object), id->algorithm,
                             &commit);
    if (!status)
        status = push(ctx, walk, &commit.tree);
    for (i = 0; !status && i < commit.parent_count; i++) {
        qn_commit_parent(&commit, i, &parent);
        status = push(ctx, walk, &parent);
    }
    return status;
}

static void add_set(const struct qn_bitmap_walk *walk,
                    const struct filling *into, const uint64_t *set)
{
    size_t w;

    for (w = 0; w < walk->words; w++)
        into->set[w] |= set[w];
    if (walk->bitmaps.order.count % 64)
        into->set[walk->words - 1] &=
            ((uint64_t)1 << (walk->bitmaps.order.count % 64)) - 1;
}

/* Are all bits of the pseudo-merge's commits in the set? */
static bool has_all(const struct qn_bitmap_walk *walk, const uint64_t *set,
                    const struct qn_ewah *commits)
{
    uint64_t any = 0;
    size_t w;

    memset(walk->scratch, 0, walk->words * sizeof(uint64_t));
    qn_ewah_or_into(commits, walk->scratch, walk->words);
    for (w = 0; w < walk->words; w++) {
        if (walk->scratch[w] & ~set[w])
            return false;
        any |= walk->scratch[w];
    }
    return any != 0;
}

/* Pseudo-merges whose commits are all among the tips. */
static enum qn_status add_merges(struct qn_ctx *ctx,
                                 struct qn_bitmap_walk *walk,
                                 const struct filling *into,
                                 const struct qn_id *tips, size_t count)
{
    const struct qn_bit_order *order = &walk->bitmaps.order;
    uint64_t *named = NULL;
    size_t i, k;

    for (k = 0; k < walk->bitmaps.file_count; k++) {
        const struct qn_pack_bitmap *file = &walk->bitmaps.files[k];

        if (file->merge_count > 0 && !named) {
            named = qn_memory_calloc(ctx, walk->words + 1, sizeof(*named));
            if (!named)
                return QN_NO_MEMORY;
            for (i = 0; i < count; i++) {
                uint32_t at = qn_bit_order_find(order, tips[i].bytes);

                if (at != QN_BIT_ORDER_NONE)
                    named[order->ranks[at] / 64] |= (uint64_t)1
                                                    << (order->ranks[at] % 64);
            }
        }
        for (i = 0; i < file->merge_count; i++) {
            if (!has_all(walk, named, &file->merges[i].commits))
                continue;
            memset(walk->scratch, 0, walk->words * sizeof(uint64_t));
            qn_ewah_or_into(&file->merges[i].objects, walk->scratch,
                            walk->words);
            add_set(walk, into, walk->scratch);
        }
    }
    qn_memory_free(named);
    return QN_OK;
}

/* All that the tips reach; where a commit has a bitmap, that is the answer. */
static enum qn_status fill(struct qn_ctx *ctx, struct qn_bitmap_walk *walk,
                           const struct filling *into, const struct qn_id *tips,
                           size_t count)
{
    enum qn_status status = add_merges(ctx, walk, into, tips, count);
    size_t i;

    for (i = 0; !status && i < count; i++)
        status = push(ctx, walk, &tips[i]);
    while (!status && walk->stack_count > 0) {
        struct qn_id id = walk->stack[--walk->stack_count];
        const struct qn_pack_bitmap *file = NULL;
        uint32_t position, entry = QN_PACK_BITMAP_NONE;
        bool is_new;

        status = see(ctx, walk, into, &id, &position, &is_new);
        if (status || !is_new)
            continue;
        if (position != QN_BIT_ORDER_NONE)
            file = qn_bitmap_set_find(&walk->bitmaps, position, &entry);
        if (!file) {
            status = push_links(ctx, walk, into, &id);
            continue;
        }
        qn_pack_bitmap_expand(file, entry, walk->scratch, walk->words);
        add_set(walk, into, walk->scratch);
    }
    walk->stack_count = 0;
    return status;
}

enum qn_status qn_bitmap_walk_run(struct qn_ctx *ctx,
                                  struct qn_bitmap_walk *walk)
{
    const struct filling have = {walk->have_set, &walk->have_others,
                                 &walk->have_other_capacity};
    const struct filling want = {walk->set, &walk->other_set,
                                 &walk->other_set_capacity};
    enum qn_status status =
        fill(ctx, walk, &have, walk->haves, walk->have_count);
    size_t i;

    if (!status)
        status = fill(ctx, walk, &want, walk->wants, walk->want_count);
    for (i = 0; i < walk->words; i++)
        walk->set[i] &= ~walk->have_set[i];
    for (i = 0; i < walk->other_set_capacity && i < walk->have_other_capacity;
         i++)
        if (walk->have_others[i])
            walk->other_set[i] = 0;
    return status;
}

/* ---- the answer */

static unsigned count_bits(uint64_t word)
{
    unsigned count = 0;

    for (; word; word &= word - 1)
        count++;
    return count;
}

static void fill_type(const struct qn_bitmap_walk *walk,
                      enum qn_object_type type)
{
    enum qn_pack_bitmap_type kind =
        type == QN_OBJECT_COMMIT ? QN_PACK_BITMAP_COMMITS
        : type == QN_OBJECT_TREE ? QN_PACK_BITMAP_TREES
        : type == QN_OBJECT_BLOB ? QN_PACK_BITMAP_BLOBS
                                 : QN_PACK_BITMAP_TAGS;

    memset(walk->scratch, 0, walk->words * sizeof(uint64_t));
    qn_bitmap_set_type(&walk->bitmaps, kind, walk->scratch);
}

static bool is_other(const struct qn_bitmap_walk *walk, size_t i,
                     enum qn_object_type type)
{
    return i < walk->other_set_capacity && walk->other_set[i] &&
           walk->other_types[i] == (uint8_t)type;
}

uint64_t qn_bitmap_walk_count(const struct qn_bitmap_walk *walk,
                              enum qn_object_type type)
{
    uint64_t count = 0;
    size_t i;

    fill_type(walk, type);
    for (i = 0; i < walk->words; i++)
        count += count_bits(walk->scratch[i] & walk->set[i]);
    for (i = 0; i < walk->others.count; i++)
        count += is_other(walk, i, type);
    return count;
}

enum qn_status qn_bitmap_walk_each(struct qn_ctx *ctx,
                                   const struct qn_bitmap_walk *walk,
                                   enum qn_object_type type,
                                   qn_bitmap_walk_fn *each, void *data)
{
    const struct qn_bit_order *order = &walk->bitmaps.order;
    enum qn_status status = QN_OK;
    struct qn_id id;
    uint32_t i;

    fill_type(walk, type);
    for (i = 0; !status && i < order->count; i++) {
        if (!(walk->scratch[i / 64] & walk->set[i / 64] &
              (uint64_t)1 << (i % 64)))
            continue;
        qn_id_from_row(
            &id, order->algorithm,
            qn_bit_order_row(order, qn_bit_order_position(order, i)));
        status = each(ctx, data, &id);
    }
    for (i = 0; !status && i < walk->others.count; i++)
        if (is_other(walk, i, type)) {
            qn_id_map_id(&walk->others, i, &id);
            status = each(ctx, data, &id);
        }
    return status;
}

void qn_bitmap_walk_drop(struct qn_bitmap_walk *walk, const struct qn_id *id)
{
    uint32_t position = qn_bit_order_find(&walk->bitmaps.order, id->bytes);
    uint32_t bit, other;

    if (position != QN_BIT_ORDER_NONE) {
        bit = walk->bitmaps.order.ranks[position];
        walk->set[bit / 64] &= ~((uint64_t)1 << (bit % 64));
        return;
    }
    other = qn_id_map_find(&walk->others, id);
    if (other != QN_ID_MAP_NONE && other < walk->other_set_capacity)
        walk->other_set[other] = 0;
}

/* ---- the objects of the bitmaps */

const struct qn_bitmap_set *
qn_bitmap_walk_bitmaps(const struct qn_bitmap_walk *walk)
{
    return &walk->bitmaps;
}

const uint64_t *qn_bitmap_walk_plain(const struct qn_bitmap_walk *walk)
{
    return walk->set;
}

bool qn_bitmap_walk_had(const struct qn_bitmap_walk *walk, uint32_t i)
{
    return walk->have_set[i / 64] >> (i % 64) & 1;
}

bool qn_bitmap_walk_has(const struct qn_bitmap_walk *walk, uint32_t i)
{
    return walk->set[i / 64] >> (i % 64) & 1;
}

uint32_t qn_bitmap_walk_name_hash(const struct qn_bitmap_walk *walk, uint32_t i)
{
    return qn_bitmap_set_hash(&walk->bitmaps,
                              qn_bit_order_position(&walk->bitmaps.order, i));
}

void qn_bitmap_walk_types(const struct qn_bitmap_walk *walk, uint8_t *out)
{
    static const enum qn_object_type types[] = {
        QN_OBJECT_COMMIT, QN_OBJECT_TREE, QN_OBJECT_BLOB, QN_OBJECT_TAG};
    uint32_t count = walk->bitmaps.order.count, i;
    size_t k;

    memset(out, 0, count);
    for (k = 0; k < QN_COUNT_OF(types); k++) {
        fill_type(walk, types[k]);
        for (i = 0; i < count; i++)
            if (walk->scratch[i / 64] >> (i % 64) & 1)
                out[i] = (uint8_t)types[k];
    }
}

enum qn_status qn_bitmap_walk_others(struct qn_ctx *ctx,
                                     const struct qn_bitmap_walk *walk,
                                     qn_bitmap_walk_other_fn *each, void *data)
{
    enum qn_status status = QN_OK;
    struct qn_id id;
    uint32_t i;

    for (i = 0; !status && i < walk->others.count; i++) {
        if (i >= walk->other_set_capacity || !walk->other_set[i])
            continue;
        qn_id_map_id(&walk->others, i, &id);
        status =
            each(ctx, data, &id, (enum qn_object_type)walk->other_types[i]);
    }
    return status;
}
