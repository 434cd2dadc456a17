/* SPDX-License-Identifier: MIT */
#include "operation/op_branch_parts.h"
#include "os/directory.h"

#include <string.h>

struct mover {
    const struct qn_revision_scope *scope;
    const struct qn_op_branch_rename *rename;
    struct qn_buf from; /* full names */
    struct qn_buf to;
    struct qn_buf message; /* of the reflog */
    struct qn_buf ident;
    struct qn_refs_writer writer;
};

static bool is_same_name(const struct mover *m)
{
    return qn_bytes_is_equal(qn_buf_bytes(&m->from), qn_buf_bytes(&m->to));
}

/* A HEAD ("HEAD", "worktrees/w/HEAD") that is on the old name goes along. */
static enum qn_status move_head(struct qn_ctx *ctx, const struct mover *m,
                                const char *head)
{
    struct qn_ref_transaction *transaction = NULL;
    struct qn_ref ref = QN_REF_INIT;
    bool found = false;
    enum qn_status status =
        qn_refs_find(ctx, m->scope->refs, head, &ref, &found);

    if (status || !found || !ref.is_symbolic ||
        !qn_bytes_is_equal(qn_buf_bytes(&ref.target), qn_buf_bytes(&m->from)))
        goto out;
    status = qn_ref_transaction_new(ctx, m->scope->refs, &transaction);
    if (!status)
        status = qn_ref_transaction_symbolic(
            ctx, transaction, head, qn_buf_string(&m->to), NULL, NULL,
            QN_REF_NO_DEREF, qn_buf_string(&m->message));
    if (!status && qn_ref_transaction_commit(ctx, transaction, &m->writer)) {
        status = qn_ctx_status(ctx);
        qn_ctx_clear(ctx);
        status = qn_ctx_fail(ctx, status,
                             "branch renamed to %s, but HEAD is not updated",
                             qn_op_branch_short(qn_buf_string(&m->to)));
    }
out:
    qn_ref_transaction_free(transaction);
    qn_ref_dispose(&ref);
    return status;
}

/* Every HEAD: ours, the main work tree's, the linked ones'. */
static enum qn_status move_heads(struct qn_ctx *ctx, const struct mover *m)
{
    const struct qn_repo *repo = m->scope->repo;
    struct qn_directory *directory = NULL;
    struct qn_buf text = QN_BUF_INIT;
    enum qn_file_kind kind;
    const char *entry;
    enum qn_status status = move_head(ctx, m, "HEAD");

    if (!status && strcmp(qn_repo_git_directory(repo),
                          qn_repo_common_directory(repo)) != 0)
        status = move_head(ctx, m, "main-worktree/HEAD");
    if (!status)
        status = qn_buf_printf(ctx, &text, "%s/worktrees",
                               qn_repo_common_directory(repo));
    if (!status && qn_directory_open(ctx, qn_buf_string(&text), &directory))
        qn_ctx_clear(ctx); /* there are none */
    while (!status && directory &&
           qn_directory_next(directory, &entry, &kind)) {
        qn_buf_clear(&text);
        status = qn_buf_printf(ctx, &text, "worktrees/%s/HEAD", entry);
        if (!status)
            status = move_head(ctx, m, qn_buf_string(&text));
    }
    status = qn_directory_end(ctx, directory, status);
    qn_buf_dispose(&text);
    return status;
}

/* The full names; `*is_born` false: the old one is the branch we are on, with
 * no commit yet. */
static enum qn_status look(struct qn_ctx *ctx, struct mover *m, bool *is_born)
{
    const struct qn_op_branch_rename *rename = m->rename;
    const struct qn_revision_scope *scope = m->scope;
    struct qn_buf current = QN_BUF_INIT;
    const char *old_name;
    bool found = false, has_new = false;
    enum qn_status status =
        qn_op_branch_current(ctx, scope->refs, &current, &found);

    if (!status && !rename->from && !found)
        status = qn_ctx_fail(ctx, QN_INVALID,
                             "cannot %s the current branch while not on any",
                             rename->is_copy ? "copy" : "rename");
    if (!status)
        status = qn_op_branch_full_name(
            ctx, scope, rename->from ? rename->from : qn_buf_string(&current),
            &m->from);
    if (!status)
        status = qn_op_branch_full_name(ctx, scope, rename->to, &m->to);
    if (!status)
        status = qn_op_branch_exists(ctx, scope->refs, qn_buf_string(&m->from),
                                     is_born);
    old_name = qn_op_branch_short(qn_buf_string(&m->from));
    if (!status && !*is_born &&
        (rename->is_copy ||
         !qn_bytes_is_string(qn_buf_bytes(&current), old_name)))
        status =
            qn_ctx_fail(ctx, QN_NOT_FOUND, "no branch named '%s'", old_name);
    if (!status)
        status =
            qn_op_branch_check_name(ctx, rename->to, qn_buf_string(&m->to));
    if (!status && !is_same_name(m))
        status = qn_op_branch_exists(ctx, scope->refs, qn_buf_string(&m->to),
                                     &has_new);
    if (!status && has_new)
        status = qn_op_branch_check_free(ctx, scope, qn_buf_string(&m->to),
                                         rename->forces);
    qn_buf_dispose(&current);
    return status;
}

static enum qn_status move_ref(struct qn_ctx *ctx, const struct mover *m)
{
    bool is_copy = m->rename->is_copy;
    const struct qn_refs_rename_options options = {
        .from = qn_buf_string(&m->from),
        .to = qn_buf_string(&m->to),
        .is_copy = is_copy,
        .writer = &m->writer,
        .message = qn_buf_string(&m->message)};
    enum qn_status status = qn_refs_rename(ctx, m->scope->refs, &options);

    if (!status)
        return QN_OK;
    /* Of a stack of tables that is locked nothing else is told. */
    if (strcmp(qn_ctx_message(ctx), "cannot lock references") != 0)
        qn_ctx_report(ctx, QN_REPORT_ERROR, "branch.not-moved", "%s",
                      qn_ctx_message(ctx));
    qn_ctx_clear(ctx);
    return qn_ctx_fail(ctx, status, "branch %s failed",
                       is_copy ? "copy" : "rename");
}

enum qn_status qn_op_branch_rename(struct qn_ctx *ctx,
                                   const struct qn_revision_scope *scope,
                                   const struct qn_op_branch_rename *rename)
{
    struct mover m = {.scope = scope, .rename = rename};
    bool is_born = false;
    enum qn_status status = look(ctx, &m, &is_born);

    if (!status)
        status = qn_buf_printf(ctx, &m.message, "Branch: %s %s to %s",
                               rename->is_copy ? "copied" : "renamed",
                               qn_buf_string(&m.from), qn_buf_string(&m.to));
    if (!status)
        status = qn_repo_ident(ctx, scope->repo, QN_IDENT_COMMITTER, false,
                               &m.ident);
    m.writer.ident = qn_buf_string(&m.ident);
    if (!status && is_born)
        status = move_ref(ctx, &m);
    if (!status && !rename->is_copy)
        status = move_heads(ctx, &m);
    if (!status && rename->is_copy && is_same_name(&m))
        status = move_head(ctx, &m, "HEAD"); /* a line in its log */
    if (!status && !is_same_name(&m))
        status = qn_op_branch_move_section(
            ctx, scope->repo, qn_op_branch_short(qn_buf_string(&m.from)),
            qn_op_branch_short(qn_buf_string(&m.to)), rename->is_copy);
    qn_buf_dispose(&m.from);
    qn_buf_dispose(&m.to);
    qn_buf_dispose(&m.message);
    qn_buf_dispose(&m.ident);
    return status;
}
