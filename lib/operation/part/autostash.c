/* SPDX-License-Identifier: MIT */
#include "operation/part/autostash.h"

#include "object/commit.h"
#include "operation/part/apply_merge.h"
#include "operation/part/merge_setup.h"
#include "operation/part/record.h"
#include "operation/part/state_file.h"
#include "operation/part/update_tracked.h"
#include "show/pretty.h"
#include "worktree/unpack.h"

#define REF "MERGE_AUTOSTASH"

struct autostash {
    struct qn_ctx *ctx;
    struct qn_revision_scope scope;
    const struct qn_work_tree *tree;
    struct qn_id head, head_tree;
    const struct qn_autostash_words *words; /* or NULL */
};

static const char *message_of(const struct autostash *a)
{
    return a->words ? a->words->message : "autostash";
}

/* "<branch>: <short id> <subject>" */
static enum qn_status describe_head(struct autostash *a, struct qn_buf *branch,
                                    struct qn_buf *out)
{
    struct qn_ctx *ctx = a->ctx;
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_ref ref = QN_REF_INIT;
    struct qn_commit commit;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    size_t digits = 0;
    bool found = false;
    enum qn_status status =
        qn_refs_find(ctx, a->scope.refs, "HEAD", &ref, &found);

    if (!status && found && ref.is_symbolic &&
        qn_bytes_has_prefix(qn_buf_bytes(&ref.target), "refs/heads/"))
        status =
            qn_buf_append_string(ctx, branch, qn_buf_string(&ref.target) + 11);
    else if (!status)
        status = qn_buf_append_string(ctx, branch, "(no branch)");
    if (!status)
        status = qn_odb_read_typed(ctx, a->scope.odb, &a->head,
                                   QN_OBJECT_COMMIT, &object);
    if (!status)
        status = qn_commit_parse(ctx, qn_object_bytes(&object),
                                 qn_odb_algorithm(a->scope.odb), &commit);
    if (!status)
        status = qn_odb_abbreviate(ctx, a->scope.odb, &a->head, 0, &digits);
    if (!status)
        status = qn_buf_printf(ctx, out, "%s: %.*s ", qn_buf_string(branch),
                               (int)digits, qn_id_to_hex(&a->head, hex));
    if (!status)
        status = qn_pretty_subject(ctx, commit.message, " ", out, NULL);
    qn_object_dispose(&object);
    qn_ref_dispose(&ref);
    return status;
}

static enum qn_status write_commit(struct autostash *a,
                                   const struct qn_id *tree,
                                   const struct qn_id *index_commit,
                                   struct qn_bytes message, struct qn_id *out)
{
    struct qn_id parents[2] = {a->head};
    struct qn_commit_builder builder = {.tree = *tree,
                                        .parents = parents,
                                        .parent_count = 1,
                                        .message = message};
    struct qn_buf author = QN_BUF_INIT, committer = QN_BUF_INIT;
    enum qn_status status;

    if (index_commit)
        parents[builder.parent_count++] = *index_commit;
    status = qn_repo_ident(a->ctx, a->scope.repo, QN_IDENT_COMMITTER, true,
                           &committer);
    if (!status)
        status = qn_repo_ident(a->ctx, a->scope.repo, QN_IDENT_AUTHOR, true,
                               &author);
    builder.author = qn_buf_string(&author);
    builder.committer = qn_buf_string(&committer);
    if (!status)
        status = qn_record_commit(a->ctx, a->scope.odb, &builder, out);
    qn_buf_dispose(&author);
    qn_buf_dispose(&committer);
    return status;
}

/* The commits of `index` and the work tree; `*is_needed` false: all is as in
 * HEAD. */
static enum qn_status write_commits(struct autostash *a, struct qn_index *index,
                                    struct qn_id *out, bool *is_needed)
{
    struct qn_buf branch = QN_BUF_INIT, text = QN_BUF_INIT, line = QN_BUF_INIT;
    struct qn_id trees[2], index_commit;
    enum qn_status status;

