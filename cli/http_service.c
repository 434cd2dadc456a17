/* SPDX-License-Identifier: MIT */
/* A service over one request and its answer: the body in, inflated when it is
 * gzip; what the service says out. */
#include "cli/http_backend.h"

#include "cli/archiving.h"
#include "cli/upkeep.h"
#include "codec/inflate.h"
#include "codec/pkt_line.h"
#include "operation/op_receive_pack.h"
#include "operation/op_upload_pack.h"
#include "os/file.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The body of the request, as the service reads it. */
struct body {
    struct http_backend *backend;
    struct qn_inflate_stream *inflate; /* NULL: it is sent as it is */
    uint64_t left;                     /* UINT64_MAX: up to the end */
    uint64_t most, taken;
    struct qn_bytes held; /* not inflated yet */
    bool is_over;
    uint8_t room[1 << 16];
};

static enum qn_status read_plain(struct qn_ctx *ctx, struct body *body,
                                 void *room, size_t size, size_t *used)
{
    enum qn_status status;

    *used = 0;
    if (size > body->left)
        size = (size_t)body->left;
    if (size == 0)
        return QN_OK;
    status = qn_file_read_some(ctx, STDIN_FILENO, room, size, used);
    if (status)
        return status;
    if (body->left != UINT64_MAX)
        body->left -= *used;
    body->taken += *used;
    if (body->taken > body->most)
        return qn_ctx_fail_reason(ctx, QN_TOO_BIG, "http-backend.too-big", NULL,
                                  "request was larger than our maximum size "
                                  "(%llu); try setting "
                                  "GIT_HTTP_MAX_REQUEST_BUFFER",
                                  (unsigned long long)body->most);
    return QN_OK;
}

static enum qn_status read_body(struct qn_ctx *ctx, void *data, void *room,
                                size_t size, size_t *used)
{
    struct body *body = data;
    enum qn_status status = QN_OK;

    if (!body->inflate)
        return read_plain(ctx, body, room, size, used);
    *used = 0;
    while (!status && *used == 0 && !body->is_over) {
        if (body->held.size == 0) {
            size_t count = 0;

            status =
                read_plain(ctx, body, body->room, sizeof(body->room), &count);
            if (!status && count == 0)
                status = qn_ctx_fail_reason(
                    ctx, QN_CORRUPT, "http-backend.body", NULL,
                    "request ended in the middle of the gzip stream");
            body->held = qn_bytes_make(body->room, count);
        }
        if (!status &&
            qn_inflate_stream_next(ctx, body->inflate, &body->held, room, size,
                                   used, &body->is_over)) {
            cli_error(body->backend->cli, "inflate: data stream error (%s)",
                      qn_inflate_stream_fault(body->inflate));
            status =
                qn_ctx_fail_reason(ctx, QN_CORRUPT, "http-backend.body", NULL,
                                   "zlib error inflating request, result -3");
        }
    }
    return status;
}

static enum qn_status write_body(struct qn_ctx *ctx, void *data,
                                 struct qn_bytes bytes)
{
    (void)data;
    return qn_file_write(ctx, STDOUT_FILENO, bytes.data, bytes.size);
}

void http_backend_choose(struct http_backend *backend, const char *name)
{
    const struct {
        const char *name;
        bool is_on;
    } services[] = {{"git-upload-pack", backend->serves_packs},
                    {"git-receive-pack", backend->receives},
                    {"git-upload-archive", backend->serves_archives}};
    size_t i;

    for (i = 0; i < QN_COUNT_OF(services); i++)
        if (strcmp(services[i].name, name) == 0)
            break;
    if (i == QN_COUNT_OF(services)) {
        http_backend_refuse(backend, "403 Forbidden",
                            "Unsupported service: '%s'", name);
        return;
    }
    if (!services[i].is_on)
        http_backend_refuse(backend, "403 Forbidden",
                            "Service not enabled: '%s'", name + 4);
}

/* Who pushes, for reflogs: unless the web server said otherwise. */
static void name_committer(struct http_backend *backend)
{
    const char *user = getenv("REMOTE_USER"), *host = getenv("REMOTE_ADDR");
    struct cli *cli = backend->cli;
    struct qn_buf mail = QN_BUF_INIT;

    if (!user || !*user)
        user = "anonymous";
    if (!host || !*host)
        host = "(none)";
    if (!getenv("GIT_COMMITTER_NAME"))
        (void)setenv("GIT_COMMITTER_NAME", user, 1);
    cli_check(cli, qn_buf_printf(cli->ctx, &mail, "%s@http.%s", user, host));
    if (!getenv("GIT_COMMITTER_EMAIL"))
        (void)setenv("GIT_COMMITTER_EMAIL", qn_buf_string(&mail), 1);
    qn_buf_dispose(&mail);
}

static enum qn_status receive(struct http_backend *backend, bool advertises)
{
    struct cli *cli = backend->cli;
    struct qn_op_receive_pack op = {.is_stateless = true,
                                    .advertises_only = advertises};
    enum qn_status status;

