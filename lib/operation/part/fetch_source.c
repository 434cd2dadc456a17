/* SPDX-License-Identifier: MIT */
#include "operation/part/fetch_source.h"

#include "base/env.h"
#include "operation/part/helper_fetch.h"
#include "os/file.h"
#include "text/pathname.h"
#include "transport/helper.h"
#include "transport/policy.h"

#include <string.h>

/* A file that begins like a bundle? */
static enum qn_status try_bundle(struct qn_ctx *ctx,
                                 const struct qn_connection_options *options,
                                 struct qn_fetch_source *out)
{
    const char *url = options->url, *directory = options->directory;
    const char *path = strncmp(url, "file://", 7) == 0 ? url + 7 : url;
    enum qn_status status = qn_pathname_join(
        ctx,
        qn_bytes_from_string(directory ? directory
                                       : qn_env_directory(qn_ctx_env(ctx))),
        qn_bytes_from_string(path), &out->path);
    const char *full = qn_buf_string(&out->path);

    if (status || !qn_file_exists(full) || qn_file_is_directory(full))
        return status;
    status = qn_file_open(ctx, full, QN_FILE_READ, 0, &out->fd);
    if (!status)
        status = qn_bundle_read(ctx, &out->bundle, out->fd, path);
    if (!status) /* a path, as far as the user is concerned */
        return qn_policy_check(ctx, options->config, "file",
                               options->is_not_from_user);
    if (status == QN_INVALID || status == QN_UNSUPPORTED) {
        /* a gitfile, or nothing at all: upload-pack will tell */
        if (status == QN_UNSUPPORTED) /* said by who reads it, too */
            qn_ctx_report(ctx, QN_REPORT_ERROR, qn_ctx_reason(ctx), "%s",
                          qn_ctx_message(ctx));
        if (options->is_clone)
            qn_ctx_report(ctx, QN_REPORT_ERROR, qn_ctx_reason(ctx), "%s",
                          qn_ctx_message(ctx));
        qn_ctx_clear(ctx);
        qn_file_close(out->fd);
        out->fd = -1;
        qn_bundle_dispose(&out->bundle);
        qn_bundle_init(&out->bundle);
        return QN_OK;
    }
    return status;
}

enum qn_status qn_fetch_source_open(struct qn_ctx *ctx,
                                    const struct qn_connection_options *options,
                                    struct qn_fetch_source *out)
{
    enum qn_status status;

    memset(out, 0, sizeof(*out));
    out->fd = -1;
    out->opened = *options;
    qn_bundle_init(&out->bundle);
    status = options->url && !options->helper ? try_bundle(ctx, options, out)
                                              : QN_OK;
    if (!status && out->fd < 0)
        status = qn_connection_open(ctx, &out->opened, &out->connection);
    return status;
}

uint32_t qn_fetch_source_algorithm(const struct qn_fetch_source *source)
{
    return source->connection ? source->connection->server.algorithm
                              : source->bundle.algorithm;
}

enum qn_status qn_fetch_source_promisors(struct qn_ctx *ctx,
                                         struct qn_fetch_source *source,
                                         struct qn_repo *repo)
{
    const struct qn_connection *connection = source->connection;
    struct qn_buf path = QN_BUF_INIT;
    struct qn_bytes told;
    enum qn_status status = QN_OK;

    if (!connection || connection->server.version != 2 || connection->helper)
        return QN_OK;
    told = qn_capabilities_value(&connection->server.capabilities,
                                 "promisor-remote");
    if (told.size == 0)
        return QN_OK;
    if (repo)
        status = qn_repo_path(ctx, repo, "config", &path);
    if (!status)
        status = qn_promisor_info_choose(ctx, source->opened.config,
                                         repo ? qn_buf_string(&path) : NULL,
                                         told, &source->promisors);
    if (!status && source->promisors.names.size > 0)
        source->opened.promisors = qn_buf_string(&source->promisors.names);
    qn_buf_dispose(&path);
    return status;
}

static enum qn_status copy_ref(struct qn_ctx *ctx,
                               const struct qn_remote_ref *from,
                               struct qn_remote_refs *to)
{
    struct qn_remote_ref *kept = NULL;
    enum qn_status status = qn_remote_refs_add(
        ctx, to, &from->id, qn_bytes_from_string(from->name), &kept);

    if (status)
        return status;
    kept->peeled = from->peeled;
    kept->has_peeled = from->has_peeled;
    kept->is_unborn = from->is_unborn;
    return from->target ? qn_remote_refs_set_target(
                              ctx, to, kept, qn_bytes_from_string(from->target))
                        : QN_OK;
}

