/* SPDX-License-Identifier: MIT */
#include "worktree/unpack.h"

#include "base/memory.h"
#include "object/tree.h"
#include "os/directory.h"
#include "os/file.h"
#include "path/ignore.h"
#include "path/safe_path.h"
#include "worktree/compare.h"
#include "worktree/refresh.h"
#include "worktree/sparse.h"
#include "worktree/unpack_trees.h"
#include "worktree/work_walk.h"

/* What is to be done with one path. */
struct action {
    struct qn_bytes path;
    uint32_t mode; /* 0: remove */
    uint8_t stage;
    bool writes_file;
    struct qn_id id;
};

/* What stands in the way, by kind. */
enum trouble {
    TROUBLE_OVERWRITE, /* "would be overwritten by merge. Cannot merge." */
    TROUBLE_CHANGED,   /* not up to date */
    TROUBLE_UNTRACKED_OVERWRITTEN,
    TROUBLE_UNTRACKED_REMOVED,
    TROUBLE_DIRECTORY, /* with untracked files in it */
    TROUBLE_OVERLAP,   /* --prefix= of what is there */
    TROUBLE_COUNT
};

struct unpacker {
    const struct qn_work_tree *tree; /* NULL: do not look */
    struct qn_index *index;
    struct qn_odb *odb;
    struct qn_unpack_options *options;
    struct qn_unpack_trees trees;
    struct action *actions;
    size_t count;
    size_t capacity;
    uint8_t *answers; /* with resets and updates: enum qn_compare_answer */
    struct qn_compare compare;
    struct qn_ignore *ignore;
    struct qn_sparse *sparse; /* NULL: all is inside */
    struct qn_buf present;    /* "a/b/" that is a directory, its parts, too */
    struct qn_buf missing;    /* "a/c/" that is not there; empty: none known */
    struct qn_buf troubles[TROUBLE_COUNT]; /* "\tpath\n" lines */
    bool has_trouble;
};

/* One path, everywhere. */
struct row {
    struct qn_bytes path;
    const struct qn_index_entry *entry; /* stage 0, or NULL */
    size_t position;
    size_t end; /* entries of this path: [position, end) */
    bool is_unmerged;
    const struct qn_unpack_file *files[QN_UNPACK_TREES_MOST]; /* or NULL */
};

static enum qn_status note_trouble(struct qn_ctx *ctx, struct unpacker *u,
                                   enum trouble kind, struct qn_bytes path)
{
    struct qn_buf *out = &u->troubles[kind];

    /* read-tree's own words are said of one path only. */
    if (u->has_trouble && !u->options->operation)
        return QN_OK;
    u->has_trouble = true;
    return qn_buf_printf(ctx, out, "\t%.*s\n", QN_BYTES_ARG(path));
}

static enum qn_status act(struct qn_ctx *ctx, struct unpacker *u,
                          const struct row *row,
                          const struct qn_unpack_file *file, uint8_t stage,
                          bool writes_file)
{
    struct action *action;
    enum qn_status status = qn_memory_grow(ctx, &u->actions, &u->capacity,
                                           u->count + 1, sizeof(*u->actions));

    if (status)
        return status;
    action = &u->actions[u->count++];
    memset(action, 0, sizeof(*action));
    action->path = row->path;
    action->stage = stage;
    action->writes_file = writes_file;
    if (file) {
        action->mode = file->mode;
        action->id = file->id;
    }
    return QN_OK;
}

static bool is_same(const struct qn_unpack_file *a,
                    const struct qn_unpack_file *b)
{
    if (!a || !b)
        return !a && !b;
    return a->mode == b->mode && qn_id_is_equal(&a->id, &b->id);
}

static bool is_entry(const struct qn_index_entry *entry,
                     const struct qn_unpack_file *file)
{
    if (!entry || !file)
        return !entry && !file;
    return qn_mode_canonical(entry->mode) == file->mode &&
           qn_id_is_equal(&entry->id, &file->id) &&
           !(entry->flags & QN_INDEX_INTENT_TO_ADD);
}

