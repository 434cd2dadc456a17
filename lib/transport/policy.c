/* SPDX-License-Identifier: MIT */
#include "transport/policy.h"

#include "base/bytes.h"
#include "base/env.h"

#include <string.h>

enum answer { NEVER, USER, ALWAYS };

static bool is_same_word(const char *a, const char *b)
{
    return qn_bytes_is_equal_fold(qn_bytes_from_string(a),
                                  qn_bytes_from_string(b));
}

static enum qn_status read_answer(struct qn_ctx *ctx,
                                  const struct qn_config_entry *entry,
                                  enum answer *out)
{
    if (!entry->value)
        return qn_config_fail_missing(ctx, entry);
    if (is_same_word(entry->value, "always"))
        *out = ALWAYS;
    else if (is_same_word(entry->value, "never"))
        *out = NEVER;
    else if (is_same_word(entry->value, "user"))
        *out = USER;
    else
        return qn_ctx_fail_reason(
            ctx, QN_INVALID, "transport.policy", entry->key,
            "unknown value for config '%s': %s", entry->key, entry->value);
    return QN_OK;
}

static enum answer usual(const char *protocol)
{
    static const char *const safe[] = {"http", "https", "git", "ssh"};
    size_t i;

    for (i = 0; i < QN_COUNT_OF(safe); i++)
        if (strcmp(protocol, safe[i]) == 0)
            return ALWAYS;
    return strcmp(protocol, "ext") == 0 ? NEVER : USER;
}

static enum qn_status configured(struct qn_ctx *ctx,
                                 const struct qn_config *config,
                                 const char *protocol, enum answer *out)
{
    const struct qn_config_entry *entry = NULL;
    struct qn_buf key = QN_BUF_INIT;
    enum qn_status status;

    *out = usual(protocol);
    if (!config)
        return QN_OK;
    status = qn_buf_printf(ctx, &key, "protocol.%s.allow", protocol);
    if (!status) {
        entry = qn_config_find(config, qn_buf_string(&key));
        if (!entry)
            entry = qn_config_find(config, "protocol.allow");
        if (entry)
            status = read_answer(ctx, entry, out);
    }
    qn_buf_dispose(&key);
    return status;
}

static bool is_from_user(struct qn_ctx *ctx, bool is_not)
{
    const char *said =
        qn_env_variable(qn_ctx_env(ctx), "GIT_PROTOCOL_FROM_USER");
    bool value = true;

    if (is_not)
        return false;
    return !said || !qn_config_parse_bool(said, &value) || value;
}

enum qn_status qn_policy_check(struct qn_ctx *ctx,
                               const struct qn_config *config,
                               const char *protocol, bool is_not_from_user)
{
    const char *list = qn_env_variable(qn_ctx_env(ctx), "GIT_ALLOW_PROTOCOL");
    enum answer answer = NEVER;
    enum qn_status status = QN_OK;

    if (list) {
        struct qn_bytes rest = qn_bytes_from_string(list);
        struct qn_bytes word;

        while (answer == NEVER && qn_bytes_next(&rest, ':', &word))
            if (qn_bytes_is_string(word, protocol))
                answer = ALWAYS;
    } else {
        status = configured(ctx, config, protocol, &answer);
        if (!status && answer == USER)
            answer = is_from_user(ctx, is_not_from_user) ? ALWAYS : NEVER;
    }
    if (!status && answer != ALWAYS)
        status = qn_ctx_fail_reason(ctx, QN_REFUSED, "transport.not-allowed",
                                    protocol, "transport '%s' not allowed",
                                    protocol);
    return status;
}
