/* SPDX-License-Identifier: MIT */
/* What the files of `api` share: the insides of its handles, and reading of
 * options. */
#ifndef QN_API_API_H
#define QN_API_API_H

#include "base/buf.h"
#include "base/ctx.h"
#include "repo/repo.h"
#include "walk/revision.h"

#include <quoin/content.h>
#include <quoin/repository.h>

struct qn_repository {
    struct qn_repo *repo;
    struct qn_odb *odb;
    struct qn_refs *refs;
    struct qn_revision_scope scope; /* of the three */
};

struct qn_content {
    uint32_t type;
    struct qn_buf data;
};

/* Takes the bytes of `data`. */
enum qn_status qn_content_make(struct qn_ctx *ctx, uint32_t type,
                               struct qn_buf *data,
                               struct qn_content **out) QN_MUST_USE;
/* Copy options of a caller, whose first member is their size, over `out`, which
 * has `size` bytes of defaults.  QN_UNSUPPORTED: a tail that is not known and
 * not zero. */
enum qn_status qn_content_options(struct qn_ctx *ctx, const void *given,
                                  void *out, size_t size) QN_MUST_USE;

#endif
