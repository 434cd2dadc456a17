/* SPDX-License-Identifier: MIT */
#include "diff/patch_moved.h"

#include "base/memory.h"
#include "diff/text_engine.h"

#define MINIMUM_ALNUM 20 /* a block with fewer is not marked */

void qn_patch_moved_dispose(struct qn_patch_moved *moved)
{
    qn_map_dispose(&moved->classes);
    qn_memory_free(moved->lines);
    qn_buf_dispose(&moved->key);
    memset(moved, 0, sizeof(*moved));
}

void qn_patch_moved_begin(struct qn_patch_moved *moved)
{
    qn_patch_moved_dispose(moved);
    moved->is_collecting = true;
}

void qn_patch_moved_break(struct qn_patch_moved *moved)
{
    moved->place++;
}

static bool is_blank(struct qn_bytes line)
{
    size_t i;

    for (i = 0; i < line.size; i++)
        if (!qn_text_is_space(line.data[i]) && line.data[i] != '\f' &&
            line.data[i] != '\v')
            return false;
    return true;
}

/* Cut the indent off; answers its width, or -1 for a blank line. */
static int cut_indent(struct qn_bytes *line, unsigned tab_width)
{
    int width = 0;
    size_t i = 0;

    if (is_blank(*line)) {
        line->size = 0;
        return -1;
    }
    while (i < line->size && (line->data[i] == '\f' || line->data[i] == '\v' ||
                              line->data[i] == '\r'))
        i++;
    for (; i < line->size; i++) {
        if (line->data[i] == ' ')
            width++;
        else if (line->data[i] == '\t')
            width += (int)tab_width - width % (int)tab_width;
        else
            break;
    }
    *line = qn_bytes_from(*line, i);
    return width;
}

/* What two lines must have in common to be equal. */
static enum qn_status make_key(struct qn_ctx *ctx, unsigned flags,
                               struct qn_bytes line, struct qn_buf *key)
{
    enum qn_status status = QN_OK;
    size_t i = 0;

    qn_buf_clear(key);
    if (flags &
        (QN_TEXT_DIFF_IGNORE_SPACE_AT_EOL | QN_TEXT_DIFF_IGNORE_SPACE_CHANGE |
         QN_TEXT_DIFF_IGNORE_ALL_SPACE))
        while (line.size && qn_text_is_space(line.data[line.size - 1]))
            line.size--;
    if (!(flags &
          (QN_TEXT_DIFF_IGNORE_SPACE_CHANGE | QN_TEXT_DIFF_IGNORE_ALL_SPACE)))
        return qn_buf_append_bytes(ctx, key, line);
    while (i < line.size && !status) {
        if (!qn_text_is_space(line.data[i])) {
            status = qn_buf_append_byte(ctx, key, line.data[i++]);
            continue;
        }
        while (i < line.size && qn_text_is_space(line.data[i]))
            i++;
        if (!(flags & QN_TEXT_DIFF_IGNORE_ALL_SPACE))
            status = qn_buf_append_byte(ctx, key, ' ');
    }
    return status;
}

