/* SPDX-License-Identifier: MIT */
/* A repository made in an empty directory: files go in, come out, and nothing
 * is ever written through a link. */
#include "unit.h"

#include "object/tree.h"
#include "os/directory.h"
#include "os/file.h"
#include "worktree/add.h"
#include "worktree/checkout.h"
#include "worktree/status.h"
#include "worktree/unpack.h"

#include <stdio.h>
#include <string.h>

int test_work_tree(void);

struct fixture {
    char top[4100];
    struct qn_repo *repo;
    struct qn_odb *odb;
    struct qn_work_tree tree;
    struct qn_index *index;
};

static void begin(struct qn_ctx *ctx, struct fixture *f, const char *name,
                  uint32_t algorithm)
{
    char git[4200];
    struct qn_repo_create_options create = {.git_directory = git,
                                            .work_tree = f->top,
                                            .initial_branch = "main",
                                            .algorithm = algorithm,
                                            .refs_format = QN_REFS_FILES};
    struct qn_repo_open_options open = {.start = f->top,
                                        .ignores_variables = true};
    bool was_there;

    memset(f, 0, sizeof(*f));
    snprintf(f->top, sizeof(f->top), "%s/%s%u", unit_directory(), name,
             algorithm);
    snprintf(git, sizeof(git), "%s/.git", f->top);
    unit_assert_ok(ctx, qn_directory_make_all(ctx, f->top, 0777));
    unit_assert_ok(ctx, qn_repo_create(ctx, &create, &was_there));
    unit_assert_ok(ctx, qn_repo_open(ctx, &open, &f->repo));
    unit_assert_ok(ctx, qn_repo_odb(ctx, f->repo, &f->odb));
    unit_assert_ok(ctx, qn_work_tree_open(ctx, f->repo, &f->tree));
    unit_assert_ok(ctx, qn_index_new(ctx, algorithm, &f->index));
}

static void end(struct fixture *f)
{
    qn_index_free(f->index);
    qn_work_tree_close(&f->tree);
    qn_odb_free(f->odb);
    qn_repo_release(f->repo);
}

static void put(struct qn_ctx *ctx, struct fixture *f, const char *path,
                const char *text)
{
    unit_assert_ok(ctx,
                   qn_checkout_write(ctx, &f->tree, qn_bytes_from_string(path),
                                     0100644, qn_bytes_from_string(text)));
}

/* Forget what this process has seen of files. */
static void look_again(struct fixture *f)
{
    for (size_t i = 0; i < qn_index_count(f->index); i++)
        qn_index_at(f->index, i)->flags &= (uint8_t)~QN_INDEX_UPTODATE;
}

static void assert_file(struct qn_ctx *ctx, struct fixture *f, const char *path,
                        const char *text)
{
    struct qn_buf full = QN_BUF_INIT, got = QN_BUF_INIT;

    unit_assert_ok(ctx, qn_work_tree_path(ctx, &f->tree,
                                          qn_bytes_from_string(path), &full));
    if (!text) {
        assert_false(qn_file_exists(qn_buf_string(&full)));
    } else {
        unit_assert_ok(ctx, qn_file_read_all(ctx, qn_buf_string(&full), &got));
        assert_string_equal(qn_buf_string(&got), text);
    }
    qn_buf_dispose(&full);
    qn_buf_dispose(&got);
}

static void add_all(struct qn_ctx *ctx, struct fixture *f,
                    const char *const *paths, size_t count)
{
    struct qn_bytes list[8];
    struct qn_add_options options = {0};

    for (size_t i = 0; i < count; i++)
        list[i] = qn_bytes_from_string(paths[i]);
    unit_assert_ok(ctx, qn_add_paths(ctx, &f->tree, f->index, f->odb, list,
                                     count, &options));
}

