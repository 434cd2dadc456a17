/* SPDX-License-Identifier: MIT */
#include "api/api.h"
#include "base/memory.h"
#include "diff/patch.h"

#include <quoin/difference.h>

struct qn_difference {
    struct qn_patch *patch;
    struct qn_pathspec *pathspec;
    struct qn_diff_list list;
};

static void translate(const struct qn_difference_options *from,
                      struct qn_diff_options *to)
{
    qn_diff_options_init(to);
    to->formats = QN_DIFF_FORMAT_PATCH;
    to->is_recursive = true;
    if (from->context != UINT32_MAX)
        to->context = from->context;
    to->has_binary = from->flags & QN_DIFFERENCE_BINARY;
    if (from->flags & QN_DIFFERENCE_IGNORE_SPACE_CHANGE)
        to->text.flags |= QN_TEXT_DIFF_IGNORE_SPACE_CHANGE;
    if (from->flags & QN_DIFFERENCE_IGNORE_ALL_SPACE)
        to->text.flags |= QN_TEXT_DIFF_IGNORE_ALL_SPACE;
    if (from->flags & QN_DIFFERENCE_COPIES)
        to->rename.detect = 2;
    else if (from->flags & QN_DIFFERENCE_RENAMES)
        to->rename.detect = 1;
}

static enum qn_status to_tree(struct qn_ctx *ctx,
                              struct qn_repository *repository,
                              const struct qn_id *given, struct qn_id *room,
                              const struct qn_id **out)
{
    *out = NULL;
    if (!given)
        return QN_OK;
    *out = room;
    return qn_revision_peel(ctx, repository->odb, given, QN_OBJECT_TREE, room);
}

enum qn_status qn_difference_new(struct qn_ctx *ctx,
                                 struct qn_repository *repository,
                                 const struct qn_id *old_tree,
                                 const struct qn_id *new_tree,
                                 const struct qn_difference_options *options,
                                 struct qn_difference **out)
{
    struct qn_difference_options known = QN_DIFFERENCE_OPTIONS_INIT;
    struct qn_difference *difference = NULL;
    struct qn_diff_options diff;
    struct qn_id rooms[2];
    const struct qn_id *trees[2];
    enum qn_status status =
        qn_content_options(ctx, options, &known, sizeof(known));

    if (!status)
        status = to_tree(ctx, repository, old_tree, &rooms[0], &trees[0]);
    if (!status)
        status = to_tree(ctx, repository, new_tree, &rooms[1], &trees[1]);
    if (status)
        return status;
    difference = qn_memory_calloc(ctx, 1, sizeof(*difference));
    if (!difference)
        return QN_NO_MEMORY;
    translate(&known, &diff);
    if (known.path_count > 0)
        status = qn_pathspec_new(ctx, known.paths, known.path_count,
                                 qn_repo_prefix(repository->repo),
                                 qn_repo_work_tree(repository->repo), 0,
                                 &difference->pathspec);
    diff.pathspec = difference->pathspec;
    if (!status)
        status = qn_patch_new(ctx, repository->repo, repository->odb, &diff,
                              NULL, &difference->patch);
    if (!status)
        status = qn_patch_collect(ctx, difference->patch, trees[0], trees[1],
                                  &difference->list);
    if (status)
        qn_difference_free(difference);
    else
        *out = difference;
    return status;
}

void qn_difference_free(struct qn_difference *difference)
{
    if (!difference)
        return;
    qn_diff_list_dispose(&difference->list);
    qn_patch_free(difference->patch);
    qn_pathspec_free(difference->pathspec);
    qn_memory_free(difference);
}

size_t qn_difference_count(const struct qn_difference *difference)
{
    return difference->list.count;
}

char qn_difference_status(const struct qn_difference *difference, size_t number)
{
    return difference->list.pairs[number].status;
}

static const char *path_of(const struct qn_diff_side *side)
{
    return side->mode ? (const char *)side->path.data : NULL;
}

const char *qn_difference_old_path(const struct qn_difference *difference,
                                   size_t number)
{
    return path_of(&difference->list.pairs[number].old_side);
}

const char *qn_difference_new_path(const struct qn_difference *difference,
                                   size_t number)
{
    return path_of(&difference->list.pairs[number].new_side);
}

void qn_difference_old_id(const struct qn_difference *difference, size_t number,
                          struct qn_id *out)
{
    *out = difference->list.pairs[number].old_side.id;
}

void qn_difference_new_id(const struct qn_difference *difference, size_t number,
                          struct qn_id *out)
{
    *out = difference->list.pairs[number].new_side.id;
}

uint32_t qn_difference_score(const struct qn_difference *difference,
                             size_t number)
{
    return difference->list.pairs[number].score;
}

enum qn_status qn_difference_patch(struct qn_ctx *ctx,
                                   struct qn_difference *difference,
                                   struct qn_content **out)
{
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status =
        qn_patch_print(ctx, difference->patch, &difference->list, &text);

    if (!status)
        status = qn_content_make(ctx, QN_CONTENT_NONE, &text, out);
    qn_buf_dispose(&text);
    return status;
}
