/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "path/attribute_rules.h"
#include "path/ignore_rules.h"

int test_rules(void);

static void ignores_as_git_does(void **state)
{
    static const struct {
        const char *file;
        const char *path;
        bool is_directory;
        int line; /* of the rule; 0: none */
    } rows[] = {
        {"*.o\n", "z.o", false, 1},
        {"*.o\n", "a/z.o", false, 1},
        {"*.o\n!k.o\n", "k.o", false, 2},
        {"/anch\n", "anch", false, 1},
        {"/anch\n", "s/anch", false, 0},
        {"a/mid\n", "a/mid", false, 1},
        {"a/mid\n", "b/a/mid", false, 0},
        {"d/\n", "d", false, 0},
        {"d/\n", "d", true, 1},
        {"**/star\n", "a/b/star", false, 1},
        {"st/**\n", "st/a", false, 1},
        {"st/**\n", "st", true, 0},
        {"x/**/y\n", "x/y", false, 1},
        {"x/**/y\n", "x/a/b/y", false, 1},
        {"# c\n\n \n\\#yes\n", "#yes", false, 4},
        {"\\!bang\n", "!bang", false, 1},
        {"sp  \n", "sp", false, 1},
        {"esc\\  \n", "esc ", false, 1},
        {"tab\t\n", "tab", false, 0},
        {"cr\r\n", "cr", false, 1},
        {"bs\\\n", "bs\\", false, 0},
        {"foo[ab]\n", "foob", false, 1},
        {"abc*/d\n", "abcd/d", false, 1},
        {"\xef\xbb\xbf"
         "bom\n",
         "bom", false, 1},
    };

    (void)state;
    for (size_t i = 0; i < QN_COUNT_OF(rows); i++) {
        struct qn_ctx *ctx = unit_begin();
        struct qn_ignore_rules rules = {0};
        struct qn_ignore_match match = {0};
        struct qn_bytes path = qn_bytes_from_string(rows[i].path);
        size_t slash = qn_bytes_find_last(path, '/');
        struct qn_bytes base =
            slash == path.size ? path : qn_bytes_from(path, slash + 1);

        unit_assert_ok(ctx,
                       qn_buf_append_string(ctx, &rules.text, rows[i].file));
        unit_assert_ok(ctx, qn_ignore_rules_parse(ctx, &rules));
        (void)qn_ignore_rules_find(&rules, false, "f", path, base,
                                   rows[i].is_directory, &match);
        if ((int)match.line != rows[i].line)
            print_error("'%s' against '%s'\n", rows[i].file, rows[i].path);
        assert_int_equal((int)match.line, rows[i].line);
        qn_ignore_rules_dispose(&rules);
        unit_end(ctx);
    }
}

static void folds_case_when_told(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_ignore_rules rules = {0};
    struct qn_ignore_match match = {0};

    (void)state;
    unit_assert_ok(ctx, qn_buf_append_string(ctx, &rules.text, "*.O\nAb\n"));
    unit_assert_ok(ctx, qn_ignore_rules_parse(ctx, &rules));
    assert_false(qn_ignore_rules_find(&rules, false, "f", QN_BYTES("x.o"),
                                      QN_BYTES("x.o"), false, &match));
    assert_true(qn_ignore_rules_find(&rules, true, "f", QN_BYTES("x.o"),
                                     QN_BYTES("x.o"), false, &match));
    assert_true(qn_ignore_rules_find(&rules, true, "f", QN_BYTES("aB"),
                                     QN_BYTES("aB"), false, &match));
    qn_ignore_rules_dispose(&rules);
    unit_end(ctx);
}

/* Lines with something wrong are left out whole, as Git leaves them. */
static void parses_attribute_lines(void **state)
{
    static const struct {
        const char *line;
        bool is_root;
        size_t rules;
        size_t settings;
    } rows[] = {
        {"*.c a -b !c d=e", true, 1, 4},
        {"  *.c\ta\r", true, 1, 1},
        {"# comment", true, 0, 0},
        {"", true, 0, 0},
        {"*.c", true, 1, 0},
        {"\"q x\" a", true, 1, 1},
        {"!neg a", true, 0, 0},
        {"*.c a -", true, 0, 0},
        {"*.c builtin_x", true, 0, 0},
        {"[attr]m a -b", true, 1, 2},
        {"[attr]m a", false, 0, 0},
        {"[attr]-m a", true, 0, 0},
        {"*.c x=", true, 1, 1},
    };

    (void)state;
    for (size_t i = 0; i < QN_COUNT_OF(rows); i++) {
        struct qn_ctx *ctx = unit_begin();
        struct qn_attribute_names names = {QN_MAP_INIT};
        struct qn_attribute_rules rules = {0};

        unit_assert_ok(
            ctx, qn_attribute_rules_parse(ctx, &rules, &names,
                                          qn_bytes_from_string(rows[i].line),
                                          "f", rows[i].is_root));
        if (rules.count != rows[i].rules)
            print_error("'%s'\n", rows[i].line);
        assert_int_equal(rules.count, rows[i].rules);
        if (rules.count > 0)
            assert_int_equal(rules.items[0].count, rows[i].settings);
        qn_attribute_rules_dispose(&rules);
        qn_map_dispose(&names.map);
        unit_end(ctx);
    }
}

int test_rules(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ignores_as_git_does),
        cmocka_unit_test(folds_case_when_told),
        cmocka_unit_test(parses_attribute_lines),
    };

    return cmocka_run_group_tests_name("rules", tests, NULL, NULL);
}
