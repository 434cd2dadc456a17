/* SPDX-License-Identifier: MIT */
#include "base/endian.h"
#include "base/memory.h"
#include "codec/varint.h"
#include "hash/hash.h"
#include "index/index.h"
#include "index/index_internal.h"
#include "object/tree.h"
#include "os/parallel.h"

#define FIXED_SIZE     40u
#define NAME_MASK      0x0fffu
#define BLOCK_LEAST    10000u /* entries a thread should have to read */
#define ENTRY_MOST_FIX (FIXED_SIZE + QN_ID_MAX_SIZE + 4 + QN_VARINT_MAX + 8)

/* One entry's head; answers its size. */
static size_t put_head(uint8_t *p, const struct qn_index *index,
                       const struct qn_index_entry *entry, size_t name_size)
{
    struct qn_index_stat stat = entry->stat;
    size_t width = qn_id_size(index->algorithm);
    unsigned flags = (unsigned)entry->stage << 12, extended = 0;

    /* An entry that may have changed in the tick in which the old index was
     * written would look clean beside the new one: make it look changed. */
    if (!(entry->flags & QN_INDEX_UPTODATE) && entry->stage == 0 &&
        stat.mtime_seconds != 0 && qn_index_is_racy(index, entry))
        stat.size = 0;
    qn_index_stat_store(&stat, p, p + 28);
    qn_endian_store32(p + 24, entry->mode);
    memcpy(p + FIXED_SIZE, entry->id.bytes, width);
    flags |= (unsigned)(name_size < NAME_MASK ? name_size : NAME_MASK);
    if (entry->flags & QN_INDEX_ASSUME_VALID)
        flags |= 0x8000u;
    if (entry->flags & QN_INDEX_SKIP_WORKTREE)
        extended |= 0x4000u;
    if (entry->flags & QN_INDEX_INTENT_TO_ADD)
        extended |= 0x2000u;
    if (extended)
        flags |= 0x4000u;
    qn_endian_store16(p + FIXED_SIZE + width, (uint16_t)flags);
    if (!extended)
        return FIXED_SIZE + width + 2;
    qn_endian_store16(p + FIXED_SIZE + width + 2, (uint16_t)extended);
    return FIXED_SIZE + width + 4;
}

static size_t shared_size(struct qn_bytes a, struct qn_bytes b)
{
    size_t most = a.size < b.size ? a.size : b.size, i = 0;

    while (i < most && a.data[i] == b.data[i])
        i++;
    return i;
}

struct block {
    uint32_t offset;
    uint32_t count;
};

struct writer {
    const struct qn_index *index;
    struct qn_buf *out;
    size_t start; /* of the file in `out` */
    unsigned version;
    size_t nameless_count;
    struct block *blocks;
    size_t block_count;
    size_t block_size; /* entries in each; 0: no blocks */
};

static enum qn_status put_entry(struct qn_ctx *ctx, struct writer *writer,
                                const struct qn_index_entry *entry,
                                struct qn_bytes name, struct qn_bytes *previous,
                                bool starts_block)
{
    struct qn_buf *out = writer->out;
    size_t head, shared, used;
    enum qn_status status =
        qn_buf_reserve(ctx, out, ENTRY_MOST_FIX + name.size);

    if (status)
        return status;
    head = put_head(out->data + out->size, writer->index, entry, name.size);
    if (writer->version == 4) {
        uint8_t *p = out->data + out->size + head;

        /* A block is read without what is before it: it shares nothing, and
         * drops all, so that a reader of the whole file agrees. */
        shared = starts_block ? 0 : shared_size(*previous, name);
        p += qn_varint_write_offset(p, previous->size - shared);
        memcpy(p, name.data + shared, name.size - shared);
        p += name.size - shared;
        *p++ = 0;
        out->size = (size_t)(p - out->data);
    } else {
        used = (head + name.size + 8) & ~(size_t)7;
        memcpy(out->data + out->size + head, name.data, name.size);
        memset(out->data + out->size + head + name.size, 0,
               used - head - name.size);
        out->size += used;
    }
    *previous = name;
    return QN_OK;
}

static enum qn_status put_entries(struct qn_ctx *ctx, struct writer *writer,
                                  struct qn_index_entry *const *entries,
                                  size_t count)
{
    struct qn_bytes previous = QN_BYTES_NONE;

    for (size_t i = 0; i < count; i++) {
        bool starts = writer->block_size && i % writer->block_size == 0;
        struct qn_bytes name =
            i < writer->nameless_count ? QN_BYTES("") : entries[i]->path;
        enum qn_status status;

        if (starts) {
            writer->blocks[writer->block_count++] = (struct block){
                (uint32_t)(writer->out->size - writer->start), 0};
        }
        if (writer->block_size)
            writer->blocks[writer->block_count - 1].count++;
        status = put_entry(ctx, writer, entries[i], name, &previous,
                           starts && i > 0);
        if (status)
            return status;
    }
    return QN_OK;
}

static enum qn_status put_table(struct qn_ctx *ctx, const struct writer *writer)
{
    size_t size = 4 + 8 * writer->block_count;
    uint8_t *data = qn_memory_array(ctx, size, 1);
    enum qn_status status;

