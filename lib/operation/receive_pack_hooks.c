/* SPDX-License-Identifier: MIT */
/* Hooks of receive-pack: in the git directory, their words in the second band.
 */
#include "base/memory.h"
#include "operation/part/run_hook.h"
#include "operation/receive_pack_parts.h"
#include "program/hook.h"

#include <stdio.h>

struct words { /* an array of strings, NULL terminated */
    const char **items;
    size_t count, capacity;
};

static enum qn_status add_word(struct qn_receive_pack *r, struct words *words,
                               const char *word)
{
    enum qn_status status =
        qn_memory_grow(r->ctx, &words->items, &words->capacity,
                       words->count + 2, sizeof(*words->items));

    if (status)
        return status;
    words->items[words->count++] = word;
    words->items[words->count] = NULL;
    return QN_OK;
}

static enum qn_status add_text(struct qn_receive_pack *r, struct words *words,
                               const char *name, const char *value)
{
    size_t size = strlen(name) + strlen(value) + 2;
    char *made = qn_arena_alloc(r->ctx, &r->arena, size);

    if (!made)
        return QN_NO_MEMORY;
    snprintf(made, size, "%s=%s", name, value);
    return add_word(r, words, made);
}

enum qn_status qn_receive_run_hook(struct qn_receive_pack *r,
                                   const struct qn_receive_hook *hook,
                                   int *exit_code, bool *was_run)
{
    struct words variables = {0};
    struct qn_buf directory = QN_BUF_INIT;
    struct qn_ctx_sinks own = {0};
    bool swaps = hook->is_local && r->has_bands;
    struct qn_hook_options options = {
        .config = r->config,
        .arguments = hook->arguments,
        .work_directory = qn_repo_git_directory(r->scope->repo),
        .input = hook->input,
        .has_input = hook->has_input,
        .listener = r->has_bands && !hook->is_local ? &r->listener : NULL};
    enum qn_status status =
        qn_repo_path(r->ctx, r->scope->repo, "hooks", &directory);
    size_t i;

    if (!status)
        status = add_word(r, &variables, "GIT_DIR=.");
    for (i = 0;
         !status && r->options->hook_variables && r->options->hook_variables[i];
         i++)
        status = add_word(r, &variables, r->options->hook_variables[i]);
    for (i = 0; !status && hook->variables && hook->variables[i]; i++)
        status = add_word(r, &variables, hook->variables[i]);
    options.directory = qn_buf_string(&directory);
    options.variables = variables.items;
    *exit_code = 0;
    if (swaps)
        own = qn_ctx_swap_sinks(r->ctx, r->before);
    if (!status)
        status = qn_hook_run(r->ctx, &options, hook->name, exit_code, was_run);
    if (swaps)
        (void)qn_ctx_swap_sinks(r->ctx, own);
    qn_memory_free(variables.items);
    qn_buf_dispose(&directory);
    return status;
}

/* ---- what pre-receive and post-receive see */

static enum qn_status add_options(struct qn_receive_pack *r,
                                  struct words *words)
{
    enum qn_status status = QN_OK;
    size_t position = 0, count = 0;
    const char *option;
    char text[48];

    while (!status && r->has_options &&
           (option = qn_wire_words_next(&r->request.options, &position))) {
        snprintf(text, sizeof(text), "GIT_PUSH_OPTION_%zu", count++);
        status = add_text(r, words, text, option);
    }
    snprintf(text, sizeof(text), "%zu", count);
    return status ? status : add_text(r, words, "GIT_PUSH_OPTION_COUNT", text);
}

static enum qn_status add_certificate(struct qn_receive_pack *r,
                                      struct words *words)
{
    struct qn_bytes rest = qn_buf_bytes(&r->certificate_variables), one;
    enum qn_status status = QN_OK;

    while (!status && qn_bytes_next(&rest, '\0', &one))
        if (one.size > 0)
            status = add_word(r, words, (const char *)one.data);
    return status;
}

static enum qn_status add_quarantine(struct qn_receive_pack *r,
                                     struct words *words)
{
    const char *path = qn_odb_quarantine_directory(r->quarantine);
    enum qn_status status =
        add_text(r, words, "GIT_ALTERNATE_OBJECT_DIRECTORIES",
                 qn_odb_quarantine_alternates(r->quarantine));

    if (!status)
        status = add_text(r, words, "GIT_OBJECT_DIRECTORY", path);
    return status ? status : add_text(r, words, "GIT_QUARANTINE_PATH", path);
}

static enum qn_status put_line(struct qn_receive_pack *r,
                               const struct qn_id *old_id,
                               const struct qn_id *new_id, const char *name,
                               struct qn_buf *out)
{
    char old[QN_ID_MAX_HEX_SIZE + 1], new[QN_ID_MAX_HEX_SIZE + 1];

