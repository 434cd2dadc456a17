/* SPDX-License-Identifier: MIT */
#include "operation/part/submodule_diff.h"

#include "object/commit.h"
#include "object/tree.h"
#include "operation/op_diff.h"
#include "operation/part/submodule_repo.h"
#include "show/pretty.h"
#include "walk/commit_walk.h"
#include "walk/merge_base.h"

struct submodule {
    struct qn_repo *repo; /* NULL: cannot be looked into */
    struct qn_odb *odb;
    struct qn_refs *refs;
    struct qn_revision_scope scope;
    const struct qn_diff_options *options;
    const struct qn_diff_pair *pair;
    struct qn_bytes path;
    struct qn_id ids[2];
    bool has[2];     /* is there such a side? */
    bool is_read[2]; /* and its commit? */
    bool is_forward, is_rewind;
};

static bool is_commit(struct qn_ctx *ctx, struct submodule *s, int side)
{
    struct qn_odb_info info = {QN_OBJECT_NONE};

    if (!s->has[side] || !s->odb)
        return false;
    if (qn_odb_read_info(ctx, s->odb, &s->ids[side], QN_ODB_WANT_TYPE, &info)) {
        qn_ctx_clear(ctx);
        return false;
    }
    return info.type == QN_OBJECT_COMMIT;
}

static enum qn_status open_views(struct qn_ctx *ctx, struct submodule *s,
                                 struct qn_repo *above)
{
    enum qn_status status = QN_OK;
    int i;

    if (above && qn_repo_work_tree(above))
        status = qn_submodule_repo_open(ctx, qn_repo_work_tree(above), s->path,
                                        &s->repo);
    if (!status && !s->repo && above)
        status = qn_submodule_repo_open_stored(ctx, above, s->path, &s->repo);
    if (status || !s->repo)
        return status;
    status = qn_repo_odb(ctx, s->repo, &s->odb);
    if (!status)
        status = qn_repo_refs(ctx, s->repo, &s->refs);
    s->scope = (struct qn_revision_scope){s->repo, s->odb, s->refs};
    for (i = 0; i < 2 && !status; i++)
        s->is_read[i] = is_commit(ctx, s, i);
    return status;
}

static enum qn_status find_direction(struct qn_ctx *ctx, struct submodule *s)
{
    struct qn_id_list bases = {NULL, 0, 0};
    enum qn_status status;

    if (!s->is_read[0] || !s->is_read[1])
        return QN_OK;
    status =
        qn_merge_base_find(ctx, &s->scope, &s->ids[0], &s->ids[1], 1, &bases);
    if (!status && bases.count) {
        s->is_forward = qn_id_is_equal(&bases.ids[0], &s->ids[0]);
        s->is_rewind =
            !s->is_forward && qn_id_is_equal(&bases.ids[0], &s->ids[1]);
    }
    qn_id_list_dispose(&bases);
    return status;
}

static enum qn_status append_id(struct qn_ctx *ctx, const struct submodule *s,
                                int side, struct qn_buf *out)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    size_t digits = 7;
    enum qn_status status = QN_OK;

    qn_id_to_hex(&s->ids[side], hex);
    if (s->is_read[side] && s->options->abbrev)
        status = qn_odb_abbreviate(
            ctx, s->odb, &s->ids[side],
            s->options->abbrev < 0 ? 0 : (size_t)s->options->abbrev, &digits);
    return status ? status : qn_buf_append(ctx, out, hex, digits);
}

/* "Submodule <path> <id>..<id>:" and what is dirty in the work tree. */
static enum qn_status put_header(struct qn_ctx *ctx, const struct submodule *s,
                                 struct qn_buf *out)
{
    const struct qn_diff_side *now = &s->pair->new_side;
    bool is_near = s->is_forward || s->is_rewind;
    const char *message = NULL;
    enum qn_status status = QN_OK;

