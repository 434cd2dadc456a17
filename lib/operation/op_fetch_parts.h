/* SPDX-License-Identifier: MIT */
/* Shared by the files of fetch; for no one else. */
#ifndef QN_OPERATION_OP_FETCH_PARTS_H
#define QN_OPERATION_OP_FETCH_PARTS_H

#include "operation/op_fetch.h"
#include "operation/part/fetch_display.h"
#include "operation/part/fetch_source.h"
#include "operation/part/fetch_update.h"

struct qn_fetching {
    struct qn_op_fetch *fetch;
    const struct qn_config *config;
    struct qn_fetch_source source;
    const struct qn_remote_refs *refs;
    struct qn_fetch_map_plan plan;
    struct qn_fetch_map map;
    struct qn_fetch_display display;
    struct qn_ref_transaction *transaction; /* --atomic */
    struct qn_buf lines;
    struct qn_buf url;    /* as messages and FETCH_HEAD have it */
    struct qn_buf branch; /* the current one, short; or "" */
    struct qn_buf filter;
    struct qn_wire_words helper_words; /* what was said to one at first */
    struct qn_wire_words keeps; /* .keep files that go when all is done */
    bool prunes, prunes_tags;
    bool is_partial;
    struct qn_remote_refspecs given; /* with the refspec of --prune-tags */
};

/* refs/remotes/<r>/HEAD; fetch_remote_head.c. */
enum qn_status qn_fetch_remote_head(struct qn_ctx *ctx,
                                    struct qn_fetching *f) QN_MUST_USE;
/* branch.<current>.remote and .merge: --set-upstream. */
enum qn_status qn_fetch_set_upstream(struct qn_ctx *ctx,
                                     struct qn_fetching *f) QN_MUST_USE;
/* Refs that are not there any more. */
enum qn_status qn_fetch_prune(struct qn_ctx *ctx,
                              struct qn_fetching *f) QN_MUST_USE;

#endif
