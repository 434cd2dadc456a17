/* SPDX-License-Identifier: MIT */
#include "operation/op_upload_archive.h"

#include "base/memory.h"
#include "operation/op_archive.h"
#include "operation/part/archive_arguments.h"
#include "wire/sideband.h"

#include <string.h>

#define MOST_WORDS ((size_t)QN_ARCHIVE_ARGUMENTS_MAX)
#define DIED       "git upload-archive: archiver died with error"

struct serving {
    const struct qn_op_upload_archive *op;
    struct qn_ctx *ctx;
    char *words[MOST_WORDS];
    const char *given[MOST_WORDS]; /* the same; the parser's to change */
    size_t count;
    enum qn_status said; /* of telling in band 2 */
    bool wants_usage;
};

static enum qn_status say(struct qn_ctx *ctx, struct qn_service_io *io,
                          enum qn_sideband band, struct qn_bytes text)
{
    enum qn_status status =
        qn_pkt_line_append_band(ctx, &io->out, (uint8_t)band, text);

    return status ? status : qn_service_io_flush(ctx, io);
}

static enum qn_status write_data(struct qn_ctx *ctx, void *data,
                                 struct qn_bytes bytes)
{
    const struct serving *serving = data;

    return bytes.size > 0 ? say(ctx, serving->op->io, QN_SIDEBAND_DATA, bytes)
                          : QN_OK;
}

static void tell_line(struct serving *serving, const char *prefix,
                      struct qn_bytes text)
{
    struct qn_buf line = QN_BUF_INIT;
    enum qn_status status = serving->said;

    if (!status)
        status = qn_buf_append_string(serving->ctx, &line, prefix);
    if (!status)
        status = qn_buf_append_bytes(serving->ctx, &line, text);
    if (!status)
        status = qn_buf_append_byte(serving->ctx, &line, '\n');
    if (!status)
        status = say(serving->ctx, serving->op->io, QN_SIDEBAND_PROGRESS,
                     qn_buf_bytes(&line));
    serving->said = status;
    qn_buf_dispose(&line);
}

static void tell_path(void *data, struct qn_bytes path)
{
    tell_line(data, "", path);
}

static void report(void *data, int level, const char *reason,
                   const char *message)
{
    (void)reason;
    tell_line(data,
              level == QN_REPORT_ERROR     ? "error: "
              : level == QN_REPORT_WARNING ? "warning: "
              : level == QN_REPORT_HINT    ? "hint: "
                                           : "",
              qn_bytes_from_string(message));
}

/* ---- what is asked */

static enum qn_status take_word(struct qn_ctx *ctx, struct serving *serving,
                                const struct qn_pkt_line *packet)
{
    static const char head[] = "argument ";
    struct qn_bytes text = qn_pkt_line_text(packet);

    if (!qn_bytes_has_prefix(text, head))
        return qn_ctx_fail(ctx, QN_INVALID,
                           "'argument' token or flush expected");
    if (serving->count == MOST_WORDS) /* the number is Git's, too */
        return qn_ctx_fail(ctx, QN_TOO_BIG, "Too many options (>%zu)",
                           MOST_WORDS - 1);
    text = qn_bytes_from(text, strlen(head));
    text = qn_bytes_first(text, qn_bytes_find(text, 0));
    serving->words[serving->count] = qn_memory_string(ctx, text);
    if (!serving->words[serving->count])
        return QN_NO_MEMORY;
    serving->given[serving->count] = serving->words[serving->count];
    serving->count++;
    return QN_OK;
}

static enum qn_status read_words(struct qn_ctx *ctx, struct serving *serving)
{
    struct qn_pkt_line packet;
    bool is_over = false;
    enum qn_status status;

    for (;;) {
        status = qn_service_io_next(ctx, serving->op->io, &packet, &is_over);
        if (!status && is_over)
            status = qn_wire_fail_hung_up(ctx);
        if (status || packet.kind != QN_PKT_LINE_DATA)
            return status;
        status = take_word(ctx, serving, &packet);
        if (status)
            return status;
    }
}

/* ---- the answer */

static enum qn_status list(struct qn_ctx *ctx, struct serving *serving,
                           const struct qn_archive_formats *formats,
                           const struct qn_archive_arguments *arguments)
{
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    size_t i;

    if (arguments->count > 0)
        return qn_ctx_fail(ctx, QN_INVALID, "extra command line parameter '%s'",
                           arguments->names[0]);
    for (i = 0; !status && i < formats->count; i++)
        if (formats->items[i].is_remote)
            status = qn_buf_printf(ctx, &text, "%s\n", formats->items[i].name);
    if (!status)
        status = write_data(ctx, serving, qn_buf_bytes(&text));
    qn_buf_dispose(&text);
    return status;
}

/* With `is_served` only what is made here. */
static bool is_offered(const struct serving *serving,
                       const struct qn_archive_format *format)
{
    return format && format->is_remote &&
           (!serving->op->is_served || !format->command ||
            strcmp(format->command, QN_ARCHIVE_SINK_GZIP) == 0);
}

static enum qn_status write_archive(struct qn_ctx *ctx, struct serving *serving,
                                    const struct qn_archive_formats *formats,
                                    struct qn_archive_arguments *arguments)
{
    const char *name = arguments->format ? arguments->format : "tar";
    struct qn_op_archive op = {.scope = serving->op->scope,
                               .formats = formats,
                               .format = qn_archive_formats_find(formats, name),
                               .name = arguments->names[0],
                               .paths = arguments->names + 1,
                               .path_count = arguments->count - 1,
                               .prefix = arguments->prefix,
                               .mtime = arguments->mtime,
                               .level = arguments->level,
                               .user_umask = serving->op->user_umask,
                               .uses_work_tree_attributes =
                                   arguments->uses_work_tree_attributes,
                               .is_remote = true,
                               .is_served = serving->op->is_served,
                               .out = {write_data, serving},
                               .tell = arguments->is_verbose ? tell_path : NULL,
                               .tell_data = serving};

