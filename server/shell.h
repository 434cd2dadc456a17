/* SPDX-License-Identifier: MIT */
/* The forced command of a key, for one user, by the same rules as over http:
 *
 *   command="quoin serve --shell=alice --access=FILE -c
 * \"$SSH_ORIGINAL_COMMAND\" FOLDER"
 */
#ifndef QUOIN_SERVER_SHELL_H
#define QUOIN_SERVER_SHELL_H

#include "server/server.h"

/* Answers the exit code. */
int shell_run(struct qn_ctx *ctx, struct server *server);

#endif
