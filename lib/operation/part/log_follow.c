/* SPDX-License-Identifier: MIT */
#include "operation/part/log_follow.h"

#include "base/memory.h"
#include "diff/rename.h"

struct qn_log_follow {
    struct qn_odb *odb;
    struct qn_rename_options rename;
    struct qn_pathspec *pathspec;
    struct qn_bytes path;
    struct qn_arena arena;
    struct qn_diff_list list;
};

static enum qn_status set_path(struct qn_ctx *ctx, struct qn_log_follow *f,
                               struct qn_bytes path)
{
    const char *copy = qn_arena_copy(ctx, &f->arena, path);
    struct qn_pathspec *pathspec = NULL;
    enum qn_status status;

    if (!copy)
        return QN_NO_MEMORY;
    status = qn_pathspec_new(ctx, &copy, 1, "", NULL, QN_PATHSPEC_LITERAL,
                             &pathspec);
    if (status)
        return status;
    qn_pathspec_free(f->pathspec);
    f->pathspec = pathspec;
    f->path = qn_bytes_make(copy, path.size);
    return QN_OK;
}

enum qn_status qn_log_follow_new(struct qn_ctx *ctx, struct qn_odb *odb,
                                 const struct qn_diff_options *diff,
                                 struct qn_bytes path,
                                 struct qn_log_follow **out)
{
    struct qn_log_follow *f = qn_memory_calloc(ctx, 1, sizeof(*f));
    enum qn_status status;

    if (!f)
        return QN_NO_MEMORY;
    f->odb = odb;
    f->rename = diff->rename;
    f->rename.detect = 2;
    f->rename.finds_copies_harder = true;
    status = set_path(ctx, f, path);
    if (status)
        qn_log_follow_free(f);
    else
        *out = f;
    return status;
}

void qn_log_follow_free(struct qn_log_follow *f)
{
    if (!f)
        return;
    qn_pathspec_free(f->pathspec);
    qn_arena_dispose(&f->arena);
    qn_diff_list_dispose(&f->list);
    qn_memory_free(f);
}

/* The path of a pair in memory that lasts. */
static enum qn_status keep(struct qn_ctx *ctx, struct qn_log_follow *f,
                           const struct qn_diff_pair *pair,
                           struct qn_diff_pair *out)
{
    const char *old_path = qn_arena_copy(ctx, &f->arena, pair->old_side.path);
    const char *new_path = qn_arena_copy(ctx, &f->arena, pair->new_side.path);

    if (!old_path || !new_path)
        return QN_NO_MEMORY;
    *out = *pair;
    out->old_side.path = qn_bytes_make(old_path, pair->old_side.path.size);
    out->new_side.path = qn_bytes_make(new_path, pair->new_side.path.size);
    return QN_OK;
}

/* The path appeared: from where? */
static enum qn_status find_source(struct qn_ctx *ctx, struct qn_log_follow *f,
                                  const struct qn_id *old_tree,
                                  const struct qn_id *new_tree,
                                  struct qn_diff_pair *pair)
{
    struct qn_tree_diff_options options = {.is_recursive = true,
                                           .finds_copies_harder = true};
    struct qn_rename_options rename = f->rename;
    struct qn_diff_list list = QN_DIFF_LIST_INIT;
    enum qn_status status =
        qn_tree_diff_run(ctx, f->odb, old_tree, new_tree, &options, &list);
    size_t i;

    rename.follow = f->path;
    if (!status)
        status = qn_rename_detect(ctx, f->odb, &rename, &list);
    for (i = 0; i < list.count && !status; i++) {
        const struct qn_diff_pair *from = &list.pairs[i];

        if ((from->status != QN_DIFF_RENAMED &&
             from->status != QN_DIFF_COPIED) ||
            !qn_bytes_is_equal(from->new_side.path, f->path))
            continue;
        status = keep(ctx, f, from, pair);
        if (!status)
            status = set_path(ctx, f, pair->old_side.path);
        break;
    }
    qn_diff_list_dispose(&list);
    return status;
}

enum qn_status qn_log_follow_step(struct qn_ctx *ctx, struct qn_log_follow *f,
                                  const struct qn_id *old_tree,
                                  const struct qn_id *new_tree,
                                  struct qn_diff_pair *out, bool *found)
{
    struct qn_tree_diff_options options = {.pathspec = f->pathspec,
                                           .is_recursive = true};
    enum qn_status status;

    *found = false;
    qn_diff_list_reset(&f->list);
    status =
        qn_tree_diff_run(ctx, f->odb, old_tree, new_tree, &options, &f->list);
    if (status || !f->list.count)
        return status;
    *found = true;
    status = keep(ctx, f, &f->list.pairs[0], out);
    if (!status && old_tree && out->status == QN_DIFF_ADDED)
        status = find_source(ctx, f, old_tree, new_tree, out);
    return status;
}
