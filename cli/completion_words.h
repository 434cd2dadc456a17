/* SPDX-License-Identifier: MIT */
/* What a word of the command line could become: for the shells' scripts
 * (cmd_completion.c).
 *
 *   quoin completion words TYPED... CURRENT
 *
 * prints a candidate a line, with a tab and a few words about it; ":files" says
 * that names of files may stand there, too. */
#ifndef QUOIN_CLI_COMPLETION_WORDS_H
#define QUOIN_CLI_COMPLETION_WORDS_H

struct cli;

/* The word by which the option parser is asked for its table, while
 * cli->completes is set. */
#define CLI_COMPLETION_WORD "--quoin-completion"

/* Print it if it begins with what is typed; `about` may be NULL. */
void cli_completion_put(struct cli *cli, const char *word, const char *about);
int cli_completion_words(struct cli *cli, int count, char **words);
/* Every reason (cmd_explain.c). */
void cli_explain_complete(struct cli *cli);

#endif
