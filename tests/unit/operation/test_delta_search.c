/* SPDX-License-Identifier: MIT */
/* The search for deltas by itself: what it finds is a delta of what it says, no
 * chain is a circle or too long, and threads change nothing. */
#include "unit.h"

#include "codec/delta.h"
#include "codec/inflate.h"
#include "operation/part/delta_search.h"

#include <stdio.h>
#include <stdlib.h>

int test_delta_search(void);

#define FILES    12
#define VERSIONS 220 /* of each: more than one part of the search */
#define LINES    24
#define ENTRIES  (FILES * VERSIONS)
#define DEPTH    7

struct bench {
    struct qn_odb_store *store;
    struct qn_odb *odb;
    struct qn_pack_list list;
};

struct found { /* what a search decided about an entry */
    uint32_t base, depth, delta_size;
};

static void open_bench(struct qn_ctx *ctx, struct bench *bench)
{
    struct qn_odb_store_options options = {.directory = unit_directory(),
                                           .algorithm = QN_HASH_SHA1};

    unit_assert_ok(ctx, qn_odb_store_open(ctx, &options, &bench->store));
    unit_assert_ok(
        ctx, qn_odb_new(ctx, bench->store, QN_ODB_IN_MEMORY, &bench->odb));
    qn_pack_list_init(&bench->list, bench->odb);
}

static void close_bench(struct bench *bench)
{
    qn_pack_list_dispose(&bench->list);
    qn_odb_free(bench->odb);
    qn_odb_store_release(bench->store);
}

static uint32_t put(struct qn_ctx *ctx, struct bench *bench, const char *path,
                    struct qn_bytes text, unsigned flags)
{
    struct qn_pack_list_add add = {.type = QN_OBJECT_BLOB,
                                   .path = qn_bytes_from_string(path),
                                   .flags = flags};
    struct qn_id id;
    uint32_t number;
    bool is_new;

    unit_assert_ok(ctx,
                   qn_odb_write(ctx, bench->odb, QN_OBJECT_BLOB, text, &id));
    add.row = id.bytes;
    unit_assert_ok(ctx,
                   qn_pack_list_put(ctx, &bench->list, &add, &number, &is_new));
    assert_true(is_new);
    return number;
}

static void make_version(struct qn_ctx *ctx, int file, int version,
                         struct qn_buf *out)
{
    int line;

    qn_buf_clear(out);
    for (line = 0; line < LINES; line++)
        unit_assert_ok(
            ctx, qn_buf_printf(ctx, out, "file %d, line %d, changed in %d\n",
                               file, line, version - (version + line) % LINES));
}

static void prepare(struct qn_ctx *ctx, struct bench *bench)
{
    const struct qn_pack_list_prepare how = {.depth = DEPTH};

    unit_assert_ok(ctx, qn_pack_list_prepare(ctx, &bench->list, &how));
}

/* Some are not to be packed, some not to be deltas. */
static unsigned flags_of(int version)
{
    return version % 50 == 7   ? QN_PACK_LIST_BASE
           : version % 50 == 9 ? QN_PACK_LIST_NO_DELTA
                               : 0;
}

static void fill(struct qn_ctx *ctx, struct bench *bench)
{
    struct qn_buf text = QN_BUF_INIT;
    char path[32];
    int file, version;

    for (version = 0; version < VERSIONS; version++)
        for (file = 0; file < FILES; file++) {
            make_version(ctx, file, version, &text);
            snprintf(path, sizeof(path), "dir/file%d.c", file);
            put(ctx, bench, path, qn_buf_bytes(&text), flags_of(version));
        }
    qn_buf_dispose(&text);
    prepare(ctx, bench);
}

static struct qn_delta_search search_of(struct bench *bench, uint32_t threads)
{
    return (struct qn_delta_search){.list = &bench->list,
                                    .window = 10,
                                    .depth = DEPTH,
                                    .thread_count = threads,
                                    .big_file_threshold = 1 << 20,
                                    .cache_limit = 1000,
                                    .level = 6};
}

/* The stored delta, or the one that is made again, from its base. */
static void assert_makes(struct qn_ctx *ctx, struct bench *bench,
                         const struct qn_delta_search *search, uint32_t number)
{
    const struct qn_pack_list_entry *entry = &bench->list.entries[number];
    struct qn_object base = QN_OBJECT_INIT, target = QN_OBJECT_INIT;
    struct qn_buf again = QN_BUF_INIT, made = QN_BUF_INIT;
    uint8_t *delta = malloc(entry->delta_size + 1);
    struct qn_id id;
    size_t used;

    assert_non_null(delta);
    qn_id_map_id(&bench->list.ids, entry->base, &id);
    unit_assert_ok(ctx, qn_odb_read(ctx, bench->odb, &id, &base));
    qn_id_map_id(&bench->list.ids, number, &id);
    unit_assert_ok(ctx, qn_odb_read(ctx, bench->odb, &id, &target));
    unit_assert_ok(
        ctx, qn_delta_search_again(ctx, search, bench->odb, number, &again));
    if (entry->delta) {
        assert_int_equal(again.size, entry->packed_size);
        assert_memory_equal(again.data, entry->delta, again.size);
    }
    unit_assert_ok(ctx, qn_inflate_exact(ctx, qn_buf_bytes(&again), delta,
                                         entry->delta_size, &used));
    unit_assert_ok(ctx, qn_delta_apply(ctx, qn_object_bytes(&base),
                                       qn_bytes_make(delta, entry->delta_size),
                                       &made));
    assert_int_equal(made.size, target.data.size);
    assert_memory_equal(made.data, target.data.data, made.size);
    free(delta);
    qn_object_dispose(&base);
    qn_object_dispose(&target);
    qn_buf_dispose(&again);
    qn_buf_dispose(&made);
}

