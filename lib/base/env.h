/* SPDX-License-Identifier: MIT */
/* The environment, inside: the public header, and the slot for the worker pool.
 */
#ifndef QN_BASE_ENV_H
#define QN_BASE_ENV_H

#include <quoin/env.h>

/* A slot for the worker pool that `os` makes at first use.  `set` keeps the
 * first one and answers what is in the slot; `release` runs at the end. */
void *qn_env_pool(const struct qn_env *env);
void *qn_env_set_pool(struct qn_env *env, void *pool, void (*release)(void *));

#endif
