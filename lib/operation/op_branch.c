/* SPDX-License-Identifier: MIT */
#include "operation/op_branch_parts.h"
#include "operation/part/record.h"
#include "operation/part/tracking.h"
#include "show/ref_atom.h"
#include "text/ref_name.h"
#include "walk/merge_base.h"

const char *qn_op_branch_short(const char *full)
{
    return strncmp(full, "refs/heads/", 11) == 0 ? full + 11 : full;
}

enum qn_status qn_op_branch_full_name(struct qn_ctx *ctx,
                                      const struct qn_revision_scope *scope,
                                      const char *name, struct qn_buf *out)
{
    struct qn_buf expanded = QN_BUF_INIT;
    const char *short_name = name;
    enum qn_status status;

    if (strcmp(name, "@") != 0) {
        status = qn_revision_expand_branch(ctx, scope, name, &expanded);
        if (status && qn_revision_is_deadly(ctx)) {
            qn_buf_dispose(&expanded);
            return status;
        }
        if (status)
            qn_ctx_clear(ctx);
        else
            short_name = qn_buf_string(&expanded);
    }
    status = qn_buf_printf(ctx, out, "refs/heads/%s", short_name);
    qn_buf_dispose(&expanded);
    return status;
}

enum qn_status qn_op_branch_check_name(struct qn_ctx *ctx, const char *name,
                                       const char *full)
{
    if (qn_ref_name_is_branch(qn_bytes_from_string(qn_op_branch_short(full))))
        return QN_OK;
    return qn_ctx_fail_reason(ctx, QN_INVALID, "branch.bad-name", name,
                              "'%s' is not a valid branch name", name);
}

enum qn_status qn_op_branch_work_tree(struct qn_ctx *ctx,
                                      const struct qn_revision_scope *scope,
                                      const char *full, struct qn_buf *out)
{
    static const struct qn_ref_values_options wanted;
    struct qn_ref_values *values = NULL;
    enum qn_status status = qn_ref_values_new(ctx, scope, &wanted, &values);

    if (!status)
        status = qn_ref_values_worktree(ctx, values, full, out);
    qn_ref_values_free(values);
    return status;
}

enum qn_status qn_op_branch_current(struct qn_ctx *ctx, struct qn_refs *refs,
                                    struct qn_buf *out, bool *found)
{
    struct qn_ref ref = QN_REF_INIT;
    enum qn_status status = qn_refs_find(ctx, refs, "HEAD", &ref, found);

    *found = !status && *found && ref.is_symbolic &&
             qn_bytes_has_prefix(qn_buf_bytes(&ref.target), "refs/heads/");
    if (*found)
        status = qn_buf_append_string(
            ctx, out, qn_op_branch_short(qn_buf_string(&ref.target)));
    qn_ref_dispose(&ref);
    return status;
}

enum qn_status qn_op_branch_exists(struct qn_ctx *ctx, struct qn_refs *refs,
                                   const char *full, bool *found)
{
    struct qn_ref ref = QN_REF_INIT;
    enum qn_status status = qn_refs_resolve(ctx, refs, full, &ref, found);

    qn_ref_dispose(&ref);
    return status;
}

enum qn_status qn_op_branch_check_free(struct qn_ctx *ctx,
                                       const struct qn_revision_scope *scope,
                                       const char *full, bool forces)
{
    struct qn_buf used = QN_BUF_INIT;
    enum qn_status status;

    if (!forces)
        return qn_ctx_fail(ctx, QN_EXISTS, "a branch named '%s' already exists",
                           qn_op_branch_short(full));
    status = qn_op_branch_work_tree(ctx, scope, full, &used);
    if (!status && used.size > 0)
        status = qn_ctx_fail(
            ctx, QN_REFUSED,
            "cannot force update the branch '%s' used by worktree at '%s'",
            qn_op_branch_short(full), qn_buf_string(&used));
    qn_buf_dispose(&used);
    return status;
}

/* ---- where a branch starts, and what it tracks */

enum qn_status qn_op_branch_find_object(struct qn_ctx *ctx,
                                        const struct qn_revision_scope *scope,
                                        const char *text, struct qn_id *out,
                                        bool *found)
{
    struct qn_revision revision = QN_REVISION_INIT;
    enum qn_status status;

    *found = qn_id_from_hex(out, qn_repo_algorithm(scope->repo),
                            qn_bytes_from_string(text));
    if (*found)
        return QN_OK;
    revision.is_quiet = true;
    status = qn_revision_parse(ctx, scope, text, &revision);
    *found = status == QN_OK;
    *out = revision.id;
    qn_revision_dispose(&revision);
    if (!status || qn_revision_is_deadly(ctx))
        return status;
    qn_ctx_clear(ctx);
    return QN_OK;
}

/* A name that two refs have cannot be tracked. */
static enum qn_status refuse_ambiguous(struct qn_ctx *ctx,
                                       const struct qn_revision_scope *scope,
                                       const char *start)
{
    struct qn_buf full = QN_BUF_INIT;
    bool found = false, is_ambiguous = false, warns = true;
    enum qn_status status;

    if (qn_revision_expand_ref(ctx, scope->refs, start, &full, &found,
                               &is_ambiguous))
        qn_ctx_clear(ctx);
    qn_buf_dispose(&full);
    if (!is_ambiguous)
        return QN_OK;
    status = qn_config_bool(ctx, qn_repo_config(scope->repo),
                            "core.warnambiguousrefs", true, &warns);
    if (status)
        return status;
    if (warns)
        qn_ctx_report(ctx, QN_REPORT_WARNING, "revision.ambiguous",
                      "refname '%s' is ambiguous.", start);
    return qn_ctx_fail(ctx, QN_AMBIGUOUS, "ambiguous object name: '%s'", start);
}

