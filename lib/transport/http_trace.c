/* SPDX-License-Identifier: MIT */
#include "transport/http_trace.h"

#include "base/env.h"
#include "config/config.h"
#include "trace/trace.h"

#include <string.h>

#define DATA_COLUMNS 60

static const char *const hidden = "<redacted>";

static bool has_name(struct qn_bytes line, const char *name)
{
    return qn_bytes_is_equal_fold(qn_bytes_first(line, strlen(name)),
                                  qn_bytes_from_string(name));
}

static size_t skip_spaces(struct qn_bytes line, size_t from)
{
    while (from < line.size && line.data[from] == ' ')
        from++;
    return from;
}

/* "Basic dXNlcg==" -> "Basic <redacted>"; a word alone is no scheme. */
static enum qn_status hide_auth(struct qn_ctx *ctx, struct qn_bytes line,
                                size_t from, struct qn_buf *out)
{
    size_t word = skip_spaces(line, from);
    size_t end = word + qn_bytes_find(qn_bytes_from(line, word), ' ');
    size_t rest = skip_spaces(line, end);
    bool has_scheme = rest < line.size;
    enum qn_status status = qn_buf_append_bytes(
        ctx, out, qn_bytes_first(line, has_scheme ? end : word));

    if (status || word >= line.size)
        return status;
    return qn_buf_printf(ctx, out, "%s%s", has_scheme ? " " : "", hidden);
}

/* "a=1; b=2" -> "a=<redacted>; b=<redacted>"; one without a name: all of it */
static enum qn_status hide_cookies(struct qn_ctx *ctx, struct qn_bytes line,
                                   size_t from, struct qn_buf *out)
{
    size_t first = skip_spaces(line, from);
    enum qn_status status =
        qn_buf_append_bytes(ctx, out, qn_bytes_first(line, first));
    struct qn_bytes rest = qn_bytes_from(line, first);
    struct qn_bytes cookie;
    const char *between = "";

    while (!status && qn_bytes_next(&rest, ';', &cookie)) {
        size_t size;

        cookie = qn_bytes_trim(cookie);
        size = qn_bytes_find(cookie, '=');
        if (!cookie.size)
            continue;
        status = qn_buf_printf(ctx, out, "%s%.*s%s", between,
                               size < cookie.size ? (int)size + 1 : 0,
                               (const char *)cookie.data, hidden);
        between = "; ";
    }
    return status;
}

/* The first pair only: the rest are its rules. */
static enum qn_status hide_new_cookie(struct qn_ctx *ctx, struct qn_bytes line,
                                      struct qn_buf *out)
{
    size_t name = qn_bytes_find(line, '=');
    size_t end = qn_bytes_find(line, ';');
    enum qn_status status =
        qn_buf_append_bytes(ctx, out, qn_bytes_first(line, name));

    if (!status && name < line.size)
        status = qn_buf_printf(ctx, out, "=%s", hidden);
    if (!status && end > name && end < line.size)
        status = qn_buf_append_bytes(ctx, out, qn_bytes_from(line, end));
    return status;
}

enum qn_status qn_http_trace_redact(struct qn_ctx *ctx, struct qn_bytes line,
                                    struct qn_buf *out)
{
    static const char *const auths[] = {"Authorization:",
                                        "Proxy-Authorization:"};
    size_t i;

    for (i = 0; i < QN_COUNT_OF(auths); i++)
        if (has_name(line, auths[i]))
            return hide_auth(ctx, line, strlen(auths[i]), out);
    if (has_name(line, "Cookie:"))
        return hide_cookies(ctx, line, strlen("Cookie:"), out);
    if (has_name(line, "Set-Cookie:"))
        return hide_new_cookie(ctx, line, out);
    return qn_buf_append_bytes(ctx, out, line);
}

/* libcurl tells headers of HTTP/2 as "... [authorization: Basic ...]", and
 * cookies as 'Added cookie a="1" for domain ...'. */
static enum qn_status redact_info(struct qn_ctx *ctx, struct qn_bytes line,
                                  struct qn_buf *out)
{
    static const char *const kept[] = {"Added cookie ", "Replaced cookie "};
    size_t i;

