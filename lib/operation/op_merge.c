/* SPDX-License-Identifier: MIT */
#include "operation/op_merge.h"

#include "base/memory.h"
#include "object/commit.h"
#include "object/commit_builder.h"
#include "operation/part/record.h"
#include "os/file.h"
#include "text/date.h"
#include "walk/commit_walk.h"
#include "worktree/unpack.h"

static enum qn_status append_kind(struct qn_ctx *ctx,
                                  const struct qn_revision_scope *scope,
                                  const char *text, struct qn_buf *out)
{
    struct qn_buf name = QN_BUF_INIT;
    bool found = false;
    bool is_ambiguous = false;
    struct qn_bytes full;
    enum qn_status status;

    status = qn_revision_expand_ref(ctx, scope->refs, text, &name, &found,
                                    &is_ambiguous);
    full = qn_buf_bytes(&name);
    if (!status && found && qn_bytes_has_prefix(full, "refs/heads/"))
        status = qn_buf_printf(ctx, out, "branch '%s'",
                               (const char *)full.data + 11);
    else if (!status && found && qn_bytes_has_prefix(full, "refs/tags/"))
        status =
            qn_buf_printf(ctx, out, "tag '%s'", (const char *)full.data + 10);
    else if (!status && found && qn_bytes_has_prefix(full, "refs/remotes/"))
        status = qn_buf_printf(ctx, out, "remote-tracking branch '%s'",
                               (const char *)full.data + 13);
    else if (!status)
        status = qn_buf_printf(ctx, out, "commit '%s'", text);
    qn_buf_dispose(&name);
    return status;
}

enum qn_status qn_op_merge_title(struct qn_ctx *ctx,
                                 const struct qn_revision_scope *scope,
                                 const char *text, const char *current,
                                 struct qn_buf *out)
{
    const char *hidden = qn_config_string(qn_repo_config(scope->repo),
                                          "merge.suppressdest", "master");
    enum qn_status status = qn_buf_append_string(ctx, out, "Merge ");

    if (!status)
        status = append_kind(ctx, scope, text, out);
    if (!status && strcmp(current, hidden))
        status = qn_buf_printf(ctx, out, " into %s", current);
    return status;
}

static enum qn_status move_files(struct qn_ctx *ctx, struct qn_op_merge *merge,
                                 const struct qn_id *tree)
{
    struct qn_unpack_options unpack = {.kind = QN_UNPACK_TWO,
                                       .updates = true,
                                       .overwrites_ignored = true,
                                       .operation = "merge"};
    struct qn_id trees[2] = {merge->head_tree, *tree};

    return qn_unpack_run(ctx, merge->work_tree, merge->index, merge->scope->odb,
                         trees, 2, &unpack);
}

static enum qn_status write_index(struct qn_ctx *ctx, struct qn_op_merge *merge)
{
    enum qn_status status = qn_odb_sync(ctx, merge->scope->odb);

    if (!status)
        status = qn_work_tree_write_index(ctx, merge->scope->repo, merge->index,
                                          merge->lock);
    return status;
}

enum qn_status qn_op_merge_forward(struct qn_ctx *ctx,
                                   struct qn_op_merge *merge,
                                   const struct qn_id *tree)
{
    enum qn_status status = move_files(ctx, merge, tree);

    return status ? status : write_index(ctx, merge);
}

static enum qn_status put_stages(struct qn_ctx *ctx, struct qn_index *index,
                                 const struct qn_tree_merge_conflict *conflict)
{
    int i;

    (void)qn_index_remove(index, conflict->path);
    qn_index_invalidate_path(index, conflict->path);
    for (i = 0; i < 3; i++) {
        struct qn_index_entry entry;
        enum qn_status status;

        if (!conflict->modes[i])
            continue;
        memset(&entry, 0, sizeof(entry));
        entry.path = conflict->path;
        entry.id = conflict->ids[i];
        entry.mode = conflict->modes[i];
        entry.stage = (uint8_t)(i + 1);
        status = qn_index_append(ctx, index, &entry);
        if (status)
            return status;
    }
    return QN_OK;
}

