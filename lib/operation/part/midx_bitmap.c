/* SPDX-License-Identifier: MIT */
#include "operation/part/midx_bitmap.h"

#include "base/memory.h"
#include "config/config.h"
#include "repo/repo.h"
#include "walk/bitmap_build.h"
#include "walk/bitmap_set.h"

#include <stdlib.h>
#include <string.h>

/* ---- tips */

static enum qn_status add_id(struct qn_ctx *ctx, struct qn_id **ids,
                             size_t *count, size_t *capacity,
                             const struct qn_id *id)
{
    enum qn_status status =
        qn_memory_grow(ctx, ids, capacity, *count + 1, sizeof(**ids));

    if (!status)
        (*ids)[(*count)++] = *id;
    return status;
}

static enum qn_status read_line(struct qn_ctx *ctx,
                                const struct qn_midx_bitmap *how,
                                struct qn_bytes line,
                                struct qn_bitmap_tips *tips)
{
    bool is_preferred = line.size > 0 && line.data[0] == '+';
    struct qn_bytes hex = is_preferred ? qn_bytes_from(line, 1) : line;
    char text[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_id id, commit;
    enum qn_status status;

    if (!qn_id_from_hex(&id, qn_odb_algorithm(how->scope->odb), hex))
        return qn_ctx_fail(ctx, QN_CORRUPT, "could not parse line: %.*s",
                           QN_BYTES_ARG(line));
    status =
        qn_revision_peel(ctx, how->scope->odb, &id, QN_OBJECT_COMMIT, &commit);
    if (status == QN_NOT_FOUND)
        return qn_ctx_fail(ctx, QN_NOT_FOUND, "unable to parse object: %s",
                           qn_id_to_hex(&id, text));
    if (status == QN_NO_MEMORY)
        return status;
    if (status) {
        qn_ctx_clear(ctx); /* it names no commit */
        return QN_OK;
    }
    status = add_id(ctx, &tips->tips, &tips->tip_count, &tips->tip_capacity,
                    &commit);
    if (!status && is_preferred)
        status = add_id(ctx, &tips->preferred, &tips->preferred_count,
                        &tips->preferred_capacity, &commit);
    return status;
}

static enum qn_status read_snapshot(struct qn_ctx *ctx,
                                    const struct qn_midx_bitmap *how,
                                    struct qn_bitmap_tips *tips)
{
    struct qn_buf text = QN_BUF_INIT;
    struct qn_bytes rest, line;
    enum qn_status status;

    text.limit = SIZE_MAX;
    status = qn_file_read_all(ctx, how->snapshot, &text);
    if (status == QN_NOT_FOUND)
        status = qn_ctx_fail(ctx, QN_NOT_FOUND,
                             "could not open '%s' for reading: No such file "
                             "or directory",
                             how->snapshot);
    rest = qn_buf_bytes(&text);
    while (!status && qn_bytes_next(&rest, '\n', &line))
        status = read_line(ctx, how, line, tips);
    qn_buf_dispose(&text);
    return status;
}

/* ---- layers */

static enum qn_status make_order(struct qn_ctx *ctx,
                                 const struct qn_midx_bitmap *how,
                                 const struct qn_multi_pack_index *top,
                                 struct qn_bit_order *order)
{
    struct qn_bit_layer *layers =
        qn_memory_calloc(ctx, how->below_count + 1, sizeof(*layers));
    enum qn_status status;
    size_t i;

    if (!layers)
        return QN_NO_MEMORY;
    for (i = 0; i < how->below_count; i++)
        layers[i].index = &how->below[i];
    layers[i].index = top;
    status = qn_bit_order_of_layers(ctx, order, layers, how->below_count + 1,
                                    how->directory);
    if (!status)
        status = qn_bit_order_rank(ctx, order);
    qn_memory_free(layers);
    return status;
}

/* The bitmaps of the layers below, when each has them. */
static enum qn_status open_below(struct qn_ctx *ctx,
                                 const struct qn_midx_bitmap *how,
                                 struct qn_bitmap_walk **out)
{
    struct qn_bit_layer *layers =
        qn_memory_calloc(ctx, how->below_count + 1, sizeof(*layers));
    struct qn_bitmap_set set;
    enum qn_status status;
    size_t i;

