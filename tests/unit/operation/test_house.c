/* SPDX-License-Identifier: MIT */
/* What keeps a repository quick and small: graphs, multi-pack-indexes, bitmaps,
 * prune, gc, maintenance; each against what a walk of the objects finds. */
#include "unit.h"

#include "object/tree.h"
#include "odb/odb_pack.h"
#include "operation/op_gc.h"
#include "operation/op_maintain.h"
#include "operation/op_multi_pack_index.h"
#include "operation/op_prune.h"
#include "operation/op_upkeep.h"
#include "pack/pack_file.h"
#include "walk/bitmap_check.h"
#include "walk/commit_graph.h"
#include "walk/commit_graph_write.h"

#include <stdio.h>
#include <string.h>

int test_house(void);

#define COMMITS 12

struct place {
    struct qn_repo *repo;
    struct qn_house house;
    struct qn_id commits[COMMITS];
    size_t count;
    char directory[4300];
};

static void put_file(const struct place *place, const char *name,
                     const char *mode, const char *text)
{
    char path[4400];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", place->directory, name);
    file = fopen(path, mode);
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

/* A bare repository with this in its configuration. */
static void begin(struct qn_ctx *ctx, struct place *place, uint32_t algorithm,
                  const char *config)
{
    struct qn_repo_create_options create = {.algorithm = algorithm,
                                            .refs_format = QN_REFS_FILES,
                                            .initial_branch = "trunk",
                                            .bare = true};
    struct qn_repo_open_options open = {.start = place->directory};
    bool was_there;

    memset(place, 0, sizeof(*place));
    snprintf(place->directory, sizeof(place->directory), "%s/r.git",
             unit_directory());
    create.git_directory = place->directory;
    unit_assert_ok(ctx, qn_repo_create(ctx, &create, &was_there));
    put_file(place, "config", "a", config);
    unit_assert_ok(ctx, qn_repo_open(ctx, &open, &place->repo));
    unit_assert_ok(ctx, qn_house_open(ctx, &place->house, place->repo));
}

static void look_again(struct qn_ctx *ctx, struct place *place)
{
    qn_house_close(&place->house);
    unit_assert_ok(ctx, qn_house_open(ctx, &place->house, place->repo));
}

static void end(struct place *place)
{
    qn_house_close(&place->house);
    qn_repo_release(place->repo);
}

static void point(struct qn_ctx *ctx, struct place *place,
                  const struct qn_id *id)
{
    char line[QN_ID_MAX_HEX_SIZE + 2], hex[QN_ID_MAX_HEX_SIZE + 1];

    snprintf(line, sizeof(line), "%s\n", qn_id_to_hex(id, hex));
    put_file(place, "refs/heads/trunk", "w", line);
    look_again(ctx, place);
}

/* One commit more: a file of its own, and one that all have, in a directory. */
static void commit(struct qn_ctx *ctx, struct place *place)
{
    struct qn_buf text = QN_BUF_INIT, below = QN_BUF_INIT, root = QN_BUF_INIT;
    struct qn_odb *odb = place->house.raw;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    size_t n = place->count;
    struct qn_id id, tree;

    unit_assert_ok(ctx, qn_odb_write(ctx, odb, QN_OBJECT_BLOB,
                                     QN_BYTES("the same\n"), &id));
    unit_assert_ok(
        ctx, qn_tree_append(ctx, &below, QN_MODE_FILE, QN_BYTES("all"), &id));
    unit_assert_ok(ctx, qn_buf_printf(ctx, &text, "number %zu\n", n));
    unit_assert_ok(
        ctx, qn_odb_write(ctx, odb, QN_OBJECT_BLOB, qn_buf_bytes(&text), &id));
    unit_assert_ok(
        ctx, qn_tree_append(ctx, &below, QN_MODE_FILE, QN_BYTES("own"), &id));
    unit_assert_ok(ctx, qn_odb_write(ctx, odb, QN_OBJECT_TREE,
                                     qn_buf_bytes(&below), &tree));
    unit_assert_ok(
        ctx, qn_tree_append(ctx, &root, QN_MODE_TREE, QN_BYTES("d"), &tree));
    unit_assert_ok(ctx, qn_odb_write(ctx, odb, QN_OBJECT_TREE,
                                     qn_buf_bytes(&root), &tree));
    qn_buf_clear(&text);
    unit_assert_ok(
        ctx, qn_buf_printf(ctx, &text, "tree %s\n", qn_id_to_hex(&tree, hex)));
    if (n > 0)
        unit_assert_ok(
            ctx, qn_buf_printf(ctx, &text, "parent %s\n",
                               qn_id_to_hex(&place->commits[n - 1], hex)));
    unit_assert_ok(ctx, qn_buf_printf(ctx, &text,
                                      "author A <a> %zu +0000\ncommitter A <a> "
                                      "%zu +0000\n\ncommit\n",
                                      1700000000 + n, 1700000000 + n));
    unit_assert_ok(ctx,
                   qn_odb_write(ctx, odb, QN_OBJECT_COMMIT, qn_buf_bytes(&text),
                                &place->commits[place->count++]));
    qn_buf_dispose(&text);
    qn_buf_dispose(&below);
    qn_buf_dispose(&root);
    point(ctx, place, &place->commits[n]);
}

static enum qn_status count_pack(struct qn_ctx *ctx, void *data,
                                 struct qn_pack_file *pack)
{
    size_t *count = data;

    (void)ctx;
    (void)pack;
    (*count)++;
    return QN_OK;
}

static size_t packs(struct qn_ctx *ctx, struct place *place)
{
    size_t count = 0;

    unit_assert_ok(ctx,
                   qn_odb_pack_each(ctx, place->house.raw, count_pack, &count));
    return count;
}

static enum qn_status count_id(struct qn_ctx *ctx, void *data,
                               const struct qn_id *id)
{
    size_t *count = data;

    (void)ctx;
    (void)id;
    (*count)++;
    return QN_OK;
}

static size_t loose(struct qn_ctx *ctx, struct place *place)
{
    size_t count = 0;

    unit_assert_ok(ctx, qn_odb_list(ctx, place->house.raw,
                                    QN_ODB_LIST_LOCAL | QN_ODB_LIST_NO_PACKED,
                                    count_id, &count));
    return count;
}

static bool exists(struct qn_ctx *ctx, struct place *place,
                   const struct qn_id *id)
{
    bool answer;

    unit_assert_ok(ctx, qn_odb_exists(ctx, place->house.raw, id, &answer));
    return answer;
}

/* NULL: there is none. */
static struct qn_commit_graph *open_graph(struct qn_ctx *ctx,
                                          const struct place *place)
{
    struct qn_commit_graph_options options = {
        .objects_directory =
            qn_odb_store_directory(qn_repo_odb_store(place->repo)),
        .algorithm = qn_repo_algorithm(place->repo)};
    struct qn_commit_graph *graph;

    unit_assert_ok(ctx, qn_commit_graph_open(ctx, &options, &graph));
    return graph;
}

static void do_task(struct qn_ctx *ctx, struct place *place,
                    enum qn_op_maintain_task task)
{
    struct qn_op_maintain op = {.repo = place->repo, .is_quiet = true};

    unit_assert_ok(ctx, qn_op_maintain_do(ctx, &op, task));
    look_again(ctx, place);
}

/* ---- graphs */

static void writes_graphs_in_layers(void **state)
{
    uint32_t algorithm;

    (void)state;
    for (algorithm = QN_HASH_SHA1; algorithm <= QN_HASH_SHA256; algorithm++) {
        struct qn_ctx *ctx = unit_begin();
        struct qn_commit_graph_write write = {
            .filters = 1, .split = QN_COMMIT_GRAPH_SPLIT_NO_MERGE};
        struct qn_commit_graph *graph;
        struct place place;
        bool written;
        size_t i;

        begin(ctx, &place, algorithm, "");
        for (i = 0; i < COMMITS; i++) {
            commit(ctx, &place);
            if (i != 3 && i != COMMITS - 1)
                continue;
            write.tips = &place.commits[i];
            write.tip_count = 1;
            unit_assert_ok(ctx, qn_commit_graph_write_run(
                                    ctx, &place.house.scope, &write, &written));
            assert_true(written);
        }
        graph = open_graph(ctx, &place);
        assert_non_null(graph);
        assert_int_equal(qn_commit_graph_layer_count(graph), 2);
        assert_int_equal(qn_commit_graph_count(graph), COMMITS);
        for (i = 0; i < COMMITS; i++)
            assert_int_not_equal(qn_commit_graph_find(graph, &place.commits[i]),
                                 QN_COMMIT_GRAPH_NONE);
        qn_commit_graph_free(graph);
        write.split = QN_COMMIT_GRAPH_SPLIT_REPLACE;
        unit_assert_ok(ctx, qn_commit_graph_write_run(ctx, &place.house.scope,
                                                      &write, &written));
        graph = open_graph(ctx, &place);
        assert_int_equal(qn_commit_graph_layer_count(graph), 1);
        assert_int_equal(qn_commit_graph_count(graph), COMMITS);
        qn_commit_graph_free(graph);
        end(&place);
        unit_end(ctx);
    }
}

static void upkeep_follows_commits(void **state)
{
    static const struct {
        const char *config;
        bool has_graph;
    } rows[] = {
        {"[maintenance \"commit-graph\"]\n\tauto = 1\n", true},
        {"[maintenance \"commit-graph\"]\n\tauto = 1\n"
         "[core]\n\tcommitGraph = false\n",
         false},
        {"[maintenance \"commit-graph\"]\n\tauto = 1\n[gc]\n\tauto = 0\n",
         false},
        {"[maintenance \"commit-graph\"]\n\tauto = 1\n"
         "[quoin]\n\tmaintenance = false\n",
         false},
        {"[maintenance \"commit-graph\"]\n\tauto = 100\n", false},
    };
    size_t i, k;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(rows); i++) {
        struct qn_ctx *ctx = unit_begin();
        struct qn_op_upkeep upkeep = {.causes = QN_OP_UPKEEP_COMMITS};
        struct qn_commit_graph *graph;
        struct place place;

        begin(ctx, &place, QN_HASH_SHA1, rows[i].config);
        for (k = 0; k < 3; k++)
            commit(ctx, &place);
        upkeep.scope = &place.house.scope;
        unit_assert_ok(ctx, qn_op_upkeep_run(ctx, &upkeep));
        assert_int_equal(upkeep.has_graph, rows[i].has_graph);
        graph = open_graph(ctx, &place);
        assert_int_equal(graph != NULL, rows[i].has_graph);
        if (graph)
            assert_int_equal(qn_commit_graph_count(graph), 3);
        qn_commit_graph_free(graph);
        end(&place);
        unit_end(ctx);
    }
}

