/* SPDX-License-Identifier: MIT */
#include "operation/op_log.h"

#include "base/memory.h"
#include "diff/patch.h"
#include "operation/op_log_ahead.h"
#include "operation/op_log_diff.h"
#include "operation/op_log_entry.h"
#include "operation/part/line_log.h"
#include "operation/part/log_follow.h"
#include "operation/part/log_graph.h"
#include "operation/part/log_remerge.h"
#include "os/parallel.h"

#define BATCH_TEXT 64 /* commits a slot holds when only text is wanted */
#define BATCH_DIFF 4
/* What is promised is fetched for a batch at once: the first one is small, so
 * that the first text comes soon; each is twice the one before. */
#define BATCH_PROMISED 128
#define SLOTS_PROMISED 2 /* not far ahead of who reads: it costs a request */

struct log {
    const struct qn_revision_scope *scope;
    struct qn_commit_walk *walk;
    const struct qn_op_log_options *options;
    size_t room;   /* commits a slot can hold */
    size_t batch;  /* and that the next one will */
    bool is_ahead; /* what they need is fetched first */
    struct qn_op_log_worker
        scout; /* reads for `ahead`, on the caller's thread */
    struct qn_op_log_ahead ahead;
    bool is_done;
    bool is_first;
    uint64_t shown;
    struct qn_log_graph *graph; /* --graph, or NULL */
    size_t next_row;            /* of the graph: to be produced */
    size_t drawn;               /* and to be drawn */
    struct qn_buf drawing;
    struct qn_buf prefixed;
    bool is_in_line; /* the last byte written was not a newline */
    struct qn_log_follow *follow;
    struct qn_line_log *lines;
    const struct qn_line_log_row *rows; /* -L: all that will be shown */
    size_t row_count;
    size_t row_at;
    struct qn_object object;
    struct qn_op_log_result result;
    struct qn_id *awaited; /* --show-linear-break: parents of the last one */
    size_t awaited_count, awaited_capacity;
    bool has_last;
};

static enum qn_status worker_init(struct qn_ctx *ctx, void *shared, void *state)
{
    const struct log *log = shared;
    struct qn_op_log_worker *worker = state;
    enum qn_status status;

    worker->scope = log->scope;
    status = qn_odb_fork(ctx, log->scope->odb, &worker->odb);
    if (!status)
        status = qn_pretty_new(ctx, worker->odb, log->options->pretty,
                               &worker->pretty);
    if (!status && log->options->diff)
        status = qn_patch_new(ctx, log->scope->repo, worker->odb,
                              log->options->diff, NULL, &worker->patch);
    return status;
}

static void worker_dispose(void *shared, void *state)
{
    struct qn_op_log_worker *worker = state;

    (void)shared;
    qn_patch_free(worker->patch);
    qn_log_remerge_free(worker->remerge);
    qn_pretty_free(worker->pretty);
    qn_object_dispose(&worker->commit);
    qn_object_dispose(&worker->parent);
    qn_buf_dispose(&worker->selector);
    qn_buf_dispose(&worker->short_selector);
    qn_memory_free(worker->trees);
    qn_odb_free(worker->odb);
}

static enum qn_status slot_init(struct qn_ctx *ctx, void *shared, void *data)
{
    const struct log *log = shared;
    struct qn_op_log_slot *slot = data;

    slot->entries = qn_memory_calloc(ctx, log->room, sizeof(*slot->entries));
    return slot->entries ? QN_OK : QN_NO_MEMORY;
}

static void slot_dispose(void *shared, void *data)
{
    struct qn_op_log_slot *slot = data;

    (void)shared;
    qn_memory_free(slot->entries);
    qn_memory_free(slot->parents);
    qn_buf_dispose(&slot->bytes);
    qn_buf_dispose(&slot->text);
    qn_buf_dispose(&slot->message);
}

