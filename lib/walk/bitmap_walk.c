/* SPDX-License-Identifier: MIT */
#include "walk/bitmap_walk.h"

#include "base/memory.h"
#include "hash/id_map.h"
#include "object/commit.h"
#include "object/tree.h"
#include "odb/odb_pack.h"

/* An object: a bit of the pack, or behind those the number of one that is
 * elsewhere. */
struct qn_bitmap_walk {
    struct qn_odb *odb;
    struct qn_pack_bitmap bitmap;
    uint32_t
        *ranks; /* of objects, by position in the index; made when needed */
    size_t words;
    struct qn_id_map others;
    uint8_t *other_types;
    size_t other_capacity;
    struct qn_id *wants, *haves;
    size_t want_count, want_capacity, have_count, have_capacity;
    uint64_t *have_set, *set, *scratch;
    uint8_t *have_others, *other_set; /* beside `others` */
    size_t have_other_capacity, other_set_capacity;
    struct qn_id *stack;
    size_t stack_count, stack_capacity;
    struct qn_object object;
};

/* ---- opening */

static enum qn_status take_pack(struct qn_ctx *ctx, void *data,
                                struct qn_pack_file *pack)
{
    struct qn_bitmap_walk *walk = data;
    enum qn_status status = qn_pack_file_open_index(ctx, pack);

    if (!status)
        status = qn_pack_bitmap_open(ctx, pack, &walk->bitmap);
    if (!status)
        return QN_END;
    if (status == QN_NO_MEMORY)
        return status;
    if (status != QN_NOT_FOUND)
        qn_ctx_report(ctx, QN_REPORT_WARNING, "bitmap.damaged", "%s",
                      qn_ctx_message(ctx));
    qn_ctx_clear(ctx);
    return QN_OK;
}

enum qn_status qn_bitmap_walk_new(struct qn_ctx *ctx, struct qn_odb *odb,
                                  struct qn_bitmap_walk **out)
{
    struct qn_bitmap_walk *walk = qn_memory_calloc(ctx, 1, sizeof(*walk));
    enum qn_status status;

    if (!walk)
        return QN_NO_MEMORY;
    walk->odb = odb;
    qn_id_map_init(&walk->others, qn_odb_algorithm(odb));
    status = qn_odb_pack_each(ctx, odb, take_pack, walk);
    if (!status && walk->bitmap.pack) {
        walk->words = qn_ewah_plain_count(walk->bitmap.count);
        walk->set = qn_memory_calloc(ctx, walk->words + 1, sizeof(uint64_t));
        walk->have_set =
            qn_memory_calloc(ctx, walk->words + 1, sizeof(uint64_t));
        walk->scratch = qn_memory_array(ctx, walk->words + 1, sizeof(uint64_t));
        if (!walk->set || !walk->have_set || !walk->scratch)
            status = QN_NO_MEMORY;
    }
    if (status || !walk->bitmap.pack) {
        qn_bitmap_walk_free(walk);
        walk = NULL;
    }
    if (!status)
        *out = walk;
    return status;
}

