/* SPDX-License-Identifier: MIT */
#include "operation/part/list_objects.h"

#include "base/memory.h"
#include "index/cache_tree.h"
#include "index/index.h"
#include "object/commit.h"
#include "object/tree.h"
#include "odb/odb_pack.h"
#include "operation/part/promised.h"
#include "operation/part/reachable.h"
#include "pack/pack_file.h"
#include "walk/grafts.h"
#include "worktree/work_tree.h"

struct trees {
    struct qn_id *ids;
    size_t count, capacity;
};

static enum qn_status pass(struct qn_ctx *ctx, void *data,
                           const struct qn_walk_object *object)
{
    (void)ctx;
    (void)data;
    (void)object;
    return QN_OK;
}

static enum qn_status give(struct qn_ctx *ctx, void *data,
                           const struct qn_walk_object *object)
{
    struct qn_list_objects *listing = data;

    if (listing->args->walk.unpacked_only) {
        struct qn_pack_file *pack = NULL;
        uint64_t offset;
        enum qn_status status = qn_odb_pack_locate(ctx, listing->scope->odb,
                                                   &object->id, &pack, &offset);

        if (status || pack)
            return status;
    }
    return listing->each(ctx, listing->data, object);
}

/* A tag and the tags it points to, by the names in them; `is_seen` only: out of
 * range. */
static enum qn_status list_tags(struct qn_ctx *ctx,
                                struct qn_list_objects *listing,
                                const struct qn_revision_tip *tip)
{
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_id id = tip->id;
    enum qn_status status = QN_OK;
    bool is_new;

    while (!status && !qn_id_is_equal(&id, &tip->target)) {
        struct qn_walk_object row = {.type = QN_OBJECT_TAG, .id = id};
        struct qn_tag tag;

        status = qn_odb_read(ctx, listing->scope->odb, &id, &object);
        if (!status)
            status =
                qn_tag_parse(ctx, qn_object_bytes(&object), id.algorithm, &tag);
        if (!status)
            status = qn_object_walk_see(ctx, listing->objects, &id, &is_new);
        if (status)
            break;
        row.path = tag.name;
        if (is_new && !(tip->flags & QN_WALK_UNINTERESTING))
            status = give(ctx, listing, &row);
        id = tag.object;
    }
    qn_object_dispose(&object);
    return status;
}

/* The borders, without a mark on what they hold. */
static enum qn_status find_borders(struct qn_ctx *ctx,
                                   struct qn_list_objects *listing)
{
    const struct qn_object_walk_options options = {.missing = NULL};
    struct qn_object_walk *objects = NULL;
    enum qn_status status =
        qn_object_walk_new(ctx, listing->scope->odb, &options, &objects);

    if (!status)
        status = qn_commit_walk_exclude_trees(ctx, listing->walk, objects);
    qn_object_walk_free(objects);
    return status;
}

static enum qn_status exclude_tips(struct qn_ctx *ctx,
                                   struct qn_list_objects *listing)
{
    const struct qn_revision_args *args = listing->args;
    enum qn_status status = QN_OK;
    bool is_new;
    size_t i;

    for (i = 0; i < args->count && listing->takes_tips && !status; i++)
        if (args->tips[i].type == QN_OBJECT_COMMIT &&
            qn_id_is_equal(&args->tips[i].id, &args->tips[i].target))
            status =
                qn_commit_walk_add_edge(ctx, listing->walk, &args->tips[i].id);
    if (!status && listing->keeps_borders)
        return find_borders(ctx, listing);
    if (!status)
        status =
            qn_commit_walk_exclude_trees(ctx, listing->walk, listing->objects);
    for (i = 0; i < args->count && !status; i++) {
        const struct qn_revision_tip *tip = &args->tips[i];

        if (!(tip->flags & QN_WALK_UNINTERESTING))
            continue;
        if (!qn_id_is_equal(&tip->id, &tip->target))
            status = list_tags(ctx, listing, tip);
        if (!status && tip->type == QN_OBJECT_TREE)
            status =
                qn_object_walk_exclude(ctx, listing->objects, &tip->target);
        else if (!status && tip->type == QN_OBJECT_BLOB)
            status = qn_object_walk_see(ctx, listing->objects, &tip->target,
                                        &is_new);
    }
    return status;
}

