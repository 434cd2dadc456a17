/* SPDX-License-Identifier: MIT */
#include "worktree/filter_process.h"

#include "base/memory.h"
#include "codec/pkt_line.h"
#include "os/process.h"
#include "program/shell_command.h"
#include "trace/trace_packet.h"

#include <string.h>

#define REASON_PROTOCOL "worktree.filter-protocol"

enum capability { CAN_CLEAN = 1, CAN_SMUDGE = 2, CAN_DELAY = 4 };

struct qn_filter_process {
    struct qn_process *process;
    char *command;
    unsigned capabilities;
    struct qn_buf request; /* what is sent */
    struct qn_buf pending; /* what came in */
    size_t taken;          /* of it */
    struct qn_bytes packet;
    bool is_flush; /* the packet is one */
    bool is_gone;  /* it ended, or does not listen */
};

static void free_all(struct qn_filter_process *process)
{
    qn_memory_free(process->command);
    qn_buf_dispose(&process->request);
    qn_buf_dispose(&process->pending);
    qn_memory_free(process);
}

void qn_filter_process_report_signal(struct qn_ctx *ctx, const char *command,
                                     int signal_number)
{
    if (qn_process_signal_is_news(signal_number))
        qn_ctx_report(ctx, QN_REPORT_ERROR, "worktree.filter-failed",
                      "%s died of signal %d", command, signal_number);
}

void qn_filter_process_free(struct qn_filter_process *process)
{
    if (!process)
        return;
    qn_process_finish(process->process);
    free_all(process);
}

void qn_filter_process_stop(struct qn_ctx *ctx,
                            struct qn_filter_process *process)
{
    int number = 0;

    if (!process)
        return;
    if (process->process && qn_process_stop(ctx, process->process, &number))
        qn_ctx_clear(ctx);
    qn_filter_process_report_signal(ctx, process->command, number);
    free_all(process);
}

const char *qn_filter_process_command(const struct qn_filter_process *process)
{
    return process->command;
}

void qn_filter_process_report(struct qn_ctx *ctx, const char *command,
                              const char *what)
{
    if (strchr(command, '/'))
        qn_ctx_report(ctx, QN_REPORT_INFO, "worktree.filter-failed",
                      "fatal: %s", qn_ctx_message(ctx));
    else
        qn_ctx_report(ctx, QN_REPORT_ERROR, "worktree.filter-failed",
                      "cannot run %s: No such file or directory", command);
    qn_ctx_clear(ctx);
    qn_ctx_report(ctx, QN_REPORT_ERROR, "worktree.filter-failed",
                  "cannot fork to run %s '%s'", what, command);
}

/* ---- packets */

static void drop_taken(struct qn_filter_process *process)
{
    struct qn_buf *pending = &process->pending;

    if (process->taken == 0)
        return;
    memmove(pending->data, pending->data + process->taken,
            pending->size - process->taken);
    qn_buf_truncate(pending, pending->size - process->taken);
    process->taken = 0;
}

static void trace_packet(struct qn_ctx *ctx, char direction,
                         const struct qn_pkt_line *line)
{
    qn_trace_packet(ctx, "git", direction,
                    line->kind == QN_PKT_LINE_DATA
                        ? line->payload
                        : qn_bytes_from_string("0000"));
}

static void trace_request(struct qn_ctx *ctx, struct qn_bytes request)
{
    struct qn_pkt_line line = {0};

    while (request.size && !qn_pkt_line_parse(ctx, &request, &line) &&
           line.kind != QN_PKT_LINE_MORE)
        trace_packet(ctx, '>', &line);
}

/* The next packet: a view, good until the next call.  At the end of what it
 * says `is_gone` is set, and the packet is empty. */
static enum qn_status read_packet(struct qn_ctx *ctx,
                                  struct qn_filter_process *process)
{
    struct qn_buf *pending = &process->pending;

    process->packet = QN_BYTES_NONE;
    process->is_flush = false;
    while (!process->is_gone) {
        struct qn_bytes rest =
            qn_bytes_from(qn_buf_bytes(pending), process->taken);
        struct qn_pkt_line line = {0};
        size_t before = rest.size;
        bool is_over = false;
        enum qn_status status = qn_pkt_line_parse(ctx, &rest, &line);

        if (!status && line.kind != QN_PKT_LINE_MORE) {
            process->taken += before - rest.size;
            process->packet = line.payload;
            process->is_flush = line.kind != QN_PKT_LINE_DATA;
            trace_packet(ctx, '<', &line);
            return QN_OK;
        }
        if (status == QN_CORRUPT)
            return qn_ctx_fail_reason(ctx, QN_CORRUPT, REASON_PROTOCOL, NULL,
                                      "%s", qn_ctx_message(ctx));
        if (status)
            return status;
        drop_taken(process);
        status = qn_process_receive(ctx, process->process, pending, &is_over);
        if (status)
            return status;
        if (is_over && pending->size == before)
            process->is_gone = true;
    }
    return QN_OK;
}

