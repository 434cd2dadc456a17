/* SPDX-License-Identifier: MIT */
#include "operation/part/pack_bases.h"

#include "base/memory.h"
#include "hash/id_list.h"
#include "object/tree.h"

#include <stdlib.h>

struct level {
    struct qn_object tree;
    struct qn_tree_reader reader;
    size_t path_size;
};

enum qn_status qn_pack_bases_note(struct qn_ctx *ctx,
                                  struct qn_pack_gather *gather,
                                  const struct qn_id *id)
{
    enum qn_status status;
    struct qn_id tree;

    if (gather->noted_count > gather->window)
        return QN_OK;
    status =
        qn_revision_peel(ctx, gather->scope->odb, id, QN_OBJECT_TREE, &tree);
    if (status) { /* it may be missing here, or have no tree */
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    status = qn_memory_grow(ctx, &gather->noted, &gather->noted_capacity,
                            gather->noted_count + 1, sizeof(*gather->noted));
    if (!status)
        gather->noted[gather->noted_count++] = tree;
    return status;
}

enum qn_status qn_pack_bases_edge(struct qn_ctx *ctx, void *data,
                                  const struct qn_id *commit)
{
    return qn_pack_bases_note(ctx, data, commit);
}

static int compare_hashes(const void *a, const void *b)
{
    uint32_t one = *(const uint32_t *)a, two = *(const uint32_t *)b;

    return one < two ? -1 : one > two;
}

struct paths { /* of the objects that are sent, as hashes, sorted */
    uint32_t *hashes;
    size_t count;
    bool are_names; /* hashes for deltas: all that bitmaps know of paths */
};

static bool has_path(const struct paths *paths, struct qn_bytes path)
{
    uint64_t hash = qn_bytes_hash(path);
    uint32_t key = paths->are_names ? qn_pack_list_hash(path, 1)
                                    : (uint32_t)(hash ^ hash >> 32) | 1;

    return paths->count > 0 && bsearch(&key, paths->hashes, paths->count,
                                       sizeof(key), compare_hashes) != NULL;
}

static enum qn_status put_base(struct qn_ctx *ctx,
                               struct qn_pack_gather *gather,
                               const uint8_t *row, enum qn_object_type type,
                               struct qn_bytes path)
{
    struct qn_pack_list_add add = {
        .row = row, .type = type, .path = path, .flags = QN_PACK_LIST_BASE};
    uint32_t number;
    bool is_new;

    /* What is sent nevertheless is no base. */
    if (qn_id_map_find_row(&gather->list->ids, row) != QN_ID_MAP_NONE)
        return QN_OK;
    return qn_pack_list_put(ctx, gather->list, &add, &number, &is_new);
}

enum qn_status qn_pack_bases_object(struct qn_ctx *ctx,
                                    struct qn_pack_gather *gather,
                                    const struct qn_id *id,
                                    enum qn_object_type type)
{
    struct qn_object tree = QN_OBJECT_INIT;
    struct qn_id_list left = {0};
    struct qn_tree_reader reader;
    struct qn_tree_entry entry;
    enum qn_status status =
        put_base(ctx, gather, id->bytes, type, QN_BYTES_NONE);

    if (!status && type == QN_OBJECT_TREE)
        status = qn_id_list_add(ctx, &left, id);
    while (!status && left.count > 0) {
        struct qn_id at = left.ids[--left.count];

        if (qn_odb_read_typed(ctx, gather->scope->odb, &at, QN_OBJECT_TREE,
                              &tree)) {
            qn_ctx_clear(ctx);
            continue;
        }
        qn_tree_reader_init(&reader, qn_object_bytes(&tree), at.algorithm);
        while (!status &&
               !(status = qn_tree_reader_next(ctx, &reader, &entry))) {
            bool is_tree = qn_mode_is_tree(entry.mode);

            if (qn_mode_is_gitlink(entry.mode) ||
                qn_id_map_find_row(&gather->list->ids, entry.id) !=
                    QN_ID_MAP_NONE)
                continue;
            status = put_base(ctx, gather, entry.id,
                              is_tree ? QN_OBJECT_TREE : QN_OBJECT_BLOB,
                              QN_BYTES_NONE);
            qn_id_from_row(&at, id->algorithm, entry.id);
            if (!status && is_tree)
                status = qn_id_list_add(ctx, &left, &at);
        }
        if (status == QN_END || status == QN_CORRUPT) {
            qn_ctx_clear(ctx); /* a bad tree only makes no base */
            status = QN_OK;
        }
    }
    qn_id_list_dispose(&left);
    qn_object_dispose(&tree);
    return status;
}

static enum qn_status enter(struct qn_ctx *ctx, struct qn_pack_gather *gather,
                            struct level **levels, size_t *capacity,
                            size_t *depth, const struct qn_id *id)
{
    size_t old = *capacity;
    enum qn_status status =
        qn_memory_grow(ctx, levels, capacity, *depth + 1, sizeof(**levels));
    struct level *level;

    if (status)
        return status;
    if (*capacity > old)
        memset(*levels + old, 0, (*capacity - old) * sizeof(**levels));
    level = &(*levels)[*depth];
    status = qn_odb_read_typed(ctx, gather->scope->odb, id, QN_OBJECT_TREE,
                               &level->tree);
    if (status) {
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    qn_tree_reader_init(&level->reader, qn_object_bytes(&level->tree),
                        id->algorithm);
    (*depth)++;
    return QN_OK;
}

static enum qn_status walk_tree(struct qn_ctx *ctx,
                                struct qn_pack_gather *gather,
                                const struct paths *paths,
                                const struct qn_id *root)
{
    struct level *levels = NULL;
    struct qn_buf path = QN_BUF_INIT;
    size_t capacity = 0, depth = 0, i;
    enum qn_status status =
        put_base(ctx, gather, root->bytes, QN_OBJECT_TREE, QN_BYTES_NONE);

    if (!status)
        status = enter(ctx, gather, &levels, &capacity, &depth, root);
    while (!status && depth > 0) {
        struct level *level = &levels[depth - 1];
        struct qn_tree_entry entry;
        bool is_tree;
        struct qn_id id;

        qn_buf_truncate(&path, level->path_size);
        status = qn_tree_reader_next(ctx, &level->reader, &entry);
        if (status) {
            qn_ctx_clear(ctx); /* a bad tree only makes no base */
            status = QN_OK;
            depth--;
            continue;
        }
        if (qn_mode_is_gitlink(entry.mode))
            continue;
        is_tree = qn_mode_is_tree(entry.mode);
        if (path.size > 0)
            status = qn_buf_append_byte(ctx, &path, '/');
        if (!status)
            status = qn_buf_append_bytes(ctx, &path, entry.name);
        if (status || !has_path(paths, qn_buf_bytes(&path)))
            continue;
        status = put_base(ctx, gather, entry.id,
                          is_tree ? QN_OBJECT_TREE : QN_OBJECT_BLOB,
                          qn_buf_bytes(&path));
        if (status || !is_tree || depth >= 4096)
            continue;
        qn_id_from_row(&id, root->algorithm, entry.id);
        i = depth;
        status = enter(ctx, gather, &levels, &capacity, &depth, &id);
        if (depth > i)
            levels[i].path_size = path.size;
    }
    for (i = 0; i < capacity; i++)
        qn_object_dispose(&levels[i].tree);
    qn_memory_free(levels);
    qn_buf_dispose(&path);
    return status;
}

enum qn_status qn_pack_bases_add(struct qn_ctx *ctx,
                                 struct qn_pack_gather *gather)
{
    const struct qn_pack_list *list = gather->list;
    size_t count = qn_pack_list_count(list), i;
    struct paths paths = {.are_names = gather->is_of_sets};
    enum qn_status status = QN_OK;

    if (!gather->is_thin || gather->noted_count == 0)
        return QN_OK;
    paths.hashes = qn_memory_array(ctx, count + 1, sizeof(*paths.hashes));
    if (!paths.hashes)
        return QN_NO_MEMORY;
    for (i = 0; i < count; i++) {
        const struct qn_pack_list_entry *entry = &list->entries[i];
        uint32_t hash = paths.are_names ? entry->name_hash : entry->path_hash;

        if (hash != 0)
            paths.hashes[paths.count++] = hash;
    }
    if (paths.count > 1)
        qsort(paths.hashes, paths.count, sizeof(*paths.hashes), compare_hashes);
    for (i = 0; i < gather->noted_count && !status; i++)
        status = walk_tree(ctx, gather, &paths, &gather->noted[i]);
    qn_memory_free(paths.hashes);
    qn_memory_free(gather->noted);
    gather->noted = NULL;
    gather->noted_count = gather->noted_capacity = 0;
    return status;
}
