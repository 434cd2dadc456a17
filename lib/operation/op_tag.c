/* SPDX-License-Identifier: MIT */
#include "operation/op_tag.h"

#include "base/env.h"
#include "object/commit.h"
#include "odb/odb_lease.h"
#include "operation/part/commit_message.h"
#include "operation/part/record.h"
#include "operation/part/state_file.h"
#include "os/file.h"
#include "program/signer.h"
#include "show/pretty.h"
#include "text/ref_name.h"
#include "text/stripspace.h"

struct tagger {
    struct qn_ctx *ctx;
    const struct qn_revision_scope *scope;
    const struct qn_op_tag_options *options;
    struct qn_op_tag_result *result;
    struct qn_id target;
    enum qn_object_type type;
    struct qn_buf message;
};

/* The message of the tag that is replaced. */
static enum qn_status append_previous(struct tagger *t, struct qn_buf *out)
{
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_tag tag;
    enum qn_status status =
        qn_odb_read(t->ctx, t->scope->odb, &t->result->previous, &object);

    if (!status && object.type == QN_OBJECT_TAG)
        status = qn_tag_parse(t->ctx, qn_object_bytes(&object),
                              t->target.algorithm, &tag);
    if (!status && object.type == QN_OBJECT_TAG)
        status = qn_buf_append_bytes(t->ctx, out, tag.message);
    qn_object_dispose(&object);
    return status;
}

static enum qn_status append_help(struct tagger *t, struct qn_buf *out)
{
    const struct qn_op_tag_options *options = t->options;
    struct qn_buf help = QN_BUF_INIT;
    enum qn_status status = qn_buf_append_byte(t->ctx, out, '\n');

    if (!status)
        status = qn_buf_printf(
            t->ctx, &help,
            "\nWrite a message for tag:\n  %s\nLines starting with '%s' will "
            "be %s\n",
            options->name, options->comment,
            options->cleanup == QN_TAG_CLEANUP_STRIP
                ? "ignored."
                : "kept; you may remove them yourself if you want to.");
    if (!status)
        status = qn_stripspace_comment(t->ctx, qn_buf_bytes(&help),
                                       options->comment, out);
    qn_buf_dispose(&help);
    return status;
}

static enum qn_status edit_message(struct tagger *t)
{
    const struct qn_op_tag_options *options = t->options;
    struct qn_ctx *ctx = t->ctx;
    struct qn_buf path = QN_BUF_INIT, text = QN_BUF_INIT;
    enum qn_status status =
        qn_repo_path(ctx, t->scope->repo, "TAG_EDITMSG", &path);

    if (!status && options->message)
        status = qn_buf_append_bytes(ctx, &text, qn_buf_bytes(&t->message));
    else if (!status && t->result->was_there)
        status = append_previous(t, &text);
    if (!status && text.size && text.data[text.size - 1] != '\n')
        status = qn_buf_append_byte(ctx, &text, '\n');
    if (!status && !options->message && options->trailers)
        status = qn_commit_message_add_trailers(
            ctx, qn_repo_config(t->scope->repo), &text, options->trailers);
    if (!status && !options->message && !t->result->was_there)
        status = append_help(t, &text);
    if (!status)
        status = qn_state_file_write(ctx, t->scope->repo, "TAG_EDITMSG",
                                     qn_buf_bytes(&text));
    if (!status) {
        status = options->edit(ctx, options->data, qn_buf_string(&path));
        if (status)
            status = qn_ctx_fail_reason(ctx, status, "tag.editor", NULL, "%s",
                                        qn_ctx_message(ctx));
    }
    qn_buf_clear(&t->message);
    if (!status)
        status = qn_file_read_all(ctx, qn_buf_string(&path), &t->message);
    if (!status)
        status = qn_file_unlink_if_exists(ctx, qn_buf_string(&path));
    qn_buf_dispose(&path);
    qn_buf_dispose(&text);
    return status;
}

static enum qn_status clean_message(struct tagger *t)
{
    const struct qn_op_tag_options *options = t->options;
    struct qn_buf clean = QN_BUF_INIT;
    enum qn_status status;

    if (options->cleanup == QN_TAG_CLEANUP_VERBATIM)
        return QN_OK;
    status = qn_stripspace(
        t->ctx, qn_buf_bytes(&t->message),
        options->cleanup == QN_TAG_CLEANUP_STRIP ? options->comment : NULL,
        &clean);
    qn_buf_swap(&t->message, &clean);
    qn_buf_dispose(&clean);
    return status;
}

static enum qn_status take_message(struct tagger *t)
{
    const struct qn_op_tag_options *options = t->options;
    enum qn_status status = QN_OK;

    if (options->message)
        status = qn_buf_append_bytes(t->ctx, &t->message,
                                     qn_buf_bytes(options->message));
    if (!status && options->message && options->trailers)
        status = qn_commit_message_add_trailers(t->ctx,
                                                qn_repo_config(t->scope->repo),
                                                &t->message, options->trailers);
    if (!status && (!options->message || options->edits))
        status = edit_message(t);
    if (!status)
        status = clean_message(t);
    if (!status && !options->message && !t->message.size)
        status = qn_ctx_fail_reason(t->ctx, QN_REFUSED, "tag.no-message", NULL,
                                    "no tag message?");
    return status;
}

