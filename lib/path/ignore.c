/* SPDX-License-Identifier: MIT */
#include "path/ignore.h"

#include "base/env.h"
#include "base/memory.h"
#include "path/directory_file.h"
#include "path/ignore_rules.h"

/* A directory on the way to the path last asked about. */
struct frame {
    size_t path_size; /* "a/b/" with its slash; 0: the top */
    struct qn_ignore_rules list;
    bool is_read;
    bool has_verdict; /* some rule decided about the directory itself, */
    struct qn_ignore_match verdict;
};

struct qn_ignore {
    struct qn_directory_file reader;
    struct qn_repo *repo;
    bool folds_case;
    char *directory_file; /* NULL: none */
    struct qn_ignore_rules command;
    struct qn_arena arena;         /* the command line's patterns */
    struct qn_ignore_rules *files; /* the last is strongest */
    size_t file_count;
    size_t file_capacity;
    struct frame *frames;
    size_t depth;      /* frames in use, the top included */
    size_t made_count; /* frames whose buffers were made */
    size_t frame_capacity;
    struct qn_buf path; /* of the deepest frame */
    struct qn_buf name; /* scratch: path of a directory's file */
};

static enum qn_status new_file_list(struct qn_ctx *ctx,
                                    struct qn_ignore *ignore,
                                    const char *source,
                                    struct qn_ignore_rules **out)
{
    struct qn_ignore_rules *list;
    enum qn_status status =
        qn_memory_grow(ctx, &ignore->files, &ignore->file_capacity,
                       ignore->file_count + 1, sizeof(*ignore->files));

    if (status)
        return status;
    list = &ignore->files[ignore->file_count];
    memset(list, 0, sizeof(*list));
    list->source = qn_memory_string(ctx, qn_bytes_from_string(source));
    if (!list->source)
        return QN_NO_MEMORY;
    ignore->file_count++;
    *out = list;
    return QN_OK;
}

static enum qn_status add_file(struct qn_ctx *ctx, struct qn_ignore *ignore,
                               const char *path, const char *source,
                               bool *found)
{
    struct qn_ignore_rules *list;
    enum qn_status status = new_file_list(ctx, ignore, source, &list);

    if (!status)
        status = qn_directory_file_from_disk(ctx, path, &list->text, found);
    if (!status && *found)
        status = qn_ignore_rules_parse(ctx, list);
    return status;
}

static enum qn_status add_standard(struct qn_ctx *ctx, struct qn_ignore *ignore)
{
    struct qn_buf path = QN_BUF_INIT, shown = QN_BUF_INIT;
    const char *git = qn_repo_git_directory(ignore->repo);
    const char *common = qn_repo_common_directory(ignore->repo);
    bool found;
    enum qn_status status = qn_directory_file_user_path(
        ctx, ignore->repo, "core.excludesfile", "ignore", &path);

    if (!status && path.size > 0)
        status = add_file(ctx, ignore, qn_buf_string(&path),
                          qn_buf_string(&path), &found);
    qn_buf_clear(&path);
    if (!status)
        status = qn_repo_path(ctx, ignore->repo, "info/exclude", &path);
    if (!status)
        status = qn_buf_printf(ctx, &shown, "%s/info/exclude",
                               strcmp(git, common) == 0
                                   ? qn_repo_git_directory_shown(ignore->repo)
                                   : common);
    if (!status)
        status = add_file(ctx, ignore, qn_buf_string(&path),
                          qn_buf_string(&shown), &found);
    if (!status)
        status = qn_ignore_set_directory_file(ctx, ignore, ".gitignore");
    qn_buf_dispose(&path);
    qn_buf_dispose(&shown);
    return status;
}

enum qn_status qn_ignore_new(struct qn_ctx *ctx, struct qn_repo *repo,
                             const struct qn_index *index,
                             bool uses_standard_sources, struct qn_ignore **out)
{
    struct qn_ignore *ignore = qn_memory_calloc(ctx, 1, sizeof(*ignore));
    enum qn_status status;

    if (!ignore)
        return QN_NO_MEMORY;
    ignore->repo = repo;
    ignore->reader.repo = repo;
    ignore->reader.index = index;
    status = qn_config_bool(ctx, qn_repo_config(repo), "core.ignorecase", false,
                            &ignore->folds_case);
    if (!status && uses_standard_sources)
        status = add_standard(ctx, ignore);
    if (status)
        qn_ignore_free(ignore);
    else
        *out = ignore;
    return status;
}

