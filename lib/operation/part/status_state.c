/* SPDX-License-Identifier: MIT */
#include "config/config.h"
#include "operation/part/status_text.h"
#include "os/file.h"
#include "walk/merge_base.h"

#include <string.h>

void qn_status_state_dispose(struct qn_status_state *state)
{
    qn_buf_dispose(&state->branch);
    qn_buf_dispose(&state->upstream);
    for (size_t i = 0; i < QN_COUNT_OF(state->tracking); i++)
        qn_buf_dispose(&state->tracking[i].name);
    qn_buf_dispose(&state->rebase_branch);
    qn_buf_dispose(&state->rebase_onto);
    qn_buf_dispose(&state->pick);
    qn_buf_dispose(&state->bisect);
    qn_buf_dispose(&state->done);
    qn_buf_dispose(&state->next);
}

static bool has_file(struct qn_ctx *ctx, const struct qn_revision_scope *scope,
                     const char *name)
{
    struct qn_buf path = QN_BUF_INIT;
    bool is_there = qn_repo_path(ctx, scope->repo, name, &path) == QN_OK &&
                    qn_file_exists(qn_buf_string(&path));

    qn_buf_dispose(&path);
    return is_there;
}

/* The first line of a small file of the repository; empty when not there. */
static enum qn_status first_line(struct qn_ctx *ctx,
                                 const struct qn_revision_scope *scope,
                                 const char *name, struct qn_buf *out)
{
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status = qn_repo_path(ctx, scope->repo, name, &path);

    qn_buf_clear(out);
    if (!status)
        status = qn_file_read_all(ctx, qn_buf_string(&path), out);
    if (status && status != QN_NO_MEMORY) {
        qn_ctx_clear(ctx);
        status = QN_OK;
    }
    qn_buf_truncate(out, qn_bytes_find(qn_buf_bytes(out), '\n'));
    qn_buf_dispose(&path);
    return status;
}

static enum qn_status shorten(struct qn_ctx *ctx,
                              const struct qn_revision_scope *scope,
                              const struct qn_id *id, struct qn_buf *out)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    size_t digits;
    enum qn_status status = qn_odb_abbreviate(ctx, scope->odb, id, 0, &digits);

    if (!status)
        status = qn_buf_append(ctx, out, qn_id_to_hex(id, hex), digits);
    return status;
}

/* A ref or an id in a file, as a person calls it. */
static enum qn_status friendly(struct qn_ctx *ctx,
                               const struct qn_revision_scope *scope,
                               const struct qn_buf *text, struct qn_buf *out)
{
    struct qn_id id;

    if (qn_bytes_has_prefix(qn_buf_bytes(text), "refs/heads/"))
        return qn_buf_append_string(ctx, out, qn_buf_string(text) + 11);
    if (qn_id_from_hex(&id, qn_repo_algorithm(scope->repo), qn_buf_bytes(text)))
        return shorten(ctx, scope, &id, out);
    if (strcmp(qn_buf_string(text), "detached HEAD") == 0)
        return QN_OK;
    return qn_buf_append_bytes(ctx, out, qn_buf_bytes(text));
}

/* The newest "checkout: moving from A to B" of HEAD's log. */
struct detached {
    struct qn_buf name;
    struct qn_id id;
    bool found;
};

static enum qn_status look_for_move(struct qn_ctx *ctx, void *data,
                                    const struct qn_reflog_entry *entry)
{
    struct detached *detached = data;
    struct qn_bytes message = entry->message;
    size_t at;
    enum qn_status status;

    if (!qn_bytes_has_prefix(message, "checkout: moving from "))
        return QN_OK;
    at = qn_bytes_find_bytes(message, QN_BYTES(" to "));
    if (at == message.size)
        return QN_OK;
    status = qn_buf_append_bytes(ctx, &detached->name,
                                 qn_bytes_from(message, at + 4));
    detached->id = entry->new_id;
    detached->found = true;
    return status ? status : QN_END;
}

