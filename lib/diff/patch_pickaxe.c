/* SPDX-License-Identifier: MIT */
#include "diff/patch_internal.h"

static uint64_t count_string(struct qn_bytes text, struct qn_bytes needle)
{
    uint64_t count = 0;

    while (needle.size && text.size >= needle.size) {
        size_t at = qn_bytes_find_bytes(text, needle);

        if (at == text.size)
            break;
        count++;
        text = qn_bytes_from(text, at + needle.size);
    }
    return count;
}

static enum qn_status count_regex(struct qn_ctx *ctx,
                                  const struct qn_regex *regex,
                                  struct qn_bytes text, uint64_t *count)
{
    unsigned flags = 0;

    *count = 0;
    while (text.size) {
        struct qn_regex_match match = {0, 0};
        bool found = false;
        enum qn_status status =
            qn_regex_find(ctx, regex, text, flags, &match, 1, &found);

        if (status)
            return status;
        if (!found)
            break;
        flags = QN_REGEX_NOT_BOL;
        text = qn_bytes_from(text, match.end);
        if (match.start == match.end)
            text = qn_bytes_from(text, 1);
        ++*count;
    }
    return QN_OK;
}

/* -S: does the number of occurrences change? */
static enum qn_status changes_count(struct qn_ctx *ctx, struct qn_patch *patch,
                                    struct qn_bytes a, struct qn_bytes b,
                                    bool *out)
{
    struct qn_bytes needle = qn_bytes_from_string(patch->options.pickaxe_text);
    uint64_t counts[2] = {0, 0};
    enum qn_status status = QN_OK;

    if (patch->pickaxe) {
        status = count_regex(ctx, patch->pickaxe, a, &counts[0]);
        if (!status)
            status = count_regex(ctx, patch->pickaxe, b, &counts[1]);
    } else {
        counts[0] = count_string(a, needle);
        counts[1] = count_string(b, needle);
    }
    *out = counts[0] != counts[1];
    return status;
}

/* -G: does a removed or added line match? */
static enum qn_status changes_line(struct qn_ctx *ctx, struct qn_patch *patch,
                                   struct qn_bytes a, struct qn_bytes b,
                                   const struct qn_patch_path paths[2],
                                   bool *out)
{
    struct qn_text_diff_options text;
    struct qn_hunk_options hunks;
    struct qn_text_diff diff;
    enum qn_status status;
    size_t i;

    qn_patch_text_options(patch, paths, &text, &hunks);
    status = qn_text_diff_run(ctx, a, b, &text, &diff);
    *out = false;
    for (i = 0; i < diff.change_count && !status && !*out; i++) {
        const struct qn_text_change *change = &diff.changes[i];
        uint32_t j;

        for (j = 0; j < change->old_count && !*out; j++)
            *out = qn_regex_is_match(
                ctx, patch->pickaxe,
                qn_text_lines_at(&diff.old_lines, change->old_start + j));
        for (j = 0; j < change->new_count && !*out; j++)
            *out = qn_regex_is_match(
                ctx, patch->pickaxe,
                qn_text_lines_at(&diff.new_lines, change->new_start + j));
    }
    qn_text_diff_dispose(&diff);
    return status;
}

static enum qn_status is_wanted(struct qn_ctx *ctx, struct qn_patch *patch,
                                const struct qn_diff_pair *pair, bool *out)
{
    const struct qn_diff_options *options = &patch->options;
    struct qn_patch_path paths[2];
    bool is_binary;
    enum qn_status status;

    if (options->pickaxe == QN_DIFF_PICKAXE_OBJECT) {
        *out = (pair->old_side.mode &&
                qn_id_is_equal(&pair->old_side.id, &options->pickaxe_id)) ||
               (pair->new_side.mode &&
                qn_id_is_equal(&pair->new_side.id, &options->pickaxe_id));
        return QN_OK;
    }
    *out = false;
    if ((!pair->old_side.mode && !pair->new_side.mode) ||
        (pair->old_side.has_id && pair->new_side.has_id &&
         qn_id_is_equal(&pair->old_side.id, &pair->new_side.id)))
        return QN_OK;
    status = qn_patch_read_pair(ctx, patch, pair, paths, &is_binary);
    if (status)
        return status;
    if (options->pickaxe != QN_DIFF_PICKAXE_GREP)
        return changes_count(ctx, patch, qn_buf_bytes(&patch->texts[0]),
                             qn_buf_bytes(&patch->texts[1]), out);
    if (is_binary)
        return QN_OK;
    return changes_line(ctx, patch, qn_buf_bytes(&patch->texts[0]),
                        qn_buf_bytes(&patch->texts[1]), paths, out);
}

enum qn_status qn_patch_pickaxe_run(struct qn_ctx *ctx, struct qn_patch *patch,
                                    struct qn_diff_list *list)
{
    bool shows_all = patch->options.pickaxe_shows_all;
    enum qn_status status;
    size_t kept = 0;
    size_t i;

    for (i = 0; i < list->count; i++) {
        bool wanted = false;

        status = is_wanted(ctx, patch, &list->pairs[i], &wanted);
        if (status)
            return status;
        if (wanted && shows_all)
            return QN_OK;
        if (wanted)
            list->pairs[kept++] = list->pairs[i];
    }
    list->count = shows_all ? 0 : kept;
    return QN_OK;
}
