/* SPDX-License-Identifier: MIT */
#include "operation/part/repack_packs.h"

#include "base/memory.h"
#include "odb/odb_lease.h"
#include "odb/odb_pack.h"
#include "operation/part/pack_want.h"
#include "os/directory.h"
#include "os/file.h"
#include "pack/multi_pack_index.h"

#include <stdlib.h>

struct listing {
    struct qn_repack_packs *packs;
    const char *const *keep_names;
    size_t keep_count;
};

#define WRITER_WAIT_MS 2000 /* for writers to end */

static enum qn_status note_pack(struct qn_ctx *ctx, void *data,
                                struct qn_pack_file *pack)
{
    struct listing *listing = data;
    struct qn_repack_packs *packs = listing->packs;
    const char *slash = strrchr(pack->path, '/');
    size_t start = slash ? (size_t)(slash + 1 - pack->path) : 0;
    struct qn_file_stat stat = {0};
    struct qn_repack_pack *item;
    enum qn_status status;

    if (!pack->is_local)
        return QN_OK;
    status = qn_pack_file_open_index(ctx, pack);
    if (status == QN_NOT_FOUND) { /* it went away just now */
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    if (!status)
        status = qn_memory_grow(ctx, &packs->items, &packs->capacity,
                                packs->count + 1, sizeof(*packs->items));
    if (status)
        return status;
    item = &packs->items[packs->count];
    memset(item, 0, sizeof(*item));
    item->name = qn_memory_string(
        ctx, qn_bytes_make(pack->path + start, pack->stem_size - start));
    if (!item->name)
        return QN_NO_MEMORY;
    packs->count++;
    item->size = pack->size;
    /* As it is now: the view may have listed it before it was last used. */
    item->mtime_ns = qn_file_lstat(ctx, pack->path, &stat) == QN_OK
                         ? stat.mtime_ns
                         : pack->mtime_ns;
    qn_ctx_clear(ctx);
    item->count = pack->index.count;
    item->is_kept =
        pack->is_kept ||
        qn_pack_want_is_named(pack, listing->keep_names, listing->keep_count);
    item->is_cruft = pack->is_cruft;
    item->is_promisor = pack->is_promisor;
    return QN_OK;
}

static int compare_packs(const void *a, const void *b)
{
    const struct qn_repack_pack *one = a, *two = b;

    if (one->count != two->count)
        return one->count < two->count ? -1 : 1;
    return strcmp(one->name, two->name);
}

enum qn_status qn_repack_packs_list(struct qn_ctx *ctx, struct qn_odb *odb,
                                    const char *const *keep_names,
                                    size_t keep_count,
                                    struct qn_repack_packs *out)
{
    struct listing listing = {
        .packs = out, .keep_names = keep_names, .keep_count = keep_count};
    enum qn_status status = qn_odb_pack_each(ctx, odb, note_pack, &listing);

    if (!status && out->count > 1)
        qsort(out->items, out->count, sizeof(*out->items), compare_packs);
    return status;
}

void qn_repack_packs_dispose(struct qn_repack_packs *packs)
{
    size_t i;

    for (i = 0; i < packs->count; i++)
        qn_memory_free(packs->items[i].name);
    qn_memory_free(packs->items);
    memset(packs, 0, sizeof(*packs));
}

void qn_repack_packs_split(struct qn_repack_packs *packs, uint32_t factor,
                           bool is_promisor)
{
    const size_t none = SIZE_MAX;
    size_t bigger = none, split = none, i;
    uint64_t sum = 0;

    for (i = packs->count; i-- > 0;) {
        const struct qn_repack_pack *item = &packs->items[i];

        if (item->is_kept || item->is_cruft || item->is_layered ||
            item->is_promisor != is_promisor)
            continue;
        if (bigger != none &&
            packs->items[bigger].count < (uint64_t)factor * item->count) {
            split = bigger;
            break;
        }
        bigger = i;
    }
    for (i = 0; i < packs->count; i++) {
        struct qn_repack_pack *item = &packs->items[i];

        if (item->is_kept || item->is_cruft || item->is_layered ||
            item->is_promisor != is_promisor)
            continue;
        if (split == none ||
            (i > split && item->count >= (uint64_t)factor * sum))
            break;
        item->is_rolled = true;
        sum += item->count;
    }
}

void qn_repack_packs_save(struct qn_repack_packs *packs,
                          const struct qn_id *checksum)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    size_t i;

    qn_id_to_hex(checksum, hex);
    for (i = 0; i < packs->count; i++)
        if (!strncmp(packs->items[i].name, "pack-", 5) &&
            !strcmp(packs->items[i].name + 5, hex))
            packs->items[i].goes = false;
}

/* ---- removing */

static enum qn_status append_path(struct qn_ctx *ctx, struct qn_odb *odb,
                                  const char *name, const char *extension,
                                  struct qn_buf *path)
{
    qn_buf_clear(path);
    return qn_buf_printf(ctx, path, "%s/pack/%s%s",
                         qn_odb_store_directory(qn_odb_get_store(odb)), name,
                         extension);
}

static bool names_one(const struct qn_multi_pack_index *index,
                      const struct qn_repack_packs *packs)
{
    uint32_t k;
    size_t i;

    for (k = 0; k < index->pack_count; k++)
        for (i = 0; i < packs->count; i++) {
            size_t size = strlen(packs->items[i].name);

            if (packs->items[i].goes &&
                !strncmp(index->names[k], packs->items[i].name, size) &&
                !strcmp(index->names[k] + size, ".idx"))
                return true;
        }
    return false;
}

