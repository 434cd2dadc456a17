/* SPDX-License-Identifier: MIT */
#include "server/git_service.h"

#include "codec/inflate.h"
#include "codec/pkt_line.h"
#include "operation/op_receive_pack.h"
#include "operation/op_upkeep.h"
#include "operation/op_upload_archive.h"
#include "operation/op_upload_pack.h"
#include "server/log.h"
#include "server/state.h"
#include "server/upload.h"
#include "walk/grafts.h"

/* An answer in the making: what is said goes into it, what is read is there. */
struct making {
    const struct git_service *service;
    struct qn_bytes body;
    struct response *response;
    struct upload *upload;             /* instead of the body */
    struct qn_inflate_stream *inflate; /* it is packed; or NULL */
    struct qn_bytes held;
    uint64_t left; /* bytes that may come still */
    bool is_over;
    uint8_t room[16384];
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

/* A push on its way, unpacked. */
static enum qn_status read_upload(struct qn_ctx *ctx, void *data, void *room,
                                  size_t size, size_t *used)
{
    struct making *making = data;
    enum qn_status status = QN_OK;

    *used = 0;
    if (!making->inflate)
        status = upload_take(ctx, making->upload, room, size, used);
    while (making->inflate && !status && *used == 0 && !making->is_over) {
        if (making->held.size == 0) {
            size_t count = 0;

            status = upload_take(ctx, making->upload, making->room,
                                 sizeof(making->room), &count);
            if (!status && count == 0)
                status = qn_ctx_fail(ctx, QN_CORRUPT, "a push ends too early");
            making->held = qn_bytes_make(making->room, count);
        }
        if (!status)
            status = qn_inflate_stream_next(ctx, making->inflate, &making->held,
                                            room, size, used, &making->is_over);
    }
    if (!status && *used > making->left)
        status = qn_ctx_fail(ctx, QN_TOO_BIG, "a push is too large");
    making->left -= status ? 0 : *used;
    return status;
}

static enum qn_status write_answer(struct qn_ctx *ctx, void *data,
                                   struct qn_bytes bytes)
{
    struct making *making = data;
    const struct git_service *service = making->service;
    /* Who is told reads on this thread: what waits for room would wait for
     * itself. */
    size_t most = service->on_append
                      ? (size_t)(response_window(making->response) / 4)
                      : SIZE_MAX;
    enum qn_status status = QN_OK;

    while (!status && bytes.size > 0) {
        struct qn_bytes piece = qn_bytes_first(bytes, most);

        bytes = qn_bytes_from(bytes, piece.size);
        status = response_append(ctx, making->response, piece);
        if (!status && service->on_append)
            service->on_append(ctx, service->on_append_data);
    }
    return status;
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

/* What the answer depends on. */
static enum qn_status make_key(struct qn_ctx *ctx,
                               const struct git_service *service,
                               struct qn_bytes body, struct qn_id *key,
                               bool *is_stable)
{
    const char *name = service->repository->name;
    const char *space = service->ref_namespace ? service->ref_namespace : "";
    uint8_t kind[2] = {(uint8_t)service->version,
                       (uint8_t)(service->advertises * 2 + service->is_push)};
    struct qn_hash hash;
    enum qn_status status;

    qn_hash_init_unchecked(&hash, QN_HASH_SHA256);
    qn_hash_update(&hash, kind, sizeof(kind));
    qn_hash_update(&hash, name, strlen(name) + 1);
    qn_hash_update(&hash, space, strlen(space) + 1);
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

    if (!status && !response_cache_get(service->server->cache,
                                       is_stable && !service->is_push &&
                                               !service->is_archive
                                           ? &key
                                           : NULL,
                                       reader, made))
        status = qn_ctx_fail(ctx, QN_NO_MEMORY, "out of memory");
    return status;
}

/* NULL: the rules allow it. */
static const char *refuses(void *data, const char *ref,
                           enum qn_op_receive_kind kind)
{
    const struct git_service *service = data;
    enum access_right right = kind == QN_OP_RECEIVE_DELETE  ? ACCESS_DELETE
                              : kind == QN_OP_RECEIVE_FORCE ? ACCESS_FORCE
                                                            : ACCESS_PUSH;

