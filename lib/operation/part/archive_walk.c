/* SPDX-License-Identifier: MIT */
#include "operation/part/archive_walk.h"

#include "base/memory.h"
#include "object/tree.h"

#include <string.h>

struct qn_archive_walk_frame {
    struct qn_object tree;
    struct qn_tree_reader reader;
    size_t path_size; /* "a/b/" */
    struct qn_id id;
    uint32_t mode;
    bool takes_all; /* everything below matches the pathspec */
};

void qn_archive_walk_dispose(struct qn_archive_walk *walk)
{
    size_t i;

    for (i = 0; i < walk->made_count; i++)
        qn_object_dispose(&walk->frames[i].tree);
    qn_memory_free(walk->frames);
    qn_buf_dispose(&walk->path);
    walk->frames = NULL;
    walk->made_count = walk->depth = walk->capacity = 0;
}

static enum qn_status push(struct qn_ctx *ctx, struct qn_archive_walk *walk,
                           const struct qn_id *id, uint32_t mode,
                           bool takes_all)
{
    struct qn_archive_walk_frame *frame;
    enum qn_status status = qn_odb_check_depth(ctx, walk->odb, walk->depth);

    if (!status)
        status = qn_memory_grow(ctx, &walk->frames, &walk->capacity,
                                walk->depth + 1, sizeof(*walk->frames));
    if (status)
        return status;
    frame = &walk->frames[walk->depth];
    if (walk->depth == walk->made_count) {
        memset(frame, 0, sizeof(*frame));
        walk->made_count++;
    }
    frame->id = *id;
    frame->mode = mode;
    frame->path_size = walk->path.size;
    frame->takes_all = takes_all;
    status =
        qn_odb_read_typed(ctx, walk->odb, id, QN_OBJECT_TREE, &frame->tree);
    if (status)
        return status;
    qn_tree_reader_init(&frame->reader, qn_object_bytes(&frame->tree),
                        qn_odb_algorithm(walk->odb));
    walk->depth++;
    return QN_OK;
}

static bool is_set(const struct qn_attribute *attribute)
{
    return attribute->state == QN_ATTRIBUTE_SET;
}

/* What the attribute "diff" says of a content. */
static enum qn_status choose_binary(struct qn_ctx *ctx,
                                    const struct qn_config *config,
                                    const struct qn_attribute *diff, int *out)
{
    struct qn_buf key = QN_BUF_INIT;
    const char *value = NULL;
    bool flag = false;
    enum qn_status status = QN_OK;

    *out = diff->state == QN_ATTRIBUTE_SET     ? 0
           : diff->state == QN_ATTRIBUTE_UNSET ? 1
                                               : -1;
    if (diff->state != QN_ATTRIBUTE_VALUE)
        return QN_OK;
    status = qn_buf_printf(ctx, &key, "diff.%s.binary", diff->value);
    if (!status)
        value = qn_config_string(config, qn_buf_string(&key), NULL);
    if (value && qn_config_parse_bool(value, &flag))
        *out = flag;
    qn_buf_dispose(&key);
    return status;
}

enum qn_status qn_archive_walk_is_binary(struct qn_ctx *ctx,
                                         struct qn_attributes *attributes,
                                         const struct qn_config *config,
                                         struct qn_bytes path, int *out)
{
    struct qn_attribute diff = {.name = "diff"};
    enum qn_status status = qn_attributes_get(ctx, attributes, path, &diff, 1);

    return status ? status : choose_binary(ctx, config, &diff, out);
}

/* What the attributes say of the path at hand. */
static enum qn_status look_up(struct qn_ctx *ctx, struct qn_archive_walk *walk,
                              bool *is_ignored)
{
    struct qn_attribute wanted[] = {
        {.name = "export-ignore"}, {.name = "export-subst"}, {.name = "diff"}};
    enum qn_status status = QN_OK;

    status = qn_attributes_get(ctx, walk->attributes, qn_buf_bytes(&walk->path),
                               wanted, QN_COUNT_OF(wanted));
    *is_ignored = is_set(&wanted[0]);
    walk->held.has_subst = is_set(&wanted[1]);
    walk->held.is_binary = -1;
    if (!status && walk->config)
        status =
            choose_binary(ctx, walk->config, &wanted[2], &walk->held.is_binary);
    return status;
}

/* Down to `directory`, of which no part is told; `*found` false: there is
 * nothing. */
static enum qn_status go_down(struct qn_ctx *ctx, struct qn_archive_walk *walk,
                              struct qn_id *id, bool *found)
{
    struct qn_object tree = QN_OBJECT_INIT;
    struct qn_bytes rest = walk->directory, name;
    enum qn_status status = QN_OK;

