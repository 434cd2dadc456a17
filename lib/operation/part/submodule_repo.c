/* SPDX-License-Identifier: MIT */
#include "operation/part/submodule_repo.h"

#include "os/file.h"
#include "worktree/status.h"
#include "worktree/work_tree.h"

/* The git directory behind "<path>/.git", a directory or a file. */
static enum qn_status find_git(struct qn_ctx *ctx, const char *work,
                               struct qn_buf *git, bool *found)
{
    struct qn_buf text = QN_BUF_INIT;
    struct qn_file_stat stat = {.kind = QN_FILE_NONE};
    enum qn_status status = qn_buf_printf(ctx, git, "%s/.git", work);
    struct qn_bytes target;

    *found = false;
    if (!status)
        status = qn_file_stat(ctx, qn_buf_string(git), &stat);
    if (status || stat.kind == QN_FILE_NONE)
        goto out;
    *found = true;
    if (stat.kind != QN_FILE_REGULAR)
        goto out;
    status = qn_file_read_all(ctx, qn_buf_string(git), &text);
    target = qn_bytes_trim(qn_buf_bytes(&text));
    if (status || !qn_bytes_has_prefix(target, "gitdir: ")) {
        *found = false;
        goto out;
    }
    target = qn_bytes_from(target, 8);
    qn_buf_clear(git);
    if (target.size && target.data[0] != '/')
        status = qn_buf_printf(ctx, git, "%s/", work);
    if (!status)
        status = qn_buf_append_bytes(ctx, git, target);
out:
    qn_buf_dispose(&text);
    return status;
}

enum qn_status qn_submodule_repo_open(struct qn_ctx *ctx, const char *top,
                                      struct qn_bytes path,
                                      struct qn_repo **out)
{
    struct qn_repo_open_options options = {.ignores_variables = true};
    struct qn_buf work = QN_BUF_INIT;
    struct qn_buf git = QN_BUF_INIT;
    bool found = false;
    enum qn_status status =
        qn_buf_printf(ctx, &work, "%s/%.*s", top, QN_BYTES_ARG(path));

    *out = NULL;
    if (!status)
        status = find_git(ctx, qn_buf_string(&work), &git, &found);
    if (!status && found) {
        options.git_directory = qn_buf_string(&git);
        options.work_tree = qn_buf_string(&work);
        options.start = qn_buf_string(&work);
        if (qn_repo_open(ctx, &options, out)) {
            qn_ctx_clear(ctx);
            *out = NULL;
        }
    }
    qn_buf_dispose(&work);
    qn_buf_dispose(&git);
    return status;
}

enum qn_status qn_submodule_repo_open_stored(struct qn_ctx *ctx,
                                             struct qn_repo *above,
                                             struct qn_bytes name,
                                             struct qn_repo **out)
{
    struct qn_repo_open_options options = {.ignores_variables = true};
    struct qn_buf git = QN_BUF_INIT;
    enum qn_status status =
        qn_buf_printf(ctx, &git, "%s/modules/%.*s",
                      qn_repo_common_directory(above), QN_BYTES_ARG(name));

    *out = NULL;
    if (!status && qn_file_is_directory(qn_buf_string(&git))) {
        options.git_directory = qn_buf_string(&git);
        if (qn_repo_open(ctx, &options, out)) {
            qn_ctx_clear(ctx);
            *out = NULL;
        }
    }
    qn_buf_dispose(&git);
    return status;
}

enum qn_status qn_submodule_repo_dirt(struct qn_ctx *ctx, const char *top,
                                      struct qn_bytes path,
                                      bool looks_for_untracked,
                                      struct qn_submodule_dirt *out)
{
    struct qn_status_options options = {
        .untracked = looks_for_untracked ? QN_STATUS_UNTRACKED_NORMAL
                                         : QN_STATUS_UNTRACKED_NO};
    struct qn_status_list list = QN_STATUS_LIST_INIT;
    struct qn_work_tree tree = {.top_fd = -1};
    struct qn_index *index = NULL;
    struct qn_repo *repo = NULL;
    struct qn_refs *refs = NULL;
    struct qn_odb *odb = NULL;
    struct qn_id head;
    bool has_head = false;
    enum qn_status status = qn_submodule_repo_open(ctx, top, path, &repo);

    *out = (struct qn_submodule_dirt){false, false};
    if (status || !repo || !qn_repo_work_tree(repo))
        goto out;
    status = qn_work_tree_open(ctx, repo, &tree);
    if (!status)
        status = qn_repo_odb(ctx, repo, &odb);
    if (!status)
        status = qn_repo_refs(ctx, repo, &refs);
    if (!status)
        status = qn_work_tree_read_index(ctx, repo, odb, &index);
    if (!status)
        status = qn_status_head(ctx, odb, refs, NULL, &head, &has_head);
    if (!status)
        status = qn_status_run(ctx, &tree, index, odb, has_head ? &head : NULL,
                               &options, &list);
    if (!status) {
        out->is_modified = list.count > 0;
        out->has_untracked = list.extra.count > 0;
    }
    qn_status_list_dispose(&list);
    qn_index_free(index);
    qn_refs_free(refs);
    qn_odb_free(odb);
    qn_work_tree_close(&tree);
out:
    qn_repo_release(repo);
    return status;
}
