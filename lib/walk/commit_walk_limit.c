/* SPDX-License-Identifier: MIT */
/* Walks that must see everything before the first commit is given out: ranges,
 * orders by topology, ancestry paths. */
#include "walk/commit_walk_private.h"

/* After nothing interesting is queued, so many more commits are looked at:
 * commits whose dates are older than their parents' would else leave the
 * wrong side of a range in. */
#define SLOP 5

/* How many more to look at; 0: enough. */
static int still_to_do(struct qn_commit_walk *walk, int64_t last_time, int left)
{
    if (walk->queue.count == 0)
        return 0;
    if (walk->queued_interesting > 0)
        return SLOP;
    if (walk->queue.entries[0].time >= last_time)
        return SLOP;
    return left - 1;
}

static enum qn_status walk_all(struct qn_ctx *ctx, struct qn_commit_walk *walk)
{
    const struct qn_walk_options *options = &walk->options;
    enum qn_status status = QN_OK;
    int64_t last_time = INT64_MAX;
    int left = SLOP;
    uint32_t row;

    while (!status && qn_commit_walk_pop(walk, &row)) {
        struct qn_commit_row *own;

        status = qn_ctx_check(ctx);
        if (status)
            break;
        own = walk_row(walk, row);
        if (options->since && !options->since_as_filter &&
            own->time < options->since)
            own->flags |= QN_WALK_UNINTERESTING;
        status = qn_commit_walk_parents(ctx, walk, row);
        if (status)
            break;
        own = walk_row(walk, row);
        if (own->flags & QN_WALK_UNINTERESTING) {
            status = qn_commit_walk_exclude(ctx, walk, row);
            left = still_to_do(walk, last_time, left);
            if (left == 0)
                break;
            continue;
        }
        last_time = own->time;
        own->flags |= WALK_LISTED;
        status = qn_commit_walk_keep(ctx, &walk->list, &walk->list_count,
                                     &walk->list_capacity, row);
    }
    return status;
}

static void drop_uninteresting(struct qn_commit_walk *walk)
{
    size_t kept = 0;
    size_t i;

    for (i = 0; i < walk->list_count; i++) {
        struct qn_commit_row *own = walk_row(walk, walk->list[i]);

        if (own->flags & QN_WALK_UNINTERESTING)
            own->flags &= ~(uint32_t)WALK_LISTED;
        else
            walk->list[kept++] = walk->list[i];
    }
    walk->list_count = kept;
}

/* The rows that --ancestry-path is about: those it was given, else the bottoms
 * of the range. */
static enum qn_status mark_asked(struct qn_ctx *ctx,
                                 struct qn_commit_walk *walk, uint32_t *flag)
{
    size_t i;

    *flag = walk->options.ancestry_count > 0 ? WALK_ASKED : QN_WALK_BOTTOM;
    for (i = 0; i < walk->options.ancestry_count; i++) {
        enum qn_status status;
        uint32_t row;

        status = qn_commit_table_put(ctx, walk->table,
                                     &walk->options.ancestry[i], &row);
        if (status)
            return status;
        walk_row(walk, row)->flags |= WALK_ASKED | WALK_ON_PATH;
    }
    return QN_OK;
}

/* Descendants of what was asked for.  Parents come late in the list, mostly:
 * going backwards settles nearly all in one round. */
static void mark_descendants(struct qn_commit_walk *walk, uint32_t flag)
{
    bool changed = true;
    size_t i;
    uint32_t j;

    while (changed) {
        changed = false;
        for (i = walk->list_count; i-- > 0;) {
            uint32_t row = walk->list[i];
            uint32_t count = walk_row(walk, row)->parent_count;

            if (walk_row(walk, row)->flags & WALK_ON_PATH)
                continue;
            for (j = 0; j < count; j++)
                if (walk_row(walk, walk_parent(walk, row, j))->flags &
                    (WALK_ON_PATH | flag)) {
                    walk_row(walk, row)->flags |= WALK_ON_PATH;
                    changed = true;
                    break;
                }
        }
    }
}

/* And ancestors of the commits given. */
static void mark_ancestors_of_asked(struct qn_commit_walk *walk)
{
    bool changed = true;
    size_t i;
    uint32_t j;

    while (changed) {
        changed = false;
        for (i = 0; i < walk->list_count; i++) {
            uint32_t row = walk->list[i];

            if (!(walk_row(walk, row)->flags & WALK_ASKED))
                continue;
            for (j = 0; j < walk_row(walk, row)->parent_count; j++) {
                struct qn_commit_row *parent =
                    walk_row(walk, walk_parent(walk, row, j));

                if (parent->flags & (WALK_ASKED | QN_WALK_UNINTERESTING))
                    continue;
                parent->flags |= WALK_ASKED | WALK_ON_PATH;
                changed = true;
            }
        }
    }
}

static enum qn_status keep_ancestry_path(struct qn_ctx *ctx,
                                         struct qn_commit_walk *walk)
{
    uint32_t flag;
    enum qn_status status = mark_asked(ctx, walk, &flag);
    size_t kept = 0;
    size_t i;

    if (status)
        return status;
    mark_descendants(walk, flag);
    if (flag == WALK_ASKED)
        mark_ancestors_of_asked(walk);
    for (i = 0; i < walk->list_count; i++) {
        struct qn_commit_row *own = walk_row(walk, walk->list[i]);

        if (own->flags & (WALK_ON_PATH | QN_WALK_BOTTOM))
            walk->list[kept++] = walk->list[i];
        else
            own->flags =
                (own->flags & ~(uint32_t)WALK_LISTED) | QN_WALK_UNINTERESTING;
    }
    walk->list_count = kept;
    return QN_OK;
}

/* Only the left, or the right, of "a...b". */
static void keep_side(struct qn_commit_walk *walk)
{
    size_t kept = 0;
    size_t i;

    for (i = 0; i < walk->list_count; i++) {
        struct qn_commit_row *own = walk_row(walk, walk->list[i]);
        bool is_left = (own->flags & QN_WALK_LEFT) != 0;

        if (is_left ? !walk->options.right_only : !walk->options.left_only)
            walk->list[kept++] = walk->list[i];
        else
            own->flags |= WALK_SHOWN;
    }
    walk->list_count = kept;
}

enum qn_status qn_commit_walk_limit(struct qn_ctx *ctx,
                                    struct qn_commit_walk *walk)
{
    const struct qn_walk_options *options = &walk->options;
    enum qn_status status = walk_all(ctx, walk);
    size_t i;

    if (status)
        return status;
    drop_uninteresting(walk);
    if (options->cherry_mark || options->cherry_pick)
        status = qn_commit_walk_find_cherries(ctx, walk);
    if (status)
        return status;
    if (options->left_only || options->right_only)
        keep_side(walk);
    if (options->ancestry_path)
        status = keep_ancestry_path(ctx, walk);
    if (status)
        return status;
    if (options->pathspec) /* the range is
                              known now: parents out of it count less */
        for (i = 0; i < walk->list_count; i++)
            if (!options->first_parent_only)
                qn_commit_walk_judge(walk, walk->list[i]);
    if (options->simplify_merges)
        status = qn_commit_walk_simplify_merges(ctx, walk);
    if (!status && options->order != QN_WALK_DEFAULT)
        status = qn_commit_walk_sort(ctx, walk, options->order);
    if (!status && options->tracks_children)
        status = qn_commit_walk_note_children(ctx, walk);
    return status;
}
