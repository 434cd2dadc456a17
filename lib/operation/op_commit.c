/* SPDX-License-Identifier: MIT */
#include "operation/op_commit.h"

#include "base/env.h"
#include "object/commit.h"
#include "operation/part/autostash.h"
#include "operation/part/commit_author.h"
#include "operation/part/commit_message.h"
#include "operation/part/merge_tag.h"
#include "operation/part/record.h"
#include "operation/part/run_hook.h"
#include "os/file.h"
#include "text/charset.h"
#include "text/date.h"
#include "text/stripspace.h"
#include "trace/trace.h"
#include "walk/merge_base.h"
#include "walk/revision.h"

struct commit {
    struct qn_ctx *ctx;
    struct qn_repo *repo;
    const struct qn_commit_options *options;
    struct qn_commit_result *result;
    struct qn_revision_scope scope;
    struct qn_work_tree tree;
    struct qn_commit_index prepared;
    struct qn_id head; /* null: unborn */
    struct qn_id head_tree;
    struct qn_id_list parents;
    struct qn_object head_object;
    struct qn_object reused_object;
    struct qn_commit head_commit;
    struct qn_commit reused_commit;
    const struct qn_commit *reused; /* -C, -c, --amend; or NULL */
    struct qn_commit_message message;
    struct qn_buf message_path;
    struct qn_buf merge_tags; /* headers of the commit */
    bool is_merging;          /* MERGE_HEAD */
    bool is_picking;          /* CHERRY_PICK_HEAD */
    bool has_tree;            /* the work tree is open */
};

void qn_commit_result_dispose(struct qn_commit_result *result)
{
    qn_buf_dispose(&result->branch);
    qn_buf_dispose(&result->author);
    qn_buf_dispose(&result->committer);
    qn_buf_dispose(&result->message);
}

static enum qn_status read_commit(struct commit *commit, const struct qn_id *id,
                                  struct qn_object *object,
                                  struct qn_commit *out)
{
    enum qn_status status = qn_odb_read_typed(commit->ctx, commit->scope.odb,
                                              id, QN_OBJECT_COMMIT, object);

    if (!status)
        status = qn_commit_parse(commit->ctx, qn_object_bytes(object),
                                 id->algorithm, out);
    return status;
}

static enum qn_status state_exists(struct commit *commit, const char *name,
                                   bool *out)
{
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status =
        qn_repo_path(commit->ctx, commit->repo, name, &path);

    *out = !status && qn_file_exists(qn_buf_string(&path));
    qn_buf_dispose(&path);
    return status;
}

/* Nothing is built on a tree that cannot be read. */
static enum qn_status check_tree(struct commit *commit)
{
    struct qn_object tree = QN_OBJECT_INIT;
    enum qn_status status =
        qn_odb_read_typed(commit->ctx, commit->scope.odb,
                          &commit->head_commit.tree, QN_OBJECT_TREE, &tree);

    if (status == QN_NOT_FOUND || status == QN_INVALID)
        status = qn_ctx_fail_reason(commit->ctx, status, "tree.bad", "HEAD",
                                    "bad tree object HEAD");
    qn_object_dispose(&tree);
    return status;
}

static enum qn_status read_head(struct commit *commit)
{
    struct qn_ctx *ctx = commit->ctx;
    struct qn_ref ref = QN_REF_INIT;
    enum qn_status status;
    bool found = false;

    status = qn_refs_find(ctx, commit->scope.refs, "HEAD", &ref, &found);
    if (!status && found && ref.is_symbolic)
        status = qn_buf_append_bytes(ctx, &commit->result->branch,
                                     qn_buf_bytes(&ref.target));
    if (!status)
        status = qn_refs_resolve(ctx, commit->scope.refs, "HEAD", &ref, &found);
    if (!status && found) {
        commit->head = ref.id;
        status = read_commit(commit, &commit->head, &commit->head_object,
                             &commit->head_commit);
        if (!status)
            status = check_tree(commit);
        if (!status)
            commit->head_tree = commit->head_commit.tree;
        else if (strcmp(qn_ctx_reason(ctx), "tree.bad") != 0 &&
                 (status == QN_NOT_FOUND || status == QN_INVALID ||
                  strcmp(qn_ctx_reason(ctx), "odb.bad-header") == 0))
            status = qn_ctx_fail(ctx, status, "could not parse HEAD");
    }
    commit->result->is_root = qn_id_is_null(&commit->head);
    qn_ref_dispose(&ref);
    return status;
}

