/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "object/tree.h"
#include "worktree/unpack_private.h"

enum qn_status qn_unpack_decide_act(struct qn_ctx *ctx, struct qn_unpacker *u,
                                    const struct qn_unpack_row *row,
                                    const struct qn_unpack_file *file,
                                    uint8_t stage, bool writes_file)
{
    struct qn_unpack_action *action;
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

/* Take a tree's file into the index and write it. */
static enum qn_status use_file(struct qn_ctx *ctx, struct qn_unpacker *u,
                               const struct qn_unpack_row *row,
                               const struct qn_unpack_file *file)
{
    enum qn_status status = QN_OK;

    if (row->entry)
        status = qn_unpack_check_uptodate(ctx, u, row->entry, false);
    else if (!row->is_unmerged)
        status = qn_unpack_check_absent(ctx, u, row->path,
                                        QN_TROUBLE_UNTRACKED_OVERWRITTEN);
    return status ? status : qn_unpack_decide_act(ctx, u, row, file, 0, true);
}

static enum qn_status remove_file(struct qn_ctx *ctx, struct qn_unpacker *u,
                                  const struct qn_unpack_row *row)
{
    enum qn_status status = QN_OK;
    struct qn_index_entry entry;

    if (row->entry && (row->entry->flags & QN_INDEX_SKIP_WORKTREE)) {
        /* It goes, so what lies there counts: for a reset, too. */
        entry = *row->entry;
        entry.flags &= (uint8_t)~QN_INDEX_SKIP_WORKTREE;
        status = qn_unpack_check_clean(ctx, u, &entry, true);
    } else if (row->entry) {
        status = qn_unpack_check_uptodate(ctx, u, row->entry, true);
    }
    return status ? status : qn_unpack_decide_act(ctx, u, row, NULL, 0, true);
}

static bool is_dirty(const struct qn_unpacker *u,
                     const struct qn_unpack_row *row)
{
    return u->answers && u->answers[row->position] != QN_COMPARE_SAME;
}

static enum qn_status decide_one(struct qn_ctx *ctx, struct qn_unpacker *u,
                                 const struct qn_unpack_row *row)
{
    const struct qn_unpack_file *file = row->files[0];

    if (!file)
        return row->entry || row->is_unmerged ? remove_file(ctx, u, row)
                                              : QN_OK;
    if (row->entry && is_entry(row->entry, file)) {
        /* As it should be; a reset also mends the file. */
        if (is_dirty(u, row) && !qn_mode_is_gitlink(file->mode))
            return qn_unpack_decide_act(ctx, u, row, file, 0, true);
        return QN_OK;
    }
    return use_file(ctx, u, row, file);
}

static bool has_file(const struct qn_unpack_list *list, struct qn_bytes path)
{
    size_t low = 0, high = list->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = qn_bytes_compare(list->files[middle].path, path);

        if (order == 0)
            return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

bool qn_unpack_decide_is_below_file(const struct qn_unpacker *u,
                                    struct qn_bytes path)
{
    for (size_t at = 1; at < path.size; at++) {
        if (path.data[at] != '/')
            continue;
        for (size_t i = 0; i < u->trees.count; i++)
            if (has_file(&u->trees.lists[i], qn_bytes_first(path, at)))
                return true;
    }
    return false;
}

/* Staged files in a directory that takes the place of a file: they share its
 * fate when that goes. */
static bool goes_with_file(const struct qn_unpacker *u, struct qn_bytes path)
{
    for (size_t at = 1; at < path.size; at++) {
        struct qn_bytes part = qn_bytes_first(path, at);

        if (path.data[at] == '/' && has_file(&u->trees.lists[0], part) &&
            !has_file(&u->trees.lists[1], part))
            return true;
    }
    return false;
}

static enum qn_status decide_two(struct qn_ctx *ctx, struct qn_unpacker *u,
                                 const struct qn_unpack_row *row)
{
    const struct qn_unpack_file *from = row->files[0], *to = row->files[1];

    if (row->is_unmerged) {
        if (u->options->resets)
            return to ? use_file(ctx, u, row, to) : remove_file(ctx, u, row);
        return qn_unpack_check_note(ctx, u, QN_TROUBLE_OVERWRITE, row->path);
    }
    if (!row->entry) {
        if (!from)
            return to ? use_file(ctx, u, row, to) : QN_OK; /* 0, 1 */
        if (!to)                                           /* 2 */
            return qn_unpack_check_absent(ctx, u, row->path,
                                          QN_TROUBLE_UNTRACKED_REMOVED);
        if (u->options->is_initial || u->options->resets)
            return use_file(ctx, u, row, to); /* 3 */
        return is_same(from, to) ? QN_OK
                                 : qn_unpack_check_note(
                                       ctx, u, QN_TROUBLE_OVERWRITE, row->path);
    }
    if (!from && !to && goes_with_file(u, row->path))
        return remove_file(ctx, u, row);
    if ((!from && !to) || is_same(from, to)) {
        if (u->options->resets && to && is_dirty(u, row))
            return qn_unpack_decide_act(ctx, u, row, to, 0, true);
        return QN_OK; /* 4, 5, 14, 15 */
    }
    if (to && is_entry(row->entry, to))
        return QN_OK; /* 6, 7, 18, 19 */
    if (from && is_entry(row->entry, from))
        return to ? use_file(ctx, u, row, to)
                  : remove_file(ctx, u, row); /* 10, 11, 20, 21 */
    if (u->options->resets)
        return to ? use_file(ctx, u, row, to) : remove_file(ctx, u, row);
    return qn_unpack_check_note(ctx, u, QN_TROUBLE_OVERWRITE, row->path);
}

/* What the bases (there may be several) say of the two sides. */
struct bases {
    const struct qn_unpack_file *first; /* that has the path, or NULL */
    bool is_missing;                    /* in one of them */
    bool is_ours, is_theirs; /* one of them has it as that side does */
};

static struct bases look_at_bases(const struct qn_unpacker *u,
                                  const struct qn_unpack_row *row,
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
static enum qn_status use_stages(struct qn_ctx *ctx, struct qn_unpacker *u,
                                 const struct qn_unpack_row *row,
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
        status = qn_unpack_check_uptodate(ctx, u, row->entry, false);
    /* Out with what is there, then in with the sides. */
    if (!status && (row->entry || row->is_unmerged))
        status = qn_unpack_decide_act(ctx, u, row, NULL, 0, false);
    for (uint8_t i = 0; i < 3 && !status; i++) {
        if (sides[i])
            status = qn_unpack_decide_act(ctx, u, row, sides[i],
                                          (uint8_t)(i + 1), false);
    }
    return status;
}

static enum qn_status take_merged(struct qn_ctx *ctx, struct qn_unpacker *u,
                                  const struct qn_unpack_row *row,
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
static bool is_three_fine(const struct qn_unpacker *u,
                          const struct qn_unpack_row *row,
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

static enum qn_status decide_three(struct qn_ctx *ctx, struct qn_unpacker *u,
                                   const struct qn_unpack_row *row)
{
    const struct qn_unpack_file *ours = row->files[u->trees.count - 2],
                                *theirs = row->files[u->trees.count - 1];
    struct bases bases = look_at_bases(u, row, ours, theirs);

    if (!is_three_fine(u, row, &bases, ours, theirs))
        return qn_unpack_check_note(ctx, u, QN_TROUBLE_OVERWRITE, row->path);
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

static enum qn_status decide_overlay(struct qn_ctx *ctx, struct qn_unpacker *u,
                                     const struct qn_unpack_row *row)
{
    const struct qn_unpack_file *file = NULL;

    for (size_t i = 0; i < u->trees.count; i++) {
        if (row->files[i])
            file = row->files[i];
    }
    if (u->options->prefix) {
        if (file && (row->entry || row->is_unmerged))
            return qn_unpack_check_note(ctx, u, QN_TROUBLE_OVERLAP, row->path);
        return file ? qn_unpack_decide_act(ctx, u, row, file, 0, true) : QN_OK;
    }
    if (!file)
        return qn_unpack_decide_act(ctx, u, row, NULL, 0, false);
    return qn_unpack_decide_act(ctx, u, row, file, 0, false);
}

enum qn_status qn_unpack_decide_row(struct qn_ctx *ctx, struct qn_unpacker *u,
                                    const struct qn_unpack_row *row)
{
    switch (u->options->kind) {
    case QN_UNPACK_ONE:
        return decide_one(ctx, u, row);
    case QN_UNPACK_TWO:
        return decide_two(ctx, u, row);
    case QN_UNPACK_THREE:
        return decide_three(ctx, u, row);
    case QN_UNPACK_OVERLAY:
        return decide_overlay(ctx, u, row);
    }
    return QN_OK;
}
