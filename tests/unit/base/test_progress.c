/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/progress.h"

#include <stdio.h>

int test_progress(void);

struct heard {
    char text[512];
};

static void hear(void *data, int event, const char *title, uint64_t done,
                 uint64_t total)
{
    static const char letters[] = "?BLSE";
    struct heard *heard = data;
    size_t size = strlen(heard->text);

    snprintf(heard->text + size, sizeof(heard->text) - size, "%c%s %d/%d;",
             letters[event], title, (int)done, (int)total);
}

static void tells_by_percentage(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_progress progress = QN_PROGRESS_INIT;
    struct heard heard = {""};
    int i;

    (void)state;
    qn_ctx_set_progress(ctx, hear, &heard);
    qn_progress_begin(ctx, &progress, QN_PROGRESS_BEGIN_LATER, "Work", 400);
    for (i = 0; i < 8; i++) /* four items are one percent */
        qn_progress_add(ctx, &progress, 1);
    qn_progress_end(ctx, &progress);
    assert_string_equal(heard.text,
                        "LWork 0/400;SWork 1/400;SWork 4/400;SWork 8/400;"
                        "EWork 8/400;");
    qn_progress_add(ctx, &progress, 1); /* it is over: nothing */
    qn_progress_end(ctx, &progress);
    assert_int_equal(strlen(heard.text), 60);
    unit_end(ctx);
}

static void tells_nobody(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_progress progress = QN_PROGRESS_INIT;
    struct heard heard = {""};
    struct qn_ctx *child;

    (void)state;
    qn_progress_begin(ctx, &progress, QN_PROGRESS_BEGIN, "Work", 2);
    qn_progress_add(ctx, &progress, 1);
    qn_progress_end(ctx, &progress);
    /* A worker's context counts, and is not heard. */
    qn_ctx_set_progress(ctx, hear, &heard);
    child = qn_ctx_fork(ctx);
    assert_non_null(child);
    qn_progress_begin(ctx, &progress, QN_PROGRESS_BEGIN, "Work", 2);
    qn_progress_add(child, &progress, 1);
    qn_progress_end(ctx, &progress);
    assert_string_equal(heard.text, "BWork 0/2;EWork 1/2;");
    qn_ctx_free(child);
    unit_end(ctx);
}

int test_progress(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_by_percentage),
        cmocka_unit_test(tells_nobody),
    };

    return cmocka_run_group_tests_name("progress", tests, NULL, NULL);
}
