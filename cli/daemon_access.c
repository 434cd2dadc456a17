/* SPDX-License-Identifier: MIT */
#include "cli/daemon.h"

#include "operation/part/clone_source.h"
#include "os/file.h"
#include "os/process.h"
#include "wire/http_route.h"

#include <string.h>

/* "~user/..." is as plain as "/...". */
static bool is_plain(const char *path)
{
    if (*path == '~') {
        size_t end = strcspn(path, "/");

        return path[end] == '\0' ||
               qn_http_route_is_plain(qn_bytes_from_string(path + end));
    }
    return qn_http_route_is_plain(qn_bytes_from_string(path));
}

/* Where on this machine a path of a request is; false: refused. */
static bool find_directory(struct daemon_client *client, const char *path,
                           struct qn_buf *out)
{
    struct daemon *daemon = client->daemon;
    struct cli *cli = daemon->cli;
    size_t user = strcspn(path, "/");

    if (!is_plain(path) || (user == 1 && *path == '~' && path[1])) {
        daemon_error(daemon, "'%s': aliased", path);
        return false;
    }
    if (*path == '~') {
        if (!daemon->user_path) {
            daemon_error(daemon, "'%s': User-path not allowed", path);
            return false;
        }
        cli_check(cli, qn_buf_append(cli->ctx, out, path, user));
        if (*daemon->user_path)
            cli_check(cli,
                      qn_buf_printf(cli->ctx, out, "/%s", daemon->user_path));
        cli_check(cli, qn_buf_append_string(cli->ctx, out, path + user));
    } else if (daemon->interpolated_path && client->has_host) {
        daemon_interpolate(client, path, out);
        daemon_info(daemon, "Interpolated dir '%s'", qn_buf_string(out));
    } else if (daemon->base_path) {
        cli_check(
            cli, qn_buf_printf(cli->ctx, out, "%s%s", daemon->base_path, path));
    } else {
        cli_check(cli, qn_buf_append_string(cli->ctx, out, path));
    }
    return true;
}

static bool try_open(struct daemon *daemon, const char *directory)
{
    struct cli *cli = daemon->cli;
    struct qn_buf path = QN_BUF_INIT;

    if (*directory == '~') {
        if (qn_config_expand_path(cli->ctx, directory, "", &path)) {
            qn_ctx_clear(cli->ctx);
            qn_buf_dispose(&path);
            return false;
        }
    } else {
        cli_check(cli, qn_buf_append_string(cli->ctx, &path, directory));
    }
    cli_check(cli, qn_clone_source_find(cli->ctx, qn_buf_string(&path),
                                        daemon->is_strict, &cli->repo));
    qn_buf_dispose(&path);
    return cli->repo != NULL;
}

static bool is_below(const char *path, const char *top, bool is_strict)
{
    size_t size = strlen(top);

    while (size > 1 && top[size - 1] == '/')
        size--;
    return strncmp(path, top, size) == 0 &&
           (path[size] == '\0' || (!is_strict && path[size] == '/'));
}

/* Both as it was written and without links, so that neither way around a link
 * leads out of what is offered. */
static bool is_listed(struct daemon *daemon, const char *path)
{
    struct cli *cli = daemon->cli;
    struct qn_buf real = QN_BUF_INIT;
    bool found = daemon->directory_count == 0;
    int i;

    for (i = 0; !found && i < daemon->directory_count; i++) {
        found = is_below(path, daemon->directories[i], daemon->is_strict);
        qn_buf_clear(&real);
        if (!found &&
            !qn_file_real_path(cli->ctx, daemon->directories[i], &real))
            found = is_below(path, qn_buf_string(&real), daemon->is_strict);
        qn_ctx_clear(cli->ctx);
    }
    qn_buf_dispose(&real);
    return found;
}

