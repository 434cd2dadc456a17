/* SPDX-License-Identifier: MIT */
/* Phase one: walk the three trees together; settle what is plain, keep the
 * rest, and note which files and directories may have been renamed.
 *
 * `kept` and `is_all` of a level: below a directory that one side removed and
 * side `kept` still has; `is_all` once the latter added a file there, so that
 * every file below is of interest for where its directory went. */
#include "base/memory.h"
#include "merge/merge_state.h"

#include <stdlib.h>

struct item {
    struct qn_bytes name;
    uint32_t mode;
    const uint8_t *id;
};

struct list {
    struct item *items;
    size_t count, capacity, at;
};

struct level {
    struct qn_object objects[3];
    struct list lists[3];
    size_t path_size;
    int kept;
    bool is_all;
};

struct walker {
    struct qn_merge_state *m;
    struct level **levels;
    size_t depth, made, capacity;
    struct qn_buf path;
};

static int compare_items(const void *a, const void *b)
{
    return qn_bytes_compare(((const struct item *)a)->name,
                            ((const struct item *)b)->name);
}

/* Entries by name alone, so that a file and a directory of one name meet. */
static enum qn_status load_list(struct qn_merge_state *m, struct qn_bytes tree,
                                struct list *list)
{
    struct qn_tree_reader reader;
    struct qn_tree_entry entry;
    bool is_sorted = true;
    enum qn_status status;

    list->count = list->at = 0;
    qn_tree_reader_init(&reader, tree, m->algorithm);
    for (;;) {
        status = qn_tree_reader_next(m->ctx, &reader, &entry);
        if (status)
            break;
        status = qn_memory_grow(m->ctx, &list->items, &list->capacity,
                                list->count + 1, sizeof(*list->items));
        if (status)
            return status;
        list->items[list->count] =
            (struct item){entry.name, qn_mode_canonical(entry.mode), entry.id};
        if (list->count && compare_items(&list->items[list->count - 1],
                                         &list->items[list->count]) > 0)
            is_sorted = false;
        list->count++;
    }
    if (status != QN_END)
        return status;
    if (!is_sorted)
        qsort(list->items, list->count, sizeof(*list->items), compare_items);
    return QN_OK;
}

static bool list_has_file(const struct list *list, struct qn_bytes name)
{
    struct item key = {.name = name};
    const struct item *found = list->count
                                   ? bsearch(&key, list->items, list->count,
                                             sizeof(key), compare_items)
                                   : NULL;

    return found && !qn_mode_is_tree(found->mode);
}

/* Did the side that kept the directory add a file to it? */
static bool has_added_file(const struct level *level)
{
    const struct list *own = &level->lists[level->kept];
    size_t i;

    for (i = 0; i < own->count; i++)
        if (!qn_mode_is_tree(own->items[i].mode) &&
            !list_has_file(&level->lists[0], own->items[i].name) &&
            !list_has_file(&level->lists[3 - level->kept], own->items[i].name))
            return true;
    return false;
}

static enum qn_status push_level(struct walker *w,
                                 const struct qn_merge_version versions[3],
                                 int kept, bool is_all)
{
    struct qn_merge_state *m = w->m;
    struct level *level;
    enum qn_status status;
    int i;

    status = qn_odb_check_depth(m->ctx, m->odb, w->depth);
    if (status)
        return status;
    if (w->depth == w->made) {
        status = qn_memory_grow(m->ctx, &w->levels, &w->capacity, w->made + 1,
                                sizeof(*w->levels));
        if (status)
            return status;
        w->levels[w->made] = qn_memory_calloc(m->ctx, 1, sizeof(**w->levels));
        if (!w->levels[w->made])
            return QN_NO_MEMORY;
        w->made++;
    }
    level = w->levels[w->depth];
    for (i = 0; i < 3; i++) {
        struct qn_bytes text = QN_BYTES_NONE;

        if (qn_mode_is_tree(versions[i].mode)) {
            status = qn_odb_read_typed(m->ctx, m->odb, &versions[i].id,
                                       QN_OBJECT_TREE, &level->objects[i]);
            if (status)
                return status;
            text = qn_object_bytes(&level->objects[i]);
        }
        status = load_list(m, text, &level->lists[i]);
        if (status)
            return status;
    }
    level->kept = kept;
    level->is_all = is_all || (kept && has_added_file(level));
    level->path_size = w->path.size;
    w->depth++;
    return QN_OK;
}

static enum qn_status add_candidate(struct qn_merge_state *m,
                                    struct qn_merge_candidates *list,
                                    struct qn_merge_path *path,
                                    enum qn_merge_relevance relevance)
{
    enum qn_status status =
        qn_memory_grow(m->ctx, &list->items, &list->capacity, list->count + 1,
                       sizeof(*list->items));

    if (!status)
        list->items[list->count++] =
            (struct qn_merge_candidate){path, relevance, false};
    return status;
}

