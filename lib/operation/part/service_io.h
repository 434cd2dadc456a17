/* SPDX-License-Identifier: MIT */
/* The two directions of a connection, for who talks over it one word after the
 * other: packets in, bytes out.  Where the bytes come from and go to is a table
 * of functions: a descriptor, a request over http, memory. */
#ifndef QN_OPERATION_PART_SERVICE_IO_H
#define QN_OPERATION_PART_SERVICE_IO_H

#include "wire/wire_input.h"

struct qn_service_calls {
    void *data;
    /* At least one byte, or `*used` 0 at the end. */
    enum qn_status (*read)(struct qn_ctx *ctx, void *data, void *room,
                           size_t size, size_t *used);
    enum qn_status (*write)(struct qn_ctx *ctx, void *data,
                            struct qn_bytes bytes);
};

struct qn_service_io {
    struct qn_service_calls calls;
    struct qn_wire_input input;
    struct qn_buf out; /* gathered, and sent by flush */
};

void qn_service_io_init(struct qn_service_io *io,
                        const struct qn_service_calls *calls);
void qn_service_io_dispose(struct qn_service_io *io);
/* Calls over two descriptors: {in, out}, which outlive them. */
struct qn_service_calls qn_service_calls_of(int descriptors[2]);

/* Read until a packet is there.  `*is_over`: the other side ended before its
 * first byte; QN_NETWORK in the middle. */
enum qn_status qn_service_io_next(struct qn_ctx *ctx, struct qn_service_io *io,
                                  struct qn_pkt_line *packet,
                                  bool *is_over) QN_MUST_USE;
/* Read more into the input. */
enum qn_status qn_service_io_fill(struct qn_ctx *ctx,
                                  struct qn_service_io *io) QN_MUST_USE;
/* Send whole packets, past what `out` holds. */
enum qn_status qn_service_io_send(struct qn_ctx *ctx, struct qn_service_io *io,
                                  struct qn_bytes bytes) QN_MUST_USE;
/* Send what `out` holds. */
enum qn_status qn_service_io_flush(struct qn_ctx *ctx,
                                   struct qn_service_io *io) QN_MUST_USE;
/* Tell the other side, in an "ERR" packet, why it ends. */
enum qn_status qn_service_io_error(struct qn_ctx *ctx, struct qn_service_io *io,
                                   const char *message) QN_MUST_USE;

#endif
