/* SPDX-License-Identifier: MIT */
#include "cli/pack_refs.h"

static const char *const usage[] = {
    "git pack-refs [--all] [--no-prune] [--auto] [--include <pattern>] "
    "[--exclude <pattern>]",
    NULL};

int cli_pack_refs(struct cli *cli, int argc, char **argv,
                  const char *const *usage_lines)
{
    struct qn_refs_pack_options pack = {.prune = true};
    struct cli_list includes = {NULL, 0, 0}, excludes = {NULL, 0, 0};
    const struct cli_option options[] = {
        CLI_FLAG(0, "all", &pack.all, "pack everything"),
        CLI_FLAG(0, "prune", &pack.prune, "remove the loose refs (default)"),
        CLI_FLAG(0, "auto", &pack.is_auto, "only if it is worth it"),
        CLI_LIST(0, "include", &includes, "pattern", "refs to pack"),
        CLI_LIST(0, "exclude", &excludes, "pattern", "refs to leave"),
        CLI_END};

    argc = cli_parse(cli, argc, argv, options, usage_lines, 0);
    if (argc)
        cli_usage(cli, usage_lines, options);
    cli_open_refs(cli);
    pack.includes = includes.items;
    pack.include_count = includes.count;
    pack.excludes = excludes.items;
    pack.exclude_count = excludes.count;
    if (qn_refs_pack(cli->ctx, cli->refs, &pack)) {
        if (qn_refs_get_format(cli->refs) == QN_REFS_REFTABLE)
            return cli_error(cli, "%s", qn_ctx_message(cli->ctx));
        return cli_fail(cli);
    }
    return 0;
}

int cmd_pack_refs(struct cli *cli, int argc, char **argv)
{
    return cli_pack_refs(cli, argc, argv, usage);
}
