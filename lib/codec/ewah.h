/* SPDX-License-Identifier: MIT */
/* EWAH: compressed bitmaps, as pack bitmaps and index extensions hold them.
 *
 *   bitmap = bits(4) word count(4) words(8 each) position of last run word(4)
 *   words  = run word, its literal words, run word, ...
 *   run    = bit 0: the repeated bit; 1-32: how many words; 33-63: literals
 *
 * All big endian; lower bits of a word come first.  Format:
 * docs/formats/ewah.md. In: views of the mapped file, never copied.  Out: plain
 * bitmaps, arrays of 64-bit words in the machine's order whose bit i is word i
 * / 64, bit i % 64.
 */
#ifndef QN_CODEC_EWAH_H
#define QN_CODEC_EWAH_H

#include "base/buf.h"
#include "base/ctx.h"

/* A parsed view.  Its words were checked: the chunks fill `words` exactly and
 * expand to at most `plain_count` words. */
struct qn_ewah {
    const uint8_t *words; /* raw, big endian */
    uint32_t word_count;
    uint32_t bit_count;
    size_t plain_count; /* words of the plain form: (bit_count + 63) / 64 */
};

/* Words that a plain bitmap of `bit_count` bits takes. */
static inline size_t qn_ewah_plain_count(uint64_t bit_count)
{
    return (size_t)(bit_count / 64 + (bit_count % 64 != 0));
}

/* Take one bitmap off the front of `*in`, and check it. */
enum qn_status qn_ewah_parse(struct qn_ctx *ctx, struct qn_bytes *in,
                             struct qn_ewah *out) QN_MUST_USE;

/* Combine into a plain bitmap of `count` words; bits beyond are left out. */
void qn_ewah_or_into(const struct qn_ewah *ewah, uint64_t *plain, size_t count);
void qn_ewah_xor_into(const struct qn_ewah *ewah, uint64_t *plain,
                      size_t count);

/* How many bits are set. */
uint64_t qn_ewah_popcount(const struct qn_ewah *ewah);
bool qn_ewah_is_set(const struct qn_ewah *ewah, uint32_t bit);

/* The sum that `git rev-list --test-bitmap` shows of one. */
uint32_t qn_ewah_checksum(const struct qn_ewah *ewah);

/* One chunk after the other: `run_count` words of `run_bit`, then
 * `literal_count` words at `literals` (raw). */
struct qn_ewah_chunk {
    const uint8_t *literals;
    uint32_t literal_count;
    uint32_t run_count;
    bool run_bit;
};
/* `*at` starts at 0; false at the end. */
bool qn_ewah_next(const struct qn_ewah *ewah, uint32_t *at,
                  struct qn_ewah_chunk *chunk);

/* Append the serialized form of the first `bit_count` bits of `plain`. */
enum qn_status qn_ewah_append(struct qn_ctx *ctx, const uint64_t *plain,
                              uint32_t bit_count,
                              struct qn_buf *out) QN_MUST_USE;

/* Bytes of the serialized form of what is in one of two plain bitmaps of
 * `count` whole words and not in the other. */
size_t qn_ewah_difference_size(const uint64_t *a, const uint64_t *b,
                               size_t count);

#endif
