/* SPDX-License-Identifier: MIT */
/* What goes into a pack by the packs that have it, or because nothing reaches
 * it. */
#include "operation/part/pack_gather.h"

#include "base/memory.h"
#include "hash/id_map.h"
#include "odb/odb_pack.h"
#include "operation/part/object_age.h"
#include "operation/part/reachable.h"

#include <stdlib.h>

struct named { /* packs by their names */
    struct qn_pack_file **included;
    size_t included_count, included_capacity;
    struct qn_pack_file **excluded; /* closed: all they reach is in such */
    size_t excluded_count, excluded_capacity;
    struct qn_pack_file **open; /* "!": excluded, but not closed */
    size_t open_count, open_capacity;
};

struct finding {
    struct qn_bytes name;
    struct qn_pack_file *pack;
};

static enum qn_status compare_name(struct qn_ctx *ctx, void *data,
                                   struct qn_pack_file *pack)
{
    struct finding *finding = data;
    const char *slash = strrchr(pack->path, '/');

    (void)ctx;
    if (!qn_bytes_is_string(finding->name, slash ? slash + 1 : pack->path))
        return QN_OK;
    finding->pack = pack;
    return QN_END;
}

static enum qn_status find_pack(struct qn_ctx *ctx, struct qn_odb *odb,
                                struct qn_bytes name, struct qn_pack_file **out)
{
    struct finding finding = {.name = name};
    enum qn_status status = qn_odb_pack_each(ctx, odb, compare_name, &finding);

    if (!status && !finding.pack)
        status = qn_ctx_fail(ctx, QN_NOT_FOUND, "could not find pack '%.*s'",
                             QN_BYTES_ARG(name));
    if (!status)
        status = qn_pack_file_open_reverse(ctx, finding.pack);
    *out = finding.pack;
    return status;
}

static enum qn_status note_pack(struct qn_ctx *ctx, struct qn_pack_file ***list,
                                size_t *count, size_t *capacity,
                                struct qn_pack_file *pack)
{
    enum qn_status status = qn_memory_grow(ctx, list, capacity, *count + 1,
                                           sizeof(struct qn_pack_file *));

    if (!status)
        (*list)[(*count)++] = pack;
    return status;
}

static enum qn_status read_names(struct qn_ctx *ctx,
                                 const struct qn_pack_gather *gather,
                                 struct qn_bytes input, struct named *named,
                                 char minus)
{
    enum qn_status status = QN_OK;
    struct qn_bytes line;

    while (!status && qn_pack_gather_line(&input, &line)) {
        struct qn_pack_file *pack = NULL;
        bool is_open = gather->follows && line.size && line.data[0] == '!';
        bool is_minus = line.size && line.data[0] == (uint8_t)minus;

        if (line.size == 0)
            continue;
        status = find_pack(ctx, gather->scope->odb,
                           qn_bytes_from(line, is_open || is_minus), &pack);
        if (status)
            break;
        if (is_open)
            status = note_pack(ctx, &named->open, &named->open_count,
                               &named->open_capacity, pack);
        else if (is_minus)
            status = note_pack(ctx, &named->excluded, &named->excluded_count,
                               &named->excluded_capacity, pack);
        else
            status = note_pack(ctx, &named->included, &named->included_count,
                               &named->included_capacity, pack);
    }
    return status;
}

static void dispose_named(struct named *named)
{
    qn_memory_free(named->included);
    qn_memory_free(named->excluded);
    qn_memory_free(named->open);
}

static bool is_in(struct qn_pack_file *const *packs, size_t count,
                  const uint8_t *row)
{
    size_t i;

    for (i = 0; i < count; i++)
        if (qn_pack_index_find(&packs[i]->index, row) != QN_PACK_INDEX_NONE)
            return true;
    return false;
}

static bool is_excluded(const struct named *named, const uint8_t *row)
{
    return is_in(named->excluded, named->excluded_count, row) ||
           is_in(named->open, named->open_count, row);
}

