/* SPDX-License-Identifier: MIT */
/* A submodule's own repository, as the one above it looks into it. */
#ifndef QN_OPERATION_PART_SUBMODULE_REPO_H
#define QN_OPERATION_PART_SUBMODULE_REPO_H

#include "repo/repo.h"

/* The repository in `path` below `top` (a work tree); `*out` NULL: there is
 * none, or it cannot be opened. */
enum qn_status qn_submodule_repo_open(struct qn_ctx *ctx, const char *top,
                                      struct qn_bytes path,
                                      struct qn_repo **out) QN_MUST_USE;

/* The same of one that is not checked out: `above` keeps it in "modules/". */
enum qn_status qn_submodule_repo_open_stored(struct qn_ctx *ctx,
                                             struct qn_repo *above,
                                             struct qn_bytes name,
                                             struct qn_repo **out) QN_MUST_USE;

/* What `git status` would find in it, in the work tree: changes (staged ones,
 * too) and files that are not tracked. */
struct qn_submodule_dirt {
    bool is_modified;
    bool has_untracked;
};
enum qn_status
qn_submodule_repo_dirt(struct qn_ctx *ctx, const char *top,
                       struct qn_bytes path, bool looks_for_untracked,
                       struct qn_submodule_dirt *out) QN_MUST_USE;

#endif
