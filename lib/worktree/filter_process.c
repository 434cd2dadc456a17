/* SPDX-License-Identifier: MIT */
#include "worktree/filter_process.h"

#include "base/memory.h"
#include "codec/pkt_line.h"
#include "os/file.h"
#include "os/process.h"
#include "program/shell_command.h"

#include <errno.h>
#include <string.h>

struct qn_filter_process {
    struct qn_process *process;
    char *command;
    bool can_clean, can_smudge;
    bool is_over;     /* it said "abort" */
    struct qn_buf in; /* scratch: what is sent, one packet that is read */
    struct qn_buf packet;
};

void qn_filter_process_free(struct qn_filter_process *process)
{
    if (!process)
        return;
    /* Its stdin closes: it is to end by itself. */
    if (process->process) {
        qn_process_close_in(process->process);
        qn_process_free(process->process);
    }
    qn_memory_free(process->command);
    qn_buf_dispose(&process->in);
    qn_buf_dispose(&process->packet);
    qn_memory_free(process);
}

const char *qn_filter_process_command(const struct qn_filter_process *process)
{
    return process->command;
}

static enum qn_status fail_protocol(struct qn_ctx *ctx)
{
    return qn_ctx_fail_reason(ctx, QN_IO, "worktree.filter-process", NULL,
                              "unexpected line from the filter process");
}

/* One packet: its text is in process->packet; `*is_flush`. */
static enum qn_status read_packet(struct qn_ctx *ctx,
                                  struct qn_filter_process *process,
                                  bool *is_flush)
{
    int fd = qn_process_out(process->process);
    struct qn_buf *buf = &process->packet;
    struct qn_pkt_line line;
    struct qn_bytes view;
    size_t got, size;
    enum qn_status status;

    qn_buf_clear(buf);
    status = qn_buf_reserve(ctx, buf, QN_PKT_LINE_MAX);
    if (!status)
        status = qn_file_read(ctx, fd, buf->data, 4, &got);
    if (status)
        return status;
    if (got < 4)
        return fail_protocol(ctx);
    buf->size = 4;
    view = qn_buf_bytes(buf);
    status = qn_pkt_line_parse(ctx, &view, &line);
    if (status)
        return status;
    *is_flush = line.kind == QN_PKT_LINE_FLUSH;
    qn_buf_truncate(buf, 4);
    if (line.kind != QN_PKT_LINE_MORE) {
        qn_buf_clear(buf);
        return *is_flush || line.kind == QN_PKT_LINE_DATA ? QN_OK
                                                          : fail_protocol(ctx);
    }
    size = 0;
    for (int i = 0; i < 4; i++) {
        uint8_t c = buf->data[i];

        size = size * 16 + (c <= '9'   ? (size_t)(c - '0')
                            : c <= 'F' ? (size_t)(c - 'A' + 10)
                                       : (size_t)(c - 'a' + 10));
    }
    if (size < 4 || size > QN_PKT_LINE_MAX)
        return fail_protocol(ctx);
    status = qn_file_read(ctx, fd, buf->data, size - 4, &got);
    if (status)
        return status;
    if (got < size - 4)
        return fail_protocol(ctx);
    buf->size = got;
    return QN_OK;
}

static struct qn_bytes packet_text(const struct qn_filter_process *process)
{
    struct qn_bytes text = qn_buf_bytes(&process->packet);

    if (text.size > 0 && text.data[text.size - 1] == '\n')
        text.size--;
    return text;
}

static enum qn_status send(struct qn_ctx *ctx,
                           struct qn_filter_process *process)
{
    const uint8_t *data = process->in.data;
    size_t left = process->in.size;

    /* A program that is gone is an error, not our end. */
    while (left > 0) {
        ptrdiff_t put =
            qn_process_write(qn_process_in(process->process), data, left);

        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return qn_ctx_fail_errno(ctx, errno, "write to the filter process");
        data += put;
        left -= (size_t)put;
    }
    qn_buf_clear(&process->in);
    return QN_OK;
}

static enum qn_status expect(struct qn_ctx *ctx,
                             struct qn_filter_process *process,
                             const char *wanted)
{
    bool is_flush = false;
    enum qn_status status = read_packet(ctx, process, &is_flush);

    if (status)
        return status;
    if (wanted ? is_flush || !qn_bytes_is_string(packet_text(process), wanted)
               : !is_flush)
        return fail_protocol(ctx);
    return QN_OK;
}

static enum qn_status greet(struct qn_ctx *ctx,
                            struct qn_filter_process *process)
{
    struct qn_buf *in = &process->in;
    bool is_flush = false;
    enum qn_status status = qn_pkt_line_printf(ctx, in, "git-filter-client\n");

