/* SPDX-License-Identifier: MIT */
#include "cli/branching.h"
#include "cli/switching.h"
#include "config/config_edit.h"
#include "os/directory.h"
#include "os/file.h"
#include "text/ref_name.h"
#include "text/stripspace.h"
#include "walk/merge_base.h"

#include <string.h>

/* Without refs/heads/. */
static const char *short_of(const char *full)
{
    return strncmp(full, "refs/heads/", 11) == 0 ? full + 11 : full;
}

void branch_full_name(struct cli *cli, const char *name, struct qn_buf *out)
{
    struct qn_buf short_name = QN_BUF_INIT;

    if (strcmp(name, "@") == 0 ||
        qn_revision_expand_branch(cli->ctx, &cli->scope, name, &short_name)) {
        qn_ctx_clear(cli->ctx);
        qn_buf_clear(&short_name);
        cli_check(cli, qn_buf_append_string(cli->ctx, &short_name, name));
    }
    cli_check(cli, qn_buf_printf(cli->ctx, out, "refs/heads/%s",
                                 qn_buf_string(&short_name)));
    qn_buf_dispose(&short_name);
}

void branch_check_name(struct cli *cli, const char *name, const char *full)
{
    if (qn_ref_name_is_branch(qn_bytes_from_string(short_of(full))))
        return;
    cli_stderr(cli, "fatal: '%s' is not a valid branch name\n", name);
    cli_advise(cli, "refSyntax", "See 'git help check-ref-format'");
    cli_exit(cli, CLI_EXIT_FATAL);
}

const char *branch_work_tree(struct cli *cli, const char *full)
{
    static const struct qn_ref_values_options wanted;
    static struct qn_buf path = QN_BUF_INIT;
    struct qn_ref_values *values = NULL;

    qn_buf_clear(&path);
    cli_check(cli, qn_ref_values_new(cli->ctx, &cli->scope, &wanted, &values));
    cli_check(cli, qn_ref_values_worktree(cli->ctx, values, full, &path));
    qn_ref_values_free(values);
    return qn_buf_string(&path);
}

const char *branch_current(struct cli *cli)
{
    static struct qn_buf name = QN_BUF_INIT;
    struct qn_ref ref = QN_REF_INIT;
    bool found, is_branch;

    cli_check(cli, qn_refs_find(cli->ctx, cli->refs, "HEAD", &ref, &found));
    is_branch = found && ref.is_symbolic &&
                strncmp(qn_buf_string(&ref.target), "refs/heads/", 11) == 0;
    qn_buf_clear(&name);
    if (is_branch)
        cli_check(cli,
                  qn_buf_append_string(cli->ctx, &name,
                                       short_of(qn_buf_string(&ref.target))));
    qn_ref_dispose(&ref);
    return is_branch ? qn_buf_string(&name) : NULL;
}

static bool exists(struct cli *cli, const char *full, struct qn_ref *ref)
{
    bool found;

    cli_check(cli, qn_refs_resolve(cli->ctx, cli->refs, full, ref, &found));
    return found;
}

/* The branch that a start names, for tracking: appended; "" for none. */
static void start_branch(struct cli *cli, const char *start, struct qn_buf *out)
{
    bool found = false;

    if (strcmp(start, "HEAD") == 0)
        return;
    if (qn_revision_full_name(cli->ctx, &cli->scope, start, out, &found) ||
        !found) {
        qn_ctx_clear(cli->ctx);
        qn_buf_clear(out);
    }
}

/* A name that two refs have cannot be tracked. */
static void refuse_ambiguous(struct cli *cli, const char *start)
{
    struct qn_buf full = QN_BUF_INIT;
    bool found = false;
    bool is_ambiguous = false;

    if (qn_revision_expand_ref(cli->ctx, cli->refs, start, &full, &found,
                               &is_ambiguous))
        qn_ctx_clear(cli->ctx);
    qn_buf_dispose(&full);
    if (!is_ambiguous)
        return;
    if (cli_config_bool(cli, "core.warnambiguousrefs", true))
        cli_warning(cli, "refname '%s' is ambiguous.", start);
    cli_die_with(cli, "ambiguous object name: '%s'", start);
}

