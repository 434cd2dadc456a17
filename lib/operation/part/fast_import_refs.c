/* SPDX-License-Identifier: MIT */
/* Branches and tags become refs; the file of pack edges. */
#include "base/memory.h"
#include "operation/part/fast_import_private.h"
#include "os/directory.h"
#include "os/file.h"
#include "walk/merge_base.h"

#include <string.h>

static enum qn_status move_ref(struct qn_ctx *ctx,
                               struct qn_fast_import *import,
                               const struct qn_fast_import_branch *branch,
                               const struct qn_id *old_id)
{
    struct qn_ref_transaction *transaction = NULL;
    struct qn_refs_writer writer = {qn_buf_string(&import->text)};
    enum qn_status status;

    status = qn_ref_transaction_new(ctx, import->scope->refs, &transaction);
    if (!status)
        status =
            qn_ref_transaction_update(ctx, transaction, branch->name,
                                      &branch->id, old_id, 0, "fast-import");
    if (!status)
        status = qn_ref_transaction_commit(ctx, transaction, &writer);
    qn_ref_transaction_free(transaction);
    return status;
}

/* Told, and the import goes on. */
static enum qn_status report_failure(struct qn_ctx *ctx,
                                     struct qn_fast_import *import,
                                     enum qn_status status)
{
    if (!status || status == QN_NO_MEMORY || status == QN_CANCELLED)
        return status;
    qn_ctx_report(ctx, QN_REPORT_ERROR, "fast-import.ref", "%s",
                  qn_ctx_message(ctx));
    qn_ctx_clear(ctx);
    import->is_incomplete = true;
    return QN_OK;
}

/* Would commits be lost? */
static enum qn_status check_old(struct qn_ctx *ctx,
                                struct qn_fast_import *import,
                                const struct qn_fast_import_branch *branch,
                                const struct qn_id *old_id, bool *is_lost)
{
    char old_hex[QN_ID_MAX_HEX_SIZE + 1], new_hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_id old_commit, new_commit;
    bool is_ancestor = false;
    enum qn_status status;

    *is_lost = false;
    if (import->is_forced || qn_id_is_null(old_id) ||
        qn_id_is_equal(old_id, &branch->id))
        return QN_OK;
    status = qn_revision_peel(ctx, import->scope->odb, old_id, QN_OBJECT_COMMIT,
                              &old_commit);
    if (!status)
        status = qn_revision_peel(ctx, import->scope->odb, &branch->id,
                                  QN_OBJECT_COMMIT, &new_commit);
    if (status && status != QN_NO_MEMORY) {
        qn_ctx_clear(ctx);
        *is_lost = true;
        import->is_incomplete = true;
        qn_ctx_report(ctx, QN_REPORT_ERROR, "fast-import.ref",
                      "Branch %s is missing commits.", branch->name);
        return QN_OK;
    }
    if (!status)
        status = qn_merge_base_is_ancestor(ctx, import->scope, &old_commit,
                                           &new_commit, &is_ancestor);
    if (status || is_ancestor)
        return status;
    *is_lost = true;
    import->is_incomplete = true;
    qn_ctx_report(ctx, QN_REPORT_WARNING, "fast-import.ref",
                  "not updating %s (new tip %s does not contain %s)",
                  branch->name, qn_id_to_hex(&branch->id, new_hex),
                  qn_id_to_hex(old_id, old_hex));
    return QN_OK;
}

static enum qn_status update_branch(struct qn_ctx *ctx,
                                    struct qn_fast_import *import,
                                    const struct qn_fast_import_branch *branch)
{
    struct qn_ref ref = QN_REF_INIT;
    struct qn_id old_id;
    bool found = false, is_lost = false;
    enum qn_status status;

    if (qn_id_is_null(&branch->id) && !branch->is_deleted)
        return QN_OK;
    status =
        qn_refs_resolve(ctx, import->scope->refs, branch->name, &ref, &found);
    qn_id_clear(&old_id, import->store.algorithm);
    if (!status && found)
        old_id = ref.id;
    qn_ref_dispose(&ref);
    if (!status && branch->is_deleted && !found)
        return QN_OK;
    if (!status && !branch->is_deleted)
        status = check_old(ctx, import, branch, &old_id, &is_lost);
    if (status || is_lost)
        return status;
    return report_failure(
        ctx, import,
        move_ref(ctx, import, branch, branch->is_deleted ? NULL : &old_id));
}

