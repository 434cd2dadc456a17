/* SPDX-License-Identifier: MIT */
#include "wire/fetch_client.h"

#include "base/memory.h"
#include "hash/id_map.h"
#include "trace/trace.h"
#include "wire/sideband.h"
#include "wire/wire_command.h"

enum {
    FIRST_WINDOW = 16,
    WINDOW_STEP = 32,   /* both ends may write at once: a pipe holds that */
    WINDOW_MAX = 16384, /* doubled up to there where a round costs a request */
    BAND_AT = 4         /* of a packet: behind its length */
};

enum state {
    TO_ASK,      /* the next request */
    IN_BORDERS,  /* 0, 1: shallow lines up to a flush */
    IN_ACKS,     /* 0, 1: ACK and NAK behind a flush */
    IN_LAST_ACK, /* 0, 1: behind "done" */
    AT_SECTION,  /* 2: a header, or the end */
    IN_SECTION,
    IN_PACK,
    AT_END
};

enum section {
    ACKNOWLEDGMENTS,
    SHALLOW_INFO,
    WANTED_REFS,
    PACKFILE_URIS,
    PACKFILE,
    SECTION_COUNT
};

static const char *const section_names[] = {"acknowledgments", "shallow-info",
                                            "wanted-refs", "packfile-uris",
                                            "packfile"};

struct qn_fetch_client {
    struct qn_fetch_client_options options;
    enum state state;
    int section;             /* the one read last; -1: none */
    unsigned seen;           /* of this answer: bits */
    struct qn_id_map common; /* told again in each round */
    size_t window;  /* 2: haves of the next round; 0, 1: of all rounds */
    size_t told;    /* 0, 1: haves of all rounds */
    size_t waiting; /* 0, 1: flushes that were not answered yet */
    size_t in_vain;
    bool has_common;
    bool is_ready;     /* the server has seen enough */
    bool is_done;      /* "done" was said */
    bool is_last;      /* 2: nothing is asked behind this, whatever it says */
    bool has_told_all; /* there are no more haves */
    bool has_borders;  /* taken: over http they come every time */
    bool has_asked;    /* 0, 1: the wants were sent on this connection */
    enum qn_fetch_acks acks;
    bool needs_no_done;
    bool has_bands;
};

static enum qn_status fail_line(struct qn_ctx *ctx, const char *what,
                                struct qn_bytes line)
{
    return qn_wire_fail_line(ctx, "wire.fetch", what, line, "'");
}

/* ---- what to send */

static bool server_has(const struct qn_fetch_client *client, const char *word)
{
    return qn_capabilities_has(&client->options.server->capabilities, word);
}

/* What -v -v shows of versions 0 and 1. */
static void say(struct qn_ctx *ctx, const struct qn_fetch_client *client,
                const char *what, const struct qn_id *id)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1] = "";

    if (id)
        qn_id_to_hex(id, hex);
    if (client->options.is_verbose && client->options.server->version != 2)
        qn_ctx_report(ctx, QN_REPORT_INFO, "", "%s%s", what, hex);
}

static bool forgets(const struct qn_fetch_client *client)
{
    return client->options.is_stateless || client->options.server->version == 2;
}

static size_t next_window(const struct qn_fetch_client *client)
{
    size_t window = client->window;

    if (forgets(client))
        return window < WINDOW_MAX ? window * 2 : window * 11 / 10;
    return window < WINDOW_STEP ? window * 2 : window + WINDOW_STEP;
}

/* Append `most` haves, or those that are left; `*count` of them. */
static enum qn_status put_haves(struct qn_ctx *ctx,
                                struct qn_fetch_client *client, size_t most,
                                struct qn_buf *out, size_t *count)
{
    const struct qn_fetch_calls *calls = &client->options.calls;
    enum qn_status status = QN_OK;
    struct qn_id id;
    bool found = true;

    *count = 0;
    client->has_told_all |= client->options.skips_haves || client->is_ready;
    while (!status && !client->has_told_all && *count < most) {
        status = calls->next(ctx, calls->data, &id, &found);
        client->has_told_all |= !found;
        if (status || !found)
            break;
        status = qn_fetch_request_write_have(ctx, &id, out);
        say(ctx, client, "have ", &id);
        ++*count;
    }
    client->in_vain += *count;
    return status;
}

