/* SPDX-License-Identifier: MIT */
/* --progress: who wants it, and the drawing (its state is in struct cli). */
#ifndef QUOIN_PROGRESS_H
#define QUOIN_PROGRESS_H

#include "cli/cli.h"

/* --[no-]progress into an int that is -1 where it was not given. */
#define CLI_PROGRESS(target)                                                   \
    CLI_CALLBACK(0, "progress", target, NULL, "show progress",                 \
                 CLI_OPTION_NO_ARGUMENT, cli_set_progress)
int cli_set_progress(struct cli *cli, const struct cli_option *option,
                     const char *argument, bool is_negated);

/* As the option says, else on a terminal. */
bool cli_wants_progress(int option);
/* From here on draw what the library tells. */
void cli_show_progress(struct cli *cli, bool is_on);

#endif
