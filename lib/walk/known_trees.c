/* SPDX-License-Identifier: MIT */
/* What is kept of a tree is one buffer:
 *
 *   content, zeros up to a multiple of four, where each entry begins (32 bits
 *   each), where the last ends, the number of entries
 */
#include "walk/known_trees.h"

#include "base/memory.h"
#include "codec/delta.h"
#include "codec/inflate.h"
#include "os/large_memory.h"

#include <string.h>

/* Words of the ring; a tree that takes more than a part of it is not kept, and
 * one that is used is put at the front again when it is in the older half. */
#define KEPT      ((uint64_t)1 << 21)
#define KEPT_PART 16
/* Longer deltas and trees are dealt with as if they were none. */
#define DELTA_MAX ((uint64_t)1 << 24)
#define TREE_MAX  ((size_t)1 << 28)
#define ROOM_MAX  ((uint64_t)1 << 20)
/* Mode, space, name and NUL of an entry take at least so much. */
#define ENTRY_LEAST 3

enum qn_status qn_known_trees_init(struct qn_ctx *ctx,
                                   struct qn_known_trees *trees,
                                   uint32_t algorithm, size_t count)
{
    memset(trees, 0, sizeof(*trees));
    trees->id_size = qn_id_size(algorithm);
    trees->room = qn_memory_array(ctx, KEPT, sizeof(*trees->room));
    if (trees->room)
        qn_large_memory_hint(trees->room, KEPT * sizeof(*trees->room));
    trees->places = qn_memory_calloc(ctx, count + 1, sizeof(*trees->places));
    return trees->room && trees->places ? QN_OK : QN_NO_MEMORY;
}

void qn_known_trees_dispose(struct qn_known_trees *trees)
{
    qn_memory_free(trees->room);
    qn_memory_free(trees->places);
    trees->room = trees->places = NULL;
    qn_buf_dispose(&trees->delta);
}

void qn_known_tree_dispose(struct qn_known_tree *tree)
{
    qn_buf_dispose(&tree->content);
    qn_memory_free(tree->fresh);
    tree->fresh = NULL;
}

/* ---- tables of entries */

/* A kept tree. */
struct known {
    const uint8_t *bytes;
    const uint32_t *starts; /* count + 1 of them */
    size_t count;
};

static size_t table_place(size_t size)
{
    return (size + 3) & ~(size_t)3;
}

/* A block of whole words; the first has its size in them.  None goes over the
 * end of the ring. */
static void put_block(struct qn_known_trees *trees, uint32_t number,
                      const void *data, size_t size)
{
    uint64_t words = (size + 7) / 8 + 1, left = KEPT - trees->head % KEPT;
    uint64_t *block;

    if (words > KEPT / KEPT_PART)
        return;
    if (left < words)
        trees->head += left;
    block = trees->room + trees->head % KEPT;
    block[0] = size;
    memmove(block + 1, data, size);
    trees->places[number] = trees->head + 1;
    trees->head += words;
}

/* Its block, or NULL. */
static const uint64_t *find_block(const struct qn_known_trees *trees,
                                  uint32_t number)
{
    uint64_t place = trees->places[number];

    return place == 0 || trees->head - (place - 1) > KEPT
               ? NULL
               : trees->room + (place - 1) % KEPT;
}

static bool find_known(struct qn_known_trees *trees, uint32_t number,
                       struct known *out)
{
    const uint64_t *block = find_block(trees, number);
    const uint8_t *end;
    uint32_t count;

    if (!block)
        return false;
    if (trees->head - (trees->places[number] - 1) > KEPT / 2) {
        put_block(trees, number, block + 1, (size_t)block[0]);
        block = find_block(trees, number);
    }
    out->bytes = (const uint8_t *)(block + 1);
    end = out->bytes + block[0];
    memcpy(&count, end - sizeof(count), sizeof(count));
    out->count = count;
    out->starts = (const uint32_t *)(const void *)end - count - 2;
    return true;
}

