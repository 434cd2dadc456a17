/* SPDX-License-Identifier: MIT */
#include "operation/part/patch_write.h"

#include "object/tree.h"
#include "os/file.h"
#include "worktree/checkout.h"

#define SUBPROJECT "Subproject commit "

/* A patch may say no mode; it means a file all the same. */
static uint32_t known(uint32_t mode)
{
    return mode ? mode : QN_MODE_FILE;
}

/* What the patch says of the file before and after; 0: there is none. */
static uint32_t mode_before(const struct qn_patch_write *write)
{
    const struct qn_file_patch *file = write->file;

    if (write->is_reversed)
        return file->is_deleted ? 0 : known(file->new_mode);
    return file->is_added ? 0 : known(file->old_mode);
}

static uint32_t mode_after(const struct qn_patch_write *write)
{
    const struct qn_file_patch *file = write->file;

    if (write->is_reversed)
        return file->is_added ? 0 : known(file->old_mode);
    return file->is_deleted ? 0 : known(file->new_mode);
}

static void refuse(struct qn_ctx *ctx, const struct qn_patch_write *write,
                   const char *why)
{
    qn_ctx_report(ctx, QN_REPORT_ERROR, "patch.failed", "%.*s: %s",
                  QN_BYTES_ARG(write->path), why);
}

/* `text` with the hunks applied. */
static enum qn_status apply(struct qn_ctx *ctx,
                            const struct qn_patch_write *write,
                            struct qn_bytes text, struct qn_buf *out,
                            bool *applies)
{
    struct qn_hunk_apply_options options = {
        .name = (const char *)write->path.data,
        .is_reversed = write->is_reversed,
        .header_lines = write->file->header_lines};
    enum qn_status status =
        qn_hunk_apply_run(ctx, text, write->hunks, &options, out);

    *applies = status == QN_OK;
    if (status != QN_CONFLICT && status != QN_CORRUPT)
        return status;
    qn_ctx_report(ctx, QN_REPORT_ERROR, "patch.failed", "%s",
                  qn_ctx_message(ctx));
    qn_ctx_clear(ctx);
    if (status == QN_CONFLICT)
        refuse(ctx, write, "patch does not apply");
    return QN_OK;
}

static enum qn_status read_entry(struct qn_ctx *ctx,
                                 const struct qn_patch_write *write,
                                 const struct qn_index_entry *entry,
                                 struct qn_buf *out)
{
    struct qn_object object = QN_OBJECT_INIT;
    enum qn_status status;

    if (qn_mode_is_gitlink(entry->mode)) {
        char hex[QN_ID_MAX_HEX_SIZE + 1];

        qn_id_to_hex(&entry->id, hex);
        return qn_buf_printf(ctx, out, SUBPROJECT "%s\n", hex);
    }
    status =
        qn_odb_read_typed(ctx, write->odb, &entry->id, QN_OBJECT_BLOB, &object);
    if (!status)
        status = qn_buf_append_bytes(ctx, out, qn_object_bytes(&object));
    qn_object_dispose(&object);
    return status;
}

/* The new content's id: a blob, or the commit that a submodule's line names. */
static enum qn_status store(struct qn_ctx *ctx,
                            const struct qn_patch_write *write,
                            struct qn_bytes text, struct qn_index_entry *entry)
{
    if (qn_mode_is_gitlink(entry->mode)) {
        struct qn_bytes line = qn_bytes_first(text, qn_bytes_find(text, '\n'));

        if (!qn_bytes_has_prefix(line, SUBPROJECT) ||
            !qn_id_from_hex(&entry->id, qn_index_algorithm(write->index),
                            qn_bytes_from(line, strlen(SUBPROJECT))))
            return qn_ctx_fail(ctx, QN_INVALID,
                               "corrupt patch for submodule "
                               "%.*s",
                               QN_BYTES_ARG(write->path));
        return QN_OK;
    }
    return qn_odb_write(ctx, write->odb, QN_OBJECT_BLOB, text, &entry->id);
}

