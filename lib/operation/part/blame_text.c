/* SPDX-License-Identifier: MIT */
/* Contents of files, the last few kept: what a commit has is next asked for as
 * what a child's parent has. */
#include "operation/part/blame_board.h"

#include "object/tree.h"

static struct qn_blame_text *
find_text(struct qn_blame *blame, const struct qn_id *id, const uint8_t *path)
{
    struct qn_blame_text *oldest = &blame->texts[0];
    size_t i;

    for (i = 0; i < QN_BLAME_TEXTS; i++) {
        struct qn_blame_text *text = &blame->texts[i];

        if (text->used && text->path == path && qn_id_is_equal(&text->id, id)) {
            text->used = ++blame->clock;
            return text;
        }
        if (text->used < oldest->used)
            oldest = text;
    }
    oldest->used = 0;
    return oldest;
}

enum qn_status qn_blame_text_blob(struct qn_ctx *ctx, struct qn_blame *blame,
                                  struct qn_bytes path, const struct qn_id *id,
                                  uint32_t mode, struct qn_bytes *out)
{
    const uint8_t *key = blame->patch ? path.data : NULL;
    struct qn_blame_text *text = find_text(blame, id, key);
    struct qn_diff_side side = {
        .path = path, .id = *id, .mode = mode, .has_id = true};
    enum qn_status status = QN_OK;
    bool converted;

    if (!text->used) {
        struct qn_object object = {.data = text->data};

        status = qn_odb_read_typed(ctx, blame->scope->odb, id, QN_OBJECT_BLOB,
                                   &object);
        text->data = object.data;
        if (!status && blame->patch)
            status = qn_patch_convert(ctx, blame->patch, &side, &text->data,
                                      &converted);
        if (status)
            return status;
        text->id = *id;
        text->path = key;
        text->used = ++blame->clock;
    }
    *out = qn_buf_bytes(&text->data);
    return QN_OK;
}

enum qn_status qn_blame_text_get(struct qn_ctx *ctx, struct qn_blame *blame,
                                 struct qn_blame_origin *origin,
                                 struct qn_bytes *out)
{
    enum qn_status status;

    if (origin->commit == QN_BLAME_UNCOMMITTED) {
        *out = qn_buf_bytes(&blame->final_data);
        return QN_OK;
    }
    /* Git reads it for each file of a commit; here it may be kept. */
    if (!origin->has_text)
        blame->stats.blobs_read++;
    origin->has_text = true;
    status = qn_blame_ahead_fetch(ctx, blame, origin);
    return status ? status
                  : qn_blame_text_blob(ctx, blame, origin->source.path,
                                       &origin->source.blob,
                                       origin->source.mode, out);
}

enum qn_status qn_blame_text_diff(struct qn_ctx *ctx, struct qn_blame *blame,
                                  struct qn_blame_origin *parent,
                                  struct qn_blame_origin *origin,
                                  struct qn_text_diff *out)
{
    struct qn_bytes old_text = QN_BYTES_NONE;
    struct qn_bytes new_text = QN_BYTES_NONE;
    enum qn_status status = qn_blame_text_get(ctx, blame, origin, &new_text);

    if (!status)
        status = qn_blame_text_get(ctx, blame, parent, &old_text);
    if (status)
        return status;
    blame->stats.patches++;
    return qn_text_diff_run(ctx, old_text, new_text, &blame->options.text, out);
}