    if (now->has_untracked_content)
        status = qn_buf_printf(ctx, out,
                               "Submodule %.*s contains untracked content\n",
                               QN_BYTES_ARG(s->path));
    if (!status && now->has_modified_content)
        status = qn_buf_printf(ctx, out,
                               "Submodule %.*s contains modified content\n",
                               QN_BYTES_ARG(s->path));
    if (status || qn_id_is_equal(&s->ids[0], &s->ids[1]))
        return status;
    if (!s->has[0])
        message = "(new submodule)";
    else if (!s->has[1])
        message = "(submodule deleted)";
    else if (!s->is_read[0] || !s->is_read[1])
        message = "(commits not present)";
    status = qn_buf_printf(ctx, out, "Submodule %.*s ", QN_BYTES_ARG(s->path));
    if (!status)
        status = append_id(ctx, s, 0, out);
    if (!status)
        status = qn_buf_append_string(ctx, out, is_near ? ".." : "...");
    if (!status)
        status = append_id(ctx, s, 1, out);
    if (!status && message)
        return qn_buf_printf(ctx, out, " %s\n", message);
    return status ? status
                  : qn_buf_append_string(ctx, out,
                                         s->is_rewind ? " (rewind):\n" : ":\n");
}

static enum qn_status put_commit(struct qn_ctx *ctx, const struct submodule *s,
                                 const struct qn_walk_commit *commit,
                                 struct qn_buf *out)
{
    const struct qn_diff_options *options = s->options;
    bool is_left = commit->flags & QN_WALK_LEFT;
    const char *color =
        options->colors[is_left ? QN_DIFF_COLOR_OLD : QN_DIFF_COLOR_NEW];
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_commit parsed;
    enum qn_status status =
        qn_odb_read_typed(ctx, s->odb, &commit->id, QN_OBJECT_COMMIT, &object);

    if (!status)
        status = qn_commit_parse(ctx, qn_object_bytes(&object),
                                 qn_odb_algorithm(s->odb), &parsed);
    if (!status && options->has_color)
        status = qn_buf_append_string(ctx, out, color);
    if (!status)
        status = qn_buf_printf(ctx, out, "  %c ", is_left ? '<' : '>');
    if (!status)
        status = qn_pretty_subject(ctx, parsed.message, " ", out, NULL);
    if (!status && options->has_color)
        status = qn_buf_append_string(ctx, out,
                                      options->colors[QN_DIFF_COLOR_RESET]);
    if (!status)
        status = qn_buf_append_byte(ctx, out, '\n');
    qn_object_dispose(&object);
    return status;
}

static enum qn_status put_log(struct qn_ctx *ctx, const struct submodule *s,
                              struct qn_buf *out)
{
    struct qn_walk_options options = {.left_right = true,
                                      .first_parent_only = true,
                                      .min_parents = -1,
                                      .max_parents = -1,
                                      .max_count = -1};
    struct qn_commit_walk *walk = NULL;
    struct qn_walk_commit commit;
    enum qn_status status;

    if (!s->is_read[0] || !s->is_read[1] ||
        qn_id_is_equal(&s->ids[0], &s->ids[1]))
        return QN_OK;
    status = qn_commit_walk_new(ctx, &s->scope, &options, &walk);
    if (!status)
        status = qn_commit_walk_add_symmetric(ctx, walk, &s->scope, &s->ids[0],
                                              &s->ids[1]);
    while (!status) {
        status = qn_commit_walk_next(ctx, walk, &commit);
        if (!status)
            status = put_commit(ctx, s, &commit, out);
    }
    qn_commit_walk_free(walk);
    return status == QN_END ? QN_OK : status;
}

/* ---- --submodule=diff */

