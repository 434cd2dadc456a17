/* SPDX-License-Identifier: MIT */
#include "operation/part/record.h"

#include "text/charset.h"

#include "operation/part/autostash.h"
#include "operation/part/run_hook.h"
#include "os/file.h"
#include "text/utf8.h"

/* Put the signature of `text` into its header, as its last field. */
static enum qn_status insert_signature(struct qn_ctx *ctx,
                                       const struct qn_signer_options *signer,
                                       uint32_t algorithm, struct qn_buf *text)
{
    const char *name = algorithm == QN_HASH_SHA256 ? "gpgsig-sha256" : "gpgsig";
    struct qn_buf signature = QN_BUF_INIT;
    struct qn_buf field = QN_BUF_INIT;
    struct qn_bytes rest, line;
    const char *end;
    enum qn_status status =
        qn_signer_sign(ctx, signer, qn_buf_bytes(text), &signature);

    rest = qn_buf_bytes(&signature);
    while (!status && qn_bytes_next(&rest, '\n', &line)) {
        status = qn_buf_printf(ctx, &field, "%s %.*s\n", field.size ? "" : name,
                               QN_BYTES_ARG(line));
    }
    end = strstr(qn_buf_string(text), "\n\n");
    if (!status && end)
        status =
            qn_buf_splice(ctx, text, (size_t)(end + 1 - qn_buf_string(text)), 0,
                          qn_buf_bytes(&field));
    qn_buf_dispose(&signature);
    qn_buf_dispose(&field);
    return status;
}

enum qn_status qn_record_make_utf8(struct qn_ctx *ctx, struct qn_buf *text)
{
    struct qn_bytes rest = qn_buf_bytes(text);
    struct qn_buf made = QN_BUF_INIT;
    enum qn_status status = QN_OK;

    while (!status && rest.size) {
        uint32_t c;
        size_t size = qn_utf8_next(rest, &c);

        if (size && qn_utf8_is_valid(qn_bytes_first(rest, size))) {
            status = qn_buf_append(ctx, &made, rest.data, size);
        } else {
            size = 1;
            status = qn_utf8_append(ctx, &made, rest.data[0]);
        }
        rest = qn_bytes_from(rest, size);
    }
    if (!status)
        qn_buf_swap(text, &made);
    qn_buf_dispose(&made);
    return status;
}

enum qn_status qn_record_signed_commit(struct qn_ctx *ctx, struct qn_odb *odb,
                                       const struct qn_commit_builder *builder,
                                       const struct qn_signer_options *signer,
                                       struct qn_id *out)
{
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status;

    status = qn_commit_builder_append(ctx, builder, &text);
    if (!status &&
        (!builder->encoding ||
         qn_charset_is_utf8(qn_bytes_from_string(builder->encoding))) &&
        !qn_utf8_is_valid(qn_buf_bytes(&text))) {
        qn_ctx_report(
            ctx, QN_REPORT_INFO, "commit.encoding",
            "Warning: commit message did not conform to UTF-8.\n"
            "You may want to amend it after fixing the message, or set the "
            "config\n"
            "variable i18n.commitEncoding to the encoding your project uses.");
        status = qn_record_make_utf8(ctx, &text);
    }
    if (!status && signer)
        status = insert_signature(ctx, signer, builder->tree.algorithm, &text);
    if (!status)
        status =
            qn_odb_write(ctx, odb, QN_OBJECT_COMMIT, qn_buf_bytes(&text), out);
    if (!status)
        status = qn_odb_sync(ctx, odb);
    qn_buf_dispose(&text);
    return status;
}

enum qn_status qn_record_commit(struct qn_ctx *ctx, struct qn_odb *odb,
                                const struct qn_commit_builder *builder,
                                struct qn_id *out)
{
    return qn_record_signed_commit(ctx, odb, builder, NULL, out);
}