void qn_ignore_free(struct qn_ignore *ignore)
{
    if (!ignore)
        return;
    qn_directory_file_dispose(&ignore->reader);
    qn_ignore_rules_dispose(&ignore->command);
    qn_arena_dispose(&ignore->arena);
    for (size_t i = 0; i < ignore->file_count; i++)
        qn_ignore_rules_dispose(&ignore->files[i]);
    qn_memory_free(ignore->files);
    for (size_t i = 0; i < ignore->made_count; i++)
        qn_ignore_rules_dispose(&ignore->frames[i].list);
    qn_memory_free(ignore->frames);
    qn_memory_free(ignore->directory_file);
    qn_buf_dispose(&ignore->path);
    qn_buf_dispose(&ignore->name);
    qn_memory_free(ignore);
}

enum qn_status qn_ignore_add_pattern(struct qn_ctx *ctx,
                                     struct qn_ignore *ignore,
                                     const char *pattern)
{
    struct qn_ignore_rules *list = &ignore->command;
    struct qn_bytes text = qn_bytes_from_string(pattern);
    char *copy;

    text.size = qn_ignore_rules_trim(text.data, text.size);
    copy = qn_arena_copy(ctx, &ignore->arena, text);
    if (!copy)
        return QN_NO_MEMORY;
    ignore->depth = 0;
    return qn_ignore_rules_add(ctx, list, qn_bytes_make(copy, text.size),
                               list->count + 1);
}

enum qn_status qn_ignore_add_file(struct qn_ctx *ctx, struct qn_ignore *ignore,
                                  const char *path)
{
    bool found = false;
    enum qn_status status = add_file(ctx, ignore, path, path, &found);

    ignore->depth = 0;
    if (!status && !found)
        return qn_ctx_fail_reason(ctx, QN_NOT_FOUND, "path.no-exclude-file",
                                  path, "cannot use %s as an exclude file",
                                  path);
    return status;
}

enum qn_status qn_ignore_set_directory_file(struct qn_ctx *ctx,
                                            struct qn_ignore *ignore,
                                            const char *name)
{
    char *copy = qn_memory_string(ctx, qn_bytes_from_string(name));

    if (!copy)
        return QN_NO_MEMORY;
    qn_memory_free(ignore->directory_file);
    ignore->directory_file = copy;
    ignore->depth = 0;
    return QN_OK;
}

/* What the rules say of one path, its parents left aside: the frames up to
 * `depth` are those of its directory. */
static bool decide(const struct qn_ignore *ignore, size_t depth,
                   struct qn_bytes path, bool is_directory,
                   struct qn_ignore_match *out)
{
    size_t slash = qn_bytes_find_last(path, '/');
    struct qn_bytes base =
        slash == path.size ? path : qn_bytes_from(path, slash + 1);

    if (qn_ignore_rules_find(&ignore->command, ignore->folds_case, "", path,
                             base, is_directory, out))
        return true;
    for (size_t i = depth; i-- > 0;) {
        const struct frame *frame = &ignore->frames[i];

        if (frame->list.count > 0 &&
            qn_ignore_rules_find(
                &frame->list, ignore->folds_case, frame->list.source,
                qn_bytes_from(path, frame->path_size), base, is_directory, out))
            return true;
    }
    for (size_t i = ignore->file_count; i-- > 0;) {
        const struct qn_ignore_rules *list = &ignore->files[i];

        if (qn_ignore_rules_find(list, ignore->folds_case, list->source, path,
                                 base, is_directory, out))
            return true;
    }
    return false;
}

static enum qn_status read_frame(struct qn_ctx *ctx, struct qn_ignore *ignore,
                                 struct frame *frame)
{
    struct qn_ignore_rules *list = &frame->list;
    bool found;
    enum qn_status status;

