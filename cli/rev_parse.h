/* SPDX-License-Identifier: MIT */
/* Parts of rev-parse that stand alone (rev_parse_parts.c). */
#ifndef QUOIN_CLI_REV_PARSE_H
#define QUOIN_CLI_REV_PARSE_H

struct cli;

/* A word in single quotes for a shell. */
void cli_put_quoted(struct cli *cli, const char *text);
/* --local-env-vars. */
void cli_print_local_variables(struct cli *cli);
/* --resolve-git-dir: prints the git directory, or dies. */
void cli_resolve_git_dir(struct cli *cli, const char *path);
/* --parseopt: argv[0] is "--parseopt". */
int cli_rev_parse_parseopt(struct cli *cli, int argc, char **argv);

#endif
