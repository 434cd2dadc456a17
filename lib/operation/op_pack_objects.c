/* SPDX-License-Identifier: MIT */
#include "operation/op_pack_objects.h"

#include "base/memory.h"
#include "operation/part/delta_islands.h"
#include "operation/part/delta_search.h"
#include "operation/part/pack_emit.h"
#include "operation/part/pack_files.h"
#include "os/large_memory.h"
#include "os/parallel.h"
#include "walk/bitmap_build.h"
#include "walk/merge_base.h"

#define DEPTH_MOST 4095
/* Where chains are to be shorter than this, each is looked at. */
#define DEPTH_LEAST 50

struct packing {
    const struct qn_op_pack_objects *options;
    struct qn_op_pack_objects_result *result;
    struct qn_pack_list list;
    struct qn_pack_want want;
    struct qn_pack_uris uris;
    struct qn_pack_gather gather;
    struct qn_delta_islands *islands;
    struct qn_delta_search search;
    struct qn_progress progress;
    struct qn_pack_files files;
};

struct number {
    const char *key;
    int64_t fallback;
    uint64_t *wide;
    uint32_t *narrow;
};

/* pack.allowPackReuse: a bool, "single" or "multi". */
static enum qn_status read_reuse(struct qn_ctx *ctx,
                                 const struct qn_config *config,
                                 struct qn_op_pack_objects *options)
{
    const char *text;
    bool tries = false;
    enum qn_status status =
        qn_config_bool(ctx, config, "feature.experimental", false, &tries);

    text = qn_config_string(config, "pack.allowPackReuse",
                            tries ? "multi" : "single");
    options->copies_front = true;
    options->copies_fronts = text && strcmp(text, "multi") == 0;
    if (status || !text || options->copies_fronts ||
        strcmp(text, "single") == 0 ||
        qn_config_parse_bool(text, &options->copies_front))
        return status;
    return qn_ctx_fail(ctx, QN_INVALID,
                       "invalid pack.allowPackReuse value: '%s'", text);
}

static enum qn_status check_number(struct qn_ctx *ctx, const char *key,
                                   int64_t value)
{
    if (strcmp(key, "pack.threads") == 0 && value < 0)
        return qn_ctx_fail(ctx, QN_INVALID,
                           "invalid number of threads specified (%lld)",
                           (long long)value);
    if (strcmp(key, "pack.indexVersion") == 0 && (value < 0 || value > 2))
        return qn_ctx_fail(ctx, QN_INVALID, "bad pack.indexVersion=%lld",
                           (long long)value);
    return QN_OK;
}

enum qn_status qn_op_pack_objects_configure(struct qn_ctx *ctx,
                                            const struct qn_config *config,
                                            struct qn_op_pack_objects *options)
{
    const struct number numbers[] = {
        {"pack.window", 10, NULL, &options->window},
        {"pack.depth", 50, NULL, &options->depth},
        {"pack.threads", 0, NULL, &options->threads},
        {"pack.indexVersion", 2, NULL, &options->form.version},
        {"pack.windowMemory", 0, &options->window_memory, NULL},
        {"pack.packSizeLimit", 0, &options->max_size, NULL},
        {"pack.deltaCacheSize", 256 << 20, &options->cache_size, NULL},
        {"pack.deltaCacheLimit", 1000, &options->cache_limit, NULL},
        {"core.bigFileThreshold", 512 << 20, &options->big_file_threshold,
         NULL}};
    enum qn_status status = QN_OK;
    int64_t value = -1;
    size_t i;

