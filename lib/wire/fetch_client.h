/* SPDX-License-Identifier: MIT */
/* The client's side of a fetch, from the request to the first byte of the pack:
 * what to send, and what the answers mean.  All versions; over a connection
 * that stays, and over one that forgets (http).
 *
 *   step -> SEND (what is in `out`, a whole request) -> step -> RECEIVE (feed
 *   the input) -> step ... -> PACK (qn_fetch_client_pack gives its bytes) | END
 *
 * Which commits to tell of is the negotiator's matter (a table of functions):
 * commits are not known here.  In version 2, and over http, everything common
 * so far is said again in each round.  gitprotocol-v2(5), gitprotocol-pack(5).
 */
#ifndef QN_WIRE_FETCH_CLIENT_H
#define QN_WIRE_FETCH_CLIENT_H

#include "wire/advertisement.h"
#include "wire/fetch_request.h"
#include "wire/wire_input.h"

struct qn_fetch_client;

/* A round without anything new in common after one with, and so many commits
 * told in vain: enough. */
#define QN_FETCH_VAIN_LIMIT 256

struct qn_fetch_calls {
    void *data;
    /* The next commit to tell of; `*found` false: there is no more. */
    enum qn_status (*next)(struct qn_ctx *ctx, void *data, struct qn_id *id,
                           bool *found);
    /* The server has it; `*is_news`: that was not known. */
    enum qn_status (*common)(struct qn_ctx *ctx, void *data,
                             const struct qn_id *id, bool *is_news);
    /* Is nothing left to be found out (negotiates_only)?  May be NULL. */
    enum qn_status (*is_enough)(struct qn_ctx *ctx, void *data, bool *out);
    /* The pack will end there, or will not any more (`is_open`). */
    enum qn_status (*shallow)(struct qn_ctx *ctx, void *data,
                              const struct qn_id *id, bool is_open);
    /* What a name that was wanted is; may be NULL. */
    enum qn_status (*wanted_ref)(struct qn_ctx *ctx, void *data,
                                 const struct qn_id *id, struct qn_bytes name);
    /* A pack to be had elsewhere; may be NULL. */
    enum qn_status (*pack_uri)(struct qn_ctx *ctx, void *data,
                               struct qn_bytes checksum, struct qn_bytes uri);
    /* What the server says meanwhile (band 2); may be NULL. */
    enum qn_status (*said)(struct qn_ctx *ctx, void *data,
                           struct qn_bytes text);
};

struct qn_fetch_client_options {
    const struct qn_advertisement *server;  /* outlives the client */
    const struct qn_fetch_request *request; /* the same */
    bool is_stateless;                      /* every request is whole: http */
    bool negotiates_only;  /* 2: end when it is known what is common */
    bool skips_haves;      /* tell of nothing: clone */
    bool is_verbose;       /* 0, 1: report haves and answers */
    bool tells_all;        /* 2: of all that there is in one request, and
                              "done" */
    const char *agent;     /* borrowed, like those below */
    const char *session;   /* or NULL */
    const char *promisors; /* or NULL */
    const struct qn_wire_words *server_options; /* or NULL */
    struct qn_fetch_calls calls;
};

enum qn_fetch_client_want {
    QN_FETCH_SEND,    /* what was appended to `out` */
    QN_FETCH_RECEIVE, /* feed more */
    QN_FETCH_PACK,    /* the pack follows */
    QN_FETCH_END      /* no pack follows */
};

enum qn_status
qn_fetch_client_new(struct qn_ctx *ctx,
                    const struct qn_fetch_client_options *options,
                    struct qn_fetch_client **out) QN_MUST_USE;
void qn_fetch_client_free(struct qn_fetch_client *client);
/* QN_INVALID ("wire.fetch") for answers that are none, QN_REFUSED
 * ("wire.remote-error"), QN_UNSUPPORTED for what the server cannot do. */
enum qn_status
qn_fetch_client_step(struct qn_ctx *ctx, struct qn_fetch_client *client,
                     struct qn_wire_input *input, struct qn_buf *out,
                     enum qn_fetch_client_want *want) QN_MUST_USE;
/* 0, 1: were commits told of, and none of them was common? */
bool qn_fetch_client_is_strange(const struct qn_fetch_client *client);
/* Take the next bytes of the pack, which live until the input is fed again;
 * empty and not `*is_done`: feed more.  Without bands the pack ends with the
 * input.  QN_REFUSED ("wire.remote-error") for band 3. */
enum qn_status qn_fetch_client_pack(struct qn_ctx *ctx,
                                    struct qn_fetch_client *client,
                                    struct qn_wire_input *input,
                                    struct qn_bytes *data,
                                    bool *is_done) QN_MUST_USE;
/* The connection broke: what is there of the packet that did not come in full,
 * when it is of the pack. */
struct qn_bytes qn_fetch_client_torn(struct qn_ctx *ctx,
                                     const struct qn_fetch_client *client,
                                     const struct qn_wire_input *input);

#endif