/* The start of a new branch: any commit, or the merge base of "a...b". */
static bool find_start(struct cli *cli, const char *start, struct qn_id *out)
{
    const char *dots = strstr(start, "...");
    struct qn_id_list bases = {0};
    struct qn_buf left = QN_BUF_INIT;
    struct qn_id ids[2];
    bool found = false;

    if (!dots)
        return cli_find_id(cli, start, out);
    cli_check(cli,
              qn_buf_append(cli->ctx, &left, start, (size_t)(dots - start)));
    if (!qn_revision_commit(cli->ctx, &cli->scope,
                            left.size ? qn_buf_string(&left) : "HEAD",
                            &ids[0]) &&
        !qn_revision_commit(cli->ctx, &cli->scope, dots[3] ? dots + 3 : "HEAD",
                            &ids[1])) {
        cli_check(cli, qn_merge_base_find(cli->ctx, &cli->scope, &ids[0],
                                          &ids[1], 1, &bases));
        found = bases.count == 1;
        if (found)
            *out = bases.ids[0];
    }
    qn_ctx_clear(cli->ctx);
    qn_id_list_dispose(&bases);
    qn_buf_dispose(&left);
    return found;
}

static void update_branch(struct cli *cli, const struct branch_options *options,
                          const char *full, const struct qn_id *id,
                          bool is_reset, const char *start)
{
    struct qn_ref_transaction *transaction = NULL;
    struct qn_buf message = QN_BUF_INIT;
    struct qn_id none;

    qn_id_clear(&none, id->algorithm);
    cli_check(cli,
              qn_buf_printf(cli->ctx, &message, "branch: %s %s",
                            is_reset ? "Reset to" : "Created from", start));
    cli_check(cli, qn_ref_transaction_new(cli->ctx, cli->refs, &transaction));
    cli_check(cli, qn_ref_transaction_update(
                       cli->ctx, transaction, full, id,
                       options->force ? NULL : &none,
                       options->makes_log ? QN_REF_FORCE_REFLOG : 0,
                       qn_buf_string(&message)));
    cli_check(cli, qn_ref_transaction_commit(cli->ctx, transaction,
                                             cli_ref_writer(cli)));
    qn_ref_transaction_free(transaction);
    qn_buf_dispose(&message);
}

int branch_create(struct cli *cli, const struct branch_options *options,
                  const char *name, const char *start)
{
    struct qn_buf full = QN_BUF_INIT, tracked = QN_BUF_INIT;
    struct qn_ref ref = QN_REF_INIT;
    struct qn_id id, commit;
    bool was_there;

    if (!start) {
        start = branch_current(cli);
        if (!start)
            start = "HEAD";
    }
    branch_full_name(cli, name, &full);
    branch_check_name(cli, name, qn_buf_string(&full));
    was_there = exists(cli, qn_buf_string(&full), &ref);
    if (was_there && !options->force)
        cli_die_with(cli, "a branch named '%s' already exists",
                     short_of(qn_buf_string(&full)));
    if (was_there && *branch_work_tree(cli, qn_buf_string(&full)))
        cli_die_with(cli,
                     "cannot force update the branch '%s' used by worktree at "
                     "'%s'",
                     short_of(qn_buf_string(&full)),
                     branch_work_tree(cli, qn_buf_string(&full)));
    if (!find_start(cli, start, &id))
        cli_die_with(cli, "not a valid object name: '%s'", start);
    if (qn_revision_need_commit(cli->ctx, cli->odb, &id, &commit))
        cli_die_with(cli, "not a valid branch point: '%s'", start);
    if (options->track > 0)
        refuse_ambiguous(cli, start);
    start_branch(cli, start, &tracked);
    if (options->track > 0 &&
        !qn_bytes_has_prefix(qn_buf_bytes(&tracked), "refs/heads/") &&
        !qn_bytes_has_prefix(qn_buf_bytes(&tracked), "refs/remotes/"))
        cli_die_with(cli,
                     "cannot set up tracking information; starting point '%s' "
                     "is not a branch",
                     start);
    (void)cli_switch_tracking_mode(cli, options->track);
    if (qn_tracking_check(cli->ctx, cli_config(cli)))
        cli_die(cli);
    update_branch(cli, options, qn_buf_string(&full), &commit, was_there,
                  start);
    if (qn_bytes_has_prefix(qn_buf_bytes(&tracked), "refs/heads/") ||
        qn_bytes_has_prefix(qn_buf_bytes(&tracked), "refs/remotes/")) {
        const struct qn_tracking tracking = {
            .branch = short_of(qn_buf_string(&full)),
            .start = qn_buf_string(&tracked),
            .mode = cli_switch_tracking_mode(cli, options->track)};

        cli_switch_track(cli, &tracking, options->quiet);
    }
    qn_buf_dispose(&full);
    qn_buf_dispose(&tracked);
    qn_ref_dispose(&ref);
    return 0;
}

