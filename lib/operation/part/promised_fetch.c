/* SPDX-License-Identifier: MIT */
#include "operation/part/promised_fetch.h"

#include "base/env.h"
#include "base/memory.h"
#include "operation/part/fetch_source.h"
#include "os/mutex.h"
#include "repo/remote.h"
#include "trace/trace.h"
#include "walk/grafts.h"

#include <string.h>

struct qn_promised_fetch {
    struct qn_repo *repo; /* borrowed: it outlives its views */
    struct qn_connection_options connection;
    struct qn_mutex *mutex; /* one flight */
};

enum qn_status
qn_promised_fetch_new(struct qn_ctx *ctx, struct qn_repo *repo,
                      const struct qn_connection_options *connection,
                      struct qn_promised_fetch **out)
{
    struct qn_promised_fetch *fetch = qn_memory_calloc(ctx, 1, sizeof(*fetch));
    enum qn_status status;

    if (!fetch)
        return QN_NO_MEMORY;
    fetch->repo = repo;
    fetch->connection = *connection;
    status = qn_mutex_new(ctx, &fetch->mutex);
    if (status)
        qn_memory_free(fetch);
    else
        *out = fetch;
    return status;
}

void qn_promised_fetch_free(struct qn_promised_fetch *fetch)
{
    if (!fetch)
        return;
    qn_mutex_free(fetch->mutex);
    qn_memory_free(fetch);
}

enum qn_status qn_promised_fetch_remotes(struct qn_ctx *ctx,
                                         const struct qn_config *config,
                                         struct qn_arena *arena,
                                         struct qn_remote_words *out)
{
    const char *last =
        qn_config_string(config, "extensions.partialclone", NULL);
    struct qn_remote_words names = {0};
    enum qn_status status = qn_remote_names(ctx, config, arena, &names);
    size_t i, kept = 0;

    for (i = 0; !status && i < names.count; i++) {
        struct qn_remote *remote = NULL;
        bool promises;

        if (last && strcmp(names.items[i], last) == 0)
            continue;
        status = qn_remote_open(ctx, config, NULL, names.items[i], &remote);
        promises =
            !status && (remote->is_promisor || remote->partial_clone_filter);
        qn_remote_free(remote);
        if (promises)
            names.items[kept++] = names.items[i];
    }
    if (!status && last && kept < names.count)
        names.items[kept++] = last; /* its place is free */
    names.count = kept;
    *out = names;
    return status;
}

static enum qn_status keep_missing(struct qn_ctx *ctx, struct qn_odb *odb,
                                   struct qn_id_list *wants)
{
    enum qn_status status = QN_OK;
    size_t i, kept = 0;

    for (i = 0; !status && i < wants->count; i++) {
        bool is_here = false;

        status = qn_odb_exists(ctx, odb, &wants->ids[i], &is_here);
        if (!status && !is_here)
            wants->ids[kept++] = wants->ids[i];
    }
    wants->count = kept;
    return status;
}

static enum qn_status fetch_from(struct qn_ctx *ctx,
                                 struct qn_promised_fetch *fetch,
                                 const struct qn_revision_scope *scope,
                                 const char *name,
                                 const struct qn_id_list *wants)
{
    const struct qn_config *config = qn_repo_config(fetch->repo);
    struct qn_connection_options options = fetch->connection;
    struct qn_fetch_source source = {.fd = -1};
    struct qn_fetch_pack_result got = {.keeps = QN_WIRE_WORDS_INIT};
    struct qn_fetch_pack pack = {.scope = scope,
                                 .wants = wants,
                                 .filter = "blob:none",
                                 .promisor = "",
                                 .is_clone = true,
                                 .wants_all = true,
                                 .is_quiet = true,
                                 .keep = QN_FETCH_KEEP,
                                 .negotiator = QN_NEGOTIATOR_NOOP};
    struct qn_remote *remote = NULL;
    enum qn_status status = qn_remote_open(ctx, config, NULL, name, &remote);

    if (!status && remote->urls.count == 0)
        status = qn_ctx_fail(ctx, QN_NOT_FOUND, "remote '%s' has no URL", name);
    if (!status) {
        options.url = remote->urls.items[0];
        options.remote_name = name;
        options.program = remote->upload_pack;
        options.service = QN_SERVICE_UPLOAD_PACK;
        options.config = config;
        options.shows_progress = false;
        status = qn_fetch_source_open(ctx, &options, &source);
    }
    if (!status)
        status = qn_fetch_source_promisors(ctx, &source, NULL);
    if (!status)
        status = qn_fetch_source_run(ctx, &source, &pack, &got);
    if (!status)
        status = qn_fetch_source_finish(ctx, &source);
    qn_fetch_source_dispose(&source);
    qn_fetch_pack_result_dispose(&got);
    qn_remote_free(remote);
    return status;
}

