/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "refs/packed_refs.h"

#include <stdio.h>
#include <string.h>

int test_packed_refs(void);

#define A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define H "# pack-refs with: peeled fully-peeled sorted \n"

static const struct {
    const char *name;
    const char *text;
    enum qn_status status;
    const char *names;
} rows[] = {
    {"empty", "", QN_OK, ""},
    {"header only", H, QN_OK, ""},
    {"two", H A " refs/a\n" B " refs/b\n", QN_OK, "refs/a refs/b "},
    {"peeled", H A " refs/a\n^" B "\n" B " refs/b\n", QN_OK, "refs/a^ refs/b "},
    {"no header, any order", B " refs/b\n" A " refs/a\n", QN_OK,
     "refs/a refs/b "},
    {"no newline", H A " refs/a", QN_CORRUPT, NULL},
    {"bad header", "# pack-refs\n" A " refs/a\n", QN_CORRUPT, NULL},
    {"short id", H "aaaa refs/a\n", QN_CORRUPT, NULL},
    {"no blank", H A "refs/a\n", QN_CORRUPT, NULL},
    {"no name", H A " \n", QN_CORRUPT, NULL},
    {"bad peeled id", H A " refs/a\n^bbb\n", QN_CORRUPT, NULL},
    {"peeled first", H "^" A "\n", QN_CORRUPT, NULL},
    {"not hex", H "zaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa refs/a\n",
     QN_CORRUPT, NULL},
};

static enum qn_status read_names(struct qn_ctx *ctx, const char *text,
                                 struct qn_buf *out)
{
    struct qn_packed_refs *packed = NULL;
    struct qn_packed_record record;
    size_t position = 0;
    enum qn_status status = qn_packed_refs_open_bytes(
        ctx, qn_bytes_from_string(text), QN_HASH_SHA1, &packed);

    while (!status) {
        status = qn_packed_refs_next(ctx, packed, &position, &record);
        if (!status)
            status =
                qn_buf_printf(ctx, out, "%.*s%s ", QN_BYTES_ARG(record.name),
                              qn_id_is_null(&record.peeled) ? "" : "^");
    }
    qn_packed_refs_release(packed);
    return status == QN_END ? QN_OK : status;
}

static void reads_what_is_sound(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(rows); i++) {
        struct qn_ctx *ctx = unit_begin();
        struct qn_buf names = QN_BUF_INIT;

        print_message("  %s\n", rows[i].name);
        unit_assert_status(ctx, read_names(ctx, rows[i].text, &names),
                           rows[i].status);
        if (rows[i].names)
            assert_string_equal(qn_buf_string(&names), rows[i].names);
        qn_buf_dispose(&names);
        unit_end(ctx);
    }
}

static void finds_each_name(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_packed_refs *packed = NULL;
    struct qn_packed_record record;
    struct qn_buf text = QN_BUF_INIT;
    struct qn_bytes name;
    char line[32];
    bool found;
    int i;

    (void)state;
    unit_assert_ok(ctx, qn_buf_append_string(ctx, &text, H));
    for (i = 0; i < 200; i += 2)
        unit_assert_ok(ctx, qn_buf_printf(ctx, &text, A " refs/n%03d\n%s", i,
                                          i % 3 ? "" : "^" B "\n"));
    unit_assert_ok(ctx, qn_packed_refs_open_bytes(ctx, qn_buf_bytes(&text),
                                                  QN_HASH_SHA1, &packed));
    for (i = 0; i < 200; i++) {
        snprintf(line, sizeof(line), "refs/n%03d", i);
        name = qn_bytes_from_string(line);
        unit_assert_ok(ctx,
                       qn_packed_refs_find(ctx, packed, name, &record, &found));
        assert_int_equal(found, i % 2 == 0);
        if (found)
            assert_int_equal(qn_id_is_null(&record.peeled), i % 3 != 0);
    }
    qn_packed_refs_release(packed);
    qn_buf_dispose(&text);
    unit_end(ctx);
}

int test_packed_refs(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_is_sound),
        cmocka_unit_test(finds_each_name),
    };

    return cmocka_run_group_tests_name("packed-refs", tests, NULL, NULL);
}
