/* SPDX-License-Identifier: MIT */
#include "operation/part/commit_message.h"

#include "base/memory.h"
#include "show/trailer.h"
#include "show/trailer_edit.h"

#include "os/file.h"
#include "text/stripspace.h"

#define SIGN_OFF "Signed-off-by: "

static enum qn_status append_messages(struct qn_ctx *ctx,
                                      const char *const *messages,
                                      struct qn_buf *out)
{
    enum qn_status status = QN_OK;

    for (; messages && *messages && !status; messages++) {
        if (out->size)
            status = qn_buf_append_byte(ctx, out, '\n');
        if (!status)
            status = qn_buf_append_string(ctx, out, *messages);
        if (!status && out->size && out->data[out->size - 1] != '\n')
            status = qn_buf_append_byte(ctx, out, '\n');
    }
    return status;
}

enum qn_status qn_commit_message_lookup(struct qn_ctx *ctx,
                                        const struct qn_revision_scope *scope,
                                        const char *text, struct qn_id *out)
{
    struct qn_revision revision = QN_REVISION_INIT;
    enum qn_status status = qn_revision_parse(ctx, scope, text, &revision);

    if (!status)
        status = qn_revision_need_commit(ctx, scope->odb, &revision.id, out);
    qn_revision_dispose(&revision);
    if (status && !qn_revision_is_deadly(ctx))
        status = qn_ctx_fail(ctx, status, "could not lookup commit '%s'", text);
    return status;
}

/* "fixup! <subject>\n\n": the subject is the first paragraph on one line. */
static enum qn_status append_autosquash(struct qn_ctx *ctx,
                                        const struct qn_revision_scope *scope,
                                        const char *word, const char *revision,
                                        bool has_message, struct qn_buf *out)
{
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_commit commit;
    struct qn_bytes rest;
    struct qn_bytes line;
    enum qn_status status;
    struct qn_id id;
    bool is_first = true;

    status = qn_commit_message_lookup(ctx, scope, revision, &id);
    if (status)
        return status;
    status = qn_odb_read_typed(ctx, scope->odb, &id, QN_OBJECT_COMMIT, &object);
    if (!status)
        status = qn_commit_parse(ctx, qn_object_bytes(&object), id.algorithm,
                                 &commit);
    if (!status)
        status = qn_buf_printf(ctx, out, "%s! ", word);
    rest = commit.message;
    while (!status && qn_bytes_next(&rest, '\n', &line)) {
        line = qn_bytes_trim_end(line);
        if (line.size == 0 && is_first)
            continue;
        if (line.size == 0)
            break;
        if (!is_first)
            status = qn_buf_append_byte(ctx, out, ' ');
        if (!status)
            status = qn_buf_append_bytes(ctx, out, line);
        is_first = false;
    }
    if (!status)
        status = qn_buf_append_string(ctx, out, "\n\n");
    /* What amends an amendment has what that one would put in place. */
    if (!qn_bytes_has_prefix(commit.message, "amend! "))
        rest = commit.message;
    if (!status && has_message)
        status = qn_buf_append_bytes(ctx, out, rest);
    qn_object_dispose(&object);
    return status;
}

/* A file of the git directory, appended; `*found` false when it is not there.
 */
static enum qn_status append_file(struct qn_ctx *ctx, struct qn_repo *repo,
                                  const char *name, struct qn_buf *out,
                                  bool *found)
{
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status = qn_repo_path(ctx, repo, name, &path);

    *found = false;
    if (!status && qn_file_exists(qn_buf_string(&path))) {
        status = qn_file_read_all(ctx, qn_buf_string(&path), out);
        *found = !status;
    }
    qn_buf_dispose(&path);
    return status;
}

static enum qn_status from_state(struct qn_ctx *ctx,
                                 const struct qn_revision_scope *scope,
                                 const struct qn_commit_options *options,
                                 struct qn_commit_message *out)
{
    bool has_squash = false;
    bool has_merge = false;
    enum qn_status status;

