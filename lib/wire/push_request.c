/* SPDX-License-Identifier: MIT */
#include "wire/push_request.h"

#include "base/memory.h"

enum state { IN_COMMANDS, IN_CERTIFICATE, BEHIND_CERTIFICATE, IN_OPTIONS };

/* A certificate is text that somebody signed; no honest one is longer. */
#define CERTIFICATE_LIMIT ((size_t)64 << 20)

void qn_push_request_init(struct qn_push_request *request, uint32_t algorithm)
{
    memset(request, 0, sizeof(*request));
    request->algorithm = algorithm;
}

void qn_push_request_dispose(struct qn_push_request *request)
{
    qn_memory_free(request->commands);
    qn_id_list_dispose(&request->shallow);
    qn_capabilities_dispose(&request->capabilities);
    qn_wire_words_dispose(&request->options);
    qn_buf_dispose(&request->certificate);
    qn_arena_dispose(&request->arena);
}

enum qn_status qn_push_request_add(struct qn_ctx *ctx,
                                   struct qn_push_request *request,
                                   const struct qn_id *old_id,
                                   const struct qn_id *new_id,
                                   struct qn_bytes name)
{
    struct qn_push_command *command;
    enum qn_status status =
        qn_memory_grow(ctx, &request->commands, &request->capacity,
                       request->count + 1, sizeof(*request->commands));

    if (status)
        return status;
    command = &request->commands[request->count];
    command->old_id = *old_id;
    command->new_id = *new_id;
    command->name = qn_arena_copy(ctx, &request->arena, name);
    if (!command->name)
        return QN_NO_MEMORY;
    request->count++;
    return QN_OK;
}

bool qn_push_request_has_pack(const struct qn_push_request *request)
{
    size_t i;

    for (i = 0; i < request->count; i++)
        if (!qn_id_is_null(&request->commands[i].new_id))
            return true;
    return false;
}

/* ---- writing */

static enum qn_status put_certificate(struct qn_ctx *ctx,
                                      const struct qn_push_request *request,
                                      const char *words, struct qn_buf *out)
{
    struct qn_bytes rest = qn_buf_bytes(&request->certificate);
    enum qn_status status =
        qn_pkt_line_printf(ctx, out, "push-cert%c%s", 0, words);

    while (!status && rest.size > 0) {
        size_t end = qn_bytes_find(rest, '\n');

        end += end < rest.size;
        status = qn_pkt_line_append(ctx, out, qn_bytes_first(rest, end));
        rest = qn_bytes_from(rest, end);
    }
    if (!status)
        status = qn_pkt_line_printf(ctx, out, "push-cert-end\n");
    return status;
}

static enum qn_status put_commands(struct qn_ctx *ctx,
                                   const struct qn_push_request *request,
                                   const char *words, struct qn_buf *out)
{
    char old[QN_ID_MAX_HEX_SIZE + 1], new[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < request->count; i++) {
        const struct qn_push_command *command = &request->commands[i];

        qn_id_to_hex(&command->old_id, old);
        qn_id_to_hex(&command->new_id, new);
        status = i == 0 ? qn_pkt_line_printf(ctx, out, "%s %s %s%c%s", old, new,
                                             command->name, 0, words)
                        : qn_pkt_line_printf(ctx, out, "%s %s %s", old, new,
                                             command->name);
    }
    return status;
}

static bool has_word(const char *words, const char *word)
{
    struct qn_bytes rest = qn_bytes_from_string(words), one;

    while (qn_bytes_next(&rest, ' ', &one))
        if (qn_bytes_is_string(one, word))
            return true;
    return false;
}

enum qn_status qn_push_request_write(struct qn_ctx *ctx,
                                     const struct qn_push_request *request,
                                     const char *words, struct qn_buf *out)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status = QN_OK;
    size_t i, position = 0;
    const char *option;

    for (i = 0; !status && i < request->shallow.count; i++)
        status =
            qn_pkt_line_printf(ctx, out, "shallow %s",
                               qn_id_to_hex(&request->shallow.ids[i], hex));
    if (!status)
        status = request->certificate.size > 0
                     ? put_certificate(ctx, request, words, out)
                     : put_commands(ctx, request, words, out);
    if (!status)
        status = qn_pkt_line_append_flush(ctx, out);
    if (status || !has_word(words, "push-options"))
        return status;
    while (!status &&
           (option = qn_wire_words_next(&request->options, &position)))
        status = qn_pkt_line_printf(ctx, out, "%s", option);
    if (!status)
        status = qn_pkt_line_append_flush(ctx, out);
    return status;
}

/* ---- reading */

static enum qn_status fail_line(struct qn_ctx *ctx, struct qn_bytes line)
{
    return qn_ctx_fail_reason(ctx, QN_INVALID, "wire.push", NULL,
                              "protocol error: expected old/new/ref, got "
                              "'%.*s'",
                              QN_BYTES_ARG(line));
}

