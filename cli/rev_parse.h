/* SPDX-License-Identifier: MIT */
/* What the files of rev-parse share:
 *
 *   cmd_rev_parse.c    options and words, one after the other
 *   rev_parse_show.c   a revision, a range, "r^@" and its like, refs
 *   rev_parse_paths.c  questions about the repository
 *   rev_parse_parts.c  what needs no repository
 */
#ifndef QUOIN_CLI_REV_PARSE_H
#define QUOIN_CLI_REV_PARSE_H

#include "walk/revision_args.h"

struct cli;

enum cli_rev_parse_filter {
    CLI_REV_PARSE_REVS = 1,
    CLI_REV_PARSE_NO_REV = 2,
    CLI_REV_PARSE_FLAGS = 4,
    CLI_REV_PARSE_NON_FLAGS = 8
};
enum cli_rev_parse_symbolic {
    CLI_REV_PARSE_PLAIN = 0,
    CLI_REV_PARSE_SYMBOLIC,
    CLI_REV_PARSE_FULL_NAME,
    CLI_REV_PARSE_ABBREV
};

struct cli_rev_parse {
    struct cli *cli;
    unsigned filter;
    const char *default_name;
    const char *output_prefix;
    bool shows_reversed; /* --not */
    bool is_quoted;      /* --sq */
    bool is_verify, is_quiet, has_dashdash;
    enum cli_rev_parse_symbolic symbolic;
    bool abbrev_is_strict;
    int digits;      /* -1: full */
    int path_format; /* 0: as it is, 1: absolute, 2: relative */
    int revision_count;
    bool held_is_reversed;
    struct qn_id held; /* the one revision of --verify */
    const char *held_name;
    struct qn_revision_args args; /* --exclude between --all and kin */
};

/* ---- rev_parse_show.c */

/* A line; or, with --sq, a quoted word. */
void cli_rev_parse_show(struct cli_rev_parse *r, const char *text);
/* A revision, as the options say; `name` is what it was given as, or NULL. */
void cli_rev_parse_show_rev(struct cli_rev_parse *r, bool is_reversed,
                            const struct qn_id *id, const char *name);
/* False, with the context's failure: it is none. */
bool cli_rev_parse_resolve(struct cli_rev_parse *r, const char *text,
                           struct qn_id *out);
/* "a..b", "a...b".  False: it is none. */
bool cli_rev_parse_show_range(struct cli_rev_parse *r, const char *word);
/* "r^@", "r^!", "r^-", "r^-n".  False: it is none. */
bool cli_rev_parse_show_family(struct cli_rev_parse *r, const char *word);
/* --all, --branches and their like; `used`: how many words that took. */
bool cli_rev_parse_show_refs(struct cli_rev_parse *r, char **words, int count,
                             int *used);

/* ---- rev_parse_paths.c */

/* Questions about the repository (--git-dir).  False: it is none. */
bool cli_rev_parse_answer(struct cli_rev_parse *r, const char *word);
/* --git-path. */
void cli_rev_parse_show_git_file(struct cli_rev_parse *r, const char *name);

/* ---- rev_parse_parts.c */

/* A word in single quotes for a shell. */
void cli_put_quoted(struct cli *cli, const char *text);
/* --local-env-vars. */
void cli_print_local_variables(struct cli *cli);
/* --resolve-git-dir: prints the git directory, or dies. */
void cli_resolve_git_dir(struct cli *cli, const char *path);
/* --parseopt: argv[0] is "--parseopt". */
int cli_rev_parse_parseopt(struct cli *cli, int argc, char **argv);

#endif
