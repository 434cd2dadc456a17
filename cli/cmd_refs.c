/* SPDX-License-Identifier: MIT */
#include "cli/pack_refs.h"
#include "operation/op_refs.h"

#include <string.h>

static const char *const usage[] = {
    "git refs list [<options>] [<pattern>...]",
    "git refs exists <ref>",
    "git refs optimize [--all] [--no-prune] [--auto] [--include <pattern>] "
    "[--exclude <pattern>]",
    "git refs verify [--strict] [--verbose]",
    "git refs migrate --ref-format=<format> [--no-reflog] [--dry-run]",
    NULL};
static const char *const optimize_usage[] = {
    "git refs optimize [--all] [--no-prune] [--auto] [--include <pattern>] "
    "[--exclude <pattern>]",
    NULL};

static int exists(struct cli *cli, int argc, char **argv)
{
    static const char *const lines[] = {"git refs exists <ref>", NULL};
    static const struct cli_option options[] = {CLI_END};

    argc = cli_parse(cli, argc, argv, options, lines, 0);
    if (argc != 1)
        cli_die_with(cli, "'git refs exists' requires a reference");
    cli_open_refs(cli);
    return cli_ref_exists(cli, argc, argv);
}

static int optimize(struct cli *cli, int argc, char **argv)
{
    return cli_pack_refs(cli, argc, argv, optimize_usage);
}

#define EXIT_FAILED 255 /* what "error: ..." of these ends with */

static int migrate(struct cli *cli, int argc, char **argv)
{
    static const char *const lines[] = {
        "git refs migrate --ref-format=<format> [--no-reflog] [--dry-run]",
        NULL};
    struct qn_op_refs_migrate how = {.directory = QN_BUF_INIT};
    const char *format = NULL;
    bool drops_logs = false;
    const struct cli_option options[] = {
        {CLI_KIND_STRING, 0, "ref-format", &format, "format",
         "what to convert to", CLI_OPTION_NO_NEGATE, 0, NULL},
        CLI_FLAG(0, "dry-run", &how.is_dry_run, "leave the new store beside"),
        CLI_FLAG(0, "no-reflog", &drops_logs, "no reflogs"),
        CLI_END};
    int code = 0;

    argc = cli_parse(cli, argc, argv, options, lines, 0);
    if (argc || !format)
        cli_usage(cli, lines, options);
    if (strcmp(format, "files") == 0)
        how.format = QN_REFS_FILES;
    else if (strcmp(format, "reftable") == 0)
        how.format = QN_REFS_REFTABLE;
    else {
        cli_error(cli, "unknown ref storage format '%s'", format);
        return EXIT_FAILED;
    }
    cli_open_repo(cli, 0);
    how.skips_logs = drops_logs;
    if (qn_op_refs_migrate(cli->ctx, cli->repo, &how)) {
        cli_error(cli, "%s", qn_ctx_message(cli->ctx));
        code = EXIT_FAILED;
    } else if (how.is_dry_run) {
        cli_printf(cli,
                   "Finished dry-run migration of refs, the result can be "
                   "found at '%s'\n",
                   qn_buf_string(&how.directory));
    }
    qn_buf_dispose(&how.directory);
    return code;
}

static void chat(void *data, const char *text)
{
    cli_stderr(data, "%s\n", text);
}

static void report(void *data, bool is_error, const char *text)
{
    if (is_error)
        cli_error(data, "%s", text);
    else
        cli_warning(data, "%s", text);
}

static int verify(struct cli *cli, int argc, char **argv)
{
    static const char *const lines[] = {
        "git refs verify [--strict] [--verbose]", NULL};
    struct qn_op_refs_verify how = {.report = report, .data = cli};
    bool is_verbose = false;
    const struct cli_option options[] = {
        CLI_FLAG(0, "verbose", &is_verbose, "say what is looked at"),
        CLI_FLAG(0, "strict", &how.is_strict, "warnings are errors"), CLI_END};

    argc = cli_parse(cli, argc, argv, options, lines, 0);
    if (argc)
        cli_usage(cli, lines, options);
    cli_open_repo(cli, 0);
    how.chat = is_verbose ? chat : NULL;
    cli_check(cli, qn_op_refs_verify(cli->ctx, cli->repo, &how));
    return how.found_errors ? EXIT_FAILED : 0;
}

int cmd_refs(struct cli *cli, int argc, char **argv)
{
    static const struct cli_subcommand list[] = {
        {"migrate", migrate, false},       {"verify", verify, false},
        {"list", cmd_for_each_ref, false}, {"exists", exists, false},
        {"optimize", optimize, false},     {NULL, NULL, false}};

    return cli_run_subcommand(cli, argc, argv, list, usage);
}
