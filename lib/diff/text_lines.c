/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "diff/text_engine.h"

/* Lines are counted before they are stored, so that the table has its size
 * from the start. */
static uint32_t count_lines(struct qn_bytes text)
{
    const uint8_t *at = text.data;
    const uint8_t *end = at + text.size;
    uint32_t count = 0;

    while (at < end) {
        const uint8_t *newline = memchr(at, '\n', (size_t)(end - at));

        count++;
        if (!newline)
            break;
        at = newline + 1;
    }
    return count;
}

enum qn_status qn_text_lines_split(struct qn_ctx *ctx, struct qn_bytes text,
                                   struct qn_text_lines *out)
{
    uint32_t room;
    uint32_t count = 0;
    size_t at = 0;
    uint32_t *starts;

    if (text.size > QN_TEXT_DIFF_MAX_SIZE)
        return qn_ctx_fail(ctx, QN_TOO_BIG, "a text of %zu bytes is too large",
                           text.size);
    room = count_lines(text);
    starts = qn_memory_array(ctx, (size_t)room + 1, sizeof(*starts));
    if (!starts)
        return QN_NO_MEMORY;
    while (at < text.size) {
        const uint8_t *newline = memchr(text.data + at, '\n', text.size - at);

        starts[count++] = (uint32_t)at;
        if (!newline)
            break;
        at = (size_t)(newline - text.data) + 1;
    }
    starts[count] = (uint32_t)text.size;
    out->text = text;
    out->starts = starts;
    out->count = count;
    return QN_OK;
}

void qn_text_lines_dispose(struct qn_text_lines *lines)
{
    qn_memory_free(lines->starts);
    memset(lines, 0, sizeof(*lines));
}

/* The line in the form that is compared, written at `out` (which has room for
 * the whole line); returns its size. */
static size_t normalise_line(const uint8_t *line, size_t size, unsigned flags,
                             uint8_t *out)
{
    size_t used = 0;
    size_t i;

    if (flags & QN_TEXT_DIFF_IGNORE_ALL_SPACE) {
        for (i = 0; i < size; i++)
            if (!qn_text_is_space(line[i]))
                out[used++] = line[i];
        return used;
    }
    if (flags &
        (QN_TEXT_DIFF_IGNORE_SPACE_CHANGE | QN_TEXT_DIFF_IGNORE_SPACE_AT_EOL)) {
        while (size > 0 && qn_text_is_space(line[size - 1]))
            size--;
        if (!(flags & QN_TEXT_DIFF_IGNORE_SPACE_CHANGE)) {
            memcpy(out, line, size);
            return size;
        }
        for (i = 0; i < size; i++)
            if (!qn_text_is_space(line[i]))
                out[used++] = line[i];
            else if (i == 0 || !qn_text_is_space(line[i - 1]))
                out[used++] = ' ';
        return used;
    }
    if (size > 0 && line[size - 1] == '\n') {
        size--;
        if (size > 0 && line[size - 1] == '\r')
            size--;
    }
    memcpy(out, line, size);
    return size;
}

/* The next byte of the form that normalise_line writes; -1 at the end.  `line`
 * has lost its trailing part already. */
static int next_byte(struct qn_bytes *line, unsigned flags)
{
    uint8_t c;

    if (line->size == 0)
        return -1;
    c = line->data[0];
    *line = qn_bytes_make(line->data + 1, line->size - 1);
    if (!(flags &
          (QN_TEXT_DIFF_IGNORE_ALL_SPACE | QN_TEXT_DIFF_IGNORE_SPACE_CHANGE)) ||
        !qn_text_is_space(c))
        return c;
    while (line->size && qn_text_is_space(line->data[0]))
        *line = qn_bytes_make(line->data + 1, line->size - 1);
    return flags & QN_TEXT_DIFF_IGNORE_ALL_SPACE ? next_byte(line, flags) : ' ';
}

static struct qn_bytes cut_end(struct qn_bytes line, unsigned flags)
{
    if (flags & QN_TEXT_DIFF_IGNORE_SPACE_MASK &
        ~(unsigned)QN_TEXT_DIFF_IGNORE_CR_AT_EOL) {
        while (line.size && qn_text_is_space(line.data[line.size - 1]))
            line.size--;
    } else if (line.size && line.data[line.size - 1] == '\n') {
        line.size--;
        if (line.size && line.data[line.size - 1] == '\r')
            line.size--;
    }
    return line;
}

bool qn_text_lines_is_equal(struct qn_bytes a, struct qn_bytes b,
                            unsigned flags)
{
    int x;

    flags &= QN_TEXT_DIFF_IGNORE_SPACE_MASK;
    if (!flags)
        return qn_bytes_is_equal(a, b);
    a = cut_end(a, flags);
    b = cut_end(b, flags);
    do {
        x = next_byte(&a, flags);
        if (x != next_byte(&b, flags))
            return false;
    } while (x >= 0);
    return true;
}