/* Stat data, where the file is what was staged. */
static enum qn_status freshen(struct qn_ctx *ctx,
                              const struct qn_patch_write *write,
                              struct qn_index_entry *entry)
{
    struct qn_compare compare;
    struct qn_file_stat stat = {.kind = QN_FILE_NONE};
    enum qn_compare_answer answer = QN_COMPARE_MODIFIED;
    bool is_stale = false;
    enum qn_status status;

    if (!write->tree || qn_mode_is_gitlink(entry->mode))
        return QN_OK;
    qn_compare_init(&compare, write->tree, write->index);
    status = qn_compare_entry(ctx, &compare, entry, &stat, &answer, &is_stale);
    if (!status && answer == QN_COMPARE_SAME && stat.kind != QN_FILE_NONE)
        qn_index_stat_fill(&entry->stat, &stat);
    qn_compare_dispose(&compare);
    return status;
}

static enum qn_status change_entry(struct qn_ctx *ctx,
                                   const struct qn_patch_write *write,
                                   const struct qn_index_entry *old,
                                   struct qn_bytes text)
{
    struct qn_index_entry entry = {.path = write->path};
    enum qn_status status;

    entry.mode = old && !write->changes_mode ? old->mode : mode_after(write);
    if (old && (old->flags & QN_INDEX_INTENT_TO_ADD))
        entry.mode = mode_after(write);
    status = store(ctx, write, text, &entry);
    if (!status)
        status = qn_odb_sync(ctx, write->odb);
    if (!status)
        status = freshen(ctx, write, &entry);
    return status ? status : qn_index_add(ctx, write->index, &entry, true);
}

enum qn_status qn_patch_write_index(struct qn_ctx *ctx,
                                    const struct qn_patch_write *write,
                                    bool *applies)
{
    struct qn_buf text = QN_BUF_INIT, made = QN_BUF_INIT;
    bool found = false;
    size_t at = qn_index_find(write->index, write->path, 0, &found);
    const struct qn_index_entry *entry =
        found ? qn_index_peek(write->index, at) : NULL;
    bool is_intent = entry && (entry->flags & QN_INDEX_INTENT_TO_ADD);
    enum qn_status status = QN_OK;

    *applies = false;
    if (entry && entry->stage)
        entry = NULL;
    if (!mode_before(write) && entry && !is_intent) {
        refuse(ctx, write, "already exists in index");
        return QN_OK;
    }
    if (mode_before(write) && !entry) {
        refuse(ctx, write, "does not exist in index");
        return QN_OK;
    }
    if (entry && !is_intent)
        status = read_entry(ctx, write, entry, &text);
    if (!status)
        status = apply(ctx, write, qn_buf_bytes(&text), &made, applies);
    if (!status && *applies && !mode_after(write) && made.size) {
        qn_ctx_report(ctx, QN_REPORT_ERROR, "patch.failed",
                      "removal patch leaves file contents");
        refuse(ctx, write, "patch does not apply");
        *applies = false;
    }
    if (!status && *applies && !write->is_check) {
        if (mode_after(write))
            status = change_entry(ctx, write, entry, qn_buf_bytes(&made));
        else
            (void)qn_index_remove(write->index, write->path);
        qn_index_invalidate_path(write->index, write->path);
        qn_index_mark_changed(write->index);
    }
    qn_buf_dispose(&text);
    qn_buf_dispose(&made);
    return status;
}

/* ---- the work tree */

