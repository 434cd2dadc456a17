/* SPDX-License-Identifier: MIT */
/* ext::<command>: a program whose stdin and stdout lead to the service.
 *
 *   words with spaces between; "% " a space, "%%" a percent sign, "%s"
 *   "upload-pack", "%S" "git-upload-pack"; a word "%G<path>" is no word of the
 *   command: a request as of git:// for <path> goes first, with the host of a
 *   word "%V<host>"
 *
 * git-remote-ext(1).
 */
#include "base/memory.h"
#include "program/shell_command.h"
#include "transport/opener.h"

#include <string.h>

struct words {
    const char **items; /* in the arena, NULL terminated */
    size_t count;
    size_t capacity;
    struct qn_arena arena;
    const char *path; /* %G */
    const char *host; /* %V */
};

/* One word off the front of `*rest`. */
static enum qn_status expand(struct qn_ctx *ctx, const char **rest,
                             enum qn_service service, struct qn_buf *out)
{
    const char *name = qn_service_name(service);
    const char *at = *rest;
    enum qn_status status = QN_OK;

    for (; *at && *at != ' ' && !status; at++) {
        if (*at != '%') {
            status = qn_buf_append_byte(ctx, out, (uint8_t)*at);
            continue;
        }
        at++;
        if (*at == ' ' || *at == '%')
            status = qn_buf_append_byte(ctx, out, (uint8_t)*at);
        else if (*at == 's' || *at == 'S')
            status = qn_buf_append_string(ctx, out, name + (*at == 's') * 4);
        else if ((*at == 'G' || *at == 'V') && at == *rest + 1)
            continue;
        else if (!*at)
            return qn_ctx_fail_reason(
                ctx, QN_INVALID, "transport.ext", NULL,
                "remote-ext command has incomplete placeholder");
        else
            return qn_ctx_fail_reason(ctx, QN_INVALID, "transport.ext", NULL,
                                      "Bad remote-ext placeholder '%%%c'.",
                                      *at);
    }
    *rest = at;
    return status;
}

static enum qn_status split(struct qn_ctx *ctx, const char *command,
                            enum qn_service service, struct words *words)
{
    struct qn_buf word = QN_BUF_INIT;
    enum qn_status status = QN_OK;

    while (*command && !status) {
        bool is_path = strncmp(command, "%G", 2) == 0;
        bool is_host = strncmp(command, "%V", 2) == 0;
        char *copy = NULL;

        qn_buf_clear(&word);
        status = expand(ctx, &command, service, &word);
        if (status)
            break;
        command += *command == ' ';
        copy = qn_arena_copy(ctx, &words->arena, qn_buf_bytes(&word));
        status = copy ? qn_memory_grow(ctx, &words->items, &words->capacity,
                                       words->count + 2, sizeof(char *))
                      : QN_NO_MEMORY;
        if (status)
            break;
        if (is_path)
            words->path = copy;
        else if (is_host)
            words->host = copy;
        else
            words->items[words->count++] = copy;
    }
    if (words->items)
        words->items[words->count] = NULL;
    qn_buf_dispose(&word);
    return status;
}

static enum qn_status start(struct qn_ctx *ctx, const struct words *words,
                            const struct qn_connection_options *options,
                            struct qn_link **out)
{
    const char *name = qn_service_name(options->service);
    const char *variables[4] = {NULL};
    struct qn_buf texts[3] = {QN_BUF_INIT, QN_BUF_INIT, QN_BUF_INIT};
    struct qn_process_options process = {.argv = words->items,
                                         .variables = variables,
                                         .directory = options->directory,
                                         .hides_directory = true};
    enum qn_status status;
    size_t i;

    status = qn_buf_printf(ctx, &texts[0], "GIT_EXT_SERVICE=%s", name);
    if (!status)
        status = qn_buf_printf(ctx, &texts[1], "GIT_EXT_SERVICE_NOPREFIX=%s",
                               name + 4);
    if (!status && options->git_directory)
        status =
            qn_buf_printf(ctx, &texts[2], "GIT_DIR=%s", options->git_directory);
    for (i = 0; i < QN_COUNT_OF(texts) && texts[i].size; i++)
        variables[i] = qn_buf_string(&texts[i]);
    if (!status) {
        if (words->count && words->items[0][0])
            status = qn_link_start(ctx, &process, out);
        else
            status = qn_ctx_fail_errno(ctx, 2, "cannot exec ''");
        if (status == QN_NOT_FOUND || status == QN_DENIED) {
            qn_shell_command_tell(ctx, words->count ? words->items[0] : "");
            status =
                qn_ctx_fail_reason(ctx, QN_NOT_FOUND, "transport.not-started",
                                   NULL, "Can't run specified command");
        }
    }
    for (i = 0; i < QN_COUNT_OF(texts); i++)
        qn_buf_dispose(&texts[i]);
    return status;
}

enum qn_status qn_ext_open(struct qn_ctx *ctx,
                           const struct qn_connection_options *options,
                           const char *command, struct qn_buf *request,
                           struct qn_link **out)
{
    struct words words = {.arena = QN_ARENA_INIT};
    enum qn_status status;

    status = split(ctx, command, options->service, &words);
    if (!status && words.path)
        status = qn_opener_request(ctx, qn_service_name(options->service),
                                   words.path, words.host, 0, request);
    if (!status)
        status = start(ctx, &words, options, out);
    qn_memory_free(words.items);
    qn_arena_dispose(&words.arena);
    return status;
}
