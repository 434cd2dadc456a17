/* SPDX-License-Identifier: MIT */
/* http-backend: one request of a web server (CGI, RFC 3875).
 *
 *   REQUEST_METHOD, PATH_INFO, QUERY_STRING, ... -> what is asked for
 *   (wire/http_route.h) -> a file (http_dumb.c), or a service in this process
 *   (http_service.c)
 */
#include "cli/http_backend.h"

#include "operation/part/clone_source.h"
#include "os/file.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const usage[] = {"git http-backend", NULL};

void http_backend_no_cache(struct http_backend *backend)
{
    cli_puts(backend->cli, "Expires: Fri, 01 Jan 1980 00:00:00 GMT\r\n"
                           "Pragma: no-cache\r\n"
                           "Cache-Control: no-cache, max-age=0, "
                           "must-revalidate\r\n");
}

void http_backend_end_headers(struct http_backend *backend)
{
    cli_puts(backend->cli, "\r\n");
    cli_flush(backend->cli);
    backend->has_begun_answer = true;
}

static void put_status(struct http_backend *backend, const char *code)
{
    cli_printf(backend->cli, "Status: %s\r\n", code);
    http_backend_no_cache(backend);
    http_backend_end_headers(backend);
}

void http_backend_refuse(struct http_backend *backend, const char *code,
                         const char *said, ...)
{
    va_list arguments;

    put_status(backend, code);
    if (said) {
        va_start(arguments, said);
        vfprintf(stderr, said, arguments);
        va_end(arguments);
        fputc('\n', stderr);
    }
    cli_exit(backend->cli, 0);
}

void http_backend_die(struct http_backend *backend)
{
    cli_fail(backend->cli);
    if (!backend->has_begun_answer)
        put_status(backend, "500 Internal Server Error");
    cli_exit(backend->cli, 0);
}

static void die_with(struct http_backend *backend, const char *format,
                     const char *argument)
{
    if (argument)
        cli_fatal(backend->cli, "'%s': %s", argument, format);
    else
        cli_fatal(backend->cli, "%s", format);
    put_status(backend, "500 Internal Server Error");
    cli_exit(backend->cli, 0);
}

static void check(struct http_backend *backend, enum qn_status status)
{
    if (status)
        http_backend_die(backend);
}

static const char *variable(const char *name)
{
    const char *value = getenv(name);

    return value && *value ? value : NULL;
}

static void find_path(struct http_backend *backend)
{
    const char *root = variable("GIT_PROJECT_ROOT");
    const char *path = variable("PATH_INFO");
    const char *translated = variable("PATH_TRANSLATED");
    struct qn_buf *out = &backend->path;
    struct qn_ctx *ctx = backend->cli->ctx;

    if (root && !path)
        die_with(backend, "GIT_PROJECT_ROOT is set but PATH_INFO is not", NULL);
    if (root) {
        if (!qn_http_route_is_plain(qn_bytes_from_string(path)))
            die_with(backend, "aliased", path);
        check(backend, qn_buf_append_string(ctx, out, root));
        if (out->data[out->size - 1] == '/')
            qn_buf_truncate(out, out->size - 1);
        check(backend, qn_buf_append_string(ctx, out, path));
    } else if (translated) {
        check(backend, qn_buf_append_string(ctx, out, translated));
    } else {
        die_with(backend, "No GIT_PROJECT_ROOT or PATH_TRANSLATED from server",
                 NULL);
    }
}

static void check_method(struct http_backend *backend, const char *method)
{
    const char *protocol = variable("SERVER_PROTOCOL");
    bool is_service = backend->route.kind == QN_HTTP_ROUTE_SERVICE;

    if (strcmp(method, is_service ? "POST" : "GET") == 0)
        return;
    if (!protocol || strcmp(protocol, "HTTP/1.1") != 0)
        http_backend_refuse(backend, "400 Bad Request", NULL);
    cli_printf(backend->cli, "Status: 405 Method Not Allowed\r\nAllow: %s\r\n",
               is_service ? "POST" : "GET, HEAD");
    http_backend_no_cache(backend);
    http_backend_end_headers(backend);
    cli_exit(backend->cli, 0);
}

