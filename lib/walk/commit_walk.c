/* SPDX-License-Identifier: MIT */
#include "walk/commit_walk.h"

#include "base/memory.h"
#include "walk/commit_walk_private.h"

#include <string.h>

enum qn_status qn_commit_walk_keep(struct qn_ctx *ctx, uint32_t **rows,
                                   size_t *count, size_t *capacity,
                                   uint32_t row)
{
    enum qn_status status =
        qn_memory_grow(ctx, rows, capacity, *count + 1, sizeof(**rows));

    if (!status)
        (*rows)[(*count)++] = row;
    return status;
}

enum qn_status qn_commit_walk_new(struct qn_ctx *ctx,
                                  const struct qn_revision_scope *scope,
                                  const struct qn_walk_options *options,
                                  struct qn_commit_walk **out)
{
    struct qn_commit_walk *walk;
    enum qn_status status;
    size_t i;

    walk = qn_memory_calloc(ctx, 1, sizeof(*walk));
    if (!walk)
        return QN_NO_MEMORY;
    walk->options = *options;
    if (options->pathspec && qn_pathspec_count(options->pathspec) == 0)
        walk->options.pathspec = NULL;
    if (options->ancestry_path)
        walk->options.full_history = true;
    if (options->simplify_by_decoration)
        walk->options.simplify_merges = true;
    if (walk->options.simplify_merges) {
        walk->options.full_history = walk->options.rewrites_parents = true;
        if (options->order == QN_WALK_DEFAULT)
            walk->options.order = QN_WALK_TOPO;
    }
    walk->odb = scope->odb;
    walk->refs = scope->refs;
    walk->repo = scope->repo;
    status = qn_commit_table_new(ctx, scope, &walk->table);
    for (i = 0; i < options->shallow_count && !status; i++)
        status =
            qn_commit_table_add_shallow(ctx, walk->table, &options->shallow[i]);
    if (!status)
        status = qn_commit_walk_make_keys(ctx, walk);
    if (!status && walk->options.pathspec)
        status = qn_path_values_new(ctx, walk->odb, walk->options.pathspec,
                                    &walk->values);
    qn_id_map_init(&walk->decorated, qn_odb_algorithm(scope->odb));
    if (!status && options->simplify_by_decoration)
        status = qn_commit_walk_find_decorated(ctx, walk, scope);
    if (status)
        qn_commit_walk_free(walk);
    else
        *out = walk;
    return status;
}

void qn_commit_walk_free(struct qn_commit_walk *walk)
{
    size_t i;

    if (!walk)
        return;
    for (i = 0; i < walk->tip_count; i++)
        qn_memory_free(walk->tips[i].name);
    qn_memory_free(walk->tips);
    qn_commit_queue_dispose(&walk->queue);
    qn_memory_free(walk->list);
    qn_memory_free(walk->boundary);
    qn_memory_free(walk->edges);
    qn_memory_free(walk->children);
    qn_memory_free(walk->first_child);
    qn_memory_free(walk->parents);
    qn_memory_free(walk->keys);
    qn_memory_free(walk->key_ends);
    qn_memory_free(walk->stack);
    qn_diff_list_dispose(&walk->diff);
    qn_path_values_free(walk->values);
    qn_id_map_dispose(&walk->decorated);
    qn_commit_walk_drop_reflogs(walk);
    qn_commit_table_free(walk->table);
    qn_memory_free(walk);
}

/* One that is not there. */
static enum qn_status ignore(struct qn_ctx *ctx, struct qn_commit_walk *walk,
                             uint32_t row)
{
    struct qn_id id;

    qn_ctx_clear(ctx);
    if (!walk->options.missing)
        return QN_OK;
    qn_commit_table_id(walk->table, row, &id);
    return walk->options.missing(ctx, walk->options.missing_data, &id);
}