    for (i = 0; i < QN_COUNT_OF(numbers) && !status; i++) {
        status = qn_config_int64(ctx, config, numbers[i].key,
                                 numbers[i].fallback, &value);
        if (!status)
            status = check_number(ctx, numbers[i].key, value);
        if (value < 0)
            value = 0;
        if (numbers[i].wide)
            *numbers[i].wide = (uint64_t)value;
        else
            *numbers[i].narrow =
                value > UINT32_MAX ? UINT32_MAX : (uint32_t)value;
    }
    if (!status)
        status = qn_config_int64(ctx, config, "core.compression", -1, &value);
    if (!status)
        status =
            qn_config_int64(ctx, config, "pack.compression", value, &value);
    if (!status && (value < -1 || value > 9))
        return qn_ctx_fail(ctx, QN_INVALID, "bad pack compression level %d",
                           (int)value);
    options->level = (int)value;
    if (!status)
        status = qn_config_bool(ctx, config, "pack.writeReverseIndex", true,
                                &options->writes_reverse);
    if (!status)
        status = qn_config_bool(ctx, config, "pack.usePathWalk", false,
                                &options->by_path);
    if (!status)
        status = qn_config_bool(ctx, config, "pack.writeBitmapHashCache", true,
                                &options->has_hash_cache);
    if (!status)
        status = qn_config_bool(ctx, config, "pack.writeBitmapLookupTable",
                                false, &options->has_lookup_table);
    if (!status)
        status = qn_config_bool(ctx, config, "pack.useBitmaps", true,
                                &options->uses_bitmap);
    if (!status)
        status = read_reuse(ctx, config, options);
    options->reuses_deltas = options->reuses_objects = true;
    options->name_hash_version = 1;
    options->fd = -1;
    return status;
}

void qn_op_pack_objects_result_dispose(struct qn_op_pack_objects_result *result)
{
    qn_memory_free(result->packs);
    result->packs = NULL;
}

static enum qn_status gather_rows(struct qn_ctx *ctx, struct packing *packing)
{
    const struct qn_op_pack_objects *options = packing->options;
    enum qn_status status = QN_OK;
    uint32_t number;
    bool is_new;
    size_t i;

    for (i = 0; i < options->count && !status; i++) {
        struct qn_pack_list_add add = {.row = options->rows +
                                              i * packing->list.ids.row_size};

        status = qn_pack_list_put(ctx, &packing->list, &add, &number, &is_new);
        if (!status && options->name_hashes)
            packing->list.entries[number].name_hash = options->name_hashes[i];
    }
    return status;
}

static enum qn_status gather(struct qn_ctx *ctx, struct packing *packing)
{
    const struct qn_op_pack_objects *options = packing->options;
    struct qn_pack_gather *from = &packing->gather;
    enum qn_status status;

    *from = (struct qn_pack_gather){
        .scope = options->scope,
        .list = &packing->list,
        .want = &packing->want,
        .uris = &packing->uris,
        .progress = &packing->progress,
        .all = options->all,
        .reflog = options->reflog,
        .indexed = options->indexed,
        .unpacked = options->unpacked,
        .is_thin = options->is_thin,
        .spares_workers = options->spares_workers,
        .looks_harder = options->looks_harder,
        .includes_tags = options->includes_tags,
        .keeps_true_parents = options->keeps_true_parents,
        .excludes_promised = options->excludes_promised,
        .missing = options->missing,
        .filter = options->filter,
        .window = options->window,
        .uses_bitmap = options->uses_bitmap && options->is_stream &&
                       !options->by_path && !options->uses_islands,
        .copies_front = options->copies_front && options->reuses_deltas &&
                        options->reuses_objects && !options->want.honors_keep &&
                        !options->want.is_local &&
                        !options->want.is_incremental &&
                        options->want.keep_count == 0,
        .copies_fronts = options->copies_fronts,
        .scans = options->is_stream && !options->by_path &&
                 !options->uses_islands && !options->reflog &&
                 options->window > 0 && options->depth >= DEPTH_LEAST,
        .names_offsets = options->names_offsets,
        .unreachable = options->unreachable,
        .unpack_since = options->unpack_since,
        .big_file_threshold = options->big_file_threshold,
        .follows = options->follows,
        .has_expiration = options->has_expiration,
        .expiration = options->expiration};
    qn_progress_begin(ctx, &packing->progress, QN_PROGRESS_BEGIN,
                      "Enumerating objects", 0);
    status = options->scope->repo
                 ? qn_attributes_new(ctx, options->scope->repo,
                                     QN_ATTRIBUTES_WORK_TREE, NULL, NULL,
                                     &from->attributes)
                 : QN_OK;
    if (status)
        return status;
    if (options->kind == QN_OP_PACK_OBJECTS_CRUFT)
        status = qn_pack_gather_cruft(ctx, from, options->input);
    else if (options->kind == QN_OP_PACK_OBJECTS_PACKS)
        status = qn_pack_gather_packs(ctx, from, options->input);
    else if (options->kind == QN_OP_PACK_OBJECTS_REVISIONS)
        status = qn_pack_gather_revisions(ctx, from, options->input);
    else if (options->rows)
        status = gather_rows(ctx, packing);
    else
        status = qn_pack_gather_lines(ctx, from, options->input);
    if (!status && options->unreachable != QN_PACK_GATHER_NONE)
        status = qn_pack_gather_unreachable(ctx, from);
    if (!status && options->includes_tags)
        status = qn_pack_gather_tags(ctx, from);
    if (!status && packing->list.base_count > 0 && options->window > 0 &&
        packing->list.base_count < qn_pack_list_count(&packing->list))
        qn_progress_set(
            ctx, &packing->progress,
            qn_pack_list_count(&packing->list) +
                (packing->list.is_front_known ? packing->list.front_count : 0));
    if (!status)
        qn_progress_end(ctx, &packing->progress);
    return status;
}

