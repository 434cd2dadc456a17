/* SPDX-License-Identifier: MIT */
/* What one pass over a pack finds is what a walk finds, whatever of the pack is
 * reached, and however its trees are stored. */
#include "unit.h"

#include "object/tree.h"
#include "operation/op_pack_objects.h"
#include "operation/part/reachable.h"
#include "os/directory.h"
#include "walk/pack_reach.h"

#include <stdio.h>

int test_pack_reach(void);

#define COMMITS 120
#define FILES   30
#define TRIES   60
#define LATER   3 /* commits that are in no pack */

struct place {
    char objects[4200];
    struct qn_odb_store *store;
    struct qn_odb *odb;
    struct qn_id commits[COMMITS + LATER];
    struct qn_id tag;
    uint32_t seed;
};

static uint32_t next_random(struct place *place, uint32_t below)
{
    place->seed = place->seed * 1103515245u + 12345u;
    return (place->seed >> 8) % below;
}

static void open_place(struct qn_ctx *ctx, struct place *place,
                       uint32_t algorithm)
{
    struct qn_odb_store_options options = {.directory = place->objects,
                                           .algorithm = algorithm,
                                           .loose_compression = 1};

    snprintf(place->objects, sizeof(place->objects), "%s/objects",
             unit_directory());
    unit_assert_ok(ctx, qn_directory_make_all(ctx, place->objects, 0777));
    unit_assert_ok(ctx, qn_odb_store_open(ctx, &options, &place->store));
    unit_assert_ok(
        ctx, qn_odb_new(ctx, place->store, QN_ODB_NO_REPLACE, &place->odb));
    place->seed = 7 + algorithm;
}

/* Forty-odd entries, of which each commit changes one or two: also back to what
 * they were long before, so that entries of trees are taken out and come
 * again. */
static void write_tree(struct qn_ctx *ctx, struct place *place, int *versions,
                       struct qn_id *out)
{
    struct qn_buf inner = QN_BUF_INIT, tree = QN_BUF_INIT;
    char text[64], name[32];
    struct qn_id id;
    int i;

    for (i = 0; i < FILES; i++) {
        snprintf(text, sizeof(text), "file %d of version %d\n", i, versions[i]);
        unit_assert_ok(ctx, qn_odb_write(ctx, place->odb, QN_OBJECT_BLOB,
                                         qn_bytes_from_string(text), &id));
        snprintf(name, sizeof(name), "a-name-of-some-length-%02d", i);
        if (versions[i] % 5 == 4)
            continue;
        unit_assert_ok(ctx, qn_tree_append(ctx, i < FILES / 2 ? &inner : &tree,
                                           QN_MODE_FILE,
                                           qn_bytes_from_string(name), &id));
    }
    unit_assert_ok(ctx, qn_odb_write(ctx, place->odb, QN_OBJECT_TREE,
                                     qn_buf_bytes(&inner), &id));
    unit_assert_ok(
        ctx, qn_tree_append(ctx, &tree, QN_MODE_TREE, QN_BYTES("below"), &id));
    unit_assert_ok(ctx, qn_tree_append(ctx, &tree, QN_MODE_GITLINK,
                                       QN_BYTES("link"), &id));
    unit_assert_ok(ctx, qn_odb_write(ctx, place->odb, QN_OBJECT_TREE,
                                     qn_buf_bytes(&tree), out));
    qn_buf_dispose(&inner);
    qn_buf_dispose(&tree);
}

static void write_commit(struct qn_ctx *ctx, struct place *place, int number,
                         int *versions)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_buf text = QN_BUF_INIT;
    struct qn_id tree;

    versions[next_random(place, FILES)] = (int)next_random(place, 12);
    versions[next_random(place, FILES)] = (int)next_random(place, 12);
    write_tree(ctx, place, versions, &tree);
    unit_assert_ok(
        ctx, qn_buf_printf(ctx, &text, "tree %s\n", qn_id_to_hex(&tree, hex)));
    for (int k = 0; number > 0 && k < 1 + (number % 9 == 0); k++)
        unit_assert_ok(
            ctx, qn_buf_printf(
                     ctx, &text, "parent %s\n",
                     qn_id_to_hex(
                         &place->commits[next_random(place, (uint32_t)number)],
                         hex)));
    unit_assert_ok(ctx, qn_buf_printf(ctx, &text,
                                      "author A <a> %d +0000\n"
                                      "committer A <a> %d +0000\n\nc%d\n",
                                      number, number, number));
    unit_assert_ok(ctx,
                   qn_odb_write(ctx, place->odb, QN_OBJECT_COMMIT,
                                qn_buf_bytes(&text), &place->commits[number]));
    qn_buf_dispose(&text);
}

static void write_tag(struct qn_ctx *ctx, struct place *place)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_buf text = QN_BUF_INIT;

    unit_assert_ok(ctx, qn_buf_printf(ctx, &text,
                                      "object %s\ntype commit\ntag t\n"
                                      "tagger A <a> 1 +0000\n\nt\n",
                                      qn_id_to_hex(&place->commits[40], hex)));
    unit_assert_ok(ctx, qn_odb_write(ctx, place->odb, QN_OBJECT_TAG,
                                     qn_buf_bytes(&text), &place->tag));
    qn_buf_dispose(&text);
}

