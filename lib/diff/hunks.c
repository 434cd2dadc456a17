/* SPDX-License-Identifier: MIT */
#include "diff/hunks.h"

#include "base/memory.h"
#include "diff/text_engine.h"
#include "text/utf8.h"

#include <stdio.h>

#define HEADING_SIZE 80
#define HEADER_SIZE  128

void qn_hunks_dispose(struct qn_hunks *hunks)
{
    qn_memory_free(hunks->items);
    *hunks = (struct qn_hunks)QN_HUNKS_INIT;
}

struct builder {
    struct qn_ctx *ctx;
    const struct qn_text_diff *diff;
    const struct qn_hunk_options *options;
    uint8_t *ignorable; /* one flag a change; NULL: none is */
    uint32_t searched;  /* old lines below this were searched for a heading */
    struct qn_bytes heading;
};

static bool is_heading(const struct builder *b, struct qn_bytes line,
                       struct qn_bytes *heading)
{
    uint8_t first;

    if (b->options->heading)
        return b->options->heading(b->ctx, b->options->heading_data, line,
                                   heading);
    if (line.size == 0)
        return false;
    first = line.data[0];
    *heading = line;
    return (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z') ||
           first == '_' || first == '$';
}

static bool is_old_heading(const struct builder *b, uint32_t i)
{
    struct qn_bytes ignored;

    return is_heading(b, qn_text_lines_at(&b->diff->old_lines, i), &ignored);
}

static bool is_blank(struct qn_bytes line)
{
    size_t i;

    for (i = 0; i < line.size; i++)
        if (!qn_text_is_space(line.data[i]))
            return false;
    return true;
}

static bool ignores_line(const struct builder *b, struct qn_bytes line,
                         bool by_blank)
{
    if (!by_blank)
        return b->options->is_ignored(b->ctx, b->options->ignored_data, line);
    if (b->options->flags & QN_TEXT_DIFF_IGNORE_SPACE_MASK)
        return is_blank(line);
    return line.size <= 1;
}

static bool ignores_change(const struct builder *b,
                           const struct qn_text_change *change, bool by_blank)
{
    uint32_t i;

    for (i = 0; i < change->old_count; i++)
        if (!ignores_line(
                b, qn_text_lines_at(&b->diff->old_lines, change->old_start + i),
                by_blank))
            return false;
    for (i = 0; i < change->new_count; i++)
        if (!ignores_line(
                b, qn_text_lines_at(&b->diff->new_lines, change->new_start + i),
                by_blank))
            return false;
    return true;
}

static enum qn_status find_ignorable(struct builder *b)
{
    bool by_blank = b->options->flags & QN_TEXT_DIFF_IGNORE_BLANK_LINES;
    size_t i;

