/* SPDX-License-Identifier: MIT */
#include "walk/bitmap_trees.h"

#include "base/memory.h"
#include "codec/ewah.h"
#include "diff/tree_diff.h"
#include "object/tree.h"
#include "os/parallel.h"

#define CHUNK     512  /* trees that a worker reads at once */
#define KNOWN     8192 /* ids whose bits a worker remembers */
#define KEPT_MAX  ((size_t)256 << 20)
#define NO_LIST   SIZE_MAX
#define ITEM_SIZE 10 /* of a varint, at most */

struct known {
    uint8_t id[QN_ID_MAX_SIZE];
    uint32_t bit;
    bool is_there;
};

struct chunk {
    const uint32_t *bits; /* of its trees, in their order */
    size_t count;
    struct qn_buf text; /* their lists */
    size_t *starts;     /* of those */
    uint32_t *subtrees; /* that were not met before by its worker */
    size_t subtree_count, subtree_capacity;
};

struct qn_bitmap_trees {
    struct qn_odb *odb;
    const struct qn_bit_order *order;
    uint32_t first;
    const uint8_t **lists; /* by bit; NULL: not read */
    struct qn_buf *texts;  /* that those are in; owned */
    size_t text_count, text_capacity;
    size_t kept; /* bytes of those */
    /* when a tree is needed that was not read */
    struct qn_object object;
    struct known *known;
    struct qn_buf text;
    uint32_t *stack;
    size_t stack_capacity;
};

struct worker {
    struct qn_odb *odb;
    struct qn_object object;
    struct known *known;
};

struct level {
    struct qn_bitmap_trees *trees;
    struct chunk *chunks;
};

enum qn_status qn_bitmap_trees_bit(struct qn_ctx *ctx,
                                   const struct qn_bit_order *order,
                                   const struct qn_id *id, uint32_t *out)
{
    uint32_t position = qn_bit_order_find(order, id->bytes);
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    if (position == QN_BIT_ORDER_NONE)
        return qn_ctx_fail_reason(ctx, QN_REFUSED, "bitmap.open", NULL,
                                  "Packfile doesn't have full closure (object "
                                  "%s is missing)",
                                  qn_id_to_hex(id, hex));
    *out = order->ranks[position];
    return QN_OK;
}

/* ---- a list */

static size_t put_number(uint8_t *out, uint64_t number)
{
    size_t size = 0;

    for (; number >= 0x80; number >>= 7)
        out[size++] = (uint8_t)(number | 0x80);
    out[size++] = (uint8_t)number;
    return size;
}

static uint64_t take_number(const uint8_t **in)
{
    uint64_t number = 0;
    unsigned shift = 0;

    for (; **in & 0x80; shift += 7)
        number |= (uint64_t)(*(*in)++ & 0x7f) << shift;
    return number | (uint64_t) * (*in)++ << shift;
}

static enum qn_status put_item(struct qn_ctx *ctx, struct qn_buf *out,
                               int64_t step, bool is_tree)
{
    uint64_t folded = (uint64_t)step << 1 ^ (step < 0 ? UINT64_MAX : 0);
    enum qn_status status = qn_buf_reserve(ctx, out, ITEM_SIZE);

    if (!status)
        out->size +=
            put_number((uint8_t *)out->data + out->size, folded << 1 | is_tree);
    return status;
}

static uint32_t take_item(const uint8_t **in, uint32_t before, bool *is_tree)
{
    uint64_t folded = take_number(in);

    *is_tree = folded & 1;
    folded >>= 1;
    return before +
           (uint32_t)(folded >> 1 ^ (folded & 1 ? UINT64_MAX : (uint64_t)0));
}

/* ---- reading */

static enum qn_status note_subtree(struct qn_ctx *ctx, struct chunk *chunk,
                                   uint32_t bit)
{
    enum qn_status status =
        qn_memory_grow(ctx, &chunk->subtrees, &chunk->subtree_capacity,
                       chunk->subtree_count + 1, sizeof(*chunk->subtrees));

    if (!status)
        chunk->subtrees[chunk->subtree_count++] = bit;
    return status;
}

/* The bit of an entry: mostly that of the tree before it, which was another
 * version of the same directory. */
