/* SPDX-License-Identifier: MIT */
/* Contents that are not here: those of older commits are fetched with them. */
#include "operation/part/blame_board.h"

#include "hash/id_list.h"
#include "object/tree.h"
#include "path/pathspec.h"
#include "walk/commit_walk.h"

#define FIRST 16
#define MOST  4096

/* What the path is in a commit. */
static enum qn_status add_blob(struct qn_ctx *ctx, struct qn_blame *blame,
                               const struct qn_id *commit, struct qn_bytes path,
                               struct qn_id_list *ids)
{
    struct qn_id id;
    uint32_t mode = 0;
    uint32_t row;
    enum qn_status status =
        qn_commit_table_put(ctx, blame->table, commit, &row);

    if (!status)
        status = qn_blame_path_find(ctx, blame, row, path, &id, &mode);
    if (status || !mode || qn_mode_is_tree(mode) || qn_mode_is_gitlink(mode))
        return status;
    return qn_id_list_add(ctx, ids, &id);
}

/* The commits behind this one that changed the path. */
static enum qn_status list_older(struct qn_ctx *ctx, struct qn_blame *blame,
                                 const struct qn_id *commit,
                                 struct qn_bytes path, struct qn_id_list *ids)
{
    const struct qn_op_blame_options *o = &blame->options;
    struct qn_walk_options options = {.min_parents = -1,
                                      .max_parents = -1,
                                      .max_count = (int64_t)blame->ahead,
                                      .first_parent_only = o->first_parent,
                                      .gives_ids_only = true};
    const char *words[1] = {(const char *)path.data};
    struct qn_pathspec *pathspec = NULL;
    struct qn_commit_walk *walk = NULL;
    struct qn_walk_commit found;
    size_t i;
    enum qn_status status = qn_pathspec_new(ctx, words, 1, "", NULL,
                                            QN_PATHSPEC_LITERAL, &pathspec);

    options.pathspec = pathspec;
    if (!status)
        status = qn_commit_walk_new(ctx, blame->scope, &options, &walk);
    if (!status)
        status = qn_commit_walk_add(ctx, walk, commit, 0, NULL);
    for (i = 0; i < o->excluded_count && !status; i++)
        status = qn_commit_walk_add(ctx, walk, &o->excluded[i],
                                    QN_WALK_UNINTERESTING, NULL);
    while (!status && !(status = qn_commit_walk_next(ctx, walk, &found)))
        status = add_blob(ctx, blame, &found.id, path, ids);
    qn_commit_walk_free(walk);
    qn_pathspec_free(pathspec);
    return status == QN_END ? QN_OK : status;
}

enum qn_status qn_blame_ahead_fetch(struct qn_ctx *ctx, struct qn_blame *blame,
                                    const struct qn_blame_origin *origin)
{
    struct qn_id_list ids = {0};
    struct qn_id commit;
    bool is_here = true;
    size_t i;
    enum qn_status status = QN_OK;

    if (origin->commit == QN_BLAME_UNCOMMITTED ||
        !qn_odb_fetches(blame->scope->odb))
        return QN_OK;
    status =
        qn_odb_exists(ctx, blame->scope->odb, &origin->source.blob, &is_here);
    if (status || is_here)
        return status;
    /* More each time: who asks for a few lines seldom needs all. */
    blame->ahead = !blame->ahead         ? FIRST
                   : blame->ahead < MOST ? blame->ahead * 4
                                         : MOST;
    status = qn_id_list_add(ctx, &ids, &origin->source.blob);
    if (blame->options.is_reversed) {
        for (i = 0; i < blame->in_range.count && ids.count < MOST && !status;
             i++) {
            qn_id_map_id(&blame->in_range, (uint32_t)i, &commit);
            status = add_blob(ctx, blame, &commit, origin->source.path, &ids);
        }
    } else if (!status) {
        qn_commit_table_id(blame->table, origin->commit, &commit);
        status = list_older(ctx, blame, &commit, origin->source.path, &ids);
    }
    if (!status)
        status = qn_odb_prefetch(ctx, blame->scope->odb, ids.ids, ids.count);
    qn_id_list_dispose(&ids);
    return status;
}
