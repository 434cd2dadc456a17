/* SPDX-License-Identifier: MIT */
/* What an archive is written by: tar (archive_tar.c) and zip (archive_zip.c).
 *
 *   begin -> add, as often as there are entries -> end
 *
 * tar: POSIX ustar with pax headers (pax(1)) where a value does not fit; blocks
 * of 10,240 bytes.  zip: PKWARE's APPNOTE, with zip64 where needed.
 */
#ifndef QN_OPERATION_PART_ARCHIVE_WRITER_H
#define QN_OPERATION_PART_ARCHIVE_WRITER_H

#include "odb/odb.h"
#include "operation/part/archive_sink.h"

struct qn_deflate_stream;

/* Made ahead, for zip, of a content that is in memory. */
struct qn_archive_packed {
    uint32_t crc;
    bool is_made;
    bool is_deflated;
    struct qn_buf deflated;
};

struct qn_archive_member {
    struct qn_bytes path; /* with the prefix; directories end in "/" */
    uint32_t mode;        /* as in trees, or of a file's stat */
    struct qn_id id;      /* null: it is no object */
    uint64_t size;
    struct qn_bytes content;
    /* Instead of `content`, `size` bytes of it; or NULL. */
    struct qn_odb_stream *stream;
    const struct qn_archive_packed *packed; /* or NULL */
    int is_binary; /* zip: 1, 0, -1: the content decides */
};

struct qn_archive_writer {
    struct qn_archive_out out;
    int64_t mtime;
    const struct qn_id *commit; /* NULL: a tree */
    int level;                  /* zip: -1: 6 */
    uint32_t umask;             /* tar */
    int zone;                   /* zip: minutes east of UTC at `mtime` */
    /* within */
    uint64_t written;
    struct qn_buf block;     /* tar: what is not a whole block yet; zip: head */
    struct qn_buf directory; /* zip: the central directory */
    struct qn_buf text;
    uint64_t count;
    bool is_large; /* zip64 */
    struct qn_deflate_stream *deflate;
};
void qn_archive_writer_dispose(struct qn_archive_writer *writer);

enum qn_status qn_archive_tar_begin(struct qn_ctx *ctx,
                                    struct qn_archive_writer *w) QN_MUST_USE;
enum qn_status
qn_archive_tar_add(struct qn_ctx *ctx, struct qn_archive_writer *w,
                   const struct qn_archive_member *member) QN_MUST_USE;
enum qn_status qn_archive_tar_end(struct qn_ctx *ctx,
                                  struct qn_archive_writer *w) QN_MUST_USE;

enum qn_status
qn_archive_zip_add(struct qn_ctx *ctx, struct qn_archive_writer *w,
                   const struct qn_archive_member *member) QN_MUST_USE;
enum qn_status qn_archive_zip_end(struct qn_ctx *ctx,
                                  struct qn_archive_writer *w) QN_MUST_USE;
/* For any thread: `*deflate` is made at first need and used again. */
enum qn_status qn_archive_zip_pack(struct qn_ctx *ctx, struct qn_bytes content,
                                   int level,
                                   struct qn_deflate_stream **deflate,
                                   struct qn_archive_packed *out) QN_MUST_USE;

#endif