/* Keep a failure until what is before it was written. */
static enum qn_status hold_failure(struct qn_ctx *ctx,
                                   struct qn_op_log_slot *slot,
                                   enum qn_status status)
{
    if (status != QN_CORRUPT && status != QN_NOT_FOUND && status != QN_PROMISED)
        return status;
    qn_buf_clear(&slot->message);
    if (qn_buf_append_string(ctx, &slot->message, qn_ctx_message(ctx)))
        return QN_NO_MEMORY;
    slot->failure = status;
    qn_ctx_clear(ctx);
    return QN_OK;
}

/* -L: the number of the i-th entry's row. */
static size_t row_number(const struct log *log, size_t i)
{
    return log->options->reverses_rows ? log->row_count - 1 - i : i;
}

static enum qn_status next_row(struct qn_ctx *ctx, void *data,
                               struct qn_walk_commit *out)
{
    struct log *log = data;

    (void)ctx;
    if (log->row_at >= log->row_count)
        return QN_END;
    *out = log->rows[row_number(log, log->row_at++)].commit;
    return QN_OK;
}

/* From the walk, or from what the graph has collected of it. */
static enum qn_status next_commit(struct qn_ctx *ctx, struct log *log,
                                  struct qn_walk_commit *out)
{
    const struct qn_log_graph_row *row;
    const struct qn_id *parents;
    size_t i = log->next_row;

    if (!log->graph && log->lines) {
        log->next_row++;
        return next_row(ctx, log, out);
    }
    if (!log->graph)
        return qn_commit_walk_next(ctx, log->walk, out);
    if (log->options->max_count >= 0 &&
        i >= (uint64_t)log->options->max_count && !log->options->needs_diff)
        return QN_END;
    if (!qn_log_graph_at(log->graph, i, &row, &parents))
        return QN_END;
    log->next_row++;
    memset(out, 0, sizeof(*out));
    out->id = row->id;
    out->flags = row->flags;
    out->source = row->source;
    out->parents = parents;
    out->parent_count = row->parent_count;
    return QN_OK;
}

static enum qn_status take_bytes(struct qn_ctx *ctx, const struct log *log,
                                 uint32_t position, struct qn_op_log_slot *slot,
                                 struct qn_op_log_entry *entry)
{
    struct qn_bytes bytes;

    if (log->graph || log->lines ||
        !qn_commit_walk_bytes(log->walk, position, &bytes))
        return QN_OK;
    entry->bytes_start = slot->bytes.size;
    entry->bytes_size = bytes.size;
    return qn_buf_append_bytes(ctx, &slot->bytes, bytes);
}

/* --children. */
static enum qn_status take_children(struct qn_ctx *ctx, struct log *log,
                                    uint32_t position,
                                    struct qn_op_log_slot *slot,
                                    struct qn_op_log_entry *entry)
{
    const struct qn_id *children;
    size_t count;
    enum qn_status status;

    if (log->graph || !log->options->shows_children)
        return QN_OK;
    status =
        qn_commit_walk_children(ctx, log->walk, position, &children, &count);
    if (status || count == 0)
        return status;
    status = qn_memory_grow(ctx, &slot->parents, &slot->parent_capacity,
                            slot->parent_count + count, sizeof(*slot->parents));
    if (status)
        return status;
    memcpy(slot->parents + slot->parent_count, children,
           count * sizeof(*children));
    entry->child_start = slot->parent_count;
    entry->child_count = count;
    slot->parent_count += count;
    return QN_OK;
}

static enum qn_status tree_of_commit(struct qn_ctx *ctx, struct qn_odb *odb,
                                     struct qn_object *object,
                                     const struct qn_id *id, struct qn_id *tree,
                                     uint32_t *parent_count,
                                     struct qn_id *parent)
{
    struct qn_commit commit;
    enum qn_status status =
        qn_odb_read_typed(ctx, odb, id, QN_OBJECT_COMMIT, object);

    if (!status)
        status = qn_commit_parse(ctx, qn_object_bytes(object), id->algorithm,
                                 &commit);
    if (status)
        return status;
    *tree = commit.tree;
    if (parent_count)
        *parent_count = commit.parent_count;
    if (parent && commit.parent_count)
        qn_commit_parent(&commit, 0, parent);
    return QN_OK;
}

