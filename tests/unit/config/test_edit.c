/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "config/config_edit.h"
#include "os/file.h"

#include <stdio.h>

int test_edit(void);

static const struct {
    const char *text;
    struct qn_config_edit edit;
    const char *result; /* NULL: refused with `status` */
    enum qn_status status;
} rows[] = {
    {"", {.key = "a.x", .value = "1"}, "[a]\n\tx = 1\n", QN_OK},
    {"[a]", {.key = "a.B.x", .value = ""}, "[a]\n[a \"B\"]\n\tx = \n", QN_OK},
    {"[a]\n\tx = 1\n[b]\ny\n[a]\n\tz = 1\n\n# c\n",
     {.key = "a.new", .value = " v"},
     "[a]\n\tx = 1\n[b]\ny\n[a]\n\tz = 1\n\tnew = \" v\"\n\n# c\n",
     QN_OK},
    {"[a]\n\tx = 1 ; c\n",
     {.key = "A.X", .value = "2"},
     "[a]\n\tX = 2\n",
     QN_OK},
    {"[a] x = 1\n", {.key = "a.x", .value = "2"}, "[a]\n\tx = 2\n", QN_OK},
    {"[a]\nx=1\nx=2\n", {.key = "a.x", .value = "3"}, NULL, QN_AMBIGUOUS},
    {"[a]\nx=1\ny\nx=2\n",
     {.key = "a.x", .value = "3", .all = true},
     "[a]\ny\n\tx = 3\n",
     QN_OK},
    {"[a]\nx=1\nx=2\n",
     {.key = "a.x", .value = "3", .value_pattern = "!^1"},
     "[a]\nx=1\n\tx = 3\n",
     QN_OK},
    {"[a]\nx=1\n",
     {.key = "a.x", .value = "1", .appends = true},
     "[a]\nx=1\n\tx = 1\n",
     QN_OK},
    {"[a]\nx=1\n\n[b]\n", {.key = "a.x"}, "[b]\n", QN_OK},
    {"# top\n[a]\nx=1\n", {.key = "a.x"}, "# top\n[a]\n", QN_OK},
    {"[a]\nx=1\n[a]\nx=1\n", {.key = "a.x", .all = true}, "", QN_OK},
    {"[a]\n", {.key = "a.x"}, NULL, QN_NOT_FOUND},
    {"[a\n", {.key = "a.x"}, NULL, QN_INVALID},
    {"", {.key = "a", .value = "1"}, NULL, QN_INVALID},
    {"", {.key = "a.x", .value = "1", .value_pattern = "("}, NULL, QN_INVALID},
    {"",
     {.key = "a.x", .value = "a\"\\\n\t#", .comment = "why"},
     "[a]\n\tx = \"a\\\"\\\\\\n\\t#\" # why\n",
     QN_OK},
};

static enum qn_status edit_all(struct qn_ctx *ctx, void *data)
{
    enum qn_status status = QN_OK;
    size_t i;

    (void)data;
    for (i = 0; i < QN_COUNT_OF(rows) && !status; i++) {
        struct qn_buf buf = QN_BUF_INIT;

        status = qn_config_edit_text(ctx, qn_bytes_from_string(rows[i].text),
                                     &rows[i].edit, "f", &buf);
        if (status && status == rows[i].status) {
            qn_ctx_clear(ctx);
            status = QN_OK;
        } else if (!status) {
            assert_non_null(rows[i].result);
            assert_string_equal(qn_buf_string(&buf), rows[i].result);
        }
        qn_buf_dispose(&buf);
    }
    return status;
}

static void edits(void **state)
{
    (void)state;
    unit_each_allocation(edit_all, NULL);
}

static void renames_sections(void **state)
{
    static const struct {
        const char *text;
        const char *from;
        const char *to;
        const char *result;
    } sections[] = {
        {"[a]\nx\n[b]\n", "a", "n.s", "[n \"s\"]\nx\n[b]\n"},
        {"[a \"s\"] x = 1\n", "a.s", "n", "[n]\n\tx = 1\n"},
        {"[a]\nx\n# c\n[b]\ny\n[a]\n", "a", NULL, "[b]\ny\n"},
        {"[A]\nx\n", "a", "n", NULL},
    };
    struct qn_ctx *ctx = unit_begin();
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(sections); i++) {
        struct qn_buf buf = QN_BUF_INIT;
        bool found = false;

        unit_assert_ok(ctx, qn_config_edit_section_text(
                                ctx, qn_bytes_from_string(sections[i].text),
                                sections[i].from, sections[i].to, false, "f",
                                &buf, &found));
        assert_int_equal(found, sections[i].result != NULL);
        if (found)
            assert_string_equal(qn_buf_string(&buf), sections[i].result);
        qn_buf_dispose(&buf);
    }
    unit_end(ctx);
}

static void writes_files(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_buf buf = QN_BUF_INIT;
    char path[4300];

    (void)state;
    snprintf(path, sizeof(path), "%s/config", unit_directory());
    unit_assert_ok(ctx, qn_config_edit_set(ctx, path, "a.x", "1"));
    unit_assert_ok(ctx, qn_config_edit_set(ctx, path, "a.y", "2"));
    unit_assert_ok(ctx, qn_config_edit_unset(ctx, path, "a.x"));
    unit_assert_ok(ctx, qn_config_edit_unset(ctx, path, "a.x"));
    unit_assert_ok(ctx, qn_file_read_all(ctx, path, &buf));
    assert_string_equal(qn_buf_string(&buf), "[a]\n\ty = 2\n");
    qn_buf_dispose(&buf);
    unit_end(ctx);
}

int test_edit(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(edits),
        cmocka_unit_test(renames_sections),
        cmocka_unit_test(writes_files),
    };

    return cmocka_run_group_tests_name("edit", tests, NULL, NULL);
}
