/* SPDX-License-Identifier: MIT */
/* Between index and trees: write the trees of an index, fill an index from a
 * tree. */
#include "base/memory.h"
#include "index/cache_tree.h"
#include "index/index_internal.h"
#include "object/tree.h"

#define UNMERGED_SHOWN 10
#define DEPTH_MOST     4096u

static enum qn_status check_unmerged(struct qn_ctx *ctx,
                                     const struct qn_index *index)
{
    unsigned count = 0;

    for (size_t i = 0; i < index->count; i++) {
        const struct qn_index_entry *entry = index->entries[i];
        char hex[QN_ID_MAX_HEX_SIZE + 1];

        if (entry->stage == 0)
            continue;
        if (++count > UNMERGED_SHOWN) {
            qn_ctx_report(ctx, QN_REPORT_INFO, "index.unmerged", "...");
            break;
        }
        qn_ctx_report(ctx, QN_REPORT_INFO, "index.unmerged",
                      "%s: unmerged (%s)", (const char *)entry->path.data,
                      qn_id_to_hex(&entry->id, hex));
    }
    if (count > 0)
        return qn_ctx_fail_reason(ctx, QN_CONFLICT, "index.unmerged", NULL,
                                  "git-write-tree: error building trees");
    return QN_OK;
}

static enum qn_status check_both(struct qn_ctx *ctx,
                                 const struct qn_index *index)
{
    bool is_bad = false;

    for (size_t i = 0; i + 1 < index->count; i++) {
        struct qn_bytes a = index->entries[i]->path;
        struct qn_bytes b = index->entries[i + 1]->path;

        if (b.size > a.size && b.data[a.size] == '/' &&
            memcmp(a.data, b.data, a.size) == 0) {
            qn_ctx_report(ctx, QN_REPORT_INFO, "index.both",
                          "You have both %s and %s", (const char *)a.data,
                          (const char *)b.data);
            is_bad = true;
        }
    }
    if (is_bad)
        return qn_ctx_fail_reason(ctx, QN_CONFLICT, "index.both", NULL,
                                  "git-write-tree: error building trees");
    return QN_OK;
}

struct build_frame {
    struct qn_cache_tree_node *node;
    size_t start;       /* first entry */
    size_t prefix_size; /* bytes of the path before the names here */
    struct qn_buf tree;
    bool has_intent; /* not what the index says: entries were left out */
    bool is_empty;
};

struct builder {
    struct qn_index *index;
    struct qn_odb *odb;
    bool allows_missing;
    struct build_frame *stack;
    size_t capacity;
    size_t depth;
    size_t used; /* frames whose buffer was initialised */
    struct qn_id root;
};

static enum qn_status push_frame(struct qn_ctx *ctx, struct builder *builder,
                                 struct qn_cache_tree_node *node, size_t start,
                                 size_t prefix_size)
{
    struct build_frame *frame;
    enum qn_status status =
        qn_memory_grow(ctx, &builder->stack, &builder->capacity,
                       builder->depth + 1, sizeof(*builder->stack));

    if (status)
        return status;
    frame = &builder->stack[builder->depth];
    if (builder->depth == builder->used) {
        memset(frame, 0, sizeof(*frame));
        builder->used++;
    }
    frame->node = node;
    frame->start = start;
    frame->prefix_size = prefix_size;
    frame->has_intent = false;
    frame->is_empty = true;
    qn_buf_clear(&frame->tree);
    builder->depth++;
    return QN_OK;
}

static enum qn_status add_to_tree(struct qn_ctx *ctx, struct build_frame *frame,
                                  uint32_t mode, struct qn_bytes name,
                                  const struct qn_id *id)
{
    frame->is_empty = false;
    return qn_tree_append(ctx, &frame->tree, mode, name, id);
}

/* The directory on top is complete: write it, tell its parent. */
static enum qn_status close_frame(struct qn_ctx *ctx, struct builder *builder,
                                  size_t end)
{
    struct build_frame *frame = &builder->stack[--builder->depth];
    struct qn_cache_tree_node *node = frame->node;
    struct qn_id id;
    enum qn_status status;

    qn_cache_tree_sweep(node);
    if (frame->is_empty && builder->depth > 0) {
        builder->stack[builder->depth - 1].has_intent = true;
        node->entry_count = -1;
        return QN_OK;
    }
    status = qn_odb_write(ctx, builder->odb, QN_OBJECT_TREE,
                          qn_buf_bytes(&frame->tree), &id);
    if (status)
        return status;
    node->id = id;
    node->entry_count = frame->has_intent ? -1 : (int64_t)(end - frame->start);
    if (builder->depth == 0) {
        builder->root = id;
        return QN_OK;
    }
    if (frame->has_intent)
        builder->stack[builder->depth - 1].has_intent = true;
    return add_to_tree(ctx, &builder->stack[builder->depth - 1], QN_MODE_TREE,
                       node->name, &id);
}

