/* SPDX-License-Identifier: MIT */
#include "operation/op_blame.h"

#include "base/memory.h"
#include "object/tree.h"
#include "operation/op_diff.h"
#include "operation/part/blame_board.h"
#include "operation/part/line_range.h"
#include "operation/part/state_file.h"
#include "text/date.h"
#include "walk/commit_walk.h"

#include <stdlib.h>

void qn_blame_free(struct qn_blame *blame)
{
    size_t i;

    if (!blame)
        return;
    for (i = 0; i < blame->head_capacity; i++) {
        struct qn_blame_origin *origin;

        for (origin = blame->heads[i]; origin; origin = origin->next)
            qn_memory_free(origin->spans.items);
    }
    while (blame->free) {
        qn_memory_free(blame->free->spans.items);
        blame->free = blame->free->next;
    }
    qn_memory_free(blame->heads);
    qn_commit_queue_dispose(&blame->queue);
    qn_arena_dispose(&blame->arena);
    qn_text_lines_dispose(&blame->final);
    qn_buf_dispose(&blame->final_data);
    qn_buf_dispose(&blame->uncommitted);
    qn_memory_free(blame->scores);
    qn_memory_free(blame->tops);
    qn_id_map_dispose(&blame->in_range);
    qn_id_map_dispose(&blame->ignored);
    qn_memory_free(blame->first_child);
    qn_memory_free(blame->children);
    qn_patch_free(blame->patch);
    qn_index_free(blame->index);
    for (i = 0; i < QN_BLAME_TEXTS; i++)
        qn_buf_dispose(&blame->texts[i].data);
    qn_object_dispose(&blame->object);
    qn_memory_free(blame->steps);
    qn_memory_free(blame->keys);
    qn_memory_free(blame->stay.items);
    qn_memory_free(blame->go.items);
    qn_memory_free(blame->todo.items);
    qn_memory_free(blame->small.items);
    qn_memory_free(blame->parents);
    qn_memory_free(blame->origins);
    qn_memory_free(blame->hunks);
    qn_commit_table_free(blame->table);
    qn_memory_free(blame);
}

/* ---- what is looked at */

static enum qn_status put_loaded(struct qn_ctx *ctx, struct qn_blame *blame,
                                 const struct qn_id *id, uint32_t *out)
{
    enum qn_status status = qn_commit_table_put(ctx, blame->table, id, out);

    return status ? status : qn_commit_table_load(ctx, blame->table, *out);
}

/* The commits in range, when it has an end. */
static enum qn_status list_range(struct qn_ctx *ctx, struct qn_blame *blame,
                                 const struct qn_id *tips, size_t tip_count)
{
    const struct qn_op_blame_options *options = &blame->options;
    struct qn_walk_options walk_options = {.min_parents = -1,
                                           .max_parents = -1,
                                           .max_count = -1,
                                           .first_parent_only =
                                               options->first_parent,
                                           .gives_ids_only = true};
    struct qn_commit_walk *walk = NULL;
    struct qn_walk_commit commit;
    uint32_t position;
    bool is_new;
    size_t i;
    enum qn_status status =
        qn_commit_walk_new(ctx, blame->scope, &walk_options, &walk);

    for (i = 0; i < tip_count && !status; i++)
        status = qn_commit_walk_add(ctx, walk, &tips[i], 0, NULL);
    for (i = 0; i < options->excluded_count && !status; i++)
        status = qn_commit_walk_add(ctx, walk, &options->excluded[i],
                                    QN_WALK_UNINTERESTING, NULL);
    while (!status && !(status = qn_commit_walk_next(ctx, walk, &commit)))
        status = qn_id_map_put(ctx, &blame->in_range, &commit.id, &position,
                               &is_new);
    qn_commit_walk_free(walk);
    blame->has_range = true;
    return status == QN_END ? QN_OK : status;
}

static enum qn_status add_arc(struct qn_ctx *ctx, struct qn_blame *blame,
                              uint32_t parent, uint32_t child)
{
    size_t before = blame->first_child_capacity;
    struct qn_blame_arc *arc;
    uint32_t *at;
    enum qn_status status = QN_OK;

    if (parent >= before) {
        status = qn_memory_grow(ctx, &blame->first_child,
                                &blame->first_child_capacity,
                                (size_t)parent + 1, sizeof(uint32_t));
        if (!status)
            memset(blame->first_child + before, 0,
                   (blame->first_child_capacity - before) * sizeof(uint32_t));
    }
    if (!status)
        status =
            qn_memory_grow(ctx, &blame->children, &blame->child_capacity,
                           blame->child_count + 1, sizeof(*blame->children));
    if (status)
        return status;
    if (blame->first_child_count < (size_t)parent + 1)
        blame->first_child_count = (size_t)parent + 1;
    arc = &blame->children[blame->child_count++];
    *arc = (struct qn_blame_arc){child, 0};
    for (at = &blame->first_child[parent]; *at;
         at = &blame->children[*at - 1].next)
        ;
    *at = (uint32_t)blame->child_count;
    return QN_OK;
}

