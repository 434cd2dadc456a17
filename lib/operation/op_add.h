/* SPDX-License-Identifier: MIT */
/* add: bring the index up to the work tree, for the paths asked about.
 *
 *   tracked and changed   hashed and entered, or removed when gone
 *   untracked             entered, unless ignored
 *
 * Changes the index in memory; the caller holds the lock and writes it.
 */
#ifndef QN_OPERATION_OP_ADD_H
#define QN_OPERATION_OP_ADD_H

#include "path/pathspec.h"
#include "worktree/work_tree.h"

struct qn_op_add_options {
    bool is_update;     /* -u: only tracked files */
    bool keeps_removed; /* --no-all: do not remove */
    bool is_forced;     /* -f: ignored files, too */
    bool is_dry_run;
    bool is_intent;
    bool is_refresh; /* --refresh: only stat data */
    bool renormalises;
    bool is_sparse; /* --sparse: outside of the sparse checkout, too */
    bool ignores_errors;
    bool ignores_missing; /* -n --ignore-missing: names that are not there */
    int chmod;            /* 0, '+', '-' */
    /* Told of each path: kind 'A' add, 'D' remove, 'I' ignored (it was asked
     * for by name), 'E' embedded repository, 'C' chmod could not be done, 'S' a
     * pattern that matches only what is outside of the sparse checkout (and 0
     * behind the last of them), 'O' an untracked file outside; or NULL. */
    void (*each)(void *data, char kind, struct qn_bytes path);
    void *data;
    uint64_t ignored_count; /* out */
    uint64_t failed_count;  /* out */
    bool has_untracked;     /* out: is_update, of a path that only the work tree
                             * has;     it fails, and each such path was reported */
};

/* QN_NOT_FOUND, "pathspec '...' did not match any files". */
enum qn_status qn_op_add(struct qn_ctx *ctx, const struct qn_work_tree *tree,
                         struct qn_index *index, struct qn_odb *odb,
                         const struct qn_pathspec *pathspec,
                         struct qn_op_add_options *options) QN_MUST_USE;

#endif
