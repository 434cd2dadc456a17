/* SPDX-License-Identifier: MIT */
/* What a request over http wants, decided on a worker's thread. */
#include "codec/inflate.h"
#include "server/git_service.h"
#include "server/log.h"
#include "server/request.h"
#include "server/status_page.h"
#include "server/upload.h"
#include "server/web_pages.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- who */

static bool sign_in(struct qn_ctx *ctx, struct request *request,
                    const struct policy *policy)
{
    struct server *server = request->server;
    struct qn_buf user = QN_BUF_INIT;
    bool is_right = false;
    enum qn_status status;

    if (!request->authorization || request->has_user)
        return true;
    if (!limits_may_sign_in(server->limits, request->address)) {
        request_refuse(request, 429, "too many wrong passwords; wait a minute");
        return false;
    }
    status = passwords_check(ctx, policy->passwords, request->authorization,
                             &user, &is_right);
    if (status) {
        request_fail(ctx, request);
    } else if (!is_right || user.size >= sizeof(request->user)) {
        limits_sign_in_failed(server->limits, request->address);
        atomic_fetch_add(&server->metrics.failed_sign_ins, 1);
        request_header(request, "WWW-Authenticate",
                       "Basic realm=\"quoin\", charset=\"UTF-8\"");
        request_refuse(request, 401, "wrong name, password or token");
    } else {
        memcpy(request->user, qn_buf_string(&user), user.size + 1);
        request->has_user = true;
    }
    qn_buf_dispose(&user);
    return request->has_user;
}

bool http_job_knows(struct qn_ctx *ctx, struct request *request)
{
    struct policy *policy = server_policy(request->server);
    bool knows = sign_in(ctx, request, policy);

    server_policy_release(policy);
    return knows;
}

void http_job_ask(struct request *request)
{
    request_header(request, "WWW-Authenticate",
                   "Basic realm=\"quoin\", charset=\"UTF-8\"");
    request_refuse(request, 401, "who are you?");
}

bool http_job_allows(struct qn_ctx *ctx, struct request *request,
                     const char *repository, enum access_right right)
{
    struct policy *policy = server_policy(request->server);
    const char *user;
    bool may = false;

    if (!sign_in(ctx, request, policy))
        goto out;
    user = request->has_user ? request->user : NULL;
    may = access_allows(policy->access, repository, user, right, NULL);
    /* A delete needs no push. */
    if (!may && right == ACCESS_PUSH)
        may = access_allows(policy->access, repository, user, ACCESS_DELETE,
                            NULL);
    if (may)
        goto out;
    if (!user && passwords_has_any(policy->passwords)) {
        http_job_ask(request);
    } else if (right != ACCESS_READ && access_allows(policy->access, repository,
                                                     user, ACCESS_READ, NULL)) {
        request_refuse(request, 403, "you may not push here");
    } else { /* as if it were not there */
        request_refuse(request, 404, "there is no such repository");
    }
out:
    server_policy_release(policy);
    return may;
}

/* ---- bodies */

/* The body, unpacked when it is gzip; bounded. */
static enum qn_status get_body(struct qn_ctx *ctx, struct request *request,
                               struct qn_buf *out)
{
    uint64_t most = request->server->settings->request_size;
    struct qn_bytes in = qn_bytes_make(request->body, request->body_size);
    struct qn_inflate_stream *stream = NULL;
    bool is_end = false;
    enum qn_status status;

    if (!request->encoding || strcmp(request->encoding, "identity") == 0)
        return qn_buf_append_bytes(ctx, out, in);
    if (strcmp(request->encoding, "gzip") != 0 &&
        strcmp(request->encoding, "x-gzip") != 0)
        return qn_ctx_fail(ctx, QN_UNSUPPORTED, "unknown encoding of a body");
    out->limit = (size_t)most + 1;
    status = qn_inflate_stream_new_gzip(ctx, &stream);
    while (!status && !is_end) {
        size_t used = 0, before = in.size;

        status = qn_buf_reserve(ctx, out, out->size + 65536 < most ? 65536 : 1);
        if (!status)
            status = qn_inflate_stream_next(
                ctx, stream, &in, out->data + out->size,
                out->capacity - out->size - 1, &used, &is_end);
        out->size += used;
        if (!status && out->size > most)
            status = qn_ctx_fail(ctx, QN_TOO_BIG, "a body is too large");
        if (!status && !is_end && used == 0 && in.size == before)
            status = qn_ctx_fail(ctx, QN_CORRUPT, "a body ends too early");
    }
    qn_inflate_stream_free(stream);
    return status;
}

