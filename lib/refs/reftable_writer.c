/* SPDX-License-Identifier: MIT */
#include "refs/reftable.h"

#include "base/endian.h"
#include "base/memory.h"
#include "codec/deflate.h"
#include "codec/varint.h"
#include "hash/crc32.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK_HEADER 4
#define LOG_LEVEL    9
#define RESTARTS_MAX 65535
#define KEY_SIZE_MAX 65535
#define OBJECT_MIN   2

struct index_entry {
    size_t key_offset; /* in index_keys */
    size_t key_size;
    uint64_t position;
};

struct object_entry {
    uint8_t id[QN_ID_MAX_SIZE];
    uint64_t position;
};

struct qn_reftable_writer {
    struct qn_reftable_writer_options options;
    uint32_t header_size;
    struct qn_buf out;   /* the file */
    struct qn_buf block; /* the records of the block being made */
    struct qn_buf record;
    struct qn_buf last_key;
    uint8_t type;   /* of the block being made; 0: none */
    uint64_t start; /* where it starts */
    uint32_t *restarts;
    size_t restart_count;
    size_t restart_capacity;
    size_t record_count; /* in the block */
    struct index_entry *entries;
    size_t entry_count;
    size_t entry_capacity;
    struct qn_buf index_keys;
    struct object_entry *objects;
    size_t object_count;
    size_t object_capacity;
    bool is_aligned_before; /* the last block written may be padded */
    bool has_refs;
    bool has_logs;
    uint64_t ref_index;
    uint64_t object_start;
    uint64_t object_index;
    uint64_t log_start;
    uint64_t log_index;
    uint32_t object_size; /* bytes of abbreviated ids */
};

static enum qn_status write_header(struct qn_ctx *ctx,
                                   const struct qn_reftable_writer *writer,
                                   struct qn_buf *out)
{
    const struct qn_reftable_writer_options *options = &writer->options;
    uint8_t header[28];

    memcpy(header, "REFT", 4);
    qn_endian_store32(header + 4, options->block_size);
    header[4] = options->algorithm == QN_HASH_SHA256 ? 2 : 1;
    qn_endian_store64(header + 8, options->min_index);
    qn_endian_store64(header + 16, options->max_index);
    memcpy(header + 24, "s256", 4);
    return qn_buf_append(ctx, out, header, writer->header_size);
}

enum qn_status
qn_reftable_writer_new(struct qn_ctx *ctx,
                       const struct qn_reftable_writer_options *options,
                       struct qn_reftable_writer **out)
{
    struct qn_reftable_writer *writer =
        qn_memory_calloc(ctx, 1, sizeof(*writer));
    enum qn_status status;

    if (!writer)
        return QN_NO_MEMORY;
    writer->options = *options;
    if (!writer->options.block_size)
        writer->options.block_size = QN_REFTABLE_BLOCK_SIZE;
    if (!writer->options.restart_interval)
        writer->options.restart_interval = QN_REFTABLE_RESTARTS;
    writer->header_size = options->algorithm == QN_HASH_SHA256 ? 28 : 24;
    status = write_header(ctx, writer, &writer->out);
    if (!status && writer->options.block_size > QN_REFTABLE_BLOCK_MAX)
        status = qn_ctx_fail(ctx, QN_INVALID,
                             "reftable block size cannot exceed 16MB");
    if (status)
        qn_reftable_writer_free(writer);
    else
        *out = writer;
    return status;
}

void qn_reftable_writer_free(struct qn_reftable_writer *writer)
{
    if (!writer)
        return;
    qn_buf_dispose(&writer->out);
    qn_buf_dispose(&writer->block);
    qn_buf_dispose(&writer->record);
    qn_buf_dispose(&writer->last_key);
    qn_buf_dispose(&writer->index_keys);
    qn_memory_free(writer->restarts);
    qn_memory_free(writer->entries);
    qn_memory_free(writer->objects);
    qn_memory_free(writer);
}

bool qn_reftable_writer_is_empty(const struct qn_reftable_writer *writer)
{
    return !writer->has_refs && !writer->has_logs;
}

/* Bytes in front of the first record, from where offsets count. */
static uint32_t record_base(const struct qn_reftable_writer *writer)
{
    return (writer->start ? 0 : writer->header_size) + BLOCK_HEADER;
}

