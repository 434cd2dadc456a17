/* SPDX-License-Identifier: MIT */
#include "os/duplex.h"

#include "base/env.h"
#include "os/process.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#ifndef __wasi__
#include <sys/socket.h>
#endif
#include <unistd.h>

#define LOOK_UP_MS    1000
#define PIECE_SIZE    65536
#define PENDING_LIMIT ((size_t)16 << 20)
/* What a pipe that is ready to be written surely takes without waiting. */
#define SAFE_WRITE 512

static enum qn_status fail(struct qn_ctx *ctx, const char *what, int number)
{
    return qn_ctx_fail_reason(ctx, QN_NETWORK, "os.network", NULL, "%s: %s",
                              what, strerror(number));
}

static bool is_to_be_tried_again(int number)
{
    return number == EINTR || number == EAGAIN || number == EWOULDBLOCK;
}

enum qn_status qn_duplex_share(struct qn_ctx *ctx, int in, int out,
                               struct qn_duplex *duplex)
{
    duplex->is_shared = true;
    duplex->in = fcntl(in, F_DUPFD_CLOEXEC, 3);
    if (duplex->in < 0)
        return qn_ctx_fail_errno(ctx, errno, "descriptor %d", in);
    duplex->out = duplex->in;
    if (out != in)
        duplex->out = fcntl(out, F_DUPFD_CLOEXEC, 3);
    if (duplex->out < 0)
        return qn_ctx_fail_errno(ctx, errno, "descriptor %d", out);
    return QN_OK;
}

/* Until one can go on; `timeout_ms` -1: as long as it takes, looking at the
 * context meanwhile.  `*count` 0: the time is over. */
static enum qn_status wait_for(struct qn_ctx *ctx, struct pollfd *polled,
                               nfds_t size, int timeout_ms, int *count)
{
    for (;;) {
        int step = timeout_ms >= 0 && timeout_ms < LOOK_UP_MS ? timeout_ms
                                                              : LOOK_UP_MS;
        enum qn_status status = qn_ctx_check(ctx);

        if (status)
            return status;
        *count = poll(polled, size, step);
        if (*count > 0)
            return QN_OK;
        if (*count < 0 && errno != EINTR)
            return fail(ctx, "poll failed", errno);
        if (timeout_ms >= 0) {
            timeout_ms -= step;
            if (timeout_ms <= 0) {
                *count = 0;
                return QN_OK;
            }
        }
    }
}

static void make_ready(struct qn_duplex *duplex)
{
    if (!duplex->is_ready && !duplex->is_shared && duplex->out >= 0 &&
        !duplex->is_socket)
        (void)fcntl(duplex->out, F_SETFL,
                    fcntl(duplex->out, F_GETFL) | O_NONBLOCK);
    duplex->is_ready = true;
}

static ptrdiff_t put_some(struct qn_duplex *duplex, struct qn_bytes bytes)
{
#ifndef __wasi__
    if (duplex->is_socket)
        return send(duplex->out, bytes.data, bytes.size,
                    MSG_DONTWAIT | MSG_NOSIGNAL);
#endif
    if (duplex->is_shared && bytes.size > SAFE_WRITE)
        bytes.size = SAFE_WRITE;
    return qn_process_write(duplex->out, bytes.data, bytes.size);
}

/* What it says while it is being told. */
static enum qn_status keep_some(struct qn_ctx *ctx, struct qn_duplex *duplex,
                                bool *is_over)
{
    enum qn_status status;
    ssize_t got;

    if (duplex->pending.size - duplex->at > PENDING_LIMIT)
        return qn_ctx_fail_reason(ctx, QN_TOO_BIG, "os.network-talks", NULL,
                                  "the other side talks and does not listen");
    status = qn_buf_reserve(ctx, &duplex->pending, PIECE_SIZE);
    if (status)
        return status;
    got = read(duplex->in, duplex->pending.data + duplex->pending.size,
               PIECE_SIZE);
    if (got > 0)
        duplex->pending.size += (size_t)got;
    else if (got == 0 || !is_to_be_tried_again(errno))
        *is_over = true; /* reading finds it again */
    return QN_OK;
}

enum qn_status qn_duplex_send(struct qn_ctx *ctx, struct qn_duplex *duplex,
                              struct qn_bytes bytes)
{
    bool is_over = false;
    enum qn_status status = QN_OK;
    bool may_write = !duplex->is_shared;

    make_ready(duplex);
    while (!status && bytes.size > 0 && duplex->out >= 0 &&
           !duplex->is_broken) {
        struct pollfd polled[2] = {{duplex->out, POLLOUT, 0},
                                   {is_over ? -1 : duplex->in, POLLIN, 0}};
        ptrdiff_t put = 0;
        int count;

        if (may_write) {
            put = put_some(duplex, bytes);
            if (put < 0 && (errno == EPIPE || errno == ECONNRESET))
                duplex->is_broken = true;
            else if (put < 0 && !is_to_be_tried_again(errno))
                return fail(ctx, "write error", errno);
            if (put > 0)
                bytes = qn_bytes_from(bytes, (size_t)put);
            may_write = put > 0 && !duplex->is_shared;
            continue;
        }
        status = wait_for(ctx, polled, 2, -1, &count);
        may_write = polled[0].revents != 0;
        if (!status && polled[1].revents)
            status = keep_some(ctx, duplex, &is_over);
    }
    return status;
}

