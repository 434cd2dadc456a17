/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "object/tree.h"
#include "os/file.h"
#include "path/safe_path.h"
#include "worktree/checkout.h"
#include "worktree/unpack_private.h"

static enum qn_status check_paths(struct qn_ctx *ctx,
                                  const struct qn_unpacker *u)
{
    unsigned flags = u->tree ? u->tree->safe_flags : QN_SAFE_PATH_NTFS;

    for (size_t i = 0; i < u->count; i++) {
        const struct qn_unpack_action *action = &u->actions[i];

        if (action->mode != 0 &&
            !qn_safe_path_is_valid(action->path, action->mode, flags)) {
            qn_ctx_report(ctx, QN_REPORT_ERROR, "worktree.bad-path",
                          "invalid path '%.*s'", QN_BYTES_ARG(action->path));
            return qn_ctx_fail_reason(ctx, QN_CONFLICT, "worktree.bad-path",
                                      NULL,
                                      "make_cache_entry failed for path "
                                      "'%.*s'",
                                      QN_BYTES_ARG(action->path));
        }
    }
    return QN_OK;
}

/* Of all that is removed and written. */
static void begin_progress(struct qn_ctx *ctx, struct qn_unpacker *u,
                           size_t removed)
{
    uint64_t count = removed;

    if (u->options->hides_progress)
        return;
    for (size_t i = 0; i < u->count; i++) {
        const struct qn_unpack_action *action = &u->actions[i];

        count += action->mode != 0 && action->stage == 0 && action->writes_file;
    }
    qn_progress_begin(ctx, &u->progress, QN_PROGRESS_BEGIN_LATER,
                      "Updating files", count);
}

/* A reset removes what the patterns leave out, and says that it does not. */
static enum qn_status note_removed(struct qn_ctx *ctx,
                                   const struct qn_unpacker *u,
                                   struct qn_bytes path)
{
    struct qn_file_stat stat;
    enum qn_status status;

    if (!u->sparse || u->options->operation || !qn_unpack_check_looks(u) ||
        !u->options->updates || qn_sparse_is_inside(u->sparse, path))
        return QN_OK;
    status =
        qn_file_lstat_at(ctx, u->tree->top_fd, (const char *)path.data, &stat);
    if (!status && stat.kind != QN_FILE_NONE)
        qn_ctx_report(ctx, QN_REPORT_ERROR, "worktree.left",
                      "Path '%.*s' not uptodate; will not remove from working "
                      "tree.",
                      QN_BYTES_ARG(path));
    return status;
}

static enum qn_status remove_all(struct qn_ctx *ctx, struct qn_unpacker *u)
{
    struct qn_bytes *paths = qn_memory_array(ctx, u->count + 1, sizeof(*paths));
    size_t removed = 0;
    enum qn_status status = QN_OK;

    if (!paths)
        return QN_NO_MEMORY;
    for (size_t i = 0; i < u->count; i++) {
        const struct qn_unpack_action *action = &u->actions[i];
        bool found;
        size_t at;

        if (action->mode != 0)
            continue;
        at = qn_index_find(u->index, action->path, 0, &found);
        for (;
             at < qn_index_count(u->index) &&
             qn_bytes_is_equal(qn_index_peek(u->index, at)->path, action->path);
             at++) {
            struct qn_index_entry *entry = qn_index_at(u->index, at);

            if (u->options->resets && entry->stage == 0 &&
                !(entry->flags & QN_INDEX_SKIP_WORKTREE))
                status = note_removed(ctx, u, entry->path);
            if (action->writes_file && !qn_mode_is_gitlink(entry->mode) &&
                (removed == 0 ||
                 !qn_bytes_is_equal(paths[removed - 1], action->path)))
                paths[removed++] = action->path;
            entry->flags |= QN_INDEX_REMOVED;
        }
    }
    qn_index_compact(u->index);
    if (!status && qn_unpack_check_looks(u) && u->options->updates) {
        uint32_t workers;

        begin_progress(ctx, u, removed);
        status = qn_work_tree_workers(ctx, u->tree, removed, &workers);
        if (!status)
            status = qn_checkout_remove(ctx, u->tree, paths, removed);
        for (size_t i = 0; i < removed && !status; i++)
            qn_progress_add(ctx, &u->progress, 1);
    }
    qn_memory_free(paths);
    return status;
}

