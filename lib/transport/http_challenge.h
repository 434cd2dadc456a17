/* SPDX-License-Identifier: MIT */
/* WWW-Authenticate: the values of all such lines of one answer's head, for the
 * credential helpers.
 *
 *   status line     begins another answer: what came before is forgotten
 *   "<name>: <value>"
 *   " <more>"       continues the value before (RFC 7230, obs-fold)
 */
#ifndef QN_TRANSPORT_HTTP_CHALLENGE_H
#define QN_TRANSPORT_HTTP_CHALLENGE_H

#include "program/credential.h"

struct qn_http_challenge {
    struct qn_buf value; /* of the line that may go on */
    bool is_open;
};

/* The next line of the head, without its end; the empty one ends it. */
enum qn_status
qn_http_challenge_take(struct qn_ctx *ctx, struct qn_http_challenge *challenge,
                       struct qn_bytes line,
                       struct qn_credential_list *list) QN_MUST_USE;
void qn_http_challenge_dispose(struct qn_http_challenge *challenge);

#endif