/* Is `commit` in what the branch's upstream (or HEAD) has? */
static bool is_merged(struct cli *cli, const char *short_name,
                      const struct qn_id *commit)
{
    struct qn_buf upstream = QN_BUF_INIT;
    struct qn_ref ref = QN_REF_INIT, head = QN_REF_INIT;
    struct qn_id reference;
    bool merged = false, in_head = false, found;
    bool has_upstream = false;

    if (!qn_revision_upstream(cli->ctx, &cli->scope, short_name, &upstream))
        has_upstream = exists(cli, qn_buf_string(&upstream), &ref);
    qn_ctx_clear(cli->ctx);
    cli_check(cli, qn_refs_resolve(cli->ctx, cli->refs, "HEAD", &head, &found));
    if (found)
        cli_check(cli, qn_merge_base_is_ancestor(cli->ctx, &cli->scope, commit,
                                                 &head.id, &in_head));
    merged = in_head;
    if (has_upstream && !qn_revision_peel(cli->ctx, cli->odb, &ref.id,
                                          QN_OBJECT_COMMIT, &reference)) {
        cli_check(cli, qn_merge_base_is_ancestor(cli->ctx, &cli->scope, commit,
                                                 &reference, &merged));
        if (merged && !in_head)
            cli_warning(cli,
                        "deleting branch '%s' that has been merged to\n"
                        "         '%s', but not yet merged to HEAD",
                        short_name, qn_buf_string(&upstream));
        else if (!merged && in_head)
            cli_warning(cli,
                        "not deleting branch '%s' that is not yet merged to\n"
                        "         '%s', even though it is merged to HEAD",
                        short_name, qn_buf_string(&upstream));
    }
    qn_buf_dispose(&upstream);
    qn_ref_dispose(&ref);
    qn_ref_dispose(&head);
    return merged;
}

static void edit_section(struct cli *cli, const char *from, const char *to,
                         bool copies)
{
    struct qn_buf path = QN_BUF_INIT, old = QN_BUF_INIT, new = QN_BUF_INIT;
    bool found;

    cli_check(cli, qn_repo_path(cli->ctx, cli->repo, "config", &path));
    cli_check(cli, qn_buf_printf(cli->ctx, &old, "branch.%s", from));
    if (to)
        cli_check(cli, qn_buf_printf(cli->ctx, &new, "branch.%s", to));
    if (qn_config_edit_section(
            cli->ctx, qn_buf_string(&path), qn_buf_string(&old),
            to ? qn_buf_string(&new) : NULL, copies, &found)) {
        qn_ctx_clear(cli->ctx);
        if (to)
            cli_die_with(cli, "branch is %s, but update of config-file failed",
                         copies ? "copied" : "renamed");
    }
    qn_buf_dispose(&path);
    qn_buf_dispose(&old);
    qn_buf_dispose(&new);
}

static void say_not_found(struct cli *cli, const struct branch_options *options,
                          const char *kind, const char *name)
{
    struct qn_buf remote = QN_BUF_INIT;
    struct qn_ref ref = QN_REF_INIT;
    bool found = false;

    cli_check(cli, qn_buf_printf(cli->ctx, &remote, "refs/remotes/%s", name));
    if (!options->remotes)
        cli_check(cli, qn_refs_find(cli->ctx, cli->refs, qn_buf_string(&remote),
                                    &ref, &found));
    cli_error(cli,
              found ? "%s '%s' not found.\nDid you forget --remote?"
                    : "%s '%s' not found",
              kind, name);
    qn_buf_dispose(&remote);
    qn_ref_dispose(&ref);
}

/* One branch that may go: queue it, and the line for it. */
static bool queue_deletion(struct cli *cli,
                           const struct branch_options *options,
                           struct qn_ref_transaction *transaction,
                           const char *full, const char *name,
                           struct qn_buf *lines)
{
    const char *kind = options->remotes ? "remote-tracking branch" : "branch";
    struct qn_ref ref = QN_REF_INIT;
    struct qn_id none, commit;
    bool found, goes = false;
    const char *used;