static enum qn_status put_common(struct qn_ctx *ctx,
                                 const struct qn_fetch_client *client,
                                 struct qn_buf *out)
{
    enum qn_status status = QN_OK;
    struct qn_id id;
    uint32_t i;

    for (i = 0; !status && i < client->common.count; i++) {
        qn_id_map_id(&client->common, i, &id);
        status = qn_fetch_request_write_have(ctx, &id, out);
    }
    return status;
}

/* Telling is of no use. */
static bool gives_up(const struct qn_fetch_client *client)
{
    size_t least = client->options.server->version == 2
                       ? QN_FETCH_VAIN_LIMIT
                       : QN_FETCH_VAIN_LIMIT + 1;

    return client->has_common && client->in_vain >= least;
}

static enum qn_status ask(struct qn_ctx *ctx, struct qn_fetch_client *client,
                          struct qn_buf *out)
{
    const struct qn_fetch_client_options *options = &client->options;
    struct qn_wire_command_head head = {
        .name = "fetch",
        .server = &options->server->capabilities,
        .agent = options->agent,
        .session = options->session,
        .object_format = qn_id_algorithm_name(options->server->algorithm),
        .promisors = options->promisors,
        .options = options->server_options};
    enum qn_status status = qn_wire_command_write(ctx, &head, out);
    size_t count = 0;

    if (!status)
        status = qn_fetch_request_write(ctx, options->request, out);
    if (!status)
        status = put_common(ctx, client, out);
    if (!status)
        status = put_haves(ctx, client, client->window, out, &count);
    if (!options->tells_all)
        client->window = next_window(client);
    client->is_done = options->tells_all || (!options->negotiates_only &&
                                             (count == 0 || gives_up(client)));
    if (!status && client->is_done)
        status = qn_pkt_line_printf(ctx, out, "done\n");
    if (!status)
        status = qn_pkt_line_append_flush(ctx, out);
    client->state = AT_SECTION;
    client->section = -1;
    client->seen = 0;
    client->is_last = options->negotiates_only && count == 0;
    return status;
}

/* What is asked for behind the first want, out of what the server can do. */
static enum qn_status old_words(struct qn_ctx *ctx,
                                struct qn_fetch_client *client,
                                struct qn_buf *out)
{
    const struct qn_fetch_client_options *options = &client->options;
    const struct qn_fetch_request *request = options->request;
    const struct {
        const char *word;
        bool is_asked;
    } words[] = {{"multi_ack_detailed", client->acks == QN_FETCH_ACKS_DETAILED},
                 {"no-done", client->needs_no_done},
                 {"multi_ack", client->acks == QN_FETCH_ACKS_MULTI},
                 {"side-band-64k", server_has(client, "side-band-64k")},
                 {"side-band", !server_has(client, "side-band-64k")},
                 {"deepen-relative", request->is_depth_relative},
                 {"thin-pack", request->is_thin},
                 {"no-progress", request->is_quiet},
                 {"include-tag", request->includes_tags},
                 {"ofs-delta", request->names_offsets},
                 {"deepen-since", true},
                 {"deepen-not", true},
                 {"filter", request->filter.size > 0}};
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < sizeof(words) / sizeof(words[0]); i++)
        if (words[i].is_asked && server_has(client, words[i].word))
            status = qn_buf_printf(ctx, out, "%s%s", out->size ? " " : "",
                                   words[i].word);
    if (!status && options->agent && server_has(client, "agent"))
        status = qn_buf_printf(ctx, out, "%sagent=%s", out->size ? " " : "",
                               options->agent);
    if (!status && options->session && server_has(client, "session-id"))
        status = qn_buf_printf(ctx, out, " session-id=%s", options->session);
    if (!status && request->algorithm != QN_HASH_SHA1 &&
        server_has(client, "object-format"))
        status = qn_buf_printf(ctx, out, " object-format=%s",
                               qn_id_algorithm_name(request->algorithm));
    return status;
}

