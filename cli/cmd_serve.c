/* SPDX-License-Identifier: MIT */
/* serve: quoin-serve, a program of its own, so that this one links none of what
 * a server needs. */
#include "cli/cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PROGRAM "quoin-serve"

static const char *const usage[] = {"git serve [<options>] [--] <folder>...",
                                    "git serve --help", NULL};

int cmd_serve(struct cli *cli, int argc, char **argv)
{
    static const struct cli_option options[] = {CLI_END};
    static char name[] = PROGRAM;
    const char *program = getenv("QUOIN_SERVE");
    struct qn_buf path = QN_BUF_INIT;

    if (cli->has_help && argc == 2 && strcmp(argv[1], "--help") != 0)
        cli_parse(cli, argc, argv, options, usage, 0);
    if (!program) {
        cli_check(cli, qn_buf_printf(cli->ctx, &path, "%s/%s", cli_exec_path(),
                                     PROGRAM));
        program = qn_buf_string(&path);
        if (access(program, X_OK) != 0)
            program = PROGRAM; /* on PATH, then */
    }
    argv[0] = name;
    (void)cli_become(cli, program, argv);
    if (errno == ENOENT)
        cli_die_with(cli,
                     "serve: '%s' is not installed (it is built where "
                     "libmicrohttpd is)",
                     program);
    cli_die_with(cli, "serve: cannot run '%s': %s", program, strerror(errno));
    return CLI_EXIT_FATAL;
}