/* --follow: what the commit did to the path, in the order of the walk. */
static enum qn_status follow_entry(struct qn_ctx *ctx, struct log *log,
                                   const struct qn_walk_commit *commit,
                                   struct qn_op_log_entry *entry)
{
    struct qn_id trees[2];
    struct qn_id parent;
    uint32_t count;
    enum qn_status status =
        tree_of_commit(ctx, log->scope->odb, &log->object, &commit->id,
                       &trees[1], &count, &parent);

    entry->is_hidden = true;
    if (status || (count > 1 && log->options->merges == QN_OP_LOG_MERGES_OFF))
        return status;
    if (count)
        status = tree_of_commit(ctx, log->scope->odb, &log->object, &parent,
                                &trees[0], NULL, NULL);
    if (!status)
        status =
            qn_log_follow_step(ctx, log->follow, count ? &trees[0] : NULL,
                               &trees[1], &entry->pair, &entry->is_followed);
    entry->is_hidden = !entry->is_followed;
    return status;
}

/* Does the text depend on how wide the drawing is? */
static bool measures_graph(const struct qn_op_log_options *options)
{
    return options->diff && (options->diff->formats & QN_DIFF_FORMAT_STAT);
}

static enum qn_status produce_batch(struct qn_ctx *ctx, struct log *log,
                                    struct qn_op_log_slot *slot)
{
    slot->count = slot->parent_count = 0;
    slot->failure = QN_OK;
    qn_buf_clear(&slot->bytes);
    qn_buf_clear(&slot->text);
    while (slot->count < log->batch && !log->is_done) {
        struct qn_op_log_entry *entry = &slot->entries[slot->count];
        struct qn_walk_commit commit;
        enum qn_status status = next_commit(ctx, log, &commit);

        if (status == QN_END) {
            log->is_done = true;
            break;
        }
        if (status && slot->count) {
            log->is_done = true;
            return hold_failure(ctx, slot, status);
        }
        if (status)
            return status;
        memset(entry, 0, sizeof(*entry));
        entry->id = commit.id;
        entry->flags = commit.flags;
        entry->source = commit.source;
        entry->reflog = commit.reflog;
        entry->parent_start = slot->parent_count;
        entry->parent_count = commit.parent_count;
        status = take_bytes(ctx, log, commit.position, slot, entry);
        if (status)
            return status;
        if (commit.parent_count > 0) {
            status = qn_memory_grow(ctx, &slot->parents, &slot->parent_capacity,
                                    slot->parent_count + commit.parent_count,
                                    sizeof(*slot->parents));
            if (status)
                return status;
            memcpy(slot->parents + slot->parent_count, commit.parents,
                   commit.parent_count * sizeof(*slot->parents));
            slot->parent_count += commit.parent_count;
        }
        status = take_children(ctx, log, commit.position, slot, entry);
        if (!status && log->follow)
            status = follow_entry(ctx, log, &commit, entry);
        if (!status && log->lines) {
            const struct qn_line_log_row *row =
                &log->rows[row_number(log, log->next_row - 1)];

            entry->is_ranged = true;
            entry->files = row->files;
            entry->file_count = row->count;
        }
        if (!status && log->graph && measures_graph(log->options))
            status = qn_log_graph_width(ctx, log->graph, log->next_row - 1,
                                        &entry->graph_width);
        if (status)
            return status;
        slot->count++;
    }
    if (log->is_ahead && log->batch < log->room)
        log->batch *= 2;
    return slot->count > 0 ? QN_OK : QN_END;
}

/* What the slot's differences need comes in one request.  On the caller's
 * thread: who asks first is told first, and nobody asks again once it failed.
 * Then only the commits that have all they need are shown. */
static enum qn_status fetch_ahead(struct qn_ctx *ctx, struct log *log,
                                  struct qn_op_log_slot *slot)
{
    const struct qn_op_log_options *options = log->options;
    enum qn_status status = QN_OK;
    size_t sound = slot->count;
    size_t i;