static enum qn_status
ask_old(struct qn_ctx *ctx, struct qn_fetch_client *client, struct qn_buf *out)
{
    const struct qn_fetch_client_options *options = &client->options;
    struct qn_buf words = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    bool waits_for_borders =
        qn_fetch_request_deepens(options->request) && !client->has_borders;
    /* one ACK is all that such a server says, and it was said */
    bool says_nothing = client->acks == QN_FETCH_ACKS_NONE &&
                        client->has_common && !options->is_stateless;
    bool has_given_up = gives_up(client) && !client->is_ready;
    size_t count = 0;

    if (!client->has_asked || options->is_stateless) {
        status = old_words(ctx, client, &words);
        if (!status)
            status = qn_fetch_request_write_old(ctx, options->request,
                                                qn_buf_string(&words), out);
        client->has_asked = true;
        client->has_bands = server_has(client, "side-band-64k") ||
                            server_has(client, "side-band");
        if (waits_for_borders) {
            client->state = IN_BORDERS;
            goto out; /* haves follow when these are known */
        }
        if (!status && options->is_stateless)
            status = put_common(ctx, client, out);
    }
    if (!status && !has_given_up)
        status =
            put_haves(ctx, client, client->window - client->told, out, &count);
    client->told += count;
    client->is_done = client->has_told_all || has_given_up;
    if (has_given_up)
        say(ctx, client, "giving up", NULL);
    if (client->is_done) {
        say(ctx, client, "done", NULL);
        status = status ? status : qn_pkt_line_printf(ctx, out, "done\n");
        client->state = says_nothing ? IN_PACK : IN_LAST_ACK;
    } else {
        status = status ? status : qn_pkt_line_append_flush(ctx, out);
        client->waiting++;
        /* the round behind the first goes out before that is answered */
        client->state = options->is_stateless || client->told > FIRST_WINDOW
                            ? IN_ACKS
                            : TO_ASK;
        client->window = next_window(client);
    }
    if (options->is_stateless) {
        client->waiting = 0;
        if (qn_fetch_request_deepens(options->request))
            client->state = IN_BORDERS;
    }
out:
    qn_buf_dispose(&words);
    return status;
}

/* ---- what the answers mean */

static enum qn_status take_common(struct qn_ctx *ctx,
                                  struct qn_fetch_client *client,
                                  const struct qn_id *id)
{
    const struct qn_fetch_calls *calls = &client->options.calls;
    bool is_news = false;
    uint32_t position;
    enum qn_status status = calls->common(ctx, calls->data, id, &is_news);

    client->has_common = true;
    is_news |= client->options.server->version == 2;
    if (status || !is_news)
        return status;
    client->in_vain = 0;
    return forgets(client)
               ? qn_id_map_put(ctx, &client->common, id, &position, &is_news)
               : QN_OK;
}

/* "shallow <id>" and "unshallow <id>" */
static enum qn_status take_border(struct qn_ctx *ctx,
                                  struct qn_fetch_client *client,
                                  struct qn_bytes line)
{
    const struct qn_fetch_calls *calls = &client->options.calls;
    bool is_open = qn_bytes_has_prefix(line, "unshallow ");
    struct qn_id id;

    if ((!is_open && !qn_bytes_has_prefix(line, "shallow ")) ||
        !qn_id_from_hex(&id, client->options.server->algorithm,
                        qn_bytes_from(line, is_open ? 10 : 8)))
        return client->options.server->version != 2
                   ? fail_line(ctx, "expected shallow/unshallow, got '", line)
                   : qn_wire_fail_line(ctx, "wire.fetch",
                                       qn_bytes_has_prefix(line, "shallow ")
                                           ? "invalid shallow line: "
                                       : is_open ? "invalid unshallow line: "
                                                 : "unexpected shallow line: ",
                                       line, "");
    return client->has_borders ? QN_OK
                               : calls->shallow(ctx, calls->data, &id, is_open);
}

