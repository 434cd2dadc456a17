/* SPDX-License-Identifier: MIT */
#include "config/config_edit.h"
#include "operation/part/bundle_uri.h"
#include "operation/part/clone_fetch.h"
#include "walk/grafts.h"

/* The next fetch goes on from there. */
static enum qn_status remember(struct qn_ctx *ctx, struct qn_repo *repo,
                               const char *uri)
{
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status = qn_repo_path(ctx, repo, "config", &path);

    if (!status)
        status = qn_config_edit_set(ctx, qn_buf_string(&path),
                                    "fetch.bundleURI", uri);
    qn_buf_dispose(&path);
    return status;
}

/* Only what the process lacks ends a clone. */
static enum qn_status forgive(struct qn_ctx *ctx, enum qn_status status)
{
    if (status == QN_NO_MEMORY || status == QN_CANCELLED)
        return status;
    qn_ctx_clear(ctx);
    return QN_OK;
}

static enum qn_status take_given(struct qn_ctx *ctx,
                                 struct qn_bundle_uri *bundles,
                                 struct qn_repo *repo, const char *uri)
{
    enum qn_status status = qn_bundle_uri_fetch(ctx, bundles, uri);

    if (!status && bundles->has_tokens)
        return remember(ctx, repo, uri);
    if (!status)
        return QN_OK;
    status = forgive(ctx, status);
    if (!status)
        qn_ctx_report(ctx, QN_REPORT_WARNING, "bundle-uri.failed",
                      "failed to fetch objects from bundle URI '%s'", uri);
    return status;
}

static enum qn_status take_advertised(struct qn_ctx *ctx,
                                      struct qn_bundle_uri *bundles,
                                      const struct qn_clone_bundles *options)
{
    struct qn_bundle_list list = QN_BUNDLE_LIST_INIT;
    struct qn_connection *connection = options->source->connection;
    bool found = false;
    enum qn_status status = qn_bundle_uri_ask(
        ctx, connection, &options->source->opened, &list, &found);

    if (!status && found) {
        status = qn_bundle_uri_fetch_list(ctx, bundles, &list);
        if (status && !forgive(ctx, status)) {
            status = QN_OK;
            qn_ctx_report(ctx, QN_REPORT_WARNING, "bundle-uri.failed",
                          "failed to fetch advertised bundles");
        }
    }
    qn_bundle_list_dispose(&list);
    return status;
}

enum qn_status qn_clone_take_bundles(struct qn_ctx *ctx,
                                     const struct qn_clone_bundles *options,
                                     bool *has_any)
{
    struct qn_grafts *grafts = NULL;
    struct qn_revision_scope scope = {.repo = options->repo, .grafts = &grafts};
    struct qn_bundle_uri bundles = {.scope = &scope,
                                    .connection = options->connection,
                                    .filter = options->filter};
    bool asks = false;
    enum qn_status status = QN_OK;

    *has_any = false;
    if (!options->uri && options->source && options->source->connection)
        status = qn_config_bool(ctx, options->connection->config,
                                "transfer.bundleuri", false, &asks);
    if (status || (!asks && !(options->uri && *options->uri)))
        return status;
    status = qn_repo_odb_raw(ctx, options->repo, &scope.odb);
    if (!status)
        status = qn_repo_refs(ctx, options->repo, &scope.refs);
    if (!status)
        status = options->uri
                     ? take_given(ctx, &bundles, options->repo, options->uri)
                     : take_advertised(ctx, &bundles, options);
    *has_any = bundles.has_any;
    qn_odb_free(scope.odb);
    qn_refs_free(scope.refs);
    qn_grafts_free(grafts);
    return status;
}
