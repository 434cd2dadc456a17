/* SPDX-License-Identifier: MIT */
/* Compaction: a group of marked lines slides up and down over equal lines; it
 * is put beside a group of the other side, or where indentation and blank lines
 * say that a block begins. */
#include "diff/text_engine.h"

#define MAX_INDENT    200
#define MAX_BLANKS    20
#define MAX_SLIDE     100
#define NO_INDENT     (-1)
#define INDENT_WEIGHT 60

struct group {
    uint32_t start, end;
};

struct slider {
    struct qn_text_side *own;
    struct qn_text_side *other;
    struct group group; /* of own */
    struct group peer;  /* the other's group of the same number */
};

static void first_group(const struct qn_text_side *side, struct group *group)
{
    group->start = group->end = 0;
    while (side->marks[group->end])
        group->end++;
}

static bool next_group(const struct qn_text_side *side, struct group *group)
{
    if (group->end == side->count)
        return false;
    group->start = group->end + 1;
    group->end = group->start;
    while (side->marks[group->end])
        group->end++;
    return true;
}

static void previous_group(const struct qn_text_side *side, struct group *group)
{
    group->end = group->start - 1;
    group->start = group->end;
    while (group->start > 0 && side->marks[group->start - 1])
        group->start--;
}

static bool slide_up(struct slider *s)
{
    struct qn_text_side *own = s->own;
    struct group *g = &s->group;

    if (g->start == 0 || !qn_text_is_same(own, g->start - 1, g->end - 1))
        return false;
    own->marks[--g->start] = 1;
    own->marks[--g->end] = 0;
    while (g->start > 0 && own->marks[g->start - 1])
        g->start--;
    previous_group(s->other, &s->peer);
    return true;
}

static bool slide_down(struct slider *s)
{
    struct qn_text_side *own = s->own;
    struct group *g = &s->group;

    if (g->end == own->count || !qn_text_is_same(own, g->start, g->end))
        return false;
    own->marks[g->start++] = 0;
    own->marks[g->end++] = 1;
    while (own->marks[g->end])
        g->end++;
    (void)next_group(s->other, &s->peer);
    return true;
}

static int indent_of(const struct qn_text_side *side, uint32_t i)
{
    struct qn_bytes line = qn_text_lines_at(side->lines, i);
    int width = 0;
    size_t at;

    for (at = 0; at < line.size; at++) {
        if (!qn_text_is_space(line.data[at]))
            return width;
        if (line.data[at] == ' ')
            width++;
        else if (line.data[at] == '\t')
            width += 8 - width % 8;
        if (width >= MAX_INDENT)
            return MAX_INDENT;
    }
    return NO_INDENT;
}

struct score {
    int indent;
    int penalty;
};

struct surroundings {
    bool at_end;
    int indent;
    int up_blanks, up_indent;
    int down_blanks, down_indent;
};

static void measure(const struct qn_text_side *side, uint32_t t,
                    struct surroundings *m)
{
    uint32_t i;

    m->at_end = t >= side->count;
    m->indent = m->at_end ? NO_INDENT : indent_of(side, t);
    m->up_blanks = m->down_blanks = 0;
    m->up_indent = m->down_indent = NO_INDENT;
    for (i = t; i > 0; i--) {
        m->up_indent = indent_of(side, i - 1);
        if (m->up_indent != NO_INDENT)
            break;
        if (++m->up_blanks == MAX_BLANKS) {
            m->up_indent = 0;
            break;
        }
    }
    for (i = t + 1; i < side->count; i++) {
        m->down_indent = indent_of(side, i);
        if (m->down_indent != NO_INDENT)
            break;
        if (++m->down_blanks == MAX_BLANKS) {
            m->down_indent = 0;
            break;
        }
    }
}

static void add_split_score(const struct qn_text_side *side, uint32_t t,
                            struct score *score)
{
    struct surroundings m;
    int after;
    int total;
    int indent;

    measure(side, t, &m);
    if (t == 0)
        score->penalty += 1;
    if (m.at_end)
        score->penalty += 21;
    after = m.indent == NO_INDENT ? 1 + m.down_blanks : 0;
    total = m.up_blanks + after;
    score->penalty += -30 * total + 6 * after;
    indent = m.indent != NO_INDENT ? m.indent : m.down_indent;
    score->indent += indent;
    if (indent == NO_INDENT || m.up_indent == NO_INDENT ||
        indent == m.up_indent)
        return;
    if (indent > m.up_indent)
        score->penalty += total == 0 ? -4 : 10;
    else if (m.down_indent != NO_INDENT && m.down_indent > indent)
        score->penalty += total == 0 ? 24 : 17;
    else
        score->penalty += total == 0 ? 23 : 17;
}

