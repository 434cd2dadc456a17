/* SPDX-License-Identifier: MIT */
/* The tracked files of a directory, compared while it is open. */
#include "base/memory.h"
#include "os/file.h"
#include "worktree/refresh.h"
#include "worktree/work_walk_private.h"

/* More files in one row than this are compared by tasks of their own. */
#define PIECE 1024u

static bool is_compared(struct qn_ctx *ctx, const struct qn_work_walker *walker,
                        const struct qn_index_entry *entry)
{
    return entry->stage == 0 &&
           !(entry->flags & (QN_INDEX_UPTODATE | QN_INDEX_ASSUME_VALID |
                             QN_INDEX_SKIP_WORKTREE)) &&
           !qn_compare_is_known(walker->index, entry) &&
           qn_work_walk_is_wanted(ctx, walker, entry->path, false);
}

static void keep_answer(struct qn_ctx *ctx, struct qn_work_walker *walker,
                        const struct qn_compare *compare, size_t i,
                        const struct qn_file_stat *stat,
                        enum qn_compare_answer answer, bool is_stale)
{
    if (compare->is_deferred) {
        walker->options->answers[i] = QN_COMPARE_LATER;
        atomic_store_explicit(&walker->has_later, true, memory_order_relaxed);
        return;
    }
    walker->options->answers[i] = (uint8_t)answer;
    if (walker->options->progress && (is_stale || answer != QN_COMPARE_SAME))
        qn_progress_set(ctx, walker->options->progress, i);
    if (qn_refresh_keep(walker->index, qn_index_at(walker->index, i), stat,
                        answer, is_stale))
        atomic_store_explicit(&walker->has_renewed, true, memory_order_relaxed);
}

static enum qn_status compare_range(struct qn_ctx *ctx,
                                    struct qn_work_walker *walker,
                                    struct qn_compare *compare, size_t start,
                                    size_t end)
{
    enum qn_status status = QN_OK;

    for (size_t i = start; i < end && !status; i++) {
        const struct qn_index_entry *entry = qn_index_peek(walker->index, i);
        enum qn_compare_answer answer;
        struct qn_file_stat stat;
        bool is_stale;

        if (!is_compared(ctx, walker, entry))
            continue;
        status =
            qn_compare_entry(ctx, compare, entry, &stat, &answer, &is_stale);
        if (!status)
            keep_answer(ctx, walker, compare, i, &stat, answer, is_stale);
    }
    return status;
}

enum qn_status qn_work_walk_compare_range(struct qn_ctx *ctx,
                                          struct qn_work_walker *walker,
                                          struct qn_work_walk_worker *worker,
                                          size_t start, size_t end)
{
    return compare_range(ctx, walker, &worker->compare, start, end);
}

enum qn_status qn_work_walk_compare_later(struct qn_ctx *ctx,
                                          struct qn_work_walker *walker)
{
    struct qn_compare compare;
    enum qn_status status = QN_OK;

    qn_compare_init(&compare, walker->tree, walker->index);
    for (size_t i = 0; i < qn_index_count(walker->index) && !status; i++)
        if (walker->options->answers[i] == QN_COMPARE_LATER)
            status = compare_range(ctx, walker, &compare, i, i + 1);
    qn_compare_dispose(&compare);
    return status;
}

/* Compare one file of the directory that is open.  `*is_file`: it is there, and
 * no directory. */
static enum qn_status compare_one(struct qn_ctx *ctx,
                                  struct qn_work_walker *walker,
                                  struct qn_work_walk_worker *worker,
                                  const struct qn_work_opened *opened, size_t i,
                                  bool *is_file)
{
    const struct qn_index_entry *entry = qn_index_peek(walker->index, i);
    enum qn_compare_answer answer;
    struct qn_file_stat stat;
    bool is_stale;
    enum qn_status status = qn_file_lstat_at(
        ctx, opened->fd, (const char *)entry->path.data + opened->path_size,
        &stat);

    if (!status)
        status = qn_compare_judge(ctx, &worker->compare, entry, &stat, &answer,
                                  &is_stale);
    if (status)
        return status;
    *is_file = stat.kind != QN_FILE_NONE && stat.kind != QN_FILE_DIRECTORY;
    keep_answer(ctx, walker, &worker->compare, i, &stat, answer, is_stale);
    return QN_OK;
}