static enum qn_status take_old_borders(struct qn_ctx *ctx,
                                       struct qn_fetch_client *client,
                                       const struct qn_pkt_line *packet)
{
    if (packet->kind == QN_PKT_LINE_DATA)
        return take_border(ctx, client, qn_pkt_line_text(packet));
    if (packet->kind != QN_PKT_LINE_FLUSH)
        return fail_line(ctx, "expected flush, got '", QN_BYTES("delimiter"));
    client->state = !client->has_borders ? TO_ASK /* haves go by these */
                    : client->is_done    ? IN_LAST_ACK
                                         : IN_ACKS;
    client->has_borders = true;
    return QN_OK;
}

static void say_ack(struct qn_ctx *ctx, const struct qn_fetch_client *client,
                    struct qn_bytes word, const struct qn_id *id)
{
    static const char *const texts[][2] = {
        {"got ack 1 ", "got ack (1) "},
        {"got ack 2 ", "got ack (2) "},
        {"got ack 3 ", "got ack (3) "},
        {"got ack 4 ", "got ack (4) "},
    };
    size_t kind = qn_bytes_is_string(word, " continue") ? 1
                  : qn_bytes_is_string(word, " common") ? 2
                  : qn_bytes_is_string(word, " ready")  ? 3
                                                        : 0;

    say(ctx, client, texts[kind][client->state == IN_LAST_ACK], id);
}

/* Behind a flush: a NAK ends it where several may be acknowledged. */
static enum qn_status take_ack(struct qn_ctx *ctx,
                               struct qn_fetch_client *client,
                               const struct qn_pkt_line *packet)
{
    size_t digits = qn_id_hex_size(client->options.server->algorithm);
    struct qn_bytes line = qn_pkt_line_text(packet), word;
    enum qn_status status;
    struct qn_id id;

    if (packet->kind != QN_PKT_LINE_DATA)
        return fail_line(ctx, "git fetch-pack: expected ACK/NAK, got '",
                         QN_BYTES("a flush packet"));
    if (qn_bytes_is_string(line, "NAK")) {
        if (client->state == IN_LAST_ACK && client->waiting == 0)
            client->state = IN_PACK;
        else if (client->state != IN_LAST_ACK)
            client->state = client->is_ready && client->needs_no_done
                                ? IN_LAST_ACK
                                : TO_ASK;
        client->waiting -= client->waiting > 0;
        return QN_OK;
    }
    word = qn_bytes_from(line, 4 + digits);
    if (!qn_bytes_has_prefix(line, "ACK ") ||
        !qn_id_from_hex(&id, client->options.server->algorithm,
                        qn_bytes_first(qn_bytes_from(line, 4), digits)))
        return fail_line(ctx, "git fetch-pack: expected ACK/NAK, got '", line);
    say_ack(ctx, client, word, &id);
    status = take_common(ctx, client, &id);
    if (status)
        return status;
    if (word.size == 0) { /* the last one */
        if (client->state == IN_LAST_ACK || client->needs_no_done) {
            client->state = IN_PACK;
        } else { /* one is all that it ever says */
            client->is_ready = true;
            client->state = TO_ASK;
        }
    } else if (qn_bytes_is_string(word, " ready")) {
        client->is_ready = true;
    } else if (!qn_bytes_is_string(word, " common") &&
               !qn_bytes_is_string(word, " continue")) {
        return fail_line(ctx, "git fetch-pack: expected ACK/NAK, got '", line);
    }
    return QN_OK;
}

static enum qn_status take_in_section(struct qn_ctx *ctx,
                                      struct qn_fetch_client *client,
                                      struct qn_bytes line)
{
    const struct qn_fetch_calls *calls = &client->options.calls;
    uint32_t algorithm = client->options.server->algorithm;
    size_t digits = qn_id_hex_size(algorithm);
    struct qn_id id;
    size_t end;