static size_t table_size(const struct qn_known_trees *trees, size_t size)
{
    return sizeof(uint32_t) * (size / (trees->id_size + ENTRY_LEAST) + 5);
}

/* Room for the table behind the content. */
static enum qn_status begin_table(struct qn_ctx *ctx,
                                  const struct qn_known_trees *trees,
                                  struct qn_known_tree *tree)
{
    tree->count = tree->fresh_count = 0;
    return qn_buf_reserve(ctx, &tree->content, table_size(trees, tree->size));
}

static uint32_t *table_of(const struct qn_known_tree *tree)
{
    return (uint32_t *)(void *)(tree->content.data + table_place(tree->size));
}

static void end_table(struct qn_known_tree *tree)
{
    uint32_t *table = table_of(tree);

    table[tree->count] = (uint32_t)tree->size;
    table[tree->count + 1] = (uint32_t)tree->count;
    tree->content.size =
        table_place(tree->size) + (tree->count + 2) * sizeof(uint32_t);
}

static enum qn_status add_fresh(struct qn_ctx *ctx, struct qn_known_tree *tree,
                                size_t offset)
{
    enum qn_status status =
        qn_memory_grow(ctx, &tree->fresh, &tree->fresh_capacity,
                       tree->fresh_count + 1, sizeof(*tree->fresh));

    if (!status)
        tree->fresh[tree->fresh_count++] = (uint32_t)offset;
    return status;
}

/* Size of the entry that begins there; 0: it is cut short. */
static size_t entry_size(const struct qn_known_tree *tree, size_t offset,
                         size_t id_size)
{
    const uint8_t *begin = tree->content.data + offset;
    size_t left = tree->size - offset;
    const uint8_t *end = memchr(begin, '\0', left);
    size_t size;

    if (!end)
        return 0;
    size = (size_t)(end - begin) + 1 + id_size;
    return size <= left && size >= id_size + ENTRY_LEAST ? size : 0;
}

/* A reader of entries looks at the end first: one that is wrong there is to
 * fail at once. */
static bool ends_well(const struct qn_known_tree *tree, size_t id_size)
{
    return tree->size == 0 ||
           (tree->size >= id_size + ENTRY_LEAST &&
            tree->content.data[tree->size - id_size - 1] == '\0');
}

/* ---- by the delta */

