/* SPDX-License-Identifier: MIT */
#include "cli/switching.h"

#include "cli/branching.h"
#include "cli/conflict_style.h"
#include "cli/trace.h"
#include "config/config_edit.h"
#include "object/commit.h"
#include "object/tree.h"
#include "operation/part/autostash.h"
#include "operation/part/run_hook.h"
#include "operation/part/status_text.h"
#include "text/ref_name.h"
#include "walk/commit_walk.h"
#include "walk/merge_base.h"

#define LEFT_SHOWN 4

void cli_append_short_id(struct cli *cli, const struct qn_id *id,
                         struct qn_buf *out)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    size_t digits;

    cli_check(cli, qn_odb_abbreviate(cli->ctx, cli->odb, id, 0, &digits));
    cli_check(cli, qn_buf_append(cli->ctx, out, qn_id_to_hex(id, hex), digits));
}

void cli_append_subject(struct cli *cli, const struct qn_id *commit,
                        struct qn_buf *out)
{
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_commit parsed;
    struct qn_bytes line;

    cli_check(cli, qn_odb_read_typed(cli->ctx, cli->odb, commit,
                                     QN_OBJECT_COMMIT, &object));
    cli_check(cli, qn_commit_parse(cli->ctx, qn_object_bytes(&object),
                                   commit->algorithm, &parsed));
    /* The subject is the first paragraph, on one line. */
    while (qn_bytes_has_prefix(parsed.message, "\n"))
        parsed.message = qn_bytes_from(parsed.message, 1);
    for (bool is_first = true;
         qn_bytes_next(&parsed.message, '\n', &line) && line.size > 0;
         is_first = false) {
        if (!is_first)
            cli_check(cli, qn_buf_append_byte(cli->ctx, out, ' '));
        cli_check(cli, qn_buf_append_bytes(cli->ctx, out, line));
    }
    qn_object_dispose(&object);
}

/* "HEAD is now at <id> <subject>" */
static void say_commit(struct cli *cli, const char *what,
                       const struct qn_id *commit)
{
    struct qn_buf text = QN_BUF_INIT;

    cli_append_short_id(cli, commit, &text);
    cli_check(cli, qn_buf_append_byte(cli->ctx, &text, ' '));
    cli_append_subject(cli, commit, &text);
    cli_stderr(cli, "%s %s\n", what, qn_buf_string(&text));
    qn_buf_dispose(&text);
}

/* ---- what has changed here */

/* What differs between a commit and the work tree, which the index names. */
static char changed_letter(const struct qn_status_row *row)
{
    if (row->stages)
        return 'U';
    if (row->unstaged == 'D')
        return row->staged == 'A' ? '\0' : 'D';
    if (row->staged == 'A' || row->staged == ' ')
        return row->staged == 'A' ? 'A' : row->unstaged;
    if (row->staged == 'D') /* and there again, by intent to add? */
        return row->unstaged == 'A' ? 'M' : 'D';
    return ((row->head_mode ^ row->work_mode) & QN_MODE_KIND_MASK) ? 'T' : 'M';
}

static void show_changes(struct cli *cli, const struct qn_id *commit,
                         bool is_merged)
{
    struct qn_status_options options = {0};
    struct qn_status_list list = QN_STATUS_LIST_INIT;
    struct cli_work work;
    struct qn_id tree;

    cli_work_open(cli, &work, 0);
    cli_check(cli, qn_revision_peel(cli->ctx, cli->odb, commit, QN_OBJECT_TREE,
                                    &tree));
    cli_check(cli, qn_status_run(cli->ctx, &work.tree, work.index, cli->odb,
                                 &tree, &options, &list));
    for (size_t i = 0; i < list.count; i++) {
        const struct qn_status_row *row = &list.rows[i];
        char letter = changed_letter(row);

        if (!letter)
            continue;
        if (letter == 'U' && is_merged)
            letter = 'M';
        cli_printf(cli, "%c\t", letter);
        cli_put_path(cli, row->path, true, '\n');
    }
    qn_status_list_dispose(&list);
    cli_work_close(&work);
}

static void show_tracking(struct cli *cli)
{
    struct qn_status_state state = QN_STATUS_STATE_INIT;
    struct qn_buf text = QN_BUF_INIT;

    cli_check(cli,
              qn_status_state_read(
                  cli->ctx, &cli->scope,
                  cli_config_bool(cli, "status.aheadbehind", true), &state));
    cli_check(cli, qn_status_text_tracking(cli->ctx, &state,
                                           cli_advice_is_on(cli, "statusHints"),
                                           &text));
    cli_write(cli, text.data, text.size);
    qn_buf_dispose(&text);
    qn_status_state_dispose(&state);
}

/* ---- commits that nobody reaches any more */

