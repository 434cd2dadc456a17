/* SPDX-License-Identifier: MIT */
#include "server/request.h"

#include "server/log.h"
#include "server/upload.h"

#include <stdlib.h>
#include <string.h>

struct request *request_new(struct server *server, const char *target,
                            struct MHD_Connection *connection)
{
    struct request *request = calloc(1, sizeof(*request));

    if (!request)
        return NULL;
    request->server = server;
    request->connection = connection;
    request->target = strdup(target);
    if (!request->target) {
        free(request);
        return NULL;
    }
    request->began_ms = response_clock_ms();
    request->kind = METRIC_OTHER;
    request->told_size = UINT64_MAX;
    atomic_init(&request->owners, 1);
    (void)pthread_mutex_init(&request->lock, NULL);
    return request;
}

void request_release(struct request *request)
{
    unsigned i;

    if (!request || atomic_fetch_sub(&request->owners, 1) != 1)
        return;
    response_detach(&request->reader);
    upload_free(request->upload);
    for (i = 0; i < request->header_count; i++)
        free(request->header_values[i]);
    qn_buf_dispose(&request->path);
    qn_buf_dispose(&request->text);
    free(request->target);
    free(request->method);
    free(request->authorization);
    free(request->protocol);
    free(request->content_type);
    free(request->encoding);
    free(request->if_none_match);
    free(request->address);
    free(request->body);
    (void)pthread_mutex_destroy(&request->lock);
    free(request);
}

void request_header(struct request *request, const char *name,
                    const char *value)
{
    char *copy;

    if (request->header_count == REQUEST_MOST_HEADERS)
        return;
    copy = strdup(value);
    if (!copy)
        return;
    request->header_names[request->header_count] = name;
    request->header_values[request->header_count++] = copy;
}

void request_answer(struct request *request, unsigned status)
{
    bool is_gone;

    (void)pthread_mutex_lock(&request->lock);
    request->status = status;
    request->is_answered = true;
    is_gone = request->is_gone;
    http_listener_resume(request);
    (void)pthread_mutex_unlock(&request->lock);
    if (is_gone)
        response_detach(&request->reader);
}

void request_refuse(struct request *request, unsigned status,
                    const char *message)
{
    struct qn_ctx *ctx = qn_ctx_new(request->server->env);

    atomic_fetch_add(&request->server->metrics.refused, 1);
    if (ctx && !qn_buf_append_string(ctx, &request->text, message))
        (void)!qn_buf_append_byte(ctx, &request->text, '\n');
    qn_ctx_free(ctx);
    request_header(request, "Content-Type", "text/plain; charset=utf-8");
    request_header(request, "Cache-Control", "no-store");
    if (status == 503 || status == 429)
        request_header(request, "Retry-After", status == 429 ? "60" : "5");
    request_answer(request, status);
}

void request_fail(struct qn_ctx *ctx, struct request *request)
{
    enum qn_status status = qn_ctx_status(ctx);

    log_line("error %s: %s", request->target, qn_ctx_message(ctx));
    if (status == QN_TIMEOUT)
        atomic_fetch_add(&request->server->metrics.timeouts, 1);
    if (status == QN_NO_MEMORY)
        atomic_fetch_add(&request->server->metrics.too_large, 1);
    if (status == QN_TIMEOUT || status == QN_CANCELLED ||
        status == QN_NO_MEMORY)
        request_refuse(request, 503, "too much to do; try again later");
    else
        request_refuse(request, 500, "the server cannot do that");
    qn_ctx_clear(ctx);
}

enum qn_status request_parameter(struct qn_ctx *ctx,
                                 const struct request *request,
                                 const char *name, struct qn_buf *out,
                                 bool *found)
{
    enum qn_status status =
        qn_http_route_parameter(ctx, request->query, name, out, found);

    if (!status && *found && qn_bytes_find(qn_buf_bytes(out), 0) < out->size) {
        qn_buf_clear(out); /* no name has a NUL */
        *found = false;
    }
    return status;
}
