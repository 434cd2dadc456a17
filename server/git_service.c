/* SPDX-License-Identifier: MIT */
#include "server/git_service.h"

#include "codec/pkt_line.h"
#include "operation/op_upload_pack.h"
#include "server/log.h"
#include "server/state.h"
#include "walk/grafts.h"

/* An answer in the making: what is said goes into it, what is read is there. */
struct making {
    struct server *server;
    struct qn_bytes body;
    struct response *response;
};

static enum qn_status read_body(struct qn_ctx *ctx, void *data, void *room,
                                size_t size, size_t *used)
{
    struct making *making = data;
    struct qn_bytes piece = qn_bytes_first(making->body, size);

    (void)ctx;
    if (piece.size > 0)
        memcpy(room, piece.data, piece.size);
    making->body = qn_bytes_from(making->body, piece.size);
    *used = piece.size;
    return QN_OK;
}

static enum qn_status write_answer(struct qn_ctx *ctx, void *data,
                                   struct qn_bytes bytes)
{
    struct making *making = data;

    return response_append(ctx, making->response, bytes);
}

uint32_t git_service_version(const char *protocol)
{
    struct qn_bytes rest = qn_bytes_from_string(protocol), word;
    uint32_t version = 0;

    while (qn_bytes_next(&rest, ':', &word))
        if (qn_bytes_is_string(word, "version=1") && version < 1)
            version = 1;
        else if (qn_bytes_is_string(word, "version=2"))
            version = 2;
    return version;
}

bool git_service_has_push(void)
{
    return false;
}

/* What the answer depends on. */
static enum qn_status make_key(struct qn_ctx *ctx,
                               const struct git_service *service,
                               struct qn_bytes body, struct qn_id *key,
                               bool *is_stable)
{
    const char *name = service->repository->name;
    uint8_t kind[2] = {(uint8_t)service->version,
                       (uint8_t)(service->advertises * 2 + service->is_push)};
    struct qn_hash hash;
    enum qn_status status;

    qn_hash_init_unchecked(&hash, QN_HASH_SHA256);
    qn_hash_update(&hash, kind, sizeof(kind));
    qn_hash_update(&hash, name, strlen(name) + 1);
    status = state_hash(ctx, service->repository->repo, &hash, is_stable);
    qn_hash_update(&hash, body.data, body.size);
    return status ? status : qn_hash_final(ctx, &hash, key);
}

enum qn_status git_service_find(struct qn_ctx *ctx,
                                const struct git_service *service,
                                struct qn_bytes body,
                                struct response_reader *reader,
                                struct response **made)
{
    bool is_stable = false;
    struct qn_id key;
    enum qn_status status = make_key(ctx, service, body, &key, &is_stable);

    if (!status &&
        !response_cache_get(service->server->cache,
                            is_stable && !service->is_push ? &key : NULL,
                            reader, made))
        status = qn_ctx_fail(ctx, QN_NO_MEMORY, "out of memory");
    return status;
}

static enum qn_status run_service(struct qn_ctx *ctx,
                                  const struct git_service *service,
                                  const struct qn_revision_scope *scope,
                                  struct qn_service_io *io)
{
    struct qn_op_upload_pack op = {.scope = scope,
                                   .io = io,
                                   .version = service->version,
                                   .is_stateless = service->is_stateless,
                                   .advertises_only = service->advertises,
                                   .agent = service->server->agent};

    if (service->is_push)
        return qn_ctx_fail(ctx, QN_UNSUPPORTED, "receive-pack is not done yet");
    return qn_op_upload_pack_run(ctx, &op);
}

enum qn_status git_service_talk(struct qn_ctx *ctx,
                                const struct git_service *service,
                                struct qn_service_io *io)
{
    struct qn_repo *repo = service->repository->repo;
    struct qn_revision_scope scope = {.repo = repo};
    struct qn_grafts *grafts = NULL;
    enum qn_status status = qn_repo_odb_raw(ctx, repo, &scope.odb);

    scope.grafts = &grafts;
    if (!status)
        status = qn_repo_refs(ctx, repo, &scope.refs);
    if (!status)
        status = run_service(ctx, service, &scope, io);
    qn_grafts_free(grafts);
    qn_refs_free(scope.refs);
    qn_odb_free(scope.odb);
    return status;
}

void git_service_make(struct qn_ctx *ctx, const struct git_service *service,
                      struct qn_bytes body, struct response *response)
{
    struct making making = {service->server, body, response};
    struct qn_service_calls calls = {&making, read_body, write_answer};
    struct qn_service_io io;
    enum qn_status status = QN_OK;

    qn_service_io_init(&io, &calls);
    if (service->advertises && service->version != 2) {
        status = qn_pkt_line_printf(ctx, &io.out, "# service=git-%s-pack\n",
                                    service->is_push ? "receive" : "upload");
        if (!status)
            status = qn_pkt_line_append_flush(ctx, &io.out);
    }
    if (!status)
        status = git_service_talk(ctx, service, &io);
    qn_service_io_dispose(&io);
    if (status == QN_TIMEOUT)
        atomic_fetch_add(&service->server->metrics.timeouts, 1);
    if (status && status != QN_CANCELLED)
        log_line("error %s: %s", service->repository->name,
                 qn_ctx_message(ctx));
    /* What was refused was said within the protocol, and will be again. */
    response_finish(response,
                    !status || status == QN_REFUSED || status == QN_INVALID);
    response_release(response);
    qn_ctx_clear(ctx);
}
