/* SPDX-License-Identifier: MIT */
#include "operation/op_merge.h"

#include "base/env.h"
#include "base/memory.h"
#include "object/commit.h"
#include "operation/op_merge_parts.h"
#include "operation/part/autostash.h"
#include "operation/part/record.h"
#include "operation/part/run_hook.h"
#include "operation/part/state_file.h"
#include "operation/part/update_tracked.h"
#include "os/file.h"
#include "show/signature.h"
#include "trace/trace.h"
#include "worktree/refresh.h"
#include "worktree/unpack.h"

#include <stdarg.h>

enum qn_status qn_op_merge_parts_say(struct qn_op_merge_run *run,
                                     const char *format, ...)
{
    const struct qn_merge_calls *calls = &run->options->calls;
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status;
    va_list arguments;

    va_start(arguments, format);
    status = qn_buf_vprintf(run->ctx, &text, format, arguments);
    va_end(arguments);
    if (!status)
        status = qn_buf_append_byte(run->ctx, &text, '\n');
    if (!status)
        calls->say(calls->data, qn_buf_bytes(&text));
    qn_buf_dispose(&text);
    return status;
}

enum qn_status qn_op_merge_parts_tree_of(struct qn_op_merge_run *run,
                                         const struct qn_id *commit,
                                         struct qn_id *out)
{
    return qn_revision_peel(run->ctx, run->scope.odb, commit, QN_OBJECT_TREE,
                            out);
}

enum qn_status qn_op_merge_parts_open_index(struct qn_op_merge_run *run)
{
    struct qn_ctx *ctx = run->ctx;
    uint8_t *answers = NULL;
    enum qn_status status = qn_work_tree_lock_index(ctx, run->repo, &run->lock);

    if (!status)
        status = qn_work_tree_read_index(ctx, run->repo, run->scope.odb,
                                         &run->index);
    if (!status) {
        answers = qn_memory_calloc(ctx, qn_index_count(run->index) + 1, 1);
        if (!answers)
            status = QN_NO_MEMORY;
    }
    if (!status)
        status = qn_refresh_run(ctx, &run->tree, run->index, NULL, 0, answers);
    qn_memory_free(answers);
    return status;
}

static enum qn_status run_post_merge(struct qn_op_merge_run *run)
{
    const char *arguments[2] = {run->options->squashes ? "1" : "0", NULL};
    struct qn_run_hook hook = {.name = "post-merge",
                               .arguments = arguments,
                               .action = qn_buf_string(&run->action)};
    bool exists = false;
    enum qn_status status =
        qn_run_hook_exists(run->ctx, run->repo, hook.name, &exists);

    if (!status && exists)
        status = qn_run_hook(run->ctx, run->repo, &hook, NULL);
    return status;
}

enum qn_status qn_op_merge_parts_finish(struct qn_op_merge_run *run,
                                        const struct qn_id *commit,
                                        const char *words)
{
    const struct qn_merge_options *options = run->options;
    struct qn_buf reason = QN_BUF_INIT;
    enum qn_status status;

    status = qn_buf_printf(run->ctx, &reason, "%s: %s",
                           qn_buf_string(&run->action), words);
    if (!status && !options->is_quiet && words[0])
        status = qn_op_merge_parts_say(run, "%s", words);
    if (!status && options->squashes)
        status = qn_op_merge_record_stop(run);
    else if (!status)
        status = qn_record_ref(run->ctx, run->repo, run->scope.refs, "HEAD",
                               commit, &run->head, qn_buf_string(&reason));
    if (status && status != QN_NO_MEMORY)
        (void)qn_ctx_where(run->ctx, "update_ref failed for ref 'HEAD'");
    if (!status && !options->is_quiet)
        status = options->calls.show_stat(run->ctx, options->calls.data,
                                          &run->head_tree, &run->result_tree);
    if (!status)
        status = run_post_merge(run);
    qn_buf_dispose(&reason);
    return status;
}

/* ---- before it begins */

