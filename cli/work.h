/* SPDX-License-Identifier: MIT */
/* What the commands that touch index and work tree share. */
#ifndef QUOIN_CLI_WORK_H
#define QUOIN_CLI_WORK_H

#include "cli/cli.h"
#include "index/index.h"
#include "os/lock_file.h"
#include "path/pathspec.h"
#include "worktree/work_tree.h"

struct cli_work {
    struct qn_work_tree tree; /* tree.repo NULL: there is none */
    struct qn_index *index;
    struct qn_lock_file lock;
};

enum cli_work_flags {
    CLI_WORK_LOCK = 1,    /* take index.lock before reading */
    CLI_WORK_NO_TREE = 2, /* works without a work tree */
    CLI_WORK_KEEP_SPARSE = 4,
    CLI_WORK_NEW_IF_BAD = 8 /* an index that cannot be read is none */
};

/* Open the repository, views, work tree and index; dies with Git's words. */
void cli_work_open(struct cli *cli, struct cli_work *work, unsigned flags);
/* Write the index if it changed (`always`: even if not), release the lock. */
void cli_work_commit(struct cli *cli, struct cli_work *work, bool always);
void cli_work_close(struct cli_work *work);

/* A pathspec from arguments. Dies when it is bad. */
struct qn_pathspec *cli_pathspec(struct cli *cli, const char *const *patterns,
                                 size_t count, unsigned flags);
/* --pathspec-from-file (with --pathspec-file-nul): elements appended to `list`,
 * which owns them for the life of the process. */
void cli_pathspec_from_file(struct cli *cli, const char *file, bool has_nul,
                            struct cli_list *list);
/* Prefix and a path of the command line, clean, from the top: appended.  Dies
 * when it is outside ("'x' is outside repository at ..."). */
void cli_path_from_top(struct cli *cli, const char *path, struct qn_buf *out);
/* The same; the complaint begins with the path, as one about a pathspec. */
void cli_pathspec_from_top(struct cli *cli, const char *path,
                           struct qn_buf *out);

/* A value of the configuration is bad, as was said: where it stands; dies. */
void cli_die_config(struct cli *cli, const char *key);
/* Print a path, relative to where the user is (unless `is_full`), quoted as
 * core.quotePath says (unless `terminator` is NUL), then `terminator`. */
void cli_put_path(struct cli *cli, struct qn_bytes path, bool is_full,
                  char terminator);
/* The same into a buffer, without a terminator. */
void cli_append_path(struct cli *cli, struct qn_buf *out, struct qn_bytes path,
                     bool is_full, bool quotes);
/* One record of stdin (to `terminator`) into `out`; false at the end. */
bool cli_read_record(struct cli *cli, char terminator, struct qn_buf *out);
/* The same; `*is_ended`: the terminator was there. */
bool cli_read_ended_record(struct cli *cli, char terminator, struct qn_buf *out,
                           bool *is_ended);
/* A tree object of lines as `ls-tree` prints them; dies as mktree does. */
void cli_make_tree(struct cli *cli, struct qn_bytes text, struct qn_id *out);
/* The id of a tree named by a revision.  When there is none dies with the words
 * `what` and the name ("Could not parse object '": closes the quotes); NULL:
 * "unable to read tree (<id>)". */
void cli_tree_id(struct cli *cli, const char *text, const char *what,
                 struct qn_id *out);
/* Try what the untracked cache rests on, in a directory made for it; the exit
 * code. */
int cli_untracked_test(struct cli *cli, const char *top);

/* These patterns or paths (a line each) are outside of the sparse checkout, and
 * so nothing was done with them. */
void cli_advise_sparse(struct cli *cli, const char *lines);

#endif
