/* SPDX-License-Identifier: MIT */
#include "operation/op_reset.h"

#include "base/env.h"

#include "base/memory.h"
#include "object/tree.h"
#include "operation/part/record.h"
#include "operation/part/source_name.h"
#include "os/file.h"
#include "worktree/refresh.h"
#include "worktree/status.h"
#include "worktree/unpack.h"

struct reset {
    const struct qn_revision_scope *scope;
    struct qn_op_reset_options *options;
    struct qn_work_tree tree;
    struct qn_index *index;
    struct qn_lock_file lock;
    struct qn_id old_commit, old_tree, new_tree;
    bool has_old;
    struct qn_buf source_name;
};

/* A directory in the place of a file changes its type, to this list. */
static bool is_directory(struct qn_ctx *ctx, const struct qn_work_tree *tree,
                         struct qn_bytes path)
{
    struct qn_buf full = QN_BUF_INIT;
    bool is_one = !qn_work_tree_path(ctx, tree, path, &full) &&
                  qn_file_is_directory(qn_buf_string(&full));

    qn_buf_dispose(&full);
    return is_one;
}

enum qn_status qn_op_reset_list(
    struct qn_ctx *ctx, const struct qn_work_tree *tree, struct qn_index *index,
    void (*each)(void *data, char kind, struct qn_bytes path), void *data)
{
    size_t count = qn_index_count(index);
    uint8_t *answers = qn_memory_calloc(ctx, count + 1, 1);
    enum qn_status status;

    if (!answers)
        return QN_NO_MEMORY;
    status = qn_refresh_run(ctx, tree, index, NULL, 0, answers);
    for (size_t i = 0; i < count && !status && each; i++) {
        const struct qn_index_entry *entry = qn_index_peek(index, i);
        bool is_intent = entry->flags & QN_INDEX_INTENT_TO_ADD;
        char letter;

        if (entry->stage != 0) {
            if (i == 0 || !qn_bytes_is_equal(qn_index_peek(index, i - 1)->path,
                                             entry->path))
                each(data, 'U', entry->path);
            continue;
        }
        switch ((enum qn_compare_answer)answers[i]) {
        case QN_COMPARE_SAME:
            break;
        case QN_COMPARE_DELETED:
            letter = is_directory(ctx, tree, entry->path)                 ? 'T'
                     : qn_work_tree_is_below_file(ctx, tree, entry->path) ? 'M'
                                                                          : 'D';
            each(data, is_intent && letter != 'D' ? 'A' : letter, entry->path);
            break;
        case QN_COMPARE_TYPE_CHANGED:
            each(data, is_intent ? 'A' : 'T', entry->path);
            break;
        case QN_COMPARE_MODIFIED:
            each(data, is_intent ? 'A' : 'M', entry->path);
            break;
        }
    }
    qn_memory_free(answers);
    return status;
}

/* -N: what the commit does not have stays, as intent to add. */
static enum qn_status keep_intent(struct qn_ctx *ctx, struct reset *r,
                                  struct qn_index *before)
{
    enum qn_status status = QN_OK;

    for (size_t i = 0; i < qn_index_count(before) && !status; i++) {
        struct qn_index_entry entry = *qn_index_peek(before, i);
        size_t start, end;
        bool found;

        (void)qn_index_find(r->index, entry.path, 0, &found);
        /* Of a file and a directory of one name the later path stays. */
        if (found || entry.stage != 0 ||
            qn_index_directory_range(r->index, entry.path, &start, &end))
            continue;
        memset(&entry.stat, 0, sizeof(entry.stat));
        if (!qn_mode_is_gitlink(entry.mode))
            entry.mode = QN_MODE_FILE;
        entry.id = *qn_id_empty_blob(entry.id.algorithm);
        entry.flags = QN_INDEX_INTENT_TO_ADD;
        status = qn_index_add(ctx, r->index, &entry, true);
        if (!status) /* git wants it to be there */
            status = qn_odb_write(ctx, r->scope->odb, QN_OBJECT_BLOB,
                                  QN_BYTES_NONE, &entry.id);
    }
    return status;
}