    if (!by_blank && !b->options->is_ignored)
        return QN_OK;
    b->ignorable = qn_memory_calloc(b->ctx, b->diff->change_count + 1, 1);
    if (!b->ignorable)
        return QN_NO_MEMORY;
    for (i = 0; i < b->diff->change_count; i++) {
        const struct qn_text_change *change = &b->diff->changes[i];

        b->ignorable[i] =
            (by_blank && ignores_change(b, change, true)) ||
            (b->options->is_ignored && ignores_change(b, change, false));
    }
    return QN_OK;
}

static inline bool is_ignorable(const struct builder *b, size_t i)
{
    return b->ignorable && b->ignorable[i];
}

static inline int64_t old_end(const struct qn_text_change *change)
{
    return (int64_t)change->old_start + change->old_count;
}

static inline int64_t new_end(const struct qn_text_change *change)
{
    return (int64_t)change->new_start + change->new_count;
}

static inline int64_t gap_after(const struct builder *b, size_t i)
{
    return b->diff->changes[i + 1].old_start - old_end(&b->diff->changes[i]);
}

/* Step over ignorable changes that no hunk will come near to. */
static size_t skip_ignorable(const struct builder *b, size_t head)
{
    size_t count = b->diff->change_count;
    size_t i;

    for (i = head; i < count && is_ignorable(b, i); i++)
        if (i + 1 == count || gap_after(b, i) >= b->options->context)
            head = i + 1;
    return head;
}

/* The last change that shares a hunk with `head`. */
static size_t grow(const struct builder *b, size_t head)
{
    const struct qn_text_change *changes = b->diff->changes;
    int64_t context = b->options->context;
    int64_t most = 2 * context + b->options->inter_hunk;
    int64_t passed = 0;
    size_t last = head;
    size_t n;

    for (n = head + 1; n < b->diff->change_count; n++) {
        int64_t gap = gap_after(b, n - 1);
        bool is_fresh = n - 1 == last;
        bool adopts = !is_ignorable(b, n);

        if (gap > most)
            break;
        if (gap < context) {
            adopts |= is_fresh;
        } else if (!is_fresh &&
                   (is_ignorable(b, n) ||
                    changes[n].old_start + passed - old_end(&changes[last]) >
                        most)) {
            if (changes[n].old_start + passed - old_end(&changes[last]) > most)
                break;
        }
        if (adopts) {
            last = n;
            passed = 0;
        } else {
            passed += changes[n].new_count;
        }
    }
    return last;
}

/* -W upwards: the start of the function that `i` is in. */
static int64_t function_start(const struct builder *b, int64_t i)
{
    while (i >= 0 && !is_old_heading(b, (uint32_t)i))
        i--;
    if (i < 0)
        return 0;
    while (i > 0 &&
           !is_blank(qn_text_lines_at(&b->diff->old_lines, (uint32_t)i - 1)) &&
           !is_old_heading(b, (uint32_t)i - 1))
        i--;
    return i;
}

static bool appends_function(const struct builder *b,
                             const struct qn_text_change *change)
{
    struct qn_bytes ignored;
    uint32_t i;

    for (i = change->new_start; i < b->diff->new_lines.count; i++)
        if (is_heading(b, qn_text_lines_at(&b->diff->new_lines, i), &ignored))
            return true;
    return false;
}

static void find_start(const struct builder *b, size_t skipped, size_t *head,
                       int64_t *s1, int64_t *s2)
{
    const struct qn_text_change *changes = b->diff->changes;
    int64_t context = b->options->context;

    for (;;) {
        const struct qn_text_change *change = &changes[*head];
        int64_t i = change->old_start;
        int64_t f;
        size_t x;

        *s1 = i > context ? i - context : 0;
        *s2 = change->new_start > context ? change->new_start - context : 0;
        if (!b->options->has_function_context)
            return;
        if (i >= b->diff->old_lines.count) {
            if (appends_function(b, change))
                return;
            i = (int64_t)b->diff->old_lines.count - 1;
        }
        f = function_start(b, i);
        if (f >= *s1)
            return;
        *s2 = *s2 > *s1 - f ? *s2 - (*s1 - f) : 0;
        *s1 = f;
        for (x = skipped; x < *head; x++)
            if (old_end(&changes[x]) > *s1 || new_end(&changes[x]) > *s2)
                break;
        if (x == *head)
            return;
        *head = x;
    }
}

static int64_t function_end(const struct builder *b, int64_t i)
{
    int64_t count = b->diff->old_lines.count;

    while (i < count && !is_old_heading(b, (uint32_t)i))
        i++;
    if (i >= count)
        return count;
    while (i > 0 &&
           is_blank(qn_text_lines_at(&b->diff->old_lines, (uint32_t)i - 1)))
        i--;
    return i;
}

/* Does the change after the extended end belong to the same function? */
static bool joins_next(const struct builder *b,
                       const struct qn_text_change *next, int64_t e1)
{
    int64_t l = next->old_start;

    if (l > (int64_t)b->diff->old_lines.count - 1)
        l = (int64_t)b->diff->old_lines.count - 1;
    if (l - (int64_t)b->options->context <= e1)
        return true;
    for (; l > e1; l--)
        if (is_old_heading(b, (uint32_t)l))
            return false;
    return true;
}

static void find_end(const struct builder *b, size_t *last, int64_t *e1,
                     int64_t *e2)
{
    int64_t n1 = b->diff->old_lines.count;
    int64_t n2 = b->diff->new_lines.count;

    for (;;) {
        const struct qn_text_change *change = &b->diff->changes[*last];
        int64_t k = b->options->context;
        int64_t g;

        if (k > n1 - old_end(change))
            k = n1 - old_end(change);
        if (k > n2 - new_end(change))
            k = n2 - new_end(change);
        *e1 = old_end(change) + k;
        *e2 = new_end(change) + k;
        if (!b->options->has_function_context)
            return;
        g = function_end(b, old_end(change));
        if (g > *e1) {
            *e2 = *e2 + (g - *e1) < n2 ? *e2 + (g - *e1) : n2;
            *e1 = g;
        }
        if (*last + 1 == b->diff->change_count ||
            !joins_next(b, change + 1, *e1))
            return;
        ++*last;
    }
}

/* The nearest function line above `start`; what was searched for an earlier
 * hunk is not searched again. */
static void find_heading(struct builder *b, uint32_t start)
{
    uint32_t i;

    for (i = start; i > b->searched; i--) {
        struct qn_bytes text;

        if (!is_heading(b, qn_text_lines_at(&b->diff->old_lines, i - 1), &text))
            continue;
        text = qn_bytes_first(text, HEADING_SIZE);
        while (text.size > 0 && qn_text_is_space(text.data[text.size - 1]))
            text.size--;
        b->heading = text;
        break;
    }
    if (start > b->searched)
        b->searched = start;
}

enum qn_status qn_hunks_build(struct qn_ctx *ctx,
                              const struct qn_text_diff *diff,
                              const struct qn_hunk_options *options,
                              struct qn_hunks *out)
{
    struct builder b = {.ctx = ctx, .diff = diff, .options = options};
    enum qn_status status;
    size_t next = 0;

