/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"
#include "cli/commit_summary.h"
#include "cli/diff_options.h"
#include "cli/work.h"
#include "object/commit.h"
#include "operation/op_diff.h"
#include "operation/op_merge.h"
#include "operation/part/commit_message.h"
#include "operation/part/record.h"
#include "operation/part/run_hook.h"
#include "os/file.h"
#include "program/editor.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum fast_forward { FF_ALLOWED = 0, FF_ONLY, FF_NEVER };

struct merge {
    struct cli *cli;
    struct cli_work work;
    struct qn_op_merge op;
    struct qn_tree_merge_options options;
    struct qn_attributes *attributes;
    struct cli_list messages, strategies, strategy_options;
    const char *file; /* -F */
    const char *name; /* what is merged, as it was typed */
    struct qn_id theirs, their_tree;
    struct qn_buf message;
    struct qn_buf branch; /* full name; "": detached */
    int fast_forward, verbosity, edit, stat;
    bool squashes, no_commit, commits, aborts, continues, quits;
    bool allows_unrelated, signs_off, skips_hooks, compact_summary;
    bool has_message;
};

static bool has_state(struct merge *m, const char *name)
{
    struct qn_buf path = QN_BUF_INIT;
    bool found;

    cli_check(m->cli, qn_repo_path(m->cli->ctx, m->cli->repo, name, &path));
    found = qn_file_exists(qn_buf_string(&path));
    qn_buf_dispose(&path);
    return found;
}

static void say(struct merge *m, const char *text)
{
    if (m->verbosity >= 0)
        cli_puts(m->cli, text);
}

static void put_short_id(struct merge *m, const struct qn_id *id)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    size_t digits = 0;

    cli_check(m->cli,
              qn_odb_abbreviate(m->cli->ctx, m->cli->odb, id, 0, &digits));
    qn_id_to_hex(id, hex);
    cli_printf(m->cli, "%.*s", (int)digits, hex);
}

/* The diffstat from HEAD on. */
static void put_stat(struct merge *m, const struct qn_id *tree)
{
    struct cli *cli = m->cli;
    struct cli_diff diff;
    struct qn_patch *patch = NULL;
    struct qn_buf out = QN_BUF_INIT;

    if (m->verbosity < 0 || !m->stat)
        return;
    cli_diff_init(cli, &diff, true);
    diff.options.formats = QN_DIFF_FORMAT_STAT | QN_DIFF_FORMAT_SUMMARY;
    diff.options.is_compact_summary = m->compact_summary;
    if (m->compact_summary)
        diff.options.formats = QN_DIFF_FORMAT_STAT;
    if (!diff.options.rename.detect)
        diff.options.rename.detect = 1;
    cli_diff_finish(cli, &diff, 0);
    cli_check(cli, qn_patch_new(cli->ctx, cli->repo, cli->odb, &diff.options,
                                NULL, &patch));
    cli_check(cli, qn_patch_trees(cli->ctx, patch, &m->op.head_tree, tree, &out,
                                  NULL));
    cli_write(cli, out.data, out.size);
    qn_buf_dispose(&out);
    qn_patch_free(patch);
    cli_diff_dispose(&diff);
}

static void run_post_merge(struct merge *m)
{
    const char *arguments[2] = {m->squashes ? "1" : "0", NULL};
    struct qn_run_hook hook = {.name = "post-merge", .arguments = arguments};

    cli_flush(m->cli);
    cli_check(m->cli, qn_run_hook(m->cli->ctx, m->cli->repo, &hook, NULL));
}

/* ---- before anything is done */

static void refuse_unmerged(struct merge *m)
{
    struct cli *cli = m->cli;

    if (qn_index_is_unmerged(m->work.index)) {
        cli_error(cli, "Merging is not possible because you have unmerged "
                       "files.");
        if (cli_advice_is_on(cli, "resolveConflict"))
            cli_advise(cli, NULL,
                       "Fix them up in the work tree, and then use 'git add/rm "
                       "<file>'\nas appropriate to mark resolution and make a "
                       "commit.");
        cli_die_with(cli, "Exiting because of an unresolved conflict.");
    }
    if (has_state(m, "MERGE_HEAD"))
        cli_die_with(cli, "You have not concluded your merge (MERGE_HEAD "
                          "exists).\nPlease, commit your changes before you "
                          "merge.");
    if (has_state(m, "CHERRY_PICK_HEAD"))
        cli_die_with(cli, "You have not concluded your cherry-pick "
                          "(CHERRY_PICK_HEAD exists).\nPlease, commit your "
                          "changes before you merge.");
}