    switch (client->section) {
    case ACKNOWLEDGMENTS:
        if (qn_bytes_is_string(line, "NAK"))
            return QN_OK;
        if (qn_bytes_is_string(line, "ready")) {
            client->is_ready = true;
            return QN_OK;
        }
        if (!qn_bytes_has_prefix(line, "ACK ") ||
            !qn_id_from_hex(&id, algorithm, qn_bytes_from(line, 4)))
            return fail_line(ctx, "unexpected acknowledgment line: '", line);
        return take_common(ctx, client, &id);
    case SHALLOW_INFO:
        return take_border(ctx, client, line);
    case WANTED_REFS:
        if (line.size < digits + 2 || line.data[digits] != ' ' ||
            !qn_id_from_hex(&id, algorithm, qn_bytes_first(line, digits)))
            return fail_line(ctx, "expected wanted-ref, got '", line);
        return calls->wanted_ref
                   ? calls->wanted_ref(ctx, calls->data, &id,
                                       qn_bytes_from(line, digits + 1))
                   : QN_OK;
    default:
        end = qn_bytes_find(line, ' ');
        if (end != digits || end + 1 >= line.size)
            return fail_line(ctx, "expected '<hash> <uri>', got: '", line);
        return calls->pack_uri ? calls->pack_uri(ctx, calls->data,
                                                 qn_bytes_first(line, end),
                                                 qn_bytes_from(line, end + 1))
                               : QN_OK;
    }
}

/* Nothing is to be acknowledged any more. */
static bool is_late(const struct qn_fetch_client *client)
{
    return client->is_done || client->is_ready;
}

/* The end of an answer, or of a section. */
static enum qn_status take_end(struct qn_ctx *ctx,
                               struct qn_fetch_client *client,
                               const struct qn_pkt_line *packet)
{
    bool is_flush = packet->kind == QN_PKT_LINE_FLUSH, is_enough = false;
    enum qn_status status = QN_OK;

    if (client->state == AT_SECTION)
        return qn_ctx_fail_reason(
            ctx, QN_INVALID, "wire.fetch", NULL, "expected '%s'",
            is_late(client) ? "packfile" : "acknowledgments");
    if (client->section == SHALLOW_INFO)
        client->has_borders = true;
    if (!is_flush && packet->kind == QN_PKT_LINE_DELIMITER) {
        if (client->section == ACKNOWLEDGMENTS && !client->is_ready)
            return qn_ctx_fail_reason(
                ctx, QN_INVALID, "wire.fetch", NULL,
                "expected no other sections to be sent after no 'ready'");
        client->state = AT_SECTION;
        return QN_OK;
    }
    if (!is_flush || client->section != ACKNOWLEDGMENTS || client->is_done)
        return qn_ctx_fail_reason(ctx, QN_INVALID, "wire.fetch", NULL,
                                  "error processing fetch response: %u",
                                  packet->kind);
    if (client->is_ready && !client->options.negotiates_only)
        return qn_ctx_fail_reason(ctx, QN_INVALID, "wire.fetch", NULL,
                                  "expected packfile to be sent after 'ready'");
    if (client->options.negotiates_only && !client->is_ready &&
        client->options.calls.is_enough)
        status = client->options.calls.is_enough(
            ctx, client->options.calls.data, &is_enough);
    client->state =
        client->is_ready || client->is_last || is_enough ? AT_END : TO_ASK;
    return status;
}

static enum qn_status take_section(struct qn_ctx *ctx,
                                   struct qn_fetch_client *client,
                                   const struct qn_pkt_line *packet)
{
    struct qn_bytes line = qn_pkt_line_text(packet);
    int i;

    if (packet->kind != QN_PKT_LINE_DATA)
        return take_end(ctx, client, packet);
    if (client->state == IN_SECTION)
        return take_in_section(ctx, client, line);
    /* Git's server tells of wanted refs before the ends of history. */
    for (i = client->section < 0 ? 0 : SHALLOW_INFO; i < SECTION_COUNT; i++)
        if (!(client->seen & 1u << i) &&
            qn_bytes_is_string(line, section_names[i]))
            break;
    if (i == SECTION_COUNT || (i == ACKNOWLEDGMENTS && client->is_done) ||
        (i != ACKNOWLEDGMENTS && client->options.negotiates_only))
        return fail_line(ctx,
                         is_late(client)
                             ? "expected 'packfile', received '"
                             : "expected 'acknowledgments', received '",
                         line);
    client->section = i;
    client->seen |= 1u << i;
    client->state = i == PACKFILE ? IN_PACK : IN_SECTION;
    client->has_bands = true;
    return QN_OK;
}

/* With sideband-all, the band in front of each line is taken off; `*is_line`:
 * there is one. */
