/* SPDX-License-Identifier: MIT */
/* Bundles that are to be had elsewhere, to begin a clone or a fetch with.
 *
 *   URI -> a file (a path, http, what a remote helper gets)
 *       -> a bundle, or a list of bundles (part/bundle_list.h), of lists ...
 *       -> bundles whose prerequisites are here are unpacked, proven to be
 *          whole, and their refs/x kept as refs/bundles/x, until none is left
 *
 * With creation tokens the newest is asked for first, older ones only as long
 * as something is missing, and none that is not newer than the last one taken.
 *
 * Nothing here can make a clone or a fetch fail: what does not work is told of,
 * and what is missing comes from the server.  A URI that a list or a server
 * names is not its user's: it passes protocol.<name>.allow as such, unless the
 * user named the list and the list is a file of this machine.
 *
 * Order: objects are durable and whole before a ref names them; temporary files
 * (objects/tmp_bundle_XXXXXX) go at the end whatever happens.
 * technical/bundle-uri, git-config(1) (bundle.*, fetch.bundle*).
 */
#ifndef QN_OPERATION_PART_BUNDLE_URI_H
#define QN_OPERATION_PART_BUNDLE_URI_H

#include "operation/part/bundle_list.h"
#include "transport/connection.h"
#include "walk/revision.h"

struct qn_bundle_uri {
    const struct qn_revision_scope *scope; /* its odb replaces and fetches
                                              nothing */
    const struct qn_connection_options *connection; /* of the repository: who
                                                       is asked for passwords */
    const char *filter;  /* of a partial clone, in full; or NULL */
    const char *title;   /* of progress; or NULL */
    bool is_incremental; /* none that is not newer than
                            fetch.bundleCreationToken */
    /* out */
    bool has_tokens; /* it is a list that later fetches may ask again */
    bool has_any;    /* some bundle was unpacked */
};

/* Lists in lists are followed so deep. */
#define QN_BUNDLE_URI_DEPTH_MAX 4
/* No more are asked for at all. */
#define QN_BUNDLE_URI_COUNT_MAX 10000

/* QN_INVALID, QN_NETWORK ... when nothing came of it; what happened was
 * reported as far as Git does. */
enum qn_status qn_bundle_uri_fetch(struct qn_ctx *ctx,
                                   struct qn_bundle_uri *options,
                                   const char *uri) QN_MUST_USE;
/* The same of a list that a server told of. */
enum qn_status
qn_bundle_uri_fetch_list(struct qn_ctx *ctx, struct qn_bundle_uri *options,
                         const struct qn_bundle_list *list) QN_MUST_USE;

/* Ask the server for its list (version 2): `*found` false when it tells of
 * none. */
enum qn_status qn_bundle_uri_ask(struct qn_ctx *ctx,
                                 struct qn_connection *connection,
                                 const struct qn_connection_options *options,
                                 struct qn_bundle_list *list,
                                 bool *found) QN_MUST_USE;

#endif
