/* SPDX-License-Identifier: MIT */
/* A reftable: every record of both sections, and a seek to each key read. */
#include "fuzz.h"

#include "refs/reftable.h"

static void read_section(struct qn_ctx *ctx, struct qn_reftable *table,
                         enum qn_reftable_section section)
{
    struct qn_reftable_cursor cursor, other;
    int left = 20000;

    qn_reftable_cursor_init(&cursor, table, section);
    qn_reftable_cursor_init(&other, table, section);
    if (qn_reftable_cursor_seek(ctx, &cursor, QN_BYTES_NONE) == QN_OK)
        while (left-- > 0 && qn_reftable_cursor_next(ctx, &cursor) == QN_OK) {
            if (left % 64)
                continue;
            fuzz_ignore(qn_reftable_cursor_seek(
                ctx, &other, qn_buf_bytes(&cursor.record.key)));
            fuzz_ignore(qn_reftable_cursor_next(ctx, &other));
            qn_ctx_clear(ctx);
        }
    qn_reftable_cursor_dispose(&cursor);
    qn_reftable_cursor_dispose(&other);
    qn_ctx_clear(ctx);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct qn_ctx *ctx = fuzz_begin();
    struct qn_reftable *table = NULL;
    uint32_t algorithm =
        size > 4 && data[4] == 2 ? QN_HASH_SHA256 : QN_HASH_SHA1;

    if (qn_reftable_open_bytes(ctx, qn_bytes_make(data, size), algorithm,
                               &table) == QN_OK) {
        read_section(ctx, table, QN_REFTABLE_REFS);
        read_section(ctx, table, QN_REFTABLE_LOGS);
        qn_reftable_release(table);
    }
    qn_ctx_clear(ctx);
    fuzz_end(ctx);
    return 0;
}
