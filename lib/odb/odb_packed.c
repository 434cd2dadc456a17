/* SPDX-License-Identifier: MIT */
/* The packed source: every pack of every directory of a snapshot. */
#include "odb/odb_private.h"

#include "base/env.h"
#include "base/memory.h"
#include "odb/odb_places.h"
#include "pack/pack_reader.h"
#include "trace/trace.h"

#include <inttypes.h>

/* Where there are many packs, the one that had an object is remembered, in a
 * place that its id says: the same is often asked for again. */
#define HINT_COUNT 4096
#define HINT_PACKS 4

/* After so many looks into indexes in vain a table says which of them to look
 * into; not while it would hold so many times more objects. */
#define PLACES_AFTER 2048u
#define PLACES_WORTH 64u

struct slot { /* a pack, and what this view has opened of it */
    struct qn_pack_file *pack;
    bool has_index;
    bool has_data;
    bool is_covered; /* by a multi-pack-index: its own index is not asked */
    bool is_bad;     /* could not be opened: said once */
    bool is_fresh;   /* its time was set already */
    bool is_proven;  /* its own index said the same as a multi-pack-index */
};

struct layer {
    const struct qn_multi_pack_index *index;
    const uint32_t *packs; /* its packs, as positions in a directory */
    size_t first;          /* slot of the directory's first pack */
};

struct packed {
    struct qn_odb_source source;
    struct qn_odb_snapshot *snapshot;
    struct slot *slots;
    size_t count;
    struct layer *layers;
    size_t layer_count;
    size_t recent;   /* the slot that had the last object */
    uint32_t *hints; /* HINT_COUNT slots + 1; 0: none.  NULL: few packs */
    struct qn_odb_places places; /* over the packs that are not covered */
    size_t probes;               /* indexes that were searched in vain... */
    size_t places_after;         /* ...so many until the table is made */
    struct qn_pack_reader reader;
    bool has_lost; /* a multi-pack-index named a pack that is not there */
};

struct place { /* where an object lies */
    struct slot *slot;
    uint64_t offset;
};

static enum qn_status fill_slots(struct qn_ctx *ctx, struct packed *packed,
                                 struct qn_odb_snapshot *snapshot)
{
    struct slot *slots;
    struct layer *layers;
    uint32_t *hints = NULL;
    size_t count = 0, layer_count = 0, i, j;

    for (i = 0; i < snapshot->count; i++) {
        count += snapshot->directories[i].pack_count;
        if (snapshot->directories[i].layers)
            layer_count += snapshot->directories[i].layers->count;
    }
    slots = qn_memory_calloc(ctx, count + 1, sizeof(*slots));
    layers =
        slots ? qn_memory_calloc(ctx, layer_count + 1, sizeof(*layers)) : NULL;
    if (layers && count > HINT_PACKS)
        hints = qn_memory_calloc(ctx, HINT_COUNT, sizeof(*hints));
    if (!layers || (count > HINT_PACKS && !hints)) {
        qn_memory_free(slots);
        qn_memory_free(layers);
        return QN_NO_MEMORY;
    }
    count = layer_count = 0;
    for (i = 0; i < snapshot->count; i++) {
        const struct qn_odb_directory *directory = &snapshot->directories[i];

        /* The newest layer is asked first. */
        for (j = directory->layers ? directory->layers->count : 0; j > 0; j--) {
            layers[layer_count].index = &directory->layers->indexes[j - 1];
            layers[layer_count].packs = directory->layer_packs[j - 1];
            layers[layer_count++].first = count;
        }
        for (j = 0; j < directory->pack_count; j++) {
            slots[count].pack = directory->packs[j];
            slots[count++].is_covered = directory->is_covered[j];
        }
    }
    qn_memory_free(packed->slots);
    qn_memory_free(packed->layers);
    packed->slots = slots;
    packed->count = count;
    packed->layers = layers;
    packed->layer_count = layer_count;
    packed->recent = 0;
    qn_memory_free(packed->hints);
    packed->hints = hints;
    qn_odb_places_dispose(&packed->places);
    packed->probes = 0;
    packed->places_after = hints ? PLACES_AFTER : SIZE_MAX;
    qn_odb_snapshot_retain(snapshot);
    qn_odb_snapshot_release(packed->snapshot);
    packed->snapshot = snapshot;
    return QN_OK;
}

