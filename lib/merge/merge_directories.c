/* SPDX-License-Identifier: MIT */
/* Phase three: directories that one side renamed, and what the other side put
 * into the old place. */
#include "base/memory.h"
#include "merge/merge_state.h"

#include <stdlib.h>

static enum qn_status count_one(struct qn_merge_state *m, int side,
                                struct qn_bytes old_directory,
                                struct qn_bytes new_directory)
{
    struct qn_map_item *item =
        qn_map_put(m->ctx, &m->counts[side], old_directory, NULL);
    struct qn_map_item *target;

    if (!item)
        return QN_NO_MEMORY;
    if (!item->value) {
        item->value =
            qn_arena_calloc(m->ctx, &m->arena, 1, sizeof(struct qn_map));
        if (!item->value)
            return QN_NO_MEMORY;
    }
    target = qn_map_put(m->ctx, item->value, new_directory, NULL);
    if (!target)
        return QN_NO_MEMORY;
    target->number++;
    return QN_OK;
}

enum qn_status qn_merge_directories_count(struct qn_merge_state *m, int side,
                                          struct qn_bytes old_path,
                                          struct qn_bytes new_path)
{
    struct qn_bytes old_directory = qn_merge_state_directory(old_path);
    struct qn_bytes new_directory = qn_merge_state_directory(new_path);
    bool is_first = true;

    while (old_directory.size) {
        const struct qn_map_item *mark =
            qn_map_find(&m->removed[side], old_directory);
        struct qn_bytes names[2];
        enum qn_status status;

        if (!mark || !mark->number)
            return QN_OK;
        if (!is_first && mark->number == QN_MERGE_NOT_RELEVANT)
            return QN_OK;
        if (is_first || mark->number == QN_MERGE_WANTED) {
            status = count_one(m, side, old_directory, new_directory);
            if (status)
                return status;
        }
        if (mark->number == QN_MERGE_NOT_RELEVANT || !new_directory.size)
            return QN_OK;
        names[0] = qn_similarity_base_name(old_directory);
        names[1] = qn_similarity_base_name(new_directory);
        if (!qn_bytes_is_equal(names[0], names[1]))
            return QN_OK;
        old_directory = qn_merge_state_directory(old_directory);
        new_directory = qn_merge_state_directory(new_directory);
        is_first = false;
    }
    return QN_OK;
}

/* One new place for each directory, or a complaint. */
static enum qn_status choose(struct qn_merge_state *m, int side)
{
    const struct qn_map *counts = &m->counts[side];
    size_t i;

    for (i = 0; i < counts->count; i++) {
        struct qn_bytes directory = counts->items[i].key;
        const struct qn_map *targets = counts->items[i].value;
        const struct qn_map_item *mark =
            qn_map_find(&m->removed[side], directory);
        const struct qn_map_item *best = NULL;
        struct qn_map_item *item;
        bool is_shared = false;
        enum qn_status status;
        size_t j;

        if (!mark || mark->number == QN_MERGE_NOT_RELEVANT)
            continue;
        for (j = 0; j < targets->count; j++) {
            const struct qn_map_item *target = &targets->items[j];

            if (!best || target->number > best->number) {
                best = target;
                is_shared = false;
            } else if (target->number == best->number) {
                is_shared = true;
            }
        }
        if (!best)
            continue;
        if (is_shared) {
            m->result->is_clean = false;
            status = qn_merge_state_say(
                m, directory, "CONFLICT(directory rename unclear split)",
                &directory, 1,
                "CONFLICT (directory rename split): Unclear where to rename "
                "%.*s to; it was renamed to multiple other directories, with "
                "no destination getting a majority of the files.",
                QN_BYTES_ARG(directory));
            if (status)
                return status;
            continue;
        }
        item = qn_map_put(m->ctx, &m->moves[side], directory, NULL);
        if (!item)
            return QN_NO_MEMORY;
        item->value = (void *)&best->key;
        item->number = 1;
    }
    return QN_OK;
}

