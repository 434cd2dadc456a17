/* SPDX-License-Identifier: MIT */
#include "walk/object_walk.h"

#include "base/map.h"
#include "base/memory.h"
#include "object/tree.h"

#include <string.h>

#define SLOTS_FIRST 4096
#define DEPTH_MAX   4096 /* directories below directories */

/* Ids that were seen, in the slots themselves: one cache line a look-up.  A
 * slot of zeros is free; the id of zeros is never asked for. */
struct seen {
    uint8_t *slots;
    size_t slot_count; /* a power of two */
    size_t count;
    size_t row_size;
};

struct level {
    struct qn_object tree;
    size_t offset;       /* of the next entry */
    size_t path_size;    /* of the walk's path, for this directory */
    struct qn_buf *last; /* the tree last seen at this path */
    size_t last_offset;
};

struct qn_object_walk {
    struct qn_odb *odb;
    struct qn_object_walk_options options;
    struct seen seen;
    struct qn_map last; /* path to struct qn_buf: the tree last seen there */
    struct level *levels;
    size_t depth;
    size_t level_capacity;
    struct qn_buf path;
    qn_object_walk_fn *each;
    void *data;
    uint32_t algorithm;
};

static const uint8_t zeros[QN_ID_MAX_SIZE];

static uint8_t *find_slot(const struct seen *seen, const uint8_t *row)
{
    uint64_t hash;
    size_t slot;

    memcpy(&hash, row, sizeof(hash));
    for (slot = (size_t)hash & (seen->slot_count - 1);;
         slot = (slot + 1) & (seen->slot_count - 1)) {
        uint8_t *held = seen->slots + slot * seen->row_size;
        uint64_t first;

        memcpy(&first, held, sizeof(first)); /* decides nearly always */
        if (first == hash && memcmp(held, row, seen->row_size) == 0)
            return held;
        if (first == 0 && memcmp(held, zeros, seen->row_size) == 0)
            return held;
    }
}

static enum qn_status grow_seen(struct qn_ctx *ctx, struct seen *seen)
{
    struct seen larger = {.slot_count = seen->slot_count ? seen->slot_count * 2
                                                         : SLOTS_FIRST,
                          .row_size = seen->row_size};
    size_t i;

    larger.slots = qn_memory_calloc(ctx, larger.slot_count, larger.row_size);
    if (!larger.slots)
        return QN_NO_MEMORY;
    for (i = 0; i < seen->slot_count; i++) {
        const uint8_t *held = seen->slots + i * seen->row_size;

        if (memcmp(held, zeros, seen->row_size) != 0)
            memcpy(find_slot(&larger, held), held, seen->row_size);
    }
    qn_memory_free(seen->slots);
    seen->slots = larger.slots;
    seen->slot_count = larger.slot_count;
    return QN_OK;
}

static enum qn_status see_row(struct qn_ctx *ctx, struct seen *seen,
                              const uint8_t *row, bool *is_new)
{
    uint8_t *slot;

    if (2 * (seen->count + 1) > seen->slot_count) {
        enum qn_status status = grow_seen(ctx, seen);

        if (status)
            return status;
    }
    slot = find_slot(seen, row);
    *is_new = memcmp(slot, row, seen->row_size) != 0;
    if (*is_new) {
        memcpy(slot, row, seen->row_size);
        seen->count++;
    }
    return QN_OK;
}

enum qn_status qn_object_walk_new(struct qn_ctx *ctx, struct qn_odb *odb,
                                  const struct qn_object_walk_options *options,
                                  struct qn_object_walk **out)
{
    static const struct qn_object_walk_options none;
    struct qn_object_walk *walk = qn_memory_calloc(ctx, 1, sizeof(*walk));

    if (!walk)
        return QN_NO_MEMORY;
    walk->odb = odb;
    walk->options = options ? *options : none;
    walk->algorithm = qn_odb_algorithm(odb);
    walk->seen.row_size = qn_id_size(walk->algorithm);
    *out = walk;
    return QN_OK;
}

void qn_object_walk_free(struct qn_object_walk *walk)
{
    size_t i;

    if (!walk)
        return;
    for (i = 0; i < walk->last.count; i++) {
        struct qn_buf *last = walk->last.items[i].value;

        if (last)
            qn_buf_dispose(last);
        qn_memory_free(last);
    }
    qn_map_dispose(&walk->last);
    for (i = 0; i < walk->level_capacity; i++)
        qn_object_dispose(&walk->levels[i].tree);
    qn_memory_free(walk->levels);
    qn_memory_free(walk->seen.slots);
    qn_buf_dispose(&walk->path);
    qn_memory_free(walk);
}

static enum qn_status give(struct qn_ctx *ctx, struct qn_object_walk *walk,
                           enum qn_object_type type, uint32_t mode,
                           const struct qn_id *id)
{
    struct qn_walk_object object = {.type = type,
                                    .mode = mode,
                                    .id = *id,
                                    .path = qn_buf_bytes(&walk->path)};

    return walk->each ? walk->each(ctx, walk->data, &object) : QN_OK;
}