static enum qn_status add_file(struct qn_ctx *ctx, struct builder *builder,
                               struct build_frame *frame,
                               const struct qn_index_entry *entry,
                               struct qn_bytes name)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status;
    bool is_here = true;

    if (entry->flags & QN_INDEX_INTENT_TO_ADD) {
        frame->has_intent = true;
        return QN_OK;
    }
    if (qn_id_is_null(&entry->id))
        is_here = false;
    else if (!builder->allows_missing && !qn_mode_is_gitlink(entry->mode)) {
        status = qn_odb_exists(ctx, builder->odb, &entry->id, &is_here);
        if (status)
            return status;
    }
    if (!is_here) {
        qn_ctx_report(ctx, QN_REPORT_ERROR, "index.missing-object",
                      "invalid object %06o %s for '%s'", entry->mode,
                      qn_id_to_hex(&entry->id, hex),
                      (const char *)entry->path.data);
        return qn_ctx_fail_reason(ctx, QN_NOT_FOUND, "index.missing-object",
                                  (const char *)entry->path.data,
                                  "git-write-tree: error building trees");
    }
    if (qn_mode_is_tree(entry->mode)) /* sparse: "name/" is a whole tree */
        return add_to_tree(ctx, frame, QN_MODE_TREE,
                           qn_bytes_first(name, name.size - 1), &entry->id);
    return add_to_tree(ctx, frame, qn_mode_canonical(entry->mode), name,
                       &entry->id);
}

/* A directory begins at entry `*i`: take it whole when it is known, or go down.
 */
static enum qn_status enter_directory(struct qn_ctx *ctx,
                                      struct builder *builder,
                                      struct qn_bytes name, size_t *i)
{
    struct build_frame *frame = &builder->stack[builder->depth - 1];
    struct qn_cache_tree_node *child;
    enum qn_status status = qn_cache_tree_child(ctx, builder->index->algorithm,
                                                frame->node, name, &child);
    bool is_here;

    if (status)
        return status;
    child->is_used = true;
    if (child->entry_count > 0 &&
        (uint64_t)child->entry_count <= builder->index->count - *i) {
        status = qn_odb_exists(ctx, builder->odb, &child->id, &is_here);
        if (status)
            return status;
        if (is_here) {
            *i += (size_t)child->entry_count;
            return add_to_tree(ctx, frame, QN_MODE_TREE, name, &child->id);
        }
    }
    return push_frame(ctx, builder, child, *i,
                      frame->prefix_size + name.size + 1);
}

static enum qn_status build_trees(struct qn_ctx *ctx, struct builder *builder)
{
    struct qn_index *index = builder->index;
    enum qn_status status = QN_OK;
    size_t i = 0;

    while (builder->depth > 0 && !status) {
        struct build_frame *frame = &builder->stack[builder->depth - 1];
        const struct qn_index_entry *entry;
        struct qn_bytes name;
        size_t slash;

        if (i == index->count) {
            status = close_frame(ctx, builder, i);
            continue;
        }
        entry = index->entries[i];
        if (entry->path.size <= frame->prefix_size ||
            (frame->prefix_size > 0 &&
             memcmp(entry->path.data, index->entries[frame->start]->path.data,
                    frame->prefix_size) != 0)) {
            status = close_frame(ctx, builder, i);
            continue;
        }
        name = qn_bytes_from(entry->path, frame->prefix_size);
        slash = qn_bytes_find(name, '/');
        if (slash < name.size && slash + 1 < name.size) {
            status =
                enter_directory(ctx, builder, qn_bytes_first(name, slash), &i);
        } else {
            status = add_file(ctx, builder, frame, entry, name);
            i++;
        }
    }
    return status;
}

