/* SPDX-License-Identifier: MIT */
/* Objects of a new pack that are here already have to be the same, byte for
 * byte.
 *
 *   find     which are here, and where: by all workers
 *   prove    an entry that is stored as it is here, with the same bytes, and on
 *            a base of which that holds too, makes the same object: nothing has
 *            to be inflated
 *   compare  the rest is read from both sides, by all workers
 */
#include "odb/odb_pack.h"

#include "base/memory.h"
#include "odb/odb_private.h"
#include "os/parallel.h"
#include "pack/pack_entry.h"
#include "pack/pack_reader.h"

/* From so many objects on loose ones are listed once, instead of being looked
 * for one by one. */
#define LIST_FROM 20000
#define GRAIN     1024

enum fate { ABSENT, DOUBTED, PROVEN };

struct place {
    struct qn_pack_file *pack; /* the snapshot's; NULL: it is loose */
    uint64_t offset;
};

struct compare {
    struct qn_odb *odb;
    const struct qn_pack_table *table;
    struct qn_pack_file *pack; /* the new one */
    uint64_t cache_limit;      /* of each worker's reader */
    bool has_list;
    struct qn_id_map loose;
    struct place *places;
    uint8_t *fates;
    uint32_t *doubted;
    size_t doubted_count;
};

struct state { /* a worker's */
    struct qn_odb *odb;
    struct qn_pack_reader reader;
    struct qn_object old;
    struct qn_object new;
    bool has_reader;
};

static void row_id(const struct qn_pack_table *table, size_t i,
                   struct qn_id *id)
{
    qn_id_from_row(id, table->algorithm,
                   table->rows + i * qn_id_size(table->algorithm));
}

static enum qn_status init_state(struct qn_ctx *ctx, void *shared, void *data)
{
    struct compare *compare = shared;
    struct state *state = data;

    qn_pack_reader_init(&state->reader, compare->cache_limit);
    state->has_reader = true;
    return qn_odb_fork(ctx, compare->odb, &state->odb);
}

static void dispose_state(void *shared, void *data)
{
    struct state *state = data;

    (void)shared;
    if (state->has_reader)
        qn_pack_reader_dispose(&state->reader);
    qn_odb_free(state->odb);
    qn_object_dispose(&state->old);
    qn_object_dispose(&state->new);
}

static enum qn_status note_loose(struct qn_ctx *ctx, void *data,
                                 const struct qn_id *id)
{
    uint32_t position;
    bool is_new;

    return qn_id_map_put(ctx, data, id, &position, &is_new);
}

static enum qn_status find_one(struct qn_ctx *ctx, void *shared, void *data,
                               size_t i)
{
    struct compare *compare = shared;
    struct state *state = data;
    enum qn_status status = i % GRAIN ? QN_OK : qn_ctx_check(ctx);
    bool exists = false;
    struct qn_id id;

    row_id(compare->table, i, &id);
    if (status || qn_id_is_equal(&id, qn_id_empty_tree(id.algorithm)))
        return status;
    status = qn_odb_pack_locate(ctx, state->odb, &id, &compare->places[i].pack,
                                &compare->places[i].offset);
    if (status)
        return status;
    if (compare->places[i].pack)
        exists = true;
    else if (compare->has_list)
        exists = qn_id_map_find(&compare->loose, &id) != QN_ID_MAP_NONE;
    else
        status = qn_odb_exists(ctx, state->odb, &id, &exists);
    compare->fates[i] = exists ? DOUBTED : ABSENT;
    return status;
}

static enum qn_status find_all(struct qn_ctx *ctx, struct compare *compare)
{
    const struct qn_parallel_options options = {.grain = GRAIN,
                                                .shared = compare,
                                                .state_size =
                                                    sizeof(struct state),
                                                .state_init = init_state,
                                                .state_dispose = dispose_state};
    enum qn_status status = QN_OK;

