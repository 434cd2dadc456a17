/* SPDX-License-Identifier: MIT */
#include "operation/part/blame_board.h"

enum qn_status qn_blame_ignore_pass(struct qn_ctx *ctx, struct qn_blame *blame,
                                    struct qn_blame_origin *origin,
                                    struct qn_blame_origin *parent)
{
    (void)ctx;
    (void)blame;
    (void)parent;
    (void)origin;
    return QN_OK;
}
