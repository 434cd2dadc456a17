/* SPDX-License-Identifier: MIT */
#include "operation/op_patch.h"
#include "operation/part/patch_write.h"
#include "text/quote.h"

/* Cut the patch of one file off `*rest`; what stands before the first is no
 * patch, and left out. */
static bool next_section(struct qn_bytes *rest, struct qn_bytes *out)
{
    size_t at = 0;

    while (rest->size && !qn_bytes_has_prefix(*rest, "diff --git "))
        *rest = qn_bytes_from(*rest, qn_bytes_find(*rest, '\n') + 1);
    if (rest->size == 0)
        return false;
    do {
        at += qn_bytes_find(qn_bytes_from(*rest, at), '\n') + 1;
    } while (at < rest->size &&
             !qn_bytes_has_prefix(qn_bytes_from(*rest, at), "diff --git "));
    *out = qn_bytes_first(*rest, at);
    *rest = qn_bytes_from(*rest, at);
    return true;
}

/* A name of the header without its first part, appended. */
static enum qn_status add_name(struct qn_ctx *ctx, struct qn_bytes name,
                               struct qn_buf *out)
{
    struct qn_buf plain = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    size_t tab;

    if (name.size && name.data[0] == '"') {
        size_t used = 0;

        status = qn_quote_unquote_c(ctx, name, &plain, &used);
        name = qn_buf_bytes(&plain);
    } else {
        tab = qn_bytes_find(name, '\t');
        name = qn_bytes_first(name, tab);
    }
    if (!status)
        status = qn_buf_append_bytes(
            ctx, out, qn_bytes_from(name, qn_bytes_find(name, '/') + 1));
    qn_buf_dispose(&plain);
    return status;
}

/* The path that a section is about: of its "---" and "+++" lines, or, without
 * those, the second half of its first line. */
static enum qn_status find_path(struct qn_ctx *ctx, struct qn_bytes section,
                                struct qn_buf *out)
{
    struct qn_bytes first = QN_BYTES_NONE, line;
    enum qn_status status = QN_OK;

    qn_buf_clear(out);
    (void)qn_bytes_next(&section, '\n', &first);
    while (!status && qn_bytes_next(&section, '\n', &line)) {
        if (qn_bytes_has_prefix(line, "@@ "))
            break;
        if ((qn_bytes_has_prefix(line, "--- ") ||
             qn_bytes_has_prefix(line, "+++ ")) &&
            !qn_bytes_has_suffix(line, " /dev/null")) {
            qn_buf_clear(out);
            status = add_name(ctx, qn_bytes_from(line, 4), out);
        }
    }
    if (status || out->size)
        return status;
    first = qn_bytes_from(first, 11);
    return add_name(ctx, qn_bytes_from(first, first.size / 2 + 1), out);
}

static enum qn_status apply_section(struct qn_ctx *ctx,
                                    struct qn_patch_write *write,
                                    struct qn_bytes section, bool *applies)
{
    struct qn_file_patch file;
    struct qn_buf path = QN_BUF_INIT, hunks = QN_BUF_INIT;
    enum qn_status status =
        qn_file_patch_parse(ctx, section, QN_BYTES_NONE, &file);

    if (status)
        return status;
    qn_file_patch_recount(&file);
    status = find_path(ctx, section, &path);
    if (!status)
        status = qn_file_patch_assemble(ctx, &file, true, &hunks);
    (void)qn_buf_string(&path);
    write->file = &file;
    write->path = qn_buf_bytes(&path);
    write->hunks = qn_buf_bytes(&hunks);
    write->changes_mode = file.count && file.hunks[0].is_mode;
    if (!status)
        status = qn_patch_write_index(ctx, write, applies);
    qn_buf_dispose(&path);
    qn_buf_dispose(&hunks);
    qn_file_patch_dispose(&file);
    return status;
}

enum qn_status qn_op_patch_text(struct qn_ctx *ctx,
                                const struct qn_work_tree *tree,
                                struct qn_odb *odb, struct qn_index *index,
                                struct qn_bytes text, bool *applies)
{
    struct qn_patch_write write = {
        .tree = tree, .odb = odb, .index = index, .is_check = true};
    enum qn_status status = QN_OK;
    bool all_apply = true;
    bool is_empty = true;

    for (int pass = 0; pass < 2 && !status && all_apply; pass++) {
        struct qn_bytes rest = text, section;

        write.is_check = pass == 0;
        while (!status && next_section(&rest, &section)) {
            bool one = false;

            is_empty = false;
            status = apply_section(ctx, &write, section, &one);
            all_apply = all_apply && one;
        }
    }
    if (!status && is_empty)
        qn_ctx_report(ctx, QN_REPORT_ERROR, "patch.empty",
                      "No valid patches in input (allow with "
                      "\"--allow-empty\")");
    *applies = all_apply && !is_empty;
    return status;
}
