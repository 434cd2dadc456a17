/* SPDX-License-Identifier: MIT */
#include "wire/capabilities.h"

void qn_capabilities_dispose(struct qn_capabilities *capabilities)
{
    qn_wire_words_dispose(&capabilities->words);
}

enum qn_status qn_capabilities_add(struct qn_ctx *ctx,
                                   struct qn_capabilities *capabilities,
                                   struct qn_bytes one)
{
    return qn_wire_words_add(ctx, &capabilities->words, one);
}

enum qn_status qn_capabilities_add_list(struct qn_ctx *ctx,
                                        struct qn_capabilities *capabilities,
                                        struct qn_bytes list)
{
    enum qn_status status = QN_OK;
    struct qn_bytes one;

    while (!status && qn_bytes_next(&list, ' ', &one))
        if (one.size > 0)
            status = qn_capabilities_add(ctx, capabilities, one);
    return status;
}

bool qn_capabilities_next(const struct qn_capabilities *capabilities,
                          const char *key, size_t *position,
                          struct qn_bytes *value)
{
    size_t size = strlen(key);
    const char *one;

    while ((one = qn_wire_words_next(&capabilities->words, position)))
        if (strncmp(one, key, size) == 0 && (!one[size] || one[size] == '=')) {
            *value = qn_bytes_from_string(one + size + (one[size] == '='));
            return true;
        }
    return false;
}

bool qn_capabilities_has(const struct qn_capabilities *capabilities,
                         const char *key)
{
    struct qn_bytes value;
    size_t position = 0;

    return qn_capabilities_next(capabilities, key, &position, &value);
}

struct qn_bytes
qn_capabilities_value(const struct qn_capabilities *capabilities,
                      const char *key)
{
    struct qn_bytes value = QN_BYTES_NONE;
    size_t position = 0;

    return qn_capabilities_next(capabilities, key, &position, &value)
               ? value
               : QN_BYTES_NONE;
}

bool qn_capabilities_has_feature(const struct qn_capabilities *capabilities,
                                 const char *key, const char *feature)
{
    struct qn_bytes rest = qn_capabilities_value(capabilities, key), word;

    while (qn_bytes_next(&rest, ' ', &word))
        if (qn_bytes_is_string(word, feature))
            return true;
    return false;
}

void qn_capabilities_tell(struct qn_ctx *ctx,
                          const struct qn_capabilities *caps)
{
    static const char *const words[][2] = {
        {"shallow", NULL},
        {"multi_ack_detailed", NULL},
        {"no-done", NULL},
        {"multi_ack", "multi_ack_detailed"},
        {"side-band-64k", NULL},
        {"side-band", "side-band-64k"},
        {"allow-tip-sha1-in-want", NULL},
        {"allow-reachable-sha1-in-want", NULL},
        {"thin-pack", NULL},
        {"no-progress", NULL},
        {"include-tag", NULL},
        {"ofs-delta", NULL},
        {"filter", NULL},
        {"deepen-since", NULL},
        {"deepen-not", NULL},
        {"deepen-relative", NULL}};
    struct qn_bytes agent = qn_capabilities_value(caps, "agent");
    size_t i;

    if (agent.size > 0)
        qn_ctx_report(ctx, QN_REPORT_INFO, "", "Server version is %.*s",
                      QN_BYTES_ARG(agent));
    for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (qn_capabilities_has(caps, words[i][0]) &&
            !(words[i][1] && qn_capabilities_has(caps, words[i][1])))
            qn_ctx_report(ctx, QN_REPORT_INFO, "", "Server supports %s",
                          words[i][0]);
}
