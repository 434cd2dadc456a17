/* SPDX-License-Identifier: MIT */
/* Requests to one server, with what Git adds to them: who one is, where it has
 * moved to, when to try again, and what to say when it does not work.
 *
 *   new -> get or post ... -> read -> end
 *
 * A request is made again when credentials are asked for (helpers, a person),
 * or the server is busy (429) and http.maxRetries allows it.  What the server
 * said to a request that failed is the failure's text, in Git's words.
 * gitprotocol-http(5), git-config(1).
 */
#ifndef QN_TRANSPORT_HTTP_CLIENT_H
#define QN_TRANSPORT_HTTP_CLIENT_H

#include "transport/connection.h"
#include "transport/http_settings.h"

struct qn_http_client;

struct qn_http_request {
    const char *url;
    const char *const *headers; /* "Name: value", NULL terminated; or NULL */
    bool is_post;
    struct qn_bytes body; /* lives until the answer ends */
    bool in_pieces;       /* it comes through qn_http_answer_write */
    bool is_first;        /* may be redirected (http.followRedirects) */
    uint64_t from;        /* the first byte wanted */
    bool is_optional;     /* not there is no failure: `is_missing` */
    bool is_probe; /* of who one is: nothing comes back that could be encoded */
    bool is_rpc;   /* what fails is told as an error, and the peer hung up */
};

/* One answer at a time unless said otherwise; the client must outlive it. */
struct qn_http_answer {
    struct qn_http_client *client;
    struct qn_http_engine_transfer *transfer; /* NULL: none */
    struct qn_http_engine_outcome outcome;    /* of its head */
    bool is_missing; /* 404, and that was to be expected */
};
#define QN_HTTP_ANSWER_INIT                                                    \
    {                                                                          \
        .client = NULL                                                         \
    }

/* Its URL ends with a slash from then on.  QN_UNSUPPORTED without
 * libquoin-http. */
enum qn_status qn_http_client_new(struct qn_ctx *ctx,
                                  const struct qn_connection_options *options,
                                  struct qn_http_client **out) QN_MUST_USE;
void qn_http_client_free(struct qn_http_client *client); /* NULL is fine */

/* Where requests go to: what was asked for, without its user, or where that
 * led; with a slash at its end. */
const char *qn_http_client_base(const struct qn_http_client *client);
const struct qn_http_settings *
qn_http_client_settings(const struct qn_http_client *client);

/* Make it, and wait for the head of its answer.  QN_NOT_FOUND
 * ("http.not-found"), QN_AUTHENTICATION ("http.authentication"), QN_NETWORK
 * ("http.failed") with Git's words; a text that came along is reported
 * ("remote: ..."). */
enum qn_status
qn_http_client_request(struct qn_ctx *ctx, struct qn_http_client *client,
                       const struct qn_http_request *request,
                       struct qn_http_answer *answer) QN_MUST_USE;
/* The URL asked for (its base and `tail`) led elsewhere: that is the base now.
 * QN_NETWORK ("http.strange-redirect"). */
enum qn_status qn_http_client_rebase(struct qn_ctx *ctx,
                                     struct qn_http_client *client,
                                     const struct qn_http_answer *answer,
                                     const char *tail) QN_MUST_USE;
/* The same request without waiting, and without a second try: for many at
 * once, and for bodies in pieces. */
enum qn_status qn_http_client_start(struct qn_ctx *ctx,
                                    struct qn_http_client *client,
                                    const struct qn_http_request *request,
                                    struct qn_http_answer *answer) QN_MUST_USE;

/* Wait for the head of what was started so, and look whether it worked, as of a
 * request with `is_rpc`. */
enum qn_status qn_http_client_look(struct qn_ctx *ctx,
                                   struct qn_http_answer *answer) QN_MUST_USE;
/* Report "RPC failed; ..." with what happened; QN_NETWORK ("wire.hung-up"). */
enum qn_status
qn_http_client_fail_rpc(struct qn_ctx *ctx,
                        const struct qn_http_engine_outcome *outcome);

/* Of a body in pieces. */
enum qn_status qn_http_answer_write(struct qn_ctx *ctx,
                                    struct qn_http_answer *answer,
                                    struct qn_bytes bytes,
                                    bool is_last) QN_MUST_USE;
/* Wait for its head, and look at it. */
enum qn_status qn_http_answer_wait(struct qn_ctx *ctx,
                                   struct qn_http_answer *answer) QN_MUST_USE;
/* At least one byte, or `*used` 0 at its end.  QN_NETWORK ("http.cut") with
 * what happened. */
enum qn_status qn_http_answer_read(struct qn_ctx *ctx,
                                   struct qn_http_answer *answer, void *room,
                                   size_t size, size_t *used) QN_MUST_USE;
/* Append all of it; the buffer's limit holds. */
enum qn_status qn_http_answer_read_all(struct qn_ctx *ctx,
                                       struct qn_http_answer *answer,
                                       struct qn_buf *out) QN_MUST_USE;
void qn_http_answer_end(struct qn_http_answer *answer); /* at any time */
/* The same, when another request follows: on the same connection, if what is
 * left of this answer is little and comes soon. */
void qn_http_answer_finish(struct qn_ctx *ctx, struct qn_http_answer *answer);

#endif
