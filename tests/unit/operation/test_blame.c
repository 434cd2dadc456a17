/* SPDX-License-Identifier: MIT */
/* Whose line it is.  Made-up histories in which each line is written once and
 * lines never pass each other, so that a naive twin knows the answer: whoever
 * wrote it.  Then, in small histories told by hand: moves, copies, commits that
 * are ignored, ranges, reversed, and what is missing. */
#include "unit.h"

#include "object/tree.h"
#include "operation/op_blame.h"
#include "os/directory.h"
#include "os/file.h"

#include <stdio.h>
#include <stdlib.h>

int test_blame(void);

#define COMMITS 40
#define LINES   400 /* all that are ever written */

struct commit {
    struct qn_id id;
    int parents[2], parent_count;
    bool has[LINES]; /* in the order of their numbers */
    int name;        /* f0, f1, ... */
};

struct world {
    struct qn_repo *repo;
    struct qn_odb_store *store;
    struct qn_odb *odb;
    struct qn_revision_scope scope;
    struct commit commits[COMMITS];
    int written_by[LINES];
    int time;
    unsigned seed;
};

static unsigned next_random(struct world *w, unsigned below)
{
    w->seed = w->seed * 1103515245u + 12345u;
    return (w->seed >> 16) % below;
}

static void write_text(struct qn_ctx *ctx, const char *path, const char *text)
{
    int fd = -1;

    unit_assert_ok(
        ctx, qn_file_open(ctx, path,
                          QN_FILE_WRITE | QN_FILE_CREATE | QN_FILE_TRUNCATE,
                          0666, &fd));
    unit_assert_ok(ctx, qn_file_write(ctx, fd, text, strlen(text)));
    unit_assert_ok(ctx, qn_file_close_written(ctx, fd, path));
}

static void open_world(struct qn_ctx *ctx, struct world *w)
{
    struct qn_repo_open_options how = {.ignores_variables = true};
    struct qn_odb_store_options options = {.algorithm = QN_HASH_SHA1,
                                           .loose_compression = 1};
    const char *git = unit_directory();
    char path[4300];

    memset(w, 0, sizeof(*w));
    w->time = 1700000000;
    snprintf(path, sizeof(path), "%s/refs", git);
    unit_assert_ok(ctx, qn_directory_make_all(ctx, path, 0777));
    snprintf(path, sizeof(path), "%s/HEAD", git);
    write_text(ctx, path, "ref: refs/heads/main\n");
    snprintf(path, sizeof(path), "%s/config", git);
    write_text(ctx, path, "[core]\nrepositoryformatversion = 0\nbare = true\n");
    snprintf(path, sizeof(path), "%s/objects", git);
    unit_assert_ok(ctx, qn_directory_make_all(ctx, path, 0777));
    how.git_directory = git;
    unit_assert_ok(ctx, qn_repo_open(ctx, &how, &w->repo));
    options.directory = path;
    unit_assert_ok(ctx, qn_odb_store_open(ctx, &options, &w->store));
    unit_assert_ok(ctx, qn_odb_new(ctx, w->store, QN_ODB_IN_MEMORY, &w->odb));
    w->scope.repo = w->repo;
    w->scope.odb = w->odb;
}

static void close_world(struct world *w)
{
    qn_odb_free(w->odb);
    qn_odb_store_release(w->store);
    qn_repo_release(w->repo);
}

