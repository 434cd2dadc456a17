/* SPDX-License-Identifier: MIT */
/* get-tar-commit-id: the commit that `git archive` wrote into a tar file: the
 * comment of its global extended header, the first 1,024 bytes. */
#include "cli/cli.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define BLOCK       512
#define TYPE_OFFSET 156
#define GLOBAL_TYPE 'g'

static const char *const usage[] = {"git get-tar-commit-id", NULL};

static bool read_start(struct cli *cli, char *out, size_t size)
{
    size_t done = 0;

    while (done < size) {
        ssize_t count = read(STDIN_FILENO, out + done, size - done);

        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            cli_die_with(cli, "git get-tar-commit-id: read error: %s",
                         strerror(errno));
        if (count == 0)
            cli_die_with(cli, "git get-tar-commit-id: EOF before reading tar "
                              "header: No such file or directory");
        done += (size_t)count;
    }
    return true;
}

int cmd_get_tar_commit_id(struct cli *cli, int argc, char **argv)
{
    static const struct cli_option options[] = {CLI_END};
    char start[2 * BLOCK];
    struct qn_bytes line;
    struct qn_bytes rest;
    size_t at;

    if (argc != 1)
        cli_parse(cli, argc, argv, options, usage, CLI_PARSE_KEEP_UNKNOWN);
    if (argc != 1)
        cli_usage(cli, usage, options);
    read_start(cli, start, sizeof(start));
    if (start[TYPE_OFFSET] != GLOBAL_TYPE)
        return 1;
    /* "<size of the line> comment=<id>" */
    rest = qn_bytes_make(start + BLOCK, BLOCK);
    line = qn_bytes_first(rest, qn_bytes_find(rest, '\n'));
    at = qn_bytes_find(line, ' ');
    line = qn_bytes_from(line, at + (at < line.size));
    if (!qn_bytes_has_prefix(line, "comment="))
        return 1;
    line = qn_bytes_from(line, 8);
    if (line.size != 40 && line.size != 64)
        return 1;
    cli_printf(cli, "%.*s\n", QN_BYTES_ARG(line));
    return 0;
}
