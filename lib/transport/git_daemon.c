/* SPDX-License-Identifier: MIT */
/* git://: a socket, or a program that makes the way (core.gitProxy,
 * GIT_PROXY_COMMAND), and the request that goes first.  gitprotocol-pack(5),
 * git-config(1) "core.gitProxy". */
#include "base/env.h"
#include "os/network_socket.h"
#include "program/shell_command.h"
#include "transport/opener.h"
#include "wire/daemon_request.h"

#include <stdio.h>
#include <string.h>

#define USUAL_PORT "9418"

/* Is `host` that domain, or in it? */
static bool is_in_domain(const char *host, struct qn_bytes domain)
{
    size_t size = strlen(host);

    return size >= domain.size &&
           memcmp(host + size - domain.size, domain.data, domain.size) == 0 &&
           (size == domain.size || host[size - domain.size - 1] == '.');
}

/* The program of the first rule that is for the host ("<program>[ for
 * <domain>]"); empty: none. */
static enum qn_status find_rule(struct qn_ctx *ctx,
                                const struct qn_connection_options *options,
                                const char *host, struct qn_bytes *out)
{
    const struct qn_config_entry *entry =
        options->config ? qn_config_find(options->config, "core.gitproxy")
                        : NULL;

    *out = QN_BYTES_NONE;
    for (; entry; entry = qn_config_previous(options->config, entry)) {
        struct qn_bytes value;
        size_t at;

        if (!entry->value)
            return qn_config_fail_missing(ctx, entry);
        value = qn_bytes_from_string(entry->value);
        at = qn_bytes_find_bytes(value, QN_BYTES(" for "));
        if (at == value.size ||
            is_in_domain(host, qn_bytes_from(value, at + 5)))
            *out = qn_bytes_first(value, at); /* the first one holds */
    }
    if (qn_bytes_is_string(*out, "none"))
        *out = QN_BYTES_NONE;
    return QN_OK;
}

static enum qn_status fail_strange(struct qn_ctx *ctx, const char *what,
                                   const char *text)
{
    return qn_ctx_fail_reason(ctx, QN_INVALID, "transport.strange", text,
                              "strange %s '%s' blocked", what, text);
}

static enum qn_status start_proxy(struct qn_ctx *ctx, const char *program,
                                  const struct qn_address *address,
                                  const char *port, struct qn_link **out)
{
    const char *argv[] = {program, address->name, port, NULL};
    struct qn_process_options process = {.argv = argv};
    enum qn_status status;

    if (address->name[0] == '-')
        return fail_strange(ctx, "hostname", address->name);
    if (port[0] == '-')
        return fail_strange(ctx, "port", port);
    status = qn_link_start(ctx, &process, out);
    if (status == QN_NOT_FOUND || status == QN_DENIED) {
        qn_shell_command_tell(ctx, program);
        status = qn_ctx_fail_reason(ctx, QN_NOT_FOUND, "transport.not-started",
                                    program, "cannot start proxy %s", program);
    }
    return status;
}

static enum qn_status reach(struct qn_ctx *ctx,
                            const struct qn_connection_options *options,
                            const struct qn_address *address,
                            struct qn_link **out)
{
    const char *port = address->port ? address->port : USUAL_PORT;
    const char *asked = qn_env_variable(qn_ctx_env(ctx), "GIT_PROXY_COMMAND");
    struct qn_network_target target = {
        .host = address->name,
        .port = port,
        .family = options->family,
        .tell = options->verbosity > 0 ? options->tell : NULL,
        .tell_data = options->tell_data};
    struct qn_buf program = QN_BUF_INIT;
    struct qn_bytes rule = qn_bytes_from_string(asked);
    enum qn_status status = QN_OK;
    int fd = -1;

    if (!asked)
        status = find_rule(ctx, options, address->host, &rule);
    if (!status)
        status = qn_buf_append_bytes(ctx, &program, rule);
    if (!status && program.size) {
        status = start_proxy(ctx, qn_buf_string(&program), address, port, out);
    } else if (!status) {
        status = qn_network_socket_connect(ctx, &target, &fd);
        if (!status)
            status = qn_link_of(ctx, fd, fd, true, out);
    }
    qn_buf_dispose(&program);
    return status;
}

enum qn_status qn_opener_request(struct qn_ctx *ctx, const char *service,
                                 const char *path, const char *host,
                                 uint32_t version, struct qn_buf *out)
{
    struct qn_daemon_request request = QN_DAEMON_REQUEST_INIT;
    char extra[16];
    enum qn_status status;

    (void)snprintf(extra, sizeof(extra), "version=%u", (unsigned)version);
    status = qn_buf_append_string(ctx, &request.service, service);
    if (!status)
        status = qn_buf_append_string(ctx, &request.path, path);
    if (!status && host)
        status = qn_buf_append_string(ctx, &request.host, host);
    if (!status && version)
        status = qn_wire_words_add(ctx, &request.extras,
                                   qn_bytes_from_string(extra));
    if (!status)
        status = qn_daemon_request_write(ctx, &request, out);
    qn_daemon_request_dispose(&request);
    return status;
}

enum qn_status qn_git_daemon_open(struct qn_ctx *ctx,
                                  const struct qn_connection_options *options,
                                  const struct qn_address *address,
                                  struct qn_buf *request, struct qn_link **out)
{
    const char *host =
        qn_env_variable(qn_ctx_env(ctx), "GIT_OVERRIDE_VIRTUAL_HOST");
    enum qn_status status;

    status = qn_opener_request(ctx, qn_opener_program(options), address->path,
                               host ? host : address->host,
                               qn_opener_version(options), request);
    if (!status)
        status = reach(ctx, options, address, out);
    return status;
}
