/* SPDX-License-Identifier: MIT */
#include "operation/upload_pack_hook.h"

#include "program/shell_command.h"

#include <string.h>

#define WORDS_MAX 48

const char *qn_upload_pack_hook_find(const struct qn_config *config)
{
    size_t i;

    for (i = qn_config_count(config); i-- > 0;) {
        const struct qn_config_entry *entry = qn_config_at(config, i);

        if ((entry->scope == QN_CONFIG_SCOPE_SYSTEM ||
             entry->scope == QN_CONFIG_SCOPE_GLOBAL ||
             entry->scope == QN_CONFIG_SCOPE_COMMAND) &&
            strcmp(entry->key, "uploadpack.packobjectshook") == 0)
            return entry->value;
    }
    return NULL;
}

static enum qn_status add_word(struct qn_ctx *ctx, struct qn_wire_words *words,
                               bool is_said, const char *word)
{
    return is_said ? qn_wire_words_add(ctx, words, qn_bytes_from_string(word))
                   : QN_OK;
}

static enum qn_status add_value(struct qn_ctx *ctx, struct qn_wire_words *words,
                                const char *name, struct qn_bytes value)
{
    struct qn_buf word = QN_BUF_INIT;
    enum qn_status status = qn_buf_append_string(ctx, &word, name);

    if (!status)
        status = qn_buf_append_bytes(ctx, &word, value);
    if (!status)
        status = qn_wire_words_add(ctx, words, qn_buf_bytes(&word));
    qn_buf_dispose(&word);
    return status;
}

/* The command that it stands in for. */
static enum qn_status list_words(struct qn_ctx *ctx,
                                 const struct qn_upload_pack *u,
                                 struct qn_wire_words *words)
{
    const struct qn_fetch_request *request = &u->request;
    bool is_shallow = u->depth.ends.count > 0;
    const struct {
        bool is_said;
        const char *word;
    } list[] = {{true, "git"},
                {is_shallow, "--shallow-file"},
                {is_shallow, ""},
                {true, "pack-objects"},
                {true, "--revs"},
                {request->is_thin, "--thin"},
                {true, "--stdout"},
                {is_shallow, "--shallow"},
                {!request->is_quiet, "--progress"},
                {request->names_offsets, "--delta-base-offset"},
                {request->includes_tags, "--include-tag"}};
    struct qn_bytes rest = qn_buf_bytes(&request->pack_protocols), word;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < QN_COUNT_OF(list); i++)
        status = add_word(ctx, words, list[i].is_said, list[i].word);
    if (!status && request->filter.size > 0)
        status =
            add_value(ctx, words, "--filter=", qn_buf_bytes(&request->filter));
    while (!status && words->count < WORDS_MAX - 2 &&
           qn_bytes_next(&rest, ',', &word))
        if (word.size > 0)
            status = add_value(ctx, words, "--uri-protocol=", word);
    return status ? status
                  : add_word(ctx, words, u->leaves_promised,
                             "--missing=allow-promisor");
}

/* A conversation: all of the input, then what comes until the end. */
static enum qn_status talk(struct qn_ctx *ctx,
                           const struct qn_upload_pack_hook *hook,
                           struct qn_process *process)
{
    struct qn_buf made = QN_BUF_INIT;
    bool is_over = false;
    enum qn_status status = qn_process_send(ctx, process, hook->input, &made);

    if (status == QN_IO) { /* it does not want to know */
        qn_ctx_clear(ctx);
        status = QN_OK;
    }
    qn_process_close_in(process);
    while (!status && !is_over) {
        status = qn_process_receive(ctx, process, &made, &is_over);
        if (!status && made.size > 0)
            status = hook->pack(ctx, hook->data, qn_buf_bytes(&made));
        qn_buf_clear(&made);
    }
    qn_buf_dispose(&made);
    return status;
}

enum qn_status qn_upload_pack_hook_run(struct qn_ctx *ctx,
                                       const struct qn_upload_pack_hook *hook,
                                       bool *is_good)
{
    static const char *const variables[] = {"GIT_DIR=.", "GIT_NO_LAZY_FETCH=1",
                                            NULL};
    const struct qn_process_listener listener = {hook->data, hook->said, 1000};
    struct qn_process_options with = {
        .directory = qn_repo_git_directory(hook->u->scope->repo),
        .variables = variables,
        .in = QN_PROCESS_PIPE,
        .out = QN_PROCESS_PIPE,
        .err = hook->said ? QN_PROCESS_PIPE : QN_PROCESS_INHERIT};
    struct qn_shell_command command = QN_SHELL_COMMAND_INIT;
    struct qn_process *process = NULL;
    struct qn_wire_words list = QN_WIRE_WORDS_INIT;
    const char *words[WORDS_MAX] = {NULL};
    size_t position = 0, i;
    int code = 0;
    enum qn_status status = list_words(ctx, hook->u, &list);

    for (i = 0; i + 1 < WORDS_MAX && i < list.count; i++)
        words[i] = qn_wire_words_next(&list, &position);
    if (!status)
        status = qn_shell_command_make(ctx, hook->command, words, &command);
    if (status)
        goto out;
    qn_shell_command_fill(&command, &with);
    status = qn_process_start(ctx, &with, &process);
    if (status) {
        qn_shell_command_tell(ctx, hook->command);
        status = qn_ctx_fail_reason(
            ctx, QN_IO, "upload-pack.refused", NULL,
            "git upload-pack: unable to fork git-pack-objects");
        goto out;
    }
    if (hook->said)
        qn_process_set_listener(process, &listener);
    status = talk(ctx, hook, process);
    if (status)
        goto out;
    status = qn_process_wait(ctx, process, &code);
    process = NULL;
    *is_good = code == 0;
out:
    qn_process_free(process);
    qn_shell_command_dispose(&command);
    qn_wire_words_dispose(&list);
    return status;
}