/* ---- checks of the work tree */

static bool looks_at_files(const struct unpacker *u)
{
    return u->tree && !u->options->ignores_files;
}

/* The file must be what the index says, or gone. */
static enum qn_status check_uptodate(struct qn_ctx *ctx, struct unpacker *u,
                                     const struct qn_index_entry *entry)
{
    struct qn_file_stat stat;
    enum qn_compare_answer answer;
    bool is_stale;
    enum qn_status status;

    if (!looks_at_files(u) || u->options->resets ||
        (entry->flags & QN_INDEX_UPTODATE) || qn_mode_is_gitlink(entry->mode))
        return QN_OK;
    status =
        qn_compare_entry(ctx, &u->compare, entry, &stat, &answer, &is_stale);
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
    }
    return note_trouble(ctx, u, TROUBLE_CHANGED, entry->path);
}

static enum qn_status is_ignored(struct qn_ctx *ctx, struct unpacker *u,
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
static enum qn_status check_directory(struct qn_ctx *ctx, struct unpacker *u,
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
        status = note_trouble(ctx, u, TROUBLE_DIRECTORY, path);
    qn_work_walk_dispose(&walk);
    qn_pathspec_free(pathspec);
    qn_buf_dispose(&pattern);
    return status;
}

/* Perhaps a file is where a directory is needed.  Paths come in order: the
 * parts shared with the path before are known to be directories. */
static enum qn_status check_parents(struct qn_ctx *ctx, struct unpacker *u,
                                    struct qn_bytes path, enum trouble kind)
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
            if (!found)
                status =
                    is_ignored(ctx, u, qn_buf_bytes(part), false, &ignored);
            if (!status && !found && !ignored)
                status = note_trouble(ctx, u, kind, qn_buf_bytes(part));
        }
        qn_buf_truncate(part, known);
        break;
    }
    return status;
}

/* Nothing untracked may be where a file shall be written (`kind` OVERWRITTEN)
 * or removed. */
static enum qn_status check_absent(struct qn_ctx *ctx, struct unpacker *u,
                                   struct qn_bytes path, enum trouble kind)
{
    struct qn_file_stat stat;
    bool ignored;
    enum qn_status status;

    if (!looks_at_files(u) || !u->options->updates ||
        (u->options->resets && !u->options->keeps_untracked))
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
        return status || ignored ? status : note_trouble(ctx, u, kind, path);
    }
    return check_parents(ctx, u, path, kind);
}

/* ---- decisions */

/* Take a tree's file into the index and write it. */
static enum qn_status use_file(struct qn_ctx *ctx, struct unpacker *u,
                               const struct row *row,
                               const struct qn_unpack_file *file)
{
    enum qn_status status = QN_OK;

    if (row->entry)
        status = check_uptodate(ctx, u, row->entry);
    else if (!row->is_unmerged)
        status = check_absent(ctx, u, row->path, TROUBLE_UNTRACKED_OVERWRITTEN);
    return status ? status : act(ctx, u, row, file, 0, true);
}

static enum qn_status remove_file(struct qn_ctx *ctx, struct unpacker *u,
                                  const struct row *row)
{
    enum qn_status status = QN_OK;

    if (row->entry)
        status = check_uptodate(ctx, u, row->entry);
    return status ? status : act(ctx, u, row, NULL, 0, true);
}

static bool is_dirty(const struct unpacker *u, const struct row *row)
{
    return u->answers && u->answers[row->position] != QN_COMPARE_SAME;
}

static enum qn_status decide_one(struct qn_ctx *ctx, struct unpacker *u,
                                 const struct row *row)
{
    const struct qn_unpack_file *file = row->files[0];

    if (!file)
        return row->entry || row->is_unmerged ? remove_file(ctx, u, row)
                                              : QN_OK;
    if (row->entry && is_entry(row->entry, file)) {
        /* As it should be; a reset also mends the file. */
        if (is_dirty(u, row) && !qn_mode_is_gitlink(file->mode))
            return act(ctx, u, row, file, 0, true);
        return QN_OK;
    }
    return use_file(ctx, u, row, file);
}