enum qn_status qn_commit_walk_add(struct qn_ctx *ctx,
                                  struct qn_commit_walk *walk,
                                  const struct qn_id *commit, unsigned flags,
                                  const char *name)
{
    struct walk_tip tip = {0, flags, NULL};
    const unsigned known = WALK_TIP | flags;
    struct qn_commit_row *own;
    enum qn_status status;

    status = qn_commit_table_put(ctx, walk->table, commit, &tip.row);
    if (!status)
        status = qn_commit_table_load(ctx, walk->table, tip.row);
    if (status == QN_NOT_FOUND && walk->options.ignores_missing)
        return ignore(ctx, walk, tip.row);
    if (status)
        return status;
    own = walk_row(walk, tip.row);
    if ((own->flags & known) == known && (own->source || !name))
        return QN_OK; /* nothing new is said of it */
    status = qn_memory_grow(ctx, &walk->tips, &walk->tip_capacity,
                            walk->tip_count + 1, sizeof(tip));
    if (!status && name && !own->source) {
        tip.name = qn_memory_string(ctx, qn_bytes_from_string(name));
        if (!tip.name)
            status = QN_NO_MEMORY;
    }
    if (status)
        return status;
    own->flags |= known;
    if (flags & QN_WALK_UNINTERESTING)
        walk->has_uninteresting = true;
    if (!own->source && name)
        own->source = (uint32_t)walk->tip_count + 1;
    walk->tips[walk->tip_count++] = tip;
    return QN_OK;
}

enum qn_status qn_commit_walk_push(struct qn_ctx *ctx,
                                   struct qn_commit_walk *walk, uint32_t row)
{
    struct qn_commit_row *own = walk_row(walk, row);

    own->flags |= WALK_SEEN | WALK_QUEUED;
    if (!(own->flags & QN_WALK_UNINTERESTING))
        walk->queued_interesting++;
    return qn_commit_queue_push(ctx, &walk->queue, 0, own->time, row);
}

bool qn_commit_walk_pop(struct qn_commit_walk *walk, uint32_t *row)
{
    struct qn_commit_row *own;

    if (!qn_commit_queue_pop(&walk->queue, row))
        return false;
    own = walk_row(walk, *row);
    own->flags &= ~(uint32_t)WALK_QUEUED;
    if (!(own->flags & QN_WALK_UNINTERESTING))
        walk->queued_interesting--;
    return true;
}

static void set_uninteresting(struct qn_commit_walk *walk, uint32_t row)
{
    struct qn_commit_row *own = walk_row(walk, row);

    if ((own->flags & (WALK_QUEUED | QN_WALK_UNINTERESTING)) == WALK_QUEUED)
        walk->queued_interesting--;
    own->flags |= QN_WALK_UNINTERESTING;
}

enum qn_status qn_commit_walk_exclude(struct qn_ctx *ctx,
                                      struct qn_commit_walk *walk, uint32_t row)
{
    enum qn_status status;

    walk->stack_count = 0;
    status = qn_commit_walk_keep(ctx, &walk->stack, &walk->stack_count,
                                 &walk->stack_capacity, row);
    while (!status && walk->stack_count > 0) {
        uint32_t count;
        uint32_t i;

        row = walk->stack[--walk->stack_count];
        count = walk_row(walk, row)->parent_count;
        if (walk->options.exclude_first_parent_only && count > 1)
            count = 1;
        for (i = 0; i < count && !status; i++) {
            uint32_t parent = walk_parent(walk, row, i);

            if (walk_row(walk, parent)->flags & QN_WALK_UNINTERESTING)
                continue;
            set_uninteresting(walk, parent);
            if (walk_row(walk, parent)->parent_count > 0)
                status =
                    qn_commit_walk_keep(ctx, &walk->stack, &walk->stack_count,
                                        &walk->stack_capacity, parent);
        }
    }
    return status;
}

static bool simplifies(const struct qn_walk_options *options)
{
    return options->pathspec || options->simplify_by_decoration;
}

/* Parents of what is left out are left out; those not here do not matter. */
static enum qn_status exclude_parents(struct qn_ctx *ctx,
                                      struct qn_commit_walk *walk, uint32_t row)
{
    uint32_t count = walk_row(walk, row)->parent_count;
    uint32_t i;

