/* SPDX-License-Identifier: MIT */
#include "refs/packed_refs.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

static enum qn_status fail_line(struct qn_ctx *ctx,
                                const struct qn_packed_refs *packed,
                                struct qn_bytes line)
{
    size_t end = qn_bytes_find(line, '\n');

    return qn_ctx_fail_reason(ctx, QN_CORRUPT, "refs.packed-corrupt", NULL,
                              "unexpected line in %s: %.*s",
                              packed->path ? packed->path : "packed-refs",
                              (int)(end < 80 ? end : 80),
                              (const char *)line.data);
}

/* The traits of "# pack-refs with: a b c ". */
static enum qn_status
read_header(struct qn_ctx *ctx, struct qn_packed_refs *packed, bool *is_sorted)
{
    static const char intro[] = "# pack-refs with:";
    struct qn_bytes rest = packed->lines;
    struct qn_bytes line, word;

    *is_sorted = false;
    if (rest.size == 0 || rest.data[0] != '#')
        return QN_OK;
    if (!qn_bytes_next(&rest, '\n', &line) || !qn_bytes_has_prefix(line, intro))
        return fail_line(ctx, packed, packed->lines);
    packed->lines = rest;
    line = qn_bytes_from(line, sizeof(intro) - 1);
    while (qn_bytes_next(&line, ' ', &word)) {
        if (qn_bytes_is_string(word, "peeled"))
            packed->is_peeled = true;
        else if (qn_bytes_is_string(word, "fully-peeled"))
            packed->is_fully_peeled = true;
        else if (qn_bytes_is_string(word, "sorted"))
            *is_sorted = true;
    }
    return QN_OK;
}

struct sort_item {
    struct qn_bytes name;
    struct qn_bytes lines; /* with the peeled line */
};

static int compare_items(const void *a, const void *b)
{
    return qn_bytes_compare(((const struct sort_item *)a)->name,
                            ((const struct sort_item *)b)->name);
}

static size_t record_end(const struct qn_packed_refs *packed, size_t start);
static struct qn_bytes record_name(const struct qn_packed_refs *packed,
                                   size_t start);

/* Files of old times have any order. */
static enum qn_status sort_lines(struct qn_ctx *ctx,
                                 struct qn_packed_refs *packed)
{
    struct sort_item *items = NULL;
    size_t least = qn_id_hex_size(packed->algorithm) + 2;
    size_t capacity = 0, count = 0, position = 0, i;
    enum qn_status status = QN_OK;

    /* Lines are looked at closely when they are asked for. */
    while (!status && position < packed->lines.size) {
        struct qn_bytes rest = qn_bytes_from(packed->lines, position);
        size_t end = record_end(packed, position);

        if (qn_bytes_find(rest, '\n') < least)
            status = fail_line(ctx, packed, rest);
        if (!status)
            status = qn_memory_grow(ctx, &items, &capacity, count + 1,
                                    sizeof(*items));
        if (!status) {
            items[count].name = record_name(packed, position);
            items[count++].lines = qn_bytes_first(rest, end - position);
        }
        position = end;
    }
    if (!status && count)
        qsort(items, count, sizeof(*items), compare_items);
    for (i = 0; !status && i < count; i++)
        status = qn_buf_append_bytes(ctx, &packed->sorted, items[i].lines);
    if (!status)
        packed->lines = qn_buf_bytes(&packed->sorted);
    qn_memory_free(items);
    return status;
}

/* The end of the file is looked at when it is opened: reading runs up to it. No
 * line but the header is shorter than an id, a blank and the line's end. */
static enum qn_status check_last_line(struct qn_ctx *ctx,
                                      const struct qn_packed_refs *packed)
{
    struct qn_bytes lines = packed->lines;
    struct qn_bytes last;
    size_t start;

    if (!lines.size)
        return QN_OK;
    if (lines.data[lines.size - 1] == '\n')
        lines.size--;
    start = qn_bytes_find_last(lines, '\n');
    last = qn_bytes_from(lines, start == lines.size ? 0 : start + 1);
    if (lines.size == packed->lines.size)
        return qn_ctx_fail_reason(ctx, QN_CORRUPT, "refs.packed-corrupt", NULL,
                                  "unterminated line in %s: %.*s",
                                  packed->path ? packed->path : "packed-refs",
                                  QN_BYTES_ARG(qn_bytes_first(last, 80)));
    if (last.size + 1 < qn_id_hex_size(packed->algorithm) + 2 &&
        !qn_bytes_has_prefix(last, "#"))
        return fail_line(ctx, packed, last);
    return QN_OK;
}