static enum qn_status move_files(struct qn_ctx *ctx, struct reset *r)
{
    struct qn_op_reset_options *options = r->options;
    bool is_hard = options->mode == QN_OP_RESET_HARD;
    struct qn_unpack_options unpack = {
        .kind = QN_UNPACK_ONE,
        .updates = options->mode != QN_OP_RESET_MIXED,
        .resets = is_hard || options->mode == QN_OP_RESET_MIXED,
        .ignores_files = options->mode == QN_OP_RESET_MIXED,
        .keeps_undo = options->mode == QN_OP_RESET_MIXED,
        .overwrites_ignored = true};
    struct qn_id trees[2];
    size_t count = 1;
    struct qn_index *before = NULL;
    enum qn_status status = QN_OK;

    trees[0] = r->new_tree;
    if (options->mode == QN_OP_RESET_KEEP) {
        unpack.kind = QN_UNPACK_TWO;
        trees[0] = r->old_tree;
        trees[1] = r->new_tree;
        count = 2;
    }
    if (is_hard && r->tree.repo && options->has_commit)
        status =
            qn_source_name_set(ctx, r->scope, options->name, &options->commit,
                               &r->tree, &r->source_name);
    if (!status && options->leaves_intent)
        status = qn_work_tree_read_index(ctx, r->scope->repo, r->scope->odb,
                                         &before);
    if (!status)
        status = qn_unpack_run(ctx, r->tree.repo ? &r->tree : NULL, r->index,
                               r->scope->odb, trees, count, &unpack);
    if (!status && unpack.failed_count > 0)
        status = qn_ctx_fail_reason(ctx, QN_IO, "worktree.would-overwrite",
                                    NULL, "not all files could be written");
    if (!status && options->mode == QN_OP_RESET_KEEP) {
        /* The files are kept; what was staged is not. */
        struct qn_unpack_options again = {.kind = QN_UNPACK_ONE,
                                          .resets = true,
                                          .ignores_files = true,
                                          .keeps_undo = true,
                                          .overwrites_ignored = true};

        status = qn_unpack_run(ctx, &r->tree, r->index, r->scope->odb,
                               &r->new_tree, 1, &again);
    }
    if (!status && before)
        status = keep_intent(ctx, r, before);
    qn_index_free(before);
    if (!status)
        status =
            qn_index_prime_tree(ctx, r->index, r->scope->odb, &r->new_tree);
    return status;
}

static enum qn_status reset_files(struct qn_ctx *ctx, struct reset *r)
{
    struct qn_op_reset_options *options = r->options;
    enum qn_status status =
        qn_work_tree_lock_index(ctx, r->scope->repo, &r->lock);

    if (!status)
        status = qn_work_tree_read_index(ctx, r->scope->repo, r->scope->odb,
                                         &r->index);
    if (!status)
        status = move_files(ctx, r);
    if (!status && options->mode == QN_OP_RESET_MIXED && options->refreshes &&
        r->tree.repo)
        status = qn_op_reset_list(ctx, &r->tree, r->index, options->each,
                                  options->data);
    if (!status)
        status =
            qn_work_tree_write_index(ctx, r->scope->repo, r->index, &r->lock);
    return status;
}

/* A hook that refuses is the end of it; a lock that is taken is told of. */
static bool has_failed_plainly(struct qn_ctx *ctx)
{
    return strcmp(qn_ctx_reason(ctx), "refs.hook") != 0;
}

static enum qn_status move_refs(struct qn_ctx *ctx, struct reset *r)
{
    struct qn_op_reset_options *options = r->options;
    struct qn_buf message = QN_BUF_INIT;
    struct qn_buf original = QN_BUF_INIT;
    struct qn_ref orig = QN_REF_INIT;
    bool has_orig = false;
    struct qn_id none;
    const char *action = qn_env_variable(qn_ctx_env(ctx), "GIT_REFLOG_ACTION");
    enum qn_status status;