/* The entry of the base that begins at `offset`, or its count. */
static size_t find_start(const struct known *base, size_t hint, uint64_t offset)
{
    size_t low = 0, high = base->count;

    if (hint < base->count && base->starts[hint] == offset)
        return hint;
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (base->starts[middle] < offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low < base->count && base->starts[low] == offset ? low : base->count;
}

/* Entries of the base that a copy holds whole, from the one at `from` on;
 * answers how many bytes they are. */
static size_t copy_entries(const struct known *base, size_t from, uint64_t end,
                           struct qn_known_tree *tree, size_t at, size_t *next)
{
    uint32_t *table = table_of(tree) + tree->count;
    uint32_t begin = base->starts[from], shift = (uint32_t)at - begin;
    size_t i = from;

    while (i < base->count && base->starts[i + 1] <= end) {
        *table++ = base->starts[i] + shift;
        i++;
    }
    tree->count += i - from;
    *next = i;
    return base->starts[i] - begin;
}

static enum qn_status mark_by_delta(struct qn_ctx *ctx,
                                    const struct qn_known_trees *trees,
                                    const struct known *base,
                                    struct qn_bytes delta,
                                    struct qn_known_tree *tree)
{
    struct qn_delta_piece piece;
    enum qn_status status = QN_OK;
    size_t begin = 0, at = 0, hint = 0;

    qn_delta_pieces(&delta);
    while (!status && qn_delta_next(&delta, &piece)) {
        size_t end = begin + piece.size;

        while (at < end && !status) {
            size_t size;

            if (piece.is_copy) {
                uint64_t from = piece.offset + (at - begin);
                size_t i = find_start(base, hint, from);

                if (i < base->count &&
                    base->starts[i + 1] <=
                        (uint64_t)piece.offset + piece.size) {
                    at += copy_entries(base, i,
                                       (uint64_t)piece.offset + piece.size,
                                       tree, at, &hint);
                    continue;
                }
            }
            size = entry_size(tree, at, trees->id_size);
            status = add_fresh(ctx, tree, at);
            if (size == 0) /* whoever reads it fails there */
                return status;
            table_of(tree)[tree->count++] = (uint32_t)at;
            at += size;
            hint++;
        }
        begin = end;
    }
    return status;
}

static bool inflate_delta(struct qn_ctx *ctx, struct qn_known_trees *trees,
                          struct qn_bytes pack,
                          const struct qn_pack_entry *entry)
{
    struct qn_bytes in = qn_bytes_from(pack, (size_t)entry->data_offset);

    qn_buf_clear(&trees->delta);
    if (qn_buf_reserve(ctx, &trees->delta, (size_t)entry->size) ||
        qn_inflate_exact(ctx, in, trees->delta.data, (size_t)entry->size, NULL))
        return false;
    trees->delta.size = (size_t)entry->size;
    return true;
}

/* For the content and its table at once, where it is not very large. */
static enum qn_status make_room(struct qn_ctx *ctx,
                                const struct qn_known_trees *trees,
                                struct qn_known_tree *tree)
{
    uint64_t base_size, size;
    enum qn_status status =
        qn_delta_sizes(ctx, qn_buf_bytes(&trees->delta), &base_size, &size);

    return status || size > ROOM_MAX
               ? status
               : qn_buf_reserve(ctx, &tree->content,
                                (size_t)size + table_size(trees, (size_t)size));
}

bool qn_known_trees_open(struct qn_ctx *ctx, struct qn_known_trees *trees,
                         struct qn_bytes pack,
                         const struct qn_pack_entry *entry, uint32_t base,
                         struct qn_known_tree *tree)
{
    struct known known;

    qn_buf_clear(&tree->content);
    if (entry->size > DELTA_MAX || !find_known(trees, base, &known))
        return false;
    if (!inflate_delta(ctx, trees, pack, entry) ||
        make_room(ctx, trees, tree) ||
        qn_delta_apply(ctx,
                       qn_bytes_make(known.bytes, known.starts[known.count]),
                       qn_buf_bytes(&trees->delta), &tree->content)) {
        qn_ctx_clear(ctx);
        return false;
    }
    tree->size = tree->content.size;
    if (tree->size > TREE_MAX || !ends_well(tree, trees->id_size) ||
        begin_table(ctx, trees, tree) ||
        mark_by_delta(ctx, trees, &known, qn_buf_bytes(&trees->delta), tree)) {
        qn_ctx_clear(ctx);
        return false;
    }
    end_table(tree);
    return true;
}

enum qn_status qn_known_trees_mark(struct qn_ctx *ctx,
                                   const struct qn_known_trees *trees,
                                   struct qn_known_tree *tree)
{
    enum qn_status status;
    size_t at = 0;

    tree->size = tree->content.size;
    if (tree->size > TREE_MAX)
        return qn_ctx_fail(ctx, QN_TOO_BIG, "tree too large");
    status = begin_table(ctx, trees, tree);
    while (!status && at < tree->size) {
        size_t size = entry_size(tree, at, trees->id_size);

        status = add_fresh(ctx, tree, at);
        if (size == 0) /* whoever reads it fails there */
            break;
        table_of(tree)[tree->count++] = (uint32_t)at;
        at += size;
    }
    if (!status)
        end_table(tree);
    return status;
}

void qn_known_trees_keep(struct qn_known_trees *trees, uint32_t number,
                         const struct qn_known_tree *tree)
{
    put_block(trees, number, tree->content.data, tree->content.size);
}
