/* SPDX-License-Identifier: MIT */
#include "worktree/work_tree.h"

#include "base/env.h"
#include "config/config.h"
#include "object/tree.h"
#include "os/file.h"
#include "os/parallel.h"
#include "path/safe_path.h"
#include "program/hook.h"
#include "text/date.h"
#include "worktree/filter.h"
#include "worktree/refresh.h"
#include "worktree/sparse.h"

#include <string.h>

enum qn_status qn_work_tree_safe_flags(struct qn_ctx *ctx, struct qn_repo *repo,
                                       unsigned *out)
{
    const struct qn_config *config = qn_repo_config(repo);
    bool hfs, ntfs;
    enum qn_status status =
        qn_config_bool(ctx, config, "core.protecthfs", false, &hfs);

    if (!status)
        status = qn_config_bool(ctx, config, "core.protectntfs", true, &ntfs);
    if (!status)
        *out = (hfs ? QN_SAFE_PATH_HFS : 0) | (ntfs ? QN_SAFE_PATH_NTFS : 0);
    return status;
}

/* A 32-bit number, or `fallback`. */
static enum qn_status read_int(struct qn_ctx *ctx,
                               const struct qn_config *config, const char *key,
                               int64_t fallback, int64_t *out)
{
    const struct qn_config_entry *entry = qn_config_find(config, key);

    struct qn_config_entry named;

    *out = fallback;
    if (!entry)
        return QN_OK;
    named = *entry;
    named.key = key; /* as the message shall have it */
    return qn_config_entry_int(ctx, &named, 32, out);
}

enum qn_status qn_work_tree_workers(struct qn_ctx *ctx,
                                    const struct qn_work_tree *tree,
                                    size_t count, uint32_t *out)
{
    const struct qn_config *config = qn_repo_config(tree->repo);
    int64_t workers, threshold;
    enum qn_status status =
        read_int(ctx, config, "checkout.workers", INT32_MAX, &workers);

    if (!status)
        status = read_int(ctx, config, "checkout.thresholdForParallelism", 0,
                          &threshold);
    if (status)
        return status;
    *out = 0;
    if (workers == 1 || (threshold > 0 && count < (uint64_t)threshold))
        *out = 1;
    else if (workers < 1)
        *out = qn_os_processor_count();
    else if (workers != INT32_MAX)
        *out = (uint32_t)(workers < 64 ? workers : 64);
    return QN_OK;
}

static enum qn_status read_eol(struct qn_ctx *ctx, struct qn_work_tree *tree)
{
    const struct qn_config *config = qn_repo_config(tree->repo);
    const char *value = qn_config_string(config, "core.autocrlf", NULL);
    enum qn_status status;
    bool is_on = false;

    if (value && strcmp(value, "input") == 0) {
        tree->auto_crlf = QN_AUTO_CRLF_INPUT;
    } else {
        status = qn_config_bool(ctx, config, "core.autocrlf", false, &is_on);
        if (status)
            return status;
        tree->auto_crlf = is_on ? QN_AUTO_CRLF_TRUE : QN_AUTO_CRLF_FALSE;
    }
    value = qn_config_string(config, "core.eol", NULL);
    /* core.autocrlf=input has the last word on what is written. */
    tree->eol_is_crlf = value && strcmp(value, "crlf") == 0 &&
                        tree->auto_crlf != QN_AUTO_CRLF_INPUT;
    value = qn_config_string(config, "core.safecrlf", "warn");
    if (strcmp(value, "warn") == 0) {
        tree->safe_crlf = QN_SAFE_CRLF_WARN;
        return QN_OK;
    }
    status = qn_config_bool(ctx, config, "core.safecrlf", true, &is_on);
    tree->safe_crlf = is_on ? QN_SAFE_CRLF_FAIL : QN_SAFE_CRLF_FALSE;
    return status;
}

/* core.checkStat */
static bool has_coarse_stat(const struct qn_config *config)
{
    const char *check = qn_config_string(config, "core.checkstat", "default");

    return qn_bytes_is_equal_fold(qn_bytes_from_string(check),
                                  qn_bytes_from_string("minimal"));
}

