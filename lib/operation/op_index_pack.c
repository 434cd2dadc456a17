/* SPDX-License-Identifier: MIT */
#include "operation/op_index_pack.h"

#include "base/memory.h"
#include "odb/odb_pack.h"
#include "os/file.h"
#include "os/temporary.h"
#include "pack/pack_file.h"
#include "pack/pack_indexer.h"

#define PIECE_SIZE (1u << 20)

static enum qn_status write_file(struct qn_ctx *ctx, const char *path,
                                 struct qn_bytes bytes)
{
    struct qn_buf prefix = QN_BUF_INIT, temporary = QN_BUF_INIT;
    enum qn_status status;
    int fd = -1;

    status = qn_buf_printf(ctx, &prefix, "%s.tmp_", path);
    if (!status)
        status = qn_file_create_temporary(ctx, qn_buf_string(&prefix), 0444,
                                          &fd, &temporary);
    if (!status)
        status = qn_file_write(ctx, fd, bytes.data, bytes.size);
    if (!status)
        status = qn_file_close_written(ctx, fd, qn_buf_string(&temporary));
    else
        qn_file_close(fd);
    if (!status)
        status = qn_file_rename(ctx, qn_buf_string(&temporary), path);
    if (!status)
        qn_temporary_forget(qn_buf_string(&temporary));
    else if (temporary.size)
        qn_temporary_remove(qn_buf_string(&temporary));
    qn_buf_dispose(&prefix);
    qn_buf_dispose(&temporary);
    return status;
}

enum qn_status qn_op_index_pack_file(struct qn_ctx *ctx,
                                     const struct qn_op_index_pack *options,
                                     struct qn_id *out_checksum)
{
    struct qn_pack_indexer_options how = {.algorithm = options->algorithm};
    struct qn_buf index = QN_BUF_INIT, reverse = QN_BUF_INIT;
    struct qn_pack_indexer indexer = {0};
    enum qn_status status;

    status = qn_pack_indexer_run(ctx, options->path, &how, &indexer);
    if (!status)
        status = qn_pack_table_write(ctx, &indexer.table, &index, &reverse);
    if (!status && options->reverse_path)
        status = write_file(ctx, options->reverse_path, qn_buf_bytes(&reverse));
    if (!status)
        status = write_file(ctx, options->index_path, qn_buf_bytes(&index));
    if (!status)
        *out_checksum = indexer.table.checksum;
    qn_pack_indexer_dispose(&indexer);
    qn_buf_dispose(&index);
    qn_buf_dispose(&reverse);
    return status;
}

static enum qn_status spool(struct qn_ctx *ctx, int from, int to)
{
    uint8_t *piece = qn_memory_array(ctx, PIECE_SIZE, 1);
    enum qn_status status = piece ? QN_OK : QN_NO_MEMORY;
    size_t used = 1;

    while (!status && used > 0) {
        status = qn_ctx_check(ctx);
        if (!status)
            status = qn_file_read(ctx, from, piece, PIECE_SIZE, &used);
        if (!status && used > 0)
            status = qn_file_write(ctx, to, piece, used);
    }
    qn_memory_free(piece);
    return status;
}

static enum qn_status find_base(struct qn_ctx *ctx, void *data,
                                const struct qn_id *id, struct qn_object *out)
{
    return qn_odb_read(ctx, data, id, out);
}

enum qn_status
qn_op_index_pack_receive(struct qn_ctx *ctx,
                         const struct qn_op_index_pack_receive *options,
                         struct qn_id *out_checksum)
{
    struct qn_odb_store *store = qn_odb_get_store(options->odb);
    struct qn_pack_indexer_options how = {
        .algorithm = qn_odb_algorithm(options->odb),
        .base = options->fixes_thin ? find_base : NULL,
        .data = options->odb,
        .level = -1,
    };
    struct qn_odb_pack_install install = {.keep = options->keep,
                                          .promisor = options->promisor};
    struct qn_pack_indexer indexer = {0};
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status;
    int fd = -1;

    status = qn_odb_pack_temporary(ctx, store, &fd, &path);
    if (!status)
        status = spool(ctx, options->fd, fd);
    if (!status)
        status = qn_file_close_written(ctx, fd, qn_buf_string(&path));
    else
        qn_file_close(fd);
    if (!status)
        status = qn_pack_indexer_run(ctx, qn_buf_string(&path), &how, &indexer);
    install.temporary = qn_buf_string(&path);
    install.table = &indexer.table;
    if (!status)
        status = qn_odb_pack_install(ctx, store, &install, NULL);
    else if (path.size)
        qn_temporary_remove(qn_buf_string(&path));
    if (!status)
        *out_checksum = indexer.table.checksum;
    qn_pack_indexer_dispose(&indexer);
    qn_buf_dispose(&path);
    return status;
}

static enum qn_status compare(struct qn_ctx *ctx,
                              const struct qn_pack_file *pack,
                              const struct qn_pack_table *table)
{
    const struct qn_pack_index *index = &pack->index;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_id id;
    uint32_t i;

    for (i = 0; i < index->count; i++) {
        uint32_t position = qn_pack_reverse_position(&pack->reverse, i);
        const uint8_t *row = qn_pack_index_row(index, position);

        if (qn_pack_index_offset(index, position) == table->offsets[i] &&
            memcmp(row, table->rows + i * index->id_size, index->id_size) ==
                0 &&
            (!index->crcs ||
             qn_endian_load32(index->crcs + 4 * (size_t)position) ==
                 table->crcs[i]))
            continue;
        qn_id_from_row(&id, index->algorithm, row);
        return qn_ctx_fail(ctx, QN_CORRUPT, "packed %s from %s is corrupt",
                           qn_id_to_hex(&id, hex), pack->path);
    }
    return QN_OK;
}

enum qn_status qn_op_index_pack_verify(struct qn_ctx *ctx,
                                       struct qn_pack_file *pack)
{
    struct qn_pack_indexer_options how = {.algorithm = pack->algorithm};
    struct qn_pack_indexer indexer = {0};
    enum qn_status status = qn_pack_file_open_reverse(ctx, pack);

    if (!status)
        status = qn_pack_index_verify(ctx, &pack->index, pack->path);
    if (!status)
        status = qn_pack_file_open_data(ctx, pack);
    if (!status)
        status = qn_pack_indexer_run(ctx, pack->path, &how, &indexer);
    if (!status)
        status = compare(ctx, pack, &indexer.table);
    qn_pack_indexer_dispose(&indexer);
    return status;
}
