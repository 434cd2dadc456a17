/* SPDX-License-Identifier: MIT */
#include "walk/bitmap_build.h"

#include "base/memory.h"
#include "hash/id_map.h"
#include "os/parallel.h"
#include "walk/bitmap_commits.h"
#include "walk/bitmap_select.h"
#include "walk/bitmap_trees.h"
#include "walk/commit_walk.h"
#include "walk/pseudo_merge.h"

#include <stdlib.h>

/* How many rows before one are tried as what it differs from. */
#define BASES_TRIED 10

#define NOT_CHOSEN UINT32_MAX

struct commit {
    struct qn_id id;
    int64_t time;
    uint32_t bit;
    uint32_t tree;     /* the bit of that */
    uint32_t row;      /* of its bitmap, or NOT_CHOSEN */
    uint32_t children; /* to come */
    uint32_t parent_count;
    size_t parents; /* where they are in the build's */
    size_t merges;  /* first of its pairs; all of them behind each other */
    bool is_below;  /* in a layer below: its set is that of `below` */
    uint64_t *set;  /* while it has children to come */
};

struct member { /* a commit of a pseudo-merge */
    uint32_t commit;
    uint32_t merge;
};

struct build {
    const struct qn_bitmap_build *op;
    uint64_t *types[QN_PACK_BITMAP_TYPE_COUNT];
    size_t words;
    struct commit *commits; /* parents first */
    size_t commit_count, commit_capacity;
    struct qn_id_map numbers; /* of those */
    uint32_t *by_bit;         /* likewise, while they are listed */
    uint32_t *parents;        /* numbers, one commit's after the other's */
    size_t parent_count, parent_capacity;
    uint64_t **spare; /* sets that are free */
    size_t spare_count, spare_capacity;
    struct qn_bitmap_trees *trees;
    struct qn_pseudo_merges merges;
    struct member *members; /* by commit */
    size_t member_count;
    uint64_t **merge_commits, **merge_objects;
    /* rows */
    struct qn_pack_bitmap_row *rows;
    struct qn_buf *texts; /* of the rows */
    size_t row_count;
};

static void set_bit(uint64_t *set, uint32_t bit)
{
    set[bit / 64] |= (uint64_t)1 << (bit % 64);
}

/* ---- the objects of the pack */

static bool has_bit(const struct build *b, const struct qn_id *id)
{
    return qn_bit_order_find(b->op->order, id->bytes) != QN_BIT_ORDER_NONE;
}

static enum qn_status begin(struct qn_ctx *ctx, struct build *b)
{
    uint32_t i;

    b->words = qn_ewah_plain_count(b->op->order->count);
    for (i = 0; i < QN_PACK_BITMAP_TYPE_COUNT; i++) {
        b->types[i] = qn_memory_calloc(ctx, b->words + 1, sizeof(uint64_t));
        if (!b->types[i])
            return QN_NO_MEMORY;
    }
    return qn_bit_order_rank(ctx, b->op->order);
}

static void id_at(const struct qn_bitmap_build *op, uint32_t bit,
                  struct qn_id *out)
{
    qn_id_from_row(
        out, op->order->algorithm,
        qn_bit_order_row(op->order, qn_bit_order_position(op->order, bit)));
}

