/* SPDX-License-Identifier: MIT */
/* commit: the index (or some paths) recorded, and the branch moved on.
 *
 *   prepare index -> pre-commit -> message -> prepare-commit-msg -> editor
 *   -> commit-msg -> clean up -> tree, commit objects -> (barrier) -> locks of
 *   HEAD and its branch -> index -> HEAD -> state files -> post-commit
 *
 * Sequence of units: objects; index; ref with reflog; state files removed one
 * by one.  A cut in between leaves what git accepts: changes that are staged,
 * which a second run commits, or a merge, which it concludes.  Source:
 * git-commit(1), githooks(5), experiments.
 */
#ifndef QN_OPERATION_OP_COMMIT_H
#define QN_OPERATION_OP_COMMIT_H

#include "operation/part/commit_index.h"
#include "refs/refs.h"

enum qn_commit_cleanup {
    QN_COMMIT_CLEANUP_DEFAULT = 0, /* strip when edited, else whitespace */
    QN_COMMIT_CLEANUP_STRIP,
    QN_COMMIT_CLEANUP_WHITESPACE,
    QN_COMMIT_CLEANUP_VERBATIM,
    QN_COMMIT_CLEANUP_SCISSORS
};

/* What belongs to the command: each may be NULL but `status`. */
struct qn_commit_calls {
    void *data;
    /* Append the status text of `index` as a template has it (each line behind
     * the comment string), with the diff of -v.  Only called when it is wanted.
     */
    enum qn_status (*append_status)(struct qn_ctx *ctx, void *data,
                                    struct qn_index *index, struct qn_buf *out);
    /* Some paths are committed; of `kept`, the index as it will be, the
     * unmerged ones are to be told. */
    void (*tell_unmerged)(void *data, const struct qn_index *kept);
    /* The hook pre-commit is content: set the fields of the message (file,
     * messages, template_text, trailers) that were not read yet. */
    enum qn_status (*read_message)(struct qn_ctx *ctx, void *data);
    /* Let the user choose what goes into `index` (mode CHOSEN). */
    enum qn_status (*choose)(struct qn_ctx *ctx, void *data,
                             struct qn_index *index);
    /* There is nothing to commit: show the status. */
    enum qn_status (*show_nothing)(struct qn_ctx *ctx, void *data,
                                   struct qn_index *index);
    /* Let the user edit a file. */
    enum qn_status (*edit)(struct qn_ctx *ctx, void *data, const char *path,
                           const char *index_path);
};

struct qn_commit_options {
    /* The message. */
    const char *const *messages; /* -m, NULL terminated; or NULL */
    const struct qn_buf *file;   /* -F: contents; or NULL */
    const char *reuse;           /* -C, -c: a revision */
    bool reuse_is_edited;        /* -c */
    const char *fixup;           /* --fixup=<revision> */
    bool fixup_amends; /* --fixup=amend: or reword:, with the whole message */
    const char *squash;
    const struct qn_buf *template_text; /* -t, commit.template; or NULL */
    int edit;                           /* -1: not said */
    bool signs_off;
    const char *const *trailers; /* --trailer, NULL terminated; or NULL */
    enum qn_commit_cleanup cleanup;
    const char *comment; /* core.commentString */
    /* core.commentChar=auto: what `comment` points to, one byte of which is
     * replaced by one that begins no line of the message; or NULL. */
    char *comment_byte;
    bool allows_empty_message;
    bool has_status; /* the template shows the status */
    int verbosity;   /* -v: the template shows the diff, too */
    /* Who and when. */
    const char *author; /* "Name <mail>", or a pattern */
    const char *date;
    bool resets_author;
    /* What. */
    enum qn_commit_index_mode mode;
    const struct qn_pathspec *pathspec;
    bool amends;
    bool allows_empty;
    bool is_dry_run;
    bool skips_hooks;        /* -n */
    bool skips_rewrite;      /* --no-post-rewrite */
    int signing;             /* -S; -1: as commit.gpgSign says */
    const char *signing_key; /* or NULL: the configured one */
    struct qn_commit_calls calls;
};

struct qn_commit_result {
    struct qn_id id;          /* the new commit */
    struct qn_id parent;      /* its first; null: none */
    struct qn_id parent_tree; /* null: none */
    struct qn_id tree;
    bool is_root;
    bool is_merge;
    bool shows_date;      /* the date was not now */
    struct qn_buf branch; /* full name HEAD is on; "": detached */
    struct qn_buf author; /* ident lines of the commit */
    struct qn_buf committer;
    struct qn_buf message;
};

void qn_commit_result_dispose(struct qn_commit_result *result);

/* QN_NOT_FOUND "commit.nothing": nothing to commit, the status was shown;
 * QN_CANCELLED "commit.empty-message", "commit.template-unedited";
 * QN_REFUSED "commit.hook"; QN_CONFLICT "commit.unmerged"; QN_INVALID for
 * options that do not fit (with Git's messages); others as they come. */
enum qn_status qn_op_commit(struct qn_ctx *ctx, struct qn_repo *repo,
                            const struct qn_commit_options *options,
                            struct qn_commit_result *out) QN_MUST_USE;

#endif
