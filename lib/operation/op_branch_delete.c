/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "operation/op_branch_parts.h"
#include "text/ref_name.h"
#include "walk/merge_base.h"

struct deleter {
    const struct qn_revision_scope *scope;
    struct qn_op_branch_delete *branches;
    struct qn_ref_transaction *transaction;
};

/* Is `commit` in what the branch's upstream (or HEAD) has? */
static enum qn_status check_merged(struct qn_ctx *ctx,
                                   const struct qn_revision_scope *scope,
                                   const char *name, const struct qn_id *commit,
                                   bool *merged)
{
    struct qn_buf upstream = QN_BUF_INIT;
    struct qn_ref ref = QN_REF_INIT, head = QN_REF_INIT;
    struct qn_id reference;
    bool in_head = false, found = false, has_upstream = false;
    enum qn_status status = QN_OK;

    if (!qn_revision_upstream(ctx, scope, name, &upstream))
        status = qn_refs_resolve(ctx, scope->refs, qn_buf_string(&upstream),
                                 &ref, &has_upstream);
    else
        qn_ctx_clear(ctx);
    if (!status)
        status = qn_refs_resolve(ctx, scope->refs, "HEAD", &head, &found);
    if (!status && found)
        status =
            qn_merge_base_is_ancestor(ctx, scope, commit, &head.id, &in_head);
    *merged = in_head;
    if (!status && has_upstream &&
        qn_revision_peel(ctx, scope->odb, &ref.id, QN_OBJECT_COMMIT,
                         &reference)) {
        has_upstream = false;
        qn_ctx_clear(ctx);
    }
    if (!status && has_upstream)
        status =
            qn_merge_base_is_ancestor(ctx, scope, commit, &reference, merged);
    if (!status && *merged && !in_head)
        qn_ctx_report(ctx, QN_REPORT_WARNING, "branch.merged-elsewhere",
                      "deleting branch '%s' that has been merged to\n"
                      "         '%s', but not yet merged to HEAD",
                      name, qn_buf_string(&upstream));
    else if (!status && !*merged && in_head)
        qn_ctx_report(ctx, QN_REPORT_WARNING, "branch.not-merged",
                      "not deleting branch '%s' that is not yet merged to\n"
                      "         '%s', even though it is merged to HEAD",
                      name, qn_buf_string(&upstream));
    qn_buf_dispose(&upstream);
    qn_ref_dispose(&ref);
    qn_ref_dispose(&head);
    return status;
}

static enum qn_status report_missing(struct qn_ctx *ctx,
                                     const struct deleter *d, const char *name)
{
    bool is_remote = d->branches->are_remote, found = false;
    struct qn_buf remote = QN_BUF_INIT;
    struct qn_ref ref = QN_REF_INIT;
    enum qn_status status =
        qn_buf_printf(ctx, &remote, "refs/remotes/%s", name);

    if (!status && !is_remote)
        status = qn_refs_find(ctx, d->scope->refs, qn_buf_string(&remote), &ref,
                              &found);
    if (!status)
        qn_ctx_report(ctx, QN_REPORT_ERROR, "branch.missing",
                      "%s '%s' not found%s",
                      is_remote ? "remote-tracking branch" : "branch", name,
                      found ? ".\nDid you forget --remote?" : "");
    qn_buf_dispose(&remote);
    qn_ref_dispose(&ref);
    return status;
}

/* What is only in this branch stays, unless forced. */
static enum qn_status check_lossless(struct qn_ctx *ctx,
                                     const struct deleter *d, const char *full,
                                     const struct qn_ref *ref, bool *goes)
{
    const char *name = qn_op_branch_short(full);
    struct qn_id commit;
    enum qn_status status;

    *goes = true;
    if (ref->is_symbolic || ref->is_broken || d->branches->forces ||
        d->branches->are_remote)
        return QN_OK;
    if (qn_revision_peel(ctx, d->scope->odb, &ref->id, QN_OBJECT_COMMIT,
                         &commit)) {
        *goes = false;
        qn_ctx_clear(ctx);
        qn_ctx_report(ctx, QN_REPORT_ERROR, "branch.no-commit",
                      "couldn't look up commit object for '%s'", full);
        return QN_OK;
    }
    status = check_merged(ctx, d->scope, name, &commit, goes);
    if (!status && !*goes) {
        qn_ctx_report(ctx, QN_REPORT_ERROR, "branch.not-merged",
                      "the branch '%s' is not fully merged", name);
        qn_ctx_report(ctx, QN_REPORT_HINT, "advice.forceDeleteBranch",
                      "If you are sure you want to delete it, "
                      "run 'git branch -D %s'",
                      name);
    }
    return status;
}