    if (!is_offered(serving, op.format))
        return qn_ctx_fail(ctx, QN_INVALID, "Unknown archive format '%s'",
                           name);
    if (!qn_archive_format_takes_level(op.format, op.level))
        return qn_ctx_fail(ctx, QN_INVALID,
                           "Argument not supported for format '%s': -%d", name,
                           op.level);
    return qn_op_archive_run(ctx, &op);
}

static enum qn_status answer(struct qn_ctx *ctx, struct serving *serving)
{
    const struct qn_config *config = qn_repo_config(serving->op->scope->repo);
    struct qn_archive_arguments arguments;
    struct qn_archive_formats formats = {0};
    enum qn_status status = qn_op_archive_check(ctx, config);

    if (!status)
        status = qn_archive_formats_read(ctx, config, &formats);
    if (!status) {
        status = qn_archive_arguments_parse(ctx, serving->given, serving->count,
                                            &arguments);
        serving->wants_usage = arguments.wants_usage;
    }
    if (!status && arguments.lists) {
        status = list(ctx, serving, &formats, &arguments);
    } else if (!status && arguments.count == 0) {
        serving->wants_usage = true;
        status = qn_ctx_fail_reason(ctx, QN_INVALID, "archive.arguments", NULL,
                                    "%s", "");
    } else if (!status) {
        status = write_archive(ctx, serving, &formats, &arguments);
    }
    qn_archive_formats_dispose(&formats);
    return status;
}

/* The other side hears why, then that it is over. */
static enum qn_status die(struct qn_ctx *ctx, struct qn_service_io *io,
                          const char *prefix, const char *message)
{
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status = QN_OK;

    if (*message)
        status = qn_buf_printf(ctx, &text, "%s%s\n", prefix, message);
    if (!status && text.size > 0)
        status = say(ctx, io, QN_SIDEBAND_PROGRESS, qn_buf_bytes(&text));
    if (!status)
        status = say(ctx, io, QN_SIDEBAND_ERROR, QN_BYTES(DIED));
    qn_buf_dispose(&text);
    if (status)
        return status;
    return qn_ctx_fail_reason(ctx, QN_REFUSED, "archive.died", NULL,
                              "sent error to the client: " DIED);
}

/* Is there anybody left to be told? */
static bool is_alone(enum qn_status status)
{
    return status == QN_NETWORK || status == QN_CANCELLED ||
           status == QN_TIMEOUT;
}

static enum qn_status tell_failure(struct serving *serving,
                                   enum qn_status status)
{
    struct qn_ctx *ctx = serving->ctx;
    const struct qn_op_upload_archive *op = serving->op;
    bool is_line = strcmp(qn_ctx_reason(ctx), "archive.arguments") == 0;
    struct qn_buf text = QN_BUF_INIT;

    if (is_alone(status) && strcmp(qn_ctx_reason(ctx), "wire.hung-up") != 0)
        return status;
    /* What is said takes the message's place. */
    status = qn_buf_append_string(ctx, &text, qn_ctx_message(ctx));
    if (!status && is_line && serving->wants_usage && op->usage)
        status = qn_buf_printf(ctx, &text, "%s%s", text.size > 0 ? "\n" : "",
                               op->usage);
    if (!status)
        status =
            die(ctx, op->io, is_line ? "" : "fatal: ", qn_buf_string(&text));
    qn_buf_dispose(&text);
    return status;
}

static enum qn_status greet(struct qn_ctx *ctx, struct qn_service_io *io)
{
    enum qn_status status =
        qn_pkt_line_append(ctx, &io->out, QN_BYTES("ACK\n"));

    if (!status)
        status = qn_pkt_line_append_flush(ctx, &io->out);
    return status ? status : qn_service_io_flush(ctx, io);
}

enum qn_status qn_op_upload_archive_refuse(struct qn_ctx *ctx,
                                           struct qn_service_io *io,
                                           const char *prefix,
                                           const char *message)
{
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status = greet(ctx, io);

    if (!status)
        status = qn_buf_append_string(ctx, &text, message);
    if (!status)
        status = die(ctx, io, prefix, qn_buf_string(&text));
    qn_buf_dispose(&text);
    return status;
}

enum qn_status
qn_op_upload_archive_run(struct qn_ctx *ctx,
                         const struct qn_op_upload_archive *options)
{
    struct serving serving = {.op = options, .ctx = ctx};
    const struct qn_ctx_sinks own = {.report = report, .report_data = &serving};
    struct qn_ctx_sinks before;
    enum qn_status status;

    options->io->input.traced = "git";
    status = greet(ctx, options->io);
    if (status)
        return status;
    before = qn_ctx_swap_sinks(ctx, own);
    status = read_words(ctx, &serving);
    if (!status)
        status = answer(ctx, &serving);
    if (!status)
        status = serving.said;
    (void)qn_ctx_swap_sinks(ctx, before);
    if (status)
        status = tell_failure(&serving, status);
    else
        status = qn_pkt_line_append_flush(ctx, &options->io->out);
    if (!status)
        status = qn_service_io_flush(ctx, options->io);
    while (serving.count > 0)
        qn_memory_free(serving.words[--serving.count]);
    return status;
}
