/* SPDX-License-Identifier: MIT */
#include "cli/pack_refs.h"

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

static int refuse(struct cli *cli, int argc, char **argv)
{
    (void)argc;
    cli_die_with(cli, "'refs %s' is not done yet", argv[0]);
    return CLI_EXIT_FATAL;
}

int cmd_refs(struct cli *cli, int argc, char **argv)
{
    static const struct cli_subcommand list[] = {
        {"migrate", refuse, false},        {"verify", refuse, false},
        {"list", cmd_for_each_ref, false}, {"exists", exists, false},
        {"optimize", optimize, false},     {NULL, NULL, false}};

    return cli_run_subcommand(cli, argc, argv, list, usage);
}
