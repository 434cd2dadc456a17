/* SPDX-License-Identifier: MIT */
/* The engines against a naive twin and the published collisions. */
#include "unit.h"

#include "base/endian.h"
#include "hash/cpu.h"
#include "hash/hash.h"
#include "hash/hash_lanes.h"
#include "hash/sha1.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int test_sha1(void);

#define DATA UNIT_DATA "/sha1-collisions/"

static const struct {
    const char *file;
    const char *hex;
} attacks[] = {
    {DATA "shattered-1.bin", "f92d74e3874587aaf443d1db961d4e26dde13e9c"},
    {DATA "shattered-2.bin", "f92d74e3874587aaf443d1db961d4e26dde13e9c"},
    {DATA "sha-mbles-1.bin", "8ac60ba76f1999a1ab70223f225aefdc78d4ddc0"},
    {DATA "sha-mbles-2.bin", "8ac60ba76f1999a1ab70223f225aefdc78d4ddc0"},
};

static size_t read_file(const char *path, uint8_t *out, size_t room)
{
    FILE *file = fopen(path, "rb");
    size_t size;

    if (!file)
        fail_msg("cannot open %s", path);
    size = fread(out, 1, room, file);
    fclose(file);
    return size;
}

static uint64_t random_next(uint64_t *x)
{
    *x ^= *x << 13;
    *x ^= *x >> 7;
    *x ^= *x << 17;
    return *x;
}

static void fill_random(uint8_t *bytes, size_t size, uint64_t seed)
{
    size_t i;

    for (i = 0; i < size; i++)
        bytes[i] = (uint8_t)(random_next(&seed) >> 32);
}

static uint32_t rotate(uint32_t x, unsigned n)
{
    return x << n | x >> (32 - n);
}

