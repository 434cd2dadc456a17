/* SPDX-License-Identifier: MIT */
#include "operation/part/tip_paths.h"

#include "base/arena.h"
#include "base/memory.h"
#include "diff/tree_diff.h"
#include "object/tree.h"

#define NO_NODE    UINT32_MAX
#define SLOT_COUNT 4 /* answers kept of each directory: branches alternate */

/* What a directory of some id has. */
struct slot {
    struct qn_id id;
    bool is_used;
    uint8_t *same;        /* by item: it is as the tip has it */
    struct qn_id *folder; /* by child: its id; null: no such directory */
};

/* A name that is looked for in a directory. */
struct item {
    struct qn_bytes name;
    struct qn_id id;
    uint32_t mode;
    bool is_tree;
    uint32_t child; /* node, or NO_NODE */
};

struct node { /* a directory on the way to paths */
    struct qn_bytes path;
    uint32_t parent;
    uint32_t parent_item; /* position among the parent's items */
    uint32_t item_count, item_capacity;
    struct item *items; /* in the order of a tree */
    struct slot slots[SLOT_COUNT];
    uint32_t next_slot;
    uint32_t look; /* `slot` is of this look */
    int slot;      /* -1: there is no such directory */
    uint32_t filter;
    bool may_differ;
    struct qn_commit_graph_key key;
};

struct entry {
    struct qn_tip_path public;
    uint32_t node, item;
    struct qn_commit_graph_key key;
};

struct qn_tip_paths {
    struct qn_odb *odb;
    uint32_t algorithm;
    struct qn_diff_list list; /* keeps the paths */
    struct entry *entries;
    size_t count;
    struct node *nodes;
    size_t node_count, node_capacity;
    struct qn_id root;
    uint32_t look, filter;
    const struct qn_commit_graph *graph;
    uint32_t position;
    bool has_keys;
    uint32_t *way; /* nodes down to the one that is looked at */
    size_t way_capacity;
    struct qn_object object;
    uint64_t trees_read;
};

void qn_tip_paths_free(struct qn_tip_paths *paths)
{
    size_t i, s;

    if (!paths)
        return;
    for (i = 0; i < paths->node_count; i++) {
        for (s = 0; s < SLOT_COUNT; s++) {
            qn_memory_free(paths->nodes[i].slots[s].same);
            qn_memory_free(paths->nodes[i].slots[s].folder);
        }
        qn_memory_free(paths->nodes[i].items);
    }
    qn_memory_free(paths->nodes);
    qn_memory_free(paths->entries);
    qn_memory_free(paths->way);
    qn_diff_list_dispose(&paths->list);
    qn_object_dispose(&paths->object);
    qn_memory_free(paths);
}

static enum qn_status add_node(struct qn_ctx *ctx, struct qn_tip_paths *paths,
                               struct qn_bytes path, uint32_t parent,
                               uint32_t *out)
{
    enum qn_status status =
        qn_memory_grow(ctx, &paths->nodes, &paths->node_capacity,
                       paths->node_count + 1, sizeof(*paths->nodes));
    struct node *node;

    if (status)
        return status;
    node = &paths->nodes[paths->node_count];
    memset(node, 0, sizeof(*node));
    node->path = path;
    node->parent = parent;
    *out = (uint32_t)paths->node_count++;
    return QN_OK;
}

/* The last item of a node, which is `name`: made when it is not. */
static enum qn_status last_item(struct qn_ctx *ctx, struct node *node,
                                struct qn_bytes name, uint32_t *out)
{
    size_t capacity = node->item_capacity;
    enum qn_status status;

    if (node->item_count > 0 &&
        qn_bytes_is_equal(node->items[node->item_count - 1].name, name)) {
        *out = node->item_count - 1;
        return QN_OK;
    }
    status = qn_memory_grow(ctx, &node->items, &capacity, node->item_count + 1,
                            sizeof(*node->items));
    if (status)
        return status;
    node->item_capacity = (uint32_t)capacity;
    memset(&node->items[node->item_count], 0, sizeof(*node->items));
    node->items[node->item_count].name = name;
    node->items[node->item_count].child = NO_NODE;
    *out = node->item_count++;
    return QN_OK;
}

/* Paths come in the order of trees, so that the directories they are in are
 * those of the path before, up to some depth, and then new ones. */
static enum qn_status add_entry(struct qn_ctx *ctx, struct qn_tip_paths *paths,
                                struct entry *entry)
{
    struct qn_bytes path = entry->public.path;
    size_t from = 0, slash;
    uint32_t at = 0, item = 0, child = 0;
    enum qn_status status;