/* A commit of files: name, text, name, text, ..., NULL; names in order. */
static void put_commit(struct qn_ctx *ctx, struct world *w, int n,
                       const char *const *files)
{
    struct commit *commit = &w->commits[n];
    struct qn_buf tree = QN_BUF_INIT, text = QN_BUF_INIT;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_id id;
    int i;

    for (; files[0]; files += 2) {
        unit_assert_ok(ctx, qn_odb_write(ctx, w->odb, QN_OBJECT_BLOB,
                                         qn_bytes_from_string(files[1]), &id));
        unit_assert_ok(ctx,
                       qn_tree_append(ctx, &tree, QN_MODE_FILE,
                                      qn_bytes_from_string(files[0]), &id));
    }
    unit_assert_ok(ctx, qn_odb_write(ctx, w->odb, QN_OBJECT_TREE,
                                     qn_buf_bytes(&tree), &id));
    unit_assert_ok(
        ctx, qn_buf_printf(ctx, &text, "tree %s\n", qn_id_to_hex(&id, hex)));
    for (i = 0; i < commit->parent_count; i++)
        unit_assert_ok(
            ctx, qn_buf_printf(
                     ctx, &text, "parent %s\n",
                     qn_id_to_hex(&w->commits[commit->parents[i]].id, hex)));
    w->time += 60;
    unit_assert_ok(ctx, qn_buf_printf(ctx, &text,
                                      "author A <a@b> %d +0000\n"
                                      "committer A <a@b> %d +0000\n\nm\n",
                                      w->time, w->time));
    unit_assert_ok(ctx, qn_odb_write(ctx, w->odb, QN_OBJECT_COMMIT,
                                     qn_buf_bytes(&text), &commit->id));
    qn_buf_dispose(&tree);
    qn_buf_dispose(&text);
}

/* ---- beside a naive twin */

static void put_lines(struct qn_ctx *ctx, struct world *w, int n)
{
    const struct commit *commit = &w->commits[n];
    struct qn_buf text = QN_BUF_INIT;
    char name[8];
    const char *files[] = {name, NULL, NULL};
    int i;

    snprintf(name, sizeof(name), "f%d", commit->name);
    for (i = 0; i < LINES; i++)
        if (commit->has[i])
            unit_assert_ok(ctx,
                           qn_buf_printf(ctx, &text, "number %d of them\n", i));
    files[1] = qn_buf_string(&text);
    put_commit(ctx, w, n, files);
    qn_buf_dispose(&text);
}

/* Some lines that nobody had come, some go. */
static void change(struct world *w, int n)
{
    struct commit *commit = &w->commits[n];
    unsigned count = n == 0 ? 60 : next_random(w, 5);
    int i;

    while (count-- > 0) {
        i = (int)next_random(w, LINES);
        if (w->written_by[i] >= 0)
            continue;
        commit->has[i] = true;
        w->written_by[i] = n;
    }
    for (i = 0; i < LINES; i++)
        if (commit->has[i] && next_random(w, 60) == 0)
            commit->has[i] = w->written_by[i] == n;
    if (n > 0 && next_random(w, 8) == 0)
        commit->name = n;
}

static void make_history(struct qn_ctx *ctx, struct world *w)
{
    int n, i;

    for (i = 0; i < LINES; i++)
        w->written_by[i] = -1;
    for (n = 0; n < COMMITS; n++) {
        struct commit *commit = &w->commits[n];
        const struct commit *from;

        if (n > 0) {
            commit->parents[commit->parent_count++] =
                n < 4 ? n - 1 : n - 1 - (int)next_random(w, 3);
            from = &w->commits[commit->parents[0]];
            memcpy(commit->has, from->has, sizeof(commit->has));
            commit->name = from->name;
            i = n - 1 - (int)next_random(w, 4);
            if (n > 6 && i != commit->parents[0] && next_random(w, 3) == 0) {
                commit->parents[commit->parent_count++] = i;
                for (i = 0; i < LINES; i++)
                    commit->has[i] |= w->commits[commit->parents[1]].has[i];
            }
        }
        change(w, n);
        put_lines(ctx, w, n);
    }
}

/* Which of the lines of a commit is `line`? */
static uint32_t place_of(const struct commit *commit, int line)
{
    uint32_t place = 0;
    int i;

    for (i = 0; i < line; i++)
        place += commit->has[i];
    return place;
}