    if (compare->table->count >= LIST_FROM) {
        status = qn_odb_list(ctx, compare->odb, QN_ODB_LIST_NO_PACKED,
                             note_loose, &compare->loose);
        compare->has_list = true;
    }
    return status ? status
                  : qn_parallel_for(ctx, &options, compare->table->count,
                                    find_one);
}

/* Which of the first `limit` entries begins at `offset`?  `limit`: none. */
static size_t entry_at(const struct qn_pack_table *table, size_t limit,
                       uint64_t offset)
{
    size_t low = 0, high = limit;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (table->offsets[middle] == offset)
            return middle;
        if (table->offsets[middle] < offset)
            low = middle + 1;
        else
            high = middle;
    }
    return limit;
}

static bool has_proven_base(const struct compare *compare, size_t i,
                            const struct qn_pack_entry *new,
                            const struct qn_pack_entry *old)
{
    const struct place *place;
    size_t base;

    if (!qn_pack_entry_is_delta(new))
        return true;
    if (new->type != QN_PACK_ENTRY_OFFSET_DELTA)
        return false;
    base = entry_at(compare->table, i, new->base_offset);
    if (base == i || compare->fates[base] != PROVEN)
        return false;
    place = &compare->places[base];
    return place->pack == compare->places[i].pack &&
           place->offset == old->base_offset;
}

/* `end`: where the new entry ends. */
static bool is_same_entry(struct qn_ctx *ctx, const struct compare *compare,
                          size_t i, uint64_t end)
{
    const struct place *place = &compare->places[i];
    const uint32_t algorithm = compare->table->algorithm;
    struct qn_pack_entry new, old;
    struct qn_bytes ours, theirs;
    uint64_t size;

    if (!place->pack || qn_pack_file_open_data(ctx, compare->pack) != QN_OK ||
        qn_pack_file_open_data(ctx, place->pack) != QN_OK)
        return false;
    ours = qn_bytes_make(compare->pack->data.data,
                         (size_t)compare->pack->data_end);
    theirs =
        qn_bytes_make(place->pack->data.data, (size_t)place->pack->data_end);
    end = end < ours.size ? end : ours.size;
    if (qn_pack_entry_parse(ctx, ours, algorithm, compare->table->offsets[i],
                            &new) != QN_OK ||
        qn_pack_entry_parse(ctx, theirs, algorithm, place->offset, &old) !=
            QN_OK)
        return false;
    size = end > new.data_offset ? end - new.data_offset : 0;
    return new.type == old.type &&new.size == old.size &&size > 0 &&
           size <= theirs.size - old.data_offset &&has_proven_base(
                                     compare, i, &new, &old) &&
           memcmp(ours.data + new.data_offset, theirs.data + old.data_offset,
                  (size_t)size) == 0;
}

static enum qn_status prove_all(struct qn_ctx *ctx, struct compare *compare)
{
    const struct qn_pack_table *table = compare->table;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < table->count && !status; i++) {
        uint64_t end =
            i + 1 < table->count ? table->offsets[i + 1] : UINT64_MAX;

        if (compare->fates[i] == ABSENT)
            continue;
        if (i % GRAIN == 0)
            status = qn_ctx_check(ctx);
        if (end > table->offsets[i] && is_same_entry(ctx, compare, i, end))
            compare->fates[i] = PROVEN;
        else
            compare->doubted[compare->doubted_count++] = (uint32_t)i;
        if (!status)
            qn_ctx_clear(ctx); /* what could not be looked at is read */
    }
    return status;
}