/* A commit, or a tag of one: a signed tag is kept in the commit. */
static enum qn_status add_merge_head(struct commit *commit,
                                     const struct qn_id *id)
{
    struct qn_ctx *ctx = commit->ctx;
    struct qn_id peeled;
    enum qn_status status =
        qn_revision_peel(ctx, commit->scope.odb, id, QN_OBJECT_COMMIT, &peeled);

    if (!status && !qn_id_is_equal(id, &peeled))
        status = qn_merge_tag_append(ctx, commit->scope.odb, id,
                                     &commit->merge_tags);
    return status ? status : qn_id_list_add(ctx, &commit->parents, &peeled);
}

/* What an operation in progress adds: MERGE_HEAD has one id a line. */
static enum qn_status read_merge_heads(struct commit *commit)
{
    struct qn_ctx *ctx = commit->ctx;
    struct qn_buf path = QN_BUF_INIT;
    struct qn_buf text = QN_BUF_INIT;
    struct qn_bytes rest;
    struct qn_bytes line;
    struct qn_id id;
    enum qn_status status;

    status = qn_repo_path(ctx, commit->repo, "MERGE_HEAD", &path);
    if (!status)
        status = qn_file_read_all(ctx, qn_buf_string(&path), &text);
    rest = qn_buf_bytes(&text);
    while (!status && qn_bytes_next(&rest, '\n', &line)) {
        if (!qn_id_from_hex(&id, qn_repo_algorithm(commit->repo), line))
            status =
                qn_ctx_fail(ctx, QN_CORRUPT, "Corrupt MERGE_HEAD file (%.*s)",
                            QN_BYTES_ARG(line));
        else
            status = add_merge_head(commit, &id);
    }
    qn_buf_dispose(&path);
    qn_buf_dispose(&text);
    return status;
}

static enum qn_status choose_parents(struct commit *commit)
{
    const struct qn_commit_options *options = commit->options;
    struct qn_ctx *ctx = commit->ctx;
    enum qn_status status = QN_OK;
    struct qn_id id;
    uint32_t i;

    if (options->amends) {
        for (i = 0; i < commit->head_commit.parent_count && !status; i++) {
            qn_commit_parent(&commit->head_commit, i, &id);
            status = qn_id_list_add(ctx, &commit->parents, &id);
        }
        commit->result->is_root = false; /* it is told as any other */
    } else if (!qn_id_is_null(&commit->head)) {
        status = qn_id_list_add(ctx, &commit->parents, &commit->head);
        if (!status && commit->is_merging)
            status = read_merge_heads(commit);
    }
    commit->result->is_merge = commit->parents.count > 1;
    if (commit->parents.count)
        commit->result->parent = commit->parents.ids[0];
    return status;
}

static enum qn_status check_state(struct commit *commit)
{
    const struct qn_commit_options *options = commit->options;
    struct qn_ctx *ctx = commit->ctx;
    enum qn_status status;

    status = state_exists(commit, "MERGE_HEAD", &commit->is_merging);
    if (!status)
        status = state_exists(commit, "CHERRY_PICK_HEAD", &commit->is_picking);
    if (status)
        return status;
    if (options->amends && qn_id_is_null(&commit->head))
        return qn_ctx_fail(ctx, QN_INVALID, "You have nothing to amend.");
    if (options->amends && (commit->is_merging || commit->is_picking))
        return qn_ctx_fail(ctx, QN_INVALID,
                           "You are in the middle of a %s -- cannot amend.",
                           commit->is_merging ? "merge" : "cherry-pick");
    if (options->mode == QN_COMMIT_INDEX_ONLY &&
        (commit->is_merging || commit->is_picking))
        return qn_ctx_fail(ctx, QN_INVALID,
                           "cannot do a partial commit during a %s.",
                           commit->is_merging ? "merge" : "cherry-pick");
    return QN_OK;
}

