/* SPDX-License-Identifier: MIT */
/* How the branch stands beside what it tracks and what a push of it would
 * update; git-config(1) status.compareBranches, git-status(1) "--ahead-behind";
 * which line has which hint: by experiment. */
#include "config/config.h"
#include "operation/part/status_text.h"
#include "text/ref_name.h"
#include "walk/merge_base.h"

#include <inttypes.h>
#include <string.h>

/* A branch without an upstream, or a push without a destination: no failure. */
static enum qn_status forgive(struct qn_ctx *ctx, enum qn_status status,
                              struct qn_buf *name)
{
    if (status != QN_INVALID)
        return status;
    qn_ctx_clear(ctx);
    qn_buf_clear(name);
    return QN_OK;
}

static enum qn_status compare(struct qn_ctx *ctx,
                              const struct qn_revision_scope *scope,
                              const struct qn_status_state *state,
                              const char *full, bool counts_ahead,
                              struct qn_status_tracking *out)
{
    struct qn_ref ref = QN_REF_INIT;
    bool found = false;
    enum qn_status status = qn_buf_append_bytes(
        ctx, &out->name, qn_ref_name_prettify(qn_bytes_from_string(full)));

    if (!status)
        status = qn_refs_resolve(ctx, scope->refs, full, &ref, &found);
    /* A branch without commits cannot be compared: Git says the same then. */
    found = found && !qn_id_is_null(&state->head);
    if (!status) {
        out->is_gone = !found;
        out->is_different =
            found && !counts_ahead && !qn_id_is_equal(&ref.id, &state->head);
        if (found && counts_ahead && !qn_id_is_equal(&ref.id, &state->head))
            status = qn_merge_base_ahead_behind(
                ctx, scope, &state->head, &ref.id, &out->ahead, &out->behind);
    }
    qn_ref_dispose(&ref);
    return status;
}

struct names {
    struct qn_buf upstream, push; /* full; empty: there is none */
};

/* One word of status.compareBranches. */
static enum qn_status take_word(struct qn_ctx *ctx,
                                const struct qn_revision_scope *scope,
                                const struct names *names, struct qn_bytes word,
                                bool counts_ahead,
                                struct qn_status_state *state)
{
    char text[16] = "";
    const struct qn_buf *full = NULL;
    struct qn_status_tracking *next;
    bool is_same;

    if (word.size < sizeof(text))
        for (size_t i = 0; i < word.size; i++)
            text[i] = (char)(word.data[i] >= 'A' && word.data[i] <= 'Z'
                                 ? word.data[i] + 'a' - 'A'
                                 : word.data[i]);
    if (strcmp(text, "@{upstream}") == 0)
        full = &names->upstream;
    else if (strcmp(text, "@{push}") == 0)
        full = &names->push;
    if (!full)
        qn_ctx_report(ctx, QN_REPORT_WARNING, "status.compare",
                      "ignoring value '%.*s' for status.compareBranches, only "
                      "@{upstream} and @{push} are supported",
                      QN_BYTES_ARG(word));
    if (!full || full->size == 0)
        return QN_OK;
    is_same = qn_bytes_is_equal(qn_buf_bytes(&names->upstream),
                                qn_buf_bytes(&names->push));
    for (size_t i = 0; i < state->tracking_count; i++)
        if (is_same ||
            state->tracking[i].is_upstream == (full == &names->upstream))
            return QN_OK;
    next = &state->tracking[state->tracking_count++];
    next->is_upstream = is_same || full == &names->upstream;
    next->is_push = is_same || full == &names->push || names->push.size == 0;
    return compare(ctx, scope, state, qn_buf_string(full), counts_ahead, next);
}

/* What the short forms say is of the upstream alone. */
static enum qn_status read_upstream(struct qn_ctx *ctx,
                                    const struct qn_revision_scope *scope,
                                    const struct names *names,
                                    bool counts_ahead,
                                    struct qn_status_state *state)
{
    const struct qn_status_tracking *known = NULL;
    struct qn_status_tracking own = {.name = QN_BUF_INIT};
    enum qn_status status = QN_OK;

    if (names->upstream.size == 0)
        return QN_OK;
    for (size_t i = 0; i < state->tracking_count; i++)
        if (state->tracking[i].is_upstream)
            known = &state->tracking[i];
    if (!known) {
        status = compare(ctx, scope, state, qn_buf_string(&names->upstream),
                         counts_ahead, &own);
        known = &own;
    }
    state->has_upstream = true;
    state->upstream_is_gone = known->is_gone;
    state->is_different = known->is_different;
    state->ahead = known->ahead;
    state->behind = known->behind;
    state->has_counts = !known->is_gone && !known->is_different;
    if (!status)
        status = qn_buf_append_bytes(
            ctx, &state->upstream,
            qn_ref_name_prettify(qn_buf_bytes(&names->upstream)));
    qn_buf_dispose(&own.name);
    return status;
}