/* Does the ref still lead to the commit that HEAD was detached at? */
static enum qn_status still_is(struct qn_ctx *ctx,
                               const struct qn_revision_scope *scope,
                               const char *name, const struct qn_id *commit,
                               bool *out)
{
    struct qn_ref ref = QN_REF_INIT;
    struct qn_id peeled;
    bool found = false;
    enum qn_status status =
        qn_refs_resolve(ctx, scope->refs, name, &ref, &found);

    *out = false;
    if (!status && found &&
        !qn_revision_peel(ctx, scope->odb, &ref.id, QN_OBJECT_COMMIT, &peeled))
        *out = qn_id_is_equal(&peeled, commit);
    qn_ref_dispose(&ref);
    return status;
}

static enum qn_status read_detached(struct qn_ctx *ctx,
                                    const struct qn_revision_scope *scope,
                                    struct qn_status_state *state)
{
    struct detached detached = {.name = QN_BUF_INIT};
    struct qn_id id;
    struct qn_buf full = QN_BUF_INIT;
    bool is_known = false, is_ambiguous = false;
    enum qn_status status = qn_reflog_walk(ctx, scope->refs, "HEAD", true,
                                           look_for_move, &detached);

    state->is_detached = true;
    if (!status && detached.found) {
        state->is_detached_at = qn_id_is_equal(&detached.id, &state->head);
        /* A name that is a ref still is shown; otherwise the short id. */
        if (strcmp(qn_buf_string(&detached.name), "HEAD") != 0)
            status = qn_revision_expand_ref(ctx, scope->refs,
                                            qn_buf_string(&detached.name),
                                            &full, &is_known, &is_ambiguous);
        if (status && status != QN_NO_MEMORY) {
            qn_ctx_clear(ctx);
            status = QN_OK;
            is_known = false;
        }
        is_known = is_known && !is_ambiguous;
        if (!status && is_known)
            status = still_is(ctx, scope, qn_buf_string(&full), &detached.id,
                              &is_known);
        if (!status && is_known) {
            struct qn_bytes name = qn_buf_bytes(&full);

            if (qn_bytes_has_prefix(name, "refs/tags/"))
                name = qn_bytes_from(name, 10);
            else if (qn_bytes_has_prefix(name, "refs/remotes/"))
                name = qn_bytes_from(name, 13);
            status = qn_buf_append_bytes(ctx, &state->branch, name);
        } else if (!status) {
            id = detached.id;
            status = shorten(ctx, scope, &id, &state->branch);
        }
    }
    qn_buf_dispose(&detached.name);
    qn_buf_dispose(&full);
    return status;
}

static enum qn_status read_rebase(struct qn_ctx *ctx,
                                  const struct qn_revision_scope *scope,
                                  const char *directory,
                                  struct qn_status_state *state)
{
    struct qn_buf name = QN_BUF_INIT, text = QN_BUF_INIT;
    enum qn_status status =
        qn_buf_printf(ctx, &name, "%s/head-name", directory);

    if (!status)
        status = first_line(ctx, scope, qn_buf_string(&name), &text);
    if (!status && text.size > 0)
        status = friendly(ctx, scope, &text, &state->rebase_branch);
    qn_buf_clear(&name);
    if (!status)
        status = qn_buf_printf(ctx, &name, "%s/onto", directory);
    if (!status)
        status = first_line(ctx, scope, qn_buf_string(&name), &text);
    if (!status && text.size > 0)
        status = friendly(ctx, scope, &text, &state->rebase_onto);
    qn_buf_dispose(&name);
    qn_buf_dispose(&text);
    return status;
}

/* am stops at a mail without a patch. */
static enum qn_status look_at_patch(struct qn_ctx *ctx,
                                    const struct qn_revision_scope *scope,
                                    struct qn_status_state *state)
{
    struct qn_buf path = QN_BUF_INIT;
    struct qn_file_stat stat = {.kind = QN_FILE_NONE};
    enum qn_status status =
        qn_repo_path(ctx, scope->repo, "rebase-apply/patch", &path);

