/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "base/map.h"

#include <stdio.h>

int test_map(void);

static enum qn_status fill(struct qn_ctx *ctx, void *data)
{
    struct qn_map map = QN_MAP_INIT;
    enum qn_status status = QN_OK;
    char key[16];
    size_t i;

    (void)data;
    for (i = 0; i < 1000 && !status; i++) {
        struct qn_map_item *item;

        snprintf(key, sizeof(key), "key %zu", i);
        item = qn_map_put(ctx, &map, qn_bytes_from_string(key), NULL);
        if (!item)
            status = QN_NO_MEMORY;
        else
            item->number = i;
    }
    for (i = 0; i < 1000 && !status; i++) {
        snprintf(key, sizeof(key), "key %zu", i);
        assert_int_equal(qn_map_find(&map, qn_bytes_from_string(key))->number,
                         i);
        assert_string_equal((const char *)map.items[i].key.data, key);
    }
    if (!status)
        assert_null(qn_map_find(&map, QN_BYTES("key")));
    qn_map_dispose(&map);
    return status;
}

static void keeps_what_it_was_given(void **state)
{
    (void)state;
    unit_each_allocation(fill, NULL);
}

int test_map(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_what_it_was_given),
    };

    return cmocka_run_group_tests_name("map", tests, NULL, NULL);
}
