/* SPDX-License-Identifier: MIT */
/* What `git config` reads from and writes to, and how a value of a type reads.
 */
#ifndef QUOIN_CLI_CONFIG_SOURCE_H
#define QUOIN_CLI_CONFIG_SOURCE_H

#include "cli/cli.h"

enum cli_config_type {
    CLI_CONFIG_ANY = 0,
    CLI_CONFIG_BOOL,
    CLI_CONFIG_INT,
    CLI_CONFIG_BOOL_OR_INT,
    CLI_CONFIG_BOOL_OR_STRING,
    CLI_CONFIG_PATH,
    CLI_CONFIG_EXPIRY,
    CLI_CONFIG_COLOR
};

struct cli_config_source {
    bool is_system, is_global, is_local, is_worktree;
    const char *file; /* -f; "-" is standard input */
    const char *blob;
    int includes;            /* -1: not said */
    struct qn_config *own;   /* read for a given place; freed by dispose */
    struct qn_buf path;      /* the one file; "": several */
    struct qn_buf user_path; /* --global: the second one */
};

/* Settle which file it is; dies when two places are named. */
void cli_config_source_choose(struct cli *cli,
                              struct cli_config_source *source);
bool cli_config_source_is_given(const struct cli_config_source *source);
/* What is read; `must_exist`: dies when a named file is not there. */
const struct qn_config *cli_config_source_read(struct cli *cli,
                                               struct cli_config_source *source,
                                               bool must_exist);
/* The file that is written. */
const char *cli_config_source_target(struct cli *cli,
                                     struct cli_config_source *source);
void cli_config_source_dispose(struct cli_config_source *source);

/* "bool", "int", ...; dies on others. */
enum cli_config_type cli_config_type_parse(struct cli *cli, const char *name);
/* Append the value as its type prints it; dies when it is none.  False: an
 * optional path that is not there. */
bool cli_config_type_format(struct cli *cli, enum cli_config_type type,
                            const struct qn_config_entry *entry,
                            struct qn_buf *out);
/* Append the value as it is stored. */
void cli_config_type_store(struct cli *cli, enum cli_config_type type,
                           const char *key, const char *value,
                           struct qn_buf *out);

#endif