static bool is_as_good(const struct score *a, const struct score *b)
{
    int sign = (a->indent > b->indent) - (a->indent < b->indent);

    return INDENT_WEIGHT * sign + (a->penalty - b->penalty) <= 0;
}

/* Where the end of the group is best put: top .. group.end. */
static uint32_t best_end(const struct slider *s, uint32_t top)
{
    uint32_t size = s->group.end - s->group.start;
    uint32_t end = s->group.end;
    uint32_t low = top;
    uint32_t best;
    uint32_t at;
    struct score best_score = {0, 0};

    if (end > size + 1 && end - size - 1 > low)
        low = end - size - 1;
    if (end > MAX_SLIDE && end - MAX_SLIDE > low)
        low = end - MAX_SLIDE;
    best = low;
    for (at = low; at <= end; at++) {
        struct score score = {0, 0};

        add_split_score(s->own, at, &score);
        add_split_score(s->own, at - size, &score);
        if (at == low || is_as_good(&score, &best_score)) {
            best = at;
            best_score = score;
        }
    }
    return best;
}

static void place_group(struct slider *s, bool uses_indent)
{
    uint32_t top;
    uint32_t size;
    bool has_match;

    do {
        size = s->group.end - s->group.start;
        while (slide_up(s))
            ;
        top = s->group.end;
        has_match = s->peer.end > s->peer.start;
        while (slide_down(s))
            has_match |= s->peer.end > s->peer.start;
    } while (size != s->group.end - s->group.start);
    if (s->group.end == top)
        return;
    if (has_match) {
        while (s->peer.end == s->peer.start)
            if (!slide_up(s))
                return;
    } else if (uses_indent) {
        uint32_t end = best_end(s, top);

        while (s->group.end > end)
            if (!slide_up(s))
                return;
    }
}

/* Step over lines that are unmarked on both sides, eight at a time. */
static void skip_unmarked(struct slider *s)
{
    static const uint8_t zeros[8];

    while (s->own->count - s->group.end > 16 &&
           s->other->count - s->peer.end > 16 &&
           memcmp(s->own->marks + s->group.end, zeros, 8) == 0 &&
           memcmp(s->other->marks + s->peer.end, zeros, 8) == 0 &&
           !s->own->marks[s->group.end + 8] &&
           !s->other->marks[s->peer.end + 8]) {
        s->group.end += 8;
        s->group.start = s->group.end;
        s->peer.end += 8;
        s->peer.start = s->peer.end;
    }
}

/* Histogram only: a group that moved beside another is diffed with it. */
static enum qn_status diff_again(struct qn_ctx *ctx, struct qn_text_pair *pair,
                                 const struct slider *s, int side)
{
    struct qn_text_region region;

    if (side == 0)
        region = (struct qn_text_region){s->group.start, s->group.end,
                                         s->peer.start, s->peer.end};
    else
        region = (struct qn_text_region){s->peer.start, s->peer.end,
                                         s->group.start, s->group.end};
    return qn_text_myers_run(ctx, pair, &region, side, false);
}

enum qn_status qn_text_compact_run(struct qn_ctx *ctx,
                                   struct qn_text_pair *pair, int side)
{
    const struct qn_text_diff_options *options = pair->options;
    bool uses_indent = options->flags & QN_TEXT_DIFF_INDENT_HEURISTIC;
    struct slider s = {.own = &pair->sides[side], .other = &pair->sides[!side]};

    first_group(s.own, &s.group);
    first_group(s.other, &s.peer);
    for (;;) {
        if (s.group.end > s.group.start) {
            struct group before = s.group;
            enum qn_status status;

            place_group(&s, uses_indent);
            if (options->algorithm == QN_TEXT_DIFF_HISTOGRAM &&
                s.peer.end > s.peer.start &&
                (before.start != s.group.start || before.end != s.group.end)) {
                status = diff_again(ctx, pair, &s, side);
                if (status)
                    return status;
            }
        }
        skip_unmarked(&s);
        if (!next_group(s.own, &s.group))
            return QN_OK;
        if (!next_group(s.other, &s.peer))
            return qn_ctx_fail(ctx, QN_INTERNAL,
                               "the groups of a diff do not pair up");
    }
}
