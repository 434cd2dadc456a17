/* SPDX-License-Identifier: MIT */
#include "os/file.h"
#include "repo/repo_parts.h"
#include "text/pathname.h"

#define HEAD_MAX_SIZE    4096
#define GITFILE_MAX_SIZE ((uint64_t)1024 * 1024)

void qn_repo_layout_dispose(struct qn_repo_layout *layout)
{
    qn_buf_dispose(&layout->git_directory);
    qn_buf_dispose(&layout->common_directory);
    qn_buf_dispose(&layout->work_tree);
    qn_buf_dispose(&layout->shown);
    qn_buf_dispose(&layout->found);
    qn_buf_dispose(&layout->gitfile);
}

const char *qn_repo_variable(struct qn_ctx *ctx,
                             const struct qn_repo_start *start,
                             const char *name)
{
    return start->uses_variables ? qn_env_variable(qn_ctx_env(ctx), name)
                                 : NULL;
}

static enum qn_status set_string(struct qn_ctx *ctx, struct qn_buf *buf,
                                 const char *text)
{
    qn_buf_clear(buf);
    return qn_buf_append_string(ctx, buf, text);
}

/* Read a small file of the repository; `*found` false when it is not there or
 * cannot be read. */
static enum qn_status read_small(struct qn_ctx *ctx, const char *path,
                                 struct qn_buf *out, bool *found)
{
    enum qn_status status;
    int fd = -1;
    size_t size = 0;

    *found = false;
    status = qn_file_open_if_exists(ctx, path, QN_FILE_READ, &fd);
    if (status == QN_NO_MEMORY)
        return status;
    if (status) {
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    if (fd < 0)
        return QN_OK;
    qn_buf_clear(out);
    status = qn_buf_reserve(ctx, out, HEAD_MAX_SIZE);
    if (!status &&
        qn_file_read(ctx, fd, out->data, HEAD_MAX_SIZE, &size) != QN_OK) {
        qn_ctx_clear(ctx); /* a directory, say */
        qn_file_close(fd);
        return QN_OK;
    }
    qn_file_close(fd);
    if (status)
        return status;
    out->size = size;
    out->data[size] = '\0';
    *found = true;
    return QN_OK;
}

static bool is_hex(struct qn_bytes text)
{
    size_t i;

    for (i = 0; i < text.size; i++)
        if (!((text.data[i] >= '0' && text.data[i] <= '9') ||
              (text.data[i] >= 'a' && text.data[i] <= 'f') ||
              (text.data[i] >= 'A' && text.data[i] <= 'F')))
            return false;
    return true;
}

/* "ref: refs/..." or an id; also a symbolic link into refs/. */
static enum qn_status has_head(struct qn_ctx *ctx, const char *directory,
                               struct qn_buf *path, struct qn_buf *text,
                               bool *out)
{
    struct qn_bytes content;
    enum qn_status status;
    bool found = false;

    *out = false;
    status = set_string(ctx, path, directory);
    if (!status)
        status = qn_buf_append_string(ctx, path, "/HEAD");
    if (!status)
        status = read_small(ctx, qn_buf_string(path), text, &found);
    if (status)
        return status;
    if (!found) {
        struct qn_file_stat stat;

        /* A symbolic link to a branch that is not born yet. */
        status = qn_file_lstat(ctx, qn_buf_string(path), &stat);
        if (status)
            qn_ctx_clear(ctx);
        if (status || stat.kind != QN_FILE_SYMLINK)
            return QN_OK;
        qn_buf_clear(text);
        status = qn_file_readlink(ctx, qn_buf_string(path), text);
        if (!status)
            *out = qn_bytes_has_prefix(qn_buf_bytes(text), "refs/");
        return status;
    }
    content = qn_buf_bytes(text);
    if (qn_bytes_has_prefix(content, "ref:")) {
        content = qn_bytes_trim(qn_bytes_from(content, 4));
        *out = qn_bytes_has_prefix(content, "refs/");
    } else {
        content = qn_bytes_trim(content);
        *out = content.size >= 40 &&
               is_hex(qn_bytes_first(content, content.size >= 64 ? 64 : 40));
    }
    return QN_OK;
}

/* <git directory>/commondir, or GIT_COMMON_DIR. */
static enum qn_status find_common(struct qn_ctx *ctx,
                                  const struct qn_repo_start *start,
                                  struct qn_repo_layout *layout,
                                  struct qn_buf *path)
{
    const char *variable = qn_repo_variable(ctx, start, "GIT_COMMON_DIR");
    struct qn_buf text = QN_BUF_INIT;
    struct qn_bytes name;
    enum qn_status status;
    bool found = false;