    if (access_allows(service->policy->access, service->repository->name,
                      service->user, right, ref))
        return NULL;
    return right == ACCESS_DELETE  ? "you may not delete that"
           : right == ACCESS_FORCE ? "you may not move that back"
                                   : "you may not push to that";
}

static enum qn_status run_push(struct qn_ctx *ctx,
                               const struct git_service *service,
                               const struct qn_revision_scope *scope,
                               struct qn_service_io *io)
{
    const char *user = service->user ? service->user : "anonymous";
    struct qn_buf committer = QN_BUF_INIT, remote = QN_BUF_INIT;
    struct qn_buf address = QN_BUF_INIT, space = QN_BUF_INIT;
    const char *variables[4] = {NULL, NULL, NULL, NULL};
    size_t count = 0;
    struct qn_op_receive_pack op = {.scope = scope,
                                    .io = io,
                                    .version = service->version,
                                    .is_stateless = service->is_stateless,
                                    .advertises_only = service->advertises,
                                    .agent = service->server->agent,
                                    .refuses = refuses,
                                    .refuses_data = (void *)(uintptr_t)service,
                                    .hook_variables = variables};
    struct qn_op_upkeep upkeep = {
        .scope = scope, .causes = QN_OP_UPKEEP_COMMITS | QN_OP_UPKEEP_PACKS};
    const char *from = service->address ? service->address : "local";
    enum qn_status status =
        qn_buf_printf(ctx, &committer, "%s <%s@http.%s>", user, user, from);

    if (!status)
        status = qn_buf_printf(ctx, &remote, "REMOTE_USER=%s", user);
    if (!status)
        status = qn_buf_printf(ctx, &address, "REMOTE_ADDR=%s", from);
    if (!status && service->ref_namespace)
        status = qn_buf_printf(ctx, &space, "GIT_NAMESPACE=%s",
                               service->ref_namespace);
    op.committer = qn_buf_string(&committer);
    variables[count++] = qn_buf_string(&address);
    if (service->user)
        variables[count++] = qn_buf_string(&remote);
    if (service->ref_namespace)
        variables[count++] = qn_buf_string(&space);
    if (!status)
        status = qn_op_receive_pack_run(ctx, &op);
    if (!status && op.wants_upkeep && qn_op_upkeep_run(ctx, &upkeep))
        qn_ctx_clear(ctx); /* the push was taken all the same */
    qn_buf_dispose(&committer);
    qn_buf_dispose(&remote);
    qn_buf_dispose(&address);
    qn_buf_dispose(&space);
    return status;
}

static enum qn_status run_archive(struct qn_ctx *ctx,
                                  const struct git_service *service,
                                  const struct qn_revision_scope *scope,
                                  struct qn_service_io *io)
{
    static const char key[][24] = {"http.uploadarchive", "daemon.uploadarch"};
    const struct qn_op_upload_archive op = {.scope = scope,
                                            .io = io,
                                            .user_umask =
                                                service->server->umask,
                                            .is_served = true};
    bool may = true;
    enum qn_status status =
        qn_config_bool(ctx, qn_repo_config(service->repository->repo),
                       key[!service->is_stateless], true, &may);

    if (!status && !may)
        return qn_op_upload_archive_refuse(
            ctx, io, "fatal: ", "no archives are made here");
    return status ? status : qn_op_upload_archive_run(ctx, &op);
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

    return service->is_push      ? run_push(ctx, service, scope, io)
           : service->is_archive ? run_archive(ctx, service, scope, io)
                                 : qn_op_upload_pack_run(ctx, &op);
}

enum qn_status git_service_talk(struct qn_ctx *ctx,
                                const struct git_service *service,
                                struct qn_service_io *io)
{
    struct qn_repo *repo = service->repository->repo;
    struct qn_revision_scope scope = {
        .repo = repo, .served_namespace = service->ref_namespace};
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
    struct making making = {.service = service,
                            .body = body,
                            .response = response,
                            .upload = service->upload,
                            .left = service->server->settings->push_size};
    struct qn_service_calls calls = {
        &making, service->upload ? read_upload : read_body, write_answer};
    struct qn_service_io io;
    enum qn_status status = QN_OK;

    response_join(response, &service->server->crowd);
    qn_service_io_init(&io, &calls);
    if (service->is_packed)
        status = qn_inflate_stream_new_gzip(ctx, &making.inflate);
    if (!status && service->advertises &&
        (service->version != 2 || service->is_push)) {
        status = qn_pkt_line_printf(ctx, &io.out, "# service=git-%s-pack\n",
                                    service->is_push ? "receive" : "upload");
        if (!status)
            status = qn_pkt_line_append_flush(ctx, &io.out);
    }
    if (!status)
        status = git_service_talk(ctx, service, &io);
    qn_service_io_dispose(&io);
    qn_inflate_stream_free(making.inflate);
    if (service->upload)
        upload_close(service->upload);
    if (status == QN_TIMEOUT)
        atomic_fetch_add(&service->server->metrics.timeouts, 1);
    if (status == QN_NO_MEMORY)
        atomic_fetch_add(&service->server->metrics.too_large, 1);
    if (status && status != QN_CANCELLED)
        log_line("error %s: %s", service->repository->name,
                 qn_ctx_message(ctx));
    /* What was refused was said within the protocol, and will be again. */
    response_finish(response,
                    !status || status == QN_REFUSED || status == QN_INVALID);
    response_release(response);
    qn_ctx_clear(ctx);
}
