/* SPDX-License-Identifier: MIT */
#include "operation/op_multi_pack_index.h"

#include "base/memory.h"
#include "base/progress.h"
#include "config/config.h"
#include "hash/hash.h"
#include "operation/op_pack_objects.h"
#include "operation/part/midx_bitmap.h"
#include "operation/part/midx_files.h"
#include "pack/pack_bitmap.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- which packs */

struct choice {
    const struct qn_op_multi_pack_index *op;
    const struct qn_midx_files *files;
    bool only_new; /* those that no layer has */
};

/* What --base names: so many of the layers are below the new one. */
static size_t count_below(const struct qn_op_multi_pack_index *op,
                          const struct qn_midx_files *files)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_id id;
    size_t i;

    if (!op->base)
        return files->layer_count;
    for (i = files->layer_count; i > 0; i--) {
        qn_midx_files_layer_id(files, i - 1, &id);
        if (strcmp(qn_id_to_hex(&id, hex), op->base) == 0)
            break;
    }
    return i;
}

/* Is the pack in a layer that stays? */
static bool is_below(const struct choice *choice, const char *name)
{
    size_t count = choice->op->replaces ? count_below(choice->op, choice->files)
                                        : choice->files->layer_count;
    size_t i;
    uint32_t k;

    for (i = 0; i < count; i++)
        for (k = 0; k < choice->files->layers[i].pack_count; k++)
            if (strcmp(choice->files->layers[i].names[k], name) == 0)
                return true;
    return false;
}

static bool is_wanted(const void *data, const char *name)
{
    const struct choice *choice = data;
    size_t i;

    if (choice->only_new && is_below(choice, name))
        return false;
    for (i = 0; choice->op->has_packs && i < choice->op->pack_count; i++)
        if (strcmp(choice->op->packs[i], name) == 0)
            return true;
    return !choice->op->has_packs;
}

/* "pack-<hash>", with ".idx" or ".pack" behind it. */
static bool is_called(const char *name, const char *text)
{
    size_t size = strlen(name) - 4; /* ".idx" */

    return strncmp(name, text, size) == 0 &&
           (strcmp(text + size, ".idx") == 0 ||
            strcmp(text + size, ".pack") == 0);
}

static enum qn_status find_preferred(struct qn_ctx *ctx,
                                     const struct qn_midx_files *files,
                                     const char *preferred, uint32_t *out)
{
    uint32_t i;

    *out = QN_MULTI_PACK_WRITE_NONE;
    if (!preferred)
        return QN_OK;
    for (i = 0; i < files->count; i++)
        if (is_called(files->packs[i].name, preferred)) {
            *out = i;
            if (files->packs[i].file->index.count == 0)
                return qn_ctx_fail(ctx, QN_INVALID,
                                   "cannot select preferred pack %s with no "
                                   "objects",
                                   files->packs[i].name);
            return QN_OK;
        }
    qn_ctx_report(ctx, QN_REPORT_WARNING, "", "unknown preferred pack: '%s'",
                  preferred);
    return QN_OK;
}

static bool has_good_sum(const struct qn_multi_pack_index *index)
{
    size_t size = index->map.size - index->id_size;
    struct qn_id sum;

    qn_hash_checksum(index->algorithm, qn_bytes_make(index->map.data, size),
                     &sum);
    return memcmp(sum.bytes, index->map.data + size, index->id_size) == 0;
}

/* Are there sound bitmaps of it? */
static bool can_open(struct qn_ctx *ctx, const struct qn_midx_files *files)
{
    const struct qn_multi_pack_index *index = files->layers;
    const struct qn_pack_bitmap_of of = {
        .algorithm = files->algorithm,
        .count = index->count,
        .checksum = index->map.data + index->map.size - index->id_size};
    struct qn_pack_bitmap bitmap;
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status;
    struct qn_id id;

    qn_midx_files_layer_id(files, 0, &id);
    status = qn_midx_files_bitmap_path(ctx, files, &id, false, &path);
    if (!status)
        status = qn_pack_bitmap_open(ctx, qn_buf_string(&path), &of, &bitmap);
    if (!status)
        qn_pack_bitmap_close(&bitmap);
    qn_ctx_clear(ctx);
    qn_buf_dispose(&path);
    return status == QN_OK;
}

