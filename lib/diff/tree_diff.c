/* SPDX-License-Identifier: MIT */
#include "diff/tree_diff.h"

#include "hash/id_list.h"

#include "base/memory.h"
#include "object/tree.h"

void qn_diff_list_dispose(struct qn_diff_list *list)
{
    qn_memory_free(list->pairs);
    qn_arena_dispose(&list->arena);
    *list = (struct qn_diff_list)QN_DIFF_LIST_INIT;
}

void qn_diff_list_reset(struct qn_diff_list *list)
{
    list->count = 0;
    qn_arena_reset(&list->arena);
}

struct qn_diff_pair *qn_diff_list_add(struct qn_ctx *ctx,
                                      struct qn_diff_list *list)
{
    struct qn_diff_pair *pair;

    if (qn_memory_grow(ctx, &list->pairs, &list->capacity, list->count + 1,
                       sizeof(*list->pairs)))
        return NULL;
    pair = &list->pairs[list->count++];
    memset(pair, 0, sizeof(*pair));
    return pair;
}

/* One directory of both trees. */
struct level {
    struct qn_object objects[2];
    struct qn_tree_reader readers[2];
    struct qn_tree_entry entries[2];
    bool has_entry[2];
    bool matches_all; /* everything below is inside the pathspec */
    size_t path_size;
};

struct walk {
    struct qn_ctx *ctx;
    struct qn_odb *odb;
    const struct qn_tree_diff_options *options;
    struct qn_diff_list *out;
    struct level **levels; /* allocated as deep as it ever went */
    size_t depth;
    size_t made;
    size_t capacity;
    struct qn_buf path;
    uint32_t algorithm;
};

enum qn_status qn_tree_diff_read(struct qn_ctx *ctx, struct qn_odb *odb,
                                 const struct qn_id *id, struct qn_object *out)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status =
        qn_odb_read_typed(ctx, odb, id, QN_OBJECT_TREE, out);

    if (status != QN_NOT_FOUND && status != QN_INVALID)
        return status;
    qn_id_to_hex(id, hex);
    return qn_ctx_fail_reason(ctx, status, "diff.no-tree", hex,
                              "unable to read tree (%s)", hex);
}

static enum qn_status next_entry(struct walk *w, struct level *level, int side)
{
    enum qn_status status = qn_tree_reader_next(w->ctx, &level->readers[side],
                                                &level->entries[side]);

    level->has_entry[side] = status == QN_OK;
    return status == QN_END ? QN_OK : status;
}

static enum qn_status push_level(struct walk *w, const struct qn_id *ids[2],
                                 bool matches_all)
{
    enum qn_status status;
    struct level *level;
    int i;

    status = qn_odb_check_depth(w->ctx, w->odb, w->depth);
    if (status)
        return status;
    if (w->depth == w->made) {
        status = qn_memory_grow(w->ctx, &w->levels, &w->capacity, w->made + 1,
                                sizeof(*w->levels));
        if (status)
            return status;
        w->levels[w->made] = qn_memory_calloc(w->ctx, 1, sizeof(**w->levels));
        if (!w->levels[w->made])
            return QN_NO_MEMORY;
        w->made++;
    }
    level = w->levels[w->depth];
    for (i = 0; i < 2; i++) {
        struct qn_bytes text = QN_BYTES_NONE;

        if (ids[i]) {
            status =
                qn_tree_diff_read(w->ctx, w->odb, ids[i], &level->objects[i]);
            if (status)
                return status;
            text = qn_object_bytes(&level->objects[i]);
        }
        qn_tree_reader_init(&level->readers[i], text, w->algorithm);
        status = next_entry(w, level, i);
        if (status)
            return status;
    }
    level->matches_all = matches_all;
    level->path_size = w->path.size;
    w->depth++;
    return QN_OK;
}

static void fill_side(struct walk *w, struct qn_diff_side *side,
                      const char *path, const struct qn_tree_entry *entry)
{
    side->path = qn_bytes_make(path, w->path.size);
    if (!entry)
        return;
    side->mode = qn_mode_canonical(entry->mode);
    qn_id_from_row(&side->id, w->algorithm, entry->id);
    side->has_id = true;
}

