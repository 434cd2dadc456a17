/* SPDX-License-Identifier: MIT */
#include "operation/op_no_index.h"

#include "base/memory.h"
#include "object/tree.h"
#include "os/directory.h"
#include "os/file.h"

#include <stdlib.h>

#define NOWHERE "/dev/null"

static enum qn_status read_side(struct qn_ctx *ctx, void *data,
                                const struct qn_diff_side *side,
                                struct qn_buf *out)
{
    struct qn_op_no_index *op = data;
    const char *path = (const char *)side->path.data;

    qn_buf_clear(out);
    if (side->is_stream && op->has_input && !strcmp(path, "-"))
        return qn_buf_append_bytes(ctx, out, qn_buf_bytes(&op->input));
    if (qn_mode_is_symlink(side->mode))
        return qn_file_readlink(ctx, path, out);
    return qn_file_read_all(ctx, path, out);
}

void qn_op_no_index_init(struct qn_op_no_index *op)
{
    memset(op, 0, sizeof(*op));
    op->content.read = read_side;
    op->content.data = op;
}

void qn_op_no_index_dispose(struct qn_op_no_index *op)
{
    qn_buf_dispose(&op->input);
}

static enum qn_status look(struct qn_ctx *ctx, const char *path,
                           struct qn_file_stat *out)
{
    enum qn_status status = qn_file_lstat(ctx, path, out);

    if (!status && out->kind == QN_FILE_SYMLINK && !strncmp(path, "/dev/", 5))
        status = qn_file_stat(ctx, path, out);
    if (!status && out->kind == QN_FILE_NONE)
        return qn_ctx_fail(ctx, QN_NOT_FOUND, "Could not access '%s'", path);
    return status;
}

/* What is at `path`; NULL: nothing, by the name of /dev/null. */
static enum qn_status fill_side(struct qn_ctx *ctx, struct qn_op_no_index *op,
                                const char *path, struct qn_arena *arena,
                                struct qn_diff_side *side)
{
    struct qn_file_stat stat = {.kind = QN_FILE_NONE};
    enum qn_status status;
    char *copy =
        qn_arena_copy(ctx, arena, qn_bytes_from_string(path ? path : NOWHERE));

    if (!copy)
        return QN_NO_MEMORY;
    side->path = qn_bytes_from_string(copy);
    if (!path || !strcmp(path, NOWHERE))
        return QN_OK;
    side->mode = QN_MODE_FILE;
    if (!strcmp(path, "-")) {
        side->is_stream = true;
        if (op->has_input)
            return QN_OK;
        op->has_input = true;
        return qn_file_read_rest(ctx, 0, &op->input);
    }
    status = look(ctx, path, &stat);
    if (status)
        return status;
    side->is_stream = stat.kind == QN_FILE_OTHER;
    if (stat.kind == QN_FILE_SYMLINK)
        side->mode = QN_MODE_SYMLINK;
    else if (stat.mode & 0100)
        side->mode = QN_MODE_EXECUTABLE;
    return QN_OK;
}

static enum qn_status is_same(struct qn_ctx *ctx, struct qn_op_no_index *op,
                              const struct qn_diff_pair *pair, bool *out)
{
    struct qn_buf texts[2] = {QN_BUF_INIT, QN_BUF_INIT};
    enum qn_status status = QN_OK;

    *out = pair->old_side.mode == pair->new_side.mode;
    if (*out)
        status = read_side(ctx, op, &pair->old_side, &texts[0]);
    if (*out && !status)
        status = read_side(ctx, op, &pair->new_side, &texts[1]);
    if (*out && !status)
        *out =
            qn_bytes_is_equal(qn_buf_bytes(&texts[0]), qn_buf_bytes(&texts[1]));
    qn_buf_dispose(&texts[0]);
    qn_buf_dispose(&texts[1]);
    return status;
}

