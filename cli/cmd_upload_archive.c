/* SPDX-License-Identifier: MIT */
#include "cli/archiving.h"

#include <string.h>
#include <sys/stat.h>

static const char *const usage[] = {"git upload-archive <repository>", NULL};

static const char usage_there[] =
    "usage: git archive [--format=<format>] [--prefix=<prefix>/] [-v]\n"
    "                   [-<level>] [--mtime=<time>] [--worktree-attributes]\n"
    "                   <tree-ish> [<path>...]\n"
    "   or: git archive --list\n";

uint32_t cli_umask(void)
{
    mode_t mask = umask(0);

    (void)umask(mask);
    return (uint32_t)mask;
}

int cli_upload_archive(struct cli_service *service)
{
    struct cli *cli = service->cli;
    const struct qn_op_upload_archive op = {.scope = &cli->scope,
                                            .io = &service->io,
                                            .usage = usage_there,
                                            .user_umask = cli_umask()};

    return qn_op_upload_archive_run(cli->ctx, &op) ? cli_fail(cli) : 0;
}

/* Whoever asks hears of it as of any other failure. */
static int refuse(struct cli *cli, const char *prefix, const char *message)
{
    static int descriptors[2] = {0, 1};
    struct qn_service_calls calls = qn_service_calls_of(descriptors);
    struct qn_service_io io;
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status;

    cli_check(cli, qn_buf_append_string(cli->ctx, &text, message));
    qn_service_io_init(&io, &calls);
    status = qn_op_upload_archive_refuse(cli->ctx, &io, prefix,
                                         qn_buf_string(&text));
    qn_service_io_dispose(&io);
    qn_buf_dispose(&text);
    return status ? cli_fail(cli) : CLI_EXIT_FATAL;
}

int cmd_upload_archive(struct cli *cli, int argc, char **argv)
{
    static const struct cli_option none[] = {CLI_END};
    struct cli_service service = {.cli = cli};
    int code;

    if (argc == 2 && strcmp(argv[1], "-h") == 0) {
        cli_print_options(cli, false, usage, none, false);
        return CLI_EXIT_USAGE;
    }
    if (argc != 2)
        return refuse(cli, "", "usage: git upload-archive <repository>");
    if (cli_service_find(&service, argv[1]))
        return refuse(cli, "fatal: ", qn_ctx_message(cli->ctx));
    code = cli_upload_archive(&service);
    cli_service_end(&service);
    return code;
}
