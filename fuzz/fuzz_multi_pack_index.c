/* SPDX-License-Identifier: MIT */
/* Multi-pack-indexes: every name, row, entry and lookup stays inside. */
#include "fuzz.h"

#include "base/memory.h"
#include "pack/multi_pack_index.h"

static void look(struct qn_ctx *ctx, struct qn_bytes bytes, uint32_t algorithm)
{
    struct qn_multi_pack_index index;
    uint8_t row[QN_ID_MAX_SIZE];
    uint32_t i, pack;
    uint64_t offset;

    if (qn_multi_pack_index_parse(ctx, bytes, "fuzz", algorithm, &index) ==
        QN_OK) {
        for (i = 0; i < index.pack_count; i++)
            fuzz_check(index.names[i][0] != '\0');
        for (i = 0; i < index.count; i++) {
            memset(row, 0, sizeof(row));
            memcpy(row, qn_multi_pack_index_row(&index, i), index.id_size);
            qn_multi_pack_index_entry(&index, i, &pack, &offset);
            (void)qn_multi_pack_index_find(&index, row);
        }
        qn_memory_free(index.names); /* the bytes are not a mapping */
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
