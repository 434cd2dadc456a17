/* SPDX-License-Identifier: MIT */
#include "operation/op_diff.h"

#include "base/memory.h"
#include "diff/tree_diff.h"
#include "object/tree.h"
#include "operation/part/submodule_repo.h"
#include "os/file.h"
#include "worktree/filter.h"
#include "worktree/refresh.h"
#include "worktree/unpack_trees.h"

/* Where there are no links (core.symlinks=false) a file has the target. */
static enum qn_status read_link(struct qn_ctx *ctx, const char *path,
                                struct qn_buf *out)
{
    struct qn_file_stat stat;
    enum qn_status status = qn_file_lstat(ctx, path, &stat);

    if (status)
        return status;
    return stat.kind == QN_FILE_REGULAR ? qn_file_read_all(ctx, path, out)
                                        : qn_file_readlink(ctx, path, out);
}

/* A file of the work tree as Git would store it. */
static enum qn_status read_work_file(struct qn_ctx *ctx, void *data,
                                     const struct qn_diff_side *side,
                                     struct qn_buf *out)
{
    struct qn_op_diff *op = data;
    struct qn_buf path = QN_BUF_INIT;
    struct qn_buf filtered = QN_BUF_INIT;
    struct qn_filter_plan plan;
    bool changed = false;
    enum qn_status status;

    qn_buf_clear(out);
    status = qn_work_tree_path(ctx, op->work_tree, side->path, &path);
    if (!status && qn_mode_is_symlink(side->mode)) {
        status = read_link(ctx, qn_buf_string(&path), out);
        goto out;
    }
    if (!status)
        status = qn_file_read_all(ctx, qn_buf_string(&path), out);
    if (!status && !op->filter)
        status = qn_filter_new(ctx, op->work_tree, QN_ATTRIBUTES_WORK_TREE,
                               op->index, &op->filter);
    if (!status)
        status = qn_filter_plan(ctx, op->filter, side->path, &plan);
    if (!status && !qn_filter_plan_is_plain_in(&plan))
        status = qn_filter_to_git(
            ctx, op->filter, &plan, side->path, qn_buf_bytes(out),
            op->warns_safe && !side->was_warned_of ? QN_FILTER_WARN_SAFE : 0,
            &filtered, &changed);
    if (!status && changed)
        qn_buf_swap(out, &filtered);
out:
    qn_buf_dispose(&path);
    qn_buf_dispose(&filtered);
    return status;
}

void qn_op_diff_init(struct qn_op_diff *op, struct qn_odb *odb,
                     struct qn_index *index,
                     const struct qn_work_tree *work_tree)
{
    memset(op, 0, sizeof(*op));
    op->odb = odb;
    op->index = index;
    op->work_tree = work_tree;
    op->content.read = read_work_file;
    op->content.data = op;
    op->stage = 2;
    op->ita_is_invisible = true;
    if (work_tree)
        qn_compare_init(&op->compare, work_tree, index);
}

void qn_op_diff_dispose(struct qn_op_diff *op)
{
    if (op->work_tree)
        qn_compare_dispose(&op->compare);
    qn_filter_free(op->filter);
    qn_submodule_ignore_dispose(&op->ignore);
}

static enum qn_status add_pair(struct qn_ctx *ctx, struct qn_diff_list *out,
                               struct qn_bytes path, struct qn_diff_pair **pair)
{
    char *copy = qn_arena_copy(ctx, &out->arena, path);

    *pair = copy ? qn_diff_list_add(ctx, out) : NULL;
    if (!*pair)
        return QN_NO_MEMORY;
    (*pair)->old_side.path = (*pair)->new_side.path =
        qn_bytes_make(copy, path.size);
    return QN_OK;
}

static void set_letter(struct qn_diff_pair *pair)
{
    uint32_t a = pair->old_side.mode;
    uint32_t b = pair->new_side.mode;

    pair->status = !a                            ? QN_DIFF_ADDED
                   : !b                          ? QN_DIFF_DELETED
                   : (a ^ b) & QN_MODE_KIND_MASK ? QN_DIFF_TYPE_CHANGED
                                                 : QN_DIFF_MODIFIED;
}