static enum qn_status fetch_all(struct qn_ctx *ctx,
                                struct qn_promised_fetch *fetch,
                                struct qn_id_list *wants)
{
    struct qn_grafts *grafts = NULL;
    struct qn_revision_scope scope = {.repo = fetch->repo, .grafts = &grafts};
    struct qn_remote_words names = {0};
    struct qn_arena arena = QN_ARENA_INIT;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status = qn_promised_fetch_remotes(
        ctx, qn_repo_config(fetch->repo), &arena, &names);
    size_t i;

    if (!status && names.count == 0)
        status = QN_END;
    if (!status)
        status = qn_repo_odb_raw(ctx, fetch->repo, &scope.odb);
    if (!status)
        status = qn_repo_refs(ctx, fetch->repo, &scope.refs);
    if (!status) /* somebody else may have fetched meanwhile */
        status = keep_missing(ctx, scope.odb, wants);
    for (i = 0; !status && wants->count > 0 && i < names.count; i++) {
        status = fetch_from(ctx, fetch, &scope, names.items[i], wants);
        if (status && status != QN_NO_MEMORY && status != QN_CANCELLED) {
            /* as if a fetch of its own had died */
            qn_ctx_report(ctx, QN_REPORT_INFO, qn_ctx_reason(ctx), "fatal: %s",
                          qn_ctx_message(ctx));
            qn_ctx_clear(ctx);
            status = QN_OK; /* the next one may have them */
        }
        if (!status)
            status = keep_missing(ctx, scope.odb, wants);
    }
    if (!status && wants->count > 0)
        status = qn_ctx_fail_reason(ctx, QN_PROMISED, "odb.promised",
                                    qn_id_to_hex(&wants->ids[0], hex),
                                    "could not fetch %s from promisor remote",
                                    qn_id_to_hex(&wants->ids[0], hex));
    qn_odb_free(scope.odb);
    qn_refs_free(scope.refs);
    qn_grafts_free(grafts);
    qn_arena_dispose(&arena);
    return status;
}

enum qn_status qn_promised_fetch_run(struct qn_ctx *ctx, void *data,
                                     const struct qn_id *ids, size_t count)
{
    struct qn_promised_fetch *fetch = data;
    const char *refused = qn_env_variable(qn_ctx_env(ctx), "GIT_NO_LAZY_FETCH");
    struct qn_id_list wants = {0};
    enum qn_status status = QN_OK;
    struct qn_span span;
    bool is_refused;
    size_t i;

    if (refused && qn_config_parse_bool(refused, &is_refused) && is_refused)
        return QN_REFUSED;
    for (i = 0; !status && i < count; i++)
        status = qn_id_list_add(ctx, &wants, &ids[i]);
    qn_span_begin(ctx, &span, "operation.promised_fetch", NULL);
    qn_mutex_lock(fetch->mutex);
    if (!status)
        status = fetch_all(ctx, fetch, &wants);
    qn_mutex_unlock(fetch->mutex);
    qn_span_end(ctx, &span);
    qn_id_list_dispose(&wants);
    return status;
}