static bool find_repository(struct daemon_client *client, const char *asked)
{
    struct daemon *daemon = client->daemon;
    struct cli *cli = daemon->cli;
    struct qn_buf directory = QN_BUF_INIT;
    bool found = find_directory(client, asked, &directory);

    if (found) {
        found = try_open(daemon, qn_buf_string(&directory));
        if (!found && daemon->base_path && daemon->base_is_relaxed)
            found = try_open(daemon, asked);
        if (!found)
            daemon_error(daemon, "'%s' does not appear to be a git repository",
                         qn_buf_string(&directory));
    }
    if (found) {
        cli_check(cli, qn_buf_append_string(cli->ctx, &client->path,
                                            qn_repo_git_directory(cli->repo)));
        found = is_listed(daemon, qn_buf_string(&client->path));
        if (!found)
            daemon_error(daemon, "'%s': not in directory list",
                         qn_buf_string(&client->path));
    }
    qn_buf_dispose(&directory);
    return found;
}

static bool is_exported(struct daemon_client *client)
{
    struct cli *cli = client->daemon->cli;
    struct qn_buf file = QN_BUF_INIT;
    bool is;

    cli_check(cli, qn_buf_printf(cli->ctx, &file, "%s/git-daemon-export-ok",
                                 qn_buf_string(&client->path)));
    is = qn_file_exists(qn_buf_string(&file));
    qn_buf_dispose(&file);
    return is;
}

/* False: the client was told. */
static bool ask_hook(struct daemon_client *client,
                     const struct daemon_service *service)
{
    struct daemon *daemon = client->daemon;
    struct cli *cli = daemon->cli;
    const char *argv[] = {
        daemon->access_hook,           service->name,
        qn_buf_string(&client->path),  qn_buf_string(&client->host),
        daemon_canonical_host(client), daemon_host_address(client),
        qn_buf_string(&client->port),  NULL};
    struct qn_process_options options = {.argv = argv,
                                         .directory =
                                             qn_buf_string(&client->path),
                                         .in = QN_PROCESS_NULL,
                                         .out = QN_PROCESS_PIPE,
                                         .err = QN_PROCESS_NULL};
    struct qn_process *process = NULL;
    struct qn_buf said = QN_BUF_INIT;
    int code = 0;

    if (qn_process_start(cli->ctx, &options, &process)) {
        daemon_error(daemon, "daemon access hook '%s' failed to start",
                     daemon->access_hook);
        qn_ctx_clear(cli->ctx);
        daemon_refuse(client, "service rejected");
        return false;
    }
    said.limit = (size_t)1 << 20;
    if (qn_process_exchange(cli->ctx, process, QN_BYTES_NONE, &said))
        qn_ctx_clear(cli->ctx); /* more than a line: the front will do */
    cli_check(cli, qn_process_wait(cli->ctx, process, &code));
    qn_buf_truncate(&said, qn_bytes_find(qn_buf_bytes(&said), '\n'));
    if (code != 0)
        daemon_refuse(client, said.size > 0 ? qn_buf_string(&said)
                                            : "service rejected");
    qn_buf_dispose(&said);
    return code == 0;
}

bool daemon_open(struct daemon_client *client,
                 const struct daemon_service *service)
{
    struct daemon *daemon = client->daemon;
    struct cli *cli = daemon->cli;
    bool is_on = service->is_on;

    if (!is_on && !service->is_overridable) {
        daemon_error(daemon, "'%s': service not enabled.", service->name);
        daemon_refuse(client, "service not enabled");
        return false;
    }
    if (!find_repository(client, qn_buf_string(&client->request.path))) {
        daemon_refuse(client, "no such repository");
        return false;
    }
    daemon_check(daemon, qn_repo_check_owner(cli->ctx, cli->repo));
    if (!daemon->exports_all && !is_exported(client)) {
        daemon_error(daemon, "'%s': repository not exported.",
                     qn_buf_string(&client->path));
        daemon_refuse(client, "repository not exported");
        return false;
    }
    if (service->is_overridable)
        daemon_check(daemon, qn_config_bool(cli->ctx, qn_repo_config(cli->repo),
                                            service->key, is_on, &is_on));
    if (!is_on) {
        daemon_error(daemon, "'%s': service not enabled for '%s'",
                     service->name, qn_buf_string(&client->path));
        daemon_refuse(client, "service not enabled");
        return false;
    }
    return !daemon->access_hook || ask_hook(client, service);
}