/* The newest pack first, as the objects of it are likely to be asked for. */
static int compare_ages(const void *a, const void *b)
{
    const struct qn_pack_file *one = *(struct qn_pack_file *const *)a;
    const struct qn_pack_file *two = *(struct qn_pack_file *const *)b;

    if (one->mtime_ns != two->mtime_ns)
        return one->mtime_ns > two->mtime_ns ? -1 : 1;
    return strcmp(one->path, two->path);
}

static enum qn_status add_pack(struct qn_ctx *ctx,
                               struct qn_pack_gather *gather,
                               const struct named *named,
                               struct qn_pack_file *pack)
{
    enum qn_status status = QN_OK;
    uint32_t i;

    for (i = 0; i < pack->index.count && !status; i++) {
        struct qn_pack_list_add add = {
            .row = qn_pack_index_row(
                &pack->index, qn_pack_reverse_position(&pack->reverse, i))};

        if (!is_excluded(named, add.row))
            status = qn_pack_gather_add(ctx, gather, &add);
    }
    return status;
}

static enum qn_status add_loose(struct qn_ctx *ctx, void *data,
                                const struct qn_id *id)
{
    struct qn_pack_gather *gather = data;
    struct qn_pack_list_add add = {.row = id->bytes};

    return qn_pack_gather_add(ctx, gather, &add);
}

/* One that is in no pack. */
static enum qn_status add_unpacked(struct qn_ctx *ctx, void *data,
                                   const struct qn_id *id)
{
    struct qn_pack_gather *gather = data;
    struct qn_pack_file *pack = NULL;
    uint64_t offset;
    enum qn_status status =
        qn_odb_pack_locate(ctx, gather->scope->odb, id, &pack, &offset);

    return status || pack ? status : add_loose(ctx, data, id);
}

/* ---- follow: what the included reach outside of the excluded */

struct following {
    struct qn_pack_gather *gather;
    const struct named *named;
};

static enum qn_status add_tips(struct qn_ctx *ctx,
                               struct qn_pack_file *const *packs, size_t count,
                               struct qn_id **tips, size_t *tip_count,
                               size_t *capacity)
{
    enum qn_status status = QN_OK;
    size_t i;
    uint32_t k;

    for (i = 0; i < count && !status; i++)
        for (k = 0; k < packs[i]->index.count && !status; k++) {
            status = qn_memory_grow(ctx, tips, capacity, *tip_count + 1,
                                    sizeof(**tips));
            if (!status)
                qn_id_from_row(&(*tips)[(*tip_count)++], packs[i]->algorithm,
                               qn_pack_index_row(&packs[i]->index, k));
        }
    return status;
}

/* Objects of excluded packs are in the set from the beginning: the search does
 * not look below them. */
static enum qn_status follow(struct qn_ctx *ctx, struct qn_pack_gather *gather,
                             const struct named *named)
{
    struct qn_reachable from = {.odb = gather->scope->odb,
                                .ignores_missing = true};
    struct qn_id *tips = NULL;
    size_t count = 0, capacity = 0, i;
    struct qn_id_map set;
    enum qn_status status = QN_OK;
    size_t first;
    uint32_t k, position;
    bool is_new;

    qn_id_map_init(&set, gather->list->ids.algorithm);
    for (i = 0; i < named->excluded_count && !status; i++)
        for (k = 0; k < named->excluded[i]->index.count && !status; k++)
            status = qn_id_map_put_row(
                ctx, &set, qn_pack_index_row(&named->excluded[i]->index, k),
                &position, &is_new);
    first = set.count;
    if (!status)
        status = add_tips(ctx, named->included, named->included_count, &tips,
                          &count, &capacity);
    if (!status)
        status = add_tips(ctx, named->open, named->open_count, &tips, &count,
                          &capacity);
    if (!status)
        status = qn_reachable_find(ctx, &from, tips, count, &set);
    for (i = first; i < set.count && !status; i++) {
        struct qn_pack_list_add add = {.row =
                                           set.rows + i * (size_t)set.row_size};

        bool exists = false;
        struct qn_id id;

        qn_id_from_row(&id, set.algorithm, add.row);
        if (!is_excluded(named, add.row))
            status = qn_odb_exists(ctx, gather->scope->odb, &id, &exists);
        if (!status && exists)
            status = qn_pack_gather_add(ctx, gather, &add);
    }
    qn_id_map_dispose(&set);
    qn_memory_free(tips);
    return status;
}