static void set_known(struct qn_diff_side *side, uint32_t mode,
                      const struct qn_id *id)
{
    side->mode = mode;
    side->id = *id;
    side->has_id = true;
}

static bool is_wanted(struct qn_ctx *ctx, const struct qn_op_diff *op,
                      struct qn_bytes path)
{
    return !op->pathspec ||
           qn_pathspec_is_match(ctx, op->pathspec, path, false, NULL, NULL);
}

/* Is there something inside a submodule that counts? `*is_ignored`: nothing of
 * it does. */
static enum qn_status look_inside(struct qn_ctx *ctx, struct qn_op_diff *op,
                                  const struct qn_index_entry *entry,
                                  struct qn_diff_side *side, bool *is_ignored)
{
    enum qn_diff_ignore_submodules ignore = QN_DIFF_IGNORE_DIRTY;
    struct qn_submodule_dirt dirt = {false, false};
    enum qn_status status = QN_OK;

    *is_ignored = false;
    if (op->options)
        status = qn_submodule_ignore_find(ctx, &op->ignore, op->work_tree->repo,
                                          op->options, entry->path, &ignore);
    *is_ignored = ignore == QN_DIFF_IGNORE_ALL;
    if (!status && !*is_ignored && ignore != QN_DIFF_IGNORE_DIRTY)
        status = qn_submodule_repo_dirt(ctx, op->work_tree->top, entry->path,
                                        ignore == QN_DIFF_IGNORE_NONE, &dirt);
    side->has_modified_content = dirt.is_modified;
    side->has_untracked_content = dirt.has_untracked;
    side->is_dirty_submodule = dirt.is_modified || dirt.has_untracked;
    return status;
}

/* What the work tree has in an entry's place, as a side. */
static enum qn_status look(struct qn_ctx *ctx, struct qn_op_diff *op,
                           const struct qn_index_entry *entry,
                           struct qn_diff_side *side, bool *is_same)
{
    enum qn_compare_answer answer = QN_COMPARE_SAME;
    struct qn_file_stat stat = {.kind = QN_FILE_NONE};
    bool is_stale = false;
    bool found = false;
    bool is_ignored = false;
    enum qn_status status = QN_OK;

    *is_same = true;
    if (qn_mode_is_gitlink(entry->mode))
        status = look_inside(ctx, op, entry, side, &is_ignored);
    if (status || is_ignored) {
        set_known(side, entry->mode, &entry->id);
        return status;
    }
    status =
        qn_compare_entry(ctx, &op->compare, entry, &stat, &answer, &is_stale);
    if (status)
        return status;
    /* Only racy is not stale. */
    if (answer == QN_COMPARE_SAME && is_stale && !op->looks_inside &&
        !qn_compare_is_stat_same(&op->compare, entry, &stat))
        answer = QN_COMPARE_MODIFIED;
    if (op->looks_inside) {
        status = qn_compare_confirm(ctx, &op->compare, entry, &stat, &answer);
        if (status)
            return status;
    }
    if (answer == QN_COMPARE_SAME ||
        (answer == QN_COMPARE_DELETED && op->ignores_missing)) {
        set_known(side, entry->mode, &entry->id);
        *is_same = !side->is_dirty_submodule;
        return QN_OK;
    }
    *is_same = false;
    if (answer == QN_COMPARE_DELETED)
        return QN_OK;
    side->mode = qn_work_tree_mode(op->work_tree, &stat, entry->mode);
    if (stat.kind == QN_FILE_DIRECTORY) {
        side->mode = 0;
        if (qn_mode_is_gitlink(entry->mode)) {
            side->mode = QN_MODE_GITLINK;
            side->has_id = true;
            status = qn_compare_gitlink(ctx, &op->compare, entry->path,
                                        &side->id, &found);
        }
    }
    return status;
}

/* Git reads what differs, whatever is shown of it, and warns then. */
static enum qn_status warn_of(struct qn_ctx *ctx, struct qn_op_diff *op,
                              struct qn_diff_side *side, uint32_t old_mode)
{
    struct qn_buf content = QN_BUF_INIT;
    struct qn_filter_plan plan;
    enum qn_status status = QN_OK;

