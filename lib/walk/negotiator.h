/* SPDX-License-Identifier: MIT */
/* Which commits a fetch tells of, and in which order, so that little is told
 * and what both sides have is found soon.
 *
 *   tips, and what is known to be common -> next (newest first) -> what the
 *   other side has -> next ...
 *
 *   consecutive  commit after commit
 *   skipping     ever larger steps, until something is common
 *   noop         nothing
 *
 * What is common has common ancestors: these are told of no more.  Histories
 * end at `shallow`, as everywhere.  A commit is read once; what is kept is a
 * row a commit.  git-config(1), fetch.negotiationAlgorithm.
 */
#ifndef QN_WALK_NEGOTIATOR_H
#define QN_WALK_NEGOTIATOR_H

#include "config/config.h"
#include "walk/revision.h"

enum qn_negotiator_kind {
    QN_NEGOTIATOR_CONSECUTIVE = 0,
    QN_NEGOTIATOR_SKIPPING,
    QN_NEGOTIATOR_NOOP
};

/* fetch.negotiationAlgorithm.  QN_INVALID with Git's words. */
enum qn_status
qn_negotiator_configured(struct qn_ctx *ctx, const struct qn_config *config,
                         enum qn_negotiator_kind *out) QN_MUST_USE;

struct qn_negotiator;
/* `scope` outlives it. */
enum qn_status qn_negotiator_new(struct qn_ctx *ctx,
                                 const struct qn_revision_scope *scope,
                                 enum qn_negotiator_kind kind,
                                 struct qn_negotiator **out) QN_MUST_USE;
void qn_negotiator_free(struct qn_negotiator *negotiator); /* NULL is fine */

/* Before the first next.  What is no commit, or is not here, is passed over.
 */
enum qn_status qn_negotiator_add_tip(struct qn_ctx *ctx,
                                     struct qn_negotiator *negotiator,
                                     const struct qn_id *commit) QN_MUST_USE;
/* The other side said that it has it, before it was asked: it is told of
 * (once), its ancestors are not. */
enum qn_status
qn_negotiator_known_common(struct qn_ctx *ctx, struct qn_negotiator *negotiator,
                           const struct qn_id *commit) QN_MUST_USE;
/* It was looked at when it was found out what is here.  "skipping" goes by the
 * time of those, and takes the others as they come; these can be cut. */
enum qn_status qn_negotiator_met(struct qn_ctx *ctx,
                                 struct qn_negotiator *negotiator,
                                 const struct qn_id *commit) QN_MUST_USE;
/* History ends there from now on. */
enum qn_status qn_negotiator_cut(struct qn_ctx *ctx,
                                 struct qn_negotiator *negotiator,
                                 const struct qn_id *commit) QN_MUST_USE;
/* To be told of first, whatever the kind (--negotiation-include). */
enum qn_status qn_negotiator_include(struct qn_ctx *ctx,
                                     struct qn_negotiator *negotiator,
                                     const struct qn_id *commit) QN_MUST_USE;

/* The two calls of wire/fetch_client.h, `negotiator` being their data. */
enum qn_status qn_negotiator_next(struct qn_ctx *ctx, void *negotiator,
                                  struct qn_id *out, bool *found) QN_MUST_USE;
enum qn_status qn_negotiator_common(struct qn_ctx *ctx, void *negotiator,
                                    const struct qn_id *id,
                                    bool *is_news) QN_MUST_USE;

#endif
