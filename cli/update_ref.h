/* SPDX-License-Identifier: MIT */
/* The two halves of update-ref. */
#ifndef QUOIN_CLI_UPDATE_REF_H
#define QUOIN_CLI_UPDATE_REF_H

#include "cli/ref_tools.h"

struct update_ref_options {
    const char *message;
    bool no_deref;
    bool makes_log;
    bool has_nul;
    bool is_batch;
};

/* Commands from stdin. */
void update_ref_stdin(struct cli *cli,
                      const struct update_ref_options *options);

#endif