    if (!op->warns_safe || !op->looks_inside || side->has_id ||
        side->mode != old_mode || !qn_mode_is_file(side->mode))
        return QN_OK;
    if (!op->filter)
        status = qn_filter_new(ctx, op->work_tree, QN_ATTRIBUTES_WORK_TREE,
                               op->index, &op->filter);
    if (!status)
        status = qn_filter_plan(ctx, op->filter, side->path, &plan);
    if (!status && !qn_filter_plan_is_plain_in(&plan) &&
        read_work_file(ctx, op, side, &content))
        qn_ctx_clear(ctx); /* who needs it fails */
    side->was_warned_of = true;
    qn_buf_dispose(&content);
    return status;
}

static enum qn_status add_unmerged(struct qn_ctx *ctx, struct qn_op_diff *op,
                                   struct qn_bytes path, bool looks,
                                   struct qn_diff_list *out)
{
    struct qn_buf full = QN_BUF_INIT;
    struct qn_file_stat stat = {.kind = QN_FILE_NONE};
    struct qn_diff_pair *pair;
    enum qn_status status = add_pair(ctx, out, path, &pair);

    if (!status && looks) {
        status = qn_work_tree_path(ctx, op->work_tree, path, &full);
        if (!status)
            status = qn_file_lstat(ctx, qn_buf_string(&full), &stat);
        if (!status && stat.kind != QN_FILE_NONE &&
            stat.kind != QN_FILE_DIRECTORY)
            pair->new_side.mode = qn_work_tree_mode(op->work_tree, &stat, 0);
    }
    if (!status)
        pair->status = QN_DIFF_UNMERGED;
    qn_buf_dispose(&full);
    return status;
}

/* The entries of one unmerged path: `*next` behind them. */
static size_t skip_stages(const struct qn_index *index, size_t i)
{
    struct qn_bytes path = qn_index_peek(index, i)->path;

    while (i < qn_index_count(index) &&
           qn_bytes_is_equal(qn_index_peek(index, i)->path, path))
        i++;
    return i;
}

/* Only stat data differs: what is shown to people leaves such pairs out. */
static enum qn_status has_same_content(struct qn_ctx *ctx,
                                       struct qn_op_diff *op,
                                       const struct qn_diff_pair *pair,
                                       bool *out)
{
    struct qn_file_stat stat;
    struct qn_buf path = QN_BUF_INIT;
    struct qn_id id;
    enum qn_status status;

    *out = false;
    if (!op->looks_inside || pair->old_side.mode != pair->new_side.mode ||
        pair->new_side.has_id)
        return QN_OK;
    status = qn_work_tree_path(ctx, op->work_tree, pair->new_side.path, &path);
    if (!status)
        status = qn_file_lstat(ctx, qn_buf_string(&path), &stat);
    if (!status)
        status =
            qn_compare_hash(ctx, &op->compare, pair->new_side.path, &stat, &id);
    if (!status)
        *out = qn_id_is_equal(&id, &pair->old_side.id);
    qn_buf_dispose(&path);
    return status;
}

static enum qn_status drop_if_same(struct qn_ctx *ctx, struct qn_op_diff *op,
                                   struct qn_diff_list *out)
{
    bool is_same = false;
    enum qn_status status =
        has_same_content(ctx, op, &out->pairs[out->count - 1], &is_same);

    if (!status && is_same)
        out->count--;
    return status;
}

/* An unmerged path also shows what the work tree has against our stage. */
static enum qn_status add_stage(struct qn_ctx *ctx, struct qn_op_diff *op,
                                size_t first, size_t end,
                                struct qn_diff_list *out)
{
    struct qn_diff_pair *pair;
    struct qn_diff_side unmerged = out->pairs[out->count - 1].new_side;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = first; i < end; i++) {
        const struct qn_index_entry *entry = qn_index_peek(op->index, i);

        if ((int)entry->stage != op->stage)
            continue;
        status = add_pair(ctx, out, entry->path, &pair);
        if (status)
            return status;
        set_known(&pair->old_side, entry->mode, &entry->id);
        pair->new_side.mode = unmerged.mode;
        set_letter(pair);
        status = drop_if_same(ctx, op, out);
        if (status)
            return status;
    }
    return status;
}

