/* SPDX-License-Identifier: MIT */
#include "config/url_match.h"

#include <string.h>

static bool is_alnum(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9');
}

static uint8_t lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c;
}

static int hex_value(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "%41" and "A" are the same; what must stay escaped gets capitals. */
static enum qn_status append_unescaped(struct qn_ctx *ctx, struct qn_bytes text,
                                       struct qn_buf *out)
{
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < text.size && !status; i++) {
        uint8_t c = text.data[i];
        int high;
        int low;

        if (c != '%') {
            status = qn_buf_append_byte(ctx, out, c);
            continue;
        }
        high = i + 1 < text.size ? hex_value(text.data[i + 1]) : -1;
        low = i + 2 < text.size ? hex_value(text.data[i + 2]) : -1;
        if (high < 0 || low < 0)
            return qn_ctx_fail(ctx, QN_INVALID, "invalid %%XX escape sequence");
        i += 2;
        c = (uint8_t)(high << 4 | low);
        if (is_alnum(c) || (c && strchr("-._~", c)))
            status = qn_buf_append_byte(ctx, out, c);
        else
            status = qn_buf_printf(ctx, out, "%%%02X", c);
    }
    return status;
}

static enum qn_status append_lower(struct qn_ctx *ctx, struct qn_bytes text,
                                   struct qn_buf *out)
{
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < text.size && !status; i++)
        status = qn_buf_append_byte(ctx, out, lower(text.data[i]));
    return status;
}

static enum qn_status set_port(struct qn_ctx *ctx, struct qn_bytes digits,
                               struct qn_url_match *out)
{
    static const char bad[] = "invalid port number";
    const char *scheme = qn_buf_string(&out->scheme);
    unsigned long port = 0;
    size_t i;

    if (digits.size == 0)
        return QN_OK;
    for (i = 0; i < digits.size; i++) {
        if (digits.data[i] < '0' || digits.data[i] > '9')
            return qn_ctx_fail(ctx, QN_INVALID, bad);
        port = port * 10 + (unsigned long)(digits.data[i] - '0');
        if (port > 65535)
            return qn_ctx_fail(ctx, QN_INVALID, bad);
    }
    if (port == 0)
        return qn_ctx_fail(ctx, QN_INVALID, bad);
    if ((port == 80 && strcmp(scheme, "http") == 0) ||
        (port == 443 && strcmp(scheme, "https") == 0))
        return QN_OK;
    return qn_buf_printf(ctx, &out->port, "%lu", port);
}

static enum qn_status set_host(struct qn_ctx *ctx, struct qn_bytes text,
                               struct qn_url_match *out)
{
    size_t end = text.size;
    size_t at = text.size;
    size_t i;
    enum qn_status status;

    for (i = 0; i < text.size; i++)
        if (text.data[i] == '@')
            at = i;
    if (at < text.size) {
        struct qn_bytes user = qn_bytes_first(text, at);

        out->has_user = true; /* the password does not count */
        user = qn_bytes_first(user, qn_bytes_find(user, ':'));
        status = append_unescaped(ctx, user, &out->user);
        if (status)
            return status;
        text = qn_bytes_from(text, at + 1);
        end = text.size;
    }
    while (end > 0 && text.data[end - 1] >= '0' && text.data[end - 1] <= '9')
        end--;
    if (end == 0 || text.data[end - 1] != ':')
        end = text.size; /* no port */
    else
        end--;
    for (i = 0; i < end; i++)
        if (!is_alnum(text.data[i]) &&
            !(text.data[i] && strchr("-._*:[]", text.data[i])))
            return qn_ctx_fail(ctx, QN_INVALID,
                               "invalid characters in host name");
    if (end == 0 && strcmp(qn_buf_string(&out->scheme), "file") != 0)
        return qn_ctx_fail(ctx, QN_INVALID,
                           "missing host and scheme is not 'file:'");
    status = append_lower(ctx, qn_bytes_first(text, end), &out->host);
    if (!status && end < text.size)
        status = set_port(ctx, qn_bytes_from(text, end + 1), out);
    return status;
}

/* "." and ".." are resolved, the query is kept as it is. */
static enum qn_status set_path(struct qn_ctx *ctx, struct qn_bytes text,
                               struct qn_url_match *out)
{
    struct qn_buf *path = &out->path;
    struct qn_buf segment = QN_BUF_INIT;
    size_t query = 0;
    enum qn_status status = qn_buf_append_byte(ctx, path, '/');