static int abort_merge(struct merge *m)
{
    char *words[] = {(char *)"reset", (char *)"--merge", NULL};

    if (!has_state(m, "MERGE_HEAD"))
        cli_die_with(m->cli,
                     "There is no merge to abort (MERGE_HEAD missing).");
    return cmd_reset(m->cli, 2, words);
}

static int continue_merge(struct merge *m)
{
    char *words[] = {(char *)"commit", NULL};

    if (!has_state(m, "MERGE_HEAD"))
        cli_die_with(m->cli,
                     "There is no merge in progress (MERGE_HEAD missing).");
    return cmd_commit(m->cli, 1, words);
}

static void find_theirs(struct merge *m)
{
    struct cli *cli = m->cli;

    if (qn_revision_commit(cli->ctx, &cli->scope, m->name, &m->theirs)) {
        qn_ctx_clear(cli->ctx);
        cli_flush(cli);
        cli_stderr(cli, "merge: %s - not something we can merge\n", m->name);
        cli_exit(cli, 1);
    }
    cli_check(cli, qn_revision_peel(cli->ctx, cli->odb, &m->theirs,
                                    QN_OBJECT_TREE, &m->their_tree));
}

static const char *current_branch(const struct merge *m)
{
    struct qn_bytes name = qn_buf_bytes(&m->branch);

    if (!qn_bytes_has_prefix(name, "refs/heads/"))
        return "HEAD";
    return (const char *)name.data + 11;
}

static void find_head(struct merge *m)
{
    struct cli *cli = m->cli;
    struct qn_ref ref = QN_REF_INIT;
    bool found = false;

    cli_check(cli, qn_refs_resolve(cli->ctx, cli->refs, "HEAD", &ref, &found));
    qn_id_clear(&m->op.head, qn_odb_algorithm(cli->odb));
    m->op.head_tree = *qn_id_empty_tree(qn_odb_algorithm(cli->odb));
    if (found) {
        m->op.head = ref.id;
        cli_check(cli, qn_revision_peel(cli->ctx, cli->odb, &ref.id,
                                        QN_OBJECT_TREE, &m->op.head_tree));
    }
    cli_check(cli, qn_buf_append_bytes(cli->ctx, &m->branch,
                                       qn_buf_bytes(&ref.name)));
    qn_ref_dispose(&ref);
}

/* ---- the message */

static void add_tag_message(struct merge *m)
{
    struct qn_revision revision = QN_REVISION_INIT;
    struct qn_object object = QN_OBJECT_INIT;
    struct cli *cli = m->cli;
    struct qn_tag tag;

    if (qn_revision_parse(cli->ctx, &cli->scope, m->name, &revision) ||
        qn_odb_read(cli->ctx, cli->odb, &revision.id, &object)) {
        qn_ctx_clear(cli->ctx);
    } else if (object.type == QN_OBJECT_TAG) {
        struct qn_bytes text;

        cli_check(cli, qn_tag_parse(cli->ctx, qn_object_bytes(&object),
                                    qn_odb_algorithm(cli->odb), &tag));
        text = tag.message;
        text.size = qn_bytes_find_bytes(text, QN_BYTES("-----BEGIN "));
        while (text.size && text.data[text.size - 1] == '\n')
            text.size--;
        cli_check(cli, qn_buf_printf(cli->ctx, &m->message, "\n%.*s\n",
                                     QN_BYTES_ARG(text)));
    }
    qn_object_dispose(&object);
    qn_revision_dispose(&revision);
}

