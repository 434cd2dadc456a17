/* SPDX-License-Identifier: MIT */
/* Client and server beside each other, without a repository: what the client
 * has are numbers, and the server has those up to some number. */
#include "unit.h"

#include "wire/fetch_answer.h"
#include "wire/fetch_client.h"
#include "wire/wire_command.h"

int test_fetch(void);

struct world {
    unsigned next, last; /* what the client tells of: next, next - 1, ... 0 */
    unsigned server_has; /* below this is common */
    unsigned common_count, told;
    bool is_common[5000];
    struct qn_advertisement server;
    struct qn_fetch_request request;
    struct qn_wire_input to_server, to_client;
    struct qn_buf out;
    struct qn_fetch_acks_state acks;
    struct qn_fetch_request taken;
    bool has_wants, is_pack_sent;
};

static struct qn_id id_of(unsigned number)
{
    struct qn_id id;

    qn_id_clear(&id, QN_HASH_SHA1);
    id.bytes[0] = (uint8_t)(number >> 8);
    id.bytes[1] = (uint8_t)number;
    id.bytes[2] = 1;
    return id;
}

static unsigned number_of(const struct qn_id *id)
{
    return (unsigned)id->bytes[0] << 8 | id->bytes[1];
}

static enum qn_status next(struct qn_ctx *ctx, void *data, struct qn_id *id,
                           bool *found)
{
    struct world *w = data;

    (void)ctx;
    *found = w->next > w->last;
    if (*found) {
        *id = id_of(w->next--);
        w->told++;
    }
    return QN_OK;
}

static enum qn_status common(struct qn_ctx *ctx, void *data,
                             const struct qn_id *id, bool *is_news)
{
    struct world *w = data;
    unsigned number = number_of(id);

    (void)ctx;
    assert_true(number < 5000);
    *is_news = !w->is_common[number];
    w->is_common[number] = true;
    w->common_count += *is_news;
    return QN_OK;
}

static enum qn_status shallow(struct qn_ctx *ctx, void *data,
                              const struct qn_id *id, bool is_open)
{
    (void)ctx, (void)data, (void)id, (void)is_open;
    return QN_OK;
}

static enum qn_status has(struct qn_ctx *ctx, void *data,
                          const struct qn_id *id, bool *out, bool *is_new)
{
    (void)ctx;
    *is_new = *out = number_of(id) < ((struct world *)data)->server_has;
    return QN_OK;
}

static enum qn_status is_enough(struct qn_ctx *ctx, void *data, bool *out)
{
    (void)ctx;
    *out = ((struct world *)data)->acks.has_common;
    return QN_OK;
}

/* The server of versions 0 and 1, for one request over http or all there is.
 */
static void serve(struct qn_ctx *ctx, struct world *w, bool is_stateless)
{
    struct qn_pkt_line packet;
    enum qn_fetch_acks_event event;

    if (is_stateless) {
        qn_fetch_request_dispose(&w->taken);
        qn_fetch_request_init(&w->taken, QN_HASH_SHA1);
        memset(&w->acks, 0, sizeof(w->acks));
        w->has_wants = false;
    }
    w->acks.request = &w->taken;
    w->acks.is_stateless = is_stateless;
    w->acks.answers.data = w;
    w->acks.answers.has = has;
    w->acks.answers.is_enough = is_enough;
    qn_buf_clear(&w->out);
    while (!w->is_pack_sent) {
        unit_assert_ok(ctx, qn_wire_input_next(ctx, &w->to_server, &packet));
        if (packet.kind == QN_PKT_LINE_MORE)
            break;
        if (!w->has_wants) {
            unit_assert_ok(ctx, qn_fetch_request_take_old(
                                    ctx, &w->taken, &packet, &w->has_wants));
            continue;
        }
        unit_assert_ok(
            ctx, qn_fetch_acks_take(ctx, &w->acks, &packet, &w->out, &event));
        if (event == QN_FETCH_ACKS_PACK) {
            unit_assert_ok(ctx,
                           w->taken.band_size
                               ? qn_pkt_line_append_band(ctx, &w->out, 1,
                                                         QN_BYTES("PACK..."))
                               : qn_buf_append_string(ctx, &w->out, "PACK..."));
            if (w->taken.band_size)
                unit_assert_ok(ctx, qn_pkt_line_append_flush(ctx, &w->out));
            w->is_pack_sent = true;
        }
    }
    unit_assert_ok(
        ctx, qn_wire_input_feed(ctx, &w->to_client, qn_buf_bytes(&w->out)));
}

