/* SPDX-License-Identifier: MIT */
#include "operation/part/blame_board.h"

#include "base/memory.h"
#include "trace/trace.h"

#include <stdlib.h>

/* ---- spans */

enum qn_status qn_blame_board_add(struct qn_ctx *ctx,
                                  struct qn_blame_spans *spans,
                                  const struct qn_blame_span *span)
{
    enum qn_status status =
        qn_memory_grow(ctx, &spans->items, &spans->capacity, spans->count + 1,
                       sizeof(*spans->items));

    if (!status)
        spans->items[spans->count++] = *span;
    return status;
}

static int compare_spans(const void *a, const void *b)
{
    const struct qn_blame_span *x = a;
    const struct qn_blame_span *y = b;

    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    return x->turn < y->turn ? -1 : x->turn > y->turn;
}

void qn_blame_board_sort(struct qn_blame_spans *spans)
{
    size_t i;

    for (i = 1; i < spans->count; i++)
        if (spans->items[i - 1].from > spans->items[i].from) {
            for (i = 0; i < spans->count; i++)
                spans->items[i].turn = (uint32_t)i;
            qsort(spans->items, spans->count, sizeof(*spans->items),
                  compare_spans);
            return;
        }
}

/* Sorted `more` into sorted `spans`. */
static enum qn_status merge_spans(struct qn_ctx *ctx,
                                  struct qn_blame_spans *spans,
                                  const struct qn_blame_spans *more)
{
    size_t a = spans->count;
    size_t b = more->count;
    size_t at = a + b;
    enum qn_status status = qn_memory_grow(ctx, &spans->items, &spans->capacity,
                                           a + b, sizeof(*spans->items));

    if (status)
        return status;
    spans->count = at;
    while (b > 0) {
        if (a > 0 && spans->items[a - 1].from > more->items[b - 1].from)
            spans->items[--at] = spans->items[--a];
        else
            spans->items[--at] = more->items[--b];
    }
    return QN_OK;
}

/* ---- origins */

static enum qn_status need_head(struct qn_ctx *ctx, struct qn_blame *blame,
                                uint32_t row, struct qn_blame_origin ***out)
{
    size_t before = blame->head_capacity;
    /* Row 0 is what is not committed. */
    size_t at = row == QN_BLAME_UNCOMMITTED ? 0 : (size_t)row + 1;

    if (at >= before) {
        enum qn_status status =
            qn_memory_grow(ctx, &blame->heads, &blame->head_capacity, at + 1,
                           sizeof(*blame->heads));

        if (status)
            return status;
        memset(blame->heads + before, 0,
               (blame->head_capacity - before) * sizeof(*blame->heads));
    }
    *out = &blame->heads[at];
    return QN_OK;
}

static struct qn_blame_origin *new_origin(struct qn_ctx *ctx,
                                          struct qn_blame *blame)
{
    struct qn_blame_origin *origin = blame->free;
    struct qn_blame_spans spans;

    if (!origin)
        return qn_arena_calloc(ctx, &blame->arena, 1, sizeof(*origin));
    blame->free = origin->next;
    spans = origin->spans;
    memset(origin, 0, sizeof(*origin));
    origin->spans = spans;
    origin->spans.count = 0;
    return origin;
}

enum qn_status qn_blame_board_origin(struct qn_ctx *ctx, struct qn_blame *blame,
                                     uint32_t commit, struct qn_bytes path,
                                     const struct qn_id *blob, uint32_t mode,
                                     struct qn_blame_origin **out)
{
    struct qn_blame_origin **head = NULL;
    struct qn_blame_origin **at;
    struct qn_blame_origin *origin;
    enum qn_status status = need_head(ctx, blame, commit, &head);

    if (status)
        return status;
    for (at = head; *at; at = &(*at)->next)
        if ((*at)->source.path.data == path.data ||
            qn_bytes_is_equal((*at)->source.path, path)) {
            *out = *at;
            return QN_OK;
        }
    origin = new_origin(ctx, blame);
    if (!origin)
        return QN_NO_MEMORY;
    origin->commit = commit;
    origin->source.path = path;
    origin->source.blob = *blob;
    origin->source.mode = mode;
    *at = origin;
    *out = origin;
    return QN_OK;
}

