/* SPDX-License-Identifier: MIT */
/* Between the files of libquoin-http. */
#ifndef QUOIN_HTTP_ENGINE_H
#define QUOIN_HTTP_ENGINE_H

#include "transport/http_engine.h"

#include <curl/curl.h>

#define HTTP_IDLE_MAX 16

/* Bytes that wait: data[first..end). */
struct http_room {
    char *data;
    size_t first, end, capacity;
};

struct qn_http_engine_session {
    void (*trace)(void *data, enum qn_http_engine_trace kind, const char *bytes,
                  size_t size);
    bool (*is_cancelled)(void *data);
    void *data;
    CURLM *multi;
    CURLSH *share;  /* cookies */
    CURL *settings; /* never run: what is set in it is set in all */
    struct curl_slist *resolve;
    CURL *idle[HTTP_IDLE_MAX];
    size_t idle_count;
};

struct qn_http_engine_transfer {
    struct qn_http_engine_session *session;
    CURL *easy;
    struct curl_slist *headers;
    struct http_room in;
    struct http_room out;
    void (*header)(void *data, const char *line, size_t size);
    void *header_data;
    CURLcode code;
    bool is_done;
    bool is_cancelled;
    bool is_paused;    /* of the answer, more than there is room for */
    bool out_is_whole; /* the body */
    bool out_waits;    /* for more of the body */
    bool has_sent;
    bool has_head;
    bool is_fresh; /* looked at already: wait before the next look */
    char message[CURL_ERROR_SIZE];
};

typedef int http_trace_fn(CURL *easy, curl_infotype type, char *bytes,
                          size_t size, void *data);

struct qn_http_engine_session *
http_session_new(const struct qn_http_engine_settings *settings, char *problem);
void http_session_free(struct qn_http_engine_session *session);
bool http_session_set_proxy_user(struct qn_http_engine_session *session,
                                 const char *user, const char *password);
/* A handle with all of the session's settings. */
CURL *http_easy_new(struct qn_http_engine_session *session,
                    http_trace_fn *trace);
/* Ours to libcurl's, and back. */
long http_auth_bits(unsigned auth);
unsigned http_auth_names(long bits);

#endif
