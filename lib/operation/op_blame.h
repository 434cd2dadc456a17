/* SPDX-License-Identifier: MIT */
/* blame: of each line of a file, the commit that brought it there.
 *
 *   path, tip (a commit, the work tree, contents of the caller) -> hunks
 *
 * Lines are handed from a commit to those of its parents that have them too;
 * what nobody takes is the commit's own.  Commits are looked at newest first
 * (reversed: oldest first, and lines go to children).  A parent that has the
 * whole file unchanged takes it all, so that a merge has lines only of its own.
 * Files are followed through renames; with `move_score` and `copy_score` lines
 * are looked for elsewhere in the file and in other files.
 *
 * Source: git-blame(1), experiments; docs/provenance/operation.md.
 */
#ifndef QN_OPERATION_OP_BLAME_H
#define QN_OPERATION_OP_BLAME_H

#include "diff/text_diff.h"
#include "walk/revision.h"

/* A file in a commit.  Lives as long as the blame. */
struct qn_blame_source {
    struct qn_id commit;  /* null: not committed */
    struct qn_bytes path; /* NUL terminated */
    struct qn_id blob;    /* null: not committed */
    uint32_t mode;
    bool is_boundary; /* history ends here, or is not looked at */
    /* The file in a parent that it was compared with; or NULL. */
    const struct qn_blame_source *previous;
};

/* Lines line .. line+count-1 of the final text (0-based) come from lines
 * from .. of the source. */
struct qn_blame_hunk {
    const struct qn_blame_source *source;
    uint32_t line, count, from;
    bool is_ignored;    /* some commit that is ignored changed it */
    bool is_unblamable; /* one did, and nobody before could be found */
};

struct qn_blame;
/* Found, and final; not in order of lines. */
typedef enum qn_status qn_blame_fn(struct qn_ctx *ctx, void *data,
                                   const struct qn_blame *blame,
                                   const struct qn_blame_hunk *hunk);

struct qn_op_blame_options {
    struct qn_bytes path;      /* from the top; NUL terminated */
    const struct qn_id *tip;   /* NULL: what the work tree has */
    const char *tip_name;      /* how it was called, for messages; or NULL */
    bool has_contents;         /* `contents` is the newest, on top of the tip */
    struct qn_bytes contents;  /* (HEAD without one) */
    const char *contents_name; /* the file's name; for the summary */
    const struct qn_id *excluded; /* with their ancestors: out of range */
    size_t excluded_count;
    int64_t since;    /* commits before that are out of range; 0: none */
    bool is_reversed; /* `start`'s lines, towards `tip` */
    struct qn_id start;
    bool first_parent;
    bool shows_root;           /* a commit without parents is no boundary */
    const char *const *ranges; /* -L "10,20", ":name"; none: all */
    size_t range_count;
    uint32_t
        move_score; /* more than that to be followed; 0: never looked for */
    uint32_t copy_score; /* likewise */
    int copy_level;      /* 0 none, 1 changed files, 2 all for new files, 3 all
                            always */
    const struct qn_id *ignored; /* --ignore-rev */
    size_t ignored_count;
    struct qn_bytes grafts; /* -S: "<id> <parent>..." a line */
    struct qn_text_diff_options text;
    bool allows_textconv;
    bool tells_progress;
    qn_blame_fn *each; /* or NULL */
    void *data;
};

struct qn_blame_stats {
    uint64_t blobs_read, patches, commits;
};

/* QN_NOT_FOUND, QN_INVALID with Git's words. */
enum qn_status qn_op_blame_run(struct qn_ctx *ctx,
                               const struct qn_revision_scope *scope,
                               const struct qn_op_blame_options *options,
                               struct qn_blame **out) QN_MUST_USE;
void qn_blame_free(struct qn_blame *blame);

/* The final text. */
const struct qn_text_lines *qn_blame_lines(const struct qn_blame *blame);
/* In order of lines, neighbours of one source joined. */
size_t qn_blame_count(const struct qn_blame *blame);
const struct qn_blame_hunk *qn_blame_at(const struct qn_blame *blame, size_t i);
const struct qn_blame_stats *qn_blame_stats(const struct qn_blame *blame);

/* What is known of the commit of what is not committed: as an object would have
 * it ("author Not Committed Yet <...> ..."). */
struct qn_bytes qn_blame_uncommitted(const struct qn_blame *blame);

#endif
