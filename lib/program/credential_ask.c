/* SPDX-License-Identifier: MIT */
/* The description filled in, and the outcome told: configuration, helpers, a
 * person. */
#include "program/credential.h"

#include "base/env.h"
#include "base/memory.h"
#include "config/url_match.h"
#include "program/shell_command.h"
#include "text/percent.h"
#include "text/quote.h"

#include <string.h>

/* ---- configuration: credential.<name>, credential.<url>.<name> */

/* Parts of a pattern that is no whole URL ("example.com", "https://"): each
 * that is there must be the same. */
static enum qn_status matches_partly(struct qn_ctx *ctx,
                                     const struct qn_credential *credential,
                                     struct qn_bytes pattern, bool *out)
{
    size_t scheme = qn_bytes_find_bytes(pattern, QN_BYTES("://"));
    struct qn_bytes rest =
        scheme < pattern.size ? qn_bytes_from(pattern, scheme + 3) : pattern;
    struct qn_bytes host = qn_bytes_first(rest, qn_bytes_find(rest, '/'));
    struct qn_bytes path = qn_bytes_from(rest, host.size);
    size_t at = qn_bytes_find(host, '@');
    struct qn_buf part = QN_BUF_INIT;
    enum qn_status status = QN_OK;

    *out = scheme == pattern.size ||
           qn_bytes_is_string(qn_bytes_first(pattern, scheme),
                              credential->protocol);
    if (*out && at < host.size) {
        struct qn_bytes user = qn_bytes_first(host, at);

        user = qn_bytes_first(user, qn_bytes_find(user, ':'));
        status = qn_percent_decode(ctx, user, &part);
        *out = credential->username &&
               strcmp(credential->username, qn_buf_string(&part)) == 0;
        host = qn_bytes_from(host, at + 1);
    }
    if (!status && *out && host.size) {
        qn_buf_clear(&part);
        status = qn_percent_decode(ctx, host, &part);
        *out = credential->host &&
               strcmp(credential->host, qn_buf_string(&part)) == 0;
    }
    while (path.size && path.data[0] == '/')
        path = qn_bytes_from(path, 1);
    while (path.size && path.data[path.size - 1] == '/')
        path.size--;
    if (!status && *out && path.size) {
        qn_buf_clear(&part);
        status = qn_percent_decode(ctx, path, &part);
        *out = credential->path &&
               strcmp(credential->path, qn_buf_string(&part)) == 0;
    }
    qn_buf_dispose(&part);
    return status;
}

static enum qn_status matches(struct qn_ctx *ctx,
                              const struct qn_credential *credential,
                              const struct qn_url_match *url,
                              struct qn_bytes pattern, bool *out)
{
    struct qn_url_match parsed = QN_URL_MATCH_INIT;
    struct qn_url_match_score score;
    enum qn_status status = qn_url_match_parse(ctx, pattern, &parsed);

    if (!status) {
        *out = url && qn_url_match_test(url, &parsed, &score);
    } else if (status == QN_INVALID) {
        qn_ctx_clear(ctx);
        status = matches_partly(ctx, credential, pattern, out);
    }
    qn_url_match_dispose(&parsed);
    return status;
}

static enum qn_status take_entry(struct qn_ctx *ctx,
                                 struct qn_credential *credential,
                                 const struct qn_config_entry *entry,
                                 const char *name)
{
    bool flag = true;
    enum qn_status status = QN_OK;

    if (strcmp(name, "helper") == 0) {
        if (!entry->value)
            return qn_config_fail_missing(ctx, entry);
        if (!*entry->value)
            qn_credential_empty(&credential->helpers);
        else
            status = qn_credential_add(ctx, &credential->helpers,
                                       qn_bytes_from_string(entry->value));
    } else if (strcmp(name, "username") == 0) {
        if (!entry->value)
            return qn_config_fail_missing(ctx, entry);
        if (!credential->has_own_username)
            status =
                qn_credential_set(ctx, &credential->username, entry->value);
    } else if (strcmp(name, "usehttppath") == 0) {
        status = qn_config_entry_bool(ctx, entry, &credential->uses_http_path);
    } else if (strcmp(name, "sanitizeprompt") == 0) {
        status = qn_config_entry_bool(ctx, entry, &flag);
        credential->keeps_prompts = !flag;
    } else if (strcmp(name, "protectprotocol") == 0) {
        status = qn_config_entry_bool(ctx, entry, &flag);
        credential->allows_cr = !flag;
    }
    return status;
}