/* Reversed: who are the children of each commit of the range. */
static enum qn_status list_children(struct qn_ctx *ctx, struct qn_blame *blame)
{
    enum qn_status status = QN_OK;
    uint32_t row;
    uint32_t i;
    uint32_t count;
    size_t k;
    struct qn_id id;

    for (k = 0; k < blame->in_range.count && !status; k++) {
        qn_id_map_id(&blame->in_range, (uint32_t)k, &id);
        status = put_loaded(ctx, blame, &id, &row);
        count = status ? 0 : blame->table->rows[row].parent_count;
        if (blame->options.first_parent && count > 1)
            count = 1;
        for (i = 0; i < count && !status; i++)
            status = add_arc(
                ctx, blame,
                blame->table->edges[blame->table->rows[row].edge + i], row);
    }
    return status;
}

/* ---- what is not committed */

static enum qn_status add_top(struct qn_ctx *ctx, struct qn_blame *blame,
                              const struct qn_id *id)
{
    uint32_t row;
    enum qn_status status = put_loaded(ctx, blame, id, &row);
    uint32_t *tops;

    if (status)
        return status;
    tops = qn_memory_array(ctx, blame->top_count + 1, sizeof(*tops));
    if (!tops)
        return QN_NO_MEMORY;
    if (blame->top_count)
        memcpy(tops, blame->tops, blame->top_count * sizeof(*tops));
    tops[blame->top_count++] = row;
    qn_memory_free(blame->tops);
    blame->tops = tops;
    return QN_OK;
}

/* HEAD, and what is being merged. */
static enum qn_status find_tops(struct qn_ctx *ctx, struct qn_blame *blame)
{
    struct qn_buf text = QN_BUF_INIT;
    struct qn_ref head = QN_REF_INIT;
    struct qn_bytes rest;
    struct qn_bytes line;
    struct qn_id id;
    bool found = false;
    enum qn_status status;

    if (blame->options.tip)
        return add_top(ctx, blame, blame->options.tip);
    status = qn_refs_resolve(ctx, blame->scope->refs, "HEAD", &head, &found);
    if (!status && !found)
        status = qn_ctx_fail(ctx, QN_NOT_FOUND, "no such ref: HEAD");
    if (!status)
        status = add_top(ctx, blame, &head.id);
    qn_ref_dispose(&head);
    if (!status)
        status = qn_state_file_read(ctx, blame->scope->repo, "MERGE_HEAD",
                                    &text, &found);
    rest = qn_buf_bytes(&text);
    while (!status && qn_bytes_next(&rest, '\n', &line)) {
        if (!qn_id_from_hex(
                &id, blame->table->algorithm,
                qn_bytes_first(line, qn_id_hex_size(blame->table->algorithm))))
            status = qn_ctx_fail(ctx, QN_CORRUPT,
                                 "unknown line in 'MERGE_HEAD': %.*s",
                                 QN_BYTES_ARG(line));
        else
            status = add_top(ctx, blame, &id);
    }
    qn_buf_dispose(&text);
    return status;
}

/* Some parent has the path, or the index. */
static enum qn_status check_path(struct qn_ctx *ctx, struct qn_blame *blame)
{
    struct qn_bytes path = blame->options.path;
    struct qn_id id;
    uint32_t mode = 0;
    bool found = false;
    size_t at;
    size_t i;
    enum qn_status status = QN_OK;

    for (i = 0; i < blame->top_count && !status; i++) {
        status =
            qn_blame_path_find(ctx, blame, blame->tops[i], path, &id, &mode);
        if (!status && mode && !qn_mode_is_tree(mode) &&
            !qn_mode_is_gitlink(mode))
            return QN_OK;
    }
    if (!status && !blame->index)
        status = qn_work_tree_read_index(ctx, blame->scope->repo,
                                         blame->scope->odb, &blame->index);
    if (status)
        return status;
    at = qn_index_find(blame->index, path, 0, &found);
    found = at < qn_index_count(blame->index) &&
            qn_bytes_is_equal(qn_index_peek(blame->index, at)->path, path);
    if (!found)
        return qn_ctx_fail(ctx, QN_NOT_FOUND, "no such path '%.*s' in HEAD",
                           QN_BYTES_ARG(path));
    return QN_OK;
}

