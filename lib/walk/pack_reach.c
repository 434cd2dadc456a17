/* SPDX-License-Identifier: MIT */
#include "walk/pack_reach.h"

#include "base/memory.h"
#include "odb/odb_pack.h"
#include "pack/pack_reader.h"
#include "walk/pack_graph.h"

#include <string.h>

/* One in so many may lie elsewhere. */
#define OTHERS_PART 16
#define BASE_CACHE  (16u << 20)
/* Objects between two looks at whether to go on. */
#define CHECK_COUNT 65536

/* One that is reached and not looked into yet. */
struct waiting {
    uint32_t number; /* or the position in `others` */
    bool is_other;
};

struct reaching {
    struct qn_odb *odb;
    struct qn_pack_reach *reach;
    struct qn_pack_graph graph;
    struct waiting *waiting;
    size_t count, capacity;
    uint32_t other_count; /* reached */
    struct qn_pack_reader reader;
    struct qn_object object;
};

void qn_pack_reach_dispose(struct qn_pack_reach *reach)
{
    if (reach->pack) {
        qn_pack_file_release(reach->pack);
        qn_id_map_dispose(&reach->others);
    }
    qn_memory_free(reach->offsets);
    qn_memory_free(reach->types);
    qn_memory_free(reach->bases);
    qn_memory_free(reach->set);
    memset(reach, 0, sizeof(*reach));
}

/* ---- the pack */

struct choice {
    struct qn_pack_file *largest;
    uint64_t size; /* of all */
};

static enum qn_status choose(struct qn_ctx *ctx, void *data,
                             struct qn_pack_file *pack)
{
    struct choice *choice = data;

    (void)ctx;
    choice->size += pack->size;
    if (!choice->largest || pack->size > choice->largest->size)
        choice->largest = pack;
    return QN_OK;
}

/* QN_END: none has nearly everything. */
static enum qn_status choose_pack(struct qn_ctx *ctx, struct qn_odb *odb,
                                  const struct qn_pack_reach_tips *tips,
                                  struct qn_pack_reach *reach)
{
    struct choice choice = {NULL, 0};
    enum qn_status status = qn_odb_pack_each(ctx, odb, choose, &choice);
    struct qn_pack_file *pack = choice.largest;

    if (status)
        return status;
    if (!pack || choice.size - pack->size > pack->size / OTHERS_PART)
        return QN_END;
    status = qn_pack_file_open_data(ctx, pack);
    if (!status && pack->count < tips->least)
        return QN_END;
    if (!status)
        status = qn_pack_file_open_reverse(ctx, pack);
    if (status)
        return status;
    if (pack->index.count != pack->count ||
        pack->reverse.count != pack->count || pack->count == UINT32_MAX)
        return QN_END;
    reach->pack = qn_pack_file_retain(pack);
    reach->count = pack->count;
    qn_id_map_init(&reach->others, pack->algorithm);
    return QN_OK;
}

/* ---- along the numbers */

static enum qn_status wait(struct qn_ctx *ctx, struct reaching *reaching,
                           uint32_t number, bool is_other)
{
    enum qn_status status =
        qn_memory_grow(ctx, &reaching->waiting, &reaching->capacity,
                       reaching->count + 1, sizeof(*reaching->waiting));

    if (!status)
        reaching->waiting[reaching->count++] =
            (struct waiting){number, is_other};
    return status;
}

/* `type`: what it is said to be; NONE: anything. */
static enum qn_status reach_number(struct qn_ctx *ctx,
                                   struct reaching *reaching, uint32_t number,
                                   unsigned type)
{
    struct qn_pack_reach *reach = reaching->reach;
    uint64_t mask = (uint64_t)1 << (number % 64);

    if (type != QN_OBJECT_NONE && type != reach->types[number])
        return QN_END;
    if (reach->set[number / 64] & mask)
        return QN_OK;
    reach->set[number / 64] |= mask;
    reach->reached++;
    return reach->types[number] == QN_OBJECT_BLOB
               ? QN_OK
               : wait(ctx, reaching, number, false);
}

static enum qn_status reach_other(struct qn_ctx *ctx, struct reaching *reaching,
                                  uint32_t position, unsigned type)
{
    struct qn_pack_reach *reach = reaching->reach;
    struct qn_odb_info info;
    enum qn_status status;
    struct qn_id id;

    if (reach->others.values[position] != 0)
        return type == QN_OBJECT_NONE || type == reach->others.values[position]
                   ? QN_OK
                   : QN_END;
    if (++reaching->other_count > reach->count / OTHERS_PART)
        return QN_END;
    qn_id_map_id(&reach->others, position, &id);
    status = qn_odb_read_info(ctx, reaching->odb, &id, QN_ODB_WANT_TYPE, &info);
    if (status)
        return status;
    if (type != QN_OBJECT_NONE && type != (unsigned)info.type)
        return QN_END;
    reach->others.values[position] = (uint64_t)info.type;
    return info.type == QN_OBJECT_BLOB ? QN_OK
                                       : wait(ctx, reaching, position, true);
}

static enum qn_status reach_row(struct qn_ctx *ctx, void *data,
                                const uint8_t *row, enum qn_object_type type)
{
    struct reaching *reaching = data;
    uint32_t number = qn_pack_graph_find(&reaching->graph, row), position;
    enum qn_status status;
    bool is_new;

    if (number != QN_PACK_GRAPH_NONE)
        return reach_number(ctx, reaching, number, (unsigned)type);
    status = qn_id_map_put_row(ctx, &reaching->reach->others, row, &position,
                               &is_new);
    return status ? status
                  : reach_other(ctx, reaching, position, (unsigned)type);
}

