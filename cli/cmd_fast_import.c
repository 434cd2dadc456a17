/* SPDX-License-Identifier: MIT */
#include "cli/upkeep.h"
#include "operation/op_fast_import.h"
#include "os/file.h"

#include <string.h>
#include <unistd.h>

static const char *const usage[] = {
    "git fast-import [--date-format=<f>] [--max-pack-size=<n>] "
    "[--big-file-threshold=<n>] [--depth=<n>] [--active-branches=<n>] "
    "[--export-marks=<marks.file>]",
    NULL};

static void print_usage(struct cli *cli)
{
    const struct cli_option none[] = {CLI_END};

    if (cli->has_help) {
        cli_print_options(cli, false, usage, none, false);
        cli_exit(cli, cli->help_is_page ? 0 : CLI_EXIT_USAGE);
    }
    cli_stderr(cli, "usage: %s\n", usage[0]);
    cli_exit(cli, CLI_EXIT_USAGE);
}

static enum qn_status write_channel(struct qn_ctx *ctx, void *data,
                                    enum qn_fast_import_channel channel, int fd,
                                    struct qn_bytes text)
{
    struct cli *cli = data;

    if (channel == QN_FAST_IMPORT_RESPONSE && fd >= 0)
        return qn_file_write(ctx, fd, text.data, text.size);
    cli_write(cli, text.data, text.size);
    cli_flush(cli);
    return QN_OK;
}

/* "fatal: <message>", and where the report is. */
static void crash(struct cli *cli, struct qn_fast_import *import)
{
    struct qn_buf message = QN_BUF_INIT, path = QN_BUF_INIT;

    if (strcmp(qn_ctx_reason(cli->ctx), "fast-import.mode") == 0) {
        cli_stderr(cli, "usage: %s\n", qn_ctx_message(cli->ctx));
        cli_exit(cli, CLI_EXIT_USAGE);
    }
    if (qn_buf_append_string(cli->ctx, &message, qn_ctx_message(cli->ctx)))
        cli_die(cli);
    qn_ctx_clear(cli->ctx);
    cli_fatal(cli, "%s", qn_buf_string(&message));
    if (qn_fast_import_crash(cli->ctx, import, qn_buf_string(&message),
                             (int64_t)getpid(), (int64_t)getppid(), &path))
        cli_error(cli, "%s", qn_ctx_message(cli->ctx));
    else
        cli_stderr(cli, "fast-import: dumping crash report to %s\n",
                   qn_buf_string(&path));
    cli_exit(cli, CLI_EXIT_FATAL);
}

static void take_options(struct cli *cli, struct qn_fast_import *import,
                         int argc, char **argv)
{
    bool known;
    int i;

    for (i = 1; i < argc; i++) /* features of the stream may need it */
        if (strcmp(argv[i], "--allow-unsafe-features") == 0)
            cli_check(cli, qn_fast_import_option(cli->ctx, import, argv[i] + 2,
                                                 &known));
    for (i = 1; i < argc; i++) {
        if (argv[i][0] != '-' || strcmp(argv[i], "--") == 0)
            break;
        known = false;
        if (argv[i][1] == '-' &&
            qn_fast_import_option(cli->ctx, import, argv[i] + 2, &known))
            crash(cli, import);
        if (!known) {
            (void)qn_ctx_fail(cli->ctx, QN_INVALID, "unknown option %s",
                              argv[i]);
            crash(cli, import);
        }
    }
    if (i < argc)
        print_usage(cli);
}

int cmd_fast_import(struct cli *cli, int argc, char **argv)
{
    const struct qn_fast_import_calls calls = {.data = cli,
                                               .write = write_channel};
    struct qn_fast_import *import = NULL;
    struct qn_buf text = QN_BUF_INIT;
    bool complete = false;

    if (cli->has_help)
        print_usage(cli);
    cli_open_repo(cli, CLI_OPEN_VIEWS);
    cli_check(cli, qn_fast_import_new(cli->ctx, &cli->scope, &calls, &import));
    take_options(cli, import, argc, argv);
    if (qn_fast_import_run(cli->ctx, import, STDIN_FILENO, &complete))
        crash(cli, import);
    if (qn_fast_import_shows_statistics(import)) {
        cli_check(cli, qn_fast_import_statistics(cli->ctx, import, &text));
        cli_stderr(cli, "%s\n", qn_buf_string(&text));
    }
    qn_buf_dispose(&text);
    qn_fast_import_free(import);
    if (complete)
        cli_upkeep(cli, QN_OP_UPKEEP_COMMITS | QN_OP_UPKEEP_PACKS);
    return complete ? 0 : 1;
}
