/* SPDX-License-Identifier: MIT */
#include "object/check_policy.h"

#include "base/buf.h"
#include "object/check_private.h"

void qn_check_policy_init(struct qn_check_policy *policy, uint32_t algorithm)
{
    memset(policy, 0, sizeof(*policy));
    qn_id_map_init(&policy->skips, algorithm);
}

void qn_check_policy_dispose(struct qn_check_policy *policy)
{
    qn_id_map_dispose(&policy->skips);
}

static bool is_severity(struct qn_bytes word, enum qn_check_severity *out)
{
    if (qn_bytes_is_string(word, "error"))
        *out = QN_CHECK_ERROR;
    else if (qn_bytes_is_string(word, "warn"))
        *out = QN_CHECK_WARN;
    else if (qn_bytes_is_string(word, "ignore"))
        *out = QN_CHECK_IGNORE;
    else
        return false;
    return true;
}

/* "warn:10" */
static enum qn_status take_limit(struct qn_ctx *ctx,
                                 struct qn_check_policy *policy,
                                 struct qn_bytes *word)
{
    size_t colon = qn_bytes_find(*word, ':'), i;
    struct qn_bytes digits;
    size_t limit = 0;

    if (colon == word->size)
        return QN_OK;
    digits = qn_bytes_from(*word, colon + 1);
    for (i = 0; i < digits.size; i++) {
        if (digits.data[i] < '0' || digits.data[i] > '9' ||
            limit > (size_t)INT32_MAX / 10)
            break;
        limit = limit * 10 + (size_t)(digits.data[i] - '0');
    }
    if (digits.size == 0 || i < digits.size)
        return qn_ctx_fail(ctx, QN_INVALID,
                           "unable to parse max tree entry len: %.*s",
                           QN_BYTES_ARG(digits));
    policy->name_limit = limit;
    *word = qn_bytes_first(*word, colon);
    return QN_OK;
}

enum qn_status qn_check_policy_set(struct qn_ctx *ctx,
                                   struct qn_check_policy *policy,
                                   const char *name, const char *value)
{
    struct qn_bytes word = qn_bytes_from_string(value);
    size_t at = qn_check_ordinal(name);
    enum qn_check_severity severity;
    enum qn_status status;
    bool is_known;

    if (at >= QN_CHECK_POLICY_COUNT)
        return qn_ctx_fail(ctx, QN_NOT_FOUND, "Unhandled message id: %s", name);
    if (qn_bytes_is_equal_fold(qn_bytes_from_string(name),
                               QN_BYTES("largepathname"))) {
        status = take_limit(ctx, policy, &word);
        if (status)
            return status;
    }
    if (!is_severity(word, &severity))
        return qn_ctx_fail(ctx, QN_INVALID, "Unknown fsck message type: '%.*s'",
                           QN_BYTES_ARG(word));
    if (severity != QN_CHECK_ERROR &&
        qn_check_default(name, &is_known) == QN_CHECK_FATAL)
        return qn_ctx_fail(ctx, QN_INVALID, "Cannot demote %s to %.*s", name,
                           QN_BYTES_ARG(word));
    policy->severities[at] = (uint8_t)(severity + 1);
    return QN_OK;
}

enum qn_status qn_check_policy_skip(struct qn_ctx *ctx,
                                    struct qn_check_policy *policy,
                                    struct qn_bytes text)
{
    enum qn_status status = QN_OK;
    struct qn_bytes line;
    uint32_t position;
    struct qn_id id;
    bool is_new;

    while (!status && qn_bytes_next(&text, '\n', &line)) {
        line = qn_bytes_first(line, qn_bytes_find(line, '#'));
        line = qn_bytes_trim(line);
        if (line.size == 0)
            continue;
        if (!qn_id_from_hex(&id, policy->skips.algorithm, line))
            return qn_ctx_fail(ctx, QN_INVALID, "invalid object name: %.*s",
                               QN_BYTES_ARG(line));
        status = qn_id_map_put(ctx, &policy->skips, &id, &position, &is_new);
    }
    return status;
}

bool qn_check_policy_is_skipped(const struct qn_check_policy *policy,
                                const struct qn_id *id)
{
    return policy && policy->skips.count > 0 &&
           qn_id_map_find(&policy->skips, id) != QN_ID_MAP_NONE;
}

enum qn_check_severity
qn_check_policy_severity(const struct qn_check_policy *policy, const char *name)
{
    enum qn_check_severity severity;
    bool is_known;
    size_t at;

    severity = qn_check_default(name, &is_known);
    if (!policy)
        return severity;
    at = qn_check_ordinal(name);
    if (at < QN_CHECK_POLICY_COUNT && policy->severities[at])
        return (enum qn_check_severity)(policy->severities[at] - 1);
    return policy->is_strict && severity == QN_CHECK_WARN ? QN_CHECK_ERROR
                                                          : severity;
}