static enum qn_status find_bit(struct qn_ctx *ctx, const struct level *level,
                               struct worker *worker, struct chunk *chunk,
                               const struct qn_tree_entry *entry, uint32_t *bit)
{
    const struct qn_bit_order *order = level->trees->order;
    size_t id_size = qn_id_size(order->algorithm);
    struct known *known =
        &worker->known[((size_t)entry->id[1] << 8 | entry->id[2]) % KNOWN];
    enum qn_status status;
    struct qn_id id;

    if (known->is_there && memcmp(known->id, entry->id, id_size) == 0) {
        *bit = known->bit;
        return QN_OK;
    }
    qn_id_from_row(&id, order->algorithm, entry->id);
    status = qn_bitmap_trees_bit(ctx, order, &id, bit);
    if (status)
        return status;
    memcpy(known->id, entry->id, id_size);
    known->bit = *bit;
    known->is_there = true;
    return chunk && qn_mode_is_tree(entry->mode)
               ? note_subtree(ctx, chunk, *bit)
               : QN_OK;
}

/* Append the list of a tree to `out`. */
static enum qn_status read_tree(struct qn_ctx *ctx, const struct level *level,
                                struct worker *worker, struct chunk *chunk,
                                uint32_t bit, struct qn_buf *out)
{
    const struct qn_bit_order *order = level->trees->order;
    uint32_t before = 0, child = 0, count = 0;
    struct qn_tree_reader reader;
    struct qn_tree_entry entry;
    enum qn_status status;
    struct qn_id id;
    size_t start;

    qn_id_from_row(&id, order->algorithm,
                   qn_bit_order_row(order, qn_bit_order_position(order, bit)));
    status = qn_odb_read_typed(ctx, worker->odb, &id, QN_OBJECT_TREE,
                               &worker->object);
    start = out->size;
    if (!status) /* room for the count, which is put there at the end */
        status = qn_buf_reserve(ctx, out, sizeof(count));
    if (status)
        return status;
    out->size += sizeof(count);
    qn_tree_reader_init(&reader, qn_object_bytes(&worker->object),
                        order->algorithm);
    while ((status = qn_tree_reader_next(ctx, &reader, &entry)) == QN_OK) {
        if (qn_mode_is_gitlink(entry.mode))
            continue;
        status = find_bit(ctx, level, worker, chunk, &entry, &child);
        if (!status)
            status = put_item(ctx, out, (int64_t)child - before,
                              qn_mode_is_tree(entry.mode));
        if (status)
            return status;
        before = child;
        count++;
    }
    memcpy(out->data + start, &count, sizeof(count));
    return status == QN_END ? QN_OK : status;
}

static enum qn_status worker_init(struct qn_ctx *ctx, void *shared, void *state)
{
    const struct level *level = shared;
    struct worker *worker = state;

    worker->known = qn_memory_calloc(ctx, KNOWN, sizeof(*worker->known));
    return worker->known ? qn_odb_fork(ctx, level->trees->odb, &worker->odb)
                         : QN_NO_MEMORY;
}

static void worker_dispose(void *shared, void *state)
{
    struct worker *worker = state;

    (void)shared;
    qn_odb_free(worker->odb);
    qn_object_dispose(&worker->object);
    qn_memory_free(worker->known);
}

static enum qn_status read_chunk(struct qn_ctx *ctx, void *shared, void *state,
                                 size_t item)
{
    const struct level *level = shared;
    struct chunk *chunk = &level->chunks[item];
    enum qn_status status = qn_ctx_check(ctx);
    size_t i;

    chunk->text.limit = SIZE_MAX;
    chunk->starts =
        qn_memory_array(ctx, chunk->count + 1, sizeof(*chunk->starts));
    if (!chunk->starts)
        return QN_NO_MEMORY;
    for (i = 0; i < chunk->count && !status; i++) {
        chunk->starts[i] = chunk->text.size;
        status =
            read_tree(ctx, level, state, chunk, chunk->bits[i], &chunk->text);
        if (status == QN_REFUSED) { /* the oldest commit that needs it tells */
            qn_ctx_clear(ctx);
            chunk->text.size = chunk->starts[i];
            chunk->starts[i] = NO_LIST;
            status = QN_OK;
        }
    }
    return status;
}

/* Keep a chunk's lists, and add its subtrees to `next`. */
static enum qn_status keep_chunk(struct qn_ctx *ctx,
                                 struct qn_bitmap_trees *trees,
                                 struct chunk *chunk, uint64_t *seen,
                                 uint64_t *next)
{
    enum qn_status status =
        qn_memory_grow(ctx, &trees->texts, &trees->text_capacity,
                       trees->text_count + 1, sizeof(*trees->texts));
    size_t i;

    if (status)
        return status;
    for (i = 0; i < chunk->count; i++)
        if (chunk->starts[i] != NO_LIST)
            trees->lists[chunk->bits[i]] =
                (const uint8_t *)chunk->text.data + chunk->starts[i];
    trees->kept += chunk->text.size;
    trees->texts[trees->text_count++] = chunk->text;
    memset(&chunk->text, 0, sizeof(chunk->text));
    for (i = 0; i < chunk->subtree_count; i++) {
        uint32_t bit = chunk->subtrees[i];
        uint64_t mask = (uint64_t)1 << (bit % 64);

        if (bit >= trees->first && !(seen[bit / 64] & mask))
            next[bit / 64] |= mask;
        seen[bit / 64] |= mask;
    }
    return QN_OK;
}

