/* SPDX-License-Identifier: MIT */
#include "server/http_listener.h"

#include "os/file.h"
#include "os/listener.h"
#include "server/log.h"
#include "server/request.h"
#include "server/upload.h"

#include <microhttpd.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#define MOST_DAEMONS 8
#define POOL_SIZE    ((size_t)48 << 10) /* head and buffers of a connection */
#define BLOCK_SIZE   ((size_t)64 << 10)

struct pem {
    struct qn_buf certificate, key;
};

/* One listening socket, and the connections that came through it. */
struct door {
    struct MHD_Daemon *daemon;
    struct door *next; /* of those that are shut */
    struct pem pem;
};

struct http_listener {
    struct server *server;
    struct door *doors[MOST_DAEMONS];
    size_t count;
    struct door *shut; /* an older certificate's, until their guests left */
};

static int descriptor_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);

    return info ? info->connect_fd : -1;
}

static char *address_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    char name[QN_LISTENER_NAME_SIZE] = "?", port[QN_LISTENER_PORT_SIZE];
    bool is_version_6;

    (void)info;
    (void)qn_listener_peer(descriptor_of(connection), name, port,
                           &is_version_6);
    return strdup(name);
}

/* ---- waiting; all of these with the lock of what is waited for */

static void sleep_connection(void *data)
{
    struct request *request = data;

    request->asleep_since_ms = response_clock_ms();
    MHD_suspend_connection(request->connection);
}

static void wake_connection(void *data)
{
    struct request *request = data;

    request->slept_ms += response_clock_ms() - request->asleep_since_ms;
    MHD_resume_connection(request->connection);
}

void http_listener_resume(struct request *request)
{
    if (!request->is_suspended)
        return;
    request->is_suspended = false;
    wake_connection(request);
}

/* Until the job has an answer; false: it has. */
static bool wait_for_answer(struct request *request)
{
    bool waits;

    (void)pthread_mutex_lock(&request->lock);
    waits = !request->is_answered;
    if (waits) {
        request->is_suspended = true;
        sleep_connection(request);
    }
    (void)pthread_mutex_unlock(&request->lock);
    return waits;
}

/* ---- answers */

static ssize_t read_answer(void *data, uint64_t position, char *room,
                           size_t size)
{
    struct request *request = data;
    size_t used = 0;

    (void)position;
    switch (response_read(&request->reader, room, size, &used)) {
    case RESPONSE_DATA:
        request->sent += used;
        return (ssize_t)used;
    case RESPONSE_WAIT:
        return 0;
    case RESPONSE_END:
        return MHD_CONTENT_READER_END_OF_STREAM;
    default:
        request->status = 0;
        return MHD_CONTENT_READER_END_WITH_ERROR;
    }
}

/* HEAD: nobody reads the body. */
static ssize_t read_nothing(void *data, uint64_t position, char *room,
                            size_t size)
{
    (void)data, (void)position, (void)room, (void)size;
    return MHD_CONTENT_READER_END_WITH_ERROR;
}

static struct MHD_Response *make_body(struct request *request)
{
    uint64_t told = request->told_size == UINT64_MAX ? MHD_SIZE_UNKNOWN
                                                     : request->told_size;
    const uint8_t *data = NULL;
    uint64_t size = 0;
    int fd = -1;

    if (!request->reader.response && request->is_untold)
        return MHD_create_response_from_callback(told, BLOCK_SIZE, read_nothing,
                                                 NULL, NULL);
    if (!request->reader.response) {
        request->sent = request->text.size;
        return MHD_create_response_from_buffer(
            request->text.size, request->text.data, MHD_RESPMEM_MUST_COPY);
    }
    if (!response_whole(request->reader.response, &fd, &data, &size))
        return MHD_create_response_from_callback(told, BLOCK_SIZE, read_answer,
                                                 request, NULL);
    request->sent = size;
    if (fd < 0) /* it stays as long as the request does */
        return MHD_create_response_from_buffer(
            (size_t)size, (void *)(uintptr_t)data, MHD_RESPMEM_PERSISTENT);
    fd = dup(fd);
    return fd < 0 ? NULL : MHD_create_response_from_fd64(size, fd);
}

