/* SPDX-License-Identifier: MIT */
#include "os/local_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#ifndef __wasi__
#include <poll.h>
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

#ifdef __wasi__
int qn_local_socket_listen(const char *path, int *problem)
{
    (void)path;
    *problem = ENOSYS;
    return -1;
}

int qn_local_socket_accept(int listener, int timeout_ms, int *problem)
{
    (void)listener;
    (void)timeout_ms;
    *problem = ENOSYS;
    return -1;
}

bool qn_local_socket_wait(int fd, int timeout_ms)
{
    (void)fd;
    (void)timeout_ms;
    return false;
}

void qn_local_socket_end_write(int fd)
{
    (void)fd;
}
#else
int qn_local_socket_listen(const char *path, int *problem)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd;

    if (strlen(path) >= sizeof(address.sun_path)) {
        *problem = ENAMETOOLONG;
        return -1;
    }
    strcpy(address.sun_path, path);
    fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd >= 0 &&
        bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0 &&
        listen(fd, 5) == 0) {
        (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
        return fd;
    }
    *problem = errno;
    if (fd >= 0)
        (void)close(fd);
    return -1;
}

bool qn_local_socket_wait(int fd, int timeout_ms)
{
    struct pollfd polled = {fd, POLLIN, 0};

    return poll(&polled, 1, timeout_ms) > 0;
}

int qn_local_socket_accept(int listener, int timeout_ms, int *problem)
{
    int fd;

    *problem = 0;
    if (!qn_local_socket_wait(listener, timeout_ms))
        return -1;
    fd = accept(listener, NULL, NULL);
    if (fd < 0)
        *problem = errno;
    else
        (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
    return fd;
}

void qn_local_socket_end_write(int fd)
{
    (void)shutdown(fd, SHUT_WR);
}
#endif
