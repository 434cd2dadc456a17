/* SPDX-License-Identifier: MIT */
#include "operation/part/status_text.h"

#include "object/tree.h"
#include "text/pathname.h"
#include "text/quote.h"

#include <inttypes.h>
#include <string.h>

/* Writes lines, with the comment prefix in front where there is one. */
struct writer {
    struct qn_ctx *ctx;
    const struct qn_status_text_options *options;
    struct qn_buf *out;
    struct qn_buf line;
    enum qn_status status;
    bool is_painted; /* the line's parts have colours */
};

static const char *color_of(const struct writer *w, enum qn_status_color slot)
{
    return w->options->colors ? w->options->colors[slot] : "";
}

/* The line goes out: behind the comment, and in the colour of the header unless
 * its parts have theirs. */
static void end_line(struct writer *w)
{
    const char *comment = w->options->comment;
    const char *color =
        w->is_painted ? "" : color_of(w, QN_STATUS_COLOR_HEADER);
    struct qn_bytes line = qn_buf_bytes(&w->line);

    w->is_painted = false;
    if (w->status)
        return;
    w->status = qn_buf_append_string(w->ctx, w->out, color);
    if (!w->status && comment) {
        w->status = qn_buf_append_string(w->ctx, w->out, comment);
        if (!w->status && line.size > 0 && line.data[0] != '\t')
            w->status = qn_buf_append_byte(w->ctx, w->out, ' ');
    }
    if (!w->status)
        w->status = qn_buf_append_bytes(w->ctx, w->out, line);
    if (!w->status && *color)
        w->status = qn_buf_append_string(w->ctx, w->out, "\033[m");
    if (!w->status)
        w->status = qn_buf_append_byte(w->ctx, w->out, '\n');
    qn_buf_clear(&w->line);
}

static void put(struct writer *w, const char *format, ...) QN_PRINTF(2, 3);
static void put(struct writer *w, const char *format, ...)
{
    va_list arguments;

    if (w->status)
        return;
    va_start(arguments, format);
    w->status = qn_buf_vprintf(w->ctx, &w->line, format, arguments);
    va_end(arguments);
}

static void put_line(struct writer *w, const char *text)
{
    put(w, "%s", text);
    end_line(w);
}

/* A "  (use ...)" line. */
static void put_hint(struct writer *w, const char *text)
{
    if (!w->options->shows_hints || w->options->is_template)
        return;
    put(w, "  %s", text);
    end_line(w);
}

static void put_colored(struct writer *w, enum qn_status_color slot,
                        const char *text)
{
    const char *color = color_of(w, slot);

    put(w, "%s%s%s", color, text, *color ? "\033[m" : "");
}

static void put_path(struct writer *w, struct qn_bytes path)
{
    const char *prefix = w->options->prefix;
    struct qn_buf relative = QN_BUF_INIT;

    if (prefix && prefix[0] && !w->status) {
        bool is_directory = path.size > 0 && path.data[path.size - 1] == '/';

        w->status = qn_pathname_relative(
            w->ctx, qn_bytes_make(prefix, strlen(prefix) - 1), path, &relative);
        if (!w->status && is_directory &&
            (relative.size == 0 || relative.data[relative.size - 1] != '/'))
            w->status = qn_buf_append_byte(w->ctx, &relative, '/');
        path = qn_buf_bytes(&relative);
    }
    if (!w->status)
        w->status =
            qn_quote_path(w->ctx, &w->line, path, w->options->quotes_high);
    qn_buf_dispose(&relative);
}

/* A tab, in the header's colour. */
static void begin_tab(struct writer *w)
{
    w->is_painted = true;
    put_colored(w, QN_STATUS_COLOR_HEADER, "\t");
}

static void put_change(struct writer *w, enum qn_status_color slot,
                       const char *label, int width,
                       const struct qn_status_row *row, bool has_old)
{
    const char *color = color_of(w, slot);

    begin_tab(w);
    put(w, "%s", color);
    put(w, "%-*s", width, label);
    if (has_old) {
        put_path(w, row->old_path);
        put(w, " -> ");
    }
    put_path(w, row->path);
    if (row->is_submodule && row->has_new_commit &&
        slot == QN_STATUS_COLOR_CHANGED)
        put(w, " (new commits)");
    if (*color)
        put(w, "\033[m");
    end_line(w);
}

