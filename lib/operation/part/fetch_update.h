/* SPDX-License-Identifier: MIT */
/* The refs of a fetch, when its objects are there: what becomes of each entry,
 * FETCH_HEAD, what is pruned, and where the other side's HEAD is.
 *
 *   decide (fast-forward? forced? a tag?) -> one transaction, whose parts may
 *   fail one by one (all or none: --atomic) -> outcomes
 *
 * git-fetch(1).
 */
#ifndef QN_OPERATION_PART_FETCH_UPDATE_H
#define QN_OPERATION_PART_FETCH_UPDATE_H

#include "operation/part/fetch_map.h"

struct qn_fetch_update {
    const struct qn_revision_scope *scope;
    const char *action;      /* of the reflog: "fetch origin" */
    const char *remote_name; /* for hints */
    bool is_forced;
    bool is_dry;
    bool is_atomic;
    bool updates_head;                      /* --update-head-ok */
    bool shows_forced;                      /* find out whether it is forced */
    struct qn_ref_transaction *transaction; /* of --atomic, begun; or NULL */
    /* out */
    bool has_failed;   /* something was refused */
    bool was_refused;  /* of these, before the transaction: rows are not padded
                        */
    bool has_conflict; /* a directory stands where a ref should */
};

/* A branch that is checked out somewhere is not fetched into.  QN_REFUSED. */
enum qn_status
qn_fetch_update_check(struct qn_ctx *ctx, const struct qn_revision_scope *scope,
                      const struct qn_fetch_map *map) QN_MUST_USE;
/* Fill in old ids and outcomes, and move the refs. */
enum qn_status qn_fetch_update_run(struct qn_ctx *ctx,
                                   struct qn_fetch_update *update,
                                   struct qn_fetch_map *map) QN_MUST_USE;
/* The transaction of --atomic. */
enum qn_status
qn_fetch_update_commit(struct qn_ctx *ctx,
                       struct qn_fetch_update *update) QN_MUST_USE;

/* FETCH_HEAD: emptied or not, then lines, appended at once. */
enum qn_status qn_fetch_update_head_begin(struct qn_ctx *ctx,
                                          struct qn_repo *repo) QN_MUST_USE;
enum qn_status qn_fetch_update_head(struct qn_ctx *ctx,
                                    const struct qn_revision_scope *scope,
                                    const struct qn_fetch_map *map,
                                    const char *url) QN_MUST_USE;

/* Refs here that a refspec makes of refs that are not there (any more). */
struct qn_fetch_stale {
    const char *name;
    struct qn_id id;
};
struct qn_fetch_stales {
    struct qn_fetch_stale *items;
    size_t count;
    size_t capacity;
    struct qn_arena arena;
};
enum qn_status qn_fetch_update_find_stale(
    struct qn_ctx *ctx, const struct qn_revision_scope *scope,
    const struct qn_remote_refspecs *list, const struct qn_remote_refs *refs,
    struct qn_fetch_stales *out) QN_MUST_USE;
void qn_fetch_stales_dispose(struct qn_fetch_stales *stales);

#endif
