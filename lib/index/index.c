/* SPDX-License-Identifier: MIT */
#include "index/index.h"

#include "base/memory.h"
#include "index/index_internal.h"
#include "index/untracked_cache.h"
#include "object/tree.h"

#include <stdlib.h>

enum qn_status qn_index_new(struct qn_ctx *ctx, uint32_t algorithm,
                            struct qn_index **out)
{
    struct qn_index *index = qn_memory_calloc(ctx, 1, sizeof(*index));

    if (!index)
        return QN_NO_MEMORY;
    index->algorithm = algorithm;
    qn_id_clear(&index->checksum, algorithm);
    *out = index;
    return QN_OK;
}

static void release_contents(struct qn_index *index)
{
    qn_cache_tree_free(index->tree);
    index->tree = NULL;
    qn_memory_free(index->undo);
    index->undo = NULL;
    index->undo_count = index->undo_capacity = 0;
    qn_buf_dispose(&index->untracked);
    qn_memory_free(index->expanded);
    index->expanded = NULL;
    index->expanded_count = index->expanded_capacity = 0;
    index->has_fsmonitor = false;
    index->fsmonitor_token = QN_BYTES_NONE;
    index->count = 0;
    index->is_sparse = false;
}

void qn_index_free(struct qn_index *index)
{
    if (!index)
        return;
    release_contents(index);
    qn_split_index_free(index->split);
    qn_memory_free(index->entries);
    qn_memory_free(index->block);
    qn_memory_free(index->names);
    qn_arena_dispose(&index->arena);
    qn_file_unmap(&index->map);
    qn_memory_free(index);
}

void qn_index_clear(struct qn_index *index)
{
    release_contents(index);
    index->is_changed = true;
}

void qn_index_forget_file(struct qn_index *index)
{
    index->version_read = index->version_wanted = 0;
    index->has_file = false;
    index->is_changed = true;
}

uint32_t qn_index_algorithm(const struct qn_index *index)
{
    return index->algorithm;
}

size_t qn_index_count(const struct qn_index *index)
{
    return index->count;
}

struct qn_index_entry *qn_index_at(struct qn_index *index, size_t i)
{
    return index->entries[i];
}

const struct qn_index_entry *qn_index_peek(const struct qn_index *index,
                                           size_t i)
{
    return index->entries[i];
}

int qn_index_compare_keys(struct qn_bytes a, unsigned a_stage,
                          struct qn_bytes b, unsigned b_stage)
{
    size_t size = a.size < b.size ? a.size : b.size;
    int order = memcmp(a.data, b.data, size);

    if (order != 0)
        return order;
    if (a.size != b.size)
        return a.size < b.size ? -1 : 1;
    return a_stage < b_stage ? -1 : a_stage > b_stage;
}

