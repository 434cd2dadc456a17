/* SPDX-License-Identifier: MIT */
/* Remote helpers: the program, what it can, its options, and connecting. */
#include "base/env.h"
#include "base/memory.h"
#include "text/quote.h"
#include "transport/helper_private.h"
#include "transport/opener.h"

#include <stdio.h>
#include <string.h>

#define WORDS_MAX 16

void qn_helper_free(struct qn_helper *helper)
{
    if (!helper)
        return;
    qn_link_free(helper->link);
    qn_wire_words_dispose(&helper->abilities.refspecs);
    qn_buf_dispose(&helper->abilities.import_marks);
    qn_buf_dispose(&helper->abilities.export_marks);
    qn_buf_dispose(&helper->held);
    qn_buf_dispose(&helper->line);
    qn_memory_free(helper->name);
    qn_memory_free(helper);
}

enum qn_status qn_helper_finish(struct qn_ctx *ctx, struct qn_helper *helper)
{
    enum qn_status status = QN_OK;

    if (helper->is_open)
        qn_helper_lines_show(ctx, helper, "Disconnecting.", "");
    if (helper->is_open)
        status = qn_duplex_send(ctx, &helper->link->streams, QN_BYTES("\n"));
    helper->is_open = false;
    return status ? status : qn_link_finish(ctx, helper->link);
}

const char *qn_helper_name(const struct qn_helper *helper)
{
    return helper->name;
}

const struct qn_helper_abilities *
qn_helper_abilities(const struct qn_helper *helper)
{
    return &helper->abilities;
}

/* ---- what it can */

static enum qn_status take_value(struct qn_ctx *ctx, struct qn_helper *helper,
                                 const char *line, bool *is_known)
{
    struct qn_helper_abilities *a = &helper->abilities;
    struct qn_bytes text = qn_bytes_from_string(line);
    struct qn_buf *to = NULL;
    size_t space = qn_bytes_find(text, ' ');
    struct qn_bytes word = qn_bytes_first(text, space);
    struct qn_bytes value = qn_bytes_from(text, space + 1);

    *is_known = true;
    if (qn_bytes_is_string(word, "refspec"))
        return qn_wire_words_add(ctx, &a->refspecs, value);
    if (qn_bytes_is_string(word, "import-marks"))
        to = &a->import_marks;
    else if (qn_bytes_is_string(word, "export-marks"))
        to = &a->export_marks;
    if (!to) {
        *is_known = false;
        return QN_OK;
    }
    qn_buf_clear(to);
    return qn_buf_append_bytes(ctx, to, value);
}

static enum qn_status
take_capability(struct qn_ctx *ctx, struct qn_helper *helper, const char *line)
{
    struct qn_helper_abilities *a = &helper->abilities;
    const struct {
        const char *name;
        bool *flag;
    } flags[] = {{"fetch", &a->fetches},
                 {"import", &a->imports},
                 {"bidi-import", &a->is_bidi},
                 {"push", &a->pushes},
                 {"export", &a->exports},
                 {"connect", &a->connects},
                 {"stateless-connect", &a->connects_stateless},
                 {"option", &a->has_options},
                 {"check-connectivity", &a->checks_connectivity},
                 {"no-private-update", &a->keeps_private},
                 {"signed-tags", &a->has_signed_tags},
                 {"object-format", &a->has_object_format},
                 {"get", &a->gets}};
    bool is_needed = *line == '*';
    bool is_known = false;
    enum qn_status status;
    size_t i;

    line += is_needed;
    for (i = 0; i < QN_COUNT_OF(flags); i++)
        if (strcmp(line, flags[i].name) == 0) {
            *flags[i].flag = true;
            return QN_OK;
        }
    status = take_value(ctx, helper, line, &is_known);
    if (!status && is_needed && !is_known)
        status = qn_helper_lines_fail(
            ctx, "unknown mandatory capability ", line,
            "; this remote helper probably needs newer version of Git");
    return status;
}

enum qn_status qn_helper_ask(struct qn_ctx *ctx, struct qn_helper *helper)
{
    const char *line = "";
    enum qn_status status = qn_helper_lines_send(ctx, helper, "capabilities");

    while (!status) {
        status = qn_helper_lines_next(ctx, helper, &line);
        if (status == QN_NETWORK)
            return qn_helper_fail(ctx, helper->name);
        if (status || !*line)
            break;
        qn_helper_lines_show(ctx, helper, "Got cap ", line);
        status = take_capability(ctx, helper, line);
    }
    if (!status)
        qn_helper_lines_show(ctx, helper, "Capabilities complete.", "");
    if (!status && !helper->abilities.refspecs.count &&
        (helper->abilities.imports || helper->abilities.exports))
        qn_ctx_report(ctx, QN_REPORT_WARNING, "transport.helper-refspec",
                      "this remote helper should implement refspec capability");
    return status;
}

/* ---- options */