/* The commit whose message and author are used again. */
static enum qn_status find_reused(struct commit *commit)
{
    const char *name = commit->options->reuse;
    struct qn_ctx *ctx = commit->ctx;
    enum qn_status status;
    struct qn_id id;

    if (!name && (!commit->options->amends || commit->options->fixup))
        return QN_OK;
    if (!name) {
        commit->reused = &commit->head_commit;
        return QN_OK;
    }
    status = qn_commit_message_lookup(ctx, &commit->scope, name, &id);
    if (status)
        return status;
    status = read_commit(commit, &id, &commit->reused_object,
                         &commit->reused_commit);
    commit->reused = &commit->reused_commit;
    return status;
}

static enum qn_status refuse_unmerged(struct commit *commit)
{
    if (!qn_index_is_unmerged(commit->prepared.index))
        return QN_OK;
    return qn_ctx_fail_reason(commit->ctx, QN_CONFLICT, "commit.unmerged", NULL,
                              "Exiting because of an unresolved conflict.");
}

/* GIT_AUTHOR_NAME and kin, as hooks find them. */
static enum qn_status tell_author(struct commit *commit, struct qn_buf texts[3],
                                  const char *variables[4])
{
    struct qn_ident ident;
    struct qn_ctx *ctx = commit->ctx;
    struct qn_bytes author = qn_buf_bytes(&commit->result->author);
    size_t end = qn_bytes_find(author, '>') + 2;
    enum qn_status status;

    variables[0] = NULL;
    if (!qn_ident_parse(author, &ident))
        return QN_OK;
    status = qn_buf_printf(ctx, &texts[0], "GIT_AUTHOR_NAME=%.*s",
                           QN_BYTES_ARG(ident.name));
    if (!status)
        status = qn_buf_printf(ctx, &texts[1], "GIT_AUTHOR_EMAIL=%.*s",
                               QN_BYTES_ARG(ident.mail));
    if (!status)
        status = qn_buf_printf(ctx, &texts[2], "GIT_AUTHOR_DATE=@%.*s",
                               QN_BYTES_ARG(qn_bytes_from(author, end)));
    for (size_t i = 0; i < 3; i++)
        variables[i] = qn_buf_string(&texts[i]);
    variables[3] = NULL;
    return status;
}

static enum qn_status run_hook(struct commit *commit, const char *name,
                               const char *const *arguments, bool has_editor)
{
    struct qn_buf texts[3] = {QN_BUF_INIT, QN_BUF_INIT, QN_BUF_INIT};
    const char *variables[4] = {NULL};
    struct qn_run_hook hook = {.name = name,
                               .arguments = arguments,
                               .extra = variables,
                               .has_no_editor = !has_editor};
    struct qn_ctx *ctx = commit->ctx;
    enum qn_status status;
    bool exists = false;
    int code = 0;

    status = qn_run_hook_exists(ctx, commit->repo, name, &exists);
    if (status || !exists)
        return status;
    status = qn_commit_index_publish(ctx, &commit->tree, &commit->prepared);
    hook.index_path = qn_buf_string(&commit->prepared.path);
    if (!status)
        status = tell_author(commit, texts, variables);
    if (!status)
        status = qn_run_hook(ctx, commit->repo, &hook, &code);
    for (size_t i = 0; i < 3; i++)
        qn_buf_dispose(&texts[i]);
    if (!status && code)
        status = qn_ctx_fail_reason(ctx, QN_REFUSED, "commit.hook", name,
                                    "the hook '%s' said no", name);
    if (!status)
        status = qn_commit_index_reread(ctx, &commit->tree, commit->scope.odb,
                                        &commit->prepared);
    return status;
}

