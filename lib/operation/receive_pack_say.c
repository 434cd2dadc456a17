/* SPDX-License-Identifier: MIT */
/* What receive-pack says meanwhile: in the second band, where there is one. */
#include "base/env.h"
#include "base/progress.h"
#include "operation/receive_pack_parts.h"

#include <stdarg.h>

#define SECOND    INT64_C(1000000000)
#define BAND_SIZE ((size_t)65520 - 5)

static int64_t now(const struct qn_receive_pack *r)
{
    return qn_env_clock(qn_ctx_env(r->ctx), false);
}

/* Who hung up hears nothing more; what was begun is done nevertheless. */
static void send_bytes(struct qn_receive_pack *r, struct qn_bytes bytes)
{
    if (r->is_gone)
        return;
    r->silent_since = now(r);
    if (qn_service_io_send(r->ctx, r->io, bytes)) {
        qn_ctx_clear(r->ctx);
        r->is_gone = true;
    }
}

void qn_receive_put_band(struct qn_receive_pack *r, enum qn_sideband band,
                         struct qn_bytes bytes)
{
    struct qn_buf packets = QN_BUF_INIT;
    enum qn_status status = QN_OK;

    while (!status && bytes.size > 0) {
        qn_buf_clear(&packets);
        status = qn_pkt_line_append_band(r->ctx, &packets, (uint8_t)band,
                                         qn_bytes_first(bytes, BAND_SIZE));
        bytes = qn_bytes_from(bytes, BAND_SIZE);
        if (!status)
            send_bytes(r, qn_buf_bytes(&packets));
    }
    if (status)
        r->is_gone = true;
    qn_buf_dispose(&packets);
}

static void say_line(struct qn_receive_pack *r, const char *before,
                     const char *text)
{
    struct qn_buf line = QN_BUF_INIT;

    if (qn_buf_printf(r->ctx, &line, "%s%s\n", before, text))
        qn_ctx_clear(r->ctx);
    else
        qn_receive_put_band(r, QN_SIDEBAND_PROGRESS, qn_buf_bytes(&line));
    qn_buf_dispose(&line);
}

static void on_report(void *data, int level, const char *reason,
                      const char *message)
{
    (void)reason;
    say_line(data,
             level == QN_REPORT_ERROR     ? "error: "
             : level == QN_REPORT_WARNING ? "warning: "
             : level == QN_REPORT_HINT    ? "hint: "
                                          : "",
             message);
}

/* An empty packet of data, so that nobody takes us for dead. */
static void keep_alive(struct qn_receive_pack *r)
{
    if (r->keep_alive > 0 && now(r) >= r->silent_since + r->keep_alive * SECOND)
        send_bytes(r, QN_BYTES("0005\1"));
}

static void tell_progress(struct qn_receive_pack *r, const char *end,
                          uint64_t done, uint64_t total)
{
    struct qn_buf line = QN_BUF_INIT;
    char counts[QN_PROGRESS_COUNTS];

    if (qn_buf_printf(r->ctx, &line, "%s: %s%s", r->title,
                      qn_progress_print(counts, done, total), end))
        qn_ctx_clear(r->ctx);
    else
        qn_receive_put_band(r, QN_SIDEBAND_PROGRESS, qn_buf_bytes(&line));
    qn_buf_dispose(&line);
    r->percent = qn_progress_step(done, total);
}

static void on_progress(void *data, int event, const char *title, uint64_t done,
                        uint64_t total)
{
    struct qn_receive_pack *r = data;
    struct qn_buf end = QN_BUF_INIT;

    if (event == QN_PROGRESS_BEGIN || event == QN_PROGRESS_BEGIN_LATER) {
        r->title = !r->is_quiet && strcmp(title, "Resolving deltas") == 0
                       ? title
                       : NULL;
        r->percent = 0;
        if (r->title && total > 0)
            tell_progress(r, "\r", 0, total);
    } else if (event == QN_PROGRESS_STEP) {
        if (r->title && total && qn_progress_step(done, total) != r->percent)
            tell_progress(r, "\r", done, total);
        keep_alive(r);
    } else if (r->title) {
        if (!qn_buf_printf(r->ctx, &end, ", %s.\n",
                           title && title != r->title ? title : "done") &&
            total > 0)
            tell_progress(r, qn_buf_string(&end), done, total);
        r->title = NULL;
    }
    qn_buf_dispose(&end);
}

static enum qn_status on_hook(struct qn_ctx *ctx, void *data,
                              struct qn_bytes piece)
{
    struct qn_receive_pack *r = data;

    (void)ctx;
    if (piece.size > 0)
        qn_receive_put_band(r, QN_SIDEBAND_PROGRESS, piece);
    else
        keep_alive(r);
    return QN_OK;
}

void qn_receive_speak(struct qn_receive_pack *r)
{
    struct qn_ctx_sinks own = {on_report, r, on_progress, r};

    if (!r->has_bands)
        return;
    r->before = qn_ctx_swap_sinks(r->ctx, own);
    r->silent_since = now(r);
    r->listener.data = r;
    r->listener.said = on_hook;
    r->listener.pause_ms =
        (unsigned)(r->keep_alive > 0 ? r->keep_alive : 0) * 1000;
}

void qn_receive_hush(struct qn_receive_pack *r)
{
    if (r->has_bands)
        (void)qn_ctx_swap_sinks(r->ctx, r->before);
}

static void report(struct qn_receive_pack *r, enum qn_report_level level,
                   const char *reason, const char *format, va_list arguments)
{
    struct qn_buf text = QN_BUF_INIT;

    if (qn_buf_vprintf(r->ctx, &text, format, arguments))
        qn_ctx_clear(r->ctx);
    qn_ctx_report(r->ctx, level, reason, "%s", qn_buf_string(&text));
    qn_buf_dispose(&text);
}

void qn_receive_error(struct qn_receive_pack *r, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    report(r, QN_REPORT_ERROR, "receive-pack.error", format, arguments);
    va_end(arguments);
}

void qn_receive_warning(struct qn_receive_pack *r, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    report(r, QN_REPORT_WARNING, "receive-pack.warning", format, arguments);
    va_end(arguments);
}

void qn_receive_fatal(struct qn_receive_pack *r, bool is_local)
{
    struct qn_ctx_sinks own = {0};
    bool swaps = is_local && r->has_bands;

    if (swaps)
        own = qn_ctx_swap_sinks(r->ctx, r->before);
    qn_ctx_report(r->ctx, QN_REPORT_INFO, "receive-pack.fatal", "fatal: %s",
                  qn_ctx_message(r->ctx));
    if (swaps)
        (void)qn_ctx_swap_sinks(r->ctx, own);
    qn_ctx_clear(r->ctx);
}
