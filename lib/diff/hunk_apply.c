/* SPDX-License-Identifier: MIT */
#include "diff/hunk_apply.h"

#include "base/memory.h"
#include "diff/text_diff.h"

struct apply {
    const struct qn_hunk_apply_options *options;
    struct qn_bytes rest;       /* of the patch */
    size_t line;                /* number of the next line of the patch */
    struct qn_text_lines lines; /* of the text */
    uint32_t next;              /* first line of the text not yet taken */
    struct qn_bytes *wanted;    /* what a hunk replaces, line by line */
    size_t wanted_count, wanted_capacity;
    struct qn_bytes *made; /* what it puts there */
    size_t made_count, made_capacity;
    size_t trailing; /* lines of context at its end */
};

static bool parse_number(struct qn_bytes text, size_t *at, uint32_t *out)
{
    uint64_t value = 0;
    size_t start = *at;

    for (; *at < text.size && text.data[*at] >= '0' && text.data[*at] <= '9';
         (*at)++) {
        value = value * 10 + (uint64_t)(text.data[*at] - '0');
        if (value > UINT32_MAX / 2)
            return false;
    }
    *out = (uint32_t)value;
    return *at > start;
}

static bool parse_range(struct qn_bytes line, size_t *at, char sign,
                        uint32_t *start, uint32_t *count)
{
    if (*at >= line.size || line.data[*at] != (uint8_t)sign)
        return false;
    (*at)++;
    *count = 1;
    if (!parse_number(line, at, start))
        return false;
    if (*at < line.size && line.data[*at] == ',') {
        (*at)++;
        return parse_number(line, at, count);
    }
    return true;
}

bool qn_hunk_apply_parse_header(struct qn_bytes line, struct qn_hunk_range *out,
                                size_t *end)
{
    size_t at = 3;

    if (!qn_bytes_has_prefix(line, "@@ ") ||
        !parse_range(line, &at, '-', &out->old_start, &out->old_count) ||
        at >= line.size || line.data[at++] != ' ' ||
        !parse_range(line, &at, '+', &out->new_start, &out->new_count) ||
        !qn_bytes_has_prefix(qn_bytes_from(line, at), " @@"))
        return false;
    *end = at + 3;
    return true;
}

static enum qn_status corrupt(struct qn_ctx *ctx, const struct apply *a)
{
    return qn_ctx_fail_reason(ctx, QN_CORRUPT, "patch.corrupt", NULL,
                              "corrupt patch at <stdin>:%zu",
                              a->options->header_lines + a->line);
}

static bool next_line(struct apply *a, struct qn_bytes *line)
{
    size_t end = qn_bytes_find(a->rest, '\n');

    if (a->rest.size == 0)
        return false;
    end = end < a->rest.size ? end + 1 : end;
    *line = qn_bytes_first(a->rest, end);
    a->rest = qn_bytes_from(a->rest, end);
    a->line++;
    return true;
}

static enum qn_status put_line(struct qn_ctx *ctx, struct apply *a,
                               struct qn_bytes line, bool is_wanted,
                               bool is_made)
{
    enum qn_status status = QN_OK;

    if (is_wanted) {
        status = qn_memory_grow(ctx, &a->wanted, &a->wanted_capacity,
                                a->wanted_count + 1, sizeof(*a->wanted));
        if (!status)
            a->wanted[a->wanted_count++] = line;
    }
    if (!status && is_made) {
        status = qn_memory_grow(ctx, &a->made, &a->made_capacity,
                                a->made_count + 1, sizeof(*a->made));
        if (!status)
            a->made[a->made_count++] = line;
    }
    return status;
}

/* "\ No newline at end of file" behind a line of the sides given. */
static void cut_newline(struct apply *a, bool is_wanted, bool is_made)
{
    struct qn_bytes *line;

    if (is_wanted && a->wanted_count) {
        line = &a->wanted[a->wanted_count - 1];
        if (line->size && line->data[line->size - 1] == '\n')
            line->size--;
    }
    if (is_made && a->made_count) {
        line = &a->made[a->made_count - 1];
        if (line->size && line->data[line->size - 1] == '\n')
            line->size--;
    }
}

