/* SPDX-License-Identifier: MIT */
#include "object/filter_spec.h"

#include "base/memory.h"

#include <inttypes.h>

#define PENDING_MAX ((size_t)1 << 16) /* filters in one text */

static const char reserved[] = "~`!@#$^&*()[]{}\\;'\",<>?";

static void forget_from(struct qn_filter_spec *spec, size_t count)
{
    while (spec->count > count)
        qn_memory_free(spec->parts[--spec->count].text);
}

void qn_filter_spec_clear(struct qn_filter_spec *spec)
{
    forget_from(spec, 0);
}

void qn_filter_spec_dispose(struct qn_filter_spec *spec)
{
    forget_from(spec, 0);
    qn_memory_free(spec->parts);
    spec->parts = NULL;
    spec->capacity = 0;
}

const char *qn_filter_spec_kind_name(enum qn_filter_kind kind)
{
    switch (kind) {
    case QN_FILTER_BLOB_NONE:
        return "blob:none";
    case QN_FILTER_BLOB_LIMIT:
        return "blob:limit";
    case QN_FILTER_TREE_DEPTH:
        return "tree";
    case QN_FILTER_OBJECT_TYPE:
        return "object:type";
    case QN_FILTER_SPARSE_OID:
        return "sparse:oid";
    case QN_FILTER_AUTO:
        break;
    }
    return "auto";
}

/* ---- numbers */

static int digit_of(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : 16;
}

/* As Git reads numbers: decimal, 0x, or octal; k, m or g behind. */
static bool read_number(struct qn_bytes text, uint64_t *out)
{
    uint64_t value = 0;
    unsigned shift = 0;
    size_t digits = 0;
    int base = 10;

    while (text.size > 0 && memchr(" \t\n\v\f\r", text.data[0], 6))
        text = qn_bytes_from(text, 1);
    if (text.size > 0 && text.data[0] == '+')
        text = qn_bytes_from(text, 1);
    if (text.size > 1 && text.data[0] == '0') {
        bool is_hex = (text.data[1] | 0x20) == 'x';

        base = is_hex ? 16 : 8;
        text = qn_bytes_from(text, is_hex ? 2 : 0);
    }
    while (text.size > 0 && digit_of(text.data[0]) < base) {
        uint64_t digit = (uint64_t)digit_of(text.data[0]);

        if (value > (UINT64_MAX - digit) / (uint64_t)base)
            return false;
        value = value * (uint64_t)base + digit;
        text = qn_bytes_from(text, 1);
        digits++;
    }
    if (digits == 0)
        return false;
    if (text.size == 1) {
        uint8_t unit = text.data[0] | 0x20;

        shift = unit == 'k' ? 10 : unit == 'm' ? 20 : unit == 'g' ? 30 : 0;
        if (!shift)
            return false;
    } else if (text.size > 1) {
        return false;
    }
    if (value > UINT64_MAX >> shift)
        return false;
    *out = value << shift;
    return true;
}

/* ---- parts */

static enum qn_status refuse(struct qn_ctx *ctx, struct qn_bytes text)
{
    return qn_ctx_fail(ctx, QN_INVALID, "invalid filter-spec '%.*s'",
                       QN_BYTES_ARG(text));
}