/* The file as git would store it. */
static enum qn_status read_file(struct qn_ctx *ctx,
                                const struct qn_patch_write *write,
                                struct qn_filter *filter,
                                const struct qn_filter_plan *plan,
                                uint32_t *mode, struct qn_buf *out)
{
    struct qn_buf path = QN_BUF_INIT, raw = QN_BUF_INIT;
    struct qn_file_stat stat = {.kind = QN_FILE_NONE};
    bool changed = false;
    enum qn_status status =
        qn_work_tree_path(ctx, write->tree, write->path, &path);

    if (!status)
        status = qn_file_lstat(ctx, qn_buf_string(&path), &stat);
    *mode = status ? 0 : qn_work_tree_mode(write->tree, &stat, 0);
    if (!status && stat.kind == QN_FILE_SYMLINK)
        status = qn_file_readlink(ctx, qn_buf_string(&path), out);
    else if (!status && stat.kind == QN_FILE_REGULAR)
        status = qn_file_read_all(ctx, qn_buf_string(&path), &raw);
    if (!status && stat.kind == QN_FILE_REGULAR) {
        status = qn_filter_to_git(ctx, filter, plan, write->path,
                                  qn_buf_bytes(&raw), 0, out, &changed);
        if (!status && !changed)
            qn_buf_swap(out, &raw);
    }
    qn_buf_dispose(&path);
    qn_buf_dispose(&raw);
    return status;
}

static enum qn_status write_file(struct qn_ctx *ctx,
                                 const struct qn_patch_write *write,
                                 struct qn_filter *filter,
                                 const struct qn_filter_plan *plan,
                                 uint32_t mode, struct qn_bytes text)
{
    struct qn_buf out = QN_BUF_INIT;
    bool changed = false;
    struct qn_id id;
    enum qn_status status = QN_OK;

    qn_id_clear(&id, qn_index_algorithm(write->index));
    if (qn_mode_is_file(mode))
        status = qn_filter_to_work_tree(ctx, filter, plan, write->path, &id,
                                        text, &out, &changed);
    if (!status)
        status = qn_checkout_remove(ctx, write->tree, &write->path, 1);
    if (!status)
        status = qn_checkout_write(ctx, write->tree, write->path, mode,
                                   changed ? qn_buf_bytes(&out) : text);
    qn_buf_dispose(&out);
    return status;
}

enum qn_status qn_patch_write_file(struct qn_ctx *ctx,
                                   const struct qn_patch_write *write,
                                   bool *applies)
{
    struct qn_buf text = QN_BUF_INIT, made = QN_BUF_INIT;
    struct qn_filter *filter = NULL;
    struct qn_filter_plan plan;
    uint32_t mode = 0;
    enum qn_status status;

    *applies = false;
    status = qn_filter_new(ctx, write->tree, QN_ATTRIBUTES_WORK_TREE,
                           write->index, &filter);
    if (!status)
        status = qn_filter_plan(ctx, filter, write->path, &plan);
    if (!status)
        status = read_file(ctx, write, filter, &plan, &mode, &text);
    if (status)
        goto out;
    if (!mode_before(write) && mode) {
        refuse(ctx, write, "already exists in working directory");
        goto out;
    }
    if (mode_before(write) && !mode) {
        qn_ctx_report(ctx, QN_REPORT_ERROR, "patch.failed",
                      "%.*s: No such file or directory",
                      QN_BYTES_ARG(write->path));
        goto out;
    }
    status = apply(ctx, write, qn_buf_bytes(&text), &made, applies);
    if (!status && *applies && !mode_after(write) && made.size) {
        qn_ctx_report(ctx, QN_REPORT_ERROR, "patch.failed",
                      "removal patch leaves file contents");
        refuse(ctx, write, "patch does not apply");
        *applies = false;
    }
    if (status || !*applies || write->is_check)
        goto out;
    if (!mode_after(write))
        status = qn_checkout_remove(ctx, write->tree, &write->path, 1);
    else
        status =
            write_file(ctx, write, filter, &plan,
                       mode && !write->changes_mode ? mode : mode_after(write),
                       qn_buf_bytes(&made));
out:
    qn_filter_free(filter);
    qn_buf_dispose(&text);
    qn_buf_dispose(&made);
    return status;
}