    *found = true;
    while (!status && *found && qn_bytes_next(&rest, '/', &name)) {
        struct qn_tree_entry entry;
        bool is_ignored = false;

        status = qn_odb_read_typed(ctx, walk->odb, id, QN_OBJECT_TREE, &tree);
        if (!status)
            status = qn_tree_find(ctx, qn_object_bytes(&tree), id->algorithm,
                                  name, &entry, found);
        if (status || !*found)
            break;
        *found = qn_mode_is_tree(entry.mode);
        qn_id_from_row(id, id->algorithm, entry.id);
        status = qn_buf_append_bytes(ctx, &walk->path, name);
        if (!status)
            status = qn_buf_append_byte(ctx, &walk->path, '/');
        if (!status && *found && walk->attributes)
            status = look_up(ctx, walk, &is_ignored);
        *found = *found && !is_ignored;
    }
    qn_object_dispose(&tree);
    return status;
}

enum qn_status qn_archive_walk_begin(struct qn_ctx *ctx,
                                     struct qn_archive_walk *walk,
                                     const struct qn_id *tree)
{
    bool takes_all = !walk->pathspec || qn_pathspec_count(walk->pathspec) == 0;
    struct qn_id id = *tree;
    bool found = true;
    enum qn_status status;

    walk->depth = 0;
    walk->told = walk->due = 1; /* the root is no entry */
    walk->has_held = false;
    qn_buf_clear(&walk->path);
    status = go_down(ctx, walk, &id, &found);
    return status || !found ? status
                            : push(ctx, walk, &id, QN_MODE_TREE, takes_all);
}

/* Does the pathspec take the path at hand?  For a directory: all of it, or
 * some. */
static enum qn_pathspec_reach reach(struct qn_ctx *ctx,
                                    struct qn_archive_walk *walk, bool is_tree,
                                    bool is_directory)
{
    struct qn_bytes path = qn_buf_bytes(&walk->path);

    if (is_directory)
        path.size--;
    if (qn_pathspec_is_match(ctx, walk->pathspec, path, is_directory,
                             walk->attributes, NULL) &&
        !is_tree)
        return QN_PATHSPEC_ALL;
    return is_tree ? qn_pathspec_reach_below(walk->pathspec, path)
                   : QN_PATHSPEC_NONE;
}

/* One entry of the innermost tree; `*found`: it is `held` now. */
static enum qn_status take_entry(struct qn_ctx *ctx,
                                 struct qn_archive_walk *walk,
                                 const struct qn_tree_entry *entry,
                                 bool takes_all, bool *found)
{
    uint32_t mode = qn_mode_canonical(entry->mode);
    bool is_tree = qn_mode_is_tree(mode);
    bool is_directory = is_tree || qn_mode_is_gitlink(mode);
    bool is_ignored = false;
    enum qn_pathspec_reach taken = QN_PATHSPEC_ALL;
    struct qn_id id;
    enum qn_status status = qn_buf_append_bytes(ctx, &walk->path, entry->name);

    *found = false;
    if (!status && is_directory)
        status = qn_buf_append_byte(ctx, &walk->path, '/');
    if (!status && !takes_all) {
        taken = reach(ctx, walk, is_tree, is_directory);
        if (taken == QN_PATHSPEC_NONE)
            return QN_OK;
    }
    if (!is_tree)
        walk->due = walk->depth;
    if (!status)
        status = look_up(ctx, walk, &is_ignored);
    if (status || is_ignored)
        return status;
    qn_id_from_row(&id, qn_odb_algorithm(walk->odb), entry->id);
    if (is_tree)
        return push(ctx, walk, &id, mode, taken == QN_PATHSPEC_ALL);
    walk->held.mode = mode;
    walk->held.id = id;
    *found = walk->has_held = true;
    return QN_OK;
}

/* Up to the next entry that is no directory, or to one that is taken away, of
 * whose directories not all were told. */
static enum qn_status find_held(struct qn_ctx *ctx,
                                struct qn_archive_walk *walk)
{
    enum qn_status status = QN_OK;
    bool found = false;

    while (!status && !found && walk->told >= walk->due) {
        struct qn_archive_walk_frame *frame;
        struct qn_tree_entry entry;

        if (walk->depth == 0)
            return QN_END;
        frame = &walk->frames[walk->depth - 1];
        qn_buf_truncate(&walk->path, frame->path_size);
        status = qn_tree_reader_next(ctx, &frame->reader, &entry);
        if (status == QN_END) {
            walk->depth--;
            if (walk->told > walk->depth)
                walk->told = walk->depth;
            if (walk->due > walk->depth)
                walk->due = walk->depth;
            status = QN_OK;
            continue;
        }
        if (!status)
            status = qn_ctx_check(ctx);
        if (!status)
            status = take_entry(ctx, walk, &entry, frame->takes_all, &found);
    }
    return status;
}