static enum qn_status unwrap(struct qn_ctx *ctx, struct qn_fetch_client *client,
                             struct qn_pkt_line *packet, bool *is_line)
{
    const struct qn_fetch_calls *calls = &client->options.calls;
    enum qn_sideband band;
    struct qn_bytes data;
    enum qn_status status;

    *is_line = true;
    if (!client->options.request->multiplexes_all ||
        client->options.server->version != 2 ||
        packet->kind != QN_PKT_LINE_DATA)
        return QN_OK;
    status = qn_sideband_split(ctx, packet, &band, &data);
    if (status)
        return status;
    if (band == QN_SIDEBAND_ERROR)
        return fail_line(ctx, "remote error: '", data);
    *is_line = band == QN_SIDEBAND_DATA;
    packet->payload = data;
    return *is_line || !calls->said ? QN_OK
                                    : calls->said(ctx, calls->data, data);
}

static enum qn_status take(struct qn_ctx *ctx, struct qn_fetch_client *client,
                           struct qn_pkt_line *packet)
{
    enum qn_status status;
    bool is_line;

    status = unwrap(ctx, client, packet, &is_line);
    if (status || !is_line)
        return status;
    switch (client->state) {
    case IN_BORDERS:
        return take_old_borders(ctx, client, packet);
    case IN_ACKS:
    case IN_LAST_ACK:
        return take_ack(ctx, client, packet);
    default:
        return take_section(ctx, client, packet);
    }
}

/* ---- the outside */

static enum qn_status check_server(struct qn_ctx *ctx,
                                   const struct qn_fetch_client_options *o)
{
    const struct qn_capabilities *caps = &o->server->capabilities;
    bool is_2 = o->server->version == 2;
    const struct qn_fetch_request *r = o->request;
    const struct {
        bool is_asked;
        const char *word;
        const char *message;
    } needs[] = {
        {r->depth > 0 || r->shallow.count > 0, "shallow",
         "Server does not support shallow clients"},
        {r->has_since, is_2 ? "shallow" : "deepen-since",
         "Server does not support --shallow-since"},
        {r->not_refs.count > 0, is_2 ? "shallow" : "deepen-not",
         "Server does not support --shallow-exclude"},
        {r->is_depth_relative, is_2 ? "shallow" : "deepen-relative",
         "Server does not support --deepen"},
    };
    size_t i;

    if (r->algorithm != o->server->algorithm)
        return qn_ctx_fail_reason(ctx, QN_UNSUPPORTED, "wire.object-format",
                                  NULL,
                                  "mismatched algorithms: client %s; server %s",
                                  qn_id_algorithm_name(r->algorithm),
                                  qn_id_algorithm_name(o->server->algorithm));
    for (i = 0; i < sizeof(needs) / sizeof(needs[0]); i++)
        if (needs[i].is_asked &&
            !(is_2 ? qn_capabilities_has_feature(caps, "fetch", needs[i].word)
                   : qn_capabilities_has(caps, needs[i].word)))
            return qn_ctx_fail_reason(ctx, QN_UNSUPPORTED, "wire.unsupported",
                                      NULL, "%s", needs[i].message);
    return QN_OK;
}

enum qn_status
qn_fetch_client_new(struct qn_ctx *ctx,
                    const struct qn_fetch_client_options *options,
                    struct qn_fetch_client **out)
{
    struct qn_fetch_client *client;
    enum qn_status status = check_server(ctx, options);

    if (status)
        return status;
    client = qn_memory_calloc(ctx, 1, sizeof(*client));
    if (!client)
        return QN_NO_MEMORY;
    client->options = *options;
    qn_id_map_init(&client->common, options->server->algorithm);
    client->window = options->tells_all ? SIZE_MAX : FIRST_WINDOW;
    client->section = -1;
    client->acks = server_has(client, "multi_ack_detailed")
                       ? QN_FETCH_ACKS_DETAILED
                   : server_has(client, "multi_ack") ? QN_FETCH_ACKS_MULTI
                                                     : QN_FETCH_ACKS_NONE;
    client->needs_no_done = options->is_stateless &&
                            client->acks == QN_FETCH_ACKS_DETAILED &&
                            server_has(client, "no-done");
    *out = client;
    return QN_OK;
}

