/* SPDX-License-Identifier: MIT */
/* Upkeep: what makes reading quick is brought up to date by the command that
 * made it stale, when that takes no time to speak of.
 *
 *   new commits      a thin layer on the chain of commit-graphs, with filters
 *                    of changed paths; layers are merged as `--split` has it
 *   new packs        a multi-pack-index over all of them
 *   packs that went  a commit-graph that names nothing that is gone
 *
 * (Tables of a reftable store are merged by each transaction: refs/.)
 *
 * When something is done: as many commits are in no graph as
 * maintenance.commit-graph.auto says (100), as many packs in no index as
 * maintenance.incremental-repack.auto says (10).  How long it may take:
 * quoin.maintenanceBudget (milliseconds, 100); what is known to take longer is
 * not begun, what turns out to is given up, and both are left to
 * `maintenance`.  Off: quoin.maintenance=false, maintenance.auto=false,
 * gc.auto=0; core.commitGraph=false and core.multiPackIndex=false for one each.
 *
 * Nobody waits: locks that are held make it end.  The units it writes are those
 * of walk/commit_graph_write.h and operation/op_multi_pack_index.h.  See
 * docs/decisions/upkeep.md.
 */
#ifndef QN_OPERATION_OP_UPKEEP_H
#define QN_OPERATION_OP_UPKEEP_H

#include "walk/revision.h"

enum qn_op_upkeep_cause {
    QN_OP_UPKEEP_COMMIT = 1,  /* one commit more, HEAD: not each of them looks
                                 how many there are by now */
    QN_OP_UPKEEP_COMMITS = 2, /* HEAD, or other refs, are far from where they
                                 were */
    QN_OP_UPKEEP_PACKS = 4    /* there are other packs than before */
};

struct qn_op_upkeep {
    const struct qn_revision_scope *scope;
    unsigned causes;
    /* out */
    bool has_graph, has_index; /* it was written */
    bool
        looks_after_graph; /* commits that are in none are not for others:
                              false when it is off, or when they are too many */
};
/* QN_OK, or what ends the command anyway (QN_CANCELLED): nothing else that goes
 * wrong here matters.  Reports are dropped. */
enum qn_status qn_op_upkeep_run(struct qn_ctx *ctx,
                                struct qn_op_upkeep *upkeep) QN_MUST_USE;

#endif
