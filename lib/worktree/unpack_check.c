/* SPDX-License-Identifier: MIT */
#include "object/tree.h"
#include "os/file.h"
#include "path/pathspec.h"
#include "worktree/unpack_private.h"
#include "worktree/work_walk.h"

enum qn_status qn_unpack_check_note(struct qn_ctx *ctx, struct qn_unpacker *u,
                                    enum qn_unpack_trouble kind,
                                    struct qn_bytes path)
{
    struct qn_buf *out = &u->troubles[u->is_late][kind];

    /* read-tree's own words are said of one path only. */
    if (u->has_trouble[u->is_late] && !u->options->operation)
        return QN_OK;
    u->has_trouble[u->is_late] = true;
    return qn_buf_printf(ctx, out, "\t%.*s\n", QN_BYTES_ARG(path));
}

bool qn_unpack_check_looks(const struct qn_unpacker *u)
{
    return u->tree && !u->options->ignores_files;
}

static enum qn_status is_ignored(struct qn_ctx *ctx, struct qn_unpacker *u,
                                 struct qn_bytes path, bool is_directory,
                                 bool *out)
{
    struct qn_ignore_match match;
    enum qn_status status = QN_OK;

    *out = false;
    if (!u->options->overwrites_ignored)
        return QN_OK;
    if (!u->ignore)
        status = qn_ignore_new(ctx, u->tree->repo, u->index, true, &u->ignore);
    if (!status)
        status = qn_ignore_check(ctx, u->ignore, path, is_directory, &match);
    *out = !status && match.is_ignored;
    return status;
}

/* A directory is where a file shall be: are there files in it that nobody
 * tracks? */
static enum qn_status check_directory(struct qn_ctx *ctx, struct qn_unpacker *u,
                                      struct qn_bytes path)
{
    struct qn_buf pattern = QN_BUF_INIT;
    struct qn_work_walk walk = QN_WORK_WALK_INIT;
    struct qn_pathspec *pathspec = NULL;
    struct qn_work_walk_options options = {.lists_untracked = true};
    const char *patterns[1];
    enum qn_status status =
        qn_buf_printf(ctx, &pattern, "%.*s/", QN_BYTES_ARG(path));

    patterns[0] = qn_buf_string(&pattern);
    if (!status)
        status = qn_pathspec_new(ctx, patterns, 1, "", NULL,
                                 QN_PATHSPEC_LITERAL, &pathspec);
    options.pathspec = pathspec;
    options.ignores_nothing = !u->options->overwrites_ignored;
    if (!status)
        status = qn_work_walk_run(ctx, u->tree, u->index, &options, &walk);
    if (!status && walk.count > 0)
        status = qn_unpack_check_note(ctx, u, QN_TROUBLE_DIRECTORY, path);
    qn_work_walk_dispose(&walk);
    qn_pathspec_free(pathspec);
    qn_buf_dispose(&pattern);
    return status;
}

enum qn_status qn_unpack_check_uptodate(struct qn_ctx *ctx,
                                        struct qn_unpacker *u,
                                        const struct qn_index_entry *entry,
                                        bool is_removed)
{
    return u->options->resets || (entry->flags & QN_INDEX_UPTODATE)
               ? QN_OK
               : qn_unpack_check_clean(ctx, u, entry, is_removed);
}

enum qn_status qn_unpack_check_clean(struct qn_ctx *ctx, struct qn_unpacker *u,
                                     const struct qn_index_entry *entry,
                                     bool is_removed)
{
    const struct qn_buf *directories =
        &u->troubles[u->is_late][QN_TROUBLE_DIRECTORY];
    size_t before = directories->size;
    struct qn_index_entry held = *entry;
    struct qn_file_stat stat;
    enum qn_compare_answer answer;
    bool is_stale;
    enum qn_status status;

    if (!qn_unpack_check_looks(u) || qn_mode_is_gitlink(entry->mode))
        return QN_OK;
    /* It is to be written: what was promised of it does not count. */
    held.flags &= (uint8_t)~QN_INDEX_ASSUME_VALID;
    status =
        qn_compare_entry(ctx, &u->compare, &held, &stat, &answer, &is_stale);
    if (status)
        return status;
    /* read-tree itself does not look at contents: that is what a refresh of the
     * index is for. */
    if (answer == QN_COMPARE_SAME &&
        (u->options->operation || !is_stale ||
         qn_compare_is_stat_same(&u->compare, entry, &stat)))
        return QN_OK;
    /* Gone is fine, but not when a directory is there instead. */
    if (answer == QN_COMPARE_DELETED) {
        struct qn_bytes path = entry->path;

        status = qn_file_lstat_at(ctx, u->tree->top_fd, (const char *)path.data,
                                  &stat);
        if (status || stat.kind != QN_FILE_DIRECTORY)
            return status;
        if (is_removed)
            status = check_directory(ctx, u, path);
        if (status || directories->size > before)
            return status;
    }
    return qn_unpack_check_note(ctx, u, QN_TROUBLE_CHANGED, entry->path);
}

