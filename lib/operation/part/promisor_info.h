/* SPDX-License-Identifier: MIT */
/* Promisor remotes that a server tells of, and which of them a client takes on
 * (the capability promisor-remote of version 2).
 *
 *   "name=<n>,url=<u>[,partialCloneFilter=<f>][,token=<t>];name=..."
 *
 * each value with "%xx" for what means something.  The server tells of those
 * that it has itself (promisor.advertise, promisor.sendFields); the client
 * answers with names: of all, or of those that it knows
 * (promisor.acceptFromServer, promisor.checkFields), and keeps fields of those
 * that are configured here already (promisor.storeFields).  Never is a remote
 * or a URL made of what a server said.  gitprotocol-v2(5), git-config(1).
 */
#ifndef QN_OPERATION_PART_PROMISOR_INFO_H
#define QN_OPERATION_PART_PROMISOR_INFO_H

#include "base/buf.h"
#include "base/ctx.h"
#include "config/config.h"

/* The value that a server tells of; nothing is appended when it tells of none.
 */
enum qn_status qn_promisor_info_advertise(struct qn_ctx *ctx,
                                          const struct qn_config *config,
                                          struct qn_buf *out) QN_MUST_USE;

struct qn_promisor_choice {
    struct qn_buf names;  /* accepted, as they are sent; "": none */
    struct qn_buf filter; /* what they all leave out (--filter=auto), or "" */
    bool has_stored;      /* the configuration changed */
};
#define QN_PROMISOR_CHOICE_INIT                                                \
    {                                                                          \
        .names = QN_BUF_INIT                                                   \
    }
void qn_promisor_choice_dispose(struct qn_promisor_choice *choice);

/* `told`: the server's value.  `path`: the configuration file that fields are
 * stored in; NULL: nowhere.  What cannot be understood is told of and passed
 * over; a stored field is told of, too. */
enum qn_status
qn_promisor_info_choose(struct qn_ctx *ctx, const struct qn_config *config,
                        const char *path, struct qn_bytes told,
                        struct qn_promisor_choice *out) QN_MUST_USE;

#endif