enum qn_status qn_helper_set(struct qn_ctx *ctx, struct qn_helper *helper,
                             const char *name, const char *value,
                             bool *is_known)
{
    struct qn_buf text = QN_BUF_INIT;
    const char *line = "";
    enum qn_status status;

    if (is_known)
        *is_known = false;
    if (!helper->abilities.has_options)
        return QN_OK;
    if (strchr(value, '\n'))
        return qn_ctx_fail_reason(ctx, QN_INVALID, "transport.helper", name,
                                  "option '%s' has a line feed in it", name);
    status = qn_buf_printf(ctx, &text, "option %s ", name);
    if (!status && strcmp(name, "servpath") == 0)
        status = qn_quote_path(ctx, &text, qn_bytes_from_string(value), true);
    else if (!status)
        status = qn_buf_append_string(ctx, &text, value);
    if (!status)
        status = qn_helper_lines_send(ctx, helper, qn_buf_string(&text));
    if (!status)
        status = qn_helper_lines_next(ctx, helper, &line);
    if (!status && strcmp(line, "ok") == 0) {
        if (is_known)
            *is_known = true;
    } else if (!status && strncmp(line, "error", 5) == 0) {
        qn_ctx_clear(ctx); /* Git goes on, too, and says nothing */
    } else if (!status && strcmp(line, "unsupported") != 0) {
        qn_helper_lines_wonder(ctx, helper, line);
    }
    qn_buf_dispose(&text);
    return status;
}

enum qn_status qn_helper_need(struct qn_ctx *ctx, struct qn_helper *helper,
                              const char *name, const char *value,
                              const char *what)
{
    bool is_known = false;
    enum qn_status status = qn_helper_set(ctx, helper, name, value, &is_known);

    if (!status && !is_known)
        status = qn_ctx_fail_reason(
            ctx, QN_UNSUPPORTED, "transport.helper-option", name,
            "helper %s does not support %s", helper->name, what);
    return status;
}

/* "<name> <value>" */
static enum qn_status set_word(struct qn_ctx *ctx, struct qn_helper *helper,
                               const char *word)
{
    struct qn_buf name = QN_BUF_INIT;
    struct qn_bytes text = qn_bytes_from_string(word);
    size_t space = qn_bytes_find(text, ' ');
    enum qn_status status =
        qn_buf_append_bytes(ctx, &name, qn_bytes_first(text, space));

    if (!status)
        status = qn_helper_set(ctx, helper, qn_buf_string(&name),
                               word[space] ? word + space + 1 : "", NULL);
    qn_buf_dispose(&name);
    return status;
}

static enum qn_status set_usual(struct qn_ctx *ctx, struct qn_helper *helper,
                                const struct qn_connection_options *options)
{
    const char *word;
    size_t position = 0;
    char number[16];
    enum qn_status status;

    (void)snprintf(number, sizeof(number), "%d",
                   options->verbosity + options->helper_extra + 1);
    status = qn_helper_set(ctx, helper, "progress",
                           options->shows_progress ? "true" : "false", NULL);
    if (!status)
        status = qn_helper_set(ctx, helper, "verbosity", number, NULL);
    if (!status && options->family)
        status = qn_helper_set(ctx, helper, "family",
                               options->family == 4 ? "ipv4" : "ipv6", NULL);
    while (!status && options->helper_words &&
           (word = qn_wire_words_next(options->helper_words, &position)))
        status = set_word(ctx, helper, word);
    return status;
}

/* ---- starting */

static enum qn_status start(struct qn_ctx *ctx,
                            const struct qn_connection_options *options,
                            const char *name, const char *const *arguments,
                            struct qn_link **out)
{
    const char *argv[WORDS_MAX + 4];
    const char *variables[2] = {NULL, NULL};
    struct qn_process_options process = {.argv = argv,
                                         .variables = variables,
                                         .directory = options->directory,
                                         .hides_directory = true};
    struct qn_buf program = QN_BUF_INIT;
    struct qn_buf directory = QN_BUF_INIT;
    enum qn_status status;
    size_t count = 0;

    for (; options->own_program && options->own_program[count] &&
           count < WORDS_MAX;
         count++)
        argv[count] = options->own_program[count];
    status =
        qn_buf_printf(ctx, &program, "%sremote-%s", count ? "" : "git-", name);
    if (!status && options->git_directory) {
        status = qn_buf_printf(ctx, &directory, "GIT_DIR=%s",
                               options->git_directory);
        variables[0] = qn_buf_string(&directory);
    }
    argv[count++] = qn_buf_string(&program);
    argv[count++] = arguments[0];
    argv[count++] = arguments[1];
    argv[count] = NULL;
    if (!status)
        status = qn_link_start(ctx, &process, out);
    if (status == QN_NOT_FOUND || status == QN_DENIED)
        status =
            qn_ctx_fail_reason(ctx, QN_NOT_FOUND, "transport.no-helper", name,
                               "unable to find remote helper for "
                               "'%s'",
                               name);
    qn_buf_dispose(&program);
    qn_buf_dispose(&directory);
    return status;
}

