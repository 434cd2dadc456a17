/* SPDX-License-Identifier: MIT */
#include "cli/ref_tools.h"
#include "text/ref_name.h"

#include <string.h>

static const char *const usage[] = {
    "git check-ref-format [--normalize] [<options>] <refname>",
    "git check-ref-format --branch <branchname-shorthand>", NULL};
static const struct cli_option no_options[] = {CLI_END};

static int check_branch(struct cli *cli, const char *text)
{
    struct qn_buf name = QN_BUF_INIT;

    /* "@{-1}" means something only in a repository. */
    cli_open_repo(cli, CLI_OPEN_GENTLY);
    if (cli->repo && strcmp(text, "@") != 0) { /* "@": as it is */
        cli_open_views(cli);
        if (qn_revision_expand_branch(cli->ctx, &cli->scope, text, &name)) {
            cli_forget(cli);
            qn_buf_clear(&name);
        }
    }
    if (!name.size)
        cli_check(cli, qn_buf_append_string(cli->ctx, &name, text));
    if (strcmp(text, "@") != 0 && !qn_ref_name_is_branch(qn_buf_bytes(&name)))
        cli_die_with(cli, "'%s' is not a valid branch name", text);
    cli_printf(cli, "%s\n", qn_buf_string(&name));
    qn_buf_dispose(&name);
    return 0;
}

int cmd_check_ref_format(struct cli *cli, int argc, char **argv)
{
    struct qn_buf name = QN_BUF_INIT;
    unsigned flags = 0;
    bool normalises = false, is_valid;
    int i;

    if (argc == 2 && strcmp(argv[1], "-h") == 0)
        cli_parse(cli, argc, argv, no_options, usage, 0);
    if (argc == 3 && strcmp(argv[1], "--branch") == 0)
        return check_branch(cli, argv[2]);
    for (i = 1; i < argc && argv[i][0] == '-'; i++) {
        if (strcmp(argv[i], "--normalize") == 0 ||
            strcmp(argv[i], "--print") == 0)
            normalises = true;
        else if (strcmp(argv[i], "--allow-onelevel") == 0)
            flags |= QN_REF_NAME_ONE_LEVEL;
        else if (strcmp(argv[i], "--no-allow-onelevel") == 0)
            flags &= ~(unsigned)QN_REF_NAME_ONE_LEVEL;
        else if (strcmp(argv[i], "--refspec-pattern") == 0)
            flags |= QN_REF_NAME_PATTERN;
        else
            cli_usage(cli, usage, no_options);
    }
    if (i != argc - 1)
        cli_usage(cli, usage, no_options);
    if (!normalises) {
        is_valid = qn_ref_name_is_valid(qn_bytes_from_string(argv[i]), flags);
        return is_valid ? 0 : 1;
    }
    if (qn_ref_name_normalise(cli->ctx, qn_bytes_from_string(argv[i]), flags,
                              &name)) {
        qn_ctx_clear(cli->ctx);
        return 1;
    }
    cli_printf(cli, "%s\n", qn_buf_string(&name));
    qn_buf_dispose(&name);
    return 0;
}
