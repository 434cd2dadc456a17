/* SPDX-License-Identifier: MIT */
/* sh-i18n--envsubst: variables of shell texts, for git-sh-i18n.
 *
 *   --variables <text>   the names of the variables in the text
 *   <text>               stdin, with the values of those put in
 */
#include "cli/cli.h"
#include "os/file.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_name_byte(uint8_t c, bool is_first)
{
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (!is_first && c >= '0' && c <= '9');
}

/* The variable that `text` begins with ("$x", "${x}"): its size with all, 0:
 * none. */
static size_t take_variable(struct qn_bytes text, struct qn_bytes *name)
{
    bool is_braced = text.size > 1 && text.data[1] == '{';
    size_t start = is_braced ? 2 : 1;
    size_t end = start;

    if (text.size == 0 || text.data[0] != '$')
        return 0;
    while (end < text.size && is_name_byte(text.data[end], end == start))
        end++;
    if (end == start ||
        (is_braced && (end >= text.size || text.data[end] != '}')))
        return 0;
    *name = qn_bytes_make(text.data + start, end - start);
    return end + is_braced;
}

static void print_names(struct cli *cli, struct qn_bytes text)
{
    struct qn_bytes name;

    while (text.size > 0) {
        size_t size = take_variable(text, &name);

        if (size)
            cli_printf(cli, "%.*s\n", QN_BYTES_ARG(name));
        text = qn_bytes_from(text, size ? size : 1);
    }
}

static bool has_name(struct qn_bytes text, struct qn_bytes wanted)
{
    struct qn_bytes name;

    while (text.size > 0) {
        size_t size = take_variable(text, &name);

        if (size && qn_bytes_is_equal(name, wanted))
            return true;
        text = qn_bytes_from(text, size ? size : 1);
    }
    return false;
}

static void substitute(struct cli *cli, struct qn_bytes known,
                       struct qn_bytes text)
{
    struct qn_buf copy = QN_BUF_INIT;
    struct qn_bytes name;

    while (text.size > 0) {
        size_t size = take_variable(text, &name);
        const char *value;

        if (!size || !has_name(known, name)) {
            cli_put(cli, (char)text.data[0]);
            text = qn_bytes_from(text, 1);
            continue;
        }
        qn_buf_clear(&copy);
        cli_check(cli, qn_buf_append_bytes(cli->ctx, &copy, name));
        value = getenv(qn_buf_string(&copy));
        cli_puts(cli, value ? value : "");
        text = qn_bytes_from(text, size);
    }
    qn_buf_dispose(&copy);
}

int cmd_sh_i18n_envsubst(struct cli *cli, int argc, char **argv)
{
    struct qn_buf text = QN_BUF_INIT;

    if (argc == 1) {
        cli_error(cli, "we won't substitute all variables on stdin for you");
        return 0;
    }
    if (strcmp(argv[1], "--variables") == 0) {
        if (argc != 3)
            return cli_error(cli, "missing argument"), 1;
        print_names(cli, qn_bytes_from_string(argv[2]));
        return 0;
    }
    if (argc > 2)
        return cli_error(cli, "too many arguments"), 1;
    cli_check(cli, qn_file_read_rest(cli->ctx, STDIN_FILENO, &text));
    substitute(cli, qn_bytes_from_string(argv[1]), qn_buf_bytes(&text));
    qn_buf_dispose(&text);
    return 0;
}
