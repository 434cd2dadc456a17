/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "os/parallel.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int test_parallel(void);

#define ITEMS 5000

struct shared {
    atomic_size_t sum;
    atomic_int inits;
    int disposes;
    size_t fail_at;
    size_t fail_also;
    size_t produced;
    size_t consumed;
    size_t end_at;
    char reports[4096];
    struct qn_cancel *cancel;
};

struct slot {
    size_t number;
    size_t square;
};

static const uint32_t thread_counts[] = {1, 2, 8};

static enum qn_status begin_state(struct qn_ctx *ctx, void *data, void *state)
{
    struct shared *shared = data;

    (void)ctx;
    *(int *)state = 7;
    atomic_fetch_add(&shared->inits, 1);
    return QN_OK;
}

static void end_state(void *data, void *state)
{
    struct shared *shared = data;

    if (*(int *)state == 7)
        shared->disposes++;
}

static struct qn_parallel_options make_options(struct shared *shared,
                                               uint32_t threads)
{
    memset(shared, 0, sizeof(*shared));
    shared->fail_at = shared->fail_also = shared->end_at = SIZE_MAX;
    return (struct qn_parallel_options){.thread_count = threads,
                                        .shared = shared,
                                        .state_size = sizeof(int),
                                        .state_init = begin_state,
                                        .state_dispose = end_state};
}

static void sink(void *data, int level, const char *reason, const char *message)
{
    struct shared *shared = data;

    (void)level;
    (void)reason;
    if (strlen(shared->reports) + strlen(message) + 2 < sizeof(shared->reports))
        strcat(strcat(shared->reports, message), " ");
}

static enum qn_status add_item(struct qn_ctx *ctx, void *data, void *state,
                               size_t item)
{
    struct shared *shared = data;

    assert_int_equal(*(int *)state, 7);
    if (item % 1000 == 0)
        qn_ctx_report(ctx, QN_REPORT_WARNING, "", "at %zu", item);
    if (item == shared->fail_at || item == shared->fail_also)
        return qn_ctx_fail(ctx, QN_CORRUPT, "item %zu", item);
    if (shared->cancel && item == 100)
        atomic_store(&shared->cancel->requested, true);
    atomic_fetch_add(&shared->sum, item);
    return QN_OK;
}

static enum qn_status nest(struct qn_ctx *ctx, void *data, void *state,
                           size_t item)
{
    struct shared *shared = data;
    struct qn_parallel_options options = {.thread_count = 8,
                                          .shared = shared,
                                          .state_size = sizeof(int),
                                          .state_init = begin_state,
                                          .state_dispose = NULL};

    (void)state;
    (void)item;
    return qn_parallel_for(ctx, &options, 10, add_item);
}

static void runs_every_item_once(void **unused)
{
    size_t t;

    (void)unused;
    for (t = 0; t < QN_COUNT_OF(thread_counts); t++) {
        struct qn_ctx *ctx = unit_begin();
        struct shared shared;
        struct qn_parallel_options options =
            make_options(&shared, thread_counts[t]);

        qn_ctx_set_report(ctx, sink, &shared);
        unit_assert_ok(ctx, qn_parallel_for(ctx, &options, ITEMS, add_item));
        assert_int_equal(shared.sum, (size_t)ITEMS * (ITEMS - 1) / 2);
        assert_int_equal(shared.inits, shared.disposes);
        assert_string_equal(shared.reports,
                            "at 0 at 1000 at 2000 at 3000 at 4000 ");
        unit_assert_ok(ctx, qn_parallel_for(ctx, &options, 0, add_item));
        unit_end(ctx);
    }
}

static void gives_the_lowest_failure(void **unused)
{
    size_t t;

    (void)unused;
    for (t = 0; t < QN_COUNT_OF(thread_counts); t++) {
        struct qn_ctx *ctx = unit_begin();
        struct shared shared;
        struct qn_parallel_options options =
            make_options(&shared, thread_counts[t]);

        options.grain = 3;
        shared.fail_at = 2001;
        shared.fail_also = 2005;
        qn_ctx_set_report(ctx, sink, &shared);
        unit_assert_status(ctx, qn_parallel_for(ctx, &options, ITEMS, add_item),
                           QN_CORRUPT);
        assert_string_equal(qn_ctx_message(ctx), "item 2001");
        assert_true(shared.sum >= 2001u * 2000 / 2);
        assert_string_equal(shared.reports, "at 0 at 1000 at 2000 ");
        unit_end(ctx);
    }
}

static void stops_when_cancelled(void **unused)
{
    size_t t;

    (void)unused;
    for (t = 0; t < QN_COUNT_OF(thread_counts); t++) {
        struct qn_ctx *ctx = unit_begin();
        struct qn_cancel cancel = {false};
        struct shared shared;
        struct qn_parallel_options options =
            make_options(&shared, thread_counts[t]);

        options.grain = 1;
        shared.cancel = &cancel;
        qn_ctx_set_cancel(ctx, &cancel);
        unit_assert_status(ctx, qn_parallel_for(ctx, &options, ITEMS, add_item),
                           QN_CANCELLED);
        unit_end(ctx);
    }
}