void qn_bitmap_walk_free(struct qn_bitmap_walk *walk)
{
    if (!walk)
        return;
    if (walk->bitmap.pack)
        qn_pack_bitmap_close(&walk->bitmap);
    qn_id_map_dispose(&walk->others);
    qn_memory_free(walk->ranks);
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

static enum qn_status make_ranks(struct qn_ctx *ctx,
                                 struct qn_bitmap_walk *walk)
{
    const struct qn_pack_reverse *reverse = &walk->bitmap.pack->reverse;
    uint32_t i;

    walk->ranks = qn_memory_array(ctx, (size_t)walk->bitmap.count + 1,
                                  sizeof(*walk->ranks));
    if (!walk->ranks)
        return QN_NO_MEMORY;
    for (i = 0; i < walk->bitmap.count; i++)
        walk->ranks[qn_pack_reverse_position(reverse, i)] = i;
    return QN_OK;
}

/* Put it into the set; `*is_new` false when it is there.  `*position`: in the
 * index, or NONE. */
static enum qn_status see(struct qn_ctx *ctx, struct qn_bitmap_walk *walk,
                          const struct filling *into, const struct qn_id *id,
                          uint32_t *position, bool *is_new)
{
    uint32_t bit, other;
    bool is_added;
    size_t before;
    enum qn_status status = QN_OK;

    *position = qn_pack_index_find(&walk->bitmap.pack->index, id->bytes);
    if (*position != QN_PACK_INDEX_NONE) {
        if (!walk->ranks)
            status = make_ranks(ctx, walk);
        if (status)
            return status;
        bit = walk->ranks[*position];
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
        if (!status && is_new && position == QN_PACK_INDEX_NONE)
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

/* All that the tips reach; where a commit has a bitmap, that is the answer. */
static enum qn_status fill(struct qn_ctx *ctx, struct qn_bitmap_walk *walk,
                           const struct filling *into, const struct qn_id *tips,
                           size_t count)
{
    enum qn_status status = QN_OK;
    size_t i, w;

    for (i = 0; !status && i < count; i++)
        status = push(ctx, walk, &tips[i]);
    while (!status && walk->stack_count > 0) {
        struct qn_id id = walk->stack[--walk->stack_count];
        uint32_t position, entry = QN_PACK_BITMAP_NONE;
        bool is_new;

        status = see(ctx, walk, into, &id, &position, &is_new);
        if (status || !is_new)
            continue;
        if (position != QN_PACK_INDEX_NONE)
            entry = qn_pack_bitmap_find(&walk->bitmap, position);
        if (entry == QN_PACK_BITMAP_NONE) {
            status = push_links(ctx, walk, into, &id);
            continue;
        }
        qn_pack_bitmap_expand(&walk->bitmap, entry, walk->scratch);
        for (w = 0; w < walk->words; w++)
            into->set[w] |= walk->scratch[w];
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

static const struct qn_ewah *type_set(const struct qn_bitmap_walk *walk,
                                      enum qn_object_type type)
{
    switch (type) {
    case QN_OBJECT_COMMIT:
        return &walk->bitmap.types[QN_PACK_BITMAP_COMMITS];
    case QN_OBJECT_TREE:
        return &walk->bitmap.types[QN_PACK_BITMAP_TREES];
    case QN_OBJECT_BLOB:
        return &walk->bitmap.types[QN_PACK_BITMAP_BLOBS];
    default:
        return &walk->bitmap.types[QN_PACK_BITMAP_TAGS];
    }
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

    memset(walk->scratch, 0, walk->words * sizeof(uint64_t));
    qn_ewah_or_into(type_set(walk, type), walk->scratch, walk->words);
    for (i = 0; i < walk->words; i++) {
        uint64_t word = walk->scratch[i] & walk->set[i];

        for (; word; word &= word - 1)
            count++;
    }
    for (i = 0; i < walk->others.count; i++)
        count += is_other(walk, i, type);
    return count;
}

enum qn_status qn_bitmap_walk_each(struct qn_ctx *ctx,
                                   const struct qn_bitmap_walk *walk,
                                   enum qn_object_type type,
                                   qn_bitmap_walk_fn *each, void *data)
{
    const struct qn_pack_file *pack = walk->bitmap.pack;
    enum qn_status status = QN_OK;
    struct qn_id id;
    uint32_t i;

    memset(walk->scratch, 0, walk->words * sizeof(uint64_t));
    qn_ewah_or_into(type_set(walk, type), walk->scratch, walk->words);
    for (i = 0; !status && i < walk->bitmap.count; i++) {
        if (!(walk->scratch[i / 64] & walk->set[i / 64] &
              (uint64_t)1 << (i % 64)))
            continue;
        qn_id_from_row(&id, pack->algorithm,
                       qn_pack_index_row(&pack->index, qn_pack_reverse_position(
                                                           &pack->reverse, i)));
        status = each(ctx, data, &id);
    }
    for (i = 0; !status && i < walk->others.count; i++)
        if (is_other(walk, i, type)) {
            qn_id_map_id(&walk->others, i, &id);
            status = each(ctx, data, &id);
        }
    return status;
}

/* ---- the pack itself */

struct qn_pack_file *qn_bitmap_walk_pack(const struct qn_bitmap_walk *walk)
{
    return walk->bitmap.pack;
}

bool qn_bitmap_walk_has(const struct qn_bitmap_walk *walk, uint32_t i)
{
    return walk->set[i / 64] >> (i % 64) & 1;
}

uint32_t qn_bitmap_walk_name_hash(const struct qn_bitmap_walk *walk, uint32_t i)
{
    uint32_t at = qn_pack_reverse_position(&walk->bitmap.pack->reverse, i);

    return walk->bitmap.hashes
               ? qn_endian_load32(walk->bitmap.hashes + (size_t)at * 4)
               : 0;
}

void qn_bitmap_walk_types(const struct qn_bitmap_walk *walk, uint8_t *out)
{
    static const enum qn_object_type types[] = {
        QN_OBJECT_COMMIT, QN_OBJECT_TREE, QN_OBJECT_BLOB, QN_OBJECT_TAG};
    size_t k;
    uint32_t i;

    memset(out, 0, walk->bitmap.count);
    for (k = 0; k < QN_COUNT_OF(types); k++) {
        memset(walk->scratch, 0, walk->words * sizeof(uint64_t));
        qn_ewah_or_into(type_set(walk, types[k]), walk->scratch, walk->words);
        for (i = 0; i < walk->bitmap.count; i++)
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