/* A pack that cannot be opened is reported once and then left out. */
static bool has_opened(struct qn_ctx *ctx, struct slot *slot,
                       enum qn_status status)
{
    if (status == QN_OK)
        return true;
    slot->is_bad = true;
    if (status != QN_NOT_FOUND) /* one that vanished is a miss */
        qn_ctx_report(ctx, QN_REPORT_ERROR, "", "%s", qn_ctx_message(ctx));
    qn_ctx_clear(ctx);
    return false;
}

static bool open_index(struct qn_ctx *ctx, struct slot *slot)
{
    if (QN_LIKELY(slot->has_index))
        return true;
    if (slot->is_bad)
        return false;
    slot->has_index =
        has_opened(ctx, slot, qn_pack_file_open_index(ctx, slot->pack));
    return slot->has_index;
}

static bool open_data(struct qn_ctx *ctx, struct slot *slot)
{
    if (QN_LIKELY(slot->has_data))
        return true;
    if (slot->is_bad)
        return false;
    slot->has_data =
        has_opened(ctx, slot, qn_pack_file_open_data(ctx, slot->pack));
    return slot->has_data;
}

static bool find_in_slot(struct qn_ctx *ctx, struct slot *slot,
                         const uint8_t *row, struct place *place)
{
    uint32_t position;

    if (!open_index(ctx, slot))
        return false;
    position = qn_pack_index_find(&slot->pack->index, row);
    if (position == QN_PACK_INDEX_NONE)
        return false;
    place->slot = slot;
    place->offset = qn_pack_index_offset(&slot->pack->index, position);
    return true;
}

/* Names of packs in version 2 have no order that could be checked: the first
 * object that is had from one is looked for in its own index, too. */
static bool is_proven(struct qn_ctx *ctx, struct slot *slot, const uint8_t *row,
                      uint64_t offset)
{
    struct place own;

    if (!slot->is_proven)
        slot->is_proven =
            find_in_slot(ctx, slot, row, &own) && own.offset == offset;
    return slot->is_proven;
}

/* A row whose pack is gone or never was: another pack may have the object. */
static bool find_in_layer(struct qn_ctx *ctx, struct packed *packed,
                          const struct layer *layer, const uint8_t *row,
                          struct place *place)
{
    uint32_t position = qn_multi_pack_index_find(layer->index, row);
    uint32_t pack = 0;

    if (position == QN_MULTI_PACK_INDEX_NONE)
        return false;
    qn_multi_pack_index_entry(layer->index, position, &pack, &place->offset);
    if (pack >= layer->index->pack_count ||
        layer->packs[pack] == QN_ODB_LAYER_NO_PACK) {
        packed->has_lost = true;
        return false;
    }
    place->slot = &packed->slots[layer->first + layer->packs[pack]];
    packed->has_lost = place->slot->is_bad;
    if (!place->slot->is_bad && layer->index->version > 1 &&
        !is_proven(ctx, place->slot, row, place->offset))
        packed->has_lost = true;
    return !packed->has_lost;
}

static uint32_t *hint_of(const struct packed *packed, const uint8_t *row)
{
    return &packed->hints[(row[1] << 8 | row[2]) % HINT_COUNT];
}

static void note_slot(struct packed *packed, const uint8_t *row, size_t slot)
{
    packed->recent = slot;
    if (packed->hints)
        *hint_of(packed, row) = (uint32_t)slot + 1;
}

