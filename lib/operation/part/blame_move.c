/* SPDX-License-Identifier: MIT */
/* Lines that moved inside a file (-M), or were copied from others (-C).
 *
 * A span with more letters and digits than the threshold is compared, as a text
 * of its own, with files of the parent; of all runs of equal lines the one with
 * the highest score (the last one of equals) goes, when that is above the
 * threshold; what is left on both sides of it is looked for again.
 */
#include "operation/part/blame_board.h"

#include "base/memory.h"
#include "object/tree.h"

/* The best run found for a span so far. */
struct best {
    uint32_t score; /* 0: none */
    uint32_t start; /* in the span */
    uint32_t count;
    uint32_t from;    /* in the parent's file */
    size_t candidate; /* which file */
};

static enum qn_status consider(struct qn_ctx *ctx, struct qn_blame *blame,
                               const struct qn_blame_span *span, uint32_t start,
                               uint32_t count, uint32_t from, size_t candidate,
                               struct best *best)
{
    uint32_t score;
    enum qn_status status;

    if (!count)
        return QN_OK;
    status =
        qn_blame_board_score(ctx, blame, span->line + start, count, &score);
    if (!status && score >= best->score)
        *best = (struct best){score, start, count, from, candidate};
    return status;
}

/* Compare one span with one file. */
static enum qn_status find_run(struct qn_ctx *ctx, struct qn_blame *blame,
                               struct qn_bytes parent,
                               const struct qn_blame_span *span,
                               size_t candidate, struct best *best)
{
    const uint32_t *starts = blame->final.starts;
    struct qn_bytes text =
        qn_bytes_make(blame->final.text.data + starts[span->line],
                      starts[span->line + span->count] - starts[span->line]);
    struct qn_text_diff diff = {0};
    uint32_t at = 0;
    uint32_t from = 0;
    size_t i;
    enum qn_status status =
        qn_text_diff_run(ctx, parent, text, &blame->options.text, &diff);

    for (i = 0; i < diff.change_count && !status; i++) {
        const struct qn_text_change *c = &diff.changes[i];

        status = consider(ctx, blame, span, at, c->new_start - at, from,
                          candidate, best);
        at = c->new_start + c->new_count;
        from = c->old_start + c->old_count;
    }
    if (!status && at < span->count)
        status = consider(ctx, blame, span, at, span->count - at, from,
                          candidate, best);
    qn_text_diff_dispose(&diff);
    return status;
}

static enum qn_status put_part(struct qn_ctx *ctx, struct qn_blame_spans *spans,
                               const struct qn_blame_span *span, uint32_t start,
                               uint32_t count)
{
    struct qn_blame_span part = *span;

    if (!count)
        return QN_OK;
    part.line += start;
    part.from += start;
    part.count = count;
    return qn_blame_board_add(ctx, spans, &part);
}

/* The best run of a span goes to the parent's file; its rest to `rest`. */
static enum qn_status split(struct qn_ctx *ctx, struct qn_blame *blame,
                            const struct qn_blame_span *span,
                            const struct best *best,
                            struct qn_blame_origin *parent,
                            struct qn_blame_spans *rest)
{
    struct qn_blame_span moved = *span;
    uint32_t end = best->start + best->count;
    enum qn_status status = put_part(ctx, rest, span, 0, best->start);

    moved.line += best->start;
    moved.count = best->count;
    moved.from = best->from;
    blame->go.count = 0;
    if (!status)
        status = qn_blame_board_add(ctx, &blame->go, &moved);
    if (!status)
        status = qn_blame_board_give(ctx, blame, parent, &blame->go);
    if (!status)
        status = put_part(ctx, rest, span, end, span->count - end);
    return status;
}

/* Is the span worth a search? */
static enum qn_status ask_size(struct qn_ctx *ctx, struct qn_blame *blame,
                               const struct qn_blame_span *span,
                               uint32_t threshold, bool *is_large)
{
    uint32_t score = 0;
    enum qn_status status =
        qn_blame_board_score(ctx, blame, span->line, span->count, &score);

    *is_large = !status && score > threshold;
    return status;
}

/* Those worth a search go to `todo`, the rest in front of the small ones of
 * other searches, behind those of this one: `*here` of them. */
