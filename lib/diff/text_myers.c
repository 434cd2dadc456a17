/* SPDX-License-Identifier: MIT */
/* The default algorithm: trim, drop hopeless lines, then a divide-and-conquer
 * search from both ends with two heuristics that bound its time. */
#include "base/memory.h"
#include "diff/text_engine.h"

#define SNAKE_LENGTH    20
#define HEURISTIC_AFTER 256
#define MAX_DOUBTFUL    1024
#define SCAN_WINDOW     100
#define NOT_VISITED     (-1)
#define BEYOND          INT32_MAX

enum line_kind { DEAD, LIVE, DOUBTFUL };

struct box {
    int32_t x0, x1, y0, y1;
    bool is_exact;
};

/* One side of the reduced problem: classes kept, and where they were. */
struct reduced {
    uint32_t *classes;
    uint32_t *lines;
    uint32_t count;
};

struct search {
    struct reduced sides[2];
    uint8_t *marks[2]; /* of the whole sides */
    int32_t *forward;  /* by diagonal */
    int32_t *backward;
    int32_t limit;
    struct box *stack;
    size_t depth;
    size_t capacity;
};

struct split {
    int32_t x, y;
    bool low_exact, high_exact;
};

/* A power of two near the square root, as all limits use it. */
static uint32_t rough_root(uint64_t n)
{
    unsigned bits = 0;

    for (; n; n >>= 1)
        bits++;
    return (uint32_t)1 << (bits + 1) / 2;
}

/* Is the doubtful line at `i` drowned in dead ones? */
static bool is_drowned(const uint8_t *kinds, uint32_t i, uint32_t count)
{
    uint32_t low = i > SCAN_WINDOW ? i - SCAN_WINDOW : 0;
    uint32_t high = count - 1 - i > SCAN_WINDOW ? i + SCAN_WINDOW : count - 1;
    uint32_t dead[2] = {0, 0};
    uint32_t doubtful = 2;
    uint32_t j;

    for (j = i; j > low && kinds[j - 1] != LIVE; j--)
        if (kinds[j - 1] == DEAD)
            dead[0]++;
        else
            doubtful++;
    if (dead[0] == 0)
        return false;
    for (j = i + 1; j <= high && kinds[j] != LIVE; j++)
        if (kinds[j] == DEAD)
            dead[1]++;
        else
            doubtful++;
    if (dead[1] == 0)
        return false;
    return dead[0] + dead[1] > 3 * doubtful;
}

/* Mark what cannot match, keep the rest of [start, end). */
static void reduce_side(struct qn_text_side *side, uint32_t start, uint32_t end,
                        const uint32_t *counts, uint32_t doubtful_from,
                        uint8_t *kinds, struct reduced *out)
{
    uint32_t count = end - start;
    bool has_doubtful = false;
    uint32_t i;

    for (i = 0; i < count; i++) {
        uint32_t matches = counts[side->classes[start + i]];

        kinds[i] = matches == 0               ? DEAD
                   : matches >= doubtful_from ? DOUBTFUL
                                              : LIVE;
        has_doubtful |= kinds[i] == DOUBTFUL;
    }
    for (i = 0; i < count; i++) {
        if (kinds[i] == DEAD || (has_doubtful && kinds[i] == DOUBTFUL &&
                                 is_drowned(kinds, i, count))) {
            side->marks[start + i] = 1;
            continue;
        }
        out->classes[out->count] = side->classes[start + i];
        out->lines[out->count++] = start + i;
    }
}

static enum qn_status push_box(struct qn_ctx *ctx, struct search *search,
                               struct box box)
{
    enum qn_status status =
        qn_memory_grow(ctx, &search->stack, &search->capacity,
                       search->depth + 1, sizeof(*search->stack));

    if (!status)
        search->stack[search->depth++] = box;
    return status;
}

/* The state of one search: diagonals reached by either half. */
struct reach {
    const uint32_t *p, *q;
    int32_t *f, *b;
    int32_t kmin, kmax;
    int32_t fcentre, bcentre;
    int32_t fmin, fmax, bmin, bmax;
    bool is_odd;
    bool has_snake;
};

static bool step_forward(struct reach *r, const struct box *box,
                         struct split *out)
{
    int32_t *f = r->f;
    int32_t k;