static enum qn_status decide_two(struct qn_ctx *ctx, struct unpacker *u,
                                 const struct row *row)
{
    const struct qn_unpack_file *from = row->files[0], *to = row->files[1];

    if (row->is_unmerged) {
        if (u->options->resets)
            return to ? use_file(ctx, u, row, to) : remove_file(ctx, u, row);
        return note_trouble(ctx, u, TROUBLE_OVERWRITE, row->path);
    }
    if (!row->entry) {
        if (!from)
            return to ? use_file(ctx, u, row, to) : QN_OK; /* 0, 1 */
        if (!to)                                           /* 2 */
            return check_absent(ctx, u, row->path, TROUBLE_UNTRACKED_REMOVED);
        if (u->options->is_initial || u->options->resets)
            return use_file(ctx, u, row, to); /* 3 */
        return is_same(from, to)
                   ? QN_OK
                   : note_trouble(ctx, u, TROUBLE_OVERWRITE, row->path);
    }
    if ((!from && !to) || is_same(from, to)) {
        if (u->options->resets && to && is_dirty(u, row))
            return act(ctx, u, row, to, 0, true);
        return QN_OK; /* 4, 5, 14, 15 */
    }
    if (to && is_entry(row->entry, to))
        return QN_OK; /* 6, 7, 18, 19 */
    if (from && is_entry(row->entry, from))
        return to ? use_file(ctx, u, row, to)
                  : remove_file(ctx, u, row); /* 10, 11, 20, 21 */
    if (u->options->resets)
        return to ? use_file(ctx, u, row, to) : remove_file(ctx, u, row);
    return note_trouble(ctx, u, TROUBLE_OVERWRITE, row->path);
}

/* What the bases (there may be several) say of the two sides. */
struct bases {
    const struct qn_unpack_file *first; /* that has the path, or NULL */
    bool is_missing;                    /* in one of them */
    bool is_ours, is_theirs; /* one of them has it as that side does */
};

static struct bases look_at_bases(const struct unpacker *u,
                                  const struct row *row,
                                  const struct qn_unpack_file *ours,
                                  const struct qn_unpack_file *theirs)
{
    struct bases bases = {NULL, false, false, false};

    for (size_t i = 0; i + 2 < u->trees.count; i++) {
        const struct qn_unpack_file *base = row->files[i];

        if (!base) {
            bases.is_missing = true;
            continue;
        }
        if (!bases.first)
            bases.first = base;
        bases.is_ours |= ours && is_same(base, ours);
        bases.is_theirs |= theirs && is_same(base, theirs);
    }
    return bases;
}

/* Leave the three sides as stages. */
static enum qn_status use_stages(struct qn_ctx *ctx, struct unpacker *u,
                                 const struct row *row,
                                 const struct bases *bases)
{
    const struct qn_unpack_file *sides[3] = {
        bases->is_ours && bases->is_theirs ? NULL : bases->first,
        row->files[u->trees.count - 2], row->files[u->trees.count - 1]};
    enum qn_status status = QN_OK;

    if (u->options->is_trivial) {
        qn_ctx_report(ctx, QN_REPORT_ERROR, "worktree.would-overwrite",
                      "Merge requires file-level merging");
        return qn_ctx_fail_reason(ctx, QN_CONFLICT, "worktree.would-overwrite",
                                  NULL, "Aborting");
    }

    if (row->entry)
        status = check_uptodate(ctx, u, row->entry);
    /* Out with what is there, then in with the sides. */
    if (!status && (row->entry || row->is_unmerged))
        status = act(ctx, u, row, NULL, 0, false);
    for (uint8_t i = 0; i < 3 && !status; i++) {
        if (sides[i])
            status = act(ctx, u, row, sides[i], (uint8_t)(i + 1), false);
    }
    return status;
}

