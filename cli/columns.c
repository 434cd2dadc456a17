/* SPDX-License-Identifier: MIT */
#include "cli/columns.h"

#include "text/utf8.h"

#include <stdio.h>
#include <string.h>

bool cli_columns_parse(const char *text, struct cli_columns *columns)
{
    struct qn_bytes rest = qn_bytes_from_string(text);
    bool has_layout = false, has_switch = false;

    while (rest.size) {
        struct qn_bytes word;
        size_t end = 0;

        while (end < rest.size && !memchr(" ,", rest.data[end], 2))
            end++;
        word = qn_bytes_first(rest, end);
        rest = qn_bytes_from(rest, end + 1);
        if (!word.size)
            continue;
        if (qn_bytes_is_string(word, "always")) {
            columns->is_on = true;
            columns->is_auto = false;
            has_switch = true;
        } else if (qn_bytes_is_string(word, "never")) {
            columns->is_on = columns->is_auto = false;
            has_switch = true;
        } else if (qn_bytes_is_string(word, "auto")) {
            columns->is_auto = true;
            has_switch = true;
        } else if (qn_bytes_is_string(word, "plain")) {
            columns->is_plain = true;
            has_layout = true;
        } else if (qn_bytes_is_string(word, "column") ||
                   qn_bytes_is_string(word, "row")) {
            columns->is_row = qn_bytes_is_string(word, "row");
            columns->is_plain = false;
            has_layout = true;
        } else if (qn_bytes_is_string(word, "dense") ||
                   qn_bytes_is_string(word, "nodense")) {
            columns->is_dense = qn_bytes_is_string(word, "dense");
        } else {
            return false;
        }
    }
    if (has_layout && !has_switch)
        columns->is_on = true;
    return true;
}

static void configure(struct cli *cli, const char *key,
                      struct cli_columns *columns)
{
    const struct qn_config_entry *entry = qn_config_find(cli_config(cli), key);

    if (!entry || !entry->value || cli_columns_parse(entry->value, columns))
        return;
    cli_error(cli, "unsupported option '%s'", entry->value);
    cli_error(cli, "invalid %s mode %s", key, entry->value);
    cli_die_bad_key(cli, entry);
}

bool cli_columns_decide(struct cli *cli, const char *command,
                        const char *option, bool has_option,
                        struct cli_columns *columns)
{
    char key[64];

    configure(cli, "column.ui", columns);
    snprintf(key, sizeof(key), "column.%s", command);
    configure(cli, key, columns);
    if (has_option) {
        columns->is_on = true;
        columns->is_auto = false;
        if (option && !cli_columns_parse(option, columns)) {
            cli_error(cli, "unsupported option '%s'", option);
            cli_exit(cli, CLI_EXIT_USAGE);
        }
    }
    if (columns->is_auto)
        columns->is_on = cli_out_is_terminal(cli);
    return columns->is_on;
}

struct cell {
    struct qn_bytes text;
    size_t width;
};

/* Which cell stands at row and column. */
static size_t cell_at(const struct cli_columns *columns, size_t row,
                      size_t column, size_t row_count, size_t column_count)
{
    return columns->is_row ? row * column_count + column
                           : column * row_count + row;
}

/* Widths of the columns; their sum, blanks between included. */
static size_t measure(const struct cli_columns *columns,
                      const struct cell *cells, size_t count, size_t rows,
                      size_t column_count, size_t *widths)
{
    size_t total = 0;
    size_t row, column;

    for (column = 0; column < column_count; column++) {
        widths[column] = 0;
        for (row = 0; row < rows; row++) {
            size_t at = cell_at(columns, row, column, rows, column_count);

            if (at < count && cells[at].width > widths[column])
                widths[column] = cells[at].width;
        }
        widths[column] +=
            columns->has_padding || columns->padding ? columns->padding : 1;
        total += widths[column];
    }
    return total;
}

/* One cell a line. */
static void print_lines(struct cli *cli, const struct cli_columns *columns,
                        struct qn_bytes text)
{
    struct qn_bytes line;

    while (qn_bytes_next(&text, '\n', &line)) {
        if (columns->is_on && columns->indent)
            cli_puts(cli, columns->indent);
        cli_write(cli, line.data, line.size);
        cli_puts(cli, columns->is_on && columns->line_end ? columns->line_end
                                                          : "\n");
    }
}

void cli_columns_print(struct cli *cli, const struct cli_columns *columns,
                       struct qn_bytes text)
{
    size_t full_width =
        columns->width ? columns->width : (size_t)cli_terminal_width(cli) - 1;
    size_t indent = columns->indent ? strlen(columns->indent) : 0;
    size_t total_width = full_width > indent ? full_width - indent : 1;
    struct cell *cells = NULL;
    size_t *widths;
    size_t padding =
        columns->has_padding || columns->padding ? columns->padding : 1;
    size_t capacity = 0, count = 0, widest = 0, column_count, rows, row, column;
    struct qn_bytes line;

    if (!columns->is_on || columns->is_plain) {
        print_lines(cli, columns, text);
        return;
    }
    while (qn_bytes_next(&text, '\n', &line)) {
        cli_check(cli, qn_memory_grow(cli->ctx, &cells, &capacity, count + 1,
                                      sizeof(*cells)));
        cells[count].text = line;
        cells[count].width = qn_utf8_width(line, true);
        if (cells[count].width > widest)
            widest = cells[count].width;
        count++;
    }
    if (!count)
        return;
    widths = qn_memory_calloc(cli->ctx, count + 1, sizeof(*widths));
    if (!widths)
        cli_die(cli);
    column_count = total_width / (widest + padding);
    if (!column_count)
        column_count = 1;
    if (column_count > count)
        column_count = count;
    rows = (count + column_count - 1) / column_count;
    if (!columns->is_row)
        column_count = (count + rows - 1) / rows;
    for (column = 0; column < column_count; column++)
        widths[column] = widest + padding;
    while (columns->is_dense && rows > 1) {
        size_t fewer = rows - 1;
        size_t more = (count + fewer - 1) / fewer;

        if (measure(columns, cells, count, fewer, more, widths) > total_width)
            break;
        rows = fewer;
        column_count = more;
    }
    if (columns->is_dense)
        measure(columns, cells, count, rows, column_count, widths);
    for (row = 0; row < rows; row++) {
        if (columns->indent)
            cli_puts(cli, columns->indent);
        for (column = 0; column < column_count; column++) {
            size_t at = cell_at(columns, row, column, rows, column_count);
            size_t next = cell_at(columns, row, column + 1, rows, column_count);
            size_t pad;

            if (at >= count)
                break;
            cli_write(cli, cells[at].text.data, cells[at].text.size);
            if (column + 1 == column_count || next >= count)
                break;
            for (pad = cells[at].width; pad < widths[column]; pad++)
                cli_put(cli, ' ');
        }
        cli_puts(cli, columns->line_end ? columns->line_end : "\n");
    }
    qn_memory_free(cells);
    qn_memory_free(widths);
}
