/* SPDX-License-Identifier: MIT */
#include "operation/part/fetch_partial.h"

#include "odb/odb_lease.h"
#include "os/directory.h"
#include "os/file.h"
#include "os/temporary.h"

#include <string.h>

/* The longest request that is believed: some hundred thousand lines. */
#define REQUEST_MAX ((uint64_t)64 << 20)

static enum qn_status path_of(struct qn_ctx *ctx,
                              const struct qn_fetch_partial *partial,
                              const char *name, struct qn_buf *out)
{
    return qn_buf_printf(ctx, out, "%s/%s", qn_buf_string(&partial->directory),
                         name);
}

/* ---- what was asked for */

static enum qn_status take_line(struct qn_ctx *ctx, uint32_t algorithm,
                                struct qn_bytes line,
                                struct qn_fetch_partial *out, bool *is_end)
{
    struct qn_id id;

    *is_end = qn_bytes_is_string(line, "end");
    if (*is_end)
        return QN_OK;
    if (qn_bytes_has_prefix(line, "from ")) {
        out->is_ours = qn_bytes_is_string(qn_bytes_from(line, 5), out->url);
        return QN_OK;
    }
    if (line.size < 5 ||
        !qn_id_from_hex(&id, algorithm, qn_bytes_from(line, 5)))
        return QN_END;
    if (qn_bytes_has_prefix(line, "want "))
        return qn_id_list_add(ctx, &out->wants, &id);
    return qn_bytes_has_prefix(line, "have ")
               ? qn_id_list_add(ctx, &out->haves, &id)
               : QN_END;
}

/* A request that is not whole is none. */
static enum qn_status read_request(struct qn_ctx *ctx, uint32_t algorithm,
                                   struct qn_fetch_partial *out)
{
    struct qn_buf path = QN_BUF_INIT, text = QN_BUF_INIT;
    struct qn_file_stat stat;
    struct qn_bytes rest, line;
    enum qn_status status = path_of(ctx, out, "request", &path);
    bool is_end = false;

    if (!status)
        status = qn_file_stat(ctx, qn_buf_string(&path), &stat);
    if (status || stat.kind != QN_FILE_REGULAR || stat.size > REQUEST_MAX)
        goto out;
    text.limit = REQUEST_MAX + 1;
    status = qn_file_read_all(ctx, qn_buf_string(&path), &text);
    rest = qn_buf_bytes(&text);
    while (!status && !is_end && qn_bytes_next(&rest, '\n', &line))
        status = take_line(ctx, algorithm, line, out, &is_end);
    if (!status || status == QN_END)
        out->is_old = !status && is_end && out->wants.count > 0;
    if (!out->is_old)
        out->is_ours = true; /* of no use to anybody */
    status = status == QN_END ? QN_OK : status;
out:
    qn_buf_dispose(&path);
    qn_buf_dispose(&text);
    return status;
}

static enum qn_status put_ids(struct qn_ctx *ctx, const char *word,
                              const struct qn_id_list *ids, struct qn_buf *out)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && ids && i < ids->count; i++)
        status = qn_buf_printf(ctx, out, "%s %s\n", word,
                               qn_id_to_hex(&ids->ids[i], hex));
    return status;
}

enum qn_status qn_fetch_partial_note(struct qn_ctx *ctx,
                                     const struct qn_fetch_partial *partial,
                                     const struct qn_id_list *wants,
                                     const struct qn_id_list *haves)
{
    struct qn_buf text = QN_BUF_INIT, path = QN_BUF_INIT;
    enum qn_status status;

    text.limit = REQUEST_MAX;
    status = qn_buf_printf(ctx, &text, "from %s\n", partial->url);
    if (!status)
        status = put_ids(ctx, "want", wants, &text);
    if (!status)
        status = put_ids(ctx, "have", haves, &text);
    if (!status)
        status = qn_buf_append_string(ctx, &text, "end\n");
    if (!status)
        status = path_of(ctx, partial, "request", &path);
    if (!status)
        status = qn_file_replace(ctx, qn_buf_string(&path), qn_buf_bytes(&text),
                                 0666);
    qn_buf_dispose(&text);
    qn_buf_dispose(&path);
    return status;
}

/* ---- the place */

static enum qn_status take_place(struct qn_ctx *ctx,
                                 struct qn_fetch_partial *partial)
{
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status = path_of(ctx, partial, "owner", &path);

    if (!status && qn_odb_lease_is_held(ctx, qn_buf_string(&path)))
        goto out;
    if (!status)
        status = qn_directory_make_all(ctx, qn_buf_string(&partial->directory),
                                       0777);
    if (!status)
        status = qn_odb_lease_mark(ctx, qn_buf_string(&path));
    /* somebody was quicker, or is just taking the place away */
    if (status == QN_EXISTS || status == QN_NOT_FOUND) {
        qn_ctx_clear(ctx);
        status = QN_OK;
        goto out;
    }
    partial->is_ours = !status;
out:
    qn_buf_dispose(&path);
    return status;
}