    frame->is_read = true;
    if (!ignore->directory_file)
        return QN_OK;
    qn_buf_clear(&ignore->name);
    status =
        qn_buf_append(ctx, &ignore->name, ignore->path.data, frame->path_size);
    if (!status)
        status =
            qn_buf_append_string(ctx, &ignore->name, ignore->directory_file);
    if (status)
        return status;
    status = qn_directory_file_from_work_tree(
        ctx, &ignore->reader, qn_buf_bytes(&ignore->name), &list->text, &found);
    if (!status && !found)
        status = qn_directory_file_from_index(ctx, &ignore->reader,
                                              qn_buf_bytes(&ignore->name), true,
                                              &list->text, &found);
    if (status || !found)
        return status;
    list->source = qn_memory_string(ctx, qn_buf_bytes(&ignore->name));
    if (!list->source)
        return QN_NO_MEMORY;
    return qn_ignore_rules_parse(ctx, list);
}

/* Open one more directory: "a/b/" with its slash is the first `size` bytes of
 * `path`. */
static enum qn_status push_frame(struct qn_ctx *ctx, struct qn_ignore *ignore,
                                 struct qn_bytes path, size_t size)
{
    struct frame *frame, *parent;
    enum qn_status status =
        qn_memory_grow(ctx, &ignore->frames, &ignore->frame_capacity,
                       ignore->depth + 1, sizeof(*ignore->frames));

    if (status)
        return status;
    frame = &ignore->frames[ignore->depth];
    if (ignore->depth == ignore->made_count) {
        memset(frame, 0, sizeof(*frame));
        ignore->made_count++;
    }
    parent = ignore->depth > 0 ? frame - 1 : NULL;
    frame->path_size = size;
    frame->is_read = false;
    frame->has_verdict = false;
    frame->list.count = 0;
    qn_buf_clear(&frame->list.text);
    qn_memory_free(frame->list.source);
    frame->list.source = NULL;
    qn_buf_clear(&ignore->path);
    status = qn_buf_append(ctx, &ignore->path, path.data, size);
    if (status)
        return status;
    if (parent && parent->has_verdict && parent->verdict.is_ignored) {
        /* Nothing inside of an ignored directory is looked at. */
        frame->has_verdict = true;
        frame->verdict = parent->verdict;
        frame->is_read = true;
    } else {
        if (size > 0)
            frame->has_verdict =
                decide(ignore, ignore->depth, qn_bytes_first(path, size - 1),
                       true, &frame->verdict);
        if (!frame->has_verdict || !frame->verdict.is_ignored)
            status = read_frame(ctx, ignore, frame);
    }
    if (!status)
        ignore->depth++;
    return status;
}

/* Make the stack that of the directory of `path`. */
static enum qn_status enter(struct qn_ctx *ctx, struct qn_ignore *ignore,
                            struct qn_bytes path)
{
    enum qn_status status = QN_OK;
    size_t at;

    while (ignore->depth > 1) {
        size_t size = ignore->frames[ignore->depth - 1].path_size;

        if (path.size > size && memcmp(path.data, ignore->path.data, size) == 0)
            break;
        ignore->depth--;
    }
    if (ignore->depth == 0)
        status = push_frame(ctx, ignore, path, 0);
    at = status ? 0 : ignore->frames[ignore->depth - 1].path_size;
    for (; at < path.size && !status; at++) {
        if (path.data[at] == '/')
            status = push_frame(ctx, ignore, path, at + 1);
    }
    return status;
}

enum qn_status qn_ignore_check(struct qn_ctx *ctx, struct qn_ignore *ignore,
                               struct qn_bytes path, bool is_directory,
                               struct qn_ignore_match *out)
{
    const struct frame *top;
    enum qn_status status;

    memset(out, 0, sizeof(*out));
    /* "d/" asks of what is in the directory, with an empty name. */
    status = enter(ctx, ignore, path);
    if (status)
        return status;
    top = &ignore->frames[ignore->depth - 1];
    if (top->has_verdict && top->verdict.is_ignored)
        *out = top->verdict;
    else
        (void)decide(ignore, ignore->depth, path, is_directory, out);
    return QN_OK;
}