/* --verify-signatures */
static enum qn_status verify_head(struct qn_op_merge_run *run,
                                  const struct qn_merge_head *head)
{
    struct qn_verification answer = QN_VERIFICATION_INIT;
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_ctx *ctx = run->ctx;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    size_t digits = 0;
    bool found = false;
    enum qn_status status = qn_odb_read_typed(ctx, run->scope.odb, &head->id,
                                              QN_OBJECT_COMMIT, &object);

    if (!status)
        status = qn_signature_check(ctx, qn_repo_config(run->repo),
                                    qn_object_bytes(&object), QN_OBJECT_COMMIT,
                                    head->id.algorithm, &found, &answer);
    if (!status)
        status = qn_odb_abbreviate(ctx, run->scope.odb, &head->id, 0, &digits);
    qn_id_to_hex(&head->id, hex);
    hex[digits] = '\0';
    /* Without a configured level a signature must be trusted somewhat. */
    if (answer.trust < QN_VERIFIER_MARGINAL &&
        !qn_config_find(qn_repo_config(run->repo), "gpg.mintrustlevel"))
        answer.is_trusted = false;
    if (!status && answer.grade == 'G' && !answer.is_trusted)
        status = qn_ctx_fail(ctx, QN_REFUSED,
                             "Commit %s has an untrusted GPG signature, "
                             "allegedly by %s.",
                             hex, qn_buf_string(&answer.signer));
    else if (!status && answer.grade == 'B')
        status = qn_ctx_fail(ctx, QN_REFUSED,
                             "Commit %s has a bad GPG signature allegedly by "
                             "%s.",
                             hex, qn_buf_string(&answer.signer));
    else if (!status && answer.grade != 'G')
        status = qn_ctx_fail(ctx, QN_REFUSED,
                             "Commit %s does not have a GPG signature.", hex);
    else if (!status && run->options->says_good)
        status = qn_op_merge_parts_say(run,
                                       "Commit %s has a good GPG signature by "
                                       "%s",
                                       hex, qn_buf_string(&answer.signer));
    qn_verification_dispose(&answer);
    qn_object_dispose(&object);
    return status;
}

static enum qn_status verify_heads(struct qn_op_merge_run *run)
{
    const struct qn_merge_heads *heads = run->options->heads;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; run->options->verifies && i < heads->count && !status; i++)
        status = verify_head(run, &heads->items[i]);
    return status;
}

enum qn_status qn_op_merge_check(struct qn_ctx *ctx, struct qn_repo *repo)
{
    struct qn_index *index = NULL;
    struct qn_odb *odb = NULL;
    enum qn_status status;
    bool is_merging = false, is_picking = false;

    status = qn_repo_odb(ctx, repo, &odb);
    if (!status)
        status = qn_work_tree_read_index(ctx, repo, odb, &index);
    if (!status && qn_index_is_unmerged(index))
        status = qn_ctx_fail_reason(
            ctx, QN_CONFLICT, "merge.unmerged", NULL,
            "Merging is not possible because you have unmerged files.");
    if (!status)
        status = qn_state_file_exists(ctx, repo, "MERGE_HEAD", &is_merging);
    if (!status && !is_merging)
        status =
            qn_state_file_exists(ctx, repo, "CHERRY_PICK_HEAD", &is_picking);
    if (is_merging || is_picking)
        status =
            qn_ctx_fail_reason(ctx, QN_CONFLICT, "merge.unfinished", NULL,
                               "You have not concluded your %s (%s exists).\n"
                               "Please, commit your changes before you merge.",
                               is_merging ? "merge" : "cherry-pick",
                               is_merging ? "MERGE_HEAD" : "CHERRY_PICK_HEAD");
    qn_index_free(index);
    qn_odb_free(odb);
    return status;
}

static enum qn_status read_head(struct qn_op_merge_run *run)
{
    struct qn_ctx *ctx = run->ctx;
    struct qn_ref ref = QN_REF_INIT;
    bool found = false;
    struct qn_bytes target;
    enum qn_status status =
        qn_refs_find(ctx, run->scope.refs, "HEAD", &ref, &found);