static void nests_inline(void **unused)
{
    struct qn_ctx *ctx = unit_begin();
    struct shared shared;
    struct qn_parallel_options options = make_options(&shared, 8);

    (void)unused;
    unit_assert_ok(ctx, qn_parallel_for(ctx, &options, 100, nest));
    assert_int_equal(shared.sum, 4500);
    unit_end(ctx);
}

static enum qn_status grow(struct qn_ctx *ctx, void *data, void *state,
                           struct qn_parallel_tree *tree, void *task)
{
    struct shared *shared = data;
    size_t *size = task;
    size_t own = *size;
    int i;

    (void)state;
    free(size);
    atomic_fetch_add(&shared->sum, 1);
    if (own == shared->fail_at)
        return qn_ctx_fail(ctx, QN_CORRUPT, "size %zu", own);
    for (i = 0; own > 0 && i < 2; i++) {
        size_t *child = malloc(sizeof(*child));
        enum qn_status status;

        if (!child)
            abort();
        *child = own - 1;
        status = qn_parallel_tree_push(ctx, tree, child);
        if (status) {
            free(child);
            return status;
        }
    }
    return QN_OK;
}

static void drop_task(void *data, void *task)
{
    (void)data;
    free(task);
}

static void runs_trees(void **unused)
{
    size_t t;
    int fails;

    (void)unused;
    for (t = 0; t < 2 * QN_COUNT_OF(thread_counts); t++) {
        struct qn_ctx *ctx = unit_begin();
        struct shared shared;
        struct qn_parallel_options options =
            make_options(&shared, thread_counts[t / 2]);
        void *roots[4];
        int i;

        fails = t % 2;
        if (fails)
            shared.fail_at = 3;
        for (i = 0; i < 4; i++) {
            size_t *root = malloc(sizeof(*root));

            if (!root)
                abort();
            *root = 10;
            roots[i] = root;
        }
        unit_assert_status(
            ctx, qn_parallel_tree_run(ctx, &options, roots, 4, grow, drop_task),
            fails ? QN_CORRUPT : QN_OK);
        if (!fails)
            assert_int_equal(shared.sum, 4 * 2047);
        assert_int_equal(shared.inits, shared.disposes);
        unit_end(ctx);
    }
}

static enum qn_status produce(struct qn_ctx *ctx, void *data, void *slot)
{
    struct shared *shared = data;

    (void)ctx;
    if (shared->produced == ITEMS)
        return QN_END;
    ((struct slot *)slot)->number = shared->produced++;
    return QN_OK;
}

static enum qn_status compute(struct qn_ctx *ctx, void *data, void *state,
                              void *slot)
{
    struct shared *shared = data;
    struct slot *own = slot;

    (void)state;
    own->square = own->number * own->number;
    if (own->number % 1000 == 0)
        qn_ctx_report(ctx, QN_REPORT_WARNING, "", "at %zu", own->number);
    if (own->number == shared->fail_at || own->number == shared->fail_also)
        return qn_ctx_fail(ctx, QN_CORRUPT, "slot %zu", own->number);
    return QN_OK;
}

static enum qn_status consume(struct qn_ctx *ctx, void *data, void *slot)
{
    struct shared *shared = data;
    struct slot *own = slot;

    (void)ctx;
    assert_int_equal(own->number, shared->consumed);
    assert_int_equal(own->square, own->number * own->number);
    shared->consumed++;
    return own->number == shared->end_at ? QN_END : QN_OK;
}

static void keeps_the_order_of_a_pipeline(void **unused)
{
    const struct qn_parallel_pipeline pipeline = {.slot_size =
                                                      sizeof(struct slot),
                                                  .produce = produce,
                                                  .compute = compute,
                                                  .consume = consume};
    size_t t;

    (void)unused;
    for (t = 0; t < QN_COUNT_OF(thread_counts); t++) {
        struct qn_ctx *ctx = unit_begin();
        struct shared shared;
        struct qn_parallel_options options =
            make_options(&shared, thread_counts[t]);

        qn_ctx_set_report(ctx, sink, &shared);
        unit_assert_ok(ctx, qn_parallel_pipeline_run(ctx, &options, &pipeline));
        assert_int_equal(shared.consumed, ITEMS);
        assert_string_equal(shared.reports,
                            "at 0 at 1000 at 2000 at 3000 at 4000 ");
        options = make_options(&shared, thread_counts[t]);
        shared.end_at = 1234;
        unit_assert_ok(ctx, qn_parallel_pipeline_run(ctx, &options, &pipeline));
        assert_int_equal(shared.consumed, 1235);
        options = make_options(&shared, thread_counts[t]);
        shared.fail_at = 1500;
        shared.fail_also = 1501;
        unit_assert_status(ctx,
                           qn_parallel_pipeline_run(ctx, &options, &pipeline),
                           QN_CORRUPT);
        assert_int_equal(shared.consumed, 1500);
        assert_string_equal(qn_ctx_message(ctx), "slot 1500");
        assert_string_equal(shared.reports, "at 0 at 1000 ");
        unit_end(ctx);
    }
}

int test_parallel(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_every_item_once),
        cmocka_unit_test(gives_the_lowest_failure),
        cmocka_unit_test(stops_when_cancelled),
        cmocka_unit_test(nests_inline),
        cmocka_unit_test(runs_trees),
        cmocka_unit_test(keeps_the_order_of_a_pipeline),
    };

    return cmocka_run_group_tests_name("parallel", tests, NULL, NULL);
}
