/* SPDX-License-Identifier: MIT */
/* What the remote helpers for http pass on: requests of another Git that come
 * in packets, and files.
 *
 *   lines      of the other Git, up to the one that changes what follows
 *   connect    -> "" and what the server said first, then for each request (up
 *              to a flush) a POST, its answer as it comes, and the packet 0002
 *   get        a file, into <path>.temp first; what is there is gone on with
 *
 * gitremote-helpers(7): stateless-connect, get; gitprotocol-v2(5).
 */
#ifndef QN_TRANSPORT_HTTP_RELAY_H
#define QN_TRANSPORT_HTTP_RELAY_H

#include "os/duplex.h"
#include "transport/connection.h"

struct qn_http_relay {
    struct qn_duplex caller; /* the other Git */
    struct qn_buf held;      /* read of it, and not yet taken */
    size_t at;
};

/* Descriptors stay the caller's. */
void qn_http_relay_init(struct qn_http_relay *relay, int in, int out);
void qn_http_relay_dispose(struct qn_http_relay *relay);

/* The next line without its end; `*is_over`: there is none.  QN_TOO_BIG. */
enum qn_status qn_http_relay_line(struct qn_ctx *ctx,
                                  struct qn_http_relay *relay,
                                  struct qn_buf *line,
                                  bool *is_over) QN_MUST_USE;

/* Does the server speak version 2 there?  `heard`: what it said first. */
bool qn_http_relay_can_connect(const struct qn_connection *connection);
/* Pass on, until the other Git has no more to ask.  Failures as of the
 * connection; QN_INVALID ("transport.relay") for what are no packets. */
enum qn_status qn_http_relay_connect(struct qn_ctx *ctx,
                                     struct qn_http_relay *relay,
                                     struct qn_connection *connection,
                                     struct qn_bytes heard) QN_MUST_USE;

/* Download `uri` to `path`; with what <path>.temp has, only the rest. */
enum qn_status qn_http_relay_get(struct qn_ctx *ctx,
                                 const struct qn_connection_options *options,
                                 const char *uri, const char *path) QN_MUST_USE;

#endif
