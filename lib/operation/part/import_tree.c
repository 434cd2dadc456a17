/* SPDX-License-Identifier: MIT */
#include "operation/part/import_tree.h"

#include "base/memory.h"

#include <stdlib.h>

void qn_import_trees_init(struct qn_import_trees *trees,
                          struct qn_import_store *store)
{
    memset(trees, 0, sizeof(*trees));
    trees->store = store;
}

void qn_import_trees_dispose(struct qn_import_trees *trees)
{
    qn_map_dispose(&trees->names);
    qn_object_dispose(&trees->object);
    qn_buf_dispose(&trees->text);
}

void qn_import_entry_init(struct qn_import_entry *root, uint32_t algorithm)
{
    qn_import_entry_set_tree(root, qn_id_empty_tree(algorithm));
}

void qn_import_entry_set_tree(struct qn_import_entry *root,
                              const struct qn_id *id)
{
    memset(root, 0, sizeof(*root));
    root->name = "";
    root->mode = QN_MODE_TREE;
    root->id = *id;
}

static void free_tree(struct qn_import_tree *tree)
{
    qn_memory_free(tree->entries);
    qn_buf_dispose(&tree->written);
    qn_memory_free(tree);
}

/* From the last entry on: a tree below is emptied before its own turn comes,
 * and is hung in front of the rest by its first entry. */
void qn_import_entry_unload(struct qn_import_entry *entry)
{
    struct qn_import_tree *tree = entry->tree;
    struct qn_import_tree *waiting = NULL;
    struct qn_import_tree *below;

    entry->tree = NULL;
    while (tree) {
        below = NULL;
        while (tree->count > 0 && !below)
            below = tree->entries[--tree->count].tree;
        if (!below) {
            free_tree(tree);
            tree = waiting;
            waiting = NULL;
            if (tree) { /* the one above is remembered in a slot of its own */
                waiting = tree->entries[tree->count].tree;
                tree->entries[tree->count].tree = NULL;
            }
            continue;
        }
        tree->entries[tree->count].tree = waiting; /* the slot that was read */
        waiting = tree;
        tree = below;
    }
}

/* ---- names and entries */

static enum qn_status intern(struct qn_ctx *ctx, struct qn_import_trees *trees,
                             struct qn_bytes name, const char **out)
{
    struct qn_map_item *item = qn_map_put(ctx, &trees->names, name, NULL);

    if (!item)
        return QN_NO_MEMORY;
    *out = (const char *)item->key.data;
    return QN_OK;
}

static int compare_name(const struct qn_import_entry *entry,
                        struct qn_bytes name)
{
    size_t size = entry->name_size < name.size ? entry->name_size : name.size;
    int order = size ? memcmp(entry->name, name.data, size) : 0;

    if (order)
        return order;
    return (entry->name_size > name.size) - (entry->name_size < name.size);
}

/* Where the name is, or would be. */
static size_t find_entry(const struct qn_import_tree *tree,
                         struct qn_bytes name, bool *found)
{
    size_t low = 0, high = tree->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare_name(&tree->entries[middle], name);

        if (order == 0) {
            *found = true;
            return middle;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *found = false;
    return low;
}

static enum qn_status insert_entry(struct qn_ctx *ctx,
                                   struct qn_import_trees *trees,
                                   struct qn_import_tree *tree, size_t at,
                                   struct qn_bytes name)
{
    const char *kept;
    enum qn_status status = intern(ctx, trees, name, &kept);

    if (!status)
        status = qn_memory_grow(ctx, &tree->entries, &tree->capacity,
                                tree->count + 1, sizeof(*tree->entries));
    if (status)
        return status;
    memmove(tree->entries + at + 1, tree->entries + at,
            (tree->count - at) * sizeof(*tree->entries));
    tree->count++;
    memset(&tree->entries[at], 0, sizeof(*tree->entries));
    tree->entries[at].name = kept;
    tree->entries[at].name_size = (uint32_t)name.size;
    return QN_OK;
}

static void remove_entry(struct qn_import_tree *tree, size_t at)
{
    tree->count--;
    memmove(tree->entries + at, tree->entries + at + 1,
            (tree->count - at) * sizeof(*tree->entries));
}

/* ---- reading */

static int compare_entries(const void *a, const void *b)
{
    const struct qn_import_entry *y = b;

    return compare_name(a, qn_bytes_make(y->name, y->name_size));
}

static enum qn_status parse_entries(struct qn_ctx *ctx,
                                    struct qn_import_trees *trees,
                                    struct qn_bytes text,
                                    struct qn_import_tree *tree)
{
    struct qn_tree_reader reader;
    struct qn_tree_entry entry;
    enum qn_status status = QN_OK;

