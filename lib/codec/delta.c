/* SPDX-License-Identifier: MIT */
#include "codec/delta.h"

#include "base/checked.h"
#include "codec/varint.h"

enum qn_status qn_delta_sizes(struct qn_ctx *ctx, struct qn_bytes delta,
                              uint64_t *base_size, uint64_t *result_size)
{
    uint64_t first, second;

    if (!qn_varint_read_size(&delta, &first) ||
        !qn_varint_read_size(&delta, &second))
        return qn_ctx_fail(ctx, QN_CORRUPT, "delta has no sizes");
    *base_size = first;
    *result_size = second;
    return QN_OK;
}

/* Decode the operands of a copy; false when the delta ends in them.  `*at` is
 * behind the opcode and moves on. */
static inline bool read_copy(const uint8_t **at, const uint8_t *end,
                             unsigned opcode, uint32_t *offset, uint32_t *size)
{
    const uint8_t *p = *at;
    unsigned i;

    *offset = 0;
    *size = 0;
    if (end - p < 7) { /* near the end: look before each byte */
        size_t needed = 0;

        for (i = 0; i < 7; i++)
            needed += opcode >> i & 1;
        if ((size_t)(end - p) < needed)
            return false;
    }
    for (i = 0; i < 4; i++)
        if (opcode & 1u << i)
            *offset |= (uint32_t)*p++ << 8 * i;
    for (i = 0; i < 3; i++)
        if (opcode & 0x10u << i)
            *size |= (uint32_t)*p++ << 8 * i;
    if (*size == 0)
        *size = 0x10000;
    *at = p;
    return true;
}

void qn_delta_pieces(struct qn_bytes *delta)
{
    uint64_t size;

    if (!qn_varint_read_size(delta, &size) ||
        !qn_varint_read_size(delta, &size))
        delta->size = 0;
}

bool qn_delta_next(struct qn_bytes *delta, struct qn_delta_piece *piece)
{
    const uint8_t *at = delta->data, *end = delta->data + delta->size;
    unsigned opcode;

    if (delta->size == 0)
        return false;
    opcode = *at++;
    piece->is_copy = opcode & 0x80;
    if (piece->is_copy) {
        if (!read_copy(&at, end, opcode, &piece->offset, &piece->size))
            return false;
    } else {
        if (opcode == 0 || opcode > (size_t)(end - at))
            return false;
        piece->offset = 0;
        piece->size = opcode;
        at += opcode;
    }
    *delta = qn_bytes_make(at, (size_t)(end - at));
    return true;
}

static const char reserved[] = "delta has a reserved opcode";

static const char *apply(struct qn_bytes base, struct qn_bytes delta,
                         uint8_t *result, size_t result_size)
{
    const uint8_t *at = delta.data, *end = delta.data + delta.size;
    size_t left = result_size;

    while (at < end) {
        unsigned opcode = *at++;

        if (opcode & 0x80) {
            uint32_t offset, size;

            if (!read_copy(&at, end, opcode, &offset, &size))
                return "delta ends inside a copy";
            if (offset > base.size || size > base.size - offset)
                return "delta copies from beyond its base";
            if (size > left)
                return "delta makes more than it said";
            memcpy(result, base.data + offset, size);
            result += size;
            left -= size;
        } else if (opcode != 0) {
            if (opcode > (size_t)(end - at))
                return "delta ends inside an insert";
            if (opcode > left)
                return "delta makes more than it said";
            memcpy(result, at, opcode);
            at += opcode;
            result += opcode;
            left -= opcode;
        } else {
            return reserved;
        }
    }
    return left > 0 ? "delta makes less than it said" : NULL;
}

/* Can `delta` (instructions only) make so much?  A copy takes a byte at least
 * and makes no more than its base has, an insert makes less than it takes. */
static bool can_make(struct qn_bytes delta, size_t base_size, uint64_t size)
{
    const uint64_t longest_copy = 0xffffff;
    uint64_t most = base_size < longest_copy ? base_size : longest_copy;

    return size / (most > 0 ? most : 1) <= delta.size;
}

enum qn_status qn_delta_apply(struct qn_ctx *ctx, struct qn_bytes base,
                              struct qn_bytes delta, struct qn_buf *out)
{
    uint64_t base_size, result_size;
    size_t size;
    const char *fault;
    enum qn_status status;

    if (!qn_varint_read_size(&delta, &base_size) ||
        !qn_varint_read_size(&delta, &result_size))
        return qn_ctx_fail(ctx, QN_CORRUPT, "delta has no sizes");
    if (base_size != base.size)
        return qn_ctx_fail(ctx, QN_CORRUPT, "delta is for another base");
    if (!can_make(delta, base.size, result_size))
        return qn_ctx_fail(ctx, QN_CORRUPT, "delta makes less than it said");
    if (!qn_checked_to_size(result_size, &size))
        return qn_ctx_fail(ctx, QN_TOO_BIG, "delta makes too much");
    status = qn_buf_reserve(ctx, out, size);
    if (status)
        return status;
    fault = apply(base, delta, out->data + out->size, size);
    if (fault) {
        if (out->data)
            out->data[out->size] = '\0';
        return qn_ctx_fail_reason(
            ctx, QN_CORRUPT, fault == reserved ? "delta.reserved" : "delta.bad",
            NULL, "%s", fault);
    }
    out->size += size;
    out->data[out->size] = '\0';
    return QN_OK;
}
