/* SPDX-License-Identifier: MIT */
/* What many roots hold is listed the same whether workers read ahead or not. */
#include "unit.h"

#include "object/tree.h"
#include "walk/object_walk.h"

#include <stdio.h>
#include <string.h>

int test_tree_ahead(void);

#define ROOTS       1300 /* three slices */
#define DIRECTORIES 7
#define DEEP        3

struct history {
    struct qn_odb_store *store;
    struct qn_odb *odb;
    struct qn_id roots[ROOTS];
};

static void put_blob(struct qn_ctx *ctx, struct qn_odb *odb, int number,
                     struct qn_id *id)
{
    char text[32];

    snprintf(text, sizeof(text), "content %d\n", number);
    unit_assert_ok(ctx, qn_odb_write(ctx, odb, QN_OBJECT_BLOB,
                                     qn_bytes_from_string(text), id));
}

/* Of version `version`: it differs from the one before in one place, and is
 * like a much older one now and then. */
static int stamp(int version, int place)
{
    int last = version - (version + place * 3) % (DIRECTORIES * DEEP);

    return last % 400;
}

static void put_tree(struct qn_ctx *ctx, struct qn_odb *odb,
                     struct qn_buf *text, struct qn_id *id)
{
    unit_assert_ok(
        ctx, qn_odb_write(ctx, odb, QN_OBJECT_TREE, qn_buf_bytes(text), id));
    qn_buf_clear(text);
}

static void make_root(struct qn_ctx *ctx, struct qn_odb *odb, int version,
                      struct qn_id *root)
{
    struct qn_buf inner = QN_BUF_INIT, outer = QN_BUF_INIT, top = QN_BUF_INIT;
    char name[16];
    struct qn_id id;
    int i, k;

    for (i = 0; i < DIRECTORIES; i++) {
        for (k = 0; k < DEEP; k++) {
            put_blob(ctx, odb, stamp(version, i * DEEP + k), &id);
            unit_assert_ok(ctx, qn_tree_append(ctx, &inner, QN_MODE_FILE,
                                               QN_BYTES("file"), &id));
            put_tree(ctx, odb, &inner, &id);
            snprintf(name, sizeof(name), "sub%d", k);
            unit_assert_ok(ctx,
                           qn_tree_append(ctx, &outer, QN_MODE_TREE,
                                          qn_bytes_from_string(name), &id));
        }
        /* A link to another repository is no object. */
        unit_assert_ok(ctx, qn_tree_append(ctx, &outer, QN_MODE_GITLINK,
                                           QN_BYTES("z"), &id));
        put_tree(ctx, odb, &outer, &id);
        snprintf(name, sizeof(name), "dir%d", i);
        unit_assert_ok(ctx, qn_tree_append(ctx, &top, QN_MODE_TREE,
                                           qn_bytes_from_string(name), &id));
    }
    /* A name of its own for what is also deeper down, and before or after. */
    put_blob(ctx, odb, stamp(version, version % 5), &id);
    unit_assert_ok(ctx,
                   qn_tree_append(ctx, &top, QN_MODE_FILE, QN_BYTES("e"), &id));
    put_tree(ctx, odb, &top, root);
    qn_buf_dispose(&inner);
    qn_buf_dispose(&outer);
    qn_buf_dispose(&top);
}

static void make_history(struct qn_ctx *ctx, struct history *history)
{
    struct qn_odb_store_options options = {.directory = unit_directory(),
                                           .algorithm = QN_HASH_SHA1};
    int i;

    unit_assert_ok(ctx, qn_odb_store_open(ctx, &options, &history->store));
    unit_assert_ok(
        ctx, qn_odb_new(ctx, history->store, QN_ODB_IN_MEMORY, &history->odb));
    for (i = 0; i < ROOTS; i++)
        make_root(ctx, history->odb, ROOTS - i, &history->roots[i]);
}

static void drop_history(struct history *history)
{
    qn_odb_free(history->odb);
    qn_odb_store_release(history->store);
}

