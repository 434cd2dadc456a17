/* SPDX-License-Identifier: MIT */
#include "config/config_edit.h"
#include "operation/op_branch_parts.h"
#include "operation/part/state_file.h"
#include "os/file.h"
#include "text/stripspace.h"

enum qn_status qn_op_branch_move_section(struct qn_ctx *ctx,
                                         const struct qn_repo *repo,
                                         const char *from, const char *to,
                                         bool copies)
{
    struct qn_buf path = QN_BUF_INIT, old = QN_BUF_INIT, new = QN_BUF_INIT;
    bool found;
    enum qn_status status = qn_repo_path(ctx, repo, "config", &path);

    if (!status)
        status = qn_buf_printf(ctx, &old, "branch.%s", from);
    if (!status && to)
        status = qn_buf_printf(ctx, &new, "branch.%s", to);
    if (!status && qn_config_edit_section(
                       ctx, qn_buf_string(&path), qn_buf_string(&old),
                       to ? qn_buf_string(&new) : NULL, copies, &found)) {
        qn_ctx_clear(ctx);
        if (to)
            status = qn_ctx_fail(
                ctx, QN_IO, "branch is %s, but update of config-file failed",
                copies ? "copied" : "renamed");
    }
    qn_buf_dispose(&path);
    qn_buf_dispose(&old);
    qn_buf_dispose(&new);
    return status;
}

/* The full name of the branch that is meant, appended: nothing when it is the
 * one we are on and we are on none.  The short name of that, appended, too. */
static enum qn_status choose_branch(struct qn_ctx *ctx,
                                    const struct qn_revision_scope *scope,
                                    const char *branch, struct qn_buf *current,
                                    struct qn_buf *full)
{
    bool found;
    enum qn_status status =
        qn_op_branch_current(ctx, scope->refs, current, &found);

    if (status || (!branch && !found))
        return status;
    return qn_op_branch_full_name(
        ctx, scope, branch ? branch : qn_buf_string(current), full);
}

/* For upstreams "HEAD" is the branch we are on, too. */
static const char *unless_head(const char *branch)
{
    return branch && strcmp(branch, "HEAD") == 0 ? NULL : branch;
}

enum qn_status qn_op_branch_set_upstream(struct qn_ctx *ctx,
                                         const struct qn_revision_scope *scope,
                                         const char *branch,
                                         const char *upstream,
                                         struct qn_buf *said)
{
    struct qn_buf full = QN_BUF_INIT, current = QN_BUF_INIT,
                  tracked = QN_BUF_INIT;
    struct qn_tracking tracking = {.mode = QN_TRACKING_OVERRIDE};
    struct qn_id id;
    bool found = false;
    enum qn_status status =
        choose_branch(ctx, scope, unless_head(branch), &current, &full);

    tracking.branch = qn_op_branch_short(qn_buf_string(&full));
    if (!status && full.size == 0)
        status = qn_ctx_fail(ctx, QN_INVALID,
                             "could not set upstream of HEAD to %s when it "
                             "does not point to any branch",
                             upstream);
    if (!status)
        status =
            qn_op_branch_exists(ctx, scope->refs, qn_buf_string(&full), &found);
    if (!status && !found)
        status = qn_ctx_fail(
            ctx, QN_NOT_FOUND,
            !current.size ||
                    qn_bytes_is_string(qn_buf_bytes(&current), tracking.branch)
                ? "no commit on branch '%s' yet"
                : "branch '%s' does not exist",
            tracking.branch);
    if (!status)
        status = qn_op_branch_find_object(ctx, scope, upstream, &id, &found);
    if (!status && !found)
        status = qn_ctx_fail_reason(
            ctx, QN_NOT_FOUND, "branch.no-upstream", upstream,
            "the requested upstream branch '%s' does not exist", upstream);
    if (!status)
        status =
            qn_op_branch_find_tracked(ctx, scope, upstream, true, &tracked);
    tracking.start = qn_buf_string(&tracked);
    if (!status)
        status = qn_tracking_set(ctx, scope->repo, &tracking, said);
    qn_buf_dispose(&full);
    qn_buf_dispose(&current);
    qn_buf_dispose(&tracked);
    return status;
}

enum qn_status
qn_op_branch_unset_upstream(struct qn_ctx *ctx,
                            const struct qn_revision_scope *scope,
                            const char *branch)
{
    static const char *const variables[] = {"merge", "remote"};
    struct qn_buf full = QN_BUF_INIT, current = QN_BUF_INIT, key = QN_BUF_INIT,
                  path = QN_BUF_INIT;
    const char *name;
    enum qn_status status =
        choose_branch(ctx, scope, unless_head(branch), &current, &full);

    name = qn_op_branch_short(qn_buf_string(&full));
    if (!status && full.size == 0)
        status = qn_ctx_fail(ctx, QN_INVALID,
                             "could not unset upstream of HEAD when it does "
                             "not point to any branch");
    if (!status)
        status = qn_repo_path(ctx, scope->repo, "config", &path);
    for (size_t i = 0; i < QN_COUNT_OF(variables) && !status; i++) {
        qn_buf_clear(&key);
        status = qn_buf_printf(ctx, &key, "branch.%s.%s", name, variables[i]);
        if (!status && i == 0 &&
            !qn_config_string(qn_repo_config(scope->repo), qn_buf_string(&key),
                              NULL))
            status =
                qn_ctx_fail(ctx, QN_NOT_FOUND,
                            "branch '%s' has no upstream information", name);
        if (!status)
            status = qn_config_edit_unset(ctx, qn_buf_string(&path),
                                          qn_buf_string(&key));
    }
    qn_buf_dispose(&full);
    qn_buf_dispose(&current);
    qn_buf_dispose(&key);
    qn_buf_dispose(&path);
    return status;
}