enum qn_status qn_index_write_tree(struct qn_ctx *ctx, struct qn_index *index,
                                   struct qn_odb *odb, bool allows_missing,
                                   struct qn_id *out)
{
    struct builder builder = {
        .index = index, .odb = odb, .allows_missing = allows_missing};
    struct qn_cache_tree_node *root;
    enum qn_status status;
    bool is_here = false;

    qn_index_compact(index);
    if (index->tree && index->tree->entry_count >= 0 &&
        (size_t)index->tree->entry_count == index->count) {
        status = qn_odb_exists(ctx, odb, &index->tree->id, &is_here);
        if (status)
            return status;
        if (is_here) {
            *out = index->tree->id;
            return QN_OK;
        }
    }
    status = check_unmerged(ctx, index);
    if (!status)
        status = check_both(ctx, index);
    if (!status)
        status = qn_cache_tree_root(ctx, index, false, &root);
    if (!status)
        status = push_frame(ctx, &builder, root, 0, 0);
    if (!status)
        status = build_trees(ctx, &builder);
    if (!status) {
        index->is_changed = true;
        *out = builder.root;
    }
    for (size_t i = 0; i < builder.used; i++)
        qn_buf_dispose(&builder.stack[i].tree);
    qn_memory_free(builder.stack);
    return status;
}

/* Filling an index from a tree: one frame a directory that is open. */
struct load_frame {
    struct qn_cache_tree_node *node;
    size_t start;
    size_t prefix_size;
    struct qn_object tree;
    struct qn_tree_reader reader;
};

struct loader {
    struct qn_index *index;
    struct qn_odb *odb;
    struct qn_buf path;
    struct load_frame *stack;
    size_t capacity;
    size_t depth;
    size_t used;
    uint8_t flags;  /* for the entries */
    bool has_nodes; /* the cache tree is filled, too */
};

static enum qn_status open_tree(struct qn_ctx *ctx, struct loader *loader,
                                struct qn_cache_tree_node *node,
                                const struct qn_id *id)
{
    struct load_frame *frame;
    enum qn_status status;

    if (loader->depth >= DEPTH_MOST)
        return qn_ctx_fail(ctx, QN_TOO_BIG, "tree is nested too deep");
    status = qn_memory_grow(ctx, &loader->stack, &loader->capacity,
                            loader->depth + 1, sizeof(*loader->stack));
    if (status)
        return status;
    frame = &loader->stack[loader->depth];
    if (loader->depth == loader->used) {
        memset(frame, 0, sizeof(*frame));
        loader->used++;
    }
    if (qn_id_is_equal(id, qn_id_empty_tree(id->algorithm))) {
        qn_buf_clear(&frame->tree.data);
    } else {
        status = qn_odb_read_typed(ctx, loader->odb, id, QN_OBJECT_TREE,
                                   &frame->tree);
        if (status == QN_NOT_FOUND || status == QN_INVALID) {
            char hex[QN_ID_MAX_HEX_SIZE + 1];

            return qn_ctx_fail(ctx, status, "unable to read tree (%s)",
                               qn_id_to_hex(id, hex));
        }
        if (status)
            return status;
    }
    frame->node = node;
    frame->start = loader->index->count;
    frame->prefix_size = loader->path.size;
    qn_tree_reader_init(&frame->reader, qn_object_bytes(&frame->tree),
                        id->algorithm);
    loader->depth++;
    return QN_OK;
}

static enum qn_status load_entry(struct qn_ctx *ctx, struct loader *loader,
                                 const struct qn_tree_entry *item)
{
    struct load_frame *frame = &loader->stack[loader->depth - 1];
    struct qn_index_entry entry = {0};
    struct qn_cache_tree_node *child = NULL;
    enum qn_status status;

    qn_buf_truncate(&loader->path, frame->prefix_size);
    status = qn_buf_append_bytes(ctx, &loader->path, item->name);
    if (status)
        return status;
    qn_id_from_row(&entry.id, loader->index->algorithm, item->id);
    if (qn_mode_is_tree(item->mode)) {
        if (loader->has_nodes)
            status = qn_cache_tree_child(ctx, loader->index->algorithm,
                                         frame->node, item->name, &child);
        if (!status)
            status = qn_buf_append_byte(ctx, &loader->path, '/');
        if (child)
            child->id = entry.id;
        return status ? status : open_tree(ctx, loader, child, &entry.id);
    }
    entry.path = qn_buf_bytes(&loader->path);
    entry.mode = qn_mode_canonical(item->mode);
    entry.flags = loader->flags;
    return qn_index_append(ctx, loader->index, &entry);
}

