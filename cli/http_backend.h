/* SPDX-License-Identifier: MIT */
/* Shared by the files of http-backend; for no one else. */
#ifndef QUOIN_HTTP_BACKEND_H
#define QUOIN_HTTP_BACKEND_H

#include "cli/service.h"
#include "wire/http_route.h"

struct http_backend {
    struct cli *cli;
    struct cli_service service;
    struct qn_http_route route;
    struct qn_buf path;    /* of what is asked for, on this machine */
    uint64_t most;         /* of a request that is kept */
    bool serves_files;     /* http.getanyfile */
    bool serves_packs;     /* http.uploadpack */
    bool serves_archives;  /* http.uploadarchive, or the same */
    bool receives;         /* http.receivepack, or somebody signed in */
    bool has_begun_answer; /* what fails now is no "500" any more */
};

/* ---- cmd_http_backend.c: header lines */

void http_backend_no_cache(struct http_backend *backend);
void http_backend_end_headers(struct http_backend *backend);
/* "Status: <code>", nothing else; `said` goes to stderr with a line feed; ends
 * the process. */
void http_backend_refuse(struct http_backend *backend, const char *code,
                         const char *said, ...) QN_PRINTF(3, 4);
/* "fatal: ..." and 500. */
void http_backend_die(struct http_backend *backend);

/* ---- http_dumb.c: files as they are */

void http_backend_send_file(struct http_backend *backend);
void http_backend_send_head(struct http_backend *backend);
void http_backend_send_refs(struct http_backend *backend);
void http_backend_send_packs(struct http_backend *backend);

/* ---- http_service.c */

/* "git-upload-pack" is served here; else it answers 403 and ends. */
void http_backend_choose(struct http_backend *backend, const char *name);
/* What info/refs?service= answers. */
int http_backend_advertise(struct http_backend *backend, const char *name);
int http_backend_serve(struct http_backend *backend, const char *name);

#endif
