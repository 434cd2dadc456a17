/* SPDX-License-Identifier: MIT */
#include "codec/pkt_line.h"

#define LENGTH_SIZE 4

static int digit_value(uint8_t byte)
{
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    if (byte >= 'a' && byte <= 'f')
        return byte - 'a' + 10;
    if (byte >= 'A' && byte <= 'F')
        return byte - 'A' + 10;
    return -1;
}

static int parse_length(const uint8_t *digits)
{
    int length = 0, i;

    for (i = 0; i < LENGTH_SIZE; i++) {
        int value = digit_value(digits[i]);

        if (value < 0)
            return -1;
        length = length << 4 | value;
    }
    return length;
}

enum qn_status qn_pkt_line_parse(struct qn_ctx *ctx, struct qn_bytes *in,
                                 struct qn_pkt_line *out)
{
    int length;
    size_t taken = LENGTH_SIZE;

    out->payload = QN_BYTES_NONE;
    out->kind = QN_PKT_LINE_MORE;
    if (in->size < LENGTH_SIZE)
        return QN_OK;
    length = parse_length(in->data);
    if (length < 0 || length == 3 || length > QN_PKT_LINE_MAX) {
        char shown[LENGTH_SIZE + 1];
        size_t i;

        for (i = 0; i < LENGTH_SIZE; i++) /* it may go to a terminal */
            shown[i] = in->data[i] > ' ' && in->data[i] < 0x7f
                           ? (char)in->data[i]
                           : '?';
        shown[LENGTH_SIZE] = '\0';
        if (length < 0)
            return qn_ctx_fail(ctx, QN_CORRUPT,
                               "protocol error: bad line length character: %s",
                               shown);
        return qn_ctx_fail(
            ctx, QN_CORRUPT, "protocol error: bad line length %d",
            length > LENGTH_SIZE ? length - LENGTH_SIZE : length);
    }
    if (length >= LENGTH_SIZE) {
        if (in->size < (size_t)length)
            return QN_OK;
        taken = (size_t)length;
        out->kind = QN_PKT_LINE_DATA;
        out->payload =
            qn_bytes_make(in->data + LENGTH_SIZE, taken - LENGTH_SIZE);
    } else {
        out->kind = length == 0   ? QN_PKT_LINE_FLUSH
                    : length == 1 ? QN_PKT_LINE_DELIMITER
                                  : QN_PKT_LINE_RESPONSE_END;
    }
    *in = qn_bytes_from(*in, taken);
    return QN_OK;
}

struct qn_bytes qn_pkt_line_text(const struct qn_pkt_line *packet)
{
    struct qn_bytes text = packet->payload;

    if (text.size > 0 && text.data[text.size - 1] == '\n')
        text.size--;
    return text;
}

static void store_length(uint8_t *out, size_t length)
{
    static const char digits[] = "0123456789abcdef";

    out[0] = (uint8_t)digits[length >> 12 & 15];
    out[1] = (uint8_t)digits[length >> 8 & 15];
    out[2] = (uint8_t)digits[length >> 4 & 15];
    out[3] = (uint8_t)digits[length & 15];
}

enum qn_status qn_pkt_line_append(struct qn_ctx *ctx, struct qn_buf *out,
                                  struct qn_bytes payload)
{
    size_t length = LENGTH_SIZE + payload.size;
    enum qn_status status;

    if (payload.size > QN_PKT_LINE_PAYLOAD_MAX)
        return qn_ctx_fail(ctx, QN_TOO_BIG,
                           "protocol error: impossibly long line");
    status = qn_buf_reserve(ctx, out, length);
    if (status)
        return status;
    store_length(out->data + out->size, length);
    if (payload.size > 0)
        memcpy(out->data + out->size + LENGTH_SIZE, payload.data, payload.size);
    out->size += length;
    out->data[out->size] = '\0';
    return QN_OK;
}

enum qn_status qn_pkt_line_printf(struct qn_ctx *ctx, struct qn_buf *out,
                                  const char *format, ...)
{
    size_t old_size = out->size;
    va_list arguments;
    enum qn_status status = qn_buf_append(ctx, out, "0000", LENGTH_SIZE);

    if (status)
        return status;
    va_start(arguments, format);
    status = qn_buf_vprintf(ctx, out, format, arguments);
    va_end(arguments);
    if (status == QN_OK && out->size - old_size > QN_PKT_LINE_MAX)
        status = qn_ctx_fail(ctx, QN_TOO_BIG,
                             "protocol error: impossibly long line");
    if (status)
        qn_buf_truncate(out, old_size);
    else
        store_length(out->data + old_size, out->size - old_size);
    return status;
}

enum qn_status qn_pkt_line_append_band(struct qn_ctx *ctx, struct qn_buf *out,
                                       uint8_t band, struct qn_bytes data)
{
    size_t head_size = band ? LENGTH_SIZE + 1 : LENGTH_SIZE;
    size_t most = QN_PKT_LINE_MAX - head_size;
    size_t old_size = out->size;

    while (data.size > 0) {
        struct qn_bytes piece = qn_bytes_first(data, most);
        enum qn_status status =
            qn_buf_reserve(ctx, out, head_size + piece.size);

        if (status) {
            qn_buf_truncate(out, old_size);
            return status;
        }
        store_length(out->data + out->size, head_size + piece.size);
        if (band)
            out->data[out->size + LENGTH_SIZE] = band;
        memcpy(out->data + out->size + head_size, piece.data, piece.size);
        out->size += head_size + piece.size;
        out->data[out->size] = '\0';
        data = qn_bytes_from(data, piece.size);
    }
    return QN_OK;
}

enum qn_status qn_pkt_line_append_flush(struct qn_ctx *ctx, struct qn_buf *out)
{
    return qn_buf_append(ctx, out, "0000", LENGTH_SIZE);
}

enum qn_status qn_pkt_line_append_delimiter(struct qn_ctx *ctx,
                                            struct qn_buf *out)
{
    return qn_buf_append(ctx, out, "0001", LENGTH_SIZE);
}

enum qn_status qn_pkt_line_append_response_end(struct qn_ctx *ctx,
                                               struct qn_buf *out)
{
    return qn_buf_append(ctx, out, "0002", LENGTH_SIZE);
}
