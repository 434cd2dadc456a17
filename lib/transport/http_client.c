/* SPDX-License-Identifier: MIT */
#include "transport/http_client.h"

#include "base/env.h"
#include "base/memory.h"
#include "os/process.h"
#include "trace/trace.h"
#include "transport/http_language.h"
#include "transport/http_module.h"
#include "transport/http_private.h"
#include "transport/http_trace.h"

#include <stdio.h>
#include <string.h>

#define ROUNDS_MAX 10
#define TEXT_MAX   ((size_t)64 * 1024)

/* ---- what the engine calls */

static void trace(void *data, enum qn_http_engine_trace kind, const char *bytes,
                  size_t size)
{
    struct qn_http_client *client = data;

    if (client->ctx)
        qn_http_trace_tell(client->ctx, kind, qn_bytes_make(bytes, size));
}

static bool is_cancelled(void *data)
{
    struct qn_http_client *client = data;

    return client->ctx && qn_ctx_check(client->ctx) != QN_OK;
}

static void take_header(void *data, const char *line, size_t size)
{
    struct qn_http_client *client = data;

    if (client->ctx && !client->header_failed)
        client->header_failed =
            qn_http_challenge_take(client->ctx, &client->challenge,
                                   qn_bytes_make(line, size),
                                   &client->auth.challenges) != QN_OK;
}

/* ---- a client */

/* "cert:///<path>": what opens the key is asked for as any other password. */
static enum qn_status ask_key(struct qn_ctx *ctx, struct qn_http_client *client,
                              struct qn_credential *key,
                              struct qn_http_engine_tls *tls)
{
    enum qn_status status = qn_credential_set(ctx, &key->protocol, "cert");

    if (!status)
        status = qn_credential_set(ctx, &key->host, "");
    if (!status)
        status = qn_credential_set(ctx, &key->path, tls->certificate);
    if (!status)
        status = qn_credential_set(ctx, &key->username, "");
    if (!status)
        status = qn_credential_fill(ctx, key, &client->scope, false);
    if (!status)
        tls->password = key->password;
    return status;
}

static enum qn_status ask_proxy(struct qn_ctx *ctx,
                                struct qn_http_client *client)
{
    struct qn_credential *proxy = &client->settings.proxy;
    enum qn_status status = QN_OK;

    if (!proxy->username)
        return QN_OK;
    if (!proxy->password)
        status = qn_credential_fill(ctx, proxy, &client->scope, true);
    client->settings.engine.proxy_user = proxy->username;
    client->settings.engine.proxy_password = proxy->password;
    return status;
}

/* Before it was asked for: http.proactiveAuth. */
static enum qn_status be_proactive(struct qn_ctx *ctx,
                                   struct qn_http_client *client)
{
    enum qn_status status = QN_OK;

    if (client->settings.proactive == QN_HTTP_PROACTIVE_NONE)
        return QN_OK;
    if (client->settings.proactive == QN_HTTP_PROACTIVE_BASIC) {
        client->methods = QN_HTTP_AUTH_BASIC;
        if (!client->auth.username)
            status = qn_credential_add(ctx, &client->auth.challenges,
                                       QN_BYTES("Basic"));
    }
    if (!status)
        status = qn_credential_fill(ctx, &client->auth, &client->scope, true);
    if (!status && client->auth.password)
        client->methods = QN_HTTP_AUTH_BASIC;
    return status;
}

static enum qn_status open_session(struct qn_ctx *ctx,
                                   struct qn_http_client *client, int family)
{
    struct qn_http_settings *settings = &client->settings;
    char problem[256] = "";
    bool is_secure = strncmp(qn_buf_string(&client->base), "https:", 6) == 0;
    enum qn_status status = be_proactive(ctx, client);

