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

int cmd_refs(struct cli *cli, int argc, char **argv)
{
    static const struct cli_option options[] = {CLI_END};
    const char *name = argc > 1 ? argv[1] : "";

    if (strcmp(name, "list") == 0)
        return cmd_for_each_ref(cli, argc - 1, argv + 1);
    if (strcmp(name, "exists") == 0)
        return exists(cli, argc - 1, argv + 1);
    if (strcmp(name, "optimize") == 0)
        return cli_pack_refs(cli, argc - 1, argv + 1, optimize_usage);
    if (strcmp(name, "verify") == 0 || strcmp(name, "migrate") == 0)
        cli_die_with(cli, "'refs %s' is not done yet", name);
    argc =
        cli_parse(cli, argc, argv, options, usage, CLI_PARSE_STOP_AT_ARGUMENT);
    if (argc)
        cli_error(cli, "unknown subcommand: `%s'", argv[0]);
    else
        cli_error(cli, "need a subcommand");
    cli_usage(cli, usage, options);
    return CLI_EXIT_USAGE;
}
