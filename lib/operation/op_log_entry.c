/* SPDX-License-Identifier: MIT */
#include "operation/op_log_entry.h"

#include "base/memory.h"
#include "show/commit_json.h"

char qn_op_log_entry_mark(const struct qn_op_log_options *options,
                          unsigned flags)
{
    if (flags & QN_WALK_BOUNDARY)
        return '-';
    if (flags & QN_WALK_UNINTERESTING)
        return '^';
    if (flags & QN_WALK_PATCH_SAME)
        return '=';
    if (options->has_left_right)
        return flags & QN_WALK_LEFT ? '<' : '>';
    return options->marks_equal ? '+' : 0;
}

static enum qn_status append_parents_of(struct qn_ctx *ctx,
                                        struct qn_op_log_worker *worker,
                                        const struct qn_commit *commit,
                                        size_t *count)
{
    enum qn_status status;
    uint32_t i;

    /* combined differences put trees into the same array: keep both apart */
    *count = commit->parent_count;
    status = qn_memory_grow(ctx, &worker->trees, &worker->tree_capacity,
                            2 * (size_t)commit->parent_count + 2,
                            sizeof(*worker->trees));
    for (i = 0; i < commit->parent_count && !status; i++)
        qn_commit_parent(commit, i, &worker->trees[commit->parent_count + i]);
    return status;
}

/* "commit <id>" is told which parent it is compared with. */
static enum qn_status
append_from(struct qn_ctx *ctx, struct qn_op_log_worker *worker,
            const struct qn_op_log_options *options, const struct qn_id *id,
            const struct qn_id *parent, size_t at, struct qn_buf *out)
{
    bool is_short = options->pretty->abbreviates;
    struct qn_buf text = QN_BUF_INIT;
    size_t place = at;
    enum qn_status status;

    /* the id again, for its length */
    status = qn_pretty_append_id(ctx, worker->pretty, id, is_short, &text);
    place += text.size;
    if (options->pretty->kind != QN_PRETTY_ONELINE)
        place += strlen("commit ");
    if (options->pretty->has_color)
        place += strlen(options->pretty->commit_color);
    qn_buf_clear(&text);
    if (!status)
        status = qn_buf_append_string(ctx, &text, " (from ");
    if (!status)
        status =
            qn_pretty_append_id(ctx, worker->pretty, parent, is_short, &text);
    if (!status)
        status = qn_buf_append_byte(ctx, &text, ')');
    if (!status)
        status = qn_buf_splice(ctx, out, place, 0, qn_buf_bytes(&text));
    qn_buf_dispose(&text);
    return status;
}

/* Texts that begin with the commit's id, but for the line of a mail box. */
static bool says_from(enum qn_pretty_kind kind)
{
    return kind != QN_PRETTY_USER && kind != QN_PRETTY_EMAIL &&
           kind != QN_PRETTY_MBOXRD && kind != QN_PRETTY_REFERENCE;
}

/* -m: a whole entry against each parent. */
static enum qn_status append_separately(struct qn_ctx *ctx,
                                        struct qn_op_log_worker *worker,
                                        const struct qn_op_log_options *options,
                                        const struct qn_pretty_item *item,
                                        const struct qn_id *parents,
                                        size_t count, struct qn_buf *out,
                                        bool *is_empty)
{
    uint8_t end = options->is_nul_terminated ? '\0' : '\n';
    size_t i;
    enum qn_status status = QN_OK;

    *is_empty = true;
    for (i = 0; i < count && !status; i++) {
        struct qn_id parent = parents[i];
        size_t start = out->size;
        size_t at;
        bool nothing = false;

        if (!*is_empty && !options->pretty->is_terminator)
            status = qn_buf_append_byte(ctx, out, end);
        at = out->size;
        if (!status)
            status = qn_pretty_append(ctx, worker->pretty, item, out);
        if (!status && says_from(options->pretty->kind))
            status =
                append_from(ctx, worker, options, item->id, &parent, at, out);
        if (*is_empty)
            worker->message_size = out->size - at;
        if (!status && options->pretty->is_terminator)
            status = qn_buf_append_byte(ctx, out, end);
        if (!status)
            status = qn_op_log_diff_append(ctx, worker, options, item->commit,
                                           &parent, 1, out, &nothing);
        if (nothing)
            qn_buf_truncate(out, start);
        *is_empty &= nothing;
    }
    if (!status && *is_empty && !options->needs_diff) {
        status = qn_pretty_append(ctx, worker->pretty, item, out);
        if (!status && options->pretty->is_terminator)
            status = qn_buf_append_byte(ctx, out, end);
    }
    return status;
}