static enum MHD_Result send_answer(struct request *request)
{
    struct MHD_Response *response;
    enum MHD_Result result;
    unsigned i;

    request->reader.sleep = sleep_connection;
    request->reader.wake = wake_connection;
    request->reader.data = request;
    response = make_body(request);
    if (!response)
        return MHD_NO;
    for (i = 0; i < request->header_count; i++)
        (void)MHD_add_response_header(response, request->header_names[i],
                                      request->header_values[i]);
    result = MHD_queue_response(request->connection, request->status, response);
    MHD_destroy_response(response);
    return result;
}

/* Without a job. */
static enum MHD_Result send_text(struct request *request, unsigned status,
                                 const char *text)
{
    request->is_answered = true;
    request->status = status;
    request_header(request, "Content-Type", "text/plain; charset=utf-8");
    if (status == 503)
        request_header(request, "Retry-After", "5");
    {
        struct MHD_Response *response = MHD_create_response_from_buffer(
            strlen(text), (void *)(uintptr_t)text, MHD_RESPMEM_PERSISTENT);
        enum MHD_Result result;
        unsigned i;

        if (!response)
            return MHD_NO;
        for (i = 0; i < request->header_count; i++)
            (void)MHD_add_response_header(response, request->header_names[i],
                                          request->header_values[i]);
        result = MHD_queue_response(request->connection, status, response);
        MHD_destroy_response(response);
        return result;
    }
}

/* ---- requests */

static char *header(struct MHD_Connection *connection, const char *name)
{
    const char *value =
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);

    return value ? strdup(value) : NULL;
}

static bool is_push(const struct request *request)
{
    struct qn_bytes path = qn_bytes_from_string(request->target);

    path = qn_bytes_first(path, qn_bytes_find(path, '?'));
    return request->is_post && qn_bytes_has_suffix(path, "/git-receive-pack");
}

/* What may be larger than what is kept of an answer that is asked for once:
 * its maker waits for the client. */
static bool may_stream(const struct request *request)
{
    struct qn_bytes path = qn_bytes_from_string(request->target);
    size_t end = qn_bytes_find(path, '?');
    struct qn_bytes query = qn_bytes_from(path, end);

    path = qn_bytes_first(path, end);
    return qn_bytes_has_suffix(path, "/git-upload-archive") ||
           qn_bytes_find_bytes(path, QN_BYTES("/-/raw/")) < path.size ||
           (qn_bytes_find_bytes(path, QN_BYTES("/-/archive")) < path.size &&
            query.size > 0);
}

static bool add_job(struct request *request)
{
    bool talks = request->upload || may_stream(request);

    request->has_job = true;
    atomic_fetch_add(&request->owners, 1);
    if (jobs_add(request->server->jobs, talks ? JOB_TALK : JOB_ANSWER,
                 http_job_run, request))
        return true;
    atomic_fetch_sub(&request->owners, 1);
    return false;
}

struct framing {
    unsigned lengths, codings, hosts, signs;
    bool is_chunked, is_odd;
};

/* A name that others read otherwise, or do not see. */
static bool is_token(const char *name, size_t size)
{
    size_t i;

    for (i = 0; i < size; i++)
        if (name[i] <= ' ' || name[i] == 0x7f ||
            strchr("\"(),/:;<=>?@[]{}\\", name[i]))
            return false;
    return size > 0;
}

/* No NUL, no CR or LF that ends a line for somebody else. */
static bool is_value(const char *value, size_t size)
{
    size_t i;

    for (i = 0; i < size; i++)
        if (((unsigned char)value[i] < ' ' && value[i] != '\t') ||
            value[i] == 0x7f)
            return false;
    return true;
}