/* The signature stands behind the message; for SHA-256 as for SHA-1. */
static enum qn_status sign(struct tagger *t, const char *ident,
                           struct qn_buf *text)
{
    struct qn_signer_options signer = {.config = qn_repo_config(t->scope->repo),
                                       .key = t->options->key};
    struct qn_bytes who = qn_bytes_from_string(ident);
    struct qn_buf name = QN_BUF_INIT, signature = QN_BUF_INIT;
    enum qn_status status;

    who = qn_bytes_first(who, qn_bytes_find(who, '>') + 1);
    status = qn_buf_append_bytes(t->ctx, &name, who);
    signer.identity = qn_buf_string(&name);
    if (!status)
        status =
            qn_signer_sign(t->ctx, &signer, qn_buf_bytes(text), &signature);
    if (!status)
        status = qn_buf_append_bytes(t->ctx, text, qn_buf_bytes(&signature));
    qn_buf_dispose(&name);
    qn_buf_dispose(&signature);
    return status;
}

static enum qn_status make_object(struct tagger *t)
{
    struct qn_buf text = QN_BUF_INIT, ident = QN_BUF_INIT;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status =
        qn_repo_ident(t->ctx, t->scope->repo, QN_IDENT_COMMITTER, true, &ident);

    if (!status)
        status = take_message(t);
    if (!status)
        status = qn_buf_printf(
            t->ctx, &text, "object %s\ntype %s\ntag %s\ntagger %s\n\n",
            qn_id_to_hex(&t->target, hex), qn_object_type_name(t->type),
            t->options->name, qn_buf_string(&ident));
    if (!status)
        status = qn_buf_append_bytes(t->ctx, &text, qn_buf_bytes(&t->message));
    if (!status && t->options->signs)
        status = sign(t, qn_buf_string(&ident), &text);
    if (!status)
        status = qn_odb_write(t->ctx, t->scope->odb, QN_OBJECT_TAG,
                              qn_buf_bytes(&text), &t->result->id);
    if (!status)
        status = qn_odb_sync(t->ctx, t->scope->odb);
    qn_buf_dispose(&text);
    qn_buf_dispose(&ident);
    return status;
}

static enum qn_status append_about_commit(struct tagger *t,
                                          const struct qn_object *object,
                                          struct qn_buf *out)
{
    const struct qn_date_mode mode = {.kind = QN_DATE_SHORT};
    struct qn_bytes line = QN_BYTES_NONE;
    struct qn_commit commit;
    struct qn_ident ident;
    enum qn_status status = qn_commit_parse(t->ctx, qn_object_bytes(object),
                                            t->target.algorithm, &commit);

    /* The first line only, not the paragraph. */
    while (!status && qn_bytes_next(&commit.message, '\n', &line) &&
           line.size == 0)
        continue;
    if (!status)
        status = qn_buf_append_bytes(t->ctx, out, line);
    if (!status && qn_ident_parse(commit.committer, &ident) && ident.has_date) {
        status = qn_buf_append_string(t->ctx, out, ", ");
        if (!status)
            status =
                qn_date_format(t->ctx, ident.seconds, ident.zone, &mode, out);
    }
    return status;
}

/* "tag: tagging 90d9b6f (subject, 2020-09-13)". */
static enum qn_status append_reason(struct tagger *t, struct qn_buf *out)
{
    const char *action =
        qn_env_variable(qn_ctx_env(t->ctx), "GIT_REFLOG_ACTION");
    struct qn_object object = QN_OBJECT_INIT;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    size_t digits = 0;
    enum qn_status status;

    if (action && *action)
        return qn_buf_append_string(t->ctx, out, action);
    status = qn_odb_abbreviate(t->ctx, t->scope->odb, &t->target, 0, &digits);
    if (!status)
        status = qn_buf_printf(t->ctx, out, "tag: tagging %.*s (", (int)digits,
                               qn_id_to_hex(&t->target, hex));
    if (!status && t->type == QN_OBJECT_COMMIT) {
        status = qn_odb_read(t->ctx, t->scope->odb, &t->target, &object);
        if (!status)
            status = append_about_commit(t, &object, out);
    } else if (!status) {
        status = qn_buf_append_string(t->ctx, out,
                                      t->type == QN_OBJECT_TREE ? "tree object"
                                      : t->type == QN_OBJECT_BLOB
                                          ? "blob object"
                                          : "other tag object");
    }
    if (!status)
        status = qn_buf_append_byte(t->ctx, out, ')');
    qn_object_dispose(&object);
    return status;
}

static enum qn_status write_ref(struct tagger *t, const char *full,
                                const char *reason)
{
    const struct qn_record_move move = {
        .name = full,
        .new_id = &t->result->id,
        .old_id = &t->result->previous,
        .message = reason,
        .flags = t->options->makes_log ? QN_REF_FORCE_REFLOG : 0};

    return qn_record_move(t->ctx, t->scope->repo, t->scope->refs, &move);
}