    for (;;) {
        struct qn_bytes rest = qn_bytes_from(path, from);

        slash = qn_bytes_find(rest, '/');
        status = last_item(ctx, &paths->nodes[at], qn_bytes_first(rest, slash),
                           &item);
        if (status || slash == rest.size)
            break;
        paths->nodes[at].items[item].is_tree = true;
        if (paths->nodes[at].items[item].child == NO_NODE) {
            status = add_node(ctx, paths, qn_bytes_first(path, from + slash),
                              at, &child);
            if (status)
                break;
            paths->nodes[child].parent_item = item;
            paths->nodes[at].items[item].child = child;
        }
        at = paths->nodes[at].items[item].child;
        from += slash + 1;
    }
    if (status)
        return status;
    paths->nodes[at].items[item].id = entry->public.id;
    paths->nodes[at].items[item].mode = entry->public.mode;
    paths->nodes[at].items[item].is_tree |= qn_mode_is_tree(entry->public.mode);
    entry->node = at;
    entry->item = item;
    return QN_OK;
}

static enum qn_status list_paths(struct qn_ctx *ctx, struct qn_tip_paths *paths,
                                 const struct qn_id *tree,
                                 const struct qn_tip_paths_options *options)
{
    struct qn_tree_diff_options diff = {.pathspec = options->pathspec,
                                        .shows_trees = options->shows_trees,
                                        .is_recursive = true,
                                        .has_max_depth =
                                            options->max_depth >= 0,
                                        .max_depth = options->max_depth};
    uint32_t root;
    enum qn_status status =
        qn_tree_diff_run(ctx, paths->odb, NULL, tree, &diff, &paths->list);
    size_t i;

    if (!status)
        status = add_node(ctx, paths, QN_BYTES_NONE, NO_NODE, &root);
    if (!status && paths->list.count > 0) {
        paths->entries =
            qn_memory_calloc(ctx, paths->list.count, sizeof(*paths->entries));
        if (!paths->entries)
            status = QN_NO_MEMORY;
    }
    for (i = 0; i < paths->list.count && !status; i++) {
        const struct qn_diff_side *side = &paths->list.pairs[i].new_side;
        struct entry *entry = &paths->entries[i];

        entry->public.path = side->path;
        entry->public.id = side->id;
        entry->public.mode = qn_mode_canonical(side->mode);
        status = add_entry(ctx, paths, entry);
        paths->count++;
    }
    return status;
}

enum qn_status qn_tip_paths_new(struct qn_ctx *ctx, struct qn_odb *odb,
                                const struct qn_id *tree,
                                const struct qn_tip_paths_options *options,
                                struct qn_tip_paths **out)
{
    struct qn_tip_paths *paths = qn_memory_calloc(ctx, 1, sizeof(*paths));
    enum qn_status status;

    if (!paths)
        return QN_NO_MEMORY;
    paths->odb = odb;
    paths->algorithm = qn_odb_algorithm(odb);
    status = list_paths(ctx, paths, tree, options);
    if (status) {
        qn_tip_paths_free(paths);
        return status;
    }
    *out = paths;
    return QN_OK;
}

size_t qn_tip_paths_count(const struct qn_tip_paths *paths)
{
    return paths->count;
}

const struct qn_tip_path *qn_tip_paths_at(const struct qn_tip_paths *paths,
                                          size_t i)
{
    return &paths->entries[i].public;
}

uint64_t qn_tip_paths_trees_read(const struct qn_tip_paths *paths)
{
    return paths->trees_read;
}

void qn_tip_paths_look(struct qn_tip_paths *paths, const struct qn_id *tree)
{
    paths->root = *tree;
    paths->look++;
}

/* Compare a directory's entries with what is looked for: both are in order. */
static enum qn_status compare(struct qn_ctx *ctx, struct qn_tip_paths *paths,
                              struct node *node, struct slot *slot)
{
    struct qn_tree_reader reader;
    struct qn_tree_entry entry;
    enum qn_status status;
    uint32_t i = 0;

    memset(slot->same, 0, node->item_count);
    memset(slot->folder, 0, node->item_count * sizeof(*slot->folder));
    qn_tree_reader_init(&reader, qn_object_bytes(&paths->object),
                        paths->algorithm);
    while (i < node->item_count &&
           !(status = qn_tree_reader_next(ctx, &reader, &entry))) {
        bool is_tree = qn_mode_is_tree(entry.mode);
        struct qn_id id;
        int order = -1;

        while (i < node->item_count &&
               (order = qn_tree_compare_names(node->items[i].name,
                                              node->items[i].is_tree,
                                              entry.name, is_tree)) < 0)
            i++;
        if (i == node->item_count || order != 0)
            continue;
        qn_id_from_row(&id, paths->algorithm, entry.id);
        slot->same[i] = node->items[i].mode == qn_mode_canonical(entry.mode) &&
                        qn_id_is_equal(&node->items[i].id, &id);
        if (is_tree)
            slot->folder[i] = id;
        i++;
    }
    return i < node->item_count && status != QN_END ? status : QN_OK;
}

