/* SPDX-License-Identifier: MIT */
/* The command line: what every subcommand is given.
 *
 *   main -> options before the command (globals.c) -> dispatch.c ->
 * cmd_<name>.c
 *
 * One struct cli a process.  A command parses its options (options.h), opens
 * the repository when it needs one, does one operation, prints through the
 * buffered writer, and returns the exit code.  Options before the command go
 * into the process's own GIT_* variables, where the library (through the
 * environment) and child processes find them alike.
 */
#ifndef QUOIN_CLI_H
#define QUOIN_CLI_H

#include "base/buf.h"
#include "base/bytes.h"
#include "base/ctx.h"
#include "base/env.h"
#include "base/memory.h"
#include "cli/options.h"
#include "config/config.h"
#include "hash/id.h"
#include "repo/repo.h"
#include "walk/grafts.h"
#include "walk/revision.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CLI_EXIT_FATAL 128
#define CLI_EXIT_USAGE 129

struct qn_process;

/* As Git draws it; a bar for what moves bytes; JSON lines. */
enum cli_progress_style {
    CLI_PROGRESS_GIT,
    CLI_PROGRESS_BAR,
    CLI_PROGRESS_JSON
};

/* What is being drawn (progress.c). */
struct cli_progress {
    const char *title; /* NULL: nothing */
    uint64_t done, total;
    int64_t began;
    int64_t from, again; /* not before; again when it is this late */
    size_t last_size, bar_size;
    char moved[80];      /* ", 1.20 MiB | 3.00 MiB/s": what was said of bytes */
    int64_t moved_again; /* said anew then */
    unsigned percent;    /* drawn last, +1 */
    bool has_step, is_split, is_barred;
};

struct cli {
    struct qn_env *env;
    struct qn_ctx *ctx;
    const char *command;   /* the subcommand's name */
    const char *directory; /* where the process is, after -C */
    char *began_in;        /* where it was before that; or NULL */
    /* Set by cli_open_repo; borrowed by commands. */
    struct qn_repo *repo; /* NULL: not opened, or there is none */
    struct qn_odb *odb;   /* set by cli_open_views */
    struct qn_refs *refs;
    struct qn_revision_scope scope; /* the three above */
    struct qn_grafts *grafts;       /* commits with other parents, once asked */
    struct qn_buf said;             /* reports that are made once only */
    struct qn_config *own_config;   /* read when there is no repository */
    int pager; /* -1: not said, 0: --no-pager, 1: --paginate */
    bool no_advice;
    bool is_mute;          /* reports are not for the user */
    bool parseopt;         /* usage goes to a shell: "cat <<\\EOF" around it */
    bool help_is_page;     /* it is `help <command>`: the exit code is 0 */
    bool has_help;         /* "-h" is asked for: no repository is needed */
    const void *outer;     /* what a command hands to its subcommand; or NULL */
    const char *completes; /* completion: what is typed of the word; or NULL */
    const char *bad_variable; /* one of those that is no bool; or NULL */
    unsigned pathspec_flags;  /* enum qn_pathspec_flags from --*-pathspecs */
    /* The writer. */
    int out_fd;
    uint8_t *out_data;
    size_t out_size;
    size_t out_capacity;
    bool out_failed;
    struct cli_progress progress;
    enum cli_progress_style progress_style;
    struct qn_process *pager_process; /* NULL: no pager */
    bool pages_later; /* colours are chosen for a pager that is still to come */
    const char *pager_program; /* of pager.<alias>, with `pager` 1; or NULL */
};

/* ---- the subcommands (commands.h) */

enum cli_command_flags {
    CLI_COMMAND_NO_REPO = 1,     /* never looks for a repository */
    CLI_COMMAND_HIDDEN = 2,      /* a helper: not in lists of commands */
    CLI_COMMAND_NO_PARSEOPT = 4, /* knows no --git-completion-helper in git */
    CLI_COMMAND_OWN = 8          /* not one of Git's */
};

struct cli_command {
    const char *name;
    int (*run)(struct cli *cli, int argc, char **argv);
    unsigned flags;
    const char *summary;
};

const struct cli_command *cli_commands(size_t *count); /* sorted by name */
const struct cli_command *cli_find_command(const char *name);

#define COMMAND(name, ident, flags, summary)                                   \
    int cmd_##ident(struct cli *cli, int argc, char **argv);
#include "cli/commands.h"
#undef COMMAND