static enum qn_status look(struct tagger *t, struct qn_buf *full)
{
    const struct qn_op_tag_options *options = t->options;
    struct qn_revision revision = QN_REVISION_INIT;
    struct qn_ref ref = QN_REF_INIT;
    struct qn_odb_info info;
    enum qn_status status;
    bool found = false;

    revision.is_quiet = true;
    status = qn_revision_parse(t->ctx, t->scope, options->object, &revision);
    t->target = revision.id;
    qn_revision_dispose(&revision);
    if (status && (qn_revision_is_deadly(t->ctx) ||
                   strcmp(qn_ctx_reason(t->ctx), "refs.packed-corrupt") == 0))
        return status;
    if (status)
        return qn_ctx_fail(t->ctx, QN_NOT_FOUND,
                           "Failed to resolve '%s' as a valid ref.",
                           options->object);
    if (!qn_ref_name_is_tag(qn_bytes_from_string(options->name)))
        return qn_ctx_fail(t->ctx, QN_INVALID, "'%s' is not a valid tag name.",
                           options->name);
    status = qn_buf_printf(t->ctx, full, "refs/tags/%s", options->name);
    if (!status)
        status = qn_refs_resolve(t->ctx, t->scope->refs, qn_buf_string(full),
                                 &ref, &found);
    qn_id_clear(&t->result->previous, t->target.algorithm);
    if (!status && found)
        t->result->previous = ref.id;
    t->result->was_there = found;
    qn_ref_dispose(&ref);
    if (!status && found && !options->forces)
        return qn_ctx_fail(t->ctx, QN_EXISTS, "tag '%s' already exists",
                           options->name);
    if (!status)
        status = qn_odb_read_info(t->ctx, t->scope->odb, &t->target,
                                  QN_ODB_WANT_TYPE, &info);
    if (status == QN_NOT_FOUND && options->is_annotated) {
        status = qn_ctx_fail(t->ctx, status, "bad object type.");
    } else if (status == QN_NOT_FOUND) { /* the refs say what is wrong */
        qn_ctx_clear(t->ctx);
        status = QN_OK;
    }
    if (!status)
        t->type = info.type;
    return status;
}

enum qn_status qn_op_tag(struct qn_ctx *ctx,
                         const struct qn_revision_scope *scope,
                         const struct qn_op_tag_options *options,
                         struct qn_op_tag_result *out)
{
    struct tagger t = {
        .ctx = ctx, .scope = scope, .options = options, .result = out};
    struct qn_buf full = QN_BUF_INIT, reason = QN_BUF_INIT;
    /* What is tagged is to stay from now on. */
    enum qn_status status = qn_odb_lease_take(ctx, scope->odb);

    if (!status)
        status = look(&t, &full);
    if (!status)
        status = append_reason(&t, &reason);
    if (!status) {
        out->id = t.target;
        out->is_nested = options->is_annotated && t.type == QN_OBJECT_TAG;
        if (out->is_nested)
            qn_ctx_report(
                ctx, QN_REPORT_HINT, "advice.nestedTag",
                "You have created a nested tag. The object referred to by "
                "your new tag is\nalready a tag. If you meant to tag the "
                "object that it points to, use:\n\n\tgit tag -f %s %s^{}",
                options->name, options->object);
        if (options->is_annotated)
            status = make_object(&t);
    }
    if (!status)
        status = write_ref(&t, qn_buf_string(&full), qn_buf_string(&reason));
    qn_buf_dispose(&full);
    qn_buf_dispose(&reason);
    qn_buf_dispose(&t.message);
    return status;
}

enum qn_status qn_op_tag_delete(struct qn_ctx *ctx,
                                const struct qn_revision_scope *scope,
                                const struct qn_op_tag_delete *tags)
{
    struct qn_ref_transaction *transaction = NULL;
    struct qn_buf full = QN_BUF_INIT;
    struct qn_ref ref = QN_REF_INIT;
    struct qn_id none;
    size_t i, count = 0;
    enum qn_status status =
        qn_ref_transaction_new(ctx, scope->refs, &transaction);

    qn_id_clear(&none, qn_repo_algorithm(scope->repo));
    for (i = 0; i < tags->count && !status; i++) {
        bool found = false;

        qn_buf_clear(&full);
        status = qn_buf_printf(ctx, &full, "refs/tags/%s", tags->names[i]);
        if (!status)
            status = qn_refs_resolve(ctx, scope->refs, qn_buf_string(&full),
                                     &ref, &found);
        if (!status)
            status = tags->each(ctx, tags->data, tags->names[i],
                                found ? &ref.id : NULL);
        if (status || !found)
            continue;
        count++;
        status = qn_ref_transaction_update(
            ctx, transaction, qn_buf_string(&full), &none, NULL,
            QN_REF_NO_DEREF | QN_REF_SKIP_NAME_CHECK, NULL);
    }
    if (!status && count)
        status = qn_repo_commit_refs(ctx, scope->repo, transaction);
    qn_ref_transaction_free(transaction);
    qn_ref_dispose(&ref);
    qn_buf_dispose(&full);
    return status;
}
