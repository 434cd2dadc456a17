/* SPDX-License-Identifier: MIT */
#include "operation/part/commit_index.h"

#include "object/tree.h"

#include "operation/part/update_tracked.h"
#include "os/temporary.h"

void qn_commit_index_dispose(struct qn_commit_index *prepared)
{
    if (prepared->has_false_file)
        qn_temporary_remove(qn_buf_string(&prepared->path));
    qn_lock_file_rollback(&prepared->lock);
    qn_index_free(prepared->index);
    qn_index_free(prepared->kept);
    qn_buf_dispose(&prepared->path);
    *prepared = (struct qn_commit_index)QN_COMMIT_INDEX_INIT;
}

/* What HEAD has and the index has not counts as tracked, too. */
static enum qn_status keep_from_head(struct qn_ctx *ctx,
                                     const struct qn_pathspec *pathspec,
                                     struct qn_commit_index *out)
{
    enum qn_status status = QN_OK;
    size_t i;
    bool found;

    for (i = 0; i < qn_index_count(out->index) && !status; i++) {
        const struct qn_index_entry *entry = qn_index_peek(out->index, i);
        size_t at = qn_index_find(out->kept, entry->path, 0, &found);

        if (!found && at < qn_index_count(out->kept))
            found = qn_bytes_is_equal(qn_index_peek(out->kept, at)->path,
                                      entry->path); /* unmerged */
        if (!found &&
            qn_pathspec_is_match(ctx, pathspec, entry->path, false, NULL, NULL))
            status = qn_index_add(ctx, out->kept, entry, true);
    }
    return status;
}

/* A directory in the place of a file cannot be committed as that path. */
static enum qn_status refuse_directories(struct qn_ctx *ctx,
                                         const struct qn_work_tree *tree,
                                         const struct qn_pathspec *pathspec,
                                         const struct qn_index *index)
{
    bool is_bad = false;

    for (size_t i = 0; i < qn_index_count(index); i++) {
        const struct qn_index_entry *entry = qn_index_peek(index, i);
        struct qn_file_stat stat;
        enum qn_status status;

        if (qn_mode_is_gitlink(entry->mode) ||
            !qn_pathspec_is_match(ctx, pathspec, entry->path, false, NULL,
                                  NULL))
            continue;
        status = qn_file_lstat_at(ctx, tree->top_fd,
                                  (const char *)entry->path.data, &stat);
        if (status)
            return status;
        if (stat.kind != QN_FILE_DIRECTORY || is_bad)
            continue;
        is_bad = true;
        qn_ctx_report(ctx, QN_REPORT_ERROR, "worktree.add",
                      "'%.*s' does not have a commit checked out",
                      QN_BYTES_ARG(entry->path));
        qn_ctx_report(ctx, QN_REPORT_ERROR, "worktree.add",
                      "unable to index file '%.*s'", QN_BYTES_ARG(entry->path));
    }
    return is_bad ? qn_ctx_fail(ctx, QN_INVALID, "updating files failed")
                  : QN_OK;
}

/* Is the index just that tree, by what its cache tree knows? */
static bool is_just(const struct qn_index *index, const struct qn_id *tree)
{
    struct qn_id cached;
    uint32_t count;

    return !qn_index_was_sparse(index) && !qn_index_is_sparse(index) &&
           !qn_index_is_split(index) &&
           qn_index_cached_tree(index, QN_BYTES(""), &cached, &count) &&
           count == qn_index_count(index) && qn_id_is_equal(&cached, tree);
}

/* HEAD as an index.  When nothing is staged that is the index itself, read once
 * more (its lock is held): no tree needs to be read. */
static enum qn_status read_head(struct qn_ctx *ctx,
                                const struct qn_work_tree *tree,
                                struct qn_odb *odb, const struct qn_id *head,
                                struct qn_commit_index *out)
{
    enum qn_status status;

    if (is_just(out->kept, head)) {
        status = qn_work_tree_read_index(ctx, tree->repo, odb, &out->index);
        if (status || is_just(out->index, head))
            return status;
        qn_index_free(out->index);
        out->index = NULL;
    }
    status = qn_index_new(ctx, qn_repo_algorithm(tree->repo), &out->index);
    if (!status && !qn_id_is_null(head))
        status = qn_index_read_tree(ctx, out->index, odb, head);
    return status;
}

/* HEAD with the paths brought up to the work tree.  Paths that are staged but
 * not in HEAD come from the index, so that they count as tracked. */
