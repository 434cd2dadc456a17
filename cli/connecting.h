/* SPDX-License-Identifier: MIT */
/* What commands that connect to another repository have in common. */
#ifndef QUOIN_CLI_CONNECTING_H
#define QUOIN_CLI_CONNECTING_H

#include "cli/cli.h"
#include "repo/remote.h"
#include "transport/connection.h"

/* This program by its path, NULL terminated: what serves a repository of this
 * machine. */
const char *const *cli_own_program(struct cli *cli);
/* "quoin/1.0-Linux", or GIT_USER_AGENT: one word.  Into `out`. */
const char *cli_agent(struct cli *cli, struct qn_buf *out);
/* protocol.version; dies when it is none. */
uint32_t cli_protocol_version(struct cli *cli);
/* The remote of that name; NULL: the default one of the current branch.  The
 * repository is open, or there is none. */
struct qn_remote *cli_remote(struct cli *cli, const char *name, bool is_push);
/* Does the index have submodules?  No, without a work tree. */
bool cli_has_submodules(struct cli *cli);
/* Run this program with `words`, whose first is set here, and wait: its exit
 * code.  `variable`: "NAME=value" for it; or NULL. */
int cli_run_self(struct cli *cli, const char **words, const char *variable);
/* All that does not depend on what is asked for; `url` and `program` are the
 * first of `remote` for the service, which may be changed. */
void cli_connection_options(struct cli *cli, const struct qn_remote *remote,
                            enum qn_service service,
                            struct qn_connection_options *out);

/* One more --filter=<argument>, to those in `filter`. */
void cli_add_filter(struct cli *cli, const char *argument,
                    struct qn_buf *filter);

/* Objects of a partial clone are fetched when they are needed; nothing for
 * other repositories.  Before views are made. */
void cli_fetch_promised(struct cli *cli, struct qn_repo *repo);

#endif
