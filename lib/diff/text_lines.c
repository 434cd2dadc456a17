/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "diff/text_engine.h"

/* A table of line starts that grows. */
struct starts {
    uint32_t *items;
    size_t count, capacity;
};

static enum qn_status split_range(struct qn_ctx *ctx, struct starts *starts,
                                  struct qn_bytes text, size_t from, size_t to)
{
    while (from < to) {
        const uint8_t *newline = memchr(text.data + from, '\n', to - from);

        if (starts->count + 1 >= starts->capacity) {
            enum qn_status status =
                qn_memory_grow(ctx, &starts->items, &starts->capacity,
                               starts->count + 2, sizeof(*starts->items));

            if (status)
                return status;
        }
        starts->items[starts->count++] = (uint32_t)from;
        if (!newline)
            break;
        from = (size_t)(newline - text.data) + 1;
    }
    return QN_OK;
}

static enum qn_status begin_starts(struct qn_ctx *ctx, struct starts *starts,
                                   struct qn_bytes text, size_t guess)
{
    memset(starts, 0, sizeof(*starts));
    if (text.size > QN_TEXT_DIFF_MAX_SIZE)
        return qn_ctx_fail(ctx, QN_TOO_BIG, "a text of %zu bytes is too large",
                           text.size);
    return qn_memory_grow(ctx, &starts->items, &starts->capacity, guess + 16,
                          sizeof(*starts->items));
}

static void finish_starts(struct starts *starts, struct qn_bytes text,
                          struct qn_text_lines *out)
{
    starts->items[starts->count] = (uint32_t)text.size;
    out->text = text;
    out->starts = starts->items;
    out->count = (uint32_t)starts->count;
}

enum qn_status qn_text_lines_split(struct qn_ctx *ctx, struct qn_bytes text,
                                   struct qn_text_lines *out)
{
    struct starts starts;
    enum qn_status status = begin_starts(ctx, &starts, text, text.size / 24);

    if (!status)
        status = split_range(ctx, &starts, text, 0, text.size);
    if (status)
        qn_memory_free(starts.items);
    else
        finish_starts(&starts, text, out);
    return status;
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

/* Bytes that both texts have in common at the start, up to a line's end. */
static size_t common_prefix(struct qn_bytes a, struct qn_bytes b)
{
    size_t least = a.size < b.size ? a.size : b.size;
    size_t at = 0;

    while (least - at >= 8 && load64(a.data + at) == load64(b.data + at))
        at += 8;
    while (at < least && a.data[at] == b.data[at])
        at++;
    if (at == a.size && at == b.size)
        return at;
    while (at > 0 && a.data[at - 1] != '\n')
        at--;
    return at;
}

static bool is_line_start(struct qn_bytes text, size_t at)
{
    return at == 0 || text.data[at - 1] == '\n';
}

/* And at the end, from a line's start on, leaving out the prefix. */
static size_t common_suffix(struct qn_bytes a, struct qn_bytes b, size_t prefix)
{
    size_t most = (a.size < b.size ? a.size : b.size) - prefix;
    size_t size = 0;

    while (most - size >= 8 && load64(a.data + a.size - size - 8) ==
                                   load64(b.data + b.size - size - 8))
        size += 8;
    while (size < most &&
           a.data[a.size - size - 1] == b.data[b.size - size - 1])
        size++;
    while (size > 0 && !(is_line_start(a, a.size - size) &&
                         is_line_start(b, b.size - size))) {
        const uint8_t *newline = memchr(a.data + a.size - size, '\n', size);

        size = newline ? (size_t)(a.data + a.size - newline - 1) : 0;
    }
    return size;
}

/* The number of lines that start before `offset`. */
static uint32_t lines_before(const struct starts *starts, size_t offset)
{
    size_t low = 0;
    size_t high = starts->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (starts->items[middle] < offset)
            low = middle + 1;
        else
            high = middle;
    }
    return (uint32_t)low;
}