    if (!status && found && ref.is_symbolic) {
        target = qn_buf_bytes(&ref.target);
        if (qn_bytes_has_prefix(target, "refs/heads/"))
            target = qn_bytes_from(target, strlen("refs/heads/"));
        status = qn_buf_append_bytes(ctx, &run->branch, target);
    } else if (!status) {
        status = qn_buf_append_string(ctx, &run->branch, "HEAD");
    }
    if (!status)
        status = qn_refs_resolve(ctx, run->scope.refs, "HEAD", &ref, &found);
    if (!status && found) {
        run->head = ref.id;
        status = qn_op_merge_parts_tree_of(run, &run->head, &run->head_tree);
        if (status == QN_NOT_FOUND || status == QN_INVALID ||
            (status && strcmp(qn_ctx_reason(ctx), "odb.bad-header") == 0))
            status = qn_ctx_fail(ctx, status, "could not parse HEAD");
    }
    qn_ref_dispose(&ref);
    return status;
}

/* Drop heads that others (or HEAD) have already. */
static enum qn_status reduce_heads(struct qn_op_merge_run *run)
{
    struct qn_merge_heads *heads = run->options->heads;
    struct qn_id_list all = {0}, kept = {0};
    enum qn_status status = QN_OK;
    size_t i, j;

    for (i = 0; i < heads->count && !status; i++)
        status = qn_id_list_add(run->ctx, &all, &heads->items[i].id);
    if (!status)
        status = qn_id_list_add(run->ctx, &all, &run->head);
    if (!status)
        status = qn_merge_base_independent(run->ctx, &run->scope, all.ids,
                                           all.count, &kept);
    run->drops_head = true;
    for (j = 0; j < kept.count && !status; j++)
        if (qn_id_is_equal(&kept.ids[j], &run->head))
            run->drops_head = false;
    for (i = heads->count; i > 0 && !status; i--) {
        const struct qn_id *id = &heads->items[i - 1].id;
        bool is_kept = false;

        for (j = 0; j < kept.count; j++)
            is_kept |= qn_id_is_equal(&kept.ids[j], id);
        for (j = 0; j + 1 < i; j++) /* the same twice: the first stays */
            is_kept &= !qn_id_is_equal(&heads->items[j].id, id);
        if (qn_id_is_equal(id, &run->head))
            is_kept = false;
        if (!is_kept)
            qn_merge_heads_remove(heads, i - 1);
    }
    qn_id_list_dispose(&all);
    qn_id_list_dispose(&kept);
    return status;
}

static enum qn_status make_action(struct qn_op_merge_run *run)
{
    const struct qn_merge_heads *heads = run->options->heads;
    const char *given =
        qn_env_variable(qn_ctx_env(run->ctx), "GIT_REFLOG_ACTION");
    enum qn_status status =
        qn_buf_append_string(run->ctx, &run->action, given ? given : "merge");
    size_t i;

    for (i = 0; i < heads->count && !status && !given; i++)
        status = qn_buf_printf(run->ctx, &run->action, " %s",
                               qn_buf_string(&heads->items[i].name));
    return status;
}

static enum qn_status make_message(struct qn_op_merge_run *run)
{
    const struct qn_merge_options *options = run->options;
    struct qn_merge_message_options message = {
        .head = &run->head,
        .into = options->into_name ? options->into_name
                                   : qn_buf_string(&run->branch),
        .log_size = options->log_size,
        .has_title = !options->message,
        .credits = options->edits,
        .comment = options->comment};
    enum qn_status status = QN_OK;

    if (options->message)
        status = qn_buf_append_bytes(run->ctx, &run->message,
                                     qn_buf_bytes(options->message));
    if (!status && (!options->message || options->log_size))
        status = qn_merge_message_append(run->ctx, &run->scope, options->heads,
                                         &message, &run->message);
    if (!status && (!options->message || options->log_size) &&
        run->message.size && run->message.data[run->message.size - 1] == '\n')
        qn_buf_truncate(&run->message, run->message.size - 1);
    return status;
}

/* ---- the ways it can go */

