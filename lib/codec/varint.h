/* SPDX-License-Identifier: MIT */
/* Git's two variable-length integers.
 *
 *   size    7 bits a byte, least significant first, high bit: more follows
 *           (delta sizes; the pack entry header starts with 4 bits)
 *   offset  7 bits a byte, most significant first, and each continuation adds
 * 1, so that no number has two spellings (offset deltas, index v4, reftable)
 *
 * Readers take from the front of `*in`; false when it ends early or the number
 * passes 64 bits.  Writers answer the bytes written; `out` has room for
 * QN_VARINT_MAX.
 */
#ifndef QN_CODEC_VARINT_H
#define QN_CODEC_VARINT_H

#include "base/bytes.h"

#define QN_VARINT_MAX 10

bool qn_varint_read_size(struct qn_bytes *in, uint64_t *value);
size_t qn_varint_write_size(uint8_t *out, uint64_t value);
bool qn_varint_read_offset(struct qn_bytes *in, uint64_t *value);
size_t qn_varint_write_offset(uint8_t *out, uint64_t value);

#endif