static struct qn_bytes move_target(const struct qn_map_item *item)
{
    return *(const struct qn_bytes *)item->value;
}

static const struct qn_map_item *find_move(const struct qn_merge_state *m,
                                           int side, struct qn_bytes directory)
{
    const struct qn_map_item *item = qn_map_find(&m->moves[side], directory);

    return item && item->number ? item : NULL;
}

static void forget_common(struct qn_merge_state *m)
{
    size_t i;

    for (i = 0; i < m->moves[1].count; i++) {
        struct qn_map_item *other =
            qn_map_find(&m->moves[2], m->moves[1].items[i].key);

        if (!other)
            continue;
        other->number = 0;
        m->moves[1].items[i].number = 0;
    }
}

static bool has_moves(const struct qn_merge_state *m, int side)
{
    size_t i;

    for (i = 0; i < m->moves[side].count; i++)
        if (m->moves[side].items[i].number)
            return true;
    return false;
}

/* The move of the nearest directory above `path`. */
static const struct qn_map_item *nearest_move(const struct qn_merge_state *m,
                                              int side, struct qn_bytes path)
{
    struct qn_bytes directory = qn_merge_state_directory(path);

    while (directory.size) {
        const struct qn_map_item *move = find_move(m, side, directory);

        if (move)
            return move;
        directory = qn_merge_state_directory(directory);
    }
    return NULL;
}

static enum qn_status moved_path(struct qn_merge_state *m,
                                 const struct qn_map_item *move,
                                 struct qn_bytes path, struct qn_bytes *out)
{
    struct qn_bytes target = move_target(move);
    struct qn_bytes rest = qn_bytes_from(path, move->key.size);
    char *text;

    if (target.size == 0)
        rest = qn_bytes_from(rest, 1);
    text = qn_arena_alloc(m->ctx, &m->arena, target.size + rest.size + 1);
    if (!text)
        return QN_NO_MEMORY;
    memcpy(text, target.data, target.size);
    memcpy(text + target.size, rest.data, rest.size);
    text[target.size + rest.size] = '\0';
    *out = qn_bytes_make(text, target.size + rest.size);
    return QN_OK;
}

/* Where the moves of one side would put paths of the other. */
struct places {
    struct qn_map by_new;      /* new path -> number: how many; */
    struct qn_bytes *new_path; /* of each rename of the other side; or empty */
};

static enum qn_status find_places(struct qn_merge_state *m, int side,
                                  struct places *places)
{
    const struct qn_merge_renames *list = &m->renames[3 - side];
    size_t i;

    places->new_path =
        qn_memory_calloc(m->ctx, list->count + 1, sizeof(*places->new_path));
    if (!places->new_path)
        return QN_NO_MEMORY;
    for (i = 0; i < list->count; i++) {
        struct qn_bytes path = list->items[i].new_path->path;
        const struct qn_map_item *move = nearest_move(m, side, path);
        struct qn_map_item *item;
        enum qn_status status;

        if (!move)
            continue;
        status = moved_path(m, move, path, &places->new_path[i]);
        if (status)
            return status;
        item = qn_map_put(m->ctx, &places->by_new, places->new_path[i], NULL);
        if (!item)
            return QN_NO_MEMORY;
        item->number++;
    }
    return QN_OK;
}

static int compare_paths(const void *a, const void *b)
{
    return qn_bytes_compare(*(const struct qn_bytes *)a,
                            *(const struct qn_bytes *)b);
}

/* "p1, p2, p3" of all paths that would go to the same place. */
static enum qn_status complain(struct qn_merge_state *m,
                               const struct qn_merge_renames *list,
                               const struct places *places,
                               struct qn_bytes new_path, bool is_in_way)
{
    struct qn_bytes *paths =
        qn_memory_array(m->ctx, list->count + 2, sizeof(*paths));
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    size_t count = 1;
    size_t i;