static enum qn_status begin_block(struct qn_ctx *ctx,
                                  struct qn_reftable_writer *writer,
                                  uint8_t type, bool is_aligned)
{
    uint64_t over = writer->out.size % writer->options.block_size;
    enum qn_status status = QN_OK;

    if (writer->out.size == writer->header_size) {
        writer->start = 0;
    } else {
        if (is_aligned && writer->is_aligned_before && over)
            status = qn_buf_append_repeat(
                ctx, &writer->out, 0,
                (size_t)(writer->options.block_size - over));
        writer->start = writer->out.size;
    }
    writer->type = type;
    writer->is_aligned_before = is_aligned;
    writer->record_count = 0;
    writer->restart_count = 0;
    qn_buf_clear(&writer->block);
    qn_buf_clear(&writer->last_key);
    return status;
}

static enum qn_status note_block(struct qn_ctx *ctx,
                                 struct qn_reftable_writer *writer)
{
    struct index_entry entry = {writer->index_keys.size, writer->last_key.size,
                                writer->start};
    enum qn_status status =
        qn_memory_grow(ctx, &writer->entries, &writer->entry_capacity,
                       writer->entry_count + 1, sizeof(entry));

    if (!status)
        status = qn_buf_append_bytes(ctx, &writer->index_keys,
                                     qn_buf_bytes(&writer->last_key));
    if (!status)
        writer->entries[writer->entry_count++] = entry;
    return status;
}

static enum qn_status end_block(struct qn_ctx *ctx,
                                struct qn_reftable_writer *writer)
{
    uint8_t header[BLOCK_HEADER], number[4];
    enum qn_status status = QN_OK;
    size_t length, i;

    if (!writer->type)
        return QN_OK;
    for (i = 0; !status && i < writer->restart_count; i++) {
        qn_endian_store32(number, writer->restarts[i]);
        status = qn_buf_append(ctx, &writer->block, number + 1, 3);
    }
    qn_endian_store16(number, (uint16_t)writer->restart_count);
    if (!status)
        status = qn_buf_append(ctx, &writer->block, number, 2);
    length = writer->block.size + record_base(writer);
    if (!status && length > QN_REFTABLE_BLOCK_MAX)
        status = qn_ctx_fail(ctx, QN_TOO_BIG, "reftable block is too large");
    qn_endian_store32(header, (uint32_t)length);
    header[0] = writer->type;
    if (!status)
        status = qn_buf_append(ctx, &writer->out, header, sizeof(header));
    if (!status && writer->type == 'g')
        status = qn_deflate_append(ctx, LOG_LEVEL, qn_buf_bytes(&writer->block),
                                   &writer->out);
    else if (!status)
        status = qn_buf_append_bytes(ctx, &writer->out,
                                     qn_buf_bytes(&writer->block));
    if (!status)
        status = note_block(ctx, writer);
    writer->type = 0;
    return status;
}

/* Encode key and value behind each other into writer->record.  A key that has
 * nothing of the one before is a restart, too: `*is_restart`. */
static enum qn_status encode(struct qn_ctx *ctx,
                             struct qn_reftable_writer *writer,
                             struct qn_bytes key, uint8_t kind,
                             struct qn_bytes value, bool *is_restart)
{
    uint8_t numbers[2 * QN_VARINT_MAX];
    size_t prefix = 0, size;
    enum qn_status status;

    if (!*is_restart) {
        size_t limit =
            key.size < writer->last_key.size ? key.size : writer->last_key.size;

        while (prefix < limit &&
               key.data[prefix] == writer->last_key.data[prefix])
            prefix++;
        *is_restart = prefix == 0;
    }
    size = qn_varint_write_offset(numbers, prefix);
    size += qn_varint_write_offset(numbers + size,
                                   (uint64_t)(key.size - prefix) << 3 | kind);
    qn_buf_clear(&writer->record);
    status = qn_buf_append(ctx, &writer->record, numbers, size);
    if (!status)
        status = qn_buf_append_bytes(ctx, &writer->record,
                                     qn_bytes_from(key, prefix));
    return status ? status : qn_buf_append_bytes(ctx, &writer->record, value);
}

/* Add a record to the block, if it fits. */
static enum qn_status try_record(struct qn_ctx *ctx,
                                 struct qn_reftable_writer *writer,
                                 struct qn_bytes key, uint8_t kind,
                                 struct qn_bytes value, bool *fits)
{
    bool is_restart =
        writer->record_count % writer->options.restart_interval == 0 &&
        writer->restart_count < RESTARTS_MAX;
    size_t limit = writer->options.block_size * (writer->type == 'g' ? 2u : 1u);
    enum qn_status status;

