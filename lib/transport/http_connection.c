/* SPDX-License-Identifier: MIT */
#include "transport/http_connection.h"

#include "base/memory.h"
#include "codec/deflate.h"
#include "hash/crc32.h"
#include "transport/http_private.h"
#include "transport/opener.h"

#include <stdio.h>
#include <string.h>

/* Below it there is nothing to win. */
#define GZIP_MIN  ((size_t)1024)
#define REFS_MAX  ((size_t)256 << 20)
#define HEADERS   8
#define NAME_SIZE 96

struct http_stream {
    struct qn_http_client *client;
    struct qn_http_answer answer;
    const struct qn_advertisement *server; /* of the connection */
    enum qn_service service;
    char version[40]; /* "Git-Protocol: version=2"; or "" */
    struct qn_buf url;
    struct qn_buf body;
    struct qn_buf packed;
    bool is_sending;
    bool in_pieces;
    bool is_negotiated; /* each request, as the probe showed */
    /* Where in its packets the answer is: to a POST of version 2. */
    bool has_packets;
    char head[4];
    size_t head_size, body_left;
};

/* ---- requests */

struct headers {
    const char *list[HEADERS];
    char type[NAME_SIZE], accept[NAME_SIZE];
};

static void make_headers(const struct http_stream *stream, bool in_pieces,
                         bool is_packed, struct headers *out)
{
    const struct qn_http_client *client = stream->client;
    const char *service = qn_service_name(stream->service);
    size_t count = 0;

    (void)snprintf(out->type, sizeof(out->type),
                   "Content-Type: application/x-%s-request", service);
    (void)snprintf(out->accept, sizeof(out->accept),
                   "Accept: application/x-%s-result", service);
    if (in_pieces)
        out->list[count++] = "Transfer-Encoding: chunked";
    out->list[count++] = out->type;
    out->list[count++] = out->accept;
    if (client->language.size)
        out->list[count++] = qn_buf_string(&client->language);
    /* Waiting to be asked for the body costs a round trip; only where each
     * request has to be negotiated the server must be heard first. */
    out->list[count++] =
        in_pieces && stream->is_negotiated ? "Expect: 100-continue" : "Expect:";
    /* A server that knows no versions is not told again. */
    if (*stream->version && (stream->server->version ||
                             stream->service == QN_SERVICE_UPLOAD_ARCHIVE))
        out->list[count++] = stream->version;
    if (is_packed)
        out->list[count++] = "Content-Encoding: gzip";
    out->list[count] = NULL;
}

/* A stream of zlib in the clothes of gzip (RFC 1952). */
static enum qn_status pack(struct qn_ctx *ctx, struct qn_bytes in,
                           struct qn_buf *out)
{
    static const uint8_t head[] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3};
    struct qn_buf stream = QN_BUF_INIT;
    uint32_t sum = qn_crc32(0, in.data, in.size);
    uint8_t tail[8];
    enum qn_status status = qn_deflate_append(ctx, -1, in, &stream);
    int i;

    for (i = 0; i < 4; i++) {
        tail[i] = (uint8_t)(sum >> (8 * i));
        tail[4 + i] = (uint8_t)((uint32_t)in.size >> (8 * i));
    }
    if (!status)
        status = qn_buf_append(ctx, out, head, sizeof(head));
    if (!status && stream.size >= 6)
        status = qn_buf_append(ctx, out, stream.data + 2, stream.size - 6);
    if (!status)
        status = qn_buf_append(ctx, out, tail, sizeof(tail));
    qn_buf_dispose(&stream);
    return status;
}

static void tell_post(struct qn_ctx *ctx, const struct http_stream *stream,
                      size_t size, size_t packed)
{
    const char *service = qn_service_name(stream->service);

    if (!stream->client->tells_posts)
        return;
    if (!size)
        qn_ctx_report(ctx, QN_REPORT_INFO, "http.post", "POST %s (chunked)",
                      service);
    else if (packed)
        qn_ctx_report(ctx, QN_REPORT_INFO, "http.post",
                      "POST %s (gzip %zu to %zu bytes)", service, size, packed);
    else
        qn_ctx_report(ctx, QN_REPORT_INFO, "http.post", "POST %s (%zu bytes)",
                      service, size);
}

