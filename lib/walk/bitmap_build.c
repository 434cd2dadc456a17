/* SPDX-License-Identifier: MIT */
#include "walk/bitmap_build.h"

#include "base/memory.h"
#include "diff/tree_diff.h"
#include "hash/id_map.h"
#include "object/commit.h"
#include "object/tree.h"
#include "os/parallel.h"
#include "walk/commit_walk.h"

#include <ctype.h>
#include <stdlib.h>

/* Which commits get a bitmap: all of the newest, then fewer and fewer. */
#define EACH_OF_NEWEST 100
#define GAP_NEAR       200
#define NEAR           20000
#define GAP_FAR        1000
/* Sets that are differences of differences are cut off here. */
#define MAX_CHAIN 16

/* One commit on its way through the pipeline. */
struct item {
    struct qn_id id;
    struct qn_id tree;
    struct qn_id first_parent;
    bool has_parent;
    uint32_t number;   /* in the order of the walk */
    uint32_t *parents; /* numbers */
    size_t parent_count, parent_capacity;
    uint32_t *bits; /* what is new in its tree, and itself */
    size_t bit_count, bit_capacity;
    uint32_t *names; /* beside: hashes of paths; 0: none */
    size_t name_capacity;
};

struct build {
    const struct qn_bitmap_build *op;
    uint32_t *ranks; /* of objects, by position in the index: bits */
    uint64_t *types[QN_PACK_BITMAP_TYPE_COUNT];
    uint32_t *hashes;
    size_t words;
    /* commits, parents first */
    struct qn_id *commits;
    size_t commit_count, commit_capacity;
    uint32_t *parents; /* numbers, one commit's after the other's */
    size_t parent_count, parent_capacity;
    size_t *parent_starts;
    size_t start_capacity;
    uint32_t *children; /* to come, of each commit */
    uint64_t **sets;    /* of each commit, while it has children to come */
    uint64_t **spare;   /* sets that are free */
    size_t spare_count, spare_capacity;
    size_t next; /* to be produced */
    struct qn_id_map tips;
    /* rows */
    struct qn_pack_bitmap_row *rows;
    size_t row_count, row_capacity;
    struct qn_buf *texts; /* of the rows */
    size_t text_capacity;
    uint64_t *last; /* the set of the last row */
    uint64_t *scratch;
    unsigned chain;
};

static void set_bit(uint64_t *set, uint32_t bit)
{
    set[bit / 64] |= (uint64_t)1 << (bit % 64);
}

/* ---- the objects of the pack */

static enum qn_status missing(struct qn_ctx *ctx, const struct qn_id *id)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    return qn_ctx_fail_reason(ctx, QN_REFUSED, "bitmap.open", NULL,
                              "Packfile doesn't have full closure (object %s "
                              "is missing)",
                              qn_id_to_hex(id, hex));
}

static bool find_bit(const struct build *b, const struct qn_id *id,
                     uint32_t *bit)
{
    uint32_t position = qn_pack_index_find(b->op->index, id->bytes);

    if (position == QN_PACK_INDEX_NONE)
        return false;
    *bit = b->ranks[position];
    return true;
}

static enum qn_status rank_objects(struct qn_ctx *ctx, struct build *b)
{
    uint32_t count = b->op->index->count;
    uint32_t i;

    b->words = qn_ewah_plain_count(count);
    b->ranks = qn_memory_array(ctx, (size_t)count + 1, sizeof(*b->ranks));
    if (!b->ranks)
        return QN_NO_MEMORY;
    for (i = 0; i < count; i++)
        b->ranks[qn_pack_reverse_position(b->op->reverse, i)] = i;
    for (i = 0; i < QN_PACK_BITMAP_TYPE_COUNT; i++) {
        b->types[i] = qn_memory_calloc(ctx, b->words + 1, sizeof(uint64_t));
        if (!b->types[i])
            return QN_NO_MEMORY;
    }
    if (b->op->has_hash_cache) {
        b->hashes = qn_memory_calloc(ctx, (size_t)count + 1, sizeof(uint32_t));
        if (!b->hashes)
            return QN_NO_MEMORY;
    }
    b->last = qn_memory_calloc(ctx, b->words + 1, sizeof(uint64_t));
    b->scratch = qn_memory_calloc(ctx, b->words + 1, sizeof(uint64_t));
    return b->last && b->scratch ? QN_OK : QN_NO_MEMORY;
}

