/* SPDX-License-Identifier: MIT */
/* What pack-objects and repack say alike. */
#ifndef QUOIN_CLI_PACKING_H
#define QUOIN_CLI_PACKING_H

#include "cli/cli.h"
#include "operation/op_pack_objects.h"

/* The names of the packs; with progress, how many objects there are. */
void cli_packing_print(struct cli *cli,
                       const struct qn_op_pack_objects_result *result,
                       bool shows_names, bool shows_total);
/* Have it told when a search for deltas begins. */
void cli_packing_announce(struct cli *cli, struct qn_op_pack_objects *how);

#endif