static struct qn_bytes packet_text(const struct qn_filter_process *process)
{
    struct qn_bytes text = process->packet;

    if (text.size > 0 && text.data[text.size - 1] == '\n')
        text.size--;
    return text;
}

/* Send what was put together.  That nobody listens shows when we read. */
static enum qn_status send(struct qn_ctx *ctx,
                           struct qn_filter_process *process)
{
    enum qn_status status;

    if (qn_trace_wants(ctx, QN_TRACE_PACKET))
        trace_request(ctx, qn_buf_bytes(&process->request));
    status =
        qn_process_send(ctx, process->process, qn_buf_bytes(&process->request),
                        &process->pending);
    qn_buf_clear(&process->request);
    if (status == QN_IO) {
        qn_ctx_clear(ctx);
        process->is_gone = true;
        status = QN_OK;
    }
    return status;
}

/* ---- greeting */

/* What a line of the greeting should have been; `*fine` false, and it was said
 * so, when it is not. */
static enum qn_status expect(struct qn_ctx *ctx,
                             struct qn_filter_process *process,
                             const char *part, const char *wanted, bool *fine)
{
    bool is_version = strcmp(wanted, "version") == 0;
    bool is_flush = strcmp(wanted, "flush") == 0;
    enum qn_status status = read_packet(ctx, process);
    struct qn_bytes text = packet_text(process);

    *fine = false;
    if (status)
        return status;
    if (process->is_gone)
        qn_ctx_report(ctx, QN_REPORT_ERROR, "worktree.filter-failed",
                      "could not read %s from subprocess '%s'", part,
                      process->command);
    else if (is_flush ? !process->is_flush
             : is_version
                 ? process->is_flush || !qn_bytes_has_prefix(text, "version=")
                 : !qn_bytes_is_string(text, wanted))
        qn_ctx_report(ctx, QN_REPORT_ERROR, "worktree.filter-failed",
                      "Unexpected line '%.*s', expected %s",
                      process->is_flush ? 14 : (int)text.size,
                      process->is_flush ? "<flush packet>"
                                        : (const char *)text.data,
                      wanted);
    else if (is_version && !qn_bytes_is_string(text, "version=2"))
        qn_ctx_report(ctx, QN_REPORT_ERROR, "worktree.filter-failed",
                      "Version %.*s not supported",
                      QN_BYTES_ARG(qn_bytes_from(text, 8)));
    else
        *fine = true;
    return QN_OK;
}

static const struct {
    const char *name;
    unsigned capability;
} capabilities[] = {
    {"clean", CAN_CLEAN}, {"smudge", CAN_SMUDGE}, {"delay", CAN_DELAY}};

static enum qn_status take_capability(struct qn_ctx *ctx,
                                      struct qn_filter_process *process)
{
    struct qn_bytes text = packet_text(process);

    if (!qn_bytes_has_prefix(text, "capability="))
        return QN_OK;
    text = qn_bytes_from(text, 11);
    for (size_t i = 0; i < QN_COUNT_OF(capabilities); i++) {
        if (qn_bytes_is_string(text, capabilities[i].name)) {
            process->capabilities |= capabilities[i].capability;
            return QN_OK;
        }
    }
    return qn_ctx_fail_reason(
        ctx, QN_CORRUPT, REASON_PROTOCOL, NULL,
        "subprocess '%s' requested unsupported capability '%.*s'",
        process->command, QN_BYTES_ARG(text));
}

static enum qn_status greet(struct qn_ctx *ctx,
                            struct qn_filter_process *process, bool *fine)
{
    struct qn_buf *in = &process->request;
    enum qn_status status = qn_pkt_line_printf(ctx, in, "git-filter-client\n");

