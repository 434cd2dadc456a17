/* SPDX-License-Identifier: MIT */
/* The description itself: fields, lines, URLs. */
#include "program/credential.h"

#include "base/memory.h"
#include "text/percent.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The compiler may not see that nobody looks at it any more. */
static void wipe(char *text)
{
    volatile char *at = text;

    while (at && *at)
        *at++ = '\0';
}

static void drop(char **field)
{
    wipe(*field);
    qn_memory_free(*field);
    *field = NULL;
}

void qn_credential_empty(struct qn_credential_list *list)
{
    size_t i;

    for (i = 0; i < list->count; i++)
        drop(&list->items[i]);
    list->count = 0;
}

static void dispose_list(struct qn_credential_list *list)
{
    qn_credential_empty(list);
    qn_memory_free(list->items);
    memset(list, 0, sizeof(*list));
}

void qn_credential_init(struct qn_credential *credential)
{
    memset(credential, 0, sizeof(*credential));
    credential->expiry = INT64_MAX;
}

void qn_credential_dispose(struct qn_credential *credential)
{
    drop(&credential->protocol);
    drop(&credential->host);
    drop(&credential->path);
    drop(&credential->username);
    drop(&credential->password);
    drop(&credential->oauth_refresh_token);
    drop(&credential->authtype);
    drop(&credential->secret);
    dispose_list(&credential->helpers);
    dispose_list(&credential->challenges);
    dispose_list(&credential->states);
    dispose_list(&credential->states_to_send);
    qn_credential_init(credential);
}

void qn_credential_forget(struct qn_credential *credential)
{
    drop(&credential->username);
    drop(&credential->password);
    drop(&credential->oauth_refresh_token);
    drop(&credential->authtype);
    drop(&credential->secret);
    credential->expiry = INT64_MAX;
    credential->is_approved = false;
    credential->has_own_username = false;
    credential->is_ephemeral = false;
}

void qn_credential_next_step(struct qn_credential *credential)
{
    struct qn_credential_list swap = credential->states_to_send;

    qn_credential_empty(&swap);
    credential->states_to_send = credential->states;
    credential->states = swap;
}

static bool agrees(const char *want, const char *have)
{
    return !want || (have && strcmp(want, have) == 0);
}

bool qn_credential_matches(const struct qn_credential *want,
                           const struct qn_credential *have, bool with_password)
{
    return agrees(want->protocol, have->protocol) &&
           agrees(want->host, have->host) && agrees(want->path, have->path) &&
           agrees(want->username, have->username) &&
           (!with_password || (agrees(want->password, have->password) &&
                               agrees(want->secret, have->secret)));
}

enum qn_status qn_credential_set(struct qn_ctx *ctx, char **field,
                                 const char *value)
{
    char *made = NULL;

    if (value) {
        made = qn_memory_string(ctx, qn_bytes_from_string(value));
        if (!made)
            return QN_NO_MEMORY;
    }
    drop(field);
    *field = made;
    return QN_OK;
}

enum qn_status qn_credential_add(struct qn_ctx *ctx,
                                 struct qn_credential_list *list,
                                 struct qn_bytes value)
{
    char *made = qn_memory_string(ctx, value);
    enum qn_status status;

    if (!made)
        return QN_NO_MEMORY;
    status = qn_memory_grow(ctx, &list->items, &list->capacity, list->count + 1,
                            sizeof(*list->items));
    if (status) {
        qn_memory_free(made);
        return status;
    }
    list->items[list->count++] = made;
    return QN_OK;
}

/* ---- URLs */