    if (!paths)
        return QN_NO_MEMORY;
    paths[0] = new_path;
    for (i = 0; i < list->count; i++)
        if (qn_bytes_is_equal(places->new_path[i], new_path))
            paths[count++] = list->items[i].new_path->path;
    qsort(paths + 1, count - 1, sizeof(*paths), compare_paths);
    for (i = 1; i < count && !status; i++)
        status = qn_buf_printf(m->ctx, &text, "%s%.*s", i > 1 ? ", " : "",
                               QN_BYTES_ARG(paths[i]));
    m->result->is_clean = false;
    if (!status && is_in_way)
        status = qn_merge_state_say(
            m, new_path, "CONFLICT (file in way of directory rename)", paths,
            count,
            "CONFLICT (implicit dir rename): Existing file/dir at %.*s in the "
            "way of implicit directory rename(s) putting the following "
            "path(s) there: %s.",
            QN_BYTES_ARG(new_path), qn_buf_string(&text));
    else if (!status)
        status = qn_merge_state_say(
            m, new_path, "CONFLICT(directory rename collision)", paths, count,
            "CONFLICT (implicit dir rename): Cannot map more than one path to "
            "%.*s; implicit directory renames tried to put these paths there: "
            "%s",
            QN_BYTES_ARG(new_path), qn_buf_string(&text));
    qn_buf_dispose(&text);
    qn_memory_free(paths);
    return status;
}

static bool is_in_way(const struct qn_merge_state *m, int own,
                      const struct qn_merge_rename *rename,
                      struct qn_bytes new_path)
{
    const struct qn_merge_path *there = qn_merge_state_find(m, new_path);
    uint8_t bit = (uint8_t)(1 << own);

    if (!there)
        return false;
    if (there->is_clean || ((there->file_mask | there->directory_mask) & bit))
        return true;
    return (there->file_mask & 1) &&
           !(rename->old_path &&
             qn_bytes_is_equal(rename->old_path->path, new_path));
}

static enum qn_status tell(struct qn_merge_state *m,
                           const struct qn_merge_rename *rename,
                           struct qn_bytes from, struct qn_bytes to, int own)
{
    bool applies =
        m->options->directory_renames == QN_TREE_MERGE_DIRECTORY_APPLY;
    const char *type = applies ? "Path updated due to directory rename"
                               : "CONFLICT (directory rename suggested)";
    struct qn_bytes paths[2] = {to, from};
    const char *mine = m->labels[own];
    const char *theirs = m->labels[3 - own];

    if (applies && rename->old_path)
        return qn_merge_state_say(
            m, to, type, paths, 2,
            "Path updated: %.*s renamed to %.*s in %s, inside a directory "
            "that was renamed in %s; moving it to %.*s.",
            QN_BYTES_ARG(rename->old_path->path), QN_BYTES_ARG(from), mine,
            theirs, QN_BYTES_ARG(to));
    if (applies)
        return qn_merge_state_say(
            m, to, type, paths, 2,
            "Path updated: %.*s added in %s inside a directory that was "
            "renamed in %s; moving it to %.*s.",
            QN_BYTES_ARG(from), mine, theirs, QN_BYTES_ARG(to));
    if (rename->old_path)
        return qn_merge_state_say(
            m, to, type, paths, 2,
            "CONFLICT (file location): %.*s renamed to %.*s in %s, inside a "
            "directory that was renamed in %s, suggesting it should perhaps "
            "be moved to %.*s.",
            QN_BYTES_ARG(rename->old_path->path), QN_BYTES_ARG(from), mine,
            theirs, QN_BYTES_ARG(to));
    return qn_merge_state_say(
        m, to, type, paths, 2,
        "CONFLICT (file location): %.*s added in %s inside a directory that "
        "was renamed in %s, suggesting it should perhaps be moved to %.*s.",
        QN_BYTES_ARG(from), mine, theirs, QN_BYTES_ARG(to));
}