    layout->has_common = false;
    qn_buf_clear(&layout->common_directory);
    if (variable) {
        layout->has_common = true;
        status = qn_buf_append_string(ctx, &layout->common_directory, variable);
        goto out;
    }
    status = set_string(ctx, path, qn_buf_string(&layout->git_directory));
    if (!status)
        status = qn_buf_append_string(ctx, path, "/commondir");
    if (!status)
        status = read_small(ctx, qn_buf_string(path), &text, &found);
    if (status)
        goto out;
    if (!found) {
        status = qn_buf_append_bytes(ctx, &layout->common_directory,
                                     qn_buf_bytes(&layout->git_directory));
        goto out;
    }
    name = qn_buf_bytes(&text);
    while (name.size > 0 && (name.data[name.size - 1] == '\n' ||
                             name.data[name.size - 1] == '\r'))
        name.size--;
    if (text.size == 0) { /* Git tells errno, which nobody has set */
        status = qn_ctx_fail(ctx, QN_CORRUPT, "failed to read %s: %s",
                             qn_buf_string(path), "No such file or directory");
        goto out;
    }
    qn_buf_clear(path);
    status =
        qn_pathname_join(ctx, qn_buf_bytes(&layout->git_directory), name, path);
    if (!status &&
        qn_file_real_path(ctx, qn_buf_string(path),
                          &layout->common_directory) == QN_NOT_FOUND) {
        /* It is no repository then, which is told by who looks for one. */
        qn_ctx_clear(ctx);
        status = qn_buf_append_bytes(ctx, &layout->common_directory,
                                     qn_buf_bytes(path));
    }
    if (!status)
        layout->has_common = true;

out:
    qn_buf_dispose(&text);
    return status;
}

static enum qn_status has_directory(struct qn_ctx *ctx, struct qn_buf *path,
                                    const struct qn_buf *top, const char *name,
                                    bool *out)
{
    enum qn_status status = set_string(ctx, path, qn_buf_string(top));

    if (!status)
        status = qn_buf_append_string(ctx, path, name);
    if (!status)
        *out = qn_file_is_directory(qn_buf_string(path));
    return status;
}

enum qn_status qn_repo_probe(struct qn_ctx *ctx,
                             const struct qn_repo_start *start,
                             const char *path, struct qn_repo_layout *layout,
                             bool *found)
{
    const char *objects = qn_repo_variable(ctx, start, "GIT_OBJECT_DIRECTORY");
    struct qn_buf scratch = QN_BUF_INIT;
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status;
    bool is_there = false;

    *found = false;
    status = has_head(ctx, path, &scratch, &text, &is_there);
    if (status || !is_there)
        goto out;
    status = set_string(ctx, &layout->git_directory, path);
    if (!status)
        status = find_common(ctx, start, layout, &scratch);
    if (status)
        goto out;
    if (objects)
        is_there = qn_file_is_directory(objects);
    else
        status = has_directory(ctx, &scratch, &layout->common_directory,
                               "/objects", &is_there);
    if (!status && is_there)
        status = has_directory(ctx, &scratch, &layout->common_directory,
                               "/refs", &is_there);
    if (!status)
        *found = is_there;

out:
    qn_buf_dispose(&scratch);
    qn_buf_dispose(&text);
    return status;
}

/* A ".git" that is a file: "gitdir: <path>".  Appends the real path.
 * `is_named`: the user named it. */
static enum qn_status read_gitfile(struct qn_ctx *ctx, const char *path,
                                   bool is_named, struct qn_buf *out)
{
    struct qn_buf text = QN_BUF_INIT;
    struct qn_buf joined = QN_BUF_INIT;
    struct qn_bytes name;
    enum qn_status status;

    text.limit = GITFILE_MAX_SIZE;
    status = qn_file_read_all(ctx, path, &text);
    if (status == QN_TOO_BIG)
        status = qn_ctx_fail_reason(ctx, QN_CORRUPT, "repo.bad-gitfile", path,
                                    "too large to be a .git file: '%s'", path);
    if (status)
        goto out;
    name = qn_buf_bytes(&text);
    if (!qn_bytes_has_prefix(name, "gitdir: ")) {
        status = qn_ctx_fail_reason(ctx, QN_CORRUPT, "repo.bad-gitfile", path,
                                    "invalid gitfile format: %s", path);
        goto out;
    }
    name = qn_bytes_from(name, 8);
    while (name.size > 0 && (name.data[name.size - 1] == '\n' ||
                             name.data[name.size - 1] == '\r'))
        name.size--;
    if (name.size == 0) {
        status = qn_ctx_fail_reason(ctx, QN_CORRUPT, "repo.bad-gitfile", path,
                                    "no path in gitfile: %s", path);
        goto out;
    }
    status = qn_pathname_join(
        ctx, qn_pathname_directory(qn_bytes_from_string(path)), name, &joined);
    if (is_named)
        name = qn_buf_bytes(&joined);
    if (!status && qn_file_real_path(ctx, qn_buf_string(&joined), out) != QN_OK)
        status = qn_ctx_fail_reason(ctx, QN_NOT_FOUND, "repo.broken-gitfile",
                                    path, "not a git repository: %.*s",
                                    QN_BYTES_ARG(name));

out:
    qn_buf_dispose(&text);
    qn_buf_dispose(&joined);
    return status;
}

/* ------------------------------------------------------------------- explicit
 */

static enum qn_status open_explicit(struct qn_ctx *ctx,
                                    const struct qn_repo_start *start,
                                    struct qn_repo_layout *layout)
{
    struct qn_buf path = QN_BUF_INIT;
    struct qn_buf real = QN_BUF_INIT;
    struct qn_file_stat stat;
    enum qn_status status;
    bool found = false;

