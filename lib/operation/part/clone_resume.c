/* SPDX-License-Identifier: MIT */
#include "operation/part/clone_resume.h"

#include "os/directory.h"
#include "os/file.h"
#include "os/temporary.h"

#include <string.h>

#define MARK "quoin-clone"

/* A name that is never there in what nobody has worked with. */
static bool is_of_work(const char *name)
{
    static const char *const names[] = {"index",      "ORIG_HEAD", "FETCH_HEAD",
                                        "MERGE_HEAD", "worktrees", "modules"};
    size_t i;

    for (i = 0; i < QN_COUNT_OF(names); i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

struct listing {
    size_t count; /* names that are not the mark's */
    bool has_mark, has_work, has_other /* than `only` */;
};

static enum qn_status list(struct qn_ctx *ctx, const char *path,
                           const char *only, struct listing *out)
{
    struct qn_directory *directory = NULL;
    enum qn_file_kind kind;
    const char *name;
    enum qn_status status = qn_directory_open(ctx, path, &directory);

    memset(out, 0, sizeof(*out));
    if (status)
        return status;
    while (qn_directory_next(directory, &name, &kind)) {
        out->has_mark |= strcmp(name, MARK) == 0;
        out->has_work |= is_of_work(name);
        out->has_other |= only && strcmp(name, only) != 0;
        out->count += strncmp(name, MARK, strlen(MARK)) != 0;
    }
    return qn_directory_end(ctx, directory, status);
}

enum qn_status qn_clone_resume_check(struct qn_ctx *ctx, const char *top,
                                     const char *git, const char *url,
                                     bool *out)
{
    struct qn_buf path = QN_BUF_INIT, text = QN_BUF_INIT;
    struct qn_bytes line, rest;
    struct listing listing;
    enum qn_status status = QN_OK;

    *out = false;
    if (!qn_file_is_directory(git))
        return QN_OK;
    if (strcmp(top, git) != 0) { /* there may be nothing beside .git */
        status = list(ctx, top, strrchr(git, '/') + 1, &listing);
        if (status || listing.has_other)
            return status;
    }
    status = list(ctx, git, NULL, &listing);
    if (status || listing.has_work)
        return status;
    if (!listing.has_mark) { /* killed before the mark was there */
        *out = listing.count == 0;
        return QN_OK;
    }
    status = qn_buf_printf(ctx, &path, "%s/" MARK, git);
    if (!status)
        status = qn_file_read_all(ctx, qn_buf_string(&path), &text);
    rest = qn_buf_bytes(&text);
    *out = !status && qn_bytes_next(&rest, '\n', &line) &&
           qn_bytes_is_string(line, url);
    qn_buf_dispose(&path);
    qn_buf_dispose(&text);
    return status;
}

enum qn_status qn_clone_resume_mark(struct qn_ctx *ctx, const char *git,
                                    const char *url)
{
    struct qn_buf path = QN_BUF_INIT, text = QN_BUF_INIT;
    enum qn_status status = qn_buf_printf(ctx, &text, "%s\n", url);

    if (!status)
        status = qn_buf_printf(ctx, &path, "%s/" MARK, git);
    if (!status)
        status = qn_directory_make_all(ctx, git, 0777);
    if (!status)
        status = qn_file_replace(ctx, qn_buf_string(&path), qn_buf_bytes(&text),
                                 0666);
    qn_buf_clear(&path);
    /* a signal takes it away: what stays is no repository */
    if (!status)
        status = qn_buf_printf(ctx, &path, "%s/HEAD", git);
    if (!status) { /* once, though it may be made anew for other ids */
        qn_temporary_forget(qn_buf_string(&path));
        status = qn_temporary_add(ctx, qn_buf_string(&path));
    }
    qn_buf_dispose(&path);
    qn_buf_dispose(&text);
    return status;
}

enum qn_status qn_clone_resume_unmark(struct qn_ctx *ctx, const char *git)
{
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status = qn_buf_printf(ctx, &path, "%s/HEAD", git);

    if (!status)
        qn_temporary_forget(qn_buf_string(&path));
    qn_buf_clear(&path);
    if (!status)
        status = qn_buf_printf(ctx, &path, "%s/" MARK, git);
    if (!status)
        status = qn_file_unlink_if_exists(ctx, qn_buf_string(&path));
    qn_buf_dispose(&path);
    return status;
}

/* The first name that is to go; false: none. */
static enum qn_status find_other(struct qn_ctx *ctx, const char *git,
                                 bool keeps_objects, struct qn_buf *out)
{
    struct qn_directory *directory = NULL;
    enum qn_file_kind kind;
    const char *name;
    enum qn_status status = qn_directory_open(ctx, git, &directory);

    qn_buf_clear(out);
    while (!status && out->size == 0 &&
           qn_directory_next(directory, &name, &kind))
        if (strcmp(name, MARK) != 0 && strcmp(name, "quoin-resume") != 0 &&
            !(keeps_objects && strcmp(name, "objects") == 0))
            status = qn_buf_printf(ctx, out, "%s/%s", git, name);
    return qn_directory_end(ctx, directory, status);
}

enum qn_status qn_clone_resume_clear(struct qn_ctx *ctx, const char *git,
                                     bool keeps_objects)
{
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status = QN_OK;

    do {
        status = find_other(ctx, git, keeps_objects, &path);
        if (status || path.size == 0)
            break;
        status = qn_file_is_directory(qn_buf_string(&path))
                     ? qn_directory_remove_all(ctx, qn_buf_string(&path))
                     : qn_file_unlink_if_exists(ctx, qn_buf_string(&path));
    } while (!status);
    qn_buf_dispose(&path);
    return status;
}
