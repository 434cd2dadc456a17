/* SPDX-License-Identifier: MIT */
/* What the files of the command remote share. */
#ifndef QUOIN_REMOTE_H
#define QUOIN_REMOTE_H

#include "cli/cli.h"
#include "repo/remote.h"

#define CLI_REMOTE_MISSING 2 /* exit codes of git-remote(1) */
#define CLI_REMOTE_EXISTS  3

/* A remote that the repository knows.  NULL: "No such remote '<name>'" was
 * said. */
struct qn_remote *cli_remote_open(struct cli *cli, const char *name);
/* What a failed operation ends with: 2, 3, or it dies. */
int cli_remote_fail(struct cli *cli);

/* Print the names (cmd_remote.c). */
int cli_remote_list(struct cli *cli);
/* remote_show.c */
int cli_remote_show(struct cli *cli, int argc, char **argv);
int cli_remote_prune(struct cli *cli, int argc, char **argv);
int cli_remote_set_head(struct cli *cli, int argc, char **argv);
/* Let the ref `head` point to `target`; NULL: it goes.  `why` for the reflog.
 * 1 when that failed, which was said. */
int cli_remote_write_head(struct cli *cli, const char *head, const char *target,
                          const char *why);
/* remote_urls.c */
int cli_remote_get_url(struct cli *cli, int argc, char **argv);
int cli_remote_set_url(struct cli *cli, int argc, char **argv);
int cli_remote_set_branches(struct cli *cli, int argc, char **argv);

#endif
