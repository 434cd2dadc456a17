/* SPDX-License-Identifier: MIT */
/* multi-pack-index verify. */
#include "base/memory.h"
#include "base/progress.h"
#include "hash/hash.h"
#include "operation/op_multi_pack_index.h"
#include "operation/part/midx_files.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

struct check {
    struct qn_op_multi_pack_index_verify *verify;
    const struct qn_multi_pack_index *index;
    struct qn_pack_file **packs; /* by number; NULL: it is not to be had */
    struct qn_buf line;
};

static QN_PRINTF(3, 4) enum qn_status
    fault(struct qn_ctx *ctx, struct check *check, const char *format, ...)
{
    enum qn_status status;
    va_list arguments;

    check->verify->has_fault = true;
    qn_buf_clear(&check->line);
    va_start(arguments, format);
    status = qn_buf_vprintf(ctx, &check->line, format, arguments);
    va_end(arguments);
    if (!status)
        check->verify->tell(check->verify->data, qn_buf_string(&check->line));
    return status;
}

static const char *hex_at(const struct check *check, uint32_t i, char *hex)
{
    struct qn_id id;

    qn_id_from_row(&id, check->index->algorithm,
                   qn_multi_pack_index_row(check->index, i));
    return qn_id_to_hex(&id, hex);
}

static enum qn_status open_packs(struct qn_ctx *ctx, struct check *check,
                                 const char *directory)
{
    struct qn_progress progress = QN_PROGRESS_INIT;
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    uint32_t i;

    qn_progress_begin(ctx, &progress, QN_PROGRESS_BEGIN_LATER,
                      "Looking for referenced packfiles",
                      check->index->pack_count);
    for (i = 0; i < check->index->pack_count && !status; i++) {
        struct qn_bytes stem = qn_bytes_from_string(check->index->names[i]);

        if (qn_bytes_has_suffix(stem, ".idx"))
            stem.size -= 4;
        qn_buf_clear(&path);
        status = qn_buf_printf(ctx, &path, "%s/%.*s.pack", directory,
                               QN_BYTES_ARG(stem));
        if (!status && !qn_file_exists(qn_buf_string(&path)))
            status = fault(ctx, check, "failed to load pack in position %u",
                           (unsigned)i);
        else if (!status)
            status =
                qn_pack_file_new(ctx, qn_buf_string(&path),
                                 check->index->algorithm, &check->packs[i]);
        if (!status && check->packs[i] &&
            qn_pack_file_open_index(ctx, check->packs[i])) {
            qn_ctx_clear(ctx);
            qn_pack_file_release(check->packs[i]);
            check->packs[i] = NULL;
            status =
                fault(ctx, check, "failed to load pack-index for packfile %s",
                      qn_buf_string(&path));
        }
        qn_progress_add(ctx, &progress, 1);
    }
    qn_progress_end(ctx, &progress);
    qn_buf_dispose(&path);
    return status;
}

/* Told of once in so many, as it is quick; and at its end. */
#define TOLD_EVERY 4096

static void tell_progress(struct qn_ctx *ctx, struct qn_progress *progress,
                          uint32_t done)
{
    if (done % TOLD_EVERY == 0)
        qn_progress_set(ctx, progress, done);
}

static void end_progress(struct qn_ctx *ctx, struct qn_progress *progress)
{
    qn_progress_set(ctx, progress, progress->total);
    qn_progress_end(ctx, progress);
}