static inline uint64_t load64(const uint8_t *p)
{
    uint64_t value;

    memcpy(&value, p, sizeof(value));
    return value;
}

static inline uint64_t mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
    return hash ^ hash >> 32;
}

static inline uint64_t hash_line(const uint8_t *p, size_t size)
{
    uint64_t hash = 0x243f6a8885a308d3u ^ size;
    uint64_t last = 0;

    for (; size >= 8; p += 8, size -= 8)
        hash = mix(hash, load64(p));
    if (size) {
        memcpy(&last, p, size);
        hash = mix(hash, last);
    }
    return mix(hash, 0);
}

/* Classes of what was seen so far. */
struct interner {
    uint64_t *slots; /* upper half of the hash, class + 1 below; 0: free */
    size_t mask;
    struct qn_bytes *examples; /* a line of each class */
    uint32_t count;
};

static inline uint32_t intern_line(struct interner *interner,
                                   struct qn_bytes line)
{
    uint64_t hash = hash_line(line.data, line.size);
    uint64_t tag = hash & 0xffffffff00000000u;
    size_t at = (size_t)hash & interner->mask;

    for (; interner->slots[at]; at = (at + 1) & interner->mask) {
        uint64_t slot = interner->slots[at];
        uint32_t number = (uint32_t)slot - 1;

        if ((slot & 0xffffffff00000000u) == tag &&
            qn_bytes_is_equal(interner->examples[number], line))
            return number;
    }
    interner->slots[at] = tag | (interner->count + 1);
    interner->examples[interner->count] = line;
    return interner->count++;
}

static void classify_range(struct interner *interner, struct qn_text_side *side,
                           uint32_t start, uint32_t end, uint8_t *scratch,
                           unsigned flags)
{
    uint32_t i;

    for (i = start; i < end; i++) {
        struct qn_bytes line = qn_text_lines_at(side->lines, i);

        if (scratch) {
            uint8_t *form = scratch + side->lines->starts[i];

            line.size = normalise_line(line.data, line.size, flags, form);
            line.data = form;
        }
        side->classes[i] = intern_line(interner, line);
    }
}

/* Lines that are the same bytes at both ends, found without looking at single
 * lines of the second side. */
static void find_common_ends(struct qn_text_pair *pair)
{
    const struct qn_text_lines *a = pair->sides[0].lines;
    const struct qn_text_lines *b = pair->sides[1].lines;
    uint32_t least = a->count < b->count ? a->count : b->count;
    uint32_t low = 0;
    uint32_t i;

    while (low < least && a->starts[low + 1] == b->starts[low + 1] &&
           memcmp(a->text.data + a->starts[low], b->text.data + b->starts[low],
                  a->starts[low + 1] - a->starts[low]) == 0)
        low++;
    pair->prefix = low;
    for (i = 0; i < least - low; i++)
        if (!qn_bytes_is_equal(qn_text_lines_at(a, a->count - 1 - i),
                               qn_text_lines_at(b, b->count - 1 - i)))
            break;
    pair->suffix = i;
}

enum qn_status qn_text_lines_classify(struct qn_ctx *ctx,
                                      struct qn_text_pair *pair)
{
    struct qn_text_side *a = &pair->sides[0];
    struct qn_text_side *b = &pair->sides[1];
    unsigned flags = pair->options->flags & QN_TEXT_DIFF_IGNORE_SPACE_MASK;
    struct interner interner = {0};
    uint8_t *scratch[2] = {NULL, NULL};
    enum qn_status status = QN_NO_MEMORY;
    size_t room;
    size_t slots = 16;
    uint32_t b_end;

    find_common_ends(pair);
    room = (size_t)a->count + b->count - pair->prefix - pair->suffix;
    while (slots < room + room / 2)
        slots *= 2;
    interner.mask = slots - 1;
    interner.slots = qn_memory_calloc(ctx, slots, sizeof(*interner.slots));
    interner.examples =
        qn_memory_array(ctx, room + 1, sizeof(*interner.examples));
    if (!interner.slots || !interner.examples)
        goto out;
    if (flags) {
        scratch[0] = qn_memory_array(ctx, a->lines->text.size + 1, 1);
        scratch[1] = qn_memory_array(ctx, b->lines->text.size + 1, 1);
        if (!scratch[0] || !scratch[1])
            goto out;
    }
    classify_range(&interner, a, 0, a->count, scratch[0], flags);
    b_end = b->count - pair->suffix;
    memcpy(b->classes, a->classes, pair->prefix * sizeof(*b->classes));
    classify_range(&interner, b, pair->prefix, b_end, scratch[1], flags);
    memcpy(b->classes + b_end, a->classes + (a->count - pair->suffix),
           pair->suffix * sizeof(*b->classes));
    pair->class_count = interner.count;
    status = QN_OK;
out:
    qn_memory_free(interner.slots);
    qn_memory_free(interner.examples);
    qn_memory_free(scratch[0]);
    qn_memory_free(scratch[1]);
    return status;
}
