/* SPDX-License-Identifier: MIT */
/* Objects from one store into another, and into packs with new deltas. */
#include "unit.h"

#include "object/tree.h"
#include "odb/odb_pack.h"
#include "operation/op_fsck.h"
#include "operation/op_pack_objects.h"
#include "operation/part/object_transfer.h"
#include "operation/part/reachable.h"
#include "os/directory.h"
#include "os/file.h"
#include "pack/pack_indexer.h"

#include <stdio.h>

int test_transfer(void);

#define FILES 40

struct place {
    char objects[4200];
    struct qn_odb_store *store;
    struct qn_odb *odb;
};

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
    unit_assert_ok(ctx, qn_odb_new(ctx, place->store, 0, &place->odb));
}

static void close_place(struct place *place)
{
    qn_odb_free(place->odb);
    qn_odb_store_release(place->store);
}

/* A file that differs in one line from the others, in a tree, in a commit. */
static void write_history(struct qn_ctx *ctx, struct qn_odb *odb,
                          struct qn_id *commit)
{
    struct qn_buf text = QN_BUF_INIT, tree = QN_BUF_INIT;
    char hex[QN_ID_MAX_HEX_SIZE + 1], name[16];
    struct qn_id id;
    int i, line;

    for (i = 0; i < FILES; i++) {
        qn_buf_clear(&text);
        for (line = 0; line < 200; line++)
            unit_assert_ok(ctx, qn_buf_printf(ctx, &text, "line %d of %d\n",
                                              line, line == i ? i : 0));
        unit_assert_ok(ctx, qn_odb_write(ctx, odb, QN_OBJECT_BLOB,
                                         qn_buf_bytes(&text), &id));
        snprintf(name, sizeof(name), "f%03d", i);
        unit_assert_ok(ctx, qn_tree_append(ctx, &tree, QN_MODE_FILE,
                                           qn_bytes_from_string(name), &id));
    }
    unit_assert_ok(
        ctx, qn_odb_write(ctx, odb, QN_OBJECT_TREE, qn_buf_bytes(&tree), &id));
    qn_buf_clear(&text);
    unit_assert_ok(ctx, qn_buf_printf(ctx, &text,
                                      "tree %s\nauthor A <a@b> 1 +0000\n"
                                      "committer A <a@b> 1 +0000\n\nm\n",
                                      qn_id_to_hex(&id, hex)));
    unit_assert_ok(ctx, qn_odb_write(ctx, odb, QN_OBJECT_COMMIT,
                                     qn_buf_bytes(&text), commit));
    qn_buf_dispose(&text);
    qn_buf_dispose(&tree);
}

