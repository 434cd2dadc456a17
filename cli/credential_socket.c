/* SPDX-License-Identifier: MIT */
#include "cli/credential_socket.h"

#include "os/local_socket.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What any system takes for a socket's name. */
#define NAME_MAX_SIZE 100

/* The name by which it can be reached; NULL: errno. */
static const char *shorten(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *directory;
    int code;

    if (strlen(path) < NAME_MAX_SIZE)
        return path;
    if (!slash) {
        errno = ENAMETOOLONG;
        return NULL;
    }
    directory = strndup(path, (size_t)(slash - path) + 1);
    if (!directory)
        return NULL;
    code = chdir(directory);
    free(directory);
    return code ? NULL : slash + 1;
}

int cli_credential_connect(const char *path)
{
    const char *name = shorten(path);
    int problem = 0;
    int fd = name ? qn_local_socket_connect(name, false, &problem) : -1;

    if (problem)
        errno = problem;
    return fd;
}

int cli_credential_listen(const char *path)
{
    const char *name = shorten(path);
    int problem = 0;
    int fd = -1;

    if (name) {
        (void)unlink(name);
        fd = qn_local_socket_listen(name, &problem);
    }
    if (problem)
        errno = problem;
    return fd;
}