/* The ref that a start names, appended: what can be tracked.  "" for none,
 * which fails when it `must` be. */
enum qn_status qn_op_branch_find_tracked(struct qn_ctx *ctx,
                                         const struct qn_revision_scope *scope,
                                         const char *start, bool must,
                                         struct qn_buf *out)
{
    bool found = false;

    if (must) {
        enum qn_status status = refuse_ambiguous(ctx, scope, start);

        if (status)
            return status;
    }
    if (strcmp(start, "HEAD") == 0) { /* the branch that we are on */
        struct qn_buf name = QN_BUF_INIT;
        enum qn_status status = QN_OK;

        if (must)
            status = qn_op_branch_current(ctx, scope->refs, &name, &found);
        if (!status && found)
            status =
                qn_buf_printf(ctx, out, "refs/heads/%s", qn_buf_string(&name));
        qn_buf_dispose(&name);
        if (status)
            return status;
    } else if (qn_revision_full_name(ctx, scope, start, out, &found))
        qn_ctx_clear(ctx);
    if (found) {
        enum qn_status status =
            qn_tracking_can_be(ctx, scope->repo, qn_buf_string(out), &found);

        if (status)
            return status;
    }
    if (!found)
        qn_buf_clear(out);
    if (must && out->size == 0)
        return qn_ctx_fail(ctx, QN_INVALID,
                           "cannot set up tracking information; starting point "
                           "'%s' is not a branch",
                           start);
    return QN_OK;
}

static enum qn_status find_start(struct qn_ctx *ctx,
                                 const struct qn_revision_scope *scope,
                                 const char *start, bool is_explicit,
                                 struct qn_id *commit)
{
    struct qn_id id;
    bool found;
    enum qn_status status =
        strstr(start, "...")
            ? qn_merge_base_of_range(ctx, scope, start, &id, &found)
            : qn_op_branch_find_object(ctx, scope, start, &id, &found);

    if (status)
        return status;
    if (!found && is_explicit)
        return qn_ctx_fail_reason(
            ctx, QN_NOT_FOUND, "branch.no-upstream", start,
            "the requested upstream branch '%s' does not exist", start);
    if (!found)
        return qn_ctx_fail(ctx, QN_NOT_FOUND, "not a valid object name: '%s'",
                           start);
    if (qn_revision_need_commit(ctx, scope->odb, &id, commit)) {
        qn_ctx_clear(ctx);
        return qn_ctx_fail(ctx, QN_INVALID, "not a valid branch point: '%s'",
                           start);
    }
    return QN_OK;
}

enum qn_status qn_op_branch_create(struct qn_ctx *ctx,
                                   const struct qn_revision_scope *scope,
                                   const struct qn_op_branch_options *options,
                                   struct qn_buf *said)
{
    struct qn_buf full = QN_BUF_INIT, tracked = QN_BUF_INIT,
                  current = QN_BUF_INIT, message = QN_BUF_INIT;
    struct qn_tracking tracking = {.mode = options->mode};
    struct qn_id commit, none;
    struct qn_record_move move = {
        .new_id = &commit,
        .old_id = options->forces ? NULL : &none,
        .flags = options->makes_log ? QN_REF_FORCE_REFLOG : 0};
    bool must_track = options->has_mode && options->mode != QN_TRACKING_NEVER;
    const char *start = options->start;
    bool is_on_branch = false, was_there = false;
    enum qn_status status = QN_OK;

    if (!start)
        status =
            qn_op_branch_current(ctx, scope->refs, &current, &is_on_branch);
    if (!start)
        start = is_on_branch ? qn_buf_string(&current) : "HEAD";
    if (!status)
        status = qn_op_branch_full_name(ctx, scope, options->name, &full);
    if (!status)
        status =
            qn_op_branch_check_name(ctx, options->name, qn_buf_string(&full));
    if (!status)
        status = qn_op_branch_exists(ctx, scope->refs, qn_buf_string(&full),
                                     &was_there);
    if (!status && was_there)
        status = qn_op_branch_check_free(ctx, scope, qn_buf_string(&full),
                                         options->forces);
    if (!status)
        status = find_start(ctx, scope, start,
                            must_track && options->mode == QN_TRACKING_EXPLICIT,
                            &commit);
    if (!status)
        status =
            qn_op_branch_find_tracked(ctx, scope, start, must_track, &tracked);
    if (!status && !options->has_mode)
        status = qn_tracking_default(ctx, qn_repo_config(scope->repo),
                                     &tracking.mode);
    if (!status)
        status = qn_tracking_check(ctx, qn_repo_config(scope->repo));
    if (!status)
        status = qn_buf_printf(ctx, &message, "branch: %s %s",
                               was_there ? "Reset to" : "Created from", start);
    qn_id_clear(&none, qn_repo_algorithm(scope->repo));
    move.name = qn_buf_string(&full);
    move.message = qn_buf_string(&message);
    tracking.branch = qn_op_branch_short(move.name);
    tracking.start = qn_buf_string(&tracked);
    if (!status)
        status = qn_record_move(ctx, scope->repo, scope->refs, &move);
    if (!status && tracked.size > 0)
        status = qn_tracking_set(ctx, scope->repo, &tracking, said);
    qn_buf_dispose(&full);
    qn_buf_dispose(&tracked);
    qn_buf_dispose(&current);
    qn_buf_dispose(&message);
    return status;
}