enum qn_status qn_blame_board_give(struct qn_ctx *ctx, struct qn_blame *blame,
                                   struct qn_blame_origin *to,
                                   struct qn_blame_spans *spans)
{
    enum qn_status status = QN_OK;
    int64_t time;

    if (!spans->count)
        return QN_OK;
    if (!to->spans.count) {
        struct qn_blame_spans empty = to->spans;

        to->spans = *spans;
        *spans = empty;
        if (to->commit != QN_BLAME_UNCOMMITTED) {
            time = blame->table->rows[to->commit].time;
            status = qn_commit_queue_push(
                ctx, &blame->queue, 0,
                blame->options.is_reversed ? -time : time, to->commit);
        }
    } else {
        status = merge_spans(ctx, &to->spans, spans);
    }
    spans->count = 0;
    return status;
}

void qn_blame_board_keep(struct qn_blame *blame, struct qn_blame_origin *origin)
{
    struct qn_blame_spans spans = origin->spans;

    origin->spans = blame->stay;
    blame->stay = spans;
    blame->stay.count = 0;
}

enum qn_status qn_blame_board_pass(struct qn_ctx *ctx, struct qn_blame *blame,
                                   struct qn_blame_origin *origin,
                                   struct qn_blame_origin *parent)
{
    qn_blame_board_sort(&blame->stay);
    qn_blame_board_sort(&blame->go);
    qn_blame_board_keep(blame, origin);
    return qn_blame_board_give(ctx, blame, parent, &blame->go);
}

