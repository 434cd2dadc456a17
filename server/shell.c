/* SPDX-License-Identifier: MIT */
#include "server/shell.h"

#include "server/git_service.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* "git-upload-pack '/x.git'" (quotes may be missing), to service and path. */
static bool parse(const char *command, struct git_service *service, char *path,
                  size_t size)
{
    static const char *const names[] = {
        "git-upload-pack ", "git-receive-pack ", "git-upload-archive ",
        "git upload-pack ", "git receive-pack ", "git upload-archive "};
    size_t i, used = 0;

    for (i = 0; i < QN_COUNT_OF(names); i++)
        if (strncmp(command, names[i], strlen(names[i])) == 0)
            break;
    if (i == QN_COUNT_OF(names))
        return false;
    service->is_push = i % 3 == 1;
    service->is_archive = i % 3 == 2;
    command += strlen(names[i]);
    if (*command != '/' && strncmp(command, "'/", 2) != 0)
        path[used++] = '/'; /* ssh://host/x and host:x name the same */
    for (; *command && used + 1 < size; command++)
        if (*command != '\'')
            path[used++] = *command;
    path[used] = '\0';
    return *command == '\0';
}

int shell_run(struct qn_ctx *ctx, struct server *server)
{
    const char *command = server->settings->command;
    const char *user = server->settings->shell;
    struct policy *policy = server_policy(server);
    struct git_service service = {
        .server = server, .policy = policy, .user = user};
    int descriptors[2] = {STDIN_FILENO, STDOUT_FILENO};
    struct qn_service_calls calls = qn_service_calls_of(descriptors);
    struct qn_service_io io;
    char path[1100];
    enum qn_status status = QN_OK;

    if (!command)
        command = getenv("SSH_ORIGINAL_COMMAND");
    if (!command || !parse(command, &service, path, sizeof(path))) {
        fprintf(
            stderr,
            "fatal: only fetching, pushing and archives are offered here\n");
        server_policy_release(policy);
        return 128;
    }
    service.version = git_service_version(getenv("GIT_PROTOCOL"));
    service.ref_namespace = access_namespace(policy->access, path);
    if (repositories_is_name(qn_bytes_from_string(path)) &&
        access_allows(policy->access, path, user,
                      service.is_push ? ACCESS_PUSH : ACCESS_READ, NULL))
        status = repositories_get(ctx, server->repositories, path,
                                  &service.repository);
    if (!status && !service.repository)
        status = qn_ctx_fail(ctx, QN_NOT_FOUND,
                             "'%s' is not a repository that "
                             "you may use",
                             path);
    qn_service_io_init(&io, &calls);
    if (!status)
        status = git_service_talk(ctx, &service, &io);
    qn_service_io_dispose(&io);
    if (status)
        fprintf(stderr, "fatal: %s\n", qn_ctx_message(ctx));
    repositories_put(server->repositories, service.repository);
    server_policy_release(policy);
    return status ? 128 : 0;
}
