/* SPDX-License-Identifier: MIT */
/* --ignore-rev: lines that the commit changed go to those lines of the parent
 * that are most like them.
 *
 * A line is the multiset of its pairs of neighbouring characters, small letters
 * for capitals, white space for none.  Within a change a line looks for its
 * partner near the same place, 10 lines up and down.  Of all lines the one that
 * is surest (its best partner shares most with it, and more than the second
 * best; the further away, the less) is taken first; its pairs are then taken
 * from the partner, and what stands in front of it may only go to the partner
 * and what is in front of that, what comes behind to what is behind.
 *
 * A line that found nobody there goes to the line of the whole file that shares
 * most with it, 10 pairs at least; of equal ones to the nearest.
 */
#include "operation/part/blame_board.h"

#include "base/memory.h"

#include <stdlib.h>

struct print {
    uint16_t *pairs; /* sorted */
    uint32_t count;
};

enum { REACH = 10, LEAST = 10 };
/* Larger than the reach: what is away is like it a little less. */
#define WEIGHT 1000

struct guess {
    uint32_t partner, second; /* UINT32_MAX: none */
    uint64_t certainty;       /* 0: nothing is like it */
    bool is_known;
};

/* One change. */
struct change {
    uint32_t old_count, new_count;
    struct print *old_prints, *new_prints;
    struct guess *guesses; /* by new line */
    uint32_t *partners;    /* the answer: old line, UINT32_MAX: none */
};

static int compare_pairs(const void *a, const void *b)
{
    return (int)*(const uint16_t *)a - (int)*(const uint16_t *)b;
}

/* Pairs of a line into `out`, which has room for its size and 1. */
static void make_print(struct qn_bytes line, uint16_t *out, struct print *print)
{
    uint8_t last = 0;
    size_t i;

    print->pairs = out;
    print->count = 0;
    for (i = 0; i <= line.size; i++) {
        uint8_t c = i < line.size ? line.data[i] : 0;

        if (c == ' ' || (c >= '\t' && c <= '\r'))
            c = 0;
        if (c >= 'A' && c <= 'Z')
            c = (uint8_t)(c + 'a' - 'A');
        if (c || last)
            out[print->count++] = (uint16_t)(last | c << 8);
        last = c;
    }
    qsort(out, print->count, sizeof(*out), compare_pairs);
}

static uint32_t count_common(const struct print *a, const struct print *b)
{
    uint32_t count = 0;
    uint32_t i = 0;
    uint32_t k = 0;

    while (i < a->count && k < b->count) {
        if (a->pairs[i] == b->pairs[k]) {
            count++;
            i++;
            k++;
        } else if (a->pairs[i] < b->pairs[k]) {
            i++;
        } else {
            k++;
        }
    }
    return count;
}

/* What `b` has of it is taken from `a`. */
static void take_away(struct print *a, const struct print *b)
{
    uint32_t count = 0;
    uint32_t i = 0;
    uint32_t k = 0;

    while (i < a->count) {
        while (k < b->count && b->pairs[k] < a->pairs[i])
            k++;
        if (k < b->count && b->pairs[k] == a->pairs[i]) {
            k++;
            i++;
            continue;
        }
        a->pairs[count++] = a->pairs[i++];
    }
    a->count = count;
}

/* The best partners of a new line among old ones first .. last. */
static void look(struct change *c, uint32_t line, uint32_t first, uint32_t last)
{
    struct guess *guess = &c->guesses[line];
    uint32_t middle = (uint32_t)(((uint64_t)2 * line + 1) * c->old_count /
                                 ((uint64_t)2 * c->new_count));
    uint64_t best = 0;
    uint64_t second = 0;
    uint32_t i;

    *guess = (struct guess){
        .is_known = true, .partner = UINT32_MAX, .second = UINT32_MAX};
    if (middle > REACH && first < middle - REACH)
        first = middle - REACH;
    if (last > middle + REACH)
        last = middle + REACH;
    for (i = first; i <= last; i++) {
        uint32_t away = i > middle ? i - middle : middle - i;
        uint64_t alike =
            (uint64_t)count_common(&c->old_prints[i], &c->new_prints[line]) *
            (WEIGHT - away);

        if (alike > best) {
            second = best;
            guess->second = guess->partner;
            best = alike;
            guess->partner = i;
        } else if (alike > second) {
            second = alike;
            guess->second = i;
        }
    }
    guess->certainty = best ? 1 + 2 * best - second : 0;
}

struct part {
    uint32_t old_first, old_last;  /* both included */
    uint32_t new_first, new_limit; /* the last one not */
};

static bool is_outside(const struct part *part, uint32_t line)
{
    return line != UINT32_MAX &&
           (line < part->old_first || line > part->old_last);
}

/* Match the surest line of a part; what is left on both sides are parts. */
static bool match_one(struct change *c, const struct part *part,
                      struct part sides[2])
{
    uint32_t best = UINT32_MAX;
    uint32_t partner;
    uint32_t i;

