/* SPDX-License-Identifier: MIT */
/* Repositories: made, found, refused; where their files are; who I am. */
#include "unit.h"

#include "os/directory.h"
#include "os/file.h"
#include "repo/repo.h"

#include <stdio.h>
#include <string.h>

int test_repo(void);

static const char *const quiet[] = {"GIT_CONFIG_NOSYSTEM",
                                    "1",
                                    "GIT_CONFIG_GLOBAL",
                                    "",
                                    "GIT_AUTHOR_NAME",
                                    " An <Author>, ",
                                    "GIT_AUTHOR_EMAIL",
                                    "<a@b>",
                                    "GIT_AUTHOR_DATE",
                                    "1700000000 +0130",
                                    NULL};

static char top[200];

/* A path below the test's directory. */
static const char *at(char *out, const char *name)
{
    snprintf(out, 512, "%.199s/%.200s", top, name);
    return out;
}

static void write_file(struct qn_ctx *ctx, const char *name, const char *text)
{
    char path[512];
    int fd = -1;

    unit_assert_ok(ctx, qn_directory_make_parents(ctx, at(path, name), 0777));
    unit_assert_ok(
        ctx, qn_file_open(ctx, path,
                          QN_FILE_WRITE | QN_FILE_CREATE | QN_FILE_TRUNCATE,
                          0666, &fd));
    unit_assert_ok(ctx, qn_file_write(ctx, fd, text, strlen(text)));
    unit_assert_ok(ctx, qn_file_close_written(ctx, fd, path));
}

static void make(struct qn_ctx *ctx, const char *name, uint32_t algorithm,
                 enum qn_refs_format format, bool is_bare)
{
    struct qn_repo_create_options options = {0};
    char git[512];
    char tree[512];
    bool was_there = true;

    at(tree, name);
    snprintf(git, sizeof(git), "%.200s%s", tree, is_bare ? "" : "/.git");
    options.git_directory = git;
    options.work_tree = is_bare ? NULL : tree;
    options.bare = is_bare;
    options.algorithm = algorithm;
    options.refs_format = format;
    options.initial_branch = "trunk";
    unit_assert_ok(ctx, qn_repo_create(ctx, &options, &was_there));
    assert_false(was_there);
    unit_assert_ok(ctx, qn_repo_create(ctx, &options, &was_there));
    assert_true(was_there);
}

static enum qn_status open_at(struct qn_ctx *ctx, const char *name,
                              struct qn_repo **out)
{
    struct qn_repo_open_options options = {0};
    char path[512];

    options.start = at(path, name);
    return qn_repo_open(ctx, &options, out);
}

static void check_path(struct qn_ctx *ctx, const struct qn_repo *repo,
                       const char *name, const char *wanted)
{
    struct qn_buf path = QN_BUF_INIT;
    char full[512];

    unit_assert_ok(ctx, qn_repo_path(ctx, repo, name, &path));
    assert_string_equal(qn_buf_string(&path), at(full, wanted));
    qn_buf_dispose(&path);
}

static void is_found_from_below(void **state)
{
    static const struct {
        uint32_t algorithm;
        enum qn_refs_format format;
    } kinds[] = {{QN_HASH_SHA1, QN_REFS_FILES},
                 {QN_HASH_SHA256, QN_REFS_FILES},
                 {QN_HASH_SHA1, QN_REFS_REFTABLE},
                 {QN_HASH_SHA256, QN_REFS_REFTABLE}};
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(kinds); i++) {
        struct qn_ctx *ctx = unit_begin_with(quiet);
        struct qn_repo *repo = NULL;
        char name[64];
        char below[128];
        char full[512];

        snprintf(top, sizeof(top), "%s", unit_directory());
        snprintf(name, sizeof(name), "found%zu", i);
        snprintf(below, sizeof(below), "%s/a/b", name);
        make(ctx, name, kinds[i].algorithm, kinds[i].format, false);
        unit_assert_ok(ctx, qn_directory_make_all(ctx, at(full, below), 0777));
        unit_assert_ok(ctx, open_at(ctx, below, &repo));
        assert_string_equal(qn_repo_prefix(repo), "a/b/");
        assert_string_equal(qn_repo_work_tree(repo), at(full, name));
        assert_false(qn_repo_is_bare(repo));
        assert_int_equal(qn_repo_algorithm(repo), kinds[i].algorithm);
        assert_int_equal(qn_repo_refs_format(repo), kinds[i].format);
        qn_repo_release(repo);
        unit_assert_ok(ctx, open_at(ctx, name, &repo));
        assert_string_equal(qn_repo_git_directory_shown(repo), ".git");
        assert_string_equal(qn_repo_prefix(repo), "");
        qn_repo_release(repo);
        unit_end(ctx);
    }
}

