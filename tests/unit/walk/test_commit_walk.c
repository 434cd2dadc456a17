/* SPDX-License-Identifier: MIT */
/* Walks and merge bases against a naive twin: a matrix of who reaches whom. */
#include "unit.h"

#include "object/tree.h"
#include "odb/odb.h"
#include "os/directory.h"
#include "walk/commit_graph_filter.h"
#include "walk/commit_walk.h"
#include "walk/merge_base.h"
#include "walk/negotiator.h"
#include "walk/object_walk.h"

#include <stdio.h>
#include <string.h>

int test_commit_walk(void);

#define COMMITS 40
#define ROUNDS  30

struct history {
    struct qn_odb_store *store;
    struct qn_odb *odb;
    struct qn_id ids[COMMITS];
    int parents[COMMITS][3]; /* -1: none */
    bool reaches[COMMITS][COMMITS];
    int64_t times[COMMITS];
};

static uint32_t random_state;

static uint32_t pick(uint32_t below)
{
    random_state = random_state * 1664525u + 1013904223u;
    return (random_state >> 8) % below;
}

static void write_commit(struct qn_ctx *ctx, struct history *history, int i)
{
    struct qn_buf text = QN_BUF_INIT;
    struct qn_buf tree = QN_BUF_INIT;
    struct qn_id blob;
    struct qn_id root;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    int j;

    unit_assert_ok(ctx, qn_buf_printf(ctx, &text, "%d", (int)pick(4)));
    unit_assert_ok(ctx, qn_odb_write(ctx, history->odb, QN_OBJECT_BLOB,
                                     qn_buf_bytes(&text), &blob));
    unit_assert_ok(
        ctx, qn_tree_append(ctx, &tree, QN_MODE_FILE, QN_BYTES("file"), &blob));
    unit_assert_ok(ctx, qn_odb_write(ctx, history->odb, QN_OBJECT_TREE,
                                     qn_buf_bytes(&tree), &root));
    qn_buf_clear(&text);
    unit_assert_ok(
        ctx, qn_buf_printf(ctx, &text, "tree %s\n", qn_id_to_hex(&root, hex)));
    for (j = 0; j < 3; j++)
        if (history->parents[i][j] >= 0)
            unit_assert_ok(
                ctx,
                qn_buf_printf(
                    ctx, &text, "parent %s\n",
                    qn_id_to_hex(&history->ids[history->parents[i][j]], hex)));
    unit_assert_ok(ctx,
                   qn_buf_printf(ctx, &text,
                                 "author A <a> %lld +0000\ncommitter A <a> "
                                 "%lld +0000\n\ncommit %d\n",
                                 (long long)history->times[i],
                                 (long long)history->times[i], i));
    unit_assert_ok(ctx, qn_odb_write(ctx, history->odb, QN_OBJECT_COMMIT,
                                     qn_buf_bytes(&text), &history->ids[i]));
    qn_buf_dispose(&text);
    qn_buf_dispose(&tree);
}

static void make_history(struct qn_ctx *ctx, struct history *history,
                         const char *directory)
{
    struct qn_odb_store_options options = {.directory = directory,
                                           .algorithm = QN_HASH_SHA1,
                                           .loose_compression = 1};
    int i;
    int j;
    int k;

    memset(history, 0, sizeof(*history));
    unit_assert_ok(ctx, qn_odb_store_open(ctx, &options, &history->store));
    unit_assert_ok(
        ctx, qn_odb_new(ctx, history->store, QN_ODB_IN_MEMORY, &history->odb));
    for (i = 0; i < COMMITS; i++) {
        int count = i == 0 ? 0 : pick(12) == 0 ? 0 : 1 + (int)pick(5) / 3;

        if (i > 3 && pick(10) == 0)
            count = 3;
        history->reaches[i][i] = true;
        history->times[i] = 1000 + 10 * i;
        for (j = 0; j < 3; j++) {
            int parent = -1;

            if (j < count) {
                parent = i - 1 - (int)pick(i < 6 ? (uint32_t)i : 6);
                for (k = 0; k < j; k++)
                    if (history->parents[i][k] == parent)
                        parent = -1;
            }
            history->parents[i][j] = parent;
            for (k = 0; parent >= 0 && k < COMMITS; k++)
                history->reaches[i][k] |= history->reaches[parent][k];
        }
        write_commit(ctx, history, i);
    }
}

