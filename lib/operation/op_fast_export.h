/* SPDX-License-Identifier: MIT */
/* fast-export: history as a stream for fast-import; git-fast-export(1).
 *
 *   tips and ranges -> commits, oldest first -> for each: the blobs it brings,
 *   then the commit with the paths that differ from its first parent
 *   -> at the end refs that no commit has moved, and annotated tags
 *
 * Objects get marks, 1 and up, in the order in which they are told.  Commits
 * are diffed and blobs are read by workers; the caller's thread writes in
 * order.  The stream's grammar: git-fast-import(1).
 */
#ifndef QN_OPERATION_OP_FAST_EXPORT_H
#define QN_OPERATION_OP_FAST_EXPORT_H

#include "base/ctx.h"
#include "diff/rename.h"
#include "hash/id_map.h"
#include "operation/part/anonymizer.h"
#include "text/refspec.h"
#include "walk/revision_args.h"

enum qn_fast_export_signed { /* of tags and of commits */
                             QN_FAST_EXPORT_SIGNED_ABORT = 0,
                             QN_FAST_EXPORT_SIGNED_VERBATIM,
                             QN_FAST_EXPORT_SIGNED_WARN_VERBATIM,
                             QN_FAST_EXPORT_SIGNED_STRIP,
                             QN_FAST_EXPORT_SIGNED_WARN_STRIP
};
enum qn_fast_export_filtered {
    QN_FAST_EXPORT_FILTERED_ABORT = 0,
    QN_FAST_EXPORT_FILTERED_DROP,
    QN_FAST_EXPORT_FILTERED_REWRITE
};
enum qn_fast_export_reencode {
    QN_FAST_EXPORT_REENCODE_ABORT = 0,
    QN_FAST_EXPORT_REENCODE_YES,
    QN_FAST_EXPORT_REENCODE_NO
};

/* Ids to marks (the map's values); other objects than blobs are remembered to
 * be written out. */
struct qn_fast_export_marks {
    struct qn_id_map ids;
    uint32_t last;
    bool *is_blob; /* beside the map */
    size_t capacity;
};
void qn_fast_export_marks_init(struct qn_fast_export_marks *marks,
                               uint32_t algorithm);
void qn_fast_export_marks_dispose(struct qn_fast_export_marks *marks);
/* Lines ":<n> <hex>"; each commit must be there.  QN_INVALID "corrupt mark
 * line: <line>". */
enum qn_status qn_fast_export_marks_read(struct qn_ctx *ctx,
                                         struct qn_fast_export_marks *marks,
                                         struct qn_odb *odb,
                                         struct qn_bytes text) QN_MUST_USE;
/* Append those of commits and tags. */
enum qn_status
qn_fast_export_marks_write(struct qn_ctx *ctx,
                           const struct qn_fast_export_marks *marks,
                           struct qn_buf *out) QN_MUST_USE;

/* The stream, piece by piece, on the caller's thread. */
typedef enum qn_status qn_fast_export_write_fn(struct qn_ctx *ctx, void *data,
                                               struct qn_bytes text);

struct qn_op_fast_export {
    const struct qn_revision_scope *scope;
    struct qn_revision_args *args;      /* parsed; order is set here */
    const struct qn_pathspec *pathspec; /* of args' paths, or NULL */
    struct qn_rename_options renames;
    uint64_t progress; /* a "progress" line each so many objects; 0: none */
    enum qn_fast_export_signed signed_tags, signed_commits;
    enum qn_fast_export_filtered filtered;
    enum qn_fast_export_reencode reencode;
    bool fakes_tagger, has_no_data, is_full_tree, marks_tags;
    bool refers_to_excluded; /* --reference-excluded-parents */
    bool shows_original_ids;
    bool says_done; /* --use-done-feature */
    const struct qn_refspec *refspecs;
    size_t refspec_count;
    struct qn_anonymizer *anonymizer; /* or NULL */
    struct qn_fast_export_marks *marks;
    qn_fast_export_write_fn *write;
    void *data;
};
enum qn_status
qn_op_fast_export_run(struct qn_ctx *ctx,
                      const struct qn_op_fast_export *options) QN_MUST_USE;

#endif
