/* SPDX-License-Identifier: MIT */
/* The helpers for http as programs: what the other Git has set, and the
 * batches it asks for. */
#ifndef QUOIN_CLI_REMOTE_HTTP_H
#define QUOIN_CLI_REMOTE_HTTP_H

#include "cli/connecting.h"
#include "cli/pushing.h"
#include "operation/part/fetch_pack.h"
#include "transport/http_relay.h"

struct cli_remote_http {
    struct cli *cli;
    struct qn_http_relay relay;
    struct qn_remote *remote;
    const char *url;
    struct qn_connection *connection; /* the last one; or NULL */
    struct qn_connection_options opened;
    struct qn_buf heard; /* what its server said first */
    bool has_refs;
    /* options */
    int verbosity; /* 1 */
    bool progress, check, cloning, updates_shallow, follows_tags, is_dry,
        has_format, from_promisor, refetches, is_atomic, checks_includes;
    int signs, family;
    struct qn_fetch_depth depth;
    struct qn_buf filter;
    struct cli_leases leases;
    struct qn_wire_words push_options;
};

/* "<name> <value>": answered with "ok", "unsupported", "error ...". */
void cli_remote_http_option(struct cli_remote_http *h, const char *text);
/* Open (again, when it is for another service) and ask for refs, if wanted. */
struct qn_remote_refs *cli_remote_http_refs(struct cli_remote_http *h,
                                            enum qn_service service);
void cli_remote_http_open(struct cli_remote_http *h, enum qn_service service);
/* `lines`: what followed the verb, each; answered. */
void cli_remote_http_fetch(struct cli_remote_http *h,
                           const struct qn_wire_words *lines);
void cli_remote_http_push(struct cli_remote_http *h,
                          const struct qn_wire_words *lines);

#endif
