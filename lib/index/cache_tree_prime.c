/* SPDX-License-Identifier: MIT */
/* Make the cache tree valid where the index is a known tree. */
#include "base/memory.h"
#include "index/cache_tree.h"
#include "index/index_internal.h"
#include "object/tree.h"

#define DEPTH_MOST 4096u

struct frame {
    struct qn_cache_tree_node *node;
    size_t start;
    size_t prefix_size;
    bool is_same; /* so far */
    struct qn_object tree;
    struct qn_tree_reader reader;
};

struct primer {
    struct qn_index *index;
    struct qn_odb *odb;
    size_t at; /* the next entry */
    struct qn_buf path;
    struct frame *stack;
    size_t capacity, depth, made;
};

static enum qn_status open_frame(struct qn_ctx *ctx, struct primer *primer,
                                 struct qn_cache_tree_node *node,
                                 const struct qn_id *id)
{
    struct frame *frame;
    enum qn_status status =
        qn_memory_grow(ctx, &primer->stack, &primer->capacity,
                       primer->depth + 1, sizeof(*primer->stack));

    if (!status && primer->depth >= DEPTH_MOST)
        status = qn_ctx_fail(ctx, QN_TOO_BIG, "tree is nested too deep");
    if (status)
        return status;
    frame = &primer->stack[primer->depth];
    if (primer->depth == primer->made) {
        memset(frame, 0, sizeof(*frame));
        primer->made++;
    }
    if (qn_id_is_equal(id, qn_id_empty_tree(id->algorithm)))
        qn_buf_clear(&frame->tree.data);
    else
        status = qn_odb_read_typed(ctx, primer->odb, id, QN_OBJECT_TREE,
                                   &frame->tree);
    if (status)
        return status;
    qn_tree_reader_init(&frame->reader, qn_object_bytes(&frame->tree),
                        id->algorithm);
    node->id = *id;
    frame->node = node;
    frame->start = primer->at;
    frame->prefix_size = primer->path.size;
    frame->is_same = true;
    primer->depth++;
    return QN_OK;
}

static bool is_below(const struct primer *primer, size_t prefix_size)
{
    struct qn_bytes path;

    if (primer->at >= primer->index->count)
        return false;
    path = primer->index->entries[primer->at]->path;
    return path.size > prefix_size &&
           memcmp(path.data, primer->path.data, prefix_size) == 0;
}

/* The directory is through: valid when nothing differed and nothing is left. */
static void close_frame(struct primer *primer)
{
    struct frame *frame = &primer->stack[--primer->depth];

    qn_buf_truncate(&primer->path, frame->prefix_size);
    if (frame->prefix_size > 0 ? is_below(primer, frame->prefix_size)
                               : primer->at < primer->index->count)
        frame->is_same = false;
    while (frame->prefix_size > 0 && is_below(primer, frame->prefix_size))
        primer->at++;
    qn_cache_tree_sweep(frame->node);
    frame->node->entry_count =
        frame->is_same ? (int64_t)(primer->at - frame->start) : -1;
    if (!frame->is_same && primer->depth > 0)
        primer->stack[primer->depth - 1].is_same = false;
}

static enum qn_status match_item(struct qn_ctx *ctx, struct primer *primer,
                                 const struct qn_tree_entry *item)
{
    struct frame *frame = &primer->stack[primer->depth - 1];
    struct qn_index *index = primer->index;
    struct qn_cache_tree_node *child;
    const struct qn_index_entry *entry;
    struct qn_id id;
    enum qn_status status;
    int order = -1;

    qn_buf_truncate(&primer->path, frame->prefix_size);
    status = qn_buf_append_bytes(ctx, &primer->path, item->name);
    if (status)
        return status;
    qn_id_from_row(&id, index->algorithm, item->id);
    if (qn_mode_is_tree(item->mode)) {
        status = qn_cache_tree_child(ctx, index->algorithm, frame->node,
                                     item->name, &child);
        if (status)
            return status;
        child->is_used = true;
        status = qn_buf_append_byte(ctx, &primer->path, '/');
        if (status)
            return status;
        /* Entries before it that the tree does not have. */
        while (primer->at < index->count &&
               qn_bytes_compare(index->entries[primer->at]->path,
                                qn_buf_bytes(&primer->path)) < 0) {
            primer->at++;
            frame->is_same = false;
        }
        if (child->entry_count > 0 && qn_id_is_equal(&child->id, &id) &&
            (size_t)child->entry_count <= index->count - primer->at) {
            primer->at += (size_t)child->entry_count;
            return QN_OK;
        }
        return open_frame(ctx, primer, child, &id);
    }
    while (primer->at < index->count) {
        entry = index->entries[primer->at];
        order = qn_bytes_compare(entry->path, qn_buf_bytes(&primer->path));
        if (order > 0)
            break;
        primer->at++;
        if (order == 0) {
            if (entry->stage != 0 || (entry->flags & QN_INDEX_INTENT_TO_ADD) ||
                qn_mode_canonical(entry->mode) !=
                    qn_mode_canonical(item->mode) ||
                !qn_id_is_equal(&entry->id, &id))
                frame->is_same = false;
            return QN_OK;
        }
        frame->is_same = false;
    }
    frame->is_same = false;
    return QN_OK;
}

enum qn_status qn_index_prime_tree(struct qn_ctx *ctx, struct qn_index *index,
                                   struct qn_odb *odb, const struct qn_id *tree)
{
    struct primer primer = {.index = index, .odb = odb};
    struct qn_cache_tree_node *root;
    enum qn_status status;

    qn_index_compact(index);
    if (index->tree && index->tree->entry_count >= 0 &&
        qn_id_is_equal(&index->tree->id, tree))
        return QN_OK;
    status = qn_cache_tree_root(ctx, index, false, &root);
    if (!status)
        status = open_frame(ctx, &primer, root, tree);
    while (!status && primer.depth > 0) {
        struct qn_tree_entry item;

        status = qn_tree_reader_next(
            ctx, &primer.stack[primer.depth - 1].reader, &item);
        if (status == QN_END) {
            close_frame(&primer);
            status = QN_OK;
        } else if (!status) {
            status = match_item(ctx, &primer, &item);
        }
    }
    for (size_t i = 0; i < primer.made; i++)
        qn_object_dispose(&primer.stack[i].tree);
    qn_memory_free(primer.stack);
    qn_buf_dispose(&primer.path);
    if (status)
        qn_index_drop_cached_trees(index);
    index->is_changed = true;
    return status;
}