static enum qn_status add_pair(struct walk *w, const struct qn_tree_entry *a,
                               const struct qn_tree_entry *b)
{
    struct qn_diff_pair *pair;
    char *path;

    path = qn_arena_copy(w->ctx, &w->out->arena, qn_buf_bytes(&w->path));
    if (!path)
        return QN_NO_MEMORY;
    pair = qn_diff_list_add(w->ctx, w->out);
    if (!pair)
        return QN_NO_MEMORY;
    fill_side(w, &pair->old_side, path, a);
    fill_side(w, &pair->new_side, path, b);
    qn_id_clear(a ? &pair->new_side.id : &pair->old_side.id, w->algorithm);
    if (a && b)
        qn_id_from_row(&pair->new_side.id, w->algorithm, b->id);
    pair->status =
        !a   ? QN_DIFF_ADDED
        : !b ? QN_DIFF_DELETED
        : (pair->old_side.mode ^ pair->new_side.mode) & QN_MODE_KIND_MASK
            ? QN_DIFF_TYPE_CHANGED
            : QN_DIFF_MODIFIED;
    return QN_OK;
}

/* Slashes in a path. */
static int count_levels(struct qn_bytes path)
{
    int count = 0;
    size_t i;

    for (i = 0; i < path.size; i++)
        count += path.data[i] == '/';
    return count;
}

/* --max-depth: may the walk go into this directory?  Into those above what a
 * pattern names always ("dir/" names what is in it, and so does ".": below such
 * ones git goes no deeper), into those below it so deep. */
static bool is_within_depth(const struct walk *w)
{
    struct qn_bytes path = qn_buf_bytes(&w->path);
    const struct qn_pathspec *pathspec = w->options->pathspec;
    size_t count = pathspec ? qn_pathspec_count(pathspec) : 0;
    size_t i;

    if (!w->options->has_max_depth || w->options->max_depth < 0)
        return true;
    for (i = 0; i < count; i++) {
        struct qn_bytes top = qn_pathspec_match_text(pathspec, i);
        size_t most = top.size < path.size ? top.size : path.size;

        if (top.size == 0 || memcmp(top.data, path.data, most) != 0)
            continue;
        if (top.size > path.size && top.data[path.size] == '/')
            return true; /* on the way there */
        if (top.size <= path.size &&
            (top.size == path.size || path.data[top.size] == '/') &&
            count_levels(qn_bytes_from(path, top.size)) < w->options->max_depth)
            return true;
    }
    return count == 0 && count_levels(path) + 1 <= w->options->max_depth;
}

/* One name that differs (or, when copies are looked for, may be the same). */
static enum qn_status visit(struct walk *w, struct level *level,
                            const struct qn_tree_entry *a,
                            const struct qn_tree_entry *b)
{
    const struct qn_tree_entry *any = a ? a : b;
    bool is_tree = qn_mode_is_tree(any->mode);
    bool descends = is_tree && w->options->is_recursive;
    bool matches_all = level->matches_all;
    bool is_same = a && b && a->mode == b->mode &&
                   memcmp(a->id, b->id, qn_id_size(w->algorithm)) == 0;
    const struct qn_id *ids[2] = {NULL, NULL};
    struct qn_id rows[2];
    enum qn_status status;

    w->path.size = level->path_size;
    status = qn_buf_append_bytes(w->ctx, &w->path, any->name);
    if (status)
        return status;
    if (!matches_all && is_tree) {
        enum qn_pathspec_reach reach = qn_pathspec_reach_below(
            w->options->pathspec, qn_buf_bytes(&w->path));

        if (reach == QN_PATHSPEC_NONE)
            return QN_OK;
        matches_all = reach == QN_PATHSPEC_ALL;
    } else if (!matches_all && !qn_pathspec_is_match(
                                   w->ctx, w->options->pathspec,
                                   qn_buf_bytes(&w->path), false, NULL, NULL)) {
        return QN_OK;
    }
    descends = descends && is_within_depth(w);
    if (!descends || (w->options->shows_trees && !is_same)) {
        status = add_pair(w, a, b);
        if (status || !descends)
            return status;
    }
    if (a) {
        qn_id_from_row(&rows[0], w->algorithm, a->id);
        ids[0] = &rows[0];
    }
    if (b) {
        qn_id_from_row(&rows[1], w->algorithm, b->id);
        ids[1] = &rows[1];
    }
    status = qn_buf_append_byte(w->ctx, &w->path, '/');
    return status ? status : push_level(w, ids, matches_all);
}

static bool is_same_entry(struct walk *w, const struct qn_tree_entry *a,
                          const struct qn_tree_entry *b)
{
    return memcmp(a->id, b->id, qn_id_size(w->algorithm)) == 0 &&
           (a->mode == b->mode ||
            qn_mode_canonical(a->mode) == qn_mode_canonical(b->mode));
}

