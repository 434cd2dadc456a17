/* SPDX-License-Identifier: MIT */
#include "operation/op_log_diff.h"

#include "base/memory.h"
#include "object/commit.h"

enum qn_status qn_op_log_diff_tree(struct qn_ctx *ctx,
                                   struct qn_op_log_worker *worker,
                                   const struct qn_id *commit,
                                   struct qn_id *tree)
{
    struct qn_commit parsed;
    enum qn_status status;

    status = qn_odb_read_typed(ctx, worker->odb, commit, QN_OBJECT_COMMIT,
                               &worker->parent);
    if (!status)
        status = qn_commit_parse(ctx, qn_object_bytes(&worker->parent),
                                 commit->algorithm, &parsed);
    if (!status)
        *tree = parsed.tree;
    return status;
}

bool qn_op_log_diff_is_shown(const struct qn_op_log_options *options,
                             size_t parents)
{
    if (!options->diff || (parents == 0 && options->hides_roots))
        return false;
    return parents < 2 || options->merges != QN_OP_LOG_MERGES_OFF;
}

/* What stands between the message and the differences. */
static enum qn_status append_divider(struct qn_ctx *ctx,
                                     const struct qn_op_log_options *options,
                                     bool is_combined, struct qn_buf *out)
{
    const unsigned both = QN_DIFF_FORMAT_STAT | QN_DIFF_FORMAT_PATCH;
    const struct qn_pretty_options *pretty = options->pretty;

    if (options->is_json)
        return QN_OK;
    if ((pretty->kind == QN_PRETTY_ONELINE && !is_combined) ||
        (pretty->kind == QN_PRETTY_USER && pretty->format[0] == '\0'))
        return QN_OK;
    if ((options->diff->formats & both) == both && !is_combined)
        return qn_buf_append_string(ctx, out, "---\n");
    return qn_buf_append_byte(ctx, out, '\n');
}

/* A merge against all of its parents at once. */
static enum qn_status append_combined(struct qn_ctx *ctx,
                                      struct qn_op_log_worker *worker,
                                      const struct qn_commit *commit,
                                      const struct qn_id *parents, size_t count,
                                      struct qn_buf *out, size_t *pairs)
{
    size_t i;
    enum qn_status status = QN_OK;

    /* Too small only where the parents stand elsewhere, too. */
    if (worker->tree_capacity < count)
        status = qn_memory_grow(ctx, &worker->trees, &worker->tree_capacity,
                                count, sizeof(*worker->trees));
    for (i = 0; i < count && !status; i++)
        status =
            qn_op_log_diff_tree(ctx, worker, &parents[i], &worker->trees[i]);
    return status ? status
                  : qn_patch_combined(ctx, worker->patch, worker->trees, count,
                                      &commit->tree, out, pairs);
}

/* -L: the files that changed inside their ranges. */
enum qn_status qn_op_log_diff_ranges(struct qn_ctx *ctx,
                                     struct qn_op_log_worker *worker,
                                     const struct qn_op_log_options *options,
                                     struct qn_buf *out)
{
    const struct qn_op_log_entry *entry = worker->entry;
    bool has_patch = options->diff->formats & QN_DIFF_FORMAT_PATCH;
    struct qn_diff_list list = QN_DIFF_LIST_INIT;
    enum qn_status status = QN_OK;
    size_t i;

    if (entry->file_count && !(options->diff->formats & QN_DIFF_FORMAT_NONE))
        status = append_divider(ctx, options, false, out);
    for (i = 0; i < entry->file_count && !status; i++) {
        const struct qn_line_log_file *file = &entry->files[i];
        struct qn_diff_pair *pair = qn_diff_list_add(ctx, &list);

        if (!pair)
            status = QN_NO_MEMORY;
        else
            *pair = file->pair;
        if (!status && has_patch)
            status = qn_patch_print_ranges(ctx, worker->patch, &file->pair,
                                           file->ranges, file->count, out);
    }
    if (!status && !has_patch)
        status = qn_patch_print(ctx, worker->patch, &list, out);
    worker->has_difference |= entry->file_count > 0;
    qn_diff_list_dispose(&list);
    return status;
}