static enum qn_status read_settings(struct qn_ctx *ctx,
                                    struct qn_work_tree *tree)
{
    const struct qn_config *config = qn_repo_config(tree->repo);
    int64_t threshold;
    enum qn_status status =
        qn_work_tree_safe_flags(ctx, tree->repo, &tree->safe_flags);

    tree->policy.is_minimal = has_coarse_stat(config);
    if (!status)
        status = qn_config_bool(ctx, config, "core.trustctime", true,
                                &tree->policy.trusts_ctime);
    if (!status)
        status = qn_config_bool(ctx, config, "core.filemode", true,
                                &tree->policy.trusts_file_mode);
    if (!status)
        status = qn_config_bool(ctx, config, "core.symlinks", true,
                                &tree->policy.has_symlinks);
    if (!status)
        status = qn_config_bool(ctx, config, "core.ignorecase", false,
                                &tree->ignores_case);
    if (!status)
        status = qn_config_bool(ctx, config, "core.precomposeunicode", false,
                                &tree->precomposes);
    if (!status)
        status = qn_config_bool(ctx, config, "core.ignorestat", false,
                                &tree->ignores_stat);
    if (!status)
        status = qn_config_int64(ctx, config, "core.bigfilethreshold",
                                 INT64_C(512) << 20, &threshold);
    if (!status)
        tree->big_file_threshold = threshold > 0 ? (uint64_t)threshold : 0;
    return status ? status : read_eol(ctx, tree);
}

/* Is any filter.<name>.process configured? */
static bool has_filter_process(const struct qn_config *config)
{
    for (size_t i = 0; i < qn_config_count(config); i++) {
        struct qn_bytes key =
            qn_bytes_from_string(qn_config_at(config, i)->key);

        if (qn_bytes_has_prefix(key, "filter.") &&
            qn_bytes_has_suffix(key, ".process"))
            return true;
    }
    return false;
}

/* Without a work tree, settings are those of one where the repository is. */
static enum qn_status open_tree(struct qn_ctx *ctx, struct qn_repo *repo,
                                bool has_files, struct qn_work_tree *out)
{
    struct qn_work_tree tree = {.repo = repo,
                                .top = qn_repo_work_tree(repo),
                                .has_filter_process =
                                    has_filter_process(qn_repo_config(repo)),
                                .top_fd = -1};
    enum qn_status status;

    if (!tree.top && has_files)
        return qn_ctx_fail_reason(ctx, QN_INVALID, "repo.no-work-tree", NULL,
                                  "this operation must be run in a work tree");
    if (!tree.top)
        tree.top = qn_repo_git_directory(repo);
    status = read_settings(ctx, &tree);
    if (!status && has_files)
        status = qn_file_open(ctx, tree.top, QN_FILE_READ, 0, &tree.top_fd);
    if (!status)
        status = qn_filter_processes_new(ctx, &tree.processes);
    if (!status)
        *out = tree;
    else
        qn_file_close(tree.top_fd);
    return status;
}

enum qn_status qn_work_tree_open(struct qn_ctx *ctx, struct qn_repo *repo,
                                 struct qn_work_tree *out)
{
    return open_tree(ctx, repo, true, out);
}

enum qn_status qn_work_tree_open_settings(struct qn_ctx *ctx,
                                          struct qn_repo *repo,
                                          struct qn_work_tree *out)
{
    return open_tree(ctx, repo, false, out);
}

void qn_work_tree_close(struct qn_work_tree *tree)
{
    if (tree->repo) {
        qn_file_close(tree->top_fd);
        qn_filter_processes_free(tree->processes);
    }
    tree->processes = NULL;
    tree->repo = NULL;
    tree->top_fd = -1;
}

enum qn_status qn_work_tree_path(struct qn_ctx *ctx,
                                 const struct qn_work_tree *tree,
                                 struct qn_bytes path, struct qn_buf *out)
{
    enum qn_status status;

    qn_buf_clear(out);
    status = qn_buf_append_string(ctx, out, tree->top);
    if (!status)
        status = qn_buf_append_byte(ctx, out, '/');
    if (!status)
        status = qn_buf_append_bytes(ctx, out, path);
    return status;
}