    qn_op_log_ahead_reset(&log->ahead);
    for (i = 0; i < slot->count && !status; i++) {
        const struct qn_op_log_entry *entry = &slot->entries[i];
        const struct qn_id *parents = NULL;
        struct qn_commit commit;
        size_t count = 0;
        bool is_shown = !entry->is_hidden && !entry->is_ranged;

        if (is_shown)
            status = qn_op_log_entry_read(ctx, &log->scout, options, entry,
                                          slot, &commit, &parents, &count);
        log->scout.followed = entry->is_followed ? &entry->pair : NULL;
        if (!status)
            status =
                qn_op_log_ahead_add(ctx, &log->ahead, &log->scout, options,
                                    is_shown ? &commit : NULL, parents, count);
        log->scout.followed = NULL;
    }
    if (status == QN_CORRUPT || status == QN_NOT_FOUND) {
        qn_ctx_clear(ctx); /* told of when its turn comes */
        status = QN_OK;
    }
    if (!status)
        status = qn_op_log_ahead_fetch(ctx, &log->ahead, &log->scout, &sound);
    if (!status)
        return QN_OK;
    log->is_done = true;
    slot->count = sound;
    return hold_failure(ctx, slot, status);
}

static enum qn_status produce(struct qn_ctx *ctx, void *shared, void *data)
{
    struct log *log = shared;
    enum qn_status status = produce_batch(ctx, log, data);

    return status || !log->is_ahead ? status : fetch_ahead(ctx, log, data);
}

static enum qn_status compute_entry(struct qn_ctx *ctx, const struct log *log,
                                    struct qn_op_log_worker *worker,
                                    struct qn_op_log_slot *slot,
                                    struct qn_op_log_entry *entry)
{
    const struct qn_op_log_options *options = log->options;
    enum qn_status status;

    worker->has_difference = false;
    worker->entry = entry;
    worker->followed = entry->is_followed ? &entry->pair : NULL;
    if (worker->patch && entry->graph_width) {
        int width = options->diff->stat_width ? options->diff->stat_width : 80;

        qn_patch_options(worker->patch)->stat_width =
            width - (int)entry->graph_width;
    }
    status =
        qn_op_log_entry_append(ctx, worker, options, entry, slot, &slot->text);
    worker->followed = NULL;
    entry->has_difference = worker->has_difference && !entry->is_hidden;
    entry->has_problems = worker->patch && qn_patch_has_problems(worker->patch);
    return status;
}

static enum qn_status compute(struct qn_ctx *ctx, void *shared, void *state,
                              void *data)
{
    const struct log *log = shared;
    struct qn_op_log_slot *slot = data;
    size_t i;

    for (i = 0; i < slot->count; i++) {
        struct qn_op_log_entry *entry = &slot->entries[i];
        enum qn_status status = QN_OK;

        if (!entry->is_hidden)
            status = compute_entry(ctx, log, state, slot, entry);
        entry->text_end = slot->text.size;
        if (status) {
            slot->count = i + 1;
            return hold_failure(ctx, slot, status);
        }
    }
    return QN_OK;
}

static enum qn_status write_text(struct qn_ctx *ctx, struct log *log,
                                 const uint8_t *data, size_t size)
{
    const char *prefix = log->options->line_prefix;
    struct qn_bytes text = qn_bytes_make(data, size);
    enum qn_status status = QN_OK;

    if (size == 0)
        return QN_OK;
    if (!prefix || !*prefix)
        return log->options->write(ctx, log->options->data, text);
    qn_buf_clear(&log->prefixed);
    while (text.size && !status) {
        size_t end = qn_bytes_find(text, '\n');

        end += end < text.size;
        if (!log->is_in_line)
            status = qn_buf_append_string(ctx, &log->prefixed, prefix);
        if (!status)
            status = qn_buf_append(ctx, &log->prefixed, text.data, end);
        log->is_in_line = text.data[end - 1] != '\n';
        text = qn_bytes_from(text, end);
    }
    return status ? status
                  : log->options->write(ctx, log->options->data,
                                        qn_buf_bytes(&log->prefixed));
}

