/* SPDX-License-Identifier: MIT */
#include "codec/base85.h"

#include "base/endian.h"

static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                             "abcdefghijklmnopqrstuvwxyz"
                             "!#$%&()*+-;<=>?@^_`{|}~";

static uint8_t *put_group(uint8_t *out, uint32_t value)
{
    unsigned i;

    for (i = 5; i-- > 0; value /= 85)
        out[i] = (uint8_t)digits[value % 85];
    return out + 5;
}

static uint8_t *put_digits(uint8_t *p, struct qn_bytes in)
{
    for (; in.size >= 4; in = qn_bytes_from(in, 4))
        p = put_group(p, qn_endian_load32(in.data));
    if (in.size > 0) {
        uint8_t last[4] = {0};

        memcpy(last, in.data, in.size);
        p = put_group(p, qn_endian_load32(last));
    }
    return p;
}

enum qn_status qn_base85_encode(struct qn_ctx *ctx, struct qn_bytes in,
                                struct qn_buf *out)
{
    enum qn_status status;

    if (in.size > SIZE_MAX / 2)
        return qn_ctx_fail(ctx, QN_TOO_BIG, "too much for base 85");
    status = qn_buf_reserve(ctx, out, (in.size + 3) / 4 * 5);
    if (status)
        return status;
    out->size = (size_t)(put_digits(out->data + out->size, in) - out->data);
    out->data[out->size] = '\0';
    return QN_OK;
}

enum qn_status qn_base85_encode_lines(struct qn_ctx *ctx, struct qn_bytes in,
                                      struct qn_buf *out)
{
    enum qn_status status;
    uint8_t *p;

    if (in.size > SIZE_MAX / 4)
        return qn_ctx_fail(ctx, QN_TOO_BIG, "too much for base 85");
    status = qn_buf_reserve(ctx, out,
                            (in.size + 3) / 4 * 5 +
                                2 * (in.size / QN_BASE85_LINE_MAX + 1));
    if (status)
        return status;
    p = out->data + out->size;
    while (in.size > 0) {
        struct qn_bytes line = qn_bytes_first(in, QN_BASE85_LINE_MAX);

        *p++ = (uint8_t)(line.size <= 26 ? 'A' + line.size - 1
                                         : 'a' + line.size - 27);
        p = put_digits(p, line);
        *p++ = '\n';
        in = qn_bytes_from(in, line.size);
    }
    out->size = (size_t)(p - out->data);
    *p = '\0';
    return QN_OK;
}

/* 85: not a digit. */
static unsigned digit_value(uint8_t byte)
{
    static const char others[] = "!#$%&()*+-;<=>?@^_`{|}~";
    const char *found;

    if (byte >= '0' && byte <= '9')
        return byte - '0';
    if (byte >= 'A' && byte <= 'Z')
        return byte - 'A' + 10u;
    if (byte >= 'a' && byte <= 'z')
        return byte - 'a' + 36u;
    found = byte ? strchr(others, byte) : NULL;
    return found ? 62 + (unsigned)(found - others) : 85;
}

static bool take_group(const uint8_t *in, uint32_t *value)
{
    uint64_t sum = 0;
    unsigned i;

    for (i = 0; i < 5; i++) {
        unsigned digit = digit_value(in[i]);

        if (digit > 84)
            return false;
        sum = sum * 85 + digit;
    }
    *value = (uint32_t)sum;
    return sum <= UINT32_MAX;
}

enum qn_status qn_base85_decode(struct qn_ctx *ctx, struct qn_bytes in,
                                size_t size, struct qn_buf *out)
{
    enum qn_status status;
    size_t done = 0;

    if (size > SIZE_MAX / 2 || in.size != (size + 3) / 4 * 5)
        return qn_ctx_fail(ctx, QN_INVALID,
                           "base 85 text is not of the right length");
    status = qn_buf_reserve(ctx, out, size);
    if (status)
        return status;
    for (; done < size; done += 4, in = qn_bytes_from(in, 5)) {
        uint8_t group[4];
        uint32_t value;

        if (!take_group(in.data, &value)) {
            out->data[out->size] = '\0';
            return qn_ctx_fail(ctx, QN_INVALID, "bad base 85 group '%.5s'",
                               (const char *)in.data);
        }
        qn_endian_store32(group, value);
        memcpy(out->data + out->size + done, group,
               size - done < 4 ? size - done : 4);
    }
    out->size += size;
    if (out->data)
        out->data[out->size] = '\0';
    return QN_OK;
}

enum qn_status qn_base85_decode_line(struct qn_ctx *ctx, struct qn_bytes line,
                                     struct qn_buf *out)
{
    uint8_t letter = line.size > 0 ? line.data[0] : 0;
    size_t size = 0;

    if (letter >= 'A' && letter <= 'Z')
        size = letter - 'A' + 1u;
    else if (letter >= 'a' && letter <= 'z')
        size = letter - 'a' + 27u;
    if (size == 0)
        return qn_ctx_fail(ctx, QN_INVALID,
                           "base 85 line does not begin with its length");
    return qn_base85_decode(ctx, qn_bytes_from(line, 1), size, out);
}
