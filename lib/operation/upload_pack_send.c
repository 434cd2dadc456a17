/* SPDX-License-Identifier: MIT */
/* The pack of a fetch: what is wanted without what is common, made here and
 * sent in bands while it is made. */
#include "base/env.h"
#include "object/filter_spec.h"
#include "operation/op_pack_objects.h"
#include "operation/upload_pack_hook.h"
#include "wire/sideband.h"

#define SECOND        INT64_C(1000000000)
#define PROTOCOLS_MAX 16         /* of packfile-uris; there are two */
#define FRONT_MAX     (16 << 20) /* of what a hook tells before its pack */

struct sending {
    struct qn_ctx *ctx;
    struct qn_upload_pack *u;
    struct qn_buf packets;
    enum qn_status failure; /* of telling: progress cannot fail */
    /* progress */
    const char *title; /* NULL: of this nothing is told */
    unsigned percent;  /* told last, + 1 */
    int64_t again;     /* when it is this late, even without a percentage */
    int64_t keep_alive, silent_since;
    bool has_header;     /* version 2: "packfile" was said, or it needs none */
    struct qn_buf front; /* of a hook's output, up to its pack */
};

/* The header of the pack, behind URIs in lines, "<checksum> <uri>". */
static enum qn_status put_header(struct qn_ctx *ctx, struct sending *s,
                                 struct qn_bytes uris)
{
    struct qn_buf *out = &s->u->io->out;
    bool has_uris = uris.size > 0;
    enum qn_status status = QN_OK;
    struct qn_bytes line;

    if (s->has_header)
        return QN_OK;
    s->has_header = true;
    if (has_uris)
        status = qn_pkt_line_printf(ctx, out, "packfile-uris\n");
    while (!status && qn_bytes_next(&uris, '\n', &line))
        if (line.size > 0)
            status = qn_pkt_line_printf(ctx, out, "%.*s\n", QN_BYTES_ARG(line));
    if (!status && has_uris)
        status = qn_pkt_line_append_delimiter(ctx, out);
    if (!status)
        status = qn_pkt_line_printf(ctx, out, "packfile\n");
    return status ? status : qn_upload_pack_flush(ctx, s->u);
}

static int64_t now(struct qn_ctx *ctx)
{
    return qn_env_clock(qn_ctx_env(ctx), false);
}

static enum qn_status put_band(struct qn_ctx *ctx, struct sending *s,
                               enum qn_sideband band, struct qn_bytes bytes)
{
    const struct qn_service_calls *calls = &s->u->io->calls;
    size_t most = s->u->request.band_size - 5; /* length and band */
    enum qn_status status = s->failure;

    if (!s->has_header && !s->u->request.multiplexes_all &&
        band == QN_SIDEBAND_PROGRESS)
        return status; /* there is no band for it yet */
    if (!status && (band == QN_SIDEBAND_DATA || !s->u->request.multiplexes_all))
        status = put_header(ctx, s, QN_BYTES_NONE);
    qn_buf_clear(&s->packets);
    s->silent_since = now(ctx);
    while (!status && bytes.size > 0) {
        status = qn_pkt_line_append_band(ctx, &s->packets, (uint8_t)band,
                                         qn_bytes_first(bytes, most));
        bytes = qn_bytes_from(bytes, most);
    }
    return status ? status
                  : calls->write(ctx, calls->data, qn_buf_bytes(&s->packets));
}

static enum qn_status put_pack(struct qn_ctx *ctx, void *data,
                               struct qn_bytes bytes)
{
    struct sending *s = data;
    const struct qn_service_calls *calls = &s->u->io->calls;

    return s->u->request.band_size ? put_band(ctx, s, QN_SIDEBAND_DATA, bytes)
                                   : calls->write(ctx, calls->data, bytes);
}

/* ---- what is said meanwhile */

static void tell(struct qn_ctx *ctx, struct sending *s, const char *end,
                 uint64_t done, uint64_t total)
{
    struct qn_buf line = QN_BUF_INIT;
    char counts[QN_PROGRESS_COUNTS];

    s->failure = qn_buf_printf(ctx, &line, "%s: %s%s", s->title,
                               qn_progress_print(counts, done, total), end);
    if (!s->failure)
        s->failure =
            put_band(ctx, s, QN_SIDEBAND_PROGRESS, qn_buf_bytes(&line));
    qn_buf_dispose(&line);
    s->percent = qn_progress_step(done, total);
    s->again = now(ctx) + SECOND;
}

