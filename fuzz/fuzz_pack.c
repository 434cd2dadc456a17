/* SPDX-License-Identifier: MIT */
/* A pack: indexed as it comes (its checksum believed, so that the rest is
 * reached), then every object of it read back by what was found. */
#include "fuzz.h"

#include "base/endian.h"
#include "pack/pack_indexer.h"
#include "pack/pack_reader.h"

static void read_back(struct qn_ctx *ctx, struct qn_bytes pack,
                      const struct qn_pack_table *table)
{
    struct qn_buf index = QN_BUF_INIT;
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_pack_file *file = NULL;
    struct qn_pack_reader reader;
    size_t i;

    qn_pack_reader_init(&reader, 1 << 16);
    fuzz_check(qn_pack_table_write(ctx, table, &index, NULL) == QN_OK);
    if (qn_pack_file_wrap(ctx, pack, qn_buf_bytes(&index), QN_HASH_SHA1,
                          &file) == QN_OK)
        for (i = 0; i < table->count; i++)
            fuzz_check(qn_pack_reader_read(ctx, &reader, file,
                                           table->offsets[i],
                                           &object) == QN_OK);
    qn_pack_file_release(file);
    qn_pack_reader_dispose(&reader);
    qn_object_dispose(&object);
    qn_buf_dispose(&index);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct qn_pack_indexer_options options = {
        .algorithm = QN_HASH_SHA1,
        .bytes = qn_bytes_make(data, size),
        .thread_count = 1,
    };
    struct qn_pack_indexer indexer;
    struct qn_id checksum;
    struct qn_ctx *ctx;

    if (size < 32 || qn_endian_load32(data + 8) > 1000)
        return 0;
    ctx = fuzz_begin();
    qn_id_from_row(&checksum, QN_HASH_SHA1, data + size - 20);
    options.checksum = &checksum;
    if (qn_pack_indexer_run(ctx, "fuzz", &options, &indexer) == QN_OK) {
        read_back(ctx, options.bytes, &indexer.table);
        qn_pack_indexer_dispose(&indexer);
    }
    fuzz_end(ctx);
    return 0;
}