static const char *label_of(char letter)
{
    switch (letter) {
    case 'A':
        return "new file:";
    case 'M':
        return "modified:";
    case 'D':
        return "deleted:";
    case 'R':
        return "renamed:";
    case 'C':
        return "copied:";
    case 'T':
        return "typechange:";
    default:
        return "unknown:";
    }
}

static const char *conflict_label(uint8_t stages)
{
    switch (stages) {
    case 1:
        return "both deleted:";
    case 2:
        return "added by us:";
    case 3:
        return "deleted by them:";
    case 4:
        return "added by them:";
    case 5:
        return "deleted by us:";
    case 6:
        return "both added:";
    default:
        return "both modified:";
    }
}

static void put_branch(struct writer *w, const struct qn_status_state *state)
{
    const char *header = color_of(w, QN_STATUS_COLOR_HEADER);
    const char *name = qn_buf_string(&state->branch);
    enum qn_status_color slot = QN_STATUS_COLOR_HEADER;
    const char *what = "On branch ";

    if (state->is_rebasing && state->is_detached) {
        what = state->is_interactive ? "interactive rebase in progress; onto "
                                     : "rebase in progress; onto ";
        name = qn_buf_string(&state->rebase_onto);
    } else if (state->is_detached && state->branch.size > 0) {
        slot = QN_STATUS_COLOR_NO_BRANCH;
        what =
            state->is_detached_at ? "HEAD detached at " : "HEAD detached from ";
    } else if (state->is_detached) {
        slot = QN_STATUS_COLOR_NO_BRANCH;
        what = "Not currently on any branch.";
        name = "";
    }
    w->is_painted = true;
    put(w, "%s%s", header, *header ? "\033[m" : "");
    put_colored(w, slot, what);
    if (*name)
        put_colored(w, QN_STATUS_COLOR_BRANCH, name);
    end_line(w);
}

static void put_tracking(struct writer *w, const struct qn_status_state *state)
{
    struct qn_buf text = QN_BUF_INIT;
    struct qn_bytes rest, line;

    if (state->is_initial || state->is_detached || !state->has_upstream)
        return;
    w->status = qn_status_text_tracking(w->ctx, state, w->options->shows_hints,
                                        !w->options->is_commit, &text);
    rest = qn_buf_bytes(&text);
    while (!w->status && qn_bytes_next(&rest, '\n', &line)) {
        put(w, "%.*s", QN_BYTES_ARG(line));
        end_line(w);
    }
    if (text.size > 0)
        end_line(w);
    qn_buf_dispose(&text);
}

static void put_commands(struct writer *w, const struct qn_buf *text)
{
    struct qn_bytes rest = qn_buf_bytes(text), line;

    while (qn_bytes_next(&rest, '\n', &line)) {
        put(w, "   %.*s", QN_BYTES_ARG(line));
        end_line(w);
    }
}

/* What an interactive rebase has done, and what comes. */
static void put_todo(struct writer *w, const struct qn_status_state *state)
{
    size_t done = state->done_count, next = state->next_count;

    if (done == 0) {
        put_line(w, "No commands done.");
    } else {
        put(w,
            done == 1 ? "Last command done (%zu command done):"
                      : "Last commands done (%zu commands done):",
            done);
        end_line(w);
        put_commands(w, &state->done);
        if (done > 2)
            put_hint(w, "(see more in file .git/rebase-merge/done)");
    }
    if (state->has_no_todo) {
        put_line(w, "git-rebase-todo is missing.");
    } else if (next == 0) {
        put_line(w, "No commands remaining.");
    } else {
        put(w,
            next == 1 ? "Next command to do (%zu remaining command):"
                      : "Next commands to do (%zu remaining commands):",
            next);
        end_line(w);
        put_commands(w, &state->next);
        put_hint(w, "(use \"git rebase --edit-todo\" to view and edit)");
    }
}

/* "You are currently <doing> while rebasing branch 'b' on 'o'." */
static void put_rebase_line(struct writer *w,
                            const struct qn_status_state *state,
                            const char *doing)
{
    bool has_names =
        state->rebase_branch.size > 0 && state->rebase_onto.size > 0;

    if (has_names)
        put(w, "You are currently %s%srebasing branch '%s' on '%s'.",
            doing ? doing : "", doing ? " while " : "",
            qn_buf_string(&state->rebase_branch),
            qn_buf_string(&state->rebase_onto));
    else if (doing)
        put(w, "You are currently %s during a rebase.", doing);
    else
        put(w, "You are currently rebasing.");
    end_line(w);
}