/* An empty packet, so that nobody takes us for dead. */
static void keep_alive(struct qn_ctx *ctx, struct sending *s)
{
    const struct qn_service_calls *calls = &s->u->io->calls;

    if (s->keep_alive == 0 || s->failure ||
        now(ctx) < s->silent_since + s->keep_alive)
        return;
    if (!s->has_header && !s->u->request.multiplexes_all)
        return;
    s->silent_since = now(ctx);
    s->failure =
        calls->write(ctx, calls->data,
                     s->has_header ? QN_BYTES("0005\1") : QN_BYTES("0005\2"));
}

static void on_progress(void *data, int event, const char *title, uint64_t done,
                        uint64_t total)
{
    struct sending *s = data;
    struct qn_ctx *ctx = s->ctx;

    if (event == QN_PROGRESS_BEGIN || event == QN_PROGRESS_BEGIN_LATER) {
        s->title = event == QN_PROGRESS_BEGIN && !s->u->request.is_quiet &&
                           strcmp(title, "Writing objects") != 0
                       ? title
                       : NULL;
        s->percent = 0;
        s->again = now(ctx) + SECOND;
    } else if (event == QN_PROGRESS_STEP) {
        if (s->title && !s->failure &&
            (total ? qn_progress_step(done, total) != s->percent
                   : now(ctx) >= s->again))
            tell(ctx, s, "\r", done, total);
        keep_alive(ctx, s);
    } else if (s->title && !s->failure && done > 0) {
        tell(ctx, s, ", done.\n", done, total);
        s->title = NULL;
    }
}

static enum qn_status tell_total(struct qn_ctx *ctx, struct sending *s,
                                 const struct qn_op_pack_objects_result *result)
{
    struct qn_buf line = QN_BUF_INIT;
    enum qn_status status = qn_op_pack_objects_total(ctx, result, &line);

    if (!status)
        status = put_band(ctx, s, QN_SIDEBAND_PROGRESS, qn_buf_bytes(&line));
    qn_buf_dispose(&line);
    return status;
}

/* The revisions as lines: borders, wants, what is common. */
static enum qn_status put_ids(struct qn_ctx *ctx, const char *before,
                              const struct qn_id_list *ids, struct qn_buf *out)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < ids->count; i++)
        status = qn_buf_printf(ctx, out, "%s%s\n", before,
                               qn_id_to_hex(&ids->ids[i], hex));
    return status;
}

static enum qn_status write_input(struct qn_ctx *ctx,
                                  const struct qn_upload_pack *u,
                                  struct qn_buf *out)
{
    enum qn_status status = put_ids(ctx, "--shallow ", &u->depth.ends, out);

    if (!status)
        status = put_ids(ctx, "", &u->request.wants, out);
    if (!status)
        status = put_ids(ctx, "", &u->depth.parents, out);
    if (!status)
        status = put_ids(ctx, "^", &u->common, out);
    return status;
}

static bool wants_parts(struct qn_ctx *ctx, const struct qn_upload_pack *u)
{
    const struct qn_id_list *wants = &u->request.wants;
    struct qn_odb_info info;
    size_t i;

    for (i = 0; i < wants->count; i++) {
        if (qn_odb_read_info(ctx, u->scope->odb, &wants->ids[i],
                             QN_ODB_WANT_TYPE, &info))
            qn_ctx_clear(ctx);
        else if (info.type == QN_OBJECT_TREE || info.type == QN_OBJECT_BLOB)
            return true;
    }
    return false;
}

/* The pack cannot be made: the client hears why, in bands. */
static enum qn_status tell_failure(struct qn_ctx *ctx, struct sending *s,
                                   enum qn_status why)
{
    static const char told[] =
        "aborting due to possible repository corruption on the remote side.";
    struct qn_buf line = QN_BUF_INIT;
    enum qn_status status =
        *qn_ctx_message(ctx)
            ? qn_buf_printf(ctx, &line, "fatal: %s\n", qn_ctx_message(ctx))
            : QN_OK;

