/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "hash/crc32.h"
#include "hash/hash.h"
#include "hash/id.h"

#include <string.h>

int test_id(void);

static void parses_and_prints_hex(void **state)
{
    static const char sha1[] = "0123456789abcdef0123456789abcdef01234567";
    static const char upper[] = "0123456789ABCDEF0123456789ABCDEF01234567";
    struct qn_id id, other;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    size_t i;

    (void)state;
    assert_true(qn_id_from_hex(&id, QN_HASH_SHA1, qn_bytes_from_string(sha1)));
    assert_string_equal(qn_id_to_hex(&id, hex), sha1);
    assert_true(
        qn_id_from_hex(&other, QN_HASH_SHA1, qn_bytes_from_string(upper)));
    assert_true(qn_id_is_equal(&id, &other));
    assert_int_equal(qn_id_compare(&id, &other), 0);
    for (i = 20; i < QN_ID_MAX_SIZE; i++)
        assert_int_equal(id.bytes[i], 0);
}

static void refuses_what_is_not_an_id(void **state)
{
    static const struct {
        uint32_t algorithm;
        const char *hex;
    } rows[] = {
        {QN_HASH_SHA1, ""},
        {QN_HASH_SHA1, "0123456789abcdef0123456789abcdef0123456"},
        {QN_HASH_SHA1, "0123456789abcdef0123456789abcdef012345678"},
        {QN_HASH_SHA1, "0123456789abcdef0123456789abcdef0123456g"},
        {QN_HASH_SHA1, "g123456789abcdef0123456789abcdef01234567"},
        {QN_HASH_SHA256, "0123456789abcdef0123456789abcdef01234567"},
        {QN_HASH_NONE, ""},
    };
    struct qn_id id;
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(rows); i++)
        assert_false(qn_id_from_hex(&id, rows[i].algorithm,
                                    qn_bytes_from_string(rows[i].hex)));
}

/* Each byte at each place, with the smallest and the largest digits about it.
 */
static void each_digit_is_told_from_what_is_none(void **state)
{
    static const char digits[] = "0123456789abcdefABCDEF";
    char hex[65], back[65];
    unsigned turn, byte;
    struct qn_id id;
    size_t i;

    (void)state;
    for (turn = 0; turn < 4; turn++)
        for (i = 0; i < (turn < 2 ? 40 : 64); i++)
            for (byte = 0; byte < 256; byte++) {
                uint32_t algorithm = turn < 2 ? QN_HASH_SHA1 : QN_HASH_SHA256;
                size_t size = turn < 2 ? 40 : 64;
                bool is_digit = byte && strchr(digits, (int)byte);

                memset(hex, turn % 2 ? 'f' : '0', size);
                hex[i] = (char)byte;
                assert_int_equal(
                    qn_id_from_hex(&id, algorithm, qn_bytes_make(hex, size)),
                    is_digit);
                if (!is_digit)
                    continue;
                if (byte < 'a' && byte > '9')
                    hex[i] = (char)(byte + 'a' - 'A');
                hex[size] = '\0';
                assert_string_equal(qn_id_to_hex(&id, back), hex);
            }
}

static void knows_names_and_empty_objects(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    uint32_t algorithm;
    struct qn_id id;

    (void)state;
    for (algorithm = QN_HASH_SHA1; algorithm <= QN_HASH_SHA256; algorithm++) {
        const char *name = qn_id_algorithm_name(algorithm);

        assert_int_equal(qn_id_algorithm_from_name(qn_bytes_from_string(name)),
                         algorithm);
        unit_assert_ok(
            ctx, qn_hash_object(ctx, algorithm, "tree", QN_BYTES_NONE, &id));
        assert_true(qn_id_is_equal(&id, qn_id_empty_tree(algorithm)));
        unit_assert_ok(
            ctx, qn_hash_object(ctx, algorithm, "blob", QN_BYTES_NONE, &id));
        assert_true(qn_id_is_equal(&id, qn_id_empty_blob(algorithm)));
        assert_false(qn_id_is_null(&id));
        qn_id_clear(&id, algorithm);
        assert_true(qn_id_is_null(&id));
    }
    assert_null(qn_id_algorithm_name(QN_HASH_NONE));
    assert_int_equal(qn_id_algorithm_from_name(QN_BYTES("md5")), QN_HASH_NONE);
    unit_end(ctx);
}

static void crc_goes_on(void **state)
{
    (void)state;
    assert_int_equal(qn_crc32(0, "123456789", 9), 0xcbf43926);
    assert_int_equal(qn_crc32(qn_crc32(0, "1234", 4), "56789", 5), 0xcbf43926);
    assert_int_equal(qn_crc32(0xcbf43926, NULL, 0), 0xcbf43926);
}

int test_id(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parses_and_prints_hex),
        cmocka_unit_test(refuses_what_is_not_an_id),
        cmocka_unit_test(each_digit_is_told_from_what_is_none),
        cmocka_unit_test(knows_names_and_empty_objects),
        cmocka_unit_test(crc_goes_on),
    };

    return cmocka_run_group_tests_name("id", tests, NULL, NULL);
}
