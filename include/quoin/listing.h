/* SPDX-License-Identifier: MIT */
/* What is in a tree. */
#ifndef QUOIN_LISTING_H
#define QUOIN_LISTING_H

#include <quoin/repository.h>

#ifdef __cplusplus
extern "C" {
#endif

enum qn_listing_flags {
    QN_LISTING_RECURSIVE = 1, /* files of all directories below */
    QN_LISTING_TREES = 2      /* and, with it, the directories themselves */
};

/* `path`: from the top of the tree; `mode`: 0100644, 0100755, 0120000 (symbolic
 * link), 0160000 (submodule), 040000.  Not zero from `each` stops. */
typedef int qn_listing_each_fn(void *data, const char *path, uint32_t mode,
                               const struct qn_id *id);
/* `tree`: a tree, or a commit or tag that leads to one.  `flags`: enum
 * qn_listing_flags. */
QN_API enum qn_status qn_listing_each(struct qn_ctx *ctx,
                                      struct qn_repository *repository,
                                      const struct qn_id *tree, uint32_t flags,
                                      qn_listing_each_fn *each, void *data);

#ifdef __cplusplus
}
#endif

#endif
