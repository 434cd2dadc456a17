/* SPDX-License-Identifier: MIT */
/* What the repositories that objects are borrowed from have refs to: known to
 * be whole, like our own (".have"; what a fetch tells of; what need not be
 * checked). core.alternateRefsCommand, core.alternateRefsPrefixes. */
#ifndef QN_OPERATION_PART_ALTERNATE_REFS_H
#define QN_OPERATION_PART_ALTERNATE_REFS_H

#include "hash/id_list.h"
#include "repo/repo.h"

/* Append them, each once.  A repository that cannot be read has none. */
enum qn_status qn_alternate_refs_collect(struct qn_ctx *ctx,
                                         struct qn_repo *repo,
                                         struct qn_id_list *out) QN_MUST_USE;

#endif
