/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "diff/file_patch.h"
#include "diff/hunk_apply.h"

int test_hunk_apply(void);

#define TEN "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n"

struct row {
    const char *name, *text, *hunks, *wanted;
    bool is_reversed;
    const char *message; /* of the failure; or NULL */
};

static const struct row rows[] = {
    {"a line", "a\nb\nc\n", "@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n", "a\nx\nc\n",
     false, NULL},
    {"in reverse", "a\nx\nc\n", "@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n",
     "a\nb\nc\n", true, NULL},
    {"no line end", "a", "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n",
     "b\n", false, NULL},
    {"a new file", "", "@@ -0,0 +1 @@\n+x\n", "x\n", false, NULL},
    {"moved", TEN, "@@ -2,3 +2,3 @@\n 5\n-6\n+x\n 7\n",
     "1\n2\n3\n4\n5\nx\n7\n8\n9\n10\n", false, NULL},
    {"must be first", TEN, "@@ -1,3 +1,3 @@\n 5\n-6\n+x\n 7\n", NULL, false,
     "patch failed: f:1"},
    {"must be last", TEN, "@@ -5 +5 @@\n-5\n+x\n", NULL, false,
     "patch failed: f:5"},
    {"is last", TEN, "@@ -3 +3 @@\n-10\n+x\n", "1\n2\n3\n4\n5\n6\n7\n8\n9\nx\n",
     false, NULL},
    {"nearer behind", "a\nb\na\nc\na\nb\na\n", "@@ -3,2 +3,2 @@\n-a\n+x\n b\n",
     "a\nb\na\nc\nx\nb\na\n", false, NULL},
    {"not twice", "a\nb\nc\nd\n",
     "@@ -2,2 +2,2 @@\n-b\n+x\n c\n@@ -3,2 +3,2 @@\n-c\n+y\n d\n", NULL, false,
     "patch failed: f:3"},
    {"counts too high", "a\n", "@@ -1,2 +1,2 @@\n-a\n+b\n", NULL, false,
     "corrupt patch at <stdin>:8"},
    {"nothing in it", "a\n", "@@ -1,0 +1,0 @@\n", NULL, false,
     "corrupt patch at <stdin>:6"},
    {"garbage", "a\n", "@@ -1 +1 @@\nhello\n", NULL, false,
     "corrupt patch at <stdin>:6"},
    {"no hunk", "a\n", "hello\n", NULL, false, "corrupt patch at <stdin>:5"},
};

static void applies(void **state)
{
    struct qn_ctx *ctx = unit_begin();

    (void)state;
    for (size_t i = 0; i < QN_COUNT_OF(rows); i++) {
        struct qn_hunk_apply_options options = {
            .name = "f", .is_reversed = rows[i].is_reversed, .header_lines = 4};
        struct qn_buf out = QN_BUF_INIT;
        enum qn_status status = qn_hunk_apply_run(
            ctx, qn_bytes_from_string(rows[i].text),
            qn_bytes_from_string(rows[i].hunks), &options, &out);

        if (rows[i].message) {
            assert_int_not_equal(status, QN_OK);
            assert_string_equal(qn_ctx_message(ctx), rows[i].message);
            qn_ctx_clear(ctx);
        } else {
            assert_int_equal(status, QN_OK);
            assert_string_equal(qn_buf_string(&out), rows[i].wanted);
        }
        qn_buf_dispose(&out);
    }
    unit_end(ctx);
}

/* Pieces of a hunk, chosen again, are what the hunk was. */
static void splits(void **state)
{
    (void)state;
    static const char text[] = "diff --git a/f b/f\nindex 1..2 100644\n"
                               "--- a/f\n+++ b/f\n"
                               "@@ -1,7 +1,8 @@ top\n 1\n-2\n+x\n 3\n+y\n 4\n"
                               " 5\n-6\n+z\n 7\n";
    struct qn_ctx *ctx = unit_begin();
    struct qn_file_patch patch;
    struct qn_buf out = QN_BUF_INIT;

    (void)state;
    assert_int_equal(qn_file_patch_parse(ctx, qn_bytes_from_string(text),
                                         qn_bytes_make(NULL, 0), &patch),
                     QN_OK);
    assert_int_equal(patch.count, 1);
    assert_int_equal(patch.hunks[0].pieces, 3);
    assert_int_equal(qn_file_patch_split(ctx, &patch, 0), QN_OK);
    assert_int_equal(patch.count, 3);
    assert_int_equal(qn_file_patch_show_hunk(ctx, &patch, 1, NULL, &out),
                     QN_OK);
    assert_string_equal(qn_buf_string(&out),
                        "@@ -3,3 +3,4 @@\n 3\n+y\n 4\n 5\n");
    qn_buf_clear(&out);
    assert_int_equal(qn_file_patch_assemble(ctx, &patch, true, &out), QN_OK);
    assert_string_equal(qn_buf_string(&out),
                        "@@ -1,7 +1,8 @@\n 1\n-2\n+x\n 3\n+y\n 4\n 5\n-6\n+z\n"
                        " 7\n");
    qn_buf_clear(&out);
    patch.hunks[0].use = patch.hunks[2].use = QN_FILE_PATCH_USE;
    assert_int_equal(qn_file_patch_assemble(ctx, &patch, false, &out), QN_OK);
    assert_string_equal(qn_buf_string(&out),
                        "@@ -1,3 +1,3 @@\n 1\n-2\n+x\n 3\n"
                        "@@ -4,4 +5,4 @@\n 4\n 5\n-6\n+z\n 7\n");
    qn_buf_dispose(&out);
    qn_file_patch_dispose(&patch);
    unit_end(ctx);
}

int test_hunk_apply(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(applies),
                                       cmocka_unit_test(splits)};

    return cmocka_run_group_tests_name("hunk_apply", tests, NULL, NULL);
}