static void put_rebase(struct writer *w, const struct qn_status_state *state)
{
    if (state->is_interactive)
        put_todo(w, state);
    if (state->has_unmerged) {
        put_rebase_line(w, state, NULL);
        put_hint(w, "(fix conflicts and then run \"git rebase --continue\")");
        put_hint(w, "(use \"git rebase --skip\" to skip this patch)");
        put_hint(w, "(use \"git rebase --abort\" to check out the original "
                    "branch)");
    } else if (!state->is_interactive || state->has_message) {
        put_rebase_line(w, state, NULL);
        put_hint(w, "(all conflicts fixed: run \"git rebase --continue\")");
    } else if (state->is_splitting && state->is_dirty) {
        put_rebase_line(w, state, "splitting a commit");
        put_hint(w, "(Once your working directory is clean, run \"git rebase "
                    "--continue\")");
    } else {
        put_rebase_line(w, state, "editing a commit");
        put_hint(w, "(use \"git commit --amend\" to amend the current commit)");
        put_hint(w, "(use \"git rebase --continue\" once you are satisfied "
                    "with your changes)");
    }
    end_line(w);
}

static void put_pick(struct writer *w, const struct qn_status_state *state)
{
    const char *verb = state->is_picking ? "cherry-pick" : "revert";

    if (state->pick.size)
        put(w, "You are currently %s commit %s.",
            state->is_picking ? "cherry-picking" : "reverting",
            qn_buf_string(&state->pick));
    else
        put(w, "%s currently in progress.",
            state->is_picking ? "Cherry-pick" : "Revert");
    end_line(w);
    if (w->options->shows_hints && !w->options->is_template) {
        if (state->has_unmerged)
            put(w, "  (fix conflicts and run \"git %s --continue\")", verb);
        else if (!state->pick.size)
            put(w, "  (run \"git %s --continue\" to continue)", verb);
        else
            put(w, "  (all conflicts fixed: run \"git %s --continue\")", verb);
        end_line(w);
        put(w, "  (use \"git %s --skip\" to skip this patch)", verb);
        end_line(w);
        put(w, "  (use \"git %s --abort\" to cancel the %s operation)", verb,
            verb);
        end_line(w);
    }
    end_line(w);
}

static void put_state(struct writer *w, const struct qn_status_state *state)
{
    if (state->is_merging) {
        if (state->has_unmerged) {
            put_line(w, "You have unmerged paths.");
            put_hint(w, "(fix conflicts and run \"git commit\")");
            put_hint(w, "(use \"git merge --abort\" to abort the merge)");
        } else {
            put_line(w, "All conflicts fixed but you are still merging.");
            put_hint(w, "(use \"git commit\" to conclude merge)");
        }
        end_line(w);
    } else if (state->is_applying) {
        put_line(w, "You are in the middle of an am session.");
        if (state->is_empty_patch)
            put_line(w, "The current patch is empty.");
        else
            put_hint(w, "(fix conflicts and then run \"git am --continue\")");
        put_hint(w, "(use \"git am --skip\" to skip this patch)");
        if (state->is_empty_patch)
            put_hint(w, "(use \"git am --allow-empty\" to record this patch "
                        "as an empty commit)");
        put_hint(w, "(use \"git am --abort\" to restore the original branch)");
        end_line(w);
    } else if (state->is_rebasing) {
        put_rebase(w, state);
    } else if (state->is_picking || state->is_reverting) {
        put_pick(w, state);
    }
    if (state->is_bisecting) {
        if (state->bisect.size > 0)
            put(w, "You are currently bisecting, started from branch '%s'.",
                qn_buf_string(&state->bisect));
        else
            put(w, "You are currently bisecting.");
        end_line(w);
        put_hint(w, "(use \"git bisect reset\" to get back to the original "
                    "branch)");
        end_line(w);
    }
    if (state->sparse_percent >= 0) {
        if (state->sparse_percent > 100)
            put(w, "You are in a sparse checkout.");
        else
            put(w,
                "You are in a sparse checkout with %d%% of tracked files "
                "present.",
                state->sparse_percent);
        end_line(w);
        end_line(w);
    }
}

