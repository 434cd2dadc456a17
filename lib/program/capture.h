/* SPDX-License-Identifier: MIT */
/* A program that is run for what it says, and the small files it is shown.
 *
 *   input -> its stdin; its stdout and stderr -> buffers; its exit code
 *
 * stderr goes through a temporary file, so that no pipe can fill while another
 * one is waited for.
 */
#ifndef QN_PROGRAM_CAPTURE_H
#define QN_PROGRAM_CAPTURE_H

#include "base/buf.h"
#include "base/ctx.h"

struct qn_capture {
    const char *const *argv;
    struct qn_bytes input;
    struct qn_buf *out; /* appended; NULL: stdout is inherited */
    struct qn_buf *err; /* in its place */
    int code;           /* out; 127 when it could not be started */
    bool is_missing;    /* out: that is why */
};
/* A program that cannot be started is one that failed: QN_OK. */
enum qn_status qn_capture_run(struct qn_ctx *ctx,
                              struct qn_capture *capture) QN_MUST_USE;

/* A file with this content in $TMPDIR, its path appended; removed by
 * qn_capture_remove, or when the process dies. */
enum qn_status qn_capture_write(struct qn_ctx *ctx, const char *name,
                                struct qn_bytes content,
                                struct qn_buf *path) QN_MUST_USE;
/* `path` empty: there was none.  Disposes of it, too. */
void qn_capture_remove(struct qn_buf *path);

#endif
