/* SPDX-License-Identifier: MIT */
#include "server/web_pages.h"

#include "server/web/web.h"

#include <string.h>

#define MOST_LISTED          10000
#define MOST_SECONDS         20
#define MOST_ARCHIVE_SECONDS 300
#define MOST_HELD            ((size_t)1 << 20) /* of a raw file, before it streams */
#define MOST_MEMORY          ((uint64_t)512 << 20) /* for one page */
#define WINDOW               ((uint64_t)8 << 20)

struct sending {
    struct request *request;
    unsigned status;
    struct response *response; /* NULL: all of it is in the request's text */
};

static enum qn_status begin(struct qn_ctx *ctx, void *data,
                            const struct web_head *head)
{
    struct sending *sending = data;
    unsigned i;

    (void)ctx;
    sending->status = head->status;
    if (head->has_size)
        sending->request->told_size = head->size;
    for (i = 0; i < head->count; i++)
        request_header(sending->request, head->headers[i].name,
                       head->headers[i].value);
    return QN_OK;
}

/* What was held goes ahead; from now on the connection reads as we write. */
static enum qn_status start_stream(struct qn_ctx *ctx, struct sending *sending)
{
    struct request *request = sending->request;

    sending->response = response_new(
        WINDOW, (int64_t)request->server->settings->stall_seconds * 1000);
    if (!sending->response)
        return qn_ctx_fail(ctx, QN_NO_MEMORY, "no memory for an answer");
    if (!response_attach(sending->response, &request->reader)) {
        response_release(sending->response);
        sending->response = NULL;
        return qn_ctx_fail(ctx, QN_INTERNAL, "an answer has no reader");
    }
    response_join(sending->response, &request->server->crowd);
    request_answer(request, sending->status);
    return response_append(ctx, sending->response,
                           qn_buf_bytes(&request->text));
}

static enum qn_status append(struct qn_ctx *ctx, void *data,
                             struct qn_bytes bytes)
{
    struct sending *sending = data;
    struct qn_buf *text = &sending->request->text;
    enum qn_status status;

    if (sending->response)
        return response_append(ctx, sending->response, bytes);
    status = qn_buf_append_bytes(ctx, text, bytes);
    if (!status && text->size > MOST_HELD)
        status = start_stream(ctx, sending);
    return status;
}

/* ---- the list */

struct names {
    struct request *request;
    void *list;
};

static enum qn_status list_one(struct qn_ctx *ctx, void *data, const char *name)
{
    struct names *names = data;
    struct request *request = names->request;
    struct policy *policy = server_policy(request->server);
    bool may = access_allows(policy->access, name,
                             request->has_user ? request->user : NULL,
                             ACCESS_READ, NULL) &&
               !access_namespace(policy->access, name);

    server_policy_release(policy);
    return may ? web_list_add(ctx, names->list, name) : QN_OK;
}

static enum qn_status list_names(struct qn_ctx *ctx, void *data, void *list)
{
    struct names names = {.request = data, .list = list};

    return repositories_list(ctx, names.request->server->repositories,
                             MOST_LISTED, list_one, &names);
}

/* ---- */

static void run(struct qn_ctx *ctx, struct request *request,
                const struct web_request *web)
{
    struct sending sending = {.request = request};
    const struct web_answer answer = {begin, append, &sending};
    enum qn_status status = web_get(ctx, web, &answer);

    if (sending.response) {
        response_finish(sending.response, status == QN_OK);
        response_release(sending.response);
    } else if (status) {
        qn_buf_clear(&request->text);
        request_fail(ctx, request);
    } else {
        request->is_untold = web->is_head && request->text.size == 0;
        request_answer(request, sending.status);
    }
}

/* Pages show all refs: they are none of who has a namespace. */
static bool is_part(const struct request *request, const char *name)
{
    struct policy *policy = server_policy(request->server);
    bool is = access_namespace(policy->access, name) != NULL;

    server_policy_release(policy);
    return is;
}

/* Of the route's name, when one may read it. */
static void run_repository(struct qn_ctx *ctx, struct request *request,
                           struct web_request *web)
{
    struct repositories *repositories = request->server->repositories;
    struct repository *repository = NULL;
    struct qn_buf name = QN_BUF_INIT;
    enum qn_status status = qn_buf_append_bytes(ctx, &name, web->route.name);

    if (!status && repositories_is_name(web->route.name)) {
        if (!http_job_allows(ctx, request, qn_buf_string(&name), ACCESS_READ))
            goto out; /* it was answered */
        if (is_part(request, qn_buf_string(&name))) {
            request_refuse(request, 404, "there are no pages of it");
            goto out;
        }
        status = repositories_get(ctx, repositories, qn_buf_string(&name),
                                  &repository);
    }
    if (status) {
        request_fail(ctx, request);
    } else {
        web->repo = repository ? repository->repo : NULL;
        run(ctx, request, web);
    }
    repositories_put(repositories, repository);
out:
    qn_buf_dispose(&name);
}

/* The list is what one may read: who signed in sees theirs. */
static void run_list(struct qn_ctx *ctx, struct request *request,
                     struct web_request *web)
{
    struct policy *policy = server_policy(request->server);

    if (!http_job_knows(ctx, request))
        goto out; /* it was answered */
    web->may_sign_in =
        !request->has_user && passwords_has_any(policy->passwords);
    if (web->may_sign_in && qn_bytes_is_string(request->query, "sign-in"))
        http_job_ask(request);
    else
        run(ctx, request, web);
out:
    server_policy_release(policy);
}

void web_pages_run(struct qn_ctx *ctx, struct request *request)
{
    struct web_request web = {.title = request->server->settings->title,
                              .query = request->query,
                              .etag = request->if_none_match,
                              .names = list_names,
                              .data = request};
    uint64_t most = request->server->settings->request_memory;
    struct qn_env *part = qn_ctx_env(ctx);
    int64_t seconds;

    request->kind = METRIC_PAGE;
    web_route_find(qn_buf_bytes(&request->path), &web.route);
    seconds =
        web.route.kind == WEB_ARCHIVE ? MOST_ARCHIVE_SECONDS : MOST_SECONDS;
    qn_ctx_set_deadline(ctx, qn_env_clock(request->server->env, false) +
                                 seconds * INT64_C(1000000000));
    if (most == 0 || most > MOST_MEMORY) /* jobs.c sets it anew for the next */
        qn_env_set_memory_limit(part, qn_env_memory_used(part) + MOST_MEMORY);
    /* A page is made as for GET: its size is told. */
    web.is_head = request->is_head &&
                  (web.route.kind == WEB_RAW || web.route.kind == WEB_ARCHIVE);
    if (web.route.name.size > 0)
        run_repository(ctx, request, &web);
    else if (web.route.kind == WEB_LIST)
        run_list(ctx, request, &web);
    else
        run(ctx, request, &web);
}
