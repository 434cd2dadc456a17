/* SPDX-License-Identifier: MIT */
/* repack --write-midx. */
#include "base/memory.h"
#include "operation/op_multi_pack_index.h"
#include "operation/op_repack_parts.h"
#include "operation/part/midx_files.h"

#include <string.h>

#define NAME_SIZE (QN_ID_MAX_HEX_SIZE + 16)

struct listing {
    const struct qn_op_repack *options;
    const struct qn_repack_packs *packs;
    const struct qn_id *made;
    size_t made_count;
    struct qn_midx_files files; /* what there is now */
    size_t keep;                /* so many layers stay */
    bool skips_cruft;
    char **names; /* "pack-<x>.idx" */
    size_t count, capacity;
};

static enum qn_status open_files(struct qn_ctx *ctx,
                                 const struct qn_op_repack *options,
                                 struct qn_midx_files *files)
{
    return qn_midx_files_open(ctx, files, options->scope->repo,
                              qn_midx_files_objects(options->scope, NULL),
                              QN_MIDX_FILES_READ);
}

static bool is_in(const struct qn_multi_pack_index *layer, const char *name,
                  const char *extension)
{
    size_t size = strlen(name);
    uint32_t i;

    for (i = 0; i < layer->pack_count; i++)
        if (strncmp(layer->names[i], name, size) == 0 &&
            strcmp(layer->names[i] + size, extension) == 0)
            return true;
    return false;
}

/* Layers that are not looked into: all, or all but the newest, when that has
 * enough packs. */
static size_t closed_layers(const struct qn_op_repack *options,
                            const struct qn_midx_files *files)
{
    size_t count = files->layer_count;

    return count > 0 && files->layers[count - 1].pack_count >=
                            options->midx_new_layer
               ? count - 1
               : count;
}

enum qn_status qn_op_repack_mark_layers(struct qn_ctx *ctx,
                                        const struct qn_op_repack *options,
                                        struct qn_repack_packs *packs)
{
    struct qn_midx_files files;
    enum qn_status status = open_files(ctx, options, &files);
    size_t i, k;

    for (k = 0; !status && k < closed_layers(options, &files); k++)
        for (i = 0; i < packs->count; i++)
            packs->items[i].is_layered |=
                is_in(&files.layers[k], packs->items[i].name, ".idx");
    qn_midx_files_close(&files);
    return status;
}

/* ---- which packs */

static enum qn_status add_name(struct qn_ctx *ctx, struct listing *listing,
                               const char *name, const char *extension)
{
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status;
    size_t i;

    status = qn_memory_grow(ctx, &listing->names, &listing->capacity,
                            listing->count + 1, sizeof(*listing->names));
    if (!status)
        status = qn_buf_printf(ctx, &text, "%s%s", name, extension);
    for (i = 0; !status && i < listing->count; i++)
        if (strcmp(listing->names[i], qn_buf_string(&text)) == 0) {
            qn_buf_dispose(&text);
            return QN_OK;
        }
    if (!status) {
        listing->names[listing->count] =
            qn_memory_string(ctx, qn_buf_bytes(&text));
        if (listing->names[listing->count])
            listing->count++;
        else
            status = QN_NO_MEMORY;
    }
    qn_buf_dispose(&text);
    return status;
}

static enum qn_status add_made(struct qn_ctx *ctx, struct listing *listing)
{
    char name[NAME_SIZE] = "pack-";
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < listing->made_count && !status; i++) {
        qn_id_to_hex(&listing->made[i], name + 5);
        status = add_name(ctx, listing, name, ".idx");
    }
    return status;
}

/* Packs that stay, but for those of layers that stay. */
static enum qn_status add_old(struct qn_ctx *ctx, struct listing *listing)
{
    enum qn_status status = QN_OK;
    size_t i, k;

    for (i = 0; i < listing->packs->count && !status; i++) {
        const struct qn_repack_pack *item = &listing->packs->items[i];
        bool is_layered = false;

        if ((listing->options->deletes && item->goes) ||
            (listing->skips_cruft && item->is_cruft))
            continue;
        for (k = 0; k < listing->keep; k++)
            is_layered |= is_in(&listing->files.layers[k], item->name, ".idx");
        if (is_layered)
            continue;
        status = add_name(ctx, listing, item->name, ".idx");
    }
    return status;
}

/* The pack that is taken from first: a new one, or with --geometric the
 * largest. */
static const char *preferred(const struct listing *listing)
{
    const struct qn_repack_packs *packs = listing->packs;
    size_t i;

    if (!listing->options->midx_bitmap)
        return NULL;
    if (listing->made_count > 0 && !listing->options->geometric)
        return listing->names[0];
    if (listing->options->geometric)
        for (i = packs->count; i > 0; i--) {
            const struct qn_repack_pack *item = &packs->items[i - 1];
            size_t k;

            if (item->is_cruft || item->goes || item->count == 0)
                continue;
            for (k = 0; k < listing->count; k++)
                if (strncmp(listing->names[k], item->name,
                            strlen(item->name)) == 0 &&
                    item->count >= listing->options->midx_made_objects)
                    return listing->names[k];
        }
    return listing->made_count > 0 ? listing->names[0] : NULL;
}

