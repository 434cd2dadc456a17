/* SPDX-License-Identifier: MIT */
/* The conversation with a remote helper: lines, and answers in packets. */
#include "transport/helper_private.h"
#include "wire/wire_input.h"

#include <string.h>

#define READ_SIZE 65536
#define HEAD_SIZE 4

void qn_helper_lines_show(struct qn_ctx *ctx, const struct qn_helper *helper,
                          const char *what, const char *line)
{
    if (helper->shows_all)
        qn_ctx_report(ctx, QN_REPORT_INFO, "transport.helper-debug",
                      "Debug: %s%s", what, line);
}

enum qn_status qn_helper_lines_send(struct qn_ctx *ctx,
                                    struct qn_helper *helper, const char *text)
{
    struct qn_buf line = QN_BUF_INIT;
    enum qn_status status = qn_buf_printf(ctx, &line, "%s\n", text);

    qn_helper_lines_show(ctx, helper, "Remote helper: -> ", text);
    if (!status)
        status =
            qn_duplex_send(ctx, &helper->link->streams, qn_buf_bytes(&line));
    qn_buf_dispose(&line);
    return status;
}

/* More of what it says behind `held`; `*is_over` when there is no more. */
static enum qn_status hold_more(struct qn_ctx *ctx, struct qn_helper *helper,
                                bool *is_over)
{
    size_t used = 0;
    enum qn_status status;

    if (helper->at == helper->held.size) {
        qn_buf_clear(&helper->held);
        helper->at = 0;
    }
    status = qn_buf_reserve(ctx, &helper->held, READ_SIZE);
    if (!status)
        status = qn_duplex_read(ctx, &helper->link->streams,
                                helper->held.data + helper->held.size,
                                READ_SIZE, &used);
    if (!status)
        helper->held.size += used;
    *is_over = used == 0;
    return status;
}

enum qn_status qn_helper_lines_next(struct qn_ctx *ctx,
                                    struct qn_helper *helper, const char **line)
{
    qn_helper_lines_show(ctx, helper, "Remote helper: Waiting...", "");
    for (;;) {
        struct qn_bytes rest =
            qn_bytes_from(qn_buf_bytes(&helper->held), helper->at);
        size_t end = qn_bytes_find(rest, '\n');
        bool is_over = false;
        enum qn_status status;

        if (end < rest.size) {
            qn_buf_clear(&helper->line);
            status = qn_buf_append_bytes(ctx, &helper->line,
                                         qn_bytes_first(rest, end));
            helper->at += end + 1;
            *line = qn_buf_string(&helper->line);
            qn_helper_lines_show(ctx, helper, "Remote helper: <- ", *line);
            return status;
        }
        if (rest.size > QN_HELPER_LINE_MAX)
            return qn_ctx_fail_reason(ctx, QN_TOO_BIG, "transport.helper",
                                      helper->name,
                                      "a line of the remote helper '%s' is too "
                                      "long",
                                      helper->name);
        status = hold_more(ctx, helper, &is_over);
        if (status)
            return status;
        if (is_over)
            return qn_ctx_fail_reason(
                ctx, QN_NETWORK, "transport.helper-ended", helper->name,
                "remote helper '%s' ended in the middle", helper->name);
    }
}

void qn_helper_lines_wonder(struct qn_ctx *ctx, const struct qn_helper *helper,
                            const char *line)
{
    struct qn_buf shown = QN_BUF_INIT;

    if (qn_wire_append_shown(ctx, &shown, qn_bytes_from_string(line)) == QN_OK)
        qn_ctx_report(ctx, QN_REPORT_WARNING, "transport.helper-said",
                      "%s unexpectedly said: '%s'", helper->name,
                      qn_buf_string(&shown));
    qn_buf_dispose(&shown);
}

enum qn_status qn_helper_lines_fail(struct qn_ctx *ctx, const char *before,
                                    const char *line, const char *after)
{
    return qn_wire_fail_line(ctx, "transport.helper", before,
                             qn_bytes_from_string(line), after);
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Bytes up to the packet that ends the answer, which is taken and not passed
 * on: then `*is_end`.  `*taken` bytes of `data` are done with, `*used` of them
 * passed on. */
static enum qn_status follow(struct qn_ctx *ctx, struct qn_helper *helper,
                             struct qn_bytes data, char *room, size_t size,
                             size_t *taken, size_t *used, bool *is_end)
{
    size_t at = 0;
    size_t put = 0;

    *is_end = false;
    while (at < data.size && put + HEAD_SIZE <= size && !*is_end) {
        size_t length = 0;
        int i;

        if (helper->packet_left) {
            size_t some = data.size - at;

            if (some > helper->packet_left)
                some = helper->packet_left;
            if (some > size - put)
                some = size - put;
            memcpy(room + put, data.data + at, some);
            helper->packet_left -= some;
            put += some;
            at += some;
            continue;
        }
        helper->digits[helper->digit_count++] = (char)data.data[at++];
        if (helper->digit_count < HEAD_SIZE)
            continue;
        helper->digit_count = 0;
        for (i = 0; i < HEAD_SIZE; i++) {
            int digit = hex_digit(helper->digits[i]);

            if (digit < 0)
                return qn_ctx_fail_reason(ctx, QN_CORRUPT, "transport.helper",
                                          helper->name,
                                          "protocol error: bad line length");
            length = length * 16 + (size_t)digit;
        }
        if (length == 2) {
            *is_end = true;
            break;
        }
        memcpy(room + put, helper->digits, HEAD_SIZE);
        put += HEAD_SIZE;
        helper->packet_left = length > HEAD_SIZE ? length - HEAD_SIZE : 0;
    }
    *taken = at;
    *used = put;
    return QN_OK;
}

enum qn_status qn_helper_lines_read(struct qn_ctx *ctx,
                                    struct qn_helper *helper, void *room,
                                    size_t size, size_t *used)
{
    *used = 0;
    if (helper->has_ended) {
        helper->has_ended = false;
        return QN_OK;
    }
    for (;;) {
        struct qn_bytes rest =
            qn_bytes_from(qn_buf_bytes(&helper->held), helper->at);
        bool is_over = false;
        size_t taken = 0;
        enum qn_status status;

        if (rest.size > 0 && !helper->is_framed) {
            *used = rest.size < size ? rest.size : size;
            memcpy(room, rest.data, *used);
            helper->at += *used;
            return QN_OK;
        }
        if (rest.size > 0) {
            bool is_end = false;

            status =
                follow(ctx, helper, rest, room, size, &taken, used, &is_end);
            helper->at += taken;
            helper->has_ended = !status && is_end && *used > 0;
            if (status || *used > 0 || is_end)
                return status; /* the end is told by the next call */
        }
        if (!helper->is_framed)
            return qn_duplex_read(ctx, &helper->link->streams, room, size,
                                  used);
        status = hold_more(ctx, helper, &is_over);
        if (status || is_over)
            return status;
    }
}