static void make_message(struct merge *m)
{
    struct cli *cli = m->cli;
    size_t i;

    m->has_message = m->messages.count || m->file;
    for (i = 0; i < m->messages.count; i++)
        cli_check(cli, qn_buf_printf(cli->ctx, &m->message, "%s%s\n",
                                     i ? "\n" : "", m->messages.items[i]));
    if (m->file) {
        enum qn_status status =
            strcmp(m->file, "-")
                ? qn_file_read_all(cli->ctx, m->file, &m->message)
                : qn_file_read_rest(cli->ctx, 0, &m->message);

        if (status)
            cli_die_with(cli, "could not read file '%s'", m->file);
    }
    if (m->has_message)
        return;
    cli_check(cli, qn_op_merge_title(cli->ctx, &cli->scope, m->name,
                                     current_branch(m), &m->message));
    cli_check(cli, qn_buf_append_byte(cli->ctx, &m->message, '\n'));
    add_tag_message(m);
}

static bool wants_editor(const struct merge *m)
{
    const char *variable = qn_env_variable(m->cli->env, "GIT_MERGE_AUTOEDIT");
    bool flag;

    if (m->edit >= 0)
        return m->edit;
    if (m->has_message)
        return false;
    if (variable && qn_config_parse_bool(variable, &flag))
        return flag;
    return isatty(0) && isatty(1);
}

/* Let the person write the message: MERGE_MSG holds it meanwhile. */
static bool edit_message(struct merge *m)
{
    static const char text[] =
        "\n# Please enter a commit message to explain why this merge is "
        "necessary,\n# especially if it merges an updated upstream into a "
        "topic branch.\n#\n# Lines starting with '#' will be ignored, and an "
        "empty message aborts\n# the commit.\n";
    struct cli *cli = m->cli;
    const char *editor = qn_editor_name(cli->ctx, cli_config(cli));
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status;

    cli_check(cli, qn_buf_append_string(cli->ctx, &m->message, text));
    cli_check(cli, qn_op_merge_write_state(cli->ctx, &m->op, &m->theirs,
                                           m->fast_forward == FF_NEVER,
                                           qn_buf_bytes(&m->message), NULL));
    cli_check(cli, qn_repo_path(cli->ctx, cli->repo, "MERGE_MSG", &path));
    cli_flush(cli);
    status = qn_editor_run(cli->ctx, editor, qn_buf_string(&path), NULL);
    qn_buf_clear(&m->message);
    if (!status)
        status = qn_file_read_all(cli->ctx, qn_buf_string(&path), &m->message);
    if (!status)
        status = qn_commit_message_clean(cli->ctx, QN_COMMIT_CLEANUP_STRIP, "#",
                                         &m->message);
    qn_buf_dispose(&path);
    if (status) {
        cli_error(cli, "%s", qn_ctx_message(cli->ctx));
        cli_stderr(cli, "Not committing merge; use 'git commit' to complete "
                        "the merge.\n");
        return false;
    }
    if (m->message.size == 0) {
        cli_error(cli, "Empty commit message.");
        cli_stderr(cli, "Not committing merge; use 'git commit' to complete "
                        "the merge.\n");
        return false;
    }
    return true;
}

/* ---- outcomes */

static void record_orig_head(struct merge *m)
{
    cli_check(m->cli, qn_record_ref(m->cli->ctx, m->cli->repo, m->cli->refs,
                                    "ORIG_HEAD", &m->op.head, NULL, NULL));
}

static void reflog_text(struct merge *m, const char *what, struct qn_buf *out)
{
    const char *action = qn_env_variable(m->cli->env, "GIT_REFLOG_ACTION");

    if (action)
        cli_check(m->cli,
                  qn_buf_printf(m->cli->ctx, out, "%s: %s", action, what));
    else
        cli_check(m->cli, qn_buf_printf(m->cli->ctx, out, "merge %s: %s",
                                        m->name, what));
}

