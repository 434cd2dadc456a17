/* SPDX-License-Identifier: MIT */
/* What tag does to tags. */
#ifndef QUOIN_CLI_TAGGING_H
#define QUOIN_CLI_TAGGING_H

#include "cli/ref_tools.h"

struct tag_options {
    bool annotates;
    bool force;
    bool edits;
    bool makes_log;
    bool signs;
    const char *key;
    struct cli_list messages;
    struct cli_list trailers;
    const char *file;    /* "-": stdin */
    const char *cleanup; /* NULL: strip */
};

int tag_create(struct cli *cli, struct tag_options *options, const char *name,
               const char *object);
int tag_delete(struct cli *cli, int argc, char **argv);
int tag_verify(struct cli *cli, const char *format, int argc, char **argv);

#endif