    *fits = false;
    status = encode(ctx, writer, key, kind, value, &is_restart);
    if (is_restart && writer->restart_count == RESTARTS_MAX)
        is_restart = false;
    if (status || record_base(writer) + writer->block.size +
                          writer->record.size +
                          3 * (writer->restart_count + is_restart) + 2 >
                      limit)
        return status;
    if (is_restart) {
        status = qn_memory_grow(
            ctx, &writer->restarts, &writer->restart_capacity,
            writer->restart_count + 1, sizeof(*writer->restarts));
        if (status)
            return status;
        writer->restarts[writer->restart_count++] =
            (uint32_t)(record_base(writer) + writer->block.size);
    }
    *fits = true;
    writer->record_count++;
    status =
        qn_buf_append_bytes(ctx, &writer->block, qn_buf_bytes(&writer->record));
    qn_buf_clear(&writer->last_key);
    return status ? status : qn_buf_append_bytes(ctx, &writer->last_key, key);
}

static enum qn_status add_record(struct qn_ctx *ctx,
                                 struct qn_reftable_writer *writer,
                                 uint8_t type, struct qn_bytes key,
                                 uint8_t kind, struct qn_bytes value)
{
    bool is_aligned = type != 'g' && !(type == 'i' && writer->has_logs);
    enum qn_status status = QN_OK;
    bool fits;

    if (key.size > KEY_SIZE_MAX)
        return qn_ctx_fail(ctx, QN_TOO_BIG, "ref name is too long");
    if (writer->type != type)
        status = begin_block(ctx, writer, type, is_aligned);
    if (!status)
        status = try_record(ctx, writer, key, kind, value, &fits);
    if (status || fits)
        return status;
    if (writer->record_count) {
        status = end_block(ctx, writer);
        if (!status)
            status = begin_block(ctx, writer, type, is_aligned);
        if (!status)
            status = try_record(ctx, writer, key, kind, value, &fits);
    }
    if (!status && !fits)
        status = qn_ctx_fail(ctx, QN_TOO_BIG,
                             "record of '%.*s' does not fit a reftable block",
                             QN_BYTES_ARG(key));
    return status;
}

static enum qn_status check_order(struct qn_ctx *ctx,
                                  const struct qn_reftable_writer *writer,
                                  uint8_t type, struct qn_bytes key)
{
    if (writer->type == type && writer->record_count &&
        qn_bytes_compare(qn_buf_bytes(&writer->last_key), key) >= 0)
        return qn_ctx_fail(ctx, QN_INTERNAL, "reftable keys do not ascend");
    return QN_OK;
}

/* Write index blocks over the blocks noted, level by level, until few are left;
 * nothing for few blocks.  `*position`: of the root, which is those few. */
static enum qn_status write_index(struct qn_ctx *ctx,
                                  struct qn_reftable_writer *writer,
                                  uint64_t *position)
{
    struct index_entry *entries = NULL;
    struct qn_buf keys = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    size_t count = writer->entry_count;

    while (!status && count > QN_REFTABLE_INDEX_MIN) {
        uint8_t value[QN_VARINT_MAX];
        size_t i;

        qn_memory_free(entries);
        entries = writer->entries;
        qn_buf_swap(&keys, &writer->index_keys);
        qn_buf_clear(&writer->index_keys);
        writer->entries = NULL;
        writer->entry_count = writer->entry_capacity = 0;
        for (i = 0; !status && i < count; i++) {
            size_t size = qn_varint_write_offset(value, entries[i].position);

            status = add_record(ctx, writer, 'i',
                                qn_bytes_make(keys.data + entries[i].key_offset,
                                              entries[i].key_size),
                                0, qn_bytes_make(value, size));
        }
        if (!status)
            status = end_block(ctx, writer);
        if (!status && writer->entry_count >= count)
            status = qn_ctx_fail(ctx, QN_TOO_BIG,
                                 "reftable index does not get smaller");
        count = writer->entry_count;
        if (!status)
            *position = writer->entries[0].position;
    }
    writer->entry_count = 0;
    qn_buf_clear(&writer->index_keys);
    qn_memory_free(entries);
    qn_buf_dispose(&keys);
    return status;
}

static int compare_objects(const void *a, const void *b)
{
    const struct object_entry *x = a, *y = b;
    int order = memcmp(x->id, y->id, QN_ID_MAX_SIZE);

    return order ? order
                 : (x->position > y->position) - (x->position < y->position);
}

/* The length at which all ids differ. */
static uint32_t object_key_size(const struct qn_reftable_writer *writer)
{
    uint32_t longest = OBJECT_MIN;
    size_t i;

    for (i = 1; i < writer->object_count; i++) {
        const uint8_t *a = writer->objects[i - 1].id;
        const uint8_t *b = writer->objects[i].id;
        uint32_t same = 0;

        while (same < QN_ID_MAX_SIZE && a[same] == b[same])
            same++;
        if (same < QN_ID_MAX_SIZE && same + 1 > longest)
            longest = same + 1;
    }
    return longest;
}

