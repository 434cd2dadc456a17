/* SPDX-License-Identifier: MIT */
/* What a clone writes into the new repository's configuration, and what it
 * borrows. */
#include "config/config_edit.h"
#include "operation/op_clone_parts.h"
#include "operation/part/copy_objects.h"
#include "os/directory.h"
#include "os/file.h"
#include "worktree/work_tree.h"

#include <string.h>

enum qn_status qn_clone_config_set(struct qn_cloning *clone,
                                   const char *section, const char *name,
                                   const char *value)
{
    struct qn_buf key = QN_BUF_INIT;
    enum qn_status status;

    status = qn_buf_printf(clone->ctx, &key, "%s.%s", section, name);
    if (!status)
        status = qn_config_edit_set(clone->ctx, qn_buf_string(&clone->config),
                                    qn_buf_string(&key), value);
    qn_buf_dispose(&key);
    return status;
}

/* "<key>=<value>": the key, well formed. */
static enum qn_status setting_key(struct qn_ctx *ctx, const char *setting,
                                  struct qn_buf *key)
{
    struct qn_bytes text = qn_bytes_from_string(setting);
    size_t equal = qn_bytes_find(text, '=');
    struct qn_buf name = QN_BUF_INIT;
    enum qn_status status = QN_OK;

    if (equal == 0)
        status =
            qn_ctx_fail(ctx, QN_INVALID, "bogus config parameter: %s", setting);
    if (!status)
        status = qn_buf_append(ctx, &name, text.data, equal);
    if (!status)
        status = qn_config_normalise_key(ctx, qn_buf_string(&name), key);
    qn_buf_dispose(&name);
    return status;
}

static enum qn_status fail_settings(struct qn_ctx *ctx, enum qn_status status)
{
    if (status == QN_NO_MEMORY)
        return status;
    qn_ctx_report(ctx, QN_REPORT_ERROR, qn_ctx_reason(ctx), "%s",
                  qn_ctx_message(ctx));
    return qn_ctx_fail(ctx, status,
                       "unable to write parameters to config file");
}

enum qn_status qn_clone_config_check(struct qn_cloning *clone)
{
    const char *const *setting = clone->options->settings;
    struct qn_buf key = QN_BUF_INIT;
    bool has_bare = false;
    enum qn_status status = QN_OK;

    for (; setting && *setting && !status; setting++) {
        qn_buf_clear(&key);
        status = setting_key(clone->ctx, *setting, &key);
        has_bare |= !status && strcmp(qn_buf_string(&key), "core.bare") == 0;
    }
    qn_buf_dispose(&key);
    if (status)
        return fail_settings(clone->ctx, status);
    if (!has_bare || !clone->options->is_bare)
        return QN_OK;
    qn_ctx_report(clone->ctx, QN_REPORT_WARNING, "config.multiple-values",
                  "core.bare has multiple values");
    return qn_ctx_fail(clone->ctx, QN_AMBIGUOUS,
                       "could not set 'core.bare' to 'true'");
}

static enum qn_status write_settings(struct qn_cloning *clone)
{
    const char *const *setting = clone->options->settings;
    struct qn_ctx *ctx = clone->ctx;
    enum qn_status status = QN_OK;

    for (; setting && *setting && !status; setting++) {
        struct qn_config_edit edit = QN_CONFIG_EDIT_INIT;
        const char *equal = strchr(*setting, '=');
        struct qn_buf key = QN_BUF_INIT;

        status = setting_key(ctx, *setting, &key);
        edit.appends = true;
        edit.key = qn_buf_string(&key);
        edit.value = equal ? equal + 1 : "true";
        if (!status)
            status =
                qn_config_edit_file(ctx, qn_buf_string(&clone->config), &edit);
        qn_buf_dispose(&key);
    }
    return status ? fail_settings(ctx, status) : QN_OK;
}

/* The fetch refspec of the new remote; "": none. */
static enum qn_status make_refspec(struct qn_cloning *clone, struct qn_buf *out)
{
    const struct qn_clone_options *options = clone->options;
    struct qn_ctx *ctx = clone->ctx;
    const char *branch = qn_buf_string(&clone->branch);
    const char *tag = qn_buf_string(&clone->named);

