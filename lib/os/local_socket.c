/* SPDX-License-Identifier: MIT */
#include "os/local_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#ifndef __wasi__
#include <sys/socket.h>
#include <sys/un.h>
#endif
#include <unistd.h>

int qn_local_socket_connect(const char *path, bool is_datagram, int *problem)
{
#ifdef __wasi__
    (void)path;
    (void)is_datagram;
    *problem = ENOSYS;
    return -1;
#else
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd;

    if (strlen(path) >= sizeof(address.sun_path)) {
        *problem = ENAMETOOLONG;
        return -1;
    }
    strcpy(address.sun_path, path);
    fd = socket(AF_UNIX, is_datagram ? SOCK_DGRAM : SOCK_STREAM, 0);
    if (fd >= 0 &&
        connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0) {
        (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
        return fd;
    }
    *problem = errno;
    if (fd >= 0)
        (void)close(fd);
    return -1;
#endif
}