/* ---- prune */

static void prune_takes_commits_out_of_the_graph(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_op_upkeep upkeep = {.causes = QN_OP_UPKEEP_COMMITS};
    struct qn_op_prune prune = {.expire = INT64_MAX};
    struct qn_commit_graph *graph;
    struct place place;
    size_t i;

    (void)state;
    begin(ctx, &place, QN_HASH_SHA1,
          "[maintenance \"commit-graph\"]\n\tauto = 1\n");
    for (i = 0; i < 4; i++)
        commit(ctx, &place);
    upkeep.scope = &place.house.scope;
    unit_assert_ok(ctx, qn_op_upkeep_run(ctx, &upkeep));
    point(ctx, &place, &place.commits[1]);
    prune.repo = place.repo;
    unit_assert_ok(ctx, qn_op_prune_run(ctx, &prune));
    look_again(ctx, &place);
    assert_true(exists(ctx, &place, &place.commits[1]));
    assert_false(exists(ctx, &place, &place.commits[2]));
    assert_false(exists(ctx, &place, &place.commits[3]));
    graph = open_graph(ctx, &place);
    assert_non_null(graph);
    assert_int_equal(qn_commit_graph_count(graph), 2);
    assert_int_equal(qn_commit_graph_find(graph, &place.commits[3]),
                     QN_COMMIT_GRAPH_NONE);
    qn_commit_graph_free(graph);
    /* What is young stays, and what it reaches. */
    prune.expire = 0;
    commit(ctx, &place);
    point(ctx, &place, &place.commits[0]);
    unit_assert_ok(ctx, qn_op_prune_run(ctx, &prune));
    look_again(ctx, &place);
    assert_true(exists(ctx, &place, &place.commits[4]));
    end(&place);
    unit_end(ctx);
}