static enum qn_status begin_unborn(struct qn_op_merge_run *run)
{
    const struct qn_merge_options *options = run->options;
    /* From nothing: what is staged already must not be lost. */
    struct qn_unpack_options unpack = {
        .kind = QN_UNPACK_TWO, .updates = true, .overwrites_ignored = true};
    struct qn_ctx *ctx = run->ctx;
    enum qn_status status;
    struct qn_id trees[2];
    bool is_one = true;

    if (options->squashes)
        return qn_ctx_fail(ctx, QN_INVALID,
                           "Squash commit into empty head not supported yet");
    if (options->fast_forward == QN_MERGE_FF_NEVER &&
        !options->never_of_strategy)
        return qn_ctx_fail(
            ctx, QN_INVALID,
            "Non-fast-forward commit does not make sense into an empty head");
    for (size_t i = 1; i < options->heads->count; i++)
        is_one &= qn_id_is_equal(&options->heads->items[i].id,
                                 &options->heads->items[0].id);
    if (!is_one)
        return qn_ctx_fail(ctx, QN_INVALID,
                           "Can merge only exactly one commit into empty head");
    status =
        qn_op_merge_parts_tree_of(run, &options->heads->items[0].id, &trees[1]);
    trees[0] = *qn_id_empty_tree(qn_repo_algorithm(run->repo));
    if (!status)
        status = qn_op_merge_parts_open_index(run);
    if (!status)
        status = qn_unpack_run(ctx, &run->tree, run->index, run->scope.odb,
                               trees, 2, &unpack);
    if (status == QN_CONFLICT)
        return qn_ctx_fail(ctx, QN_CONFLICT, "read-tree failed");
    if (!status)
        status =
            qn_work_tree_write_index(ctx, run->repo, run->index, &run->lock);
    if (!status)
        status = qn_record_ref(ctx, run->repo, run->scope.refs, "HEAD",
                               &options->heads->items[0].id, &run->head,
                               "initial pull");
    return status;
}

static enum qn_status append_short(struct qn_op_merge_run *run,
                                   const struct qn_id *id, struct qn_buf *out)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    size_t digits = 0;
    enum qn_status status =
        qn_odb_abbreviate(run->ctx, run->scope.odb, id, 0, &digits);

    qn_id_to_hex(id, hex);
    return status ? status : qn_buf_append(run->ctx, out, hex, digits);
}

/* Local changes out of the way, when that is wanted. */
static enum qn_status put_aside(struct qn_op_merge_run *run)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    size_t digits = 0;
    enum qn_status status;
    struct qn_id id;

    if (!run->options->stashes)
        return QN_OK;
    status = qn_autostash_create(run->ctx, &run->scope, &run->tree, &id,
                                 &run->has_stash);
    if (status || !run->has_stash)
        return status;
    status = qn_odb_abbreviate(run->ctx, run->scope.odb, &id, 0, &digits);
    if (!status)
        status = qn_op_merge_parts_say(run, "Created autostash: %.*s",
                                       (int)digits, qn_id_to_hex(&id, hex));
    return status;
}

/* Nothing came of it: what was put aside comes back. */
static enum qn_status put_back(struct qn_op_merge_run *run,
                               enum qn_status status)
{
    struct qn_ctx *ctx = run->ctx;
    struct qn_buf message = QN_BUF_INIT, reason = QN_BUF_INIT;
    bool is_said;

    if (!status || !run->has_stash)
        return status;
    if (!qn_buf_append_string(ctx, &message, qn_ctx_message(ctx)) &&
        !qn_buf_append_string(ctx, &reason, qn_ctx_reason(ctx)) &&
        strcmp(qn_buf_string(&reason), "merge.stopped") != 0 &&
        strcmp(qn_buf_string(&reason), "merge.not-committed") != 0) {
        /* What went wrong is said before what comes back. */
        is_said = strcmp(qn_buf_string(&reason), "merge.strategy") == 0 ||
                  strcmp(qn_buf_string(&reason), "merge.fast-forward") == 0;
        qn_ctx_clear(ctx);
        qn_lock_file_rollback(&run->lock);
        if (is_said)
            qn_ctx_report(ctx, QN_REPORT_INFO, qn_buf_string(&reason), "%s",
                          qn_buf_string(&message));
        if (!qn_autostash_apply(ctx, run->repo))
            status = qn_ctx_fail_reason(ctx, status, qn_buf_string(&reason),
                                        is_said ? "said" : NULL, "%s",
                                        qn_buf_string(&message));
    }
    qn_buf_dispose(&message);
    qn_buf_dispose(&reason);
    return status;
}

