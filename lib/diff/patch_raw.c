/* SPDX-License-Identifier: MIT */
#include "diff/patch_internal.h"

#include "base/env.h"

static enum qn_status append_modes_and_ids(struct qn_ctx *ctx,
                                           struct qn_patch *patch,
                                           const struct qn_diff_pair *pair,
                                           struct qn_buf *out)
{
    static const struct qn_id none;
    const struct qn_diff_options *options = &patch->options;
    int digits = options->raw_abbreviates ? options->abbrev : 0;
    /* For scripts of old: ids that are cut end in dots. */
    const char *print =
        qn_env_variable(qn_ctx_env(ctx), "GIT_PRINT_SHA1_ELLIPSIS");
    bool has_dots = digits != 0 && print && strcmp(print, "yes") == 0;
    enum qn_status status = qn_buf_printf(
        ctx, out, ":%06o %06o ", pair->old_side.mode, pair->new_side.mode);

    if (!status)
        status = qn_patch_append_id(
            ctx, patch, pair->old_side.mode ? &pair->old_side.id : &none,
            digits, out);
    if (!status)
        status = qn_buf_append_string(ctx, out, has_dots ? "... " : " ");
    if (!status)
        status = qn_patch_append_id(
            ctx, patch, pair->new_side.mode ? &pair->new_side.id : &none,
            digits, out);
    return status ? status
                  : qn_buf_append_string(ctx, out, has_dots ? "... " : " ");
}

static enum qn_status append_path(struct qn_ctx *ctx,
                                  const struct qn_patch *patch,
                                  struct qn_bytes path, struct qn_buf *out)
{
    if (patch->options.is_nul_terminated)
        return qn_buf_append_bytes(ctx, out, qn_patch_name(patch, path));
    return qn_patch_append_name(ctx, patch, "", path, out);
}

static enum qn_status append_status(struct qn_ctx *ctx,
                                    const struct qn_patch *patch,
                                    const struct qn_diff_pair *pair,
                                    struct qn_buf *out)
{
    bool has_two =
        pair->status == QN_DIFF_RENAMED || pair->status == QN_DIFF_COPIED;
    uint8_t separator = patch->options.is_nul_terminated ? '\0' : '\t';
    enum qn_status status;

    if (has_two || pair->is_broken ||
        (pair->status == QN_DIFF_TYPE_CHANGED && pair->score))
        status = qn_buf_printf(ctx, out, "%c%03u", pair->status, pair->score);
    else
        status = qn_buf_append_byte(ctx, out, (uint8_t)pair->status);
    if (!status)
        status = qn_buf_append_byte(ctx, out, separator);
    if (!status && has_two) {
        status = append_path(ctx, patch, pair->old_side.path, out);
        if (!status)
            status = qn_buf_append_byte(ctx, out, separator);
    }
    return status;
}

/* Which of two names: they differ without a move with --no-index only. */
static bool shows_new(unsigned formats, const struct qn_diff_pair *pair)
{
    return (formats & QN_DIFF_FORMAT_NAME_ONLY) || !pair->old_side.mode ||
           pair->status == QN_DIFF_RENAMED || pair->status == QN_DIFF_COPIED;
}

enum qn_status qn_patch_raw_print(struct qn_ctx *ctx, struct qn_patch *patch,
                                  const struct qn_diff_list *list,
                                  struct qn_buf *out)
{
    unsigned formats = patch->options.formats;
    uint8_t end = patch->options.is_nul_terminated ? '\0' : '\n';
    enum qn_status status = QN_OK;
    size_t i;

    if (!(formats & (QN_DIFF_FORMAT_RAW | QN_DIFF_FORMAT_NAME_ONLY |
                     QN_DIFF_FORMAT_NAME_STATUS)))
        return QN_OK;
    for (i = 0; i < list->count && !status; i++) {
        const struct qn_diff_pair *pair = &list->pairs[i];

        if (i < patch->same.size && patch->same.data[i])
            continue;
        if (formats & QN_DIFF_FORMAT_RAW)
            status = append_modes_and_ids(ctx, patch, pair, out);
        if (!status && !(formats & QN_DIFF_FORMAT_NAME_ONLY))
            status = append_status(ctx, patch, pair, out);
        if (!status)
            status = append_path(ctx, patch,
                                 shows_new(formats, pair) ? pair->new_side.path
                                                          : pair->old_side.path,
                                 out);
        if (!status)
            status = qn_buf_append_byte(ctx, out, end);
    }
    return status;
}