    for (i = part->new_first; i < part->new_limit; i++) {
        struct guess *guess = &c->guesses[i];

        if (!guess->is_known || is_outside(part, guess->partner) ||
            is_outside(part, guess->second))
            look(c, i, part->old_first, part->old_last);
        if (guess->certainty && (best == UINT32_MAX ||
                                 guess->certainty > c->guesses[best].certainty))
            best = i;
    }
    if (best == UINT32_MAX)
        return false;
    partner = c->guesses[best].partner;
    c->partners[best] = partner;
    take_away(&c->old_prints[partner], &c->new_prints[best]);
    for (i = part->new_first; i < part->new_limit; i++)
        if (c->guesses[i].partner == partner || c->guesses[i].second == partner)
            c->guesses[i].is_known = false;
    sides[0] = (struct part){part->old_first, partner, part->new_first, best};
    sides[1] =
        (struct part){partner, part->old_last, best + 1, part->new_limit};
    return true;
}

static enum qn_status match_all(struct qn_ctx *ctx, struct change *c)
{
    struct part *parts = NULL;
    struct part sides[2];
    size_t count = 0;
    size_t capacity = 0;
    enum qn_status status =
        qn_memory_grow(ctx, &parts, &capacity, 1, sizeof(*parts));
    int i;

    if (!status)
        parts[count++] = (struct part){0, c->old_count - 1, 0, c->new_count};
    while (!status && count) {
        struct part part = parts[--count];

        status = qn_ctx_check(ctx);
        if (status || part.new_first >= part.new_limit ||
            !match_one(c, &part, sides))
            continue;
        status =
            qn_memory_grow(ctx, &parts, &capacity, count + 2, sizeof(*parts));
        for (i = 1; i >= 0 && !status; i--)
            parts[count++] = sides[i];
    }
    qn_memory_free(parts);
    return status;
}

static enum qn_status make_prints(struct qn_ctx *ctx,
                                  const struct qn_text_lines *lines,
                                  uint32_t start, uint32_t count,
                                  struct print **out, uint16_t **out_room)
{
    size_t size = lines->starts[start + count] - lines->starts[start];
    struct print *prints =
        qn_memory_calloc(ctx, (size_t)count + 1, sizeof(*prints));
    uint16_t *room = qn_memory_array(ctx, size + count + 1, sizeof(*room));
    uint16_t *at = room;
    uint32_t i;

    *out = prints;
    *out_room = room;
    if (!prints || !room)
        return QN_NO_MEMORY;
    for (i = 0; i < count; i++) {
        struct qn_bytes line = qn_text_lines_at(lines, start + i);

        make_print(line, at, &prints[i]);
        at += line.size + 1;
    }
    return QN_OK;
}

/* Both sides' lines. */
struct sides {
    struct print *prints[2];
    uint16_t *rooms[2];
};

static void dispose_sides(struct sides *sides)
{
    int i;

    for (i = 0; i < 2; i++) {
        qn_memory_free(sides->prints[i]);
        qn_memory_free(sides->rooms[i]);
    }
}

static enum qn_status make_sides(struct qn_ctx *ctx,
                                 const struct qn_text_diff *diff,
                                 struct sides *sides)
{
    enum qn_status status =
        make_prints(ctx, &diff->old_lines, 0, diff->old_lines.count,
                    &sides->prints[0], &sides->rooms[0]);

    return status ? status
                  : make_prints(ctx, &diff->new_lines, 0, diff->new_lines.count,
                                &sides->prints[1], &sides->rooms[1]);
}

/* For each line of the new side of a change its partner among the old lines of
 * it. */
static enum qn_status match_change(struct qn_ctx *ctx,
                                   const struct sides *sides,
                                   const struct qn_text_change *change,
                                   uint32_t *partners)
{
    struct change c = {.old_count = change->old_count,
                       .new_count = change->new_count,
                       .old_prints = sides->prints[0] + change->old_start,
                       .new_prints = sides->prints[1] + change->new_start,
                       .partners = partners};
    enum qn_status status;
    uint32_t i;

    for (i = 0; i < c.new_count; i++)
        partners[i] = UINT32_MAX;
    if (!c.old_count || !c.new_count)
        return QN_OK;
    c.guesses = qn_memory_calloc(ctx, c.new_count, sizeof(*c.guesses));
    if (!c.guesses)
        return QN_NO_MEMORY;
    status = match_all(ctx, &c);
    qn_memory_free(c.guesses);
    for (i = 0; i < c.new_count; i++)
        if (partners[i] != UINT32_MAX)
            partners[i] += change->old_start;
    return status;
}