    qn_tree_reader_init(&reader, text, trees->store->algorithm);
    while (!status) {
        struct qn_import_entry *added;

        status = qn_tree_reader_next(ctx, &reader, &entry);
        if (status)
            break;
        status = insert_entry(ctx, trees, tree, tree->count, entry.name);
        if (status)
            break;
        added = &tree->entries[tree->count - 1];
        added->mode = entry.mode;
        qn_id_from_row(&added->id, trees->store->algorithm, entry.id);
    }
    if (status == QN_END)
        status = QN_OK;
    if (tree->count)
        qsort(tree->entries, tree->count, sizeof(*tree->entries),
              compare_entries);
    return status;
}

enum qn_status qn_import_tree_load(struct qn_ctx *ctx,
                                   struct qn_import_trees *trees,
                                   struct qn_import_entry *entry)
{
    struct qn_import_store *store = trees->store;
    struct qn_import_tree *tree;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status = QN_OK;

    if (entry->tree)
        return QN_OK;
    tree = qn_memory_calloc(ctx, 1, sizeof(*tree));
    if (!tree)
        return QN_NO_MEMORY;
    tree->object = QN_IMPORT_NONE;
    if (!qn_id_is_equal(&entry->id, qn_id_empty_tree(store->algorithm))) {
        trees->load_count++;
        status = qn_import_store_read(ctx, store, &entry->id, &trees->object);
        if (!status && trees->object.type != QN_OBJECT_TREE)
            status = qn_ctx_fail(ctx, QN_INVALID, "not a tree: %s",
                                 qn_id_to_hex(&entry->id, hex));
        if (!status)
            status = parse_entries(ctx, trees, qn_object_bytes(&trees->object),
                                   tree);
        if (!status)
            status = qn_buf_append_bytes(ctx, &tree->written,
                                         qn_object_bytes(&trees->object));
        if (!status)
            tree->object = qn_id_map_find(&store->ids, &entry->id);
    }
    if (status) {
        free_tree(tree);
        return status;
    }
    entry->tree = tree;
    return QN_OK;
}

/* The first component, and what is behind its slash. */
static struct qn_bytes split_path(struct qn_bytes *path)
{
    size_t end = qn_bytes_find(*path, '/');
    struct qn_bytes name = qn_bytes_first(*path, end);

    *path = qn_bytes_from(*path, end + 1);
    return name;
}

enum qn_status qn_import_tree_get(struct qn_ctx *ctx,
                                  struct qn_import_trees *trees,
                                  struct qn_import_entry *root,
                                  struct qn_bytes path,
                                  struct qn_import_entry **out)
{
    *out = root;
    while (path.size > 0) {
        struct qn_bytes name = split_path(&path);
        bool found = false;
        size_t at = 0;
        enum qn_status status;

        if (qn_mode_is_tree((*out)->mode)) {
            status = qn_import_tree_load(ctx, trees, *out);
            if (status)
                return status;
            at = find_entry((*out)->tree, name, &found);
        }
        *out = found ? &(*out)->tree->entries[at] : NULL;
        if (!found)
            break;
    }
    return QN_OK;
}

/* ---- changing */

static enum qn_status replace_root(struct qn_import_entry *root,
                                   struct qn_import_entry *value)
{
    qn_import_entry_unload(root);
    root->mode = QN_MODE_TREE;
    root->id = value->id;
    root->tree = value->tree;
    value->tree = NULL;
    return QN_OK;
}

enum qn_status qn_import_tree_set(struct qn_ctx *ctx,
                                  struct qn_import_trees *trees,
                                  struct qn_import_entry *root,
                                  struct qn_bytes path,
                                  struct qn_import_entry *value)
{
    struct qn_import_entry *at = root;
    enum qn_status status;

    if (path.size == 0)
        return replace_root(root, value);
    while (path.size > 0) {
        struct qn_bytes name = split_path(&path);
        bool found;
        size_t i;

        if (!qn_mode_is_tree(at->mode)) { /* a file gives way */
            at->mode = QN_MODE_TREE;
            at->id = *qn_id_empty_tree(trees->store->algorithm);
        }
        status = qn_import_tree_load(ctx, trees, at);
        if (status)
            return status;
        i = find_entry(at->tree, name, &found);
        if (!found)
            status = insert_entry(ctx, trees, at->tree, i, name);
        if (status)
            return status;
        at->tree->is_dirty = true;
        at = &at->tree->entries[i];
    }
    qn_import_entry_unload(at);
    at->mode = value->mode;
    at->id = value->id;
    at->tree = value->tree;
    value->tree = NULL;
    return QN_OK;
}

/* Of the directories on the way, where the first of those begins that will be
 * empty: it goes, too.  QN_END: the path is not there. */
static enum qn_status find_doomed(struct qn_ctx *ctx,
                                  struct qn_import_trees *trees,
                                  struct qn_import_entry *root,
                                  struct qn_bytes path, size_t *doomed)
{
    struct qn_import_entry *at = root;
    size_t start = 0, from = 0;
    struct qn_bytes rest = path;