static void put_unstage_hint(struct writer *w,
                             const struct qn_status_state *state)
{
    const char *reference = w->options->reference;

    if (!w->options->shows_hints || w->options->is_template)
        return;
    if (state->is_merging || (state->is_picking && state->pick.size))
        return;
    if (state->is_initial)
        put(w, "  (use \"git rm --cached <file>...\" to unstage)");
    else if (reference && strcmp(reference, "HEAD") != 0)
        put(w,
            "  (use \"git restore --source=%s --staged <file>...\" to unstage)",
            reference);
    else
        put(w, "  (use \"git restore --staged <file>...\" to unstage)");
    end_line(w);
}

static bool put_staged(struct writer *w, const struct qn_status_list *list,
                       const struct qn_status_state *state)
{
    bool has_any = false;

    for (size_t i = 0; i < list->count; i++) {
        const struct qn_status_row *row = &list->rows[i];

        if (row->stages || row->staged == ' ')
            continue;
        if (!has_any) {
            put_line(w, "Changes to be committed:");
            put_unstage_hint(w, state);
            has_any = true;
        }
        put_change(w, QN_STATUS_COLOR_ADDED, label_of(row->staged), 12, row,
                   row->staged == 'R' || row->staged == 'C');
    }
    if (has_any)
        end_line(w);
    return has_any;
}

static bool put_unmerged(struct writer *w, const struct qn_status_list *list,
                         const struct qn_status_state *state)
{
    bool has_any = false, deletes = false, both_deleted = false, others = false;

    for (size_t i = 0; i < list->count; i++) {
        uint8_t stages = list->rows[i].stages;

        if (stages == 0)
            continue;
        has_any = true;
        if (stages == 1)
            both_deleted = true;
        else if (stages == 3 || stages == 5)
            deletes = true;
        else
            others = true;
    }
    if (!has_any)
        return false;
    put_line(w, "Unmerged paths:");
    put_unstage_hint(w, state);
    if (!both_deleted && !deletes)
        put_hint(w, "(use \"git add <file>...\" to mark resolution)");
    else if (deletes || others)
        put_hint(w, "(use \"git add/rm <file>...\" as appropriate to mark "
                    "resolution)");
    else
        put_hint(w, "(use \"git rm <file>...\" to mark resolution)");
    for (size_t i = 0; i < list->count; i++) {
        if (list->rows[i].stages)
            put_change(w, QN_STATUS_COLOR_UNMERGED,
                       conflict_label(list->rows[i].stages), 17, &list->rows[i],
                       false);
    }
    end_line(w);
    return true;
}

static bool put_unstaged(struct writer *w, const struct qn_status_list *list)
{
    bool has_any = false, deletes = false;

    for (size_t i = 0; i < list->count; i++) {
        if (list->rows[i].unstaged != ' ' && !list->rows[i].stages)
            has_any = true;
        if (list->rows[i].unstaged == 'D' && !list->rows[i].stages)
            deletes = true;
    }
    if (!has_any)
        return false;
    put_line(w, "Changes not staged for commit:");
    put_hint(w, deletes
                    ? "(use \"git add/rm <file>...\" to update what will be "
                      "committed)"
                    : "(use \"git add <file>...\" to update what will be "
                      "committed)");
    put_hint(w, "(use \"git restore <file>...\" to discard changes in working "
                "directory)");
    for (size_t i = 0; i < list->count; i++) {
        if (list->rows[i].unstaged != ' ' && !list->rows[i].stages)
            put_change(w, QN_STATUS_COLOR_CHANGED,
                       label_of(list->rows[i].unstaged), 12, &list->rows[i],
                       false);
    }
    end_line(w);
    return true;
}

/* The names in columns, as the caller lays them out. */
static void put_columns(struct writer *w, const struct qn_status_list *list,
                        bool is_ignored)
{
    const struct qn_status_text_options *options = w->options;
    struct qn_buf names = QN_BUF_INIT;

    for (size_t i = 0; i < list->extra.count && !w->status; i++) {
        if (list->extra.items[i].is_ignored != is_ignored)
            continue;
        put_path(w, list->extra.items[i].path);
        if (!w->status)
            w->status = qn_buf_append_byte(w->ctx, &w->line, '\n');
    }
    qn_buf_swap(&names, &w->line);
    if (!w->status)
        w->status = options->lay_out(w->ctx, options->lay_out_data,
                                     qn_buf_bytes(&names), w->out);
    qn_buf_dispose(&names);
}

