/* SPDX-License-Identifier: MIT */
/* Phase five: an answer for every path, deepest first, and the tree of all. */
#include "base/memory.h"
#include "hash/id_list.h"
#include "merge/merge_state.h"

#include <stdlib.h>

struct leaf {
    struct qn_bytes path;
    struct qn_merge_version version;
};

struct resolver {
    struct qn_merge_state *m;
    struct leaf *leaves;
    size_t count, capacity;
};

static bool has_moves(const struct qn_merge_state *m)
{
    return m->moves[1].count || m->moves[2].count;
}

/* Byte order with a slash behind every path: a directory stands directly
 * before what is in it. */
static int compare_deep(const void *a, const void *b)
{
    const struct qn_merge_path *x = *(struct qn_merge_path *const *)a;
    const struct qn_merge_path *y = *(struct qn_merge_path *const *)b;
    size_t size = x->path.size < y->path.size ? x->path.size : y->path.size;
    int order = memcmp(x->path.data, y->path.data, size);
    int c;
    int d;

    if (order)
        return order;
    if (x->path.size == y->path.size)
        return 0;
    c = x->path.size == size ? '/' : x->path.data[size];
    d = y->path.size == size ? '/' : y->path.data[size];
    if (c != d)
        return c - d;
    return x->path.size < y->path.size ? -1 : 1;
}

static enum qn_status add_leaf(struct resolver *r, struct qn_bytes path,
                               const struct qn_merge_version *version)
{
    struct qn_bytes directory;
    enum qn_status status;

    if (!version->mode)
        return QN_OK;
    status = qn_memory_grow(r->m->ctx, &r->leaves, &r->capacity, r->count + 1,
                            sizeof(*r->leaves));
    if (status)
        return status;
    r->leaves[r->count++] = (struct leaf){path, *version};
    if (!qn_mode_is_tree(version->mode) && has_moves(r->m)) {
        struct qn_merge_path *own = qn_merge_state_find(r->m, path);

        if (own)
            own->is_file = true;
    }
    for (directory = qn_merge_state_directory(path); directory.size;
         directory = qn_merge_state_directory(directory)) {
        struct qn_merge_path *parent = qn_merge_state_find(r->m, directory);

        if (!parent || parent->has_content)
            break;
        parent->has_content = true;
    }
    return QN_OK;
}

static enum qn_status add_conflict(struct resolver *r,
                                   const struct qn_merge_path *path)
{
    struct qn_tree_merge_result *result = r->m->result;
    struct qn_tree_merge_conflict *conflict;
    enum qn_status status;
    char *name;
    int i;

    result->is_clean = false;
    status = qn_memory_grow(r->m->ctx, &result->conflicts,
                            &result->conflict_capacity,
                            result->conflict_count + 1, sizeof(*conflict));
    if (status)
        return status;
    name = qn_arena_copy(r->m->ctx, &result->arena, path->path);
    if (!name)
        return QN_NO_MEMORY;
    conflict = &result->conflicts[result->conflict_count++];
    memset(conflict, 0, sizeof(*conflict));
    conflict->path = qn_bytes_make(name, path->path.size);
    for (i = 0; i < 3; i++) {
        if (!(path->file_mask & (1 << i)))
            continue;
        conflict->modes[i] = path->versions[i].mode;
        conflict->ids[i] = path->versions[i].id;
    }
    return QN_OK;
}

static enum qn_status finish(struct resolver *r, struct qn_merge_path *path,
                             const struct qn_merge_version *result,
                             bool is_conflict)
{
    enum qn_status status = add_leaf(r, path->path, result);

    return status || !is_conflict ? status : add_conflict(r, path);
}

/* A new path for a file that has to give way; keeps the versions in `mask`. */
static enum qn_status put_aside(struct resolver *r,
                                const struct qn_merge_path *path,
                                const char *label, uint8_t mask,
                                struct qn_merge_path **out)
{
    struct qn_merge_path *aside;
    struct qn_bytes name;
    enum qn_status status =
        qn_merge_state_unique(r->m, path->path, label, &name);
    int i;

    if (status)
        return status;
    aside = qn_merge_state_path(r->m, name);
    if (!aside)
        return QN_NO_MEMORY;
    for (i = 0; i < 3; i++) {
        aside->names[i] = path->names[i];
        if (mask & (1 << i))
            aside->versions[i] = path->versions[i];
    }
    aside->file_mask = mask;
    aside->is_moved = true;
    aside->is_conflicted = path->is_conflicted;
    *out = aside;
    return QN_OK;
}

static bool is_same_kind(uint32_t a, uint32_t b)
{
    return a && b && ((a ^ b) & QN_MODE_KIND_MASK) == 0;
}

