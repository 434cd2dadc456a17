/* SPDX-License-Identifier: MIT */
/* What the configuration and the environment say of HTTP, for one URL.
 *
 *   http.*, http.<url>.*, remote.<name>.proxy*, GIT_HTTP_*, GIT_SSL_*,
 *   http_proxy and its kin -> settings
 *
 * Variables of the environment win.  git-config(1), git(1).
 */
#ifndef QN_TRANSPORT_HTTP_SETTINGS_H
#define QN_TRANSPORT_HTTP_SETTINGS_H

#include "base/arena.h"
#include "config/url_config.h"
#include "program/credential.h"
#include "transport/http_engine.h"

enum qn_http_follow { /* http.followRedirects */
                      QN_HTTP_FOLLOW_NEVER = 0,
                      QN_HTTP_FOLLOW_INITIAL,
                      QN_HTTP_FOLLOW_ALWAYS
};

enum qn_http_proactive { /* http.proactiveAuth */
                         QN_HTTP_PROACTIVE_NONE = 0,
                         QN_HTTP_PROACTIVE_BASIC,
                         QN_HTTP_PROACTIVE_AUTO
};

struct qn_http_settings {
    struct qn_arena arena; /* of the strings that are made here */
    struct qn_url_config list;
    struct qn_http_engine_settings engine;
    const char **extra_headers; /* NULL terminated */
    const char **resolve;       /* NULL terminated */
    struct qn_credential proxy; /* who one is to it; protocol NULL: no proxy
                                   that has a user */
    enum qn_http_follow follow;
    enum qn_http_proactive proactive;
    int empty_auth; /* -1: when it is asked for; 0: never; 1: first thing */
    bool asks_certificate_password;
    bool asks_proxy_certificate_password;
    size_t post_buffer;
    long max_requests;
    long max_retries;
    long retry_after;    /* seconds, where the server says nothing */
    long max_retry_time; /* seconds */
};

struct qn_http_settings_options {
    const struct qn_config *config;
    const char *url;
    const char *remote_name; /* or NULL */
    const char *agent;       /* or NULL */
    bool is_not_from_user;
};

void qn_http_settings_init(struct qn_http_settings *settings);
void qn_http_settings_dispose(struct qn_http_settings *settings);
/* QN_INVALID with Git's words for a value that is none. */
enum qn_status
qn_http_settings_read(struct qn_ctx *ctx,
                      const struct qn_http_settings_options *options,
                      struct qn_http_settings *out) QN_MUST_USE;

/* http_proxy.c: which proxy, if any. */
enum qn_status
qn_http_settings_read_proxy(struct qn_ctx *ctx,
                            const struct qn_http_settings_options *options,
                            struct qn_http_settings *settings) QN_MUST_USE;

#endif
