/* SPDX-License-Identifier: MIT */
#include "cli/branching.h"
#include "cli/conflict_style.h"
#include "cli/switching_private.h"
#include "cli/trace.h"
#include "object/tree.h"
#include "operation/part/autostash.h"
#include "operation/part/run_hook.h"
#include "operation/part/tracking.h"
#include "worktree/status.h"

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

/* ---- going */

/* What the operation's calls back need to know. */
struct going {
    struct cli *cli;
    struct cli_switch *how;
    struct qn_op_switch_options *op;
    const char *shown;
};

static void say_unmerged(void *data, struct qn_bytes path)
{
    const struct going *going = data;

    cli_printf(going->cli, "%.*s: needs merge\n", QN_BYTES_ARG(path));
}

int cli_switch_run_hook(struct cli *cli, const struct qn_id *old,
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

static bool has_files(struct cli *cli)
{
    struct qn_index *index = NULL;
    bool has_any;

    cli_check(cli,
              qn_work_tree_read_index(cli->ctx, cli->repo, cli->odb, &index));
    has_any = qn_index_has_file(index) && qn_index_count(index) > 0;
    qn_index_free(index);
    return has_any;
}

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
    if (!op->has_old_commit) { /* nothing to put changes aside from */
        if (has_files(cli)) {
            cli_stderr(cli, "You do not have the initial commit yet\n");
            return cli_fatal(cli, "Cannot autostash");
        }
        how->is_second_try = true;
        return run_op(cli, how, op, shown);
    }
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

static void track(struct cli *cli, struct cli_switch *how, const char *branch)
{
    const struct qn_tracking tracking = {
        .branch = branch,
        .start = how->tracked,
        .mode = cli_switch_tracking_mode(cli, how->track)};

    cli_switch_track(cli, &tracking, how->quiet);
}

static void say_changes(const struct going *going)
{
    const struct qn_op_switch_options *op = going->op;
    const struct cli_switch *how = going->how;

    if (how->quiet || how->force)
        return;
    if (op->kind == QN_OP_SWITCH_ORPHAN) {
        if (!how->is_switch && (op->has_commit || op->has_old_commit))
            cli_switch_say_changes(
                going->cli, op->has_commit ? &op->commit : &op->old_commit,
                how->is_second_try);
    } else if (op->has_commit &&
               (!op->keeps_tree || op->kind == QN_OP_SWITCH_STAY)) {
        cli_switch_say_changes(going->cli, &op->commit, how->is_second_try);
    }
}

static void say_arrived(void *data, bool has_moved)
{
    const struct going *going = data;

    if (!has_moved) {
        put_back(going->cli, going->how);
        say_changes(going);
    }
    if (going->op->kind == QN_OP_SWITCH_STAY)
        return;
    if (!has_moved) {
        cli_switch_say_left(going->cli, going->how, going->op);
        return;
    }
    if (!going->how->quiet && going->op->has_commit &&
        going->op->kind != QN_OP_SWITCH_ORPHAN &&
        going->op->kind != QN_OP_SWITCH_DETACH)
        cli_switch_find_tracking(going->cli, &going->how->tracking);
    if (going->how->tracked)
        track(going->cli, going->how, going->op->branch);
    cli_switch_say(going->cli, going->how, going->op, going->shown);
}

static int run_op(struct cli *cli, struct cli_switch *how,
                  struct qn_op_switch_options *op, const char *shown)
{
    struct going going = {.cli = cli, .how = how, .op = op, .shown = shown};

    op->unmerged = say_unmerged;
    op->arrived = say_arrived;
    op->data = &going;
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
        if (strcmp(reason, "worktree.bad-path") == 0)
            return how->force ? CLI_EXIT_FATAL : 1;
        if (strcmp(reason, "index.unmerged") == 0)
            return 1;
        if (strncmp(qn_ctx_message(cli->ctx), "cannot lock ref 'HEAD'", 22) ==
                0 ||
            strcmp(qn_ctx_message(cli->ctx), "cannot lock references") == 0) {
            (void)cli_error(cli, "%s", qn_ctx_message(cli->ctx));
            return cli_fatal(cli, "unable to update HEAD");
        }
        return cli_fail(cli);
    }
    if (!how->quiet && op->has_commit && op->kind == QN_OP_SWITCH_STAY)
        cli_switch_find_tracking(cli, &how->tracking);
    cli_write(cli, how->tracking.data, how->tracking.size);
    qn_buf_dispose(&how->tracking);
    /* A file that could not be written was named; only force answers for it. */
    return how->force && op->failed_count > 0;
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
    return cli_switch_run_hook(cli, &op->old_commit, &op->commit, true) ? 1 : 0;
}