enum qn_status qn_fetch_source_refs(struct qn_ctx *ctx,
                                    struct qn_fetch_source *source,
                                    const struct qn_ls_refs *request,
                                    const struct qn_wire_words *server_options,
                                    const struct qn_remote_refs **refs)
{
    struct qn_remote_refs *told = NULL;
    enum qn_status status = QN_OK;
    size_t i;

    *refs = &source->refs;
    if (source->has_refs)
        return QN_OK;
    if (source->connection)
        status = qn_connection_refs(ctx, source->connection, &source->opened,
                                    request, server_options, &told);
    for (i = 0; !status && told && i < told->count; i++)
        status = copy_ref(ctx, &told->items[i], &source->refs);
    /* as Git has them: the last one first */
    for (i = told ? 0 : source->bundle.refs.count; !status && i-- > 0;) {
        struct qn_remote_ref ref = {.id = source->bundle.refs.items[i].id,
                                    .name = source->bundle.refs.items[i].name};

        status = copy_ref(ctx, &ref, &source->refs);
    }
    source->has_refs = !status;
    return status;
}

static enum qn_status unpack_bundle(struct qn_ctx *ctx,
                                    struct qn_fetch_source *source,
                                    const struct qn_fetch_pack *pack,
                                    struct qn_fetch_pack_result *out)
{
    bool is_complete = false;
    enum qn_status status = QN_OK;

    memset(out, 0, sizeof(*out));
    if (source->has_fetched)
        return QN_OK; /* it is a whole */
    source->has_fetched = true;
    status = qn_bundle_check(ctx, pack->scope, &source->bundle, &is_complete);
    if (status)
        return status;
    if (is_complete)
        status = qn_bundle_unpack(ctx, pack->scope, &source->bundle, source->fd,
                                  pack->title);
    if (status == QN_CORRUPT || status == QN_INVALID) {
        qn_ctx_report(ctx, QN_REPORT_INFO, "", "fatal: %s",
                      qn_ctx_message(ctx));
        qn_ctx_report(ctx, QN_REPORT_ERROR, "", "index-pack died");
        is_complete = false;
    }
    if (!is_complete) /* why is told */
        return qn_ctx_fail_reason(ctx, QN_INVALID, "fetch.bundle", NULL,
                                  "remote transport reported error");
    out->has_pack = !status;
    return status;
}

enum qn_status qn_fetch_source_import(struct qn_ctx *ctx,
                                      struct qn_fetch_source *source,
                                      const struct qn_revision_scope *scope,
                                      const struct qn_wire_words *names)
{
    struct qn_helper *helper =
        source->connection ? source->connection->helper : NULL;
    const char *word;
    size_t position = 0;
    enum qn_status status = QN_OK;

    if (!helper || !names->count)
        return QN_OK;
    status = qn_helper_tell_program(ctx, helper, &source->opened);
    if (!status && source->opened.is_clone)
        status = qn_helper_set(ctx, helper, "cloning", "true", NULL);
    while (!status && source->opened.helper_words &&
           (word = qn_wire_words_next(source->opened.helper_words, &position)))
        if (strncmp(word, "filter ", 7) == 0) /* Git says it again */
            status = qn_helper_set(ctx, helper, "filter", word + 7, NULL);
    if (!status)
        status =
            qn_helper_fetch_import(ctx, scope, helper, names, &source->refs);
    source->has_imported = !status;
    return status;
}

enum qn_status qn_fetch_source_run(struct qn_ctx *ctx,
                                   struct qn_fetch_source *source,
                                   struct qn_fetch_pack *pack,
                                   struct qn_fetch_pack_result *out)
{
    enum qn_status status = QN_OK;

    memset(out, 0, sizeof(*out));
    if (source->fd >= 0)
        return unpack_bundle(ctx, source, pack, out);
    if (source->connection->helper) {
        pack->connection = source->connection;
        pack->opened = &source->opened;
        return source->has_imported ? QN_OK
                                    : qn_helper_fetch_run(ctx, pack, out);
    }
    /* 0 and 1 send one pack; over a program of a helper's, too */
    if (source->has_fetched && source->connection->server.version != 2) {
        struct qn_ls_refs all = {.peels = true};
        struct qn_remote_refs *told;

        status = qn_connection_finish(ctx, source->connection);
        qn_connection_free(source->connection);
        source->connection = NULL;
        if (!status)
            status =
                qn_connection_open(ctx, &source->opened, &source->connection);
        if (!status)
            status = qn_connection_refs(ctx, source->connection,
                                        &source->opened, &all, NULL, &told);
        qn_ls_refs_dispose(&all);
    }
    if (status)
        return status;
    source->has_fetched = true;
    if (pack->filter && strcmp(pack->filter, "auto") == 0)
        pack->filter = qn_buf_string(&source->promisors.filter);
    if (!source->has_refs) /* said with the first command */
        pack->promisors = source->opened.promisors;
    pack->connection = source->connection;
    pack->opened = &source->opened;
    return qn_fetch_pack_run(ctx, pack, out);
}

enum qn_status qn_fetch_source_finish(struct qn_ctx *ctx,
                                      struct qn_fetch_source *source)
{
    return source->connection ? qn_connection_finish(ctx, source->connection)
                              : QN_OK;
}

void qn_fetch_source_dispose(struct qn_fetch_source *source)
{
    qn_connection_free(source->connection);
    qn_bundle_dispose(&source->bundle);
    qn_file_close(source->fd);
    qn_buf_dispose(&source->path);
    qn_remote_refs_dispose(&source->refs);
    qn_remote_refs_dispose(&source->bundle_refs);
    qn_promisor_choice_dispose(&source->promisors);
}