    cli_check(cli, qn_refs_find(cli->ctx, cli->refs, full, &ref, &found));
    if (!options->remotes) {
        used = branch_work_tree(cli, full);
        if (*used) {
            cli_error(cli, "cannot delete branch '%s' used by worktree at '%s'",
                      name, used);
            goto out;
        }
    }
    if (!found) {
        say_not_found(cli, options, kind, name);
        goto out;
    }
    if (!ref.is_symbolic && !ref.is_broken && !options->force &&
        !options->remotes) {
        if (qn_revision_peel(cli->ctx, cli->odb, &ref.id, QN_OBJECT_COMMIT,
                             &commit)) {
            qn_ctx_clear(cli->ctx);
            cli_error(cli, "couldn't look up commit object for '%s'", full);
            goto out;
        }
        if (!is_merged(cli, name, &commit)) {
            struct qn_buf advice = QN_BUF_INIT;

            cli_error(cli, "the branch '%s' is not fully merged", name);
            cli_check(cli,
                      qn_buf_printf(cli->ctx, &advice,
                                    "If you are sure you want to delete it, "
                                    "run 'git branch -D %s'",
                                    name));
            cli_advise(cli, "forceDeleteBranch", qn_buf_string(&advice));
            qn_buf_dispose(&advice);
            goto out;
        }
    }
    qn_id_clear(&none, qn_repo_algorithm(cli->repo));
    cli_check(cli, qn_ref_transaction_update(
                       cli->ctx, transaction, full, &none, NULL,
                       QN_REF_NO_DEREF | QN_REF_SKIP_NAME_CHECK, NULL));
    cli_check(
        cli, qn_buf_printf(cli->ctx, lines, "Deleted %s %s (was ", kind, name));
    if (ref.is_symbolic)
        cli_check(cli, qn_buf_append_bytes(cli->ctx, lines,
                                           qn_buf_bytes(&ref.target)));
    else
        cli_append_short_id(cli, &ref.id, lines);
    cli_check(cli, qn_buf_append_string(cli->ctx, lines, ").\n"));
    goes = true;
out:
    qn_ref_dispose(&ref);
    return goes;
}

int branch_delete(struct cli *cli, const struct branch_options *options,
                  int argc, char **argv)
{
    struct qn_ref_transaction *transaction = NULL;
    struct qn_buf full = QN_BUF_INIT, lines = QN_BUF_INIT;
    bool *goes;
    int code = 0, i;

    if (!argc)
        cli_die_with(cli, "branch name required");
    goes = qn_memory_calloc(cli->ctx, (size_t)argc, sizeof(*goes));
    if (!goes)
        cli_die(cli);
    cli_check(cli, qn_ref_transaction_new(cli->ctx, cli->refs, &transaction));
    for (i = 0; i < argc; i++) {
        qn_buf_clear(&full);
        if (options->remotes)
            cli_check(cli, qn_buf_printf(cli->ctx, &full, "refs/remotes/%s",
                                         argv[i]));
        else
            branch_full_name(cli, argv[i], &full);
        goes[i] = queue_deletion(
            cli, options, transaction, qn_buf_string(&full),
            options->remotes ? argv[i] : short_of(qn_buf_string(&full)),
            &lines);
        if (!goes[i])
            code = 1;
    }
    if (lines.size &&
        qn_ref_transaction_commit(cli->ctx, transaction, cli_ref_writer(cli))) {
        code = cli_error(cli, "%s", qn_ctx_message(cli->ctx));
        qn_buf_clear(&lines);
    }
    if (!options->quiet)
        cli_puts(cli, qn_buf_string(&lines));
    for (i = 0; i < argc && lines.size && !options->remotes; i++) {
        qn_buf_clear(&full);
        branch_full_name(cli, argv[i], &full);
        if (goes[i])
            edit_section(cli, short_of(qn_buf_string(&full)), NULL, false);
    }
    qn_ref_transaction_free(transaction);
    qn_memory_free(goes);
    qn_buf_dispose(&full);
    qn_buf_dispose(&lines);
    return code;
}