static enum qn_status list_tips(struct qn_ctx *ctx,
                                struct qn_list_objects *listing)
{
    const struct qn_revision_args *args = listing->args;
    enum qn_status status = QN_OK;
    bool is_new;
    size_t i;

    for (i = 0; i < args->count && !status; i++) {
        const struct qn_revision_tip *tip = &args->tips[i];
        struct qn_bytes path = qn_bytes_from_string(tip->path);

        if (tip->flags & QN_WALK_UNINTERESTING)
            continue;
        status = list_tags(ctx, listing, tip);
        if (!status && tip->type == QN_OBJECT_TREE) {
            status = qn_object_walk_list_given(
                ctx, listing->objects, &tip->target, path, give, listing);
        } else if (!status && tip->type == QN_OBJECT_BLOB) {
            struct qn_walk_object row = {
                .type = QN_OBJECT_BLOB, .id = tip->target, .path = path};

            status = qn_object_walk_see(ctx, listing->objects, &tip->target,
                                        &is_new);
            if (!status && is_new)
                status = give(ctx, listing, &row);
        }
    }
    return status;
}

/* ---- the index */

struct cache_level {
    const struct qn_cache_tree_node *node;
    size_t next, size; /* the child that is next; size of the path */
};

/* The trees that the index knows of, those below a changed one, too. */
static enum qn_status list_cache_tree(struct qn_ctx *ctx,
                                      struct qn_list_objects *listing,
                                      struct qn_index *index)
{
    struct cache_level *stack = NULL;
    struct qn_cache_tree_node *root = NULL;
    struct qn_buf path = QN_BUF_INIT;
    size_t depth = 0, capacity = 0;
    enum qn_status status = qn_cache_tree_root(ctx, index, false, &root);

    if (!status && root && root->entry_count >= 0)
        status = qn_object_walk_list(ctx, listing->objects, &root->id,
                                     QN_BYTES_NONE, give, listing);
    if (!status && root)
        status = qn_memory_grow(ctx, &stack, &capacity, 1, sizeof(*stack));
    if (!status && root)
        stack[depth++] = (struct cache_level){root, 0, 0};
    while (!status && depth) {
        struct cache_level *at = &stack[depth - 1];
        const struct qn_cache_tree_node *child;

        qn_buf_truncate(&path, at->size);
        if (at->next == at->node->child_count) {
            depth--;
            continue;
        }
        child = at->node->children[at->next++];
        if (path.size)
            status = qn_buf_append_byte(ctx, &path, '/');
        if (!status)
            status = qn_buf_append_bytes(ctx, &path, child->name);
        if (!status && child->entry_count >= 0)
            status = qn_object_walk_list(ctx, listing->objects, &child->id,
                                         qn_buf_bytes(&path), give, listing);
        if (!status)
            status = qn_memory_grow(ctx, &stack, &capacity, depth + 1,
                                    sizeof(*stack));
        if (!status)
            stack[depth++] = (struct cache_level){child, 0, path.size};
    }
    qn_memory_free(stack);
    qn_buf_dispose(&path);
    return status;
}

static enum qn_status list_indexed(struct qn_ctx *ctx,
                                   struct qn_list_objects *listing)
{
    struct qn_index *index = NULL;
    enum qn_status status = qn_work_tree_read_index(
        ctx, listing->scope->repo, listing->scope->odb, &index);
    size_t i;
    bool is_new;

    for (i = 0; !status && i < qn_index_count(index); i++) {
        const struct qn_index_entry *entry = qn_index_peek(index, i);
        struct qn_walk_object row = {.type = QN_OBJECT_BLOB,
                                     .mode = entry->mode,
                                     .id = entry->id,
                                     .path = entry->path};

        if (qn_mode_is_gitlink(entry->mode))
            continue;
        status = qn_object_walk_see(ctx, listing->objects, &entry->id, &is_new);
        if (!status && is_new)
            status = give(ctx, listing, &row);
    }
    if (!status)
        status = list_cache_tree(ctx, listing, index);
    qn_index_free(index);
    return status;
}

/* ---- what is promised */

