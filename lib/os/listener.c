/* SPDX-License-Identifier: MIT */
#include "os/listener.h"

#ifndef __wasi__

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG 128

static void set_port(struct addrinfo *address, int port)
{
    if (address->ai_family == AF_INET6)
        ((struct sockaddr_in6 *)(void *)address->ai_addr)->sin6_port =
            htons((uint16_t)port);
    else
        ((struct sockaddr_in *)(void *)address->ai_addr)->sin_port =
            htons((uint16_t)port);
}

static int open_socket(const struct addrinfo *address, bool reuses_address)
{
    int yes = 1, fd;

    fd = socket(address->ai_family, address->ai_socktype, address->ai_protocol);
    if (fd < 0)
        return -1;
    (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
#ifdef IPV6_V6ONLY
    if (address->ai_family == AF_INET6)
        (void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof(yes));
#endif
    if (reuses_address)
        (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    if (bind(fd, address->ai_addr, address->ai_addrlen) == 0 &&
        listen(fd, BACKLOG) == 0 &&
        fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) == 0)
        return fd;
    yes = errno;
    (void)close(fd);
    errno = yes;
    return -1;
}

enum qn_status qn_listener_open(struct qn_ctx *ctx, const char *host, int port,
                                bool reuses_address,
                                struct qn_listener *listener, size_t *added)
{
    struct addrinfo hints = {.ai_family = AF_UNSPEC,
                             .ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_PASSIVE};
    struct addrinfo *found = NULL, *one;
    char number[16], name[QN_LISTENER_NAME_SIZE];
    int problem;

    *added = 0;
    snprintf(number, sizeof(number), "%d", port);
    problem = getaddrinfo(host, number, &hints, &found);
    if (problem) {
        qn_ctx_report(ctx, QN_REPORT_ERROR, "listener.host",
                      "getaddrinfo() for %s failed: %s", host ? host : "*",
                      gai_strerror(problem));
        return QN_OK;
    }
    for (one = found; one; one = one->ai_next) {
        int fd;

        if (port == 0 && *added > 0) /* any one, but one for all addresses */
            set_port(one, qn_listener_port(listener));
        fd = listener->count < QN_LISTENER_MOST
                 ? open_socket(one, reuses_address)
                 : -1;
        if (fd >= 0) {
            listener->fds[listener->count++] = fd;
            (*added)++;
            continue;
        }
        problem = errno;
        if (getnameinfo(one->ai_addr, one->ai_addrlen, name, sizeof(name), NULL,
                        0, NI_NUMERICHOST) != 0)
            name[0] = '\0';
        qn_ctx_report(ctx, QN_REPORT_ERROR, "listener.bind",
                      "Could not bind to %s: %s", name, strerror(problem));
    }
    freeaddrinfo(found);
    return QN_OK;
}

void qn_listener_close(struct qn_listener *listener)
{
    while (listener->count > 0)
        (void)close(listener->fds[--listener->count]);
}

static int port_of(const struct sockaddr_storage *address)
{
    return address->ss_family == AF_INET6
               ? ntohs(((const struct sockaddr_in6 *)address)->sin6_port)
               : ntohs(((const struct sockaddr_in *)address)->sin_port);
}

int qn_listener_port(const struct qn_listener *listener)
{
    struct sockaddr_storage address;
    socklen_t size = sizeof(address);

    if (listener->count == 0 ||
        getsockname(listener->fds[0], (struct sockaddr *)&address, &size) != 0)
        return -1;
    return port_of(&address);
}

int qn_listener_accept(const struct qn_listener *listener, int timeout_ms,
                       size_t *next)
{
    struct pollfd polled[QN_LISTENER_MOST];
    size_t i;

    for (i = 0; i < listener->count; i++)
        polled[i] = (struct pollfd){.fd = listener->fds[i], .events = POLLIN};
    if (poll(polled, (nfds_t)listener->count, timeout_ms) <= 0)
        return -1;
    for (i = 0; i < listener->count; i++) {
        size_t at = (*next + i) % listener->count;
        int fd;

        if (!(polled[at].revents & POLLIN))
            continue;
        fd = accept(listener->fds[at], NULL, NULL);
        if (fd < 0)
            continue;
        *next = at + 1;
        (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
        (void)fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
        return fd;
    }
    return -1;
}

bool qn_listener_peer(int fd, char host[QN_LISTENER_NAME_SIZE],
                      char port[QN_LISTENER_PORT_SIZE], bool *is_version_6)
{
    struct sockaddr_storage address;
    socklen_t size = sizeof(address);

    if (getpeername(fd, (struct sockaddr *)&address, &size) != 0 ||
        (address.ss_family != AF_INET && address.ss_family != AF_INET6) ||
        getnameinfo((struct sockaddr *)&address, size, host,
                    QN_LISTENER_NAME_SIZE, NULL, 0, NI_NUMERICHOST) != 0)
        return false;
    snprintf(port, QN_LISTENER_PORT_SIZE, "%d", port_of(&address));
    *is_version_6 = address.ss_family == AF_INET6;
    return true;
}

void qn_listener_keep_alive(int fd)
{
    int yes = 1;

    (void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof(yes));
}

enum qn_status qn_listener_resolve(struct qn_ctx *ctx, const char *host,
                                   struct qn_buf *canonical,
                                   struct qn_buf *address)
{
    struct addrinfo hints = {.ai_flags = AI_CANONNAME}, *found = NULL;
    char name[QN_LISTENER_NAME_SIZE] = "";
    enum qn_status status;

    if (!*host || getaddrinfo(host, NULL, &hints, &found) != 0 || !found)
        return QN_OK;
    (void)getnameinfo(found->ai_addr, found->ai_addrlen, name, sizeof(name),
                      NULL, 0, NI_NUMERICHOST);
    status = qn_buf_append_string(ctx, address, name);
    if (!status)
        status = qn_buf_append_string(
            ctx, canonical, found->ai_canonname ? found->ai_canonname : name);
    freeaddrinfo(found);
    return status;
}

#else

enum qn_status qn_listener_open(struct qn_ctx *ctx, const char *host, int port,
                                bool reuses_address,
                                struct qn_listener *listener, size_t *added)
{
    (void)host, (void)port, (void)reuses_address, (void)listener;
    *added = 0;
    return qn_ctx_fail(ctx, QN_UNSUPPORTED, "there are no sockets here");
}

void qn_listener_close(struct qn_listener *listener)
{
    listener->count = 0;
}

int qn_listener_port(const struct qn_listener *listener)
{
    (void)listener;
    return -1;
}

int qn_listener_accept(const struct qn_listener *listener, int timeout_ms,
                       size_t *next)
{
    (void)listener, (void)timeout_ms, (void)next;
    return -1;
}

bool qn_listener_peer(int fd, char host[QN_LISTENER_NAME_SIZE],
                      char port[QN_LISTENER_PORT_SIZE], bool *is_version_6)
{
    (void)fd, (void)host, (void)port, (void)is_version_6;
    return false;
}

void qn_listener_keep_alive(int fd)
{
    (void)fd;
}

enum qn_status qn_listener_resolve(struct qn_ctx *ctx, const char *host,
                                   struct qn_buf *canonical,
                                   struct qn_buf *address)
{
    (void)ctx, (void)host, (void)canonical, (void)address;
    return QN_OK;
}

#endif