/* ---- layers */

/* Of the layers that stay, the upper ones are joined as long as they are not
 * small beside the next one below; from which on. */
static size_t first_joined(const struct listing *listing)
{
    const struct qn_multi_pack_index *layers = listing->files.layers;
    size_t first = listing->keep;
    uint64_t objects;

    if (first == 0)
        return 0;
    objects = layers[--first].count;
    while (first > 0 && objects >= layers[first - 1].count /
                                       listing->options->midx_split_factor)
        objects += layers[--first].count;
    return first;
}

static enum qn_status join_layers(struct qn_ctx *ctx,
                                  const struct listing *listing)
{
    struct qn_op_multi_pack_index op = {.scope = listing->options->scope,
                                        .is_incremental = true,
                                        .writes_bitmap =
                                            listing->options->midx_bitmap};
    char from[QN_ID_MAX_HEX_SIZE + 1], to[QN_ID_MAX_HEX_SIZE + 1];
    size_t first = first_joined(listing);
    struct qn_id id;

    if (first + 1 >= listing->keep)
        return QN_OK;
    qn_midx_files_layer_id(&listing->files, first, &id);
    op.from = qn_id_to_hex(&id, from);
    qn_midx_files_layer_id(&listing->files, listing->keep - 1, &id);
    op.to = qn_id_to_hex(&id, to);
    return qn_op_multi_pack_index_compact(ctx, &op);
}

static void clear_names(struct listing *listing)
{
    size_t i;

    for (i = 0; i < listing->count; i++)
        qn_memory_free(listing->names[i]);
    listing->count = 0;
}

/* Does a pack of the newest layer go? */
static bool loses_pack(const struct listing *listing)
{
    size_t count = listing->files.layer_count, i;

    for (i = 0; i < listing->packs->count && count > 0; i++)
        if (listing->options->deletes && listing->packs->items[i].goes &&
            is_in(&listing->files.layers[count - 1],
                  listing->packs->items[i].name, ".idx"))
            return true;
    return false;
}

static enum qn_status list_layer(struct qn_ctx *ctx, struct listing *listing)
{
    const struct qn_op_repack *options = listing->options;
    enum qn_status status;

    listing->keep = options->all ? 0 : listing->files.layer_count;
    if (options->geometric && loses_pack(listing))
        listing->keep = closed_layers(options, &listing->files);
    status = add_made(ctx, listing);
    if (!status && (options->all || options->geometric))
        status = add_old(ctx, listing);
    return status;
}

static enum qn_status list_all(struct qn_ctx *ctx, struct listing *listing)
{
    enum qn_status status = add_made(ctx, listing);

    return status ? status : add_old(ctx, listing);
}

static enum qn_status write_list(struct qn_ctx *ctx, struct listing *listing)
{
    const struct qn_op_repack *options = listing->options;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_op_multi_pack_index op = {
        .scope = options->scope,
        .has_packs = true,
        .packs = (const char *const *)listing->names,
        .pack_count = listing->count,
        .is_incremental = options->midx == QN_OP_REPACK_MIDX_LAYERS,
        .writes_bitmap = options->midx_bitmap,
        .preferred = preferred(listing)};
    struct qn_id id;

    if (op.is_incremental) {
        op.replaces = true;
        op.base = "none";
        if (listing->keep > 0) {
            qn_midx_files_layer_id(&listing->files, listing->keep - 1, &id);
            op.base = qn_id_to_hex(&id, hex);
        }
    }
    return qn_op_multi_pack_index_write(ctx, &op);
}

enum qn_status qn_op_repack_write_midx(struct qn_ctx *ctx,
                                       const struct qn_op_repack *options,
                                       const struct qn_repack_packs *packs,
                                       const struct qn_id *made,
                                       size_t made_count)
{
    struct listing listing = {.options = options,
                              .packs = packs,
                              .made = made,
                              .made_count = made_count,
                              .skips_cruft = options->midx_skips_cruft};
    enum qn_status status = open_files(ctx, options, &listing.files);

    if (!status)
        status = options->midx == QN_OP_REPACK_MIDX_LAYERS
                     ? list_layer(ctx, &listing)
                     : list_all(ctx, &listing);
    if (!status && listing.count > 0)
        status = write_list(ctx, &listing);
    if (!status && options->midx == QN_OP_REPACK_MIDX_LAYERS &&
        options->geometric)
        status = join_layers(ctx, &listing);
    clear_names(&listing);
    qn_memory_free(listing.names);
    qn_midx_files_close(&listing.files);
    return status;
}
