/* SPDX-License-Identifier: MIT */
#include "text/percent.h"

#include <string.h>

static int digit(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

enum qn_status qn_percent_decode(struct qn_ctx *ctx, struct qn_bytes text,
                                 struct qn_buf *out)
{
    enum qn_status status =
        text.size ? qn_buf_reserve(ctx, out, text.size) : QN_OK;
    size_t i;

    for (i = 0; i < text.size && !status; i++) {
        uint8_t c = text.data[i];

        if (c == '%' && text.size - i > 2) {
            int high = digit(text.data[i + 1]), low = digit(text.data[i + 2]);

            if (high >= 0 && low >= 0 && (high || low)) {
                c = (uint8_t)(high << 4 | low);
                i += 2;
            }
        }
        status = qn_buf_append_byte(ctx, out, c);
    }
    return status;
}

enum qn_status qn_percent_encode(struct qn_ctx *ctx, struct qn_bytes text,
                                 const char *plain, struct qn_buf *out)
{
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < text.size && !status; i++) {
        uint8_t c = text.data[i];

        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
            (c >= '0' && c <= '9') ||
            (c && (strchr("-._~", c) || strchr(plain, c))))
            status = qn_buf_append_byte(ctx, out, c);
        else
            status = qn_buf_printf(ctx, out, "%%%02X", c);
    }
    return status;
}