    if (!status && is_secure && settings->asks_certificate_password &&
        settings->engine.tls.certificate)
        status = ask_key(ctx, client, &client->key, &settings->engine.tls);
    if (!status && settings->asks_proxy_certificate_password &&
        settings->engine.proxy_tls.certificate)
        status = ask_key(ctx, client, &client->proxy_key,
                         &settings->engine.proxy_tls);
    if (!status)
        status = ask_proxy(ctx, client);
    if (status)
        return status;
    settings->engine.data = client;
    settings->engine.is_cancelled = is_cancelled;
    settings->engine.family = family;
    if (qn_trace_wants(ctx, QN_TRACE_CURL))
        settings->engine.trace = trace;
    client->session = client->engine->session_new(&settings->engine, problem);
    return client->session
               ? QN_OK
               : qn_ctx_fail_reason(ctx, QN_UNSUPPORTED, "http.engine", NULL,
                                    "%s", problem);
}

/* Without its user, and with a slash at its end. */
static enum qn_status set_base(struct qn_ctx *ctx, struct qn_buf *base,
                               const char *url)
{
    const char *scheme = strstr(url, "://");
    const char *host = scheme ? scheme + 3 : url;
    size_t size = strcspn(host, "/?#");
    size_t at = qn_bytes_find_last(qn_bytes_make(host, size), '@');
    enum qn_status status;

    qn_buf_clear(base);
    status = qn_buf_append(ctx, base, url, (size_t)(host - url));
    if (!status)
        status =
            qn_buf_append_string(ctx, base, at < size ? host + at + 1 : host);
    if (!status && (!base->size || base->data[base->size - 1] != '/'))
        status = qn_buf_append_byte(ctx, base, '/');
    return status;
}

static enum qn_status set_up(struct qn_ctx *ctx, struct qn_http_client *client,
                             const struct qn_connection_options *options)
{
    struct qn_http_settings_options what = {.config = options->config,
                                            .url = options->url,
                                            .remote_name = options->remote_name,
                                            .agent = options->agent,
                                            .is_not_from_user =
                                                options->is_not_from_user};
    const char *redact = qn_env_variable(qn_ctx_env(ctx), "GIT_TRACE_REDACT");
    bool flag = true;
    enum qn_status status;

    if (redact && !qn_config_parse_bool(redact, &flag))
        return qn_ctx_fail_reason(ctx, QN_INVALID, "http.bad-value", redact,
                                  "bad boolean environment value '%s' for "
                                  "'GIT_TRACE_REDACT'",
                                  redact);
    client->scope.config = options->config;
    client->scope.prompt = options->prompt;
    client->scope.own_program =
        options->own_program ? options->own_program[0] : NULL;
    client->verbosity = options->verbosity;
    client->methods = QN_HTTP_AUTH_ANY;
    status = set_base(ctx, &client->base, options->url);
    if (!status)
        status = qn_credential_from_url(ctx, &client->auth, options->url);
    client->tells_posts = options->verbosity + options->helper_extra > 0;
    client->names_user = !status && client->auth.username;
    if (!status)
        status = qn_http_settings_read(ctx, &what, &client->settings);
    if (!status)
        status = qn_http_language_line(ctx, &client->language);
    if (!status)
        status = qn_http_module_load(ctx, &client->engine);
    return status ? status : open_session(ctx, client, options->family);
}

/* Git's http is a program of its own, whose end is told behind what ended it.
 */
static enum qn_status add_words(struct qn_ctx *ctx, enum qn_status status,
                                const char *url)
{
    struct qn_buf message = QN_BUF_INIT, reason = QN_BUF_INIT;
    enum qn_status other =
        qn_buf_append_string(ctx, &message, qn_ctx_message(ctx));

    if (!other)
        other = qn_buf_append_string(ctx, &reason, qn_ctx_reason(ctx));
    if (!other)
        other = qn_ctx_fail_reason(
            ctx, status, qn_buf_string(&reason), url,
            "%s\nfatal: remote helper '%.*s' aborted session",
            qn_buf_string(&message), (int)strcspn(url, ":"), url);
    qn_buf_dispose(&message);
    qn_buf_dispose(&reason);
    return other;
}