static uint8_t mask_with_base(const struct qn_merge_path *path, int side)
{
    uint8_t mask = (uint8_t)(1 << side);

    if ((path->file_mask & 1) &&
        is_same_kind(path->versions[0].mode, path->versions[side].mode))
        mask |= 1;
    return mask;
}

static enum qn_status resolve_kinds(struct resolver *r,
                                    struct qn_merge_path *path)
{
    struct qn_merge_state *m = r->m;
    bool moves_ours = qn_mode_is_file(path->versions[1].mode);
    bool moves_theirs = !moves_ours && qn_mode_is_file(path->versions[2].mode);
    bool moves_both = !moves_ours && !moves_theirs;
    struct qn_bytes paths[3] = {path->path};
    size_t path_count = 1;
    struct qn_merge_path *aside;
    enum qn_status status = QN_OK;
    int side;

    if (m->depth)
        return finish(r, path, &path->versions[0], false);
    for (side = 1; side < 3 && !status; side++) {
        if (!moves_both && !(side == 1 ? moves_ours : moves_theirs))
            continue;
        status = put_aside(r, path, m->labels[side], mask_with_base(path, side),
                           &aside);
        if (status)
            return status;
        paths[path_count++] = aside->path;
        status = finish(r, aside, &path->versions[side], true);
    }
    if (!status)
        status = qn_merge_state_say(
            m, path->path, "CONFLICT (distinct modes)", paths, path_count,
            "CONFLICT (distinct types): %.*s had different types on each "
            "side; renamed %s of them so each can be recorded somewhere.",
            QN_BYTES_ARG(path->path), moves_both ? "both" : "one");
    if (status || moves_both)
        return status;
    side = moves_ours ? 2 : 1;
    path->file_mask = mask_with_base(path, side);
    return finish(r, path, &path->versions[side], true);
}

static enum qn_status resolve_content(struct resolver *r,
                                      struct qn_merge_path *path)
{
    struct qn_content_merge merge = {.path = path->path};
    bool had_base = path->file_mask & 1;
    const char *reason;
    enum qn_status status;
    int i;

    for (i = 0; i < 3; i++) {
        merge.versions[i] = path->versions[i];
        merge.names[i] = path->names[i];
    }
    status = qn_content_merge_run(r->m, &merge);
    if (status)
        return status;
    if (merge.is_clean && path->is_moved) {
        /* The side that has the file stays, as it was merged. */
        path->file_mask &= path->moved_mask;
        path->versions[path->moved_mask == 2 ? 1 : 2] = merge.result;
        return finish(r, path, &merge.result, true);
    }
    if (!merge.is_clean) {
        reason = !had_base ? "add/add" : "content";
        if (qn_mode_is_gitlink(path->versions[1].mode))
            reason = "submodule";
        status = qn_merge_state_say(r->m, path->path, "CONFLICT (contents)",
                                    &path->path, 1,
                                    "CONFLICT (%s): Merge conflict in %.*s",
                                    reason, QN_BYTES_ARG(path->path));
        if (status)
            return status;
    }
    return finish(r, path, &merge.result,
                  !merge.is_clean || path->is_conflicted);
}

static enum qn_status
resolve_modify_delete(struct resolver *r, struct qn_merge_path *path, int side)
{
    struct qn_merge_state *m = r->m;
    const char *kept = m->labels[side];
    enum qn_status status;

    if (m->depth)
        return finish(r, path, &path->versions[0], false);
    if (path->is_conflicted &&
        qn_id_is_equal(&path->versions[0].id, &path->versions[side].id))
        return finish(r, path, &path->versions[side], true);
    if (!path->is_conflicted) {
        bool is_same;

        status = qn_content_merge_is_same(m, path->path, &path->versions[0],
                                          &path->versions[side], &is_same);
        if (status || is_same)
            return status;
    }
    status = qn_merge_state_say(
        m, path->path, "CONFLICT (modify/delete)", &path->path, 1,
        "CONFLICT (modify/delete): %.*s deleted in %s and modified in %s.  "
        "Version %s of %.*s left in tree.",
        QN_BYTES_ARG(path->path), m->labels[3 - side], kept, kept,
        QN_BYTES_ARG(path->path));
    return status ? status : finish(r, path, &path->versions[side], true);
}

static enum qn_status resolve_file(struct resolver *r,
                                   struct qn_merge_path *path)
{
    static const struct qn_merge_version none;
    const struct qn_merge_version *v = path->versions;
    bool is_marked = path->is_conflicted || path->is_moved;

