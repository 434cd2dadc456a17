/* SPDX-License-Identifier: MIT */
/* serve: quoin-serve, a program of its own, so that this one links none of what
 * a server needs. */
#include "cli/connecting.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PROGRAM "quoin-serve"

static const char *const usage[] = {"quoin serve [<options>] [--] <folder>...",
                                    "quoin serve --help", NULL};

/* Where it was built: "<build>/server/quoin-serve" beside "<build>/cli". */
static bool find_beside(struct cli *cli, struct qn_buf *path)
{
    const char *const *own = cli_own_program(cli);
    const char *slash = own ? strrchr(own[0], '/') : NULL;

    if (!slash)
        return false;
    qn_buf_clear(path);
    cli_check(cli, qn_buf_printf(cli->ctx, path, "%.*s/../server/%s",
                                 (int)(slash - own[0]), own[0], PROGRAM));
    return access(qn_buf_string(path), X_OK) == 0;
}

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
        if (access(program, X_OK) != 0 && !find_beside(cli, &path))
            program = PROGRAM; /* on PATH, then */
        else
            program = qn_buf_string(&path);
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