    if (!status)
        status = qn_pkt_line_printf(ctx, in, "version=2\n");
    if (!status)
        status = qn_pkt_line_append_flush(ctx, in);
    if (!status)
        status = send(ctx, process);
    if (!status)
        status = expect(ctx, process, "greeting", "git-filter-server", fine);
    if (!status && *fine)
        status = expect(ctx, process, "version", "version", fine);
    if (!status && *fine)
        status = expect(ctx, process, "version flush", "flush", fine);
    if (status || !*fine)
        return status;
    for (size_t i = 0; i < QN_COUNT_OF(capabilities) && !status; i++)
        status = qn_pkt_line_printf(ctx, in, "capability=%s\n",
                                    capabilities[i].name);
    if (!status)
        status = qn_pkt_line_append_flush(ctx, in);
    if (!status)
        status = send(ctx, process);
    while (!status) {
        status = read_packet(ctx, process);
        if (status || process->is_flush)
            break;
        if (process->is_gone) {
            *fine = false;
            qn_ctx_report(ctx, QN_REPORT_ERROR, "worktree.filter-failed",
                          "could not read capabilities from subprocess '%s'",
                          process->command);
            break;
        }
        status = take_capability(ctx, process);
    }
    return status;
}

/* The program itself; `*out` NULL when there is none to be had. */
static enum qn_status launch(struct qn_ctx *ctx, const char *command,
                             const char *directory, struct qn_process **out)
{
    struct qn_shell_command words = QN_SHELL_COMMAND_INIT;
    struct qn_process_options options = {.directory = directory,
                                         .in = QN_PROCESS_PIPE,
                                         .out = QN_PROCESS_PIPE,
                                         .hides_directory = true};
    enum qn_status status = qn_shell_command_make(ctx, command, NULL, &words);

    if (!status) {
        qn_shell_command_fill(&words, &options);
        status = qn_process_start(ctx, &options, out);
        if (status && status != QN_NO_MEMORY && status != QN_REFUSED) {
            qn_filter_process_report(ctx, command, "subprocess");
            status = QN_OK;
        }
    }
    qn_shell_command_dispose(&words);
    return status;
}

enum qn_status qn_filter_process_start(struct qn_ctx *ctx, const char *command,
                                       const char *directory,
                                       struct qn_filter_process **out)
{
    struct qn_filter_process *process =
        qn_memory_calloc(ctx, 1, sizeof(*process));
    bool fine = false;
    enum qn_status status = QN_OK;

    *out = NULL;
    if (!process)
        return QN_NO_MEMORY;
    process->command = qn_memory_string(ctx, qn_bytes_from_string(command));
    if (!process->command)
        status = QN_NO_MEMORY;
    if (!status)
        status = launch(ctx, command, directory, &process->process);
    if (!status && process->process) {
        status = greet(ctx, process, &fine);
        if (!status && !fine)
            qn_ctx_report(ctx, QN_REPORT_ERROR, "worktree.filter-failed",
                          "initialization for subprocess '%s' failed", command);
    }
    if (status) /* it hears of it by the end of its input */
        qn_filter_process_free(process);
    else if (!fine)
        qn_filter_process_stop(ctx, process);
    else
        *out = process;
    return status;
}

/* ---- files */

enum word {
    WORD_NONE, /* no status was given */
    WORD_SUCCESS,
    WORD_ERROR,
    WORD_ABORT,
    WORD_DELAYED,
    WORD_OTHER
};

/* A list of "key=value" up to a flush: the last status replaces `*word`. */
static enum qn_status read_status(struct qn_ctx *ctx,
                                  struct qn_filter_process *process,
                                  enum word *word)
{
    static const char *const words[] = {
        [WORD_SUCCESS] = "success",
        [WORD_ERROR] = "error",
        [WORD_ABORT] = "abort",
        [WORD_DELAYED] = "delayed",
    };
    enum qn_status status = QN_OK;

    for (;;) {
        struct qn_bytes text;

        status = read_packet(ctx, process);
        if (status || process->is_flush || process->is_gone)
            return status;
        text = packet_text(process);
        if (!qn_bytes_has_prefix(text, "status="))
            continue;
        text = qn_bytes_from(text, 7);
        *word = WORD_OTHER;
        for (size_t i = WORD_SUCCESS; i < QN_COUNT_OF(words); i++)
            if (qn_bytes_is_string(text, words[i]))
                *word = (enum word)i;
    }
}

static enum qn_status read_content(struct qn_ctx *ctx,
                                   struct qn_filter_process *process,
                                   struct qn_buf *out)
{
    for (;;) {
        enum qn_status status = read_packet(ctx, process);

        if (status || process->is_flush || process->is_gone)
            return status;
        status = qn_buf_append_bytes(ctx, out, process->packet);
        if (status)
            return status;
    }
}

