/* SPDX-License-Identifier: MIT */
/* Objects from a web server that knows nothing of Git: each is a file, or in a
 * pack that is one.
 *
 *   ids -> what refs here reach is left out -> loose file | pack | the same of
 *   alternates -> hashed, written -> what it names is next
 *
 * Several loose files are asked for at once (http.maxRequests).  Nothing that
 * the server says is believed: each object is hashed, each pack is indexed
 * anew. After a failure objects may be left that nobody names.
 * gitprotocol-http(5), gitrepository-layout(5), git-http-fetch(1).
 */
#ifndef QN_OPERATION_PART_HTTP_WALK_H
#define QN_OPERATION_PART_HTTP_WALK_H

#include "transport/http_client.h"
#include "walk/revision.h"

struct qn_http_walk {
    const struct qn_revision_scope *scope; /* its odb replaces and fetches
                                              nothing */
    struct qn_http_client *client;
    const struct qn_connection_options *opened; /* as the client was */
    const struct qn_id *ids;
    size_t count;
    bool recovers; /* look at all that is here, too */
    /* A line for who wants to follow it; or NULL. */
    void (*told)(void *data, const char *text);
    void *data;
};

/* All that the ids reach is here and durable then.  QN_NOT_FOUND ("http.walk",
 * "fetch failed."; what is missing is reported). */
enum qn_status qn_http_walk_run(struct qn_ctx *ctx,
                                const struct qn_http_walk *walk) QN_MUST_USE;

#endif
