/* SPDX-License-Identifier: MIT */
/* gc: housekeeping, in the order of git-gc(1).
 *
 *   gc.pid      "<pid> <host>": who keeps house; one at a time
 *   conditions  --auto: too many loose objects, too many packs; the hook
 *               pre-auto-gc may forbid it; the last one may have failed
 *   foreground  refs are packed, reflogs expire
 *   then, in the background if wanted: repack, prune, work trees that are gone,
 *   recorded resolutions that are old, the commit-graph
 *
 * Each step is sound by itself (op_repack.h, op_prune.h, refs.h ...), so that
 * every prefix of them is.
 */
#ifndef QN_OPERATION_OP_GC_H
#define QN_OPERATION_OP_GC_H

#include "repo/repo.h"

struct qn_house_calls; /* part/house.h */

struct qn_op_gc {
    struct qn_repo *repo;
    const struct qn_house_calls *calls; /* or NULL */
    bool is_quiet, is_aggressive, is_auto, is_forced;
    bool keeps_largest;    /* pack */
    bool skips_foreground; /* that was done already */
    int cruft, detach;     /* -1: as configured */
    bool never_prunes;
    const char *prune;     /* expiry; NULL: as configured */
    uint64_t max_cruft;    /* bytes; 0: as configured */
    const char *expire_to; /* "<dir>/<stem>"; or NULL */
};
/* QN_LOCKED, with Git's message: somebody else keeps house. */
enum qn_status qn_op_gc_run(struct qn_ctx *ctx,
                            struct qn_op_gc *op) QN_MUST_USE;
/* What it does before it goes to the background. */
enum qn_status qn_op_gc_foreground(struct qn_ctx *ctx, struct qn_repo *repo,
                                   bool is_auto) QN_MUST_USE;
/* --auto: is there so much to do?  `*packs_all`: everything is repacked. */
enum qn_status qn_op_gc_is_needed(struct qn_ctx *ctx, struct qn_repo *repo,
                                  bool *is_needed, bool *packs_all) QN_MUST_USE;

struct qn_op_gc_lock {
    char *path; /* NULL: not held */
    char *host; /* of the one who holds it, when it could not be had */
    unsigned long long pid;
};
/* `*is_held` false: somebody else keeps house (not `is_forced`).  A file of a
 * dead process, or older than 12 hours, does not count. */
enum qn_status qn_op_gc_lock_take(struct qn_ctx *ctx, struct qn_repo *repo,
                                  bool is_forced, struct qn_op_gc_lock *lock,
                                  bool *is_held) QN_MUST_USE;
void qn_op_gc_lock_release(struct qn_op_gc_lock *lock);

struct qn_op_gc_state {
    uint64_t loose;        /* guessed from one of the 256 directories */
    uint64_t packs;        /* local, without .keep, no cruft */
    uint64_t pack_bytes;   /* of the largest of them */
    struct qn_buf largest; /* "pack-<x>.pack"; "" : there is none */
    struct qn_buf big;     /* names, NUL behind each, of those that are larger
                              than `big_bytes` */
};
enum qn_status qn_op_gc_look(struct qn_ctx *ctx, struct qn_odb *odb,
                             uint64_t big_bytes,
                             struct qn_op_gc_state *out) QN_MUST_USE;
void qn_op_gc_state_dispose(struct qn_op_gc_state *state);

/* Forget work trees that are gone, and were used last before `expire`. `line`
 * (or NULL) is told "Removing worktrees/x: why". */
struct qn_op_gc_work_trees {
    int64_t expire;
    bool is_dry_run;
    void (*line)(void *data, const char *text);
    void *data;
    size_t count; /* out: that went, or would */
};
enum qn_status qn_op_gc_work_trees(struct qn_ctx *ctx, struct qn_repo *repo,
                                   struct qn_op_gc_work_trees *how) QN_MUST_USE;
/* Resolutions older than these times (gc.rerereResolved, gc.rerereUnresolved)
 * go; 0: none. */
enum qn_status qn_op_gc_rerere(struct qn_ctx *ctx, struct qn_repo *repo,
                               int64_t resolved,
                               int64_t unresolved) QN_MUST_USE;

#endif
