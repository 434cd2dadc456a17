/* SPDX-License-Identifier: MIT */
#include "index/cache_tree.h"

#include "base/memory.h"
#include "index/index_internal.h"

#include <inttypes.h>

/* Deeper than any path the file systems can hold; a bound for hostile files. */
#define DEPTH_MOST 4096u

enum qn_status qn_cache_tree_node_new(struct qn_ctx *ctx, uint32_t algorithm,
                                      struct qn_bytes name,
                                      struct qn_cache_tree_node **out)
{
    struct qn_cache_tree_node *node =
        qn_memory_calloc(ctx, 1, sizeof(*node) + name.size + 1);
    char *text;

    if (!node)
        return QN_NO_MEMORY;
    text = (char *)(node + 1);
    if (name.size > 0)
        memcpy(text, name.data, name.size);
    node->name = qn_bytes_make(text, name.size);
    node->entry_count = -1;
    qn_id_clear(&node->id, algorithm);
    *out = node;
    return QN_OK;
}

void qn_cache_tree_free(struct qn_cache_tree_node *root)
{
    /* Without recursion: children of a node are put in front of the work to
     * do by handing them to a list that runs through `children` of the node
     * itself. */
    struct qn_cache_tree_node *list = root, *next;

    /* `name.data` serves as the link of the list: names are not needed any
     * more. */
    if (list)
        list->name.data = NULL;
    while (list) {
        memcpy(&next, &list->name.data, sizeof(next));
        for (size_t i = 0; i < list->child_count; i++) {
            struct qn_cache_tree_node *child = list->children[i];

            memcpy(&child->name.data, &next, sizeof(next));
            next = child;
        }
        qn_memory_free(list->children);
        qn_memory_free(list);
        list = next;
    }
}

static int compare_names(struct qn_bytes a, struct qn_bytes b)
{
    if (a.size != b.size)
        return a.size < b.size ? -1 : 1;
    return a.size ? memcmp(a.data, b.data, a.size) : 0;
}

static size_t find_place(const struct qn_cache_tree_node *node,
                         struct qn_bytes name, bool *found)
{
    size_t low = 0, high = node->child_count;

    *found = false;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare_names(node->children[middle]->name, name);

