/* SPDX-License-Identifier: MIT */
/* An archive of another repository: the client of upload-archive.
 *
 *   "argument <word>"..., flush -> "ACK", flush -> bands
 *
 * The other side is not believed: what it says is handed on as text for a
 * person, the archive as it comes. */
#ifndef QN_OPERATION_PART_ARCHIVE_FETCH_H
#define QN_OPERATION_PART_ARCHIVE_FETCH_H

#include "operation/part/archive_sink.h"
#include "transport/connection.h"

struct qn_archive_fetch {
    const struct qn_connection_options *connection; /* service is set here */
    const char *const *words;                       /* as they were typed */
    size_t count;
    struct qn_archive_out out;
    void (*said)(void *data, struct qn_bytes text); /* band 2; or NULL */
    void *said_data;
};

/* QN_REFUSED ("archive.remote-died"): it said why, the message is the last of
 * it; QN_NETWORK, QN_INVALID ("archive.remote"), with Git's words; those of
 * connections. */
enum qn_status
qn_archive_fetch_run(struct qn_ctx *ctx,
                     const struct qn_archive_fetch *options) QN_MUST_USE;

#endif