static enum qn_status compare_one(struct qn_ctx *ctx, void *shared, void *data,
                                  size_t item)
{
    struct compare *compare = shared;
    struct state *state = data;
    size_t i = compare->doubted[item];
    enum qn_status status = qn_ctx_check(ctx);
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_id id;

    if (status)
        return status;
    row_id(compare->table, i, &id);
    status = qn_odb_read(ctx, state->odb, &id, &state->old);
    if (status == QN_CORRUPT || status == QN_NOT_FOUND) {
        qn_ctx_clear(ctx); /* the new one is better, then */
        return QN_OK;
    }
    if (!status)
        status = qn_pack_reader_read(ctx, &state->reader, compare->pack,
                                     compare->table->offsets[i], &state->new);
    if (!status && (state->old.type != state->new.type ||
                    !qn_bytes_is_equal(qn_object_bytes(&state->old),
                                       qn_object_bytes(&state->new))))
        status = qn_ctx_fail_reason(ctx, QN_CORRUPT, "hash.collision", NULL,
                                    "SHA1 COLLISION FOUND WITH %s !",
                                    qn_id_to_hex(&id, hex));
    return status;
}

static enum qn_status compare_all(struct qn_ctx *ctx, struct compare *compare)
{
    const struct qn_parallel_options options = {.grain = 64,
                                                .shared = compare,
                                                .state_size =
                                                    sizeof(struct state),
                                                .state_init = init_state,
                                                .state_dispose = dispose_state};

    compare->cache_limit /=
        2 * (uint64_t)qn_parallel_thread_count(ctx, &options);
    return compare->doubted_count == 0
               ? QN_OK
               : qn_parallel_for(ctx, &options, compare->doubted_count,
                                 compare_one);
}

static enum qn_status run(struct qn_ctx *ctx, struct qn_odb *odb,
                          const struct qn_pack_table *table,
                          struct qn_pack_file *pack)
{
    struct compare compare = {.odb = odb,
                              .table = table,
                              .pack = pack,
                              .cache_limit =
                                  odb->store->options.base_cache_limit};
    enum qn_status status;

    qn_id_map_init(&compare.loose, table->algorithm);
    compare.places =
        qn_memory_calloc(ctx, table->count + 1, sizeof(*compare.places));
    compare.fates = qn_memory_calloc(ctx, table->count + 1, 1);
    compare.doubted =
        qn_memory_array(ctx, table->count + 1, sizeof(*compare.doubted));
    status = compare.places && compare.fates && compare.doubted ? QN_OK
                                                                : QN_NO_MEMORY;
    if (!status)
        status = find_all(ctx, &compare);
    if (!status)
        status = prove_all(ctx, &compare);
    if (!status)
        status = compare_all(ctx, &compare);
    qn_id_map_dispose(&compare.loose);
    qn_memory_free(compare.places);
    qn_memory_free(compare.fates);
    qn_memory_free(compare.doubted);
    return status;
}

static enum qn_status stop(struct qn_ctx *ctx, void *data,
                           const struct qn_id *id)
{
    (void)ctx;
    (void)id;
    *(bool *)data = true;
    return QN_END;
}

enum qn_status qn_odb_pack_compare(struct qn_ctx *ctx,
                                   struct qn_odb_store *store, const char *path,
                                   const struct qn_pack_table *table)
{
    const unsigned flags =
        QN_ODB_NO_REPLACE | QN_ODB_NO_FETCH | QN_ODB_NO_REFRESH;
    struct qn_buf index = QN_BUF_INIT;
    struct qn_pack_file *pack = NULL;
    struct qn_file_map map = {NULL, 0, false};
    struct qn_odb *odb = NULL;
    enum qn_status status;
    bool has_any = false;

    status = qn_odb_new(ctx, store, flags, &odb);
    if (!status)
        status = qn_odb_list(ctx, odb, 0, stop, &has_any);
    if (!status && has_any) {
        status = qn_file_map(ctx, path, &map);
        if (!status)
            status = qn_pack_table_write(ctx, table, &index, NULL);
        if (!status)
            status = qn_pack_file_wrap(ctx, qn_bytes_make(map.data, map.size),
                                       qn_buf_bytes(&index), table->algorithm,
                                       &pack);
        if (!status)
            status = run(ctx, odb, table, pack);
    }
    qn_pack_file_release(pack);
    if (map.data)
        qn_file_unmap(&map);
    qn_odb_free(odb);
    qn_buf_dispose(&index);
    return status;
}