enum qn_status qn_http_client_new(struct qn_ctx *ctx,
                                  const struct qn_connection_options *options,
                                  struct qn_http_client **out)
{
    struct qn_http_client *client = qn_memory_calloc(ctx, 1, sizeof(*client));
    enum qn_status status;

    if (!client)
        return QN_NO_MEMORY;
    qn_http_settings_init(&client->settings);
    qn_credential_init(&client->auth);
    qn_credential_init(&client->key);
    qn_credential_init(&client->proxy_key);
    status = set_up(ctx, client, options);
    if (status && status != QN_NO_MEMORY && status != QN_CANCELLED &&
        strcmp(qn_ctx_reason(ctx), "transport.no-http") != 0)
        status = add_words(ctx, status, options->url);
    if (status)
        qn_http_client_free(client);
    else
        *out = client;
    return status;
}

void qn_http_client_free(struct qn_http_client *client)
{
    if (!client)
        return;
    client->ctx = NULL;
    if (client->session)
        client->engine->session_free(client->session);
    qn_http_settings_dispose(&client->settings);
    qn_credential_dispose(&client->auth);
    qn_credential_dispose(&client->key);
    qn_credential_dispose(&client->proxy_key);
    qn_http_challenge_dispose(&client->challenge);
    qn_buf_dispose(&client->base);
    qn_buf_dispose(&client->language);
    qn_memory_free(client);
}

const char *qn_http_client_base(const struct qn_http_client *client)
{
    return qn_buf_string(&client->base);
}

const struct qn_http_settings *
qn_http_client_settings(const struct qn_http_client *client)
{
    return &client->settings;
}

/* ---- a request */

static size_t count_of(const char *const *list)
{
    size_t count = 0;

    while (list && list[count])
        count++;
    return count;
}

/* In a POST before what protocol is spoken, else behind all: as Git does. */
static void put_own(const char **list, size_t count, bool is_post,
                    const char *own)
{
    size_t at = count;

    if (is_post)
        for (at = 0; at < count; at++)
            if (strncmp(list[at], "Git-Protocol:", 13) == 0)
                break;
    memmove(list + at + 1, list + at, (count - at) * sizeof(*list));
    list[at] = own;
}

/* The configured ones, the request's, and who one is when a helper said that
 * in the words of the header. */
static enum qn_status make_headers(struct qn_ctx *ctx,
                                   struct qn_http_client *client,
                                   const struct qn_http_request *request,
                                   struct qn_buf *own, const char ***out)
{
    const char **extra = client->settings.extra_headers;
    size_t extra_count = count_of(extra);
    size_t count = count_of(request->headers);
    const char **list =
        qn_memory_calloc(ctx, extra_count + count + 2, sizeof(*list));
    enum qn_status status = QN_OK;

    if (!list)
        return QN_NO_MEMORY;
    if (extra_count)
        memcpy(list, extra, extra_count * sizeof(*list));
    if (count)
        memcpy(list + extra_count, request->headers, count * sizeof(*list));
    count += extra_count;
    if (client->auth.authtype && client->auth.secret) {
        status = qn_buf_printf(ctx, own, "Authorization: %s %s",
                               client->auth.authtype, client->auth.secret);
        put_own(list, count, request->is_post, qn_buf_string(own));
    }
    if (!status)
        *out = list;
    else
        qn_memory_free(list);
    return status;
}

static void set_user(const struct qn_http_client *client,
                     struct qn_http_engine_request *engine)
{
    const struct qn_credential *auth = &client->auth;

    engine->auth = client->methods;
    if (auth->authtype && auth->secret)
        return;
    if (auth->username) {
        engine->user = auth->username;
        engine->password = auth->password;
    } else if (client->settings.empty_auth == 1 || client->tries_empty) {
        engine->user = engine->password = "";
    }
}

