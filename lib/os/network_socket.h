/* SPDX-License-Identifier: MIT */
/* Sockets of the network, as a client: a name is looked up, and its addresses
 * tried one after the other. */
#ifndef QN_OS_NETWORK_SOCKET_H
#define QN_OS_NETWORK_SOCKET_H

#include "base/ctx.h"

struct qn_network_target {
    const char *host;
    const char *port;
    int family; /* 4, 6; 0: any */
    /* Told while it goes on ("Looking up <host> ... ", "done.\n" and such);
     * NULL: nobody. */
    void (*tell)(void *data, const char *text);
    void *tell_data;
};

/* A connected descriptor, closed on exec.  QN_NETWORK with Git's words
 * ("network.look-up", "network.connect").  The context ends the wait. */
enum qn_status qn_network_socket_connect(struct qn_ctx *ctx,
                                         const struct qn_network_target *target,
                                         int *out) QN_MUST_USE;

#endif
