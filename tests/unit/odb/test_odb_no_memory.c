/* SPDX-License-Identifier: MIT */
/* Everything that is asked of a store, with each allocation failing in turn. */
#include "unit.h"

#include "odb/odb.h"
#include "odb/odb_bulk.h"
#include "os/directory.h"

#include <stdio.h>
#include <string.h>

int test_odb_no_memory(void);

struct place {
    char objects[4200];
    struct qn_id blob, tree;
    int turn;
};

static enum qn_status open_store(struct qn_ctx *ctx, const struct place *place,
                                 struct qn_odb_store **out)
{
    struct qn_odb_store_options options = {
        .directory = place->objects,
        .algorithm = QN_HASH_SHA1,
        .loose_compression = 1,
        .uses_multi_pack_index = true,
    };

    return qn_odb_store_open(ctx, &options, out);
}

static void make_objects(struct place *place)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_odb_store *store = NULL;
    struct qn_odb *odb = NULL;

    snprintf(place->objects, sizeof(place->objects), "%s/objects",
             unit_directory());
    unit_assert_ok(ctx, qn_directory_make_all(ctx, place->objects, 0777));
    unit_assert_ok(ctx, open_store(ctx, place, &store));
    unit_assert_ok(ctx, qn_odb_new(ctx, store, 0, &odb));
    unit_assert_ok(ctx, qn_odb_write(ctx, odb, QN_OBJECT_BLOB,
                                     QN_BYTES("hello\n"), &place->blob));
    unit_assert_ok(ctx, qn_odb_write(ctx, odb, QN_OBJECT_TREE, QN_BYTES_NONE,
                                     &place->tree));
    qn_odb_free(odb);
    qn_odb_store_release(store);
    unit_end(ctx);
}

static enum qn_status count_one(struct qn_ctx *ctx, void *data,
                                const struct qn_id *id)
{
    (void)ctx;
    (void)id;
    ++*(size_t *)data;
    return QN_OK;
}

static enum qn_status count_item(struct qn_ctx *ctx, void *data,
                                 const struct qn_odb_bulk_item *item)
{
    (void)ctx;
    assert_int_equal(item->status, QN_OK);
    ++*(size_t *)data;
    return QN_OK;
}

static enum qn_status ask(struct qn_ctx *ctx, struct qn_odb *odb,
                          const struct place *place)
{
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_odb_info info;
    struct qn_id absent = place->blob;
    size_t count = 0, digits;
    bool exists;
    enum qn_status status;

    absent.bytes[3] ^= 1;
    status = qn_odb_read(ctx, odb, &place->blob, &object);
    if (!status)
        status = qn_odb_read_info(ctx, odb, &place->tree,
                                  QN_ODB_WANT_TYPE | QN_ODB_WANT_SIZE, &info);
    if (!status)
        status = qn_odb_exists(ctx, odb, &absent, &exists);
    if (!status)
        status =
            qn_odb_find_prefix(ctx, odb, QN_BYTES("ce013"), count_one, &count);
    if (!status)
        status = qn_odb_abbreviate(ctx, odb, &place->blob, 0, &digits);
    if (!status)
        status = qn_odb_list(ctx, odb, QN_ODB_LIST_SORTED, count_one, &count);
    if (!status)
        status = qn_odb_refresh(ctx, odb);
    qn_object_dispose(&object);
    return status;
}

static enum qn_status stream(struct qn_ctx *ctx, struct qn_odb *odb,
                             const struct place *place)
{
    struct qn_odb_stream *opened = NULL;
    enum qn_object_type type;
    uint64_t size;
    char room[10];
    size_t got;
    enum qn_status status =
        qn_odb_stream_open(ctx, odb, &place->blob, &type, &size, &opened);

    if (!status)
        status = qn_odb_stream_read(ctx, opened, room, sizeof(room), &got);
    qn_odb_stream_close(opened);
    return status;
}

static enum qn_status read_many(struct qn_ctx *ctx, struct qn_odb *odb,
                                const struct place *place)
{
    uint8_t rows[40];
    size_t count = 0;
    struct qn_odb_bulk bulk = {.rows = rows,
                               .count = 2,
                               .want = QN_ODB_WANT_TYPE | QN_ODB_WANT_SIZE,
                               .wants_content = true,
                               .each = count_item,
                               .data = &count};

    memcpy(rows, place->blob.bytes, 20);
    memcpy(rows + 20, place->tree.bytes, 20);
    return qn_odb_bulk_read(ctx, odb, &bulk);
}

/* Something new each time, through two views. */
static enum qn_status write_some(struct qn_ctx *ctx, struct qn_odb *odb,
                                 struct place *place)
{
    struct qn_odb *fork = NULL;
    char text[40];
    struct qn_id id;
    enum qn_status status;

    snprintf(text, sizeof(text), "turn %d", place->turn++);
    status =
        qn_odb_write(ctx, odb, QN_OBJECT_BLOB, qn_bytes_from_string(text), &id);
    if (!status)
        status = qn_odb_sync(ctx, odb);
    if (!status)
        status = qn_odb_fork(ctx, odb, &fork);
    if (!status)
        status = qn_odb_write(ctx, fork, QN_OBJECT_BLOB,
                              qn_bytes_from_string(text), &id);
    qn_odb_free(fork);
    return status;
}

static enum qn_status use_store(struct qn_ctx *ctx, void *data)
{
    struct place *place = data;
    struct qn_odb_store *store = NULL;
    struct qn_odb *odb = NULL;
    enum qn_status status = open_store(ctx, place, &store);

    if (!status)
        status = qn_odb_new(ctx, store, 0, &odb);
    if (!status)
        status = ask(ctx, odb, place);
    if (!status)
        status = stream(ctx, odb, place);
    if (!status)
        status = read_many(ctx, odb, place);
    if (!status)
        status = write_some(ctx, odb, place);
    qn_odb_free(odb);
    qn_odb_store_release(store);
    return status;
}

static enum qn_status use_memory(struct qn_ctx *ctx, void *data)
{
    struct place *place = data;
    struct qn_odb_store *store = NULL;
    struct qn_odb *odb = NULL;
    enum qn_status status = open_store(ctx, place, &store);

    if (!status)
        status = qn_odb_new(ctx, store, QN_ODB_IN_MEMORY, &odb);
    if (!status)
        status = write_some(ctx, odb, place);
    if (!status)
        status = ask(ctx, odb, place);
    qn_odb_free(odb);
    qn_odb_store_release(store);
    return status;
}

static void asks_and_writes(void **state)
{
    struct place place = {.turn = 0};

    (void)state;
    make_objects(&place);
    unit_each_allocation(use_store, &place);
    unit_each_allocation(use_memory, &place);
}

int test_odb_no_memory(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(asks_and_writes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
