/* SPDX-License-Identifier: MIT */
#include "cli/service.h"

#include "cli/connecting.h"
#include "operation/op_receive_pack.h"
#include "operation/part/clone_source.h"
#include "os/file.h"
#include "text/pathname.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

/* The highest of "version=<n>" in GIT_PROTOCOL. */
static uint32_t wanted_version(void)
{
    struct qn_bytes rest = qn_bytes_from_string(getenv("GIT_PROTOCOL")), word;
    uint32_t version = 0;

    while (qn_bytes_next(&rest, ':', &word))
        if (qn_bytes_is_string(word, "version=1") && version < 1)
            version = 1;
        else if (qn_bytes_is_string(word, "version=2"))
            version = 2;
    return version;
}

enum qn_status cli_service_find(struct cli_service *service,
                                const char *directory)
{
    struct cli *cli = service->cli;
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status;

    if (!service->is_strict && *directory == '~')
        status =
            qn_config_expand_path(cli->ctx, directory, getenv("HOME"), &path);
    else
        status =
            qn_pathname_join(cli->ctx, qn_bytes_from_string(cli->directory),
                             qn_bytes_from_string(directory), &path);
    if (!status)
        status = qn_clone_source_find(cli->ctx, qn_buf_string(&path),
                                      service->is_strict, &cli->repo);
    if (!status && !cli->repo && qn_file_exists(qn_buf_string(&path)) &&
        !qn_file_is_directory(qn_buf_string(&path)))
        status = qn_clone_source_gitfile(cli->ctx, directory, &cli->repo);
    if (!status && !cli->repo)
        status = qn_ctx_fail_reason(
            cli->ctx, QN_NOT_FOUND, "service.no-repository", directory,
            "'%s' does not appear to be a git repository", directory);
    if (!status)
        cli_service_open(service);
    qn_buf_dispose(&path);
    return status;
}

void cli_service_begin(struct cli_service *service, const char *directory)
{
    cli_check(service->cli, cli_service_find(service, directory));
}

/* Whoever is silent for too long ends us. */
static enum qn_status read_in_time(struct qn_ctx *ctx, void *data, void *room,
                                   size_t size, size_t *used)
{
    const struct cli_service *service = data;

    alarm((unsigned)service->timeout);
    return qn_file_read_some(ctx, service->descriptors[0], room, size, used);
}

static enum qn_status write_in_time(struct qn_ctx *ctx, void *data,
                                    struct qn_bytes bytes)
{
    const struct cli_service *service = data;

    alarm((unsigned)service->timeout);
    return qn_file_write(ctx, service->descriptors[1], bytes.data, bytes.size);
}

void cli_service_open(struct cli_service *service)
{
    struct cli *cli = service->cli;
    struct qn_service_calls calls;
    struct qn_odb *raw = NULL;

    cli_open_views(cli);
    cli_check(cli, qn_repo_odb_raw(cli->ctx, cli->repo, &raw));
    qn_odb_free(cli->odb);
    cli->odb = cli->scope.odb = raw;
    service->version = wanted_version();
    service->descriptors[0] = STDIN_FILENO;
    service->descriptors[1] = STDOUT_FILENO;
    calls = qn_service_calls_of(service->descriptors);
    if (service->timeout > 0)
        calls = (struct qn_service_calls){service, read_in_time, write_in_time};
    qn_service_io_init(&service->io, &calls);
}

const char *cli_service_agent(struct cli_service *service)
{
    return cli_agent(service->cli, &service->agent);
}

enum qn_status cli_service_receive(struct cli *cli,
                                   struct qn_op_receive_pack *op)
{
    enum qn_status status;

    (void)signal(SIGPIPE, SIG_IGN);
    status = qn_op_receive_pack_run(cli->ctx, op);
    (void)signal(SIGPIPE, SIG_DFL);
    if (status && qn_ctx_errno(cli->ctx) == EPIPE)
        raise(SIGPIPE);
    return status;
}

void cli_service_end(struct cli_service *service)
{
    qn_service_io_dispose(&service->io);
    qn_buf_dispose(&service->agent);
}
