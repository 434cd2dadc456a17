/* SPDX-License-Identifier: MIT */
#include "transport/http_settings.h"

#include "base/env.h"
#include "base/memory.h"
#include "transport/policy.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define POST_BUFFER     ((size_t)1 << 20)
#define POST_BUFFER_MIN ((size_t)65520)

void qn_http_settings_init(struct qn_http_settings *settings)
{
    memset(settings, 0, sizeof(*settings));
    qn_credential_init(&settings->proxy);
    settings->engine.keep_idle = settings->engine.keep_interval =
        settings->engine.keep_count = -1;
    settings->follow = QN_HTTP_FOLLOW_INITIAL;
    settings->empty_auth = -1;
    settings->post_buffer = POST_BUFFER;
    settings->max_requests = 5;
    settings->max_retry_time = 300;
}

void qn_http_settings_dispose(struct qn_http_settings *settings)
{
    qn_url_config_dispose(&settings->list);
    qn_credential_dispose(&settings->proxy);
    qn_memory_free(settings->extra_headers);
    qn_memory_free(settings->resolve);
    qn_arena_dispose(&settings->arena);
}

static const char *variable(struct qn_ctx *ctx, const char *name)
{
    return name ? qn_env_variable(qn_ctx_env(ctx), name) : NULL;
}

/* ---- single values */

static enum qn_status read_text(struct qn_ctx *ctx,
                                struct qn_http_settings *settings,
                                const char *name, const char *own_variable,
                                const char **out)
{
    const struct qn_config_entry *entry =
        qn_url_config_find(&settings->list, name);
    const char *own = variable(ctx, own_variable);

    if (own)
        *out = own;
    else if (entry && !entry->value && strcmp(name, "sslbackend") != 0)
        return qn_config_fail_missing(ctx, entry);
    else if (entry)
        *out = entry->value;
    return QN_OK;
}

static enum qn_status read_path(struct qn_ctx *ctx,
                                struct qn_http_settings *settings,
                                const char *name, const char *own_variable,
                                const char **out)
{
    const struct qn_config_entry *entry =
        qn_url_config_find(&settings->list, name);
    struct qn_buf path = QN_BUF_INIT;
    bool found = false;
    enum qn_status status = QN_OK;

    if (variable(ctx, own_variable)) {
        *out = variable(ctx, own_variable);
        return QN_OK;
    }
    if (!entry)
        return QN_OK;
    if (!entry->value)
        return qn_config_fail_missing(ctx, entry);
    status = qn_config_entry_path(ctx, entry, &path, &found);
    if (!status && found) {
        *out = qn_arena_copy(ctx, &settings->arena, qn_buf_bytes(&path));
        if (!*out)
            status = QN_NO_MEMORY;
    }
    qn_buf_dispose(&path);
    return status;
}

static enum qn_status read_bool(struct qn_ctx *ctx,
                                struct qn_http_settings *settings,
                                const char *name, bool *out)
{
    const struct qn_config_entry *entry =
        qn_url_config_find(&settings->list, name);

    return entry ? qn_config_entry_bool(ctx, entry, out) : QN_OK;
}

static enum qn_status read_number(struct qn_ctx *ctx,
                                  struct qn_http_settings *settings,
                                  const char *name, const char *own_variable,
                                  long *out)
{
    const struct qn_config_entry *entry =
        qn_url_config_find(&settings->list, name);
    const char *own = variable(ctx, own_variable);
    int64_t number = *out;
    enum qn_status status = QN_OK;
    char *end;

    if (entry)
        status = qn_config_entry_int(ctx, entry, 32, &number);
    if (!status)
        *out = (long)number;
    if (!status && own) {
        long value;

        errno = 0;
        value = strtol(own, &end, 10);
        if (end != own && !*end && !errno)
            *out = value;
        else if (strncmp(name, "keepalive", 9) != 0 &&
                 strcmp(name, "maxrequests") != 0) /* Git says nothing there */
            qn_ctx_report(ctx, QN_REPORT_WARNING, "http.bad-variable",
                          "failed to parse %s", own_variable);
    }
    return status;
}

static bool is_set_true(struct qn_ctx *ctx, const char *name)
{
    const char *text = variable(ctx, name);
    bool value = false;

    return text && qn_config_parse_bool(text, &value) && value;
}

/* ---- groups of them */