    if (!status)
        status = qn_pkt_line_printf(ctx, in, "version=2\n");
    if (!status)
        status = qn_pkt_line_append_flush(ctx, in);
    if (!status)
        status = send(ctx, process);
    if (!status)
        status = expect(ctx, process, "git-filter-server");
    if (!status)
        status = expect(ctx, process, "version=2");
    if (!status)
        status = expect(ctx, process, NULL);
    if (!status)
        status = qn_pkt_line_printf(ctx, in, "capability=clean\n");
    if (!status)
        status = qn_pkt_line_printf(ctx, in, "capability=smudge\n");
    if (!status)
        status = qn_pkt_line_append_flush(ctx, in);
    if (!status)
        status = send(ctx, process);
    while (!status) {
        status = read_packet(ctx, process, &is_flush);
        if (status || is_flush)
            break;
        if (qn_bytes_is_string(packet_text(process), "capability=clean"))
            process->can_clean = true;
        if (qn_bytes_is_string(packet_text(process), "capability=smudge"))
            process->can_smudge = true;
    }
    return status;
}

enum qn_status qn_filter_process_start(struct qn_ctx *ctx, const char *command,
                                       const char *directory,
                                       struct qn_filter_process **out)
{
    struct qn_filter_process *process =
        qn_memory_calloc(ctx, 1, sizeof(*process));
    struct qn_shell_command words = QN_SHELL_COMMAND_INIT;
    struct qn_process_options options = {
        .directory = directory, .in = QN_PROCESS_PIPE, .out = QN_PROCESS_PIPE};
    enum qn_status status = QN_OK;

    if (!process)
        return QN_NO_MEMORY;
    process->command = qn_memory_string(ctx, qn_bytes_from_string(command));
    if (!process->command)
        status = QN_NO_MEMORY;
    if (!status)
        status = qn_shell_command_make(ctx, command, NULL, &words);
    options.argv = (const char *const *)words.argv;
    if (!status)
        status = qn_process_start(ctx, &options, &process->process);
    qn_shell_command_dispose(&words);
    if (!status)
        status = greet(ctx, process);
    if (status)
        qn_filter_process_free(process);
    else
        *out = process;
    return status;
}

/* A list of "key=value" up to a flush: the last status, when there is one. */
static enum qn_status read_status(struct qn_ctx *ctx,
                                  struct qn_filter_process *process,
                                  bool *is_success)
{
    bool is_flush = false;
    enum qn_status status = QN_OK;

    while (!status) {
        struct qn_bytes text;

        status = read_packet(ctx, process, &is_flush);
        if (status || is_flush)
            break;
        text = packet_text(process);
        if (!qn_bytes_has_prefix(text, "status="))
            continue;
        text = qn_bytes_from(text, 7);
        *is_success = qn_bytes_is_string(text, "success");
        if (qn_bytes_is_string(text, "abort"))
            process->is_over = true;
    }
    return status;
}

static enum qn_status read_content(struct qn_ctx *ctx,
                                   struct qn_filter_process *process,
                                   struct qn_buf *out)
{
    bool is_flush = false;
    enum qn_status status = QN_OK;

    while (!status) {
        status = read_packet(ctx, process, &is_flush);
        if (status || is_flush)
            break;
        status = qn_buf_append_bytes(ctx, out, qn_buf_bytes(&process->packet));
    }
    return status;
}

enum qn_status qn_filter_process_run(struct qn_ctx *ctx,
                                     struct qn_filter_process *process,
                                     bool is_clean, struct qn_bytes path,
                                     const struct qn_id *id, struct qn_bytes in,
                                     struct qn_buf *out,
                                     enum qn_filter_process_answer *answer)
{
    struct qn_buf *to = &process->in;
    size_t before = out->size;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    bool is_success = false;
    enum qn_status status;

    *answer = QN_FILTER_PROCESS_NOT_ABLE;
    if (is_clean ? !process->can_clean : !process->can_smudge)
        return QN_OK;
    *answer = QN_FILTER_PROCESS_ERROR;
    if (process->is_over)
        return QN_OK;
    qn_buf_clear(to);
    status = qn_pkt_line_printf(ctx, to, "command=%s\n",
                                is_clean ? "clean" : "smudge");
    if (!status)
        status =
            qn_pkt_line_printf(ctx, to, "pathname=%.*s\n", QN_BYTES_ARG(path));
    if (!status && id)
        status =
            qn_pkt_line_printf(ctx, to, "blob=%s\n", qn_id_to_hex(id, hex));
    if (!status)
        status = qn_pkt_line_append_flush(ctx, to);
    if (!status)
        status = qn_pkt_line_append_band(ctx, to, 0, in);
    if (!status)
        status = qn_pkt_line_append_flush(ctx, to);
    if (!status)
        status = send(ctx, process);
    if (!status)
        status = read_status(ctx, process, &is_success);
    if (!status && is_success) {
        status = read_content(ctx, process, out);
        if (!status)
            status = read_status(ctx, process, &is_success);
    }
    if (!status && is_success)
        *answer = QN_FILTER_PROCESS_DONE;
    else
        qn_buf_truncate(out, before);
    return status;
}