static bool will_edit(const struct commit *commit)
{
    const struct qn_commit_options *options = commit->options;

    if (options->edit >= 0)
        return options->edit;
    return !(options->messages || options->file ||
             (options->reuse && !options->reuse_is_edited) ||
             (options->fixup && !options->fixup_amends));
}

/* One fact of the template: "# Author:    X". */
static enum qn_status append_fact(struct commit *commit, const char *name,
                                  struct qn_bytes value, struct qn_buf *out)
{
    const char *comment = commit->options->comment;

    return qn_buf_printf(commit->ctx, out, "%s %-10s %.*s\n", comment, name,
                         QN_BYTES_ARG(value));
}

static struct qn_bytes who(struct qn_bytes ident)
{
    return qn_bytes_first(ident, qn_bytes_find(ident, '>') + 1);
}

static enum qn_status append_facts(struct commit *commit, struct qn_buf *out)
{
    struct qn_commit_result *result = commit->result;
    struct qn_bytes author = who(qn_buf_bytes(&result->author));
    struct qn_date_mode mode = {.kind = QN_DATE_DEFAULT};
    struct qn_ctx *ctx = commit->ctx;
    struct qn_buf date = QN_BUF_INIT;
    struct qn_ident ident;
    enum qn_status status = QN_OK;

    bool is_other =
        !qn_bytes_is_equal(author, who(qn_buf_bytes(&result->committer)));

    if (is_other || result->shows_date)
        status = qn_buf_printf(ctx, out, "%s\n", commit->options->comment);
    if (!status && is_other)
        status = append_fact(commit, "Author:", author, out);
    if (!status && result->shows_date &&
        qn_ident_parse(qn_buf_bytes(&result->author), &ident)) {
        status = qn_date_format(ctx, ident.seconds, ident.zone, &mode, &date);
        if (!status)
            status = append_fact(commit, "Date:", qn_buf_bytes(&date), out);
    }
    if (!status)
        status = qn_buf_printf(ctx, out, "%s\n", commit->options->comment);
    qn_buf_dispose(&date);
    return status;
}

static enum qn_status append_merge_note(struct commit *commit,
                                        struct qn_buf *out)
{
    static const char text[] = "\nIt looks like you may be committing a %s.\n"
                               "If this is not correct, please run\n"
                               "\tgit update-ref -d %s\n"
                               "and try again.\n";
    struct qn_ctx *ctx = commit->ctx;
    struct qn_buf note = QN_BUF_INIT;
    enum qn_status status;

    if (!commit->is_merging && !commit->is_picking)
        return QN_OK;
    status = qn_buf_printf(
        ctx, &note, text, commit->is_merging ? "merge" : "cherry-pick",
        commit->is_merging ? "MERGE_HEAD" : "CHERRY_PICK_HEAD");
    if (!status)
        status = qn_stripspace_comment(ctx, qn_buf_bytes(&note),
                                       commit->options->comment, out);
    if (!status)
        status = qn_buf_append_byte(ctx, out, '\n');
    qn_buf_dispose(&note);
    return status;
}

static enum qn_status write_message_file(struct commit *commit,
                                         struct qn_bytes text)
{
    struct qn_ctx *ctx = commit->ctx;
    const char *path;
    enum qn_status status;
    int fd = -1;

    qn_buf_clear(&commit->message_path);
    status = qn_repo_path(ctx, commit->repo, "COMMIT_EDITMSG",
                          &commit->message_path);
    path = qn_buf_string(&commit->message_path);
    if (!status)
        status = qn_file_open(ctx, path,
                              QN_FILE_WRITE | QN_FILE_CREATE | QN_FILE_TRUNCATE,
                              0666, &fd);
    if (!status)
        status = qn_file_write(ctx, fd, text.data, text.size);
    if (fd >= 0 && status)
        qn_file_close(fd);
    else if (fd >= 0)
        status = qn_file_close_written(ctx, fd, path);
    return status;
}

