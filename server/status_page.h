/* SPDX-License-Identifier: MIT */
/* /health and /metrics: for programs that watch the server. */
#ifndef QUOIN_SERVER_STATUS_PAGE_H
#define QUOIN_SERVER_STATUS_PAGE_H

#include "server/request.h"

void status_page_health(struct qn_ctx *ctx, struct request *request);
void status_page_metrics(struct qn_ctx *ctx, struct request *request);

#endif
