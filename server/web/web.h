/* SPDX-License-Identifier: MIT */
/* Pages to read repositories with: plain HTML, no script.
 *
 *   request (repository, what is asked) -> answer (status, headers, body)
 *
 * Knows nothing of connections: `web_get` is asked with a repository that is
 * open and that the caller may show, and hands its answer to two callbacks.
 *
 * Invariants
 * 1. Every byte of a repository is escaped (web_html.h); raw files are never
 *    something that a browser runs: text/plain or application/octet-stream,
 *    nosniff, in a sandbox.
 * 2. What is shown is what the protocol shows: refs that transfer.hideRefs or
 *    uploadpack.hideRefs hide are not there, and a commit is shown only when
 *    one of the others reaches it, whether it is asked for by name or by id.
 *    Trees and blobs are asked for by commit and path only.
 * 3. A page is bounded: entries, lines, bytes, trees read; and the context's
 *    deadline ends it.
 * 4. No state: views of the odb and refs are made for each request, so that any
 *    number of threads may ask about one shared qn_repo.
 */
#ifndef QUOIN_SERVER_WEB_WEB_H
#define QUOIN_SERVER_WEB_WEB_H

#include "repo/repo.h"
#include "server/web/web_route.h"

struct web_request {
    const char *title; /* what this server calls itself */
    struct web_route route;
    struct qn_repo *repo;  /* NULL: there is none of that name */
    struct qn_bytes query; /* behind the "?", as it came */
    const char *etag;      /* If-None-Match; or NULL */
    bool is_head;          /* what streams has no body */
    bool may_sign_in;      /* the list has a link to "/?sign-in" */
    /* The names for WEB_LIST, each handed to `each` of web_list_add; or NULL.
     */
    enum qn_status (*names)(struct qn_ctx *ctx, void *data, void *list);
    void *data;
};

#define WEB_MOST_HEADERS 8
struct web_header {
    const char *name, *value;
};
struct web_head {
    unsigned status;
    struct web_header headers[WEB_MOST_HEADERS];
    unsigned count;
    uint64_t size; /* of the body that GET has */
    bool has_size; /* false: it is what is appended, or nobody knows */
};

struct web_answer {
    /* Once, before the body. */
    enum qn_status (*begin)(struct qn_ctx *ctx, void *data,
                            const struct web_head *head);
    /* The body, in pieces. */
    enum qn_status (*append)(struct qn_ctx *ctx, void *data,
                             struct qn_bytes bytes);
    void *data;
};

/* A failure before `begin` is the caller's to tell (500); after it the body is
 * cut short. */
enum qn_status web_get(struct qn_ctx *ctx, const struct web_request *request,
                       const struct web_answer *answer) QN_MUST_USE;

/* For `names`: a repository that may be shown ("/team/x.git"). */
enum qn_status web_list_add(struct qn_ctx *ctx, void *list,
                            const char *name) QN_MUST_USE;

#endif
