/* SPDX-License-Identifier: MIT */
#include "operation/part/service_io.h"

#include "os/file.h"
#include "wire/wire_trace.h"

#define PIECE_SIZE ((size_t)64 << 10)

void qn_service_io_init(struct qn_service_io *io,
                        const struct qn_service_calls *calls)
{
    memset(io, 0, sizeof(*io));
    io->calls = *calls;
}

void qn_service_io_dispose(struct qn_service_io *io)
{
    qn_wire_input_dispose(&io->input);
    qn_buf_dispose(&io->out);
}

static enum qn_status read_descriptor(struct qn_ctx *ctx, void *data,
                                      void *room, size_t size, size_t *used)
{
    return qn_file_read_some(ctx, ((const int *)data)[0], room, size, used);
}

static enum qn_status write_descriptor(struct qn_ctx *ctx, void *data,
                                       struct qn_bytes bytes)
{
    return qn_file_write(ctx, ((const int *)data)[1], bytes.data, bytes.size);
}

struct qn_service_calls qn_service_calls_of(int descriptors[2])
{
    return (struct qn_service_calls){.data = descriptors,
                                     .read = read_descriptor,
                                     .write = write_descriptor};
}

enum qn_status qn_service_io_fill(struct qn_ctx *ctx, struct qn_service_io *io)
{
    uint8_t room[PIECE_SIZE];
    size_t used = 0;
    enum qn_status status =
        io->calls.read(ctx, io->calls.data, room, sizeof(room), &used);

    if (status)
        return status;
    io->input.is_over = used == 0;
    return qn_wire_input_feed(ctx, &io->input, qn_bytes_make(room, used));
}

enum qn_status qn_service_io_next(struct qn_ctx *ctx, struct qn_service_io *io,
                                  struct qn_pkt_line *packet, bool *is_over)
{
    enum qn_status status;

    *is_over = false;
    for (;;) {
        if (io->input.is_over && qn_wire_input_rest(&io->input).size == 0) {
            *is_over = true;
            return QN_OK;
        }
        status = qn_wire_input_next(ctx, &io->input, packet);
        if (status || packet->kind != QN_PKT_LINE_MORE)
            return status;
        status = qn_service_io_fill(ctx, io);
        if (status)
            return status;
    }
}

enum qn_status qn_service_io_send(struct qn_ctx *ctx, struct qn_service_io *io,
                                  struct qn_bytes bytes)
{
    if (io->input.traced && qn_trace_wants(ctx, QN_TRACE_PACKET))
        qn_wire_trace_sent(ctx, io->input.traced, bytes);
    return io->calls.write(ctx, io->calls.data, bytes);
}

enum qn_status qn_service_io_flush(struct qn_ctx *ctx, struct qn_service_io *io)
{
    enum qn_status status = QN_OK;

    if (io->out.size > 0)
        status = qn_service_io_send(ctx, io, qn_buf_bytes(&io->out));
    qn_buf_clear(&io->out);
    return status;
}

enum qn_status qn_service_io_error(struct qn_ctx *ctx, struct qn_service_io *io,
                                   const char *message)
{
    enum qn_status status =
        qn_pkt_line_printf(ctx, &io->out, "ERR %s", message);

    return status ? status : qn_service_io_flush(ctx, io);
}
