/* SPDX-License-Identifier: MIT */
/* "<rev>:<path>" and ":<n>:<path>". */
#include "index/index.h"
#include "os/file.h"
#include "text/pathname.h"
#include "walk/revision_parts.h"

#include <string.h>

#define PATH_REASON "revision.path"

/* "./x" and "../x" are seen from the prefix; others from the top. */
static enum qn_status resolve_path(struct qn_ctx *ctx,
                                   const struct qn_revision_run *run,
                                   struct qn_bytes path, struct qn_buf *out)
{
    const struct qn_repo *repo = run->scope->repo;
    struct qn_buf joined = QN_BUF_INIT;
    enum qn_status status;

    if (!qn_bytes_has_prefix(path, "./") && !qn_bytes_has_prefix(path, "../") &&
        !qn_bytes_is_string(path, ".") && !qn_bytes_is_string(path, ".."))
        return qn_buf_append_bytes(ctx, out, path);
    if (!qn_repo_work_tree(repo))
        return qn_ctx_fail(ctx, QN_INVALID,
                           "relative path syntax can't be used outside working "
                           "tree");
    status = qn_buf_append_string(ctx, &joined, qn_repo_prefix(repo));
    if (!status)
        status = qn_buf_append_bytes(ctx, &joined, path);
    if (!status && qn_pathname_normalise(ctx, qn_buf_bytes(&joined), out))
        status =
            qn_ctx_fail(ctx, QN_INVALID, "'%.*s' is outside repository at '%s'",
                        QN_BYTES_ARG(path), qn_repo_work_tree(repo));
    qn_buf_dispose(&joined);
    return status;
}

/* Walk down; `*found` false when a part is not there. */
static enum qn_status walk_down(struct qn_ctx *ctx, struct qn_odb *odb,
                                const struct qn_id *tree, struct qn_bytes path,
                                struct qn_id *id, uint32_t *mode, bool *found)
{
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_bytes rest = path;
    struct qn_bytes part;
    enum qn_status status = QN_OK;

    *id = *tree;
    *mode = QN_MODE_TREE;
    *found = true;
    while (!status && *found && qn_bytes_next(&rest, '/', &part)) {
        struct qn_tree_entry entry;

        /* A slash at the front, or two in a row, name nothing. */
        if (part.size == 0 || !qn_mode_is_tree(*mode)) {
            *found = false;
            break;
        }
        status = qn_odb_read_typed(ctx, odb, id, QN_OBJECT_TREE, &object);
        if (!status)
            status = qn_tree_find(ctx, qn_object_bytes(&object), id->algorithm,
                                  part, &entry, found);
        if (!status && *found) {
            *mode = entry.mode;
            qn_id_from_row(id, tree->algorithm, entry.id);
        }
    }
    if (!status && *found && path.size > 0 && path.data[path.size - 1] == '/' &&
        !qn_mode_is_tree(*mode))
        *found = false;
    qn_object_dispose(&object);
    return status;
}

static bool is_on_disk(struct qn_ctx *ctx, const struct qn_revision_run *run,
                       struct qn_bytes path)
{
    struct qn_buf full = QN_BUF_INIT;
    bool exists = false;

    if (!qn_repo_work_tree(run->scope->repo) || path.size == 0)
        return false;
    if (qn_repo_work_path(ctx, run->scope->repo, path, &full) == QN_OK)
        exists = qn_file_exists(qn_buf_string(&full));
    else
        qn_ctx_clear(ctx);
    qn_buf_dispose(&full);
    return exists;
}

static enum qn_status explain_tree(struct qn_ctx *ctx,
                                   const struct qn_revision_run *run,
                                   struct qn_bytes revision,
                                   const struct qn_id *tree,
                                   struct qn_bytes path)
{
    const char *prefix = qn_repo_prefix(run->scope->repo);
    struct qn_buf full = QN_BUF_INIT;
    struct qn_id id;
    uint32_t mode = 0;
    bool found = false;
    enum qn_status status = QN_OK;

