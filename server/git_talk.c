/* SPDX-License-Identifier: MIT */
#include "server/git_talk.h"

#include "base/memory.h"
#include "codec/pkt_line.h"

#include <errno.h>
#include <sys/socket.h>

struct talk {
    const struct qn_service_calls *calls;
    int fd;
    uint64_t *sent;
    struct response_reader reader;
    uint64_t most_behind; /* then the maker waits for the client, too */
    bool is_gone;
    size_t at, size;
    uint8_t held[1 << 16]; /* taken, and not sent yet */
};

/* Send what is held; without waiting, what goes.  False: it does not go on. */
static bool send_held(struct qn_ctx *ctx, struct talk *talk, bool waits)
{
    while (talk->at < talk->size) {
        struct qn_bytes rest =
            qn_bytes_make(talk->held + talk->at, talk->size - talk->at);
        ssize_t count =
            send(talk->fd, rest.data, rest.size, MSG_NOSIGNAL | MSG_DONTWAIT);

        if (count > 0) {
            talk->at += (size_t)count;
            *talk->sent += (uint64_t)count;
            continue;
        }
        if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) {
            if (!waits)
                return false;
            if (!talk->calls->write(ctx, talk->calls->data, rest)) {
                talk->at = talk->size;
                continue;
            }
        }
        talk->is_gone = true;
        return false;
    }
    return true;
}

static void on_append(struct qn_ctx *ctx, void *data)
{
    struct talk *talk = data;
    struct response *response = talk->reader.response;

    while (!talk->is_gone && response) {
        bool waits =
            response_size(response) - talk->reader.offset > talk->most_behind;

        if (!send_held(ctx, talk, waits))
            break;
        talk->at = talk->size = 0;
        if (response_read(&talk->reader, talk->held, sizeof(talk->held),
                          &talk->size) != RESPONSE_DATA)
            break;
    }
    if (talk->is_gone) { /* others may want it all the same */
        qn_ctx_clear(ctx);
        response_detach(&talk->reader);
    }
}

static enum qn_status send_rest(struct qn_ctx *ctx, struct talk *talk)
{
    enum response_state state = RESPONSE_DATA;

    while (!talk->is_gone && state == RESPONSE_DATA) {
        if (!send_held(ctx, talk, true))
            break;
        talk->at = talk->size = 0;
        state = response_await(&talk->reader, talk->held, sizeof(talk->held),
                               &talk->size);
    }
    return talk->is_gone || state == RESPONSE_CUT
               ? qn_ctx_fail_reason(ctx, QN_NETWORK, "serve.cut", NULL,
                                    "the client went away, or its answer "
                                    "could not be made")
               : QN_OK;
}

static enum qn_status answer(struct qn_ctx *ctx, struct talk *talk,
                             struct git_service *service, struct qn_bytes body)
{
    struct response *made = NULL;
    enum qn_status status;

    service->on_append = on_append;
    service->on_append_data = talk;
    talk->at = talk->size = 0;
    status = git_service_find(ctx, service, body, &talk->reader, &made);
    if (status)
        return status;
    if (made) {
        talk->most_behind = response_window(made) / 4;
        git_service_make(ctx, service, body, made);
    }
    status = send_rest(ctx, talk);
    response_detach(&talk->reader);
    return status;
}

/* One command, packets and all; `*is_over`: there is none. */
static enum qn_status read_command(struct qn_ctx *ctx, struct qn_service_io *io,
                                   struct qn_buf *body, bool *is_over)
{
    struct qn_pkt_line packet;
    enum qn_status status = QN_OK;

    qn_buf_clear(body);
    for (;;) {
        status = qn_service_io_next(ctx, io, &packet, is_over);
        if (status || *is_over)
            return status;
        if (packet.kind == QN_PKT_LINE_FLUSH) {
            *is_over = body->size == 0;
            return qn_pkt_line_append_flush(ctx, body);
        }
        status = packet.kind == QN_PKT_LINE_DELIMITER
                     ? qn_pkt_line_append_delimiter(ctx, body)
                 : packet.kind == QN_PKT_LINE_DATA
                     ? qn_pkt_line_append(ctx, body, packet.payload)
                     : qn_ctx_fail(ctx, QN_INVALID, "no packet of a command");
        if (status)
            return status;
    }
}

enum qn_status git_talk_run(struct qn_ctx *ctx,
                            const struct git_service *service,
                            const struct qn_service_calls *calls, int fd,
                            uint64_t *sent)
{
    struct git_service own = *service;
    struct talk *talk = qn_memory_calloc(ctx, 1, sizeof(*talk));
    struct qn_buf body = QN_BUF_INIT;
    struct qn_service_io io;
    bool is_over = false;
    enum qn_status status = talk ? QN_OK : QN_NO_MEMORY;

    qn_service_io_init(&io, calls);
    io.input.is_local = true;
    body.limit = (size_t)service->server->settings->request_size;
    own.is_stateless = true;
    own.advertises = true;
    if (talk) {
        talk->calls = calls;
        talk->fd = fd;
        talk->sent = sent;
        status = answer(ctx, talk, &own, QN_BYTES_NONE);
    }
    own.advertises = false;
    while (!status && !is_over) {
        status = read_command(ctx, &io, &body, &is_over);
        if (!status && !is_over)
            status = answer(ctx, talk, &own, qn_buf_bytes(&body));
    }
    qn_service_io_dispose(&io);
    qn_buf_dispose(&body);
    qn_memory_free(talk);
    return status;
}