    for (i = 0; i < QN_COUNT_OF(kept); i++)
        if (has_name(line, kept[i])) {
            size_t from = qn_bytes_find(line, '"');
            size_t to = qn_bytes_find_last(line, '"');
            enum qn_status status =
                qn_buf_append_bytes(ctx, out, qn_bytes_first(line, from));

            if (status || from == line.size)
                return status;
            return qn_buf_printf(ctx, out, "\"%s%.*s", hidden,
                                 (int)(line.size - to),
                                 (const char *)line.data + to);
        }
    for (i = 0; i < line.size; i++)
        if (line.data[i] == '[') {
            struct qn_bytes inner = qn_bytes_from(line, i + 1);
            bool is_closed = inner.size && inner.data[inner.size - 1] == ']';

            if (!has_name(inner, "authorization:") &&
                !has_name(inner, "proxy-authorization:") &&
                !has_name(inner, "cookie:") && !has_name(inner, "set-cookie:"))
                continue;
            inner.size -= is_closed;
            if (qn_buf_append_bytes(ctx, out, qn_bytes_first(line, i + 1)) ||
                qn_http_trace_redact(ctx, inner, out) ||
                (is_closed && qn_buf_append_byte(ctx, out, ']')))
                return qn_ctx_status(ctx);
            return QN_OK;
        }
    return qn_buf_append_bytes(ctx, out, line);
}

/* NULL, true: not said. */
static bool is_on(struct qn_ctx *ctx, const char *name)
{
    const char *text = qn_env_variable(qn_ctx_env(ctx), name);
    bool value = true;

    return !text || !qn_config_parse_bool(text, &value) || value;
}

static void tell_header(struct qn_ctx *ctx, const char *text,
                        struct qn_bytes bytes, bool redacts)
{
    struct qn_buf line = QN_BUF_INIT;
    struct qn_bytes one;

    qn_trace_say_line(ctx, QN_TRACE_CURL, "%s, %10.10ld bytes (0x%8.8lx)", text,
                      (long)bytes.size, (long)bytes.size);
    while (qn_bytes_next(&bytes, '\n', &one)) {
        qn_buf_clear(&line);
        one = qn_bytes_trim_end(one);
        if (redacts ? qn_http_trace_redact(ctx, one, &line)
                    : qn_buf_append_bytes(ctx, &line, one))
            break;
        qn_trace_say_line(ctx, QN_TRACE_CURL, "%s:%s%s", text,
                          line.size ? " " : "", qn_buf_string(&line));
    }
    qn_buf_dispose(&line);
}

static void tell_data(struct qn_ctx *ctx, const char *text,
                      struct qn_bytes bytes)
{
    size_t at;

    qn_trace_say_line(ctx, QN_TRACE_CURL, "%s, %10.10ld bytes (0x%8.8lx)", text,
                      (long)bytes.size, (long)bytes.size);
    for (at = 0; at < bytes.size; at += DATA_COLUMNS) {
        char line[DATA_COLUMNS + 1];
        struct qn_bytes part =
            qn_bytes_first(qn_bytes_from(bytes, at), DATA_COLUMNS);
        size_t i;

        for (i = 0; i < part.size; i++)
            line[i] = part.data[i] >= 0x20 && part.data[i] < 0x80
                          ? (char)part.data[i]
                          : '.';
        line[i] = '\0';
        qn_trace_say_line(ctx, QN_TRACE_CURL, "%s: %s", text, line);
    }
}

static void tell_info(struct qn_ctx *ctx, struct qn_bytes bytes, bool redacts)
{
    struct qn_buf line = QN_BUF_INIT;

    while (bytes.size && bytes.data[bytes.size - 1] == '\n')
        bytes.size--;
    if (!(redacts ? redact_info(ctx, bytes, &line)
                  : qn_buf_append_bytes(ctx, &line, bytes)))
        qn_trace_say_line(ctx, QN_TRACE_CURL, "== Info: %s",
                          qn_buf_string(&line));
    qn_buf_dispose(&line);
}

void qn_http_trace_tell(struct qn_ctx *ctx, enum qn_http_engine_trace kind,
                        struct qn_bytes bytes)
{
    bool redacts = is_on(ctx, "GIT_TRACE_REDACT");
    bool has_data =
        !qn_env_variable(qn_ctx_env(ctx), "GIT_TRACE_CURL_NO_DATA") &&
        !qn_env_variable(qn_ctx_env(ctx), "GIT_CURL_VERBOSE");

    switch (kind) {
    case QN_HTTP_TRACE_INFO:
        tell_info(ctx, bytes, redacts);
        break;
    case QN_HTTP_TRACE_HEADER_OUT:
        tell_header(ctx, "=> Send header", bytes, redacts);
        break;
    case QN_HTTP_TRACE_HEADER_IN:
        tell_header(ctx, "<= Recv header", bytes, redacts);
        break;
    case QN_HTTP_TRACE_DATA_OUT:
        if (has_data)
            tell_data(ctx, "=> Send data", bytes);
        break;
    case QN_HTTP_TRACE_DATA_IN:
        if (has_data)
            tell_data(ctx, "<= Recv data", bytes);
        break;
    case QN_HTTP_TRACE_TLS_OUT:
        if (has_data)
            tell_data(ctx, "=> Send SSL data", bytes);
        break;
    case QN_HTTP_TRACE_TLS_IN:
        if (has_data)
            tell_data(ctx, "<= Recv SSL data", bytes);
        break;
    }
}