/* Made again: the last one counts. */
static enum qn_status queue_tags(struct qn_ctx *ctx,
                                 const struct qn_fast_import *import,
                                 struct qn_ref_transaction *transaction)
{
    struct qn_map seen = QN_MAP_INIT;
    struct qn_buf name = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = import->tag_count; !status && i-- > 0;) {
        const struct qn_fast_import_tag *tag = &import->tags[i];
        bool is_new = false;

        if (!qn_map_put(ctx, &seen, qn_bytes_from_string(tag->name), &is_new))
            status = QN_NO_MEMORY;
        if (status || !is_new)
            continue;
        qn_buf_clear(&name);
        status = qn_buf_printf(ctx, &name, "refs/tags/%s", tag->name);
        if (!status)
            status = qn_ref_transaction_update(ctx, transaction,
                                               qn_buf_string(&name), &tag->id,
                                               NULL, 0, "fast-import");
    }
    qn_map_dispose(&seen);
    qn_buf_dispose(&name);
    return status;
}

static enum qn_status update_tags(struct qn_ctx *ctx,
                                  struct qn_fast_import *import)
{
    struct qn_ref_transaction *transaction = NULL;
    struct qn_refs_writer writer = {qn_buf_string(&import->text)};
    enum qn_status status;

    if (import->tag_count == 0)
        return QN_OK;
    status = qn_ref_transaction_new(ctx, import->scope->refs, &transaction);
    if (!status)
        status = queue_tags(ctx, import, transaction);
    if (!status)
        status = qn_ref_transaction_commit(ctx, transaction, &writer);
    qn_ref_transaction_free(transaction);
    return report_failure(ctx, import, status);
}

enum qn_status qn_fast_import_update_refs(struct qn_ctx *ctx,
                                          struct qn_fast_import *import)
{
    enum qn_status status = QN_OK;
    size_t i;

    qn_buf_clear(&import->text); /* who writes to the reflogs */
    if (import->branch_count + import->tag_count > 0)
        status = qn_repo_ident(ctx, import->scope->repo, QN_IDENT_COMMITTER,
                               false, &import->text);
    for (i = 0; !status && i < import->branch_count; i++)
        status = update_branch(ctx, import, import->branches[i]);
    return status ? status : update_tags(ctx, import);
}

/* "<pack>:" and the last commits of branches that lie in it, and tags. */
enum qn_status qn_fast_import_put_edges(struct qn_ctx *ctx, void *data,
                                        const char *name, uint32_t pack)
{
    struct qn_fast_import *import = data;
    struct qn_buf line = QN_BUF_INIT;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status;
    int fd = -1;
    size_t i;

    if (!import->pack_edges)
        return QN_OK;
    status = qn_buf_printf(ctx, &line, "%s.pack:", name);
    for (i = 0; !status && i < import->branch_count; i++)
        if (import->branches[i]->pack == pack)
            status = qn_buf_printf(ctx, &line, " %s",
                                   qn_id_to_hex(&import->branches[i]->id, hex));
    for (i = 0; !status && i < import->tag_count; i++)
        if (import->tags[i].pack == pack)
            status = qn_buf_printf(ctx, &line, " %s",
                                   qn_id_to_hex(&import->tags[i].id, hex));
    if (!status)
        status = qn_buf_append_byte(ctx, &line, '\n');
    if (!status)
        status = qn_file_open(ctx, import->pack_edges,
                              QN_FILE_WRITE | QN_FILE_CREATE | QN_FILE_APPEND,
                              0666, &fd);
    if (!status)
        status = qn_file_write(ctx, fd, line.data, line.size);
    if (!status)
        status = qn_file_close_written(ctx, fd, import->pack_edges);
    else
        qn_file_close(fd);
    qn_buf_dispose(&line);
    return status;
}