    *is_needed = false;
    status = qn_index_write_tree(a->ctx, index, a->scope.odb, false, &trees[0]);
    if (!status)
        status =
            qn_update_tracked(a->ctx, a->tree, index, a->scope.odb, NULL, NULL);
    if (!status)
        status =
            qn_index_write_tree(a->ctx, index, a->scope.odb, false, &trees[1]);
    if (status || (qn_id_is_equal(&trees[0], &a->head_tree) &&
                   qn_id_is_equal(&trees[1], &a->head_tree)))
        return status;
    *is_needed = true;
    status = describe_head(a, &branch, &line);
    if (!status)
        status =
            qn_buf_printf(a->ctx, &text, "index on %s\n", qn_buf_string(&line));
    if (!status)
        status = write_commit(a, &trees[0], NULL, qn_buf_bytes(&text),
                              &index_commit);
    qn_buf_clear(&text);
    if (!status)
        status = qn_buf_printf(a->ctx, &text, "On %s: %s",
                               qn_buf_string(&branch), message_of(a));
    if (!status)
        status =
            write_commit(a, &trees[1], &index_commit, qn_buf_bytes(&text), out);
    qn_buf_dispose(&branch);
    qn_buf_dispose(&text);
    qn_buf_dispose(&line);
    return status;
}

/* Index and files as in HEAD. */
static enum qn_status clean(struct autostash *a)
{
    struct qn_unpack_options options = {.kind = QN_UNPACK_ONE,
                                        .updates = true,
                                        .resets = true,
                                        .overwrites_ignored = true,
                                        .operation = "reset"};
    struct qn_lock_file lock = QN_LOCK_FILE_INIT;
    struct qn_index *index = NULL;
    enum qn_status status =
        qn_work_tree_lock_index(a->ctx, a->scope.repo, &lock);

    if (!status)
        status = qn_work_tree_read_index(a->ctx, a->scope.repo, a->scope.odb,
                                         &index);
    if (!status)
        status = qn_unpack_run(a->ctx, a->tree, index, a->scope.odb,
                               &a->head_tree, 1, &options);
    if (!status)
        status = qn_work_tree_write_index(a->ctx, a->scope.repo, index, &lock);
    qn_lock_file_rollback(&lock);
    qn_index_free(index);
    return status;
}

static enum qn_status create(struct qn_ctx *ctx,
                             const struct qn_revision_scope *scope,
                             const struct qn_work_tree *tree,
                             const struct qn_autostash_words *words,
                             struct qn_id *out, bool *created)
{
    struct autostash a = {
        .ctx = ctx, .scope = *scope, .tree = tree, .words = words};
    struct qn_index *index = NULL;
    enum qn_status status;

    *created = false;
    status = qn_revision_commit(ctx, scope, "HEAD", &a.head);
    if (!status)
        status = qn_revision_peel(ctx, scope->odb, &a.head, QN_OBJECT_TREE,
                                  &a.head_tree);
    if (!status)
        status = qn_work_tree_read_index(ctx, scope->repo, scope->odb, &index);
    if (!status)
        status = write_commits(&a, index, out, created);
    qn_index_free(index);
    if (!status && *created && !words)
        status =
            qn_record_ref(ctx, scope->repo, scope->refs, REF, out, NULL, NULL);
    return status || !*created ? status : clean(&a);
}

enum qn_status qn_autostash_create(struct qn_ctx *ctx,
                                   const struct qn_revision_scope *scope,
                                   const struct qn_work_tree *tree,
                                   struct qn_id *out, bool *created)
{
    return create(ctx, scope, tree, NULL, out, created);
}

enum qn_status qn_autostash_put_aside(struct qn_ctx *ctx,
                                      const struct qn_revision_scope *scope,
                                      const struct qn_work_tree *tree,
                                      const struct qn_autostash_words *words,
                                      struct qn_id *out, bool *created)
{
    return create(ctx, scope, tree, words, out, created);
}

/* ---- and back */

/* Nothing of the stash is staged but files that the index did not have. */
static enum qn_status unstage(struct autostash *a, struct qn_index *index,
                              const struct qn_id *tree)
{
    struct qn_index *before = NULL;
    enum qn_status status =
        qn_index_new(a->ctx, qn_odb_algorithm(a->scope.odb), &before);
    size_t i;

    if (!status)
        status = qn_index_read_tree(a->ctx, before, a->scope.odb, tree);
    for (i = 0; !status && i < qn_index_count(before); i++) {
        const struct qn_index_entry *old = qn_index_peek(before, i);
        bool found;
        size_t at = qn_index_find(index, old->path, 0, &found);

        if (found && qn_index_peek(index, at)->mode == old->mode &&
            qn_id_is_equal(&qn_index_peek(index, at)->id, &old->id))
            continue;
        status = qn_index_add(a->ctx, index, old, true);
    }
    qn_index_free(before);
    return status;
}