    if (walk->options.exclude_first_parent_only && count > 1)
        count = 1;
    for (i = 0; i < count; i++) {
        uint32_t parent = walk_parent(walk, row, i);
        enum qn_status status = qn_commit_table_load(ctx, walk->table, parent);

        if (status == QN_NOT_FOUND) {
            qn_ctx_clear(ctx);
            walk_row(walk, parent)->flags |= QN_WALK_UNINTERESTING | WALK_SEEN;
            continue;
        }
        if (status)
            return status;
        if (!(walk_row(walk, parent)->flags & QN_WALK_UNINTERESTING)) {
            set_uninteresting(walk, parent);
            status = qn_commit_walk_exclude(ctx, walk, parent);
        }
        if (!status && !(walk_row(walk, parent)->flags & WALK_SEEN))
            status = qn_commit_walk_push(ctx, walk, parent);
        if (status)
            return status;
    }
    return QN_OK;
}

enum qn_status qn_commit_walk_parents(struct qn_ctx *ctx,
                                      struct qn_commit_walk *walk, uint32_t row)
{
    struct qn_commit_row *own = walk_row(walk, row);
    enum qn_status status = QN_OK;
    uint32_t count;
    uint32_t i;

    if (own->flags & WALK_ADDED)
        return QN_OK;
    own->flags |= WALK_ADDED;
    if (own->flags & QN_WALK_UNINTERESTING)
        return exclude_parents(ctx, walk, row);
    if (simplifies(&walk->options)) {
        status = qn_commit_walk_compare(ctx, walk, row);
        if (status)
            return status;
    }
    own = walk_row(walk, row);
    count = own->parent_count;
    if (walk->options.first_parent_only && count > 1)
        count = 1;
    for (i = 0; i < count && !status; i++) {
        uint32_t parent = walk_parent(walk, row, i);
        struct qn_commit_row *other;

        status = qn_commit_table_load(ctx, walk->table, parent);
        if (status == QN_NOT_FOUND && walk->options.ignores_missing) {
            status = ignore(ctx, walk, parent);
            continue;
        }
        if (status == QN_NOT_FOUND) {
            char hex[QN_ID_MAX_HEX_SIZE + 1];
            struct qn_id id;

            qn_ctx_report(ctx, QN_REPORT_ERROR, "odb.not-found",
                          "Could not read %s", qn_ctx_subject(ctx));
            qn_commit_table_id(walk->table, row, &id);
            return qn_ctx_fail_reason(ctx, QN_NOT_FOUND, "walk.missing-parent",
                                      qn_id_to_hex(&id, hex),
                                      "Failed to traverse parents of commit %s",
                                      hex);
        }
        if (status)
            break;
        own = walk_row(walk, row);
        other = walk_row(walk, parent);
        other->flags |= own->flags & QN_WALK_LEFT;
        if (!other->source)
            other->source = own->source;
        if (!(other->flags & WALK_SEEN))
            status = qn_commit_walk_push(ctx, walk, parent);
    }
    return status;
}

/* Tips into the queue; limited walks are done here. */
static enum qn_status start(struct qn_ctx *ctx, struct qn_commit_walk *walk)
{
    struct qn_walk_options *options = &walk->options;
    enum qn_status status = QN_OK;
    size_t i;

    walk->is_prepared = true;
    if (walk->has_uninteresting) /* a range is walked */
        options->no_walk = false;
    if (options->walks_reflogs && options->is_reversed)
        return qn_ctx_fail(ctx, QN_INVALID,
                           "options '--reverse' and '--walk-reflogs' cannot "
                           "be used together");
    if (options->walks_reflogs &&
        (options->ancestry_path || options->simplify_merges ||
         options->tracks_children))
        return qn_ctx_fail(ctx, QN_INVALID,
                           "cannot combine --walk-reflogs with "
                           "history-limiting options");
    walk->is_limited =
        !options->no_walk &&
        (walk->has_uninteresting || options->order != QN_WALK_DEFAULT ||
         options->ancestry_path || options->simplify_merges ||
         options->tracks_children || options->left_only ||
         options->right_only || options->cherry_mark || options->cherry_pick);
    for (i = 0; i < walk->tip_count && !status; i++) {
        uint32_t row = walk->tips[i].row;

        if (walk_row(walk, row)->flags & WALK_SEEN)
            continue;
        if (options->no_walk && options->no_walk_unsorted) {
            walk_row(walk, row)->flags |= WALK_SEEN;
            status = qn_commit_walk_keep(ctx, &walk->list, &walk->list_count,
                                         &walk->list_capacity, row);
        } else {
            status = qn_commit_walk_push(ctx, walk, row);
        }
    }
    if (!status && walk->is_limited)
        status = qn_commit_walk_limit(ctx, walk);
    if (!status && options->is_reversed && walk->has_uninteresting)
        status = qn_commit_walk_note_edges(ctx, walk);
    return status;
}

