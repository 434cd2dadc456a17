/* SPDX-License-Identifier: MIT */
/* Where the bytes of an archive go: straight on, through gzip, or through the
 * program of tar.<format>.command. */
#ifndef QN_OPERATION_PART_ARCHIVE_SINK_H
#define QN_OPERATION_PART_ARCHIVE_SINK_H

#include "base/buf.h"
#include "base/ctx.h"

struct qn_archive_out {
    enum qn_status (*write)(struct qn_ctx *ctx, void *data,
                            struct qn_bytes bytes);
    void *data;
};

struct qn_deflate_stream;
struct qn_process;
struct qn_archive_sink {
    struct qn_archive_out out;
    struct qn_deflate_stream *gzip;
    struct qn_process *process;
    const char *command;
    struct qn_buf line; /* what is run */
    struct qn_buf made;
};

#define QN_ARCHIVE_SINK_GZIP "git archive gzip" /* what Git calls its own */

/* `command`: NULL: none; QN_ARCHIVE_SINK_GZIP: here; else it runs in
 * `directory` (NULL: here).  `level`: -1: not said. */
struct qn_archive_sink_options {
    const char *command;
    const char *directory;
    int level;
    struct qn_archive_out out;
};
enum qn_status
qn_archive_sink_open(struct qn_ctx *ctx,
                     const struct qn_archive_sink_options *options,
                     struct qn_archive_sink *sink) QN_MUST_USE;
/* A struct qn_archive_out.write; `sink` is `data`.  QN_IO ("archive.hung-up"):
 * the program does not read what it is given. */
enum qn_status qn_archive_sink_write(struct qn_ctx *ctx, void *sink,
                                     struct qn_bytes bytes) QN_MUST_USE;
/* All that is still held.  QN_IO when the program failed. */
enum qn_status qn_archive_sink_end(struct qn_ctx *ctx,
                                   struct qn_archive_sink *sink) QN_MUST_USE;
void qn_archive_sink_dispose(struct qn_archive_sink *sink);

#endif
