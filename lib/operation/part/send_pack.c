/* SPDX-License-Identifier: MIT */
#include "operation/part/send_pack.h"

#include "operation/op_pack_objects.h"
#include "operation/part/served_depth.h"
#include "program/signer.h"
#include "text/date.h"
#include "walk/grafts.h"
#include "wire/push_report.h"
#include "wire/push_request.h"
#include "wire/sideband.h"

#include <stdio.h>
#include <stdlib.h>

struct sending {
    struct qn_ctx *ctx;
    struct qn_send_pack *send;
    const struct qn_capabilities *server;
    struct qn_push_request request;
    int report_version;
    bool has_bands, has_options;
    bool is_over;           /* the stream of bands */
    bool is_cut;            /* ... in bad order */
    enum qn_status failure; /* of sending the pack: the report may say why */
};

static bool offers(const struct sending *s, const char *word)
{
    return qn_capabilities_has(s->server, word);
}

static enum qn_status fail_unsupported(struct qn_ctx *ctx, const char *what)
{
    return qn_ctx_fail_reason(ctx, QN_UNSUPPORTED, "push.unsupported", what,
                              "the receiving end does not support %s", what);
}

static enum qn_status check_features(struct sending *s)
{
    struct qn_send_pack *send = s->send;
    struct qn_bytes format = qn_capabilities_value(s->server, "object-format");
    const char *own = qn_id_algorithm_name(qn_odb_algorithm(send->scope->odb));

    s->report_version = offers(s, "report-status-v2") ? 2
                        : offers(s, "report-status")  ? 1
                                                      : 0;
    s->has_bands = offers(s, "side-band-64k");
    if (!qn_bytes_is_string(format.size ? format : QN_BYTES("sha1"), own))
        return qn_ctx_fail_reason(s->ctx, QN_UNSUPPORTED, "push.unsupported",
                                  own,
                                  "the receiving end does not support this "
                                  "repository's hash algorithm");
    if (send->is_signed && !offers(s, "push-cert")) {
        if (send->is_signed == QN_SEND_PACK_SIGNED)
            return fail_unsupported(s->ctx, "--signed push");
        qn_ctx_report(s->ctx, QN_REPORT_WARNING, "push.unsigned",
                      "not sending a push certificate since the receiving end "
                      "does not support --signed push");
        send->is_signed = QN_SEND_PACK_UNSIGNED;
    }
    if (send->is_atomic && !offers(s, "atomic"))
        return fail_unsupported(s->ctx, "--atomic push");
    s->has_options = send->options && send->options->count > 0;
    if (s->has_options && !offers(s, "push-options"))
        return fail_unsupported(s->ctx, "push options");
    return QN_OK;
}

/* ---- which rows go over */

static bool is_to_send(const struct qn_push_row *row)
{
    return row->has_source && row->status == QN_PUSH_OK;
}

static enum qn_status choose_rows(struct sending *s, size_t *count)
{
    struct qn_push_rows *rows = s->send->rows;
    struct qn_push_row *refused = NULL;
    size_t i;

    *count = 0;
    for (i = 0; i < rows->count; i++) {
        struct qn_push_row *row = &rows->items[i];

        if (is_to_send(row) && qn_id_is_null(&row->new_id) &&
            !offers(s, "delete-refs"))
            row->status = QN_PUSH_REJECT_NO_DELETE;
        if (!refused && row->has_source && row->status != QN_PUSH_OK &&
            row->status != QN_PUSH_UP_TO_DATE)
            refused = row;
        *count += is_to_send(row);
    }
    if (refused && s->send->is_atomic) {
        for (i = 0; i < rows->count; i++)
            if (is_to_send(&rows->items[i]))
                rows->items[i].status = QN_PUSH_ATOMIC_FAILED;
        *count = 0;
        qn_ctx_report(s->ctx, QN_REPORT_ERROR, "push.atomic",
                      "atomic push failed for ref %s. status: %d",
                      refused->name, (int)refused->status);
    }
    s->send->has_failed = refused != NULL;
    return QN_OK;
}

/* ---- the request */

static enum qn_status sign_request(struct sending *s)
{
    const struct qn_config *config = qn_repo_config(s->send->scope->repo);
    struct qn_buf *out = &s->request.certificate;
    struct qn_bytes nonce = qn_capabilities_value(s->server, "push-cert");
    struct qn_buf ident = QN_BUF_INIT, name = QN_BUF_INIT, key = QN_BUF_INIT;
    char old[QN_ID_MAX_HEX_SIZE + 1], new[QN_ID_MAX_HEX_SIZE + 1];
    const char *option;
    struct qn_signer_options sign = {.config = config};
    /* of now, whatever GIT_COMMITTER_DATE says, as in Git */
    int64_t now = qn_env_clock(qn_ctx_env(s->ctx), true) / INT64_C(1000000000);
    size_t i, end, position = 0;
    enum qn_status status = qn_repo_ident(s->ctx, s->send->scope->repo,
                                          QN_IDENT_COMMITTER, true, &ident);

