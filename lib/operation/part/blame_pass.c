/* SPDX-License-Identifier: MIT */
/* One origin: whoever of the parents has lines of it takes them. */
#include "operation/part/blame_board.h"

#include "base/memory.h"
#include "object/tree.h"

/* The rows that lines may go to. */
static enum qn_status list_parents(struct qn_ctx *ctx, struct qn_blame *blame,
                                   uint32_t commit, size_t *out)
{
    const struct qn_commit_row *row;
    size_t count = 0;
    size_t i;
    uint32_t arc;
    enum qn_status status = QN_OK;

    *out = 0;
    if (commit == QN_BLAME_UNCOMMITTED) {
        count = blame->top_count;
    } else if (blame->options.is_reversed) {
        arc =
            commit < blame->first_child_count ? blame->first_child[commit] : 0;
        for (; arc; arc = blame->children[arc - 1].next)
            count++;
    } else {
        count = blame->table->rows[commit].parent_count;
    }
    if (blame->options.first_parent && count > 1)
        count = 1;
    status = qn_memory_grow(ctx, &blame->parents, &blame->parent_capacity,
                            count, sizeof(*blame->parents));
    if (!status)
        status = qn_memory_grow(ctx, &blame->origins, &blame->origin_capacity,
                                count, sizeof(struct qn_blame_origin *));
    if (status)
        return status;
    *out = count;
    if (commit == QN_BLAME_UNCOMMITTED) {
        memcpy(blame->parents, blame->tops, count * sizeof(uint32_t));
        return QN_OK;
    }
    if (!blame->options.is_reversed) {
        row = &blame->table->rows[commit];
        for (i = 0; i < count; i++)
            blame->parents[i] = blame->table->edges[row->edge + i];
        return QN_OK;
    }
    arc = commit < blame->first_child_count ? blame->first_child[commit] : 0;
    for (i = 0; i < count; i++) {
        blame->parents[i] = blame->children[arc - 1].row;
        arc = blame->children[arc - 1].next;
    }
    return QN_OK;
}

/* The same path in a parent; NULL: there is no file. */
static enum qn_status find_same(struct qn_ctx *ctx, struct qn_blame *blame,
                                const struct qn_blame_origin *origin, size_t i,
                                struct qn_blame_origin **out)
{
    uint32_t parent = blame->parents[i];
    uint32_t mode = origin->source.mode;
    struct qn_id id = origin->source.blob;
    enum qn_status status = qn_commit_table_load(ctx, blame->table, parent);

    *out = NULL;
    if (status)
        return status;
    if (i > 0 || blame->options.is_reversed ||
        !qn_blame_path_is_unchanged(ctx, blame, origin->commit,
                                    origin->source.path))
        status = qn_blame_path_find(ctx, blame, parent, origin->source.path,
                                    &id, &mode);
    if (status || !mode || qn_mode_is_tree(mode) || qn_mode_is_gitlink(mode))
        return status;
    return qn_blame_board_origin(ctx, blame, parent, origin->source.path, &id,
                                 mode, out);
}

static bool is_same_blob(const struct qn_blame_origin *a,
                         const struct qn_blame_origin *b)
{
    return a->commit != QN_BLAME_UNCOMMITTED &&
           qn_id_is_equal(&a->source.blob, &b->source.blob);
}

/* The files of the parents; `*taker` has the whole of it already. */
static enum qn_status find_origins(struct qn_ctx *ctx, struct qn_blame *blame,
                                   struct qn_blame_origin *origin, size_t count,
                                   struct qn_blame_origin **taker)
{
    struct qn_blame_origin *found;
    enum qn_status status = QN_OK;
    int turn;
    size_t i;
    size_t j;

    *taker = NULL;
    for (i = 0; i < count; i++)
        blame->origins[i] = NULL;
    for (turn = 0; turn < 2; turn++)
        for (i = 0; i < count && !status; i++) {
            if (blame->origins[i])
                continue;
            status = turn == 0
                         ? find_same(ctx, blame, origin, i, &found)
                         : qn_blame_path_rename(ctx, blame, blame->parents[i],
                                                origin, &found);
            if (status || !found)
                continue;
            if (is_same_blob(origin, found)) {
                *taker = found;
                return QN_OK;
            }
            for (j = 0; j < i; j++)
                if (blame->origins[j] && is_same_blob(blame->origins[j], found))
                    break;
            /* One that an earlier parent has, too, is not compared again (nor
             * looked for by name). */
            if (j == i)
                blame->origins[i] = found;
        }
    return status;
}

/* ---- by comparison */

static enum qn_status put_piece(struct qn_ctx *ctx,
                                struct qn_blame_spans *spans,
                                const struct qn_blame_span *span,
                                uint32_t start, uint32_t end, uint32_t from)
{
    struct qn_blame_span piece = *span;

    piece.line = span->line + (start - span->from);
    piece.count = end - start;
    piece.from = from;
    return qn_blame_board_add(ctx, spans, &piece);
}

