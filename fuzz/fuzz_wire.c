/* SPDX-License-Identifier: MIT */
/* What the other side of a connection may send, to every reader there is. The
 * first byte says which. */
#include "fuzz.h"

#include "wire/advertisement.h"
#include "wire/daemon_request.h"
#include "wire/fetch_answer.h"
#include "wire/fetch_client.h"
#include "wire/http_route.h"
#include "wire/ls_refs.h"
#include "wire/push_report.h"
#include "wire/push_request.h"
#include "wire/sideband.h"
#include "wire/wire_command.h"

static enum qn_status next(struct qn_ctx *ctx, void *data, struct qn_id *id,
                           bool *found)
{
    unsigned *left = data;

    (void)ctx;
    *found = *left > 0;
    if (*found) {
        qn_id_clear(id, QN_HASH_SHA1);
        id->bytes[0] = (uint8_t)(*left)--;
    }
    return QN_OK;
}

static enum qn_status common(struct qn_ctx *ctx, void *data,
                             const struct qn_id *id, bool *is_news)
{
    (void)ctx, (void)data;
    *is_news = id->bytes[0] & 1;
    return QN_OK;
}

static enum qn_status shallow(struct qn_ctx *ctx, void *data,
                              const struct qn_id *id, bool is_open)
{
    (void)ctx, (void)data, (void)id, (void)is_open;
    return QN_OK;
}

static enum qn_status wanted_ref(struct qn_ctx *ctx, void *data,
                                 const struct qn_id *id, struct qn_bytes name)
{
    (void)ctx, (void)data, (void)id, (void)name;
    return QN_OK;
}

static enum qn_status pack_uri(struct qn_ctx *ctx, void *data,
                               struct qn_bytes checksum, struct qn_bytes uri)
{
    (void)ctx, (void)data, (void)uri;
    fuzz_check(qn_bytes_find(checksum, ' ') == checksum.size);
    return QN_OK;
}

static enum qn_status said(struct qn_ctx *ctx, void *data, struct qn_bytes text)
{
    (void)ctx, (void)data, (void)text;
    return QN_OK;
}

static enum qn_status has(struct qn_ctx *ctx, void *data,
                          const struct qn_id *id, bool *out, bool *is_new)
{
    *is_new = true;
    (void)ctx, (void)data;
    *out = id->bytes[0] & 1;
    return QN_OK;
}

static enum qn_status is_enough(struct qn_ctx *ctx, void *data, bool *out)
{
    (void)ctx, (void)data;
    *out = true;
    return QN_OK;
}

static enum qn_status enough(struct qn_ctx *ctx, void *data, bool *out)
{
    const unsigned *left = data;

    (void)ctx;
    *out = *left < 100;
    return QN_OK;
}

static void fetch(struct qn_ctx *ctx, struct qn_wire_input *input, int kind)
{
    unsigned left = 200;
    struct qn_advertisement server;
    struct qn_fetch_request request;
    struct qn_fetch_client_options options = {
        .server = &server,
        .request = &request,
        .is_stateless = kind & 1,
        .calls = {.data = &left,
                  .next = next,
                  .common = common,
                  .is_enough = enough,
                  .shallow = shallow,
                  .wanted_ref = wanted_ref,
                  .pack_uri = pack_uri,
                  .said = said}};
    struct qn_fetch_client *client = NULL;
    struct qn_buf out = QN_BUF_INIT;
    enum qn_fetch_client_want want = QN_FETCH_SEND;
    struct qn_bytes data;
    bool is_done = false;
    int rounds = 0;

    qn_advertisement_init(&server);
    qn_fetch_request_init(&request, QN_HASH_SHA1);
    server.version = kind & 2 ? 2 : 0;
    request.multiplexes_all = kind & 4;
    if (qn_capabilities_add_list(
            ctx, &server.capabilities,
            kind & 4 ? QN_BYTES("multi_ack_detailed no-done side-band-64k")
                     : QN_BYTES("side-band")) ||
        qn_fetch_client_new(ctx, &options, &client))
        goto out;
    while (rounds++ < 1000 && want != QN_FETCH_RECEIVE &&
           want != QN_FETCH_END && want != QN_FETCH_PACK) {
        qn_buf_clear(&out);
        if (qn_fetch_client_step(ctx, client, input, &out, &want))
            goto out;
    }
    while (want == QN_FETCH_PACK && !is_done)
        if (qn_fetch_client_pack(ctx, client, input, &data, &is_done) ||
            data.size == 0)
            break;
out:
    qn_fetch_client_free(client);
    qn_fetch_request_dispose(&request);
    qn_advertisement_dispose(&server);
    qn_buf_dispose(&out);
}

static void serve(struct qn_ctx *ctx, struct qn_wire_input *input)
{
    struct qn_fetch_request request;
    struct qn_fetch_acks_state acks = {.request = &request,
                                       .answers = {NULL, has, is_enough}};
    struct qn_buf out = QN_BUF_INIT;
    struct qn_pkt_line packet;
    enum qn_fetch_acks_event event = QN_FETCH_ACKS_MORE;
    bool has_wants = false;

    qn_fetch_request_init(&request, QN_HASH_SHA1);
    while (event != QN_FETCH_ACKS_PACK &&
           qn_wire_input_next(ctx, input, &packet) == QN_OK &&
           packet.kind != QN_PKT_LINE_MORE)
        if (has_wants
                ? qn_fetch_acks_take(ctx, &acks, &packet, &out, &event)
                : qn_fetch_request_take_old(ctx, &request, &packet, &has_wants))
            break;
    qn_fetch_request_dispose(&request);
    qn_buf_dispose(&out);
}

