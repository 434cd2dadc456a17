/* SPDX-License-Identifier: MIT */
/* Every engine of SHA-256 against the portable one, lanes against one message
 * at a time; the engines that this CPU would not choose too. */
#include "unit.h"

#include "base/endian.h"
#include "hash/cpu.h"
#include "hash/hash.h"
#include "hash/hash_lanes.h"
#include "hash/sha256.h"

#include <stdlib.h>
#include <string.h>

int test_sha256(void);

#define BLOCK      64
#define MAX_SIZE   4096
#define POOL_SIZE  (2 * MAX_SIZE)
#define MAX_JOBS   70
#define PREFIX_MAX 32

static const uint16_t boundaries[] = {0,   1,   55,  56,  57,  63,   64,  65,
                                      119, 120, 121, 127, 128, 4095, 4096};

static uint64_t random_next(uint64_t *x)
{
    *x ^= *x << 13;
    *x ^= *x >> 7;
    *x ^= *x << 17;
    return *x >> 16;
}

static void fill_random(uint8_t *bytes, size_t size, uint64_t seed)
{
    size_t i;

    for (i = 0; i < size; i++)
        bytes[i] = (uint8_t)random_next(&seed);
}

static bool can_run(const struct qn_sha256_engine *engine)
{
    return (engine->features & qn_cpu_features()) == engine->features;
}

/* The portable engine over a whole message, padded as FIPS 180-4 says. */
static void naive_hash(const struct qn_hash_job *job, struct qn_id *out)
{
    uint8_t message[PREFIX_MAX + MAX_SIZE + 2 * BLOCK] = {0};
    uint32_t words[QN_SHA256_WORDS];
    size_t size = job->prefix_size + job->data.size;
    size_t end = (size + 9 + BLOCK - 1) / BLOCK * BLOCK;
    size_t i;

    memcpy(message, job->prefix, job->prefix_size);
    memcpy(message + job->prefix_size, job->data.data, job->data.size);
    message[size] = 0x80;
    qn_endian_store64(message + end - 8, (uint64_t)size * 8);
    memcpy(words, qn_sha256_start, sizeof(words));
    qn_sha256_portable(words, message, end / BLOCK);
    qn_id_clear(out, QN_HASH_SHA256);
    for (i = 0; i < QN_SHA256_WORDS; i++)
        qn_endian_store32(out->bytes + 4 * i, words[i]);
}

static void check_jobs(const struct qn_sha256_engine *engine,
                       struct qn_hash_job *jobs, size_t count)
{
    struct qn_id id;
    size_t i;

    for (i = 0; i < count; i++) {
        memset(&jobs[i].id, 0xee, sizeof(jobs[i].id));
        jobs[i].collision = 77;
    }
    qn_hash_lanes_run_sha256(engine, jobs, count);
    for (i = 0; i < count; i++) {
        naive_hash(&jobs[i], &id);
        assert_int_equal(jobs[i].id.algorithm, QN_HASH_SHA256);
        assert_memory_equal(jobs[i].id.bytes, id.bytes, 32);
        assert_int_equal(jobs[i].collision, 0);
    }
}

static void streams_are_the_portable_ones(void **state)
{
    static uint8_t bytes[1000 * BLOCK];
    size_t engine_count, k, i, n;
    const struct qn_sha256_engine *engines = qn_sha256_engines(&engine_count);

    (void)state;
    fill_random(bytes, sizeof(bytes), 11);
    for (k = 0; k < engine_count; k++) {
        uint32_t a[QN_SHA256_WORDS], b[QN_SHA256_WORDS];

        if (!can_run(&engines[k])) {
            print_message("skipped: this CPU has no %s\n", engines[k].name);
            continue;
        }
        memcpy(a, qn_sha256_start, sizeof(a));
        memcpy(b, qn_sha256_start, sizeof(b));
        for (i = 0; i + 5 < 1000; i += n) {
            n = 1 + i % 5;
            qn_sha256_portable(a, bytes + i * BLOCK, n);
            engines[k].blocks(b, bytes + i * BLOCK, n);
            assert_memory_equal(a, b, sizeof(a));
        }
    }
}