static enum qn_status prepare(struct qn_ctx *ctx, struct packing *packing)
{
    const struct qn_op_pack_objects *options = packing->options;
    struct qn_pack_list_prepare how = {
        .reuses_deltas = options->reuses_deltas && options->reuses_objects,
        .depth = options->depth > DEPTH_MOST ? DEPTH_MOST : options->depth};
    enum qn_status status = QN_OK;
    /* Git counts what deltas of a thin pack may be on, too. */
    uint64_t count = qn_pack_list_count(&packing->list);

    if (packing->list.is_front_known)
        count += packing->list.front_count;
    if (options->window == 0 || count == packing->list.base_count)
        count -= packing->list.base_count;
    if (options->uses_islands)
        status = qn_delta_islands_new(ctx, options->scope, &packing->list,
                                      &packing->islands);
    how.islands = packing->islands;
    if (count > 0)
        qn_progress_begin(ctx, &packing->progress, QN_PROGRESS_BEGIN,
                          "Counting objects", count);
    if (!status)
        status = qn_pack_list_prepare(ctx, &packing->list, &how);
    if (status || count == 0)
        return status;
    qn_progress_set(ctx, &packing->progress, count);
    qn_progress_end(ctx, &packing->progress);
    return QN_OK;
}

static enum qn_status search(struct qn_ctx *ctx, struct packing *packing)
{
    const struct qn_op_pack_objects *options = packing->options;
    struct qn_parallel_options threads = {.thread_count = options->threads};
    enum qn_status status;
    size_t count, known;

    packing->search = (struct qn_delta_search){
        .list = &packing->list,
        .islands = packing->islands,
        .window = options->window,
        .depth = options->depth > DEPTH_MOST ? DEPTH_MOST : options->depth,
        .thread_count = options->threads,
        .window_memory = options->window_memory,
        .big_file_threshold = options->big_file_threshold
                                  ? options->big_file_threshold
                                  : 512u << 20,
        .cache_size = options->cache_size,
        .cache_limit = options->cache_limit,
        .level = options->level,
        .reuses_deltas = options->reuses_deltas && options->reuses_objects,
        .by_path = options->by_path,
        .progress = &packing->progress};
    known = packing->list.is_front_known ? packing->list.front_candidates : 0;
    count = known + qn_delta_search_count(&packing->search);
    if (count == 0 || (count < 2 && packing->list.base_count == 0))
        return QN_OK;
    if (options->announce)
        options->announce(options->announce_data,
                          qn_parallel_thread_count(ctx, &threads));
    qn_progress_begin(ctx, &packing->progress, QN_PROGRESS_BEGIN,
                      "Compressing objects", count);
    if (count == known) {
        qn_progress_set(ctx, &packing->progress, count);
        qn_progress_end(ctx, &packing->progress);
        return QN_OK;
    }
    qn_progress_add(ctx, &packing->progress, known);
    /* What counting needed is in the way of the workers' windows, and what they
     * leave in that of those who write. */
    qn_odb_shed(options->scope->odb);
    qn_large_memory_give_back();
    status = qn_delta_search_run(ctx, &packing->search);
    qn_large_memory_give_back();
    if (!status)
        qn_progress_end(ctx, &packing->progress);
    return status;
}

/* What is known of objects, by position in the index: the names that they were
 * met under, and types. */
struct known {
    uint32_t *hashes;
    uint8_t *types;
};

