/* SPDX-License-Identifier: MIT */
/* Trailers of a message: found, changed and added to; configuration in front,
 * up to a NUL. No command is configured (trailer.*.command and .cmd are keys
 * that are taken out). */
#include "fuzz.h"

#include "config/config.h"
#include "show/trailer_edit.h"

#include <string.h>

static bool runs_something(const struct qn_config *config)
{
    for (size_t i = 0; i < qn_config_count(config); i++) {
        const char *key = qn_config_at(config, i)->key;

        if (strstr(key, ".command") || strstr(key, ".cmd"))
            return true;
    }
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct qn_ctx *ctx = fuzz_begin();
    struct qn_bytes text = qn_bytes_make(data, size);
    size_t nul = qn_bytes_find(text, '\0');
    struct qn_bytes message = qn_bytes_from(text, nul + 1);
    struct qn_trailer_new added = {.text = "Key: value"};
    struct qn_config *config = NULL;
    struct qn_buf out = QN_BUF_INIT;

    if (qn_config_new(ctx, &config) == QN_OK &&
        qn_config_add_bytes(ctx, config, qn_bytes_first(text, nul),
                            QN_CONFIG_SCOPE_LOCAL, "blob", "fuzz",
                            NULL) == QN_OK &&
        !runs_something(config)) {
        for (unsigned i = 0; i < 16; i++) {
            struct qn_trailer_edit edit = {.config = config,
                                           .added = &added,
                                           .added_count = i & 1,
                                           .only_trailers = (i & 2) != 0,
                                           .unfolds = (i & 4) != 0,
                                           .trims_empty = (i & 8) != 0,
                                           .ignores_divider = (i & 8) != 0};

            qn_buf_clear(&out);
            fuzz_ignore(qn_trailer_edit(ctx, message, &edit, &out));
            qn_ctx_clear(ctx);
        }
    }
    qn_buf_dispose(&out);
    qn_config_free(config);
    fuzz_end(ctx);
    return 0;
}