    if (path->file_mask == 0)
        return QN_OK;
    if (path->file_mask == 1)
        return finish(r, path, &none, is_marked);
    if (path->file_mask == 2 || path->file_mask == 4)
        return finish(r, path, &v[path->file_mask == 2 ? 1 : 2], is_marked);
    if (path->file_mask == 3 || path->file_mask == 5) {
        int side = path->file_mask == 3 ? 1 : 2;

        if (!path->is_conflicted && !path->is_renamed &&
            qn_merge_version_is_equal(&v[0], &v[side]))
            return finish(r, path, &none, false);
        if (path->is_conflicted && !path->is_moved &&
            qn_merge_version_is_equal(&v[0], &v[side]))
            return finish(r, path, &v[side], true);
        return resolve_modify_delete(r, path, side);
    }
    if (qn_merge_version_is_equal(&v[1], &v[2]))
        return finish(r, path, &v[1], is_marked);
    if (path->file_mask == 7 && qn_merge_version_is_equal(&v[0], &v[1]))
        return finish(r, path, &v[2], is_marked);
    if (path->file_mask == 7 && qn_merge_version_is_equal(&v[0], &v[2]))
        return finish(r, path, &v[1], is_marked);
    if (!is_same_kind(v[1].mode, v[2].mode))
        return resolve_kinds(r, path);
    return resolve_content(r, path);
}

/* A file where a directory is, or was. */
static enum qn_status resolve_beside_directory(struct resolver *r,
                                               struct qn_merge_path *path)
{
    struct qn_merge_state *m = r->m;
    int side = path->directory_mask & 2 ? 2 : 1;
    struct qn_merge_path *aside;
    struct qn_bytes paths[2];
    enum qn_status status;

    if (!path->has_content)
        return resolve_file(r, path);
    if (path->file_mask == 1)
        return QN_OK;
    status = put_aside(r, path, m->labels[side], path->file_mask, &aside);
    if (status)
        return status;
    aside->moved_mask = (uint8_t)(1 << side);
    paths[0] = aside->path;
    paths[1] = path->path;
    status = qn_merge_state_say(
        m, aside->path, "CONFLICT (file/directory)", paths, 2,
        "CONFLICT (file/directory): directory in the way of %.*s from %s; "
        "moving it to %.*s instead.",
        QN_BYTES_ARG(path->path), m->labels[side], QN_BYTES_ARG(aside->path));
    return status ? status : resolve_file(r, aside);
}

/* Files that both sides changed are merged by their contents: what is promised
 * of these comes at once. */
static enum qn_status fetch_contents(struct qn_merge_state *m)
{
    struct qn_id_list ids = {0};
    enum qn_status status = QN_OK;
    size_t i, j;

    if (!qn_odb_fetches(m->odb))
        return QN_OK;
    for (i = 0; i < m->paths.count; i++) {
        const struct qn_merge_path *path = m->paths.items[i].value;
        const struct qn_merge_version *v = path->versions;

        if (path->is_clean || !qn_mode_is_file(v[1].mode) ||
            !qn_mode_is_file(v[2].mode) ||
            qn_merge_version_is_equal(&v[0], &v[1]) ||
            qn_merge_version_is_equal(&v[0], &v[2]) ||
            qn_merge_version_is_equal(&v[1], &v[2]))
            continue;
        for (j = 0; j < 3 && !status; j++)
            if (qn_mode_is_file(v[j].mode))
                status = qn_id_list_add(m->ctx, &ids, &v[j].id);
    }
    if (!status)
        status = qn_odb_prefetch(m->ctx, m->odb, ids.ids, ids.count);
    qn_id_list_dispose(&ids);
    return status;
}

static enum qn_status resolve_all(struct resolver *r)
{
    struct qn_merge_state *m = r->m;
    size_t count = m->paths.count;
    struct qn_merge_path **sorted =
        qn_memory_array(m->ctx, count + 1, sizeof(*sorted));
    enum qn_status status;
    size_t i;

    if (!sorted)
        return QN_NO_MEMORY;
    status = fetch_contents(m);
    for (i = 0; i < count; i++)
        sorted[i] = m->paths.items[i].value;
    qsort(sorted, count, sizeof(*sorted), compare_deep);
    for (i = count; i > 0 && !status; i--) {
        struct qn_merge_path *path = sorted[i - 1];

        if (path->is_clean)
            status = add_leaf(r, path->path, &path->result);
        else if (path->directory_mask && path->file_mask)
            status = resolve_beside_directory(r, path);
        else
            status = resolve_file(r, path);
    }
    qn_memory_free(sorted);
    return status;
}

/* ---- the tree */

static int compare_leaves(const void *a, const void *b)
{
    const struct leaf *x = a;
    const struct leaf *y = b;

    return qn_tree_compare_names(x->path, qn_mode_is_tree(x->version.mode),
                                 y->path, qn_mode_is_tree(y->version.mode));
}

