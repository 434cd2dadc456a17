/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/endian.h"
#include "hash/id_map.h"

#include <string.h>

int test_id_map(void);

#define ID_COUNT 3000

static void make_id(struct qn_id *id, uint32_t algorithm, uint32_t number)
{
    qn_id_clear(id, algorithm);
    /* the first bytes collide for runs of ids, the last ones tell them apart */
    qn_endian_store32(id->bytes, number / 7 * 2654435761u);
    qn_endian_store32(id->bytes + 16, number);
}

static enum qn_status fill(struct qn_ctx *ctx, void *data)
{
    uint32_t algorithm = *(uint32_t *)data;
    struct qn_id_map map;
    enum qn_status status = QN_OK;
    struct qn_id id, back;
    uint32_t i, position;
    bool is_new;

    qn_id_map_init(&map, algorithm);
    make_id(&id, algorithm, 1);
    assert_int_equal(qn_id_map_find(&map, &id), QN_ID_MAP_NONE);
    for (i = 0; i < ID_COUNT && !status; i++) {
        make_id(&id, algorithm, i);
        status = qn_id_map_put(ctx, &map, &id, &position, &is_new);
        if (status)
            break;
        assert_true(is_new);
        assert_int_equal(position, i);
        assert_int_equal(map.values[position], 0);
        map.values[position] = i;
    }
    /* what was there before a failure is still there */
    for (i = 0; i < map.count; i++) {
        make_id(&id, algorithm, i);
        assert_int_equal(qn_id_map_find(&map, &id), i);
        assert_int_equal(qn_id_map_find_row(&map, id.bytes), i);
        qn_id_map_id(&map, i, &back);
        assert_true(qn_id_is_equal(&id, &back));
        assert_int_equal(map.values[i], i);
    }
    if (!status) {
        status = qn_id_map_put(ctx, &map, &id, &position, &is_new);
        assert_false(is_new);
        assert_int_equal(position, ID_COUNT - 1);
        make_id(&id, algorithm, ID_COUNT);
        assert_int_equal(qn_id_map_find(&map, &id), QN_ID_MAP_NONE);
        qn_id_map_clear(&map);
        make_id(&id, algorithm, 1);
        assert_int_equal(qn_id_map_find(&map, &id), QN_ID_MAP_NONE);
    }
    qn_id_map_dispose(&map);
    return status;
}

static void keeps_what_it_was_given(void **state)
{
    uint32_t algorithm;

    (void)state;
    for (algorithm = QN_HASH_SHA1; algorithm <= QN_HASH_SHA256; algorithm++)
        unit_each_allocation(fill, &algorithm);
}

int test_id_map(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_what_it_was_given),
    };

    return cmocka_run_group_tests_name("id_map", tests, NULL, NULL);
}