static void assert_sound(struct qn_ctx *ctx, struct bench *bench,
                         const struct qn_delta_search *search)
{
    size_t count = qn_pack_list_count(&bench->list), deltas = 0, i;

    for (i = 0; i < count; i++) {
        const struct qn_pack_list_entry *entry = &bench->list.entries[i];
        const struct qn_pack_list_entry *base;

        if (entry->base == QN_PACK_LIST_NONE) {
            assert_int_equal(entry->depth, 0);
            continue;
        }
        deltas++;
        base = &bench->list.entries[entry->base];
        /* Depth grows along the chain: it is no circle. */
        assert_int_equal(entry->depth, base->depth + 1);
        assert_true(entry->depth <= DEPTH);
        assert_false(entry->flags &
                     (QN_PACK_LIST_BASE | QN_PACK_LIST_NO_DELTA));
        assert_false(base->flags & QN_PACK_LIST_NO_DELTA);
        assert_true(entry->delta_size < entry->size / 2);
        if (i % 16 == 0)
            assert_makes(ctx, bench, search, (uint32_t)i);
    }
    /* One line in twenty-four is another: nearly all are worth it. */
    assert_true(deltas > count * 8 / 10);
}

static void finds_the_same_with_any_number_of_threads(void **state)
{
    static const uint32_t threads[] = {1, 2, 5};
    static struct found first[ENTRIES];
    size_t run, i;

    (void)state;
    for (run = 0; run < QN_COUNT_OF(threads); run++) {
        struct qn_ctx *ctx = unit_begin();
        struct bench bench;
        struct qn_delta_search search;

        open_bench(ctx, &bench);
        fill(ctx, &bench);
        search = search_of(&bench, threads[run]);
        assert_true(qn_delta_search_count(&search) > 2048);
        unit_assert_ok(ctx, qn_delta_search_run(ctx, &search));
        assert_sound(ctx, &bench, &search);
        for (i = 0; i < ENTRIES; i++) {
            const struct qn_pack_list_entry *entry = &bench.list.entries[i];
            struct found found = {entry->base, entry->depth, entry->delta_size};

            if (run == 0)
                first[i] = found;
            assert_int_equal(found.base, first[i].base);
            assert_int_equal(found.depth, first[i].depth);
            assert_int_equal(found.delta_size, first[i].delta_size);
        }
        close_bench(&bench);
        unit_end(ctx);
    }
}

/* A delta that was not kept is found again from the base that was chosen. */
static void finds_again_what_was_not_kept(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_delta_search search;
    struct bench bench;
    size_t kept = 0, dropped = 0, i;

    (void)state;
    open_bench(ctx, &bench);
    fill(ctx, &bench);
    search = search_of(&bench, 1);
    search.cache_size = 10000;
    unit_assert_ok(ctx, qn_delta_search_run(ctx, &search));
    assert_sound(ctx, &bench, &search);
    for (i = 0; i < ENTRIES; i++) {
        const struct qn_pack_list_entry *entry = &bench.list.entries[i];

        kept += entry->delta != NULL;
        dropped += entry->base != QN_PACK_LIST_NONE && !entry->delta;
    }
    assert_true(kept > 10);
    assert_true(dropped > 1000);
    close_bench(&bench);
    unit_end(ctx);
}

static void searches_nothing_where_nothing_is_to_be_found(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_buf text = QN_BUF_INIT;
    struct qn_delta_search search;
    struct bench bench;
    uint32_t small, large, other;

    (void)state;
    open_bench(ctx, &bench);
    small = put(ctx, &bench, "a", QN_BYTES("too small"), 0);
    make_version(ctx, 1, 1, &text);
    large = put(ctx, &bench, "a", qn_buf_bytes(&text), 0);
    make_version(ctx, 1, 2, &text);
    other = put(ctx, &bench, "a", qn_buf_bytes(&text), 0);
    prepare(ctx, &bench);
    search = search_of(&bench, 1);
    assert_int_equal(qn_delta_search_count(&search), 2);
    search.window = 0;
    assert_int_equal(qn_delta_search_count(&search), 0);
    unit_assert_ok(ctx, qn_delta_search_run(ctx, &search));
    assert_int_equal(bench.list.entries[other].base, QN_PACK_LIST_NONE);
    search.window = 10;
    search.big_file_threshold = 60;
    unit_assert_ok(ctx, qn_delta_search_run(ctx, &search));
    assert_int_equal(bench.list.entries[other].base, QN_PACK_LIST_NONE);
    search.big_file_threshold = 1 << 20;
    unit_assert_ok(ctx, qn_delta_search_run(ctx, &search));
    assert_int_equal(bench.list.entries[small].base, QN_PACK_LIST_NONE);
    /* One is the other's base. */
    assert_int_equal((bench.list.entries[large].base == other) +
                         (bench.list.entries[other].base == large),
                     1);
    qn_buf_dispose(&text);
    close_bench(&bench);
    unit_end(ctx);
}

int test_delta_search(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_the_same_with_any_number_of_threads),
        cmocka_unit_test(finds_again_what_was_not_kept),
        cmocka_unit_test(searches_nothing_where_nothing_is_to_be_found),
    };

    return cmocka_run_group_tests_name("delta_search", tests, NULL, NULL);
}