    out->count = 0;
    status = find_ignorable(&b);
    while (!status) {
        size_t skipped = next;
        size_t head = skip_ignorable(&b, next);
        struct qn_hunk *hunk;
        int64_t s1, s2, e1, e2;
        size_t last;

        if (head >= diff->change_count)
            break;
        last = grow(&b, head);
        find_start(&b, skipped, &head, &s1, &s2);
        find_end(&b, &last, &e1, &e2);
        status = qn_memory_grow(ctx, &out->items, &out->capacity,
                                out->count + 1, sizeof(*out->items));
        if (status)
            break;
        find_heading(&b, (uint32_t)s1);
        hunk = &out->items[out->count++];
        *hunk = (struct qn_hunk){head,         last,
                                 (uint32_t)s1, (uint32_t)(e1 - s1),
                                 (uint32_t)s2, (uint32_t)(e2 - s2),
                                 b.heading};
        next = last + 1;
    }
    qn_memory_free(b.ignorable);
    return status;
}

size_t qn_hunks_utf8_prefix(struct qn_bytes text)
{
    size_t at = 0;

    while (at < text.size) {
        uint32_t c;
        size_t size = text.data[at] < 0x80
                          ? 1
                          : qn_utf8_next(qn_bytes_from(text, at), &c);

        if (size == 0)
            break;
        at += size;
    }
    return at;
}

static char *put_number(char *at, uint32_t number)
{
    char digits[12];
    size_t count = 0;

    do
        digits[count++] = (char)('0' + number % 10);
    while (number /= 10);
    while (count)
        *at++ = digits[--count];
    return at;
}

static char *put_range(char *at, uint32_t start, uint32_t count,
                       bool has_counts)
{
    if (has_counts && start != UINT32_MAX) {
        at = put_number(at, start + 1);
        *at++ = ',';
        return put_number(at, count);
    }
    if (has_counts)
        start = 0; /* there is no such file */
    at = put_number(at, count ? start + 1 : start);
    if (count != 1) {
        *at++ = ',';
        at = put_number(at, count);
    }
    return at;
}

enum qn_status qn_hunks_append_header(struct qn_ctx *ctx,
                                      const struct qn_hunk *hunk,
                                      struct qn_buf *out)
{
    char line[HEADER_SIZE + 1];
    char *at = line;
    size_t size;
    size_t room;

