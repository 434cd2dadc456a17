/* SPDX-License-Identifier: MIT */
/* What somebody else asks of upload-archive, a word a line: no words name a
 * file here, and what is no option was among them. */
#include "fuzz.h"

#include "base/buf.h"
#include "operation/part/archive_arguments.h"

#include <string.h>

#define MOST QN_ARCHIVE_ARGUMENTS_MAX

static bool is_among(const char *name, const char *text, size_t size)
{
    return !name || (name >= text && name <= text + size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct qn_ctx *ctx = fuzz_begin();
    struct qn_archive_arguments arguments;
    struct qn_buf text = QN_BUF_INIT;
    const char *words[MOST];
    size_t count = 0, i;

    fuzz_check(qn_buf_append(ctx, &text, data, size) == QN_OK);
    fuzz_check(qn_buf_append_byte(ctx, &text, '\0') == QN_OK);
    for (i = 0; i < text.size && count < MOST; i++) {
        if (i == 0 || text.data[i - 1] == '\0')
            words[count++] = (const char *)text.data + i;
        if (text.data[i] == '\n')
            text.data[i] = '\0';
    }
    if (qn_archive_arguments_parse(ctx, words, count, &arguments) == QN_OK) {
        fuzz_check(!arguments.output && !arguments.remote &&
                   !arguments.program && !arguments.has_file);
        fuzz_check(arguments.level >= -1);
        fuzz_check(arguments.count <= count);
        for (i = 0; i < arguments.count; i++)
            fuzz_check(is_among(arguments.names[i], (char *)text.data, size));
        fuzz_check(is_among(arguments.format, (char *)text.data, size));
        fuzz_check(is_among(arguments.prefix, (char *)text.data, size));
        fuzz_check(is_among(arguments.mtime, (char *)text.data, size));
    } else {
        fuzz_check(strlen(qn_ctx_message(ctx)) > 0);
    }
    qn_buf_dispose(&text);
    fuzz_end(ctx);
    return 0;
}