/* Perhaps a file is where a directory is needed.  Paths come in order: the
 * parts shared with the path before are known to be directories. */
static enum qn_status check_parents(struct qn_ctx *ctx, struct qn_unpacker *u,
                                    struct qn_bytes path,
                                    enum qn_unpack_trouble kind)
{
    struct qn_buf *part = &u->present;
    struct qn_file_stat stat;
    bool found, ignored = false;
    size_t at = 0, known = 0;
    enum qn_status status = QN_OK;

    for (; at < path.size && at < part->size && part->data[at] == path.data[at];
         at++)
        if (path.data[at] == '/')
            known = at + 1;
    for (at = known; at < path.size && !status; at++) {
        if (path.data[at] != '/')
            continue;
        qn_buf_clear(part);
        status = qn_buf_append(ctx, part, path.data, at);
        if (!status)
            status = qn_file_lstat_at(ctx, u->tree->top_fd, qn_buf_string(part),
                                      &stat);
        if (status)
            break;
        if (stat.kind == QN_FILE_DIRECTORY) {
            status = qn_buf_append_byte(ctx, part, '/');
            continue;
        }
        if (stat.kind == QN_FILE_NONE) {
            qn_buf_clear(&u->missing);
            status = qn_buf_append(ctx, &u->missing, path.data, at + 1);
        } else {
            (void)qn_index_find(u->index, qn_buf_bytes(part), 0, &found);
            found &= kind != QN_TROUBLE_UNTRACKED_REMOVED;
            if (!found)
                status =
                    is_ignored(ctx, u, qn_buf_bytes(part), false, &ignored);
            if (!status && !found && !ignored)
                status = qn_unpack_check_note(ctx, u, kind, qn_buf_bytes(part));
        }
        qn_buf_truncate(part, known);
        break;
    }
    return status;
}

enum qn_status qn_unpack_check_absent(struct qn_ctx *ctx, struct qn_unpacker *u,
                                      struct qn_bytes path,
                                      enum qn_unpack_trouble kind)
{
    struct qn_file_stat stat;
    bool ignored;
    enum qn_status status;

    if (!qn_unpack_check_looks(u) || !u->options->updates ||
        (u->options->resets && !u->options->keeps_untracked))
        return QN_OK;
    /* Where the patterns do not reach nothing is written. */
    if (!u->options->prefix && !qn_sparse_is_inside(u->sparse, path))
        return QN_OK;
    if (u->missing.size > 0 && path.size > u->missing.size &&
        memcmp(path.data, u->missing.data, u->missing.size) == 0)
        return QN_OK;
    status =
        qn_file_lstat_at(ctx, u->tree->top_fd, (const char *)path.data, &stat);
    if (status)
        return status;
    if (stat.kind == QN_FILE_DIRECTORY)
        return check_directory(ctx, u, path);
    if (stat.kind != QN_FILE_NONE) {
        /* A name that another case of it tracks is not untracked. */
        status = is_ignored(ctx, u, path, false, &ignored);
        return status || ignored ? status
                                 : qn_unpack_check_note(ctx, u, kind, path);
    }
    return check_parents(ctx, u, path, kind);
}

/* ---- saying what is in the way */

static void report_kind(struct qn_ctx *ctx, const char *head,
                        const struct qn_buf *paths, const char *tail)
{
    if (paths->size > 0)
        qn_ctx_report(ctx, QN_REPORT_ERROR, "worktree.would-overwrite",
                      "%s\n%s%s", head, qn_buf_string(paths), tail);
}

static void report_plain(struct qn_ctx *ctx, const struct qn_buf *paths,
                         const char *before, const char *after)
{
    struct qn_bytes rest = qn_buf_bytes(paths), line;

    while (qn_bytes_next(&rest, '\n', &line)) {
        line = qn_bytes_from(line, 1);
        qn_ctx_report(ctx, QN_REPORT_ERROR, "worktree.would-overwrite",
                      "%s'%.*s'%s", before, QN_BYTES_ARG(line), after);
    }
}