static enum qn_status take_merged(struct qn_ctx *ctx, struct unpacker *u,
                                  const struct row *row,
                                  const struct qn_unpack_file *file)
{
    if (!file)
        return row->entry || row->is_unmerged ? remove_file(ctx, u, row)
                                              : QN_OK;
    if (row->entry && is_entry(row->entry, file))
        return QN_OK;
    return use_file(ctx, u, row, file);
}

/* The index must be ours, or what comes out. */
static bool is_three_fine(const struct unpacker *u, const struct row *row,
                          const struct bases *bases,
                          const struct qn_unpack_file *ours,
                          const struct qn_unpack_file *theirs)
{
    if (u->options->resets)
        return true;
    if (row->is_unmerged)
        return false;
    if (!row->entry || is_entry(row->entry, ours))
        return true;
    return is_entry(row->entry, theirs) &&
           (bases->is_ours || is_same(ours, theirs) ||
            (!bases->first && !ours));
}

static enum qn_status decide_three(struct qn_ctx *ctx, struct unpacker *u,
                                   const struct row *row)
{
    const struct qn_unpack_file *ours = row->files[u->trees.count - 2],
                                *theirs = row->files[u->trees.count - 1];
    struct bases bases = look_at_bases(u, row, ours, theirs);

    if (!is_three_fine(u, row, &bases, ours, theirs))
        return note_trouble(ctx, u, TROUBLE_OVERWRITE, row->path);
    if (ours && theirs) {
        if (is_same(ours, theirs))
            return take_merged(ctx, u, row, ours);
        /* Each is like a base of its own: no telling. */
        if (bases.is_ours != bases.is_theirs)
            return take_merged(ctx, u, row, bases.is_ours ? theirs : ours);
    }
    if (u->options->is_aggressive) {
        if (!ours && !theirs)
            return take_merged(ctx, u, row, NULL);
        if ((!theirs && bases.is_ours) || (!ours && bases.is_theirs))
            return take_merged(ctx, u, row, NULL);
    }
    if (bases.is_missing && !theirs && ours)
        return take_merged(ctx, u, row, ours);
    if (bases.is_missing && !ours && theirs)
        return take_merged(ctx, u, row, theirs);
    if (!ours && !theirs && !row->entry && !row->is_unmerged)
        return QN_OK;
    return use_stages(ctx, u, row, &bases);
}

static enum qn_status decide_overlay(struct qn_ctx *ctx, struct unpacker *u,
                                     const struct row *row)
{
    const struct qn_unpack_file *file = NULL;

    for (size_t i = 0; i < u->trees.count; i++) {
        if (row->files[i])
            file = row->files[i];
    }
    if (u->options->prefix) {
        if (file && (row->entry || row->is_unmerged))
            return note_trouble(ctx, u, TROUBLE_OVERLAP, row->path);
        return file ? act(ctx, u, row, file, 0, true) : QN_OK;
    }
    if (!file)
        return act(ctx, u, row, NULL, 0, false);
    return act(ctx, u, row, file, 0, false);
}

/* ---- walking all paths */

/* The next path in order among the index and the lists. */
static bool next_row(const struct unpacker *u, size_t *position, size_t *same,
                     size_t *at, struct row *row)
{
    size_t count = qn_index_count(u->index);
    bool has_one = false;

    while (*same < u->trees.same_count &&
           *position == u->trees.same[*same].start)
        *position = u->trees.same[(*same)++].end;
    memset(row, 0, sizeof(*row));
    if (*position < count) {
        row->path = qn_index_peek(u->index, *position)->path;
        has_one = true;
    }
    for (size_t i = 0; i < u->trees.count; i++) {
        const struct qn_unpack_list *list = &u->trees.lists[i];

        if (at[i] < list->count &&
            (!has_one ||
             qn_bytes_compare(list->files[at[i]].path, row->path) < 0)) {
            row->path = list->files[at[i]].path;
            has_one = true;
        }
    }
    if (!has_one)
        return false;
    row->position = row->end = *position;
    while (
        row->end < count &&
        qn_bytes_is_equal(qn_index_peek(u->index, row->end)->path, row->path)) {
        const struct qn_index_entry *entry =
            qn_index_peek(u->index, row->end++);

        if (entry->stage == 0)
            row->entry = entry;
        else
            row->is_unmerged = true;
    }
    *position = row->end;
    for (size_t i = 0; i < u->trees.count; i++) {
        const struct qn_unpack_list *list = &u->trees.lists[i];

        if (at[i] < list->count &&
            qn_bytes_is_equal(list->files[at[i]].path, row->path))
            row->files[i] = &list->files[at[i]++];
    }
    return true;
}