        if (order == 0) {
            *found = true;
            return middle;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct qn_cache_tree_node *
qn_cache_tree_find_child(const struct qn_cache_tree_node *node,
                         struct qn_bytes name)
{
    bool found;
    size_t i = find_place(node, name, &found);

    return found ? node->children[i] : NULL;
}

enum qn_status qn_cache_tree_child(struct qn_ctx *ctx, uint32_t algorithm,
                                   struct qn_cache_tree_node *node,
                                   struct qn_bytes name,
                                   struct qn_cache_tree_node **out)
{
    struct qn_cache_tree_node *child;
    enum qn_status status;
    bool found;
    size_t i = find_place(node, name, &found);

    if (found) {
        *out = node->children[i];
        return QN_OK;
    }
    status = qn_memory_grow(ctx, &node->children, &node->child_capacity,
                            node->child_count + 1, sizeof(*node->children));
    if (!status)
        status = qn_cache_tree_node_new(ctx, algorithm, name, &child);
    if (status)
        return status;
    memmove(node->children + i + 1, node->children + i,
            (node->child_count - i) * sizeof(*node->children));
    node->children[i] = child;
    node->child_count++;
    *out = child;
    return QN_OK;
}

static void remove_child(struct qn_cache_tree_node *node, struct qn_bytes name)
{
    bool found;
    size_t i = find_place(node, name, &found);

    if (!found)
        return;
    qn_cache_tree_free(node->children[i]);
    node->child_count--;
    memmove(node->children + i, node->children + i + 1,
            (node->child_count - i) * sizeof(*node->children));
}

void qn_cache_tree_sweep(struct qn_cache_tree_node *node)
{
    size_t kept = 0;

    for (size_t i = 0; i < node->child_count; i++) {
        struct qn_cache_tree_node *child = node->children[i];

        if (child->is_used) {
            child->is_used = false;
            node->children[kept++] = child;
        } else {
            qn_cache_tree_free(child);
        }
    }
    node->child_count = kept;
}

enum qn_status qn_cache_tree_root(struct qn_ctx *ctx, struct qn_index *index,
                                  bool is_fresh,
                                  struct qn_cache_tree_node **out)
{
    if (is_fresh) {
        qn_cache_tree_free(index->tree);
        index->tree = NULL;
    }
    if (!index->tree) {
        enum qn_status status = qn_cache_tree_node_new(
            ctx, index->algorithm, QN_BYTES_NONE, &index->tree);

        if (status)
            return status;
    }
    *out = index->tree;
    return QN_OK;
}

void qn_index_invalidate_path(struct qn_index *index, struct qn_bytes path)
{
    struct qn_cache_tree_node *node = index->tree;

    while (node) {
        size_t end = qn_bytes_find(path, '/');

        node->entry_count = -1;
        if (end == path.size) {
            remove_child(node, path);
            return;
        }
        node = qn_cache_tree_find_child(node, qn_bytes_first(path, end));
        path = qn_bytes_from(path, end + 1);
    }
}

bool qn_index_cached_tree(const struct qn_index *index, struct qn_bytes path,
                          struct qn_id *out, uint32_t *entry_count)
{
    const struct qn_cache_tree_node *node = index->tree;

    while (node && path.size > 0) {
        size_t end = qn_bytes_find(path, '/');

        node = qn_cache_tree_find_child(node, qn_bytes_first(path, end));
        path = qn_bytes_from(path, end + 1);
    }
    if (!node || node->entry_count < 0)
        return false;
    if (out)
        *out = node->id;
    if (entry_count)
        *entry_count = (uint32_t)node->entry_count;
    return true;
}

void qn_index_drop_cached_trees(struct qn_index *index)
{
    if (index->tree)
        index->is_changed = true;
    qn_cache_tree_free(index->tree);
    index->tree = NULL;
}

/* "<count> <subtrees>\n", in front of the id. */
static bool take_numbers(struct qn_bytes *data, int64_t *entry_count,
                         uint64_t *subtree_count)
{
    size_t line = qn_bytes_find(*data, '\n');
    struct qn_bytes text = qn_bytes_first(*data, line);
    size_t space = qn_bytes_find(text, ' ');
    uint64_t number;

    if (line == data->size || space == text.size ||
        !qn_bytes_to_u64(qn_bytes_from(text, space + 1), subtree_count))
        return false;
    text = qn_bytes_first(text, space);
    if (text.size > 0 && text.data[0] == '-') {
        *entry_count = -1;
    } else {
        if (!qn_bytes_to_u64(text, &number) || number > UINT32_MAX)
            return false;
        *entry_count = (int64_t)number;
    }
    *data = qn_bytes_from(*data, line + 1);
    return true;
}

struct frame {
    struct qn_cache_tree_node *node;
    uint64_t left; /* subtrees to come (read), the next child (append) */
};

/* One node off the front of `data`. */
static enum qn_status take_node(struct qn_ctx *ctx, struct qn_index *index,
                                struct qn_cache_tree_node *parent,
                                struct qn_bytes *data, struct frame *out,
                                bool *is_bad)
{
    size_t width = qn_id_size(index->algorithm);
    struct qn_bytes name = qn_bytes_first(*data, qn_bytes_find(*data, 0));
    enum qn_status status;
    int64_t entry_count;

    *is_bad = true;
    if (name.size == data->size || (parent == NULL) != (name.size == 0))
        return QN_OK;
    *data = qn_bytes_from(*data, name.size + 1);
    if (!take_numbers(data, &entry_count, &out->left) ||
        (entry_count >= 0 && data->size < width) || out->left > data->size ||
        entry_count > (int64_t)index->count)
        return QN_OK;
    if (parent) {
        size_t before = parent->child_count;

        status = qn_cache_tree_child(ctx, index->algorithm, parent, name,
                                     &out->node);
        if (status || parent->child_count == before)
            return status; /* twice the same name: bad */
    } else {
        status = qn_cache_tree_root(ctx, index, true, &out->node);
        if (status)
            return status;
    }
    out->node->entry_count = entry_count;
    if (entry_count >= 0) {
        qn_id_from_row(&out->node->id, index->algorithm, data->data);
        *data = qn_bytes_from(*data, width);
    }
    *is_bad = false;
    return QN_OK;
}

enum qn_status qn_cache_tree_read(struct qn_ctx *ctx, struct qn_index *index,
                                  struct qn_bytes data)
{
    struct frame *stack = NULL;
    size_t capacity = 0, depth = 0;
    bool is_bad = data.size == 0;
    enum qn_status status = QN_OK;

    do {
        while (depth > 0 && stack[depth - 1].left == 0)
            depth--;
        if (depth == 0 && index->tree)
            break;
        status =
            qn_memory_grow(ctx, &stack, &capacity, depth + 1, sizeof(*stack));
        if (status || is_bad || depth >= DEPTH_MOST) {
            is_bad = true;
            break;
        }
        if (depth > 0)
            stack[depth - 1].left--;
        status = take_node(ctx, index, depth > 0 ? stack[depth - 1].node : NULL,
                           &data, &stack[depth], &is_bad);
        depth++;
    } while (!status && !is_bad);
    qn_memory_free(stack);
    if (is_bad || status) {
        /* It is only a cache: without it all is as true, and slower. */
        qn_cache_tree_free(index->tree);
        index->tree = NULL;
    }
    return status;
}

static enum qn_status append_node(struct qn_ctx *ctx,
                                  const struct qn_cache_tree_node *node,
                                  struct qn_buf *out)
{
    enum qn_status status = qn_buf_append_bytes(ctx, out, node->name);

    if (!status)
        status = qn_buf_append_byte(ctx, out, 0);
    if (!status)
        status = qn_buf_printf(ctx, out, "%" PRId64 " %zu\n", node->entry_count,
                               node->child_count);
    if (!status && node->entry_count >= 0)
        status = qn_buf_append(ctx, out, node->id.bytes,
                               qn_id_size(node->id.algorithm));
    return status;
}

enum qn_status qn_cache_tree_append(struct qn_ctx *ctx,
                                    const struct qn_index *index,
                                    struct qn_buf *out)
{
    struct frame *stack = NULL;
    size_t capacity = 0, depth = 0;
    struct qn_cache_tree_node *node = index->tree;
    enum qn_status status = QN_OK;

    while (node && !status) {
        status = append_node(ctx, node, out);
        if (!status)
            status = qn_memory_grow(ctx, &stack, &capacity, depth + 1,
                                    sizeof(*stack));
        if (status)
            break;
        stack[depth++] = (struct frame){node, 0};
        while (depth > 0 &&
               stack[depth - 1].left == stack[depth - 1].node->child_count)
            depth--;
        node = depth > 0
                   ? stack[depth - 1].node->children[stack[depth - 1].left++]
                   : NULL;
    }
    qn_memory_free(stack);
    return status;
}

struct qn_cache_tree_node *qn_cache_tree_peek(const struct qn_index *index)
{
    return index->tree;
}
