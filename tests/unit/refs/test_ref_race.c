/* SPDX-License-Identifier: MIT */
/* Processes that count up one ref by compare-and-swap: no step is lost. */
#include "store.h"

#include <sys/wait.h>
#include <unistd.h>

int test_ref_race(void);

#define PROCESSES 4
#define STEPS     12

/* Add one, as often as it takes; answers how many steps were done. */
static int count_up(const struct cell *cell, const char *directory)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_refs *refs = open_store(ctx, cell, directory, false);
    struct qn_ref ref = QN_REF_INIT;
    int done = 0, attempts;
    bool found;

    for (attempts = 0; done < STEPS && attempts < 5000; attempts++) {
        struct qn_id next;

        if (qn_refs_find(ctx, refs, "refs/heads/n", &ref, &found) || !found)
            break;
        next = number_id(cell, ref.id.bytes[17] + 1u);
        if (set_ref(ctx, refs, "refs/heads/n", &next, &ref.id, "step") == QN_OK)
            done++;
        else
            qn_ctx_clear(ctx);
    }
    qn_ref_dispose(&ref);
    qn_refs_free(refs);
    qn_ctx_free(ctx);
    return done;
}

static enum qn_status count_entry(struct qn_ctx *ctx, void *data,
                                  const struct qn_reflog_entry *entry)
{
    (void)ctx;
    (void)entry;
    ++*(int *)data;
    return QN_OK;
}

static void race_in(const struct cell *cell)
{
    struct qn_ctx *ctx = unit_begin();
    const char *directory = unit_directory();
    struct qn_refs *refs = open_store(ctx, cell, directory, true);
    struct qn_id start = number_id(cell, 1);
    struct qn_ref ref = QN_REF_INIT;
    pid_t children[PROCESSES];
    int i, status, lines = 0;
    bool found;

    unit_assert_ok(ctx, set_ref(ctx, refs, "refs/heads/n", &start, NULL, ""));
    for (i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        if (children[i] == 0)
            _exit(count_up(cell, directory));
    }
    for (i = 0; i < PROCESSES; i++) {
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(WEXITSTATUS(status), STEPS);
    }
    unit_assert_ok(ctx, qn_refs_find(ctx, refs, "refs/heads/n", &ref, &found));
    assert_int_equal(ref.id.bytes[17], 1 + PROCESSES * STEPS);
    unit_assert_ok(ctx, qn_reflog_walk(ctx, refs, "refs/heads/n", false,
                                       count_entry, &lines));
    assert_int_equal(lines, 1 + PROCESSES * STEPS);
    qn_ref_dispose(&ref);
    qn_refs_free(refs);
    unit_end(ctx);
}

static void loses_no_step(void **state)
{
    (void)state;
    race_in(&cells[0]);
    race_in(&cells[2]);
}

int test_ref_race(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loses_no_step),
    };

    return cmocka_run_group_tests_name("ref race", tests, NULL, NULL);
}
