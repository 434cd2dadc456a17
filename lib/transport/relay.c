/* SPDX-License-Identifier: MIT */
#include "transport/relay.h"

#include "base/memory.h"
#include "transport/opener.h"

#include <string.h>

/* The longest command. */
#define LINE_MAX_SIZE 4096

/* A line, a byte at a time: what follows it is not ours. */
static enum qn_status read_line(struct qn_ctx *ctx, struct qn_duplex *duplex,
                                struct qn_buf *line, bool *is_over)
{
    size_t used = 0;
    char byte = 0;
    enum qn_status status = QN_OK;

    qn_buf_clear(line);
    *is_over = false;
    while (!status && line->size < LINE_MAX_SIZE) {
        status = qn_duplex_read(ctx, duplex, &byte, 1, &used);
        if (status)
            return status;
        *is_over = used == 0;
        if (!used || byte == '\n')
            return QN_OK;
        status = qn_buf_append_byte(ctx, line, (uint8_t)byte);
    }
    return status;
}

static bool find_service(const char *name, enum qn_service *out)
{
    static const enum qn_service services[] = {QN_SERVICE_UPLOAD_PACK,
                                               QN_SERVICE_RECEIVE_PACK,
                                               QN_SERVICE_UPLOAD_ARCHIVE};
    size_t i;

    for (i = 0; i < QN_COUNT_OF(services); i++)
        if (strcmp(qn_service_name(services[i]), name) == 0) {
            *out = services[i];
            return true;
        }
    return false;
}

static enum qn_status join(struct qn_ctx *ctx, const struct qn_relay *relay,
                           struct qn_duplex *caller, const char *service,
                           int *code)
{
    struct qn_connection_options options = {.url = relay->address};
    struct qn_buf request = QN_BUF_INIT;
    struct qn_link *link = NULL;
    int signal_number;
    enum qn_status status;

    if (!find_service(service, &options.service))
        return qn_ctx_fail_reason(ctx, QN_INVALID, "transport.service", service,
                                  "unknown service '%s'", service);
    status = qn_duplex_send(ctx, caller, QN_BYTES("\n"));
    if (status)
        return status;
    status = relay->is_fd
                 ? qn_fd_open(ctx, relay->address, &link)
                 : qn_ext_open(ctx, &options, relay->address, &request, &link);
    if (!status)
        status = qn_duplex_send(ctx, &link->streams, qn_buf_bytes(&request));
    if (!status)
        status = qn_duplex_join(ctx, caller, &link->streams);
    if (!status && link->process) {
        struct qn_process *process = link->process;

        link->process = NULL;
        qn_duplex_dispose(&link->streams);
        status = qn_process_end(ctx, process, code, &signal_number);
    }
    qn_link_free(link);
    qn_buf_dispose(&request);
    return status;
}

enum qn_status qn_relay_run(struct qn_ctx *ctx, struct qn_relay *relay,
                            int *code)
{
    static const char connect[] = "connect ";
    struct qn_duplex caller = QN_DUPLEX_INIT;
    struct qn_buf line = QN_BUF_INIT;
    bool is_over = false;
    enum qn_status status = QN_OK;

    caller.in = relay->in;
    caller.out = relay->out;
    caller.is_shared = true;
    *code = 0;
    while (!status) {
        const char *text;

        status = read_line(ctx, &caller, &line, &is_over);
        if (status || (is_over && !line.size))
            break;
        text = qn_buf_string(&line);
        if (strcmp(text, "capabilities") == 0) {
            status = qn_duplex_send(ctx, &caller, QN_BYTES("*connect\n\n"));
        } else if (strncmp(text, connect, strlen(connect)) == 0) {
            status = join(ctx, relay, &caller, text + strlen(connect), code);
            break;
        } else {
            relay->bad_command = qn_memory_string(ctx, qn_buf_bytes(&line));
            status = relay->bad_command ? QN_OK : QN_NO_MEMORY;
            break;
        }
    }
    qn_duplex_dispose(&caller);
    qn_buf_dispose(&line);
    return status;
}

void qn_relay_dispose(struct qn_relay *relay)
{
    qn_memory_free(relay->bad_command);
    relay->bad_command = NULL;
}