/* Files of a directory whose names begin so. */
static enum qn_status remove_named(struct qn_ctx *ctx, const char *directory,
                                   const char *front)
{
    struct qn_directory *listing = NULL;
    struct qn_buf path = QN_BUF_INIT;
    enum qn_file_kind kind;
    const char *name;
    enum qn_status status = qn_directory_open(ctx, directory, &listing);

    if (status == QN_NOT_FOUND) {
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    while (!status && qn_directory_next(listing, &name, &kind)) {
        if (strncmp(name, front, strlen(front)) != 0)
            continue;
        qn_buf_clear(&path);
        status = qn_buf_printf(ctx, &path, "%s/%s", directory, name);
        if (!status)
            status = qn_file_unlink_if_exists(ctx, qn_buf_string(&path));
    }
    status = qn_directory_end(ctx, listing, status);
    qn_buf_dispose(&path);
    return status;
}

/* What readers look for first goes first: the file, the list of the chain. */
static enum qn_status remove_multi(struct qn_ctx *ctx, struct qn_odb *odb,
                                   struct qn_buf *path)
{
    enum qn_status status = append_path(ctx, odb, "multi-pack-index", "", path);

    if (!status)
        status = qn_file_unlink_if_exists(ctx, qn_buf_string(path));
    if (!status)
        status = append_path(ctx, odb, "multi-pack-index.d",
                             "/multi-pack-index-chain", path);
    if (!status)
        status = qn_file_unlink_if_exists(ctx, qn_buf_string(path));
    if (!status)
        status = append_path(ctx, odb, "multi-pack-index.d", "", path);
    if (!status)
        status = remove_named(ctx, qn_buf_string(path), "multi-pack-index-");
    if (!status)
        status = append_path(ctx, odb, "", "", path);
    if (!status) {
        qn_buf_truncate(path, path->size - 1);
        status = remove_named(ctx, qn_buf_string(path), "multi-pack-index-");
    }
    return status;
}

static enum qn_status remove_multi_of(struct qn_ctx *ctx, struct qn_odb *odb,
                                      const struct qn_repack_packs *packs)
{
    struct qn_multi_pack_index *indexes = NULL;
    struct qn_buf path = QN_BUF_INIT;
    size_t count = 0, i;
    enum qn_status status = append_path(ctx, odb, "", "", &path);
    bool goes = false;

    if (!status) {
        qn_buf_truncate(&path, path.size - 1);
        status = qn_multi_pack_index_open_all(
            ctx, qn_buf_string(&path), qn_odb_algorithm(odb), &indexes, &count);
    }
    for (i = 0; i < count; i++) {
        goes |= names_one(&indexes[i], packs);
        qn_multi_pack_index_close(&indexes[i]);
    }
    qn_memory_free(indexes);
    if (!status && goes)
        status = remove_multi(ctx, odb, &path);
    qn_buf_dispose(&path);
    return status;
}

/* The index first: who lists the directory finds no pack that is half there. */
static enum qn_status remove_pack(struct qn_ctx *ctx, struct qn_odb *odb,
                                  const char *name, struct qn_buf *path)
{
    static const char *const extensions[] = {".idx",    ".pack",   ".rev",
                                             ".bitmap", ".mtimes", ".promisor"};
    enum qn_status status = append_path(ctx, odb, name, ".keep", path);
    size_t i;

    if (status || qn_file_exists(qn_buf_string(path)))
        return status;
    for (i = 0; i < QN_COUNT_OF(extensions) && !status; i++) {
        status = append_path(ctx, odb, name, extensions[i], path);
        if (!status)
            status = qn_file_unlink_if_exists(ctx, qn_buf_string(path));
    }
    return status;
}

/* Was it made to look new since it was listed?  Then somebody relies on what is
 * in it, be it reached or not. */
static bool is_used(struct qn_ctx *ctx, struct qn_odb *odb,
                    const struct qn_repack_pack *pack)
{
    struct qn_buf path = QN_BUF_INIT;
    struct qn_file_stat stat = {0};
    bool answer;

    answer = qn_buf_printf(ctx, &path, "%s/pack/%s.pack",
                           qn_odb_store_directory(qn_odb_get_store(odb)),
                           pack->name) == QN_OK &&
             qn_file_lstat(ctx, qn_buf_string(&path), &stat) == QN_OK &&
             stat.kind != QN_FILE_NONE && stat.mtime_ns != pack->mtime_ns;
    qn_ctx_clear(ctx);
    qn_buf_dispose(&path);
    return answer;
}

/* Beside writers nothing goes: what they rely on may be in no new pack. */
enum qn_status qn_repack_packs_remove(struct qn_ctx *ctx, struct qn_odb *odb,
                                      const struct qn_repack_packs *packs)
{
    struct qn_odb_store *store = qn_odb_get_store(odb);
    struct qn_odb_prune_marker *marker = NULL;
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    bool is_busy = false;
    size_t i, going = 0;

    for (i = 0; i < packs->count; i++)
        going += packs->items[i].goes && !packs->items[i].is_kept;
    if (going == 0)
        return QN_OK;
    qn_odb_lease_drop(store); /* ours: the new packs are whole */
    status = qn_odb_prune_begin(ctx, store, WRITER_WAIT_MS, &marker, &is_busy);
    if (!status && !is_busy)
        status = remove_multi_of(ctx, odb, packs);
    for (i = 0; i < packs->count && !status && !is_busy; i++)
        if (packs->items[i].goes && !packs->items[i].is_kept &&
            !is_used(ctx, odb, &packs->items[i]))
            status = remove_pack(ctx, odb, packs->items[i].name, &path);
    if (!status && is_busy)
        qn_ctx_report(ctx, QN_REPORT_WARNING, "odb.writers",
                      "objects are being written; old packs stay");
    qn_odb_prune_end(marker);
    qn_buf_dispose(&path);
    return status;
}
