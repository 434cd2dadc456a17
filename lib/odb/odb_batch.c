/* SPDX-License-Identifier: MIT */
#include "odb/odb_batch.h"

#include "base/memory.h"
#include "odb/odb_loose.h"
#include "os/mutex.h"
#include "os/temporary.h"

enum qn_status qn_odb_batch_begin(struct qn_ctx *ctx, struct qn_odb *odb)
{
    struct qn_odb_batch *batch;
    const struct qn_sync *sync = &odb->store->options.sync;
    enum qn_status status;

    if (odb->batch) {
        odb->batch->depth++;
        return QN_OK;
    }
    if (odb->flags & QN_ODB_IN_MEMORY ||
        !(sync->components & QN_SYNC_LOOSE_OBJECT))
        return QN_OK;
    batch = qn_memory_calloc(ctx, 1, sizeof(*batch));
    if (!batch)
        return QN_NO_MEMORY;
    status = qn_mutex_new(ctx, &batch->mutex);
    if (status) {
        qn_memory_free(batch);
        return status;
    }
    batch->depth = 1;
    batch->defers = sync->method == QN_SYNC_BATCH;
    odb->batch = batch;
    return QN_OK;
}

void qn_odb_batch_free(struct qn_odb_batch *batch)
{
    if (!batch)
        return;
    for (size_t i = 0; i < batch->count; i++) {
        if (batch->rows[i].temporary)
            qn_temporary_remove(batch->rows[i].temporary);
        qn_memory_free(batch->rows[i].temporary);
    }
    qn_memory_free(batch->rows);
    qn_mutex_free(batch->mutex);
    qn_memory_free(batch);
}

enum qn_status qn_odb_batch_add(struct qn_ctx *ctx, struct qn_odb_batch *batch,
                                const struct qn_id *id, const char *temporary)
{
    char *copy = qn_memory_string(ctx, qn_bytes_from_string(temporary));
    enum qn_status status;

    if (!copy)
        return QN_NO_MEMORY;
    qn_mutex_lock(batch->mutex);
    status = qn_memory_grow(ctx, &batch->rows, &batch->capacity,
                            batch->count + 1, sizeof(*batch->rows));
    if (!status)
        batch->rows[batch->count++] =
            (struct qn_odb_batch_row){.id = *id, .temporary = copy};
    qn_mutex_unlock(batch->mutex);
    if (status)
        qn_memory_free(copy);
    return status;
}

void qn_odb_batch_touch(struct qn_odb_batch *batch, const struct qn_id *id)
{
    qn_mutex_lock(batch->mutex);
    batch->is_touched[id->bytes[0]] = true;
    qn_mutex_unlock(batch->mutex);
}

enum qn_status qn_odb_batch_end(struct qn_ctx *ctx, struct qn_odb *odb,
                                bool is_good)
{
    struct qn_odb_batch *batch = odb->batch;
    enum qn_status status = QN_OK;

    if (!batch || --batch->depth > 0)
        return QN_OK;
    odb->batch = NULL;
    if (is_good)
        status = qn_odb_ensure(ctx, odb);
    if (!status && is_good)
        status = qn_odb_loose_finish(ctx, odb->loose, batch);
    qn_odb_batch_free(batch);
    return status;
}
