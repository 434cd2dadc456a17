/* SPDX-License-Identifier: MIT */
/* The client's half of a push: commands and a pack over a connection, and what
 * the other side says of them.
 *
 *   rows that are to be sent -> commands (or a certificate), options -> pack ->
 *   report -> status of each row
 *
 * gitprotocol-pack(5), "Pushing Data To a Server".
 */
#ifndef QN_OPERATION_PART_SEND_PACK_H
#define QN_OPERATION_PART_SEND_PACK_H

#include "operation/part/push_match.h"
#include "transport/connection.h"

enum qn_send_pack_signed {
    QN_SEND_PACK_UNSIGNED = 0,
    QN_SEND_PACK_SIGNED_IF_ASKED,
    QN_SEND_PACK_SIGNED
};

struct qn_send_pack {
    const struct qn_revision_scope *scope;
    struct qn_connection *connection;
    struct qn_push_rows *rows;
    const char *url; /* for the certificate */
    const char *agent, *session;
    const struct qn_wire_words *options; /* --push-option; or NULL */
    enum qn_send_pack_signed is_signed;
    const struct qn_id_list *common; /* known to be there, too; or NULL */
    bool is_dry, is_atomic, is_thin, is_quiet, shows_progress;
    bool quiets_server; /* it tells no progress of its own */
    /* What the other side says; as it came. */
    void (*said)(void *data, struct qn_bytes text);
    /* ... and what it ends with, when it goes wrong. */
    void (*said_last)(void *data, struct qn_bytes text);
    /* A line of ours about the pack ("Total ..."), with its line feed. */
    void (*tell)(void *data, struct qn_bytes line);
    void *data;
    /* out */
    bool has_failed; /* some row was refused, here or there */
};

/* QN_UNSUPPORTED ("push.unsupported") for what the other side cannot do;
 * QN_NETWORK when it hung up. */
enum qn_status qn_send_pack_run(struct qn_ctx *ctx,
                                struct qn_send_pack *send) QN_MUST_USE;

#endif