    memcpy(at, "@@ -", 4);
    at = put_range(at + 4, hunk->old_start, hunk->old_count, hunk->has_counts);
    memcpy(at, " +", 2);
    at = put_range(at + 2, hunk->new_start, hunk->new_count, hunk->has_counts);
    memcpy(at, " @@", 3);
    at += 3;
    if (hunk->heading.size) {
        *at++ = ' ';
        room = HEADER_SIZE - 1 - (size_t)(at - line);
        size = hunk->heading.size < room ? hunk->heading.size : room;
        memcpy(at, hunk->heading.data, size);
        at += size;
    }
    size = qn_hunks_utf8_prefix(qn_bytes_make(line, (size_t)(at - line)));
    line[size++] = '\n';
    return qn_buf_append(ctx, out, line, size);
}

static uint8_t *put_line(uint8_t *at, uint8_t first, struct qn_bytes line)
{
    static const char missing[] = "\n\\ No newline at end of file\n";

    *at++ = first;
    memcpy(at, line.data, line.size);
    at += line.size;
    if (line.size == 0 || at[-1] != '\n') {
        memcpy(at, missing, sizeof(missing) - 1);
        at += sizeof(missing) - 1;
    }
    return at;
}

static uint8_t *put_lines(uint8_t *at, uint8_t first,
                          const struct qn_text_lines *lines, uint32_t start,
                          uint32_t end)
{
    for (; start < end; start++)
        at = put_line(at, first, qn_text_lines_at(lines, start));
    return at;
}

static uint8_t *put_context(uint8_t *at, const struct qn_hunk_style *style,
                            const struct qn_text_lines *lines, uint32_t start,
                            uint32_t end)
{
    for (; start < end; start++) {
        struct qn_bytes line = qn_text_lines_at(lines, start);

        if (style->suppresses_blank_empty && line.size == 1 &&
            line.data[0] == '\n')
            *at++ = '\n';
        else
            at = put_line(at, (uint8_t)style->context, line);
    }
    return at;
}

enum qn_status qn_hunks_append(struct qn_ctx *ctx,
                               const struct qn_text_diff *diff,
                               const struct qn_hunk *hunk,
                               const struct qn_hunk_style *style,
                               struct qn_buf *out)
{
    const struct qn_text_lines *a = &diff->old_lines;
    const struct qn_text_lines *b = &diff->new_lines;
    uint32_t at = hunk->new_start;
    enum qn_status status = qn_hunks_append_header(ctx, hunk, out);
    uint8_t *p;
    size_t room;
    size_t i;

    if (status)
        return status;
    room = (hunk->has_counts
                ? a->text.size
                : (size_t)(a->starts[hunk->old_start + hunk->old_count] -
                           a->starts[hunk->old_start])) +
           (b->starts[hunk->new_start + hunk->new_count] -
            b->starts[hunk->new_start]) +
           hunk->old_count + (size_t)hunk->new_count + 64;
    status = qn_buf_reserve(ctx, out, room);
    if (status)
        return status;
    p = out->data + out->size;
    for (i = hunk->first; i <= hunk->last; i++) {
        const struct qn_text_change *change = &diff->changes[i];

        p = put_context(p, style, b, at, change->new_start);
        p = put_lines(p, (uint8_t)style->old_line, a, change->old_start,
                      change->old_start + change->old_count);
        at = change->new_start + change->new_count;
        p = put_lines(p, (uint8_t)style->new_line, b, change->new_start, at);
    }
    p = put_context(p, style, b, at, hunk->new_start + hunk->new_count);
    out->size = (size_t)(p - out->data);
    out->data[out->size] = '\0';
    return QN_OK;
}