static enum qn_status check_complete(struct qn_ctx *ctx,
                                     const struct qn_credential *credential)
{
    const char *missing = !credential->host       ? "host"
                          : !credential->protocol ? "protocol"
                                                  : NULL;

    return missing ? qn_ctx_fail_reason(
                         ctx, QN_INVALID, "credential.incomplete", missing,
                         "refusing to work with credential missing %s field",
                         missing)
                   : QN_OK;
}

static enum qn_status take_entries(struct qn_ctx *ctx,
                                   struct qn_credential *credential,
                                   const struct qn_config *config,
                                   const struct qn_url_match *url)
{
    static const char section[] = "credential.";
    const size_t size = sizeof(section) - 1;
    size_t count = qn_config_count(config);
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < count && !status; i++) {
        const struct qn_config_entry *entry = qn_config_at(config, i);
        const char *last = strrchr(entry->key, '.');
        bool fits = true;

        if (strncmp(entry->key, section, size) != 0)
            continue;
        if (last > entry->key + size)
            status = matches(ctx, credential, url,
                             qn_bytes_make(entry->key + size,
                                           (size_t)(last - entry->key - size)),
                             &fits);
        if (!status && fits)
            status = take_entry(ctx, credential, entry, last + 1);
    }
    return status;
}

enum qn_status qn_credential_configure(struct qn_ctx *ctx,
                                       struct qn_credential *credential,
                                       const struct qn_config *config)
{
    struct qn_url_match url = QN_URL_MATCH_INIT;
    struct qn_buf text = QN_BUF_INIT;
    bool is_url = false;
    enum qn_status status = check_complete(ctx, credential);

    if (status || credential->is_configured)
        return status;
    status = qn_credential_describe(ctx, credential, false, &text);
    if (!status) {
        status = qn_url_match_parse(ctx, qn_buf_bytes(&text), &url);
        is_url = !status;
        if (status == QN_INVALID) {
            qn_ctx_clear(ctx);
            status = QN_OK;
        }
    }
    if (!status && config)
        status = take_entries(ctx, credential, config, is_url ? &url : NULL);
    if (!status) {
        credential->is_configured = true;
        if (!credential->uses_http_path &&
            (strcmp(credential->protocol, "http") == 0 ||
             strcmp(credential->protocol, "https") == 0))
            status = qn_credential_set(ctx, &credential->path, NULL);
    }
    qn_url_match_dispose(&url);
    qn_buf_dispose(&text);
    return status;
}

/* ---- how it reads */

static enum qn_status append_part(struct qn_ctx *ctx, struct qn_buf *out,
                                  const char *text, const char *plain,
                                  bool is_plain)
{
    return is_plain
               ? qn_buf_append_string(ctx, out, text)
               : qn_percent_encode(ctx, qn_bytes_from_string(text), plain, out);
}

enum qn_status qn_credential_describe(struct qn_ctx *ctx,
                                      const struct qn_credential *credential,
                                      bool is_plain, struct qn_buf *out)
{
    enum qn_status status;

    if (!credential->protocol)
        return QN_OK;
    status = qn_buf_printf(ctx, out, "%s://", credential->protocol);
    if (!status && credential->username && *credential->username) {
        status = append_part(ctx, out, credential->username, "", is_plain);
        if (!status)
            status = qn_buf_append_byte(ctx, out, '@');
    }
    if (!status && credential->host)
        status = append_part(ctx, out, credential->host, ":[]", is_plain);
    if (!status && credential->path) {
        status = qn_buf_append_byte(ctx, out, '/');
        if (!status)
            status = append_part(ctx, out, credential->path, "/", is_plain);
    }
    return status;
}

/* ---- helpers */

static enum qn_status make_command(struct qn_ctx *ctx, const char *helper,
                                   const char *operation,
                                   const struct qn_credential_scope *scope,
                                   struct qn_buf *out)
{
    enum qn_status status;