static enum qn_status add_levels(struct qn_ctx *ctx,
                                 struct qn_object_walk *walk)
{
    size_t old = walk->level_capacity;
    enum qn_status status =
        qn_memory_grow(ctx, &walk->levels, &walk->level_capacity,
                       walk->depth + 1, sizeof(*walk->levels));

    if (!status && walk->level_capacity > old)
        memset(walk->levels + old, 0,
               (walk->level_capacity - old) * sizeof(*walk->levels));
    return status;
}

/* The tree last seen at the walk's path. */
static enum qn_status find_last(struct qn_ctx *ctx, struct qn_object_walk *walk,
                                struct qn_buf **out)
{
    static const struct qn_buf empty = QN_BUF_INIT;
    struct qn_map_item *item =
        qn_map_put(ctx, &walk->last, qn_buf_bytes(&walk->path), NULL);

    if (!item)
        return QN_NO_MEMORY;
    if (!item->value) {
        item->value = qn_memory_array(ctx, 1, sizeof(struct qn_buf));
        if (!item->value)
            return QN_NO_MEMORY;
        *(struct qn_buf *)item->value = empty;
    }
    *out = item->value;
    return QN_OK;
}

/* Go down into a tree that is new; its path is the walk's path. */
static enum qn_status enter_tree(struct qn_ctx *ctx,
                                 struct qn_object_walk *walk, uint32_t mode,
                                 const struct qn_id *id)
{
    enum qn_status status = QN_OK;
    struct level *level;

    if (walk->depth >= DEPTH_MAX)
        return qn_ctx_fail(ctx, QN_TOO_BIG, "trees are nested too deep");
    status = qn_ctx_check(ctx);
    if (!status && walk->depth == walk->level_capacity)
        status = add_levels(ctx, walk);
    if (status)
        return status;
    level = &walk->levels[walk->depth];
    status =
        qn_odb_read_typed(ctx, walk->odb, id, QN_OBJECT_TREE, &level->tree);
    if (status == QN_NOT_FOUND || status == QN_PROMISED) {
        struct qn_walk_object object = {.type = QN_OBJECT_TREE,
                                        .mode = QN_MODE_TREE,
                                        .id = *id,
                                        .path = qn_buf_bytes(&walk->path)};

        if (!walk->each) { /* what the other side has may be missing here */
            qn_ctx_clear(ctx);
            return QN_OK;
        }
        if (!walk->options.missing) {
            char hex[QN_ID_MAX_HEX_SIZE + 1];

            return status == QN_PROMISED
                       ? status
                       : qn_ctx_fail(ctx, status, "bad tree object %s",
                                     qn_id_to_hex(id, hex));
        }
        qn_ctx_clear(ctx);
        return walk->options.missing(ctx, walk->options.missing_data, &object);
    }
    if (!status) /* one that cannot be read is not told of */
        status = give(ctx, walk, QN_OBJECT_TREE, mode, id);
    if (!status)
        status = find_last(ctx, walk, &level->last);
    if (status)
        return status;
    level->offset = level->last_offset = 0;
    level->path_size = walk->path.size;
    walk->depth++;
    return QN_OK;
}

/* The tree is done: it is the one last seen at its path. */
static void leave_tree(struct qn_object_walk *walk)
{
    struct level *level = &walk->levels[--walk->depth];

    qn_buf_swap(level->last, &level->tree.data);
}

/* Size of the entry at the front; 0: it is cut short. */
static size_t entry_size(struct qn_bytes rest, size_t id_size)
{
    const uint8_t *end = rest.size ? memchr(rest.data, '\0', rest.size) : NULL;
    size_t size;

    if (!end)
        return 0;
    size = (size_t)(end - rest.data) + 1 + id_size;
    return size <= rest.size ? size : 0;
}

static struct qn_bytes name_of(struct qn_bytes entry, size_t id_size)
{
    size_t space = qn_bytes_find(entry, ' ') + 1;

    if (entry.size < space + 1 + id_size)
        return QN_BYTES_NONE;
    return qn_bytes_make(entry.data + space, entry.size - space - 1 - id_size);
}

static bool is_tree_entry(struct qn_bytes entry)
{
    return entry.data[0] == '4';
}

/* Was this entry in the tree last seen here? Both are sorted. */
static bool was_there(struct level *level, struct qn_bytes entry,
                      size_t id_size)
{
    for (;;) {
        struct qn_bytes rest =
            qn_bytes_from(qn_buf_bytes(level->last), level->last_offset);
        struct qn_bytes old;
        int order;

        /* The id of an entry is behind its name's NUL, so that equal bytes are
         * one whole entry in both. */
        if (rest.size >= entry.size &&
            memcmp(rest.data, entry.data, entry.size) == 0) {
            level->last_offset += entry.size;
            return true;
        }
        old = qn_bytes_first(rest, entry_size(rest, id_size));
        if (old.size == 0)
            return false;
        order = qn_tree_compare_names(name_of(old, id_size), is_tree_entry(old),
                                      name_of(entry, id_size),
                                      is_tree_entry(entry));
        if (order > 0)
            return false;
        level->last_offset += old.size;
        if (order == 0)
            return false;
    }
}

