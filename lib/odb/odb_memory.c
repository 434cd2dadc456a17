/* SPDX-License-Identifier: MIT */
/* The overlay of a view: objects that are written to memory only. */
#include "odb/odb_private.h"

#include "base/arena.h"
#include "base/memory.h"
#include "hash/id_map.h"

struct item {
    enum qn_object_type type;
    struct qn_bytes data;
};

struct memory {
    struct qn_odb_source source;
    struct qn_id_map ids;
    struct item *items; /* beside the ids */
    size_t capacity;
    struct qn_arena arena; /* the contents: they live as long as the view */
};

static const struct item *find(const struct qn_odb_source *source,
                               const struct qn_id *id)
{
    const struct memory *memory = (const struct memory *)source;
    uint32_t position = qn_id_map_find(&memory->ids, id);

    return position == QN_ID_MAP_NONE ? NULL : &memory->items[position];
}

static enum qn_status memory_read(struct qn_ctx *ctx,
                                  struct qn_odb_source *source,
                                  const struct qn_id *id, struct qn_object *out)
{
    const struct item *item = find(source, id);

    if (!item)
        return QN_END;
    out->type = item->type;
    qn_buf_clear(&out->data);
    return qn_buf_append_bytes(ctx, &out->data, item->data);
}

static enum qn_status memory_read_info(struct qn_ctx *ctx,
                                       struct qn_odb_source *source,
                                       const struct qn_id *id, unsigned want,
                                       struct qn_odb_info *out)
{
    const struct item *item = find(source, id);

    (void)ctx;
    (void)want;
    if (!item)
        return QN_END;
    memset(out, 0, sizeof(*out));
    out->type = item->type;
    out->size = item->data.size;
    out->delta_base.algorithm = id->algorithm;
    return QN_OK;
}

static enum qn_status memory_exists(struct qn_ctx *ctx,
                                    struct qn_odb_source *source,
                                    const struct qn_id *id, bool *out)
{
    (void)ctx;
    *out = find(source, id) != NULL;
    return QN_OK;
}

static enum qn_status memory_find_prefix(struct qn_ctx *ctx,
                                         struct qn_odb_source *source,
                                         const struct qn_odb_prefix *prefix,
                                         qn_odb_id_fn *each, void *data)
{
    struct memory *memory = (struct memory *)source;
    enum qn_status status = QN_OK;
    struct qn_id id;
    uint32_t i;

    for (i = 0; i < memory->ids.count && !status; i++) {
        qn_id_map_id(&memory->ids, i, &id);
        if (qn_odb_prefix_has(prefix, id.bytes))
            status = each(ctx, data, &id);
    }
    return status;
}

static enum qn_status memory_stream(struct qn_ctx *ctx,
                                    struct qn_odb_source *source,
                                    const struct qn_id *id,
                                    enum qn_object_type *type, uint64_t *size,
                                    struct qn_odb_stream **out)
{
    struct qn_object object = QN_OBJECT_INIT;
    enum qn_status status = memory_read(ctx, source, id, &object);

    if (!status) {
        *type = object.type;
        *size = object.data.size;
        status = qn_odb_stream_from_buf(ctx, &object.data, out);
    }
    qn_object_dispose(&object);
    return status;
}

static enum qn_status memory_write(struct qn_ctx *ctx,
                                   struct qn_odb_source *source,
                                   enum qn_object_type type,
                                   struct qn_bytes data, const struct qn_id *id)
{
    struct memory *memory = (struct memory *)source;
    enum qn_status status;
    uint32_t position;
    char *copy;
    bool is_new;

    if (find(source, id))
        return QN_OK;
    copy = qn_arena_copy(ctx, &memory->arena, data);
    if (!copy)
        return QN_NO_MEMORY;
    status = qn_memory_grow(ctx, &memory->items, &memory->capacity,
                            memory->ids.count + 1, sizeof(*memory->items));
    if (!status)
        status = qn_id_map_put(ctx, &memory->ids, id, &position, &is_new);
    if (status)
        return status;
    memory->items[position].type = type;
    memory->items[position].data = qn_bytes_make(copy, data.size);
    return QN_OK;
}

static enum qn_status memory_freshen(struct qn_ctx *ctx,
                                     struct qn_odb_source *source,
                                     const struct qn_id *id, bool *out)
{
    return memory_exists(ctx, source, id, out);
}

static enum qn_status memory_list(struct qn_ctx *ctx,
                                  struct qn_odb_source *source, unsigned flags,
                                  qn_odb_id_fn *each, void *data)
{
    struct qn_odb_prefix everything;

    (void)flags;
    memset(&everything, 0, sizeof(everything));
    return memory_find_prefix(ctx, source, &everything, each, data);
}

static enum qn_status memory_refresh(struct qn_ctx *ctx,
                                     struct qn_odb_source *source,
                                     struct qn_odb_snapshot *snapshot)
{
    (void)ctx;
    (void)source;
    (void)snapshot;
    return QN_OK;
}

static void memory_free(struct qn_odb_source *source)
{
    struct memory *memory = (struct memory *)source;

    qn_id_map_dispose(&memory->ids);
    qn_arena_dispose(&memory->arena);
    qn_memory_free(memory->items);
    qn_memory_free(memory);
}

static const struct qn_odb_source_table memory_table = {
    .name = "memory",
    .read = memory_read,
    .read_info = memory_read_info,
    .exists = memory_exists,
    .find_prefix = memory_find_prefix,
    .stream = memory_stream,
    .write = memory_write,
    .freshen = memory_freshen,
    .list = memory_list,
    .refresh = memory_refresh,
    .free = memory_free,
};

enum qn_status qn_odb_memory_new(struct qn_ctx *ctx, uint32_t algorithm,
                                 struct qn_odb_source **out)
{
    struct memory *memory = qn_memory_calloc(ctx, 1, sizeof(*memory));

    if (!memory)
        return QN_NO_MEMORY;
    memory->source.table = &memory_table;
    memory->source.is_local = true;
    qn_id_map_init(&memory->ids, algorithm);
    *out = &memory->source;
    return QN_OK;
}

enum qn_status qn_odb_memory_copy(struct qn_ctx *ctx,
                                  const struct qn_odb_source *from,
                                  struct qn_odb_source *to)
{
    const struct memory *memory = (const struct memory *)from;
    enum qn_status status = QN_OK;
    struct qn_id id;
    uint32_t i;

    for (i = 0; i < memory->ids.count && !status; i++) {
        qn_id_map_id(&memory->ids, i, &id);
        status = memory_write(ctx, to, memory->items[i].type,
                              memory->items[i].data, &id);
    }
    return status;
}
