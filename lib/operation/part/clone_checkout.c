/* SPDX-License-Identifier: MIT */
#include "operation/part/clone_checkout.h"

#include "base/memory.h"
#include "index/index.h"
#include "walk/revision.h"
#include "worktree/checkout.h"
#include "worktree/sparse.h"
#include "worktree/work_tree.h"

#include <string.h>

struct target {
    struct qn_repo *repo;
    const struct qn_id *head;
    const char *branch;
};

static enum qn_status write_all_entries(struct qn_ctx *ctx,
                                        const struct target *target,
                                        struct qn_index *index,
                                        struct qn_odb *odb)
{
    struct qn_progress progress = QN_PROGRESS_INIT;
    struct qn_checkout_options checkout = {
        .forces = true, .follows_index = true, .progress = &progress};
    struct qn_work_tree tree;
    enum qn_status status;
    struct qn_sparse *sparse = NULL;
    size_t count = qn_index_count(index);
    size_t inside = 0;
    size_t *positions;
    size_t i;

    positions = qn_memory_array(ctx, count + 1, sizeof(*positions));
    if (!positions)
        return QN_NO_MEMORY;
    status = qn_sparse_open(ctx, target->repo, &sparse);
    for (i = 0; i < count && !status; i++) {
        struct qn_index_entry *entry = qn_index_at(index, i);

        if (qn_sparse_is_inside(sparse, entry->path))
            positions[inside++] = i;
        else
            entry->flags |= QN_INDEX_SKIP_WORKTREE;
    }
    qn_sparse_free(sparse);
    count = inside;
    if (!status)
        status = qn_work_tree_open(ctx, target->repo, &tree);
    if (!status) {
        tree.source = *target->head;
        if (strncmp(target->branch, "refs/heads/", 11) == 0)
            tree.source_ref = target->branch;
        qn_progress_begin(ctx, &progress, QN_PROGRESS_BEGIN_LATER,
                          "Updating files", count);
        status = qn_checkout_entries(ctx, &tree, index, odb, positions, count,
                                     &checkout);
        qn_progress_end(ctx, &progress);
        qn_work_tree_close(&tree);
    }
    qn_memory_free(positions);
    if (!status && (checkout.failed_count || checkout.delayed_errors))
        status = qn_ctx_fail_reason(ctx, QN_IO, "clone.checkout", NULL,
                                    "unable to checkout working tree");
    return status;
}

enum qn_status qn_clone_checkout(struct qn_ctx *ctx, struct qn_repo *repo,
                                 const struct qn_id *head, const char *branch)
{
    const struct target target = {repo, head, branch};
    struct qn_lock_file lock = QN_LOCK_FILE_INIT;
    struct qn_index *index = NULL;
    struct qn_odb *odb = NULL;
    struct qn_id tree;
    enum qn_status status = qn_repo_odb(ctx, repo, &odb);

    if (!status)
        status = qn_revision_peel(ctx, odb, head, QN_OBJECT_TREE, &tree);
    if (!status)
        status = qn_work_tree_lock_index(ctx, repo, &lock);
    if (!status)
        status = qn_index_new(ctx, qn_repo_algorithm(repo), &index);
    if (!status)
        status = qn_index_read_tree(ctx, index, odb, &tree);
    if (!status)
        status = write_all_entries(ctx, &target, index, odb);
    if (!status)
        status = qn_work_tree_write_index(ctx, repo, index, &lock);
    qn_lock_file_rollback(&lock);
    qn_index_free(index);
    qn_odb_free(odb);
    return status;
}
