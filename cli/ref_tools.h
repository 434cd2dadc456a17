/* SPDX-License-Identifier: MIT */
/* What the commands that read and change refs share. */
#ifndef QUOIN_CLI_REF_TOOLS_H
#define QUOIN_CLI_REF_TOOLS_H

#include "cli/cli.h"
#include "refs/refs.h"

/* Open the repository and its views; transactions then run the
 * reference-transaction hook. */
void cli_open_refs(struct cli *cli);
/* Who writes to reflogs now: the committer.  Lives as long as the process. */
const struct qn_refs_writer *cli_ref_writer(struct cli *cli);
/* show-ref --exists and refs exists: 0, 2 (not there), 1 (cannot tell). */
int cli_ref_exists(struct cli *cli, int argc, char **argv);
/* Any name of an object; false when it names none. Nothing is printed. */
bool cli_find_id(struct cli *cli, const char *text, struct qn_id *out);

#endif