static enum qn_status read_tls(struct qn_ctx *ctx,
                               struct qn_http_settings *settings)
{
    struct qn_http_engine_settings *engine = &settings->engine;
    const struct {
        const char *name, *variable;
        const char **field;
        bool is_path;
    } texts[] = {
        {"sslcert", "GIT_SSL_CERT", &engine->tls.certificate, true},
        {"sslcerttype", "GIT_SSL_CERT_TYPE", &engine->tls.certificate_type,
         false},
        {"sslkey", "GIT_SSL_KEY", &engine->tls.key, true},
        {"sslkeytype", "GIT_SSL_KEY_TYPE", &engine->tls.key_type, false},
        {"sslcainfo", "GIT_SSL_CAINFO", &engine->tls.authorities, true},
        {"sslcapath", "GIT_SSL_CAPATH", &engine->authority_path, true},
        {"sslversion", "GIT_SSL_VERSION", &engine->tls_version, false},
        {"sslcipherlist", "GIT_SSL_CIPHER_LIST", &engine->ciphers, false},
        {"pinnedpubkey", NULL, &engine->pinned_key, true},
        {"sslbackend", NULL, &engine->backend, false},
        {"proxysslcert", "GIT_PROXY_SSL_CERT", &engine->proxy_tls.certificate,
         true},
        {"proxysslkey", "GIT_PROXY_SSL_KEY", &engine->proxy_tls.key, true},
        {"proxysslcainfo", "GIT_PROXY_SSL_CAINFO",
         &engine->proxy_tls.authorities, true},
    };
    const struct {
        const char *name;
        bool *field;
    } flags[] = {
        {"ssltry", &engine->tries_tls},
        {"sslcertpasswordprotected", &settings->asks_certificate_password},
        {"proxysslcertpasswordprotected",
         &settings->asks_proxy_certificate_password},
    };
    bool verifies = true, checks = true;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < QN_COUNT_OF(texts) && !status; i++)
        status = (texts[i].is_path ? read_path : read_text)(
            ctx, settings, texts[i].name, texts[i].variable, texts[i].field);
    for (i = 0; i < QN_COUNT_OF(flags) && !status; i++)
        status = read_bool(ctx, settings, flags[i].name, flags[i].field);
    if (!status)
        status = read_bool(ctx, settings, "sslverify", &verifies);
    if (!status)
        status = read_bool(ctx, settings, "schannelcheckrevoke", &checks);
    engine->skips_verify = !verifies || variable(ctx, "GIT_SSL_NO_VERIFY");
    engine->skips_revocation = !checks;
    if (variable(ctx, "GIT_SSL_CERT_PASSWORD_PROTECTED"))
        settings->asks_certificate_password = true;
    if (is_set_true(ctx, "GIT_PROXY_SSL_CERT_PASSWORD_PROTECTED"))
        settings->asks_proxy_certificate_password = true;
    return status;
}

static enum qn_status read_numbers(struct qn_ctx *ctx,
                                   struct qn_http_settings *settings)
{
    struct qn_http_engine_settings *engine = &settings->engine;
    long post_buffer = (long)settings->post_buffer;
    long sessions = 1;
    const struct {
        const char *name, *variable;
        long *field;
    } numbers[] = {
        {"lowspeedlimit", "GIT_HTTP_LOW_SPEED_LIMIT", &engine->low_speed_limit},
        {"lowspeedtime", "GIT_HTTP_LOW_SPEED_TIME", &engine->low_speed_time},
        {"keepaliveidle", "GIT_HTTP_KEEPALIVE_IDLE", &engine->keep_idle},
        {"keepaliveinterval", "GIT_HTTP_KEEPALIVE_INTERVAL",
         &engine->keep_interval},
        {"keepalivecount", "GIT_HTTP_KEEPALIVE_COUNT", &engine->keep_count},
        {"maxrequests", "GIT_HTTP_MAX_REQUESTS", &settings->max_requests},
        {"minsessions", NULL, &sessions}, /* they are kept anyway */
        {"postbuffer", NULL, &post_buffer},
        {"maxretries", "GIT_HTTP_MAX_RETRIES", &settings->max_retries},
        {"retryafter", "GIT_HTTP_RETRY_AFTER", &settings->retry_after},
        {"maxretrytime", "GIT_HTTP_MAX_RETRY_TIME", &settings->max_retry_time},
    };
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < QN_COUNT_OF(numbers) && !status; i++)
        status = read_number(ctx, settings, numbers[i].name,
                             numbers[i].variable, numbers[i].field);
    if (status)
        return status;
    if (post_buffer < 0)
        qn_ctx_report(ctx, QN_REPORT_WARNING, "http.bad-value",
                      "negative value for http.postBuffer; defaulting to %zu",
                      POST_BUFFER_MIN);
    settings->post_buffer = post_buffer < (long)POST_BUFFER_MIN
                                ? POST_BUFFER_MIN
                                : (size_t)post_buffer;
    if (settings->max_requests < 1)
        settings->max_requests = 5;
    return QN_OK;
}

