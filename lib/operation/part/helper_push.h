/* SPDX-License-Identifier: MIT */
/* A push through a remote helper that speaks no wire protocol
 * (transport/helper.h): it reads the objects itself ("push"), or is told of
 * history as a stream ("export").
 *
 *   rows that are to be sent -> options -> push | export -> what it reports ->
 *   status of each row -> refs of the helper's own ("refspec") follow
 *
 * A row that it says nothing of ends as QN_PUSH_NONE.  gitremote-helpers(7).
 */
#ifndef QN_OPERATION_PART_HELPER_PUSH_H
#define QN_OPERATION_PART_HELPER_PUSH_H

#include "operation/part/send_pack.h"

struct qn_helper_push {
    const struct qn_revision_scope *scope;
    const struct qn_connection_options *options;
    struct qn_connection *connection; /* with a helper */
    struct qn_push_rows *rows;
    const struct qn_wire_words *words; /* --push-option; or NULL */
    enum qn_send_pack_signed is_signed;
    bool is_dry, is_atomic, is_forced, checks_includes;
    /* out */
    bool has_failed; /* some row was refused, here or there */
    bool has_ended;  /* the helper has gone without a report */
};

/* QN_UNSUPPORTED ("transport.helper-option") for what it cannot do. */
enum qn_status qn_helper_push_run(struct qn_ctx *ctx,
                                  struct qn_helper_push *push) QN_MUST_USE;

/* export, of qn_helper_push_run: the rows as a stream.  The old value of a row
 * becomes what the helper's own ref says. */
enum qn_status
qn_helper_export_rows(struct qn_ctx *ctx,
                      const struct qn_helper_push *push) QN_MUST_USE;
/* Append the helper's own name of one of its refs; `*matched` false: none. */
enum qn_status qn_helper_private_name(struct qn_ctx *ctx,
                                      const struct qn_helper *helper,
                                      const char *name, struct qn_buf *out,
                                      bool *matched) QN_MUST_USE;

#endif
