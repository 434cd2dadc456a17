/* SPDX-License-Identifier: MIT */
#include "wire/ls_refs.h"

#include "wire/wire_input.h"

/* More prefixes than that are as good as none: all refs are told. */
#define PREFIX_LIMIT 65536

void qn_ls_refs_dispose(struct qn_ls_refs *request)
{
    qn_wire_words_dispose(&request->prefixes);
}

enum qn_status qn_ls_refs_write(struct qn_ctx *ctx,
                                const struct qn_ls_refs *request,
                                struct qn_buf *out)
{
    enum qn_status status = QN_OK;
    size_t position = 0;
    const char *prefix;

    if (request->peels)
        status = qn_pkt_line_printf(ctx, out, "peel\n");
    if (!status && request->shows_symrefs)
        status = qn_pkt_line_printf(ctx, out, "symrefs\n");
    if (!status && request->shows_unborn)
        status = qn_pkt_line_printf(ctx, out, "unborn\n");
    while (!status &&
           (prefix = qn_wire_words_next(&request->prefixes, &position)))
        status = qn_pkt_line_printf(ctx, out, "ref-prefix %s\n", prefix);
    if (!status)
        status = qn_pkt_line_append_flush(ctx, out);
    return status;
}

static enum qn_status fail_line(struct qn_ctx *ctx, struct qn_bytes line)
{
    return qn_wire_fail_line(ctx, "wire.ls-refs",
                             "invalid ls-refs response: ", line, "");
}

static enum qn_status take_attribute(struct qn_ctx *ctx,
                                     struct qn_remote_refs *refs,
                                     struct qn_remote_ref *ref,
                                     struct qn_bytes attribute, bool *is_good)
{
    if (qn_bytes_has_prefix(attribute, "symref-target:"))
        return qn_remote_refs_set_target(ctx, refs, ref,
                                         qn_bytes_from(attribute, 14));
    if (qn_bytes_has_prefix(attribute, "peeled:")) {
        *is_good = qn_id_from_hex(&ref->peeled, ref->id.algorithm,
                                  qn_bytes_from(attribute, 7));
        ref->has_peeled = *is_good;
    }
    return QN_OK;
}

static enum qn_status take_line(struct qn_ctx *ctx, struct qn_remote_refs *refs,
                                uint32_t algorithm, struct qn_bytes line)
{
    struct qn_bytes rest = line, word, name;
    struct qn_remote_ref *ref;
    enum qn_status status;
    bool is_good = true;
    struct qn_id id;

    qn_id_clear(&id, algorithm);
    if (!qn_bytes_next(&rest, ' ', &word) ||
        !qn_bytes_next(&rest, ' ', &name) || name.size == 0 ||
        (!qn_bytes_is_string(word, "unborn") &&
         !qn_id_from_hex(&id, algorithm, word)))
        return fail_line(ctx, line);
    status = qn_remote_refs_add(ctx, refs, &id, name, &ref);
    if (status)
        return status;
    ref->is_unborn = qn_bytes_is_string(word, "unborn");
    while (!status && is_good && qn_bytes_next(&rest, ' ', &word))
        status = take_attribute(ctx, refs, ref, word, &is_good);
    return status || is_good ? status : fail_line(ctx, line);
}

enum qn_status qn_ls_refs_take_ref(struct qn_ctx *ctx,
                                   struct qn_remote_refs *refs,
                                   uint32_t algorithm,
                                   const struct qn_pkt_line *packet,
                                   bool *is_done)
{
    *is_done = packet->kind == QN_PKT_LINE_FLUSH;
    if (packet->kind == QN_PKT_LINE_DATA)
        return take_line(ctx, refs, algorithm, qn_pkt_line_text(packet));
    if (!*is_done)
        return qn_ctx_fail_reason(ctx, QN_INVALID, "wire.ls-refs", NULL,
                                  "expected flush after ref listing");
    return QN_OK;
}

/* ---- the server's end */

enum qn_status qn_ls_refs_take(struct qn_ctx *ctx, struct qn_ls_refs *request,
                               struct qn_bytes argument)
{
    if (qn_bytes_is_string(argument, "peel"))
        request->peels = true;
    else if (qn_bytes_is_string(argument, "symrefs"))
        request->shows_symrefs = true;
    else if (qn_bytes_is_string(argument, "unborn"))
        request->shows_unborn = true;
    else if (qn_bytes_has_prefix(argument, "ref-prefix "))
        return request->prefixes.count > PREFIX_LIMIT
                   ? QN_OK
                   : qn_wire_words_add(ctx, &request->prefixes,
                                       qn_bytes_from(argument, 11));
    else
        return qn_ctx_fail_reason(ctx, QN_INVALID, "wire.ls-refs", NULL,
                                  "unexpected line: '%.*s'",
                                  QN_BYTES_ARG(argument));
    return QN_OK;
}

bool qn_ls_refs_wants(const struct qn_ls_refs *request, const char *name)
{
    size_t position = 0;
    const char *prefix;

    if (request->prefixes.count == 0 || request->prefixes.count > PREFIX_LIMIT)
        return true;
    while ((prefix = qn_wire_words_next(&request->prefixes, &position)))
        if (strncmp(name, prefix, strlen(prefix)) == 0)
            return true;
    return false;
}

enum qn_status qn_ls_refs_put(struct qn_ctx *ctx,
                              const struct qn_ls_refs *request,
                              const struct qn_remote_ref *ref,
                              struct qn_buf *out)
{
    bool has_target = request->shows_symrefs && ref->target;
    bool has_peeled = request->peels && ref->has_peeled;
    char hex[QN_ID_MAX_HEX_SIZE + 1], peeled[QN_ID_MAX_HEX_SIZE + 1] = "";

    if (has_peeled)
        qn_id_to_hex(&ref->peeled, peeled);
    return qn_pkt_line_printf(
        ctx, out, "%s %s%s%s%s%s\n",
        ref->is_unborn ? "unborn" : qn_id_to_hex(&ref->id, hex), ref->name,
        has_target ? " symref-target:" : "", has_target ? ref->target : "",
        has_peeled ? " peeled:" : "", peeled);
}
