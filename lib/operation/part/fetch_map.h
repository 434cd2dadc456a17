/* SPDX-License-Identifier: MIT */
/* Which refs of the other side are fetched, and what becomes of each here.
 *
 *   refs told of, and refspecs -> entries: those for merge first, then the
 *   others, then those that only update what tracks a ref fetched for itself
 *
 * git-fetch(1): <refspec>, CONFIGURED REMOTE-TRACKING BRANCHES; git-config(1):
 * branch.<name>.merge.
 */
#ifndef QN_OPERATION_PART_FETCH_MAP_H
#define QN_OPERATION_PART_FETCH_MAP_H

#include "repo/remote.h"
#include "walk/revision.h"
#include "wire/ls_refs.h"
#include "wire/remote_refs.h"

enum qn_fetch_head {
    QN_FETCH_FOR_MERGE = 0,
    QN_FETCH_NOT_FOR_MERGE,
    QN_FETCH_IGNORED /* not in FETCH_HEAD */
};

enum qn_fetch_outcome { /* of an entry with a local name */
                        QN_FETCH_PENDING = 0,
                        QN_FETCH_UP_TO_DATE,
                        QN_FETCH_NEW,
                        QN_FETCH_FORWARD,
                        QN_FETCH_FORCED,
                        QN_FETCH_TAG,
                        QN_FETCH_REJECTED,
                        QN_FETCH_FAILED
};

struct qn_fetch_entry {
    const char *source; /* full name there, "HEAD", or an id in hex */
    const char *local;  /* full name here; NULL: nothing is updated */
    struct qn_id id;
    enum qn_fetch_head head;
    bool is_forced;
    bool is_exact_id; /* no ref was named */
    size_t order;
    /* what became of it */
    enum qn_fetch_outcome outcome;
    const char *reason;  /* behind the names, in brackets; or NULL */
    struct qn_id old_id; /* null: there was none */
};

struct qn_fetch_map {
    struct qn_fetch_entry *entries;
    size_t count;
    size_t capacity;
    bool follows_tags; /* something that is tracked is fetched */
    struct qn_arena arena;
};

struct qn_fetch_map_plan {
    const struct qn_revision_scope *scope;
    const struct qn_remote *remote;
    const struct qn_remote_refspecs *given;  /* on the command line */
    const struct qn_remote_refspecs *refmap; /* --refmap; NULL: the remote's */
    enum qn_remote_tags tags;
    const char *branch; /* short name of the current one, or NULL */
    bool is_prefetch;
    bool has_filter_or_depth;
};

void qn_fetch_map_dispose(struct qn_fetch_map *map);
/* What to ask ls-refs for. */
enum qn_status qn_fetch_map_prefixes(struct qn_ctx *ctx,
                                     const struct qn_fetch_map_plan *plan,
                                     struct qn_ls_refs *out) QN_MUST_USE;
/* QN_NOT_FOUND "couldn't find remote ref x"; QN_INVALID "Cannot fetch both
 * ...".
 */
enum qn_status qn_fetch_map_make(struct qn_ctx *ctx,
                                 const struct qn_fetch_map_plan *plan,
                                 const struct qn_remote_refs *refs,
                                 struct qn_fetch_map *out) QN_MUST_USE;
/* Append tags that are not here nor in `known`, and point to what is here, or
 * to what `known` names. */
enum qn_status qn_fetch_map_follow(struct qn_ctx *ctx,
                                   const struct qn_fetch_map_plan *plan,
                                   const struct qn_remote_refs *refs,
                                   const struct qn_fetch_map *known,
                                   struct qn_fetch_map *out) QN_MUST_USE;
/* Does branch.<current>.remote name this remote, with merges? */
bool qn_fetch_map_has_merge(const struct qn_fetch_map_plan *plan);

#endif