/* Is there a file of just these packs already? */
static bool is_up_to_date(struct qn_ctx *ctx,
                          const struct qn_op_multi_pack_index *op,
                          const struct qn_midx_files *files,
                          const struct qn_multi_pack_write *write)
{
    const struct qn_multi_pack_index *index = files->layers;
    size_t i;

    if (files->is_chain || files->layer_count != 1)
        return false;
    if (!has_good_sum(index)) {
        qn_ctx_report(ctx, QN_REPORT_WARNING, "",
                      "ignoring existing multi-pack-index; checksum mismatch");
        return false;
    }
    if (index->version != write->version || index->pack_count != files->count)
        return false;
    for (i = 0; i < files->count; i++)
        if (!qn_midx_files_has(files, files->packs[i].name))
            return false;
    return !op->writes_bitmap || can_open(ctx, files);
}

/* ---- writing */

static enum qn_status encode(struct qn_ctx *ctx,
                             const struct qn_midx_files *files,
                             struct qn_multi_pack_write *write,
                             struct qn_buf *bytes, struct qn_id *name)
{
    struct qn_progress progress = QN_PROGRESS_INIT;
    enum qn_status status;
    size_t i;

    write->algorithm = files->algorithm;
    write->packs =
        qn_memory_calloc(ctx, files->count + 1, sizeof(*write->packs));
    if (!write->packs)
        return QN_NO_MEMORY;
    write->pack_count = files->count;
    for (i = 0; i < files->count; i++) {
        write->packs[i].name = files->packs[i].name;
        write->packs[i].index = &files->packs[i].file->index;
        write->packs[i].mtime = files->packs[i].mtime;
    }
    qn_progress_begin(ctx, &progress, QN_PROGRESS_BEGIN_LATER,
                      "Writing chunks to multi-pack-index", 4);
    status = qn_multi_pack_index_encode(ctx, write, bytes, name);
    qn_progress_add(ctx, &progress, 4);
    qn_progress_end(ctx, &progress);
    return status;
}

static enum qn_status make_bitmap(struct qn_ctx *ctx,
                                  const struct qn_op_multi_pack_index *op,
                                  struct qn_midx_files *files, size_t below,
                                  const struct qn_id *name,
                                  struct qn_bytes bytes)
{
    const struct qn_midx_bitmap how = {.scope = op->scope,
                                       .directory = files->directory,
                                       .index = bytes,
                                       .below = files->layers,
                                       .below_count = below,
                                       .snapshot = op->snapshot};
    struct qn_buf bitmap = QN_BUF_INIT;
    enum qn_status status;

    bitmap.limit = SIZE_MAX;
    status = qn_midx_bitmap_make(ctx, &how, &bitmap);
    if (!status)
        status = qn_midx_files_put_bitmap(ctx, files, name, op->is_incremental,
                                          qn_buf_bytes(&bitmap));
    qn_buf_dispose(&bitmap);
    return status;
}

/* The one file becomes the lowest layer. */
static enum qn_status take_single(struct qn_ctx *ctx,
                                  struct qn_midx_files *files,
                                  const struct qn_id *name)
{
    struct qn_buf path = QN_BUF_INIT, bytes = QN_BUF_INIT;
    enum qn_status status;

    bytes.limit = SIZE_MAX;
    status = qn_midx_files_bitmap_path(ctx, files, name, false, &path);
    if (!status && qn_file_exists(qn_buf_string(&path))) {
        status = qn_file_read_all(ctx, qn_buf_string(&path), &bytes);
        if (!status)
            status = qn_midx_files_put_bitmap(ctx, files, name, true,
                                              qn_buf_bytes(&bytes));
    }
    if (!status)
        status =
            qn_midx_files_put_layer(ctx, files, name,
                                    qn_bytes_make(files->layers[0].map.data,
                                                  files->layers[0].map.size));
    qn_buf_dispose(&path);
    qn_buf_dispose(&bytes);
    return status;
}