static enum qn_status add_pair(struct qn_ctx *ctx, struct qn_op_no_index *op,
                               const char *a, const char *b,
                               struct qn_diff_list *out)
{
    struct qn_diff_pair *pair = qn_diff_list_add(ctx, out);
    enum qn_status status;
    bool same = false;

    if (!pair)
        return QN_NO_MEMORY;
    status = fill_side(ctx, op, a, &out->arena, &pair->old_side);
    if (!status)
        status = fill_side(ctx, op, b, &out->arena, &pair->new_side);
    if (!status)
        status = is_same(ctx, op, pair, &same);
    pair->status =
        !pair->old_side.mode   ? QN_DIFF_ADDED
        : !pair->new_side.mode ? QN_DIFF_DELETED
        : (pair->old_side.mode ^ pair->new_side.mode) & QN_MODE_KIND_MASK
            ? QN_DIFF_TYPE_CHANGED
            : QN_DIFF_MODIFIED;
    if (same || status)
        out->count--;
    return status;
}

/* ---- directories */

struct names {
    char **items; /* paths below the top, in its arena */
    size_t count, capacity;
    struct qn_arena arena;
};

static void names_dispose(struct names *names)
{
    qn_memory_free(names->items);
    qn_arena_dispose(&names->arena);
}

/* Component by component: a slash is below every other byte. */
static int compare_paths(const char *a, const char *b)
{
    for (; *a && *a == *b; a++, b++)
        ;
    if (*a == *b)
        return 0;
    if (!*a || !*b)
        return *a ? 1 : -1;
    if (*a == '/' || *b == '/')
        return *a == '/' ? -1 : 1;
    return (uint8_t)*a < (uint8_t)*b ? -1 : 1;
}

static int compare_items(const void *a, const void *b)
{
    return compare_paths(*(char *const *)a, *(char *const *)b);
}

static enum qn_status add_name(struct qn_ctx *ctx, struct names *names,
                               const char *directory, const char *name)
{
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status = qn_buf_printf(ctx, &path, "%s%s%s", directory,
                                          *directory ? "/" : "", name);

    if (!status)
        status = qn_memory_grow(ctx, &names->items, &names->capacity,
                                names->count + 1, sizeof(*names->items));
    if (!status) {
        char *copy = qn_arena_copy(ctx, &names->arena, qn_buf_bytes(&path));

        if (copy)
            names->items[names->count++] = copy;
        else
            status = QN_NO_MEMORY;
    }
    qn_buf_dispose(&path);
    return status;
}

static enum qn_status list_directory(struct qn_ctx *ctx, const char *top,
                                     const char *below, struct names *files,
                                     struct names *directories)
{
    struct qn_directory *directory = NULL;
    struct qn_buf path = QN_BUF_INIT;
    enum qn_file_kind kind;
    const char *name;
    enum qn_status status =
        qn_buf_printf(ctx, &path, "%s%s%s", top, *below ? "/" : "", below);
    size_t size;

    if (!status)
        status = qn_directory_open(ctx, qn_buf_string(&path), &directory);
    size = path.size;
    while (!status && directory && qn_directory_next(directory, &name, &kind)) {
        struct qn_file_stat stat;

        qn_buf_truncate(&path, size);
        status = qn_buf_printf(ctx, &path, "/%s", name);
        if (!status)
            status = qn_file_lstat(ctx, qn_buf_string(&path), &stat);
        if (!status)
            status = add_name(
                ctx, stat.kind == QN_FILE_DIRECTORY ? directories : files,
                below, name);
    }
    status = qn_directory_end(ctx, directory, status);
    qn_buf_dispose(&path);
    return status;
}

/* All files below `top`, sorted. */
static enum qn_status list_tree(struct qn_ctx *ctx, const char *top,
                                struct names *out)
{
    struct names todo = {NULL, 0, 0, QN_ARENA_INIT};
    enum qn_status status = list_directory(ctx, top, "", out, &todo);

    while (!status && todo.count > 0) {
        const char *below = todo.items[--todo.count];

        status = list_directory(ctx, top, below, out, &todo);
    }
    names_dispose(&todo);
    if (!status && out->count)
        qsort(out->items, out->count, sizeof(*out->items), compare_items);
    return status;
}