    if (is_on_disk(ctx, run, path))
        return qn_ctx_fail_reason(
            ctx, QN_NOT_FOUND, PATH_REASON, run->text,
            "path '%.*s' exists on disk, but not in '%.*s'", QN_BYTES_ARG(path),
            QN_BYTES_ARG(revision));
    if (*prefix && tree) {
        status =
            qn_buf_printf(ctx, &full, "%s%.*s", prefix, QN_BYTES_ARG(path));
        if (!status)
            status = walk_down(ctx, run->scope->odb, tree, qn_buf_bytes(&full),
                               &id, &mode, &found);
    }
    if (!status && found)
        status = qn_ctx_fail_reason(
            ctx, QN_NOT_FOUND, PATH_REASON, run->text,
            "path '%s' exists, but not '%.*s'\n"
            "hint: Did you mean '%.*s:%s' aka '%.*s:./%.*s'?",
            qn_buf_string(&full), QN_BYTES_ARG(path), QN_BYTES_ARG(revision),
            qn_buf_string(&full), QN_BYTES_ARG(revision), QN_BYTES_ARG(path));
    else if (!status)
        status = qn_ctx_fail_reason(ctx, QN_NOT_FOUND, PATH_REASON, run->text,
                                    "path '%.*s' does not exist in '%.*s'",
                                    QN_BYTES_ARG(path), QN_BYTES_ARG(revision));
    qn_buf_dispose(&full);
    return status;
}

enum qn_status qn_revision_in_tree(struct qn_ctx *ctx,
                                   const struct qn_revision_run *run,
                                   struct qn_bytes revision,
                                   struct qn_bytes path)
{
    struct qn_revision_run inner = *run;
    struct qn_buf full = QN_BUF_INIT;
    struct qn_id tree;
    struct qn_id id;
    bool found = false;
    bool is_tree = true;
    enum qn_status status;

    inner.kind = QN_REVISION_TREEISH;
    status = qn_revision_plain(ctx, &inner, revision, &tree);
    if (status == QN_NOT_FOUND || status == QN_AMBIGUOUS) {
        status = qn_ctx_fail_reason(ctx, QN_NOT_FOUND, PATH_REASON, run->text,
                                    "invalid object name '%.*s'.",
                                    QN_BYTES_ARG(revision));
        goto out;
    }
    qn_buf_clear(&run->out->ref_name);
    if (!status) {
        status = qn_revision_peel(ctx, run->scope->odb, &tree, QN_OBJECT_TREE,
                                  &tree);
        if (status && status != QN_CORRUPT && status != QN_NO_MEMORY) {
            qn_ctx_clear(ctx); /* no tree has no paths */
            status = QN_OK;
            is_tree = false;
        }
    }
    if (!status)
        status = resolve_path(ctx, run, path, &full);
    if (!status && is_tree)
        status = walk_down(ctx, run->scope->odb, &tree, qn_buf_bytes(&full),
                           &id, &run->out->mode, &found);
    if (status == QN_NOT_FOUND) { /* a tree on the way is not there */
        qn_ctx_clear(ctx);
        status = QN_OK;
        found = false;
    }
    if (!status && !found)
        status = explain_tree(ctx, run, revision, is_tree ? &tree : NULL,
                              qn_buf_bytes(&full));
    if (!status) {
        run->out->id = id;
        run->out->has_path = true;
        status = qn_buf_append_bytes(ctx, &run->out->path, qn_buf_bytes(&full));
    }

out:
    qn_buf_dispose(&full);
    return status;
}

/* ---------------------------------------------------------------------- index
 */