/* The part behind the top: a shorter way for the system to go. */
static const char *below_top(const struct qn_work_tree *tree,
                             const struct qn_buf *path)
{
    return qn_buf_string(path) + strlen(tree->top) + 1;
}

enum qn_status qn_work_tree_open_file(struct qn_ctx *ctx,
                                      const struct qn_work_tree *tree,
                                      const struct qn_buf *path, int *out_fd)
{
    const unsigned flags = QN_FILE_READ | QN_FILE_NO_FOLLOW;

    if (tree->top_fd >= 0) {
        if (qn_file_open_at(ctx, tree->top_fd, below_top(tree, path), flags,
                            out_fd) == QN_OK)
            return QN_OK;
        qn_ctx_clear(ctx); /* the message has the whole path */
    }
    return qn_file_open(ctx, qn_buf_string(path), flags, 0, out_fd);
}

enum qn_status qn_work_tree_lstat(struct qn_ctx *ctx,
                                  const struct qn_work_tree *tree,
                                  const struct qn_buf *path,
                                  struct qn_file_stat *out)
{
    if (tree->top_fd >= 0) {
        if (qn_file_lstat_at(ctx, tree->top_fd, below_top(tree, path), out) ==
            QN_OK)
            return QN_OK;
        qn_ctx_clear(ctx);
    }
    return qn_file_lstat(ctx, qn_buf_string(path), out);
}

bool qn_work_tree_is_below_file(struct qn_ctx *ctx,
                                const struct qn_work_tree *tree,
                                struct qn_bytes path)
{
    struct qn_buf full = QN_BUF_INIT;
    size_t slash = qn_bytes_find_last(path, '/');
    bool is_file = false, is_there = false;

    while (slash < path.size && !is_there) {
        path = qn_bytes_first(path, slash);
        if (qn_work_tree_path(ctx, tree, path, &full)) {
            qn_ctx_clear(ctx);
            break;
        }
        is_there = qn_file_exists(qn_buf_string(&full));
        is_file = is_there && !qn_file_is_directory(qn_buf_string(&full));
        slash = qn_bytes_find_last(path, '/');
    }
    qn_buf_dispose(&full);
    return is_file;
}

uint32_t qn_work_tree_mode(const struct qn_work_tree *tree,
                           const struct qn_file_stat *stat, uint32_t old_mode)
{
    switch (stat->kind) {
    case QN_FILE_SYMLINK:
        return QN_MODE_SYMLINK;
    case QN_FILE_DIRECTORY:
        return QN_MODE_GITLINK;
    case QN_FILE_REGULAR:
        if (!tree->policy.has_symlinks && qn_mode_is_symlink(old_mode))
            return old_mode;
        if (!tree->policy.trusts_file_mode)
            return qn_mode_is_file(old_mode) ? old_mode : QN_MODE_FILE;
        return stat->mode & 0100 ? QN_MODE_EXECUTABLE : QN_MODE_FILE;
    default:
        return 0;
    }
}

enum qn_status qn_work_tree_read_index(struct qn_ctx *ctx, struct qn_repo *repo,
                                       struct qn_odb *odb,
                                       struct qn_index **out)
{
    struct qn_buf path = QN_BUF_INIT;
    struct qn_index *index = NULL;
    enum qn_status status = qn_repo_path(ctx, repo, "index", &path);

    if (!status)
        status = qn_index_read(ctx, qn_buf_string(&path),
                               qn_repo_algorithm(repo), &index);
    if (!status && has_coarse_stat(qn_repo_config(repo)))
        qn_index_set_coarse_times(index);
    if (!status && odb && qn_index_is_sparse(index))
        status = qn_index_expand(ctx, index, odb);
    if (!status && odb)
        status = qn_sparse_clear_present(ctx, repo, index);
    qn_buf_dispose(&path);
    if (status)
        qn_index_free(index);
    else
        *out = index;
    return status;
}