enum qn_status qn_http_client_start(struct qn_ctx *ctx,
                                    struct qn_http_client *client,
                                    const struct qn_http_request *request,
                                    struct qn_http_answer *answer)
{
    const char **headers = NULL;
    struct qn_buf own = QN_BUF_INIT;
    bool follows = client->settings.follow == QN_HTTP_FOLLOW_ALWAYS ||
                   (client->settings.follow == QN_HTTP_FOLLOW_INITIAL &&
                    request->is_first);
    enum qn_status status = make_headers(ctx, client, request, &own, &headers);

    if (!status) {
        struct qn_http_engine_request engine = {
            .url = request->url,
            .headers = headers,
            .is_post = request->is_post,
            .in_pieces = request->in_pieces,
            .body = request->body.data,
            .body_size = request->body.size,
            .follows = follows,
            .accepts_encoded = !request->from && !request->is_probe,
            .from = request->from,
            .data = client,
            .header = take_header};

        set_user(client, &engine);
        client->ctx = ctx;
        qn_credential_empty(&client->auth.challenges);
        answer->client = client;
        answer->is_missing = false;
        answer->transfer = client->engine->start(client->session, &engine);
        client->ctx = NULL;
        if (!answer->transfer)
            status = qn_ctx_fail(ctx, QN_NO_MEMORY, "out of memory");
    }
    qn_memory_free(headers);
    if (own.data)
        memset(own.data, 0, own.capacity);
    qn_buf_dispose(&own);
    return status;
}

/* ---- what the answer means */

/* libcurl's number for a status that is none of success. */
#define STATUS_NUMBER 22

enum qn_status
qn_http_client_fail_rpc(struct qn_ctx *ctx,
                        const struct qn_http_engine_outcome *outcome)
{
    char words[64] = "";

    qn_ctx_clear(ctx);
    if (outcome->status && outcome->status != 200)
        (void)snprintf(words, sizeof(words), "HTTP %ld ", outcome->status);
    if (outcome->fault)
        qn_ctx_report(ctx, QN_REPORT_ERROR, "http.rpc",
                      "RPC failed; %scurl %ld %s", words, outcome->number,
                      outcome->message);
    else
        qn_ctx_report(
            ctx, QN_REPORT_ERROR, "http.rpc",
            "RPC failed; %scurl %d The requested URL returned error: %ld",
            words, STATUS_NUMBER, outcome->status);
    return qn_wire_fail_hung_up(ctx);
}

enum qn_status qn_http_client_look(struct qn_ctx *ctx,
                                   struct qn_http_answer *answer)
{
    const struct qn_http_engine_outcome *outcome = &answer->outcome;
    enum qn_status status = qn_http_answer_wait(ctx, answer);

    if (status ||
        (!outcome->fault && outcome->status >= 200 && outcome->status < 300))
        return status;
    if (outcome->fault && outcome->status >= 200 && outcome->status < 300)
        return QN_OK; /* cut later: whoever reads is told */
    return qn_http_client_fail_rpc(ctx, outcome);
}

static enum qn_status fail_access(struct qn_ctx *ctx,
                                  const struct qn_http_client *client,
                                  const struct qn_http_engine_outcome *outcome)
{
    const char *url = qn_buf_string(&client->base);

    if (outcome->fault == QN_HTTP_FAULT_PINNED_KEY)
        return qn_ctx_fail_reason(
            ctx, QN_NETWORK, "http.failed", url,
            "unable to access '%s' with http.pinnedPubkey configuration: %s",
            url, outcome->message);
    if (outcome->fault)
        return qn_ctx_fail_reason(ctx, QN_NETWORK, "http.failed", url,
                                  "unable to access '%s': %s", url,
                                  outcome->message);
    return qn_ctx_fail_reason(
        ctx, QN_NETWORK, "http.failed", url,
        "unable to access '%s': The requested URL returned error: %ld", url,
        outcome->status);
}