/* One part, decoded; a line feed in it would make two lines of one. */
static enum qn_status set_part(struct qn_ctx *ctx, char **field,
                               const char *name, struct qn_bytes text,
                               const char *url, bool *is_bad)
{
    struct qn_buf plain = QN_BUF_INIT;
    enum qn_status status = qn_percent_decode(ctx, text, &plain);

    if (!status && qn_bytes_find(qn_buf_bytes(&plain), '\n') < plain.size) {
        qn_ctx_report(ctx, QN_REPORT_WARNING, "credential.bad-url",
                      "url contains a newline in its %s component: %s", name,
                      url);
        *is_bad = true;
    } else if (!status) {
        status = qn_credential_set(ctx, field, qn_buf_string(&plain));
    }
    qn_buf_dispose(&plain);
    return status;
}

static size_t find_any(struct qn_bytes text, const char *bytes)
{
    size_t i;

    for (i = 0; i < text.size; i++)
        if (text.data[i] && strchr(bytes, text.data[i]))
            break;
    return i;
}

static enum qn_status set_authority(struct qn_ctx *ctx,
                                    struct qn_credential *credential,
                                    struct qn_bytes text, const char *url,
                                    bool *is_bad)
{
    size_t at = qn_bytes_find(text, '@');
    struct qn_bytes user = qn_bytes_first(text, at);
    size_t colon = qn_bytes_find(user, ':');
    enum qn_status status = QN_OK;

    if (at < text.size) {
        text = qn_bytes_from(text, at + 1);
        credential->has_own_username = true;
        status = set_part(ctx, &credential->username, "username",
                          qn_bytes_first(user, colon), url, is_bad);
        if (!status && !*is_bad && colon < user.size)
            status = set_part(ctx, &credential->password, "password",
                              qn_bytes_from(user, colon + 1), url, is_bad);
    }
    if (!status && !*is_bad)
        status = set_part(ctx, &credential->host, "host", text, url, is_bad);
    return status;
}

static enum qn_status set_url(struct qn_ctx *ctx,
                              struct qn_credential *credential, const char *url,
                              bool *is_bad)
{
    const char *scheme = strstr(url, "://");
    struct qn_buf protocol = QN_BUF_INIT;
    struct qn_bytes rest;
    size_t size;
    enum qn_status status;

    if (!scheme || scheme == url) {
        qn_ctx_report(ctx, QN_REPORT_WARNING, "credential.bad-url",
                      "url has no scheme: %s", url);
        *is_bad = true;
        return QN_OK;
    }
    status = qn_buf_append(ctx, &protocol, url, (size_t)(scheme - url));
    if (!status)
        status = qn_credential_set(ctx, &credential->protocol,
                                   qn_buf_string(&protocol));
    qn_buf_dispose(&protocol);
    if (strchr(credential->protocol ? credential->protocol : "", '\n')) {
        qn_ctx_report(ctx, QN_REPORT_WARNING, "credential.bad-url",
                      "url contains a newline in its protocol component: %s",
                      url);
        *is_bad = true;
    }
    rest = qn_bytes_from_string(scheme + 3);
    size = find_any(rest, "/?#");
    if (!status && !*is_bad)
        status = set_authority(ctx, credential, qn_bytes_first(rest, size), url,
                               is_bad);
    rest = qn_bytes_from(rest, size);
    while (rest.size && rest.data[0] == '/')
        rest = qn_bytes_from(rest, 1);
    while (rest.size && rest.data[rest.size - 1] == '/')
        rest.size--;
    if (!status && !*is_bad && rest.size)
        status = set_part(ctx, &credential->path, "path", rest, url, is_bad);
    return status;
}

enum qn_status qn_credential_from_url(struct qn_ctx *ctx,
                                      struct qn_credential *credential,
                                      const char *url)
{
    bool is_bad = false;
    enum qn_status status = set_url(ctx, credential, url, &is_bad);

    if (!status && is_bad)
        status = qn_ctx_fail_reason(ctx, QN_INVALID, "credential.bad-url", url,
                                    "credential url cannot be parsed: %s", url);
    return status;
}

/* ---- lines */

static bool is_true(const char *value)
{
    bool is = false;

    return qn_config_parse_bool(value, &is) && is;
}

