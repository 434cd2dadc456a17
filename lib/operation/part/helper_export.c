/* SPDX-License-Identifier: MIT */
/* Rows of a push as a stream for fast-import, to a helper that reads such. */
#include "base/memory.h"
#include "operation/op_fast_export.h"
#include "operation/part/helper_push.h"
#include "os/file.h"
#include "transport/helper.h"

#include <errno.h>
#include <string.h>

struct exporting {
    struct qn_ctx *ctx;
    const struct qn_helper_push *how;
    struct qn_helper *helper;
    struct qn_arena arena;
    const char **words; /* what the stream is of */
    size_t count, capacity;
    struct qn_refspec *refspecs;
    size_t refspec_count;
    struct qn_fast_export_marks marks;
    bool has_hung_up; /* writing failed: it is the helper that is gone */
};

static enum qn_status add_word(struct exporting *e, const char *front,
                               const char *text)
{
    struct qn_buf word = QN_BUF_INIT;
    enum qn_status status = qn_memory_grow(e->ctx, &e->words, &e->capacity,
                                           e->count + 1, sizeof(*e->words));

    if (!status)
        status = qn_buf_printf(e->ctx, &word, "%s%s", front, text);
    if (!status) {
        e->words[e->count] =
            qn_arena_copy(e->ctx, &e->arena, qn_buf_bytes(&word));
        if (e->words[e->count])
            e->count++;
        else
            status = QN_NO_MEMORY;
    }
    qn_buf_dispose(&word);
    return status;
}

/* What the helper has of it already, by the ref that it keeps here. */
static enum qn_status leave_out(struct exporting *e, struct qn_push_row *row)
{
    struct qn_buf name = QN_BUF_INIT;
    struct qn_ref ref = QN_REF_INIT;
    bool matched = false;
    bool found = false;
    enum qn_status status =
        qn_helper_private_name(e->ctx, e->helper, row->name, &name, &matched);

    if (!status && matched)
        status = qn_refs_resolve(e->ctx, e->how->scope->refs,
                                 qn_buf_string(&name), &ref, &found);
    if (!status && found)
        status = add_word(e, "^", qn_buf_string(&name));
    if (!status && found)
        row->old_id = ref.id;
    qn_ref_dispose(&ref);
    qn_buf_dispose(&name);
    return status;
}

static enum qn_status add_rename(struct exporting *e, const char *source,
                                 const char *name)
{
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status = qn_buf_printf(e->ctx, &text, "%s:%s", source, name);

    if (!status)
        status =
            qn_refspec_parse(e->ctx, qn_buf_string(&text), QN_REFSPEC_FETCH,
                             &e->refspecs[e->refspec_count]);
    if (!status)
        e->refspec_count++;
    qn_buf_dispose(&text);
    return status;
}

static enum qn_status add_row(struct exporting *e, struct qn_push_row *row)
{
    struct qn_ref ref = QN_REF_INIT;
    const char *source = row->source;
    bool found = false;
    enum qn_status status = leave_out(e, row);

    if (!status && qn_id_is_null(&row->new_id))
        return add_rename(e, "", row->name);
    if (!status)
        status =
            qn_refs_find(e->ctx, e->how->scope->refs, source, &ref, &found);
    if (status == QN_INVALID) { /* no name of a ref */
        qn_ctx_clear(e->ctx);
        status = QN_OK;
    }
    if (!status && found && ref.is_symbolic)
        source = qn_buf_string(&ref.target);
    if (!status && strcmp(source, row->name) != 0)
        status = add_rename(e, source, row->name);
    if (!status)
        status = add_word(e, "", row->source);
    qn_ref_dispose(&ref);
    return status;
}

/* ---- files of marks */

static enum qn_status append_path(struct exporting *e,
                                  const struct qn_buf *path, const char *end,
                                  struct qn_buf *out)
{
    const char *directory = e->how->options->directory;
    enum qn_status status = QN_OK;

    if (directory && path->data[0] != '/')
        status = qn_buf_printf(e->ctx, out, "%s/", directory);
    if (!status)
        status = qn_buf_append_bytes(e->ctx, out, qn_buf_bytes(path));
    return status ? status : qn_buf_append_string(e->ctx, out, end);
}

static enum qn_status read_marks(struct exporting *e, const struct qn_buf *name)
{
    struct qn_buf path = QN_BUF_INIT;
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status;

    if (name->size == 0)
        return QN_OK;
    status = append_path(e, name, "", &path);
    if (!status) {
        status = qn_file_read_all(e->ctx, qn_buf_string(&path), &text);
        if (status && status != QN_NO_MEMORY)
            status = qn_ctx_fail_reason(e->ctx, status, "push.marks", NULL,
                                        "could not open '%.*s' for reading: %s",
                                        (int)name->size, name->data,
                                        strerror(qn_ctx_errno(e->ctx)));
    }
    if (!status)
        status = qn_fast_export_marks_read(
            e->ctx, &e->marks, e->how->scope->odb, qn_buf_bytes(&text));
    qn_buf_dispose(&path);
    qn_buf_dispose(&text);
    return status;
}

