/* SPDX-License-Identifier: MIT */
/* url.<base>.insteadOf and pushInsteadOf. */
#include "repo/remote.h"

#include <string.h>

/* Is it "url.<base>.<variable>"?  The base between. */
static bool base_of(const char *key, const char *variable,
                    struct qn_bytes *base)
{
    size_t size = strlen(key);
    size_t tail = strlen(variable);

    if (strncmp(key, "url.", 4) != 0 || size < 4 + 1 + tail ||
        strcmp(key + size - tail, variable) != 0 || key[size - tail - 1] != '.')
        return false;
    *base = qn_bytes_make(key + 4, size - tail - 5);
    return true;
}

enum qn_status qn_remote_rewrite(struct qn_ctx *ctx,
                                 const struct qn_config *config,
                                 const char *url, bool is_push,
                                 struct qn_buf *out, bool *matched)
{
    const char *variable = is_push ? "pushinsteadof" : "insteadof";
    struct qn_bytes best = qn_bytes_make(NULL, 0);
    size_t longest = 0;
    size_t i;
    enum qn_status status;

    *matched = false;
    for (i = 0; i < qn_config_count(config); i++) {
        const struct qn_config_entry *entry = qn_config_at(config, i);
        struct qn_bytes base;
        size_t size;

        if (!base_of(entry->key, variable, &base))
            continue;
        if (!entry->value)
            return qn_config_fail_missing(ctx, entry);
        size = strlen(entry->value);
        /* Of two of the same length the first one holds. */
        if (strncmp(url, entry->value, size) != 0 ||
            (*matched && size <= longest))
            continue;
        *matched = true;
        longest = size;
        best = base;
    }
    status = qn_buf_append_bytes(ctx, out, best);
    return status ? status : qn_buf_append_string(ctx, out, url + longest);
}