static enum qn_status take_bytes(struct qn_ctx *ctx,
                                 struct qn_packed_refs *packed)
{
    enum qn_status status = check_last_line(ctx, packed);
    bool is_sorted = true;

    if (!status)
        status = read_header(ctx, packed, &is_sorted);
    if (!status && !is_sorted)
        status = sort_lines(ctx, packed);
    return status;
}

static enum qn_status new_snapshot(struct qn_ctx *ctx, uint32_t algorithm,
                                   struct qn_packed_refs **out)
{
    *out = qn_memory_calloc(ctx, 1, sizeof(**out));
    if (!*out)
        return QN_NO_MEMORY;
    (*out)->count = 1;
    (*out)->algorithm = algorithm;
    return QN_OK;
}

enum qn_status qn_packed_refs_open_bytes(struct qn_ctx *ctx,
                                         struct qn_bytes bytes,
                                         uint32_t algorithm,
                                         struct qn_packed_refs **out)
{
    struct qn_packed_refs *packed;
    enum qn_status status = new_snapshot(ctx, algorithm, &packed);

    if (status)
        return status;
    packed->lines = bytes;
    status = take_bytes(ctx, packed);
    if (status)
        qn_packed_refs_release(packed);
    else
        *out = packed;
    return status;
}

enum qn_status qn_packed_refs_open(struct qn_ctx *ctx, const char *path,
                                   uint32_t algorithm,
                                   struct qn_packed_refs **out)
{
    struct qn_packed_refs *packed;
    enum qn_status status = new_snapshot(ctx, algorithm, &packed);
    int fd = -1;

    if (status)
        return status;
    status = qn_file_open_if_exists(ctx, path, QN_FILE_READ, &fd);
    if (!status && fd >= 0)
        status = qn_file_stat_fd(ctx, fd, &packed->stat);
    if (!status && fd >= 0 && packed->stat.size > 0) {
        status = qn_file_map_fd(ctx, fd, path, &packed->map);
        packed->lines = qn_bytes_make(packed->map.data, packed->map.size);
    }
    qn_file_close(fd);
    if (!status && packed->lines.size > 0) {
        packed->path = qn_memory_string(ctx, qn_bytes_from_string(path));
        if (!packed->path)
            status = QN_NO_MEMORY;
    }
    if (!status)
        status = take_bytes(ctx, packed);
    if (status)
        qn_packed_refs_release(packed);
    else
        *out = packed;
    return status;
}

struct qn_packed_refs *qn_packed_refs_retain(struct qn_packed_refs *packed)
{
    packed->count++;
    return packed;
}

void qn_packed_refs_release(struct qn_packed_refs *packed)
{
    if (!packed || --packed->count)
        return;
    if (packed->map.data)
        qn_file_unmap(&packed->map);
    qn_buf_dispose(&packed->sorted);
    qn_memory_free(packed->path);
    qn_memory_free(packed);
}

bool qn_packed_refs_is_current(const struct qn_packed_refs *packed,
                               const struct qn_file_stat *stat)
{
    if (stat->kind == QN_FILE_NONE)
        return packed->stat.kind == QN_FILE_NONE;
    return packed->stat.kind != QN_FILE_NONE &&
           stat->size == packed->stat.size &&
           stat->mtime_ns == packed->stat.mtime_ns &&
           stat->ctime_ns == packed->stat.ctime_ns &&
           stat->inode == packed->stat.inode &&
           stat->device == packed->stat.device;
}

/* The start of the record that `position` lies in. */
static size_t record_start(const struct qn_packed_refs *packed, size_t position)
{
    const uint8_t *data = packed->lines.data;

    for (;;) {
        while (position > 0 && data[position - 1] != '\n')
            position--;
        if (position == 0 || data[position] != '^')
            return position;
        position--; /* into the line that is peeled */
    }
}

/* The name of the record at `start`, as far as it can be told. */
static struct qn_bytes record_name(const struct qn_packed_refs *packed,
                                   size_t start)
{
    struct qn_bytes line = qn_bytes_from(packed->lines, start);

    line = qn_bytes_first(line, qn_bytes_find(line, '\n'));
    return qn_bytes_from(line, qn_id_hex_size(packed->algorithm) + 1);
}