static enum qn_status list_known(struct qn_ctx *ctx,
                                 const struct packing *packing,
                                 const struct qn_pack_index *index,
                                 struct known *known)
{
    uint32_t i, number;

    known->hashes =
        qn_memory_calloc(ctx, (size_t)index->count + 1, sizeof(*known->hashes));
    known->types = qn_memory_calloc(ctx, (size_t)index->count + 1, 1);
    if (!known->hashes || !known->types)
        return QN_NO_MEMORY;
    for (i = 0; i < index->count; i++) {
        number =
            qn_id_map_find_row(&packing->list.ids, qn_pack_index_row(index, i));
        if (number == QN_ID_MAP_NONE)
            continue;
        known->hashes[i] = packing->list.entries[number].name_hash;
        known->types[i] = packing->list.entries[number].type;
    }
    return QN_OK;
}

/* The bitmap of the pack whose index this is, unless something that its commits
 * reach is elsewhere. */
static enum qn_status make_bitmap(struct qn_ctx *ctx, void *data,
                                  struct qn_bytes bytes, struct qn_buf *out)
{
    const struct packing *packing = data;
    const struct qn_op_pack_objects *options = packing->options;
    struct qn_bitmap_build build = {
        .scope = options->scope, .has_lookup_table = options->has_lookup_table};
    struct qn_bitmap_tips tips = {.tips = NULL};
    struct qn_bit_order order = {.count = 0};
    struct known known = {.hashes = NULL};
    struct qn_pack_index index = {.count = 0};
    struct qn_pack_reverse reverse = {.count = 0};
    enum qn_status status;

    status = qn_pack_index_parse(ctx, bytes, "index",
                                 qn_odb_algorithm(options->scope->odb), &index);
    if (!status && index.count < qn_pack_list_count(&packing->list) -
                                     packing->list.base_count) {
        qn_ctx_report(ctx, QN_REPORT_WARNING, "bitmap.open",
                      "disabling bitmap writing, packs are split due to "
                      "pack.packSizeLimit");
        return QN_OK;
    }
    if (!status)
        status = qn_pack_reverse_open(ctx, "", &index, &reverse);
    if (!status)
        status = qn_bitmap_tips_read(ctx, options->scope, &tips);
    if (!status)
        status = list_known(ctx, packing, &index, &known);
    if (!status) {
        qn_bit_order_of_pack(&order, index.algorithm, &index, &reverse);
        build.order = &order;
        build.checksum = qn_pack_index_pack_checksum(&index);
        build.preferred = tips.preferred;
        build.preferred_count = tips.preferred_count;
        build.types = known.types;
        if (options->has_hash_cache && options->name_hash_version != 2)
            build.hashes = known.hashes;
    }
    if (!status)
        status = qn_bitmap_build_run(ctx, &build, out);
    if (status == QN_REFUSED) {
        qn_ctx_report(ctx, QN_REPORT_WARNING, "bitmap.open",
                      "Failed to write bitmap index. %s", qn_ctx_message(ctx));
        status = qn_ctx_fail(ctx, QN_REFUSED, "failed to write bitmap index");
    }
    qn_bit_order_dispose(&order);
    qn_pack_reverse_close(&reverse);
    qn_bitmap_tips_dispose(&tips);
    qn_memory_free(known.hashes);
    qn_memory_free(known.types);
    return status;
}

/* A bitmap's commits must lead to nothing outside of the pack. */
static bool can_have_bitmap(struct qn_ctx *ctx, const struct packing *packing)
{
    const struct qn_op_pack_objects *options = packing->options;

    if (!options->writes_bitmap || !packing->want.has_left_out)
        return options->writes_bitmap;
    if (!options->hides_bitmap_warning)
        qn_ctx_report(ctx, QN_REPORT_WARNING, "bitmap.open",
                      "disabling bitmap writing, as some objects are not being "
                      "packed");
    return false;
}

static enum qn_status emit(struct qn_ctx *ctx, struct packing *packing)
{
    const struct qn_op_pack_objects *options = packing->options;
    struct qn_op_pack_objects_result *result = packing->result;
    struct qn_pack_emit out = {
        .list = &packing->list,
        .search = &packing->search,
        .names_offsets = options->names_offsets,
        .reuses_objects = options->reuses_objects,
        .max_size = options->is_stream ? 0 : options->max_size,
        .progress = options->is_quiet_end ? NULL : &packing->progress,
        .begin = qn_pack_files_begin,
        .end = qn_pack_files_end,
        .data = &packing->files,
        .sink = options->sink};
    enum qn_status status;

