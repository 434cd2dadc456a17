/* SPDX-License-Identifier: MIT */
/* What `remote show`, `prune` and `set-head --auto` ask the other side. */
#ifndef QUOIN_REMOTE_QUERY_H
#define QUOIN_REMOTE_QUERY_H

#include "base/map.h"
#include "cli/connecting.h"
#include "operation/part/fetch_source.h"
#include "operation/part/fetch_update.h"

/* A branch of the other side, and what is kept of it here. */
enum cli_remote_state {
    CLI_REMOTE_NEW = 0,
    CLI_REMOTE_TRACKED,
    CLI_REMOTE_STALE,
    CLI_REMOTE_SKIPPED,
    CLI_REMOTE_NOT_ASKED
};

struct cli_remote_branch {
    const char *name; /* short; of a stale one what it is here */
    enum cli_remote_state state;
};

struct cli_remote_query {
    struct cli *cli;
    struct qn_remote *remote;
    struct qn_connection_options options;
    struct qn_fetch_source source;
    bool is_asked;
    const struct qn_remote_refs *refs;
    struct cli_remote_branch *branches; /* in order of names */
    size_t count;
    struct qn_map states;  /* within: by name */
    struct cli_list heads; /* where its HEAD points to: none, one, several */
};

/* "x" of "refs/heads/x"; others as they are. */
const char *cli_remote_short_name(const char *name);
/* Dies when there is no answer. */
void cli_remote_query_begin(struct cli_remote_query *query, struct cli *cli,
                            const char *name, bool asks);
void cli_remote_query_end(struct cli_remote_query *query);
/* Fill in `heads`. */
void cli_remote_query_heads(struct cli_remote_query *query);
/* Fill in `branches`. */
void cli_remote_query_branches(struct cli_remote_query *query);

/* remote_pushes.c: print what a push would do. */
void cli_remote_show_pushes(struct cli_remote_query *query);

#endif
