/* SPDX-License-Identifier: MIT */
#include "repo/repo.h"

#include "base/memory.h"
#include "object/commit.h"
#include "os/file.h"
#include "repo/repo_parts.h"
#include "text/pathname.h"

#include <stdlib.h>
#include <string.h>

/* -------------------------------------------------------------------- opening
 */

static char *copy(struct qn_ctx *ctx, const struct qn_buf *text)
{
    return qn_memory_string(ctx, qn_buf_bytes(text));
}

/* "sub/dir/" for a directory below the work tree, "" otherwise. */
static enum qn_status find_prefix(struct qn_ctx *ctx, struct qn_repo *repo)
{
    struct qn_buf prefix = QN_BUF_INIT;
    struct qn_bytes rest = QN_BYTES_NONE;
    enum qn_status status = QN_OK;

    if (repo->work_tree &&
        qn_pathname_is_below(qn_bytes_from_string(repo->directory),
                             qn_bytes_from_string(repo->work_tree), &rest) &&
        rest.size > 0) {
        status = qn_buf_append_bytes(ctx, &prefix, rest);
        if (!status)
            status = qn_buf_append_byte(ctx, &prefix, '/');
    }
    if (!status) {
        repo->prefix = copy(ctx, &prefix);
        status = repo->prefix ? QN_OK : QN_NO_MEMORY;
    }
    qn_buf_dispose(&prefix);
    return status;
}

static enum qn_status fill_paths(struct qn_ctx *ctx, struct qn_repo *repo,
                                 const struct qn_repo_start *start,
                                 const struct qn_repo_layout *layout)
{
    repo->directory =
        qn_memory_string(ctx, qn_bytes_from_string(start->directory));
    repo->git_directory = copy(ctx, &layout->git_directory);
    repo->common_directory = copy(ctx, &layout->common_directory);
    repo->shown = copy(ctx, &layout->shown);
    if (layout->work_tree.size > 0)
        repo->work_tree = copy(ctx, &layout->work_tree);
    if (!repo->directory || !repo->git_directory || !repo->common_directory ||
        !repo->shown || (layout->work_tree.size > 0 && !repo->work_tree))
        return QN_NO_MEMORY;
    repo->has_common = layout->has_common;
    repo->start.directory = repo->directory;
    repo->start.uses_variables = start->uses_variables;
    repo->start.uses_identity = start->uses_identity;
    return find_prefix(ctx, repo);
}

/* core.sharedRepository as permission bits. */
static enum qn_status read_shared(struct qn_ctx *ctx, struct qn_repo *repo)
{
    const char *text =
        qn_config_string(repo->config, "core.sharedrepository", NULL);
    char *end = NULL;
    unsigned long number;
    bool flag = false;

    repo->shared_mode = 0;
    if (!text || strcmp(text, "umask") == 0)
        return QN_OK;
    if (strcmp(text, "group") == 0) {
        repo->shared_mode = 0660;
    } else if (strcmp(text, "all") == 0 || strcmp(text, "world") == 0 ||
               strcmp(text, "everybody") == 0) {
        repo->shared_mode = 0664;
    } else {
        number = strtoul(text, &end, 8);
        if (*end == '\0' && *text) {
            repo->shared_mode = number == 0   ? 0
                                : number == 1 ? 0660
                                : number == 2 ? 0664
                                              : (uint32_t)number & 0666;
            if (number > 2 && (number & 0600) != 0600)
                return qn_ctx_fail(
                    ctx, QN_INVALID,
                    "problem with core.sharedRepository filemode value "
                    "(0%.3lo).\nThe owner of files must always have read and "
                    "write permissions.",
                    number);
        } else {
            enum qn_status status = qn_config_bool(
                ctx, repo->config, "core.sharedrepository", false, &flag);

            if (status)
                return status;
            repo->shared_mode = flag ? 0660 : 0;
        }
    }
    return QN_OK;
}

static enum qn_status read_policies(struct qn_ctx *ctx, struct qn_repo *repo)
{
    enum qn_status status = qn_sync_parse(
        ctx, qn_config_string(repo->config, "core.fsync", NULL),
        qn_config_string(repo->config, "core.fsyncmethod", NULL), &repo->sync);

    if (!status && qn_config_find(repo->config, "core.fsyncobjectfiles"))
        qn_ctx_report(ctx, QN_REPORT_WARNING, "",
                      "core.fsyncObjectFiles is deprecated; use core.fsync "
                      "instead");
    return status ? status : read_shared(ctx, repo);
}

enum qn_status qn_repo_open(struct qn_ctx *ctx,
                            const struct qn_repo_open_options *options,
                            struct qn_repo **out)
{
    static const struct qn_repo_open_options none;
    const struct qn_repo_open_options *with = options ? options : &none;
    struct qn_repo_layout layout = QN_REPO_LAYOUT_INIT;
    struct qn_repo_start start = {0};
    struct qn_repo *repo;
    enum qn_status status;

