/* SPDX-License-Identifier: MIT */
/* Names of commands: Git's groups, the programs git-<x> on PATH. */
#ifndef QUOIN_CLI_COMMAND_LIST_H
#define QUOIN_CLI_COMMAND_LIST_H

#include "cli/options.h"

#include <stdbool.h>
#include <stddef.h>

struct cli;

/* The words of a group ("history"), blanks between; NULL: no such group. */
const char *cli_command_group(const char *name, size_t size);
/* Is it one of Git's commands, there or not? */
bool cli_command_is_git(const char *name);
/* What somebody who mistyped can have meant: Git's commands, there or not,
 * other programs of --exec-path and PATH, aliases; each lives as long as the
 * process. */
void cli_list_meant(struct cli *cli, struct cli_list *out);
/* Programs: those of --exec-path that are no commands of ours, and the others
 * of PATH; sorted. */
void cli_list_programs(struct cli *cli, struct cli_list *main_list,
                       struct cli_list *others);
/* Is there a program git-<name> of somebody else's? */
bool cli_is_program(struct cli *cli, const char *name);
/* Print what --list-cmds=<list> asks for; the exit code. */
int cli_list_commands(struct cli *cli, const char *list);

#endif
