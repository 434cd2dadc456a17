/* SPDX-License-Identifier: MIT */
/* Between the files of HTTP. */
#ifndef QN_TRANSPORT_HTTP_PRIVATE_H
#define QN_TRANSPORT_HTTP_PRIVATE_H

#include "transport/http_challenge.h"
#include "transport/http_client.h"

struct qn_http_client {
    struct qn_ctx *ctx; /* while the engine may call us; else NULL */
    const struct qn_http_engine *engine;
    struct qn_http_engine_session *session;
    struct qn_http_settings settings;
    struct qn_credential auth;      /* who one is to the server */
    struct qn_credential key;       /* what opens our key */
    struct qn_credential proxy_key; /* and the one for the proxy */
    struct qn_credential_scope scope;
    struct qn_http_challenge challenge;
    struct qn_buf base;
    struct qn_buf language; /* "Accept-Language: ..."; or empty */
    unsigned methods;       /* of authentication, that may be tried */
    int verbosity;
    bool tells_posts;   /* -v: each request that is more than a question */
    bool names_user;    /* in its URL */
    bool tries_empty;   /* credentials */
    bool header_failed; /* no memory for what it said */
};

#endif
