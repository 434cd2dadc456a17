/* SPDX-License-Identifier: MIT */
/* A connection that stays: a program's stdin and stdout, a socket, or two
 * descriptors that somebody opened already.
 *
 * What a program writes to stderr goes where ours goes.
 */
#ifndef QN_TRANSPORT_LINK_H
#define QN_TRANSPORT_LINK_H

#include "os/duplex.h"
#include "os/process.h"
#include "transport/connection.h"

struct qn_link {
    struct qn_duplex streams;
    struct qn_process *process; /* NULL: none */
    bool waits_long; /* the program may go on working when all was sent */
};

/* Start it with pipes; all of `options` but in and out. */
enum qn_status qn_link_start(struct qn_ctx *ctx,
                             const struct qn_process_options *options,
                             struct qn_link **out) QN_MUST_USE;
/* Of descriptors that belong to the link from then on. */
enum qn_status qn_link_of(struct qn_ctx *ctx, int in, int out, bool is_socket,
                          struct qn_link **link) QN_MUST_USE;
struct qn_connection_calls qn_link_calls(struct qn_link *link);
/* Close, and wait for the program: killed when it does not end (at once with
 * receive-pack: hooks may still run).  NULL is fine. */
void qn_link_free(struct qn_link *link);
/* The same in good order.  QN_NETWORK ("transport.program-failed") for another
 * exit code than 0. */
enum qn_status qn_link_finish(struct qn_ctx *ctx,
                              struct qn_link *link) QN_MUST_USE;

#endif
