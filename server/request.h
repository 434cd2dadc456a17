/* SPDX-License-Identifier: MIT */
/* One request over http, from its first line to the last byte of the answer.
 *
 * Two own it: the connection (the event loop's thread) and the job (a worker's)
 * that makes the answer.  Until the job calls request_answer* the connection is
 * suspended, and only the job touches the request; after that the job may only
 * go on writing into the response it made.
 */
#ifndef QUOIN_SERVER_REQUEST_H
#define QUOIN_SERVER_REQUEST_H

#include "base/buf.h"
#include "server/server.h"
#include "wire/http_route.h"

#define REQUEST_MOST_HEADERS 8

struct MHD_Connection;
struct upload;

struct request {
    struct server *server;
    struct MHD_Connection *connection;
    atomic_uint owners;
    int64_t began_ms;
    /* what is asked */
    char *target; /* as it came: "/x.git/info/refs?service=..." */
    char *method, *authorization, *protocol, *content_type, *encoding;
    char *if_none_match;
    char *address;
    struct qn_buf path;    /* unescaped, without the query */
    struct qn_bytes query; /* of `target` */
    enum metric_kind kind;
    bool is_started, is_post, is_head, is_bad;
    /* its body */
    uint8_t *body;
    size_t body_size, body_room;
    bool is_too_big;
    struct upload *upload; /* instead: a push */
    bool has_job;
    int64_t slept_ms, asleep_since_ms; /* our fault, not the client's */
    uint64_t received;
    /* the job's */
    char user[64];
    bool has_user;
    /* the answer */
    unsigned status;
    const char *header_names[REQUEST_MOST_HEADERS];
    char *header_values[REQUEST_MOST_HEADERS];
    unsigned header_count;
    struct qn_buf text; /* a small answer, whole */
    /* Of the body where it streams, or is not there because HEAD asks. */
    uint64_t told_size; /* UINT64_MAX: not known */
    bool is_untold;     /* HEAD: the text is not the body */
    struct response_reader reader;
    bool is_answered, is_suspended;
    bool is_gone; /* the connection, before there was an answer */
    uint64_t sent;
    pthread_mutex_t lock; /* of these, and the status */
};

struct request *request_new(struct server *server, const char *target,
                            struct MHD_Connection *connection);
void request_release(struct request *request);

/* ---- the job's side */

void request_header(struct request *request, const char *name,
                    const char *value);
/* Answer with `text`, or with what the reader reads; the connection goes on. */
void request_answer(struct request *request, unsigned status);
/* A line of plain text. */
void request_refuse(struct request *request, unsigned status,
                    const char *message);
/* The same for a failure of the library's; its details go to the log. */
void request_fail(struct qn_ctx *ctx, struct request *request);

/* A parameter of the query, unescaped, appended. */
enum qn_status request_parameter(struct qn_ctx *ctx,
                                 const struct request *request,
                                 const char *name, struct qn_buf *out,
                                 bool *found) QN_MUST_USE;

/* ---- http_job.c */
void http_job_run(struct qn_ctx *ctx, void *request);
/* Who it is, if they say so.  False: it was answered, they are not. */
bool http_job_knows(struct qn_ctx *ctx, struct request *request);
/* Ask who it is: 401. */
void http_job_ask(struct request *request);
/* Who it is, and may they?  False: it was answered. */
bool http_job_allows(struct qn_ctx *ctx, struct request *request,
                     const char *repository, enum access_right right);

/* ---- http_listener.c */
/* Let the connection of a suspended request go on. */
void http_listener_resume(struct request *request);

#endif
