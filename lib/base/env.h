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

/* A part of `env`: the same in all, with a budget of its own beside that of the
 * whole.  What is allocated through it counts in both, whoever frees it.  It
 * lives as long as the whole does; retaining and releasing it count there.
 * NULL: no memory. */
struct qn_env *qn_env_new_part(struct qn_env *env);
/* Bytes of the part from now on; 0: no limit.  Any thread may. */
void qn_env_set_memory_limit(struct qn_env *part, uint64_t bytes);

#endif