/* What a server says in plain text, to a person. */
static void tell_text(struct qn_ctx *ctx, struct qn_http_answer *answer)
{
    const char *type = answer->outcome.content_type;
    struct qn_buf text = {.limit = TEXT_MAX};
    struct qn_bytes rest;
    struct qn_bytes line;

    if (!type || !answer->transfer || strncmp(type, "text/plain", 10) != 0 ||
        (type[10] && !strchr("; \t", type[10])))
        return;
    if (qn_http_answer_read_all(ctx, answer, &text))
        qn_ctx_clear(ctx); /* what there is has to do */
    rest = qn_buf_bytes(&text);
    while (qn_bytes_next(&rest, '\n', &line)) {
        struct qn_buf shown = QN_BUF_INIT;

        line = qn_bytes_trim_end(line);
        if (!qn_wire_append_shown(ctx, &shown, line))
            qn_ctx_report(ctx, QN_REPORT_INFO, "http.remote", "remote: %s",
                          qn_buf_string(&shown));
        qn_buf_dispose(&shown);
    }
    qn_buf_dispose(&text);
}

static enum qn_status fail_authentication(struct qn_ctx *ctx,
                                          struct qn_http_client *client,
                                          struct qn_http_answer *answer)
{
    const char *url = qn_buf_string(&client->base);

    tell_text(ctx, answer);
    return qn_ctx_fail_reason(ctx, QN_AUTHENTICATION, "http.authentication",
                              url, "Authentication failed for '%s'", url);
}

/* 401: find out who one is, then once more. */
static enum qn_status take_unauthorized(struct qn_ctx *ctx,
                                        struct qn_http_client *client,
                                        const struct qn_http_request *request,
                                        struct qn_http_answer *answer,
                                        bool *again)
{
    /* So Git asks: only before the conversation what helpers can do. */
    bool has_words = !request->is_rpc;
    struct qn_credential *auth = &client->auth;
    unsigned offered = answer->outcome.offered;
    bool had =
        (auth->username && auth->password) || (auth->authtype && auth->secret);

    if (client->header_failed)
        return qn_ctx_fail(ctx, QN_NO_MEMORY, "out of memory");
    if (had && auth->continues) {
        enum qn_status status = qn_credential_set(ctx, &auth->secret, NULL);

        if (!status)
            status = qn_credential_set(ctx, &auth->password, NULL);
        if (!status)
            status = qn_credential_fill(ctx, auth, &client->scope, has_words);
        *again = !status;
        return status;
    }
    if (had) {
        enum qn_status status = qn_credential_reject(ctx, auth, &client->scope);

        if (!status && request->is_rpc)
            return qn_http_client_fail_rpc(ctx, &answer->outcome);
        return status ? status : fail_authentication(ctx, client, answer);
    }
    if (offered & client->methods)
        client->methods &= offered;
    *again = true;
    /* Negotiate knows by itself who one is. */
    if (client->settings.empty_auth == -1 && !client->tries_empty &&
        (offered & client->methods & QN_HTTP_AUTH_NEGOTIATE) &&
        !auth->username) {
        client->tries_empty = true;
        return QN_OK;
    }
    client->tries_empty = false;
    if (client->methods & ~(unsigned)QN_HTTP_AUTH_NEGOTIATE)
        client->methods &= ~(unsigned)QN_HTTP_AUTH_NEGOTIATE;
    return qn_credential_fill(ctx, auth, &client->scope, has_words);
}

static enum qn_status fail_too_late(struct qn_ctx *ctx,
                                    struct qn_http_client *client,
                                    struct qn_http_answer *answer,
                                    const char *what, long wait)
{
    qn_ctx_report(ctx, QN_REPORT_ERROR, "http.busy",
                  "%s http.maxRetryTime (%ld > %ld seconds)", what, wait,
                  client->settings.max_retry_time);
    return fail_access(ctx, client, &answer->outcome);
}