static enum qn_status write_layer(struct qn_ctx *ctx,
                                  struct qn_op_multi_pack_index *op,
                                  struct qn_midx_files *files,
                                  const struct qn_id *name,
                                  struct qn_bytes bytes)
{
    struct qn_id *names =
        qn_memory_calloc(ctx, files->layer_count + 1, sizeof(*names));
    enum qn_status status = QN_OK;
    size_t count = files->layer_count, i;

    if (!names)
        return QN_NO_MEMORY;
    if (op->replaces)
        count = count_below(op, files);
    for (i = 0; i < count; i++)
        qn_midx_files_layer_id(files, i, &names[i]);
    names[count] = *name;
    if (!files->is_chain && count == 1)
        status = take_single(ctx, files, &names[0]);
    if (!status)
        status = qn_midx_files_put_layer(ctx, files, name, bytes);
    if (!status && !op->keeps_chain)
        status = qn_midx_files_put_chain(ctx, files, names, count + 1);
    op->layer = *name;
    op->has_layer = !status && op->keeps_chain;
    qn_memory_free(names);
    return status;
}

/* Where a pack stands among those that are there: packs of the file that is
 * replaced come first. */
static uint32_t place_of(const struct qn_midx_files *files, uint32_t i,
                         bool is_incremental)
{
    const struct qn_multi_pack_index *old = files->layers;
    uint32_t k = 0;

    if (is_incremental || files->is_chain || files->layer_count != 1)
        return files->packs[i].found;
    while (k < old->pack_count &&
           strcmp(old->names[k], files->packs[i].name) != 0)
        k++;
    return k < old->pack_count ? k : old->pack_count + files->packs[i].found;
}

/* For bitmaps: the oldest pack that has objects. */
static uint32_t oldest_pack(const struct qn_midx_files *files,
                            bool is_incremental)
{
    uint32_t best = QN_MULTI_PACK_WRITE_NONE, best_place = 0, i;

    for (i = 0; i < files->count; i++) {
        uint32_t place = place_of(files, i, is_incremental);

        if (files->packs[i].file->index.count == 0)
            continue;
        if (best != QN_MULTI_PACK_WRITE_NONE &&
            (files->packs[i].mtime > files->packs[best].mtime ||
             (files->packs[i].mtime == files->packs[best].mtime &&
              place > best_place)))
            continue;
        best = i;
        best_place = place;
    }
    return best;
}

static enum qn_status write_new(struct qn_ctx *ctx,
                                struct qn_op_multi_pack_index *op,
                                struct qn_midx_files *files,
                                struct qn_multi_pack_write *write)
{
    struct qn_buf bytes = QN_BUF_INIT;
    struct qn_id name;
    enum qn_status status = QN_OK;

    bytes.limit = SIZE_MAX;
    write->wants_order = op->writes_bitmap;
    if (op->is_incremental) {
        write->bases = files->layers;
        write->base_count = count_below(op, files);
    }
    if (op->writes_bitmap)
        status = qn_midx_bitmap_check(ctx, files->directory, files->layers,
                                      write->base_count);
    if (!status)
        status = encode(ctx, files, write, &bytes, &name);
    if (!status && op->writes_bitmap)
        status = make_bitmap(ctx, op, files, write->base_count, &name,
                             qn_buf_bytes(&bytes));
    if (!status)
        status =
            op->is_incremental
                ? write_layer(ctx, op, files, &name, qn_buf_bytes(&bytes))
                : qn_midx_files_put_single(ctx, files, qn_buf_bytes(&bytes));
    qn_buf_dispose(&bytes);
    return status;
}

