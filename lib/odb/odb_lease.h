/* SPDX-License-Identifier: MIT */
/* Writers and prune: neither takes away what the other builds on.
 *
 *   lease    <objects>/info/writers/<name>: "<pid> <host> <birth>\n", the last
 *            being when the process began, or "-".  Made before it writes its
 *            first object, or relies on one that is here already; gone when
 *            the last view of the store is freed, which is after the refs were
 *            moved.
 *   marker   <objects>/info/pruning: the same text.  Made by whoever is about
 *            to remove objects, before it looks for leases.
 *
 * A writer makes its lease, then looks for the marker, and waits while there is
 * one.  A prune makes the marker, then looks for leases; while there are some
 * it waits for a while, and then removes no object.  So whichever comes first
 * is seen by the other.  Files of processes that are dead (or of another host,
 * and a day old, a marker an hour) do not count.  Reading takes nothing.  Why,
 * and what holds beside stock Git: docs/decisions/prune-and-writers.md.
 */
#ifndef QN_ODB_ODB_LEASE_H
#define QN_ODB_ODB_LEASE_H

#include "odb/odb.h"

/* The view is about to write: once is enough, later calls cost a test. */
enum qn_status qn_odb_lease_take(struct qn_ctx *ctx,
                                 struct qn_odb *odb) QN_MUST_USE;
/* The same for what writes packs without a view. */
enum qn_status qn_odb_lease_take_store(struct qn_ctx *ctx,
                                       struct qn_odb_store *store) QN_MUST_USE;
/* What was written through the store is referred to, or need not stay.  By
 * itself when its last view is freed. */
void qn_odb_lease_drop(struct qn_odb_store *store);

/* A file of that kind elsewhere.  Does its process live?  One that nobody
 * stands behind is removed. */
bool qn_odb_lease_is_held(struct qn_ctx *ctx, const char *path);
/* Make one, which a signal removes.  QN_EXISTS. */
enum qn_status qn_odb_lease_mark(struct qn_ctx *ctx,
                                 const char *path) QN_MUST_USE;

struct qn_odb_prune_marker;
/* Take the marker (QN_LOCKED when another prune holds it for longer than that),
 * and wait for writers for up to `wait_ms`; `*is_busy`: some are still there,
 * and no object may be removed. */
enum qn_status qn_odb_prune_begin(struct qn_ctx *ctx,
                                  struct qn_odb_store *store, int64_t wait_ms,
                                  struct qn_odb_prune_marker **out,
                                  bool *is_busy) QN_MUST_USE;
/* NULL is fine. */
void qn_odb_prune_end(struct qn_odb_prune_marker *marker);

#endif
