/* SPDX-License-Identifier: MIT */
/* The end of a merge: its commit, or the files that say it is not yet done. */
#include "operation/op_merge_parts.h"

#include "operation/part/autostash.h"
#include "operation/part/commit_message.h"
#include "operation/part/merge_tag.h"
#include "operation/part/record.h"
#include "operation/part/run_hook.h"
#include "operation/part/state_file.h"
#include "os/file.h"
#include "text/stripspace.h"

static enum qn_status not_committed(struct qn_op_merge_run *run)
{
    enum qn_status status;

    qn_ctx_clear(run->ctx);
    status = qn_op_merge_record_stop(run);
    return status
               ? status
               : qn_ctx_fail_reason(run->ctx, QN_CONFLICT,
                                    "merge.not-committed", NULL,
                                    "Not committing merge; use 'git commit' to "
                                    "complete the merge.");
}

static enum qn_status write_heads(struct qn_op_merge_run *run)
{
    const struct qn_merge_heads *heads = run->options->heads;
    struct qn_buf text = QN_BUF_INIT;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status = QN_OK;
    bool is_ff = run->options->fast_forward != QN_MERGE_FF_NEVER;
    size_t i;

    for (i = 0; i < heads->count && !status; i++)
        status = qn_buf_printf(run->ctx, &text, "%s\n",
                               qn_id_to_hex(heads->items[i].has_tag
                                                ? &heads->items[i].tag
                                                : &heads->items[i].id,
                                            hex));
    if (!status)
        status = qn_state_file_write(run->ctx, run->repo, "MERGE_HEAD",
                                     qn_buf_bytes(&text));
    if (!status)
        status = qn_state_file_write(run->ctx, run->repo, "MERGE_MODE",
                                     is_ff ? QN_BYTES_NONE : QN_BYTES("no-ff"));
    qn_buf_dispose(&text);
    return status;
}

static enum qn_status write_message(struct qn_op_merge_run *run,
                                    const struct qn_buf *text)
{
    return qn_state_file_write(run->ctx, run->repo, "MERGE_MSG",
                               qn_buf_bytes(text));
}

static enum qn_status write_squash(struct qn_op_merge_run *run)
{
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status;

    status = qn_merge_message_squash(run->ctx, &run->scope, run->options->heads,
                                     &run->head, &text);
    if (!status)
        status = qn_state_file_write(run->ctx, run->repo, "SQUASH_MSG",
                                     qn_buf_bytes(&text));
    if (!status && !run->options->is_quiet)
        status =
            qn_op_merge_parts_say(run, "Squash commit -- not updating HEAD");
    qn_buf_dispose(&text);
    return status;
}

enum qn_status qn_op_merge_record_stop(struct qn_op_merge_run *run)
{
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status;

    if (run->options->squashes)
        return write_squash(run);
    status = qn_buf_append_bytes(run->ctx, &text, qn_buf_bytes(&run->message));
    if (!status && (!text.size || text.data[text.size - 1] != '\n'))
        status = qn_buf_append_byte(run->ctx, &text, '\n');
    if (!status)
        status = write_heads(run);
    if (!status)
        status = write_message(run, &text);
    qn_buf_dispose(&text);
    return status;
}

enum qn_status qn_op_merge_record_conflicts(struct qn_op_merge_run *run)
{
    const char *comment = run->options->comment;
    struct qn_ctx *ctx = run->ctx;
    struct qn_buf text = QN_BUF_INIT;
    struct qn_bytes last = QN_BYTES_NONE;
    enum qn_status status = qn_buf_append_byte(ctx, &text, '\n');
    size_t i;

