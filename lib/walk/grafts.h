/* SPDX-License-Identifier: MIT */
/* Commits whose parents are others than they say.
 *
 *   shallow      "<id>" a line: none (the rest of history is not here)
 *   info/grafts  "<id> <parent>..." a line; deprecated, and said so
 *
 * Shallow ones win.  Immutable once loaded: threads may share it.
 */
#ifndef QN_WALK_GRAFTS_H
#define QN_WALK_GRAFTS_H

#include "hash/id_map.h"
#include "object/commit.h"
#include "odb/odb.h"
#include "repo/repo.h"
#include "walk/revision.h"

struct qn_graft {
    uint32_t first; /* in parents */
    uint32_t count;
};

struct qn_grafts {
    struct qn_id_map ids;
    struct qn_graft *rows; /* by position in ids */
    size_t row_capacity;
    struct qn_id *parents;
    size_t parent_count;
    size_t parent_capacity;
    bool is_shallow; /* there is a file "shallow", be it empty */
};

/* Those of the scope, loaded when first asked for; NULL when it keeps none.
 * Not for several threads at once. */
enum qn_status qn_grafts_of(struct qn_ctx *ctx,
                            const struct qn_revision_scope *scope,
                            const struct qn_grafts **out) QN_MUST_USE;
void qn_grafts_free(struct qn_grafts *grafts);

void qn_grafts_init(struct qn_grafts *grafts, uint32_t algorithm);
void qn_grafts_dispose(struct qn_grafts *grafts);
/* `repo` may be NULL: then the files beside the objects are read.  Bad lines of
 * info/grafts are reported and passed over; one of shallow fails. */
enum qn_status qn_grafts_load(struct qn_ctx *ctx, struct qn_grafts *grafts,
                              const struct qn_repo *repo,
                              struct qn_odb *odb) QN_MUST_USE;
/* The lines of a file like info/grafts. */
enum qn_status qn_grafts_add_text(struct qn_ctx *ctx, struct qn_grafts *grafts,
                                  struct qn_bytes text) QN_MUST_USE;
/* One commit more that has no parents here. */
enum qn_status qn_grafts_add_shallow(struct qn_ctx *ctx,
                                     struct qn_grafts *grafts,
                                     const struct qn_id *id) QN_MUST_USE;
/* NULL: the commit's parents are what it says. */
const struct qn_graft *qn_grafts_find(const struct qn_grafts *grafts,
                                      const struct qn_id *id);
/* Give a parsed commit the parents it has here; `grafts` (or NULL) must outlive
 * it. */
void qn_grafts_apply(const struct qn_grafts *grafts, const struct qn_id *id,
                     struct qn_commit *commit);

#endif
