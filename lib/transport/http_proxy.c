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

/* Its user, apart; what is left is what libcurl is told. */
static enum qn_status take_user(struct qn_ctx *ctx, const char *proxy,
                                struct qn_http_settings *settings)
{
    struct qn_buf whole = QN_BUF_INIT;
    const char *scheme = strstr(proxy, "://");
    const char *host = scheme ? scheme + 3 : proxy;
    size_t size = strcspn(host, "/?#");
    size_t at = qn_bytes_find_last(qn_bytes_make(host, size), '@');
    enum qn_status status;

    settings->engine.proxy = proxy;
    if (at == size)
        return QN_OK;
    status = qn_buf_printf(ctx, &whole, "%s%s", scheme ? "" : "http://", proxy);
    if (!status)
        status = qn_credential_from_url(ctx, &settings->proxy,
                                        qn_buf_string(&whole));
    qn_buf_clear(&whole);
    if (!status)
        status = qn_buf_printf(ctx, &whole, "%.*s%s", (int)(host - proxy),
                               proxy, host + at + 1);
    if (!status) {
        settings->engine.proxy =
            qn_arena_copy(ctx, &settings->arena, qn_buf_bytes(&whole));
        if (!settings->engine.proxy)
            status = QN_NO_MEMORY;
    }
    qn_buf_dispose(&whole);
    return status;
}

static enum qn_status check_scheme(struct qn_ctx *ctx, const char *proxy)
{
    static const char *const known[] = {"http",    "https",  "socks",  "socks4",
                                        "socks4a", "socks5", "socks5h"};
    const char *end = strstr(proxy, "://");
    struct qn_bytes scheme =
        qn_bytes_make(proxy, end ? (size_t)(end - proxy) : 0);
    size_t i;

    if (!end)
        return QN_OK;
    for (i = 0; i < QN_COUNT_OF(known); i++)
        if (qn_bytes_is_equal_fold(scheme, qn_bytes_from_string(known[i])))
            return QN_OK;
    return qn_ctx_fail_reason(
        ctx, QN_INVALID, "http.bad-value", proxy,
        "Invalid proxy URL '%s': unsupported proxy scheme '%.*s'", proxy,
        QN_BYTES_ARG(scheme));
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
        proxy = is_secure ? first_variable(ctx, "HTTPS_PROXY", "https_proxy")
                          : first_variable(ctx, "http_proxy", "http_proxy");
    if (!proxy)
        proxy = first_variable(ctx, "ALL_PROXY", "all_proxy");
    settings->engine.no_proxy = first_variable(ctx, "NO_PROXY", "no_proxy");
    settings->engine.proxy = ""; /* none, whatever libcurl sees itself */
    if (!proxy || !*proxy)
        return QN_OK;
    status = check_scheme(ctx, proxy);
    return status ? status : take_user(ctx, proxy, settings);
}