static bool begins_line(struct qn_bytes text, char byte)
{
    struct qn_bytes line;

    while (qn_bytes_next(&text, '\n', &line))
        if (line.size && line.data[0] == (uint8_t)byte)
            return true;
    return false;
}

/* A comment character for this message. */
static void choose_comment(const struct qn_commit_options *options,
                           struct qn_bytes text)
{
    const char *candidates = "#;@!$%^&|:";

    while (candidates[1] && begins_line(text, *candidates))
        candidates++;
    *options->comment_byte = *candidates;
}

/* COMMIT_EDITMSG as hooks and the editor find it. */
static enum qn_status write_template(struct commit *commit, bool edits)
{
    const struct qn_commit_options *options = commit->options;
    struct qn_ctx *ctx = commit->ctx;
    struct qn_buf text = QN_BUF_INIT;
    bool is_template = commit->message.source &&
                       strcmp(commit->message.source, "template") == 0;
    enum qn_status status = QN_OK;

    /* A template is shown as it is. */
    if (options->cleanup != QN_COMMIT_CLEANUP_VERBATIM && !is_template)
        status = qn_stripspace(ctx, qn_buf_bytes(&commit->message.text), NULL,
                               &text);
    else
        status = qn_buf_append_bytes(ctx, &text,
                                     qn_buf_bytes(&commit->message.text));
    if (!status && options->signs_off)
        status = qn_commit_message_sign_off(
            ctx, &text, who(qn_buf_bytes(&commit->result->committer)));
    if (!status)
        status = qn_commit_message_add_trailers(
            ctx, qn_repo_config(commit->scope.repo), &text, options->trailers);
    if (!status && options->comment_byte)
        choose_comment(options, qn_buf_bytes(&text));
    if (!status && edits && options->has_status) {
        status = append_merge_note(commit, &text);
        if (!status)
            status = qn_commit_message_instruct(ctx, options->cleanup,
                                                options->comment, &text);
        if (!status)
            status = append_facts(commit, &text);
        if (!status)
            status = options->calls.append_status(
                ctx, options->calls.data, commit->prepared.index, &text);
    }
    if (!status)
        status = write_message_file(commit, qn_buf_bytes(&text));
    qn_buf_dispose(&text);
    return status;
}

/* The message's file as hooks are told of it: they run at the top. */
static enum qn_status show_path(const struct commit *commit, const char *path,
                                struct qn_buf *out)
{
    const char *top = qn_repo_work_tree(commit->repo);
    const char *prefix = qn_repo_prefix(commit->repo);
    size_t size = top ? strlen(top) : 0;

    if (top && prefix && *prefix && strncmp(path, top, size) == 0 &&
        path[size] == '/' &&
        !qn_env_variable(qn_ctx_env(commit->ctx), "GIT_DIR"))
        return qn_buf_append_string(commit->ctx, out, path + size + 1);
    return qn_buf_printf(commit->ctx, out, "%s/COMMIT_EDITMSG",
                         qn_repo_git_directory_shown(commit->repo));
}

static enum qn_status edit_message(struct commit *commit, bool edits)
{
    const struct qn_commit_options *options = commit->options;
    const char *path = qn_buf_string(&commit->message_path);
    const char *arguments[4] = {NULL, commit->message.source,
                                commit->message.source_commit, NULL};
    const char *only_path[2] = {NULL, NULL};
    struct qn_ctx *ctx = commit->ctx;
    struct qn_buf shown = QN_BUF_INIT;
    enum qn_status status;

    status = show_path(commit, path, &shown);
    arguments[0] = only_path[0] = qn_buf_string(&shown);
    if (!status)
        status = run_hook(commit, "prepare-commit-msg", arguments, edits);
    if (!status && edits)
        status = options->calls.edit(ctx, options->calls.data, path,
                                     commit->prepared.path.size
                                         ? qn_buf_string(&commit->prepared.path)
                                         : NULL);
    if (!status && !options->skips_hooks)
        status = run_hook(commit, "commit-msg", only_path, edits);
    qn_buf_clear(&commit->result->message);
    if (!status && qn_file_read_all(ctx, path, &commit->result->message))
        status =
            qn_ctx_fail(ctx, QN_NOT_FOUND, "could not read commit message: %s",
                        strerror(qn_ctx_errno(ctx)));
    qn_buf_dispose(&shown);
    return status;
}

