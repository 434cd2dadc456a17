/* SPDX-License-Identifier: MIT */
/* Many objects written together, and one barrier for all of them.
 *
 * With core.fsyncMethod=batch (and "loose-object" among core.fsync) files are
 * written under temporary names and handed to the disk; at the end one hard
 * flush makes them durable, and only then they get their names.  With another
 * method each file is synced as it comes.  Either way the directories in which
 * names appeared are synced at the end.  Nothing that is written in a batch is
 * found before its end.
 *
 * Forks of a view that has a batch write into the same one, from any thread.
 */
#ifndef QN_ODB_ODB_BATCH_H
#define QN_ODB_ODB_BATCH_H

#include "odb/odb.h"

/* A view has one batch at a time: beginning again is counted. */
enum qn_status qn_odb_batch_begin(struct qn_ctx *ctx,
                                  struct qn_odb *odb) QN_MUST_USE;
/* The last end puts all in place; after a failure (`is_good` false) what has no
 * name yet is removed instead. */
enum qn_status qn_odb_batch_end(struct qn_ctx *ctx, struct qn_odb *odb,
                                bool is_good) QN_MUST_USE;

#endif
