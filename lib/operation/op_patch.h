/* SPDX-License-Identifier: MIT */
/* Change index or work tree by hunks that a person chooses: add -p, reset -p,
 * checkout -p, restore -p; git-add(1) "INTERACTIVE MODE".
 *
 *   two of HEAD (or another tree), index, work tree -> patches of the files
 *   -> the dialogue (part/patch_select.h) -> each file's hunks applied
 *
 * Units, file after file: a blob, then the index; or the file.  Every prefix of
 * that is a state the user chose.
 */
#ifndef QN_OPERATION_OP_PATCH_H
#define QN_OPERATION_OP_PATCH_H

#include "operation/op_diff.h"
#include "operation/part/patch_select.h"

enum qn_op_patch_mode {
    QN_OP_PATCH_ADD = 0,        /* work tree into the index */
    QN_OP_PATCH_RESET_HEAD,     /* index back to HEAD */
    QN_OP_PATCH_RESET_OTHER,    /* index to a tree */
    QN_OP_PATCH_CHECKOUT_INDEX, /* work tree back to the index */
    QN_OP_PATCH_CHECKOUT_HEAD,  /* index and work tree back to HEAD */
    QN_OP_PATCH_CHECKOUT_OTHER, /* index and work tree to a tree */
    QN_OP_PATCH_WORK_HEAD,      /* work tree back to HEAD */
    QN_OP_PATCH_WORK_OTHER,     /* work tree to a tree */
    QN_OP_PATCH_STASH           /* work tree into an index made from HEAD */
};

struct qn_op_patch_options {
    enum qn_op_patch_mode mode;
    const struct qn_id *tree; /* NULL: the empty one; of the modes with one */
    const struct qn_pathspec *pathspec;
    /* What is compared with the work tree: borrowed, and not changed. */
    struct qn_index *index;
    /* Where hunks go: NULL: the repository's index, locked, read and written
     * for each file; else this one, in memory. */
    struct qn_index *target;
    int context, inter_hunk;   /* -1: as configured */
    bool has_color;            /* hunks in colour */
    const char *const *colors; /* QN_DIFF_COLOR_COUNT of them */
    /* Every text of colour goes through this (interactive.diffFilter); or
     * NULL. */
    enum qn_status (*filter)(struct qn_ctx *ctx, void *data,
                             struct qn_buf *text);
    struct qn_patch_select_options select; /* without words, check, apply */
    /* out: */
    bool was_empty;   /* nothing differs */
    bool was_binary;  /* nothing but binary files */
    bool was_changed; /* something was applied */
};

/* QN_INVALID, reason "patch.mismatched": the filter changed the number of
 * lines. */
enum qn_status qn_op_patch(struct qn_ctx *ctx, const struct qn_work_tree *tree,
                           struct qn_odb *odb,
                           struct qn_op_patch_options *options) QN_MUST_USE;

/* Apply the patch of a text, as `git apply --cached --recount` does, to an
 * index in memory: everything or nothing.  `*applies` false: what does not fit
 * was reported. */
enum qn_status qn_op_patch_text(struct qn_ctx *ctx,
                                const struct qn_work_tree *tree,
                                struct qn_odb *odb, struct qn_index *index,
                                struct qn_bytes text,
                                bool *applies) QN_MUST_USE;

#endif