    if (!data)
        return QN_NO_MEMORY;
    qn_endian_store32(data, 1);
    for (size_t i = 0; i < writer->block_count; i++) {
        qn_endian_store32(data + 4 + 8 * i, writer->blocks[i].offset);
        qn_endian_store32(data + 8 + 8 * i, writer->blocks[i].count);
    }
    status = qn_index_extension_append(ctx, writer->out, "IEOT",
                                       qn_bytes_make(data, size));
    qn_memory_free(data);
    return status;
}

static enum qn_status put_extensions(struct qn_ctx *ctx, struct writer *writer,
                                     struct qn_bytes link)
{
    const struct qn_index *index = writer->index;
    struct qn_buf data = QN_BUF_INIT;
    enum qn_status status = QN_OK;

    if (writer->block_count > 0)
        status = put_table(ctx, writer);
    if (!status && link.size > 0)
        status = qn_index_extension_append(ctx, writer->out, "link", link);
    if (!status && index->tree) {
        status = qn_cache_tree_append(ctx, index, &data);
        if (!status)
            status = qn_index_extension_append(ctx, writer->out, "TREE",
                                               qn_buf_bytes(&data));
    }
    if (!status && index->undo_count > 0) {
        qn_buf_clear(&data);
        status = qn_resolve_undo_append(ctx, index, &data);
        if (!status)
            status = qn_index_extension_append(ctx, writer->out, "REUC",
                                               qn_buf_bytes(&data));
    }
    if (!status && index->untracked.size > 0)
        status = qn_index_extension_append(ctx, writer->out, "UNTR",
                                           qn_buf_bytes(&index->untracked));
    if (!status && index->has_fsmonitor) {
        qn_buf_clear(&data);
        status = qn_index_fsmonitor_append(ctx, index, &data);
        if (!status)
            status = qn_index_extension_append(ctx, writer->out, "FSMN",
                                               qn_buf_bytes(&data));
    }
    if (!status && index->is_sparse)
        status =
            qn_index_extension_append(ctx, writer->out, "sdir", QN_BYTES_NONE);
    qn_buf_dispose(&data);
    return status;
}

/* The last extension: where the entries end, and a hash over the heads of the
 * other extensions. */
static enum qn_status put_end(struct qn_ctx *ctx, struct writer *writer,
                              size_t entries_end)
{
    size_t width = qn_id_size(writer->index->algorithm);
    struct qn_buf *out = writer->out;
    uint8_t data[4 + QN_ID_MAX_SIZE];
    struct qn_hash hash;
    struct qn_id id;
    enum qn_status status;

    qn_hash_init_unchecked(&hash, writer->index->algorithm);
    for (size_t at = writer->start + entries_end; at < out->size;) {
        qn_hash_update(&hash, out->data + at, 8);
        at += 8 + (size_t)qn_endian_load32(out->data + at + 4);
    }
    status = qn_hash_final(ctx, &hash, &id);
    if (status)
        return status;
    qn_endian_store32(data, (uint32_t)entries_end);
    memcpy(data + 4, id.bytes, width);
    return qn_index_extension_append(ctx, out, "EOIE",
                                     qn_bytes_make(data, 4 + width));
}

/* How many entries make a block; by itself, one thread stays with the
 * extensions. */
static enum qn_status choose_blocks(struct qn_ctx *ctx, struct writer *writer,
                                    size_t count, size_t blocks)
{
    if (blocks == QN_INDEX_BLOCKS_AUTO) {
        blocks = count / BLOCK_LEAST;
        if (blocks > qn_os_processor_count() - 1)
            blocks = qn_os_processor_count() - 1;
    }
    if (blocks <= 1 || count <= 1)
        return QN_OK;
    writer->block_size = (count + blocks - 1) / blocks;
    writer->blocks = qn_memory_array(
        ctx, (count + writer->block_size - 1) / writer->block_size,
        sizeof(*writer->blocks));
    return writer->blocks ? QN_OK : QN_NO_MEMORY;
}

/* Append header, entries, extensions; the checksum is the caller's. */
static enum qn_status put_file(struct qn_ctx *ctx, struct writer *writer,
                               struct qn_index_entry *const *entries,
                               size_t count, struct qn_bytes link,
                               const struct qn_index_write_options *options)
{
    uint8_t header[QN_INDEX_HEADER_SIZE];
    size_t entries_end;
    enum qn_status status;

    if (options) {
        status = choose_blocks(ctx, writer, count, options->block_count);
        if (status)
            return status;
    }
    qn_endian_store32(header, QN_INDEX_SIGNATURE);
    qn_endian_store32(header + 4, writer->version);
    qn_endian_store32(header + 8, (uint32_t)count);
    status = qn_buf_append(ctx, writer->out, header, sizeof(header));
    if (!status)
        status = put_entries(ctx, writer, entries, count);
    if (status)
        return status;
    entries_end = writer->out->size - writer->start;
    status = put_extensions(ctx, writer, link);
    if (!status && options && options->records_eoie)
        status = put_end(ctx, writer, entries_end);
    return status;
}

