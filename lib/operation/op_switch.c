/* SPDX-License-Identifier: MIT */
#include "operation/op_switch.h"
#include "object/tree.h"

#include "operation/part/record.h"
#include "operation/part/source_name.h"
#include "worktree/status.h"
#include "worktree/unpack.h"

#include <string.h>

struct switcher {
    const struct qn_revision_scope *scope;
    struct qn_op_switch_options *options;
    struct qn_work_tree tree;
    struct qn_index *index;
    struct qn_lock_file lock;
    struct qn_id old_tree, new_tree;
    struct qn_buf old_name; /* branch's short name, or the full id */
    struct qn_buf source_name;
    bool lost_head; /* its commit is not there */
};

static enum qn_status read_head(struct qn_ctx *ctx, struct switcher *s)
{
    struct qn_op_switch_options *options = s->options;
    struct qn_ref head = QN_REF_INIT;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    bool found;
    enum qn_status status =
        qn_refs_find(ctx, s->scope->refs, "HEAD", &head, &found);

    if (!status)
        status = qn_status_head(ctx, s->scope->odb, s->scope->refs,
                                &options->old_commit, &s->old_tree,
                                &options->has_old_commit);
    if (status && (strcmp(qn_ctx_reason(ctx), "status.bad-head") == 0 ||
                   strcmp(qn_ctx_reason(ctx), "odb.bad-header") == 0)) {
        /* One may go away from a commit that is lost. */
        qn_ctx_clear(ctx);
        status = QN_OK;
        options->has_old_commit = false;
        s->lost_head = true;
    }
    if (status)
        goto out;
    options->was_detached = !head.is_symbolic;
    if (head.is_symbolic) {
        struct qn_bytes name = qn_buf_bytes(&head.target);

        if (qn_bytes_has_prefix(name, "refs/heads/"))
            name = qn_bytes_from(name, 11);
        options->is_same_branch =
            options->branch && qn_bytes_is_string(name, options->branch);
        status = qn_buf_append_bytes(ctx, &s->old_name, name);
    } else {
        status = qn_buf_append_string(ctx, &s->old_name,
                                      qn_id_to_hex(&options->old_commit, hex));
    }
out:
    qn_ref_dispose(&head);
    return status;
}

static enum qn_status check_unmerged(struct qn_ctx *ctx,
                                     const struct switcher *s)
{
    const struct qn_index_entry *last = NULL;

    for (size_t i = 0; i < qn_index_count(s->index); i++) {
        const struct qn_index_entry *entry = qn_index_peek(s->index, i);

        if (entry->stage == 0 ||
            (last && qn_bytes_is_equal(last->path, entry->path)))
            continue;
        last = entry;
        if (s->options->unmerged)
            s->options->unmerged(s->options->data, entry->path);
    }
    if (last) {
        qn_ctx_report(ctx, QN_REPORT_ERROR, "index.unmerged",
                      "you need to resolve your current index first");
        return qn_ctx_fail_reason(
            ctx, QN_CONFLICT, "index.unmerged", NULL,
            "you need to resolve your current index first");
    }
    return QN_OK;
}

/* Files that could not be written: is there one whose content is nowhere? */
static enum qn_status tell_missing(struct qn_ctx *ctx, struct switcher *s)
{
    enum qn_status status = QN_OK;
    bool exists = true;

    for (size_t i = 0; i < qn_index_count(s->index) && !status && exists; i++) {
        const struct qn_index_entry *entry = qn_index_peek(s->index, i);
        char hex[QN_ID_MAX_HEX_SIZE + 1];

        if (qn_mode_is_gitlink(entry->mode))
            continue;
        status = qn_odb_exists(ctx, s->scope->odb, &entry->id, &exists);
        if (!status && !exists)
            qn_ctx_report(ctx, QN_REPORT_ERROR, "index.invalid-object",
                          "invalid object %06o %s for '%.*s'",
                          (unsigned)entry->mode, qn_id_to_hex(&entry->id, hex),
                          QN_BYTES_ARG(entry->path));
    }
    return status;
}

