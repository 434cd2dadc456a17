/* SPDX-License-Identifier: MIT */
/* Version 2 over a connection: each command stands alone, as over http, so that
 * its answer can be one that is there already, or be shared.
 *
 * Who makes an answer sends it on as it grows, as far as the client takes it
 * without waiting; the rest follows when it is made. */
#ifndef QUOIN_SERVER_GIT_TALK_H
#define QUOIN_SERVER_GIT_TALK_H

#include "server/git_service.h"

/* `calls` wait, `fd` is the socket behind them; `*sent` counts what went out
 * beside `calls`. */
enum qn_status git_talk_run(struct qn_ctx *ctx,
                            const struct git_service *service,
                            const struct qn_service_calls *calls, int fd,
                            uint64_t *sent) QN_MUST_USE;

#endif