/* The start of the record behind the one at `start`. */
static size_t record_end(const struct qn_packed_refs *packed, size_t start)
{
    struct qn_bytes lines = packed->lines;

    do {
        start += qn_bytes_find(qn_bytes_from(lines, start), '\n') + 1;
    } while (start < lines.size && lines.data[start] == '^');
    return start < lines.size ? start : lines.size;
}

size_t qn_packed_refs_seek(const struct qn_packed_refs *packed,
                           struct qn_bytes name)
{
    size_t low = 0;
    size_t high = packed->lines.size;

    while (low < high) {
        size_t start = record_start(packed, low + (high - low) / 2);

        if (start < low)
            start = low;
        /* On a damaged line the search stays, so that it is told of. */
        if (record_name(packed, start).size == 0)
            return start;
        if (qn_bytes_compare(record_name(packed, start), name) < 0)
            low = record_end(packed, start);
        else
            high = start;
    }
    return low;
}

enum qn_status qn_packed_refs_next(struct qn_ctx *ctx,
                                   const struct qn_packed_refs *packed,
                                   size_t *position,
                                   struct qn_packed_record *out)
{
    struct qn_bytes rest = qn_bytes_from(packed->lines, *position);
    size_t hex_size = qn_id_hex_size(packed->algorithm);
    struct qn_bytes line;
    size_t end;

    if (rest.size == 0)
        return QN_END;
    /* Behind the digits: a line that ends among them has none, which shows. */
    end = rest.size > hex_size ? hex_size : 0;
    end += qn_bytes_find(qn_bytes_from(rest, end), '\n');
    line = qn_bytes_first(rest, end);
    if (line.size < hex_size + 2 || line.data[hex_size] != ' ' ||
        !qn_id_from_hex(&out->id, packed->algorithm,
                        qn_bytes_first(line, hex_size)))
        return fail_line(ctx, packed, rest);
    out->name = qn_bytes_from(line, hex_size + 1);
    out->has_peeled =
        packed->is_fully_peeled ||
        (packed->is_peeled && qn_bytes_has_prefix(out->name, "refs/tags/"));
    qn_id_clear(&out->peeled, packed->algorithm);
    *position += end + 1;
    rest = qn_bytes_from(rest, end + 1);
    if (rest.size == 0 || rest.data[0] != '^')
        return QN_OK;
    end = qn_bytes_find(rest, '\n');
    if (!qn_id_from_hex(&out->peeled, packed->algorithm,
                        qn_bytes_from(qn_bytes_first(rest, end), 1)))
        return fail_line(ctx, packed, rest);
    out->has_peeled = true;
    *position += end + 1;
    return QN_OK;
}

enum qn_status qn_packed_refs_find(struct qn_ctx *ctx,
                                   const struct qn_packed_refs *packed,
                                   struct qn_bytes name,
                                   struct qn_packed_record *out, bool *found)
{
    size_t position = qn_packed_refs_seek(packed, name);
    enum qn_status status;

    *found = false;
    if (position >= packed->lines.size)
        return QN_OK;
    if (record_name(packed, position).size == 0)
        return fail_line(ctx, packed, qn_bytes_from(packed->lines, position));
    if (!qn_bytes_is_equal(record_name(packed, position), name))
        return QN_OK;
    status = qn_packed_refs_next(ctx, packed, &position, out);
    *found = !status;
    return status == QN_END ? QN_OK : status;
}

enum qn_status qn_packed_refs_append(struct qn_ctx *ctx,
                                     const struct qn_packed_record *record,
                                     struct qn_buf *out)
{
    size_t hex_size = qn_id_hex_size(record->id.algorithm);
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status;

    status = qn_buf_reserve(ctx, out, 2 * hex_size + record->name.size + 4);
    if (status)
        return status;
    qn_id_to_hex(&record->id, hex);
    memcpy(out->data + out->size, hex, hex_size);
    out->data[out->size + hex_size] = ' ';
    out->size += hex_size + 1;
    memcpy(out->data + out->size, record->name.data, record->name.size);
    out->size += record->name.size;
    out->data[out->size++] = '\n';
    if (record->has_peeled && !qn_id_is_null(&record->peeled)) {
        qn_id_to_hex(&record->peeled, hex);
        out->data[out->size++] = '^';
        memcpy(out->data + out->size, hex, hex_size);
        out->size += hex_size;
        out->data[out->size++] = '\n';
    }
    out->data[out->size] = '\0';
    return QN_OK;
}
