/* SPDX-License-Identifier: MIT */
#include "wire/http_route.h"

static bool is_hex(struct qn_bytes text, size_t size)
{
    size_t i;

    if (text.size != size)
        return false;
    for (i = 0; i < size; i++)
        if (!((text.data[i] >= '0' && text.data[i] <= '9') ||
              (text.data[i] >= 'a' && text.data[i] <= 'f')))
            return false;
    return true;
}

/* The part behind the last slash, taken off `*path` with that slash. */
static bool take_part(struct qn_bytes *path, struct qn_bytes *part)
{
    size_t slash = qn_bytes_find_last(*path, '/');

    if (slash == path->size)
        return false;
    *part = qn_bytes_from(*path, slash + 1);
    *path = qn_bytes_first(*path, slash);
    return true;
}

static bool take_word(struct qn_bytes *path, const char *word)
{
    struct qn_bytes rest = *path, part;

    if (!take_part(&rest, &part) || !qn_bytes_is_string(part, word))
        return false;
    *path = rest;
    return true;
}

static enum qn_http_route_kind pack_kind(struct qn_bytes name)
{
    enum qn_http_route_kind kind =
        qn_bytes_has_suffix(name, ".pack")  ? QN_HTTP_ROUTE_PACK
        : qn_bytes_has_suffix(name, ".idx") ? QN_HTTP_ROUTE_INDEX
                                            : QN_HTTP_ROUTE_NONE;
    size_t end = kind == QN_HTTP_ROUTE_PACK ? 5 : 4;

    if (kind == QN_HTTP_ROUTE_NONE || !qn_bytes_has_prefix(name, "pack-"))
        return QN_HTTP_ROUTE_NONE;
    name = qn_bytes_from(qn_bytes_first(name, name.size - end), 5);
    return is_hex(name, 40) || is_hex(name, 64) ? kind : QN_HTTP_ROUTE_NONE;
}

/* `rest` stands before `last`, the path's last part. */
static enum qn_http_route_kind find_kind(struct qn_bytes *rest,
                                         struct qn_bytes last)
{
    enum qn_http_route_kind kind = QN_HTTP_ROUTE_NONE;
    struct qn_bytes part;

    if (qn_bytes_is_string(last, "HEAD"))
        return QN_HTTP_ROUTE_HEAD;
    if (qn_bytes_is_string(last, "git-upload-pack") ||
        qn_bytes_is_string(last, "git-receive-pack") ||
        qn_bytes_is_string(last, "git-upload-archive"))
        return QN_HTTP_ROUTE_SERVICE;
    if (qn_bytes_is_string(last, "refs") && take_word(rest, "info"))
        return QN_HTTP_ROUTE_REFS;
    if (qn_bytes_is_string(last, "packs"))
        kind = QN_HTTP_ROUTE_PACKS;
    else if (qn_bytes_is_string(last, "alternates") ||
             qn_bytes_is_string(last, "http-alternates"))
        kind = QN_HTTP_ROUTE_TEXT;
    if (kind)
        return take_word(rest, "info") && take_word(rest, "objects")
                   ? kind
                   : QN_HTTP_ROUTE_NONE;
    kind = pack_kind(last);
    if (kind)
        return take_word(rest, "pack") && take_word(rest, "objects")
                   ? kind
                   : QN_HTTP_ROUTE_NONE;
    if ((is_hex(last, 38) || is_hex(last, 62)) && take_part(rest, &part) &&
        is_hex(part, 2) && take_word(rest, "objects"))
        return QN_HTTP_ROUTE_LOOSE;
    return QN_HTTP_ROUTE_NONE;
}

bool qn_http_route_find(struct qn_bytes path, struct qn_http_route *out)
{
    struct qn_bytes rest = path, last;

    memset(out, 0, sizeof(*out));
    if (!take_part(&rest, &last))
        return false;
    out->kind = find_kind(&rest, last);
    if (!out->kind)
        return false;
    out->directory = rest;
    out->file = qn_bytes_from(path, rest.size + 1);
    return true;
}

bool qn_http_route_is_plain(struct qn_bytes path)
{
    struct qn_bytes part;

    if (path.size == 0 || path.data[0] != '/')
        return false;
    path = qn_bytes_from(path, 1);
    while (qn_bytes_next(&path, '/', &part))
        if (part.size == 0 || qn_bytes_is_string(part, ".") ||
            qn_bytes_is_string(part, ".."))
            return false;
    return true;
}

static int hex_value(uint8_t byte)
{
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    byte |= 0x20;
    return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

enum qn_status qn_http_route_unescape(struct qn_ctx *ctx, struct qn_bytes text,
                                      bool plus_is_space, struct qn_buf *out)
{
    enum qn_status status =
        text.size > 0 ? qn_buf_reserve(ctx, out, text.size) : QN_OK;
    size_t i;

    for (i = 0; !status && i < text.size; i++) {
        uint8_t byte = text.data[i];

        if (byte == '+' && plus_is_space)
            byte = ' ';
        if (byte == '%' && text.size - i > 2 &&
            hex_value(text.data[i + 1]) >= 0 &&
            hex_value(text.data[i + 2]) >= 0) {
            byte = (uint8_t)(hex_value(text.data[i + 1]) << 4 |
                             hex_value(text.data[i + 2]));
            i += 2;
        }
        status = qn_buf_append_byte(ctx, out, byte);
    }
    return status;
}

enum qn_status qn_http_route_parameter(struct qn_ctx *ctx,
                                       struct qn_bytes query, const char *name,
                                       struct qn_buf *out, bool *found)
{
    struct qn_buf key = QN_BUF_INIT;
    struct qn_bytes one, before;
    enum qn_status status = QN_OK;
    size_t size = out->size;

    *found = false;
    while (!status && qn_bytes_next(&query, '&', &one)) {
        size_t equals = qn_bytes_find(one, '=');

        before = qn_bytes_first(one, equals);
        qn_buf_clear(&key);
        status = qn_http_route_unescape(ctx, before, true, &key);
        if (status || !qn_bytes_is_string(qn_buf_bytes(&key), name))
            continue;
        *found = true;
        qn_buf_truncate(out, size);
        status = qn_http_route_unescape(ctx, qn_bytes_from(one, equals + 1),
                                        true, out);
    }
    qn_buf_dispose(&key);
    return status;
}
