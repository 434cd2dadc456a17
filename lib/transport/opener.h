/* SPDX-License-Identifier: MIT */
/* What the openers of each kind of connection share.  Each makes a link that is
 * ready to be spoken over; connection_open.c sends the request that goes first
 * where there is one, and takes what the server says. */
#ifndef QN_TRANSPORT_OPENER_H
#define QN_TRANSPORT_OPENER_H

#include "transport/address.h"
#include "transport/link.h"

/* The version that the other side is asked for; 0: it is not asked. */
uint32_t qn_opener_version(const struct qn_connection_options *options);
/* The program's name at the other side. */
const char *qn_opener_program(const struct qn_connection_options *options);
/* "NAME" of each variable that belongs to a repository, NULL terminated, for
 * `variables` of a process; `first` (or NULL) is set. */
#define QN_OPENER_VARIABLES 20
void qn_opener_variables(const char *first,
                         const char *variables[QN_OPENER_VARIABLES]);
/* The packet that a Git daemon wants first, appended.  `host` may be NULL. */
enum qn_status qn_opener_request(struct qn_ctx *ctx, const char *service,
                                 const char *path, const char *host,
                                 uint32_t version,
                                 struct qn_buf *out) QN_MUST_USE;

/* QN_NETWORK ("transport.helper-aborted"). */
enum qn_status qn_helper_fail(struct qn_ctx *ctx, const char *name);

enum qn_status qn_local_open(struct qn_ctx *ctx,
                             const struct qn_connection_options *options,
                             const struct qn_address *address,
                             struct qn_link **out) QN_MUST_USE;
enum qn_status qn_ssh_open(struct qn_ctx *ctx,
                           const struct qn_connection_options *options,
                           const struct qn_address *address,
                           struct qn_link **out) QN_MUST_USE;
enum qn_status qn_git_daemon_open(struct qn_ctx *ctx,
                                  const struct qn_connection_options *options,
                                  const struct qn_address *address,
                                  struct qn_buf *request,
                                  struct qn_link **out) QN_MUST_USE;
enum qn_status qn_ext_open(struct qn_ctx *ctx,
                           const struct qn_connection_options *options,
                           const char *command, struct qn_buf *request,
                           struct qn_link **out) QN_MUST_USE;
enum qn_status qn_fd_open(struct qn_ctx *ctx, const char *text,
                          struct qn_link **out) QN_MUST_USE;

#endif