    while (query < text.size && text.data[query] != '?' &&
           text.data[query] != '#')
        query++;
    if (query > 0 && text.data[0] == '/') {
        text = qn_bytes_from(text, 1);
        query--;
    }
    while (!status && query > 0) {
        size_t size = qn_bytes_find(qn_bytes_first(text, query), '/');
        bool has_slash = size < query;
        const char *name;

        qn_buf_clear(&segment);
        status = append_unescaped(ctx, qn_bytes_first(text, size), &segment);
        if (status)
            break;
        name = qn_buf_string(&segment);
        if (strcmp(name, "..") == 0) {
            if (path->size == 1) {
                status =
                    qn_ctx_fail(ctx, QN_INVALID, "invalid '..' path segment");
                break;
            }
            path->size--;
            while (path->data[path->size - 1] != '/')
                path->size--;
        } else if (strcmp(name, ".") != 0) {
            status = qn_buf_append_bytes(ctx, path, qn_buf_bytes(&segment));
            if (!status && has_slash)
                status = qn_buf_append_byte(ctx, path, '/');
        }
        text = qn_bytes_from(text, size + has_slash);
        query -= size + has_slash;
    }
    if (!status)
        status = append_unescaped(ctx, text, path);
    qn_buf_dispose(&segment);
    return status;
}

enum qn_status qn_url_match_parse(struct qn_ctx *ctx, struct qn_bytes text,
                                  struct qn_url_match *out)
{
    struct qn_url_match url = QN_URL_MATCH_INIT;
    size_t size = 0;
    size_t end;
    enum qn_status status;

    while (size < text.size &&
           (is_alnum(text.data[size]) ||
            (size > 0 && text.data[size] && strchr("+-.", text.data[size]))))
        size++;
    if (size == 0 || text.size - size < 3 ||
        memcmp(text.data + size, "://", 3) != 0)
        return qn_ctx_fail(ctx, QN_INVALID,
                           "invalid URL scheme name or missing '://' suffix");
    status = append_lower(ctx, qn_bytes_first(text, size), &url.scheme);
    text = qn_bytes_from(text, size + 3);
    for (end = 0; end < text.size; end++)
        if (text.data[end] == '/' || text.data[end] == '?' ||
            text.data[end] == '#')
            break;
    if (!status)
        status = set_host(ctx, qn_bytes_first(text, end), &url);
    if (!status)
        status = set_path(ctx, qn_bytes_from(text, end), &url);
    if (status) {
        qn_url_match_dispose(&url);
        return status;
    }
    qn_url_match_dispose(out);
    *out = url;
    return QN_OK;
}

void qn_url_match_dispose(struct qn_url_match *url)
{
    qn_buf_dispose(&url->scheme);
    qn_buf_dispose(&url->user);
    qn_buf_dispose(&url->host);
    qn_buf_dispose(&url->port);
    qn_buf_dispose(&url->path);
}

static bool is_equal(const struct qn_buf *a, const struct qn_buf *b)
{
    return a->size == b->size &&
           (a->size == 0 || memcmp(a->data, b->data, a->size) == 0);
}

/* Label by label. `*score`: bytes that are the same; exact ones count one more,
 * so that they win over a "*" of the same length. */
static bool match_host(struct qn_bytes host, struct qn_bytes pattern,
                       size_t *score)
{
    *score = 1;
    for (;;) {
        size_t size = qn_bytes_find(host, '.');
        size_t wanted = qn_bytes_find(pattern, '.');

        if (wanted == 1 && pattern.data[0] == '*' && size > 0) {
            *score += 0;
        } else if (size == wanted &&
                   (size == 0 || memcmp(host.data, pattern.data, size) == 0)) {
            *score += size + 1;
        } else {
            return false;
        }
        if (size == host.size || wanted == pattern.size)
            return size == host.size && wanted == pattern.size;
        host = qn_bytes_from(host, size + 1);
        pattern = qn_bytes_from(pattern, wanted + 1);
    }
}

/* The pattern is a leading part, by whole segments; a slash at its end does not
 * count. */
static bool match_path(struct qn_bytes path, struct qn_bytes pattern,
                       size_t *score)
{
    if (pattern.size > 0 && pattern.data[pattern.size - 1] == '/')
        pattern.size--;
    if (pattern.size > path.size ||
        (pattern.size > 0 &&
         memcmp(path.data, pattern.data, pattern.size) != 0) ||
        (pattern.size < path.size && path.data[pattern.size] != '/'))
        return false;
    *score = pattern.size + 1;
    return true;
}

bool qn_url_match_test(const struct qn_url_match *url,
                       const struct qn_url_match *pattern,
                       struct qn_url_match_score *score)
{
    score->user = pattern->has_user;
    if (pattern->has_user &&
        !(url->has_user && is_equal(&url->user, &pattern->user)))
        return false;
    return is_equal(&url->scheme, &pattern->scheme) &&
           is_equal(&url->port, &pattern->port) &&
           match_host(qn_buf_bytes(&url->host), qn_buf_bytes(&pattern->host),
                      &score->host) &&
           match_path(qn_buf_bytes(&url->path), qn_buf_bytes(&pattern->path),
                      &score->path);
}

int qn_url_match_compare(const struct qn_url_match_score *a,
                         const struct qn_url_match_score *b)
{
    if (a->host != b->host)
        return a->host < b->host ? -1 : 1;
    if (a->path != b->path)
        return a->path < b->path ? -1 : 1;
    return a->user == b->user ? 0 : a->user < b->user ? -1 : 1;
}
