/* SPDX-License-Identifier: MIT */
#include "worktree/fsmonitor.h"

#include "base/env.h"
#include "program/shell_command.h"

/* The command; NULL: none, or the daemon. */
static const char *hook_of(const struct qn_config *config)
{
    const struct qn_config_entry *value =
        qn_config_find(config, "core.fsmonitor");
    bool is_on;

    if (!value || !value->value || !*value->value ||
        qn_config_parse_bool(value->value, &is_on))
        return NULL;
    return value->value;
}

bool qn_fsmonitor_is_configured(const struct qn_config *config)
{
    const struct qn_config_entry *value =
        qn_config_find(config, "core.fsmonitor");
    bool is_on = true;

    if (!value || (value->value && !*value->value))
        return false;
    if (value->value && qn_config_parse_bool(value->value, &is_on))
        return is_on;
    return true;
}

/* A token before anything was asked: the time. */
static enum qn_status time_token(struct qn_ctx *ctx, struct qn_buf *out)
{
    qn_buf_clear(out);
    return qn_buf_printf(ctx, out, "%lld",
                         (long long)qn_env_clock(qn_ctx_env(ctx), false));
}

enum qn_status qn_fsmonitor_set(struct qn_ctx *ctx, struct qn_index *index,
                                bool is_enabled)
{
    struct qn_buf token = QN_BUF_INIT;
    enum qn_status status = QN_OK;

    if (is_enabled == qn_index_has_fsmonitor(index))
        return QN_OK;
    if (!is_enabled)
        qn_index_drop_fsmonitor(index);
    else
        status = time_token(ctx, &token);
    if (!status && is_enabled)
        status = qn_index_set_fsmonitor_token(ctx, index, qn_buf_bytes(&token));
    for (size_t i = 0; i < qn_index_count(index); i++)
        qn_index_at(index, i)->flags &= (uint8_t)~QN_INDEX_FSMONITOR_VALID;
    qn_index_mark_changed(index);
    qn_buf_dispose(&token);
    return status;
}

static void forget_one(struct qn_index *index, size_t i)
{
    struct qn_index_entry *entry = qn_index_at(index, i);

    if (!(entry->flags & QN_INDEX_FSMONITOR_VALID))
        return;
    entry->flags &= (uint8_t)~QN_INDEX_FSMONITOR_VALID;
    qn_index_mark_changed(index);
}

static void forget_path(struct qn_index *index, struct qn_bytes path)
{
    size_t i, start, end;
    bool found;

    while (path.size > 0 && path.data[path.size - 1] == '/')
        path.size--;
    i = qn_index_find(index, path, 0, &found);
    for (; found && i < qn_index_count(index) &&
           qn_bytes_is_equal(qn_index_peek(index, i)->path, path);
         i++)
        forget_one(index, i);
    if (!qn_index_directory_range(index, path, &start, &end))
        return;
    for (; start < end; start++)
        forget_one(index, start);
}

static void forget_all(struct qn_index *index)
{
    for (size_t i = 0; i < qn_index_count(index); i++)
        forget_one(index, i);
}

/* One call of the hook; `*is_good` false when it failed. */
static enum qn_status
call_hook(struct qn_ctx *ctx, const struct qn_work_tree *tree, const char *hook,
          int version, const char *token, struct qn_buf *out, bool *is_good)
{
    const char *arguments[3] = {version == 2 ? "2" : "1", token, NULL};
    struct qn_process_options options = {.directory = tree->top};
    int code = 0;
    enum qn_status status;

    qn_buf_clear(out);
    *is_good = false;
    status = qn_shell_command_filter(ctx, hook, arguments, &options,
                                     QN_BYTES_NONE, out, &code);
    if (status == QN_NO_MEMORY)
        return status;
    if (status)
        qn_ctx_clear(ctx);
    *is_good = !status && code == 0;
    return QN_OK;
}

static void apply_answer(struct qn_index *index, struct qn_bytes answer)
{
    struct qn_bytes path;

    while (qn_bytes_next(&answer, '\0', &path)) {
        if (qn_bytes_is_string(path, "/")) {
            forget_all(index);
            return;
        }
        if (path.size > 0)
            forget_path(index, path);
    }
}

enum qn_status qn_fsmonitor_ask(struct qn_ctx *ctx,
                                const struct qn_work_tree *tree,
                                struct qn_index *index)
{
    const struct qn_config *config = qn_repo_config(tree->repo);
    const char *hook = hook_of(config);
    struct qn_buf now = QN_BUF_INIT, out = QN_BUF_INIT, token = QN_BUF_INIT;
    struct qn_bytes answer, next;
    int64_t wanted = -1;
    bool is_good = false;
    int version = 2;
    enum qn_status status = QN_OK;

    if (qn_index_is_monitored(index) ||
        (!hook && !qn_index_has_fsmonitor(index)))
        return QN_OK;
    if (!hook) {
        if (!qn_fsmonitor_is_configured(config))
            status = qn_fsmonitor_set(ctx, index, false);
        return status;
    }
    if (!qn_index_has_fsmonitor(index))
        status = qn_fsmonitor_set(ctx, index, true);
    if (!status)
        status = qn_config_int64(ctx, config, "core.fsmonitorhookversion", -1,
                                 &wanted);
    if (!status)
        status = time_token(ctx, &now);
    if (!status)
        status =
            qn_buf_append_bytes(ctx, &token, qn_index_fsmonitor_token(index));
    if (!status && wanted != 1)
        status = call_hook(ctx, tree, hook, 2, qn_buf_string(&token), &out,
                           &is_good);
    if (!status && !is_good && wanted != 2) {
        version = 1;
        status = call_hook(ctx, tree, hook, 1, qn_buf_string(&token), &out,
                           &is_good);
    }
    if (status)
        goto out;
    answer = qn_buf_bytes(&out);
    next = qn_buf_bytes(&now);
    if (is_good && version == 2) {
        size_t end = qn_bytes_find(answer, '\0');

        next = qn_bytes_first(answer, end);
        answer = qn_bytes_from(answer, end < answer.size ? end + 1 : end);
        if (next.size == 0) {
            qn_ctx_report(ctx, QN_REPORT_WARNING, "fsmonitor.no-token",
                          "Empty last update token.");
            is_good = false;
        }
    }
    if (is_good)
        apply_answer(index, answer);
    else
        forget_all(index);
    if (next.size > 0)
        status = qn_index_set_fsmonitor_token(ctx, index, next);
    if (!status)
        qn_index_set_monitored(index);
out:
    qn_buf_dispose(&now);
    qn_buf_dispose(&out);
    qn_buf_dispose(&token);
    return status;
}