static enum qn_status read_level(struct qn_ctx *ctx,
                                 struct qn_bitmap_trees *trees,
                                 const uint32_t *bits, size_t count,
                                 uint64_t *seen, uint64_t *next)
{
    struct level level = {.trees = trees};
    const struct qn_parallel_options options = {
        .shared = &level,
        .grain = 1,
        .state_size = sizeof(struct worker),
        .state_init = worker_init,
        .state_dispose = worker_dispose};
    size_t chunk_count = (count + CHUNK - 1) / CHUNK, i;
    enum qn_status status;

    level.chunks =
        qn_memory_calloc(ctx, chunk_count + 1, sizeof(*level.chunks));
    if (!level.chunks)
        return QN_NO_MEMORY;
    for (i = 0; i < chunk_count; i++) {
        level.chunks[i].bits = bits + i * CHUNK;
        level.chunks[i].count =
            count - i * CHUNK < CHUNK ? count - i * CHUNK : CHUNK;
    }
    status = qn_parallel_for(ctx, &options, chunk_count, read_chunk);
    for (i = 0; i < chunk_count && !status; i++)
        status = keep_chunk(ctx, trees, &level.chunks[i], seen, next);
    for (i = 0; i < chunk_count; i++) {
        qn_buf_dispose(&level.chunks[i].text);
        qn_memory_free(level.chunks[i].starts);
        qn_memory_free(level.chunks[i].subtrees);
    }
    qn_memory_free(level.chunks);
    return status;
}

/* The bits of a set, in their order; the set is empty then. */
static size_t take_bits(uint64_t *set, size_t words, uint32_t *out)
{
    size_t count = 0, w;

    for (w = 0; w < words; w++) {
        unsigned bit;

        for (bit = 0; set[w] >> bit; bit++) {
            if (set[w] >> bit & 1)
                out[count++] = (uint32_t)(w * 64 + bit);
            if (bit == 63)
                break;
        }
        set[w] = 0;
    }
    return count;
}

enum qn_status qn_bitmap_trees_read(struct qn_ctx *ctx,
                                    struct qn_bitmap_trees *trees,
                                    const uint32_t *bits, size_t count)
{
    size_t words = qn_ewah_plain_count(trees->order->count), i;
    uint64_t *seen = qn_memory_calloc(ctx, words + 1, sizeof(*seen));
    uint64_t *next = qn_memory_calloc(ctx, words + 1, sizeof(*next));
    uint32_t *list =
        qn_memory_array(ctx, (size_t)trees->order->count + 1, sizeof(*list));
    enum qn_status status = seen && next && list ? QN_OK : QN_NO_MEMORY;

    for (i = 0; i < count && !status; i++)
        if (bits[i] >= trees->first)
            next[bits[i] / 64] |= (uint64_t)1 << (bits[i] % 64);
    if (!status)
        memcpy(seen, next, words * sizeof(*seen));
    while (!status && trees->kept < KEPT_MAX) {
        count = take_bits(next, words, list);
        if (count == 0)
            break;
        status = read_level(ctx, trees, list, count, seen, next);
    }
    qn_memory_free(seen);
    qn_memory_free(next);
    qn_memory_free(list);
    return status;
}

/* ---- adding */

/* A tree that was not read before: its list, until the next one is asked for.
 */
static enum qn_status read_late(struct qn_ctx *ctx,
                                struct qn_bitmap_trees *trees, uint32_t bit,
                                const uint8_t **out)
{
    const struct level level = {.trees = trees};
    struct worker worker = {.odb = trees->odb, .object = trees->object};
    enum qn_status status;

    if (!trees->known)
        trees->known = qn_memory_calloc(ctx, KNOWN, sizeof(*trees->known));
    if (!trees->known)
        return QN_NO_MEMORY;
    worker.known = trees->known;
    qn_buf_clear(&trees->text);
    status = read_tree(ctx, &level, &worker, NULL, bit, &trees->text);
    trees->object = worker.object;
    *out = (const uint8_t *)trees->text.data;
    return status;
}

