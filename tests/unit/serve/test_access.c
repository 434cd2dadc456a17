/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "server/access.h"
#include "server/repositories.h"

int test_access(void);

static const char rules[] = "# who\n"
                            "group devs alice bob\n"
                            "group nobody\n"
                            "repository /open/* /x.git\n"
                            "  read anyone\n"
                            "  push @devs on refs/heads/*   # branches\n"
                            "  force alice on refs/heads/wip/*\n"
                            "\tdelete bob\r\n"
                            "repository /closed.git\n"
                            "read users\n"
                            "push @nobody\n"
                            "repository /team/*.git\n"
                            "  namespace a/b # of a shared one\n"
                            "repository *\n"
                            "  push root\n";

static void rights_add_up(void **state)
{
    static const struct {
        const char *repository, *user;
        enum access_right right;
        const char *ref;
        bool may;
    } rows[] = {
        {"/open/a.git", NULL, ACCESS_READ, NULL, true},
        {"/open/a/b.git", NULL, ACCESS_READ, NULL, true},
        {"/open", NULL, ACCESS_READ, NULL, false},
        {"/x.git", NULL, ACCESS_PUSH, NULL, false},
        {"/x.git", "alice", ACCESS_PUSH, NULL, true},
        {"/x.git", "alice", ACCESS_PUSH, "refs/heads/a/b", true},
        {"/x.git", "alice", ACCESS_PUSH, "refs/tags/a", false},
        {"/x.git", "bob", ACCESS_FORCE, "refs/heads/wip/x", false},
        {"/x.git", "alice", ACCESS_FORCE, "refs/heads/wip/x", true},
        {"/x.git", "alice", ACCESS_FORCE, "refs/heads/main", false},
        {"/x.git", "alice", ACCESS_DELETE, "refs/heads/main", false},
        {"/x.git", "bob", ACCESS_DELETE, "refs/tags/v1", true},
        {"/x.git", "carol", ACCESS_PUSH, NULL, false},
        {"/closed.git", NULL, ACCESS_READ, NULL, false},
        {"/closed.git", "carol", ACCESS_READ, NULL, true},
        {"/closed.git", "carol", ACCESS_PUSH, NULL, false},
        {"/closed.git", "root", ACCESS_PUSH, "refs/tags/x", true},
        {"/closed.git", "root", ACCESS_FORCE, "refs/tags/x", false},
        {"/other", "root", ACCESS_READ, NULL, true},
        {"/other", "alice", ACCESS_READ, NULL, false},
        {"/x.git", "@devs", ACCESS_PUSH, NULL, false},
        {"/x.git", "users", ACCESS_PUSH, NULL, false},
    };
    struct qn_ctx *ctx = unit_begin();
    struct access *access = NULL;
    size_t i;

    (void)state;
    unit_assert_ok(ctx,
                   access_parse(ctx, qn_bytes_from_string(rules), &access));
    for (i = 0; i < QN_COUNT_OF(rows); i++) {
        bool may = access_allows(access, rows[i].repository, rows[i].user,
                                 rows[i].right, rows[i].ref);

        if (may != rows[i].may)
            print_error("row %zu\n", i);
        assert_int_equal(may, rows[i].may);
    }
    access_free(access);
    unit_end(ctx);
}

static void namespaces_are_of_both_names(void **state)
{
    static const struct {
        const char *repository, *name;
    } rows[] = {
        {"/team/x.git", "a/b"}, {"/team/x", "a/b"}, {"/team/y/x", "a/b"},
        {"/team", NULL},        {"/x.git", NULL},   {"/", NULL},
    };
    struct qn_ctx *ctx = unit_begin();
    struct access *access = NULL;
    size_t i;

    (void)state;
    unit_assert_ok(ctx,
                   access_parse(ctx, qn_bytes_from_string(rules), &access));
    for (i = 0; i < QN_COUNT_OF(rows); i++) {
        const char *name = access_namespace(access, rows[i].repository);

        if (rows[i].name)
            assert_string_equal(name, rows[i].name);
        else
            assert_null(name);
    }
    access_free(access);
    unit_end(ctx);
}

static void faults_name_their_line(void **state)
{
    static const struct {
        const char *text, *line;
    } rows[] = {
        {"read anyone\n", "line 1"},
        {"repository\n", "line 1"},
        {"repository x\nread\n", "line 2"},
        {"repository x\nread @none\n", "line 2"},
        {"repository x\n\nread a on refs/*\n", "line 3"},
        {"repository x\npush a on\n", "line 2"},
        {"repository x\npush on refs/*\n", "line 2"},
        {"group\n", "line 1"},
        {"\1\n", "line 1"},
        {"Repository x\n", "line 1"},
        {"namespace a\n", "line 1"},
        {"repository x\nnamespace\n", "line 2"},
        {"repository x\nnamespace a b\n", "line 2"},
        {"repository x\nnamespace a..b\n", "line 2"},
        {"repository x\nnamespace /a\n", "line 2"},
    };
    struct qn_ctx *ctx = unit_begin();
    struct access *access = NULL;
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(rows); i++) {
        unit_assert_status(
            ctx, access_parse(ctx, qn_bytes_from_string(rows[i].text), &access),
            QN_INVALID);
        assert_non_null(strstr(qn_ctx_message(ctx), rows[i].line));
        assert_null(access);
        qn_ctx_clear(ctx);
    }
    unit_end(ctx);
}

static enum qn_status parse_rules(struct qn_ctx *ctx, void *data)
{
    struct access *access = NULL;
    enum qn_status status =
        access_parse(ctx, qn_bytes_from_string(rules), &access);

    (void)data;
    access_free(access);
    return status;
}

static void rules_without_memory(void **state)
{
    (void)state;
    unit_each_allocation(parse_rules, NULL);
}

static void names_are_plain(void **state)
{
    static const struct {
        const char *name;
        bool is_one;
    } rows[] = {
        {"/x.git", true},      {"/a/b/c", true},   {"/", false},
        {"", false},           {"x", false},       {"/x/", false},
        {"//x", false},        {"/a//b", false},   {"/.", false},
        {"/..", false},        {"/a/../b", false}, {"/.git", false},
        {"/a/.hidden", false}, {"/-x", false},     {"/a/-x", false},
        {"/a\nb", false},      {"/a\\b", false},   {"/a b", true},
    };
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(rows); i++)
        assert_int_equal(
            repositories_is_name(qn_bytes_from_string(rows[i].name)),
            rows[i].is_one);
}

int test_access(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rights_add_up),
        cmocka_unit_test(namespaces_are_of_both_names),
        cmocka_unit_test(faults_name_their_line),
        cmocka_unit_test(rules_without_memory),
        cmocka_unit_test(names_are_plain),
    };

    return cmocka_run_group_tests_name("access", tests, NULL, NULL);
}