enum qn_status qn_work_tree_lock_index(struct qn_ctx *ctx, struct qn_repo *repo,
                                       struct qn_lock_file *lock)
{
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status = qn_repo_path(ctx, repo, "index", &path);

    if (!status)
        status = qn_lock_file_take(ctx, lock, qn_buf_string(&path), 0666, 0);
    qn_buf_dispose(&path);
    return status;
}

/* index.version counts for an index that is made; feature.manyFiles is a name
 * for some settings. */
static enum qn_status choose_version(struct qn_ctx *ctx,
                                     const struct qn_config *config,
                                     struct qn_index *index, bool has_many)
{
    const char *variable =
        qn_env_variable(qn_ctx_env(ctx), "GIT_INDEX_VERSION");
    int64_t version;
    enum qn_status status;

    if (qn_index_has_file(index))
        return QN_OK;
    if (variable && *variable) {
        if (strlen(variable) == 1 && variable[0] >= '2' && variable[0] <= '4') {
            qn_index_set_version(index, (unsigned)(variable[0] - '0'));
            return QN_OK;
        }
        qn_ctx_report(ctx, QN_REPORT_WARNING, "index.bad-version",
                      "GIT_INDEX_VERSION set, but the value is invalid.\n"
                      "Using version %i",
                      3);
        qn_index_set_version(index, 3);
        return QN_OK;
    }
    status = qn_config_int64(ctx, config, "index.version", has_many ? 4 : 0,
                             &version);
    if (status || (version == 0 && !qn_config_find(config, "index.version")))
        return status;
    if (version < 2 || version > 4) {
        qn_ctx_report(ctx, QN_REPORT_WARNING, "index.bad-version",
                      "index.version set, but the value is invalid.\n"
                      "Using version %i",
                      3);
        version = 3;
    }
    qn_index_set_version(index, (unsigned)version);
    return QN_OK;
}

/* index.threads: what threads need to read the index is written when they are
 * asked for. */
static enum qn_status choose_threads(struct qn_ctx *ctx,
                                     const struct qn_config *config,
                                     struct qn_index_write_options *options)
{
    const char *threads = qn_config_string(config, "index.threads", NULL);
    bool is_asked = false, has_table, flag = false;
    int64_t count = 0;
    enum qn_status status = QN_OK;

    if (qn_config_find(config, "index.threads")) {
        if (!threads)
            is_asked = true;
        else if (qn_config_parse_int64(threads, &count))
            is_asked = count != 1;
        else if (qn_config_parse_bool(threads, &flag))
            is_asked = flag;
        else /* says what is wrong */
            status = qn_config_int64(ctx, config, "index.threads", 0, &count);
    }
    if (!status)
        status = qn_config_bool(ctx, config, "index.recordendofindexentries",
                                is_asked, &options->records_eoie);
    if (!status)
        status = qn_config_bool(ctx, config, "index.recordoffsettable",
                                is_asked, &has_table);
    if (!status && has_table)
        options->block_count = count == 0  ? QN_INDEX_BLOCKS_AUTO
                               : count < 0 ? QN_INDEX_BLOCKS_AUTO - 1
                                           : (uint32_t)count;
    return status;
}

static enum qn_status set_split_change(struct qn_ctx *ctx,
                                       const struct qn_config *config,
                                       struct qn_index *index)
{
    int64_t percent;
    enum qn_status status = qn_config_int64(
        ctx, config, "splitindex.maxpercentchange", 20, &percent);

    if (status)
        return status;
    if (percent < 0 || percent > 100) {
        qn_ctx_report(ctx, QN_REPORT_ERROR, "index.split-percent",
                      "splitIndex.maxPercentChange value '%lld' should be "
                      "between 0 and 100",
                      (long long)percent);
        percent = 20;
    }
    qn_index_set_split_change(index, (unsigned)percent);
    return QN_OK;
}