static enum qn_status fast_forward(struct qn_op_merge_run *run)
{
    const struct qn_merge_options *options = run->options;
    const struct qn_id *to = &options->heads->items[0].id;
    struct qn_apply_merge apply = {.tree = &run->tree,
                                   .odb = run->scope.odb,
                                   .refs = run->scope.refs,
                                   .lock = &run->lock,
                                   .from = &run->head_tree,
                                   .operation = "merge",
                                   .keeps_ignored = options->keeps_ignored,
                                   .keeps_auto_merge = true};
    struct qn_buf range = QN_BUF_INIT;
    enum qn_status status;

    status = append_short(run, &run->head, &range);
    if (!status)
        status = qn_buf_append_string(run->ctx, &range, "..");
    if (!status)
        status = append_short(run, to, &range);
    if (!status && !options->is_quiet)
        status =
            qn_op_merge_parts_say(run, "Updating %s", qn_buf_string(&range));
    qn_buf_dispose(&range);
    if (!status)
        status = put_aside(run);
    if (!status)
        status = qn_op_merge_parts_open_index(run);
    apply.index = run->index;
    if (!status)
        status = qn_op_merge_parts_tree_of(run, to, &run->result_tree);
    if (!status)
        status =
            qn_apply_merge_run(run->ctx, &apply, &run->result_tree, NULL, 0);
    if (status == QN_CONFLICT)
        return qn_ctx_fail_reason(run->ctx, status, "merge.fast-forward", NULL,
                                  "Aborting");
    if (!status)
        status = qn_op_merge_parts_finish(
            run, to,
            options->message
                ? "Fast-forward (no commit created; -m option ignored)"
                : "Fast-forward");
    if (status)
        return status;
    return options->squashes ? qn_autostash_apply(run->ctx, run->repo)
                             : qn_op_merge_record_end(run);
}

/* A strategy left something behind: index and files as in HEAD again. */
static enum qn_status rewind_tree(struct qn_op_merge_run *run)
{
    struct qn_unpack_options unpack = {.kind = QN_UNPACK_ONE,
                                       .updates = true,
                                       .resets = true,
                                       .overwrites_ignored = true,
                                       .hides_progress = true,
                                       .operation = "reset"};
    enum qn_status status =
        qn_op_merge_parts_say(run, "Rewinding the tree to pristine...");

    qn_lock_file_rollback(&run->lock);
    qn_index_free(run->index);
    run->index = NULL;
    if (!status)
        status = qn_op_merge_parts_open_index(run);
    if (!status)
        status = qn_unpack_run(run->ctx, &run->tree, run->index, run->scope.odb,
                               &run->head_tree, 1, &unpack);
    if (!status)
        status = qn_work_tree_write_index(run->ctx, run->repo, run->index,
                                          &run->lock);
    return status;
}

static enum qn_status try_one(struct qn_op_merge_run *run,
                              const struct qn_merge_strategy_choice *strategy,
                              bool *is_clean)
{
    enum qn_status status;

    run->strategy = strategy;
    qn_lock_file_rollback(&run->lock);
    qn_index_free(run->index);
    run->index = NULL;
    status = qn_op_merge_parts_open_index(run);
    if (!status)
        status = qn_op_merge_strategy_run(run, is_clean);
    qn_lock_file_rollback(&run->lock);
    return status;
}

/* How much is left to be done by hand. */
static size_t count_conflicts(const struct qn_index *index)
{
    size_t count = 0;
    size_t i;

    for (i = 0; i < qn_index_count(index); i++)
        count += qn_index_peek(index, i)->stage != 0;
    return count;
}

/* Several strategies: the first that is clean, else the one that leaves
 * least. */
