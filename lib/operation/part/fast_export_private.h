/* SPDX-License-Identifier: MIT */
/* What the files of fast-export share.
 *
 *   op_fast_export.c            the walk, the pipeline, what comes at the end
 *   part/fast_export_commit.c   one commit: its work by a worker, its text
 *   part/fast_export_tag.c      annotated tags
 *   part/fast_export_marks.c    files of marks
 */
#ifndef QN_OPERATION_PART_FAST_EXPORT_PRIVATE_H
#define QN_OPERATION_PART_FAST_EXPORT_PRIVATE_H

#include "base/map.h"
#include "object/commit.h"
#include "object/tree.h"
#include "operation/op_fast_export.h"
#include "os/mutex.h"

struct qn_fast_export {
    const struct qn_op_fast_export *op;
    struct qn_commit_walk *walk;
    struct qn_buf text;    /* of the stream, not written yet */
    struct qn_buf scratch; /* one path, one message */
    struct qn_map moved;   /* refs that a commit was told on */
    uint64_t object_count;
    struct qn_id_map expected; /* commits that were handed to workers */
    struct qn_mutex *mutex;
    struct qn_id_map claimed; /* blobs some worker has read or will read; under
                                 the mutex */
    struct qn_object object;
};

/* A blob that a worker has read. */
struct qn_fast_export_blob {
    struct qn_id id;
    struct qn_object object;
};

/* One commit on its way from the walk to the stream. */
struct qn_fast_export_commit {
    struct qn_id id;
    const char *source; /* the ref it is told on */
    struct qn_id *parents;
    size_t parent_count;
    size_t parent_capacity;
    bool has_base; /* the first parent is known to the reader */
    struct qn_object object;
    struct qn_commit commit;
    struct qn_diff_list changes;
    const struct qn_diff_pair **order; /* the changes, as they are told */
    size_t order_capacity;
    struct qn_fast_export_blob *blobs; /* `blob_count` of them are filled */
    size_t blob_count;
    size_t blob_capacity;
};

/* A worker's part, on its own view of the store. */
enum qn_status
qn_fast_export_commit_prepare(struct qn_ctx *ctx, struct qn_fast_export *run,
                              struct qn_odb *odb,
                              struct qn_fast_export_commit *item) QN_MUST_USE;
/* The caller's part. */
enum qn_status
qn_fast_export_commit_put(struct qn_ctx *ctx, struct qn_fast_export *run,
                          struct qn_fast_export_commit *item) QN_MUST_USE;
void qn_fast_export_commit_dispose(struct qn_fast_export_commit *item);

/* A blob, unless it has a mark. */
enum qn_status qn_fast_export_put_blob(struct qn_ctx *ctx,
                                       struct qn_fast_export *run,
                                       const struct qn_id *id) QN_MUST_USE;

/* A tag under a name; one that leads to a tree is only warned of. */
enum qn_status qn_fast_export_put_tag(struct qn_ctx *ctx,
                                      struct qn_fast_export *run,
                                      const char *name, const struct qn_id *id,
                                      bool is_of_tree) QN_MUST_USE;

/* The nearest commit that the reader knows, by way of first parents that are
 * the same below the paths; `*found` false when there is none. */
enum qn_status qn_fast_export_rewrite(struct qn_ctx *ctx,
                                      struct qn_fast_export *run,
                                      const struct qn_id *id, struct qn_id *out,
                                      bool *found) QN_MUST_USE;

/* 0: it has none. */
uint32_t qn_fast_export_mark(const struct qn_fast_export *run,
                             const struct qn_id *id);
/* Give the next mark. */
enum qn_status qn_fast_export_add_mark(struct qn_ctx *ctx,
                                       struct qn_fast_export *run,
                                       const struct qn_id *id, bool is_blob,
                                       uint32_t *mark) QN_MUST_USE;
/* Count an object, and tell how many when it is time to. */
enum qn_status qn_fast_export_count(struct qn_ctx *ctx,
                                    struct qn_fast_export *run) QN_MUST_USE;
/* Write what has gathered; `is_all`: also when it is little. */
enum qn_status qn_fast_export_flush(struct qn_ctx *ctx,
                                    struct qn_fast_export *run,
                                    bool is_all) QN_MUST_USE;
/* A ref's name as it is told (refspecs were applied before). */
enum qn_status qn_fast_export_put_ref(struct qn_ctx *ctx,
                                      struct qn_fast_export *run,
                                      const char *name) QN_MUST_USE;

#endif
