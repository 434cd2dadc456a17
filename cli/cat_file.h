/* SPDX-License-Identifier: MIT */
/* The batch modes of cat-file (cat_file_batch.c). */
#ifndef QUOIN_CLI_CAT_FILE_H
#define QUOIN_CLI_CAT_FILE_H

#include <stdbool.h>

struct cli;

enum cli_cat_batch {
    CLI_CAT_NONE = 0,
    CLI_CAT_CONTENT,
    CLI_CAT_CHECK,
    CLI_CAT_COMMAND
};

struct cli_cat_file {
    enum cli_cat_batch batch;
    const char *format; /* NULL: the default one */
    bool all_objects, is_unordered, is_buffered;
    char in_end; /* '\n' or NUL */
    char out_end;
};

/* Run a batch mode; answers the exit code. */
int cli_cat_file_batch(struct cli *cli, const struct cli_cat_file *options);

#endif
