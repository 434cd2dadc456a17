/* SPDX-License-Identifier: MIT */
/* url.<base>.insteadOf and pushInsteadOf. */
#include "repo/remote.h"

#include <string.h>

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
        const char *found;
        size_t size;

        if (!qn_config_key_in(entry->key, "url", &base, &found) ||
            strcmp(found, variable) != 0)
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
