/* SPDX-License-Identifier: MIT */
#include "refs/refs_backend.h"
#include "text/ref_name.h"
#include "trace/trace.h"

#include <string.h>

bool qn_reflog_is_automatic(const struct qn_refs_options *options,
                            const char *name)
{
    struct qn_refs_place place;

    if (options->log_updates >= 2)
        return true;
    if (options->log_updates <= 0)
        return false;
    qn_refs_place_of(name, &place);
    name = place.name;
    return strncmp(name, "refs/heads/", 11) == 0 ||
           strncmp(name, "refs/remotes/", 13) == 0 ||
           strncmp(name, "refs/notes/", 11) == 0 || strcmp(name, "HEAD") == 0;
}

/* Digits at the end of `text`, behind a space; they are taken off. */
static bool take_last_number(struct qn_bytes *text, bool is_signed,
                             int64_t *out)
{
    size_t space = qn_bytes_find_last(*text, ' ');
    struct qn_bytes word;
    uint64_t value;
    bool is_negative = false;

    if (space >= text->size)
        return false;
    word = qn_bytes_from(*text, space + 1);
    if (is_signed) {
        if (word.size < 2 || (word.data[0] != '+' && word.data[0] != '-'))
            return false;
        is_negative = word.data[0] == '-';
        word = qn_bytes_from(word, 1);
    }
    if (!qn_bytes_to_u64(word, &value) || value > INT64_MAX)
        return false;
    *out = is_negative ? -(int64_t)value : (int64_t)value;
    *text = qn_bytes_first(*text, space);
    return true;
}

bool qn_reflog_parse_ident(struct qn_bytes ident, struct qn_reflog_entry *out)
{
    int64_t zone, seconds;

    if (!take_last_number(&ident, true, &zone) || zone > 9999 || zone < -9999 ||
        !take_last_number(&ident, false, &seconds) ||
        !qn_bytes_has_suffix(ident, ">"))
        return false;
    out->ident = ident;
    out->seconds = seconds;
    out->zone = (int)zone;
    return true;
}

bool qn_reflog_parse(uint32_t algorithm, struct qn_bytes line,
                     struct qn_reflog_entry *out)
{
    size_t hex_size = qn_id_hex_size(algorithm);
    size_t tab = qn_bytes_find(line, '\t');

    if (line.size < 2 * hex_size + 2 || line.data[hex_size] != ' ' ||
        line.data[2 * hex_size + 1] != ' ' ||
        !qn_id_from_hex(&out->old_id, algorithm,
                        qn_bytes_first(line, hex_size)) ||
        !qn_id_from_hex(
            &out->new_id, algorithm,
            qn_bytes_first(qn_bytes_from(line, hex_size + 1), hex_size)))
        return false;
    out->message = qn_bytes_from(line, tab + 1);
    if (tab < 2 * hex_size + 2)
        return false;
    return qn_reflog_parse_ident(
        qn_bytes_from(qn_bytes_first(line, tab), 2 * hex_size + 2), out);
}

enum qn_status qn_reflog_format(struct qn_ctx *ctx,
                                const struct qn_reflog_entry *entry,
                                struct qn_buf *out)
{
    char old_hex[QN_ID_MAX_HEX_SIZE + 1], new_hex[QN_ID_MAX_HEX_SIZE + 1];
    unsigned zone = (unsigned)(entry->zone < 0 ? -entry->zone : entry->zone);
    enum qn_status status;

    /* The name may hold any byte, a NUL too: it is not for a format. */
    status =
        qn_buf_printf(ctx, out, "%s %s ", qn_id_to_hex(&entry->old_id, old_hex),
                      qn_id_to_hex(&entry->new_id, new_hex));
    if (!status)
        status = qn_buf_append_bytes(ctx, out, entry->ident);
    if (!status)
        status =
            qn_buf_printf(ctx, out, " %lld %c%04u", (long long)entry->seconds,
                          entry->zone < 0 ? '-' : '+', zone);
    if (!status && entry->message.size)
        status = qn_buf_append_byte(ctx, out, '\t');
    if (!status)
        status = qn_buf_append_bytes(ctx, out, entry->message);
    return status ? status : qn_buf_append_byte(ctx, out, '\n');
}