static enum MHD_Result see_header(void *data, enum MHD_ValueKind kind,
                                  const char *name, size_t name_size,
                                  const char *value, size_t value_size)
{
    struct framing *framing = data;

    (void)kind;
    if (!is_token(name, name_size) || (value && !is_value(value, value_size)))
        framing->is_odd = true;
    if (strcasecmp(name, "Authorization") == 0)
        framing->signs++;
    if (strcasecmp(name, "Content-Length") == 0)
        framing->lengths++;
    if (strcasecmp(name, "Host") == 0)
        framing->hosts++;
    if (strcasecmp(name, "Transfer-Encoding") == 0) {
        framing->codings++;
        framing->is_chunked = value && strcasecmp(value, "chunked") == 0;
    }
    return MHD_YES;
}

/* Where the body ends is said once, or somebody between us and the client may
 * see another end, and another request behind it.  RFC 9112, 6.3. */
static bool is_framed_well(struct MHD_Connection *connection)
{
    struct framing framing = {0};

    (void)MHD_get_connection_values_n(connection, MHD_HEADER_KIND, see_header,
                                      &framing);
    return !framing.is_odd && framing.signs <= 1 &&
           framing.lengths + framing.codings <= 1 && framing.hosts <= 1 &&
           (framing.codings == 0 || framing.is_chunked);
}

static enum MHD_Result begin(struct request *request, const char *method)
{
    struct MHD_Connection *connection = request->connection;

    request->is_started = true;
    limits_wait_body(request->server->limits, descriptor_of(connection));
    request->method = strdup(method);
    request->address = address_of(connection);
    request->authorization = header(connection, "Authorization");
    request->protocol = header(connection, "Git-Protocol");
    request->content_type = header(connection, "Content-Type");
    request->encoding = header(connection, "Content-Encoding");
    request->if_none_match = header(connection, "If-None-Match");
    request->is_post = strcmp(method, "POST") == 0;
    request->is_head = strcmp(method, "HEAD") == 0;
    if (!request->method || !request->address)
        return MHD_NO;
    if (!is_framed_well(connection)) {
        request_header(request, "Connection", "close");
        return send_text(request, 400, "where does that request end?\n");
    }
    if (!request->is_post && !request->is_head && strcmp(method, "GET") != 0)
        return send_text(request, 405, "that method is not known here\n");
    if (is_push(request)) {
        request->upload =
            upload_new(sleep_connection, wake_connection, request);
        if (!request->upload)
            return MHD_NO;
        if (!add_job(request))
            return send_text(request, 503, "too much to do; try again later\n");
    }
    return MHD_YES;
}

/* What is not kept is dropped: the answer says that it was too large. */
static enum MHD_Result take_body(struct request *request, const char *data,
                                 size_t *size)
{
    uint64_t most = request->server->settings->request_size;
    int64_t took = response_clock_ms() - request->began_ms - request->slept_ms;
    size_t taken = *size;

    /* Bodies have half the time of heads before their speed is looked at. */
    if (took > (int64_t)request->server->settings->header_seconds * 500 &&
        request->received + *size <
            request->server->settings->slowest * (uint64_t)took / 1000) {
        atomic_fetch_add(&request->server->metrics.timeouts, 1);
        return MHD_NO; /* it is too slow */
    }
    if (request->upload) {
        taken = upload_put(request->upload, data, *size);
    } else if (request->body_size + *size > most || request->is_too_big) {
        request->is_too_big = true;
    } else {
        if (request->body_size + *size > request->body_room) {
            size_t room = (request->body_size + *size) * 2;
            uint8_t *body = realloc(request->body, room);

            if (!body)
                return MHD_NO;
            request->body = body;
            request->body_room = room;
        }
        memcpy(request->body + request->body_size, data, *size);
        request->body_size += *size;
    }
    request->received += taken;
    if (request->received >
        (request->upload ? request->server->settings->push_size : 2 * most))
        return MHD_NO; /* it does not end */
    *size -= taken;
    return MHD_YES;
}