static void point_head(struct cli *cli, const char *head, const char *full,
                       const char *message)
{
    struct qn_ref_transaction *transaction = NULL;

    cli_check(cli, qn_ref_transaction_new(cli->ctx, cli->refs, &transaction));
    cli_check(cli, qn_ref_transaction_symbolic(cli->ctx, transaction, head,
                                               full, NULL, NULL,
                                               QN_REF_NO_DEREF, message));
    if (qn_ref_transaction_commit(cli->ctx, transaction, cli_ref_writer(cli)))
        cli_die_with(cli, "branch renamed to %s, but HEAD is not updated",
                     short_of(full));
    qn_ref_transaction_free(transaction);
}

static void move_head(struct cli *cli, const char *head, const char *from,
                      const char *to, const char *message)
{
    struct qn_ref ref = QN_REF_INIT;
    bool found;

    cli_check(cli, qn_refs_find(cli->ctx, cli->refs, head, &ref, &found));
    if (found && ref.is_symbolic &&
        strcmp(qn_buf_string(&ref.target), from) == 0)
        point_head(cli, head, to, message);
    qn_ref_dispose(&ref);
}

/* Every HEAD that is on the old name goes to the new one: ours, the main work
 * tree's, the linked ones'. */
static void move_heads(struct cli *cli, const char *from, const char *to,
                       const char *message)
{
    struct qn_directory *directory = NULL;
    struct qn_buf text = QN_BUF_INIT;
    enum qn_file_kind kind;
    const char *entry;

    move_head(cli, "HEAD", from, to, message);
    if (strcmp(qn_repo_git_directory(cli->repo),
               qn_repo_common_directory(cli->repo)) != 0)
        move_head(cli, "main-worktree/HEAD", from, to, message);
    cli_check(cli, qn_buf_printf(cli->ctx, &text, "%s/worktrees",
                                 qn_repo_common_directory(cli->repo)));
    if (qn_directory_open(cli->ctx, qn_buf_string(&text), &directory)) {
        qn_ctx_clear(cli->ctx);
        goto out;
    }
    while (qn_directory_next(directory, &entry, &kind)) {
        qn_buf_clear(&text);
        cli_check(cli,
                  qn_buf_printf(cli->ctx, &text, "worktrees/%s/HEAD", entry));
        move_head(cli, qn_buf_string(&text), from, to, message);
    }
    qn_directory_close(directory);
out:
    qn_buf_dispose(&text);
}

int branch_rename(struct cli *cli, const struct branch_options *options,
                  bool is_copy, int argc, char **argv)
{
    struct qn_buf from = QN_BUF_INIT, to = QN_BUF_INIT, message = QN_BUF_INIT;
    const char *old_name, *new_name, *used;
    struct qn_ref ref = QN_REF_INIT;
    bool has_old;

    if (!argc)
        cli_die_with(cli, "branch name required");
    if (argc > 2)
        cli_die_with(cli, "too many arguments for a %s operation",
                     is_copy ? "copy" : "rename");
    old_name = argc == 2 ? argv[0] : branch_current(cli);
    new_name = argv[argc - 1];
    if (!old_name)
        cli_die_with(cli, "cannot %s the current branch while not on any",
                     is_copy ? "copy" : "rename");
    branch_full_name(cli, old_name, &from);
    branch_full_name(cli, new_name, &to);
    has_old = exists(cli, qn_buf_string(&from), &ref);
    if (!has_old) {
        const char *current = branch_current(cli);

        if (is_copy || !current ||
            strcmp(current, short_of(qn_buf_string(&from))) != 0)
            cli_die_with(cli, "no branch named '%s'",
                         short_of(qn_buf_string(&from)));
    }
    branch_check_name(cli, new_name, qn_buf_string(&to));
    if (!qn_bytes_is_equal(qn_buf_bytes(&from), qn_buf_bytes(&to)) &&
        exists(cli, qn_buf_string(&to), &ref)) {
        if (!options->force)
            cli_die_with(cli, "a branch named '%s' already exists",
                         short_of(qn_buf_string(&to)));
        used = branch_work_tree(cli, qn_buf_string(&to));
        if (*used)
            cli_die_with(cli,
                         "cannot force update the branch '%s' used by worktree "
                         "at '%s'",
                         short_of(qn_buf_string(&to)), used);
    }
    cli_check(cli, qn_buf_printf(cli->ctx, &message, "Branch: %s %s to %s",
                                 is_copy ? "copied" : "renamed",
                                 qn_buf_string(&from), qn_buf_string(&to)));
    if (has_old && !qn_bytes_is_equal(qn_buf_bytes(&from), qn_buf_bytes(&to)) &&
        qn_refs_rename(cli->ctx, cli->refs, qn_buf_string(&from),
                       qn_buf_string(&to), is_copy, cli_ref_writer(cli),
                       qn_buf_string(&message))) {
        cli_error(cli, "%s", qn_ctx_message(cli->ctx));
        cli_die_with(cli, "branch %s failed", is_copy ? "copy" : "rename");
    }
    if (!is_copy)
        move_heads(cli, qn_buf_string(&from), qn_buf_string(&to),
                   qn_buf_string(&message));
    if (!qn_bytes_is_equal(qn_buf_bytes(&from), qn_buf_bytes(&to)))
        edit_section(cli, short_of(qn_buf_string(&from)),
                     short_of(qn_buf_string(&to)), is_copy);
    qn_buf_dispose(&from);
    qn_buf_dispose(&to);
    qn_buf_dispose(&message);
    qn_ref_dispose(&ref);
    return 0;
}

