/* SPDX-License-Identifier: MIT */
/* The parts of maintenance: which repositories it is for, and when. */
#ifndef QUOIN_MAINTENANCE_H
#define QUOIN_MAINTENANCE_H

#include "cli/cli.h"

int cli_maintenance_register(struct cli *cli, int argc, char **argv);
int cli_maintenance_unregister(struct cli *cli, int argc, char **argv);
int cli_maintenance_start(struct cli *cli, int argc, char **argv);
int cli_maintenance_stop(struct cli *cli, int argc, char **argv);

#endif