static void refuse_body(struct qn_ctx *ctx, struct request *request)
{
    enum qn_status status = qn_ctx_status(ctx);

    qn_ctx_clear(ctx);
    if (status == QN_TOO_BIG)
        request_refuse(request, 413, "the request is too large");
    else if (status == QN_UNSUPPORTED)
        request_refuse(request, 415, "the body's encoding is not known here");
    else
        request_refuse(request, 400, "the body is not what it says");
}

/* ---- services */

static void no_cache(struct request *request)
{
    request_header(request, "Expires", "Fri, 01 Jan 1980 00:00:00 GMT");
    request_header(request, "Pragma", "no-cache");
    request_header(request, "Cache-Control",
                   "no-cache, max-age=0, must-revalidate");
}

static void serve(struct qn_ctx *ctx, struct request *request,
                  struct git_service *service, const char *type,
                  struct qn_bytes body)
{
    struct response *made = NULL;
    enum qn_status status =
        git_service_find(ctx, service, body, &request->reader, &made);

    if (status) {
        request_fail(ctx, request);
        return;
    }
    request_header(request, "Content-Type", type);
    no_cache(request);
    request_answer(request, 200);
    if (made)
        git_service_make(ctx, service, body, made);
}

static void advertise(struct qn_ctx *ctx, struct request *request,
                      struct git_service *service)
{
    struct qn_buf name = QN_BUF_INIT;
    bool found = false;
    enum qn_status status =
        request_parameter(ctx, request, "service", &name, &found);

    request->kind = METRIC_REFS;
    service->advertises = true;
    service->is_push =
        found && strcmp(qn_buf_string(&name), "git-receive-pack") == 0;
    if (status)
        request_fail(ctx, request);
    else if (!found)
        request_refuse(request, 403,
                       "only clients that speak smart http are "
                       "served");
    else if (!service->is_push &&
             strcmp(qn_buf_string(&name), "git-upload-pack") != 0)
        request_refuse(request, 403, "there is no such service");
    else if (!service->is_push ||
             http_job_allows(ctx, request, service->repository->name,
                             ACCESS_PUSH))
        serve(ctx, request, service,
              service->is_push ? "application/x-git-receive-pack-advertisement"
                               : "application/x-git-upload-pack-advertisement",
              QN_BYTES_NONE);
    qn_buf_dispose(&name);
}

/* A fetch, or an archive. */
static void fetch(struct qn_ctx *ctx, struct request *request,
                  struct git_service *service)
{
    static const char *const types[][2] = {
        {"application/x-git-upload-pack-request",
         "application/x-git-upload-pack-result"},
        {"application/x-git-upload-archive-request",
         "application/x-git-upload-archive-result"}};
    const char *const *type = types[service->is_archive];
    struct qn_buf body = QN_BUF_INIT;

    request->kind = service->is_archive ? METRIC_ARCHIVE : METRIC_FETCH;
    if (!request->is_post)
        request_refuse(request, 405, "a service is posted to");
    else if (!request->content_type ||
             strcmp(request->content_type, type[0]) != 0)
        request_refuse(request, 415, "that is no request of a git client");
    else if (request->is_too_big)
        request_refuse(request, 413, "the request is too large");
    else if (get_body(ctx, request, &body))
        refuse_body(ctx, request);
    else
        serve(ctx, request, service, type[1], qn_buf_bytes(&body));
    qn_buf_dispose(&body);
}

/* The body is still on its way: what is said of it comes behind it. */
static void push(struct qn_ctx *ctx, struct request *request,
                 struct git_service *service)
{
    const char *encoding = request->encoding;
    struct response *made = NULL;