/* The lines of one hunk, as its counts say. */
static enum qn_status read_lines(struct qn_ctx *ctx, struct apply *a,
                                 const struct qn_hunk_range *range)
{
    static const struct qn_bytes empty = {(const uint8_t *)"\n", 1};
    bool is_reversed = a->options->is_reversed;
    uint32_t old_left = range->old_count, new_left = range->new_count;
    bool is_wanted = false, is_made = false;
    struct qn_bytes line;
    enum qn_status status = QN_OK;

    a->wanted_count = a->made_count = a->trailing = 0;
    if (old_left == 0 && new_left == 0)
        return corrupt(ctx, a);
    while (!status && a->rest.size > 0 &&
           (old_left || new_left || a->rest.data[0] == '\\')) {
        size_t number = a->line;
        uint8_t kind;

        (void)next_line(a, &line);
        kind = line.data[0];
        if (kind == '\\') {
            cut_newline(a, is_wanted, is_made);
            continue;
        }
        if ((kind == '+' && new_left == 0) || (kind == '-' && old_left == 0) ||
            ((kind == ' ' || kind == '\n') && (!old_left || !new_left)) ||
            !(kind == '+' || kind == '-' || kind == ' ' || kind == '\n')) {
            a->line = number;
            return corrupt(ctx, a);
        }
        line = kind == '\n' ? empty : qn_bytes_from(line, 1);
        is_wanted = kind != (is_reversed ? '-' : '+');
        is_made = kind != (is_reversed ? '+' : '-');
        old_left -= kind != '+';
        new_left -= kind != '-';
        a->trailing = kind == '+' || kind == '-' ? 0 : a->trailing + 1;
        status = put_line(ctx, a, line, is_wanted, is_made);
    }
    if (!status && (old_left || new_left))
        return corrupt(ctx, a);
    return status;
}

static bool is_match(const struct apply *a, uint32_t at)
{
    for (size_t i = 0; i < a->wanted_count; i++)
        if (!qn_bytes_is_equal(qn_text_lines_at(&a->lines, at + (uint32_t)i),
                               a->wanted[i]))
            return false;
    return true;
}

/* Nearest to `expected`, behind before in front. */
static bool find_place(const struct apply *a, uint32_t expected, bool is_first,
                       uint32_t *out)
{
    uint64_t low = a->next, high = a->lines.count;

    if (a->wanted_count > high - low)
        return false;
    high -= a->wanted_count;
    if (a->trailing == 0)
        low = high;
    if (is_first) {
        if (low > 0 && a->trailing == 0)
            return false;
        if (a->next > 0)
            return false;
        high = 0;
    }
    if (expected < low)
        expected = (uint32_t)low;
    if (expected > high)
        expected = (uint32_t)high;
    for (uint64_t away = 0; away <= high - low; away++) {
        if (expected + away <= high && is_match(a, expected + (uint32_t)away)) {
            *out = expected + (uint32_t)away;
            return true;
        }
        if (away && expected >= low + away &&
            is_match(a, expected - (uint32_t)away)) {
            *out = expected - (uint32_t)away;
            return true;
        }
    }
    return false;
}

static enum qn_status copy_lines(struct qn_ctx *ctx, struct apply *a,
                                 uint32_t end, struct qn_buf *out)
{
    uint32_t from = a->lines.starts[a->next];
    uint32_t to = a->lines.starts[end];

    a->next = end;
    if (from == to)
        return QN_OK;
    return qn_buf_append(ctx, out, a->lines.text.data + from, to - from);
}

static enum qn_status apply_one(struct qn_ctx *ctx, struct apply *a,
                                struct qn_buf *out)
{
    struct qn_hunk_range range;
    struct qn_bytes line;
    uint32_t start, count, at = 0;
    size_t end;
    enum qn_status status;

    (void)next_line(a, &line);
    if (!qn_hunk_apply_parse_header(line, &range, &end)) {
        a->line--;
        return corrupt(ctx, a);
    }
    status = read_lines(ctx, a, &range);
    if (status)
        return status;
    start = a->options->is_reversed ? range.new_start : range.old_start;
    count = a->options->is_reversed ? range.new_count : range.old_count;
    if (!find_place(a, count && start ? start - 1 : start, start <= 1, &at))
        return qn_ctx_fail_reason(ctx, QN_CONFLICT, "patch.failed",
                                  a->options->name, "patch failed: %s:%u",
                                  a->options->name, start);
    status = copy_lines(ctx, a, at, out);
    for (size_t i = 0; i < a->made_count && !status; i++)
        status = qn_buf_append_bytes(ctx, out, a->made[i]);
    a->next = at + (uint32_t)a->wanted_count;
    return status;
}

enum qn_status qn_hunk_apply_run(struct qn_ctx *ctx, struct qn_bytes text,
                                 struct qn_bytes hunks,
                                 const struct qn_hunk_apply_options *options,
                                 struct qn_buf *out)
{
    struct apply a = {.options = options, .rest = hunks, .line = 1};
    enum qn_status status = qn_text_lines_split(ctx, text, &a.lines);

    if (status)
        return status;
    while (!status && a.rest.size > 0)
        status = apply_one(ctx, &a, out);
    if (!status)
        status = copy_lines(ctx, &a, a.lines.count, out);
    qn_text_lines_dispose(&a.lines);
    qn_memory_free(a.wanted);
    qn_memory_free(a.made);
    return status;
}
