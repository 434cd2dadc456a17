/* SPDX-License-Identifier: MIT */
/* explain: what a failure's reason means, and what to do.  Not one of Git's.
 *
 * A reason is the stable name of a failure ("repo.not-found"): what a program
 * that embeds the library sees, and QUOIN_TRACE shows. */
#include "cli/cli.h"
#include "cli/completion_words.h"
#include "cli/reasons.h"

#include <string.h>

static const char *const usage[] = {"quoin explain <reason>",
                                    "quoin explain (--list | --all)", NULL};

void cli_explain_complete(struct cli *cli)
{
    size_t count, i;
    const struct cli_reason *reasons = cli_reasons(&count);

    for (i = 0; i < count; i++)
        cli_completion_put(cli, reasons[i].name, reasons[i].meaning);
}

int cmd_explain(struct cli *cli, int argc, char **argv)
{
    bool lists = false, tells_all = false;
    const struct cli_option options[] = {
        CLI_FLAG_WITH(0, "list", &lists, "list every reason",
                      CLI_OPTION_NO_NEGATE | CLI_OPTION_OWN),
        CLI_FLAG_WITH(0, "all", &tells_all, "explain every reason",
                      CLI_OPTION_NO_NEGATE | CLI_OPTION_OWN),
        CLI_END};
    size_t count, i;
    const struct cli_reason *reasons = cli_reasons(&count);

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    if (lists && argc == 0) {
        for (i = 0; i < count; i++)
            cli_printf(cli, "%-26s %s\n", reasons[i].name, reasons[i].meaning);
        return 0;
    }
    if (tells_all && !lists && argc == 0) {
        for (i = 0; i < count; i++)
            cli_printf(cli, "%s\n    %s\n    %s\n", reasons[i].name,
                       reasons[i].meaning, reasons[i].advice);
        return 0;
    }
    if (lists || tells_all || argc != 1)
        cli_usage(cli, usage, options);
    for (i = 0; i < count; i++)
        if (strcmp(reasons[i].name, argv[0]) == 0) {
            cli_printf(cli, "%s\n%s\n", reasons[i].meaning, reasons[i].advice);
            return 0;
        }
    return cli_error(cli, "there is no reason '%s'; see 'quoin explain --list'",
                     argv[0]);
}