static enum qn_status
prepare_only(struct qn_ctx *ctx, const struct qn_work_tree *tree,
             struct qn_odb *odb, const struct qn_pathspec *pathspec,
             const struct qn_id *head, struct qn_commit_index *out)
{
    enum qn_status status;
    size_t i;

    out->kept = out->index;
    out->index = NULL;
    status = read_head(ctx, tree, odb, head, out);
    if (!pathspec) /* no paths: HEAD as it is, and so is what is staged */
        return status;
    if (!status)
        status = keep_from_head(ctx, pathspec, out);
    for (i = 0; i < qn_index_count(out->kept) && !status; i++) {
        const struct qn_index_entry *entry = qn_index_peek(out->kept, i);

        if (entry->stage == 0 &&
            qn_pathspec_is_match(ctx, pathspec, entry->path, false, NULL, NULL))
            status = qn_index_add(ctx, out->index, entry, true);
    }
    if (!status)
        status = refuse_directories(ctx, tree, pathspec, out->kept);
    if (!status)
        status = qn_update_tracked(ctx, tree, out->kept, odb, pathspec, NULL);
    if (!status)
        status = qn_update_tracked(ctx, tree, out->index, odb, pathspec, NULL);
    return status;
}

enum qn_status
qn_commit_index_prepare(struct qn_ctx *ctx, const struct qn_work_tree *tree,
                        struct qn_odb *odb, enum qn_commit_index_mode mode,
                        const struct qn_pathspec *pathspec,
                        const struct qn_id *head, struct qn_commit_index *out)
{
    enum qn_status status = QN_OK;
    struct qn_sparse *sparse = NULL;

    /* As it is, the index is only looked at: but whoever holds the lock is
     * about to change it. */
    status = qn_work_tree_lock_index(ctx, tree->repo, &out->lock);
    if (mode == QN_COMMIT_INDEX_AS_IS)
        qn_lock_file_rollback(&out->lock);
    if (!status)
        status = qn_work_tree_read_index(ctx, tree->repo, odb, &out->index);
    if (status)
        return status;
    switch (mode) {
    case QN_COMMIT_INDEX_AS_IS:
    case QN_COMMIT_INDEX_CHOSEN: /* the caller goes on */
        return QN_OK;
    case QN_COMMIT_INDEX_ALL:
    case QN_COMMIT_INDEX_INCLUDE:
        status = qn_sparse_open(ctx, tree->repo, &sparse);
        if (!status)
            status = qn_update_tracked(
                ctx, tree, out->index, odb,
                mode == QN_COMMIT_INDEX_ALL ? NULL : pathspec, sparse);
        qn_sparse_free(sparse);
        return status;
    case QN_COMMIT_INDEX_ONLY:
        return prepare_only(ctx, tree, odb, pathspec, head, out);
    }
    return qn_ctx_fail(ctx, QN_INTERNAL, "unknown mode of commit");
}

enum qn_status qn_commit_index_publish(struct qn_ctx *ctx,
                                       const struct qn_work_tree *tree,
                                       struct qn_commit_index *prepared)
{
    const struct qn_index_write_options options = {.sync = NULL};
    struct qn_buf prefix = QN_BUF_INIT;
    struct qn_buf bytes = QN_BUF_INIT;
    enum qn_status status;
    int fd = -1;

    if (prepared->has_false_file || prepared->path.size)
        return QN_OK;
    if (!prepared->lock.is_held) /* as it is: the index itself */
        return qn_repo_path(ctx, tree->repo, "index", &prepared->path);
    status = qn_repo_path(ctx, tree->repo, "next-index-", &prefix);
    if (!status)
        status = qn_index_serialise(ctx, prepared->index, &options, &bytes);
    if (!status)
        status = qn_file_create_temporary(ctx, qn_buf_string(&prefix), 0666,
                                          &fd, &prepared->path);
    if (!status) {
        prepared->has_false_file = true;
        status = qn_file_write(ctx, fd, bytes.data, bytes.size);
    }
    if (fd >= 0 && status)
        qn_file_close(fd);
    else if (fd >= 0)
        status = qn_file_close_written(ctx, fd, qn_buf_string(&prepared->path));
    qn_buf_dispose(&prefix);
    qn_buf_dispose(&bytes);
    return status;
}

enum qn_status qn_commit_index_reread(struct qn_ctx *ctx,
                                      const struct qn_work_tree *tree,
                                      struct qn_odb *odb,
                                      struct qn_commit_index *prepared)
{
    struct qn_index *again = NULL;
    enum qn_status status;

    if (!prepared->path.size)
        return QN_OK;
    if (prepared->has_false_file)
        status = qn_index_read(ctx, qn_buf_string(&prepared->path),
                               qn_repo_algorithm(tree->repo), &again);
    else
        status = qn_work_tree_read_index(ctx, tree->repo, odb, &again);
    if (status)
        return status;
    qn_index_free(prepared->index);
    prepared->index = again;
    if (prepared->has_false_file)
        qn_index_mark_changed(prepared->index);
    return QN_OK;
}

enum qn_status qn_commit_index_finish(struct qn_ctx *ctx,
                                      const struct qn_work_tree *tree,
                                      struct qn_commit_index *prepared)
{
    if (!prepared->lock.is_held) { /* as it is: only refreshed, perhaps */
        qn_work_tree_write_index_if_free(ctx, tree->repo, prepared->index);
        return QN_OK;
    }
    return qn_work_tree_write_index(
        ctx, tree->repo, prepared->kept ? prepared->kept : prepared->index,
        &prepared->lock);
}