static int begin_unborn(struct merge *m)
{
    struct cli *cli = m->cli;

    if (m->squashes)
        cli_die_with(cli, "Squash commit into empty head not supported yet");
    if (m->fast_forward == FF_NEVER)
        cli_die_with(cli, "Non-fast-forward commit does not make sense into an "
                          "empty head");
    if (qn_op_merge_forward(cli->ctx, &m->op, &m->their_tree))
        return cli_fail(cli);
    cli_check(cli, qn_record_ref(cli->ctx, cli->repo, cli->refs, "HEAD",
                                 &m->theirs, NULL, "initial pull"));
    return 0;
}

static int fast_forward(struct merge *m)
{
    struct cli *cli = m->cli;
    struct qn_buf text = QN_BUF_INIT;

    if (m->verbosity >= 0) {
        cli_puts(cli, "Updating ");
        put_short_id(m, &m->op.head);
        cli_puts(cli, "..");
        put_short_id(m, &m->theirs);
        cli_put(cli, '\n');
    }
    if (qn_op_merge_forward(cli->ctx, &m->op, &m->their_tree)) {
        cli_flush(cli);
        if (strcmp(qn_ctx_reason(cli->ctx), "worktree.would-overwrite"))
            return cli_fail(cli);
        cli_stderr(cli, "%s\n", qn_ctx_message(cli->ctx));
        return 1;
    }
    record_orig_head(m);
    say(m, m->has_message
               ? "Fast-forward (no commit created; -m option ignored)\n"
               : "Fast-forward\n");
    if (m->squashes) {
        say(m, "Squash commit -- not updating HEAD\n");
        cli_check(cli,
                  qn_op_merge_write_squash(cli->ctx, &m->op, &m->theirs, NULL));
    } else {
        reflog_text(m,
                    m->has_message ? "Fast-forward (no commit created; -m "
                                     "option ignored)"
                                   : "Fast-forward",
                    &text);
        cli_check(cli,
                  qn_record_ref(cli->ctx, cli->repo, cli->refs, "HEAD",
                                &m->theirs, &m->op.head, qn_buf_string(&text)));
    }
    put_stat(m, &m->their_tree);
    run_post_merge(m);
    qn_buf_dispose(&text);
    return 0;
}

static bool index_is_head(struct merge *m)
{
    struct cli *cli = m->cli;
    struct qn_diff_list list = QN_DIFF_LIST_INIT;
    struct qn_op_diff diff;
    size_t i;
    bool is_same;

    qn_op_diff_init(&diff, cli->odb, m->work.index, NULL);
    cli_check(cli, qn_op_diff_cached(cli->ctx, &diff, &m->op.head_tree, &list));
    is_same = list.count == 0;
    if (!is_same) {
        cli_flush(cli);
        cli_stderr(cli, "error: Your local changes to the following files "
                        "would be overwritten by merge:\n  ");
        for (i = 0; i < list.count; i++)
            cli_stderr(cli, "%s%.*s", i ? " " : "",
                       QN_BYTES_ARG(list.pairs[i].new_side.path));
        cli_stderr(cli, "\n");
    }
    qn_diff_list_dispose(&list);
    qn_op_diff_dispose(&diff);
    return is_same;
}

static int fail_strategy(struct merge *m)
{
    cli_flush(m->cli);
    cli_stderr(m->cli, "Merge with strategy ort failed.\n");
    return 2;
}

static int stop_in_conflict(struct merge *m,
                            const struct qn_tree_merge_result *result)
{
    struct cli *cli = m->cli;

    if (m->squashes) {
        say(m, "Squash commit -- not updating HEAD\n");
        cli_check(cli, qn_op_merge_write_squash(cli->ctx, &m->op, &m->theirs,
                                                result));
    } else {
        cli_check(cli,
                  qn_op_merge_write_state(cli->ctx, &m->op, &m->theirs,
                                          m->fast_forward == FF_NEVER,
                                          qn_buf_bytes(&m->message), result));
    }
    say(m, "Automatic merge failed; fix conflicts and then commit the "
           "result.\n");
    return 1;
}