/* The pack that had it before, or one that had the last object. */
static bool find_at_once(struct qn_ctx *ctx, struct packed *packed,
                         const uint8_t *row, struct place *place)
{
    size_t hint = packed->recent;

    if (packed->count == 0)
        return false;
    if (packed->hints && *hint_of(packed, row))
        hint = *hint_of(packed, row) - 1;
    if (hint != packed->recent && !packed->slots[hint].is_covered &&
        find_in_slot(ctx, &packed->slots[hint], row, place))
        return true;
    return !packed->slots[packed->recent].is_covered &&
           find_in_slot(ctx, &packed->slots[packed->recent], row, place);
}

/* Make the table of places.  Without memory for it, it goes as before. */
static void make_places(struct qn_ctx *ctx, struct packed *packed)
{
    uint64_t total = 0;

    for (size_t i = 0; i < packed->count; i++)
        if (!packed->slots[i].is_covered && open_index(ctx, &packed->slots[i]))
            total += packed->slots[i].pack->index.count;
    if (total / PLACES_WORTH > packed->probes) {
        packed->places_after = 2 * packed->probes;
        return;
    }
    packed->places_after = SIZE_MAX;
    if (total > QN_ODB_PLACES_OBJECTS || packed->count > QN_ODB_PLACES_SLOTS)
        return;
    if (qn_odb_places_new(ctx, &packed->places, (size_t)total)) {
        qn_ctx_clear(ctx);
        return;
    }
    for (size_t i = 0; i < packed->count; i++)
        if (!packed->slots[i].is_covered && packed->slots[i].has_index)
            qn_odb_places_add(&packed->places, &packed->slots[i].pack->index,
                              i);
}

/* The same as a look into pack `at` by pack; `*is_end`: there is no more. */
static bool find_by_places(struct qn_ctx *ctx, struct packed *packed,
                           const uint8_t *row, size_t at, bool *is_end,
                           struct place *place)
{
    size_t slot;

    *is_end = !qn_odb_places_get(&packed->places, row, at, &slot);
    return !*is_end && slot < packed->count &&
           find_in_slot(ctx, &packed->slots[slot], row, place);
}

/* The places of an object, one after the other: `*step` starts at 0.  Order:
 * the pack that had the last object (while there is no table of places), the
 * multi-pack-indexes, the packs they do not cover, and at last, when copies
 * were bad, the covered packs. */
static bool next_place(struct qn_ctx *ctx, struct packed *packed,
                       const uint8_t *row, size_t *step, struct place *place)
{
    for (;;) {
        size_t at = (*step)++;

        if (at == 0) {
            if (packed->probes > packed->places_after)
                make_places(ctx, packed);
            if (!packed->places.cells && find_at_once(ctx, packed, row, place))
                return true;
            continue;
        }
        at--;
        if (at < packed->layer_count) {
            if (find_in_layer(ctx, packed, &packed->layers[at], row, place))
                return true;
            continue;
        }
        at -= packed->layer_count;
        if (packed->places.cells) {
            bool is_end;

            if (find_by_places(ctx, packed, row, at, &is_end, place))
                return true;
            if (is_end)
                return false;
            continue;
        }
        if (at >= packed->count)
            return false;
        if (!packed->slots[at].is_covered && at != packed->recent &&
            find_in_slot(ctx, &packed->slots[at], row, place))
            return true;
        packed->probes++;
    }
}

/* The same among the packs that a multi-pack-index covers; only after all the
 * places above turned out bad. */
static bool next_covered(struct qn_ctx *ctx, struct packed *packed,
                         const uint8_t *row, size_t *step, struct place *place)
{
    while (*step < packed->count) {
        struct slot *slot = &packed->slots[(*step)++];

        if (slot->is_covered && find_in_slot(ctx, slot, row, place))
            return true;
    }
    return false;
}

typedef enum qn_status place_fn(struct qn_ctx *ctx, struct packed *packed,
                                const struct place *place, void *data);

static enum qn_status fail_corrupt(struct qn_ctx *ctx, const struct qn_id *id,
                                   const struct qn_pack_file *pack)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    qn_id_to_hex(id, hex);
    return qn_ctx_fail_reason(ctx, QN_CORRUPT, "odb.corrupt", hex,
                              "packed object %s (stored in %s) is corrupt", hex,
                              pack->path);
}