static void open_repository(struct http_backend *backend)
{
    struct cli *cli = backend->cli;
    struct qn_buf path = QN_BUF_INIT;

    check(backend,
          qn_buf_append_bytes(cli->ctx, &path, backend->route.directory));
    check(backend, qn_clone_source_find(cli->ctx, qn_buf_string(&path), false,
                                        &cli->repo));
    if (!cli->repo)
        http_backend_refuse(backend, "404 Not Found",
                            "Not a git repository: '%s'", qn_buf_string(&path));
    check(backend, qn_repo_check_owner(cli->ctx, cli->repo));
    if (!getenv("GIT_HTTP_EXPORT_ALL")) {
        struct qn_buf file = QN_BUF_INIT;

        check(backend, qn_buf_printf(cli->ctx, &file, "%s/git-daemon-export-ok",
                                     qn_repo_git_directory(cli->repo)));
        if (!qn_file_exists(qn_buf_string(&file)))
            http_backend_refuse(backend, "404 Not Found",
                                "Repository not exported: '%s'",
                                qn_buf_string(&path));
        qn_buf_dispose(&file);
    }
    qn_buf_dispose(&path);
}

static void configure(struct http_backend *backend)
{
    struct cli *cli = backend->cli;
    const struct qn_config *config = qn_repo_config(cli->repo);
    const char *most = variable("GIT_HTTP_MAX_REQUEST_BUFFER");
    const struct {
        const char *key;
        bool by_default;
        bool *out;
    } keys[] = {
        {"http.getanyfile", true, &backend->serves_files},
        {"http.uploadpack", true, &backend->serves_packs},
        {"http.uploadarchive", variable("REMOTE_USER") != NULL,
         &backend->serves_archives},
        {"http.receivepack", variable("REMOTE_USER") != NULL,
         &backend->receives},
    };
    size_t i;

    for (i = 0; i < QN_COUNT_OF(keys); i++)
        check(backend, qn_config_bool(cli->ctx, config, keys[i].key,
                                      keys[i].by_default, keys[i].out));
    check(backend, qn_config_uint64(cli->ctx, config, "http.maxrequestbuffer",
                                    UINT64_C(10) << 20, &backend->most));
    if (most) {
        struct qn_config *own = NULL;
        struct qn_buf text = QN_BUF_INIT;

        check(backend, qn_config_new(cli->ctx, &own));
        check(backend,
              qn_buf_printf(cli->ctx, &text, "http.maxrequestbuffer=%s", most));
        check(backend,
              qn_config_add_parameter(cli->ctx, own, qn_buf_string(&text)));
        qn_buf_dispose(&text);
        check(backend, qn_config_uint64(cli->ctx, own, "http.maxrequestbuffer",
                                        backend->most, &backend->most));
        qn_config_free(own);
    }
}

static int answer(struct http_backend *backend)
{
    struct qn_buf name = QN_BUF_INIT;
    struct cli *cli = backend->cli;
    bool found = false;
    int code = 0;

    switch (backend->route.kind) {
    case QN_HTTP_ROUTE_SERVICE:
        check(backend,
              qn_buf_append_bytes(cli->ctx, &name, backend->route.file));
        code = http_backend_serve(backend, qn_buf_string(&name));
        break;
    case QN_HTTP_ROUTE_REFS:
        check(backend,
              qn_http_route_parameter(
                  cli->ctx, qn_bytes_from_string(variable("QUERY_STRING")),
                  "service", &name, &found));
        http_backend_no_cache(backend);
        if (found)
            code = http_backend_advertise(backend, qn_buf_string(&name));
        else
            http_backend_send_refs(backend);
        break;
    case QN_HTTP_ROUTE_HEAD:
        http_backend_send_head(backend);
        break;
    case QN_HTTP_ROUTE_PACKS:
        http_backend_send_packs(backend);
        break;
    default:
        http_backend_send_file(backend);
        break;
    }
    qn_buf_dispose(&name);
    return code;
}

int cmd_http_backend(struct cli *cli, int argc, char **argv)
{
    static const struct cli_option options[] = {CLI_END};
    struct http_backend backend = {.cli = cli, .service = {.cli = cli}};
    const char *method = variable("REQUEST_METHOD");
    const char *asked = variable("HTTP_GIT_PROTOCOL");
    int code;

    if (cli->has_help && !method)
        cli_parse(cli, argc, argv, options, usage, 0);
    if (!method)
        die_with(&backend, "No REQUEST_METHOD from server", NULL);
    if (strcmp(method, "HEAD") == 0)
        method = "GET";
    if (asked && !getenv("GIT_PROTOCOL"))
        (void)setenv("GIT_PROTOCOL", asked, 1);
    find_path(&backend);
    if (!qn_http_route_find(qn_buf_bytes(&backend.path), &backend.route))
        http_backend_refuse(&backend, "404 Not Found",
                            "Request not supported: '%s'",
                            qn_buf_string(&backend.path));
    check_method(&backend, method);
    open_repository(&backend);
    configure(&backend);
    cli_service_open(&backend.service);
    code = answer(&backend);
    cli_service_end(&backend.service);
    qn_buf_dispose(&backend.path);
    return code;
}
