/* SPDX-License-Identifier: MIT */
#include "walk/merge_base.h"

#include "refs/refs.h"

struct reading {
    const struct qn_revision_scope *scope;
    struct qn_id_list *list;
};

/* What is gone, or no commit, was no fork point. */
static enum qn_status add_commit(struct qn_ctx *ctx,
                                 const struct reading *reading,
                                 const struct qn_id *id)
{
    struct qn_odb_info info = {QN_OBJECT_NONE};
    enum qn_status status;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    size_t i;

    if (qn_id_is_null(id))
        return QN_OK;
    status =
        qn_odb_read_info(ctx, reading->scope->odb, id, QN_ODB_WANT_TYPE, &info);
    if (status == QN_NO_MEMORY || status == QN_CANCELLED)
        return status;
    if (status) {
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    if (info.type != QN_OBJECT_COMMIT) {
        qn_ctx_report(ctx, QN_REPORT_ERROR, "odb.wrong-type",
                      "Object %s not a commit", qn_id_to_hex(id, hex));
        return QN_OK;
    }
    for (i = 0; i < reading->list->count; i++)
        if (qn_id_is_equal(&reading->list->ids[i], id))
            return QN_OK;
    return qn_id_list_add(ctx, reading->list, id);
}

static enum qn_status add_entry(struct qn_ctx *ctx, void *data,
                                const struct qn_reflog_entry *entry)
{
    const struct reading *reading = data;
    enum qn_status status = QN_OK;

    if (reading->list->count == 0) /* what the oldest entry replaced */
        status = add_commit(ctx, reading, &entry->old_id);
    return status ? status : add_commit(ctx, reading, &entry->new_id);
}

enum qn_status qn_merge_base_fork_point(struct qn_ctx *ctx,
                                        const struct qn_revision_scope *scope,
                                        const char *ref,
                                        const struct qn_id *commit,
                                        struct qn_id *out, bool *found)
{
    struct qn_id_list was = {NULL, 0, 0};
    struct qn_id_list bases = {NULL, 0, 0};
    struct reading reading = {scope, &was};
    struct qn_ref end = QN_REF_INIT;
    enum qn_status status;
    bool exists = false;
    size_t i;

    *found = false;
    status = qn_reflog_walk(ctx, scope->refs, ref, false, add_entry, &reading);
    if (!status && was.count == 0) { /* no reflog: what it is now */
        status = qn_refs_resolve(ctx, scope->refs, ref, &end, &exists);
        if (!status && exists)
            status = add_commit(ctx, &reading, &end.id);
    }
    if (!status && was.count > 0)
        status =
            qn_merge_base_find(ctx, scope, commit, was.ids, was.count, &bases);
    for (i = 0; i < was.count && !status && bases.count == 1; i++)
        if (qn_id_is_equal(&was.ids[i], &bases.ids[0])) {
            *out = bases.ids[0];
            *found = true;
        }
    qn_ref_dispose(&end);
    qn_id_list_dispose(&was);
    qn_id_list_dispose(&bases);
    return status;
}
