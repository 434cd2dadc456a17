/* SPDX-License-Identifier: MIT */
#include "cli/branching.h"
#include "cli/switching_private.h"
#include "operation/part/status_text.h"
#include "text/ref_name.h"
#include "walk/merge_base.h"

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

bool cli_switch_branch_exists(struct cli *cli, const char *branch)
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

void cli_switch_check_name(struct cli *cli, const char *name, bool may_exist)
{
    if (!qn_ref_name_is_branch(qn_bytes_from_string(name))) {
        cli_flush(cli);
        cli_stderr(cli, "fatal: '%s' is not a valid branch name\n", name);
        cli_advise(cli, "refSyntax", "See 'git help check-ref-format'");
        cli_exit(cli, CLI_EXIT_FATAL);
    }
    if (!may_exist && cli_switch_branch_exists(cli, name))
        cli_die_with(cli, "a branch named '%s' already exists", name);
}

void cli_switch_check_new(struct cli *cli, const char *name)
{
    cli_switch_check_name(cli, name, false);
}

void cli_switch_find_start(struct cli *cli, struct cli_switch *how,
                           struct qn_op_switch_options *op,
                           struct qn_buf *branch, struct qn_buf *full)
{
    struct qn_revision revision = QN_REVISION_INIT;
    const char *start = how->start;
    bool found = false;
    enum qn_status status;

    if (strcmp(start, "-") == 0)
        start = "@{-1}";
    status = QN_OK;
    if (strstr(start, "..."))
        status = qn_merge_base_of_range(cli->ctx, &cli->scope, start,
                                        &revision.id, &found);
    if (!status && !found)
        status = qn_revision_parse(cli->ctx, &cli->scope, start, &revision);
    if (status) {
        const char *reason = qn_ctx_reason(cli->ctx);

        if (strcmp(reason, "revision.unknown") == 0 ||
            (how->is_switch && strcmp(reason, "revision.path") == 0))
            cli_die_with(cli, "invalid reference: %s", start);
        cli_die(cli);
    }
    if (strcmp(start, "@{-1}") == 0 || start[0] == '@') {
        struct qn_buf name = QN_BUF_INIT;

        if (qn_revision_expand_branch(cli->ctx, &cli->scope, start, &name) ==
                QN_OK &&
            name.size > 0 &&
            cli_switch_branch_exists(cli, qn_buf_string(&name))) {
            cli_check(cli, qn_buf_append_bytes(cli->ctx, branch,
                                               qn_buf_bytes(&name)));
        } else {
            cli_forget(cli);
        }
        qn_buf_dispose(&name);
    } else if (cli_switch_branch_exists(cli, start)) {
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
        bool is_there;

        cli_check(cli, qn_refs_resolve(cli->ctx, cli->refs, qn_buf_string(full),
                                       &ref, &is_there));
        if (is_there)
            revision.id = ref.id;
        qn_ref_dispose(&ref);
    }
    if (qn_revision_peel(cli->ctx, cli->odb, &revision.id, QN_OBJECT_COMMIT,
                         &op->commit)) {
        if (!qn_revision_peel(cli->ctx, cli->odb, &revision.id, QN_OBJECT_TREE,
                              &op->commit))
            cli_die_with(cli, "Cannot switch branch to a non-commit '%s'",
                         how->start);
        if (strcmp(qn_ctx_reason(cli->ctx), "odb.not-found") == 0)
            cli_die_with(cli, "unable to read tree (%s)",
                         qn_ctx_subject(cli->ctx));
        cli_die_with(cli, "reference is not a tree: %s", how->start);
    }
    op->has_commit = true;
    qn_revision_dispose(&revision);
}

void cli_switch_expect_branch(struct cli *cli, const char *start,
                              const char *full)
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

void cli_switch_refuse_in_progress(struct cli *cli)
{
    struct qn_status_state state = QN_STATUS_STATE_INIT;

    cli_check(cli,
              qn_status_state_read_progress(cli->ctx, &cli->scope, &state));
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

/* "@{-1}" into the branch, or the commit, that HEAD was at; switch leaves a
 * branch that is gone as it was said. */
static void expand_start(struct cli *cli, struct cli_switch *how)
{
    struct qn_id id;
    bool is_good = qn_revision_expand_branch(cli->ctx, &cli->scope, how->start,
                                             &how->expanded) == QN_OK &&
                   how->expanded.size > 0;

    if (is_good && how->is_switch)
        is_good =
            cli_switch_branch_exists(cli, qn_buf_string(&how->expanded)) ||
            qn_id_from_hex(&id, qn_odb_algorithm(cli->odb),
                           qn_buf_bytes(&how->expanded));
    if (is_good)
        how->start = qn_buf_string(&how->expanded);
    cli_forget(cli);
}

void cli_switch_expand_start(struct cli *cli, struct cli_switch *how)
{
    struct qn_ref head = QN_REF_INIT;
    bool found;

    if (!how->start)
        return;
    if (strcmp(how->start, "-") == 0) {
        how->start = "@{-1}";
        if (!how->is_switch)
            expand_start(cli, how);
    }
    if ((how->is_switch || how->create || how->reset) &&
        strncmp(how->start, "@{-", 3) == 0)
        expand_start(cli, how);
    if (strcmp(how->start, "@") == 0) {
        cli_check(cli,
                  qn_refs_resolve(cli->ctx, cli->refs, "HEAD", &head, &found));
        if (found)
            how->start = "HEAD";
    }
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

void cli_switch_refuse_used(struct cli *cli, const struct cli_switch *how,
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