/* "main@{0}", or "main@{<date>}". */
static enum qn_status append_selector(struct qn_ctx *ctx,
                                      const struct qn_pretty_options *pretty,
                                      const struct qn_walk_reflog_entry *reflog,
                                      const char *name, struct qn_buf *out)
{
    enum qn_status status;

    if (!pretty->date_is_given && !reflog->by_date)
        return qn_buf_printf(ctx, out, "%s@{%llu}", name,
                             (unsigned long long)reflog->index);
    status = qn_buf_printf(ctx, out, "%s@{", name);
    if (!status)
        status = qn_date_format(ctx, reflog->seconds, reflog->zone,
                                &pretty->date, out);
    return status ? status : qn_buf_append_byte(ctx, out, '}');
}

/* The item's strings are in the worker's two buffers. */
static enum qn_status set_reflog(struct qn_ctx *ctx,
                                 struct qn_op_log_worker *worker,
                                 const struct qn_pretty_options *pretty,
                                 const struct qn_walk_reflog_entry *reflog,
                                 struct qn_pretty_item *item)
{
    enum qn_status status;

    qn_buf_clear(&worker->selector);
    qn_buf_clear(&worker->short_selector);
    status =
        append_selector(ctx, pretty, reflog, reflog->name, &worker->selector);
    if (!status)
        status = append_selector(ctx, pretty, reflog, reflog->short_name,
                                 &worker->short_selector);
    item->reflog_selector = qn_buf_string(&worker->selector);
    item->reflog_short_selector = qn_buf_string(&worker->short_selector);
    item->reflog_message = reflog->message;
    item->reflog_ident = reflog->ident;
    return status;
}

static enum qn_status commit_bytes(struct qn_ctx *ctx,
                                   struct qn_op_log_worker *worker,
                                   const struct qn_op_log_entry *entry,
                                   const struct qn_op_log_slot *slot,
                                   struct qn_bytes *out)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status;

    if (entry->bytes_size > 0) {
        *out = qn_bytes_make(slot->bytes.data + entry->bytes_start,
                             entry->bytes_size);
        return QN_OK;
    }
    status = qn_odb_read_typed(ctx, worker->odb, &entry->id, QN_OBJECT_COMMIT,
                               &worker->commit);
    if (!status)
        *out = qn_object_bytes(&worker->commit);
    if (status == QN_NOT_FOUND)
        return qn_ctx_fail(ctx, QN_NOT_FOUND, "cannot read commit object %s",
                           qn_id_to_hex(&entry->id, hex));
    return status;
}

/* --log-size: how many bytes the text has behind the commit's id. */
static enum qn_status put_log_size(struct qn_ctx *ctx,
                                   const struct qn_op_log_options *options,
                                   size_t at, struct qn_buf *out)
{
    enum qn_pretty_kind kind = options->pretty->kind;
    struct qn_bytes text = qn_bytes_make(out->data + at, out->size - at);
    struct qn_buf line = QN_BUF_INIT;
    size_t head = 0;
    enum qn_status status;

    if (kind == QN_PRETTY_ONELINE)
        head = qn_bytes_find(text, ' ') + 1;
    else if (kind != QN_PRETTY_USER && kind != QN_PRETTY_REFERENCE)
        head = qn_bytes_find(text, '\n') + 1;
    status = qn_buf_printf(ctx, &line, "log size %zu\n", text.size - head);
    if (!status)
        status = qn_buf_splice(ctx, out, at + head, 0, qn_buf_bytes(&line));
    qn_buf_dispose(&line);
    return status;
}

/* The entry as a record, its differences under "changes". */
static enum qn_status append_record(struct qn_ctx *ctx,
                                    struct qn_op_log_worker *worker,
                                    const struct qn_op_log_options *options,
                                    const struct qn_pretty_item *item,
                                    const struct qn_id *parents, size_t count,
                                    struct qn_buf *out, bool *is_empty)
{
    struct qn_json json;
    enum qn_status status = qn_buf_append_string(ctx, out, ",\n");
    bool is_told;
    size_t at;

