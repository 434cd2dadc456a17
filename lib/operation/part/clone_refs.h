/* SPDX-License-Identifier: MIT */
/* The refs of a clone: what the source has, what is wanted of it, and what it
 * is called here. */
#ifndef QN_OPERATION_PART_CLONE_REFS_H
#define QN_OPERATION_PART_CLONE_REFS_H

#include "base/arena.h"
#include "base/ctx.h"
#include "hash/id.h"
#include "refs/refs.h"
#include "repo/remote.h"
#include "repo/repo.h"

#include <stdbool.h>

struct qn_clone_ref {
    const char *name;   /* there */
    const char *target; /* here; NULL: not taken */
    struct qn_id id;
    bool is_followed; /* a tag that came with the only branch */
};

struct qn_clone_refs {
    struct qn_clone_ref *refs;
    size_t count;
    size_t capacity;
    struct qn_clone_ref *extras; /* what -c remote.<name>.fetch maps besides */
    size_t extra_count;
    size_t extra_capacity;
    struct qn_arena arena;
    const char *head_target; /* HEAD is symbolic: the branch; else NULL */
    struct qn_id head_id;    /* null: unborn, or none */
    bool has_head;
};

#define QN_CLONE_REFS_INIT                                                     \
    {                                                                          \
        .refs = NULL, .arena = QN_ARENA_INIT                                   \
    }

struct qn_clone_refs_plan {
    bool is_bare;
    bool is_mirror;
    bool no_tags;
    const char *only_branch; /* full name of a branch or tag; NULL: all */
    bool is_single;          /* tags are followed */
    bool is_only_mapped;     /* tags do not come by themselves */
    bool is_nothing;         /* --revision: nothing gets a name here */
    const char *remote_name;
    const struct qn_remote_refspecs *configured; /* for `extras` */
};

void qn_clone_refs_dispose(struct qn_clone_refs *refs);
/* Everything below refs/, and HEAD.  `likely`: see guess. */
enum qn_status qn_clone_refs_read(struct qn_ctx *ctx, struct qn_repo *source,
                                  const char *likely,
                                  struct qn_clone_refs *out) QN_MUST_USE;
/* The branch that HEAD is on, by its id: `likely` (short), master, or the first
 * one; NULL when there is none.  Full name. */
const char *qn_clone_refs_guess(const struct qn_clone_refs *refs,
                                const char *likely);
/* By full name; NULL when there is none. */
const struct qn_clone_ref *qn_clone_refs_find(const struct qn_clone_refs *refs,
                                              const char *name);
/* Fill in `target` and `extras`.  QN_NOT_FOUND ("fetch.no-ref"): a configured
 * refspec names what is not there. */
enum qn_status
qn_clone_refs_map(struct qn_ctx *ctx, struct qn_clone_refs *refs,
                  const struct qn_clone_refs_plan *plan) QN_MUST_USE;
/* Map the tags that are not mapped and whose objects are in `odb`. */
enum qn_status qn_clone_refs_follow(struct qn_ctx *ctx,
                                    struct qn_clone_refs *refs,
                                    struct qn_odb *odb) QN_MUST_USE;
/* What is first mapped from it: its name here; NULL: nothing is. */
const char *qn_clone_refs_target(const struct qn_clone_refs *refs,
                                 const char *name);
/* Make the mapped refs here, packed, without reflogs (in a reftable with one
 * that says nothing, as Git); then the followed tags, each by itself, with
 * `message`. */
enum qn_status qn_clone_refs_write(struct qn_ctx *ctx,
                                   const struct qn_clone_refs *refs,
                                   struct qn_refs *here,
                                   const struct qn_refs_writer *writer,
                                   const char *message) QN_MUST_USE;

#endif