/* "main@{1}" names a commit, "@{-1}" and "@{u}" name branches. */
static bool is_of_log(const char *start)
{
    const char *at = strstr(start, "@{");

    return at && at[2] >= '0' && at[2] <= '9';
}

/* The full name of the branch that HEAD is on. */
static void find_current(struct cli *cli, struct qn_buf *full)
{
    const char *branch = branch_current(cli);

    if (branch)
        cli_check(cli, qn_buf_printf(cli->ctx, full, "refs/heads/%s", branch));
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
    cli_switch_expand_start(cli, how);
    shown = how->start ? how->start : "HEAD";
    op.start = how->start;
    if (how->orphan) {
        cli_switch_check_name(cli, how->orphan, false);
        op.kind = QN_OP_SWITCH_ORPHAN;
        op.branch = how->orphan;
        op.empties = how->is_switch;
        if (how->start)
            cli_switch_find_start(cli, how, &op, &branch, &full);
        if (how->is_switch)
            cli_switch_refuse_in_progress(cli);
        op.has_commit = false;
        if (how->start && !how->is_switch)
            op.has_commit = true;
        code = run_op(cli, how, &op, shown);
        return code ? code : finish_switch(cli, &op);
    }
    if (how->start)
        cli_switch_find_start(cli, how, &op, &branch, &full);
    if (how->create)
        cli_switch_check_name(cli, how->create, false);
    if (how->reset) {
        cli_switch_check_name(cli, how->reset, true);
        cli_switch_refuse_used(cli, how, how->reset);
    }
    if (how->is_switch)
        cli_switch_refuse_in_progress(cli);
    if (!how->start) {
        cli_check(cli, qn_status_head(cli->ctx, cli->odb, cli->refs, &op.commit,
                                      NULL, &found));
        op.has_commit = found;
        if (!found && !how->create && !how->reset)
            cli_die_with(cli, "You are on a branch yet to be born");
        op.keeps_tree = how->is_switch || how->is_plain;
    }
    if (how->create || how->reset) {
        op.kind = how->create ? QN_OP_SWITCH_CREATE : QN_OP_SWITCH_RESET;
        op.branch = how->create ? how->create : how->reset;
        if (op.kind == QN_OP_SWITCH_RESET &&
            !cli_switch_branch_exists(cli, op.branch))
            how->detach = -1; /* it is new, then */
        if (!how->start)
            find_current(cli, &full);
        if (strcmp(qn_buf_string(&full), "HEAD") == 0) {
            qn_buf_clear(&full);
            if (!is_of_log(how->start))
                find_current(cli, &full);
        }
        cli_check(cli, qn_tracking_can_be(cli->ctx, cli->repo,
                                          qn_buf_string(&full), &found));
        if (how->track > 0 && !found)
            cli_die_with(cli,
                         "cannot set up tracking information; starting point "
                         "'%s' is not a branch",
                         shown);
        if (found)
            how->tracked = qn_buf_string(&full);
        code = run_op(cli, how, &op, shown);
    } else if (!how->start && how->detach <= 0) {
        op.kind = QN_OP_SWITCH_STAY;
        op.keeps_tree = false;
        code = run_op(cli, how, &op, shown);
    } else if (how->detach > 0 || branch.size == 0) {
        if (how->is_switch && how->detach <= 0)
            cli_switch_expect_branch(
                cli, how->start,
                is_of_log(how->start) ? "" : qn_buf_string(&full));
        op.kind = QN_OP_SWITCH_DETACH;
        op.keeps_tree = how->is_switch && !how->start;
        code = run_op(cli, how, &op, shown);
    } else {
        op.kind = QN_OP_SWITCH_EXISTING;
        op.branch = qn_buf_string(&branch);
        cli_switch_refuse_used(cli, how, op.branch);
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
