/* SPDX-License-Identifier: MIT */
/* Pages to read repositories with, in plain HTML.
 *
 *   /                                the repositories
 *   /x.git                           what it is, and its newest commits
 *   /x.git/-/{refs,log,commit,tree,blob,raw}[/<path>][?rev=<revision>]
 *
 * "-" is never a part of a name (repositories.h), so that nothing is ambiguous.
 * Every byte of a repository is escaped; there is no script; raw files are
 * never shown as HTML.
 */
#ifndef QUOIN_SERVER_WEB_WEB_H
#define QUOIN_SERVER_WEB_WEB_H

#include "server/request.h"

void web_run(struct qn_ctx *ctx, struct request *request);

#endif