enum qn_status qn_op_merge_apply(struct qn_ctx *ctx, struct qn_op_merge *merge,
                                 const struct qn_tree_merge_result *result)
{
    enum qn_status status = move_files(ctx, merge, &result->tree);
    size_t i;

    for (i = 0; i < result->conflict_count && !status; i++)
        status = put_stages(ctx, merge->index, &result->conflicts[i]);
    if (status)
        return status;
    if (result->conflict_count) {
        qn_index_sort(merge->index);
        qn_index_mark_changed(merge->index);
    }
    status = write_index(ctx, merge);
    if (!status)
        status = qn_record_ref(ctx, merge->scope->repo, merge->scope->refs,
                               "AUTO_MERGE", &result->tree, NULL, NULL);
    return status;
}

static enum qn_status write_file(struct qn_ctx *ctx, struct qn_repo *repo,
                                 const char *name, struct qn_bytes text)
{
    struct qn_buf path = QN_BUF_INIT;
    int fd = -1;
    enum qn_status status = qn_repo_path(ctx, repo, name, &path);

    if (!status)
        status = qn_file_open(ctx, qn_buf_string(&path),
                              QN_FILE_WRITE | QN_FILE_CREATE | QN_FILE_TRUNCATE,
                              0666, &fd);
    if (!status) {
        status = qn_file_write(ctx, fd, text.data, text.size);
        if (status)
            qn_file_close(fd);
        else
            status = qn_file_close_written(ctx, fd, qn_buf_string(&path));
    }
    qn_buf_dispose(&path);
    return status;
}

static enum qn_status
append_conflicts(struct qn_ctx *ctx, struct qn_buf *out,
                 const struct qn_tree_merge_result *result)
{
    enum qn_status status = QN_OK;
    size_t i;

    if (!result || !result->conflict_count)
        return QN_OK;
    status = qn_buf_append_string(ctx, out, "\n# Conflicts:\n");
    for (i = 0; i < result->conflict_count && !status; i++)
        status = qn_buf_printf(ctx, out, "#\t%.*s\n",
                               QN_BYTES_ARG(result->conflicts[i].path));
    return status;
}

enum qn_status
qn_op_merge_write_state(struct qn_ctx *ctx, struct qn_op_merge *merge,
                        const struct qn_id *theirs, bool is_no_ff,
                        struct qn_bytes message,
                        const struct qn_tree_merge_result *result)
{
    struct qn_repo *repo = merge->scope->repo;
    char hex[QN_ID_MAX_HEX_SIZE + 2];
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status = qn_buf_append_bytes(ctx, &text, message);

    if (!status)
        status = append_conflicts(ctx, &text, result);
    if (!status)
        status = write_file(ctx, repo, "MERGE_MSG", qn_buf_bytes(&text));
    if (!status)
        status = write_file(ctx, repo, "MERGE_MODE",
                            is_no_ff ? QN_BYTES("no-ff") : QN_BYTES(""));
    qn_id_to_hex(theirs, hex);
    strcat(hex, "\n");
    if (!status)
        status = write_file(ctx, repo, "MERGE_HEAD", qn_bytes_from_string(hex));
    qn_buf_dispose(&text);
    return status;
}