    start.uses_variables = !with->ignores_variables;
    start.uses_identity = start.uses_variables || with->keeps_identity;
    start.directory =
        with->start ? with->start : qn_env_directory(qn_ctx_env(ctx));
    start.git_directory = with->git_directory
                              ? with->git_directory
                              : qn_repo_variable(ctx, &start, "GIT_DIR");
    start.work_tree = with->work_tree
                          ? with->work_tree
                          : qn_repo_variable(ctx, &start, "GIT_WORK_TREE");
    repo = qn_memory_calloc(ctx, 1, sizeof(*repo));
    if (!repo)
        return QN_NO_MEMORY;
    atomic_init(&repo->owners, 1);
    repo->env = qn_env_retain(qn_ctx_env(ctx));
    if (!start.directory)
        status = qn_ctx_fail(ctx, QN_INVALID,
                             "the environment names no directory to start in");
    else
        status = qn_repo_discover(ctx, &start, &layout);
    if (!status)
        status = qn_repo_trust(ctx, &start, &layout);
    if (!status)
        status = qn_repo_format_read(ctx, &start, &layout, &repo->format);
    if (!status)
        status =
            qn_repo_settle(ctx, &start, &repo->format, &layout, &repo->is_bare);
    if (!status)
        status = fill_paths(ctx, repo, &start, &layout);
    if (!status)
        status = qn_mutex_new(ctx, &repo->mutex);
    if (!status)
        status = qn_repo_load_config(ctx, repo, &repo->config);
    if (!status)
        status = read_policies(ctx, repo);
    qn_id_map_init(&repo->replace_from, repo->format.algorithm);
    qn_repo_layout_dispose(&layout);
    if (status) {
        qn_repo_release(repo);
        return status;
    }
    *out = repo;
    return QN_OK;
}

struct qn_repo *qn_repo_retain(struct qn_repo *repo)
{
    atomic_fetch_add_explicit(&repo->owners, 1, memory_order_relaxed);
    return repo;
}

void qn_repo_release(struct qn_repo *repo)
{
    struct qn_env *env;

    if (!repo ||
        atomic_fetch_sub_explicit(&repo->owners, 1, memory_order_acq_rel) != 1)
        return;
    env = repo->env;
    qn_odb_free(repo->calls_odb);
    qn_arena_dispose(&repo->told_arena);
    while (repo->old_remote_count)
        qn_remote_free(repo->old_remotes[--repo->old_remote_count]);
    qn_memory_free(repo->old_remotes);
    qn_refs_free(repo->spare_refs);
    qn_refs_store_release(repo->refs_store);
    qn_odb_store_release(repo->odb_store);
    qn_config_free(repo->config);
    qn_repo_format_dispose(&repo->format);
    qn_mutex_free(repo->mutex);
    qn_id_map_dispose(&repo->replace_from);
    qn_memory_free(repo->replace_to);
    qn_memory_free(repo->directory);
    qn_memory_free(repo->git_directory);
    qn_memory_free(repo->common_directory);
    qn_memory_free(repo->work_tree);
    qn_memory_free(repo->shown);
    qn_memory_free(repo->prefix);
    qn_memory_free(repo->kept);
    qn_memory_free(repo);
    qn_env_release(env);
}

enum qn_status qn_repo_reload_config(struct qn_ctx *ctx, struct qn_repo *repo)
{
    struct qn_config *config = NULL;
    struct qn_buf path = QN_BUF_INIT;
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status;

    status = qn_buf_printf(ctx, &path, "%s/config", repo->common_directory);
    if (!status)
        status = qn_file_read_all(ctx, qn_buf_string(&path), &text);
    if (status == QN_NOT_FOUND) {
        qn_ctx_clear(ctx);
        status = QN_OK;
    }
    if (!status) {
        qn_buf_swap(&repo->format.text, &text);
        status = qn_repo_load_config(ctx, repo, &config);
    }
    /* that there is a configuration of this work tree may be news */
    if (!status && !repo->format.has_worktree_config) {
        status = qn_config_bool(ctx, config, "extensions.worktreeconfig", false,
                                &repo->format.has_worktree_config);
        if (!status && repo->format.has_worktree_config) {
            qn_config_free(config);
            config = NULL;
            status = qn_repo_load_config(ctx, repo, &config);
        }
    }
    if (!status) {
        qn_config_free(repo->config);
        repo->config = config;
        status = read_policies(ctx, repo);
    }
    qn_buf_dispose(&path);
    qn_buf_dispose(&text);
    return status;
}

/* -------------------------------------------------------------------- getters
 */

const char *qn_repo_git_directory(const struct qn_repo *repo)
{
    return repo->git_directory;
}

const char *qn_repo_common_directory(const struct qn_repo *repo)
{
    return repo->common_directory;
}

const char *qn_repo_work_tree(const struct qn_repo *repo)
{
    return repo->work_tree;
}

enum qn_status qn_repo_keep_directory(struct qn_ctx *ctx, struct qn_repo *repo,
                                      const char *path)
{
    char *copied = qn_memory_string(ctx, qn_bytes_from_string(path));

    if (!copied)
        return QN_NO_MEMORY;
    qn_memory_free(repo->kept);
    repo->kept = copied;
    return QN_OK;
}

const char *qn_repo_kept_directory(const struct qn_repo *repo)
{
    return repo->kept;
}

const char *qn_repo_prefix(const struct qn_repo *repo)
{
    return repo->prefix;
}

const char *qn_repo_git_directory_shown(const struct qn_repo *repo)
{
    return repo->shown;
}

bool qn_repo_is_bare(const struct qn_repo *repo)
{
    return repo->is_bare;
}

uint32_t qn_repo_algorithm(const struct qn_repo *repo)
{
    return repo->format.algorithm;
}

enum qn_refs_format qn_repo_refs_format(const struct qn_repo *repo)
{
    return repo->format.refs_format;
}

const struct qn_config *qn_repo_config(const struct qn_repo *repo)
{
    return repo->config;
}

const struct qn_sync *qn_repo_sync(const struct qn_repo *repo)
{
    return &repo->sync;
}

uint32_t qn_repo_shared_mode(const struct qn_repo *repo)
{
    return repo->shared_mode;
}

struct qn_odb_store *qn_repo_odb_store(const struct qn_repo *repo)
{
    return repo->odb_store;
}

struct qn_refs_store *qn_repo_refs_store(const struct qn_repo *repo)
{
    return repo->refs_store;
}