static enum qn_status exclude_promised(struct qn_ctx *ctx,
                                       struct qn_list_objects *listing)
{
    enum qn_status status;
    struct qn_id_map set;
    bool is_new, exists;
    uint32_t i;

    qn_id_map_init(&set, qn_odb_algorithm(listing->scope->odb));
    status = qn_promised_collect(ctx, listing->scope->odb, &set);
    for (i = 0; !status && i < set.count; i++) {
        struct qn_id id;

        qn_id_map_id(&set, i, &id);
        status = qn_object_walk_see(ctx, listing->objects, &id, &is_new);
        if (status || set.values[i] != QN_OBJECT_COMMIT)
            continue;
        status = qn_odb_exists(ctx, listing->scope->odb, &id, &exists);
        if (!status && exists)
            status =
                qn_commit_walk_add(ctx, listing->walk, &id,
                                   QN_WALK_UNINTERESTING | QN_WALK_BOTTOM, "");
    }
    qn_id_map_dispose(&set);
    return status;
}

/* ---- all of it */

static enum qn_status start_filter(struct qn_ctx *ctx,
                                   struct qn_list_objects *listing)
{
    const struct qn_revision_args *args = listing->args;
    enum qn_status status = QN_OK;
    uint32_t position;
    bool is_new;
    size_t i;

    qn_id_map_init(&listing->given, qn_odb_algorithm(listing->scope->odb));
    listing->asked = NULL;
    if (!listing->filter || listing->filter->count == 0)
        return QN_OK;
    for (i = 0; i < args->count && !status; i++)
        if (args->tips[i].type == QN_OBJECT_COMMIT)
            status = qn_id_map_put(ctx, &listing->given, &args->tips[i].target,
                                   &position, &is_new);
    return status ? status
                  : qn_object_filter_new(ctx, listing->scope, listing->filter,
                                         false, &listing->asked);
}

static enum qn_status ask_filter(struct qn_ctx *ctx,
                                 struct qn_list_objects *listing,
                                 const struct qn_id *id, bool *is_wanted)
{
    struct qn_object_filter_answer answer;
    enum qn_status status;

    if (qn_id_map_find(&listing->given, id) != QN_ID_MAP_NONE)
        return QN_OK;
    qn_object_filter_restart(listing->asked);
    status = qn_object_filter_ask(ctx, listing->asked, QN_OBJECT_COMMIT, id,
                                  QN_BYTES_NONE, &answer);
    if (!status)
        *is_wanted = answer.is_wanted;
    return status;
}

static enum qn_status list_commits(struct qn_ctx *ctx,
                                   struct qn_list_objects *listing,
                                   struct trees *trees)
{
    struct qn_walk_commit commit;
    enum qn_status status;

    while (!(status = qn_commit_walk_next(ctx, listing->walk, &commit))) {
        struct qn_walk_object row = {.type = QN_OBJECT_COMMIT, .id = commit.id};
        bool is_wanted = true;

        if (commit.flags & QN_WALK_UNINTERESTING)
            continue;
        if (listing->asked)
            status = ask_filter(ctx, listing, &commit.id, &is_wanted);
        if (!status && is_wanted)
            status = listing->each(ctx, listing->data, &row);
        if (!status)
            status = qn_memory_grow(ctx, &trees->ids, &trees->capacity,
                                    trees->count + 1, sizeof(*trees->ids));
        if (status)
            return status;
        trees->ids[trees->count++] = commit.tree;
    }
    return status == QN_END ? QN_OK : status;
}

static enum qn_status list_trees(struct qn_ctx *ctx,
                                 struct qn_list_objects *listing,
                                 const struct trees *trees)
{
    return qn_object_walk_list_all(ctx, listing->objects, trees->ids,
                                   trees->count, give, listing);
}

static enum qn_status tell_edges(struct qn_ctx *ctx,
                                 struct qn_list_objects *listing)
{
    enum qn_status status = QN_OK;
    struct qn_id id;
    size_t next = 0;

    while (listing->edge && !status) {
        status = qn_commit_walk_edge(ctx, listing->walk, &next, &id);
        if (status == QN_END)
            return QN_OK;
        if (!status)
            status = listing->edge(ctx, listing->edge_data, &id);
    }
    return status;
}

