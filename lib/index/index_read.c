/* SPDX-License-Identifier: MIT */
#include "base/endian.h"
#include "base/memory.h"
#include "codec/varint.h"
#include "hash/hash.h"
#include "index/index.h"
#include "index/index_internal.h"
#include "object/tree.h"
#include "os/large_memory.h"

#define FIXED_SIZE      40u /* ten 32-bit numbers in front of the id */
#define FLAG_EXTENDED   0x4000u
#define FLAG_VALID      0x8000u
#define NAME_MASK       0x0fffu
#define EXTENDED_SKIP   0x4000u
#define EXTENDED_INTENT 0x2000u

struct reader {
    struct qn_index *index;
    unsigned version;
    uint8_t const *start;
    const uint8_t *at;
    const uint8_t *end; /* where the checksum begins */
    char *names;        /* version 4: where the next path goes */
    struct qn_bytes previous;
    bool is_shared;
    size_t nameless_count; /* replaced entries of a split index */
};

static enum qn_status fail_corrupt(struct qn_ctx *ctx)
{
    return qn_ctx_fail_reason(ctx, QN_CORRUPT, "index.corrupt", NULL,
                              "index file corrupt");
}

static enum qn_status fail_name(struct qn_ctx *ctx, struct qn_bytes near)
{
    return qn_ctx_fail_reason(
        ctx, QN_CORRUPT, "index.bad-name", NULL,
        "malformed name field in the index, near path '%.*s'",
        QN_BYTES_ARG(near));
}

static void load_stat(const uint8_t *p, struct qn_index_entry *entry)
{
    qn_index_stat_load(&entry->stat, p, p + 28);
    entry->mode = qn_endian_load32(p + 24);
}

/* Version 4: N bytes off the end of the path before, then a string. */
static enum qn_status read_compressed_name(struct qn_ctx *ctx,
                                           struct reader *reader,
                                           struct qn_index_entry *entry)
{
    struct qn_bytes in =
        qn_bytes_make(reader->at, (size_t)(reader->end - reader->at));
    uint64_t dropped;
    size_t kept, added;

    if (!qn_varint_read_offset(&in, &dropped) ||
        dropped > reader->previous.size)
        return fail_name(ctx, reader->previous);
    kept = reader->previous.size - (size_t)dropped;
    added = qn_bytes_find(in, 0);
    if (added == in.size)
        return fail_name(ctx, reader->previous);
    if (kept > 0)
        memcpy(reader->names, reader->previous.data, kept);
    memcpy(reader->names + kept, in.data, added);
    reader->names[kept + added] = '\0';
    entry->path = qn_bytes_make(reader->names, kept + added);
    reader->names += kept + added + 1;
    reader->at = in.data + added + 1;
    return QN_OK;
}

/* Versions 2 and 3: the path in place, padded with 1 to 8 NULs. */
static enum qn_status read_plain_name(struct qn_ctx *ctx, struct reader *reader,
                                      struct qn_index_entry *entry,
                                      const uint8_t *entry_start,
                                      unsigned length)
{
    size_t room = (size_t)(reader->end - reader->at);
    size_t size = length, used;

    if (length == NAME_MASK)
        size = qn_bytes_find(qn_bytes_make(reader->at, room), 0);
    if (size >= room || reader->at[size] != 0)
        return fail_name(ctx, reader->previous);
    entry->path = qn_bytes_make(reader->at, size);
    used = (size_t)(reader->at - entry_start) + size;
    used = (used + 8) & ~(size_t)7;
    if (used > (size_t)(reader->end - entry_start))
        return fail_name(ctx, reader->previous);
    reader->at = entry_start + used;
    return QN_OK;
}

static enum qn_status read_entry(struct qn_ctx *ctx, struct reader *reader,
                                 struct qn_index_entry *entry)
{
    size_t width = qn_id_size(reader->index->algorithm);
    const uint8_t *p = reader->at;
    unsigned flags, extended = 0;
    uint32_t kind;

    if ((size_t)(reader->end - p) < FIXED_SIZE + width + 2)
        return fail_corrupt(ctx);
    load_stat(p, entry);
    qn_id_from_row(&entry->id, reader->index->algorithm, p + FIXED_SIZE);
    flags = qn_endian_load16(p + FIXED_SIZE + width);
    reader->at = p + FIXED_SIZE + width + 2;
    if (flags & FLAG_EXTENDED) {
        if (reader->end - reader->at < 2)
            return fail_corrupt(ctx);
        extended = qn_endian_load16(reader->at);
        reader->at += 2;
        if (reader->version < 3 ||
            (extended & ~(EXTENDED_SKIP | EXTENDED_INTENT)))
            return qn_ctx_fail_reason(ctx, QN_CORRUPT, "index.bad-format", NULL,
                                      "unknown index entry format 0x%08x",
                                      extended << 16);
    }
    entry->stage = (uint8_t)(flags >> 12 & 3);
    entry->flags = 0;
    if (flags & FLAG_VALID)
        entry->flags |= QN_INDEX_ASSUME_VALID;
    if (extended & EXTENDED_SKIP)
        entry->flags |= QN_INDEX_SKIP_WORKTREE;
    if (extended & EXTENDED_INTENT)
        entry->flags |= QN_INDEX_INTENT_TO_ADD;
    kind = entry->mode & QN_MODE_KIND_MASK;
    if (kind == QN_MODE_TREE)
        reader->index->is_sparse = true;
    else if (kind != 0100000u && kind != QN_MODE_SYMLINK &&
             kind != QN_MODE_GITLINK)
        return fail_corrupt(ctx);
    if (reader->version == 4)
        return read_compressed_name(ctx, reader, entry);
    return read_plain_name(ctx, reader, entry, p, flags & NAME_MASK);
}