/* One step of all lanes from any states; what is past them stays. */
static void lanes_are_the_portable_streams(void **state)
{
    static uint8_t bytes[QN_SHA256_LANES * BLOCK + 1];
    size_t engine_count, k, i, lane, round;
    const struct qn_sha256_engine *engines = qn_sha256_engines(&engine_count);

    (void)state;
    for (k = 0; k < engine_count; k++)
        for (round = 0; engines[k].lanes && round < 200; round++) {
            uint32_t lanes[QN_SHA256_WORDS][QN_SHA256_LANES];
            uint32_t before[QN_SHA256_WORDS][QN_SHA256_LANES];
            uint32_t one[QN_SHA256_WORDS];
            const uint8_t *places[QN_SHA256_LANES];

            if (!can_run(&engines[k]))
                break;
            fill_random(bytes, sizeof(bytes), 1000 + round);
            fill_random((uint8_t *)lanes, sizeof(lanes), 9000 + round);
            memcpy(before, lanes, sizeof(lanes));
            for (lane = 0; lane < QN_SHA256_LANES; lane++)
                places[lane] = bytes + round % 2 + (lane * 5 % 16) * BLOCK;
            engines[k].lanes(lanes, places);
            for (lane = 0; lane < QN_SHA256_LANES; lane++) {
                for (i = 0; i < QN_SHA256_WORDS; i++)
                    one[i] = before[i][lane];
                if (lane < engines[k].lane_count)
                    qn_sha256_portable(one, places[lane], 1);
                for (i = 0; i < QN_SHA256_WORDS; i++)
                    assert_int_equal(lanes[i][lane], one[i]);
            }
        }
}

/* Engines as they are, with lanes to the last message, with streams as soon as
 * one lane is idle, and with streams alone. */
static void run_in_all_ways(void (*check)(const struct qn_sha256_engine *))
{
    size_t engine_count, k;
    const struct qn_sha256_engine *engines = qn_sha256_engines(&engine_count);

    for (k = 0; k < engine_count; k++) {
        struct qn_sha256_engine engine = engines[k];

        if (!can_run(&engine))
            continue;
        check(&engine); /* without lanes: streams alone, as below */
        if (!engine.lanes)
            continue;
        engine.lane_floor = 1;
        check(&engine);
        engine.lane_floor = engine.lane_count;
        check(&engine);
        engine.lane_floor = engine.lane_count + 1;
        check(&engine);
    }
}

static uint8_t pool[POOL_SIZE];

static void check_random_sizes(const struct qn_sha256_engine *engine)
{
    struct qn_hash_job jobs[MAX_JOBS];
    uint64_t x = 4711;
    size_t count, i;

    memset(jobs, 0, sizeof(jobs));
    for (count = 0; count <= MAX_JOBS; count += count < 36 ? 1 : 17) {
        for (i = 0; i < count; i++) {
            size_t size = (size_t)(random_next(&x) % (MAX_SIZE + 1));

            if (i % 2)
                size %= 200;
            jobs[i].prefix_size = (uint32_t)(random_next(&x) % PREFIX_MAX);
            fill_random(jobs[i].prefix, PREFIX_MAX, 1 + x);
            jobs[i].data =
                qn_bytes_make(pool + random_next(&x) % MAX_SIZE, size);
        }
        check_jobs(engine, jobs, count);
    }
}

static void random_sizes(void **state)
{
    (void)state;
    fill_random(pool, sizeof(pool), 5);
    run_in_all_ways(check_random_sizes);
}

/* The whole message ends at or beside the end of a block. */
static void check_boundaries(const struct qn_sha256_engine *engine)
{
    struct qn_hash_job jobs[QN_SHA256_LANES + 1];
    size_t b, prefix, i;

    memset(jobs, 0, sizeof(jobs));
    for (b = 0; b < QN_COUNT_OF(boundaries); b++)
        for (prefix = 0; prefix <= PREFIX_MAX; prefix += 8) {
            for (i = 0; i < QN_COUNT_OF(jobs); i++) {
                size_t size = boundaries[b];

                jobs[i].prefix_size = (uint32_t)(prefix < size ? prefix : size);
                memcpy(jobs[i].prefix, pool + i, PREFIX_MAX);
                jobs[i].data =
                    qn_bytes_make(pool + 3 * i, size - jobs[i].prefix_size);
            }
            check_jobs(engine, jobs, QN_COUNT_OF(jobs));
            check_jobs(engine, jobs, engine->lane_count);
            check_jobs(engine, jobs, engine->lane_count - 1);
        }
}

static void boundary_sizes(void **state)
{
    (void)state;
    fill_random(pool, sizeof(pool), 6);
    run_in_all_ways(check_boundaries);
}

int test_sha256(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(streams_are_the_portable_ones),
        cmocka_unit_test(lanes_are_the_portable_streams),
        cmocka_unit_test(random_sizes),
        cmocka_unit_test(boundary_sizes),
    };

    return cmocka_run_group_tests_name("sha256", tests, NULL, NULL);
}
