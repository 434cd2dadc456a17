/* SPDX-License-Identifier: MIT */
/* Opening: which kind, may it be, and what the server says first. */
#include "base/memory.h"
#include "transport/helper.h"
#include "transport/http_connection.h"
#include "transport/opener.h"
#include "transport/policy.h"

#include <string.h>

uint32_t qn_opener_version(const struct qn_connection_options *options)
{
    /* There is no version 2 of the others. */
    if (options->version == 2 && options->service != QN_SERVICE_UPLOAD_PACK)
        return 0;
    return options->service == QN_SERVICE_UPLOAD_ARCHIVE ? 0 : options->version;
}

const char *qn_opener_program(const struct qn_connection_options *options)
{
    return options->program ? options->program
                            : qn_service_name(options->service);
}

void qn_opener_variables(const char *first,
                         const char *variables[QN_OPENER_VARIABLES])
{
    static const char *const names[] = {"GIT_ALTERNATE_OBJECT_DIRECTORIES",
                                        "GIT_CONFIG",
                                        "GIT_CONFIG_PARAMETERS",
                                        "GIT_CONFIG_COUNT",
                                        "GIT_OBJECT_DIRECTORY",
                                        "GIT_DIR",
                                        "GIT_WORK_TREE",
                                        "GIT_IMPLICIT_WORK_TREE",
                                        "GIT_GRAFT_FILE",
                                        "GIT_INDEX_FILE",
                                        "GIT_NO_REPLACE_OBJECTS",
                                        "GIT_REPLACE_REF_BASE",
                                        "GIT_PREFIX",
                                        "GIT_SHALLOW_FILE",
                                        "GIT_COMMON_DIR"};
    size_t count = 0;
    size_t i;

    for (i = 0; i < QN_COUNT_OF(names); i++)
        variables[count++] = names[i];
    if (first)
        variables[count++] = first;
    variables[count] = NULL;
}

enum qn_status qn_connection_fail_unreadable(struct qn_ctx *ctx)
{
    return qn_ctx_fail_reason(
        ctx, QN_NETWORK, "transport.no-answer", NULL,
        "Could not read from remote repository.\n\n"
        "Please make sure you have the correct access rights\n"
        "and the repository exists.");
}

/* The words for an answer that ended too early. */
static enum qn_status say_early_end(struct qn_ctx *ctx,
                                    const struct qn_connection *connection,
                                    bool has_begun)
{
    if (!has_begun)
        return qn_connection_fail_unreadable(ctx);
    return connection->server.version == 2
               ? qn_ctx_fail_reason(ctx, QN_NETWORK, "wire.hung-up", NULL,
                                    "expected flush after capabilities")
               : qn_ctx_fail_reason(
                     ctx, QN_NETWORK, "wire.hung-up", NULL,
                     "the remote end hung up upon initial contact");
}

enum qn_status qn_connection_greet(struct qn_ctx *ctx,
                                   struct qn_connection *connection)
{
    bool has_begun = false;
    bool is_done = false;
    enum qn_status status = QN_OK;

    while (!status && !is_done) {
        struct qn_pkt_line packet;

        status = qn_connection_next(ctx, connection, &packet);
        if (status == QN_NETWORK &&
            strcmp(qn_ctx_reason(ctx), "wire.hung-up") == 0)
            return say_early_end(ctx, connection, has_begun);
        has_begun = true;
        if (!status)
            status = qn_connection_check_size(ctx, connection);
        if (!status)
            status = qn_advertisement_take(ctx, &connection->server, &packet,
                                           &is_done);
    }
    return status;
}

static enum qn_status
new_connection(struct qn_ctx *ctx, const struct qn_connection_options *options,
               struct qn_connection **out)
{
    struct qn_connection *made = qn_memory_calloc(ctx, 1, sizeof(*made));

    if (!made)
        return QN_NO_MEMORY;
    qn_advertisement_init(&made->server);
    made->service = options->service;
    made->input.traced = options->traced;
    made->traced = options->traced;
    made->heard = options->heard;
    *out = made;
    return QN_OK;
}

/* What another program says in Git before the one that was asked ends, too. */
static bool tell_failure(struct qn_ctx *ctx)
{
    if (qn_ctx_status(ctx) == QN_NO_MEMORY)
        return false;
    qn_ctx_report(ctx, QN_REPORT_INFO, qn_ctx_reason(ctx), "fatal: %s",
                  qn_ctx_message(ctx));
    return true;
}

enum qn_status qn_helper_fail(struct qn_ctx *ctx, const char *name)
{
    return qn_ctx_fail_reason(ctx, QN_NETWORK, "transport.helper-aborted", name,
                              "remote helper '%s' aborted session", name);
}

