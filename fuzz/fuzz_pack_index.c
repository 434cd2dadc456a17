/* SPDX-License-Identifier: MIT */
/* Pack indexes of both versions: every row, offset and lookup stays inside. */
#include "fuzz.h"

#include "pack/pack_index.h"
#include "pack/pack_reverse.h"

static void look(struct qn_ctx *ctx, struct qn_bytes bytes, uint32_t algorithm)
{
    struct qn_pack_reverse reverse;
    struct qn_pack_index index;
    uint8_t row[QN_ID_MAX_SIZE];
    uint32_t i;

    if (qn_pack_index_parse(ctx, bytes, "fuzz", algorithm, &index) == QN_OK) {
        for (i = 0; i < index.count; i++) {
            memset(row, 0, sizeof(row));
            memcpy(row, qn_pack_index_row(&index, i), index.id_size);
            (void)qn_pack_index_offset(&index, i);
            (void)qn_pack_index_find(&index, row);
            fuzz_check(qn_pack_index_lower(&index, row) <= index.count);
        }
        (void)qn_pack_index_pack_checksum(&index);
        if (qn_pack_reverse_open(ctx, "/nowhere/fuzz.rev", &index, &reverse) ==
            QN_OK) {
            for (i = 0; i < index.count; i++)
                fuzz_check(qn_pack_reverse_position(&reverse, i) < index.count);
            qn_pack_reverse_close(&reverse);
        }
    }
    qn_ctx_clear(ctx);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct qn_ctx *ctx = fuzz_begin();

    look(ctx, qn_bytes_make(data, size), QN_HASH_SHA1);
    look(ctx, qn_bytes_make(data, size), QN_HASH_SHA256);
    fuzz_end(ctx);
    return 0;
}
