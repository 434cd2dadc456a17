/* SPDX-License-Identifier: MIT */
#include "operation/part/fetch_missing.h"

#include "base/memory.h"
#include "hash/id_map.h"
#include "object/commit.h"
#include "object/tree.h"
#include "walk/commit_walk.h"

#include <string.h>

#define DEPTH_MAX 4096 /* of directories; below, a tree counts as not whole */

/* What is known of an object. */
enum { UNKNOWN = 0, WHOLE, BROKEN, OPEN /* on the stack */, COVERED = 8 };
#define STATE 7u

struct level { /* of the tree that is looked through */
    struct qn_object tree;
    struct qn_tree_reader reader;
    uint32_t position; /* in `states` */
    bool is_broken;
};

struct commit { /* one that is here, and not known to be whole */
    struct qn_id id, tree;
    size_t parent, parent_count; /* in `parents` */
    bool is_whole;               /* its tree is */
};

struct search {
    struct qn_odb *odb;
    struct qn_id_map known;  /* commits that our refs reach */
    struct qn_id_map states; /* of trees and blobs */
    struct qn_id_map here;   /* commits: position in `commits` */
    struct qn_id_map asked;  /* what is among the roots, or missing */
    struct commit *commits;
    size_t count, capacity;
    struct qn_id_list parents;
    struct level *levels;
    size_t depth, level_capacity;
    struct qn_fetch_missing *out;
    size_t missed;       /* trees and blobs that were found not to be here */
    struct qn_id oldest; /* of what our refs reach; null: nothing */
    bool only_looks;     /* nothing more is asked for */
    bool takes_roots;
};

void qn_fetch_missing_dispose(struct qn_fetch_missing *missing)
{
    qn_id_list_dispose(&missing->roots);
    qn_id_list_dispose(&missing->later);
    qn_id_list_dispose(&missing->points);
    qn_id_list_dispose(&missing->others);
}

/* ---- what is whole anyway */

struct tips {
    struct qn_commit_walk *walk;
    struct qn_odb *odb;
};