/* The three trees: of what was stashed from, of the index, of the stash. */
static enum qn_status find_trees(struct autostash *a, const struct qn_id *stash,
                                 struct qn_index *index, struct qn_id trees[3])
{
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_commit commit;
    struct qn_id parent;
    enum qn_status status = qn_odb_read_typed(a->ctx, a->scope.odb, stash,
                                              QN_OBJECT_COMMIT, &object);

    if (!status)
        status = qn_commit_parse(a->ctx, qn_object_bytes(&object),
                                 qn_odb_algorithm(a->scope.odb), &commit);
    if (!status && !commit.parent_count)
        status = qn_ctx_fail(a->ctx, QN_CORRUPT, "the stash has no parent");
    if (!status) {
        trees[2] = commit.tree;
        qn_commit_parent(&commit, 0, &parent);
    }
    if (!status)
        status = qn_revision_peel(a->ctx, a->scope.odb, &parent, QN_OBJECT_TREE,
                                  &trees[0]);
    if (!status)
        status =
            qn_index_write_tree(a->ctx, index, a->scope.odb, false, &trees[1]);
    qn_object_dispose(&object);
    return status;
}

static enum qn_status merge_trees(struct autostash *a,
                                  const struct qn_id trees[3],
                                  struct qn_tree_merge_result *result)
{
    struct qn_tree_merge_options options;
    struct qn_merge_setup setup = {0};
    enum qn_status status = qn_tree_merge_options_init(
        a->ctx, &options, qn_repo_config(a->scope.repo));

    options.our_label = qn_id_is_equal(&trees[0], &trees[1])
                            ? "Version stash was based on"
                            : "Updated upstream";
    options.their_label = "Stashed changes";
    options.base_label = "Stash base";
    if (a->words) {
        options.our_label = a->words->our_label;
        options.their_label = a->words->their_label;
        options.base_label = a->words->base_label;
        if (a->words->has_style)
            options.style = a->words->style;
    }
    if (!status)
        status = qn_merge_setup_begin(a->ctx, a->scope.repo, &options, &setup);
    if (!status)
        status = qn_tree_merge_trees(a->ctx, a->scope.odb, &trees[0], &trees[1],
                                     &trees[2], &options, result);
    qn_merge_setup_end(&setup);
    return status;
}

static enum qn_status apply(struct autostash *a, const struct qn_id *stash,
                            bool *is_clean)
{
    struct qn_tree_merge_result result = {.is_clean = true};
    struct qn_lock_file lock = QN_LOCK_FILE_INIT;
    struct qn_index *index = NULL;
    struct qn_id trees[3];
    struct qn_apply_merge how = {.tree = a->tree,
                                 .odb = a->scope.odb,
                                 .refs = a->scope.refs,
                                 .lock = &lock,
                                 .from = &trees[1],
                                 .operation = "merge",
                                 .shows_progress = true};
    enum qn_status status =
        qn_work_tree_lock_index(a->ctx, a->scope.repo, &lock);

    if (!status)
        status = qn_work_tree_read_index(a->ctx, a->scope.repo, a->scope.odb,
                                         &index);
    if (!status)
        status = find_trees(a, stash, index, trees);
    if (!status)
        status = merge_trees(a, trees, &result);
    how.index = index;
    if (!status)
        status = qn_apply_merge_run(a->ctx, &how, &result.tree,
                                    result.conflicts, result.conflict_count);
    *is_clean = result.is_clean;
    if (!status && result.is_clean) {
        status = qn_work_tree_lock_index(a->ctx, a->scope.repo, &lock);
        if (!status)
            status = unstage(a, index, &trees[1]);
        if (!status)
            status =
                qn_work_tree_write_index(a->ctx, a->scope.repo, index, &lock);
    }
    qn_lock_file_rollback(&lock);
    qn_index_free(index);
    qn_tree_merge_result_dispose(&result);
    return status;
}