static int stop_before_commit(struct merge *m)
{
    struct cli *cli = m->cli;

    if (m->squashes) {
        say(m, "Squash commit -- not updating HEAD\n");
        cli_check(cli,
                  qn_op_merge_write_squash(cli->ctx, &m->op, &m->theirs, NULL));
    } else {
        cli_check(cli,
                  qn_op_merge_write_state(cli->ctx, &m->op, &m->theirs,
                                          m->fast_forward == FF_NEVER,
                                          qn_buf_bytes(&m->message), NULL));
    }
    cli_flush(cli);
    cli_stderr(cli, "Automatic merge went well; stopped before committing as "
                    "requested\n");
    return 0;
}

static bool run_commit_hooks(struct merge *m)
{
    struct qn_run_hook hook = {.name = "pre-merge-commit",
                               .has_no_editor = !wants_editor(m)};
    int code = 0;

    if (m->skips_hooks)
        return true;
    cli_flush(m->cli);
    cli_check(m->cli, qn_run_hook(m->cli->ctx, m->cli->repo, &hook, &code));
    return code == 0;
}

static void sign_off(struct merge *m)
{
    struct cli *cli = m->cli;
    struct qn_buf ident = QN_BUF_INIT;
    struct qn_bytes who;

    cli_check(cli, qn_repo_ident(cli->ctx, cli->repo, QN_IDENT_COMMITTER, true,
                                 &ident));
    who = qn_buf_bytes(&ident);
    who.size = qn_bytes_find(who, '>') + 1;
    cli_check(cli, qn_commit_message_sign_off(cli->ctx, &m->message, who));
    qn_buf_dispose(&ident);
}

static int conclude(struct merge *m, const struct qn_tree_merge_result *result)
{
    struct cli *cli = m->cli;
    struct qn_buf reflog = QN_BUF_INIT;
    struct qn_id id;

    if (m->squashes || m->no_commit)
        return stop_before_commit(m);
    if (m->signs_off)
        sign_off(m);
    if (!run_commit_hooks(m))
        return 1;
    if (wants_editor(m) && !edit_message(m))
        return 1;
    reflog_text(m, "Merge made by the 'ort' strategy.", &reflog);
    cli_check(cli, qn_op_merge_commit(cli->ctx, &m->op, &m->theirs,
                                      &result->tree, qn_buf_bytes(&m->message),
                                      qn_buf_string(&reflog), &id));
    say(m, "Merge made by the 'ort' strategy.\n");
    put_stat(m, &result->tree);
    run_post_merge(m);
    qn_buf_dispose(&reflog);
    return 0;
}

static int real_merge(struct merge *m)
{
    struct cli *cli = m->cli;
    struct qn_tree_merge_result result = {.is_clean = true};
    int verbosity = (int)cli_config_int(cli, "merge.verbosity", 2);
    size_t i;
    int code;

    record_orig_head(m);
    if (!index_is_head(m))
        return fail_strategy(m);
    m->options.our_label = "HEAD";
    m->options.their_label = m->name;
    cli_check(cli,
              qn_attributes_new(cli->ctx, cli->repo, QN_ATTRIBUTES_WORK_TREE,
                                m->work.index, NULL, &m->attributes));
    m->options.attributes = m->attributes;
    cli_check(cli,
              qn_tree_merge_commits(cli->ctx, &cli->scope, &m->op.head,
                                    &m->theirs, &m->options, NULL, &result));
    if (qn_op_merge_apply(cli->ctx, &m->op, &result)) {
        cli_flush(cli);
        if (strcmp(qn_ctx_reason(cli->ctx), "worktree.would-overwrite"))
            return cli_fail(cli);
        cli_stderr(cli, "%s\n", qn_ctx_message(cli->ctx));
        return fail_strategy(m);
    }
    for (i = 0; i < result.message_count && verbosity > 0 && m->verbosity >= 0;
         i++) {
        cli_write(cli, result.messages[i].text.data,
                  result.messages[i].text.size);
        cli_put(cli, '\n');
    }
    if (result.needed_limit)
        cli_warning(cli, "exhaustive rename detection was skipped due to too "
                         "many files.");
    code =
        result.is_clean ? conclude(m, &result) : stop_in_conflict(m, &result);
    qn_tree_merge_result_dispose(&result);
    qn_attributes_free(m->attributes);
    return code;
}