    if (!status && run->options->cleanup == QN_COMMIT_CLEANUP_SCISSORS)
        status = qn_buf_printf(
            ctx, &text,
            "%s %s\n%s Do not modify or remove the line above.\n%s Everything "
            "below it will be ignored.\n%s\n",
            comment, QN_STRIPSPACE_CUT, comment, comment, comment);
    if (!status)
        status = qn_buf_printf(ctx, &text, "%s Conflicts:\n", comment);
    for (i = 0; i < qn_index_count(run->index) && !status; i++) {
        const struct qn_index_entry *entry = qn_index_peek(run->index, i);

        if (entry->stage == 0 || qn_bytes_is_equal(entry->path, last))
            continue;
        last = entry->path;
        status = qn_buf_printf(ctx, &text, "%s\t%.*s\n", comment,
                               QN_BYTES_ARG(entry->path));
    }
    if (!status)
        status =
            qn_state_file_add(ctx, run->repo, "MERGE_MSG", qn_buf_bytes(&text));
    qn_buf_dispose(&text);
    return status;
}

/* Run a hook that may say no; it may change the index. */
static enum qn_status ask_hook(struct qn_op_merge_run *run, const char *name,
                               const char *const *arguments)
{
    struct qn_buf path = QN_BUF_INIT;
    struct qn_run_hook hook = {.name = name,
                               .arguments = arguments,
                               .has_no_editor = !run->options->edits,
                               .action = qn_buf_string(&run->action)};
    struct qn_index *index = NULL;
    enum qn_status status;
    bool exists = false;
    int code = 0;

    status = qn_run_hook_exists(run->ctx, run->repo, name, &exists);
    if (status || !exists)
        return status;
    status = qn_repo_path(run->ctx, run->repo, "index", &path);
    hook.index_path = qn_buf_string(&path);
    if (!status)
        status = qn_run_hook(run->ctx, run->repo, &hook, &code);
    if (!status && code)
        status = qn_ctx_fail_reason(run->ctx, QN_REFUSED, "merge.hook", name,
                                    "the hook '%s' said no", name);
    if (!status)
        status = qn_work_tree_read_index(run->ctx, run->repo, run->scope.odb,
                                         &index);
    if (!status) {
        qn_index_free(run->index);
        run->index = index;
    }
    qn_buf_dispose(&path);
    return status;
}

/* What the editor shows below the message. */
static enum qn_status append_help(struct qn_op_merge_run *run,
                                  struct qn_buf *out)
{
    const char *comment = run->options->comment;
    struct qn_ctx *ctx = run->ctx;
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status = QN_OK;

    if (!out->size || out->data[out->size - 1] != '\n')
        status = qn_buf_append_byte(ctx, out, '\n');
    if (!status && run->options->cleanup == QN_COMMIT_CLEANUP_SCISSORS)
        status = qn_buf_printf(
            ctx, out,
            "%s %s\n%s Do not modify or remove the line above.\n%s Everything "
            "below it will be ignored.\n%s\n",
            comment, QN_STRIPSPACE_CUT, comment, comment, comment);
    if (!status)
        status = qn_buf_append_string(
            ctx, &text,
            "Please enter a commit message to explain why this merge is "
            "necessary,\nespecially if it merges an updated upstream into a "
            "topic branch.\n\n");
    if (!status && run->options->cleanup == QN_COMMIT_CLEANUP_SCISSORS)
        status = qn_buf_append_string(ctx, &text,
                                      "An empty message aborts the commit.\n");
    else if (!status)
        status = qn_buf_printf(
            ctx, &text,
            "Lines starting with '%s' will be ignored, and an empty message "
            "aborts\nthe commit.\n",
            comment);
    if (!status)
        status = qn_stripspace_comment(ctx, qn_buf_bytes(&text), comment, out);
    qn_buf_dispose(&text);
    return status;
}

static enum qn_status sign_off(struct qn_op_merge_run *run, struct qn_buf *text)
{
    struct qn_buf ident = QN_BUF_INIT;
    struct qn_bytes who;
    enum qn_status status;

