/* SPDX-License-Identifier: MIT */
#include "cli/branching.h"
#include "cli/switching.h"
#include "operation/op_branch.h"

#include <string.h>

const char *branch_work_tree(struct cli *cli, const char *full)
{
    static struct qn_buf path = QN_BUF_INIT;

    qn_buf_clear(&path);
    cli_check(cli, qn_op_branch_work_tree(cli->ctx, &cli->scope, full, &path));
    return qn_buf_string(&path);
}

const char *branch_current(struct cli *cli)
{
    static struct qn_buf name = QN_BUF_INIT;
    bool found;

    qn_buf_clear(&name);
    cli_check(cli, qn_op_branch_current(cli->ctx, cli->refs, &name, &found));
    return found ? qn_buf_string(&name) : NULL;
}

/* What failed, with the advice that goes with it; the exit code. */
static int explain(struct cli *cli)
{
    const char *reason = qn_ctx_reason(cli->ctx);
    int code;

    if (strcmp(reason, "tracking.ambiguous") == 0)
        return CLI_EXIT_FATAL; /* it was said */
    if (strcmp(reason, "branch.unborn") == 0 ||
        strcmp(reason, "branch.missing") == 0 ||
        strcmp(reason, "branch.editor") == 0 ||
        strcmp(reason, "branch.kept") == 0)
        return cli_error(cli, "%s", qn_ctx_message(cli->ctx));
    code = cli_fail(cli);
    if (strcmp(reason, "branch.bad-name") == 0)
        cli_advise(cli, "refSyntax", "See 'git help check-ref-format'");
    else if (strcmp(reason, "branch.no-upstream") == 0)
        cli_advise(cli, "setUpstreamFailure",
                   "\nIf you are planning on basing your work on an upstream\n"
                   "branch that already exists at the remote, you may need to\n"
                   "run \"git fetch\" to retrieve it.\n\n"
                   "If you are planning to push out a new local branch that\n"
                   "will track its remote counterpart, you may want to use\n"
                   "\"git push -u\" to set the upstream config as you push.");
    return code;
}

int branch_create(struct cli *cli, const struct branch_options *options,
                  const char *name, const char *start)
{
    struct qn_op_branch_options branch = {.name = name,
                                          .start = start,
                                          .forces = options->force,
                                          .makes_log = options->makes_log,
                                          .has_mode = options->track >= 0};
    struct qn_buf said = QN_BUF_INIT;
    int code = 0;

    if (branch.has_mode)
        branch.mode = cli_switch_tracking_mode(cli, options->track);
    if (qn_op_branch_create(cli->ctx, &cli->scope, &branch, &said))
        code = explain(cli);
    else if (!options->quiet)
        cli_puts(cli, qn_buf_string(&said));
    qn_buf_dispose(&said);
    return code;
}

struct deletion {
    struct cli *cli;
    const char *kind;
    struct qn_buf lines; /* said when it is done */
};

static enum qn_status add_line(struct qn_ctx *ctx, void *data, const char *name,
                               const struct qn_ref *was)
{
    struct deletion *deletion = data;
    enum qn_status status = qn_buf_printf(
        ctx, &deletion->lines, "Deleted %s %s (was ", deletion->kind, name);

    if (!status && was->is_symbolic)
        status = qn_buf_append_bytes(ctx, &deletion->lines,
                                     qn_buf_bytes(&was->target));
    else if (!status)
        cli_append_short_id(deletion->cli, &was->id, &deletion->lines);
    return status ? status
                  : qn_buf_append_string(ctx, &deletion->lines, ").\n");
}

/* Somebody holds what it takes to delete a branch. */
static bool is_lock_failure(struct cli *cli)
{
    const char *message = qn_ctx_message(cli->ctx);

    return strncmp(message, "Unable to create '", 18) == 0 ||
           strncmp(message, "cannot lock ref", 15) == 0;
}

int branch_delete(struct cli *cli, const struct branch_options *options,
                  int argc, char **argv)
{
    struct deletion deletion = {.cli = cli,
                                .kind = options->shown == BRANCH_REMOTE
                                            ? "remote-tracking branch"
                                            : "branch",
                                .lines = QN_BUF_INIT};
    struct qn_op_branch_delete branches = {.names = (const char *const *)argv,
                                           .count = (size_t)argc,
                                           .forces = options->force,
                                           .are_remote =
                                               options->shown == BRANCH_REMOTE,
                                           .each = add_line,
                                           .data = &deletion};
    int code;

    if (!argc)
        cli_die_with(cli, "branch name required");
    if (qn_op_branch_delete(cli->ctx, &cli->scope, &branches)) {
        code = strcmp(qn_ctx_reason(cli->ctx), "branch.missing") && argc == 1 &&
                       is_lock_failure(cli)
                   ? cli_error(cli, "could not delete reference refs/%s/%s: %s",
                               options->shown == BRANCH_REMOTE ? "remotes"
                                                               : "heads",
                               argv[0], qn_ctx_message(cli->ctx))
               : argc > 1 && strcmp(qn_ctx_reason(cli->ctx), "branch.kept") == 0
                   ? cli_error(cli, "could not delete references: %s",
                               qn_ctx_message(cli->ctx))
                   : explain(cli);
    } else {
        code = branches.refused_count > 0 ? 1 : 0;
        if (!options->quiet)
            cli_puts(cli, qn_buf_string(&deletion.lines));
    }
    qn_buf_dispose(&deletion.lines);
    return code;
}

int branch_rename(struct cli *cli, const struct branch_options *options,
                  bool is_copy, int argc, char **argv)
{
    struct qn_op_branch_rename rename = {.is_copy = is_copy,
                                         .forces = options->force};

    if (!argc)
        cli_die_with(cli, "branch name required");
    if (argc > 2)
        cli_die_with(cli, "too many arguments for a %s operation",
                     is_copy ? "copy" : "rename");
    rename.from = argc == 2 ? argv[0] : NULL;
    rename.to = argv[argc - 1];
    return qn_op_branch_rename(cli->ctx, &cli->scope, &rename) ? explain(cli)
                                                               : 0;
}

int branch_set_upstream(struct cli *cli, const struct branch_options *options,
                        const char *upstream, const char *name)
{
    struct qn_buf said = QN_BUF_INIT;
    int code = 0;

    if (qn_op_branch_set_upstream(cli->ctx, &cli->scope, name, upstream, &said))
        code = explain(cli);
    else if (!options->quiet)
        cli_puts(cli, qn_buf_string(&said));
    qn_buf_dispose(&said);
    return code;
}

int branch_unset_upstream(struct cli *cli, const char *name)
{
    return qn_op_branch_unset_upstream(cli->ctx, &cli->scope, name)
               ? explain(cli)
               : 0;
}

static enum qn_status run_editor(struct qn_ctx *ctx, void *data,
                                 const char *path)
{
    (void)ctx;
    return cli_edit(data, path, NULL);
}

int branch_describe(struct cli *cli, const char *name)
{
    const struct qn_op_branch_edit edit = {.branch = name,
                                           .comment = cli_comment_string(cli),
                                           .edit = run_editor,
                                           .data = cli};

    return qn_op_branch_describe(cli->ctx, &cli->scope, &edit) ? explain(cli)
                                                               : 0;
}
