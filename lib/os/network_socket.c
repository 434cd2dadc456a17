/* SPDX-License-Identifier: MIT */
#include "os/network_socket.h"

#include "base/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#ifndef __wasi__
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#endif

#define LOOK_UP_MS 1000

#ifdef __wasi__

enum qn_status qn_network_socket_connect(struct qn_ctx *ctx,
                                         const struct qn_network_target *target,
                                         int *out)
{
    (void)out;
    return qn_ctx_fail_reason(ctx, QN_UNSUPPORTED, "network.connect",
                              target->host, "there is no network here");
}

#else

static void tell(const struct qn_network_target *target, const char *text)
{
    if (target->tell)
        target->tell(target->tell_data, text);
}

/* Until the connection stands or is refused; looks at the context. */
static enum qn_status wait_for(struct qn_ctx *ctx, int fd, int *problem)
{
    struct pollfd polled = {fd, POLLOUT, 0};
    socklen_t size = sizeof(*problem);

    for (;;) {
        enum qn_status status = qn_ctx_check(ctx);
        int count;

        if (status)
            return status;
        count = poll(&polled, 1, LOOK_UP_MS);
        if (count > 0)
            break;
        if (count < 0 && errno != EINTR) {
            *problem = errno;
            return QN_OK;
        }
    }
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, problem, &size))
        *problem = errno;
    return QN_OK;
}

/* `*fd` -1 and `*problem` when this address does not answer. */
static enum qn_status try_address(struct qn_ctx *ctx,
                                  const struct addrinfo *address, int *fd,
                                  int *problem)
{
    enum qn_status status = QN_OK;
    int on = 1;
    int flags;

    *problem = 0;
    *fd =
        socket(address->ai_family, address->ai_socktype, address->ai_protocol);
    if (*fd < 0) {
        *problem = errno;
        return QN_OK;
    }
    (void)fcntl(*fd, F_SETFD, FD_CLOEXEC);
    flags = fcntl(*fd, F_GETFL);
    (void)fcntl(*fd, F_SETFL, flags | O_NONBLOCK);
    if (connect(*fd, address->ai_addr, address->ai_addrlen)) {
        *problem = errno;
        if (errno == EINPROGRESS || errno == EINTR)
            status = wait_for(ctx, *fd, problem);
    }
    if (status || *problem) {
        (void)close(*fd);
        *fd = -1;
        return status;
    }
    (void)fcntl(*fd, F_SETFL, flags);
    (void)setsockopt(*fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
    return QN_OK;
}

static enum qn_status try_all(struct qn_ctx *ctx,
                              const struct qn_network_target *target,
                              const struct addrinfo *list, int *out)
{
    struct qn_buf problems = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    int number = 0;
    int fd = -1;

    for (; list && fd < 0 && !status; list = list->ai_next, number++) {
        char shown[256] = "(unknown)";
        int problem;

        status = try_address(ctx, list, &fd, &problem);
        if (status || fd >= 0)
            break;
        if (getnameinfo(list->ai_addr, list->ai_addrlen, shown, sizeof(shown),
                        NULL, 0, NI_NUMERICHOST))
            (void)snprintf(shown, sizeof(shown), "(unknown)");
        status = qn_buf_printf(ctx, &problems, "%s[%d: %s]: errno=%s\n",
                               target->host, number, shown, strerror(problem));
    }
    if (!status && fd < 0)
        status =
            qn_ctx_fail_reason(ctx, QN_NETWORK, "network.connect", target->host,
                               "unable to connect to %s:\n%s", target->host,
                               qn_buf_string(&problems));
    qn_buf_dispose(&problems);
    if (!status)
        *out = fd;
    return status;
}

enum qn_status qn_network_socket_connect(struct qn_ctx *ctx,
                                         const struct qn_network_target *target,
                                         int *out)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                             .ai_protocol = IPPROTO_TCP};
    struct addrinfo *list = NULL;
    char text[512];
    enum qn_status status;
    int problem;

    if (target->family)
        hints.ai_family = target->family == 4 ? AF_INET : AF_INET6;
    (void)snprintf(text, sizeof(text), "Looking up %s ... ", target->host);
    tell(target, text);
    problem = getaddrinfo(target->host, target->port, &hints, &list);
    if (problem)
        return qn_ctx_fail_reason(
            ctx, QN_NETWORK, "network.look-up", target->host,
            "unable to look up %s (port %s) (%s)", target->host, target->port,
            gai_strerror(problem));
    (void)snprintf(text, sizeof(text), "done.\nConnecting to %s (port %s) ... ",
                   target->host, target->port);
    tell(target, text);
    status = try_all(ctx, target, list, out);
    freeaddrinfo(list);
    if (!status)
        tell(target, "done.\n");
    return status;
}

#endif
