/* SPDX-License-Identifier: MIT */
#include "config/config_files.h"

#include "config/config_store.h"
#include "os/file.h"

static const char *variable(struct qn_ctx *ctx, const char *name)
{
    return qn_env_variable(qn_ctx_env(ctx), name);
}

enum qn_status qn_config_files_system_path(struct qn_ctx *ctx,
                                           struct qn_buf *out)
{
    const char *path = variable(ctx, "GIT_CONFIG_SYSTEM");

    return qn_buf_append_string(ctx, out, path ? path : QN_CONFIG_SYSTEM_FILE);
}

enum qn_status qn_config_files_system(struct qn_ctx *ctx, struct qn_buf *out)
{
    const char *refusal = variable(ctx, "GIT_CONFIG_NOSYSTEM");
    bool refused = false;

    if (refusal && !qn_config_parse_bool(refusal, &refused))
        return qn_ctx_fail_reason(
            ctx, QN_INVALID, "config.bad-value", "GIT_CONFIG_NOSYSTEM",
            "bad boolean environment value '%s' for 'GIT_CONFIG_NOSYSTEM'",
            refusal);
    return refused ? QN_OK : qn_config_files_system_path(ctx, out);
}

enum qn_status qn_config_files_xdg(struct qn_ctx *ctx, const char *name,
                                   struct qn_buf *out)
{
    const char *xdg = variable(ctx, "XDG_CONFIG_HOME");
    const char *home = variable(ctx, "HOME");

    if (xdg && *xdg)
        return qn_buf_printf(ctx, out, "%s/git/%s", xdg, name);
    if (home)
        return qn_buf_printf(ctx, out, "%s/.config/git/%s", home, name);
    return QN_OK;
}

enum qn_status qn_config_files_global(struct qn_ctx *ctx, struct qn_buf *xdg,
                                      struct qn_buf *user)
{
    const char *path = variable(ctx, "GIT_CONFIG_GLOBAL");
    const char *home = variable(ctx, "HOME");
    enum qn_status status;

    if (path)
        return qn_buf_append_string(ctx, user, path);
    status = qn_config_files_xdg(ctx, "config", xdg);
    if (!status && home)
        status = qn_buf_printf(ctx, user, "%s/.gitconfig", home);
    return status;
}

enum qn_status qn_config_files_global_path(struct qn_ctx *ctx,
                                           struct qn_buf *out)
{
    struct qn_buf xdg = QN_BUF_INIT;
    struct qn_buf user = QN_BUF_INIT;
    enum qn_status status;

    status = qn_config_files_global(ctx, &xdg, &user);
    if (status)
        goto out;
    if (user.size == 0)
        status = qn_ctx_fail(ctx, QN_NOT_FOUND, "$HOME not set");
    else if (xdg.size > 0 && !qn_file_exists(qn_buf_string(&user)) &&
             qn_file_exists(qn_buf_string(&xdg)))
        status = qn_buf_append_bytes(ctx, out, qn_buf_bytes(&xdg));
    else
        status = qn_buf_append_bytes(ctx, out, qn_buf_bytes(&user));
out:
    qn_buf_dispose(&xdg);
    qn_buf_dispose(&user);
    return status;
}

/* A file that may not be read is passed over with a warning. */
static enum qn_status add_file(struct qn_ctx *ctx, struct qn_config *config,
                               const struct qn_buf *path,
                               enum qn_config_scope scope,
                               const struct qn_config_conditions *conditions)
{
    enum qn_status status;

    if (path->size == 0)
        return QN_OK;
    status = qn_config_add_file(ctx, config, qn_buf_string(path), scope,
                                conditions, NULL);
    if (status == QN_DENIED) {
        qn_ctx_report(ctx, QN_REPORT_WARNING, "", "%s", qn_ctx_message(ctx));
        qn_ctx_clear(ctx);
        status = QN_OK;
    }
    return status;
}

enum qn_status
qn_config_files_add(struct qn_ctx *ctx, struct qn_config *config,
                    const struct qn_config_conditions *conditions)
{
    struct qn_buf system = QN_BUF_INIT;
    struct qn_buf xdg = QN_BUF_INIT;
    struct qn_buf user = QN_BUF_INIT;
    enum qn_status status;

    status = qn_config_files_system(ctx, &system);
    if (!status)
        status = qn_config_files_global(ctx, &xdg, &user);
    if (!status)
        status =
            add_file(ctx, config, &system, QN_CONFIG_SCOPE_SYSTEM, conditions);
    if (!status)
        status =
            add_file(ctx, config, &xdg, QN_CONFIG_SCOPE_GLOBAL, conditions);
    if (!status)
        status =
            add_file(ctx, config, &user, QN_CONFIG_SCOPE_GLOBAL, conditions);
    qn_buf_dispose(&system);
    qn_buf_dispose(&xdg);
    qn_buf_dispose(&user);
    return status;
}