enum qn_status qn_duplex_read(struct qn_ctx *ctx, struct qn_duplex *duplex,
                              void *room, size_t size, size_t *used)
{
    size_t left = duplex->pending.size - duplex->at;

    *used = 0;
    if (left > 0) {
        *used = left < size ? left : size;
        memcpy(room, duplex->pending.data + duplex->at, *used);
        duplex->at += *used;
        if (duplex->at == duplex->pending.size) {
            qn_buf_clear(&duplex->pending);
            duplex->at = 0;
        }
        return QN_OK;
    }
    while (duplex->in >= 0) {
        struct pollfd polled = {duplex->in, POLLIN, 0};
        int count;
        enum qn_status status = wait_for(ctx, &polled, 1, -1, &count);
        ssize_t got;

        if (status)
            return status;
        got = read(duplex->in, room, size);
        if (got >= 0) {
            *used = (size_t)got;
            return QN_OK;
        }
        if (errno == ECONNRESET && duplex->is_broken)
            return QN_OK; /* it closed while it was being told */
        if (!is_to_be_tried_again(errno))
            return fail(ctx, "read error", errno);
    }
    return QN_OK;
}

enum qn_status qn_duplex_drain(struct qn_ctx *ctx, struct qn_duplex *duplex,
                               unsigned timeout_ms, bool *is_over)
{
    int64_t end =
        qn_env_clock(qn_ctx_env(ctx), false) + (int64_t)timeout_ms * 1000000;
    char room[4096];

    *is_over = duplex->in < 0;
    while (!*is_over) {
        struct pollfd polled = {duplex->in, POLLIN, 0};
        int64_t left = end - qn_env_clock(qn_ctx_env(ctx), false);
        enum qn_status status;
        int count;
        ssize_t got;

        if (left <= 0)
            return QN_OK;
        status = wait_for(ctx, &polled, 1, (int)(left / 1000000) + 1, &count);
        if (status)
            return status;
        if (count == 0)
            return QN_OK;
        got = read(duplex->in, room, sizeof(room));
        *is_over = got == 0 || (got < 0 && !is_to_be_tried_again(errno));
    }
    return QN_OK;
}

/* One direction of a join. */
struct flow {
    struct qn_duplex *from;
    struct qn_duplex *to;
    struct qn_bytes left; /* of `room`, not yet passed on */
    char *room;
    bool is_over;
};

static enum qn_status flow_once(struct qn_ctx *ctx, struct flow *flow,
                                short readable, short writable)
{
    if (flow->left.size == 0 && readable) {
        ssize_t got = read(flow->from->in, flow->room, PIECE_SIZE);

        if (got > 0)
            flow->left = qn_bytes_make(flow->room, (size_t)got);
        else if (got == 0 || errno == ECONNRESET)
            flow->is_over = true;
        else if (!is_to_be_tried_again(errno))
            return fail(ctx, "read error", errno);
    } else if (flow->left.size > 0 && writable) {
        ptrdiff_t put = put_some(flow->to, flow->left);

        if (put > 0)
            flow->left = qn_bytes_from(flow->left, (size_t)put);
        else if (put < 0 && !is_to_be_tried_again(errno))
            flow->is_over = true; /* nobody listens any more */
    }
    if (flow->is_over)
        qn_duplex_close_send(flow->to);
    return QN_OK;
}

enum qn_status qn_duplex_join(struct qn_ctx *ctx, struct qn_duplex *a,
                              struct qn_duplex *b)
{
    struct qn_buf rooms = QN_BUF_INIT;
    struct flow flows[2] = {{.from = a, .to = b}, {.from = b, .to = a}};
    enum qn_status status = qn_buf_reserve(ctx, &rooms, 2 * PIECE_SIZE);

    if (status)
        return status;
    flows[0].room = (char *)rooms.data;
    flows[1].room = (char *)rooms.data + PIECE_SIZE;
    make_ready(a);
    make_ready(b);
    while (!status && (!flows[0].is_over || !flows[1].is_over)) {
        struct pollfd polled[4];
        int count;
        int i;

        for (i = 0; i < 2; i++) {
            bool is_full = flows[i].left.size > 0;

            polled[2 * i] = (struct pollfd){
                flows[i].is_over || is_full ? -1 : flows[i].from->in, POLLIN,
                0};
            polled[2 * i + 1] = (struct pollfd){
                flows[i].is_over || !is_full ? -1 : flows[i].to->out, POLLOUT,
                0};
        }
        status = wait_for(ctx, polled, 4, -1, &count);
        for (i = 0; i < 2 && !status; i++)
            if (!flows[i].is_over)
                status = flow_once(ctx, &flows[i], polled[2 * i].revents,
                                   polled[2 * i + 1].revents);
    }
    qn_buf_dispose(&rooms);
    return status;
}

void qn_duplex_close_send(struct qn_duplex *duplex)
{
    if (duplex->out < 0)
        return;
#ifndef __wasi__
    if (duplex->is_socket)
        (void)shutdown(duplex->out, SHUT_WR);
#endif
    if (duplex->out != duplex->in)
        (void)close(duplex->out);
    duplex->out = -1;
}

void qn_duplex_dispose(struct qn_duplex *duplex)
{
    if (duplex->out >= 0 && duplex->out != duplex->in)
        (void)close(duplex->out);
    if (duplex->in >= 0)
        (void)close(duplex->in);
    duplex->in = duplex->out = -1;
    qn_buf_dispose(&duplex->pending);
    duplex->at = 0;
}