    packing->files = (struct qn_pack_files){
        .store = qn_odb_get_store(options->scope->odb),
        .sync =
            options->scope->repo ? qn_repo_sync(options->scope->repo) : NULL,
        .shared_mode = options->scope->repo
                           ? qn_repo_shared_mode(options->scope->repo)
                           : 0,
        .is_stream = options->is_stream,
        .fd = options->fd,
        .base_name = options->base_name,
        .promisor = options->promisor,
        .form = options->form,
        .writes_reverse = options->writes_reverse,
        .writes_mtimes = options->kind == QN_OP_PACK_OBJECTS_CRUFT,
        .bitmap = can_have_bitmap(ctx, packing) ? make_bitmap : NULL,
        .bitmap_data = packing};
    if (out.progress)
        qn_progress_begin(
            ctx, out.progress, QN_PROGRESS_BEGIN, "Writing objects",
            qn_pack_list_count(&packing->list) - packing->list.base_count +
                packing->list.front_count);
    out.sync = options->is_stream ? NULL : packing->files.sync;
    status = qn_pack_emit_run(ctx, &out);
    if (!status && out.progress)
        qn_progress_end(ctx, &packing->progress);
    result->written = out.written;
    result->written_deltas = out.written_deltas;
    result->reused = out.reused;
    result->reused_deltas = out.reused_deltas;
    result->front = out.front;
    result->front_packs =
        packing->list.is_front_known ? 0 : packing->list.front_packs;
    result->packs = packing->files.packs;
    result->count = packing->files.count;
    qn_pack_files_dispose(&packing->files);
    return status;
}

enum qn_status
qn_op_pack_objects_total(struct qn_ctx *ctx,
                         const struct qn_op_pack_objects_result *result,
                         struct qn_buf *out)
{
    return qn_buf_printf(ctx, out,
                         "Total %llu (delta %llu), reused %llu (delta %llu), "
                         "pack-reused %llu (from %zu)\n",
                         (unsigned long long)result->written,
                         (unsigned long long)result->written_deltas,
                         (unsigned long long)result->reused,
                         (unsigned long long)result->reused_deltas,
                         (unsigned long long)result->front,
                         result->front_packs);
}

enum qn_status qn_op_pack_objects_run(struct qn_ctx *ctx,
                                      const struct qn_op_pack_objects *options,
                                      struct qn_op_pack_objects_result *result)
{
    struct packing packing = {.options = options, .result = result};
    enum qn_status status;
    size_t count;

    qn_pack_list_init(&packing.list, options->scope->odb);
    packing.list.name_hash_version = options->name_hash_version;
    status = qn_pack_want_init(ctx, &packing.want, options->scope->odb,
                               &options->want);
    if (!status && options->scope->repo)
        status = qn_pack_uris_init(ctx, qn_repo_config(options->scope->repo),
                                   packing.list.ids.algorithm, &packing.uris);
    packing.uris.protocols = options->uri_protocols;
    packing.uris.protocol_count = options->uri_protocol_count;
    if (!status)
        status = gather(ctx, &packing);
    if (!status && packing.uris.lines.size > 0 && options->uris)
        status = options->uris(ctx, options->uris_data,
                               qn_buf_bytes(&packing.uris.lines));
    count = qn_pack_list_count(&packing.list) - packing.list.base_count;
    if (!status && count >= UINT32_MAX)
        status = qn_ctx_fail(ctx, QN_TOO_BIG, "too many objects for one pack");
    if (!status && !(count == 0 && packing.list.front_count == 0 &&
                     options->skips_empty)) {
        status = prepare(ctx, &packing);
        if (!status)
            status = search(ctx, &packing);
        if (!status)
            status = emit(ctx, &packing);
    }
    qn_delta_islands_free(packing.islands);
    qn_attributes_free(packing.gather.attributes);
    qn_memory_free(packing.gather.noted);
    qn_pack_want_dispose(&packing.want);
    qn_pack_uris_dispose(&packing.uris);
    qn_pack_list_dispose(&packing.list);
    return status;
}