static enum qn_status hide_ref(struct qn_ctx *ctx, void *data,
                               const struct qn_ref *ref)
{
    struct cli *cli = ((void **)data)[0];
    struct qn_commit_walk *walk = ((void **)data)[1];
    struct qn_id commit;

    if (ref->is_symbolic ||
        qn_revision_peel(ctx, cli->odb, &ref->id, QN_OBJECT_COMMIT, &commit)) {
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    return qn_commit_walk_add(ctx, walk, &commit, QN_WALK_UNINTERESTING, NULL);
}

/* Warn of commits that only HEAD reached; false when there are none. */
static bool warn_left_behind(struct cli *cli, const struct qn_id *old,
                             const struct qn_id *new_commit)
{
    struct qn_walk_options options = {.max_count = -1, .max_parents = -1};
    struct qn_commit_walk *walk = NULL;
    struct qn_walk_commit commit;
    struct qn_buf lines = QN_BUF_INIT, id = QN_BUF_INIT;
    size_t count = 0;
    void *data[2];

    cli_check(cli, qn_commit_walk_new(cli->ctx, &cli->scope, &options, &walk));
    cli_check(cli, qn_commit_walk_add(cli->ctx, walk, old, 0, NULL));
    cli_check(cli, qn_commit_walk_add(cli->ctx, walk, new_commit,
                                      QN_WALK_UNINTERESTING, NULL));
    data[0] = cli;
    data[1] = walk;
    cli_check(cli,
              qn_refs_walk(cli->ctx, cli->refs, "refs/", 0, hide_ref, data));
    while (qn_commit_walk_next(cli->ctx, walk, &commit) == QN_OK) {
        if (++count > LEFT_SHOWN + 1)
            continue;
        cli_check(cli, qn_buf_append_string(cli->ctx, &lines, "  "));
        cli_append_short_id(cli, &commit.id, &lines);
        cli_check(cli, qn_buf_append_byte(cli->ctx, &lines, ' '));
        cli_append_subject(cli, &commit.id, &lines);
        cli_check(cli, qn_buf_append_byte(cli->ctx, &lines, '\n'));
    }
    qn_commit_walk_free(walk);
    if (count > LEFT_SHOWN + 1) {
        /* Four of them, and how many more. */
        struct qn_bytes rest = qn_buf_bytes(&lines), line;

        for (int i = 0; i < LEFT_SHOWN; i++)
            (void)qn_bytes_next(&rest, '\n', &line);
        qn_buf_truncate(&lines, lines.size - rest.size);
        cli_check(cli, qn_buf_printf(cli->ctx, &lines, " ... and %zu more.\n",
                                     count - LEFT_SHOWN));
    }
    if (count > 0) {
        cli_append_short_id(cli, old, &id);
        cli_stderr(
            cli,
            "Warning: you are leaving %zu commit%s behind, not connected "
            "to\nany of your branches:\n\n%s\n",
            count, count == 1 ? "" : "s", qn_buf_string(&lines));
        if (cli_advice_is_on(cli, "detachedHead"))
            cli_stderr(cli,
                       "If you want to keep %s by creating a new branch, this "
                       "may be a good time\nto do so with:\n\n git branch "
                       "<new-branch-name> %s\n\n",
                       count == 1 ? "it" : "them", qn_buf_string(&id));
    }
    qn_buf_dispose(&lines);
    qn_buf_dispose(&id);
    return count > 0;
}

/* ---- tracking */

void cli_switch_track(struct cli *cli, const struct qn_tracking *tracking,
                      bool is_quiet)
{
    struct qn_buf said = QN_BUF_INIT;

    if (qn_tracking_set(cli->ctx, cli->repo, tracking, &said)) {
        if (strcmp(qn_ctx_reason(cli->ctx), "tracking.ambiguous") == 0)
            cli_exit(cli, CLI_EXIT_FATAL);
        cli_die(cli);
    }
    if (!is_quiet)
        cli_puts(cli, qn_buf_string(&said));
    qn_buf_dispose(&said);
}

enum qn_tracking_mode cli_switch_tracking_mode(struct cli *cli, int track)
{
    enum qn_tracking_mode mode = QN_TRACKING_NEVER;

    if (track > 1)
        return QN_TRACKING_INHERIT;
    if (track >= 0)
        return track ? QN_TRACKING_EXPLICIT : QN_TRACKING_NEVER;
    cli_check(cli, qn_tracking_default(cli->ctx, cli_config(cli), &mode));
    return mode;
}

struct guess {
    const char *name;
    size_t count;
    struct qn_buf *full;
    const char *preferred;
};

static enum qn_status look_for_remote(struct qn_ctx *ctx, void *data,
                                      const struct qn_ref *ref)
{
    struct guess *guess = data;
    const char *slash = strchr(qn_buf_string(&ref->name) + 13, '/');

    if (!slash || strcmp(slash + 1, guess->name) != 0)
        return QN_OK;
    if (guess->preferred &&
        !(strncmp(qn_buf_string(&ref->name) + 13, guess->preferred,
                  strlen(guess->preferred)) == 0 &&
          qn_buf_string(&ref->name)[13 + strlen(guess->preferred)] == '/') &&
        guess->count > 0)
        return QN_OK;
    guess->count++;
    qn_buf_clear(guess->full);
    return qn_buf_append_bytes(ctx, guess->full, qn_buf_bytes(&ref->name));
}

bool cli_switch_guess(struct cli *cli, const char *name, bool is_switch,
                      struct qn_buf *full)
{
    struct guess guess = {
        .name = name,
        .full = full,
        .preferred = cli_config_string(cli, "checkout.defaultremote", NULL)};
    struct qn_buf text = QN_BUF_INIT;

    cli_check(cli, qn_refs_walk(cli->ctx, cli->refs, "refs/remotes/", 0,
                                look_for_remote, &guess));
    if (guess.count <= 1 || guess.preferred)
        return guess.count > 0;
    cli_check(
        cli,
        qn_buf_printf(cli->ctx, &text,
                      "If you meant to check out a remote tracking branch on, "
                      "e.g. 'origin',\nyou can do so by fully qualifying the "
                      "name with the --track option:\n\n    git %s --track "
                      "origin/<name>\n\nIf you'd like to always have checkouts "
                      "of an ambiguous <name> prefer\none remote, e.g. the "
                      "'origin' remote, consider "
                      "setting\ncheckout.defaultRemote=origin in your config.",
                      is_switch ? "switch" : "checkout"));
    cli_advise(cli, NULL, qn_buf_string(&text));
    cli_die_with(cli, "'%s' matched multiple (%zu) remote tracking branches",
                 name, guess.count);
    return false;
}

/* ---- going */

static void say_switched(struct cli *cli, const struct cli_switch *how,
                         const struct qn_op_switch_options *op,
                         const char *shown)
{
    bool has_moved = op->has_old_commit && op->has_commit &&
                     !qn_id_is_equal(&op->old_commit, &op->commit);

    if (how->quiet)
        return;
    if (op->was_detached && has_moved &&
        !warn_left_behind(cli, &op->old_commit, &op->commit))
        say_commit(cli, "Previous HEAD position was", &op->old_commit);
    if (op->kind == QN_OP_SWITCH_DETACH) {
        if (!op->was_detached && !how->detach &&
            cli_advice_is_on(cli, "detachedHead"))
            cli_stderr(
                cli,
                "Note: switching to '%s'.\n\n"
                "You are in 'detached HEAD' state. You can look around, make "
                "experimental\nchanges and commit them, and you can discard "
                "any commits you make in this\nstate without impacting any "
                "branches by switching back to a branch.\n\nIf you want to "
                "create a new branch to retain commits you create, you "
                "may\ndo so (now or later) by using -c with the switch "
                "command. Example:\n\n  git switch -c <new-branch-name>\n\nOr "
                "undo this operation with:\n\n  git switch -\n\nTurn off this "
                "advice by setting config variable advice.detachedHead to "
                "false\n\n",
                shown);
        say_commit(cli, "HEAD is now at", &op->commit);
        return;
    }
    switch (op->kind) {
    case QN_OP_SWITCH_CREATE:
    case QN_OP_SWITCH_ORPHAN:
        cli_stderr(cli, "Switched to a new branch '%s'\n", op->branch);
        break;
    case QN_OP_SWITCH_RESET:
        if (op->is_same_branch)
            cli_stderr(cli, "Reset branch '%s'\n", op->branch);
        else if (how->detach < 0)
            cli_stderr(cli, "Switched to a new branch '%s'\n", op->branch);
        else
            cli_stderr(cli, "Switched to and reset branch '%s'\n", op->branch);
        break;
    default:
        cli_stderr(cli,
                   op->is_same_branch ? "Already on '%s'\n"
                                      : "Switched to branch '%s'\n",
                   op->branch);
    }
}

static void say_unmerged(void *data, struct qn_bytes path)
{
    cli_printf(data, "%.*s: needs merge\n", QN_BYTES_ARG(path));
}

/* The hook post-checkout; its exit code. */
static int run_post_checkout(struct cli *cli, const struct qn_id *old,
                             const struct qn_id *new_commit, bool is_branch)
{
    char hex[2][QN_ID_MAX_HEX_SIZE + 1];
    const char *arguments[] = {qn_id_to_hex(old, hex[0]),
                               qn_id_to_hex(new_commit, hex[1]),
                               is_branch ? "1" : "0", NULL};
    struct qn_run_hook hook = {.name = "post-checkout", .arguments = arguments};
    int code = 0;

    cli_flush(cli);
    cli_check(cli, qn_run_hook(cli->ctx, cli->repo, &hook, &code));
    return code;
}

static int run_op(struct cli *cli, struct cli_switch *how,
                  struct qn_op_switch_options *op, const char *shown);

/* -m: local changes are put aside, and merged into what was switched to. */
static int run_merging(struct cli *cli, struct cli_switch *how,
                       struct qn_op_switch_options *op, const char *shown)
{
    struct qn_buf message = QN_BUF_INIT, base = QN_BUF_INIT;
    struct qn_autostash_words words = {.our_label = shown,
                                       .their_label = "local"};
    const char *branch = branch_current(cli);
    struct qn_work_tree tree;
    struct qn_id stash;
    bool created = false;
    int code;

    cli_forget(cli);
    if (branch)
        cli_check(cli, qn_buf_append_string(cli->ctx, &base, branch));
    else
        cli_append_short_id(cli, &op->old_commit, &base);
    cli_check(cli, qn_buf_printf(cli->ctx, &message,
                                 "autostash while switching to '%s'", shown));
    words.message = qn_buf_string(&message);
    words.base_label = qn_buf_string(&base);
    words.has_style = how->conflict != NULL;
    if (how->conflict)
        words.style = cli_switch_style(cli, how->conflict);
    cli_check(cli, qn_work_tree_open(cli->ctx, cli->repo, &tree));
    cli_check(cli, qn_autostash_put_aside(cli->ctx, &cli->scope, &tree, &words,
                                          &stash, &created));
    qn_work_tree_close(&tree);
    how->is_second_try = true;
    how->stash = created ? &stash : NULL;
    how->stash_words = &words;
    code = run_op(cli, how, op, shown);
    if (how->stash) /* it did not come to it */
        cli_check(cli, qn_autostash_put_back(cli->ctx, cli->repo, &words,
                                             how->stash));
    qn_buf_dispose(&message);
    qn_buf_dispose(&base);
    return code;
}

/* After the switch: what was put aside comes back. */
static void put_back(struct cli *cli, struct cli_switch *how)
{
    if (!how->stash)
        return;
    cli_check(cli, qn_autostash_put_back(cli->ctx, cli->repo, how->stash_words,
                                         how->stash));
    how->stash = NULL;
    if (!how->quiet)
        cli_puts(cli, "The following paths have local changes:\n");
}

static int run_op(struct cli *cli, struct cli_switch *how,
                  struct qn_op_switch_options *op, const char *shown)
{
    op->unmerged = say_unmerged;
    op->data = cli;
    op->says_nothing = how->merges && !how->is_second_try && !how->force;
    cli_trace_mode("branch");
    if (qn_op_switch(cli->ctx, &cli->scope, op)) {
        const char *reason = qn_ctx_reason(cli->ctx);

        if (strcmp(reason, "worktree.would-overwrite") == 0) {
            if (how->force)
                return CLI_EXIT_FATAL;
            if (how->merges && !how->is_second_try)
                return run_merging(cli, how, op, shown);
            cli_stderr(cli, "Aborting\n");
            return 1;
        }
        if (strcmp(reason, "index.unmerged") == 0)
            return 1;
        if (strncmp(qn_ctx_message(cli->ctx), "cannot lock ref 'HEAD'", 22) ==
            0) {
            (void)cli_error(cli, "%s", qn_ctx_message(cli->ctx));
            return cli_fatal(cli, "unable to update HEAD");
        }
        return cli_fail(cli);
    }
    put_back(cli, how);
    if (!how->quiet && !how->force && op->kind == QN_OP_SWITCH_ORPHAN) {
        if (!how->is_switch && (op->has_commit || op->has_old_commit))
            show_changes(cli, op->has_commit ? &op->commit : &op->old_commit,
                         how->is_second_try);
    } else if (!how->quiet && !how->force && op->has_commit &&
               (!op->keeps_tree || op->kind == QN_OP_SWITCH_STAY)) {
        show_changes(cli, &op->commit, how->is_second_try);
    }
    if (op->kind != QN_OP_SWITCH_STAY)
        say_switched(cli, how, op, shown);
    if (!how->quiet && op->has_commit && op->kind != QN_OP_SWITCH_ORPHAN &&
        op->kind != QN_OP_SWITCH_DETACH)
        show_tracking(cli);
    return op->failed_count > 0 ? 1 : 0;
}

static bool branch_exists(struct cli *cli, const char *branch)
{
    struct qn_buf full = QN_BUF_INIT;
    struct qn_ref ref = QN_REF_INIT;
    bool found;

    cli_check(cli, qn_buf_printf(cli->ctx, &full, "refs/heads/%s", branch));
    cli_check(cli, qn_refs_find(cli->ctx, cli->refs, qn_buf_string(&full), &ref,
                                &found));
    qn_ref_dispose(&ref);
    qn_buf_dispose(&full);
    return found;
}

static void check_new_name(struct cli *cli, const char *name, bool may_exist)
{
    if (!qn_ref_name_is_branch(qn_bytes_from_string(name))) {
        cli_flush(cli);
        cli_stderr(cli, "fatal: '%s' is not a valid branch name\n", name);
        cli_advise(cli, "refSyntax", "See 'git help check-ref-format'");
        cli_exit(cli, CLI_EXIT_FATAL);
    }
    if (!may_exist && branch_exists(cli, name))
        cli_die_with(cli, "a branch named '%s' already exists", name);
}

void cli_switch_check_new(struct cli *cli, const char *name)
{
    check_new_name(cli, name, false);
}

/* A branch to go to, or the commit; `full` is the ref's name when it has one.
 */
static void find_start(struct cli *cli, struct cli_switch *how,
                       struct qn_op_switch_options *op, struct qn_buf *branch,
                       struct qn_buf *full)
{
    struct qn_revision revision = QN_REVISION_INIT;
    const char *start = how->start;
    enum qn_status status;

    if (strcmp(start, "-") == 0)
        start = "@{-1}";
    status = qn_revision_parse(cli->ctx, &cli->scope, start, &revision);
    if (status) {
        if (strcmp(qn_ctx_reason(cli->ctx), "revision.unknown") == 0)
            cli_die_with(cli, "invalid reference: %s", start);
        cli_die(cli);
    }
    if (strcmp(start, "@{-1}") == 0 || start[0] == '@') {
        struct qn_buf name = QN_BUF_INIT;

        if (qn_revision_expand_branch(cli->ctx, &cli->scope, start, &name) ==
                QN_OK &&
            name.size > 0 && branch_exists(cli, qn_buf_string(&name))) {
            cli_check(cli, qn_buf_append_bytes(cli->ctx, branch,
                                               qn_buf_bytes(&name)));
        } else {
            qn_ctx_clear(cli->ctx);
        }
        qn_buf_dispose(&name);
    } else if (branch_exists(cli, start)) {
        cli_check(cli, qn_buf_append_string(cli->ctx, branch, start));
    }
    if (branch->size > 0)
        cli_check(cli, qn_buf_printf(cli->ctx, full, "refs/heads/%s",
                                     qn_buf_string(branch)));
    else
        cli_check(cli, qn_buf_append_bytes(cli->ctx, full,
                                           qn_buf_bytes(&revision.ref_name)));
    if (branch->size > 0) {
        /* The branch, even when a tag has the same name. */
        struct qn_ref ref = QN_REF_INIT;
        bool found;

        cli_check(cli, qn_refs_resolve(cli->ctx, cli->refs, qn_buf_string(full),
                                       &ref, &found));
        if (found)
            revision.id = ref.id;
        qn_ref_dispose(&ref);
    }
    if (qn_revision_peel(cli->ctx, cli->odb, &revision.id, QN_OBJECT_COMMIT,
                         &op->commit)) {
        if (!qn_revision_peel(cli->ctx, cli->odb, &revision.id, QN_OBJECT_TREE,
                              &op->commit))
            cli_die_with(cli, "Cannot switch branch to a non-commit '%s'",
                         how->start);
        cli_die_with(cli, "reference is not a tree: %s", how->start);
    }
    op->has_commit = true;
    qn_revision_dispose(&revision);
}

/* switch goes to branches only, unless told to detach. */
static void expect_branch(struct cli *cli, const char *start, const char *full)
{
    const char *kind = "commit", *name = start;

    if (strncmp(full, "refs/tags/", 10) == 0)
        kind = "tag", name = full + 10;
    else if (strncmp(full, "refs/remotes/", 13) == 0)
        kind = "remote branch", name = full + 13;
    else if (*full)
        kind = "", name = full;
    cli_flush(cli);
    cli_stderr(cli, "fatal: a branch is expected, got %s%s'%s'\n", kind,
               *kind ? " " : "", name);
    if (cli_advice_is_on(cli, "suggestDetachingHead"))
        cli_advise(cli, NULL,
                   "If you want to detach HEAD at the commit, try again with "
                   "the --detach option.");
    cli_exit(cli, CLI_EXIT_FATAL);
}

static void refuse_in_progress(struct cli *cli)
{
    struct qn_status_state state = QN_STATUS_STATE_INIT;

    cli_check(cli, qn_status_state_read(cli->ctx, &cli->scope, false, &state));
    if (state.is_merging)
        cli_die_with(cli, "cannot switch branch while merging\nConsider \"git "
                          "merge --quit\" or \"git worktree add\".");
    if (state.is_applying)
        cli_die_with(cli, "cannot switch branch in the middle of an am "
                          "session\nConsider \"git am --quit\" or \"git "
                          "worktree add\".");
    if (state.is_rebasing)
        cli_die_with(cli, "cannot switch branch while rebasing\nConsider \"git "
                          "rebase --quit\" or \"git worktree add\".");
    if (state.is_picking)
        cli_die_with(cli, "cannot switch branch while "
                          "cherry-picking\nConsider \"git cherry-pick --quit\" "
                          "or \"git worktree add\".");
    if (state.is_reverting)
        cli_die_with(cli, "cannot switch branch while reverting\nConsider "
                          "\"git revert --quit\" or \"git worktree add\".");
    qn_status_state_dispose(&state);
}

/* What "-", "@" and "HEAD" mean to start from. */
static void expand_start(struct cli *cli, struct cli_switch *how)
{
    struct qn_ref head = QN_REF_INIT;
    bool found;

    if (!how->start)
        return;
    if (strcmp(how->start, "-") == 0) {
        how->start = "@{-1}";
        if (qn_revision_expand_branch(cli->ctx, &cli->scope, "@{-1}",
                                      &how->expanded) == QN_OK &&
            how->expanded.size > 0)
            how->start = qn_buf_string(&how->expanded);
        qn_ctx_clear(cli->ctx);
    }
    if (strcmp(how->start, "@") == 0)
        how->start = "HEAD";
    if (strcmp(how->start, "HEAD") != 0 || how->create || how->reset ||
        how->detach > 0 || how->orphan)
        return;
    cli_check(cli, qn_refs_find(cli->ctx, cli->refs, "HEAD", &head, &found));
    if (how->is_switch && found && head.is_symbolic) {
        cli_stderr(cli, "fatal: a branch is expected, got '%s'\n",
                   qn_buf_string(&head.target));
        cli_advise(cli, NULL,
                   "If you want to detach HEAD at the commit, try again with "
                   "the --detach option.");
        cli_exit(cli, CLI_EXIT_FATAL);
    }
    qn_ref_dispose(&head);
    if (!how->is_switch)
        how->start = NULL; /* stay */
}

/* A branch that another work tree has checked out is left alone. */
static void refuse_used(struct cli *cli, const struct cli_switch *how,
                        const char *branch)
{
    struct qn_buf full = QN_BUF_INIT;
    const char *current, *path;

    if (how->ignores_worktrees)
        return;
    cli_check(cli, qn_buf_printf(cli->ctx, &full, "refs/heads/%s", branch));
    current = branch_current(cli);
    if (!current || strcmp(current, branch) != 0) {
        path = branch_work_tree(cli, qn_buf_string(&full));
        if (*path)
            cli_die_with(cli, "'%s' is already used by worktree at '%s'",
                         branch, path);
    }
    qn_buf_dispose(&full);
}

static int finish_switch(struct cli *cli, struct qn_op_switch_options *op)
{
    uint32_t algorithm = qn_repo_algorithm(cli->repo);

    if (!op->has_old_commit)
        qn_id_clear(&op->old_commit, algorithm);
    if (!op->has_commit)
        qn_id_clear(&op->commit, algorithm);
    if (op->kind == QN_OP_SWITCH_ORPHAN && !op->has_commit)
        op->commit = op->old_commit;
    return run_post_checkout(cli, &op->old_commit, &op->commit, true) ? 1 : 0;
}

int cli_switch_run(struct cli *cli, struct cli_switch *how)
{
    struct qn_op_switch_options op = {.is_forced = how->force,
                                      .keeps_untracked = how->discards,
                                      .keeps_ignored = how->no_overwrite_ignore,
                                      .makes_reflog = how->makes_reflog};
    struct qn_buf branch = QN_BUF_INIT, full = QN_BUF_INIT;
    const char *shown;
    bool found;
    int code;

    (void)cli_conflict_style(cli, QN_TEXT_MERGE_MERGE);
    if (how->refuses_submodules)
        cli_switch_refuse_submodules(cli);
    expand_start(cli, how);
    shown = how->start ? how->start : "HEAD";
    if (how->is_switch && !how->force && !how->create && !how->reset &&
        !how->orphan)
        refuse_in_progress(cli);
    op.start = how->start;
    if (how->orphan) {
        check_new_name(cli, how->orphan, false);
        op.kind = QN_OP_SWITCH_ORPHAN;
        op.branch = how->orphan;
        op.empties = how->is_switch;
        op.keeps_tree = !how->is_switch && !how->start;
        if (how->start)
            find_start(cli, how, &op, &branch, &full);
        op.has_commit = false;
        if (how->start && !how->is_switch)
            op.has_commit = true;
        code = run_op(cli, how, &op, shown);
        return code ? code : finish_switch(cli, &op);
    }
    if (how->start)
        find_start(cli, how, &op, &branch, &full);
    if (how->create)
        check_new_name(cli, how->create, false);
    if (how->reset) {
        check_new_name(cli, how->reset, true);
        refuse_used(cli, how, how->reset);
    }
    if (!how->start) {
        cli_check(cli, qn_status_head(cli->ctx, cli->odb, cli->refs, &op.commit,
                                      NULL, &found));
        op.has_commit = found;
        if (!found && !how->create && !how->reset)
            cli_die_with(cli, "You are on a branch yet to be born");
        op.keeps_tree = !how->force;
    }
    if (how->create || how->reset) {
        op.kind = how->create ? QN_OP_SWITCH_CREATE : QN_OP_SWITCH_RESET;
        op.branch = how->create ? how->create : how->reset;
        if (op.kind == QN_OP_SWITCH_RESET && !branch_exists(cli, op.branch))
            how->detach = -1; /* it is new, then */
        if (how->track > 0 &&
            strncmp(qn_buf_string(&full), "refs/heads/", 11) != 0 &&
            strncmp(qn_buf_string(&full), "refs/remotes/", 13) != 0)
            cli_die_with(cli,
                         "cannot set up tracking information; starting point "
                         "'%s' is not a branch",
                         shown);
        code = run_op(cli, how, &op, shown);
        if (code == 0 && full.size > 0) {
            const struct qn_tracking tracking = {
                .branch = op.branch,
                .start = qn_buf_string(&full),
                .mode = cli_switch_tracking_mode(cli, how->track)};

            cli_switch_track(cli, &tracking, how->quiet);
        }
    } else if (!how->start && how->detach <= 0) {
        op.kind = QN_OP_SWITCH_STAY;
        op.keeps_tree = !how->force;
        code = run_op(cli, how, &op, shown);
    } else if (how->detach > 0 || branch.size == 0) {
        if (how->is_switch && how->detach <= 0)
            expect_branch(cli, how->start, qn_buf_string(&full));
        op.kind = QN_OP_SWITCH_DETACH;
        op.keeps_tree = false;
        code = run_op(cli, how, &op, shown);
    } else {
        op.kind = QN_OP_SWITCH_EXISTING;
        op.branch = qn_buf_string(&branch);
        refuse_used(cli, how, op.branch);
        code = run_op(cli, how, &op, shown);
    }
    if (code == 0)
        code = finish_switch(cli, &op);
    qn_buf_dispose(&branch);
    qn_buf_dispose(&full);
    qn_buf_dispose(&how->expanded);
    return code;
}

/* ---- options that checkout, switch and restore share */

int cli_switch_set_guess(struct cli *cli, const struct cli_option *option,
                         const char *argument, bool is_negated)
{
    (void)cli;
    (void)argument;
    *(int *)option->value = !is_negated;
    return 0;
}

int cli_switch_set_recurse(struct cli *cli, const struct cli_option *option,
                           const char *argument, bool is_negated)
{
    (void)cli;
    (void)argument;
    *(bool *)option->value = !is_negated;
    return 0;
}

int cli_switch_set_track(struct cli *cli, const struct cli_option *option,
                         const char *argument, bool is_negated)
{
    int *track = option->value;

    if (is_negated)
        *track = 0;
    else if (!argument || strcmp(argument, "direct") == 0)
        *track = 1;
    else if (strcmp(argument, "inherit") == 0)
        *track = 2;
    else
        return cli_error(cli, "option `%s' expects \"%s\" or \"%s\"", "--track",
                         "direct", "inherit");
    return 0;
}

enum qn_text_merge_style cli_switch_style(struct cli *cli, const char *name)
{
    if (strcmp(name, "merge") == 0)
        return QN_TEXT_MERGE_MERGE;
    if (strcmp(name, "diff3") == 0)
        return QN_TEXT_MERGE_DIFF3;
    if (strcmp(name, "zdiff3") == 0)
        return QN_TEXT_MERGE_ZDIFF3;
    (void)cli_error(cli, "unknown conflict style '%s'", name);
    cli_exit(cli, CLI_EXIT_USAGE);
    return QN_TEXT_MERGE_MERGE;
}

void cli_switch_refuse_submodules(struct cli *cli)
{
    struct qn_index *index = NULL;

    cli_check(cli,
              qn_work_tree_read_index(cli->ctx, cli->repo, cli->odb, &index));
    for (size_t i = 0; i < qn_index_count(index); i++)
        if (qn_mode_is_gitlink(qn_index_peek(index, i)->mode))
            cli_die_with(cli, "option `recurse-submodules' is not supported "
                              "yet where there are submodules");
    qn_index_free(index);
}

/* ---- restoring paths */

/* "a...b": their merge base; else the text itself. */
static void find_source(struct cli *cli, const char *source, struct qn_id *out)
{
    const char *dots = strstr(source, "...");
    struct qn_id_list bases = {0};
    struct qn_buf left = QN_BUF_INIT;
    struct qn_id sides[2];

    if (!dots) {
        cli_tree_id(cli, source, out);
        return;
    }
    cli_check(cli,
              qn_buf_append(cli->ctx, &left, source, (size_t)(dots - source)));
    if (qn_revision_commit(cli->ctx, &cli->scope,
                           left.size ? qn_buf_string(&left) : "HEAD",
                           &sides[0]) ||
        qn_revision_commit(cli->ctx, &cli->scope, dots[3] ? dots + 3 : "HEAD",
                           &sides[1]) ||
        qn_merge_base_find(cli->ctx, &cli->scope, &sides[0], &sides[1], 1,
                           &bases) ||
        bases.count != 1)
        cli_die_with(cli, "could not resolve '%s'", source);
    cli_check(cli, qn_revision_peel(cli->ctx, cli->odb, &bases.ids[0],
                                    QN_OBJECT_TREE, out));
    qn_id_list_dispose(&bases);
    qn_buf_dispose(&left);
}

static void say_counts(struct cli *cli, const struct cli_restore *how,
                       const struct qn_op_restore_options *options,
                       const struct qn_id *tree)
{
    struct qn_buf from = QN_BUF_INIT;
    unsigned long long merged = options->merged_count;

    if (merged)
        cli_stderr(cli, "Recreated %llu merge conflict%s\n", merged,
                   merged == 1 ? "" : "s");
    if (how->source)
        cli_append_short_id(cli, tree, &from);
    if (how->source || !merged || options->written_count)
        cli_stderr(cli, "Updated %llu path%s from %s\n",
                   (unsigned long long)options->written_count,
                   options->written_count == 1 ? "" : "s",
                   how->source ? qn_buf_string(&from) : "the index");
    qn_buf_dispose(&from);
}

static int finish_restore(struct cli *cli)
{
    struct qn_id head;
    bool found;

    cli_check(cli, qn_status_head(cli->ctx, cli->odb, cli->refs, &head, NULL,
                                  &found));
    if (!found)
        qn_id_clear(&head, qn_repo_algorithm(cli->repo));
    return run_post_checkout(cli, &head, &head, false);
}

int cli_restore_run(struct cli *cli, const struct cli_restore *how)
{
    struct qn_op_restore_options options = {
        .updates_index = how->updates_index,
        .updates_files = how->updates_files,
        .overlays = how->overlays,
        .skips_unmerged = how->skips_unmerged,
        .stage = how->stage,
        .merges = how->merges,
        .takes_skipped = how->takes_skipped};
    struct cli_work work;
    struct qn_pathspec *pathspec;
    struct qn_id tree;
    int code = 0;
    enum qn_status status;

    if (how->conflict) {
        options.merges = options.has_style = true;
        options.style = cli_switch_style(cli, how->conflict);
    }
    (void)cli_conflict_style(cli, QN_TEXT_MERGE_MERGE);
    cli_work_open(cli, &work, CLI_WORK_LOCK);
    if (how->refuses_submodules)
        cli_switch_refuse_submodules(cli);
    if (how->source) {
        find_source(cli, how->source, &tree);
        options.tree = &tree;
    }
    pathspec = cli_pathspec(cli, how->patterns.items, how->patterns.count,
                            QN_PATHSPEC_PREFER_CWD);
    options.matched =
        qn_memory_calloc(cli->ctx, qn_pathspec_count(pathspec) + 1, 1);
    if (!options.matched)
        cli_die(cli);
    cli_trace_mode("path");
    status = qn_op_restore(cli->ctx, cli->odb, &work.tree, work.index, pathspec,
                           &options);
    if (status && strcmp(qn_ctx_reason(cli->ctx), "path.unmatched") == 0) {
        for (size_t i = 0; i < qn_pathspec_count(pathspec); i++) {
            if (!options.matched[i])
                cli_error(
                    cli, "pathspec '%s' did not match any file(s) known to git",
                    qn_pathspec_original(pathspec, i));
        }
        code = 1;
    } else if (status &&
               strcmp(qn_ctx_reason(cli->ctx), "restore.unmerged") == 0) {
        code = 1;
    } else if (status) {
        cli_die(cli);
    }
    if (code == 0 && (how->updates_index || !how->source))
        cli_work_commit(cli, &work, false);
    if (code == 0 && how->says_count && !how->quiet)
        say_counts(cli, how, &options, &tree);
    if (options.failed_count > 0)
        code = 1;
    if (code == 0)
        code = finish_restore(cli);
    qn_memory_free(how->patterns.items); /* the list was made for us */
    qn_memory_free(options.matched);
    qn_pathspec_free(pathspec);
    cli_work_close(&work);
    return code;
}