static enum qn_status try_all(struct qn_op_merge_run *run, bool *is_clean)
{
    const struct qn_merge_options *options = run->options;
    const struct qn_merge_strategy_choice *best = NULL;
    size_t best_count = SIZE_MAX;
    enum qn_status status = QN_OK;
    size_t i;

    *is_clean = false;
    for (i = 0; i < options->strategy_count && !status; i++) {
        const struct qn_merge_strategy_choice *one = &options->strategies[i];
        size_t count;

        if (i)
            status = rewind_tree(run);
        if (!status)
            status = qn_op_merge_parts_say(run, "Trying merge strategy %s...",
                                           one->name);
        if (!status)
            status = try_one(run, one, is_clean);
        if (status == QN_CONFLICT &&
            strcmp(qn_ctx_reason(run->ctx), "merge.strategy") == 0) {
            qn_ctx_clear(run->ctx);
            status = QN_OK;
            continue;
        }
        if (status || *is_clean)
            return status;
        count = count_conflicts(run->index);
        if (count <= best_count) {
            best = one;
            best_count = count;
        }
    }
    if (status)
        return status;
    if (!best) {
        status = rewind_tree(run);
        return status ? status
                      : qn_ctx_fail_reason(run->ctx, QN_CONFLICT,
                                           "merge.strategy", NULL,
                                           "No merge strategy handled the "
                                           "merge.");
    }
    if (best == run->strategy)
        return QN_OK;
    status = rewind_tree(run);
    if (!status)
        status = qn_op_merge_parts_say(
            run, "Using the %s strategy to prepare resolving by hand.",
            best->name);
    return status ? status : try_one(run, best, is_clean);
}

/* One base, one head, and nothing but whole files of one side or the other. */
static enum qn_status try_trivial(struct qn_op_merge_run *run, bool *done)
{
    enum qn_status status;

    *done = false;
    if (!run->options->is_trivial_allowed || run->options->stops ||
        run->options->squashes || run->bases.count != 1 ||
        run->options->heads->count != 1)
        return QN_OK;
    status =
        qn_op_merge_parts_say(run, "Trying really trivial in-index merge...");
    if (!status)
        status = qn_op_merge_parts_open_index(run);
    if (!status)
        status = qn_op_merge_strategy_trivial(run, done);
    qn_lock_file_rollback(&run->lock);
    if (!status)
        status = qn_op_merge_parts_say(run, *done ? "Wonderful." : "Nope.");
    if (!status && *done)
        status = qn_op_merge_record(run, "In-index merge");
    return status;
}

/* Local changes are where they were.  Git has put them aside and back by then,
 * and that leaves AUTO_MERGE, and a line in HEAD's log when some were staged.
 */
static void leave_as_put_back(struct qn_op_merge_run *run)
{
    struct qn_ctx *ctx = qn_ctx_fork(run->ctx); /* the failure stays */
    struct qn_repo *repo = run->repo;
    struct qn_refs *refs = run->scope.refs;
    struct qn_buf message = QN_BUF_INIT;
    struct qn_index *index = NULL;
    struct qn_id staged, all;
    bool has_staged;
    enum qn_status status = QN_NO_MEMORY;

    if (!ctx)
        return;
    if (!qn_id_is_null(&run->head))
        status = qn_work_tree_read_index(ctx, repo, run->scope.odb, &index);
    if (!status)
        status =
            qn_index_write_tree(ctx, index, run->scope.odb, false, &staged);
    if (!status)
        status = qn_update_tracked(ctx, &run->tree, index, run->scope.odb, NULL,
                                   NULL);
    if (!status)
        status = qn_index_write_tree(ctx, index, run->scope.odb, false, &all);
    has_staged = !status && !qn_id_is_equal(&staged, &run->head_tree);
    if (!status && (has_staged || !qn_id_is_equal(&all, &run->head_tree)))
        status = qn_record_ref(ctx, repo, refs, "AUTO_MERGE", &all, NULL, NULL);
    if (has_staged && !status)
        status = qn_buf_printf(ctx, &message, "%s: updating HEAD",
                               qn_buf_string(&run->action));
    if (has_staged && !status)
        status = qn_record_ref(ctx, repo, refs, "HEAD", &run->head, NULL,
                               qn_buf_string(&message));
    if (status)
        qn_ctx_clear(ctx);
    qn_buf_dispose(&message);
    qn_index_free(index);
    qn_ctx_free(ctx);
}

