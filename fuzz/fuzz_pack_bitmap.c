/* SPDX-License-Identifier: MIT */
/* Bitmaps: every entry, type and pseudo-merge stays inside.  The input is a
 * file of 9 objects, 3 of them of a layer below, or of 9; its checksums are set
 * right first. */
#include "fuzz.h"

#include "base/memory.h"
#include "hash/hash.h"
#include "pack/pack_bitmap.h"

#include <string.h>

#define COUNT 9

static void look(struct qn_ctx *ctx, struct qn_bytes bytes, uint32_t first)
{
    uint8_t checksum[QN_ID_MAX_SIZE] = {0};
    const struct qn_pack_bitmap_of of = {.algorithm = QN_HASH_SHA1,
                                         .first = first,
                                         .count = COUNT,
                                         .checksum = checksum};
    struct qn_pack_bitmap bitmap;
    uint64_t plain[1];
    uint32_t i;
    size_t k;

    if (bytes.size >= 32)
        memcpy(checksum, bytes.data + 12, 20);
    if (qn_pack_bitmap_parse(ctx, bytes, &of, &bitmap) == QN_OK) {
        for (i = 0; i < bitmap.entry_count; i++) {
            uint32_t at = bitmap.entries[i].position;

            fuzz_check(at < COUNT);
            fuzz_check(qn_pack_bitmap_find(&bitmap, at) < bitmap.entry_count);
            qn_pack_bitmap_expand(&bitmap, i, plain, 1);
        }
        for (k = 0; k < QN_PACK_BITMAP_TYPE_COUNT; k++)
            qn_ewah_or_into(&bitmap.types[k], plain, 1);
        for (k = 0; k < bitmap.merge_count; k++) {
            qn_ewah_or_into(&bitmap.merges[k].commits, plain, 1);
            qn_ewah_or_into(&bitmap.merges[k].objects, plain, 1);
        }
        for (i = 0; i < COUNT; i++)
            (void)qn_pack_bitmap_hash(&bitmap, i);
        qn_pack_bitmap_close(&bitmap);
    }
    qn_ctx_clear(ctx);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct qn_ctx *ctx = fuzz_begin();
    struct qn_id sum;
    uint8_t *copy = qn_memory_array(ctx, size + 1, 1);

    if (copy) {
        memcpy(copy, data, size);
        if (size >= 52) {
            qn_hash_checksum(QN_HASH_SHA1, qn_bytes_make(copy, size - 20),
                             &sum);
            memcpy(copy + size - 20, sum.bytes, 20);
        }
        look(ctx, qn_bytes_make(copy, size), 0);
        look(ctx, qn_bytes_make(copy, size), 3);
        qn_memory_free(copy);
    }
    fuzz_end(ctx);
    return 0;
}
