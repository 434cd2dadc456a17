/* SPDX-License-Identifier: MIT */
#include "text/charset.h"

#include "base/ctx.h"

#include <errno.h>
#include <iconv.h>

bool qn_charset_is_utf8(struct qn_bytes name)
{
    return name.size == 0 || qn_bytes_is_equal_fold(name, QN_BYTES("utf-8")) ||
           qn_bytes_is_equal_fold(name, QN_BYTES("utf8"));
}

bool qn_charset_is_same(struct qn_bytes a, struct qn_bytes b)
{
    if (qn_charset_is_utf8(a) && qn_charset_is_utf8(b))
        return true;
    return qn_bytes_is_equal_fold(a, b);
}

/* "latin-1" is a name that mails and commits use and iconv may not know. */
static iconv_t open_converter(const char *to, const char *from)
{
    iconv_t converter;

    if (qn_charset_is_utf8(qn_bytes_from_string(from)))
        from = "UTF-8";
    if (qn_charset_is_utf8(qn_bytes_from_string(to)))
        to = "UTF-8";
    converter = iconv_open(to, from);
    if (converter != (iconv_t)-1)
        return converter;
    if (qn_bytes_is_equal_fold(qn_bytes_from_string(from), QN_BYTES("latin-1")))
        from = "ISO-8859-1";
    if (qn_bytes_is_equal_fold(qn_bytes_from_string(to), QN_BYTES("latin-1")))
        to = "ISO-8859-1";
    return iconv_open(to, from);
}

enum qn_status qn_charset_convert(struct qn_ctx *ctx, const char *from,
                                  const char *to, struct qn_bytes text,
                                  struct qn_buf *out)
{
    size_t start = out->size;
    size_t in_left = text.size;
    char *in = (char *)(uintptr_t)text.data;
    bool is_flushing = false;
    enum qn_status status = QN_OK;
    iconv_t converter = open_converter(to, from);

    if (converter == (iconv_t)-1)
        return qn_ctx_fail(ctx, QN_UNSUPPORTED,
                           "cannot convert from '%s' to '%s'", from, to);
    while (!status) {
        char *room;
        size_t room_left;
        size_t result;

        status = qn_buf_reserve(ctx, out, in_left + in_left / 2 + 32);
        if (status)
            break;
        room = (char *)out->data + out->size;
        room_left = out->capacity - out->size - 1;
        result = iconv(converter, is_flushing ? NULL : &in, &in_left, &room,
                       &room_left);
        out->size = (size_t)(room - (char *)out->data);
        if (result == (size_t)-1 && errno == E2BIG)
            continue;
        if (result == (size_t)-1)
            status = qn_ctx_fail(ctx, QN_INVALID,
                                 "text cannot be converted from '%s' to '%s'",
                                 from, to);
        else if (is_flushing)
            break;
        is_flushing = true;
    }
    iconv_close(converter);
    if (status)
        qn_buf_truncate(out, start);
    else
        out->data[out->size] = '\0';
    return status;
}