static enum qn_status finish_message(struct commit *commit, bool edits)
{
    const struct qn_commit_options *options = commit->options;
    struct qn_buf *message = &commit->result->message;
    enum qn_commit_cleanup cleanup = options->cleanup;
    struct qn_ctx *ctx = commit->ctx;
    struct qn_buf template_text = QN_BUF_INIT;
    enum qn_status status;

    if (cleanup == QN_COMMIT_CLEANUP_DEFAULT)
        cleanup =
            edits ? QN_COMMIT_CLEANUP_STRIP : QN_COMMIT_CLEANUP_WHITESPACE;
    if (cleanup == QN_COMMIT_CLEANUP_SCISSORS && !edits)
        cleanup = QN_COMMIT_CLEANUP_WHITESPACE;
    if (options->verbosity > 0 && edits)
        qn_buf_truncate(message, qn_stripspace_scissors(qn_buf_bytes(message),
                                                        options->comment));
    status = qn_commit_message_clean(ctx, cleanup, options->comment, message);
    if (!status && edits && commit->message.source &&
        strcmp(commit->message.source, "template") == 0) {
        status = qn_stripspace(
            ctx, qn_buf_bytes(&commit->message.text),
            cleanup == QN_COMMIT_CLEANUP_STRIP ? options->comment : NULL,
            &template_text);
        if (!status && !options->allows_empty_message &&
            qn_bytes_is_equal(qn_buf_bytes(&template_text),
                              qn_buf_bytes(message)))
            status = qn_ctx_fail_reason(
                ctx, QN_CANCELLED, "commit.template-unedited", NULL,
                "Aborting commit; you did not edit the message.");
    }
    if (!status && !options->allows_empty_message &&
        qn_commit_message_is_empty(qn_buf_bytes(message)))
        status =
            qn_ctx_fail_reason(ctx, QN_CANCELLED, "commit.empty-message", NULL,
                               "Aborting commit due to empty commit message.");
    qn_buf_dispose(&template_text);
    return status;
}

static enum qn_status append_action(struct commit *commit, struct qn_buf *out)
{
    const char *action =
        qn_env_variable(qn_ctx_env(commit->ctx), "GIT_REFLOG_ACTION");

    if (!action)
        action = commit->options->amends        ? "commit (amend)"
                 : qn_id_is_null(&commit->head) ? "commit (initial)"
                 : commit->is_merging           ? "commit (merge)"
                 : commit->is_picking           ? "commit (cherry-pick)"
                                                : "commit";
    return qn_record_reflog_message(
        commit->ctx, action, qn_buf_bytes(&commit->result->message), out);
}

static enum qn_status put_index(struct qn_ctx *ctx, void *data)
{
    struct commit *commit = data;

    return qn_commit_index_finish(ctx, &commit->tree, &commit->prepared);
}

static enum qn_status move_head(struct commit *commit, const char *reason)
{
    const struct qn_record_move move = {.name = "HEAD",
                                        .new_id = &commit->result->id,
                                        .old_id = &commit->head,
                                        .message = reason,
                                        .between = put_index,
                                        .data = commit};

    return qn_record_move(commit->ctx, commit->repo, commit->scope.refs, &move);
}

static enum qn_status record(struct commit *commit)
{
    struct qn_commit_result *result = commit->result;
    struct qn_ctx *ctx = commit->ctx;
    struct qn_commit_builder builder = {
        .tree = result->tree,
        .parents = commit->parents.ids,
        .parent_count = commit->parents.count,
        .author = qn_buf_string(&result->author),
        .committer = qn_buf_string(&result->committer),
        .encoding = qn_config_string(qn_repo_config(commit->repo),
                                     "i18n.commitencoding", NULL),
        .extra = qn_buf_bytes(&commit->merge_tags),
        .message = qn_buf_bytes(&result->message)};
    struct qn_bytes identity = who(qn_buf_bytes(&result->committer));
    struct qn_signer_options signer = {.config = qn_repo_config(commit->repo),
                                       .key = commit->options->signing_key};
    struct qn_buf reason = QN_BUF_INIT;
    struct qn_buf name = QN_BUF_INIT;
    bool signs = commit->options->signing > 0;
    enum qn_status status = qn_buf_append_bytes(ctx, &name, identity);