/* The blocks of one object: its record's value. */
static enum qn_status encode_positions(struct qn_ctx *ctx,
                                       const struct object_entry *first,
                                       const struct object_entry *end,
                                       struct qn_buf *value, uint8_t *kind)
{
    uint8_t number[QN_VARINT_MAX];
    uint64_t before = 0, count = 0;
    const struct object_entry *entry;
    struct qn_buf list = QN_BUF_INIT;
    enum qn_status status = QN_OK;

    for (entry = first; !status && entry < end; entry++) {
        if (count && entry->position == before)
            continue;
        status = qn_buf_append(
            ctx, &list, number,
            qn_varint_write_offset(number, entry->position - before));
        before = entry->position;
        count++;
    }
    qn_buf_clear(value);
    *kind = count < 8 ? (uint8_t)count : 0;
    if (!status && count >= 8)
        status = qn_buf_append(ctx, value, number,
                               qn_varint_write_offset(number, count));
    if (!status)
        status = qn_buf_append_bytes(ctx, value, qn_buf_bytes(&list));
    qn_buf_dispose(&list);
    return status;
}

static enum qn_status write_objects(struct qn_ctx *ctx,
                                    struct qn_reftable_writer *writer)
{
    struct object_entry *objects = writer->objects;
    struct qn_buf value = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    size_t i, j;

    if (!writer->object_count)
        return QN_OK;
    qsort(objects, writer->object_count, sizeof(*objects), compare_objects);
    writer->object_size = object_key_size(writer);
    for (i = 0; !status && i < writer->object_count; i = j) {
        struct qn_bytes key = qn_bytes_make(objects[i].id, writer->object_size);
        uint8_t kind;

        for (j = i + 1;
             j < writer->object_count &&
             memcmp(objects[i].id, objects[j].id, QN_ID_MAX_SIZE) == 0;)
            j++;
        status = encode_positions(ctx, objects + i, objects + j, &value, &kind);
        if (!status && value.size > writer->options.block_size / 2) {
            static const uint8_t none = 0; /* too many: search them all */

            status =
                add_record(ctx, writer, 'o', key, 0, qn_bytes_make(&none, 1));
        } else if (!status) {
            status =
                add_record(ctx, writer, 'o', key, kind, qn_buf_bytes(&value));
        }
        if (!status && i == 0)
            writer->object_start = writer->start;
    }
    if (!status)
        status = end_block(ctx, writer);
    if (!status)
        status = write_index(ctx, writer, &writer->object_index);
    qn_buf_dispose(&value);
    return status;
}

static enum qn_status end_refs(struct qn_ctx *ctx,
                               struct qn_reftable_writer *writer)
{
    enum qn_status status;

    if (!writer->has_refs || writer->has_logs)
        return QN_OK;
    status = end_block(ctx, writer);
    if (!status)
        status = write_index(ctx, writer, &writer->ref_index);
    if (!status && writer->ref_index && !writer->options.skips_objects)
        status = write_objects(ctx, writer);
    writer->entry_count = 0;
    qn_buf_clear(&writer->index_keys);
    return status;
}

static enum qn_status note_object(struct qn_ctx *ctx,
                                  struct qn_reftable_writer *writer,
                                  const uint8_t *id)
{
    size_t size = qn_id_size(writer->options.algorithm);
    struct object_entry *entry;
    enum qn_status status;

    if (writer->options.skips_objects)
        return QN_OK;
    status = qn_memory_grow(ctx, &writer->objects, &writer->object_capacity,
                            writer->object_count + 1, sizeof(*entry));
    if (status)
        return status;
    entry = &writer->objects[writer->object_count++];
    memset(entry, 0, sizeof(*entry));
    memcpy(entry->id, id, size);
    entry->position = writer->start;
    return QN_OK;
}