static enum qn_status check_order(struct qn_ctx *ctx,
                                  const struct qn_index_entry *before,
                                  const struct qn_index_entry *entry)
{
    int order = qn_index_compare_keys(before->path, 0, entry->path, 0);

    if (order < 0)
        return QN_OK;
    if (order > 0)
        return qn_ctx_fail_reason(ctx, QN_CORRUPT, "index.unordered", NULL,
                                  "unordered stage entries in index");
    if (before->stage == 0)
        return qn_ctx_fail_reason(ctx, QN_CORRUPT, "index.unordered", NULL,
                                  "multiple stage entries for merged file '%s'",
                                  (const char *)entry->path.data);
    if (before->stage >= entry->stage)
        return qn_ctx_fail_reason(ctx, QN_CORRUPT, "index.unordered", NULL,
                                  "unordered stage entries for '%s'",
                                  (const char *)entry->path.data);
    return QN_OK;
}

/* Bytes that the paths of a version 4 file will take, NULs included; a first
 * look over the entries, so that one block holds them all. */
static bool measure_names(const struct reader *reader, size_t count,
                          size_t *out)
{
    size_t head = FIXED_SIZE + qn_id_size(reader->index->algorithm);
    struct qn_bytes in =
        qn_bytes_make(reader->at, (size_t)(reader->end - reader->at));
    size_t total = 0, name = 0;

    for (size_t i = 0; i < count; i++) {
        uint64_t dropped;
        size_t added;

        if (in.size < head + 4)
            return false;
        added = in.data[head] & (FLAG_EXTENDED >> 8) ? head + 4 : head + 2;
        in = qn_bytes_from(in, added);
        if (!qn_varint_read_offset(&in, &dropped) || dropped > name)
            return false;
        added = qn_bytes_find(in, 0);
        if (added == in.size)
            return false;
        in = qn_bytes_from(in, added + 1);
        name = name - (size_t)dropped + added;
        /* Names share their beginnings without end in a hostile file. */
        if (name > 1 << 20 || total > SIZE_MAX / 2 - name)
            return false;
        total += name + 1;
    }
    *out = total;
    return total / 4096 <= reader->index->map.size;
}

static enum qn_status read_entries(struct qn_ctx *ctx, struct reader *reader,
                                   size_t count)
{
    struct qn_index *index = reader->index;
    size_t least = FIXED_SIZE + qn_id_size(index->algorithm) + 2 + 2;
    enum qn_status status;
    size_t names_size;

    if (count > (size_t)(reader->end - reader->at) / least)
        return fail_corrupt(ctx);
    if (count == 0)
        return QN_OK;
    index->block = qn_memory_array(ctx, count, sizeof(*index->block));
    if (!index->block)
        return QN_NO_MEMORY;
    qn_large_memory_hint(index->block, count * sizeof(*index->block));
    status = qn_memory_grow(ctx, &index->entries, &index->capacity, count,
                            sizeof(*index->entries));
    if (status)
        return status;
    if (reader->version == 4) {
        if (!measure_names(reader, count, &names_size))
            return fail_name(ctx, QN_BYTES(""));
        index->names = qn_memory_array(ctx, names_size, 1);
        if (!index->names)
            return QN_NO_MEMORY;
        reader->names = index->names;
    }
    for (size_t i = 0; i < count; i++) {
        struct qn_index_entry *entry = &index->block[i];

        status = read_entry(ctx, reader, entry);
        if (status)
            return status;
        if (reader->previous.size > 0) /* nameless ones come first */
            status = check_order(ctx, &index->block[i - 1], entry);
        if (status)
            return status;
        reader->previous = entry->path;
        index->entries[i] = entry;
        index->count = i + 1;
    }
    return QN_OK;
}

static enum qn_status read_extensions(struct qn_ctx *ctx, struct reader *reader,
                                      const char *path)
{
    struct qn_index_late late = {0};
    struct qn_index *index = reader->index;
    enum qn_status status = QN_OK;

    while (reader->end - reader->at >= 8) {
        uint32_t size = qn_endian_load32(reader->at + 4);

        if (size > (size_t)(reader->end - reader->at) - 8)
            return fail_corrupt(ctx);
        /* The shared file of a split index brings entries and nothing else. */
        if (!reader->is_shared) {
            status = qn_index_extension_read(
                ctx, index, reader->at, qn_bytes_make(reader->at + 8, size),
                &late);
            if (status)
                return status;
        }
        reader->at += 8 + (size_t)size;
    }
    if (reader->at != reader->end)
        return fail_corrupt(ctx);
    if (late.link.data)
        status = qn_split_index_read(ctx, index, path, late.link);
    else if (index->count > 0 && index->entries[0]->path.size == 0)
        status = fail_name(ctx, QN_BYTES(""));
    if (!status && late.tree.data)
        status = qn_cache_tree_read(ctx, index, late.tree);
    if (!status && late.fsmonitor.data)
        status = qn_index_fsmonitor_read(ctx, index, late.fsmonitor);
    return status;
}