/* A reset mends files in directories that were not looked into. */
static enum qn_status mend_same(struct qn_ctx *ctx, struct unpacker *u)
{
    enum qn_status status = QN_OK;

    for (size_t r = 0; u->answers && r < u->trees.same_count; r++) {
        for (size_t i = u->trees.same[r].start;
             i < u->trees.same[r].end && !status; i++) {
            const struct qn_index_entry *entry = qn_index_peek(u->index, i);
            struct row row = {.path = entry->path};
            struct qn_unpack_file file = {entry->path, entry->mode, entry->id};

            if (u->answers[i] != QN_COMPARE_SAME &&
                !qn_mode_is_gitlink(entry->mode))
                status = act(ctx, u, &row, &file, 0, true);
        }
    }
    return status;
}

static enum qn_status decide_all(struct qn_ctx *ctx, struct unpacker *u)
{
    size_t position = 0, same = 0, at[QN_UNPACK_TREES_MOST] = {0};
    struct row row;
    enum qn_status status = mend_same(ctx, u);

    while (!status && next_row(u, &position, &same, at, &row)) {
        switch (u->options->kind) {
        case QN_UNPACK_ONE:
            status = decide_one(ctx, u, &row);
            break;
        case QN_UNPACK_TWO:
            status = decide_two(ctx, u, &row);
            break;
        case QN_UNPACK_THREE:
            status = decide_three(ctx, u, &row);
            break;
        case QN_UNPACK_OVERLAY:
            status = decide_overlay(ctx, u, &row);
            break;
        }
    }
    return status;
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

static enum qn_status fail_with_troubles(struct qn_ctx *ctx,
                                         const struct unpacker *u)
{
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
    if (!operation) {
        report_plain(ctx, &u->troubles[TROUBLE_OVERWRITE], "Entry ",
                     " would be overwritten by merge. Cannot merge.");
        report_plain(ctx, &u->troubles[TROUBLE_CHANGED], "Entry ",
                     " not uptodate. Cannot merge.");
        report_plain(ctx, &u->troubles[TROUBLE_UNTRACKED_OVERWRITTEN],
                     "Untracked working tree file ",
                     " would be overwritten by merge.");
        report_plain(ctx, &u->troubles[TROUBLE_UNTRACKED_REMOVED],
                     "Untracked working tree file ",
                     " would be removed by merge.");
        rest = qn_buf_bytes(&u->troubles[TROUBLE_OVERLAP]);
        while (qn_bytes_next(&rest, '\n', &line)) {
            line = qn_bytes_from(line, 1);
            qn_ctx_report(ctx, QN_REPORT_ERROR, "worktree.would-overwrite",
                          "Entry '%.*s' overlaps with '%.*s'.  Cannot bind.",
                          QN_BYTES_ARG(line), QN_BYTES_ARG(line));
        }
        report_plain(ctx, &u->troubles[TROUBLE_DIRECTORY], "Updating ",
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
                &u->troubles[i == 0 ? TROUBLE_OVERWRITE : TROUBLE_CHANGED],
                qn_buf_string(&tail));
    report_kind(ctx,
                "Updating the following directories would lose untracked files "
                "in them:",
                &u->troubles[TROUBLE_DIRECTORY], "");
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
                        &u->troubles[i == 0 ? TROUBLE_UNTRACKED_OVERWRITTEN
                                            : TROUBLE_UNTRACKED_REMOVED],
                        qn_buf_string(&tail));
    }
    qn_buf_dispose(&head);
    qn_buf_dispose(&tail);
    if (status)
        return status;
    return qn_ctx_fail_reason(ctx, QN_CONFLICT, "worktree.would-overwrite",
                              NULL, "Aborting");
}