enum qn_status qn_blame_board_score(struct qn_ctx *ctx, struct qn_blame *blame,
                                    uint32_t line, uint32_t count,
                                    uint32_t *out)
{
    if (!blame->scores) {
        uint32_t *scores = qn_memory_array(ctx, (size_t)blame->final.count + 1,
                                           sizeof(*scores));
        uint32_t sum = 0;
        uint32_t i;
        size_t k;

        if (!scores)
            return QN_NO_MEMORY;
        for (i = 0; i < blame->final.count; i++) {
            struct qn_bytes text = qn_text_lines_at(&blame->final, i);

            scores[i] = sum;
            for (k = 0; k < text.size; k++) {
                uint8_t c = text.data[k];

                sum += (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                       (c >= 'A' && c <= 'Z');
            }
        }
        scores[i] = sum;
        blame->scores = scores;
    }
    *out = 1 + blame->scores[line + count] - blame->scores[line];
    return QN_OK;
}

/* ---- the walk */

static void keep(struct qn_blame *blame, struct qn_blame_origin *origin)
{
    if (origin->is_kept)
        return;
    origin->is_kept = true;
    if (origin->commit == QN_BLAME_UNCOMMITTED)
        qn_id_clear(&origin->source.commit, blame->table->algorithm);
    else
        qn_commit_table_id(blame->table, origin->commit,
                           &origin->source.commit);
}

/* What waits at the origin is its own. */
static enum qn_status settle(struct qn_ctx *ctx, struct qn_blame *blame,
                             struct qn_blame_origin *origin)
{
    enum qn_status status = QN_OK;
    size_t i;

    if (!origin->spans.count)
        return QN_OK;
    keep(blame, origin);
    if (origin->source.previous)
        keep(blame,
             (struct qn_blame_origin *)(uintptr_t)origin->source.previous);
    status = qn_memory_grow(ctx, &blame->hunks, &blame->hunk_capacity,
                            blame->hunk_count + origin->spans.count,
                            sizeof(*blame->hunks));
    for (i = 0; i < origin->spans.count && !status; i++) {
        const struct qn_blame_span *span = &origin->spans.items[i];
        struct qn_blame_hunk *hunk = &blame->hunks[blame->hunk_count++];

        *hunk = (struct qn_blame_hunk){.source = &origin->source,
                                       .line = span->line,
                                       .count = span->count,
                                       .from = span->from,
                                       .is_ignored = span->is_ignored,
                                       .is_unblamable = span->is_unblamable};
        qn_progress_add(ctx, &blame->progress, span->count);
        if (blame->options.each)
            status = blame->options.each(ctx, blame->options.data, blame, hunk);
    }
    origin->spans.count = 0;
    return status;
}

/* Are parents of the commit looked at? */
static enum qn_status ask_range(struct qn_ctx *ctx, struct qn_blame *blame,
                                uint32_t row, bool *is_boundary)
{
    struct qn_id id;
    enum qn_status status = qn_commit_table_load(ctx, blame->table, row);

    *is_boundary = false;
    if (status)
        return status;
    if (blame->options.is_reversed)
        return QN_OK;
    if (blame->has_range) {
        qn_commit_table_id(blame->table, row, &id);
        *is_boundary = qn_id_map_find(&blame->in_range, &id) == QN_ID_MAP_NONE;
    }
    if (blame->options.since &&
        blame->table->rows[row].time < blame->options.since)
        *is_boundary = true;
    return QN_OK;
}

/* Is the commit shown with "^" though it was looked at? */
static bool is_end(const struct qn_blame *blame, uint32_t row)
{
    struct qn_id id;

    if (row == QN_BLAME_UNCOMMITTED)
        return false;
    if (blame->options.is_reversed) {
        qn_commit_table_id(blame->table, row, &id);
        return qn_id_is_equal(&id, &blame->options.start);
    }
    return !blame->options.shows_root &&
           blame->table->rows[row].parent_count == 0;
}

static enum qn_status look_at(struct qn_ctx *ctx, struct qn_blame *blame,
                              uint32_t row)
{
    struct qn_blame_origin **head = NULL;
    struct qn_blame_origin *origin;
    struct qn_blame_origin *kept = NULL;
    struct qn_blame_origin *next;
    bool is_boundary = false;
    enum qn_status status = QN_OK;

    if (row != QN_BLAME_UNCOMMITTED)
        status = ask_range(ctx, blame, row, &is_boundary);
    if (!status)
        status = need_head(ctx, blame, row, &head);
    for (origin = status ? NULL : *head; origin && !status;
         origin = origin->next) {
        if (!origin->spans.count)
            continue;
        if (!is_boundary) {
            status = qn_blame_pass_run(ctx, blame, origin);
            origin->source.is_boundary = is_end(blame, row);
        } else {
            origin->source.is_boundary = true;
        }
        if (!status)
            status = settle(ctx, blame, origin);
    }
    if (status)
        return status;
    /* The table of heads may have moved. */
    status = need_head(ctx, blame, row, &head);
    if (status)
        return status;
    for (origin = *head; origin; origin = next) {
        next = origin->next;
        if (origin->is_kept) {
            origin->next = kept;
            kept = origin;
        } else {
            origin->next = blame->free;
            blame->free = origin;
        }
    }
    *head = kept;
    return QN_OK;
}

enum qn_status qn_blame_board_run(struct qn_ctx *ctx, struct qn_blame *blame)
{
    struct qn_blame_origin **head = NULL;
    enum qn_status status = need_head(ctx, blame, QN_BLAME_UNCOMMITTED, &head);
    uint32_t row;

    qn_progress_begin(ctx, &blame->progress, QN_PROGRESS_BEGIN_LATER,
                      blame->options.tells_progress ? "Blaming lines" : NULL,
                      blame->final.count);
    if (!status && *head)
        status = look_at(ctx, blame, QN_BLAME_UNCOMMITTED);
    while (!status && qn_commit_queue_pop(&blame->queue, &row)) {
        status = qn_ctx_check(ctx);
        qn_trace_count(ctx, QN_COUNTER_WALK_COMMIT, 1);
        if (!status)
            status = look_at(ctx, blame, row);
    }
    qn_progress_end(ctx, &blame->progress);
    return status;
}