/* The same for version 2. */
static void serve_2(struct qn_ctx *ctx, struct world *w)
{
    struct qn_wire_command command = QN_WIRE_COMMAND_INIT;
    enum qn_wire_command_event event = QN_WIRE_COMMAND_MORE;
    struct qn_id_list here = {0};
    struct qn_pkt_line packet;
    size_t i;

    qn_fetch_request_dispose(&w->taken);
    qn_fetch_request_init(&w->taken, QN_HASH_SHA1);
    while (event != QN_WIRE_COMMAND_WHOLE) {
        unit_assert_ok(ctx, qn_wire_input_next(ctx, &w->to_server, &packet));
        assert_int_not_equal(packet.kind, QN_PKT_LINE_MORE);
        unit_assert_ok(ctx,
                       qn_wire_command_take(ctx, &command, &packet, &event));
        if (event == QN_WIRE_COMMAND_ARGUMENT)
            unit_assert_ok(ctx, qn_fetch_request_take(
                                    ctx, &w->taken, qn_pkt_line_text(&packet)));
    }
    qn_buf_clear(&w->out);
    for (i = 0; i < w->taken.haves.count; i++)
        if (number_of(&w->taken.haves.ids[i]) < w->server_has)
            unit_assert_ok(ctx,
                           qn_id_list_add(ctx, &here, &w->taken.haves.ids[i]));
    if (!w->taken.is_done)
        unit_assert_ok(ctx, qn_fetch_put_acknowledgments(
                                ctx, &here, here.count > 0, &w->out));
    if (w->taken.is_done || here.count > 0) {
        if (!w->taken.is_done)
            unit_assert_ok(ctx, qn_pkt_line_append_delimiter(ctx, &w->out));
        unit_assert_ok(ctx, qn_pkt_line_printf(ctx, &w->out, "packfile\n"));
        unit_assert_ok(
            ctx, qn_pkt_line_append_band(ctx, &w->out, 2, QN_BYTES("hello\n")));
        unit_assert_ok(
            ctx, qn_pkt_line_append_band(ctx, &w->out, 1, QN_BYTES("PACK...")));
    }
    unit_assert_ok(ctx, qn_pkt_line_append_flush(ctx, &w->out));
    unit_assert_ok(
        ctx, qn_wire_input_feed(ctx, &w->to_client, qn_buf_bytes(&w->out)));
    qn_id_list_dispose(&here);
    qn_wire_command_dispose(&command);
}

/* Of a packet that did not come in full, what is of the pack. */
static void take_torn(struct qn_ctx *ctx, const struct qn_fetch_client *client,
                      bool has_bands)
{
    static const struct {
        const char *there, *torn;
    } rows[] = {{"0010\1abc", "abc"}, {"0010\2abc", ""}, {"0010\1", ""},
                {"0010", ""},         {"00", ""},        {"", ""},
                {"zzzz\1abc", ""},    {"0008\1abc", ""}};
    size_t i;

    for (i = 0; i < QN_COUNT_OF(rows); i++) {
        struct qn_wire_input input = QN_WIRE_INPUT_INIT;

        unit_assert_ok(ctx,
                       qn_wire_input_feed(ctx, &input,
                                          qn_bytes_from_string(rows[i].there)));
        assert_true(
            qn_bytes_is_string(qn_fetch_client_torn(ctx, client, &input),
                               has_bands ? rows[i].torn : ""));
        qn_wire_input_dispose(&input);
    }
}

