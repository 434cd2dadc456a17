/* SPDX-License-Identifier: MIT */
/* Files of a repository as clients without a service of ours read them. */
#include "cli/http_backend.h"
#include "operation/part/served_refs.h"
#include "operation/part/server_info.h"
#include "os/file.h"

#include <string.h>
#include <time.h>

#define YEAR 31536000

static void check(struct http_backend *backend, enum qn_status status)
{
    if (status)
        http_backend_die(backend);
}

static void need_files(struct http_backend *backend)
{
    if (!backend->serves_files)
        http_backend_refuse(backend, "403 Forbidden",
                            "Unsupported service: getanyfile");
}

static void put_text(struct http_backend *backend, const char *type,
                     const struct qn_buf *text)
{
    cli_printf(backend->cli, "Content-Length: %zu\r\nContent-Type: %s\r\n",
               text->size, type);
    http_backend_end_headers(backend);
    cli_write(backend->cli, text->data, text->size);
}

static void put_date(struct cli *cli, const char *name, int64_t seconds)
{
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed",
                                       "Thu", "Fri", "Sat"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr",
                                         "May", "Jun", "Jul", "Aug",
                                         "Sep", "Oct", "Nov", "Dec"};
    time_t when = (time_t)seconds;
    struct tm tm;

    if (!gmtime_r(&when, &tm))
        return;
    cli_printf(cli, "%s: %s, %d %s %d %02d:%02d:%02d +0000\r\n", name,
               days[tm.tm_wday], tm.tm_mday, months[tm.tm_mon],
               tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

static void cache_for_long(struct http_backend *backend)
{
    int64_t now = qn_env_clock(backend->cli->env, true) / INT64_C(1000000000);

    put_date(backend->cli, "Date", now);
    put_date(backend->cli, "Expires", now + YEAR);
    cli_printf(backend->cli, "Cache-Control: public, max-age=%d\r\n", YEAR);
}

static const char *type_of(enum qn_http_route_kind kind)
{
    return kind == QN_HTTP_ROUTE_LOOSE  ? "application/x-git-loose-object"
           : kind == QN_HTTP_ROUTE_PACK ? "application/x-git-packed-objects"
           : kind == QN_HTTP_ROUTE_INDEX
               ? "application/x-git-packed-objects-toc"
               : "text/plain";
}

static void send_rest(struct http_backend *backend, int fd)
{
    uint8_t room[1 << 16];
    size_t used = 0;

    for (;;) {
        check(backend,
              qn_file_read(backend->cli->ctx, fd, room, sizeof(room), &used));
        if (used == 0)
            return;
        cli_write(backend->cli, room, used);
    }
}

void http_backend_send_file(struct http_backend *backend)
{
    struct cli *cli = backend->cli;
    struct qn_file_stat stat;
    struct qn_buf path = QN_BUF_INIT, name = QN_BUF_INIT;
    int fd = -1;

    need_files(backend);
    if (backend->route.kind == QN_HTTP_ROUTE_TEXT)
        http_backend_no_cache(backend);
    else
        cache_for_long(backend);
    check(backend, qn_buf_append_bytes(cli->ctx, &name, backend->route.file));
    check(backend,
          qn_repo_path(cli->ctx, cli->repo, qn_buf_string(&name), &path));
    if (qn_file_open(cli->ctx, qn_buf_string(&path), QN_FILE_READ, 0, &fd))
        http_backend_refuse(backend, "404 Not Found", "Cannot open '%s': %s",
                            qn_buf_string(&name),
                            strerror(qn_ctx_errno(cli->ctx)));
    check(backend, qn_file_stat_fd(cli->ctx, fd, &stat));
    if (stat.kind != QN_FILE_REGULAR)
        http_backend_refuse(backend, "404 Not Found",
                            "Cannot open '%s': not a file",
                            qn_buf_string(&name));
    cli_printf(cli, "Content-Length: %llu\r\nContent-Type: %s\r\n",
               (unsigned long long)stat.size, type_of(backend->route.kind));
    put_date(cli, "Last-Modified", stat.mtime_ns / INT64_C(1000000000));
    http_backend_end_headers(backend);
    send_rest(backend, fd);
    qn_file_close(fd);
    qn_buf_dispose(&path);
    qn_buf_dispose(&name);
}

void http_backend_send_head(struct http_backend *backend)
{
    struct cli *cli = backend->cli;
    struct qn_buf text = QN_BUF_INIT, prefix = QN_BUF_INIT;
    struct qn_ref ref = QN_REF_INIT;
    size_t namespace_size;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    bool found = false;

    need_files(backend);
    check(backend, qn_served_refs_prefix(cli->ctx, &cli->scope, &prefix));
    namespace_size = prefix.size;
    check(backend, qn_buf_append_string(cli->ctx, &prefix, "HEAD"));
    check(backend, qn_refs_resolve(cli->ctx, cli->refs, qn_buf_string(&prefix),
                                   &ref, &found));
    if (found && strcmp(qn_buf_string(&ref.name), qn_buf_string(&prefix)) != 0)
        check(backend,
              qn_buf_printf(
                  cli->ctx, &text, "ref: %s\n",
                  qn_buf_string(&ref.name) +
                      (ref.name.size > namespace_size ? namespace_size : 0)));
    else if (found)
        check(backend, qn_buf_printf(cli->ctx, &text, "%s\n",
                                     qn_id_to_hex(&ref.id, hex)));
    put_text(backend, "text/plain", &text);
    qn_ref_dispose(&ref);
    qn_buf_dispose(&text);
    qn_buf_dispose(&prefix);
}

void http_backend_send_refs(struct http_backend *backend)
{
    struct cli *cli = backend->cli;
    struct qn_buf text = QN_BUF_INIT;

    need_files(backend);
    text.limit = SIZE_MAX;
    check(backend, qn_server_info_refs(cli->ctx, &cli->scope, &text));
    put_text(backend, "text/plain", &text);
    qn_buf_dispose(&text);
}

void http_backend_send_packs(struct http_backend *backend)
{
    struct cli *cli = backend->cli;
    struct qn_buf text = QN_BUF_INIT;

    need_files(backend);
    http_backend_no_cache(backend);
    check(backend, qn_server_info_packs(cli->ctx, &cli->scope, &text));
    put_text(backend, "text/plain; charset=utf-8", &text);
    qn_buf_dispose(&text);
}