struct typing {
    struct build *b;
    uint8_t *types; /* by bit */
};

static enum qn_status type_init(struct qn_ctx *ctx, void *shared, void *state)
{
    struct typing *typing = shared;

    return qn_odb_fork(ctx, typing->b->op->scope->odb, state);
}

static void type_dispose(void *shared, void *state)
{
    struct qn_odb **odb = state;

    (void)shared;
    qn_odb_free(*odb);
}

static enum qn_status type_one(struct qn_ctx *ctx, void *shared, void *state,
                               size_t i)
{
    struct typing *typing = shared;
    const struct qn_bitmap_build *op = typing->b->op;
    struct qn_odb **odb = state;
    struct qn_odb_info info;
    struct qn_id id;
    enum qn_status status;

    qn_id_from_row(&id, op->index->algorithm,
                   qn_pack_index_row(op->index, qn_pack_reverse_position(
                                                    op->reverse, (uint32_t)i)));
    status = qn_odb_read_info(ctx, *odb, &id, QN_ODB_WANT_TYPE, &info);
    if (!status)
        typing->types[i] = (uint8_t)info.type;
    return status;
}

/* The four bitmaps of types, in the order of the pack. */
static enum qn_status find_types(struct qn_ctx *ctx, struct build *b)
{
    static const int kinds[] = {[QN_OBJECT_COMMIT] = QN_PACK_BITMAP_COMMITS,
                                [QN_OBJECT_TREE] = QN_PACK_BITMAP_TREES,
                                [QN_OBJECT_BLOB] = QN_PACK_BITMAP_BLOBS,
                                [QN_OBJECT_TAG] = QN_PACK_BITMAP_TAGS};
    uint32_t count = b->op->index->count;
    struct typing typing = {.b = b};
    const struct qn_parallel_options options = {.shared = &typing,
                                                .grain = 4096,
                                                .state_size =
                                                    sizeof(struct qn_odb *),
                                                .state_init = type_init,
                                                .state_dispose = type_dispose};
    enum qn_status status = QN_OK;
    uint32_t i;

    typing.types = qn_memory_calloc(ctx, (size_t)count + 1, 1);
    if (!typing.types)
        return QN_NO_MEMORY;
    status = qn_parallel_for(ctx, &options, count, type_one);
    for (i = 0; !status && i < count; i++)
        set_bit(b->types[kinds[typing.types[i]]], i);
    qn_memory_free(typing.types);
    return status;
}

/* ---- the commits of the pack */

static enum qn_status keep_commit(struct qn_ctx *ctx, struct build *b,
                                  struct qn_id_map *numbers,
                                  const struct qn_walk_commit *commit)
{
    uint32_t position, i;
    bool is_new;
    enum qn_status status;

    status = qn_memory_grow(ctx, &b->commits, &b->commit_capacity,
                            b->commit_count + 1, sizeof(*b->commits));
    if (!status)
        status = qn_memory_grow(ctx, &b->parent_starts, &b->start_capacity,
                                b->commit_count + 2, sizeof(*b->parent_starts));
    if (!status)
        status = qn_memory_grow(ctx, &b->parents, &b->parent_capacity,
                                b->parent_count + commit->parent_count + 1,
                                sizeof(*b->parents));
    if (!status)
        status = qn_id_map_put(ctx, numbers, &commit->id, &position, &is_new);
    if (status)
        return status;
    b->parent_starts[b->commit_count] = b->parent_count;
    for (i = 0; i < commit->parent_count; i++) {
        uint32_t parent = qn_id_map_find(numbers, &commit->parents[i]);

        if (parent == QN_ID_MAP_NONE)
            return missing(ctx, &commit->parents[i]);
        b->parents[b->parent_count++] = parent;
    }
    b->commits[b->commit_count++] = commit->id;
    b->parent_starts[b->commit_count] = b->parent_count;
    return QN_OK;
}