/* 429: wait, and once more. */
static enum qn_status take_busy(struct qn_ctx *ctx,
                                struct qn_http_client *client,
                                struct qn_http_answer *answer, long *tries,
                                bool *again)
{
    const struct qn_http_settings *settings = &client->settings;
    long said = answer->outcome.retry_after;
    long wait = said >= 0 ? said : settings->retry_after;
    bool is_last = settings->max_retries > 0 &&
                   *tries + 1 >= settings->max_retries; /* so Git counts */

    if (settings->max_retries == 0) {
        tell_text(ctx, answer);
        return fail_access(ctx, client, &answer->outcome);
    }
    if (wait < 0 && !is_last)
        return fail_access(ctx, client, &answer->outcome);
    if (is_last) {
        const char *url = qn_buf_string(&client->base);

        tell_text(ctx, answer);
        if (said > 0)
            return qn_ctx_fail_reason(
                ctx, QN_NETWORK, "http.busy", url,
                "rate limited by '%s', please try again in %ld seconds", url,
                said);
        return qn_ctx_fail_reason(
            ctx, QN_NETWORK, "http.busy", url,
            "rate limited by '%s', please try again later", url);
    }
    if (wait > settings->max_retry_time)
        return fail_too_late(ctx, client, answer,
                             said >= 0 ? "response requested a delay greater "
                                         "than"
                                       : "configured http.retryAfter exceeds",
                             wait);
    ++*tries;
    *again = true;
    if (wait > 0)
        qn_ctx_report(ctx, QN_REPORT_WARNING, "http.busy",
                      "rate limited, waiting %ld seconds before retry", wait);
    for (; wait > 0; wait--) {
        enum qn_status status = qn_ctx_check(ctx);

        if (status)
            return status;
        qn_process_pause(1000);
    }
    return QN_OK;
}

/* It worked: so did what was said of oneself. */
static enum qn_status approve(struct qn_ctx *ctx, struct qn_http_client *client)
{
    enum qn_status status =
        qn_credential_approve(ctx, &client->auth, &client->scope);

    if (!status && client->settings.proxy.password)
        status =
            qn_credential_approve(ctx, &client->settings.proxy, &client->scope);
    if (!status && client->key.password)
        status = qn_credential_approve(ctx, &client->key, &client->scope);
    return status;
}

static enum qn_status take_fault(struct qn_ctx *ctx,
                                 struct qn_http_client *client,
                                 struct qn_http_answer *answer)
{
    const struct qn_http_engine_outcome *outcome = &answer->outcome;
    const char *url = qn_buf_string(&client->base);
    enum qn_status status = QN_OK;

    switch (outcome->fault) {
    case QN_HTTP_FAULT_CANCELLED:
        status = qn_ctx_check(ctx);
        return status ? status : qn_ctx_fail(ctx, QN_CANCELLED, "cancelled");
    case QN_HTTP_FAULT_MEMORY:
        return qn_ctx_fail(ctx, QN_NO_MEMORY, "out of memory");
    case QN_HTTP_FAULT_NOT_THERE:
        return qn_ctx_fail_reason(ctx, QN_NOT_FOUND, "http.not-found", url,
                                  "repository '%s' not found", url);
    case QN_HTTP_FAULT_CERTIFICATE:
        if (!client->key.password)
            return fail_access(ctx, client, outcome);
        status = qn_credential_reject(ctx, &client->key, &client->scope);
        return status ? status : fail_authentication(ctx, client, answer);
    default:
        break;
    }
    if (outcome->proxy_status == 407 && client->settings.proxy.password)
        status =
            qn_credential_reject(ctx, &client->settings.proxy, &client->scope);
    return status ? status : fail_access(ctx, client, outcome);
}