/* Do `act` at the first place where it succeeds. */
static enum qn_status with_place(struct qn_ctx *ctx, struct packed *packed,
                                 const struct qn_id *id, place_fn *act,
                                 void *data)
{
    enum qn_status status = QN_END;
    const struct qn_pack_file *bad = NULL;
    struct place place;
    size_t step = 0, covered_step = 0;

    packed->has_lost = false;
    for (;;) {
        if (!next_place(ctx, packed, id->bytes, &step, &place) &&
            ((status == QN_END && !packed->has_lost) ||
             !next_covered(ctx, packed, id->bytes, &covered_step, &place)))
            return bad ? fail_corrupt(ctx, id, bad) : status;
        if (!open_data(ctx, place.slot)) {
            if (place.slot->is_covered && status == QN_END)
                status = QN_NOT_FOUND;
            continue;
        }
        status = act(ctx, packed, &place, data);
        if (qn_odb_is_final(status)) {
            note_slot(packed, id->bytes, (size_t)(place.slot - packed->slots));
            return status;
        }
        qn_ctx_report(ctx, QN_REPORT_ERROR, "", "%s", qn_ctx_message(ctx));
        /* Opening the next pack may clear the message: it is set at the end. */
        qn_ctx_clear(ctx);
        status = QN_CORRUPT;
        bad = place.slot->pack;
    }
}

static enum qn_status act_read(struct qn_ctx *ctx, struct packed *packed,
                               const struct place *place, void *data)
{
    return qn_pack_reader_read(ctx, &packed->reader, place->slot->pack,
                               place->offset, data);
}

/* NOT_FOUND here is a place in a pack that is gone: a miss. */
static enum qn_status as_miss(enum qn_status status)
{
    return status == QN_NOT_FOUND ? QN_END : status;
}

static enum qn_status packed_read(struct qn_ctx *ctx,
                                  struct qn_odb_source *source,
                                  const struct qn_id *id, struct qn_object *out)
{
    return as_miss(with_place(ctx, (struct packed *)source, id, act_read, out));
}

struct info_request {
    unsigned want;
    struct qn_pack_reader_info info;
};

static enum qn_status act_info(struct qn_ctx *ctx, struct packed *packed,
                               const struct place *place, void *data)
{
    struct info_request *request = data;

    return qn_pack_reader_info(ctx, &packed->reader, place->slot->pack,
                               place->offset, request->want, &request->info);
}

static enum qn_status packed_read_info(struct qn_ctx *ctx,
                                       struct qn_odb_source *source,
                                       const struct qn_id *id, unsigned want,
                                       struct qn_odb_info *out)
{
    struct info_request request;
    enum qn_status status;

    /* The bits are the same in both layers. */
    request.want = want;
    status = as_miss(
        with_place(ctx, (struct packed *)source, id, act_info, &request));
    if (status)
        return status;
    memset(out, 0, sizeof(*out));
    out->type = request.info.type;
    out->size = request.info.size;
    out->disk_size = request.info.disk_size;
    out->delta_base = request.info.delta_base;
    out->is_packed = true;
    return QN_OK;
}

static enum qn_status packed_exists(struct qn_ctx *ctx,
                                    struct qn_odb_source *source,
                                    const struct qn_id *id, bool *out)
{
    struct packed *packed = (struct packed *)source;
    struct place place;
    size_t step = 0, covered_step = 0;

    /* What an index names is not there without its pack. */
    packed->has_lost = false;
    while (next_place(ctx, packed, id->bytes, &step, &place) ||
           (packed->has_lost &&
            next_covered(ctx, packed, id->bytes, &covered_step, &place))) {
        if (!open_data(ctx, place.slot))
            continue;
        note_slot(packed, id->bytes, (size_t)(place.slot - packed->slots));
        *out = true;
        return QN_OK;
    }
    *out = false;
    return QN_OK;
}

