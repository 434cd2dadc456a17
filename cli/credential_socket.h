/* SPDX-License-Identifier: MIT */
/* What credential-cache and its daemon say to each other.
 *
 *   "action=<action>" LF "timeout=<seconds>" LF, then the lines of a
 * credential; the end of the stream ends it.  The answer goes to stdout as it
 * is.
 */
#ifndef QUOIN_CLI_CREDENTIAL_SOCKET_H
#define QUOIN_CLI_CREDENTIAL_SOCKET_H

#include "cli/cli.h"

/* The name of a socket has little room: a longer path is opened from its
 * directory, which the process then is in.  -1: errno. */
int cli_credential_connect(const char *path);
/* Bound, for its owner alone, and listening. */
int cli_credential_listen(const char *path);

#endif