    if (status)
        goto out;
    end = qn_bytes_find_last(qn_buf_bytes(&ident), '>') + 1;
    status = qn_buf_append_bytes(s->ctx, &name,
                                 qn_bytes_first(qn_buf_bytes(&ident), end));
    sign.identity = qn_buf_string(&name);
    if (!status)
        status = qn_signer_name_key(s->ctx, &sign, &key);
    if (!status)
        status = qn_buf_printf(
            s->ctx, out, "certificate version 0.1\npusher %s %lld %+05d\n",
            qn_buf_string(&key), (long long)now,
            qn_date_local_zone(qn_ctx_env(s->ctx), now));
    if (!status && s->send->url)
        status = qn_buf_printf(s->ctx, out, "pushee %s\n", s->send->url);
    if (!status && nonce.size > 0)
        status =
            qn_buf_printf(s->ctx, out, "nonce %.*s\n", QN_BYTES_ARG(nonce));
    while (!status && s->has_options &&
           (option = qn_wire_words_next(s->send->options, &position)))
        status = qn_buf_printf(s->ctx, out, "push-option %s\n", option);
    if (!status)
        status = qn_buf_append_string(s->ctx, out, "\n");
    for (i = 0; !status && i < s->request.count; i++)
        status =
            qn_buf_printf(s->ctx, out, "%s %s %s\n",
                          qn_id_to_hex(&s->request.commands[i].old_id, old),
                          qn_id_to_hex(&s->request.commands[i].new_id, new),
                          s->request.commands[i].name);
    if (!status) {
        struct qn_buf signature = QN_BUF_INIT;

        status = qn_signer_sign(s->ctx, &sign, qn_buf_bytes(out), &signature);
        if (!status)
            status = qn_buf_append_bytes(s->ctx, out, qn_buf_bytes(&signature));
        else if (status != QN_NO_MEMORY)
            status = qn_ctx_fail_reason(s->ctx, status, "push.sign", NULL,
                                        "failed to sign the push certificate");
        qn_buf_dispose(&signature);
    }
out:
    qn_buf_dispose(&key);
    qn_buf_dispose(&ident);
    qn_buf_dispose(&name);
    return status;
}

static enum qn_status append_words(struct sending *s, struct qn_buf *out)
{
    const struct qn_send_pack *send = s->send;
    const struct {
        bool is_on;
        const char *word;
    } words[] = {
        {s->report_version == 2, " report-status-v2"},
        {s->report_version == 1, " report-status"},
        {s->has_bands, " side-band-64k"},
        {offers(s, "quiet") &&
             (send->is_quiet || !send->shows_progress || send->quiets_server),
         " quiet"},
        {send->is_atomic, " atomic"},
        {s->has_options, " push-options"}};
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < QN_COUNT_OF(words); i++)
        if (words[i].is_on)
            status = qn_buf_append_string(s->ctx, out, words[i].word);
    if (!status && offers(s, "object-format"))
        status = qn_buf_printf(
            s->ctx, out, " object-format=%s",
            qn_id_algorithm_name(qn_odb_algorithm(send->scope->odb)));
    if (!status && offers(s, "agent"))
        status = qn_buf_printf(s->ctx, out, " agent=%s", send->agent);
    if (!status && offers(s, "session-id") && send->session)
        status = qn_buf_printf(s->ctx, out, " session-id=%s", send->session);
    return status;
}

static enum qn_status add_shallow(struct sending *s)
{
    const struct qn_grafts *grafts = NULL;
    enum qn_status status = qn_grafts_of(s->ctx, s->send->scope, &grafts);

    if (!status && grafts && grafts->is_shallow)
        status = qn_served_depth_own(s->ctx, grafts, &s->request.shallow);
    return status;
}

static enum qn_status send_request(struct sending *s)
{
    struct qn_push_rows *rows = s->send->rows;
    struct qn_buf words = QN_BUF_INIT, packets = QN_BUF_INIT;
    enum qn_status status = add_shallow(s);
    size_t i, position = 0;
    const char *option;