    status = append_file(ctx, scope->repo, "MERGE_MSG", &out->text, &has_merge);
    if (!status && has_merge) {
        out->source = "merge";
        out->has_comments = true;
    }
    if (!status && !has_merge) {
        status = append_file(ctx, scope->repo, "SQUASH_MSG", &out->text,
                             &has_squash);
        if (!status && has_squash)
            out->source = "squash";
    }
    if (!status && !has_merge && !has_squash && options->template_text) {
        status = qn_buf_append_bytes(ctx, &out->text,
                                     qn_buf_bytes(options->template_text));
        out->source = "template";
    }
    return status;
}

enum qn_status qn_commit_message_collect(
    struct qn_ctx *ctx, const struct qn_revision_scope *scope,
    const struct qn_commit_options *options, const struct qn_commit *reused,
    struct qn_commit_message *out)
{
    enum qn_status status = QN_OK;

    out->source = out->source_commit = NULL;
    out->has_comments = false;
    if (options->squash)
        status = append_autosquash(ctx, scope, "squash", options->squash, false,
                                   &out->text);
    if (!status && options->fixup)
        status = append_autosquash(
            ctx, scope, options->fixup_amends ? "amend" : "fixup",
            options->fixup, options->fixup_amends, &out->text);
    if (status)
        return status;
    if (options->messages && options->messages[0]) {
        struct qn_buf given = QN_BUF_INIT;

        status = append_messages(ctx, options->messages, &given);
        if (!status)
            status = qn_buf_append_bytes(ctx, &out->text, qn_buf_bytes(&given));
        qn_buf_dispose(&given);
        out->source = "message";
    } else if (options->file) {
        status =
            qn_buf_append_bytes(ctx, &out->text, qn_buf_bytes(options->file));
        out->source = "message";
    } else if (reused && !options->fixup) {
        status = qn_buf_append_bytes(ctx, &out->text, reused->message);
        out->source = "commit";
        out->source_commit = options->reuse ? options->reuse : "HEAD";
    } else if (options->fixup || options->squash) {
        out->source = "message";
    } else {
        status = from_state(ctx, scope, options, out);
    }
    return status;
}

/* Does the text end in a paragraph of trailers? */
static bool ends_in_trailers(struct qn_bytes text)
{
    return qn_trailer_find_block(text, true).size > 0;
}

/* Put a line at the end of the trailers, unless it is there and last. */
static enum qn_status append_trailer_line(struct qn_ctx *ctx,
                                          struct qn_buf *text,
                                          struct qn_bytes line)
{
    enum qn_status status = QN_OK;

    if (text->size && text->data[text->size - 1] != '\n')
        status = qn_buf_append_byte(ctx, text, '\n');
    if (!status && text->size == 0)
        status = qn_buf_append_string(ctx, text, "\n\n");
    else if (!status && text->size >= line.size &&
             qn_bytes_is_equal(
                 qn_bytes_from(qn_buf_bytes(text), text->size - line.size),
                 line))
        return QN_OK;
    else if (!status && !ends_in_trailers(qn_buf_bytes(text)))
        status = qn_buf_append_byte(ctx, text, '\n');
    if (!status)
        status = qn_buf_append_bytes(ctx, text, line);
    return status;
}

enum qn_status qn_commit_message_sign_off(struct qn_ctx *ctx,
                                          struct qn_buf *text,
                                          struct qn_bytes who)
{
    struct qn_buf line = QN_BUF_INIT;
    enum qn_status status;

    status = qn_buf_printf(ctx, &line, SIGN_OFF "%.*s\n", QN_BYTES_ARG(who));
    if (!status)
        status = append_trailer_line(ctx, text, qn_buf_bytes(&line));
    qn_buf_dispose(&line);
    return status;
}