/* The next commit in order, before anything is asked of it. */
static enum qn_status next_in_order(struct qn_ctx *ctx,
                                    struct qn_commit_walk *walk, uint32_t *row)
{
    const struct qn_walk_options *options = &walk->options;

    if (options->walks_reflogs)
        return qn_commit_walk_next_reflog(ctx, walk, row);
    if (walk->is_limited || (options->no_walk && options->no_walk_unsorted)) {
        if (walk->list_next == walk->list_count)
            return QN_END;
        *row = walk->list[walk->list_next++];
        return QN_OK;
    }
    while (qn_commit_walk_pop(walk, row)) {
        if (options->no_walk)
            return QN_OK;
        if (options->since && !options->since_as_filter &&
            walk_row(walk, *row)->time < options->since)
            continue;
        return qn_commit_walk_parents(ctx, walk, *row);
    }
    return QN_END;
}

/* With parents rewritten, is a commit that changes nothing worth showing? Only
 * where lines of history meet. */
static bool joins_histories(struct qn_commit_walk *walk, uint32_t row)
{
    const struct qn_commit_row *own = walk_row(walk, row);
    uint32_t relevant = 0;
    uint32_t i;

    for (i = 0; i < own->parent_count; i++)
        relevant += walk_is_relevant(walk, walk_parent(walk, row, i));
    return relevant >= 2;
}

/* --unpacked: in no pack. */
static enum qn_status is_unpacked(struct qn_ctx *ctx,
                                  struct qn_commit_walk *walk, uint32_t row,
                                  bool *keep)
{
    struct qn_odb_info info;
    struct qn_id id;
    enum qn_status status;

    qn_commit_table_id(walk->table, row, &id);
    status =
        qn_odb_read_info(ctx, walk->odb, &id, QN_ODB_WANT_DISK_SIZE, &info);
    *keep = !status && !info.is_packed;
    return status;
}

static enum qn_status is_wanted(struct qn_ctx *ctx, struct qn_commit_walk *walk,
                                uint32_t row, bool *wanted)
{
    const struct qn_walk_options *options = &walk->options;
    const struct qn_commit_row *own = walk_row(walk, row);
    int64_t parents = own->parent_count;
    int64_t time = own->time;
    enum qn_status status = QN_OK;
    bool keep = true;
    struct qn_id id;

    *wanted = false;
    if (own->flags & (WALK_SHOWN | QN_WALK_UNINTERESTING))
        return QN_OK;
    if (walk->reflog_row)
        time = walk->reflog_row->entry.seconds;
    if (options->until && time > options->until)
        return QN_OK;
    if (options->since && (options->since_as_filter || walk->reflog_row) &&
        time < options->since)
        return QN_OK;
    if (options->since_as_filter && time < options->since_as_filter)
        return QN_OK;
    if (options->min_parents > 0 && parents < options->min_parents)
        return QN_OK;
    if (options->max_parents >= 0 && parents > options->max_parents)
        return QN_OK;
    if ((options->merges_only && parents < 2) ||
        (options->no_merges && parents > 1))
        return QN_OK;
    if (options->filter_reflog && walk->reflog_row) {
        status = options->filter_reflog(ctx, options->filter_data,
                                        walk->reflog_row->entry.message, &keep);
        if (status || !keep)
            return status;
    }
    if (options->unpacked_only) {
        status = is_unpacked(ctx, walk, row, &keep);
        if (status || !keep)
            return status;
        own = walk_row(walk, row);
    }
    if (options->filter) {
        qn_commit_table_id(walk->table, row, &id);
        status = options->filter(ctx, options->filter_data, &id, &keep);
        if (status || !keep)
            return status;
        own = walk_row(walk, row);
    }
    if (simplifies(options) && !options->dense_off && !options->no_walk &&
        (own->flags & (QN_WALK_TREESAME | WALK_PULL)) == QN_WALK_TREESAME &&
        !(options->rewrites_parents && joins_histories(walk, row)))
        return QN_OK;
    if (options->rewrites_parents && simplifies(options) &&
        !options->dense_off && !options->no_walk) {
        status = qn_commit_walk_rewrite(ctx, walk, row);
        if (status)
            return status;
    }
    *wanted = true;
    return QN_OK;
}