    if (*helper == '!') {
        status = qn_buf_append_string(ctx, out, helper + 1);
    } else if (*helper == '/') {
        status = qn_buf_append_string(ctx, out, helper);
    } else {
        status = scope->own_program
                     ? qn_quote_shell_pretty(
                           ctx, out, qn_bytes_from_string(scope->own_program))
                     : qn_buf_append_string(ctx, out, "git");
        if (!status)
            status = qn_buf_printf(ctx, out, " credential-%s", helper);
    }
    if (!status)
        status = qn_buf_printf(ctx, out, " %s", operation);
    return status;
}

/* `answer` NULL: nobody listens to what it says. */
static enum qn_status run_helper(struct qn_ctx *ctx, const char *command,
                                 struct qn_bytes input, struct qn_buf *answer)
{
    struct qn_shell_command made = QN_SHELL_COMMAND_INIT;
    struct qn_process_options options = {.in = QN_PROCESS_PIPE,
                                         .out = answer ? QN_PROCESS_PIPE
                                                       : QN_PROCESS_NULL};
    struct qn_process *process = NULL;
    struct qn_buf none = QN_BUF_INIT;
    int code = 0;
    enum qn_status status = qn_shell_command_make(ctx, command, NULL, &made);

    if (!status) {
        qn_shell_command_fill(&made, &options);
        status = qn_process_start(ctx, &options, &process);
        if (status == QN_NOT_FOUND || status == QN_DENIED) {
            qn_shell_command_tell(ctx, command);
            status = QN_OK;
        }
    }
    if (!status && process) {
        status =
            qn_process_exchange(ctx, process, input, answer ? answer : &none);
        if (status)
            qn_process_free(process);
        else /* what it exits with says nothing: what it said counts */
            status = qn_process_wait(ctx, process, &code);
    }
    qn_shell_command_dispose(&made);
    qn_buf_dispose(&none);
    return status;
}

static void forget_text(struct qn_buf *text)
{
    if (text->data)
        memset(text->data, 0, text->capacity);
    qn_buf_dispose(text);
}

static enum qn_status tell_helper(struct qn_ctx *ctx,
                                  struct qn_credential *credential,
                                  const char *helper, const char *operation,
                                  const struct qn_credential_scope *scope)
{
    bool asks = strcmp(operation, "get") == 0;
    struct qn_buf command = QN_BUF_INIT;
    struct qn_buf input = QN_BUF_INIT;
    struct qn_buf answer = QN_BUF_INIT;
    enum qn_status status =
        make_command(ctx, helper, operation, scope, &command);

    if (!status)
        status = qn_credential_write(
            ctx, credential, asks ? QN_CREDENTIAL_ASKED : QN_CREDENTIAL_HELPERS,
            &input);
    if (!status)
        status = run_helper(ctx, qn_buf_string(&command), qn_buf_bytes(&input),
                            asks ? &answer : NULL);
    if (!status && asks) {
        status = qn_credential_read(ctx, credential, qn_buf_bytes(&answer),
                                    QN_CREDENTIAL_HELPERS);
        if (status == QN_INVALID) { /* it was told; what came before counts */
            qn_ctx_clear(ctx);
            status = QN_OK;
        }
    }
    forget_text(&command);
    forget_text(&input);
    forget_text(&answer);
    return status;
}

static enum qn_status tell_all(struct qn_ctx *ctx,
                               struct qn_credential *credential,
                               const char *operation,
                               const struct qn_credential_scope *scope)
{
    enum qn_status status =
        qn_credential_configure(ctx, credential, scope->config);
    size_t i;

    for (i = 0; i < credential->helpers.count && !status; i++)
        status = tell_helper(ctx, credential, credential->helpers.items[i],
                             operation, scope);
    return status;
}

/* ---- a person */