enum qn_status qn_op_multi_pack_index_write(struct qn_ctx *ctx,
                                            struct qn_op_multi_pack_index *op)
{
    struct qn_multi_pack_write write = {.preferred = QN_MULTI_PACK_WRITE_NONE};
    struct choice choice = {.op = op, .only_new = op->is_incremental};
    struct qn_midx_files files;
    int64_t version = 0;
    enum qn_status status;

    status = qn_midx_files_open(
        ctx, &files, op->scope->repo,
        qn_midx_files_objects(op->scope, op->objects_directory),
        op->is_incremental ? QN_MIDX_FILES_LOCK_CHAIN
                           : QN_MIDX_FILES_LOCK_SINGLE);
    choice.files = &files;
    if (!status)
        status = qn_midx_files_version(ctx, op->scope->repo, &version);
    if (!status)
        status = qn_midx_files_find_packs(ctx, &files, is_wanted, &choice);
    if (status)
        goto out;
    if (op->is_incremental && files.count == 0 && files.layer_count > 0)
        goto out; /* nothing is new */
    if (files.count == 0) {
        status = find_preferred(ctx, &files, op->preferred, &write.preferred);
        if (status)
            goto out;
        status = qn_ctx_fail(ctx, QN_INVALID, "no pack files to index.");
        goto out;
    }
    write.version = version == 2 ? 2 : 1;
    status = find_preferred(ctx, &files, op->preferred, &write.preferred);
    if (!status && !op->is_incremental &&
        is_up_to_date(ctx, op, &files, &write)) {
        if (!op->writes_bitmap)
            status = qn_midx_files_clear_bitmaps(ctx, &files, NULL);
        goto out;
    }
    if (!status && op->writes_bitmap &&
        write.preferred == QN_MULTI_PACK_WRITE_NONE)
        write.preferred =
            op->preferred ? 0 : oldest_pack(&files, op->is_incremental);
    if (!status)
        status = write_new(ctx, op, &files, &write);
out:
    qn_memory_free(write.packs);
    qn_midx_files_close(&files);
    return status;
}

/* ---- expire and repack */

static uint32_t layer_pack(const struct qn_multi_pack_index *index,
                           const char *name)
{
    uint32_t i;

    for (i = 0; i < index->pack_count; i++)
        if (strcmp(index->names[i], name) == 0)
            return i;
    return UINT32_MAX;
}

/* How many objects the one file takes from each of its packs. */
static enum qn_status count_chosen(struct qn_ctx *ctx,
                                   const struct qn_multi_pack_index *index,
                                   uint32_t **out)
{
    struct qn_progress progress = QN_PROGRESS_INIT;
    uint32_t *counts =
        qn_memory_calloc(ctx, (size_t)index->pack_count + 1, sizeof(*counts));
    uint64_t offset;
    uint32_t i, pack;

    *out = counts;
    if (!counts)
        return QN_NO_MEMORY;
    qn_progress_begin(ctx, &progress, QN_PROGRESS_BEGIN_LATER,
                      "Counting referenced objects", index->count);
    for (i = 0; i < index->count; i++) {
        qn_multi_pack_index_entry(index, i, &pack, &offset);
        if (pack >= index->pack_count)
            return qn_ctx_fail(ctx, QN_CORRUPT,
                               "bad pack-int-id: %u (%u total packs)",
                               (unsigned)pack, (unsigned)index->pack_count);
        counts[pack]++;
    }
    qn_progress_add(ctx, &progress, index->count);
    qn_progress_end(ctx, &progress);
    return QN_OK;
}

static bool is_in_layers(const void *data, const char *name)
{
    return qn_midx_files_has(data, name);
}

/* A pack of the list goes out of it. */
static void drop_pack(struct qn_midx_files *files, size_t i)
{
    qn_memory_free(files->packs[i].name);
    qn_pack_file_release(files->packs[i].file);
    memmove(&files->packs[i], &files->packs[i + 1],
            (files->count - i - 1) * sizeof(*files->packs));
    files->count--;
}