    layout->is_explicit = true;
    status =
        qn_pathname_join(ctx, qn_bytes_from_string(start->directory),
                         qn_bytes_from_string(start->git_directory), &path);
    if (!status)
        status = qn_file_stat(ctx, qn_buf_string(&path), &stat);
    if (status)
        goto out;
    if (stat.kind == QN_FILE_REGULAR) {
        /* Messages name it as the user did. */
        status =
            read_gitfile(ctx,
                         start->git_directory[0] == '/' ? qn_buf_string(&path)
                                                        : start->git_directory,
                         true, &real);
        if (!status)
            status =
                qn_buf_append_bytes(ctx, &layout->shown, qn_buf_bytes(&real));
    } else if (stat.kind == QN_FILE_DIRECTORY) {
        status = qn_file_real_path(ctx, qn_buf_string(&path), &real);
        if (!status)
            status =
                qn_buf_append_string(ctx, &layout->shown, start->git_directory);
    }
    if (!status && real.size > 0)
        status =
            qn_repo_probe(ctx, start, qn_buf_string(&real), layout, &found);
    if (!status && !found)
        status = qn_ctx_fail_reason(
            ctx, QN_NOT_FOUND, "repo.not-found", start->git_directory,
            "not a git repository: '%s'", start->git_directory);

out:
    qn_buf_dispose(&path);
    qn_buf_dispose(&real);
    return status;
}

/* ------------------------------------------------------------------ discovery
 */

/* The longest of GIT_CEILING_DIRECTORIES that is above `directory`; 0: none.
 * Discovery does not look at directories of that length or less. */
static enum qn_status find_ceiling(struct qn_ctx *ctx,
                                   const struct qn_repo_start *start,
                                   struct qn_bytes directory, size_t *out)
{
    const char *list = qn_repo_variable(ctx, start, "GIT_CEILING_DIRECTORIES");
    struct qn_bytes rest = qn_bytes_from_string(list);
    struct qn_buf text = QN_BUF_INIT;
    struct qn_buf real = QN_BUF_INIT;
    struct qn_bytes piece;
    enum qn_status status = QN_OK;
    bool resolves = true;

    *out = 0;
    while (!status && qn_bytes_next(&rest, ':', &piece)) {
        struct qn_bytes ceiling;

        if (piece.size == 0) {
            resolves = false; /* what follows has no symlinks */
            continue;
        }
        if (piece.data[0] != '/')
            continue;
        qn_buf_clear(&text);
        qn_buf_clear(&real);
        status = qn_buf_append_bytes(ctx, &text, piece);
        if (status)
            break;
        if (resolves &&
            qn_file_real_path(ctx, qn_buf_string(&text), &real) == QN_OK) {
            ceiling = qn_buf_bytes(&real);
        } else {
            qn_ctx_clear(ctx);
            ceiling = piece;
        }
        while (ceiling.size > 1 && ceiling.data[ceiling.size - 1] == '/')
            ceiling.size--;
        if (ceiling.size < directory.size && ceiling.size > *out &&
            qn_pathname_is_below(directory, ceiling, NULL))
            *out = ceiling.size;
    }
    qn_buf_dispose(&text);
    qn_buf_dispose(&real);
    return status;
}

/* Look at one directory: ".git" in it, or it itself. */
static enum qn_status look_at(struct qn_ctx *ctx,
                              const struct qn_repo_start *start,
                              const struct qn_buf *directory,
                              struct qn_repo_layout *layout, bool *found)
{
    struct qn_buf path = QN_BUF_INIT;
    struct qn_buf target = QN_BUF_INIT;
    struct qn_file_stat stat;
    const char *probed = NULL;
    enum qn_status status;

