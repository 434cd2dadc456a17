/* SPDX-License-Identifier: MIT */
#include "worktree/unpack_trees.h"

#include "base/memory.h"
#include "object/tree.h"

#include <stdlib.h>

/* A directory open in some of the trees. */
struct side {
    bool is_there;
    bool has_entry;
    struct qn_object object;
    struct qn_tree_reader reader;
    struct qn_tree_entry entry;
};

struct frame {
    size_t path_size;
    struct side sides[QN_UNPACK_TREES_MOST];
};

struct walk {
    struct qn_odb *odb;
    const struct qn_index *index;
    struct qn_unpack_trees *out;
    uint32_t algorithm;
    bool skips_same;
    struct qn_buf path;
    struct frame **frames; /* pointers: frames are large and keep buffers */
    size_t depth;
    size_t made;
    size_t capacity;
};

static enum qn_status advance(struct qn_ctx *ctx, struct side *side)
{
    enum qn_status status =
        qn_tree_reader_next(ctx, &side->reader, &side->entry);

    side->has_entry = status == QN_OK;
    return status == QN_END ? QN_OK : status;
}

/* Open a directory: `ids[i]` NULL where tree i has none. */
static enum qn_status push_frame(struct qn_ctx *ctx, struct walk *walk,
                                 const struct qn_id *const *ids)
{
    struct frame *frame;
    enum qn_status status;

    status = qn_odb_check_depth(ctx, walk->odb, walk->depth);
    if (status)
        return status;
    status = qn_memory_grow(ctx, &walk->frames, &walk->capacity,
                            walk->depth + 1, sizeof(*walk->frames));
    if (status)
        return status;
    if (walk->depth == walk->made) {
        walk->frames[walk->made] =
            qn_memory_calloc(ctx, 1, sizeof(struct frame));
        if (!walk->frames[walk->made])
            return QN_NO_MEMORY;
        walk->made++;
    }
    frame = walk->frames[walk->depth];
    frame->path_size = walk->path.size;
    for (size_t i = 0; i < walk->out->count && !status; i++) {
        struct side *side = &frame->sides[i];

        side->is_there = ids[i] != NULL;
        side->has_entry = false;
        if (!ids[i])
            continue;
        if (qn_id_is_equal(ids[i], qn_id_empty_tree(walk->algorithm)))
            qn_buf_clear(&side->object.data);
        else
            status = qn_odb_read_typed(ctx, walk->odb, ids[i], QN_OBJECT_TREE,
                                       &side->object);
        if ((status == QN_NOT_FOUND || status == QN_INVALID)) {
            char hex[QN_ID_MAX_HEX_SIZE + 1];

            qn_id_to_hex(ids[i], hex);
            status = qn_ctx_fail_reason(ctx, status, "unpack.no-tree", hex,
                                        "unable to read tree (%s)", hex);
        }
        if (status)
            break;
        qn_tree_reader_init(&side->reader, qn_object_bytes(&side->object),
                            walk->algorithm);
        status = advance(ctx, side);
    }
    if (!status)
        walk->depth++;
    return status;
}

/* The first name among the sides; false when all are through. */
static bool first_name(const struct walk *walk, const struct frame *frame,
                       struct qn_tree_entry *out)
{
    bool has_one = false;

    for (size_t i = 0; i < walk->out->count; i++) {
        const struct side *side = &frame->sides[i];

        if (!side->has_entry)
            continue;
        if (!has_one || qn_tree_compare_names(
                            side->entry.name, qn_mode_is_tree(side->entry.mode),
                            out->name, qn_mode_is_tree(out->mode)) < 0)
            *out = side->entry;
        has_one = true;
    }
    return has_one;
}

static enum qn_status add_file(struct qn_ctx *ctx, struct walk *walk, size_t i,
                               const struct qn_tree_entry *entry,
                               struct qn_bytes path)
{
    struct qn_unpack_list *list = &walk->out->lists[i];
    struct qn_unpack_file *file;
    enum qn_status status =
        qn_memory_grow(ctx, &list->files, &list->capacity, list->count + 1,
                       sizeof(*list->files));