static enum qn_status expire_packs(struct qn_ctx *ctx,
                                   struct qn_midx_files *files,
                                   const uint32_t *counts)
{
    struct qn_multi_pack_write write = {.preferred = QN_MULTI_PACK_WRITE_NONE,
                                        .version = files->layers[0].version};
    char **dropped = qn_memory_calloc(ctx, files->count + 1, sizeof(*dropped));
    struct qn_buf bytes = QN_BUF_INIT;
    enum qn_status status = dropped ? QN_OK : QN_NO_MEMORY;
    size_t i = 0, count = 0;
    struct qn_id name;

    while (i < files->count && !status) {
        const struct qn_midx_pack *pack = &files->packs[i];

        if (pack->is_kept || pack->is_cruft ||
            counts[layer_pack(&files->layers[0], pack->name)]) {
            i++;
            continue;
        }
        dropped[count] =
            qn_memory_string(ctx, qn_bytes_from_string(pack->name));
        if (!dropped[count++])
            status = QN_NO_MEMORY;
        else
            drop_pack(files, i);
    }
    if (!status && count > 0)
        status = encode(ctx, files, &write, &bytes, &name);
    if (!status && count > 0)
        status = qn_midx_files_put_single(ctx, files, qn_buf_bytes(&bytes));
    for (i = 0; i < count; i++) {
        if (!status)
            status = qn_midx_files_remove_pack(ctx, files, dropped[i]);
        qn_memory_free(dropped[i]);
    }
    qn_memory_free(dropped);
    qn_memory_free(write.packs);
    qn_buf_dispose(&bytes);
    return status;
}

enum qn_status qn_op_multi_pack_index_expire(struct qn_ctx *ctx,
                                             struct qn_op_multi_pack_index *op)
{
    struct qn_midx_files files;
    uint32_t *counts = NULL;
    enum qn_status status = qn_midx_files_open(
        ctx, &files, op->scope->repo,
        qn_midx_files_objects(op->scope, op->objects_directory),
        QN_MIDX_FILES_LOCK_SINGLE);

    if (!status && files.is_chain)
        status = qn_ctx_fail(ctx, QN_UNSUPPORTED,
                             "cannot expire packs from an incremental "
                             "multi-pack-index");
    if (status || files.layer_count == 0)
        goto out;
    status = count_chosen(ctx, &files.layers[0], &counts);
    if (!status)
        status = qn_midx_files_find_packs(ctx, &files, is_in_layers, &files);
    if (!status)
        status = expire_packs(ctx, &files, counts);
out:
    qn_memory_free(counts);
    qn_midx_files_close(&files);
    return status;
}

struct aged {
    const struct qn_midx_pack *pack;
    uint32_t number; /* in the file */
};

static int compare_aged(const void *a, const void *b)
{
    const struct aged *first = a, *second = b;

    if (first->pack->mtime != second->pack->mtime)
        return first->pack->mtime < second->pack->mtime ? -1 : 1;
    return first->number < second->number ? -1 : first->number > second->number;
}

/* Which packs are joined: `chosen` by number in the file; answers how many. */
static enum qn_status choose_batch(struct qn_ctx *ctx,
                                   const struct qn_op_multi_pack_index *op,
                                   const struct qn_midx_files *files,
                                   const uint32_t *counts, bool *chosen,
                                   size_t *count)
{
    struct aged *aged = qn_memory_array(ctx, files->count + 1, sizeof(*aged));
    uint64_t total = 0;
    bool packs_kept = false;
    enum qn_status status =
        qn_config_bool(ctx, qn_repo_config(op->scope->repo),
                       "repack.packkeptobjects", false, &packs_kept);
    size_t i, n = 0;

    *count = 0;
    if (!aged)
        return QN_NO_MEMORY;
    for (i = 0; i < files->count; i++)
        if ((packs_kept || !files->packs[i].is_kept) &&
            !files->packs[i].is_cruft) {
            aged[n].pack = &files->packs[i];
            aged[n++].number =
                layer_pack(&files->layers[0], files->packs[i].name);
        }
    qsort(aged, n, sizeof(*aged), compare_aged);
    for (i = 0; i < n && !status; i++) {
        uint32_t all = aged[i].pack->file->index.count;
        uint64_t expected = all ? (uint64_t)((double)aged[i].pack->size *
                                             counts[aged[i].number] / all)
                                : 0;

        if (op->batch_size > 0 && total >= op->batch_size)
            break;
        if (op->batch_size > 0 && (all == 0 || expected >= op->batch_size))
            continue;
        chosen[aged[i].number] = true;
        (*count)++;
        total += expected;
    }
    qn_memory_free(aged);
    return status;
}

