/* SPDX-License-Identifier: MIT */
/* The entries of a tree with their contents, into an archive's writer.
 *
 * The caller's thread walks and writes; workers read, and deflate for zip.
 * What a filter or export-subst changes is made on the caller's thread, where
 * the programs of filters are.  Contents that are large are handed over one at
 * a time: to tar in pieces, to zip whole up to core.bigFileThreshold.
 */
#ifndef QN_OPERATION_PART_ARCHIVE_FILL_H
#define QN_OPERATION_PART_ARCHIVE_FILL_H

#include "operation/part/archive_format.h"
#include "operation/part/archive_walk.h"
#include "operation/part/archive_writer.h"
#include "walk/revision.h"
#include "worktree/work_tree.h"

struct qn_archive_fill {
    const struct qn_revision_scope *scope;
    const struct qn_work_tree *tree; /* its settings; it may have no files */
    enum qn_attributes_source source;
    const struct qn_id *root; /* the tree */
    const struct qn_id
        *commit; /* for export-subst; NULL: nothing is expanded */
    const struct qn_pathspec *pathspec;
    struct qn_bytes
        directory;      /* "a/b/": only what is below, by its name there */
    const char *prefix; /* of names */
    enum qn_archive_kind kind;
    bool is_served;
    struct qn_archive_writer *writer;
    /* Once it is known that there will be an archive; or NULL. */
    enum qn_status (*begin)(struct qn_ctx *ctx, void *data);
    /* When all of the tree is there, before attributes are forgotten. */
    enum qn_status (*end)(struct qn_ctx *ctx, void *data,
                          struct qn_attributes *attributes);
    void *data; /* of both */
    void (*tell)(void *data, struct qn_bytes path);
    void *tell_data;
};

enum qn_status
qn_archive_fill_run(struct qn_ctx *ctx,
                    const struct qn_archive_fill *options) QN_MUST_USE;
/* Add one entry. */
enum qn_status
qn_archive_fill_add(struct qn_ctx *ctx, const struct qn_archive_fill *options,
                    const struct qn_archive_member *member) QN_MUST_USE;

/* archive_subst.c: "$Format:<format>$" in files with export-subst. */
struct qn_archive_subst;
enum qn_status qn_archive_subst_new(struct qn_ctx *ctx,
                                    const struct qn_revision_scope *scope,
                                    const struct qn_id *commit, bool is_served,
                                    struct qn_archive_subst **out) QN_MUST_USE;
void qn_archive_subst_free(struct qn_archive_subst *subst);
/* Append `in` with its placeholders expanded; `*changed` false: nothing was
 * appended, there are none. */
enum qn_status qn_archive_subst_expand(struct qn_ctx *ctx,
                                       struct qn_archive_subst *subst,
                                       struct qn_bytes in, struct qn_buf *out,
                                       bool *changed) QN_MUST_USE;

#endif
