/* SPDX-License-Identifier: MIT */
/* Objects of a partial clone that are needed now: fetched from the remotes that
 * promised them, many at once, one flight at a time.
 *
 *   in   ids that are not here
 *   out  they are here, in a pack of a promisor; or QN_PROMISED
 *
 * The remotes are asked in the order of the configuration, the one of
 * extensions.partialClone last; another one only for what the first did not
 * have.  Any thread may ask; who comes second waits, and finds it here.
 * Described in partial-clone (technical documentation of Git).
 */
#ifndef QN_OPERATION_PART_PROMISED_FETCH_H
#define QN_OPERATION_PART_PROMISED_FETCH_H

#include "base/arena.h"
#include "repo/remote.h"
#include "repo/repo.h"
#include "transport/connection.h"

struct qn_promised_fetch;

/* `connection`: a template, copied; what it points to outlives this. */
enum qn_status
qn_promised_fetch_new(struct qn_ctx *ctx, struct qn_repo *repo,
                      const struct qn_connection_options *connection,
                      struct qn_promised_fetch **out) QN_MUST_USE;
void qn_promised_fetch_free(struct qn_promised_fetch *fetch);

/* The names of remotes that promise, in the order in which they are asked. */
enum qn_status
qn_promised_fetch_remotes(struct qn_ctx *ctx, const struct qn_config *config,
                          struct qn_arena *arena,
                          struct qn_remote_words *out) QN_MUST_USE;

/* For qn_repo_set_missing.  QN_END: no remote promises anything; QN_REFUSED:
 * GIT_NO_LAZY_FETCH; QN_PROMISED "could not fetch <id> from promisor remote".
 */
enum qn_status qn_promised_fetch_run(struct qn_ctx *ctx, void *fetch,
                                     const struct qn_id *ids, size_t count);

#endif
