/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "refs/reftable_stack.h"

#include <stdio.h>
#include <string.h>

int test_reftable(void);

#define REF_COUNT 3000
#define LOG_COUNT 700

static void write_table(struct qn_ctx *ctx, uint32_t algorithm,
                        struct qn_buf *out)
{
    const struct qn_reftable_writer_options options = {
        .algorithm = algorithm, .min_index = 1, .max_index = LOG_COUNT};
    struct qn_reftable_writer *writer = NULL;
    struct qn_reftable_record record;
    uint8_t id[QN_ID_MAX_SIZE] = {1};
    struct qn_bytes bytes;
    char name[32];
    int i;

    memset(&record, 0, sizeof(record));
    unit_assert_ok(ctx, qn_reftable_writer_new(ctx, &options, &writer));
    for (i = 0; i < REF_COUNT; i++) {
        snprintf(name, sizeof(name), "refs/heads/n%05d", i * 2);
        id[3] = (uint8_t)(i >> 8);
        id[4] = (uint8_t)i;
        qn_buf_clear(&record.key);
        unit_assert_ok(ctx, qn_buf_append_string(ctx, &record.key, name));
        record.update_index = 1;
        record.kind = i % 7 == 0   ? QN_REFTABLE_SYMBOLIC
                      : i % 5 == 0 ? QN_REFTABLE_PEELED
                                   : QN_REFTABLE_VALUE;
        record.value = record.peeled = id;
        record.target = QN_BYTES("refs/heads/target");
        unit_assert_ok(ctx, qn_reftable_writer_add_ref(ctx, writer, &record));
    }
    for (i = LOG_COUNT; i > 0; i--) {
        qn_buf_clear(&record.key);
        unit_assert_ok(ctx, qn_reftable_log_key(ctx, "refs/heads/log",
                                                (uint64_t)i, &record.key));
        record.kind = 1;
        record.old_id = record.new_id = id;
        record.name = QN_BYTES("N");
        record.mail = QN_BYTES("m");
        record.message = QN_BYTES("why\n");
        unit_assert_ok(ctx, qn_reftable_writer_add_log(ctx, writer, &record));
    }
    unit_assert_ok(ctx, qn_reftable_writer_finish(ctx, writer, &bytes));
    unit_assert_ok(ctx, qn_buf_append_bytes(ctx, out, bytes));
    qn_buf_dispose(&record.key);
    qn_reftable_writer_free(writer);
}

/* All records of a table, and a seek for each hundredth; the count. */
static enum qn_status read_table(struct qn_ctx *ctx, struct qn_bytes bytes,
                                 uint32_t algorithm, size_t *count)
{
    static const enum qn_reftable_section sections[] = {QN_REFTABLE_REFS,
                                                        QN_REFTABLE_LOGS};
    struct qn_reftable *table = NULL;
    struct qn_reftable_cursor cursor;
    enum qn_status status =
        qn_reftable_open_bytes(ctx, bytes, algorithm, &table);
    char name[32];
    size_t i;

    *count = 0;
    for (i = 0; !status && i < QN_COUNT_OF(sections); i++) {
        qn_reftable_cursor_init(&cursor, table, sections[i]);
        status = qn_reftable_cursor_seek(ctx, &cursor, QN_BYTES_NONE);
        while (!status) {
            status = qn_reftable_cursor_next(ctx, &cursor);
            *count += !status;
        }
        qn_reftable_cursor_dispose(&cursor);
        if (status == QN_END)
            status = QN_OK;
    }
    for (i = 0; !status && i < REF_COUNT; i += 100) {
        snprintf(name, sizeof(name), "refs/heads/n%05d", (int)i * 2 - 1);
        qn_reftable_cursor_init(&cursor, table, QN_REFTABLE_REFS);
        status =
            qn_reftable_cursor_seek(ctx, &cursor, qn_bytes_from_string(name));
        if (!status)
            status = qn_reftable_cursor_next(ctx, &cursor);
        snprintf(name, sizeof(name), "refs/heads/n%05d", (int)i * 2);
        if (!status &&
            !qn_bytes_is_string(qn_buf_bytes(&cursor.record.key), name))
            *count = 0;
        qn_reftable_cursor_dispose(&cursor);
    }
    qn_reftable_release(table);
    return status == QN_END ? QN_OK : status;
}

static void reads_what_it_wrote(void **state)
{
    static const uint32_t algorithms[] = {QN_HASH_SHA1, QN_HASH_SHA256};
    size_t i, count;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(algorithms); i++) {
        struct qn_ctx *ctx = unit_begin();
        struct qn_buf bytes = QN_BUF_INIT;

        write_table(ctx, algorithms[i], &bytes);
        unit_assert_ok(
            ctx, read_table(ctx, qn_buf_bytes(&bytes), algorithms[i], &count));
        assert_int_equal(count, REF_COUNT + LOG_COUNT);
        unit_assert_status(
            ctx,
            read_table(ctx, qn_buf_bytes(&bytes), algorithms[1 - i], &count),
            QN_CORRUPT);
        qn_buf_dispose(&bytes);
        unit_end(ctx);
    }
}

/* Damage never crashes, and a cut is always seen. */
static void survives_damage(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_buf bytes = QN_BUF_INIT;
    size_t i, count;

    (void)state;
    write_table(ctx, QN_HASH_SHA1, &bytes);
    for (i = 0; i < bytes.size; i += 997) {
        unit_assert_status(ctx,
                           read_table(ctx,
                                      qn_bytes_first(qn_buf_bytes(&bytes), i),
                                      QN_HASH_SHA1, &count),
                           QN_CORRUPT);
        qn_ctx_clear(ctx);
    }
    for (i = 24; i + 68 < bytes.size; i += 211) {
        bytes.data[i] ^= 0x41;
        (void)!read_table(ctx, qn_buf_bytes(&bytes), QN_HASH_SHA1, &count);
        qn_ctx_clear(ctx);
        bytes.data[i] ^= 0x41;
    }
    for (i = bytes.size - 68; i < bytes.size; i++) {
        bytes.data[i] ^= 1;
        unit_assert_status(
            ctx, read_table(ctx, qn_buf_bytes(&bytes), QN_HASH_SHA1, &count),
            QN_CORRUPT);
        qn_ctx_clear(ctx);
        bytes.data[i] ^= 1;
    }
    qn_buf_dispose(&bytes);
    unit_end(ctx);
}

static const struct {
    uint64_t sizes[8];
    size_t count;
    bool found;
    size_t start, end;
} segments[] = {
    {{0}, 0, false, 0, 0},
    {{100}, 1, false, 0, 0},
    {{100, 50}, 2, false, 0, 0},
    {{100, 51}, 2, true, 0, 2},
    {{64, 32, 16, 8, 4, 2, 1}, 7, false, 0, 0},
    {{512, 64, 17, 16, 9, 9, 9}, 7, true, 1, 7},
    {{1000, 10, 10}, 3, true, 1, 3},
    {{10, 1000}, 2, true, 0, 2},
};

static void chooses_segments(void **state)
{
    size_t i, start, end;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(segments); i++) {
        start = end = 0;
        assert_int_equal(qn_reftable_compact_segment(segments[i].sizes,
                                                     segments[i].count, 2,
                                                     &start, &end),
                         segments[i].found);
        if (!segments[i].found)
            continue;
        assert_int_equal(start, segments[i].start);
        assert_int_equal(end, segments[i].end);
    }
}

int test_reftable(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_it_wrote),
        cmocka_unit_test(survives_damage),
        cmocka_unit_test(chooses_segments),
    };

    return cmocka_run_group_tests_name("reftable", tests, NULL, NULL);
}