/* `*again`: the request has to be made once more. */
static enum qn_status take_head(struct qn_ctx *ctx,
                                struct qn_http_client *client,
                                const struct qn_http_request *request,
                                struct qn_http_answer *answer, long *tries,
                                bool *again)
{
    const struct qn_http_engine_outcome *outcome = &answer->outcome;
    const char *url = qn_buf_string(&client->base);
    bool is_good = outcome->status >= 200 && outcome->status < 300;

    /* Cut behind its head: whoever reads is told. */
    if (outcome->fault && !is_good && outcome->status < 300)
        return request->is_rpc && outcome->fault != QN_HTTP_FAULT_CANCELLED &&
                       outcome->fault != QN_HTTP_FAULT_MEMORY
                   ? qn_http_client_fail_rpc(ctx, outcome)
                   : take_fault(ctx, client, answer);
    if (outcome->status == 0 || is_good)
        return approve(ctx, client);
    if (outcome->status == 401)
        return take_unauthorized(ctx, client, request, answer, again);
    if (outcome->status == 429 &&
        !(request->is_rpc && client->settings.max_retries == 0))
        return take_busy(ctx, client, answer, tries, again);
    if (request->is_rpc)
        return qn_http_client_fail_rpc(ctx, outcome);
    if (outcome->status == 404 || outcome->fault == QN_HTTP_FAULT_NOT_THERE) {
        if (request->is_optional) {
            answer->is_missing = true;
            return QN_OK;
        }
        tell_text(ctx, answer);
        return qn_ctx_fail_reason(ctx, QN_NOT_FOUND, "http.not-found", url,
                                  "repository '%s' not found", url);
    }
    if (outcome->status == 416 && request->from) {
        answer->is_missing = true;
        return QN_OK;
    }
    if (outcome->fault)
        return take_fault(ctx, client, answer);
    tell_text(ctx, answer);
    return fail_access(ctx, client, outcome);
}

/* Somebody who has a name but no password does not get to be nobody. */
static enum qn_status name_oneself(struct qn_ctx *ctx,
                                   struct qn_http_client *client)
{
    struct qn_credential *auth = &client->auth;

    if (client->settings.empty_auth != 1 || !auth->username || auth->password)
        return QN_OK;
    return qn_credential_fill(ctx, auth, &client->scope, true);
}

enum qn_status qn_http_client_request(struct qn_ctx *ctx,
                                      struct qn_http_client *client,
                                      const struct qn_http_request *request,
                                      struct qn_http_answer *answer)
{
    enum qn_status status = name_oneself(ctx, client);
    bool again = true;
    long tries = 0;
    int rounds;

    for (rounds = 0; !status && again; rounds++) {
        again = false;
        qn_http_answer_finish(ctx, answer);
        status = qn_http_client_start(ctx, client, request, answer);
        if (status)
            break;
        client->ctx = ctx;
        client->engine->wait_head(answer->transfer);
        client->engine->outcome(answer->transfer, &answer->outcome);
        client->ctx = NULL;
        status = take_head(ctx, client, request, answer, &tries, &again);
        if (!status && again && rounds >= ROUNDS_MAX + tries)
            status = fail_access(ctx, client, &answer->outcome);
    }
    if (status)
        qn_http_answer_end(answer);
    return status;
}