static enum qn_status fill_commit(struct qn_ctx *ctx,
                                  struct qn_commit_walk *walk, uint32_t row,
                                  struct qn_walk_commit *out)
{
    uint32_t count = walk_row(walk, row)->parent_count;
    const struct qn_commit_row *own;
    enum qn_status status =
        qn_memory_grow(ctx, &walk->parents, &walk->parent_capacity,
                       (size_t)count + 1, sizeof(*walk->parents));
    uint32_t i;

    if (status)
        return status;
    own = walk_row(walk, row);
    qn_commit_table_id(walk->table, row, &out->id);
    if (walk->options.gives_ids_only) {
        count = 0;
        qn_id_clear(&out->tree, out->id.algorithm);
    } else if (walk->proves_trees) {
        status = qn_commit_table_sound_tree(ctx, walk->table, row, &out->tree);
        if (status)
            return status;
        own = walk_row(walk, row);
    } else {
        qn_commit_table_tree(walk->table, row, &out->tree);
    }
    for (i = 0; i < count; i++)
        qn_commit_table_id(walk->table, walk_parent(walk, row, i),
                           &walk->parents[i]);
    out->flags = own->flags & 0xff;
    out->parents = walk->parents;
    out->parent_count = count;
    out->time = own->time;
    out->position = row;
    out->reflog = walk->reflog_row ? &walk->reflog_row->entry : NULL;
    out->source = own->source ? walk->tips[own->source - 1].name : NULL;
    return QN_OK;
}

static enum qn_status note_boundary(struct qn_ctx *ctx,
                                    struct qn_commit_walk *walk, uint32_t row)
{
    enum qn_status status = QN_OK;
    uint32_t count = walk_row(walk, row)->parent_count;
    uint32_t i;

    for (i = 0; i < count && !status; i++) {
        uint32_t parent = walk_parent(walk, row, i);
        struct qn_commit_row *own = walk_row(walk, parent);

        if (own->flags & (WALK_CHILD_SHOWN | WALK_SHOWN))
            continue;
        own->flags |= WALK_CHILD_SHOWN;
        status =
            qn_commit_walk_keep(ctx, &walk->boundary, &walk->boundary_count,
                                &walk->boundary_capacity, parent);
    }
    return status;
}

/* The commit shown next, without boundaries and without --reverse. */
static enum qn_status next_shown(struct qn_ctx *ctx,
                                 struct qn_commit_walk *walk, uint32_t *row)
{
    const struct qn_walk_options *options = &walk->options;
    enum qn_status status = QN_OK;
    bool wanted = false;

    if (options->max_count >= 0 && !options->max_count_is_oldest &&
        walk->given >= options->max_count)
        return QN_END;
    while (!status) {
        status = qn_ctx_check(ctx);
        if (!status)
            status = next_in_order(ctx, walk, row);
        if (!status)
            status = is_wanted(ctx, walk, *row, &wanted);
        if (status || !wanted)
            continue;
        if (walk->skipped < options->skip) {
            walk->skipped++;
            continue;
        }
        break;
    }
    if (status)
        return status;
    walk->given++;
    walk_row(walk, *row)->flags |= WALK_SHOWN;
    if (options->shows_boundary)
        status = note_boundary(ctx, walk, *row);
    return status;
}

static void reverse_rows(uint32_t *rows, size_t count)
{
    size_t i;

    for (i = 0; i < count / 2; i++) {
        uint32_t row = rows[i];

        rows[i] = rows[count - 1 - i];
        rows[count - 1 - i] = row;
    }
}

/* Parents of what was shown that were not shown themselves, children first. */
static enum qn_status make_boundary(struct qn_ctx *ctx,
                                    struct qn_commit_walk *walk)
{
    enum qn_status status = QN_OK;
    size_t kept = 0;
    size_t i;

