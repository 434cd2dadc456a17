/* SPDX-License-Identifier: MIT */
#include "cli/housekeeping.h"
#include "cli/progress.h"
#include "operation/op_gc.h"

static const char *const usage[] = {"git gc [<options>]", NULL};

static int take_prune(struct cli *cli, const struct cli_option *option,
                      const char *argument, bool is_negated)
{
    struct qn_op_gc *gc = option->value;

    (void)cli;
    gc->never_prunes = is_negated;
    if (is_negated)
        gc->prune = NULL;
    else if (argument)
        gc->prune = argument;
    return 0;
}

int cmd_gc(struct cli *cli, int argc, char **argv)
{
    struct qn_house_calls calls = cli_house_calls(cli);
    struct qn_op_gc gc = {.calls = &calls, .cruft = -1, .detach = -1};
    const struct cli_option options[] = {
        CLI_FLAG('q', "quiet", &gc.is_quiet, "show no progress"),
        {CLI_KIND_CALLBACK, 0, "prune", &gc, "date",
         "what nothing reaches and is older goes", CLI_OPTION_OPTIONAL, 0,
         take_prune},
        CLI_TRISTATE(0, "cruft", &gc.cruft,
                     "what nothing reaches into a pack of its own"),
        {CLI_KIND_UNSIGNED, 0, "max-cruft-size", &gc.max_cruft, "n",
         "the most bytes of such a pack", CLI_OPTION_NO_NEGATE, 0, NULL},
        CLI_FLAG(0, "aggressive", &gc.is_aggressive,
                 "search for better deltas"),
        CLI_FLAG(0, "auto", &gc.is_auto, "only if there is much to do"),
        CLI_TRISTATE(0, "detach", &gc.detach, "go on in the background"),
        CLI_FLAG(0, "force", &gc.is_forced, "even if another one runs"),
        CLI_FLAG(0, "keep-largest-pack", &gc.keeps_largest,
                 "leave the largest pack as it is"),
        CLI_STRING(0, "expire-to", &gc.expire_to, "dir",
                   "what is pruned into a pack there"),
        {CLI_KIND_FLAG, 0, "skip-foreground-tasks", &gc.skips_foreground, NULL,
         "refs and reflogs are done already", CLI_OPTION_HIDDEN, 0, NULL},
        CLI_END};

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    if (argc > 0)
        cli_usage(cli, usage, options);
    cli_open_repo(cli, CLI_OPEN_VIEWS);
    gc.repo = cli->repo;
    cli_show_progress(cli, cli_wants_progress(gc.is_quiet ? 0 : -1));
    cli_check(cli, qn_op_gc_run(cli->ctx, &gc));
    return 0;
}
