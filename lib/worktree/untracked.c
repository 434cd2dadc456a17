/* SPDX-License-Identifier: MIT */
#include "worktree/untracked.h"

#include "base/memory.h"
#include "config/config.h"
#include "hash/hash.h"
#include "os/user.h"
#include "path/directory_file.h"

/* "Location <top>, system <name>", with its NUL: where the cache counts. */
static enum qn_status make_idents(struct qn_ctx *ctx, struct qn_repo *repo,
                                  struct qn_buf *out)
{
    const char *top = qn_repo_work_tree(repo);
    enum qn_status status =
        qn_buf_printf(ctx, out, "Location %s, system ", top ? top : "");

    if (!status)
        status = qn_user_system(ctx, out);
    return status ? status : qn_buf_append_byte(ctx, out, 0);
}

enum qn_status qn_work_tree_set_untracked_cache(struct qn_ctx *ctx,
                                                struct qn_repo *repo,
                                                struct qn_index *index,
                                                bool is_enabled)
{
    struct qn_buf idents = QN_BUF_INIT, data = QN_BUF_INIT;
    struct qn_untracked_cache cache;
    enum qn_status status = QN_OK;

    qn_untracked_cache_init(&cache, qn_index_algorithm(index));
    if (!is_enabled) {
        if (qn_index_untracked(index).size > 0)
            status = qn_index_set_untracked(ctx, index, QN_BYTES_NONE);
        return status;
    }
    status = make_idents(ctx, repo, &idents);
    cache.idents = qn_buf_bytes(&idents);
    /* One that counts here stays as it is. */
    if (!status && qn_index_untracked(index).size > 0) {
        struct qn_untracked_cache old;
        bool is_ours;

        if (!qn_untracked_cache_parse(ctx, qn_index_algorithm(index),
                                      qn_index_untracked(index), &old)) {
            is_ours = qn_bytes_is_equal(old.idents, cache.idents);
            qn_untracked_cache_dispose(&old);
            if (is_ours)
                goto out;
        }
        qn_ctx_clear(ctx);
    }
    if (!status)
        status = qn_untracked_cache_append(ctx, &cache, &data);
    if (!status)
        status = qn_index_set_untracked(ctx, index, qn_buf_bytes(&data));
out:
    qn_buf_dispose(&idents);
    qn_buf_dispose(&data);
    return status;
}

enum qn_status qn_untracked_adjust(struct qn_ctx *ctx, struct qn_repo *repo,
                                   struct qn_index *index)
{
    const struct qn_config_entry *entry =
        qn_config_find(qn_repo_config(repo), "core.untrackedcache");
    bool is_on, many;
    enum qn_status status = qn_config_bool(ctx, qn_repo_config(repo),
                                           "feature.manyfiles", false, &many);

    if (status)
        return status;
    if (!entry)
        return many && qn_index_untracked(index).size == 0
                   ? qn_work_tree_set_untracked_cache(ctx, repo, index, true)
                   : QN_OK;
    if (entry->value && strcmp(entry->value, "keep") == 0)
        return QN_OK;
    status = qn_config_bool(ctx, qn_repo_config(repo), "core.untrackedcache",
                            false, &is_on);
    if (status || is_on == (qn_index_untracked(index).size > 0))
        return status;
    return qn_work_tree_set_untracked_cache(ctx, repo, index, is_on);
}

enum qn_status qn_untracked_hash(struct qn_ctx *ctx, const char *path,
                                 struct qn_id *out, struct qn_file_stat *stat)
{
    struct qn_buf content = QN_BUF_INIT;
    uint32_t algorithm = out->algorithm;
    enum qn_status status = QN_OK;

    qn_id_clear(out, algorithm);
    memset(stat, 0, sizeof(*stat));
    if (path && *path)
        status = qn_file_stat(ctx, path, stat);
    if (!status && stat->kind == QN_FILE_REGULAR) {
        status = qn_file_read_all(ctx, path, &content);
        if (!status)
            status = qn_hash_object(ctx, algorithm, "blob",
                                    qn_buf_bytes(&content), out);
    }
    if (status && status != QN_NO_MEMORY) { /* ignore rules do without it */
        qn_ctx_clear(ctx);
        status = QN_OK;
    }
    qn_buf_dispose(&content);
    return status;
}

