/* SPDX-License-Identifier: MIT */
#include "odb/odb_ahead.h"

#include "base/memory.h"
#include "odb/odb_private.h"
#include "os/parallel.h"
#include "pack/pack_reader.h"
#include "trace/trace.h"

/* Entries that a worker takes at once. */
#define GRAIN 32u
/* Bytes of a worker's delta-base cache. */
#define BASE_CACHE (1u << 20)

/* A pack of so many times the objects read so far is not begun with: making its
 * table of offsets could take longer than what there is to gain. */
#define WORTH 512u

struct run {
    const struct qn_odb_ahead *ahead;
    struct qn_pack_file *pack;
    uint32_t first;  /* in pack order */
    uint8_t *items;  /* item_size each */
    uint8_t *has;    /* by item: was it made? */
    uint32_t *where; /* by item: position in the index */
};

/* One worker's. */
struct tools {
    struct qn_pack_reader reader;
    struct qn_object object;
};

static enum qn_status make_tools(struct qn_ctx *ctx, void *shared, void *state)
{
    struct tools *tools = state;

    (void)ctx;
    (void)shared;
    qn_pack_reader_init(&tools->reader, BASE_CACHE);
    return QN_OK;
}

static void dispose_tools(void *shared, void *state)
{
    struct tools *tools = state;

    (void)shared;
    qn_pack_reader_dispose(&tools->reader);
    qn_object_dispose(&tools->object);
}

/* Of the type that is wanted, or a delta over one: longer chains are left to
 * the ordinary way. */
static bool is_of_type(struct qn_ctx *ctx, const struct run *run,
                       uint64_t offset)
{
    struct qn_bytes pack = qn_pack_reader_bytes(run->pack);
    struct qn_pack_entry entry;

    if (qn_pack_entry_parse(ctx, pack, run->pack->algorithm, offset, &entry) ||
        entry.size > run->ahead->largest)
        return false;
    if (entry.type == QN_PACK_ENTRY_OFFSET_DELTA &&
        (qn_pack_entry_parse(ctx, pack, run->pack->algorithm, entry.base_offset,
                             &entry) ||
         entry.size > run->ahead->largest))
        return false;
    return entry.type == (unsigned)run->ahead->type;
}

static bool make_item(struct qn_ctx *ctx, struct run *run, struct tools *tools,
                      uint32_t position, void *item)
{
    const struct qn_odb_ahead *ahead = run->ahead;
    const struct qn_pack_index *index = &run->pack->index;
    uint64_t offset = qn_pack_index_offset(index, position);

    return is_of_type(ctx, run, offset) &&
           ahead->is_wanted(ahead->data, qn_pack_index_row(index, position)) &&
           !qn_pack_reader_read(ctx, &tools->reader, run->pack, offset,
                                &tools->object) &&
           tools->object.type == ahead->type &&
           ahead->parse(ctx, ahead->data, qn_object_bytes(&tools->object),
                        item);
}

static enum qn_status run_one(struct qn_ctx *ctx, void *shared, void *state,
                              size_t i)
{
    struct run *run = shared;

    run->where[i] =
        qn_pack_reverse_position(&run->pack->reverse, run->first + (uint32_t)i);
    run->has[i] = make_item(ctx, run, state, run->where[i],
                            run->items + i * run->ahead->item_size);
    /* What is wrong is said when it is asked for. */
    if (!run->has[i])
        qn_ctx_clear(ctx);
    return QN_OK;
}

static enum qn_status read_some(struct qn_ctx *ctx, struct run *run,
                                size_t count)
{
    const struct qn_odb_ahead *ahead = run->ahead;
    struct qn_parallel_options options = {.grain = GRAIN,
                                          .shared = run,
                                          .state_size = sizeof(struct tools),
                                          .state_init = make_tools,
                                          .state_dispose = dispose_tools};
    enum qn_status status = QN_OK;

    run->items = qn_memory_array(ctx, count, ahead->item_size);
    run->has = run->items ? qn_memory_array(ctx, count, 1) : NULL;
    run->where =
        run->has ? qn_memory_array(ctx, count, sizeof(*run->where)) : NULL;
    if (!run->where)
        status = QN_NO_MEMORY;
    if (!status)
        status = qn_parallel_for(ctx, &options, count, run_one);
    for (size_t i = 0; i < count && !status; i++)
        if (run->has[i])
            status =
                ahead->each(ctx, ahead->data,
                            qn_pack_index_row(&run->pack->index, run->where[i]),
                            run->items + i * ahead->item_size);
    qn_memory_free(run->items);
    qn_memory_free(run->has);
    qn_memory_free(run->where);
    return status;
}

enum qn_status qn_odb_ahead_read(struct qn_ctx *ctx, struct qn_odb *odb,
                                 const struct qn_id *id,
                                 const struct qn_odb_ahead *ahead,
                                 size_t *looked)
{
    struct run run = {.ahead = ahead};
    uint64_t offset = 0;
    size_t count = ahead->count;
    enum qn_status status = qn_odb_ensure(ctx, odb);

    *looked = 0;
    /* Who wants each access told gets those that are asked for, in order. */
    if (status || qn_trace_wants(ctx, QN_TRACE_PACK_ACCESS))
        return status;
    status = qn_odb_packed_locate(ctx, odb->packed, id, &run.pack, &offset);
    if (status || !run.pack || run.pack->count / WORTH > ahead->read)
        return status;
    if (qn_pack_file_open_reverse(ctx, run.pack)) {
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    run.first =
        qn_pack_reverse_find(&run.pack->reverse, &run.pack->index, offset);
    if (run.first >= run.pack->reverse.count)
        return QN_OK;
    if (count > run.pack->reverse.count - run.first)
        count = run.pack->reverse.count - run.first;
    *looked = count;
    return read_some(ctx, &run, count);
}