static void bare_and_gitfile(void **state)
{
    struct qn_ctx *ctx = unit_begin_with(quiet);
    struct qn_repo *repo = NULL;

    (void)state;
    snprintf(top, sizeof(top), "%s", unit_directory());
    make(ctx, "bare.git", QN_HASH_SHA1, QN_REFS_FILES, true);
    unit_assert_ok(ctx, open_at(ctx, "bare.git", &repo));
    assert_true(qn_repo_is_bare(repo));
    assert_null(qn_repo_work_tree(repo));
    assert_string_equal(qn_repo_git_directory_shown(repo), ".");
    qn_repo_release(repo);
    make(ctx, "moved", QN_HASH_SHA1, QN_REFS_FILES, false);
    write_file(ctx, "with/.git", "gitdir: ../moved/.git\n");
    unit_assert_ok(ctx, open_at(ctx, "with", &repo));
    check_path(ctx, repo, "index", "moved/.git/index");
    qn_repo_release(repo);
    write_file(ctx, "with/.git", "nonsense\n");
    unit_assert_status(ctx, open_at(ctx, "with", &repo), QN_CORRUPT);
    assert_non_null(strstr(qn_ctx_message(ctx), "invalid gitfile format: "));
    write_file(ctx, "with/.git", "gitdir: nowhere\n");
    unit_assert_status(ctx, open_at(ctx, "with", &repo), QN_NOT_FOUND);
    unit_end(ctx);
}

static void linked_work_tree(void **state)
{
    struct qn_ctx *ctx = unit_begin_with(quiet);
    struct qn_repo *repo = NULL;
    char text[600];

    (void)state;
    snprintf(top, sizeof(top), "%s", unit_directory());
    make(ctx, "main", QN_HASH_SHA1, QN_REFS_FILES, false);
    write_file(ctx, "main/.git/worktrees/one/HEAD", "ref: refs/heads/x\n");
    write_file(ctx, "main/.git/worktrees/one/commondir", "../..\n");
    snprintf(text, sizeof(text), "gitdir: %.199s/main/.git/worktrees/one\n",
             top);
    write_file(ctx, "one/.git", text);
    unit_assert_ok(ctx, open_at(ctx, "one", &repo));
    check_path(ctx, repo, "HEAD", "main/.git/worktrees/one/HEAD");
    check_path(ctx, repo, "index", "main/.git/worktrees/one/index");
    check_path(ctx, repo, "refs/heads/x", "main/.git/refs/heads/x");
    check_path(ctx, repo, "refs/bisect/bad",
               "main/.git/worktrees/one/refs/bisect/bad");
    check_path(ctx, repo, "info/exclude", "main/.git/info/exclude");
    check_path(ctx, repo, "info/sparse-checkout",
               "main/.git/worktrees/one/info/sparse-checkout");
    check_path(ctx, repo, "logs/HEAD", "main/.git/worktrees/one/logs/HEAD");
    check_path(ctx, repo, "packed-refs", "main/.git/packed-refs");
    qn_repo_release(repo);
    unit_end(ctx);
}