enum qn_status qn_list_objects_run(struct qn_ctx *ctx,
                                   struct qn_list_objects *listing)
{
    struct qn_object_walk_options options = {
        .missing =
            listing->allows_missing || listing->excludes_promised ? pass : NULL,
        .missing_data = listing,
        .pathspec = listing->pathspec,
        .spares_workers = listing->spares_workers};
    struct trees trees = {NULL, 0, 0};
    enum qn_status status;

    listing->walk = NULL;
    listing->objects = NULL;
    status = start_filter(ctx, listing);
    options.filter = listing->asked;
    if (!status)
        status = qn_commit_walk_new(ctx, listing->scope, &listing->args->walk,
                                    &listing->walk);
    if (!status)
        status = qn_object_walk_new(ctx, listing->scope->odb, &options,
                                    &listing->objects);
    if (!status)
        status = qn_revision_args_start(ctx, listing->args, listing->walk);
    if (!status)
        qn_commit_walk_prove(listing->walk, true);
    if (!status && listing->excludes_promised)
        status = exclude_promised(ctx, listing);
    if (!status)
        status = exclude_tips(ctx, listing);
    if (!status)
        status = tell_edges(ctx, listing);
    if (!status)
        status = list_commits(ctx, listing, &trees);
    qn_commit_walk_free(listing->walk);
    listing->walk = NULL;
    if (!status)
        status = list_tips(ctx, listing);
    if (!status && listing->indexed)
        status = list_indexed(ctx, listing);
    if (!status)
        status = list_trees(ctx, listing, &trees);
    qn_memory_free(trees.ids);
    qn_object_walk_free(listing->objects);
    listing->objects = NULL;
    qn_object_filter_free(listing->asked);
    listing->asked = NULL;
    qn_id_map_dispose(&listing->given);
    return status;
}

/* ---- true parents */

static enum qn_status give_below(struct qn_ctx *ctx,
                                 struct qn_list_objects *listing,
                                 const struct qn_id *tips, size_t count)
{
    struct qn_reachable from = {.odb = listing->scope->odb};
    enum qn_status status;
    struct qn_id_map set;
    uint32_t i;

    qn_id_map_init(&set, qn_odb_algorithm(from.odb));
    status = qn_reachable_find(ctx, &from, tips, count, &set);
    for (i = 0; i < set.count && !status; i++) {
        struct qn_walk_object row = {.type = QN_OBJECT_NONE};

        qn_id_map_id(&set, i, &row.id);
        status = listing->each(ctx, listing->data, &row);
    }
    qn_id_map_dispose(&set);
    return status;
}

enum qn_status qn_list_objects_true_parents(struct qn_ctx *ctx,
                                            struct qn_list_objects *listing)
{
    struct qn_object object = QN_OBJECT_INIT;
    struct trees tips = {NULL, 0, 0};
    struct qn_grafts grafts;
    enum qn_status status;
    uint32_t i, k;

    qn_grafts_init(&grafts, qn_odb_algorithm(listing->scope->odb));
    status =
        qn_grafts_load(ctx, &grafts, listing->scope->repo, listing->scope->odb);
    for (i = 0; i < grafts.ids.count && !status && !grafts.is_shallow; i++) {
        struct qn_commit commit;
        struct qn_id id;

        qn_id_map_id(&grafts.ids, i, &id);
        status = qn_odb_read_typed(ctx, listing->scope->odb, &id,
                                   QN_OBJECT_COMMIT, &object);
        if (!status)
            status = qn_commit_parse(ctx, qn_object_bytes(&object),
                                     id.algorithm, &commit);
        for (k = 0; !status && k < commit.parent_count; k++) {
            status = qn_memory_grow(ctx, &tips.ids, &tips.capacity,
                                    tips.count + 1, sizeof(*tips.ids));
            if (!status)
                qn_commit_parent(&commit, k, &tips.ids[tips.count++]);
        }
    }
    if (!status && tips.count > 0)
        status = give_below(ctx, listing, tips.ids, tips.count);
    qn_grafts_dispose(&grafts);
    qn_object_dispose(&object);
    qn_memory_free(tips.ids);
    return status;
}
