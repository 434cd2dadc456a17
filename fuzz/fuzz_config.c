/* SPDX-License-Identifier: MIT */
/* A configuration file: read it, and if it can be read, set a value, which must
 * be there afterwards, and remove it again. */
#include "fuzz.h"

#include "config/config.h"
#include "config/config_edit.h"

#include <string.h>

static bool read_text(struct qn_ctx *ctx, struct qn_bytes text,
                      struct qn_config **out)
{
    fuzz_check(qn_config_new(ctx, out) == QN_OK);
    return qn_config_add_bytes(ctx, *out, text, QN_CONFIG_SCOPE_LOCAL, "blob",
                               "x", NULL) == QN_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct qn_ctx *ctx = fuzz_begin();
    struct qn_bytes text = qn_bytes_make(data, size);
    struct qn_config *config = NULL;
    struct qn_buf out = QN_BUF_INIT;
    struct qn_config_edit edit = QN_CONFIG_EDIT_INIT;
    /* a backslash at the very end would swallow the line break put behind it */
    bool is_good =
        read_text(ctx, text, &config) && (size == 0 || data[size - 1] != '\\');

    qn_config_free(config);
    config = NULL;
    edit.key = "a.c"; /* with a subsection, old headers take it */
    edit.value = " v\n\"#\\";
    edit.all = true;
    if (is_good) {
        const struct qn_config_entry *entry;

        fuzz_check(qn_config_edit_text(ctx, text, &edit, "x", &out) == QN_OK);
        fuzz_check(read_text(ctx, qn_buf_bytes(&out), &config));
        entry = qn_config_find(config, edit.key);
        fuzz_check(entry && entry->value &&
                   strcmp(entry->value, edit.value) == 0);
    }
    qn_config_free(config);
    qn_buf_dispose(&out);
    fuzz_end(ctx);
    return 0;
}
