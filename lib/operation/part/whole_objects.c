/* SPDX-License-Identifier: MIT */
#include "operation/part/whole_objects.h"

#include "base/memory.h"
#include "operation/part/object_links.h"
#include "operation/part/reachable.h"

#include <string.h>

struct tips {
    struct qn_id *ids;
    size_t count, capacity;
};

static enum qn_status add_ref(struct qn_ctx *ctx, void *data,
                              const struct qn_ref *ref)
{
    struct tips *tips = data;
    enum qn_status status;

    if (ref->is_symbolic || ref->is_broken)
        return QN_OK;
    status = qn_memory_grow(ctx, &tips->ids, &tips->capacity, tips->count + 1,
                            sizeof(*tips->ids));
    if (!status)
        tips->ids[tips->count++] = ref->id;
    return status;
}

enum qn_status qn_whole_objects_begin(struct qn_ctx *ctx,
                                      struct qn_whole_objects *whole,
                                      const struct qn_revision_scope *scope)
{
    struct qn_reachable from = {.odb = scope->odb, .ignores_missing = true};
    struct tips tips = {NULL, 0, 0};
    enum qn_status status;

    whole->odb = scope->odb;
    qn_id_map_init(&whole->known, qn_odb_algorithm(scope->odb));
    status = qn_refs_walk(ctx, scope->refs, "", 0, add_ref, &tips);
    if (!status)
        status =
            qn_reachable_find(ctx, &from, tips.ids, tips.count, &whole->known);
    qn_memory_free(tips.ids);
    return status;
}

void qn_whole_objects_dispose(struct qn_whole_objects *whole)
{
    qn_id_map_dispose(&whole->known);
}

/* ---- one that refs do not reach */

struct looking {
    const struct qn_whole_objects *whole;
    struct qn_id_map seen; /* positions: in the order they were met */
    uint32_t algorithm;
};

static enum qn_status add_link(struct qn_ctx *ctx, void *data,
                               enum qn_object_type type, const uint8_t *row)
{
    struct looking *looking = data;
    uint32_t position;
    struct qn_id id;
    bool is_new;

    (void)type;
    qn_id_from_row(&id, looking->algorithm, row);
    if (qn_id_map_find(&looking->whole->known, &id) != QN_ID_MAP_NONE)
        return QN_OK;
    return qn_id_map_put(ctx, &looking->seen, &id, &position, &is_new);
}

/* QN_NOT_FOUND, QN_CORRUPT: something is not there, or is no object. */
static enum qn_status look(struct qn_ctx *ctx, struct looking *looking,
                           const struct qn_id *id, struct qn_object *object)
{
    struct qn_odb_info info = {0};
    enum qn_status status = qn_ctx_check(ctx);

    if (!status)
        status = qn_odb_read_info(ctx, looking->whole->odb, id,
                                  QN_ODB_WANT_TYPE, &info);
    if (status || info.type == QN_OBJECT_BLOB)
        return status;
    status = qn_odb_read_typed(ctx, looking->whole->odb, id, info.type, object);
    return status ? status
                  : qn_object_links_each(ctx, looking->algorithm, info.type,
                                         qn_object_bytes(object), false,
                                         add_link, looking);
}

enum qn_status qn_whole_objects_ask(struct qn_ctx *ctx,
                                    struct qn_whole_objects *whole,
                                    const struct qn_id *id, bool *out)
{
    struct looking looking = {.whole = whole,
                              .algorithm = qn_odb_algorithm(whole->odb)};
    struct qn_object object = QN_OBJECT_INIT;
    uint32_t at, position;
    enum qn_status status;
    struct qn_id next;
    bool is_new;

    qn_id_map_init(&looking.seen, looking.algorithm);
    status = add_link(ctx, &looking, QN_OBJECT_NONE, id->bytes);
    for (at = 0; at < looking.seen.count && !status; at++) {
        qn_id_map_id(&looking.seen, at, &next);
        status = look(ctx, &looking, &next, &object);
    }
    *out = !status;
    for (at = 0; at < looking.seen.count && !status; at++) {
        qn_id_map_id(&looking.seen, at, &next);
        status = qn_id_map_put(ctx, &whole->known, &next, &position, &is_new);
    }
    if (status == QN_NOT_FOUND || status == QN_CORRUPT ||
        status == QN_INVALID) {
        qn_ctx_clear(ctx);
        status = QN_OK;
    }
    qn_id_map_dispose(&looking.seen);
    qn_object_dispose(&object);
    return status;
}
