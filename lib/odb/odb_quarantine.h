/* SPDX-License-Identifier: MIT */
/* A quarantine: a directory of its own where objects wait until somebody says
 * that they may stay.
 *
 *   <objects>/tmp_objdir-<name>-XXXXXX   loose objects and packs, as in any
 *                                        object directory; its only alternate
 *                                        is the store that it belongs to
 *   migrate   each file to its place in that store: packs before their
 *             indexes, all synced by policy
 *   free      what is left is removed
 *
 * What nobody migrates is seen by nobody.  A process that is killed leaves the
 * directory behind; prune removes it when it is old.
 * git-receive-pack(1), "QUARANTINE ENVIRONMENT".
 */
#ifndef QN_ODB_ODB_QUARANTINE_H
#define QN_ODB_ODB_QUARANTINE_H

#include "odb/odb.h"

struct qn_odb_quarantine;

/* `name`: "incoming".  The real store gets a lease (odb_lease.h). */
enum qn_status
qn_odb_quarantine_new(struct qn_ctx *ctx, struct qn_odb_store *store,
                      const char *name,
                      struct qn_odb_quarantine **out) QN_MUST_USE;
/* The same in a directory of the caller's, which is made if it is not there and
 * stays when nothing was migrated. */
enum qn_status
qn_odb_quarantine_open(struct qn_ctx *ctx, struct qn_odb_store *store,
                       const char *directory,
                       struct qn_odb_quarantine **out) QN_MUST_USE;
void qn_odb_quarantine_free(struct qn_odb_quarantine *quarantine);
/* To make views of; lives as long as the quarantine, or they. */
struct qn_odb_store *
qn_odb_quarantine_store(const struct qn_odb_quarantine *quarantine);
/* Absolute; and the value of GIT_ALTERNATE_OBJECT_DIRECTORIES for programs that
 * are to see it. */
const char *
qn_odb_quarantine_directory(const struct qn_odb_quarantine *quarantine);
const char *
qn_odb_quarantine_alternates(const struct qn_odb_quarantine *quarantine);
/* Files that are in place already stay as they are.  After a failure some may
 * have gone over, which does no harm.  Views of it see nothing afterwards. */
enum qn_status
qn_odb_quarantine_migrate(struct qn_ctx *ctx,
                          struct qn_odb_quarantine *quarantine) QN_MUST_USE;

#endif