    packets.limit = SIZE_MAX;
    for (i = 0; !status && i < rows->count; i++) {
        struct qn_push_row *row = &rows->items[i];

        if (!is_to_send(row))
            continue;
        status =
            qn_push_request_add(s->ctx, &s->request, &row->old_id, &row->new_id,
                                qn_bytes_from_string(row->name));
        row->status = s->report_version ? QN_PUSH_WAITING : QN_PUSH_OK;
    }
    while (!status && s->has_options &&
           (option = qn_wire_words_next(s->send->options, &position)))
        status = qn_wire_words_add(s->ctx, &s->request.options,
                                   qn_bytes_from_string(option));
    if (!status)
        status = append_words(s, &words);
    if (!status && s->send->is_signed)
        status = sign_request(s);
    if (!status)
        status = qn_push_request_write(s->ctx, &s->request,
                                       qn_buf_string(&words), &packets);
    if (!status)
        status = qn_connection_send(s->ctx, s->send->connection,
                                    qn_buf_bytes(&packets),
                                    !qn_push_request_has_pack(&s->request));
    qn_buf_dispose(&words);
    qn_buf_dispose(&packets);
    return status;
}

/* ---- the pack */

static enum qn_status put_pack(struct qn_ctx *ctx, void *data,
                               struct qn_bytes bytes)
{
    struct sending *s = data;

    s->failure = qn_connection_send(ctx, s->send->connection, bytes, false);
    return s->failure;
}

static enum qn_status put_line(struct qn_ctx *ctx, const char *before,
                               const struct qn_id *id, struct qn_buf *out)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    return qn_buf_printf(ctx, out, "%s%s\n", before, qn_id_to_hex(id, hex));
}

/* What they have, where it is here, too. */
static enum qn_status put_known(struct sending *s, const struct qn_id *id,
                                struct qn_buf *out)
{
    bool is_here = false;
    enum qn_status status = QN_OK;

    if (qn_id_is_null(id))
        return QN_OK;
    status = qn_odb_exists(s->ctx, s->send->scope->odb, id, &is_here);
    return status || !is_here ? status : put_line(s->ctx, "^", id, out);
}

static enum qn_status write_input(struct sending *s, struct qn_buf *out)
{
    const struct qn_advertisement *server = &s->send->connection->server;
    const struct qn_push_rows *rows = s->send->rows;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < server->haves.count; i++)
        status = put_known(s, &server->haves.ids[i], out);
    for (i = 0; !status && s->send->common && i < s->send->common->count; i++)
        status = put_known(s, &s->send->common->ids[i], out);
    for (i = 0; !status && i < rows->count; i++)
        status = put_known(s, &rows->items[i].old_id, out);
    for (i = 0; !status && i < s->request.count; i++)
        if (!qn_id_is_null(&s->request.commands[i].new_id))
            status = put_line(s->ctx, "", &s->request.commands[i].new_id, out);
    return status;
}

static void announce(void *data, unsigned thread_count)
{
    struct sending *s = data;
    char line[64];

    if (thread_count < 2)
        return;
    (void)snprintf(line, sizeof(line),
                   "Delta compression using up to %u threads\n", thread_count);
    s->send->tell(s->send->data, qn_bytes_from_string(line));
}

static enum qn_status send_pack(struct sending *s)
{
    const struct qn_config *config = qn_repo_config(s->send->scope->repo);
    struct qn_op_pack_objects pack = {.scope = s->send->scope,
                                      .kind = QN_OP_PACK_OBJECTS_REVISIONS};
    struct qn_op_pack_objects_result result = {0};
    struct qn_buf input = QN_BUF_INIT, line = QN_BUF_INIT;
    bool uses_bitmaps = true;
    enum qn_status status;

    input.limit = SIZE_MAX;
    status = qn_op_pack_objects_configure(s->ctx, config, &pack);
    if (!status)
        status = qn_config_bool(s->ctx, config, "push.usebitmaps", true,
                                &uses_bitmaps);
    if (!status)
        status = write_input(s, &input);
    pack.input = qn_buf_bytes(&input);
    pack.is_stream = true;
    pack.is_thin = s->send->is_thin && s->request.shallow.count == 0;
    pack.names_offsets = offers(s, "ofs-delta");
    pack.uses_bitmap = pack.uses_bitmap && uses_bitmaps;
    pack.sink = (struct qn_pack_sink){s, put_pack};
    if (s->send->shows_progress && s->send->tell) {
        pack.announce = announce;
        pack.announce_data = s;
    }
    if (!status)
        status = qn_op_pack_objects_run(s->ctx, &pack, &result);
    if (!status && s->send->shows_progress && s->send->tell) {
        status = qn_op_pack_objects_total(s->ctx, &result, &line);
        if (!status)
            s->send->tell(s->send->data, qn_buf_bytes(&line));
    }
    if (!status)
        status = s->failure = qn_connection_send(s->ctx, s->send->connection,
                                                 QN_BYTES_NONE, true);
    if (!status)
        status = s->failure =
            qn_connection_close_send(s->ctx, s->send->connection);
    if (status && s->failure && !s->send->connection->is_stateless &&
        (s->has_bands || s->report_version)) {
        /* It hung up before it had all: perhaps it says why. */
        qn_ctx_clear(s->ctx);
        status = QN_OK;
    }
    qn_op_pack_objects_result_dispose(&result);
    qn_buf_dispose(&input);
    qn_buf_dispose(&line);
    return status;
}

