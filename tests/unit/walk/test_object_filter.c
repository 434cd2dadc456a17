/* SPDX-License-Identifier: MIT */
/* Filters at work: which objects of a tree are wanted, by what they are, how
 * large, how deep, and several filters side by side. */
#include "unit.h"

#include "object/tree.h"
#include "odb/odb.h"
#include "os/directory.h"
#include "walk/object_filter.h"

#include <stdio.h>
#include <string.h>

int test_object_filter(void);

/* c: the commit, R: its tree, f: a file of 3 bytes, D: the tree d, g: d/g of
 * 30 bytes, E: d/e, h: d/e/h, the same blob as f. */
struct world {
    struct qn_odb_store *store;
    struct qn_odb *odb;
    struct qn_revision_scope scope;
    struct qn_id commit, root, f, d, g, e;
};

static void write_tree(struct qn_ctx *ctx, struct qn_odb *odb, const char *name,
                       const struct qn_id *tree, const char *file,
                       const struct qn_id *blob, struct qn_id *out)
{
    struct qn_buf text = QN_BUF_INIT;

    if (tree)
        unit_assert_ok(ctx, qn_tree_append(ctx, &text, QN_MODE_TREE,
                                           qn_bytes_from_string(name), tree));
    unit_assert_ok(ctx, qn_tree_append(ctx, &text, QN_MODE_FILE,
                                       qn_bytes_from_string(file), blob));
    unit_assert_ok(
        ctx, qn_odb_write(ctx, odb, QN_OBJECT_TREE, qn_buf_bytes(&text), out));
    qn_buf_dispose(&text);
}

static void make_world(struct qn_ctx *ctx, struct world *w)
{
    struct qn_odb_store_options options = {.algorithm = QN_HASH_SHA1,
                                           .loose_compression = 1};
    char path[4200];

    memset(w, 0, sizeof(*w));
    snprintf(path, sizeof(path), "%s/objects", unit_directory());
    unit_assert_ok(ctx, qn_directory_make_all(ctx, path, 0777));
    options.directory = path;
    unit_assert_ok(ctx, qn_odb_store_open(ctx, &options, &w->store));
    unit_assert_ok(ctx, qn_odb_new(ctx, w->store, 0, &w->odb));
    w->scope.odb = w->odb;
    unit_assert_ok(
        ctx, qn_odb_write(ctx, w->odb, QN_OBJECT_BLOB, QN_BYTES("abc"), &w->f));
    unit_assert_ok(ctx, qn_odb_write(ctx, w->odb, QN_OBJECT_BLOB,
                                     QN_BYTES("abcdefghijabcdefghijabcdefghij"),
                                     &w->g));
    write_tree(ctx, w->odb, NULL, NULL, "h", &w->f, &w->e);
    write_tree(ctx, w->odb, "e", &w->e, "g", &w->g, &w->d);
    write_tree(ctx, w->odb, "d", &w->d, "f", &w->f, &w->root);
    w->commit = w->root; /* only its type is looked at */
    w->commit.bytes[0] ^= 1;
}

static void end_world(struct world *w)
{
    qn_odb_free(w->odb);
    qn_odb_store_release(w->store);
}

struct asking {
    struct qn_object_filter *filter;
    char said[20];
    bool finals[20];
};

static enum qn_status ask(struct qn_ctx *ctx, struct asking *a, char letter,
                          enum qn_object_type type, const struct qn_id *id,
                          const char *path, bool *goes_in)
{
    struct qn_object_filter_answer answer = {0};
    size_t size = strlen(a->said);
    enum qn_status status = qn_object_filter_ask(
        ctx, a->filter, type, id, qn_bytes_from_string(path), &answer);

    if (!status && answer.is_wanted)
        a->said[size] = letter;
    *goes_in = !status && type == QN_OBJECT_TREE && !answer.is_skipped;
    if (*goes_in)
        status = qn_object_filter_enter(ctx, a->filter);
    return status;
}

static enum qn_status walk(struct qn_ctx *ctx, const struct world *w,
                           struct asking *a)
{
    bool in, in_root, in_d = false, in_e = false;
    enum qn_status status =
        ask(ctx, a, 'c', QN_OBJECT_COMMIT, &w->commit, "", &in);

    if (!status)
        status = ask(ctx, a, 'R', QN_OBJECT_TREE, &w->root, "", &in_root);
    if (!status && in_root)
        status = ask(ctx, a, 'D', QN_OBJECT_TREE, &w->d, "d", &in_d);
    if (!status && in_d)
        status = ask(ctx, a, 'E', QN_OBJECT_TREE, &w->e, "d/e", &in_e);
    if (!status && in_e) {
        status = ask(ctx, a, 'h', QN_OBJECT_BLOB, &w->f, "d/e/h", &in);
        qn_object_filter_leave(a->filter);
    }
    if (!status && in_d) {
        status = ask(ctx, a, 'g', QN_OBJECT_BLOB, &w->g, "d/g", &in);
        qn_object_filter_leave(a->filter);
    }
    if (!status && in_root) {
        status = ask(ctx, a, 'f', QN_OBJECT_BLOB, &w->f, "f", &in);
        qn_object_filter_leave(a->filter);
    }
    return status;
}

static enum qn_status count(struct qn_ctx *ctx, void *data,
                            const struct qn_id *id)
{
    (void)ctx;
    (void)id;
    ++*(size_t *)data;
    return QN_OK;
}