static enum qn_status packed_find_prefix(struct qn_ctx *ctx,
                                         struct qn_odb_source *source,
                                         const struct qn_odb_prefix *prefix,
                                         qn_odb_id_fn *each, void *data)
{
    struct packed *packed = (struct packed *)source;
    enum qn_status status = QN_OK;
    struct qn_id id;
    size_t i;
    uint32_t at;

    for (i = 0; i < packed->layer_count && !status; i++) {
        const struct qn_multi_pack_index *index = packed->layers[i].index;

        for (at = qn_multi_pack_index_lower(index, prefix->row);
             at < index->count && !status &&
             qn_odb_prefix_has(prefix, qn_multi_pack_index_row(index, at));
             at++) {
            qn_id_from_row(&id, prefix->algorithm,
                           qn_multi_pack_index_row(index, at));
            status = each(ctx, data, &id);
        }
    }
    for (i = 0; i < packed->count && !status; i++) {
        const struct qn_pack_index *index = &packed->slots[i].pack->index;

        if (packed->slots[i].is_covered || !open_index(ctx, &packed->slots[i]))
            continue;
        for (at = qn_pack_index_lower(index, prefix->row);
             at < index->count && !status &&
             qn_odb_prefix_has(prefix, qn_pack_index_row(index, at));
             at++) {
            qn_id_from_row(&id, prefix->algorithm,
                           qn_pack_index_row(index, at));
            status = each(ctx, data, &id);
        }
    }
    return status;
}

struct stream_request {
    const struct qn_id *id;
    enum qn_object_type type;
    uint64_t size;
    struct qn_odb_stream *stream;
};

/* A stored whole object is inflated piece by piece; one that is a delta is made
 * in memory, as far as the limit of buffers allows. */
static enum qn_status act_stream(struct qn_ctx *ctx, struct packed *packed,
                                 const struct place *place, void *data)
{
    struct stream_request *request = data;
    struct qn_pack_file *pack = place->slot->pack;
    struct qn_bytes bytes = qn_pack_reader_bytes(pack);
    struct qn_pack_entry entry;
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_odb_stream_input input;
    enum qn_status status;

    status =
        qn_pack_entry_parse(ctx, bytes, pack->algorithm, place->offset, &entry);
    if (status)
        return status;
    if (!qn_pack_entry_is_delta(&entry)) {
        memset(&input, 0, sizeof(input));
        input.in = qn_bytes_from(bytes, (size_t)entry.data_offset);
        input.size = entry.size;
        input.pack = pack;
        request->type = (enum qn_object_type)entry.type;
        request->size = entry.size;
        return qn_odb_stream_inflate(ctx, &input, &request->stream);
    }
    status =
        qn_pack_reader_read(ctx, &packed->reader, pack, place->offset, &object);
    if (!status) {
        request->type = object.type;
        request->size = object.data.size;
        status = qn_odb_stream_from_buf(ctx, &object.data, &request->stream);
    }
    qn_object_dispose(&object);
    return status;
}

static enum qn_status packed_stream(struct qn_ctx *ctx,
                                    struct qn_odb_source *source,
                                    const struct qn_id *id,
                                    enum qn_object_type *type, uint64_t *size,
                                    struct qn_odb_stream **out)
{
    struct stream_request request = {0};
    enum qn_status status;

    status = as_miss(
        with_place(ctx, (struct packed *)source, id, act_stream, &request));
    if (status)
        return status;
    *type = request.type;
    *size = request.size;
    *out = request.stream;
    return QN_OK;
}

static enum qn_status packed_freshen(struct qn_ctx *ctx,
                                     struct qn_odb_source *source,
                                     const struct qn_id *id, bool *out)
{
    struct packed *packed = (struct packed *)source;
    struct place place;
    size_t step = 0;

    *out = false;
    while (next_place(ctx, packed, id->bytes, &step, &place)) {
        /* A cruft pack keeps a time per object: it is not made new. */
        if (place.slot->pack->is_cruft || place.slot->is_bad)
            continue;
        if (!place.slot->is_fresh) {
            int64_t now = qn_env_clock(qn_ctx_env(ctx), true);

            if (qn_file_touch(ctx, place.slot->pack->path, now) != QN_OK) {
                qn_ctx_clear(ctx);
                continue;
            }
            place.slot->is_fresh = true;
        }
        *out = true;
        return QN_OK;
    }
    return QN_OK;
}