/* --show-linear-break: is the entry no parent of the one before it? */
static enum qn_status put_break(struct qn_ctx *ctx, struct log *log,
                                const struct qn_op_log_slot *slot,
                                const struct qn_op_log_entry *entry)
{
    bool breaks = log->has_last;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < log->awaited_count; i++)
        if (qn_id_is_equal(&log->awaited[i], &entry->id))
            breaks = false;
    if (breaks)
        status = write_text(ctx, log, (const uint8_t *)"\n", 1);
    if (breaks && !status)
        status = write_text(ctx, log, (const uint8_t *)log->options->line_break,
                            strlen(log->options->line_break));
    if (breaks && !status)
        status = write_text(ctx, log, (const uint8_t *)"\n", 1);
    log->has_last = true;
    log->awaited_count = 0;
    if (!status)
        status = qn_memory_grow(ctx, &log->awaited, &log->awaited_capacity,
                                entry->parent_count + 1, sizeof(*log->awaited));
    if (!status && entry->parent_count)
        memcpy(log->awaited, slot->parents + entry->parent_start,
               entry->parent_count * sizeof(*log->awaited));
    if (!status)
        log->awaited_count = entry->parent_count;
    return status;
}

static enum qn_status draw(struct qn_ctx *ctx, struct log *log,
                           const struct qn_op_log_slot *slot,
                           const struct qn_op_log_entry *entry, size_t start)
{
    const struct qn_op_log_options *options = log->options;
    char mark = entry->flags & QN_WALK_BOUNDARY
                    ? 'o'
                    : qn_op_log_entry_mark(options, entry->flags);
    enum qn_status status;

    qn_buf_clear(&log->drawing);
    status = qn_log_graph_draw(
        ctx, log->graph, log->drawn++, mark ? mark : '*',
        qn_bytes_first(qn_bytes_from(qn_buf_bytes(&slot->text), start),
                       entry->text_end - start),
        entry->message_size, !options->pretty->is_terminator, &log->drawing);
    return status ? status
                  : write_text(ctx, log, log->drawing.data, log->drawing.size);
}

static enum qn_status consume_entries(struct qn_ctx *ctx, struct log *log,
                                      const struct qn_op_log_slot *slot)
{
    const struct qn_op_log_options *options = log->options;
    bool separates = !options->pretty->is_terminator;
    size_t start = 0;
    size_t i;
    enum qn_status status = QN_OK;

    for (i = 0; i < slot->count; i++) {
        log->result.has_problems |= slot->entries[i].has_problems;
        log->result.has_difference |= slot->entries[i].has_difference;
    }
    if (!separates && options->max_count < 0 && !log->graph &&
        !options->line_break) {
        for (i = 0; i < slot->count; i++)
            log->shown += !slot->entries[i].is_hidden;
        return write_text(ctx, log, slot->text.data, slot->text.size);
    }
    for (i = 0; i < slot->count && !status; i++) {
        const struct qn_op_log_entry *entry = &slot->entries[i];

        if (!entry->is_hidden) {
            if (options->max_count >= 0 &&
                log->shown >= (uint64_t)options->max_count)
                return QN_END;
            if (options->line_break)
                status = put_break(ctx, log, slot, entry);
            if (status)
                break;
            if (log->graph)
                status = draw(ctx, log, slot, entry, start);
            else if (separates && !log->is_first)
                status = write_text(
                    ctx, log,
                    (const uint8_t *)(options->is_nul_terminated ? "\0" : "\n"),
                    1);
            if (!status && !log->graph)
                status = write_text(ctx, log, slot->text.data + start,
                                    entry->text_end - start);
            log->is_first = false;
            log->shown++;
        }
        if (!status && entry->is_hidden && log->graph)
            status = qn_log_graph_skip(ctx, log->graph, log->drawn++);
        start = entry->text_end;
    }
    if (!status && options->max_count >= 0 &&
        log->shown >= (uint64_t)options->max_count)
        return QN_END;
    return status;
}

static enum qn_status consume(struct qn_ctx *ctx, void *shared, void *data)
{
    const struct qn_op_log_slot *slot = data;
    enum qn_status status = consume_entries(ctx, shared, slot);

