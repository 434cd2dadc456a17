/* SPDX-License-Identifier: MIT */
#include "refs/refs_backend.h"

static enum qn_status create_stub(struct qn_ctx *ctx,
                                  const struct qn_refs_options *options)
{
    (void)options;
    return qn_ctx_fail(ctx, QN_UNSUPPORTED, "reftable is not done yet");
}

static enum qn_status open_stub(struct qn_ctx *ctx, struct qn_refs *refs)
{
    (void)refs;
    return qn_ctx_fail(ctx, QN_UNSUPPORTED, "reftable is not done yet");
}

static void close_stub(struct qn_refs *refs)
{
    (void)refs;
}

const struct qn_refs_backend qn_refs_reftable_backend = {
    .format = QN_REFS_REFTABLE,
    .create = create_stub,
    .open = open_stub,
    .close = close_stub,
};