static void drop_history(struct history *history)
{
    qn_odb_free(history->odb);
    qn_odb_store_release(history->store);
}

static int index_of(const struct history *history, const struct qn_id *id)
{
    int i;

    for (i = 0; i < COMMITS; i++)
        if (qn_id_is_equal(id, &history->ids[i]))
            return i;
    return -1;
}

static struct qn_walk_options default_options(void)
{
    return (struct qn_walk_options){
        .min_parents = -1, .max_parents = -1, .max_count = -1};
}

/* Walk b..a; every commit of the range comes once; `topo`: children first. */
static void check_range(struct qn_ctx *ctx, struct history *history, int a,
                        int b, enum qn_walk_order order)
{
    const struct qn_revision_scope scope = {.odb = history->odb};
    struct qn_walk_options options = default_options();
    struct qn_commit_walk *walk = NULL;
    struct qn_walk_commit commit;
    bool seen[COMMITS] = {false};
    int64_t last = INT64_MAX;
    enum qn_status status;
    int i;

    options.order = order;
    unit_assert_ok(ctx, qn_commit_walk_new(ctx, &scope, &options, &walk));
    unit_assert_ok(ctx,
                   qn_commit_walk_add(ctx, walk, &history->ids[a], 0, NULL));
    unit_assert_ok(ctx, qn_commit_walk_add(ctx, walk, &history->ids[b],
                                           QN_WALK_UNINTERESTING, NULL));
    while (!(status = qn_commit_walk_next(ctx, walk, &commit))) {
        int own = index_of(history, &commit.id);

        assert_true(own >= 0 && !seen[own]);
        seen[own] = true;
        if (order != QN_WALK_TOPO) { /* times rise with the index here */
            assert_true(commit.time < last);
            last = commit.time;
        }
        for (i = 0; i < COMMITS; i++)
            if (i != own && seen[i])
                assert_false(history->reaches[own][i]);
    }
    unit_assert_status(ctx, status, QN_END);
    for (i = 0; i < COMMITS; i++)
        assert_int_equal(seen[i],
                         history->reaches[a][i] && !history->reaches[b][i]);
    qn_commit_walk_free(walk);
}

static void check_bases(struct qn_ctx *ctx, struct history *history, int a,
                        int b)
{
    const struct qn_revision_scope scope = {.odb = history->odb};
    struct qn_id_list list = {NULL, 0, 0};
    uint64_t ahead = 0;
    uint64_t behind = 0;
    uint64_t counts[2] = {0, 0};
    size_t wanted = 0;
    bool is_ancestor = false;
    size_t i;
    int j;
    int k;

    unit_assert_ok(ctx, qn_merge_base_find(ctx, &scope, &history->ids[a],
                                           &history->ids[b], 1, &list));
    for (j = 0; j < COMMITS; j++) {
        bool is_best = history->reaches[a][j] && history->reaches[b][j];

        counts[0] += history->reaches[a][j] && !history->reaches[b][j];
        counts[1] += history->reaches[b][j] && !history->reaches[a][j];
        for (k = 0; k < COMMITS && is_best; k++)
            if (k != j && history->reaches[a][k] && history->reaches[b][k] &&
                history->reaches[k][j])
                is_best = false;
        wanted += is_best;
        for (i = 0; i < list.count && is_best; i++)
            if (qn_id_is_equal(&list.ids[i], &history->ids[j]))
                is_best = false;
        assert_false(is_best); /* not found */
    }
    assert_int_equal(list.count, wanted);
    unit_assert_ok(ctx,
                   qn_merge_base_is_ancestor(ctx, &scope, &history->ids[a],
                                             &history->ids[b], &is_ancestor));
    assert_int_equal(is_ancestor, history->reaches[b][a]);
    unit_assert_ok(
        ctx, qn_merge_base_ahead_behind(ctx, &scope, &history->ids[a],
                                        &history->ids[b], &ahead, &behind));
    assert_int_equal(ahead, counts[0]);
    assert_int_equal(behind, counts[1]);
    qn_id_list_dispose(&list);
}

