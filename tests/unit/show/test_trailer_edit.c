/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "show/trailer_edit.h"

int test_trailer_edit(void);

static const struct {
    const char *message;
    const char *added;
    enum qn_trailer_where where;
    enum qn_trailer_exists if_exists;
    const char *result;
} rows[] = {
    {"s\n", "a: b", 0, 0, "s\n\na: b\n"},
    {"s", "a=b", 0, 0, "s\n\na: b\n"},
    {"", "a: b", 0, 0, "\na: b\n"},
    {"s\n\nx: 1\n", "y: 2", 0, 0, "s\n\nx: 1\ny: 2\n"},
    {"s\n\nx: 1\n", "x: 1", 0, 0, "s\n\nx: 1\n"},
    {"s\n\nx: 1\n", "y: 2", QN_TRAILER_START, 0, "s\n\ny: 2\nx: 1\n"},
    {"s\n\nx: 1\ny: 2\n", "X: 3", QN_TRAILER_AFTER, 0,
     "s\n\nx: 1\nX: 3\ny: 2\n"},
    {"s\n\nx: 1\ny: 2\n", "x: 3", 0, QN_TRAILER_REPLACE, "s\n\ny: 2\nx: 3\n"},
    {"s\n\nx: 1\n\n# c\n", "y: 2", 0, 0, "s\n\nx: 1\ny: 2\n\n# c\n"},
    {"s\n\nx: 1\n---\np\n", "y: 2", 0, 0, "s\n\nx: 1\ny: 2\n---\np\n"},
};

static enum qn_status edit_all(struct qn_ctx *ctx, void *data)
{
    enum qn_status status = QN_OK;

    (void)data;
    for (size_t i = 0; i < QN_COUNT_OF(rows) && !status; i++) {
        const struct qn_trailer_new added = {.text = rows[i].added,
                                             .where = rows[i].where,
                                             .if_exists = rows[i].if_exists};
        const struct qn_trailer_edit edit = {.added = &added, .added_count = 1};
        struct qn_buf out = QN_BUF_INIT;

        status = qn_trailer_edit(ctx, qn_bytes_from_string(rows[i].message),
                                 &edit, &out);
        if (!status)
            assert_string_equal(qn_buf_string(&out), rows[i].result);
        qn_buf_dispose(&out);
    }
    return status;
}

static void edits(void **state)
{
    (void)state;
    unit_each_allocation(edit_all, NULL);
}

int test_trailer_edit(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(edits),
    };

    return cmocka_run_group_tests_name("trailer_edit", tests, NULL, NULL);
}
