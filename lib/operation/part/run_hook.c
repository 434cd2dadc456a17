/* SPDX-License-Identifier: MIT */
#include "operation/part/run_hook.h"

#include "program/hook.h"

struct surroundings {
    struct qn_buf directory; /* where hooks are */
    struct qn_buf shown;     /* the same, for hints */
    struct qn_buf index;     /* GIT_INDEX_FILE=... */
    struct qn_buf git;       /* GIT_DIR=... */
    struct qn_buf prefix;
    struct qn_buf action; /* GIT_REFLOG_ACTION=... */
    const char *variables[11];
};

static void dispose(struct surroundings *around)
{
    qn_buf_dispose(&around->directory);
    qn_buf_dispose(&around->shown);
    qn_buf_dispose(&around->index);
    qn_buf_dispose(&around->git);
    qn_buf_dispose(&around->prefix);
    qn_buf_dispose(&around->action);
}

/* These work on what they share: a message, the index, the work tree. */
static bool is_serial(const char *event)
{
    static const char *const events[] = {
        "applypatch-msg", "pre-commit",    "prepare-commit-msg", "commit-msg",
        "post-commit",    "post-checkout", "push-to-checkout"};

    for (size_t i = 0; i < QN_COUNT_OF(events); i++)
        if (strcmp(events[i], event) == 0)
            return true;
    return false;
}

static enum qn_status prepare(struct qn_ctx *ctx, struct qn_repo *repo,
                              const struct qn_run_hook *hook,
                              struct surroundings *around,
                              struct qn_hook_options *options)
{
    const char *work_tree = qn_repo_work_tree(repo);
    enum qn_status status;
    size_t count = 0;

    status = qn_repo_path(ctx, repo, "hooks", &around->directory);
    if (!status && hook->index_path) {
        status = qn_buf_printf(ctx, &around->index, "GIT_INDEX_FILE=%s",
                               hook->index_path);
        around->variables[count++] = qn_buf_string(&around->index);
    }
    if (!status && !work_tree) {
        status = qn_buf_append_string(ctx, &around->git, "GIT_DIR=.");
        around->variables[count++] = qn_buf_string(&around->git);
    }
    if (!status) {
        status = qn_buf_printf(ctx, &around->prefix, "GIT_PREFIX=%s",
                               qn_repo_prefix(repo));
        around->variables[count++] = qn_buf_string(&around->prefix);
    }
    if (!status && hook->action) {
        status = qn_buf_printf(ctx, &around->action, "GIT_REFLOG_ACTION=%s",
                               hook->action);
        around->variables[count++] = qn_buf_string(&around->action);
    }
    if (hook->has_no_editor)
        around->variables[count++] = "GIT_EDITOR=:";
    for (size_t i = 0; hook->extra && hook->extra[i] && i < 4; i++)
        around->variables[count++] = hook->extra[i];
    around->variables[count] = NULL;
    options->config = qn_repo_config(repo);
    options->directory = qn_buf_string(&around->directory);
    if (!status && !qn_config_find(qn_repo_config(repo), "core.hooksPath")) {
        status = qn_buf_printf(ctx, &around->shown, "%s/hooks",
                               qn_repo_git_directory_shown(repo));
        options->shown_directory = qn_buf_string(&around->shown);
    }
    options->arguments = hook->arguments;
    options->variables = around->variables;
    options->work_directory =
        work_tree ? work_tree : qn_repo_git_directory(repo);
    options->input = hook->input;
    options->has_input = hook->has_input;
    options->is_serial = !hook->is_asked && is_serial(hook->name);
    options->jobs = hook->jobs;
    options->keeps_stdout = hook->keeps_stdout;
    return status;
}

enum qn_status qn_run_hook_exists(struct qn_ctx *ctx, struct qn_repo *repo,
                                  const char *name, bool *out)
{
    struct surroundings around = {.directory = QN_BUF_INIT};
    struct qn_run_hook hook = {.name = name};
    struct qn_hook_options options = {0};
    enum qn_status status;

    status = prepare(ctx, repo, &hook, &around, &options);
    if (!status)
        status = qn_hook_exists(ctx, &options, name, out);
    dispose(&around);
    return status;
}

enum qn_status qn_run_hook(struct qn_ctx *ctx, struct qn_repo *repo,
                           const struct qn_run_hook *hook, int *exit_code)
{
    struct surroundings around = {.directory = QN_BUF_INIT};
    struct qn_hook_options options = {0};
    enum qn_status status;
    int code = 0;

    status = prepare(ctx, repo, hook, &around, &options);
    if (!status)
        status = qn_hook_run(ctx, &options, hook->name, &code, hook->was_run);
    if (!status && exit_code)
        *exit_code = code;
    dispose(&around);
    return status;
}

enum qn_status qn_run_hook_list(struct qn_ctx *ctx, struct qn_repo *repo,
                                const char *name, char terminator,
                                bool shows_scope, struct qn_buf *out)
{
    struct surroundings around = {.directory = QN_BUF_INIT};
    struct qn_run_hook hook = {.name = name};
    struct qn_hook_options options = {0};
    enum qn_status status;

    status = prepare(ctx, repo, &hook, &around, &options);
    options.shows_scope = shows_scope;
    if (!status)
        status = qn_hook_list(ctx, &options, name, terminator, out);
    dispose(&around);
    return status;
}
