/* SPDX-License-Identifier: MIT */
/* A serialized bitmap: what it expands to must survive being written again. */
#include "fuzz.h"

#include "base/memory.h"
#include "codec/ewah.h"

#define WORDS_MAX ((size_t)1 << 12)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct qn_ctx *ctx = fuzz_begin();
    struct qn_bytes in = qn_bytes_make(data, size);
    struct qn_ewah ewah, again;
    struct qn_buf out = QN_BUF_INIT;

    if (qn_ewah_parse(ctx, &in, &ewah) == QN_OK &&
        ewah.plain_count <= WORDS_MAX) {
        uint64_t *plain =
            qn_memory_calloc(ctx, ewah.plain_count + 1, sizeof(*plain));
        uint64_t set = 0;
        uint32_t i;

        fuzz_check(plain != NULL);
        qn_ewah_or_into(&ewah, plain, ewah.plain_count);
        for (i = 0; i < ewah.bit_count; i++)
            set += plain[i / 64] >> (i % 64) & 1;
        fuzz_check(qn_ewah_popcount(&ewah) >= set);
        fuzz_check(qn_ewah_append(ctx, plain, ewah.bit_count, &out) == QN_OK);
        in = qn_buf_bytes(&out);
        fuzz_check(qn_ewah_parse(ctx, &in, &again) == QN_OK && in.size == 0);
        fuzz_check(qn_ewah_popcount(&again) == set);
        qn_ewah_xor_into(&again, plain, ewah.plain_count);
        for (i = 0; i < ewah.bit_count; i++)
            fuzz_check((plain[i / 64] >> (i % 64) & 1) == 0);
        qn_memory_free(plain);
    }
    qn_buf_dispose(&out);
    fuzz_end(ctx);
    return 0;
}
