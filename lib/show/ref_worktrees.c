/* SPDX-License-Identifier: MIT */
#include "show/ref_worktrees.h"

#include "base/memory.h"
#include "os/directory.h"
#include "os/file.h"

#include <string.h>

/* The path in a worktree's "gitdir" file, without "/.git". */
static enum qn_status append_linked(struct qn_ctx *ctx,
                                    const struct qn_revision_scope *scope,
                                    const char *id, const char *name,
                                    struct qn_buf *out, bool *found)
{
    struct qn_buf text = QN_BUF_INIT;
    struct qn_buf path = QN_BUF_INIT;
    struct qn_ref ref = QN_REF_INIT;
    enum qn_status status;
    bool exists;

    *found = false;
    status = qn_buf_printf(ctx, &text, "worktrees/%s/HEAD", id);
    if (!status)
        status =
            qn_refs_find(ctx, scope->refs, qn_buf_string(&text), &ref, &exists);
    if (!status && exists && ref.is_symbolic &&
        strcmp(qn_buf_string(&ref.target), name) == 0) {
        status = qn_buf_printf(ctx, &path, "%s/worktrees/%s/gitdir",
                               qn_repo_common_directory(scope->repo), id);
        qn_buf_clear(&text);
        if (!status && !qn_file_read_all(ctx, qn_buf_string(&path), &text)) {
            struct qn_bytes line = qn_bytes_trim(qn_buf_bytes(&text));

            if (qn_bytes_has_suffix(line, "/.git"))
                line.size -= 5;
            *found = true;
            status = qn_buf_append_bytes(ctx, out, line);
        } else {
            qn_ctx_clear(ctx);
        }
    }
    qn_buf_dispose(&text);
    qn_buf_dispose(&path);
    qn_ref_dispose(&ref);
    return status;
}

/* In a linked worktree: is the main one on that branch? */
static enum qn_status append_main(struct qn_ctx *ctx,
                                  const struct qn_revision_scope *scope,
                                  const char *name, struct qn_buf *out,
                                  bool *found)
{
    struct qn_bytes common =
        qn_bytes_from_string(qn_repo_common_directory(scope->repo));
    struct qn_ref ref = QN_REF_INIT;
    enum qn_status status;
    bool exists;

    *found = false;
    if (strcmp(qn_repo_git_directory(scope->repo),
               qn_repo_common_directory(scope->repo)) == 0)
        return QN_OK;
    status =
        qn_refs_find(ctx, scope->refs, "main-worktree/HEAD", &ref, &exists);
    if (!status && exists && ref.is_symbolic &&
        strcmp(qn_buf_string(&ref.target), name) == 0 &&
        qn_bytes_has_suffix(common, "/.git")) {
        *found = true;
        status = qn_buf_append(ctx, out, common.data, common.size - 5);
    }
    qn_ref_dispose(&ref);
    return status;
}

/* The linked worktrees, looked for once. */
static enum qn_status list_linked(struct qn_ctx *ctx,
                                  const struct qn_revision_scope *scope,
                                  struct qn_ref_worktrees *worktrees)
{
    struct qn_directory *directory = NULL;
    struct qn_buf path = QN_BUF_INIT;
    enum qn_file_kind kind;
    const char *entry;
    enum qn_status status;

    if (worktrees->has_linked)
        return QN_OK;
    status = qn_buf_printf(ctx, &path, "%s/worktrees",
                           qn_repo_common_directory(scope->repo));
    if (!status && qn_directory_open(ctx, qn_buf_string(&path), &directory))
        qn_ctx_clear(ctx);
    while (!status && directory &&
           qn_directory_next(directory, &entry, &kind)) {
        status = qn_memory_grow(
            ctx, &worktrees->linked, &worktrees->linked_capacity,
            worktrees->linked_count + 1, sizeof(*worktrees->linked));
        if (status)
            break;
        worktrees->linked[worktrees->linked_count] =
            qn_arena_copy(ctx, &worktrees->arena, qn_bytes_from_string(entry));
        if (!worktrees->linked[worktrees->linked_count++])
            status = QN_NO_MEMORY;
    }
    worktrees->has_linked = !status;
    qn_directory_close(directory);
    qn_buf_dispose(&path);
    return status;
}

enum qn_status qn_ref_worktrees_append(struct qn_ctx *ctx,
                                       struct qn_ref_worktrees *worktrees,
                                       const struct qn_revision_scope *scope,
                                       const char *name, struct qn_buf *out)
{
    bool found = false;
    enum qn_status status = append_main(ctx, scope, name, out, &found);
    size_t i;

    if (!status && !found)
        status = list_linked(ctx, scope, worktrees);
    for (i = 0; i < worktrees->linked_count && !status && !found; i++)
        status =
            append_linked(ctx, scope, worktrees->linked[i], name, out, &found);
    return status;
}

void qn_ref_worktrees_dispose(struct qn_ref_worktrees *worktrees)
{
    qn_memory_free(worktrees->linked);
    qn_arena_dispose(&worktrees->arena);
    memset(worktrees, 0, sizeof(*worktrees));
}