    *out = NULL;
    if (!layers)
        return QN_NO_MEMORY;
    for (i = 0; i < how->below_count; i++)
        layers[i].index = &how->below[i];
    memset(&set, 0, sizeof(set));
    status = how->below_count == 0
                 ? QN_OK
                 : qn_bitmap_set_of_layers(ctx, layers, how->below_count,
                                           how->directory, &set);
    qn_memory_free(layers);
    if (!status && set.file_count == how->below_count && set.file_count > 0)
        return qn_bitmap_walk_new_over(ctx, how->scope->odb, &set, out);
    qn_bitmap_set_close(&set);
    return status;
}

/* Names are not looked at anew: what bitmaps know of them is taken over. */
static enum qn_status take_hashes(struct qn_ctx *ctx,
                                  const struct qn_midx_bitmap *how,
                                  const struct qn_bit_order *order,
                                  uint32_t first, uint32_t **out)
{
    uint32_t *hashes = qn_memory_calloc(ctx, (size_t)order->count - first + 1,
                                        sizeof(*hashes));
    struct qn_bitmap_set old;
    enum qn_status status;
    uint32_t i;

    if (!hashes)
        return QN_NO_MEMORY;
    status = qn_bitmap_set_open(ctx, how->scope->odb, &old);
    for (i = first; !status && old.file_count > 0 && i < order->count; i++) {
        uint32_t at = qn_bit_order_find(&old.order, qn_bit_order_row(order, i));

        if (at != QN_BIT_ORDER_NONE)
            hashes[i - first] = qn_bitmap_set_hash(&old, at);
    }
    if (!status)
        qn_bitmap_set_close(&old);
    *out = hashes;
    return status;
}

static enum qn_status build(struct qn_ctx *ctx,
                            const struct qn_midx_bitmap *how,
                            const struct qn_multi_pack_index *top,
                            struct qn_bit_order *order, struct qn_buf *out)
{
    static const struct qn_id nothing;
    const struct qn_config *config = qn_repo_config(how->scope->repo);
    struct qn_bitmap_build run = {.scope = how->scope, .order = order};
    struct qn_bitmap_tips tips = {.tips = NULL};
    uint32_t *hashes = NULL;
    bool has_hashes = true;
    enum qn_status status;

    run.first = order->count - top->count;
    run.checksum = how->index.data + how->index.size - top->id_size;
    status = qn_config_bool(ctx, config, "pack.writeBitmapHashCache", true,
                            &has_hashes);
    if (!status)
        status = qn_config_bool(ctx, config, "pack.writeBitmapLookupTable",
                                false, &run.has_lookup_table);
    if (!status)
        status = how->snapshot ? read_snapshot(ctx, how, &tips)
                               : qn_bitmap_tips_read(ctx, how->scope, &tips);
    if (!status && has_hashes && !how->has_no_hashes)
        status = take_hashes(ctx, how, order, run.first, &hashes);
    if (!status)
        status = open_below(ctx, how, &run.below);
    run.tips = tips.tips ? tips.tips : &nothing;
    run.tip_count = tips.tip_count;
    run.preferred = tips.preferred;
    run.preferred_count = tips.preferred_count;
    run.hashes = hashes;
    if (!status)
        status = qn_bitmap_build_run(ctx, &run, out);
    qn_bitmap_walk_free(run.below);
    qn_bitmap_tips_dispose(&tips);
    qn_memory_free(hashes);
    return status;
}

enum qn_status qn_midx_bitmap_make(struct qn_ctx *ctx,
                                   const struct qn_midx_bitmap *how,
                                   struct qn_buf *out)
{
    struct qn_multi_pack_index top = {.names = NULL};
    struct qn_bit_order order = {.count = 0};
    enum qn_status status =
        qn_multi_pack_index_parse(ctx, how->index, "multi-pack-index",
                                  qn_odb_algorithm(how->scope->odb), &top);

    if (status)
        return status;
    status = make_order(ctx, how, &top, &order);
    if (!status)
        status = build(ctx, how, &top, &order, out);
    if (status == QN_REFUSED) {
        qn_ctx_report(ctx, QN_REPORT_WARNING, "bitmap.open",
                      "Failed to write bitmap index. %s", qn_ctx_message(ctx));
        status =
            qn_ctx_fail(ctx, QN_INVALID, "could not write multi-pack bitmap");
    } else if (status == QN_INVALID) { /* of the configuration: it is fatal */
        status = QN_UNSUPPORTED;
    }
    qn_bit_order_dispose(&order);
    qn_memory_free(top.names); /* the bytes are no mapping */
    return status;
}

enum qn_status qn_midx_bitmap_check(struct qn_ctx *ctx, const char *directory,
                                    const struct qn_multi_pack_index *layers,
                                    size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        struct qn_bit_layer layer = {.index = &layers[i]};
        struct qn_bit_order order = {.count = 0};
        char hex[QN_ID_MAX_HEX_SIZE + 1];
        struct qn_id id;
        enum qn_status status =
            qn_bit_order_of_layers(ctx, &order, &layer, 1, directory);

        qn_bit_order_dispose(&order);
        if (!status)
            continue;
        qn_id_from_row(&id, layers[i].algorithm,
                       layers[i].map.data + layers[i].map.size -
                           layers[i].id_size);
        return qn_ctx_fail(ctx, QN_INVALID,
                           "could not load reverse index for MIDX %s",
                           qn_id_to_hex(&id, hex));
    }
    return QN_OK;
}