/* Take a side's version from one path to another. */
static enum qn_status move_version(struct qn_merge_state *m,
                                   struct qn_merge_rename *rename,
                                   struct qn_bytes new_path)
{
    struct qn_merge_path *from = rename->new_path;
    struct qn_merge_path *to = qn_merge_state_path(m, new_path);
    struct qn_bytes directory;
    uint8_t bit = (uint8_t)(1 << rename->side);
    struct qn_bytes old = from->path;

    if (!to)
        return QN_NO_MEMORY;
    to->versions[rename->side] = from->versions[rename->side];
    to->names[rename->side] = from->path;
    to->file_mask |= bit;
    memset(&from->versions[rename->side], 0, sizeof(from->versions[0]));
    from->file_mask &= (uint8_t)~bit;
    for (directory = qn_merge_state_directory(to->path); directory.size;
         directory = qn_merge_state_directory(directory)) {
        struct qn_merge_path *parent = qn_merge_state_path(m, directory);

        if (!parent)
            return QN_NO_MEMORY;
        if (!parent->file_mask)
            parent->directory_mask |= bit;
    }
    if (m->options->directory_renames != QN_TREE_MERGE_DIRECTORY_APPLY)
        to->is_conflicted = true;
    rename->new_path = to;
    return tell(m, rename, old, to->path, rename->side);
}

static enum qn_status apply_one(struct qn_merge_state *m, int own,
                                struct qn_merge_rename *rename, size_t i,
                                struct places places[3])
{
    const struct qn_merge_renames *list = &m->renames[own];
    int other = 3 - own;
    struct qn_bytes path = rename->new_path->path;
    struct qn_bytes new_path = places[other].new_path[i];
    const struct qn_map_item *move;
    struct qn_map_item *place;

    if (!new_path.size || qn_map_find(&places[own].by_new, path))
        return QN_OK;
    move = nearest_move(m, other, path);
    if (find_move(m, own, move_target(move))) {
        struct qn_bytes paths[3] = {move->key, path, move_target(move)};

        return qn_merge_state_say(
            m, move->key,
            "Directory rename skipped since directory was renamed on both "
            "sides",
            paths, 3,
            "WARNING: Avoiding applying %.*s -> %.*s rename to %.*s, because "
            "%.*s itself was renamed.",
            QN_BYTES_ARG(move->key), QN_BYTES_ARG(move_target(move)),
            QN_BYTES_ARG(path), QN_BYTES_ARG(move_target(move)));
    }
    place = qn_map_find(&places[other].by_new, new_path);
    if (place->value) /* complained about already */
        return QN_OK;
    if (is_in_way(m, own, rename, new_path)) {
        place->value = place;
        return complain(m, list, &places[other], new_path, true);
    }
    if (place->number > 1) {
        place->value = place;
        return complain(m, list, &places[other], new_path, false);
    }
    return move_version(m, rename, new_path);
}

enum qn_status qn_merge_directories_run(struct qn_merge_state *m)
{
    struct places places[3] = {
        {QN_MAP_INIT, NULL}, {QN_MAP_INIT, NULL}, {QN_MAP_INIT, NULL}};
    enum qn_status status = QN_OK;
    int side;

    if (m->depth || m->options->skips_renames ||
        m->options->directory_renames == QN_TREE_MERGE_DIRECTORY_NONE)
        return QN_OK;
    for (side = 1; side < 3 && !status; side++)
        status = choose(m, side);
    forget_common(m);
    if (status || (!has_moves(m, 1) && !has_moves(m, 2)))
        return status;
    for (side = 1; side < 3 && !status; side++)
        status = find_places(m, side, &places[side]);
    for (side = 1; side < 3 && !status; side++) {
        struct qn_merge_renames *list = &m->renames[side];
        size_t i;

        for (i = 0; i < list->count && !status; i++)
            status = apply_one(m, side, &list->items[i], i, places);
    }
    for (side = 1; side < 3; side++) {
        qn_map_dispose(&places[side].by_new);
        qn_memory_free(places[side].new_path);
    }
    return status;
}
