/* SPDX-License-Identifier: MIT */
/* diff --no-index: two paths, in no repository or in spite of one.
 *
 *   two files | a file and the same name in a directory | two directories
 *             | "-" (standard input)  ->  pairs, in path order
 *
 * A side that is not there is called /dev/null.  Paths are as given, relative
 * to the process's directory.
 */
#ifndef QN_OPERATION_OP_NO_INDEX_H
#define QN_OPERATION_OP_NO_INDEX_H

#include "diff/patch.h"

struct qn_op_no_index {
    const struct qn_pathspec *pathspec; /* below two directories; or NULL */
    struct qn_buf input;                /* what standard input had */
    bool has_input;
    struct qn_diff_content content; /* for qn_patch_set_content */
};

void qn_op_no_index_init(struct qn_op_no_index *op);
void qn_op_no_index_dispose(struct qn_op_no_index *op);
/* Append the pairs that differ.  QN_NOT_FOUND, "Could not access '<path>'". */
enum qn_status qn_op_no_index_run(struct qn_ctx *ctx, struct qn_op_no_index *op,
                                  const char *a, const char *b,
                                  struct qn_diff_list *out) QN_MUST_USE;

#endif