    return qn_buf_printf(r->ctx, out, "%s %s %s\n", qn_id_to_hex(old_id, old),
                         qn_id_to_hex(new_id, new), name);
}

/* With what proc-receive did instead. */
static enum qn_status put_command(struct qn_receive_pack *r,
                                  const struct qn_receive_command *command,
                                  struct qn_buf *out)
{
    const struct qn_receive_outcome *outcome = command->outcomes;
    enum qn_status status = QN_OK;

    if (!outcome)
        return put_line(r, &command->old_id, &command->new_id, command->name,
                        out);
    for (; !status && outcome; outcome = outcome->next)
        status =
            put_line(r, outcome->has_old ? &outcome->old_id : &command->old_id,
                     outcome->has_new ? &outcome->new_id : &command->new_id,
                     outcome->name ? outcome->name : command->name, out);
    return status;
}

static enum qn_status feed_hook(struct qn_receive_pack *r, const char *name,
                                bool is_after, int *exit_code)
{
    struct words variables = {0};
    struct qn_buf input = QN_BUF_INIT;
    struct qn_receive_hook hook = {.name = name, .has_input = true};
    enum qn_status status = QN_OK;
    size_t i;

    *exit_code = 0;
    input.limit = SIZE_MAX;
    for (i = 0; !status && i < r->count; i++)
        if (!r->commands[i].error &&
            !(is_after && r->commands[i].did_not_exist))
            status = put_command(r, &r->commands[i], &input);
    if (status || input.size == 0)
        goto out;
    status = add_options(r, &variables);
    if (!status)
        status = add_certificate(r, &variables);
    if (!status && !is_after && r->quarantine)
        status = add_quarantine(r, &variables);
    hook.variables = variables.items;
    hook.input = qn_buf_bytes(&input);
    if (!status)
        status = qn_receive_run_hook(r, &hook, exit_code, NULL);
out:
    qn_memory_free(variables.items);
    qn_buf_dispose(&input);
    return status;
}

enum qn_status qn_receive_pre_receive(struct qn_receive_pack *r)
{
    int code = 0;
    enum qn_status status = feed_hook(r, "pre-receive", false, &code);
    size_t i;

    for (i = 0; !status && code && i < r->count; i++)
        if (!r->commands[i].error)
            r->commands[i].error = "pre-receive hook declined";
    return status;
}

enum qn_status qn_receive_update_hook(struct qn_receive_pack *r,
                                      const struct qn_receive_command *command,
                                      bool *is_fine)
{
    char old[QN_ID_MAX_HEX_SIZE + 1], new[QN_ID_MAX_HEX_SIZE + 1];
    const char *const arguments[] = {command->name,
                                     qn_id_to_hex(&command->old_id, old),
                                     qn_id_to_hex(&command->new_id, new), NULL};
    struct qn_receive_hook hook = {.name = "update", .arguments = arguments};
    int code = 0;
    enum qn_status status = qn_receive_run_hook(r, &hook, &code, NULL);

    *is_fine = code == 0;
    return status;
}

enum qn_status qn_receive_post_hooks(struct qn_receive_pack *r)
{
    struct qn_receive_hook hook = {.name = "post-update"};
    struct words names = {0};
    int code = 0;
    enum qn_status status = feed_hook(r, "post-receive", true, &code);
    size_t i;

    for (i = 0; !status && i < r->count; i++)
        if (!r->commands[i].error && !r->commands[i].did_not_exist)
            status = add_word(r, &names, r->commands[i].name);
    hook.arguments = names.items;
    if (!status && names.count > 0)
        status = qn_receive_run_hook(r, &hook, &code, NULL);
    qn_memory_free(names.items);
    return status;
}

enum qn_status qn_receive_observe(struct qn_ctx *ctx, void *data,
                                  const char *state, struct qn_bytes lines)
{
    struct qn_receive_pack *r = data;
    const char *const arguments[] = {state, NULL};
    struct qn_receive_hook hook = {.name = "reference-transaction",
                                   .arguments = arguments,
                                   .input = lines,
                                   .has_input = true,
                                   .is_local = true};
    bool exists = false;
    int code = 0;
    enum qn_status status;

    if (!state) {
        status = qn_run_hook_exists(ctx, r->scope->repo, hook.name, &exists);
        return status || exists ? status : QN_END;
    }
    status = qn_receive_run_hook(r, &hook, &code, NULL);
    if (!status && code)
        status = qn_ctx_fail(ctx, QN_REFUSED, "the hook said no");
    return status;
}
