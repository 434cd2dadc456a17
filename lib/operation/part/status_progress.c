/* SPDX-License-Identifier: MIT */
/* What an interactive rebase has done and has before it, and whether a commit
 * is being split; what is left of a sequence of picks. */
#include "operation/part/status_text.h"
#include "os/file.h"

#include <string.h>

#define SHOWN 2

/* A file of the git directory; `*found` false when it is not there. */
static enum qn_status read_file(struct qn_ctx *ctx,
                                const struct qn_revision_scope *scope,
                                const char *name, struct qn_buf *out,
                                bool *found)
{
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status = qn_repo_path(ctx, scope->repo, name, &path);

    qn_buf_clear(out);
    *found = !status && qn_file_exists(qn_buf_string(&path));
    if (*found)
        status = qn_file_read_all(ctx, qn_buf_string(&path), out);
    qn_buf_dispose(&path);
    return status;
}

/* "pick <id> words", the id abbreviated where it is one. */
static enum qn_status append_command(struct qn_ctx *ctx,
                                     const struct qn_revision_scope *scope,
                                     struct qn_bytes line, struct qn_buf *out)
{
    size_t word = qn_bytes_find(line, ' ');
    struct qn_bytes verb = qn_bytes_first(line, word);
    struct qn_bytes rest = qn_bytes_from(line, word + 1);
    struct qn_bytes hex = qn_bytes_first(rest, qn_bytes_find(rest, ' '));
    char text[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_id id;
    size_t digits = 0;
    enum qn_status status = QN_OK;

    if (qn_bytes_is_string(verb, "exec") || qn_bytes_is_string(verb, "x") ||
        qn_bytes_is_string(verb, "label") || qn_bytes_is_string(verb, "l") ||
        !qn_id_from_hex(&id, qn_repo_algorithm(scope->repo), hex))
        return qn_buf_printf(ctx, out, "%.*s\n", QN_BYTES_ARG(line));
    status = qn_odb_abbreviate(ctx, scope->odb, &id, 0, &digits);
    if (!status)
        status = qn_buf_printf(ctx, out, "%.*s %.*s%.*s\n", QN_BYTES_ARG(verb),
                               (int)digits, qn_id_to_hex(&id, text),
                               QN_BYTES_ARG(qn_bytes_from(rest, hex.size)));
    return status;
}

static bool next_command(struct qn_bytes *rest, struct qn_bytes *line)
{
    while (qn_bytes_next(rest, '\n', line)) {
        *line = qn_bytes_trim(*line);
        if (line->size && line->data[0] != '#')
            return true;
    }
    return false;
}

/* How many commands there are, and the last (or first) two of them. */
static enum qn_status list_commands(struct qn_ctx *ctx,
                                    const struct qn_revision_scope *scope,
                                    struct qn_bytes text, bool is_last,
                                    size_t *count, struct qn_buf *out)
{
    struct qn_bytes rest = text, line;
    size_t first = 0, i = 0;
    enum qn_status status = QN_OK;

    *count = 0;
    while (next_command(&rest, &line))
        ++*count;
    if (is_last && *count > SHOWN)
        first = *count - SHOWN;
    for (rest = text; !status && next_command(&rest, &line); i++)
        if (i >= first && i < first + SHOWN)
            status = append_command(ctx, scope, line, out);
    return status;
}

static enum qn_status read_id(struct qn_ctx *ctx,
                              const struct qn_revision_scope *scope,
                              const char *name, struct qn_id *id, bool *found)
{
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status = read_file(ctx, scope, name, &text, found);

    if (!status && *found)
        *found = qn_id_from_hex(id, qn_repo_algorithm(scope->repo),
                                qn_bytes_trim(qn_buf_bytes(&text)));
    qn_buf_dispose(&text);
    return status;
}

/* Was the commit that the rebase stopped at taken back? */
static enum qn_status find_split(struct qn_ctx *ctx,
                                 const struct qn_revision_scope *scope,
                                 struct qn_status_state *state)
{
    struct qn_id amend, start, before;
    bool has_amend, has_start = false, has_before = false;
    enum qn_status status =
        read_id(ctx, scope, "rebase-merge/amend", &amend, &has_amend);

    if (!status)
        status =
            read_id(ctx, scope, "rebase-merge/orig-head", &start, &has_start);
    if (!status)
        status = read_id(ctx, scope, "ORIG_HEAD", &before, &has_before);
    if (status || !has_amend || !has_start || !state->is_detached)
        return status;
    if (qn_id_is_equal(&amend, &start))
        state->is_splitting = !qn_id_is_equal(&amend, &state->head);
    else
        state->is_splitting = has_before && !qn_id_is_equal(&before, &start);
    return QN_OK;
}

enum qn_status qn_status_progress_rebase(struct qn_ctx *ctx,
                                         const struct qn_revision_scope *scope,
                                         struct qn_status_state *state)
{
    struct qn_buf text = QN_BUF_INIT;
    bool found;
    enum qn_status status =
        read_file(ctx, scope, "rebase-merge/done", &text, &found);

    if (!status)
        status = list_commands(ctx, scope, qn_buf_bytes(&text), true,
                               &state->done_count, &state->done);
    if (!status)
        status = read_file(ctx, scope, "rebase-merge/git-rebase-todo", &text,
                           &found);
    state->has_no_todo = !found;
    if (!status)
        status = list_commands(ctx, scope, qn_buf_bytes(&text), false,
                               &state->next_count, &state->next);
    if (!status)
        status = find_split(ctx, scope, state);
    qn_buf_dispose(&text);
    return status;
}

enum qn_status
qn_status_progress_sequence(struct qn_ctx *ctx,
                            const struct qn_revision_scope *scope,
                            struct qn_status_state *state)
{
    struct qn_buf text = QN_BUF_INIT;
    struct qn_bytes rest, line;
    bool found;
    enum qn_status status =
        read_file(ctx, scope, "sequencer/todo", &text, &found);

    rest = qn_buf_bytes(&text);
    if (!status && next_command(&rest, &line)) {
        state->is_picking = qn_bytes_has_prefix(line, "pick ") ||
                            qn_bytes_has_prefix(line, "p ");
        state->is_reverting = qn_bytes_has_prefix(line, "revert ");
    }
    qn_buf_dispose(&text);
    return status;
}