/* All commits of the pack, parents first. */
static enum qn_status list_commits(struct qn_ctx *ctx, struct build *b)
{
    const struct qn_bitmap_build *op = b->op;
    struct qn_walk_options options = {.order = QN_WALK_TOPO,
                                      .is_reversed = true,
                                      .min_parents = -1,
                                      .max_parents = -1,
                                      .max_count = -1};
    struct qn_commit_walk *walk = NULL;
    struct qn_walk_commit commit;
    struct qn_id_map numbers;
    struct qn_id id;
    enum qn_status status;
    uint32_t i, bit;

    qn_id_map_init(&numbers, op->index->algorithm);
    status = qn_commit_walk_new(ctx, b->op->scope, &options, &walk);
    for (i = 0; !status && i < op->index->count; i++) {
        if (!(b->types[QN_PACK_BITMAP_COMMITS][i / 64] >> (i % 64) & 1))
            continue;
        qn_id_from_row(&id, op->index->algorithm,
                       qn_pack_index_row(op->index, qn_pack_reverse_position(
                                                        op->reverse, i)));
        status = qn_commit_walk_add(ctx, walk, &id, 0, NULL);
    }
    while (!status) {
        status = qn_commit_walk_next(ctx, walk, &commit);
        if (!status && !find_bit(b, &commit.id, &bit))
            status = missing(ctx, &commit.id);
        if (!status)
            status = keep_commit(ctx, b, &numbers, &commit);
    }
    qn_commit_walk_free(walk);
    qn_id_map_dispose(&numbers);
    return status == QN_END ? QN_OK : status;
}

static enum qn_status count_children(struct qn_ctx *ctx, struct build *b)
{
    size_t i;

    b->children =
        qn_memory_calloc(ctx, b->commit_count + 1, sizeof(*b->children));
    b->sets = qn_memory_calloc(ctx, b->commit_count + 1, sizeof(*b->sets));
    if (!b->children || !b->sets)
        return QN_NO_MEMORY;
    for (i = 0; i < b->parent_count; i++)
        b->children[b->parents[i]]++;
    return QN_OK;
}

/* ---- workers */

struct worker {
    struct qn_odb *odb;
    struct qn_object object, parent;
    struct qn_diff_list list;
};

static enum qn_status worker_init(struct qn_ctx *ctx, void *shared, void *state)
{
    const struct build *b = shared;
    struct worker *worker = state;

    return qn_odb_fork(ctx, b->op->scope->odb, &worker->odb);
}

static void worker_dispose(void *shared, void *state)
{
    struct worker *worker = state;

    (void)shared;
    qn_odb_free(worker->odb);
    qn_object_dispose(&worker->object);
    qn_object_dispose(&worker->parent);
    qn_diff_list_dispose(&worker->list);
}

/* What bitmaps keep of a path, to find similar ones: its last letters. */
static uint32_t hash_path(struct qn_bytes path)
{
    uint32_t hash = 0;
    size_t i;

    for (i = 0; i < path.size; i++)
        if (!isspace(path.data[i]))
            hash = (hash >> 2) + ((uint32_t)path.data[i] << 24);
    return hash;
}

static enum qn_status add_bit(struct qn_ctx *ctx, const struct build *b,
                              struct item *item, const struct qn_id *id,
                              struct qn_bytes path)
{
    uint32_t bit;
    enum qn_status status;

