/* SPDX-License-Identifier: MIT */
/* merge.conflictStyle, with Git's words when it is none. */
#ifndef QUOIN_CLI_CONFLICT_STYLE_H
#define QUOIN_CLI_CONFLICT_STYLE_H

#include "cli/cli.h"
#include "merge/text_merge.h"

/* `fallback` when it is not set; dies when it is no style. */
enum qn_text_merge_style cli_conflict_style(struct cli *cli,
                                            enum qn_text_merge_style fallback);

#endif