static enum qn_status ask(struct qn_ctx *ctx, struct qn_credential *credential,
                          const char *what, bool echoes,
                          const struct qn_credential_scope *scope)
{
    struct qn_prompt prompt = {scope->config, scope->prompt, echoes};
    struct qn_buf text = QN_BUF_INIT;
    struct qn_buf place = QN_BUF_INIT;
    struct qn_buf answer = QN_BUF_INIT;
    enum qn_status status = qn_credential_describe(
        ctx, credential, credential->keeps_prompts, &place);

    if (!status)
        status = place.size ? qn_buf_printf(ctx, &text, "%s for '%s': ", what,
                                            qn_buf_string(&place))
                            : qn_buf_printf(ctx, &text, "%s: ", what);
    if (!status)
        status = qn_prompt_ask(ctx, &prompt, qn_buf_string(&text), &answer);
    if (!status)
        status = qn_credential_set(
            ctx, echoes ? &credential->username : &credential->password,
            qn_buf_string(&answer));
    qn_buf_dispose(&text);
    qn_buf_dispose(&place);
    forget_text(&answer);
    return status;
}

static bool is_interactive(const struct qn_config *config)
{
    const char *text =
        config ? qn_config_string(config, "credential.interactive", NULL)
               : NULL;
    bool value = true;

    return !text || (strcmp(text, "never") != 0 &&
                     (!qn_config_parse_bool(text, &value) || value));
}

static enum qn_status ask_person(struct qn_ctx *ctx,
                                 struct qn_credential *credential,
                                 const struct qn_credential_scope *scope)
{
    enum qn_status status = QN_OK;

    if (!is_interactive(scope->config))
        return qn_ctx_fail_reason(ctx, QN_NEEDS_USER, "prompt.nobody", NULL,
                                  "unable to get password from user");
    if (!credential->username)
        status = ask(ctx, credential, "Username", true, scope);
    if (!status && !credential->password)
        status = ask(ctx, credential, "Password", false, scope);
    return status;
}

/* ---- the three questions */

static bool is_full(const struct qn_credential *credential)
{
    return (credential->username && credential->password) ||
           (credential->authtype && credential->secret);
}

static void agree(struct qn_credential_capability *capability)
{
    capability->is_answered = capability->is_asked && capability->is_helpers;
}

static bool has_expired(struct qn_ctx *ctx,
                        const struct qn_credential *credential)
{
    return credential->expiry <
           qn_env_clock(qn_ctx_env(ctx), true) / 1000000000;
}

static enum qn_status ask_helper(struct qn_ctx *ctx,
                                 struct qn_credential *credential,
                                 const char *helper,
                                 const struct qn_credential_scope *scope)
{
    enum qn_status status = tell_helper(ctx, credential, helper, "get", scope);

    if (status)
        return status;
    if (has_expired(ctx, credential)) {
        status = qn_credential_set(ctx, &credential->password, NULL);
        credential->expiry = INT64_MAX;
    }
    agree(&credential->knows_authtype);
    agree(&credential->knows_state);
    return status;
}

enum qn_status qn_credential_fill(struct qn_ctx *ctx,
                                  struct qn_credential *credential,
                                  const struct qn_credential_scope *scope,
                                  bool knows_all)
{
    enum qn_status status;
    size_t i;

    if (is_full(credential))
        return QN_OK;
    qn_credential_next_step(credential);
    credential->continues = false;
    if (knows_all)
        credential->knows_authtype.is_asked = credential->knows_state.is_asked =
            true;
    status = qn_credential_configure(ctx, credential, scope->config);
    for (i = 0; i < credential->helpers.count && !status; i++) {
        const char *helper = credential->helpers.items[i];

        status = ask_helper(ctx, credential, helper, scope);
        if (!status && is_full(credential))
            return QN_OK;
        if (!status && credential->quits)
            status = qn_ctx_fail_reason(
                ctx, QN_NEEDS_USER, "credential.quit", helper,
                "credential helper '%s' told us to quit", helper);
    }
    return status ? status : ask_person(ctx, credential, scope);
}

enum qn_status qn_credential_approve(struct qn_ctx *ctx,
                                     struct qn_credential *credential,
                                     const struct qn_credential_scope *scope)
{
    enum qn_status status;

    if (credential->is_approved || !is_full(credential) ||
        has_expired(ctx, credential))
        return QN_OK;
    status = tell_all(ctx, credential, "store", scope);
    if (!status)
        credential->is_approved = true;
    return status;
}

enum qn_status qn_credential_reject(struct qn_ctx *ctx,
                                    struct qn_credential *credential,
                                    const struct qn_credential_scope *scope)
{
    enum qn_status status = tell_all(ctx, credential, "erase", scope);

    qn_credential_forget(credential);
    return status;
}