    if (!find_bit(b, id, &bit))
        return missing(ctx, id);
    status = qn_memory_grow(ctx, &item->bits, &item->bit_capacity,
                            item->bit_count + 1, sizeof(*item->bits));
    if (!status)
        status = qn_memory_grow(ctx, &item->names, &item->name_capacity,
                                item->bit_count + 1, sizeof(*item->names));
    if (status)
        return status;
    item->names[item->bit_count] = hash_path(path);
    item->bits[item->bit_count++] = bit;
    return QN_OK;
}

static enum qn_status read_commit(struct qn_ctx *ctx, struct qn_odb *odb,
                                  const struct qn_id *id,
                                  struct qn_object *object,
                                  struct qn_commit *out)
{
    enum qn_status status =
        qn_odb_read_typed(ctx, odb, id, QN_OBJECT_COMMIT, object);

    return status ? status
                  : qn_commit_parse(ctx, qn_object_bytes(object), id->algorithm,
                                    out);
}

static enum qn_status compute(struct qn_ctx *ctx, void *shared, void *state,
                              void *slot)
{
    const struct qn_tree_diff_options options = {.is_recursive = true,
                                                 .shows_trees = true};
    const struct build *b = shared;
    struct worker *worker = state;
    struct item *item = slot;
    struct qn_commit commit, parent;
    enum qn_status status;
    size_t i;

    item->bit_count = 0;
    status = read_commit(ctx, worker->odb, &item->id, &worker->object, &commit);
    if (!status && item->has_parent)
        status = read_commit(ctx, worker->odb, &item->first_parent,
                             &worker->parent, &parent);
    qn_diff_list_reset(&worker->list);
    if (!status)
        status = qn_tree_diff_run(ctx, worker->odb,
                                  item->has_parent ? &parent.tree : NULL,
                                  &commit.tree, &options, &worker->list);
    if (!status)
        status = add_bit(ctx, b, item, &item->id, QN_BYTES_NONE);
    if (!status)
        status = add_bit(ctx, b, item, &commit.tree, QN_BYTES_NONE);
    for (i = 0; !status && i < worker->list.count; i++) {
        const struct qn_diff_side *side = &worker->list.pairs[i].new_side;

        if (side->mode && !qn_mode_is_gitlink(side->mode))
            status = add_bit(ctx, b, item, &side->id, side->path);
    }
    return status;
}

static enum qn_status produce(struct qn_ctx *ctx, void *shared, void *slot)
{
    struct build *b = shared;
    struct item *item = slot;
    size_t start, i;
    enum qn_status status;

    if (b->next == b->commit_count)
        return QN_END;
    item->number = (uint32_t)b->next;
    item->id = b->commits[b->next++];
    start = b->parent_starts[item->number];
    item->parent_count = b->parent_starts[item->number + 1] - start;
    status = qn_memory_grow(ctx, &item->parents, &item->parent_capacity,
                            item->parent_count + 1, sizeof(*item->parents));
    if (status)
        return status;
    for (i = 0; i < item->parent_count; i++)
        item->parents[i] = b->parents[start + i];
    item->has_parent = item->parent_count > 0;
    if (item->has_parent)
        item->first_parent = b->commits[item->parents[0]];
    return QN_OK;
}

static void slot_dispose(void *shared, void *slot)
{
    struct item *item = slot;

    (void)shared;
    qn_memory_free(item->parents);
    qn_memory_free(item->bits);
    qn_memory_free(item->names);
}

/* ---- sets */

static enum qn_status take_set(struct qn_ctx *ctx, struct build *b,
                               uint64_t **out)
{
    if (b->spare_count > 0) {
        *out = b->spare[--b->spare_count];
        return QN_OK;
    }
    *out = qn_memory_array(ctx, b->words + 1, sizeof(uint64_t));
    return *out ? QN_OK : QN_NO_MEMORY;
}

static enum qn_status give_set(struct qn_ctx *ctx, struct build *b,
                               uint64_t *set)
{
    enum qn_status status =
        qn_memory_grow(ctx, &b->spare, &b->spare_capacity, b->spare_count + 1,
                       sizeof(*b->spare));

    if (status) {
        qn_memory_free(set);
        return status;
    }
    b->spare[b->spare_count++] = set;
    return QN_OK;
}