/* ---- packs */

static size_t count_bits(const struct qn_bitmap_check *check, size_t words)
{
    size_t count = 0, i;

    for (i = 0; i < words * 64; i++)
        count += check->plain[i / 64] >> (i % 64) & 1;
    return count;
}

static void packs_loose_objects_and_indexes_the_packs(void **state)
{
    uint32_t algorithm;

    (void)state;
    for (algorithm = QN_HASH_SHA1; algorithm <= QN_HASH_SHA256; algorithm++) {
        struct qn_ctx *ctx = unit_begin();
        struct qn_op_multi_pack_index write = {.writes_bitmap = true};
        struct qn_bitmap_check check = {.bit_count = 0};
        struct qn_bitmap_set bitmaps;
        struct place place;
        bool is_needed;
        size_t i;

        begin(ctx, &place, algorithm,
              "[maintenance \"loose-objects\"]\n\tauto = 1\n");
        unit_assert_ok(ctx, qn_op_maintain_task_is_needed(
                                ctx, place.repo, QN_OP_MAINTAIN_LOOSE_OBJECTS,
                                &is_needed));
        assert_false(is_needed);
        for (i = 0; i < COMMITS; i++) {
            commit(ctx, &place);
            if (i % 4 == 3)
                do_task(ctx, &place, QN_OP_MAINTAIN_LOOSE_OBJECTS);
        }
        assert_int_equal(packs(ctx, &place), 3);
        assert_int_equal(loose(ctx, &place), 4 * 4); /* they go next time */
        do_task(ctx, &place, QN_OP_MAINTAIN_LOOSE_OBJECTS);
        assert_int_equal(packs(ctx, &place), 3);
        assert_int_equal(loose(ctx, &place), 0);
        write.scope = &place.house.scope;
        unit_assert_ok(ctx, qn_op_multi_pack_index_write(ctx, &write));
        look_again(ctx, &place);
        unit_assert_ok(ctx, qn_bitmap_set_open(ctx, place.house.raw, &bitmaps));
        assert_int_equal(bitmaps.file_count, 1);
        assert_int_equal(bitmaps.order.count, 4 * COMMITS + 1);
        check.odb = place.house.raw;
        check.bitmaps = &bitmaps;
        for (i = 0; i < COMMITS; i++) { /* fewer than 100: each has one */
            check.commit = place.commits[i];
            unit_assert_ok(ctx, qn_bitmap_check_find(ctx, &check));
            unit_assert_ok(ctx, qn_bitmap_check_walk(ctx, &check));
            assert_int_equal(count_bits(&check, bitmaps.words),
                             4 * (i + 1) + 1);
            qn_bitmap_check_dispose(&check);
        }
        qn_bitmap_set_close(&bitmaps);
        end(&place);
        unit_end(ctx);
    }
}