static enum qn_status read_part(struct qn_ctx *ctx, bool allows_auto,
                                struct qn_bytes text,
                                struct qn_filter_part *out)
{
    memset(out, 0, sizeof(*out));
    if (qn_bytes_is_string(text, "blob:none")) {
        out->kind = QN_FILTER_BLOB_NONE;
    } else if (qn_bytes_is_string(text, "auto")) {
        if (!allows_auto)
            return qn_ctx_fail(ctx, QN_INVALID,
                               "'auto' filter not supported by this command");
        out->kind = QN_FILTER_AUTO;
    } else if (qn_bytes_has_prefix(text, "blob:limit=")) {
        out->kind = QN_FILTER_BLOB_LIMIT;
        if (!read_number(qn_bytes_from(text, 11), &out->number))
            return refuse(ctx, text);
    } else if (qn_bytes_has_prefix(text, "tree:")) {
        out->kind = QN_FILTER_TREE_DEPTH;
        if (!read_number(qn_bytes_from(text, 5), &out->number))
            return qn_ctx_fail(ctx, QN_INVALID, "expected 'tree:<depth>'");
    } else if (qn_bytes_has_prefix(text, "sparse:oid=")) {
        out->kind = QN_FILTER_SPARSE_OID;
        if (qn_bytes_find(text, '\0') < text.size)
            return refuse(ctx, text);
        out->text = qn_memory_string(ctx, qn_bytes_from(text, 11));
        if (!out->text)
            return QN_NO_MEMORY;
    } else if (qn_bytes_has_prefix(text, "sparse:path=")) {
        return qn_ctx_fail(ctx, QN_INVALID,
                           "sparse:path filters support has been dropped");
    } else if (qn_bytes_has_prefix(text, "object:type=")) {
        struct qn_bytes name = qn_bytes_from(text, 12);

        out->kind = QN_FILTER_OBJECT_TYPE;
        out->type = qn_object_type_from_name(name);
        if (out->type == QN_OBJECT_NONE)
            return qn_ctx_fail(ctx, QN_INVALID,
                               "'%.*s' for 'object:type=<type>' is not a valid "
                               "object type",
                               QN_BYTES_ARG(name));
    } else {
        return refuse(ctx, text);
    }
    return QN_OK;
}

/* ---- combine: */

struct pending {
    struct qn_buf *texts; /* a stack; owned */
    size_t count;
    size_t capacity;
    bool is_alone; /* what is read is no piece of a "combine:" */
};

static enum qn_status push(struct qn_ctx *ctx, struct pending *pending,
                           struct qn_bytes text)
{
    static const struct qn_buf empty = QN_BUF_INIT;
    enum qn_status status;

    if (pending->count >= PENDING_MAX)
        return qn_ctx_fail(ctx, QN_TOO_BIG, "too many filters");
    status = qn_memory_grow(ctx, &pending->texts, &pending->capacity,
                            pending->count + 1, sizeof(*pending->texts));
    if (status)
        return status;
    pending->texts[pending->count] = empty;
    status = qn_buf_append_bytes(ctx, &pending->texts[pending->count++], text);
    return status;
}

/* Percent-encoding off, in place; what is no such code stays. */
static void decode(struct qn_buf *text)
{
    size_t from, to = 0;

    for (from = 0; from < text->size; from++) {
        uint8_t c = text->data[from];

        if (c == '%' && text->size - from > 2) {
            int high = digit_of(text->data[from + 1]);
            int low = digit_of(text->data[from + 2]);

            if (high < 16 && low < 16 && (high || low)) {
                c = (uint8_t)(high * 16 + low);
                from += 2;
            }
        }
        text->data[to++] = c;
    }
    qn_buf_truncate(text, to);
}

static enum qn_status push_pieces(struct qn_ctx *ctx, struct pending *pending,
                                  struct qn_bytes rest)
{
    size_t first = pending->count;
    enum qn_status status = QN_OK;
    struct qn_bytes piece;
    size_t i, last;

    if (rest.size == 0)
        return qn_ctx_fail(ctx, QN_INVALID,
                           "expected something after combine:");
    while (!status && qn_bytes_next(&rest, '+', &piece)) {
        if (piece.size == 0)
            continue;
        for (i = 0; i < piece.size; i++)
            if (piece.data[i] <= ' ' || strchr(reserved, piece.data[i]))
                return qn_ctx_fail(ctx, QN_INVALID,
                                   "must escape char in sub-filter-spec: '%c'",
                                   piece.data[i]);
        status = push(ctx, pending, piece);
        if (!status)
            decode(&pending->texts[pending->count - 1]);
    }
    /* The first one is the next to be taken. */
    for (last = pending->count; first + 1 < last; first++, last--)
        qn_buf_swap(&pending->texts[first], &pending->texts[last - 1]);
    return status;
}

static enum qn_status parse_next(struct qn_ctx *ctx,
                                 struct qn_filter_spec *spec,
                                 struct pending *pending, struct qn_buf *text)
{
    struct qn_filter_part part;
    enum qn_status status;