/* The first entry behind those that share the first `size` bytes of entry i:
 * by doubled steps, then by halves. */
static size_t end_of_child(const struct qn_index *index, size_t i, size_t end,
                           size_t size)
{
    const uint8_t *name = qn_index_peek(index, i)->path.data;
    size_t low = i, high = i + 1, step = 1;

    /* Entry `low` is of the child, those from `high` on are not known. */
    while (high < end) {
        struct qn_bytes path = qn_index_peek(index, high)->path;

        if (path.size <= size || memcmp(path.data, name, size) != 0)
            break;
        low = high;
        step *= 2;
        high = end - low > step ? low + step : end;
    }
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        struct qn_bytes path = qn_index_peek(index, middle)->path;

        if (path.size > size && memcmp(path.data, name, size) == 0)
            low = middle;
        else
            high = middle;
    }
    return high;
}

static enum qn_status add_child(struct qn_ctx *ctx,
                                struct qn_work_walk_worker *worker,
                                size_t start, size_t end)
{
    enum qn_status status =
        qn_memory_grow(ctx, &worker->children, &worker->child_capacity,
                       worker->child_count + 1, sizeof(*worker->children));

    if (!status)
        worker->children[worker->child_count++] =
            (struct qn_work_child){start, end, false};
    return status;
}

/* Files [i, end) of the index, all of this directory.  `*file_count`: so many
 * are there; SIZE_MAX when that is not known. */
static enum qn_status compare_row(struct qn_ctx *ctx,
                                  struct qn_work_walker *walker,
                                  struct qn_work_walk_worker *worker,
                                  const struct qn_work_opened *opened, size_t i,
                                  size_t end)
{
    enum qn_status status = QN_OK;

    if (end - i > PIECE) {
        worker->is_counted = false;
        for (; i < end && !status; i += PIECE)
            status = qn_work_walk_push_piece(ctx, opened->tree, i,
                                             end - i > PIECE ? i + PIECE : end);
        return status;
    }
    for (; i < end && !status; i++) {
        bool is_file = false;

        if (!is_compared(ctx, walker, qn_index_peek(walker->index, i))) {
            worker->is_counted = false;
            continue;
        }
        status = compare_one(ctx, walker, worker, opened, i, &is_file);
        worker->file_count += is_file;
    }
    return status;
}

enum qn_status qn_work_walk_compare(struct qn_ctx *ctx,
                                    struct qn_work_walker *walker,
                                    struct qn_work_walk_worker *worker,
                                    const struct qn_work_opened *opened,
                                    size_t start, size_t end)
{
    const struct qn_index *index = walker->index;
    size_t i = start, row = start;
    enum qn_status status = QN_OK;

    worker->child_count = 0;
    worker->file_count = 0;
    worker->is_counted = !walker->tree->ignores_case;
    while (i < end && !status) {
        struct qn_bytes name =
            qn_bytes_from(qn_index_peek(index, i)->path, opened->path_size);
        size_t slash = qn_bytes_find(name, '/');

        if (slash == name.size) {
            i++;
            continue;
        }
        status = compare_row(ctx, walker, worker, opened, row, i);
        row = end_of_child(index, i, end, opened->path_size + slash + 1);
        if (!status)
            status = add_child(ctx, worker, i, row);
        i = row;
    }
    return status ? status : compare_row(ctx, walker, worker, opened, row, end);
}

bool qn_work_walk_note_child(struct qn_work_walk_worker *worker, size_t start)
{
    size_t low = 0, high = worker->child_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (worker->children[middle].start < start)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == worker->child_count || worker->children[low].start != start)
        return true;
    if (worker->children[low].is_there)
        return false;
    worker->children[low].is_there = true;
    return true;
}

enum qn_status qn_work_walk_compare_missing(struct qn_ctx *ctx,
                                            struct qn_work_walker *walker,
                                            struct qn_work_walk_worker *worker)
{
    enum qn_status status = QN_OK;

    for (size_t i = 0; i < worker->child_count && !status; i++)
        if (!worker->children[i].is_there)
            status = qn_work_walk_compare_range(ctx, walker, worker,
                                                worker->children[i].start,
                                                worker->children[i].end);
    return status;
}