static enum qn_status list_slot(struct qn_ctx *ctx, struct slot *slot,
                                unsigned flags, qn_odb_id_fn *each, void *data)
{
    struct qn_pack_file *pack = slot->pack;
    enum qn_status status = QN_OK;
    struct qn_id id;
    uint32_t i;

    if (!open_index(ctx, slot))
        return QN_OK;
    if (!(flags & QN_ODB_LIST_SORTED))
        status = qn_pack_file_open_reverse(ctx, pack);
    for (i = 0; i < pack->index.count && !status; i++) {
        uint32_t position = flags & QN_ODB_LIST_SORTED
                                ? i
                                : qn_pack_reverse_position(&pack->reverse, i);

        qn_id_from_row(&id, pack->algorithm,
                       qn_pack_index_row(&pack->index, position));
        status = each(ctx, data, &id);
    }
    return status;
}

static enum qn_status packed_list(struct qn_ctx *ctx,
                                  struct qn_odb_source *source, unsigned flags,
                                  qn_odb_id_fn *each, void *data)
{
    struct packed *packed = (struct packed *)source;
    enum qn_status status = QN_OK;
    size_t i;

    if (flags & QN_ODB_LIST_NO_PACKED)
        return QN_OK;
    for (i = 0; i < packed->count && !status; i++)
        if (packed->slots[i].pack->is_local || !(flags & QN_ODB_LIST_LOCAL))
            status = list_slot(ctx, &packed->slots[i], flags, each, data);
    return status;
}

static enum qn_status packed_refresh(struct qn_ctx *ctx,
                                     struct qn_odb_source *source,
                                     struct qn_odb_snapshot *snapshot)
{
    struct packed *packed = (struct packed *)source;

    if (snapshot == packed->snapshot)
        return QN_OK;
    qn_pack_reader_forget(&packed->reader);
    return fill_slots(ctx, packed, snapshot);
}

void qn_odb_packed_shed(struct qn_odb_source *source, uint64_t limit)
{
    struct packed *packed = (struct packed *)source;

    qn_pack_cache_clear(&packed->reader.cache);
    packed->reader.cache.limit = limit;
}

static void packed_free(struct qn_odb_source *source)
{
    struct packed *packed = (struct packed *)source;

    qn_pack_reader_dispose(&packed->reader);
    qn_memory_free(packed->slots);
    qn_memory_free(packed->layers);
    qn_memory_free(packed->hints);
    qn_odb_places_dispose(&packed->places);
    qn_odb_snapshot_release(packed->snapshot);
    qn_memory_free(packed);
}

static const struct qn_odb_source_table packed_table = {
    .name = "packed",
    .read = packed_read,
    .read_info = packed_read_info,
    .exists = packed_exists,
    .find_prefix = packed_find_prefix,
    .stream = packed_stream,
    .freshen = packed_freshen,
    .list = packed_list,
    .refresh = packed_refresh,
    .free = packed_free,
};

enum qn_status qn_odb_packed_new(struct qn_ctx *ctx, uint64_t base_cache_limit,
                                 struct qn_odb_snapshot *snapshot,
                                 struct qn_odb_source **out)
{
    struct packed *packed = qn_memory_calloc(ctx, 1, sizeof(*packed));
    enum qn_status status;

    if (!packed)
        return QN_NO_MEMORY;
    packed->source.table = &packed_table;
    packed->source.is_local = true;
    qn_pack_reader_init(&packed->reader, base_cache_limit);
    status = fill_slots(ctx, packed, snapshot);
    if (status)
        packed_free(&packed->source);
    else
        *out = &packed->source;
    return status;
}

