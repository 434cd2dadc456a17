/* SPDX-License-Identifier: MIT */
#include "odb/odb_chain.h"

#include "base/memory.h"
#include "odb/odb_private.h"

static enum qn_status fill(struct qn_ctx *ctx,
                           const struct qn_odb_directory *directory,
                           struct qn_odb_chain *chain)
{
    size_t i;
    uint32_t j;

    chain->directory = directory->path;
    if (!directory->layers || directory->layers->count == 0)
        return QN_OK;
    chain->packs =
        qn_memory_calloc(ctx, directory->layers->count, sizeof(*chain->packs));
    if (!chain->packs)
        return QN_NO_MEMORY;
    chain->layers = directory->layers->indexes;
    chain->count = directory->layers->count;
    for (i = 0; i < chain->count; i++) {
        const struct qn_multi_pack_index *layer = &chain->layers[i];

        chain->packs[i] = qn_memory_calloc(ctx, (size_t)layer->pack_count + 1,
                                           sizeof(**chain->packs));
        if (!chain->packs[i])
            return QN_NO_MEMORY;
        for (j = 0; j < layer->pack_count; j++) {
            uint32_t at = directory->layer_packs[i][j];

            if (at != QN_ODB_LAYER_NO_PACK)
                chain->packs[i][j] = directory->packs[at];
        }
    }
    return QN_OK;
}

enum qn_status qn_odb_chain_open(struct qn_ctx *ctx, struct qn_odb *odb,
                                 size_t i, struct qn_odb_chain *out,
                                 bool *is_there)
{
    struct qn_odb_chain chain = {.count = 0};
    enum qn_status status = qn_odb_ensure(ctx, odb);

    *is_there = !status && i < odb->snapshot->count;
    if (*is_there) {
        chain.snapshot = qn_odb_snapshot_retain(odb->snapshot);
        status = fill(ctx, &odb->snapshot->directories[i], &chain);
    }
    if (status)
        qn_odb_chain_close(&chain);
    else
        *out = chain;
    return status;
}

void qn_odb_chain_close(struct qn_odb_chain *chain)
{
    size_t i;

    for (i = 0; chain->packs && i < chain->count; i++)
        qn_memory_free(chain->packs[i]);
    qn_memory_free(chain->packs);
    if (chain->snapshot)
        qn_odb_snapshot_release(chain->snapshot);
    memset(chain, 0, sizeof(*chain));
}
