/* SPDX-License-Identifier: MIT */
/* Walks, bases, reach and objects, with each allocation failing in turn. */
#include "unit.h"

#include "object/tree.h"
#include "odb/odb.h"
#include "os/directory.h"
#include "walk/commit_reach.h"
#include "walk/commit_walk.h"
#include "walk/merge_base.h"
#include "walk/object_walk.h"

#include <stdio.h>
#include <string.h>

int test_walk_no_memory(void);

#define COMMITS 6

struct place {
    char objects[4200];
    struct qn_id commits[COMMITS]; /* each after the one before; the last two
                                    * both after the third */
    struct qn_id tree;
};

static enum qn_status open_store(struct qn_ctx *ctx, const struct place *place,
                                 struct qn_odb_store **out)
{
    struct qn_odb_store_options options = {.directory = place->objects,
                                           .algorithm = QN_HASH_SHA1,
                                           .loose_compression = 1};

    return qn_odb_store_open(ctx, &options, out);
}

static void make_history(struct place *place)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_buf text = QN_BUF_INIT;
    struct qn_odb_store *store = NULL;
    struct qn_odb *odb = NULL;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_id blob;
    int i;

    snprintf(place->objects, sizeof(place->objects), "%s/objects",
             unit_directory());
    unit_assert_ok(ctx, qn_directory_make_all(ctx, place->objects, 0777));
    unit_assert_ok(ctx, open_store(ctx, place, &store));
    unit_assert_ok(ctx, qn_odb_new(ctx, store, 0, &odb));
    unit_assert_ok(
        ctx, qn_odb_write(ctx, odb, QN_OBJECT_BLOB, QN_BYTES("x"), &blob));
    unit_assert_ok(
        ctx, qn_tree_append(ctx, &text, QN_MODE_FILE, QN_BYTES("f"), &blob));
    unit_assert_ok(ctx, qn_odb_write(ctx, odb, QN_OBJECT_TREE,
                                     qn_buf_bytes(&text), &place->tree));
    for (i = 0; i < COMMITS; i++) {
        int parent = i < 4 ? i - 1 : 2;

        qn_buf_clear(&text);
        unit_assert_ok(ctx, qn_buf_printf(ctx, &text, "tree %s\n",
                                          qn_id_to_hex(&place->tree, hex)));
        if (parent >= 0)
            unit_assert_ok(
                ctx, qn_buf_printf(ctx, &text, "parent %s\n",
                                   qn_id_to_hex(&place->commits[parent], hex)));
        unit_assert_ok(ctx, qn_buf_printf(ctx, &text,
                                          "author A <a> %d +0000\n"
                                          "committer A <a> %d +0000\n\n%d\n",
                                          1000 + i, 1000 + i, i));
        unit_assert_ok(ctx,
                       qn_odb_write(ctx, odb, QN_OBJECT_COMMIT,
                                    qn_buf_bytes(&text), &place->commits[i]));
    }
    qn_buf_dispose(&text);
    qn_odb_free(odb);
    qn_odb_store_release(store);
    unit_end(ctx);
}

static enum qn_status walk_range(struct qn_ctx *ctx,
                                 const struct qn_revision_scope *scope,
                                 const struct place *place,
                                 enum qn_walk_order order)
{
    const struct qn_walk_options options = {.order = order,
                                            .min_parents = -1,
                                            .max_parents = -1,
                                            .max_count = -1,
                                            .shows_boundary = true};
    struct qn_commit_walk *walk = NULL;
    struct qn_walk_commit commit;
    enum qn_status status = qn_commit_walk_new(ctx, scope, &options, &walk);

    if (!status)
        status = qn_commit_walk_add(ctx, walk, &place->commits[5], 0, "a");
    if (!status)
        status = qn_commit_walk_add(ctx, walk, &place->commits[4], 0, "b");
    if (!status)
        status = qn_commit_walk_add(ctx, walk, &place->commits[1],
                                    QN_WALK_UNINTERESTING, NULL);
    while (!status)
        status = qn_commit_walk_next(ctx, walk, &commit);
    qn_commit_walk_free(walk);
    return status == QN_END ? QN_OK : status;
}

static enum qn_status find_bases(struct qn_ctx *ctx,
                                 const struct qn_revision_scope *scope,
                                 const struct place *place)
{
    struct qn_id_list list = {NULL, 0, 0};
    struct qn_id_list wanted = {(struct qn_id *)&place->commits[3], 1, 1};
    struct qn_commit_reach *reach = NULL;
    bool reaches = true;
    enum qn_status status;

    status = qn_merge_base_find(ctx, scope, &place->commits[5],
                                &place->commits[4], 1, &list);
    if (!status) {
        assert_int_equal(list.count, 1);
        assert_true(qn_id_is_equal(&list.ids[0], &place->commits[2]));
    }
    qn_id_list_dispose(&list);
    if (!status)
        status = qn_commit_reach_new(ctx, scope, &wanted, &reach);
    if (!status)
        status = qn_commit_reach_ask(ctx, reach, &place->commits[5], &reaches);
    if (!status)
        assert_false(reaches);
    qn_commit_reach_free(reach);
    return status;
}

static enum qn_status list_objects(struct qn_ctx *ctx, struct qn_odb *odb,
                                   const struct place *place)
{
    struct qn_object_walk *walk = NULL;
    enum qn_status status = qn_object_walk_new(ctx, odb, NULL, &walk);

    if (!status)
        status = qn_object_walk_list(ctx, walk, &place->tree, QN_BYTES_NONE,
                                     NULL, NULL);
    qn_object_walk_free(walk);
    return status;
}

static enum qn_status walk_all(struct qn_ctx *ctx, void *data)
{
    const struct place *place = data;
    struct qn_odb_store *store = NULL;
    struct qn_revision_scope scope = {.odb = NULL};
    enum qn_status status = open_store(ctx, place, &store);

    if (!status)
        status = qn_odb_new(ctx, store, 0, &scope.odb);
    if (!status)
        status = walk_range(ctx, &scope, place, QN_WALK_DEFAULT);
    if (!status)
        status = walk_range(ctx, &scope, place, QN_WALK_TOPO);
    if (!status)
        status = find_bases(ctx, &scope, place);
    if (!status)
        status = list_objects(ctx, scope.odb, place);
    qn_odb_free(scope.odb);
    qn_odb_store_release(store);
    return status;
}

static void walks(void **state)
{
    struct place place;

    (void)state;
    make_history(&place);
    unit_each_allocation(walk_all, &place);
}

int test_walk_no_memory(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(walks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