static enum qn_status move_files(struct qn_ctx *ctx, struct switcher *s)
{
    struct qn_op_switch_options *options = s->options;
    uint32_t algorithm = qn_repo_algorithm(s->scope->repo);
    const struct qn_id *empty = qn_id_empty_tree(algorithm);
    struct qn_unpack_options unpack = {.kind = QN_UNPACK_TWO,
                                       .updates = true,
                                       .overwrites_ignored =
                                           !options->keeps_ignored,
                                       .says_nothing = options->says_nothing,
                                       .operation = "checkout"};
    struct qn_id trees[2];
    enum qn_status status = QN_OK;

    trees[0] = options->has_old_commit ? s->old_tree : *empty;
    trees[1] = options->empties ? *empty : s->new_tree;
    if (options->is_forced) {
        unpack.kind = QN_UNPACK_ONE;
        unpack.resets = true;
        unpack.keeps_untracked = options->keeps_untracked;
        unpack.operation = NULL;
        status = qn_unpack_run(ctx, &s->tree, s->index, s->scope->odb,
                               &trees[1], 1, &unpack);
    } else {
        status = check_unmerged(ctx, s);
        unpack.is_initial = (!options->has_old_commit && !s->lost_head) ||
                            !qn_index_has_file(s->index);
        if (!status)
            status = qn_unpack_run(ctx, &s->tree, s->index, s->scope->odb,
                                   trees, 2, &unpack);
    }
    options->failed_count = unpack.failed_count;
    if (!status && options->failed_count)
        status = tell_missing(ctx, s);
    if (!status)
        status = qn_index_prime_tree(ctx, s->index, s->scope->odb, &trees[1]);
    return status;
}

/* The branch that is made or moved. */
static enum qn_status set_branch(struct qn_ctx *ctx, struct switcher *s,
                                 const char *full)
{
    struct qn_op_switch_options *options = s->options;
    struct qn_buf message = QN_BUF_INIT;
    struct qn_id none;
    enum qn_status status;

    qn_id_clear(&none, options->commit.algorithm);
    status = qn_buf_printf(ctx, &message, "branch: %s %s",
                           options->kind == QN_OP_SWITCH_CREATE ? "Created from"
                                                                : "Reset to",
                           options->start ? options->start : "HEAD");
    if (!status && options->kind == QN_OP_SWITCH_RESET) {
        struct qn_ref old = QN_REF_INIT;
        bool found;

        status = qn_refs_find(ctx, s->scope->refs, full, &old, &found);
        if (!status && !found) {
            qn_buf_clear(&message);
            status = qn_buf_printf(ctx, &message, "branch: Created from %s",
                                   options->start ? options->start : "HEAD");
        }
        qn_ref_dispose(&old);
    }
    if (!status)
        status = qn_record_move(
            ctx, s->scope->repo, s->scope->refs,
            &(struct qn_record_move){
                .name = full,
                .new_id = &options->commit,
                .old_id = options->kind == QN_OP_SWITCH_CREATE ? &none : NULL,
                .message = qn_buf_string(&message),
                .flags = options->makes_reflog ? QN_REF_FORCE_REFLOG : 0});
    qn_buf_dispose(&message);
    return status;
}

static enum qn_status move_head(struct qn_ctx *ctx, struct switcher *s,
                                const char *full)
{
    struct qn_op_switch_options *options = s->options;
    struct qn_buf message = QN_BUF_INIT;
    struct qn_ref_transaction *transaction = NULL;
    const char *to = options->shown    ? options->shown
                     : options->branch ? options->branch
                     : options->start  ? options->start
                                       : "HEAD";
    enum qn_status status =
        qn_buf_printf(ctx, &message, "checkout: moving from %s to %s",
                      qn_buf_string(&s->old_name), to);

    if (!status)
        status = qn_ref_transaction_new(ctx, s->scope->refs, &transaction);
    if (!status && options->kind == QN_OP_SWITCH_DETACH)
        status = qn_ref_transaction_update(
            ctx, transaction, "HEAD", &options->commit, NULL, QN_REF_NO_DEREF,
            qn_buf_string(&message));
    else if (!status)
        status = qn_ref_transaction_symbolic(
            ctx, transaction, "HEAD", full, NULL, NULL, QN_REF_NO_DEREF,
            options->has_commit ? qn_buf_string(&message) : NULL);
    if (!status)
        status = qn_repo_commit_refs(ctx, s->scope->repo, transaction);
    qn_ref_transaction_free(transaction);
    qn_buf_dispose(&message);
    return status;
}

