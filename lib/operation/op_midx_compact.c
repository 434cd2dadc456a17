/* SPDX-License-Identifier: MIT */
/* multi-pack-index compact. */
#include "base/memory.h"
#include "operation/op_multi_pack_index.h"
#include "operation/part/midx_bitmap.h"
#include "operation/part/midx_files.h"

#include <string.h>

static enum qn_status find_layer(struct qn_ctx *ctx,
                                 const struct qn_midx_files *files,
                                 const char *text, size_t *out)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_id id;

    for (*out = 0; *out < files->layer_count; (*out)++) {
        qn_midx_files_layer_id(files, *out, &id);
        if (strcmp(qn_id_to_hex(&id, hex), text) == 0)
            return QN_OK;
    }
    return qn_ctx_fail(ctx, QN_NOT_FOUND, "could not find MIDX: %s", text);
}

/* Which layers are below the new one. */
static enum qn_status find_base(struct qn_ctx *ctx,
                                const struct qn_midx_files *files,
                                const char *text, size_t from, size_t *below)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_id id;

    *below = from;
    if (!text)
        return QN_OK;
    for (; *below > 0; --*below) {
        qn_midx_files_layer_id(files, *below - 1, &id);
        if (strcmp(qn_id_to_hex(&id, hex), text) == 0)
            return QN_OK;
    }
    return strcmp(text, "none") == 0
               ? QN_OK
               : qn_ctx_fail(ctx, QN_INVALID, "could not find base MIDX '%s'",
                             text);
}

/* The packs of a layer, in the order of its bits where it has one: so bits stay
 * what they are.  Packs without bits come last. */
static void list_packs(const struct qn_multi_pack_index *layer, uint32_t first,
                       struct qn_multi_pack_write *write, uint32_t *renumbered)
{
    uint32_t i, pack, left;
    uint64_t offset;

    memset(renumbered, 0xff, layer->pack_count * sizeof(*renumbered));
    for (i = 0; write->wants_order && layer->reverse && i < layer->count; i++) {
        uint32_t position = qn_endian_load32(layer->reverse + (size_t)i * 4);

        if (position < first || position - first >= layer->count)
            continue; /* it lies */
        qn_multi_pack_index_entry(layer, position - first, &pack, &offset);
        if (pack >= layer->pack_count || renumbered[pack] != UINT32_MAX)
            continue;
        renumbered[pack] = (uint32_t)write->pack_count;
        write->packs[write->pack_count++].name = layer->names[pack];
    }
    for (left = 0; left < layer->pack_count; left++)
        if (renumbered[left] == UINT32_MAX) {
            renumbered[left] = (uint32_t)write->pack_count;
            write->packs[write->pack_count++].name = layer->names[left];
        }
}

/* The packs of the layers, one layer after the other. */
static enum qn_status
list_layers(struct qn_ctx *ctx, const struct qn_midx_files *files, size_t from,
            size_t to, struct qn_multi_pack_write *write, uint32_t **renumbered)
{
    size_t count = 0, i;
    uint32_t first = 0;

    for (i = 0; i < from; i++)
        first += files->layers[i].count;
    for (i = from; i <= to; i++)
        count += files->layers[i].pack_count;
    write->packs = qn_memory_calloc(ctx, count + 1, sizeof(*write->packs));
    *renumbered = qn_memory_calloc(ctx, count + 1, sizeof(**renumbered));
    if (!write->packs || !*renumbered)
        return QN_NO_MEMORY;
    for (i = from; i <= to; i++) {
        list_packs(&files->layers[i], first, write,
                   *renumbered + write->pack_count);
        first += files->layers[i].count;
    }
    write->layers = files->layers + from;
    write->layer_count = to - from + 1;
    write->renumbered = *renumbered;
    return QN_OK;
}

static enum qn_status put_compacted(struct qn_ctx *ctx,
                                    struct qn_op_multi_pack_index *op,
                                    struct qn_midx_files *files, size_t from,
                                    size_t to, const struct qn_id *name,
                                    struct qn_bytes bytes)
{
    struct qn_id *names;
    enum qn_status status;
    size_t i, count = 0;