enum qn_status qn_pack_gather_packs(struct qn_ctx *ctx,
                                    struct qn_pack_gather *gather,
                                    struct qn_bytes input)
{
    struct named named = {.included = NULL};
    enum qn_status status = read_names(ctx, gather, input, &named, '^');
    size_t i;

    if (!status && named.included_count > 1)
        qsort(named.included, named.included_count, sizeof(*named.included),
              compare_ages);
    for (i = 0; i < named.included_count && !status; i++)
        status = add_pack(ctx, gather, &named, named.included[i]);
    if (!status && gather->follows)
        status = follow(ctx, gather, &named);
    if (!status && gather->unpacked)
        status = qn_odb_list(ctx, gather->scope->odb,
                             QN_ODB_LIST_LOCAL | QN_ODB_LIST_NO_PACKED,
                             add_unpacked, gather);
    if (!status)
        status = qn_pack_names_find(ctx, gather);
    dispose_named(&named);
    return status;
}

/* ---- cruft */

static enum qn_status put_cruft(struct qn_ctx *ctx, void *data,
                                const struct qn_id *id, uint32_t mtime)
{
    struct following *run = data;
    struct qn_pack_list_add add = {.row = id->bytes};
    struct qn_pack_list *list = run->gather->list;
    enum qn_status status;
    uint32_t number;

    if (is_in(run->named->included, run->named->included_count, id->bytes))
        return QN_OK;
    status = qn_pack_gather_add(ctx, run->gather, &add);
    if (status)
        return status;
    number = qn_id_map_find(&list->ids, id);
    if (number != QN_ID_MAP_NONE && list->entries[number].mtime < mtime)
        list->entries[number].mtime = mtime;
    return QN_OK;
}

/* Keep what is new enough, and what that reaches: put into another list. */
static enum qn_status expire(struct qn_ctx *ctx, struct qn_pack_gather *gather,
                             const struct named *named)
{
    struct qn_pack_list *list = gather->list;
    struct qn_reachable from = {.odb = gather->scope->odb,
                                .ignores_missing = true};
    size_t total = qn_pack_list_count(list), count = 0, i;
    struct qn_id *tips = qn_memory_array(ctx, total + 1, sizeof(*tips));
    enum qn_status status = tips ? QN_OK : QN_NO_MEMORY;
    struct qn_id_map set, recent;
    struct qn_pack_list kept;

    qn_id_map_init(&set, list->ids.algorithm);
    qn_id_map_init(&recent, list->ids.algorithm);
    qn_pack_list_init(&kept, list->odb);
    kept.name_hash_version = list->name_hash_version;
    if (!status)
        status = qn_object_age_hook(ctx, gather->scope->repo, &recent);
    for (i = 0; i < total && !status; i++) {
        struct qn_pack_list_entry *entry = &list->entries[i];
        uint32_t at =
            qn_id_map_find_row(&recent, qn_pack_list_row(list, (uint32_t)i));

        if ((int64_t)entry->mtime > gather->expiration || at != QN_ID_MAP_NONE)
            qn_id_map_id(&list->ids, (uint32_t)i, &tips[count++]);
    }
    if (!status)
        status = qn_reachable_find(ctx, &from, tips, count, &set);
    for (i = 0; i < total && !status; i++) {
        struct qn_pack_list_add add = {.row =
                                           qn_pack_list_row(list, (uint32_t)i)};
        uint32_t number;
        bool is_new;

        if (qn_id_map_find_row(&set, add.row) == QN_ID_MAP_NONE)
            continue;
        status = qn_pack_list_put(ctx, &kept, &add, &number, &is_new);
        if (!status)
            kept.entries[number].mtime = list->entries[i].mtime;
    }
    (void)named;
    if (!status) {
        struct qn_pack_list old = *list;

        *list = kept;
        kept = old;
    }
    qn_pack_list_dispose(&kept);
    qn_id_map_dispose(&set);
    qn_id_map_dispose(&recent);
    qn_memory_free(tips);
    return status;
}