static enum qn_status put_checksum(struct qn_ctx *ctx, uint32_t algorithm,
                                   bool skips_hash, size_t start,
                                   struct qn_buf *out, struct qn_id *id)
{
    enum qn_status status = QN_OK;

    qn_id_clear(id, algorithm);
    if (!skips_hash) {
        struct qn_hash hash;

        qn_hash_init_unchecked(&hash, algorithm);
        qn_hash_update(&hash, out->data + start, out->size - start);
        status = qn_hash_final(ctx, &hash, id);
    }
    if (!status)
        status = qn_buf_append(ctx, out, id->bytes, qn_id_size(algorithm));
    return status;
}

static size_t guess_size(const struct qn_index *index)
{
    size_t size = 4096;

    for (size_t i = 0; i < index->count; i++)
        size += index->entries[i]->path.size + FIXED_SIZE + 44;
    return size;
}

enum qn_status qn_index_serialise(struct qn_ctx *ctx, struct qn_index *index,
                                  const struct qn_index_write_options *options,
                                  struct qn_buf *out)
{
    size_t start = out->size;
    struct qn_split_index_plan plan = {0};
    struct writer writer = {.index = index, .out = out, .start = start};
    struct qn_sparse_index_kept kept = {0};
    enum qn_status status;

    qn_index_compact(index);
    status = qn_buf_reserve(ctx, out, guess_size(index));
    if (!status && options && options->collapses)
        status = qn_sparse_index_begin(ctx, index, &kept);
    if (status)
        return status;
    writer.version = qn_index_version(index);
    if (index->split) {
        status = qn_split_index_plan_make(ctx, index, &plan);
        writer.nameless_count = plan.replaced_count;
        if (!status)
            status = put_file(ctx, &writer, plan.entries, plan.count,
                              qn_buf_bytes(&plan.link), options);
    } else {
        status = put_file(ctx, &writer, index->entries, index->count,
                          QN_BYTES_NONE, options);
    }
    if (!status)
        status =
            put_checksum(ctx, index->algorithm, options && options->skips_hash,
                         start, out, &index->checksum);
    qn_memory_free(writer.blocks);
    qn_sparse_index_end(index, &kept);
    if (status)
        qn_buf_truncate(out, start);
    qn_split_index_plan_dispose(&plan);
    return status;
}

enum qn_status qn_index_serialise_shared(struct qn_ctx *ctx,
                                         struct qn_index *index,
                                         struct qn_buf *out, struct qn_id *id)
{
    struct writer writer = {.index = index, .out = out, .start = out->size};
    uint8_t header[QN_INDEX_HEADER_SIZE];
    enum qn_status status;

    writer.version = qn_index_version(index);
    qn_endian_store32(header, QN_INDEX_SIGNATURE);
    qn_endian_store32(header + 4, writer.version);
    qn_endian_store32(header + 8, (uint32_t)index->count);
    status = qn_buf_append(ctx, out, header, sizeof(header));
    if (!status)
        status = put_entries(ctx, &writer, index->entries, index->count);
    if (!status)
        status =
            put_checksum(ctx, index->algorithm, false, writer.start, out, id);
    return status;
}

enum qn_status
qn_index_write_locked(struct qn_ctx *ctx, struct qn_index *index,
                      struct qn_lock_file *lock,
                      const struct qn_index_write_options *options)
{
    struct qn_buf data = QN_BUF_INIT, path = QN_BUF_INIT;
    struct qn_file_stat stat;
    struct qn_index_stat times;
    struct qn_id shared = {0};
    enum qn_status status = QN_OK;

    if (index->split) {
        shared = index->split->base_id;
        status = qn_buf_append_string(ctx, &path, qn_buf_string(&lock->path));
        if (!status)
            status =
                qn_split_index_prepare(ctx, index, qn_buf_string(&lock->path));
    }
    if (!status)
        status = qn_index_serialise(ctx, index, options, &data);
    if (!status)
        status = qn_lock_file_write(ctx, lock, qn_buf_bytes(&data));
    if (status == QN_NO_SPACE)
        status = qn_ctx_fail(ctx, QN_NO_SPACE,
                             "sha1 file '%s' write error. Out of diskspace",
                             qn_buf_string(&lock->lock_path));
    if (!status)
        status = qn_file_stat_fd(ctx, lock->fd, &stat);
    if (!status)
        status = qn_lock_file_commit(ctx, lock, options ? options->sync : NULL,
                                     QN_SYNC_INDEX);
    if (!status) {
        qn_index_stat_fill(&times, &stat);
        index->has_file = true;
        index->file_seconds = times.mtime_seconds;
        index->file_nanoseconds = times.mtime_nanoseconds;
        index->is_changed = false;
    }
    /* Not before the index that needed the old one is replaced. */
    if (!status && options && options->shared_expiry && index->split &&
        !qn_id_is_equal(&shared, &index->split->base_id))
        qn_split_index_expire(ctx, index, qn_buf_string(&path),
                              options->shared_expiry);
    qn_buf_dispose(&path);
    qn_buf_dispose(&data);
    return status;
}
