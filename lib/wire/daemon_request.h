/* SPDX-License-Identifier: MIT */
/* The first packet of git://, both ends.
 *
 *   "<service> <path>" NUL ["host=<host>[:<port>]" NUL] [NUL (<extra> NUL)...]
 *
 * gitprotocol-pack(5).
 */
#ifndef QN_WIRE_DAEMON_REQUEST_H
#define QN_WIRE_DAEMON_REQUEST_H

#include "wire/wire_words.h"

struct qn_daemon_request {
    struct qn_buf service; /* "git-upload-pack" */
    struct qn_buf path;
    struct qn_buf host;          /* with a port; may be empty */
    struct qn_wire_words extras; /* "version=2" */
};
#define QN_DAEMON_REQUEST_INIT                                                 \
    {                                                                          \
        .service = QN_BUF_INIT                                                 \
    }

void qn_daemon_request_dispose(struct qn_daemon_request *request);
/* The packet, framed.  QN_INVALID when a part has a NUL or a line feed. */
enum qn_status qn_daemon_request_write(struct qn_ctx *ctx,
                                       const struct qn_daemon_request *request,
                                       struct qn_buf *out) QN_MUST_USE;
/* From the payload of a packet.  QN_INVALID ("wire.daemon"). */
enum qn_status
qn_daemon_request_read(struct qn_ctx *ctx, struct qn_bytes payload,
                       struct qn_daemon_request *out) QN_MUST_USE;

#endif
