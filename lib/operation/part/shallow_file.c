/* SPDX-License-Identifier: MIT */
/* The file `shallow`: an id a line, in order. */
#include "hash/id_map.h"
#include "operation/part/fetch_pack.h"
#include "os/file.h"
#include "os/lock_file.h"

#include <stdlib.h>

static enum qn_status parse(struct qn_ctx *ctx, uint32_t algorithm,
                            struct qn_bytes rest, struct qn_id_list *out)
{
    enum qn_status status = QN_OK;
    struct qn_bytes line;
    struct qn_id id;

    while (!status && qn_bytes_next(&rest, '\n', &line)) {
        if (line.size == 0)
            continue;
        if (!qn_id_from_hex(&id, algorithm, line))
            return qn_ctx_fail(ctx, QN_CORRUPT, "bad shallow line: %.*s",
                               QN_BYTES_ARG(line));
        status = qn_id_list_add(ctx, out, &id);
    }
    return status;
}

static enum qn_status read_text(struct qn_ctx *ctx, struct qn_repo *repo,
                                struct qn_buf *path, struct qn_buf *text)
{
    enum qn_status status = qn_repo_path(ctx, repo, "shallow", path);

    if (!status)
        status = qn_file_read_all(ctx, qn_buf_string(path), text);
    if (status != QN_NOT_FOUND)
        return status;
    qn_ctx_clear(ctx);
    return QN_OK;
}

enum qn_status qn_shallow_file_read(struct qn_ctx *ctx, struct qn_repo *repo,
                                    struct qn_id_list *out)
{
    struct qn_buf path = QN_BUF_INIT, text = QN_BUF_INIT;
    enum qn_status status = read_text(ctx, repo, &path, &text);

    if (!status)
        status = parse(ctx, qn_repo_algorithm(repo), qn_buf_bytes(&text), out);
    qn_buf_dispose(&path);
    qn_buf_dispose(&text);
    return status;
}

static int compare_ids(const void *a, const void *b)
{
    return qn_id_compare(a, b);
}

/* (old and `add`) without `open`, as text. */
static enum qn_status compose(struct qn_ctx *ctx, struct qn_id_list *all,
                              const struct qn_id_list *open, struct qn_buf *out)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status = QN_OK;
    struct qn_id_map gone;
    uint32_t position;
    bool is_new;
    size_t i;

    if (all->count == 0)
        return QN_OK;
    qn_id_map_init(&gone, all->ids[0].algorithm);
    for (i = 0; !status && i < open->count; i++)
        status = qn_id_map_put(ctx, &gone, &open->ids[i], &position, &is_new);
    qsort(all->ids, all->count, sizeof(*all->ids), compare_ids);
    for (i = 0; !status && i < all->count; i++) {
        if ((i > 0 && qn_id_is_equal(&all->ids[i], &all->ids[i - 1])) ||
            qn_id_map_find(&gone, &all->ids[i]) != QN_ID_MAP_NONE)
            continue;
        status =
            qn_buf_printf(ctx, out, "%s\n", qn_id_to_hex(&all->ids[i], hex));
    }
    qn_id_map_dispose(&gone);
    return status;
}

enum qn_status qn_shallow_file_update(struct qn_ctx *ctx, struct qn_repo *repo,
                                      const struct qn_id_list *add,
                                      const struct qn_id_list *open,
                                      bool *changed)
{
    struct qn_lock_file lock = QN_LOCK_FILE_INIT;
    struct qn_buf path = QN_BUF_INIT, old = QN_BUF_INIT, text = QN_BUF_INIT;
    struct qn_id_list all = {0};
    enum qn_status status;
    size_t i;

    *changed = false;
    if (add->count == 0 && open->count == 0)
        return QN_OK;
    status = qn_repo_path(ctx, repo, "shallow", &path);
    if (!status)
        status = qn_lock_file_take(ctx, &lock, qn_buf_string(&path), 0666, 0);
    qn_buf_clear(&path);
    if (!status)
        status = read_text(ctx, repo, &path, &old);
    if (!status)
        status = parse(ctx, qn_repo_algorithm(repo), qn_buf_bytes(&old), &all);
    for (i = 0; !status && i < add->count; i++)
        status = qn_id_list_add(ctx, &all, &add->ids[i]);
    if (!status)
        status = compose(ctx, &all, open, &text);
    *changed =
        !status && !qn_bytes_is_equal(qn_buf_bytes(&old), qn_buf_bytes(&text));
    if (!status && text.size == 0) {
        status = qn_file_unlink_if_exists(ctx, qn_buf_string(&path));
    } else if (!status && *changed) {
        status = qn_lock_file_write(ctx, &lock, qn_buf_bytes(&text));
        if (!status)
            status = qn_lock_file_commit(ctx, &lock, qn_repo_sync(repo),
                                         QN_SYNC_REFERENCE);
    }
    qn_lock_file_rollback(&lock);
    qn_id_list_dispose(&all);
    qn_buf_dispose(&path);
    qn_buf_dispose(&old);
    qn_buf_dispose(&text);
    return status;
}
