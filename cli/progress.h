/* SPDX-License-Identifier: MIT */
/* --progress: who wants it, and the drawing (its state is in struct cli). */
#ifndef QUOIN_PROGRESS_H
#define QUOIN_PROGRESS_H

#include "cli/cli.h"

/* --[no-]progress into an int that is -1 where it was not given. */
#define CLI_PROGRESS(target)                                                   \
    CLI_CALLBACK(0, "progress", target, NULL, "show progress",                 \
                 CLI_OPTION_NO_ARGUMENT, cli_set_progress)
/* The same of what moves bytes: also --progress=json (CLI_PROGRESS_IS_JSON). */
#define CLI_TRANSFER_PROGRESS(target)                                          \
    CLI_CALLBACK(0, "progress", target, "json", "show progress",               \
                 CLI_OPTION_OPTIONAL | CLI_OPTION_COMPLETE_BARE,               \
                 cli_set_transfer_progress)
#define CLI_PROGRESS_IS_JSON 2
int cli_set_transfer_progress(struct cli *cli, const struct cli_option *option,
                              const char *argument, bool is_negated);
int cli_set_progress(struct cli *cli, const struct cli_option *option,
                     const char *argument, bool is_negated);

/* As the option says, else on a terminal. */
bool cli_wants_progress(int option);
/* From here on draw what the library tells. */
void cli_show_progress(struct cli *cli, bool is_on);
/* The same, with a bar on a terminal, or as JSON lines; `option` as above. */
void cli_show_transfer(struct cli *cli, bool is_on, int option);

#endif
