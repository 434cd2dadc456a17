/* SPDX-License-Identifier: MIT */
/* Which directory a file of the repository lives in; gitrepository-layout(5).
 */
#include "repo/repo_parts.h"
#include "text/pathname.h"

#include <string.h>

/* Shared by all work trees: directories with everything below, and files. */
static const char *const shared_directories[] = {
    "branches", "common",   "hooks",   "info",     "lost-found",
    "logs",     "modules",  "objects", "refs",     "remotes",
    "reftable", "rr-cache", "svn",     "worktrees"};
static const char *const shared_files[] = {"config", "gc.pid", "packed-refs",
                                           "shallow"};
/* ... but these are each work tree's own. */
static const char *const own_paths[] = {
    "info/sparse-checkout", "logs/HEAD",          "logs/refs/bisect",
    "logs/refs/rewritten",  "logs/refs/worktree", "refs/bisect",
    "refs/rewritten",       "refs/worktree"};

/* Is `name` equal to `path` or below it? */
static bool is_at(const char *name, const char *path)
{
    size_t size = strlen(path);

    return strncmp(name, path, size) == 0 &&
           (name[size] == '\0' || name[size] == '/');
}

static bool is_shared(const char *name)
{
    size_t i;

    for (i = 0; i < QN_COUNT_OF(own_paths); i++)
        if (is_at(name, own_paths[i]))
            return false;
    for (i = 0; i < QN_COUNT_OF(shared_directories); i++)
        if (is_at(name, shared_directories[i]))
            return true;
    for (i = 0; i < QN_COUNT_OF(shared_files); i++)
        if (strcmp(name, shared_files[i]) == 0)
            return true;
    return false;
}

/* A path that a variable or the configuration puts elsewhere; `*found`. */
static enum qn_status moved(struct qn_ctx *ctx, const struct qn_repo *repo,
                            const char *name, struct qn_buf *out, bool *found)
{
    static const struct {
        const char *name;
        const char *variable;
    } moves[] = {{"index", "GIT_INDEX_FILE"},
                 {"objects", "GIT_OBJECT_DIRECTORY"},
                 {"info/grafts", "GIT_GRAFT_FILE"},
                 {"shallow", "GIT_SHALLOW_FILE"}};
    const char *value;
    const char *top = NULL;
    size_t i;
    enum qn_status status;

    *found = false;
    for (i = 0; i < QN_COUNT_OF(moves); i++) {
        bool is_directory = i == 1;

        if (is_directory ? !is_at(name, moves[i].name)
                         : strcmp(name, moves[i].name) != 0)
            continue;
        value = qn_repo_variable(ctx, &repo->start, moves[i].variable);
        if (!value)
            continue;
        *found = true;
        status = qn_pathname_join(ctx, qn_bytes_from_string(repo->directory),
                                  qn_bytes_from_string(value), out);
        return status ? status
                      : qn_buf_append_string(ctx, out,
                                             name + strlen(moves[i].name));
    }
    if (!is_at(name, "hooks") ||
        !qn_config_find(repo->config, "core.hookspath"))
        return QN_OK;
    {
        struct qn_buf path = QN_BUF_INIT;

        status =
            qn_config_path(ctx, repo->config, "core.hookspath", &path, found);
        top = repo->work_tree ? repo->work_tree : repo->git_directory;
        if (!status && *found)
            status = qn_pathname_join(ctx, qn_bytes_from_string(top),
                                      qn_buf_bytes(&path), out);
        if (!status && *found)
            status = qn_buf_append_string(ctx, out, name + strlen("hooks"));
        qn_buf_dispose(&path);
    }
    return status;
}

enum qn_status qn_repo_path(struct qn_ctx *ctx, const struct qn_repo *repo,
                            const char *name, struct qn_buf *out)
{
    bool found = false;
    enum qn_status status = moved(ctx, repo, name, out, &found);

    if (status || found)
        return status;
    status = qn_buf_append_string(ctx, out,
                                  is_shared(name) ? repo->common_directory
                                                  : repo->git_directory);
    if (!status)
        status = qn_buf_append_byte(ctx, out, '/');
    return status ? status : qn_buf_append_string(ctx, out, name);
}

enum qn_status qn_repo_work_path(struct qn_ctx *ctx, const struct qn_repo *repo,
                                 struct qn_bytes name, struct qn_buf *out)
{
    if (!repo->work_tree)
        return qn_ctx_fail(ctx, QN_INVALID,
                           "this operation must be run in a work tree");
    return qn_pathname_join(ctx, qn_bytes_from_string(repo->work_tree), name,
                            out);
}