/* Beside it, and then in its place. */
static enum qn_status write_marks(struct exporting *e,
                                  const struct qn_buf *name)
{
    struct qn_buf path = QN_BUF_INIT;
    struct qn_buf beside = QN_BUF_INIT;
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status;
    int fd = -1;

    if (name->size == 0)
        return QN_OK;
    status = append_path(e, name, "", &path);
    if (!status)
        status = append_path(e, name, ".tmp", &beside);
    if (!status)
        status = qn_fast_export_marks_write(e->ctx, &e->marks, &text);
    if (!status)
        status = qn_file_open(e->ctx, qn_buf_string(&beside),
                              QN_FILE_WRITE | QN_FILE_CREATE | QN_FILE_TRUNCATE,
                              0666, &fd);
    if (!status)
        status = qn_file_write(e->ctx, fd, text.data, text.size);
    if (fd >= 0) {
        enum qn_status closed =
            qn_file_close_written(e->ctx, fd, qn_buf_string(&beside));

        status = status ? status : closed;
    }
    if (!status)
        status = qn_file_rename(e->ctx, qn_buf_string(&beside),
                                qn_buf_string(&path));
    qn_buf_dispose(&path);
    qn_buf_dispose(&beside);
    qn_buf_dispose(&text);
    return status;
}

/* ---- the stream */

static enum qn_status write_stream(struct qn_ctx *ctx, void *data,
                                   struct qn_bytes text)
{
    struct exporting *e = data;
    enum qn_status status = qn_helper_write(ctx, e->helper, text);

    e->has_hung_up = status == QN_NETWORK;
    return status;
}

static enum qn_status run(struct exporting *e)
{
    const struct qn_helper_abilities *can = qn_helper_abilities(e->helper);
    struct qn_push_rows *rows = e->how->rows;
    struct qn_revision_args args;
    struct qn_op_fast_export op = {
        .scope = e->how->scope,
        .args = &args,
        .signed_tags = can->has_signed_tags ? QN_FAST_EXPORT_SIGNED_VERBATIM
                                            : QN_FAST_EXPORT_SIGNED_WARN_STRIP,
        .signed_commits = QN_FAST_EXPORT_SIGNED_STRIP,
        .says_done = true,
        .marks = &e->marks,
        .write = write_stream,
        .data = e};
    enum qn_status status = QN_OK;
    uint32_t had;
    size_t i;

    qn_revision_args_init(&args);
    args.keeps_refs = true;
    for (i = 0; !status && i < rows->count; i++)
        if (rows->items[i].has_source)
            status = add_row(e, &rows->items[i]);
    if (!status)
        status = add_word(e, "--", "");
    if (!status)
        status = qn_revision_args_parse(e->ctx, e->how->scope, &args, e->words,
                                        e->count, NULL, NULL);
    if (!status)
        status = read_marks(e, &can->import_marks);
    op.refspecs = e->refspecs;
    op.refspec_count = e->refspec_count;
    had = e->marks.last;
    if (!status)
        status = qn_op_fast_export_run(e->ctx, &op);
    if (!status && e->marks.last != had)
        status = write_marks(e, &can->export_marks);
    qn_revision_args_dispose(&args);
    return status;
}

enum qn_status qn_helper_export_rows(struct qn_ctx *ctx,
                                     const struct qn_helper_push *push)
{
    struct exporting e = {.ctx = ctx,
                          .how = push,
                          .helper = push->connection->helper,
                          .arena = QN_ARENA_INIT};
    enum qn_status status;
    size_t i;

    if (!qn_helper_abilities(e.helper)->refspecs.count)
        return qn_ctx_fail_reason(
            ctx, QN_UNSUPPORTED, "push.refspec", NULL,
            "remote-helper doesn't support push; refspec needed");
    qn_fast_export_marks_init(&e.marks, qn_odb_algorithm(push->scope->odb));
    e.refspecs =
        qn_memory_calloc(ctx, push->rows->count + 1, sizeof(*e.refspecs));
    status = e.refspecs ? qn_helper_export(ctx, e.helper) : QN_NO_MEMORY;
    if (!status) {
        status = run(&e);
        if (status && status != QN_NO_MEMORY && status != QN_CANCELLED &&
            !e.has_hung_up) {
            qn_ctx_report(ctx, QN_REPORT_INFO, "push.export", "fatal: %s",
                          qn_ctx_message(ctx));
            status = qn_ctx_fail_reason(ctx, QN_INVALID, "push.export", NULL,
                                        "error while running fast-export");
        }
    }
    for (i = 0; i < e.refspec_count; i++)
        qn_refspec_dispose(&e.refspecs[i]);
    qn_memory_free(e.refspecs);
    qn_memory_free(e.words);
    qn_fast_export_marks_dispose(&e.marks);
    qn_arena_dispose(&e.arena);
    return status;
}