/* All there is so far into a pack. */
static void pack_all(struct qn_ctx *ctx, struct place *place,
                     bool names_offsets)
{
    struct qn_op_pack_objects how = {.window = 20,
                                     .depth = 8,
                                     .level = 1,
                                     .cache_limit = 1000,
                                     .names_offsets = names_offsets,
                                     .reuses_objects = true,
                                     .form = {.version = 2}};
    struct qn_op_pack_objects_result result = {.packs = NULL};
    struct qn_revision_scope scope = {.odb = place->odb};
    struct qn_reachable from = {.odb = place->odb};
    struct qn_id tips[COMMITS + 1];
    char base[5000];
    struct qn_id_map set;

    memcpy(tips, place->commits, COMMITS * sizeof(*tips));
    tips[COMMITS] = place->tag;
    qn_id_map_init(&set, place->tag.algorithm);
    unit_assert_ok(ctx, qn_reachable_find(ctx, &from, tips, COMMITS + 1, &set));
    snprintf(base, sizeof(base), "%s/pack", place->objects);
    unit_assert_ok(ctx, qn_directory_make_all(ctx, base, 0777));
    snprintf(base, sizeof(base), "%s/pack/pack", place->objects);
    how.scope = &scope;
    how.rows = set.rows;
    how.count = set.count;
    how.base_name = base;
    unit_assert_ok(ctx, qn_op_pack_objects_run(ctx, &how, &result));
    assert_true(result.written_deltas > COMMITS);
    qn_op_pack_objects_result_dispose(&result);
    qn_id_map_dispose(&set);
    unit_assert_ok(ctx, qn_odb_refresh(ctx, place->odb));
}

static bool is_reached(const struct qn_pack_reach *reach,
                       const struct qn_id *id)
{
    uint32_t position = qn_pack_index_find(&reach->pack->index, id->bytes), i;

    if (position == QN_PACK_INDEX_NONE) {
        position = qn_id_map_find(&reach->others, id);
        return position != QN_ID_MAP_NONE &&
               reach->others.values[position] != 0;
    }
    for (i = 0; i < reach->count; i++)
        if (qn_pack_reverse_position(&reach->pack->reverse, i) == position)
            return qn_pack_reach_has(reach, i);
    return false;
}

static void assert_same(struct qn_ctx *ctx, struct place *place,
                        const struct qn_id *tips, size_t count)
{
    const struct qn_pack_reach_tips asked = {.ids = tips, .count = count};
    struct qn_reachable from = {.odb = place->odb};
    struct qn_pack_reach reach = {.pack = NULL};
    struct qn_id_map set;
    size_t reached;
    bool is_done = false;
    uint32_t i;

    qn_id_map_init(&set, tips[0].algorithm);
    unit_assert_ok(ctx, qn_reachable_find(ctx, &from, tips, count, &set));
    unit_assert_ok(
        ctx, qn_pack_reach_find(ctx, place->odb, &asked, &reach, &is_done));
    assert_true(is_done);
    reached = reach.reached;
    for (i = 0; i < reach.others.count; i++)
        reached += reach.others.values[i] != 0;
    assert_int_equal(reached, set.count);
    for (i = 0; i < set.count; i++) {
        struct qn_id id;

        qn_id_map_id(&set, i, &id);
        assert_true(is_reached(&reach, &id));
    }
    qn_pack_reach_dispose(&reach);
    qn_id_map_dispose(&set);
}

static void finds_what_a_walk_finds(void **state)
{
    uint32_t algorithm;
    int i, k;

    (void)state;
    for (algorithm = QN_HASH_SHA1; algorithm <= QN_HASH_SHA256; algorithm++) {
        struct qn_ctx *ctx = unit_begin();
        int versions[FILES] = {0};
        struct qn_id tips[4];
        struct place place;

        open_place(ctx, &place, algorithm);
        for (i = 0; i < COMMITS; i++)
            write_commit(ctx, &place, i, versions);
        write_tag(ctx, &place);
        pack_all(ctx, &place, algorithm == QN_HASH_SHA1);
        for (; i < COMMITS + LATER; i++)
            write_commit(ctx, &place, i, versions);
        for (i = 0; i < TRIES; i++) {
            int count = 1 + (int)next_random(&place, 3);

            for (k = 0; k < count; k++)
                tips[k] = place.commits[next_random(&place, COMMITS + LATER)];
            if (i % 7 == 0)
                tips[0] = place.tag;
            assert_same(ctx, &place, tips, (size_t)count);
        }
        qn_odb_free(place.odb);
        qn_odb_store_release(place.store);
        unit_end(ctx);
    }
}

/* What is nowhere, and a pack that is too small, are left to others. */
static void leaves_the_rest(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_pack_reach_tips asked = {.count = 1};
    int versions[FILES] = {0}, i;
    struct qn_pack_reach reach;
    struct place place;
    bool is_done = true;
    struct qn_id nothing;

    (void)state;
    open_place(ctx, &place, QN_HASH_SHA1);
    for (i = 0; i < COMMITS; i++)
        write_commit(ctx, &place, i, versions);
    write_tag(ctx, &place);
    asked.ids = &place.commits[3];
    unit_assert_ok(
        ctx, qn_pack_reach_find(ctx, place.odb, &asked, &reach, &is_done));
    assert_false(is_done); /* no pack */
    pack_all(ctx, &place, true);
    asked.least = 100000;
    unit_assert_ok(
        ctx, qn_pack_reach_find(ctx, place.odb, &asked, &reach, &is_done));
    assert_false(is_done);
    asked.least = 0;
    qn_id_clear(&nothing, QN_HASH_SHA1);
    nothing.bytes[0] = 1;
    asked.ids = &nothing;
    unit_assert_ok(
        ctx, qn_pack_reach_find(ctx, place.odb, &asked, &reach, &is_done));
    assert_false(is_done);
    assert_null(reach.pack);
    qn_odb_free(place.odb);
    qn_odb_store_release(place.store);
    unit_end(ctx);
}

int test_pack_reach(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_a_walk_finds),
        cmocka_unit_test(leaves_the_rest),
    };

    return cmocka_run_group_tests_name("pack_reach", tests, NULL, NULL);
}