static enum qn_status record_clean(struct qn_op_merge_run *run)
{
    struct qn_buf words = QN_BUF_INIT;
    enum qn_status status =
        qn_buf_printf(run->ctx, &words, "Merge made by the '%s' strategy.",
                      run->strategy->name);

    if (!status)
        status = qn_op_merge_record(run, qn_buf_string(&words));
    qn_buf_dispose(&words);
    return status;
}

static enum qn_status say_stash(struct qn_op_merge_run *run)
{
    return run->has_stash
               ? qn_op_merge_parts_say(run, "When finished, apply stashed "
                                            "changes with `git stash pop`")
               : QN_OK;
}

/* Recorded resolutions are not done yet: whoever wants them is told. */
static enum qn_status warn_of_rerere(struct qn_op_merge_run *run)
{
    const struct qn_config *config = qn_repo_config(run->repo);
    struct qn_buf path = QN_BUF_INIT;
    bool is_on = false;
    enum qn_status status =
        qn_repo_path(run->ctx, run->repo, "rr-cache", &path);

    if (!status)
        is_on = qn_file_is_directory(qn_buf_string(&path));
    if (!status)
        status =
            qn_config_bool(run->ctx, config, "rerere.enabled", is_on, &is_on);
    if (!status && is_on)
        qn_ctx_report(run->ctx, QN_REPORT_WARNING, "rerere.not-done",
                      "rerere is not done yet: this conflict is neither "
                      "recorded nor resolved by it");
    qn_buf_dispose(&path);
    return status;
}

static enum qn_status true_merge(struct qn_op_merge_run *run)
{
    const struct qn_merge_options *options = run->options;
    bool is_clean = true, done = false;
    enum qn_status status = put_aside(run);

    if (!status)
        status = try_trivial(run, &done);
    if (status || done)
        return status;
    for (size_t i = 0; i < options->strategy_count; i++) {
        enum qn_merge_strategy kind = options->strategies[i].kind;

        if (kind == QN_MERGE_OURS || kind == QN_MERGE_EXTERNAL)
            continue;
        status = options->calls.prepare(run->ctx, options->calls.data);
        if (status)
            return status;
        break;
    }
    if (options->strategy_count > 1)
        status = try_all(run, &is_clean);
    else
        status = try_one(run, &options->strategies[0], &is_clean);
    if (status == QN_CONFLICT &&
        strcmp(qn_ctx_reason(run->ctx), "merge.strategy") == 0)
        leave_as_put_back(run);
    if (status)
        return status;
    if (is_clean && !options->stops && !options->squashes)
        return record_clean(run);
    if (is_clean)
        options->calls.warn(options->calls.data,
                            "Automatic merge went well; stopped before "
                            "committing as requested\n");
    status = qn_op_merge_record_stop(run);
    if (is_clean && options->squashes && !status)
        status = run_post_merge(run);
    if (is_clean && !status)
        status = say_stash(run);
    if (status || is_clean)
        return status;
    status = qn_op_merge_record_conflicts(run);
    if (!status)
        status = warn_of_rerere(run);
    return status ? status
                  : qn_ctx_fail_reason(
                        run->ctx, QN_CONFLICT, "merge.stopped", NULL,
                        "Automatic merge failed; fix conflicts "
                        "and then commit the result.%s",
                        run->has_stash ? "\nWhen finished, apply stashed "
                                         "changes with `git stash pop`"
                                       : "");
}

static enum qn_status say_up_to_date(struct qn_op_merge_run *run)
{
    enum qn_status status = QN_OK;

    if (!run->options->is_quiet)
        status = qn_op_merge_parts_say(
            run, "Already up to date.%s",
            run->options->squashes ? " (nothing to squash)" : "");
    return status ? status : qn_record_clear_state(run->ctx, run->repo);
}

