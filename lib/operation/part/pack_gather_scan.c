/* SPDX-License-Identifier: MIT */
/* Everything that some tips reach, by one pass over the pack that has nearly
 * all of it; most of that pack goes over as it lies there. */
#include "operation/part/pack_gather.h"

#include "base/memory.h"
#include "hash/crc32.h"
#include "object/filter_spec.h"
#include "operation/part/pack_front.h"
#include "pack/pack_entry.h"
#include "pack/pack_reader.h"
#include "trace/trace.h"
#include "walk/grafts.h"
#include "walk/pack_reach.h"

/* A pack of fewer objects is walked through. */
#define OBJECTS_LEAST 64
/* Smaller ones become no deltas (part/delta_search.c). */
#define DELTA_LEAST 50
/* Objects between two looks at whether to go on. */
#define CHECK_COUNT 4096
/* Of what is sent, one in so many may have to be looked at. */
#define REST_PART 8

static bool is_for_scan(struct qn_ctx *ctx, const struct qn_pack_gather *gather,
                        const struct qn_revision_args *args)
{
    size_t i;

    if (!gather->copies_front || gather->indexed || gather->unpacked ||
        gather->reflog || gather->excludes_promised ||
        gather->keeps_true_parents || args->walk.unpacked_only ||
        gather->unreachable != QN_PACK_GATHER_NONE ||
        (gather->filter && gather->filter->count > 0) ||
        (gather->uris && gather->uris->protocol_count > 0) ||
        qn_trace_wants(ctx, QN_TRACE_PACK_ACCESS))
        return false;
    for (i = 0; i < args->count; i++)
        if (args->tips[i].flags & QN_WALK_UNINTERESTING)
            return false;
    return args->count > 0;
}

/* The pack is gone through whole: not for somebody who wants another branch
 * than the one that HEAD names, which may be a small part of it. */
static bool has_head(struct qn_ctx *ctx, const struct qn_pack_gather *gather,
                     const struct qn_revision_args *args)
{
    struct qn_ref head = QN_REF_INIT;
    bool found = false, is_wanted = false;
    size_t i;

    if (!gather->scope->refs)
        return false;
    if (qn_refs_resolve(ctx, gather->scope->refs, "HEAD", &head, &found)) {
        qn_ctx_clear(ctx);
        found = false;
    }
    for (i = 0; found && !is_wanted && i < args->count; i++)
        is_wanted = qn_id_is_equal(&args->tips[i].target, &head.id);
    qn_ref_dispose(&head);
    return is_wanted;
}

/* Is the stored entry what the index says? */
static bool is_sound(const struct qn_pack_reach *reach, uint32_t number)
{
    const struct qn_pack_index *index = &reach->pack->index;
    uint32_t position = qn_pack_reverse_position(&reach->pack->reverse, number);
    uint64_t offset = reach->offsets[number];

    return !index->crcs ||
           qn_endian_load32(index->crcs + (size_t)position * 4) ==
               qn_crc32(0, reach->pack->data.data + offset,
                        (size_t)(reach->offsets[number + 1] - offset));
}

struct sheet {
    const struct qn_pack_reach *reach;
    struct qn_pack_list_front front;
    uint32_t deltas, candidates;
    uint64_t big;
};

static void count_whole(struct qn_ctx *ctx, struct sheet *sheet,
                        uint32_t number)
{
    const struct qn_pack_file *pack = sheet->reach->pack;
    struct qn_pack_entry entry;

    if (qn_pack_entry_parse(ctx, qn_pack_reader_bytes(pack), pack->algorithm,
                            sheet->reach->offsets[number], &entry))
        qn_ctx_clear(ctx);
    else if (entry.size >= DELTA_LEAST && entry.size <= sheet->big)
        sheet->candidates++;
}

/* What goes over as it is: what is reached, and has its base before it among
 * that. */
static enum qn_status fill_sheet(struct qn_ctx *ctx, struct sheet *sheet)
{
    const struct qn_pack_reach *reach = sheet->reach;
    struct qn_pack_list_front *front = &sheet->front;
    enum qn_status status = QN_OK;
    uint32_t i;

    front->set = qn_memory_calloc(ctx, (size_t)reach->count / 64 + 1,
                                  sizeof(*front->set));
    if (!front->set)
        return QN_NO_MEMORY;
    for (i = 0; i < reach->count && !status; i++) {
        uint32_t base = reach->bases[i];

        if (i % CHECK_COUNT == 0)
            status = qn_ctx_check(ctx);
        if (!qn_pack_reach_has(reach, i) ||
            (base != QN_PACK_REACH_NONE &&
             (base >= i || !(front->set[base / 64] >> (base % 64) & 1))) ||
            !is_sound(reach, i))
            continue;
        front->set[i / 64] |= (uint64_t)1 << (i % 64);
        front->count++;
        front->end = reach->offsets[i + 1];
        if (base != QN_PACK_REACH_NONE)
            sheet->deltas++;
        else
            count_whole(ctx, sheet, i);
    }
    return status;
}

