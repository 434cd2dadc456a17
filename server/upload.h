/* SPDX-License-Identifier: MIT */
/* The body of a push on its way: the connection puts what came, as long as
 * there is room; the worker takes it, and waits for more. */
#ifndef QUOIN_SERVER_UPLOAD_H
#define QUOIN_SERVER_UPLOAD_H

#include "base/ctx.h"

struct upload;

/* Both are called within the lock: there is no room; there is some again. */
struct upload *upload_new(void (*sleep)(void *data), void (*wake)(void *data),
                          void *data);
void upload_free(struct upload *upload);
/* How much was taken; 0: `wake` will come. */
size_t upload_put(struct upload *upload, const void *data, size_t size);
/* No more comes; cut: not as it should. */
void upload_end(struct upload *upload, bool is_cut);
/* One byte at least; `*used` 0 at the end.  QN_NETWORK when it was cut. */
enum qn_status upload_take(struct qn_ctx *ctx, struct upload *upload,
                           void *room, size_t size, size_t *used) QN_MUST_USE;
/* The worker wants nothing more: what comes is dropped. */
void upload_close(struct upload *upload);

#endif