    if (status)
        return status;
    file = &list->files[list->count++];
    file->path = path;
    file->mode = qn_mode_canonical(entry->mode);
    qn_id_from_row(&file->id, walk->algorithm, entry->id);
    return QN_OK;
}

/* The directory walk->path ("a/b") is the same everywhere: note it and say so.
 */
static enum qn_status try_skip(struct qn_ctx *ctx, struct walk *walk,
                               const struct qn_id *const *ids, bool *skipped)
{
    struct qn_unpack_trees *out = walk->out;
    struct qn_id cached;
    uint32_t count;
    size_t start, end;
    enum qn_status status;

    *skipped = false;
    if (!walk->skips_same)
        return QN_OK;
    for (size_t i = 0; i < out->count; i++) {
        if (!ids[i] || !qn_id_is_equal(ids[i], ids[0]))
            return QN_OK;
    }
    if (!qn_index_cached_tree(walk->index, qn_buf_bytes(&walk->path), &cached,
                              &count) ||
        !qn_id_is_equal(&cached, ids[0]))
        return QN_OK;
    if (!qn_index_directory_range(walk->index, qn_buf_bytes(&walk->path),
                                  &start, &end) ||
        end - start != count)
        return QN_OK;
    status = qn_memory_grow(ctx, &out->same, &out->same_capacity,
                            out->same_count + 1, sizeof(*out->same));
    if (status)
        return status;
    out->same[out->same_count++] = (struct qn_unpack_range){start, end};
    *skipped = true;
    return QN_OK;
}

static enum qn_status enter(struct qn_ctx *ctx, struct walk *walk,
                            const struct qn_id *const *ids)
{
    const struct qn_pathspec *pathspec = walk->out->pathspec;
    bool skipped;
    enum qn_status status;

    if (pathspec &&
        qn_pathspec_reach_below(pathspec, qn_buf_bytes(&walk->path)) ==
            QN_PATHSPEC_NONE)
        return QN_OK;
    status = try_skip(ctx, walk, ids, &skipped);
    if (status || skipped)
        return status;
    status = qn_buf_append_byte(ctx, &walk->path, '/');
    return status ? status : push_frame(ctx, walk, ids);
}

/* One name of the directory on top, in all the trees that have it. */
static enum qn_status take_name(struct qn_ctx *ctx, struct walk *walk,
                                const struct qn_tree_entry *first)
{
    struct frame *frame = walk->frames[walk->depth - 1];
    bool is_tree = qn_mode_is_tree(first->mode);
    struct qn_id ids[QN_UNPACK_TREES_MOST];
    const struct qn_id *those[QN_UNPACK_TREES_MOST] = {NULL};
    struct qn_bytes path = QN_BYTES_NONE;
    enum qn_status status;

    qn_buf_truncate(&walk->path, frame->path_size);
    status = qn_buf_append_bytes(ctx, &walk->path, first->name);
    for (size_t i = 0; i < walk->out->count && !status; i++) {
        struct side *side = &frame->sides[i];

        if (!side->has_entry || qn_mode_is_tree(side->entry.mode) != is_tree ||
            !qn_bytes_is_equal(side->entry.name, first->name))
            continue;
        if (is_tree) {
            qn_id_from_row(&ids[i], walk->algorithm, side->entry.id);
            those[i] = &ids[i];
        } else {
            if (!path.data) {
                char *copy = qn_arena_copy(ctx, &walk->out->arena,
                                           qn_buf_bytes(&walk->path));

                if (!copy)
                    return QN_NO_MEMORY;
                path = qn_bytes_make(copy, walk->path.size);
            }
            status = add_file(ctx, walk, i, &side->entry, path);
        }
        if (!status)
            status = advance(ctx, side);
    }
    if (!status && is_tree)
        status = enter(ctx, walk, those);
    return status;
}