static enum qn_status set_entries(struct qn_ctx *ctx, struct qn_unpacker *u)
{
    for (size_t i = 0; i < u->count; i++) {
        const struct qn_unpack_action *action = &u->actions[i];
        struct qn_index_entry entry = {.path = action->path,
                                       .id = action->id,
                                       .mode = action->mode,
                                       .stage = action->stage};
        bool found;
        size_t at;
        enum qn_status status;

        if (action->mode == 0)
            continue;
        at = qn_index_find(u->index, action->path, action->stage, &found);
        if (found) {
            const struct qn_index_entry *old = qn_index_peek(u->index, at);

            if (old->stage == action->stage) {
                entry.flags = old->flags & QN_INDEX_SKIP_WORKTREE;
                /* Only the file was wrong. */
                if (old->mode == entry.mode &&
                    qn_id_is_equal(&old->id, &entry.id)) {
                    entry.stat = old->stat;
                    entry.flags |= old->flags & QN_INDEX_ASSUME_VALID;
                }
            }
        }
        if (!found && action->stage == 0 && !u->options->prefix &&
            !qn_sparse_is_inside(u->sparse, action->path))
            entry.flags |= QN_INDEX_SKIP_WORKTREE;
        status = qn_index_add(ctx, u->index, &entry, true);
        if (status)
            return status;
    }
    return QN_OK;
}

/* A changed file stays whatever the patterns say; where a user listens the
 * paths are told together. */
static enum qn_status note_left(struct qn_ctx *ctx, const struct qn_unpacker *u,
                                struct qn_bytes path, struct qn_buf *left)
{
    if (u->options->says_nothing)
        return QN_OK;
    if (u->options->operation)
        return qn_buf_printf(ctx, left, "\t%.*s\n", QN_BYTES_ARG(path));
    qn_ctx_report(ctx, QN_REPORT_ERROR, "worktree.left",
                  "Path '%.*s' not uptodate; will not remove from working "
                  "tree.",
                  QN_BYTES_ARG(path));
    return QN_OK;
}

/* Patterns are asked about what lies there: a directory, perhaps. */
static bool is_inside_here(struct qn_ctx *ctx, const struct qn_unpacker *u,
                           struct qn_bytes path)
{
    bool is_inside = qn_sparse_is_inside(u->sparse, path);
    struct qn_file_stat stat;

    if (is_inside == qn_sparse_is_directory_inside(u->sparse, path))
        return is_inside;
    if (qn_file_lstat_at(ctx, u->tree->top_fd, (const char *)path.data,
                         &stat)) {
        qn_ctx_clear(ctx);
        return is_inside;
    }
    return stat.kind == QN_FILE_DIRECTORY ? !is_inside : is_inside;
}

/* Paths are asked for in order; `*next` is where to look on. */
static bool is_to_be_written(const struct qn_unpacker *u, size_t *next,
                             struct qn_bytes path)
{
    while (*next < u->count &&
           qn_bytes_compare(u->actions[*next].path, path) < 0)
        ++*next;
    return *next < u->count && u->actions[*next].writes_file &&
           u->actions[*next].mode != 0 &&
           qn_bytes_is_equal(u->actions[*next].path, path);
}

/* What the patterns say now of entries that stay: files that come are added to
 * `positions`, files that go (and are as the index says) are removed. */