/* FIPS 180-4, as it is written there. */
static void naive_block(uint32_t h[5], const uint8_t *block, uint32_t w[80])
{
    uint32_t a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
    int t;

    for (t = 0; t < 80; t++) {
        uint32_t f, k, sum;

        w[t] = t < 16 ? qn_endian_load32(block + 4 * t)
                      : rotate(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
        f = t < 20   ? (b & c) ^ (~b & d)
            : t < 40 ? b ^ c ^ d
            : t < 60 ? (b & c) ^ (b & d) ^ (c & d)
                     : b ^ c ^ d;
        k = t < 20   ? 0x5a827999
            : t < 40 ? 0x6ed9eba1
            : t < 60 ? 0x8f1bbcdc
                     : 0xca62c1d6;
        sum = rotate(a, 5) + f + e + k + w[t];
        e = d;
        d = c;
        c = rotate(b, 30);
        b = a;
        a = sum;
    }
    h[0] += a;
    h[1] += b;
    h[2] += c;
    h[3] += d;
    h[4] += e;
}

/* The table of conditions as it was published, row by row. */
struct row {
    int bit, i, p, j, q, wanted;
};
static struct row rows[400];
static size_t row_count;

static void load_rows(void)
{
    FILE *file = fopen(DATA "unavoidable-conditions.tsv", "r");
    char line[200];
    struct row *row;

    assert_non_null(file);
    assert_non_null(fgets(line, sizeof(line), file));
    row_count = 0;
    while (fgets(line, sizeof(line), file)) {
        assert_true(row_count < QN_COUNT_OF(rows));
        row = &rows[row_count++];
        assert_int_equal(sscanf(line, "%d %d %d %d %d %d", &row->bit, &row->i,
                                &row->p, &row->j, &row->q, &row->wanted),
                         6);
    }
    fclose(file);
    assert_int_equal(row_count, 373);
}

static uint32_t naive_vectors(const uint32_t w[80])
{
    uint32_t set = UINT32_MAX;
    size_t r;

    for (r = 0; r < row_count; r++) {
        const struct row *row = &rows[r];

        if (((w[row->i] >> row->p ^ w[row->j] >> row->q) & 1) !=
            (uint32_t)row->wanted)
            set &= ~(UINT32_C(1) << row->bit);
    }
    return set;
}

static bool can_run(const struct qn_sha1_engine *engine)
{
    return (engine->features & qn_cpu_features()) == engine->features;
}

/* Chaining values and surviving vectors of every engine, block by block. */
static void engines_are_the_naive_twin(void **state)
{
    static uint8_t blocks[3000 * QN_SHA1_BLOCK];
    size_t engine_count, k, at, n, i, survivors = 0, block_count = 3000;
    const struct qn_sha1_engine *engines = qn_sha1_engines(&engine_count);

    (void)state;
    load_rows();
    fill_random(blocks, sizeof(blocks), 42);
    for (k = 0; k < engine_count; k++) {
        uint32_t chain[QN_SHA1_BATCH + 1][5], vectors[QN_SHA1_BATCH];
        uint32_t naive[5], w[80];

        if (!can_run(&engines[k])) {
            print_message("skipped: this CPU has no %s\n", engines[k].name);
            continue;
        }
        memcpy(chain[0], qn_sha1_start, sizeof(chain[0]));
        memcpy(naive, qn_sha1_start, sizeof(naive));
        for (at = 0; at + QN_SHA1_BATCH <= block_count; at += n) {
            n = 1 + at % QN_SHA1_BATCH;
            memset(vectors, 0xee, sizeof(vectors));
            engines[k].batch(chain, blocks + at * QN_SHA1_BLOCK, n, vectors);
            for (i = 0; i < n; i++) {
                naive_block(naive, blocks + (at + i) * QN_SHA1_BLOCK, w);
                assert_memory_equal(naive, chain[i + 1], sizeof(naive));
                assert_int_equal(vectors[i], naive_vectors(w));
                survivors += vectors[i] != 0;
            }
            for (; i < QN_SHA1_BATCH; i++)
                assert_int_equal(vectors[i], 0xeeeeeeee);
            memcpy(chain[0], chain[n], sizeof(chain[0]));
        }
    }
    assert_true(survivors > 0);
}

static void lanes_are_the_naive_twin(void **state)
{
    static uint8_t blocks[QN_SHA1_LANES * QN_SHA1_BLOCK];
    size_t engine_count, k, i, round, lane;
    const struct qn_sha1_engine *engines = qn_sha1_engines(&engine_count);

    (void)state;
    load_rows();
    for (k = 0; k < engine_count; k++) {
        if (!engines[k].lanes || !can_run(&engines[k]))
            continue;
        for (round = 0; round < 200; round++) {
            uint32_t lanes[5][QN_SHA1_LANES], vectors[QN_SHA1_LANES];
            uint32_t before[5][QN_SHA1_LANES], naive[5], w[80];
            const uint8_t *places[QN_SHA1_LANES];

            fill_random(blocks, sizeof(blocks), 1000 + round);
            fill_random((uint8_t *)lanes, sizeof(lanes), 9000 + round);
            memcpy(before, lanes, sizeof(lanes));
            for (lane = 0; lane < QN_SHA1_LANES; lane++)
                places[lane] = blocks + (lane * 5 % 16) * QN_SHA1_BLOCK;
            engines[k].lanes(lanes, places, vectors);
            for (lane = 0; lane < engines[k].lane_count; lane++) {
                for (i = 0; i < 5; i++)
                    naive[i] = before[i][lane];
                naive_block(naive, places[lane], w);
                for (i = 0; i < 5; i++)
                    assert_int_equal(lanes[i][lane], naive[i]);
                assert_int_equal(vectors[lane], naive_vectors(w));
            }
        }
    }
}

static void every_engine_sees_the_attacks(void **state)
{
    size_t engine_count, k, i, size;
    const struct qn_sha1_engine *engines = qn_sha1_engines(&engine_count);
    uint8_t bytes[1024];

    (void)state;
    for (i = 0; i < QN_COUNT_OF(attacks); i++) {
        size = read_file(attacks[i].file, bytes, sizeof(bytes));
        for (k = 0; k < engine_count; k++) {
            uint32_t chain[5];
            size_t at;
            int seen = 0;

            if (!can_run(&engines[k]))
                continue;
            memcpy(chain, qn_sha1_start, sizeof(chain));
            assert_true(qn_sha1_compress(&engines[k], chain, bytes, size / 64));
            memcpy(chain, qn_sha1_start, sizeof(chain));
            for (at = 0; at < size; at += 64)
                seen += qn_sha1_compress(&engines[k], chain, bytes + at, 1);
            assert_int_equal(seen, 1); /* the block where the two meet */
        }
    }
}

/* With one bit of the attack's blocks changed it is none any more. */
static void a_broken_attack_is_none(void **state)
{
    size_t engine_count, k, i, size;
    const struct qn_sha1_engine *engines = qn_sha1_engines(&engine_count);
    uint8_t bytes[1024];

    (void)state;
    for (i = 0; i < QN_COUNT_OF(attacks); i++) {
        size = read_file(attacks[i].file, bytes, sizeof(bytes));
        bytes[0] ^= 1; /* another chaining value for all that follow */
        for (k = 0; k < engine_count; k++) {
            uint32_t chain[5];

            memcpy(chain, qn_sha1_start, sizeof(chain));
            if (can_run(&engines[k]))
                assert_false(
                    qn_sha1_compress(&engines[k], chain, bytes, size / 64));
        }
    }
}

/* The judge of full registers: attacks among innocents, in every lane. */
static void judges_see_the_attacks(void **state)
{
    static struct qn_sha1_suspects suspects;
    size_t engine_count, k, lane, i, size;
    const struct qn_sha1_engine *engines = qn_sha1_engines(&engine_count);
    uint8_t bytes[1024];
    int judged = 0;

    (void)state;
    size = read_file(attacks[0].file, bytes, sizeof(bytes));
    for (k = 0; k < engine_count; k++) {
        uint32_t chain[QN_SHA1_BATCH + 1][5], vectors[QN_SHA1_BATCH];
        size_t at;

        if (!engines[k].judge || !can_run(&engines[k]))
            continue;
        memcpy(chain[0], qn_sha1_start, sizeof(chain[0]));
        engines[k].batch(chain, bytes, size / 64, vectors);
        for (at = 0; at < size / 64; at++)
            for (i = 0; i < 32; i++) {
                const struct qn_sha1_vector *vector = &qn_sha1_vectors[i];
                bool wanted;

                if (!(vectors[at] >> i & 1))
                    continue;
                wanted = qn_sha1_recompress(bytes + 64 * at, chain[at],
                                            chain[at + 1], vector);
                for (lane = 0; lane < QN_SHA1_LANES; lane++) {
                    size_t n, innocent;

                    fill_random((uint8_t *)&suspects, sizeof(suspects), lane);
                    suspects.count = QN_SHA1_LANES;
                    suspects.test_step = vector->test_step;
                    for (innocent = 0; innocent < QN_SHA1_LANES; innocent++)
                        suspects.vectors[innocent] = vector;
                    for (n = 0; n < 5; n++) {
                        suspects.before[n][lane] = chain[at][n];
                        suspects.after[n][lane] = chain[at + 1][n];
                    }
                    memcpy(suspects.blocks[lane], bytes + 64 * at, 64);
                    assert_int_equal(engines[k].judge(&suspects),
                                     wanted ? 1u << lane : 0);
                    judged += wanted;
                }
            }
        assert_true(judged > 0);
    }
}

static void collisions_are_failures(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    uint8_t bytes[1024];
    struct qn_id id;
    struct qn_hash hash;
    size_t i, k, size;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(attacks); i++) {
        size = read_file(attacks[i].file, bytes, sizeof(bytes));
        unit_assert_status(
            ctx,
            qn_hash_buffer(ctx, QN_HASH_SHA1, qn_bytes_make(bytes, size), &id),
            QN_CORRUPT);
        assert_string_equal(qn_ctx_reason(ctx), "hash.collision");
        assert_string_equal(qn_ctx_subject(ctx), attacks[i].hex);
        qn_ctx_clear(ctx);
        qn_hash_init(&hash, QN_HASH_SHA1);
        for (k = 0; k < size; k++)
            qn_hash_update(&hash, bytes + k, 1);
        unit_assert_status(ctx, qn_hash_final(ctx, &hash, &id), QN_CORRUPT);
        qn_ctx_clear(ctx);
        /* as an object it has another beginning, and is harmless */
        unit_assert_ok(ctx, qn_hash_object(ctx, QN_HASH_SHA1, "blob",
                                           qn_bytes_make(bytes, size), &id));
    }
    unit_end(ctx);
}