static enum qn_status check_order(struct qn_ctx *ctx, struct check *check)
{
    const struct qn_multi_pack_index *index = check->index;
    char first[QN_ID_MAX_HEX_SIZE + 1], second[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_progress progress = QN_PROGRESS_INIT;
    enum qn_status status = QN_OK;
    uint32_t i;

    if (index->count == 0)
        return fault(ctx, check, "the midx contains no oid");
    qn_progress_begin(ctx, &progress, QN_PROGRESS_BEGIN,
                      "Verifying OID order in multi-pack-index",
                      index->count - 1);
    for (i = 0; i + 1 < index->count && !status; i++) {
        if (memcmp(qn_multi_pack_index_row(index, i),
                   qn_multi_pack_index_row(index, i + 1), index->id_size) >= 0)
            status = fault(ctx, check,
                           "oid lookup out of order: oid[%u] = %s >= %s = "
                           "oid[%u]",
                           (unsigned)i, hex_at(check, i, first),
                           hex_at(check, i + 1, second), (unsigned)i + 1);
        tell_progress(ctx, &progress, i + 1);
    }
    end_progress(ctx, &progress);
    return status;
}

static enum qn_status check_entry(struct qn_ctx *ctx, struct check *check,
                                  uint32_t i)
{
    const struct qn_multi_pack_index *index = check->index;
    const uint8_t *row = qn_multi_pack_index_row(index, i);
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    uint64_t offset, own = 0;
    uint32_t pack, at;

    qn_multi_pack_index_entry(index, i, &pack, &offset);
    if (qn_multi_pack_index_find(index, row) != i)
        return fault(ctx, check, "failed to load pack entry for oid[%u] = %s",
                     (unsigned)i, hex_at(check, i, hex));
    if (pack >= index->pack_count)
        return qn_ctx_fail(ctx, QN_CORRUPT,
                           "bad pack-int-id: %u (%u total packs)",
                           (unsigned)pack, (unsigned)index->pack_count);
    if (!check->packs[pack])
        return fault(ctx, check, "failed to load pack entry for oid[%u] = %s",
                     (unsigned)i, hex_at(check, i, hex));
    at = qn_pack_index_find(&check->packs[pack]->index, row);
    if (at != QN_PACK_INDEX_NONE)
        own = qn_pack_index_offset(&check->packs[pack]->index, at);
    if (offset == own && at != QN_PACK_INDEX_NONE)
        return QN_OK;
    return fault(ctx, check,
                 "incorrect object offset for oid[%u] = %s: %" PRIx64
                 " != %" PRIx64,
                 (unsigned)i, hex_at(check, i, hex), offset, own);
}

static enum qn_status check_layer(struct qn_ctx *ctx, struct check *check,
                                  const char *directory)
{
    const struct qn_multi_pack_index *index = check->index;
    size_t size = index->map.size - index->id_size;
    struct qn_progress progress = QN_PROGRESS_INIT;
    enum qn_status status = QN_OK;
    struct qn_id sum;
    uint32_t i;

    check->packs = qn_memory_calloc(ctx, (size_t)index->pack_count + 1,
                                    sizeof(*check->packs));
    if (!check->packs)
        return QN_NO_MEMORY;
    qn_hash_checksum(index->algorithm, qn_bytes_make(index->map.data, size),
                     &sum);
    if (memcmp(sum.bytes, index->map.data + size, index->id_size) != 0)
        status = fault(ctx, check, "incorrect checksum");
    if (!status)
        status = open_packs(ctx, check, directory);
    if (!status)
        status = check_order(ctx, check);
    /* Here nothing need be sorted; who looks is told the same. */
    qn_progress_begin(ctx, &progress, QN_PROGRESS_BEGIN,
                      "Sorting objects by packfile", index->count);
    qn_progress_set(ctx, &progress, 0);
    end_progress(ctx, &progress);
    qn_progress_begin(ctx, &progress, QN_PROGRESS_BEGIN,
                      "Verifying object offsets", index->count);
    for (i = 0; i < index->count && !status; i++) {
        status = check_entry(ctx, check, i);
        tell_progress(ctx, &progress, i + 1);
    }
    end_progress(ctx, &progress);
    for (i = 0; i < index->pack_count; i++)
        qn_pack_file_release(check->packs[i]);
    qn_memory_free(check->packs);
    return status;
}

/* A layer that the chain names and that is of no use: what is above it is not
 * looked at.  (One that is not there has been told of.) */
static enum qn_status check_chain(struct qn_ctx *ctx,
                                  const struct qn_midx_files *files,
                                  struct qn_op_multi_pack_index_verify *verify)
{
    struct qn_buf path = QN_BUF_INIT, chain = QN_BUF_INIT;
    struct qn_bytes rest, line = QN_BYTES_NONE;
    size_t count = 0;
    enum qn_status status = qn_buf_printf(
        ctx, &path, "%s/multi-pack-index.d/multi-pack-index-chain",
        files->directory);

    if (status || !qn_file_exists(qn_buf_string(&path)) ||
        (files->layer_count > 0 && !files->is_chain))
        goto out;
    status = qn_file_read_all(ctx, qn_buf_string(&path), &chain);
    rest = qn_buf_bytes(&chain);
    while (!status && qn_bytes_next(&rest, '\n', &line) &&
           ++count <= files->layer_count)
        continue;
    if (status || count <= files->layer_count)
        goto out;
    qn_buf_clear(&path);
    status = qn_buf_printf(ctx, &path,
                           "%s/multi-pack-index.d/multi-pack-index-%.*s.midx",
                           files->directory, QN_BYTES_ARG(line));
    if (!status && qn_file_exists(qn_buf_string(&path)))
        verify->has_fault = true;
out:
    qn_buf_dispose(&path);
    qn_buf_dispose(&chain);
    return status;
}

enum qn_status
qn_op_multi_pack_index_verify(struct qn_ctx *ctx,
                              struct qn_op_multi_pack_index_verify *verify)
{
    struct check check = {.verify = verify, .line = QN_BUF_INIT};
    const char *objects =
        verify->objects_directory
            ? verify->objects_directory
            : qn_odb_store_directory(qn_odb_get_store(verify->scope->odb));
    struct qn_midx_files files;
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status = qn_midx_files_open(ctx, &files, verify->scope->repo,
                                               objects, QN_MIDX_FILES_READ);
    size_t i;

    if (!status && files.layer_count == 0) {
        status =
            qn_buf_printf(ctx, &path, "%s/multi-pack-index", files.directory);
        if (!status && qn_file_exists(qn_buf_string(&path))) {
            verify->has_fault = true;
            qn_ctx_report(ctx, QN_REPORT_ERROR, "",
                          "multi-pack-index file exists, but failed to parse");
        }
    }
    if (!status)
        status = check_chain(ctx, &files, verify);
    for (i = files.layer_count; i-- > 0 && !status;) {
        check.index = &files.layers[i];
        status = check_layer(ctx, &check, files.directory);
    }
    qn_midx_files_close(&files);
    qn_buf_dispose(&check.line);
    qn_buf_dispose(&path);
    return status;
}
