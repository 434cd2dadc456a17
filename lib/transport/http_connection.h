/* SPDX-License-Identifier: MIT */
/* A connection over HTTP: GET info/refs, then a POST for each request.
 *
 *   smart   the answer is of the right type: packets, as anywhere else
 *   dumb    it is a list of refs of plain files: `is_dumb`, and the refs are
 *           there; objects have to be fetched as files
 *           (operation/part/http_walk.h)
 *
 * Small bodies are kept and sent whole (in gzip, where that helps), those above
 * http.postBuffer go out in pieces while they are made, after an empty request
 * that settles who one is.  Answers are handed on as they come.
 * gitprotocol-http(5).
 */
#ifndef QN_TRANSPORT_HTTP_CONNECTION_H
#define QN_TRANSPORT_HTTP_CONNECTION_H

#include "transport/connection.h"
#include "transport/http_client.h"

/* Fill a new connection; what the server says first is to be read (unless it is
 * dumb).  Failures as of qn_http_client_request, and QN_INVALID
 * ("http.not-git", "<url>/info/refs not valid: is this a git repository?"). */
enum qn_status
qn_http_connection_open(struct qn_ctx *ctx,
                        const struct qn_connection_options *options,
                        struct qn_connection *connection) QN_MUST_USE;
/* The client of one that was opened so, while it lives; NULL for others. */
struct qn_http_client *
qn_http_connection_client(const struct qn_connection *connection);

/* http_refs.c: "<id> TAB <name> LF"... into what a server says first; then HEAD
 * is asked for.  QN_INVALID ("http.not-git"). */
enum qn_status qn_http_refs_read(struct qn_ctx *ctx,
                                 struct qn_http_client *client,
                                 struct qn_bytes text,
                                 struct qn_advertisement *out) QN_MUST_USE;

#endif