static void command(struct qn_ctx *ctx, struct qn_wire_input *input)
{
    struct qn_wire_command head = QN_WIRE_COMMAND_INIT;
    struct qn_fetch_request request;
    struct qn_ls_refs refs = {0};
    struct qn_pkt_line packet;
    enum qn_wire_command_event event;

    qn_fetch_request_init(&request, QN_HASH_SHA1);
    while (qn_wire_input_next(ctx, input, &packet) == QN_OK &&
           packet.kind != QN_PKT_LINE_MORE &&
           qn_wire_command_take(ctx, &head, &packet, &event) == QN_OK) {
        struct qn_bytes line = qn_pkt_line_text(&packet);

        if (event == QN_WIRE_COMMAND_ARGUMENT &&
            (head.name.size & 1 ? qn_ls_refs_take(ctx, &refs, line)
                                : qn_fetch_request_take(ctx, &request, line)))
            break;
        if (event == QN_WIRE_COMMAND_WHOLE)
            qn_wire_command_clear(&head);
    }
    (void)qn_ls_refs_wants(&refs, "refs/heads/x");
    qn_ls_refs_dispose(&refs);
    qn_fetch_request_dispose(&request);
    qn_wire_command_dispose(&head);
}

static void read_packets(struct qn_ctx *ctx, struct qn_wire_input *input,
                         int kind)
{
    struct qn_advertisement advertisement;
    struct qn_push_request push;
    struct qn_push_report report;
    struct qn_remote_refs refs = QN_REMOTE_REFS_INIT;
    struct qn_daemon_request daemon = QN_DAEMON_REQUEST_INIT;
    struct qn_pkt_line packet;
    enum qn_status status = QN_OK;
    bool is_done = false;

    qn_advertisement_init(&advertisement);
    qn_push_request_init(&push, QN_HASH_SHA1);
    qn_push_report_init(&report, QN_HASH_SHA256);
    while (!status && !is_done &&
           qn_wire_input_next(ctx, input, &packet) == QN_OK &&
           packet.kind != QN_PKT_LINE_MORE)
        switch (kind & 7) {
        case 0:
            status =
                qn_advertisement_take(ctx, &advertisement, &packet, &is_done);
            break;
        case 1:
            status = qn_push_request_take(ctx, &push, &packet, &is_done);
            break;
        case 2:
            status = qn_push_report_take(ctx, &report, &packet, &is_done);
            if (status == QN_INVALID && !report.is_broken) {
                qn_ctx_clear(ctx); /* the next line may be one again */
                status = QN_OK;
            }
            break;
        case 3:
            status = qn_daemon_request_read(ctx, packet.payload, &daemon);
            is_done = true;
            break;
        default:
            status = qn_ls_refs_take_ref(ctx, &refs, QN_HASH_SHA1, &packet,
                                         &is_done);
        }
    qn_daemon_request_dispose(&daemon);
    qn_remote_refs_dispose(&refs);
    qn_push_report_dispose(&report);
    qn_push_request_dispose(&push);
    qn_advertisement_dispose(&advertisement);
}

static void say(struct qn_ctx *ctx, struct qn_bytes said, int kind)
{
    struct qn_sideband_text text = {.prefix = "remote: ",
                                    .allows = (unsigned)kind & 7,
                                    .is_terminal = kind & 8,
                                    .colors = {"R", "Y", "y", "G"}};
    struct qn_buf out = QN_BUF_INIT;
    size_t i;

    fuzz_check(qn_sideband_text_take(ctx, &text, said, &out) == QN_OK);
    fuzz_check(qn_sideband_text_end(ctx, &text, &out) == QN_OK);
    /* Behind a word in colour comes the end of that, which is ours. */
    for (i = 0; (kind & 7) == 0 && !(kind & 8) && i < out.size; i++)
        fuzz_check(out.data[i] != 7 &&
                   (out.data[i] != 0x1b ||
                    qn_bytes_has_prefix(qn_bytes_from(qn_buf_bytes(&out), i),
                                        "\033[m")));
    qn_sideband_text_dispose(&text);
    qn_buf_dispose(&out);
}

/* Path, '?', query. */
static void route(struct qn_ctx *ctx, struct qn_bytes rest)
{
    struct qn_bytes path = qn_bytes_first(rest, qn_bytes_find(rest, '?'));
    struct qn_http_route out;
    struct qn_buf value = QN_BUF_INIT;
    bool found;

    if (qn_http_route_find(path, &out))
        fuzz_check(out.directory.size + out.file.size + 1 == path.size);
    (void)qn_http_route_is_plain(path);
    fuzz_check(qn_http_route_parameter(ctx, qn_bytes_from(rest, path.size + 1),
                                       "service", &value, &found) == QN_OK);
    qn_buf_dispose(&value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct qn_ctx *ctx = fuzz_begin();
    struct qn_wire_input input = QN_WIRE_INPUT_INIT;
    int kind = size > 0 ? data[0] : 0;
    struct qn_bytes rest =
        size > 0 ? qn_bytes_make(data + 1, size - 1) : QN_BYTES_NONE;

    fuzz_check(qn_wire_input_feed(ctx, &input, rest) == QN_OK);
    input.is_over = true;
    switch (kind >> 4) {
    case 0:
        fetch(ctx, &input, kind);
        break;
    case 1:
        serve(ctx, &input);
        break;
    case 2:
        command(ctx, &input);
        break;
    case 3:
        say(ctx, rest, kind);
        break;
    case 4:
        route(ctx, rest);
        break;
    default:
        read_packets(ctx, &input, kind);
    }
    qn_wire_input_dispose(&input);
    fuzz_end(ctx);
    return 0;
}
