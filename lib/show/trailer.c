/* SPDX-License-Identifier: MIT */
#include "show/trailer.h"

static bool is_space(uint8_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_blank_line(struct qn_bytes line)
{
    return qn_bytes_trim(line).size == 0;
}

/* The line that ends at `end` (its newline included); its start. */
static size_t line_start(struct qn_bytes text, size_t end)
{
    size_t at = end;

    if (at > 0 && text.data[at - 1] == '\n')
        at--;
    while (at > 0 && text.data[at - 1] != '\n')
        at--;
    return at;
}

/* Where the separator of a trailer line stands; 0: it is none. */
static size_t separator_at(struct qn_bytes line)
{
    size_t i = 0;
    bool blanks = false;

    for (; i < line.size; i++) {
        uint8_t c = line.data[i];

        if (c == ':')
            return i;
        if (!blanks && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                        (c >= '0' && c <= '9') || c == '-'))
            continue;
        if (i > 0 && (c == ' ' || c == '\t')) {
            blanks = true;
            continue;
        }
        break;
    }
    return 0;
}

static bool is_own(struct qn_bytes line)
{
    return qn_bytes_has_prefix(line, "Signed-off-by: ") ||
           qn_bytes_has_prefix(line, "(cherry picked from commit ");
}

/* The message up to a "---" line. */
static struct qn_bytes cut_at_divider(struct qn_bytes message)
{
    size_t at = 0;

    while (at < message.size) {
        struct qn_bytes rest = qn_bytes_from(message, at);

        if (qn_bytes_has_prefix(rest, "---") &&
            (rest.size == 3 || is_space(rest.data[3])))
            return qn_bytes_first(message, at);
        at += qn_bytes_find(rest, '\n') + 1;
    }
    return message;
}

struct qn_bytes qn_trailer_find_block(struct qn_bytes message,
                                      bool ignores_divider)
{
    struct qn_bytes text = ignores_divider ? message : cut_at_divider(message);
    size_t first_end = 0; /* of the first paragraph: never a block */
    size_t end;
    size_t at;
    size_t trailers = 0;
    size_t others = 0;
    size_t continuations = 0;
    bool has_own = false;

    while (first_end < text.size) {
        struct qn_bytes rest = qn_bytes_from(text, first_end);
        size_t size = qn_bytes_find(rest, '\n');

        if (is_blank_line(qn_bytes_first(rest, size)))
            break;
        first_end += size < rest.size ? size + 1 : size;
    }
    end = text.size;
    while (end > first_end) {
        size_t start = line_start(text, end);

        if (!is_blank_line(qn_bytes_make(text.data + start, end - start)))
            break;
        end = start;
    }
    for (at = end; at > first_end;) {
        size_t start = line_start(text, at);
        struct qn_bytes line = qn_bytes_make(text.data + start, at - start);

        if (is_blank_line(line)) {
            others += continuations;
            if ((has_own && 3 * trailers >= others) || (trailers && !others))
                return qn_bytes_make(text.data + at, end - at);
            return QN_BYTES_NONE;
        }
        if (is_own(line)) {
            has_own = true;
            trailers++;
            continuations = 0;
        } else if (is_space(line.data[0])) {
            continuations++;
        } else if (separator_at(line) > 0) {
            trailers++;
            continuations = 0;
        } else {
            others += 1 + continuations;
            continuations = 0;
        }
        at = start;
    }
    return QN_BYTES_NONE;
}

/* A trailer line with its continuations. */
static struct qn_bytes take_item(struct qn_bytes *block)
{
    size_t size = 0;

    do {
        size += qn_bytes_find(qn_bytes_from(*block, size), '\n');
        size += size < block->size;
    } while (size < block->size &&
             (block->data[size] == ' ' || block->data[size] == '\t'));
    struct qn_bytes item = qn_bytes_first(*block, size);

    *block = qn_bytes_from(*block, size);
    return item;
}

static bool key_is_wanted(const struct qn_trailer_options *options,
                          struct qn_bytes key)
{
    size_t i;

    if (options->key_count == 0)
        return true;
    for (i = 0; i < options->key_count; i++) {
        struct qn_bytes wanted = options->keys[i];

        if (wanted.size > 0 && wanted.data[wanted.size - 1] == ':')
            wanted.size--;
        if (qn_bytes_is_equal_fold(wanted, key))
            return true;
    }
    return false;
}

/* Lines joined by one space each. */
static enum qn_status append_unfolded(struct qn_ctx *ctx, struct qn_bytes text,
                                      struct qn_buf *out)
{
    struct qn_bytes line;
    size_t start = out->size;
    enum qn_status status = QN_OK;

    while (!status && qn_bytes_next(&text, '\n', &line)) {
        line = qn_bytes_trim(line);
        if (line.size == 0)
            continue;
        if (out->size > start)
            status = qn_buf_append_byte(ctx, out, ' ');
        if (!status)
            status = qn_buf_append_bytes(ctx, out, line);
    }
    return status;
}

static enum qn_status append_item(struct qn_ctx *ctx, struct qn_bytes item,
                                  const struct qn_trailer_options *options,
                                  bool *is_first, struct qn_buf *out)
{
    size_t at = is_space(item.data[0]) ? 0 : separator_at(item);
    struct qn_bytes key = qn_bytes_trim(qn_bytes_first(item, at));
    struct qn_bytes value = qn_bytes_trim(qn_bytes_from(item, at ? at + 1 : 0));
    enum qn_status status = QN_OK;

    if (at == 0 && (options->only_trailers || options->key_count > 0))
        return QN_OK;
    if (at > 0 && !key_is_wanted(options, key))
        return QN_OK;
    if (options->has_separator && !*is_first)
        status = qn_buf_append_bytes(ctx, out, options->separator);
    *is_first = false;
    if (!status && at == 0) {
        value = item;
        while (value.size > 0 && is_space(value.data[value.size - 1]))
            value.size--;
        status = qn_buf_append_bytes(ctx, out, value);
    } else if (!status) {
        if (!options->value_only)
            status = qn_buf_append_bytes(ctx, out, key);
        if (!status && !options->value_only && !options->key_only)
            status = qn_buf_append_bytes(ctx, out,
                                         options->has_key_separator
                                             ? options->key_separator
                                             : QN_BYTES(": "));
        if (!status && !options->key_only)
            status = options->unfolds ? append_unfolded(ctx, value, out)
                                      : qn_buf_append_bytes(ctx, out, value);
    }
    if (!status && !options->has_separator)
        status = qn_buf_append_byte(ctx, out, '\n');
    return status;
}

enum qn_status qn_trailer_format(struct qn_ctx *ctx, struct qn_bytes message,
                                 const struct qn_trailer_options *options,
                                 struct qn_buf *out)
{
    struct qn_bytes block =
        qn_trailer_find_block(message, options->ignores_divider);
    bool is_first = true;
    enum qn_status status = QN_OK;

    if (!options->only_trailers && !options->unfolds && !options->key_only &&
        !options->value_only && !options->has_separator &&
        !options->has_key_separator && options->key_count == 0)
        return qn_buf_append_bytes(ctx, out, block);
    while (block.size > 0 && !status) {
        struct qn_bytes item = take_item(&block);

        status = append_item(ctx, item, options, &is_first, out);
    }
    return status;
}
