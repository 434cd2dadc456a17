/* SPDX-License-Identifier: MIT */
/* The event loop of http: connections in, requests to the workers, answers out
 * as they come. */
#ifndef QUOIN_SERVER_HTTP_LISTENER_H
#define QUOIN_SERVER_HTTP_LISTENER_H

#include "server/server.h"

struct http_listener;

/* NULL: what is wrong was said.  `*port`: where it listens. */
struct http_listener *http_listener_start(struct qn_ctx *ctx,
                                          struct server *server, int *port);
/* Take no new connections. */
void http_listener_quiesce(struct http_listener *listener);
/* After the jobs are done: wait `seconds` for what is being sent, then end. */
void http_listener_stop(struct http_listener *listener, unsigned seconds);

/* "host:port", "host", ":port", "[::1]:port"; `host` "" for all. */
bool http_listener_address(const char *text, char *host, size_t size,
                           int *port);

#endif
