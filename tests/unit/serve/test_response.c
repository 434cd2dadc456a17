/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "hash/hash.h"
#include "server/response_cache.h"

#include <pthread.h>

int test_response(void);

static uint8_t byte_at(uint64_t offset)
{
    return (uint8_t)(offset * 31 + (offset >> 9) * 7);
}

static void put(struct qn_ctx *ctx, struct response *response, uint64_t from,
                size_t size)
{
    uint8_t bytes[5000];
    size_t i;

    for (i = 0; i < size; i++)
        bytes[i] = byte_at(from + i);
    unit_assert_ok(ctx,
                   response_append(ctx, response, qn_bytes_make(bytes, size)));
}

/* All of it, as it should be; answers how much. */
static uint64_t take_all(struct response_reader *reader)
{
    uint8_t room[3333];
    uint64_t done = 0;
    size_t used, i;

    while (response_read(reader, room, sizeof(room), &used) == RESPONSE_DATA)
        for (i = 0; i < used; i++, done++)
            assert_int_equal(room[i], byte_at(done));
    return done;
}

static void many_read_what_one_writes(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct response *response = response_new((uint64_t)2 << 20, 1000);
    struct response_reader early = {0}, late = {0};
    const uint8_t *data;
    uint64_t size, i;
    int fd;

    (void)state;
    assert_true(response_attach(response, &early));
    for (i = 0; i < 300; i++) /* in memory, then on disk */
        put(ctx, response, i * 5000, 5000);
    assert_false(response_whole(response, &fd, &data, &size));
    assert_true(response_attach(response, &late));
    response_finish(response, true);
    assert_int_equal(take_all(&early), 1500000);
    assert_int_equal(take_all(&late), 1500000);
    assert_true(response_whole(response, &fd, &data, &size));
    assert_true(fd >= 0);
    assert_int_equal(size, 1500000);
    response_detach(&early);
    response_detach(&late);
    response_release(response);
    unit_end(ctx);
}

struct writing {
    struct qn_env *env;
    struct response *response;
    uint64_t size;
    enum qn_status status;
};

static void *write_all(void *data)
{
    struct writing *writing = data;
    struct qn_ctx *ctx = qn_ctx_new(writing->env);
    uint64_t done;

    for (done = 0; done < writing->size && !writing->status; done += 5000) {
        uint8_t bytes[5000];
        size_t i;

        for (i = 0; i < sizeof(bytes); i++)
            bytes[i] = byte_at(done + i);
        writing->status = response_append(ctx, writing->response,
                                          qn_bytes_make(bytes, sizeof(bytes)));
    }
    response_finish(writing->response, !writing->status);
    qn_ctx_free(ctx);
    return NULL;
}

static void *read_waiting(void *data)
{
    struct response_reader *reader = data;
    uint8_t room[4096];
    uint64_t done = 0;
    size_t used, i;

    while (response_await(reader, room, sizeof(room), &used) == RESPONSE_DATA)
        for (i = 0; i < used; i++, done++)
            if (room[i] != byte_at(done))
                return NULL;
    return (void *)(uintptr_t)done;
}

/* More than the window: the writer waits for the slowest. */
static void a_window_rolls(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct writing writing = {qn_ctx_env(ctx), response_new(60000, 60000),
                              2000000, QN_OK};
    struct response_reader readers[3] = {{0}};
    pthread_t writer, threads[3];
    void *done;
    size_t i;

    (void)state;
    for (i = 0; i < 3; i++) {
        assert_true(response_attach(writing.response, &readers[i]));
        assert_int_equal(
            pthread_create(&threads[i], NULL, read_waiting, &readers[i]), 0);
    }
    assert_int_equal(pthread_create(&writer, NULL, write_all, &writing), 0);
    (void)pthread_join(writer, NULL);
    assert_int_equal(writing.status, QN_OK);
    for (i = 0; i < 3; i++) {
        (void)pthread_join(threads[i], &done);
        assert_int_equal((uintptr_t)done, 2000000);
        response_detach(&readers[i]);
    }
    assert_false(response_attach(writing.response, &readers[0]));
    response_release(writing.response);
    unit_end(ctx);
}

static void who_stands_still_is_dropped(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct response *response = response_new(10000, 100);
    struct response_reader still = {0};
    uint8_t room[100];
    size_t used;

    (void)state;
    assert_true(response_attach(response, &still));
    put(ctx, response, 0, 5000);
    put(ctx, response, 5000, 5000);
    unit_assert_status(ctx, response_append(ctx, response, QN_BYTES("x")),
                       QN_CANCELLED);
    response_finish(response, false);
    assert_int_equal(response_read(&still, room, sizeof(room), &used),
                     RESPONSE_CUT);
    response_detach(&still);
    response_release(response);
    unit_end(ctx);
}

/* Who would have a minute has less when all writers wait. */
static void a_crowd_has_no_patience(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct response_crowd crowd = {.most = 0};
    struct response *response = response_new(10000, 60000);
    struct response_reader still = {0};
    int64_t began = response_clock_ms();

    (void)state;
    response_join(response, &crowd);
    assert_true(response_attach(response, &still));
    put(ctx, response, 0, 5000);
    put(ctx, response, 5000, 5000);
    unit_assert_status(ctx, response_append(ctx, response, QN_BYTES("x")),
                       QN_CANCELLED);
    assert_true(response_clock_ms() - began < 60000);
    assert_int_equal(atomic_load(&crowd.waiting), 0);
    response_finish(response, false);
    response_detach(&still);
    response_release(response);
    unit_end(ctx);
}

static void equal_questions_have_one_answer(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct response_cache *cache = response_cache_new((uint64_t)1 << 20, 1000);
    struct response_reader a = {0}, b = {0}, c = {0};
    struct response *made = NULL, *again = NULL;
    uint64_t bytes, hits, misses;
    struct qn_id key;

    (void)state;
    qn_hash_checksum(QN_HASH_SHA256, QN_BYTES("question"), &key);
    assert_true(response_cache_get(cache, &key, &a, &made));
    assert_non_null(made);
    put(ctx, made, 0, 100);
    assert_true(response_cache_get(cache, &key, &b, &again));
    assert_null(again);
    response_finish(made, true);
    assert_int_equal(take_all(&a), 100);
    assert_int_equal(take_all(&b), 100);
    response_cache_count(cache, &bytes, &hits, &misses);
    assert_int_equal(bytes, 100);
    assert_int_equal(hits, 1);
    assert_int_equal(misses, 1);
    response_release(made);
    /* One that failed is asked again. */
    qn_hash_checksum(QN_HASH_SHA256, QN_BYTES("other"), &key);
    assert_true(response_cache_get(cache, &key, &c, &made));
    response_finish(made, false);
    response_release(made);
    response_detach(&c);
    assert_true(response_cache_get(cache, &key, &c, &made));
    assert_non_null(made);
    response_finish(made, true);
    response_release(made);
    response_detach(&a);
    response_detach(&b);
    response_detach(&c);
    response_cache_free(cache);
    unit_end(ctx);
}

int test_response(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_read_what_one_writes),
        cmocka_unit_test(a_window_rolls),
        cmocka_unit_test(who_stands_still_is_dropped),
        cmocka_unit_test(a_crowd_has_no_patience),
        cmocka_unit_test(equal_questions_have_one_answer),
    };

    return cmocka_run_group_tests_name("response", tests, NULL, NULL);
}