static void lanes_name_the_guilty(void **state)
{
    size_t engine_count, k, i, n, size;
    const struct qn_sha1_engine *engines = qn_sha1_engines(&engine_count);
    struct qn_hash_job jobs[50];
    uint8_t bytes[1024], innocent[1024];
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    (void)state;
    fill_random(innocent, sizeof(innocent), 3);
    for (k = 0; k < engine_count; k++)
        for (i = 0; i < QN_COUNT_OF(attacks); i++) {
            if (!engines[k].lanes || !can_run(&engines[k]))
                continue;
            size = read_file(attacks[i].file, bytes, sizeof(bytes));
            memset(jobs, 0, sizeof(jobs));
            for (n = 0; n < QN_COUNT_OF(jobs); n++)
                jobs[n].data = n % 7 == 3 ? qn_bytes_make(bytes, size)
                                          : qn_bytes_make(innocent, n * 20);
            qn_hash_lanes_run(&engines[k], jobs, QN_COUNT_OF(jobs));
            for (n = 0; n < QN_COUNT_OF(jobs); n++) {
                assert_int_equal(jobs[n].collision, n % 7 == 3);
                if (n % 7 == 3)
                    assert_string_equal(qn_id_to_hex(&jobs[n].id, hex),
                                        attacks[i].hex);
            }
        }
}

