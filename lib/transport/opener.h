/* SPDX-License-Identifier: MIT */
/* What the openers of each kind of connection share.  Each makes `link` ready
 * to be read; connection_open.c takes what the server says first. */
#ifndef QN_TRANSPORT_OPENER_H
#define QN_TRANSPORT_OPENER_H

#include "transport/address.h"
#include "transport/link.h"

/* "version=2" or such as the other side should hear it; 0: nothing. */
uint32_t qn_opener_version(const struct qn_connection_options *options);
/* The program's name at the other side. */
const char *qn_opener_program(const struct qn_connection_options *options);
/* "NAME" of each variable that belongs to a repository, NULL terminated, for
 * `variables` of a process: `first` (or NULL) in front. */
#define QN_OPENER_VARIABLES 20
void qn_opener_variables(const char *first,
                         const char *variables[QN_OPENER_VARIABLES]);

enum qn_status qn_local_open(struct qn_ctx *ctx,
                             const struct qn_connection_options *options,
                             const struct qn_address *address,
                             struct qn_link **out) QN_MUST_USE;

#endif