static enum MHD_Result on_request(void *data, struct MHD_Connection *connection,
                                  const char *url, const char *method,
                                  const char *version, const char *body,
                                  size_t *size, void **context)
{
    struct request *request = *context;

    (void)data, (void)connection, (void)url, (void)version;
    if (!request)
        return MHD_NO;
    if (!request->is_started)
        return begin(request, method);
    if (*size > 0)
        return take_body(request, body, size);
    limits_forget(request->server->limits, descriptor_of(connection));
    if (request->upload)
        upload_end(request->upload, false);
    if (!request->has_job && !add_job(request))
        return send_text(request, 503, "too much to do; try again later\n");
    return wait_for_answer(request) ? MHD_YES : send_answer(request);
}

static void *on_target(void *data, const char *target,
                       struct MHD_Connection *connection)
{
    struct server *server = data;
    struct request *request = request_new(server, target, connection);

    if (request)
        atomic_fetch_add(&server->metrics.asked, 1);
    return request;
}

static size_t leave_escaped(void *data, struct MHD_Connection *connection,
                            char *text)
{
    (void)data, (void)connection;
    return strlen(text);
}

static void on_completed(void *data, struct MHD_Connection *connection,
                         void **context, enum MHD_RequestTerminationCode how)
{
    struct server *server = data;
    struct request *request = *context;
    unsigned status;
    bool is_answered;
    int64_t took;

    *context = NULL;
    limits_wait(server->limits, descriptor_of(connection));
    if (!request)
        return;
    atomic_fetch_sub(&server->metrics.asked, 1);
    took = response_clock_ms() - request->began_ms;
    /* A push may be cut before its job has an answer: then what the job writes
     * is not looked at, and it lets go of the answer itself. */
    (void)pthread_mutex_lock(&request->lock);
    is_answered = request->is_answered;
    request->is_gone = !is_answered;
    (void)pthread_mutex_unlock(&request->lock);
    if (is_answered)
        response_detach(&request->reader);
    if (request->upload)
        upload_end(request->upload, true);
    status = is_answered && how == MHD_REQUEST_TERMINATED_COMPLETED_OK
                 ? request->status
                 : 0;
    atomic_fetch_add(&server->metrics.bytes_in, request->received);
    atomic_fetch_add(&server->metrics.bytes_out, request->sent);
    metrics_count(&server->metrics, is_answered ? request->kind : METRIC_OTHER,
                  status, took);
    if (!server->settings->is_quiet)
        log_line("%s %s %s %s %u in=%llu out=%llu ms=%lld",
                 request->address ? request->address : "?",
                 is_answered && request->has_user ? request->user : "-",
                 request->method ? request->method : "-", request->target,
                 status, (unsigned long long)request->received,
                 (unsigned long long)request->sent, (long long)took);
    request_release(request);
}

static void on_connection(void *data, struct MHD_Connection *connection,
                          void **context,
                          enum MHD_ConnectionNotificationCode what)
{
    struct server *server = data;

    (void)context;
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        atomic_fetch_add(&server->metrics.connections, 1);
        limits_wait(server->limits, descriptor_of(connection));
    } else {
        atomic_fetch_sub(&server->metrics.connections, 1);
        limits_forget(server->limits, descriptor_of(connection));
    }
}

static void on_log(void *data, const char *format, va_list arguments)
{
    char text[512];

    (void)data;
    vsnprintf(text, sizeof(text), format, arguments);
    text[strcspn(text, "\n")] = '\0';
    log_line("http: %s", text);
}

/* ---- starting and ending */

bool http_listener_address(const char *text, char *host, size_t size, int *port)
{
    const char *colon = strrchr(text, ':'), *end = text + strlen(text);
    char *rest;
    long number;

    if (*text == '[' && strchr(text, ']') > colon)
        colon = NULL;
    if (*text != '[' && strchr(text, ':') != colon)
        colon = NULL; /* an address of version 6 alone */
    if (colon) {
        number = strtol(colon + 1, &rest, 10);
        if (rest == colon + 1 || *rest || number < 0 || number > 65535)
            return false;
        *port = (int)number;
        end = colon;
    }
    if (*text == '[' && end > text && end[-1] == ']') {
        text++;
        end--;
    }
    if ((size_t)(end - text) >= size)
        return false;
    memcpy(host, text, (size_t)(end - text));
    host[end - text] = '\0';
    return true;
}

