/* SPDX-License-Identifier: MIT */
#include "show/diff_json.h"

#include "show/json.h"

#include <stdio.h>

static const char *word_of(char status)
{
    switch (status) {
    case QN_DIFF_ADDED:
        return "added";
    case QN_DIFF_COPIED:
        return "copied";
    case QN_DIFF_DELETED:
        return "deleted";
    case QN_DIFF_RENAMED:
        return "renamed";
    case QN_DIFF_TYPE_CHANGED:
        return "type_changed";
    case QN_DIFF_UNMERGED:
        return "unmerged";
    default:
        return "modified";
    }
}

static void put_side(struct qn_json *json, const struct qn_diff_side *side,
                     const char *mode_key, const char *id_key)
{
    char text[QN_ID_MAX_HEX_SIZE + 1];

    if (!side->mode)
        return;
    snprintf(text, sizeof(text), "%06o", (unsigned)side->mode);
    qn_json_key(json, mode_key);
    qn_json_string(json, text);
    if (side->has_id && !qn_id_is_null(&side->id)) {
        qn_json_key(json, id_key);
        qn_json_string(json, qn_id_to_hex(&side->id, text));
    }
}

static enum qn_status put_counts(struct qn_ctx *ctx, struct qn_json *json,
                                 struct qn_patch *patch,
                                 const struct qn_diff_pair *pair)
{
    struct qn_patch_counts counts;
    enum qn_status status = qn_patch_stat_count(ctx, patch, pair, &counts);

    if (status || counts.is_unmerged)
        return status;
    if (counts.is_binary) {
        qn_json_key(json, "binary");
        qn_json_bool(json, true);
        return QN_OK;
    }
    qn_json_key(json, "added");
    qn_json_number(json, (int64_t)counts.added);
    qn_json_key(json, "deleted");
    qn_json_number(json, (int64_t)counts.deleted);
    return QN_OK;
}

/* The patch of one pair, as a text. */
static enum qn_status put_patch(struct qn_ctx *ctx, struct qn_json *json,
                                struct qn_patch *patch,
                                const struct qn_diff_pair *pair)
{
    struct qn_diff_options *options = qn_patch_options(patch);
    qn_diff_render_fn *render = options->render;
    unsigned formats = options->formats;
    struct qn_diff_pair one = *pair;
    const struct qn_diff_list list = {.pairs = &one, .count = 1};
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status;

    options->render = NULL;
    options->formats = QN_DIFF_FORMAT_PATCH;
    status = qn_patch_print(ctx, patch, &list, &text);
    options->render = render;
    options->formats = formats;
    if (!status && text.size > 0) {
        qn_json_key(json, "patch");
        qn_json_text(json, qn_buf_bytes(&text));
    }
    qn_buf_dispose(&text);
    return status;
}

static enum qn_status put_pair(struct qn_ctx *ctx, struct qn_json *json,
                               struct qn_patch *patch,
                               const struct qn_diff_pair *pair)
{
    unsigned formats = qn_patch_options(patch)->formats;
    bool is_move =
        pair->status == QN_DIFF_RENAMED || pair->status == QN_DIFF_COPIED;
    enum qn_status status = QN_OK;

    qn_json_begin_object(json);
    qn_json_key(json, "status");
    qn_json_string(json, word_of(pair->status));
    if (is_move) {
        qn_json_key(json, "old_path");
        qn_json_text(json, pair->old_side.path);
    }
    qn_json_key(json, "path");
    qn_json_text(json,
                 pair->new_side.mode || is_move || pair->old_side.path.size == 0
                     ? pair->new_side.path
                     : pair->old_side.path);
    if (is_move) {
        qn_json_key(json, "similarity");
        qn_json_number(json, pair->score);
    }
    put_side(json, &pair->old_side, "old_mode", "old_id");
    put_side(json, &pair->new_side, "new_mode", "new_id");
    if (formats & (QN_DIFF_FORMAT_STAT | QN_DIFF_FORMAT_NUMSTAT |
                   QN_DIFF_FORMAT_SHORTSTAT))
        status = put_counts(ctx, json, patch, pair);
    if (!status && (formats & QN_DIFF_FORMAT_PATCH))
        status = put_patch(ctx, json, patch, pair);
    qn_json_end_object(json);
    return status;
}

static enum qn_status put_list(struct qn_ctx *ctx, struct qn_json *json,
                               struct qn_patch *patch,
                               const struct qn_diff_list *list)
{
    enum qn_status status = QN_OK;
    size_t i;

    qn_json_begin_array(json);
    for (i = 0; i < list->count && !status; i++)
        status = put_pair(ctx, json, patch, &list->pairs[i]);
    qn_json_end_array(json);
    return status ? status : json->status;
}

enum qn_status qn_diff_json_list(struct qn_ctx *ctx, void *data,
                                 struct qn_patch *patch,
                                 const struct qn_diff_list *list,
                                 struct qn_buf *out)
{
    struct qn_json json;
    enum qn_status status;

    (void)data;
    qn_json_init(&json, ctx, out);
    status = put_list(ctx, &json, patch, list);
    return status ? status : qn_json_finish(&json);
}

enum qn_status qn_diff_json_value(struct qn_ctx *ctx, void *data,
                                  struct qn_patch *patch,
                                  const struct qn_diff_list *list,
                                  struct qn_buf *out)
{
    struct qn_json json;

    (void)data;
    qn_json_init_within(&json, ctx, out);
    return put_list(ctx, &json, patch, list);
}