static enum qn_status hash_common(struct qn_ctx *ctx, struct qn_repo *repo,
                                  struct qn_untracked_cache *out)
{
    struct qn_buf path = QN_BUF_INIT;
    struct qn_file_stat stat;
    enum qn_status status = qn_repo_path(ctx, repo, "info/exclude", &path);

    if (!status)
        status =
            qn_untracked_hash(ctx, qn_buf_string(&path), &out->info_id, &stat);
    if (!status && stat.kind != QN_FILE_NONE)
        qn_index_stat_fill(&out->info_stat, &stat);
    qn_buf_clear(&path);
    if (!status)
        status = qn_directory_file_user_path(ctx, repo, "core.excludesfile",
                                             "ignore", &path);
    if (!status)
        status = qn_untracked_hash(ctx, qn_buf_string(&path), &out->excludes_id,
                                   &stat);
    if (!status && stat.kind != QN_FILE_NONE)
        qn_index_stat_fill(&out->excludes_stat, &stat);
    qn_buf_dispose(&path);
    return status;
}

enum qn_status qn_untracked_load(struct qn_ctx *ctx,
                                 const struct qn_work_tree *tree,
                                 struct qn_index *index,
                                 struct qn_untracked *out)
{
    uint32_t algorithm = qn_index_algorithm(index);
    enum qn_status status = qn_untracked_adjust(ctx, tree->repo, index);

    out->is_used = false;
    out->idents = (struct qn_buf)QN_BUF_INIT;
    qn_untracked_cache_init(&out->old, algorithm);
    qn_untracked_cache_init(&out->fresh, algorithm);
    if (status || qn_index_untracked(index).size == 0)
        return status;
    if (qn_untracked_cache_parse(ctx, algorithm, qn_index_untracked(index),
                                 &out->old)) {
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    status = make_idents(ctx, tree->repo, &out->idents);
    out->fresh.idents = qn_buf_bytes(&out->idents);
    if (status)
        return status;
    if (!qn_bytes_is_equal(out->old.idents, out->fresh.idents)) {
        qn_ctx_report(ctx, QN_REPORT_WARNING, "worktree.untracked-cache",
                      "untracked cache is disabled on this system or location");
        return QN_OK;
    }
    status = hash_common(ctx, tree->repo, &out->fresh);
    if (status)
        return status;
    out->is_used = true;
    if (out->old.flags != QN_UNTRACKED_CACHE_FLAGS ||
        !qn_bytes_is_equal(out->old.exclude_name, out->fresh.exclude_name) ||
        !qn_id_is_equal(&out->old.info_id, &out->fresh.info_id) ||
        !qn_id_is_equal(&out->old.excludes_id, &out->fresh.excludes_id))
        out->old.root = NULL;
    return QN_OK;
}

void qn_untracked_dispose(struct qn_untracked *untracked)
{
    qn_untracked_cache_dispose(&untracked->old);
    qn_untracked_cache_dispose(&untracked->fresh);
    qn_buf_dispose(&untracked->idents);
}

enum qn_status qn_untracked_store(struct qn_ctx *ctx, struct qn_index *index,
                                  struct qn_untracked *untracked)
{
    struct qn_buf data = QN_BUF_INIT;
    enum qn_status status =
        qn_untracked_cache_append(ctx, &untracked->fresh, &data);

    if (!status &&
        !qn_bytes_is_equal(qn_buf_bytes(&data), qn_index_untracked(index)))
        status = qn_index_set_untracked(ctx, index, qn_buf_bytes(&data));
    qn_buf_dispose(&data);
    return status;
}

bool qn_untracked_is_same(const struct qn_index *index,
                          const struct qn_work_tree *tree,
                          const struct qn_untracked_node *node,
                          const struct qn_file_stat *stat)
{
    /* Racy as a file is: the entry has the time that matters. */
    struct qn_index_entry probe = {.stat = node->stat, .mode = 0100644};

    return node->is_valid && stat->kind == QN_FILE_DIRECTORY &&
           qn_index_stat_is_equal(&node->stat, stat, &tree->policy) &&
           !qn_index_is_racy(index, &probe);
}