    if (!status && slot->failure)
        status = qn_ctx_fail_reason(
            ctx, slot->failure,
            slot->failure == QN_PROMISED ? "odb.promised" : NULL, NULL, "%s",
            qn_buf_string(&slot->message));
    return status;
}

enum qn_status qn_op_log_run(struct qn_ctx *ctx,
                             const struct qn_revision_scope *scope,
                             struct qn_commit_walk *walk,
                             const struct qn_op_log_options *options,
                             struct qn_op_log_result *result)
{
    struct log log = {.scope = scope,
                      .walk = walk,
                      .options = options,
                      .batch = options->diff ? BATCH_DIFF : BATCH_TEXT,
                      .is_ahead = options->diff && qn_odb_fetches(scope->odb),
                      .is_first = !options->follows_entry};
    struct qn_parallel_options parallel = {.shared = &log,
                                           .state_size =
                                               sizeof(struct qn_op_log_worker),
                                           .state_init = worker_init,
                                           .state_dispose = worker_dispose};
    const struct qn_parallel_pipeline pipeline = {
        .slot_size = sizeof(struct qn_op_log_slot),
        .slot_count = log.is_ahead ? SLOTS_PROMISED : 0,
        .slot_init = slot_init,
        .slot_dispose = slot_dispose,
        .produce = produce,
        .compute = compute,
        .consume = consume,
    };
    enum qn_status status;

    log.room = log.is_ahead ? BATCH_PROMISED : log.batch;
    if (log.is_ahead) {
        status = worker_init(ctx, &log, &log.scout);
        if (status)
            goto out;
    }
    if (options->line_ranges) {
        status = qn_line_log_new(ctx, scope, options->diff, &options->line_tip,
                                 options->line_ranges,
                                 options->line_range_count, &log.lines);
        if (!status)
            status = qn_line_log_run(ctx, log.lines, walk, &log.rows,
                                     &log.row_count);
        if (status)
            goto out;
    }
    if (options->has_graph) {
        const struct qn_log_graph_options graph = {
            .algorithm = qn_odb_algorithm(scope->odb),
            .has_color = options->pretty->has_color,
            .first_parent_only = options->first_parent_only,
            .colors = options->graph_colors.items,
            .color_count = options->graph_colors.count,
            .lane_limit = options->lane_limit};

        qn_commit_walk_prove(walk, false);
        status = log.lines
                     ? qn_log_graph_new(ctx, next_row, &log, &graph, &log.graph)
                     : qn_log_graph_new(ctx, qn_log_graph_walk, walk, &graph,
                                        &log.graph);
        if (status)
            goto out;
    }
    status = qn_commit_walk_keep_bytes(ctx, walk);
    if (!status && options->follow)
        status = qn_log_follow_new(ctx, scope->odb, options->diff,
                                   qn_bytes_from_string(options->follow),
                                   &log.follow);
    if (!status)
        status = qn_parallel_pipeline_run(ctx, &parallel, &pipeline);
out:
    log.result.shown = log.shown;
    if (!status && result)
        *result = log.result;
    worker_dispose(&log, &log.scout);
    qn_op_log_ahead_dispose(&log.ahead);
    qn_log_graph_free(log.graph);
    qn_log_follow_free(log.follow);
    qn_line_log_free(log.lines);
    qn_object_dispose(&log.object);
    qn_memory_free(log.awaited);
    qn_buf_dispose(&log.drawing);
    qn_buf_dispose(&log.prefixed);
    return status;
}

enum qn_status qn_op_log_commit(struct qn_ctx *ctx,
                                const struct qn_revision_scope *scope,
                                const struct qn_id *id,
                                const struct qn_op_log_options *options,
                                struct qn_buf *out)
{
    struct log log = {.scope = scope, .options = options};
    struct qn_op_log_worker worker = {NULL};
    struct qn_op_log_entry entry = {.id = *id};
    enum qn_status status = worker_init(ctx, &log, &worker);

    if (!status)
        status =
            qn_op_log_entry_append(ctx, &worker, options, &entry, NULL, out);
    worker_dispose(&log, &worker);
    return status;
}