struct typing {
    struct build *b;
    uint8_t *types; /* by bit, from the first on */
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

static bool has_type(const struct build *b, uint32_t bit)
{
    size_t i;

    for (i = 0; i < QN_PACK_BITMAP_TYPE_COUNT; i++)
        if (b->types[i][bit / 64] >> (bit % 64) & 1)
            return true;
    return false;
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

    if (has_type(typing->b, op->first + (uint32_t)i))
        return QN_OK;
    id_at(op, op->first + (uint32_t)i, &id);
    status = qn_odb_read_info(ctx, *odb, &id, QN_ODB_WANT_TYPE, &info);
    if (!status)
        typing->types[i] = (uint8_t)info.type;
    return status;
}

static const int kinds[] = {[QN_OBJECT_COMMIT] = QN_PACK_BITMAP_COMMITS,
                            [QN_OBJECT_TREE] = QN_PACK_BITMAP_TREES,
                            [QN_OBJECT_BLOB] = QN_PACK_BITMAP_BLOBS,
                            [QN_OBJECT_TAG] = QN_PACK_BITMAP_TAGS};

/* The caller's knowledge. */
static void take_types(struct build *b)
{
    const struct qn_bitmap_build *op = b->op;
    uint32_t i;

    for (i = op->first; op->types && i < op->order->count; i++) {
        uint8_t type =
            op->types[qn_bit_order_position(op->order, i) - op->first];

        if (type != QN_OBJECT_NONE)
            set_bit(b->types[kinds[type]], i);
    }
}

/* The four bitmaps of types, as far as they are not known. */
static enum qn_status find_types(struct qn_ctx *ctx, struct build *b)
{
    uint32_t count = b->op->order->count - b->op->first;
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
        if (typing.types[i])
            set_bit(b->types[kinds[typing.types[i]]], b->op->first + i);
    qn_memory_free(typing.types);
    return status;
}

/* ---- the commits */

/* For one more, which has its number from now on. */
static enum qn_status make_room(struct qn_ctx *ctx, struct build *b,
                                const struct qn_id *id, size_t parent_count)
{
    uint32_t number;
    bool is_new;
    enum qn_status status =
        qn_memory_grow(ctx, &b->commits, &b->commit_capacity,
                       b->commit_count + 1, sizeof(*b->commits));

    if (!status)
        status = qn_memory_grow(ctx, &b->parents, &b->parent_capacity,
                                b->parent_count + parent_count + 1,
                                sizeof(*b->parents));
    return status ? status
                  : qn_id_map_put(ctx, &b->numbers, id, &number, &is_new);
}

static enum qn_status keep_commit(struct qn_ctx *ctx, struct build *b,
                                  const struct qn_walk_commit *from)
{
    struct commit commit = {
        .id = from->id, .time = from->time, .row = NOT_CHOSEN};
    uint32_t i;
    enum qn_status status = QN_OK;

    if (b->op->tips && !has_bit(b, &from->id))
        return QN_OK; /* a child of it will tell */
    status = qn_bitmap_trees_bit(ctx, b->op->order, &from->id, &commit.bit);
    commit.is_below = commit.bit < b->op->first && b->op->below;
    commit.parents = b->parent_count;
    if (!status && !commit.is_below)
        status =
            qn_bitmap_trees_bit(ctx, b->op->order, &from->tree, &commit.tree);
    if (!status)
        status = make_room(ctx, b, &from->id, from->parent_count);
    for (i = 0; !status && i < from->parent_count && !commit.is_below; i++) {
        uint32_t parent = qn_id_map_find(&b->numbers, &from->parents[i]);

        if (parent == QN_ID_MAP_NONE) { /* it has no bit */
            status = qn_bitmap_trees_bit(ctx, b->op->order, &from->parents[i],
                                         &parent);
            return status ? status
                          : qn_ctx_fail(ctx, QN_INTERNAL,
                                        "a parent comes behind its child");
        }
        b->commits[parent].children++;
        b->parents[b->parent_count++] = parent;
        commit.parent_count++;
    }
    if (!status)
        b->commits[b->commit_count++] = commit;
    return status;
}

static enum qn_status add_starts(struct qn_ctx *ctx, const struct build *b,
                                 struct qn_commit_walk *walk)
{
    const struct qn_bitmap_build *op = b->op;
    enum qn_status status = QN_OK;
    struct qn_id id;
    size_t i;