static enum qn_status mark_directory(struct qn_merge_state *m, int side,
                                     struct qn_bytes path,
                                     enum qn_merge_mark mark)
{
    struct qn_map_item *item =
        qn_map_put(m->ctx, &m->removed[side], path, NULL);

    if (!item)
        return QN_NO_MEMORY;
    if (item->number < mark)
        item->number = mark;
    return QN_OK;
}

/* Candidates of renames, and marks of directories that are gone. */
static enum qn_status note_changes(struct qn_merge_state *m,
                                   const struct level *level,
                                   struct qn_merge_path *path)
{
    enum qn_status status = QN_OK;
    int side;

    for (side = 1; side < 3 && !status; side++) {
        int other = 3 - side;
        uint8_t bit = (uint8_t)(1 << side);
        bool has_base = path->file_mask & 1;

        if ((path->directory_mask & 1) && !(path->directory_mask & bit))
            status = mark_directory(m, side, path->path,
                                    level->is_all ? QN_MERGE_FOR_ANCESTORS
                                                  : QN_MERGE_NOT_RELEVANT);
        if (!status && level->is_all && path->file_mask == bit)
            status =
                mark_directory(m, other, qn_merge_state_directory(path->path),
                               QN_MERGE_WANTED);
        if (status)
            return status;
        if (has_base && !(path->file_mask & bit)) {
            bool is_content = !qn_merge_version_is_equal(
                &path->versions[0], &path->versions[other]);

            status = add_candidate(m, &m->sources[side], path,
                                   is_content      ? QN_MERGE_CONTENT
                                   : level->is_all ? QN_MERGE_LOCATION
                                                   : QN_MERGE_IRRELEVANT);
        } else if (!has_base && (path->file_mask & bit)) {
            status = add_candidate(m, &m->destinations[side], path,
                                   QN_MERGE_CONTENT);
        }
    }
    return status;
}

/* The side that may be believed wholesale if it renamed nothing; 0: none. */
static int postponed_side(const struct qn_merge_path *path)
{
    const struct qn_merge_version *v = path->versions;

    if (v[0].mode && qn_merge_version_is_equal(&v[0], &v[1]))
        return 2;
    if (v[0].mode && qn_merge_version_is_equal(&v[0], &v[2]))
        return 1;
    if (path->file_mask == 0 && path->directory_mask == 2)
        return 1;
    if (path->file_mask == 0 && path->directory_mask == 4)
        return 2;
    return 0;
}

static enum qn_status descend(struct walker *w, const struct level *level,
                              struct qn_merge_path *path)
{
    struct qn_merge_state *m = w->m;
    int kept = level->kept;
    bool is_all = level->is_all;
    int side = postponed_side(path);
    enum qn_status status;

    if (!is_all && path->directory_mask == 3)
        kept = 1;
    else if (!is_all && path->directory_mask == 5)
        kept = 2;
    if (!is_all && side && m->postpones[side]) {
        status = qn_memory_grow(
            m->ctx, &m->postponed[side], &m->postponed_capacity[side],
            m->postponed_count[side] + 1, sizeof(**m->postponed));
        if (!status)
            m->postponed[side][m->postponed_count[side]++] =
                (struct qn_merge_postponed){path, kept, is_all};
        return status;
    }
    status = qn_buf_append_byte(m->ctx, &w->path, '/');
    return status ? status : push_level(w, path->versions, kept, is_all);
}

static void settle(struct qn_merge_path *path,
                   const struct qn_merge_version *version)
{
    path->is_clean = true;
    path->result = *version;
}

static enum qn_status visit(struct walker *w, const struct level *level,
                            const struct item *const items[3])
{
    struct qn_merge_state *m = w->m;
    struct qn_merge_path *path;
    struct qn_merge_version *v;
    enum qn_status status;
    int i;

    w->path.size = level->path_size;
    for (i = 0; !items[i]; i++)
        ;
    status = qn_buf_append_bytes(m->ctx, &w->path, items[i]->name);
    if (status)
        return status;
    path = qn_merge_state_path(m, qn_buf_bytes(&w->path));
    if (!path)
        return QN_NO_MEMORY;
    v = path->versions;
    for (i = 0; i < 3; i++) {
        if (!items[i])
            continue;
        v[i].mode = items[i]->mode;
        qn_id_from_row(&v[i].id, m->algorithm, items[i]->id);
        if (qn_mode_is_tree(v[i].mode))
            path->directory_mask |= (uint8_t)(1 << i);
        else
            path->file_mask |= (uint8_t)(1 << i);
    }
    if (items[0] && items[1] && items[2]) {
        bool is_ours_old = qn_merge_version_is_equal(&v[0], &v[1]);
        bool is_theirs_old = qn_merge_version_is_equal(&v[0], &v[2]);
        bool are_files = path->file_mask == 7;

        if ((is_ours_old && is_theirs_old) ||
            (are_files && qn_merge_version_is_equal(&v[1], &v[2]))) {
            settle(path, &v[1]);
            return QN_OK;
        }
        if (are_files && (is_ours_old || is_theirs_old)) {
            settle(path, is_ours_old ? &v[2] : &v[1]);
            return QN_OK;
        }
    }
    status = note_changes(m, level, path);
    if (status || !path->directory_mask)
        return status;
    return descend(w, level, path);
}