    if (r->fmin > r->kmin)
        f[--r->fmin - 1] = NOT_VISITED;
    else
        r->fmin++;
    if (r->fmax < r->kmax)
        f[++r->fmax + 1] = NOT_VISITED;
    else
        r->fmax--;
    for (k = r->fmax; k >= r->fmin; k -= 2) {
        int32_t x = f[k - 1] >= f[k + 1] ? f[k - 1] + 1 : f[k + 1];
        int32_t start = x;
        int32_t y = x - k;

        while (x < box->x1 && y < box->y1 && r->p[x] == r->q[y]) {
            x++;
            y++;
        }
        if (x - start > SNAKE_LENGTH)
            r->has_snake = true;
        f[k] = x;
        if (r->is_odd && k >= r->bmin && k <= r->bmax && r->b[k] <= x) {
            out->x = x;
            out->y = y;
            out->low_exact = out->high_exact = true;
            return true;
        }
    }
    return false;
}

static bool step_backward(struct reach *r, const struct box *box,
                          struct split *out)
{
    int32_t *b = r->b;
    int32_t k;

    if (r->bmin > r->kmin)
        b[--r->bmin - 1] = BEYOND;
    else
        r->bmin++;
    if (r->bmax < r->kmax)
        b[++r->bmax + 1] = BEYOND;
    else
        r->bmax--;
    for (k = r->bmax; k >= r->bmin; k -= 2) {
        int32_t x = b[k - 1] < b[k + 1] ? b[k - 1] : b[k + 1] - 1;
        int32_t start = x;
        int32_t y = x - k;

        while (x > box->x0 && y > box->y0 && r->p[x - 1] == r->q[y - 1]) {
            x--;
            y--;
        }
        if (start - x > SNAKE_LENGTH)
            r->has_snake = true;
        b[k] = x;
        if (!r->is_odd && k >= r->fmin && k <= r->fmax && x <= r->f[k]) {
            out->x = x;
            out->y = y;
            out->low_exact = out->high_exact = true;
            return true;
        }
    }
    return false;
}

static bool is_run(const struct reach *r, int32_t x, int32_t y)
{
    int32_t j;

    for (j = 0; j < SNAKE_LENGTH; j++)
        if (r->p[x + j] != r->q[y + j])
            return false;
    return true;
}

/* After many rounds, split at a long common run that lies far along. */
static bool split_at_snake(const struct reach *r, const struct box *box,
                           int32_t round, struct split *out)
{
    int64_t best = 0;
    int32_t k;

    for (k = r->fmax; k >= r->fmin; k -= 2) {
        int32_t x = r->f[k];
        int32_t y = x - k;
        int64_t value = ((int64_t)x - box->x0) + ((int64_t)y - box->y0) -
                        (k > r->fcentre ? k - r->fcentre : r->fcentre - k);

        if (value > 4 * (int64_t)round && value > best &&
            box->x0 + SNAKE_LENGTH <= x && x < box->x1 &&
            box->y0 + SNAKE_LENGTH <= y && y < box->y1 &&
            is_run(r, x - SNAKE_LENGTH, y - SNAKE_LENGTH)) {
            best = value;
            *out = (struct split){x, y, true, false};
        }
    }
    if (best > 0)
        return true;
    for (k = r->bmax; k >= r->bmin; k -= 2) {
        int32_t x = r->b[k];
        int32_t y = x - k;
        int64_t value = ((int64_t)box->x1 - x) + ((int64_t)box->y1 - y) -
                        (k > r->bcentre ? k - r->bcentre : r->bcentre - k);

        if (value > 4 * (int64_t)round && value > best && box->x0 < x &&
            x <= box->x1 - SNAKE_LENGTH && box->y0 < y &&
            y <= box->y1 - SNAKE_LENGTH && is_run(r, x, y)) {
            best = value;
            *out = (struct split){x, y, false, true};
        }
    }
    return best > 0;
}

/* Enough: split at the furthest point that either half has come to. */
static void split_at_furthest(const struct reach *r, const struct box *box,
                              struct split *out)
{
    int64_t low_best = INT64_MIN;
    int64_t high_best = INT64_MAX;
    int32_t xf = 0, xb = 0;
    int32_t k;