static void agrees_with_a_naive_twin(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    const char *top = unit_directory();
    char directory[4096];
    int round;

    (void)state;
    snprintf(directory, sizeof(directory), "%s/objects", top);
    unit_assert_ok(ctx, qn_directory_make(ctx, directory, 0777));
    for (round = 0; round < ROUNDS; round++) {
        struct history history;
        int i;

        random_state = (uint32_t)round;
        make_history(ctx, &history, directory);
        for (i = 0; i < 20; i++) {
            int a = (int)pick(COMMITS);
            int b = (int)pick(COMMITS);

            check_range(ctx, &history, a, b, (enum qn_walk_order)(i % 4));
            check_bases(ctx, &history, a, b);
        }
        drop_history(&history);
    }
    unit_end(ctx);
}

static enum qn_status count_objects(struct qn_ctx *ctx, void *data,
                                    const struct qn_walk_object *object)
{
    (void)ctx;
    if (object->type == QN_OBJECT_BLOB)
        assert_true(qn_bytes_is_string(object->path, "file"));
    else
        assert_int_equal(object->path.size, 0);
    ++*(size_t *)data;
    return QN_OK;
}

static void gives_each_object_once(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    const char *top = unit_directory();
    struct history history;
    struct qn_object_walk *objects = NULL;
    const struct qn_revision_scope *scope;
    struct qn_revision_scope own;
    struct qn_walk_options options = default_options();
    struct qn_commit_walk *walk = NULL;
    struct qn_walk_commit commit;
    enum qn_status status;
    size_t count = 0;
    int i;

    (void)state;
    random_state = 1;
    make_history(ctx, &history, top);
    own = (struct qn_revision_scope){.odb = history.odb};
    scope = &own;
    unit_assert_ok(ctx, qn_object_walk_new(ctx, history.odb, NULL, &objects));
    unit_assert_ok(ctx, qn_commit_walk_new(ctx, scope, &options, &walk));
    for (i = 0; i < COMMITS; i++)
        unit_assert_ok(ctx,
                       qn_commit_walk_add(ctx, walk, &history.ids[i], 0, NULL));
    while (!(status = qn_commit_walk_next(ctx, walk, &commit)))
        unit_assert_ok(ctx, qn_object_walk_list(ctx, objects, &commit.tree,
                                                QN_BYTES_NONE, count_objects,
                                                &count));
    unit_assert_status(ctx, status, QN_END);
    assert_int_equal(count, 8); /* four blobs, four trees */
    qn_commit_walk_free(walk);
    qn_object_walk_free(objects);
    drop_history(&history);
    unit_end(ctx);
}

static void hashes_as_published(void **state)
{
    (void)state;
    assert_int_equal(qn_commit_graph_filter_hash(0, QN_BYTES(""), false), 0);
    assert_int_equal(qn_commit_graph_filter_hash(1, QN_BYTES(""), false),
                     0x514e28b7);
    assert_int_equal(qn_commit_graph_filter_hash(
                         0x9747b28c, QN_BYTES("Hello, world!"), false),
                     0x24884cba);
    /* gitformat-commit-graph: the two versions differ from 0x80 on only */
    assert_int_equal(qn_commit_graph_filter_hash(7, QN_BYTES("abc"), true),
                     qn_commit_graph_filter_hash(7, QN_BYTES("abc"), false));
    assert_int_not_equal(
        qn_commit_graph_filter_hash(7, QN_BYTES("ab\xc3"), true),
        qn_commit_graph_filter_hash(7, QN_BYTES("ab\xc3"), false));
}