    signer.identity = qn_buf_string(&name);
    if (!status && commit->options->signing < 0)
        status =
            qn_config_bool(ctx, signer.config, "commit.gpgsign", false, &signs);
    if (!status)
        status = qn_record_signed_commit(ctx, commit->scope.odb, &builder,
                                         signs ? &signer : NULL, &result->id);
    qn_buf_dispose(&name);
    if (!status)
        status = append_action(commit, &reason);
    if (!status && (!builder.encoding ||
                    qn_charset_is_utf8(qn_bytes_from_string(builder.encoding))))
        status = qn_record_make_utf8(ctx, &result->message);
    if (!status)
        status = move_head(commit, qn_buf_string(&reason));
    if (!status)
        status = qn_autostash_apply(ctx, commit->repo);
    if (!status)
        status = qn_record_clear_state(ctx, commit->repo);
    qn_buf_dispose(&reason);
    return status;
}

/* Is there anything that the commit would change? */
static enum qn_status check_content(struct commit *commit)
{
    const struct qn_commit_options *options = commit->options;
    struct qn_commit_result *result = commit->result;
    struct qn_ctx *ctx = commit->ctx;
    enum qn_status status;
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_commit parent;
    bool is_empty;

    status = qn_index_write_tree(ctx, commit->prepared.index, commit->scope.odb,
                                 false, &result->tree);
    if (status)
        return status;
    if (commit->parents.count) {
        status = read_commit(commit, &commit->parents.ids[0], &object, &parent);
        if (!status)
            result->parent_tree = parent.tree;
    }
    qn_object_dispose(&object);
    is_empty = commit->parents.count
                   ? qn_id_is_equal(&result->tree, &result->parent_tree)
                   : qn_index_count(commit->prepared.index) == 0;
    if (status || !is_empty || options->allows_empty || commit->is_merging ||
        result->is_merge)
        return status;
    status = options->calls.show_nothing(ctx, options->calls.data,
                                         commit->prepared.index);
    return status ? status
                  : qn_ctx_fail_reason(ctx, QN_NOT_FOUND, "commit.nothing",
                                       options->amends ? "amend" : NULL,
                                       "there is nothing to commit");
}

static enum qn_status open_views(struct commit *commit)
{
    struct qn_ctx *ctx = commit->ctx;
    enum qn_status status;

    commit->scope.repo = commit->repo;
    qn_id_clear(&commit->head, qn_repo_algorithm(commit->repo));
    commit->head_tree = commit->head;
    commit->result->parent = commit->result->parent_tree = commit->head;
    status = qn_work_tree_open(ctx, commit->repo, &commit->tree);
    commit->has_tree = !status;
    if (!status)
        status = qn_repo_odb(ctx, commit->repo, &commit->scope.odb);
    if (!status)
        status = qn_repo_refs(ctx, commit->repo, &commit->scope.refs);
    if (!status)
        status = read_head(commit);
    if (!status)
        status = check_state(commit);
    if (!status)
        status = find_reused(commit);
    return status;
}

/* post-rewrite: "<old> <new>" for what was amended. */
static enum qn_status tell_rewrite(struct commit *commit)
{
    static const char *const arguments[] = {"amend", NULL};
    char hex[2][QN_ID_MAX_HEX_SIZE + 1];
    struct qn_run_hook hook = {
        .name = "post-rewrite", .arguments = arguments, .has_input = true};
    struct qn_buf input = QN_BUF_INIT;
    enum qn_status status = qn_buf_printf(
        commit->ctx, &input, "%s %s\n", qn_id_to_hex(&commit->head, hex[0]),
        qn_id_to_hex(&commit->result->id, hex[1]));