static enum qn_status add_tip(struct qn_ctx *ctx, void *data,
                              const struct qn_ref *ref)
{
    struct tips *tips = data;
    bool is_commit = false;
    struct qn_id commit;
    enum qn_status status;

    if (ref->is_broken || qn_id_is_null(&ref->id))
        return QN_OK;
    status = qn_revision_peel_if_commit(ctx, tips->odb, &ref->id, &commit,
                                        &is_commit);
    if (status && status != QN_NO_MEMORY) {
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    return status || !is_commit
               ? status
               : qn_commit_walk_add(ctx, tips->walk, &commit, 0, NULL);
}

static enum qn_status put(struct qn_ctx *ctx, struct qn_id_map *map,
                          const struct qn_id *id, bool *is_new)
{
    uint32_t position;

    return qn_id_map_put(ctx, map, id, &position, is_new);
}

static enum qn_status find_known(struct qn_ctx *ctx,
                                 const struct qn_revision_scope *scope,
                                 struct search *s)
{
    struct qn_walk_options options = {.min_parents = -1,
                                      .max_parents = -1,
                                      .max_count = -1,
                                      .ignores_missing = true,
                                      .gives_ids_only = true};
    struct tips tips = {.odb = scope->odb};
    enum qn_status status =
        qn_commit_walk_new(ctx, scope, &options, &tips.walk);
    struct qn_walk_commit commit;
    bool is_new;

    if (!status)
        status = qn_refs_walk(ctx, scope->refs, "", 0, add_tip, &tips);
    while (!status && !(status = qn_commit_walk_next(ctx, tips.walk, &commit)))
        if (!(status = put(ctx, &s->known, &commit.id, &is_new)))
            s->oldest = commit.id;
    qn_commit_walk_free(tips.walk);
    return status == QN_END ? QN_OK : status;
}

/* ---- trees */

/* Once, whatever asks for it. */
static enum qn_status ask(struct qn_ctx *ctx, struct search *s,
                          struct qn_id_list *list, const struct qn_id *id)
{
    bool is_new = false;
    enum qn_status status =
        s->only_looks ? QN_OK : put(ctx, &s->asked, id, &is_new);

    return status || !is_new || list->count >= QN_FETCH_MISSING_ROOTS
               ? status
               : qn_id_list_add(ctx, list, id);
}

static enum qn_status enter(struct qn_ctx *ctx, struct search *s,
                            const struct qn_id *id, uint32_t position)
{
    size_t old = s->level_capacity;
    enum qn_status status = qn_memory_grow(ctx, &s->levels, &s->level_capacity,
                                           s->depth + 1, sizeof(*s->levels));
    struct level *level;

    if (status)
        return status;
    if (s->level_capacity > old)
        memset(s->levels + old, 0,
               (s->level_capacity - old) * sizeof(*s->levels));
    level = &s->levels[s->depth];
    s->states.values[position] = BROKEN;
    s->missed++;
    if (s->depth >= DEPTH_MAX)
        return QN_OK;
    status = qn_odb_read_typed(ctx, s->odb, id, QN_OBJECT_TREE, &level->tree);
    if (status == QN_NO_MEMORY || status == QN_CANCELLED)
        return status;
    if (status) { /* not here, or of no use */
        qn_ctx_clear(ctx);
        return ask(ctx, s, &s->out->roots, id);
    }
    qn_tree_reader_init(&level->reader, qn_object_bytes(&level->tree),
                        id->algorithm);
    level->position = position;
    level->is_broken = false;
    s->states.values[position] = OPEN;
    s->missed--;
    s->depth++;
    return qn_ctx_check(ctx);
}

static void leave(struct search *s)
{
    const struct level *level = &s->levels[--s->depth];

    s->states.values[level->position] = level->is_broken ? BROKEN : WHOLE;
    if (level->is_broken && s->depth > 0)
        s->levels[s->depth - 1].is_broken = true;
}

static enum qn_status look_at(struct qn_ctx *ctx, struct search *s,
                              const struct qn_id *id, bool is_tree)
{
    size_t depth = s->depth;
    uint32_t position;
    bool is_new, is_here = false;
    enum qn_status status =
        qn_id_map_put(ctx, &s->states, id, &position, &is_new);

    if (!status && is_new && is_tree) {
        status = enter(ctx, s, id, position);
        if (s->depth > depth)
            return status; /* told of when it is left */
    } else if (!status && is_new) {
        status = qn_odb_exists(ctx, s->odb, id, &is_here);
        s->states.values[position] = is_here ? WHOLE : BROKEN;
        s->missed += !is_here;
        if (!status && !is_here)
            status = ask(ctx, s, &s->out->roots, id);
    }
    if (!status && depth > 0 && (s->states.values[position] & STATE) != WHOLE)
        s->levels[depth - 1].is_broken = true;
    return status;
}

static enum qn_status look_through(struct qn_ctx *ctx, struct search *s,
                                   const struct qn_id *root, bool *is_whole)
{
    struct qn_tree_entry entry;
    struct qn_id id;
    enum qn_status status = look_at(ctx, s, root, true);

    while (!status && s->depth > 0) {
        struct level *level = &s->levels[s->depth - 1];

        status = qn_tree_reader_next(ctx, &level->reader, &entry);
        if (status == QN_END || status == QN_CORRUPT) {
            level->is_broken |= status == QN_CORRUPT;
            qn_ctx_clear(ctx);
            status = QN_OK;
            leave(s);
            continue;
        }
        if (status || qn_mode_is_gitlink(entry.mode))
            continue;
        qn_id_from_row(&id, root->algorithm, entry.id);
        status = look_at(ctx, s, &id, qn_mode_is_tree(entry.mode));
    }
    if (!status)
        *is_whole = (s->states.values[qn_id_map_find(&s->states, root)] &
                     STATE) == WHOLE;
    return status;
}

/* Below this tree, which is whole, everything is told of by it. */
static enum qn_status cover(struct qn_ctx *ctx, struct search *s,
                            const struct qn_id *root)
{
    struct qn_object tree = QN_OBJECT_INIT;
    struct qn_id_list left = {0};
    struct qn_tree_entry entry;
    struct qn_tree_reader reader;
    enum qn_status status = qn_id_list_add(ctx, &left, root);

    while (!status && left.count > 0) {
        struct qn_id id = left.ids[--left.count];

        status = qn_odb_read_typed(ctx, s->odb, &id, QN_OBJECT_TREE, &tree);
        if (status)
            break;
        qn_tree_reader_init(&reader, qn_object_bytes(&tree), id.algorithm);
        while (!status &&
               !(status = qn_tree_reader_next(ctx, &reader, &entry))) {
            uint32_t position = qn_id_map_find_row(&s->states, entry.id);

            if (qn_mode_is_gitlink(entry.mode) || position == QN_ID_MAP_NONE ||
                s->states.values[position] & COVERED)
                continue;
            s->states.values[position] |= COVERED;
            qn_id_from_row(&id, root->algorithm, entry.id);
            if (qn_mode_is_tree(entry.mode))
                status = qn_id_list_add(ctx, &left, &id);
        }
        status = status == QN_END ? QN_OK : status;
    }
    qn_id_list_dispose(&left);
    qn_object_dispose(&tree);
    return status;
}

/* ---- commits */

static enum qn_status add_commit(struct qn_ctx *ctx, struct search *s,
                                 const struct qn_id *id,
                                 const struct qn_commit *commit)
{
    struct commit *made;
    struct qn_id parent;
    uint32_t position, i;
    bool is_new;
    enum qn_status status =
        qn_id_map_put(ctx, &s->here, id, &position, &is_new);

    if (!status)
        status = qn_memory_grow(ctx, &s->commits, &s->capacity, s->count + 1,
                                sizeof(*s->commits));
    if (status)
        return status;
    s->here.values[position] = s->count;
    made = &s->commits[s->count++];
    made->id = *id;
    made->tree = commit->tree;
    made->parent = s->parents.count;
    made->parent_count = commit->parent_count;
    for (i = 0; !status && i < commit->parent_count; i++) {
        qn_commit_parent(commit, i, &parent);
        status = qn_id_list_add(ctx, &s->parents, &parent);
    }
    return status;
}

/* `list`: where it goes when it is not here. */
static enum qn_status take(struct qn_ctx *ctx, struct search *s,
                           struct qn_object *object, struct qn_id id,
                           struct qn_id_list *list)
{
    struct qn_commit commit;
    struct qn_tag tag;
    bool is_whole;
    enum qn_status status;

    for (;;) {
        if (qn_id_map_find(&s->known, &id) != QN_ID_MAP_NONE ||
            qn_id_map_find(&s->here, &id) != QN_ID_MAP_NONE)
            return QN_OK;
        status = qn_odb_read(ctx, s->odb, &id, object);
        if (status == QN_NOT_FOUND || status == QN_CORRUPT) {
            qn_ctx_clear(ctx);
            return ask(ctx, s, list, &id);
        }
        if (status || object->type != QN_OBJECT_TAG)
            break;
        status = qn_tag_parse(ctx, qn_object_bytes(object), id.algorithm, &tag);
        if (status)
            return status;
        id = tag.object;
    }
    if (status || object->type == QN_OBJECT_BLOB)
        return status;
    if (object->type == QN_OBJECT_TREE) {
        return look_through(ctx, s, &id, &is_whole);
    }
    status =
        qn_commit_parse(ctx, qn_object_bytes(object), id.algorithm, &commit);
    return status ? status : add_commit(ctx, s, &id, &commit);
}

static bool is_whole_or_known(const struct search *s, const struct qn_id *id)
{
    uint32_t position = qn_id_map_find(&s->here, id);

    return position == QN_ID_MAP_NONE
               ? qn_id_map_find(&s->known, id) != QN_ID_MAP_NONE
               : s->commits[s->here.values[position]].is_whole;
}

static enum qn_status put_point(struct qn_ctx *ctx, struct search *s,
                                const struct qn_id *id)
{
    uint32_t position = qn_id_map_find(&s->here, id);
    bool is_new = false;
    enum qn_status status = QN_OK;

    if (position == QN_ID_MAP_NONE ||
        !s->commits[s->here.values[position]].is_whole)
        return QN_OK;
    status = put(ctx, &s->asked, id, &is_new);
    return status || !is_new ? status
                             : qn_id_list_add(ctx, &s->out->points, id);
}

/* Where a whole commit and one that is not touch, the whole one is told of. */
static enum qn_status find_points(struct qn_ctx *ctx, struct search *s)
{
    enum qn_status status = QN_OK;
    size_t i, j;

    for (i = 0; !status && i < s->count; i++) {
        const struct commit *commit = &s->commits[i];

        for (j = 0; !status && j < commit->parent_count; j++) {
            const struct qn_id *parent = &s->parents.ids[commit->parent + j];

            if (!commit->is_whole)
                status = put_point(ctx, s, parent);
            else if (!is_whole_or_known(s, parent))
                status = put_point(ctx, s, &commit->id);
        }
    }
    return status;
}

/* A border where history begins hides nothing.  With one, Git's servers find
 * bases in what is common though no commit is asked for. */
static enum qn_status put_beginning(struct qn_ctx *ctx, struct search *s)
{
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_commit commit;
    enum qn_status status =
        qn_odb_read_typed(ctx, s->odb, &s->oldest, QN_OBJECT_COMMIT, &object);

    if (!status)
        status = qn_commit_parse(ctx, qn_object_bytes(&object),
                                 s->oldest.algorithm, &commit);
    if (!status && commit.parent_count == 0)
        status = qn_id_list_add(ctx, &s->out->points, &s->oldest);
    qn_object_dispose(&object);
    return status;
}

static enum qn_status search(struct qn_ctx *ctx, struct search *s,
                             const struct qn_id_list *wants)
{
    struct qn_object object = QN_OBJECT_INIT;
    enum qn_status status = QN_OK;
    size_t i, j;

    for (i = 0; !status && i < wants->count; i++)
        status = take(ctx, s, &object, wants->ids[i], &s->out->later);
    for (i = 0; !status && i < s->count; i++) {
        struct qn_id tree = s->commits[i].tree;
        size_t first = s->commits[i].parent;
        size_t end = first + s->commits[i].parent_count;
        size_t missed = s->missed;

        s->only_looks = s->takes_roots;
        status = look_through(ctx, s, &tree, &s->commits[i].is_whole);
        s->only_looks = false;
        /* what was missed before comes with the tree where it was */
        if (!status && s->takes_roots && s->missed > missed)
            status = ask(ctx, s, &s->out->roots, &tree);
        for (j = first; !status && j < end; j++)
            status = take(ctx, s, &object, s->parents.ids[j], &s->out->roots);
    }
    qn_object_dispose(&object);
    if (!status)
        status = find_points(ctx, s);
    return status || !s->takes_roots || s->known.count == 0 ||
                   s->out->roots.count == 0 || s->out->points.count > 0
               ? status
               : put_beginning(ctx, s);
}

/* ---- what else is here */

struct others {
    struct search *s;
    struct qn_id_list trees, blobs;
};

static enum qn_status see_object(struct qn_ctx *ctx, void *data,
                                 const struct qn_id *id)
{
    struct others *others = data;
    struct qn_odb_info info;
    enum qn_status status =
        qn_odb_read_info(ctx, others->s->odb, id, QN_ODB_WANT_TYPE, &info);

    if (status || (info.type != QN_OBJECT_TREE && info.type != QN_OBJECT_BLOB))
        return status;
    return qn_id_list_add(
        ctx, info.type == QN_OBJECT_TREE ? &others->trees : &others->blobs, id);
}

static bool is_covered(const struct search *s, const struct qn_id *id)
{
    uint32_t position = qn_id_map_find(&s->states, id);

    return position != QN_ID_MAP_NONE && s->states.values[position] & COVERED;
}

/* However small it is: others that are sent may build on it. */
static enum qn_status put_other(struct qn_ctx *ctx, struct search *s,
                                const struct qn_id *id)
{
    return is_covered(s, id) || s->out->others.count >= QN_FETCH_MISSING_OTHERS
               ? QN_OK
               : qn_id_list_add(ctx, &s->out->others, id);
}

/* Of what no whole commit has, the topmost. */
static enum qn_status find_others(struct qn_ctx *ctx, struct search *s)
{
    struct others others = {.s = s};
    enum qn_status status = QN_OK;
    bool is_whole;
    size_t i, kept = 0;

    s->only_looks = true;
    for (i = 0; !status && i < s->count; i++) {
        uint32_t position = qn_id_map_find(&s->states, &s->commits[i].tree);

        if (!s->commits[i].is_whole || s->states.values[position] & COVERED)
            continue;
        s->states.values[position] |= COVERED;
        status = cover(ctx, s, &s->commits[i].tree);
    }
    if (!status)
        status =
            qn_odb_list(ctx, s->odb, QN_ODB_LIST_LOCAL | QN_ODB_LIST_NO_LOOSE,
                        see_object, &others);
    for (i = 0; !status && i < others.trees.count; i++) {
        status = look_through(ctx, s, &others.trees.ids[i], &is_whole);
        if (!status && is_whole)
            others.trees.ids[kept++] = others.trees.ids[i];
    }
    for (i = 0; !status && i < kept; i++)
        if (!is_covered(s, &others.trees.ids[i]))
            status = cover(ctx, s, &others.trees.ids[i]);
    for (i = 0; !status && i < kept; i++)
        status = put_other(ctx, s, &others.trees.ids[i]);
    for (i = 0; !status && i < others.blobs.count; i++)
        status = put_other(ctx, s, &others.blobs.ids[i]);
    qn_id_list_dispose(&others.trees);
    qn_id_list_dispose(&others.blobs);
    return status;
}

enum qn_status qn_fetch_missing_find(struct qn_ctx *ctx,
                                     const struct qn_revision_scope *scope,
                                     const struct qn_id_list *wants,
                                     bool takes_roots,
                                     struct qn_fetch_missing *out)
{
    const uint32_t algorithm = qn_odb_algorithm(scope->odb);
    struct search s = {
        .odb = scope->odb, .out = out, .takes_roots = takes_roots};
    enum qn_status status;
    size_t i;

    qn_id_map_init(&s.known, algorithm);
    qn_id_map_init(&s.states, algorithm);
    qn_id_map_init(&s.here, algorithm);
    qn_id_map_init(&s.asked, algorithm);
    status = find_known(ctx, scope, &s);
    if (!status)
        status = search(ctx, &s, wants);
    if (!status && out->roots.count > 0)
        status = find_others(ctx, &s);
    for (i = 0; i < s.level_capacity; i++)
        qn_object_dispose(&s.levels[i].tree);
    qn_memory_free(s.levels);
    qn_memory_free(s.commits);
    qn_id_list_dispose(&s.parents);
    qn_id_map_dispose(&s.known);
    qn_id_map_dispose(&s.states);
    qn_id_map_dispose(&s.here);
    qn_id_map_dispose(&s.asked);
    return status;
}
