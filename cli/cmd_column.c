/* SPDX-License-Identifier: MIT */
/* column: lines of stdin in columns; git-column(1). */
#include "cli/columns.h"
#include "os/file.h"

#include <string.h>
#include <unistd.h>

static const char *const usage[] = {"git column [<options>]", NULL};

#define RAW_LAYOUT_MASK 15
#define RAW_COLUMN      0
#define RAW_ROW         1
#define RAW_PLAIN       15
#define RAW_ON          16
#define RAW_DENSE       128

struct column {
    struct cli_columns columns;
    const char *mode;
    bool has_mode;
};

static int set_mode(struct cli *cli, const struct cli_option *option,
                    const char *argument, bool is_negated)
{
    struct column *column = option->value;
    struct cli_columns *columns = &column->columns;

    columns->is_on = !is_negated;
    columns->is_auto = false;
    if (is_negated || !argument)
        return 0;
    if (!cli_columns_parse(argument, columns)) {
        cli_error(cli, "unsupported option '%s'", argument);
        return 1;
    }
    return 0;
}

static void set_raw(struct cli_columns *columns, uint64_t raw)
{
    columns->is_on = (raw & RAW_ON) != 0;
    columns->is_auto = (raw & 32) != 0;
    columns->is_dense = (raw & RAW_DENSE) != 0;
    columns->is_row = (raw & RAW_LAYOUT_MASK) == RAW_ROW;
    columns->is_plain = (raw & RAW_LAYOUT_MASK) == RAW_PLAIN;
}

int cmd_column(struct cli *cli, int argc, char **argv)
{
    struct column column = {.mode = NULL};
    struct cli_columns *columns = &column.columns;
    const char *command = NULL;
    const char *unused = NULL;
    uint64_t raw = UINT64_MAX;
    int width = 0, padding = 1;
    const struct cli_option options[] = {
        CLI_STRING(0, "command", &unused, "name",
                   "the layout that column.<name> says"),
        CLI_CALLBACK(0, "mode", &column, "style", "the layout",
                     CLI_OPTION_OPTIONAL, set_mode),
        {CLI_KIND_UNSIGNED, 0, "raw-mode", &raw, "n", "the layout as a number",
         CLI_OPTION_NO_NEGATE, 0, NULL},
        CLI_INTEGER(0, "width", &width, "columns there are"),
        CLI_STRING(0, "indent", &columns->indent, "string", "before each line"),
        CLI_STRING(0, "nl", &columns->line_end, "string", "behind each line"),
        CLI_INTEGER(0, "padding", &padding, "blanks between columns"),
        CLI_END};
    struct qn_buf text = QN_BUF_INIT;

    /* --command counts as given only in the first place. */
    if (argc > 1 && strncmp(argv[1], "--command=", 10) == 0) {
        command = argv[1] + 10;
        cli_open_repo(cli, CLI_OPEN_GENTLY);
        cli_columns_decide(cli, command, NULL, false, columns);
    }
    argc = cli_parse(cli, argc, argv, options, usage, 0);
    if (padding < 0)
        cli_die_with(cli, "--padding must be non-negative");
    if (argc > 0)
        cli_usage(cli, usage, options);
    if (unused && (!command || strcmp(unused, command) != 0))
        cli_die_with(cli, "--command must be the first argument");
    if (raw != UINT64_MAX)
        set_raw(columns, raw);
    if (columns->is_auto)
        columns->is_on = cli_out_is_terminal(cli);
    columns->padding = (size_t)padding;
    columns->has_padding = true;
    columns->width = width > 0 ? (size_t)width : 0;
    cli_check(cli, qn_file_read_rest(cli->ctx, STDIN_FILENO, &text));
    cli_columns_print(cli, columns, qn_buf_bytes(&text));
    qn_buf_dispose(&text);
    return 0;
}