/* ---- doing it */

static enum qn_status check_paths(struct qn_ctx *ctx, const struct unpacker *u)
{
    unsigned flags = u->tree ? u->tree->safe_flags : QN_SAFE_PATH_NTFS;

    for (size_t i = 0; i < u->count; i++) {
        const struct action *action = &u->actions[i];

        if (action->mode != 0 &&
            !qn_safe_path_is_valid(action->path, action->mode, flags))
            return qn_ctx_fail_reason(ctx, QN_REFUSED, "worktree.bad-path",
                                      NULL, "invalid path '%.*s'",
                                      QN_BYTES_ARG(action->path));
    }
    return QN_OK;
}

static enum qn_status remove_all(struct qn_ctx *ctx, struct unpacker *u)
{
    struct qn_bytes *paths = qn_memory_array(ctx, u->count + 1, sizeof(*paths));
    size_t removed = 0;
    enum qn_status status = QN_OK;

    if (!paths)
        return QN_NO_MEMORY;
    for (size_t i = 0; i < u->count; i++) {
        const struct action *action = &u->actions[i];
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

            if (action->writes_file && !qn_mode_is_gitlink(entry->mode) &&
                !(entry->flags & QN_INDEX_SKIP_WORKTREE) &&
                (removed == 0 ||
                 !qn_bytes_is_equal(paths[removed - 1], action->path)))
                paths[removed++] = action->path;
            entry->flags |= QN_INDEX_REMOVED;
        }
    }
    qn_index_compact(u->index);
    if (looks_at_files(u) && u->options->updates)
        status = qn_checkout_remove(ctx, u->tree, paths, removed);
    qn_memory_free(paths);
    return status;
}

static enum qn_status set_entries(struct qn_ctx *ctx, struct unpacker *u)
{
    for (size_t i = 0; i < u->count; i++) {
        const struct action *action = &u->actions[i];
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
                    qn_id_is_equal(&old->id, &entry.id))
                    entry.stat = old->stat;
            }
        }
        if (!found && action->stage == 0 &&
            !qn_sparse_is_inside(u->sparse, action->path))
            entry.flags |= QN_INDEX_SKIP_WORKTREE;
        status = qn_index_add(ctx, u->index, &entry, true);
        if (status)
            return status;
    }
    return QN_OK;
}

/* What the patterns say now of entries that stay: files that come are added to
 * `positions`, files that go (and are as the index says) are removed. */
