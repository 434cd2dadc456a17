/* SPDX-License-Identifier: MIT */
#include "show/ref_format.h"

#include "base/memory.h"
#include "text/color.h"
#include "text/quote.h"
#include "text/utf8.h"

#include <string.h>

#define DEPTH_MAX 64

struct piece {
    bool is_atom;
    struct qn_buf literal;
    struct qn_ref_atom atom;
};

struct qn_ref_format {
    struct qn_ref_values *values;
    enum qn_ref_quote quote;
    struct piece *pieces;
    size_t count;
    size_t capacity;
    bool needs_reset;                /* a colour is left on at the end */
    struct qn_buf frames[DEPTH_MAX]; /* kept between refs */
};

static struct piece *add_piece(struct qn_ctx *ctx, struct qn_ref_format *format)
{
    struct piece *piece;

    if (qn_memory_grow(ctx, &format->pieces, &format->capacity,
                       format->count + 1, sizeof(*piece)))
        return NULL;
    piece = &format->pieces[format->count++];
    memset(piece, 0, sizeof(*piece));
    return piece;
}

static int hex_value(uint8_t c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* "%%" and "%xx" of a literal. */
static enum qn_status add_literal(struct qn_ctx *ctx,
                                  struct qn_ref_format *format,
                                  struct qn_bytes text)
{
    struct piece *piece;
    enum qn_status status = QN_OK;
    size_t i;

    if (!text.size)
        return QN_OK;
    piece = add_piece(ctx, format);
    if (!piece)
        return QN_NO_MEMORY;
    for (i = 0; !status && i < text.size; i++) {
        uint8_t byte = text.data[i];

        if (byte == '%' && i + 1 < text.size && text.data[i + 1] == '%') {
            i++;
        } else if (byte == '%' && i + 2 < text.size &&
                   hex_value(text.data[i + 1]) >= 0 &&
                   hex_value(text.data[i + 2]) >= 0) {
            byte = (uint8_t)(hex_value(text.data[i + 1]) << 4 |
                             hex_value(text.data[i + 2]));
            i += 2;
        }
        status = qn_buf_append_byte(ctx, &piece->literal, byte);
    }
    return status;
}

/* Where the next "%(" is; "%%" is passed over. */
static size_t find_atom(struct qn_bytes text)
{
    size_t i;

    for (i = 0; i + 1 < text.size; i++) {
        if (text.data[i] != '%')
            continue;
        if (text.data[i + 1] == '(')
            return i;
        if (text.data[i + 1] == '%')
            i++;
    }
    return text.size;
}

static enum qn_status add_atom(struct qn_ctx *ctx, struct qn_ref_format *format,
                               struct qn_bytes text)
{
    struct piece *piece = add_piece(ctx, format);
    enum qn_status status;

    if (!piece)
        return QN_NO_MEMORY;
    piece->is_atom = true;
    status = qn_ref_atom_parse(ctx, format->values, text, false, &piece->atom);
    if (status)
        return status;
    if (piece->atom.kind == QN_REF_ATOM_RAW &&
        piece->atom.part == QN_REF_PART_WHOLE &&
        (format->quote == QN_REF_QUOTE_SHELL ||
         format->quote == QN_REF_QUOTE_PYTHON ||
         format->quote == QN_REF_QUOTE_TCL))
        return qn_ctx_fail(ctx, QN_INVALID,
                           "--format=%.*s cannot be used with --python, "
                           "--shell, --tcl",
                           QN_BYTES_ARG(text));
    if (piece->atom.kind == QN_REF_ATOM_COLOR)
        format->needs_reset =
            piece->atom.color.size > 0 &&
            !qn_bytes_is_string(qn_buf_bytes(&piece->atom.color),
                                QN_COLOR_RESET);
    return QN_OK;
}

enum qn_status qn_ref_format_new(struct qn_ctx *ctx,
                                 struct qn_ref_values *values, const char *text,
                                 enum qn_ref_quote quote,
                                 struct qn_ref_format **out)
{
    struct qn_ref_format *format = qn_memory_calloc(ctx, 1, sizeof(*format));
    struct qn_bytes rest = qn_bytes_from_string(text);
    enum qn_status status = QN_OK;

    if (!format)
        return QN_NO_MEMORY;
    format->values = values;
    format->quote = quote;
    while (!status && rest.size) {
        size_t at = find_atom(rest);
        size_t end;

        status = add_literal(ctx, format, qn_bytes_first(rest, at));
        rest = qn_bytes_from(rest, at);
        if (status || !rest.size)
            break;
        end = qn_bytes_find(rest, ')');
        if (end == rest.size) {
            status = qn_ctx_fail_reason(ctx, QN_INVALID, "ref-format.malformed",
                                        text, "malformed format string %.*s",
                                        QN_BYTES_ARG(rest));
            break;
        }
        status =
            add_atom(ctx, format, qn_bytes_from(qn_bytes_first(rest, end), 2));
        rest = qn_bytes_from(rest, end + 1);
    }
    if (status)
        qn_ref_format_free(format);
    else
        *out = format;
    return status;
}

void qn_ref_format_free(struct qn_ref_format *format)
{
    size_t i;

    if (!format)
        return;
    for (i = 0; i < format->count; i++) {
        qn_buf_dispose(&format->pieces[i].literal);
        qn_ref_atom_dispose(&format->pieces[i].atom);
    }
    for (i = 0; i < DEPTH_MAX; i++)
        qn_buf_dispose(&format->frames[i]);
    qn_memory_free(format->pieces);
    qn_memory_free(format);
}

/* What an open %(align) or %(if) is waiting for. */
struct frame {
    const struct qn_ref_atom *atom; /* NULL: the outermost */
    bool has_then;
    bool has_else;
    bool is_taken; /* the condition was met */
};

struct evaluation {
    struct qn_ref_format *format;
    struct frame frames[DEPTH_MAX];
    size_t depth; /* of the innermost */
};

static enum qn_status append_quoted(struct qn_ctx *ctx, enum qn_ref_quote quote,
                                    struct qn_bytes text, struct qn_buf *out)
{
    switch (quote) {
    case QN_REF_QUOTE_SHELL:
        return qn_quote_shell(ctx, out, text);
    case QN_REF_QUOTE_PERL:
        return qn_quote_perl(ctx, out, text);
    case QN_REF_QUOTE_PYTHON:
        return qn_quote_python(ctx, out, text);
    case QN_REF_QUOTE_TCL:
        return qn_quote_tcl(ctx, out, text);
    case QN_REF_QUOTE_NONE:
        break;
    }
    return qn_buf_append_bytes(ctx, out, text);
}

static enum qn_status open_frame(struct qn_ctx *ctx, struct evaluation *run,
                                 const struct qn_ref_atom *atom)
{
    if (run->depth + 1 >= DEPTH_MAX)
        return qn_ctx_fail(ctx, QN_TOO_BIG, "format is nested too deep");
    run->depth++;
    run->frames[run->depth] = (struct frame){.atom = atom};
    qn_buf_clear(&run->format->frames[run->depth]);
    return QN_OK;
}

static bool is_met(const struct qn_ref_atom *atom, struct qn_bytes text)
{
    switch (atom->part) {
    case QN_REF_PART_EQUALS:
        return qn_bytes_is_string(text, atom->argument);
    case QN_REF_PART_NOTEQUALS:
        return !qn_bytes_is_string(text, atom->argument);
    default:
        return qn_bytes_trim(text).size > 0;
    }
}

static enum qn_status run_then(struct qn_ctx *ctx, struct evaluation *run)
{
    struct frame *frame = &run->frames[run->depth];
    struct qn_buf *text = &run->format->frames[run->depth];

    if (!frame->atom || frame->atom->kind != QN_REF_ATOM_IF)
        return qn_ctx_fail(ctx, QN_INVALID,
                           "format: %%(then) atom used without a %%(if) atom");
    if (frame->has_then)
        return qn_ctx_fail(ctx, QN_INVALID,
                           "format: %%(then) atom used more than once");
    if (frame->has_else)
        return qn_ctx_fail(ctx, QN_INVALID,
                           "format: %%(then) atom used after %%(else)");
    frame->has_then = true;
    frame->is_taken = is_met(frame->atom, qn_buf_bytes(text));
    qn_buf_clear(text);
    return QN_OK;
}

/* Behind %(else) the other half is gathered in a frame of its own. */
static enum qn_status run_else(struct qn_ctx *ctx, struct evaluation *run)
{
    struct frame *frame = &run->frames[run->depth];
    const struct qn_ref_atom *atom = frame->atom;
    bool is_taken = frame->is_taken;
    enum qn_status status;

    if (!atom || atom->kind != QN_REF_ATOM_IF)
        return qn_ctx_fail(ctx, QN_INVALID,
                           "format: %%(else) atom used without a %%(if) atom");
    if (frame->has_else)
        return qn_ctx_fail(ctx, QN_INVALID,
                           "format: %%(else) atom used more than once");
    if (!frame->has_then)
        return qn_ctx_fail(
            ctx, QN_INVALID,
            "format: %%(else) atom used without a %%(then) atom");
    frame->has_else = true;
    status = open_frame(ctx, run, atom);
    run->frames[run->depth].has_then = true;
    run->frames[run->depth].has_else = true;
    run->frames[run->depth].is_taken = is_taken;
    return status;
}

static enum qn_status align(struct qn_ctx *ctx, const struct qn_ref_atom *atom,
                            struct qn_bytes text, struct qn_buf *out)
{
    size_t width = qn_utf8_width(text, true);
    size_t wanted = (size_t)atom->number;
    size_t left = 0, right = 0;
    enum qn_status status;

    if (width < wanted) {
        if (atom->position == QN_REF_RIGHT)
            left = wanted - width;
        else if (atom->position == QN_REF_MIDDLE)
            left = (wanted - width) / 2;
        right = wanted - width - left;
    }
    status = qn_buf_append_repeat(ctx, out, ' ', left);
    if (!status)
        status = qn_buf_append_bytes(ctx, out, text);
    return status ? status : qn_buf_append_repeat(ctx, out, ' ', right);
}

/* Close the innermost; its result goes to the one around, quoted if that is the
 * outermost. */
static enum qn_status run_end(struct qn_ctx *ctx, struct evaluation *run)
{
    struct qn_buf *buffers = run->format->frames;
    struct frame *frame = &run->frames[run->depth];
    struct qn_buf result = QN_BUF_INIT;
    enum qn_status status = QN_OK;

    if (!frame->atom)
        return qn_ctx_fail(
            ctx, QN_INVALID,
            "format: %%(end) atom used without corresponding atom");
    if (frame->atom->kind == QN_REF_ATOM_ALIGN) {
        status = align(ctx, frame->atom, qn_buf_bytes(&buffers[run->depth]),
                       &result);
        run->depth--;
    } else if (frame->has_else) { /* the second half: one of the two counts */
        bool is_taken = frame->is_taken;

        qn_buf_swap(&result, &buffers[is_taken ? run->depth - 1 : run->depth]);
        run->depth -= 2;
    } else {
        if (!frame->has_then)
            status =
                qn_ctx_fail(ctx, QN_INVALID,
                            "format: %%(if) atom used without a %%(then) atom");
        if (frame->is_taken)
            qn_buf_swap(&result, &buffers[run->depth]);
        run->depth--;
    }
    if (!status)
        status = append_quoted(
            ctx, run->depth ? QN_REF_QUOTE_NONE : run->format->quote,
            qn_buf_bytes(&result), &buffers[run->depth]);
    qn_buf_dispose(&result);
    return status;
}

static enum qn_status run_value(struct qn_ctx *ctx, struct evaluation *run,
                                const struct qn_ref_item *item,
                                const struct qn_ref_atom *atom)
{
    struct qn_buf *out = &run->format->frames[run->depth];
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status;

    if (run->depth || run->format->quote == QN_REF_QUOTE_NONE)
        return qn_ref_values_append(ctx, run->format->values, item, atom, out,
                                    NULL, NULL);
    status = qn_ref_values_append(ctx, run->format->values, item, atom, &text,
                                  NULL, NULL);
    if (!status)
        status =
            append_quoted(ctx, run->format->quote, qn_buf_bytes(&text), out);
    qn_buf_dispose(&text);
    return status;
}

static enum qn_status run_piece(struct qn_ctx *ctx, struct evaluation *run,
                                const struct qn_ref_item *item,
                                const struct piece *piece)
{
    if (!piece->is_atom)
        return qn_buf_append_bytes(ctx, &run->format->frames[run->depth],
                                   qn_buf_bytes(&piece->literal));
    switch (piece->atom.kind) {
    case QN_REF_ATOM_ALIGN:
    case QN_REF_ATOM_IF:
        return open_frame(ctx, run, &piece->atom);
    case QN_REF_ATOM_THEN:
        return run_then(ctx, run);
    case QN_REF_ATOM_ELSE:
        return run_else(ctx, run);
    case QN_REF_ATOM_END:
        return run_end(ctx, run);
    default:
        return run_value(ctx, run, item, &piece->atom);
    }
}

enum qn_status qn_ref_format_append(struct qn_ctx *ctx,
                                    struct qn_ref_format *format,
                                    const struct qn_ref_item *item,
                                    struct qn_buf *out)
{
    struct evaluation run = {.format = format};
    enum qn_status status = QN_OK;
    size_t i;

    qn_ref_values_forget(format->values);
    qn_buf_clear(&format->frames[0]);
    for (i = 0; !status && i < format->count; i++)
        status = run_piece(ctx, &run, item, &format->pieces[i]);
    if (!status && run.depth)
        status = qn_ctx_fail(ctx, QN_INVALID, "format: %%(end) atom missing");
    if (!status && format->needs_reset)
        status = qn_buf_append_string(ctx, &format->frames[0], QN_COLOR_RESET);
    return status ? status
                  : qn_buf_append_bytes(ctx, out,
                                        qn_buf_bytes(&format->frames[0]));
}
