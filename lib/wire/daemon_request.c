/* SPDX-License-Identifier: MIT */
#include "wire/daemon_request.h"

#include "codec/pkt_line.h"

void qn_daemon_request_dispose(struct qn_daemon_request *request)
{
    qn_buf_dispose(&request->service);
    qn_buf_dispose(&request->path);
    qn_buf_dispose(&request->host);
    qn_wire_words_dispose(&request->extras);
}

static bool is_plain(const struct qn_buf *part)
{
    struct qn_bytes bytes = qn_buf_bytes(part);

    return qn_bytes_find(bytes, 0) == bytes.size &&
           qn_bytes_find(bytes, '\n') == bytes.size;
}

enum qn_status qn_daemon_request_write(struct qn_ctx *ctx,
                                       const struct qn_daemon_request *request,
                                       struct qn_buf *out)
{
    struct qn_buf line = QN_BUF_INIT;
    enum qn_status status;
    size_t position = 0;
    const char *extra;

    if (!is_plain(&request->path) || !is_plain(&request->host))
        return qn_ctx_fail_reason(ctx, QN_INVALID, "wire.daemon", NULL,
                                  "a newline is not allowed in a host or path "
                                  "of git://");
    status =
        qn_buf_printf(ctx, &line, "%s %s%c", qn_buf_string(&request->service),
                      qn_buf_string(&request->path), 0);
    if (!status && request->host.size > 0)
        status = qn_buf_printf(ctx, &line, "host=%s%c",
                               qn_buf_string(&request->host), 0);
    if (!status && request->extras.count > 0)
        status = qn_buf_append_byte(ctx, &line, 0);
    while (!status && (extra = qn_wire_words_next(&request->extras, &position)))
        status = qn_buf_append(ctx, &line, extra, strlen(extra) + 1);
    if (!status)
        status = qn_pkt_line_append(ctx, out, qn_buf_bytes(&line));
    qn_buf_dispose(&line);
    return status;
}

enum qn_status qn_daemon_request_read(struct qn_ctx *ctx,
                                      struct qn_bytes payload,
                                      struct qn_daemon_request *out)
{
    struct qn_bytes rest = payload, line, service, one;
    enum qn_status status;
    bool is_extra = false;

    if (!qn_bytes_next(&rest, 0, &line) ||
        !qn_bytes_next(&line, ' ', &service) ||
        !qn_bytes_has_prefix(service, "git-"))
        return qn_ctx_fail_reason(ctx, QN_INVALID, "wire.daemon", NULL,
                                  "protocol error: not a request");
    if (line.size > 0 && line.data[line.size - 1] == '\n')
        line.size--; /* of the oldest clients */
    status = qn_buf_append_bytes(ctx, &out->service, service);
    if (!status)
        status = qn_buf_append_bytes(ctx, &out->path, line);
    while (!status && qn_bytes_next(&rest, 0, &one)) {
        if (is_extra)
            status = qn_wire_words_add(ctx, &out->extras, one);
        else if (one.size == 0)
            is_extra = true;
        else if (one.size > 5 && qn_bytes_is_equal_fold(qn_bytes_first(one, 5),
                                                        QN_BYTES("host=")))
            status =
                qn_buf_append_bytes(ctx, &out->host, qn_bytes_from(one, 5));
    }
    return status;
}