enum qn_status qn_helper_open(struct qn_ctx *ctx,
                              const struct qn_connection_options *options,
                              const char *name, const char *const *arguments,
                              struct qn_helper **out)
{
    struct qn_helper *made = qn_memory_calloc(ctx, 1, sizeof(*made));
    const char *debug =
        qn_env_variable(qn_ctx_env(ctx), "GIT_TRANSPORT_HELPER_DEBUG");
    enum qn_status status;

    if (!made)
        return QN_NO_MEMORY;
    made->is_open = true;
    made->shows_all = debug != NULL;
    made->algorithm = options->algorithm ? options->algorithm : QN_HASH_SHA1;
    made->name = qn_memory_string(ctx, qn_bytes_from_string(name));
    status = made->name ? start(ctx, options, name, arguments, &made->link)
                        : QN_NO_MEMORY;
    if (!status)
        status = qn_helper_ask(ctx, made);
    if (!status)
        status = set_usual(ctx, made, options);
    if (status)
        qn_helper_free(made);
    else
        *out = made;
    return status;
}

/* ---- connecting */

static enum qn_status send_bytes(struct qn_ctx *ctx, void *data,
                                 struct qn_bytes bytes, bool is_end)
{
    struct qn_helper *helper = data;

    (void)is_end;
    return qn_duplex_send(ctx, &helper->link->streams, bytes);
}

static enum qn_status read_bytes(struct qn_ctx *ctx, void *data, void *room,
                                 size_t size, size_t *used)
{
    return qn_helper_lines_read(ctx, data, room, size, used);
}

static enum qn_status close_send(struct qn_ctx *ctx, void *data)
{
    struct qn_helper *helper = data;

    (void)ctx;
    qn_duplex_close_send(&helper->link->streams);
    return QN_OK;
}

static enum qn_status finish(struct qn_ctx *ctx, void *data)
{
    return qn_helper_finish(ctx, data);
}

static void free_helper(void *data)
{
    qn_helper_free(data);
}

enum qn_status
qn_helper_tell_program(struct qn_ctx *ctx, struct qn_helper *helper,
                       const struct qn_connection_options *options)
{
    bool is_known = false;
    enum qn_status status;

    if (!options->program ||
        strcmp(options->program, qn_service_name(options->service)) == 0)
        return QN_OK;
    status =
        qn_helper_set(ctx, helper, "servpath", options->program, &is_known);
    if (!status && !is_known)
        qn_ctx_report(ctx, QN_REPORT_WARNING, "transport.helper-option",
                      "setting remote service path not supported by protocol");
    return status;
}

static enum qn_status ask_connect(struct qn_ctx *ctx, struct qn_helper *helper,
                                  const char *how, const char *service,
                                  bool *is_connected)
{
    struct qn_buf text = QN_BUF_INIT;
    const char *line = "";
    enum qn_status status = qn_buf_printf(ctx, &text, "%s %s", how, service);

    if (!status)
        status = qn_helper_lines_send(ctx, helper, qn_buf_string(&text));
    if (!status)
        status = qn_helper_lines_next(ctx, helper, &line);
    if (!status && *line && strcmp(line, "fallback") != 0)
        status = qn_helper_lines_fail(
            ctx, "unknown response to connect: ", line, "");
    *is_connected = !status && !*line;
    qn_buf_dispose(&text);
    return status;
}

enum qn_status qn_helper_connect(struct qn_ctx *ctx, struct qn_helper *helper,
                                 const struct qn_connection_options *options,
                                 struct qn_connection *connection,
                                 bool *is_connected)
{
    struct qn_connection_calls calls = {.data = helper,
                                        .send = send_bytes,
                                        .read = read_bytes,
                                        .close_send = close_send,
                                        .finish = finish,
                                        .free = free_helper};
    const char *service = qn_service_name(options->service);
    bool is_stateless = false;
    enum qn_status status;

    *is_connected = false;
    connection->calls = calls; /* it is the connection's from now on */
    status = qn_helper_tell_program(ctx, helper, options);
    if (!status && helper->abilities.connects) {
        status = ask_connect(ctx, helper, "connect", service, is_connected);
    } else if (!status && helper->abilities.connects_stateless &&
               options->version == 2 &&
               options->service != QN_SERVICE_RECEIVE_PACK) {
        status = ask_connect(ctx, helper, "stateless-connect", service,
                             is_connected);
        is_stateless = *is_connected;
    }
    if (status)
        return status;
    if (*is_connected) {
        helper->is_open = false;
        helper->is_framed = is_stateless;
        connection->is_stateless = is_stateless;
        helper->link->waits_long = options->service == QN_SERVICE_RECEIVE_PACK;
    } else {
        connection->helper = helper;
        connection->server.algorithm = helper->algorithm;
    }
    return QN_OK;
}
