/* SPDX-License-Identifier: MIT */
/* packed-refs: every record, and each name found again. */
#include "fuzz.h"

#include "refs/packed_refs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct qn_ctx *ctx = fuzz_begin();
    struct qn_packed_refs *packed = NULL;
    struct qn_packed_record record, again;
    size_t position = 0;
    bool found;

    if (qn_packed_refs_open_bytes(ctx, qn_bytes_make(data, size), QN_HASH_SHA1,
                                  &packed) == QN_OK) {
        while (qn_packed_refs_next(ctx, packed, &position, &record) == QN_OK) {
            fuzz_ignore(
                qn_packed_refs_find(ctx, packed, record.name, &again, &found));
            qn_ctx_clear(ctx);
        }
        qn_packed_refs_release(packed);
    }
    qn_ctx_clear(ctx);
    fuzz_end(ctx);
    return 0;
}
