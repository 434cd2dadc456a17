/* SPDX-License-Identifier: MIT */
/* Mutual exclusion where there are threads; nothing where there are none. For
 * publishing snapshots and for caches that are shared; never on the read path
 * of objects. */
#ifndef QN_OS_MUTEX_H
#define QN_OS_MUTEX_H

#include "base/ctx.h"

struct qn_mutex; /* allocated: its size is the platform's business */

enum qn_status qn_mutex_new(struct qn_ctx *ctx,
                            struct qn_mutex **out) QN_MUST_USE;
void qn_mutex_free(struct qn_mutex *mutex);
void qn_mutex_lock(struct qn_mutex *mutex);
void qn_mutex_unlock(struct qn_mutex *mutex);

#endif