    status =
        qn_repo_ident(run->ctx, run->repo, QN_IDENT_COMMITTER, true, &ident);
    who = qn_buf_bytes(&ident);
    who = qn_bytes_first(who, qn_bytes_find(who, '>') + 1);
    if (!status && text->size && text->data[text->size - 1] != '\n')
        status = qn_buf_append_byte(run->ctx, text, '\n');
    if (!status)
        status = qn_commit_message_sign_off(run->ctx, text, who);
    qn_buf_dispose(&ident);
    return status;
}

/* As hooks are told of it: they run at the top of the work tree. */
static const char *shown_path(const struct qn_op_merge_run *run,
                              const char *path)
{
    size_t size = strlen(run->tree.top);

    return strncmp(path, run->tree.top, size) == 0 && path[size] == '/'
               ? path + size + 1
               : path;
}

/* MERGE_MSG through hooks and editor, back into `text`, cleaned. */
static enum qn_status settle_message(struct qn_op_merge_run *run,
                                     struct qn_buf *text)
{
    const struct qn_merge_options *options = run->options;
    enum qn_commit_cleanup cleanup = options->cleanup;
    struct qn_buf path = QN_BUF_INIT;
    const char *arguments[3] = {NULL, "merge", NULL};
    enum qn_status status;

    if (!options->skips_hooks) {
        status = ask_hook(run, "pre-merge-commit", NULL);
        if (status)
            return status;
    }
    status = qn_buf_append_bytes(run->ctx, text, qn_buf_bytes(&run->message));
    if (!status && options->signs_off)
        status = sign_off(run, text);
    if (!status && options->edits)
        status = append_help(run, text);
    if (!status)
        status = write_heads(run);
    if (!status)
        status = write_message(run, text);
    if (!status)
        status = qn_repo_path(run->ctx, run->repo, "MERGE_MSG", &path);
    arguments[0] = shown_path(run, qn_buf_string(&path));
    if (!status)
        status = ask_hook(run, "prepare-commit-msg", arguments);
    if (!status && options->edits) {
        status = options->calls.edit(run->ctx, options->calls.data,
                                     qn_buf_string(&path));
        if (status) { /* said; then it is as if a hook had refused */
            qn_ctx_report(run->ctx, QN_REPORT_ERROR, "merge.editor", "%s",
                          qn_ctx_message(run->ctx));
            status = qn_ctx_fail_reason(run->ctx, QN_REFUSED, "merge.editor",
                                        NULL, "the editor failed");
        }
    }
    arguments[1] = NULL;
    if (!status && !options->skips_hooks)
        status = ask_hook(run, "commit-msg", arguments);
    qn_buf_clear(text);
    if (!status)
        status = qn_file_read_all(run->ctx, qn_buf_string(&path), text);
    if (cleanup == QN_COMMIT_CLEANUP_DEFAULT)
        cleanup = options->edits ? QN_COMMIT_CLEANUP_STRIP
                                 : QN_COMMIT_CLEANUP_WHITESPACE;
    if (cleanup == QN_COMMIT_CLEANUP_SCISSORS && !options->edits)
        cleanup = QN_COMMIT_CLEANUP_WHITESPACE;
    if (!status)
        status =
            qn_commit_message_clean(run->ctx, cleanup, options->comment, text);
    if (!status && text->size == 0) {
        qn_ctx_report(run->ctx, QN_REPORT_ERROR, "merge.empty-message",
                      "Empty commit message.");
        status = qn_ctx_fail_reason(run->ctx, QN_REFUSED, "merge.empty-message",
                                    NULL, "Empty commit message.");
    }
    qn_buf_dispose(&path);
    return status;
}

static enum qn_status collect_parents(struct qn_op_merge_run *run,
                                      struct qn_id_list *out)
{
    const struct qn_merge_heads *heads = run->options->heads;
    enum qn_status status = QN_OK;
    size_t i;

    if (!run->drops_head || run->options->fast_forward == QN_MERGE_FF_NEVER)
        status = qn_id_list_add(run->ctx, out, &run->head);
    for (i = 0; i < heads->count && !status; i++)
        status = qn_id_list_add(run->ctx, out, &heads->items[i].id);
    return status;
}

