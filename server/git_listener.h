/* SPDX-License-Identifier: MIT */
/* git://: a thread that takes connections and reads the first packet of each,
 * as slow as it may come; then a worker talks. */
#ifndef QUOIN_SERVER_GIT_LISTENER_H
#define QUOIN_SERVER_GIT_LISTENER_H

#include "server/server.h"

struct git_listener;

struct git_listener *git_listener_start(struct qn_ctx *ctx,
                                        struct server *server, int *port);
void git_listener_stop(struct git_listener *listener);

#endif