/* The body is there: one request, made again as often as it takes. */
static enum qn_status post_whole(struct qn_ctx *ctx, struct http_stream *stream,
                                 struct qn_bytes body, bool may_pack)
{
    struct qn_http_request request = {.url = qn_buf_string(&stream->url),
                                      .is_post = true,
                                      .is_rpc = true,
                                      .is_probe = !may_pack,
                                      .body = body};
    struct headers headers;
    bool is_packed = may_pack && body.size > GZIP_MIN &&
                     stream->service == QN_SERVICE_UPLOAD_PACK;
    enum qn_status status = QN_OK;

    qn_buf_clear(&stream->packed);
    if (is_packed) {
        status = pack(ctx, body, &stream->packed);
        request.body = qn_buf_bytes(&stream->packed);
    }
    make_headers(stream, false, is_packed, &headers);
    if (!status && may_pack)
        tell_post(ctx, stream, body.size, stream->packed.size);
    request.headers = headers.list;
    return status ? status
                  : qn_http_client_request(ctx, stream->client, &request,
                                           &stream->answer);
}

/* It does not fit: settle who one is by a request that asks for nothing, then
 * send what there is, and the rest as it comes. */
static enum qn_status post_pieces(struct qn_ctx *ctx,
                                  struct http_stream *stream)
{
    struct qn_http_request request = {.url = qn_buf_string(&stream->url),
                                      .is_post = true,
                                      .is_rpc = true,
                                      .in_pieces = true};
    struct headers headers;
    enum qn_status status = post_whole(ctx, stream, QN_BYTES("0000"), false);

    stream->is_negotiated =
        !status && stream->answer.outcome.offered & QN_HTTP_AUTH_NEGOTIATE;
    qn_http_answer_finish(ctx, &stream->answer);
    if (status)
        return status;
    tell_post(ctx, stream, 0, 0);
    make_headers(stream, true, false, &headers);
    request.headers = headers.list;
    stream->in_pieces = true;
    status =
        qn_http_client_start(ctx, stream->client, &request, &stream->answer);
    if (!status)
        status = qn_http_answer_write(ctx, &stream->answer,
                                      qn_buf_bytes(&stream->body), false);
    qn_buf_clear(&stream->body);
    return status;
}

/* ---- the calls */

static enum qn_status send_bytes(struct qn_ctx *ctx, void *data,
                                 struct qn_bytes bytes, bool is_end)
{
    struct http_stream *stream = data;
    size_t most = stream->client->settings.post_buffer;
    enum qn_status status = QN_OK;

    if (!stream->is_sending) {
        qn_http_answer_finish(ctx, &stream->answer);
        qn_buf_clear(&stream->body);
        stream->in_pieces = false;
        stream->is_sending = true;
        stream->has_packets = stream->server->version == 2;
        stream->head_size = stream->body_left = 0;
    }
    if (!stream->in_pieces && bytes.size > most - stream->body.size)
        status = post_pieces(ctx, stream);
    if (!status && stream->in_pieces)
        status = qn_http_answer_write(ctx, &stream->answer, bytes, is_end);
    else if (!status)
        status = qn_buf_append_bytes(ctx, &stream->body, bytes);
    if (!status && is_end && stream->in_pieces)
        status = qn_http_client_look(ctx, &stream->answer);
    else if (!status && is_end)
        status = post_whole(ctx, stream, qn_buf_bytes(&stream->body), true);
    if (is_end)
        stream->is_sending = false;
    return status;
}

/* ---- an answer in packets, of which none may be cut */

static int digit_of(char c)
{
    const char *digits = "0123456789abcdef";
    const char *at =
        c ? strchr(digits, c | 0x20 * (c >= 'A' && c <= 'F')) : NULL;

    return at ? (int)(at - digits) : -1;
}

static enum qn_status fail_head(struct qn_ctx *ctx, struct http_stream *stream)
{
    struct qn_buf shown = QN_BUF_INIT;
    enum qn_status status = qn_wire_append_shown(
        ctx, &shown, qn_bytes_make(stream->head, sizeof(stream->head)));

    if (!status) {
        qn_ctx_report(ctx, QN_REPORT_INFO, "http.bad-packet",
                      "fatal: remote-curl: bad line length character: %s",
                      qn_buf_string(&shown));
        status = qn_wire_fail_hung_up(ctx);
    }
    qn_buf_dispose(&shown);
    return status;
}

