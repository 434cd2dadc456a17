/* SPDX-License-Identifier: MIT */
#include "show/ref_worktrees.h"

#include "base/memory.h"
#include "os/directory.h"
#include "os/file.h"

#include <string.h>

static enum qn_status add(struct qn_ctx *ctx,
                          struct qn_ref_worktrees *worktrees,
                          const struct qn_ref *head, struct qn_bytes path)
{
    struct qn_ref_worktree *row;
    enum qn_status status =
        qn_memory_grow(ctx, &worktrees->rows, &worktrees->capacity,
                       worktrees->count + 1, sizeof(*worktrees->rows));

    if (status)
        return status;
    row = &worktrees->rows[worktrees->count];
    row->branch =
        qn_arena_copy(ctx, &worktrees->arena, qn_buf_bytes(&head->target));
    row->path = qn_arena_copy(ctx, &worktrees->arena, path);
    if (!row->branch || !row->path)
        return QN_NO_MEMORY;
    worktrees->count++;
    return QN_OK;
}

/* Its path is in its "gitdir" file, with "/.git". */
static enum qn_status add_linked(struct qn_ctx *ctx,
                                 struct qn_ref_worktrees *worktrees,
                                 const struct qn_revision_scope *scope,
                                 const char *id)
{
    struct qn_buf text = QN_BUF_INIT;
    struct qn_buf path = QN_BUF_INIT;
    struct qn_ref head = QN_REF_INIT;
    bool found = false;
    enum qn_status status = qn_buf_printf(ctx, &text, "worktrees/%s/HEAD", id);

    if (!status)
        status =
            qn_refs_find(ctx, scope->refs, qn_buf_string(&text), &head, &found);
    if (status || !found || !head.is_symbolic)
        goto out;
    qn_buf_clear(&text);
    status = qn_buf_printf(ctx, &path, "%s/worktrees/%s/gitdir",
                           qn_repo_common_directory(scope->repo), id);
    if (!status && qn_file_read_all(ctx, qn_buf_string(&path), &text)) {
        qn_ctx_clear(ctx);
    } else if (!status) {
        struct qn_bytes line = qn_bytes_trim(qn_buf_bytes(&text));

        if (qn_bytes_has_suffix(line, "/.git"))
            line.size -= 5;
        status = add(ctx, worktrees, &head, line);
    }
out:
    qn_buf_dispose(&text);
    qn_buf_dispose(&path);
    qn_ref_dispose(&head);
    return status;
}

/* The main worktree, seen from a linked one. */
static enum qn_status add_main(struct qn_ctx *ctx,
                               struct qn_ref_worktrees *worktrees,
                               const struct qn_revision_scope *scope)
{
    struct qn_bytes common =
        qn_bytes_from_string(qn_repo_common_directory(scope->repo));
    struct qn_ref head = QN_REF_INIT;
    bool found = false;
    enum qn_status status;

    if (!qn_bytes_has_suffix(common, "/.git") ||
        qn_bytes_is_string(common, qn_repo_git_directory(scope->repo)))
        return QN_OK;
    status =
        qn_refs_find(ctx, scope->refs, "main-worktree/HEAD", &head, &found);
    if (!status && found && head.is_symbolic)
        status =
            add(ctx, worktrees, &head, qn_bytes_first(common, common.size - 5));
    qn_ref_dispose(&head);
    return status;
}

static enum qn_status look(struct qn_ctx *ctx,
                           struct qn_ref_worktrees *worktrees,
                           const struct qn_revision_scope *scope)
{
    struct qn_directory *directory = NULL;
    struct qn_buf path = QN_BUF_INIT;
    enum qn_file_kind kind;
    const char *entry;
    enum qn_status status = add_main(ctx, worktrees, scope);

    if (!status)
        status = qn_buf_printf(ctx, &path, "%s/worktrees",
                               qn_repo_common_directory(scope->repo));
    if (!status && qn_directory_open(ctx, qn_buf_string(&path), &directory))
        qn_ctx_clear(ctx); /* there are none */
    while (!status && directory && qn_directory_next(directory, &entry, &kind))
        status = add_linked(ctx, worktrees, scope, entry);
    status = qn_directory_end(ctx, directory, status);
    worktrees->has_looked = !status;
    if (status)
        worktrees->count = 0;
    qn_buf_dispose(&path);
    return status;
}

enum qn_status qn_ref_worktrees_append(struct qn_ctx *ctx,
                                       struct qn_ref_worktrees *worktrees,
                                       const struct qn_revision_scope *scope,
                                       const char *name, struct qn_buf *out)
{
    enum qn_status status =
        worktrees->has_looked ? QN_OK : look(ctx, worktrees, scope);

    for (size_t i = 0; i < worktrees->count && !status; i++)
        if (strcmp(worktrees->rows[i].branch, name) == 0)
            return qn_buf_append_string(ctx, out, worktrees->rows[i].path);
    return status;
}

void qn_ref_worktrees_dispose(struct qn_ref_worktrees *worktrees)
{
    qn_memory_free(worktrees->rows);
    qn_arena_dispose(&worktrees->arena);
    memset(worktrees, 0, sizeof(*worktrees));
}
