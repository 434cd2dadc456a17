/* SPDX-License-Identifier: MIT */
#include "operation/part/object_transfer.h"

#include "odb/odb_pack.h"
#include "os/file.h"
#include "os/temporary.h"
#include "pack/pack_indexer.h"
#include "trace/trace.h"

static enum qn_status write_pack(struct qn_ctx *ctx,
                                 const struct qn_object_transfer *transfer,
                                 struct qn_pack_writer *writer, int fd,
                                 const char *path)
{
    struct qn_odb_pack_request request = {.rows = transfer->rows,
                                          .count = transfer->count,
                                          .level = -1,
                                          .wants_ids = true};
    enum qn_status status;

    if (transfer->count >= UINT32_MAX)
        return qn_ctx_fail(ctx, QN_TOO_BIG, "too many objects for one pack");
    status = qn_pack_writer_begin(ctx, writer, fd, path,
                                  qn_odb_algorithm(transfer->source),
                                  (uint32_t)transfer->count);
    if (!status)
        status = qn_odb_pack_write(ctx, transfer->source, &request, writer);
    if (!status)
        status = qn_pack_writer_finish(ctx, writer);
    return status;
}

/* What was asked for is what arrived: entry by entry, the id that the source
 * knows an object by is the hash of what came over. */
static enum qn_status check_ids(struct qn_ctx *ctx,
                                const struct qn_pack_table *asked,
                                const struct qn_pack_table *made)
{
    size_t size = qn_id_size(asked->algorithm), i;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_id id;

    if (asked->count == made->count &&
        memcmp(asked->rows, made->rows, asked->count * size) == 0)
        return QN_OK;
    for (i = 0; i < asked->count; i++)
        if (memcmp(asked->rows + i * size, made->rows + i * size, size) != 0)
            break;
    qn_id_from_row(&id, asked->algorithm, asked->rows + i * size);
    qn_id_to_hex(&id, hex);
    return qn_ctx_fail_reason(ctx, QN_CORRUPT, "odb.hash-mismatch", hex,
                              "hash mismatch %s", hex);
}

enum qn_status qn_object_transfer_run(struct qn_ctx *ctx,
                                      const struct qn_object_transfer *transfer,
                                      struct qn_buf *out_name)
{
    struct qn_pack_writer writer = QN_PACK_WRITER_INIT;
    struct qn_pack_indexer indexer = {0};
    struct qn_pack_indexer_options options = {
        .algorithm = qn_odb_algorithm(transfer->source)};
    struct qn_odb_pack_install install = {.keep = transfer->keep,
                                          .promisor = transfer->promisor};
    struct qn_buf path = QN_BUF_INIT;
    struct qn_span span;
    enum qn_status status;
    int fd = -1;

    if (transfer->count == 0)
        return QN_OK;
    qn_span_begin(ctx, &span, "operation.object_transfer", NULL);
    status = qn_odb_pack_temporary(ctx, transfer->destination, &fd, &path);
    if (status)
        goto out;
    status = write_pack(ctx, transfer, &writer, fd, qn_buf_string(&path));
    if (status)
        qn_file_close(fd);
    else
        status = qn_file_close_written(ctx, fd, qn_buf_string(&path));
    options.offsets = writer.table.offsets;
    options.offset_count = writer.table.count;
    options.checksum = &writer.table.checksum;
    if (!status)
        status =
            qn_pack_indexer_run(ctx, qn_buf_string(&path), &options, &indexer);
    if (!status)
        status = check_ids(ctx, &writer.table, &indexer.table);
    if (!status) {
        install.temporary = qn_buf_string(&path);
        install.table = &indexer.table;
        status =
            qn_odb_pack_install(ctx, transfer->destination, &install, out_name);
    }
    if (status)
        qn_temporary_remove(qn_buf_string(&path));
out:
    qn_pack_indexer_dispose(&indexer);
    qn_pack_writer_dispose(&writer);
    qn_buf_dispose(&path);
    qn_span_end(ctx, &span);
    return status;
}
