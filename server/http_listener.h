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
/* Read the certificate and its key again: who comes from now on is shown them;
 * when something is wrong with them the old ones stay. */
enum qn_status http_listener_reload(struct qn_ctx *ctx,
                                    struct http_listener *listener) QN_MUST_USE;
/* Let go of what served older certificates, once nobody uses it any more. */
void http_listener_sweep(struct http_listener *listener);
/* Take no new connections. */
void http_listener_quiesce(struct http_listener *listener);
/* After the jobs are done: what is being sent may take until then
 * (response_clock_ms); then end. */
void http_listener_stop(struct http_listener *listener, int64_t until_ms);

/* "host:port", "host", ":port", "[::1]:port"; `host` "" for all. */
bool http_listener_address(const char *text, char *host, size_t size,
                           int *port);

#endif
