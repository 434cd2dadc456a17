/* SPDX-License-Identifier: MIT */
#include "walk/changed_paths.h"

#include "base/memory.h"
#include "object/tree.h"
#include "walk/commit_graph_filter.h"

#include <string.h>

#define KEPT_COUNT 1024 /* trees; a power of two */
#define KEPT_SIZE  ((size_t)128 * 1024)
#define SLOT_COUNT 2048 /* of the paths of one change; a power of two */
#define DEPTH_MAX  4096

struct kept {
    struct qn_id id;
    struct qn_object tree;
};

/* A pair of directories that is being compared. */
struct level {
    struct qn_id ids[2]; /* old, new; null: there is none */
    struct qn_object trees[2];
    struct qn_bytes rest[2];
    size_t path_size;
    bool is_noted; /* the directory itself is among the paths */
};

struct qn_changed_paths {
    struct qn_odb *odb;
    uint32_t version;
    size_t id_size;
    struct kept *kept;
    struct level *levels;
    size_t depth;
    size_t capacity;
    struct qn_buf path;
    uint64_t slots[SLOT_COUNT];              /* hashes of paths; 0: free */
    uint16_t used[QN_CHANGED_PATHS_MAX + 1]; /* slots, beside the hashes */
    uint64_t hashes[QN_CHANGED_PATHS_MAX + 1];
    size_t hash_count;
    size_t change_count;
};

enum qn_status qn_changed_paths_new(struct qn_ctx *ctx, struct qn_odb *odb,
                                    uint32_t version,
                                    struct qn_changed_paths **out)
{
    struct qn_changed_paths *paths = qn_memory_calloc(ctx, 1, sizeof(*paths));

    *out = NULL;
    if (!paths)
        return QN_NO_MEMORY;
    paths->odb = odb;
    paths->version = version;
    paths->id_size = qn_id_size(qn_odb_algorithm(odb));
    paths->kept = qn_memory_calloc(ctx, KEPT_COUNT, sizeof(*paths->kept));
    if (!paths->kept) {
        qn_changed_paths_free(paths);
        return QN_NO_MEMORY;
    }
    *out = paths;
    return QN_OK;
}

void qn_changed_paths_free(struct qn_changed_paths *paths)
{
    size_t i;

    if (!paths)
        return;
    for (i = 0; paths->kept && i < KEPT_COUNT; i++)
        qn_object_dispose(&paths->kept[i].tree);
    for (i = 0; i < paths->capacity; i++) {
        qn_object_dispose(&paths->levels[i].trees[0]);
        qn_object_dispose(&paths->levels[i].trees[1]);
    }
    qn_memory_free(paths->kept);
    qn_memory_free(paths->levels);
    qn_buf_dispose(&paths->path);
    qn_memory_free(paths);
}

/* ---- trees */

static struct kept *slot_of(struct qn_changed_paths *paths,
                            const struct qn_id *id)
{
    uint32_t hash;

    memcpy(&hash, id->bytes, sizeof(hash));
    return &paths->kept[hash & (KEPT_COUNT - 1)];
}

/* The tree moves from the kept ones into the level, and back when it is done.
 */
static enum qn_status take_tree(struct qn_ctx *ctx,
                                struct qn_changed_paths *paths,
                                const struct qn_id *id, struct qn_object *out)
{
    struct kept *kept = slot_of(paths, id);

    if (!qn_id_is_equal(&kept->id, id))
        return qn_odb_read_typed(ctx, paths->odb, id, QN_OBJECT_TREE, out);
    qn_buf_swap(&kept->tree.data, &out->data);
    qn_id_clear(&kept->id, id->algorithm);
    return QN_OK;
}

static void keep_tree(struct qn_changed_paths *paths, const struct qn_id *id,
                      struct qn_object *tree)
{
    struct kept *kept = slot_of(paths, id);

    if (tree->data.capacity > KEPT_SIZE)
        return;
    qn_buf_swap(&kept->tree.data, &tree->data);
    kept->id = *id;
}

