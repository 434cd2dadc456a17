/* SPDX-License-Identifier: MIT */
/* Sources of configuration, in Git's order. */
#include "os/file.h"
#include "repo/repo_parts.h"
#include "text/pathname.h"

#include <string.h>

#define SYSTEM_CONFIG "/etc/gitconfig"

/* The current branch, for includeIf "onbranch:". */
static const char *current_branch(void *data)
{
    struct qn_repo_conditions *answer = data;
    struct qn_refs *refs = NULL;
    struct qn_ref ref = QN_REF_INIT;
    struct qn_bytes target;
    const char *result = NULL;
    bool found = false;

    if (qn_repo_open_refs_store(answer->ctx, answer->repo) ||
        qn_refs_new(answer->ctx, answer->repo->refs_store, &refs) ||
        qn_refs_find(answer->ctx, refs, "HEAD", &ref, &found)) {
        qn_ctx_clear(answer->ctx);
        goto out;
    }
    target = qn_buf_bytes(&ref.target);
    if (found && ref.is_symbolic &&
        qn_bytes_has_prefix(target, "refs/heads/")) {
        qn_buf_clear(&answer->branch);
        if (qn_buf_append_bytes(answer->ctx, &answer->branch,
                                qn_bytes_from(target, 11)) == QN_OK)
            result = qn_buf_string(&answer->branch);
    }

out:
    qn_ref_dispose(&ref);
    qn_refs_free(refs);
    return result;
}

static const char *variable(struct qn_ctx *ctx, const char *name)
{
    return qn_env_variable(qn_ctx_env(ctx), name);
}

static enum qn_status add_system(struct qn_ctx *ctx, struct qn_config *config,
                                 const struct qn_config_conditions *conditions)
{
    const char *off = variable(ctx, "GIT_CONFIG_NOSYSTEM");
    const char *path = variable(ctx, "GIT_CONFIG_SYSTEM");
    bool is_off = false;

    if (off && qn_config_parse_bool(off, &is_off) && is_off)
        return QN_OK;
    return qn_config_add_file(ctx, config, path ? path : SYSTEM_CONFIG,
                              QN_CONFIG_SCOPE_SYSTEM, conditions, NULL);
}

static enum qn_status add_global(struct qn_ctx *ctx, struct qn_config *config,
                                 const struct qn_config_conditions *conditions)
{
    const char *path = variable(ctx, "GIT_CONFIG_GLOBAL");
    const char *xdg = variable(ctx, "XDG_CONFIG_HOME");
    const char *home = conditions->home;
    struct qn_buf name = QN_BUF_INIT;
    enum qn_status status = QN_OK;

    if (path)
        return *path ? qn_config_add_file(ctx, config, path,
                                          QN_CONFIG_SCOPE_GLOBAL, conditions,
                                          NULL)
                     : QN_OK;
    if (xdg && *xdg)
        status = qn_buf_printf(ctx, &name, "%s/git/config", xdg);
    else if (home)
        status = qn_buf_printf(ctx, &name, "%s/.config/git/config", home);
    if (!status && name.size > 0)
        status = qn_config_add_file(ctx, config, qn_buf_string(&name),
                                    QN_CONFIG_SCOPE_GLOBAL, conditions, NULL);
    if (!status && home) {
        qn_buf_clear(&name);
        status = qn_buf_printf(ctx, &name, "%s/.gitconfig", home);
        if (!status)
            status =
                qn_config_add_file(ctx, config, qn_buf_string(&name),
                                   QN_CONFIG_SCOPE_GLOBAL, conditions, NULL);
    }
    qn_buf_dispose(&name);
    return status;
}

static enum qn_status add_local(struct qn_ctx *ctx, struct qn_repo *repo,
                                struct qn_config *config,
                                const struct qn_config_conditions *conditions)
{
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status = QN_OK;

    if (repo->format.text.size > 0)
        status = qn_config_add_bytes(
            ctx, config, qn_buf_bytes(&repo->format.text),
            QN_CONFIG_SCOPE_LOCAL, "file", qn_buf_string(&repo->format.origin),
            conditions);
    if (!status && repo->format.has_worktree_config) {
        status = qn_buf_printf(ctx, &path, "%s/config.worktree",
                               repo->git_directory);
        if (!status)
            status =
                qn_config_add_file(ctx, config, qn_buf_string(&path),
                                   QN_CONFIG_SCOPE_WORKTREE, conditions, NULL);
    }
    qn_buf_dispose(&path);
    return status;
}

void qn_repo_conditions_init(struct qn_ctx *ctx, struct qn_repo *repo,
                             struct qn_repo_conditions *out)
{
    memset(out, 0, sizeof(*out));
    out->ctx = ctx;
    out->repo = repo;
    out->conditions.data = out;
    out->conditions.home = variable(ctx, "HOME");
    if (repo) {
        out->conditions.git_directory = repo->git_directory;
        out->conditions.branch = current_branch;
        if (repo->format.base.size > 0)
            out->conditions.base = qn_buf_string(&repo->format.base);
    }
}

void qn_repo_conditions_dispose(struct qn_repo_conditions *conditions)
{
    qn_buf_dispose(&conditions->branch);
}

static enum qn_status read_all(struct qn_ctx *ctx, struct qn_repo *repo,
                               const struct qn_config_conditions *conditions,
                               struct qn_config **out)
{
    struct qn_config *config = NULL;
    enum qn_status status = qn_config_new(ctx, &config);

    if (!status)
        status = add_system(ctx, config, conditions);
    if (!status)
        status = add_global(ctx, config, conditions);
    if (!status && repo)
        status = add_local(ctx, repo, config, conditions);
    if (!status)
        status = qn_config_add_variables(ctx, config, conditions);
    if (status)
        qn_config_free(config);
    else
        *out = config;
    return status;
}

enum qn_status qn_repo_load_config(struct qn_ctx *ctx, struct qn_repo *repo,
                                   struct qn_config **out)
{
    struct qn_repo_conditions with;
    struct qn_config *first = NULL;
    enum qn_status status;

    qn_repo_conditions_init(ctx, repo, &with);
    status = read_all(ctx, repo, &with.conditions, out);
    if (!status && qn_config_wants_urls(*out)) {
        /* What asks for the remotes' URLs is read when they are known. */
        first = *out;
        with.conditions.urls = first;
        status = read_all(ctx, repo, &with.conditions, out);
        if (status)
            *out = NULL;
        qn_config_free(first);
    }
    qn_repo_conditions_dispose(&with);
    return status;
}

enum qn_status qn_repo_outside_config(struct qn_ctx *ctx,
                                      struct qn_config **out)
{
    return qn_repo_load_config(ctx, NULL, out);
}