/* One of several words; `*out` stays when it is none. */
static bool choose(const char *text, const char *const *words, int *out)
{
    int i;

    for (i = 0; words[i]; i++)
        if (strcmp(words[i], text) == 0) {
            *out = i;
            return true;
        }
    return false;
}

static enum qn_status read_words(struct qn_ctx *ctx,
                                 struct qn_http_settings *settings)
{
    static const char *const delegations[] = {"none", "policy", "always", NULL};
    static const char *const versions[] = {"HTTP/1.1", "HTTP/2", NULL};
    static const char *const proactives[] = {"none", "basic", "auto", NULL};
    static const char *const tls_versions[] = {"sslv2",   "sslv3",   "tlsv1",
                                               "tlsv1.0", "tlsv1.1", "tlsv1.2",
                                               "tlsv1.3", NULL};
    struct qn_http_engine_settings *engine = &settings->engine;
    const char *delegation = NULL, *version = NULL, *proactive = NULL;
    int chosen = 0;
    enum qn_status status =
        read_text(ctx, settings, "delegation", NULL, &delegation);

    if (!status)
        status = read_text(ctx, settings, "version", NULL, &version);
    if (!status)
        status = read_text(ctx, settings, "proactiveauth", NULL, &proactive);
    if (status)
        return status;
    if (delegation && !choose(delegation, delegations, &engine->delegation))
        qn_ctx_report(ctx, QN_REPORT_WARNING, "http.bad-value",
                      "Unknown delegation method '%s': using default",
                      delegation);
    if (version && choose(version, versions, &chosen))
        engine->version = chosen ? 2 : 11;
    else if (version)
        qn_ctx_report(ctx, QN_REPORT_WARNING, "http.bad-value",
                      "unknown value given to http.version: '%s'", version);
    chosen = 0;
    if (proactive && !choose(proactive, proactives, &chosen))
        qn_ctx_report(ctx, QN_REPORT_WARNING, "http.bad-value",
                      "Unknown value for http.proactiveauth");
    settings->proactive = (enum qn_http_proactive)chosen;
    if (engine->tls_version && *engine->tls_version &&
        !choose(engine->tls_version, tls_versions, &chosen)) {
        qn_ctx_report(ctx, QN_REPORT_WARNING, "http.bad-value",
                      "unsupported ssl version %s: using default",
                      engine->tls_version);
        engine->tls_version = NULL;
    }
    return QN_OK;
}

/* "-" is libcurl's standard input and output. */
static enum qn_status read_cookies(struct qn_ctx *ctx,
                                   struct qn_http_settings *settings)
{
    struct qn_http_engine_settings *engine = &settings->engine;
    enum qn_status status =
        read_bool(ctx, settings, "savecookies", &engine->saves_cookies);

    if (!status)
        status =
            read_path(ctx, settings, "cookiefile", NULL, &engine->cookie_file);
    if (status)
        return status;
    if (engine->cookie_file && strcmp(engine->cookie_file, "-") == 0) {
        qn_ctx_report(ctx, QN_REPORT_WARNING, "http.bad-value",
                      "refusing to read cookies from http.cookiefile '-'");
        engine->cookie_file = NULL;
    }
    if (engine->saves_cookies &&
        (!engine->cookie_file || !*engine->cookie_file)) {
        qn_ctx_report(ctx, QN_REPORT_WARNING, "http.bad-value",
                      "ignoring http.savecookies for empty http.cookiefile");
        engine->saves_cookies = false;
    }
    return QN_OK;
}

/* A bool, or one more word. */
static enum qn_status read_rules(struct qn_ctx *ctx,
                                 struct qn_http_settings *settings)
{
    const struct qn_config_entry *entry =
        qn_url_config_find(&settings->list, "followredirects");
    bool flag = false;
    enum qn_status status = QN_OK;