static enum qn_status choose_way(struct qn_op_merge_run *run)
{
    const struct qn_merge_options *options = run->options;
    struct qn_id_list *bases = &run->bases;
    struct qn_id first = {.algorithm = run->head.algorithm};
    enum qn_status status;
    size_t count;

    if (options->heads->count == 0)
        return say_up_to_date(run);
    if (options->heads->count > 1) {
        if (options->fast_forward == QN_MERGE_FF_ONLY)
            return qn_ctx_fail_reason(
                run->ctx, QN_REFUSED, "merge.not-fast-forward", NULL,
                "Not possible to fast-forward, aborting.");
        return true_merge(run);
    }
    status = qn_merge_base_find(run->ctx, &run->scope, &run->head,
                                &options->heads->items[0].id, 1, bases);
    count = bases->count;
    if (!status && count)
        first = bases->ids[0];
    if (status)
        return status;
    if (count == 0 && !options->allows_unrelated)
        return qn_ctx_fail(run->ctx, QN_REFUSED,
                           "refusing to merge unrelated histories");
    if (count == 1 && qn_id_is_equal(&first, &run->head) &&
        options->fast_forward != QN_MERGE_FF_NEVER)
        return fast_forward(run);
    if (options->fast_forward == QN_MERGE_FF_ONLY)
        return qn_ctx_fail_reason(run->ctx, QN_REFUSED,
                                  "merge.not-fast-forward", NULL,
                                  "Not possible to fast-forward, aborting.");
    return true_merge(run);
}

static enum qn_status open_views(struct qn_op_merge_run *run)
{
    struct qn_ctx *ctx = run->ctx;
    enum qn_status status;

    run->scope.repo = run->repo;
    qn_id_clear(&run->head, qn_repo_algorithm(run->repo));
    run->head_tree = run->result_tree = run->head;
    status = qn_work_tree_open(ctx, run->repo, &run->tree);
    run->has_tree = !status;
    if (!status)
        status = qn_repo_odb(ctx, run->repo, &run->scope.odb);
    if (!status)
        status = qn_repo_refs(ctx, run->repo, &run->scope.refs);
    return status ? status : read_head(run);
}

static enum qn_status begin(struct qn_op_merge_run *run)
{
    enum qn_status status = open_views(run);

    if (!status && qn_id_is_null(&run->head)) {
        status = verify_heads(run);
        return status ? status : begin_unborn(run);
    }
    if (!status)
        status = reduce_heads(run);
    if (!status)
        status = verify_heads(run);
    if (!status)
        status = make_action(run);
    if (!status && run->options->heads->count && run->options->calls.choose)
        run->options->calls.choose(run->options->calls.data);
    if (!status && run->options->heads->count)
        status = make_message(run);
    if (!status)
        status =
            qn_record_ref(run->ctx, run->repo, run->scope.refs, "ORIG_HEAD",
                          &run->head, NULL, "updating ORIG_HEAD");
    if (status && qn_ctx_errno(run->ctx))
        (void)qn_ctx_where(run->ctx, "update_ref failed for ref 'ORIG_HEAD'");
    return status ? status : put_back(run, choose_way(run));
}

enum qn_status qn_op_merge(struct qn_ctx *ctx, struct qn_repo *repo,
                           struct qn_merge_options *options)
{
    struct qn_op_merge_run run = {.ctx = ctx,
                                  .repo = repo,
                                  .options = options,
                                  .lock = QN_LOCK_FILE_INIT};
    enum qn_status status;
    struct qn_span span;

    qn_span_begin(ctx, &span, "operation.merge", NULL);
    status = begin(&run);
    qn_lock_file_rollback(&run.lock);
    qn_index_free(run.index);
    if (run.has_tree)
        qn_work_tree_close(&run.tree);
    qn_id_list_dispose(&run.bases);
    qn_buf_dispose(&run.branch);
    qn_buf_dispose(&run.action);
    qn_buf_dispose(&run.message);
    qn_refs_free(run.scope.refs);
    qn_odb_free(run.scope.odb);
    qn_span_end(ctx, &span);
    return status;
}