/* ---- starting (globals.c, dispatch.c) */

/* Take the options before the command off the front; `*index` is the position
 * of the command in argv (argc: none).  False: `*code` is the exit code. */
bool cli_parse_globals(struct cli *cli, int argc, char **argv, int *index,
                       int *code);
/* The same for the words of an alias, which may not change the directory or
 * the environment; see dispatch.c. */
int cli_dispatch(struct cli *cli, int argc, char **argv);
/* Split (in place) as a shell would, quotes and backslashes only.  NULL:
 * `*problem`; else free(). */
char **cli_split_words(char *text, int *count, const char **problem);
/* The folder of the programs git-<x>: GIT_EXEC_PATH, or where we install. */
const char *cli_exec_path(void);
/* That folder first in PATH, for hooks and scripts. */
void cli_set_path(void);
/* The usage line of the whole program. */
void cli_print_usage(struct cli *cli, bool to_stderr);
/* Environment and context; needs cli->directory's final value. */
bool cli_start(struct cli *cli);
void cli_catch_signals(void);
/* When a signal ends us, close our output and wait for this process (the
 * pager), which still shows what it was given; 0: no more. */
void cli_signals_wait_for(long id);
/* ... and give the terminal on stdin its modes back; NULL: no more. */
struct termios;
void cli_signals_restore(const struct termios *before);
/* The same of a terminal that was opened. */
void cli_signals_restore_at(int fd, const struct termios *before);
/* Flush and leave.  Does not return. */
void cli_exit(struct cli *cli, int code);
int cli_finish(struct cli *cli, int code); /* flush; the code to exit with */

/* ---- the repository (repository.c) */

enum cli_open_flags {
    CLI_OPEN_GENTLY = 1, /* none: QN_OK and cli->repo NULL */
    CLI_OPEN_NEEDS_WORK_TREE =
        2,             /* "this operation must be run in a work tree" */
    CLI_OPEN_VIEWS = 4 /* odb and refs views, too */
};
/* Open it (once).  On failure prints what Git prints and exits 128. */
void cli_open_repo(struct cli *cli, unsigned flags);
/* cli->odb, cli->refs, cli->scope.  Exits 128 on failure. */
void cli_open_views(struct cli *cli);
/* What is here already is about to be named by a ref, an index or a new object:
 * from now on no prune may take it (odb/odb_lease.h). */
void cli_hold_objects(struct cli *cli);
/* Commits with other parents than they name; NULL: there are none. */
const struct qn_grafts *cli_grafts(struct cli *cli);
/* The repository's configuration, or without one the system's, the user's and
 * the command line's.  Never NULL (an empty one on failure). */
const struct qn_config *cli_config(struct cli *cli);
/* Variables that configure were set: read it again when it is next asked for.
 */
void cli_forget_config(struct cli *cli);
const char *cli_config_string(struct cli *cli, const char *key,
                              const char *fallback);
/* Dies with Git's message when the value is no bool (no number). */
/* Values that every day's commands look at first; dies when one is bad. */
void cli_check_config(struct cli *cli);
/* What Git ends with behind the words about a bad value: "fatal: unable to
 * parse
 * '<key>' from command-line config", or file and line. */
/* core.commentChar, core.commentString: the later one; "#" for "auto".  Dies
 * when it is none. */
const char *cli_comment_string(struct cli *cli);
void cli_die_bad_key(struct cli *cli, const struct qn_config_entry *entry);
bool cli_config_bool(struct cli *cli, const char *key, bool fallback);
/* The colour of an entry that has a value, appended; dies where Git does. */
void cli_config_color(struct cli *cli, const struct qn_config_entry *entry,
                      struct qn_buf *out);
int64_t cli_config_int(struct cli *cli, const char *key, int64_t fallback);
/* "sub/dir/" or "". */
const char *cli_prefix(const struct cli *cli);
/* The absolute form of a path the user gave, appended. */
enum qn_status cli_absolute_path(struct cli *cli, const char *path,
                                 struct qn_buf *out);

/* Where the files of a new repository are copied from: --template (or NULL),
 * GIT_TEMPLATE_DIR, init.templateDir, the system's; NULL: nowhere.  `room`
 * holds the answer where it is made here. */
const char *cli_template_directory(struct cli *cli, const char *option,
                                   struct qn_buf *room);

/* ---- standard output (output.c): buffered, flushed at the end */