static void put_line(void *data, bool is_error, const char *text)
{
    (void)is_error;
    print_error("%s\n", text);
    ++*(int *)data;
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

/* A repository around the objects. */
static struct qn_repo *open_around(struct qn_ctx *ctx, struct place *place)
{
    struct qn_repo_open_options how = {.ignores_variables = true};
    struct qn_repo *repo = NULL;
    char git[4200], path[4300];

    snprintf(git, sizeof(git), "%.*s",
             (int)(strlen(place->objects) - strlen("/objects")),
             place->objects);
    snprintf(path, sizeof(path), "%s/refs", git);
    unit_assert_ok(ctx, qn_directory_make_all(ctx, path, 0777));
    snprintf(path, sizeof(path), "%s/HEAD", git);
    write_text(ctx, path, "ref: refs/heads/main\n");
    snprintf(path, sizeof(path), "%s/config", git);
    write_text(ctx, path,
               qn_odb_algorithm(place->odb) == QN_HASH_SHA1
                   ? "[core]\nrepositoryformatversion = 0\nbare = true\n"
                   : "[core]\nrepositoryformatversion = 1\nbare = true\n"
                     "[extensions]\nobjectformat = sha256\n");
    how.git_directory = git;
    unit_assert_ok(ctx, qn_repo_open(ctx, &how, &repo));
    return repo;
}

static void assert_sound(struct qn_ctx *ctx, struct place *place,
                         const struct qn_id *head)
{
    struct qn_op_fsck_head heads[1] = {{*head, "head"}};
    int lines = 0;
    struct qn_op_fsck how = {.repo = open_around(ctx, place),
                             .heads = heads,
                             .head_count = 1,
                             .has_arguments = true,
                             .is_strict = true,
                             .shows_dangling = true,
                             .line = put_line,
                             .data = &lines};
    unsigned code = 99;

    unit_assert_ok(ctx, qn_op_fsck_run(ctx, &how, &code));
    assert_int_equal(code, 0);
    assert_int_equal(lines, 0);
    qn_repo_release(how.repo);
}

static void brings_over_what_is_reached(void **state)
{
    uint32_t algorithm;

    (void)state;
    for (algorithm = QN_HASH_SHA1; algorithm <= QN_HASH_SHA256; algorithm++) {
        struct qn_ctx *ctx = unit_begin();
        struct qn_object_transfer transfer = {0};
        struct qn_reachable reachable = {0};
        struct place from, to;
        struct qn_id_map set;
        struct qn_id commit, other;
        bool exists;

        open_place(ctx, &from, algorithm);
        open_place(ctx, &to, algorithm);
        write_history(ctx, from.odb, &commit);
        unit_assert_ok(ctx, qn_odb_write(ctx, from.odb, QN_OBJECT_BLOB,
                                         QN_BYTES("not reached"), &other));
        qn_id_map_init(&set, algorithm);
        reachable.odb = from.odb;
        unit_assert_ok(ctx,
                       qn_reachable_find(ctx, &reachable, &commit, 1, &set));
        assert_int_equal(set.count, FILES + 2);
        transfer.source = from.odb;
        transfer.destination = to.store;
        transfer.rows = set.rows;
        transfer.count = set.count;
        unit_assert_ok(ctx, qn_object_transfer_run(ctx, &transfer, NULL));
        assert_sound(ctx, &to, &commit);
        unit_assert_ok(ctx, qn_odb_exists(ctx, to.odb, &other, &exists));
        assert_false(exists);
        /* Once more: what is there already is compared, and fine. */
        unit_assert_ok(ctx, qn_object_transfer_run(ctx, &transfer, NULL));
        /* And out of the pack that this made. */
        close_place(&from);
        open_place(ctx, &from, algorithm);
        transfer.source = to.odb;
        transfer.destination = from.store;
        unit_assert_ok(ctx, qn_odb_refresh(ctx, to.odb));
        unit_assert_ok(ctx, qn_object_transfer_run(ctx, &transfer, NULL));
        assert_sound(ctx, &from, &commit);
        qn_id_map_dispose(&set);
        close_place(&from);
        close_place(&to);
        unit_end(ctx);
    }
}

static size_t count_files(struct qn_ctx *ctx, const char *objects)
{
    struct qn_directory *listing = NULL;
    enum qn_file_kind kind;
    const char *name;
    char path[5000];
    size_t count = 0;

    snprintf(path, sizeof(path), "%s/pack", objects);
    if (qn_directory_open(ctx, path, &listing)) {
        qn_ctx_clear(ctx);
        return 0;
    }
    while (qn_directory_next(listing, &name, &kind))
        count++;
    qn_directory_close(listing);
    return count;
}

/* The content of one file is that of another: its id is a lie. */
static void refuses_a_source_that_lies(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_object_transfer transfer = {0};
    struct place from, to;
    struct qn_id good, bad;
    uint8_t rows[40];
    char hex[QN_ID_MAX_HEX_SIZE + 1], good_path[5000], bad_path[5000];

    (void)state;
    open_place(ctx, &from, QN_HASH_SHA1);
    open_place(ctx, &to, QN_HASH_SHA1);
    unit_assert_ok(ctx, qn_odb_write(ctx, from.odb, QN_OBJECT_BLOB,
                                     QN_BYTES("good"), &good));
    unit_assert_ok(ctx, qn_odb_write(ctx, from.odb, QN_OBJECT_BLOB,
                                     QN_BYTES("bad"), &bad));
    qn_id_to_hex(&good, hex);
    snprintf(good_path, sizeof(good_path), "%s/%.2s/%s", from.objects, hex,
             hex + 2);
    qn_id_to_hex(&bad, hex);
    snprintf(bad_path, sizeof(bad_path), "%s/%.2s/%s", from.objects, hex,
             hex + 2);
    unit_assert_ok(ctx, qn_file_rename(ctx, good_path, bad_path));
    memcpy(rows, bad.bytes, 20);
    transfer.source = from.odb;
    transfer.destination = to.store;
    transfer.rows = rows;
    transfer.count = 1;
    unit_assert_status(ctx, qn_object_transfer_run(ctx, &transfer, NULL),
                       QN_CORRUPT);
    assert_string_equal(qn_ctx_reason(ctx), "odb.hash-mismatch");
    qn_ctx_clear(ctx);
    memcpy(rows, good.bytes, 20); /* it is gone now */
    unit_assert_status(ctx, qn_object_transfer_run(ctx, &transfer, NULL),
                       QN_NOT_FOUND);
    qn_ctx_clear(ctx);
    assert_int_equal(count_files(ctx, to.objects), 0);
    close_place(&from);
    close_place(&to);
    unit_end(ctx);
}

static void finds_deltas(void **state)
{
    uint32_t algorithm;

    (void)state;
    for (algorithm = QN_HASH_SHA1; algorithm <= QN_HASH_SHA256; algorithm++) {
        struct qn_ctx *ctx = unit_begin();
        struct qn_op_pack_objects how = {.window = 10,
                                         .depth = 5,
                                         .level = 6,
                                         .cache_limit = 1000,
                                         .names_offsets = true,
                                         .reuses_objects = true,
                                         .is_stream = true};
        struct qn_op_pack_objects_result result = {.packs = NULL};
        struct qn_revision_scope scope = {.repo = NULL};
        struct qn_pack_indexer_options index = {.algorithm = algorithm};
        struct qn_reachable reachable = {0};
        struct qn_pack_indexer indexer;
        struct qn_file_stat stat;
        struct place from;
        struct qn_id_map set;
        struct qn_id commit;
        char path[5000];

        open_place(ctx, &from, algorithm);
        write_history(ctx, from.odb, &commit);
        qn_id_map_init(&set, algorithm);
        reachable.odb = scope.odb = from.odb;
        how.scope = &scope;
        unit_assert_ok(ctx,
                       qn_reachable_find(ctx, &reachable, &commit, 1, &set));
        how.rows = set.rows;
        how.count = set.count;
        snprintf(path, sizeof(path), "%s/../new.pack", from.objects);
        unit_assert_ok(ctx,
                       qn_file_open(ctx, path, QN_FILE_WRITE | QN_FILE_CREATE,
                                    0644, &how.fd));
        unit_assert_ok(ctx, qn_op_pack_objects_run(ctx, &how, &result));
        qn_file_close(how.fd);
        unit_assert_ok(ctx, qn_file_stat(ctx, path, &stat));
        /* Each of the forty takes some 600 bytes by itself. */
        assert_true(stat.size < 12000);
        unit_assert_ok(ctx, qn_pack_indexer_run(ctx, path, &index, &indexer));
        assert_int_equal(indexer.table.count, set.count);
        assert_int_equal(result.written, set.count);
        assert_true(result.written_deltas > 30);
        assert_true(qn_id_is_equal(&indexer.table.checksum, &result.packs[0]));
        qn_pack_indexer_dispose(&indexer);
        qn_op_pack_objects_result_dispose(&result);
        qn_id_map_dispose(&set);
        close_place(&from);
        unit_end(ctx);
    }
}

int test_transfer(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(brings_over_what_is_reached),
        cmocka_unit_test(refuses_a_source_that_lies),
        cmocka_unit_test(finds_deltas),
    };

    return cmocka_run_group_tests_name("transfer", tests, NULL, NULL);
}
