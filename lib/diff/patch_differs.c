/* SPDX-License-Identifier: MIT */
/* Do pairs differ, where their ids cannot tell: white space or lines of a
 * pattern are ignored, or a command that compares is trusted.  git-diff(1)
 * "--exit-code", git-config(1) diff.trustExitCode, experiments: with raw and
 * name formats, and with none, such pairs are asked before anything is printed
 * (with none up to the first that differs); a patch tells as it is printed. */
#include "diff/patch_internal.h"
#include "hash/hash.h"
#include "object/tree.h"

static bool ignores_some(const struct qn_diff_options *options)
{
    return (options->text.flags & (QN_TEXT_DIFF_IGNORE_SPACE_MASK |
                                   QN_TEXT_DIFF_IGNORE_BLANK_LINES)) ||
           options->ignore_pattern_count;
}

size_t qn_patch_same_count(const struct qn_patch *patch)
{
    return patch->same_count;
}

enum qn_status qn_patch_differs_print(struct qn_ctx *ctx,
                                      struct qn_patch *patch,
                                      const struct qn_diff_pair *pair,
                                      struct qn_buf *out)
{
    size_t before = out->size;
    enum qn_status status;

    patch->answer = QN_PATCH_ANSWER_NONE;
    status = qn_patch_text_print(ctx, patch, pair, out);
    if (patch->answer == QN_PATCH_ANSWER_SAME ||
        (patch->answer == QN_PATCH_ANSWER_NONE && out->size == before &&
         ignores_some(&patch->options)))
        patch->same_count++;
    return status;
}

/* Is the pair one that has to be asked? */
static enum qn_status is_doubtful(struct qn_ctx *ctx, struct qn_patch *patch,
                                  const struct qn_diff_pair *pair,
                                  bool asks_commands, bool *out)
{
    struct qn_patch_command command;
    enum qn_status status = QN_OK;

    *out = false;
    if (pair->status == QN_DIFF_UNMERGED)
        return QN_OK;
    status = qn_patch_command_find(ctx, patch, pair, &command);
    if (!status)
        *out = command.words ? asks_commands && command.is_trusted
                             : ignores_some(&patch->options);
    return status;
}

/* What was read to see whether it differs is shown with its id. */
static enum qn_status fill_ids(struct qn_ctx *ctx, struct qn_patch *patch,
                               const struct qn_diff_list *list)
{
    struct qn_buf content = QN_BUF_INIT;
    enum qn_status status = QN_OK;

    for (size_t i = 0; i < list->count && !status; i++) {
        struct qn_diff_side *side = &list->pairs[i].new_side;

        if (patch->options.is_reversed)
            side = &list->pairs[i].old_side;
        if (list->pairs[i].status == QN_DIFF_UNMERGED || side->has_id ||
            !(qn_mode_is_file(side->mode) || qn_mode_is_symlink(side->mode)))
            continue;
        qn_buf_clear(&content);
        status = qn_patch_read_side(ctx, patch, side, &content);
        if (!status)
            status = qn_hash_object(ctx, patch->algorithm, "blob",
                                    qn_buf_bytes(&content), &side->id);
        side->has_id = !status;
    }
    qn_buf_dispose(&content);
    return status;
}

enum qn_status qn_patch_differs_find(struct qn_ctx *ctx, struct qn_patch *patch,
                                     const struct qn_diff_list *list)
{
    const struct qn_diff_options *options = &patch->options;
    bool is_silent = options->formats & QN_DIFF_FORMAT_NONE;
    bool shows_names =
        options->formats & (QN_DIFF_FORMAT_RAW | QN_DIFF_FORMAT_NAME_ONLY |
                            QN_DIFF_FORMAT_NAME_STATUS);
    bool asks_commands = options->tells_exit_code && (is_silent || shows_names);
    struct qn_buf nothing = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    bool has_difference = false;

    if ((options->formats & QN_DIFF_FORMAT_RAW) &&
        (ignores_some(options) ||
         (options->tells_exit_code && options->allows_external)))
        status = fill_ids(ctx, patch, list);
    patch->same_count = 0;
    qn_buf_clear(&patch->same);
    if (status)
        return status;
    if (!(ignores_some(options) || options->tells_exit_code) ||
        !(shows_names || (options->tells_exit_code &&
                          !(options->formats & QN_DIFF_FORMAT_PATCH))))
        return QN_OK;
    for (size_t i = 0; i < list->count && !status; i++) {
        size_t known = patch->same_count;
        bool asks = false;

        if (!is_silent || !has_difference)
            status =
                is_doubtful(ctx, patch, &list->pairs[i], asks_commands, &asks);
        if (!status && asks)
            status =
                qn_patch_differs_print(ctx, patch, &list->pairs[i], &nothing);
        qn_buf_clear(&nothing);
        has_difference |= patch->same_count == known;
        if (!status)
            status = qn_buf_append_byte(ctx, &patch->same,
                                        patch->same_count > known);
    }
    patch->shown_count = 0;
    qn_buf_dispose(&nothing);
    return status;
}