    for (k = r->fmax; k >= r->fmin; k -= 2) {
        int32_t x = r->f[k] < box->x1 ? r->f[k] : box->x1;
        int32_t y = x - k;

        if (y > box->y1) {
            x = box->y1 + k;
            y = box->y1;
        }
        if ((int64_t)x + y > low_best) {
            low_best = (int64_t)x + y;
            xf = x;
        }
    }
    for (k = r->bmax; k >= r->bmin; k -= 2) {
        int32_t x = r->b[k] > box->x0 ? r->b[k] : box->x0;
        int32_t y = x - k;

        if (y < box->y0) {
            x = box->y0 + k;
            y = box->y0;
        }
        if ((int64_t)x + y < high_best) {
            high_best = (int64_t)x + y;
            xb = x;
        }
    }
    if ((int64_t)box->x1 + box->y1 - high_best <
        low_best - ((int64_t)box->x0 + box->y0))
        *out = (struct split){xf, (int32_t)(low_best - xf), true, false};
    else
        *out = (struct split){xb, (int32_t)(high_best - xb), false, true};
}

static enum qn_status find_split(struct qn_ctx *ctx, struct search *search,
                                 const struct box *box, struct split *out)
{
    struct reach r = {.p = search->sides[0].classes,
                      .q = search->sides[1].classes,
                      .f = search->forward,
                      .b = search->backward,
                      .kmin = box->x0 - box->y1,
                      .kmax = box->x1 - box->y0,
                      .fcentre = box->x0 - box->y0,
                      .bcentre = box->x1 - box->y1};
    int32_t round;

    r.fmin = r.fmax = r.fcentre;
    r.bmin = r.bmax = r.bcentre;
    r.is_odd = (r.fcentre - r.bcentre) & 1;
    r.f[r.fcentre] = box->x0;
    r.b[r.bcentre] = box->x1;
    for (round = 1;; round++) {
        enum qn_status status;

        r.has_snake = false;
        if (step_forward(&r, box, out) || step_backward(&r, box, out))
            return QN_OK;
        if (!box->is_exact) {
            if (r.has_snake && round > HEURISTIC_AFTER &&
                split_at_snake(&r, box, round, out))
                return QN_OK;
            if (round >= search->limit) {
                split_at_furthest(&r, box, out);
                return QN_OK;
            }
        }
        if (round % 64 == 0) {
            status = qn_ctx_check(ctx);
            if (status)
                return status;
        }
    }
}

static enum qn_status solve(struct qn_ctx *ctx, struct search *search)
{
    const uint32_t *p = search->sides[0].classes;
    const uint32_t *q = search->sides[1].classes;
    enum qn_status status;

    while (search->depth > 0) {
        struct box box = search->stack[--search->depth];
        struct split split = {0};
        int32_t i;

        while (box.x0 < box.x1 && box.y0 < box.y1 && p[box.x0] == q[box.y0]) {
            box.x0++;
            box.y0++;
        }
        while (box.x0 < box.x1 && box.y0 < box.y1 &&
               p[box.x1 - 1] == q[box.y1 - 1]) {
            box.x1--;
            box.y1--;
        }
        if (box.x0 == box.x1 || box.y0 == box.y1) {
            for (i = box.x0; i < box.x1; i++)
                search->marks[0][search->sides[0].lines[i]] = 1;
            for (i = box.y0; i < box.y1; i++)
                search->marks[1][search->sides[1].lines[i]] = 1;
            continue;
        }
        status = find_split(ctx, search, &box, &split);
        if (!status)
            status = push_box(ctx, search,
                              (struct box){split.x, box.x1, split.y, box.y1,
                                           split.high_exact});
        if (!status)
            status = push_box(ctx, search,
                              (struct box){box.x0, split.x, box.y0, split.y,
                                           split.low_exact});
        if (status)
            return status;
    }
    return QN_OK;
}

/* Room for the reduced sides and the diagonals in one block. */
static enum qn_status search_reduced(struct qn_ctx *ctx, struct search *search,
                                     bool is_minimal)
{
    size_t p = search->sides[0].count;
    size_t q = search->sides[1].count;
    size_t diagonals = p + q + 3;
    int32_t *block = qn_memory_array(ctx, 2 * diagonals, sizeof(*block));
    enum qn_status status;

    if (!block)
        return QN_NO_MEMORY;
    search->forward = block + q + 1;
    search->backward = block + diagonals + q + 1;
    search->limit = (int32_t)rough_root(diagonals);
    if (search->limit < HEURISTIC_AFTER)
        search->limit = HEURISTIC_AFTER;
    status = push_box(ctx, search,
                      (struct box){0, (int32_t)p, 0, (int32_t)q, is_minimal});
    if (!status)
        status = solve(ctx, search);
    qn_memory_free(block);
    qn_memory_free(search->stack);
    return status;
}

