/* SPDX-License-Identifier: MIT */
/* --merge: what happened to the conflicted paths on the two sides of a merge
 * that stopped; git-rev-list(1).
 *
 *   HEAD...<MERGE_HEAD, CHERRY_PICK_HEAD, REVERT_HEAD or REBASE_HEAD>
 *   -- <unmerged paths, of those given; none left: all>
 */
#include "base/memory.h"
#include "index/index.h"
#include "path/pathspec.h"
#include "walk/revision_args_parts.h"

#include <string.h>

/* The ref that says what is merged into HEAD. */
static enum qn_status find_other(struct qn_ctx *ctx,
                                 const struct qn_revision_scope *scope,
                                 const char **out)
{
    static const char *const names[] = {"MERGE_HEAD", "CHERRY_PICK_HEAD",
                                        "REVERT_HEAD", "REBASE_HEAD"};
    struct qn_ref ref = QN_REF_INIT;
    enum qn_status status = QN_OK;
    bool found = false;

    for (size_t i = 0; i < QN_COUNT_OF(names) && !found && !status; i++) {
        status = qn_refs_find(ctx, scope->refs, names[i], &ref, &found);
        *out = names[i];
    }
    if (!status && found && ref.is_symbolic)
        status = qn_ctx_fail(ctx, QN_INVALID, "%s exists but is a symbolic ref",
                             *out);
    else if (!status && !found)
        status = qn_ctx_fail(ctx, QN_INVALID,
                             "--merge requires one of the pseudorefs "
                             "MERGE_HEAD, CHERRY_PICK_HEAD, REVERT_HEAD or "
                             "REBASE_HEAD");
    qn_ref_dispose(&ref);
    return status;
}

static enum qn_status check_head(struct qn_ctx *ctx,
                                 const struct qn_revision_scope *scope)
{
    struct qn_ref ref = QN_REF_INIT;
    bool found = false;
    enum qn_status status =
        qn_refs_resolve(ctx, scope->refs, "HEAD", &ref, &found);

    qn_ref_dispose(&ref);
    if (!status && !found)
        status = qn_ctx_fail(ctx, QN_INVALID, "--merge without HEAD?");
    return status;
}

/* Put the path in, from the top and without magic. */
static enum qn_status keep_path(struct qn_ctx *ctx,
                                struct qn_revision_args *args,
                                struct qn_bytes path)
{
    static const char magic[] = ":(top,literal)";
    char *text = qn_arena_alloc(ctx, &args->arena, sizeof(magic) + path.size);
    enum qn_status status =
        qn_memory_grow(ctx, &args->paths, &args->path_capacity,
                       args->path_count + 1, sizeof(*args->paths));

    if (!text)
        return QN_NO_MEMORY;
    memcpy(text, magic, sizeof(magic) - 1);
    memcpy(text + sizeof(magic) - 1, path.data, path.size);
    text[sizeof(magic) - 1 + path.size] = '\0';
    if (!status)
        args->paths[args->path_count++] = text;
    return status;
}

static enum qn_status read_index(struct qn_ctx *ctx,
                                 const struct qn_revision_scope *scope,
                                 struct qn_index **out)
{
    struct qn_buf file = QN_BUF_INIT;
    enum qn_status status = qn_repo_path(ctx, scope->repo, "index", &file);

    if (!status)
        status = qn_index_read(ctx, qn_buf_string(&file),
                               qn_repo_algorithm(scope->repo), out);
    qn_buf_dispose(&file);
    return status;
}

static enum qn_status limit_paths(struct qn_ctx *ctx,
                                  const struct qn_revision_scope *scope,
                                  struct qn_revision_args *args)
{
    struct qn_pathspec *given = NULL;
    struct qn_index *index = NULL;
    struct qn_bytes last = QN_BYTES_NONE;
    enum qn_status status = read_index(ctx, scope, &index);

    if (!status && args->path_count)
        status = qn_pathspec_new(ctx, args->paths, args->path_count,
                                 qn_repo_prefix(scope->repo),
                                 qn_repo_work_tree(scope->repo), 0, &given);
    args->path_count = 0;
    for (size_t i = 0; !status && i < qn_index_count(index); i++) {
        const struct qn_index_entry *entry = qn_index_peek(index, i);

        if (entry->stage == 0 || qn_bytes_is_equal(entry->path, last) ||
            (given &&
             !qn_pathspec_is_match(ctx, given, entry->path, false, NULL, NULL)))
            continue;
        last = entry->path;
        status = keep_path(ctx, args, entry->path);
    }
    qn_pathspec_free(given);
    qn_index_free(index);
    return status;
}

enum qn_status qn_revision_args_merge(struct qn_ctx *ctx,
                                      const struct qn_revision_scope *scope,
                                      struct qn_revision_args *args)
{
    struct qn_buf word = QN_BUF_INIT;
    const char *other;
    enum qn_status status = check_head(ctx, scope);

    if (!status)
        status = find_other(ctx, scope, &other);
    if (!status)
        status = qn_buf_printf(ctx, &word, "HEAD...%s", other);
    if (!status)
        status = qn_revision_args_word(ctx, scope, args, qn_buf_string(&word));
    if (!status)
        status = limit_paths(ctx, scope, args);
    qn_buf_dispose(&word);
    return status;
}
