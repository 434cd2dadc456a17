/* SPDX-License-Identifier: MIT */
#include "walk/bitmap_select.h"

#include <stdlib.h>

#define FEW     100 /* so many: all of them */
#define EACH    100 /* up to this one every one */
#define NEAR    20000
#define GAP     100
#define GAP_FAR 5000

static int compare_candidates(const void *a, const void *b)
{
    const struct qn_bitmap_candidate *first = a, *second = b;

    if (first->time != second->time)
        return first->time > second->time ? -1 : 1;
    return first->bit < second->bit ? -1 : first->bit > second->bit;
}

static int compare_taken(const void *a, const void *b)
{
    const struct qn_bitmap_candidate *first = a, *second = b;

    if (first->time != second->time)
        return first->time < second->time ? -1 : 1;
    return first->bit < second->bit ? -1 : first->bit > second->bit;
}

static size_t gap_at(size_t i)
{
    size_t gap;

    if (i <= EACH)
        return 0;
    if (i <= NEAR)
        return i - EACH < GAP ? i - EACH : GAP;
    gap = i - NEAR < GAP_FAR ? i - NEAR : GAP_FAR;
    return gap > GAP ? gap : GAP;
}

/* Of these: a preferred one, else the last merge, else the last. */
static size_t choose(const struct qn_bitmap_candidate *candidates, size_t from,
                     size_t to)
{
    size_t chosen = to, i;

    for (i = from; i <= to; i++) {
        if (candidates[i].is_preferred)
            return i;
        if (candidates[i].is_merge)
            chosen = i;
    }
    return chosen;
}

size_t qn_bitmap_select(struct qn_bitmap_candidate *candidates, size_t count)
{
    size_t taken = 0, i, gap;

    if (count > 1)
        qsort(candidates, count, sizeof(*candidates), compare_candidates);
    if (count < FEW) {
        taken = count;
    } else {
        for (i = 0; i + gap_at(i) < count; i += gap + 1) {
            gap = gap_at(i);
            candidates[taken++] =
                candidates[gap ? choose(candidates, i, i + gap) : i];
        }
    }
    if (taken > 1)
        qsort(candidates, taken, sizeof(*candidates), compare_taken);
    return taken;
}
