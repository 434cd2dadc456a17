/* SPDX-License-Identifier: MIT */
/* The sparse index on its way out: directories that were expanded when it was
 * read, and are still known to the cache tree and skipped as a whole, are one
 * entry each.
 */
#include "base/memory.h"
#include "index/cache_tree.h"
#include "index/index.h"
#include "index/index_internal.h"
#include "object/tree.h"

/* The node of "a/b/"; NULL when there is none. */
static struct qn_cache_tree_node *find_node(struct qn_index *index,
                                            struct qn_bytes path)
{
    struct qn_cache_tree_node *node = index->tree;

    while (node && path.size > 0) {
        size_t end = qn_bytes_find(path, '/');

        node = qn_cache_tree_find_child(node, qn_bytes_first(path, end));
        path = qn_bytes_from(path, end < path.size ? end + 1 : end);
    }
    return node;
}

void qn_sparse_index_adjust(struct qn_index *index, struct qn_bytes path,
                            int64_t difference)
{
    struct qn_cache_tree_node *node = index->tree;

    while (node && path.size > 0) {
        size_t end = qn_bytes_find(path, '/');

        if (node->entry_count >= 0)
            node->entry_count += difference;
        node = qn_cache_tree_find_child(node, qn_bytes_first(path, end));
        path = qn_bytes_from(path, end < path.size ? end + 1 : end);
    }
}

/* May the directory be one entry?  [*start, *end) of the index. */
static bool is_whole(struct qn_index *index, struct qn_bytes path,
                     size_t *start, size_t *end)
{
    const struct qn_cache_tree_node *node = find_node(index, path);

    if (!node ||
        !qn_index_directory_range(index, qn_bytes_first(path, path.size - 1),
                                  start, end) ||
        node->entry_count != (int64_t)(*end - *start))
        return false;
    for (size_t i = *start; i < *end; i++) {
        const struct qn_index_entry *entry = index->entries[i];

        if (entry->stage != 0 || !(entry->flags & QN_INDEX_SKIP_WORKTREE) ||
            qn_mode_is_gitlink(entry->mode))
            return false;
    }
    return true;
}

/* One entry instead of `count`; nothing is below it. */
static void shrink(struct qn_index *index, struct qn_bytes path, size_t count)
{
    struct qn_cache_tree_node *node = find_node(index, path);

    qn_sparse_index_adjust(index, path, 1 - (int64_t)count);
    node->entry_count = 1;
    for (size_t i = 0; i < node->child_count; i++)
        qn_cache_tree_free(node->children[i]);
    node->child_count = 0;
}

enum qn_status qn_sparse_index_begin(struct qn_ctx *ctx, struct qn_index *index,
                                     struct qn_sparse_index_kept *kept)
{
    size_t from = 0, made = 0;
    struct qn_index_entry **entries;
    size_t *ends;

    memset(kept, 0, sizeof(*kept));
    if (index->expanded_count == 0 || !index->tree || index->split)
        return QN_OK;
    entries = qn_memory_array(ctx, index->count + 1, sizeof(*entries));
    kept->directories = qn_memory_calloc(ctx, index->expanded_count,
                                         sizeof(*kept->directories));
    ends = qn_memory_array(ctx, index->expanded_count, sizeof(*ends));
    if (!entries || !kept->directories || !ends) {
        qn_memory_free(entries);
        qn_memory_free(kept->directories);
        qn_memory_free(ends);
        return QN_NO_MEMORY;
    }
    kept->entries = index->entries;
    kept->count = index->count;
    kept->is_active = true;
    index->count = 0;
    for (size_t d = 0; d < index->expanded_count; d++) {
        struct qn_bytes path = index->expanded[d];
        struct qn_index_entry *entry = &kept->directories[d];
        size_t start, end;
        bool is_one;

        index->count = kept->count;
        is_one = is_whole(index, path, &start, &end) && start >= from;
        index->count = made;
        if (!is_one)
            continue;
        memcpy(entries + made, kept->entries + from,
               (start - from) * sizeof(*entries));
        made += start - from;
        entry->path = path;
        entry->mode = QN_MODE_TREE;
        entry->flags = QN_INDEX_SKIP_WORKTREE;
        entry->id = find_node(index, path)->id;
        entries[made++] = entry;
        ends[d] = end - start;
        from = end;
    }
    memcpy(entries + made, kept->entries + from,
           (kept->count - from) * sizeof(*entries));
    made += kept->count - from;
    for (size_t d = 0; d < index->expanded_count; d++) {
        if (!kept->directories[d].mode)
            continue;
        shrink(index, index->expanded[d], ends[d]);
        index->is_sparse = true;
    }
    index->entries = entries;
    index->count = made;
    kept->sizes = ends;
    return QN_OK;
}

void qn_sparse_index_end(struct qn_index *index,
                         struct qn_sparse_index_kept *kept)
{
    if (!kept->is_active)
        return;
    /* The counts are those of the whole index again. */
    for (size_t d = 0; d < index->expanded_count; d++) {
        if (!kept->directories[d].mode)
            continue;
        find_node(index, index->expanded[d])->entry_count =
            (int64_t)kept->sizes[d];
        qn_sparse_index_adjust(index, index->expanded[d],
                               (int64_t)kept->sizes[d] - 1);
    }
    qn_memory_free(kept->sizes);
    qn_memory_free(index->entries);
    qn_memory_free(kept->directories);
    index->entries = kept->entries;
    index->count = kept->count;
    index->is_sparse = false;
}

bool qn_index_was_sparse(const struct qn_index *index)
{
    return index->is_sparse || index->expanded_count > 0;
}
