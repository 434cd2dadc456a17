/* SPDX-License-Identifier: MIT */
#include "server/git_listener.h"

#include "os/listener.h"
#include "server/git_talk.h"
#include "server/http_listener.h"
#include "server/log.h"
#include "wire/daemon_request.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MOST_GUESTS 256  /* that did not say yet what they want */
#define MOST_FIRST  4096 /* bytes of the first packet */
#define TICK_MS     500
#define PATIENCE_MS 900 /* with who stands still, when others wait for it */

struct guest {
    struct git_listener *listener;
    int fd;
    char address[QN_LISTENER_NAME_SIZE];
    int64_t since_ms;
    bool talks; /* it is counted as one */
    uint8_t first[MOST_FIRST];
    size_t size;
    uint64_t in, out;
};

struct git_listener {
    struct server *server;
    struct qn_listener sockets;
    struct guest *guests[MOST_GUESTS];
    size_t count;
    pthread_t thread;
};

static void dismiss(struct guest *guest)
{
    struct server *server = guest->listener->server;

    if (guest->talks)
        limits_talk_end(server->limits, guest->address);
    limits_leave(server->limits, guest->address);
    atomic_fetch_sub(&server->metrics.connections, 1);
    (void)close(guest->fd);
    free(guest);
}

/* ---- the conversation, on a worker's thread */

/* Others wait for a worker, and more than half of those that may talk are with
 * this address. */
static bool is_in_the_way(struct server *server, const char *address)
{
    return jobs_talks_wait(server->jobs) &&
           limits_talks(server->limits, address) >
               (server_talks(server->settings) + 1) / 2;
}

/* Ready within the time that a client may stand still. */
static enum qn_status wait_ready(struct qn_ctx *ctx, struct guest *guest,
                                 short what)
{
    struct server *server = guest->listener->server;
    int64_t since = response_clock_ms();
    int64_t until = since + (int64_t)server->settings->stall_seconds * 1000;
    enum qn_status status = QN_OK;

    atomic_fetch_add(&server->crowd.waiting, 1);
    while (!status) {
        struct pollfd one = {.fd = guest->fd, .events = what};
        int ready = poll(&one, 1, TICK_MS);
        int64_t now = response_clock_ms();

        if (ready > 0)
            break;
        status = qn_ctx_check(ctx);
        if (!status && (now > until || (now > since + PATIENCE_MS &&
                                        is_in_the_way(server, guest->address))))
            status = qn_ctx_fail_reason(ctx, QN_TIMEOUT, "serve.stalled", NULL,
                                        "the client stands still");
    }
    atomic_fetch_sub(&server->crowd.waiting, 1);
    return status;
}

static enum qn_status read_guest(struct qn_ctx *ctx, void *data, void *room,
                                 size_t size, size_t *used)
{
    struct guest *guest = data;

    *used = 0;
    for (;;) {
        ssize_t count = recv(guest->fd, room, size, MSG_DONTWAIT);
        enum qn_status status;

        if (count >= 0) {
            *used = (size_t)count;
            guest->in += (uint64_t)count;
            return QN_OK;
        }
        if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
            return qn_ctx_fail_reason(ctx, QN_NETWORK, "serve.cut", NULL,
                                      "the client went away");
        status = wait_ready(ctx, guest, POLLIN);
        if (status)
            return status;
    }
}

static enum qn_status write_guest(struct qn_ctx *ctx, void *data,
                                  struct qn_bytes bytes)
{
    struct guest *guest = data;

    while (bytes.size > 0) {
        ssize_t count = send(guest->fd, bytes.data, bytes.size,
                             MSG_NOSIGNAL | MSG_DONTWAIT);
        enum qn_status status;

        if (count > 0) {
            bytes = qn_bytes_from(bytes, (size_t)count);
            guest->out += (uint64_t)count;
            continue;
        }
        if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
            return qn_ctx_fail_reason(ctx, QN_NETWORK, "serve.cut", NULL,
                                      "the client went away");
        status = wait_ready(ctx, guest, POLLOUT);
        if (status)
            return status;
    }
    return QN_OK;
}

static enum qn_status say_error(struct qn_ctx *ctx, struct guest *guest,
                                const char *message)
{
    struct qn_buf out = QN_BUF_INIT;
    enum qn_status status = qn_pkt_line_printf(ctx, &out, "ERR %s", message);

    if (!status)
        status = write_guest(ctx, guest, qn_buf_bytes(&out));
    qn_buf_dispose(&out);
    return status;
}

