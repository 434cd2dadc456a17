/* SPDX-License-Identifier: MIT */
#include "operation/part/bundle_download.h"

#include "base/env.h"
#include "os/file.h"
#include "os/temporary.h"
#include "text/pathname.h"
#include "transport/address.h"
#include "transport/helper.h"
#include "transport/http_client.h"
#include "transport/policy.h"

#include <string.h>

void qn_bundle_download_dispose(struct qn_bundle_download *download)
{
    qn_file_close(download->fd);
    if (download->is_temporary)
        qn_temporary_remove(qn_buf_string(&download->path));
    qn_bundle_dispose(&download->bundle);
    qn_buf_dispose(&download->path);
    qn_buf_dispose(&download->text);
    download->fd = -1;
    download->is_temporary = false;
}

static enum qn_status make_temporary(struct qn_ctx *ctx, const char *prefix,
                                     struct qn_bundle_download *out, int *fd)
{
    enum qn_status status =
        qn_file_create_temporary(ctx, prefix, 0600, fd, &out->path);

    out->is_temporary = !status;
    return status;
}

/* ---- http */

static bool may_be_bundle(struct qn_bytes first)
{
    static const char word[] = "# v";
    size_t size = first.size < 3 ? first.size : 3;

    return memcmp(word, first.data, size) == 0;
}

/* The answer's body into the file.  What is no bundle ends where a list has
 * to. */
static enum qn_status copy_answer(struct qn_ctx *ctx,
                                  struct qn_http_answer *answer, int fd)
{
    char room[8192];
    uint64_t total = 0;
    bool is_bundle = false;
    enum qn_status status = QN_OK;

    while (!status) {
        size_t used = 0;

        status = qn_http_answer_read(ctx, answer, room, sizeof(room), &used);
        if (status || !used)
            break;
        if (total == 0)
            is_bundle = may_be_bundle(qn_bytes_make(room, used));
        total += used;
        if (!is_bundle && total > QN_BUNDLE_LIST_SIZE_MAX)
            return qn_ctx_fail_reason(ctx, QN_TOO_BIG, "bundle-uri.list", NULL,
                                      "a list of bundles is too large");
        status = qn_file_write(ctx, fd, room, used);
    }
    return status;
}

static enum qn_status get_http(struct qn_ctx *ctx,
                               const struct qn_bundle_download_options *options,
                               const char *uri, struct qn_bundle_download *out)
{
    struct qn_connection_options connection = *options->connection;
    struct qn_http_client *client = NULL;
    struct qn_http_answer answer = QN_HTTP_ANSWER_INIT;
    struct qn_http_request request = {.url = uri, .is_first = true};
    int fd = -1;
    enum qn_status status;

    connection.url = uri;
    connection.remote_name = NULL;
    connection.is_not_from_user = options->is_not_from_user;
    status = qn_http_client_new(ctx, &connection, &client);
    if (!status)
        status = qn_http_client_request(ctx, client, &request, &answer);
    if (!status)
        status = make_temporary(ctx, options->prefix, out, &fd);
    if (!status)
        status = copy_answer(ctx, &answer, fd);
    if (fd >= 0 && !status)
        status = qn_file_close_written(ctx, fd, qn_buf_string(&out->path));
    else
        qn_file_close(fd);
    qn_http_answer_end(&answer);
    qn_http_client_free(client);
    return status;
}

/* ---- a helper */

static enum qn_status
get_by_helper(struct qn_ctx *ctx,
              const struct qn_bundle_download_options *options,
              const struct qn_address *address, const char *uri,
              struct qn_bundle_download *out)
{
    struct qn_connection_options connection = *options->connection;
    const char *arguments[] = {uri, uri, NULL};
    struct qn_helper *helper = NULL;
    int fd = -1;
    enum qn_status status = make_temporary(ctx, options->prefix, out, &fd);

    qn_file_close(fd);
    connection.url = uri;
    connection.own_program = NULL; /* none of ours gets files */
    if (!status)
        status = qn_helper_open(ctx, &connection, address->protocol, arguments,
                                &helper);
    if (!status)
        status = qn_helper_get(ctx, helper, uri, qn_buf_string(&out->path));
    if (!status)
        status = qn_helper_finish(ctx, helper);
    qn_helper_free(helper);
    return status;
}

/* ---- what it is */

static enum qn_status look(struct qn_ctx *ctx, const char *uri,
                           struct qn_bundle_download *out)
{
    enum qn_status status =
        qn_file_open(ctx, qn_buf_string(&out->path), QN_FILE_READ, 0, &out->fd);

    if (status)
        return status;
    status = qn_bundle_read(ctx, &out->bundle, out->fd, uri);
    out->is_bundle = !status;
    if (status != QN_INVALID || out->bundle.version != 0)
        return status;
    qn_ctx_clear(ctx);
    qn_file_close(out->fd);
    out->fd = -1;
    out->text.limit = QN_BUNDLE_LIST_SIZE_MAX;
    return qn_file_read_all(ctx, qn_buf_string(&out->path), &out->text);
}

static enum qn_status use_path(struct qn_ctx *ctx, const char *path,
                               struct qn_bundle_download *out)
{
    struct qn_file_stat info;
    enum qn_status status = qn_pathname_join(
        ctx, qn_bytes_from_string(qn_env_directory(qn_ctx_env(ctx))),
        qn_bytes_from_string(path), &out->path);

    if (!status)
        status = qn_file_stat(ctx, qn_buf_string(&out->path), &info);
    if (!status && info.kind != QN_FILE_REGULAR)
        status = qn_ctx_fail_reason(ctx, QN_NOT_FOUND, "bundle-uri.file", path,
                                    "'%s' is no file", path);
    return status;
}

enum qn_status
qn_bundle_download_run(struct qn_ctx *ctx,
                       const struct qn_bundle_download_options *options,
                       const char *uri, struct qn_bundle_download *out)
{
    struct qn_address address = QN_ADDRESS_INIT;
    enum qn_status status;

    memset(out, 0, sizeof(*out));
    out->fd = -1;
    qn_bundle_init(&out->bundle);
    status = qn_address_parse(ctx, uri, &address);
    if (!status)
        status = qn_policy_check(ctx, options->connection->config,
                                 address.protocol, options->is_not_from_user);
    if (!status) {
        switch (address.kind) {
        case QN_ADDRESS_LOCAL:
        case QN_ADDRESS_FILE:
            status = use_path(ctx, address.path, out);
            break;
        case QN_ADDRESS_HTTP:
            status = get_http(ctx, options, uri, out);
            break;
        default:
            status = get_by_helper(ctx, options, &address, uri, out);
        }
    }
    qn_address_dispose(&address);
    return status ? status : look(ctx, uri, out);
}