    qn_buf_swap(text, &pending->texts[pending->count - 1]);
    qn_buf_dispose(&pending->texts[--pending->count]);
    if (qn_bytes_has_prefix(qn_buf_bytes(text), "combine:")) {
        pending->is_alone = false;
        return push_pieces(ctx, pending, qn_bytes_from(qn_buf_bytes(text), 8));
    }
    status = read_part(ctx, spec->allows_auto && pending->is_alone,
                       qn_buf_bytes(text), &part);
    if (status)
        return status;
    status = qn_memory_grow(ctx, &spec->parts, &spec->capacity, spec->count + 1,
                            sizeof(*spec->parts));
    if (status) {
        qn_memory_free(part.text);
        return status;
    }
    spec->parts[spec->count++] = part;
    return QN_OK;
}

enum qn_status qn_filter_spec_parse(struct qn_ctx *ctx,
                                    struct qn_filter_spec *spec,
                                    struct qn_bytes text)
{
    struct pending pending = {.is_alone = spec->count == 0};
    struct qn_buf room = QN_BUF_INIT;
    size_t before = spec->count;
    enum qn_status status = push(ctx, &pending, text);
    size_t i;

    while (!status && pending.count > 0)
        status = parse_next(ctx, spec, &pending, &room);
    for (i = 0; !status && spec->count > 1 && i < spec->count; i++)
        if (spec->parts[i].kind == QN_FILTER_AUTO)
            status = qn_ctx_fail(ctx, QN_INVALID,
                                 "an 'auto' filter is incompatible with any "
                                 "other filter");
    if (status)
        forget_from(spec, before);
    while (pending.count > 0)
        qn_buf_dispose(&pending.texts[--pending.count]);
    qn_memory_free(pending.texts);
    qn_buf_dispose(&room);
    return status;
}

enum qn_status qn_filter_spec_add_patterns(struct qn_ctx *ctx,
                                           struct qn_filter_spec *spec,
                                           struct qn_bytes patterns)
{
    struct qn_filter_part *part;
    enum qn_status status =
        qn_memory_grow(ctx, &spec->parts, &spec->capacity, spec->count + 1,
                       sizeof(*spec->parts));

    if (status)
        return status;
    part = &spec->parts[spec->count];
    memset(part, 0, sizeof(*part));
    part->kind = QN_FILTER_SPARSE_OID;
    part->is_content = true;
    part->text = qn_memory_string(ctx, patterns);
    if (!part->text)
        return QN_NO_MEMORY;
    spec->count++;
    return QN_OK;
}

/* ---- writing */

static enum qn_status append_part(struct qn_ctx *ctx,
                                  const struct qn_filter_part *part,
                                  struct qn_buf *out)
{
    switch (part->kind) {
    case QN_FILTER_BLOB_LIMIT:
        return qn_buf_printf(ctx, out, "blob:limit=%" PRIu64, part->number);
    case QN_FILTER_TREE_DEPTH:
        return qn_buf_printf(ctx, out, "tree:%" PRIu64, part->number);
    case QN_FILTER_OBJECT_TYPE:
        return qn_buf_printf(ctx, out, "object:type=%s",
                             qn_object_type_name(part->type));
    case QN_FILTER_SPARSE_OID:
        return qn_buf_printf(ctx, out, "sparse:oid=%s", part->text);
    case QN_FILTER_BLOB_NONE:
    case QN_FILTER_AUTO:
        break;
    }
    return qn_buf_append_string(ctx, out, qn_filter_spec_kind_name(part->kind));
}

static enum qn_status append_encoded(struct qn_ctx *ctx, struct qn_buf *out,
                                     struct qn_bytes text)
{
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < text.size && !status; i++) {
        uint8_t c = text.data[i];

        if (c <= ' ' || c == '+' || c == '%' || strchr(reserved, c))
            status = qn_buf_printf(ctx, out, "%%%02x", c);
        else
            status = qn_buf_append_byte(ctx, out, c);
    }
    return status;
}

enum qn_status qn_filter_spec_append(struct qn_ctx *ctx,
                                     const struct qn_filter_spec *spec,
                                     struct qn_buf *out)
{
    struct qn_buf part = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    size_t i;

    if (spec->count == 1)
        return append_part(ctx, &spec->parts[0], out);
    for (i = 0; i < spec->count && !status; i++) {
        qn_buf_clear(&part);
        status = qn_buf_append_string(ctx, out, i ? "+" : "combine:");
        if (!status)
            status = append_part(ctx, &spec->parts[i], &part);
        if (!status)
            status = append_encoded(ctx, out, qn_buf_bytes(&part));
    }
    qn_buf_dispose(&part);
    return status;
}