static enum qn_status serve(struct qn_ctx *ctx, struct guest *guest,
                            const struct qn_daemon_request *request,
                            const struct policy *policy)
{
    struct server *server = guest->listener->server;
    const char *path = qn_buf_string(&request->path);
    struct git_service service = {
        .server = server, .policy = policy, .address = guest->address};
    struct qn_service_calls calls = {guest, read_guest, write_guest};
    struct qn_service_io io;
    size_t position = 0;
    const char *extra;
    enum qn_status status = QN_OK;

    service.is_push =
        strcmp(qn_buf_string(&request->service), "git-receive-pack") == 0;
    service.is_archive =
        strcmp(qn_buf_string(&request->service), "git-upload-archive") == 0;
    if (!service.is_push && !service.is_archive &&
        strcmp(qn_buf_string(&request->service), "git-upload-pack") != 0)
        return say_error(ctx, guest, "there is no such service");
    while ((extra = qn_wire_words_next(&request->extras, &position))) {
        uint32_t version = git_service_version(extra);

        service.version = version > service.version ? version : service.version;
    }
    if (service.is_push && !server->settings->allows_git_push)
        return say_error(ctx, guest, "pushing over git:// is not allowed");
    service.ref_namespace = access_namespace(policy->access, path);
    if (repositories_is_name(qn_buf_bytes(&request->path)) &&
        access_allows(policy->access, path, NULL,
                      service.is_push ? ACCESS_PUSH : ACCESS_READ, NULL))
        status = repositories_get(ctx, server->repositories, path,
                                  &service.repository);
    if (!status && !service.repository)
        return say_error(ctx, guest, "there is no such repository");
    qn_service_io_init(&io, &calls);
    if (!status)
        status =
            !service.is_push && !service.is_archive && service.version == 2
                ? git_talk_run(ctx, &service, &calls, guest->fd, &guest->out)
                : git_service_talk(ctx, &service, &io);
    qn_service_io_dispose(&io);
    repositories_put(server->repositories, service.repository);
    return status;
}

static void run_guest(struct qn_ctx *ctx, void *data)
{
    struct guest *guest = data;
    struct server *server = guest->listener->server;
    struct policy *policy = server_policy(server);
    struct qn_daemon_request request = QN_DAEMON_REQUEST_INIT;
    int64_t took;
    enum qn_status status = qn_daemon_request_read(
        ctx, qn_bytes_make(guest->first + 4, guest->size - 4), &request);

    if (status)
        (void)!say_error(ctx, guest, "that is no request");
    else
        status = serve(ctx, guest, &request, policy);
    took = response_clock_ms() - guest->since_ms;
    if (status == QN_TIMEOUT)
        atomic_fetch_add(&server->metrics.timeouts, 1);
    atomic_fetch_add(&server->metrics.bytes_in, guest->in);
    atomic_fetch_add(&server->metrics.bytes_out, guest->out);
    metrics_count(&server->metrics, METRIC_GIT, status ? 500 : 200, took);
    if (status && server->settings->is_quiet)
        log_line("error git:// %s: %s", qn_buf_string(&request.path),
                 qn_ctx_message(ctx));
    if (!server->settings->is_quiet)
        log_line("%s - git:// %s %u in=%llu out=%llu ms=%lld %s",
                 guest->address, qn_buf_string(&request.path),
                 status ? 500 : 200, (unsigned long long)guest->in,
                 (unsigned long long)guest->out, (long long)took,
                 status ? qn_ctx_message(ctx) : "");
    qn_daemon_request_dispose(&request);
    server_policy_release(policy);
    dismiss(guest);
}

/* ---- the event loop */

/* The size of the packet; 0: not there yet; -1: none. */
static int packet_size(const struct guest *guest)
{
    int size = 0, i;

    if (guest->size < 4)
        return 0;
    for (i = 0; i < 4; i++) {
        uint8_t byte = guest->first[i] | 0x20;
        int digit = guest->first[i] >= '0' && guest->first[i] <= '9'
                        ? guest->first[i] - '0'
                    : byte >= 'a' && byte <= 'f' ? byte - 'a' + 10
                                                 : -1;

        if (digit < 0)
            return -1;
        size = size << 4 | digit;
    }
    return size <= 4 || size > MOST_FIRST ? -1 : size;
}

