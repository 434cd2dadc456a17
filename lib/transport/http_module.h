/* SPDX-License-Identifier: MIT */
/* Where libquoin-http is, and loading it.
 *
 * In this order: QUOIN_HTTP_MODULE of the environment; beside the program,
 * where it is built (../http/) and where it is installed (../lib/quoin/ and its
 * kin); where it was to be installed when this was built.
 */
#ifndef QN_TRANSPORT_HTTP_MODULE_H
#define QN_TRANSPORT_HTTP_MODULE_H

#include "base/ctx.h"
#include "transport/http_engine.h"

/* It stays loaded.  QN_UNSUPPORTED ("transport.no-http") when there is none. */
enum qn_status
qn_http_module_load(struct qn_ctx *ctx,
                    const struct qn_http_engine **out) QN_MUST_USE;

#endif