static bool put_extra(struct writer *w, const struct qn_status_list *list,
                      bool is_ignored)
{
    const char *color = color_of(w, QN_STATUS_COLOR_UNTRACKED);
    bool has_any = false;

    for (size_t i = 0; i < list->extra.count; i++) {
        const struct qn_work_walk_item *item = &list->extra.items[i];

        if (item->is_ignored != is_ignored)
            continue;
        if (!has_any) {
            put_line(w, is_ignored ? "Ignored files:" : "Untracked files:");
            put_hint(w, is_ignored
                            ? "(use \"git add -f <file>...\" to include in "
                              "what will be committed)"
                            : "(use \"git add <file>...\" to include in what "
                              "will be committed)");
            has_any = true;
        }
        if (w->options->lay_out)
            continue;
        begin_tab(w);
        put(w, "%s", color);
        put_path(w, item->path);
        if (*color)
            put(w, "\033[m");
        end_line(w);
    }
    if (has_any && w->options->lay_out)
        put_columns(w, list, is_ignored);
    if (has_any) {
        w->is_painted = true;
        end_line(w);
    }
    return has_any;
}

static void put_nothing(struct writer *w, const struct qn_status_state *state,
                        bool is_dirty, bool has_untracked)
{
    bool hints = w->options->shows_hints;

    if (w->options->is_amend)
        put(w, "No changes");
    else if (is_dirty)
        put(w, "no changes added to commit%s",
            hints ? " (use \"git add\" and/or \"git commit -a\")" : "");
    else if (has_untracked)
        put(w, "nothing added to commit but untracked files present%s",
            hints ? " (use \"git add\" to track)" : "");
    else if (state->is_initial)
        put(w, "nothing to commit%s",
            hints ? " (create/copy files and use \"git add\" to track)" : "");
    else if (!w->options->shows_untracked)
        put(w, "nothing to commit%s",
            hints ? " (use -u to show untracked files)" : "");
    else
        put(w, "nothing to commit, working tree clean");
    if (w->options->is_amend) {
        end_line(w);
        return;
    }
    if (!w->status)
        w->status = qn_buf_append_bytes(w->ctx, w->out, qn_buf_bytes(&w->line));
    if (!w->status)
        w->status = qn_buf_append_byte(w->ctx, w->out, '\n');
    qn_buf_clear(&w->line);
}

enum qn_status
qn_status_text_append(struct qn_ctx *ctx, const struct qn_status_list *list,
                      const struct qn_status_state *state,
                      const struct qn_status_text_options *options,
                      struct qn_buf *out)
{
    struct writer w = {.ctx = ctx, .options = options, .out = out};
    bool is_staged, is_dirty, has_untracked = false;

    if (options->shows_branch) {
        put_branch(&w, state);
        put_tracking(&w, state);
    }
    put_state(&w, state);
    if (state->is_initial) {
        end_line(&w);
        put_line(&w, options->is_commit ? "Initial commit" : "No commits yet");
        end_line(&w);
    }
    is_staged = put_staged(&w, list, state);
    is_dirty = put_unmerged(&w, list, state);
    if (put_unstaged(&w, list))
        is_dirty = true;
    if (options->shows_untracked) {
        has_untracked = put_extra(&w, list, false);
        if (options->shows_ignored)
            (void)put_extra(&w, list, true);
    } else if (is_staged) {
        put(&w, "Untracked files not listed%s",
            options->shows_hints && !options->is_template
                ? " (use -u option to show untracked files)"
                : "");
        end_line(&w);
    }
    if (!w.status)
        w.status = qn_buf_append_bytes(ctx, out, options->verbose);
    /* A merge that is solved can be committed though nothing is staged. */
    if (!is_staged && (!state->is_merging || state->has_unmerged) &&
        (options->shows_nothing_line || options->is_amend))
        put_nothing(&w, state, is_dirty, has_untracked);
    if (options->shows_stash && state->stash_count > 0) {
        put(&w, "Your stash currently has %zu entr%s", state->stash_count,
            state->stash_count == 1 ? "y" : "ies");
        end_line(&w);
    }
    qn_buf_dispose(&w.line);
    return w.status;
}
