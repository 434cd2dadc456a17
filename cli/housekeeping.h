/* SPDX-License-Identifier: MIT */
/* What gc, maintenance and the commands that end with it share: the process in
 * the background, and its log. */
#ifndef QUOIN_HOUSEKEEPING_H
#define QUOIN_HOUSEKEEPING_H

#include "cli/cli.h"
#include "operation/part/house.h"

/* Filled in with what follows, for a program. */
struct qn_house_calls cli_house_calls(struct cli *cli);

/* extensions.preciousObjects; dies when it is no bool. */
bool cli_has_precious_objects(struct cli *cli);

#endif
