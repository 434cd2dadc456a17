/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "program/editor.h"
#include "program/hook.h"
#include "program/pager.h"
#include "program/shell_command.h"

#include <stdio.h>
#include <sys/stat.h>

int test_program(void);

static enum qn_status make(struct qn_ctx *ctx, void *data)
{
    const char *const arguments[] = {"a", "b c", NULL};
    struct qn_shell_command made = QN_SHELL_COMMAND_INIT;
    enum qn_status status;

    (void)data;
    status = qn_shell_command_make(ctx, "prog", arguments, &made);
    if (status)
        return status;
    assert_int_equal(made.count, 3);
    assert_string_equal(made.argv[0], "prog");
    qn_shell_command_dispose(&made);
    status = qn_shell_command_make(ctx, "prog -x", arguments, &made);
    if (status)
        return status;
    assert_int_equal(made.count, 6);
    assert_string_equal(made.argv[2], "prog -x \"$@\"");
    assert_string_equal(made.argv[3], "prog -x");
    assert_string_equal(made.argv[5], "b c");
    qn_shell_command_dispose(&made);
    return QN_OK;
}

static void makes_arguments(void **state)
{
    (void)state;
    unit_each_allocation(make, NULL);
}

static void filters(void **state)
{
    const char *const arguments[] = {"x y", NULL};
    struct qn_process_options options = {0};
    struct qn_ctx *ctx = unit_begin();
    struct qn_buf buf = QN_BUF_INIT;
    int code = -1;

    (void)state;
    unit_assert_ok(
        ctx, qn_shell_command_filter(ctx, "cat; printf %s", arguments, &options,
                                     QN_BYTES("input "), &buf, &code));
    assert_string_equal(qn_buf_string(&buf), "input x y");
    assert_int_equal(code, 0);
    qn_buf_dispose(&buf);
    unit_end(ctx);
}

static void write_hook(const char *path, const char *text, unsigned mode)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    assert_int_equal(chmod(path, mode), 0);
}

static void runs_hooks(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_config *config = NULL;
    struct qn_hook_options options = {.directory = unit_directory()};
    struct qn_buf list = QN_BUF_INIT;
    char path[4300];
    bool exists = true;
    int code = -1;

    (void)state;
    unit_assert_ok(ctx, qn_hook_exists(ctx, &options, "update", &exists));
    assert_false(exists);
    snprintf(path, sizeof(path), "%s/update", options.directory);
    write_hook(path, "#!/bin/sh\nread x\ntest \"$x\" = in && exit 3\n", 0644);
    unit_assert_ok(ctx, qn_hook_exists(ctx, &options, "update", &exists));
    assert_false(exists);
    chmod(path, 0755);
    options.input = QN_BYTES("in\n");
    options.has_input = true;
    unit_assert_ok(ctx, qn_hook_run(ctx, &options, "update", &code, &exists));
    assert_int_equal(code, 3);
    assert_true(exists);
    unit_assert_ok(ctx, qn_config_new(ctx, &config));
    unit_assert_ok(ctx,
                   qn_config_add_parameter(ctx, config, "hook.n.event=update"));
    unit_assert_ok(
        ctx, qn_config_add_parameter(ctx, config, "hook.n.command=exit 4"));
    options.config = config;
    unit_assert_ok(ctx, qn_hook_run(ctx, &options, "update", &code, NULL));
    assert_int_equal(code, 4 | 3);
    unit_assert_ok(ctx, qn_hook_list(ctx, &options, "update", '\n', &list));
    assert_string_equal(qn_buf_string(&list), "n\nhook from hookdir\n");
    unit_assert_ok(
        ctx, qn_config_add_parameter(ctx, config, "hook.update.enabled=no"));
    unit_assert_ok(ctx, qn_hook_run(ctx, &options, "update", &code, &exists));
    assert_int_equal(code,
                     3); /* those of configuration are off, not the file */
    assert_true(exists);
    qn_buf_dispose(&list);
    qn_config_free(config);
    unit_end(ctx);
}

/* Each of them waits for the other: they end only beside each other. */
static void runs_hooks_together(void **state)
{
    static const char *const settings[] = {
        "hook.a.event=update",
        "hook.a.command=: >one; i=0; until [ -e two ] || [ $i -gt 600 ]; do "
        "sleep 0.1; i=$((i + 1)); done; cat >/dev/null; [ -e two ] && exit 1",
        "hook.b.event=update",
        "hook.b.command=: >two; i=0; until [ -e one ] || [ $i -gt 600 ]; do "
        "sleep 0.1; i=$((i + 1)); done; exec <&-; [ -e one ] && exit 2",
        "hook.c.event=update",
        "hook.c.command=exit 4"};
    struct qn_ctx *ctx = unit_begin();
    struct qn_config *config = NULL;
    struct qn_buf input = QN_BUF_INIT;
    struct qn_hook_options options = {.jobs = 2,
                                      .work_directory = unit_directory()};
    int code = -1;

    (void)state;
    unit_assert_ok(ctx, qn_config_new(ctx, &config));
    for (size_t i = 0; i < QN_COUNT_OF(settings); i++)
        unit_assert_ok(ctx, qn_config_add_parameter(ctx, config, settings[i]));
    for (int i = 0; i < 30000; i++) /* more than a pipe holds */
        unit_assert_ok(ctx, qn_buf_printf(ctx, &input, "%d\n", i));
    options.config = config;
    options.input = qn_buf_bytes(&input);
    options.has_input = true;
    unit_assert_ok(ctx, qn_hook_run(ctx, &options, "update", &code, NULL));
    assert_int_equal(code, 1 | 2 | 4);
    qn_buf_dispose(&input);
    qn_config_free(config);
    unit_end(ctx);
}

static void chooses_programs(void **state)
{
    static const char *const variables[] = {"TERM",  "xterm", "VISUAL", "v",
                                            "PAGER", "cat",   NULL};
    static const char *const dumb[] = {"TERM", "dumb", "VISUAL", "v", NULL};
    struct qn_ctx *ctx = unit_begin_with(variables);

    (void)state;
    assert_string_equal(qn_editor_name(ctx, NULL), "v");
    assert_null(qn_pager_name(ctx, NULL));
    unit_end(ctx);
    ctx = unit_begin_with(dumb);
    assert_null(qn_editor_name(ctx, NULL));
    assert_string_equal(qn_pager_name(ctx, NULL), "less");
    unit_assert_status(ctx, qn_editor_run(ctx, NULL, "x", NULL), QN_REFUSED);
    unit_end(ctx);
}

int test_program(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(makes_arguments),
        cmocka_unit_test(filters),
        cmocka_unit_test(runs_hooks),
        cmocka_unit_test(runs_hooks_together),
        cmocka_unit_test(chooses_programs),
    };

    return cmocka_run_group_tests_name("program", tests, NULL, NULL);
}
