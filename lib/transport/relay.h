/* SPDX-License-Identifier: MIT */
/* The remote helpers ext and fd, as programs of their own: what another Git
 * says to their stdin, and the bytes of both sides passed on.
 *
 *   "capabilities" -> "*connect", ""
 *   "connect <service>" -> "", then the streams are joined
 *
 * gitremote-helpers(7), git-remote-ext(1), git-remote-fd(1).
 */
#ifndef QN_TRANSPORT_RELAY_H
#define QN_TRANSPORT_RELAY_H

#include "base/ctx.h"

struct qn_relay {
    const char *address; /* behind "ext::" or "fd::" */
    bool is_fd;
    int in; /* of the other Git; closed at the end */
    int out;
    char *bad_command; /* out: one that is none; owned */
};

/* `*code`: the exit code of the program, or 0. */
enum qn_status qn_relay_run(struct qn_ctx *ctx, struct qn_relay *relay,
                            int *code) QN_MUST_USE;
void qn_relay_dispose(struct qn_relay *relay);

#endif
