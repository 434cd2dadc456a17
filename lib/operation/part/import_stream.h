/* SPDX-License-Identifier: MIT */
/* The input of fast-import: lines and counted data from a descriptor.
 *
 * Lines that begin with "#" are comments.  The last lines read are kept for a
 * crash report.  git-fast-import(1), "INPUT FORMAT".
 */
#ifndef QN_OPERATION_PART_IMPORT_STREAM_H
#define QN_OPERATION_PART_IMPORT_STREAM_H

#include "base/buf.h"
#include "base/ctx.h"

#define QN_IMPORT_STREAM_RECENT 100

struct qn_import_stream {
    int fd;
    struct qn_buf buf;
    size_t at;          /* what is before has been read */
    bool is_eof;        /* the descriptor has no more */
    bool is_end;        /* there is no line */
    bool is_held;       /* the line was given back */
    struct qn_buf line; /* NUL terminated, without its line feed */
    char *recent[QN_IMPORT_STREAM_RECENT]; /* a ring */
    uint64_t line_count;                   /* what went into it */
};

void qn_import_stream_init(struct qn_import_stream *stream, int fd);
void qn_import_stream_dispose(struct qn_import_stream *stream);

/* The next line that is no comment, into `line`; QN_OK and `is_end` when there
 * is none. */
enum qn_status
qn_import_stream_next(struct qn_ctx *ctx,
                      struct qn_import_stream *stream) QN_MUST_USE;
/* The line is read again by next. */
static inline void qn_import_stream_hold(struct qn_import_stream *stream)
{
    stream->is_held = true;
}
static inline const char *
qn_import_stream_line(const struct qn_import_stream *stream)
{
    return qn_buf_string(&stream->line);
}
/* Drop one line feed, if that is what comes. */
enum qn_status
qn_import_stream_skip_lf(struct qn_ctx *ctx,
                         struct qn_import_stream *stream) QN_MUST_USE;

/* What a "data" line announces: of that size, or up to a line. */
struct qn_import_data {
    bool is_counted;
    uint64_t size;
};
/* `line` is a "data" line, else QN_INVALID "expected 'data n' command, ...". */
enum qn_status
qn_import_stream_begin_data(struct qn_ctx *ctx, struct qn_import_stream *stream,
                            struct qn_import_data *out) QN_MUST_USE;
/* All of it, into `out`, which is emptied first; and the line feed behind. */
enum qn_status qn_import_stream_read_data(struct qn_ctx *ctx,
                                          struct qn_import_stream *stream,
                                          const struct qn_import_data *data,
                                          struct qn_buf *out) QN_MUST_USE;
/* Counted data in pieces: a view of up to `left` bytes, valid until the next
 * call; the caller ends it with skip_lf. */
enum qn_status qn_import_stream_read_piece(struct qn_ctx *ctx,
                                           struct qn_import_stream *stream,
                                           uint64_t left,
                                           struct qn_bytes *out) QN_MUST_USE;

#endif
