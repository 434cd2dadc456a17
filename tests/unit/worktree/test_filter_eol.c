/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "worktree/filter_steps.h"

#include <string.h>

int test_filter_eol(void);

static void counts_line_ends(void **state)
{
    static const struct {
        const char *text;
        unsigned lf, crlf, cr;
        bool is_binary;
    } rows[] = {
        {"", 0, 0, 0, false},           {"a\nb\n", 2, 0, 0, false},
        {"a\r\nb\r\n", 0, 2, 0, false}, {"a\r\nb\n", 1, 1, 0, false},
        {"a\rb\n", 1, 0, 1, true},      {"a\001\002\n", 1, 0, 0, true},
        {"end\032", 0, 0, 0, false},
    };

    (void)state;
    for (size_t i = 0; i < QN_COUNT_OF(rows); i++) {
        struct qn_filter_text_stat stat;

        qn_filter_text_stat(qn_bytes_from_string(rows[i].text), &stat);
        assert_int_equal(stat.lone_lf, rows[i].lf);
        assert_int_equal(stat.crlf, rows[i].crlf);
        assert_int_equal(stat.lone_cr, rows[i].cr);
        assert_int_equal(qn_filter_is_binary(&stat), rows[i].is_binary);
    }
}

static void converts_line_ends(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_buf out = QN_BUF_INIT;

    (void)state;
    unit_assert_ok(
        ctx, qn_filter_step_drop_cr(ctx, QN_BYTES("a\r\nb\rc\n\r\n"), &out));
    assert_string_equal(qn_buf_string(&out), "a\nb\rc\n\n");
    qn_buf_clear(&out);
    unit_assert_ok(ctx,
                   qn_filter_step_add_cr(ctx, QN_BYTES("a\nb\r\nc"), 1, &out));
    qn_buf_truncate(&out, out.size);
    assert_int_equal(out.size, 7);
    assert_memory_equal(out.data, "a\r\nb\r\nc", 7);
    qn_buf_dispose(&out);
    unit_end(ctx);
}

static void expands_and_collapses_ident(void **state)
{
    static const struct {
        const char *in;
        bool expands;
        const char *out; /* NULL: unchanged */
    } rows[] = {
        {"x $Id$ y", true,
         "x $Id: 0101010101010101010101010101010101010101 $ y"},
        {"$Id: abc $", true, "$Id: 0101010101010101010101010101010101010101 $"},
        {"$Id: f.c 1.1 2004 $", true, "$Id: f.c 1.1 2004 $"},
        {"$Id: abc $ z", false, "$Id$ z"},
        {"$Id: no end\n$", false, NULL},
        {"$Idx$ $id$", false, NULL},
    };
    struct qn_id id;

    (void)state;
    qn_id_clear(&id, QN_HASH_SHA1);
    memset(id.bytes, 1, 20);
    for (size_t i = 0; i < QN_COUNT_OF(rows); i++) {
        struct qn_ctx *ctx = unit_begin();
        struct qn_buf out = QN_BUF_INIT;
        bool changed;

        unit_assert_ok(ctx, qn_filter_step_ident(
                                ctx, qn_bytes_from_string(rows[i].in),
                                rows[i].expands ? &id : NULL, &out, &changed));
        assert_int_equal(changed, rows[i].out != NULL);
        if (rows[i].out)
            assert_string_equal(qn_buf_string(&out), rows[i].out);
        qn_buf_dispose(&out);
        unit_end(ctx);
    }
}

int test_filter_eol(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_line_ends),
        cmocka_unit_test(converts_line_ends),
        cmocka_unit_test(expands_and_collapses_ident),
    };

    return cmocka_run_group_tests_name("filter_eol", tests, NULL, NULL);
}
