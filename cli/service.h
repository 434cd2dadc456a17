/* SPDX-License-Identifier: MIT */
/* What the commands that serve one client over stdin and stdout have in common.
 */
#ifndef QUOIN_SERVICE_H
#define QUOIN_SERVICE_H

#include "cli/cli.h"
#include "cli/trace.h"
#include "operation/part/service_io.h"

struct cli_service {
    struct cli *cli;
    bool is_strict;
    int timeout;      /* seconds; 0: none */
    uint32_t version; /* what GIT_PROTOCOL asks for */
    struct qn_service_io io;
    int descriptors[2];
    struct qn_buf agent;
};

/* What an operation that serves (with is_stateless, advertises_only) is told.
 */
#define CLI_SERVICE_OPTIONS(op)                                                \
    CLI_FLAG(0, "stateless-rpc", &(op)->is_stateless,                          \
             "one request and its answer"),                                    \
        CLI_FLAG(0, "http-backend-info-refs", &(op)->advertises_only,          \
                 "tell of the refs only, as http asks for it"),                \
        CLI_FLAG(0, "advertise-refs", &(op)->advertises_only,                  \
                 "the same as --http-backend-info-refs")

/* What every operation that serves is told of whom it serves. */
#define CLI_SERVICE_TELL(service, op)                                          \
    ((op)->scope = &(service)->cli->scope, (op)->io = &(service)->io,          \
     (op)->version = (service)->version,                                       \
     (op)->agent = cli_service_agent(service),                                 \
     (op)->session = cli_trace_session())

/* Opens the repository (dies: "'x' does not appear to be a git repository"),
 * and views of it that replace nothing. */
void cli_service_begin(struct cli_service *service, const char *directory);
/* The same; a failure is the caller's to tell. */
enum qn_status cli_service_find(struct cli_service *service,
                                const char *directory);
/* The same for the repository that cli->repo is already. */
void cli_service_open(struct cli_service *service);
/* "quoin/1.0-Linux", or GIT_USER_AGENT. */
const char *cli_service_agent(struct cli_service *service);
/* Receive a push.  Who goes away in the middle does not end us before what came
 * is cleared away. */
struct qn_op_receive_pack;
enum qn_status cli_service_receive(struct cli *cli,
                                   struct qn_op_receive_pack *op);
void cli_service_end(struct cli_service *service);

#endif
