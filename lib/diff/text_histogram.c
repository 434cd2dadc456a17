/* SPDX-License-Identifier: MIT */
/* Histogram: split at the longest common run that holds the rarest line. */
#include "base/memory.h"
#include "diff/text_engine.h"

#define MAX_OCCURRENCES 64

struct histogram {
    struct qn_text_pair *pair;
    uint32_t *first; /* of each class: old line + 1 in the region; 0: none */
    uint32_t *next;  /* of each old line: the next of its class + 1; 0: none */
    struct qn_text_region *stack;
    size_t depth, capacity;
};

struct best {
    struct qn_text_region region; /* ends are inclusive here */
    uint32_t rarity;
    bool is_found;
    bool has_common;
};

static enum qn_status push_region(struct qn_ctx *ctx, struct histogram *h,
                                  uint32_t i1, uint32_t i2, uint32_t j1,
                                  uint32_t j2)
{
    enum qn_status status = qn_memory_grow(ctx, &h->stack, &h->capacity,
                                           h->depth + 1, sizeof(*h->stack));

    if (!status)
        h->stack[h->depth++] = (struct qn_text_region){i1, i2, j1, j2};
    return status;
}

/* Try every occurrence of new line j in old; answers the next j. */
static uint32_t try_line(struct histogram *h, const struct qn_text_region *r,
                         uint32_t j, struct best *best)
{
    const uint32_t *a = h->pair->sides[0].classes;
    const uint32_t *b = h->pair->sides[1].classes;
    const uint32_t *counts = h->pair->counts[0];
    uint32_t next_j = j + 1;
    uint32_t at = h->first[b[j]];

    while (at) {
        uint32_t i1 = at - 1;
        uint32_t i2 = i1;
        uint32_t j1 = j;
        uint32_t j2 = j;
        uint32_t rarity = counts[a[i1]];
        uint32_t length;

        while (i1 > r->old_start && j1 > r->new_start &&
               a[i1 - 1] == b[j1 - 1]) {
            i1--;
            j1--;
            if (counts[a[i1]] < rarity)
                rarity = counts[a[i1]];
        }
        while (i2 + 1 < r->old_end && j2 + 1 < r->new_end &&
               a[i2 + 1] == b[j2 + 1]) {
            i2++;
            j2++;
            if (counts[a[i2]] < rarity)
                rarity = counts[a[i2]];
        }
        if (j2 + 1 > next_j)
            next_j = j2 + 1;
        length =
            best->is_found ? best->region.old_end - best->region.old_start : 0;
        if (i2 - i1 > length || rarity < best->rarity) {
            best->region = (struct qn_text_region){i1, i2, j1, j2};
            best->rarity = rarity;
            best->is_found = true;
        }
        do
            at = h->next[at - 1];
        while (at && at - 1 <= i2);
    }
    return next_j;
}

static void find_best(struct histogram *h, const struct qn_text_region *r,
                      struct best *best)
{
    const uint32_t *a = h->pair->sides[0].classes;
    const uint32_t *b = h->pair->sides[1].classes;
    uint32_t *counts = h->pair->counts[0];
    uint32_t i;
    uint32_t j;

    for (i = r->old_end; i > r->old_start; i--) {
        h->next[i - 1] = h->first[a[i - 1]];
        h->first[a[i - 1]] = i;
        counts[a[i - 1]]++;
    }
    for (j = r->new_start; j < r->new_end;) {
        uint32_t count = counts[b[j]];

        best->has_common |= count > 0;
        if (count == 0 || count > best->rarity)
            j++;
        else
            j = try_line(h, r, j, best);
    }
    for (i = r->old_start; i < r->old_end; i++) {
        h->first[a[i]] = 0;
        counts[a[i]] = 0;
    }
}

static enum qn_status solve_region(struct qn_ctx *ctx, struct histogram *h,
                                   const struct qn_text_region *r)
{
    struct best best = {.rarity = MAX_OCCURRENCES + 1};
    enum qn_status status;

    if (r->old_start < r->old_end && r->new_start < r->new_end) {
        find_best(h, r, &best);
        if (best.has_common && best.rarity > MAX_OCCURRENCES)
            return qn_text_myers_run(ctx, h->pair, r, 0, false);
    }
    if (!best.is_found) {
        qn_text_mark_range(&h->pair->sides[0], r->old_start, r->old_end, 1);
        qn_text_mark_range(&h->pair->sides[1], r->new_start, r->new_end, 1);
        return QN_OK;
    }
    status = push_region(ctx, h, best.region.old_end + 1, r->old_end,
                         best.region.new_end + 1, r->new_end);
    if (!status)
        status = push_region(ctx, h, r->old_start, best.region.old_start,
                             r->new_start, best.region.new_start);
    return status;
}

enum qn_status qn_text_histogram_run(struct qn_ctx *ctx,
                                     struct qn_text_pair *pair)
{
    struct histogram h = {.pair = pair};
    enum qn_status status = QN_NO_MEMORY;

    h.first =
        qn_memory_calloc(ctx, (size_t)pair->class_count + 1, sizeof(uint32_t));
    h.next = qn_memory_array(ctx, (size_t)pair->sides[0].count + 1,
                             sizeof(uint32_t));
    if (h.first && h.next)
        status = push_region(ctx, &h, 0, pair->sides[0].count, 0,
                             pair->sides[1].count);
    while (!status && h.depth > 0) {
        struct qn_text_region region = h.stack[--h.depth];

        status = solve_region(ctx, &h, &region);
        if (!status)
            status = qn_ctx_check(ctx);
    }
    qn_memory_free(h.first);
    qn_memory_free(h.next);
    qn_memory_free(h.stack);
    return status;
}