enum qn_status qn_unpack_check_fail(struct qn_ctx *ctx, struct qn_unpacker *u)
{
    struct qn_buf *troubles =
        u->troubles[!u->options->operation && !u->has_trouble[0]];
    const char *operation = u->options->operation;
    bool is_checkout = operation && strcmp(operation, "checkout") == 0;
    bool is_merge = operation && strcmp(operation, "merge") == 0;
    const char *what = is_checkout ? "you switch branches"
                       : is_merge  ? "you merge"
                                   : operation;
    struct qn_buf head = QN_BUF_INIT, tail = QN_BUF_INIT;
    struct qn_bytes rest, line;
    enum qn_status status = QN_OK;

    if (u->options->says_nothing)
        return qn_ctx_fail_reason(ctx, QN_CONFLICT, "worktree.would-overwrite",
                                  NULL, "local changes are in the way");
    for (int i = 0; i < QN_TROUBLE_COUNT && operation && !status; i++)
        status = qn_buf_append_bytes(ctx, &troubles[i],
                                     qn_buf_bytes(&u->troubles[1][i]));
    if (status)
        return status;
    if (!operation) {
        report_plain(ctx, &troubles[QN_TROUBLE_OVERWRITE], "Entry ",
                     " would be overwritten by merge. Cannot merge.");
        report_plain(ctx, &troubles[QN_TROUBLE_CHANGED], "Entry ",
                     " not uptodate. Cannot merge.");
        report_plain(ctx, &troubles[QN_TROUBLE_UNTRACKED_OVERWRITTEN],
                     "Untracked working tree file ",
                     " would be overwritten by merge.");
        report_plain(ctx, &troubles[QN_TROUBLE_UNTRACKED_REMOVED],
                     "Untracked working tree file ",
                     " would be removed by merge.");
        rest = qn_buf_bytes(&troubles[QN_TROUBLE_OVERLAP]);
        while (qn_bytes_next(&rest, '\n', &line)) {
            line = qn_bytes_from(line, 1);
            qn_ctx_report(ctx, QN_REPORT_ERROR, "worktree.would-overwrite",
                          "Entry '%.*s' overlaps with '%.*s'.  Cannot bind.",
                          QN_BYTES_ARG(line), QN_BYTES_ARG(line));
        }
        report_plain(ctx, &troubles[QN_TROUBLE_DIRECTORY], "Updating ",
                     " would lose untracked files in it");
        return qn_ctx_fail_reason(ctx, QN_CONFLICT, "worktree.would-overwrite",
                                  NULL, "Aborting");
    }
    status = qn_buf_printf(ctx, &head,
                           "Your local changes to the following files would "
                           "be overwritten by %s:",
                           operation);
    if (!status)
        status = qn_buf_printf(ctx, &tail,
                               "Please commit your changes or stash them "
                               "before %s%s.",
                               is_checkout || is_merge ? "" : "you ", what);
    if (!status)
        for (int i = 0; i < 2; i++) /* staged ones, then the others */
            report_kind(
                ctx, qn_buf_string(&head),
                &troubles[i == 0 ? QN_TROUBLE_OVERWRITE : QN_TROUBLE_CHANGED],
                qn_buf_string(&tail));
    report_kind(ctx,
                "Updating the following directories would lose untracked files "
                "in them:",
                &troubles[QN_TROUBLE_DIRECTORY], "");
    for (int i = 0; i < 2 && !status; i++) {
        qn_buf_clear(&head);
        qn_buf_clear(&tail);
        status = qn_buf_printf(ctx, &head,
                               "The following untracked working tree files "
                               "would be %s by %s:",
                               i == 0 ? "overwritten" : "removed", operation);
        if (!status)
            status = qn_buf_printf(ctx, &tail,
                                   "Please move or remove them before %s%s.",
                                   is_checkout || is_merge ? "" : "you ", what);
        if (!status)
            report_kind(ctx, qn_buf_string(&head),
                        &troubles[i == 0 ? QN_TROUBLE_UNTRACKED_OVERWRITTEN
                                         : QN_TROUBLE_UNTRACKED_REMOVED],
                        qn_buf_string(&tail));
    }
    qn_buf_dispose(&head);
    qn_buf_dispose(&tail);
    if (status)
        return status;
    return qn_ctx_fail_reason(ctx, QN_CONFLICT, "worktree.would-overwrite",
                              NULL, "Aborting");
}
