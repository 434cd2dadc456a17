/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "hash/hash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int test_hash(void);

/* FIPS 180-4's examples, and what sha1sum and sha256sum print. */
static const struct {
    const char *piece;
    size_t times;
    const char *sha1;
    const char *sha256;
} known[] = {
    {"", 0, "da39a3ee5e6b4b0d3255bfef95601890afd80709",
     "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", 1, "a9993e364706816aba3e25717850c26c9cd0d89d",
     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
     "84983e441c3bd26ebaae4aa1f95129e5e54670f1",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    {"a", 1000000, "34aa973cd4c4daa4f61eeb2bdbad27316534016f",
     "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
};

static void hashes_what_is_known(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_hash hash;
    struct qn_id id;
    size_t i, k;
    uint32_t algorithm;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(known); i++)
        for (algorithm = QN_HASH_SHA1; algorithm <= QN_HASH_SHA256;
             algorithm++) {
            qn_hash_init(&hash, algorithm);
            for (k = 0; k < known[i].times; k++)
                qn_hash_update(&hash, known[i].piece, strlen(known[i].piece));
            unit_assert_ok(ctx, qn_hash_final(ctx, &hash, &id));
            assert_string_equal(qn_id_to_hex(&id, hex),
                                algorithm == QN_HASH_SHA1 ? known[i].sha1
                                                          : known[i].sha256);
        }
    unit_end(ctx);
}

static uint8_t *random_bytes(size_t size)
{
    uint8_t *bytes = malloc(size);
    uint64_t x = 88172645463325252u;
    size_t i;

    assert_non_null(bytes);
    for (i = 0; i < size; i++) {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        bytes[i] = (uint8_t)(x >> 32);
    }
    return bytes;
}

/* Every length around the block and buffer sizes, cut at odd places. */
static void pieces_do_not_matter(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    uint8_t *bytes = random_bytes(5000);
    struct qn_id whole, cut;
    struct qn_hash hash;
    size_t size, at;
    uint32_t algorithm;

    (void)state;
    for (algorithm = QN_HASH_SHA1; algorithm <= QN_HASH_SHA256; algorithm++)
        for (size = 0; size < 2200; size++) {
            size_t step = 1 + size * 7 % 150;

            unit_assert_ok(ctx,
                           qn_hash_buffer(ctx, algorithm,
                                          qn_bytes_make(bytes, size), &whole));
            qn_hash_init(&hash, algorithm);
            for (at = 0; at < size; at += step)
                qn_hash_update(&hash, bytes + at,
                               size - at < step ? size - at : step);
            unit_assert_ok(ctx, qn_hash_final(ctx, &hash, &cut));
            assert_true(qn_id_is_equal(&whole, &cut));
            qn_hash_init_unchecked(&hash, algorithm);
            qn_hash_update(&hash, bytes, size);
            unit_assert_ok(ctx, qn_hash_final(ctx, &hash, &cut));
            assert_true(qn_id_is_equal(&whole, &cut));
        }
    free(bytes);
    unit_end(ctx);
}

#define JOB_COUNT 200

static void many_are_as_one(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    uint8_t *bytes = random_bytes(300000);
    struct qn_hash_job *jobs = calloc(JOB_COUNT, sizeof(*jobs));
    struct qn_id id;
    uint32_t algorithm;
    size_t i, count;

    (void)state;
    assert_non_null(jobs);
    for (algorithm = QN_HASH_SHA1; algorithm <= QN_HASH_SHA256; algorithm++)
        for (count = 0; count <= JOB_COUNT; count += count < 40 ? 1 : 40) {
            for (i = 0; i < count; i++) {
                size_t size = i % 13 == 0 ? 10000 * (i % 5) : i * 11 % 300;

                jobs[i].prefix_size = (uint32_t)snprintf((char *)jobs[i].prefix,
                                                         sizeof(jobs[i].prefix),
                                                         "blob %zu", size);
                jobs[i].prefix_size++;
                jobs[i].data = qn_bytes_make(bytes + i * 37, size);
                jobs[i].collision = 77;
            }
            qn_hash_many(algorithm, jobs, count);
            for (i = 0; i < count; i++) {
                unit_assert_ok(ctx, qn_hash_object(ctx, algorithm, "blob",
                                                   jobs[i].data, &id));
                assert_true(qn_id_is_equal(&id, &jobs[i].id));
                assert_int_equal(jobs[i].id.algorithm, algorithm);
                assert_int_equal(jobs[i].collision, 0);
            }
        }
    free(jobs);
    free(bytes);
    unit_end(ctx);
}

int test_hash(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hashes_what_is_known),
        cmocka_unit_test(pieces_do_not_matter),
        cmocka_unit_test(many_are_as_one),
    };

    return cmocka_run_group_tests_name("hash", tests, NULL, NULL);
}