enum qn_status qn_op_diff_files(struct qn_ctx *ctx, struct qn_op_diff *op,
                                struct qn_diff_list *out)
{
    size_t count = qn_index_count(op->index);
    uint8_t *answers = NULL;
    enum qn_status status = QN_OK;
    size_t i;

    if (op->looks_inside) {
        answers = qn_memory_calloc(ctx, count + 1, 1);
        if (!answers)
            return QN_NO_MEMORY;
        status = qn_refresh_run(ctx, op->work_tree, op->index, op->pathspec, 0,
                                answers);
    }
    for (i = 0; i < count && !status; i++) {
        const struct qn_index_entry *entry = qn_index_peek(op->index, i);
        struct qn_diff_side side = {.mode = 0};
        struct qn_diff_pair *pair;
        bool is_same = true;
        bool is_ita;

        if (!is_wanted(ctx, op, entry->path))
            continue;
        if (entry->stage) {
            size_t end = skip_stages(op->index, i);

            status = add_unmerged(ctx, op, entry->path, true, out);
            if (!status)
                status = add_stage(ctx, op, i, end, out);
            i = end - 1;
            continue;
        }
        is_ita =
            op->ita_is_invisible && (entry->flags & QN_INDEX_INTENT_TO_ADD);
        if (answers && answers[i] == QN_COMPARE_SAME && !is_ita &&
            !op->also_unchanged && !qn_mode_is_gitlink(entry->mode))
            continue;
        status = look(ctx, op, entry, &side, &is_same);
        if (status || (is_same && !op->also_unchanged && !is_ita))
            continue;
        status = add_pair(ctx, out, entry->path, &pair);
        if (status)
            break;
        side.path = pair->new_side.path;
        status = warn_of(ctx, op, &side, entry->mode);
        if (status)
            break;
        pair->new_side = side;
        /* Added and gone again it counts as deleted. */
        if (is_ita && side.mode)
            pair->new_side.has_id = false;
        else
            set_known(&pair->old_side, entry->mode, &entry->id);
        set_letter(pair);
    }
    qn_memory_free(answers);
    return status;
}

/* ---- a tree and the index, side by side */

struct join {
    struct qn_op_diff *op;
    /* The files of the tree; what the index has just so (trees.same) is left
     * out where it does not count. */
    struct qn_unpack_trees trees;
    struct qn_diff_list *out;
    bool is_cached;
};

static enum qn_status add_joined(struct qn_ctx *ctx, struct join *j,
                                 const struct qn_diff_side *old_side,
                                 const struct qn_index_entry *entry)
{
    struct qn_op_diff *op = j->op;
    struct qn_diff_side side = {.mode = 0};
    struct qn_diff_pair *pair;
    bool is_same = true;
    enum qn_status status = QN_OK;

    if (entry && (entry->flags & QN_INDEX_INTENT_TO_ADD) && j->is_cached &&
        op->ita_is_invisible)
        entry = NULL;
    if (!old_side && !entry)
        return QN_OK;
    if (entry && j->is_cached)
        set_known(&side, entry->mode, &entry->id);
    else if (entry)
        status = look(ctx, op, entry, &side, &is_same);
    if (status || (!old_side && !side.mode))
        return status;
    if (!op->also_unchanged && old_side && side.has_id &&
        !side.is_dirty_submodule && old_side->mode == side.mode &&
        qn_id_is_equal(&old_side->id, &side.id))
        return QN_OK;
    status =
        add_pair(ctx, j->out, old_side ? old_side->path : entry->path, &pair);
    if (status)
        return status;
    side.path = pair->new_side.path;
    if (old_side && !j->is_cached)
        status = warn_of(ctx, op, &side, old_side->mode);
    if (status)
        return status;
    pair->new_side = side;
    if (old_side)
        set_known(&pair->old_side, old_side->mode, &old_side->id);
    set_letter(pair);
    if (!is_same && old_side && side.mode && !side.has_id)
        status = drop_if_same(ctx, op, j->out);
    return status;
}