static enum qn_status explain_index(struct qn_ctx *ctx,
                                    const struct qn_revision_run *run,
                                    const struct qn_index *index,
                                    unsigned stage, struct qn_bytes path)
{
    const char *prefix = qn_repo_prefix(run->scope->repo);
    struct qn_buf full = QN_BUF_INIT;
    const struct qn_index_entry *entry;
    bool found = false;
    size_t i = qn_index_find(index, path, 0, &found);
    enum qn_status status;

    entry = i < qn_index_count(index) ? qn_index_peek(index, i) : NULL;
    if (entry && qn_bytes_is_equal(entry->path, path))
        return qn_ctx_fail_reason(
            ctx, QN_NOT_FOUND, PATH_REASON, run->text,
            "path '%.*s' is in the index, but not at stage %u\n"
            "hint: Did you mean ':%u:%.*s'?",
            QN_BYTES_ARG(path), stage, (unsigned)entry->stage,
            QN_BYTES_ARG(path));
    status = qn_buf_printf(ctx, &full, "%s%.*s", prefix, QN_BYTES_ARG(path));
    if (!status && *prefix) {
        i = qn_index_find(index, qn_buf_bytes(&full), 0, &found);
        entry = i < qn_index_count(index) ? qn_index_peek(index, i) : NULL;
        if (entry && qn_bytes_is_equal(entry->path, qn_buf_bytes(&full))) {
            status = qn_ctx_fail_reason(
                ctx, QN_NOT_FOUND, PATH_REASON, run->text,
                "path '%s' is in the index, but not '%.*s'\n"
                "hint: Did you mean ':%u:%s' aka ':%u:./%.*s'?",
                qn_buf_string(&full), QN_BYTES_ARG(path),
                (unsigned)entry->stage, qn_buf_string(&full),
                (unsigned)entry->stage, QN_BYTES_ARG(path));
            goto out;
        }
    }
    if (!status && is_on_disk(ctx, run, path))
        status = qn_ctx_fail_reason(
            ctx, QN_NOT_FOUND, PATH_REASON, run->text,
            "path '%.*s' exists on disk, but not in the index",
            QN_BYTES_ARG(path));
    else if (!status)
        status = qn_ctx_fail_reason(
            ctx, QN_NOT_FOUND, PATH_REASON, run->text,
            "path '%.*s' does not exist (neither on disk nor in the index)",
            QN_BYTES_ARG(path));

out:
    qn_buf_dispose(&full);
    return status;
}

enum qn_status qn_revision_in_index(struct qn_ctx *ctx,
                                    const struct qn_revision_run *run,
                                    unsigned stage, struct qn_bytes path)
{
    struct qn_repo *repo = run->scope->repo;
    struct qn_index *index = NULL;
    struct qn_buf full = QN_BUF_INIT;
    struct qn_buf file = QN_BUF_INIT;
    bool found = false;
    size_t i;
    enum qn_status status;

    status = resolve_path(ctx, run, path, &full);
    if (!status)
        status = qn_repo_path(ctx, repo, "index", &file);
    if (!status)
        status = qn_index_read(ctx, qn_buf_string(&file),
                               qn_repo_algorithm(repo), &index);
    if (status)
        goto out;
    i = qn_index_find(index, qn_buf_bytes(&full), stage, &found);
    if ((!found || qn_index_peek(index, i)->stage != stage) &&
        run->text[0] == ':' && (run->text[1] == '\0' || run->text[2] != ':') &&
        (strcmp(run->text, ":") == 0 ||
         !qn_bytes_is_equal(path, qn_buf_bytes(&full)))) {
        /* Only paths that are given from the top are explained. */
        status = qn_revision_unknown(ctx, run->text);
        goto out;
    }
    if (!found || qn_index_peek(index, i)->stage != stage) {
        status = explain_index(ctx, run, index, stage, qn_buf_bytes(&full));
        goto out;
    }
    run->out->id = qn_index_peek(index, i)->id;
    run->out->mode = qn_index_peek(index, i)->mode;
    run->out->has_path = true;
    status = qn_buf_append_bytes(ctx, &run->out->path, qn_buf_bytes(&full));

out:
    qn_index_free(index);
    qn_buf_dispose(&full);
    qn_buf_dispose(&file);
    return status;
}
