/* SPDX-License-Identifier: MIT */
/* Patience: lines that are unique on both sides are matched first, in a
 * longest increasing chain; what lies between them is solved the same way. */
#include "base/memory.h"
#include "diff/text_engine.h"

struct unique_pair {
    uint32_t i, j;
    int64_t previous; /* in the chain; -1: none */
};

struct patience {
    struct qn_text_pair *pair;
    uint32_t *positions; /* of a class in the new side's range */
    struct qn_text_region *stack;
    size_t depth, capacity;
    struct unique_pair *pairs;
    size_t pair_capacity;
    int64_t *chain; /* ends of the best chain of each length */
    size_t chain_capacity;
    struct unique_pair *line; /* the chain, in order */
    size_t line_capacity;
};

static enum qn_status push_region(struct qn_ctx *ctx, struct patience *p,
                                  uint32_t u, uint32_t i, uint32_t w,
                                  uint32_t j)
{
    enum qn_status status = qn_memory_grow(ctx, &p->stack, &p->capacity,
                                           p->depth + 1, sizeof(*p->stack));

    if (!status)
        p->stack[p->depth++] = (struct qn_text_region){u, i, w, j};
    return status;
}

static bool is_anchor(const struct qn_text_diff_options *options,
                      struct qn_bytes line)
{
    size_t i;

    for (i = 0; i < options->anchor_count; i++)
        if (qn_bytes_has_prefix(line, options->anchors[i]))
            return true;
    return false;
}

/* Pairs of lines that occur once on either side, by old line.  `*has_common`:
 * does anything of new occur in old? */
static enum qn_status collect_pairs(struct qn_ctx *ctx, struct patience *p,
                                    const struct qn_text_region *r,
                                    size_t *count, bool *has_common)
{
    const uint32_t *a = p->pair->sides[0].classes;
    const uint32_t *b = p->pair->sides[1].classes;
    uint32_t *in_old = p->pair->counts[0];
    uint32_t *in_new = p->pair->counts[1];
    enum qn_status status = QN_OK;
    uint32_t i;

    for (i = r->old_start; i < r->old_end; i++)
        in_old[a[i]]++;
    for (i = r->new_start; i < r->new_end; i++) {
        in_new[b[i]]++;
        p->positions[b[i]] = i;
        *has_common |= in_old[b[i]] > 0;
    }
    for (i = r->old_start; i < r->old_end && !status; i++) {
        if (in_old[a[i]] != 1 || in_new[a[i]] != 1)
            continue;
        status = qn_memory_grow(ctx, &p->pairs, &p->pair_capacity, *count + 1,
                                sizeof(*p->pairs));
        if (!status)
            p->pairs[(*count)++] =
                (struct unique_pair){i, p->positions[a[i]], -1};
    }
    for (i = r->old_start; i < r->old_end; i++)
        in_old[a[i]] = 0;
    for (i = r->new_start; i < r->new_end; i++)
        in_new[b[i]] = 0;
    return status;
}

/* The longest increasing chain, put into p->line. */
static enum qn_status find_chain(struct qn_ctx *ctx, struct patience *p,
                                 size_t count, size_t *length)
{
    const struct qn_text_diff_options *options = p->pair->options;
    enum qn_status status;
    int64_t last_anchor = -1;
    int64_t size = 0;
    int64_t at;
    size_t n;

    status = qn_memory_grow(ctx, &p->chain, &p->chain_capacity, count,
                            sizeof(*p->chain));
    if (!status)
        status = qn_memory_grow(ctx, &p->line, &p->line_capacity, count,
                                sizeof(*p->line));
    if (status)
        return status;
    for (n = 0; n < count; n++) {
        int64_t low = -1;
        int64_t high = size;

        while (low + 1 < high) {
            int64_t middle = low + (high - low) / 2;

            if (p->pairs[p->chain[middle]].j < p->pairs[n].j)
                low = middle;
            else
                high = middle;
        }
        p->pairs[n].previous = low < 0 ? -1 : p->chain[low];
        if (low + 1 <= last_anchor)
            continue;
        p->chain[low + 1] = (int64_t)n;
        if (options->anchor_count &&
            is_anchor(options, qn_text_lines_at(p->pair->sides[1].lines,
                                                p->pairs[n].j))) {
            last_anchor = low + 1;
            size = last_anchor + 1;
        } else if (low + 1 == size) {
            size++;
        }
    }
    *length = 0;
    for (at = size ? p->chain[size - 1] : -1; at >= 0;
         at = p->pairs[at].previous)
        (*length)++;
    n = *length;
    for (at = size ? p->chain[size - 1] : -1; at >= 0;
         at = p->pairs[at].previous)
        p->line[--n] = p->pairs[at];
    return QN_OK;
}

static enum qn_status walk_chain(struct qn_ctx *ctx, struct patience *p,
                                 const struct qn_text_region *r, size_t length)
{
    const uint32_t *a = p->pair->sides[0].classes;
    const uint32_t *b = p->pair->sides[1].classes;
    uint32_t u = r->old_start;
    uint32_t w = r->new_start;
    size_t n = 0;

    for (;;) {
        bool is_end = n == length;
        uint32_t i = is_end ? r->old_end : p->line[n].i;
        uint32_t j = is_end ? r->new_end : p->line[n].j;
        enum qn_status status;

        while (!is_end && i > u && j > w && a[i - 1] == b[j - 1]) {
            i--;
            j--;
        }
        while (u < i && w < j && a[u] == b[w]) {
            u++;
            w++;
        }
        if (u < i || w < j) {
            status = push_region(ctx, p, u, i, w, j);
            if (status)
                return status;
        }
        if (is_end)
            return QN_OK;
        while (n + 1 < length && p->line[n + 1].i == p->line[n].i + 1 &&
               p->line[n + 1].j == p->line[n].j + 1)
            n++;
        u = p->line[n].i + 1;
        w = p->line[n].j + 1;
        n++;
    }
}

static enum qn_status solve_region(struct qn_ctx *ctx, struct patience *p,
                                   const struct qn_text_region *r)
{
    enum qn_status status;
    bool has_common = false;
    size_t count = 0;
    size_t length = 0;

    if (r->old_start < r->old_end && r->new_start < r->new_end) {
        status = collect_pairs(ctx, p, r, &count, &has_common);
        if (status)
            return status;
    }
    if (!has_common) {
        qn_text_mark_range(&p->pair->sides[0], r->old_start, r->old_end, 1);
        qn_text_mark_range(&p->pair->sides[1], r->new_start, r->new_end, 1);
        return QN_OK;
    }
    if (count == 0)
        return qn_text_myers_run(ctx, p->pair, r, 0, false);
    status = find_chain(ctx, p, count, &length);
    return status ? status : walk_chain(ctx, p, r, length);
}

enum qn_status qn_text_patience_run(struct qn_ctx *ctx,
                                    struct qn_text_pair *pair)
{
    struct patience p = {.pair = pair};
    enum qn_status status;

    p.positions =
        qn_memory_array(ctx, (size_t)pair->class_count + 1, sizeof(uint32_t));
    if (!p.positions)
        return QN_NO_MEMORY;
    status =
        push_region(ctx, &p, 0, pair->sides[0].count, 0, pair->sides[1].count);
    while (!status && p.depth > 0) {
        struct qn_text_region region = p.stack[--p.depth];

        status = solve_region(ctx, &p, &region);
        if (!status)
            status = qn_ctx_check(ctx);
    }
    qn_memory_free(p.positions);
    qn_memory_free(p.stack);
    qn_memory_free(p.pairs);
    qn_memory_free(p.chain);
    qn_memory_free(p.line);
    return status;
}
