/* SPDX-License-Identifier: MIT */
/* What a repository is like right now, in one number: two answers to the same
 * question are equal while it stays.
 *
 * Of every file that an answer depends on: size, time, inode.  Folders of refs
 * change their time with each ref that comes, goes or moves (Git renames locks
 * into place).  Times have a grain: what changed a moment ago may change again
 * and look the same; then there is no number. */
#ifndef QUOIN_SERVER_STATE_H
#define QUOIN_SERVER_STATE_H

#include "hash/hash.h"
#include "repo/repo.h"

/* Into `hash`; `*is_stable` false: ask again a little later. */
enum qn_status state_hash(struct qn_ctx *ctx, struct qn_repo *repo,
                          struct qn_hash *hash, bool *is_stable) QN_MUST_USE;

#endif
