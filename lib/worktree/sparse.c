/* SPDX-License-Identifier: MIT */
#include "worktree/sparse.h"

#include "base/memory.h"
#include "config/config.h"
#include "os/file.h"
#include "path/directory_file.h"
#include "path/ignore_rules.h"

struct qn_sparse {
    struct qn_ignore_rules rules;
};

void qn_sparse_free(struct qn_sparse *sparse)
{
    if (!sparse)
        return;
    qn_ignore_rules_dispose(&sparse->rules);
    qn_memory_free(sparse);
}

enum qn_status qn_sparse_open(struct qn_ctx *ctx, struct qn_repo *repo,
                              struct qn_sparse **out)
{
    struct qn_buf path = QN_BUF_INIT;
    struct qn_sparse *sparse = NULL;
    bool is_on, found = false;
    enum qn_status status = qn_config_bool(
        ctx, qn_repo_config(repo), "core.sparsecheckout", false, &is_on);

    *out = NULL;
    if (status || !is_on)
        return status;
    status = qn_repo_path(ctx, repo, "info/sparse-checkout", &path);
    if (status || !qn_file_exists(qn_buf_string(&path)))
        goto out;
    sparse = qn_memory_calloc(ctx, 1, sizeof(*sparse));
    if (!sparse) {
        status = QN_NO_MEMORY;
        goto out;
    }
    status = qn_directory_file_from_disk(ctx, qn_buf_string(&path),
                                         &sparse->rules.text, &found);
    if (!status)
        status = qn_ignore_rules_parse(ctx, &sparse->rules);
out:
    qn_buf_dispose(&path);
    if (status)
        qn_sparse_free(sparse);
    else
        *out = sparse;
    return status;
}

static bool is_inside(const struct qn_sparse *sparse, struct qn_bytes path,
                      bool is_directory)
{
    if (!sparse)
        return true;
    /* The path itself, or else the nearest directory that a pattern speaks of.
     */
    while (path.size > 0) {
        size_t slash = qn_bytes_find_last(path, '/');
        struct qn_bytes base =
            slash == path.size ? path : qn_bytes_from(path, slash + 1);
        struct qn_ignore_match match;

        if (qn_ignore_rules_find(&sparse->rules, false, "", path, base,
                                 is_directory, &match))
            return match.is_ignored;
        path = slash == path.size ? QN_BYTES_NONE : qn_bytes_first(path, slash);
        is_directory = true;
    }
    return false;
}

bool qn_sparse_is_inside(const struct qn_sparse *sparse, struct qn_bytes path)
{
    return is_inside(sparse, path, false);
}

bool qn_sparse_is_directory_inside(const struct qn_sparse *sparse,
                                   struct qn_bytes path)
{
    return is_inside(sparse, path, true);
}

/* Paths come in order: what is below a directory that is not there is not there
 * either. */
struct looker {
    struct qn_buf path;
    size_t top_size;
    struct qn_buf missing; /* "a/b/"; empty: none known */
};

static enum qn_status note_missing(struct qn_ctx *ctx, struct looker *looker,
                                   struct qn_bytes path)
{
    for (size_t at = 0; at < path.size; at++) {
        struct qn_file_stat stat;
        enum qn_status status;

        if (path.data[at] != '/')
            continue;
        qn_buf_truncate(&looker->path, looker->top_size);
        status = qn_buf_append(ctx, &looker->path, path.data, at);
        if (!status)
            status = qn_file_lstat(ctx, qn_buf_string(&looker->path), &stat);
        if (status || stat.kind == QN_FILE_DIRECTORY) {
            if (status)
                return status;
            continue;
        }
        qn_buf_clear(&looker->missing);
        return qn_buf_append(ctx, &looker->missing, path.data, at + 1);
    }
    return QN_OK;
}

static enum qn_status look(struct qn_ctx *ctx, struct looker *looker,
                           struct qn_index_entry *entry)
{
    struct qn_bytes path = entry->path;
    struct qn_file_stat stat;
    enum qn_status status;

    if (looker->missing.size > 0 && path.size > looker->missing.size &&
        memcmp(path.data, looker->missing.data, looker->missing.size) == 0)
        return QN_OK;
    qn_buf_truncate(&looker->path, looker->top_size);
    status = qn_buf_append_bytes(ctx, &looker->path, path);
    if (!status)
        status = qn_file_lstat(ctx, qn_buf_string(&looker->path), &stat);
    if (status)
        return status;
    if (stat.kind == QN_FILE_NONE)
        return note_missing(ctx, looker, path);
    entry->flags &= (uint8_t)~QN_INDEX_SKIP_WORKTREE;
    return QN_OK;
}

enum qn_status qn_sparse_clear_present(struct qn_ctx *ctx, struct qn_repo *repo,
                                       struct qn_index *index)
{
    const struct qn_config *config = qn_repo_config(repo);
    const char *top = qn_repo_work_tree(repo);
    struct looker looker = {.path = QN_BUF_INIT, .missing = QN_BUF_INIT};
    bool is_on, is_expected;
    enum qn_status status =
        qn_config_bool(ctx, config, "core.sparsecheckout", false, &is_on);

    if (!status)
        status =
            qn_config_bool(ctx, config, "sparse.expectfilesoutsideofpatterns",
                           false, &is_expected);
    if (status || !is_on || is_expected || !top)
        return status;
    status = qn_buf_printf(ctx, &looker.path, "%s/", top);
    looker.top_size = looker.path.size;
    for (size_t i = 0; i < qn_index_count(index) && !status; i++) {
        struct qn_index_entry *entry = qn_index_at(index, i);

        if (entry->flags & QN_INDEX_SKIP_WORKTREE)
            status = look(ctx, &looker, entry);
    }
    qn_buf_dispose(&looker.path);
    qn_buf_dispose(&looker.missing);
    return status;
}