static enum qn_status read_work_file(struct qn_ctx *ctx, struct qn_blame *blame)
{
    struct qn_diff_side side = {.path = blame->options.path};
    struct qn_work_tree tree = {.repo = NULL, .top_fd = -1};
    struct qn_buf full = QN_BUF_INIT;
    struct qn_file_stat stat = {.kind = QN_FILE_NONE};
    struct qn_op_diff op;
    bool converted;
    enum qn_status status = qn_work_tree_open(ctx, blame->scope->repo, &tree);

    if (status)
        return status;
    if (!blame->index)
        status = qn_work_tree_read_index(ctx, blame->scope->repo,
                                         blame->scope->odb, &blame->index);
    qn_op_diff_init(&op, blame->scope->odb, blame->index, &tree);
    if (!status)
        status = qn_work_tree_path(ctx, &tree, side.path, &full);
    if (!status)
        status = qn_file_lstat(ctx, qn_buf_string(&full), &stat);
    if (!status && stat.kind == QN_FILE_NONE)
        status = qn_ctx_fail(ctx, QN_NOT_FOUND,
                             "Cannot lstat '%.*s'"
                             ": No such file or directory",
                             QN_BYTES_ARG(side.path));
    if (!status && stat.kind == QN_FILE_DIRECTORY)
        status = qn_ctx_fail(ctx, QN_INVALID, "unsupported file type %.*s",
                             QN_BYTES_ARG(side.path));
    if (!status) {
        side.mode = qn_work_tree_mode(&tree, &stat, 0);
        status =
            op.content.read(ctx, op.content.data, &side, &blame->final_data);
    }
    if (!status && blame->patch)
        status = qn_patch_convert(ctx, blame->patch, &side, &blame->final_data,
                                  &converted);
    qn_op_diff_dispose(&op);
    qn_work_tree_close(&tree);
    qn_buf_dispose(&full);
    return status;
}

/* What an object of it would say. */
static enum qn_status describe(struct qn_ctx *ctx, struct qn_blame *blame)
{
    const struct qn_op_blame_options *options = &blame->options;
    const char *who = options->has_contents
                          ? "External file (--contents) <external.file>"
                          : "Not Committed Yet <not.committed.yet>";
    int64_t now = qn_date_now(qn_ctx_env(ctx));
    int zone = qn_date_local_zone(qn_ctx_env(ctx), now);
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_id id;
    size_t i;
    enum qn_status status;

    status = qn_buf_printf(
        ctx, &blame->uncommitted, "tree %s\n",
        qn_id_to_hex(qn_id_empty_tree(blame->table->algorithm), hex));
    for (i = 0; i < blame->top_count && !status; i++) {
        qn_commit_table_id(blame->table, blame->tops[i], &id);
        status = qn_buf_printf(ctx, &blame->uncommitted, "parent %s\n",
                               qn_id_to_hex(&id, hex));
    }
    if (!status)
        status =
            qn_buf_printf(ctx, &blame->uncommitted,
                          "author %s %lld %+05d\ncommitter %s %lld %+05d\n\n"
                          "Version of %.*s from %s\n",
                          who, (long long)now, zone, who, (long long)now, zone,
                          QN_BYTES_ARG(options->path),
                          options->has_contents
                              ? (options->contents_name ? options->contents_name
                                                        : "standard input")
                              : (const char *)options->path.data);
    return status;
}

/* ---- where it begins */

static enum qn_status begin_uncommitted(struct qn_ctx *ctx,
                                        struct qn_blame *blame,
                                        struct qn_blame_origin **out)
{
    struct qn_id none;
    enum qn_status status = find_tops(ctx, blame);

    if (!status)
        status = check_path(ctx, blame);
    if (!status && blame->options.has_contents)
        status = qn_buf_append_bytes(ctx, &blame->final_data,
                                     blame->options.contents);
    else if (!status)
        status = read_work_file(ctx, blame);
    if (!status)
        status = describe(ctx, blame);
    qn_id_clear(&none, blame->table->algorithm);
    if (!status)
        status = qn_blame_board_origin(ctx, blame, QN_BLAME_UNCOMMITTED,
                                       blame->options.path, &none, QN_MODE_FILE,
                                       out);
    return status;
}

