/* SPDX-License-Identifier: MIT */
/* Removing files: in parallel over directories, and the directories that are
 * empty then, one by one. */
#include "worktree/checkout.h"

#include "base/memory.h"
#include "object/tree.h"
#include "os/directory.h"
#include "os/file.h"
#include "os/parallel.h"
#include "path/safe_path.h"

/* Paths [start, end) have one directory. */
struct group {
    size_t start, end;
    size_t size; /* of "a/b/" */
};

struct removal {
    const struct qn_work_tree *tree;
    const struct qn_bytes *paths;
    struct group *groups;
    size_t count;
    size_t capacity;
};

bool qn_checkout_is_beyond_link(struct qn_ctx *ctx,
                                const struct qn_work_tree *tree,
                                struct qn_bytes path)
{
    struct qn_buf part = QN_BUF_INIT;
    bool is_beyond = false;

    for (size_t at = 0; at < path.size && !is_beyond; at++) {
        struct qn_file_stat stat;

        if (path.data[at] != '/')
            continue;
        qn_buf_clear(&part);
        if (qn_buf_append(ctx, &part, path.data, at) ||
            qn_file_lstat_at(ctx, tree->top_fd, qn_buf_string(&part), &stat)) {
            qn_ctx_clear(ctx);
            break;
        }
        is_beyond = stat.kind == QN_FILE_SYMLINK;
    }
    qn_buf_dispose(&part);
    return is_beyond;
}

static size_t directory_size(struct qn_bytes path)
{
    size_t slash = qn_bytes_find_last(path, '/');

    return slash == path.size ? 0 : slash + 1;
}

static enum qn_status make_groups(struct qn_ctx *ctx, struct removal *removal,
                                  size_t count)
{
    const struct qn_bytes *paths = removal->paths;

    for (size_t i = 0; i < count;) {
        size_t size = directory_size(paths[i]), end = i + 1;
        enum qn_status status =
            qn_memory_grow(ctx, &removal->groups, &removal->capacity,
                           removal->count + 1, sizeof(*removal->groups));

        if (status)
            return status;
        while (end < count && directory_size(paths[end]) == size &&
               memcmp(paths[end].data, paths[i].data, size) == 0)
            end++;
        removal->groups[removal->count++] = (struct group){i, end, size};
        i = end;
    }
    return QN_OK;
}

static enum qn_status remove_one(struct qn_ctx *ctx, struct qn_buf *path,
                                 struct qn_bytes name)
{
    struct qn_file_stat stat;
    enum qn_status status = qn_file_unlink_if_exists(ctx, qn_buf_string(path));
    int why = qn_ctx_errno(ctx);

    if (!status || status == QN_NO_MEMORY)
        return status;
    /* A directory of a submodule goes when it is empty. */
    if (!qn_file_lstat(ctx, qn_buf_string(path), &stat) &&
        stat.kind == QN_FILE_DIRECTORY &&
        !qn_directory_remove(ctx, qn_buf_string(path))) {
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    qn_ctx_report(ctx, QN_REPORT_WARNING, "worktree.remove",
                  "unable to unlink '%.*s': %s", QN_BYTES_ARG(name),
                  strerror(why));
    qn_ctx_clear(ctx);
    return QN_OK;
}

static enum qn_status remove_group(struct qn_ctx *ctx, void *shared,
                                   void *state, size_t item)
{
    const struct removal *removal = shared;
    const struct group *group = &removal->groups[item];
    struct qn_buf *path = state;
    enum qn_status status = QN_OK;

    if (qn_checkout_is_beyond_link(ctx, removal->tree,
                                   removal->paths[group->start]))
        return QN_OK;
    for (size_t i = group->start; i < group->end && !status; i++) {
        struct qn_bytes name = removal->paths[i];

        /* An index can be made by anybody: nothing in .git goes. */
        if (!qn_safe_path_is_valid(name, QN_MODE_FILE,
                                   removal->tree->safe_flags)) {
            qn_ctx_report(ctx, QN_REPORT_ERROR, "worktree.bad-path",
                          "invalid path '%.*s'", QN_BYTES_ARG(name));
            continue;
        }
        status = qn_work_tree_path(ctx, removal->tree, name, path);
        if (!status)
            status = remove_one(ctx, path, name);
    }
    return status;
}

static void state_dispose(void *shared, void *state)
{
    (void)shared;
    qn_buf_dispose(state);
}

/* Directories of which the last file went: deepest first, once each. */
static enum qn_status prune(struct qn_ctx *ctx, const struct removal *removal)
{
    struct qn_buf path = QN_BUF_INIT, here = QN_BUF_INIT;
    const char *kept = qn_repo_kept_directory(removal->tree->repo);
    const char *top = removal->tree->top;
    enum qn_status status = QN_OK;

    /* Where the user stands stays. */
    if (kept && strncmp(kept, top, strlen(top)) == 0 &&
        kept[strlen(top)] == '/')
        status = qn_buf_printf(ctx, &here, "%s/", kept);
    for (size_t i = removal->count; i-- > 0 && !status;) {
        const struct group *group = &removal->groups[i];
        struct qn_bytes name = removal->paths[group->start];

        if (group->size == 0 ||
            qn_checkout_is_beyond_link(ctx, removal->tree, name))
            continue;
        status = qn_work_tree_path(ctx, removal->tree, name, &path);
        if (!status)
            qn_directory_prune_parents(
                qn_buf_string(&path),
                here.size && qn_bytes_has_prefix(qn_buf_bytes(&path),
                                                 qn_buf_string(&here))
                    ? kept
                    : top);
    }
    qn_buf_dispose(&here);
    qn_buf_dispose(&path);
    return status;
}

enum qn_status qn_checkout_remove(struct qn_ctx *ctx,
                                  const struct qn_work_tree *tree,
                                  const struct qn_bytes *paths, size_t count)
{
    struct removal removal = {.tree = tree, .paths = paths};
    struct qn_parallel_options parallel = {.grain = 1,
                                           .shared = &removal,
                                           .state_size = sizeof(struct qn_buf),
                                           .state_dispose = state_dispose};
    enum qn_status status = make_groups(ctx, &removal, count);

    if (count < 64)
        parallel.thread_count = 1;
    if (!status && count > 0)
        status = qn_parallel_for(ctx, &parallel, removal.count, remove_group);
    if (!status)
        status = prune(ctx, &removal);
    qn_memory_free(removal.groups);
    return status;
}