/* A server that has what `theirs` reaches: what is told, and when it ends. */
static void negotiate(struct qn_ctx *ctx, const struct history *history,
                      enum qn_negotiator_kind kind, int ours, int theirs,
                      bool is_advertised)
{
    const struct qn_revision_scope scope = {.odb = history->odb};
    struct qn_negotiator *negotiator = NULL;
    bool told[COMMITS] = {false}, acked[COMMITS] = {false}, found = true;
    int64_t last = INT64_MAX;
    bool is_covered = true;
    int i, k;

    unit_assert_ok(ctx, qn_negotiator_new(ctx, &scope, kind, &negotiator));
    unit_assert_ok(ctx,
                   qn_negotiator_add_tip(ctx, negotiator, &history->ids[ours]));
    if (is_advertised)
        unit_assert_ok(ctx, qn_negotiator_known_common(ctx, negotiator,
                                                       &history->ids[theirs]));
    for (;;) {
        struct qn_id id;
        bool is_news;

        unit_assert_ok(ctx, qn_negotiator_next(ctx, negotiator, &id, &found));
        if (!found)
            break;
        i = index_of(history, &id);
        assert_false(told[i]);
        assert_true(history->reaches[ours][i] ||
                    (is_advertised && i == theirs));
        told[i] = true;
        /* "skipping" comes to what it passed over when all else is told */
        if (kind == QN_NEGOTIATOR_CONSECUTIVE) {
            assert_true(history->times[i] <= last); /* newest first */
            last = history->times[i];
        }
        /* The parents of what was told last are silent once that is common,
         * if they were not met before; whoever was waits its turn, as in Git:
         * tests/campaign/negotiation.py has all of that. */
        if (!history->reaches[theirs][i])
            continue;
        unit_assert_ok(ctx,
                       qn_negotiator_common(ctx, negotiator, &id, &is_news));
        assert_true(is_news);
        acked[i] = true;
        unit_assert_ok(ctx,
                       qn_negotiator_common(ctx, negotiator, &id, &is_news));
        assert_false(is_news);
    }
    for (k = 0; k < COMMITS; k++) { /* all that is common was found to be */
        bool is_below = false;

        for (i = 0; i < COMMITS; i++)
            is_below |= acked[i] && history->reaches[i][k];
        if (history->reaches[ours][k] && history->reaches[theirs][k])
            is_covered &= is_below;
    }
    if (kind == QN_NEGOTIATOR_CONSECUTIVE)
        assert_true(is_covered);
    if (kind == QN_NEGOTIATOR_NOOP)
        for (k = 0; k < COMMITS; k++)
            assert_false(told[k]);
    qn_negotiator_free(negotiator);
}

static void negotiates(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    char directory[4096];
    struct history history;
    int i, round;

    (void)state;
    random_state = 7;
    snprintf(directory, sizeof(directory), "%s/objects", unit_directory());
    unit_assert_ok(ctx, qn_directory_make(ctx, directory, 0777));
    for (round = 0; round < 10; round++) {
        make_history(ctx, &history, directory);
        for (i = 0; i < 60; i++) {
            int ours = (int)pick(COMMITS), theirs = (int)pick(COMMITS);

            negotiate(ctx, &history, QN_NEGOTIATOR_CONSECUTIVE, ours, theirs,
                      false);
            negotiate(ctx, &history, QN_NEGOTIATOR_SKIPPING, ours, theirs,
                      false);
            negotiate(ctx, &history, QN_NEGOTIATOR_NOOP, ours, theirs, false);
            if (history.reaches[ours][theirs])
                negotiate(ctx, &history, QN_NEGOTIATOR_CONSECUTIVE, ours,
                          theirs, true);
        }
        drop_history(&history);
    }
    unit_end(ctx);
}

int test_commit_walk(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_a_naive_twin),
        cmocka_unit_test(gives_each_object_once),
        cmocka_unit_test(hashes_as_published),
        cmocka_unit_test(negotiates),
    };

    return cmocka_run_group_tests_name("commit_walk", tests, NULL, NULL);
}
