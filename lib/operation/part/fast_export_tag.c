/* SPDX-License-Identifier: MIT */
/* Annotated tags, told behind all commits; a tag of a tag needs a mark. */
#include "operation/part/fast_export_private.h"
#include "program/verifier.h"

#include <inttypes.h>

static enum qn_status put_tagger(struct qn_ctx *ctx, struct qn_fast_export *run,
                                 const struct qn_tag *tag)
{
    struct qn_bytes tagger = tag->tagger;
    enum qn_status status;

    if (tagger.size == 0) {
        if (!run->op->fakes_tagger)
            return QN_OK;
        tagger = QN_BYTES("Unspecified Tagger <unspecified-tagger> 0 +0000");
    }
    if (run->op->anonymizer) {
        qn_buf_clear(&run->scratch);
        status = qn_anonymizer_ident(ctx, run->op->anonymizer, tagger,
                                     &run->scratch);
        if (status)
            return status;
        tagger = qn_buf_bytes(&run->scratch);
    }
    return qn_buf_printf(ctx, &run->text, "tagger %.*s\n",
                         QN_BYTES_ARG(tagger));
}

/* The message without its signature, as asked. */
static enum qn_status strip_signature(struct qn_ctx *ctx,
                                      const struct qn_fast_export *run,
                                      const struct qn_id *id,
                                      struct qn_bytes *message)
{
    size_t end = qn_verifier_find_signature(*message);
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    if (end >= message->size)
        return QN_OK;
    qn_id_to_hex(id, hex);
    switch (run->op->signed_tags) {
    case QN_FAST_EXPORT_SIGNED_ABORT:
        return qn_ctx_fail(ctx, QN_INVALID,
                           "encountered signed tag %s; use "
                           "--signed-tags=<mode> to handle it",
                           hex);
    case QN_FAST_EXPORT_SIGNED_WARN_VERBATIM:
        qn_ctx_report(ctx, QN_REPORT_WARNING, "fast-export.signed",
                      "exporting signed tag %s", hex);
        return QN_OK;
    case QN_FAST_EXPORT_SIGNED_VERBATIM:
        return QN_OK;
    case QN_FAST_EXPORT_SIGNED_WARN_STRIP:
        qn_ctx_report(ctx, QN_REPORT_WARNING, "fast-export.signed",
                      "stripping signature from tag %s", hex);
        break;
    case QN_FAST_EXPORT_SIGNED_STRIP:
        break;
    }
    *message = qn_bytes_first(*message, end);
    return QN_OK;
}

static enum qn_status put_tag_text(struct qn_ctx *ctx,
                                   struct qn_fast_export *run,
                                   const struct qn_tag *tag,
                                   struct qn_bytes message)
{
    enum qn_status status = put_tagger(ctx, run, tag);

    if (!status && run->op->anonymizer) {
        qn_buf_clear(&run->scratch);
        status = qn_anonymizer_tag_message(ctx, run->op->anonymizer, message,
                                           &run->scratch);
        message = qn_buf_bytes(&run->scratch);
    }
    if (!status)
        status = qn_buf_printf(ctx, &run->text, "data %zu\n", message.size);
    if (!status)
        status = qn_buf_append_bytes(ctx, &run->text, message);
    return status ? status : qn_buf_append_byte(ctx, &run->text, '\n');
}

static enum qn_status put_reset_to_nothing(struct qn_ctx *ctx,
                                           struct qn_fast_export *run,
                                           const char *name, uint32_t algorithm)
{
    enum qn_status status = qn_buf_append_string(ctx, &run->text, "reset ");

    if (!status)
        status = qn_fast_export_put_ref(ctx, run, name);
    if (!status)
        status = qn_buf_append_string(ctx, &run->text, "\nfrom ");
    if (!status)
        status = qn_buf_append_repeat(ctx, &run->text, '0',
                                      qn_id_hex_size(algorithm));
    return status ? status : qn_buf_append_string(ctx, &run->text, "\n\n");
}

/* What the tag names, as the reader knows it: `*mark`, or an id; `*is_dropped`:
 * the tag is not told. */
