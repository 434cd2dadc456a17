/* SPDX-License-Identifier: MIT */
/* The file `packed-refs`: many refs in one file, read in place.
 *
 *   # pack-refs with: peeled fully-peeled sorted
 *   <hex> SP <name> LF
 *   ^<hex of what the tag above points to in the end> LF
 *
 * A snapshot is a mapping (the file is only ever replaced by rename) that a
 * view shares with its walks by a count.  Names are searched by halving the
 * bytes; a file that does not say that it is sorted is sorted into memory once.
 */
#ifndef QN_REFS_PACKED_REFS_H
#define QN_REFS_PACKED_REFS_H

#include "os/file.h"
#include "refs/refs.h"

struct qn_packed_refs {
    uint64_t count; /* of holders, all of one thread */
    uint32_t algorithm;
    char *path; /* for messages; or NULL */
    struct qn_file_map map;
    struct qn_buf sorted; /* instead of the mapping */
    struct qn_bytes lines;
    struct qn_file_stat stat;
    bool is_fully_peeled;
    bool is_peeled;
};

/* One record, as views of the snapshot. */
struct qn_packed_record {
    struct qn_bytes name;
    struct qn_id id;
    bool has_peeled;
    struct qn_id peeled;
};

/* Open the file; one that is not there is an empty snapshot.  QN_CORRUPT. */
enum qn_status qn_packed_refs_open(struct qn_ctx *ctx, const char *path,
                                   uint32_t algorithm,
                                   struct qn_packed_refs **out) QN_MUST_USE;
/* The same from bytes, which are borrowed (tests, fuzzers). */
enum qn_status
qn_packed_refs_open_bytes(struct qn_ctx *ctx, struct qn_bytes bytes,
                          uint32_t algorithm,
                          struct qn_packed_refs **out) QN_MUST_USE;
struct qn_packed_refs *qn_packed_refs_retain(struct qn_packed_refs *packed);
void qn_packed_refs_release(struct qn_packed_refs *packed);
/* Does the file look as it did?  `stat` is today's. */
bool qn_packed_refs_is_current(const struct qn_packed_refs *packed,
                               const struct qn_file_stat *stat);

/* Where the first record at or after `name` starts. */
size_t qn_packed_refs_seek(const struct qn_packed_refs *packed,
                           struct qn_bytes name);
/* The record at `*position`, which moves on.  QN_END; QN_CORRUPT. */
enum qn_status qn_packed_refs_next(struct qn_ctx *ctx,
                                   const struct qn_packed_refs *packed,
                                   size_t *position,
                                   struct qn_packed_record *out) QN_MUST_USE;
enum qn_status qn_packed_refs_find(struct qn_ctx *ctx,
                                   const struct qn_packed_refs *packed,
                                   struct qn_bytes name,
                                   struct qn_packed_record *out,
                                   bool *found) QN_MUST_USE;

#define QN_PACKED_REFS_HEADER "# pack-refs with: peeled fully-peeled sorted \n"
/* Append one record as it stands in the file. */
enum qn_status qn_packed_refs_append(struct qn_ctx *ctx,
                                     const struct qn_packed_record *record,
                                     struct qn_buf *out) QN_MUST_USE;

#endif