void cli_write(struct cli *cli, const void *data, size_t size);
void cli_puts(struct cli *cli, const char *text); /* adds nothing */
void cli_put(struct cli *cli, char byte);
void cli_printf(struct cli *cli, const char *format, ...) QN_PRINTF(2, 3);
void cli_put_id(struct cli *cli, const struct qn_id *id); /* full hex */
void cli_flush(struct cli *cli);

/* ---- messages (output.c): to stderr, after stdout was flushed */

void cli_stderr(struct cli *cli, const char *format, ...) QN_PRINTF(2, 3);
/* "fatal: ...", answers 128. */
int cli_fatal(struct cli *cli, const char *format, ...) QN_PRINTF(2, 3);
/* "error: ...", answers 1. */
int cli_error(struct cli *cli, const char *format, ...) QN_PRINTF(2, 3);
void cli_warning(struct cli *cli, const char *format, ...) QN_PRINTF(2, 3);
/* "fatal: " and the context's message; answers 128. */
int cli_fail(struct cli *cli);
/* The same, and exits. */
void cli_die(struct cli *cli);
void cli_die_with(struct cli *cli, const char *format, ...) QN_PRINTF(2, 3);
/* Forget the context's failure; but a reflog that is too short for the revision
 * asked for ends the command, as in Git. */
void cli_forget(struct cli *cli);
/* cli_die unless `status` is QN_OK. */
static inline void cli_check(struct cli *cli, enum qn_status status)
{
    if (QN_UNLIKELY(status != QN_OK))
        cli_die(cli);
}

/* Lines with "hint: " in front; nothing when advice.<key> is off.  Adds
 * "Disable this message with ..." when it is not set at all. `key` may be NULL:
 * always, and without that line. */
void cli_advise(struct cli *cli, const char *key, const char *text);
/* Nobody said what the first branch is to be called. */
void cli_advise_default_branch(struct cli *cli);
/* How to go on where only a fast-forward was allowed. */
void cli_advise_forward_only(struct cli *cli);
bool cli_advice_is_on(struct cli *cli, const char *key);

/* ---- colour and pager (terminal.c) */

/* `key` ("color.diff") with color.ui behind it; `option` is what --color said:
 * "always", "never", "auto", or NULL. */
bool cli_wants_color(struct cli *cli, const char *option, const char *key);
/* Dies when it is neither a bool nor always, never or auto. */
void cli_check_color(struct cli *cli, const char *key);
/* For what goes to stderr. */
bool cli_wants_stderr_color(struct cli *cli, const char *key);
/* The colour of `slot` ("color.push.error") for stderr, appended; false:
 * `key` ("color.push") wants none. */
bool cli_stderr_color(struct cli *cli, const char *key, const char *slot,
                      const char *fallback, struct qn_buf *out);
bool cli_out_is_terminal(struct cli *cli);
/* TERM is not set, or "dumb". */
bool cli_terminal_is_dumb(void);
/* Let the person edit a file, with the configured editor; a key that ends the
 * editor ends us.  Else as qn_editor_run. */
enum qn_status cli_edit(struct cli *cli, const char *path,
                        const char *const *variables) QN_MUST_USE;
/* Start the pager for stdout if there is a terminal and pager.<command>,
 * --paginate and `by_default` say so. */
void cli_start_pager(struct cli *cli, bool by_default);
/* Would it, and which? */
bool cli_will_page(struct cli *cli, bool by_default, const char **program);
/* pager.<name> of what is no subcommand (an alias, a program), or of one that
 * looks no further: into cli->pager.  Then start it. */
void cli_choose_pager(struct cli *cli, const char *name);
void cli_start_chosen_pager(struct cli *cli);
/* A pager is there, ours or that of the one who called us. */
bool cli_pager_is_used(struct cli *cli);
/* Run a program in our place; with a pager, wait and answer the exit code.  -1:
 * it did not start, errno says why. */
int cli_become(struct cli *cli, const char *program, char **argv);
/* Close stdout and wait for the pager, when there is one. */
void cli_end_pager(struct cli *cli);
/* Columns of the terminal: COLUMNS, the terminal, 80. */
int cli_terminal_width(struct cli *cli);

/* ---- help (help.c) */
/* The names nearest to a mistyped one: prints as Git does; answers the exit
 * code, or -1 with `*instead` the command to run (help.autocorrect). */
int cli_suggest(struct cli *cli, const char *name, const char **instead);

#endif
