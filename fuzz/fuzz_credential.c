/* SPDX-License-Identifier: MIT */
/* Lines of a helper; what is written of them reads the same again. */
#include "fuzz.h"

#include "base/memory.h"
#include "program/credential.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct qn_ctx *ctx = fuzz_begin();
    struct qn_credential first, second;
    struct qn_buf out = QN_BUF_INIT, again = QN_BUF_INIT;
    char *url = qn_memory_string(ctx, qn_bytes_make(data, size));

    qn_credential_init(&first);
    qn_credential_init(&second);
    if (qn_credential_read(ctx, &first, qn_bytes_make(data, size),
                           QN_CREDENTIAL_ANSWER))
        qn_ctx_clear(ctx);
    if (qn_credential_write(ctx, &first, QN_CREDENTIAL_HELPERS, &out) ==
        QN_OK) {
        fuzz_check(qn_credential_read(ctx, &second, qn_buf_bytes(&out),
                                      QN_CREDENTIAL_ANSWER) == QN_OK);
        fuzz_check(qn_credential_write(ctx, &second, QN_CREDENTIAL_HELPERS,
                                       &again) == QN_OK);
        fuzz_check(qn_bytes_is_equal(qn_buf_bytes(&out), qn_buf_bytes(&again)));
    }
    qn_credential_dispose(&second);
    if (url && qn_credential_from_url(ctx, &second, url))
        qn_ctx_clear(ctx);
    qn_memory_free(url);
    qn_buf_dispose(&out);
    qn_buf_dispose(&again);
    qn_credential_dispose(&first);
    qn_credential_dispose(&second);
    fuzz_end(ctx);
    return 0;
}
