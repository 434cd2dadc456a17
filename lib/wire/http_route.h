/* SPDX-License-Identifier: MIT */
/* What a request over http asks of a server: path and query in, which file or
 * service of which repository out.
 *
 *   <directory>/HEAD                              <directory>/info/refs
 *   <directory>/objects/info/{alternates,http-alternates,packs}
 *   <directory>/objects/xx/<rest of an id>        a loose object
 *   <directory>/objects/pack/pack-<id>.{pack,idx}
 *   <directory>/git-{upload-pack,receive-pack,upload-archive}
 *
 * gitprotocol-http(5), git-http-backend(1).
 */
#ifndef QN_WIRE_HTTP_ROUTE_H
#define QN_WIRE_HTTP_ROUTE_H

#include "base/buf.h"
#include "base/ctx.h"

enum qn_http_route_kind {
    QN_HTTP_ROUTE_NONE,
    QN_HTTP_ROUTE_HEAD,
    QN_HTTP_ROUTE_REFS,
    QN_HTTP_ROUTE_PACKS,
    QN_HTTP_ROUTE_TEXT,  /* alternates */
    QN_HTTP_ROUTE_LOOSE, /* these three never change */
    QN_HTTP_ROUTE_PACK,
    QN_HTTP_ROUTE_INDEX,
    QN_HTTP_ROUTE_SERVICE
};

struct qn_http_route {
    enum qn_http_route_kind kind;
    struct qn_bytes directory; /* without a slash at its end */
    struct qn_bytes file;      /* "objects/info/packs"; "git-upload-pack" */
};

/* False, and kind NONE: nothing of that. */
bool qn_http_route_find(struct qn_bytes path, struct qn_http_route *out);

/* Begins with a slash, and has no empty, "." or ".." part (one slash at the end
 * is fine): what names a file in one way only. */
bool qn_http_route_is_plain(struct qn_bytes path);

/* Append `text` with "%xx" as bytes; `plus_is_space` for queries.  What is no
 * such escape stays. */
enum qn_status qn_http_route_unescape(struct qn_ctx *ctx, struct qn_bytes text,
                                      bool plus_is_space,
                                      struct qn_buf *out) QN_MUST_USE;
/* Append the value of the last parameter of that name. */
enum qn_status qn_http_route_parameter(struct qn_ctx *ctx,
                                       struct qn_bytes query, const char *name,
                                       struct qn_buf *out,
                                       bool *found) QN_MUST_USE;

#endif