static enum qn_status apply_sparse(struct qn_ctx *ctx, struct qn_unpacker *u,
                                   size_t *positions, size_t *count)
{
    struct qn_bytes *gone =
        qn_memory_array(ctx, qn_index_count(u->index) + 1, sizeof(*gone));
    size_t gone_count = 0, next = 0;
    struct qn_buf left = QN_BUF_INIT;
    enum qn_status status = gone ? QN_OK : QN_NO_MEMORY;

    for (size_t i = 0; i < qn_index_count(u->index) && !status; i++) {
        struct qn_index_entry *entry = qn_index_at(u->index, i);
        bool is_skipped = entry->flags & QN_INDEX_SKIP_WORKTREE, is_inside;
        enum qn_compare_answer answer;
        struct qn_file_stat stat;
        bool is_stale, is_written;

        if (entry->stage != 0)
            continue;
        is_inside = is_inside_here(ctx, u, entry->path);
        if (is_inside == !is_skipped)
            continue;
        if (is_inside && u->options->is_dry_run)
            continue;
        if (is_inside) {
            entry->flags &= (uint8_t)~QN_INDEX_SKIP_WORKTREE;
            positions[(*count)++] = i;
            qn_index_mark_changed(u->index);
            continue;
        }
        /* A file that was to be written was looked at before. */
        is_written = is_to_be_written(u, &next, entry->path);
        answer = QN_COMPARE_SAME;
        is_stale = false;
        if (!is_written) {
            struct qn_index_entry held = *entry;

            /* What was promised of it does not count. */
            held.flags &= (uint8_t)~QN_INDEX_ASSUME_VALID;
            status = qn_compare_entry(ctx, &u->compare, &held, &stat, &answer,
                                      &is_stale);
        }
        if (!status && answer == QN_COMPARE_DELETED &&
            (stat.kind != QN_FILE_NONE ||
             qn_work_tree_is_below_file(ctx, u->tree, entry->path)))
            answer = QN_COMPARE_MODIFIED; /* something else is there */
        if (!status && answer == QN_COMPARE_SAME && is_stale &&
            !u->options->operation)
            answer = QN_COMPARE_MODIFIED; /* nobody refreshed it */
        if (!status && answer != QN_COMPARE_SAME &&
            answer != QN_COMPARE_DELETED && !u->options->resets) {
            status = note_left(ctx, u, entry->path, &left);
            continue;
        }
        if (status || u->options->is_dry_run)
            continue;
        entry->flags |= QN_INDEX_SKIP_WORKTREE;
        qn_index_mark_changed(u->index);
        gone[gone_count++] = entry->path;
    }
    if (!status)
        status = qn_checkout_remove(ctx, u->tree, gone, gone_count);
    if (!status && left.size > 0)
        qn_ctx_report(ctx, QN_REPORT_WARNING, "worktree.left",
                      "The following paths are not up to date and were left "
                      "despite sparse patterns:\n%s\nAfter fixing the above "
                      "paths, you may want to run `git sparse-checkout "
                      "reapply`.",
                      qn_buf_string(&left));
    qn_buf_dispose(&left);
    for (size_t i = 0, all = *count; i < all; i++) {
        if (i == 0)
            *count = 0;
        if (!(qn_index_peek(u->index, positions[i])->flags &
              QN_INDEX_SKIP_WORKTREE))
            positions[(*count)++] = positions[i];
    }
    qn_memory_free(gone);
    return status;
}

static enum qn_status write_files(struct qn_ctx *ctx, struct qn_unpacker *u)
{
    struct qn_checkout_options options = {
        .forces = true, .follows_index = true, .progress = &u->progress};
    size_t *positions = qn_memory_array(
        ctx, u->count + 1 + (u->sparse ? qn_index_count(u->index) : 0),
        sizeof(*positions));
    size_t count = 0;
    enum qn_status status = QN_OK;

    if (!positions)
        return QN_NO_MEMORY;
    for (size_t i = 0; i < u->count; i++) {
        const struct qn_unpack_action *action = &u->actions[i];
        bool found;
        size_t at;

        if (action->mode == 0 || action->stage != 0 || !action->writes_file)
            continue;
        at = qn_index_find(u->index, action->path, 0, &found);
        if (found &&
            !(qn_index_peek(u->index, at)->flags & QN_INDEX_SKIP_WORKTREE))
            positions[count++] = at;
    }
    if (u->sparse)
        status = apply_sparse(ctx, u, positions, &count);
    if (!status)
        status = qn_checkout_entries(ctx, u->tree, u->index, u->odb, positions,
                                     count, &options);
    u->options->failed_count = options.failed_count + options.delayed_errors;
    qn_memory_free(positions);
    return status;
}

enum qn_status qn_unpack_write_run(struct qn_ctx *ctx, struct qn_unpacker *u)
{
    enum qn_status status = check_paths(ctx, u);

    if (!status && u->options->is_dry_run && u->sparse &&
        qn_unpack_check_looks(u) && u->options->updates) {
        size_t count = 0; /* what would be left is told of */

        return apply_sparse(ctx, u, NULL, &count);
    }
    if (status || u->options->is_dry_run)
        return status;
    status = remove_all(ctx, u);
    if (!status)
        status = set_entries(ctx, u);
    if (!status && !u->options->keeps_undo)
        qn_index_resolve_undo_clear(u->index);
    if (!status && qn_unpack_check_looks(u) && u->options->updates)
        status = write_files(ctx, u);
    qn_progress_end(ctx, &u->progress);
    return status;
}