static enum qn_status follow_packets(struct qn_ctx *ctx,
                                     struct http_stream *stream,
                                     const char *bytes, size_t size)
{
    while (size) {
        size_t taken = size < stream->body_left ? size : stream->body_left;
        int length = 0;
        int i;

        stream->body_left -= taken;
        bytes += taken;
        size -= taken;
        if (!size)
            break;
        stream->head[stream->head_size++] = *bytes++;
        size--;
        if (stream->head_size < sizeof(stream->head))
            continue;
        for (i = 0; i < 4; i++) {
            int digit = digit_of(stream->head[i]);

            if (digit < 0)
                return fail_head(ctx, stream);
            length = length * 16 + digit;
        }
        stream->head_size = 0;
        stream->body_left = length > 4 ? (size_t)length - 4 : 0;
    }
    return QN_OK;
}

static void tell_cut(struct qn_ctx *ctx, struct http_stream *stream)
{
    if (stream->head_size)
        qn_ctx_report(ctx, QN_REPORT_ERROR, "http.cut-packet",
                      "%zu bytes of length header were received",
                      stream->head_size);
    else if (stream->body_left)
        qn_ctx_report(ctx, QN_REPORT_ERROR, "http.cut-packet",
                      "%zu bytes of body are still expected",
                      stream->body_left);
    stream->head_size = stream->body_left = 0;
}

static enum qn_status read_bytes(struct qn_ctx *ctx, void *data, void *room,
                                 size_t size, size_t *used)
{
    struct http_stream *stream = data;
    enum qn_status status;

    *used = 0;
    if (!stream->answer.transfer)
        return QN_OK;
    status = qn_http_answer_read(ctx, &stream->answer, room, size, used);
    if (status == QN_NETWORK)
        status = qn_http_client_fail_rpc(ctx, &stream->answer.outcome);
    else if (!status && stream->has_packets)
        status = follow_packets(ctx, stream, room, *used);
    if (!*used)
        tell_cut(ctx, stream);
    return status;
}

static void free_stream(void *data)
{
    struct http_stream *stream = data;

    if (!stream)
        return;
    qn_http_answer_end(&stream->answer);
    qn_http_client_free(stream->client);
    qn_buf_dispose(&stream->url);
    qn_buf_dispose(&stream->body);
    qn_buf_dispose(&stream->packed);
    qn_memory_free(stream);
}

struct qn_http_client *
qn_http_connection_client(const struct qn_connection *connection)
{
    if (connection->calls.free != free_stream)
        return NULL;
    return ((struct http_stream *)connection->calls.data)->client;
}

/* ---- opening */

/* What is asked for refs: upload-archive has none. */
static const char *first_service(const struct http_stream *stream)
{
    return qn_service_name(stream->service == QN_SERVICE_UPLOAD_ARCHIVE
                               ? QN_SERVICE_UPLOAD_PACK
                               : stream->service);
}

static bool is_smart(const struct http_stream *stream)
{
    char type[NAME_SIZE];
    const char *got = stream->answer.outcome.content_type;

    (void)snprintf(type, sizeof(type), "application/x-%s-advertisement",
                   first_service(stream));
    return got && strcmp(got, type) == 0;
}

static enum qn_status ask_refs(struct qn_ctx *ctx, struct http_stream *stream)
{
    struct qn_http_client *client = stream->client;
    const char *headers[4];
    struct qn_http_request request = {.headers = headers, .is_first = true};
    struct qn_buf tail = QN_BUF_INIT;
    size_t count = 0;
    enum qn_status status;

    if (client->language.size)
        headers[count++] = qn_buf_string(&client->language);
    headers[count++] = "Pragma: no-cache";
    if (*stream->version)
        headers[count++] = stream->version;
    headers[count] = NULL;
    status = qn_buf_printf(ctx, &tail, "info/refs%cservice=%s",
                           strchr(qn_http_client_base(client), '?') ? '&' : '?',
                           first_service(stream));
    if (!status)
        status =
            qn_buf_printf(ctx, &stream->url, "%s%s",
                          qn_http_client_base(client), qn_buf_string(&tail));
    request.url = qn_buf_string(&stream->url);
    if (!status)
        status = qn_http_client_request(ctx, client, &request, &stream->answer);
    if (!status)
        status = qn_http_client_rebase(ctx, client, &stream->answer,
                                       qn_buf_string(&tail));
    qn_buf_clear(&stream->url);
    if (!status)
        status = qn_buf_printf(ctx, &stream->url, "%s%s",
                               qn_http_client_base(client),
                               qn_service_name(stream->service));
    qn_buf_dispose(&tail);
    return status;
}