static enum qn_status note(struct qn_ctx *ctx, void *data,
                           const struct qn_walk_object *object)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    return qn_buf_printf(ctx, data, "%d %o %s %.*s\n", (int)object->type,
                         object->mode, qn_id_to_hex(&object->id, hex),
                         QN_BYTES_ARG(object->path));
}

/* The lines of all objects; without reading ahead if `alone`. */
static enum qn_status list(struct qn_ctx *ctx, struct history *history,
                           const struct qn_id *exclude, bool alone,
                           struct qn_buf *out)
{
    struct qn_object_walk *walk = NULL;
    enum qn_status status;
    size_t i;

    out->limit = SIZE_MAX;
    unit_assert_ok(ctx, qn_object_walk_new(ctx, history->odb, NULL, &walk));
    status = exclude ? qn_object_walk_exclude(ctx, walk, exclude) : QN_OK;
    if (!status && !alone)
        status = qn_object_walk_list_all(ctx, walk, history->roots, ROOTS, note,
                                         out);
    for (i = 0; i < ROOTS && alone && !status; i++)
        status = qn_object_walk_list(ctx, walk, &history->roots[i],
                                     QN_BYTES_NONE, note, out);
    qn_object_walk_free(walk);
    return status;
}

static void assert_same(struct qn_ctx *ctx, struct history *history,
                        const struct qn_id *exclude, enum qn_status wanted)
{
    struct qn_buf one = QN_BUF_INIT, other = QN_BUF_INIT;
    char message[200] = "";

    unit_assert_status(ctx, list(ctx, history, exclude, true, &one), wanted);
    if (wanted)
        snprintf(message, sizeof(message), "%s", qn_ctx_message(ctx));
    qn_ctx_clear(ctx);
    unit_assert_status(ctx, list(ctx, history, exclude, false, &other), wanted);
    if (wanted)
        assert_string_equal(qn_ctx_message(ctx), message);
    qn_ctx_clear(ctx);
    assert_int_equal(one.size, other.size);
    assert_memory_equal(one.data, other.data, one.size);
    assert_true(one.size > 10000);
    qn_buf_dispose(&one);
    qn_buf_dispose(&other);
}

static void lists_the_same(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct history history;

    (void)state;
    make_history(ctx, &history);
    assert_same(ctx, &history, NULL, QN_OK);
    /* What the other side has is left out. */
    assert_same(ctx, &history, &history.roots[ROOTS - 1], QN_OK);
    assert_same(ctx, &history, &history.roots[700], QN_OK);
    drop_history(&history);
    unit_end(ctx);
}

/* A tree that is not here, one that is a blob, one that is cut off: told of
 * when it is its turn. */
static void tells_the_same(void **state)
{
    static const char *const broken[] = {"missing", "blob", "cut"};
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(broken); i++) {
        struct qn_ctx *ctx = unit_begin();
        struct history history;
        struct qn_buf text = QN_BUF_INIT;
        struct qn_id id;

        make_history(ctx, &history);
        if (i == 0) {
            memset(history.roots[900].bytes, 7, 20);
        } else if (i == 1) {
            put_blob(ctx, history.odb, 99999, &history.roots[900]);
        } else {
            put_blob(ctx, history.odb, 99999, &id);
            unit_assert_ok(ctx, qn_tree_append(ctx, &text, QN_MODE_FILE,
                                               QN_BYTES("new"), &id));
            unit_assert_ok(ctx, qn_buf_append_string(ctx, &text, "100644 cut"));
            put_tree(ctx, history.odb, &text, &history.roots[900]);
        }
        assert_same(ctx, &history, NULL,
                    i == 0   ? QN_NOT_FOUND
                    : i == 1 ? QN_INVALID
                             : QN_CORRUPT);
        qn_buf_dispose(&text);
        drop_history(&history);
        unit_end(ctx);
    }
}

int test_tree_ahead(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_the_same),
        cmocka_unit_test(tells_the_same),
    };

    return cmocka_run_group_tests_name("tree_ahead", tests, NULL, NULL);
}