struct adding {
    uint64_t *set, *tree_set, *blob_set;
    size_t depth; /* of the stack */
};

static enum qn_status add_one(struct qn_ctx *ctx, struct qn_bitmap_trees *trees,
                              struct adding *adding, uint32_t bit, bool is_tree)
{
    uint64_t mask = (uint64_t)1 << (bit % 64);
    uint64_t *types = is_tree ? adding->tree_set : adding->blob_set;
    enum qn_status status;

    if (adding->set[bit / 64] & mask)
        return QN_OK;
    adding->set[bit / 64] |= mask;
    if (bit >= trees->first)
        types[bit / 64] |= mask;
    if (!is_tree)
        return QN_OK;
    status = qn_memory_grow(ctx, &trees->stack, &trees->stack_capacity,
                            adding->depth + 1, sizeof(*trees->stack));
    if (!status)
        trees->stack[adding->depth++] = bit;
    return status;
}

/* Something below has no bit: name the first, as the tree comes. */
static enum qn_status tell_missing(struct qn_ctx *ctx,
                                   struct qn_bitmap_trees *trees, uint32_t bit)
{
    const struct qn_tree_diff_options options = {.is_recursive = true,
                                                 .shows_trees = true};
    const struct qn_bit_order *order = trees->order;
    struct qn_diff_list list = {.count = 0};
    enum qn_status status;
    struct qn_id id;
    size_t i;

    qn_ctx_clear(ctx);
    qn_id_from_row(&id, order->algorithm,
                   qn_bit_order_row(order, qn_bit_order_position(order, bit)));
    status = qn_tree_diff_run(ctx, trees->odb, NULL, &id, &options, &list);
    for (i = 0; !status && i < list.count; i++)
        if (!qn_mode_is_gitlink(list.pairs[i].new_side.mode))
            status = qn_bitmap_trees_bit(ctx, order, &list.pairs[i].new_side.id,
                                         &bit);
    qn_diff_list_dispose(&list);
    return status ? status
                  : qn_ctx_fail(ctx, QN_CHANGED, "objects came meanwhile");
}

enum qn_status qn_bitmap_trees_add(struct qn_ctx *ctx,
                                   struct qn_bitmap_trees *trees, uint32_t bit,
                                   uint64_t *set, uint64_t *tree_set,
                                   uint64_t *blob_set)
{
    struct adding adding = {
        .set = set, .tree_set = tree_set, .blob_set = blob_set};
    enum qn_status status = add_one(ctx, trees, &adding, bit, true);

    while (!status && adding.depth > 0) {
        uint32_t tree = trees->stack[--adding.depth], child = 0, count;
        const uint8_t *list = trees->lists[tree];
        bool is_tree;

        if (!list)
            status = read_late(ctx, trees, tree, &list);
        if (status)
            break;
        memcpy(&count, list, sizeof(count));
        list += sizeof(count);
        while (count-- > 0 && !status) {
            child = take_item(&list, child, &is_tree);
            status = add_one(ctx, trees, &adding, child, is_tree);
        }
    }
    return status == QN_REFUSED ? tell_missing(ctx, trees, bit) : status;
}

enum qn_status qn_bitmap_trees_new(struct qn_ctx *ctx, struct qn_odb *odb,
                                   const struct qn_bit_order *order,
                                   uint32_t first, struct qn_bitmap_trees **out)
{
    struct qn_bitmap_trees *trees = qn_memory_calloc(ctx, 1, sizeof(*trees));

    if (trees)
        trees->lists = qn_memory_calloc(ctx, (size_t)order->count + 1,
                                        sizeof(*trees->lists));
    if (!trees || !trees->lists) {
        qn_bitmap_trees_free(trees);
        return QN_NO_MEMORY;
    }
    trees->odb = odb;
    trees->order = order;
    trees->first = first;
    trees->text.limit = SIZE_MAX;
    *out = trees;
    return QN_OK;
}

void qn_bitmap_trees_free(struct qn_bitmap_trees *trees)
{
    size_t i;

    if (!trees)
        return;
    for (i = 0; i < trees->text_count; i++)
        qn_buf_dispose(&trees->texts[i]);
    qn_memory_free(trees->texts);
    qn_memory_free(trees->lists);
    qn_memory_free(trees->stack);
    qn_memory_free(trees->known);
    qn_object_dispose(&trees->object);
    qn_buf_dispose(&trees->text);
    qn_memory_free(trees);
}