static enum qn_status store(struct autostash *a, const struct qn_id *stash)
{
    const struct qn_record_move move = {.name = "refs/stash",
                                        .new_id = stash,
                                        .message = message_of(a),
                                        .flags = QN_REF_FORCE_REFLOG};

    return qn_record_move(a->ctx, a->scope.repo, a->scope.refs, &move);
}

static enum qn_status apply_or_store(struct autostash *a,
                                     const struct qn_id *stash)
{
    struct qn_work_tree tree;
    bool is_clean = false;
    enum qn_status status = qn_repo_odb(a->ctx, a->scope.repo, &a->scope.odb);

    if (!status)
        status = qn_work_tree_open(a->ctx, a->scope.repo, &tree);
    if (status)
        return status;
    a->tree = &tree;
    status = apply(a, stash, &is_clean);
    qn_work_tree_close(&tree);
    if (status == QN_CONFLICT) { /* files in the way: it stays in the stash */
        qn_ctx_clear(a->ctx);
        status = QN_OK;
        is_clean = false;
    }
    if (!status && is_clean) {
        qn_ctx_report(a->ctx, QN_REPORT_INFO, "autostash.applied",
                      "Applied autostash.");
        return QN_OK;
    }
    if (!status)
        status = store(a, stash);
    if (!status)
        qn_ctx_report(
            a->ctx, QN_REPORT_INFO, "autostash.conflict",
            "Your local changes are stashed, however applying them\nresulted "
            "in conflicts.  You can either resolve the conflicts\nand then "
            "discard the stash with \"git stash drop\", or, if you\ndo not "
            "want to resolve them now, run \"git reset --hard\" and\napply "
            "the local changes later by running \"git stash pop\".");
    return status;
}

enum qn_status qn_autostash_put_back(struct qn_ctx *ctx, struct qn_repo *repo,
                                     const struct qn_autostash_words *words,
                                     const struct qn_id *stash)
{
    struct autostash a = {.ctx = ctx, .scope = {.repo = repo}, .words = words};
    enum qn_status status = qn_repo_refs(ctx, repo, &a.scope.refs);

    if (!status)
        status = apply_or_store(&a, stash);
    qn_refs_free(a.scope.refs);
    qn_odb_free(a.scope.odb);
    return status;
}

static enum qn_status save(struct autostash *a, const struct qn_id *stash)
{
    enum qn_status status = store(a, stash);

    if (!status)
        qn_ctx_report(
            a->ctx, QN_REPORT_INFO, "autostash.saved",
            "Autostash exists; creating a new stash entry.\nYour changes are "
            "safe in the stash.\nYou can run \"git stash pop\" or \"git stash "
            "drop\" at any time.");
    return status;
}

/* Do it with what MERGE_AUTOSTASH names, if there is one, and forget that. */
static enum qn_status settle(struct qn_ctx *ctx, struct qn_repo *repo,
                             enum qn_status (*with)(struct autostash *a,
                                                    const struct qn_id *stash))
{
    struct autostash a = {.ctx = ctx, .scope = {.repo = repo}};
    struct qn_ref ref = QN_REF_INIT;
    struct qn_id none;
    bool found = false;
    enum qn_status status = qn_repo_refs(ctx, repo, &a.scope.refs);

    qn_id_clear(&none, qn_repo_algorithm(repo));
    if (!status)
        status = qn_refs_find(ctx, a.scope.refs, REF, &ref, &found);
    if (!status && found)
        status = with(&a, &ref.id);
    if (!status && found)
        status =
            qn_record_ref(ctx, repo, a.scope.refs, REF, &none, &ref.id, NULL);
    qn_ref_dispose(&ref);
    qn_refs_free(a.scope.refs);
    qn_odb_free(a.scope.odb);
    return status;
}

enum qn_status qn_autostash_apply(struct qn_ctx *ctx, struct qn_repo *repo)
{
    return settle(ctx, repo, apply_or_store);
}

enum qn_status qn_autostash_save(struct qn_ctx *ctx, struct qn_repo *repo)
{
    return settle(ctx, repo, save);
}