static void set_capability(struct qn_credential_capability *capability,
                           enum qn_credential_stage stage)
{
    if (stage == QN_CREDENTIAL_ASKED)
        capability->is_asked = true;
    else if (stage == QN_CREDENTIAL_HELPERS)
        capability->is_helpers = true;
    else
        capability->is_answered = true;
}

static enum qn_status take_whole_url(struct qn_ctx *ctx,
                                     struct qn_credential *credential,
                                     const char *url)
{
    drop(&credential->protocol);
    drop(&credential->host);
    drop(&credential->path);
    drop(&credential->username);
    drop(&credential->password);
    return qn_credential_from_url(ctx, credential, url);
}

static enum qn_status take_value(struct qn_ctx *ctx,
                                 struct qn_credential *credential,
                                 const char *key, const char *value,
                                 enum qn_credential_stage stage)
{
    const struct {
        const char *key;
        char **field;
    } fields[] = {
        {"protocol", &credential->protocol},
        {"host", &credential->host},
        {"path", &credential->path},
        {"username", &credential->username},
        {"password", &credential->password},
        {"oauth_refresh_token", &credential->oauth_refresh_token},
        {"authtype", &credential->authtype},
        {"credential", &credential->secret},
    };
    size_t i;

    for (i = 0; i < QN_COUNT_OF(fields); i++)
        if (strcmp(key, fields[i].key) == 0) {
            if (fields[i].field == &credential->username)
                credential->has_own_username = true;
            return qn_credential_set(ctx, fields[i].field, value);
        }
    if (strcmp(key, "wwwauth[]") == 0)
        return qn_credential_add(ctx, &credential->challenges,
                                 qn_bytes_from_string(value));
    if (strcmp(key, "state[]") == 0)
        return qn_credential_add(ctx, &credential->states,
                                 qn_bytes_from_string(value));
    if (strcmp(key, "capability[]") == 0 && strcmp(value, "authtype") == 0)
        set_capability(&credential->knows_authtype, stage);
    else if (strcmp(key, "capability[]") == 0 && strcmp(value, "state") == 0)
        set_capability(&credential->knows_state, stage);
    else if (strcmp(key, "ephemeral") == 0)
        credential->is_ephemeral = is_true(value);
    else if (strcmp(key, "continue") == 0)
        credential->continues = is_true(value);
    else if (strcmp(key, "quit") == 0)
        credential->quits = is_true(value);
    else if (strcmp(key, "url") == 0)
        return take_whole_url(ctx, credential, value);
    else if (strcmp(key, "password_expiry_utc") == 0) {
        uint64_t number = 0;

        credential->expiry =
            qn_bytes_to_u64(qn_bytes_from_string(value), &number) && number &&
                    number < INT64_MAX
                ? (int64_t)number
                : INT64_MAX;
    }
    return QN_OK; /* others are somebody else's */
}

enum qn_status qn_credential_read(struct qn_ctx *ctx,
                                  struct qn_credential *credential,
                                  struct qn_bytes text,
                                  enum qn_credential_stage stage)
{
    struct qn_bytes line;
    struct qn_buf copy = QN_BUF_INIT;
    enum qn_status status = QN_OK;

    while (!status && qn_bytes_next(&text, '\n', &line)) {
        char *value;

        if (line.size && line.data[line.size - 1] == '\r')
            line.size--;
        if (!line.size)
            break;
        qn_buf_clear(&copy);
        status = qn_buf_append_bytes(ctx, &copy, line);
        if (status)
            break;
        value = strchr((char *)copy.data, '=');
        if (!value) {
            qn_ctx_report(ctx, QN_REPORT_WARNING, "credential.bad-line",
                          "invalid credential line: %s", qn_buf_string(&copy));
            status =
                qn_ctx_fail_reason(ctx, QN_INVALID, "credential.bad-line", NULL,
                                   "unable to read credential from stdin");
            break;
        }
        *value++ = '\0';
        status =
            take_value(ctx, credential, qn_buf_string(&copy), value, stage);
    }
    if (copy.data)
        memset(copy.data, 0, copy.capacity);
    qn_buf_dispose(&copy);
    return status;
}