static enum qn_status follow_edges(struct qn_ctx *ctx,
                                   struct reaching *reaching, uint32_t number)
{
    const struct qn_pack_graph *graph = &reaching->graph;
    size_t edge = graph->first[number], end = edge + graph->degree[number];
    enum qn_status status = QN_OK;

    for (; edge < end && !status; edge++) {
        unsigned type = graph->flags[edge] & QN_PACK_GRAPH_TYPE;

        status = graph->flags[edge] & QN_PACK_GRAPH_OTHER
                     ? reach_other(ctx, reaching, graph->targets[edge], type)
                     : reach_number(ctx, reaching, graph->targets[edge], type);
    }
    return status;
}

static enum qn_status follow_other(struct qn_ctx *ctx,
                                   struct reaching *reaching, uint32_t position)
{
    enum qn_status status;
    struct qn_id id;

    qn_id_map_id(&reaching->reach->others, position, &id);
    status = qn_odb_read(ctx, reaching->odb, &id, &reaching->object);
    return status ? status
                  : qn_pack_graph_names(ctx, qn_object_bytes(&reaching->object),
                                        reaching->object.type, id.algorithm,
                                        reach_row, reaching);
}

static enum qn_status follow(struct qn_ctx *ctx, struct reaching *reaching)
{
    enum qn_status status = QN_OK;
    size_t done = 0;

    while (reaching->count > 0 && !status) {
        struct waiting next = reaching->waiting[--reaching->count];

        if (++done % CHECK_COUNT == 0)
            status = qn_ctx_check(ctx);
        if (!status)
            status = next.is_other ? follow_other(ctx, reaching, next.number)
                                   : follow_edges(ctx, reaching, next.number);
    }
    return status;
}

/* A tree is reached, but not the base that has the rest of its entries. */
static enum qn_status follow_whole(struct qn_ctx *ctx,
                                   struct reaching *reaching, uint32_t number)
{
    struct qn_pack_reach *reach = reaching->reach;
    enum qn_status status =
        qn_pack_reader_read(ctx, &reaching->reader, reach->pack,
                            reach->offsets[number], &reaching->object);

    reaching->graph.is_part[number] = false;
    return status ? status
                  : qn_pack_graph_names(ctx, qn_object_bytes(&reaching->object),
                                        QN_OBJECT_TREE, reach->pack->algorithm,
                                        reach_row, reaching);
}

/* Until every reached tree has all its entries reached: its base is reached,
 * too, or it was read whole. */
static enum qn_status close_trees(struct qn_ctx *ctx, struct reaching *reaching)
{
    const struct qn_pack_reach *reach = reaching->reach;
    enum qn_status status = QN_OK;
    bool is_closed = false;
    uint32_t i;

    while (!status && !is_closed) {
        is_closed = true;
        for (i = 0; i < reach->count && !status; i++) {
            if (!reaching->graph.is_part[i] || !qn_pack_reach_has(reach, i) ||
                qn_pack_reach_has(reach, reach->bases[i]))
                continue;
            is_closed = false;
            status = follow_whole(ctx, reaching, i);
            if (!status)
                status = follow(ctx, reaching);
        }
    }
    return status;
}

static enum qn_status find(struct qn_ctx *ctx, struct reaching *reaching,
                           const struct qn_pack_reach_tips *tips)
{
    struct qn_pack_reach *reach = reaching->reach;
    enum qn_status status = choose_pack(ctx, reaching->odb, tips, reach);
    size_t i;

    if (!status) {
        reach->set = qn_memory_calloc(ctx, (size_t)reach->count / 64 + 1,
                                      sizeof(*reach->set));
        status = reach->set ? QN_OK : QN_NO_MEMORY;
    }
    reaching->graph.reach = reach;
    reaching->graph.progress = tips->progress;
    if (!status)
        status = qn_pack_graph_make(ctx, &reaching->graph);
    for (i = 0; i < tips->count && !status; i++)
        status = reach_row(ctx, reaching, tips->ids[i].bytes, QN_OBJECT_NONE);
    if (!status)
        status = follow(ctx, reaching);
    return status ? status : close_trees(ctx, reaching);
}

enum qn_status qn_pack_reach_find(struct qn_ctx *ctx, struct qn_odb *odb,
                                  const struct qn_pack_reach_tips *tips,
                                  struct qn_pack_reach *out, bool *is_done)
{
    struct reaching reaching = {.reach = out};
    static const struct qn_ctx_sinks none;
    struct qn_ctx_sinks before, silent = none;
    enum qn_status status;

    memset(out, 0, sizeof(*out));
    *is_done = false;
    qn_pack_reader_init(&reaching.reader, BASE_CACHE);
    before = qn_ctx_swap_sinks(ctx, none);
    silent.progress = before.progress;
    silent.progress_data = before.progress_data;
    (void)qn_ctx_swap_sinks(ctx, silent);
    /* what is promised is fetched by who walks */
    status = qn_odb_new(ctx, qn_odb_get_store(odb),
                        QN_ODB_NO_REPLACE | QN_ODB_NO_FETCH, &reaching.odb);
    if (!status)
        status = find(ctx, &reaching, tips);
    (void)qn_ctx_swap_sinks(ctx, before);
    qn_pack_graph_dispose(&reaching.graph);
    qn_pack_reader_dispose(&reaching.reader);
    qn_object_dispose(&reaching.object);
    qn_memory_free(reaching.waiting);
    qn_odb_free(reaching.odb);
    *is_done = status == QN_OK;
    if (status == QN_OK || status == QN_CANCELLED || status == QN_TIMEOUT ||
        status == QN_NO_MEMORY)
        return status;
    qn_ctx_clear(ctx);
    qn_pack_reach_dispose(out);
    return QN_OK;
}
