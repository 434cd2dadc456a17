/* SPDX-License-Identifier: MIT */
#include "server/state.h"

#include "base/env.h"
#include "os/directory.h"
#include "os/file.h"

#define GRAIN_NS   INT64_C(20000000)
#define MOST_DEPTH 32
#define MOST_SEEN  4096 /* folders of refs; more are not worth it */

struct looking {
    struct qn_hash *hash;
    int64_t now_ns;
    unsigned seen;
    bool is_stable;
};

static enum qn_status add(struct qn_ctx *ctx, struct looking *looking,
                          const char *path, bool *is_directory)
{
    struct qn_file_stat stat;
    enum qn_status status = qn_file_stat(ctx, path, &stat);
    uint64_t facts[5];

    if (status)
        return status;
    facts[0] = stat.kind;
    facts[1] = stat.size;
    facts[2] = (uint64_t)stat.mtime_ns;
    facts[3] = stat.inode;
    facts[4] = (uint64_t)stat.ctime_ns;
    if (stat.kind == QN_FILE_NONE)
        memset(facts, 0, sizeof(facts));
    else if (stat.mtime_ns > looking->now_ns - GRAIN_NS ||
             stat.ctime_ns > looking->now_ns - GRAIN_NS)
        looking->is_stable = false;
    qn_hash_update(looking->hash, path, strlen(path) + 1);
    qn_hash_update(looking->hash, facts, sizeof(facts));
    *is_directory = stat.kind == QN_FILE_DIRECTORY;
    return QN_OK;
}

static enum qn_status add_tree(struct qn_ctx *ctx, struct looking *looking,
                               struct qn_buf *path, int depth)
{
    struct qn_directory *directory = NULL;
    size_t size = path->size;
    enum qn_file_kind kind;
    bool is_directory = false;
    const char *name;
    enum qn_status status =
        add(ctx, looking, qn_buf_string(path), &is_directory);

    if (status || !is_directory)
        return status;
    if (depth > MOST_DEPTH || ++looking->seen > MOST_SEEN) {
        looking->is_stable = false;
        return QN_OK;
    }
    status = qn_directory_open(ctx, qn_buf_string(path), &directory);
    if (status == QN_NOT_FOUND) { /* it went away just now */
        qn_ctx_clear(ctx);
        looking->is_stable = false;
        return QN_OK;
    }
    while (!status && qn_directory_next(directory, &name, &kind)) {
        if (kind == QN_FILE_REGULAR || *name == '.')
            continue;
        status = qn_buf_printf(ctx, path, "/%s", name);
        if (!status)
            status = add_tree(ctx, looking, path, depth + 1);
        qn_buf_truncate(path, size);
    }
    return qn_directory_end(ctx, directory, status);
}

enum qn_status state_hash(struct qn_ctx *ctx, struct qn_repo *repo,
                          struct qn_hash *hash, bool *is_stable)
{
    static const char *const files[] = {
        "HEAD",         "config",      "packed-refs",
        "shallow",      "info/grafts", "objects/info/alternates",
        "objects/pack", "reftable",    "reftable/tables.list"};
    struct looking looking = {.hash = hash, .is_stable = true};
    struct qn_buf path = QN_BUF_INIT;
    bool is_directory;
    enum qn_status status = QN_OK;
    size_t i;

    looking.now_ns = qn_env_clock(qn_ctx_env(ctx), true);
    for (i = 0; !status && i < QN_COUNT_OF(files); i++) {
        qn_buf_clear(&path);
        status = qn_repo_path(ctx, repo, files[i], &path);
        if (!status)
            status = add(ctx, &looking, qn_buf_string(&path), &is_directory);
    }
    qn_buf_clear(&path);
    if (!status)
        status = qn_buf_printf(ctx, &path, "%s/refs",
                               qn_repo_common_directory(repo));
    if (!status)
        status = add_tree(ctx, &looking, &path, 0);
    qn_buf_dispose(&path);
    *is_stable = looking.is_stable;
    return status;
}