static enum qn_status
find_target(struct qn_ctx *ctx, struct qn_fast_export *run, const char *name,
            const struct qn_id *id, const struct qn_tag *tag,
            struct qn_id *target, uint32_t *mark, bool *is_dropped)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    bool found;
    enum qn_status status;

    *target = tag->object;
    *mark = qn_fast_export_mark(run, target);
    *is_dropped = false;
    if (*mark)
        return QN_OK;
    qn_id_to_hex(id, hex);
    switch (run->op->filtered) {
    case QN_FAST_EXPORT_FILTERED_ABORT:
        return qn_ctx_fail(ctx, QN_INVALID,
                           "tag %s tags unexported object; use "
                           "--tag-of-filtered-object=<mode> to handle it",
                           hex);
    case QN_FAST_EXPORT_FILTERED_DROP:
        *is_dropped = true;
        return QN_OK;
    case QN_FAST_EXPORT_FILTERED_REWRITE:
        break;
    }
    if (qn_bytes_is_string(tag->type, "tag") && !run->op->marks_tags)
        return qn_ctx_fail(
            ctx, QN_INVALID,
            "cannot export nested tags unless --mark-tags is specified.");
    if (!qn_bytes_is_string(tag->type, "commit"))
        return QN_OK; /* by its id */
    status = qn_fast_export_rewrite(ctx, run, &tag->object, target, &found);
    if (!status && !found) {
        *is_dropped = true;
        return put_reset_to_nothing(ctx, run, name, id->algorithm);
    }
    *mark = qn_fast_export_mark(run, target);
    return status;
}

static enum qn_status put_tag_head(struct qn_ctx *ctx,
                                   struct qn_fast_export *run, const char *name,
                                   const struct qn_id *id)
{
    struct qn_buf shown = QN_BUF_INIT;
    uint32_t mark;
    enum qn_status status = QN_OK;

    if (run->op->anonymizer)
        status = qn_anonymizer_ref(ctx, run->op->anonymizer, name, &shown);
    else
        status = qn_buf_append_string(ctx, &shown, name);
    if (!status)
        status = qn_buf_printf(
            ctx, &run->text, "tag %s\n",
            qn_buf_string(&shown) +
                (qn_bytes_has_prefix(qn_buf_bytes(&shown), "refs/tags/") ? 10
                                                                         : 0));
    qn_buf_dispose(&shown);
    if (status || !run->op->marks_tags)
        return status;
    status = qn_fast_export_add_mark(ctx, run, id, false, &mark);
    return status ? status
                  : qn_buf_printf(ctx, &run->text, "mark :%" PRIu32 "\n", mark);
}

enum qn_status qn_fast_export_put_tag(struct qn_ctx *ctx,
                                      struct qn_fast_export *run,
                                      const char *name, const struct qn_id *id,
                                      bool is_of_tree)
{
    struct qn_object object = QN_OBJECT_INIT;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_bytes message;
    struct qn_tag tag;
    struct qn_id target;
    uint32_t mark;
    bool is_dropped = false;
    enum qn_status status;

    status =
        qn_odb_read_typed(ctx, run->op->scope->odb, id, QN_OBJECT_TAG, &object);
    if (!status)
        status =
            qn_tag_parse(ctx, qn_object_bytes(&object), id->algorithm, &tag);
    if (!status && is_of_tree) {
        qn_ctx_report(ctx, QN_REPORT_WARNING, "fast-export.skipped",
                      "omitting tag %s,\nsince tags of trees (or tags of tags "
                      "of trees, etc.) are not supported.",
                      qn_id_to_hex(id, hex));
        goto out;
    }
    if (!status)
        status =
            find_target(ctx, run, name, id, &tag, &target, &mark, &is_dropped);
    if (status || is_dropped)
        goto out;
    message = tag.message;
    if (!run->op->anonymizer)
        status = strip_signature(ctx, run, id, &message);
    if (status)
        goto out;
    if (qn_bytes_is_string(tag.type, "tag"))
        status = put_reset_to_nothing(ctx, run, name, id->algorithm);
    if (!status)
        status = put_tag_head(ctx, run, name, id);
    if (!status && mark)
        status = qn_buf_printf(ctx, &run->text, "from :%" PRIu32 "\n", mark);
    else if (!status)
        status = qn_buf_printf(ctx, &run->text, "from %s\n",
                               qn_id_to_hex(&target, hex));
    if (!status && run->op->shows_original_ids)
        status = qn_buf_printf(ctx, &run->text, "original-oid %s\n",
                               qn_id_to_hex(id, hex));
    if (!status)
        status = put_tag_text(ctx, run, &tag, message);
out:
    qn_object_dispose(&object);
    return status ? status : qn_fast_export_flush(ctx, run, false);
}
