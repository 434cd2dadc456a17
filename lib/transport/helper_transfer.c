/* SPDX-License-Identifier: MIT */
/* Objects through a remote helper: fetch, push, import, export. */
#include "text/quote.h"
#include "transport/helper_private.h"

#include <string.h>

enum qn_status qn_helper_fetch(struct qn_ctx *ctx, struct qn_helper *helper,
                               const struct qn_remote_ref *const *refs,
                               size_t count, bool asks_connectivity,
                               struct qn_wire_words *locks, bool *is_connected)
{
    struct qn_buf text = QN_BUF_INIT;
    const char *line = "";
    enum qn_status status = QN_OK;
    size_t i;

    *is_connected = false;
    asks_connectivity =
        asks_connectivity && helper->abilities.checks_connectivity;
    for (i = 0; i < count && !status; i++) {
        char hex[QN_ID_MAX_HEX_SIZE + 1];

        qn_id_to_hex(&refs[i]->id, hex);
        qn_buf_clear(&text);
        status =
            qn_buf_printf(ctx, &text, "fetch %s %s", hex,
                          refs[i]->target ? refs[i]->target : refs[i]->name);
        if (!status)
            status = qn_helper_lines_send(ctx, helper, qn_buf_string(&text));
    }
    if (!status)
        status = qn_helper_lines_send(ctx, helper, "");
    while (!status) {
        status = qn_helper_lines_next(ctx, helper, &line);
        if (status || !*line)
            break;
        if (strncmp(line, "lock ", 5) == 0)
            status =
                qn_wire_words_add(ctx, locks, qn_bytes_from_string(line + 5));
        else if (asks_connectivity && strcmp(line, "connectivity-ok") == 0)
            *is_connected = true;
        else
            qn_helper_lines_wonder(ctx, helper, line);
    }
    qn_buf_dispose(&text);
    return status;
}

/* "<name> <message>" behind "ok" or "error", the message perhaps quoted. */
static enum qn_status take_result(struct qn_ctx *ctx, struct qn_bytes rest,
                                  bool is_ok,
                                  const struct qn_helper_results *results)
{
    struct qn_buf name = QN_BUF_INIT;
    struct qn_buf message = QN_BUF_INIT;
    size_t space = qn_bytes_find(rest, ' ');
    struct qn_bytes text = qn_bytes_from(rest, space + 1);
    enum qn_status status =
        qn_buf_append_bytes(ctx, &name, qn_bytes_first(rest, space));

    if (!status && text.size > 0 && text.data[0] == '"') {
        status = qn_quote_unquote_c(ctx, text, &message, NULL);
        if (status == QN_INVALID) {
            qn_ctx_clear(ctx);
            qn_buf_clear(&message);
            status = qn_buf_append_bytes(ctx, &message, text);
        }
    } else if (!status) {
        status = qn_buf_append_bytes(ctx, &message, text);
    }
    if (!status)
        status =
            results->result(ctx, results->data, qn_buf_string(&name), is_ok,
                            space < rest.size ? qn_buf_string(&message) : NULL);
    qn_buf_dispose(&name);
    qn_buf_dispose(&message);
    return status;
}

static enum qn_status take_option(struct qn_ctx *ctx, const char *text,
                                  const struct qn_helper_results *results)
{
    struct qn_buf key = QN_BUF_INIT;
    const char *space = strchr(text, ' ');
    enum qn_status status;

    if (!results->option)
        return QN_OK;
    status = qn_buf_append_bytes(
        ctx, &key,
        qn_bytes_make(text, space ? (size_t)(space - text) : strlen(text)));
    if (!status)
        status = results->option(ctx, results->data, qn_buf_string(&key),
                                 space ? space + 1 : "");
    qn_buf_dispose(&key);
    return status;
}

enum qn_status qn_helper_report(struct qn_ctx *ctx, struct qn_helper *helper,
                                const struct qn_helper_results *results)
{
    const char *line = "";
    enum qn_status status = QN_OK;

    while (!status) {
        status = qn_helper_lines_next(ctx, helper, &line);
        if (status || !*line)
            break;
        if (strncmp(line, "ok ", 3) == 0)
            status =
                take_result(ctx, qn_bytes_from_string(line + 3), true, results);
        else if (strncmp(line, "error ", 6) == 0)
            status = take_result(ctx, qn_bytes_from_string(line + 6), false,
                                 results);
        else if (strncmp(line, "option ", 7) == 0)
            status = take_option(ctx, line + 7, results);
        else
            status = qn_helper_lines_fail(
                ctx, "expected ok/error, helper said '", line, "'");
    }
    return status;
}

static enum qn_status send_each(struct qn_ctx *ctx, struct qn_helper *helper,
                                const char *verb,
                                const struct qn_wire_words *words)
{
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    size_t position = 0;
    const char *word;

    while (!status && (word = qn_wire_words_next(words, &position))) {
        qn_buf_clear(&text);
        status = qn_buf_printf(ctx, &text, "%s %s", verb, word);
        if (!status)
            status = qn_helper_lines_send(ctx, helper, qn_buf_string(&text));
    }
    if (!status)
        status = qn_helper_lines_send(ctx, helper, "");
    qn_buf_dispose(&text);
    return status;
}

enum qn_status qn_helper_push(struct qn_ctx *ctx, struct qn_helper *helper,
                              const struct qn_wire_words *specs,
                              const struct qn_helper_results *results)
{
    enum qn_status status = send_each(ctx, helper, "push", specs);

    return status ? status : qn_helper_report(ctx, helper, results);
}

enum qn_status qn_helper_import(struct qn_ctx *ctx, struct qn_helper *helper,
                                const struct qn_wire_words *names)
{
    return send_each(ctx, helper, "import", names);
}

enum qn_status qn_helper_get(struct qn_ctx *ctx, struct qn_helper *helper,
                             const char *uri, const char *path)
{
    struct qn_buf text = QN_BUF_INIT;
    const char *line = "";
    enum qn_status status = QN_OK;

    if (!helper->abilities.gets)
        return qn_ctx_fail_reason(
            ctx, QN_UNSUPPORTED, "transport.helper", helper->name,
            "remote helper '%s' cannot get a file", helper->name);
    if (strpbrk(uri, " \n") || strchr(path, '\n'))
        return qn_ctx_fail_reason(ctx, QN_INVALID, "transport.helper", uri,
                                  "'%s' cannot be said to a remote helper",
                                  uri);
    status = qn_buf_printf(ctx, &text, "get %s %s", uri, path);
    if (!status)
        status = qn_helper_lines_send(ctx, helper, qn_buf_string(&text));
    if (!status)
        status = qn_helper_lines_send(ctx, helper, "");
    if (!status)
        status = qn_helper_lines_next(ctx, helper, &line);
    if (!status && *line)
        status =
            qn_helper_lines_fail(ctx, "unexpected answer to get: '", line, "'");
    qn_buf_dispose(&text);
    return status;
}

int qn_helper_descriptor(const struct qn_helper *helper)
{
    return helper->link->streams.in;
}

enum qn_status qn_helper_read(struct qn_ctx *ctx, struct qn_helper *helper,
                              void *room, size_t size, size_t *used)
{
    return qn_helper_lines_read(ctx, helper, room, size, used);
}

enum qn_status qn_helper_export(struct qn_ctx *ctx, struct qn_helper *helper)
{
    return qn_helper_lines_send(ctx, helper, "export");
}

enum qn_status qn_helper_write(struct qn_ctx *ctx, struct qn_helper *helper,
                               struct qn_bytes bytes)
{
    return qn_duplex_send(ctx, &helper->link->streams, bytes);
}
