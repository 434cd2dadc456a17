/* SPDX-License-Identifier: MIT */
#include "show/ref_upstream.h"

#include "walk/merge_base.h"

enum qn_status
qn_ref_upstream_track(struct qn_ctx *ctx, const struct qn_revision_scope *scope,
                      const struct qn_ref_item *item, const char *other,
                      const struct qn_ref_atom *atom, struct qn_buf *out)
{
    const char *open = atom->no_bracket ? "" : "[";
    const char *close = atom->no_bracket ? "" : "]";
    bool is_short = atom->part == QN_REF_PART_TRACKSHORT;
    struct qn_ref ref = QN_REF_INIT;
    uint64_t ahead = 0, behind = 0;
    struct qn_id own, theirs;
    enum qn_status status;
    bool found;

    status = qn_refs_resolve(ctx, scope->refs, other, &ref, &found);
    if (!status && (!found || ref.is_broken)) {
        if (!is_short)
            status = qn_buf_printf(ctx, out, "%sgone%s", open, close);
        goto out;
    }
    if (!status)
        status = qn_revision_peel(ctx, scope->odb, &item->id, QN_OBJECT_COMMIT,
                                  &own);
    if (!status)
        status = qn_revision_peel(ctx, scope->odb, &ref.id, QN_OBJECT_COMMIT,
                                  &theirs);
    if (!status)
        status = qn_merge_base_ahead_behind(ctx, scope, &own, &theirs, &ahead,
                                            &behind);
    if (status)
        goto out;
    if (is_short)
        status = qn_buf_append_string(ctx, out,
                                      ahead && behind ? "<>"
                                      : ahead         ? ">"
                                      : behind        ? "<"
                                                      : "=");
    else if (ahead && behind)
        status = qn_buf_printf(ctx, out, "%sahead %llu, behind %llu%s", open,
                               (unsigned long long)ahead,
                               (unsigned long long)behind, close);
    else if (ahead || behind)
        status = qn_buf_printf(
            ctx, out, "%s%s %llu%s", open, ahead ? "ahead" : "behind",
            (unsigned long long)(ahead ? ahead : behind), close);
out:
    qn_ref_dispose(&ref);
    return status;
}

/* branch.<branch>.<variable>, or NULL. */
static const char *branch_value(struct qn_ctx *ctx,
                                const struct qn_revision_scope *scope,
                                const char *branch, const char *variable)
{
    struct qn_buf key = QN_BUF_INIT;
    const char *value = NULL;

    if (!qn_buf_printf(ctx, &key, "branch.%s.%s", branch, variable))
        value = qn_config_string(qn_repo_config(scope->repo),
                                 qn_buf_string(&key), NULL);
    qn_buf_dispose(&key);
    return value;
}

const char *qn_ref_upstream_remote(struct qn_ctx *ctx,
                                   const struct qn_revision_scope *scope,
                                   const char *branch,
                                   const struct qn_ref_atom *atom)
{
    bool is_push = atom->kind == QN_REF_ATOM_PUSH;
    const char *value = NULL;

    if (atom->part == QN_REF_PART_REMOTEREF)
        return branch_value(ctx, scope, branch, "merge");
    if (is_push)
        value = branch_value(ctx, scope, branch, "pushremote");
    if (is_push && !value)
        value = qn_config_string(qn_repo_config(scope->repo),
                                 "remote.pushdefault", NULL);
    return value ? value : branch_value(ctx, scope, branch, "remote");
}

enum qn_status qn_ref_upstream_find(struct qn_ctx *ctx,
                                    const struct qn_revision_scope *scope,
                                    const char *branch, bool is_push,
                                    struct qn_buf *out)
{
    enum qn_status status;

    /* Most branches track nothing: no need to look for them to say why. */
    if (!is_push && !branch_value(ctx, scope, branch, "merge"))
        return QN_OK;
    status = is_push ? qn_revision_push(ctx, scope, branch, out)
                     : qn_revision_upstream(ctx, scope, branch, out);
    if (status)
        qn_ctx_clear(ctx); /* there is none */
    return QN_OK;
}
