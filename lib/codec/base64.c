/* SPDX-License-Identifier: MIT */
#include "codec/base64.h"

static const char digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

enum qn_status qn_base64_encode(struct qn_ctx *ctx, struct qn_bytes in,
                                struct qn_buf *out)
{
    enum qn_status status;
    uint8_t *p;
    size_t i;

    if (in.size > SIZE_MAX / 2)
        return qn_ctx_fail(ctx, QN_TOO_BIG, "too much for base 64");
    status = qn_buf_reserve(ctx, out, (in.size + 2) / 3 * 4);
    if (status)
        return status;
    p = out->data + out->size;
    for (i = 0; i + 3 <= in.size; i += 3) {
        const uint8_t *b = in.data + i;

        *p++ = (uint8_t)digits[b[0] >> 2];
        *p++ = (uint8_t)digits[(b[0] & 3) << 4 | b[1] >> 4];
        *p++ = (uint8_t)digits[(b[1] & 15) << 2 | b[2] >> 6];
        *p++ = (uint8_t)digits[b[2] & 63];
    }
    if (i < in.size) {
        unsigned first = in.data[i];
        unsigned second = i + 1 < in.size ? in.data[i + 1] : 0;

        *p++ = (uint8_t)digits[first >> 2];
        *p++ = (uint8_t)digits[(first & 3) << 4 | second >> 4];
        *p++ = i + 1 < in.size ? (uint8_t)digits[(second & 15) << 2] : '=';
        *p++ = '=';
    }
    out->size = (size_t)(p - out->data);
    *p = '\0';
    return QN_OK;
}

static int digit_value(uint8_t byte)
{
    if (byte >= 'A' && byte <= 'Z')
        return byte - 'A';
    if (byte >= 'a' && byte <= 'z')
        return byte - 'a' + 26;
    if (byte >= '0' && byte <= '9')
        return byte - '0' + 52;
    return byte == '+' ? 62 : byte == '/' ? 63 : -1;
}

static bool is_space(uint8_t byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

enum qn_status qn_base64_decode(struct qn_ctx *ctx, struct qn_bytes in,
                                struct qn_buf *out)
{
    enum qn_status status = qn_buf_reserve(ctx, out, in.size / 4 * 3 + 3);
    uint32_t bits = 0;
    unsigned digit_count = 0, padding = 0;
    uint8_t *p;
    size_t i;

    if (status)
        return status;
    p = out->data + out->size;
    for (i = 0; i < in.size; i++) {
        int value = digit_value(in.data[i]);

        if (is_space(in.data[i]))
            continue;
        if (in.data[i] == '=' && ++padding <= 2)
            continue;
        if (value < 0 || padding > 0)
            goto invalid;
        bits = bits << 6 | (uint32_t)value;
        if (++digit_count % 4 == 0) {
            *p++ = (uint8_t)(bits >> 16);
            *p++ = (uint8_t)(bits >> 8);
            *p++ = (uint8_t)bits;
        }
    }
    digit_count %= 4;
    if (digit_count == 1 || (padding > 0 && digit_count + padding != 4))
        goto invalid;
    if (digit_count == 2) {
        *p++ = (uint8_t)(bits >> 4);
    } else if (digit_count == 3) {
        *p++ = (uint8_t)(bits >> 10);
        *p++ = (uint8_t)(bits >> 2);
    }
    out->size = (size_t)(p - out->data);
    *p = '\0';
    return QN_OK;

invalid:
    out->data[out->size] = '\0';
    return qn_ctx_fail(ctx, QN_INVALID, "bad base 64 at byte %zu", i);
}
