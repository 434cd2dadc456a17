/* SPDX-License-Identifier: MIT */
/* The head of an answer: challenges, which become lines for helpers; and the
 * same as traces show it; and a server's list of refs. */
#include "fuzz.h"

#include "program/credential.h"
#include "transport/http_challenge.h"
#include "transport/http_trace.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct qn_ctx *ctx = fuzz_begin();
    struct qn_http_challenge challenge = {.value = QN_BUF_INIT};
    struct qn_credential credential;
    struct qn_bytes rest = qn_bytes_make(data, size), line;
    struct qn_buf out = QN_BUF_INIT;
    size_t i;

    qn_credential_init(&credential);
    while (qn_bytes_next(&rest, '\n', &line)) {
        fuzz_check(qn_http_challenge_take(ctx, &challenge, line,
                                          &credential.challenges) == QN_OK);
        qn_buf_clear(&out);
        fuzz_check(qn_http_trace_redact(ctx, line, &out) == QN_OK);
    }
    for (i = 0; i < credential.challenges.count; i++)
        fuzz_check(!strpbrk(credential.challenges.items[i], "\r\n"));
    qn_buf_clear(&out);
    fuzz_check(qn_credential_write(ctx, &credential, QN_CREDENTIAL_ASKED,
                                   &out) == QN_OK);
    qn_http_challenge_dispose(&challenge);
    qn_credential_dispose(&credential);
    qn_buf_dispose(&out);
    fuzz_end(ctx);
    return 0;
}