static enum qn_status read_slot(struct qn_ctx *ctx, struct qn_tip_paths *paths,
                                struct node *node, const struct qn_id *id,
                                int *out)
{
    struct slot *slot;
    enum qn_status status;
    int i;

    for (i = 0; i < SLOT_COUNT; i++)
        if (node->slots[i].is_used && qn_id_is_equal(&node->slots[i].id, id)) {
            *out = i;
            return QN_OK;
        }
    *out = (int)(node->next_slot++ % SLOT_COUNT);
    slot = &node->slots[*out];
    slot->is_used = false;
    if (!slot->same)
        slot->same = qn_memory_calloc(ctx, node->item_count, 1);
    if (slot->same && !slot->folder)
        slot->folder =
            qn_memory_calloc(ctx, node->item_count, sizeof(*slot->folder));
    if (!slot->same || !slot->folder)
        return QN_NO_MEMORY;
    paths->trees_read++;
    status = qn_tree_diff_read(ctx, paths->odb, id, &paths->object);
    if (!status)
        status = compare(ctx, paths, node, slot);
    if (!status) {
        slot->id = *id;
        slot->is_used = true;
    }
    return status;
}

/* Which slot a directory's answers are in, for the tree at hand. */
static enum qn_status find_slot(struct qn_ctx *ctx, struct qn_tip_paths *paths,
                                uint32_t at)
{
    size_t depth = 0;
    enum qn_status status = QN_OK;

    while (at != NO_NODE && paths->nodes[at].look != paths->look && !status) {
        status = qn_memory_grow(ctx, &paths->way, &paths->way_capacity,
                                depth + 1, sizeof(*paths->way));
        if (!status)
            paths->way[depth++] = at;
        at = paths->nodes[at].parent;
    }
    while (depth > 0 && !status) {
        struct node *node = &paths->nodes[paths->way[--depth]];
        const struct qn_id *id = &paths->root;

        node->slot = -1;
        if (node->parent != NO_NODE) {
            const struct node *parent = &paths->nodes[node->parent];

            id = parent->slot < 0
                     ? NULL
                     : &parent->slots[parent->slot].folder[node->parent_item];
        }
        if (id && !qn_id_is_null(id))
            status = read_slot(ctx, paths, node, id, &node->slot);
        if (!status)
            node->look = paths->look;
    }
    return status;
}

enum qn_status qn_tip_paths_is_same(struct qn_ctx *ctx,
                                    struct qn_tip_paths *paths, size_t i,
                                    bool *out)
{
    const struct entry *entry = &paths->entries[i];
    const struct node *node = &paths->nodes[entry->node];
    enum qn_status status = QN_OK;

    if (node->look != paths->look)
        status = find_slot(ctx, paths, entry->node);
    if (!status)
        *out = node->slot >= 0 && node->slots[node->slot].same[entry->item];
    return status;
}

void qn_tip_paths_filter(struct qn_tip_paths *paths,
                         const struct qn_commit_graph *graph, uint32_t position)
{
    size_t i;

    if (!paths->has_keys) {
        for (i = 0; i < paths->count; i++)
            qn_commit_graph_key_make(paths->entries[i].public.path,
                                     &paths->entries[i].key);
        for (i = 0; i < paths->node_count; i++)
            qn_commit_graph_key_make(paths->nodes[i].path,
                                     &paths->nodes[i].key);
        paths->has_keys = true;
    }
    paths->graph = graph;
    paths->position = position;
    paths->filter++;
}

static bool may_have_changed(struct qn_ctx *ctx, struct qn_tip_paths *paths,
                             const struct qn_commit_graph_key *key)
{
    return qn_commit_graph_has_changed(ctx, paths->graph, paths->position, key,
                                       1) != QN_COMMIT_GRAPH_UNCHANGED;
}

bool qn_tip_paths_may_differ(struct qn_ctx *ctx, struct qn_tip_paths *paths,
                             size_t i)
{
    const struct entry *entry = &paths->entries[i];
    struct node *node = &paths->nodes[entry->node];

    if (node->filter != paths->filter) {
        node->filter = paths->filter;
        node->may_differ =
            node->parent == NO_NODE || may_have_changed(ctx, paths, &node->key);
    }
    return node->may_differ && may_have_changed(ctx, paths, &entry->key);
}