static enum qn_status enter(struct qn_ctx *ctx, struct qn_changed_paths *paths,
                            const struct qn_id *old_tree,
                            const struct qn_id *new_tree)
{
    const struct qn_id *ids[2] = {old_tree, new_tree};
    size_t old_capacity = paths->capacity;
    enum qn_status status = QN_OK;
    struct level *level;
    int i;

    if (paths->depth >= DEPTH_MAX)
        return qn_ctx_fail(ctx, QN_TOO_BIG, "trees are nested too deep");
    if (paths->depth == paths->capacity)
        status = qn_memory_grow(ctx, &paths->levels, &paths->capacity,
                                paths->depth + 1, sizeof(*paths->levels));
    if (status)
        return status;
    if (paths->capacity > old_capacity)
        memset(paths->levels + old_capacity, 0,
               (paths->capacity - old_capacity) * sizeof(*paths->levels));
    level = &paths->levels[paths->depth];
    for (i = 0; i < 2; i++) {
        level->rest[i] = QN_BYTES_NONE;
        qn_id_clear(&level->ids[i], qn_odb_algorithm(paths->odb));
        if (!ids[i])
            continue;
        status = take_tree(ctx, paths, ids[i], &level->trees[i]);
        if (status)
            return status;
        level->ids[i] = *ids[i];
        level->rest[i] = qn_object_bytes(&level->trees[i]);
    }
    level->path_size = paths->path.size;
    level->is_noted = paths->depth == 0;
    paths->depth++;
    return QN_OK;
}

static void leave(struct qn_changed_paths *paths)
{
    struct level *level = &paths->levels[--paths->depth];
    int i;

    for (i = 0; i < 2; i++)
        if (!qn_id_is_null(&level->ids[i]))
            keep_tree(paths, &level->ids[i], &level->trees[i]);
}

/* ---- paths */

static bool is_full(const struct qn_changed_paths *paths)
{
    return paths->change_count > QN_CHANGED_PATHS_MAX ||
           paths->hash_count > QN_CHANGED_PATHS_MAX;
}

static void note_path(struct qn_changed_paths *paths, size_t size)
{
    struct qn_bytes path = qn_bytes_first(qn_buf_bytes(&paths->path), size);
    uint64_t hash;
    size_t slot;

    if (paths->hash_count > QN_CHANGED_PATHS_MAX)
        return;
    hash = qn_commit_graph_filter_pair(path, paths->version);
    /* Two paths of the same 64 bits would set the same bits. */
    for (slot = (size_t)hash & (SLOT_COUNT - 1); paths->slots[slot];
         slot = (slot + 1) & (SLOT_COUNT - 1))
        if (paths->slots[slot] == hash)
            return;
    paths->slots[slot] = hash;
    paths->used[paths->hash_count] = (uint16_t)slot;
    paths->hashes[paths->hash_count++] = hash;
}

/* The walk's path has changed: it, and the directories it is in. */
static void note_change(struct qn_changed_paths *paths)
{
    size_t i;

    paths->change_count++;
    for (i = paths->depth; i-- > 0 && !paths->levels[i].is_noted;) {
        paths->levels[i].is_noted = true;
        note_path(paths, paths->levels[i].path_size);
    }
    note_path(paths, paths->path.size);
}

static size_t entry_size(struct qn_bytes rest, size_t id_size)
{
    const uint8_t *end = rest.size ? memchr(rest.data, '\0', rest.size) : NULL;
    size_t size;

    if (!end)
        return 0;
    size = (size_t)(end - rest.data) + 1 + id_size;
    return size <= rest.size ? size : 0;
}

/* The entry at the front of a side; false at its end. */
static enum qn_status look(struct qn_ctx *ctx, uint32_t algorithm,
                           struct qn_bytes rest, struct qn_tree_entry *out,
                           size_t *size)
{
    struct qn_tree_reader reader;
    enum qn_status status;

    qn_tree_reader_init(&reader, rest, algorithm);
    status = qn_tree_reader_next(ctx, &reader, out);
    *size = status ? 0 : rest.size - reader.rest.size;
    return status;
}

/* A name that is on one side only (the other NULL), or differs. */
static enum qn_status look_at_name(struct qn_ctx *ctx,
                                   struct qn_changed_paths *paths,
                                   const struct qn_tree_entry *old_entry,
                                   const struct qn_tree_entry *new_entry)
{
    const struct qn_tree_entry *either = new_entry ? new_entry : old_entry;
    uint32_t algorithm = qn_odb_algorithm(paths->odb);
    enum qn_status status = QN_OK;
    struct qn_id ids[2];

    if (old_entry && new_entry && old_entry->mode == new_entry->mode &&
        memcmp(old_entry->id, new_entry->id, paths->id_size) == 0)
        return QN_OK;
    if (paths->path.size > 0)
        status = qn_buf_append_byte(ctx, &paths->path, '/');
    if (!status)
        status = qn_buf_append_bytes(ctx, &paths->path, either->name);
    if (status)
        return status;
    if (!qn_mode_is_tree(either->mode)) {
        note_change(paths);
        return QN_OK;
    }
    if (old_entry)
        qn_id_from_row(&ids[0], algorithm, old_entry->id);
    if (new_entry)
        qn_id_from_row(&ids[1], algorithm, new_entry->id);
    return enter(ctx, paths, old_entry ? &ids[0] : NULL,
                 new_entry ? &ids[1] : NULL);
}