static enum qn_status step(struct walker *w)
{
    struct level *level = w->levels[w->depth - 1];
    const struct item *items[3] = {NULL, NULL, NULL};
    const struct item *first = NULL;
    int i;

    for (i = 0; i < 3; i++) {
        struct list *list = &level->lists[i];

        if (list->at == list->count)
            continue;
        if (!first || compare_items(&list->items[list->at], first) < 0)
            first = &list->items[list->at];
    }
    if (!first) {
        w->depth--;
        return QN_OK;
    }
    for (i = 0; i < 3; i++) {
        struct list *list = &level->lists[i];

        if (list->at < list->count &&
            compare_items(&list->items[list->at], first) == 0)
            items[i] = &list->items[list->at++];
    }
    return visit(w, level, items);
}

static enum qn_status finish(struct walker *w)
{
    enum qn_status status = QN_OK;

    while (!status && w->depth > 0)
        status = step(w);
    return status;
}

static int compare_candidates(const void *a, const void *b)
{
    return qn_bytes_compare(((const struct qn_merge_candidate *)a)->path->path,
                            ((const struct qn_merge_candidate *)b)->path->path);
}

static void sort_candidates(struct qn_merge_candidates *list, size_t from)
{
    if (list->count > from + 1)
        qsort(list->items + from, list->count - from, sizeof(*list->items),
              compare_candidates);
}

static bool has_relevant_source(const struct qn_merge_state *m, int side)
{
    size_t i;

    for (i = 0; i < m->sources[side].count; i++)
        if (m->sources[side].items[i].relevance != QN_MERGE_IRRELEVANT)
            return true;
    return false;
}

/* Believe a side's version of a directory that it alone changed. */
static void believe(struct qn_merge_path *path, int side)
{
    struct qn_merge_version version = path->versions[side];

    if (path->file_mask && path->directory_mask && version.mode &&
        !qn_mode_is_tree(version.mode)) {
        memset(path->versions, 0, sizeof(path->versions));
        path->versions[side] = version;
        path->file_mask = (uint8_t)(1 << side);
        path->directory_mask = 0;
        return;
    }
    settle(path, &version);
}

static enum qn_status take_postponed(struct walker *w, int side)
{
    struct qn_merge_state *m = w->m;
    bool descends = has_relevant_source(m, side);
    size_t counts[4] = {m->sources[1].count, m->sources[2].count,
                        m->destinations[1].count, m->destinations[2].count};
    enum qn_status status = QN_OK;
    size_t i;

    m->postpones[side] = false;
    for (i = 0; i < m->postponed_count[side] && !status; i++) {
        const struct qn_merge_postponed *p = &m->postponed[side][i];

        if (!descends) {
            believe(p->path, side);
            continue;
        }
        qn_buf_clear(&w->path);
        status = qn_buf_append_bytes(m->ctx, &w->path, p->path->path);
        if (!status)
            status = qn_buf_append_byte(m->ctx, &w->path, '/');
        if (!status)
            status = push_level(w, p->path->versions, p->kept, p->is_all);
        if (!status)
            status = finish(w);
    }
    sort_candidates(&m->sources[1], counts[0]);
    sort_candidates(&m->sources[2], counts[1]);
    sort_candidates(&m->destinations[1], counts[2]);
    sort_candidates(&m->destinations[2], counts[3]);
    return status;
}

enum qn_status qn_merge_walk_run(struct qn_merge_state *m,
                                 const struct qn_id *const trees[3])
{
    struct walker w = {.m = m};
    struct qn_merge_version top[3] = {{0}, {0}, {0}};
    enum qn_status status;
    size_t i;
    int j;

    m->postpones[1] = m->postpones[2] = true;
    for (i = 0; i < 3; i++) {
        if (!trees[i])
            continue;
        top[i].mode = QN_MODE_TREE;
        top[i].id = *trees[i];
    }
    status = push_level(&w, top, 0, false);
    if (!status)
        status = finish(&w);
    for (j = 1; j < 3; j++) {
        sort_candidates(&m->sources[j], 0);
        sort_candidates(&m->destinations[j], 0);
    }
    for (j = 1; j < 3 && !status; j++)
        status = take_postponed(&w, j);
    for (i = 0; i < w.made; i++) {
        for (j = 0; j < 3; j++) {
            qn_object_dispose(&w.levels[i]->objects[j]);
            qn_memory_free(w.levels[i]->lists[j].items);
        }
        qn_memory_free(w.levels[i]);
    }
    qn_memory_free(w.levels);
    qn_buf_dispose(&w.path);
    return status;
}
