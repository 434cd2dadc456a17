/* SPDX-License-Identifier: MIT */
/* Object filters of partial clone at work: which objects that a walk meets are
 * wanted.
 *
 *   spec (object/filter_spec.h) -> filter -> asked for each object met
 *
 * The filter follows the walk: `enter` and `leave` tell it of each tree that
 * is gone into, so that it knows the depth and, for sparse patterns, what the
 * directory says.  An object may be met again at another path, until an answer
 * is final.  Several filters are asked side by side: an object is wanted when
 * all want it at one meeting, and a filter whose answer was final does not want
 * the same object again (that is what git does, and it can leave out more than
 * each of them would).  Belongs to one walk.
 */
#ifndef QN_WALK_OBJECT_FILTER_H
#define QN_WALK_OBJECT_FILTER_H

#include "object/filter_spec.h"
#include "walk/revision.h"

struct qn_object_filter;

struct qn_object_filter_answer {
    bool is_wanted;  /* give it */
    bool is_final;   /* need not be asked again, wherever it is met */
    bool is_skipped; /* of a tree: nothing in it is looked at */
};

/* Names in the spec are looked up in `scope`.  `notes_omitted`: what is left
 * out is noted, and trees are gone into for that.  QN_INVALID with Git's
 * message when a sparse blob cannot be had. */
enum qn_status qn_object_filter_new(struct qn_ctx *ctx,
                                    const struct qn_revision_scope *scope,
                                    const struct qn_filter_spec *spec,
                                    bool notes_omitted,
                                    struct qn_object_filter **out) QN_MUST_USE;
void qn_object_filter_free(struct qn_object_filter *filter);

/* `path` from the root of the commit's tree; "" for a root or what has none. */
enum qn_status
qn_object_filter_ask(struct qn_ctx *ctx, struct qn_object_filter *filter,
                     enum qn_object_type type, const struct qn_id *id,
                     struct qn_bytes path,
                     struct qn_object_filter_answer *out) QN_MUST_USE;
/* The tree last asked about is gone into; each enter has its leave. */
enum qn_status
qn_object_filter_enter(struct qn_ctx *ctx,
                       struct qn_object_filter *filter) QN_MUST_USE;
void qn_object_filter_leave(struct qn_object_filter *filter);
/* A new walk begins: no tree is entered. */
void qn_object_filter_restart(struct qn_object_filter *filter);

/* What was left out and not taken in later, in the order met first. */
enum qn_status qn_object_filter_each_omitted(
    struct qn_ctx *ctx, const struct qn_object_filter *filter,
    enum qn_status (*each)(struct qn_ctx *ctx, void *data,
                           const struct qn_id *id),
    void *data) QN_MUST_USE;

#endif
