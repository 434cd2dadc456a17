/* SPDX-License-Identifier: MIT */
/* add --interactive, commit --interactive: the menu; git-add(1) "INTERACTIVE
 * MODE". */
#ifndef QUOIN_CLI_ADD_INTERACTIVE_H
#define QUOIN_CLI_ADD_INTERACTIVE_H

#include "cli/patching.h"

/* `target`: the index that is changed, in memory; NULL: the repository's.  The
 * exit code. */
int cli_add_interactive(struct cli *cli, const struct cli_list *patterns,
                        const struct cli_patch_args *args,
                        struct qn_index *target);
/* add --edit: the difference as a patch in the editor, and that applied. */
int cli_add_edit(struct cli *cli, const struct cli_list *patterns);

#endif
