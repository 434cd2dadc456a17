/* SPDX-License-Identifier: MIT */
/* The batch modes of cat-file (cat_file_batch.c). */
#ifndef QUOIN_CLI_CAT_FILE_H
#define QUOIN_CLI_CAT_FILE_H

#include "base/buf.h"
#include "hash/id.h"

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
    bool all_objects, is_unordered, is_buffered, follows_symlinks;
    bool uses_mailmap, is_filtered, is_converted;
    const char *filter; /* --filter, or NULL */
    bool is_json;       /* --json, with CLI_CAT_CHECK */
    char in_end;        /* '\n' or NUL */
    char out_end;
};

/* Run a batch mode; answers the exit code. */
int cli_cat_file_batch(struct cli *cli, const struct cli_cat_file *options);

/* cat_file_content.c: write the content as the work tree, or as the diff driver
 * of the path, would have it. */
void cli_cat_file_filtered(struct cli *cli, const char *path,
                           const struct qn_id *id, struct qn_bytes content);
void cli_cat_file_converted(struct cli *cli, const char *path,
                            struct qn_bytes content);
/* A commit or tag with its names mapped, in `out`. */
struct qn_mailmap;
void cli_cat_file_mapped(struct cli *cli, const struct qn_mailmap *mailmap,
                         struct qn_bytes text, struct qn_buf *out);
/* The repository's, read when first needed. */
const struct qn_mailmap *cli_cat_file_mailmap(struct cli *cli,
                                              struct qn_mailmap **room);

/* What a path leads to (cat_file_follow.c). */
enum cli_cat_follow {
    CLI_CAT_GO_ON = 0, /* inside only */
    CLI_CAT_FOUND,
    CLI_CAT_MISSING,
    CLI_CAT_OUTSIDE, /* `outside`: where, seen from the root of the tree */
    CLI_CAT_DANGLING,
    CLI_CAT_LOOP,
    CLI_CAT_NOT_DIRECTORY
};
enum cli_cat_follow cli_cat_file_follow(struct cli *cli,
                                        const struct qn_id *tree,
                                        struct qn_bytes path, struct qn_id *id,
                                        uint32_t *mode, struct qn_buf *outside);

#endif