static const struct {
    const char *spec;
    const char *wanted;
    size_t omitted; /* objects, each once */
} cases[] = {
    {"blob:none", "cRDE", 2},
    {"blob:limit=3", "cRDE", 2},
    {"blob:limit=4", "cRDEhf", 1},
    {"blob:limit=30", "cRDEhf", 1},
    {"blob:limit=31", "cRDEhgf", 0},
    {"blob:limit=1k", "cRDEhgf", 0},
    {"tree:0", "c", 5},
    {"tree:1", "cR", 4},
    /* h, at depth 3, is f, which is wanted at depth 1 */
    {"tree:2", "cRDf", 2},
    {"tree:3", "cRDEgf", 0},
    {"tree:4", "cRDEhgf", 0},
    {"object:type=blob", "hgf", 0},
    {"object:type=tree", "RDE", 0},
    {"object:type=commit", "c", 0},
    {"object:type=tag", "", 0},
    /* f was given as h: beside others, a filter gives a thing once */
    {"combine:blob:limit=4+tree:4", "cRDEh", 1},
    {"combine:tree:2+blob:none", "cRD", 3},
};

static void wants_what_the_spec_says(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(cases); i++) {
        struct qn_ctx *ctx = unit_begin();
        struct qn_filter_spec spec = QN_FILTER_SPEC_INIT;
        struct asking a = {.said = ""};
        struct world w;
        size_t omitted = 0;

        make_world(ctx, &w);
        unit_assert_ok(
            ctx, qn_filter_spec_parse(ctx, &spec,
                                      qn_bytes_from_string(cases[i].spec)));
        unit_assert_ok(
            ctx, qn_object_filter_new(ctx, &w.scope, &spec, false, &a.filter));
        unit_assert_ok(ctx, walk(ctx, &w, &a));
        if (strcmp(a.said, cases[i].wanted) != 0)
            fail_msg("%s: '%s' is wanted, not '%s'", cases[i].spec, a.said,
                     cases[i].wanted);
        qn_object_filter_free(a.filter);
        /* Another walk, in which what is left out is noted. */
        memset(&a, 0, sizeof(a));
        unit_assert_ok(
            ctx, qn_object_filter_new(ctx, &w.scope, &spec, true, &a.filter));
        unit_assert_ok(ctx, walk(ctx, &w, &a));
        unit_assert_ok(
            ctx, qn_object_filter_each_omitted(ctx, a.filter, count, &omitted));
        if (cases[i].omitted != omitted)
            fail_msg("%s: %zu are left out, not %zu", cases[i].spec, omitted,
                     cases[i].omitted);
        qn_object_filter_free(a.filter);
        qn_filter_spec_dispose(&spec);
        end_world(&w);
        unit_end(ctx);
    }
}

static enum qn_status ask_all(struct qn_ctx *ctx, void *data)
{
    const struct world *w = data;
    struct qn_revision_scope scope = {0};
    struct qn_odb_store_options options = {.algorithm = QN_HASH_SHA1};
    struct qn_odb_store *store = NULL;
    struct qn_filter_spec spec = QN_FILTER_SPEC_INIT;
    struct asking a = {.said = ""};
    char path[4200];
    size_t omitted = 0;
    enum qn_status status;

    snprintf(path, sizeof(path), "%s/objects", unit_directory());
    options.directory = path;
    status = qn_odb_store_open(ctx, &options, &store);
    if (!status)
        status = qn_odb_new(ctx, store, 0, &scope.odb);
    if (!status)
        status = qn_filter_spec_parse(ctx, &spec,
                                      QN_BYTES("combine:tree:2+blob:limit=4"));
    if (!status)
        status = qn_object_filter_new(ctx, &scope, &spec, true, &a.filter);
    if (!status)
        status = walk(ctx, w, &a);
    if (!status)
        status = qn_object_filter_each_omitted(ctx, a.filter, count, &omitted);
    qn_object_filter_free(a.filter);
    qn_filter_spec_dispose(&spec);
    qn_odb_free(scope.odb);
    if (store)
        qn_odb_store_release(store);
    return status;
}

static void survives_without_memory(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct world w;

    (void)state;
    make_world(ctx, &w);
    end_world(&w);
    unit_end(ctx);
    unit_each_allocation(ask_all, &w);
}

static void refuses_more_than_it_can_keep_apart(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_filter_spec spec = QN_FILTER_SPEC_INIT;
    struct qn_buf text = QN_BUF_INIT;
    struct qn_object_filter *filter = NULL;
    struct world w;
    int i;

    (void)state;
    make_world(ctx, &w);
    unit_assert_ok(ctx, qn_buf_append_string(ctx, &text, "combine:tree:1"));
    for (i = 0; i < 70; i++)
        unit_assert_ok(ctx, qn_buf_append_string(ctx, &text, "+tree:2"));
    unit_assert_ok(ctx, qn_filter_spec_parse(ctx, &spec, qn_buf_bytes(&text)));
    if (qn_object_filter_new(ctx, &w.scope, &spec, true, &filter) == QN_OK)
        fail_msg("71 filters were taken");
    assert_null(filter);
    assert_string_not_equal(qn_ctx_message(ctx), "");
    qn_ctx_clear(ctx);
    qn_buf_dispose(&text);
    qn_filter_spec_dispose(&spec);
    end_world(&w);
    unit_end(ctx);
}

int test_object_filter(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wants_what_the_spec_says),
        cmocka_unit_test(survives_without_memory),
        cmocka_unit_test(refuses_more_than_it_can_keep_apart),
    };

    return cmocka_run_group_tests_name("walk/object_filter", tests, NULL, NULL);
}