static int compare_files(const void *a, const void *b)
{
    const struct qn_unpack_file *left = a, *right = b;

    return qn_bytes_compare(left->path, right->path);
}

/* Trees out of order are rare, and no reason to be wrong. */
static void sort_list(struct qn_unpack_list *list)
{
    for (size_t i = 1; i < list->count; i++) {
        if (qn_bytes_compare(list->files[i - 1].path, list->files[i].path) >
            0) {
            qsort(list->files, list->count, sizeof(*list->files),
                  compare_files);
            return;
        }
    }
}

static int compare_ranges(const void *a, const void *b)
{
    const struct qn_unpack_range *left = a, *right = b;

    return left->start < right->start ? -1 : left->start > right->start;
}

enum qn_status qn_unpack_trees_read(struct qn_ctx *ctx, struct qn_odb *odb,
                                    const struct qn_index *index,
                                    const struct qn_id *trees, size_t count,
                                    const char *prefix, bool skips_same,
                                    struct qn_unpack_trees *out)
{
    struct walk walk = {.odb = odb,
                        .index = index,
                        .out = out,
                        .algorithm = qn_odb_algorithm(odb),
                        .skips_same = skips_same};
    const struct qn_id *ids[QN_UNPACK_TREES_MOST] = {NULL};
    enum qn_status status;

    if (count > QN_UNPACK_TREES_MOST)
        return qn_ctx_fail(ctx, QN_UNSUPPORTED,
                           "I cannot read more than %u trees",
                           QN_UNPACK_TREES_MOST);
    out->count = count;
    for (size_t i = 0; i < count; i++)
        ids[i] = &trees[i];
    status = qn_buf_append_string(ctx, &walk.path, prefix);
    if (!status && count > 0)
        status = push_frame(ctx, &walk, ids);
    while (!status && walk.depth > 0) {
        struct qn_tree_entry first = {0};

        if (first_name(&walk, walk.frames[walk.depth - 1], &first))
            status = take_name(ctx, &walk, &first);
        else
            walk.depth--;
    }
    for (size_t f = 0; f < walk.made; f++) {
        for (size_t i = 0; i < QN_UNPACK_TREES_MOST; i++)
            qn_object_dispose(&walk.frames[f]->sides[i].object);
        qn_memory_free(walk.frames[f]);
    }
    qn_memory_free(walk.frames);
    qn_buf_dispose(&walk.path);
    if (status) {
        qn_unpack_trees_dispose(out);
        return status;
    }
    for (size_t i = 0; i < count; i++)
        sort_list(&out->lists[i]);
    if (out->same_count > 0)
        qsort(out->same, out->same_count, sizeof(*out->same), compare_ranges);
    return QN_OK;
}

enum qn_status qn_unpack_trees_complete(struct qn_ctx *ctx,
                                        const struct qn_index *index,
                                        struct qn_unpack_trees *out)
{
    struct qn_unpack_list *list = &out->lists[0];
    enum qn_status status = QN_OK;

    for (size_t s = 0; s < out->same_count && !status; s++) {
        size_t start = out->same[s].start, end = out->same[s].end;

        status =
            qn_memory_grow(ctx, &list->files, &list->capacity,
                           list->count + (end - start), sizeof(*list->files));
        for (size_t i = start; i < end && !status; i++) {
            const struct qn_index_entry *entry = qn_index_peek(index, i);
            char *path = qn_arena_copy(ctx, &out->arena, entry->path);

            if (!path)
                return QN_NO_MEMORY;
            list->files[list->count++] = (struct qn_unpack_file){
                qn_bytes_make(path, entry->path.size),
                qn_mode_canonical(entry->mode), entry->id};
        }
    }
    out->same_count = 0;
    sort_list(list);
    return status;
}

void qn_unpack_trees_dispose(struct qn_unpack_trees *trees)
{
    for (size_t i = 0; i < trees->count; i++)
        qn_memory_free(trees->lists[i].files);
    qn_memory_free(trees->same);
    qn_arena_dispose(&trees->arena);
    memset(trees, 0, sizeof(*trees));
}
