/* SPDX-License-Identifier: MIT */
#include "operation/op_count_objects.h"

#include "base/map.h"
#include "odb/odb_pack.h"
#include "os/directory.h"
#include "os/file.h"
#include "pack/pack_file.h"

#include <stdio.h>

struct count {
    struct qn_op_count_objects *out;
    struct qn_odb *odb;
    const char *directory;
    qn_op_count_objects_fn *garbage;
    void *data;
    struct qn_buf path;
};

static void add_garbage(struct qn_ctx *ctx, struct count *count,
                        const char *what)
{
    struct qn_file_stat stat;

    count->out->garbage++;
    if (qn_file_stat(ctx, qn_buf_string(&count->path), &stat) == QN_OK)
        count->out->garbage_size += stat.size;
    qn_ctx_clear(ctx);
    count->garbage(count->data, what, qn_buf_string(&count->path));
}

static enum qn_status set_path(struct qn_ctx *ctx, struct count *count,
                               const char *below, const char *name)
{
    qn_buf_clear(&count->path);
    return qn_buf_printf(ctx, &count->path, "%s/%s%s%s", count->directory,
                         below, name ? "/" : "", name ? name : "");
}

static enum qn_status count_file(struct qn_ctx *ctx, struct count *count,
                                 const char *below, const char *name)
{
    uint32_t algorithm = qn_odb_algorithm(count->odb);
    size_t size = strlen(name);
    char hex[QN_ID_MAX_HEX_SIZE + 3];
    struct qn_pack_file *pack = NULL;
    struct qn_file_stat stat;
    enum qn_status status = set_path(ctx, count, below, name);
    struct qn_id id;
    uint64_t offset;

    if (status)
        return status;
    if (size + 2 == qn_id_hex_size(algorithm)) {
        memcpy(hex, below, 2);
        memcpy(hex + 2, name, size);
    }
    if (size + 2 != qn_id_hex_size(algorithm) ||
        !qn_id_from_hex(&id, algorithm, qn_bytes_make(hex, size + 2))) {
        if (count->garbage)
            add_garbage(ctx, count, "garbage found");
        return QN_OK;
    }
    status = qn_file_lstat(ctx, qn_buf_string(&count->path), &stat);
    if (status)
        return status;
    count->out->loose++;
    count->out->loose_size += stat.disk_size;
    if (!count->garbage)
        return QN_OK;
    status = qn_odb_pack_locate(ctx, count->odb, &id, &pack, &offset);
    count->out->prunable += pack != NULL;
    return status;
}

static enum qn_status count_loose(struct qn_ctx *ctx, struct count *count)
{
    struct qn_directory *listing;
    enum qn_status status = QN_OK;
    enum qn_file_kind kind;
    const char *name;
    unsigned first;
    char below[3];

    for (first = 0; first < 256 && !status; first++) {
        snprintf(below, sizeof(below), "%02x", first);
        status = set_path(ctx, count, below, NULL);
        if (status)
            break;
        listing = NULL;
        status = qn_directory_open(ctx, qn_buf_string(&count->path), &listing);
        if (status == QN_NOT_FOUND) {
            qn_ctx_clear(ctx);
            status = QN_OK;
            continue;
        }
        while (!status && qn_directory_next(listing, &name, &kind))
            status = count_file(ctx, count, below, name);
        status = qn_directory_end(ctx, listing, status);
    }
    return status;
}

enum { HAS_PACK = 1, HAS_INDEX = 2 };

/* Is `name` one of those that go with a pack?  `*stem`: without the end. */
static bool is_pack_kind(const char *name, struct qn_bytes *stem)
{
    static const char *const ends[] = {
        ".pack", ".idx", ".rev", ".keep", ".promisor", ".mtimes", ".bitmap"};
    struct qn_bytes text = qn_bytes_from_string(name);
    size_t i;

    if (!qn_bytes_has_prefix(text, "pack-"))
        return false;
    for (i = 0; i < QN_COUNT_OF(ends); i++)
        if (qn_bytes_has_suffix(text, ends[i])) {
            *stem = qn_bytes_first(text, text.size - strlen(ends[i]));
            return true;
        }
    return false;
}

static enum qn_status note_pair(struct qn_ctx *ctx, struct qn_map *stems,
                                const char *name)
{
    struct qn_bytes text = qn_bytes_from_string(name), stem;
    struct qn_map_item *item;

    if (!is_pack_kind(name, &stem))
        return QN_OK;
    item = qn_map_put(ctx, stems, stem, NULL);
    if (!item)
        return QN_NO_MEMORY;
    if (qn_bytes_has_suffix(text, ".pack"))
        item->number |= HAS_PACK;
    if (qn_bytes_has_suffix(text, ".idx"))
        item->number |= HAS_INDEX;
    return QN_OK;
}

