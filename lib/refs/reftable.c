/* SPDX-License-Identifier: MIT */
#include "refs/reftable.h"

#include "base/endian.h"
#include "base/memory.h"
#include "hash/crc32.h"

#include <string.h>

#define HEADER_SIZE(version) ((version) == 1 ? 24u : 28u)
#define FOOTER_SIZE(version) (HEADER_SIZE(version) + 5u * 8u + 4u)
#define HASH_SHA1            0x73686131u /* "sha1" */
#define HASH_SHA256          0x73323536u /* "s256" */

static enum qn_status fail_table(struct qn_ctx *ctx,
                                 const struct qn_reftable *table,
                                 const char *what)
{
    return qn_ctx_fail_reason(ctx, QN_CORRUPT, "refs.reftable-corrupt",
                              qn_buf_string(&table->name), "reftable '%s': %s",
                              qn_buf_string(&table->name), what);
}

static enum qn_status read_header(struct qn_ctx *ctx, struct qn_reftable *table,
                                  uint32_t algorithm)
{
    const uint8_t *data = table->data;
    uint32_t hash = HASH_SHA1;

    if (table->size < HEADER_SIZE(1) || memcmp(data, "REFT", 4) != 0)
        return fail_table(ctx, table, "no header");
    table->version = data[4];
    if (table->version != 1 && table->version != 2)
        return fail_table(ctx, table, "unknown version");
    table->header_size = HEADER_SIZE(table->version);
    if (table->size < table->header_size + FOOTER_SIZE(table->version))
        return fail_table(ctx, table, "too short");
    table->block_size = qn_endian_load32(data + 4) & QN_REFTABLE_BLOCK_MAX;
    table->min_index = qn_endian_load64(data + 8);
    table->max_index = qn_endian_load64(data + 16);
    if (table->version == 2)
        hash = qn_endian_load32(data + 24);
    if (hash != (algorithm == QN_HASH_SHA256 ? HASH_SHA256 : HASH_SHA1))
        return fail_table(ctx, table, "has another hash function");
    table->algorithm = algorithm;
    return QN_OK;
}

/* The section positions, each checked to lie in the file and in order. */
static enum qn_status read_footer(struct qn_ctx *ctx, struct qn_reftable *table)
{
    uint32_t footer_size = FOOTER_SIZE(table->version);
    uint64_t end = table->size - footer_size;
    const uint8_t *footer = table->data + end;
    const uint8_t *fields = footer + table->header_size;
    uint64_t objects, object_index, log;

    if (qn_crc32(0, footer, footer_size - 4) !=
        qn_endian_load32(footer + footer_size - 4))
        return fail_table(ctx, table, "footer has a bad checksum");
    if (memcmp(footer, table->data, table->header_size) != 0)
        return fail_table(ctx, table, "header and footer differ");
    table->ref_index = qn_endian_load64(fields);
    objects = qn_endian_load64(fields + 8) >> 5;
    object_index = qn_endian_load64(fields + 16);
    log = qn_endian_load64(fields + 24);
    table->log_index = qn_endian_load64(fields + 32);
    if (table->ref_index > end || objects > end || object_index > end ||
        log > end || table->log_index > end)
        return fail_table(ctx, table, "a section lies outside");
    table->has_refs =
        end > table->header_size && table->data[table->header_size] == 'r';
    table->log_start = log;
    table->has_logs = log > 0;
    if (end > table->header_size && table->data[table->header_size] == 'g') {
        table->log_start = 0; /* a table of logs only says so by its block */
        table->has_logs = true;
    }
    table->log_end = table->log_index ? table->log_index : end;
    table->ref_end = table->ref_index ? table->ref_index
                     : objects        ? objects
                     : log            ? log
                                      : end;
    if (table->log_start > table->log_end)
        return fail_table(ctx, table, "sections are out of order");
    return QN_OK;
}

static enum qn_status new_table(struct qn_ctx *ctx, const char *name,
                                struct qn_reftable **out)
{
    struct qn_reftable *table = qn_memory_calloc(ctx, 1, sizeof(*table));
    enum qn_status status;

    if (!table)
        return QN_NO_MEMORY;
    table->holders = 1;
    status = qn_buf_append_string(ctx, &table->name, name);
    if (status)
        qn_reftable_release(table);
    else
        *out = table;
    return status;
}

static enum qn_status take_bytes(struct qn_ctx *ctx, struct qn_reftable *table,
                                 uint32_t algorithm)
{
    enum qn_status status = read_header(ctx, table, algorithm);

    return status ? status : read_footer(ctx, table);
}

enum qn_status qn_reftable_open(struct qn_ctx *ctx, const char *path,
                                const char *name, uint32_t algorithm,
                                struct qn_reftable **out)
{
    struct qn_reftable *table;
    enum qn_status status = new_table(ctx, name, &table);

    if (status)
        return status;
    status = qn_file_map(ctx, path, &table->map);
    if (!status) {
        table->data = table->map.data;
        table->size = table->map.size;
        status = take_bytes(ctx, table, algorithm);
    }
    if (status)
        qn_reftable_release(table);
    else
        *out = table;
    return status;
}

enum qn_status qn_reftable_open_bytes(struct qn_ctx *ctx, struct qn_bytes bytes,
                                      uint32_t algorithm,
                                      struct qn_reftable **out)
{
    struct qn_reftable *table;
    enum qn_status status = new_table(ctx, "(memory)", &table);

    if (status)
        return status;
    table->data = bytes.data;
    table->size = bytes.size;
    status = take_bytes(ctx, table, algorithm);
    if (status)
        qn_reftable_release(table);
    else
        *out = table;
    return status;
}

struct qn_reftable *qn_reftable_retain(struct qn_reftable *table)
{
    table->holders++;
    return table;
}

void qn_reftable_release(struct qn_reftable *table)
{
    if (!table || --table->holders)
        return;
    if (table->map.data)
        qn_file_unmap(&table->map);
    qn_buf_dispose(&table->name);
    qn_memory_free(table);
}

enum qn_status qn_reftable_log_key(struct qn_ctx *ctx, const char *name,
                                   uint64_t update_index, struct qn_buf *out)
{
    uint8_t suffix[QN_REFTABLE_LOG_SUFFIX] = {0};
    enum qn_status status = qn_buf_append_string(ctx, out, name);

    qn_endian_store64(suffix + 1, UINT64_MAX - update_index);
    return status ? status : qn_buf_append(ctx, out, suffix, sizeof(suffix));
}

bool qn_reftable_log_key_parse(struct qn_bytes key, struct qn_bytes *name,
                               uint64_t *update_index)
{
    if (key.size <= QN_REFTABLE_LOG_SUFFIX ||
        key.data[key.size - QN_REFTABLE_LOG_SUFFIX] != '\0')
        return false;
    *name = qn_bytes_first(key, key.size - QN_REFTABLE_LOG_SUFFIX);
    *update_index = UINT64_MAX - qn_endian_load64(key.data + key.size - 8);
    return true;
}
