/* SPDX-License-Identifier: MIT */
#include "operation/part/local_transfer.h"

#include "operation/part/object_transfer.h"
#include "operation/part/reachable.h"
#include "os/file.h"
#include "os/lock_file.h"

/* The commits that "shallow" of a repository names: their parents are not
 * there.  `text` gets the file as it is. */
static enum qn_status read_shallow(struct qn_ctx *ctx, struct qn_repo *repo,
                                   struct qn_buf *text, struct qn_id_map *out)
{
    struct qn_buf path = QN_BUF_INIT;
    struct qn_bytes rest, line;
    enum qn_status status;
    struct qn_id id;
    uint32_t position;
    bool is_new;

    status = qn_repo_path(ctx, repo, "shallow", &path);
    if (!status)
        status = qn_file_read_all(ctx, qn_buf_string(&path), text);
    if (status == QN_NOT_FOUND) {
        qn_ctx_clear(ctx);
        status = QN_OK;
    }
    rest = qn_buf_bytes(text);
    while (!status && qn_bytes_next(&rest, '\n', &line))
        if (qn_id_from_hex(&id, out->algorithm, line))
            status = qn_id_map_put(ctx, out, &id, &position, &is_new);
    qn_buf_dispose(&path);
    return status;
}

/* What was cut off there is cut off here. */
static enum qn_status write_shallow(struct qn_ctx *ctx, struct qn_repo *repo,
                                    struct qn_bytes text)
{
    struct qn_lock_file lock = QN_LOCK_FILE_INIT;
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status;

    status = qn_repo_path(ctx, repo, "shallow", &path);
    if (!status)
        status = qn_lock_file_take(ctx, &lock, qn_buf_string(&path), 0666, 0);
    if (!status)
        status = qn_lock_file_write(ctx, &lock, text);
    if (!status)
        status = qn_lock_file_commit(ctx, &lock, qn_repo_sync(repo),
                                     QN_SYNC_REFERENCE);
    qn_lock_file_rollback(&lock);
    qn_buf_dispose(&path);
    return status;
}

enum qn_status qn_local_transfer(struct qn_ctx *ctx, struct qn_repo *from,
                                 struct qn_repo *to, const struct qn_id *tips,
                                 size_t count)
{
    struct qn_id_map set, shallow;
    struct qn_buf shallow_text = QN_BUF_INIT;
    struct qn_odb *odb = NULL;
    struct qn_odb *there = NULL;
    struct qn_reachable reachable = {.shallow = &shallow};
    struct qn_object_transfer transfer = {0};
    enum qn_status status;

    qn_id_map_init(&set, qn_repo_algorithm(from));
    qn_id_map_init(&shallow, qn_repo_algorithm(from));
    if (qn_repo_algorithm(from) != qn_repo_algorithm(to)) {
        status = qn_ctx_fail(ctx, QN_INVALID,
                             "mismatched algorithms: client %s; server %s",
                             qn_id_algorithm_name(qn_repo_algorithm(to)),
                             qn_id_algorithm_name(qn_repo_algorithm(from)));
        goto out;
    }
    status = qn_repo_odb_raw(ctx, from, &odb);
    if (!status)
        status = qn_repo_odb_raw(ctx, to, &there);
    if (!status)
        status = read_shallow(ctx, from, &shallow_text, &shallow);
    reachable.odb = odb;
    if (!status)
        status = qn_reachable_find(ctx, &reachable, tips, count, &set);
    transfer.source = odb;
    transfer.destination = there ? qn_odb_get_store(there) : NULL;
    transfer.rows = set.rows;
    transfer.count = set.count;
    if (!status)
        status = qn_object_transfer_run(ctx, &transfer, NULL);
    if (!status && shallow.count > 0)
        status = write_shallow(ctx, to, qn_buf_bytes(&shallow_text));
out:
    qn_odb_free(odb);
    qn_odb_free(there);
    qn_id_map_dispose(&set);
    qn_id_map_dispose(&shallow);
    qn_buf_dispose(&shallow_text);
    return status;
}