static enum qn_status apply_sparse(struct qn_ctx *ctx, struct unpacker *u,
                                   size_t *positions, size_t *count)
{
    struct qn_bytes *gone =
        qn_memory_array(ctx, qn_index_count(u->index) + 1, sizeof(*gone));
    size_t gone_count = 0;
    enum qn_status status = gone ? QN_OK : QN_NO_MEMORY;

    for (size_t i = 0; i < qn_index_count(u->index) && !status; i++) {
        struct qn_index_entry *entry = qn_index_at(u->index, i);
        bool is_skipped = entry->flags & QN_INDEX_SKIP_WORKTREE, is_inside;
        enum qn_compare_answer answer;
        struct qn_file_stat stat;
        bool is_stale;

        if (entry->stage != 0)
            continue;
        is_inside = qn_sparse_is_inside(u->sparse, entry->path);
        if (is_inside == !is_skipped)
            continue;
        if (is_inside) {
            entry->flags &= (uint8_t)~QN_INDEX_SKIP_WORKTREE;
            positions[(*count)++] = i;
            qn_index_mark_changed(u->index);
            continue;
        }
        status = qn_compare_entry(ctx, &u->compare, entry, &stat, &answer,
                                  &is_stale);
        if (status || (answer != QN_COMPARE_SAME &&
                       answer != QN_COMPARE_DELETED && !u->options->resets))
            continue;
        entry->flags |= QN_INDEX_SKIP_WORKTREE;
        qn_index_mark_changed(u->index);
        gone[gone_count++] = entry->path;
    }
    if (!status)
        status = qn_checkout_remove(ctx, u->tree, gone, gone_count);
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

static enum qn_status write_files(struct qn_ctx *ctx, struct unpacker *u)
{
    struct qn_checkout_options options = {.forces = true,
                                          .follows_index = true,
                                          .progress = u->options->progress,
                                          .progress_data =
                                              u->options->progress_data};
    size_t *positions = qn_memory_array(
        ctx, u->count + 1 + (u->sparse ? qn_index_count(u->index) : 0),
        sizeof(*positions));
    size_t count = 0;
    enum qn_status status = QN_OK;

    if (!positions)
        return QN_NO_MEMORY;
    for (size_t i = 0; i < u->count; i++) {
        const struct action *action = &u->actions[i];
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
    u->options->failed_count = options.failed_count;
    qn_memory_free(positions);
    return status;
}

static enum qn_status carry_out(struct qn_ctx *ctx, struct unpacker *u)
{
    enum qn_status status = check_paths(ctx, u);

    if (status || u->options->is_dry_run)
        return status;
    status = remove_all(ctx, u);
    if (!status)
        status = set_entries(ctx, u);
    if (!status && !u->options->keeps_undo)
        qn_index_resolve_undo_clear(u->index);
    if (!status && looks_at_files(u) && u->options->updates)
        status = write_files(ctx, u);
    return status;
}

static enum qn_status run(struct qn_ctx *ctx, struct unpacker *u,
                          const struct qn_id *trees, size_t tree_count)
{
    const struct qn_unpack_options *options = u->options;
    bool skips = options->kind != QN_UNPACK_OVERLAY && !options->prefix;
    enum qn_status status = qn_unpack_trees_read(
        ctx, u->odb, u->index, trees, tree_count,
        options->prefix ? options->prefix : "", skips, &u->trees);

    if (!status && options->resets && options->updates && u->tree) {
        u->answers = qn_memory_calloc(ctx, qn_index_count(u->index) + 1, 1);
        if (!u->answers)
            return QN_NO_MEMORY;
        status = qn_refresh_run(ctx, u->tree, u->index, NULL, QN_REFRESH_REALLY,
                                u->answers);
    }
    if (!status)
        status = decide_all(ctx, u);
    if (status)
        return status;
    if (u->has_trouble)
        return fail_with_troubles(ctx, u);
    return carry_out(ctx, u);
}

enum qn_status qn_unpack_run(struct qn_ctx *ctx,
                             const struct qn_work_tree *work_tree,
                             struct qn_index *index, struct qn_odb *odb,
                             const struct qn_id *trees, size_t tree_count,
                             struct qn_unpack_options *options)
{
    struct unpacker u = {
        .tree = work_tree, .index = index, .odb = odb, .options = options};
    enum qn_status status;

    qn_index_add_note(index, options->ignores_files ? QN_INDEX_NOTE_SKIPPED
                                                    : QN_INDEX_NOTE_FILES);
    options->failed_count = 0;
    qn_index_compact(index);
    qn_compare_init(&u.compare, work_tree, index);
    status = QN_OK;
    if (work_tree && !options->ignores_sparse)
        status = qn_sparse_open(ctx, work_tree->repo, &u.sparse);
    if (!status)
        status = run(ctx, &u, trees, tree_count);
    qn_sparse_free(u.sparse);
    qn_compare_dispose(&u.compare);
    qn_buf_dispose(&u.present);
    qn_buf_dispose(&u.missing);
    qn_ignore_free(u.ignore);
    qn_unpack_trees_dispose(&u.trees);
    qn_memory_free(u.actions);
    qn_memory_free(u.answers);
    for (size_t i = 0; i < TROUBLE_COUNT; i++)
        qn_buf_dispose(&u.troubles[i]);
    return status;
}