static struct MHD_Daemon *start_daemon(struct server *server, struct pem *pem,
                                       int fd)
{
    const struct settings *settings = server->settings;
    struct MHD_OptionItem more[4] = {{MHD_OPTION_END, 0, NULL}};
    size_t count = 0;
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME |
                     MHD_USE_ERROR_LOG |
                     (fd < 0 ? MHD_USE_NO_LISTEN_SOCKET : 0);

    if (fd >= 0)
        more[count++] =
            (struct MHD_OptionItem){MHD_OPTION_LISTEN_SOCKET, fd, NULL};
    if (settings->certificate) {
        more[count++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_CERT, 0,
                                                pem->certificate.data};
        more[count++] =
            (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_KEY, 0, pem->key.data};
    }
    more[count] = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};
    return MHD_start_daemon(
        flags | (settings->certificate ? MHD_USE_TLS : 0), 0, NULL, NULL,
        on_request, server, MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL,
        MHD_OPTION_URI_LOG_CALLBACK, on_target, server,
        MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, NULL,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, server,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, server,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)settings->connections,
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned)settings->per_client,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)settings->stall_seconds,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, POOL_SIZE,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,
        MHD_OPTION_ARRAY, more, MHD_OPTION_END);
}

static void free_pem(struct pem *pem)
{
    qn_buf_dispose(&pem->certificate);
    qn_buf_dispose(&pem->key);
}

static void free_door(struct door *door)
{
    if (!door)
        return;
    if (door->daemon)
        MHD_stop_daemon(door->daemon);
    free_pem(&door->pem);
    free(door);
}

static enum qn_status read_pem(struct qn_ctx *ctx,
                               const struct settings *settings, struct pem *out)
{
    enum qn_status status = QN_OK;

    if (settings->certificate)
        status =
            qn_file_read_all(ctx, settings->certificate, &out->certificate);
    if (!status && settings->certificate)
        status = qn_file_read_all(ctx, settings->key, &out->key);
    return status;
}

/* `fd` -1: only to see whether the certificate and its key are good. */
static enum qn_status open_door(struct qn_ctx *ctx, struct server *server,
                                const struct pem *pem, int fd,
                                struct door **out)
{
    struct door *door = calloc(1, sizeof(*door));
    enum qn_status status =
        door ? QN_OK : qn_ctx_fail(ctx, QN_NO_MEMORY, "out of memory");

    if (!status)
        status = qn_buf_append_bytes(ctx, &door->pem.certificate,
                                     qn_buf_bytes(&pem->certificate));
    if (!status)
        status =
            qn_buf_append_bytes(ctx, &door->pem.key, qn_buf_bytes(&pem->key));
    if (!status)
        door->daemon = start_daemon(server, &door->pem, fd);
    if (!status && !door->daemon)
        status =
            qn_ctx_fail(ctx, QN_INVALID, "cannot start the server of http%s",
                        server->settings->certificate
                            ? "s; are the certificate and the key a pair?"
                            : "");
    if (status)
        free_door(door);
    else
        *out = door;
    return status;
}

static void on_report(void *data, int level, const char *reason,
                      const char *message)
{
    (void)data, (void)level, (void)reason;
    fprintf(stderr, "error: %s\n", message);
}

struct http_listener *http_listener_start(struct qn_ctx *ctx,
                                          struct server *server, int *port)
{
    struct http_listener *listener = calloc(1, sizeof(*listener));
    struct qn_listener sockets = {.count = 0};
    char host[256];
    struct pem pem = {QN_BUF_INIT, QN_BUF_INIT};
    size_t added = 0, i;
    bool done = false;
    enum qn_status status;

