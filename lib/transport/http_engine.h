/* SPDX-License-Identifier: MIT */
/* The face of libquoin-http: HTTP requests, and nothing of Git.
 *
 *   session (settings, connections, cookies) -> transfer (one request)
 *     -> write (the body, when it comes in pieces) -> read (the answer's body)
 *     -> outcome -> free
 *
 * libquoin-http is a module of its own, so that only who speaks HTTP loads
 * libcurl (transport/http_module.h loads it).  It shares nothing with the
 * library but this header: no memory, no symbols; plain C types only.  All
 * strings are borrowed for the call, but for those that say otherwise.  A
 * session and its transfers belong to one thread.
 */
#ifndef QN_TRANSPORT_HTTP_ENGINE_H
#define QN_TRANSPORT_HTTP_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define QN_HTTP_ENGINE_VERSION 2
#define QN_HTTP_ENGINE_SYMBOL  "qn_http_engine_calls"

/* Ways to say who one is; bits. */
enum qn_http_engine_auth {
    QN_HTTP_AUTH_BASIC = 1,
    QN_HTTP_AUTH_DIGEST = 2,
    QN_HTTP_AUTH_NEGOTIATE = 4,
    QN_HTTP_AUTH_NTLM = 8,
    QN_HTTP_AUTH_OTHER = 16, /* seen, never chosen */
    QN_HTTP_AUTH_ANY = 15
};

enum qn_http_engine_trace {
    QN_HTTP_TRACE_INFO,
    QN_HTTP_TRACE_HEADER_IN,
    QN_HTTP_TRACE_HEADER_OUT,
    QN_HTTP_TRACE_DATA_IN,
    QN_HTTP_TRACE_DATA_OUT,
    QN_HTTP_TRACE_TLS_IN,
    QN_HTTP_TRACE_TLS_OUT
};

struct qn_http_engine_tls {
    const char *certificate;
    const char *certificate_type;
    const char *key;
    const char *key_type;
    const char *password; /* of the key */
    const char *authorities;
};

/* NULL, 0: what libcurl does by itself. */
struct qn_http_engine_settings {
    void *data; /* of the two calls */
    /* May be NULL. */
    void (*trace)(void *data, enum qn_http_engine_trace kind, const char *bytes,
                  size_t size);
    /* Asked now and then: true ends what is going on. */
    bool (*is_cancelled)(void *data);
    const char *user_agent;
    const char *protocols;          /* "http,https" */
    const char *redirect_protocols; /* where a redirect may lead */
    const char *cookie_file;        /* "": new ones only */
    bool saves_cookies;
    int version; /* 11, 2; 0: its choice */
    bool skips_verify;
    struct qn_http_engine_tls tls;
    const char *authority_path;
    const char *tls_version; /* "tlsv1.2" */
    const char *ciphers;
    const char *pinned_key;
    const char *backend; /* "openssl" */
    bool tries_tls;      /* ftp */
    bool skips_revocation;
    bool skips_epsv;        /* ftp */
    const char *proxy;      /* "socks5://host:port"; "": none */
    const char *proxy_user; /* with `proxy_password` */
    const char *proxy_password;
    const char *no_proxy;
    unsigned proxy_auth; /* bits; 0: any */
    struct qn_http_engine_tls proxy_tls;
    long low_speed_limit, low_speed_time;
    long keep_idle, keep_interval, keep_count; /* -1: not said */
    const char *const *resolve;                /* NULL terminated; or NULL */
    int delegation;                            /* 1 policy, 2 always */
    int family;                                /* 4, 6; 0: any */
    long max_connections;
};

struct qn_http_engine_request {
    const char *url;
    const char *const *headers; /* "Name: value", NULL terminated */
    bool is_post;
    bool in_pieces; /* the body comes through `write` */
    const void *body;
    size_t body_size; /* the body lives until the transfer is freed */
    bool follows;     /* redirects, up to twenty */
    bool accepts_encoded;
    unsigned auth;        /* bits; 0: any */
    const char *user;     /* NULL: none; "": empty credentials */
    const char *password; /* NULL: netrc may know it */
    uint64_t from;        /* the first byte wanted (a range) */
    void *data;
    /* A line of a header, without its end; of each answer on the way.  May be
     * NULL. */
    void (*header)(void *data, const char *line, size_t size);
};

enum qn_http_engine_fault {
    QN_HTTP_FAULT_NONE = 0,
    QN_HTTP_FAULT_OTHER,
    QN_HTTP_FAULT_CANCELLED,
    QN_HTTP_FAULT_PINNED_KEY,
    QN_HTTP_FAULT_CERTIFICATE, /* of ours: its password is wrong, or such */
    QN_HTTP_FAULT_PROXY,       /* could not be used */
    QN_HTTP_FAULT_NOT_THERE,   /* ftp, file */
    QN_HTTP_FAULT_DENIED,
    QN_HTTP_FAULT_MEMORY
};

struct qn_http_engine_outcome {
    enum qn_http_engine_fault fault;
    long number; /* libcurl's, for messages */
    char message[256];
    long status; /* 200 */
    long proxy_status;
    const char *url; /* where it ended; lives as long as the transfer */
    const char *content_type; /* or NULL; so long, too */
    long retry_after;         /* seconds; -1: not said */
    unsigned offered;         /* bits */
    unsigned proxy_offered;
};

struct qn_http_engine_session;
struct qn_http_engine_transfer;

struct qn_http_engine {
    uint32_t version;
    /* NULL: `problem` (256 bytes) says why. */
    struct qn_http_engine_session *(*session_new)(
        const struct qn_http_engine_settings *settings, char *problem);
    void (*session_free)(struct qn_http_engine_session *session);
    /* Who one is to the proxy, from the next request on. */
    bool (*set_proxy_user)(struct qn_http_engine_session *session,
                           const char *user, const char *password);
    /* NULL: no memory.  It begins with the next read or write. */
    struct qn_http_engine_transfer *(*start)(
        struct qn_http_engine_session *session,
        const struct qn_http_engine_request *request);
    /* More of the body; `is_last`: all of it.  False: it failed, see outcome.
     */
    bool (*write)(struct qn_http_engine_transfer *transfer, const void *bytes,
                  size_t size, bool is_last);
    /* Until the answer's head is there, or it failed. */
    void (*wait_head)(struct qn_http_engine_transfer *transfer);
    /* At least one byte; 0: it is over (or it failed: see the outcome). */
    size_t (*read)(struct qn_http_engine_transfer *transfer, void *room,
                   size_t size);
    void (*outcome)(struct qn_http_engine_transfer *transfer,
                    struct qn_http_engine_outcome *outcome);
    void (*free)(struct qn_http_engine_transfer *transfer);
    /* The same, but what little may be left of the answer is waited for, so
     * that the connection can be used again. */
    void (*finish)(struct qn_http_engine_transfer *transfer);
};

#endif
