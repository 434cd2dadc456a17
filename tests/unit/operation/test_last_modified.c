/* SPDX-License-Identifier: MIT */
/* When each path was changed last: made-up histories with merges against a
 * naive twin that goes through all commits for each path; a walk that is
 * stopped; what is damaged. */
#include "unit.h"

#include "object/tree.h"
#include "operation/op_last_modified.h"
#include "os/directory.h"

#include <stdio.h>
#include <stdlib.h>

int test_last_modified(void);

#define COMMITS 60
#define FILES   12 /* f0..f5 at the top, d/f6..d/f11 below */

struct commit {
    struct qn_id id;
    int parents[2], parent_count;
    int content[FILES]; /* 0: not there */
    int time;           /* of odd worlds in any order */
};

struct world {
    struct qn_odb_store *store;
    struct qn_odb *odb;
    struct commit commits[COMMITS];
    unsigned seed;
};

static unsigned next_random(struct world *w, unsigned below)
{
    w->seed = w->seed * 1103515245u + 12345u;
    return (w->seed >> 16) % below;
}

static void append_file(struct qn_ctx *ctx, struct world *w, int file,
                        int content, struct qn_buf *tree)
{
    char text[32];
    struct qn_id id;

    if (!content)
        return;
    snprintf(text, sizeof(text), "content %d\n", content);
    unit_assert_ok(ctx, qn_odb_write(ctx, w->odb, QN_OBJECT_BLOB,
                                     qn_bytes_from_string(text), &id));
    snprintf(text, sizeof(text), "f%02d", file);
    unit_assert_ok(ctx, qn_tree_append(ctx, tree, QN_MODE_FILE,
                                       qn_bytes_from_string(text), &id));
}

static void write_commit(struct qn_ctx *ctx, struct world *w, int n)
{
    struct commit *commit = &w->commits[n];
    struct qn_buf tree = QN_BUF_INIT, below = QN_BUF_INIT, text = QN_BUF_INIT;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_id id;
    int i;

    for (i = FILES / 2; i < FILES; i++)
        append_file(ctx, w, i, commit->content[i], &below);
    if (below.size > 0) {
        unit_assert_ok(ctx, qn_odb_write(ctx, w->odb, QN_OBJECT_TREE,
                                         qn_buf_bytes(&below), &id));
        unit_assert_ok(
            ctx, qn_tree_append(ctx, &tree, QN_MODE_TREE, QN_BYTES("d"), &id));
    }
    for (i = 0; i < FILES / 2; i++)
        append_file(ctx, w, i, commit->content[i], &tree);
    unit_assert_ok(ctx, qn_odb_write(ctx, w->odb, QN_OBJECT_TREE,
                                     qn_buf_bytes(&tree), &id));
    unit_assert_ok(
        ctx, qn_buf_printf(ctx, &text, "tree %s\n", qn_id_to_hex(&id, hex)));
    for (i = 0; i < commit->parent_count; i++)
        unit_assert_ok(
            ctx, qn_buf_printf(
                     ctx, &text, "parent %s\n",
                     qn_id_to_hex(&w->commits[commit->parents[i]].id, hex)));
    unit_assert_ok(ctx, qn_buf_printf(ctx, &text,
                                      "author A <a@b> %d +0000\n"
                                      "committer A <a@b> %d +0000\n\nm\n",
                                      commit->time, commit->time));
    unit_assert_ok(ctx, qn_odb_write(ctx, w->odb, QN_OBJECT_COMMIT,
                                     qn_buf_bytes(&text), &commit->id));
    qn_buf_dispose(&tree);
    qn_buf_dispose(&below);
    qn_buf_dispose(&text);
}

static void make_world(struct qn_ctx *ctx, struct world *w, unsigned seed)
{
    char objects[4200];
    struct qn_odb_store_options options = {.directory = objects,
                                           .algorithm = QN_HASH_SHA1,
                                           .loose_compression = 1};
    int n, i;

    memset(w, 0, sizeof(*w));
    w->seed = seed;
    snprintf(objects, sizeof(objects), "%s/objects", unit_directory());
    unit_assert_ok(ctx, qn_directory_make_all(ctx, objects, 0777));
    unit_assert_ok(ctx, qn_odb_store_open(ctx, &options, &w->store));
    unit_assert_ok(ctx, qn_odb_new(ctx, w->store, QN_ODB_IN_MEMORY, &w->odb));
    for (n = 0; n < COMMITS; n++) {
        struct commit *commit = &w->commits[n];

        if (n > 0) {
            commit->parents[commit->parent_count++] =
                n < 4 ? n - 1 : n - 1 - (int)next_random(w, 3);
            if (n > 6 && next_random(w, 3) == 0)
                commit->parents[commit->parent_count++] =
                    n - 1 - (int)next_random(w, 5);
            memcpy(
                commit->content,
                w->commits[commit->parents[commit->parent_count - 1]].content,
                sizeof(commit->content));
        }
        for (i = 0; i < FILES; i++)
            if (n == 0 || next_random(w, 9) == 0)
                commit->content[i] = (int)next_random(w, 4);
        commit->time = seed % 2 ? (int)next_random(w, 50) + 1 : n + 1;
        write_commit(ctx, w, n);
    }
}