    *port = server->settings->certificate ? 8443 : 8080;
    if (!listener || !http_listener_address(server->settings->listen, host,
                                            sizeof(host), port)) {
        fprintf(stderr, "error: '%s' is no address to listen on\n",
                server->settings->listen);
        free(listener);
        return NULL;
    }
    listener->server = server;
    qn_ctx_set_report(ctx, on_report, NULL);
    status = read_pem(ctx, server->settings, &pem);
    if (status)
        fprintf(stderr, "error: %s\n", qn_ctx_message(ctx));
    if (!status &&
        !qn_listener_open(ctx, *host ? host : NULL, *port, true, &sockets,
                          &added) &&
        added > 0) {
        *port = qn_listener_port(&sockets);
        done = true;
        for (i = 0; done && i < sockets.count && i < MOST_DAEMONS; i++) {
            done = !open_door(ctx, server, &pem, sockets.fds[i],
                              &listener->doors[i]);
            listener->count += done;
        }
        if (!done)
            fprintf(stderr, "error: %s\n", qn_ctx_message(ctx));
    }
    free_pem(&pem);
    if (done)
        return listener;
    http_listener_stop(listener, 0);
    return NULL;
}

void http_listener_quiesce(struct http_listener *listener)
{
    size_t i;

    for (i = 0; i < listener->count; i++) {
        int fd = MHD_quiesce_daemon(listener->doors[i]->daemon);

        if (fd >= 0)
            (void)close(fd);
    }
}

/* ---- another certificate */

static bool is_same_pem(const struct pem *a, const struct pem *b)
{
    return qn_bytes_is_equal(qn_buf_bytes(&a->certificate),
                             qn_buf_bytes(&b->certificate)) &&
           qn_bytes_is_equal(qn_buf_bytes(&a->key), qn_buf_bytes(&b->key));
}

/* The new one accepts beside the old one before that is shut: no client finds
 * nobody there. */
static enum qn_status change_door(struct qn_ctx *ctx,
                                  struct http_listener *listener,
                                  const struct pem *pem, size_t at)
{
    struct door *old = listener->doors[at], *door = NULL;
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(old->daemon, MHD_DAEMON_INFO_LISTEN_FD);
    int fd = info ? dup(info->listen_fd) : -1;
    enum qn_status status;

    if (fd < 0)
        return qn_ctx_fail(ctx, QN_IO, "cannot take a socket over");
    status = open_door(ctx, listener->server, pem, fd, &door);
    if (status)
        return status; /* whose the socket is then is not certain */
    listener->doors[at] = door;
    fd = MHD_quiesce_daemon(old->daemon);
    if (fd >= 0)
        (void)close(fd);
    old->next = listener->shut;
    listener->shut = old;
    return QN_OK;
}

enum qn_status http_listener_reload(struct qn_ctx *ctx,
                                    struct http_listener *listener)
{
    struct pem pem = {QN_BUF_INIT, QN_BUF_INIT};
    struct door *trial = NULL;
    enum qn_status status = read_pem(ctx, listener->server->settings, &pem);
    bool is_new = !status && !is_same_pem(&pem, &listener->doors[0]->pem);
    size_t i;

    if (is_new)
        status = open_door(ctx, listener->server, &pem, -1, &trial);
    free_door(trial);
    for (i = 0; is_new && !status && i < listener->count; i++)
        status = change_door(ctx, listener, &pem, i);
    free_pem(&pem);
    return status;
}

void http_listener_sweep(struct http_listener *listener)
{
    struct door **at = &listener->shut;

    while (*at) {
        struct door *door = *at;
        const union MHD_DaemonInfo *info = MHD_get_daemon_info(
            door->daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS);

        if (!info || info->num_connections > 0) {
            at = &door->next;
            continue;
        }
        *at = door->next;
        free_door(door);
    }
}

void http_listener_stop(struct http_listener *listener, int64_t until_ms)
{
    const struct timespec pause = {0, 20000000};
    size_t i;

    if (!listener)
        return;
    while (atomic_load(&listener->server->metrics.asked) > 0 &&
           response_clock_ms() < until_ms)
        (void)nanosleep(&pause, NULL);
    for (i = 0; i < listener->count; i++)
        free_door(listener->doors[i]);
    while (listener->shut) {
        struct door *next = listener->shut->next;

        free_door(listener->shut);
        listener->shut = next;
    }
    free(listener);
}