/* The new side's table: what it shares with the old one is copied. */
static enum qn_status split_second(struct qn_ctx *ctx, struct qn_bytes a,
                                   struct qn_bytes b,
                                   const struct starts *old_starts,
                                   size_t prefix, size_t suffix,
                                   struct starts *out)
{
    uint32_t head = lines_before(old_starts, prefix);
    uint32_t tail = lines_before(old_starts, a.size - suffix);
    uint32_t shift = (uint32_t)(b.size - a.size); /* modulo 2^32 is fine */
    enum qn_status status = begin_starts(ctx, out, b, old_starts->count + 64);
    size_t i;

    if (status)
        return status;
    memcpy(out->items, old_starts->items, head * sizeof(*out->items));
    out->count = head;
    status = split_range(ctx, out, b, prefix, b.size - suffix);
    if (!status)
        status = qn_memory_grow(ctx, &out->items, &out->capacity,
                                out->count + (old_starts->count - tail) + 1,
                                sizeof(*out->items));
    for (i = tail; i < old_starts->count && !status; i++)
        out->items[out->count++] = old_starts->items[i] + shift;
    return status;
}

enum qn_status qn_text_lines_split_pair(struct qn_ctx *ctx,
                                        struct qn_bytes old_text,
                                        struct qn_bytes new_text,
                                        struct qn_text_diff *out,
                                        uint32_t *prefix, uint32_t *suffix)
{
    size_t head = common_prefix(old_text, new_text);
    size_t tail = common_suffix(old_text, new_text, head);
    struct starts starts[2] = {{NULL, 0, 0}, {NULL, 0, 0}};
    enum qn_status status;

    status = begin_starts(ctx, &starts[0], old_text, old_text.size / 24);
    if (!status)
        status = split_range(ctx, &starts[0], old_text, 0, old_text.size);
    if (!status)
        status = split_second(ctx, old_text, new_text, &starts[0], head, tail,
                              &starts[1]);
    if (status) {
        qn_memory_free(starts[0].items);
        qn_memory_free(starts[1].items);
        return status;
    }
    *prefix = lines_before(&starts[0], head);
    *suffix = (uint32_t)starts[0].count -
              lines_before(&starts[0], old_text.size - tail);
    finish_starts(&starts[0], old_text, &out->old_lines);
    finish_starts(&starts[1], new_text, &out->new_lines);
    return QN_OK;
}

#define FILTER_BITS 15

/* A few bits of a line's size and last bytes: enough to know that most lines
 * are not among some others. */
static inline uint32_t filter_key(struct qn_bytes line)
{
    uint64_t word = 0;

    if (line.size >= 9)
        word = load64(line.data + line.size - 9);
    else
        memcpy(&word, line.data, line.size < 8 ? line.size : 8);
    return (uint32_t)((word ^ line.size) * 0x9e3779b97f4a7c15u >>
                      (64 - FILTER_BITS));
}

static void add_to_filter(uint8_t *filter, const struct qn_text_side *side,
                          uint32_t start, uint32_t end)
{
    for (; start < end; start++) {
        uint32_t key = filter_key(qn_text_lines_at(side->lines, start));

        filter[key / 8] |= (uint8_t)(1u << key % 8);
    }
}

static uint32_t find_line(const struct interner *interner, struct qn_bytes line)
{
    uint64_t hash = hash_line(line.data, line.size);
    uint64_t tag = hash & 0xffffffff00000000u;
    size_t at = (size_t)hash & interner->mask;

    for (; interner->slots[at]; at = (at + 1) & interner->mask) {
        uint64_t slot = interner->slots[at];

        if ((slot & 0xffffffff00000000u) == tag &&
            qn_bytes_is_equal(interner->examples[(uint32_t)slot - 1], line))
            return (uint32_t)slot - 1;
    }
    return QN_TEXT_NO_CLASS;
}