static enum qn_status put(struct qn_ctx *ctx,
                          const struct qn_credential *credential,
                          const char *key, const char *value,
                          struct qn_buf *out)
{
    if (!value)
        return QN_OK;
    if (strchr(value, '\n'))
        return qn_ctx_fail_reason(ctx, QN_INVALID, "credential.newline", key,
                                  "credential value for %s contains newline",
                                  key);
    if (!credential->allows_cr && strchr(value, '\r'))
        return qn_ctx_fail_reason(
            ctx, QN_INVALID, "credential.newline", key,
            "credential value for %s contains carriage return\n"
            "If this is intended, set `credential.protectProtocol=false`",
            key);
    return qn_buf_printf(ctx, out, "%s=%s\n", key, value);
}

static enum qn_status put_all(struct qn_ctx *ctx,
                              const struct qn_credential *credential,
                              const char *key,
                              const struct qn_credential_list *list,
                              struct qn_buf *out)
{
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < list->count && !status; i++)
        status = put(ctx, credential, key, list->items[i], out);
    return status;
}

/* May the fields that belong to it be written? */
static bool is_known(const struct qn_credential_capability *capability,
                     enum qn_credential_stage stage)
{
    return stage == QN_CREDENTIAL_ASKED ? capability->is_asked
                                        : capability->is_answered;
}

static enum qn_status put_basics(struct qn_ctx *ctx,
                                 const struct qn_credential *credential,
                                 struct qn_buf *out)
{
    char expiry[32] = "";
    const struct {
        const char *key;
        const char *value;
    } fields[] = {
        {"protocol", credential->protocol},
        {"host", credential->host},
        {"path", credential->path},
        {"username", credential->username},
        {"password", credential->password},
        {"oauth_refresh_token", credential->oauth_refresh_token},
        {"password_expiry_utc",
         credential->expiry == INT64_MAX ? NULL : expiry},
    };
    enum qn_status status = QN_OK;
    size_t i;

    (void)snprintf(expiry, sizeof(expiry), "%lld",
                   (long long)credential->expiry);
    for (i = 0; i < QN_COUNT_OF(fields) && !status; i++)
        status = put(ctx, credential, fields[i].key, fields[i].value, out);
    return status;
}

enum qn_status qn_credential_write(struct qn_ctx *ctx,
                                   const struct qn_credential *credential,
                                   enum qn_credential_stage stage,
                                   struct qn_buf *out)
{
    bool has_authtype = is_known(&credential->knows_authtype, stage);
    bool has_state = is_known(&credential->knows_state, stage);
    enum qn_status status = QN_OK;

    if (has_authtype)
        status = put(ctx, credential, "capability[]", "authtype", out);
    if (!status && has_state)
        status = put(ctx, credential, "capability[]", "state", out);
    if (!status && has_authtype) {
        status = put(ctx, credential, "authtype", credential->authtype, out);
        if (!status)
            status =
                put(ctx, credential, "credential", credential->secret, out);
        if (!status && credential->is_ephemeral)
            status = put(ctx, credential, "ephemeral", "1", out);
    }
    if (!status)
        status = put_basics(ctx, credential, out);
    /* Who asked knows what the server said. */
    if (!status && stage != QN_CREDENTIAL_ANSWER)
        status =
            put_all(ctx, credential, "wwwauth[]", &credential->challenges, out);
    if (!status && has_state) {
        if (credential->continues)
            status = put(ctx, credential, "continue", "1", out);
        if (!status)
            status = put_all(ctx, credential, "state[]",
                             stage == QN_CREDENTIAL_ASKED
                                 ? &credential->states_to_send
                                 : &credential->states,
                             out);
    }
    return status;
}
