/* SPDX-License-Identifier: MIT */
#include "diff/submodule_ignore.h"

#include "config/config.h"
#include "os/file.h"
#include "path/submodule_check.h"

void qn_submodule_ignore_dispose(struct qn_submodule_ignore *ignore)
{
    qn_config_free(ignore->modules);
    memset(ignore, 0, sizeof(*ignore));
}

/* A name that would lead out of the directory of submodules is none, and that
 * is told for each line that has it. */
static void tell_names(struct qn_ctx *ctx, const struct qn_config *modules)
{
    size_t i;

    for (i = 0; modules && i < qn_config_count(modules); i++) {
        struct qn_bytes key =
            qn_bytes_from_string(qn_config_at(modules, i)->key);
        size_t end = qn_bytes_find_last(key, '.');

        if (!qn_bytes_has_prefix(key, "submodule.") || end < 10)
            continue;
        key = qn_bytes_first(qn_bytes_from(key, 10), end - 10);
        if (!qn_submodule_check_is_name(key))
            qn_ctx_report(ctx, QN_REPORT_WARNING, "submodule.name",
                          "ignoring suspicious submodule name: %.*s",
                          QN_BYTES_ARG(key));
    }
}

static enum qn_status load(struct qn_ctx *ctx,
                           struct qn_submodule_ignore *ignore,
                           struct qn_repo *repo)
{
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status = QN_OK;

    ignore->is_loaded = true;
    if (!qn_repo_work_tree(repo))
        return QN_OK;
    status =
        qn_buf_printf(ctx, &path, "%s/.gitmodules", qn_repo_work_tree(repo));
    if (!status && qn_file_exists(qn_buf_string(&path))) {
        status = qn_config_new(ctx, &ignore->modules);
        if (!status)
            status =
                qn_config_add_file(ctx, ignore->modules, qn_buf_string(&path),
                                   QN_CONFIG_SCOPE_LOCAL, NULL, NULL);
    }
    qn_buf_dispose(&path);
    if (!status)
        tell_names(ctx, ignore->modules);
    return status;
}

/* The name of the submodule at `path`: a view of a key of .gitmodules. */
static bool find_name(const struct qn_config *modules, struct qn_bytes path,
                      struct qn_bytes *out)
{
    size_t i;

    for (i = 0; modules && i < qn_config_count(modules); i++) {
        const struct qn_config_entry *entry = qn_config_at(modules, i);
        struct qn_bytes key = qn_bytes_from_string(entry->key);

        if (!entry->value || !qn_bytes_is_string(path, entry->value) ||
            !qn_bytes_has_prefix(key, "submodule.") || key.size < 16 ||
            strcmp(entry->key + key.size - 5, ".path"))
            continue;
        *out = qn_bytes_make(key.data + 10, key.size - 15);
        return qn_submodule_check_is_name(*out);
    }
    return false;
}

enum qn_status qn_submodule_ignore_find(struct qn_ctx *ctx,
                                        struct qn_submodule_ignore *ignore,
                                        struct qn_repo *repo,
                                        const struct qn_diff_options *options,
                                        struct qn_bytes path,
                                        enum qn_diff_ignore_submodules *out)
{
    struct qn_buf key = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    const char *value;
    struct qn_bytes name;

    *out = options->ignore_submodules ? options->ignore_submodules
                                      : QN_DIFF_IGNORE_UNTRACKED;
    if (options->ignore_submodules_is_given || !repo)
        return QN_OK;
    if (!ignore->is_loaded)
        status = load(ctx, ignore, repo);
    if (status || !find_name(ignore->modules, path, &name))
        return status;
    status =
        qn_buf_printf(ctx, &key, "submodule.%.*s.ignore", QN_BYTES_ARG(name));
    if (!status) {
        value =
            qn_config_string(qn_repo_config(repo), qn_buf_string(&key), NULL);
        if (!value)
            value =
                qn_config_string(ignore->modules, qn_buf_string(&key), NULL);
        if (value)
            (void)qn_diff_options_ignore_submodules(value, out);
    }
    qn_buf_dispose(&key);
    return status;
}
