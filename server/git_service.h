/* SPDX-License-Identifier: MIT */
/* The services of the library, over one repository, into a response. */
#ifndef QUOIN_SERVER_GIT_SERVICE_H
#define QUOIN_SERVER_GIT_SERVICE_H

#include "operation/part/service_io.h"
#include "server/server.h"

struct upload;

struct git_service {
    struct server *server;
    struct repository *repository;
    uint32_t version;
    bool is_push, is_archive, advertises; /* else: a fetch */
    bool is_stateless;
    /* of a push: */
    const char *user;    /* NULL: nobody signed in */
    const char *address; /* or NULL */
    const struct policy *policy;
    const char *ref_namespace; /* of which alone the refs are served; or NULL */
    struct upload *upload;     /* its body, over http; or NULL */
    bool is_packed;            /* that is gzip */
    /* Told when an answer that is being made has grown; or NULL. */
    void (*on_append)(struct qn_ctx *ctx, void *data);
    void *on_append_data;
};

/* "version=<n>" of what the client asks for, the highest. */
uint32_t git_service_version(const char *protocol);

/* A fetch, or what refs there are: `reader` is attached to the answer; when
 * `*made` is not NULL it has to be made: tell the client that it comes, then
 * call git_service_make, which frees it. */
enum qn_status git_service_find(struct qn_ctx *ctx,
                                const struct git_service *service,
                                struct qn_bytes body,
                                struct response_reader *reader,
                                struct response **made) QN_MUST_USE;
/* Failures were told to the client, or cut its answer. */
void git_service_make(struct qn_ctx *ctx, const struct git_service *service,
                      struct qn_bytes body, struct response *response);
/* One conversation, with whoever is behind `io`. */
enum qn_status git_service_talk(struct qn_ctx *ctx,
                                const struct git_service *service,
                                struct qn_service_io *io) QN_MUST_USE;
#endif