static enum qn_status load_trees(struct qn_ctx *ctx, struct loader *loader)
{
    enum qn_status status = QN_OK;

    while (loader->depth > 0) {
        struct load_frame *frame = &loader->stack[loader->depth - 1];
        struct qn_tree_entry item;

        status = qn_tree_reader_next(ctx, &frame->reader, &item);
        if (status == QN_END) {
            if (frame->node)
                frame->node->entry_count =
                    (int64_t)(loader->index->count - frame->start);
            loader->depth--;
            status = QN_OK;
            continue;
        }
        if (!status)
            status = load_entry(ctx, loader, &item);
        if (status)
            break;
    }
    return status;
}

static void loader_dispose(struct loader *loader)
{
    for (size_t i = 0; i < loader->used; i++)
        qn_object_dispose(&loader->stack[i].tree);
    qn_memory_free(loader->stack);
    qn_buf_dispose(&loader->path);
}

enum qn_status qn_index_read_tree(struct qn_ctx *ctx, struct qn_index *index,
                                  struct qn_odb *odb, const struct qn_id *tree)
{
    struct loader loader = {.index = index, .odb = odb, .has_nodes = true};
    struct qn_cache_tree_node *root;
    enum qn_status status;

    qn_index_clear(index);
    status = qn_cache_tree_root(ctx, index, true, &root);
    if (!status) {
        root->id = *tree;
        status = open_tree(ctx, &loader, root, tree);
    }
    if (!status)
        status = load_trees(ctx, &loader);
    loader_dispose(&loader);
    if (status)
        qn_index_clear(index);
    else
        qn_index_sort(index); /* a tree out of order is sorted here */
    return status;
}

/* The files of a directory in its place, and what the cache tree says of it. */
static enum qn_status expand_one(struct qn_ctx *ctx, struct loader *loader,
                                 const struct qn_index_entry *directory)
{
    struct qn_index *index = loader->index;
    struct qn_cache_tree_node *node = index->tree;
    struct qn_bytes rest = directory->path, name;
    size_t start = index->count;
    enum qn_status status = QN_OK;

    while (node && !status && rest.size > 0 && qn_bytes_next(&rest, '/', &name))
        if (name.size > 0)
            status =
                qn_cache_tree_child(ctx, index->algorithm, node, name, &node);
    if (!status && node)
        node->id = directory->id;
    qn_buf_clear(&loader->path);
    if (!status)
        status = qn_buf_append_bytes(ctx, &loader->path, directory->path);
    if (!status)
        status = open_tree(ctx, loader, node, &directory->id);
    if (!status)
        status = load_trees(ctx, loader);
    if (!status)
        status =
            qn_memory_grow(ctx, &index->expanded, &index->expanded_capacity,
                           index->expanded_count + 1, sizeof(*index->expanded));
    if (status)
        return status;
    index->expanded[index->expanded_count++] = directory->path;
    qn_sparse_index_adjust(index, directory->path,
                           (int64_t)(index->count - start) - 1);
    return QN_OK;
}

enum qn_status qn_index_expand(struct qn_ctx *ctx, struct qn_index *index,
                               struct qn_odb *odb)
{
    struct loader loader = {
        .index = index, .odb = odb, .flags = QN_INDEX_SKIP_WORKTREE};
    struct qn_index_entry **old = index->entries;
    size_t old_count = index->count;
    bool was_changed = index->is_changed;
    enum qn_status status = QN_OK;

    if (!index->is_sparse)
        return QN_OK;
    loader.has_nodes = index->tree != NULL;
    index->entries = NULL;
    index->count = index->capacity = 0;
    for (size_t i = 0; i < old_count && !status; i++) {
        if (!qn_mode_is_tree(old[i]->mode)) {
            status = qn_memory_grow(ctx, &index->entries, &index->capacity,
                                    index->count + 1, sizeof(*index->entries));
            if (!status)
                index->entries[index->count++] = old[i];
            continue;
        }
        status = expand_one(ctx, &loader, old[i]);
    }
    loader_dispose(&loader);
    if (status) {
        qn_memory_free(index->entries);
        index->entries = old;
        index->count = index->capacity = old_count;
        return status;
    }
    qn_memory_free(old);
    index->is_sparse = false;
    index->is_changed = was_changed;
    return QN_OK;
}