    hook.input = qn_buf_bytes(&input);
    if (!status)
        status = qn_run_hook(commit->ctx, commit->repo, &hook, NULL);
    qn_buf_dispose(&input);
    return status;
}

static enum qn_status make(struct commit *commit)
{
    const struct qn_commit_options *options = commit->options;
    struct qn_commit_result *result = commit->result;
    struct qn_ctx *ctx = commit->ctx;
    bool edits = will_edit(commit);
    enum qn_status status;

    status = qn_commit_index_prepare(ctx, &commit->tree, commit->scope.odb,
                                     options->mode, options->pathspec,
                                     &commit->head_tree, &commit->prepared);
    if (!status && commit->prepared.kept && options->calls.tell_unmerged)
        options->calls.tell_unmerged(options->calls.data,
                                     commit->prepared.kept);
    if (!status && options->mode == QN_COMMIT_INDEX_CHOSEN)
        status = options->calls.choose(ctx, options->calls.data,
                                       commit->prepared.index);
    if (!status)
        status = refuse_unmerged(commit);
    if (!status)
        status = qn_commit_author_choose(
            ctx, &commit->scope, options,
            options->resets_author ? NULL : commit->reused, &result->author,
            &result->shows_date);
    if (!status)
        status = qn_repo_ident(ctx, commit->repo, QN_IDENT_COMMITTER, true,
                               &result->committer);
    if (!status && !options->skips_hooks)
        status = run_hook(commit, "pre-commit", NULL, edits);
    if (!status && options->calls.read_message)
        status = options->calls.read_message(ctx, options->calls.data);
    if (!status)
        status = choose_parents(commit);
    if (!status)
        status = qn_commit_message_collect(ctx, &commit->scope, options,
                                           commit->reused, &commit->message);
    if (!status)
        status = write_template(commit, edits);
    if (!status)
        status = check_content(commit);
    if (!status)
        status = edit_message(commit, edits);
    if (!status)
        status = qn_index_write_tree(ctx, commit->prepared.index,
                                     commit->scope.odb, false, &result->tree);
    if (!status)
        status = finish_message(commit, edits);
    if (!status)
        status = record(commit);
    if (status)
        return status;
    status = run_hook(commit, "post-commit", NULL, edits);
    if (options->amends && !options->skips_rewrite &&
        (!status || status == QN_REFUSED)) {
        qn_ctx_clear(ctx);
        status = tell_rewrite(commit);
    }
    if (status == QN_REFUSED) {
        qn_ctx_clear(ctx); /* what post-commit says does not matter */
        status = QN_OK;
    }
    return status;
}

enum qn_status qn_op_commit(struct qn_ctx *ctx, struct qn_repo *repo,
                            const struct qn_commit_options *options,
                            struct qn_commit_result *out)
{
    struct commit commit = {.ctx = ctx,
                            .repo = repo,
                            .options = options,
                            .result = out,
                            .prepared = QN_COMMIT_INDEX_INIT,
                            .head_object = QN_OBJECT_INIT,
                            .reused_object = QN_OBJECT_INIT};
    enum qn_status status;
    struct qn_span span;

    qn_span_begin(ctx, &span, "operation.commit", NULL);
    memset(&out->id, 0, sizeof(out->id));
    status = open_views(&commit);
    if (!status)
        status = make(&commit);
    qn_commit_index_dispose(&commit.prepared);
    if (commit.has_tree)
        qn_work_tree_close(&commit.tree);
    qn_object_dispose(&commit.head_object);
    qn_object_dispose(&commit.reused_object);
    qn_id_list_dispose(&commit.parents);
    qn_buf_dispose(&commit.message.text);
    qn_buf_dispose(&commit.message_path);
    qn_buf_dispose(&commit.merge_tags);
    qn_refs_free(commit.scope.refs);
    qn_odb_free(commit.scope.odb);
    qn_span_end(ctx, &span);
    return status;
}