static void goes_from_tree_to_tree(void **state)
{
    static const char *const first[] = {"a", "d/e", "d/f"};
    static const char *const second[] = {"a", "n"};

    (void)state;
    for (uint32_t algorithm = QN_HASH_SHA1; algorithm <= QN_HASH_SHA256;
         algorithm++) {
        struct qn_ctx *ctx = unit_begin();
        struct fixture f;
        struct qn_id trees[2], back[2];
        struct qn_unpack_options options = {
            .kind = QN_UNPACK_TWO, .updates = true, .operation = "checkout"};

        begin(ctx, &f, "two", algorithm);
        put(ctx, &f, "a", "one\n");
        put(ctx, &f, "d/e", "e\n");
        put(ctx, &f, "d/f", "f\n");
        add_all(ctx, &f, first, 3);
        unit_assert_ok(
            ctx, qn_index_write_tree(ctx, f.index, f.odb, false, &trees[0]));
        put(ctx, &f, "a", "two\n");
        put(ctx, &f, "n", "new\n");
        add_all(ctx, &f, second, 2);
        assert_true(qn_index_remove(f.index, QN_BYTES("d/f")));
        unit_assert_ok(ctx,
                       qn_checkout_remove(
                           ctx, &f.tree,
                           &(struct qn_bytes){(const uint8_t *)"d/f", 3}, 1));
        unit_assert_ok(
            ctx, qn_index_write_tree(ctx, f.index, f.odb, false, &trees[1]));
        back[0] = trees[1];
        back[1] = trees[0];
        unit_assert_ok(ctx, qn_unpack_run(ctx, &f.tree, f.index, f.odb, back, 2,
                                          &options));
        assert_file(ctx, &f, "a", "one\n");
        assert_file(ctx, &f, "d/f", "f\n");
        assert_file(ctx, &f, "n", NULL);
        /* A local change is not overwritten, and nothing else is done. */
        put(ctx, &f, "a", "mine\n");
        look_again(&f);
        unit_assert_status(
            ctx,
            qn_unpack_run(ctx, &f.tree, f.index, f.odb, trees, 2, &options),
            QN_CONFLICT);
        assert_string_equal(qn_ctx_reason(ctx), "worktree.would-overwrite");
        qn_ctx_clear(ctx);
        assert_file(ctx, &f, "a", "mine\n");
        assert_file(ctx, &f, "n", NULL);
        /* An untracked file in the way neither. */
        put(ctx, &f, "a", "one\n");
        put(ctx, &f, "n", "untracked\n");
        look_again(&f);
        unit_assert_status(
            ctx,
            qn_unpack_run(ctx, &f.tree, f.index, f.odb, trees, 2, &options),
            QN_CONFLICT);
        qn_ctx_clear(ctx);
        assert_file(ctx, &f, "n", "untracked\n");
        end(&f);
        unit_end(ctx);
    }
}

/* "x" is a link to a directory elsewhere: writing "x/f" replaces the link. */
static void never_writes_through_a_link(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct fixture f;
    char outside[4200], link[4300], victim[4400];
    struct qn_index_entry entry = {.path = QN_BYTES("x/f"), .mode = 0100644};
    struct qn_checkout_options options = {.forces = true};
    size_t position = 0;

    (void)state;
    begin(ctx, &f, "link", QN_HASH_SHA1);
    snprintf(outside, sizeof(outside), "%s/outside", unit_directory());
    snprintf(link, sizeof(link), "%s/x", f.top);
    snprintf(victim, sizeof(victim), "%s/f", outside);
    unit_assert_ok(ctx, qn_directory_make_all(ctx, outside, 0777));
    unit_assert_ok(ctx, qn_file_symlink(ctx, outside, link));
    assert_true(qn_checkout_is_beyond_link(ctx, &f.tree, QN_BYTES("x/f")));
    unit_assert_ok(ctx, qn_odb_write(ctx, f.odb, QN_OBJECT_BLOB,
                                     QN_BYTES("evil\n"), &entry.id));
    unit_assert_ok(ctx, qn_index_add(ctx, f.index, &entry, true));
    unit_assert_ok(ctx, qn_checkout_entries(ctx, &f.tree, f.index, f.odb,
                                            &position, 1, &options));
    assert_false(qn_file_exists(victim));
    assert_file(ctx, &f, "x/f", "evil\n");
    /* Nor is anything removed behind a link. */
    unit_assert_ok(ctx, qn_directory_remove_all(ctx, link));
    unit_assert_ok(ctx, qn_file_symlink(ctx, outside, link));
    put(ctx, &f, "keep", "k\n");
    {
        int fd;
        struct qn_bytes path = QN_BYTES("x/f");

        unit_assert_ok(ctx,
                       qn_file_open(ctx, victim, QN_FILE_WRITE | QN_FILE_CREATE,
                                    0666, &fd));
        qn_file_close(fd);
        unit_assert_ok(ctx, qn_checkout_remove(ctx, &f.tree, &path, 1));
        assert_true(qn_file_exists(victim));
    }
    end(&f);
    unit_end(ctx);
}

