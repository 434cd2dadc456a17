/* SPDX-License-Identifier: MIT */
/* Write entries of the index into the work tree, and remove files from it: the
 * one confined writer.
 *
 * Every path is checked (path/safe_path.h).  Directories on the way are made,
 * and must be real ones: a symbolic link there is never gone through, but
 * removed (with `forces`) or an error.  Order: directories, then files in
 * parallel, then symbolic links, so that no link is there while files are
 * written.
 */
#ifndef QN_WORKTREE_CHECKOUT_H
#define QN_WORKTREE_CHECKOUT_H

#include "base/progress.h"
#include "worktree/filter.h"

struct qn_checkout_options {
    bool follows_index;     /* attributes of the index count first: all of it is
                               being checked out */
    bool forces;            /* replace what is there */
    bool skips_existing;    /* leave what is there, without a word */
    bool is_quiet;          /* no error for what is there already */
    bool skips_new;         /* only files that are there (checkout-index -n) */
    bool leaves_stat;       /* do not put stat data into the entries */
    bool waits_for_filters; /* they may not put off what they are asked for */
    const char *prefix;     /* put before each path (checkout-index); or NULL */
    uint64_t failed_count;  /* out */
    uint64_t written_count; /* out */
    /* Out: what went wrong with files that filters had put off, as Git counts
     * it: the number of missing files, and 1 for a filter's own fault, ORed. */
    uint64_t delayed_errors;
    struct qn_progress *progress; /* one more for each; or NULL */
};

/* Entries by position in the index. Those that could not be written are
 * reported one by one and counted; QN_OK all the same. */
enum qn_status
qn_checkout_entries(struct qn_ctx *ctx, const struct qn_work_tree *tree,
                    struct qn_index *index, struct qn_odb *odb,
                    const size_t *positions, size_t count,
                    struct qn_checkout_options *options) QN_MUST_USE;

/* Remove files (sorted), then the directories that became empty.  What is not
 * there is fine; a directory in a file's place is left. */
enum qn_status qn_checkout_remove(struct qn_ctx *ctx,
                                  const struct qn_work_tree *tree,
                                  const struct qn_bytes *paths,
                                  size_t count) QN_MUST_USE;

/* Write one blob to a path of the work tree (a conflict's file, say): content
 * as it is, `mode` as in the index. */
enum qn_status qn_checkout_write(struct qn_ctx *ctx,
                                 const struct qn_work_tree *tree,
                                 struct qn_bytes path, uint32_t mode,
                                 struct qn_bytes content) QN_MUST_USE;

/* Is a leading part of `path` a symbolic link? */
bool qn_checkout_is_beyond_link(struct qn_ctx *ctx,
                                const struct qn_work_tree *tree,
                                struct qn_bytes path);
/* Write the content of an entry to a new file at the top, and append its name
 * (".merge_file_xxxxxx", ".merge_link_xxxxxx"). */
enum qn_status qn_checkout_temporary(struct qn_ctx *ctx,
                                     const struct qn_work_tree *tree,
                                     struct qn_index *index, struct qn_odb *odb,
                                     const struct qn_index_entry *entry,
                                     struct qn_buf *out) QN_MUST_USE;

#endif