static enum qn_status sort_out(struct qn_ctx *ctx, struct qn_blame *blame,
                               const struct qn_blame_spans *spans,
                               uint32_t threshold, struct qn_blame_spans *todo,
                               size_t *here)
{
    struct qn_blame_spans *small = &blame->small;
    enum qn_status status = QN_OK;
    bool is_large;
    size_t i;

    for (i = 0; i < spans->count && !status; i++) {
        struct qn_blame_span span = spans->items[i];

        status = ask_size(ctx, blame, &span, threshold, &is_large);
        if (!status)
            status = qn_blame_board_add(ctx, is_large ? todo : small, &span);
        if (status || is_large)
            continue;
        memmove(small->items + *here + 1, small->items + *here,
                (small->count - 1 - *here) * sizeof(span));
        small->items[(*here)++] = span;
    }
    return status;
}

enum qn_status qn_blame_move_begin(struct qn_ctx *ctx, struct qn_blame *blame,
                                   struct qn_blame_origin *origin,
                                   uint32_t threshold)
{
    struct qn_blame_spans *small = &blame->small;
    enum qn_status status = QN_OK;
    size_t count = 0;
    bool is_large;
    size_t i;

    for (i = 0; i < small->count && !status; i++) {
        struct qn_blame_span span = small->items[i];

        status = ask_size(ctx, blame, &span, threshold, &is_large);
        if (!status && is_large)
            status = qn_blame_board_add(ctx, &origin->spans, &span);
        else
            small->items[count++] = span;
    }
    small->count = count;
    return status;
}

enum qn_status qn_blame_move_end(struct qn_ctx *ctx, struct qn_blame *blame,
                                 struct qn_blame_origin *origin)
{
    struct qn_blame_spans spans = origin->spans;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < spans.count && !status; i++)
        status = qn_blame_board_add(ctx, &blame->small, &spans.items[i]);
    origin->spans = blame->small;
    blame->small = spans;
    blame->small.count = 0;
    return status;
}

enum qn_status qn_blame_move_aside(struct qn_ctx *ctx, struct qn_blame *blame,
                                   struct qn_blame_origin *origin,
                                   uint32_t threshold)
{
    struct qn_blame_spans spans = origin->spans;
    enum qn_status status;
    size_t here = 0;

    blame->todo.count = 0;
    status =
        sort_out(ctx, blame, &origin->spans, threshold, &blame->todo, &here);
    if (status)
        return status;
    origin->spans = blame->todo;
    blame->todo = spans;
    return QN_OK;
}

enum qn_status qn_blame_move_within(struct qn_ctx *ctx, struct qn_blame *blame,
                                    struct qn_blame_origin *origin,
                                    struct qn_blame_origin *parent)
{
    uint32_t threshold = blame->options.move_score;
    struct qn_blame_spans *todo = &blame->todo;
    struct qn_blame_spans rest = {NULL, 0, 0};
    struct qn_bytes text = QN_BYTES_NONE;
    enum qn_status status;
    size_t i, here = 0;

    todo->count = blame->stay.count = 0;
    status = sort_out(ctx, blame, &origin->spans, threshold, todo, &here);
    if (!status && todo->count)
        status = qn_blame_text_get(ctx, blame, parent, &text);
    while (!status && todo->count) {
        rest.count = 0;
        for (i = 0; i < todo->count && !status; i++) {
            struct best best = {0};

            status = find_run(ctx, blame, text, &todo->items[i], 0, &best);
            if (status)
                break;
            if (best.score > threshold)
                status =
                    split(ctx, blame, &todo->items[i], &best, parent, &rest);
            else
                status = qn_blame_board_add(ctx, &blame->stay, &todo->items[i]);
        }
        todo->count = 0;
        if (!status)
            status = sort_out(ctx, blame, &rest, threshold, todo, &here);
    }
    qn_memory_free(rest.items);
    if (!status)
        qn_blame_board_keep(blame, origin);
    return status;
}

/* ---- other files */

struct search {
    struct qn_blame *blame;
    struct qn_diff_list list;
    struct qn_blame_spans rest;
    struct best *best; /* by span of blame->todo */
    size_t best_capacity;
    uint32_t parent;
    const struct qn_blame_origin *same;
};