/* Classes of lines at the ends that some line in the middle has, too. */
static void find_range(const struct interner *interner, const uint8_t *filter,
                       struct qn_text_pair *pair, uint32_t start, uint32_t end)
{
    struct qn_text_side *side = &pair->sides[0];

    for (; start < end; start++) {
        struct qn_bytes line = qn_text_lines_at(side->lines, start);
        uint32_t key = filter_key(line);
        uint32_t number;

        if (!(filter[key / 8] >> key % 8 & 1))
            continue;
        number = find_line(interner, line);
        side->classes[start] = number;
        if (number == QN_TEXT_NO_CLASS)
            continue;
        pair->counts[0][number]++;
        pair->counts[1][number]++;
    }
}

/* Only the middle is classified, and what is like it at the ends. */
static enum qn_status classify_middle(struct qn_ctx *ctx,
                                      struct qn_text_pair *pair,
                                      struct interner *interner)
{
    struct qn_text_side *a = &pair->sides[0];
    struct qn_text_side *b = &pair->sides[1];
    uint8_t filter[(1 << FILTER_BITS) / 8] = {0};
    uint32_t a_end = a->count - pair->suffix;
    uint32_t b_end = b->count - pair->suffix;

    memset(a->classes, 0xff, a->count * sizeof(*a->classes));
    memset(b->classes, 0xff, b->count * sizeof(*b->classes));
    pair->is_lazy = true;
    if (pair->prefix == a_end || pair->prefix == b_end)
        return QN_OK; /* nothing is to be matched */
    classify_range(interner, a, pair->prefix, a_end, NULL, 0);
    classify_range(interner, b, pair->prefix, b_end, NULL, 0);
    pair->class_count = interner->count;
    pair->counts[0] = qn_memory_calloc(ctx, 2 * (size_t)interner->count + 1,
                                       sizeof(**pair->counts));
    if (!pair->counts[0])
        return QN_NO_MEMORY;
    pair->counts[1] = pair->counts[0] + interner->count;
    add_to_filter(filter, a, pair->prefix, a_end);
    add_to_filter(filter, b, pair->prefix, b_end);
    find_range(interner, filter, pair, 0, pair->prefix);
    find_range(interner, filter, pair, a_end, a->count);
    memcpy(b->classes, a->classes, pair->prefix * sizeof(*b->classes));
    memcpy(b->classes + b_end, a->classes + a_end,
           pair->suffix * sizeof(*b->classes));
    return QN_OK;
}

/* Is it enough to classify the middle?  Patience and histogram look at all. */
static bool can_be_lazy(const struct qn_text_pair *pair)
{
    return pair->options->algorithm <= QN_TEXT_DIFF_MINIMAL &&
           !(pair->options->flags & QN_TEXT_DIFF_IGNORE_SPACE_MASK);
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

    room = (size_t)a->count + b->count - pair->prefix - pair->suffix;
    if (can_be_lazy(pair))
        room -= (size_t)pair->prefix + pair->suffix;
    while (slots < room + room / 2)
        slots *= 2;
    interner.mask = slots - 1;
    interner.slots = qn_memory_calloc(ctx, slots, sizeof(*interner.slots));
    interner.examples =
        qn_memory_array(ctx, room + 1, sizeof(*interner.examples));
    if (!interner.slots || !interner.examples)
        goto out;
    if (can_be_lazy(pair)) {
        status = classify_middle(ctx, pair, &interner);
        goto out;
    }
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
    pair->counts[0] = qn_memory_calloc(ctx, 2 * (size_t)interner.count + 1,
                                       sizeof(**pair->counts));
    if (!pair->counts[0])
        goto out;
    pair->counts[1] = pair->counts[0] + interner.count;
    status = QN_OK;
out:
    qn_memory_free(interner.slots);
    qn_memory_free(interner.examples);
    qn_memory_free(scratch[0]);
    qn_memory_free(scratch[1]);
    return status;
}