/* --follow: the one pair that was found. */
static enum qn_status append_followed(struct qn_ctx *ctx,
                                      struct qn_op_log_worker *worker,
                                      struct qn_buf *out, size_t *pairs)
{
    struct qn_diff_options *options = qn_patch_options(worker->patch);
    struct qn_diff_list list = QN_DIFF_LIST_INIT;
    struct qn_diff_pair *pair = qn_diff_list_add(ctx, &list);
    int detect = options->rename.detect;
    enum qn_status status;

    if (!pair)
        return QN_NO_MEMORY;
    *pair = *worker->followed;
    options->rename.detect = 0;
    status = qn_patch_refine(ctx, worker->patch, &list);
    *pairs = list.count;
    if (!status)
        status = qn_patch_print(ctx, worker->patch, &list, out);
    options->rename.detect = detect;
    qn_diff_list_dispose(&list);
    return status;
}

static enum qn_status append_remerge(struct qn_ctx *ctx,
                                     struct qn_op_log_worker *worker,
                                     const struct qn_op_log_options *options,
                                     const struct qn_commit *commit,
                                     const struct qn_id *parents,
                                     struct qn_buf *out, size_t *pairs)
{
    enum qn_status status = QN_OK;

    if (!worker->remerge)
        status = qn_log_remerge_new(ctx, worker->scope, options->diff,
                                    &worker->remerge);
    return status ? status
                  : qn_log_remerge_append(ctx, worker->remerge, parents,
                                          &commit->tree, out, pairs);
}

/* Append the divider and the differences; nothing when there are none. */
enum qn_status qn_op_log_diff_append(struct qn_ctx *ctx,
                                     struct qn_op_log_worker *worker,
                                     const struct qn_op_log_options *options,
                                     const struct qn_commit *commit,
                                     const struct qn_id *parents, size_t count,
                                     struct qn_buf *out, bool *is_empty)
{
    size_t start = out->size;
    size_t body;
    size_t pairs = 0;
    unsigned formats = options->diff->formats;
    bool skips = false;
    bool is_combined =
        count > 1 && options->merges == QN_OP_LOG_MERGES_COMBINED;
    enum qn_status status = append_divider(ctx, options, is_combined, out);

    body = out->size;
    if (status)
        return status;
    if (worker->followed) {
        status = append_followed(ctx, worker, out, &pairs);
    } else if (count > 1 && options->merges == QN_OP_LOG_MERGES_REMERGE) {
        if (count == 2)
            status = append_remerge(ctx, worker, options, commit, parents, out,
                                    &pairs);
        else
            skips = true;
    } else if (is_combined) {
        status =
            append_combined(ctx, worker, commit, parents, count, out, &pairs);
    } else {
        struct qn_id tree;

        if (count > 0)
            status = qn_op_log_diff_tree(ctx, worker, &parents[0], &tree);
        if (!status)
            status =
                qn_patch_trees(ctx, worker->patch, count > 0 ? &tree : NULL,
                               &commit->tree, out, &pairs);
    }
    *is_empty = pairs == 0 && out->size == body;
    if (status && *is_empty && !is_combined)
        worker->has_no_trees = true; /* nothing of the commit is shown */
    worker->has_difference |= pairs > qn_patch_same_count(worker->patch);
    /* a merge shown combined keeps the divider, with nothing behind it, too */
    if (is_combined && !options->needs_diff &&
        (formats & (QN_DIFF_FORMAT_PATCH | QN_DIFF_FORMAT_RAW |
                    QN_DIFF_FORMAT_NAME_ONLY | QN_DIFF_FORMAT_NAME_STATUS)))
        *is_empty = false;
    /* what differs may leave nothing to say of it: the divider stays */
    if (!*is_empty &&
        ((pairs && formats && !(formats & QN_DIFF_FORMAT_NONE)) ||
         (formats & (QN_DIFF_FORMAT_DIRSTAT | QN_DIFF_FORMAT_CHECK |
                     QN_DIFF_FORMAT_SUMMARY))))
        return status;
    if (!status && (*is_empty || (out->size == body && !is_combined)))
        qn_buf_truncate(out, start);
    if (!status && skips)
        status = qn_buf_append_string(ctx, out,
                                      "diff: warning: Skipping remerge-diff "
                                      "for octopus merges.\n");
    return status;
}
