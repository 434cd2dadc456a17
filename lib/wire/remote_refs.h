/* SPDX-License-Identifier: MIT */
/* The refs that the other side tells of: ids, names, what symbolic ones point
 * to and what tags peel to.  Names are as they came: whoever stores one checks
 * it. */
#ifndef QN_WIRE_REMOTE_REFS_H
#define QN_WIRE_REMOTE_REFS_H

#include "base/arena.h"
#include "base/ctx.h"
#include "hash/id.h"

struct qn_remote_ref {
    struct qn_id id; /* null: unborn */
    struct qn_id peeled;
    const char *name;
    const char *target; /* of a symbolic ref, when it was told; or NULL */
    bool has_peeled;
    bool is_unborn;
};

struct qn_remote_refs {
    struct qn_remote_ref *items; /* in the order told */
    size_t count;
    size_t capacity;
    struct qn_arena arena; /* names */
};
#define QN_REMOTE_REFS_INIT                                                    \
    {                                                                          \
        .items = NULL, .arena = QN_ARENA_INIT                                  \
    }

void qn_remote_refs_dispose(struct qn_remote_refs *refs);
/* `*out` may be NULL; what it points to moves at the next call. */
enum qn_status qn_remote_refs_add(struct qn_ctx *ctx,
                                  struct qn_remote_refs *refs,
                                  const struct qn_id *id, struct qn_bytes name,
                                  struct qn_remote_ref **out) QN_MUST_USE;
enum qn_status qn_remote_refs_set_target(struct qn_ctx *ctx,
                                         struct qn_remote_refs *refs,
                                         struct qn_remote_ref *ref,
                                         struct qn_bytes target) QN_MUST_USE;
/* By full name; NULL when there is none.  A walk over all. */
struct qn_remote_ref *qn_remote_refs_find(const struct qn_remote_refs *refs,
                                          const char *name);

#endif