/* The first parent's set is taken over if nobody else needs it. */
static enum qn_status begin_set(struct qn_ctx *ctx, struct build *b,
                                const struct item *item, uint64_t **out)
{
    uint32_t first;
    enum qn_status status;

    if (item->parent_count > 0 && b->children[item->parents[0]] == 1) {
        first = item->parents[0];
        *out = b->sets[first];
        b->sets[first] = NULL;
        b->children[first] = 0;
        return QN_OK;
    }
    status = take_set(ctx, b, out);
    if (status)
        return status;
    if (item->parent_count == 0) {
        memset(*out, 0, b->words * sizeof(uint64_t));
        return QN_OK;
    }
    memcpy(*out, b->sets[item->parents[0]], b->words * sizeof(uint64_t));
    b->children[item->parents[0]]--;
    return QN_OK;
}

static enum qn_status add_parents(struct qn_ctx *ctx, struct build *b,
                                  const struct item *item, uint64_t *set)
{
    enum qn_status status = QN_OK;
    size_t i, w;

    for (i = 1; !status && i < item->parent_count; i++) {
        uint32_t parent = item->parents[i];

        for (w = 0; b->sets[parent] && w < b->words; w++)
            set[w] |= b->sets[parent][w];
        if (--b->children[parent] == 0 && b->sets[parent]) {
            status = give_set(ctx, b, b->sets[parent]);
            b->sets[parent] = NULL;
        }
    }
    return status;
}

/* ---- rows */

static bool is_chosen(const struct build *b, const struct item *item)
{
    size_t age = b->commit_count - 1 - item->number;

    if (qn_id_map_find(&b->tips, &item->id) != QN_ID_MAP_NONE)
        return true;
    if (age < EACH_OF_NEWEST)
        return true;
    return age % (age < NEAR ? GAP_NEAR : GAP_FAR) == 0;
}

/* Whole, or as the difference to the row before if that is shorter. */
static enum qn_status add_row(struct qn_ctx *ctx, struct build *b,
                              const struct item *item, const uint64_t *set)
{
    uint32_t count = b->op->index->count;
    struct qn_pack_bitmap_row *row;
    struct qn_buf other = QN_BUF_INIT;
    struct qn_buf *text;
    size_t w;
    enum qn_status status;

    status = qn_memory_grow(ctx, &b->rows, &b->row_capacity, b->row_count + 1,
                            sizeof(*b->rows));
    if (!status)
        status = qn_memory_grow(ctx, &b->texts, &b->text_capacity,
                                b->row_count + 1, sizeof(*b->texts));
    if (status)
        return status;
    row = &b->rows[b->row_count];
    text = &b->texts[b->row_count];
    memset(text, 0, sizeof(*text));
    memset(row, 0, sizeof(*row));
    row->position = qn_pack_index_find(b->op->index, item->id.bytes);
    b->row_count++;
    status = qn_ewah_append(ctx, set, count, text);
    if (!status && b->row_count > 1 && b->chain < MAX_CHAIN) {
        for (w = 0; w < b->words; w++)
            b->scratch[w] = set[w] ^ b->last[w];
        status = qn_ewah_append(ctx, b->scratch, count, &other);
        if (!status && other.size < text->size) {
            qn_buf_swap(text, &other);
            row->distance = 1;
        }
    }
    b->chain = row->distance ? b->chain + 1 : 0;
    memcpy(b->last, set, b->words * sizeof(uint64_t));
    qn_buf_dispose(&other);
    return status;
}

static enum qn_status consume(struct qn_ctx *ctx, void *shared, void *slot)
{
    struct build *b = shared;
    struct item *item = slot;
    uint64_t *set = NULL;
    enum qn_status status = begin_set(ctx, b, item, &set);
    size_t i;