static enum qn_status diff_work(struct qn_ctx *ctx, const struct submodule *s,
                                struct qn_patch *patch,
                                const struct qn_id *tree, struct qn_buf *out)
{
    struct qn_work_tree work = {.top_fd = -1};
    struct qn_diff_list list = QN_DIFF_LIST_INIT;
    struct qn_index *index = NULL;
    struct qn_op_diff op;
    enum qn_status status = qn_work_tree_open(ctx, s->repo, &work);

    if (!status)
        status = qn_work_tree_read_index(ctx, s->repo, s->odb, &index);
    if (!status) {
        qn_op_diff_init(&op, s->odb, index, &work);
        op.looks_inside = true;
        qn_patch_set_content(patch, &op.content);
        status = qn_op_diff_tree(ctx, &op, tree, &list);
        if (!status)
            status = qn_patch_refine(ctx, patch, &list);
        if (!status)
            status = qn_patch_print(ctx, patch, &list, out);
        qn_patch_set_content(patch, NULL);
        qn_op_diff_dispose(&op);
    }
    qn_diff_list_dispose(&list);
    qn_index_free(index);
    qn_work_tree_close(&work);
    return status;
}

static enum qn_status put_diff(struct qn_ctx *ctx, const struct submodule *s,
                               struct qn_buf *out)
{
    struct qn_diff_options options = *s->options;
    struct qn_buf prefixes[2] = {QN_BUF_INIT, QN_BUF_INIT};
    bool is_dirty = s->pair->new_side.has_modified_content;
    struct qn_patch *patch = NULL;
    struct qn_id trees[2];
    enum qn_status status = QN_OK;
    int i;

    for (i = 0; i < 2 && !status; i++) {
        if (s->has[i] && !s->is_read[i])
            goto out;
        status = qn_buf_printf(ctx, &prefixes[i], "%s%.*s/",
                               i ? options.destination_prefix
                                 : options.source_prefix,
                               QN_BYTES_ARG(s->path));
        if (!status && s->has[i])
            status = qn_revision_peel(ctx, s->odb, &s->ids[i], QN_OBJECT_TREE,
                                      &trees[i]);
    }
    if (status || !s->odb)
        goto out;
    options.source_prefix = qn_buf_string(&prefixes[0]);
    options.destination_prefix = qn_buf_string(&prefixes[1]);
    options.formats = QN_DIFF_FORMAT_PATCH;
    options.is_recursive = true;
    options.line_prefix = NULL;
    options.pathspec = NULL;
    options.relative = NULL;
    status = qn_patch_new(ctx, s->repo, s->odb, &options, NULL, &patch);
    if (!status && is_dirty)
        status = diff_work(ctx, s, patch, s->has[0] ? &trees[0] : NULL, out);
    else if (!status)
        status = qn_patch_trees(ctx, patch, s->has[0] ? &trees[0] : NULL,
                                s->has[1] ? &trees[1] : NULL, out, NULL);
    qn_patch_free(patch);
out:
    qn_buf_dispose(&prefixes[0]);
    qn_buf_dispose(&prefixes[1]);
    return status;
}

enum qn_status qn_submodule_diff_show(struct qn_ctx *ctx, struct qn_repo *repo,
                                      const struct qn_diff_options *options,
                                      const struct qn_diff_pair *pair,
                                      struct qn_buf *out)
{
    struct submodule s = {.options = options,
                          .pair = pair,
                          .path = pair->old_side.mode ? pair->old_side.path
                                                      : pair->new_side.path};
    enum qn_status status;
    int i;

    for (i = 0; i < 2; i++) {
        const struct qn_diff_side *side = i ? &pair->new_side : &pair->old_side;

        s.has[i] = qn_mode_is_gitlink(side->mode);
        qn_id_clear(&s.ids[i], repo ? qn_repo_algorithm(repo) : QN_HASH_SHA1);
        if (s.has[i])
            s.ids[i] = side->id;
    }
    status = open_views(ctx, &s, repo);
    if (!status)
        status = find_direction(ctx, &s);
    if (!status)
        status = put_header(ctx, &s, out);
    if (!status && options->submodule == QN_DIFF_SUBMODULE_LOG)
        status = put_log(ctx, &s, out);
    else if (!status)
        status = put_diff(ctx, &s, out);
    qn_refs_free(s.refs);
    qn_odb_free(s.odb);
    qn_repo_release(s.repo);
    return status;
}
