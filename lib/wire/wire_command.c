/* SPDX-License-Identifier: MIT */
#include "wire/wire_command.h"

void qn_wire_command_dispose(struct qn_wire_command *command)
{
    qn_buf_dispose(&command->name);
    qn_capabilities_dispose(&command->capabilities);
}

void qn_wire_command_clear(struct qn_wire_command *command)
{
    qn_buf_clear(&command->name);
    qn_buf_clear(&command->capabilities.words.text);
    command->capabilities.words.count = 0;
    command->has_arguments = false;
}

static enum qn_status take_head(struct qn_ctx *ctx,
                                struct qn_wire_command *command,
                                struct qn_bytes line)
{
    if (!qn_bytes_has_prefix(line, "command="))
        return qn_capabilities_add(ctx, &command->capabilities, line);
    if (command->name.size > 0)
        return qn_ctx_fail_reason(
            ctx, QN_INVALID, "wire.command", NULL,
            "command '%.*s' requested after already requesting command '%s'",
            QN_BYTES_ARG(qn_bytes_from(line, 8)),
            qn_buf_string(&command->name));
    return qn_buf_append_bytes(ctx, &command->name, qn_bytes_from(line, 8));
}

enum qn_status qn_wire_command_take(struct qn_ctx *ctx,
                                    struct qn_wire_command *command,
                                    const struct qn_pkt_line *packet,
                                    enum qn_wire_command_event *event)
{
    bool is_empty =
        command->name.size == 0 && command->capabilities.words.count == 0;

    *event = QN_WIRE_COMMAND_MORE;
    switch (packet->kind) {
    case QN_PKT_LINE_DATA:
        if (!command->has_arguments)
            return take_head(ctx, command, qn_pkt_line_text(packet));
        *event = QN_WIRE_COMMAND_ARGUMENT;
        return QN_OK;
    case QN_PKT_LINE_FLUSH:
        if (is_empty) {
            *event = QN_WIRE_COMMAND_NONE;
            return QN_OK;
        }
        *event = QN_WIRE_COMMAND_WHOLE;
        break;
    case QN_PKT_LINE_DELIMITER:
        if (command->has_arguments)
            return qn_ctx_fail_reason(ctx, QN_INVALID, "wire.command", NULL,
                                      "expected flush after %s arguments",
                                      qn_buf_string(&command->name));
        command->has_arguments = true;
        break;
    default:
        return qn_ctx_fail_reason(ctx, QN_INVALID, "wire.command", NULL,
                                  "unexpected response end packet");
    }
    if (command->name.size == 0)
        return qn_ctx_fail_reason(ctx, QN_INVALID, "wire.command", NULL,
                                  "no command requested");
    return QN_OK;
}

static enum qn_status put(struct qn_ctx *ctx, struct qn_buf *out,
                          const char *key, const char *value)
{
    return value ? qn_pkt_line_printf(ctx, out, "%s=%s", key, value) : QN_OK;
}

enum qn_status qn_wire_command_write(struct qn_ctx *ctx,
                                     const struct qn_wire_command_head *head,
                                     struct qn_buf *out)
{
    const struct qn_capabilities *server = head->server;
    enum qn_status status =
        qn_pkt_line_printf(ctx, out, "command=%s", head->name);
    size_t position = 0;
    const char *option;

    if (!status && qn_capabilities_has(server, "agent"))
        status = put(ctx, out, "agent", head->agent);
    if (!status && qn_capabilities_has(server, "session-id"))
        status = put(ctx, out, "session-id", head->session);
    if (!status && qn_capabilities_has(server, "object-format"))
        status = put(ctx, out, "object-format", head->object_format);
    if (!status && qn_capabilities_has(server, "promisor-remote"))
        status = put(ctx, out, "promisor-remote", head->promisors);
    while (!status && head->options &&
           (option = qn_wire_words_next(head->options, &position)))
        status = put(ctx, out, "server-option", option);
    if (!status)
        status = qn_pkt_line_append_delimiter(ctx, out);
    return status;
}
