/* SPDX-License-Identifier: MIT */
/* Aliases: alias.<name>, alias.<name>.command; git-config(1).
 *
 * "!command" runs in a shell at the top of the work tree, with GIT_PREFIX; else
 * the words stand for a command, which may be an alias again. */
#ifndef QUOIN_CLI_ALIAS_H
#define QUOIN_CLI_ALIAS_H

#include <stdbool.h>

struct cli;

#define CLI_ALIAS_MAX 32

struct cli_alias_run {
    const char *names[CLI_ALIAS_MAX]; /* expanded so far, in order */
    int count;
};

/* What an alias stands for; NULL: there is none. */
const char *cli_alias_find(struct cli *cli, const char *name);
/* Expand argv[0].  True: `*argc` and `*argv` are the new words; false: done,
 * `*code`, or there is no such alias (`*code` is -1). */
bool cli_alias_expand(struct cli *cli, struct cli_alias_run *run, int *argc,
                      char ***argv, int *code);
/* "alias loop detected: ..."; the exit code. */
int cli_alias_refuse_loop(struct cli *cli, const struct cli_alias_run *run,
                          const char *again);

#endif
