/* SPDX-License-Identifier: MIT */
/* Pages of web/, as answers of this server: names to repositories that one may
 * read, headers and bodies to requests. */
#ifndef QUOIN_SERVER_WEB_PAGES_H
#define QUOIN_SERVER_WEB_PAGES_H

#include "server/request.h"

void web_pages_run(struct qn_ctx *ctx, struct request *request);

#endif