enum qn_status qn_pack_gather_cruft(struct qn_ctx *ctx,
                                    struct qn_pack_gather *gather,
                                    struct qn_bytes input)
{
    struct named named = {.included = NULL};
    struct following run = {.gather = gather, .named = &named};
    enum qn_status status = read_names(ctx, gather, input, &named, '-');

    if (!status)
        status = qn_object_age_each(ctx, gather->scope->odb, put_cruft, &run);
    if (!status && gather->has_expiration)
        status = expire(ctx, gather, &named);
    if (!status)
        status = qn_pack_names_find(ctx, gather);
    dispose_named(&named);
    return status;
}

/* ---- unreachable */

static enum qn_status add_packed(struct qn_ctx *ctx, void *data,
                                 struct qn_pack_file *pack)
{
    struct qn_pack_gather *gather = data;
    enum qn_status status;
    uint32_t i;

    if (!pack->is_local || pack->is_kept ||
        qn_pack_want_is_named(pack, gather->want->options.keep_packs,
                              gather->want->options.keep_count))
        return QN_OK;
    status = qn_pack_file_open_reverse(ctx, pack);
    for (i = 0; !status && i < pack->index.count; i++) {
        struct qn_pack_list_add add = {
            .row = qn_pack_index_row(
                &pack->index, qn_pack_reverse_position(&pack->reverse, i))};

        status = qn_pack_gather_add(ctx, gather, &add);
    }
    return status;
}

static bool is_kept_elsewhere(const struct qn_pack_gather *gather,
                              const uint8_t *row)
{
    return is_in(gather->want->refused, gather->want->count, row);
}

/* The objects of packs that are going away, to loose files; each looks as old
 * as its pack. */
static enum qn_status unpack(struct qn_ctx *ctx, void *data,
                             struct qn_pack_file *pack)
{
    struct qn_pack_gather *gather = data;
    struct qn_object object = QN_OBJECT_INIT;
    int64_t mtime = pack->mtime_ns / 1000000000;
    enum qn_status status;
    uint32_t i;

    if (!pack->is_local || pack->is_kept ||
        qn_pack_want_is_named(pack, gather->want->options.keep_packs,
                              gather->want->options.keep_count))
        return QN_OK;
    if (gather->unpack_since && mtime <= gather->unpack_since)
        return QN_OK;
    status = qn_pack_file_open_reverse(ctx, pack);
    for (i = 0; !status && i < pack->index.count; i++) {
        const uint8_t *row = qn_pack_index_row(
            &pack->index, qn_pack_reverse_position(&pack->reverse, i));
        struct qn_id id;

        if (qn_id_map_find_row(&gather->list->ids, row) != QN_ID_MAP_NONE ||
            is_kept_elsewhere(gather, row))
            continue;
        qn_id_from_row(&id, pack->algorithm, row);
        status = qn_odb_read(ctx, gather->scope->odb, &id, &object);
        if (!status)
            status = qn_object_age_unpack(ctx, gather->scope->odb, &id, &object,
                                          mtime);
        if (!status)
            status = qn_ctx_check(ctx);
    }
    qn_object_dispose(&object);
    return status;
}

enum qn_status qn_pack_gather_unreachable(struct qn_ctx *ctx,
                                          struct qn_pack_gather *gather)
{
    enum qn_status status = QN_OK;

    if (gather->unreachable == QN_PACK_GATHER_UNPACK)
        return qn_odb_pack_each(ctx, gather->scope->odb, unpack, gather);
    if (gather->unreachable != QN_PACK_GATHER_LOOSE)
        status = qn_odb_pack_each(ctx, gather->scope->odb, add_packed, gather);
    if (!status && gather->unreachable != QN_PACK_GATHER_KEEP)
        status = qn_odb_list(ctx, gather->scope->odb,
                             QN_ODB_LIST_LOCAL | QN_ODB_LIST_NO_PACKED,
                             add_loose, gather);
    return status;
}