/* With the entry's path in walk->path. */
static bool is_wanted(struct qn_ctx *ctx, const struct qn_object_walk *walk,
                      bool is_tree)
{
    const struct qn_pathspec *pathspec = walk->options.pathspec;
    struct qn_bytes path = qn_buf_bytes(&walk->path);

    if (!pathspec)
        return true;
    if (is_tree)
        return qn_pathspec_reach_below(pathspec, path) != QN_PATHSPEC_NONE;
    return qn_pathspec_is_match(ctx, pathspec, path, false, NULL, NULL);
}

static enum qn_status look_at_entry(struct qn_ctx *ctx,
                                    struct qn_object_walk *walk,
                                    const struct qn_tree_entry *entry)
{
    enum qn_status status = QN_OK;
    struct qn_id id;
    bool is_new;

    if (qn_mode_is_gitlink(entry->mode) ||
        (!qn_mode_is_tree(entry->mode) && walk->options.skips_blobs))
        return QN_OK;
    if (memcmp(entry->id, zeros, walk->seen.row_size) == 0)
        return QN_OK;
    if (!walk->options.pathspec) {
        status = see_row(ctx, &walk->seen, entry->id, &is_new);
        if (status || !is_new)
            return status;
    }
    qn_id_from_row(&id, walk->algorithm, entry->id);
    if (walk->path.size > 0)
        status = qn_buf_append_byte(ctx, &walk->path, '/');
    if (!status)
        status = qn_buf_append_bytes(ctx, &walk->path, entry->name);
    if (!status && walk->options.pathspec) { /* the same id may be wanted at
                                                another path */
        if (!is_wanted(ctx, walk, qn_mode_is_tree(entry->mode)))
            return QN_OK;
        status = see_row(ctx, &walk->seen, entry->id, &is_new);
        if (!status && !is_new)
            return QN_OK;
    }
    if (status)
        return status;
    if (!qn_mode_is_tree(entry->mode))
        return give(ctx, walk, QN_OBJECT_BLOB, entry->mode, &id);
    return enter_tree(ctx, walk, entry->mode, &id);
}

/* The next entry of the innermost tree. */
static enum qn_status step(struct qn_ctx *ctx, struct qn_object_walk *walk)
{
    struct level *level = &walk->levels[walk->depth - 1];
    size_t id_size = walk->seen.row_size;
    struct qn_bytes rest =
        qn_bytes_from(qn_object_bytes(&level->tree), level->offset);
    struct qn_tree_reader reader;
    struct qn_tree_entry entry;
    enum qn_status status;
    size_t size;

    qn_buf_truncate(&walk->path, level->path_size);
    while (rest.size > 0) {
        size = entry_size(rest, id_size);
        if (size == 0 || !was_there(level, qn_bytes_first(rest, size), id_size))
            break;
        level->offset += size;
        rest = qn_bytes_from(rest, size);
    }
    qn_tree_reader_init(&reader, rest, walk->algorithm);
    status = qn_tree_reader_next(ctx, &reader, &entry);
    if (status == QN_END) {
        leave_tree(walk);
        return QN_OK;
    }
    if (status)
        return status;
    level->offset += rest.size - reader.rest.size;
    return look_at_entry(ctx, walk, &entry);
}

enum qn_status qn_object_walk_list(struct qn_ctx *ctx,
                                   struct qn_object_walk *walk,
                                   const struct qn_id *tree,
                                   struct qn_bytes path,
                                   qn_object_walk_fn *each, void *data)
{
    enum qn_status status;
    bool is_new = false;

    walk->each = each;
    walk->data = data;
    walk->depth = 0;
    qn_buf_clear(&walk->path);
    status = see_row(ctx, &walk->seen, tree->bytes, &is_new);
    if (status || !is_new)
        return status;
    status = qn_buf_append_bytes(ctx, &walk->path, path);
    if (!status)
        status = walk->options.skips_trees
                     ? give(ctx, walk, QN_OBJECT_TREE, QN_MODE_TREE, tree)
                     : enter_tree(ctx, walk, QN_MODE_TREE, tree);
    while (!status && walk->depth > 0)
        status = step(ctx, walk);
    return status == QN_END ? QN_OK : status;
}

enum qn_status qn_object_walk_exclude(struct qn_ctx *ctx,
                                      struct qn_object_walk *walk,
                                      const struct qn_id *tree)
{
    return qn_object_walk_list(ctx, walk, tree, QN_BYTES_NONE, NULL, NULL);
}

enum qn_status qn_object_walk_see(struct qn_ctx *ctx,
                                  struct qn_object_walk *walk,
                                  const struct qn_id *id, bool *is_new)
{
    return see_row(ctx, &walk->seen, id->bytes, is_new);
}