static enum qn_status join_unmerged(struct qn_ctx *ctx, struct join *j,
                                    const struct qn_diff_side *old_side,
                                    struct qn_bytes path)
{
    enum qn_status status =
        add_unmerged(ctx, j->op, path, !j->is_cached, j->out);
    struct qn_diff_pair *pair;

    if (status)
        return status;
    pair = &j->out->pairs[j->out->count - 1];
    if (old_side)
        set_known(&pair->old_side, old_side->mode, &old_side->id);
    if (j->is_cached)
        return QN_OK;
    if (!old_side && !pair->new_side.mode) {
        j->out->count--; /* neither here nor there */
        return QN_OK;
    }
    set_letter(pair);
    return old_side ? drop_if_same(ctx, j->op, j->out) : QN_OK;
}

static enum qn_status join_all(struct qn_ctx *ctx, struct join *j)
{
    const struct qn_unpack_list *list = &j->trees.lists[0];
    struct qn_index *index = j->op->index;
    size_t count = qn_index_count(index);
    enum qn_status status = QN_OK;
    size_t t = 0, i = 0, same = 0;

    while (!status) {
        const struct qn_index_entry *entry = NULL;
        struct qn_diff_side side = {.mode = 0}, *file = NULL;
        int order;

        while (same < j->trees.same_count && i == j->trees.same[same].start)
            i = j->trees.same[same++].end;
        if (i < count)
            entry = qn_index_peek(index, i);
        if (entry && !is_wanted(ctx, j->op, entry->path)) {
            i++;
            continue;
        }
        if (t < list->count) {
            file = &side;
            side.path = list->files[t].path;
            set_known(file, list->files[t].mode, &list->files[t].id);
            if (!is_wanted(ctx, j->op, side.path)) {
                t++;
                continue;
            }
        }
        if (!entry && !file)
            break;
        order = !file    ? 1
                : !entry ? -1
                         : qn_bytes_compare(side.path, entry->path);
        t += order <= 0;
        if (order >= 0 && entry->stage) {
            status = join_unmerged(ctx, j, order ? NULL : file, entry->path);
            i = skip_stages(index, i);
            continue;
        }
        i += order >= 0;
        status = add_joined(ctx, j, order <= 0 ? file : NULL,
                            order >= 0 ? entry : NULL);
    }
    return status;
}

static enum qn_status diff_joined(struct qn_ctx *ctx, struct qn_op_diff *op,
                                  const struct qn_id *tree, bool is_cached,
                                  struct qn_diff_list *out)
{
    struct join j = {.op = op,
                     .trees = {.count = 1, .pathspec = op->pathspec},
                     .out = out,
                     .is_cached = is_cached};
    enum qn_status status = QN_OK;

    if (tree)
        status = qn_unpack_trees_read(ctx, op->odb, op->index, tree, 1, "",
                                      !qn_index_is_sparse(op->index), &j.trees);
    /* Files of the work tree, and what is asked for though it is the same. */
    if (!status && (!is_cached || op->also_unchanged))
        status = qn_unpack_trees_complete(ctx, op->index, &j.trees);
    if (!status)
        status = join_all(ctx, &j);
    qn_unpack_trees_dispose(&j.trees);
    return status;
}

enum qn_status qn_op_diff_cached(struct qn_ctx *ctx, struct qn_op_diff *op,
                                 const struct qn_id *tree,
                                 struct qn_diff_list *out)
{
    return diff_joined(ctx, op, tree, true, out);
}

enum qn_status qn_op_diff_tree(struct qn_ctx *ctx, struct qn_op_diff *op,
                               const struct qn_id *tree,
                               struct qn_diff_list *out)
{
    uint8_t *answers = NULL;
    enum qn_status status = QN_OK;

    if (op->looks_inside) { /* renews what is only stale, in parallel */
        answers = qn_memory_calloc(ctx, qn_index_count(op->index) + 1, 1);
        status = answers ? qn_refresh_run(ctx, op->work_tree, op->index,
                                          op->pathspec, 0, answers)
                         : QN_NO_MEMORY;
    }
    if (!status)
        status = diff_joined(ctx, op, tree, false, out);
    qn_memory_free(answers);
    return status;
}