enum qn_status
qn_reftable_writer_add_ref(struct qn_ctx *ctx,
                           struct qn_reftable_writer *writer,
                           const struct qn_reftable_record *record)
{
    size_t id_size = qn_id_size(writer->options.algorithm);
    uint8_t value[2 * QN_VARINT_MAX + 2 * QN_ID_MAX_SIZE];
    struct qn_bytes key = qn_buf_bytes(&record->key), bytes;
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status = check_order(ctx, writer, 'r', key);
    size_t size = qn_varint_write_offset(value, record->update_index -
                                                    writer->options.min_index);

    if (status)
        return status;
    if (record->kind == QN_REFTABLE_VALUE ||
        record->kind == QN_REFTABLE_PEELED) {
        memcpy(value + size, record->value, id_size);
        size += id_size;
    }
    if (record->kind == QN_REFTABLE_PEELED) {
        memcpy(value + size, record->peeled, id_size);
        size += id_size;
    }
    bytes = qn_bytes_make(value, size);
    if (record->kind == QN_REFTABLE_SYMBOLIC) {
        size += qn_varint_write_offset(value + size, record->target.size);
        status = qn_buf_append(ctx, &text, value, size);
        if (!status)
            status = qn_buf_append_bytes(ctx, &text, record->target);
        bytes = qn_buf_bytes(&text);
    }
    if (!status)
        status = add_record(ctx, writer, 'r', key, record->kind, bytes);
    qn_buf_dispose(&text);
    writer->has_refs = true;
    if (!status && (record->kind == QN_REFTABLE_VALUE ||
                    record->kind == QN_REFTABLE_PEELED))
        status = note_object(ctx, writer, record->value);
    if (!status && record->kind == QN_REFTABLE_PEELED)
        status = note_object(ctx, writer, record->peeled);
    return status;
}

static enum qn_status append_string(struct qn_ctx *ctx, struct qn_buf *out,
                                    struct qn_bytes text)
{
    uint8_t number[QN_VARINT_MAX];
    enum qn_status status = qn_buf_append(
        ctx, out, number, qn_varint_write_offset(number, text.size));

    return status ? status : qn_buf_append_bytes(ctx, out, text);
}

static enum qn_status encode_log(struct qn_ctx *ctx,
                                 const struct qn_reftable_writer *writer,
                                 const struct qn_reftable_record *record,
                                 struct qn_buf *out)
{
    size_t id_size = qn_id_size(writer->options.algorithm);
    uint8_t number[QN_VARINT_MAX + 2];
    size_t size = qn_varint_write_offset(number, record->seconds);
    enum qn_status status;

    qn_endian_store16(number + size, (uint16_t)record->zone);
    status = qn_buf_append(ctx, out, record->old_id, id_size);
    if (!status)
        status = qn_buf_append(ctx, out, record->new_id, id_size);
    if (!status)
        status = append_string(ctx, out, record->name);
    if (!status)
        status = append_string(ctx, out, record->mail);
    if (!status)
        status = qn_buf_append(ctx, out, number, size + 2);
    return status ? status : append_string(ctx, out, record->message);
}

enum qn_status
qn_reftable_writer_add_log(struct qn_ctx *ctx,
                           struct qn_reftable_writer *writer,
                           const struct qn_reftable_record *record)
{
    struct qn_bytes key = qn_buf_bytes(&record->key);
    struct qn_buf value = QN_BUF_INIT;
    enum qn_status status = check_order(ctx, writer, 'g', key);

    if (!status && !writer->has_logs)
        status = end_refs(ctx, writer);
    if (!status && record->kind)
        status = encode_log(ctx, writer, record, &value);
    if (!status)
        status = add_record(ctx, writer, 'g', key, record->kind,
                            qn_buf_bytes(&value));
    if (!status && !writer->has_logs) {
        writer->has_logs = true;
        writer->log_start = writer->start;
    }
    qn_buf_dispose(&value);
    return status;
}

static enum qn_status write_footer(struct qn_ctx *ctx,
                                   struct qn_reftable_writer *writer)
{
    size_t start = writer->out.size;
    uint8_t fields[40], crc[4];
    enum qn_status status = write_header(ctx, writer, &writer->out);

    qn_endian_store64(fields, writer->ref_index);
    qn_endian_store64(fields + 8,
                      writer->object_start << 5 | writer->object_size);
    qn_endian_store64(fields + 16, writer->object_index);
    qn_endian_store64(fields + 24, writer->log_start);
    qn_endian_store64(fields + 32, writer->log_index);
    if (!status)
        status = qn_buf_append(ctx, &writer->out, fields, sizeof(fields));
    if (status)
        return status;
    qn_endian_store32(
        crc, qn_crc32(0, writer->out.data + start, writer->out.size - start));
    return qn_buf_append(ctx, &writer->out, crc, sizeof(crc));
}

enum qn_status qn_reftable_writer_finish(struct qn_ctx *ctx,
                                         struct qn_reftable_writer *writer,
                                         struct qn_bytes *out)
{
    enum qn_status status = end_refs(ctx, writer);

    if (!status && writer->has_logs) {
        status = end_block(ctx, writer);
        if (!status)
            status = write_index(ctx, writer, &writer->log_index);
    }
    if (!status)
        status = write_footer(ctx, writer);
    if (!status)
        *out = qn_buf_bytes(&writer->out);
    return status;
}