    request->kind = METRIC_PUSH;
    service->is_push = true;
    service->is_packed = encoding && (strcmp(encoding, "gzip") == 0 ||
                                      strcmp(encoding, "x-gzip") == 0);
    if (!request->is_post || !request->upload) {
        request_refuse(request, 405, "a service is posted to");
        return;
    }
    if (!request->content_type ||
        strcmp(request->content_type,
               "application/x-git-receive-pack-request") != 0) {
        request_refuse(request, 415, "that is no request of a git client");
        return;
    }
    if (encoding && !service->is_packed && strcmp(encoding, "identity") != 0) {
        request_refuse(request, 415, "the body's encoding is not known here");
        return;
    }
    if (!http_job_allows(ctx, request, service->repository->name, ACCESS_PUSH))
        return;
    service->user = request->has_user ? request->user : NULL;
    service->address = request->address;
    service->upload = request->upload;
    if (!response_cache_get(request->server->cache, NULL, &request->reader,
                            &made)) {
        request_refuse(request, 503, "too much to do; try again later");
    } else {
        request_header(request, "Content-Type",
                       "application/x-git-receive-pack-result");
        no_cache(request);
        request_answer(request, 200);
        git_service_make(ctx, service, QN_BYTES_NONE, made);
    }
}

static void run_git(struct qn_ctx *ctx, struct request *request,
                    const struct qn_http_route *route)
{
    struct policy *policy = server_policy(request->server);
    struct git_service service = {
        .server = request->server, .policy = policy, .is_stateless = true};
    struct qn_buf name = QN_BUF_INIT;
    enum qn_status status = qn_buf_append_bytes(ctx, &name, route->directory);

    service.version = git_service_version(request->protocol);
    service.ref_namespace =
        access_namespace(policy->access, qn_buf_string(&name));
    service.is_archive = qn_bytes_is_string(route->file, "git-upload-archive");
    if (status) {
        request_fail(ctx, request);
    } else if (!repositories_is_name(qn_buf_bytes(&name))) {
        request_refuse(request, 404, "there is no such repository");
    } else if (http_job_allows(ctx, request, qn_buf_string(&name),
                               ACCESS_READ)) {
        status = repositories_get(ctx, request->server->repositories,
                                  qn_buf_string(&name), &service.repository);
        if (status)
            request_fail(ctx, request);
        else if (!service.repository)
            request_refuse(request, 404, "there is no such repository");
        else if (route->kind == QN_HTTP_ROUTE_REFS)
            advertise(ctx, request, &service);
        else if (qn_bytes_is_string(route->file, "git-receive-pack"))
            push(ctx, request, &service);
        else
            fetch(ctx, request, &service);
        repositories_put(request->server->repositories, service.repository);
    }
    server_policy_release(policy);
    qn_buf_dispose(&name);
}

static bool is_service(const struct qn_http_route *route)
{
    return route->kind == QN_HTTP_ROUTE_REFS ||
           route->kind == QN_HTTP_ROUTE_SERVICE;
}

void http_job_run(struct qn_ctx *ctx, void *data)
{
    struct request *request = data;
    struct qn_bytes path = qn_bytes_from_string(request->target);
    struct qn_http_route route;
    size_t end = qn_bytes_find(path, '?');
    enum qn_status status;

    request->query = qn_bytes_from(path, end + 1);
    status = qn_http_route_unescape(ctx, qn_bytes_first(path, end), false,
                                    &request->path);
    path = qn_buf_bytes(&request->path);
    if (status)
        request_fail(ctx, request);
    else if (qn_bytes_find(path, 0) < path.size || path.size == 0 ||
             path.data[0] != '/')
        request_refuse(request, 400, "that is no path");
    else if (qn_bytes_is_string(path, "/health"))
        status_page_health(ctx, request);
    else if (qn_bytes_is_string(path, "/metrics"))
        status_page_metrics(ctx, request);
    else if (qn_http_route_find(path, &route) && is_service(&route))
        run_git(ctx, request, &route);
    else if (request->is_post)
        request_refuse(request, 405, "nothing is posted there");
    else if (request->server->settings->has_no_web)
        request_refuse(request, 404, "there are no pages here");
    else
        web_pages_run(ctx, request);
    if (request->upload)
        upload_close(request->upload);
    request_release(request);
}