static enum qn_status queue(struct qn_ctx *ctx, struct deleter *d,
                            const char *full, const char *name, bool *goes)
{
    struct qn_buf used = QN_BUF_INIT;
    struct qn_ref ref = QN_REF_INIT;
    struct qn_id none;
    bool found = false;
    enum qn_status status =
        qn_refs_find(ctx, d->scope->refs, full, &ref, &found);

    *goes = false;
    if (!status && !d->branches->are_remote)
        status = qn_op_branch_work_tree(ctx, d->scope, full, &used);
    if (!status && used.size > 0)
        qn_ctx_report(ctx, QN_REPORT_ERROR, "branch.used",
                      "cannot delete branch '%s' used by worktree at '%s'",
                      name, qn_buf_string(&used));
    else if (!status &&
             (!found || (ref.is_broken && qn_id_is_null(&ref.id) &&
                         qn_ref_name_is_valid(qn_bytes_from_string(full), 0))))
        status = report_missing(ctx, d, name);
    else if (!status)
        status = check_lossless(ctx, d, full, &ref, goes);
    qn_id_clear(&none, qn_repo_algorithm(d->scope->repo));
    if (!status && *goes)
        status = qn_ref_transaction_update(
            ctx, d->transaction, full, &none, NULL,
            QN_REF_NO_DEREF | QN_REF_SKIP_NAME_CHECK, NULL);
    if (!status && *goes)
        status = d->branches->each(ctx, d->branches->data, name, &ref);
    qn_buf_dispose(&used);
    qn_ref_dispose(&ref);
    return status;
}

static enum qn_status commit(struct qn_ctx *ctx, const struct deleter *d)
{
    if (qn_repo_commit_refs(ctx, d->scope->repo, d->transaction))
        return qn_ctx_fail_reason(ctx, qn_ctx_status(ctx), "branch.kept", NULL,
                                  "%s", qn_ctx_message(ctx));
    return QN_OK;
}

static enum qn_status full_name(struct qn_ctx *ctx, const struct deleter *d,
                                const char *name, struct qn_buf *out)
{
    qn_buf_clear(out);
    return d->branches->are_remote
               ? qn_buf_printf(ctx, out, "refs/remotes/%s", name)
               : qn_op_branch_full_name(ctx, d->scope, name, out);
}

enum qn_status qn_op_branch_delete(struct qn_ctx *ctx,
                                   const struct qn_revision_scope *scope,
                                   struct qn_op_branch_delete *branches)
{
    struct deleter d = {.scope = scope, .branches = branches};
    struct qn_buf full = QN_BUF_INIT, sections = QN_BUF_INIT;
    struct qn_bytes rest, section;
    size_t going = 0;
    enum qn_status status =
        qn_ref_transaction_new(ctx, scope->refs, &d.transaction);

    branches->refused_count = 0;
    for (size_t i = 0; i < branches->count && !status; i++) {
        const char *name = branches->names[i], *short_name;
        bool goes = false;

        status = full_name(ctx, &d, name, &full);
        short_name = branches->are_remote
                         ? name
                         : qn_op_branch_short(qn_buf_string(&full));
        if (!status)
            status = queue(ctx, &d, qn_buf_string(&full), short_name, &goes);
        if (!status && goes)
            status = qn_buf_append(ctx, &sections, short_name,
                                   strlen(short_name) + 1);
        going += goes;
        branches->refused_count += !goes;
    }
    if (!status && going > 0)
        status = commit(ctx, &d);
    rest = branches->are_remote ? QN_BYTES_NONE : qn_buf_bytes(&sections);
    while (!status && qn_bytes_next(&rest, '\0', &section))
        status = qn_op_branch_move_section(
            ctx, scope->repo, (const char *)section.data, NULL, false);
    qn_ref_transaction_free(d.transaction);
    qn_buf_dispose(&full);
    qn_buf_dispose(&sections);
    return status;
}
