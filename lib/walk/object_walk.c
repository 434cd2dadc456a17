/* SPDX-License-Identifier: MIT */
#include "walk/object_walk.h"

#include "base/map.h"
#include "base/memory.h"
#include "object/tree.h"
#include "walk/tree_ahead.h"

#include <string.h>

#define SLOTS_FIRST 4096

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
    bool has_frame; /* the filter was told of it */
};

struct qn_object_walk {
    struct qn_odb *odb;
    struct qn_object_walk_options options;
    struct seen seen;
    struct seen met;    /* what the filter was asked about (notes_met) */
    struct qn_map last; /* path to struct qn_buf: the tree last seen there */
    struct level *levels;
    size_t depth;
    size_t level_capacity;
    struct qn_buf path;
    qn_object_walk_fn *each;
    void *data;
    uint32_t algorithm;
    bool compares; /* with the tree last seen at the same path */
    const struct qn_tree_ahead *ahead; /* trees that were read ahead, or NULL */
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

static bool has_seen(const struct seen *seen, const uint8_t *row)
{
    return seen->slot_count > 0 &&
           memcmp(find_slot(seen, row), row, seen->row_size) == 0;
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
    walk->seen.row_size = walk->met.row_size = qn_id_size(walk->algorithm);
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
    qn_memory_free(walk->met.slots);
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

/* A tree that is not here. */
static enum qn_status miss_tree(struct qn_ctx *ctx, struct qn_object_walk *walk,
                                const struct qn_id *id, enum qn_status status)
{
    struct qn_walk_object object = {.type = QN_OBJECT_TREE,
                                    .mode = QN_MODE_TREE,
                                    .id = *id,
                                    .path = qn_buf_bytes(&walk->path)};
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    if (!walk->each) { /* what the other side has may be missing here */
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    if (!walk->options.missing)
        return status == QN_PROMISED
                   ? status
                   : qn_ctx_fail(ctx, status, "bad tree object %s",
                                 qn_id_to_hex(id, hex));
    qn_ctx_clear(ctx);
    return walk->options.missing(ctx, walk->options.missing_data, &object);
}

static enum qn_status read_tree(struct qn_ctx *ctx, struct qn_object_walk *walk,
                                const struct qn_id *id, struct qn_object *out)
{
    if (walk->ahead) {
        qn_buf_clear(&out->data);
        out->type = QN_OBJECT_TREE;
        if (qn_tree_ahead_take(ctx, walk->ahead, id->bytes, &out->data))
            return QN_OK;
    }
    return qn_odb_read_typed(ctx, walk->odb, id, QN_OBJECT_TREE, out);
}

/* How a tree is gone into. */
struct entrance {
    uint32_t mode;
    bool is_given;  /* and it is given itself */
    bool has_frame; /* the filter was asked about it */
};

/* Go down into a tree that is new; its path is the walk's path. */
static enum qn_status enter_tree(struct qn_ctx *ctx,
                                 struct qn_object_walk *walk,
                                 const struct entrance *entrance,
                                 const struct qn_id *id)
{
    enum qn_status status = QN_OK;
    struct level *level;

    status = qn_odb_check_depth(ctx, walk->odb, walk->depth);
    if (!status)
        status = qn_ctx_check(ctx);
    if (!status && walk->depth == walk->level_capacity)
        status = add_levels(ctx, walk);
    if (!status && entrance->has_frame)
        status = qn_object_filter_enter(ctx, walk->options.filter);
    if (status)
        return status;
    level = &walk->levels[walk->depth];
    status = read_tree(ctx, walk, id, &level->tree);
    if (status == QN_NOT_FOUND || status == QN_PROMISED) {
        if (entrance->has_frame)
            qn_object_filter_leave(walk->options.filter);
        return miss_tree(ctx, walk, id, status);
    }
    if (!status && entrance->is_given) /* not one that cannot be read */
        status = give(ctx, walk, QN_OBJECT_TREE, entrance->mode, id);
    if (!status)
        status = find_last(ctx, walk, &level->last);
    if (status)
        return status;
    level->offset = level->last_offset = 0;
    level->path_size = walk->path.size;
    level->has_frame = entrance->has_frame;
    walk->depth++;
    return QN_OK;
}

/* The tree is done: it is the one last seen at its path. */
static void leave_tree(struct qn_object_walk *walk)
{
    struct level *level = &walk->levels[--walk->depth];

    if (level->has_frame)
        qn_object_filter_leave(walk->options.filter);
    if (walk->compares)
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

/* What the filter wants of an object that was not dealt with yet. */
static enum qn_status ask_filter(struct qn_ctx *ctx,
                                 struct qn_object_walk *walk,
                                 enum qn_object_type type, uint32_t mode,
                                 const struct qn_id *id)
{
    struct qn_object_filter_answer answer;
    struct entrance entrance = {mode, false, true};
    bool is_new;
    enum qn_status status =
        qn_object_filter_ask(ctx, walk->options.filter, type, id,
                             qn_buf_bytes(&walk->path), &answer);

    if (!status && answer.is_final)
        status = see_row(ctx, &walk->seen, id->bytes, &is_new);
    if (!status && walk->options.notes_met)
        status = see_row(ctx, &walk->met, id->bytes, &is_new);
    if (status)
        return status;
    if (type == QN_OBJECT_TREE && answer.is_skipped && !walk->options.missing) {
        bool exists;

        status = qn_odb_exists(ctx, walk->odb, id, &exists);
        if (status || !exists)
            return status ? status : miss_tree(ctx, walk, id, QN_NOT_FOUND);
    }
    if (type != QN_OBJECT_TREE || answer.is_skipped ||
        walk->options.skips_trees)
        return answer.is_wanted ? give(ctx, walk, type, mode, id) : QN_OK;
    entrance.is_given = answer.is_wanted;
    return enter_tree(ctx, walk, &entrance, id);
}

static enum qn_status append_name(struct qn_ctx *ctx,
                                  struct qn_object_walk *walk,
                                  struct qn_bytes name)
{
    enum qn_status status = QN_OK;

    if (walk->path.size > 0)
        status = qn_buf_append_byte(ctx, &walk->path, '/');
    return status ? status : qn_buf_append_bytes(ctx, &walk->path, name);
}

static enum qn_status look_at_entry(struct qn_ctx *ctx,
                                    struct qn_object_walk *walk,
                                    const struct qn_tree_entry *entry)
{
    struct entrance entrance = {entry->mode, true, false};
    bool is_tree = qn_mode_is_tree(entry->mode);
    bool has_filter = walk->options.filter && walk->each;
    enum qn_status status = QN_OK;
    struct qn_id id;
    bool is_new;

    if (qn_mode_is_gitlink(entry->mode) ||
        (!is_tree && walk->options.skips_blobs))
        return QN_OK;
    if (memcmp(entry->id, zeros, walk->seen.row_size) == 0)
        return QN_OK;
    if (has_filter && has_seen(&walk->seen, entry->id))
        return QN_OK;
    if (!has_filter && !walk->options.pathspec) {
        status = see_row(ctx, &walk->seen, entry->id, &is_new);
        if (status || !is_new)
            return status;
    }
    qn_id_from_row(&id, walk->algorithm, entry->id);
    status = append_name(ctx, walk, entry->name);
    if (status || (walk->options.pathspec && !is_wanted(ctx, walk, is_tree)))
        return status;
    if (has_filter)
        return ask_filter(ctx, walk, is_tree ? QN_OBJECT_TREE : QN_OBJECT_BLOB,
                          entry->mode, &id);
    if (walk->options.pathspec) { /* the same id may be wanted at another path
                                   */
        status = see_row(ctx, &walk->seen, entry->id, &is_new);
        if (status || !is_new)
            return status;
    }
    if (!is_tree)
        return give(ctx, walk, QN_OBJECT_BLOB, entry->mode, &id);
    return enter_tree(ctx, walk, &entrance, &id);
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
    while (rest.size > 0 && walk->compares) {
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

static enum qn_status list_tree(struct qn_ctx *ctx, struct qn_object_walk *walk,
                                const struct qn_id *tree, struct qn_bytes path,
                                bool has_filter)
{
    struct entrance entrance = {QN_MODE_TREE, true, false};
    enum qn_status status = QN_OK;
    bool is_new = false;

    walk->depth = 0;
    /* Below a tree that was asked for by name a filter answers otherwise than
     * at the same path elsewhere. */
    walk->compares =
        !walk->options.filter || !walk->each || (has_filter && path.size == 0);
    qn_buf_clear(&walk->path);
    if (walk->options.filter)
        qn_object_filter_restart(walk->options.filter);
    if (has_filter) {
        if (has_seen(&walk->seen, tree->bytes))
            return QN_OK;
    } else {
        status = see_row(ctx, &walk->seen, tree->bytes, &is_new);
        if (status || !is_new)
            return status;
    }
    status = qn_buf_append_bytes(ctx, &walk->path, path);
    if (!status && has_filter)
        status = ask_filter(ctx, walk, QN_OBJECT_TREE, QN_MODE_TREE, tree);
    else if (!status)
        status = walk->options.skips_trees
                     ? give(ctx, walk, QN_OBJECT_TREE, QN_MODE_TREE, tree)
                     : enter_tree(ctx, walk, &entrance, tree);
    while (!status && walk->depth > 0)
        status = step(ctx, walk);
    return status == QN_END ? QN_OK : status;
}

enum qn_status qn_object_walk_list(struct qn_ctx *ctx,
                                   struct qn_object_walk *walk,
                                   const struct qn_id *tree,
                                   struct qn_bytes path,
                                   qn_object_walk_fn *each, void *data)
{
    walk->each = each;
    walk->data = data;
    return list_tree(ctx, walk, tree, path, walk->options.filter && each);
}

static enum qn_status list_root(struct qn_ctx *ctx, void *data,
                                const struct qn_tree_ahead *ahead,
                                const struct qn_id *root)
{
    struct qn_object_walk *walk = data;
    enum qn_status status;

    walk->ahead = ahead;
    status = list_tree(ctx, walk, root, QN_BYTES_NONE,
                       walk->options.filter && walk->each);
    walk->ahead = NULL;
    return status;
}

enum qn_status qn_object_walk_list_all(struct qn_ctx *ctx,
                                       struct qn_object_walk *walk,
                                       const struct qn_id *trees, size_t count,
                                       qn_object_walk_fn *each, void *data)
{
    const struct qn_object_walk_options *options = &walk->options;
    const struct qn_tree_ahead_run ahead = {.odb = walk->odb,
                                            .roots = trees,
                                            .count = count,
                                            .each = list_root,
                                            .data = walk,
                                            .seen = walk->seen.slots,
                                            .seen_count =
                                                walk->seen.slot_count};
    enum qn_status status = QN_OK;
    size_t i;

    walk->each = each;
    walk->data = data;
    /* Where much is left out, most of it would be read in vain. */
    if (!options->filter && !options->pathspec && !options->skips_trees &&
        !options->spares_workers)
        return qn_tree_ahead_run(ctx, &ahead);
    for (i = 0; i < count && !status; i++)
        status = list_root(ctx, walk, NULL, &trees[i]);
    return status;
}

enum qn_status qn_object_walk_list_given(struct qn_ctx *ctx,
                                         struct qn_object_walk *walk,
                                         const struct qn_id *tree,
                                         struct qn_bytes path,
                                         qn_object_walk_fn *each, void *data)
{
    walk->each = each;
    walk->data = data;
    return list_tree(ctx, walk, tree, path,
                     walk->options.filter && has_seen(&walk->met, tree->bytes));
}

enum qn_status qn_object_walk_meet(struct qn_ctx *ctx,
                                   struct qn_object_walk *walk,
                                   const struct qn_walk_object *object,
                                   bool is_given, bool *is_wanted)
{
    struct qn_object_filter_answer answer = {true, true, false};
    enum qn_status status = QN_OK;
    bool is_new;

    *is_wanted = false;
    if (has_seen(&walk->seen, object->id.bytes))
        return QN_OK;
    if (walk->options.filter &&
        (!is_given || has_seen(&walk->met, object->id.bytes))) {
        qn_object_filter_restart(walk->options.filter);
        status = qn_object_filter_ask(ctx, walk->options.filter, object->type,
                                      &object->id, object->path, &answer);
    }
    if (!status && answer.is_final)
        status = see_row(ctx, &walk->seen, object->id.bytes, &is_new);
    *is_wanted = answer.is_wanted;
    return status;
}

enum qn_status qn_object_walk_note_met(struct qn_ctx *ctx,
                                       struct qn_object_walk *walk,
                                       const struct qn_id *tree)
{
    bool is_new;

    return walk->options.filter && walk->options.notes_met
               ? see_row(ctx, &walk->met, tree->bytes, &is_new)
               : QN_OK;
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