enum qn_status qn_odb_packed_locate(struct qn_ctx *ctx,
                                    struct qn_odb_source *source,
                                    const struct qn_id *id,
                                    struct qn_pack_file **pack,
                                    uint64_t *offset)
{
    struct packed *packed = (struct packed *)source;
    struct place place;
    size_t step = 0, covered_step = 0;

    *pack = NULL;
    *offset = 0;
    packed->has_lost = false;
    while (next_place(ctx, packed, id->bytes, &step, &place) ||
           (packed->has_lost &&
            next_covered(ctx, packed, id->bytes, &covered_step, &place))) {
        if (!open_data(ctx, place.slot))
            continue;
        note_slot(packed, id->bytes, (size_t)(place.slot - packed->slots));
        *pack = place.slot->pack;
        *offset = place.offset;
        return QN_OK;
    }
    return QN_OK;
}

enum qn_status qn_odb_packed_doubt(struct qn_ctx *ctx,
                                   struct qn_odb_source *source,
                                   const struct qn_id *id, bool *is_there)
{
    struct packed *packed = (struct packed *)source;
    struct place place;
    size_t step = 0, i;

    *is_there = packed->layer_count > 0 &&
                next_covered(ctx, packed, id->bytes, &step, &place);
    if (!*is_there)
        return QN_OK;
    qn_ctx_report(ctx, QN_REPORT_WARNING, "multi-pack-index.damaged",
                  "multi-pack-index does not have what '%s' has; doing without "
                  "it",
                  place.slot->pack->path);
    packed->layer_count = 0;
    for (i = 0; i < packed->count; i++)
        packed->slots[i].is_covered = false;
    return QN_OK;
}

uint64_t qn_odb_packed_count(struct qn_ctx *ctx, struct qn_odb_source *source)
{
    struct packed *packed = (struct packed *)source;
    uint64_t count = 0;
    size_t i;

    for (i = 0; i < packed->layer_count; i++)
        count += packed->layers[i].index->count;
    for (i = 0; i < packed->count; i++)
        if (!packed->slots[i].is_covered && open_index(ctx, &packed->slots[i]))
            count += packed->slots[i].pack->index.count;
    return count;
}

static void widen(size_t *digits, const uint8_t *a, const uint8_t *b,
                  size_t size)
{
    size_t common = qn_odb_common_digits(a, b, size);

    if (common < 2 * size && common + 1 > *digits)
        *digits = common + 1;
}

enum qn_status qn_odb_packed_unique(struct qn_ctx *ctx,
                                    struct qn_odb_source *source,
                                    const struct qn_id *id, size_t *digits)
{
    struct packed *packed = (struct packed *)source;
    size_t size = qn_id_size(id->algorithm), i;
    uint32_t at;

    for (i = 0; i < packed->layer_count; i++) {
        const struct qn_multi_pack_index *index = packed->layers[i].index;

        at = qn_multi_pack_index_lower(index, id->bytes);
        if (at > 0)
            widen(digits, qn_multi_pack_index_row(index, at - 1), id->bytes,
                  size);
        for (; at < index->count; at++) {
            widen(digits, qn_multi_pack_index_row(index, at), id->bytes, size);
            if (memcmp(qn_multi_pack_index_row(index, at), id->bytes, size))
                break;
        }
    }
    for (i = 0; i < packed->count; i++) {
        const struct qn_pack_index *index = &packed->slots[i].pack->index;

        if (packed->slots[i].is_covered || !open_index(ctx, &packed->slots[i]))
            continue;
        at = qn_pack_index_lower(index, id->bytes);
        if (at > 0)
            widen(digits, qn_pack_index_row(index, at - 1), id->bytes, size);
        for (; at < index->count; at++) {
            widen(digits, qn_pack_index_row(index, at), id->bytes, size);
            if (memcmp(qn_pack_index_row(index, at), id->bytes, size))
                break;
        }
    }
    return QN_OK;
}
