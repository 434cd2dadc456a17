/* SPDX-License-Identifier: MIT */
/* Which page a URL means.
 *
 *   /                                   the repositories
 *   /-/style.css                        how pages look
 *   /x.git                              the repository: what is in it
 *   /x.git/-/<kind>[/<path>][?<query>]  one of its pages
 *
 * In: the path of a URL, unescaped already.  Out: which page, the repository's
 * name, the path behind the kind.  A name has no part "-", so that nothing is
 * ambiguous; paths are names in trees and never of the file system, and still
 * have no empty, "." or ".." part.  Pure.
 */
#ifndef QUOIN_SERVER_WEB_ROUTE_H
#define QUOIN_SERVER_WEB_ROUTE_H

#include "base/buf.h"
#include "base/bytes.h"
#include "base/ctx.h"

enum web_kind {
    WEB_NONE, /* there is no such page */
    WEB_LIST,
    WEB_STYLE,
    WEB_SUMMARY,
    WEB_REFS,
    WEB_LOG,
    WEB_COMMIT,
    WEB_TREE,
    WEB_BLOB,
    WEB_RAW,
    WEB_ATOM, /* the log, as a feed */
    WEB_ARCHIVE,
    WEB_BLAME
};

struct web_route {
    enum web_kind kind;
    struct qn_bytes name; /* "/team/x.git"; empty: no repository */
    struct qn_bytes path; /* "a/b"; no slash at its ends */
};

/* Views into `path`. */
void web_route_find(struct qn_bytes path, struct web_route *out);
/* "log"; NULL: the kind has no word in URLs. */
const char *web_route_word(enum web_kind kind);

/* What pages are asked with. */
struct web_arguments {
    struct qn_buf rev;    /* ?rev=: "" when it is not said */
    uint64_t skip;        /* ?skip=: rows of a list */
    struct qn_buf format; /* ?format=: of an archive; "" */
};
#define WEB_ARGUMENTS_INIT                                                     \
    {                                                                          \
        .rev = QN_BUF_INIT, .format = QN_BUF_INIT                              \
    }
/* A revision with a NUL or longer than a name may be is none: "" and
 * `*is_sound` false. */
enum qn_status web_route_arguments(struct qn_ctx *ctx, struct qn_bytes query,
                                   struct web_arguments *out,
                                   bool *is_sound) QN_MUST_USE;

#endif