    if (options->revision)
        return QN_OK;
    if (options->is_mirror)
        return qn_buf_append_string(ctx, out, "+refs/*:refs/*");
    if (options->is_bare)
        return QN_OK;
    if (!options->single_branch)
        return qn_buf_printf(ctx, out, "+refs/heads/*:refs/remotes/%s/*",
                             options->remote_name);
    if (strncmp(tag, "refs/tags/", 10) == 0)
        return qn_buf_printf(ctx, out, "+%s:%s", tag, tag);
    if (strncmp(branch, "refs/heads/", 11) != 0 || qn_id_is_null(&clone->head))
        return QN_OK;
    return qn_buf_printf(ctx, out, "+%s:refs/remotes/%s/%s", branch,
                         options->remote_name, branch + 11);
}

/* Git learns the hash from the other side, behind what it wrote of the remote:
 * the key stands where it comes to then. */
static enum qn_status write_format(struct qn_cloning *clone)
{
    const char *path = qn_buf_string(&clone->config);
    uint32_t algorithm = qn_repo_algorithm(clone->repo);
    struct qn_config_edit edit = QN_CONFIG_EDIT_INIT;
    enum qn_status status;

    if (algorithm == QN_HASH_SHA1)
        return QN_OK;
    edit.key = "extensions.objectformat";
    status = qn_config_edit_file(clone->ctx, path, &edit);
    return status ? status
                  : qn_config_edit_set(clone->ctx, path, edit.key,
                                       qn_id_algorithm_name(algorithm));
}

enum qn_status qn_clone_config_begin(struct qn_cloning *clone)
{
    struct qn_buf section = QN_BUF_INIT;
    const char *const *paths;
    enum qn_status status = QN_OK;

    if (clone->has_url)
        return QN_OK;
    status = write_settings(clone);
    for (paths = clone->options->submodules; !status && paths && *paths;
         paths++) {
        struct qn_config_edit edit = QN_CONFIG_EDIT_INIT;

        edit.appends = true;
        edit.key = "submodule.active";
        edit.value = *paths;
        status = qn_config_edit_file(clone->ctx, qn_buf_string(&clone->config),
                                     &edit);
    }
    if (!status)
        status = qn_buf_printf(clone->ctx, &section, "remote.%s",
                               clone->options->remote_name);
    if (!status)
        status = qn_clone_config_set(clone, qn_buf_string(&section), "url",
                                     qn_buf_string(&clone->source.url));
    if (!status && (clone->options->no_tags || clone->options->is_mirror))
        status = qn_clone_config_set(clone, qn_buf_string(&section), "tagOpt",
                                     "--no-tags");
    clone->has_url = !status;
    qn_buf_dispose(&section);
    return status;
}

enum qn_status qn_clone_config_end(struct qn_cloning *clone)
{
    const struct qn_clone_options *options = clone->options;
    struct qn_ctx *ctx = clone->ctx;
    struct qn_buf section = QN_BUF_INIT;
    struct qn_buf refspec = QN_BUF_INIT;
    enum qn_status status;

    status = qn_buf_printf(ctx, &section, "remote.%s", options->remote_name);
    if (!status)
        status = make_refspec(clone, &refspec);
    if (!status && refspec.size) { /* beside what -c may have said */
        struct qn_config_edit edit = QN_CONFIG_EDIT_INIT;

        status = qn_buf_append_string(ctx, &section, ".fetch");
        edit.appends = true;
        edit.key = qn_buf_string(&section);
        edit.value = qn_buf_string(&refspec);
        if (!status)
            status =
                qn_config_edit_file(ctx, qn_buf_string(&clone->config), &edit);
        qn_buf_truncate(&section, section.size - strlen(".fetch"));
    }
    if (!status && options->is_mirror)
        status = qn_clone_config_set(clone, qn_buf_string(&section), "mirror",
                                     "true");
    if (!status)
        status = write_format(clone);
    qn_buf_dispose(&section);
    qn_buf_dispose(&refspec);
    return status;
}

/* The patterns, and the configuration of this work tree alone. */
enum qn_status qn_clone_config_sparse(struct qn_cloning *clone)
{
    static const char patterns[] = "/*\n!/*/\n";
    struct qn_ctx *ctx = clone->ctx;
    struct qn_buf path = QN_BUF_INIT, own = QN_BUF_INIT;
    enum qn_status status =
        qn_clone_config_set(clone, "extensions", "worktreeConfig", "true");