    *found = false;
    status =
        qn_pathname_join(ctx, qn_buf_bytes(directory), QN_BYTES(".git"), &path);
    if (!status)
        status = qn_file_stat(ctx, qn_buf_string(&path), &stat);
    if (status)
        goto out;
    if (stat.kind == QN_FILE_REGULAR) {
        status = read_gitfile(ctx, qn_buf_string(&path), false, &target);
        if (!status)
            status =
                qn_buf_append_bytes(ctx, &layout->gitfile, qn_buf_bytes(&path));
        probed = qn_buf_string(&target);
    } else if (stat.kind == QN_FILE_DIRECTORY) {
        probed = qn_buf_string(&path);
    } else if (stat.kind) {
        status = qn_ctx_fail_reason(
            ctx, QN_CORRUPT, "repo.bad-gitfile", qn_buf_string(&path),
            "not a regular file: '%s'", qn_buf_string(&path));
    }
    if (!status && probed) {
        status = qn_repo_probe(ctx, start, probed, layout, found);
        if (!status && !*found && target.size > 0)
            status =
                qn_ctx_fail_reason(ctx, QN_NOT_FOUND, "repo.broken-gitfile",
                                   probed, "not a git repository: %s", probed);
    }
    if (!status && !*found) {
        status =
            qn_repo_probe(ctx, start, qn_buf_string(directory), layout, found);
        if (!status && *found)
            layout->is_bare_found = true;
    }

out:
    qn_buf_dispose(&path);
    qn_buf_dispose(&target);
    return status;
}

static enum qn_status not_found_beyond(struct qn_ctx *ctx,
                                       const struct qn_buf *mount)
{
    return qn_ctx_fail_reason(
        ctx, QN_NOT_FOUND, "repo.not-found", NULL,
        "not a git repository (or any parent up to mount point %s)\n"
        "Stopping at filesystem boundary "
        "(GIT_DISCOVERY_ACROSS_FILESYSTEM not set).",
        qn_buf_string(mount));
}

static enum qn_status walk_up(struct qn_ctx *ctx,
                              const struct qn_repo_start *start,
                              struct qn_repo_layout *layout)
{
    const char *across =
        qn_repo_variable(ctx, start, "GIT_DISCOVERY_ACROSS_FILESYSTEM");
    struct qn_buf directory = QN_BUF_INIT;
    struct qn_buf parent = QN_BUF_INIT;
    struct qn_file_stat stat;
    uint64_t device = 0;
    size_t ceiling = 0;
    bool found = false;
    bool crosses = false;
    bool is_first = true;
    enum qn_status status;

    if (across && !qn_config_parse_bool(across, &crosses))
        return qn_ctx_fail(ctx, QN_INVALID,
                           "bad boolean environment value '%s' for "
                           "'GIT_DISCOVERY_ACROSS_FILESYSTEM'",
                           across);
    status = qn_buf_append_string(ctx, &directory, start->directory);
    if (!status)
        status = find_ceiling(ctx, start, qn_buf_bytes(&directory), &ceiling);
    while (!status) {
        size_t end;

        status = look_at(ctx, start, &directory, layout, &found);
        if (status || found)
            break;
        end = qn_bytes_find_last(qn_buf_bytes(&directory), '/');
        if (directory.size <= 1 || end >= directory.size ||
            (ceiling > 0 && (end > 0 ? end : 1) <= ceiling)) {
            status = qn_ctx_fail_reason(
                ctx, QN_NOT_FOUND, "repo.not-found", NULL,
                "not a git repository (or any of the parent directories): "
                ".git");
            break;
        }
        if (!crosses) {
            qn_buf_clear(&parent);
            status =
                qn_buf_append(ctx, &parent, directory.data, end > 0 ? end : 1);
            if (!status && is_first) {
                status = qn_file_stat(ctx, qn_buf_string(&directory), &stat);
                device = stat.device;
                is_first = false;
            }
            if (!status)
                status = qn_file_stat(ctx, qn_buf_string(&parent), &stat);
            if (!status && stat.kind && stat.device != device)
                status = not_found_beyond(ctx, &parent);
        }
        qn_buf_truncate(&directory, end > 0 ? end : 1);
    }
    if (!status)
        status =
            qn_buf_append_bytes(ctx, &layout->found, qn_buf_bytes(&directory));
    qn_buf_dispose(&directory);
    qn_buf_dispose(&parent);
    return status;
}

enum qn_status qn_repo_discover(struct qn_ctx *ctx,
                                const struct qn_repo_start *start,
                                struct qn_repo_layout *out)
{
    out->has_work_tree_option = start->work_tree != NULL;
    if (start->git_directory)
        return open_explicit(ctx, start, out);
    return walk_up(ctx, start, out);
}
