/* SPDX-License-Identifier: MIT */
/* receive.denyCurrentBranch=updateInstead: the files follow the branch, if
 * nothing there would be lost; or the hook push-to-checkout does it. */
#include "base/memory.h"
#include "index/index.h"
#include "object/tree.h"
#include "operation/part/run_hook.h"
#include "operation/receive_pack_parts.h"
#include "worktree/refresh.h"
#include "worktree/status.h"
#include "worktree/unpack.h"

struct deploy {
    struct qn_receive_pack *r;
    const struct qn_receive_command *command;
    struct qn_repo *repo;
    struct qn_odb *odb;
    struct qn_refs *refs;
    struct qn_work_tree tree;
    struct qn_index *index;
    struct qn_lock_file lock;
    const char *error;
};

static enum qn_status check_files(struct deploy *d)
{
    size_t count = qn_index_count(d->index), i;
    uint8_t *answers = qn_memory_calloc(d->r->ctx, count + 1, 1);
    enum qn_status status;

    if (!answers)
        return QN_NO_MEMORY;
    status = qn_refresh_run(d->r->ctx, &d->tree, d->index, NULL, 0, answers);
    for (i = 0; !status && !d->error && i < count; i++) {
        const struct qn_index_entry *entry = qn_index_peek(d->index, i);

        if (entry->stage != 0 ||
            (answers[i] != QN_COMPARE_SAME && !qn_mode_is_gitlink(entry->mode)))
            d->error = "Working directory has unstaged changes";
    }
    qn_memory_free(answers);
    return status;
}

/* Is the index what HEAD has? */
static enum qn_status check_index(struct deploy *d, const struct qn_id *head,
                                  bool is_born)
{
    struct qn_index *other = NULL;
    size_t i;
    enum qn_status status =
        qn_index_new(d->r->ctx, d->r->request.algorithm, &other);

    if (!status && is_born)
        status = qn_index_read_tree(d->r->ctx, other, d->odb, head);
    if (!status && qn_index_count(other) != qn_index_count(d->index))
        d->error = "Working directory has staged changes";
    for (i = 0; !status && !d->error && i < qn_index_count(other); i++) {
        const struct qn_index_entry *a = qn_index_peek(other, i);
        const struct qn_index_entry *b = qn_index_peek(d->index, i);

        if (!qn_bytes_is_equal(a->path, b->path) || a->mode != b->mode ||
            !qn_id_is_equal(&a->id, &b->id))
            d->error = "Working directory has staged changes";
    }
    qn_index_free(other);
    return status;
}

static enum qn_status move_files(struct deploy *d)
{
    struct qn_unpack_options unpack = {.kind = QN_UNPACK_ONE, .updates = true};
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_id tree;
    enum qn_status status;

    if (qn_id_is_null(&d->command->new_id)) {
        qn_ctx_report(d->r->ctx, QN_REPORT_INFO, "receive-pack.checkout",
                      "fatal: failed to unpack tree object %s",
                      qn_id_to_hex(&d->command->new_id, hex));
        d->error = "Could not update working tree to new HEAD";
        return QN_OK;
    }
    status = qn_revision_peel(d->r->ctx, d->odb, &d->command->new_id,
                              QN_OBJECT_TREE, &tree);
    if (!status)
        status = qn_unpack_run(d->r->ctx, &d->tree, d->index, d->odb, &tree, 1,
                               &unpack);
    if (!status && unpack.failed_count == 0)
        return qn_work_tree_write_index(d->r->ctx, d->repo, d->index, &d->lock);
    if (status == QN_NO_MEMORY || status == QN_CANCELLED)
        return status;
    qn_ctx_clear(d->r->ctx);
    d->error = "Could not update working tree to new HEAD";
    return QN_OK;
}

static enum qn_status deploy(struct deploy *d)
{
    struct qn_id commit, tree;
    bool is_born = false;
    enum qn_status status = qn_work_tree_open(d->r->ctx, d->repo, &d->tree);

    if (!status)
        status = qn_work_tree_lock_index(d->r->ctx, d->repo, &d->lock);
    if (!status)
        status = qn_work_tree_read_index(d->r->ctx, d->repo, d->odb, &d->index);
    if (!status)
        status = check_files(d);
    if (!status && !d->error)
        status = qn_status_head(d->r->ctx, d->odb, d->refs, &commit, &tree,
                                &is_born);
    if (!status && !d->error)
        status = check_index(d, &tree, is_born);
    if (!status && !d->error)
        status = move_files(d);
    return status;
}

static enum qn_status run_hook(struct deploy *d, bool *was_run)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    const char *const arguments[] = {qn_id_to_hex(&d->command->new_id, hex),
                                     NULL};
    struct qn_receive_hook hook = {
        .name = "push-to-checkout", .arguments = arguments, .is_local = true};
    struct qn_buf tree = QN_BUF_INIT, git = QN_BUF_INIT;
    const char *variables[3] = {NULL, NULL, NULL};
    int code = 0;
    enum qn_status status =
        qn_run_hook_exists(d->r->ctx, d->repo, hook.name, was_run);

    if (status || !*was_run)
        return status;
    status = qn_buf_printf(d->r->ctx, &tree, "GIT_WORK_TREE=%s",
                           qn_repo_work_tree(d->repo));
    if (!status)
        status = qn_buf_printf(d->r->ctx, &git, "GIT_DIR=%s",
                               qn_repo_git_directory(d->repo));
    variables[0] = qn_buf_string(&git);
    variables[1] = qn_buf_string(&tree);
    hook.variables = variables;
    if (!status)
        status = qn_receive_run_hook(d->r, &hook, &code, NULL);
    if (!status && code)
        d->error = "push-to-checkout hook declined";
    qn_buf_dispose(&tree);
    qn_buf_dispose(&git);
    return status;
}

enum qn_status
qn_receive_update_instead(struct qn_receive_pack *r,
                          const struct qn_receive_command *command,
                          struct qn_repo *repo, const char **error)
{
    struct deploy d = {.r = r,
                       .command = command,
                       .repo = repo,
                       .tree = {.top_fd = -1},
                       .lock = QN_LOCK_FILE_INIT};
    struct qn_ctx_sinks own = {0};
    bool was_run = false;
    enum qn_status status;

    *error = NULL;
    if (!qn_repo_work_tree(repo)) {
        *error = "denyCurrentBranch = updateInstead needs a worktree";
        return QN_OK;
    }
    if (r->has_bands) /* Git's children talk to the terminal here */
        own = qn_ctx_swap_sinks(r->ctx, r->before);
    status = run_hook(&d, &was_run);
    if (!status && !was_run) {
        status = qn_repo_odb(r->ctx, repo, &d.odb);
        if (!status)
            status = qn_repo_refs(r->ctx, repo, &d.refs);
        if (!status)
            status = deploy(&d);
    }
    if (status && status != QN_NO_MEMORY && status != QN_CANCELLED) {
        qn_ctx_report(r->ctx, QN_REPORT_INFO, "receive-pack.checkout",
                      "fatal: %s", qn_ctx_message(r->ctx));
        qn_ctx_clear(r->ctx);
        d.error = "Up-to-date check failed";
        status = QN_OK;
    }
    if (r->has_bands)
        (void)qn_ctx_swap_sinks(r->ctx, own);
    qn_lock_file_rollback(&d.lock);
    qn_index_free(d.index);
    if (d.tree.repo)
        qn_work_tree_close(&d.tree);
    qn_refs_free(d.refs);
    qn_odb_free(d.odb);
    *error = d.error;
    return status;
}