enum qn_status qn_record_move(struct qn_ctx *ctx, struct qn_repo *repo,
                              struct qn_refs *refs,
                              const struct qn_record_move *move)
{
    struct qn_ref_transaction *transaction = NULL;
    struct qn_buf ident = QN_BUF_INIT;
    struct qn_refs_writer writer;
    enum qn_status status;

    status = qn_repo_ident(ctx, repo, QN_IDENT_COMMITTER, false, &ident);
    writer.ident = qn_buf_string(&ident);
    if (!status)
        status = qn_ref_transaction_new(ctx, refs, &transaction);
    if (!status)
        status = qn_ref_transaction_update(ctx, transaction, move->name,
                                           move->new_id, move->old_id,
                                           move->flags, move->message);
    if (!status && move->between) {
        status = qn_ref_transaction_prepare(ctx, transaction);
        if (!status)
            status = move->between(ctx, move->data);
    }
    if (!status)
        status = qn_ref_transaction_commit(ctx, transaction, &writer);
    qn_ref_transaction_free(transaction);
    qn_buf_dispose(&ident);
    return status;
}

enum qn_status qn_record_ref(struct qn_ctx *ctx, struct qn_repo *repo,
                             struct qn_refs *refs, const char *name,
                             const struct qn_id *new_id,
                             const struct qn_id *old_id, const char *message)
{
    const struct qn_record_move move = {
        .name = name, .new_id = new_id, .old_id = old_id, .message = message};

    return qn_record_move(ctx, repo, refs, &move);
}

enum qn_status qn_record_reflog_message(struct qn_ctx *ctx, const char *action,
                                        struct qn_bytes message,
                                        struct qn_buf *out)
{
    struct qn_bytes line =
        qn_bytes_first(message, qn_bytes_find(message, '\n'));

    return qn_buf_printf(ctx, out, "%s: %.*s", action, QN_BYTES_ARG(line));
}

/* AUTO_MERGE is a ref: with reftable there is no file of that name, and the
 * hook is told that it goes, whether it was there or not. */
static enum qn_status forget_auto_merge(struct qn_ctx *ctx,
                                        struct qn_repo *repo)
{
    struct qn_refs *refs = NULL;
    struct qn_ref ref = QN_REF_INIT;
    struct qn_buf log = QN_BUF_INIT;
    bool found = false, has_hook = false;
    struct qn_id none;
    enum qn_status status =
        qn_run_hook_exists(ctx, repo, "reference-transaction", &has_hook);

    if (!status)
        status = qn_repo_path(ctx, repo, "logs/AUTO_MERGE", &log);
    if (!status) /* of core.logAllRefUpdates=always */
        status = qn_file_unlink_if_exists(ctx, qn_buf_string(&log));
    qn_buf_dispose(&log);
    if (status || (!has_hook && qn_repo_refs_format(repo) == QN_REFS_FILES))
        return status;
    qn_id_clear(&none, qn_repo_algorithm(repo));
    status = qn_repo_refs(ctx, repo, &refs);
    if (!status)
        status = qn_refs_find(ctx, refs, "AUTO_MERGE", &ref, &found);
    if (!status && (found || has_hook))
        status =
            qn_record_ref(ctx, repo, refs, "AUTO_MERGE", &none, NULL, NULL);
    qn_ref_dispose(&ref);
    qn_refs_free(refs);
    return status;
}

enum qn_status qn_record_clear_branch_state(struct qn_ctx *ctx,
                                            struct qn_repo *repo)
{
    enum qn_status status = forget_auto_merge(ctx, repo);

    return status ? status : qn_record_clear_state(ctx, repo);
}

enum qn_status qn_record_clear_state(struct qn_ctx *ctx, struct qn_repo *repo)
{
    enum qn_status status = qn_autostash_save(ctx, repo);

    return status ? status : qn_record_clear_merge(ctx, repo);
}

enum qn_status qn_record_clear_merge(struct qn_ctx *ctx, struct qn_repo *repo)
{
    /* MERGE_HEAD says that a merge goes on: it goes last of its kind, so that
     * what is left after a cut is a merge that can be concluded again. */
    static const char *const names[] = {
        "SQUASH_MSG", "MERGE_RR",   "MERGE_MSG",        "MERGE_MODE",
        "AUTO_MERGE", "MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD"};
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < QN_COUNT_OF(names) && !status; i++) {
        qn_buf_clear(&path);
        status = qn_repo_path(ctx, repo, names[i], &path);
        if (!status)
            status = qn_file_unlink_if_exists(ctx, qn_buf_string(&path));
    }
    qn_buf_dispose(&path);
    return status ? status : forget_auto_merge(ctx, repo);
}
