/* SPDX-License-Identifier: MIT */
#include "index/index_fold.h"

#include "base/memory.h"

#include <string.h>

/* A name as it is in the index; the slots of a table of open addressing. */
struct name {
    struct qn_bytes path; /* data NULL: free */
    uint32_t hash;
};

struct table {
    struct name *slots;
    size_t slot_count; /* a power of two */
    size_t count;
};

struct qn_index_fold {
    struct table files;
    struct table directories;
    struct qn_arena arena; /* names that came later */
};

static uint8_t fold_byte(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c;
}

static uint32_t fold_hash(struct qn_bytes path)
{
    uint32_t hash = 2166136261u;

    for (size_t i = 0; i < path.size; i++)
        hash = (hash ^ fold_byte(path.data[i])) * 16777619u;
    return hash;
}

static bool is_same_name(struct qn_bytes a, struct qn_bytes b)
{
    if (a.size != b.size)
        return false;
    for (size_t i = 0; i < a.size; i++)
        if (fold_byte(a.data[i]) != fold_byte(b.data[i]))
            return false;
    return true;
}

static struct name *find_slot(const struct table *table, struct qn_bytes path,
                              uint32_t hash)
{
    size_t mask = table->slot_count - 1;

    for (size_t at = hash & mask;; at = (at + 1) & mask) {
        struct name *name = &table->slots[at];

        if (!name->path.data ||
            (name->hash == hash && is_same_name(name->path, path)))
            return name;
    }
}

static struct qn_bytes find_name(const struct table *table,
                                 struct qn_bytes path)
{
    if (table->count == 0)
        return QN_BYTES_NONE;
    return find_slot(table, path, fold_hash(path))->path;
}

static enum qn_status grow(struct qn_ctx *ctx, struct table *table)
{
    struct table larger = {.slot_count =
                               table->slot_count ? 2 * table->slot_count : 64,
                           .count = table->count};

    larger.slots =
        qn_memory_calloc(ctx, larger.slot_count, sizeof(*larger.slots));
    if (!larger.slots)
        return QN_NO_MEMORY;
    for (size_t i = 0; i < table->slot_count; i++)
        if (table->slots[i].path.data)
            *find_slot(&larger, table->slots[i].path, table->slots[i].hash) =
                table->slots[i];
    qn_memory_free(table->slots);
    *table = larger;
    return QN_OK;
}

/* The first spelling stays. */
static enum qn_status put(struct qn_ctx *ctx, struct table *table,
                          struct qn_bytes path, bool *is_new)
{
    uint32_t hash = fold_hash(path);
    struct name *name;

    *is_new = false;
    if (2 * (table->count + 1) > table->slot_count) {
        enum qn_status status = grow(ctx, table);

        if (status)
            return status;
    }
    name = find_slot(table, path, hash);
    if (name->path.data)
        return QN_OK;
    name->path = path;
    name->hash = hash;
    table->count++;
    *is_new = true;
    return QN_OK;
}

static enum qn_status put_path(struct qn_ctx *ctx, struct qn_index_fold *fold,
                               struct qn_bytes path)
{
    bool is_new = false;
    struct qn_bytes rest = path;
    enum qn_status status = put(ctx, &fold->files, path, &is_new);

    /* From the innermost on, until one is known. */
    while (!status) {
        size_t slash = qn_bytes_find_last(rest, '/');

        if (slash == rest.size)
            break;
        rest = qn_bytes_first(rest, slash);
        status = put(ctx, &fold->directories, rest, &is_new);
        if (!is_new)
            break;
    }
    return status;
}

enum qn_status qn_index_fold_new(struct qn_ctx *ctx,
                                 const struct qn_index *index,
                                 struct qn_index_fold **out)
{
    struct qn_index_fold *fold = qn_memory_calloc(ctx, 1, sizeof(*fold));
    enum qn_status status = QN_OK;

    if (!fold)
        return QN_NO_MEMORY;
    for (size_t i = 0; i < qn_index_count(index) && !status; i++) {
        const struct qn_index_entry *entry = qn_index_peek(index, i);

        if (!(entry->flags & QN_INDEX_REMOVED))
            status = put_path(ctx, fold, entry->path);
    }
    if (status)
        qn_index_fold_free(fold);
    else
        *out = fold;
    return status;
}

void qn_index_fold_free(struct qn_index_fold *fold)
{
    if (!fold)
        return;
    qn_memory_free(fold->files.slots);
    qn_memory_free(fold->directories.slots);
    qn_arena_dispose(&fold->arena);
    qn_memory_free(fold);
}

struct qn_bytes qn_index_fold_file(const struct qn_index_fold *fold,
                                   struct qn_bytes path)
{
    return find_name(&fold->files, path);
}

struct qn_bytes qn_index_fold_directory(const struct qn_index_fold *fold,
                                        struct qn_bytes path)
{
    return find_name(&fold->directories, path);
}

enum qn_status qn_index_fold_add(struct qn_ctx *ctx, struct qn_index_fold *fold,
                                 struct qn_bytes path)
{
    const char *copy = qn_arena_copy(ctx, &fold->arena, path);

    return copy ? put_path(ctx, fold, qn_bytes_make(copy, path.size))
                : QN_NO_MEMORY;
}

enum qn_status qn_index_fold_spell(struct qn_ctx *ctx,
                                   const struct qn_index_fold *fold,
                                   struct qn_bytes path, struct qn_buf *out)
{
    struct qn_bytes known = qn_index_fold_file(fold, path), rest = path;
    enum qn_status status;

    while (known.size == 0) {
        size_t slash = qn_bytes_find_last(rest, '/');

        if (slash == rest.size)
            break;
        rest = qn_bytes_first(rest, slash);
        known = qn_index_fold_directory(fold, rest);
    }
    status = qn_buf_append_bytes(ctx, out, known);
    return status
               ? status
               : qn_buf_append_bytes(ctx, out, qn_bytes_from(path, known.size));
}