/* Let the person edit the text; comment lines go. */
static enum qn_status edit_text(struct qn_ctx *ctx, struct qn_repo *repo,
                                const struct qn_op_branch_edit *edit,
                                const char *name, struct qn_buf *text)
{
    struct qn_buf path = QN_BUF_INIT, edited = QN_BUF_INIT, help = QN_BUF_INIT;
    enum qn_status status = QN_OK;

    if (!text->size || text->data[text->size - 1] != '\n')
        status = qn_buf_append_byte(ctx, text, '\n');
    if (!status)
        status =
            qn_buf_printf(ctx, &help,
                          "Please edit the description for the branch\n  %s\n"
                          "Lines starting with '%s' will be stripped.\n",
                          name, edit->comment);
    if (!status)
        status = qn_stripspace_comment(ctx, qn_buf_bytes(&help), edit->comment,
                                       text);
    if (!status)
        status = qn_state_file_write(ctx, repo, "EDIT_DESCRIPTION",
                                     qn_buf_bytes(text));
    if (!status)
        status = qn_repo_path(ctx, repo, "EDIT_DESCRIPTION", &path);
    if (!status) {
        status = edit->edit(ctx, edit->data, qn_buf_string(&path));
        if (status)
            status = qn_ctx_fail_reason(ctx, status, "branch.editor", NULL,
                                        "%s", qn_ctx_message(ctx));
    }
    if (!status)
        status = qn_file_read_all(ctx, qn_buf_string(&path), &edited);
    qn_buf_clear(text);
    if (!status)
        status = qn_stripspace(ctx, qn_buf_bytes(&edited), edit->comment, text);
    if (!status && qn_file_unlink_if_exists(ctx, qn_buf_string(&path)))
        qn_ctx_clear(ctx);
    qn_buf_dispose(&path);
    qn_buf_dispose(&edited);
    qn_buf_dispose(&help);
    return status;
}

/* What is there is edited, and written back. */
static enum qn_status describe(struct qn_ctx *ctx, struct qn_repo *repo,
                               const struct qn_op_branch_edit *edit,
                               const char *name)
{
    struct qn_buf key = QN_BUF_INIT, text = QN_BUF_INIT, path = QN_BUF_INIT;
    enum qn_status status =
        qn_buf_printf(ctx, &key, "branch.%s.description", name);

    if (!status)
        status = qn_buf_append_string(
            ctx, &text,
            qn_config_string(qn_repo_config(repo), qn_buf_string(&key), ""));
    if (!status)
        status = edit_text(ctx, repo, edit, name, &text);
    if (!status)
        status = qn_repo_path(ctx, repo, "config", &path);
    if (!status && text.size)
        status = qn_config_edit_set(ctx, qn_buf_string(&path),
                                    qn_buf_string(&key), qn_buf_string(&text));
    else if (!status)
        status = qn_config_edit_unset(ctx, qn_buf_string(&path),
                                      qn_buf_string(&key));
    qn_buf_dispose(&key);
    qn_buf_dispose(&text);
    qn_buf_dispose(&path);
    return status;
}

enum qn_status qn_op_branch_describe(struct qn_ctx *ctx,
                                     const struct qn_revision_scope *scope,
                                     const struct qn_op_branch_edit *edit)
{
    struct qn_buf full = QN_BUF_INIT, current = QN_BUF_INIT;
    const char *name;
    bool found = false;
    enum qn_status status =
        choose_branch(ctx, scope, edit->branch, &current, &full);

    name = qn_op_branch_short(qn_buf_string(&full));
    if (!status && full.size == 0)
        status = qn_ctx_fail(ctx, QN_INVALID,
                             "cannot give description to detached HEAD");
    if (!status)
        status =
            qn_op_branch_exists(ctx, scope->refs, qn_buf_string(&full), &found);
    if (!status && !found)
        status =
            qn_bytes_is_string(qn_buf_bytes(&current), name)
                ? qn_ctx_fail_reason(ctx, QN_NOT_FOUND, "branch.unborn", name,
                                     "no commit on branch '%s' yet", name)
                : qn_ctx_fail_reason(ctx, QN_NOT_FOUND, "branch.missing", name,
                                     "no branch named '%s'", name);
    if (!status)
        status = describe(ctx, scope->repo, edit, name);
    qn_buf_dispose(&full);
    qn_buf_dispose(&current);
    return status;
}
