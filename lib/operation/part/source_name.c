/* SPDX-License-Identifier: MIT */
#include "operation/part/source_name.h"

enum qn_status qn_source_name_set(struct qn_ctx *ctx,
                                  const struct qn_revision_scope *scope,
                                  const char *text, const struct qn_id *id,
                                  struct qn_work_tree *tree,
                                  struct qn_buf *name)
{
    bool found = false;
    enum qn_status status = QN_OK;

    tree->source = *id;
    /* Only filters that are long-running programs ask. */
    if (!text || !tree->has_filter_process)
        return QN_OK;
    status = qn_revision_full_name(ctx, scope, text, name, &found);
    if (!status && found && qn_bytes_is_string(qn_buf_bytes(name), "HEAD")) {
        struct qn_ref head = QN_REF_INIT;

        status = qn_refs_find(ctx, scope->refs, "HEAD", &head, &found);
        if (!status && found && head.target.size > 0) {
            qn_buf_clear(name);
            status = qn_buf_append_bytes(ctx, name, qn_buf_bytes(&head.target));
        }
        qn_ref_dispose(&head);
    }
    if (status && status != QN_NO_MEMORY) {
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    if (!status && found && qn_bytes_has_prefix(qn_buf_bytes(name), "refs/"))
        tree->source_ref = qn_buf_string(name);
    return status;
}