static void count_classes(const struct qn_text_side *side, uint32_t start,
                          uint32_t end, uint32_t *counts, uint32_t step)
{
    uint32_t i;

    for (i = start; i < end; i++)
        counts[side->classes[i]] += step;
}

static uint32_t doubtful_limit(uint32_t count, bool is_minimal)
{
    uint32_t limit = rough_root(count);

    if (is_minimal)
        return UINT32_MAX;
    return limit < MAX_DOUBTFUL ? limit : MAX_DOUBTFUL;
}

struct range {
    struct qn_text_side *side;
    uint32_t start, end;
};

static enum qn_status run_middle(struct qn_ctx *ctx, struct qn_text_pair *pair,
                                 const struct range *whole,
                                 const struct range *middle, bool is_minimal)
{
    uint32_t sizes[2] = {middle[0].end - middle[0].start,
                         middle[1].end - middle[1].start};
    size_t total = (size_t)sizes[0] + sizes[1];
    const struct range *counted = pair->is_lazy ? middle : whole;
    struct search search = {0};
    enum qn_status status = QN_OK;
    uint32_t *block = qn_memory_array(ctx, 2 * total, sizeof(*block));
    uint8_t *kinds = qn_memory_array(ctx, total, 1);
    int i;

    if (!block || !kinds) {
        status = QN_NO_MEMORY;
        goto out;
    }
    for (i = 0; i < 2; i++) {
        search.sides[i].classes = block + (i ? 2 * (size_t)sizes[0] : 0);
        search.sides[i].lines = search.sides[i].classes + sizes[i];
        search.marks[i] = middle[i].side->marks;
        count_classes(counted[i].side, counted[i].start, counted[i].end,
                      pair->counts[i], 1);
    }
    for (i = 0; i < 2; i++)
        reduce_side(middle[i].side, middle[i].start, middle[i].end,
                    pair->counts[!i],
                    doubtful_limit(whole[i].end - whole[i].start, is_minimal),
                    kinds, &search.sides[i]);
    for (i = 0; i < 2 && !pair->is_lazy; i++) {
        uint32_t j;

        for (j = whole[i].start; j < whole[i].end; j++)
            pair->counts[i][whole[i].side->classes[j]] = 0;
    }
    status = search_reduced(ctx, &search, is_minimal);
out:
    qn_memory_free(block);
    qn_memory_free(kinds);
    return status;
}

enum qn_status qn_text_myers_run(struct qn_ctx *ctx, struct qn_text_pair *pair,
                                 const struct qn_text_region *region, int first,
                                 bool is_minimal)
{
    struct range old_side = {&pair->sides[0], region->old_start,
                             region->old_end};
    struct range new_side = {&pair->sides[1], region->new_start,
                             region->new_end};
    struct range whole[2] = {first == 0 ? old_side : new_side,
                             first == 0 ? new_side : old_side};
    struct range middle[2];
    int i;

    for (i = 0; i < 2; i++)
        qn_text_mark_range(whole[i].side, whole[i].start, whole[i].end, 0);
    memcpy(middle, whole, sizeof(middle));
    for (i = 0; i < 2 && pair->is_lazy; i++) {
        middle[i].start += pair->prefix;
        middle[i].end -= pair->suffix;
    }
    while (middle[0].start < middle[0].end && middle[1].start < middle[1].end &&
           middle[0].side->classes[middle[0].start] ==
               middle[1].side->classes[middle[1].start]) {
        middle[0].start++;
        middle[1].start++;
    }
    while (middle[0].start < middle[0].end && middle[1].start < middle[1].end &&
           middle[0].side->classes[middle[0].end - 1] ==
               middle[1].side->classes[middle[1].end - 1]) {
        middle[0].end--;
        middle[1].end--;
    }
    if (middle[0].start == middle[0].end || middle[1].start == middle[1].end) {
        for (i = 0; i < 2; i++)
            qn_text_mark_range(middle[i].side, middle[i].start, middle[i].end,
                               1);
        return QN_OK;
    }
    return run_middle(ctx, pair, whole, middle, is_minimal);
}