    if (!op->is_incremental)
        return qn_midx_files_put_single(ctx, files, bytes);
    status = qn_midx_files_put_layer(ctx, files, name, bytes);
    op->layer = *name;
    op->has_layer = !status && op->keeps_chain;
    if (status || op->keeps_chain)
        return status;
    names = qn_memory_calloc(ctx, files->layer_count + 1, sizeof(*names));
    if (!names)
        return QN_NO_MEMORY;
    for (i = 0; i < files->layer_count; i++) {
        if (i == from)
            names[count++] = *name;
        if (i < from || i > to)
            qn_midx_files_layer_id(files, i, &names[count++]);
    }
    status = qn_midx_files_put_chain(ctx, files, names, count);
    qn_memory_free(names);
    return status;
}

static enum qn_status make_bitmap(struct qn_ctx *ctx,
                                  const struct qn_op_multi_pack_index *op,
                                  const struct qn_midx_files *files,
                                  size_t below, struct qn_bytes index,
                                  struct qn_buf *out)
{
    const struct qn_midx_bitmap how = {.scope = op->scope,
                                       .directory = files->directory,
                                       .index = index,
                                       .below = files->layers,
                                       .below_count = below,
                                       .has_no_hashes = true,
                                       .snapshot = op->snapshot};

    return qn_midx_bitmap_make(ctx, &how, out);
}

enum qn_status qn_op_multi_pack_index_compact(struct qn_ctx *ctx,
                                              struct qn_op_multi_pack_index *op)
{
    struct qn_multi_pack_write write = {.preferred = QN_MULTI_PACK_WRITE_NONE,
                                        .version = 2};
    struct qn_buf bytes = QN_BUF_INIT, bitmap = QN_BUF_INIT;
    uint32_t *renumbered = NULL;
    struct qn_midx_files files;
    int64_t version = 0;
    struct qn_id name;
    size_t from = 0, to = 0, below = 0;
    enum qn_status status;

    status = qn_midx_files_open(
        ctx, &files, op->scope->repo,
        qn_midx_files_objects(op->scope, op->objects_directory),
        op->is_incremental ? QN_MIDX_FILES_LOCK_CHAIN
                           : QN_MIDX_FILES_LOCK_SINGLE);
    if (!status)
        status = find_layer(ctx, &files, op->from, &from);
    if (!status)
        status = find_layer(ctx, &files, op->to, &to);
    if (!status && from == to)
        status = qn_ctx_fail(ctx, QN_UNSUPPORTED,
                             "MIDX compaction endpoints must be unique");
    if (!status && from > to)
        status =
            qn_ctx_fail(ctx, QN_UNSUPPORTED,
                        "MIDX %s must be an ancestor of %s", op->from, op->to);
    if (!status)
        status = qn_midx_files_version(ctx, op->scope->repo, &version);
    if (!status && version == 1)
        status = qn_ctx_fail(ctx, QN_UNSUPPORTED,
                             "cannot perform MIDX compaction with v1 format");
    write.algorithm = files.algorithm;
    write.wants_order = op->writes_bitmap;
    if (!status)
        status = list_layers(ctx, &files, from, to, &write, &renumbered);
    write.bases = files.layers;
    if (!status)
        status = find_base(ctx, &files, op->base, from, &below);
    write.base_count = below;
    bytes.limit = bitmap.limit = SIZE_MAX;
    if (!status && op->writes_bitmap)
        status =
            qn_midx_bitmap_check(ctx, files.directory, files.layers, below);
    if (!status)
        status = qn_multi_pack_index_encode(ctx, &write, &bytes, &name);
    if (!status && op->writes_bitmap)
        status =
            make_bitmap(ctx, op, &files, below, qn_buf_bytes(&bytes), &bitmap);
    if (!status && op->writes_bitmap)
        status = qn_midx_files_put_bitmap(
            ctx, &files, &name, op->is_incremental, qn_buf_bytes(&bitmap));
    if (!status)
        status = put_compacted(ctx, op, &files, from, to, &name,
                               qn_buf_bytes(&bytes));
    qn_memory_free(write.packs);
    qn_memory_free(renumbered);
    qn_midx_files_close(&files);
    qn_buf_dispose(&bytes);
    qn_buf_dispose(&bitmap);
    return status;
}