enum qn_status qn_index_read_bytes(struct qn_ctx *ctx, struct qn_index *index,
                                   const char *path, bool is_shared)
{
    size_t width = qn_id_size(index->algorithm);
    struct reader reader = {
        .index = index, .is_shared = is_shared, .previous = QN_BYTES("")};
    const uint8_t *data = index->map.data;
    enum qn_status status;

    if (index->map.size < QN_INDEX_HEADER_SIZE + width)
        return qn_ctx_fail_reason(ctx, QN_CORRUPT, "index.too-small", path,
                                  "%s: index file smaller than expected", path);
    if (qn_endian_load32(data) != QN_INDEX_SIGNATURE) {
        qn_ctx_report(ctx, QN_REPORT_ERROR, "index.bad-signature",
                      "bad signature 0x%08x",
                      (unsigned)data[3] << 24 | (unsigned)data[2] << 16 |
                          (unsigned)data[1] << 8 | data[0]);
        return fail_corrupt(ctx);
    }
    reader.version = qn_endian_load32(data + 4);
    if (reader.version < 2 || reader.version > 4) {
        qn_ctx_report(ctx, QN_REPORT_ERROR, "index.bad-version",
                      "bad index version %u", reader.version);
        return fail_corrupt(ctx);
    }
    index->version_read = reader.version;
    reader.start = data;
    reader.at = data + QN_INDEX_HEADER_SIZE;
    reader.end = data + index->map.size - width;
    qn_id_from_row(&index->checksum, index->algorithm, reader.end);
    status = read_entries(ctx, &reader, qn_endian_load32(data + 8));
    if (!status)
        status = read_extensions(ctx, &reader, path);
    return status;
}

enum qn_status qn_index_read(struct qn_ctx *ctx, const char *path,
                             uint32_t algorithm, struct qn_index **out)
{
    struct qn_index *index = NULL;
    struct qn_file_stat stat;
    struct qn_index_stat times;
    int fd = -1;
    enum qn_status status = qn_index_new(ctx, algorithm, &index);

    if (!status)
        status = qn_file_open_if_exists(ctx, path, QN_FILE_READ, &fd);
    if (status)
        goto out;
    if (fd >= 0) {
        status = qn_file_stat_fd(ctx, fd, &stat);
        if (status)
            goto out;
        qn_index_stat_fill(&times, &stat);
        index->has_file = true;
        index->file_seconds = times.mtime_seconds;
        index->file_nanoseconds = times.mtime_nanoseconds;
        if (stat.size > 0)
            status = qn_file_map_fd(ctx, fd, path, &index->map);
        if (!status)
            status = qn_index_read_bytes(ctx, index, path, false);
    }
out:
    qn_file_close(fd);
    if (status)
        qn_index_free(index);
    else
        *out = index;
    return status;
}

enum qn_status qn_index_parse(struct qn_ctx *ctx, struct qn_bytes bytes,
                              uint32_t algorithm, const char *path,
                              struct qn_index **out)
{
    struct qn_index *index = NULL;
    uint8_t *copy;
    enum qn_status status = qn_index_new(ctx, algorithm, &index);

    if (status)
        return status;
    copy = qn_memory_array(ctx, bytes.size + 1, 1);
    if (!copy) {
        qn_index_free(index);
        return QN_NO_MEMORY;
    }
    if (bytes.size > 0)
        memcpy(copy, bytes.data, bytes.size);
    index->map.data = copy;
    index->map.size = bytes.size;
    index->map.is_copy = true;
    status = qn_index_read_bytes(ctx, index, path, false);
    if (status)
        qn_index_free(index);
    else
        *out = index;
    return status;
}

bool qn_index_has_file(const struct qn_index *index)
{
    return index->has_file;
}

enum qn_status qn_index_verify(struct qn_ctx *ctx, const struct qn_index *index)
{
    size_t width = qn_id_size(index->algorithm);
    struct qn_hash hash;
    struct qn_id id, trailer;
    enum qn_status status;

    if (!index->map.data)
        return QN_OK;
    qn_hash_init_unchecked(&hash, index->algorithm);
    qn_hash_update(&hash, index->map.data, index->map.size - width);
    status = qn_hash_final(ctx, &hash, &id);
    if (status)
        return status;
    qn_id_from_row(&trailer, index->algorithm,
                   index->map.data + index->map.size - width);
    if (!qn_id_is_null(&trailer) && !qn_id_is_equal(&id, &trailer))
        return qn_ctx_fail_reason(ctx, QN_CORRUPT, "index.bad-checksum", NULL,
                                  "bad index file sha1 signature");
    return QN_OK;
}