int branch_set_upstream(struct cli *cli, const struct branch_options *options,
                        const char *upstream, const char *name)
{
    struct qn_buf full = QN_BUF_INIT, tracked = QN_BUF_INIT;
    struct qn_ref ref = QN_REF_INIT;
    struct qn_id id;

    if (name && strcmp(name, "HEAD") == 0)
        name = NULL;
    if (!name && !branch_current(cli))
        cli_die_with(cli,
                     "could not set upstream of HEAD to %s when it does not "
                     "point to any branch",
                     upstream);
    branch_full_name(cli, name ? name : branch_current(cli), &full);
    if (!exists(cli, qn_buf_string(&full), &ref)) {
        if (!branch_current(cli) ||
            strcmp(branch_current(cli), short_of(qn_buf_string(&full))) == 0)
            cli_die_with(cli, "no commit on branch '%s' yet",
                         short_of(qn_buf_string(&full)));
        cli_die_with(cli, "branch '%s' does not exist",
                     short_of(qn_buf_string(&full)));
    }
    if (!cli_find_id(cli, upstream, &id)) {
        cli_stderr(cli,
                   "fatal: the requested upstream branch '%s' does not exist\n",
                   upstream);
        cli_advise(cli, "setUpstreamFailure",
                   "\nIf you are planning on basing your work on an upstream\n"
                   "branch that already exists at the remote, you may need to\n"
                   "run \"git fetch\" to retrieve it.\n\n"
                   "If you are planning to push out a new local branch that\n"
                   "will track its remote counterpart, you may want to use\n"
                   "\"git push -u\" to set the upstream config as you push.");
        cli_exit(cli, CLI_EXIT_FATAL);
    }
    refuse_ambiguous(cli, upstream);
    start_branch(cli, upstream, &tracked);
    if (!qn_bytes_has_prefix(qn_buf_bytes(&tracked), "refs/heads/") &&
        !qn_bytes_has_prefix(qn_buf_bytes(&tracked), "refs/remotes/"))
        cli_die_with(cli,
                     "cannot set up tracking information; starting point '%s' "
                     "is not a branch",
                     upstream);
    cli_switch_track(
        cli,
        &(struct qn_tracking){.branch = short_of(qn_buf_string(&full)),
                              .start = qn_buf_string(&tracked),
                              .mode = QN_TRACKING_OVERRIDE},
        options->quiet);
    qn_buf_dispose(&full);
    qn_buf_dispose(&tracked);
    qn_ref_dispose(&ref);
    return 0;
}

int branch_unset_upstream(struct cli *cli, const char *name)
{
    static const char *const variables[] = {"remote", "merge"};
    struct qn_buf full = QN_BUF_INIT, key = QN_BUF_INIT, path = QN_BUF_INIT;
    size_t i;

    if (name && strcmp(name, "HEAD") == 0)
        name = NULL;
    if (!name && !branch_current(cli))
        cli_die_with(cli,
                     "could not unset upstream of HEAD when it does not point "
                     "to any branch");
    branch_full_name(cli, name ? name : branch_current(cli), &full);
    cli_check(cli, qn_repo_path(cli->ctx, cli->repo, "config", &path));
    cli_check(cli, qn_buf_printf(cli->ctx, &key, "branch.%s.merge",
                                 short_of(qn_buf_string(&full))));
    if (!cli_config_string(cli, qn_buf_string(&key), NULL))
        cli_die_with(cli, "branch '%s' has no upstream information",
                     short_of(qn_buf_string(&full)));
    for (i = 0; i < QN_COUNT_OF(variables); i++) {
        qn_buf_clear(&key);
        cli_check(cli,
                  qn_buf_printf(cli->ctx, &key, "branch.%s.%s",
                                short_of(qn_buf_string(&full)), variables[i]));
        cli_check(cli, qn_config_edit_unset(cli->ctx, qn_buf_string(&path),
                                            qn_buf_string(&key)));
    }
    qn_buf_dispose(&full);
    qn_buf_dispose(&key);
    qn_buf_dispose(&path);
    return 0;
}