static void refuses_what_it_does_not_know(void **state)
{
    static const struct {
        const char *config;
        enum qn_status status;
        const char *message;
    } rows[] = {
        {"[core]\n\trepositoryformatversion = 2\n", QN_UNSUPPORTED,
         "Expected git repo version <= 1, found 2"},
        {"[core]\n\trepositoryformatversion = 1\n[extensions]\n\tfoo = x\n",
         QN_UNSUPPORTED, "unknown repository extension found:\n\tfoo"},
        {"[core]\n\trepositoryformatversion = 1\n[extensions]\n\tfoo\n\tbar\n",
         QN_UNSUPPORTED, "unknown repository extensions found:\n\tfoo\n\tbar"},
        {"[core]\n\trepositoryformatversion = 0\n"
         "[extensions]\n\tobjectformat = sha256\n",
         QN_UNSUPPORTED,
         "repo version is 0, but v1-only extension found:\n\tobjectformat"},
        {"[extensions]\n\tfoo = x\n", QN_OK, ""},
        {"[core]\n\trepositoryformatversion = 1\n"
         "[extensions]\n\tnoop\n\tnoop-v1\n\tpreciousObjects = true\n",
         QN_OK, ""},
    };
    struct qn_ctx *ctx = unit_begin_with(quiet);
    size_t i;

    (void)state;
    snprintf(top, sizeof(top), "%s", unit_directory());
    make(ctx, "odd", QN_HASH_SHA1, QN_REFS_FILES, false);
    for (i = 0; i < QN_COUNT_OF(rows); i++) {
        struct qn_repo *repo = NULL;

        write_file(ctx, "odd/.git/config", rows[i].config);
        unit_assert_status(ctx, open_at(ctx, "odd", &repo), rows[i].status);
        assert_string_equal(qn_ctx_message(ctx), rows[i].message);
        qn_ctx_clear(ctx);
        qn_repo_release(repo);
    }
    unit_end(ctx);
}

static void knows_who_i_am(void **state)
{
    struct qn_ctx *ctx = unit_begin_with(quiet);
    struct qn_repo *repo = NULL;
    struct qn_buf ident = QN_BUF_INIT;

    (void)state;
    snprintf(top, sizeof(top), "%s", unit_directory());
    make(ctx, "who", QN_HASH_SHA1, QN_REFS_FILES, false);
    write_file(ctx, "who/.git/config",
               "[user]\n\tuseConfigOnly\n[committer]\n\tname = C\n");
    unit_assert_ok(ctx, open_at(ctx, "who", &repo));
    unit_assert_ok(ctx,
                   qn_repo_ident(ctx, repo, QN_IDENT_AUTHOR, true, &ident));
    assert_string_equal(qn_buf_string(&ident),
                        "An Author <a@b> 1700000000 +0130");
    unit_assert_status(
        ctx, qn_repo_ident(ctx, repo, QN_IDENT_COMMITTER, true, &ident),
        QN_NEEDS_USER);
    assert_string_equal(qn_ctx_message(ctx),
                        "no email was given and auto-detection is disabled");
    qn_buf_dispose(&ident);
    qn_repo_release(repo);
    unit_end(ctx);
}

static enum qn_status open_twice(struct qn_ctx *ctx, void *data)
{
    struct qn_repo *repo = NULL;
    enum qn_status status = open_at(ctx, data, &repo);

    qn_repo_release(repo);
    return status;
}

static void survives_each_allocation(void **state)
{
    static char name[] = "memory";
    struct qn_ctx *ctx = unit_begin_with(quiet);

    (void)state;
    snprintf(top, sizeof(top), "%s", unit_directory());
    make(ctx, name, QN_HASH_SHA1, QN_REFS_FILES, false);
    unit_end(ctx);
    unit_each_allocation(open_twice, name);
}

int test_repo(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_found_from_below),
        cmocka_unit_test(bare_and_gitfile),
        cmocka_unit_test(linked_work_tree),
        cmocka_unit_test(refuses_what_it_does_not_know),
        cmocka_unit_test(knows_who_i_am),
        cmocka_unit_test(survives_each_allocation),
    };

    return cmocka_run_group_tests_name("repo", tests, NULL, NULL);
}
