/* SPDX-License-Identifier: MIT */
#include "operation/part/clone_source.h"

#include "base/env.h"
#include "os/file.h"
#include "text/pathname.h"

#include <string.h>

void qn_clone_source_dispose(struct qn_clone_source *source)
{
    qn_buf_dispose(&source->url);
    qn_repo_release(source->repo);
    source->repo = NULL;
}

/* "host:path" and "scheme://". */
static bool is_remote(const char *text)
{
    return strchr(text, ':') != NULL;
}

/* A directory that may hold a repository: opened, or left NULL. */
static enum qn_status try_open(struct qn_ctx *ctx, const char *path,
                               const char *suffix, struct qn_repo **out)
{
    struct qn_repo_open_options options = {.ignores_variables = true,
                                           .keeps_identity = true};
    struct qn_buf whole = QN_BUF_INIT;
    struct qn_buf head = QN_BUF_INIT;
    enum qn_status status;

    status = qn_buf_printf(ctx, &whole, "%s%s", path, suffix);
    if (!status)
        status = qn_buf_printf(ctx, &head, "%s/HEAD", qn_buf_string(&whole));
    if (!status && !qn_file_exists(qn_buf_string(&head)) &&
        !(suffix[0] == '/' && qn_file_exists(qn_buf_string(&whole)) &&
          !qn_file_is_directory(qn_buf_string(&whole))))
        goto out; /* neither a git directory nor a gitfile */
    if (!status) {
        /* A work tree with a gitfile is found from its top.  Whose a repository
         * is matters where its files are taken as they are
         * (qn_repo_check_owner). */
        if (qn_file_is_directory(qn_buf_string(&whole)))
            options.git_directory = qn_buf_string(&whole);
        else
            options.start = path;
        status = qn_repo_open(ctx, &options, out);
        if (status == QN_NOT_FOUND) {
            qn_ctx_clear(ctx);
            status = QN_OK;
        }
    }
out:
    qn_buf_dispose(&whole);
    qn_buf_dispose(&head);
    return status;
}

enum qn_status qn_clone_source_find(struct qn_ctx *ctx, const char *directory,
                                    bool is_strict, struct qn_repo **out)
{
    static const char *const suffixes[] = {"/.git", "", ".git/.git", ".git"};
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status = qn_buf_append_string(ctx, &path, directory);
    size_t i;

    *out = NULL;
    while (!status && path.size > 1 && path.data[path.size - 1] == '/')
        qn_buf_truncate(&path, path.size - 1);
    if (!status && is_strict)
        status = try_open(ctx, qn_buf_string(&path), "", out);
    for (i = 0; !status && !is_strict && !*out && i < QN_COUNT_OF(suffixes);
         i++)
        status = try_open(ctx, qn_buf_string(&path), suffixes[i], out);
    qn_buf_dispose(&path);
    return status;
}

enum qn_status qn_clone_source_gitfile(struct qn_ctx *ctx, const char *path,
                                       struct qn_repo **out)
{
    struct qn_repo_open_options options = {.ignores_variables = true,
                                           .keeps_identity = true,
                                           .git_directory = path};

    return qn_repo_open(ctx, &options, out);
}

/* Does it begin as a gitfile?  Else it may be a bundle. */
static bool is_gitfile(struct qn_ctx *ctx, const char *path)
{
    static const char front[] = "gitdir: ";
    char start[sizeof(front)]; /* and something behind it */
    size_t size = 0;
    int fd = -1;
    bool is_one;

    if (!qn_file_exists(path) || qn_file_is_directory(path))
        return false;
    is_one = !qn_file_open(ctx, path, QN_FILE_READ, 0, &fd) &&
             !qn_file_read_some(ctx, fd, start, sizeof(start), &size) &&
             size == sizeof(start) && memcmp(start, front, size - 1) == 0;
    qn_file_close(fd);
    qn_ctx_clear(ctx);
    return is_one;
}

enum qn_status qn_clone_source_open(struct qn_ctx *ctx, const char *text,
                                    struct qn_clone_source *out)
{
    struct qn_buf path = QN_BUF_INIT, other = QN_BUF_INIT;
    enum qn_status status = QN_OK;

    if (strncmp(text, "file://", 7) == 0) {
        out->is_url = true;
        return qn_buf_append_string(ctx, &out->url, text);
    }
    status = qn_pathname_join(
        ctx, qn_bytes_from_string(qn_env_directory(qn_ctx_env(ctx))),
        qn_bytes_from_string(text), &path);
    if (!status)
        status =
            qn_clone_source_find(ctx, qn_buf_string(&path), false, &out->repo);
    if (!status && !out->repo && is_gitfile(ctx, qn_buf_string(&path)))
        status = qn_clone_source_gitfile(ctx, text, &out->repo);
    if (!status && !out->repo) {
        status = qn_buf_printf(ctx, &other, "%s.bundle", qn_buf_string(&path));
        if (!status && !qn_file_exists(qn_buf_string(&path)) &&
            qn_file_exists(qn_buf_string(&other)))
            qn_buf_swap(&path, &other);
        out->is_bundle = qn_file_exists(qn_buf_string(&path)) &&
                         !qn_file_is_directory(qn_buf_string(&path));
    }
    if (!status && (out->repo || out->is_bundle)) {
        status = qn_buf_append_bytes(ctx, &out->url, qn_buf_bytes(&path));
    } else if (!status && is_remote(text)) {
        out->is_url = true;
        status = qn_buf_append_string(ctx, &out->url, text);
    } else if (!status) {
        status =
            qn_ctx_fail_reason(ctx, QN_NOT_FOUND, "clone.no-repository", text,
                               "repository '%s' does not exist", text);
    }
    qn_buf_dispose(&path);
    qn_buf_dispose(&other);
    return status;
}

static struct qn_bytes without_suffix(struct qn_bytes text, const char *suffix)
{
    if (qn_bytes_has_suffix(text, suffix))
        text.size -= strlen(suffix);
    return text;
}

static struct qn_bytes without_slashes(struct qn_bytes text)
{
    while (text.size > 0 && text.data[text.size - 1] == '/')
        text.size--;
    return text;
}

enum qn_status qn_clone_source_directory(struct qn_ctx *ctx, const char *text,
                                         bool is_bare, struct qn_buf *out)
{
    struct qn_bytes rest = qn_bytes_from_string(text);
    enum qn_status status;

    rest = without_slashes(rest);
    if (qn_bytes_has_suffix(rest, "/.git"))
        rest = without_slashes(without_suffix(rest, ".git"));
    while (!strstr(text, "://") && rest.size > 0 &&
           rest.data[rest.size - 1] == ':')
        rest.size--; /* a host alone */
    rest = qn_pathname_base(rest);
    rest = qn_bytes_from(rest, 0);
    if (qn_bytes_find(rest, ':') < rest.size)
        rest = qn_bytes_from(rest, qn_bytes_find_last(rest, ':') + 1);
    rest = without_suffix(rest, ".bundle");
    rest = without_suffix(rest, ".git");
    if (rest.size == 0)
        return qn_ctx_fail(ctx, QN_INVALID,
                           "No directory name could be guessed.\n"
                           "Please specify a directory on the command line");
    status = qn_buf_append_bytes(ctx, out, rest);
    if (!status && is_bare)
        status = qn_buf_append_string(ctx, out, ".git");
    return status;
}