/* Pass over what both have alike at the front. */
static void skip_same(struct level *level, size_t id_size)
{
    for (;;) {
        size_t size = entry_size(level->rest[0], id_size);

        if (size == 0 || level->rest[1].size < size ||
            memcmp(level->rest[0].data, level->rest[1].data, size) != 0)
            return;
        level->rest[0] = qn_bytes_from(level->rest[0], size);
        level->rest[1] = qn_bytes_from(level->rest[1], size);
    }
}

/* The next name of the innermost pair. */
static enum qn_status step(struct qn_ctx *ctx, struct qn_changed_paths *paths)
{
    struct level *level = &paths->levels[paths->depth - 1];
    uint32_t algorithm = qn_odb_algorithm(paths->odb);
    struct qn_tree_entry entries[2];
    enum qn_status ends[2];
    size_t sizes[2];
    int order, i;

    qn_buf_truncate(&paths->path, level->path_size);
    skip_same(level, paths->id_size);
    for (i = 0; i < 2; i++) {
        ends[i] = look(ctx, algorithm, level->rest[i], &entries[i], &sizes[i]);
        if (ends[i] && ends[i] != QN_END)
            return ends[i];
    }
    if (ends[0] && ends[1]) {
        leave(paths);
        return QN_OK;
    }
    order = ends[0]   ? 1
            : ends[1] ? -1
                      : qn_tree_compare_names(
                            entries[0].name, qn_mode_is_tree(entries[0].mode),
                            entries[1].name, qn_mode_is_tree(entries[1].mode));
    if (order <= 0)
        level->rest[0] = qn_bytes_from(level->rest[0], sizes[0]);
    if (order >= 0)
        level->rest[1] = qn_bytes_from(level->rest[1], sizes[1]);
    return look_at_name(ctx, paths, order <= 0 ? &entries[0] : NULL,
                        order >= 0 ? &entries[1] : NULL);
}

/* ---- filters */

static enum qn_status append_filter(struct qn_ctx *ctx,
                                    const struct qn_changed_paths *paths,
                                    struct qn_buf *out)
{
    size_t size = (paths->hash_count * QN_CHANGED_PATHS_BITS + 7) / 8;
    enum qn_status status;
    uint8_t *filter;
    size_t i;
    uint32_t j;

    if (is_full(paths))
        return qn_buf_append_byte(ctx, out, 0xff);
    if (size == 0)
        return qn_buf_append_byte(ctx, out, 0);
    status = qn_buf_append_repeat(ctx, out, 0, size);
    if (status)
        return status;
    filter = out->data + out->size - size;
    for (i = 0; i < paths->hash_count; i++) {
        uint32_t first = (uint32_t)(paths->hashes[i] >> 32);
        uint32_t second = (uint32_t)paths->hashes[i];

        for (j = 0; j < QN_CHANGED_PATHS_HASHES; j++) {
            uint64_t bit = (uint32_t)(first + j * second) % (size * 8);

            filter[bit / 8] |= (uint8_t)(1u << bit % 8);
        }
    }
    return QN_OK;
}

enum qn_status qn_changed_paths_append(struct qn_ctx *ctx,
                                       struct qn_changed_paths *paths,
                                       const struct qn_id *old_tree,
                                       const struct qn_id *new_tree,
                                       struct qn_buf *out)
{
    enum qn_status status = qn_ctx_check(ctx);

    while (paths->hash_count > 0)
        paths->slots[paths->used[--paths->hash_count]] = 0;
    paths->depth = paths->change_count = 0;
    qn_buf_clear(&paths->path);
    if (!status && !(old_tree && qn_id_is_equal(old_tree, new_tree)))
        status = enter(ctx, paths, old_tree, new_tree);
    while (!status && paths->depth > 0 && !is_full(paths))
        status = step(ctx, paths);
    while (paths->depth > 0)
        leave(paths);
    return status ? status : append_filter(ctx, paths, out);
}
