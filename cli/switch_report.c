/* SPDX-License-Identifier: MIT */
#include "cli/switching_private.h"
#include "object/commit.h"
#include "object/tree.h"
#include "operation/part/status_text.h"
#include "show/pretty.h"
#include "walk/commit_walk.h"

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

    cli_check(cli, qn_odb_read_typed(cli->ctx, cli->odb, commit,
                                     QN_OBJECT_COMMIT, &object));
    cli_check(cli, qn_commit_parse(cli->ctx, qn_object_bytes(&object),
                                   commit->algorithm, &parsed));
    cli_check(cli, qn_pretty_subject(cli->ctx, parsed.message, " ", out, NULL));
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
        return row->staged == 'A' || row->is_intent ? '\0' : 'D';
    if (row->staged == 'A' || row->staged == ' ')
        return row->staged == 'A' ? 'A' : row->unstaged;
    if (row->staged == 'D') /* and there again, by intent to add? */
        return row->unstaged == 'A' ? 'M' : 'D';
    return ((row->head_mode ^ row->work_mode) & QN_MODE_KIND_MASK) ? 'T' : 'M';
}

void cli_switch_say_changes(struct cli *cli, const struct qn_id *commit,
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
    qn_work_tree_write_index_if_free(cli->ctx, cli->repo, work.index);
    qn_status_list_dispose(&list);
    cli_work_close(&work);
}

void cli_switch_find_tracking(struct cli *cli, struct qn_buf *out)
{
    struct qn_status_state state = QN_STATUS_STATE_INIT;

    cli_check(cli,
              qn_status_state_read(
                  cli->ctx, &cli->scope,
                  cli_config_bool(cli, "status.aheadbehind", true), &state));
    cli_check(cli, qn_status_text_tracking(cli->ctx, &state,
                                           cli_advice_is_on(cli, "statusHints"),
                                           true, out));
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
        if (lines.data[lines.size - 1] == ' ') /* no subject */
            qn_buf_truncate(&lines, lines.size - 1);
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

void cli_switch_say_left(struct cli *cli, const struct cli_switch *how,
                         const struct qn_op_switch_options *op)
{
    bool has_moved = op->has_old_commit && op->has_commit &&
                     !qn_id_is_equal(&op->old_commit, &op->commit);

    if (how->quiet)
        return;
    if (op->was_detached && op->empties && op->has_old_commit)
        say_commit(cli, "Previous HEAD position was", &op->old_commit);
    else if (op->was_detached && has_moved &&
             !warn_left_behind(cli, &op->old_commit, &op->commit))
        say_commit(cli, "Previous HEAD position was", &op->old_commit);
}

void cli_switch_say(struct cli *cli, const struct cli_switch *how,
                    const struct qn_op_switch_options *op, const char *shown)
{
    if (how->quiet)
        return;
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
        if (how->detach < 0 && !(op->is_same_branch && op->has_commit))
            cli_stderr(cli, "Switched to a new branch '%s'\n", op->branch);
        else if (op->is_same_branch)
            cli_stderr(cli, "Reset branch '%s'\n", op->branch);
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