static void check_all(const struct world *w, const struct qn_blame *blame)
{
    const struct commit *tip = &w->commits[COMMITS - 1];
    uint32_t next = 0;
    int line = -1;
    size_t i;
    uint32_t k;

    for (i = 0; i < qn_blame_count(blame); i++) {
        const struct qn_blame_hunk *hunk = qn_blame_at(blame, i);

        assert_int_equal(hunk->line, next);
        next += hunk->count;
        for (k = 0; k < hunk->count; k++) {
            const struct commit *writer;
            char name[8];

            do
                line++;
            while (!tip->has[line]);
            writer = &w->commits[w->written_by[line]];
            assert_true(qn_id_is_equal(&hunk->source->commit, &writer->id));
            assert_int_equal(hunk->from + k, place_of(writer, line));
            snprintf(name, sizeof(name), "f%d", writer->name);
            assert_true(qn_bytes_is_string(hunk->source->path, name));
            assert_int_equal(hunk->source->is_boundary,
                             w->written_by[line] == 0);
        }
    }
    assert_int_equal(next, qn_blame_lines(blame)->count);
    assert_int_equal(next, place_of(tip, LINES));
}

static void test_naive_twin(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct world *w = malloc(sizeof(*w));
    unsigned seed;

    (void)state;
    assert_non_null(w);
    for (seed = 1; seed <= 40; seed++) {
        struct qn_op_blame_options options = {.move_score = seed % 2 ? 20 : 0};
        struct qn_blame *blame = NULL;
        char name[8];

        open_world(ctx, w);
        w->seed = seed;
        make_history(ctx, w);
        snprintf(name, sizeof(name), "f%d", w->commits[COMMITS - 1].name);
        options.path = qn_bytes_from_string(name);
        options.tip = &w->commits[COMMITS - 1].id;
        unit_assert_ok(ctx, qn_op_blame_run(ctx, &w->scope, &options, &blame));
        check_all(w, blame);
        qn_blame_free(blame);
        close_world(w);
    }
    free(w);
    unit_end(ctx);
}

/* ---- told by hand */

#define BLOCK "alpha beta gamma\ndelta epsilon zeta\neta theta iota\n"
#define REST  "one one one\ntwo two two\nthree three three\nfour four four\n"

/* Commit n upon n - 1. */
static void put_next(struct qn_ctx *ctx, struct world *w, int n,
                     const char *const *files)
{
    if (n > 0) {
        w->commits[n].parents[0] = n - 1;
        w->commits[n].parent_count = 1;
    }
    put_commit(ctx, w, n, files);
}

/* "0 0 0 1": of each line the commit; a letter behind it for the file; + for
 * what was ignored, * for what nobody had, ^ for a boundary. */
static void tell(const struct world *w, const struct qn_blame *blame, char *out)
{
    size_t i;
    uint32_t k;
    int n;

    for (i = 0; i < qn_blame_count(blame); i++) {
        const struct qn_blame_hunk *hunk = qn_blame_at(blame, i);

        for (n = 0; n < COMMITS; n++)
            if (qn_id_is_equal(&w->commits[n].id, &hunk->source->commit))
                break;
        for (k = 0; k < hunk->count; k++)
            out += sprintf(
                out, "%s%d%c%u%s%s", hunk->source->is_boundary ? "^" : "", n,
                hunk->source->path.data[0], hunk->from + k,
                hunk->is_ignored ? "+" : "", hunk->is_unblamable ? "*" : "");
    }
    *out = '\0';
}

static void expect(struct qn_ctx *ctx, struct world *w,
                   const struct qn_op_blame_options *options,
                   const char *wanted)
{
    struct qn_blame *blame = NULL;
    char got[1000] = "";

    unit_assert_ok(ctx, qn_op_blame_run(ctx, &w->scope, options, &blame));
    tell(w, blame, got);
    assert_string_equal(got, wanted);
    qn_blame_free(blame);
}