    while (rest.size > 0) {
        struct qn_bytes name;
        bool found;
        size_t i;
        enum qn_status status;

        start = path.size - rest.size;
        name = split_path(&rest);
        if (!qn_mode_is_tree(at->mode))
            return QN_END;
        status = qn_import_tree_load(ctx, trees, at);
        if (status)
            return status;
        i = find_entry(at->tree, name, &found);
        if (!found)
            return QN_END;
        if (at->tree->count > 1 || at == root)
            from = start;
        at = &at->tree->entries[i];
    }
    *doomed = from;
    return QN_OK;
}

enum qn_status qn_import_tree_remove(struct qn_ctx *ctx,
                                     struct qn_import_trees *trees,
                                     struct qn_import_entry *root,
                                     struct qn_bytes path,
                                     struct qn_import_entry *taken, bool *found)
{
    struct qn_import_entry *at = root;
    struct qn_import_entry *target;
    struct qn_bytes rest;
    size_t doomed = 0;
    bool is_there;
    size_t i;
    enum qn_status status;

    if (found)
        *found = false;
    status = path.size ? find_doomed(ctx, trees, root, path, &doomed) : QN_OK;
    if (status)
        return status == QN_END ? QN_OK : status;
    if (found)
        *found = true;
    status = qn_import_tree_get(ctx, trees, root, path, &target);
    if (status)
        return status;
    if (taken) {
        *taken = *target;
        target->tree = NULL;
    }
    if (path.size == 0) {
        qn_import_entry_unload(root);
        qn_import_entry_init(root, trees->store->algorithm);
        return QN_OK;
    }
    for (rest = path;;) { /* down to what is doomed */
        size_t start = path.size - rest.size;
        struct qn_bytes name = split_path(&rest);

        i = find_entry(at->tree, name, &is_there);
        at->tree->is_dirty = true;
        if (start == doomed)
            break;
        at = &at->tree->entries[i];
    }
    qn_import_entry_unload(&at->tree->entries[i]);
    remove_entry(at->tree, i);
    return QN_OK;
}

/* ---- walking what is loaded */

struct frame {
    struct qn_import_entry *entry;
    size_t next;
};
struct stack {
    struct frame *frames;
    size_t count;
    size_t capacity;
};

static enum qn_status push(struct qn_ctx *ctx, struct stack *stack,
                           struct qn_import_entry *entry)
{
    enum qn_status status =
        qn_memory_grow(ctx, &stack->frames, &stack->capacity, stack->count + 1,
                       sizeof(*stack->frames));

    if (status)
        return status;
    stack->frames[stack->count].entry = entry;
    stack->frames[stack->count++].next = 0;
    return QN_OK;
}

/* The same entries; trees below still belong to the other. */
static enum qn_status copy_one(struct qn_ctx *ctx,
                               struct qn_import_entry *entry)
{
    const struct qn_import_tree *from = entry->tree;
    struct qn_import_tree *tree;
    enum qn_status status;

    entry->tree = NULL;
    tree = qn_memory_calloc(ctx, 1, sizeof(*tree));
    if (!tree)
        return QN_NO_MEMORY;
    tree->object = from->object;
    tree->is_dirty = from->is_dirty;
    status =
        qn_buf_append_bytes(ctx, &tree->written, qn_buf_bytes(&from->written));
    if (!status)
        status = qn_memory_grow(ctx, &tree->entries, &tree->capacity,
                                from->count + 1, sizeof(*tree->entries));
    if (status) {
        free_tree(tree);
        return status;
    }
    if (from->count)
        memcpy(tree->entries, from->entries,
               from->count * sizeof(*tree->entries));
    tree->count = from->count;
    entry->tree = tree;
    return QN_OK;
}

enum qn_status qn_import_entry_copy(struct qn_ctx *ctx,
                                    const struct qn_import_entry *from,
                                    struct qn_import_entry *out)
{
    struct stack stack = {NULL, 0, 0};
    enum qn_status status = QN_OK;