static enum qn_status take_sheet(struct qn_ctx *ctx,
                                 struct qn_pack_gather *gather,
                                 struct sheet *sheet)
{
    struct qn_pack_list *list = gather->list;
    struct qn_pack_list_front *front = &sheet->front;
    enum qn_status status;

    front->pack = sheet->reach->pack;
    if (front->end == sheet->reach->offsets[front->count]) { /* no holes */
        qn_memory_free(front->set);
        front->set = NULL;
    }
    status = qn_pack_list_add_front(ctx, list, front);
    if (status)
        return status;
    front->set = NULL; /* the list's now */
    list->is_front_known = true;
    list->front_deltas = sheet->deltas;
    list->front_candidates = sheet->candidates;
    if (gather->progress)
        qn_progress_add(ctx, gather->progress, front->count);
    return QN_OK;
}

static bool is_sent(const struct sheet *sheet, const uint64_t *set,
                    uint32_t number)
{
    return set ? set[number / 64] >> (number % 64) & 1
               : number < sheet->front.count;
}

/* All else that is reached, with the names that the trees among that give. */
static enum qn_status add_rest(struct qn_ctx *ctx,
                               struct qn_pack_gather *gather,
                               const struct sheet *sheet)
{
    const struct qn_pack_reach *reach = sheet->reach;
    const struct qn_pack_list *list = gather->list;
    const uint64_t *set = list->fronts[list->front_packs - 1].set;
    enum qn_status status = QN_OK;
    uint32_t i;

    for (i = 0; i < reach->count && !status; i++) {
        struct qn_pack_list_add add = {.type = reach->types[i]};

        if (!qn_pack_reach_has(reach, i) || is_sent(sheet, set, i))
            continue;
        add.row = qn_pack_index_row(
            &reach->pack->index,
            qn_pack_reverse_position(&reach->pack->reverse, i));
        status = qn_pack_gather_add(ctx, gather, &add);
    }
    for (i = 0; i < reach->others.count && !status; i++) {
        struct qn_pack_list_add add = {
            .row = reach->others.rows + (size_t)i * reach->others.row_size,
            .type = (enum qn_object_type)reach->others.values[i]};

        if (reach->others.values[i] != 0)
            status = qn_pack_gather_add(ctx, gather, &add);
    }
    return status ? status : qn_pack_names_from(ctx, gather, 0);
}

/* Worth it: what is left to be looked at is little. */
static bool is_worth(const struct qn_pack_gather *gather,
                     const struct sheet *sheet)
{
    const struct qn_pack_reach *reach = sheet->reach;
    uint32_t rest = reach->reached - sheet->front.count, i;

    for (i = 0; i < reach->others.count; i++)
        rest += reach->others.values[i] != 0;
    return sheet->front.count > 0 && rest <= sheet->front.count / REST_PART &&
           (gather->names_offsets ||
            sheet->front.end == reach->offsets[sheet->front.count]);
}

enum qn_status qn_pack_gather_by_scan(struct qn_ctx *ctx,
                                      struct qn_pack_gather *gather,
                                      const struct qn_revision_args *args,
                                      bool *is_done)
{
    struct qn_pack_reach_tips tips = {.least = OBJECTS_LEAST,
                                      .progress = gather->progress};
    struct qn_pack_reach reach = {.pack = NULL};
    struct sheet sheet = {.reach = &reach,
                          .big = gather->big_file_threshold
                                     ? gather->big_file_threshold
                                     : 512u << 20};
    bool is_grafted = false, is_found = false;
    struct qn_id *ids = NULL;
    enum qn_status status;
    size_t i;

    if (!is_for_scan(ctx, gather, args))
        return QN_OK;
    status = qn_pack_gather_has_grafts(ctx, gather, &is_grafted);
    if (status || is_grafted || !has_head(ctx, gather, args))
        return status;
    ids = qn_memory_array(ctx, args->count, sizeof(*ids));
    if (!ids)
        return QN_NO_MEMORY;
    for (i = 0; i < args->count; i++)
        ids[i] = args->tips[i].id;
    tips.ids = ids;
    tips.count = args->count;
    status =
        qn_pack_reach_find(ctx, gather->scope->odb, &tips, &reach, &is_found);
    if (!status && is_found)
        status = fill_sheet(ctx, &sheet);
    if (!status && is_found && is_worth(gather, &sheet)) {
        *is_done = true;
        status = take_sheet(ctx, gather, &sheet);
        if (!status)
            status = add_rest(ctx, gather, &sheet);
    }
    qn_memory_free(sheet.front.set);
    qn_pack_reach_dispose(&reach);
    qn_memory_free(ids);
    return status;
}