static enum qn_status look_for_index(struct qn_ctx *ctx, struct switcher *s)
{
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status = qn_repo_path(ctx, s->scope->repo, "index", &path);

    if (!status && !qn_file_exists(qn_buf_string(&path)))
        s->options->keeps_tree = false;
    qn_buf_dispose(&path);
    return status;
}

static enum qn_status run(struct qn_ctx *ctx, struct switcher *s)
{
    struct qn_op_switch_options *options = s->options;
    struct qn_buf full = QN_BUF_INIT;
    enum qn_status status = read_head(ctx, s);

    /* A first checkout (clone -n) has the files to write, wherever it stays. */
    if (!status && options->keeps_tree && options->has_commit &&
        qn_repo_work_tree(s->scope->repo))
        status = look_for_index(ctx, s);
    if (!status && options->branch)
        status = qn_buf_printf(ctx, &full, "refs/heads/%s", options->branch);
    if (!status && options->has_commit)
        status = qn_revision_peel(ctx, s->scope->odb, &options->commit,
                                  options->keeps_tree ? QN_OBJECT_COMMIT
                                                      : QN_OBJECT_TREE,
                                  &s->new_tree);
    if (!status && options->has_commit)
        status =
            qn_source_name_set(ctx, s->scope, options->start, &options->commit,
                               &s->tree, &s->source_name);
    if (!status && options->kind == QN_OP_SWITCH_ORPHAN &&
        !options->has_commit && !options->empties) {
        s->new_tree = s->old_tree; /* sparse patterns have their effect */
        options->keeps_tree = !options->has_old_commit;
    }
    if (!status && !options->keeps_tree &&
        (options->has_commit || options->empties ||
         options->kind == QN_OP_SWITCH_ORPHAN)) {
        status = qn_work_tree_lock_index(ctx, s->scope->repo, &s->lock);
        if (!status)
            status = qn_work_tree_read_index(ctx, s->scope->repo, s->scope->odb,
                                             &s->index);
        if (!status)
            status = move_files(ctx, s);
        if (!status)
            status = qn_work_tree_write_index(ctx, s->scope->repo, s->index,
                                              &s->lock);
    }
    if (!status && options->arrived)
        options->arrived(options->data, false);
    if (!status && options->has_commit &&
        (options->kind == QN_OP_SWITCH_CREATE ||
         options->kind == QN_OP_SWITCH_RESET))
        status = set_branch(ctx, s, qn_buf_string(&full));
    if (!status && options->kind != QN_OP_SWITCH_STAY)
        status = move_head(ctx, s, qn_buf_string(&full));
    if (!status && options->arrived)
        options->arrived(options->data, true);
    if (!status && (options->kind != QN_OP_SWITCH_STAY || !options->keeps_tree))
        status = qn_record_clear_branch_state(ctx, s->scope->repo);
    qn_buf_dispose(&full);
    return status;
}

enum qn_status qn_op_switch(struct qn_ctx *ctx,
                            const struct qn_revision_scope *scope,
                            struct qn_op_switch_options *options)
{
    struct switcher s = {.scope = scope,
                         .options = options,
                         .lock = QN_LOCK_FILE_INIT,
                         .old_name = QN_BUF_INIT};
    enum qn_status status = qn_work_tree_open(ctx, scope->repo, &s.tree);

    if (!status)
        status = run(ctx, &s);
    qn_lock_file_rollback(&s.lock);
    qn_index_free(s.index);
    if (s.tree.repo)
        qn_work_tree_close(&s.tree);
    qn_buf_dispose(&s.old_name);
    qn_buf_dispose(&s.source_name);
    return status;
}