/* Take the next name off the level at the top. */
static enum qn_status step(struct walk *w)
{
    struct level *level = w->levels[w->depth - 1];
    struct qn_tree_entry a = level->entries[0];
    struct qn_tree_entry b = level->entries[1];
    enum qn_status status;
    int order;

    if (!level->has_entry[0] && !level->has_entry[1]) {
        w->depth--;
        return QN_OK;
    }
    if (!level->has_entry[0])
        order = 1;
    else if (!level->has_entry[1])
        order = -1;
    else
        order = qn_tree_compare_names(a.name, qn_mode_is_tree(a.mode), b.name,
                                      qn_mode_is_tree(b.mode));
    if (order <= 0) {
        status = next_entry(w, level, 0);
        if (status)
            return status;
    }
    if (order >= 0) {
        status = next_entry(w, level, 1);
        if (status)
            return status;
    }
    if (order == 0 && !w->options->finds_copies_harder &&
        is_same_entry(w, &a, &b))
        return QN_OK;
    return visit(w, level, order <= 0 ? &a : NULL, order >= 0 ? &b : NULL);
}

static enum qn_status check_depth(struct qn_ctx *ctx,
                                  const struct qn_tree_diff_options *options)
{
    size_t count =
        options->has_max_depth && options->max_depth >= 0 && options->pathspec
            ? qn_pathspec_count(options->pathspec)
            : 0;
    size_t i;
    size_t j;

    for (i = 0; i < count; i++) {
        struct qn_bytes text = qn_pathspec_match_text(options->pathspec, i);

        for (j = 0;
             !qn_pathspec_is_literal(options->pathspec, i) && j < text.size;
             j++)
            if (memchr("*?[\\", text.data[j], 4))
                return qn_ctx_fail(ctx, QN_INVALID,
                                   "max-depth cannot be used with wildcard "
                                   "pathspecs");
    }
    return QN_OK;
}

enum qn_status qn_tree_diff_run(struct qn_ctx *ctx, struct qn_odb *odb,
                                const struct qn_id *old_tree,
                                const struct qn_id *new_tree,
                                const struct qn_tree_diff_options *options,
                                struct qn_diff_list *out)
{
    const struct qn_id *ids[2] = {old_tree, new_tree};
    struct walk w = {.ctx = ctx, .odb = odb, .options = options, .out = out};
    size_t before = out->count;
    unsigned steps = 0;
    enum qn_status status = check_depth(ctx, options);
    size_t i;

    if (status)
        return status;
    w.algorithm = qn_odb_algorithm(odb);
    if (!old_tree || !new_tree || options->finds_copies_harder ||
        !qn_id_is_equal(old_tree, new_tree))
        status = push_level(&w, ids,
                            !options->pathspec ||
                                qn_pathspec_count(options->pathspec) == 0);
    while (!status && w.depth > 0) {
        status = step(&w);
        if ((options->stops_at_first && out->count > before) ||
            (options->most > 0 && out->count - before >= options->most))
            break;
        if (!status && ++steps % 1024 == 0)
            status = qn_ctx_check(ctx);
    }
    for (i = 0; i < w.made; i++) {
        qn_object_dispose(&w.levels[i]->objects[0]);
        qn_object_dispose(&w.levels[i]->objects[1]);
        qn_memory_free(w.levels[i]);
    }
    qn_memory_free(w.levels);
    qn_buf_dispose(&w.path);
    return status;
}

static enum qn_status add_side(struct qn_ctx *ctx, struct qn_id_list *ids,
                               const struct qn_diff_side *side)
{
    return side->has_id && (side->mode & 0170000u) != 0160000u &&
                   (side->mode & 0170000u) != 0040000u
               ? qn_id_list_add(ctx, ids, &side->id)
               : QN_OK;
}

enum qn_status qn_diff_list_blobs(struct qn_ctx *ctx,
                                  const struct qn_diff_list *list,
                                  struct qn_id_list *ids)
{
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < list->count; i++) {
        status = add_side(ctx, ids, &list->pairs[i].old_side);
        if (!status)
            status = add_side(ctx, ids, &list->pairs[i].new_side);
    }
    return status;
}

enum qn_status qn_diff_list_prefetch(struct qn_ctx *ctx, struct qn_odb *odb,
                                     const struct qn_diff_list *list)
{
    struct qn_id_list ids = {0};
    enum qn_status status;

    if (!qn_odb_fetches(odb))
        return QN_OK;
    status = qn_diff_list_blobs(ctx, list, &ids);
    if (!status)
        status = qn_odb_prefetch(ctx, odb, ids.ids, ids.count);
    qn_id_list_dispose(&ids);
    return status;
}