void qn_fetch_client_free(struct qn_fetch_client *client)
{
    if (!client)
        return;
    qn_id_map_dispose(&client->common);
    qn_memory_free(client);
}

enum qn_status qn_fetch_client_step(struct qn_ctx *ctx,
                                    struct qn_fetch_client *client,
                                    struct qn_wire_input *input,
                                    struct qn_buf *out,
                                    enum qn_fetch_client_want *want)
{
    enum qn_status status = QN_OK;
    struct qn_pkt_line packet;

    while (!status) {
        if (client->state == IN_PACK || client->state == AT_END) {
            *want = client->state == AT_END ? QN_FETCH_END : QN_FETCH_PACK;
            return QN_OK;
        }
        if (client->state == TO_ASK) {
            *want = QN_FETCH_SEND;
            return client->options.server->version == 2
                       ? ask(ctx, client, out)
                       : ask_old(ctx, client, out);
        }
        status = qn_wire_input_next(ctx, input, &packet);
        if (!status && packet.kind == QN_PKT_LINE_MORE) {
            *want = QN_FETCH_RECEIVE;
            return QN_OK;
        }
        if (!status)
            status = take(ctx, client, &packet);
    }
    return status;
}

bool qn_fetch_client_is_strange(const struct qn_fetch_client *client)
{
    return client->told > 0 && !client->has_common;
}

/* The pack as it is: what was read ahead, then all that comes. */
static enum qn_status take_plain(struct qn_wire_input *input,
                                 struct qn_bytes *data, bool *is_done)
{
    *data = qn_wire_input_rest(input);
    qn_wire_input_skip(input, data->size);
    *is_done = data->size == 0 && input->is_over;
    return QN_OK;
}

enum qn_status qn_fetch_client_pack(struct qn_ctx *ctx,
                                    struct qn_fetch_client *client,
                                    struct qn_wire_input *input,
                                    struct qn_bytes *data, bool *is_done)
{
    const struct qn_fetch_calls *calls = &client->options.calls;
    struct qn_pkt_line packet;
    enum qn_sideband band;
    enum qn_status status;

    *data = QN_BYTES_NONE;
    *is_done = false;
    if (!client->has_bands)
        return take_plain(input, data, is_done);
    do {
        status = qn_wire_input_next(ctx, input, &packet);
        if (status || packet.kind == QN_PKT_LINE_MORE)
            return status;
        if (packet.kind != QN_PKT_LINE_DATA) {
            *is_done = true;
            client->state = AT_END;
            return QN_OK;
        }
        status = qn_sideband_split(ctx, &packet, &band, data);
        if (!status && band == QN_SIDEBAND_ERROR) {
            if (calls->said)
                status = calls->said(ctx, calls->data, *data);
            return status ? status
                          : qn_ctx_fail_reason(ctx, QN_REFUSED,
                                               "wire.remote-error", NULL,
                                               "early EOF");
        }
        if (!status && band == QN_SIDEBAND_PROGRESS) {
            if (calls->said)
                status = calls->said(ctx, calls->data, *data);
            *data = QN_BYTES_NONE;
        }
        if (!status && data->size > 0)
            qn_trace_put_bytes(ctx, QN_TRACE_PACKFILE, data->data, data->size);
    } while (!status && data->size == 0);
    return status;
}

struct qn_bytes qn_fetch_client_torn(struct qn_ctx *ctx,
                                     const struct qn_fetch_client *client,
                                     const struct qn_wire_input *input)
{
    struct qn_bytes rest = qn_wire_input_rest(input), front = rest;
    struct qn_pkt_line packet;

    if (!client->has_bands)
        return QN_BYTES_NONE;
    if (qn_pkt_line_parse(ctx, &front, &packet)) {
        qn_ctx_clear(ctx);
        return QN_BYTES_NONE;
    }
    return packet.kind == QN_PKT_LINE_MORE && rest.size > BAND_AT &&
                   rest.data[BAND_AT] == QN_SIDEBAND_DATA
               ? qn_bytes_from(rest, BAND_AT + 1)
               : QN_BYTES_NONE;
}