/* Read what is there; false: it is dismissed or handed on. */
static bool listen_to(struct guest *guest)
{
    struct server *server = guest->listener->server;
    int wanted = packet_size(guest);

    while (wanted >= 0 && (wanted == 0 || guest->size < (size_t)wanted)) {
        size_t most =
            wanted > 0 ? (size_t)wanted : 4; /* the rest is not ours */
        ssize_t count = recv(guest->fd, guest->first + guest->size,
                             most - guest->size, MSG_DONTWAIT);

        if (count < 0 && (errno == EAGAIN || errno == EINTR))
            return true;
        if (count <= 0)
            break;
        guest->size += (size_t)count;
        guest->in += (uint64_t)count;
        wanted = packet_size(guest);
    }
    if (wanted > 0 && guest->size == (size_t)wanted) {
        guest->talks = true;
        limits_talk(server->limits, guest->address);
        if (jobs_add(server->jobs, JOB_TALK, run_guest, guest))
            return false;
    }
    dismiss(guest);
    return false;
}

static void welcome(struct git_listener *listener, int fd)
{
    struct server *server = listener->server;
    struct guest *guest = calloc(1, sizeof(*guest));
    char port[QN_LISTENER_PORT_SIZE];
    bool is_version_6;

    if (!guest || listener->count == MOST_GUESTS ||
        !qn_listener_peer(fd, guest->address, port, &is_version_6) ||
        !limits_enter(server->limits, guest->address,
                      (unsigned)server->settings->per_client)) {
        atomic_fetch_add(&server->metrics.refused, 1);
        free(guest);
        (void)close(fd);
        return;
    }
    atomic_fetch_add(&server->metrics.connections, 1);
    qn_listener_keep_alive(fd);
    guest->listener = listener;
    guest->fd = fd;
    guest->since_ms = response_clock_ms();
    listener->guests[listener->count++] = guest;
}

static void *loop(void *data)
{
    struct git_listener *listener = data;
    struct server *server = listener->server;
    struct pollfd polled[QN_LISTENER_MOST + MOST_GUESTS];
    size_t next = 0, i, kept;

    while (!atomic_load(&server->is_stopping)) {
        size_t sockets = listener->sockets.count;
        int64_t now;
        int fd;

        for (i = 0; i < sockets; i++)
            polled[i] = (struct pollfd){.fd = listener->sockets.fds[i],
                                        .events = POLLIN};
        for (i = 0; i < listener->count; i++)
            polled[sockets + i] = (struct pollfd){.fd = listener->guests[i]->fd,
                                                  .events = POLLIN};
        if (poll(polled, (nfds_t)(sockets + listener->count), TICK_MS) < 0)
            continue;
        now = response_clock_ms();
        for (i = 0, kept = 0; i < listener->count; i++) {
            struct guest *guest = listener->guests[i];

            if (polled[sockets + i].revents != 0 && !listen_to(guest))
                continue;
            /* One that sends a byte now and then has no more time. */
            if (now - guest->since_ms >
                (int64_t)server->settings->header_seconds * 1000) {
                atomic_fetch_add(&server->metrics.timeouts, 1);
                dismiss(guest);
            } else {
                listener->guests[kept++] = guest;
            }
        }
        listener->count = kept;
        while ((fd = qn_listener_accept(&listener->sockets, 0, &next)) >= 0)
            welcome(listener, fd);
    }
    while (listener->count > 0)
        dismiss(listener->guests[--listener->count]);
    return NULL;
}

static void on_report(void *data, int level, const char *reason,
                      const char *message)
{
    (void)data, (void)level, (void)reason;
    fprintf(stderr, "error: %s\n", message);
}

struct git_listener *git_listener_start(struct qn_ctx *ctx,
                                        struct server *server, int *port)
{
    struct git_listener *listener = calloc(1, sizeof(*listener));
    char host[256];
    size_t added = 0;

    *port = 9418;
    if (!listener || !http_listener_address(server->settings->git_listen, host,
                                            sizeof(host), port)) {
        fprintf(stderr, "error: '%s' is no address to listen on\n",
                server->settings->git_listen);
        free(listener);
        return NULL;
    }
    listener->server = server;
    qn_ctx_set_report(ctx, on_report, NULL);
    if (qn_listener_open(ctx, *host ? host : NULL, *port, true,
                         &listener->sockets, &added) ||
        added == 0 || pthread_create(&listener->thread, NULL, loop, listener)) {
        qn_listener_close(&listener->sockets);
        free(listener);
        return NULL;
    }
    *port = qn_listener_port(&listener->sockets);
    return listener;
}

void git_listener_stop(struct git_listener *listener)
{
    if (!listener)
        return;
    (void)pthread_join(listener->thread, NULL);
    qn_listener_close(&listener->sockets);
}
