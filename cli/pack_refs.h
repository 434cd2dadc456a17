/* SPDX-License-Identifier: MIT */
/* pack-refs and refs optimize are one. */
#ifndef QUOIN_CLI_PACK_REFS_H
#define QUOIN_CLI_PACK_REFS_H

#include "cli/ref_tools.h"

int cli_pack_refs(struct cli *cli, int argc, char **argv,
                  const char *const *usage_lines);

#endif