static enum qn_status begin_commit(struct qn_ctx *ctx, struct qn_blame *blame,
                                   const struct qn_id *id, const char *name,
                                   struct qn_blame_origin **out)
{
    struct qn_bytes path = blame->options.path;
    struct qn_bytes text = QN_BYTES_NONE;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_id blob;
    uint32_t mode = 0;
    uint32_t row;
    enum qn_status status = put_loaded(ctx, blame, id, &row);

    if (!status)
        status = qn_blame_path_find(ctx, blame, row, path, &blob, &mode);
    if (!status && (!mode || qn_mode_is_tree(mode) || qn_mode_is_gitlink(mode)))
        status = qn_ctx_fail(ctx, QN_NOT_FOUND, "no such path %.*s in %s",
                             QN_BYTES_ARG(path),
                             name ? name : qn_id_to_hex(id, hex));
    if (!status)
        status = qn_blame_board_origin(ctx, blame, row, path, &blob, mode, out);
    if (!status)
        status = qn_blame_text_get(ctx, blame, *out, &text);
    if (!status)
        status = qn_buf_append_bytes(ctx, &blame->final_data, text);
    if (!status)
        (*out)->has_text = false; /* Git reads the newest one twice */
    return status;
}

static int compare_ranges(const void *a, const void *b)
{
    const struct qn_patch_range *x = a;
    const struct qn_patch_range *y = b;

    return x->start < y->start ? -1 : x->start > y->start;
}

/* The lines asked for, as spans of the first origin. */
static enum qn_status add_lines(struct qn_ctx *ctx, struct qn_blame *blame,
                                struct qn_blame_origin *origin)
{
    const struct qn_op_blame_options *options = &blame->options;
    struct qn_blame_spans *spans = &blame->go;
    struct qn_patch_range *ranges = NULL;
    struct qn_line_range spec = {.path = options->path};
    size_t count = options->range_count ? options->range_count : 1;
    enum qn_status status = QN_OK;
    size_t i;

    ranges = qn_memory_calloc(ctx, count, sizeof(*ranges));
    if (!ranges)
        return QN_NO_MEMORY;
    ranges[0].end = blame->final.count;
    for (i = 0; i < options->range_count && !status; i++) {
        spec.range = qn_bytes_from_string(options->ranges[i]);
        status = qn_line_range_in(ctx, blame->scope, &blame->final, &spec,
                                  &ranges[i]);
        spec.after = ranges[i].end;
    }
    qsort(ranges, count, sizeof(*ranges), compare_ranges);
    for (i = 0; i < count && !status; i++) {
        struct qn_blame_span span = {.line = ranges[i].start,
                                     .from = ranges[i].start,
                                     .count = ranges[i].end - ranges[i].start};
        struct qn_blame_span *last =
            spans->count ? &spans->items[spans->count - 1] : NULL;

        if (ranges[i].end <= ranges[i].start)
            continue;
        if (last && last->line + last->count >= span.line) {
            if (ranges[i].end > last->line + last->count)
                last->count = ranges[i].end - last->line;
        } else {
            status = qn_blame_board_add(ctx, spans, &span);
        }
    }
    qn_memory_free(ranges);
    return status ? status : qn_blame_board_give(ctx, blame, origin, spans);
}

/* ---- the end */

static int compare_hunks(const void *a, const void *b)
{
    const struct qn_blame_hunk *x = a;
    const struct qn_blame_hunk *y = b;

    return x->line < y->line ? -1 : x->line > y->line;
}

static void join_hunks(struct qn_blame *blame)
{
    size_t count = 0;
    size_t i;

    if (blame->hunk_count)
        qsort(blame->hunks, blame->hunk_count, sizeof(*blame->hunks),
              compare_hunks);
    for (i = 0; i < blame->hunk_count; i++) {
        struct qn_blame_hunk *hunk = &blame->hunks[i];
        struct qn_blame_hunk *last = count ? &blame->hunks[count - 1] : NULL;

        if (last && last->source == hunk->source &&
            last->line + last->count == hunk->line &&
            last->from + last->count == hunk->from &&
            last->is_ignored == hunk->is_ignored &&
            last->is_unblamable == hunk->is_unblamable) {
            last->count += hunk->count;
        } else {
            blame->hunks[count++] = *hunk;
        }
    }
    blame->hunk_count = count;
}

