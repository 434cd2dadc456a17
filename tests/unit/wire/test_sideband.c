/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "wire/sideband.h"

int test_sideband(void);

/* What a hook says, as git 2.55 shows it. */
static void says_what_a_terminal_may_hear(void **state)
{
    static const struct {
        bool is_terminal;
        unsigned allows;
        const char *said, *shown;
    } rows[] = {
        {false, QN_SIDEBAND_COLOR,
         "color \033[31mred\033[m bell\007 up\033[2A "
         "erase\033[2J cr\rmid del\177\n last",
         "remote: color \033[31mred\033[m bell^G up^[[2A erase^[[2J cr        "
         "\r"
         "remote: mid del^?        \nremote:  last\n"},
        {true, QN_SIDEBAND_COLOR, "osc \033]0;t\007 c\n\n",
         "\033[Kremote: osc ^[]0;t^G c\n\033[Kremote: \n"},
        {true, QN_SIDEBAND_CURSOR | QN_SIDEBAND_ERASE,
         "\033[31mred\033[2A\033[2J\n",
         "\033[Kremote: ^[[31mred\033[2A\033[2J\n"},
        {true, QN_SIDEBAND_ALL, "\007\033]0;t\007\n",
         "\033[Kremote: \007\033]0;t\007\n"},
        {false, 0, "\033[31mred\tx\n", "remote: ^[[31mred\tx        \n"},
        {false, QN_SIDEBAND_COLOR, "\033[", "remote: ^[[\n"},
        {false, QN_SIDEBAND_COLOR, "\n", "remote: \n"},
    };
    struct qn_ctx *ctx = unit_begin();
    size_t i, cut;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(rows); i++) {
        struct qn_bytes said = qn_bytes_from_string(rows[i].said);

        for (cut = 0; cut <= said.size; cut++) {
            struct qn_sideband_text text = {.prefix = "remote: ",
                                            .allows = rows[i].allows,
                                            .is_terminal = rows[i].is_terminal};
            struct qn_buf out = QN_BUF_INIT;

            unit_assert_ok(ctx, qn_sideband_text_take(ctx, &text,
                                                      qn_bytes_first(said, cut),
                                                      &out));
            unit_assert_ok(ctx, qn_sideband_text_take(ctx, &text,
                                                      qn_bytes_from(said, cut),
                                                      &out));
            unit_assert_ok(ctx, qn_sideband_text_end(ctx, &text, &out));
            assert_string_equal(qn_buf_string(&out), rows[i].shown);
            qn_sideband_text_dispose(&text);
            qn_buf_dispose(&out);
        }
    }
    unit_end(ctx);
}

static void colors_words_at_the_front(void **state)
{
    static const char said[] =
        "error: a\n  Warning: b\nerrorx e\nnot error: \n hint\tx\nSUCCESS";
    struct qn_ctx *ctx = unit_begin();
    struct qn_sideband_text text = {
        .prefix = "remote: ",
        .allows = QN_SIDEBAND_COLOR,
        .is_terminal = true,
        .colors = {"\033[1;31m", "\033[1;33m", "\033[33m", "\033[1;32m"}};
    struct qn_buf out = QN_BUF_INIT;

    (void)state;
    unit_assert_ok(ctx, qn_sideband_text_take(
                            ctx, &text, qn_bytes_from_string(said), &out));
    unit_assert_ok(ctx, qn_sideband_text_end(ctx, &text, &out));
    assert_string_equal(qn_buf_string(&out),
                        "\033[Kremote: \033[1;31merror\033[m: a\n"
                        "\033[Kremote:   \033[1;33mWarning\033[m: b\n"
                        "\033[Kremote: errorx e\n"
                        "\033[Kremote: not error: \n"
                        "\033[Kremote:  \033[33mhint\033[m\tx\n"
                        "\033[Kremote: \033[1;32mSUCCESS\033[m\n");
    qn_sideband_text_dispose(&text);
    qn_buf_dispose(&out);
    unit_end(ctx);
}

int test_sideband(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_what_a_terminal_may_hear),
        cmocka_unit_test(colors_words_at_the_front),
    };

    return cmocka_run_group_tests_name("sideband", tests, NULL, NULL);
}
