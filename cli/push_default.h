/* SPDX-License-Identifier: MIT */
/* What `push` pushes when nobody says so: push.default, remote.<name>.push. */
#ifndef QUOIN_PUSH_DEFAULT_H
#define QUOIN_PUSH_DEFAULT_H

#include "cli/cli.h"
#include "repo/remote.h"

struct cli_push_default {
    struct cli *cli;
    const struct qn_remote *remote;
    struct qn_remote_refspecs *refspecs;
    bool sets_upstream; /* out: push.autoSetupRemote says so */
};
/* Dies as Git does. */
void cli_push_choose(struct cli_push_default *choice);
/* The refspecs that were given, with where those without a destination go. */
void cli_push_given(struct cli_push_default *choice, int argc, char **argv,
                    bool deletes);

#endif
