/* SPDX-License-Identifier: MIT */
/* The two old forms of a remote, a file each, which Git 3.0 will not read.
 *
 *   remotes/<name>    "URL: <url>", "Push: <refspec>", "Pull: <refspec>" lines
 *   branches/<name>   "<url>#<head>"
 */
#include "os/file.h"
#include "repo/remote_parts.h"

#include <string.h>

/* Longer than any such file is. */
#define FILE_LIMIT (1 << 20)

static struct qn_bytes trim(struct qn_bytes text)
{
    const char *white = " \t\r\n\v\f";

    while (text.size && strchr(white, (char)text.data[0]) && text.data[0])
        text = qn_bytes_from(text, 1);
    while (text.size && text.data[text.size - 1] &&
           strchr(white, (char)text.data[text.size - 1]))
        text.size--;
    return text;
}

static enum qn_status read_file(struct qn_ctx *ctx, const char *directory,
                                const char *folder, const char *name,
                                struct qn_buf *out, bool *found)
{
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status =
        qn_buf_printf(ctx, &path, "%s/%s/%s", directory, folder, name);

    *found = false;
    if (!status)
        status = qn_file_read_all(ctx, qn_buf_string(&path), out);
    if (!status)
        *found = true;
    else if (status == QN_NOT_FOUND || status == QN_IO || status == QN_DENIED) {
        qn_ctx_clear(ctx); /* no file, a directory: no remote */
        status = QN_OK;
    }
    qn_buf_dispose(&path);
    return status;
}

static void warn(struct qn_ctx *ctx, const char *folder,
                 const struct qn_remote *remote)
{
    const char *name = remote->name;

    if (remote->mutes_file)
        return;
    qn_ctx_report(
        ctx, QN_REPORT_WARNING, "remote.old-file",
        "reading remote from \"%s/%s\", which is nominated for "
        "removal.\n\nIf you still use the \"remotes/\" directory it is "
        "recommended to\nmigrate to config-based remotes:\n\n\tgit "
        "remote rename %s %s\n\nIf you cannot, please let us know "
        "why you still need to use it by\nsending an e-mail to "
        "<git@vger.kernel.org>.",
        folder, name, name, name);
}

static enum qn_status add_refspec(struct qn_ctx *ctx,
                                  struct qn_remote_refspecs *list,
                                  struct qn_bytes text, enum qn_refspec_use use)
{
    struct qn_buf copy = QN_BUF_INIT;
    enum qn_status status = qn_buf_append_bytes(ctx, &copy, text);

    if (!status)
        status = qn_remote_refspecs_add(ctx, list, qn_buf_string(&copy), use);
    qn_buf_dispose(&copy);
    return status;
}

static enum qn_status take_line(struct qn_ctx *ctx, struct qn_remote *remote,
                                struct qn_bytes line)
{
    struct qn_bytes value;

    line = trim(line);
    if (qn_bytes_has_prefix(line, "URL:")) {
        value = trim(qn_bytes_from(line, 4));
        return qn_remote_words_add(ctx, &remote->arena, &remote->written_urls,
                                   value);
    }
    if (qn_bytes_has_prefix(line, "Push:"))
        return add_refspec(ctx, &remote->push, trim(qn_bytes_from(line, 5)),
                           QN_REFSPEC_PUSH);
    if (qn_bytes_has_prefix(line, "Pull:"))
        return add_refspec(ctx, &remote->fetch, trim(qn_bytes_from(line, 5)),
                           QN_REFSPEC_FETCH);
    return QN_OK;
}

static enum qn_status take_remotes(struct qn_ctx *ctx, struct qn_remote *remote,
                                   struct qn_bytes text)
{
    enum qn_status status = QN_OK;

    while (text.size && !status) {
        const uint8_t *end = memchr(text.data, '\n', text.size);
        size_t size = end ? (size_t)(end - text.data) : text.size;

        status = take_line(ctx, remote, qn_bytes_first(text, size));
        text = qn_bytes_from(text, end ? size + 1 : size);
    }
    return status;
}

static enum qn_status take_branches(struct qn_ctx *ctx,
                                    struct qn_remote *remote,
                                    struct qn_bytes text)
{
    const uint8_t *hash;
    struct qn_bytes url;
    struct qn_bytes head = qn_bytes_from_string("master");
    struct qn_buf spec = QN_BUF_INIT;
    enum qn_status status;

    url = text = trim(text);
    hash = text.size ? memchr(text.data, '#', text.size) : NULL;
    if (hash) {
        url = qn_bytes_first(text, (size_t)(hash - text.data));
        head = qn_bytes_from(text, url.size + 1);
    }
    status =
        qn_remote_words_add(ctx, &remote->arena, &remote->written_urls, url);
    if (!status)
        status = qn_buf_printf(ctx, &spec, "refs/heads/%.*s:refs/heads/%s",
                               QN_BYTES_ARG(head), remote->name);
    if (!status)
        status = qn_remote_refspecs_add(ctx, &remote->fetch,
                                        qn_buf_string(&spec), QN_REFSPEC_FETCH);
    qn_buf_clear(&spec);
    if (!status)
        status = qn_buf_printf(ctx, &spec, "HEAD:refs/heads/%.*s",
                               QN_BYTES_ARG(head));
    if (!status)
        status = qn_remote_refspecs_add(ctx, &remote->push,
                                        qn_buf_string(&spec), QN_REFSPEC_PUSH);
    remote->tags = QN_REMOTE_TAGS_AUTO;
    qn_buf_dispose(&spec);
    return status;
}

enum qn_status qn_remote_read_files(struct qn_ctx *ctx, const char *directory,
                                    struct qn_remote *remote)
{
    const char *name = remote->name;
    struct qn_buf text = {.limit = FILE_LIMIT};
    bool found = false;
    enum qn_status status;

    if (!*name || strchr(name, '/') || strcmp(name, ".") == 0 ||
        strcmp(name, "..") == 0)
        return QN_OK;
    status = read_file(ctx, directory, "remotes", name, &text, &found);
    if (!status && found) {
        remote->origin = QN_REMOTE_REMOTES;
        warn(ctx, "remotes", remote);
        status = take_remotes(ctx, remote, qn_buf_bytes(&text));
    }
    if (!status && !remote->written_urls.count) {
        qn_buf_clear(&text);
        status = read_file(ctx, directory, "branches", name, &text, &found);
        if (!status && found && trim(qn_buf_bytes(&text)).size) {
            remote->origin = QN_REMOTE_BRANCHES;
            warn(ctx, "branches", remote);
            status = take_branches(ctx, remote, qn_buf_bytes(&text));
        }
    }
    qn_buf_dispose(&text);
    if (remote->origin == QN_REMOTE_REMOTES ||
        remote->origin == QN_REMOTE_BRANCHES)
        remote->is_in_repo = true;
    return status;
}