enum qn_status qn_reflog_walk(struct qn_ctx *ctx, struct qn_refs *refs,
                              const char *name, bool newest_first,
                              qn_reflog_each_fn *each, void *data)
{
    enum qn_status status =
        refs->backend->log_walk(ctx, refs, name, newest_first, each, data);

    return status == QN_END ? QN_OK : status;
}

enum qn_status qn_reflog_exists(struct qn_ctx *ctx, struct qn_refs *refs,
                                const char *name, bool *out)
{
    return refs->backend->log_exists(ctx, refs, name, out);
}

enum qn_status qn_reflog_expire(struct qn_ctx *ctx, struct qn_refs *refs,
                                const char *name, unsigned flags,
                                qn_reflog_keep_fn *keep, void *data)
{
    return refs->backend->log_expire(ctx, refs, name, flags, keep, data);
}

enum qn_status qn_reflog_create(struct qn_ctx *ctx, struct qn_refs *refs,
                                const char *name)
{
    return refs->backend->log_create(ctx, refs, name);
}

enum qn_status qn_reflog_delete(struct qn_ctx *ctx, struct qn_refs *refs,
                                const char *name)
{
    return refs->backend->log_delete(ctx, refs, name);
}

enum qn_status qn_reflog_list(struct qn_ctx *ctx, struct qn_refs *refs,
                              qn_reflog_name_fn *each, void *data)
{
    enum qn_status status = refs->backend->log_list(ctx, refs, each, data);

    return status == QN_END ? QN_OK : status;
}

enum qn_status qn_reflog_write(struct qn_ctx *ctx, struct qn_refs *refs,
                               const char *name, const struct qn_id *old_id,
                               const struct qn_id *new_id,
                               const struct qn_refs_writer *writer,
                               const char *message)
{
    struct qn_ref_transaction *transaction = NULL;
    struct qn_ref_change *change;
    enum qn_status status = qn_ref_transaction_new(ctx, refs, &transaction);

    if (!status)
        status = qn_ref_transaction_update(
            ctx, transaction, name, new_id, NULL,
            QN_REF_NO_DEREF | QN_REF_REFLOG_ONLY | QN_REF_FORCE_REFLOG,
            message);
    if (!status)
        status = qn_ref_transaction_prepare(ctx, transaction);
    if (!status) {
        change = &transaction->changes[0];
        change->current = *old_id;
        change->logged_new = *new_id;
        status = qn_ref_transaction_commit(ctx, transaction, writer);
    }
    qn_ref_transaction_free(transaction);
    return status;
}

enum qn_status qn_reflog_copy(struct qn_ctx *ctx, struct qn_refs *refs,
                              const char *name,
                              const struct qn_reflog_entry *entry)
{
    struct qn_buf ident = QN_BUF_INIT, message = QN_BUF_INIT;
    struct qn_refs_writer writer;
    enum qn_status status = qn_buf_printf(
        ctx, &ident, "%.*s %lld %c%04d", QN_BYTES_ARG(entry->ident),
        (long long)entry->seconds, entry->zone < 0 ? '-' : '+',
        entry->zone < 0 ? -entry->zone : entry->zone);

    if (!status)
        status = qn_buf_append_bytes(ctx, &message, entry->message);
    writer.ident = qn_buf_string(&ident);
    if (!status)
        status =
            qn_reflog_write(ctx, refs, name, &entry->old_id, &entry->new_id,
                            &writer, qn_buf_string(&message));
    qn_buf_dispose(&ident);
    qn_buf_dispose(&message);
    return status;
}