static enum qn_status take_command(struct qn_ctx *ctx,
                                   struct qn_push_request *request,
                                   struct qn_bytes line)
{
    size_t digits = qn_id_hex_size(request->algorithm);
    struct qn_id old_id, new_id;

    if (line.size < 2 * digits + 3 || line.data[digits] != ' ' ||
        line.data[2 * digits + 1] != ' ' ||
        !qn_id_from_hex(&old_id, request->algorithm,
                        qn_bytes_first(line, digits)) ||
        !qn_id_from_hex(
            &new_id, request->algorithm,
            qn_bytes_first(qn_bytes_from(line, digits + 1), digits)))
        return fail_line(ctx, line);
    return qn_push_request_add(ctx, request, &old_id, &new_id,
                               qn_bytes_from(line, 2 * digits + 2));
}

/* Commands are the lines behind the first empty one, up to the signature. */
static enum qn_status take_certificate(struct qn_ctx *ctx,
                                       struct qn_push_request *request)
{
    struct qn_bytes rest = qn_buf_bytes(&request->certificate), line;
    enum qn_status status = QN_OK;

    while (qn_bytes_next(&rest, '\n', &line) && line.size > 0)
        ;
    while (!status && qn_bytes_next(&rest, '\n', &line)) {
        if (qn_bytes_has_prefix(line, "-----BEGIN "))
            break;
        status = take_command(ctx, request, line);
    }
    return status;
}

static enum qn_status take_first(struct qn_ctx *ctx,
                                 struct qn_push_request *request,
                                 const struct qn_pkt_line *packet)
{
    size_t end = qn_bytes_find(packet->payload, 0);
    struct qn_pkt_line part = *packet;
    struct qn_bytes line;
    enum qn_status status = QN_OK;

    if (end < packet->payload.size) {
        part.payload = qn_bytes_from(packet->payload, end + 1);
        status = qn_capabilities_add_list(ctx, &request->capabilities,
                                          qn_pkt_line_text(&part));
        part.payload = qn_bytes_first(packet->payload, end);
    }
    line = qn_pkt_line_text(&part);
    if (status)
        return status;
    if (qn_bytes_is_string(line, "push-cert")) {
        request->state = IN_CERTIFICATE;
        return QN_OK;
    }
    if (qn_bytes_has_prefix(line, "shallow ")) {
        struct qn_id id;

        if (!qn_id_from_hex(&id, request->algorithm, qn_bytes_from(line, 8)))
            return qn_ctx_fail_reason(ctx, QN_INVALID, "wire.push", NULL,
                                      "protocol error: expected shallow sha, "
                                      "got '%.*s'",
                                      QN_BYTES_ARG(qn_bytes_from(line, 8)));
        return qn_id_list_add(ctx, &request->shallow, &id);
    }
    return take_command(ctx, request, line);
}

static enum qn_status take_flush(struct qn_ctx *ctx,
                                 struct qn_push_request *request, bool *is_done)
{
    bool has_options =
        !request->ignores_options &&
        qn_capabilities_has(&request->capabilities, "push-options");

    if (request->state == IN_CERTIFICATE)
        return qn_ctx_fail_reason(ctx, QN_INVALID, "wire.push", NULL,
                                  "protocol error: got an unexpected flush in "
                                  "a push certificate");
    *is_done = request->state == IN_OPTIONS || !has_options;
    request->state = IN_OPTIONS;
    return QN_OK;
}

enum qn_status qn_push_request_take(struct qn_ctx *ctx,
                                    struct qn_push_request *request,
                                    const struct qn_pkt_line *packet,
                                    bool *is_done)
{
    struct qn_bytes line = qn_pkt_line_text(packet);

    *is_done = false;
    if (packet->kind == QN_PKT_LINE_FLUSH)
        return take_flush(ctx, request, is_done);
    if (packet->kind != QN_PKT_LINE_DATA)
        return fail_line(ctx, QN_BYTES("a delimiter"));
    switch (request->state) {
    case IN_CERTIFICATE:
        if (qn_bytes_is_string(line, "push-cert-end")) {
            request->state = BEHIND_CERTIFICATE;
            return take_certificate(ctx, request);
        }
        if (packet->payload.size == 0 ||
            packet->payload.data[packet->payload.size - 1] != '\n')
            return qn_ctx_fail_reason(ctx, QN_INVALID, "wire.push", NULL,
                                      "malformed push certificate %.*s",
                                      QN_BYTES_ARG(packet->payload));
        if (request->certificate.size > CERTIFICATE_LIMIT)
            return qn_ctx_fail_reason(ctx, QN_TOO_BIG, "wire.push", NULL,
                                      "push certificate too long");
        return qn_buf_append_bytes(ctx, &request->certificate, packet->payload);
    case IN_OPTIONS:
        return qn_wire_words_add(ctx, &request->options, line);
    case BEHIND_CERTIFICATE:
        return fail_line(ctx, line);
    default:
        return take_first(ctx, request, packet);
    }
}