/* Signed tags that were merged are kept in the commit. */
static enum qn_status append_tags(struct qn_op_merge_run *run,
                                  struct qn_buf *out)
{
    const struct qn_merge_heads *heads = run->options->heads;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < heads->count && !status; i++)
        if (heads->items[i].has_tag)
            status = qn_merge_tag_append(run->ctx, run->scope.odb,
                                         &heads->items[i].tag, out);
    return status;
}

static enum qn_status sign_commit(struct qn_op_merge_run *run,
                                  const struct qn_commit_builder *builder,
                                  struct qn_id *out)
{
    struct qn_bytes who = qn_bytes_from_string(builder->committer);
    struct qn_signer_options signer = {.config = qn_repo_config(run->repo),
                                       .key = run->options->signing_key};
    struct qn_buf name = QN_BUF_INIT;
    bool signs = run->options->signing > 0;
    enum qn_status status;

    who = qn_bytes_first(who, qn_bytes_find(who, '>') + 1);
    status = qn_buf_append_bytes(run->ctx, &name, who);
    signer.identity = qn_buf_string(&name);
    if (!status && run->options->signing < 0)
        status = qn_config_bool(run->ctx, signer.config, "commit.gpgsign",
                                false, &signs);
    if (!status)
        status = qn_record_signed_commit(run->ctx, run->scope.odb, builder,
                                         signs ? &signer : NULL, out);
    qn_buf_dispose(&name);
    return status;
}

static enum qn_status write_commit(struct qn_op_merge_run *run,
                                   struct qn_bytes message, struct qn_id *out)
{
    struct qn_commit_builder builder = {
        .encoding = qn_config_string(qn_repo_config(run->repo),
                                     "i18n.commitencoding", NULL),
        .message = message};
    struct qn_id_list parents = {0};
    struct qn_buf author = QN_BUF_INIT, committer = QN_BUF_INIT;
    struct qn_buf tags = QN_BUF_INIT;
    struct qn_ctx *ctx = run->ctx;
    enum qn_status status;

    status = collect_parents(run, &parents);
    if (!status)
        status = qn_index_write_tree(ctx, run->index, run->scope.odb, false,
                                     &builder.tree);
    if (!status)
        status =
            qn_repo_ident(ctx, run->repo, QN_IDENT_COMMITTER, true, &committer);
    if (!status)
        status = qn_repo_ident(ctx, run->repo, QN_IDENT_AUTHOR, true, &author);
    builder.parents = parents.ids;
    builder.parent_count = parents.count;
    builder.author = qn_buf_string(&author);
    builder.committer = qn_buf_string(&committer);
    if (!status)
        status = append_tags(run, &tags);
    builder.extra = qn_buf_bytes(&tags);
    if (!status)
        status = sign_commit(run, &builder, out);
    qn_buf_dispose(&tags);
    run->result_tree = builder.tree;
    qn_id_list_dispose(&parents);
    qn_buf_dispose(&author);
    qn_buf_dispose(&committer);
    return status;
}

enum qn_status qn_op_merge_record_end(struct qn_op_merge_run *run)
{
    enum qn_status status = qn_autostash_apply(run->ctx, run->repo);

    return status ? status : qn_record_clear_state(run->ctx, run->repo);
}

enum qn_status qn_op_merge_record(struct qn_op_merge_run *run,
                                  const char *words)
{
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status;
    struct qn_id id;

    status = settle_message(run, &text);
    if (status == QN_REFUSED) {
        status = not_committed(run);
        goto out;
    }
    if (!status)
        status = write_commit(run, qn_buf_bytes(&text), &id);
    if (!status)
        status = qn_op_merge_parts_finish(run, &id, words);
    if (!status)
        status = qn_op_merge_record_end(run);
out:
    qn_buf_dispose(&text);
    return status;
}