    qn_ctx_clear(ctx);
    if (!status && !s->u->request.multiplexes_all)
        status = put_header(ctx, s, QN_BYTES_NONE);
    if (!status)
        status = put_band(ctx, s, QN_SIDEBAND_PROGRESS, qn_buf_bytes(&line));
    if (!status)
        status =
            put_band(ctx, s, QN_SIDEBAND_ERROR, qn_bytes_from_string(told));
    qn_buf_dispose(&line);
    if (status)
        return status;
    qn_ctx_report(ctx, QN_REPORT_ERROR, "upload-pack.pack",
                  "git upload-pack: git-pack-objects died with error.");
    return qn_ctx_fail_reason(ctx, why, "upload-pack.refused", NULL,
                              "git upload-pack: %s", told);
}

/* ---- by the hook */

static enum qn_status hear(struct qn_ctx *ctx, void *data,
                           struct qn_bytes piece)
{
    struct sending *s = data;

    if (piece.size > 0)
        return put_band(ctx, s, QN_SIDEBAND_PROGRESS, piece);
    keep_alive(ctx, s);
    return s->failure;
}

/* Its output: lines of URIs, if they were asked for, then the pack. */
static enum qn_status put_hooked(struct qn_ctx *ctx, void *data,
                                 struct qn_bytes piece)
{
    struct sending *s = data;
    enum qn_status status;
    struct qn_bytes all;
    size_t at = 0, end;

    if (s->has_header)
        return put_pack(ctx, s, piece);
    status = qn_buf_append_bytes(ctx, &s->front, piece);
    all = qn_buf_bytes(&s->front);
    while (!status && all.size >= at + 4) {
        struct qn_bytes rest = qn_bytes_from(all, at);

        if (qn_bytes_has_prefix(rest, "PACK")) {
            status = put_header(ctx, s, qn_bytes_first(all, at));
            return status ? status : put_pack(ctx, s, rest);
        }
        end = qn_bytes_find(rest, '\n');
        if (end >= rest.size)
            break;
        at += end + 1;
    }
    return status;
}

static enum qn_status send_by_hook(struct qn_ctx *ctx, struct sending *s,
                                   const char *command)
{
    const struct qn_upload_pack *u = s->u;
    struct qn_buf input = QN_BUF_INIT;
    struct qn_upload_pack_hook hook = {.command = command,
                                       .u = u,
                                       .data = s,
                                       .pack = put_hooked,
                                       .said =
                                           u->request.band_size ? hear : NULL};
    bool is_good = false;
    enum qn_status status;

    input.limit = SIZE_MAX;
    status = put_ids(ctx, "--shallow ", &u->depth.ends, &input);
    if (!status)
        status = put_ids(ctx, "", &u->request.wants, &input);
    if (!status)
        status = put_ids(ctx, "", &u->depth.parents, &input);
    if (!status)
        status = qn_buf_append_string(ctx, &input, "--not\n");
    if (!status)
        status = put_ids(ctx, "", &u->common, &input);
    if (!status)
        status = qn_buf_append_byte(ctx, &input, '\n');
    hook.input = qn_buf_bytes(&input);
    if (!status)
        status = qn_upload_pack_hook_run(ctx, &hook, &is_good);
    if (!status && !s->has_header) /* it has made no pack */
        status = put_pack(ctx, s, qn_buf_bytes(&s->front));
    if (!status && !is_good)
        status = tell_failure(ctx, s, QN_CORRUPT);
    qn_buf_dispose(&input);
    return status;
}

static enum qn_status take_uris(struct qn_ctx *ctx, void *data,
                                struct qn_bytes lines)
{
    return put_header(ctx, data, lines);
}

/* packfile-uris: a word each; they live as long as `words`. */
static enum qn_status list_protocols(struct qn_ctx *ctx,
                                     const struct qn_upload_pack *u,
                                     struct qn_wire_words *words,
                                     const char *list[PROTOCOLS_MAX],
                                     struct qn_op_pack_objects *pack)
{
    struct qn_bytes rest = qn_buf_bytes(&u->request.pack_protocols), word;
    enum qn_status status = QN_OK;
    size_t position = 0;