    if (!status)
        status = qn_file_lstat(ctx, qn_buf_string(&path), &stat);
    state->is_empty_patch =
        !status && stat.kind == QN_FILE_REGULAR && stat.size == 0;
    qn_buf_dispose(&path);
    return status;
}

enum qn_status
qn_status_state_read_progress(struct qn_ctx *ctx,
                              const struct qn_revision_scope *scope,
                              struct qn_status_state *state)
{
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    const char *pick = NULL;

    state->is_merging = has_file(ctx, scope, "MERGE_HEAD");
    if (has_file(ctx, scope, "rebase-apply")) {
        state->is_applying = has_file(ctx, scope, "rebase-apply/applying");
        state->is_rebasing = !state->is_applying;
        if (state->is_rebasing)
            status = read_rebase(ctx, scope, "rebase-apply", state);
        else
            status = look_at_patch(ctx, scope, state);
    } else if (has_file(ctx, scope, "rebase-merge")) {
        state->is_rebasing = state->is_interactive = true;
        status = read_rebase(ctx, scope, "rebase-merge", state);
        if (!status)
            status = qn_status_progress_rebase(ctx, scope, state);
    }
    if (has_file(ctx, scope, "CHERRY_PICK_HEAD")) {
        state->is_picking = true;
        pick = "CHERRY_PICK_HEAD";
    } else if (has_file(ctx, scope, "REVERT_HEAD")) {
        state->is_reverting = true;
        pick = "REVERT_HEAD";
    } else if (!status && has_file(ctx, scope, "sequencer/todo")) {
        status = qn_status_progress_sequence(ctx, scope, state);
    }
    state->has_message = has_file(ctx, scope, "MERGE_MSG");
    if (!status && pick) {
        status = first_line(ctx, scope, pick, &text);
        if (!status)
            status = friendly(ctx, scope, &text, &state->pick);
    }
    if (!status && has_file(ctx, scope, "BISECT_LOG")) {
        state->is_bisecting = true;
        status = first_line(ctx, scope, "BISECT_START", &text);
        if (!status)
            status = friendly(ctx, scope, &text, &state->bisect);
    }
    qn_buf_dispose(&text);
    return status;
}

static enum qn_status count_one(struct qn_ctx *ctx, void *data,
                                const struct qn_reflog_entry *entry)
{
    (void)ctx;
    (void)entry;
    ++*(size_t *)data;
    return QN_OK;
}

enum qn_status qn_status_state_read(struct qn_ctx *ctx,
                                    const struct qn_revision_scope *scope,
                                    bool counts_ahead,
                                    struct qn_status_state *out)
{
    struct qn_ref head = QN_REF_INIT;
    bool found;
    enum qn_status status =
        qn_refs_find(ctx, scope->refs, "HEAD", &head, &found);
    bool is_symbolic = head.is_symbolic;
    struct qn_buf target = QN_BUF_INIT;

    if (!status && is_symbolic)
        status = qn_buf_append_bytes(ctx, &target, qn_buf_bytes(&head.target));
    if (!status)
        status = qn_refs_resolve(ctx, scope->refs, "HEAD", &head, &found);
    if (status)
        goto out;
    out->is_initial = !found;
    if (found)
        out->head = head.id;
    else
        qn_id_clear(&out->head, qn_repo_algorithm(scope->repo));
    if (is_symbolic) {
        struct qn_bytes name = qn_buf_bytes(&target);

        if (qn_bytes_has_prefix(name, "refs/heads/"))
            name = qn_bytes_from(name, 11);
        status = qn_buf_append_bytes(ctx, &out->branch, name);
        if (!status)
            status =
                qn_status_state_read_tracking(ctx, scope, counts_ahead, out);
    } else {
        status = read_detached(ctx, scope, out);
    }
    if (!status)
        status = qn_status_state_read_progress(ctx, scope, out);
    if (!status)
        status = qn_reflog_walk(ctx, scope->refs, "refs/stash", true, count_one,
                                &out->stash_count);
out:
    qn_buf_dispose(&target);
    qn_ref_dispose(&head);
    return status;
}