/* One commit as log shows it. */
static enum qn_status append_commit(struct qn_ctx *ctx, struct qn_odb *odb,
                                    const struct qn_id *id, struct qn_buf *out)
{
    static const struct qn_date_mode mode = {.kind = QN_DATE_DEFAULT};
    struct qn_object object = QN_OBJECT_INIT;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_commit commit;
    struct qn_ident ident = {.seconds = 0};
    struct qn_bytes rest;
    struct qn_bytes line;
    enum qn_status status =
        qn_odb_read_typed(ctx, odb, id, QN_OBJECT_COMMIT, &object);

    if (!status)
        status = qn_commit_parse(ctx, qn_object_bytes(&object),
                                 qn_odb_algorithm(odb), &commit);
    if (status)
        goto out;
    (void)qn_ident_parse(commit.author, &ident);
    status = qn_buf_printf(
        ctx, out,
        "\ncommit %s\nAuthor: %.*s <%.*s>\nDate:   ", qn_id_to_hex(id, hex),
        QN_BYTES_ARG(ident.name), QN_BYTES_ARG(ident.mail));
    if (!status)
        status = qn_date_format(ctx, ident.seconds, ident.zone, &mode, out);
    if (!status)
        status = qn_buf_append_string(ctx, out, "\n\n");
    rest = commit.message;
    while (rest.size && rest.data[rest.size - 1] == '\n')
        rest.size--;
    while (!status && qn_bytes_next(&rest, '\n', &line))
        status = line.size
                     ? qn_buf_printf(ctx, out, "    %.*s\n", QN_BYTES_ARG(line))
                     : qn_buf_append_string(ctx, out, "    \n");
out:
    qn_object_dispose(&object);
    return status;
}

enum qn_status
qn_op_merge_write_squash(struct qn_ctx *ctx, struct qn_op_merge *merge,
                         const struct qn_id *theirs,
                         const struct qn_tree_merge_result *result)
{
    struct qn_walk_options options = {
        .max_count = -1, .min_parents = -1, .max_parents = 1};
    struct qn_commit_walk *walk = NULL;
    struct qn_walk_commit commit;
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status;

    status =
        qn_buf_append_string(ctx, &text, "Squashed commit of the following:\n");
    if (!status)
        status = qn_commit_walk_new(ctx, merge->scope, &options, &walk);
    if (!status)
        status = qn_commit_walk_add(ctx, walk, theirs, 0, NULL);
    if (!status && !qn_id_is_null(&merge->head))
        status = qn_commit_walk_add(ctx, walk, &merge->head,
                                    QN_WALK_UNINTERESTING, NULL);
    while (!status) {
        status = qn_commit_walk_next(ctx, walk, &commit);
        if (!status)
            status = append_commit(ctx, merge->scope->odb, &commit.id, &text);
    }
    if (status == QN_END)
        status = append_conflicts(ctx, &text, result);
    if (!status)
        status = write_file(ctx, merge->scope->repo, "SQUASH_MSG",
                            qn_buf_bytes(&text));
    qn_commit_walk_free(walk);
    qn_buf_dispose(&text);
    return status;
}

enum qn_status qn_op_merge_commit(struct qn_ctx *ctx, struct qn_op_merge *merge,
                                  const struct qn_id *theirs,
                                  const struct qn_id *tree,
                                  struct qn_bytes message, const char *reflog,
                                  struct qn_id *out)
{
    const struct qn_revision_scope *scope = merge->scope;
    struct qn_id parents[2] = {merge->head, *theirs};
    struct qn_buf idents[2] = {QN_BUF_INIT, QN_BUF_INIT};
    struct qn_commit_builder builder = {.tree = *tree,
                                        .parents = parents,
                                        .parent_count = 2,
                                        .message = message};
    enum qn_status status;

    status = qn_repo_ident(ctx, scope->repo, QN_IDENT_AUTHOR, true, &idents[0]);
    if (!status)
        status = qn_repo_ident(ctx, scope->repo, QN_IDENT_COMMITTER, true,
                               &idents[1]);
    builder.author = qn_buf_string(&idents[0]);
    builder.committer = qn_buf_string(&idents[1]);
    if (!status)
        status = qn_record_commit(ctx, scope->odb, &builder, out);
    if (!status)
        status = qn_record_ref(ctx, scope->repo, scope->refs, "HEAD", out,
                               &merge->head, reflog);
    if (!status)
        status = qn_record_clear_state(ctx, scope->repo);
    qn_buf_dispose(&idents[0]);
    qn_buf_dispose(&idents[1]);
    return status;
}
