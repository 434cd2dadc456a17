/* SPDX-License-Identifier: MIT */
#include "program/prompt.h"

#include "base/env.h"
#include "os/process.h"
#include "program/shell_command.h"

#include <errno.h>
#include <string.h>

/* NULL: none; "": one that is none. */
static const char *find_program(struct qn_ctx *ctx,
                                const struct qn_config *config)
{
    const struct qn_env *env = qn_ctx_env(ctx);
    const char *name = qn_env_variable(env, "GIT_ASKPASS");

    if (!name && config)
        name = qn_config_string(config, "core.askpass", NULL);
    return name ? name : qn_env_variable(env, "SSH_ASKPASS");
}

/* `*found` false: it did not answer, and that was told. */
static enum qn_status ask_program(struct qn_ctx *ctx, const char *name,
                                  const char *text, struct qn_buf *answer,
                                  bool *found)
{
    const char *const argv[] = {name, text, NULL};
    struct qn_process_options options = {.argv = argv, .out = QN_PROCESS_PIPE};
    struct qn_process *process = NULL;
    size_t before = answer->size;
    size_t end;
    int code = 0;
    enum qn_status status = qn_process_start(ctx, &options, &process);

    *found = false;
    if (status == QN_NOT_FOUND || status == QN_DENIED) {
        qn_shell_command_tell(ctx, name);
        return QN_OK;
    }
    if (status)
        return status;
    status = qn_process_exchange(ctx, process, QN_BYTES_NONE, answer);
    if (status) {
        qn_process_free(process);
        return status;
    }
    status = qn_process_wait(ctx, process, &code);
    if (status)
        return status;
    if (code) {
        qn_buf_truncate(answer, before);
        qn_ctx_report(ctx, QN_REPORT_ERROR, "prompt.program-failed",
                      "unable to read askpass response from '%s'", name);
        return QN_OK;
    }
    *found = true;
    for (end = before; end < answer->size; end++)
        if (answer->data[end] == '\n' || answer->data[end] == '\r' ||
            answer->data[end] == '\0')
            break;
    qn_buf_truncate(answer, end);
    return QN_OK;
}

static enum qn_status fail_nobody(struct qn_ctx *ctx, const char *text,
                                  const char *why)
{
    size_t size = strlen(text);

    if (size > 2 && strcmp(text + size - 2, ": ") == 0)
        size -= 2;
    qn_ctx_clear(ctx);
    return qn_ctx_fail_reason(ctx, QN_NEEDS_USER, "prompt.nobody", NULL,
                              "could not read %.*s: %s", (int)size, text, why);
}

static enum qn_status may_ask(struct qn_ctx *ctx, bool *out)
{
    const char *text = qn_env_variable(qn_ctx_env(ctx), "GIT_TERMINAL_PROMPT");

    *out = true;
    if (text && !qn_config_parse_bool(text, out))
        return qn_ctx_fail_reason(
            ctx, QN_INVALID, "env.bad-bool", NULL,
            "bad boolean environment value '%s' for 'GIT_TERMINAL_PROMPT'",
            text);
    return QN_OK;
}

enum qn_status qn_prompt_ask(struct qn_ctx *ctx, const struct qn_prompt *prompt,
                             const char *text, struct qn_buf *answer)
{
    const char *program = find_program(ctx, prompt->config);
    bool may = true;
    bool found = false;
    char why[128];
    enum qn_status status = QN_OK;

    if (program && *program)
        status = ask_program(ctx, program, text, answer, &found);
    if (status || found)
        return status;
    status = may_ask(ctx, &may);
    if (status)
        return status;
    if (!may)
        return fail_nobody(ctx, text, "terminal prompts disabled");
    if (!prompt->calls)
        return fail_nobody(ctx, text, strerror(ENXIO));
    status = prompt->calls->ask(ctx, prompt->calls->data, text, prompt->echoes,
                                answer);
    if (status && status != QN_NO_MEMORY && status != QN_CANCELLED) {
        int number = qn_ctx_errno(ctx);

        strncpy(why, strerror(number), sizeof(why) - 1);
        why[sizeof(why) - 1] = '\0';
        return fail_nobody(ctx, text, why);
    }
    return status;
}
