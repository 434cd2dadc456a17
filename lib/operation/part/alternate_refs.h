/* SPDX-License-Identifier: MIT */
/* The tips of repositories that this one borrows objects from: history that is
 * here, though no ref of its own names it (".have").
 *
 *   each object directory of another repository ("<repo>/objects")
 *   -> its refs, or those below core.alternateRefsPrefixes, or what
 *      core.alternateRefsCommand prints ("<id>" a line)
 *
 * git-config(1) "core.alternateRefsCommand".
 */
#ifndef QN_OPERATION_PART_ALTERNATE_REFS_H
#define QN_OPERATION_PART_ALTERNATE_REFS_H

#include "hash/id_list.h"
#include "repo/repo.h"

typedef enum qn_status qn_alternate_refs_fn(struct qn_ctx *ctx, void *data,
                                            const struct qn_id *id);
/* An alternate that is no repository has none.  The same id may come more than
 * once. */
enum qn_status qn_alternate_refs_walk(struct qn_ctx *ctx, struct qn_repo *repo,
                                      qn_alternate_refs_fn *each,
                                      void *data) QN_MUST_USE;
/* Append them all, each once. */
enum qn_status qn_alternate_refs_collect(struct qn_ctx *ctx,
                                         struct qn_repo *repo,
                                         struct qn_id_list *out) QN_MUST_USE;

#endif