    CLI_SERVICE_TELL(&backend->service, &op);
    name_committer(backend);
    status = cli_service_receive(cli, &op);
    if (!status && op.wants_upkeep)
        cli_upkeep_after(cli, QN_OP_UPKEEP_COMMITS | QN_OP_UPKEEP_PACKS, true);
    return status;
}

static enum qn_status run(struct http_backend *backend, const char *name,
                          bool advertises)
{
    struct qn_op_upload_pack op = {.is_stateless = true,
                                   .advertises_only = advertises};
    const struct qn_op_upload_archive archive = {.scope = &backend->cli->scope,
                                                 .io = &backend->service.io,
                                                 .user_umask = cli_umask()};

    CLI_SERVICE_TELL(&backend->service, &op);
    if (strcmp(name, "git-receive-pack") == 0)
        return receive(backend, advertises);
    if (strcmp(name, "git-upload-archive") == 0)
        return qn_op_upload_archive_run(backend->cli->ctx, &archive);
    return qn_op_upload_pack_run(backend->cli->ctx, &op);
}

int http_backend_advertise(struct http_backend *backend, const char *name)
{
    struct cli *cli = backend->cli;
    struct qn_buf head = QN_BUF_INIT;

    http_backend_choose(backend, name);
    cli_printf(cli, "Content-Type: application/x-%s-advertisement\r\n", name);
    http_backend_end_headers(backend);
    if (backend->service.version != 2 ||
        strcmp(name, "git-receive-pack") == 0) {
        cli_check(cli,
                  qn_pkt_line_printf(cli->ctx, &head, "# service=%s\n", name));
        cli_check(cli, qn_pkt_line_append_flush(cli->ctx, &head));
        cli_write(cli, head.data, head.size);
        cli_flush(cli);
    }
    qn_buf_dispose(&head);
    if (run(backend, name, true)) {
        cli_fail(cli);
        return 1;
    }
    return 0;
}

/* A body of another type is some other program's request. */
static void check_type(struct http_backend *backend, const char *name)
{
    struct cli *cli = backend->cli;
    const char *type = getenv("CONTENT_TYPE");
    char wanted[64] = "application/x-";

    strcat(strcat(wanted, name), "-request");
    if (!type)
        type = "";
    if (strcmp(type, wanted) == 0)
        return;
    cli_puts(cli, "Status: 415 Unsupported Media Type\r\n");
    http_backend_no_cache(backend);
    http_backend_end_headers(backend);
    cli_printf(cli,
               "Expected POST with Content-Type '%s', but received '%s' "
               "instead.\n",
               wanted, type);
    cli_exit(cli, 0);
}

static void open_body(struct http_backend *backend, struct body *body,
                      bool is_push)
{
    struct cli *cli = backend->cli;
    const char *length = getenv("CONTENT_LENGTH");
    const char *encoding = getenv("HTTP_CONTENT_ENCODING");

    body->backend = backend;
    body->left = UINT64_MAX;
    body->most = is_push                ? UINT64_MAX
                 : backend->most > 8192 ? backend->most
                                        : 8192;
    if (length && *length &&
        !qn_bytes_to_u64(qn_bytes_from_string(length), &body->left)) {
        backend->has_begun_answer = false;
        qn_ctx_fail(cli->ctx, QN_INVALID, "failed to parse CONTENT_LENGTH: %s",
                    length);
        http_backend_die(backend);
    }
    if (!is_push && body->left != UINT64_MAX && body->left > backend->most) {
        qn_ctx_fail(cli->ctx, QN_TOO_BIG,
                    "request was larger than our maximum size (%llu): %llu; "
                    "try setting GIT_HTTP_MAX_REQUEST_BUFFER",
                    (unsigned long long)backend->most,
                    (unsigned long long)body->left);
        http_backend_die(backend);
    }
    if (encoding &&
        (strcmp(encoding, "gzip") == 0 || strcmp(encoding, "x-gzip") == 0))
        cli_check(cli, qn_inflate_stream_new_gzip(cli->ctx, &body->inflate));
}

int http_backend_serve(struct http_backend *backend, const char *name)
{
    static struct body body;
    struct cli *cli = backend->cli;
    struct qn_service_calls calls = {
        .data = &body, .read = read_body, .write = write_body};
    enum qn_status status;
    bool is_ours;

    http_backend_choose(backend, name);
    check_type(backend, name);
    http_backend_no_cache(backend);
    cli_printf(cli, "Content-Type: application/x-%s-result\r\n", name);
    http_backend_end_headers(backend);
    open_body(backend, &body, strcmp(name, "git-receive-pack") == 0);
    qn_service_io_dispose(&backend->service.io);
    qn_service_io_init(&backend->service.io, &calls);
    status = run(backend, name, false);
    qn_inflate_stream_free(body.inflate);
    if (!status)
        return 0;
    is_ours = strncmp(qn_ctx_reason(cli->ctx), "http-backend.", 13) == 0;
    cli_fail(cli);
    return is_ours ? 0 : 1;
}
