/* SPDX-License-Identifier: MIT */
#include "server/web/web.h"

void web_run(struct qn_ctx *ctx, struct request *request)
{
    (void)ctx;
    request_refuse(request, 404, "there is no such page");
}