    walk->is_reading_boundary = true;
    walk->list_count = 0;
    reverse_rows(walk->boundary, walk->boundary_count); /* as Git has them */
    for (i = 0; i < walk->boundary_count && !status; i++) {
        uint32_t row = walk->boundary[i];
        struct qn_commit_row *own = walk_row(walk, row);
        bool was_loaded = own->state == QN_COMMIT_LOADED;

        if (own->flags & WALK_SHOWN)
            continue;
        own->flags |= QN_WALK_BOUNDARY | WALK_SHOWN;
        status = qn_commit_table_load(ctx, walk->table, row);
        if (!status && !was_loaded) /* nobody looked further */
            walk_row(walk, row)->parent_count = 0;
        if (status == QN_NOT_FOUND) {
            qn_ctx_clear(ctx);
            status = QN_OK;
            continue;
        }
        walk->boundary[kept++] = row;
        if (!status)
            status = qn_commit_walk_keep(ctx, &walk->list, &walk->list_count,
                                         &walk->list_capacity, row);
    }
    walk->boundary_count = kept;
    if (!status)
        status = qn_commit_walk_sort(ctx, walk,
                                     walk->options.order == QN_WALK_DEFAULT
                                         ? QN_WALK_TOPO
                                         : walk->options.order);
    if (!status && kept > 0)
        memcpy(walk->boundary, walk->list, kept * sizeof(*walk->list));
    return status;
}

enum qn_status qn_commit_walk_next_row(struct qn_ctx *ctx,
                                       struct qn_commit_walk *walk,
                                       uint32_t *row)
{
    enum qn_status status;

    if (!walk->is_reading_boundary) {
        status = next_shown(ctx, walk, row);
        if (status != QN_END || !walk->options.shows_boundary)
            return status;
        status = make_boundary(ctx, walk);
        if (status)
            return status;
    }
    if (walk->boundary_next == walk->boundary_count)
        return QN_END;
    *row = walk->boundary[walk->boundary_next++];
    return QN_OK;
}

/* --max-count-oldest: drop all but the last ones. */
static size_t keep_oldest(const struct qn_commit_walk *walk, uint32_t *rows,
                          size_t count)
{
    size_t most = (size_t)walk->options.max_count;

    if (walk->options.max_count < 0 || count <= most)
        return count;
    memmove(rows, rows + (count - most), most * sizeof(*rows));
    return most;
}

/* --maximal-only: what is a parent, near or far, of another is dropped. */
static enum qn_status keep_maximal(struct qn_ctx *ctx,
                                   struct qn_commit_walk *walk, uint32_t *rows,
                                   size_t *count)
{
    size_t kept = 0;
    size_t i;

    (void)ctx;
    for (i = 0; i < *count; i++) { /* parents of all that was walked */
        uint32_t parents = walk_row(walk, rows[i])->parent_count;
        uint32_t j;

        for (j = 0; j < parents; j++)
            walk_row(walk, walk_parent(walk, rows[i], j))->flags |=
                WALK_CHILD_SHOWN;
    }
    for (i = 0; i < *count; i++)
        if (!(walk_row(walk, rows[i])->flags & WALK_CHILD_SHOWN))
            rows[kept++] = rows[i];
    *count = kept;
    return QN_OK;
}

/* --reverse and kin: all of the output first, then what is to be done. */
static enum qn_status collect_reverse(struct qn_ctx *ctx,
                                      struct qn_commit_walk *walk)
{
    uint32_t *rows = NULL;
    size_t count = 0;
    size_t capacity = 0;
    enum qn_status status;
    uint32_t row;

    while (!(status = qn_commit_walk_next_row(ctx, walk, &row))) {
        status = qn_commit_walk_keep(ctx, &rows, &count, &capacity, row);
        if (status)
            break;
    }
    if (status != QN_END) {
        qn_memory_free(rows);
        return status;
    }
    if (walk->options.maximal_only)
        status = keep_maximal(ctx, walk, rows, &count);
    if (walk->options.max_count_is_oldest)
        count = keep_oldest(walk, rows, count);
    if (walk->options.is_reversed)
        reverse_rows(rows, count);
    qn_memory_free(walk->boundary);
    walk->boundary = rows;
    walk->boundary_count = count;
    walk->boundary_capacity = capacity;
    walk->boundary_next = 0;
    walk->is_reading_boundary = true;
    return QN_OK;
}

