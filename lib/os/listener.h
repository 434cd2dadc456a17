/* SPDX-License-Identifier: MIT */
/* Sockets that clients connect to, and who it is that did. */
#ifndef QN_OS_LISTENER_H
#define QN_OS_LISTENER_H

#include "base/buf.h"
#include "base/ctx.h"

#define QN_LISTENER_MOST 64 /* addresses of one listener */

struct qn_listener {
    int fds[QN_LISTENER_MOST];
    size_t count;
};

/* Listen on every address of `host` (NULL: all of this machine), adding to what
 * is there.  What cannot be had is reported as an error, and is no failure
 * while there is another.  `*added`: how many there are now.  Port 0: any. */
enum qn_status qn_listener_open(struct qn_ctx *ctx, const char *host, int port,
                                bool reuses_address,
                                struct qn_listener *listener,
                                size_t *added) QN_MUST_USE;
void qn_listener_close(struct qn_listener *listener);
/* The port of the first address. */
int qn_listener_port(const struct qn_listener *listener);
/* Wait for a client and answer its descriptor (closed on exec), or -1: a signal
 * came, or `timeout_ms` went by (negative: for ever), or the client is gone.
 * `next`: 0 at first; kept between calls, so that each address gets its turn.
 */
int qn_listener_accept(const struct qn_listener *listener, int timeout_ms,
                       size_t *next);

#define QN_LISTENER_NAME_SIZE 80
#define QN_LISTENER_PORT_SIZE 8
/* Who is at the other end: "192.0.2.1" or "2001:db8::1".  False: it is no
 * socket of the network. */
bool qn_listener_peer(int fd, char host[QN_LISTENER_NAME_SIZE],
                      char port[QN_LISTENER_PORT_SIZE], bool *is_version_6);
/* Ask now and then whether the other side is still there. */
void qn_listener_keep_alive(int fd);

/* Append the canonical name of a host, and its address; nothing when it is not
 * known. */
enum qn_status qn_listener_resolve(struct qn_ctx *ctx, const char *host,
                                   struct qn_buf *canonical,
                                   struct qn_buf *address) QN_MUST_USE;

#endif
