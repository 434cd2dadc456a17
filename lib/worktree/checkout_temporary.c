/* SPDX-License-Identifier: MIT */
#include "worktree/checkout.h"

#include "object/tree.h"
#include "os/file.h"
#include "os/temporary.h"

static enum qn_status
write_temporary(struct qn_ctx *ctx, const struct qn_work_tree *tree,
                const char *prefix, struct qn_bytes content, struct qn_buf *out)
{
    struct qn_buf path = QN_BUF_INIT;
    int fd = -1;
    enum qn_status status =
        qn_buf_printf(ctx, &path, "%s/%s", tree->top, prefix);
    struct qn_buf full = QN_BUF_INIT;

    if (!status)
        status = qn_file_create_temporary(ctx, qn_buf_string(&path), 0600, &fd,
                                          &full);
    if (!status && content.size > 0)
        status = qn_file_write(ctx, fd, content.data, content.size);
    if (!status) {
        int written = fd;

        fd = -1;
        status = qn_file_close_written(ctx, written, qn_buf_string(&full));
    }
    if (!status)
        status = qn_buf_append_string(
            ctx, out, qn_buf_string(&full) + path.size - strlen(prefix));
    /* It is the caller's, and stays. */
    if (status && full.size > 0)
        qn_temporary_remove(qn_buf_string(&full));
    else if (!status)
        qn_temporary_forget(qn_buf_string(&full));
    qn_file_close(fd);
    qn_buf_dispose(&path);
    qn_buf_dispose(&full);
    return status;
}

enum qn_status qn_checkout_temporary(struct qn_ctx *ctx,
                                     const struct qn_work_tree *tree,
                                     struct qn_index *index, struct qn_odb *odb,
                                     const struct qn_index_entry *entry,
                                     struct qn_buf *out)
{
    bool is_link = qn_mode_is_symlink(entry->mode), changed = false;
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_buf filtered = QN_BUF_INIT;
    struct qn_filter *filter = NULL;
    struct qn_filter_plan plan = {0};
    struct qn_bytes content;
    enum qn_status status;

    if (qn_mode_is_gitlink(entry->mode))
        return qn_ctx_fail(ctx, QN_UNSUPPORTED,
                           "cannot create temporary submodule %s",
                           (const char *)entry->path.data);
    status = qn_odb_read_typed(ctx, odb, &entry->id, QN_OBJECT_BLOB, &object);
    if (status)
        goto out;
    content = qn_object_bytes(&object);
    if (!is_link) {
        status =
            qn_filter_new(ctx, tree, QN_ATTRIBUTES_WORK_TREE, index, &filter);
        if (!status)
            status = qn_filter_plan(ctx, filter, entry->path, &plan);
        if (!status)
            status = qn_filter_to_work_tree(ctx, filter, &plan, entry->path,
                                            &entry->id, content, &filtered,
                                            &changed);
        if (changed)
            content = qn_buf_bytes(&filtered);
    }
    if (!status)
        status = write_temporary(
            ctx, tree, is_link ? ".merge_link_" : ".merge_file_", content, out);
out:
    qn_filter_free(filter);
    qn_object_dispose(&object);
    qn_buf_dispose(&filtered);
    return status;
}