size_t qn_index_find(const struct qn_index *index, struct qn_bytes path,
                     unsigned stage, bool *found)
{
    size_t low = 0, high = index->count;

    if (found)
        *found = false;
    /* Bulk loads come in order: look at the end first. */
    if (high > 0 && path.size > 0) {
        const struct qn_index_entry *last = index->entries[high - 1];

        if (qn_index_compare_keys(last->path, last->stage, path, stage) < 0)
            return high;
    }
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct qn_index_entry *entry = index->entries[middle];

        if (qn_index_compare_keys(entry->path, entry->stage, path, stage) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (found && low < index->count)
        *found = qn_bytes_is_equal(index->entries[low]->path, path);
    return low;
}

bool qn_index_directory_range(const struct qn_index *index,
                              struct qn_bytes path, size_t *out_start,
                              size_t *out_end)
{
    size_t bounds[2];

    if (path.size == 0) {
        *out_start = 0;
        *out_end = index->count;
        return index->count > 0;
    }
    /* Between "path/" and "path0": '0' is the byte behind '/'. */
    for (int side = 0; side < 2; side++) {
        uint8_t mark = side == 0 ? '/' : '/' + 1;
        size_t low = 0, high = index->count;

        while (low < high) {
            size_t middle = low + (high - low) / 2;
            struct qn_bytes name = index->entries[middle]->path;
            size_t size = name.size < path.size ? name.size : path.size;
            int order = memcmp(name.data, path.data, size);

            if (order == 0)
                order = name.size <= path.size
                            ? -1
                            : (int)name.data[path.size] - (int)mark;
            if (order < 0)
                low = middle + 1;
            else
                high = middle;
        }
        bounds[side] = low;
    }
    *out_start = bounds[0];
    *out_end = bounds[1];
    return bounds[0] < bounds[1];
}

bool qn_index_has_directory(const struct qn_index *index, struct qn_bytes path)
{
    size_t start, end;

    return qn_index_directory_range(index, path, &start, &end);
}

bool qn_index_is_unmerged(const struct qn_index *index)
{
    for (size_t i = 0; i < index->count; i++) {
        if (index->entries[i]->stage != 0)
            return true;
    }
    return false;
}

bool qn_index_is_sparse(const struct qn_index *index)
{
    return index->is_sparse;
}

static void note_path_change(struct qn_index *index, struct qn_bytes path)
{
    qn_index_invalidate_path(index, path);
    /* What is untracked changes with what is tracked: what is known of it
     * would no longer be true. */
    if (index->untracked.size > 0 && !index->is_untracked_stale) {
        qn_untracked_cache_truncate(&index->untracked, index->algorithm);
        index->is_untracked_stale = true;
    }
    index->is_changed = true;
}

static void drop_at(struct qn_index *index, size_t i)
{
    index->count--;
    memmove(index->entries + i, index->entries + i + 1,
            (index->count - i) * sizeof(*index->entries));
}

void qn_index_remove_at(struct qn_index *index, size_t i)
{
    note_path_change(index, index->entries[i]->path);
    drop_at(index, i);
}

bool qn_index_remove(struct qn_index *index, struct qn_bytes path)
{
    bool found;
    size_t i = qn_index_find(index, path, 0, &found);

    while (i < index->count && qn_bytes_is_equal(index->entries[i]->path, path))
        qn_index_remove_at(index, i);
    return found;
}

enum qn_status qn_index_remove_resolved(struct qn_ctx *ctx,
                                        struct qn_index *index,
                                        struct qn_bytes path)
{
    bool found;
    size_t i = qn_index_find(index, path, 0, &found);

    for (; i < index->count && qn_bytes_is_equal(index->entries[i]->path, path);
         i++) {
        enum qn_status status =
            qn_resolve_undo_record(ctx, index, index->entries[i]);

        if (status)
            return status;
    }
    (void)qn_index_remove(index, path);
    return QN_OK;
}

enum qn_status qn_index_compact_resolved(struct qn_ctx *ctx,
                                         struct qn_index *index)
{
    for (size_t i = 0; i < index->count; i++) {
        enum qn_status status = QN_OK;

        if (index->entries[i]->flags & QN_INDEX_REMOVED)
            status = qn_resolve_undo_record(ctx, index, index->entries[i]);
        if (status)
            return status;
    }
    qn_index_compact(index);
    return QN_OK;
}

void qn_index_compact(struct qn_index *index)
{
    size_t kept = 0;

    for (size_t i = 0; i < index->count; i++) {
        struct qn_index_entry *entry = index->entries[i];

        if (entry->flags & QN_INDEX_REMOVED)
            note_path_change(index, entry->path);
        else
            index->entries[kept++] = entry;
    }
    index->count = kept;
}

static enum qn_status copy_entry(struct qn_ctx *ctx, struct qn_index *index,
                                 const struct qn_index_entry *entry,
                                 struct qn_index_entry **out)
{
    struct qn_index_entry *copy =
        qn_arena_alloc(ctx, &index->arena, sizeof(*copy));
    char *path;

    if (!copy)
        return QN_NO_MEMORY;
    path = qn_arena_copy(ctx, &index->arena, entry->path);
    if (!path)
        return QN_NO_MEMORY;
    *copy = *entry;
    copy->path = qn_bytes_make(path, entry->path.size);
    *out = copy;
    return QN_OK;
}

static enum qn_status insert_at(struct qn_ctx *ctx, struct qn_index *index,
                                size_t i, struct qn_index_entry *entry)
{
    enum qn_status status =
        qn_memory_grow(ctx, &index->entries, &index->capacity, index->count + 1,
                       sizeof(*index->entries));

    if (status)
        return status;
    memmove(index->entries + i + 1, index->entries + i,
            (index->count - i) * sizeof(*index->entries));
    index->entries[i] = entry;
    index->count++;
    if (qn_mode_is_tree(entry->mode))
        index->is_sparse = true;
    return QN_OK;
}

enum qn_status qn_index_append(struct qn_ctx *ctx, struct qn_index *index,
                               const struct qn_index_entry *entry)
{
    struct qn_index_entry *copy;
    enum qn_status status = copy_entry(ctx, index, entry, &copy);

    if (status)
        return status;
    index->is_changed = true;
    return insert_at(ctx, index, index->count, copy);
}

/* Find a file of the same stage that is a leading directory of `path`. */
static bool find_file_in_the_way(const struct qn_index *index,
                                 struct qn_bytes path, unsigned stage,
                                 size_t *out)
{
    /* The entry before tells most often that nothing is in the way: it shares
     * our directory. */
    for (size_t at = path.size; at-- > 1;) {
        struct qn_bytes parent = qn_bytes_first(path, at);
        bool found;
        size_t i;

        if (path.data[at] != '/')
            continue;
        i = qn_index_find(index, parent, stage, &found);
        if (found && index->entries[i]->stage == stage) {
            *out = i;
            return true;
        }
        if (i < index->count) {
            struct qn_bytes next = index->entries[i]->path;

            /* Something below the parent is here already, so the parent and
             * what is above it are directories. */
            if (next.size > at && next.data[at] == '/' &&
                memcmp(next.data, path.data, at) == 0 &&
                index->entries[i]->stage == stage)
                return false;
        }
    }
    return false;
}

/* Remove, or refuse, files that cannot stand beside `entry`. */
static enum qn_status clear_the_way(struct qn_ctx *ctx, struct qn_index *index,
                                    const struct qn_index_entry *entry,
                                    bool replaces)
{
    size_t i, start, end;

    while (find_file_in_the_way(index, entry->path, entry->stage, &i)) {
        if (!replaces)
            return qn_ctx_fail_reason(
                ctx, QN_CONFLICT, "index.directory-file",
                (const char *)index->entries[i]->path.data,
                "'%.*s' appears as both a file and as a directory",
                QN_BYTES_ARG(entry->path));
        qn_index_remove_at(index, i);
    }
    if (qn_mode_is_tree(entry->mode) ||
        !qn_index_directory_range(index, entry->path, &start, &end))
        return QN_OK;
    for (i = start; i < end; i++) {
        if (index->entries[i]->stage != entry->stage)
            continue;
        if (!replaces)
            return qn_ctx_fail_reason(
                ctx, QN_CONFLICT, "index.directory-file",
                (const char *)index->entries[i]->path.data,
                "'%.*s' appears as both a file and as a directory",
                QN_BYTES_ARG(entry->path));
        index->entries[i]->flags |= QN_INDEX_REMOVED;
    }
    qn_index_compact(index);
    return QN_OK;
}

/* A resolved path: its stages 1 to 3 go, and are remembered. */
static enum qn_status drop_stages(struct qn_ctx *ctx, struct qn_index *index,
                                  struct qn_bytes path, size_t i)
{
    while (i < index->count && index->entries[i]->stage > 0 &&
           qn_bytes_is_equal(index->entries[i]->path, path)) {
        enum qn_status status =
            qn_resolve_undo_record(ctx, index, index->entries[i]);

        if (status)
            return status;
        drop_at(index, i);
    }
    return QN_OK;
}

enum qn_status qn_index_add(struct qn_ctx *ctx, struct qn_index *index,
                            const struct qn_index_entry *entry, bool replaces)
{
    struct qn_index_entry *copy;
    enum qn_status status;
    bool found;
    size_t i = qn_index_find(index, entry->path, entry->stage, &found);

    if (found && index->entries[i]->stage == entry->stage) {
        struct qn_index_entry *old = index->entries[i];
        struct qn_bytes path = old->path;

        if (old->mode != entry->mode || !qn_id_is_equal(&old->id, &entry->id) ||
            ((old->flags ^ entry->flags) & QN_INDEX_INTENT_TO_ADD))
            qn_index_invalidate_path(index, path);
        *old = *entry;
        old->path = path;
        index->is_changed = true;
        return entry->stage == 0 ? drop_stages(ctx, index, path, i + 1) : QN_OK;
    }
    if (entry->stage == 0 && found) {
        status = drop_stages(ctx, index, entry->path, i);
        if (status)
            return status;
    }
    status = clear_the_way(ctx, index, entry, replaces);
    if (!status)
        status = copy_entry(ctx, index, entry, &copy);
    if (status)
        return status;
    note_path_change(index, copy->path);
    i = qn_index_find(index, copy->path, copy->stage, NULL);
    return insert_at(ctx, index, i, copy);
}

static int compare_entries(const void *a, const void *b)
{
    const struct qn_index_entry *const *left = a, *const *right = b;

    return qn_index_compare_keys((*left)->path, (*left)->stage, (*right)->path,
                                 (*right)->stage);
}

void qn_index_sort(struct qn_index *index)
{
    for (size_t i = 1; i < index->count; i++) {
        if (compare_entries(&index->entries[i - 1], &index->entries[i]) > 0) {
            qsort(index->entries, index->count, sizeof(*index->entries),
                  compare_entries);
            return;
        }
    }
}

void qn_index_set_version(struct qn_index *index, unsigned version)
{
    if (version != index->version_wanted && version != index->version_read)
        index->is_changed = true;
    index->version_wanted = version;
}

unsigned qn_index_version(const struct qn_index *index)
{
    unsigned version =
        index->version_wanted ? index->version_wanted : index->version_read;

    if (version == 4)
        return 4;
    for (size_t i = 0; i < index->count; i++) {
        if (index->entries[i]->flags &
            (QN_INDEX_INTENT_TO_ADD | QN_INDEX_SKIP_WORKTREE))
            return 3;
    }
    return 2;
}

bool qn_index_is_changed(const struct qn_index *index)
{
    return index->is_changed;
}

void qn_index_add_note(struct qn_index *index, enum qn_index_note note)
{
    index->notes |= (unsigned)note;
}
unsigned qn_index_notes(const struct qn_index *index)
{
    return index->notes;
}
void qn_index_mark_changed(struct qn_index *index)
{
    index->is_changed = true;
}