/* Cut a span at the changes from `k` on: what is equal goes. */
static enum qn_status cut_span(struct qn_ctx *ctx, struct qn_blame *blame,
                               const struct qn_text_diff *diff, size_t k,
                               const struct qn_blame_span *span)
{
    const struct qn_text_change *c;
    uint32_t at = span->from;
    uint32_t end = span->from + span->count;
    int64_t moved = 0; /* old minus new */
    enum qn_status status = QN_OK;

    if (k > 0) {
        c = &diff->changes[k - 1];
        moved =
            (int64_t)c->old_start + c->old_count - c->new_start - c->new_count;
    }
    while (at < end && !status) {
        uint32_t stop;

        c = k < diff->change_count ? &diff->changes[k] : NULL;
        stop = c && c->new_start < end ? c->new_start : end;
        if (stop > at) {
            status = put_piece(ctx, &blame->go, span, at, stop,
                               (uint32_t)(at + moved));
            at = stop;
        }
        if (!c || at == end || status)
            break;
        stop = c->new_start + c->new_count;
        if (stop > end)
            stop = end;
        if (stop > at)
            status = put_piece(ctx, &blame->stay, span, at, stop, at);
        at = stop;
        moved =
            (int64_t)c->old_start + c->old_count - c->new_start - c->new_count;
        k++;
    }
    return status;
}

static enum qn_status pass_lines(struct qn_ctx *ctx, struct qn_blame *blame,
                                 struct qn_blame_origin *origin,
                                 struct qn_blame_origin *parent)
{
    struct qn_text_diff diff = {0};
    size_t i;
    size_t k = 0;
    enum qn_status status =
        qn_blame_text_diff(ctx, blame, parent, origin, &diff);

    blame->stay.count = blame->go.count = 0;
    for (i = 0; i < origin->spans.count && !status; i++) {
        const struct qn_blame_span *span = &origin->spans.items[i];

        while (k < diff.change_count &&
               diff.changes[k].new_start + diff.changes[k].new_count <=
                   span->from)
            k++;
        status = cut_span(ctx, blame, &diff, k, span);
    }
    qn_text_diff_dispose(&diff);
    return status ? status : qn_blame_board_pass(ctx, blame, origin, parent);
}

static bool is_ignored(const struct qn_blame *blame, uint32_t commit)
{
    struct qn_id id;

    if (!blame->ignored.count || commit == QN_BLAME_UNCOMMITTED)
        return false;
    qn_commit_table_id(blame->table, commit, &id);
    return qn_id_map_find(&blame->ignored, &id) != QN_ID_MAP_NONE;
}

/* Lines that moved or were copied. */
static enum qn_status pass_moved(struct qn_ctx *ctx, struct qn_blame *blame,
                                 struct qn_blame_origin *origin, size_t count)
{
    enum qn_status status = QN_OK;
    size_t i;

    blame->small.count = 0;
    if (blame->options.move_score) {
        status =
            qn_blame_move_aside(ctx, blame, origin, blame->options.move_score);
        for (i = 0; i < count && !status && origin->spans.count; i++)
            if (blame->origins[i])
                status =
                    qn_blame_move_within(ctx, blame, origin, blame->origins[i]);
    }
    if (blame->options.copy_level) {
        if (!status)
            status = qn_blame_move_begin(ctx, blame, origin,
                                         blame->options.copy_score);
        for (i = 0; i < count && !status && origin->spans.count; i++)
            status = qn_blame_move_across(ctx, blame, origin, blame->parents[i],
                                          blame->origins[i]);
    }
    return status ? status : qn_blame_move_end(ctx, blame, origin);
}

enum qn_status qn_blame_pass_run(struct qn_ctx *ctx, struct qn_blame *blame,
                                 struct qn_blame_origin *origin)
{
    struct qn_blame_origin *taker = NULL;
    size_t count = 0;
    size_t i;
    enum qn_status status = list_parents(ctx, blame, origin->commit, &count);

    if (!status && count)
        status = find_origins(ctx, blame, origin, count, &taker);
    if (status || !count)
        return status;
    if (taker) {
        taker->has_text |= origin->has_text;
        return qn_blame_board_give(ctx, blame, taker, &origin->spans);
    }
    blame->stats.commits++;
    for (i = 0; i < count && !status && origin->spans.count; i++) {
        if (!blame->origins[i])
            continue;
        if (!origin->source.previous)
            origin->source.previous = &blame->origins[i]->source;
        status = pass_lines(ctx, blame, origin, blame->origins[i]);
    }
    if (!status && origin->spans.count && is_ignored(blame, origin->commit))
        for (i = 0; i < count && !status && origin->spans.count; i++)
            if (blame->origins[i])
                status =
                    qn_blame_ignore_pass(ctx, blame, origin, blame->origins[i]);
    if (!status && origin->spans.count)
        status = pass_moved(ctx, blame, origin, count);
    return status;
}
