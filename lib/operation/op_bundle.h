/* SPDX-License-Identifier: MIT */
/* Bundles: refs and a pack in one file; git-bundle(1), gitformat-bundle(5).
 *
 *   # v2 git bundle | # v3 git bundle
 *   @<capability>                      v3: object-format, filter
 *   -<id> <comment>                    what the reader must have
 *   <id> <ref>
 *
 *   <pack>                             thin, if there are prerequisites
 *
 * Units: create writes one file beside and renames it; unbundle one pack.
 */
#ifndef QN_OPERATION_OP_BUNDLE_H
#define QN_OPERATION_OP_BUNDLE_H

#include "base/ctx.h"
#include "hash/id.h"
#include "object/filter_spec.h"
#include "walk/revision_args.h"

struct qn_bundle_ref {
    struct qn_id id;
    char *name; /* of a ref; or the comment of a prerequisite; owned */
};
struct qn_bundle_refs {
    struct qn_bundle_ref *items;
    size_t count;
    size_t capacity;
};

struct qn_bundle {
    uint32_t version; /* 2 or 3 */
    uint32_t algorithm;
    struct qn_filter_spec filter; /* of no filter: all objects are there */
    struct qn_bundle_refs prerequisites;
    struct qn_bundle_refs refs;
    struct qn_buf front; /* of the pack: what was read with the header */
};

void qn_bundle_init(struct qn_bundle *bundle);
void qn_bundle_dispose(struct qn_bundle *bundle);

/* The header, from a descriptor; `path` for messages.  QN_INVALID with Git's
 * words when it is none. */
enum qn_status qn_bundle_read(struct qn_ctx *ctx, struct qn_bundle *bundle,
                              int fd, const char *path) QN_MUST_USE;

/* A path that may be a bundle: `*found` when it is one; then `bundle` is read
 * and `*fd` stands behind what `front` has.  transport/address.h says which
 * addresses are paths. */
enum qn_status qn_bundle_open(struct qn_ctx *ctx, const char *path,
                              struct qn_bundle *bundle, int *fd,
                              bool *found) QN_MUST_USE;

/* Are the prerequisites here, and reached by refs?  What is missing is reported
 * as errors; `*complete`. */
enum qn_status qn_bundle_check(struct qn_ctx *ctx,
                               const struct qn_revision_scope *scope,
                               const struct qn_bundle *bundle,
                               bool *complete) QN_MUST_USE;

/* The pack behind the header into the repository; `title` of its progress, or
 * NULL. */
enum qn_status qn_bundle_unpack(struct qn_ctx *ctx,
                                const struct qn_revision_scope *scope,
                                const struct qn_bundle *bundle, int fd,
                                const char *title) QN_MUST_USE;

struct qn_bundle_create {
    const struct qn_revision_scope *scope; /* its odb replaces nothing */
    struct qn_revision_args *args;         /* parsed */
    const struct qn_pathspec *pathspec;    /* of args' paths, or NULL */
    const struct qn_filter_spec *filter;   /* or NULL */
    uint32_t version; /* 0: the oldest that says what has to be said */
    int fd;           /* where the bundle goes */
    const struct qn_config *config;
    /* Progress of packing: see qn_op_pack_objects; or NULL. */
    void (*announce)(void *data, uint32_t thread_count);
    void *announce_data;
};
struct qn_op_pack_objects_result;
/* QN_INVALID "Refusing to create empty bundle.".  `result`: what was packed;
 * cleared by the caller, who disposes it. */
enum qn_status
qn_bundle_create_run(struct qn_ctx *ctx, const struct qn_bundle_create *options,
                     struct qn_op_pack_objects_result *result) QN_MUST_USE;

#endif