static uint32_t count_alnum(struct qn_bytes text)
{
    uint32_t count = 0;
    size_t i;

    for (i = 0; i < text.size; i++) {
        uint8_t c = text.data[i];

        count += (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                 (c >= 'A' && c <= 'Z');
    }
    return count;
}

/* A class's number: its alphanumeric bytes, the same in all its lines, and the
 * heads of its two lists of lines are in tables made by settle. */
enum qn_status qn_patch_moved_add(struct qn_ctx *ctx,
                                  struct qn_patch_moved *moved,
                                  const struct qn_diff_options *options,
                                  char sign, struct qn_bytes line,
                                  unsigned tab_width)
{
    struct qn_patch_moved_line *own;
    struct qn_map_item *item;
    enum qn_status status;
    int width = 0;
    bool is_new;

    if (line.size && line.data[line.size - 1] == '\n')
        line.size--;
    if (options->moved_allows_indentation)
        width = cut_indent(&line, tab_width);
    status = make_key(ctx, options->moved_space, line, &moved->key);
    if (status)
        return status;
    item = qn_map_put(ctx, &moved->classes, qn_buf_bytes(&moved->key), &is_new);
    if (!item)
        return QN_NO_MEMORY;
    if (is_new)
        item->number = count_alnum(line);
    status = qn_memory_grow(ctx, &moved->lines, &moved->capacity,
                            moved->count + 1, sizeof(*moved->lines));
    if (status)
        return status;
    own = &moved->lines[moved->count++];
    memset(own, 0, sizeof(*own));
    own->class_id = (uint32_t)(item - moved->classes.items);
    own->place = moved->place++;
    own->width = width;
    own->sign = sign;
    return QN_OK;
}

/* ---- blocks */

#define NO_DELTA INT32_MIN

struct candidate {
    uint32_t line; /* the one that matches the block's last line */
    int32_t delta; /* of the indents; NO_DELTA: blank lines only, so far */
};

struct scan {
    struct qn_patch_moved *moved;
    const struct qn_diff_options *options;
    uint32_t *heads[2]; /* of each class: the first line + 1, '-' and '+' */
    struct candidate *candidates;
    size_t candidate_count, candidate_capacity;
    size_t start, size; /* the block; size 0: none */
    bool is_alternative;
    bool was_kept; /* the block that ended right before was */
};

static const struct qn_patch_moved_line *line_at(const struct scan *s, size_t i)
{
    return &s->moved->lines[i];
}

static uint32_t opposite_head(const struct scan *s, size_t i)
{
    const struct qn_patch_moved_line *line = line_at(s, i);

    return s->heads[line->sign == '-'][line->class_id];
}

static bool follows(const struct scan *s, size_t i)
{
    const struct qn_patch_moved_line *line = line_at(s, i);

    return i > 0 && line[-1].sign == line->sign &&
           line[-1].place + 1 == line->place;
}

/* Does the indent of a pair of lines go with what the block had so far? */
static bool fits(const struct scan *s, size_t i, struct candidate *c)
{
    const struct qn_patch_moved_line *line = line_at(s, i);
    int32_t delta;

    if (!s->options->moved_allows_indentation || line->width < 0)
        return true;
    delta = line->width - line_at(s, c->line)->width;
    if (c->delta == NO_DELTA)
        c->delta = delta;
    return c->delta == delta;
}

/* Candidates that go on with line `i`; false: none does, and they are as they
 * were no more. */
static bool advance(struct scan *s, size_t i)
{
    size_t kept = 0;
    size_t j;

    for (j = 0; j < s->candidate_count; j++) {
        struct candidate c = s->candidates[j];

        c.line++;
        if (c.line >= s->moved->count || !follows(s, c.line) ||
            line_at(s, c.line)->class_id != line_at(s, i)->class_id ||
            !fits(s, i, &c))
            continue;
        s->candidates[kept++] = c;
    }
    s->candidate_count = kept;
    return kept > 0;
}

static enum qn_status begin_block(struct qn_ctx *ctx, struct scan *s, size_t i)
{
    uint32_t at;
    enum qn_status status = QN_OK;

    s->candidate_count = 0;
    for (at = opposite_head(s, i); at && !status;
         at = line_at(s, at - 1)->next) {
        struct candidate c = {at - 1, NO_DELTA};

        if (!fits(s, i, &c))
            continue;
        status = qn_memory_grow(ctx, &s->candidates, &s->candidate_capacity,
                                s->candidate_count + 1, sizeof(*s->candidates));
        if (!status)
            s->candidates[s->candidate_count++] = c;
    }
    s->is_alternative = s->was_kept && follows(s, i) && !s->is_alternative;
    s->start = i;
    s->size = 1;
    return status;
}

/* Mark the block's lines when there is enough in them. */
static bool end_block(struct scan *s)
{
    uint64_t alnum = 0;
    size_t i;

    for (i = s->start; i < s->start + s->size; i++)
        alnum += s->moved->classes.items[line_at(s, i)->class_id].number;
    if (alnum < MINIMUM_ALNUM)
        return false;
    for (i = s->start; i < s->start + s->size; i++) {
        s->moved->lines[i].is_moved = true;
        s->moved->lines[i].is_alternative =
            s->is_alternative && s->options->moved != QN_DIFF_MOVED_BLOCKS;
    }
    return true;
}

static enum qn_status find_blocks(struct qn_ctx *ctx, struct scan *s)
{
    enum qn_status status = QN_OK;
    size_t i = 0;

    while (!status && (i < s->moved->count || s->size)) {
        bool is_end = i == s->moved->count;
        bool has_equal = !is_end && opposite_head(s, i);

        if (s->size) {
            size_t size = s->size;

            if (has_equal && follows(s, i) && advance(s, i)) {
                s->size++;
                i++;
                continue;
            }
            s->was_kept = end_block(s);
            s->size = 0;
            if (!s->was_kept && size > 1) {
                i = s->start + 1;
                continue;
            }
            if (is_end)
                break;
        }
        if (has_equal) {
            status = begin_block(ctx, s, i);
        } else {
            s->is_alternative = false;
        }
        s->was_kept = false;
        i++;
    }
    return status;
}

enum qn_status qn_patch_moved_settle(struct qn_ctx *ctx,
                                     struct qn_patch_moved *moved,
                                     const struct qn_diff_options *options)
{
    struct scan s = {.moved = moved, .options = options};
    enum qn_status status = QN_NO_MEMORY;
    size_t i;

    moved->is_collecting = false;
    moved->is_settled = true;
    moved->cursor = 0;
    s.heads[0] =
        qn_memory_calloc(ctx, moved->classes.count + 1, sizeof(*s.heads[0]));
    s.heads[1] =
        qn_memory_calloc(ctx, moved->classes.count + 1, sizeof(*s.heads[1]));
    if (!s.heads[0] || !s.heads[1])
        goto out;
    for (i = moved->count; i > 0; i--) {
        struct qn_patch_moved_line *line = &moved->lines[i - 1];
        uint32_t *head = &s.heads[line->sign == '+'][line->class_id];

        line->next = *head;
        *head = (uint32_t)i;
    }
    status = QN_OK;
    if (options->moved == QN_DIFF_MOVED_PLAIN)
        for (i = 0; i < moved->count; i++)
            moved->lines[i].is_moved = opposite_head(&s, i) != 0;
    else
        status = find_blocks(ctx, &s);
out:
    qn_memory_free(s.heads[0]);
    qn_memory_free(s.heads[1]);
    qn_memory_free(s.candidates);
    return status;
}

/* ---- colours */

/* Is a neighbour moved with another alternate state? */
static bool is_bound(const struct qn_patch_moved *moved, size_t i, size_t other)
{
    const struct qn_patch_moved_line *line = &moved->lines[i];
    const struct qn_patch_moved_line *next;

    if (other >= moved->count)
        return false;
    next = &moved->lines[other];
    if (next->place + 1 != line->place && next->place != line->place + 1)
        return false;
    return next->is_moved && next->is_alternative != line->is_alternative;
}

enum qn_diff_color qn_patch_moved_next(struct qn_patch_moved *moved,
                                       const struct qn_diff_options *options,
                                       char sign)
{
    bool is_old = sign == '-';
    size_t i = moved->cursor++;
    const struct qn_patch_moved_line *line;
    unsigned color;

    if (i >= moved->count || !moved->lines[i].is_moved)
        return is_old ? QN_DIFF_COLOR_OLD : QN_DIFF_COLOR_NEW;
    line = &moved->lines[i];
    color = is_old ? QN_DIFF_COLOR_OLD_MOVED : QN_DIFF_COLOR_NEW_MOVED;
    color += line->is_alternative;
    if (options->moved == QN_DIFF_MOVED_DIMMED_ZEBRA &&
        !is_bound(moved, i, i - 1) && !is_bound(moved, i, i + 1))
        color += 2;
    return (enum qn_diff_color)color;
}