/* Somewhere in the whole file. */
static uint32_t search(const struct sides *sides, uint32_t old_count,
                       uint32_t line)
{
    const struct print *print = &sides->prints[1][line];
    uint32_t partner = UINT32_MAX;
    uint32_t best = LEAST;
    uint32_t distance = UINT32_MAX;
    uint32_t i;

    if (print->count < LEAST)
        return partner;
    for (i = 0; i < old_count; i++) {
        uint32_t away = i > line ? i - line : line - i;
        uint32_t common;

        if (sides->prints[0][i].count < best)
            continue;
        common = count_common(&sides->prints[0][i], print);
        if (common > best || (common == best && away <= distance)) {
            best = common;
            distance = away;
            partner = i;
        }
    }
    return partner;
}

/* Which new lines somebody waits for. */
static bool is_waited_for(const struct qn_blame_spans *spans, size_t *at,
                          uint32_t line)
{
    while (*at < spans->count &&
           spans->items[*at].from + spans->items[*at].count <= line)
        (*at)++;
    return *at < spans->count && spans->items[*at].from <= line;
}

/* ---- spans */

static enum qn_status put_line(struct qn_ctx *ctx, struct qn_blame_spans *spans,
                               const struct qn_blame_span *span, uint32_t at,
                               uint32_t from, bool is_ignored)
{
    struct qn_blame_span *last =
        spans->count ? &spans->items[spans->count - 1] : NULL;
    struct qn_blame_span piece = *span;

    piece.line = span->line + (at - span->from);
    piece.from = from;
    piece.count = 1;
    piece.is_ignored |= is_ignored;
    piece.is_unblamable |= !is_ignored;
    if (last && last->line + last->count == piece.line &&
        last->from + last->count == piece.from &&
        last->is_ignored == piece.is_ignored &&
        last->is_unblamable == piece.is_unblamable) {
        last->count++;
        return QN_OK;
    }
    return qn_blame_board_add(ctx, spans, &piece);
}

static enum qn_status cut_span(struct qn_ctx *ctx, struct qn_blame *blame,
                               const struct qn_text_diff *diff,
                               const uint32_t *partners,
                               const struct qn_blame_span *span)
{
    enum qn_status status = QN_OK;
    uint32_t at;

    for (at = span->from; at < span->from + span->count && !status; at++) {
        uint32_t partner =
            at < diff->new_lines.count ? partners[at] : UINT32_MAX;

        status = partner == UINT32_MAX
                     ? put_line(ctx, &blame->stay, span, at, at, false)
                     : put_line(ctx, &blame->go, span, at, partner, true);
    }
    return status;
}

/* A change after the other: what was matched is less like others then. */
static enum qn_status find_partners(struct qn_ctx *ctx,
                                    const struct qn_text_diff *diff,
                                    const struct qn_blame_spans *spans,
                                    uint32_t *partners)
{
    struct sides sides = {{NULL, NULL}, {NULL, NULL}};
    enum qn_status status = make_sides(ctx, diff, &sides);
    size_t at = 0;
    size_t i;
    uint32_t k;

    memset(partners, 0xff, diff->new_lines.count * sizeof(*partners));
    for (i = 0; i < diff->change_count && !status; i++) {
        const struct qn_text_change *change = &diff->changes[i];

        status =
            match_change(ctx, &sides, change, partners + change->new_start);
        for (k = change->new_start;
             k < change->new_start + change->new_count && !status; k++) {
            if (partners[k] != UINT32_MAX || !is_waited_for(spans, &at, k))
                continue;
            partners[k] = search(&sides, diff->old_lines.count, k);
            status = qn_ctx_check(ctx);
        }
    }
    dispose_sides(&sides);
    return status;
}

enum qn_status qn_blame_ignore_pass(struct qn_ctx *ctx, struct qn_blame *blame,
                                    struct qn_blame_origin *origin,
                                    struct qn_blame_origin *parent)
{
    struct qn_text_diff diff = {0};
    uint32_t *partners = NULL;
    size_t i;
    unsigned flags = blame->options.text.flags;
    enum qn_status status;

    /* Partners are looked for in the tail, too. */
    blame->options.text.flags &= ~(unsigned)QN_TEXT_DIFF_CUT_TAIL;
    status = qn_blame_text_diff(ctx, blame, parent, origin, &diff);
    blame->options.text.flags = flags;
    if (!status) {
        partners = qn_memory_array(ctx, (size_t)diff.new_lines.count + 1,
                                   sizeof(*partners));
        status = partners ? QN_OK : QN_NO_MEMORY;
    }
    if (!status)
        status = find_partners(ctx, &diff, &origin->spans, partners);
    blame->stay.count = blame->go.count = 0;
    for (i = 0; i < origin->spans.count && !status; i++)
        status = cut_span(ctx, blame, &diff, partners, &origin->spans.items[i]);
    qn_text_diff_dispose(&diff);
    qn_memory_free(partners);
    return status ? status : qn_blame_board_pass(ctx, blame, origin, parent);
}