    /* Who asks for it names it himself. */
    if (action) {
        status = qn_buf_printf(ctx, &message, "%s: updating HEAD", action);
        if (!status)
            status =
                qn_buf_printf(ctx, &original, "%s: updating ORIG_HEAD", action);
    } else {
        status =
            qn_buf_printf(ctx, &message, "reset: moving to %s", options->name);
        if (!status)
            status = qn_buf_append_string(ctx, &original,
                                          "reset: updating ORIG_HEAD");
    }
    if (!status && (r->has_old || options->has_commit))
        status =
            qn_refs_find(ctx, r->scope->refs, "ORIG_HEAD", &orig, &has_orig);
    qn_id_clear(&none, qn_repo_algorithm(r->scope->repo));
    if (!status && !r->has_old && has_orig) /* there is nothing to go back to */
        status = qn_record_ref(ctx, r->scope->repo, r->scope->refs, "ORIG_HEAD",
                               &none, NULL, qn_buf_string(&original));
    if (!status && r->has_old)
        status = qn_record_ref(
            ctx, r->scope->repo, r->scope->refs, "ORIG_HEAD", &r->old_commit,
            has_orig && !orig.is_symbolic && !orig.is_broken ? &orig.id : NULL,
            qn_buf_string(&original));
    if (status && status != QN_NO_MEMORY && has_failed_plainly(ctx)) {
        qn_ctx_report(ctx, QN_REPORT_ERROR, "reset.ref",
                      "update_ref failed for ref 'ORIG_HEAD': %s",
                      qn_ctx_message(ctx));
        qn_ctx_clear(ctx); /* it is only a convenience */
        status = QN_OK;
    }
    if (!status && options->has_commit)
        status = qn_record_ref(
            ctx, r->scope->repo, r->scope->refs, "HEAD", &options->commit,
            r->has_old ? &r->old_commit : NULL, qn_buf_string(&message));
    if (status && status != QN_NO_MEMORY && has_failed_plainly(ctx))
        status = qn_ctx_fail_reason(ctx, status, "reset.ref", "HEAD",
                                    "update_ref failed for ref 'HEAD': %s",
                                    qn_ctx_message(ctx));
    qn_ref_dispose(&orig);
    qn_buf_dispose(&message);
    qn_buf_dispose(&original);
    return status;
}

static enum qn_status run(struct qn_ctx *ctx, struct reset *r)
{
    struct qn_op_reset_options *options = r->options;
    uint32_t algorithm = qn_repo_algorithm(r->scope->repo);
    enum qn_status status =
        qn_status_head(ctx, r->scope->odb, r->scope->refs, &r->old_commit,
                       &r->old_tree, &r->has_old);

    if (status && (strcmp(qn_ctx_reason(ctx), "status.bad-head") == 0 ||
                   strcmp(qn_ctx_reason(ctx), "odb.bad-header") == 0)) {
        /* One may go away from a commit that is lost. */
        qn_ctx_clear(ctx);
        status = QN_OK;
        r->old_tree = *qn_id_empty_tree(algorithm);
    }
    if (!r->has_old)
        r->old_tree = *qn_id_empty_tree(algorithm);
    r->new_tree = *qn_id_empty_tree(algorithm);
    if (!status && options->has_commit)
        status = qn_revision_peel(ctx, r->scope->odb, &options->commit,
                                  QN_OBJECT_TREE, &r->new_tree);
    if (status == QN_NOT_FOUND && options->mode == QN_OP_RESET_MIXED &&
        strcmp(qn_ctx_reason(ctx), "odb.not-found") == 0) {
        char hex[QN_ID_MAX_HEX_SIZE + 1];

        status = qn_ctx_fail_reason(ctx, status, "tree.bad", options->name,
                                    "bad tree object %s",
                                    qn_id_to_hex(&options->commit, hex));
    } else if (status == QN_NOT_FOUND) {
        status = qn_ctx_fail(ctx, status, "unable to read tree (%s)",
                             qn_ctx_subject(ctx));
    }
    if (!status && options->mode != QN_OP_RESET_SOFT)
        status = reset_files(ctx, r);
    if (!status)
        status = move_refs(ctx, r);
    if (!status && !options->keeps_autostash)
        status = qn_record_clear_branch_state(ctx, r->scope->repo);
    return status;
}

enum qn_status qn_op_reset(struct qn_ctx *ctx,
                           const struct qn_revision_scope *scope,
                           struct qn_op_reset_options *options)
{
    struct reset r = {
        .scope = scope, .options = options, .lock = QN_LOCK_FILE_INIT};
    enum qn_status status = QN_OK;

    if (qn_repo_work_tree(scope->repo))
        status = qn_work_tree_open(ctx, scope->repo, &r.tree);
    if (!status)
        status = run(ctx, &r);
    qn_lock_file_rollback(&r.lock);
    qn_buf_dispose(&r.source_name);
    qn_index_free(r.index);
    if (r.tree.repo)
        qn_work_tree_close(&r.tree);
    return status;
}