static int refuse_diverged(struct merge *m)
{
    cli_advise(m->cli, "diverging",
               "Diverging branches can't be fast-forwarded, you need to "
               "either:\n\n\tgit merge --no-ff\n\nor:\n\n\tgit rebase\n\n");
    cli_die_with(m->cli, "Not possible to fast-forward, aborting.");
    return 128;
}

static int decide(struct merge *m)
{
    struct cli *cli = m->cli;
    struct qn_id_list bases = {NULL, 0, 0};
    bool is_old;
    bool is_new;

    if (qn_id_is_null(&m->op.head))
        return begin_unborn(m);
    cli_check(cli, qn_merge_base_find(cli->ctx, &cli->scope, &m->op.head,
                                      &m->theirs, 1, &bases));
    if (!bases.count && !m->allows_unrelated)
        cli_die_with(cli, "refusing to merge unrelated histories");
    is_old = bases.count == 1 && qn_id_is_equal(&bases.ids[0], &m->theirs);
    is_new = bases.count == 1 && qn_id_is_equal(&bases.ids[0], &m->op.head);
    qn_id_list_dispose(&bases);
    if (is_old) {
        say(m, m->squashes ? "Already up to date. (nothing to squash)\n"
                           : "Already up to date.\n");
        return 0;
    }
    if (is_new && m->fast_forward != FF_NEVER)
        return fast_forward(m);
    if (m->fast_forward == FF_ONLY)
        return refuse_diverged(m);
    make_message(m);
    return real_merge(m);
}

/* ---- options */

static void configure(struct merge *m)
{
    struct cli *cli = m->cli;
    const char *ff = cli_config_string(cli, "merge.ff", NULL);
    bool flag;

    m->stat = cli_config_bool(cli, "merge.stat",
                              cli_config_bool(cli, "merge.diffstat", true));
    if (ff && !strcmp(ff, "only"))
        m->fast_forward = FF_ONLY;
    else if (ff && qn_config_parse_bool(ff, &flag))
        m->fast_forward = flag ? FF_ALLOWED : FF_NEVER;
    cli_check(cli, qn_tree_merge_options_init(cli->ctx, &m->options,
                                              cli_config(cli)));
}

static void check_options(struct merge *m)
{
    struct cli *cli = m->cli;
    const char *algorithm = cli_config_string(cli, "diff.algorithm", NULL);
    size_t i;

    if (algorithm)
        (void)qn_diff_options_algorithm(algorithm, &m->options.diff.algorithm);
    for (i = 0; i < m->strategies.count; i++) {
        const char *name = m->strategies.items[i];

        if (strcmp(name, "ort") && strcmp(name, "recursive"))
            cli_die_with(cli, "merge strategy '%s' is not supported yet", name);
    }
    for (i = 0; i < m->strategy_options.count; i++) {
        const char *text = m->strategy_options.items[i];

        switch (qn_tree_merge_options_set(&m->options, text)) {
        case QN_OK:
            break;
        case QN_UNSUPPORTED:
            cli_die_with(cli, "strategy option -X%s is not supported yet",
                         text);
            break;
        default:
            cli_die_with(cli, "unknown strategy option: -X%s", text);
            break;
        }
    }
    if (m->squashes && m->fast_forward == FF_NEVER)
        cli_die_with(cli, "options '--squash' and '--no-ff.' cannot be used "
                          "together");
    if (m->squashes && m->commits)
        cli_die_with(cli, "options '--squash' and '--commit.' cannot be used "
                          "together");
}

static int run(struct merge *m, int argc, char **argv)
{
    struct cli *cli = m->cli;
    int code;

    check_options(m);
    cli_work_open(cli, &m->work, CLI_WORK_LOCK);
    refuse_unmerged(m);
    m->op.scope = &cli->scope;
    m->op.work_tree = &m->work.tree;
    m->op.index = m->work.index;
    m->op.lock = &m->work.lock;
    find_head(m);
    if (argc > 1)
        cli_die_with(cli, "merging more than one commit is not supported yet");
    m->name = argc ? argv[0] : "@{upstream}";
    if (!argc) {
        struct qn_id id;

        if (qn_revision_commit(cli->ctx, &cli->scope, m->name, &id))
            cli_die_with(cli, "No remote for the current branch.");
    }
    m->has_message = m->messages.count || m->file;
    find_theirs(m);
    code = decide(m);
    cli_work_close(&m->work);
    qn_buf_dispose(&m->message);
    qn_buf_dispose(&m->branch);
    return code;
}

