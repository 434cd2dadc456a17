/* SPDX-License-Identifier: MIT */
#include "transport/address.h"

#include "base/buf.h"

#include <stdlib.h>
#include <string.h>

#define PORT_MAX 65535

static bool is_scheme_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
}

static size_t scheme_size(const char *url)
{
    size_t size = 0;

    while (is_scheme_byte(url[size]))
        size++;
    return size;
}

/* A "://" that is behind a scheme or what looks like one. */
static const char *find_scheme_end(const char *url)
{
    return strstr(url, "://");
}

bool qn_address_is_local(const char *url)
{
    const char *colon = strchr(url, ':');
    const char *slash = strchr(url, '/');
    size_t size = scheme_size(url);

    if (strncmp(url + size, "::", 2) == 0 || find_scheme_end(url))
        return false;
    return !colon || (slash && slash < colon);
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* "%xx" to bytes, in place; "%00" and what is no number stay. */
static void decode(char *text)
{
    char *to = text;

    while (*text) {
        int high = *text == '%' ? hex_digit(text[1]) : -1;
        int low = high >= 0 ? hex_digit(text[2]) : -1;

        if (low >= 0 && high + low > 0) {
            *to++ = (char)(high * 16 + low);
            text += 3;
        } else {
            *to++ = *text++;
        }
    }
    *to = '\0';
}

static bool is_port(const char *text)
{
    char *end = NULL;
    long value;

    if (!*text)
        return false;
    value = strtol(text, &end, 10);
    return end != text && !*end && value >= 0 && value <= PORT_MAX;
}

/* Cut "[...]" of a host down to what is in it: the user before stays, what is
 * behind is returned.  Without brackets NULL. */
static char *unwrap(char *host)
{
    char *start = strstr(host, "@[");
    char *end;

    start = start ? start + 1 : host;
    if (*start != '[' || !(end = strchr(start, ']')))
        return NULL;
    memmove(start, start + 1, (size_t)(end - start - 1));
    end[-1] = '\0';
    return end + 1;
}

/* The port behind the only colon of `host`, cut off; NULL: there is none. */
static char *cut_port(char *host)
{
    char *colon = strchr(host, ':');

    if (!colon || strchr(colon + 1, ':') || !is_port(colon + 1))
        return NULL;
    *colon = '\0';
    return colon + 1;
}

static void split_ssh_host(struct qn_address *address, char *host)
{
    char *rest = unwrap(host);
    size_t size;

    if (rest && *rest == ':' && is_port(rest + 1)) {
        address->port = rest + 1;
    } else {
        address->port = cut_port(host);
        size = strlen(host);
        if (!rest && !address->port && size &&
            strchr(host, ':') == host + size - 1)
            host[size - 1] = '\0';
    }
    address->host = host;
}

static void split_git_host(struct qn_address *address, char *host)
{
    char *rest = unwrap(host);
    size_t size;

    if (rest) {
        if (*rest == ':' && is_port(rest + 1))
            address->port = rest + 1;
    } else {
        address->port = cut_port(host);
        size = strlen(host);
        if (!address->port && size && strchr(host, ':') == host + size - 1)
            host[size - 1] = '\0';
    }
    address->name = host;
}

static enum qn_status fail_strange(struct qn_ctx *ctx, const char *what,
                                   const char *text)
{
    return qn_ctx_fail_reason(ctx, QN_INVALID, "transport.strange", text,
                              "strange %s '%s' blocked", what, text);
}

static enum qn_status check_strange(struct qn_ctx *ctx,
                                    const struct qn_address *address)
{
    /* A program gets the host of git:// only where there is a proxy. */
    if (address->kind == QN_ADDRESS_SSH && *address->host == '-')
        return fail_strange(ctx, "hostname", address->host);
    if (*address->path == '-')
        return fail_strange(ctx, "pathname", address->path);
    if (address->kind == QN_ADDRESS_GIT &&
        (strchr(address->host, '\n') || strchr(address->path, '\n')))
        return qn_ctx_fail_reason(
            ctx, QN_INVALID, "transport.strange", NULL,
            "newline is forbidden in git:// hosts and repo paths");
    return QN_OK;
}

static enum qn_status fail_no_path(struct qn_ctx *ctx, const char *url)
{
    return qn_ctx_fail_reason(
        ctx, QN_INVALID, "transport.no-path", url,
        "no path specified; see 'git help pull' for valid url syntax");
}

/* "<host>/<path>", its "%xx" decoded already. */
static enum qn_status take_url(struct qn_ctx *ctx, const char *url, char *text,
                               struct qn_address *out)
{
    char *slash = strchr(text, '/');
    char *copy;

    if (!slash)
        return fail_no_path(ctx, url);
    out->path = qn_arena_copy(ctx, &out->arena, qn_bytes_from_string(slash));
    if (!out->path)
        return QN_NO_MEMORY;
    if (out->kind == QN_ADDRESS_FILE)
        return QN_OK;
    if (out->path[1] == '~')
        out->path++;
    *slash = '\0';
    if (out->kind == QN_ADDRESS_SSH) {
        split_ssh_host(out, text);
        return QN_OK;
    }
    out->host = text;
    copy = qn_arena_copy(ctx, &out->arena, qn_bytes_from_string(text));
    if (!copy)
        return QN_NO_MEMORY;
    split_git_host(out, copy);
    return QN_OK;
}

/* "<host>:<path>", or a path. */
static enum qn_status take_plain(char *text, struct qn_address *out)
{
    const char *slash = strchr(text, '/');
    char *colon = strchr(text, ':');
    bool is_path = !colon || (slash && slash < colon);
    char *start = strstr(text, "@[");
    char *end = NULL;

    start = start && (is_path || start < colon) ? start + 1 : text;
    if (*start == '[')
        end = strchr(start, ']');
    if (end && !is_path) {
        colon = strchr(end, ':');
        is_path = !colon;
    }
    if (is_path) {
        /* Of what looks like a host in brackets only the end counts. */
        out->path = end ? end : text;
        return QN_OK;
    }
    out->kind = QN_ADDRESS_SSH;
    out->protocol = "ssh";
    *colon = '\0';
    out->path = colon + 1;
    if (out->path[0] == '/' && out->path[1] == '~')
        out->path++;
    if (unwrap(text))
        out->port = cut_port(text);
    out->host = text;
    return QN_OK;
}

static bool is_web(const char *protocol)
{
    return strcmp(protocol, "http") == 0 || strcmp(protocol, "https") == 0 ||
           strcmp(protocol, "ftp") == 0 || strcmp(protocol, "ftps") == 0;
}

static enum qn_status take_known(struct qn_ctx *ctx, const char *url,
                                 size_t scheme, char *text,
                                 struct qn_address *out)
{
    static const struct {
        const char *scheme;
        enum qn_address_kind kind;
        const char *protocol;
    } kinds[] = {
        {"ssh", QN_ADDRESS_SSH, "ssh"},      {"git+ssh", QN_ADDRESS_SSH, "ssh"},
        {"ssh+git", QN_ADDRESS_SSH, "ssh"},  {"git", QN_ADDRESS_GIT, "git"},
        {"file", QN_ADDRESS_FILE, "file"},   {"http", QN_ADDRESS_HTTP, "http"},
        {"https", QN_ADDRESS_HTTP, "https"}, {"ftp", QN_ADDRESS_HTTP, "ftp"},
        {"ftps", QN_ADDRESS_HTTP, "ftps"}};
    struct qn_bytes word = qn_bytes_make(url, scheme);
    size_t i;

    for (i = 0; i < QN_COUNT_OF(kinds); i++)
        if (qn_bytes_is_string(word, kinds[i].scheme))
            break;
    if (i < QN_COUNT_OF(kinds)) {
        out->kind = kinds[i].kind;
        out->protocol = kinds[i].protocol;
        if (out->kind != QN_ADDRESS_HTTP) {
            text += scheme + 3;
            decode(text);
            return take_url(ctx, url, text, out);
        }
    } else {
        if (!scheme || scheme_size(url) < scheme)
            return qn_ctx_fail_reason(ctx, QN_UNSUPPORTED, "transport.protocol",
                                      url, "protocol '%.*s' is not supported",
                                      QN_BYTES_ARG(word));
        out->kind = QN_ADDRESS_HELPER;
        out->protocol = qn_arena_copy(ctx, &out->arena, word);
        if (!out->protocol)
            return QN_NO_MEMORY;
    }
    out->path = text;
    return QN_OK;
}

enum qn_status qn_address_parse(struct qn_ctx *ctx, const char *url,
                                struct qn_address *out)
{
    const char *behind = find_scheme_end(url);
    size_t size = scheme_size(url);
    enum qn_status status;
    char *text;

    memset(out, 0, sizeof(*out));
    out->protocol = "file";
    text = qn_arena_copy(ctx, &out->arena, qn_bytes_from_string(url));
    if (!text)
        return QN_NO_MEMORY;
    if (strncmp(url + size, "::", 2) == 0) {
        out->kind = QN_ADDRESS_HELPER;
        out->protocol =
            qn_arena_copy(ctx, &out->arena, qn_bytes_make(url, size));
        out->path = text + size + 2;
        status = out->protocol ? QN_OK : QN_NO_MEMORY;
        if (!status && is_web(out->protocol))
            out->kind = QN_ADDRESS_HTTP;
    } else if (behind) {
        status = take_known(ctx, url, (size_t)(behind - url), text, out);
        if (!status && out->kind < QN_ADDRESS_HTTP)
            status = check_strange(ctx, out);
    } else {
        status = take_plain(text, out);
        if (!status)
            status = check_strange(ctx, out);
    }
    if (status)
        qn_address_dispose(out);
    return status;
}

void qn_address_dispose(struct qn_address *address)
{
    qn_arena_dispose(&address->arena);
    memset(address, 0, sizeof(*address));
}

enum qn_status qn_address_append_shown(struct qn_ctx *ctx, struct qn_bytes url,
                                       struct qn_buf *out)
{
    size_t front = qn_bytes_find_bytes(url, QN_BYTES("://")) + 3;
    struct qn_bytes rest, host;
    enum qn_status status = QN_OK;
    size_t at;

    if (front < url.size) {
        rest = qn_bytes_from(url, front);
        host = qn_bytes_first(rest, qn_bytes_find(rest, '/'));
        at = qn_bytes_find_last(host, '@');
        if (at < host.size) {
            status = qn_buf_append_bytes(ctx, out, qn_bytes_first(url, front));
            url = qn_bytes_from(rest, at + 1);
        }
    }
    return status ? status : qn_buf_append_bytes(ctx, out, url);
}
