/* SPDX-License-Identifier: MIT */
#include "api/api.h"

#include <quoin/store.h>

_Static_assert((int)QN_CONTENT_COMMIT == (int)QN_OBJECT_COMMIT &&
                   (int)QN_CONTENT_TREE == (int)QN_OBJECT_TREE &&
                   (int)QN_CONTENT_BLOB == (int)QN_OBJECT_BLOB &&
                   (int)QN_CONTENT_TAG == (int)QN_OBJECT_TAG,
               "the public numbers are those inside");

enum qn_status qn_store_read(struct qn_ctx *ctx,
                             struct qn_repository *repository,
                             const struct qn_id *id, struct qn_content **out)
{
    struct qn_object object = QN_OBJECT_INIT;
    enum qn_status status = qn_odb_read(ctx, repository->odb, id, &object);

    if (!status)
        status = qn_content_make(ctx, (uint32_t)object.type, &object.data, out);
    qn_object_dispose(&object);
    return status;
}

enum qn_status qn_store_header(struct qn_ctx *ctx,
                               struct qn_repository *repository,
                               const struct qn_id *id, uint32_t *type,
                               uint64_t *size)
{
    struct qn_odb_info info;
    enum qn_status status = qn_odb_read_info(
        ctx, repository->odb, id, QN_ODB_WANT_TYPE | QN_ODB_WANT_SIZE, &info);

    if (!status) {
        *type = (uint32_t)info.type;
        *size = info.size;
    }
    return status;
}

enum qn_status qn_store_exists(struct qn_ctx *ctx,
                               struct qn_repository *repository,
                               const struct qn_id *id, int *out)
{
    bool exists = false;
    enum qn_status status = qn_odb_exists(ctx, repository->odb, id, &exists);

    if (!status)
        *out = exists;
    return status;
}

enum qn_status qn_store_write(struct qn_ctx *ctx,
                              struct qn_repository *repository, uint32_t type,
                              const void *data, size_t size, struct qn_id *out)
{
    if (type < QN_CONTENT_COMMIT || type > QN_CONTENT_TAG)
        return qn_ctx_fail(ctx, QN_INVALID, "no type of object: %u",
                           (unsigned)type);
    return qn_odb_write(ctx, repository->odb, (enum qn_object_type)type,
                        qn_bytes_make(data, size), out);
}

enum qn_status qn_store_sync(struct qn_ctx *ctx,
                             struct qn_repository *repository)
{
    return qn_odb_sync(ctx, repository->odb);
}

struct each_state {
    qn_store_each_fn *each;
    void *data;
};

static enum qn_status give_id(struct qn_ctx *ctx, void *data,
                              const struct qn_id *id)
{
    struct each_state *state = data;

    (void)ctx;
    return state->each(state->data, id) ? QN_END : QN_OK;
}

enum qn_status qn_store_each(struct qn_ctx *ctx,
                             struct qn_repository *repository,
                             qn_store_each_fn *each, void *data)
{
    struct each_state state = {each, data};
    enum qn_status status =
        qn_odb_list(ctx, repository->odb, 0, give_id, &state);

    return status == QN_END ? QN_OK : status;
}
