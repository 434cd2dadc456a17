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

size_t qn_trailer_separator(struct qn_bytes line, const char *separators,
                            size_t fallback)
{
    size_t i = 0;
    bool blanks = false;

    for (; i < line.size; i++) {
        uint8_t c = line.data[i];

        if (c && strchr(separators, c))
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
    return fallback;
}

/* Where the separator of a trailer line stands; 0: it is none. */
static size_t separator_at(struct qn_bytes line)
{
    return qn_trailer_separator(line, ":", 0);
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

/* Where the comments, empty lines and the list of conflicts at the end of a
 * message begin. */
static size_t find_end(struct qn_bytes text, const char *comment)
{
    size_t start = SIZE_MAX;
    bool in_conflicts = false;
    size_t at = 0;

    while (at < text.size) {
        struct qn_bytes rest = qn_bytes_from(text, at);
        size_t size = qn_bytes_find(rest, '\n');
        struct qn_bytes line = qn_bytes_first(rest, size);

        if (is_blank_line(line) || qn_bytes_has_prefix(line, comment)) {
            start = start < at ? start : at;
        } else if (qn_bytes_is_string(line, "Conflicts:")) {
            in_conflicts = true;
            start = start < at ? start : at;
        } else if (!(in_conflicts && line.data[0] == '\t')) {
            start = SIZE_MAX;
            in_conflicts = false;
        }
        at += size + (size < rest.size);
    }
    return start < text.size ? start : text.size;
}

/* The message up to a scissors line. */
static struct qn_bytes cut_at_scissors(struct qn_bytes text,
                                       const char *comment)
{
    static const char scissors[] =
        " ------------------------ >8 ------------------------";
    size_t skip = strlen(comment);
    size_t at = 0;

    while (at < text.size) {
        struct qn_bytes rest = qn_bytes_from(text, at);
        size_t size = qn_bytes_find(rest, '\n');
        struct qn_bytes line = qn_bytes_first(rest, size);

        if (qn_bytes_has_prefix(line, comment) &&
            qn_bytes_is_string(qn_bytes_from(line, skip), scissors))
            return qn_bytes_first(text, at);
        at += size + (size < rest.size);
    }
    return text;
}

/* What the lines of the last paragraph are, counted upwards. */
struct count {
    size_t trailers, others, continuations;
    bool has_own;
};

static void count_line(const struct qn_trailer_form *form, struct qn_bytes line,
                       struct count *count)
{
    size_t at;

    if (is_own(line)) {
        count->has_own = true;
        count->trailers++;
        count->continuations = 0;
    } else if (is_space(line.data[0])) {
        count->continuations++;
    } else if ((at = qn_trailer_separator(line, form->separators, 0)) > 0) {
        count->trailers++;
        count->continuations = 0;
        if (form->is_known &&
            form->is_known(form->data, qn_bytes_trim(qn_bytes_first(line, at))))
            count->has_own = true;
    } else {
        count->others += 1 + count->continuations;
        count->continuations = 0;
    }
}

struct qn_bytes qn_trailer_find_block_as(struct qn_bytes message,
                                         const struct qn_trailer_form *form)
{
    struct qn_bytes text =
        form->ignores_divider ? message : cut_at_divider(message);
    size_t first_end = 0; /* of the first paragraph: never a block */
    struct count count = {0, 0, 0, false};
    size_t end;
    size_t at;

    text = cut_at_scissors(text, form->comment);
    while (first_end < text.size) {
        struct qn_bytes rest = qn_bytes_from(text, first_end);
        size_t size = qn_bytes_find(rest, '\n');
        struct qn_bytes line = qn_bytes_first(rest, size);

        if (is_blank_line(line) && !qn_bytes_has_prefix(line, form->comment))
            break;
        first_end += size < rest.size ? size + 1 : size;
    }
    end = find_end(text, form->comment);
    for (at = end; at > first_end;) {
        size_t start = line_start(text, at);
        struct qn_bytes line = qn_bytes_make(text.data + start, at - start);

        if (is_blank_line(line)) {
            count.others += count.continuations;
            if ((count.has_own && 3 * count.trailers >= count.others) ||
                (count.trailers && !count.others))
                return qn_bytes_make(text.data + at, end - at);
            break;
        }
        if (!qn_bytes_has_prefix(line, form->comment))
            count_line(form, line, &count);
        at = start;
    }
    return qn_bytes_first(qn_bytes_from(text, end), 0);
}

struct qn_bytes qn_trailer_find_block(struct qn_bytes message,
                                      bool ignores_divider)
{
    const struct qn_trailer_form form = {
        .separators = ":", .comment = "#", .ignores_divider = ignores_divider};

    return qn_trailer_find_block_as(message, &form);
}

struct qn_bytes qn_trailer_take_item(struct qn_bytes *block)
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

enum qn_status qn_trailer_append_unfolded(struct qn_ctx *ctx,
                                          struct qn_bytes text,
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
            status = options->unfolds
                         ? qn_trailer_append_unfolded(ctx, value, out)
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
        struct qn_bytes item = qn_trailer_take_item(&block);

        status = append_item(ctx, item, options, &is_first, out);
    }
    return status;
}
