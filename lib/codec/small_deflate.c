/* SPDX-License-Identifier: MIT */
#include "codec/small_deflate.h"

#include "base/endian.h"
#include "codec/small_inflate.h"

#define PIECE_MAX    32768 /* bytes of a block: matches stay inside */
#define MATCH_LEAST  4
#define MATCH_MOST   258
#define END_OF_BLOCK 256

/* The caller reserved the room. */
static void put_bits(struct qn_small_deflate *deflate, struct qn_buf *out,
                     uint32_t value, unsigned count)
{
    deflate->bits |= (uint64_t)value << deflate->bit_count;
    deflate->bit_count += count;
    while (deflate->bit_count >= 8) {
        out->data[out->size++] = (uint8_t)deflate->bits;
        deflate->bits >>= 8;
        deflate->bit_count -= 8;
    }
}

static void put_reversed(struct qn_small_deflate *deflate, struct qn_buf *out,
                         uint32_t code, unsigned count)
{
    uint32_t reversed = 0;
    unsigned i;

    for (i = 0; i < count; i++)
        reversed |= (code >> i & 1) << (count - 1 - i);
    put_bits(deflate, out, reversed, count);
}

/* The fixed code of literals and lengths. */
static void put_symbol(struct qn_small_deflate *deflate, struct qn_buf *out,
                       unsigned symbol)
{
    if (symbol < 144)
        put_reversed(deflate, out, 0x30 + symbol, 8);
    else if (symbol < 256)
        put_reversed(deflate, out, 0x190 + symbol - 144, 9);
    else if (symbol < 280)
        put_reversed(deflate, out, symbol - 256, 7);
    else
        put_reversed(deflate, out, 0xc0 + symbol - 280, 8);
}

static void put_match(struct qn_small_deflate *deflate, struct qn_buf *out,
                      unsigned length, unsigned distance)
{
    unsigned extra = 0, value;

    /* four length symbols for each count of extra bits, two distance symbols;
     * within them the value less the symbol's base is spelt out */
    if (length == MATCH_MOST) {
        put_symbol(deflate, out, 285);
    } else {
        value = length - 3;
        while (value >> extra >= 8)
            extra++;
        put_symbol(deflate, out, 257 + 4 * extra + (value >> extra));
        put_bits(deflate, out, value & ((1u << extra) - 1), extra);
    }
    value = distance - 1;
    extra = 0;
    while (value >> extra >= 4)
        extra++;
    put_reversed(deflate, out, 2 * extra + (value >> extra), 5);
    put_bits(deflate, out, value & ((1u << extra) - 1), extra);
}

static unsigned hash_four(const uint8_t *bytes)
{
    return (qn_endian_load32(bytes) * 2654435761u) >> 20;
}

static void put_fixed_block(struct qn_small_deflate *deflate,
                            struct qn_bytes in, bool is_last,
                            struct qn_buf *out)
{
    size_t at = 0;

    memset(deflate->heads, 0, sizeof(deflate->heads));
    put_bits(deflate, out, is_last, 1);
    put_bits(deflate, out, 1, 2);
    while (at < in.size) {
        size_t length = 0, from = 0;

        if (in.size - at >= MATCH_LEAST) {
            uint32_t *head = &deflate->heads[hash_four(in.data + at)];
            size_t most = in.size - at < MATCH_MOST ? in.size - at : MATCH_MOST;

            if (*head > 0) {
                from = *head - 1;
                while (length < most &&
                       in.data[from + length] == in.data[at + length])
                    length++;
            }
            *head = (uint32_t)at + 1;
        }
        if (length >= MATCH_LEAST) {
            put_match(deflate, out, (unsigned)length, (unsigned)(at - from));
            at += length;
        } else {
            put_symbol(deflate, out, in.data[at++]);
        }
    }
    put_symbol(deflate, out, END_OF_BLOCK);
}

static void put_stored_block(struct qn_small_deflate *deflate,
                             struct qn_bytes in, bool is_last,
                             struct qn_buf *out)
{
    uint32_t size = (uint32_t)in.size;

    put_bits(deflate, out, is_last, 3);
    put_bits(deflate, out, 0, (8 - deflate->bit_count) & 7);
    put_bits(deflate, out, size, 16);
    put_bits(deflate, out, size ^ 0xffff, 16);
    if (size > 0)
        memcpy(out->data + out->size, in.data, size);
    out->size += size;
}

/* One block, in the shorter of the two ways. */
static enum qn_status put_block(struct qn_ctx *ctx,
                                struct qn_small_deflate *deflate,
                                struct qn_bytes in, bool is_last,
                                struct qn_buf *out)
{
    size_t old_size = out->size;
    uint64_t old_bits = deflate->bits;
    unsigned old_bit_count = deflate->bit_count;
    enum qn_status status =
        qn_buf_reserve(ctx, out, in.size + in.size / 8 + 32);

    if (status)
        return status;
    if (deflate->level != 0) {
        put_fixed_block(deflate, in, is_last, out);
        if (out->size - old_size <= in.size + 4)
            return QN_OK;
        out->size = old_size;
        deflate->bits = old_bits;
        deflate->bit_count = old_bit_count;
    }
    put_stored_block(deflate, in, is_last, out);
    return QN_OK;
}

void qn_small_deflate_begin(struct qn_small_deflate *deflate, int level)
{
    deflate->bits = 0;
    deflate->bit_count = 0;
    deflate->adler = 1;
    deflate->level = level;
    deflate->is_begun = false;
    deflate->is_done = false;
}

static enum qn_status append(struct qn_ctx *ctx,
                             struct qn_small_deflate *deflate,
                             struct qn_bytes in, bool is_last,
                             struct qn_buf *out)
{
    enum qn_status status = qn_buf_reserve(ctx, out, 16);
    uint8_t adler[4];

    if (status)
        return status;
    if (!deflate->is_begun) {
        put_bits(deflate, out, 0x78, 8);
        put_bits(deflate, out, 0x01, 8);
    }
    deflate->is_begun = true;
    deflate->adler = qn_small_inflate_adler(deflate->adler, in);
    while (in.size > 0 || is_last) {
        struct qn_bytes piece = qn_bytes_first(in, PIECE_MAX);

        in = qn_bytes_from(in, piece.size);
        status = put_block(ctx, deflate, piece, is_last && in.size == 0, out);
        if (status)
            return status;
        if (in.size == 0)
            break;
    }
    if (is_last) {
        deflate->is_done = true;
        put_bits(deflate, out, 0, (8 - deflate->bit_count) & 7);
        qn_endian_store32(adler, deflate->adler);
        status = qn_buf_append(ctx, out, adler, sizeof(adler));
    }
    if (status == QN_OK)
        out->data[out->size] = '\0';
    return status;
}

enum qn_status qn_small_deflate_append(struct qn_ctx *ctx,
                                       struct qn_small_deflate *deflate,
                                       struct qn_bytes in, bool is_last,
                                       struct qn_buf *out)
{
    size_t old_size = out->size;
    enum qn_status status;

    if (deflate->is_done)
        return qn_ctx_fail(ctx, QN_INTERNAL, "deflate stream is finished");
    status = append(ctx, deflate, in, is_last, out);
    if (status)
        qn_buf_truncate(out, old_size);
    return status;
}