/* Let the person edit the text; comment lines go. */
static void edit_description(struct cli *cli, const char *name,
                             const char *before, struct qn_buf *out)
{
    struct qn_buf path = QN_BUF_INIT, text = QN_BUF_INIT;
    int fd = -1;

    cli_check(cli,
              qn_repo_path(cli->ctx, cli->repo, "EDIT_DESCRIPTION", &path));
    if (before)
        cli_check(cli, qn_buf_append_string(cli->ctx, &text, before));
    if (!text.size || text.data[text.size - 1] != '\n')
        cli_check(cli, qn_buf_append_byte(cli->ctx, &text, '\n'));
    cli_check(cli,
              qn_buf_printf(cli->ctx, &text,
                            "# Please edit the description for the branch\n"
                            "#   %s\n"
                            "# Lines starting with '#' will be stripped.\n",
                            name));
    cli_check(cli,
              qn_file_open(cli->ctx, qn_buf_string(&path),
                           QN_FILE_WRITE | QN_FILE_CREATE | QN_FILE_TRUNCATE,
                           0666, &fd));
    cli_check(cli, qn_file_write(cli->ctx, fd, text.data, text.size));
    cli_check(cli, qn_file_close_written(cli->ctx, fd, qn_buf_string(&path)));
    if (cli_edit(cli, qn_buf_string(&path), NULL)) {
        cli_error(cli, "%s", qn_ctx_message(cli->ctx));
        cli_exit(cli, 1);
    }
    qn_buf_clear(&text);
    cli_check(cli, qn_file_read_all(cli->ctx, qn_buf_string(&path), &text));
    cli_check(cli, qn_stripspace(cli->ctx, qn_buf_bytes(&text), "#", out));
    if (qn_file_unlink_if_exists(cli->ctx, qn_buf_string(&path)))
        qn_ctx_clear(cli->ctx);
    qn_buf_dispose(&path);
    qn_buf_dispose(&text);
}

int branch_describe(struct cli *cli, const char *name)
{
    struct qn_buf full = QN_BUF_INIT, key = QN_BUF_INIT, text = QN_BUF_INIT,
                  path = QN_BUF_INIT;
    struct qn_ref ref = QN_REF_INIT;
    const char *current = branch_current(cli);

    if (!name && !current)
        cli_die_with(cli, "cannot give description to detached HEAD");
    branch_full_name(cli, name ? name : current, &full);
    if (!exists(cli, qn_buf_string(&full), &ref)) {
        current = branch_current(cli);
        if (current && strcmp(current, short_of(qn_buf_string(&full))) == 0)
            return cli_error(cli, "no commit on branch '%s' yet",
                             short_of(qn_buf_string(&full)));
        return cli_error(cli, "no branch named '%s'",
                         short_of(qn_buf_string(&full)));
    }
    cli_check(cli, qn_buf_printf(cli->ctx, &key, "branch.%s.description",
                                 short_of(qn_buf_string(&full))));
    edit_description(cli, short_of(qn_buf_string(&full)),
                     cli_config_string(cli, qn_buf_string(&key), NULL), &text);
    cli_check(cli, qn_repo_path(cli->ctx, cli->repo, "config", &path));
    if (text.size)
        cli_check(cli, qn_config_edit_set(cli->ctx, qn_buf_string(&path),
                                          qn_buf_string(&key),
                                          qn_buf_string(&text)));
    else
        cli_check(cli, qn_config_edit_unset(cli->ctx, qn_buf_string(&path),
                                            qn_buf_string(&key)));
    qn_buf_dispose(&full);
    qn_buf_dispose(&key);
    qn_buf_dispose(&text);
    qn_buf_dispose(&path);
    qn_ref_dispose(&ref);
    return 0;
}