static enum qn_status ask(struct qn_ctx *ctx, struct qn_filter_process *process,
                          const struct qn_filter_request *request)
{
    struct qn_buf *to = &process->request;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status;

    qn_buf_clear(to);
    status = qn_pkt_line_printf(ctx, to, "command=%s\n",
                                request->is_clean ? "clean" : "smudge");
    if (!status)
        status = qn_pkt_line_printf(ctx, to, "pathname=%.*s\n",
                                    QN_BYTES_ARG(request->path));
    if (!status && request->ref)
        status = qn_pkt_line_printf(ctx, to, "ref=%s\n", request->ref);
    if (!status && request->treeish)
        status = qn_pkt_line_printf(ctx, to, "treeish=%s\n",
                                    qn_id_to_hex(request->treeish, hex));
    if (!status && request->id)
        status = qn_pkt_line_printf(ctx, to, "blob=%s\n",
                                    qn_id_to_hex(request->id, hex));
    if (!status && request->can_delay && process->capabilities & CAN_DELAY)
        status = qn_pkt_line_printf(ctx, to, "can-delay=1\n");
    if (!status)
        status = qn_pkt_line_append_flush(ctx, to);
    if (!status)
        status = qn_pkt_line_append_band(ctx, to, 0, request->in);
    if (!status)
        status = qn_pkt_line_append_flush(ctx, to);
    return status ? status : send(ctx, process);
}

enum qn_status qn_filter_process_run(struct qn_ctx *ctx,
                                     struct qn_filter_process *process,
                                     const struct qn_filter_request *request,
                                     struct qn_buf *out,
                                     enum qn_filter_process_answer *answer)
{
    unsigned needed = request->is_clean ? CAN_CLEAN : CAN_SMUDGE;
    size_t before = out->size;
    enum word word = WORD_NONE;
    enum qn_status status;

    *answer = QN_FILTER_PROCESS_NOT_ABLE;
    if (!(process->capabilities & needed))
        return QN_OK;
    status = ask(ctx, process, request);
    if (!status && request->meanwhile)
        status = request->meanwhile(ctx, request->meanwhile_data);
    if (!status)
        status = read_status(ctx, process, &word);
    if (!status && word == WORD_SUCCESS) {
        status = read_content(ctx, process, out);
        if (!status)
            status = read_status(ctx, process, &word);
    }
    if (process->is_gone)
        word = WORD_OTHER;
    if (word == WORD_ABORT)
        process->capabilities &= ~needed;
    *answer =
        word == WORD_SUCCESS                         ? QN_FILTER_PROCESS_DONE
        : word == WORD_ERROR || word == WORD_ABORT   ? QN_FILTER_PROCESS_ERROR
        : word == WORD_DELAYED && request->can_delay ? QN_FILTER_PROCESS_DELAYED
                                                     : QN_FILTER_PROCESS_GONE;
    if (status || *answer != QN_FILTER_PROCESS_DONE)
        qn_buf_truncate(out, before);
    return status;
}

enum qn_status qn_filter_process_list(struct qn_ctx *ctx,
                                      struct qn_filter_process *process,
                                      struct qn_buf *out, bool *worked)
{
    enum word word = WORD_NONE;
    enum qn_status status;

    qn_buf_clear(&process->request);
    status = qn_pkt_line_printf(ctx, &process->request,
                                "command=list_available_blobs\n");
    if (!status)
        status = qn_pkt_line_append_flush(ctx, &process->request);
    if (!status)
        status = send(ctx, process);
    while (!status) {
        struct qn_bytes text;

        status = read_packet(ctx, process);
        if (status || process->is_flush || process->is_gone)
            break;
        text = packet_text(process);
        if (!qn_bytes_has_prefix(text, "pathname="))
            continue;
        status = qn_buf_append_bytes(ctx, out, qn_bytes_from(text, 9));
        if (!status)
            status = qn_buf_append_byte(ctx, out, '\0');
    }
    if (!status)
        status = read_status(ctx, process, &word);
    if (!status && process->is_gone)
        status = qn_ctx_fail_reason(ctx, QN_IO, REASON_PROTOCOL, NULL,
                                    "the remote end hung up unexpectedly");
    *worked = word == WORD_SUCCESS;
    return status;
}