enum qn_status
qn_status_state_read_tracking(struct qn_ctx *ctx,
                              const struct qn_revision_scope *scope,
                              bool counts_ahead, struct qn_status_state *state)
{
    const char *branch = qn_buf_string(&state->branch);
    struct names names = {QN_BUF_INIT, QN_BUF_INIT};
    const struct qn_config_entry *entry =
        qn_config_find(qn_repo_config(scope->repo), "status.comparebranches");
    struct qn_bytes rest, word;
    enum qn_status status;

    if (entry && !entry->value)
        return qn_config_fail_missing(ctx, entry);
    status =
        forgive(ctx, qn_revision_upstream(ctx, scope, branch, &names.upstream),
                &names.upstream);
    if (!status && (names.upstream.size || entry))
        status = forgive(ctx, qn_revision_push(ctx, scope, branch, &names.push),
                         &names.push);
    rest = qn_bytes_from_string(entry ? entry->value : "@{upstream}");
    while (!status && !state->is_initial && qn_bytes_next(&rest, ' ', &word))
        if (word.size)
            status = take_word(ctx, scope, &names, word, counts_ahead, state);
    if (!status)
        status = read_upstream(ctx, scope, &names, counts_ahead, state);
    qn_buf_dispose(&names.upstream);
    qn_buf_dispose(&names.push);
    return status;
}

/* ---- words */

static enum qn_status put_one(struct qn_ctx *ctx,
                              const struct qn_status_tracking *tracking,
                              const char **hint, struct qn_buf *out)
{
    const char *name = qn_buf_string(&tracking->name);
    uint64_t ahead = tracking->ahead, behind = tracking->behind;

    *hint = NULL;
    if (tracking->is_gone) {
        *hint = "(use \"git branch --unset-upstream\" to fixup)";
        return qn_buf_printf(
            ctx, out,
            "Your branch is based on '%s', but the upstream is gone.\n", name);
    }
    if (tracking->is_different) {
        if (tracking->is_push)
            *hint = "(use \"git status --ahead-behind\" for details)";
        return qn_buf_printf(ctx, out,
                             "Your branch and '%s' refer to different "
                             "commits.\n",
                             name);
    }
    if (!ahead && !behind)
        return qn_buf_printf(ctx, out, "Your branch is up to date with '%s'.\n",
                             name);
    if (!behind) {
        if (tracking->is_push)
            *hint = "(use \"git push\" to publish your local commits)";
        return qn_buf_printf(
            ctx, out, "Your branch is ahead of '%s' by %" PRIu64 " commit%s.\n",
            name, ahead, ahead == 1 ? "" : "s");
    }
    if (!ahead) {
        if (tracking->is_upstream)
            *hint = "(use \"git pull\" to update your local branch)";
        return qn_buf_printf(ctx, out,
                             "Your branch is behind '%s' by %" PRIu64
                             " commit%s, and can be fast-forwarded.\n",
                             name, behind, behind == 1 ? "" : "s");
    }
    if (tracking->is_upstream)
        *hint = "(use \"git pull\" if you want to integrate the remote branch "
                "with yours)";
    return qn_buf_printf(ctx, out,
                         "Your branch and '%s' have diverged,\n"
                         "and have %" PRIu64 " and %" PRIu64
                         " different commits each, respectively.\n",
                         name, ahead, behind);
}

enum qn_status qn_status_text_tracking(struct qn_ctx *ctx,
                                       const struct qn_status_state *state,
                                       bool shows_hints,
                                       bool advises_divergence,
                                       struct qn_buf *out)
{
    enum qn_status status = QN_OK;
    bool is_first = true;

    if (state->is_detached || state->is_initial)
        return QN_OK;
    for (size_t i = 0; i < state->tracking_count && !status; i++) {
        const struct qn_status_tracking *tracking = &state->tracking[i];
        const char *hint;

        if (tracking->is_gone && !tracking->is_upstream)
            continue;
        if (!is_first && !tracking->is_gone)
            status = qn_buf_append_string(ctx, out, "\n");
        is_first = false;
        if (!status)
            status = put_one(ctx, tracking, &hint, out);
        if (!advises_divergence && tracking->ahead && tracking->behind)
            hint = NULL;
        if (!status && hint && shows_hints)
            status = qn_buf_printf(ctx, out, "  %s\n", hint);
    }
    return status;
}