static enum qn_status open_link(struct qn_ctx *ctx,
                                const struct qn_connection_options *options,
                                const struct qn_address *address,
                                struct qn_buf *request, struct qn_link **link)
{
    enum qn_status status;

    switch (address->kind) {
    case QN_ADDRESS_LOCAL:
    case QN_ADDRESS_FILE:
        return qn_local_open(ctx, options, address, link);
    case QN_ADDRESS_SSH:
        return qn_ssh_open(ctx, options, address, link);
    case QN_ADDRESS_GIT:
        return qn_git_daemon_open(ctx, options, address, request, link);
    case QN_ADDRESS_HELPER:
        if (strcmp(address->protocol, "ext") == 0) {
            status = qn_ext_open(ctx, options, address->path, request, link);
            return status && tell_failure(ctx)
                       ? qn_connection_fail_unreadable(ctx)
                       : status;
        }
        if (strcmp(address->protocol, "fd") == 0) {
            status = qn_fd_open(ctx, address->path, link);
            return status && tell_failure(ctx) ? qn_helper_fail(ctx, "fd")
                                               : status;
        }
        break;
    default:
        break;
    }
    return qn_ctx_fail_reason(ctx, QN_INTERNAL, "transport.protocol",
                              address->protocol, "no such kind of address");
}

static bool is_for_helper(const struct qn_connection_options *options,
                          const struct qn_address *address)
{
    return options->helper || (address->kind == QN_ADDRESS_HELPER &&
                               strcmp(address->protocol, "ext") != 0 &&
                               strcmp(address->protocol, "fd") != 0);
}

enum qn_status qn_connection_uses_helper(
    struct qn_ctx *ctx, const struct qn_connection_options *options, bool *out)
{
    struct qn_address address = QN_ADDRESS_INIT;
    enum qn_status status =
        options->helper ? QN_OK : qn_address_parse(ctx, options->url, &address);

    *out = !status && is_for_helper(options, &address);
    qn_address_dispose(&address);
    return status;
}

/* The helper is told the remote's name, when it has one besides its URL. */
static enum qn_status open_helper(struct qn_ctx *ctx,
                                  const struct qn_connection_options *options,
                                  const struct qn_address *address,
                                  struct qn_connection *connection)
{
    const char *url = options->helper ? options->url : address->path;
    const char *name = options->remote_name ? options->remote_name : url;
    const char *arguments[] = {name, url, NULL};
    struct qn_helper *helper = NULL;
    bool is_connected = false;
    enum qn_status status;

    status = qn_helper_open(
        ctx, options, options->helper ? options->helper : address->protocol,
        arguments, &helper);
    return status ? status
                  : qn_helper_connect(ctx, helper, options, connection,
                                      &is_connected);
}

static enum qn_status open_address(struct qn_ctx *ctx,
                                   const struct qn_connection_options *options,
                                   const struct qn_address *address,
                                   struct qn_connection *connection)
{
    struct qn_buf request = QN_BUF_INIT;
    struct qn_link *link = NULL;
    enum qn_status status;

    if (is_for_helper(options, address))
        return open_helper(ctx, options, address, connection);
    if (address->kind == QN_ADDRESS_HTTP) {
        struct qn_connection_options with = *options;

        with.url = address->path; /* of "http::http://..." what is behind */
        return qn_http_connection_open(ctx, &with, connection);
    }
    status = open_link(ctx, options, address, &request, &link);
    if (!status) {
        link->waits_long = options->service == QN_SERVICE_RECEIVE_PACK;
        connection->calls = qn_link_calls(link);
        if (request.size) {
            status = qn_connection_send(ctx, connection, qn_buf_bytes(&request),
                                        true);
            connection->has_asked = false;
        }
    }
    qn_buf_dispose(&request);
    return status;
}

enum qn_status qn_connection_open(struct qn_ctx *ctx,
                                  const struct qn_connection_options *options,
                                  struct qn_connection **out)
{
    struct qn_address address = QN_ADDRESS_INIT;
    struct qn_connection *made = NULL;
    enum qn_status status;

    /* Only a helper knows what its URL means. */
    status =
        options->helper ? QN_OK : qn_address_parse(ctx, options->url, &address);
    if (!status)
        status = qn_policy_check(ctx, options->config,
                                 options->helper ? options->helper
                                                 : address.protocol,
                                 options->is_not_from_user);
    if (!status)
        status = new_connection(ctx, options, &made);
    if (!status)
        status = open_address(ctx, options, &address, made);
    /* Over http another service is asked first what the server speaks. */
    if (!status && (!options->skips_advertisement || made->is_stateless) &&
        !made->is_dumb && !made->helper)
        status = qn_connection_greet(ctx, made);
    if (made)
        made->heard = NULL;
    if (status)
        qn_connection_free(made);
    else
        *out = made;
    qn_address_dispose(&address);
    return status;
}