    if (!status)
        status = qn_buf_printf(ctx, &own, "%s.worktree",
                               qn_buf_string(&clone->config));
    if (!status)
        status = qn_config_edit_set(ctx, qn_buf_string(&own),
                                    "core.sparseCheckout", "true");
    if (!status)
        status = qn_config_edit_set(ctx, qn_buf_string(&own),
                                    "core.sparseCheckoutCone", "true");
    if (!status)
        status = qn_repo_path(ctx, clone->repo, "info/sparse-checkout", &path);
    if (!status)
        status = qn_directory_make_parents(ctx, qn_buf_string(&path), 0777);
    if (!status)
        status = qn_file_replace(ctx, qn_buf_string(&path),
                                 qn_bytes_from_string(patterns), 0666);
    if (!status)
        status = qn_repo_reload_config(ctx, clone->repo);
    qn_buf_dispose(&path);
    qn_buf_dispose(&own);
    return status;
}

/* `source->repo` NULL: there is none. */
static enum qn_status open_reference(struct qn_ctx *ctx, const char *path,
                                     struct qn_clone_source *source)
{
    enum qn_status status = qn_clone_source_open(ctx, path, source);

    if (status != QN_NOT_FOUND)
        return status;
    qn_ctx_clear(ctx);
    return QN_OK;
}

enum qn_status qn_clone_check_references(struct qn_cloning *clone)
{
    const char *const *lists[] = {clone->options->references,
                                  clone->options->optional_references};
    struct qn_ctx *ctx = clone->ctx;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < QN_COUNT_OF(lists); i++) {
        const char *const *path;

        for (path = lists[i]; path && *path && !status; path++) {
            struct qn_clone_source source = QN_CLONE_SOURCE_INIT;

            status = open_reference(ctx, *path, &source);
            if (!status && !source.repo && i == 0)
                status = qn_ctx_fail_reason(
                    ctx, QN_NOT_FOUND, "clone.reference", *path,
                    "reference repository '%s' is not a local repository.",
                    *path);
            else if (!status && !source.repo)
                qn_ctx_report(ctx, QN_REPORT_INFO, "clone.reference",
                              "info: Could not add alternate for '%s': "
                              "reference repository '%s' is not a local "
                              "repository.",
                              *path, *path);
            qn_clone_source_dispose(&source);
        }
    }
    return status;
}

enum qn_status qn_clone_add_references(struct qn_cloning *clone,
                                       const char *const *paths)
{
    struct qn_ctx *ctx = clone->ctx;
    struct qn_buf objects = QN_BUF_INIT;
    enum qn_status status = QN_OK;

    for (; paths && *paths && !status; paths++) {
        struct qn_clone_source source = QN_CLONE_SOURCE_INIT;
        struct qn_buf line = QN_BUF_INIT;

        status = open_reference(ctx, *paths, &source);
        if (!status && source.repo) {
            qn_buf_clear(&objects);
            status = qn_repo_path(ctx, clone->repo, "objects", &objects);
            if (!status)
                status = qn_repo_path(ctx, source.repo, "objects", &line);
            if (!status)
                status = qn_copy_objects_add_alternate(
                    ctx, qn_buf_string(&objects), qn_buf_string(&line));
        }
        qn_buf_dispose(&line);
        qn_clone_source_dispose(&source);
    }
    qn_buf_dispose(&objects);
    return status;
}

/* Where --recurse-submodules would have to go on. */
enum qn_status qn_clone_refuse_submodules(struct qn_cloning *clone)
{
    struct qn_ctx *ctx = clone->ctx;
    struct qn_index *index = NULL;
    struct qn_odb *odb = NULL;
    enum qn_status status = QN_OK;
    size_t i;

    if (!clone->options->submodules || clone->options->is_bare ||
        clone->options->no_checkout)
        return QN_OK;
    status = qn_repo_odb(ctx, clone->repo, &odb);
    if (!status)
        status = qn_work_tree_read_index(ctx, clone->repo, odb, &index);
    for (i = 0; !status && i < qn_index_count(index); i++)
        if ((qn_index_peek(index, i)->mode & 0170000u) == 0160000u)
            status = qn_ctx_fail_reason(
                ctx, QN_UNSUPPORTED, "clone.submodules", NULL,
                "option `--recurse-submodules' is not done yet, and there are "
                "submodules; the rest is cloned");
    qn_index_free(index);
    qn_odb_free(odb);
    return status;
}