    for (i = 0; !status && op->tips && i < op->tip_count; i++)
        status = qn_commit_walk_add(ctx, walk, &op->tips[i], 0, NULL);
    for (i = 0; !status && !op->tips && i < op->order->count; i++) {
        if (!(b->types[QN_PACK_BITMAP_COMMITS][i / 64] >> (i % 64) & 1))
            continue;
        id_at(op, (uint32_t)i, &id);
        status = qn_commit_walk_add(ctx, walk, &id, 0, NULL);
    }
    return status;
}

/* The same of one that was not met by a walk: all it needs has a bit. */
static enum qn_status keep_read(struct qn_ctx *ctx, void *data,
                                const struct qn_bitmap_commit *from)
{
    struct build *b = data;
    struct commit commit = {.id = from->id,
                            .time = from->time,
                            .bit = from->bit,
                            .tree = from->tree,
                            .row = NOT_CHOSEN,
                            .parent_count = from->parent_count,
                            .parents = b->parent_count};
    uint32_t i;
    enum qn_status status = make_room(ctx, b, &from->id, from->parent_count);

    if (status)
        return status;
    for (i = 0; i < from->parent_count; i++) {
        uint32_t parent = b->by_bit[from->parents[i]];

        b->commits[parent].children++;
        b->parents[b->parent_count++] = parent;
    }
    b->by_bit[from->bit] = (uint32_t)b->commit_count;
    b->commits[b->commit_count++] = commit;
    return QN_OK;
}

/* Of a pack: all of its commits. */
static enum qn_status read_commits(struct qn_ctx *ctx, struct build *b,
                                   bool *is_done)
{
    const struct qn_bitmap_build *op = b->op;
    const struct qn_bitmap_commits commits = {
        .scope = op->scope,
        .order = op->order,
        .set = b->types[QN_PACK_BITMAP_COMMITS],
        .each = keep_read,
        .data = b};
    enum qn_status status;

    *is_done = false;
    if (op->tips || op->first > 0)
        return QN_OK;
    b->by_bit =
        qn_memory_array(ctx, (size_t)op->order->count + 1, sizeof(*b->by_bit));
    if (!b->by_bit)
        return QN_NO_MEMORY;
    status = qn_bitmap_commits_run(ctx, &commits, is_done);
    qn_memory_free(b->by_bit);
    b->by_bit = NULL;
    return status;
}

/* All of them, parents first. */
static enum qn_status list_commits(struct qn_ctx *ctx, struct build *b)
{
    struct qn_walk_options options = {.order = QN_WALK_TOPO,
                                      .is_reversed = true,
                                      .min_parents = -1,
                                      .max_parents = -1,
                                      .max_count = -1};
    struct qn_commit_walk *walk = NULL;
    struct qn_walk_commit commit;
    bool is_done;
    enum qn_status status = read_commits(ctx, b, &is_done);