static void test_moved(void **state)
{
    static const char *const first[] = {"a", BLOCK REST, NULL};
    static const char *const moved[] = {"a", REST BLOCK, NULL};
    static const char *const copied[] = {"a", REST BLOCK, "b",
                                         "mine mine mine\n" BLOCK, NULL};
    struct qn_ctx *ctx = unit_begin();
    struct world *w = malloc(sizeof(*w));
    struct qn_op_blame_options options = {.path = QN_BYTES("a"),
                                          .shows_root = true};

    (void)state;
    assert_non_null(w);
    open_world(ctx, w);
    put_next(ctx, w, 0, first);
    put_next(ctx, w, 1, moved);
    put_next(ctx, w, 2, copied);
    options.tip = &w->commits[1].id;
    expect(ctx, w, &options, "0a30a40a50a61a41a51a6");
    options.move_score = 20;
    expect(ctx, w, &options, "0a30a40a50a60a00a10a2");
    options.move_score = 60; /* fewer letters are not looked for */
    expect(ctx, w, &options, "0a30a40a50a61a41a51a6");
    /* a file that is new, from one that did not change with it */
    options = (struct qn_op_blame_options){
        .path = QN_BYTES("b"), .shows_root = true, .tip = &w->commits[2].id};
    expect(ctx, w, &options, "2b02b12b22b3");
    options.copy_score = 20;
    options.copy_level = 1;
    expect(ctx, w, &options, "2b02b12b22b3");
    options.copy_level = 2;
    expect(ctx, w, &options, "2b01a41a51a6");
    options.move_score = 20;
    expect(ctx, w, &options, "2b00a00a10a2");
    close_world(w);
    free(w);
    unit_end(ctx);
}

static void test_ignored(void **state)
{
    static const char *const first[] = {
        "a", "first line of it\nint x = 1;\nlast\n", NULL};
    static const char *const second[] = {
        "a", "first line of it\nint  x  =  1;\nlast\nquite another\n", NULL};
    struct qn_ctx *ctx = unit_begin();
    struct world *w = malloc(sizeof(*w));
    struct qn_op_blame_options options = {.path = QN_BYTES("a"),
                                          .shows_root = true};

    (void)state;
    assert_non_null(w);
    open_world(ctx, w);
    put_next(ctx, w, 0, first);
    put_next(ctx, w, 1, second);
    options.tip = &w->commits[1].id;
    expect(ctx, w, &options, "0a01a10a21a3");
    options.ignored = &w->commits[1].id;
    options.ignored_count = 1;
    expect(ctx, w, &options, "0a00a1+0a21a3*");
    close_world(w);
    free(w);
    unit_end(ctx);
}

static void test_ranges(void **state)
{
    static const char *const texts[][3] = {{"a", "one\n", NULL},
                                           {"a", "one\ntwo\n", NULL},
                                           {"a", "one\ntwo\nthree\n", NULL},
                                           {"a", "two\nthree\nfour\n", NULL}};
    static const char *const lines[] = {"2,3"};
    struct qn_ctx *ctx = unit_begin();
    struct world *w = malloc(sizeof(*w));
    struct qn_op_blame_options options = {.path = QN_BYTES("a")};
    int n;

    (void)state;
    assert_non_null(w);
    open_world(ctx, w);
    for (n = 0; n < 4; n++)
        put_next(ctx, w, n, texts[n]);
    options.tip = &w->commits[2].id;
    expect(ctx, w, &options, "^0a01a12a2");
    options.excluded = &w->commits[1].id;
    options.excluded_count = 1;
    expect(ctx, w, &options, "^1a0^1a12a2");
    options.excluded_count = 0;
    options.ranges = lines;
    options.range_count = 1;
    expect(ctx, w, &options, "1a12a2");
    /* until when a line was there */
    options = (struct qn_op_blame_options){.path = QN_BYTES("a"),
                                           .tip = &w->commits[3].id,
                                           .is_reversed = true,
                                           .start = w->commits[1].id,
                                           .excluded = &w->commits[1].id,
                                           .excluded_count = 1};
    expect(ctx, w, &options, "2a03a0");
    close_world(w);
    free(w);
    unit_end(ctx);
}