/* In every lane, and among those that end one by one. */
static void no_lane_is_blind(void **state)
{
    size_t engine_count, k, i, n, count;
    const struct qn_sha1_engine *engines = qn_sha1_engines(&engine_count);
    struct qn_hash_job jobs[2 * QN_SHA1_LANES + 1];
    uint8_t bytes[QN_COUNT_OF(attacks)][1024];
    size_t sizes[QN_COUNT_OF(attacks)];
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    (void)state;
    for (i = 0; i < QN_COUNT_OF(attacks); i++)
        sizes[i] = read_file(attacks[i].file, bytes[i], sizeof(bytes[i]));
    for (k = 0; k < engine_count; k++)
        for (count = 1; count <= QN_COUNT_OF(jobs); count++) {
            if (!engines[k].lanes || !can_run(&engines[k]))
                break;
            memset(jobs, 0, sizeof(jobs));
            for (n = 0; n < count; n++) {
                i = (n + count) % QN_COUNT_OF(attacks);
                jobs[n].data = qn_bytes_make(bytes[i], sizes[i]);
            }
            qn_hash_lanes_run(&engines[k], jobs, count);
            for (n = 0; n < count; n++) {
                i = (n + count) % QN_COUNT_OF(attacks);
                assert_int_equal(jobs[n].collision, 1);
                assert_string_equal(qn_id_to_hex(&jobs[n].id, hex),
                                    attacks[i].hex);
            }
        }
}

/* Nothing random is an attack. */
static void no_false_alarm(void **state)
{
    size_t size = 16 << 20, engine_count, k;
    const struct qn_sha1_engine *engines = qn_sha1_engines(&engine_count);
    uint8_t *bytes = malloc(size);
    uint32_t first[5], chain[5];
    bool has_first = false;

    (void)state;
    assert_non_null(bytes);
    fill_random(bytes, size, 7);
    for (k = 0; k < engine_count; k++) {
        if (!can_run(&engines[k]))
            continue;
        memcpy(chain, qn_sha1_start, sizeof(chain));
        assert_false(
            qn_sha1_compress(&engines[k], chain, bytes, size / QN_SHA1_BLOCK));
        if (has_first)
            assert_memory_equal(first, chain, sizeof(chain));
        has_first = true;
        memcpy(first, chain, sizeof(chain));
        memcpy(chain, qn_sha1_start, sizeof(chain));
        qn_sha1_compress_unchecked(&engines[k], chain, bytes,
                                   size / QN_SHA1_BLOCK);
        assert_memory_equal(first, chain, sizeof(chain));
    }
    free(bytes);
}

int test_sha1(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(engines_are_the_naive_twin),
        cmocka_unit_test(lanes_are_the_naive_twin),
        cmocka_unit_test(every_engine_sees_the_attacks),
        cmocka_unit_test(a_broken_attack_is_none),
        cmocka_unit_test(judges_see_the_attacks),
        cmocka_unit_test(collisions_are_failures),
        cmocka_unit_test(lanes_name_the_guilty),
        cmocka_unit_test(no_lane_is_blind),
        cmocka_unit_test(no_false_alarm),
    };

    return cmocka_run_group_tests_name("sha1", tests, NULL, NULL);
}