static void free_world(struct world *w)
{
    qn_odb_free(w->odb);
    qn_odb_store_release(w->store);
}

/* By the rule, one path at a time. */
static int find_naively(const struct world *w, int n, int file)
{
    int i;

    for (i = 0; i < w->commits[n].parent_count;) {
        int parent = w->commits[n].parents[i];

        if (w->commits[parent].content[file] == w->commits[n].content[file]) {
            n = parent;
            i = 0;
        } else {
            i++;
        }
    }
    return n;
}

struct answers {
    struct world *w;
    unsigned count, unknown;
};

static enum qn_status check_one(struct qn_ctx *ctx, void *data,
                                const struct qn_op_last_modified *found)
{
    struct answers *answers = data;
    struct world *w = answers->w;
    struct qn_bytes name = found->path;
    int file, n;

    (void)ctx;
    answers->count++;
    if (!found->commit) {
        answers->unknown++;
        return QN_OK;
    }
    name = qn_bytes_from(name, name.size - 2);
    file = (name.data[0] - '0') * 10 + name.data[1] - '0';
    n = find_naively(w, COMMITS - 1, file);
    assert_true(qn_id_is_equal(found->commit, &w->commits[n].id));
    assert_int_equal(found->time, w->commits[n].time);
    return QN_OK;
}

static void test_naive_twin(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct world w;
    unsigned seed;
    int i, there;

    (void)state;
    for (seed = 1; seed <= 40; seed++) {
        struct answers answers = {.w = &w};
        struct qn_op_last_modified_options options = {.max_depth = -1,
                                                      .max_count = -1,
                                                      .each = check_one,
                                                      .data = &answers};
        struct qn_revision_scope scope = {.repo = NULL};

        make_world(ctx, &w, seed);
        scope.odb = w.odb;
        for (there = i = 0; i < FILES; i++)
            there += w.commits[COMMITS - 1].content[i] != 0;
        unit_assert_ok(ctx, qn_op_last_modified_run(ctx, &scope,
                                                    &w.commits[COMMITS - 1].id,
                                                    &options));
        assert_int_equal(answers.count, there);
        assert_int_equal(answers.unknown, 0);
        /* Stopped early: each path is told of once all the same. */
        answers.count = 0;
        options.max_trees = 3;
        unit_assert_ok(ctx, qn_op_last_modified_run(ctx, &scope,
                                                    &w.commits[COMMITS - 1].id,
                                                    &options));
        assert_int_equal(answers.count, there);
        free_world(&w);
    }
    unit_end(ctx);
}

/* A parent whose tree is not here, or is none. */
static void test_damaged(void **state)
{
    static const char *const trees[] = {
        "1234567890123456789012345678901234567890", NULL};
    struct qn_ctx *ctx = unit_begin();
    struct world w;
    struct answers answers = {.w = &w};
    struct qn_op_last_modified_options options = {
        .max_depth = -1, .max_count = -1, .each = check_one, .data = &answers};
    struct qn_revision_scope scope = {.repo = NULL};
    int i;

    (void)state;
    make_world(ctx, &w, 1);
    scope.odb = w.odb;
    for (i = 0; i < 2; i++) {
        char text[400], hex[QN_ID_MAX_HEX_SIZE + 1];
        struct qn_id bad, id;
        struct qn_object object = QN_OBJECT_INIT;

        unit_assert_ok(ctx, qn_odb_write(ctx, w.odb, QN_OBJECT_TREE,
                                         QN_BYTES("100644 f00"), &id));
        snprintf(text, sizeof(text),
                 "tree %s\nauthor A <a@b> 1 +0000\n"
                 "committer A <a@b> 1 +0000\n\nm\n",
                 trees[i] ? trees[i] : qn_id_to_hex(&id, hex));
        unit_assert_ok(ctx, qn_odb_write(ctx, w.odb, QN_OBJECT_COMMIT,
                                         qn_bytes_from_string(text), &bad));
        unit_assert_ok(ctx, qn_odb_read(ctx, w.odb, &w.commits[0].id, &object));
        snprintf(text, sizeof(text),
                 "%.46sparent %s\nauthor A <a@b> 2 +0000\n"
                 "committer A <a@b> 2 +0000\n\nm\n",
                 qn_buf_string(&object.data), qn_id_to_hex(&bad, hex));
        unit_assert_ok(ctx, qn_odb_write(ctx, w.odb, QN_OBJECT_COMMIT,
                                         qn_bytes_from_string(text), &id));
        assert_int_not_equal(
            qn_op_last_modified_run(ctx, &scope, &id, &options), QN_OK);
        qn_ctx_clear(ctx);
        /* ... and as the one that is asked about */
        assert_int_not_equal(
            qn_op_last_modified_run(ctx, &scope, &bad, &options), QN_OK);
        qn_ctx_clear(ctx);
        qn_object_dispose(&object);
    }
    free_world(&w);
    unit_end(ctx);
}

int test_last_modified(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_naive_twin),
        cmocka_unit_test(test_damaged),
    };

    return cmocka_run_group_tests_name("last_modified", tests, NULL, NULL);
}
