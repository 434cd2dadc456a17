/* SPDX-License-Identifier: MIT */
/* A pack that is received while nothing of it can be held: its deltas wait
 * under their bases, which are made again.  The twin is the same pack as a
 * file. */
#include "unit.h"

#include "codec/deflate.h"
#include "os/file.h"
#include "pack/pack_entry.h"
#include "pack/pack_indexer.h"
#include "pack/pack_writer.h"

#include <stdio.h>
#include <string.h>

int test_pack_receive(void);

#define BASES 700 /* many more than wait before some are made */
#define DEPTH 3   /* deltas on each, one on the other */
#define SIZE  400

static void put_size(struct qn_ctx *ctx, struct qn_buf *out, unsigned size)
{
    unit_assert_ok(ctx, qn_buf_append_byte(ctx, out, (uint8_t)(size | 0x80)));
    unit_assert_ok(ctx, qn_buf_append_byte(ctx, out, (uint8_t)(size >> 7)));
}

/* All of a base of `size` bytes, and two more. */
static void add_delta(struct qn_ctx *ctx, struct qn_pack_writer *writer,
                      unsigned size, uint64_t base_offset, unsigned salt)
{
    const uint8_t steps[] = {0xb0, (uint8_t)size, (uint8_t)(size >> 8),
                             2,    (uint8_t)salt, (uint8_t)(salt >> 8)};
    struct qn_buf delta = QN_BUF_INIT, packed = QN_BUF_INIT;
    struct qn_pack_writer_entry entry = {.type = QN_PACK_ENTRY_OFFSET_DELTA,
                                         .base_offset = base_offset};

    put_size(ctx, &delta, size);
    put_size(ctx, &delta, size + 2);
    unit_assert_ok(ctx, qn_buf_append(ctx, &delta, steps, sizeof(steps)));
    unit_assert_ok(ctx,
                   qn_deflate_append(ctx, 1, qn_buf_bytes(&delta), &packed));
    entry.size = delta.size;
    entry.data = qn_buf_bytes(&packed);
    unit_assert_ok(ctx, qn_pack_writer_add_entry(ctx, writer, &entry));
    qn_buf_dispose(&delta);
    qn_buf_dispose(&packed);
}

/* All bases, then all deltas on them, and so on. */
static void write_pack(struct qn_ctx *ctx, const char *path, uint32_t algorithm)
{
    struct qn_pack_writer writer = QN_PACK_WRITER_INIT;
    uint64_t offsets[BASES];
    uint8_t content[SIZE];
    unsigned i, depth;
    int fd = -1;

    unit_assert_ok(ctx, qn_file_open(ctx, path,
                                     QN_FILE_READ | QN_FILE_WRITE |
                                         QN_FILE_CREATE | QN_FILE_TRUNCATE,
                                     0600, &fd));
    unit_assert_ok(ctx, qn_pack_writer_begin(ctx, &writer, fd, path, algorithm,
                                             BASES * (DEPTH + 1)));
    for (i = 0; i < BASES; i++) {
        memset(content, (int)(i % 251), sizeof(content));
        memcpy(content, &i, sizeof(i));
        offsets[i] = writer.offset;
        unit_assert_ok(ctx, qn_pack_writer_add_object(
                                ctx, &writer, NULL, QN_OBJECT_BLOB,
                                qn_bytes_make(content, sizeof(content)), 1));
    }
    for (depth = 0; depth < DEPTH; depth++)
        for (i = 0; i < BASES; i++) {
            uint64_t at = writer.offset;

            add_delta(ctx, &writer, SIZE + 2 * depth, offsets[i], i + depth);
            offsets[i] = at;
        }
    unit_assert_ok(ctx, qn_pack_writer_finish(ctx, &writer));
    qn_pack_writer_dispose(&writer);
    qn_file_close(fd);
}

static void receive(struct qn_ctx *ctx, const char *from, const char *to,
                    const struct qn_pack_indexer_options *options,
                    const struct qn_pack_indexer *twin)
{
    size_t size = qn_id_size(options->algorithm);
    struct qn_pack_indexer got;
    int in = -1, fd = -1;

    unit_assert_ok(ctx, qn_file_open(ctx, from, QN_FILE_READ, 0, &in));
    unit_assert_ok(ctx, qn_file_open(ctx, to,
                                     QN_FILE_READ | QN_FILE_WRITE |
                                         QN_FILE_CREATE | QN_FILE_TRUNCATE,
                                     0600, &fd));
    unit_assert_ok(ctx, qn_pack_indexer_receive(ctx, in, QN_BYTES_NONE, fd, to,
                                                options, &got));
    assert_int_equal(got.table.count, twin->table.count);
    assert_memory_equal(got.table.rows, twin->table.rows,
                        size * twin->table.count);
    assert_memory_equal(got.table.crcs, twin->table.crcs,
                        sizeof(*twin->table.crcs) * twin->table.count);
    assert_memory_equal(got.table.offsets, twin->table.offsets,
                        sizeof(*twin->table.offsets) * twin->table.count);
    assert_memory_equal(got.types, twin->types, twin->table.count);
    qn_pack_indexer_dispose(&got);
    qn_file_close(in);
    qn_file_close(fd);
}

static void what_waits_is_made(void **state)
{
    static const uint32_t threads[] = {1, 2, 4};
    static const uint64_t limits[] = {64, 1 << 20, 0};
    struct qn_ctx *ctx = unit_begin();
    uint32_t algorithm;
    size_t i, k;
    char from[512], to[512];

    (void)state;
    (void)snprintf(from, sizeof(from), "%s/from.pack", unit_directory());
    (void)snprintf(to, sizeof(to), "%s/to.pack", unit_directory());
    for (algorithm = QN_HASH_SHA1; algorithm <= QN_HASH_SHA256; algorithm++) {
        struct qn_pack_indexer_options options = {.algorithm = algorithm};
        struct qn_pack_indexer twin;

        write_pack(ctx, from, algorithm);
        unit_assert_ok(ctx, qn_pack_indexer_run(ctx, from, &options, &twin));
        for (i = 0; i < QN_COUNT_OF(threads); i++)
            for (k = 0; k < QN_COUNT_OF(limits); k++) {
                options.thread_count = threads[i];
                options.memory_limit = limits[k];
                receive(ctx, from, to, &options, &twin);
            }
        qn_pack_indexer_dispose(&twin);
    }
    unit_end(ctx);
}

int test_pack_receive(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_waits_is_made)};

    return cmocka_run_group_tests_name("pack_receive", tests, NULL, NULL);
}