enum qn_status qn_http_client_rebase(struct qn_ctx *ctx,
                                     struct qn_http_client *client,
                                     const struct qn_http_answer *answer,
                                     const char *tail)
{
    const char *got = answer->outcome.url ? answer->outcome.url : "";
    size_t size = strlen(got), tail_size = strlen(tail);
    struct qn_buf old = QN_BUF_INIT, plain = QN_BUF_INIT;
    enum qn_status status =
        qn_buf_append_string(ctx, &old, qn_buf_string(&client->base));

    if (!status)
        status = qn_buf_append_string(ctx, &plain, got);
    if (!status &&
        (size < tail_size || strcmp(got + size - tail_size, tail) != 0))
        status =
            qn_ctx_fail_reason(ctx, QN_NETWORK, "http.strange-redirect", got,
                               "unable to update url base from redirection:\n"
                               "  asked for: %s%s\n   redirect: %s",
                               qn_buf_string(&old), tail, got);
    if (!status) {
        qn_buf_truncate(&plain, size - tail_size);
        status = set_base(ctx, &client->base, qn_buf_string(&plain));
    }
    if (!status &&
        strcmp(qn_buf_string(&old), qn_buf_string(&client->base)) != 0) {
        struct qn_credential moved;

        /* Who one is there is another question. */
        qn_credential_init(&moved);
        status = qn_credential_from_url(ctx, &moved, qn_buf_string(&plain));
        if (!status && (!client->auth.host || !moved.host ||
                        strcmp(client->auth.host, moved.host) != 0 ||
                        strcmp(client->auth.protocol, moved.protocol) != 0)) {
            struct qn_credential swap = client->auth;

            client->auth = moved;
            moved = swap;
        }
        qn_credential_dispose(&moved);
        client->names_user = true;
    }
    if (!status && client->names_user) { /* left out is as good as moved */
        client->names_user = false;
        if (client->verbosity >= 0)
            qn_ctx_report(ctx, QN_REPORT_WARNING, "http.redirect",
                          "redirecting to %s", qn_buf_string(&client->base));
    }
    qn_buf_dispose(&old);
    qn_buf_dispose(&plain);
    return status;
}

/* ---- the answer */

enum qn_status qn_http_answer_write(struct qn_ctx *ctx,
                                    struct qn_http_answer *answer,
                                    struct qn_bytes bytes, bool is_last)
{
    struct qn_http_client *client = answer->client;

    client->ctx = ctx;
    /* What went wrong is told when the answer is read. */
    (void)client->engine->write(answer->transfer, bytes.data, bytes.size,
                                is_last);
    client->ctx = NULL;
    return qn_ctx_check(ctx);
}

enum qn_status qn_http_answer_wait(struct qn_ctx *ctx,
                                   struct qn_http_answer *answer)
{
    struct qn_http_client *client = answer->client;

    client->ctx = ctx;
    client->engine->wait_head(answer->transfer);
    client->engine->outcome(answer->transfer, &answer->outcome);
    client->ctx = NULL;
    return answer->outcome.fault == QN_HTTP_FAULT_CANCELLED ? qn_ctx_check(ctx)
                                                            : QN_OK;
}

enum qn_status qn_http_answer_read(struct qn_ctx *ctx,
                                   struct qn_http_answer *answer, void *room,
                                   size_t size, size_t *used)
{
    struct qn_http_client *client = answer->client;
    enum qn_status status;

    client->ctx = ctx;
    *used = client->engine->read(answer->transfer, room, size);
    if (!*used)
        client->engine->outcome(answer->transfer, &answer->outcome);
    client->ctx = NULL;
    if (*used || !answer->outcome.fault)
        return QN_OK;
    if (answer->outcome.fault == QN_HTTP_FAULT_CANCELLED) {
        status = qn_ctx_check(ctx);
        return status ? status : qn_ctx_fail(ctx, QN_CANCELLED, "cancelled");
    }
    return qn_ctx_fail_reason(ctx, QN_NETWORK, "http.cut", NULL, "%s",
                              answer->outcome.message);
}

enum qn_status qn_http_answer_read_all(struct qn_ctx *ctx,
                                       struct qn_http_answer *answer,
                                       struct qn_buf *out)
{
    char room[16384];
    size_t used = 1;
    enum qn_status status = QN_OK;

    while (!status && used) {
        status = qn_http_answer_read(ctx, answer, room, sizeof(room), &used);
        if (!status)
            status = qn_buf_append(ctx, out, room, used);
    }
    return status;
}

void qn_http_answer_end(struct qn_http_answer *answer)
{
    if (answer->transfer)
        answer->client->engine->free(answer->transfer);
    answer->transfer = NULL;
}

void qn_http_answer_finish(struct qn_ctx *ctx, struct qn_http_answer *answer)
{
    if (!answer->transfer)
        return;
    answer->client->ctx = ctx;
    answer->client->engine->finish(answer->transfer);
    answer->client->ctx = NULL;
    answer->transfer = NULL;
}