    *out = *from;
    if (out->tree)
        status = copy_one(ctx, out);
    if (!status && out->tree)
        status = push(ctx, &stack, out);
    while (!status && stack.count > 0) {
        struct frame *top = &stack.frames[stack.count - 1];
        struct qn_import_entry *entry;

        if (top->next == top->entry->tree->count) {
            stack.count--;
            continue;
        }
        entry = &top->entry->tree->entries[top->next++];
        if (!entry->tree)
            continue;
        if (!entry->tree->is_dirty) {
            entry->tree = NULL; /* its id is enough */
            continue;
        }
        status = copy_one(ctx, entry);
        if (!status)
            status = push(ctx, &stack, entry);
    }
    if (status) { /* what was not reached belongs to the other still */
        size_t i, j;

        for (i = 0; i < stack.count; i++)
            for (j = stack.frames[i].next;
                 j < stack.frames[i].entry->tree->count; j++)
                stack.frames[i].entry->tree->entries[j].tree = NULL;
        qn_import_entry_unload(out);
    }
    qn_memory_free(stack.frames);
    return status;
}

/* ---- writing */

static int compare_git(const void *a, const void *b)
{
    const struct qn_import_entry *x = *(const struct qn_import_entry *const *)a;
    const struct qn_import_entry *y = *(const struct qn_import_entry *const *)b;

    return qn_tree_compare_names(
        qn_bytes_make(x->name, x->name_size), qn_mode_is_tree(x->mode),
        qn_bytes_make(y->name, y->name_size), qn_mode_is_tree(y->mode));
}

/* Names as bytes are nearly Git's order already. */
static enum qn_status write_text(struct qn_ctx *ctx,
                                 const struct qn_import_tree *tree,
                                 struct qn_buf *out)
{
    const struct qn_import_entry **order =
        qn_memory_array(ctx, tree->count + 1, sizeof(*order));
    enum qn_status status = order ? QN_OK : QN_NO_MEMORY;
    bool is_sorted = true;
    size_t i;

    for (i = 0; !status && i < tree->count; i++) {
        order[i] = &tree->entries[i];
        if (i > 0 && compare_git(&order[i - 1], &order[i]) > 0)
            is_sorted = false;
    }
    if (!status && !is_sorted)
        qsort(order, tree->count, sizeof(const struct qn_import_entry *),
              compare_git);
    for (i = 0; !status && i < tree->count; i++)
        status = qn_tree_append(
            ctx, out, order[i]->mode,
            qn_bytes_make(order[i]->name, order[i]->name_size), &order[i]->id);
    qn_memory_free(order);
    return status;
}

static enum qn_status write_tree(struct qn_ctx *ctx,
                                 struct qn_import_trees *trees,
                                 struct qn_import_entry *entry)
{
    struct qn_import_tree *tree = entry->tree;
    struct qn_import_base base = {tree->object, &tree->written};
    struct qn_buf kept = QN_BUF_INIT;
    enum qn_status status;

    qn_buf_clear(&trees->text);
    status = write_text(ctx, tree, &trees->text);
    if (!status)
        status = qn_buf_append_bytes(ctx, &kept, qn_buf_bytes(&trees->text));
    if (!status)
        status = qn_import_store_add(ctx, trees->store, QN_OBJECT_TREE,
                                     &trees->text, &base, &tree->object);
    if (!status) {
        qn_import_store_id(trees->store, tree->object, &entry->id);
        qn_buf_swap(&tree->written, &kept);
        tree->is_dirty = false;
    }
    qn_buf_dispose(&kept);
    return status;
}

/* The tree of nothing may have been nowhere yet. */
static enum qn_status store_empty(struct qn_ctx *ctx,
                                  struct qn_import_trees *trees)
{
    struct qn_import_store *store = trees->store;
    uint32_t object;

    if (qn_id_map_find(&store->ids, qn_id_empty_tree(store->algorithm)) !=
        QN_ID_MAP_NONE)
        return QN_OK;
    qn_buf_clear(&trees->text);
    return qn_import_store_add(ctx, store, QN_OBJECT_TREE, &trees->text, NULL,
                               &object);
}

enum qn_status qn_import_tree_store(struct qn_ctx *ctx,
                                    struct qn_import_trees *trees,
                                    struct qn_import_entry *root)
{
    struct stack stack = {NULL, 0, 0};
    enum qn_status status = QN_OK;

    if (qn_mode_is_tree(root->mode) && (!root->tree || !root->tree->is_dirty) &&
        qn_id_is_equal(&root->id, qn_id_empty_tree(root->id.algorithm)))
        status = store_empty(ctx, trees);
    if (!status && root->tree && root->tree->is_dirty)
        status = push(ctx, &stack, root);
    while (!status && stack.count > 0) {
        struct frame *top = &stack.frames[stack.count - 1];
        struct qn_import_entry *entry;

        if (top->next == top->entry->tree->count) {
            status = write_tree(ctx, trees, top->entry);
            stack.count--;
            continue;
        }
        entry = &top->entry->tree->entries[top->next++];
        if (entry->tree && entry->tree->is_dirty)
            status = push(ctx, &stack, entry);
    }
    qn_memory_free(stack.frames);
    return status;
}
