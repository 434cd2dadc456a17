/* SPDX-License-Identifier: MIT */
#include "transport/link.h"

#include "base/memory.h"
#include "wire/wire_input.h"

/* What a program that was told that nothing follows may take to close its side,
 * and then to end. */
#define CLOSE_MS 5000
#define END_MS   2000

static enum qn_status send_bytes(struct qn_ctx *ctx, void *data,
                                 struct qn_bytes bytes, bool is_end)
{
    struct qn_link *link = data;

    (void)is_end;
    return qn_duplex_send(ctx, &link->streams, bytes);
}

static enum qn_status read_bytes(struct qn_ctx *ctx, void *data, void *room,
                                 size_t size, size_t *used)
{
    struct qn_link *link = data;

    return qn_duplex_read(ctx, &link->streams, room, size, used);
}

static enum qn_status close_send(struct qn_ctx *ctx, void *data)
{
    struct qn_link *link = data;

    if (link->streams.is_broken)
        return qn_wire_fail_hung_up(ctx);
    /* Of a socket it would be a shutdown, which some take for the end. */
    if (!link->streams.is_socket)
        qn_duplex_close_send(&link->streams);
    return QN_OK;
}

enum qn_status qn_link_finish(struct qn_ctx *ctx, struct qn_link *link)
{
    bool is_over = false;
    enum qn_status status = QN_OK;
    int signal_number = 0;
    int code = 0;

    qn_duplex_close_send(&link->streams);
    if (link->process) {
        do
            status = qn_duplex_drain(ctx, &link->streams, CLOSE_MS, &is_over);
        while (!status && !is_over && link->waits_long);
    }
    qn_duplex_dispose(&link->streams);
    if (!link->process)
        return status;
    if (status) {
        qn_process_free(link->process);
    } else {
        status = qn_process_end_within(ctx, link->process, END_MS, &code,
                                       &signal_number);
        if (!status && code)
            status = qn_ctx_fail_reason(
                ctx, QN_NETWORK, "transport.program-failed", NULL,
                "the program of the other side ended with %d", code);
    }
    link->process = NULL;
    return status;
}

static enum qn_status finish(struct qn_ctx *ctx, void *data)
{
    return qn_link_finish(ctx, data);
}

void qn_link_free(struct qn_link *link)
{
    if (!link)
        return;
    qn_duplex_dispose(&link->streams);
    qn_process_free(link->process);
    qn_memory_free(link);
}

static void free_link(void *data)
{
    qn_link_free(data);
}

struct qn_connection_calls qn_link_calls(struct qn_link *link)
{
    struct qn_connection_calls calls = {.data = link,
                                        .send = send_bytes,
                                        .read = read_bytes,
                                        .close_send = close_send,
                                        .finish = finish,
                                        .free = free_link};

    return calls;
}

enum qn_status qn_link_of(struct qn_ctx *ctx, int in, int out, bool is_socket,
                          struct qn_link **link)
{
    struct qn_link *made = qn_memory_calloc(ctx, 1, sizeof(*made));

    if (!made)
        return QN_NO_MEMORY;
    made->streams.in = in;
    made->streams.out = out;
    made->streams.is_socket = is_socket;
    *link = made;
    return QN_OK;
}

enum qn_status qn_link_start(struct qn_ctx *ctx,
                             const struct qn_process_options *options,
                             struct qn_link **out)
{
    struct qn_process_options with = *options;
    struct qn_link *made = NULL;
    enum qn_status status = qn_link_of(ctx, -1, -1, false, &made);

    if (status)
        return status;
    with.in = with.out = QN_PROCESS_PIPE;
    status = qn_process_start(ctx, &with, &made->process);
    if (status) {
        qn_link_free(made);
        return status;
    }
    qn_process_take_pipes(made->process, &made->streams.out, &made->streams.in);
    *out = made;
    return QN_OK;
}