static enum qn_status pack_batch(struct qn_ctx *ctx,
                                 const struct qn_op_multi_pack_index *op,
                                 const struct qn_midx_files *files,
                                 const bool *chosen)
{
    const struct qn_multi_pack_index *index = &files->layers[0];
    const struct qn_config *config = qn_repo_config(op->scope->repo);
    struct qn_op_pack_objects_result result = {.packs = NULL};
    struct qn_op_pack_objects pack = {.scope = op->scope,
                                      .kind = QN_OP_PACK_OBJECTS_LIST};
    struct qn_buf base = QN_BUF_INIT;
    uint8_t *rows =
        qn_memory_array(ctx, (size_t)index->count + 1, index->id_size);
    enum qn_status status = rows ? QN_OK : QN_NO_MEMORY;
    uint64_t offset;
    uint32_t i, number;

    for (i = 0; !status && i < index->count; i++) {
        qn_multi_pack_index_entry(index, i, &number, &offset);
        if (number < index->pack_count && chosen[number])
            memcpy(rows + pack.count++ * index->id_size,
                   qn_multi_pack_index_row(index, i), index->id_size);
    }
    if (!status)
        status = qn_op_pack_objects_configure(ctx, config, &pack);
    if (!status)
        status = qn_config_bool(ctx, config, "repack.usedeltabaseoffset", true,
                                &pack.names_offsets);
    if (!status)
        status = qn_config_bool(ctx, config, "repack.usedeltaislands", false,
                                &pack.uses_islands);
    if (!status)
        status = qn_buf_printf(ctx, &base, "%s/pack", files->directory);
    pack.rows = rows;
    pack.base_name = qn_buf_string(&base);
    pack.writes_reverse = true;
    if (!status)
        status = qn_op_pack_objects_run(ctx, &pack, &result);
    qn_op_pack_objects_result_dispose(&result);
    qn_buf_dispose(&base);
    qn_memory_free(rows);
    return status;
}

enum qn_status qn_op_multi_pack_index_repack(struct qn_ctx *ctx,
                                             struct qn_op_multi_pack_index *op)
{
    struct qn_op_multi_pack_index again = {
        .scope = op->scope, .objects_directory = op->objects_directory};
    struct qn_midx_files files;
    uint32_t *counts = NULL;
    bool *chosen = NULL;
    size_t count = 0;
    enum qn_status status = qn_midx_files_open(
        ctx, &files, op->scope->repo,
        qn_midx_files_objects(op->scope, op->objects_directory),
        QN_MIDX_FILES_READ);

    if (!status && files.is_chain)
        status = qn_ctx_fail(ctx, QN_UNSUPPORTED,
                             "cannot repack an incremental multi-pack-index");
    if (status || files.layer_count == 0)
        goto out;
    chosen = qn_memory_calloc(ctx, (size_t)files.layers[0].pack_count + 1,
                              sizeof(*chosen));
    status =
        chosen ? count_chosen(ctx, &files.layers[0], &counts) : QN_NO_MEMORY;
    if (!status)
        status = qn_midx_files_find_packs(ctx, &files, is_in_layers, &files);
    if (!status)
        status = choose_batch(ctx, op, &files, counts, chosen, &count);
    if (!status && count > 1)
        status = pack_batch(ctx, op, &files, chosen);
out:
    qn_memory_free(chosen);
    qn_memory_free(counts);
    qn_midx_files_close(&files);
    return status || count < 2 ? status
                               : qn_op_multi_pack_index_write(ctx, &again);
}