static void test_missing(void **state)
{
    static const char *const first[] = {"a", REST, NULL};
    static const char *const second[] = {"a", REST BLOCK, NULL};
    struct qn_ctx *ctx = unit_begin();
    struct world *w = malloc(sizeof(*w));
    struct qn_op_blame_options options = {.path = QN_BYTES("b")};
    struct qn_blame *blame = NULL;
    struct qn_id id;
    char text[300], hex[QN_ID_MAX_HEX_SIZE + 1];

    (void)state;
    assert_non_null(w);
    open_world(ctx, w);
    put_next(ctx, w, 0, first);
    put_next(ctx, w, 1, second);
    options.tip = &w->commits[1].id;
    unit_assert_status(ctx, qn_op_blame_run(ctx, &w->scope, &options, &blame),
                       QN_NOT_FOUND);
    qn_ctx_clear(ctx);
    /* upon a parent that is not here; whose tree is none */
    options.path = QN_BYTES("a");
    snprintf(text, sizeof(text),
             "tree %s\nparent 1234567890123456789012345678901234567890\n"
             "author A <a@b> 2 +0000\ncommitter A <a@b> 2 +0000\n\nm\n",
             "4b825dc642cb6eb9a060e54bf8d69288fbee4904");
    unit_assert_ok(ctx, qn_odb_write(ctx, w->odb, QN_OBJECT_COMMIT,
                                     qn_bytes_from_string(text), &id));
    options.tip = &id;
    assert_int_not_equal(qn_op_blame_run(ctx, &w->scope, &options, &blame),
                         QN_OK);
    qn_ctx_clear(ctx);
    unit_assert_ok(ctx, qn_odb_write(ctx, w->odb, QN_OBJECT_TREE,
                                     QN_BYTES("100644 a"), &id));
    snprintf(text, sizeof(text),
             "tree %s\nauthor A <a@b> 2 +0000\n"
             "committer A <a@b> 2 +0000\n\nm\n",
             qn_id_to_hex(&id, hex));
    unit_assert_ok(ctx, qn_odb_write(ctx, w->odb, QN_OBJECT_COMMIT,
                                     qn_bytes_from_string(text), &id));
    assert_int_not_equal(qn_op_blame_run(ctx, &w->scope, &options, &blame),
                         QN_OK);
    qn_ctx_clear(ctx);
    assert_null(blame);
    close_world(w);
    free(w);
    unit_end(ctx);
}

static enum qn_status blame_once(struct qn_ctx *ctx, void *data)
{
    struct world *w = data;
    const struct qn_op_blame_options options = {.path = QN_BYTES("b"),
                                                .tip = &w->commits[2].id,
                                                .move_score = 10,
                                                .copy_score = 10,
                                                .copy_level = 3,
                                                .ignored = &w->commits[1].id,
                                                .ignored_count = 1};
    struct qn_blame *blame = NULL;
    enum qn_status status = qn_op_blame_run(ctx, &w->scope, &options, &blame);

    qn_blame_free(blame);
    return status;
}

static void test_no_memory(void **state)
{
    static const char *const first[] = {"a", BLOCK REST, NULL};
    static const char *const second[] = {"a", REST BLOCK, NULL};
    static const char *const third[] = {"b", "mine\n" REST BLOCK, NULL};
    struct qn_ctx *ctx = unit_begin();
    struct world *w = malloc(sizeof(*w));
    enum qn_status status;
    unsigned nth = 0, ok = 0;

    (void)state;
    assert_non_null(w);
    open_world(ctx, w);
    put_next(ctx, w, 0, first);
    put_next(ctx, w, 1, second);
    put_next(ctx, w, 2, third);
    /* What is kept for later is not always needed: it may work all the same. */
    while (ok < 40 && nth < 3000) {
        unit_fail_allocation(++nth);
        status = blame_once(ctx, w);
        unit_fail_allocation(0);
        assert_true(status == QN_OK || status == QN_NO_MEMORY);
        ok = status ? 0 : ok + 1;
        qn_ctx_clear(ctx);
    }
    assert_int_equal(ok, 40);
    assert_true(nth > 100);
    close_world(w);
    free(w);
    unit_end(ctx);
}

int test_blame(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_naive_twin), cmocka_unit_test(test_moved),
        cmocka_unit_test(test_ignored),    cmocka_unit_test(test_ranges),
        cmocka_unit_test(test_missing),    cmocka_unit_test(test_no_memory)};

    return cmocka_run_group_tests_name("blame", tests, NULL, NULL);
}