struct open_tree {
    struct qn_buf text;
    size_t path_size; /* with its slash; 0: the top */
};

struct tree_writer {
    struct open_tree *trees;
    size_t depth, made, capacity;
};

static enum qn_status open_tree(struct qn_ctx *ctx, struct tree_writer *w,
                                size_t path_size)
{
    enum qn_status status;

    if (w->depth == w->made) {
        status = qn_memory_grow(ctx, &w->trees, &w->capacity, w->made + 1,
                                sizeof(*w->trees));
        if (status)
            return status;
        w->trees[w->made++].text = (struct qn_buf)QN_BUF_INIT;
    }
    qn_buf_clear(&w->trees[w->depth].text);
    w->trees[w->depth++].path_size = path_size;
    return QN_OK;
}

/* Write the tree on top and put it into the one below it. */
static enum qn_status close_tree(struct resolver *r, struct tree_writer *w,
                                 struct qn_bytes path, struct qn_id *id)
{
    struct qn_merge_state *m = r->m;
    const struct open_tree *top = &w->trees[w->depth - 1];
    struct open_tree *parent;
    enum qn_status status = qn_odb_write(m->ctx, m->odb, QN_OBJECT_TREE,
                                         qn_buf_bytes(&top->text), id);

    w->depth--;
    if (status || w->depth == 0)
        return status;
    parent = &w->trees[w->depth - 1];
    return qn_tree_append(m->ctx, &parent->text, QN_MODE_TREE,
                          qn_bytes_make(path.data + parent->path_size,
                                        top->path_size - 1 - parent->path_size),
                          id);
}

static enum qn_status put_leaf(struct resolver *r, struct tree_writer *w,
                               const struct leaf *leaf)
{
    struct open_tree *top = &w->trees[w->depth - 1];
    enum qn_status status;
    size_t i;

    for (i = top->path_size; i < leaf->path.size; i++) {
        if (leaf->path.data[i] != '/')
            continue;
        status = open_tree(r->m->ctx, w, i + 1);
        if (status)
            return status;
    }
    top = &w->trees[w->depth - 1];
    return qn_tree_append(r->m->ctx, &top->text, leaf->version.mode,
                          qn_bytes_from(leaf->path, top->path_size),
                          &leaf->version.id);
}

/* A file that a directory rename put below another file: Git's tree has only
 * the upper one, and so has ours. */
static bool is_below_file(const struct resolver *r, struct qn_bytes path)
{
    struct qn_bytes directory = qn_merge_state_directory(path);

    for (; directory.size; directory = qn_merge_state_directory(directory)) {
        const struct qn_merge_path *parent =
            qn_merge_state_find(r->m, directory);

        if (parent && parent->is_file)
            return true;
    }
    return false;
}

static enum qn_status write_tree(struct resolver *r)
{
    struct tree_writer w = {0};
    struct qn_bytes last = QN_BYTES_NONE;
    struct qn_id id;
    enum qn_status status;
    size_t i;

    if (r->count)
        qsort(r->leaves, r->count, sizeof(*r->leaves), compare_leaves);
    status = open_tree(r->m->ctx, &w, 0);
    for (i = 0; i < r->count && !status; i++) {
        struct qn_bytes path = r->leaves[i].path;

        if (has_moves(r->m) && is_below_file(r, path))
            continue;
        while (!status && w.depth > 1 &&
               (path.size < w.trees[w.depth - 1].path_size ||
                memcmp(path.data, last.data, w.trees[w.depth - 1].path_size)))
            status = close_tree(r, &w, last, &id);
        if (!status)
            status = put_leaf(r, &w, &r->leaves[i]);
        last = path;
    }
    while (!status && w.depth > 0)
        status = close_tree(r, &w, last, &id);
    if (!status)
        r->m->result->tree = id;
    for (i = 0; i < w.made; i++)
        qn_buf_dispose(&w.trees[i].text);
    qn_memory_free(w.trees);
    return status;
}

static int compare_conflicts(const void *a, const void *b)
{
    return qn_bytes_compare(((const struct qn_tree_merge_conflict *)a)->path,
                            ((const struct qn_tree_merge_conflict *)b)->path);
}

enum qn_status qn_merge_resolve_run(struct qn_merge_state *m)
{
    struct resolver r = {.m = m};
    enum qn_status status = resolve_all(&r);

    if (!status)
        status = write_tree(&r);
    if (m->result->conflict_count)
        qsort(m->result->conflicts, m->result->conflict_count,
              sizeof(*m->result->conflicts), compare_conflicts);
    qn_memory_free(r.leaves);
    return status;
}
