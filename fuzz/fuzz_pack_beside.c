/* SPDX-License-Identifier: MIT */
/* What lies beside a pack: .mtimes and .rev, by an index of the first byte's
 * number of objects.  Each look-up stays inside. */
#include "fuzz_repository.h"

#include "pack/pack_mtimes.h"
#include "pack/pack_reverse.h"
#include "pack/pack_table.h"

static void make_index(struct qn_ctx *ctx, uint32_t count, struct qn_buf *bytes,
                       struct qn_pack_index *index)
{
    struct qn_pack_table table;
    uint32_t i;

    qn_pack_table_init(&table, QN_HASH_SHA1);
    fuzz_check(qn_pack_table_reserve(ctx, &table, count + 1) == QN_OK);
    memset(table.rows, 0, (size_t)(count + 1) * 20);
    for (i = 0; i < count; i++) {
        table.rows[i * 20] = (uint8_t)(i * 37);
        table.rows[i * 20 + 1] = (uint8_t)i;
        table.offsets[i] = 12 + i * 10;
        table.crcs[i] = i;
    }
    table.count = count;
    table.checksum = (struct qn_id){.algorithm = QN_HASH_SHA1};
    fuzz_check(qn_pack_table_write(ctx, &table, bytes, NULL) == QN_OK);
    fuzz_check(qn_pack_index_parse(ctx, qn_buf_bytes(bytes), "fuzz",
                                   QN_HASH_SHA1, index) == QN_OK);
    qn_pack_table_dispose(&table);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct qn_buf bytes = QN_BUF_INIT;
    struct qn_pack_index index;
    struct qn_pack_mtimes mtimes = {.count = 0};
    struct qn_pack_reverse reverse = {.count = 0};
    struct qn_ctx *ctx;
    char path[96];
    uint32_t i;

    if (size < 1)
        return 0;
    ctx = fuzz_begin();
    make_index(ctx, data[0], &bytes, &index);
    snprintf(path, sizeof(path), "%s/quoin-fuzz-beside-%ld", fuzz_place(),
             (long)getpid());
    fuzz_write_file(path, data + 1, size - 1);
    if (qn_pack_mtimes_open(ctx, path, &index, &mtimes) == QN_OK) {
        for (i = 0; i < index.count + 2; i++)
            (void)qn_pack_mtimes_at(&mtimes, i);
        qn_pack_mtimes_close(&mtimes);
    }
    qn_ctx_clear(ctx);
    if (qn_pack_reverse_open(ctx, path, &index, &reverse) == QN_OK) {
        for (i = 0; i < index.count; i++) {
            fuzz_check(qn_pack_reverse_position(&reverse, i) < index.count);
            (void)qn_pack_reverse_find(&reverse, &index, 12 + i * 10 + i % 2);
        }
        qn_pack_reverse_close(&reverse);
    }
    unlink(path);
    qn_buf_dispose(&bytes);
    fuzz_end(ctx);
    return 0;
}