    if (status)
        return status;
    b->sets[item->number] = set;
    status = add_parents(ctx, b, item, set);
    for (i = 0; i < item->bit_count; i++) {
        uint32_t bit = item->bits[i];

        set_bit(set, bit);
        if (b->hashes && item->names[i])
            b->hashes[qn_pack_reverse_position(b->op->reverse, bit)] =
                item->names[i];
    }
    if (!status && is_chosen(b, item))
        status = add_row(ctx, b, item, set);
    if (!status && b->children[item->number] == 0) {
        b->sets[item->number] = NULL;
        status = give_set(ctx, b, set);
    }
    return status;
}

static enum qn_status write_file(struct qn_ctx *ctx, struct build *b,
                                 struct qn_buf *out)
{
    struct qn_pack_bitmap_source source = {
        .algorithm = b->op->index->algorithm,
        .count = b->op->index->count,
        .pack_checksum = qn_pack_index_pack_checksum(b->op->index),
        .rows = b->rows,
        .row_count = (uint32_t)b->row_count,
        .hashes = b->hashes,
        .has_lookup_table = b->op->has_lookup_table};
    size_t i;

    for (i = 0; i < QN_PACK_BITMAP_TYPE_COUNT; i++)
        source.types[i] = b->types[i];
    for (i = 0; i < b->row_count; i++)
        b->rows[i].bits = qn_buf_bytes(&b->texts[i]);
    return qn_pack_bitmap_write(ctx, &source, out);
}

static void dispose(struct build *b)
{
    size_t i;

    for (i = 0; i < b->spare_count; i++)
        qn_memory_free(b->spare[i]);
    for (i = 0; b->sets && i < b->commit_count; i++)
        qn_memory_free(b->sets[i]);
    for (i = 0; i < b->row_count; i++)
        qn_buf_dispose(&b->texts[i]);
    for (i = 0; i < QN_PACK_BITMAP_TYPE_COUNT; i++)
        qn_memory_free(b->types[i]);
    qn_id_map_dispose(&b->tips);
    qn_memory_free(b->ranks);
    qn_memory_free(b->hashes);
    qn_memory_free(b->commits);
    qn_memory_free(b->parents);
    qn_memory_free(b->parent_starts);
    qn_memory_free(b->children);
    qn_memory_free(b->sets);
    qn_memory_free(b->spare);
    qn_memory_free(b->rows);
    qn_memory_free(b->texts);
    qn_memory_free(b->last);
    qn_memory_free(b->scratch);
}

enum qn_status qn_bitmap_build_run(struct qn_ctx *ctx,
                                   const struct qn_bitmap_build *options,
                                   struct qn_buf *out)
{
    struct build b = {.op = options};
    const struct qn_parallel_options parallel = {
        .shared = &b,
        .state_size = sizeof(struct worker),
        .state_init = worker_init,
        .state_dispose = worker_dispose};
    const struct qn_parallel_pipeline pipeline = {.slot_size =
                                                      sizeof(struct item),
                                                  .slot_count = 64,
                                                  .slot_dispose = slot_dispose,
                                                  .produce = produce,
                                                  .compute = compute,
                                                  .consume = consume};
    enum qn_status status = QN_OK;
    uint32_t position;
    bool is_new;
    size_t i;

    qn_id_map_init(&b.tips, options->index->algorithm);
    for (i = 0; !status && i < options->tip_count; i++)
        status =
            qn_id_map_put(ctx, &b.tips, &options->tips[i], &position, &is_new);
    if (!status)
        status = rank_objects(ctx, &b);
    if (!status)
        status = find_types(ctx, &b);
    if (!status)
        status = list_commits(ctx, &b);
    if (!status)
        status = count_children(ctx, &b);
    if (!status)
        status = qn_parallel_pipeline_run(ctx, &parallel, &pipeline);
    if (!status)
        status = write_file(ctx, &b, out);
    dispose(&b);
    return status;
}