static void run(struct qn_ctx *ctx, struct world *w, const char *words,
                bool is_stateless)
{
    struct qn_fetch_client_options options = {
        .server = &w->server,
        .request = &w->request,
        .is_stateless = is_stateless,
        .calls = {
            .data = w, .next = next, .common = common, .shallow = shallow}};
    struct qn_fetch_client *client = NULL;
    struct qn_buf out = QN_BUF_INIT;
    enum qn_fetch_client_want want = QN_FETCH_SEND;
    struct qn_bytes data;
    struct qn_id id = id_of(4999);
    bool is_done = false;
    int rounds = 0;

    qn_advertisement_init(&w->server);
    w->server.version = words ? 0 : 2;
    if (words)
        unit_assert_ok(ctx,
                       qn_capabilities_add_list(ctx, &w->server.capabilities,
                                                qn_bytes_from_string(words)));
    qn_fetch_request_init(&w->request, QN_HASH_SHA1);
    qn_fetch_request_init(&w->taken, QN_HASH_SHA1);
    w->to_server.is_local = true;
    unit_assert_ok(ctx, qn_id_list_add(ctx, &w->request.wants, &id));
    unit_assert_ok(ctx, qn_fetch_client_new(ctx, &options, &client));
    while (want != QN_FETCH_PACK) {
        assert_true(rounds++ < 1000);
        unit_assert_ok(
            ctx, qn_fetch_client_step(ctx, client, &w->to_client, &out, &want));
        assert_true(want != QN_FETCH_END);
        if (want == QN_FETCH_SEND) {
            unit_assert_ok(ctx, qn_wire_input_feed(ctx, &w->to_server,
                                                   qn_buf_bytes(&out)));
            qn_buf_clear(&out);
        } else if (want == QN_FETCH_RECEIVE) {
            if (words)
                serve(ctx, w, is_stateless);
            else
                serve_2(ctx, w);
        }
    }
    if (words && !w->is_pack_sent)
        serve(ctx, w, is_stateless);
    w->to_client.is_over = true;
    unit_assert_ok(
        ctx, qn_fetch_client_pack(ctx, client, &w->to_client, &data, &is_done));
    assert_true(qn_bytes_is_string(data, "PACK..."));
    unit_assert_ok(
        ctx, qn_fetch_client_pack(ctx, client, &w->to_client, &data, &is_done));
    assert_true(is_done);
    assert_int_equal(w->common_count > 0, w->server_has > w->last + 1);
    take_torn(ctx, client, !words || strstr(words, "side-band"));
    qn_fetch_client_free(client);
    qn_buf_dispose(&out);
    qn_advertisement_dispose(&w->server);
    qn_fetch_request_dispose(&w->request);
    qn_fetch_request_dispose(&w->taken);
    qn_wire_input_dispose(&w->to_server);
    qn_wire_input_dispose(&w->to_client);
    qn_buf_dispose(&w->out);
}

static void every_dialect_ends_with_a_pack(void **state)
{
    static const char *const dialects[] = {
        NULL, /* version 2 */
        "",
        "side-band",
        "multi_ack side-band-64k",
        "multi_ack multi_ack_detailed side-band-64k",
        "multi_ack_detailed no-done side-band-64k"};
    static const unsigned common_below[] = {0, 1, 2, 900, 1300, 2000};
    struct qn_ctx *ctx = unit_begin();
    size_t i, k;
    int is_stateless;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(dialects); i++)
        for (k = 0; k < QN_COUNT_OF(common_below); k++)
            for (is_stateless = 0; is_stateless < 2; is_stateless++) {
                struct world w = {
                    .next = 1500, .last = 0, .server_has = common_below[k]};

                run(ctx, &w, dialects[i], is_stateless);
                /* once it is known what is common, no more is told */
                if (common_below[k] == 2000 && i != 3)
                    assert_true(w.told <= 32);
            }
    unit_end(ctx);
}

int test_fetch(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_dialect_ends_with_a_pack),
    };

    return cmocka_run_group_tests_name("fetch", tests, NULL, NULL);
}