static void dispose(struct qn_fetch_partial *partial)
{
    qn_buf_dispose(&partial->directory);
    qn_buf_dispose(&partial->arriving);
    qn_id_list_dispose(&partial->wants);
    qn_id_list_dispose(&partial->haves);
    memset(partial, 0, sizeof(*partial));
}

static void drop_owner(struct qn_ctx *ctx, struct qn_fetch_partial *partial)
{
    struct qn_buf path = QN_BUF_INIT;

    if (!path_of(ctx, partial, "owner", &path))
        qn_temporary_remove(qn_buf_string(&path));
    partial->is_ours = false;
    qn_buf_dispose(&path);
}

enum qn_status qn_fetch_partial_open(struct qn_ctx *ctx,
                                     const struct qn_repo *repo,
                                     const char *url,
                                     struct qn_fetch_partial *out)
{
    enum qn_status status;

    memset(out, 0, sizeof(*out));
    out->url = url;
    status = qn_buf_printf(ctx, &out->directory, "%s/quoin-resume",
                           qn_repo_common_directory(repo));
    if (!status)
        status = path_of(ctx, out, "arriving", &out->arriving);
    if (!status)
        status = take_place(ctx, out);
    if (!status && out->is_ours) {
        status = read_request(ctx, qn_repo_algorithm(repo), out);
        if (status || !out->is_ours) /* it stays as it is */
            drop_owner(ctx, out);
    }
    if (status)
        dispose(out);
    return status;
}

/* All but the owner, whatever killed processes left. */
static void clean(struct qn_ctx *ctx, struct qn_fetch_partial *partial)
{
    struct qn_directory *directory = NULL;
    struct qn_buf path = QN_BUF_INIT;
    enum qn_file_kind kind;
    const char *name;

    if (qn_directory_open(ctx, qn_buf_string(&partial->directory), &directory))
        return;
    while (qn_directory_next(directory, &name, &kind)) {
        qn_buf_clear(&path);
        if (strcmp(name, "owner") == 0 || path_of(ctx, partial, name, &path))
            continue;
        if (qn_file_is_directory(qn_buf_string(&path)))
            (void)!qn_directory_remove_all(ctx, qn_buf_string(&path));
        else
            (void)!qn_file_unlink_if_exists(ctx, qn_buf_string(&path));
    }
    qn_directory_close(directory);
    qn_buf_dispose(&path);
}

enum qn_status qn_fetch_partial_renew(struct qn_ctx *ctx,
                                      struct qn_fetch_partial *partial)
{
    struct qn_ctx *quiet = qn_ctx_fork(ctx);

    if (!quiet)
        return QN_NO_MEMORY;
    clean(quiet, partial);
    qn_ctx_free(quiet);
    partial->is_old = false;
    partial->wants.count = partial->haves.count = 0;
    return QN_OK;
}

/* The owner last: who comes next makes its own, and may find the directory. */
void qn_fetch_partial_remove(struct qn_ctx *ctx,
                             struct qn_fetch_partial *partial)
{
    struct qn_ctx *quiet = qn_ctx_fork(ctx);

    if (quiet && partial->is_ours) {
        clean(quiet, partial);
        drop_owner(quiet, partial);
        (void)!qn_directory_remove(quiet, qn_buf_string(&partial->directory));
    }
    qn_ctx_free(quiet);
    dispose(partial);
}

uint64_t qn_fetch_partial_size(struct qn_ctx *ctx, const char *directory)
{
    struct qn_ctx *quiet = qn_ctx_fork(ctx);
    struct qn_directory *packs = NULL;
    struct qn_buf path = QN_BUF_INIT;
    struct qn_file_stat stat = {0};
    enum qn_file_kind kind;
    const char *name;
    uint64_t size = 0;

    if (!quiet)
        return 0;
    if (!qn_buf_printf(quiet, &path, "%s/arriving", directory) &&
        !qn_file_stat(quiet, qn_buf_string(&path), &stat) &&
        stat.kind == QN_FILE_REGULAR)
        size += stat.size;
    qn_buf_clear(&path);
    if (!qn_buf_printf(quiet, &path, "%s/pack", directory) &&
        !qn_directory_open(quiet, qn_buf_string(&path), &packs)) {
        while (qn_directory_next(packs, &name, &kind)) {
            if (!strstr(name, ".pack"))
                continue;
            qn_buf_clear(&path);
            if (!qn_buf_printf(quiet, &path, "%s/pack/%s", directory, name) &&
                !qn_file_stat(quiet, qn_buf_string(&path), &stat))
                size += stat.size;
        }
        qn_directory_close(packs);
    }
    qn_buf_dispose(&path);
    qn_ctx_free(quiet);
    return size >= QN_FETCH_PARTIAL_MIN ? size : 0;
}

void qn_fetch_partial_close(struct qn_ctx *ctx,
                            struct qn_fetch_partial *partial)
{
    if (partial->is_ours &&
        qn_fetch_partial_size(ctx, qn_buf_string(&partial->directory)) == 0) {
        qn_fetch_partial_remove(ctx, partial);
        return;
    }
    if (partial->is_ours)
        drop_owner(ctx, partial);
    dispose(partial);
}
