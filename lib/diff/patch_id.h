/* SPDX-License-Identifier: MIT */
/* Patch ids: a hash of what a patch does, whatever its white space, line
 * numbers and blob ids; git-patch-id(1).
 *
 *   patch text, line by line -> id
 *
 * Stable: each file is hashed alone and the digests are added up, so that the
 * order of files does not matter.
 */
#ifndef QN_DIFF_PATCH_ID_H
#define QN_DIFF_PATCH_ID_H

#include "base/ctx.h"
#include "hash/hash.h"

struct qn_patch_id {
    struct qn_hash hash; /* of the file so far, or of all */
    uint8_t sum[QN_ID_MAX_SIZE];
    uint64_t old_left; /* lines of the hunk still to come */
    uint64_t new_left;
    struct qn_bytes old_blob; /* of the index line: views of that line */
    struct qn_bytes new_blob;
    uint32_t algorithm;
    bool is_stable;
    bool is_verbatim; /* white space counts */
    bool has_file;
    bool has_hunk;  /* in this file */
    bool is_over;   /* something else followed: nothing more counts */
    bool is_binary; /* the rest of this file is not looked at */
};

void qn_patch_id_begin(struct qn_patch_id *id, uint32_t algorithm,
                       bool is_stable, bool is_verbatim);
/* The next line, without its line feed.  Lines stay valid until the end of
 * their file's header.  Lines in front of the first "diff " are ignored. */
enum qn_status qn_patch_id_line(struct qn_ctx *ctx, struct qn_patch_id *id,
                                struct qn_bytes line) QN_MUST_USE;
/* Is the hunk that the last line belonged to complete? */
bool qn_patch_id_is_in_hunk(const struct qn_patch_id *id);
/* `*is_empty`: there was no file. */
enum qn_status qn_patch_id_end(struct qn_ctx *ctx, struct qn_patch_id *id,
                               struct qn_id *out, bool *is_empty) QN_MUST_USE;
/* All of it at once. */
enum qn_status qn_patch_id_text(struct qn_ctx *ctx, uint32_t algorithm,
                                struct qn_bytes patch, struct qn_id *out,
                                bool *is_empty) QN_MUST_USE;

#endif