enum qn_status qn_commit_message_add_trailers(struct qn_ctx *ctx,
                                              const struct qn_config *config,
                                              struct qn_buf *text,
                                              const char *const *trailers)
{
    struct qn_trailer_edit edit = {.config = config, .ignores_divider = true};
    struct qn_trailer_new *added = NULL;
    struct qn_buf out = QN_BUF_INIT;
    size_t count = 0;
    enum qn_status status;

    while (trailers && trailers[count])
        count++;
    if (count == 0)
        return QN_OK;
    added = qn_memory_calloc(ctx, count, sizeof(*added));
    if (!added)
        return QN_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        added[i].text = trailers[i];
        if (trailers[i][0] == ':' || trailers[i][0] == '=') {
            qn_ctx_report(ctx, QN_REPORT_ERROR, "trailer.no-key",
                          "invalid trailer '%s': missing key before separator",
                          trailers[i]);
            qn_memory_free(added);
            return qn_ctx_fail(ctx, QN_INVALID,
                               "unable to pass trailers to --trailers");
        }
    }
    edit.added = added;
    edit.added_count = count;
    status = qn_trailer_edit(ctx, qn_buf_bytes(text), &edit, &out);
    if (!status) {
        qn_buf_clear(text);
        status = qn_buf_append_bytes(ctx, text, qn_buf_bytes(&out));
    }
    qn_buf_dispose(&out);
    qn_memory_free(added);
    return status;
}

enum qn_status qn_commit_message_instruct(struct qn_ctx *ctx,
                                          enum qn_commit_cleanup cleanup,
                                          const char *comment,
                                          struct qn_buf *out)
{
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status;

    if (cleanup == QN_COMMIT_CLEANUP_SCISSORS)
        status = qn_buf_append_string(
            ctx, &text,
            QN_STRIPSPACE_CUT "\n"
                              "Do not modify or remove the line above.\n"
                              "Everything below it will be ignored.\n");
    else if (cleanup == QN_COMMIT_CLEANUP_DEFAULT ||
             cleanup == QN_COMMIT_CLEANUP_STRIP)
        status = qn_buf_printf(
            ctx, &text,
            "Please enter the commit message for your changes. Lines starting\n"
            "with '%s' will be ignored, and an empty message aborts the "
            "commit.\n",
            comment);
    else
        status = qn_buf_printf(
            ctx, &text,
            "Please enter the commit message for your changes. Lines starting\n"
            "with '%s' will be kept; you may remove them yourself if you want "
            "to.\nAn empty message aborts the commit.\n",
            comment);
    if (!status)
        status = qn_buf_append_byte(ctx, out, '\n');
    if (!status)
        status = qn_stripspace_comment(ctx, qn_buf_bytes(&text), comment, out);
    qn_buf_dispose(&text);
    return status;
}

enum qn_status qn_commit_message_clean(struct qn_ctx *ctx,
                                       enum qn_commit_cleanup cleanup,
                                       const char *comment, struct qn_buf *text)
{
    struct qn_buf cleaned = QN_BUF_INIT;
    enum qn_status status;

    if (cleanup == QN_COMMIT_CLEANUP_SCISSORS)
        qn_buf_truncate(text,
                        qn_stripspace_scissors(qn_buf_bytes(text), comment));
    if (cleanup == QN_COMMIT_CLEANUP_VERBATIM)
        return QN_OK;
    status = qn_stripspace(ctx, qn_buf_bytes(text),
                           cleanup == QN_COMMIT_CLEANUP_STRIP ? comment : NULL,
                           &cleaned);
    if (!status)
        qn_buf_swap(text, &cleaned);
    qn_buf_dispose(&cleaned);
    return status;
}

bool qn_commit_message_is_empty(struct qn_bytes text)
{
    struct qn_bytes line;

    while (qn_bytes_next(&text, '\n', &line)) {
        line = qn_bytes_trim(line);
        if (line.size && !qn_bytes_has_prefix(line, SIGN_OFF))
            return false;
    }
    return true;
}