    if (entry && !(entry->value && strcmp(entry->value, "initial") == 0)) {
        status = qn_config_entry_bool(ctx, entry, &flag);
        settings->follow = flag ? QN_HTTP_FOLLOW_ALWAYS : QN_HTTP_FOLLOW_NEVER;
    }
    entry = qn_url_config_find(&settings->list, "emptyauth");
    if (!status && entry &&
        !(entry->value && strcmp(entry->value, "auto") == 0)) {
        status = qn_config_entry_bool(ctx, entry, &flag);
        settings->empty_auth = flag;
    }
    if (!status)
        status =
            read_bool(ctx, settings, "noepsv", &settings->engine.skips_epsv);
    if (variable(ctx, "GIT_CURL_FTP_NO_EPSV"))
        settings->engine.skips_epsv = true;
    return status ? status : read_cookies(ctx, settings);
}

/* All values of a name; an empty one begins again. */
static enum qn_status read_all_of(struct qn_ctx *ctx,
                                  const struct qn_url_config *list,
                                  const char *name, const char ***out)
{
    const char **items = qn_memory_calloc(ctx, list->count + 1, sizeof(*items));
    size_t count = 0;
    size_t i;

    if (!items)
        return QN_NO_MEMORY;
    for (i = 0; i < list->count; i++) {
        const struct qn_config_entry *entry = list->items[i].entry;

        if (strcmp(list->items[i].name, name) != 0)
            continue;
        if (!entry->value) {
            qn_memory_free(items);
            return qn_config_fail_missing(ctx, entry);
        }
        if (*entry->value)
            items[count++] = entry->value;
        else
            count = 0;
    }
    items[count] = NULL;
    *out = items;
    return QN_OK;
}

static enum qn_status set_agent(struct qn_ctx *ctx,
                                struct qn_http_settings *settings,
                                const char *agent)
{
    const char *own = NULL;
    enum qn_status status =
        read_text(ctx, settings, "useragent", "GIT_HTTP_USER_AGENT", &own);

    if (!status && !own && agent) {
        /* Web servers are not told the system. */
        struct qn_bytes text = qn_bytes_from_string(agent);

        if (!variable(ctx, "GIT_USER_AGENT"))
            text = qn_bytes_first(text, qn_bytes_find_last(text, '-'));
        own = qn_arena_copy(ctx, &settings->arena, text);
        if (!own)
            status = QN_NO_MEMORY;
    }
    settings->engine.user_agent = own;
    return status;
}

/* Those of libcurl's protocols that may be spoken, with commas between. */
static enum qn_status read_protocols(
    struct qn_ctx *ctx, const struct qn_http_settings_options *options,
    struct qn_http_settings *settings, bool is_not_from_user, const char **out)
{
    static const char *const names[] = {"http", "https", "ftp", "ftps"};
    struct qn_buf list = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < QN_COUNT_OF(names) && !status; i++) {
        status =
            qn_policy_check(ctx, options->config, names[i], is_not_from_user);
        if (status == QN_REFUSED) {
            qn_ctx_clear(ctx);
            status = QN_OK;
            continue;
        }
        if (!status)
            status = qn_buf_printf(ctx, &list, "%s%s", list.size ? "," : "",
                                   names[i]);
    }
    if (!status) {
        *out = qn_arena_copy(ctx, &settings->arena, qn_buf_bytes(&list));
        if (!*out)
            status = QN_NO_MEMORY;
    }
    qn_buf_dispose(&list);
    return status;
}

enum qn_status
qn_http_settings_read(struct qn_ctx *ctx,
                      const struct qn_http_settings_options *options,
                      struct qn_http_settings *out)
{
    enum qn_status status = qn_url_config_read(ctx, options->config, "http",
                                               options->url, &out->list);

    if (!status)
        status = read_tls(ctx, out);
    if (!status)
        status = read_numbers(ctx, out);
    if (!status)
        status = read_words(ctx, out);
    if (!status)
        status = read_rules(ctx, out);
    if (!status)
        status =
            read_all_of(ctx, &out->list, "extraheader", &out->extra_headers);
    if (!status)
        status = read_all_of(ctx, &out->list, "curloptresolve", &out->resolve);
    if (!status)
        status = set_agent(ctx, out, options->agent);
    if (!status)
        status = read_protocols(ctx, options, out, options->is_not_from_user,
                                &out->engine.protocols);
    if (!status) /* where a server leads to is not what the user said */
        status = read_protocols(ctx, options, out, true,
                                &out->engine.redirect_protocols);
    if (!status)
        status = qn_http_settings_read_proxy(ctx, options, out);
    out->engine.resolve = out->resolve;
    return status;
}