static bool is_candidate(const struct search *search,
                         const struct qn_diff_pair *pair)
{
    uint32_t mode = pair->old_side.mode;

    return mode && !qn_mode_is_tree(mode) && !qn_mode_is_gitlink(mode) &&
           (!search->same ||
            !qn_bytes_is_equal(search->same->source.path, pair->old_side.path));
}

static enum qn_status search_files(struct qn_ctx *ctx, struct search *search)
{
    struct qn_blame *blame = search->blame;
    enum qn_status status =
        qn_memory_grow(ctx, &search->best, &search->best_capacity,
                       blame->todo.count, sizeof(*search->best));
    size_t i;
    size_t k;

    if (status)
        return status;
    memset(search->best, 0, blame->todo.count * sizeof(*search->best));
    for (i = 0; i < search->list.count && !status; i++) {
        const struct qn_diff_side *side = &search->list.pairs[i].old_side;
        struct qn_bytes text;

        if (!is_candidate(search, &search->list.pairs[i]))
            continue;
        status = qn_ctx_check(ctx);
        if (!status)
            status = qn_blame_text_blob(ctx, blame, side->path, &side->id,
                                        side->mode, &text);
        blame->stats.blobs_read++;
        for (k = 0; k < blame->todo.count && !status; k++)
            status = find_run(ctx, blame, text, &blame->todo.items[k], i,
                              &search->best[k]);
    }
    return status;
}

static enum qn_status give_best(struct qn_ctx *ctx, struct search *search,
                                const struct qn_blame_span *span,
                                const struct best *best)
{
    struct qn_blame *blame = search->blame;
    const struct qn_diff_side *side =
        &search->list.pairs[best->candidate].old_side;
    struct qn_blame_origin *origin;
    char *copy = qn_arena_copy(ctx, &blame->arena, side->path);
    enum qn_status status;

    if (!copy)
        return QN_NO_MEMORY;
    status = qn_blame_board_origin(ctx, blame, search->parent,
                                   qn_bytes_make(copy, side->path.size),
                                   &side->id, side->mode, &origin);
    return status ? status
                  : split(ctx, blame, span, best, origin, &search->rest);
}

enum qn_status qn_blame_move_across(struct qn_ctx *ctx, struct qn_blame *blame,
                                    struct qn_blame_origin *origin,
                                    uint32_t parent,
                                    struct qn_blame_origin *same)
{
    uint32_t threshold = blame->options.copy_score;
    struct search search = {.blame = blame,
                            .list = QN_DIFF_LIST_INIT,
                            .parent = parent,
                            .same = same};
    bool is_new =
        !same || !qn_bytes_is_equal(same->source.path, origin->source.path);
    bool is_harder = blame->options.copy_level >= 3 ||
                     (blame->options.copy_level == 2 && is_new);
    enum qn_status status;
    size_t i, here = 0;

    blame->todo.count = blame->stay.count = 0;
    status =
        sort_out(ctx, blame, &origin->spans, threshold, &blame->todo, &here);
    if (!status && blame->todo.count) {
        status = qn_blame_path_changes(ctx, blame, parent, origin->commit,
                                       is_harder, &search.list);
        if (!status)
            status =
                qn_diff_list_prefetch(ctx, blame->scope->odb, &search.list);
    }
    while (!status && blame->todo.count) {
        search.rest.count = 0;
        status = search_files(ctx, &search);
        for (i = 0; i < blame->todo.count && !status; i++) {
            const struct qn_blame_span *span = &blame->todo.items[i];

            if (search.best[i].score > threshold)
                status = give_best(ctx, &search, span, &search.best[i]);
            else
                status = qn_blame_board_add(ctx, &blame->stay, span);
        }
        blame->todo.count = 0;
        if (!status)
            status = sort_out(ctx, blame, &search.rest, threshold, &blame->todo,
                              &here);
    }
    qn_memory_free(search.best);
    qn_memory_free(search.rest.items);
    qn_diff_list_dispose(&search.list);
    if (!status)
        qn_blame_board_keep(blame, origin);
    return status;
}