/* ---- the answer */

static enum qn_status take_result(struct sending *s,
                                  const struct qn_push_result *result)
{
    struct qn_push_row *row = qn_push_rows_find(s->send->rows, result->name);
    struct qn_arena *arena = &s->send->rows->arena;
    struct qn_push_outcome *outcome, **last;

    if (!row || (row->status != QN_PUSH_WAITING && !result->is_again)) {
        qn_ctx_report(s->ctx, QN_REPORT_WARNING, "push.report",
                      row ? "remote reported status on unexpected ref: %s"
                          : "remote reported status on unknown ref: %s",
                      result->name);
        return QN_OK;
    }
    if (result->error) {
        row->status = QN_PUSH_REMOTE_REJECT;
        row->reason =
            qn_arena_copy(s->ctx, arena, qn_bytes_from_string(result->error));
        return row->reason ? QN_OK : QN_NO_MEMORY;
    }
    row->status = QN_PUSH_OK;
    if (!result->ref_name && !result->has_old && !result->has_new &&
        !result->is_forced)
        return QN_OK;
    outcome = qn_arena_calloc(s->ctx, arena, 1, sizeof(*outcome));
    if (!outcome)
        return QN_NO_MEMORY;
    for (last = &row->outcomes; *last; last = &(*last)->next)
        ;
    *last = outcome;
    outcome->old_id = result->old_id;
    outcome->new_id = result->new_id;
    outcome->has_old = result->has_old;
    outcome->has_new = result->has_new;
    outcome->is_forced = result->is_forced;
    if (result->ref_name) {
        outcome->name = qn_arena_copy(s->ctx, arena,
                                      qn_bytes_from_string(result->ref_name));
        return outcome->name ? QN_OK : QN_NO_MEMORY;
    }
    return QN_OK;
}

static enum qn_status take_report(struct sending *s,
                                  const struct qn_push_report *report)
{
    enum qn_status status = QN_OK;
    size_t i;

    if (report->unpack_error) {
        qn_ctx_report(s->ctx, QN_REPORT_ERROR, "push.unpack",
                      "remote unpack failed: %s", report->unpack_error);
        s->send->has_failed = true;
    }
    for (i = 0; !status && i < report->count; i++)
        status = take_result(s, &report->results[i]);
    return status;
}

static bool is_of_peer(const struct qn_ctx *ctx, enum qn_status status)
{
    return (status == QN_NETWORK || status == QN_INVALID ||
            status == QN_CORRUPT) &&
           strncmp(qn_ctx_reason(ctx), "transport.", 10) != 0;
}

/* The stream of bands ends so, and what it carried may be whole; Git's words,
 * which its other thread says. */
static enum qn_status end_bands(struct sending *s, const char *what, int number)
{
    qn_ctx_report(s->ctx, QN_REPORT_INFO, "push.bands", what, number);
    s->is_cut = s->is_over = true;
    return QN_OK;
}

/* One packet of the connection into `inner`, or to whoever is told. */
static enum qn_status read_band(struct sending *s, struct qn_wire_input *inner)
{
    struct qn_send_pack *send = s->send;
    struct qn_pkt_line packet;
    struct qn_bytes data;
    enum qn_status status =
        qn_connection_next(s->ctx, send->connection, &packet);