static enum qn_status take_dumb(struct qn_ctx *ctx, struct http_stream *stream,
                                struct qn_connection *connection)
{
    struct qn_buf text = {.limit = REFS_MAX};
    enum qn_status status =
        qn_http_answer_read_all(ctx, &stream->answer, &text);

    qn_http_answer_end(&stream->answer);
    connection->is_dumb = true;
    if (!status)
        status = qn_http_refs_read(ctx, stream->client, qn_buf_bytes(&text),
                                   &connection->server);
    qn_buf_dispose(&text);
    if (!status && stream->service == QN_SERVICE_RECEIVE_PACK) {
        qn_ctx_report(ctx, QN_REPORT_ERROR, "http.dumb-push",
                      "http-push: pushing by WebDAV is not done, and %s does "
                      "not speak Git's protocol",
                      qn_http_client_base(stream->client));
        status = qn_ctx_fail_reason(ctx, QN_UNSUPPORTED, "http.dumb-push", NULL,
                                    "git-http-push failed");
    }
    return status;
}

/* transfer.credentialsInUrl: a password in a URL, which others may read. */
static enum qn_status check_url(struct qn_ctx *ctx,
                                const struct qn_connection_options *options)
{
    const char *policy =
        qn_config_string(options->config, "transfer.credentialsinurl", "allow");
    const char *scheme = strstr(options->url, "://");
    const char *host = scheme ? scheme + 3 : options->url;
    struct qn_bytes place = qn_bytes_make(host, strcspn(host, "/?#"));
    size_t at = qn_bytes_find(place, '@');
    size_t colon = qn_bytes_find(qn_bytes_first(place, at), ':');
    char message[1024];

    if (strcmp(policy, "allow") == 0)
        return QN_OK;
    if (strcmp(policy, "warn") != 0 && strcmp(policy, "die") != 0)
        return qn_ctx_fail_reason(
            ctx, QN_INVALID, "config.bad-value", policy,
            "unrecognized value transfer.credentialsInUrl: '%s'", policy);
    if (at == place.size || colon + 1 >= at)
        return QN_OK;
    (void)snprintf(message, sizeof(message),
                   "URL '%.*s%.*s:<redacted>%s' uses plaintext credentials",
                   (int)(host - options->url), options->url, (int)colon, host,
                   host + at);
    if (*policy == 'd')
        return qn_ctx_fail_reason(ctx, QN_REFUSED, "http.plain-credentials",
                                  NULL, "%s", message);
    qn_ctx_report(ctx, QN_REPORT_WARNING, "http.plain-credentials", "%s",
                  message);
    return QN_OK;
}

enum qn_status
qn_http_connection_open(struct qn_ctx *ctx,
                        const struct qn_connection_options *options,
                        struct qn_connection *connection)
{
    struct http_stream *stream;
    bool is_archive = options->service == QN_SERVICE_UPLOAD_ARCHIVE;
    uint32_t version =
        is_archive ? options->version : qn_opener_version(options);
    enum qn_status status;

    if (is_archive && version != 2) /* the others begin with refs */
        return qn_ctx_fail_reason(ctx, QN_UNSUPPORTED, "archive.no-service",
                                  NULL,
                                  "can't connect to subservice "
                                  "git-upload-archive");
    stream = qn_memory_calloc(ctx, 1, sizeof(*stream));
    if (!stream)
        return QN_NO_MEMORY;
    connection->calls.data = stream;
    connection->calls.free = free_stream;
    connection->calls.send = send_bytes;
    connection->calls.read = read_bytes;
    connection->is_stateless = true;
    stream->service = options->service;
    stream->server = &connection->server;
    if (version)
        (void)snprintf(stream->version, sizeof(stream->version),
                       "Git-Protocol: version=%u", (unsigned)version);
    status = check_url(ctx, options);
    if (!status)
        status = qn_http_client_new(ctx, options, &stream->client);
    if (!status)
        status = ask_refs(ctx, stream);
    if (!status && !is_smart(stream))
        status = take_dumb(ctx, stream, connection);
    return status;
}