static enum qn_status has_conversions(struct qn_ctx *ctx,
                                      struct qn_blame *blame)
{
    const struct qn_config *config = qn_repo_config(blame->scope->repo);
    struct qn_diff_options options;
    size_t i;

    for (i = 0; i < qn_config_count(config); i++) {
        struct qn_bytes key =
            qn_bytes_from_string(qn_config_at(config, i)->key);

        if (!qn_bytes_has_prefix(key, "diff.") ||
            !qn_bytes_has_suffix(key, ".textconv"))
            continue;
        qn_diff_options_init(&options);
        return qn_patch_new(ctx, blame->scope->repo, blame->scope->odb,
                            &options, NULL, &blame->patch);
    }
    return QN_OK;
}

static enum qn_status prepare(struct qn_ctx *ctx, struct qn_blame *blame)
{
    struct qn_op_blame_options *options = &blame->options;
    struct qn_diff_options diff;
    uint32_t position;
    bool is_new;
    size_t i;
    enum qn_status status =
        qn_commit_table_new(ctx, blame->scope, &blame->table);

    if (!status && options->grafts.size)
        status = qn_commit_table_add_grafts(ctx, blame->table, options->grafts);
    if (status)
        return status;
    qn_id_map_init(&blame->in_range, blame->table->algorithm);
    qn_id_map_init(&blame->ignored, blame->table->algorithm);
    for (i = 0; i < options->ignored_count && !status; i++)
        status = qn_id_map_put(ctx, &blame->ignored, &options->ignored[i],
                               &position, &is_new);
    blame->has_filters = blame->table->graph && !options->is_reversed &&
                         qn_commit_graph_has_filters(blame->table->graph);
    options->text.flags |= QN_TEXT_DIFF_CUT_TAIL;
    qn_diff_options_init(&diff);
    if (!status)
        status = qn_diff_options_configure(
            ctx, &diff, qn_repo_config(blame->scope->repo), true);
    blame->rename = diff.rename;
    blame->rename.detect = 1;
    if (!status && options->allows_textconv)
        status = has_conversions(ctx, blame);
    return status;
}

enum qn_status qn_op_blame_run(struct qn_ctx *ctx,
                               const struct qn_revision_scope *scope,
                               const struct qn_op_blame_options *options,
                               struct qn_blame **out)
{
    struct qn_blame *blame = qn_memory_calloc(ctx, 1, sizeof(*blame));
    struct qn_blame_origin *first = NULL;
    struct qn_id id;
    size_t i;
    enum qn_status status;

    if (!blame)
        return QN_NO_MEMORY;
    blame->scope = scope;
    blame->options = *options;
    status = prepare(ctx, blame);
    if (!status && options->is_reversed)
        status = list_range(ctx, blame, options->tip, 1);
    if (!status && options->is_reversed)
        status = list_children(ctx, blame);
    if (!status && options->is_reversed)
        status = begin_commit(ctx, blame, &options->start, options->tip_name,
                              &first);
    else if (!status && options->tip && !options->has_contents)
        status =
            begin_commit(ctx, blame, options->tip, options->tip_name, &first);
    else if (!status)
        status = begin_uncommitted(ctx, blame, &first);
    if (!status && !options->is_reversed && options->excluded_count) {
        if (options->tip) {
            status = list_range(ctx, blame, options->tip, 1);
        } else {
            for (i = 0; i < blame->top_count && !status; i++) {
                qn_commit_table_id(blame->table, blame->tops[i], &id);
                status = list_range(ctx, blame, &id, 1);
            }
        }
    }
    if (!status)
        status = qn_text_lines_split(ctx, qn_buf_bytes(&blame->final_data),
                                     &blame->final);
    if (!status)
        status = add_lines(ctx, blame, first);
    if (!status)
        status = qn_blame_board_run(ctx, blame);
    if (status) {
        qn_blame_free(blame);
        return status;
    }
    join_hunks(blame);
    *out = blame;
    return QN_OK;
}

const struct qn_text_lines *qn_blame_lines(const struct qn_blame *blame)
{
    return &blame->final;
}

size_t qn_blame_count(const struct qn_blame *blame)
{
    return blame->hunk_count;
}

const struct qn_blame_hunk *qn_blame_at(const struct qn_blame *blame, size_t i)
{
    return &blame->hunks[i];
}

const struct qn_blame_stats *qn_blame_stats(const struct qn_blame *blame)
{
    return &blame->stats;
}

struct qn_bytes qn_blame_uncommitted(const struct qn_blame *blame)
{
    return qn_buf_bytes(&blame->uncommitted);
}
