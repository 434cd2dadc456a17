/* SPDX-License-Identifier: MIT */
/* What pull says when it does not know what to integrate, or how. */
#include "cli/pulling.h"

#include <string.h>

void cli_pull_die_divergent(struct cli *cli)
{
    cli_advise(
        cli, NULL,
        "You have divergent branches and need to specify how to reconcile "
        "them.\nYou can do so by running one of the following commands "
        "sometime before\nyour next pull:\n\n"
        "  git config pull.rebase false  # merge\n"
        "  git config pull.rebase true   # rebase\n"
        "  git config pull.ff only       # fast-forward only\n\n"
        "You can replace \"git config\" with \"git config --global\" to set a "
        "default\npreference for all repositories. You can also pass "
        "--rebase, --no-rebase,\nor --ff-only on the command line to override "
        "the configured default per\ninvocation.");
    cli_die_with(cli, "Need to specify how to reconcile divergent branches.");
}

/* branch.<current>.<variable>, or NULL. */
static const char *branch_setting(const struct cli_pull *p,
                                  const char *variable)
{
    struct qn_buf key = QN_BUF_INIT;
    const char *value;

    cli_check(p->cli, qn_buf_printf(p->cli->ctx, &key, "branch.%s.%s",
                                    p->branch, variable));
    value = cli_config_string(p->cli, qn_buf_string(&key), NULL);
    qn_buf_dispose(&key);
    return value;
}

static const char *goal(const struct cli_pull *p)
{
    return p->rebase == CLI_PULL_REBASE
               ? "Please specify which branch you want to rebase against.\n"
               : "Please specify which branch you want to merge with.\n";
}

/* The only remote that there is, or "<remote>". */
static void tell_upstream(const struct cli_pull *p)
{
    struct cli *cli = p->cli;
    struct qn_arena arena = QN_ARENA_INIT;
    struct qn_remote_words names;

    cli_check(cli, qn_remote_names(cli->ctx, cli_config(cli), &arena, &names));
    cli_stderr(cli,
               "If you wish to set tracking information for this branch you "
               "can do so with:\n\n    git branch "
               "--set-upstream-to=%s/<branch> %s\n\n",
               names.count == 1 ? names.items[0] : "<remote>", p->branch);
    qn_arena_dispose(&arena);
}

int cli_pull_explain(const struct cli_pull *p, int argc, char **argv)
{
    struct cli *cli = p->cli;
    const char *own = p->branch ? branch_setting(p, "remote") : NULL;
    const char *merge = p->branch ? branch_setting(p, "merge") : NULL;

    if (argc > 1) {
        cli_stderr(cli, "%s",
                   p->rebase == CLI_PULL_REBASE
                       ? "There is no candidate for rebasing against among "
                         "the refs that you just fetched.\n"
                       : "There are no candidates for merging among the refs "
                         "that you just fetched.\n");
        cli_stderr(cli, "Generally this means that you provided a wildcard "
                        "refspec which had no\nmatches on the remote end.\n");
    } else if (argc && p->branch && (!own || strcmp(argv[0], own) != 0)) {
        cli_stderr(cli,
                   "You asked to pull from the remote '%s', but did not "
                   "specify\na branch. Because this is not the default "
                   "configured remote\nfor your current branch, you must "
                   "specify a branch on the command line.\n",
                   argv[0]);
    } else if (!p->branch) {
        cli_stderr(cli,
                   "You are not currently on a branch.\n%sSee git-pull(1) for "
                   "details.\n\n    git pull <remote> <branch>\n\n",
                   goal(p));
    } else if (!merge || !own) {
        cli_stderr(cli,
                   "There is no tracking information for the current branch.\n"
                   "%sSee git-pull(1) for details.\n\n    git pull <remote> "
                   "<branch>\n\n",
                   goal(p));
        tell_upstream(p);
    } else {
        cli_stderr(cli,
                   "Your configuration specifies to merge with the ref '%s'\n"
                   "from the remote, but no such ref was fetched.\n",
                   merge);
    }
    return 1;
}
