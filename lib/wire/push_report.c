/* SPDX-License-Identifier: MIT */
#include "wire/push_report.h"

#include "base/memory.h"
#include "wire/wire_input.h"

enum state { AT_UNPACK, IN_RESULTS };

void qn_push_report_init(struct qn_push_report *report, uint32_t algorithm)
{
    memset(report, 0, sizeof(*report));
    report->algorithm = algorithm;
}

void qn_push_report_dispose(struct qn_push_report *report)
{
    qn_memory_free(report->results);
    qn_arena_dispose(&report->arena);
}

static const char *copy(struct qn_ctx *ctx, struct qn_push_report *report,
                        struct qn_bytes text)
{
    return qn_arena_copy(ctx, &report->arena, text);
}

enum qn_status qn_push_report_add(struct qn_ctx *ctx,
                                  struct qn_push_report *report,
                                  struct qn_bytes name, const char *error,
                                  struct qn_push_result **out)
{
    struct qn_push_result *result;
    enum qn_status status =
        qn_memory_grow(ctx, &report->results, &report->capacity,
                       report->count + 1, sizeof(*report->results));

    if (status)
        return status;
    result = &report->results[report->count];
    memset(result, 0, sizeof(*result));
    result->name = copy(ctx, report, name);
    if (result->name && error)
        result->error = copy(ctx, report, qn_bytes_from_string(error));
    if (!result->name || (error && !result->error))
        return QN_NO_MEMORY;
    report->count++;
    if (out)
        *out = result;
    return QN_OK;
}

/* ---- writing */

static enum qn_status put_options(struct qn_ctx *ctx,
                                  const struct qn_push_result *result,
                                  struct qn_buf *out)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status = QN_OK;

    if (result->ref_name)
        status = qn_pkt_line_printf(ctx, out, "option refname %s\n",
                                    result->ref_name);
    if (!status && result->has_old)
        status = qn_pkt_line_printf(ctx, out, "option old-oid %s\n",
                                    qn_id_to_hex(&result->old_id, hex));
    if (!status && result->has_new)
        status = qn_pkt_line_printf(ctx, out, "option new-oid %s\n",
                                    qn_id_to_hex(&result->new_id, hex));
    if (!status && result->is_forced)
        status = qn_pkt_line_printf(ctx, out, "option forced-update\n");
    return status;
}

enum qn_status qn_push_report_write(struct qn_ctx *ctx,
                                    const struct qn_push_report *report,
                                    int version, struct qn_buf *out)
{
    enum qn_status status =
        qn_pkt_line_printf(ctx, out, "unpack %s\n",
                           report->unpack_error ? report->unpack_error : "ok");
    size_t i;

    for (i = 0; !status && i < report->count; i++) {
        const struct qn_push_result *result = &report->results[i];

        if (result->is_again && version < 2)
            continue;
        status = result->error
                     ? qn_pkt_line_printf(ctx, out, "ng %s %s\n", result->name,
                                          result->error)
                     : qn_pkt_line_printf(ctx, out, "ok %s\n", result->name);
        if (!status && !result->error && version >= 2)
            status = put_options(ctx, result, out);
    }
    if (!status)
        status = qn_pkt_line_append_flush(ctx, out);
    return status;
}

/* ---- reading */

static enum qn_status fail_line(struct qn_ctx *ctx,
                                struct qn_push_report *report, const char *what,
                                struct qn_bytes line)
{
    report->is_broken = true;
    return qn_wire_fail_line(ctx, "wire.push", what, line, "");
}

/* A second option of the same kind begins another result of the command. */
static enum qn_status take_option(struct qn_ctx *ctx,
                                  struct qn_push_report *report,
                                  struct qn_bytes option)
{
    struct qn_push_result *result =
        report->count > 0 ? &report->results[report->count - 1] : NULL;

    if (!result || result->error)
        return qn_ctx_fail_reason(
            ctx, QN_INVALID, "wire.push", NULL,
            "'option' without a matching 'ok/ng' directive");
    if (qn_bytes_has_prefix(option, "refname ")) {
        result->ref_name = copy(ctx, report, qn_bytes_from(option, 8));
        return result->ref_name ? QN_OK : QN_NO_MEMORY;
    }
    if (qn_bytes_has_prefix(option, "old-oid "))
        result->has_old = qn_id_from_hex(&result->old_id, report->algorithm,
                                         qn_bytes_from(option, 8));
    else if (qn_bytes_has_prefix(option, "new-oid "))
        result->has_new = qn_id_from_hex(&result->new_id, report->algorithm,
                                         qn_bytes_from(option, 8));
    else if (qn_bytes_is_string(option, "forced-update"))
        result->is_forced = true;
    return QN_OK; /* what is not known means nothing */
}

static enum qn_status take_result(struct qn_ctx *ctx,
                                  struct qn_push_report *report,
                                  struct qn_bytes line)
{
    size_t end = qn_bytes_find(line, ' ');
    struct qn_bytes word = qn_bytes_first(line, end);
    bool is_ok = qn_bytes_is_string(word, "ok");
    struct qn_bytes name = qn_bytes_from(line, 3), error = QN_BYTES_NONE;
    struct qn_push_result *result;
    enum qn_status status;
    bool has_error;

    if (end == line.size)
        return fail_line(ctx, report,
                         "invalid status line from remote: ", line);
    if (qn_bytes_is_string(word, "option"))
        return take_option(ctx, report, qn_bytes_from(line, 7));
    if (!is_ok && !qn_bytes_is_string(word, "ng"))
        return fail_line(ctx, report, "invalid ref status from remote: ", word);
    end = is_ok ? name.size : qn_bytes_find(name, ' ');
    has_error = end < name.size;
    error = qn_bytes_from(name, end + 1);
    name = qn_bytes_first(name, end);
    status = qn_push_report_add(ctx, report, name, NULL, &result);
    if (status)
        return status;
    result->is_again =
        report->count > 1 &&
        strcmp(report->results[report->count - 2].name, result->name) == 0;
    if (!is_ok) {
        result->error =
            copy(ctx, report, has_error ? error : QN_BYTES("failed"));
        if (!result->error)
            return QN_NO_MEMORY;
    }
    return QN_OK;
}

enum qn_status qn_push_report_take(struct qn_ctx *ctx,
                                   struct qn_push_report *report,
                                   const struct qn_pkt_line *packet,
                                   bool *is_done)
{
    struct qn_bytes line = qn_pkt_line_text(packet);

    *is_done = packet->kind == QN_PKT_LINE_FLUSH;
    if (report->state == AT_UNPACK) {
        if (packet->kind != QN_PKT_LINE_DATA ||
            !qn_bytes_has_prefix(line, "unpack "))
            return fail_line(ctx, report,
                             "unable to parse remote unpack status: ", line);
        report->state = IN_RESULTS;
        if (qn_bytes_is_string(line, "unpack ok"))
            return QN_OK;
        report->unpack_error = copy(ctx, report, qn_bytes_from(line, 7));
        return report->unpack_error ? QN_OK : QN_NO_MEMORY;
    }
    if (packet->kind == QN_PKT_LINE_DATA)
        return take_result(ctx, report, line);
    return *is_done ? QN_OK
                    : fail_line(ctx, report,
                                "invalid ref status from remote: ", line);
}
