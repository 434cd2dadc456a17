/* SPDX-License-Identifier: MIT */
/* Cells in columns: git-column(1), column.ui. */
#ifndef QUOIN_CLI_COLUMNS_H
#define QUOIN_CLI_COLUMNS_H

#include "cli/cli.h"

struct cli_columns {
    bool is_on;
    bool is_auto; /* only on a terminal */
    bool is_row;  /* rows are filled before columns */
    bool is_dense;
    bool is_plain; /* one column, though with indent and line end */
    bool has_padding;
    size_t padding;       /* blanks between cells; unless has_padding: one */
    size_t width;         /* of a line; 0: what the terminal has */
    const char *indent;   /* before each line; or NULL */
    const char *line_end; /* NULL: a newline */
};

/* "always,row,nodense" on top of what is there; false: not understood. */
bool cli_columns_parse(const char *text, struct cli_columns *columns);
/* column.ui, column.<command>, then the option (may be NULL; `has_option`);
 * dies when one is bad.  Says whether to lay out now. */
bool cli_columns_decide(struct cli *cli, const char *command,
                        const char *option, bool has_option,
                        struct cli_columns *columns);
/* Print the lines of `text` as cells. */
void cli_columns_print(struct cli *cli, const struct cli_columns *columns,
                       struct qn_bytes text);

#endif
