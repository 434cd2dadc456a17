/* SPDX-License-Identifier: MIT */
#include "operation/op_index_pack.h"

#include "base/buf.h"
#include "base/endian.h"
#include "base/memory.h"
#include "operation/part/pack_check.h"
#include "os/file.h"
#include "pack/pack_index.h"

#include <stdlib.h>

static enum qn_status open_index(struct qn_ctx *ctx,
                                 const struct qn_op_index_pack *options,
                                 struct qn_pack_index *index)
{
    struct qn_bytes name = qn_bytes_from_string(options->index_path);
    struct qn_buf pack = QN_BUF_INIT;
    enum qn_status status;

    name.size -= name.size > 4 ? 4 : 0; /* ".idx" */
    status = qn_buf_append_bytes(ctx, &pack, name);
    if (!status)
        status = qn_buf_append_string(ctx, &pack, ".pack");
    if (!status && !qn_file_exists(qn_buf_string(&pack)))
        status = qn_ctx_fail_reason(
            ctx, QN_NOT_FOUND, "pack.not-found", options->index_path,
            "Cannot open existing pack file '%s'", options->index_path);
    qn_buf_dispose(&pack);
    if (status)
        return status;
    status =
        qn_pack_index_open(ctx, options->index_path, options->algorithm, index);
    if (status == QN_CORRUPT || status == QN_UNSUPPORTED)
        qn_ctx_report(ctx, QN_REPORT_ERROR, "pack.bad-index", "%s",
                      qn_ctx_message(ctx));
    if (status && status != QN_NO_MEMORY && status != QN_CANCELLED)
        status = qn_ctx_fail_reason(ctx, QN_CORRUPT, "pack.bad-index",
                                    options->index_path,
                                    "Cannot open existing pack idx file for "
                                    "'%s'",
                                    options->index_path);
    return status;
}

/* How the index that is there was written. */
static enum qn_status form_of(struct qn_ctx *ctx,
                              const struct qn_op_index_pack *options,
                              const struct qn_pack_index *index,
                              struct qn_pack_table_form *out)
{
    struct qn_pack_table_form form = {.version = index->version};
    uint64_t least = UINT64_MAX;
    uint32_t i;

    for (i = 0; i < index->count && index->version > 1; i++) {
        const uint8_t *row = index->offsets + i * index->offset_stride;
        uint64_t offset = qn_pack_index_offset(index, i);

        if (!(row[0] & 0x80))
            continue;
        if (offset == 0)
            return qn_ctx_fail_reason(
                ctx, QN_CORRUPT, "pack.bad-index", options->index_path,
                "offset beyond end of pack index for %s (truncated index?)",
                options->path);
        if (offset < least)
            least = offset;
    }
    if (least > 0 && least < 0x80000000u)
        form.large_from = (uint32_t)least - 1;
    *out = form;
    return QN_OK;
}

static enum qn_status compare_file(struct qn_ctx *ctx, const char *path,
                                   struct qn_bytes made)
{
    struct qn_file_map map = {NULL, 0, false};
    enum qn_status status = qn_file_map(ctx, path, &map);

    if (!status && !qn_bytes_is_equal(qn_bytes_make(map.data, map.size), made))
        status = qn_ctx_fail_reason(ctx, QN_CORRUPT, "pack.bad-index", path,
                                    "sha1 file '%s' validation error", path);
    if (map.data)
        qn_file_unmap(&map);
    return status;
}

static enum qn_status compare_files(struct qn_ctx *ctx,
                                    const struct qn_op_index_pack *options,
                                    const struct qn_pack_table_form *form,
                                    const struct qn_pack_table *table)
{
    struct qn_buf made = QN_BUF_INIT, reverse = QN_BUF_INIT;
    enum qn_status status;

    status = qn_pack_table_write_as(ctx, table, form, &made, &reverse);
    if (!status)
        status = compare_file(ctx, options->index_path, qn_buf_bytes(&made));
    if (!status && options->reverse_path &&
        qn_file_exists(options->reverse_path))
        status =
            compare_file(ctx, options->reverse_path, qn_buf_bytes(&reverse));
    qn_buf_dispose(&made);
    qn_buf_dispose(&reverse);
    return status;
}

static enum qn_status see_object(struct qn_ctx *ctx, void *data,
                                 const struct qn_pack_indexer_object *object)
{
    return qn_pack_check_object(ctx, data, object);
}

static enum qn_status make_check(struct qn_ctx *ctx,
                                 const struct qn_op_index_pack *options,
                                 struct qn_pack_check **out)
{
    const struct qn_pack_receive_options *receive = options->receive;
    struct qn_pack_check_options check = {
        .algorithm = options->algorithm,
        .objects = receive->check & QN_PACK_RECEIVE_OBJECTS,
        .links = receive->check &
                 (QN_PACK_RECEIVE_LINKS | QN_PACK_RECEIVE_CONTAINED),
        .policy = receive->policy,
        .big_file_threshold = receive->big_file_threshold};

    return check.objects || check.links ? qn_pack_check_new(ctx, &check, out)
                                        : QN_OK;
}

enum qn_status qn_op_index_pack_verify(struct qn_ctx *ctx,
                                       const struct qn_op_index_pack *options)
{
    const struct qn_pack_receive_options *receive = options->receive;
    struct qn_pack_indexer_options how = {
        .algorithm = options->algorithm,
        .thread_count = receive->thread_count,
        .big_file_threshold = receive->big_file_threshold,
        .title = receive->title,
        .wants_details = options->list != NULL};
    struct qn_pack_indexer indexer = {0};
    struct qn_pack_check *check = NULL;
    struct qn_pack_table_form form = {0};
    struct qn_pack_index index = {0};
    struct qn_buf missing = QN_BUF_INIT;
    enum qn_status status = open_index(ctx, options, &index);
    bool is_contained = true;

    if (!status)
        status = form_of(ctx, options, &index, &form);
    if (!status)
        status = make_check(ctx, options, &check);
    how.object = check ? see_object : NULL;
    how.data = check;
    if (!status)
        status = qn_pack_indexer_run(ctx, options->path, &how, &indexer);
    if (!status && check)
        status = qn_pack_check_finish(ctx, check, receive->odb, options->path,
                                      &indexer, &is_contained, &missing);
    if (!status && options->list)
        options->list(options->data, &indexer);
    if (!status)
        status = qn_pack_check_twice(ctx, &indexer.table);
    if (!status)
        status = compare_files(ctx, options, &form, &indexer.table);
    if (index.map.data)
        qn_pack_index_close(&index);
    qn_pack_indexer_dispose(&indexer);
    qn_pack_check_free(check);
    qn_buf_dispose(&missing);
    return status;
}
