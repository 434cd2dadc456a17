/* SPDX-License-Identifier: MIT */
#include "text/stripspace.h"

#include "cli/cli.h"
#include "os/file.h"

static const char *const usage[] = {"git stripspace [-s | --strip-comments]",
                                    "git stripspace [-c | --comment-lines]",
                                    NULL};

int cmd_stripspace(struct cli *cli, int argc, char **argv)
{
    int mode = 0;
    const struct cli_option options[] = {
        CLI_MODE('s', "strip-comments", &mode, 's', "drop comment lines"),
        CLI_MODE('c', "comment-lines", &mode, 'c', "make comment lines"),
        CLI_END};
    struct qn_buf text = QN_BUF_INIT;
    struct qn_buf out = QN_BUF_INIT;
    const char *comment;

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    if (argc > 0)
        cli_usage(cli, usage, options);
    cli_open_repo(cli, CLI_OPEN_GENTLY);
    comment = cli_comment_string(cli);
    cli_check(cli, qn_file_read_rest(cli->ctx, 0, &text));
    if (mode == 'c')
        cli_check(cli, qn_stripspace_comment(cli->ctx, qn_buf_bytes(&text),
                                             comment, &out));
    else
        cli_check(cli, qn_stripspace(cli->ctx, qn_buf_bytes(&text),
                                     mode == 's' ? comment : NULL, &out));
    cli_write(cli, out.data, out.size);
    qn_buf_dispose(&text);
    qn_buf_dispose(&out);
    return 0;
}