static void refuses_paths_that_are_not_safe(void **state)
{
    static const char *const paths[] = {".git/config", "../x", "a/../../x",
                                        ".GIT/hooks/post-checkout", "git~1/x"};

    (void)state;
    for (size_t i = 0; i < QN_COUNT_OF(paths); i++) {
        struct qn_ctx *ctx = unit_begin();
        struct fixture f;

        begin(ctx, &f, "safe", QN_HASH_SHA1);
        unit_assert_status(ctx,
                           qn_checkout_write(ctx, &f.tree,
                                             qn_bytes_from_string(paths[i]),
                                             0100644, QN_BYTES("x")),
                           QN_REFUSED);
        end(&f);
        unit_end(ctx);
    }
}

static void tells_what_changed(void **state)
{
    static const char *const paths[] = {"a", "b", "c"};
    struct qn_ctx *ctx = unit_begin();
    struct fixture f;
    struct qn_id head;
    struct qn_status_options options = {.untracked =
                                            QN_STATUS_UNTRACKED_NORMAL};
    struct qn_status_list list = QN_STATUS_LIST_INIT;
    struct qn_bytes gone = QN_BYTES("b");

    (void)state;
    begin(ctx, &f, "status", QN_HASH_SHA1);
    put(ctx, &f, "a", "a\n");
    put(ctx, &f, "b", "b\n");
    put(ctx, &f, "c", "c\n");
    add_all(ctx, &f, paths, 3);
    unit_assert_ok(ctx, qn_index_write_tree(ctx, f.index, f.odb, false, &head));
    put(ctx, &f, "a", "changed\n");
    unit_assert_ok(ctx, qn_checkout_remove(ctx, &f.tree, &gone, 1));
    assert_true(qn_index_remove(f.index, QN_BYTES("c")));
    put(ctx, &f, "u/x", "u\n");
    look_again(&f);
    unit_assert_ok(ctx, qn_status_run(ctx, &f.tree, f.index, f.odb, &head,
                                      &options, &list));
    assert_int_equal(list.count, 3);
    assert_int_equal(list.rows[0].unstaged, 'M');
    assert_int_equal(list.rows[1].unstaged, 'D');
    assert_int_equal(list.rows[2].staged, 'D');
    assert_int_equal(list.extra.count, 2);
    assert_string_equal((const char *)list.extra.items[0].path.data, "c");
    assert_string_equal((const char *)list.extra.items[1].path.data, "u/");
    qn_status_list_dispose(&list);
    end(&f);
    unit_end(ctx);
}

int test_work_tree(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(goes_from_tree_to_tree),
        cmocka_unit_test(never_writes_through_a_link),
        cmocka_unit_test(refuses_paths_that_are_not_safe),
        cmocka_unit_test(tells_what_changed),
    };

    return cmocka_run_group_tests_name("work_tree", tests, NULL, NULL);
}
