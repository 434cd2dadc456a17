/* SPDX-License-Identifier: MIT */
/* Two streams of bytes with somebody else: pipes or a socket.
 *
 * Neither side can make the other wait for ever: what it says while it is being
 * told something is kept (up to a limit), and every wait looks at the context.
 * One that does not listen any more is no failure of sending: what it still
 * said can be read.  SIGPIPE never comes.
 */
#ifndef QN_OS_DUPLEX_H
#define QN_OS_DUPLEX_H

#include "base/buf.h"
#include "base/ctx.h"

struct qn_duplex {
    int in;  /* is read; -1: closed */
    int out; /* is written; -1: closed; may be `in`, a socket */
    bool is_socket;
    bool is_shared; /* others have the descriptors: their flags stay */
    bool is_broken; /* it does not listen any more */
    bool is_ready;  /* within: flags are set */
    struct qn_buf pending;
    size_t at; /* before it `pending` is taken */
};
#define QN_DUPLEX_INIT                                                         \
    {                                                                          \
        .in = -1, .out = -1                                                    \
    }

/* Of two descriptors that others go on using: copies of them. */
enum qn_status qn_duplex_share(struct qn_ctx *ctx, int in, int out,
                               struct qn_duplex *duplex) QN_MUST_USE;
/* All of `bytes`.  QN_NETWORK; QN_TOO_BIG when it talks without end instead of
 * listening. */
enum qn_status qn_duplex_send(struct qn_ctx *ctx, struct qn_duplex *duplex,
                              struct qn_bytes bytes) QN_MUST_USE;
/* At least one byte, or `*used` 0 at the end. */
enum qn_status qn_duplex_read(struct qn_ctx *ctx, struct qn_duplex *duplex,
                              void *room, size_t size,
                              size_t *used) QN_MUST_USE;
/* Read and forget until its end, for so long at most; `*is_over` when it came.
 */
enum qn_status qn_duplex_drain(struct qn_ctx *ctx, struct qn_duplex *duplex,
                               unsigned timeout_ms, bool *is_over) QN_MUST_USE;
/* Copy between two pairs until both directions have ended: what `a` says goes
 * to `b`, and back. */
enum qn_status qn_duplex_join(struct qn_ctx *ctx, struct qn_duplex *a,
                              struct qn_duplex *b) QN_MUST_USE;
/* Nothing more will be sent. */
void qn_duplex_close_send(struct qn_duplex *duplex);
void qn_duplex_dispose(struct qn_duplex *duplex);

#endif
