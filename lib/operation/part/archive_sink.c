/* SPDX-License-Identifier: MIT */
#include "operation/part/archive_sink.h"

#include "codec/deflate.h"
#include "os/process.h"
#include "program/shell_command.h"

#include <errno.h>
#include <string.h>

/* What comes out of a filter is handed on in pieces of about this size. */
#define PIECE_SIZE ((size_t)1 << 16)
#define RECORD     10240 /* of tar */

static enum qn_status start(struct qn_ctx *ctx,
                            const struct qn_archive_sink_options *options,
                            struct qn_archive_sink *sink)
{
    struct qn_shell_command words = QN_SHELL_COMMAND_INIT;
    struct qn_process_options process = {.in = QN_PROCESS_PIPE,
                                         .out = QN_PROCESS_PIPE,
                                         .directory = options->directory,
                                         .hides_directory = true};
    enum qn_status status =
        qn_buf_append_string(ctx, &sink->line, options->command);

    if (!status && options->level >= 0)
        status = qn_buf_printf(ctx, &sink->line, " -%d", options->level);
    if (!status)
        status = qn_shell_command_make(ctx, qn_buf_string(&sink->line), NULL,
                                       &words);
    if (!status) {
        qn_shell_command_fill(&words, &process);
        status = qn_process_start(ctx, &process, &sink->process);
        if (status && status != QN_NO_MEMORY && status != QN_REFUSED)
            status =
                qn_ctx_fail_errno(ctx, ENOENT, "unable to start '%s' filter",
                                  qn_buf_string(&sink->line));
    }
    qn_shell_command_dispose(&words);
    return status;
}

enum qn_status
qn_archive_sink_open(struct qn_ctx *ctx,
                     const struct qn_archive_sink_options *options,
                     struct qn_archive_sink *sink)
{
    memset(sink, 0, sizeof(*sink));
    sink->out = options->out;
    sink->command = options->command;
    if (!sink->command)
        return QN_OK;
    if (strcmp(sink->command, QN_ARCHIVE_SINK_GZIP) != 0)
        return start(ctx, options, sink);
    if (options->level > 9)
        return qn_ctx_fail(ctx, QN_INVALID,
                           "deflateInit2: stream consistency error (no "
                           "message)");
    return qn_deflate_stream_new_form(ctx, options->level, QN_DEFLATE_GZIP,
                                      &sink->gzip);
}

static enum qn_status hand_on(struct qn_ctx *ctx, struct qn_archive_sink *sink,
                              size_t least)
{
    enum qn_status status;

    if (sink->made.size == 0 || sink->made.size < least)
        return QN_OK;
    status = sink->out.write(ctx, sink->out.data, qn_buf_bytes(&sink->made));
    qn_buf_clear(&sink->made);
    return status;
}

/* What it still says, up to its end. */
static enum qn_status drain(struct qn_ctx *ctx, struct qn_archive_sink *sink)
{
    bool is_over = false;
    enum qn_status status = QN_OK;

    qn_process_close_in(sink->process);
    while (!status && !is_over) {
        status = qn_process_receive(ctx, sink->process, &sink->made, &is_over);
        if (!status)
            status = hand_on(ctx, sink, 0);
    }
    return status;
}

/* Where it only stores, what comes out depends on how it goes in. */
static enum qn_status deflate_records(struct qn_ctx *ctx,
                                      struct qn_archive_sink *sink,
                                      struct qn_bytes bytes)
{
    enum qn_status status = QN_OK;

    while (!status && bytes.size > 0) {
        struct qn_bytes record = qn_bytes_first(bytes, RECORD);

        status = qn_deflate_stream_append(ctx, sink->gzip, record, false,
                                          &sink->made);
        bytes = qn_bytes_from(bytes, record.size);
    }
    return status;
}

enum qn_status qn_archive_sink_write(struct qn_ctx *ctx, void *data,
                                     struct qn_bytes bytes)
{
    struct qn_archive_sink *sink = data;
    enum qn_status status;

    if (!sink->command)
        return sink->out.write(ctx, sink->out.data, bytes);
    if (sink->gzip)
        status = deflate_records(ctx, sink, bytes);
    else
        status = qn_process_send(ctx, sink->process, bytes, &sink->made);
    if (status == QN_IO && sink->process) {
        status = drain(ctx, sink);
        return status ? status
                      : qn_ctx_fail_reason(ctx, QN_IO, "archive.hung-up",
                                           sink->command,
                                           "'%s' does not read the archive",
                                           qn_buf_string(&sink->line));
    }
    return status ? status : hand_on(ctx, sink, PIECE_SIZE);
}

static enum qn_status end_process(struct qn_ctx *ctx,
                                  struct qn_archive_sink *sink)
{
    struct qn_process *process = sink->process;
    int code = 0;
    enum qn_status status = drain(ctx, sink);

    if (status)
        return status;
    sink->process = NULL;
    status = qn_process_wait(ctx, process, &code);
    if (!status && code)
        status = qn_ctx_fail_reason(ctx, QN_IO, "archive.filter", sink->command,
                                    "'%s' filter reported error",
                                    qn_buf_string(&sink->line));
    return status;
}

enum qn_status qn_archive_sink_end(struct qn_ctx *ctx,
                                   struct qn_archive_sink *sink)
{
    enum qn_status status = QN_OK;

    if (sink->process)
        return end_process(ctx, sink);
    if (sink->gzip)
        status = qn_deflate_stream_append(ctx, sink->gzip, QN_BYTES_NONE, true,
                                          &sink->made);
    return status ? status : hand_on(ctx, sink, 0);
}

void qn_archive_sink_dispose(struct qn_archive_sink *sink)
{
    qn_deflate_stream_free(sink->gzip);
    qn_process_free(sink->process);
    qn_buf_dispose(&sink->made);
    qn_buf_dispose(&sink->line);
    memset(sink, 0, sizeof(*sink));
}
