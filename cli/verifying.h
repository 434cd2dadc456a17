/* SPDX-License-Identifier: MIT */
/* What verify-commit, verify-tag and tag -v share. */
#ifndef QUOIN_CLI_VERIFYING_H
#define QUOIN_CLI_VERIFYING_H

#include "cli/ref_tools.h"
#include "object/object.h"

struct cli_verify {
    enum qn_object_type type; /* commit or tag */
    bool is_verbose;          /* what was signed, on stdout */
    bool is_raw;              /* the program's status, not its words */
    const char *format;       /* of a tag that is good; in the place of all */
};

/* Verify an object; `name` is for messages and the format. The exit code. */
int cli_verify_object(struct cli *cli, const struct cli_verify *verify,
                      const char *name, const struct qn_id *id);

#endif
