/* SPDX-License-Identifier: MIT */
/* Object walks: the trees and blobs that commits reach, each once, with the
 * path where it was met first, in the order of `rev-list --objects`: a tree,
 * then its entries in turn.
 *
 *   exclude...   what the other side has: seen, never given
 *   list...      a commit's tree after another: what was not seen yet is given
 *
 * Most trees differ little from the tree last seen at the same path; what both
 * hold alike was seen, and is passed over without a look-up.
 */
#ifndef QN_WALK_OBJECT_WALK_H
#define QN_WALK_OBJECT_WALK_H

#include "base/ctx.h"
#include "hash/id.h"
#include "odb/odb.h"
#include "path/pathspec.h"
#include "walk/object_filter.h"

struct qn_object_walk;

struct qn_walk_object {
    enum qn_object_type type;
    uint32_t mode;
    struct qn_id id;
    struct qn_bytes path; /* "" for a root; borrowed until the next */
};
/* QN_END stops the listing with QN_OK. */
typedef enum qn_status qn_object_walk_fn(struct qn_ctx *ctx, void *data,
                                         const struct qn_walk_object *object);

struct qn_object_walk_options {
    /* Trees and blobs that are not here (promised): passed to `missing`
     * instead of failing; NULL: fail. */
    qn_object_walk_fn *missing;
    void *missing_data;
    const struct qn_pathspec *pathspec; /* only what matches; or NULL */
    bool skips_blobs;
    bool skips_trees;    /* and with them blobs: only roots are looked at */
    bool spares_workers; /* trees are read by the caller's thread alone: a
                            little less to do in all */
    struct qn_object_filter *filter; /* only what it wants; or NULL */
    bool notes_met; /* trees and blobs may be asked for by name, beside
                       commits */
};

enum qn_status qn_object_walk_new(struct qn_ctx *ctx, struct qn_odb *odb,
                                  const struct qn_object_walk_options *options,
                                  struct qn_object_walk **out) QN_MUST_USE;
void qn_object_walk_free(struct qn_object_walk *walk);

/* A tree and all below it are never given.  One that is not here is fine. */
enum qn_status qn_object_walk_exclude(struct qn_ctx *ctx,
                                      struct qn_object_walk *walk,
                                      const struct qn_id *tree) QN_MUST_USE;
/* One object of any type; for a blob or tag: true when it is new. */
enum qn_status qn_object_walk_see(struct qn_ctx *ctx,
                                  struct qn_object_walk *walk,
                                  const struct qn_id *id,
                                  bool *is_new) QN_MUST_USE;
/* Give what is new in a tree, itself first.  `path`: "" or what it is called.
 */
enum qn_status
qn_object_walk_list(struct qn_ctx *ctx, struct qn_object_walk *walk,
                    const struct qn_id *tree, struct qn_bytes path,
                    qn_object_walk_fn *each, void *data) QN_MUST_USE;
/* The same for many roots, one after the other; they are read ahead by all
 * workers. */
enum qn_status qn_object_walk_list_all(struct qn_ctx *ctx,
                                       struct qn_object_walk *walk,
                                       const struct qn_id *trees, size_t count,
                                       qn_object_walk_fn *each,
                                       void *data) QN_MUST_USE;
/* The same for a tree that was asked for by name: the filter has no say about
 * the tree itself, unless it was met in another one before, and what it holds
 * is at the top. */
enum qn_status
qn_object_walk_list_given(struct qn_ctx *ctx, struct qn_object_walk *walk,
                          const struct qn_id *tree, struct qn_bytes path,
                          qn_object_walk_fn *each, void *data) QN_MUST_USE;
/* A commit's tree will be listed later: it counts as met. */
enum qn_status qn_object_walk_note_met(struct qn_ctx *ctx,
                                       struct qn_object_walk *walk,
                                       const struct qn_id *tree) QN_MUST_USE;
/* A blob or tag, asked for by name or not: is it new, and wanted? */
enum qn_status qn_object_walk_meet(struct qn_ctx *ctx,
                                   struct qn_object_walk *walk,
                                   const struct qn_walk_object *object,
                                   bool is_given, bool *is_wanted) QN_MUST_USE;

#endif
