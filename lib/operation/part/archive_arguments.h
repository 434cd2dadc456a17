/* SPDX-License-Identifier: MIT */
/* What somebody else asks of upload-archive: the words of `git archive`, as
 * they were typed there.
 *
 * Long names may be abbreviated, short ones bundled, options stand anywhere in
 * front of "--".  What reads or writes files here (--add-file, --output), and
 * what names another repository, is refused.
 */
#ifndef QN_OPERATION_PART_ARCHIVE_ARGUMENTS_H
#define QN_OPERATION_PART_ARCHIVE_ARGUMENTS_H

#include "base/ctx.h"

#define QN_ARCHIVE_ARGUMENTS_MAX 64

struct qn_archive_arguments {
    const char *format, *prefix, *mtime; /* NULL: not said */
    bool is_verbose, uses_work_tree_attributes, lists;
    int level;          /* -1: not said */
    const char **names; /* what is no option, in the caller's array */
    size_t count;
    bool wants_usage; /* with a failure: the usage belongs behind it */
    /* within */
    const char *output, *remote, *program;
    bool has_file;
};

/* `words` is used for what is no option.  QN_INVALID ("archive.arguments"): a
 * whole line for the other side, or ("archive.refused") what follows "fatal: ".
 */
enum qn_status
qn_archive_arguments_parse(struct qn_ctx *ctx, const char **words, size_t count,
                           struct qn_archive_arguments *out) QN_MUST_USE;

#endif