static enum qn_status read_shared_expiry(struct qn_ctx *ctx,
                                         const struct qn_config *config,
                                         int64_t *out)
{
    static const char key[] = "splitindex.sharedindexexpire";
    const struct qn_config_entry *entry = qn_config_find(config, key);

    if (entry && !entry->value) {
        return qn_config_fail_missing(ctx, entry);
    } else if (entry && qn_date_expiry(ctx, entry->value, out)) {
        qn_ctx_clear(ctx);
        qn_ctx_report(ctx, QN_REPORT_ERROR, "config.bad-value",
                      "Invalid %s: '%s'", key, entry->value);
        return qn_config_fail_entry(ctx, entry);
    }
    return entry ? QN_OK : qn_date_expiry(ctx, "2.weeks.ago", out);
}

/* post-index-change; what it answers does not matter. */
static enum qn_status tell_hook(struct qn_ctx *ctx, struct qn_repo *repo,
                                const struct qn_index *index)
{
    unsigned notes = qn_index_notes(index);
    bool has_files = notes & QN_INDEX_NOTE_FILES;
    const char *arguments[] = {
        has_files ? "1" : "0",
        !has_files && (notes & QN_INDEX_NOTE_SKIPPED) ? "1" : "0", NULL};
    const char *work_tree = qn_repo_work_tree(repo);
    struct qn_hook_options options = {
        .config = qn_repo_config(repo),
        .arguments = arguments,
        .work_directory = work_tree ? work_tree : qn_repo_git_directory(repo)};
    struct qn_buf directory = QN_BUF_INIT;
    bool exists = false;
    int code;
    enum qn_status status = qn_repo_path(ctx, repo, "hooks", &directory);

    options.directory = qn_buf_string(&directory);
    if (!status)
        status = qn_hook_exists(ctx, &options, "post-index-change", &exists);
    if (!status && exists)
        status = qn_hook_run(ctx, &options, "post-index-change", &code, NULL);
    qn_buf_dispose(&directory);
    return status;
}

enum qn_status qn_work_tree_write_index(struct qn_ctx *ctx,
                                        struct qn_repo *repo,
                                        struct qn_index *index,
                                        struct qn_lock_file *lock)
{
    const struct qn_config *config = qn_repo_config(repo);
    struct qn_index_write_options options = {.sync = qn_repo_sync(repo)};
    bool has_many, is_split;
    enum qn_status status =
        qn_config_bool(ctx, config, "feature.manyfiles", false, &has_many);

    if (!status)
        status = qn_config_bool(ctx, config, "index.skiphash", has_many,
                                &options.skips_hash);
    if (!status)
        status = choose_threads(ctx, config, &options);
    if (!status && qn_config_find(config, "core.splitindex")) {
        status =
            qn_config_bool(ctx, config, "core.splitindex", false, &is_split);
        if (!status)
            status = qn_index_set_split(ctx, index, is_split);
        if (!status)
            status = set_split_change(ctx, config, index);
    }
    if (!status && qn_index_is_split(index))
        status = read_shared_expiry(ctx, config, &options.shared_expiry);
    /* A sparse index stays one: its directories are put together again. */
    if (!status)
        status = qn_config_bool(ctx, config, "index.sparse", false,
                                &options.collapses);
    if (!status)
        status = choose_version(ctx, config, index, has_many);
    if (!status && qn_refresh_racy(ctx, repo, index))
        qn_ctx_clear(ctx); /* then they are written as doubtful */
    if (!status)
        status = qn_index_write_locked(ctx, index, lock, &options);
    return status ? status : tell_hook(ctx, repo, index);
}

void qn_work_tree_write_index_if_free(struct qn_ctx *ctx, struct qn_repo *repo,
                                      struct qn_index *index)
{
    struct qn_lock_file lock = QN_LOCK_FILE_INIT;
    const char *locks = qn_env_variable(qn_ctx_env(ctx), "GIT_OPTIONAL_LOCKS");
    bool are_allowed = true;

    if (!qn_index_is_changed(index))
        return;
    if (locks && (!qn_config_parse_bool(locks, &are_allowed) || !are_allowed))
        return;
    if (qn_work_tree_lock_index(ctx, repo, &lock) ||
        qn_work_tree_write_index(ctx, repo, index, &lock))
        qn_ctx_clear(ctx);
    qn_lock_file_rollback(&lock);
}
