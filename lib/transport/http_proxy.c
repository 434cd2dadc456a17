/* SPDX-License-Identifier: MIT */
/* Which proxy: remote.<name>.proxy, http.proxy, else the variables that every
 * program knows. */
#include "base/env.h"
#include "transport/http_settings.h"

#include <string.h>

static const char *first_variable(struct qn_ctx *ctx, const char *a,
                                  const char *b)
{
    const struct qn_env *env = qn_ctx_env(ctx);
    const char *found = qn_env_variable(env, a);

    return found ? found : qn_env_variable(env, b);
}

static enum qn_status find_configured(
    struct qn_ctx *ctx, const struct qn_http_settings_options *options,
    const struct qn_http_settings *settings, const char *name, const char **out)
{
    struct qn_buf key = QN_BUF_INIT;
    const struct qn_config_entry *entry = NULL;
    enum qn_status status = QN_OK;

    if (options->remote_name) {
        status = qn_buf_printf(ctx, &key, "remote.%s.%s", options->remote_name,
                               name);
        if (!status)
            entry = qn_config_find(options->config, qn_buf_string(&key));
    }
    if (!entry)
        entry = qn_url_config_find(&settings->list, name);
    qn_buf_dispose(&key);
    if (!status && entry && !entry->value)
        return qn_config_fail_missing(ctx, entry);
    if (!status && entry)
        *out = entry->value;
    return status;
}

static enum qn_status set_auth(struct qn_ctx *ctx,
                               const struct qn_http_settings_options *options,
                               struct qn_http_settings *settings)
{
    static const struct {
        const char *name;
        unsigned bits;
    } methods[] = {{"anyauth", 0},
                   {"basic", QN_HTTP_AUTH_BASIC},
                   {"digest", QN_HTTP_AUTH_DIGEST},
                   {"negotiate", QN_HTTP_AUTH_NEGOTIATE},
                   {"ntlm", QN_HTTP_AUTH_NTLM}};
    const char *text = NULL;
    const char *own =
        qn_env_variable(qn_ctx_env(ctx), "GIT_HTTP_PROXY_AUTHMETHOD");
    enum qn_status status =
        find_configured(ctx, options, settings, "proxyauthmethod", &text);
    size_t i;

    if (own)
        text = own;
    if (status || !text || !*text)
        return status;
    for (i = 0; i < QN_COUNT_OF(methods); i++)
        if (strcmp(methods[i].name, text) == 0) {
            settings->engine.proxy_auth = methods[i].bits;
            return QN_OK;
        }
    qn_ctx_report(ctx, QN_REPORT_WARNING, "http.bad-value",
                  "unsupported proxy authentication method %s: using anyauth",
                  text);
    return QN_OK;
}

static bool is_among(const char *word, const char *const *list)
{
    for (; *list; list++)
        if (strcmp(word, *list) == 0)
            return true;
    return false;
}

/* In Git's words, but for a password that is in it. */
static enum qn_status fail_bad(struct qn_ctx *ctx, const char *proxy,
                               const char *why, const char *what)
{
    const char *scheme = strstr(proxy, "://");
    const char *user = scheme ? scheme + 3 : proxy;
    struct qn_bytes place = qn_bytes_make(user, strcspn(user, "/?#"));
    size_t at = qn_bytes_find_last(place, '@');
    size_t colon = qn_bytes_find(qn_bytes_first(place, at), ':');

    if (at == place.size || colon == at)
        return qn_ctx_fail_reason(ctx, QN_INVALID, "http.bad-value", NULL,
                                  "Invalid proxy URL '%s': %s%s", proxy, why,
                                  what);
    return qn_ctx_fail_reason(ctx, QN_INVALID, "http.bad-value", NULL,
                              "Invalid proxy URL '%.*s:<redacted>%s': %s%s",
                              (int)(user - proxy + (ptrdiff_t)colon), proxy,
                              user + at, why, what);
}

/* Its parts: its user apart, the rest is what libcurl is told. */
static enum qn_status take_parts(struct qn_ctx *ctx, const char *proxy,
                                 struct qn_http_settings *settings)
{
    static const char *const plain[] = {"http", "https", NULL};
    static const char *const socks[] = {"socks",  "socks4",  "socks4a",
                                        "socks5", "socks5h", NULL};
    struct qn_credential *parts = &settings->proxy;
    struct qn_buf whole = QN_BUF_INIT;
    enum qn_status status = QN_OK;

    status = qn_buf_printf(ctx, &whole, "%s%s",
                           strstr(proxy, "://") ? "" : "http://", proxy);
    if (!status)
        status = qn_credential_from_url(ctx, parts, qn_buf_string(&whole));
    if (status)
        goto out;
    if (!is_among(parts->protocol, plain) &&
        !is_among(parts->protocol, socks)) {
        qn_buf_clear(&whole);
        status = qn_buf_printf(ctx, &whole, "%s'", parts->protocol);
        if (!status)
            status = fail_bad(ctx, proxy, "unsupported proxy scheme '",
                              qn_buf_string(&whole));
    } else if (parts->path && is_among(parts->protocol, plain)) {
        status = fail_bad(ctx, proxy, "only SOCKS proxies support paths", "");
    } else if (parts->path && strcmp(parts->host, "localhost") != 0) {
        status = fail_bad(ctx, proxy,
                          "host must be localhost if a path is present", "");
    } else if (*parts->host) {
        qn_buf_clear(&whole);
        status = qn_buf_printf(ctx, &whole, "%s://%s%s%s", parts->protocol,
                               parts->host, parts->path ? "/" : "",
                               parts->path ? parts->path : "");
        if (!status)
            settings->engine.proxy =
                qn_arena_copy(ctx, &settings->arena, qn_buf_bytes(&whole));
        if (!status && !settings->engine.proxy)
            status = QN_NO_MEMORY;
    }
out:
    qn_buf_dispose(&whole);
    return status;
}

enum qn_status
qn_http_settings_read_proxy(struct qn_ctx *ctx,
                            const struct qn_http_settings_options *options,
                            struct qn_http_settings *settings)
{
    bool is_secure = strncmp(options->url, "https:", 6) == 0;
    const char *proxy = NULL;
    enum qn_status status =
        find_configured(ctx, options, settings, "proxy", &proxy);

    if (!status)
        status = set_auth(ctx, options, settings);
    if (status)
        return status;
    if (!proxy) /* HTTP_PROXY may be a request's header, where CGI runs */
        proxy = is_secure ? first_variable(ctx, "https_proxy", "HTTPS_PROXY")
                          : first_variable(ctx, "http_proxy", "http_proxy");
    if (!proxy)
        proxy = first_variable(ctx, "all_proxy", "ALL_PROXY");
    settings->engine.no_proxy = first_variable(ctx, "no_proxy", "NO_PROXY");
    settings->engine.proxy = ""; /* none, whatever libcurl sees itself */
    if (!proxy || !*proxy)
        return QN_OK;
    return take_parts(ctx, proxy, settings);
}
