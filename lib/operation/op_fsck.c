/* SPDX-License-Identifier: MIT */
#include "operation/op_fsck.h"

#include "base/memory.h"
#include "operation/part/fsck_private.h"

static enum qn_status add_id(struct qn_ctx *ctx, void *data,
                             const struct qn_id *id)
{
    struct qn_fsck *fsck = data;
    uint32_t position;
    bool is_new;

    return qn_id_map_put(ctx, &fsck->ids, id, &position, &is_new);
}

static enum qn_status prepare(struct qn_ctx *ctx, struct qn_fsck *fsck)
{
    const unsigned flags =
        QN_ODB_NO_REPLACE | QN_ODB_NO_FETCH | QN_ODB_NO_REFRESH;
    enum qn_status status;

    status = qn_odb_store_refresh(ctx, fsck->options->store);
    if (!status)
        status = qn_odb_new(ctx, fsck->options->store, flags, &fsck->odb);
    if (!status)
        status = qn_mutex_new(ctx, &fsck->mutex);
    if (!status)
        status = qn_odb_list(ctx, fsck->odb, QN_ODB_LIST_SORTED, add_id, fsck);
    if (status)
        return status;
    fsck->types = qn_memory_calloc(ctx, fsck->ids.count + 1, 1);
    fsck->used = qn_memory_calloc(ctx, fsck->ids.count + 1, 1);
    fsck->reached = qn_memory_calloc(ctx, fsck->ids.count + 1, 1);
    fsck->bad = qn_memory_calloc(ctx, fsck->ids.count + 1, 1);
    return fsck->types && fsck->used && fsck->reached && fsck->bad
               ? QN_OK
               : QN_NO_MEMORY;
}

enum qn_status qn_op_fsck_run(struct qn_ctx *ctx,
                              const struct qn_op_fsck *options,
                              unsigned *out_code)
{
    struct qn_fsck fsck = {.options = options};
    enum qn_status status;

    fsck.algorithm = qn_odb_store_algorithm(options->store);
    fsck.id_size = qn_id_size(fsck.algorithm);
    qn_id_map_init(&fsck.ids, fsck.algorithm);
    status = prepare(ctx, &fsck);
    if (!status && !options->connectivity_only)
        status = qn_fsck_objects(ctx, &fsck);
    if (!status) {
        qn_progress_begin(ctx, &fsck.progress, QN_PROGRESS_BEGIN_LATER,
                          "Checking connectivity", 0);
        status = qn_fsck_links(ctx, &fsck);
        qn_progress_set(ctx, &fsck.progress, fsck.ids.count);
        qn_progress_end(ctx, &fsck.progress);
    }
    if (!status)
        *out_code = atomic_load(&fsck.code);
    qn_memory_free((void *)fsck.types);
    qn_memory_free((void *)fsck.used);
    qn_memory_free(fsck.reached);
    qn_memory_free(fsck.bad);
    qn_mutex_free(fsck.mutex);
    qn_odb_free(fsck.odb);
    qn_id_map_dispose(&fsck.ids);
    return status;
}
