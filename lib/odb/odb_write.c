/* SPDX-License-Identifier: MIT */
/* Writing: objects that are not here yet become loose files, or stay in the
 * view's memory. */
#include "odb/odb_lease.h"
#include "odb/odb_loose.h"
#include "odb/odb_private.h"

#include "base/env.h"
#include "hash/hash.h"
#include "trace/trace.h"

/* Larger contents are not gathered in memory. */
#define WHOLE_LIMIT (16u << 20)

static enum qn_status freshen(struct qn_ctx *ctx, struct qn_odb *odb,
                              const struct qn_id *id, bool *is_here)
{
    enum qn_status status = qn_odb_ensure(ctx, odb);
    size_t i;

    *is_here = false;
    for (i = 0; i < odb->source_count && !status && !*is_here; i++)
        status =
            odb->sources[i]->table->freshen(ctx, odb->sources[i], id, is_here);
    return status;
}

enum qn_status qn_odb_write(struct qn_ctx *ctx, struct qn_odb *odb,
                            enum qn_object_type type, struct qn_bytes data,
                            struct qn_id *out)
{
    struct qn_odb_source *target;
    enum qn_status status;
    struct qn_id id;
    bool is_here;

    status = qn_hash_object(ctx, odb->store->options.algorithm,
                            qn_object_type_name(type), data, &id);
    if (!status)
        status = qn_odb_lease_take(ctx, odb);
    if (!status)
        status = freshen(ctx, odb, &id, &is_here);
    if (!status && !is_here) {
        target = odb->memory ? odb->memory : odb->loose;
        if (!odb->memory)
            ((struct qn_odb_loose *)target)->batch = odb->batch;
        status = target->table->write(ctx, target, type, data, &id);
        qn_trace_count(ctx, QN_COUNTER_ODB_WRITE, 1);
    }
    if (!status)
        *out = id;
    return status;
}

enum qn_status qn_odb_write_loose(struct qn_ctx *ctx, struct qn_odb *odb,
                                  const struct qn_id *id,
                                  const struct qn_object *object)
{
    enum qn_status status = qn_odb_ensure(ctx, odb);

    if (!status)
        status = qn_odb_lease_take(ctx, odb);
    if (status)
        return status;
    ((struct qn_odb_loose *)odb->loose)->batch = odb->batch;
    return qn_odb_loose_write(ctx, odb->loose, object->type,
                              qn_object_bytes(object), id);
}

enum qn_status qn_odb_write_stream(struct qn_ctx *ctx, struct qn_odb *odb,
                                   enum qn_object_type type, int fd,
                                   uint64_t size, struct qn_id *out)
{
    enum qn_status status = qn_odb_ensure(ctx, odb);
    size_t used;

    if (!status)
        status = qn_odb_lease_take(ctx, odb);
    if (status)
        return status;
    if (!odb->memory)
        ((struct qn_odb_loose *)odb->loose)->batch = odb->batch;
    if (size > WHOLE_LIMIT && !odb->memory)
        return qn_odb_loose_write_stream(ctx, odb->loose, type, fd, size, out);
    if (size > SIZE_MAX - 1)
        return qn_ctx_fail(ctx, QN_TOO_BIG, "object too large for memory");
    qn_buf_clear(&odb->scratch);
    status = qn_buf_reserve(ctx, &odb->scratch, (size_t)size);
    if (!status)
        status = qn_file_read(ctx, fd, odb->scratch.data, (size_t)size, &used);
    if (status)
        return status;
    if (used != size)
        return qn_ctx_fail(ctx, QN_CHANGED,
                           "short read while indexing an object");
    return qn_odb_write(ctx, odb, type, qn_bytes_make(odb->scratch.data, used),
                        out);
}

enum qn_status qn_odb_sync(struct qn_ctx *ctx, struct qn_odb *odb)
{
    /* A view that was never filled wrote nothing. */
    return odb->loose ? qn_odb_loose_sync(ctx, odb->loose) : QN_OK;
}