    while (!status && words->count < PROTOCOLS_MAX &&
           qn_bytes_next(&rest, ',', &word))
        if (word.size > 0)
            status = qn_wire_words_add(ctx, words, word);
    while (!status && pack->uri_protocol_count < words->count)
        list[pack->uri_protocol_count++] = qn_wire_words_next(words, &position);
    pack->uri_protocols = list;
    pack->uris = take_uris;
    return status;
}

enum qn_status qn_upload_pack_send(struct qn_ctx *ctx, struct qn_upload_pack *u)
{
    struct qn_op_pack_objects pack = {.scope = u->scope,
                                      .kind = QN_OP_PACK_OBJECTS_REVISIONS};
    struct qn_op_pack_objects_result result = {0};
    struct qn_filter_spec filter = QN_FILTER_SPEC_INIT;
    struct sending s = {.ctx = ctx,
                        .u = u,
                        .has_header = u->options->version != 2,
                        .front = {.limit = FRONT_MAX}};
    struct qn_wire_words protocols = QN_WIRE_WORDS_INIT;
    const char *protocol_list[PROTOCOLS_MAX];
    struct qn_buf input = QN_BUF_INIT;
    const char *command;
    int64_t seconds = 5;
    enum qn_status status;

    input.limit = SIZE_MAX;
    status = qn_op_pack_objects_configure(ctx, u->config, &pack);
    if (!status && u->request.filter.size > 0)
        status = qn_filter_spec_parse(ctx, &filter,
                                      qn_buf_bytes(&u->request.filter));
    if (!status)
        status = write_input(ctx, u, &input);
    if (!status)
        status = list_protocols(ctx, u, &protocols, protocol_list, &pack);
    pack.uris_data = &s;
    if (!status && protocols.count == 0) /* it is on its way at once */
        status = put_header(ctx, &s, QN_BYTES_NONE);
    pack.input = qn_buf_bytes(&input);
    pack.is_stream = true;
    pack.is_thin = u->request.is_thin;
    pack.spares_workers = true;
    /* trees that were asked for have no parents, whose trees are bases */
    pack.looks_harder =
        pack.is_thin && (u->depth.ends.count > 0 || wants_parts(ctx, u));
    pack.includes_tags = u->request.includes_tags;
    pack.names_offsets = u->request.names_offsets;
    pack.filter = filter.count > 0 ? &filter : NULL;
    pack.sink = (struct qn_pack_sink){&s, put_pack};
    pack.is_quiet_end = true;
    if (u->leaves_promised)
        pack.missing = QN_PACK_GATHER_ALLOW_PROMISED;
    if (!status)
        status = qn_config_int64(ctx, u->config, "uploadpack.keepalive", 5,
                                 &seconds);
    s.keep_alive = seconds > 0 ? seconds * SECOND : 0;
    s.silent_since = now(ctx);
    command = qn_upload_pack_hook_find(u->config);
    if (!status && command) {
        status = send_by_hook(ctx, &s, command);
    } else if (!status && u->request.band_size) {
        qn_ctx_set_progress(ctx, on_progress, &s);
        status = qn_op_pack_objects_run(ctx, &pack, &result);
        qn_ctx_set_progress(ctx, NULL, NULL);
        if (status && !s.failure && status != QN_IO && status != QN_NO_MEMORY)
            status = tell_failure(ctx, &s, status);
        if (!status)
            status = s.failure;
        if (!status && !u->request.is_quiet)
            status = tell_total(ctx, &s, &result);
    } else if (!status) {
        status = qn_op_pack_objects_run(ctx, &pack, &result);
    }
    if (!status && u->request.band_size) {
        status = qn_pkt_line_append_flush(ctx, &u->io->out);
        if (!status)
            status = qn_service_io_flush(ctx, u->io);
    }
    qn_op_pack_objects_result_dispose(&result);
    qn_filter_spec_dispose(&filter);
    qn_wire_words_dispose(&protocols);
    qn_buf_dispose(&s.front);
    qn_buf_dispose(&s.packets);
    qn_buf_dispose(&input);
    return status;
}
