/* SPDX-License-Identifier: MIT */
#include "cli/log_options.h"

#include <stdio.h>
#include <string.h>

static void refuse_whatchanged(struct cli *cli)
{
    cli_flush(cli);
    fputs("'git whatchanged' is nominated for removal.\n"
          "\n"
          "hint: You can replace 'git whatchanged <opts>' with:\n"
          "hint:\tgit log <opts> --raw --no-merges\n"
          "hint: Or make an alias:\n"
          "hint:\tgit config set --global alias.whatchanged 'log --raw "
          "--no-merges'\n"
          "\n"
          "If you still use this command, here's what you can do:\n"
          "\n"
          "- read https://git-scm.com/docs/BreakingChanges.html\n"
          "- check if anyone has discussed this on the mailing\n"
          "  list and if they came up with something that can\n"
          "  help you: "
          "https://lore.kernel.org/git/?q=git%20whatchanged\n"
          "- send an email to <git@vger.kernel.org> to let us\n"
          "  know that you still use this command and were unable\n"
          "  to determine a suitable replacement\n"
          "\n",
          stderr);
    cli_die_with(cli, "refusing to run without --i-still-use-this");
}

/* Dies: there is nothing to be shown of a branch that is yet unborn. */
void cli_log_refuse_unborn(struct cli *cli)
{
    struct qn_ref head = QN_REF_INIT;
    bool found = false;
    const char *name;

    cli_check(cli, qn_refs_resolve(cli->ctx, cli->refs, "HEAD", &head, &found));
    if (head.is_broken || !strcmp(qn_buf_string(&head.name), "HEAD"))
        cli_die_with(cli, "your current branch appears to be broken");
    name = qn_buf_string(&head.name);
    if (!strncmp(name, "refs/heads/", 11))
        name += 11;
    cli_die_with(cli, "your current branch '%s' does not have any commits yet",
                 name);
}

static int run_log(struct cli *cli, int argc, char **argv,
                   const char *const *usage, unsigned format)
{
    struct cli_log log;
    struct qn_commit_walk *walk = NULL;
    struct qn_op_log_result result = {.shown = 0};
    int code;

    cli_log_init(cli, &log);
    log.is_whatchanged = format != 0;
    cli_log_parse(&log, argc, argv, usage, "HEAD");
    if (format && !log.still_uses_this)
        refuse_whatchanged(cli);
    if (!log.args.has_revision && !log.args.has_default)
        cli_log_refuse_unborn(cli);
    cli_start_pager(cli, true);
    cli_log_finish(&log, format);
    cli_check(cli,
              qn_commit_walk_new(cli->ctx, &cli->scope, &log.args.walk, &walk));
    cli_check(cli, qn_revision_args_start(cli->ctx, &log.args, walk));
    log.options.write = cli_log_write;
    log.options.data = &log;
    log.options.grafts = cli_grafts(cli);
    cli_check(
        cli, qn_op_log_run(cli->ctx, &cli->scope, walk, &log.options, &result));
    qn_commit_walk_free(walk);
    cli_log_end_json(&log);
    code = cli_log_exit(&log, &result);
    cli_log_dispose(&log);
    return code;
}

int cmd_log(struct cli *cli, int argc, char **argv)
{
    static const char *const usage[] = {
        "git log [<options>] [<revision-range>] [[--] <path>...]", NULL};

    return run_log(cli, argc, argv, usage, 0);
}

int cmd_whatchanged(struct cli *cli, int argc, char **argv)
{
    static const char *const usage[] = {"git whatchanged <option>...", NULL};

    return run_log(cli, argc, argv, usage, QN_DIFF_FORMAT_RAW);
}
