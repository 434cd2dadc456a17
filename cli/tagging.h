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
    struct cli_list messages;
    const char *file;    /* "-": stdin */
    const char *cleanup; /* NULL: strip */
};

int tag_create(struct cli *cli, const struct tag_options *options,
               const char *name, const char *object);
int tag_delete(struct cli *cli, int argc, char **argv);
int tag_verify(struct cli *cli, int argc, char **argv);

#endif