int cmd_merge(struct cli *cli, int argc, char **argv)
{
    static const char *const usage[] = {
        "git merge [<options>] [<commit>...]", "git merge --abort",
        "git merge --continue", "git merge --quit", NULL};
    struct merge m = {.cli = cli, .edit = -1};
    const struct cli_option options[] = {
        CLI_SET('n', "no-stat", &m.stat, 0, "no diffstat"),
        CLI_SET(0, "stat", &m.stat, 1, "a diffstat"),
        CLI_SET(0, "summary", &m.stat, 1, "the same"),
        CLI_SET(0, "no-summary", &m.stat, 0, "the other"),
        CLI_FLAG(0, "compact-summary", &m.compact_summary,
                 "a diffstat with modes"),
        CLI_REFUSED(0, "log"),
        CLI_FLAG(0, "squash", &m.squashes, "do not record the merge"),
        CLI_FLAG_WITH(0, "no-commit", &m.no_commit, "stop before the commit",
                      CLI_OPTION_NO_NEGATE),
        CLI_FLAG_WITH(0, "commit", &m.commits, "commit", CLI_OPTION_NO_NEGATE),
        CLI_SET('e', "edit", &m.edit, 1, "edit the message"),
        CLI_SET(0, "no-edit", &m.edit, 0, "do not"),
        CLI_REFUSED(0, "cleanup"),
        CLI_SET(0, "ff", &m.fast_forward, FF_ALLOWED, "fast-forward if it can"),
        CLI_SET(0, "no-ff", &m.fast_forward, FF_NEVER, "always a commit"),
        CLI_SET(0, "ff-only", &m.fast_forward, FF_ONLY, "fast-forward or fail"),
        CLI_REFUSED(0, "verify-signatures"),
        CLI_LIST('s', "strategy", &m.strategies, "strategy", "how to merge"),
        CLI_LIST('X', "strategy-option", &m.strategy_options, "option=value",
                 "for the strategy"),
        CLI_LIST('m', "message", &m.messages, "message", "the message"),
        CLI_FILE('F', "file", &m.file, "the message from a file"),
        CLI_VERBOSE(&m.verbosity),
        CLI_QUIET(&m.verbosity),
        CLI_FLAG_WITH(0, "abort", &m.aborts, "undo the merge in progress",
                      CLI_OPTION_NO_NEGATE),
        CLI_FLAG_WITH(0, "quit", &m.quits, "forget it, leave files alone",
                      CLI_OPTION_NO_NEGATE),
        CLI_FLAG_WITH(0, "continue", &m.continues, "commit it",
                      CLI_OPTION_NO_NEGATE),
        CLI_FLAG(0, "allow-unrelated-histories", &m.allows_unrelated,
                 "merge without a common ancestor"),
        CLI_REFUSED('S', "gpg-sign"),
        CLI_REFUSED(0, "autostash"),
        CLI_FLAG(0, "signoff", &m.signs_off, "add Signed-off-by"),
        CLI_FLAG_WITH(0, "no-verify", &m.skips_hooks, "no hooks",
                      CLI_OPTION_NO_NEGATE),
        CLI_END};

    cli_open_repo(cli, CLI_OPEN_VIEWS | CLI_OPEN_NEEDS_WORK_TREE);
    configure(&m);
    argc = cli_parse(cli, argc, argv, options, usage, 0);
    if (m.aborts)
        return abort_merge(&m);
    if (m.quits) {
        cli_check(cli, qn_record_clear_state(cli->ctx, cli->repo));
        return 0;
    }
    if (m.continues)
        return continue_merge(&m);
    return run(&m, argc, argv);
}