/* All of a range is known: better to see now that the graph is wrong than when
 * some of it was given out. */
static enum qn_status check_list(struct qn_ctx *ctx,
                                 struct qn_commit_walk *walk)
{
    enum qn_status status = QN_OK;
    bool is_sound = true;
    size_t i;

    if (!walk->table->graph)
        return QN_OK;
    for (i = 0; i < walk->list_count && !status && is_sound; i++)
        status =
            qn_commit_table_check(ctx, walk->table, walk->list[i], &is_sound);
    walk->proves_commits = false;
    return is_sound ? status
                    : qn_ctx_fail(ctx, QN_NOT_FOUND,
                                  "commit-graph names what is not "
                                  "there");
}

static enum qn_status prepare(struct qn_ctx *ctx, struct qn_commit_walk *walk)
{
    enum qn_status status = QN_OK;

    if (walk->is_prepared)
        return QN_OK;
    status = start(ctx, walk);
    if (!status && walk->proves_commits && walk->is_limited)
        status = check_list(ctx, walk);
    if (!status &&
        (walk->options.is_reversed || walk->options.max_count_is_oldest ||
         walk->options.maximal_only))
        status = collect_reverse(ctx, walk);
    return status;
}

/* Something that the graph names is not there.  Not so where the walk has read
 * of it in an object. */
static bool is_astray(const struct qn_ctx *ctx,
                      const struct qn_commit_walk *walk, enum qn_status status)
{
    return status == QN_NOT_FOUND && walk->table->graph &&
           walk->reflog_count == 0 &&
           strcmp(qn_ctx_reason(ctx), "walk.missing-parent") != 0;
}

enum qn_status qn_commit_walk_prepare(struct qn_ctx *ctx,
                                      struct qn_commit_walk *walk)
{
    enum qn_status status = prepare(ctx, walk);

    return QN_UNLIKELY(is_astray(ctx, walk, status))
               ? qn_commit_walk_restart(ctx, walk)
               : status;
}

static enum qn_status next_row(struct qn_ctx *ctx, struct qn_commit_walk *walk,
                               uint32_t *row)
{
    bool is_sound = true;
    enum qn_status status = qn_commit_walk_next_row(ctx, walk, row);

    if (!status && walk->proves_commits)
        status = qn_commit_table_check(ctx, walk->table, *row, &is_sound);
    if (QN_UNLIKELY(!is_sound || is_astray(ctx, walk, status))) {
        status = qn_commit_walk_restart(ctx, walk);
        if (!status)
            status = qn_commit_walk_next_row(ctx, walk, row);
    }
    while (walk->is_restarted && !status &&
           walk_row(walk, *row)->flags & WALK_GIVEN)
        status = qn_commit_walk_next_row(ctx, walk, row);
    return status;
}

enum qn_status qn_commit_walk_next(struct qn_ctx *ctx,
                                   struct qn_commit_walk *walk,
                                   struct qn_walk_commit *out)
{
    enum qn_status status = qn_commit_walk_prepare(ctx, walk);
    uint32_t row;

    if (!status)
        status = next_row(ctx, walk, &row);
    if (!status)
        status = fill_commit(ctx, walk, row, out);
    if (!status)
        walk_row(walk, row)->flags |= WALK_GIVEN;
    return status;
}

void qn_commit_walk_prove(struct qn_commit_walk *walk, bool reads_trees)
{
    walk->proves_commits = walk->reflog_count == 0;
    walk->proves_trees = reads_trees;
}

enum qn_status qn_commit_walk_keep_bytes(struct qn_ctx *ctx,
                                         struct qn_commit_walk *walk)
{
    qn_commit_walk_prove(walk, false);
    return qn_commit_table_keep(ctx, walk->table);
}

bool qn_commit_walk_bytes(const struct qn_commit_walk *walk, uint32_t position,
                          struct qn_bytes *out)
{
    return qn_commit_table_kept(walk->table, position, out);
}