static bool is_ours(const char *name)
{
    return strncmp(name, "multi-pack-index", 16) == 0;
}

static enum qn_status judge(struct qn_ctx *ctx, struct count *count,
                            const struct qn_map *stems, const char *name)
{
    const struct qn_map_item *item;
    enum qn_status status;
    struct qn_bytes stem;

    status = set_path(ctx, count, "pack", name);
    if (status)
        return status;
    if (!is_pack_kind(name, &stem)) {
        if (is_ours(name))
            return QN_OK;
        if (qn_bytes_has_suffix(qn_bytes_from_string(name), ".keep") ||
            qn_bytes_has_suffix(qn_bytes_from_string(name), ".idx") ||
            qn_bytes_has_suffix(qn_bytes_from_string(name), ".pack"))
            add_garbage(ctx, count, "no corresponding .idx or .pack");
        else
            add_garbage(ctx, count, "garbage found");
        return QN_OK;
    }
    item = qn_map_find(stems, stem);
    if (item && item->number == HAS_PACK)
        add_garbage(ctx, count, "no corresponding .idx");
    else if (item && item->number == HAS_INDEX)
        add_garbage(ctx, count, "no corresponding .pack");
    else if (!item || item->number == 0)
        add_garbage(ctx, count, "no corresponding .idx or .pack");
    return QN_OK;
}

static enum qn_status count_pack(struct qn_ctx *ctx, struct count *count,
                                 const struct qn_map_item *item)
{
    struct qn_pack_file *pack = NULL;
    struct qn_file_stat stat;
    enum qn_status status;

    status = set_path(ctx, count, "pack", (const char *)item->key.data);
    if (!status)
        status = qn_buf_append_string(ctx, &count->path, ".pack");
    if (!status)
        status = qn_file_stat(ctx, qn_buf_string(&count->path), &stat);
    if (!status)
        status = qn_pack_file_new(ctx, qn_buf_string(&count->path),
                                  qn_odb_algorithm(count->odb), &pack);
    if (status)
        return status;
    if (qn_pack_file_open_index(ctx, pack) == QN_OK) {
        count->out->packs++;
        count->out->packed += pack->index.count;
        count->out->pack_size += stat.size + pack->index.map.size;
    }
    qn_ctx_clear(ctx);
    qn_pack_file_release(pack);
    return QN_OK;
}

static enum qn_status each_name(struct qn_ctx *ctx, struct count *count,
                                struct qn_map *stems, bool is_judging)
{
    struct qn_directory *listing = NULL;
    enum qn_file_kind kind;
    enum qn_status status = set_path(ctx, count, "pack", NULL);
    const char *name;

    if (!status)
        status = qn_directory_open(ctx, qn_buf_string(&count->path), &listing);
    if (status == QN_NOT_FOUND) {
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    while (!status && qn_directory_next(listing, &name, &kind))
        status = is_judging ? judge(ctx, count, stems, name)
                            : note_pair(ctx, stems, name);
    return qn_directory_end(ctx, listing, status);
}

static enum qn_status count_packs(struct qn_ctx *ctx, struct count *count)
{
    struct qn_map stems = QN_MAP_INIT;
    enum qn_status status = each_name(ctx, count, &stems, false);
    size_t i;

    for (i = 0; i < stems.count && !status; i++)
        if (stems.items[i].number == (HAS_PACK | HAS_INDEX))
            status = count_pack(ctx, count, &stems.items[i]);
    if (!status)
        status = each_name(ctx, count, &stems, true);
    qn_map_dispose(&stems);
    return status;
}

enum qn_status qn_op_count_objects_run(struct qn_ctx *ctx, struct qn_odb *odb,
                                       const char *directory,
                                       qn_op_count_objects_fn *garbage,
                                       void *data,
                                       struct qn_op_count_objects *out)
{
    struct count count = {.out = out,
                          .odb = odb,
                          .directory = directory,
                          .garbage = garbage,
                          .data = data};
    enum qn_status status = QN_OK;

    memset(out, 0, sizeof(*out));
    if (garbage)
        status = count_packs(ctx, &count);
    if (!status)
        status = count_loose(ctx, &count);
    qn_buf_dispose(&count.path);
    return status;
}