static void gc_leaves_one_pack(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_op_gc gc = {
        .is_quiet = true, .cruft = 0, .detach = 0, .prune = "now"};
    struct qn_op_gc_lock lock = {.path = NULL};
    bool is_needed, packs_all, is_held;
    struct place place;
    struct qn_id lost;
    size_t i;

    (void)state;
    begin(ctx, &place, QN_HASH_SHA1, "[gc]\n\tauto = 10000\n");
    for (i = 0; i < COMMITS; i++) {
        commit(ctx, &place);
        if (i % 4 == 3)
            do_task(ctx, &place, QN_OP_MAINTAIN_LOOSE_OBJECTS);
    }
    unit_assert_ok(ctx, qn_odb_write(ctx, place.house.raw, QN_OBJECT_BLOB,
                                     QN_BYTES("lost"), &lost));
    unit_assert_ok(ctx,
                   qn_op_gc_is_needed(ctx, place.repo, &is_needed, &packs_all));
    assert_false(is_needed);
    gc.repo = place.repo;
    look_again(ctx, &place);
    unit_assert_ok(ctx, qn_op_gc_run(ctx, &gc));
    look_again(ctx, &place);
    assert_int_equal(packs(ctx, &place), 1);
    assert_int_equal(loose(ctx, &place), 0);
    assert_false(exists(ctx, &place, &lost));
    for (i = 0; i < COMMITS; i++)
        assert_true(exists(ctx, &place, &place.commits[i]));
    unit_assert_ok(ctx,
                   qn_op_gc_lock_take(ctx, place.repo, false, &lock, &is_held));
    assert_true(is_held); /* it was given back */
    qn_op_gc_lock_release(&lock);
    end(&place);
    unit_end(ctx);
}

int test_house(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_graphs_in_layers),
        cmocka_unit_test(upkeep_follows_commits),
        cmocka_unit_test(prune_takes_commits_out_of_the_graph),
        cmocka_unit_test(packs_loose_objects_and_indexes_the_packs),
        cmocka_unit_test(gc_leaves_one_pack),
    };

    return cmocka_run_group_tests_name("house", tests, NULL, NULL);
}
