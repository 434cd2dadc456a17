/* SPDX-License-Identifier: MIT */
/* Marks: what the reader of the stream knows an object by. */
#include "base/memory.h"
#include "operation/part/fast_export_private.h"

#include <inttypes.h>

void qn_fast_export_marks_init(struct qn_fast_export_marks *marks,
                               uint32_t algorithm)
{
    memset(marks, 0, sizeof(*marks));
    qn_id_map_init(&marks->ids, algorithm);
}

void qn_fast_export_marks_dispose(struct qn_fast_export_marks *marks)
{
    qn_id_map_dispose(&marks->ids);
    qn_memory_free(marks->is_blob);
}

static enum qn_status set_mark(struct qn_ctx *ctx,
                               struct qn_fast_export_marks *marks,
                               const struct qn_id *id, uint32_t mark,
                               bool is_blob)
{
    uint32_t position;
    bool is_new;
    enum qn_status status =
        qn_id_map_put(ctx, &marks->ids, id, &position, &is_new);

    if (!status)
        status = qn_memory_grow(ctx, &marks->is_blob, &marks->capacity,
                                marks->ids.count, sizeof(*marks->is_blob));
    if (status)
        return status;
    marks->ids.values[position] = mark;
    marks->is_blob[position] = is_blob;
    if (mark > marks->last)
        marks->last = mark;
    return QN_OK;
}

static enum qn_status read_line(struct qn_ctx *ctx,
                                struct qn_fast_export_marks *marks,
                                struct qn_odb *odb, struct qn_bytes line)
{
    struct qn_odb_info info;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_bytes digits, rest;
    struct qn_id id;
    uint64_t mark;
    size_t space = qn_bytes_find(line, ' ');
    enum qn_status status;

    if (line.size == 0 || line.data[0] != ':')
        return qn_ctx_fail(ctx, QN_INVALID, "corrupt mark line: %.*s\n",
                           QN_BYTES_ARG(line));
    digits = qn_bytes_from(qn_bytes_first(line, space), 1);
    rest = qn_bytes_first(qn_bytes_from(line, space + 1),
                          qn_id_hex_size(marks->ids.algorithm));
    if (space == line.size || !qn_bytes_to_u64(digits, &mark) || mark == 0 ||
        mark > UINT32_MAX || !qn_id_from_hex(&id, marks->ids.algorithm, rest))
        return qn_ctx_fail(ctx, QN_INVALID, "corrupt mark line: %.*s",
                           QN_BYTES_ARG(line));
    status = qn_odb_read_info(ctx, odb, &id, QN_ODB_WANT_TYPE, &info);
    if (status == QN_NOT_FOUND)
        return qn_ctx_fail(ctx, QN_NOT_FOUND, "object not found: %s",
                           qn_id_to_hex(&id, hex));
    if (status)
        return status;
    if (mark > marks->last)
        marks->last = (uint32_t)mark;
    if (info.type != QN_OBJECT_COMMIT) /* only commits are known again */
        return QN_OK;
    return set_mark(ctx, marks, &id, (uint32_t)mark, false);
}

enum qn_status qn_fast_export_marks_read(struct qn_ctx *ctx,
                                         struct qn_fast_export_marks *marks,
                                         struct qn_odb *odb,
                                         struct qn_bytes text)
{
    enum qn_status status = QN_OK;
    struct qn_bytes line;

    while (!status && qn_bytes_next(&text, '\n', &line))
        status = read_line(ctx, marks, odb, line);
    return status;
}

enum qn_status
qn_fast_export_marks_write(struct qn_ctx *ctx,
                           const struct qn_fast_export_marks *marks,
                           struct qn_buf *out)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status = QN_OK;
    struct qn_id id;
    uint32_t i;

    for (i = 0; !status && i < marks->ids.count; i++) {
        if (marks->is_blob[i] || marks->ids.values[i] == 0)
            continue;
        qn_id_map_id(&marks->ids, i, &id);
        status = qn_buf_printf(ctx, out, ":%" PRIu64 " %s\n",
                               marks->ids.values[i], qn_id_to_hex(&id, hex));
    }
    return status;
}

uint32_t qn_fast_export_mark(const struct qn_fast_export *run,
                             const struct qn_id *id)
{
    uint32_t at = qn_id_map_find(&run->op->marks->ids, id);

    return at == QN_ID_MAP_NONE ? 0 : (uint32_t)run->op->marks->ids.values[at];
}

enum qn_status qn_fast_export_add_mark(struct qn_ctx *ctx,
                                       struct qn_fast_export *run,
                                       const struct qn_id *id, bool is_blob,
                                       uint32_t *mark)
{
    struct qn_fast_export_marks *marks = run->op->marks;

    *mark = marks->last + 1;
    return set_mark(ctx, marks, id, *mark, is_blob);
}