    qn_json_init_within(&json, ctx, out);
    qn_json_begin_object(&json);
    if (!status)
        status = qn_commit_json_append(ctx, &json, item, options->pretty);
    if (!status && qn_op_log_diff_is_shown(options, count)) {
        is_told = !(options->diff->formats & QN_DIFF_FORMAT_NONE);
        if (is_told)
            qn_json_key(&json, "changes");
        at = out->size;
        status = qn_op_log_diff_append(ctx, worker, options, item->commit,
                                       parents, count, out, is_empty);
        if (!status && is_told && out->size == at)
            status = qn_buf_append_string(ctx, out, "[]");
    }
    qn_json_end_object(&json);
    return status ? status : json.status;
}

enum qn_status qn_op_log_entry_read(struct qn_ctx *ctx,
                                    struct qn_op_log_worker *worker,
                                    const struct qn_op_log_options *options,
                                    const struct qn_op_log_entry *entry,
                                    const struct qn_op_log_slot *slot,
                                    struct qn_commit *commit,
                                    const struct qn_id **parents, size_t *count)
{
    struct qn_bytes bytes;
    enum qn_status status = commit_bytes(ctx, worker, entry, slot, &bytes);

    if (!status)
        status = qn_commit_parse(ctx, bytes, entry->id.algorithm, commit);
    if (status)
        return status;
    qn_grafts_apply(options->grafts, &entry->id, commit);
    *parents = slot && entry->parent_count ? slot->parents + entry->parent_start
                                           : NULL;
    *count = entry->parent_count;
    if (options->uses_parents || !options->diff)
        return QN_OK;
    status = append_parents_of(ctx, worker, commit, count);
    *parents = worker->trees + *count;
    return status;
}

enum qn_status qn_op_log_entry_append(struct qn_ctx *ctx,
                                      struct qn_op_log_worker *worker,
                                      const struct qn_op_log_options *options,
                                      struct qn_op_log_entry *entry,
                                      const struct qn_op_log_slot *slot,
                                      struct qn_buf *out)
{
    const struct qn_pretty_options *pretty = options->pretty;
    struct qn_pretty_item item = {.id = &entry->id, .source = entry->source};
    struct qn_commit commit;
    const struct qn_id *parents;
    size_t count;
    size_t start = out->size;
    bool is_empty = true;
    enum qn_status status;

    status = qn_op_log_entry_read(ctx, worker, options, entry, slot, &commit,
                                  &parents, &count);
    if (status)
        return status;
    item.commit = &commit;
    if (slot && entry->child_count > 0) {
        item.children = slot->parents + entry->child_start;
        item.child_count = entry->child_count;
    }
    if (entry->reflog) {
        status = set_reflog(ctx, worker, pretty, entry->reflog, &item);
        if (status)
            return status;
    }
    if (options->uses_parents) {
        item.parents = parents ? parents : &entry->id;
        item.parent_count = entry->parent_count;
    }
    if (!options->has_graph &&
        (options->shows_marks || (entry->flags & QN_WALK_BOUNDARY)))
        item.mark = qn_op_log_entry_mark(options, entry->flags);
    if (options->is_json) {
        status = append_record(ctx, worker, options, &item, parents, count, out,
                               &is_empty);
    } else if (count > 1 && options->diff &&
               options->merges == QN_OP_LOG_MERGES_SEPARATE) {
        status = append_separately(ctx, worker, options, &item, parents, count,
                                   out, &is_empty);
    } else {
        size_t at = out->size;

        status = qn_pretty_append(ctx, worker->pretty, &item, out);
        if (!status && options->has_log_size)
            status = put_log_size(ctx, options, at, out);
        worker->message_size = out->size - at;
        if (!status && pretty->is_terminator &&
            !(pretty->kind == QN_PRETTY_USER && pretty->format[0] == '\0'))
            status = qn_buf_append_byte(
                ctx, out, options->is_nul_terminated ? '\0' : '\n');
        if (!status && entry->is_ranged && options->diff)
            status = qn_op_log_diff_ranges(ctx, worker, options, out);
        else if (!status && qn_op_log_diff_is_shown(options, count))
            status = qn_op_log_diff_append(ctx, worker, options, &commit,
                                           parents, count, out, &is_empty);
    }
    entry->message_size = worker->message_size;
    if (!status && is_empty && options->needs_diff) {
        entry->is_hidden = true;
        qn_buf_truncate(out, start);
    }
    if (status && worker->has_no_trees)
        qn_buf_truncate(out, start);
    return status;
}
