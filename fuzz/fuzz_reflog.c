/* SPDX-License-Identifier: MIT */
/* Lines of a reflog; what is one reads the same when it is written again. */
#include "fuzz.h"

#include "refs/refs_backend.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct qn_ctx *ctx = fuzz_begin();
    struct qn_bytes rest = qn_bytes_make(data, size), line;
    struct qn_reflog_entry entry, again;
    struct qn_buf text = QN_BUF_INIT;

    while (qn_bytes_next(&rest, '\n', &line)) {
        if (!qn_reflog_parse(QN_HASH_SHA1, line, &entry))
            continue;
        qn_buf_clear(&text);
        fuzz_check(qn_reflog_format(ctx, &entry, &text) == QN_OK);
        fuzz_check(qn_reflog_parse(
            QN_HASH_SHA1, qn_bytes_first(qn_buf_bytes(&text), text.size - 1),
            &again));
        fuzz_check(again.seconds == entry.seconds && again.zone == entry.zone);
        fuzz_check(qn_bytes_is_equal(again.message, entry.message));
    }
    qn_buf_dispose(&text);
    fuzz_end(ctx);
    return 0;
}