    if (status || is_done)
        return status;
    status = qn_commit_walk_new(ctx, b->op->scope, &options, &walk);
    if (!status)
        status = add_starts(ctx, b, walk);
    while (!status) {
        status = qn_commit_walk_next(ctx, walk, &commit);
        if (!status)
            status = keep_commit(ctx, b, &commit);
    }
    qn_commit_walk_free(walk);
    return status == QN_END ? QN_OK : status;
}

static void mark_preferred(const struct build *b,
                           struct qn_bitmap_candidate *candidates, size_t count,
                           const struct qn_id *id)
{
    uint32_t number = qn_id_map_find(&b->numbers, id);
    size_t low = 0, high = count;

    while (low < high) { /* they are in the order of their numbers */
        size_t middle = low + (high - low) / 2;

        if (candidates[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < count && candidates[low].number == number)
        candidates[low].is_preferred = true;
}

static enum qn_status choose_rows(struct qn_ctx *ctx, struct build *b)
{
    const struct qn_bitmap_build *op = b->op;
    struct qn_bitmap_candidate *candidates =
        qn_memory_array(ctx, b->commit_count + 1, sizeof(*candidates));
    size_t count = 0, i;

    if (!candidates)
        return QN_NO_MEMORY;
    for (i = 0; i < b->commit_count; i++) {
        const struct commit *commit = &b->commits[i];

        if (commit->bit < op->first)
            continue;
        candidates[count].number = (uint32_t)i;
        candidates[count].bit = commit->bit;
        candidates[count].time = commit->time;
        candidates[count].is_merge = commit->parent_count > 1;
        candidates[count++].is_preferred = false;
    }
    for (i = 0; i < op->preferred_count; i++)
        mark_preferred(b, candidates, count, &op->preferred[i]);
    b->row_count = qn_bitmap_select(candidates, count);
    b->rows = qn_memory_calloc(ctx, b->row_count + 1, sizeof(*b->rows));
    b->texts = qn_memory_calloc(ctx, b->row_count + 1, sizeof(*b->texts));
    for (i = 0; b->rows && b->texts && i < b->row_count; i++) {
        struct commit *commit = &b->commits[candidates[i].number];

        commit->row = (uint32_t)i;
        b->rows[i].position = qn_bit_order_position(op->order, commit->bit);
    }
    qn_memory_free(candidates);
    return b->rows && b->texts ? QN_OK : QN_NO_MEMORY;
}

/* ---- pseudo-merges */

static bool find_tip(const void *data, const struct qn_id *id,
                     struct qn_pseudo_merge_commit *out)
{
    const struct build *b = data;
    uint32_t number = qn_id_map_find(&b->numbers, id);

    if (number == QN_ID_MAP_NONE || b->commits[number].bit < b->op->first)
        return false;
    out->number = number;
    out->time = b->commits[number].time;
    out->is_chosen = b->commits[number].row != NOT_CHOSEN;
    return true;
}

static int compare_members(const void *a, const void *b)
{
    const struct member *first = a, *second = b;

    if (first->commit != second->commit)
        return first->commit < second->commit ? -1 : 1;
    return first->merge < second->merge ? -1 : first->merge > second->merge;
}

static enum qn_status fill_merges(struct qn_ctx *ctx, struct build *b)
{
    size_t count = b->merges.count, i, k;

    for (i = 0; i < count; i++)
        b->member_count += b->merges.items[i].count;
    b->members = qn_memory_array(ctx, b->member_count + 1, sizeof(*b->members));
    b->merge_commits =
        qn_memory_calloc(ctx, count + 1, sizeof(*b->merge_commits));
    b->merge_objects =
        qn_memory_calloc(ctx, count + 1, sizeof(*b->merge_objects));
    if (!b->members || !b->merge_commits || !b->merge_objects)
        return QN_NO_MEMORY;
    b->member_count = 0;
    for (i = 0; i < count; i++) {
        b->merge_commits[i] =
            qn_memory_calloc(ctx, b->words + 1, sizeof(uint64_t));
        b->merge_objects[i] =
            qn_memory_calloc(ctx, b->words + 1, sizeof(uint64_t));
        if (!b->merge_commits[i] || !b->merge_objects[i])
            return QN_NO_MEMORY;
        for (k = 0; k < b->merges.items[i].count; k++) {
            uint32_t number = b->merges.items[i].commits[k];

            set_bit(b->merge_commits[i], b->commits[number].bit);
            b->members[b->member_count].commit = number;
            b->members[b->member_count++].merge = (uint32_t)i;
        }
    }
    if (b->member_count > 1)
        qsort(b->members, b->member_count, sizeof(*b->members),
              compare_members);
    for (i = b->member_count; i > 0; i--)
        b->commits[b->members[i - 1].commit].merges = i - 1;
    return QN_OK;
}

static enum qn_status choose_merges(struct qn_ctx *ctx, struct build *b)
{
    const struct qn_pseudo_merge_source source = {
        .scope = b->op->scope, .find = find_tip, .data = b};
    size_t i;
    enum qn_status status;

    for (i = 0; i < b->commit_count; i++)
        b->commits[i].merges = SIZE_MAX;
    status = qn_pseudo_merge_choose(ctx, &source, &b->merges);
    return status ? status : fill_merges(ctx, b);
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

/* What a commit of a layer below reaches. */
static enum qn_status ask_below(struct qn_ctx *ctx, struct build *b,
                                const struct qn_id *id, uint64_t *set)
{
    struct qn_bitmap_walk *below = b->op->below;
    size_t words = qn_bitmap_walk_bitmaps(below)->words;
    enum qn_status status;

    qn_bitmap_walk_reset(below);
    status = qn_bitmap_walk_want(ctx, below, id);
    if (!status)
        status = qn_bitmap_walk_run(ctx, below);
    memset(set, 0, b->words * sizeof(uint64_t));
    if (!status)
        memcpy(set, qn_bitmap_walk_plain(below),
               (words < b->words ? words : b->words) * sizeof(uint64_t));
    return status;
}

/* The first parent's set is taken over if nobody else needs it. */
static enum qn_status begin_set(struct qn_ctx *ctx, struct build *b,
                                const struct commit *commit, uint64_t **out)
{
    struct commit *first = commit->parent_count > 0
                               ? &b->commits[b->parents[commit->parents]]
                               : NULL;
    enum qn_status status;

    if (first && first->children == 1) {
        *out = first->set;
        first->set = NULL;
        first->children = 0;
        return QN_OK;
    }
    status = take_set(ctx, b, out);
    if (status)
        return status;
    if (!first) {
        memset(*out, 0, b->words * sizeof(uint64_t));
        return QN_OK;
    }
    memcpy(*out, first->set, b->words * sizeof(uint64_t));
    first->children--;
    return QN_OK;
}

static enum qn_status add_parents(struct qn_ctx *ctx, struct build *b,
                                  const struct commit *commit, uint64_t *set)
{
    enum qn_status status = QN_OK;
    size_t i, w;

    for (i = 1; !status && i < commit->parent_count; i++) {
        struct commit *parent = &b->commits[b->parents[commit->parents + i]];

        for (w = 0; parent->set && w < b->words; w++)
            set[w] |= parent->set[w];
        if (--parent->children == 0 && parent->set) {
            status = give_set(ctx, b, parent->set);
            parent->set = NULL;
        }
    }
    return status;
}

static void add_to_merges(struct build *b, const struct commit *commit,
                          uint32_t number, const uint64_t *set)
{
    size_t i, w;

    for (i = commit->merges; i < b->member_count; i++) {
        uint64_t *objects = b->merge_objects[b->members[i].merge];

        if (b->members[i].commit != number)
            return;
        for (w = 0; w < b->words; w++)
            objects[w] |= set[w];
    }
}

static enum qn_status make_set(struct qn_ctx *ctx, struct build *b,
                               uint32_t number)
{
    struct commit *commit = &b->commits[number];
    uint64_t *set = NULL;
    enum qn_status status = begin_set(ctx, b, commit, &set);

    if (status)
        return status;
    commit->set = set;
    if (commit->is_below)
        return ask_below(ctx, b, &commit->id, set);
    status = add_parents(ctx, b, commit, set);
    set_bit(set, commit->bit);
    if (commit->bit >= b->op->first)
        set_bit(b->types[QN_PACK_BITMAP_COMMITS], commit->bit);
    if (!status)
        status = qn_bitmap_trees_add(ctx, b->trees, commit->tree, set,
                                     b->types[QN_PACK_BITMAP_TREES],
                                     b->types[QN_PACK_BITMAP_BLOBS]);
    if (status)
        return status;
    add_to_merges(b, commit, number, set);
    if (commit->row != NOT_CHOSEN)
        status = qn_ewah_append(ctx, set, (uint32_t)b->words * 64,
                                &b->texts[commit->row]);
    if (!status && commit->children == 0) {
        commit->set = NULL;
        status = give_set(ctx, b, set);
    }
    return status;
}

static enum qn_status make_sets(struct qn_ctx *ctx, struct build *b)
{
    enum qn_status status = QN_OK;
    uint32_t i;

    for (i = 0; i < b->commit_count && !status; i++) {
        if (i % 256 == 0)
            status = qn_ctx_check(ctx);
        if (!status && (!b->commits[i].is_below || b->commits[i].children > 0))
            status = make_set(ctx, b, i);
    }
    return status;
}

/* What the trees of all commits hold. */
static enum qn_status read_trees(struct qn_ctx *ctx, struct build *b)
{
    const struct qn_bitmap_build *op = b->op;
    uint32_t *roots = qn_memory_array(ctx, b->commit_count + 1, sizeof(*roots));
    enum qn_status status;
    size_t count = 0, i;

    if (!roots)
        return QN_NO_MEMORY;
    for (i = 0; i < b->commit_count; i++)
        if (!b->commits[i].is_below)
            roots[count++] = b->commits[i].tree;
    status = qn_bitmap_trees_new(ctx, op->scope->odb, op->order,
                                 op->below ? op->first : 0, &b->trees);
    if (!status)
        status = qn_bitmap_trees_read(ctx, b->trees, roots, count);
    qn_memory_free(roots);
    return status;
}

/* ---- rows */

struct closing {
    struct build *b;
    struct qn_buf *short_texts; /* of the rows; nothing: the whole is shorter */
};
/* The sets of the row at hand and of those before it, row i at i % CLOSER_SETS.
 */
#define CLOSER_SETS (BASES_TRIED + 1)
struct closer {
    uint64_t *sets;
    size_t rows[CLOSER_SETS]; /* row + 1; 0: none */
};

static enum qn_status closer_init(struct qn_ctx *ctx, void *shared, void *state)
{
    const struct closing *closing = shared;
    struct closer *closer = state;

    closer->sets = qn_memory_array(ctx, CLOSER_SETS * (closing->b->words + 1),
                                   sizeof(uint64_t));
    return closer->sets ? QN_OK : QN_NO_MEMORY;
}

static void closer_dispose(void *shared, void *state)
{
    struct closer *closer = state;

    (void)shared;
    qn_memory_free(closer->sets);
}

static enum qn_status open_row(struct qn_ctx *ctx, const struct build *b,
                               struct closer *closer, size_t row,
                               uint64_t **out)
{
    uint64_t *set = closer->sets + row % CLOSER_SETS * (b->words + 1);
    struct qn_bytes text = qn_buf_bytes(&b->texts[row]);
    struct qn_ewah ewah;
    enum qn_status status;

    *out = set;
    if (closer->rows[row % CLOSER_SETS] == row + 1)
        return QN_OK;
    status = qn_ewah_parse(ctx, &text, &ewah);
    if (status)
        return status;
    memset(set, 0, b->words * sizeof(uint64_t));
    qn_ewah_or_into(&ewah, set, b->words);
    closer->rows[row % CLOSER_SETS] = row + 1;
    return QN_OK;
}

/* The row as the difference to one of those before it, where that is shorter.
 */
static enum qn_status shorten(struct qn_ctx *ctx, void *shared, void *state,
                              size_t i)
{
    struct closing *closing = shared;
    struct build *b = closing->b;
    size_t best = b->texts[i].size, k, w;
    uint64_t *set = NULL, *other = NULL;
    enum qn_status status = open_row(ctx, b, state, i, &set);

    for (k = 1; k <= BASES_TRIED && k <= i && !status; k++) {
        size_t size;

        status = open_row(ctx, b, state, i - k, &other);
        size = status ? best : qn_ewah_difference_size(set, other, b->words);
        if (size < best) {
            best = size;
            b->rows[i].distance = (uint8_t)k;
        }
    }
    if (status || b->rows[i].distance == 0)
        return status;
    status = open_row(ctx, b, state, i - b->rows[i].distance, &other);
    if (status)
        return status;
    for (w = 0; w < b->words; w++)
        set[w] ^= other[w];
    status = qn_ewah_append(ctx, set, (uint32_t)b->words * 64,
                            &closing->short_texts[i]);
    for (w = 0; w < b->words; w++)
        set[w] ^= other[w];
    return status;
}

static enum qn_status close_rows(struct qn_ctx *ctx, struct build *b,
                                 struct qn_buf *short_texts)
{
    struct closing closing = {.b = b, .short_texts = short_texts};
    const struct qn_parallel_options options = {
        .shared = &closing,
        .grain = 32, /* neighbours look at the same rows */
        .state_size = sizeof(struct closer),
        .state_init = closer_init,
        .state_dispose = closer_dispose};
    enum qn_status status =
        qn_parallel_for(ctx, &options, b->row_count, shorten);
    size_t i;

    for (i = 0; i < b->row_count; i++)
        b->rows[i].bits =
            qn_buf_bytes(b->rows[i].distance ? &short_texts[i] : &b->texts[i]);
    return status;
}

static enum qn_status write_file(struct qn_ctx *ctx, struct build *b,
                                 struct qn_buf *out)
{
    const struct qn_bitmap_build *op = b->op;
    struct qn_pack_bitmap_source source = {
        .of = {.algorithm = op->order->algorithm,
               .first = op->first,
               .count = op->order->count,
               .checksum = op->checksum},
        .rows = b->rows,
        .row_count = (uint32_t)b->row_count,
        .hashes = op->hashes,
        .merge_commits = (const uint64_t *const *)b->merge_commits,
        .merge_objects = (const uint64_t *const *)b->merge_objects,
        .merge_count = b->merges.count,
        .has_lookup_table = op->has_lookup_table};
    struct qn_buf *short_texts =
        qn_memory_calloc(ctx, b->row_count + 1, sizeof(*short_texts));
    enum qn_status status = QN_NO_MEMORY;
    size_t i;

    for (i = 0; i < QN_PACK_BITMAP_TYPE_COUNT; i++)
        source.types[i] = b->types[i];
    if (short_texts)
        status = close_rows(ctx, b, short_texts);
    if (!status)
        status = qn_pack_bitmap_write(ctx, &source, out);
    for (i = 0; short_texts && i < b->row_count; i++)
        qn_buf_dispose(&short_texts[i]);
    qn_memory_free(short_texts);
    return status;
}

static void dispose(struct build *b)
{
    size_t i;

    for (i = 0; i < b->spare_count; i++)
        qn_memory_free(b->spare[i]);
    for (i = 0; i < b->commit_count; i++)
        qn_memory_free(b->commits[i].set);
    for (i = 0; b->texts && i < b->row_count; i++)
        qn_buf_dispose(&b->texts[i]);
    for (i = 0; b->merge_commits && i < b->merges.count; i++)
        qn_memory_free(b->merge_commits[i]);
    for (i = 0; b->merge_objects && i < b->merges.count; i++)
        qn_memory_free(b->merge_objects[i]);
    for (i = 0; i < QN_PACK_BITMAP_TYPE_COUNT; i++)
        qn_memory_free(b->types[i]);
    qn_bitmap_trees_free(b->trees);
    qn_pseudo_merges_dispose(&b->merges);
    qn_id_map_dispose(&b->numbers);
    qn_memory_free(b->merge_commits);
    qn_memory_free(b->merge_objects);
    qn_memory_free(b->members);
    qn_memory_free(b->commits);
    qn_memory_free(b->parents);
    qn_memory_free(b->spare);
    qn_memory_free(b->rows);
    qn_memory_free(b->texts);
}

enum qn_status qn_bitmap_build_run(struct qn_ctx *ctx,
                                   const struct qn_bitmap_build *options,
                                   struct qn_buf *out)
{
    struct build b = {.op = options};
    enum qn_status status;

    qn_id_map_init(&b.numbers, options->order->algorithm);
    status = begin(ctx, &b);
    if (!status)
        take_types(&b);
    if (!status && !options->tips)
        status = find_types(ctx, &b);
    if (!status)
        status = list_commits(ctx, &b);
    if (!status)
        status = choose_rows(ctx, &b);
    if (!status)
        status = choose_merges(ctx, &b);
    if (!status)
        status = read_trees(ctx, &b);
    if (!status)
        status = make_sets(ctx, &b);
    if (!status && options->tips) /* of what no commit reaches, and tags */
        status = find_types(ctx, &b);
    if (!status)
        status = write_file(ctx, &b, out);
    dispose(&b);
    return status;
}