    if (is_of_peer(s->ctx, status)) {
        bool hung_up = strcmp(qn_ctx_reason(s->ctx), "wire.hung-up") == 0;

        if (!hung_up && send->connection->is_stateless)
            return status;
        if (!hung_up)
            qn_ctx_report(s->ctx, QN_REPORT_INFO, "push.bands", "fatal: %s",
                          qn_ctx_message(s->ctx));
        else
            (void)end_bands(s,
                            "send-pack: unexpected disconnect while reading "
                            "sideband packet",
                            0);
        qn_ctx_clear(s->ctx);
        s->is_cut = s->is_over = true;
        return QN_OK;
    }
    if (status)
        return status;
    if (packet.kind != QN_PKT_LINE_DATA) {
        s->is_over = true;
        return QN_OK;
    }
    if (packet.payload.size == 0)
        return end_bands(
            s, "send-pack: protocol error: missing sideband designator", 0);
    data = qn_bytes_from(packet.payload, 1);
    switch (packet.payload.data[0]) {
    case QN_SIDEBAND_DATA:
        return qn_wire_input_feed(s->ctx, inner, data);
    case QN_SIDEBAND_PROGRESS:
        if (send->said)
            send->said(send->data, data);
        return QN_OK;
    case QN_SIDEBAND_ERROR:
        if (send->said_last)
            send->said_last(send->data, data);
        s->is_cut = s->is_over = true;
        return QN_OK;
    default:
        return end_bands(s, "send-pack: protocol error: bad band #%d",
                         packet.payload.data[0]);
    }
}

/* The next packet of the report, out of the bands where there are some. */
static enum qn_status next_packet(struct sending *s,
                                  struct qn_wire_input *inner,
                                  struct qn_pkt_line *packet)
{
    enum qn_status status = QN_OK;

    if (!s->has_bands)
        return qn_connection_next(s->ctx, s->send->connection, packet);
    for (;;) {
        inner->is_over = s->is_over;
        status = qn_wire_input_next(s->ctx, inner, packet);
        if (status || packet->kind != QN_PKT_LINE_MORE)
            return status;
        if (s->is_over)
            return qn_wire_fail_hung_up(s->ctx);
        status = read_band(s, inner);
        if (status)
            return status;
    }
}

static enum qn_status read_report(struct sending *s,
                                  struct qn_wire_input *inner,
                                  struct qn_push_report *report)
{
    struct qn_pkt_line packet;
    bool is_done = false;
    enum qn_status status = QN_OK;

    while (!status && !is_done && !report->is_broken) {
        status = next_packet(s, inner, &packet);
        if (status)
            return status;
        status = qn_push_report_take(s->ctx, report, &packet, &is_done);
        if (status != QN_INVALID)
            continue;
        qn_ctx_report(s->ctx, QN_REPORT_ERROR, "push.report", "%s",
                      qn_ctx_message(s->ctx));
        qn_ctx_clear(s->ctx);
        s->send->has_failed = true;
        status = QN_OK;
    }
    return status ? status : take_report(s, report);
}

static enum qn_status read_answer(struct sending *s)
{
    struct qn_wire_input inner = QN_WIRE_INPUT_INIT;
    struct qn_push_report report;
    enum qn_status status = QN_OK;
    size_t i;

    inner.held.limit = (size_t)256 << 20;
    s->send->connection->input.is_local = s->has_bands; /* no ERR in bands */
    if (s->has_bands) {
        inner.traced = s->send->connection->input.traced;
        s->send->connection->input.traced = inner.traced ? "sideband" : NULL;
    }
    qn_push_report_init(&report, s->request.algorithm);
    if (s->report_version)
        status = read_report(s, &inner, &report);
    while (!status && s->has_bands && !s->is_over)
        status = read_band(s, &inner);
    if (!status && s->is_cut) {
        qn_ctx_report(s->ctx, QN_REPORT_ERROR, "push.bands",
                      "error in sideband demultiplexer");
        s->send->has_failed = true;
    }
    qn_push_report_dispose(&report);
    qn_wire_input_dispose(&inner);
    for (i = 0; i < s->send->rows->count; i++)
        if (s->send->rows->items[i].status == QN_PUSH_WAITING ||
            s->send->rows->items[i].status == QN_PUSH_REMOTE_REJECT)
            s->send->has_failed = true;
    if (!status && s->failure && !s->send->has_failed)
        status = qn_wire_fail_hung_up(s->ctx);
    return status;
}

enum qn_status qn_send_pack_run(struct qn_ctx *ctx, struct qn_send_pack *send)
{
    struct sending s = {.ctx = ctx,
                        .send = send,
                        .server = &send->connection->server.capabilities};
    size_t count = 0;
    enum qn_status status;

    qn_push_request_init(&s.request, qn_odb_algorithm(send->scope->odb));
    status = check_features(&s);
    if (!status)
        status = choose_rows(&s, &count);
    if (status || count == 0 || send->is_dry)
        goto out; /* what would be sent is OK as it stands */
    status = send_request(&s);
    if (!status && qn_push_request_has_pack(&s.request))
        status = send_pack(&s);
    if (!status)
        status = read_answer(&s);
out:
    qn_push_request_dispose(&s.request);
    return status;
}