static enum qn_status add_below(struct qn_ctx *ctx, struct qn_op_no_index *op,
                                const char *const tops[2], const char *name,
                                const bool has[2], struct qn_diff_list *out)
{
    struct qn_buf paths[2] = {QN_BUF_INIT, QN_BUF_INIT};
    enum qn_status status = QN_OK;
    int i;

    if (op->pathspec &&
        !qn_pathspec_is_match(ctx, op->pathspec, qn_bytes_from_string(name),
                              false, NULL, NULL))
        return QN_OK;
    for (i = 0; i < 2 && !status; i++)
        status = qn_buf_printf(ctx, &paths[i], "%s/%s", tops[i], name);
    if (!status)
        status = add_pair(ctx, op, has[0] ? qn_buf_string(&paths[0]) : NULL,
                          has[1] ? qn_buf_string(&paths[1]) : NULL, out);
    qn_buf_dispose(&paths[0]);
    qn_buf_dispose(&paths[1]);
    return status;
}

static enum qn_status compare_trees(struct qn_ctx *ctx,
                                    struct qn_op_no_index *op,
                                    const char *const tops[2],
                                    struct qn_diff_list *out)
{
    struct names names[2] = {{NULL, 0, 0, QN_ARENA_INIT},
                             {NULL, 0, 0, QN_ARENA_INIT}};
    enum qn_status status = list_tree(ctx, tops[0], &names[0]);
    size_t at[2] = {0, 0};

    if (!status)
        status = list_tree(ctx, tops[1], &names[1]);
    while (!status && (at[0] < names[0].count || at[1] < names[1].count)) {
        int order =
            at[0] == names[0].count ? 1
            : at[1] == names[1].count
                ? -1
                : compare_paths(names[0].items[at[0]], names[1].items[at[1]]);
        bool has[2] = {order <= 0, order >= 0};

        status = add_below(
            ctx, op, tops,
            has[0] ? names[0].items[at[0]] : names[1].items[at[1]], has, out);
        at[0] += has[0];
        at[1] += has[1];
    }
    names_dispose(&names[0]);
    names_dispose(&names[1]);
    return status;
}

/* The last component of a path. */
static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

enum qn_status qn_op_no_index_run(struct qn_ctx *ctx, struct qn_op_no_index *op,
                                  const char *a, const char *b,
                                  struct qn_diff_list *out)
{
    const char *given[2] = {a, b};
    struct qn_buf paths[2] = {QN_BUF_INIT, QN_BUF_INIT};
    bool is_directory[2] = {false, false};
    const char *tops[2];
    enum qn_status status = QN_OK;
    int i;

    for (i = 0; i < 2 && !status; i++) {
        struct qn_file_stat stat = {.kind = QN_FILE_NONE};

        if (strcmp(given[i], "-"))
            status = qn_file_stat(ctx, given[i], &stat);
        is_directory[i] = stat.kind == QN_FILE_DIRECTORY;
        if (!status)
            status = qn_buf_append_string(ctx, &paths[i], given[i]);
        while (is_directory[i] && paths[i].size > 1 &&
               paths[i].data[paths[i].size - 1] == '/')
            qn_buf_truncate(&paths[i], paths[i].size - 1);
    }
    for (i = 0; i < 2 && !status && is_directory[0] != is_directory[1]; i++)
        if (is_directory[i])
            status =
                qn_buf_printf(ctx, &paths[i], "/%s", base_name(given[1 - i]));
    tops[0] = qn_buf_string(&paths[0]);
    tops[1] = qn_buf_string(&paths[1]);
    if (!status && is_directory[0] && is_directory[1])
        status = compare_trees(ctx, op, tops, out);
    else if (!status)
        status = add_pair(ctx, op, tops[0], tops[1], out);
    qn_buf_dispose(&paths[0]);
    qn_buf_dispose(&paths[1]);
    return status;
}