enum qn_status qn_archive_walk_next(struct qn_ctx *ctx,
                                    struct qn_archive_walk *walk,
                                    struct qn_archive_item *item)
{
    if (!walk->has_held && walk->told >= walk->due) {
        enum qn_status status = find_held(ctx, walk);

        if (status)
            return status;
    }
    if (walk->told < walk->due) {
        const struct qn_archive_walk_frame *frame = &walk->frames[walk->told++];

        *item = (struct qn_archive_item){.mode = frame->mode, .id = frame->id};
        item->path =
            qn_bytes_first(qn_buf_bytes(&walk->path), frame->path_size);
        return QN_OK;
    }
    walk->held.path = qn_buf_bytes(&walk->path);
    *item = walk->held;
    walk->has_held = false;
    return QN_OK;
}

/* ---- are the patterns good for anything? */

struct check {
    struct qn_archive_walk walk;
    uint8_t *inside, *outside; /* a flag for each pattern */
};

static enum qn_status check_entry(struct qn_ctx *ctx, struct check *check,
                                  const struct qn_tree_entry *entry)
{
    struct qn_archive_walk *walk = &check->walk;
    struct qn_bytes directory = walk->directory, path;
    bool is_tree = qn_mode_is_tree(entry->mode), is_inside;
    bool is_directory = is_tree || qn_mode_is_gitlink(entry->mode);
    struct qn_id id;
    enum qn_status status = qn_buf_append_bytes(ctx, &walk->path, entry->name);

    if (!status && is_directory)
        status = qn_buf_append_byte(ctx, &walk->path, '/');
    if (status)
        return status;
    path = qn_buf_bytes(&walk->path);
    is_inside =
        path.size >= directory.size &&
        qn_bytes_is_equal(qn_bytes_first(path, directory.size), directory);
    path.size -= is_directory;
    (void)qn_pathspec_is_match(ctx, walk->pathspec, path, is_directory,
                               walk->attributes,
                               is_inside ? check->inside : check->outside);
    if (!is_tree ||
        qn_pathspec_reach_below(walk->pathspec, path) == QN_PATHSPEC_NONE)
        return QN_OK;
    qn_id_from_row(&id, qn_odb_algorithm(walk->odb), entry->id);
    return push(ctx, walk, &id, entry->mode, false);
}

static enum qn_status check_all(struct qn_ctx *ctx, struct check *check)
{
    struct qn_archive_walk *walk = &check->walk;
    enum qn_status status = QN_OK;

    while (!status && walk->depth > 0) {
        struct qn_archive_walk_frame *frame = &walk->frames[walk->depth - 1];
        struct qn_tree_entry entry;

        qn_buf_truncate(&walk->path, frame->path_size);
        status = qn_tree_reader_next(ctx, &frame->reader, &entry);
        if (!status)
            status = check_entry(ctx, check, &entry);
        else if (status == QN_END) {
            walk->depth--;
            status = QN_OK;
        }
    }
    return status;
}

static enum qn_status judge(struct qn_ctx *ctx, const struct check *check)
{
    const struct qn_pathspec *pathspec = check->walk.pathspec;
    size_t i;

    for (i = 0; i < qn_pathspec_count(pathspec); i++) {
        const char *shown = qn_pathspec_original(pathspec, i);

        if (qn_pathspec_is_exclude(pathspec, i))
            continue;
        if (check->outside[i])
            return qn_ctx_fail_reason(
                ctx, QN_INVALID, "archive.pathspec", shown,
                "pathspec '%s' matches files outside the current directory",
                shown);
        if (!check->inside[i])
            return qn_ctx_fail_reason(
                ctx, QN_NOT_FOUND, "archive.pathspec", shown,
                "pathspec '%s' did not match any files", shown);
    }
    return QN_OK;
}

enum qn_status qn_archive_walk_check(struct qn_ctx *ctx, struct qn_odb *odb,
                                     const struct qn_id *tree,
                                     const struct qn_pathspec *pathspec,
                                     struct qn_attributes *attributes,
                                     struct qn_bytes directory)
{
    size_t count = qn_pathspec_count(pathspec);
    struct check check = {.walk = {.odb = odb,
                                   .pathspec = pathspec,
                                   .attributes = attributes,
                                   .directory = directory}};
    enum qn_status status = QN_OK;

    if (count == 0)
        return QN_OK;
    check.inside = qn_memory_calloc(ctx, count, 2);
    if (!check.inside)
        return QN_NO_MEMORY;
    check.outside = check.inside + count;
    status = push(ctx, &check.walk, tree, QN_MODE_TREE, false);
    if (!status)
        status = check_all(ctx, &check);
    if (!status)
        status = judge(ctx, &check);
    qn_archive_walk_dispose(&check.walk);
    qn_memory_free(check.inside);
    return status;
}
